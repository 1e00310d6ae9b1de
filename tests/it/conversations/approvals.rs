//! Approval: another person looks before production changes, and what they agreed to cannot change.

use std::time::Duration;

use hearth::playground::Message;

use crate::harness::{Bot, gated, said};
use crate::{conversation, see};

const DEPLOY: &str = "/deploy service:player stage:production revision:v1.1.0";

conversation!(production_waits_until_somebody_else_approves, bot => {
    see!(bot.hear("Mina", "player", DEPLOY).await, @"");
    see!(bot.transcript("deployments"), @"");
    see!(said(bot.click("Mina", "deployments", "Approve").await), @"");
    see!(said(bot.click("Ben", "deployments", "Approve").await), @"");
    see!(said(bot.click("Pia", "deployments", "Approve").await), @"");
    see!(said(bot.click("Ada", "deployments", "Approve").await), @"");
    see!(public(bot), @"");
    assert!(bot.page("deployments").await.contains("v1.1.0"));
});

conversation!(a_lead_who_asks_cannot_approve_it_alone, bot => {
    bot.say("Lars", "player", DEPLOY).await;
    see!(said(bot.click("Lars", "deployments", "Approve").await), @"");
    see!(said(bot.click("Lars", "deployments", "Reject").await), @"");
    bot.click("Ada", "deployments", "Approve").await;
    assert!(bot.page("deployments").await.contains("v1.1.0"));
});

conversation!(a_lead_rejects_with_a_reason, bot => {
    bot.say("Mina", "player", DEPLOY).await;
    let asked = waiting(bot);
    let form = bot.click("Ada", "deployments", "Reject").await.modal();
    see!(format!("{}: {:?}", form.title, form.inputs), @"");
    see!(said(bot.send("Ada", &form, &[("why", "Not before the concert")]).await), @"");
    see!(public(bot), @"");
    see!(said(raw(bot, "Ada", &asked, "Approve").await), @"");
    see!(bot.hear("Mina", "player", "/status service:player").await, @"");
});

conversation!(a_lead_rejects_without_a_reason_in_german, bot => {
    bot.say("Mina", "player", DEPLOY).await;
    let form = bot.click("Lars", "deployments", "Reject").await.modal();
    see!(format!("{}: {:?}", form.title, form.inputs), @"");
    see!(said(bot.send("Lars", &form, &[]).await), @"");
    see!(bot.messages("deployments").last().unwrap().text, @"");
});

conversation!(an_approval_waits_for_a_day, bot => {
    bot.say("Mina", "player", DEPLOY).await;
    let asked = waiting(bot);
    bot.forward(Duration::from_secs(24 * 3600 - 1)).await;
    assert_eq!(bot.messages("deployments").len(), 1);
    bot.forward(Duration::from_secs(1)).await;
    see!(public(bot), @"");
    see!(said(raw(bot, "Ada", &asked, "Approve").await), @"");
});

conversation!(an_approval_covers_nothing_but_what_was_shown, bot => {
    bot.say("Mina", "player", DEPLOY).await;
    let asked = waiting(bot);
    let shown = asked.button("Approve").to_owned();
    let (id, fingerprint) = shown.rsplit_once(':').unwrap();
    let other = format!("{id}:{}", "0".repeat(fingerprint.len()));
    let answer = bot.discord.click_raw("Ada", asked.id, &other).unwrap().answer().await;
    see!(said(answer), @"");
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
    see!(said(raw(bot, "Lars", &asked, "Approve").await), @"");
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
    see!(said(approved), @"");
    let late = bot.discord.click("Ada", first.id, "Approve").unwrap().answer().await;
    see!(said(late), @"");
    gate.open().await;
    bot.idle().await;
    // Afterwards it may follow, and what ran before is what really runs before.
    bot.click("Ada", "deployments", "Approve").await;
    see!(public(bot), @"");
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
    see!(bot.messages("deployments").last().unwrap().text, @"");
});

fn waiting(bot: &Bot) -> Message {
    bot.messages("deployments").pop().expect("something waits")
}

/// A click on a button that the message no longer has, as from an old view.
async fn raw(bot: &Bot, member: &str, seen: &Message, label: &str) -> hearth::playground::Answer {
    let id = seen.button(label).to_owned();
    let answer = bot.discord.click_raw(member, seen.id, &id).unwrap().answer().await;
    bot.idle().await;
    answer
}

/// The channel without what only one person sees.
fn public(bot: &Bot) -> String {
    let seen = bot.transcript("deployments");
    let blocks = seen.split("\n\n").filter(|block| !block.contains("sees this):"));
    blocks.collect::<Vec<_>>().join("\n\n")
}
