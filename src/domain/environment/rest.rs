//! Sleep: an environment keeps its data and costs less. Its time to live goes on.

use std::time::Duration;

use super::super::cause::Cause;
use super::super::effect::{Change, Effect, Occasion};
use super::super::fact::{self, Fact};
use super::super::time::Timestamp;
use super::{Environment, Refusal, State};

/// An environment's sleep, now and so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rest {
    /// Why it sleeps, or slept last.
    pub cause: Option<RestCause>,
    /// Since when the engine has it asleep.
    pub asleep_at: Option<Timestamp>,
    /// How long it slept before, in all.
    pub slept: Duration,
    /// How often it slept before.
    pub times: u32,
}

/// Why an environment sleeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RestCause {
    /// Somebody asked.
    Asked,
    /// Its template's sleep hours: it is woken when they end.
    Hours,
}

impl RestCause {
    /// The stored word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Hours => "hours",
        }
    }

    /// The cause with this stored word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        [Self::Asked, Self::Hours]
            .into_iter()
            .find(|cause| cause.word() == word)
    }
}

/// It shall sleep.
///
/// # Errors
/// [`Refusal::WrongState`] unless it is ready.
pub fn sleep(
    now: Timestamp,
    environment: &Environment,
    cause: RestCause,
) -> Result<Change<Environment>, Refusal> {
    if environment.state != State::Ready {
        return Err(environment.refuse_state());
    }
    let mut next = environment.clone();
    next.move_to(State::Sleeping, now);
    next.rest.cause = Some(cause);
    next.failure = None;
    Ok(resting(now, next))
}

/// The engine has it asleep. `None` if nobody waits for that any more.
#[must_use]
pub fn slept(now: Timestamp, environment: &Environment) -> Option<Change<Environment>> {
    if environment.state != State::Sleeping || environment.rest.asleep_at.is_some() {
        return None;
    }
    let mut next = environment.clone();
    next.rest.asleep_at = Some(now);
    Some(told(now, next))
}

/// It shall be awake.
///
/// # Errors
/// [`Refusal::WrongState`] unless it sleeps.
pub fn wake(now: Timestamp, environment: &Environment) -> Result<Change<Environment>, Refusal> {
    if environment.state != State::Sleeping {
        return Err(environment.refuse_state());
    }
    let mut next = environment.clone();
    let facts = next.wake_up(now);
    next.move_to(State::Waking, now);
    Ok(Change {
        facts,
        ..resting(now, next)
    })
}

/// It answers again. `None` if nobody waits for that any more.
#[must_use]
pub fn woken(
    now: Timestamp,
    environment: &Environment,
    url: Option<String>,
) -> Option<Change<Environment>> {
    if environment.state != State::Waking {
        return None;
    }
    let mut next = environment.clone();
    next.move_to(State::Ready, now);
    // An engine that says no address has not changed it.
    next.url = url.or(next.url);
    Some(told(now, next))
}

/// The engine could not put it to sleep or wake it. What did not fall asleep is still ready; what did
/// not wake has failed. `None` if nobody waits for it any more.
#[must_use]
pub fn rest_failed(
    now: Timestamp,
    environment: &Environment,
    cause: Cause,
) -> Option<Change<Environment>> {
    let state = match (environment.state, environment.rest.asleep_at) {
        (State::Sleeping, None) => State::Ready,
        (State::Waking, _) => State::Failed,
        _ => return None,
    };
    let mut next = environment.clone();
    next.move_to(state, now);
    next.failure = Some(cause);
    let mut change = told(now, next);
    let result = change.next.post(Occasion::Result, now);
    change.effects.push(result);
    Some(change)
}

/// What the template's sleep hours ask for at this moment: only what happened before they began or
/// ended is overruled, so that whoever wakes an environment at night keeps it.
pub(super) fn by_hours(now: Timestamp, environment: &Environment) -> Option<Change<Environment>> {
    let hours = environment.terms.sleep.as_ref()?;
    match (environment.state, hours.since(now)) {
        (State::Ready, Some(since)) if environment.moved_at < since => {
            sleep(now, environment, RestCause::Hours).ok()
        }
        (State::Sleeping, None) if environment.rest.cause == Some(RestCause::Hours) => {
            wake(now, environment).ok()
        }
        _ => None,
    }
}

impl Environment {
    /// Its sleep is over, however it ends: what was slept is counted.
    pub(super) fn wake_up(&mut self, now: Timestamp) -> Vec<Fact> {
        let Some(asleep_at) = self.rest.asleep_at.take() else {
            return Vec::new();
        };
        self.rest.slept += now.since(asleep_at);
        self.rest.times += 1;
        let mut fact = self.fact(fact::Kind::EnvironmentSlept, now);
        // One environment sleeps several times, and each time is a fact of its own.
        fact.subject = format!("{}#{}", self.id, self.rest.times);
        fact.started_at = Some(asleep_at);
        vec![fact]
    }
}

fn resting(now: Timestamp, next: Environment) -> Change<Environment> {
    let mut change = told(now, next);
    let rest = Effect::RestEnvironment {
        id: change.next.id.clone(),
    };
    change.effects.push(rest.at(now));
    change
}

fn told(now: Timestamp, next: Environment) -> Change<Environment> {
    let effects = vec![next.post(Occasion::Live, now), next.mind(now)];
    Change {
        next,
        effects,
        facts: Vec::new(),
    }
}
