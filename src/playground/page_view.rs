//! What one person sees of the playground, as the page's JSON.
use super::guild::{Person, Place, RoomKind};
use super::people::offered_commands;
use super::view::components;
use super::world::{News, Shared, Stored, World};
use serde_json::{Map, Value, json};

/// The id of a person given by name or id; nobody means the first one.
pub(super) fn viewer(shared: &Shared, who: Option<&str>) -> Option<u64> {
    shared.read(|world| {
        let person = match who {
            Some(who) => world.place.who(who),
            None => world.place.people.first(),
        };
        person.map(|person| person.id)
    })
}

/// Everything that a person sees.
pub(super) fn state(shared: &Shared, who: Option<&str>) -> Option<Value> {
    let viewer = viewer(shared, who)?;
    let now = shared.now();
    let mut state = shared.read(|world| {
        let place = &world.place;
        let me = place.person(viewer)?;
        let mut messages: Map<String, Value> = Map::new();
        for room in place.rooms.iter().filter(|room| place.sees(viewer, room.id)) {
            messages.insert(room.id.to_string(), json!([]));
        }
        for stored in world.messages.values().filter(|stored| may_see(world, viewer, stored.private_to, Some(stored.room))) {
            if let Some(Value::Array(list)) = messages.get_mut(&stored.room.to_string()) {
                list.push(message(world, stored));
            }
        }
        let rooms = place.rooms.iter().filter(|room| !matches!(room.kind, RoomKind::Direct { .. }));
        let direct = place.rooms.iter().filter(|room| room.kind == RoomKind::Direct { person: viewer });
        Some(json!({
            "banner": shared.options.banner, "guild": {"name": place.guild.name, "locale": place.guild.preferred_locale},
            "me": person(place, me), "members": place.people.iter().map(|one| person(place, one)).collect::<Vec<_>>(),
            "channels": rooms.map(|room| json!({
                "id": room.id.to_string(), "name": room.name, "topic": room.topic,
                "thread": matches!(room.kind, RoomKind::Thread { .. }),
            })).collect::<Vec<_>>(),
            "dms": direct.map(|room| json!({"channel_id": room.id.to_string(), "with": place.bot_name})).collect::<Vec<_>>(),
            "commands": offered_commands(world, viewer, false), "guide": shared.options.guide,
            "controls": shared.options.controls.iter().map(|control| {
                json!({"id": control.id, "label": control.label, "hint": control.hint})
            }).collect::<Vec<_>>(),
            "now": now, "connected": world.sessions.connected(), "messages": messages,
        }))
    })?;
    let name = state["me"]["name"].as_str().unwrap_or_default().to_owned();
    for list in state["messages"].as_object_mut().into_iter().flat_map(|map| map.values_mut()) {
        for message in list.as_array_mut().into_iter().flatten() {
            add_helpers(shared, message, &name);
        }
    }
    Some(state)
}

/// A piece of news as this person is told it; none if it is not theirs to see.
pub(super) fn told(shared: &Shared, news: &News, viewer: u64) -> Option<Value> {
    let mut body = news.body.clone();
    body["now"] = json!(shared.now());
    let name = shared.read(|world| {
        if !may_see(world, viewer, news.only, news.room) {
            return None;
        }
        if let Some(id) = news.message {
            body["message"] = message(world, world.messages.get(&id)?);
        }
        if body["type"] == "commands" {
            body["commands"] = json!(offered_commands(world, viewer, false));
        }
        world.place.person(viewer).map(|person| person.who.name.clone())
    })?;
    if body["message"].is_object() {
        add_helpers(shared, &mut body["message"], &name);
    }
    Some(body)
}

fn may_see(world: &World, viewer: u64, only: Option<u64>, room: Option<u64>) -> bool {
    only.is_none_or(|only| only == viewer) && room.is_none_or(|room| world.place.sees(viewer, room))
}

fn person(place: &Place, person: &Person) -> Value {
    let roles = place.roles.iter().filter(|(id, _)| person.roles.contains(id));
    json!({
        "id": person.id.to_string(), "name": person.who.name, "display_name": person.shown(), "locale": person.who.locale,
        "about": person.who.about,
        "roles": roles.map(|(id, role)| json!({"id": id.to_string(), "name": role.name, "color": role.color})).collect::<Vec<_>>(),
    })
}

/// Discord's message object with what the page needs beyond it.
fn message(world: &World, stored: &Stored) -> Value {
    let mut message = world.message_json(stored);
    let name = |id: u64| world.place.person(id).map(|person| person.who.name.clone());
    message["private_to"] = json!(stored.private_to.and_then(name));
    let exchange = stored.exchange.and_then(|id| world.exchanges.get(&id));
    message["interaction"] = match exchange.filter(|exchange| exchange.kind == 2) {
        Some(exchange) => json!({"command": exchange.title.trim_start_matches('/'), "by": name(exchange.person)}),
        None => Value::Null,
    };
    let base = format!("{}/", world.base);
    localize(&mut message["attachments"], &base);
    localize(&mut message["embeds"], &base);
    message
}

/// The page may be reached by another name than the bot's, so that its own files have no host in front.
fn localize(value: &mut Value, base: &str) {
    match value {
        Value::Array(list) => list.iter_mut().for_each(|item| localize(item, base)),
        Value::Object(map) => {
            for (key, value) in map.iter_mut() {
                let local = value.as_str().and_then(|url| url.strip_prefix(base)).map(|rest| format!("/{rest}"));
                match local {
                    Some(local) if key == "url" || key == "proxy_url" => *value = json!(local),
                    _ => localize(value, base),
                }
            }
        }
        _ => {}
    }
}

/// Says for each component who else could use it. The helper is asked without the world's lock.
fn add_helpers(shared: &Shared, message: &mut Value, viewer: &str) {
    let mut helpers = Map::new();
    if let Some(helper) = &shared.options.helper {
        for id in components(message).iter().filter_map(|component| component["custom_id"].as_str()) {
            let names = helper(id, viewer);
            if !names.is_empty() {
                helpers.insert(id.to_owned(), json!(names));
            }
        }
    }
    message["helpers"] = Value::Object(helpers);
}
