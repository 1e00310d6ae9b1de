//! The server that people meet in: its description in plain types, and the ids and JSON made from it.
use serde_json::{Value, json};

/// What the playground's Discord server looks like at the start.
#[derive(Clone, Debug, Default)]
pub struct Guild {
    /// The server's name.
    pub name: String,
    /// The language of public messages, such as `en-US`.
    pub preferred_locale: String,
    /// Roles, the highest last.
    pub roles: Vec<Role>,
    /// Text channels, in the order in which they are listed.
    pub channels: Vec<Channel>,
    /// The people; the first one owns the server.
    pub members: Vec<Member>,
}

/// One role of the server.
#[derive(Clone, Debug, Default)]
pub struct Role {
    /// Its name.
    pub name: String,
    /// Its colour as 0xRRGGBB; 0 is none.
    pub color: u32,
    /// Discord's permission bits that the role adds to what everyone may do.
    pub permissions: u64,
}

/// One text channel of the server.
#[derive(Clone, Debug, Default)]
pub struct Channel {
    /// Its name without the `#`.
    pub name: String,
    /// Its topic; may be empty.
    pub topic: String,
}

/// One person.
#[derive(Clone, Debug, Default)]
pub struct Member {
    /// The unique user name, by which tests and the page name the person.
    pub name: String,
    /// The name that is shown; empty means the user name.
    pub display_name: String,
    /// Names of the person's roles.
    pub roles: Vec<String>,
    /// The language of the person's client, such as `de`.
    pub locale: String,
    /// Lines about the person that the page shows.
    pub about: Vec<String>,
}

/// Permission bits that everyone has here: see, send, embed, attach, history, commands, threads.
const EVERYONE: u64 = (1 << 6)
    | (1 << 10)
    | (1 << 11)
    | (1 << 14)
    | (1 << 15)
    | (1 << 16)
    | (1 << 31)
    | (1 << 35)
    | (1 << 38);
/// The bit of the one permission that contains all others.
const ADMINISTRATOR: u64 = 1 << 3;
/// Where the ids of the fixed things begin; they look like Discord's.
const FIRST_ID: u64 = 1_100_000_000_000_000_000;

/// A person with an id.
#[derive(Clone, Debug)]
pub(super) struct Person {
    pub(super) id: u64,
    pub(super) who: Member,
    pub(super) roles: Vec<u64>,
    pub(super) refuses_direct_messages: bool,
}

/// What kind of place a room is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum RoomKind {
    Text,
    Direct { person: u64 },
    Thread { parent: u64 },
}

/// What the bot may do in a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Access {
    /// See it and write in it.
    #[default]
    Full,
    /// Not even see it: error 50001.
    None,
    /// See it, but not write in it: error 50013.
    ReadOnly,
}

/// A channel, a thread or a direct conversation, with an id.
#[derive(Clone, Debug)]
pub(super) struct Room {
    pub(super) id: u64,
    pub(super) name: String,
    pub(super) topic: String,
    pub(super) kind: RoomKind,
    pub(super) access: Access,
    pub(super) created_at: i64,
}

/// The server with all ids.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) id: u64,
    pub(super) bot: u64,
    pub(super) bot_name: String,
    pub(super) bot_role: u64,
    pub(super) guild: Guild,
    pub(super) roles: Vec<(u64, Role)>,
    pub(super) rooms: Vec<Room>,
    pub(super) people: Vec<Person>,
}

impl Place {
    /// Gives every part of the description an id, or says which role of a member is not described.
    pub(super) fn new(guild: &Guild, bot_name: &str) -> Result<Self, String> {
        let roles: Vec<(u64, Role)> = (FIRST_ID + 1000..)
            .zip(guild.roles.iter().cloned())
            .collect();
        let mut people = Vec::new();
        for (id, who) in (FIRST_ID + 3000..).zip(&guild.members) {
            let mut held = Vec::new();
            for name in &who.roles {
                let role = roles.iter().find(|(_, role)| role.name == *name);
                let (role, _) = role.ok_or_else(|| {
                    format!(
                        "member {} has the role {name}, which the guild does not have",
                        who.name
                    )
                })?;
                held.push(*role);
            }
            people.push(Person {
                id,
                who: who.clone(),
                roles: held,
                refuses_direct_messages: false,
            });
        }
        let rooms = (FIRST_ID + 2000..)
            .zip(&guild.channels)
            .map(|(id, channel)| Room {
                id,
                name: channel.name.clone(),
                topic: channel.topic.clone(),
                kind: RoomKind::Text,
                access: Access::Full,
                created_at: 0,
            })
            .collect();
        Ok(Self {
            id: FIRST_ID,
            bot: FIRST_ID + 1,
            bot_name: bot_name.to_owned(),
            bot_role: FIRST_ID + 2,
            guild: guild.clone(),
            roles,
            rooms,
            people,
        })
    }

    pub(super) fn room(&self, id: u64) -> Option<&Room> {
        self.rooms.iter().find(|room| room.id == id)
    }

