//! Nobody is left without a word: late, broken, busy and lost answers.

use std::sync::Arc;

use hearth::domain::chat::{ButtonKind, UserId};
use hearth::playground::Answer as Seen;
use tokio::sync::{Notify, Semaphore};

use super::*;

#[tokio::test]
async fn a_panic_becomes_a_private_answer_and_the_next_one_is_heard() {
    let bench = Bench::new(|it| async move {
        assert_ne!(it.person.language, Language::German, "this panic is meant");
        say(false, "fine")
    })
    .await;
    let message = bench
        .server
        .slash("bert", "platform", "/whoami")
        .unwrap()
        .answer()
        .await
        .message();
    assert_eq!(
        (message.text.as_str(), message.private_to.as_deref()),
        ("Broken de", Some("bert"))
    );
    assert_eq!(
        bench
            .server
            .slash("ada", "platform", "/whoami")
            .unwrap()
            .answer()
            .await
            .message()
            .text,
        "fine"
    );
    bench.end().await;
}

#[tokio::test]
async fn an_answer_that_takes_too_long_is_replaced_by_a_word() {
    let goes_on = Arc::new(Notify::new());
    let finished = Arc::new(Notify::new());
    let bench = Bench::new({
        let (goes_on, finished) = (Arc::clone(&goes_on), Arc::clone(&finished));
        move |_| {
            let (goes_on, finished) = (Arc::clone(&goes_on), Arc::clone(&finished));
            async move {
                goes_on.notified().await;
                finished.notify_one();
                say(false, "too late")
            }
        }
    })
    .await;
    let sent = bench.server.slash("ada", "platform", "/whoami").unwrap();
    let message = sent.answer().await.message();
    assert_eq!(
        (message.text.as_str(), message.private_to.as_deref()),
        ("Late en", Some("ada"))
    );
    // What was begun is not cut off in the middle.
    goes_on.notify_one();
    tokio::time::timeout(PATIENCE, finished.notified())
        .await
        .unwrap();
    assert_eq!(n_callbacks(&bench, sent.id()), 1);
    bench.end().await;
}

#[tokio::test]
async fn what_may_be_deferred_is_and_stays_private() {
    let goes_on = Arc::new(Notify::new());
    let bench = Bench::with_patience(true, {
        let goes_on = Arc::clone(&goes_on);
        move |it| {
            let goes_on = Arc::clone(&goes_on);
            async move {
                if it.person.language == Language::German {
                    return say(false, "at once");
                }
                goes_on.notified().await;
                say(false, "it took a while")
            }
        }
    })
    .await;
    let sent = bench.server.slash("ada", "platform", "/whoami").unwrap();
    let Seen::Thinking(thinking) = sent.first().await else {
        panic!("not deferred")
    };
    assert_eq!(thinking.private_to.as_deref(), Some("ada"));
    goes_on.notify_one();
    let message = sent.answer().await.message();
    assert_eq!(message.text, "it took a while");
    assert_eq!(message.private_to.as_deref(), Some("ada"));
    let quick = bench.server.slash("bert", "platform", "/whoami").unwrap();
    assert_eq!(quick.answer().await.message().private_to, None);
    bench.end().await;
}

#[tokio::test]
async fn an_answer_that_discord_would_refuse_becomes_a_private_word() {
    let bench = Bench::new(|it| async move {
        match it.person.language {
            // No suggestions are asked for here.
            Language::German => Answer::Suggest(Vec::new()),
            // Two components with one custom id.
            Language::English => {
                let button = |label: &str| Button {
                    label: label.to_owned(),
                    kind: ButtonKind::Danger("same".to_owned()),
                    disabled: false,
                };
                let row = Row::Buttons(vec![button("a"), button("b")]);
                Answer::Say {
                    private: false,
                    message: Message {
                        rows: vec![row],
                        ..text("x")
                    },
                }
            }
        }
    })
    .await;
    assert_eq!(
        bench
            .server
            .slash("bert", "platform", "/whoami")
            .unwrap()
            .answer()
            .await
            .message()
            .text,
        "Broken de"
    );
    let message = bench
        .server
        .slash("ada", "platform", "/whoami")
        .unwrap()
        .answer()
        .await
        .message();
    assert_eq!(
        (message.text.as_str(), message.private_to.as_deref()),
        ("Broken en", Some("ada"))
    );
    assert_eq!(bench.server.take_complaints().len(), 1);
    bench.end().await;
}

