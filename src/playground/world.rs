//! Everything that the playground's Discord remembers, behind one lock, and the signal of each change.
use super::faults::Faults;
use super::gateway::Sessions;
use super::guild::{Place, Room, RoomKind};
use super::pace::Pace;
use super::{Options, Request};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::net::SocketAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::{broadcast, watch};
use tokio_util::sync::CancellationToken;

/// Messages kept per room; the oldest is forgotten first.
const N_MESSAGES_PER_ROOM_MAX: usize = 2_000;
/// Interactions kept; the oldest is forgotten first.
const N_EXCHANGES_MAX: usize = 4_000;
/// Recorded requests kept; the oldest is forgotten first.
const N_REQUESTS_MAX: usize = 20_000;
/// Complaints kept; later ones are dropped, because the first ones explain the rest.
const N_COMPLAINTS_MAX: usize = 1_000;
/// The first second of 2015, from which Discord's ids count, in Unix ms.
const DISCORD_EPOCH_MS: i64 = 1_420_070_400_000;

/// What every task of one playground shares.
pub(super) struct Shared {
    pub(super) options: Options,
    pub(super) address: SocketAddr,
    pub(super) version: watch::Sender<u64>,
    pub(super) news: broadcast::Sender<News>,
    pub(super) stop: CancellationToken,
    world: Mutex<World>,
}

/// Something that the page may want to show, and to whom.
#[derive(Clone, Debug)]
pub(super) struct News {
    /// Only this person may see it.
    pub(super) only: Option<u64>,
    /// Only people who see this room may see it.
    pub(super) room: Option<u64>,
    /// The message that is to be shown as it stands when the news is read.
    pub(super) message: Option<u64>,
    pub(super) body: Value,
}

/// The state itself.
pub(super) struct World {
    pub(super) now: i64,
    /// Where this server answers, such as `http://127.0.0.1:4000`.
    pub(super) base: String,
    pub(super) place: Place,
    pub(super) messages: BTreeMap<u64, Stored>,
    /// Deleted messages, on which people may still click.
    pub(super) graves: BTreeMap<u64, Stored>,
    pub(super) files: HashMap<u64, File>,
    pub(super) guild_commands: Vec<Value>,
    pub(super) global_commands: Vec<Value>,
    /// When each command was created, for the bound per day.
    pub(super) commands_created: VecDeque<i64>,
    pub(super) exchanges: BTreeMap<u64, Exchange>,
    pub(super) tokens: HashMap<String, u64>,
    pub(super) nonces: VecDeque<(i64, u64, String, u64)>,
    pub(super) sessions: Sessions,
    pub(super) faults: Faults,
    pub(super) pace: Pace,
    pub(super) requests: VecDeque<Request>,
    pub(super) complaints: Vec<String>,
    /// Ids per room in the order of posting; deleted ones may still be among them.
    order: HashMap<u64, VecDeque<u64>>,
    news: Vec<News>,
    last_id: u64,
}

/// One message as it stands.
#[derive(Clone, Debug)]
pub(super) struct Stored {
    pub(super) id: u64,
    pub(super) room: u64,
    pub(super) created_at: i64,
    /// Discord's message object without what is known from the other fields.
    pub(super) body: Value,
    pub(super) private_to: Option<u64>,
    /// The interaction that it answers.
    pub(super) exchange: Option<u64>,
    /// Times of edits made when it was older than an hour.
    pub(super) late_edits: VecDeque<i64>,
    /// People whom it really called when it was posted.
    pub(super) pings: Vec<u64>,
}

/// An uploaded file.
#[derive(Clone, Debug)]
pub(super) struct File {
    pub(super) name: String,
    pub(super) content_type: String,
    pub(super) bytes: Vec<u8>,
}

/// One interaction and how far its answer is.
#[derive(Clone, Debug)]
pub(super) struct Exchange {
    pub(super) id: u64,
    pub(super) token: String,
    /// 2 command, 3 component, 4 autocomplete, 5 form.
    pub(super) kind: u8,
    pub(super) person: u64,
    pub(super) room: u64,
    pub(super) created_at: i64,
    pub(super) progress: Progress,
    /// The message that `@original` means.
    pub(super) original: Option<u64>,
    /// The message whose component was used.
    pub(super) source: Option<u64>,
    /// What was done, as the page shows it: `/env create`, or the component's custom id.
    pub(super) title: String,
    /// For autocomplete: the type of the option that is being typed.
    pub(super) focused_kind: u64,
}

