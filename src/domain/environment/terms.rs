//! What a template says about the life of its environments: sleep, price, links, how hours count.

use std::collections::BTreeMap;

use super::super::hours::WeeklyHours;
use super::super::time::{Timestamp, hours};

/// What a template says about the life of its environments. An environment keeps them as they were.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// When its environments sleep by themselves.
    pub sleep: Option<WeeklyHours>,
    /// What an hour costs.
    pub price: Option<Price>,
    /// Which hours its time to live counts.
    pub count: Count,
    /// Further links, by what they are called; `{name}` is filled in.
    pub links: BTreeMap<String, String>,
}

/// Prices of an hour, in millionths of the platform's currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Price {
    /// While it is awake.
    pub awake: i64,
    /// While it sleeps.
    pub asleep: i64,
}

/// Which hours a time to live counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Count {
    /// All of them.
    #[default]
    Every,
    /// Only those that are worked.
    Worked(WeeklyHours),
}

impl Terms {
    /// The moment at which a time to live that begins now is over.
    #[must_use]
    pub fn after(&self, at: Timestamp, ttl_hours: u64) -> Timestamp {
        match &self.count {
            Count::Every => at.plus(hours(ttl_hours)),
            Count::Worked(worked) => worked.after(at, ttl_hours),
        }
    }

    /// How many whole hours of a time to live fit between two moments.
    #[must_use]
    pub fn hours_between(&self, from: Timestamp, to: Timestamp) -> u32 {
        let real = u32::try_from(to.since(from).as_secs() / 3_600).unwrap_or(u32::MAX);
        match &self.count {
            Count::Every => real,
            // Never more than the real ones, so that this ends.
            Count::Worked(worked) => (1..=real)
                .take_while(|n| worked.after(from, u64::from(*n)) <= to)
                .last()
                .unwrap_or(0),
        }
    }
}