#[tokio::test]
async fn what_comes_from_direct_messages_is_answered_there_and_not_heard() {
    let bench = Bench::new(|_| async { say(false, "heard") }).await;
    let ada = UserId(bench.server.member_id("ada").unwrap());
    let direct = bench.discord.direct_channel(ada).await.unwrap();
    let id = bench
        .discord
        .post(direct, &with_button("hello", "x"), "n1", None)
        .await
        .unwrap();
    let message = bench
        .server
        .click("ada", id.0, "x")
        .unwrap()
        .answer()
        .await
        .message();
    assert_eq!(
        (message.text.as_str(), message.private_to.as_deref()),
        ("Elsewhere en", Some("ada"))
    );
    assert!(bench.heard().is_empty());
    bench.end().await;
}

#[tokio::test]
async fn beyond_what_can_be_in_hand_people_are_told_that_it_is_busy() {
    let gate = Arc::new(Semaphore::new(0));
    let bench = Bench::new({
        let gate = Arc::clone(&gate);
        move |_| {
            let gate = Arc::clone(&gate);
            async move {
                drop(gate.acquire().await);
                say(true, "done")
            }
        }
    })
    .await;
    let sent: Vec<_> = (0..257)
        .map(|_| bench.server.slash("ada", "platform", "/whoami").unwrap())
        .collect();
    // One of them finds no place and is answered at once; the others wait for the gate.
    bench
        .server
        .until("one is told that it is busy", |state| {
            !state.private_messages("ada").is_empty()
        })
        .await;
    gate.add_permits(1_000);
    let mut answers = Vec::new();
    for one in &sent {
        answers.push(one.answer().await.message().text);
    }
    answers.sort();
    assert_eq!(answers.iter().filter(|text| *text == "Busy en").count(), 1);
    assert_eq!(answers.iter().filter(|text| *text == "done").count(), 256);
    bench.end().await;
}

#[tokio::test]
async fn a_callback_that_did_not_arrive_is_sent_again() {
    let bench = Bench::new(|_| async { say(false, "hello") }).await;
    let callback = "POST /interactions/{interaction}/{token}/callback";
    for failure in [
        playground::Failure::Status(500),
        playground::Failure::Status(503),
        playground::Failure::TooMany {
            retry_after: 0.2,
            global: false,
        },
    ] {
        bench.server.fail_next(callback, 1, failure.clone());
        let sent = bench.server.slash("ada", "platform", "/whoami").unwrap();
        assert_eq!(sent.answer().await.message().text, "hello", "{failure:?}");
        assert_eq!(n_callbacks(&bench, sent.id()), 2, "{failure:?}");
    }
    bench.end().await;
}

#[tokio::test]
async fn a_callback_of_unknown_outcome_is_not_sent_twice() {
    let bench = Bench::new(|_| async { say(false, "hello") }).await;
    bench.server.fail_next(
        "POST /interactions/{interaction}/{token}/callback",
        1,
        playground::Failure::CutAfter,
    );
    let sent = bench.server.slash("ada", "platform", "/whoami").unwrap();
    assert_eq!(sent.answer().await.message().text, "hello");
    bench
        .server
        .slash("ada", "platform", "/whoami")
        .unwrap()
        .answer()
        .await;
    assert_eq!(n_callbacks(&bench, sent.id()), 1);
    bench.end().await;
}
