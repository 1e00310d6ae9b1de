//! Faults to order, and the pace that is kept.
use super::{Discord, TOKEN, assert_refused};
use hearth::playground::{Failure, Limits};
use serde_json::json;

const POSTS: &str = "POST /channels/{channel}/messages";

impl Discord {
    async fn try_post(&self, text: &str) -> reqwest::Result<reqwest::Response> {
        let request = self
            .http
            .post(self.url(&self.messages_path()))
            .header("authorization", format!("Bot {TOKEN}"));
        request.json(&json!({"content": text})).send().await
    }
}

#[tokio::test]
async fn ordered_failures_hit_the_next_requests_on_their_route() {
    let discord = Discord::start().await;
    for status in [500, 502, 503] {
        discord.handle.fail_next(POSTS, 2, Failure::Status(status));
        for _ in 0..2 {
            assert_eq!(discord.try_post("x").await.unwrap().status(), status);
        }
        assert_eq!(discord.send("GET", "/users/@me", None).await.0, 200);
    }
    discord.handle.fail_next(
        "* /channels/*/messages",
        1,
        Failure::TooMany {
            retry_after: 1.5,
            global: true,
        },
    );
    let answer = discord.try_post("x").await.unwrap();
    assert_eq!(
        (
            answer.status().as_u16(),
            answer.headers()["retry-after"].to_str().unwrap()
        ),
        (429, "2")
    );
    assert_eq!(answer.headers()["x-ratelimit-scope"], "global");
    let body: serde_json::Value = answer.json().await.unwrap();
    assert_eq!(
        (&body["retry_after"], &body["global"], body.get("code")),
        (&json!(1.5), &json!(true), None)
    );
    assert!(discord.handle.messages("platform").is_empty());
    assert_eq!(discord.try_post("x").await.unwrap().status(), 200);
    assert_eq!(
        discord.handle.complaints(),
        Vec::<String>::new(),
        "ordered faults are nobody's mistake"
    );
}

#[tokio::test]
async fn a_cut_answer_leaves_the_outcome_unknown() {
    let discord = Discord::start().await;
    discord.handle.fail_next(POSTS, 1, Failure::CutAfter);
    assert!(discord.try_post("stored").await.is_err());
    assert_eq!(discord.handle.messages("platform")[0].text, "stored");
    discord.handle.fail_next(POSTS, 1, Failure::CutBefore);
    assert!(discord.try_post("lost").await.is_err());
    assert_eq!(discord.handle.messages("platform").len(), 1);
    let statuses: Vec<_> = discord
        .handle
        .requests()
        .iter()
        .map(|request| request.status)
        .collect();
    assert_eq!(statuses, [Some(200), None]);
}

#[tokio::test]
async fn a_held_request_waits_for_its_gate() {
    let discord = Discord::start().await;
    let gate = discord.handle.hold_next(POSTS, 1);
    let held = discord.try_post("held");
    tokio::pin!(held);
    tokio::select! {
        _ = &mut held => panic!("it was to be held"),
        () = gate.arrived(1) => {}
    }
    assert!(discord.handle.messages("platform").is_empty());
    assert_eq!(discord.try_post("other").await.unwrap().status(), 200);
    gate.open();
    assert_eq!(held.await.unwrap().status(), 200);
    let texts: Vec<_> = discord
        .handle
        .messages("platform")
        .into_iter()
        .map(|message| message.text)
        .collect();
    assert_eq!(texts, ["other", "held"]);
}

#[tokio::test]
async fn a_full_bucket_refuses_until_its_window_is_over() {
    let discord = Discord::with(|options| {
        options.limits = Limits {
            per_bucket: 3,
            ..Limits::default()
        }
    })
    .await;
    for left in (0..3).rev() {
        let answer = discord.try_post("x").await.unwrap();
        assert_eq!(answer.status(), 200);
        assert_eq!(
            answer.headers()["x-ratelimit-remaining"].to_str().unwrap(),
            left.to_string()
        );
        assert_eq!(answer.headers()["x-ratelimit-limit"], "3");
        assert!(
            answer.headers().contains_key("x-ratelimit-bucket")
                && answer.headers().contains_key("x-ratelimit-reset-after")
        );
    }
    let answer = discord.try_post("x").await.unwrap();
    assert_eq!(
        (
            answer.status().as_u16(),
            &answer.headers()["x-ratelimit-scope"]
        ),
        (429, &"user".parse().unwrap())
    );
    let body: serde_json::Value = answer.json().await.unwrap();
    assert!(body["retry_after"].as_f64().unwrap() > 0.0 && body["global"] == false);
    let other = format!(
        "/channels/{}/messages",
        discord.handle.channel_id("player").unwrap()
    );
    assert_eq!(
        discord.post(&other, json!({"content": "x"})).await.0,
        200,
        "another channel has its own bucket"
    );
    assert_eq!(discord.handle.messages("platform").len(), 3);
    discord.handle.set_limits(Limits::lifted());
    assert_eq!(discord.try_post("x").await.unwrap().status(), 200);
}

#[tokio::test]
async fn the_bot_as_a_whole_has_a_pace_but_its_answers_do_not() {
    let discord = Discord::with(|options| {
        options.limits = Limits {
            global_per_second: 2,
            per_bucket: 100,
            window_ms: 60_000,
        }
    })
    .await;
    discord.register().await;
    assert_eq!(discord.send("GET", "/users/@me", None).await.0, 200);
    let (status, body) = discord.send("GET", "/users/@me", None).await;
    assert_eq!((status, &body["global"]), (429, &json!(true)));
    for _ in 0..3 {
        let interaction = discord
            .handle
            .slash("ada", "platform", "/env create name:x")
            .unwrap();
        let path = format!(
            "/interactions/{}/{}/callback",
            interaction.id(),
            interaction.token()
        );
        assert_eq!(discord.post(&path, json!({"type": 5})).await.0, 204);
    }
}

#[tokio::test]
async fn a_server_that_was_stopped_answers_no_more() {
    let discord = Discord::start().await;
    discord.message(json!({"content": "x"})).await;
    discord.handle.stop();
    assert!(discord.try_post("x").await.is_err());
}

#[tokio::test]
async fn the_world_outside_is_not_listened_to_without_a_token() {
    let mut options = hearth::playground::Options::new(TOKEN, "Hearth", super::guild());
    options.listen = "0.0.0.0:0".parse().unwrap();
    assert!(hearth::playground::start(options.clone()).await.is_err());
    options.page_token = Some(String::new());
    assert!(
        hearth::playground::start(options.clone()).await.is_err(),
        "an empty token is none"
    );
    options.page_token = Some("secret".to_owned());
    assert!(hearth::playground::start(options).await.is_ok());
    let mut odd = hearth::playground::Options::new(TOKEN, "Hearth", super::guild());
    odd.guild.members[0].roles.push("Unheard".to_owned());
    assert!(hearth::playground::start(odd).await.is_err());
    let discord = Discord::start().await;
    assert_refused(
        &discord.send("GET", "/users/5", None).await,
        404,
        10013,
        "",
        "it still works",
    );
}
