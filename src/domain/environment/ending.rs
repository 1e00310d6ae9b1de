//! How an environment ends: warned about, due, removed by a person, gone, or not to be removed.

use super::super::cause::Cause;
use super::super::effect::{Change, Effect, Occasion};
use super::super::fact::{self, Fact};
use super::super::limits;
use super::super::time::Timestamp;
use super::queue::cancel;
use super::rest::by_hours;
use super::{Environment, Refusal, State};

/// Why an environment ends.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Ending {
    /// A person asked.
    Asked,
    /// Its time had come.
    Expired,
    /// The engine had lost it.
    Lost,
    /// Nobody approved it, or had its plan applied, in time.
    Unapproved,
    /// Somebody did not agree.
    Rejected,
    /// Its pull request was closed or merged.
    Closed,
}

impl Ending {
    /// Every ending.
    pub const ALL: &'static [Self] = &[
        Self::Asked,
        Self::Expired,
        Self::Lost,
        Self::Unapproved,
        Self::Rejected,
        Self::Closed,
    ];

    /// The stored word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Expired => "expired",
            Self::Lost => "lost",
            Self::Unapproved => "unapproved",
            Self::Rejected => "rejected",
            Self::Closed => "closed",
        }
    }

    /// The ending with this stored word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|ending| ending.word() == word)
    }
}

/// What a look at the clock finds.
#[must_use]
pub fn mind(now: Timestamp, environment: &Environment) -> Option<Change<Environment>> {
    match environment.state {
        State::AwaitingApproval if now >= environment.approval_ends_at() => {
            return Some(cancel(now, environment.clone(), Ending::Unapproved));
        }
        State::AwaitingApproval => {
            return Some(Change {
                effects: vec![environment.mind(now)],
                next: environment.clone(),
                facts: Vec::new(),
            });
        }
        // Waiting is not living: the end is counted from when it gets its place.
        State::Queued => return None,
        state if !state.has_an_end() => return None,
        _ => {}
    }
    if environment.expires(now) {
        return Some(end(now, environment, Ending::Expired));
    }
    if let Some(change) = by_hours(now, environment) {
        return Some(change);
    }
    let mut next = environment.clone();
    let mut effects = Vec::new();
    match &mut next.pin {
        Some(pin) if now >= pin.look_at() => {
            pin.asked_at = Some(now);
            effects.push(next.post(Occasion::Review, now));
        }
        Some(_) => {}
        None if now >= environment.warn_at() && environment.warned_at.is_none() => {
            next.warned_at = Some(now);
            effects.push(next.post(Occasion::Warning, now));
        }
        None => {}
    }
    effects.push(next.mind(now));
    Some(Change {
        next,
        effects,
        facts: Vec::new(),
    })
}

/// Somebody wants it to be removed. A build in the middle is stopped, because it owns things already;
/// one that has not begun is cancelled.
///
/// # Errors
/// [`Refusal::WrongState`] if it is being removed or gone.
pub fn destroy(now: Timestamp, environment: &Environment) -> Result<Change<Environment>, Refusal> {
    match environment.state {
        State::Lost | State::Destroying | State::Destroyed | State::Cancelled => {
            Err(environment.refuse_state())
        }
        State::AwaitingApproval | State::Queued => {
            Ok(cancel(now, environment.clone(), Ending::Asked))
        }
        _ => Ok(end(now, environment, Ending::Asked)),
    }
}

/// The engine was seen not to know it any more, and nobody had asked for that. What is left of it is
/// cleared away; then its owner is told. `None` if it should not be there anyway.
#[must_use]
pub fn lost(now: Timestamp, environment: &Environment) -> Option<Change<Environment>> {
    if !matches!(environment.state, State::Ready | State::Sleeping) {
        return None;
    }
    let mut change = end(now, environment, Ending::Lost);
    change.next.state = State::Lost;
    change.next.failure = Some(Cause::Lost);
    Some(change)
}

/// It was seen to be gone. `None` if it was not being removed.
#[must_use]
pub fn destroyed(now: Timestamp, environment: &Environment) -> Option<Change<Environment>> {
    if !matches!(
        environment.state,
        State::Lost | State::Destroying | State::DestroyFailed
    ) {
        return None;
    }
    let mut next = environment.clone();
    next.move_to(State::Destroyed, now);
    next.destroyed_at = Some(now);
    let (kind, tell) = match next.ending {
        Some(Ending::Expired) => (fact::Kind::EnvironmentExpired, true),
        Some(Ending::Lost) => (fact::Kind::EnvironmentReclaimed, true),
        _ => (fact::Kind::EnvironmentDestroyed, false),
    };
    let mut facts = vec![Fact {
        started_at: Some(next.requested_at),
        ..next.fact(kind, now)
    }];
    if next.ending == Some(Ending::Expired) && now.since(next.expires_at) >= limits::OVERDUE_AFTER {
        facts.push(Fact {
            started_at: Some(next.expires_at),
            ..next.fact(fact::Kind::EnvironmentOverdue, now)
        });
    }
    let mut effects = vec![next.post(Occasion::Live, now)];
    if tell {
        effects.push(next.post(Occasion::Result, now));
    }
    Some(Change {
        next,
        effects,
        facts,
    })
}

/// Removing failed for good: people are called, nothing is forgotten.
#[must_use]
pub fn destroy_failed(
    now: Timestamp,
    environment: &Environment,
    cause: Cause,
) -> Option<Change<Environment>> {
    if !matches!(
        environment.state,
        State::Lost | State::Destroying | State::Updating
    ) {
        return None;
    }
    let mut next = environment.clone();
    next.move_to(State::DestroyFailed, now);
    next.failure = Some(cause);
    let effects = vec![
        next.post(Occasion::Live, now),
        next.post(Occasion::Result, now),
    ];
    Some(Change {
        next,
        effects,
        facts: Vec::new(),
    })
}

pub(super) fn end(
    now: Timestamp,
    environment: &Environment,
    ending: Ending,
) -> Change<Environment> {
    let mut next = environment.clone();
    let facts = next.wake_up(now);
    next.move_to(State::Destroying, now);
    next.ending = Some(ending);
    next.pin = None;
    let effects = vec![
        next.post(Occasion::Live, now),
        Effect::DestroyEnvironment {
            id: next.id.clone(),
        }
        .at(now),
    ];
    Change {
        next,
        effects,
        facts,
    }
}
