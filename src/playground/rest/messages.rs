//! Messages in channels, direct conversations and threads, and how a body becomes a message.
use super::{Call, Outcome, Reply};
use crate::playground::Access;
use crate::playground::guild::{Room, RoomKind};
use crate::playground::mentions::{self, Unsaid};
use crate::playground::refusal::{Form, Refusal};
use crate::playground::rules::message::{self, EPHEMERAL, LOADING, Shape, Upload};
use crate::playground::world::{File, Stored, World, attachments, timestamp};
use serde_json::{Value, json};
use std::collections::VecDeque;

const HOUR_MS: i64 = 60 * 60 * 1_000;
/// Edits in an hour of a message that is older than an hour.
const N_LATE_EDITS_MAX: usize = 3;
/// For how long a nonce is remembered.
const NONCE_MS: i64 = 5 * 60 * 1_000;
/// Nonces kept at once.
const N_NONCES_MAX: usize = 10_000;

/// What a request wants to do in a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wish {
    See,
    Write,
}

fn enter(world: &World, id: u64, wish: Wish) -> Result<(), Refusal> {
    let room = world.place.room(id).ok_or_else(Refusal::unknown_channel)?;
    // A thread is as open as its channel.
    let above = match room.kind {
        RoomKind::Thread { parent } => world.place.room(parent).unwrap_or(room),
        _ => room,
    };
    if above.access == Access::None {
        return Err(Refusal::new(403, 50001, "Missing Access"));
    }
    if wish == Wish::Write && above.access == Access::ReadOnly {
        return Err(Refusal::new(403, 50013, "Missing Permissions"));
    }
    if let RoomKind::Direct { person } = room.kind
        && wish == Wish::Write
        && world
            .place
            .person(person)
            .is_some_and(|person| person.refuses_direct_messages)
    {
        return Err(Refusal::new(
            403,
            50007,
            "Cannot send messages to this user",
        ));
    }
    Ok(())
}

/// A public message of a room; private answers are not found this way.
fn public(world: &World, room: u64, id: u64) -> Result<&Stored, Refusal> {
    let stored = world
        .messages
        .get(&id)
        .filter(|stored| stored.room == room && stored.private_to.is_none());
    stored.ok_or_else(Refusal::unknown_message)
}

/// Makes the stored body of a new message and keeps its files. Everything was checked before.
pub(super) fn compose(
    world: &mut World,
    room: u64,
    body: &Value,
    files: &[Upload],
    flags: u64,
) -> Value {
    let mut made = json!({
        "content": body["content"].as_str().unwrap_or_default(), "embeds": body["embeds"].as_array().cloned().unwrap_or_default(),
        "components": number_components(&body["components"]), "attachments": [], "flags": flags, "edited_timestamp": null,
    });
    made["attachments"] = Value::Array(keep_files(world, room, &body["attachments"], files));
    finish_embeds(world, &mut made);
    made
}

/// Gives every component the `id` that Discord counts.
fn number_components(value: &Value) -> Value {
    fn number(value: &mut Value, next: &mut u64) {
        if let Some(list) = value.as_array_mut() {
            for item in list {
                item["id"] = json!(*next);
                *next += 1;
                number(&mut item["components"], next);
                if item["components"].is_null()
                    && let Some(map) = item.as_object_mut()
                {
                    map.remove("components");
                }
            }
        }
    }
    let mut list = if value.is_array() {
        value.clone()
    } else {
        json!([])
    };
    number(&mut list, &mut 1);
    list
}

fn keep_files(world: &mut World, room: u64, described: &Value, files: &[Upload]) -> Vec<Value> {
    let mut made = Vec::new();
    for upload in files {
        let entry = described.as_array().and_then(|list| {
            list.iter()
                .find(|entry| message::snowflake(&entry["id"]) == Some(upload.index))
        });
        let id = world.new_id();
        let url = format!("{}/attachments/{room}/{id}/{}", world.base, upload.name);
        let content_type = upload
            .content_type
            .clone()
            .unwrap_or_else(|| "application/octet-stream".to_owned());
        let mut attachment = json!({
            "id": id.to_string(), "filename": upload.name, "size": upload.bytes.len(), "url": url, "proxy_url": url,
            "content_type": content_type,
        });
        if let Some(text) = entry.and_then(|entry| entry["description"].as_str()) {
            attachment["description"] = json!(text);
        }
        if let Some((width, height)) = png_size(&upload.bytes) {
            attachment["width"] = json!(width);
            attachment["height"] = json!(height);
        }
        world.files.insert(
            id,
            File {
                name: upload.name.clone(),
                content_type,
                bytes: upload.bytes.clone(),
            },
        );
        made.push(attachment);
    }
    made
}

