//! `/whoami`: which team, groups and rights a person has at this moment.

use std::collections::BTreeSet;

use super::help::fitting;
use crate::app::people::teams_of;
use crate::app::words::Words;
use crate::domain::access::Right;
use crate::domain::chat::{Language, Message, Person};
use crate::domain::platform::Platform;
use crate::domain::sentence::Value;

/// Characters of a message's content at Discord.
const CONTENT_CHARS_MAX: usize = 2000;

/// The rights that the person holds, in the order of the documentation.
#[must_use]
pub fn rights_of(platform: &Platform, person: &Person) -> Vec<Right> {
    let held: BTreeSet<Right> = platform
        .groups
        .iter()
        .filter(|group| group.has(person))
        .flat_map(|group| group.rights.iter().copied())
        .collect();
    Right::ALL
        .iter()
        .copied()
        .filter(|right| held.contains(right))
        .collect()
}

/// The answer to `/whoami`. `in_use` is the number of environments that the person's only team has.
#[must_use]
pub fn whoami(
    words: &Words,
    language: Language,
    platform: &Platform,
    person: &Person,
    in_use: Option<u32>,
) -> Message {
    let mut lines = vec![format!(
        "**{}**",
        words.line(
            language,
            "whoami-title",
            &[("person", Value::from(person.name.as_str()))]
        )
    )];
    let teams = teams_of(platform, person);
    match teams.as_slice() {
        [] => {
            let default = platform.default_team.as_deref();
            lines.push(match default.and_then(|id| platform.team(id)) {
                Some(team) => {
                    let team = Value::from(team.name.as_str());
                    words.line(language, "whoami-team-default", &[("team", team)])
                }
                None => words.label(language, "whoami-team-none"),
            });
        }
        [team] => {
            let arguments = [
                ("team", Value::from(team.name.as_str())),
                ("owner", Value::from(team.owner.as_str())),
            ];
            lines.push(words.line(language, "whoami-team", &arguments));
            if let Some(used) = in_use {
                let arguments = [
                    ("used", Value::from(used)),
                    ("quota", Value::from(team.environments_quota)),
                ];
                lines.push(words.line(language, "whoami-environments", &arguments));
            }
        }
        several => {
            let names: Vec<&str> = several.iter().map(|team| team.name.as_str()).collect();
            let teams = Value::Markup(words.all_of(language, &names));
            lines.push(words.line(language, "whoami-team-several", &[("teams", teams)]));
        }
    }
    let groups: Vec<&str> = platform
        .groups
        .iter()
        .filter(|group| group.has(person))
        .map(|group| group.name.as_str())
        .collect();
    if groups.is_empty() {
        lines.push(words.label(language, "whoami-groups-none"));
    } else {
        let groups = Value::Markup(words.all_of(language, &groups));
        lines.push(words.line(language, "whoami-groups", &[("groups", groups)]));
        let rights = rights_of(platform, person);
        lines.push(words.label(
            language,
            if rights.is_empty() {
                "whoami-rights-none"
            } else {
                "whoami-rights"
            },
        ));
        for right in rights {
            lines.push(format!("• {}", words.label(language, sentence_of(right))));
        }
    }
    lines.push(words.label(language, "whoami-language"));
    lines.push(words.label(language, "whoami-next"));
    Message {
        content: fitting(&lines, CONTENT_CHARS_MAX),
        ..Message::default()
    }
}

/// The sentence that says what a right lets a person do.
#[must_use]
pub fn sentence_of(right: Right) -> &'static str {
    match right {
        Right::EnvironmentSee => "right-environment-see",
        Right::EnvironmentCreate => "right-environment-create",
        Right::EnvironmentManage => "right-environment-manage",
        Right::EnvironmentManageAny => "right-environment-manage-any",
        Right::EnvironmentPin => "right-environment-pin",
        Right::EnvironmentApprove => "right-environment-approve",
        Right::DeploymentSee => "right-deployment-see",
        Right::DeploymentRequest => "right-deployment-request",
        Right::DeploymentApprove => "right-deployment-approve",
        Right::DeploymentRollback => "right-deployment-rollback",
        Right::SurveyManage => "right-survey-manage",
        Right::SurveyResults => "right-survey-results",
        Right::DigestPreview => "right-digest-preview",
        Right::DigestPost => "right-digest-post",
        Right::PlatformKeep => "right-platform-keep",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_right_has_its_sentence() {
        let words = Words::load();
        for right in Right::ALL {
            assert_eq!(
                sentence_of(*right),
                format!("right-{}", right.name().replace('.', "-"))
            );
            assert!(words.find(Language::German, sentence_of(*right)).is_some());
        }
    }
}
