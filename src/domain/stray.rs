//! Something at an engine that carries our label and that nobody owns: announced, kept or removed.

use super::cause::Cause;
use super::chat::UserId;
use super::effect::{Change, Effect, Occasion, Planned, StrayId, Subject};
use super::fact::{self, Fact};
use super::limits;
use super::sentence::Sentence;
use super::time::Timestamp;

/// Where it stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum State {
    /// Announced; it is removed when its grace is over.
    Found,
    /// A keeper has said that it stays.
    Kept,
    /// Being removed.
    Destroying,
    /// Removing failed for good; it is tried again when asked.
    DestroyFailed,
    /// Gone, and seen to be gone.
    Gone,
}

impl State {
    /// Every state.
    pub const ALL: &'static [Self] = &[
        Self::Found,
        Self::Kept,
        Self::Destroying,
        Self::DestroyFailed,
        Self::Gone,
    ];

    /// The stored word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Found => "found",
            Self::Kept => "kept",
            Self::Destroying => "destroying",
            Self::DestroyFailed => "destroy_failed",
            Self::Gone => "gone",
        }
    }

    /// The state with this stored word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|state| state.word() == word)
    }
}

/// Something that nobody owns, as stored.
#[derive(Clone, Debug, PartialEq)]
pub struct Stray {
    /// Its id.
    pub id: StrayId,
    /// The key under which the engine knows it.
    pub op_key: String,
    /// The provider's name.
    pub provider: String,
    /// The definition under which it was found, and by which it is removed.
    pub definition: String,
    /// What the engine calls it. Hostile text.
    pub name: String,
    /// Where it stands.
    pub state: State,
    /// When it was found.
    pub found_at: Timestamp,
    /// When it is removed unless somebody keeps it.
    pub destroy_at: Timestamp,
    /// Who decided about it.
    pub decided_by: Option<UserId>,
    /// Why it could not be removed.
    pub failure: Option<Cause>,
    /// When it was seen to be gone.
    pub gone_at: Option<Timestamp>,
}

/// Nothing can be decided about it any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal;

impl Refusal {
    /// What is so, and what to do about it.
    #[must_use]
    pub fn sentence(self) -> Sentence {
        Sentence::new("refused-stale-button")
    }
}

/// What was seen at the engine.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a> {
    /// The key under which the engine knows it.
    pub op_key: &'a str,
    /// The provider's name.
    pub provider: &'a str,
    /// The definition under which it was found.
    pub definition: &'a str,
    /// What the engine calls it.
    pub name: &'a str,
}

/// It is adopted as unowned, announced, and removed when its grace is over.
#[must_use]
pub fn found(now: Timestamp, id: StrayId, seen: Seen<'_>) -> Change<Stray> {
    let next = Stray {
        id,
        op_key: seen.op_key.to_owned(),
        provider: seen.provider.to_owned(),
        definition: seen.definition.to_owned(),
        name: super::cause::one_line(seen.name),
        state: State::Found,
        found_at: now,
        destroy_at: now.plus(limits::STRAY_GRACE),
        decided_by: None,
        failure: None,
        gone_at: None,
    };
    let mind = Effect::MindStray {
        id: next.id.clone(),
    };
    let effects = vec![next.post(now), mind.at(next.destroy_at)];
    Change {
        next,
        effects,
        facts: Vec::new(),
    }
}

/// It stays.
///
/// # Errors
/// [`Refusal`] unless it waits for its end.
pub fn keep(now: Timestamp, stray: &Stray, by: UserId) -> Result<Change<Stray>, Refusal> {
    if stray.state != State::Found {
        return Err(Refusal);
    }
    let mut next = stray.clone();
    next.state = State::Kept;
    next.decided_by = Some(by);
    let effects = vec![next.post(now)];
    Ok(Change {
        next,
        effects,
        facts: Vec::new(),
    })
}

/// It is removed now.
///
/// # Errors
/// [`Refusal`] if it is being removed or gone.
pub fn destroy(now: Timestamp, stray: &Stray, by: UserId) -> Result<Change<Stray>, Refusal> {
    if matches!(stray.state, State::Destroying | State::Gone) {
        return Err(Refusal);
    }
    let mut change = end(now, stray);
    change.next.decided_by = Some(by);
    Ok(change)
}

/// What a look at the clock finds: its grace may be over.
#[must_use]
pub fn mind(now: Timestamp, stray: &Stray) -> Option<Change<Stray>> {
    (stray.state == State::Found && now >= stray.destroy_at).then(|| end(now, stray))
}

/// An environment has been made of it again: it is nobody's no longer. `None` if it is being removed.
#[must_use]
pub fn claimed(now: Timestamp, stray: &Stray) -> Option<Change<Stray>> {
    if !matches!(stray.state, State::Found | State::Kept) {
        return None;
    }
    let mut next = stray.clone();
    next.state = State::Gone;
    next.gone_at = Some(now);
    let effects = vec![next.post(now)];
    Some(Change {
        next,
        effects,
        facts: Vec::new(),
    })
}

/// It was seen to be gone.
#[must_use]
pub fn gone(now: Timestamp, stray: &Stray) -> Option<Change<Stray>> {
    if stray.state != State::Destroying {
        return None;
    }
    let mut next = stray.clone();
    next.state = State::Gone;
    next.gone_at = Some(now);
    let effects = vec![next.post(now)];
    let facts = vec![Fact {
        kind: fact::Kind::EnvironmentReclaimed,
        occurred_at: now,
        started_at: Some(next.found_at),
        subject: next.id.0.clone(),
        source: "hearth".to_owned(),
        team: None,
        service: None,
        stage: None,
        production: false,
        human: next.decided_by.is_some(),
        reason: None,
        fault: None,
    }];
    Some(Change {
        next,
        effects,
        facts,
    })
}

/// Removing failed for good.
#[must_use]
pub fn destroy_failed(now: Timestamp, stray: &Stray, cause: Cause) -> Option<Change<Stray>> {
    if stray.state != State::Destroying {
        return None;
    }
    let mut next = stray.clone();
    next.state = State::DestroyFailed;
    next.failure = Some(cause);
    let effects = vec![next.post(now)];
    Some(Change {
        next,
        effects,
        facts: Vec::new(),
    })
}

fn end(now: Timestamp, stray: &Stray) -> Change<Stray> {
    let mut next = stray.clone();
    next.state = State::Destroying;
    let destroy = Effect::DestroyStray {
        id: next.id.clone(),
    };
    let effects = vec![next.post(now), destroy.at(now)];
    Change {
        next,
        effects,
        facts: Vec::new(),
    }
}

impl Stray {
    fn post(&self, now: Timestamp) -> Planned {
        Effect::Post {
            subject: Subject::Stray(self.id.clone()),
            occasion: Occasion::Live,
        }
        .at(now)
    }
}
