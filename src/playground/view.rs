//! Reading the playground in plain structs, and waiting for something to become true.
use super::rules::message::{EPHEMERAL, LOADING};
use super::world::{Shared, Stored, World, attachments};
use super::{Handle, Limits, Request};
use serde_json::Value;
use std::time::Duration;

/// How long anything is waited for in real time before it fails loudly.
pub(super) const WAIT_S_MAX: u64 = 30;

/// One message as people see it.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// Its id.
    pub id: u64,
    /// Where it is: `#name`, or `@name` for a direct conversation.
    pub channel: String,
    /// Who wrote it.
    pub author: String,
    /// Its text.
    pub text: String,
    /// Its embeds.
    pub embeds: Vec<Embed>,
    /// Its buttons in reading order.
    pub buttons: Vec<Button>,
    /// Its selects in reading order.
    pub selects: Vec<Select>,
    /// Its files.
    pub attachments: Vec<Attachment>,
    /// The only member who sees it, if it is private.
    pub private_to: Option<String>,
    /// Members whom it really called when it was posted.
    pub pinged: Vec<String>,
    /// Whether the bot is still thinking about it.
    pub thinking: bool,
    /// Whether it was edited.
    pub edited: bool,
    /// Discord's message object.
    pub raw: Value,
}

/// One embed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Embed {
    /// Its title.
    pub title: String,
    /// Its text.
    pub description: String,
    /// Names and values.
    pub fields: Vec<(String, String)>,
    /// Its footer.
    pub footer: String,
    /// The address of its picture.
    pub image: String,
}

/// One button.
#[derive(Clone, Debug, PartialEq)]
pub struct Button {
    /// What it says.
    pub label: String,
    /// Its custom id; empty for a link.
    pub custom_id: String,
    /// Where a link leads.
    pub url: Option<String>,
    /// Whether it cannot be clicked.
    pub disabled: bool,
}

/// One select.
#[derive(Clone, Debug, PartialEq)]
pub struct Select {
    /// Its custom id.
    pub custom_id: String,
    /// What it says while nothing is chosen.
    pub placeholder: String,
    /// Labels and values.
    pub options: Vec<(String, String)>,
    /// Whether it cannot be used.
    pub disabled: bool,
}

/// One file.
#[derive(Clone, Debug, PartialEq)]
pub struct Attachment {
    /// Its name.
    pub name: String,
    /// What is said to those who cannot see it.
    pub alt: String,
    /// Where it can be fetched.
    pub url: String,
    /// Its size in bytes.
    pub n_bytes: u64,
}

/// One suggestion of autocomplete.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// What is shown.
    pub name: String,
    /// What is sent.
    pub value: Value,
}

/// The playground at one moment.
pub struct State<'a>(pub(super) &'a World);

impl std::fmt::Debug for State<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("State")
    }
}

impl State<'_> {
    /// Public messages of a channel or thread, oldest first; none if there is no such channel.
    #[must_use]
    pub fn messages(&self, channel: &str) -> Vec<Message> {
        let Some(room) = self.0.place.room_named(channel) else {
            return Vec::new();
        };
        self.those(|stored| stored.room == room.id && stored.private_to.is_none())
    }

    /// Messages that only this member sees, oldest first, in every channel.
    #[must_use]
    pub fn private_messages(&self, member: &str) -> Vec<Message> {
        let id = self.0.place.person_named(member).map(|person| person.id);
        self.those(|stored| stored.private_to.is_some() && stored.private_to == id)
    }

    /// The direct conversation between this member and the bot, oldest first.
    #[must_use]
    pub fn direct_messages(&self, member: &str) -> Vec<Message> {
        let title = format!("@{}", member.trim_start_matches('@'));
        self.those(|stored| self.0.place.room_title(stored.room) == title)
    }

    /// A message by its id, if it is there.
    #[must_use]
    pub fn message(&self, id: u64) -> Option<Message> {
        self.0.messages.get(&id).map(|stored| seen(self.0, stored))
    }

    /// Registered commands as Discord's objects, the guild's first.
    #[must_use]
    pub fn commands(&self) -> Vec<Value> {
        self.0
            .guild_commands
            .iter()
            .chain(&self.0.global_commands)
            .cloned()
            .collect()
    }

    /// Every request so far, oldest first.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        self.0.requests.iter().cloned().collect()
    }

    /// Everything that Discord would have refused, and what the check said.
    #[must_use]
    pub fn complaints(&self) -> Vec<String> {
        self.0.complaints.clone()
    }

    /// Whether a bot is connected and ready.
    #[must_use]
    pub fn connected(&self) -> bool {
        self.0.sessions.connected()
    }

    /// How many gateway sessions were begun; a resumed one is not counted again.
    #[must_use]
    pub fn n_sessions(&self) -> u64 {
        self.0.sessions.n_made()
    }

    fn those(&self, fits: impl Fn(&Stored) -> bool) -> Vec<Message> {
        self.0
            .messages
            .values()
            .filter(|stored| fits(stored))
            .map(|stored| seen(self.0, stored))
            .collect()
    }
}

