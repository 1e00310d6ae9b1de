//! The engine `http` against a server that has good days and bad ones.

mod callback;
mod check;
mod engine;

use std::sync::Mutex;

use hearth::providers::{Failure, Found, Observation, Phase, Provisioner, Started};

use self::engine::Engine;
use super::bench::{BOUND, section_of_page, settled_section};
use super::contract::{Environments, keeps_the_contract_of_environments};
use super::served::Fault;

fn instead(status: u16, body: &[u8]) -> Fault {
    Fault::Instead(status, Vec::new(), body.to_vec())
}

#[tokio::test]
async fn http_keeps_the_contract_of_environments() {
    let engine = Engine::new().await;
    assert!(engine.provider.describe().idempotent_start);
    let recipe = Environments {
        good: engine.order("good", ""),
        bad: engine.order("bad", ""),
        endless: engine.order("endless", ""),
    };
    keeps_the_contract_of_environments(&engine.provider, &recipe).await;
}

#[tokio::test]
async fn what_the_engine_tells_is_shown_and_only_allowed_outputs_leave() {
    let engine = Engine::new().await;
    let order = engine.order("good", "");
    let Started::Started { reference } = engine.provider.start(&order).await.unwrap() else {
        panic!("it starts")
    };
    let news = Mutex::new(Vec::new());
    let tell = |line: &str| news.lock().unwrap().push(line.to_owned());
    let seen = engine
        .provider
        .settle(&order, &reference, BOUND, &tell)
        .await
        .unwrap();
    assert_eq!(*news.lock().unwrap(), ["step 1", "step 2"]);
    assert_eq!(
        seen.outputs,
        [("url".to_owned(), "https://name-good.example/".to_owned())].into()
    );
    let logs = engine.provider.logs(&order, 1).await.unwrap();
    assert_eq!(
        (logs.lines.as_slice(), logs.truncated),
        (["second token=[redacted]".to_owned()].as_slice(), true)
    );
    let sent = &engine.served.asked("POST ")[0].body;
    assert_eq!(sent["parameters"]["size"], "small");
    assert_eq!(sent["labels"]["team"], "player");
}

#[tokio::test]
async fn a_start_whose_reply_is_lost_is_found_and_adopted() {
    let engine = Engine::new().await;
    let order = engine.order("good", "call_seconds_max = 1");
    for fault in [Fault::LostReply, Fault::Silence] {
        engine.served.fault("POST /environments", fault);
        assert_eq!(
            engine.provider.start(&order).await.unwrap(),
            Started::Unknown
        );
        let reference = "env-1".to_owned();
        assert_eq!(
            engine.provider.find(&order).await.unwrap(),
            Found::One { reference }
        );
    }
    assert_eq!(engine.things.lock().unwrap().len(), 1, "nothing is doubled");
}

#[tokio::test]
async fn of_several_the_oldest_comes_first_and_all_are_destroyed() {
    let engine = Engine::new().await;
    let order = engine.order("good", "");
    let references = vec![engine.add("good"), engine.add("good")];
    engine.add("other");
    assert_eq!(
        engine.provider.find(&order).await.unwrap(),
        Found::Many { references }
    );
    engine.provider.destroy(&order, BOUND).await.unwrap();
    let left = engine.things.lock().unwrap();
    assert_eq!(
        left.iter().map(|thing| &thing.op_key).collect::<Vec<_>>(),
        ["other"]
    );
}

#[tokio::test]
async fn without_lists_the_engine_takes_the_key_as_the_name() {
    let engine = Engine::new().await;
    let mut order = engine.order("env-1", "");
    order.definition = order.definition.replace(
        &format!(
            "\"{}/environments?installation={{installation}}\"",
            engine.served.url
        ),
        "null",
    );
    assert_eq!(engine.provider.find(&order).await.unwrap(), Found::None);
    engine.provider.start(&order).await.unwrap();
    assert_eq!(
        engine.provider.find(&order).await.unwrap(),
        Found::One {
            reference: "env-1".to_owned()
        }
    );
    engine.provider.destroy(&order, BOUND).await.unwrap();
    assert_eq!(engine.provider.find(&order).await.unwrap(), Found::None);
    assert!(matches!(
        engine.provider.list_owned(&order.definition, "here").await,
        Err(Failure::Permanent(_))
    ));
}

