//! Callbacks: what is signed ends a wait at once, and nothing else is heard.

use std::sync::Arc;

use hearth::providers::http::Http;
use hearth::providers::{Callback, Order, Phase, Provisioner as _};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use super::super::bench::{BOUND, NOW};
use super::engine::Engine;
use crate::harness::{Bot, Database, Setup};

/// A signature as an engine makes it, for the time of the benches.
fn signed(op_key: &str, body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(b"shared").unwrap();
    mac.update(format!("{}.{op_key}.{body}", NOW.0 / 1_000).as_bytes());
    format!("sha256={}", hex::encode(mac.finalize().into_bytes()))
}

fn callback<'a>(timestamp: &'a str, signature: &'a str, body: &'a str) -> Callback<'a> {
    Callback {
        timestamp,
        signature,
        body: body.as_bytes(),
    }
}

/// An order whose engine calls back, and is otherwise looked at once a minute.
fn order(engine: &Engine, key_file: &std::path::Path) -> Order {
    std::fs::write(key_file, "shared").unwrap();
    let more = format!("callback = \"file:{}\"", key_file.display());
    let order = engine.order("one", &more);
    Order {
        definition: order
            .definition
            .replace("\"poll_ms\":10,", "\"poll_ms\":60000,"),
        ..order
    }
}

#[tokio::test]
async fn a_signed_callback_ends_the_wait_at_once() {
    let (engine, folder) = (Engine::new().await, tempfile::tempdir().unwrap());
    let order = order(&engine, &folder.path().join("key"));
    assert!(order.definition.contains("60000"), "{}", order.definition);
    engine.provider.start(&order).await.unwrap();
    let began = std::time::Instant::now();
    let at = (NOW.0 / 1_000).to_string();
    let rung = |line: &str| {
        let signature = signed("one", line);
        assert!(
            engine
                .provider
                .called_back(&order, &callback(&at, &signature, line))
        );
        // The same once more is not heard.
        assert!(
            !engine
                .provider
                .called_back(&order, &callback(&at, &signature, line))
        );
    };
    let seen = engine
        .provider
        .settle(&order, "env-1", BOUND, &rung)
        .await
        .unwrap();
    assert_eq!(seen.phase, Phase::Succeeded);
    assert!(began.elapsed().as_secs() < 30, "{:?}", began.elapsed());
}

async fn only_living_things_are_called_about(database: Database) {
    let (engine, folder) = (Engine::new().await, tempfile::tempdir().unwrap());
    let definition = order(&engine, &folder.path().join("key")).definition;
    let definition = definition.replace("\"poll_ms\":60000,", "\"poll_ms\":10,");
    let http = Arc::new(Http::new(Arc::new(|| NOW)));
    let setup = Setup::new().engine("http", http, definition);
    let bot = Bot::start_changed(database, setup).await;
    bot.say("Mina", "player", "/env create template:preview name:demo")
        .await;
    let op_key = engine.things.lock().unwrap()[0].op_key.clone();
    let at = (NOW.0 / 1_000).to_string();
    let heard = async |op_key: &str, signature: &str, body: &str| {
        bot.app
            .called_back(op_key, &callback(&at, signature, body))
            .await
            .unwrap()
    };
    assert!(!heard(&op_key, "sha256=00", "x").await, "not signed");
    assert!(
        !heard("another", &signed("another", "x"), "x").await,
        "nothing of ours"
    );
    assert!(heard(&op_key, &signed(&op_key, "x"), "x").await);
    bot.say("Mina", "player", "/env destroy name:demo").await;
    assert!(
        !heard(&op_key, &signed(&op_key, "y"), "y").await,
        "it is gone"
    );
    bot.end().await;
}

#[tokio::test]
async fn only_living_things_are_called_about_on_sqlite() {
    only_living_things_are_called_about(Database::Sqlite).await;
}

#[tokio::test]
async fn only_living_things_are_called_about_on_postgres() {
    only_living_things_are_called_about(Database::Postgres).await;
}
