//! Discord fails, is slow, hangs up, or does not let the bot speak: nothing is lost and nothing is doubled.

use std::time::Duration;

use hearth::playground::{Access, Failure};

use crate::harness::{Bot, Setup, Waiting, by_shell, shown};
use crate::{changed_conversation, conversation, see};

const CREATE: &str = "/env create template:preview name:demo";
const POST: &str = "POST /channels/{channel}/messages";
const EDIT: &str = "PATCH /channels/{channel}/messages/{message}";
const ANSWER: &str = "POST /interactions/*/*/callback";

/// Jobs that failed are tried again by the bot's own waits.
async fn settle(bot: &Bot) {
    for _ in 0..6 {
        bot.forward(Duration::from_secs(60)).await;
    }
}

fn counted(bot: &Bot, text: &str) -> usize {
    let seen = bot.messages("player");
    seen.iter()
        .filter(|message| message.text.contains(text))
        .count()
}

/// What a new environment says is there once each; which of the messages comes first is not promised
/// while Discord fails.
fn everything_once(bot: &Bot) {
    let all = bot.headlines("player");
    assert_eq!(counted(bot, "asked for environment **demo**"), 1, "{all}");
    assert_eq!(
        counted(bot, "✅ Environment **demo** is ready: http"),
        1,
        "{all}"
    );
    assert_eq!(
        counted(bot, "Environment **demo** is ready after"),
        1,
        "{all}"
    );
    assert_eq!(bot.messages("player").len(), 3, "{all}");
}

conversation!(a_discord_that_fails_for_a_while_shows_everything_once_in_the_end, bot => {
    bot.discord.fail_next(POST, 4, Failure::Status(500));
    bot.discord.fail_next(EDIT, 2, Failure::Status(503));
    bot.say("Mina", "player", CREATE).await;
    settle(bot).await;
    everything_once(bot);
});

conversation!(a_discord_that_asks_to_wait_is_waited_for, bot => {
    bot.discord.fail_next(POST, 2, Failure::TooMany { retry_after: 0.2, global: false });
    bot.discord.fail_next(EDIT, 1, Failure::TooMany { retry_after: 0.2, global: true });
    bot.say("Mina", "player", CREATE).await;
    settle(bot).await;
    everything_once(bot);
});

conversation!(an_answer_that_never_came_back_doubles_no_message, bot => {
    bot.discord.fail_next(POST, 1, Failure::CutAfter);
    bot.say("Mina", "player", CREATE).await;
    settle(bot).await;
    assert_eq!(counted(bot, "is ready:"), 1);
    bot.discord.fail_next(POST, 1, Failure::CutBefore);
    bot.discord.fail_next(EDIT, 1, Failure::CutAfter);
    bot.say("Mina", "player", "/env destroy name:demo").await;
    settle(bot).await;
    let all = bot.headlines("player");
    assert_eq!(counted(bot, "⬜ Environment **demo** is destroyed."), 1, "{all}");
    assert_eq!(counted(bot, "is ready after"), 1, "{all}");
    assert_eq!(counted(bot, "asked for environment **demo**"), 1, "{all}");
    assert_eq!(counted(bot, "ends environment **demo**."), 1, "{all}");
    assert_eq!(bot.messages("player").len(), 4, "{all}");
});

conversation!(a_reply_that_did_not_arrive_is_sent_again_in_time, bot => {
    bot.discord.fail_next(ANSWER, 1, Failure::Status(500));
    see!(bot.privately("Mina", "player", "/env list").await, @"Team Player has no environment now. `/env create` makes one.");
    bot.discord.fail_next(ANSWER, 1, Failure::TooMany { retry_after: 0.2, global: false });
    see!(bot.say("Mina", "player", CREATE).await.message().text, @"<@1100000000000003000> asked for environment **demo** from template preview for team Player. The message below follows it.");
    assert_eq!(bot.messages("player").len(), 3, "the reply, how it stands, and the result");
});