#[tokio::test]
async fn a_bad_answer_to_a_start_says_whether_anything_happened() {
    let engine = Engine::new().await;
    let order = engine.order("good", "");
    let elsewhere = vec![("location", "https://elsewhere.example/".to_owned())];
    for (fault, expected) in [
        (instead(500, b""), "unknown"),
        (
            instead(201, b"<html>"),
            "may have happened: it took the order, but gave no reference",
        ),
        (instead(201, &vec![b'x'; 7_000_000]), "unknown"),
        (
            instead(409, br#"{"message":"in work"}"#),
            "busy: in work (409)",
        ),
        (
            instead(401, br#"{"message":"who are you?"}"#),
            "never: who are you? (401)",
        ),
        (
            Fault::Instead(307, elsewhere, Vec::new()),
            "never: `127.0.0.1` answers 307, a redirect, which is not followed: write the final address",
        ),
    ] {
        engine.served.fault("POST /environments", fault);
        let said = match engine.provider.start(&order).await {
            Ok(Started::Unknown) => "unknown".to_owned(),
            Ok(Started::Busy { by }) => format!("busy: {by}"),
            Err(Failure::UnknownEffect(why)) => format!("may have happened: {why}"),
            Err(Failure::Permanent(why)) => format!("never: {why}"),
            other => format!("{other:?}"),
        };
        assert_eq!(said, expected);
    }
    assert!(engine.things.lock().unwrap().is_empty());
}

#[tokio::test]
async fn who_cannot_be_reached_has_done_nothing() {
    let engine = Engine::new().await;
    let mut order = engine.order("good", "");
    // A port that was free a moment ago.
    let free = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", free.local_addr().unwrap());
    drop(free);
    order.definition = order.definition.replace(&engine.served.url, &address);
    assert!(matches!(
        engine.provider.start(&order).await,
        Err(Failure::Retryable(_))
    ));
}

#[tokio::test]
async fn who_asks_to_be_left_alone_is_left_alone() {
    let engine = Engine::new().await;
    let order = engine.order("good", "");
    let wait = vec![("retry-after", "3600".to_owned())];
    engine
        .served
        .fault("POST /environments", Fault::Instead(429, wait, Vec::new()));
    for said in ["asked too often (429)", "left alone for another"] {
        match engine.provider.start(&order).await {
            Err(Failure::Retryable(why)) => assert!(why.contains(said), "{why}"),
            other => panic!("{other:?}"),
        }
    }
    assert!(engine.provider.find(&order).await.is_err());
    assert_eq!(engine.served.asked("").len(), 1, "it was asked only once");
}

#[tokio::test]
async fn looks_that_fail_are_no_end() {
    let engine = Engine::new().await;
    let order = engine.order("good", "");
    engine.provider.start(&order).await.unwrap();
    let at_once = vec![("retry-after", "0".to_owned())];
    for fault in [
        instead(500, b""),
        instead(200, b"{\"state\":"),
        instead(200, b"{\"state\":\"so so\"}"),
        instead(200, &vec![b' '; 7_000_000]),
        instead(403, b""),
        Fault::Instead(429, at_once, Vec::new()),
        Fault::LostReply,
    ] {
        engine.served.fault("GET /environments/env-1", fault);
        assert!(matches!(
            engine.provider.observe(&order, "env-1").await,
            Err(Failure::Retryable(_))
        ));
    }
    engine
        .served
        .fault("GET /environments/env-1", instead(502, b""));
    let settle = |bound| engine.provider.settle(&order, "env-1", bound, &|_| {});
    let Observation { phase, .. } = settle(BOUND).await.unwrap();
    assert_eq!(phase, Phase::Succeeded);
    // At the bound it may still come.
    let order = engine.order("endless", "");
    engine.provider.start(&order).await.unwrap();
    assert!(matches!(
        engine
            .provider
            .settle(&order, "env-2", std::time::Duration::ZERO, &|_| {})
            .await,
        Err(Failure::UnknownEffect(_))
    ));
}

#[tokio::test]
async fn the_token_goes_with_every_call_and_into_no_message() {
    let engine = Engine::new().await;
    let folder = tempfile::TempDir::new().unwrap();
    let path = folder.path().join("token");
    std::fs::write(&path, "open-sesame-7\n").unwrap();
    let order = engine.order("good", &format!("token = \"file:{}\"", path.display()));
    engine.served.fault(
        "POST /environments",
        instead(403, br#"{"message":"not for open-sesame-7"}"#),
    );
    match engine.provider.start(&order).await {
        Err(Failure::Permanent(why)) => assert_eq!(why, "not for [redacted] (403)"),
        other => panic!("{other:?}"),
    }
    engine.provider.start(&order).await.unwrap();
    engine.provider.find(&order).await.unwrap();
    for asked in engine.served.asked("") {
        assert_eq!(asked.header("authorization"), Some("Bearer open-sesame-7"));
    }
    // A token that is being exchanged is a reason to wait.
    std::fs::remove_file(&path).unwrap();
    assert!(matches!(
        engine.provider.start(&order).await,
        Err(Failure::Retryable(_))
    ));
}

#[test]
fn the_section_of_the_how_to_page_is_right() {
    let page = include_str!("../../../../docs/how-to/add-a-template-on-http.md");
    settled_section("http", section_of_page(page, "http"));
}
