//! The life of a pull request's environment, found by the sweep alone.

use std::time::Duration;

use crate::harness::{Setup, Waiting, by_shell};
use crate::{changed_conversation, see};

use super::forge::{self, Forge};
use super::sent::Sent;
use super::{built, github, with};
use hearth::domain::platform::Forge as Kind;

const LOOK: Duration = Duration::from_secs(300);
const HOUR: Duration = Duration::from_secs(3_600);

changed_conversation!(a_pull_request_gets_an_environment_that_follows_it_to_its_end, github(), bot => {
    let forge = forge::of(bot);
    forge.open(7, "a1");
    bot.forward(LOOK).await;
    see!(bot.transcript("player"), @"");
    see!(forge.comments(7), @"");
    see!(forge.deployments(), @"");
    assert_eq!(built(bot), "a1");
    forge.push(7, "b2");
    bot.forward(LOOK).await;
    assert_eq!(built(bot), "a1 b2");
    see!(forge.comments(7), @"");
    see!(bot.privately("Mina", "player", "/env why name:player-pr-7").await, @"");
    forge.close(7, "merged");
    bot.forward(LOOK).await;
    assert!(bot.folder.join("player-pr-7.is").exists(), "the grace");
    bot.forward(HOUR).await;
    assert!(!bot.folder.join("player-pr-7.is").exists());
    see!(bot.headlines("player"), @"");
    see!(forge.comments(7), @"");
    see!(forge.deployments(), @"");
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
    see!(forge.comments(7), @"");
    see!(forge.deployments(), @"");
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
    looked(bot, &forge).await;
    bot.clock.forward(HOUR);
    bot.discord.clock_moved();
    bot.until_shown("player", "its pull request is closed").await;
    bot.idle().await;
    assert!(!bot.folder.join("player-pr-7.is").exists());
    see!(forge.deployments(), @"");
});

/// Waits until the forge was asked about the pull request once more.
async fn looked(bot: &crate::harness::Bot, forge: &Forge) {
    let asked = || forge.served.asked("GET /repos/sonsic/player/pulls/7").len();
    let before = asked();
    for _ in 0..200 {
        if asked() > before.min(1) {
            break;
        }
        tokio::task::yield_now().await;
    }
    // The end of the grace is planned in the same breath as the comment is brought up to date.
    let _still = bot.app.store().read().await.unwrap();
}

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
    forge.close(other, "closed");
    bot.forward(LOOK).await;
    bot.forward(HOUR).await;
    bot.forward(LOOK).await;
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
    see!(forge.comments(7), @"");
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
