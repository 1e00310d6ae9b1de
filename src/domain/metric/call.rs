//! Calling a change: whether a value differs from its past by more than chance.

use super::{Direction, History, MetricId, Reading, Unit};
use crate::domain::Timestamp;
use crate::domain::statistics::{Interval, XmrLimits, compare_counts};

/// Fewest earlier weeks for limits of normal variation.
const LIMIT_WEEKS_MIN: usize = 8;
/// Weeks that one span of adoption covers.
const ADOPTION_WEEKS: usize = 4;

/// Which way a called change goes, seen from the metric's direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trend {
    /// Towards what is wanted.
    Better,
    /// Away from it.
    Worse,
}

/// What may be said about a value beside its past.
#[derive(Debug, Clone, PartialEq)]
pub enum Call {
    /// Outside the range of the last weeks.
    Outside {
        /// The range's lower end, in the metric's unit.
        low: f64,
        /// The range's upper end.
        high: f64,
        /// Of how many weeks.
        weeks: usize,
        /// Which way.
        trend: Trend,
    },
    /// Within the normal variation of the last weeks.
    Within {
        /// The range's lower end, in the metric's unit.
        low: f64,
        /// The range's upper end.
        high: f64,
        /// Of how many weeks.
        weeks: usize,
    },
    /// Differs from the earlier window by more than chance.
    Shifted {
        /// The earlier value.
        before: f64,
        /// The interval of the difference, for shares.
        difference: Option<Interval>,
        /// Which way.
        trend: Trend,
    },
    /// The difference from the earlier window could be chance.
    Chance {
        /// The earlier value.
        before: f64,
        /// The interval of the difference, for shares.
        difference: Option<Interval>,
    },
    /// Too few values or weeks to tell.
    TooFew {
        /// The single values where they are fewer than five; empty if it is the weeks that are too few.
        values: Vec<f64>,
    },
    /// No data.
    NoData {
        /// Since when the source is silent, if that is why.
        since: Option<Timestamp>,
    },
}

impl Call {
    /// The direction of a called change.
    #[must_use]
    pub fn trend(&self) -> Option<Trend> {
        match self {
            Self::Outside { trend, .. } | Self::Shifted { trend, .. } => Some(*trend),
            _ => None,
        }
    }
}

/// Compares the window of a history with the weeks before it; one rule per unit.
#[must_use]
pub fn call(history: &History, id: MetricId) -> Call {
    let Some((now, earlier)) = history.series(id).split_last() else {
        return Call::NoData { since: None };
    };
    let Some(value) = now.number() else {
        return match now.summary {
            Some(_) => Call::TooFew {
                values: now.listed().to_vec(),
            },
            None => Call::NoData {
                since: history.silent_since(),
            },
        };
    };
    let direction = id.metric().direction;
    match id.metric().unit {
        Unit::Share => compare_shares(now, history, id),
        Unit::Count => match limits(earlier).filter(|_| !now.provisional) {
            Some(limits) => judge(value, limits, direction),
            None => compare_with_last(now, earlier, history, direction),
        },
        Unit::Seconds | Unit::Points => match limits(earlier) {
            Some(limits) => judge(value, limits, direction),
            None => Call::TooFew { values: Vec::new() },
        },
    }
}

/// The limits of the weeks before, if there are enough and they ever moved.
fn limits(earlier: &[Reading]) -> Option<XmrLimits> {
    let series: Vec<Option<f64>> = earlier.iter().map(Reading::number).collect();
    XmrLimits::of(&series).filter(|limits| limits.weeks >= LIMIT_WEEKS_MIN && !limits.is_flat())
}

fn judge(value: f64, limits: XmrLimits, direction: Direction) -> Call {
    // Nothing that is counted or timed goes below zero.
    let (low, high, weeks) = (limits.low.max(0.0), limits.high, limits.weeks);
    if limits.is_outside(value) {
        Call::Outside {
            low,
            high,
            weeks,
            trend: trend(value > limits.high, direction),
        }
    } else {
        Call::Within { low, high, weeks }
    }
}

fn compare_shares(now: &Reading, history: &History, id: MetricId) -> Call {
    let before = match id {
        // Adoption looks 28 days back, so that only the window four weeks ago shares no day with this one.
        MetricId::A1 | MetricId::A3 | MetricId::A4 => {
            let before = history.series(id).iter().rev().skip(ADOPTION_WEEKS);
            before.take(1).find_map(Reading::proportion)
        }
        _ => history.earlier(id).and_then(Reading::proportion),
    };
    let (Some(p), Some(before)) = (now.proportion(), before) else {
        return Call::TooFew { values: Vec::new() };
    };
    let difference = p.difference(&before);
    let share = before.share();
    if difference.contains(0.0) {
        return Call::Chance {
            before: share,
            difference: Some(difference),
        };
    }
    let trend = trend(difference.low > 0.0, id.metric().direction);
    Call::Shifted {
        before: share,
        difference: Some(difference),
        trend,
    }
}

fn compare_with_last(
    now: &Reading,
    earlier: &[Reading],
    history: &History,
    direction: Direction,
) -> Call {
    let last = earlier.last().filter(|last| last.value.is_some());
    let compared = last.and_then(|last| {
        let comparison =
            compare_counts(now.n, history.window_hours(), last.n, last.window.hours())?;
        Some((last.n as f64, last.window.hours(), comparison))
    });
    let Some((before, hours, comparison)) = compared else {
        return Call::TooFew { values: Vec::new() };
    };
    if !comparison.is_called() {
        return Call::Chance {
            before,
            difference: None,
        };
    }
    if now.provisional {
        // The first days of a week are not an average of it: its pace calls no change.
        return Call::TooFew { values: Vec::new() };
    }
    let more = now.n as f64 / history.window_hours() > before / hours;
    Call::Shifted {
        before,
        difference: None,
        trend: trend(more, direction),
    }
}

fn trend(is_more: bool, direction: Direction) -> Trend {
    if is_more == (direction == Direction::Up) {
        Trend::Better
    } else {
        Trend::Worse
    }
}
