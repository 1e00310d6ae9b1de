//! The bot's answers to interactions: the one callback, then edits and follow-ups by token.
use super::messages::{asks_privacy, compose, revise, shown, store};
use super::{Call, Outcome, Reply};
use crate::playground::refusal::{Form, Refusal};
use crate::playground::rules::message::{self, EPHEMERAL, LOADING, Shape};
use crate::playground::rules::{command, form};
use crate::playground::world::{Exchange, Progress, World};
use serde_json::{Value, json};

/// How long a first answer may take.
pub(in crate::playground) const ANSWER_MS_MAX: i64 = 3_000;
/// How long a token is good after the interaction.
const TOKEN_MS_MAX: i64 = 15 * 60 * 1_000;

pub(super) fn callback(world: &mut World, call: &Call) -> Outcome {
    let known = world
        .exchanges
        .get(&call.id(0))
        .filter(|exchange| exchange.token == call.param(1))
        .cloned();
    let exchange = known.ok_or_else(Refusal::unknown_interaction)?;
    match exchange.progress {
        Progress::Waiting if world.now - exchange.created_at <= ANSWER_MS_MAX => {}
        Progress::Waiting | Progress::Late => {
            advance(world, exchange.id, Progress::Late);
            return Err(Refusal::unknown_interaction());
        }
        _ => return Err(Refusal::acknowledged()),
    }
    let kind = check_callback(call, &exchange)?;
    let data = &call.body["data"];
    let progress = match kind {
        4 => {
            message::check(
                &nothing_as_empty(data),
                Shape::Callback,
                &call.files,
                "data",
            )?;
            message::check_not_empty(data, call.files.len())?;
            let id = answer_with(world, &exchange, data, call);
            set_original(world, exchange.id, id);
            Progress::Replied
        }
        5 => {
            let flags = data["flags"].as_u64().unwrap_or(0);
            check_deferring(data, flags)?;
            let private = (flags & EPHEMERAL != 0).then_some(exchange.person);
            let body = compose(world, exchange.room, &json!({}), &[], flags | LOADING);
            let id = store(
                world,
                exchange.room,
                body,
                private,
                Some(exchange.id),
                &Value::Null,
            );
            set_original(world, exchange.id, id);
            Progress::Deferred
        }
        6 => Progress::DeferredUpdate,
        7 => {
            message::check(
                &nothing_as_empty(data),
                Shape::EditReply,
                &call.files,
                "data",
            )?;
            revise(world, exchange.source.unwrap_or(0), data, &call.files)?;
            Progress::Updated
        }
        8 => {
            command::check_offered(data, exchange.focused_kind)?;
            Progress::Choices(data["choices"].as_array().cloned().unwrap_or_default())
        }
        _ => {
            form::check(data)?;
            Progress::Form(data.clone())
        }
    };
    advance(world, exchange.id, progress);
    if call
        .query
        .get("with_response")
        .is_some_and(|value| value == "true")
    {
        let original = world
            .exchanges
            .get(&exchange.id)
            .and_then(|exchange| exchange.original);
        let message = original.and_then(|id| shown(world, id).ok());
        let answer = json!({
            "interaction": {"id": exchange.id.to_string(), "type": exchange.kind, "response_message_id": original.map(|id| id.to_string())},
            "resource": {"type": kind, "message": message},
        });
        return Ok(Reply::Json(200, answer));
    }
    Ok(Reply::Empty)
}

/// The type of the callback, if this kind of interaction may be answered with it.
fn check_callback(call: &Call, exchange: &Exchange) -> Result<u64, Refusal> {
    let mut form = Form::default();
    let fits: &[u64] = match (exchange.kind, exchange.source) {
        (2, _) => &[4, 5, 9],
        (3, _) => &[4, 5, 6, 7, 9],
        (4, _) => &[8],
        (5, Some(_)) => &[4, 5, 6, 7],
        _ => &[4, 5],
    };
    let kind = call.body["type"].as_u64().unwrap_or(0);
    if !fits.contains(&kind) {
        form.fault(
            "type",
            "BASE_TYPE_CHOICES",
            format!("Value must be one of {fits:?}."),
        );
    }
    for key in call
        .body
        .as_object()
        .into_iter()
        .flat_map(|map| map.keys())
        .filter(|key| !["type", "data"].contains(&key.as_str()))
    {
        form.fault(
            key.as_str(),
            "UNKNOWN_FIELD",
            "Discord knows no such field here.",
        );
    }
    if matches!(kind, 4 | 7 | 8 | 9) && !call.body["data"].is_object() {
        form.fault("data", "BASE_TYPE_REQUIRED", "This field is required");
    }
    form.finish().map(|()| kind)
}

fn nothing_as_empty(data: &Value) -> Value {
    if data.is_null() {
        json!({})
    } else {
        data.clone()
    }
}

/// While deferring only the visibility can be said; serenity sends an empty list of attachments with it.
fn check_deferring(data: &Value, flags: u64) -> Result<(), Refusal> {
    let mut form = Form::default();
    if flags & !EPHEMERAL != 0 || !(data["flags"].is_null() || data["flags"].is_u64()) {
        form.fault(
            "data.flags",
            "MESSAGE_FLAGS_INVALID",
            "A deferred answer may only carry the EPHEMERAL flag.",
        );
    }
    for (key, value) in data.as_object().into_iter().flatten() {
        let empty = value.is_null() || value.as_array().is_some_and(Vec::is_empty);
        if key != "flags"
            && key != "allowed_mentions"
            && !(empty && matches!(key.as_str(), "attachments" | "embeds"))
        {
            form.fault(
                format!("data.{key}"),
                "UNKNOWN_FIELD",
                "A deferred answer says nothing yet.",
            );
        }
    }
    form.finish()
}

