//! Registration of application commands, global and of the guild.
use super::{Call, Outcome, Reply};
use crate::playground::refusal::Refusal;
use crate::playground::rules::command::{self, Scope};
use crate::playground::world::World;
use serde_json::{Value, json};

/// Commands that may be created in a day.
const N_CREATED_PER_DAY_MAX: usize = 200;
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// The scope a request means; the guild and application must be the known ones.
fn scope(world: &World, call: &Call, scope: Scope) -> Result<Scope, Refusal> {
    if call.id(0) != world.place.bot {
        return Err(Refusal::new(
            403,
            20012,
            "You are not authorized to perform this action on this application",
        ));
    }
    if scope == Scope::Guild && call.id(1) != world.place.id {
        return Err(Refusal::unknown_guild());
    }
    Ok(scope)
}

fn known(world: &mut World, scope: Scope) -> &mut Vec<Value> {
    match scope {
        Scope::Guild => &mut world.guild_commands,
        Scope::Global => &mut world.global_commands,
    }
}

fn same(one: &Value, other: &Value) -> bool {
    one["name"] == other["name"]
        && one["type"].as_u64().unwrap_or(1) == other["type"].as_u64().unwrap_or(1)
}

/// Turns a definition into a registered command; an equal name keeps its id and costs nothing.
fn register(
    world: &mut World,
    scope: Scope,
    given: &Value,
    before: Option<&Value>,
) -> Result<Value, Refusal> {
    let mut command = given.clone();
    drop_nulls(&mut command);
    let id = match before {
        Some(before) => before["id"].clone(),
        None => {
            count_creation(world)?;
            json!(world.new_id().to_string())
        }
    };
    command["id"] = id;
    command["application_id"] = json!(world.place.bot.to_string());
    if scope == Scope::Guild {
        command["guild_id"] = json!(world.place.id.to_string());
    } else {
        for (key, value) in [
            ("contexts", json!(null)),
            ("integration_types", json!([0])),
            ("dm_permission", json!(true)),
        ] {
            if command[key].is_null() {
                command[key] = value;
            }
        }
    }
    for (key, value) in [
        ("type", json!(1)),
        ("description", json!("")),
        ("nsfw", json!(false)),
    ] {
        if command[key].is_null() {
            command[key] = value;
        }
    }
    command["default_member_permissions"] = given["default_member_permissions"].clone();
    let unchanged = before.is_some_and(|before| {
        let mut again = command.clone();
        again["version"] = before["version"].clone();
        again == *before
    });
    command["version"] = match before {
        Some(before) if unchanged => before["version"].clone(),
        _ => json!(world.new_id().to_string()),
    };
    Ok(command)
}

fn count_creation(world: &mut World) -> Result<(), Refusal> {
    let since = world.now - DAY_MS;
    while world
        .commands_created
        .front()
        .is_some_and(|at| *at <= since)
    {
        world.commands_created.pop_front();
    }
    if world.commands_created.len() >= N_CREATED_PER_DAY_MAX {
        let first = world.commands_created.front().copied().unwrap_or(world.now);
        let seconds = (first + DAY_MS - world.now) / 1_000;
        let message = format!(
            "Max number of daily application command creates has been reached ({N_CREATED_PER_DAY_MAX})"
        );
        return Err(Refusal::too_many(
            &message,
            30034,
            f64::from(i32::try_from(seconds).unwrap_or(i32::MAX)),
            false,
        ));
    }
    world.commands_created.push_back(world.now);
    Ok(())
}

/// Discord's answers leave out what was null, and serenity cannot read a null list of options.
fn drop_nulls(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.retain(|_, value| !value.is_null());
            map.values_mut().for_each(drop_nulls);
        }
        Value::Array(list) => list.iter_mut().for_each(drop_nulls),
        _ => {}
    }
}

fn tell(world: &mut World) {
    let all: Vec<Value> = world
        .guild_commands
        .iter()
        .chain(&world.global_commands)
        .cloned()
        .collect();
    world.tell(None, None, json!({"type": "commands", "commands": all}));
}

fn overwrite(world: &mut World, call: &Call, wanted: Scope) -> Outcome {
    let scope = scope(world, call, wanted)?;
    let Some(given) = call.body.as_array() else {
        return Err(Refusal::new(400, 50035, "Invalid Form Body"));
    };
    command::check_all(given, scope)?;
    let before = known(world, scope).clone();
    let mut after = Vec::new();
    for definition in given {
        let old = before.iter().find(|old| same(old, definition));
        after.push(register(world, scope, definition, old)?);
    }
    known(world, scope).clone_from(&after);
    tell(world);
    Ok(Reply::Json(200, Value::Array(after)))
}