    /// A room by its name, a leading `#` allowed.
    pub(super) fn room_named(&self, name: &str) -> Option<&Room> {
        let name = name.strip_prefix('#').unwrap_or(name);
        self.rooms
            .iter()
            .find(|room| room.name == name && !matches!(room.kind, RoomKind::Direct { .. }))
    }

    pub(super) fn person(&self, id: u64) -> Option<&Person> {
        self.people.iter().find(|person| person.id == id)
    }

    pub(super) fn person_named(&self, name: &str) -> Option<&Person> {
        let name = name.strip_prefix('@').unwrap_or(name);
        self.people.iter().find(|person| person.who.name == name)
    }

    /// A person by name or by id.
    pub(super) fn who(&self, name: &str) -> Option<&Person> {
        self.person_named(name).or_else(|| name.parse().ok().and_then(|id| self.person(id)))
    }

    /// The name of a room as people read it: `#name`, or `@name` for a direct conversation.
    pub(super) fn room_title(&self, id: u64) -> String {
        match self.room(id) {
            Some(Room {
                kind: RoomKind::Direct { person },
                ..
            }) => {
                format!(
                    "@{}",
                    self.person(*person)
                        .map_or("unknown", |person| &person.who.name)
                )
            }
            Some(room) => format!("#{}", room.name),
            None => "#unknown".to_owned(),
        }
    }

    /// Whether a person sees a room at all.
    pub(super) fn sees(&self, person: u64, room: u64) -> bool {
        match self.room(room).map(|room| &room.kind) {
            Some(RoomKind::Direct { person: owner }) => *owner == person,
            Some(_) => true,
            None => false,
        }
    }

    /// The permission bits of a person.
    pub(super) fn permissions(&self, person: &Person) -> u64 {
        let owns = self
            .people
            .first()
            .is_some_and(|first| first.id == person.id);
        let held = self
            .roles
            .iter()
            .filter(|(id, _)| person.roles.contains(id));
        let bits = held.fold(EVERYONE, |bits, (_, role)| bits | role.permissions);
        if owns || bits & ADMINISTRATOR != 0 {
            u64::MAX >> 13
        } else {
            bits
        }
    }

    /// The permission bits of the bot in a room.
    pub(super) fn bot_permissions(&self, room: Option<&Room>) -> u64 {
        let all = EVERYONE | (1 << 13) | (1 << 34) | (1 << 36);
        match room.map(|room| room.access) {
            Some(Access::None) => 0,
            Some(Access::ReadOnly) => all & !((1 << 11) | (1 << 38)),
            Some(Access::Full) | None => all,
        }
    }

    pub(super) fn bot_json(&self) -> Value {
        json!({
            "id": self.bot.to_string(), "username": self.bot_name, "discriminator": "0", "global_name": null,
            "avatar": null, "bot": true, "system": false, "mfa_enabled": true, "verified": true, "email": null,
            "flags": 0, "public_flags": 0, "banner": null, "accent_color": null,
        })
    }

    pub(super) fn application_json(&self) -> Value {
        json!({
            "id": self.bot.to_string(), "name": self.bot_name, "icon": null, "description": "", "rpc_origins": [],
            "bot_public": false, "bot_require_code_grant": false, "verify_key": "0".repeat(64), "team": null,
            "owner": self.people.first().map(|person| self.user_json(person)), "flags": 0, "tags": [],
            "integration_types_config": {"0": {}}, "bot": self.bot_json(), "approximate_guild_count": 1,
            "interactions_endpoint_url": null, "redirect_uris": [],
        })
    }

    pub(super) fn user_json(&self, person: &Person) -> Value {
        json!({
            "id": person.id.to_string(), "username": person.who.name, "discriminator": "0",
            "global_name": person.shown(), "avatar": null, "bot": false, "public_flags": 0,
        })
    }

    /// A member object; the interaction form carries `permissions`.
    pub(super) fn member_json(&self, person: &Person) -> Value {
        json!({
            "user": self.user_json(person), "nick": null, "avatar": null, "banner": null,
            "roles": person.roles.iter().map(u64::to_string).collect::<Vec<_>>(),
            "joined_at": "2024-01-01T00:00:00.000000+00:00", "premium_since": null, "deaf": false, "mute": false,
            "flags": 0, "pending": false, "communication_disabled_until": null,
            "permissions": self.permissions(person).to_string(),
        })
    }

    pub(super) fn bot_member_json(&self) -> Value {
        json!({
            "user": self.bot_json(), "nick": null, "avatar": null, "roles": [self.bot_role.to_string()],
            "joined_at": "2024-01-01T00:00:00.000000+00:00", "premium_since": null, "deaf": false, "mute": false,
            "flags": 0, "pending": false, "communication_disabled_until": null,
        })
    }