/// Width and height from a PNG's header chunk.
fn png_size(bytes: &[u8]) -> Option<(u32, u32)> {
    if !bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        return None;
    }
    let number = |at: usize| {
        bytes
            .get(at..at + 4)
            .and_then(|four| four.try_into().ok())
            .map(u32::from_be_bytes)
    };
    Some((number(16)?, number(20)?))
}

/// Says that embeds are rich and points their `attachment://` pictures at the files.
fn finish_embeds(world: &mut World, made: &mut Value) {
    let files: Vec<Value> = attachments(made).to_vec();
    let mut missing = Vec::new();
    for embed in made["embeds"].as_array_mut().into_iter().flatten() {
        embed["type"] = json!("rich");
        for place in ["image", "thumbnail"] {
            let Some(name) = embed[place]["url"]
                .as_str()
                .and_then(|url| url.strip_prefix("attachment://"))
            else {
                continue;
            };
            match files.iter().find(|file| file["filename"] == name) {
                Some(file) => {
                    embed[place] = json!({"url": file["url"], "proxy_url": file["url"], "width": file["width"], "height": file["height"]});
                }
                None => missing.push(name.to_owned()),
            }
        }
    }
    for name in missing {
        world.complain(format!(
            "an embed shows attachment://{name}, which is not among the message's files"
        ));
    }
}

/// Applies a checked patch to a message, or refuses what would be empty or too often.
pub(super) fn revise(
    world: &mut World,
    id: u64,
    patch: &Value,
    files: &[Upload],
) -> Result<Value, Refusal> {
    let now = world.now;
    let stored = world
        .messages
        .get_mut(&id)
        .ok_or_else(Refusal::unknown_message)?;
    if now - stored.created_at > HOUR_MS {
        while stored
            .late_edits
            .front()
            .is_some_and(|at| now - at > HOUR_MS)
        {
            stored.late_edits.pop_front();
        }
        if stored.late_edits.len() >= N_LATE_EDITS_MAX {
            let message =
                "Maximum number of edits to messages older than 1 hour reached. Try again later.";
            return Err(Refusal::too_many(message, 30046, 3_600.0, false));
        }
    }
    if asks_privacy(patch) && stored.private_to.is_none() {
        let mut form = Form::default();
        form.fault(
            "flags",
            "MESSAGE_FLAGS_INVALID",
            "Whether a message is private was fixed when it was first answered or deferred.",
        );
        form.finish()?;
    }
    let mut body = stored.body.clone();
    let room = stored.room;
    if !patch["content"].is_null() || patch.get("content").is_some() {
        body["content"] = json!(patch["content"].as_str().unwrap_or_default());
    }
    if patch.get("embeds").is_some() {
        body["embeds"] = json!(patch["embeds"].as_array().cloned().unwrap_or_default());
    }
    if patch.get("components").is_some() {
        body["components"] = number_components(&patch["components"]);
    }
    let mut kept: Vec<Value> = attachments(&body).to_vec();
    if let Some(list) = patch["attachments"].as_array() {
        kept.retain(|old| {
            list.iter()
                .any(|entry| message::snowflake(&entry["id"]) == message::snowflake(&old["id"]))
        });
    } else if patch.get("attachments").is_some() {
        kept.clear();
    }
    let n_files = kept.len() + files.len();
    message::check_not_empty(&body, n_files)?;
    kept.extend(keep_files(world, room, &patch["attachments"], files));
    body["attachments"] = Value::Array(kept);
    let flags =
        patch["flags"].as_u64().unwrap_or(0) | (body["flags"].as_u64().unwrap_or(0) & !LOADING);
    body["flags"] = json!(flags);
    body["edited_timestamp"] = json!(timestamp(now));
    finish_embeds(world, &mut body);
    if let Some(stored) = world.messages.get_mut(&id) {
        stored.body = body;
        if now - stored.created_at > HOUR_MS {
            stored.late_edits.push_back(now);
        }
    }
    world.tell_message("message_update", id);
    shown(world, id)
}

