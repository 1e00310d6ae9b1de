//! The people of Sonsic's Discord server, and what the configuration lets each of them do.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;

use hearth::app::{clicks, people};
use hearth::domain::access::{self, Right};
use hearth::domain::chat::{ChannelId, Language, Person, RoleId, UserId};
use hearth::domain::platform::Platform;
use hearth::playground::{Channel, Guild, Helper, Member, Role};

use crate::cli::rights::with_made_up_ids;

/// User name, shown name, roles, locale, and who they are.
type Resident = (
    &'static str,
    &'static str,
    &'static [&'static str],
    &'static str,
    &'static str,
);

const RESIDENTS: &[Resident] = &[
    (
        "mira",
        "Mira",
        &["Developer"],
        "en-US",
        "builds the player; this is who you are at first",
    ),
    (
        "tom",
        "Tom",
        &["Developer"],
        "en-GB",
        "works on playback quality",
    ),
    (
        "aisha",
        "Aisha",
        &["Developer"],
        "en-US",
        "looks after playlists",
    ),
    (
        "kofi",
        "Kofi",
        &["Developer"],
        "en-GB",
        "writes the recommendations",
    ),
    (
        "lena",
        "Lena",
        &["Developer"],
        "de",
        "speaks German: what Hearth says to her in private is German",
    ),
    (
        "priya",
        "Priya",
        &["Developer"],
        "en-US",
        "tests on old phones",
    ),
    (
        "sam",
        "Sam",
        &["Developer"],
        "en-US",
        "is on call this week",
    ),
    (
        "diego",
        "Diego",
        &["Developer"],
        "en-US",
        "makes the web player",
    ),
    (
        "jonas",
        "Jonas",
        &["Platform"],
        "en-GB",
        "builds the platform: opens surveys, posts digests",
    ),
    (
        "hana",
        "Hana",
        &["Platform"],
        "en-US",
        "builds the platform",
    ),
    (
        "nadia",
        "Nadia",
        &["Lead"],
        "en-US",
        "leads engineering: approves production",
    ),
    (
        "oskar",
        "Oskar",
        &["Lead"],
        "en-GB",
        "leads the product: approves production",
    ),
    (
        "robin",
        "Robin",
        &[],
        "en-US",
        "has just joined and has no role yet",
    ),
];

/// Who may help is shown up to here.
const HELPERS_MAX: usize = 3;

/// Sonsic's server.
pub fn guild(platform: &Platform) -> Guild {
    let role = |name: &str, color| Role {
        name: name.to_owned(),
        color,
        permissions: 0,
    };
    let channel = |name: &str, topic: &str| Channel {
        name: name.to_owned(),
        topic: topic.to_owned(),
    };
    let (platform, roles) = with_made_up_ids(platform);
    let member = |(name, display_name, held, locale, who): &Resident| Member {
        name: (*name).to_owned(),
        display_name: (*display_name).to_owned(),
        roles: held.iter().map(|role| (*role).to_owned()).collect(),
        locale: (*locale).to_owned(),
        about: about(&platform, &person(held, &roles), who),
    };
    Guild {
        name: "Sonsic".to_owned(),
        preferred_locale: "en-US".to_owned(),
        roles: vec![
            role("Developer", 0x2E_8B_57),
            role("Platform", 0x1F_6F_B2),
            role("Lead", 0xB2_5A_1F),
        ],
        channels: vec![
            channel(
                "platform",
                "The platform speaks here: environments, surveys, digests",
            ),
            channel("player", "The team that builds the player"),
            channel("deployments", "What goes where"),
        ],
        members: RESIDENTS.iter().map(member).collect(),
    }
}

/// Who else could use a button: everybody who holds its right, if the one who looks does not.
pub fn helper(platform: &Platform, guild: Guild) -> Helper {
    let (platform, roles) = with_made_up_ids(platform);
    Arc::new(move |custom_id, viewer| {
        let Some((click, _)) = clicks::find(custom_id) else {
            return Vec::new();
        };
        let may = |member: &&Member| {
            let held: Vec<&str> = member.roles.iter().map(String::as_str).collect();
            may_click(&platform, &person(&held, &roles), click.right)
        };
        if guild
            .members
            .iter()
            .filter(|member| member.name == viewer)
            .any(|member| may(&member))
        {
            return Vec::new();
        }
        guild
            .members
            .iter()
            .filter(may)
            .take(HELPERS_MAX)
            .map(|member| member.name.clone())
            .collect()
    })
}

fn may_click(platform: &Platform, person: &Person, right: Option<Right>) -> bool {
    match right {
        Some(right) => access::demand(&platform.groups, person, right, None).is_ok(),
        // A ballot: whoever the survey asks.
        None => platform.surveys.iter().any(|survey| {
            survey
                .audience
                .id()
                .is_some_and(|audience| person.roles.contains(&audience))
        }),
    }
}

fn person(held: &[&str], roles: &[(RoleId, String)]) -> Person {
    let roles = roles
        .iter()
        .filter(|(_, name)| held.contains(&name.as_str()))
        .map(|(id, _)| *id)
        .collect();
    Person {
        id: UserId(1),
        name: String::new(),
        roles,
        language: Language::English,
    }
}

/// Who am I, which team, which right: what the page shows about a person.
fn about(platform: &Platform, person: &Person, who: &str) -> Vec<String> {
    let own: Vec<&str> = people::teams_of(platform, person)
        .iter()
        .map(|team| team.name.as_str())
        .collect();
    let team = if own.is_empty() {
        match people::team_for(platform, person, ChannelId(0), None, false) {
            Ok(team) => format!(
                "Team: none of their own; what they ask for counts for {}",
                team.name
            ),
            Err(_) => "Team: none".to_owned(),
        }
    } else {
        format!("Team: {}", own.join(", "))
    };
    let groups: Vec<&str> = platform
        .groups
        .iter()
        .filter(|group| group.has(person))
        .map(|group| group.name.as_str())
        .collect();
    let rights: BTreeSet<Right> = platform
        .groups
        .iter()
        .filter(|group| group.has(person))
        .flat_map(|group| group.rights.iter().copied())
        .collect();
    vec![
        who.to_owned(),
        team,
        if groups.is_empty() {
            "Groups: none".to_owned()
        } else {
            format!("Groups: {}", groups.join(", "))
        },
        if rights.is_empty() {
            "May: nothing but /help and /whoami".to_owned()
        } else {
            format!("May: {}", by_room(&rights))
        },
    ]
}

/// `environment: see, create · deployment: see`.
fn by_room(rights: &BTreeSet<Right>) -> String {
    let mut text = String::new();
    let mut room_before = "";
    for right in rights {
        let (room, verb) = right.name().split_once('.').unwrap_or((right.name(), ""));
        let written = if room == room_before {
            write!(text, ", {verb}")
        } else {
            write!(
                text,
                "{}{room}: {verb}",
                if text.is_empty() { "" } else { " · " }
            )
        };
        written.expect("a string takes every text");
        room_before = room;
    }
    text
}
