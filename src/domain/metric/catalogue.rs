//! The catalogue: what each metric is, and what keeps it honest.
//!
//! An entry cannot be written without its counterweight, or a written reason for having none.

use super::MetricId;
use MetricId as M;

/// What a value is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Whole things.
    Count,
    /// A share in `[0, 1]`, shown in per cent.
    Share,
    /// Seconds.
    Seconds,
    /// A score in points; its scale is in the formula.
    Points,
}

/// Which way is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// More is better.
    Up,
    /// Less is better.
    Down,
}

/// Whether it measures what was done, or what came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measures {
    /// What was done.
    Output,
    /// What came of it for people.
    Outcome,
}

/// What keeps a metric from being improved at something else's expense.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counterweight {
    /// These, the first of them most of all.
    By(MetricId, &'static [MetricId]),
    /// None, for this reason.
    None(&'static str),
}

/// Where the numbers come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// Computed from facts.
    Facts,
    /// Computed from closed survey rounds.
    Surveys,
    /// Not computed yet; this is what it would need.
    Missing(&'static str),
}

/// One entry.
#[derive(Debug, Clone, Copy)]
pub struct Metric {
    /// Its id.
    pub id: MetricId,
    /// Its name's message in `locales/`.
    pub name_key: &'static str,
    /// What it is counted in.
    pub unit: Unit,
    /// Which way is better.
    pub direction: Direction,
    /// Output or outcome.
    pub measures: Measures,
    /// What keeps it honest.
    pub counterweight: Counterweight,
    /// Numerator and denominator in words, shown by `/metrics explain`.
    pub formula: &'static str,
    /// Raised with every change of the definition; a new one breaks the trend line.
    pub def_version: u16,
    /// Where its numbers come from.
    pub source: Source,
}

/// The pairs that digests print side by side: HEAT and strategy, each with its first counterweight.
pub fn pairs() -> impl Iterator<Item = (MetricId, MetricId)> {
    CATALOGUE
        .iter()
        .filter_map(|metric| match metric.counterweight {
            Counterweight::By(first, _) => Some((metric.id, first)),
            Counterweight::None(_) => None,
        })
}

macro_rules! metric {
    ($id:ident, $name:literal, $unit:ident, $direction:ident, $measures:ident, $counter:expr, $source:expr, $formula:literal) => {
        Metric {
            id: M::$id,
            name_key: $name,
            unit: Unit::$unit,
            direction: Direction::$direction,
            measures: Measures::$measures,
            counterweight: $counter,
            formula: $formula,
            def_version: 1,
            source: $source,
        }
    };
}

use Counterweight::{By, None as Without};
use Source::{Facts, Missing, Surveys};

/// Raised whenever any entry's definition changes; printed under every digest.
pub const CATALOGUE_VERSION: u16 = 1;

/// Every metric.
pub const CATALOGUE: &[Metric] = &[
    metric!(
        S1,
        "metric-s1",
        Share,
        Up,
        Outcome,
        By(M::S6, &[]),
        Missing("probes of the services' health"),
        "up seconds ÷ (up + down seconds), unknown seconds left out"
    ),
    metric!(
        S2,
        "metric-s2",
        Share,
        Up,
        Outcome,
        By(M::S6, &[M::S7]),
        Missing("probes of the services' health"),
        "1 − downtime ÷ ((1 − target) × window)"
    ),
    metric!(
        S3,
        "metric-s3",
        Count,
        Down,
        Outcome,
        Without("few incidents may mean few reports; the list is shown instead"),
        Missing("incidents"),
        "incidents that started in the week, by severity"
    ),
    metric!(
        S4,
        "metric-s4",
        Share,
        Up,
        Output,
        By(M::S3, &[]),
        Missing("incidents"),
        "severe incidents closed 5 to 33 business days ago that have a published review ÷ all such"
    ),
    metric!(
        S5,
        "metric-s5",
        Count,
        Up,
        Output,
        By(M::T1, &[M::T3]),
        Facts,
        "environments that became ready in the window, each once, asked for by people; those of automations are counted apart"
    ),
    metric!(
        S6,
        "metric-s6",
        Count,
        Up,
        Output,
        By(M::D4, &[M::D5]),
        Facts,
        "successful deployments to production in the window without rollbacks, by people; those of automations are counted apart"
    ),
    metric!(
        S7,
        "metric-s7",
        Seconds,
        Down,
        Outcome,
        By(M::T1, &[M::S5]),
        Facts,
        "seconds from the accepted request of an environment until it is ready; value = median, failures count as never"
    ),
    metric!(
        S8,
        "metric-s8",
        Seconds,
        Down,
        Output,
        By(M::T2, &[M::D4]),
        Facts,
        "seconds from the start of a deployment's run to its end, successful runs of all stages; value = mean, median beside it"
    ),
    metric!(
        D1,
        "metric-d1",
        Seconds,
        Down,
        Outcome,
        By(M::D4, &[]),
        Missing("commits of the repositories"),
        "commit authored until its first successful production deployment, median"
    ),
    metric!(
        D3,
        "metric-d3",
        Seconds,
        Down,
        Outcome,
        By(M::D4, &[M::S3]),
        Facts,
        "seconds from the end of a production deployment that failed its purpose to the end of the rollback or hotfix that mended it; value = median"
    ),
    metric!(
        D4,
        "metric-d4",
        Share,
        Down,
        Outcome,
        By(M::S6, &[]),
        Facts,
        "production deployments later mended by a rollback or hotfix (named, else the last one of at most 24 h before) ÷ production deployments without rollbacks; a failed run counts only if something had to mend it"
    ),
    metric!(
        D5,
        "metric-d5",
        Share,
        Down,
        Outcome,
        By(M::S6, &[]),
        Facts,
        "hotfixes and rollbacks ÷ all successful production deployments"
    ),
    metric!(
        H1,
        "metric-h1",
        Share,
        Up,
        Outcome,
        By(M::H4, &[]),
        Surveys,
        "answers 6 and 7 of 7 ÷ all answers of the last closed round"
    ),
    metric!(
        H2,
        "metric-h2",
        Points,
        Up,
        Outcome,
        By(M::T1, &[]),
        Missing("the UMUX-LITE items in a round"),
        "mean of (a + b − 2) × 100 ÷ 12, 0 to 100"
    ),
    metric!(
        H3,
        "metric-h3",
        Points,
        Up,
        Outcome,
        By(M::H1, &[]),
        Missing("the recommendation item in a round"),
        "% answers 9 to 10 − % answers 0 to 6, −100 to 100"
    ),
    metric!(
        H4,
        "metric-h4",
        Share,
        Up,
        Output,
        Without(
            "it is itself the counterweight of every survey metric, and prompts are capped per person"
        ),
        Surveys,
        "valid answers ÷ people who held the asked role when the round opened"
    ),
    metric!(
        E3,
        "metric-e3",
        Seconds,
        Down,
        Outcome,
        By(M::D4, &[]),
        Facts,
        "seconds from the request of an approval to its decision, wall-clock time; value = median"
    ),
    metric!(
        E4,
        "metric-e4",
        Seconds,
        Down,
        Outcome,
        By(M::A1, &[]),
        Missing("the start of each person's onboarding"),
        "first command until first successful production deployment, median"
    ),
    metric!(
        A1,
        "metric-a1",
        Share,
        Up,
        Outcome,
        By(M::A3, &[M::A4]),
        Facts,
        "teams with a successful task by a person in the last 28 days ÷ teams that count for adoption"
    ),
    metric!(
        A2,
        "metric-a2",
        Count,
        Up,
        Outcome,
        By(M::T1, &[]),
        Missing("more than two capabilities"),
        "median number of capabilities used per active team"
    ),
    metric!(
        A3,
        "metric-a3",
        Share,
        Up,
        Outcome,
        By(M::H1, &[]),
        Facts,
        "as A1, over what nobody is obliged to use"
    ),
    metric!(
        A4,
        "metric-a4",
        Share,
        Down,
        Outcome,
        By(M::A1, &[]),
        Facts,
        "teams active in the 28 days before but not in the last 28 ÷ teams active in the 28 days before"
    ),
    metric!(
        T1,
        "metric-t1",
        Share,
        Up,
        Outcome,
        By(M::S7, &[M::S8]),
        Facts,
        "sessions (team × what × which) that ended in success ÷ sessions that ended; 30 idle minutes end one without success"
    ),
    metric!(
        T2,
        "metric-t2",
        Share,
        Up,
        Outcome,
        By(M::T3, &[]),
        Facts,
        "sessions that succeeded at the first attempt ÷ sessions that ended"
    ),
    metric!(
        T3,
        "metric-t3",
        Share,
        Down,
        Outcome,
        By(M::T1, &[]),
        Facts,
        "attempts that failed and not by the user's own doing ÷ attempts, without those that failed by the user's doing"
    ),
    metric!(
        T4,
        "metric-t4",
        Seconds,
        Down,
        Outcome,
        Without("the documentation's edits are not counted yet"),
        Missing("help threads"),
        "median time from a question to its first answer"
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_entry_stands_once_and_has_its_words() {
        let ids: BTreeSet<MetricId> = CATALOGUE.iter().map(|metric| metric.id).collect();
        assert_eq!(ids.len(), CATALOGUE.len());
        assert_eq!(ids.len(), M::T4 as usize + 1, "every id has an entry");
        for metric in CATALOGUE {
            assert_eq!(
                metric.name_key,
                format!("metric-{}", metric.id.word().to_lowercase())
            );
            assert!(!metric.formula.is_empty() && metric.def_version > 0);
            assert_eq!(
                MetricId::of_word(&metric.id.word().to_lowercase()),
                Some(metric.id)
            );
        }
    }

    #[test]
    fn no_metric_is_its_own_counterweight_and_no_reason_is_empty() {
        for metric in CATALOGUE {
            match metric.counterweight {
                By(first, more) => assert!(
                    first != metric.id && !more.contains(&metric.id),
                    "{:?}",
                    metric.id
                ),
                Without(reason) => assert!(reason.len() > 20),
            }
            if let Missing(what) = metric.source {
                assert!(!what.is_empty());
            }
        }
        assert!(pairs().any(|pair| pair == (M::H1, M::H4)));
        assert!(pairs().any(|pair| pair == (M::S6, M::D4)));
    }

    #[test]
    fn aliases_lead_to_the_one_entry() {
        assert_eq!(MetricId::of_word("E1"), Some(M::S7));
        assert_eq!(MetricId::of_word("e2"), Some(M::S8));
        assert_eq!(MetricId::of_word("D2"), Some(M::S6));
        assert_eq!(MetricId::of_word("X9"), None);
    }
}
