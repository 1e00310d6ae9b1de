//! When something happens by itself: a cron line on wall-clock time.

/// A cron line in five fields, read in the platform's zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// The line as it was written.
    pub line: String,
}
