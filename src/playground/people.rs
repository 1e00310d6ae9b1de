//! Acting as people: slash commands, autocomplete, buttons, selects and forms.
use super::answer::{Interaction, Modal};
use super::deliver::{Actor, Deed, deliver, watch_over};
use super::guild::{Access, RoomKind};
use super::rest::interactions;
use super::typed::{self, Called};
use super::view::components;
use super::world::{Stored, World};
use super::{Handle, Message};
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// Acting as people. Members and channels are given by name; `@` as the channel means the direct
/// conversation with the bot. The `Err` says why a client would not even send it.
impl Handle {
    /// Types a command such as `/env create template:preview note:"two words"`.
    ///
    /// # Errors
    /// If a client would not send it: no such command, a missing or wrong option.
    pub fn slash(&self, member: &str, channel: &str, line: &str) -> Result<Interaction, String> {
        let (words, values) = typed::split(line)?;
        self.command(member, channel, &words, &values)
    }

    /// The same in parts, for values that cannot be typed in one line; still checked as a client does.
    ///
    /// # Errors
    /// As for [`slash`](Self::slash).
    pub fn command(
        &self,
        member: &str,
        channel: &str,
        words: &[String],
        values: &[(String, Value)],
    ) -> Result<Interaction, String> {
        self.act(member, channel, |world, actor| {
            let called = Called::find(&visible_commands(world, actor), words)?;
            let data = called.data(&world.place, values)?;
            Ok(Deed {
                kind: 2,
                title: called.title(),
                data,
                source: None,
                focused_kind: 0,
            })
        })
    }

    /// Sends options that no client would check: for hostile input. `options` is Discord's list at
    /// the place where the command leads.
    ///
    /// # Errors
    /// If there is no such command, member or channel.
    pub fn slash_raw(
        &self,
        member: &str,
        channel: &str,
        command: &str,
        options: &Value,
    ) -> Result<Interaction, String> {
        let words: Vec<String> = command
            .trim_start_matches('/')
            .split(' ')
            .map(str::to_owned)
            .collect();
        self.act(member, channel, |world, actor| {
            let called = Called::find(&visible_commands(world, actor), &words)?;
            let data = called.wrap(options.clone(), Map::new());
            Ok(Deed {
                kind: 2,
                title: called.title(),
                data,
                source: None,
                focused_kind: 0,
            })
        })
    }

    /// Asks for suggestions for one option while a command is being typed.
    ///
    /// # Errors
    /// If the option has no autocomplete, or there is no such command.
    pub fn autocomplete(
        &self,
        member: &str,
        channel: &str,
        line: &str,
        focused: &str,
    ) -> Result<Interaction, String> {
        let (words, values) = typed::split(line)?;
        self.complete(member, channel, &words, &values, focused)
    }

    /// The same in parts.
    ///
    /// # Errors
    /// As for [`autocomplete`](Self::autocomplete).
    pub fn complete(
        &self,
        member: &str,
        channel: &str,
        words: &[String],
        values: &[(String, Value)],
        focused: &str,
    ) -> Result<Interaction, String> {
        self.act(member, channel, |world, actor| {
            let called = Called::find(&visible_commands(world, actor), words)?;
            let (data, focused_kind) = called.partial(values, focused)?;
            Ok(Deed {
                kind: 4,
                title: called.title(),
                data,
                source: None,
                focused_kind,
            })
        })
    }

    /// Clicks a button by its custom id or its label. The message may be deleted or changed by now,
    /// as it is for someone who looks at an old view; then the custom id is needed.
    ///
    /// # Errors
    /// If the member cannot see the message, or the button is not there or disabled.
    pub fn click(&self, member: &str, message: u64, button: &str) -> Result<Interaction, String> {
        self.use_component(member, message, |world, stored| {
            let known = components(&stored.body);
            let fits = |component: &&&Value| {
                component["type"] == 2
                    && (component["custom_id"] == *button || component["label"] == *button)
            };
            let found = known.iter().find(fits).ok_or_else(|| {
                format!(
                    "there is no button {button} on {}",
                    world.place.room_title(stored.room)
                )
            })?;
            if found["disabled"] == true {
                return Err(format!("the button {button} is disabled"));
            }
            let id = found["custom_id"]
                .as_str()
                .ok_or_else(|| format!("{button} is a link"))?;
            Ok(json!({"custom_id": id, "component_type": 2, "id": found["id"]}))
        })
    }

    /// Clicks with a custom id that may not be on the message: an old view, or hostile.
    ///
    /// # Errors
    /// If the member cannot see the message.
    pub fn click_raw(
        &self,
        member: &str,
        message: u64,
        custom_id: &str,
    ) -> Result<Interaction, String> {
        self.use_component(member, message, |_, _| {
            Ok(json!({"custom_id": custom_id, "component_type": 2, "id": 1}))
        })
    }

