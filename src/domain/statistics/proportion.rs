//! Shares of a whole: Wilson's interval for one, Newcombe's for the difference of two.

use super::{Interval, Z_95};

/// `successes` out of `n`, with `n > 0` and `successes <= n` by construction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proportion {
    successes: u64,
    n: u64,
}

impl Proportion {
    /// `None` if there is no denominator, or if the numbers contradict each other.
    #[must_use]
    pub fn new(successes: u64, n: u64) -> Option<Self> {
        (n > 0 && successes <= n).then_some(Self { successes, n })
    }

    /// How many succeeded.
    #[must_use]
    pub fn successes(&self) -> u64 {
        self.successes
    }

    /// Out of how many.
    #[must_use]
    pub fn n(&self) -> u64 {
        self.n
    }

    /// The share, in `[0, 1]`.
    #[must_use]
    pub fn share(&self) -> f64 {
        self.successes as f64 / self.n as f64
    }

    /// Wilson's score interval, always inside `[0, 1]` and always around the share.
    ///
    /// Wald's interval is never used: it collapses to a point at 0 and 1.
    #[must_use]
    pub fn wilson(&self) -> Interval {
        let n = self.n as f64;
        let p = self.share();
        let z2 = Z_95 * Z_95;
        let center = (p + z2 / (2.0 * n)) / (1.0 + z2 / n);
        let half = Z_95 / (1.0 + z2 / n) * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt();
        // At the edges the formula gives 0 and 1 only up to rounding, which must not leak out.
        let low = if self.successes == 0 {
            0.0
        } else {
            center - half
        };
        let high = if self.successes == self.n {
            1.0
        } else {
            center + half
        };
        Interval {
            low: low.clamp(0.0, p),
            high: high.clamp(p, 1.0),
        }
    }

    /// Newcombe's hybrid score interval of `self - older`, in `[-1, 1]`.
    #[must_use]
    pub fn difference(&self, older: &Self) -> Interval {
        let (p, q) = (self.share(), older.share());
        let (wp, wq) = (self.wilson(), older.wilson());
        let down = ((p - wp.low).powi(2) + (wq.high - q).powi(2)).sqrt();
        let up = ((wp.high - p).powi(2) + (q - wq.low).powi(2)).sqrt();
        Interval {
            low: p - q - down,
            high: p - q + up,
        }
        .clamped(-1.0, 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn wilson(successes: u64, n: u64) -> Interval {
        Proportion::new(successes, n).unwrap().wilson()
    }

    fn check(successes: u64, n: u64, low: f64, high: f64, tolerance: f64) {
        let w = wilson(successes, n);
        assert!((w.low - low).abs() < tolerance, "{successes}/{n}: {w:?}");
        assert!((w.high - high).abs() < tolerance, "{successes}/{n}: {w:?}");
    }

    #[test]
    fn g1_wilson_equals_r() {
        check(4, 20, 0.080_657_662_6, 0.416_017_432_3, 1e-9);
        check(18, 20, 0.698_966_354_8, 0.972_133_518_8, 1e-9);
        check(4, 200, 0.007_804_426_4, 0.050_287_086_9, 1e-9);
        check(190, 200, 0.910_421_851_9, 0.972_617_354_4, 1e-9);
    }

    #[test]
    fn g2_wilson_at_the_edges_equals_r() {
        check(0, 30, 0.0, 0.113_513_39, 1e-8);
        check(30, 30, 0.886_486_6, 1.0, 1e-7);
        check(1, 30, 0.005_908_59, 0.166_703_91, 1e-8);
        check(3, 10, 0.107_791_3, 0.603_221_9, 1e-7);
        check(0, 10, 0.0, 0.277_532_8, 1e-7);
        check(10, 10, 0.722_467_2, 1.0, 1e-7);
        check(19, 38, 0.348_499_283_643_951, 0.651_500_716_356_049, 1e-12);
        assert_eq!(wilson(0, 77).low, 0.0);
        assert_eq!(wilson(38, 38).high, 1.0);
    }

    #[test]
    fn g2b_wilson_equals_the_newcombe_1998_set() {
        check(81, 263, 0.2553, 0.3662, 5e-5);
        check(15, 148, 0.0624, 0.1605, 5e-5);
        check(0, 20, 0.0, 0.1611, 5e-5);
        check(1, 29, 0.0061, 0.1718, 5e-5);
    }

    #[test]
    fn g4_newcombe_difference_equals_the_published_ones() {
        let diff = |a, b, c, d| {
            Proportion::new(a, b)
                .unwrap()
                .difference(&Proportion::new(c, d).unwrap())
        };
        let first = diff(7, 34, 1, 34);
        assert!((first.low - 0.019).abs() < 0.005 && (first.high - 0.34).abs() < 0.005);
        let second = diff(56, 70, 48, 80);
        assert!((second.low - 0.0524).abs() < 5e-5 && (second.high - 0.3339).abs() < 5e-5);
        let digest = diff(12, 18, 9, 16);
        assert!((digest.low + 0.204).abs() < 5e-4 && (digest.high - 0.391).abs() < 5e-4);
    }

    #[test]
    fn without_a_denominator_there_is_no_proportion() {
        assert_eq!(Proportion::new(0, 0), None);
        assert_eq!(Proportion::new(2, 1), None);
    }

    proptest! {
        #[test]
        fn wilson_stays_inside_and_around_the_share(n in 1_u64..1_000_000, part in 0.0_f64..=1.0) {
            let p = Proportion::new((n as f64 * part) as u64, n).unwrap();
            let w = p.wilson();
            prop_assert!(0.0 <= w.low && w.high <= 1.0 && w.low < w.high);
            prop_assert!(w.contains(p.share()));
        }

        #[test]
        fn a_difference_turned_round_is_its_mirror(a in 0_u64..50, b in 0_u64..50) {
            let (p, q) = (Proportion::new(a, 50).unwrap(), Proportion::new(b, 50).unwrap());
            let (there, back) = (p.difference(&q), q.difference(&p));
            prop_assert!((there.low + back.high).abs() < 1e-12);
            prop_assert!(there.contains(p.share() - q.share()));
        }
    }
}
