//! Comparing two counts exactly: could the same rate have given both?

use super::beta::regularized_beta;

/// Two counts of the same thing in two windows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CountComparison {
    /// The two-sided probability of a split at least as uneven, if the rates are equal.
    pub p_value: f64,
}

impl CountComparison {
    /// Whether chance alone explains it too rarely (below 5 %).
    #[must_use]
    pub fn is_called(&self) -> bool {
        self.p_value < 0.05
    }
}

/// Compares `newer` with `older` given the exposures (hours) of their windows.
///
/// Under equal rates `newer` is binomial in the sum, so the test is exact; the two-sided value is twice
/// the smaller tail. `None` if nothing was counted at all, or if an exposure is not positive.
#[must_use]
pub fn compare_counts(
    newer: u64,
    newer_hours: f64,
    older: u64,
    older_hours: f64,
) -> Option<CountComparison> {
    let usable = |hours: f64| hours.is_finite() && hours > 0.0;
    let total = newer.checked_add(older).filter(|total| *total > 0)?;
    if !usable(newer_hours) || !usable(older_hours) {
        return None;
    }
    let share = newer_hours / (newer_hours + older_hours);
    let at_least = upper_tail(newer, total, share);
    let at_most = 1.0 - upper_tail(newer + 1, total, share);
    let p_value = (2.0 * at_least.min(at_most)).clamp(0.0, 1.0);
    Some(CountComparison { p_value })
}

/// `P(X >= k)` for `X` binomial with `n` tries.
fn upper_tail(k: u64, n: u64, p: f64) -> f64 {
    if k == 0 {
        return 1.0;
    }
    if k > n {
        return 0.0;
    }
    regularized_beta(p, k as f64, (n - k + 1) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn fourteen_and_twenty_one_could_be_chance() {
        let p = compare_counts(21, 168.0, 14, 168.0).unwrap();
        assert!((p.p_value - 0.31).abs() < 0.005, "{p:?}");
        assert!(!p.is_called());
        assert!(compare_counts(40, 168.0, 14, 168.0).unwrap().is_called());
    }

    #[test]
    fn a_longer_window_may_hold_more() {
        // Twice the count in twice the time is no change at all.
        let p = compare_counts(40, 336.0, 20, 168.0).unwrap();
        assert!(p.p_value > 0.9, "{p:?}");
    }

    #[test]
    fn five_against_none_is_the_exact_sixteenth() {
        let p = compare_counts(5, 168.0, 0, 168.0).unwrap().p_value;
        assert!((p - 0.0625).abs() < 1e-12);
    }

    #[test]
    fn nothing_counted_is_no_comparison() {
        assert_eq!(compare_counts(0, 168.0, 0, 168.0), None);
        assert_eq!(compare_counts(1, 0.0, 1, 168.0), None);
        assert_eq!(compare_counts(1, f64::NAN, 1, 168.0), None);
        assert_eq!(compare_counts(u64::MAX, 168.0, 1, 168.0), None);
    }

    proptest! {
        #[test]
        fn the_comparison_does_not_care_about_the_order(a in 0_u64..5_000, b in 1_u64..5_000) {
            let there = compare_counts(a, 168.0, b, 168.0).unwrap().p_value;
            let back = compare_counts(b, 168.0, a, 168.0).unwrap().p_value;
            prop_assert!((there - back).abs() < 1e-9);
            prop_assert!((0.0..=1.0).contains(&there));
        }
    }
}
