//! An environment: an ephemeral copy with an end, often for one pull request.

mod adoption;
mod cost;
mod drift;
mod ending;
mod handover;
mod pin;
mod plan;
mod queue;
mod refusal;
mod request;
mod rest;
mod state;
mod terms;
mod update;

use std::collections::BTreeMap;
use std::time::Duration;

use super::cause::Cause;
use super::chat::{ChannelId, UserId};
use super::effect::{Change, Effect, EnvironmentId, Occasion, Planned, Subject};
use super::fact::{self, Fact};
use super::limits;
use super::time::Timestamp;

pub use adoption::{Remains, Standing, adopted};
pub use cost::Money;
pub use drift::drifted;
pub use ending::{Ending, destroy, destroy_failed, destroyed, lost, mind};
pub use handover::give;
pub use pin::{Pin, keep, pin, review_at, unpin};
pub use plan::{Agrees, Plan, Proposal, apply, proposed, withdraw};
pub use queue::{Capacity, admitted, approve, reject, stuck};
pub use refusal::Refusal;
pub use request::{Ask, InUse, request};
pub use rest::{Rest, RestCause, rest_failed, sleep, slept, wake, woken};
pub use state::State;
pub use terms::{Count, Price, Terms};
pub use update::{Renewal, cleared, close, revise, update};

/// A name that is a DNS label, so that it can stand in an address and in an engine's labels.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Name(String);

impl Name {
    /// Lower-case letters, digits and inner hyphens, beginning with a letter; at most
    /// [`limits::NAME_CHARS_MAX`] characters (RFC 1123, narrowed for Kubernetes namespaces).
    ///
    /// # Errors
    /// [`Refusal::NameInvalid`].
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let fits = !text.is_empty() && text.len() <= limits::NAME_CHARS_MAX;
        let letters = text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        let edges =
            text.starts_with(|first: char| first.is_ascii_lowercase()) && !text.ends_with('-');
        if fits && letters && edges {
            Ok(Self(text.to_owned()))
        } else {
            Err(Refusal::NameInvalid {
                name: text.to_owned(),
            })
        }
    }

    /// As text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// One environment, as stored.
#[derive(Clone, Debug, PartialEq)]
pub struct Environment {
    /// Its id.
    pub id: EnvironmentId,
    /// Unique among living environments.
    pub name: Name,
    /// The template's key.
    pub template: String,
    /// The provider's name.
    pub provider: String,
    /// The template's definition as it was when this was asked for.
    pub definition: String,
    /// How long a build may take, in seconds, from the template at that time.
    pub build_seconds_max: u32,
    /// Hours it may live at most, from the template at that time.
    pub ttl_hours_max: u32,
    /// How often it may be extended, from the template at that time.
    pub extensions_max: u32,
    /// The team's key.
    pub team: String,
    /// Who asked, or to whom it was given.
    pub owner: UserId,
    /// The owner's name at that time. Hostile text.
    pub owner_name: String,
    /// Where it was asked for, and where its news is told.
    pub channel: ChannelId,
    /// The revision, if the template has revisions.
    pub revision: Option<String>,
    /// The pull request it is for.
    pub pull_request: Option<i64>,
    /// Typed parameters as text.
    pub parameters: BTreeMap<String, String>,
    /// The key under which the engine knows it.
    pub op_key: String,
    /// What its template said about its life at that time.
    pub terms: Terms,
    /// The plan that must be agreed to first, if its template asked for one.
    pub plan: Option<Plan>,
    /// Who approved it, or had its plan applied, if that was asked for.
    pub approved_by: Option<UserId>,
    /// Where it stands.
    pub state: State,
    /// Since when it stands there.
    pub moved_at: Timestamp,
    /// When the engine took the work.
    pub started_at: Option<Timestamp>,
    /// Its sleep, now and so far.
    pub rest: Rest,
    /// Why it has no end for now, and until when somebody answers for that.
    pub pin: Option<Pin>,
    /// When the keepers were told that it does not move.
    pub stuck_at: Option<Timestamp>,
    /// When it was asked for.
    pub requested_at: Timestamp,
    /// When it answered for the first time.
    pub ready_at: Option<Timestamp>,
    /// When it ends.
    pub expires_at: Timestamp,
    /// When its owner was warned about the end.
    pub warned_at: Option<Timestamp>,
    /// How often it was extended.
    pub extensions: u32,
    /// What the engine calls it.
    pub reference: Option<String>,
    /// Where it answers. From the engine: hostile text, but an http(s) address.
    pub url: Option<String>,
    /// What somebody has changed of it outside, in one line, when it was last looked at. Hostile text.
    pub drift: Option<String>,
    /// When it was last looked at for that.
    pub drift_looked_at: Option<Timestamp>,
    /// Why it failed, in one line. Hostile text.
    pub failure: Option<Cause>,
    /// Why it is being removed.
    pub ending: Option<Ending>,
    /// When it was seen to be gone, or was cancelled before there was anything.
    pub destroyed_at: Option<Timestamp>,
}