changed_conversation!(a_result_that_was_said_first_is_not_taken_for_the_live_message, a_build_that_waits(), bot => {
    bot.discord.fail_next(POST, 2, Failure::Status(500));
    bot.say_at_once("Mina", "player", CREATE).await;
    Waiting::of(&bot.folder, "gate").release().await;
    bot.idle().await;
    settle(bot).await;
    assert_eq!(counted(bot, "is ready after"), 1, "{}", bot.headlines("player"));
    assert_eq!(counted(bot, "✅"), 1, "{}", bot.headlines("player"));
});

changed_conversation!(a_message_of_unknown_outcome_is_found_again_when_discord_has_forgotten_it, a_build_that_waits(), bot => {
    bot.discord.fail_next(POST, 1, Failure::CutAfter);
    bot.say_at_once("Mina", "player", CREATE).await;
    bot.until_shown("player", "Environment **demo**").await;
    bot.discord.fail_next(POST, 1, Failure::CutAfter);
    Waiting::of(&bot.folder, "gate").release().await;
    bot.idle().await;
    // So late that the nonce alone would not help.
    bot.forward(Duration::from_secs(1_800)).await;
    settle(bot).await;
    assert_eq!(counted(bot, "is ready after"), 1, "{}", bot.headlines("player"));
    assert_eq!(counted(bot, "✅"), 1, "{}", bot.headlines("player"));
});

fn a_build_that_waits() -> Setup {
    Setup::new()
        .platform(|_, folder| Waiting::make(folder, "gate"))
        .programs(&by_shell(
            &format!(
                "echo '{{\"progress\":\"waiting\"}}'; {}",
                Waiting::at("gate")
            ),
            "",
        ))
}

