//! The metrics' ids and aliases, as targets and commands write them.

use super::{CATALOGUE, Metric};
use MetricId as M;

/// The metrics, by the ids that targets and commands use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MetricId {
    /// Availability.
    S1,
    /// Error budget.
    S2,
    /// Incidents.
    S3,
    /// Reviews.
    S4,
    /// Environments that became ready.
    S5,
    /// Deployment frequency (also D2).
    S6,
    /// Time until an environment is ready (also E1).
    S7,
    /// Pipeline duration (also E2).
    S8,
    /// Change lead time.
    D1,
    /// Failed deployment recovery time.
    D3,
    /// Change fail rate.
    D4,
    /// Deployment rework rate.
    D5,
    /// Satisfaction.
    H1,
    /// UMUX-LITE.
    H2,
    /// Recommendation.
    H3,
    /// Response rate.
    H4,
    /// Wait on people.
    E3,
    /// Time to first success.
    E4,
    /// Adoption.
    A1,
    /// Breadth.
    A2,
    /// Voluntary share.
    A3,
    /// Lost teams.
    A4,
    /// Task success.
    T1,
    /// First-try success.
    T2,
    /// Platform-fault rate.
    T3,
    /// Help.
    T4,
}

impl MetricId {
    /// The id as it is written.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            M::S1 => "S1",
            M::S2 => "S2",
            M::S3 => "S3",
            M::S4 => "S4",
            M::S5 => "S5",
            M::S6 => "S6",
            M::S7 => "S7",
            M::S8 => "S8",
            M::D1 => "D1",
            M::D3 => "D3",
            M::D4 => "D4",
            M::D5 => "D5",
            M::H1 => "H1",
            M::H2 => "H2",
            M::H3 => "H3",
            M::H4 => "H4",
            M::E3 => "E3",
            M::E4 => "E4",
            M::A1 => "A1",
            M::A2 => "A2",
            M::A3 => "A3",
            M::A4 => "A4",
            M::T1 => "T1",
            M::T2 => "T2",
            M::T3 => "T3",
            M::T4 => "T4",
        }
    }

    /// The metric with this id or alias (D2 = S6, E1 = S7, E2 = S8), in any case.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        let word = match word.to_ascii_uppercase().as_str() {
            "D2" => "S6".to_owned(),
            "E1" => "S7".to_owned(),
            "E2" => "S8".to_owned(),
            other => other.to_owned(),
        };
        CATALOGUE
            .iter()
            .map(|metric| metric.id)
            .find(|id| id.word() == word)
    }

    /// Its entry.
    #[must_use]
    pub fn metric(self) -> &'static Metric {
        CATALOGUE
            .iter()
            .find(|metric| metric.id == self)
            .expect("a test holds that every id has an entry")
    }
}
