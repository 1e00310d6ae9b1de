//! What may be said about a reading: one case per kind of sentence, so that no sentence claims too much.

use super::{Bound, MetricId, Reading, Timestamp, Unit, finite};
use crate::domain::metric::Source;
use crate::domain::statistics::Figure;

/// Below this many, a count's change is never told in per cent.
const PERCENT_COUNT_MIN: u64 = 20;

/// What may be said about a reading.
#[derive(Debug, Clone, PartialEq)]
pub enum Saying {
    /// The metric has no source yet.
    NoSource {
        /// What it would need.
        needs: &'static str,
    },
    /// No data; never 0.
    NoData {
        /// Since when the source is silent, if that is why.
        since: Option<Timestamp>,
    },
    /// Too few to summarise: these are all.
    Few {
        /// The values.
        values: Vec<f64>,
        /// Further attempts that failed.
        failures: usize,
    },
    /// A whole number of things.
    Count {
        /// How many.
        n: u64,
        /// The same by automations, kept apart.
        automation: u64,
        /// Begun and not ended, where that is known.
        open: Option<u64>,
    },
    /// A distribution of durations, in seconds.
    Durations {
        /// The median; `Never` = most attempts failed.
        p50: Figure,
        /// The 90th percentile, from ten attempts on; `Never` = more than a tenth failed.
        p90: Option<Figure>,
        /// The mean of those that came to an end.
        mean: Option<f64>,
        /// Attempts.
        n: u64,
        /// Failed ones among them.
        failures: usize,
    },
    /// A share with its interval.
    Share {
        /// How many.
        successes: u64,
        /// Out of how many.
        n: u64,
        /// The share.
        share: f64,
        /// The interval's lower end.
        low: f64,
        /// The interval's upper end.
        high: f64,
    },
    /// None in n tries: the true rate could still be up to `high`.
    NoneIn {
        /// Tries.
        n: u64,
        /// The interval's upper end.
        high: f64,
    },
    /// Only one side of a share may be told.
    Bounded {
        /// The side.
        bound: Bound,
        /// Of how many.
        n: u64,
    },
    /// Too few people answered for anything to be told but their number.
    Withheld {
        /// How many answered.
        n: u64,
    },
}

/// What may be said about a reading; without one, that the metric has no source.
#[must_use]
pub fn saying(id: MetricId, reading: Option<&Reading>, silent_since: Option<Timestamp>) -> Saying {
    let Some(reading) = reading else {
        let needs = match id.metric().source {
            Source::Missing(needs) => needs,
            Source::Facts | Source::Surveys => "facts",
        };
        return Saying::NoSource { needs };
    };
    if let Some(bound) = reading.bound {
        return Saying::Bounded {
            bound,
            n: reading.n,
        };
    }
    match id.metric().unit {
        Unit::Count => count(reading),
        Unit::Share => share(reading),
        Unit::Seconds | Unit::Points => durations(reading),
    }
    .unwrap_or(Saying::NoData {
        since: silent_since,
    })
}

fn count(reading: &Reading) -> Option<Saying> {
    reading.value?;
    Some(Saying::Count {
        n: reading.n,
        automation: reading.automation.unwrap_or(0),
        open: reading.open_count,
    })
}

fn share(reading: &Reading) -> Option<Saying> {
    let Some(p) = reading.proportion() else {
        return (reading.n > 0).then_some(Saying::Withheld { n: reading.n });
    };
    let interval = p.wilson();
    Some(match p.successes() {
        0 => Saying::NoneIn {
            n: p.n(),
            high: interval.high,
        },
        successes => Saying::Share {
            successes,
            n: p.n(),
            share: p.share(),
            low: interval.low,
            high: interval.high,
        },
    })
}

fn durations(reading: &Reading) -> Option<Saying> {
    let summary = reading.summary.as_ref()?;
    Some(match summary.p50 {
        None => Saying::Few {
            values: summary.listed.clone(),
            failures: summary.failures,
        },
        Some(p50) => Saying::Durations {
            p50,
            p90: summary.p90,
            mean: summary.mean.map(|mean| mean.mean),
            n: reading.n,
            failures: summary.failures,
        },
    })
}

/// A change of a count as a share of what was before; `None` for small counts, of which per cent would boast.
#[must_use]
pub fn percent_change(before: u64, now: u64) -> Option<f64> {
    let large = before >= PERCENT_COUNT_MIN && now >= PERCENT_COUNT_MIN;
    large.then(|| (now as f64 - before as f64) / before as f64)
}

/// A trend as a row of blocks; a gap is a dot, and "never" is as high as it goes.
#[must_use]
pub fn sparkline(trend: &[Option<f64>]) -> String {
    const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let values = || {
        trend
            .iter()
            .filter_map(|v| finite((*v).map(Figure::Value)))
            .filter(|v| v.is_finite())
    };
    let high = values().fold(0.0_f64, f64::max);
    let block = |value: f64| {
        let part = if high > 0.0 {
            (value / high).clamp(0.0, 1.0)
        } else {
            0.0
        };
        BLOCKS[(part * 7.0).round() as usize]
    };
    let draw = |value: &Option<f64>| match value {
        Some(value) if value.is_finite() => block(*value),
        Some(value) if *value == f64::INFINITY => '█',
        _ => '·',
    };
    trend.iter().map(draw).collect()
}