/// The message object of a stored message.
pub(super) fn shown(world: &World, id: u64) -> Result<Value, Refusal> {
    world
        .messages
        .get(&id)
        .map(|stored| world.message_json(stored))
        .ok_or_else(Refusal::unknown_message)
}

/// Stores a message that answers an interaction or stands for itself.
pub(super) fn store(
    world: &mut World,
    room: u64,
    body: Value,
    private_to: Option<u64>,
    exchange: Option<u64>,
    allowed: &Value,
) -> u64 {
    let unsaid = if exchange.is_some() {
        Unsaid::Users
    } else {
        Unsaid::Everything
    };
    let content = body["content"].as_str().unwrap_or_default();
    let mut pings = mentions::called(&world.place, room, content, allowed, unsaid);
    if let Some(only) = private_to {
        pings.retain(|person| *person == only);
    }
    let id = world.new_id();
    let created_at = world.now;
    world.post(Stored {
        id,
        room,
        created_at,
        body,
        private_to,
        exchange,
        late_edits: VecDeque::new(),
        pings,
    });
    id
}

pub(super) fn create(world: &mut World, call: &Call) -> Outcome {
    let room = call.id(0);
    enter(world, room, Wish::Write)?;
    message::check(&call.body, Shape::Create, &call.files, "")?;
    message::check_not_empty(
        &json!({
            "content": call.body["content"], "embeds": call.body["embeds"], "components": call.body["components"],
        }),
        call.files.len(),
    )?;
    if call.body["sticker_ids"]
        .as_array()
        .is_some_and(|list| !list.is_empty())
    {
        return Err(Refusal::new(400, 50081, "Invalid sticker"));
    }
    let answered = &call.body["message_reference"]["message_id"];
    if !answered.is_null()
        && message::snowflake(answered).is_none_or(|id| public(world, room, id).is_err())
    {
        let mut form = Form::default();
        form.fault(
            "message_reference",
            "REPLIES_UNKNOWN_MESSAGE",
            "Unknown message",
        );
        form.finish()?;
    }
    let nonce = match &call.body["nonce"] {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        number => Some(number.to_string()),
    };
    let enforced = call.body["enforce_nonce"].as_bool() == Some(true);
    while world.nonces.len() >= N_NONCES_MAX
        || world
            .nonces
            .front()
            .is_some_and(|(at, ..)| world.now - at > NONCE_MS)
    {
        world.nonces.pop_front();
    }
    if let Some(nonce) = &nonce
        && enforced
    {
        let earlier = world.nonces.iter().find(|(_, place, known, id)| {
            *place == room && known == nonce && world.messages.contains_key(id)
        });
        if let Some((.., id)) = earlier {
            return shown(world, *id).map(|message| Reply::Json(200, message));
        }
    }
    let flags = call.body["flags"].as_u64().unwrap_or(0);
    let mut body = compose(world, room, &call.body, &call.files, flags);
    if let Some(nonce) = &nonce {
        body["nonce"] = json!(nonce);
    }
    let id = store(
        world,
        room,
        body,
        None,
        None,
        &call.body["allowed_mentions"],
    );
    if let Some(nonce) = nonce {
        world.nonces.push_back((world.now, room, nonce, id));
    }
    shown(world, id).map(|message| Reply::Json(200, message))
}