    /// Chooses in a select, by value or label; for people, roles and channels by name.
    ///
    /// # Errors
    /// If the select is not there or disabled, or the values do not fit it.
    pub fn select(
        &self,
        member: &str,
        message: u64,
        custom_id: &str,
        values: &[&str],
    ) -> Result<Interaction, String> {
        self.use_component(member, message, |world, stored| {
            let known = components(&stored.body);
            let found = known
                .iter()
                .find(|component| component["custom_id"] == *custom_id && component["type"] != 2);
            choose(
                world,
                found.ok_or_else(|| format!("there is no select {custom_id}"))?,
                values,
            )
        })
    }

    /// Fills in a form and sends it; inputs that are not named keep what they hold at first.
    ///
    /// # Errors
    /// If an input is not there, or its text is missing, too short or too long.
    pub fn submit(
        &self,
        member: &str,
        modal: &Modal,
        texts: &[(&str, &str)],
    ) -> Result<Interaction, String> {
        let mut rows = Vec::new();
        for (n, input) in modal.inputs.iter().enumerate() {
            let given = texts
                .iter()
                .find(|(id, _)| *id == input.custom_id)
                .map_or(input.value.as_str(), |(_, text)| *text);
            let length = given.chars().count() as u64;
            if (length == 0 && input.required)
                || (length > 0 && (length < input.n_min || length > input.n_max))
            {
                return Err(format!(
                    "{}: needs {} to {} characters",
                    input.label,
                    input.n_min.max(1),
                    input.n_max
                ));
            }
            let id = 2 * n + 1;
            rows.push(json!({"type": 1, "id": id, "components": [{"type": 4, "id": id + 1, "custom_id": input.custom_id, "value": given}]}));
        }
        if let Some((id, _)) = texts
            .iter()
            .find(|(id, _)| modal.inputs.iter().all(|input| input.custom_id != *id))
        {
            return Err(format!("the form has no input {id}"));
        }
        let opened = self.shared.read(|world| {
            world
                .exchanges
                .get(&modal.interaction)
                .map(|exchange| (exchange.room, exchange.source))
        });
        let (room, source) = opened.ok_or("the form is no longer known")?;
        self.act(member, &room.to_string(), |_, _| {
            let data = json!({"custom_id": modal.custom_id, "components": rows});
            Ok(Deed {
                kind: 5,
                title: modal.custom_id.clone(),
                data,
                source,
                focused_kind: 0,
            })
        })
    }

    /// Decides whether a member takes direct messages; if not, sending one fails with 50007.
    ///
    /// # Panics
    /// If there is no such member.
    pub fn refuse_direct_messages(&self, member: &str) {
        self.shared.change(|world| {
            let person = world
                .place
                .people
                .iter_mut()
                .find(|person| person.who.name == member);
            person
                .unwrap_or_else(|| panic!("there is no member {member}"))
                .refuses_direct_messages = true;
        });
    }

    /// Gives a member these roles and no others, as a moderator would.
    ///
    /// # Panics
    /// If there is no such member or role.
    pub fn set_roles(&self, member: &str, roles: &[&str]) {
        self.shared.change(|world| {
            let held: Vec<u64> = roles
                .iter()
                .map(|name| {
                    let found = world
                        .place
                        .roles
                        .iter()
                        .find(|(_, role)| role.name == *name);
                    found.unwrap_or_else(|| panic!("there is no role {name}")).0
                })
                .collect();
            let mut people = world.place.people.iter_mut();
            let person = people.find(|person| person.who.name == member);
            let person = person.unwrap_or_else(|| panic!("there is no member {member}"));
            person.who.roles = roles.iter().map(|role| (*role).to_owned()).collect();
            person.roles = held;
        });
    }

    /// A member leaves the server.
    ///
    /// # Panics
    /// If there is no such member.
    pub fn leave(&self, member: &str) {
        self.shared.change(|world| {
            let people = &mut world.place.people;
            let there = people.len();
            people.retain(|person| person.who.name != member);
            assert!(people.len() < there, "there is no member {member}");
        });
    }

    /// Decides what the bot may do in a channel.
    ///
    /// # Panics
    /// If there is no such channel.
    pub fn set_access(&self, channel: &str, access: Access) {
        self.shared.change(|world| {
            let room = world
                .place
                .rooms
                .iter_mut()
                .find(|room| room.name == channel);
            room.unwrap_or_else(|| panic!("there is no channel {channel}"))
                .access = access;
        });
    }

    /// Deletes a message as a moderator would.
    pub fn delete_message(&self, message: u64) {
        self.shared.change(|world| world.bury(message));
    }

    /// To be called after the clock was moved: what ran out of time is told to those who wait.
    pub fn clock_moved(&self) {
        self.shared.change(|world| {
            interactions::expire(world);
            let now = world.now;
            world.tell(None, None, json!({"type": "clock", "now": now}));
        });
    }

