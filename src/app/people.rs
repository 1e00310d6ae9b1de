//! Who is asking, and for which team: the option, else the member's role, else the channel's team,
//! else the default.

use crate::domain::chat::{ChannelId, Person};
use crate::domain::platform::{Platform, Team};
use crate::domain::sentence::Sentence;

/// The teams whose role the person holds.
#[must_use]
pub fn teams_of<'a>(platform: &'a Platform, person: &Person) -> Vec<&'a Team> {
    platform
        .teams
        .iter()
        .filter(|team| {
            let role = team.role.as_ref().and_then(|role| role.id());
            role.is_some_and(|role| person.roles.contains(&role))
        })
        .collect()
}

/// The team that this is for.
///
/// # Errors
/// A sentence that says which choice is missing: the team is unknown, or there are several, or none.
pub fn team_for<'a>(
    platform: &'a Platform,
    person: &Person,
    channel: ChannelId,
    wanted: Option<&str>,
    any_team: bool,
) -> Result<&'a Team, Sentence> {
    let own = teams_of(platform, person);
    if let Some(wanted) = wanted {
        let team = platform
            .team(wanted)
            .ok_or_else(|| Sentence::new("refused-team-unknown"))?;
        let belongs = any_team || own.iter().any(|mine| mine.id == team.id);
        let default = own.is_empty() && platform.default_team.as_deref() == Some(team.id.as_str());
        return if belongs || default {
            Ok(team)
        } else {
            Err(Sentence::new("refused-team-foreign").with("team", team.name.as_str()))
        };
    }
    let here = |team: &&&Team| team.channel.as_ref().and_then(|own| own.id()) == Some(channel);
    match own.as_slice() {
        [only] => Ok(only),
        [] => platform
            .default_team
            .as_deref()
            .and_then(|id| platform.team(id))
            .ok_or_else(|| Sentence::new("refused-team-none")),
        several => several.iter().find(here).copied().ok_or_else(|| {
            let names: Vec<&str> = several.iter().map(|team| team.id.as_str()).collect();
            Sentence::new("refused-team-several").with("teams", names.join(", "))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::chat::{Language, RoleId, UserId};
    use crate::domain::platform::Reference;

    fn team(id: &str, role: u64, channel: u64) -> Team {
        Team {
            id: id.into(),
            name: id.into(),
            role: Some(Reference::Id(RoleId(role))),
            channel: Some(Reference::Id(ChannelId(channel))),
            owner: String::new(),
            language: Language::English,
            counts_for_adoption: true,
            environments_quota: 3,
        }
    }

    fn platform(default: Option<&str>) -> Platform {
        Platform {
            name: "Sonsic".into(),
            zone: chrono_tz::Europe::Berlin,
            language: Language::English,
            channel: Reference::Id(ChannelId(1)),
            deployments: None,
            default_team: default.map(str::to_owned),
            currency: String::new(),
            building_max: std::collections::BTreeMap::new(),
            groups: vec![],
            teams: vec![team("player", 10, 100), team("checkout", 11, 101)],
            templates: vec![],
            repositories: vec![],
            stages: vec![],
            services: vec![],
            surveys: vec![],
            digests: vec![],
            goals: vec![],
        }
    }

    fn person(roles: &[u64]) -> Person {
        Person {
            id: UserId(1),
            name: "Mina".into(),
            roles: roles.iter().map(|role| RoleId(*role)).collect(),
            language: Language::English,
        }
    }

    #[test]
    fn the_team_is_the_option_else_the_role_else_the_channel_else_the_default() {
        let all = platform(Some("checkout"));
        let none = platform(None);
        let ask = |platform: &Platform, roles: &[u64], channel, wanted| {
            team_for(platform, &person(roles), ChannelId(channel), wanted, false)
                .map(|team| team.id.clone())
                .map_err(|sentence| sentence.id)
        };
        assert_eq!(ask(&all, &[10], 101, None), Ok("player".into()));
        assert_eq!(ask(&all, &[10, 11], 101, None), Ok("checkout".into()));
        assert_eq!(ask(&all, &[10, 11], 7, None), Err("refused-team-several"));
        assert_eq!(ask(&all, &[10, 11], 7, Some("player")), Ok("player".into()));
        assert_eq!(
            ask(&all, &[10], 7, Some("checkout")),
            Err("refused-team-foreign")
        );
        assert_eq!(ask(&all, &[], 7, None), Ok("checkout".into()));
        assert_eq!(ask(&none, &[], 7, None), Err("refused-team-none"));
        assert_eq!(
            ask(&all, &[10], 7, Some("@everyone")),
            Err("refused-team-unknown")
        );
    }
}
