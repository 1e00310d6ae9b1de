//! Before the engine is called: approval by somebody else, a place among those that build, and what
//! is stuck on the way.

use std::time::Duration;

use super::super::chat::UserId;
use super::super::effect::{Change, Effect, Occasion, Planned};
use super::super::fact::{self, Fact};
use super::super::limits;
use super::super::time::Timestamp;
use super::{Agrees, Ending, Environment, Plan, Refusal, State};

/// How busy an engine is, read under its lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capacity {
    /// Environments that are being built.
    pub building: u32,
    /// How many may be built at the same time.
    pub building_max: u32,
    /// Environments that wait for a place.
    pub queued: u32,
}

impl Capacity {
    /// Whether another one can begin: nobody overtakes those that wait.
    #[must_use]
    pub fn has_a_place(&self) -> bool {
        self.queued == 0 && self.building < self.building_max
    }

    /// How many of those that wait can begin.
    #[must_use]
    pub fn places(&self) -> u32 {
        self.building_max.saturating_sub(self.building)
    }
}

/// A place is free: it is built now. Its time to live begins anew, because waiting is not living.
/// `None` if it does not wait any more.
#[must_use]
pub fn admitted(now: Timestamp, environment: &Environment) -> Option<Change<Environment>> {
    if environment.state != State::Queued {
        return None;
    }
    let mut next = environment.clone();
    next.expires_at = environment.end_after_waiting(now);
    next.move_to(State::Requested, now);
    let facts = vec![Fact {
        started_at: Some(environment.moved_at),
        ..next.fact(fact::Kind::EnvironmentQueued, now)
    }];
    let effects = next.to_build(now);
    Some(Change {
        next,
        effects,
        facts,
    })
}

/// Somebody else agrees.
///
/// # Errors
/// [`Refusal::WrongState`] if nobody waits for it, [`Refusal::OwnApproval`] by whoever asked,
/// [`Refusal::PlanNotMade`] while there is nothing to look at.
pub fn approve(
    now: Timestamp,
    environment: &Environment,
    by: UserId,
    capacity: Capacity,
) -> Result<Change<Environment>, Refusal> {
    may_decide(environment, by)?;
    Ok(environment.agreed(now, by, capacity))
}

/// Somebody else does not agree.
///
/// # Errors
/// As [`approve`].
pub fn reject(
    now: Timestamp,
    environment: &Environment,
    by: UserId,
) -> Result<Change<Environment>, Refusal> {
    may_decide(environment, by)?;
    let mut next = environment.clone();
    next.approved_by = None;
    Ok(cancel(now, next, Ending::Rejected))
}

/// It does not move, although its bound has passed: the keepers are told once. `None` if it moves.
#[must_use]
pub fn stuck(now: Timestamp, environment: &Environment) -> Option<Change<Environment>> {
    let bound = match environment.state {
        State::Requested | State::Provisioning => {
            limits::STUCK_AFTER + Duration::from_secs(u64::from(environment.build_seconds_max))
        }
        State::Waking | State::Updating | State::Lost | State::Destroying => limits::STUCK_AFTER,
        State::Sleeping if environment.rest.asleep_at.is_none() => limits::STUCK_AFTER,
        _ => return None,
    };
    if environment.stuck_at.is_some() || now.since(environment.moved_at) < bound {
        return None;
    }
    let mut next = environment.clone();
    next.stuck_at = Some(now);
    let effects = vec![next.post(Occasion::Stuck, now)];
    Some(Change {
        next,
        effects,
        facts: Vec::new(),
    })
}

/// It ends before there is anything at the engine.
pub(super) fn cancel(now: Timestamp, mut next: Environment, ending: Ending) -> Change<Environment> {
    next.move_to(State::Cancelled, now);
    next.ending = Some(ending);
    next.destroyed_at = Some(now);
    let mut effects = vec![next.post(Occasion::Live, now)];
    if next.plan.is_some() {
        // A plan leaves something behind at the engine.
        let id = next.id.clone();
        effects.push(Effect::DestroyEnvironment { id }.at(now));
    }
    // Whoever cancels it knows; whoever waits for somebody else must be told.
    if !matches!(ending, Ending::Asked | Ending::Closed) {
        effects.push(next.post(Occasion::Result, now));
    }
    Change {
        next,
        effects,
        facts: Vec::new(),
    }
}

fn may_decide(environment: &Environment, by: UserId) -> Result<(), Refusal> {
    if environment.state != State::AwaitingApproval {
        return Err(environment.refuse_state());
    }
    if by == environment.owner {
        return Err(Refusal::OwnApproval {
            name: environment.name.0.clone(),
        });
    }
    match &environment.plan {
        Some(Plan { proposal: None, .. }) => Err(Refusal::PlanNotMade {
            name: environment.name.0.clone(),
        }),
        Some(Plan {
            agrees: Agrees::Team,
            ..
        }) => Err(environment.refuse_state()),
        _ => Ok(()),
    }
}

impl Environment {
    /// Somebody who may has agreed. Waiting for that was not living.
    pub(super) fn agreed(
        &self,
        now: Timestamp,
        by: UserId,
        capacity: Capacity,
    ) -> Change<Environment> {
        let mut next = self.clone();
        next.approved_by = Some(by);
        next.expires_at = self.end_after_waiting(now);
        let effects = next.take_its_place(now, capacity);
        Change {
            next,
            effects,
            facts: Vec::new(),
        }
    }

    /// It is built at once if there is a place, else it waits for one.
    pub(super) fn take_its_place(&mut self, now: Timestamp, capacity: Capacity) -> Vec<Planned> {
        if capacity.has_a_place() {
            self.move_to(State::Requested, now);
            return self.to_build(now);
        }
        self.move_to(State::Queued, now);
        vec![self.post(Occasion::Live, now)]
    }

    fn to_build(&self, now: Timestamp) -> Vec<Planned> {
        vec![
            self.post(Occasion::Live, now),
            Effect::BuildEnvironment {
                id: self.id.clone(),
            }
            .at(now),
            self.mind(now),
        ]
    }
}
