//! Metrics: one catalogue, and readings of it computed from facts in one pass.
//!
//! Null is never 0: a reading without a denominator, or a count from a source that was not connected,
//! has no value. Every reading carries its window, n, numerator, denominator and coverage.

mod call;
mod catalogue;
mod coverage;
mod delivery;
mod id;
mod reading;
mod session;
mod tally;
mod week;

#[cfg(test)]
pub(crate) mod tests;

pub use call::{Call, Trend, call};
pub use catalogue::{
    CATALOGUE, CATALOGUE_VERSION, Counterweight, Direction, Measures, Metric, Source, Unit, pairs,
};
pub use delivery::ServiceWeek;
pub use id::MetricId;
pub use reading::{Bound, Reading, SampleShare, Scope, Summary, SurveyRound};
pub use tally::{History, Question, Tally};

/// Weeks of history beside the window itself.
pub const HISTORY_WEEKS: usize = 12;
/// Days over which a team counts as active (adoption).
pub const ACTIVE_DAYS: i64 = 28;
/// Days of facts wanted before the first week: adoption looks at two active spans, now and before.
pub const LOOK_BACK_DAYS: i64 = 2 * ACTIVE_DAYS;
/// A later rollback or hotfix is blamed on the last deployment of at most this many hours before.
pub const ATTRIBUTION_HOURS: i64 = 24;
/// Idle minutes after which a session counts as abandoned.
pub const SESSION_IDLE_MINUTES: i64 = 30;
/// A count of 0 is believed only if its source was connected for at least this share of the window
/// (a restart of the bot is not a gap worth silence).
pub const COVERAGE_WHOLE: f64 = 0.99;
