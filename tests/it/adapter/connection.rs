//! The gateway connection: lost, resumed, made anew, refused, and ended in order.

use std::sync::Arc;

use tokio::sync::{Notify, Semaphore};

use super::*;

async fn is_answered(bench: &Bench) {
    let answer = bench
        .server
        .slash("ada", "platform", "/whoami")
        .unwrap()
        .answer()
        .await;
    assert_eq!(answer.message().text, "here");
}

#[tokio::test]
async fn a_cut_connection_is_resumed_and_loses_nothing() {
    let bench = Bench::new(|_| async { say(true, "here") }).await;
    is_answered(&bench).await;
    bench.server.drop_gateway();
    is_answered(&bench).await;
    bench.server.ask_to_reconnect();
    is_answered(&bench).await;
    bench.connected(3).await;
    assert_eq!(bench.server.look(|state| state.n_sessions()), 1);
    bench.end().await;
}

#[tokio::test]
async fn an_invalid_session_is_made_anew() {
    let bench = Bench::new(|_| async { say(true, "here") }).await;
    bench.server.invalidate_sessions();
    bench.connected(2).await;
    is_answered(&bench).await;
    assert_eq!(bench.server.look(|state| state.n_sessions()), 2);
    bench.end().await;
}

#[tokio::test]
async fn a_server_that_does_not_name_its_gateway_is_an_error_and_no_other_is_asked() {
    let server = server(Limits::default()).await;
    let discord = open(&server).await;
    server.fail_next("GET /gateway", 1, playground::Failure::Status(500));
    let ears = Scripted {
        hear: Box::new(|_| Box::pin(async { say(true, "never") })),
        heard: Mutex::default(),
        may_defer: false,
        n_connected: watch::Sender::new(0),
        lost: tokio::sync::Notify::new(),
    };
    let ended = tokio::time::timeout(
        PATIENCE,
        discord.listen(Arc::new(ears), CancellationToken::new()),
    )
    .await
    .unwrap();
    assert_eq!(ended, Err(Call::Retryable { after: None }));
    assert!(!server.look(|state| state.connected()));
}

#[tokio::test]
async fn what_is_in_hand_is_answered_before_listening_ends() {
    let (begun, gate) = (Arc::new(Notify::new()), Arc::new(Semaphore::new(0)));
    let bench = Bench::new({
        let (begun, gate) = (Arc::clone(&begun), Arc::clone(&gate));
        move |_| {
            let (begun, gate) = (Arc::clone(&begun), Arc::clone(&gate));
            async move {
                begun.notify_one();
                drop(gate.acquire().await);
                say(true, "here")
            }
        }
    })
    .await;
    let sent = bench.server.slash("ada", "platform", "/whoami").unwrap();
    tokio::time::timeout(PATIENCE, begun.notified())
        .await
        .unwrap();
    bench.stop.cancel();
    // The connection is closed while the answer is still awaited.
    bench
        .server
        .until("the bot has left", |state| !state.connected())
        .await;
    assert!(!bench.listening.is_finished());
    gate.add_permits(1);
    assert_eq!(sent.answer().await.message().text, "here");
    bench.end().await;
}

#[tokio::test]
async fn a_lost_connection_is_told_and_listening_can_still_be_stopped() {
    let bench = Bench::new(|_| async { say(true, "here") }).await;
    bench.server.stop();
    tokio::time::timeout(PATIENCE, bench.ears.lost.notified())
        .await
        .unwrap();
    bench.end().await;
}