/// How far the answer to an interaction is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Progress {
    Waiting,
    /// Nobody answered in time.
    Late,
    /// "Thinking", to be finished by an edit.
    Deferred,
    /// A component was acknowledged without a visible change.
    DeferredUpdate,
    Replied,
    Updated,
    Form(Value),
    Choices(Vec<Value>),
}

impl Shared {
    pub(super) fn new(options: Options, address: SocketAddr, place: Place) -> Self {
        let now = (options.clock)();
        let pace = Pace::new(options.limits.clone());
        let world = World {
            now,
            base: super::base_url(address),
            place,
            messages: BTreeMap::new(),
            graves: BTreeMap::new(),
            files: HashMap::new(),
            guild_commands: Vec::new(),
            global_commands: Vec::new(),
            commands_created: VecDeque::new(),
            exchanges: BTreeMap::new(),
            tokens: HashMap::new(),
            nonces: VecDeque::new(),
            sessions: Sessions::default(),
            faults: Faults::default(),
            pace,
            requests: VecDeque::new(),
            complaints: Vec::new(),
            order: HashMap::new(),
            news: Vec::new(),
            last_id: 0,
        };
        Self {
            options,
            address,
            version: watch::Sender::new(0),
            news: broadcast::Sender::new(1024),
            stop: CancellationToken::new(),
            world: Mutex::new(world),
        }
    }

    pub(super) fn now(&self) -> i64 {
        (self.options.clock)()
    }

    fn lock(&self) -> MutexGuard<'_, World> {
        // A panic inside a test's closure must not take the whole server with it.
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks at the world without changing it.
    pub(super) fn read<R>(&self, look: impl FnOnce(&World) -> R) -> R {
        look(&self.lock())
    }

    /// Changes the world, then wakes everyone who waits for a change.
    pub(super) fn change<R>(&self, act: impl FnOnce(&mut World) -> R) -> R {
        let now = (self.options.clock)();
        let (result, news) = {
            let mut world = self.lock();
            world.now = now;
            let result = act(&mut world);
            (result, std::mem::take(&mut world.news))
        };
        for item in news {
            // No page is listening: then nobody misses it.
            let _ = self.news.send(item);
        }
        self.version
            .send_modify(|version| *version = version.wrapping_add(1));
        result
    }
}

impl World {
    /// A new id that grows with time, like Discord's.
    pub(super) fn new_id(&mut self) -> u64 {
        let ms = u64::try_from((self.now - DISCORD_EPOCH_MS).max(0)).unwrap_or(0);
        self.last_id = (self.last_id + 1).max(ms << 22);
        self.last_id
    }

    pub(super) fn complain(&mut self, line: String) {
        if self.complaints.len() < N_COMPLAINTS_MAX {
            self.complaints.push(line);
        }
    }

    pub(super) fn record(&mut self, request: Request) {
        if self.requests.len() >= N_REQUESTS_MAX {
            self.requests.pop_front();
        }
        self.requests.push_back(request);
    }

    pub(super) fn tell(&mut self, only: Option<u64>, room: Option<u64>, body: Value) {
        self.news.push(News { only, room, message: None, body });
    }

    /// Stores a new message and tells the page.
    pub(super) fn post(&mut self, stored: Stored) {
        let id = stored.id;
        let room = stored.room;
        self.messages.insert(id, stored);
        let order = self.order.entry(room).or_default();
        order.push_back(id);
        if order.len() > N_MESSAGES_PER_ROOM_MAX
            && let Some(oldest) = order.pop_front()
        {
            self.forget(oldest);
        }
        self.tell_message("message", id);
    }

    /// Tells the page about a message, as far as it may be seen.
    pub(super) fn tell_message(&mut self, what: &str, id: u64) {
        if let Some(stored) = self.messages.get(&id) {
            let body = json!({"type": what, "channel_id": stored.room.to_string(), "id": id.to_string()});
            self.news.push(News { only: stored.private_to, room: Some(stored.room), message: Some(id), body });
        }
    }