fn list(world: &mut World, call: &Call, wanted: Scope) -> Outcome {
    let scope = scope(world, call, wanted)?;
    Ok(Reply::Json(200, Value::Array(known(world, scope).clone())))
}

fn create(world: &mut World, call: &Call, wanted: Scope) -> Outcome {
    let scope = scope(world, call, wanted)?;
    command::check_one(&call.body, scope)?;
    let before = known(world, scope)
        .iter()
        .find(|old| same(old, &call.body))
        .cloned();
    let mut after: Vec<Value> = known(world, scope)
        .iter()
        .filter(|old| !same(old, &call.body))
        .cloned()
        .collect();
    after.push(call.body.clone());
    command::check_counts(&after)?;
    let registered = register(world, scope, &call.body, before.as_ref())?;
    if let Some(last) = after.last_mut() {
        last.clone_from(&registered);
    }
    *known(world, scope) = after;
    tell(world);
    Ok(Reply::Json(
        if before.is_some() { 200 } else { 201 },
        registered,
    ))
}

fn position(world: &mut World, call: &Call, scope: Scope) -> Result<usize, Refusal> {
    let id = call.params.last().cloned().unwrap_or_default();
    let at = known(world, scope)
        .iter()
        .position(|command| command["id"] == id);
    at.ok_or_else(|| Refusal::new(404, 10063, "Unknown application command"))
}

fn get(world: &mut World, call: &Call, wanted: Scope) -> Outcome {
    let scope = scope(world, call, wanted)?;
    let at = position(world, call, scope)?;
    Ok(Reply::Json(200, known(world, scope)[at].clone()))
}

fn edit(world: &mut World, call: &Call, wanted: Scope) -> Outcome {
    let scope = scope(world, call, wanted)?;
    let at = position(world, call, scope)?;
    let before = known(world, scope)[at].clone();
    let mut merged = before.clone();
    if let (Some(merged), Some(given)) = (merged.as_object_mut(), call.body.as_object()) {
        for key in ["application_id", "guild_id", "version"] {
            merged.remove(key);
        }
        merged.extend(given.clone());
    }
    command::check_one(&merged, scope)?;
    let after = register(world, scope, &merged, Some(&before))?;
    known(world, scope)[at] = after.clone();
    tell(world);
    Ok(Reply::Json(200, after))
}

fn delete(world: &mut World, call: &Call, wanted: Scope) -> Outcome {
    let scope = scope(world, call, wanted)?;
    let at = position(world, call, scope)?;
    known(world, scope).remove(at);
    tell(world);
    Ok(Reply::Empty)
}

pub(super) fn list_guild(world: &mut World, call: &Call) -> Outcome {
    list(world, call, Scope::Guild)
}
pub(super) fn list_global(world: &mut World, call: &Call) -> Outcome {
    list(world, call, Scope::Global)
}
pub(super) fn overwrite_guild(world: &mut World, call: &Call) -> Outcome {
    overwrite(world, call, Scope::Guild)
}
pub(super) fn overwrite_global(world: &mut World, call: &Call) -> Outcome {
    overwrite(world, call, Scope::Global)
}
pub(super) fn create_guild(world: &mut World, call: &Call) -> Outcome {
    create(world, call, Scope::Guild)
}
pub(super) fn create_global(world: &mut World, call: &Call) -> Outcome {
    create(world, call, Scope::Global)
}
pub(super) fn get_guild(world: &mut World, call: &Call) -> Outcome {
    get(world, call, Scope::Guild)
}
pub(super) fn get_global(world: &mut World, call: &Call) -> Outcome {
    get(world, call, Scope::Global)
}
pub(super) fn edit_guild(world: &mut World, call: &Call) -> Outcome {
    edit(world, call, Scope::Guild)
}
pub(super) fn edit_global(world: &mut World, call: &Call) -> Outcome {
    edit(world, call, Scope::Global)
}
pub(super) fn delete_guild(world: &mut World, call: &Call) -> Outcome {
    delete(world, call, Scope::Guild)
}
pub(super) fn delete_global(world: &mut World, call: &Call) -> Outcome {
    delete(world, call, Scope::Global)
}
