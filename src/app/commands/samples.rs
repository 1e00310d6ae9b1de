//! A small platform, people and files for the tests of commands.

use chrono_tz::Tz;

use super::{Bound, File, bind};
use crate::app::action::ACTIONS;
use crate::app::words::Words;
use crate::domain::access::{Group, Right};
use crate::domain::chat::{Language, Person, RoleId, UserId};
use crate::domain::platform::{
    Parameter, ParameterKind, Platform, Reference, Stage, Team, Template,
};

pub(super) fn template() -> Template {
    Template {
        id: "preview".into(),
        description: "A running copy of the player".into(),
        provider: "exec".into(),
        definition: "{}".into(),
        revision: Some("v1.0.0".into()),
        revisions: vec!["v1.0.0".into()],
        ttl_hours: 8,
        ttl_hours_max: 72,
        extensions_max: 2,
        build_seconds_max: 60,
        parameters: vec![Parameter {
            name: "size".into(),
            description: "How large".into(),
            kind: ParameterKind::Choice(vec!["small".into(), "large".into()]),
            default: None,
        }],
        allow: None,
        approval: false,
        plan: false,
        terms: crate::domain::environment::Terms::default(),
    }
}

pub(super) fn platform() -> Platform {
    Platform {
        name: "Sonsic".into(),
        zone: Tz::Europe__Berlin,
        language: Language::English,
        channel: Reference::Name("platform".into()),
        deployments: None,
        default_team: None,
        currency: "EUR".into(),
        building_max: std::collections::BTreeMap::new(),
        groups: vec![Group {
            name: "developer".into(),
            roles: vec![Reference::Id(RoleId(1))],
            rights: [Right::EnvironmentSee, Right::EnvironmentCreate].into(),
        }],
        teams: vec![Team {
            id: "player".into(),
            name: "Player".into(),
            role: Some(Reference::Id(RoleId(7))),
            channel: None,
            owner: "Ada".into(),
            language: Language::English,
            counts_for_adoption: true,
            environments_quota: 3,
        }],
        templates: vec![template()],
        repositories: vec![],
        stages: vec![Stage {
            id: "production".into(),
            aliases: vec!["prod".into()],
            approvals: 1,
            deployers: None,
            approvers: Vec::new(),
            production: true,
            rollback_reason: true,
        }],
        services: Vec::new(),
        surveys: Vec::new(),
        digests: Vec::new(),
        goals: Vec::new(),
    }
}

pub(super) fn person(roles: &[u64]) -> Person {
    Person {
        id: UserId(5),
        name: "@everyone *Ada*".into(),
        roles: roles.iter().copied().map(RoleId).collect(),
        language: Language::English,
    }
}

pub(super) fn file(name: &str, text: &str) -> File {
    File {
        path: format!("{name}.toml"),
        name: name.to_owned(),
        text: text.to_owned(),
    }
}

pub(super) fn bound(files: &[File]) -> Bound {
    bind(files, ACTIONS, &platform(), &Words::load()).unwrap()
}

pub(super) const PREVIEW: &str = r#"
[[command]]
description = "A preview of your pull request"
description_de = "Eine Vorschau deines Pull Requests"
action = "environment.create"
allow = ["developer"]
reply = "channel"
with = { template = "preview" }
[[command.option]]
name = "pull_request"
type = "integer"
required = true
[[command.option]]
name = "size"
type = "string"
choices = ["small"]
required = true
"#;
