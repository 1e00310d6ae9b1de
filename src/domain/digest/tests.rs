//! Tests of the digest, on weeks written as little stories.

use super::*;
use crate::domain::calendar::Calendar;
use crate::domain::chart::Shape;
use crate::domain::fact::{Fact, Fault, Kind, Reason};
use crate::domain::metric::tests::{deployed, fact, question, ready};
use crate::domain::metric::{SurveyRound, Trend};

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const WEEK: i64 = 168 * HOUR;
const MONDAY: i64 = 1_794_787_200_000;

fn goal(metric: &str, at_least: bool, value: f64) -> Goal {
    Goal {
        id: "innovation".to_owned(),
        value: "try things quickly".to_owned(),
        problem: "waiting".to_owned(),
        initiatives: Vec::new(),
        targets: vec![Target {
            metric: metric.to_owned(),
            at_least,
            value,
        }],
    }
}

/// Thirteen weeks with as many environments as given in the last, each ready after so many seconds.
fn weeks(last: i64, last_seconds: i64) -> Vec<Fact> {
    let mut facts = vec![fact(Kind::SourceConnected, MONDAY - 20 * WEEK, "hearth")];
    for week in 0..13 {
        let start = MONDAY - (12 - week) * WEEK;
        let usual = 20 + (week * 7) % 4;
        let (n, seconds) = if week == 12 {
            (last, last_seconds)
        } else {
            (usual, 300 + (week * 5) % 7)
        };
        facts.extend((0..n).map(|i| ready(start + i * HOUR, seconds + i, &format!("{week}-{i}"))));
    }
    facts
}

fn digest(goals: &[Goal], facts: &[Fact]) -> Digest {
    of_facts(&question(MONDAY + 2 * WEEK), goals, facts)
}

fn strategy(digest: &Digest, id: MetricId) -> &Line {
    digest
        .strategy
        .iter()
        .find(|line| line.metric == id)
        .unwrap()
}

#[test]
fn an_ordinary_week_says_that_nothing_changed() {
    let digest = digest(&[], &weeks(21, 303));
    assert_eq!(digest.headline, Headline::Nothing);
    let metrics: Vec<_> = digest.strategy.iter().map(|line| line.metric).collect();
    assert_eq!(metrics, STRATEGY);
    assert_eq!(strategy(&digest, MetricId::S5).trend.len(), TREND_WEEKS);
    assert_eq!(digest.footer.coverage, Some(1.0));
    assert!(!digest.footer.provisional && !digest.footer.sample.any());
}

#[test]
fn the_first_week_is_too_early_to_compare() {
    let digest = digest(&[], &[]);
    assert_eq!(digest.headline, Headline::TooEarly);
    assert!(digest.pictures.is_empty());
    for line in &digest.strategy {
        assert_eq!(line.saying, Saying::NoData { since: None });
    }
}

