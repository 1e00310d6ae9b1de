//! Deliveries as forges send them, to the bot's own HTTP server.

use base64::Engine as _;
use hearth::domain::platform::Forge as Kind;
use hearth::web::{self, Readiness};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;
use tokio_util::sync::CancellationToken;

use super::forge::{self, WEBHOOK_SECRET};
use crate::harness::Bot;

/// One delivery on its way.
pub struct Sent {
    pub path: String,
    pub id: String,
    pub event: String,
    pub secret: String,
    pub body: Vec<u8>,
}

impl Sent {
    /// What the forge of this bot sends about a pull request.
    pub fn about(bot: &Bot, id: &str, number: i64) -> Self {
        let (event, body) = match forge::of(bot).kind {
            Kind::GitHub => ("pull_request", of_github(number, id)),
            Kind::GitLab => ("Merge Request Hook", of_gitlab(number, id)),
        };
        Self {
            path: "/webhooks/player".into(),
            id: id.into(),
            event: event.into(),
            secret: WEBHOOK_SECRET.into(),
            body: serde_json::to_vec(&body).unwrap(),
        }
    }

    /// Sends it to the bot as it is now; returns the status and what is said.
    pub async fn send(&self, bot: &Bot) -> (u16, String) {
        self.send_with(bot, self.headers(forge::of(bot).kind)).await
    }

    /// The same with other headers.
    pub async fn send_with(
        &self,
        bot: &Bot,
        headers: Vec<(&'static str, String)>,
    ) -> (u16, String) {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}{}", listener.local_addr().unwrap(), self.path);
        let stop = CancellationToken::new();
        let served = tokio::spawn(web::serve(
            listener,
            bot.app.clone(),
            Readiness::default(),
            stop.clone(),
        ));
        let mut call = reqwest::Client::new().post(url).body(self.body.clone());
        for (name, text) in headers {
            call = call.header(name, text);
        }
        let answer = call.send().await.unwrap();
        let (status, text) = (answer.status().as_u16(), answer.text().await.unwrap());
        stop.cancel();
        served.await.unwrap();
        (status, text)
    }

    fn headers(&self, kind: Kind) -> Vec<(&'static str, String)> {
        match kind {
            Kind::GitHub => {
                let mut mac = Hmac::<Sha256>::new_from_slice(self.secret.as_bytes()).unwrap();
                mac.update(&self.body);
                let signature = hex::encode(mac.finalize().into_bytes());
                vec![
                    ("x-github-event", self.event.clone()),
                    ("x-github-delivery", self.id.clone()),
                    ("x-hub-signature-256", format!("sha256={signature}")),
                ]
            }
            Kind::GitLab => vec![
                ("x-gitlab-event", self.event.clone()),
                ("idempotency-key", self.id.clone()),
                ("x-gitlab-token", self.secret.clone()),
            ],
        }
    }
}

/// A delivery that was sent and heard.
pub async fn deliver(bot: &Bot, id: &str, number: i64) {
    let heard = Sent::about(bot, id, number).send(bot).await;
    assert_eq!(heard, (202, String::new()));
    bot.idle().await;
}

/// A real payload, of this pull request and repository.
fn of_github(number: i64, id: &str) -> Value {
    let collected = include_str!("../../../data/webhooks/github.jsonl");
    let line = collected
        .lines()
        .find(|line| line.starts_with(r#"{"event":"pull_request","#))
        .unwrap();
    let mut body = serde_json::from_str::<Value>(line).unwrap()["body"].take();
    body["number"] = number.into();
    body["pull_request"]["number"] = number.into();
    body["pull_request"]["updated_at"] = id.into();
    body["repository"]["full_name"] = "Sonsic/player".into();
    body
}

fn of_gitlab(number: i64, id: &str) -> Value {
    json!({
        "object_kind": "merge_request",
        "project": {"id": 15, "path_with_namespace": "sonsic/player"},
        "object_attributes": {"iid": number, "updated_at": id, "action": "update"},
    })
}

/// GitLab's newer form, for a key that is never sent: the headers of one delivery.
pub fn signed(key: &str, id: &str, seconds: i64, body: &[u8]) -> Vec<(&'static str, String)> {
    let base64 = base64::engine::general_purpose::STANDARD;
    let key = base64.decode(key.strip_prefix("whsec_").unwrap()).unwrap();
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
    mac.update(format!("{id}.{seconds}.").as_bytes());
    mac.update(body);
    let signature = base64.encode(mac.finalize().into_bytes());
    vec![
        ("webhook-id", id.to_owned()),
        ("webhook-timestamp", seconds.to_string()),
        ("webhook-signature", format!("v1,{signature}")),
    ]
}
