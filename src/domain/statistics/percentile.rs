//! Percentiles of durations in which a failed attempt counts as "never" (no survivor bias).

/// A number in the unit of its metric, or the honest lack of an end.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Figure {
    /// A value in the unit of the samples.
    Value(f64),
    /// So many attempts failed that at this percentile there is no end.
    Never,
}

impl Figure {
    /// The value, or nothing for "never".
    #[must_use]
    pub fn finite(self) -> Option<f64> {
        match self {
            Self::Value(value) => Some(value),
            Self::Never => None,
        }
    }

    /// The value as a number in which "never" is positive infinity.
    #[must_use]
    pub fn as_f64(self) -> f64 {
        self.finite().unwrap_or(f64::INFINITY)
    }
}

/// Sorted samples, and how many further attempts failed (each of them counts as positive infinity).
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Samples {
    sorted: Vec<f64>,
    failures: usize,
}

impl Samples {
    /// From values in any order; those that are not finite are left out.
    #[must_use]
    pub fn new(values: impl IntoIterator<Item = f64>, failures: usize) -> Self {
        let mut sorted: Vec<f64> = values.into_iter().filter(|v| v.is_finite()).collect();
        sorted.sort_by(f64::total_cmp);
        Self { sorted, failures }
    }

    /// How many attempts there were, failed ones included.
    #[must_use]
    pub fn n(&self) -> usize {
        self.sorted.len() + self.failures
    }

    /// The attempts that came to an end, in ascending order.
    #[must_use]
    pub fn values(&self) -> &[f64] {
        &self.sorted
    }

    /// The attempts that failed.
    #[must_use]
    pub fn failures(&self) -> usize {
        self.failures
    }

    /// Type 7: linear interpolation at `h = (n-1)·p`, with `p` in `[0, 1]`. `None` without attempts.
    ///
    /// Between a value and a failure there is nothing to interpolate: that is `Never`.
    #[must_use]
    pub fn percentile(&self, p: f64) -> Option<Figure> {
        if self.n() == 0 || !(0.0..=1.0).contains(&p) {
            return None;
        }
        let h = (self.n() - 1) as f64 * p;
        // 0.9 · 10 is a hair above 9 in binary; without this the tenth of eleven would become "never".
        let h = if (h - h.round()).abs() < 1e-9 {
            h.round()
        } else {
            h
        };
        let below = h.floor();
        let part = h - below;
        let at = |index: usize| self.sorted.get(index).copied();
        let figure = match (at(below as usize), part > 0.0) {
            (Some(low), false) => Some(low),
            (Some(low), true) => at(below as usize + 1).map(|high| low + part * (high - low)),
            (None, _) => None,
        };
        Some(figure.map_or(Figure::Never, Figure::Value))
    }

    /// The nearest-rank percentile, for the comparison with tools that use it. `p` in `(0, 1]`.
    #[cfg(test)]
    fn nearest_rank(&self, p: f64) -> f64 {
        let rank = (p * self.sorted.len() as f64).ceil().max(1.0) as usize;
        self.sorted[rank - 1]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(values: &[f64], p: f64) -> f64 {
        Samples::new(values.iter().copied(), 0)
            .percentile(p)
            .unwrap()
            .as_f64()
    }

    #[test]
    fn g7_percentiles_are_type_7() {
        assert!((at(&[1.0, 2.0, 3.0, 4.0], 0.65) - 2.95).abs() < 1e-12);
        assert!((at(&[4.0, 3.0, 2.0, 1.0], 0.75) - 3.25).abs() < 1e-12);
        let set = [15.0, 20.0, 35.0, 40.0, 50.0];
        assert!((at(&set, 0.40) - 29.0).abs() < 1e-12);
        let nearest = |p| Samples::new(set, 0).nearest_rank(p);
        assert_eq!(
            [0.05, 0.3, 0.4, 0.5, 1.0].map(nearest),
            [15.0, 20.0, 20.0, 35.0, 50.0]
        );
        assert_eq!(at(&[10.0, 20.0, 30.0, 40.0], 0.5), 25.0);
        assert_eq!(at(&[1.0, 1.0, 9.0, 9.0], 0.5), 5.0);
    }

    #[test]
    fn more_than_a_tenth_of_failures_make_the_p90_never() {
        let ten_of_eleven = Samples::new((1..=10).map(f64::from), 1);
        assert_eq!(ten_of_eleven.percentile(0.9), Some(Figure::Value(10.0)));
        let nine_of_eleven = Samples::new((1..=9).map(f64::from), 2);
        assert_eq!(nine_of_eleven.percentile(0.9), Some(Figure::Never));
        assert_eq!(nine_of_eleven.percentile(0.5), Some(Figure::Value(6.0)));
        assert_eq!(Samples::new([], 3).percentile(0.5), Some(Figure::Never));
    }

    #[test]
    fn no_attempt_has_no_percentile() {
        assert_eq!(Samples::default().percentile(0.5), None);
        assert_eq!(Samples::new([1.0], 0).percentile(1.5), None);
        assert_eq!(Samples::new([1.0], 0).percentile(f64::NAN), None);
        assert_eq!(Samples::new([f64::NAN], 0).n(), 0);
    }

    proptest! {
        #[test]
        fn percentiles_are_monotone_and_inside(
            values in proptest::collection::vec(0.0_f64..1e9, 1..60),
            failures in 0_usize..20,
            p in 0.0_f64..=1.0,
            q in 0.0_f64..=1.0,
        ) {
            let samples = Samples::new(values, failures);
            let (low, high) = (p.min(q), p.max(q));
            let (a, b) = (samples.percentile(low).unwrap().as_f64(), samples.percentile(high).unwrap().as_f64());
            prop_assert!(a <= b && a >= samples.values()[0]);
        }
    }
}
