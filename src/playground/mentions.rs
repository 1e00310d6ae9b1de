//! Which people a message really calls, given its text and what it allows.
use super::guild::Place;
use serde_json::Value;
use std::collections::BTreeSet;

/// What a message may call when it says nothing about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unsaid {
    /// Users, roles and everyone: a normal message.
    Everything,
    /// Users only: answers to interactions.
    Users,
}

/// The people whom a message in a room calls. Only the text calls, never an embed. Mentions inside
/// code count here although Discord spares them, so that nothing depends on quoting.
pub(super) fn called(
    place: &Place,
    room: u64,
    content: &str,
    allowed: &Value,
    unsaid: Unsaid,
) -> Vec<u64> {
    let parses = |kind: &str| match allowed["parse"].as_array() {
        Some(list) => list.iter().any(|item| item == kind),
        None if allowed.is_object() => false,
        None => unsaid == Unsaid::Everything || kind == "users",
    };
    let names = |kind: &str, id: u64| {
        allowed[kind]
            .as_array()
            .is_some_and(|list| list.iter().any(|item| *item == id.to_string()))
    };
    let mut ids = BTreeSet::new();
    for person in &place.people {
        let mentioned = content.contains(&format!("<@{}>", person.id))
            || content.contains(&format!("<@!{}>", person.id));
        if mentioned && (parses("users") || names("users", person.id)) {
            ids.insert(person.id);
        }
    }
    for (role, _) in &place.roles {
        if content.contains(&format!("<@&{role}>")) && (parses("roles") || names("roles", *role)) {
            ids.extend(
                place
                    .people
                    .iter()
                    .filter(|person| person.roles.contains(role))
                    .map(|person| person.id),
            );
        }
    }
    if (content.contains("@everyone") || content.contains("@here")) && parses("everyone") {
        ids.extend(place.people.iter().map(|person| person.id));
    }
    ids.into_iter().filter(|id| place.sees(*id, room)).collect()
}
