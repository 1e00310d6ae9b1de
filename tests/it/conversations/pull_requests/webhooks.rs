//! What forges send by themselves: heard once, signed, after a restart, and beside the sweep.

use std::time::Duration;

use hearth::domain::platform::Forge as Kind;

use super::sent::{Sent, deliver};
use super::{built, forge, github, with};
use crate::changed_conversation;

/// The sweep comes so rarely that only what is sent can be the cause.
fn rarely() -> crate::harness::Setup {
    with(Kind::GitHub, |rule| {
        rule.look_every = Duration::from_secs(86_400);
    })
}

changed_conversation!(webhooks_alone_are_enough, rarely(), bot => {
    let forge = forge::of(bot);
    forge.open(7, "a1");
    deliver(bot, "d-1", 7).await;
    assert_eq!(built(bot), "a1");
    forge.push(7, "b2");
    deliver(bot, "d-2", 7).await;
    assert_eq!(built(bot), "a1 b2");
    forge.close(7, "merged");
    deliver(bot, "d-3", 7).await;
    bot.forward(Duration::from_secs(3_600)).await;
    assert!(!bot.folder.join("player-pr-7.is").exists());
    assert_eq!(forge.world(|world| world.comments.len()), 1);
});

changed_conversation!(a_delivery_that_comes_twice_is_heard_once, rarely(), bot => {
    let forge = forge::of(bot);
    forge.open(7, "a1");
    deliver(bot, "d-1", 7).await;
    let looks = || forge.served.asked("GET /repos/sonsic/player/pulls/7").len();
    let once = looks();
    deliver(bot, "d-1", 7).await;
    // The id is not signed: with another one the same words are still the same.
    let mut replayed = Sent::about(bot, "d-1", 7);
    replayed.id = "d-9".into();
    assert_eq!(replayed.send(bot).await, (202, String::new()));
    bot.idle().await;
    assert_eq!((looks(), bot.rows().await["delivery"]), (once, 2));
    assert_eq!(built(bot), "a1");
});

changed_conversation!(webhooks_and_the_sweep_together_double_nothing, github(), bot => {
    let forge = forge::of(bot);
    for n in 0..5 {
        let head = format!("{n}a");
        if n == 0 { forge.open(7, &head) } else { forge.push(7, &head) }
        let sent = Sent::about(bot, &format!("d-{n}"), 7);
        let (heard, ()) = tokio::join!(sent.send(bot), bot.forward(Duration::from_secs(300)));
        assert_eq!(heard.0, 202);
        bot.idle().await;
    }
    assert_eq!(built(bot), "0a 1a 2a 3a 4a");
    assert_eq!(forge.world(|world| (world.comments.len(), world.deployments.len())), (1, 5));
    assert_eq!(bot.rows().await["environment"], 1);
});

changed_conversation!(a_delivery_survives_a_restart_before_it_is_worked_off, rarely(), bot => {
    let forge = forge::of(bot);
    forge.open(7, "a1");
    // The bot that hears it has no runner: what it stores is all that is left of it.
    let sent = Sent::about(bot, "d-1", 7);
    bot.hears_only().await;
    assert_eq!(sent.send(bot).await, (202, String::new()));
    assert_eq!(built(bot), "");
    bot.restart().await;
    assert_eq!(built(bot), "a1");
});

changed_conversation!(nothing_is_said_to_whoever_cannot_sign, rarely(), bot => {
    let forge = forge::of(bot);
    forge.open(7, "a1");
    let nothing = (404, String::new());
    let mut wrong = Sent::about(bot, "d-1", 7);
    wrong.secret = "another".into();
    assert_eq!(wrong.send(bot).await, nothing);
    let mut elsewhere = Sent::about(bot, "d-2", 7);
    elsewhere.path = "/webhooks/catalogue".into();
    assert_eq!(elsewhere.send(bot).await, nothing);
    elsewhere.path = "/webhooks/../healthz".into();
    let mut long = Sent::about(bot, "d-3", 7);
    long.body = vec![b' '; 1024 * 1024 + 1];
    assert_eq!(long.send(bot).await, nothing);
    let mut form = Sent::about(bot, "d-4", 7);
    form.body = b"payload=%7B%7D".to_vec();
    assert_eq!(form.send(bot).await, (400, String::new()), "who can sign is told");
    bot.idle().await;
    assert_eq!(built(bot), "");
    assert_eq!(bot.rows().await["delivery"], 0);
});

changed_conversation!(without_a_secret_there_is_no_door, with(Kind::GitHub, |rule| rule.webhook_secret = None), bot => {
    let sent = Sent::about(bot, "d-1", 7).send(bot).await;
    assert_eq!(sent, (404, String::new()));
});

changed_conversation!(what_is_not_about_a_pull_request_changes_nothing, rarely(), bot => {
    let forge = forge::of(bot);
    forge.open(7, "a1");
    let collected = include_str!("../../../data/webhooks/github.jsonl");
    // One of each event, signed: none may do more than be heard.
    let mut events = std::collections::BTreeSet::new();
    for line in collected.lines() {
        let mut line: serde_json::Value = serde_json::from_str(line).unwrap();
        let event = line["event"].as_str().unwrap().to_owned();
        if event == "pull_request" || !events.insert(event.clone()) {
            continue;
        }
        let mut body = line["body"].take();
        body["repository"]["full_name"] = "sonsic/player".into();
        let mut sent = Sent::about(bot, &format!("d-{event}"), 7);
        sent.event = event;
        sent.body = serde_json::to_vec(&body).unwrap();
        assert_eq!(sent.send(bot).await.0, 202);
    }
    bot.idle().await;
    assert!(events.len() > 60);
    assert_eq!(built(bot), "");
});
