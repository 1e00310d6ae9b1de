//! Scores of the survey instruments: UMUX-LITE, SUS and the recommendation question.

use super::{Interval, Z_95};

/// The score of one person's two UMUX-LITE answers (1 to 7 each), 0 to 100; `None` outside the scale.
#[must_use]
pub fn umux_lite(capabilities: u8, ease: u8) -> Option<f64> {
    let valid = |answer: u8| (1..=7).contains(&answer);
    (valid(capabilities) && valid(ease)).then(|| f64::from(capabilities + ease - 2) * 100.0 / 12.0)
}

/// A UMUX-LITE score on the scale of the SUS, by the usual regression; it can only reach 22.9 to 87.9.
#[must_use]
pub fn umux_lite_as_sus(score: f64) -> f64 {
    0.65 * score + 22.9
}

/// The score of one person's ten SUS answers (1 to 5 each), 0 to 100; `None` outside the scale.
#[must_use]
pub fn sus(answers: &[u8; 10]) -> Option<f64> {
    if answers.iter().any(|answer| !(1..=5).contains(answer)) {
        return None;
    }
    // Odd items are worded positively and even items negatively.
    let contributions = answers.iter().enumerate().map(|(index, answer)| {
        if index % 2 == 0 {
            answer - 1
        } else {
            5 - answer
        }
    });
    Some(f64::from(contributions.map(u16::from).sum::<u16>()) * 2.5)
}

/// Answers to "how likely are you to recommend", grouped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct NetPromoter {
    /// Answers 9 and 10.
    pub promoters: u64,
    /// Answers 7 and 8.
    pub passives: u64,
    /// Answers 0 to 6.
    pub detractors: u64,
}

impl NetPromoter {
    /// Groups answers; whatever is not on the scale of 0 to 10 is left out.
    #[must_use]
    pub fn from_scores(scores: impl IntoIterator<Item = i64>) -> Self {
        let mut groups = Self::default();
        for score in scores {
            match score {
                9..=10 => groups.promoters += 1,
                7..=8 => groups.passives += 1,
                0..=6 => groups.detractors += 1,
                _ => {}
            }
        }
        groups
    }

    /// How many valid answers there are.
    #[must_use]
    pub fn n(&self) -> u64 {
        self.promoters + self.passives + self.detractors
    }

    /// Share of promoters minus share of detractors, in points from -100 to 100; `None` without answers.
    #[must_use]
    pub fn score(&self) -> Option<f64> {
        let n = self.n();
        (n > 0).then(|| (self.promoters as f64 - self.detractors as f64) / n as f64 * 100.0)
    }

    /// The adjusted Wald interval (three answers added, three quarters of one to either end), in points.
    #[must_use]
    pub fn interval(&self) -> Option<Interval> {
        if self.n() == 0 {
            return None;
        }
        let n = self.n() as f64 + 3.0;
        let promoters = (self.promoters as f64 + 0.75) / n;
        let detractors = (self.detractors as f64 + 0.75) / n;
        let difference = promoters - detractors;
        let half = Z_95 * ((promoters + detractors - difference * difference) / n).sqrt();
        let interval = Interval {
            low: (difference - half) * 100.0,
            high: (difference + half) * 100.0,
        };
        Some(interval.clamped(-100.0, 100.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn nps(promoters: u64, passives: u64, detractors: u64) -> NetPromoter {
        NetPromoter {
            promoters,
            passives,
            detractors,
        }
    }

    #[test]
    fn g8_recommendation_scores_equal_the_published_ones() {
        assert_eq!(nps(2, 1, 1).score(), Some(25.0));
        // "junk" does not reach this type; 11 does, and is left out.
        let mixed = NetPromoter::from_scores([9, 5, 4, 11]);
        assert_eq!(mixed.n(), 3);
        assert_eq!(mixed.score().unwrap().round(), -33.0);
        for (groups, expected) in [
            (nps(25, 55, 20), 5.0),
            (nps(50, 30, 20), 30.0),
            (nps(60, 25, 15), 45.0),
            (nps(9, 1, 0), 90.0),
        ] {
            assert!((groups.score().unwrap() - expected).abs() < 1e-9);
        }
        // A published page prints +10 here; the sign is theirs to mend.
        assert!((nps(2, 5, 3).score().unwrap() + 10.0).abs() < 1e-9);
        assert_eq!(nps(0, 0, 0).score(), None);
    }

    #[test]
    fn g8b_adjusted_wald_equals_the_recomputed_ones() {
        let wide = nps(50, 30, 20).interval().unwrap();
        assert!(
            (wide.low - 14.05).abs() < 0.01 && (wide.high - 44.20).abs() < 0.01,
            "{wide:?}"
        );
        let clamped = nps(9, 1, 0).interval().unwrap();
        assert!((clamped.low - 38.08).abs() < 0.01, "{clamped:?}");
        assert_eq!(clamped.high, 100.0);
        assert_eq!(nps(0, 0, 0).interval(), None);
    }

    #[test]
    fn g9_instrument_scores_equal_the_published_ones() {
        // Contributions 3,2,2,2,2,2,2,2,2,3 sum to 22.
        assert_eq!(sus(&[4, 3, 3, 3, 3, 3, 3, 3, 3, 2]), Some(55.0));
        assert_eq!(sus(&[3; 10]), Some(50.0));
        assert_eq!(sus(&[0; 10]), None);
        let cases = [
            (1, 1, 0.0, 22.9),
            (4, 4, 50.0, 55.4),
            (5, 6, 75.0, 71.65),
            (6, 6, 83.33, 77.07),
            (7, 7, 100.0, 87.9),
        ];
        for (a, b, score, regressed) in cases {
            let value = umux_lite(a, b).unwrap();
            assert!((value - score).abs() < 0.005);
            assert!((umux_lite_as_sus(value) - regressed).abs() < 0.005);
        }
        assert_eq!(umux_lite(0, 7), None);
        assert_eq!(umux_lite(8, 7), None);
    }

    proptest! {
        #[test]
        fn the_recommendation_interval_stays_on_the_scale(p in 0_u64..500, m in 0_u64..500, d in 1_u64..500) {
            let i = nps(p, m, d).interval().unwrap();
            prop_assert!(i.low >= -100.0 && i.high <= 100.0 && i.low <= i.high);
        }
    }
}
