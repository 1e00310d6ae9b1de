//! An environment: an ephemeral copy with an end, often for one pull request.

mod ending;
mod request;

use std::collections::BTreeMap;
use std::time::Duration;

use super::cause::Cause;
use super::chat::{ChannelId, UserId};
use super::effect::{Change, Effect, EnvironmentId, Occasion, Planned, Subject};
use super::fact::{self, Fact, Fault};
use super::limits;
use super::sentence::Sentence;
use super::time::{Timestamp, hours};

pub use ending::{Ending, destroy, destroy_failed, destroyed, mind};
pub use request::{Ask, InUse, request};

/// Where an environment stands. The chart is in ARCHITECTURE.md; the database guards every move.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum State {
    /// Accepted and stored; nobody has called the engine yet, as far as is known.
    Requested,
    /// The engine is at work.
    Provisioning,
    /// It answers.
    Ready,
    /// It could not be made; it still counts for the quota and still ends.
    Failed,
    /// Being removed.
    Destroying,
    /// Removing failed for good; people were called, and it is tried again when asked.
    DestroyFailed,
    /// Gone, and seen to be gone.
    Destroyed,
}

impl State {
    /// Every state.
    pub const ALL: &'static [Self] = &[
        Self::Requested,
        Self::Provisioning,
        Self::Ready,
        Self::Failed,
        Self::Destroying,
        Self::DestroyFailed,
        Self::Destroyed,
    ];

    /// The stored word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Provisioning => "provisioning",
            Self::Ready => "ready",
            Self::Failed => "failed",
            Self::Destroying => "destroying",
            Self::DestroyFailed => "destroy_failed",
            Self::Destroyed => "destroyed",
        }
    }

    /// The state with this stored word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|state| state.word() == word)
    }

    /// The state's word in sentences of `locales/`.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Provisioning => "building",
            Self::Ready => "ready",
            Self::Failed => "failed",
            Self::Destroying => "destroying",
            Self::DestroyFailed => "could-not-destroy",
            Self::Destroyed => "destroyed",
        }
    }

    /// Whether it still takes a place in the team's quota and keeps its name.
    #[must_use]
    pub fn is_alive(self) -> bool {
        self != Self::Destroyed
    }
}

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
    /// Who asked.
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
    /// Where it stands.
    pub state: State,
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
    /// Why it failed, in one line. Hostile text.
    pub failure: Option<Cause>,
    /// Why it is being removed.
    pub ending: Option<Ending>,
    /// When it was seen to be gone.
    pub destroyed_at: Option<Timestamp>,
}

/// No, and why.
#[derive(Clone, Debug, PartialEq)]
#[expect(
    missing_docs,
    reason = "the names are the documentation; each is a sentence in locales/"
)]
pub enum Refusal {
    NameInvalid { name: String },
    NameTaken { name: String },
    QuotaReached { team: String, used: u32, quota: u32 },
    TtlOutOfRange { hours: i64, hours_max: u32 },
    RevisionInvalid { revision: String },
    RevisionMissing { template: String },
    ParameterMissing { name: String },
    ExtendedTooFar { name: String, hours_max: u32 },
    ExtendedTooOften { name: String, count: u32 },
    WrongState { name: String, state: State },
}

impl Refusal {
    /// What is so, and what to do about it.
    #[must_use]
    pub fn sentence(&self) -> Sentence {
        match self {
            Self::NameInvalid { name } => {
                Sentence::new("refused-name-invalid").with("name", name.as_str())
            }
            Self::NameTaken { name } => {
                Sentence::new("refused-name-taken").with("name", name.as_str())
            }
            Self::QuotaReached { team, used, quota } => Sentence::new("refused-quota")
                .with("team", team.as_str())
                .with("used", *used)
                .with("quota", *quota),
            Self::TtlOutOfRange { hours, hours_max } => {
                #[expect(
                    clippy::cast_precision_loss,
                    reason = "shown to a person; exact up to 2^53"
                )]
                let hours = *hours as f64;
                Sentence::new("refused-ttl")
                    .with("hours", hours)
                    .with("hours-max", *hours_max)
            }
            Self::RevisionInvalid { revision } => {
                Sentence::new("refused-revision-invalid").with("revision", revision.as_str())
            }
            Self::RevisionMissing { template } => {
                Sentence::new("refused-revision-missing").with("template", template.as_str())
            }
            Self::ParameterMissing { name } => {
                Sentence::new("refused-parameter-missing").with("name", name.as_str())
            }
            Self::ExtendedTooFar { name, hours_max } => Sentence::new("refused-extend-max")
                .with("name", name.as_str())
                .with("hours-max", *hours_max),
            Self::ExtendedTooOften { name, count } => Sentence::new("refused-extend-count")
                .with("name", name.as_str())
                .with("count", *count),
            Self::WrongState { name, state } => Sentence::new("refused-environment-state")
                .with("name", name.as_str())
                .with("state", state.tag()),
        }
    }
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
    next.state = State::Provisioning;
    next.reference = Some(reference.to_owned());
    let effects = vec![next.post(Occasion::Live, now)];
    Some(Change {
        next,
        effects,
        facts: Vec::new(),
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
    next.state = State::Ready;
    next.ready_at = Some(now);
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

/// The engine could not do it. `None` if nobody waits for it any more.
#[must_use]
pub fn failed(
    now: Timestamp,
    environment: &Environment,
    cause: Cause,
    fault: Fault,
) -> Option<Change<Environment>> {
    if !matches!(environment.state, State::Requested | State::Provisioning) {
        return None;
    }
    let mut next = environment.clone();
    next.state = State::Failed;
    next.failure = Some(cause);
    let facts = vec![Fact {
        started_at: Some(next.requested_at),
        fault: Some(fault),
        ..next.fact(fact::Kind::EnvironmentFailed, now)
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
    if !matches!(
        environment.state,
        State::Requested | State::Provisioning | State::Ready | State::Failed
    ) {
        return Err(Refusal::WrongState {
            name: name(),
            state: environment.state,
        });
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
    let expires_at = environment.expires_at.max(now).plus(hours(by));
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
    let effects = vec![next.post(Occasion::Live, now), next.mind()];
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

    /// The latest end that extensions can give it.
    fn end_at_most(&self) -> Timestamp {
        self.requested_at.plus(hours(u64::from(self.ttl_hours_max)))
    }

    /// By how many whole hours it can still be extended; 0 if not at all.
    #[must_use]
    pub fn hours_to_extend(&self) -> u32 {
        if self.extensions >= self.extensions_max {
            return 0;
        }
        let left = self.end_at_most().since(self.expires_at).as_secs() / 3_600;
        u32::try_from(left).unwrap_or(u32::MAX)
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

    fn mind(&self) -> Planned {
        let due_at = if self.warned_at.is_none() {
            self.warn_at()
        } else {
            self.expires_at
        };
        Effect::MindEnvironment {
            id: self.id.clone(),
        }
        .at(due_at)
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
            human: true,
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
