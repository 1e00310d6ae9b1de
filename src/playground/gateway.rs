//! The gateway: version 10, JSON, no compression; sessions that can be resumed.
use super::world::{Shared, World};
use axum::extract::State;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::sync::Arc;
use tokio::sync::mpsc;

/// Events kept for a resume; older ones are lost, as with Discord.
const N_EVENTS_KEPT: usize = 1_000;
/// Events waiting for a slow client; beyond it the connection is cut.
const N_OUTGOING_MAX: usize = 1_024;
/// Sessions kept; the oldest is forgotten first.
const N_SESSIONS_MAX: usize = 16;
/// Bytes of a payload from a client.
const N_PAYLOAD_BYTES_MAX: usize = 4_096;
/// How often a client is asked to send a heartbeat.
const HEARTBEAT_MS: u64 = 41_250;
const UNKNOWN_OPCODE: u16 = 4_001;
const DECODE_ERROR: u16 = 4_002;
const NOT_AUTHENTICATED: u16 = 4_003;
const AUTHENTICATION_FAILED: u16 = 4_004;
const ALREADY_AUTHENTICATED: u16 = 4_005;
const INVALID_INTENTS: u16 = 4_013;
/// All intents that exist, privileged ones included.
const INTENTS: u64 = 0x0331_FFFF;

/// Something for a connection to do.
#[derive(Clone, Debug)]
pub(super) enum Out {
    Text(String),
    Drop,
}

#[derive(Debug)]
struct Session {
    id: String,
    sequence: u64,
    kept: VecDeque<(u64, String)>,
    outlet: Option<mpsc::Sender<Out>>,
    ready: bool,
}

/// All sessions, with or without a connection.
#[derive(Debug, Default)]
pub(super) struct Sessions {
    all: VecDeque<Session>,
    n_made: u64,
}

impl Sessions {
    /// Whether a client is connected and has its READY.
    pub(super) fn connected(&self) -> bool {
        self.all
            .iter()
            .any(|session| session.ready && session.outlet.is_some())
    }

    /// How many sessions were begun; a resume does not count.
    pub(super) fn n_made(&self) -> u64 {
        self.n_made
    }

    /// Something for every open connection.
    pub(super) fn to_all(&mut self, make: impl Fn() -> Out) {
        for session in &mut self.all {
            session.send(make());
        }
    }

    /// Forgets what could be resumed; open connections stay until their client leaves.
    pub(super) fn forget(&mut self) {
        self.all.clear();
    }

    /// Sends an event to every session; those without a connection get it when they resume.
    pub(super) fn dispatch(&mut self, name: &str, data: &Value) {
        for session in &mut self.all {
            session.dispatch(name, data);
        }
    }

    fn begin(&mut self, outlet: mpsc::Sender<Out>) -> &mut Session {
        if self.all.len() >= N_SESSIONS_MAX {
            self.all.pop_front();
        }
        self.n_made += 1;
        let id = format!("session-{}", self.n_made);
        self.all.push_back(Session {
            id,
            sequence: 0,
            kept: VecDeque::new(),
            outlet: Some(outlet),
            ready: false,
        });
        self.all.back_mut().expect("one was just added")
    }

    fn find(&mut self, id: &str) -> Option<&mut Session> {
        self.all.iter_mut().find(|session| session.id == id)
    }
}

impl Session {
    fn send(&mut self, out: Out) {
        if self
            .outlet
            .as_ref()
            .is_some_and(|outlet| outlet.try_send(out).is_err())
        {
            // A client that does not read loses its connection, not its session.
            self.outlet = None;
        }
    }

    fn dispatch(&mut self, name: &str, data: &Value) {
        self.sequence += 1;
        let text = json!({"op": 0, "t": name, "s": self.sequence, "d": data}).to_string();
        if self.kept.len() >= N_EVENTS_KEPT {
            self.kept.pop_front();
        }
        self.kept.push_back((self.sequence, text.clone()));
        self.send(Out::Text(text));
    }
}

