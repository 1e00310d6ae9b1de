//! `/deploy`, `/status` and `/history`: bring a revision to a stage, see it there, and what is refused.

use std::time::Duration;

use crate::harness::{gated, said};
use crate::{conversation, see};

conversation!(a_deployment_really_replaces_the_running_revision, bot => {
    let first = bot.hear("Mina", "player", "/deploy service:player stage:staging revision:v1.0.0").await;
    see!(first, @"");
    assert!(bot.page("deployments").await.contains("v1.0.0"));

    bot.forward(Duration::from_secs(600)).await;
    bot.say("Ben", "player", "/deploy service:player stage:staging revision:v1.1.0").await;
    assert!(bot.page("deployments").await.contains("v1.1.0"));
    see!(bot.transcript("deployments"), @"");
    see!(bot.hear("Ben", "player", "/status").await, @"");
    see!(bot.hear("Ben", "player", "/status service:player").await, @"");
    see!(bot.hear("Ben", "player", "/history service:player").await, @"");
    see!(bot.hear("Ben", "player", "/history service:player stage:staging").await, @"");
    see!(bot.hear("Ben", "player", "/history service:checkout").await, @"");
    see!(bot.hear("Ben", "player", "/history service:player stage:production").await, @"");
});

conversation!(a_broken_revision_fails_and_says_how_to_go_back, bot => {
    bot.say("Mina", "player", "/deploy service:player stage:staging revision:v1.2.0").await;
    bot.say("Mina", "player", "/deploy service:player stage:staging revision:v1.3.0").await;
    let seen = bot.transcript("deployments");
    let (_, seen) = seen.split_at(seen.rfind("Hearth:\n  ❌").expect("it failed"));
    see!(seen, @"");
    see!(bot.hear("Ben", "player", "/status service:player").await, @"");
    see!(said(bot.click("Ben", "deployments", "History").await), @"");
    see!(said(bot.click("Ben", "deployments", "Logs").await), @"");
});

conversation!(the_first_revision_that_fails_offers_no_way_back, bot => {
    bot.say("Mina", "player", "/deploy service:player stage:staging revision:v1.3.0").await;
    see!(bot.transcript("deployments"), @"");
});

conversation!(one_place_has_one_active_deployment, bot on gated => {
    let gate = bot.close_gate();
    bot.ask("Mina", "player", "/deploy service:player stage:staging revision:v1.1.0").await;
    see!(said(bot.ask("Ben", "player", "/deploy service:player stage:staging revision:v1.2.0").await), @"");
    see!(said(bot.ask("Ben", "player", "/rollback service:player stage:staging").await), @"");
    bot.discord
        .until("it runs", |state| state.messages("deployments").iter().any(|message| message.text.contains("🚚")))
        .await;
    see!(said(bot.ask("Ben", "player", "/status service:player").await), @"");
    see!(said(bot.ask("Ben", "player", "/history service:player").await), @"");
    gate.open().await;
    bot.idle().await;
    // Another place, and the same one once it is free.
    bot.say("Ben", "player", "/deploy service:playlists stage:staging revision:v1.2.0").await;
    bot.say("Ben", "player", "/deploy service:player stage:staging revision:v1.2.0").await;
    assert!(bot.page("deployments").await.contains("v1.2.0"));
});

conversation!(of_twenty_who_want_the_place_one_gets_it, bot on gated => {
    let gate = bot.close_gate();
    let people = ["Mina", "Ben", "Cleo", "Dora", "Emil"];
    let interactions: Vec<_> = (0..20)
        .map(|n| {
            let line = format!("/deploy service:player stage:staging revision:v1.{}.0", n % 3);
            bot.discord.slash(people[n % people.len()], "player", &line).unwrap()
        })
        .collect();
    let mut accepted = 0;
    for interaction in &interactions {
        let message = interaction.answer().await.message();
        if message.private_to.is_none() {
            accepted += 1;
        } else {
            assert!(message.text.contains("is on its way to staging"), "{}", message.text);
        }
    }
    assert_eq!(accepted, 1);
    gate.open().await;
    bot.idle().await;
    let history = bot.hear("Mina", "player", "/history service:player").await;
    assert_eq!(history.lines().count(), 2, "{history}");
    assert_eq!(bot.messages("deployments").len(), 2, "one live message and one result");
});

conversation!(a_dry_run_is_private_and_changes_nothing, bot => {
    let plan = bot.say("Mina", "player", "/deploy service:player stage:staging revision:v1.1.0 dry_run:true").await.message();
    assert_eq!(plan.private_to.as_deref(), Some("Mina"));
    see!(plan.text, @"");
    bot.say("Mina", "player", "/deploy service:player stage:staging revision:v1.1.0").await;
    see!(bot.hear("Mina", "player", "/deploy service:player stage:staging revision:v1.2.0 dry_run:true").await, @"");
    see!(bot.hear("Mina", "player", "/deploy service:player stage:staging revision:v1.1.0 dry_run:true").await, @"");
    see!(bot.hear("Greta", "player", "/deploy service:player stage:prod revision:v1.1.0 dry_run:true").await, @"");
    assert_eq!(bot.messages("deployments").len(), 2, "only what was really deployed");
    assert!(bot.page("deployments").await.contains("v1.1.0"));
});

conversation!(a_hotfix_says_so_and_an_alias_means_its_stage, bot => {
    bot.say("Mina", "player", "/deploy service:player stage:prod revision:v1.1.0 reason:hotfix").await;
    see!(bot.transcript("deployments"), @"");
});