/// The engine has taken the work.
#[must_use]
pub fn started(
    now: Timestamp,
    environment: &Environment,
    reference: &str,
) -> Option<Change<Environment>> {
    if environment.state != State::Requested {
        return None;
    }
    let mut next = environment.clone();
    next.move_to(State::Provisioning, now);
    next.started_at = Some(now);
    next.reference = Some(reference.to_owned());
    let effects = vec![next.post(Occasion::Live, now)];
    let facts = vec![Fact {
        started_at: Some(environment.moved_at),
        ..next.fact(fact::Kind::EnvironmentStarted, now)
    }];
    Some(Change {
        next,
        effects,
        facts,
    })
}

/// The engine is done and the health address answers. `None` if nobody waits for it any more.
#[must_use]
pub fn ready(
    now: Timestamp,
    environment: &Environment,
    url: Option<String>,
) -> Option<Change<Environment>> {
    if !matches!(environment.state, State::Requested | State::Provisioning) {
        return None;
    }
    let mut next = environment.clone();
    next.move_to(State::Ready, now);
    // The first time counts: how long somebody waited for it does not change by a rebuild.
    next.ready_at = next.ready_at.or(Some(now));
    next.started_at = next.started_at.or(Some(now));
    next.url = url;
    let facts = vec![Fact {
        started_at: Some(next.requested_at),
        ..next.fact(fact::Kind::EnvironmentReady, now)
    }];
    let effects = vec![
        next.post(Occasion::Live, now),
        next.post(Occasion::Result, now),
    ];
    Some(Change {
        next,
        effects,
        facts,
    })
}

/// The engine could not do it, or could not even plan it; whose fault that is, the cause knows. `None` if nobody
/// waits for it any more.
#[must_use]
pub fn failed(
    now: Timestamp,
    environment: &Environment,
    cause: Cause,
) -> Option<Change<Environment>> {
    let builds = matches!(environment.state, State::Requested | State::Provisioning);
    if !builds && !environment.is_being_planned() {
        return None;
    }
    let mut next = environment.clone();
    next.move_to(State::Failed, now);
    let fault = cause.fault();
    next.failure = Some(cause);
    let facts = vec![Fact {
        started_at: Some(next.requested_at),
        fault: Some(fault),
        ..next.fact(fact::Kind::EnvironmentFailed, now)
    }];
    let mut effects = vec![
        next.post(Occasion::Live, now),
        next.post(Occasion::Result, now),
    ];
    if !builds {
        // While it was planned nobody looked at its end.
        effects.push(next.mind(now));
    }
    Some(Change {
        next,
        effects,
        facts,
    })
}

/// Somebody wants it to live longer.
///
/// # Errors
/// A [`Refusal`] if it is not alive, was extended too often, or would outlive the template's maximum
/// (counted from when it was asked for).
pub fn extend(
    now: Timestamp,
    environment: &Environment,
    by_hours: i64,
) -> Result<Change<Environment>, Refusal> {
    let name = || environment.name.0.clone();
    environment.lives()?;
    if environment.pin.is_some() {
        return Err(Refusal::Pinned { name: name() });
    }
    let by = u64::try_from(by_hours)
        .ok()
        .filter(|by| *by >= 1 && *by <= u64::from(environment.ttl_hours_max))
        .ok_or(Refusal::TtlOutOfRange {
            hours: by_hours,
            hours_max: environment.ttl_hours_max,
        })?;
    if environment.extensions >= environment.extensions_max {
        return Err(Refusal::ExtendedTooOften {
            name: name(),
            count: environment.extensions,
        });
    }
    let expires_at = environment.terms.after(environment.expires_at.max(now), by);
    if expires_at > environment.end_at_most() {
        return Err(Refusal::ExtendedTooFar {
            name: name(),
            hours_max: environment.ttl_hours_max,
        });
    }
    let mut next = environment.clone();
    next.expires_at = expires_at;
    next.warned_at = None;
    next.extensions += 1;
    let effects = vec![next.post(Occasion::Live, now), next.mind(now)];
    Ok(Change {
        next,
        effects,
        facts: Vec::new(),
    })
}

