//! Means with Student's interval, and the difference of two means after Welch.

use super::{Interval, beta::regularized_beta};

/// Halvings of the bracket when a quantile is searched; more than a 64-bit float can tell apart.
const BISECTIONS: usize = 200;

/// A mean with its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MeanEstimate {
    /// The arithmetic mean.
    pub mean: f64,
    /// How many values it stands on.
    pub n: usize,
    /// Student's interval; `None` for a single value, whose spread nobody knows.
    pub interval: Option<Interval>,
}

/// The mean of finite values; `None` if there is none, or if one of them is not finite.
#[must_use]
pub fn mean_estimate(values: &[f64]) -> Option<MeanEstimate> {
    let (mean, variance) = moments(values)?;
    let n = values.len();
    let interval = variance.and_then(|variance| {
        let half = student_t_quantile(0.975, (n - 1) as f64)? * (variance / n as f64).sqrt();
        Some(Interval {
            low: mean - half,
            high: mean + half,
        })
    });
    Some(MeanEstimate { mean, n, interval })
}

/// The 95 % interval of `mean(newer) - mean(older)` after Welch; `None` below two values a side or
/// without any spread.
#[must_use]
pub fn welch_difference(newer: &[f64], older: &[f64]) -> Option<Interval> {
    let (mean_a, Some(var_a)) = moments(newer)? else {
        return None;
    };
    let (mean_b, Some(var_b)) = moments(older)? else {
        return None;
    };
    let (n_a, n_b) = (newer.len() as f64, older.len() as f64);
    let (a, b) = (var_a / n_a, var_b / n_b);
    if a + b <= 0.0 {
        return None;
    }
    // Welch and Satterthwaite's approximate degrees of freedom.
    let freedom = (a + b).powi(2) / (a * a / (n_a - 1.0) + b * b / (n_b - 1.0));
    let half = student_t_quantile(0.975, freedom)? * (a + b).sqrt();
    let difference = mean_a - mean_b;
    Some(Interval {
        low: difference - half,
        high: difference + half,
    })
}

/// The quantile of Student's t distribution, `0 < probability < 1`, `freedom > 0`; otherwise `None`.
#[must_use]
pub fn student_t_quantile(probability: f64, freedom: f64) -> Option<f64> {
    if !(probability > 0.0 && probability < 1.0 && freedom > 0.0 && freedom.is_finite()) {
        return None;
    }
    if probability < 0.5 {
        return student_t_quantile(1.0 - probability, freedom).map(|t| -t);
    }
    // The upper tail P(T > t) is I_x(freedom/2, 1/2)/2 with x = freedom/(freedom + t²); x is what is searched.
    let tail = 2.0 * (1.0 - probability);
    let (mut low, mut high) = (0.0_f64, 1.0_f64);
    for _ in 0..BISECTIONS {
        let middle = f64::midpoint(low, high);
        if regularized_beta(middle, freedom / 2.0, 0.5) < tail {
            low = middle;
        } else {
            high = middle;
        }
    }
    let x = f64::midpoint(low, high);
    Some((freedom * (1.0 - x) / x).max(0.0).sqrt())
}

/// Mean and, from two values on, sample variance.
fn moments(values: &[f64]) -> Option<(f64, Option<f64>)> {
    if values.is_empty() || values.iter().any(|v| !v.is_finite()) {
        return None;
    }
    let n = values.len() as f64;
    // The sum of values is divided value by value, so that huge ones do not overflow.
    let mean = values.iter().map(|v| v / n).sum::<f64>();
    let squares = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>();
    let variance = (values.len() > 1)
        .then(|| squares / (n - 1.0))
        .filter(|v| v.is_finite());
    mean.is_finite().then_some((mean, variance))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn t_quantiles_equal_the_printed_tables() {
        // Closed forms: one degree of freedom is Cauchy's, two has an algebraic solution.
        let one = student_t_quantile(0.975, 1.0).unwrap();
        assert!((one - 12.706_204_736_174_7).abs() < 1e-9, "{one}");
        let two = student_t_quantile(0.975, 2.0).unwrap();
        assert!((two - 4.302_652_729_911_275).abs() < 1e-9, "{two}");
        for (freedom, expected) in [
            (4.0, 2.776_445),
            (9.0, 2.262_157),
            (29.0, 2.045_230),
            (100.0, 1.983_972),
        ] {
            assert!((student_t_quantile(0.975, freedom).unwrap() - expected).abs() < 1e-6);
        }
        let nearly_normal = student_t_quantile(0.975, 1e6).unwrap();
        assert!((nearly_normal - 1.959_966).abs() < 1e-5, "{nearly_normal}");
        assert!(student_t_quantile(0.5, 3.0).unwrap().abs() < 1e-6);
        assert!((student_t_quantile(0.025, 4.0).unwrap() + 2.776_445).abs() < 1e-6);
    }

    #[test]
    fn a_mean_of_nothing_is_nothing_and_of_one_value_has_no_interval() {
        assert_eq!(mean_estimate(&[]), None);
        assert_eq!(mean_estimate(&[f64::INFINITY, 1.0]), None);
        let one = mean_estimate(&[7.0]).unwrap();
        assert_eq!((one.mean, one.n, one.interval), (7.0, 1, None));
        let three = mean_estimate(&[1.0, 2.0, 3.0]).unwrap().interval.unwrap();
        assert!((three.low - (2.0 - 4.302_652_73 / 3.0_f64.sqrt())).abs() < 1e-7);
    }

    #[test]
    fn welch_needs_two_values_a_side_and_some_spread() {
        assert_eq!(welch_difference(&[1.0], &[2.0, 3.0]), None);
        assert_eq!(welch_difference(&[1.0, 1.0], &[2.0, 2.0]), None);
        // With equal sizes and variances the degrees of freedom are those of the pooled test.
        let equal = welch_difference(&[3.0, 4.0, 5.0], &[1.0, 2.0, 3.0]).unwrap();
        let half = student_t_quantile(0.975, 4.0).unwrap() * (2.0_f64 / 3.0).sqrt();
        assert!(
            (equal.low - (2.0 - half)).abs() < 1e-9 && (equal.high - (2.0 + half)).abs() < 1e-9
        );
    }

    proptest! {
        #[test]
        fn t_quantiles_shrink_towards_the_normal_one(freedom in 1.0_f64..500.0) {
            let t = student_t_quantile(0.975, freedom).unwrap();
            prop_assert!(t > 1.9599 && t < 12.7063);
            prop_assert!(student_t_quantile(0.975, freedom + 1.0).unwrap() < t);
        }

        #[test]
        fn nothing_here_is_ever_nan(values in proptest::collection::vec(-1e150_f64..1e150, 0..20)) {
            if let Some(estimate) = mean_estimate(&values) {
                prop_assert!(!estimate.mean.is_nan());
                if let Some(i) = estimate.interval { prop_assert!(i.low <= i.high); }
            }
        }
    }
}