/// What a payload leads to.
enum Step {
    On,
    Close(u16, &'static str),
}

/// Upgrades the connection.
pub(super) async fn connect(
    State(shared): State<Arc<Shared>>,
    upgrade: WebSocketUpgrade,
) -> Response {
    upgrade
        .max_message_size(N_PAYLOAD_BYTES_MAX * 16)
        .on_upgrade(move |socket| serve(shared, socket))
}

async fn serve(shared: Arc<Shared>, mut socket: WebSocket) {
    let (outlet, mut outgoing) = mpsc::channel(N_OUTGOING_MAX);
    let mut connection = Connection {
        shared: Arc::clone(&shared),
        outlet,
        session: None,
    };
    let hello = json!({"op": 10, "d": {"heartbeat_interval": HEARTBEAT_MS}, "s": null, "t": null});
    if socket
        .send(Message::Text(hello.to_string().into()))
        .await
        .is_err()
    {
        return;
    }
    loop {
        let step = tokio::select! {
            () = shared.stop.cancelled() => break,
            out = outgoing.recv() => match out {
                Some(Out::Text(text)) => {
                    if socket.send(Message::Text(text.into())).await.is_err() { break; }
                    Step::On
                }
                Some(Out::Drop) | None => break,
            },
            received = socket.recv() => match received {
                Some(Ok(Message::Text(text))) => connection.receive(&text),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => Step::On,
                Some(Ok(Message::Binary(_))) => Step::Close(DECODE_ERROR, "Decode error."),
                Some(Ok(Message::Close(frame))) => {
                    // Leaving with 1000 or 1001 gives the session up.
                    if frame.is_some_and(|frame| matches!(frame.code, 1000 | 1001)) { connection.give_up(); }
                    break;
                }
                Some(Err(_)) | None => break,
            },
        };
        if let Step::Close(code, reason) = step {
            shared.change(|world| world.complain(format!("gateway: closed with {code}: {reason}")));
            let _ = socket
                .send(Message::Close(Some(CloseFrame {
                    code,
                    reason: reason.into(),
                })))
                .await;
            break;
        }
    }
    connection.leave();
}

struct Connection {
    shared: Arc<Shared>,
    outlet: mpsc::Sender<Out>,
    session: Option<String>,
}

impl Connection {
    fn receive(&mut self, text: &str) -> Step {
        let payload: Value = match serde_json::from_str(text) {
            Ok(payload) if text.len() <= N_PAYLOAD_BYTES_MAX => payload,
            _ => return Step::Close(DECODE_ERROR, "Error while decoding payload."),
        };
        match payload["op"].as_u64() {
            Some(1) => {
                self.acknowledge();
                Step::On
            }
            Some(2 | 6) if self.session.is_some() => {
                Step::Close(ALREADY_AUTHENTICATED, "Already authenticated.")
            }
            Some(2) => self.identify(&payload["d"]),
            Some(6) => self.resume(&payload["d"]),
            Some(3 | 4 | 8 | 31) if self.session.is_some() => Step::On,
            Some(3 | 4 | 8 | 31) => Step::Close(NOT_AUTHENTICATED, "Not authenticated."),
            _ => Step::Close(UNKNOWN_OPCODE, "Unknown opcode."),
        }
    }

    fn say(&self, payload: &Value) {
        // A full queue means a client that does not read; `dispatch` cuts it then.
        let _ = self.outlet.try_send(Out::Text(payload.to_string()));
    }

    fn acknowledge(&self) {
        if !self.shared.read(|world| world.faults.no_acks) {
            self.say(&json!({"op": 11, "d": null, "s": null, "t": null}));
        }
    }

    fn good_token(&self, data: &Value) -> bool {
        let given = data["token"].as_str().unwrap_or_default();
        given.strip_prefix("Bot ").unwrap_or(given) == self.shared.options.token
    }

