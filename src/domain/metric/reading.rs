//! Readings: the value of a metric over a window, with everything needed to judge it.

use super::MetricId;
use crate::domain::Timestamp;
use crate::domain::calendar::Week;
use crate::domain::statistics::{
    Figure, Interval, MeanEstimate, Proportion, Samples, mean_estimate,
};
use crate::domain::survey::{self, Round};

/// Fewest values for a median; below it the values themselves are listed.
const MEDIAN_N: usize = 5;
/// Fewest values for a p90.
const P90_N: usize = 10;
/// Fewest values for a p95.
const P95_N: usize = 20;

/// What a reading is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// Everything.
    Platform,
    /// One service.
    Service(String),
}

/// The value of a metric over a window.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// Which metric.
    pub metric: MetricId,
    /// Under which definition.
    pub def_version: u16,
    /// About what.
    pub scope: Scope,
    /// Over which week.
    pub window: Week,
    /// The value in the metric's unit; `None` = no data, or too few for a summary (then `listed` has them).
    pub value: Option<Figure>,
    /// On how many observations it stands.
    pub n: u64,
    /// What was counted; for durations, the attempts that came to an end.
    pub numerator: Option<u64>,
    /// Out of how many.
    pub denominator: Option<u64>,
    /// Told instead of a value where more may not be told.
    pub bound: Option<Bound>,
    /// The 95 % interval, in the metric's unit.
    pub interval: Option<Interval>,
    /// The share of the window in which the source was connected; `None` = never heard of the source.
    pub coverage: Option<f64>,
    /// Begun but not ended at the end of the window; `None` = not known for this metric.
    pub open_count: Option<u64>,
    /// Whether the window, or the time in which blame is found, is not over yet.
    pub provisional: bool,
    /// The same done by automations, which the value leaves out; `None` where both count alike.
    pub automation: Option<u64>,
    /// The distribution behind a duration.
    pub summary: Option<Summary>,
}

impl Reading {
    /// An empty reading: no data yet.
    #[must_use]
    pub(super) fn empty(metric: MetricId, scope: Scope, window: Week) -> Self {
        Self {
            metric,
            def_version: metric.metric().def_version,
            scope,
            window,
            value: None,
            n: 0,
            numerator: None,
            denominator: None,
            bound: None,
            interval: None,
            coverage: None,
            open_count: None,
            provisional: false,
            automation: None,
            summary: None,
        }
    }

    /// The value as a number, in which "never" is positive infinity.
    #[must_use]
    pub fn number(&self) -> Option<f64> {
        self.value.map(Figure::as_f64)
    }

    /// Numerator and denominator, if this is a share of something.
    #[must_use]
    pub fn proportion(&self) -> Option<Proportion> {
        Proportion::new(self.numerator?, self.denominator?)
    }

    /// The single values, where they are too few to summarise.
    #[must_use]
    pub fn listed(&self) -> &[f64] {
        self.summary.as_ref().map_or(&[], |summary| &summary.listed)
    }

    pub(super) fn with_proportion(mut self, proportion: Option<Proportion>) -> Self {
        if let Some(p) = proportion {
            self.n = p.n();
            self.numerator = Some(p.successes());
            self.denominator = Some(p.n());
            self.interval = Some(p.wilson());
            self.value = Some(Figure::Value(p.share()));
        }
        self
    }

    pub(super) fn with_count(
        mut self,
        count: u64,
        is_zero_believed: impl FnOnce() -> bool,
    ) -> Self {
        self.n = count;
        if count > 0 || is_zero_believed() {
            self.numerator = Some(count);
            self.value = Some(Figure::Value(count as f64));
        }
        self
    }

    /// With a distribution whose median is the value.
    pub(super) fn with_median(mut self, samples: &Samples) -> Self {
        let summary = Summary::of(samples);
        self.value = summary.as_ref().and_then(|s| s.p50);
        self.with_summary(samples, summary)
    }

    /// With a distribution whose mean is the value; too few are listed here as well.
    pub(super) fn with_mean(mut self, samples: &Samples) -> Self {
        let summary = Summary::of(samples);
        if let Some(mean) = summary
            .as_ref()
            .filter(|s| s.listed.is_empty())
            .and_then(|s| s.mean)
        {
            self.value = Some(Figure::Value(mean.mean));
            self.interval = mean.interval;
        }
        self.with_summary(samples, summary)
    }

