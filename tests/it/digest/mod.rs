//! Digests on a whole bot: the week so far, the last week privately, the schedule, and made-up history.

use std::time::Duration;

use hearth::app::clock::Clock as _;
use hearth::app::sample_history;
use hearth::domain::Timestamp;
use hearth::playground::{Answer, Message};

use crate::harness::{Bot, Database};

/// From Tuesday, 14:00, to Monday, ten o'clock.
const UNTIL_AFTER_THE_FIRING: Duration = Duration::from_secs((5 * 24 + 20) * 3600);

/// The digests in `#platform`, oldest first.
fn posted(bot: &Bot) -> Vec<Message> {
    let mut messages = bot.messages("platform");
    messages.retain(|message| !message.attachments.is_empty());
    messages
}

fn names(message: &Message) -> Vec<&str> {
    message
        .attachments
        .iter()
        .map(|file| file.name.as_str())
        .collect()
}

#[tokio::test]
async fn the_week_so_far_is_posted_on_request_and_the_whole_week_by_the_schedule() {
    let bot = Bot::start(Database::Sqlite).await;
    sample_history::record(&bot.app).await.unwrap();
    let count = facts(&bot).await;
    sample_history::record(&bot.app).await.unwrap();
    assert_eq!(facts(&bot).await, count, "a second time changes nothing");

    bot.say("Pia", "platform", "/digest now").await;
    let first = posted(&bot);
    assert_eq!(first.len(), 1);
    assert!(first[0].text.contains("Provisional: the week is not over."));
    assert!(first[0].text.contains("Includes sample data"));
    assert_eq!(names(&first[0]), ["strategy.png", "heat.png"]);

    bot.forward(Duration::from_secs(60)).await;
    bot.say("Pia", "platform", "/digest now digest:weekly")
        .await;
    assert_eq!(posted(&bot).len(), 2, "another moment is another edition");

    bot.forward(UNTIL_AFTER_THE_FIRING).await;
    let all = posted(&bot);
    assert_eq!(all.len(), 3);
    let whole = &all[2];
    assert!(!whole.text.contains("Provisional"), "{}", whole.text);
    assert!(
        whole.embeds[0].footer.contains("Frozen"),
        "{:?}",
        whole.embeds
    );
    let mut reader = bot.app.store().read().await.unwrap();
    let editions = reader.editions("weekly", 10).await.unwrap();
    assert_eq!(editions.len(), 3);
    assert!(
        editions
            .iter()
            .all(|edition| edition.window_start == editions[0].window_start)
    );
    let frozen = reader
        .edition_of("weekly", editions[0].window_start)
        .await
        .unwrap();
    assert!(frozen.unwrap().numbers.contains(r#""standing":"frozen""#));
    drop(reader);
    bot.end().await;
}

#[tokio::test]
async fn a_preview_is_private_and_keeps_nothing() {
    let bot = Bot::start(Database::Sqlite).await;
    sample_history::record(&bot.app).await.unwrap();
    let Answer::Message(message) = bot.say("Mina", "platform", "/digest preview").await else {
        panic!("a message is the answer");
    };
    assert_eq!(message.private_to.as_deref(), Some("Mina"));
    assert!(
        message.text.starts_with("Only you see this."),
        "{}",
        message.text
    );
    assert!(
        message.text.contains("Time until an environment is ready"),
        "{}",
        message.text
    );
    assert_eq!(names(&message), ["strategy.png", "heat.png"]);
    let mut reader = bot.app.store().read().await.unwrap();
    assert_eq!(reader.editions("weekly", 10).await.unwrap(), []);
    drop(reader);
    assert!(posted(&bot).is_empty());
    bot.end().await;
}

#[tokio::test]
async fn a_digest_that_is_not_known_is_refused_with_near_names() {
    let bot = Bot::start(Database::Sqlite).await;
    let Answer::Message(message) = bot
        .say("Pia", "platform", "/digest now digest:weakly")
        .await
    else {
        panic!("a message is the answer");
    };
    assert!(
        message.text.contains("Did you mean weekly?"),
        "{}",
        message.text
    );
    assert!(message.private_to.is_some());
    bot.end().await;
}

#[tokio::test]
async fn an_installation_without_a_past_posts_that_it_knows_nothing_yet() {
    let bot = Bot::start(Database::Sqlite).await;
    bot.say("Pia", "platform", "/digest now").await;
    let messages = bot.messages("platform");
    let digest = messages.last().unwrap();
    assert!(
        digest.text.contains("There is no data for this week"),
        "{}",
        digest.text
    );
    assert!(!digest.embeds[0].description.contains("**0**"));
    bot.end().await;
}

async fn facts(bot: &Bot) -> usize {
    let mut reader = bot.app.store().read().await.expect("a look");
    let all = reader
        .facts_between(Timestamp(0), bot.clock.now())
        .await
        .expect("facts");
    all.len()
}
