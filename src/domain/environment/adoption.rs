//! Taking an environment back into the table that an engine still has and no row knows any more.

use std::collections::BTreeMap;

use super::super::cause::Cause;
use super::super::chat::{ChannelId, UserId};
use super::super::effect::{Change, Effect, EnvironmentId, Occasion};
use super::super::limits;
use super::super::platform::Template;
use super::super::time::Timestamp;
use super::{Environment, Name, Refusal, Rest, State};

/// What an engine has kept of an environment.
#[derive(Clone, Debug)]
pub struct Remains<'a> {
    /// Its id, as its label says it, or a new one.
    pub id: EnvironmentId,
    /// The key under which the engine knows it.
    pub op_key: String,
    /// Its name, unchecked.
    pub name: &'a str,
    /// Its template, as it is today.
    pub template: &'a Template,
    /// The definition that it was made by, where the engine has kept it; else that of the template.
    pub definition: Option<String>,
    /// Its team.
    pub team: &'a str,
    /// Who had it.
    pub owner: UserId,
    /// Where its news is told.
    pub channel: ChannelId,
    /// Its revision.
    pub revision: Option<String>,
    /// The pull request it is for.
    pub pull_request: Option<i64>,
    /// Its parameters.
    pub parameters: BTreeMap<String, String>,
    /// When it was asked for, if that is known.
    pub requested_at: Option<Timestamp>,
    /// When it was to end, as far as the engine was told.
    pub expires_at: Option<Timestamp>,
    /// What the engine calls it.
    pub reference: String,
    /// How it stands there.
    pub standing: Standing,
}

/// How something that is taken back stands at its engine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The engine is still at work on it.
    Building,
    /// It is there.
    Ready {
        /// Where it answers.
        url: Option<String>,
    },
    /// It could not be made, or does not work.
    Failed(Cause),
}

/// It is taken back. Nothing is counted: it was asked for and made once, in a table that is gone. Where its
/// time has come meanwhile, or nobody knows when it comes, its owner gets a grace to say what shall be.
///
/// # Errors
/// [`Refusal::NameInvalid`].
pub fn adopted(now: Timestamp, remains: Remains<'_>) -> Result<Change<Environment>, Refusal> {
    let template = remains.template;
    let requested_at = remains.requested_at.map_or(now, |at| at.min(now));
    let latest = template
        .terms
        .after(requested_at, u64::from(template.ttl_hours_max));
    let grace = now.plus(limits::ADOPTED_GRACE);
    let expires_at = match remains.expires_at {
        Some(end) if end > now => end.min(latest.max(grace)),
        _ => grace,
    };
    let (state, url, failure) = match remains.standing {
        Standing::Building => (State::Provisioning, None, None),
        Standing::Ready { url } => (State::Ready, url, None),
        Standing::Failed(cause) => (State::Failed, None, Some(cause)),
    };
    let next = Environment {
        id: remains.id,
        name: Name::parse(remains.name)?,
        template: template.id.clone(),
        provider: template.provider.clone(),
        definition: remains
            .definition
            .unwrap_or_else(|| template.definition.clone()),
        build_seconds_max: template.build_seconds_max,
        ttl_hours_max: template.ttl_hours_max,
        extensions_max: template.extensions_max,
        team: remains.team.to_owned(),
        owner: remains.owner,
        // Engines are told an id and no name; a list shows the mention, which Discord makes a name of.
        owner_name: remains.owner.to_string(),
        channel: remains.channel,
        revision: remains.revision,
        pull_request: remains.pull_request,
        parameters: remains.parameters,
        op_key: remains.op_key,
        terms: template.terms.clone(),
        plan: None,
        drift: None,
        drift_looked_at: None,
        approved_by: None,
        state,
        moved_at: now,
        started_at: Some(requested_at),
        rest: Rest::default(),
        pin: None,
        stuck_at: None,
        requested_at,
        ready_at: None,
        expires_at,
        warned_at: None,
        extensions: 0,
        reference: Some(remains.reference),
        url,
        failure,
        ending: None,
        destroyed_at: None,
    };
    let mut effects = vec![next.post(Occasion::Live, now), next.mind(now)];
    if next.state == State::Provisioning {
        effects.push(
            Effect::BuildEnvironment {
                id: next.id.clone(),
            }
            .at(now),
        );
    }
    Ok(Change {
        next,
        effects,
        facts: Vec::new(),
    })
}
