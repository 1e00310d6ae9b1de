//! A newer revision takes the place of an older one: what is there makes room, then it is built anew in
//! the same row, under the same name and in the same place of the team's quota.

use super::super::effect::{Change, Effect, Occasion};
use super::super::time::Timestamp;
use super::{Capacity, Ending, Environment, State};

/// What the next build is of.
#[derive(Clone, Copy, Debug)]
pub struct Renewal<'a> {
    /// The revision, checked.
    pub revision: &'a str,
    /// A new key for the engine: under the old one it would find the old work.
    pub op_key: &'a str,
    /// Hours it lives at least from now on.
    pub ttl_hours: u32,
}

/// Its pull request has a newer revision. Every engine can remove and make; what it has is removed
/// first, and what comes meanwhile is settled when it is gone: the newest revision wins. `None` unless
/// it stands still.
#[must_use]
pub fn update(now: Timestamp, environment: &Environment) -> Option<Change<Environment>> {
    if !matches!(
        environment.state,
        State::Ready | State::Failed | State::Sleeping
    ) {
        return None;
    }
    let mut next = environment.clone();
    let facts = next.wake_up(now);
    next.move_to(State::Updating, now);
    let effects = vec![
        next.post(Occasion::Live, now),
        Effect::UpdateEnvironment {
            id: next.id.clone(),
        }
        .at(now),
        next.mind(now),
    ];
    Some(Change {
        next,
        effects,
        facts,
    })
}

/// What it had is gone: it is built of the newest revision, or waits for a place. `None` if nobody
/// waits for that any more.
#[must_use]
pub fn cleared(
    now: Timestamp,
    environment: &Environment,
    renewal: Renewal<'_>,
    capacity: Capacity,
) -> Option<Change<Environment>> {
    if environment.state != State::Updating {
        return None;
    }
    let mut next = environment.clone();
    next.revision = Some(renewal.revision.to_owned());
    next.op_key = renewal.op_key.to_owned();
    next.reference = None;
    next.started_at = None;
    next.url = None;
    next.failure = None;
    // Whoever pushes works with it: it lives on as if it had been asked for now.
    next.expires_at = next
        .expires_at
        .max(next.terms.after(now, u64::from(renewal.ttl_hours)));
    next.warned_at = None;
    next.drift = None;
    next.drift_looked_at = None;
    let effects = next.take_its_place(now, capacity);
    Some(Change {
        next,
        effects,
        facts: Vec::new(),
    })
}

/// A newer revision before the engine was called: it takes the place of the older one. `None` if the
/// engine may have been called.
#[must_use]
pub fn revise(
    now: Timestamp,
    environment: &Environment,
    revision: &str,
) -> Option<Change<Environment>> {
    let waits = matches!(environment.state, State::AwaitingApproval | State::Queued);
    if !waits || environment.revision.as_deref() == Some(revision) {
        return None;
    }
    let mut next = environment.clone();
    next.revision = Some(revision.to_owned());
    let effects = vec![next.post(Occasion::Live, now)];
    Some(Change {
        next,
        effects,
        facts: Vec::new(),
    })
}

/// Its pull request is closed, and the grace is over. `None` if it ends already or is pinned.
#[must_use]
pub fn close(now: Timestamp, environment: &Environment) -> Option<Change<Environment>> {
    if !environment.state.has_an_end() || environment.pin.is_some() {
        return None;
    }
    Some(match environment.state {
        State::AwaitingApproval | State::Queued => {
            super::queue::cancel(now, environment.clone(), Ending::Closed)
        }
        _ => super::ending::end(now, environment, Ending::Closed),
    })
}
