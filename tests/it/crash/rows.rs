//! The rows of the crash table, one test each, as far as they apply to programs on this machine.

use std::time::Duration;

use hearth::domain::limits;
use hearth::domain::platform::Platform;
use hearth::playground::{Answer, Failure};

use super::{CREATE, DEPLOY, DESTROY, all_is_once, dies_at, operations, settle, told};
use crate::harness::{Bot, Database, gated, said};

#[tokio::test]
async fn what_was_not_committed_never_was_and_asking_again_is_safe() {
    for deed in [CREATE, DEPLOY, DESTROY] {
        let seen = dies_at(deed, "commit.before", 1).await;
        assert_eq!(seen.answer, Answer::Unanswered);
        let again = seen.again.expect("asked again").message();
        assert_eq!(again.private_to, None, "{}", again.text);
    }
}

#[tokio::test]
async fn what_was_committed_goes_on_although_nobody_was_answered() {
    let seen = dies_at(CREATE, "commit.after", 1).await;
    assert_eq!(seen.answer, Answer::Unanswered);
    let again = seen.again.expect("asked again").message();
    assert_eq!(again.private_to.as_deref(), Some("Mina"), "{}", again.text);
    assert!(again.text.contains("demo"), "{}", again.text);
    let seen = dies_at(DEPLOY, "commit.after", 1).await;
    assert!(seen.again.is_none(), "the channel shows it");
}

#[tokio::test]
async fn what_was_answered_and_not_started_is_started_once() {
    for deed in [CREATE, DEPLOY] {
        let seen = dies_at(deed, "provider.start.before", 1).await;
        assert!(seen.died);
    }
}

#[tokio::test]
async fn a_start_whose_answer_was_lost_is_found_and_not_repeated() {
    for deed in [CREATE, DEPLOY] {
        let seen = dies_at(deed, "provider.start.after", 1).await;
        assert!(seen.died);
    }
}

#[tokio::test]
async fn what_runs_is_only_observed() {
    for deed in [CREATE, DEPLOY] {
        let seen = dies_at(deed, "provider.settle.before", 1).await;
        assert!(seen.died);
    }
}

#[tokio::test]
async fn what_had_ended_unseen_is_told_once() {
    for deed in [CREATE, DEPLOY] {
        let seen = dies_at(deed, "provider.settle.after", 1).await;
        assert!(seen.died);
    }
}

#[tokio::test]
async fn what_was_stored_and_not_told_is_told() {
    for deed in [CREATE, DEPLOY] {
        let seen = dies_at(deed, "commit.after", 3).await;
        assert!(seen.died);
    }
}

#[tokio::test]
async fn half_a_removal_is_removed_again() {
    for name in ["provider.destroy.before", "provider.destroy.after"] {
        let seen = dies_at(DESTROY, name, 1).await;
        assert!(seen.died, "{name}");
    }
}

/// The first message cannot be sent, and by the time it can the result has been told.
#[tokio::test]
async fn a_live_message_that_comes_late_does_not_replace_the_result() {
    for deed in [CREATE, DEPLOY] {
        let bot = Bot::start(Database::Sqlite).await;
        let posts = "POST /channels/{channel}/messages";
        bot.discord.fail_next(posts, 1, Failure::Status(500));
        bot.say("Mina", "player", deed.line).await;
        settle(&bot).await;
        let told = told(&bot, deed.channel);
        assert_eq!(told.len(), 2, "{}", bot.transcript(deed.channel));
        for expected in deed.told {
            let mut texts = told.iter().map(|message| &message.text);
            assert!(
                texts.any(|text| text.contains(expected)),
                "{}",
                bot.transcript(deed.channel)
            );
        }
        bot.end().await;
    }
}

/// The connection breaks after Discord has done what was asked: of every message, in turn.
#[tokio::test]
async fn a_message_whose_answer_was_lost_is_there_once() {
    for deed in [CREATE, DEPLOY] {
        for n in 1..=2 {
            let bot = Bot::start(Database::Sqlite).await;
            let posts = "POST /channels/{channel}/messages";
            let passed = bot.discord.hold_next(posts, n - 1);
            passed.open();
            bot.discord.fail_next(posts, 1, Failure::CutAfter);
            bot.say("Mina", "player", deed.line).await;
            settle(&bot).await;
            all_is_once(&bot, deed).await;
            bot.end().await;
        }
    }
}

