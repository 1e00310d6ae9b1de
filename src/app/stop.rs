//! Two kinds of no: a refusal, which the person can do something about, and a breakage, which is
//! ours. Nobody else converts errors.

use crate::domain::sentence::Sentence;
use crate::domain::{access, deployment, environment, survey};
use crate::store::Trouble;

/// Why an action did not go on.
#[derive(Debug)]
pub enum Stop {
    /// What is so, and what to do next.
    Refused(Sentence),
    /// This wake-up was delivered and answered before.
    Again,
    /// The state moved between reading and deciding: decide again.
    Moved,
    /// The store is busy; nothing was changed.
    Busy,
    /// Ours: logged once with a code, which the person sees.
    Broken(anyhow::Error),
}

impl From<anyhow::Error> for Stop {
    fn from(error: anyhow::Error) -> Self {
        Self::Broken(error)
    }
}

impl From<crate::store::Error> for Stop {
    fn from(error: crate::store::Error) -> Self {
        match error.trouble() {
            Trouble::Moved => Self::Moved,
            Trouble::Busy => Self::Busy,
            _ => Self::Broken(error.into()),
        }
    }
}

impl From<Sentence> for Stop {
    fn from(sentence: Sentence) -> Self {
        Self::Refused(sentence)
    }
}

impl From<access::Refusal> for Stop {
    fn from(refusal: access::Refusal) -> Self {
        Self::Refused(refusal.sentence())
    }
}

impl From<environment::Refusal> for Stop {
    fn from(refusal: environment::Refusal) -> Self {
        Self::Refused(refusal.sentence())
    }
}

impl From<deployment::Refusal> for Stop {
    fn from(refusal: deployment::Refusal) -> Self {
        Self::Refused(refusal.sentence())
    }
}

impl From<survey::Refusal> for Stop {
    fn from(refusal: survey::Refusal) -> Self {
        Self::Refused(refusal.sentence())
    }
}
