//! Limits of normal variation of a weekly series (XmR chart, also called individuals chart).

/// Three sigma over the mean moving range of neighbours: `3 / 1.128`, where 1.128 is d2 for pairs.
const RANGE_FACTOR: f64 = 3.0 / 1.128;

/// The natural limits of a series.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct XmrLimits {
    /// Mean of the weeks that have a value.
    pub mean: f64,
    /// Mean absolute difference of neighbouring weeks.
    pub mean_moving_range: f64,
    /// Below this is outside the range.
    pub low: f64,
    /// Above this is outside the range.
    pub high: f64,
    /// How many weeks had a value.
    pub weeks: usize,
}

impl XmrLimits {
    /// The limits of a series with gaps; a moving range is taken only between true neighbours.
    ///
    /// `None` without two neighbouring values. Values that are not finite count as gaps.
    #[must_use]
    pub fn of(series: &[Option<f64>]) -> Option<Self> {
        let finite = |value: &Option<f64>| value.filter(|v| v.is_finite());
        let values: Vec<f64> = series.iter().filter_map(finite).collect();
        let ranges: Vec<f64> = series
            .windows(2)
            .filter_map(|pair| Some((finite(&pair[1])? - finite(&pair[0])?).abs()))
            .collect();
        if ranges.is_empty() {
            return None;
        }
        let mean = values.iter().map(|v| v / values.len() as f64).sum::<f64>();
        let mean_moving_range = ranges.iter().map(|r| r / ranges.len() as f64).sum::<f64>();
        let (low, high) = (
            mean - RANGE_FACTOR * mean_moving_range,
            mean + RANGE_FACTOR * mean_moving_range,
        );
        (low.is_finite() && high.is_finite()).then_some(Self {
            mean,
            mean_moving_range,
            low,
            high,
            weeks: values.len(),
        })
    }

    /// Whether the series never moved, so that the limits say nothing about what is normal.
    #[must_use]
    pub fn is_flat(&self) -> bool {
        self.mean_moving_range <= 0.0
    }

    /// Whether `value` lies beyond the limits.
    #[must_use]
    pub fn is_outside(&self, value: f64) -> bool {
        value < self.low || value > self.high
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn g6_limits_equal_the_recomputed_handbook() {
        let series = [49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1].map(Some);
        let limits = XmrLimits::of(&series).unwrap();
        assert!((limits.mean - 50.81).abs() < 1e-9);
        assert!((limits.mean_moving_range - 1.8778).abs() < 5e-5);
        assert!((limits.low - 45.8159).abs() < 5e-5 && (limits.high - 55.8041).abs() < 5e-5);
        assert!(!limits.is_outside(47.0) && limits.is_outside(56.0) && limits.is_outside(45.0));
    }

    #[test]
    fn a_gap_makes_no_moving_range() {
        let limits =
            XmrLimits::of(&[Some(1.0), Some(2.0), None, Some(100.0), Some(101.0)]).unwrap();
        assert_eq!(limits.mean_moving_range, 1.0);
        assert_eq!(limits.weeks, 4);
        assert_eq!(XmrLimits::of(&[Some(1.0), None, Some(2.0)]), None);
        assert_eq!(XmrLimits::of(&[]), None);
    }

    #[test]
    fn never_is_a_gap_for_the_limits_and_a_flat_series_says_so() {
        let limits = XmrLimits::of(&[Some(5.0), Some(5.0), Some(f64::INFINITY)]).unwrap();
        assert!(limits.is_flat());
        assert!(limits.is_outside(f64::INFINITY));
    }

    proptest! {
        #[test]
        fn limits_hold_the_mean(series in proptest::collection::vec(proptest::option::of(-1e9_f64..1e9), 0..30)) {
            if let Some(limits) = XmrLimits::of(&series) {
                prop_assert!(limits.low <= limits.mean && limits.mean <= limits.high);
            }
        }
    }
}