changed_conversation!(a_gateway_that_drops_in_the_middle_of_a_build_changes_nothing, a_build_that_waits(), bot => {
    bot.say_at_once("Mina", "player", CREATE).await;
    bot.until_shown("player", "Now: waiting").await;
    bot.discord.drop_gateway();
    Waiting::of(&bot.folder, "gate").release().await;
    bot.idle().await;
    bot.discord.connected().await;
    see!(bot.privately("Mina", "player", "/env list").await, @r"
    1 environment
    • **demo** · preview · ready · until <t:1795554000:R> · Player
    ");
    see!(bot.headlines("player"), @r"
    <@1100000000000003000> asked for environment **demo** from template preview for team Player. The message below follows it.
    ✅ Environment **demo** is ready.
    <@1100000000000003000> Environment **demo** is ready after under 1 s.
    ");
});

changed_conversation!(a_session_that_becomes_invalid_in_the_middle_of_a_build_changes_nothing, a_build_that_waits(), bot => {
    bot.say_at_once("Mina", "player", CREATE).await;
    bot.until_shown("player", "Now: waiting").await;
    let sessions = bot.discord.look(|state| state.n_sessions());
    bot.discord.invalidate_sessions();
    bot.discord.until("a new session", |state| state.n_sessions() > sessions && state.connected()).await;
    Waiting::of(&bot.folder, "gate").release().await;
    bot.idle().await;
    see!(bot.privately("Mina", "player", "/env list").await, @r"
    1 environment
    • **demo** · preview · ready · until <t:1795554000:R> · Player
    ");
    see!(bot.headlines("player"), @r"
    <@1100000000000003000> asked for environment **demo** from template preview for team Player. The message below follows it.
    ✅ Environment **demo** is ready.
    <@1100000000000003000> Environment **demo** is ready after under 1 s.
    ");
});

conversation!(a_channel_where_the_bot_may_not_speak_is_shown_to_the_keepers, bot => {
    bot.discord.set_access("player", Access::ReadOnly);
    bot.expect_error("cannot be sent");
    bot.expect_error("broke (");
    bot.say("Mina", "player", CREATE).await;
    for _ in 0..14 {
        bot.forward(Duration::from_secs(600)).await;
    }
    let status = bot.say("Pia", "platform", "/status").await.message();
    assert_eq!(status.private_to.as_deref(), Some("Pia"));
    let when = regex::Regex::new(r"<t:\d+:R>").unwrap();
    see!(when.replace_all(&shown(&status), "<t:WHEN:R>"), @r"
    **player**: staging nothing yet · production nothing yet
    **playlists**: staging nothing yet · production nothing yet
    **checkout**: staging nothing yet · production nothing yet
    ┌ What runs where
    │ player (team Player): staging: nothing yet
    │   production: nothing yet
    │ playlists (team Player): staging: nothing yet
    │   production: nothing yet
    │ checkout (team Platform): staging: nothing yet
    │   production: nothing yet
    └ 
    ┌ For the keepers
    │ 2 jobs are buried: they failed for good and wait for you.
    │ • post · result:ID · tried 12 times · <t:WHEN:R> · code CODE
    │ • post · live:ID · tried 12 times · <t:WHEN:R> · code CODE
    └ 
    [Try again] [Give up the messages]
    ");
    // Who keeps nothing sees nothing of it.
    let status = bot.say("Mina", "platform", "/status").await.message();
    assert!(!shown(&status).contains("buried"), "{}", shown(&status));
    // The environment itself is there all the same.
    see!(bot.privately("Mina", "player", "/env list").await, @r"
    1 environment
    • **demo** · preview · ready · until <t:1795554000:R> · Player
    ");
    let refused = bot.discord.take_complaints();
    assert!(refused.iter().all(|complaint| complaint.contains("50013") || complaint.contains("50001")), "{refused:?}");
});

/// A live message that has grown old, and what replaces it.
async fn replaced(bot: &Bot) {
    bot.say("Mina", "player", CREATE).await;
    bot.forward(Duration::from_secs(3_600)).await;
    bot.say("Mina", "player", "/env extend name:demo by:4")
        .await;
    settle(bot).await;
}

conversation!(a_message_that_was_replaced_points_to_the_newer_one, bot => {
    replaced(bot).await;
    let seen = bot.messages("player");
    let former = seen.iter().find(|message| message.text.contains("newer message")).unwrap();
    see!(shown(former).replace(&seen.last().unwrap().id.to_string(), "NEWER"), @r"**Environment demo**: how it stands now is in the newer message, https://discord.com/channels/1100000000000000000/1100000000000002001/NEWER");
    assert!(former.buttons.is_empty(), "{former:?}");
    assert!(!seen.last().unwrap().buttons.is_empty(), "the newer one has them");
});

conversation!(a_message_that_was_replaced_is_retired_although_discord_fails, bot => {
    // One is made and its answer lost, one is refused for a moment.
    bot.discord.fail_next(EDIT, 1, Failure::CutAfter);
    bot.discord.fail_next(EDIT, 1, Failure::Status(503));
    replaced(bot).await;
    assert_eq!(counted(bot, "newer message"), 1, "{}", bot.headlines("player"));
    assert_eq!(counted(bot, "✅"), 1, "{}", bot.headlines("player"));
});

conversation!(a_message_that_was_replaced_and_may_not_be_edited_is_left_alone, bot => {
    bot.say("Mina", "player", CREATE).await;
    bot.forward(Duration::from_secs(3_600)).await;
    bot.discord.fail_next(EDIT, 1, Failure::Status(404));
    bot.say("Mina", "player", "/env extend name:demo by:4").await;
    settle(bot).await;
    assert_eq!(counted(bot, "newer message"), 0, "{}", bot.headlines("player"));
    assert_eq!(counted(bot, "✅"), 2, "{}", bot.headlines("player"));
});

conversation!(a_newer_message_of_unknown_outcome_is_not_doubled_when_discord_has_forgotten_it, bot => {
    bot.say("Mina", "player", CREATE).await;
    bot.forward(Duration::from_secs(3_600)).await;
    bot.discord.fail_next(POST, 1, Failure::CutAfter);
    bot.say_at_once("Mina", "player", "/env extend name:demo by:4").await;
    bot.until_shown("player", "Extended: 1 of 3").await;
    bot.forward(Duration::from_secs(1_800)).await;
    settle(bot).await;
    assert_eq!(counted(bot, "newer message"), 1, "{}", bot.headlines("player"));
    assert_eq!(counted(bot, "✅"), 1, "{}", bot.headlines("player"));
});