#[tokio::test]
async fn an_answer_whose_receipt_was_lost_is_one_deed() {
    for deed in [CREATE, DEPLOY] {
        let bot = Bot::start(Database::Sqlite).await;
        let answers = "POST /interactions/{interaction}/{token}/callback";
        bot.discord.fail_next(answers, 1, Failure::CutAfter);
        bot.say("Mina", "player", deed.line).await;
        all_is_once(&bot, deed).await;
        bot.end().await;
    }
}

/// The machine loses power: the bot and the program are gone, and half of it is done.
#[tokio::test]
async fn a_program_that_died_with_the_bot_is_begun_again() {
    let mut bot = Bot::start_with(Database::Sqlite, gated).await;
    let mut gate = bot.close_gate();
    bot.ask("Mina", "player", DEPLOY.line).await;
    gate.reached().await;
    let (key, attempts) = operations(&bot).pop_first().expect("it was begun");
    assert_eq!(attempts, 1);
    let supervisor = bot
        .folder
        .join("exec/operations")
        .join(&key)
        .join("supervisor.json");
    let supervisor: serde_json::Value =
        serde_json::from_slice(&std::fs::read(supervisor).unwrap()).unwrap();
    let pid = i32::try_from(supervisor["pid"].as_i64().unwrap()).unwrap();
    let pid = rustix::process::Pid::from_raw(pid).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
    bot.crash_while(gate).await;
    settle(&bot).await;
    assert_eq!(operations(&bot), [(key, 2)].into());
    assert_eq!(
        told(&bot, "deployments").len(),
        2,
        "{}",
        bot.transcript("deployments")
    );
    assert!(bot.page("deployments").await.contains("v1.1.0"));
    bot.end().await;
}

#[tokio::test]
async fn what_ended_while_nobody_looked_is_removed_at_the_next_start() {
    let mut bot = Bot::start(Database::Sqlite).await;
    bot.say("Mina", "player", CREATE.line).await;
    bot.clock.forward(Duration::from_secs(9 * 3600));
    bot.restart().await;
    let list = said(bot.say("Mina", "player", "/env list").await);
    assert!(!list.contains("demo"), "{list}");
    assert!(operations(&bot).is_empty());
    bot.end().await;
}

/// Looks that found too many go on by themselves as soon as people have made it few enough.
#[tokio::test]
async fn what_is_held_goes_on_when_somebody_has_removed_some_by_hand() {
    let mut bot = Bot::start_with(Database::Sqlite, many).await;
    for number in 0..=limits::EXPIRED_AT_ONCE_MAX {
        let line = format!("/env create template:preview name:e{number} revision:v9");
        bot.ask("Mina", "player", &line).await;
    }
    bot.idle().await;
    bot.clock.forward(Duration::from_secs(9 * 3600));
    bot.restart().await;
    bot.say("Mina", "player", "/env destroy name:e7").await;
    bot.forward(limits::HELD_LOOK_AGAIN).await;
    let list = said(bot.say("Mina", "player", "/env list").await);
    assert!(!list.contains("e1"), "{list}");
    bot.end().await;
}

fn many(platform: &mut Platform) {
    for team in &mut platform.teams {
        team.environments_quota = 100;
    }
}

/// A clock that jumped, or a backup that was restored, must not remove everything at once.
#[tokio::test]
async fn too_many_that_are_due_at_once_are_not_removed_unasked() {
    let mut bot = Bot::start_with(Database::Sqlite, many).await;
    let n = limits::EXPIRED_AT_ONCE_MAX + 1;
    for number in 1..=n {
        // What could not be made is there all the same, and ends like everything else.
        let line = format!("/env create template:preview name:e{number} revision:v9");
        bot.ask("Mina", "player", &line).await;
    }
    bot.idle().await;
    bot.clock.forward(Duration::from_secs(9 * 3600));
    bot.restart().await;
    for _ in 0..14 {
        bot.forward(Duration::from_secs(600)).await;
    }
    let list = said(bot.say("Mina", "player", "/env list").await);
    assert!(list.contains("26"), "{list}");
    let status = bot.say("Pia", "platform", "/status").await.message();
    let keepers = &status.embeds[1].description;
    assert!(
        keepers.starts_with("26 environments of Player are past their end."),
        "{keepers}"
    );
    assert!(!keepers.contains("buried"), "{keepers}");
    let gone = said(bot.click_on("Pia", &status, "Remove 26 of Player").await);
    assert_eq!(gone, "26 environments of Player are removed now.");
    let list = said(bot.say("Mina", "player", "/env list").await);
    assert!(!list.contains("e1"), "{list}");
    let again = said(bot.click_on("Pia", &status, "Remove 26 of Player").await);
    assert!(again.starts_with("Nothing of this waits"), "{again}");
    bot.end().await;
}
