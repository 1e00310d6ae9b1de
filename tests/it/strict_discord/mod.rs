//! The strict Discord by itself, without the bot: what it accepts, what it refuses, and how it fails.
mod serenity_client;

use hearth::playground::{self, Channel, Guild, Handle, Limits, Member, Options, Role};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// Where the test clock starts: a Wednesday in May 2026, in Unix ms.
const START_MS: i64 = 1_778_670_000_000;
const TOKEN: &str = "a-token-for-tests";

/// A server with a clock that the test moves, and a client that talks raw HTTP to it.
struct Discord {
    handle: Handle,
    clock: Arc<AtomicI64>,
    http: reqwest::Client,
}

/// A status and a JSON body.
type Answer = (u16, Value);

impl Discord {
    async fn start() -> Self {
        Self::with(|_| {}).await
    }

    async fn with(change: impl FnOnce(&mut Options)) -> Self {
        let clock = Arc::new(AtomicI64::new(START_MS));
        let mut options = Options::new(TOKEN, "Hearth", guild());
        let now = Arc::clone(&clock);
        options.clock = Arc::new(move || now.load(Ordering::SeqCst));
        options.limits = Limits::lifted();
        change(&mut options);
        let handle = playground::start(options).await.unwrap();
        Self {
            handle,
            clock,
            http: reqwest::Client::new(),
        }
    }

    fn pass_ms(&self, ms: i64) {
        self.clock.fetch_add(ms, Ordering::SeqCst);
        self.handle.clock_moved();
    }

    fn url(&self, path: &str) -> String {
        format!("{}/api/v10{path}", self.handle.base_url())
    }

    async fn send(&self, method: &str, path: &str, body: Option<&Value>) -> Answer {
        let mut request = self
            .http
            .request(method.parse().unwrap(), self.url(path))
            .header("authorization", format!("Bot {TOKEN}"));
        if let Some(body) = body {
            request = request.json(body);
        }
        read(request.send().await.unwrap()).await
    }

    async fn post(&self, path: &str, body: Value) -> Answer {
        self.send("POST", path, Some(&body)).await
    }

    fn messages_path(&self) -> String {
        format!(
            "/channels/{}/messages",
            self.handle.channel_id("platform").unwrap()
        )
    }

    fn commands_path(&self) -> String {
        format!(
            "/applications/{}/guilds/{}/commands",
            self.handle.application_id(),
            self.handle.guild_id()
        )
    }

    /// Posts a message and gives its id.
    async fn message(&self, body: Value) -> u64 {
        let (status, message) = self.post(&self.messages_path(), body).await;
        assert_eq!(status, 200, "{message}");
        message["id"].as_str().unwrap().parse().unwrap()
    }

    /// Registers `/env create name [size]` and `/env show name`, with autocomplete for the names.
    async fn register(&self) {
        let (status, answer) = self
            .send("PUT", &self.commands_path(), Some(&commands()))
            .await;
        assert_eq!(status, 200, "{answer}");
    }
}

async fn read(response: reqwest::Response) -> Answer {
    let status = response.status().as_u16();
    let text = response.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or(Value::Null))
}

fn guild() -> Guild {
    let role = |name: &str, color| Role {
        name: name.to_owned(),
        color,
        permissions: 0,
    };
    let channel = |name: &str| Channel {
        name: name.to_owned(),
        topic: String::new(),
    };
    let member = |name: &str, roles: &[&str], locale: &str| Member {
        name: name.to_owned(),
        roles: roles.iter().map(|role| (*role).to_owned()).collect(),
        locale: locale.to_owned(),
        ..Member::default()
    };
    Guild {
        name: "Sonsic".to_owned(),
        preferred_locale: "en-US".to_owned(),
        roles: vec![role("Developer", 0x33_66_99), role("Lead", 0)],
        channels: vec![channel("platform"), channel("player")],
        members: vec![
            member("mara", &["Lead"], "en-US"),
            member("ada", &["Developer"], "en-GB"),
            member("jonas", &["Developer"], "de"),
        ],
    }
}

fn commands() -> Value {
    json!([{
        "name": "env", "description": "Environments", "type": 1, "options": [
            {"type": 1, "name": "create", "description": "Make one", "options": [
                {"type": 3, "name": "name", "description": "Its name", "required": true},
                {"type": 4, "name": "hours", "description": "How long", "min_value": 1, "max_value": 48},
                {"type": 3, "name": "size", "description": "How large", "choices": [{"name": "Small", "value": "small"}, {"name": "Large", "value": "large"}]},
                {"type": 5, "name": "keep", "description": "Keep it"},
                {"type": 6, "name": "owner", "description": "Whose"},
            ]},
            {"type": 1, "name": "show", "description": "Show one", "options": [
                {"type": 3, "name": "name", "description": "Its name", "required": true, "autocomplete": true},
            ]},
        ],
    }])
}