conversation!(what_is_not_known_is_refused_with_what_is_near, bot => {
    for (line, expected) in [
        ("/deploy service:plyer stage:staging revision:v1.1.0", "player"),
        ("/deploy service:player stage:stagign revision:v1.1.0", "staging"),
        ("/status service:checkuot", "checkout"),
        ("/history service:playlist", "playlists"),
    ] {
        let refused = bot.say("Mina", "player", line).await.message();
        assert_eq!(refused.private_to.as_deref(), Some("Mina"), "{line}");
        assert!(refused.text.contains(expected), "{line}: {}", refused.text);
    }
    see!(bot.hear("Mina", "player", "/deploy service:plyer stage:staging revision:v1.1.0").await, @"");
    see!(bot.hear("Mina", "player", "/deploy service:zzz stage:staging revision:v1.1.0").await, @"");
    see!(bot.hear("Greta", "player", "/deploy service:player stage:nirgendwo revision:v1.1.0").await, @"");
    see!(bot.hear("Greta", "player", "/deploy service:player stage:stagign revision:v1.1.0").await, @"");
    for strange in ["--help", "v1;rm", "-v", "v1 v2", "$(id)", "../../etc/passwd", "@everyone", "v\u{202e}1"] {
        let line = format!("/deploy service:player stage:staging revision:\"{strange}\"");
        let refused = bot.say("Mina", "player", &line).await.message();
        assert_eq!(refused.private_to.as_deref(), Some("Mina"), "{strange}");
        assert!(refused.text.contains("cannot be a revision"), "{strange}: {}", refused.text);
    }
    see!(bot.hear("Mina", "player", "/deploy service:player stage:staging revision:--help").await, @"");
    assert_eq!(bot.messages("deployments").len(), 0);
    // It could be one, and only the engine knows that it is none.
    bot.say("Mina", "player", "/deploy service:player stage:staging revision:v9.9.9").await;
    see!(bot.messages("deployments").last().unwrap().text, @"");
});

conversation!(who_speaks_german_is_refused_in_german_and_the_channel_stays_as_it_is, bot => {
    bot.say("Greta", "player", "/deploy service:player stage:staging revision:v1.1.0").await;
    see!(bot.transcript("player"), @"");
    see!(said(bot.click("Greta", "deployments", "Logs").await), @"");
    see!(said(bot.click("Greta", "deployments", "History").await), @"");
    see!(bot.hear("Greta", "player", "/deploy service:player stage:staging revision:--hilfe").await, @"");
    see!(bot.hear("Greta", "player", "/rollback service:player stage:staging").await, @"");
});

conversation!(who_may_not_deploy_is_told_so, bot => {
    see!(bot.hear("Nils", "player", "/deploy service:player stage:staging revision:v1.1.0").await, @"");
    see!(bot.hear("Ada", "player", "/deploy service:player stage:staging revision:v1.1.0").await, @"");
    see!(bot.hear("Nils", "player", "/status").await, @"");
    assert_eq!(bot.messages("deployments").len(), 0);
});

conversation!(a_crash_while_it_runs_goes_on_and_tells_once, bot on gated => {
    let gate = bot.close_gate();
    bot.ask("Mina", "player", "/deploy service:player stage:staging revision:v1.1.0").await;
    bot.discord
        .until("it runs", |state| state.messages("deployments").iter().any(|message| message.text.contains("🚚")))
        .await;
    bot.crash_while(gate).await;
    let messages = bot.messages("deployments");
    assert_eq!(messages.len(), 2, "{}", bot.transcript("deployments"));
    assert!(messages[0].text.contains("✅"), "{}", messages[0].text);
    assert!(bot.page("deployments").await.contains("v1.1.0"));
    assert_eq!(bot.hear("Mina", "player", "/history service:player").await.lines().count(), 2);
});

conversation!(the_same_interaction_delivered_twice_is_one_deployment, bot => {
    bot.discord.deliver_twice(1);
    bot.say("Mina", "player", "/deploy service:player stage:staging revision:v1.1.0").await;
    let history = bot.hear("Mina", "player", "/history service:player").await;
    assert_eq!(history.lines().count(), 2, "{history}");
    assert_eq!(bot.messages("deployments").len(), 2);
});

conversation!(the_keepers_see_a_buried_job_and_nobody_else_does, bot => {
    bot.expect_error("cannot be sent");
    bot.expect_error("broke");
    bot.discord.set_access("deployments", hearth::playground::Access::None);
    bot.say("Mina", "player", "/deploy service:player stage:staging revision:v1.1.0").await;
    for _ in 0..12 {
        bot.forward(Duration::from_secs(600)).await;
    }
    let status = bot.say("Mina", "player", "/status service:player").await.message();
    assert_eq!(status.private_to, None);
    assert_eq!(status.embeds.len(), 1);
    let status = bot.say("Pia", "platform", "/status service:player").await.message();
    assert_eq!(status.private_to.as_deref(), Some("Pia"));
    let keepers = &status.embeds[1];
    see!(format!("{}\n{}", keepers.title, code(&keepers.description)), @"");
});

/// The codes of breakages differ in every run.
fn code(text: &str) -> String {
    regex::Regex::new("code [0-9A-F]{8}").unwrap().replace_all(text, "code CODE").into_owned()
}
