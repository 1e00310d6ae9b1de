//! What a digest says about the time in which nobody listened.

use std::time::Duration;

use hearth::domain::fact::Kind;
use hearth::domain::time::hours;
use hearth::domain::{Timestamp, limits};

use crate::conversation;
use crate::harness::Bot;

/// From Tuesday, 14:00 in Berlin, to the Monday after it, 12:00.
const TO_MONDAY: Duration = hours(5 * 24 + 22);

const DAY: Duration = hours(24);

/// The footer's words about coverage in the newest whole week's digest.
fn covered(bot: &Bot) -> String {
    let digests = bot.messages("platform");
    let newest = digests.iter().rev().find_map(|digest| {
        let footer = &digest.embeds.last()?.footer;
        footer.contains("coverage").then(|| footer.clone())
    });
    let footer = newest.expect("a digest was posted");
    let words = footer.split(" · ").find(|words| words.contains("coverage"));
    words.expect("it says what is covered").to_owned()
}

conversation!(a_week_with_two_days_of_rest_is_covered_for_five_days, bot => {
    bot.forward(TO_MONDAY).await;
    bot.forward(DAY).await;
    bot.down_for(2 * DAY).await;
    bot.forward(4 * DAY).await;
    assert_eq!(covered(bot), "coverage 71.4 %");
    bot.forward(7 * DAY).await;
    assert_eq!(covered(bot), "coverage 100 %");
});

conversation!(a_week_with_two_days_after_a_crash_is_covered_for_five_days, bot => {
    bot.forward(TO_MONDAY).await;
    bot.forward(DAY).await;
    bot.dead_for(2 * DAY).await;
    bot.forward(4 * DAY).await;
    assert_eq!(covered(bot), "coverage 71.4 %");
});

conversation!(a_life_leaves_one_row_and_two_facts_however_long_it_is, bot => {
    for _ in 0..5 {
        bot.forward(limits::SIGN_OF_LIFE_EVERY).await;
    }
    let crashed_at = bot.app.now();
    bot.dead_for(limits::SIGN_OF_LIFE_EVERY / 2).await;
    bot.down_for(DAY).await;
    let mut reader = bot.app.store().read().await.unwrap();
    let mut lives = Vec::new();
    let note = |fact: hearth::domain::fact::Fact| {
        lives.push((fact.kind, fact.occurred_at));
        true
    };
    reader.each_fact(Timestamp(0), Timestamp(i64::MAX), note).await.unwrap();
    drop(reader);
    lives.retain(|(kind, _)| matches!(kind, Kind::SourceConnected | Kind::SourceLost));
    let back = crashed_at.plus(limits::SIGN_OF_LIFE_EVERY / 2);
    lives.sort_unstable_by_key(|(kind, at)| (*at, *kind));
    assert_eq!(lives, [
        (Kind::SourceConnected, crate::harness::START),
        (Kind::SourceLost, crashed_at),
        (Kind::SourceConnected, back),
        (Kind::SourceLost, back),
        (Kind::SourceConnected, back.plus(DAY)),
    ]);
});
