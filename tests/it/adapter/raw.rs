//! Servers that do what the strict Discord never does, raw and small.

use axum::Router;
use axum::extract::ws::{CloseFrame, Message as Frame, WebSocket, WebSocketUpgrade};
use axum::extract::{Json, Path};
use axum::routing::{get, post};
use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::*;

/// A server that lets the bot in and then does `after` with its gateway connection; what the bot
/// answers comes out of the receiver.
async fn raw<F>(
    after: impl Fn(WebSocket) -> F + Clone + Send + Sync + 'static,
) -> (String, mpsc::Receiver<Value>)
where
    F: Future<Output = ()> + Send + 'static,
{
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (answers, answered) = mpsc::channel(8);
    let id = || async { Json(json!({"id": "11"})) };
    let gateway = move |upgrade: WebSocketUpgrade| async move {
        upgrade.on_upgrade(move |mut socket| async move {
            let hello = json!({"op": 10, "d": {"heartbeat_interval": 40_000}});
            socket
                .send(Frame::Text(hello.to_string().into()))
                .await
                .unwrap();
            socket.recv().await.unwrap().unwrap();
            after(socket).await;
        })
    };
    let callback = move |Path(_): Path<(String, String)>, Json(body): Json<Value>| async move {
        answers.send(body).await.unwrap();
        axum::http::StatusCode::NO_CONTENT
    };
    let router = Router::new()
        .route("/api/v10/users/@me", get(id))
        .route("/api/v10/oauth2/applications/@me", get(id))
        .route(
            "/api/v10/gateway",
            get(move || async move { Json(json!({"url": format!("ws://{address}/gateway")})) }),
        )
        .route(
            "/api/v10/interactions/{id}/{token}/callback",
            post(callback),
        )
        .route("/gateway", get(gateway));
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    (format!("http://{address}"), answered)
}

async fn listen(url: String, stop: CancellationToken) -> Result<Ended, Call> {
    let settings = Settings {
        token: TOKEN.to_owned().into(),
        api_url: Some(url),
        guild: 5,
    };
    let discord = Discord::open(settings).await.unwrap();
    let ears = Scripted {
        hear: Box::new(|_| Box::pin(async { say(true, "heard") })),
        heard: Mutex::default(),
        may_defer: false,
        n_connected: watch::Sender::new(0),
        lost: tokio::sync::Notify::new(),
    };
    tokio::time::timeout(PATIENCE, discord.listen(Arc::new(ears), stop))
        .await
        .unwrap()
}

#[tokio::test]
async fn a_gateway_that_refuses_the_token_or_the_intents_ends_listening_with_the_reason() {
    for (code, reason) in [
        (4_004, Ended::WrongToken),
        (4_014, Ended::IntentsRefused),
        (4_013, Ended::IntentsRefused),
    ] {
        let (url, _answers) = raw(move |mut socket| async move {
            let close = CloseFrame {
                code,
                reason: "".into(),
            };
            socket.send(Frame::Close(Some(close))).await.unwrap();
            while socket.recv().await.is_some() {}
        })
        .await;
        assert_eq!(listen(url, CancellationToken::new()).await, Ok(reason));
    }
}

#[tokio::test]
async fn an_interaction_that_cannot_be_decoded_is_answered_all_the_same() {
    let (url, mut answers) = raw(|mut socket| async move {
        // Without the fields that serenity demands.
        let odd = json!({"op": 0, "s": 1, "t": "INTERACTION_CREATE", "d": {
            "id": "99", "token": "t", "type": 2, "locale": "de", "data": {"name": "x"},
        }});
        socket
            .send(Frame::Text(odd.to_string().into()))
            .await
            .unwrap();
        while let Some(Ok(_)) = socket.recv().await {}
    })
    .await;
    let stop = CancellationToken::new();
    let listening = tokio::spawn(listen(url, stop.clone()));
    let answer = tokio::time::timeout(PATIENCE, answers.recv())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (
            &answer["type"],
            &answer["data"]["flags"],
            &answer["data"]["content"]
        ),
        (&json!(4), &json!(64), &json!("Broken de"))
    );
    stop.cancel();
    assert_eq!(listening.await.unwrap(), Ok(Ended::Stopped));
}