    fn identify(&mut self, data: &Value) -> Step {
        if !self.good_token(data) {
            return Step::Close(AUTHENTICATION_FAILED, "Authentication failed.");
        }
        if data["intents"]
            .as_u64()
            .is_none_or(|intents| intents & !INTENTS != 0)
        {
            return Step::Close(INVALID_INTENTS, "Invalid intent(s).");
        }
        if !data["properties"].is_object() {
            return Step::Close(DECODE_ERROR, "Error while decoding payload.");
        }
        let outlet = self.outlet.clone();
        self.session = Some(self.shared.change(|world| begin(world, outlet, data)));
        Step::On
    }

    fn resume(&mut self, data: &Value) -> Step {
        if !self.good_token(data) {
            return Step::Close(AUTHENTICATION_FAILED, "Authentication failed.");
        }
        let id = data["session_id"].as_str().unwrap_or_default();
        let outlet = self.outlet.clone();
        let resumed = self.shared.change(|world| {
            if world.faults.refuse_resumes > 0 {
                world.faults.refuse_resumes -= 1;
                return false;
            }
            resume(world, id, data["seq"].as_u64(), outlet)
        });
        if resumed {
            self.session = Some(id.to_owned());
        } else {
            self.say(&json!({"op": 9, "d": false, "s": null, "t": null}));
        }
        Step::On
    }

    fn give_up(&self) {
        if let Some(id) = &self.session {
            self.shared
                .change(|world| world.sessions.all.retain(|session| session.id != *id));
        }
    }

    fn leave(&self) {
        let Some(id) = &self.session else { return };
        self.shared.change(|world| {
            if let Some(session) = world.sessions.find(id)
                && session
                    .outlet
                    .as_ref()
                    .is_some_and(|outlet| outlet.same_channel(&self.outlet))
            {
                session.outlet = None;
            }
            if !world.sessions.connected() {
                world.tell(None, None, json!({"type": "disconnected"}));
            }
        });
    }
}

fn begin(world: &mut World, outlet: mpsc::Sender<Out>, data: &Value) -> String {
    let guild = world.place.guild_create_json();
    let url = format!("{}/gateway", world.base.replacen("http", "ws", 1));
    let mut ready = json!({
        "v": 10, "user": world.place.bot_json(), "guilds": [{"id": world.place.id.to_string(), "unavailable": true}],
        "resume_gateway_url": url, "application": {"id": world.place.bot.to_string(), "flags": 0},
        "private_channels": [], "_trace": [],
    });
    if data["shard"].is_array() {
        ready["shard"] = data["shard"].clone();
    }
    let session = world.sessions.begin(outlet);
    ready["session_id"] = json!(session.id);
    session.dispatch("READY", &ready);
    session.ready = true;
    let id = session.id.clone();
    // Without the GUILDS intent there is no GUILD_CREATE.
    if data["intents"].as_u64().unwrap_or(0) & 1 != 0 {
        session.dispatch("GUILD_CREATE", &guild);
    }
    world.tell(None, None, json!({"type": "connected"}));
    id
}

/// Connects a session again and repeats what was missed; false if that cannot be done.
fn resume(world: &mut World, id: &str, seen: Option<u64>, outlet: mpsc::Sender<Out>) -> bool {
    let Some(seen) = seen else { return false };
    let Some(session) = world.sessions.find(id) else {
        return false;
    };
    let first_kept = session
        .kept
        .front()
        .map_or(session.sequence + 1, |(sequence, _)| *sequence);
    if seen > session.sequence || seen + 1 < first_kept {
        return false;
    }
    session.outlet = Some(outlet);
    let missed: Vec<String> = session
        .kept
        .iter()
        .filter(|(sequence, _)| *sequence > seen)
        .map(|(_, text)| text.clone())
        .collect();
    for text in missed {
        session.send(Out::Text(text));
    }
    session.dispatch("RESUMED", &json!({}));
    world.tell(None, None, json!({"type": "connected"}));
    true
}
