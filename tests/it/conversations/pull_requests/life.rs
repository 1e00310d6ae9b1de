//! The life of a pull request's environment, found by the sweep alone.

use std::time::Duration;

use crate::harness::{Setup, Waiting, by_shell};
use crate::providers::served::Fault;
use crate::{changed_conversation, see};

use super::forge;
use super::sent::Sent;
use super::{built, github, with};
use hearth::domain::platform::Forge as Kind;

const LOOK: Duration = Duration::from_secs(300);
const HOUR: Duration = Duration::from_secs(3_600);

changed_conversation!(a_pull_request_gets_an_environment_that_follows_it_to_its_end, github(), bot => {
    let forge = forge::of(bot);
    forge.open(7, "a1");
    bot.forward(LOOK).await;
    see!(bot.transcript("player"), @r"
    Hearth:
      ✅ Environment **player-pr-7** is ready: http://127.0.0.1:PORT/
      ┌ Environment player-pr-7
      │ Template: preview
      │ Revision: a100000000000000000000000000000000000000
      │ Pull request: [#7](<https://github.example/sonsic/player/pull/7>)
      │ Team: Player
      │ Owner: mina
      │ Lives until: <t:1795554300:f> (<t:1795554300:R>)
      │ Build time: under 1 s
      └ Hearth · ID
      [Open ↗] [Logs] [Extend by 4 hours] [Destroy]
    ");
    see!(forge.comments(7), @r"
    ✅ Environment **player-pr-7** is ready with a1000000: http://127.0.0.1:PORT/

    Follow it in Discord: https://discord.com/channels/MESSAGE
    ");
    see!(forge.deployments(), @r#"
    player-pr-7 a1000000: success http://127.0.0.1:PORT/
    environments: {"player-pr-7"}
    "#);
    assert_eq!(built(bot), "a1");
    forge.push(7, "b2");
    bot.forward(LOOK).await;
    assert_eq!(built(bot), "a1 b2");
    see!(forge.comments(7), @r"
    ✅ Environment **player-pr-7** is ready with b2000000: http://127.0.0.1:PORT/

    Follow it in Discord: https://discord.com/channels/MESSAGE
    ");
    see!(bot.privately("Mina", "player", "/env why name:player-pr-7").await, @r"
    **Why is player-pr-7 here?**
    It became ready <t:1795525800:R>.
    mina has it for team Player, from template preview, asked for <t:1795525500:f>.
    It is for pull request #7.
    Next: its owner is warned <t:1795551000:R>, and it ends <t:1795554600:R>.
    ");
    forge.close(7, "merged");
    bot.forward(LOOK).await;
    assert!(bot.folder.join("player-pr-7.is").exists(), "the grace");
    bot.forward(HOUR).await;
    assert!(!bot.folder.join("player-pr-7.is").exists());
    see!(bot.headlines("player"), @r"
    **Environment player-pr-7**: how it stands now is in the newer message, https://discord.com/channels/MESSAGE
    ⬜ Environment **player-pr-7** is destroyed: its pull request is closed.
    ");
    see!(forge.comments(7), @r"
    ⬜ Environment **player-pr-7** is gone, because the pull request is closed or asks for none any more.

    Follow it in Discord: https://discord.com/channels/MESSAGE
    ");
    see!(forge.deployments(), @"environments: {}");
    assert_eq!(forge.world(|world| world.comments.len()), 1);
    bot.forward(HOUR).await;
    assert_eq!(built(bot), "a1 b2");
});

changed_conversation!(reopened_within_the_grace_it_goes_on_and_later_a_new_one_is_built, github(), bot => {
    let forge = forge::of(bot);
    forge.open(7, "a1");
    bot.forward(LOOK).await;
    forge.close(7, "closed");
    bot.forward(LOOK).await;
    forge.reopen(7);
    bot.forward(LOOK).await;
    bot.forward(2 * HOUR).await;
    assert!(bot.folder.join("player-pr-7.is").exists());
    assert_eq!(built(bot), "a1");
    forge.close(7, "closed");
    bot.forward(LOOK).await;
    bot.forward(HOUR).await;
    assert!(!bot.folder.join("player-pr-7.is").exists());
    forge.reopen(7);
    bot.forward(LOOK).await;
    assert_eq!(built(bot), "a1 a1");
    see!(forge.comments(7), @r"
    ✅ Environment **player-pr-7** is ready with a1000000: http://127.0.0.1:PORT/

    Follow it in Discord: https://discord.com/channels/MESSAGE
    ");
    see!(forge.deployments(), @r#"
    player-pr-7 a1000000: success http://127.0.0.1:PORT/
    environments: {"player-pr-7"}
    "#);
});

/// Builds that wait at a pipe.
fn waiting() -> Setup {
    let up = format!(
        r#"echo "$HEARTH_REVISION" >> FOLDER/built; {}"#,
        Waiting::at("go")
    );
    with(Kind::GitHub, |_| {})
        .platform(|_, folder| Waiting::make(folder, "go"))
        .programs(&by_shell(&up, ""))
}

changed_conversation!(a_storm_of_pushes_during_a_build_is_one_more_build_of_the_newest, waiting(), bot => {
    let forge = forge::of(bot);
    forge.open(7, "a1");
    bot.clock.forward(LOOK);
    bot.discord.clock_moved();
    bot.until_shown("player", "is building").await;
    for n in 0..30 {
        forge.push(7, &format!("b{n}"));
        Sent::about(bot, &format!("d-{n}"), 7).send(bot).await;
    }
    forge.until_said(7, "b2900000 is built next").await;
    Waiting::of(&bot.folder, "go").release().await;
    Waiting::of(&bot.folder, "go").release().await;
    bot.idle().await;
    assert_eq!(built(bot), "a1 b29");
    assert_eq!(forge.world(|world| world.comments.len()), 1);
});

changed_conversation!(closed_during_its_build_it_goes_when_the_grace_is_over, waiting(), bot => {
    let forge = forge::of(bot);
    forge.open(7, "a1");
    bot.clock.forward(LOOK);
    bot.discord.clock_moved();
    bot.until_shown("player", "is building").await;
    forge.close(7, "closed");
    Sent::about(bot, "d-1", 7).send(bot).await;
    forge.until_said(7, "removed soon").await;
    bot.clock.forward(HOUR);
    bot.discord.clock_moved();
    bot.until_shown("player", "its pull request is closed").await;
    bot.idle().await;
    assert!(!bot.folder.join("player-pr-7.is").exists());
    see!(forge.deployments(), @"environments: {}");
});

changed_conversation!(a_full_quota_is_said_and_asked_for_again, github(), bot => {
    let forge = forge::of(bot);
    for number in 1..=4 {
        forge.open(number, "a1");
    }
    bot.forward(LOOK).await;
    let said: Vec<String> = (1..=4).map(|number| forge.comments(number)).collect();
    assert_eq!(said.iter().filter(|said| said.contains("no room")).count(), 1, "{said:#?}");
    assert_eq!(built(bot), "a1 a1 a1");
    let without = (1..=4).find(|number| said[*number as usize - 1].contains("no room")).unwrap();
    let other = if without == 1 { 2 } else { 1 };
    bot.say("Mina", "player", &format!("/env destroy name:player-pr-{other}")).await;
    assert!(bot.folder.join(format!("player-pr-{without}.is")).exists());
});

changed_conversation!(a_label_is_waited_for, with(Kind::GitHub, |rule| rule.label = Some("preview".into())), bot => {
    let forge = forge::of(bot);
    forge.open(7, "a1");
    bot.forward(LOOK).await;
    assert_eq!(built(bot), "");
    assert_eq!(forge.comments(7), "");
    forge.change(7, |pull| pull.labels = vec!["preview".into()]);
    bot.forward(LOOK).await;
    assert_eq!(built(bot), "a1");
    forge.change(7, |pull| pull.labels.clear());
    bot.forward(LOOK).await;
    bot.forward(HOUR).await;
    assert!(!bot.folder.join("player-pr-7.is").exists());
});

changed_conversation!(what_somebody_destroyed_comes_back_with_the_next_push, github(), bot => {
    let forge = forge::of(bot);
    forge.open(7, "a1");
    bot.forward(LOOK).await;
    bot.say("Mina", "player", "/env destroy name:player-pr-7").await;
    bot.forward(LOOK).await;
    assert_eq!(built(bot), "a1");
    see!(forge.comments(7), @r"
    ⬜ Environment **player-pr-7** is gone. A push to the open pull request makes a new one.

    Follow it in Discord: https://discord.com/channels/MESSAGE
    ");
    forge.push(7, "b2");
    bot.forward(LOOK).await;
    assert_eq!(built(bot), "a1 b2");
});

changed_conversation!(a_token_without_rights_costs_the_deployments_and_nothing_else, github(), bot => {
    let forge = forge::of(bot);
    forge.world(|world| world.forbids_deployments = true);
    forge.open(7, "a1");
    bot.forward(LOOK).await;
    assert_eq!(built(bot), "a1");
    assert!(forge.comments(7).contains("is ready"));
    assert_eq!(forge.world(|world| world.deployments.len()), 0);
    forge.close(7, "closed");
    bot.forward(LOOK).await;
    bot.forward(HOUR).await;
    assert!(!bot.folder.join("player-pr-7.is").exists());
});

changed_conversation!(a_lost_reply_doubles_neither_the_comment_nor_the_deployment, github(), bot => {
    let forge = forge::of(bot);
    forge.open(7, "a1");
    for beginning in ["POST /repos/sonsic/player/issues/7/comments", "POST /repos/sonsic/player/deployments"] {
        forge.served.fault(beginning, Fault::LostReply);
    }
    bot.forward(LOOK).await;
    bot.forward(HOUR).await;
    assert_eq!(forge.world(|world| (world.comments.len(), world.deployments.len())), (1, 1));
    assert!(forge.comments(7).contains("is ready"));
});

changed_conversation!(a_forge_that_is_down_is_asked_again_and_nothing_is_lost, github(), bot => {
    let forge = forge::of(bot);
    forge.open(7, "a1");
    for _ in 0..2 {
        forge.served.fault("GET /repos/sonsic/player/pulls", Fault::Instead(503, vec![], vec![]));
    }
    bot.forward(LOOK).await;
    assert_eq!(built(bot), "");
    bot.forward(LOOK).await;
    bot.forward(LOOK).await;
    assert_eq!(built(bot), "a1");
    forge.close(7, "closed");
    bot.down_for(2 * HOUR).await;
    bot.forward(2 * HOUR).await;
    assert!(!bot.folder.join("player-pr-7.is").exists());
});
