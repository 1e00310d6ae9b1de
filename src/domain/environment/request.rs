//! Asking for an environment: what is wanted, what is there already, and whether it may be.

use std::collections::BTreeMap;

use super::super::chat::{ChannelId, UserId};
use super::super::effect::{Change, Effect, EnvironmentId, Occasion};
use super::super::fact;
use super::super::platform::Template;
use super::super::time::Timestamp;
use super::{Agrees, Capacity, Environment, Name, Plan, Refusal, Rest, State, revision};

/// What somebody asks for.
#[derive(Clone, Debug)]
pub struct Ask<'a> {
    /// The new environment's id, made by the caller.
    pub id: EnvironmentId,
    /// The key for the engine, made by the caller.
    pub op_key: String,
    /// The wanted name, unchecked.
    pub name: &'a str,
    /// From this template.
    pub template: &'a Template,
    /// The wanted revision, unchecked.
    pub revision: Option<&'a str>,
    /// The pull request it is for.
    pub pull_request: Option<i64>,
    /// Hours to live; the template's default if not given.
    pub ttl_hours: Option<i64>,
    /// Parameters, checked against the template.
    pub parameters: BTreeMap<String, String>,
    /// For this team.
    pub team: &'a str,
    /// How many environments the team may have at a time.
    pub quota: u32,
    /// Who asks.
    pub owner: UserId,
    /// The asker's name.
    pub owner_name: &'a str,
    /// Where they ask.
    pub channel: ChannelId,
}

/// What is already there, read in the same transaction.
#[derive(Clone, Copy, Debug)]
pub struct InUse {
    /// Living environments of the team, failed ones included.
    pub by_team: u32,
    /// Whether the name is taken by a living environment.
    pub name_taken: bool,
    /// How busy the engine is.
    pub capacity: Capacity,
}

/// Somebody asks for an environment. It is built at once, waits for a place at the engine, waits for
/// somebody who approves it, or is planned first.
///
/// # Errors
/// A [`Refusal`] if the name, the time to live or the revision is not acceptable, the name is taken,
/// or the team's quota is full.
pub fn request(
    now: Timestamp,
    in_use: InUse,
    ask: Ask<'_>,
) -> Result<Change<Environment>, Refusal> {
    let name = Name::parse(ask.name)?;
    let template = ask.template;
    let ttl = ttl_hours(ask.ttl_hours, template)?;
    let parameters = parameters(template, ask.parameters)?;
    let revision = match (ask.revision, &template.revision) {
        (Some(wanted), _) => Some(revision(wanted)?),
        (None, Some(default)) => Some(default.clone()),
        (None, None) => None,
    };
    if in_use.name_taken {
        return Err(Refusal::NameTaken { name: name.0 });
    }
    if in_use.by_team >= ask.quota {
        return Err(Refusal::QuotaReached {
            team: ask.team.to_owned(),
            used: in_use.by_team,
            quota: ask.quota,
        });
    }
    let mut next = Environment {
        id: ask.id,
        name,
        template: template.id.clone(),
        provider: template.provider.clone(),
        definition: template.definition.clone(),
        build_seconds_max: template.build_seconds_max,
        ttl_hours_max: template.ttl_hours_max,
        extensions_max: template.extensions_max,
        team: ask.team.to_owned(),
        owner: ask.owner,
        owner_name: ask.owner_name.to_owned(),
        channel: ask.channel,
        revision,
        pull_request: ask.pull_request,
        parameters,
        op_key: ask.op_key,
        terms: template.terms.clone(),
        plan: template.plan.then_some(Plan {
            agrees: if template.approval {
                Agrees::Approver
            } else {
                Agrees::Team
            },
            proposal: None,
        }),
        approved_by: None,
        state: State::AwaitingApproval,
        moved_at: now,
        started_at: None,
        rest: Rest::default(),
        pin: None,
        stuck_at: None,
        requested_at: now,
        ready_at: None,
        expires_at: template.terms.after(now, u64::from(ttl)),
        warned_at: None,
        extensions: 0,
        reference: None,
        url: None,
        drift: None,
        drift_looked_at: None,
        failure: None,
        ending: None,
        destroyed_at: None,
    };
    let facts = vec![next.fact(fact::Kind::EnvironmentRequested, now)];
    let effects = if next.plan.is_some() {
        let id = next.id.clone();
        let plan = Effect::PlanEnvironment { id };
        vec![next.post(Occasion::Live, now), plan.at(now), next.mind(now)]
    } else if template.approval {
        vec![next.post(Occasion::Live, now), next.mind(now)]
    } else {
        next.take_its_place(now, in_use.capacity)
    };
    Ok(Change {
        next,
        effects,
        facts,
    })
}

fn ttl_hours(wanted: Option<i64>, template: &Template) -> Result<u32, Refusal> {
    let Some(hours) = wanted else {
        return Ok(template.ttl_hours);
    };
    u32::try_from(hours)
        .ok()
        .filter(|hours| (1..=template.ttl_hours_max).contains(hours))
        .ok_or(Refusal::TtlOutOfRange {
            hours,
            hours_max: template.ttl_hours_max,
        })
}

/// What is asked for, with the template's defaults for the rest.
fn parameters(
    template: &Template,
    mut asked: BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>, Refusal> {
    for parameter in &template.parameters {
        if asked.contains_key(&parameter.name) {
            continue;
        }
        let Some(default) = &parameter.default else {
            return Err(Refusal::ParameterMissing {
                name: parameter.name.clone(),
            });
        };
        asked.insert(parameter.name.clone(), default.clone());
    }
    Ok(asked)
}
