//! What is refused of environments, and what to do about it.

use super::super::sentence::Sentence;
use super::State;

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
    Pinned { name: String },
    NotPinned { name: String },
    UntilInvalid { until: String, days_max: u32 },
    OwnApproval { name: String },
    OwnAlready { name: String },
    PlanNotMade { name: String },
    PlanToApprove { name: String },
    PlanWaits { name: String },
}

impl Refusal {
    /// What is so, and what to do about it.
    #[must_use]
    pub fn sentence(&self) -> Sentence {
        let about = |id, name: &String| Sentence::new(id).with("name", name.as_str());
        match self {
            Self::NameInvalid { name } => about("refused-name-invalid", name),
            Self::NameTaken { name } => about("refused-name-taken", name),
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
            Self::ParameterMissing { name } => about("refused-parameter-missing", name),
            Self::ExtendedTooFar { name, hours_max } => {
                about("refused-extend-max", name).with("hours-max", *hours_max)
            }
            Self::ExtendedTooOften { name, count } => {
                about("refused-extend-count", name).with("count", *count)
            }
            Self::WrongState { name, state } => {
                about("refused-environment-state", name).with("state", state.tag())
            }
            Self::Pinned { name } => about("refused-pinned", name),
            Self::NotPinned { name } => about("refused-not-pinned", name),
            Self::UntilInvalid { until, days_max } => Sentence::new("refused-until")
                .with("until", until.as_str())
                .with("days-max", *days_max),
            Self::OwnApproval { name } => about("refused-environment-own-approval", name),
            Self::OwnAlready { name } => about("refused-give-owner", name),
            Self::PlanNotMade { name } => about("refused-plan-not-made", name),
            Self::PlanToApprove { name } => about("refused-plan-to-approve", name),
            Self::PlanWaits { name } => about("refused-plan-waits", name),
        }
    }
}
