//! Approval: another person looks before production changes, and what they agreed to cannot change.

use std::time::Duration;

use hearth::playground::Message;

use crate::harness::{Bot, gated, said};
use crate::{conversation, see};

const DEPLOY: &str = "/deploy service:player stage:production revision:v1.1.0";

conversation!(production_waits_until_somebody_else_approves, bot => {
    see!(bot.hear("Mina", "player", DEPLOY).await, @r"<@1100000000000003000> asks for **v1.1.0** of player on production. Somebody else must approve it in <#1100000000000002002>.");
    see!(bot.transcript("deployments"), @r"
    Hearth:
      ✋ **v1.1.0** of player waits for an approval for production.
      ┌ player → production
      │ Revision: v1.1.0
      │ Before: nothing
      │ Asked for by: <@1100000000000003000>
      │ Reason: planned
      │ Who may approve: lead
      │ Waits until: <t:1795611600:f>
      └ Hearth · ID
      [Approve] [Reject]
    ");
    see!(said(bot.click("Mina", "deployments", "Approve").await), @r"You do not have the right **deployment.approve** here. `/whoami` shows what you may do; the keepers of the platform give rights.");
    see!(said(bot.click("Ben", "deployments", "Approve").await), @r"You do not have the right **deployment.approve** here. `/whoami` shows what you may do; the keepers of the platform give rights.");
    see!(said(bot.click("Pia", "deployments", "Approve").await), @r"You do not have the right **deployment.approve** here. `/whoami` shows what you may do; the keepers of the platform give rights.");
    see!(said(bot.click("Ada", "deployments", "Approve").await), @r"You approved **v1.1.0** of player for production.");
    see!(public(bot), @r"
    Hearth:
      ✅ **v1.1.0** of player has reached production.
      ┌ player → production
      │ Revision: v1.1.0
      │ Before: nothing
      │ Asked for by: <@1100000000000003000>
      │ Reason: planned
      │ Approved by: <@1100000000000003009>
      │ Took: under 1 s
      └ Hearth · ID
      [Open ↗] [Logs]

    Hearth:
      <@1100000000000003000> **v1.1.0** of player runs on production. It took under 1 s.
      [History]
      (calls Mina)
    ");
    assert!(bot.page("deployments").await.contains("v1.1.0"));
});

conversation!(a_lead_who_asks_cannot_approve_it_alone, bot => {
    bot.say("Lars", "player", DEPLOY).await;
    see!(said(bot.click("Lars", "deployments", "Approve").await), @r"Du hast dieses Deployment angefordert, darum muss es jemand anderes freigeben.");
    see!(said(bot.click("Lars", "deployments", "Reject").await), @r"Du hast dieses Deployment angefordert, darum muss es jemand anderes freigeben.");
    bot.click("Ada", "deployments", "Approve").await;
    assert!(bot.page("deployments").await.contains("v1.1.0"));
});

conversation!(a_lead_rejects_with_a_reason, bot => {
    bot.say("Mina", "player", DEPLOY).await;
    let asked = waiting(bot);
    let form = bot.click("Ada", "deployments", "Reject").await.modal();
    see!(format!("{}: {:?}", form.title, form.inputs), @r#"Reject: [Input { custom_id: "why", label: "Reason", placeholder: "", value: "", required: false, n_min: 0, n_max: 300 }]"#);
    see!(said(bot.send("Ada", &form, &[("why", "Not before the concert")]).await), @r"You rejected **v1.1.0** of player for production.");
    see!(public(bot), @r"
    Hearth:
      🚫 **v1.1.0** of player was rejected for production.
      ┌ player → production
      │ Not before the concert
      │ Revision: v1.1.0
      │ Before: nothing
      │ Asked for by: <@1100000000000003000>
      │ Reason: planned
      │ Rejected by: <@1100000000000003009>
      └ Hearth · ID

    Hearth:
      <@1100000000000003000> **v1.1.0** of player was rejected for production by <@1100000000000003009>: Not before the concert
      [History]
      (calls Mina)
    ");
    see!(said(raw(bot, "Ada", &asked, "Approve").await), @r"This deployment was rejected. Ask for a new one with `/deploy`.");
    see!(bot.hear("Mina", "player", "/status service:player").await, @r"**player**: staging nothing yet · production nothing yet");
});

conversation!(a_lead_rejects_without_a_reason_in_german, bot => {
    bot.say("Mina", "player", DEPLOY).await;
    let form = bot.click("Lars", "deployments", "Reject").await.modal();
    see!(format!("{}: {:?}", form.title, form.inputs), @r#"Ablehnen: [Input { custom_id: "why", label: "Grund", placeholder: "", value: "", required: false, n_min: 0, n_max: 300 }]"#);
    see!(said(bot.send("Lars", &form, &[]).await), @r"Du hast **v1.1.0** von player für production abgelehnt.");
    see!(bot.messages("deployments").last().unwrap().text, @r"<@1100000000000003000> **v1.1.0** of player was rejected for production by <@1100000000000003010>.");
});

conversation!(an_approval_waits_for_a_day, bot => {
    bot.say("Mina", "player", DEPLOY).await;
    let asked = waiting(bot);
    bot.forward(Duration::from_secs(24 * 3600 - 1)).await;
    assert_eq!(bot.messages("deployments").len(), 1);
    bot.forward(Duration::from_secs(1)).await;
    see!(public(bot), @r"
    Hearth:
      **player → production**: how it stands now is in the newer message, https://discord.com/channels/MESSAGE

    Hearth:
      ⬜ **v1.1.0** of player waited too long for its approval for production.
      ┌ player → production
      │ Revision: v1.1.0
      │ Before: nothing
      │ Asked for by: <@1100000000000003000>
      │ Reason: planned
      └ Hearth · ID

    Hearth:
      <@1100000000000003000> **v1.1.0** of player waited too long for its approval for production. `/deploy` asks again.
      [History]
      (calls Mina)
    ");
    see!(said(raw(bot, "Ada", &asked, "Approve").await), @r"This deployment waited too long for its approval. Ask for a new one with `/deploy`.");
});

conversation!(an_approval_covers_nothing_but_what_was_shown, bot => {
    bot.say("Mina", "player", DEPLOY).await;
    let asked = waiting(bot);
    let shown = asked.button("Approve").to_owned();
    let (id, fingerprint) = shown.rsplit_once(':').unwrap();
    let other = format!("{id}:{}", "0".repeat(fingerprint.len()));
    let answer = bot.discord.click_raw("Ada", asked.id, &other).unwrap().answer().await;
    see!(said(answer), @r"Something that this approval would have covered has changed since. Ask for the deployment again with `/deploy`.");
    for strange in ["dep:approve", "dep:approve:nobody:0", "dep:approve::", "dep:reject:1", "dep:rejected:x:y"] {
        let answer = bot.discord.click_raw("Ada", asked.id, strange).unwrap().answer().await;
        assert!(answer.message().private_to.is_some(), "{strange}");
    }
    bot.idle().await;
    assert_eq!(bot.messages("deployments").len(), 1, "it still waits");
    bot.click("Ada", "deployments", "Approve").await;
    assert!(bot.page("deployments").await.contains("v1.1.0"));
});

conversation!(approving_twice_starts_it_once, bot => {
    bot.say("Mina", "player", DEPLOY).await;
    let asked = waiting(bot);
    bot.discord.deliver_twice(1);
    bot.click("Ada", "deployments", "Approve").await;
    see!(said(raw(bot, "Lars", &asked, "Approve").await), @r"Dieses Deployment ist schon geglückt. `/status` zeigt, was jetzt läuft.");
    assert_eq!(bot.messages("deployments").len(), 2);
});

conversation!(an_approval_comes_too_late_for_a_place_that_is_taken, bot on gated => {
    bot.say("Mina", "player", DEPLOY).await;
    let first = waiting(bot);
    bot.say("Ben", "player", "/deploy service:player stage:production revision:v1.2.0").await;
    let second = waiting(bot);
    assert_ne!(first.id, second.id, "any number may wait");
    let gate = bot.close_gate();
    let approved = bot.discord.click("Ada", second.id, "Approve").unwrap().answer().await;
    see!(said(approved), @r"You approved **v1.2.0** of player for production.");
    let late = bot.discord.click("Ada", first.id, "Approve").unwrap().answer().await;
    see!(said(late), @r"**v1.2.0** of player is on its way to production. Wait until it has ended, then try again; `/status` shows how far it is.");
    gate.open().await;
    bot.idle().await;
    // Afterwards it may follow, and what ran before is what really runs before.
    bot.click("Ada", "deployments", "Approve").await;
    see!(public(bot), @r"
    Hearth:
      ✅ **v1.1.0** of player has reached production.
      ┌ player → production
      │ Revision: v1.1.0
      │ Before: v1.2.0
      │ Asked for by: <@1100000000000003000>
      │ Reason: planned
      │ Approved by: <@1100000000000003009>
      │ Took: under 1 s
      └ Hearth · ID
      [Open ↗] [Logs] [Roll back]

    Hearth:
      ✅ **v1.2.0** of player has reached production.
      ┌ player → production
      │ Revision: v1.2.0
      │ Before: nothing
      │ Asked for by: <@1100000000000003001>
      │ Reason: planned
      │ Approved by: <@1100000000000003009>
      │ Took: under 1 s
      └ Hearth · ID
      [Open ↗] [Logs]

    Hearth:
      <@1100000000000003001> **v1.2.0** of player runs on production. It took under 1 s.
      [History]
      (calls Ben)

    Hearth:
      <@1100000000000003000> **v1.1.0** of player runs on production. It took under 1 s.
      [History]
      (calls Mina)
    ");
    assert!(bot.page("deployments").await.contains("v1.1.0"));
});

conversation!(what_waits_survives_a_restart, bot => {
    bot.say("Mina", "player", DEPLOY).await;
    bot.restart().await;
    assert_eq!(bot.messages("deployments").len(), 1);
    bot.click("Ada", "deployments", "Approve").await;
    assert_eq!(bot.messages("deployments").len(), 2);
    assert!(bot.page("deployments").await.contains("v1.1.0"));
});

conversation!(what_waited_too_long_while_the_bot_was_down_expires_at_its_start, bot => {
    bot.say("Mina", "player", DEPLOY).await;
    bot.clock.forward(Duration::from_secs(25 * 3600));
    bot.restart().await;
    see!(bot.messages("deployments").last().unwrap().text, @r"<@1100000000000003000> **v1.1.0** of player waited too long for its approval for production. `/deploy` asks again.");
});

fn waiting(bot: &Bot) -> Message {
    bot.messages("deployments").pop().expect("something waits")
}

/// A click on a button that the message no longer has, as from an old view.
async fn raw(bot: &Bot, member: &str, seen: &Message, label: &str) -> hearth::playground::Answer {
    let id = seen.button(label).to_owned();
    let answer = bot
        .discord
        .click_raw(member, seen.id, &id)
        .unwrap()
        .answer()
        .await;
    bot.idle().await;
    answer
}

/// The channel without what only one person sees.
fn public(bot: &Bot) -> String {
    let seen = bot.transcript("deployments");
    let blocks = seen
        .split("\n\n")
        .filter(|block| !block.contains("sees this):"));
    blocks.collect::<Vec<_>>().join("\n\n")
}