fn advance(world: &mut World, id: u64, progress: Progress) {
    let Some(exchange) = world.exchanges.get_mut(&id) else {
        return;
    };
    exchange.progress = progress;
    let state = match &exchange.progress {
        Progress::Waiting => "waiting",
        Progress::Late => "late",
        Progress::Deferred => "deferred",
        Progress::DeferredUpdate | Progress::Updated | Progress::Replied => "answered",
        Progress::Form(_) => "modal",
        Progress::Choices(_) => "choices",
    };
    let person = exchange.person;
    world.tell(
        Some(person),
        None,
        json!({"type": "interaction", "id": id.to_string(), "state": state}),
    );
}

/// Notes that nobody answered in time; called when the clock may have passed the bound.
pub(in crate::playground) fn expire(world: &mut World) {
    let waiting = world
        .exchanges
        .values()
        .filter(|exchange| exchange.progress == Progress::Waiting);
    for id in waiting.map(|exchange| exchange.id).collect::<Vec<_>>() {
        expire_one(world, id);
    }
}

/// The same for one interaction.
pub(in crate::playground) fn expire_one(world: &mut World, id: u64) {
    let now = world.now;
    let late = |exchange: &&Exchange| {
        exchange.progress == Progress::Waiting && now - exchange.created_at >= ANSWER_MS_MAX
    };
    if world.exchanges.get(&id).filter(late).is_some() {
        advance(world, id, Progress::Late);
    }
}

fn set_original(world: &mut World, exchange: u64, message: u64) {
    if let Some(exchange) = world.exchanges.get_mut(&exchange) {
        exchange.original = Some(message);
    }
}

fn answer_with(world: &mut World, exchange: &Exchange, data: &Value, call: &Call) -> u64 {
    let private = asks_privacy(data).then_some(exchange.person);
    let flags = data["flags"].as_u64().unwrap_or(0);
    let body = compose(world, exchange.room, data, &call.files, flags);
    store(
        world,
        exchange.room,
        body,
        private,
        Some(exchange.id),
        &data["allowed_mentions"],
    )
}

/// The interaction of a token that is still good.
fn by_token(world: &World, call: &Call) -> Result<Exchange, Refusal> {
    let exchange = world
        .tokens
        .get(call.param(1))
        .and_then(|id| world.exchanges.get(id));
    let exchange = exchange
        .filter(|_| call.id(0) == world.place.bot)
        .ok_or_else(Refusal::unknown_webhook)?;
    if world.now - exchange.created_at > TOKEN_MS_MAX {
        return Err(Refusal::new(401, 50027, "Invalid Webhook Token"));
    }
    if matches!(exchange.progress, Progress::Waiting | Progress::Late) {
        return Err(Refusal::unknown_webhook());
    }
    Ok(exchange.clone())
}

/// The message that a path means: `@original` or an id that belongs to this interaction.
fn meant(world: &World, call: &Call, exchange: &Exchange) -> Result<u64, Refusal> {
    let id = if call.param(2) == "@original" {
        exchange.original.or(exchange.source)
    } else {
        Some(call.id(2))
    };
    let own = |id: &u64| {
        world.messages.get(id).is_some_and(|stored| {
            stored.exchange == Some(exchange.id) || Some(*id) == exchange.source
        })
    };
    id.filter(own).ok_or_else(Refusal::unknown_message)
}

pub(super) fn get(world: &mut World, call: &Call) -> Outcome {
    let exchange = by_token(world, call)?;
    let id = meant(world, call, &exchange)?;
    shown(world, id).map(|message| Reply::Json(200, message))
}

pub(super) fn edit(world: &mut World, call: &Call) -> Outcome {
    let exchange = by_token(world, call)?;
    let id = meant(world, call, &exchange)?;
    message::check(&call.body, Shape::EditReply, &call.files, "")?;
    let message = revise(world, id, &call.body, &call.files)?;
    finish_deferred(world, &exchange, id);
    Ok(Reply::Json(200, message))
}

fn finish_deferred(world: &mut World, exchange: &Exchange, id: u64) {
    if exchange.progress == Progress::Deferred && exchange.original == Some(id) {
        advance(world, exchange.id, Progress::Replied);
    }
}

pub(super) fn delete(world: &mut World, call: &Call) -> Outcome {
    let exchange = by_token(world, call)?;
    let id = meant(world, call, &exchange)?;
    world.bury(id);
    finish_deferred(world, &exchange, id);
    Ok(Reply::Empty)
}

pub(super) fn follow_up(world: &mut World, call: &Call) -> Outcome {
    let exchange = by_token(world, call)?;
    message::check(&call.body, Shape::FollowUp, &call.files, "")?;
    message::check_not_empty(&call.body, call.files.len())?;
    if let (Progress::Deferred, Some(original)) = (&exchange.progress, exchange.original) {
        world.complain("a follow-up finished a deferred answer: edit @original instead, this way is deprecated".to_owned());
        let mut patch = call.body.clone();
        patch["flags"] = json!(patch["flags"].as_u64().unwrap_or(0) & !EPHEMERAL);
        let message = revise(world, original, &patch, &call.files)?;
        finish_deferred(world, &exchange, original);
        return Ok(Reply::Json(200, message));
    }
    let id = answer_with(world, &exchange, &call.body, call);
    shown(world, id).map(|message| Reply::Json(200, message))
}