    pub(super) fn roles_json(&self) -> Vec<Value> {
        let role = |id: u64,
                    name: &str,
                    color: u32,
                    permissions: u64,
                    position: usize,
                    managed: bool| {
            json!({
                "id": id.to_string(), "name": name, "color": color,
                "colors": {"primary_color": color, "secondary_color": null, "tertiary_color": null},
                "hoist": false, "icon": null, "unicode_emoji": null, "position": position,
                "permissions": permissions.to_string(), "managed": managed, "mentionable": false, "flags": 0,
            })
        };
        let mut all = vec![role(self.id, "@everyone", 0, EVERYONE, 0, false)];
        for (position, (id, described)) in (1..).zip(&self.roles) {
            all.push(role(
                *id,
                &described.name,
                described.color,
                described.permissions,
                position,
                false,
            ));
        }
        all.push(role(
            self.bot_role,
            &self.bot_name,
            0,
            self.bot_permissions(None),
            self.roles.len() + 1,
            true,
        ));
        all
    }

    pub(super) fn room_json(&self, room: &Room) -> Value {
        match room.kind {
            RoomKind::Direct { person } => json!({
                "id": room.id.to_string(), "type": 1, "last_message_id": null, "flags": 0,
                "recipients": self.person(person).map(|person| vec![self.user_json(person)]).unwrap_or_default(),
            }),
            RoomKind::Text => {
                let denied = match room.access {
                    Access::Full => 0_u64,
                    Access::None => 1 << 10,
                    Access::ReadOnly => (1 << 11) | (1 << 38),
                };
                let overwrites = if denied == 0 {
                    json!([])
                } else {
                    json!([{"id": self.bot_role.to_string(), "type": 0, "allow": "0", "deny": denied.to_string()}])
                };
                json!({
                    "id": room.id.to_string(), "type": 0, "guild_id": self.id.to_string(), "name": room.name,
                    "topic": room.topic, "position": self.rooms.iter().position(|other| other.id == room.id).unwrap_or(0),
                    "permission_overwrites": overwrites, "nsfw": false, "parent_id": null, "last_message_id": null,
                    "rate_limit_per_user": 0, "flags": 0,
                })
            }
            RoomKind::Thread { parent } => json!({
                "id": room.id.to_string(), "type": 11, "guild_id": self.id.to_string(), "name": room.name,
                "parent_id": parent.to_string(), "owner_id": self.bot.to_string(), "last_message_id": null,
                "rate_limit_per_user": 0, "message_count": 0, "member_count": 1, "flags": 0, "total_message_sent": 0,
                "thread_metadata": {
                    "archived": false, "auto_archive_duration": 1440, "locked": false,
                    "archive_timestamp": super::world::timestamp(room.created_at),
                    "create_timestamp": super::world::timestamp(room.created_at),
                },
            }),
        }
    }

    /// The guild as REST gives it.
    pub(super) fn guild_json(&self) -> Value {
        json!({
            "id": self.id.to_string(), "name": self.guild.name, "icon": null, "splash": null, "discovery_splash": null,
            "owner_id": self.people.first().map_or(self.bot, |person| person.id).to_string(), "afk_channel_id": null,
            "afk_timeout": 300, "verification_level": 0, "default_message_notifications": 1,
            "explicit_content_filter": 0, "roles": self.roles_json(), "emojis": [], "features": [], "mfa_level": 0,
            "application_id": null, "system_channel_id": null, "system_channel_flags": 0, "rules_channel_id": null,
            "vanity_url_code": null, "description": null, "banner": null, "premium_tier": 0,
            "premium_subscription_count": 0, "preferred_locale": self.guild.preferred_locale,
            "public_updates_channel_id": null, "nsfw_level": 0, "nsfw": false, "stickers": [],
            "premium_progress_bar_enabled": false, "safety_alerts_channel_id": null, "incidents_data": null,
        })
    }

    /// The guild as GUILD_CREATE brings it: with rooms, the bot's member and everything serenity requires.
    pub(super) fn guild_create_json(&self) -> Value {
        let mut guild = self.guild_json();
        let of_kind = |threads: bool| -> Vec<Value> {
            let fits = |room: &&Room| match room.kind {
                RoomKind::Text => !threads,
                RoomKind::Thread { .. } => threads,
                RoomKind::Direct { .. } => false,
            };
            self.rooms
                .iter()
                .filter(fits)
                .map(|room| self.room_json(room))
                .collect()
        };
        let more = json!({
            "joined_at": "2024-01-01T00:00:00.000000+00:00", "large": false, "unavailable": false,
            "member_count": self.people.len() + 1, "voice_states": [], "members": [self.bot_member_json()],
            "channels": of_kind(false), "threads": of_kind(true), "presences": [], "stage_instances": [],
            "guild_scheduled_events": [], "soundboard_sounds": [],
        });
        if let (Value::Object(guild), Value::Object(more)) = (&mut guild, more) {
            guild.extend(more);
        }
        guild
    }
}

impl Person {
    /// The name that is shown for the person.
    pub(super) fn shown(&self) -> &str {
        if self.who.display_name.is_empty() {
            &self.who.name
        } else {
            &self.who.display_name
        }
    }
}