    fn use_component(
        &self,
        member: &str,
        message: u64,
        data: impl FnOnce(&World, &Stored) -> Result<Value, String>,
    ) -> Result<Interaction, String> {
        let room = self.shared.read(|world| {
            world
                .messages
                .get(&message)
                .or_else(|| world.graves.get(&message))
                .map(|stored| stored.room)
        });
        let room = room.ok_or("there is no such message")?;
        self.act(member, &room.to_string(), |world, actor| {
            let stored = world
                .messages
                .get(&message)
                .or_else(|| world.graves.get(&message))
                .ok_or("there is no such message")?;
            if stored.private_to.is_some_and(|only| only != actor.person) {
                return Err(format!("{member} does not see this message"));
            }
            let data = data(world, stored)?;
            let title = data["custom_id"].as_str().unwrap_or_default().to_owned();
            Ok(Deed {
                kind: 3,
                title,
                data,
                source: Some(message),
                focused_kind: 0,
            })
        })
    }

    fn act(
        &self,
        member: &str,
        channel: &str,
        deed: impl FnOnce(&World, Actor) -> Result<Deed, String>,
    ) -> Result<Interaction, String> {
        let id = self.shared.change(|world| {
            let actor = find(world, member, channel)?;
            let deed = deed(world, actor)?;
            deliver(world, actor, deed)
        })?;
        watch_over(Arc::clone(&self.shared), id);
        Ok(Interaction {
            shared: Arc::clone(&self.shared),
            id,
        })
    }
}

fn find(world: &mut World, member: &str, channel: &str) -> Result<Actor, String> {
    let person = world.place.who(member).map(|person| person.id);
    let person = person.ok_or_else(|| format!("there is no member {member}"))?;
    let room = if channel == "@" {
        world.direct_room(person)
    } else {
        let id = channel
            .parse()
            .ok()
            .filter(|id| world.place.room(*id).is_some());
        let id = id.or_else(|| world.place.room_named(channel).map(|room| room.id));
        id.ok_or_else(|| format!("there is no channel {channel}"))?
    };
    if !world.place.sees(person, room) {
        return Err(format!("{member} does not see {channel}"));
    }
    Ok(Actor { person, room })
}

/// Commands that this person is offered in a place: Discord hides those whose default permissions are not held.
fn visible_commands(world: &World, actor: Actor) -> Vec<Value> {
    let direct = matches!(
        world.place.room(actor.room).map(|room| &room.kind),
        Some(RoomKind::Direct { .. })
    );
    offered_commands(world, actor.person, direct)
}

/// The same for the page, which shows a person the commands of the server.
pub(super) fn offered_commands(world: &World, person: u64, direct: bool) -> Vec<Value> {
    let held = world
        .place
        .person(person)
        .map_or(0, |person| world.place.permissions(person));
    let guild = world.guild_commands.iter().filter(|_| !direct);
    let allowed = |command: &&Value| {
        let needed = command["default_member_permissions"]
            .as_str()
            .and_then(|bits| bits.parse::<u64>().ok());
        match needed {
            None => true,
            Some(0) => held & (1 << 3) != 0,
            Some(bits) => held & bits == bits,
        }
    };
    guild
        .chain(&world.global_commands)
        .filter(allowed)
        .cloned()
        .collect()
}

/// The `data` of a select, with values checked as a client does.
fn choose(world: &World, select: &Value, values: &[&str]) -> Result<Value, String> {
    if select["disabled"] == true {
        return Err("the select is disabled".to_owned());
    }
    let low = select["min_values"].as_u64().unwrap_or(1);
    let high = select["max_values"].as_u64().unwrap_or(1);
    if !(low..=high).contains(&(values.len() as u64)) {
        return Err(format!("{low} to {high} values may be chosen"));
    }
    let kind = select["type"].as_u64().unwrap_or(3);
    let mut resolved = Map::new();
    let mut chosen = Vec::new();
    for value in values {
        let option = select["options"]
            .as_array()
            .into_iter()
            .flatten()
            .find(|option| option["value"] == **value || option["label"] == **value);
        // The numbers of select types and of option types differ: person, role, either, channel.
        let value = match kind {
            5 => typed::thing(&world.place, 6, value, &mut resolved)?,
            6 => typed::thing(&world.place, 8, value, &mut resolved)?,
            7 => typed::thing(&world.place, 9, value, &mut resolved)?,
            8 => typed::thing(&world.place, 7, value, &mut resolved)?,
            _ => option
                .map(|option| option["value"].clone())
                .ok_or_else(|| format!("{value} is not among the options"))?,
        };
        chosen.push(value);
    }
    let mut data = json!({"custom_id": select["custom_id"], "component_type": kind, "id": select["id"], "values": chosen});
    if !resolved.is_empty() {
        data["resolved"] = Value::Object(resolved);
    }
    Ok(data)
}

impl Message {
    /// The custom id of the button with this label.
    ///
    /// # Panics
    /// If there is no such button.
    #[must_use]
    pub fn button(&self, label: &str) -> &str {
        let found = self.buttons.iter().find(|button| button.label == label);
        &found
            .unwrap_or_else(|| panic!("there is no button {label} among {:?}", self.buttons))
            .custom_id
    }
}
