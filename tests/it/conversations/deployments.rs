//! `/deploy`, `/status` and `/history`: bring a revision to a stage, see it there, and what is refused.

use std::time::Duration;

use crate::harness::{gated, said, shown};
use crate::{conversation, see};

conversation!(a_deployment_really_replaces_the_running_revision, bot => {
    let first = bot.hear("Mina", "player", "/deploy service:player stage:staging revision:v1.0.0").await;
    see!(first, @r"<@1100000000000003000> brings **v1.0.0** of player to staging. <#1100000000000002002> shows how it goes.");
    assert!(bot.page("deployments").await.contains("v1.0.0"));

    bot.forward(Duration::from_secs(600)).await;
    bot.say("Ben", "player", "/deploy service:player stage:staging revision:v1.1.0").await;
    assert!(bot.page("deployments").await.contains("v1.1.0"));
    see!(bot.transcript("deployments"), @r"
    Hearth:
      ✅ **v1.0.0** of player has reached staging.
      ┌ player → staging
      │ Revision: v1.0.0
      │ Before: nothing
      │ Asked for by: <@1100000000000003000>
      │ Reason: planned
      │ Took: under 1 s
      └ Hearth · ID
      [Open ↗] [Logs]

    Hearth:
      <@1100000000000003000> **v1.0.0** of player runs on staging. It took under 1 s.
      [History]
      (calls Mina)

    Hearth:
      ✅ **v1.1.0** of player has reached staging.
      ┌ player → staging
      │ Revision: v1.1.0
      │ Before: v1.0.0
      │ Asked for by: <@1100000000000003001>
      │ Reason: planned
      │ Took: under 1 s
      └ Hearth · ID
      [Open ↗] [Logs] [Roll back]

    Hearth:
      <@1100000000000003001> **v1.1.0** of player runs on staging. It took under 1 s.
      [History]
      (calls Ben)
    ");
    see!(bot.hear("Ben", "player", "/status").await, @r"
    **player**: staging v1.1.0 · production nothing yet
    **playlists**: staging nothing yet · production nothing yet
    **checkout**: staging nothing yet · production nothing yet
    ");
    see!(shown(&bot.say("Ben", "player", "/status service:player").await.message()), @r"
    **player**: staging v1.1.0 · production nothing yet
    ┌ What runs where
    │ player (team Player): staging: **v1.1.0**, arrived <t:1795525800:R>
    │   production: nothing yet
    └
    ");
    see!(bot.hear("Ben", "player", "/history service:player").await, @r"
    **History of player**
    <t:1795525800:R> · staging · **v1.1.0** · succeeded · <@1100000000000003001>
    <t:1795525200:R> · staging · **v1.0.0** · succeeded · <@1100000000000003000>
    ");
    see!(bot.hear("Ben", "player", "/history service:player stage:staging").await, @r"
    **History of player on staging**
    <t:1795525800:R> · staging · **v1.1.0** · succeeded · <@1100000000000003001>
    <t:1795525200:R> · staging · **v1.0.0** · succeeded · <@1100000000000003000>
    ");
    see!(bot.hear("Ben", "player", "/history service:checkout").await, @r"checkout was never deployed here. `/deploy` brings it to a stage.");
    see!(bot.hear("Ben", "player", "/history service:player stage:production").await, @r"player was never deployed to production. `/deploy` brings it there.");
});

conversation!(a_broken_revision_fails_and_says_how_to_go_back, bot => {
    bot.say("Mina", "player", "/deploy service:player stage:staging revision:v1.2.0").await;
    bot.say("Mina", "player", "/deploy service:player stage:staging revision:v1.3.0").await;
    let seen = bot.transcript("deployments");
    let (_, seen) = seen.split_at(seen.rfind("Hearth:\n  ❌").expect("it failed"));
    see!(seen, @r"
    Hearth:
      ❌ **v1.3.0** of player failed on staging: the engine said: player v1.3.0 is up but not healthy: /healthz answers 500, broken on purpose (\`up\`: exit code 1)
      ┌ player → staging
      │ Revision: v1.3.0
      │ Before: v1.2.0
      │ Asked for by: <@1100000000000003000>
      │ Reason: planned
      │ Took: under 1 s
      └ Hearth · ID
      [Logs] [Roll back]

    Hearth:
      <@1100000000000003000> **v1.3.0** of player failed on staging (the engine said: player v1.3.0 is up but not healthy: /healthz answers 500, broken on purpose (\`up\`: exit code 1)). The button Roll back brings the last good revision.
      [Roll back] [History]
      (calls Mina)
    ");
    see!(shown(&bot.say("Ben", "player", "/status service:player").await.message()), @r"
    **player**: staging v1.3.0 failed · production nothing yet
    ┌ What runs where
    │ player (team Player): staging: the last try, **v1.3.0**, failed <t:1795525200:R>; before it, **v1.2.0** ran. `/rollback` brings it back.
    │   production: nothing yet
    └
    ");
    see!(said(bot.click("Ben", "deployments", "History").await), @r"
    **History of player on staging**
    <t:1795525200:R> · staging · **v1.3.0** · failed · <@1100000000000003000>
    <t:1795525200:R> · staging · **v1.2.0** · succeeded · <@1100000000000003000>
    ");
    see!(said(bot.click("Ben", "deployments", "Logs").await), @r"
    The last 6 lines of **player v1.3.0**
    ```
    HH:MM:SS player v1.2.0 listens on 127.0.0.1:PORT
    HH:MM:SS GET /healthz 200
    HH:MM:SS GET /healthz 200
    HH:MM:SS player v1.3.0 listens on 127.0.0.1:PORT
    HH:MM:SS GET /healthz 500
    player v1.3.0 is up but not healthy: /healthz answers 500, broken on purpose
    ```
    ");
});

conversation!(the_first_revision_that_fails_offers_no_way_back, bot => {
    bot.say("Mina", "player", "/deploy service:player stage:staging revision:v1.3.0").await;
    see!(bot.transcript("deployments"), @r"
    Hearth:
      ❌ **v1.3.0** of player failed on staging: the engine said: player v1.3.0 is up but not healthy: /healthz answers 500, broken on purpose (\`up\`: exit code 1)
      ┌ player → staging
      │ Revision: v1.3.0
      │ Before: nothing
      │ Asked for by: <@1100000000000003000>
      │ Reason: planned
      │ Took: under 1 s
      └ Hearth · ID
      [Logs]

    Hearth:
      <@1100000000000003000> **v1.3.0** of player failed on staging (the engine said: player v1.3.0 is up but not healthy: /healthz answers 500, broken on purpose (\`up\`: exit code 1)). No earlier revision has succeeded there.
      [History]
      (calls Mina)
    ");
});

conversation!(one_place_has_one_active_deployment, bot on gated => {
    let gate = bot.close_gate();
    bot.ask("Mina", "player", "/deploy service:player stage:staging revision:v1.1.0").await;
    see!(said(bot.ask("Ben", "player", "/deploy service:player stage:staging revision:v1.2.0").await), @r"**v1.1.0** of player is on its way to staging. Wait until it has ended, then try again; `/status` shows how far it is.");
    see!(said(bot.ask("Ben", "player", "/rollback service:player stage:staging").await), @r"**v1.1.0** of player is on its way to staging. Wait until it has ended, then try again; `/status` shows how far it is.");
    bot.discord
        .until("it runs", |state| state.messages("deployments").iter().any(|message| message.text.contains("🚚")))
        .await;
    see!(said(bot.ask("Ben", "player", "/status service:player").await), @r"**player**: staging nothing yet (v1.1.0 running) · production nothing yet");
    see!(said(bot.ask("Ben", "player", "/history service:player").await), @r"
    **History of player**
    <t:1795525200:R> · staging · **v1.1.0** · running · <@1100000000000003000>
    ");
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
    see!(plan.text, @r"
    **What `/deploy` would do**
    player on staging: **v1.1.0** would be the first.
    It starts at once; no approval is needed.
    Nothing was changed.
    ");
    bot.say("Mina", "player", "/deploy service:player stage:staging revision:v1.1.0").await;
    see!(bot.hear("Mina", "player", "/deploy service:player stage:staging revision:v1.2.0 dry_run:true").await, @r"
    **What `/deploy` would do**
    player on staging: **v1.1.0** → **v1.2.0**
    It starts at once; no approval is needed.
    Nothing was changed.
    ");
    see!(bot.hear("Mina", "player", "/deploy service:player stage:staging revision:v1.1.0 dry_run:true").await, @r"
    **What `/deploy` would do**
    player on staging already runs **v1.1.0**; it would be brought there again.
    It starts at once; no approval is needed.
    Nothing was changed.
    ");
    see!(bot.hear("Greta", "player", "/deploy service:player stage:prod revision:v1.1.0 dry_run:true").await, @r"
    **Was `/deploy` tun würde**
    player auf production: **v1.1.0** wäre die erste.
    Jemand von lead muss es freigeben.
    Geändert wurde nichts.
    ");
    assert_eq!(bot.messages("deployments").len(), 2, "only what was really deployed");
    assert!(bot.page("deployments").await.contains("v1.1.0"));
});

conversation!(a_hotfix_says_so_and_an_alias_means_its_stage, bot => {
    bot.say("Mina", "player", "/deploy service:player stage:prod revision:v1.1.0 reason:hotfix").await;
    see!(bot.transcript("deployments"), @r"
    Hearth:
      ✋ **v1.1.0** of player waits for an approval for production.
      ┌ player → production
      │ Revision: v1.1.0
      │ Before: nothing
      │ Asked for by: <@1100000000000003000>
      │ Reason: hotfix
      │ Who may approve: lead
      │ Waits until: <t:1795611600:f>
      └ Hearth · ID
      [Approve] [Reject]
    ");
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
    see!(bot.hear("Mina", "player", "/deploy service:plyer stage:staging revision:v1.1.0").await, @r"There is no service called **plyer**. Did you mean player?");
    see!(bot.hear("Mina", "player", "/deploy service:zzz stage:staging revision:v1.1.0").await, @r"There is no service called **zzz**. `/help` lists the services of this platform.");
    see!(bot.hear("Greta", "player", "/deploy service:player stage:nirgendwo revision:v1.1.0").await, @r"Es gibt keine Stage **nirgendwo**. `/help` zählt die Stages dieser Plattform auf.");
    see!(bot.hear("Greta", "player", "/deploy service:player stage:stagign revision:v1.1.0").await, @r"Es gibt keine Stage **stagign**. Meinst du staging?");
    for strange in ["--help", "v1;rm", "-v", "v1 v2", "$(id)", "../../etc/passwd", "@everyone", "v\u{202e}1"] {
        let line = format!("/deploy service:player stage:staging revision:\"{strange}\"");
        let refused = bot.say("Mina", "player", &line).await.message();
        assert_eq!(refused.private_to.as_deref(), Some("Mina"), "{strange}");
        assert!(refused.text.contains("cannot be a revision"), "{strange}: {}", refused.text);
    }
    see!(bot.hear("Mina", "player", "/deploy service:player stage:staging revision:--help").await, @r"**\--help** cannot be a revision. Use up to 100 letters, digits and the signs `. _ - / +`, beginning with a letter or digit.");
    assert_eq!(bot.messages("deployments").len(), 0);
    // It could be one, and only the engine knows that it is none.
    bot.say("Mina", "player", "/deploy service:player stage:staging revision:v9.9.9").await;
    see!(bot.messages("deployments").last().unwrap().text, @r"<@1100000000000003000> **v9.9.9** of player failed on staging (it lies in what was asked for, not in the platform: player has no revision v9.9.9: there are v1.3.0, v1.2.0, v1.1.0, v1.0.0 (\`up\`: exit code 1)). No earlier revision has succeeded there.");
});

conversation!(who_speaks_german_is_refused_in_german_and_the_channel_stays_as_it_is, bot => {
    bot.say("Greta", "player", "/deploy service:player stage:staging revision:v1.1.0").await;
    see!(bot.transcript("player"), @r"
    Hearth to Greta's /deploy:
      <@1100000000000003006> brings **v1.1.0** of player to staging. <#1100000000000002002> shows how it goes.
    ");
    see!(said(bot.click("Greta", "deployments", "Logs").await), @r"
    Die letzten 3 Zeilen von **player v1.1.0**
    ```
    HH:MM:SS player v1.1.0 listens on 127.0.0.1:PORT
    HH:MM:SS GET /healthz 200
    HH:MM:SS GET /healthz 200
    ```
    ");
    see!(said(bot.click("Greta", "deployments", "History").await), @r"
    **Verlauf von player auf staging**
    <t:1795525200:R> · staging · **v1.1.0** · geglückt · <@1100000000000003006>
    ");
    see!(bot.hear("Greta", "player", "/deploy service:player stage:staging revision:--hilfe").await, @r"**\--hilfe** kann keine Revision sein. Nimm bis zu 100 Buchstaben, Ziffern und die Zeichen `. _ - / +`, mit einem Buchstaben oder einer Ziffer vorn.");
    see!(bot.hear("Greta", "player", "/rollback service:player stage:staging").await, @r"Auf staging ist noch keine frühere Revision von **player** geglückt, es gibt also nichts, wohin man zurückrollen könnte. `/history` zeigt, was versucht wurde.");
});

conversation!(who_may_not_deploy_is_told_so, bot => {
    see!(bot.hear("Nils", "player", "/deploy service:player stage:staging revision:v1.1.0").await, @r"You do not have the right **deployment.request** here. `/whoami` shows what you may do; the keepers of the platform give rights.");
    see!(bot.hear("Ada", "player", "/deploy service:player stage:staging revision:v1.1.0").await, @r"You do not have the right **deployment.request** here. `/whoami` shows what you may do; the keepers of the platform give rights.");
    see!(bot.hear("Nils", "player", "/status").await, @r"You do not have the right **deployment.see** here. `/whoami` shows what you may do; the keepers of the platform give rights.");
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
    see!(format!("{}\n{}", keepers.title, code(&keepers.description)), @r"
    For the keepers
    2 jobs are buried: they failed for good and wait for you.
    • post · result:ID · tried 12 times · <t:WHEN:R> · code CODE
    • post · live:ID · tried 12 times · <t:WHEN:R> · code CODE
    ");
    // In vain as long as the bot may not speak there; each try is twelve of them.
    see!(said(bot.click_on("Pia", &status, "Try again").await), @"2 jobs are tried again.");
    assert!(said(bot.click_on("Pia", &status, "Try again").await).starts_with("Nothing of this waits"));
    for _ in 0..12 {
        bot.forward(Duration::from_secs(600)).await;
    }
    bot.discord.set_access("deployments", hearth::playground::Access::Full);
    let status = bot.say("Pia", "platform", "/status service:player").await.message();
    see!(said(bot.click_on("Pia", &status, "Try again").await), @"2 jobs are tried again.");
    assert_eq!(bot.messages("deployments").len(), 2, "{}", bot.transcript("deployments"));
    let status = bot.say("Pia", "platform", "/status service:player").await.message();
    assert_eq!((status.private_to, status.embeds.len()), (None, 1));
});

conversation!(the_keepers_can_give_up_messages_that_nobody_can_be_sent, bot => {
    bot.expect_error("cannot be sent");
    bot.expect_error("broke");
    bot.discord.set_access("deployments", hearth::playground::Access::None);
    bot.say("Mina", "player", "/deploy service:player stage:staging revision:v1.1.0").await;
    for _ in 0..12 {
        bot.forward(Duration::from_secs(600)).await;
    }
    let status = bot.say("Pia", "platform", "/status").await.message();
    see!(said(bot.click_on("Pia", &status, "Give up the messages").await), @"2 messages are given up: nobody will read them.");
    let status = bot.say("Pia", "platform", "/status").await.message();
    assert_eq!(status.embeds.len(), 1);
});

conversation!(a_deployment_whose_job_is_given_up_has_failed_and_frees_its_place, bot => {
    bot.expect_error("broke");
    // The engine's folder is a file for a while: every start fails on our side.
    let operations = bot.folder.join("exec/operations");
    let aside = bot.folder.join("exec/aside");
    std::fs::rename(&operations, &aside).unwrap();
    std::fs::write(&operations, "").unwrap();
    bot.say("Mina", "player", "/deploy service:player stage:staging revision:v1.1.0").await;
    for _ in 0..12 {
        bot.forward(Duration::from_secs(600)).await;
    }
    see!(code(&bot.newest("deployments", 1)), @r"
    Hearth:
      <@1100000000000003000> **v1.1.0** of player failed on staging (Hearth had trouble of its own and gave up; what stands there now only the engine knows; code CODE). No earlier revision has succeeded there.
      [History]
      (calls Mina)
    ");
    assert!(bot.hear("Pia", "platform", "/status").await.contains("failed"));
    assert_eq!(bot.app.store().read().await.unwrap().buried_count().await.unwrap(), 0);
    std::fs::remove_file(&operations).unwrap();
    std::fs::rename(&aside, &operations).unwrap();
    bot.say("Mina", "player", "/deploy service:player stage:staging revision:v1.1.0").await;
    assert!(bot.page("deployments").await.contains("v1.1.0"));
});

/// The codes of breakages and the moments of giving up differ from run to run.
fn code(text: &str) -> String {
    let codes = regex::Regex::new("code [0-9A-F]{8}").unwrap();
    let moments = regex::Regex::new("<t:[0-9]+:R>").unwrap();
    let text = codes.replace_all(text, "code CODE");
    moments.replace_all(&text, "<t:WHEN:R>").into_owned()
}
