//! Things to store, made by the domain's own decisions.

use std::collections::BTreeMap;
use std::time::Duration;

use hearth::domain::Timestamp;
use hearth::domain::chat::{ChannelId, RoleId, UserId};
use hearth::domain::deployment::{self, Deployment, Standing};
use hearth::domain::effect::{Change, DeploymentId, EnvironmentId, RoundId};
use hearth::domain::environment::{self, Environment, InUse};
use hearth::domain::fact::Reason;
use hearth::domain::platform::{Deploy, Service, Stage, Template};
use hearth::domain::survey::{self, Round};

/// A moment to begin with.
pub(super) const NOW: Timestamp = Timestamp(1_700_000_000_000);

/// `minutes` after [`NOW`].
pub(super) fn later(minutes: u64) -> Timestamp {
    NOW.plus(Duration::from_secs(60 * minutes))
}

pub(super) fn template() -> Template {
    Template {
        id: "preview".to_owned(),
        description: "A preview".to_owned(),
        provider: "exec".to_owned(),
        definition: "{}".to_owned(),
        revision: Some("main".to_owned()),
        revisions: Vec::new(),
        ttl_hours: 8,
        ttl_hours_max: 72,
        extensions_max: 3,
        build_seconds_max: 600,
        parameters: Vec::new(),
        allow: None,
        approval: false,
        plan: false,
        terms: environment::Terms::default(),
    }
}

pub(super) fn environment_ask<'a>(
    id: &str,
    name: &'a str,
    team: &'a str,
    template: &'a Template,
) -> environment::Ask<'a> {
    environment::Ask {
        id: EnvironmentId(id.to_owned()),
        op_key: format!("op-{id}"),
        name,
        template,
        revision: None,
        pull_request: Some(7),
        ttl_hours: None,
        parameters: BTreeMap::from([("size".to_owned(), "\"small\" — klein".to_owned())]),
        team,
        quota: 3,
        owner: UserId(u64::MAX),
        owner_name: "Ada \u{202e}@everyone\0",
        channel: ChannelId(20),
    }
}

/// A new environment, and what was decided with it.
pub(super) fn environment(id: &str, name: &str, team: &str) -> Change<Environment> {
    environment::request(
        NOW,
        InUse {
            by_team: 0,
            name_taken: false,
            capacity: environment::Capacity {
                building: 0,
                building_max: 8,
                queued: 0,
            },
        },
        environment_ask(id, name, team, &template()),
    )
    .expect("the request is in order")
}

pub(super) fn service() -> Service {
    let deploy = Deploy {
        provider: "exec".to_owned(),
        definition: "{}".to_owned(),
        seconds_max: 300,
    };
    Service {
        id: "player".to_owned(),
        team: "player".to_owned(),
        compare_url: None,
        revisions: Vec::new(),
        stages: BTreeMap::from([
            ("staging".to_owned(), deploy.clone()),
            ("production".to_owned(), deploy),
        ]),
        mandated: false,
    }
}

pub(super) fn stage(id: &str, approvals: u8) -> Stage {
    Stage {
        id: id.to_owned(),
        aliases: Vec::new(),
        approvals,
        deployers: None,
        approvers: vec!["lead".to_owned()],
        production: id == "production",
        rollback_reason: false,
    }
}

pub(super) fn deployment_ask<'a>(
    id: &str,
    service: &'a Service,
    stage: &'a Stage,
    revision: &'a str,
) -> deployment::Ask<'a> {
    deployment::Ask {
        id: DeploymentId(id.to_owned()),
        op_key: format!("op-{id}"),
        service,
        stage,
        revision,
        parameters: BTreeMap::new(),
        reason: Reason::Planned,
        why: Some("because".to_owned()),
        requester: UserId(1),
        requester_name: "Ada",
        channel: ChannelId(20),
    }
}

/// A deployment that was asked for at `now`.
pub(super) fn deployment(
    now: Timestamp,
    standing: &Standing,
    id: &str,
    stage: &Stage,
    revision: &str,
) -> Change<Deployment> {
    deployment::request(
        now,
        standing,
        deployment_ask(id, &service(), stage, revision),
    )
    .expect("the request is in order")
}

/// A round that was asked for at [`NOW`].
pub(super) fn round(id: &str, survey: &str) -> Change<Round> {
    survey::open(
        NOW,
        None,
        &survey::Ask {
            id: RoundId(id.to_owned()),
            survey,
            audience: RoleId(30),
            channel: ChannelId(20),
            k: 5,
            comment: true,
            window: Duration::from_secs(7 * 24 * 3600),
        },
    )
    .expect("no round is open")
}
