//! Error budgets: how much downtime a target leaves, and how fast a budget burns.

/// The seconds of downtime that a target (a share such as `0.999`) allows in a window.
///
/// `None` unless the target lies in `(0, 1)` and the window is positive.
#[must_use]
pub fn budget_seconds(target: f64, window_seconds: f64) -> Option<f64> {
    let usable = target > 0.0 && target < 1.0 && window_seconds.is_finite() && window_seconds > 0.0;
    usable.then_some((1.0 - target) * window_seconds)
}

/// Burn factors of the four alert windows of 1 h, 6 h, 1 d and 3 d.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BurnFactors {
    /// Over one hour.
    pub hour: f64,
    /// Over six hours.
    pub six_hours: f64,
    /// Over one day.
    pub day: f64,
    /// Over three days.
    pub three_days: f64,
}

/// The factors for a budget period of 7, 28 or 30 days; `None` for any other, whose windows nobody agreed.
#[must_use]
pub fn burn_factors(period_days: u32) -> Option<BurnFactors> {
    // The share of the whole budget that may be gone within each window before somebody is called.
    let [hour, six_hours, day, three_days] = match period_days {
        7 => [0.08, 0.125, 0.20, 0.42],
        28 | 30 => [0.02, 0.05, 0.10, 0.10],
        _ => return None,
    };
    let period_hours = f64::from(period_days) * 24.0;
    Some(BurnFactors {
        hour: hour * period_hours,
        six_hours: six_hours * period_hours / 6.0,
        day: day * period_hours / 24.0,
        three_days: three_days * period_hours / 72.0,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn g11_burn_factors_scale_with_the_period() {
        let check = |days, expected: [f64; 4]| {
            let f = burn_factors(days).unwrap();
            for (got, want) in [f.hour, f.six_hours, f.day, f.three_days]
                .iter()
                .zip(expected)
            {
                assert!((got - want).abs() < 5e-5, "{days} days: {f:?}");
            }
        };
        check(30, [14.4, 6.0, 3.0, 1.0]);
        check(28, [13.44, 5.6, 2.8, 0.9333]);
        check(7, [13.44, 3.5, 1.4, 0.98]);
        assert_eq!(burn_factors(42), None);
    }

    #[test]
    fn g12_budgets_of_thirty_days() {
        const DAY: f64 = 86_400.0;
        for (target, seconds) in [
            (0.999, 2592.0),
            (0.9995, 1296.0),
            (0.9999, 259.2),
            (0.999_997, 7.776),
        ] {
            assert!((budget_seconds(target, 30.0 * DAY).unwrap() - seconds).abs() < 1e-6);
        }
        assert!((budget_seconds(0.999_997, 31.0 * DAY).unwrap() - 8.0352).abs() < 1e-6);
        assert_eq!(budget_seconds(1.0, DAY), None);
        assert_eq!(budget_seconds(0.9, f64::NAN), None);
    }
}
