//! Statistics for small numbers: intervals instead of bare figures, and no figure where there is no data.
//!
//! Nothing here returns NaN, and nothing returns 0 for "no data": a question without an answer is `None`.
//! All intervals are two-sided 95 % intervals unless a name says otherwise.

mod beta;
mod budget;
mod count;
mod instrument;
mod mean;
mod percentile;
mod proportion;
mod xmr;

pub use budget::{BurnFactors, budget_seconds, burn_factors};
pub use count::{CountComparison, compare_counts};
pub use instrument::{NetPromoter, sus, umux_lite, umux_lite_as_sus};
pub use mean::{MeanEstimate, mean_estimate, student_t_quantile, welch_difference};
pub use percentile::{Figure, Samples};
pub use proportion::Proportion;
pub use xmr::XmrLimits;

/// The standard normal quantile of a two-sided 95 % interval.
pub(crate) const Z_95: f64 = 1.959_963_984_540_054;

/// A closed interval in the unit of whatever it belongs to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// The lower end.
    pub low: f64,
    /// The upper end, never below `low`.
    pub high: f64,
}

impl Interval {
    /// Whether `value` lies inside, ends included.
    #[must_use]
    pub fn contains(&self, value: f64) -> bool {
        self.low <= value && value <= self.high
    }

    /// The part of this interval that lies inside `[low, high]`.
    #[must_use]
    pub fn clamped(&self, low: f64, high: f64) -> Self {
        Self {
            low: self.low.clamp(low, high),
            high: self.high.clamp(low, high),
        }
    }
}
