//! How what a person did becomes an interaction: its payload, its delivery, and the three seconds.
use super::guild::{Person, RoomKind};
use super::rest::interactions;
use super::world::{Exchange, Progress, Shared, World};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// Bytes of one file that a bot may attach, as interactions say it.
const ATTACHMENT_BYTES_MAX: u64 = 10 * 1024 * 1024;

/// Who does something, and where.
#[derive(Clone, Copy, Debug)]
pub(super) struct Actor {
    pub(super) person: u64,
    pub(super) room: u64,
}

/// What is sent, and what is remembered of it.
pub(super) struct Deed {
    pub(super) kind: u8,
    pub(super) title: String,
    pub(super) data: Value,
    pub(super) source: Option<u64>,
    pub(super) focused_kind: u64,
}

/// Remembers the interaction and sends it to the bot.
pub(super) fn deliver(world: &mut World, actor: Actor, deed: Deed) -> Result<u64, String> {
    let id = world.new_id();
    let mut random = [0_u8; 24];
    getrandom::fill(&mut random).map_err(|why| why.to_string())?;
    let token = hex::encode(random);
    let payload = payload(world, actor, &deed, id, &token)?;
    world.open(Exchange {
        id,
        token,
        kind: deed.kind,
        person: actor.person,
        room: actor.room,
        created_at: world.now,
        progress: Progress::Waiting,
        original: None,
        source: deed.source,
        title: deed.title,
        focused_kind: deed.focused_kind,
    });
    let twice = world.faults.deliver_twice > 0;
    world.faults.deliver_twice = world.faults.deliver_twice.saturating_sub(1);
    for _ in 0..=usize::from(twice) {
        world.sessions.dispatch("INTERACTION_CREATE", &payload);
    }
    Ok(id)
}

fn payload(
    world: &World,
    actor: Actor,
    deed: &Deed,
    id: u64,
    token: &str,
) -> Result<Value, String> {
    let place = &world.place;
    let person: &Person = place
        .person(actor.person)
        .ok_or("there is no such member")?;
    let room = place.room(actor.room).ok_or("there is no such channel")?;
    let direct = matches!(room.kind, RoomKind::Direct { .. });
    let mut channel = place.room_json(room);
    channel["permissions"] = json!(place.permissions(person).to_string());
    let mut payload = json!({
        "id": id.to_string(), "application_id": place.bot.to_string(), "type": deed.kind, "data": deed.data, "token": token,
        "version": 1, "channel_id": room.id.to_string(), "channel": channel,
        "app_permissions": place.bot_permissions(Some(room)).to_string(), "locale": person.who.locale, "entitlements": [],
        "attachment_size_limit": ATTACHMENT_BYTES_MAX, "context": u8::from(direct),
        "authorizing_integration_owners": {"0": if direct { "0".to_owned() } else { place.id.to_string() }},
    });
    if direct {
        payload["user"] = place.user_json(person);
    } else {
        payload["member"] = place.member_json(person);
        payload["guild_id"] = json!(place.id.to_string());
        payload["guild_locale"] = json!(place.guild.preferred_locale);
        payload["guild"] = json!({"id": place.id.to_string(), "locale": place.guild.preferred_locale, "features": []});
    }
    let source = deed
        .source
        .and_then(|id| world.messages.get(&id).or_else(|| world.graves.get(&id)));
    if let Some(stored) = source {
        payload["message"] = world.message_json(stored);
    }
    Ok(payload)
}

/// In real time 3 s later, looks whether the clock says that nobody answered in time.
pub(super) fn watch_over(shared: Arc<Shared>, id: u64) {
    tokio::spawn(async move {
        let wait = Duration::from_millis(interactions::ANSWER_MS_MAX.unsigned_abs() + 10);
        tokio::select! {
            () = shared.stop.cancelled() => {}
            () = tokio::time::sleep(wait) => {
                if shared.read(|world| world.exchanges.get(&id).is_some_and(|exchange| exchange.progress == Progress::Waiting)) {
                    shared.change(|world| interactions::expire_one(world, id));
                }
            }
        }
    });
}