impl Environment {
    /// When its owner is to be warned: an hour before the end, or at three quarters of a short life.
    #[must_use]
    pub fn warn_at(&self) -> Timestamp {
        let life = self.expires_at.since(self.requested_at);
        self.expires_at.minus(limits::WARN_BEFORE.min(life / 4))
    }

    /// Its end after it has waited since it last moved: waiting is not living.
    fn end_after_waiting(&self, now: Timestamp) -> Timestamp {
        match self.terms.count {
            Count::Every => self.expires_at.plus(now.since(self.moved_at)),
            Count::Worked(_) => {
                let left = self.terms.hours_between(self.moved_at, self.expires_at);
                self.terms.after(now, u64::from(left))
            }
        }
    }

    /// The latest end that extensions can give it.
    fn end_at_most(&self) -> Timestamp {
        self.terms
            .after(self.requested_at, u64::from(self.ttl_hours_max))
    }

    /// By how many whole hours it can still be extended; 0 if not at all.
    #[must_use]
    pub fn hours_to_extend(&self) -> u32 {
        if self.extensions >= self.extensions_max {
            return 0;
        }
        self.terms
            .hours_between(self.expires_at, self.end_at_most())
    }

    /// How long it took until it answered.
    #[must_use]
    pub fn build_time(&self) -> Option<Duration> {
        self.ready_at
            .map(|ready_at| ready_at.since(self.requested_at))
    }

    fn post(&self, occasion: Occasion, now: Timestamp) -> Planned {
        Effect::Post {
            subject: Subject::Environment(self.id.clone()),
            occasion,
        }
        .at(now)
    }

    /// When the clock is to be looked at next.
    fn mind(&self, now: Timestamp) -> Planned {
        let end = match (&self.pin, self.warned_at) {
            _ if self.state == State::AwaitingApproval => self.approval_ends_at(),
            (Some(pin), _) => pin.look_at(),
            (None, None) => self.warn_at(),
            (None, Some(_)) => self.expires_at,
        };
        let hours = self.terms.sleep.as_ref();
        let change = hours.and_then(|hours| hours.next_change(now));
        Effect::MindEnvironment {
            id: self.id.clone(),
        }
        .at(change.map_or(end, |change| change.min(end)))
    }

    /// Until when somebody may approve it, or have its plan applied.
    #[must_use]
    pub fn approval_ends_at(&self) -> Timestamp {
        self.moved_at.plus(limits::APPROVAL_WAIT_MAX)
    }

    /// It stands elsewhere from now on.
    fn move_to(&mut self, state: State, now: Timestamp) {
        self.state = state;
        self.moved_at = now;
        self.stuck_at = None;
    }

    /// Whether its time has come: what waits does not age, and what is pinned does not end.
    #[must_use]
    pub fn expires(&self, now: Timestamp) -> bool {
        let waits = matches!(self.state, State::AwaitingApproval | State::Queued);
        self.state.has_an_end() && !waits && self.pin.is_none() && now >= self.expires_at
    }

    /// Whether it has not begun to end.
    fn lives(&self) -> Result<(), Refusal> {
        if self.state.has_an_end() {
            return Ok(());
        }
        Err(self.refuse_state())
    }

    fn refuse_state(&self) -> Refusal {
        if self.state == State::AwaitingApproval && self.plan.is_some() {
            return Refusal::PlanWaits {
                name: self.name.0.clone(),
            };
        }
        Refusal::WrongState {
            name: self.name.0.clone(),
            state: self.state,
        }
    }

    /// Whether a person is behind it: by name, or as the author of its pull request. Forges mark the
    /// names of programs.
    fn is_of_a_person(&self) -> bool {
        self.owner.is_somebody() || !self.owner_name.ends_with("[bot]")
    }

    fn fact(&self, kind: fact::Kind, now: Timestamp) -> Fact {
        Fact {
            kind,
            occurred_at: now,
            started_at: None,
            subject: self.id.0.clone(),
            source: "hearth".to_owned(),
            team: Some(self.team.clone()),
            service: None,
            stage: None,
            production: false,
            human: self.is_of_a_person(),
            reason: None,
            fault: None,
        }
    }
}

/// A revision as git takes it in practice: no blanks, no control characters, nothing that a program
/// could read as an option.
///
/// # Errors
/// [`Refusal::RevisionInvalid`].
pub fn revision(text: &str) -> Result<String, Refusal> {
    let fits = !text.is_empty()
        && text.chars().count() <= limits::REVISION_CHARS_MAX
        && !text.starts_with('-');
    let plain = text
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || "._/-+".contains(c))
        && !text.contains("..");
    if fits && plain {
        Ok(text.to_owned())
    } else {
        Err(Refusal::RevisionInvalid {
            revision: text.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests;
