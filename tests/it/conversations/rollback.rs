//! Rolling back: by command and by button, to what really succeeded, and never by an old button.

use std::time::Duration;

use hearth::domain::platform::Platform;

use crate::harness::said;
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
    see!(bot.hear("Ben", "player", "/rollback service:player stage:staging").await, @"");
    assert!(bot.page("deployments").await.contains("v1.1.0"));
    let seen = bot.transcript("deployments");
    let (_, seen) = seen.split_at(seen.rfind("Hearth:\n  ↩").expect("it was undone"));
    see!(seen, @"");
    see!(bot.hear("Ben", "player", "/history service:player").await, @"");
    see!(bot.hear("Ben", "player", "/status service:player").await, @"");
    // And once more: what was last tried is not where one goes back to.
    see!(bot.hear("Ben", "player", "/rollback service:player stage:staging").await, @"");
    assert!(bot.page("deployments").await.contains("v1.0.0"));
    see!(bot.hear("Ben", "player", "/rollback service:player stage:staging").await, @"");
});

conversation!(the_button_of_a_failure_rolls_back, bot => {
    for revision in ["v1.1.0", "v1.3.0"] {
        bot.say("Mina", "player", &format!("{STAGING}{revision}")).await;
    }
    see!(said(bot.click("Ben", "deployments", "Roll back").await), @"");
    assert!(bot.page("deployments").await.contains("v1.1.0"));
    see!(bot.messages("deployments").last().unwrap().text, @"");
});

conversation!(an_old_button_rolls_nothing_back, bot => {
    for revision in ["v1.0.0", "v1.1.0"] {
        bot.say("Mina", "player", &format!("{STAGING}{revision}")).await;
    }
    let live = bot.messages("deployments").into_iter().filter(|message| message.text.contains("v1.1.0"));
    let old = live.into_iter().find(|message| message.buttons.iter().any(|button| button.label == "Roll back")).unwrap();
    bot.say("Mina", "player", &format!("{STAGING}v1.2.0")).await;
    see!(said(bot.click_on("Ben", &old, "Roll back").await), @"");
    see!(said(bot.click_on("Greta", &old, "Roll back").await), @"");
    assert!(bot.page("deployments").await.contains("v1.2.0"));
});

conversation!(one_can_choose_where_to_go_back_to, bot => {
    for revision in ["v1.0.0", "v1.1.0", "v1.2.0"] {
        bot.say("Mina", "player", &format!("{STAGING}{revision}")).await;
    }
    see!(bot.hear("Ben", "player", "/rollback service:player stage:staging to:v1.3.0").await, @"");
    see!(bot.hear("Ben", "player", "/rollback service:player stage:staging to:v7").await, @"");
    see!(bot.hear("Ben", "player", "/rollback service:player stage:staging to:v1.2.0").await, @"");
    see!(bot.hear("Ben", "player", "/rollback service:player stage:staging to:v1.0.0 why:\"Songs @everyone skip **twice**\"").await, @"");
    assert!(bot.page("deployments").await.contains("v1.0.0"));
    let live = bot.messages("deployments").into_iter().rev().nth(1).unwrap();
    see!(format!("{:?}", live.embeds[0].fields), @"");
});

conversation!(there_may_be_nothing_to_go_back_to, bot => {
    see!(bot.hear("Mina", "player", "/rollback service:player stage:staging").await, @"");
    bot.say("Mina", "player", &format!("{STAGING}v1.0.0")).await;
    see!(bot.hear("Mina", "player", "/rollback service:player stage:staging").await, @"");
    see!(bot.hear("Greta", "player", "/rollback service:player stage:prod").await, @"");
    see!(bot.hear("Ada", "player", "/rollback service:player stage:staging").await, @"");
});

conversation!(where_a_reason_is_wanted_a_form_asks_for_it, bot on with_reason => {
    for revision in ["v1.1.0", "v1.3.0"] {
        bot.say("Mina", "player", &format!("{STAGING}{revision}")).await;
    }
    see!(bot.hear("Ben", "player", "/rollback service:player stage:staging").await, @"");
    see!(bot.hear("Ben", "player", "/rollback service:player stage:staging why:\"  \"").await, @"");
    let form = bot.click("Ben", "deployments", "Roll back").await.modal();
    see!(format!("{}: {:?}", form.title, form.inputs), @"");
    see!(said(bot.send("Ben", &form, &[("why", "It does not play")]).await), @"");
    assert!(bot.page("deployments").await.contains("v1.1.0"));
});

conversation!(a_form_that_was_left_open_rolls_back_nothing_newer, bot on with_reason => {
    for revision in ["v1.1.0", "v1.3.0"] {
        bot.say("Mina", "player", &format!("{STAGING}{revision}")).await;
    }
    let form = bot.click("Ben", "deployments", "Roll back").await.modal();
    bot.say("Mina", "player", &format!("{STAGING}v1.2.0")).await;
    see!(said(bot.send("Ben", &form, &[("why", "It does not play")]).await), @"");
    assert!(bot.page("deployments").await.contains("v1.2.0"));
});

conversation!(production_rolls_back_without_an_approval, bot => {
    for revision in ["v1.0.0", "v1.1.0"] {
        bot.say("Mina", "player", &format!("/deploy service:player stage:production revision:{revision}")).await;
        bot.click("Ada", "deployments", "Approve").await;
    }
    bot.say("Mina", "player", "/rollback service:player stage:prod").await;
    assert!(bot.page("deployments").await.contains("v1.0.0"));
    see!(bot.messages("deployments").last().unwrap().text, @"");
});

conversation!(a_rollback_that_fails_says_so_and_undoes_nothing, bot => {
    for revision in ["v1.1.0", "v1.2.0"] {
        bot.say("Mina", "player", &format!("{STAGING}{revision}")).await;
    }
    // The service's own folder is in the way now, so that no program can work there.
    std::fs::remove_dir_all(bot.folder.join("exec/state/sample/locks")).unwrap();
    std::fs::write(bot.folder.join("exec/state/sample/locks"), "").unwrap();
    bot.say("Ben", "player", "/rollback service:player stage:staging").await;
    see!(bot.messages("deployments").last().unwrap().text, @"");
    see!(bot.hear("Ben", "player", "/status service:player").await, @"");
});