pub(super) fn list(world: &mut World, call: &Call) -> Outcome {
    let room = call.id(0);
    enter(world, room, Wish::See)?;
    let number = |key: &str| call.query.get(key).map(|text| text.parse::<u64>());
    let limit = match number("limit") {
        None => 50,
        Some(Ok(limit @ 1..=100)) => limit,
        Some(_) => {
            let mut form = Form::default();
            form.fault(
                "limit",
                "NUMBER_TYPE_MAX",
                "int value should be between 1 and 100.",
            );
            form.finish()?;
            0
        }
    };
    let id = |key: &str| number(key).and_then(Result::ok);
    let before = id("before").unwrap_or(u64::MAX);
    let after = id("after");
    let fits = |stored: &&Stored| {
        stored.room == room
            && stored.private_to.is_none()
            && stored.id < before
            && stored.id > after.unwrap_or(0)
    };
    let n = usize::try_from(limit).unwrap_or(0);
    let mut found: Vec<&Stored> = if after.is_some() {
        world.messages.values().filter(fits).take(n).collect()
    } else {
        world.messages.values().rev().filter(fits).take(n).collect()
    };
    found.sort_by_key(|stored| std::cmp::Reverse(stored.id));
    Ok(Reply::Json(
        200,
        found
            .into_iter()
            .map(|stored| world.message_json(stored))
            .collect(),
    ))
}

pub(super) fn get(world: &mut World, call: &Call) -> Outcome {
    enter(world, call.id(0), Wish::See)?;
    let stored = public(world, call.id(0), call.id(1))?;
    Ok(Reply::Json(200, world.message_json(stored)))
}

pub(super) fn edit(world: &mut World, call: &Call) -> Outcome {
    enter(world, call.id(0), Wish::See)?;
    let id = public(world, call.id(0), call.id(1))?.id;
    message::check(&call.body, Shape::Edit, &call.files, "")?;
    revise(world, id, &call.body, &call.files).map(|message| Reply::Json(200, message))
}

pub(super) fn delete(world: &mut World, call: &Call) -> Outcome {
    enter(world, call.id(0), Wish::See)?;
    let id = public(world, call.id(0), call.id(1))?.id;
    world.bury(id);
    Ok(Reply::Empty)
}

pub(super) fn typing(world: &mut World, call: &Call) -> Outcome {
    enter(world, call.id(0), Wish::Write)?;
    Ok(Reply::Empty)
}

pub(super) fn open_direct(world: &mut World, call: &Call) -> Outcome {
    let person = message::snowflake(&call.body["recipient_id"])
        .filter(|id| world.place.person(*id).is_some());
    let person = person.ok_or_else(|| Refusal::new(400, 50033, "Invalid Recipient(s)"))?;
    let room = world.direct_room(person);
    let room = world
        .place
        .room(room)
        .ok_or_else(Refusal::unknown_channel)?;
    Ok(Reply::Json(200, world.place.room_json(room)))
}

pub(super) fn open_thread(world: &mut World, call: &Call) -> Outcome {
    let (parent, id) = (call.id(0), call.id(1));
    enter(world, parent, Wish::Write)?;
    public(world, parent, id)?;
    let mut form = Form::default();
    let name = form
        .text(&call.body["name"], "name", 1, 100)
        .unwrap_or_default()
        .to_owned();
    let minutes = &call.body["auto_archive_duration"];
    if !minutes.is_null()
        && !minutes
            .as_u64()
            .is_some_and(|minutes| [60, 1_440, 4_320, 10_080].contains(&minutes))
    {
        form.fault(
            "auto_archive_duration",
            "BASE_TYPE_CHOICES",
            "Value must be one of (60, 1440, 4320, 10080).",
        );
    }
    form.finish()?;
    if world.place.room(id).is_some() {
        return Err(Refusal::new(
            400,
            160_004,
            "A thread has already been created for this message",
        ));
    }
    let created_at = world.now;
    let room = Room {
        id,
        name,
        topic: String::new(),
        kind: RoomKind::Thread { parent },
        access: Access::Full,
        created_at,
    };
    let shown = world.place.room_json(&room);
    world.place.rooms.push(room);
    if let Some(stored) = world.messages.get_mut(&id) {
        stored.body["thread"] = shown.clone();
        stored.body["flags"] = json!(stored.body["flags"].as_u64().unwrap_or(0) | (1 << 5));
    }
    world.tell_message("message_update", id);
    Ok(Reply::Json(201, shown))
}

/// Whether a body asks for a private message.
pub(super) fn asks_privacy(body: &Value) -> bool {
    body["flags"].as_u64().unwrap_or(0) & EPHEMERAL != 0
}