/// A stored message in plain words.
pub(super) fn seen(world: &World, stored: &Stored) -> Message {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let name = |id: &u64| {
        world
            .place
            .person(*id)
            .map(|person| person.who.name.clone())
    };
    let mut message = Message {
        id: stored.id,
        channel: world.place.room_title(stored.room),
        author: world.place.bot_name.clone(),
        text: text(&stored.body["content"]),
        embeds: stored.body["embeds"]
            .as_array()
            .into_iter()
            .flatten()
            .map(embed)
            .collect(),
        buttons: Vec::new(),
        selects: Vec::new(),
        attachments: Vec::new(),
        private_to: stored.private_to.as_ref().and_then(name),
        pinged: stored.pings.iter().filter_map(name).collect(),
        thinking: stored.body["flags"].as_u64().unwrap_or(0) & LOADING != 0,
        edited: !stored.body["edited_timestamp"].is_null(),
        raw: world.message_json(stored),
    };
    debug_assert_eq!(
        stored.body["flags"].as_u64().unwrap_or(0) & EPHEMERAL != 0,
        stored.private_to.is_some()
    );
    for component in components(&stored.body) {
        match component["type"].as_u64() {
            Some(2) => message.buttons.push(Button {
                label: text(&component["label"]),
                custom_id: text(&component["custom_id"]),
                url: component["url"].as_str().map(str::to_owned),
                disabled: component["disabled"] == true,
            }),
            Some(3 | 5..=8) => message.selects.push(Select {
                custom_id: text(&component["custom_id"]),
                placeholder: text(&component["placeholder"]),
                options: component["options"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .map(|option| (text(&option["label"]), text(&option["value"])))
                    .collect(),
                disabled: component["disabled"] == true,
            }),
            _ => {}
        }
    }
    message.attachments = attachments(&stored.body)
        .iter()
        .map(|file| Attachment {
            name: text(&file["filename"]),
            alt: text(&file["description"]),
            url: text(&file["url"]),
            n_bytes: file["size"].as_u64().unwrap_or(0),
        })
        .collect();
    message
}

fn embed(value: &Value) -> Embed {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    Embed {
        title: text(&value["title"]),
        description: text(&value["description"]),
        fields: value["fields"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|field| (text(&field["name"]), text(&field["value"])))
            .collect(),
        footer: text(&value["footer"]["text"]),
        image: text(&value["image"]["url"]),
    }
}

/// All components of a message, however deep, in reading order.
pub(super) fn components(body: &Value) -> Vec<&Value> {
    fn walk<'a>(list: &'a Value, into: &mut Vec<&'a Value>) {
        for component in list.as_array().into_iter().flatten() {
            into.push(component);
            walk(&component["components"], into);
            if component["accessory"].is_object() {
                into.push(&component["accessory"]);
            }
        }
    }
    let mut all = Vec::new();
    walk(&body["components"], &mut all);
    all
}

/// Waits until `look` gives something; woken by each change, never polling.
///
/// # Panics
/// After 30 s of real time, with what was waited for.
pub(super) async fn wait<R>(
    shared: &Shared,
    what: &str,
    mut look: impl FnMut(&World) -> Option<R>,
) -> R {
    let mut version = shared.version.subscribe();
    let found = tokio::time::timeout(Duration::from_secs(WAIT_S_MAX), async {
        loop {
            version.mark_unchanged();
            if let Some(found) = shared.read(&mut look) {
                return found;
            }
            if version.changed().await.is_err() {
                panic!("the playground ended while waiting until {what}");
            }
        }
    });
    match found.await {
        Ok(found) => found,
        Err(_) => {
            let (requests, complaints) = shared.read(|world| {
                let last: Vec<String> = world
                    .requests
                    .iter()
                    .rev()
                    .take(10)
                    .map(|request| {
                        format!("{} {} → {:?}", request.method, request.path, request.status)
                    })
                    .collect();
                (last, world.complaints.clone())
            });
            panic!(
                "waited {WAIT_S_MAX} s in vain until {what}\nlast requests, newest first: {requests:#?}\ncomplaints: {complaints:#?}"
            );
        }
    }
}

