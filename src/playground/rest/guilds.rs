//! What the bot may look up: itself, the guild, its channels, roles and members, and the gateway.
use super::{Call, Outcome, Reply};
use crate::playground::Access;
use crate::playground::guild::RoomKind;
use crate::playground::refusal::Refusal;
use crate::playground::world::World;
use serde_json::{Map, Value, json};

fn gateway_url(world: &World) -> String {
    format!("{}/gateway", world.base.replacen("http", "ws", 1))
}

pub(super) fn gateway(world: &mut World, _call: &Call) -> Outcome {
    Ok(Reply::Json(200, json!({"url": gateway_url(world)})))
}

pub(super) fn gateway_bot(world: &mut World, _call: &Call) -> Outcome {
    let limit = json!({"total": 1000, "remaining": 999, "reset_after": 0, "max_concurrency": 1});
    Ok(Reply::Json(
        200,
        json!({"url": gateway_url(world), "shards": 1, "session_start_limit": limit}),
    ))
}

pub(super) fn me(world: &mut World, _call: &Call) -> Outcome {
    Ok(Reply::Json(200, world.place.bot_json()))
}

pub(super) fn my_guilds(world: &mut World, _call: &Call) -> Outcome {
    let place = &world.place;
    Ok(Reply::Json(
        200,
        json!([{
            "id": place.id.to_string(), "name": place.guild.name, "icon": null, "banner": null, "owner": false,
            "permissions": place.bot_permissions(None).to_string(), "features": [],
        }]),
    ))
}

pub(super) fn user(world: &mut World, call: &Call) -> Outcome {
    if call.id(0) == world.place.bot {
        return me(world, call);
    }
    let person = world
        .place
        .person(call.id(0))
        .ok_or_else(|| Refusal::new(404, 10013, "Unknown User"))?;
    Ok(Reply::Json(200, world.place.user_json(person)))
}

pub(super) fn application(world: &mut World, _call: &Call) -> Outcome {
    Ok(Reply::Json(200, world.place.application_json()))
}

fn in_guild(world: &World, call: &Call) -> Result<(), Refusal> {
    if call.id(0) == world.place.id {
        Ok(())
    } else {
        Err(Refusal::unknown_guild())
    }
}

pub(super) fn guild(world: &mut World, call: &Call) -> Outcome {
    in_guild(world, call)?;
    Ok(Reply::Json(200, world.place.guild_json()))
}

pub(super) fn channels(world: &mut World, call: &Call) -> Outcome {
    in_guild(world, call)?;
    let rooms = world
        .place
        .rooms
        .iter()
        .filter(|room| room.kind == RoomKind::Text);
    Ok(Reply::Json(
        200,
        rooms.map(|room| world.place.room_json(room)).collect(),
    ))
}

pub(super) fn roles(world: &mut World, call: &Call) -> Outcome {
    in_guild(world, call)?;
    Ok(Reply::Json(200, Value::Array(world.place.roles_json())))
}

pub(super) fn member_counts(world: &mut World, call: &Call) -> Outcome {
    in_guild(world, call)?;
    let place = &world.place;
    let mut counts = Map::new();
    for (id, _) in &place.roles {
        let n = place
            .people
            .iter()
            .filter(|person| person.roles.contains(id))
            .count();
        counts.insert(id.to_string(), json!(n));
    }
    counts.insert(place.bot_role.to_string(), json!(1));
    Ok(Reply::Json(200, Value::Object(counts)))
}

pub(super) fn member(world: &mut World, call: &Call) -> Outcome {
    in_guild(world, call)?;
    if call.id(1) == world.place.bot {
        return Ok(Reply::Json(200, world.place.bot_member_json()));
    }
    let person = world
        .place
        .person(call.id(1))
        .ok_or_else(|| Refusal::new(404, 10007, "Unknown Member"))?;
    let mut member = world.place.member_json(person);
    if let Some(map) = member.as_object_mut() {
        map.remove("permissions");
    }
    Ok(Reply::Json(200, member))
}

pub(super) fn channel(world: &mut World, call: &Call) -> Outcome {
    let room = world
        .place
        .room(call.id(0))
        .ok_or_else(Refusal::unknown_channel)?;
    if room.access == Access::None {
        return Err(Refusal::new(403, 50001, "Missing Access"));
    }
    Ok(Reply::Json(200, world.place.room_json(room)))
}
