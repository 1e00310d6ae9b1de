//! Rolling back: by command and by button, to what really succeeded, and never by an old button.

use std::time::Duration;

use hearth::domain::platform::Platform;

use crate::harness::{said, shown};
use crate::{conversation, see};

const STAGING: &str = "/deploy service:player stage:staging revision:";

fn with_reason(platform: &mut Platform) {
    for stage in &mut platform.stages {
        stage.rollback_reason = true;
    }
}

conversation!(a_rollback_brings_the_old_revision_back, bot => {
    for revision in ["v1.0.0", "v1.1.0", "v1.3.0"] {
        bot.say("Mina", "player", &format!("{STAGING}{revision}")).await;
        bot.forward(Duration::from_secs(60)).await;
    }
    see!(bot.hear("Ben", "player", "/rollback service:player stage:staging").await, @r"<@1100000000000003001> rolls player on staging back to **v1.1.0**. <#1100000000000002002> shows how it goes.");
    assert!(bot.page("deployments").await.contains("v1.1.0"));
    let seen = bot.transcript("deployments");
    let (_, seen) = seen.split_at(seen.rfind("Hearth:\n  ↩").expect("it was undone"));
    see!(seen, @r"
    Hearth:
      ↩ **v1.3.0** of player was rolled back on staging.
      ┌ player → staging
      │ Revision: v1.3.0
      │ Before: v1.1.0
      │ Asked for by: <@1100000000000003000>
      │ Reason: planned
      │ Took: under 1 s
      └ Hearth · ID
      [Logs]

    Hearth:
      <@1100000000000003000> **v1.3.0** of player failed on staging (the engine said: player v1.3.0 is up but not healthy: /healthz answers 500, broken on purpose (\`up\`: exit code 1)). The button Roll back brings the last good revision.
      [Roll back] [History]
      (calls Mina)

    Hearth:
      ✅ **v1.1.0** of player has reached staging.
      ┌ player → staging (roll back)
      │ Revision: v1.1.0
      │ Before: v1.1.0
      │ Asked for by: <@1100000000000003001>
      │ Reason: roll back
      │ Took: under 1 s
      └ Hearth · ID
      [Open ↗] [Logs] [Roll back]

    Hearth:
      <@1100000000000003001> player on staging is back at **v1.1.0**. It took under 1 s.
      [History]
      (calls Ben)
    ");
    see!(bot.hear("Ben", "player", "/history service:player").await, @r"
    **History of player**
    <t:1795525380:R> · staging · **v1.1.0** · succeeded · <@1100000000000003001>
    <t:1795525320:R> · staging · **v1.3.0** · rolled back · <@1100000000000003000>
    <t:1795525260:R> · staging · **v1.1.0** · succeeded · <@1100000000000003000>
    <t:1795525200:R> · staging · **v1.0.0** · succeeded · <@1100000000000003000>
    ");
    see!(bot.hear("Ben", "player", "/status service:player").await, @r"**player**: staging v1.1.0 · production nothing yet");
    // And once more: what was last tried is not where one goes back to.
    see!(bot.hear("Ben", "player", "/rollback service:player stage:staging").await, @r"<@1100000000000003001> rolls player on staging back to **v1.0.0**. <#1100000000000002002> shows how it goes.");
    assert!(bot.page("deployments").await.contains("v1.0.0"));
    see!(bot.hear("Ben", "player", "/rollback service:player stage:staging").await, @r"<@1100000000000003001> rolls player on staging back to **v1.1.0**. <#1100000000000002002> shows how it goes.");
});

conversation!(the_button_of_a_failure_rolls_back, bot => {
    for revision in ["v1.1.0", "v1.3.0"] {
        bot.say("Mina", "player", &format!("{STAGING}{revision}")).await;
    }
    see!(said(bot.click("Ben", "deployments", "Roll back").await), @r"<@1100000000000003001> rolls player on staging back to **v1.1.0**. <#1100000000000002002> shows how it goes.");
    assert!(bot.page("deployments").await.contains("v1.1.0"));
    see!(bot.messages("deployments").last().unwrap().text, @r"<@1100000000000003001> player on staging is back at **v1.1.0**. It took under 1 s.");
});

conversation!(an_old_button_rolls_nothing_back, bot => {
    for revision in ["v1.0.0", "v1.1.0"] {
        bot.say("Mina", "player", &format!("{STAGING}{revision}")).await;
    }
    let live = bot.messages("deployments").into_iter().filter(|message| message.text.contains("v1.1.0"));
    let old = live.into_iter().find(|message| message.buttons.iter().any(|button| button.label == "Roll back")).unwrap();
    bot.say("Mina", "player", &format!("{STAGING}v1.2.0")).await;
    see!(said(bot.click_on("Ben", &old, "Roll back").await), @r"This button belongs to an earlier state of things. Use the newest message about it.");
    see!(said(bot.click_on("Greta", &old, "Roll back").await), @r"Dieser Knopf gehört zu einem früheren Stand der Dinge. Nimm die neueste Nachricht dazu.");
    assert!(bot.page("deployments").await.contains("v1.2.0"));
});

conversation!(one_can_choose_where_to_go_back_to, bot => {
    for revision in ["v1.0.0", "v1.1.0", "v1.2.0"] {
        bot.say("Mina", "player", &format!("{STAGING}{revision}")).await;
    }
    see!(bot.hear("Ben", "player", "/rollback service:player stage:staging to:v1.3.0").await, @r"**v1.3.0** has never succeeded on staging, so it cannot be rolled back to. You can choose v1.0.0, v1.1.0.");
    see!(bot.hear("Ben", "player", "/rollback service:player stage:staging to:v7").await, @r"**v7** has never succeeded on staging, so it cannot be rolled back to. `/history` shows what has.");
    see!(bot.hear("Ben", "player", "/rollback service:player stage:staging to:v1.2.0").await, @r"**v1.2.0** runs on staging already. Choose another one with the option `to`.");
    see!(bot.hear("Ben", "player", "/rollback service:player stage:staging to:v1.0.0 why:\"Songs @everyone skip **twice**\"").await, @r"<@1100000000000003001> rolls player on staging back to **v1.0.0**. <#1100000000000002002> shows how it goes.");
    assert!(bot.page("deployments").await.contains("v1.0.0"));
    let live = bot.messages("deployments").into_iter().rev().nth(1).unwrap();
    see!(format!("{:?}", live.embeds[0].fields), @r#"[("Revision", "v1.0.0"), ("Before", "v1.2.0"), ("Asked for by", "<@1100000000000003001>"), ("Reason", "roll back: Songs @\u{200b}everyone skip \\*\\*twice\\*\\*"), ("Took", "under 1 s")]"#);
});

conversation!(there_may_be_nothing_to_go_back_to, bot => {
    see!(bot.hear("Mina", "player", "/rollback service:player stage:staging").await, @r"No earlier revision of **player** has succeeded on staging, so there is nothing to roll back to. `/history` shows what was tried.");
    bot.say("Mina", "player", &format!("{STAGING}v1.0.0")).await;
    see!(bot.hear("Mina", "player", "/rollback service:player stage:staging").await, @r"No earlier revision of **player** has succeeded on staging, so there is nothing to roll back to. `/history` shows what was tried.");
    see!(bot.hear("Greta", "player", "/rollback service:player stage:prod").await, @r"Auf production ist noch keine frühere Revision von **player** geglückt, es gibt also nichts, wohin man zurückrollen könnte. `/history` zeigt, was versucht wurde.");
    see!(bot.hear("Ada", "player", "/rollback service:player stage:staging").await, @r"You do not have the right **deployment.rollback** here. `/whoami` shows what you may do; the keepers of the platform give rights.");
});

conversation!(where_a_reason_is_wanted_a_form_asks_for_it, bot on with_reason => {
    for revision in ["v1.1.0", "v1.3.0"] {
        bot.say("Mina", "player", &format!("{STAGING}{revision}")).await;
    }
    see!(bot.hear("Ben", "player", "/rollback service:player stage:staging").await, @r"Rolling back on **staging** needs a reason. Say it with the option `why`.");
    see!(bot.hear("Ben", "player", "/rollback service:player stage:staging why:\"  \"").await, @r"The option **why** takes text of 1 to 300 characters. Try again with that.");
    let form = bot.click("Ben", "deployments", "Roll back").await.modal();
    see!(format!("{}: {:?}", form.title, form.inputs), @r#"Roll back: [Input { custom_id: "why", label: "Reason", placeholder: "", value: "", required: true, n_min: 0, n_max: 300 }]"#);
    see!(said(bot.send("Ben", &form, &[("why", "It does not play")]).await), @r"<@1100000000000003001> rolls player on staging back to **v1.1.0**. <#1100000000000002002> shows how it goes.");
    assert!(bot.page("deployments").await.contains("v1.1.0"));
});

conversation!(a_form_that_was_left_open_rolls_back_nothing_newer, bot on with_reason => {
    for revision in ["v1.1.0", "v1.3.0"] {
        bot.say("Mina", "player", &format!("{STAGING}{revision}")).await;
    }
    let form = bot.click("Ben", "deployments", "Roll back").await.modal();
    bot.say("Mina", "player", &format!("{STAGING}v1.2.0")).await;
    see!(said(bot.send("Ben", &form, &[("why", "It does not play")]).await), @r"This button belongs to an earlier state of things. Use the newest message about it.");
    assert!(bot.page("deployments").await.contains("v1.2.0"));
});

conversation!(production_rolls_back_without_an_approval, bot => {
    for revision in ["v1.0.0", "v1.1.0"] {
        bot.say("Mina", "player", &format!("/deploy service:player stage:production revision:{revision}")).await;
        bot.click("Ada", "deployments", "Approve").await;
    }
    bot.say("Mina", "player", "/rollback service:player stage:prod").await;
    assert!(bot.page("deployments").await.contains("v1.0.0"));
    see!(bot.messages("deployments").last().unwrap().text, @r"<@1100000000000003000> player on production is back at **v1.0.0**. It took under 1 s.");
});

conversation!(a_rollback_that_fails_says_so_and_undoes_nothing, bot => {
    for revision in ["v1.1.0", "v1.2.0"] {
        bot.say("Mina", "player", &format!("{STAGING}{revision}")).await;
    }
    // The service's own folder is in the way now, so that no program can work there.
    std::fs::remove_dir_all(bot.folder.join("exec/state/sample/locks")).unwrap();
    std::fs::write(bot.folder.join("exec/state/sample/locks"), "").unwrap();
    bot.say("Ben", "player", "/rollback service:player stage:staging").await;
    see!(bot.messages("deployments").last().unwrap().text, @r"<@1100000000000003001> **v1.1.0** of player failed on staging (the engine said: File exists (os error 17) (\`up\`: exit code 1)). The button Roll back brings the last good revision.");
    see!(shown(&bot.say("Ben", "player", "/status service:player").await.message()), @r"
    **player**: staging v1.1.0 failed · production nothing yet
    ┌ What runs where
    │ player (team Player): staging: the last try, **v1.1.0**, failed <t:1795525200:R>; before it, **v1.2.0** ran. `/rollback` brings it back.
    │   production: nothing yet
    └
    ");
});