#[test]
fn a_called_change_is_the_headline_and_the_rest_is_named() {
    match digest(&[], &weeks(45, 100)).headline {
        Headline::Changed {
            metric: MetricId::S7,
            value,
            call:
                Call::Outside {
                    weeks: 12,
                    trend: Trend::Better,
                    ..
                },
            also,
        } => {
            assert_eq!(value, Some(Figure::Value(122.0)));
            assert_eq!(also, [MetricId::S5]);
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_conflict_of_a_pair_comes_first() {
    let mut facts = weeks(60, 303);
    facts.extend((0..40).map(|i| Fact {
        fault: Some(Fault::User),
        ..fact(
            Kind::EnvironmentFailed,
            MONDAY + i * MINUTE,
            &format!("failed-{i}"),
        )
    }));
    // More environments than usual, but far more that failed.
    assert_eq!(
        digest(&[], &facts).headline,
        Headline::Conflict {
            better: MetricId::S5,
            worse: MetricId::T1
        }
    );
}

#[test]
fn a_target_is_met_or_not_or_unknown() {
    let goals = [
        goal("S5", true, 20.0),
        goal("E1", false, 200.0),
        goal("s8", false, 480.0),
        goal("S1", true, 0.9995),
        goal("junk", true, 1.0),
    ];
    let digest = digest(&goals, &weeks(21, 303));
    let standing = |id| strategy(&digest, id).aim.unwrap().standing;
    assert_eq!(standing(MetricId::S5), Standing::Met);
    assert_eq!(standing(MetricId::S7), Standing::NotMet);
    assert_eq!(standing(MetricId::S8), Standing::Unknown);
    assert_eq!(standing(MetricId::S1), Standing::Unknown);
    assert!(matches!(
        strategy(&digest, MetricId::S1).saying,
        Saying::NoSource { .. }
    ));
    assert_eq!(
        strategy(&digest, MetricId::S5).goal.as_deref(),
        Some("innovation")
    );
    assert_eq!(digest.strategy.len(), 5);
}

#[test]
fn a_count_that_can_still_grow_is_not_missed_yet() {
    let now = MONDAY + 30 * HOUR;
    let so_far = |value, at_least| {
        let digest = of_facts(
            &question(now),
            &[goal("S5", at_least, value)],
            &weeks(21, 303),
        );
        assert!(digest.footer.provisional);
        strategy(&digest, MetricId::S5).aim.unwrap().standing
    };
    assert_eq!(so_far(40.0, true), Standing::Unknown);
    assert_eq!(so_far(10.0, true), Standing::Met);
    assert_eq!(so_far(40.0, false), Standing::Unknown);
    assert_eq!(so_far(10.0, false), Standing::NotMet);
}

#[test]
fn heat_prints_every_line_with_its_counterweight() {
    let digest = digest(&[], &weeks(21, 303));
    let heat: Vec<_> = digest
        .heat
        .iter()
        .map(|h| {
            (
                h.heat,
                h.line.metric,
                h.counterweights
                    .iter()
                    .map(|line| line.metric)
                    .collect::<Vec<_>>(),
            )
        })
        .collect();
    assert_eq!(
        heat,
        [
            (Heat::Happiness, MetricId::H1, vec![MetricId::H4]),
            (Heat::Efficiency, MetricId::S7, vec![MetricId::T1]),
            (
                Heat::Adoption,
                MetricId::A1,
                vec![MetricId::A3, MetricId::A4]
            ),
            (Heat::TaskSuccess, MetricId::T2, vec![MetricId::T3]),
        ]
    );
    // None of 21 attempts failed, which does not mean that none ever does.
    match digest.heat[3].counterweights[0].saying {
        Saying::NoneIn { n: 21, high } => assert!(high > 0.1 && high < 0.2),
        ref other => panic!("{other:?}"),
    }
}

fn round(closed_at: i64, answered: u64, satisfied: Option<u64>) -> SurveyRound {
    let distribution = (answered >= 10).then_some([0, 1, 1, 2, 2, 6, answered.saturating_sub(12)]);
    SurveyRound {
        closed_at: Timestamp(closed_at),
        asked: Some(31),
        answered,
        satisfied,
        unanimous: false,
        distribution,
    }
}

#[test]
fn a_survey_week_compares_its_round_with_the_one_before() {
    let mut question = question(MONDAY + 2 * WEEK);
    question.rounds = vec![
        round(MONDAY - 13 * WEEK, 16, Some(9)),
        round(MONDAY + HOUR, 18, Some(12)),
    ];
    let digest = of_facts(&question, &[], &[]);
    let happiness = &digest.heat[0].line;
    match happiness.saying {
        Saying::Share {
            successes: 12,
            n: 18,
            low,
            high,
            ..
        } => {
            assert!((low - 0.437).abs() < 5e-4 && (high - 0.837).abs() < 5e-4);
        }
        ref other => panic!("{other:?}"),
    }
    match happiness.call {
        Call::Chance {
            before,
            difference: Some(d),
        } => {
            assert!(
                before == 9.0 / 16.0
                    && (d.low + 0.204).abs() < 5e-4
                    && (d.high - 0.391).abs() < 5e-4
            );
        }
        ref other => panic!("{other:?}"),
    }
    assert_eq!(happiness.earlier.as_ref().unwrap().n, 16);
    let survey = digest
        .pictures
        .iter()
        .find(|picture| picture.theme == Theme::Survey)
        .unwrap();
    assert!(matches!(&survey.panels[0].plot.shape, Shape::Answers(rounds) if rounds.len() == 2));
}

#[test]
fn a_round_below_the_threshold_tells_only_how_many_answered() {
    let mut question = question(MONDAY + 2 * WEEK);
    question.rounds = vec![round(MONDAY + HOUR, 4, None)];
    let digest = of_facts(&question, &[], &[]);
    assert_eq!(digest.heat[0].line.saying, Saying::Withheld { n: 4 });
    assert!(
        digest
            .pictures
            .iter()
            .all(|picture| picture.theme != Theme::Survey)
    );
}

#[test]
fn delivery_lists_five_services_and_counts_the_rest() {
    let of = |service: usize, i: i64| Fact {
        service: Some(format!("service-{service}")),
        ..deployed(
            MONDAY + i * HOUR,
            &format!("d{service}-{i}"),
            Reason::Planned,
        )
    };
    let facts: Vec<Fact> = (0..7)
        .flat_map(|service| (0..=service as i64).map(move |i| of(service, i)))
        .collect();
    let digest = digest(&[], &facts);
    let names: Vec<_> = digest
        .delivery
        .iter()
        .map(|service| service.service.as_str())
        .collect();
    assert_eq!(
        names,
        [
            "service-6",
            "service-5",
            "service-4",
            "service-3",
            "service-2"
        ]
    );
    assert_eq!(digest.services_left_out, 2);
}

#[test]
fn pictures_have_gaps_where_nothing_is_known() {
    let mut facts = weeks(21, 303);
    facts.retain(|fact| fact.kind != Kind::SourceConnected);
    facts.push(fact(Kind::SourceConnected, MONDAY - WEEK, "hearth"));
    facts.retain(|fact| fact.occurred_at.0 >= MONDAY - WEEK);
    let digest = digest(&[goal("S5", true, 20.0)], &facts);
    let strategy = &digest.pictures[0];
    assert_eq!(strategy.theme, Theme::Strategy);
    let panel = &strategy.panels[0];
    assert_eq!(
        (panel.metric, panel.n, panel.plot.target),
        (MetricId::S5, 21, Some(20.0))
    );
    assert_eq!(panel.plot.labels.len(), 13);
    assert_eq!(panel.plot.labels[12], "W47");
    match &panel.plot.shape {
        Shape::Bars { layers, band: None } => {
            assert_eq!(layers[0][10], None);
            assert_eq!(layers[0][12], Some(21.0));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn per_cent_are_never_told_of_small_counts() {
    assert_eq!(percent_change(14, 21), None);
    assert_eq!(percent_change(20, 30), Some(0.5));
    assert_eq!(percent_change(0, 50), None);
}

#[test]
fn a_sparkline_shows_gaps_and_never() {
    assert_eq!(
        sparkline(&[Some(0.0), Some(4.0), None, Some(8.0), Some(f64::INFINITY)]),
        "▁▅·██"
    );
    assert_eq!(sparkline(&[Some(0.0), None]), "▁·");
    assert_eq!(sparkline(&[]), "");
}

#[test]
fn a_hundred_thousand_facts_are_one_quick_pass() {
    let question = Question {
        calendar: Calendar::iso(chrono_tz::Europe::Berlin),
        ..question(MONDAY + 2 * WEEK)
    };
    let from = question.facts_from().0;
    let step = (MONDAY + WEEK - from) / 50_000;
    let facts: Vec<Fact> = (0..50_000)
        .flat_map(|i| {
            let at = from + i * step;
            let service = Some(format!("service-{}", i % 40));
            [
                ready(at, 60 + i % 600, &format!("e{i}")),
                Fact {
                    service,
                    ..deployed(at, &format!("d{i}"), Reason::Planned)
                },
            ]
        })
        .collect();
    let digest = of_facts(&question, &[], &facts);
    assert_eq!(digest.delivery.len(), SERVICES_MAX);
    assert!(
        digest
            .strategy
            .iter()
            .all(|line| line.reading.as_ref().unwrap().n > 2_000)
    );
}
