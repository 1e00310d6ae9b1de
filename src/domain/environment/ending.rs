//! How an environment ends: warned about, due, removed by a person, gone, or not to be removed.

use super::super::cause::Cause;
use super::super::effect::{Change, Effect, Occasion};
use super::super::fact::{self, Fact};
use super::super::time::Timestamp;
use super::{Environment, Refusal, State};

/// Why an environment ends.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Ending {
    /// A person asked.
    Asked,
    /// Its time had come.
    Expired,
}

impl Ending {
    /// The stored word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Expired => "expired",
        }
    }

    /// The ending with this stored word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        [Self::Asked, Self::Expired]
            .into_iter()
            .find(|ending| ending.word() == word)
    }
}

/// What a look at the clock finds.
#[must_use]
pub fn mind(now: Timestamp, environment: &Environment) -> Option<Change<Environment>> {
    if !matches!(
        environment.state,
        State::Ready | State::Failed | State::Requested | State::Provisioning
    ) {
        return None;
    }
    if now >= environment.expires_at {
        return Some(end(now, environment, Ending::Expired));
    }
    let mut next = environment.clone();
    let mut effects = Vec::new();
    if now >= environment.warn_at() && environment.warned_at.is_none() {
        next.warned_at = Some(now);
        effects.push(next.post(Occasion::Warning, now));
    }
    effects.push(next.mind());
    Some(Change {
        next,
        effects,
        facts: Vec::new(),
    })
}

/// Somebody wants it to be removed. A build in the middle is stopped: it owns things already.
///
/// # Errors
/// [`Refusal::WrongState`] if it is being removed or gone.
pub fn destroy(now: Timestamp, environment: &Environment) -> Result<Change<Environment>, Refusal> {
    match environment.state {
        State::Destroying | State::Destroyed => Err(Refusal::WrongState {
            name: environment.name.0.clone(),
            state: environment.state,
        }),
        _ => Ok(end(now, environment, Ending::Asked)),
    }
}

/// It was seen to be gone. `None` if it was not being removed.
#[must_use]
pub fn destroyed(now: Timestamp, environment: &Environment) -> Option<Change<Environment>> {
    if !matches!(environment.state, State::Destroying | State::DestroyFailed) {
        return None;
    }
    let mut next = environment.clone();
    next.state = State::Destroyed;
    next.destroyed_at = Some(now);
    let (kind, tell) = match next.ending {
        Some(Ending::Expired) => (fact::Kind::EnvironmentExpired, true),
        _ => (fact::Kind::EnvironmentDestroyed, false),
    };
    let facts = vec![Fact {
        started_at: Some(next.requested_at),
        ..next.fact(kind, now)
    }];
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
    if environment.state != State::Destroying {
        return None;
    }
    let mut next = environment.clone();
    next.state = State::DestroyFailed;
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

fn end(now: Timestamp, environment: &Environment, ending: Ending) -> Change<Environment> {
    let mut next = environment.clone();
    next.state = State::Destroying;
    next.ending = Some(ending);
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
        facts: Vec::new(),
    }
}