    fn with_summary(mut self, samples: &Samples, summary: Option<Summary>) -> Self {
        self.n = samples.n() as u64;
        if summary.is_some() {
            self.numerator = Some(samples.values().len() as u64);
            self.denominator = Some(samples.n() as u64);
        }
        self.summary = summary;
        self
    }
}

/// A distribution of durations in seconds, as much of it as n allows to show.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    /// Attempts, failed ones included.
    pub n: usize,
    /// Attempts that never came to an end.
    pub failures: usize,
    /// The values themselves if there are fewer than five attempts.
    pub listed: Vec<f64>,
    /// The mean of those that came to an end.
    pub mean: Option<MeanEstimate>,
    /// The median, from 5 attempts on.
    pub p50: Option<Figure>,
    /// The 90th percentile, from 10 on.
    pub p90: Option<Figure>,
    /// The 95th percentile, from 20 on.
    pub p95: Option<Figure>,
}

impl Summary {
    /// `None` without attempts.
    #[must_use]
    pub fn of(samples: &Samples) -> Option<Self> {
        let n = samples.n();
        let from = |n_min: usize, p: f64| (n >= n_min).then(|| samples.percentile(p)).flatten();
        (n > 0).then(|| Self {
            n,
            failures: samples.failures(),
            listed: if n < MEDIAN_N {
                samples.values().to_vec()
            } else {
                Vec::new()
            },
            mean: mean_estimate(samples.values()),
            p50: from(MEDIAN_N, 0.5),
            p90: from(P90_N, 0.9),
            p95: from(P95_N, 0.95),
        })
    }
}

/// What a closed survey round published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SurveyRound {
    /// When it was closed.
    pub closed_at: Timestamp,
    /// How many were asked; `None` if the server did not tell.
    pub asked: Option<u64>,
    /// How many answered.
    pub answered: u64,
    /// How many chose 6 or 7; `None` if too few answered for anything to be published.
    pub satisfied: Option<u64>,
    /// All, none, or all but one agree on 6 or 7, which is published only as a bound.
    pub unanimous: bool,
    /// Answers by step from 1 to 7, where the release rules allow it.
    pub distribution: Option<[u64; 7]>,
}

impl SurveyRound {
    /// The published numbers of a round; `None` before it is closed.
    #[must_use]
    pub fn of(round: &Round) -> Option<Self> {
        let released = round.released.as_ref()?;
        Some(Self {
            closed_at: round.closed_at?,
            asked: round.eligible.map(u64::from),
            answered: released.n.into(),
            satisfied: released.top2.map(u64::from),
            unanimous: released.unanimous,
            distribution: released.distribution.map(|steps| steps.map(u64::from)),
        })
    }

    /// The satisfied share, unless only a bound may be told.
    #[must_use]
    pub fn share(&self) -> Option<Proportion> {
        self.satisfied
            .filter(|_| !self.unanimous)
            .and_then(|satisfied| Proportion::new(satisfied, self.answered))
    }

    /// The bound that is told of a unanimous round.
    #[must_use]
    pub fn bound(&self) -> Option<Bound> {
        let satisfied = self.satisfied.filter(|_| self.unanimous)?;
        let percent = survey::agreed_percent(self.answered);
        Some(if 2 * satisfied > self.answered {
            Bound::AtLeast(f64::from(percent) / 100.0)
        } else {
            Bound::AtMost(f64::from(100 - percent) / 100.0)
        })
    }
}

/// A share of which only one side is told, because more would name everybody's answer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Bound {
    /// At least this share.
    AtLeast(f64),
    /// At most this share.
    AtMost(f64),
}

/// How much of what is shown is made-up history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SampleShare {
    /// Sample facts in the window.
    pub window_sample: u64,
    /// All facts in the window.
    pub window_all: u64,
    /// Sample facts in the weeks before.
    pub history_sample: u64,
    /// All facts in the weeks before.
    pub history_all: u64,
}

impl SampleShare {
    /// Whether anything shown is made up.
    #[must_use]
    pub fn any(&self) -> bool {
        self.window_sample + self.history_sample > 0
    }
}