    /// Deletes a message, which people with an old view may still click.
    pub(super) fn bury(&mut self, id: u64) {
        if let Some(stored) = self.forget(id) {
            let body = json!({"type": "message_delete", "channel_id": stored.room.to_string(), "id": id.to_string()});
            self.tell(stored.private_to, Some(stored.room), body);
            if self.graves.len() >= N_MESSAGES_PER_ROOM_MAX {
                self.graves.pop_first();
            }
            self.graves.insert(id, stored);
        }
    }

    fn forget(&mut self, id: u64) -> Option<Stored> {
        let stored = self.messages.remove(&id)?;
        for attachment in attachments(&stored.body) {
            if let Some(file) = attachment["id"].as_str().and_then(|id| id.parse().ok()) {
                self.files.remove::<u64>(&file);
            }
        }
        Some(stored)
    }

    pub(super) fn open(&mut self, exchange: Exchange) {
        if self.exchanges.len() >= N_EXCHANGES_MAX
            && let Some((_, oldest)) = self.exchanges.pop_first()
        {
            self.tokens.remove(&oldest.token);
        }
        self.tokens.insert(exchange.token.clone(), exchange.id);
        self.exchanges.insert(exchange.id, exchange);
    }

    /// Discord's message object.
    pub(super) fn message_json(&self, stored: &Stored) -> Value {
        let mut message = stored.body.clone();
        message["id"] = json!(stored.id.to_string());
        message["channel_id"] = json!(stored.room.to_string());
        message["timestamp"] = json!(timestamp(stored.created_at));
        message["author"] = self.place.bot_json();
        message["pinned"] = json!(false);
        message["tts"] = json!(false);
        message["mention_everyone"] = json!(false);
        message["mention_roles"] = json!([]);
        let mentions = stored.pings.iter().filter_map(|id| self.place.person(*id));
        message["mentions"] = mentions
            .map(|person| self.place.user_json(person))
            .collect();
        message["type"] = json!(0);
        if let Some(exchange) = stored.exchange.and_then(|id| self.exchanges.get(&id)) {
            message["application_id"] = json!(self.place.bot.to_string());
            message["webhook_id"] = json!(self.place.bot.to_string());
            if let Some(person) = self.place.person(exchange.person) {
                message["interaction_metadata"] = json!({
                    "id": exchange.id.to_string(), "type": exchange.kind, "user": self.place.user_json(person),
                    "authorizing_integration_owners": {"0": self.place.id.to_string()},
                });
                if exchange.kind == 2 {
                    message["type"] = json!(20);
                    message["interaction_metadata"]["name"] =
                        json!(exchange.title.trim_start_matches('/'));
                    message["interaction"] = json!({
                        "id": exchange.id.to_string(), "type": 2, "name": exchange.title.trim_start_matches('/'),
                        "user": self.place.user_json(person),
                    });
                } else {
                    let of = exchange.source.unwrap_or(stored.id).to_string();
                    message["interaction_metadata"]["interacted_message_id"] = json!(of);
                    if exchange.kind == 5 {
                        message["interaction_metadata"]["triggering_interaction_metadata"] = json!({"id": exchange.id.to_string(), "type": 2, "user": self.place.user_json(person),
                                   "authorizing_integration_owners": {"0": self.place.id.to_string()}});
                    }
                }
            }
        }
        message
    }

    /// The direct conversation with a person, made if there is none.
    pub(super) fn direct_room(&mut self, person: u64) -> u64 {
        let known = self
            .place
            .rooms
            .iter()
            .find(|room| room.kind == RoomKind::Direct { person });
        if let Some(room) = known {
            return room.id;
        }
        let id = self.new_id();
        let name = self
            .place
            .person(person)
            .map(|person| person.who.name.clone())
            .unwrap_or_default();
        self.place.rooms.push(Room {
            id,
            name,
            topic: String::new(),
            kind: RoomKind::Direct { person },
            access: super::Access::Full,
            created_at: self.now,
        });
        id
    }
}

/// The attachment objects of a message body.
pub(super) fn attachments(body: &Value) -> &[Value] {
    body["attachments"].as_array().map_or(&[], Vec::as_slice)
}

/// A time as Discord writes it.
pub(super) fn timestamp(ms: i64) -> String {
    chrono::DateTime::from_timestamp_millis(ms)
        .unwrap_or_default()
        .format("%Y-%m-%dT%H:%M:%S%.6f+00:00")
        .to_string()
}