/// Reading. All names are as in [`State`].
impl Handle {
    /// Looks at everything at one moment. The closure must not use a handle: it holds the world's lock.
    pub fn look<R>(&self, look: impl FnOnce(&State<'_>) -> R) -> R {
        self.shared.read(|world| look(&State(world)))
    }

    /// Waits until something is true; it is looked at after each change. As with
    /// [`look`](Self::look), the closure uses the state that it is given, not a handle.
    ///
    /// # Panics
    /// After 30 s of real time.
    pub async fn until(&self, what: &str, mut is_true: impl FnMut(&State<'_>) -> bool) {
        wait(&self.shared, what, |world| {
            is_true(&State(world)).then_some(())
        })
        .await;
    }

    /// Waits until a bot is connected and has its READY.
    ///
    /// # Panics
    /// After 30 s of real time.
    pub async fn connected(&self) {
        self.until("a bot is connected", |state| state.connected())
            .await;
    }

    /// Public messages of a channel or thread, oldest first.
    #[must_use]
    pub fn messages(&self, channel: &str) -> Vec<Message> {
        self.look(|state| state.messages(channel))
    }

    /// Messages that only this member sees, oldest first.
    #[must_use]
    pub fn private_messages(&self, member: &str) -> Vec<Message> {
        self.look(|state| state.private_messages(member))
    }

    /// The direct conversation between this member and the bot, oldest first.
    #[must_use]
    pub fn direct_messages(&self, member: &str) -> Vec<Message> {
        self.look(|state| state.direct_messages(member))
    }

    /// A message by its id, if it is there.
    #[must_use]
    pub fn message(&self, id: u64) -> Option<Message> {
        self.look(|state| state.message(id))
    }

    /// Registered commands as Discord's objects, the guild's first.
    #[must_use]
    pub fn commands(&self) -> Vec<Value> {
        self.look(|state| state.commands())
    }

    /// Every request so far, oldest first.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        self.look(|state| state.requests())
    }

    /// Everything that Discord would have refused, and what the check said.
    #[must_use]
    pub fn complaints(&self) -> Vec<String> {
        self.look(|state| state.complaints())
    }

    /// The same, and forgets it, for a test that expects it.
    #[must_use]
    pub fn take_complaints(&self) -> Vec<String> {
        self.shared
            .change(|world| std::mem::take(&mut world.complaints))
    }

    /// The bytes of an uploaded file by its address.
    #[must_use]
    pub fn file(&self, attachment: &Attachment) -> Option<Vec<u8>> {
        let id: u64 = attachment.url.rsplit('/').nth(1)?.parse().ok()?;
        self.shared
            .read(|world| world.files.get(&id).map(|file| file.bytes.clone()))
    }

    /// The id of the server.
    #[must_use]
    pub fn guild_id(&self) -> u64 {
        self.shared.read(|world| world.place.id)
    }

    /// The id of the application, which is also its bot's.
    #[must_use]
    pub fn application_id(&self) -> u64 {
        self.shared.read(|world| world.place.bot)
    }

    /// The id of a channel or thread.
    #[must_use]
    pub fn channel_id(&self, channel: &str) -> Option<u64> {
        self.shared
            .read(|world| world.place.room_named(channel).map(|room| room.id))
    }

    /// The id of a member.
    #[must_use]
    pub fn member_id(&self, member: &str) -> Option<u64> {
        self.shared
            .read(|world| world.place.person_named(member).map(|person| person.id))
    }

    /// The id of a role.
    #[must_use]
    pub fn role_id(&self, role: &str) -> Option<u64> {
        self.shared.read(|world| {
            world
                .place
                .roles
                .iter()
                .find(|(_, known)| known.name == role)
                .map(|(id, _)| *id)
        })
    }

    /// Counts requests anew under other limits.
    pub fn set_limits(&self, limits: Limits) {
        self.shared.change(|world| world.pace.set(limits));
    }
}
