//! Tests of the readings and calls, on facts written as little stories.

use std::collections::BTreeSet;

use super::*;
use crate::domain::Timestamp;
use crate::domain::calendar::Calendar;
use crate::domain::fact::{Fact, Fault, Kind, Reason};
use crate::domain::statistics::Figure;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;
const WEEK: i64 = 7 * DAY;
/// Monday, 16 November 2026, midnight in UTC.
const MONDAY: i64 = 1_794_787_200_000;

pub(crate) fn fact(kind: Kind, at: i64, subject: &str) -> Fact {
    Fact {
        kind,
        occurred_at: Timestamp(at),
        started_at: None,
        subject: subject.to_owned(),
        source: "hearth".to_owned(),
        team: Some("playlists".to_owned()),
        service: None,
        stage: None,
        production: false,
        human: true,
        reason: None,
        fault: None,
    }
}

pub(crate) fn ready(at: i64, seconds: i64, subject: &str) -> Fact {
    Fact {
        started_at: Some(Timestamp(at - seconds * 1000)),
        ..fact(Kind::EnvironmentReady, at, subject)
    }
}

pub(crate) fn deployed(at: i64, subject: &str, reason: Reason) -> Fact {
    Fact {
        started_at: Some(Timestamp(at - 5 * MINUTE)),
        service: Some("player".to_owned()),
        stage: Some("production".to_owned()),
        production: true,
        reason: Some(reason),
        ..fact(Kind::DeploymentSucceeded, at, subject)
    }
}

fn connected() -> Fact {
    fact(Kind::SourceConnected, 0, "hearth")
}

pub(crate) fn question(now: i64) -> Question {
    let calendar = Calendar::iso(chrono_tz::UTC);
    Question {
        calendar,
        window: calendar.week_of(MONDAY),
        now: Timestamp(now),
        eligible_teams: ["playlists", "checkout", "player"]
            .map(str::to_owned)
            .into(),
        mandated_services: BTreeSet::new(),
        rounds: Vec::new(),
    }
}

fn history_of(question: Question, facts: &[Fact]) -> History {
    let mut tally = Tally::new(question);
    for fact in facts {
        tally.add(fact);
    }
    tally.finish()
}

fn history(facts: &[Fact]) -> History {
    history_of(question(MONDAY + 2 * WEEK), facts)
}

fn value(history: &History, id: MetricId) -> Option<f64> {
    history.latest(id).unwrap().number()
}

fn value_at(history: &History, id: MetricId, week: usize) -> Option<f64> {
    history.series(id)[week].number()
}

#[test]
fn without_facts_and_sources_nothing_has_a_value() {
    let history = history(&[]);
    assert_eq!(history.weeks().len(), HISTORY_WEEKS + 1);
    for metric in CATALOGUE {
        match metric.source {
            Source::Missing(_) => assert!(history.latest(metric.id).is_none()),
            _ => {
                let reading = history.latest(metric.id).unwrap();
                assert_eq!((reading.value, reading.n), (None, 0), "{:?}", metric.id);
                assert_eq!(call(&history, metric.id), Call::NoData { since: None });
            }
        }
    }
}

#[test]
fn a_count_is_zero_only_if_its_source_was_connected_the_whole_window() {
    assert_eq!(value(&history(&[connected()]), MetricId::S5), Some(0.0));
    let late = fact(Kind::SourceConnected, MONDAY + 3 * DAY, "hearth");
    let history = history(&[late]);
    let reading = history.latest(MetricId::S5).unwrap();
    assert_eq!(reading.value, None);
    assert!((reading.coverage.unwrap() - 4.0 / 7.0).abs() < 1e-9);
    // The share of no deployments is not 0 %, however well the source was connected.
    assert_eq!(
        value(
            &history_of(question(MONDAY + 2 * WEEK), &[connected()]),
            MetricId::D4
        ),
        None
    );
}

#[test]
fn a_life_that_was_lost_in_its_first_moment_covers_nothing() {
    let lives = [
        fact(Kind::SourceConnected, MONDAY, "1"),
        fact(Kind::SourceLost, MONDAY, "1"),
        fact(Kind::SourceConnected, MONDAY + 2 * DAY, "2"),
        fact(Kind::SourceLost, MONDAY + 4 * DAY, "2"),
        // The next one takes over in the same millisecond.
        fact(Kind::SourceConnected, MONDAY + 4 * DAY, "3"),
    ];
    let history = history(&lives);
    let reading = history.latest(MetricId::S5).unwrap();
    assert!((reading.coverage.unwrap() - 5.0 / 7.0).abs() < 1e-9);
}

#[test]
fn a_silent_source_says_since_when() {
    let lost = fact(Kind::SourceLost, MONDAY - DAY, "hearth");
    let history = history(&[connected(), lost]);
    assert_eq!(
        call(&history, MetricId::S5),
        Call::NoData {
            since: Some(Timestamp(MONDAY - DAY))
        }
    );
}

#[test]
fn a_rebuilt_environment_counts_once_and_failures_count_as_never() {
    let mut facts = vec![
        ready(MONDAY + HOUR, 60, "a"),
        ready(MONDAY + 2 * HOUR, 90, "a"),
    ];
    facts.extend((0..8).map(|i| ready(MONDAY + i * HOUR, 100 + i, &format!("e{i}"))));
    facts
        .extend((0..2).map(|i| fact(Kind::EnvironmentFailed, MONDAY + i * HOUR, &format!("f{i}"))));
    let history = history(&facts);
    assert_eq!(value(&history, MetricId::S5), Some(9.0));
    let reading = history.latest(MetricId::S7).unwrap();
    let summary = reading.summary.as_ref().unwrap();
    assert_eq!((summary.n, summary.failures), (11, 2));
    assert_eq!(summary.p50, Some(Figure::Value(104.0)));
    assert_eq!(summary.p90, Some(Figure::Never));
    assert_eq!(
        (reading.numerator, reading.denominator),
        (Some(9), Some(11))
    );
}

#[test]
fn fewer_than_five_durations_are_listed_and_not_summarised() {
    let facts: Vec<Fact> = [51, 12, 48]
        .iter()
        .map(|s| ready(MONDAY + HOUR, s * 60, &format!("e{s}")))
        .collect();
    let history = history(&facts);
    let reading = history.latest(MetricId::S7).unwrap();
    assert_eq!((reading.value, reading.n), (None, 3));
    assert_eq!(reading.listed(), [720.0, 2880.0, 3060.0]);
    assert_eq!(
        call(&history, MetricId::S7),
        Call::TooFew {
            values: vec![720.0, 2880.0, 3060.0]
        }
    );
}

#[test]
fn what_is_still_building_is_open_and_not_in_the_durations() {
    let facts = [
        fact(Kind::EnvironmentRequested, MONDAY + HOUR, "open"),
        fact(Kind::EnvironmentRequested, MONDAY + HOUR, "late"),
        ready(MONDAY + WEEK + HOUR, 60, "late"),
        fact(Kind::EnvironmentRequested, MONDAY + HOUR, "cancelled"),
        fact(Kind::EnvironmentDestroyed, MONDAY + 2 * HOUR, "cancelled"),
    ];
    let history = history(&facts);
    let reading = history.latest(MetricId::S7).unwrap();
    assert_eq!((reading.open_count, reading.n), (Some(2), 0));
}

#[test]
fn automations_are_counted_apart() {
    let robot = Fact {
        human: false,
        ..ready(MONDAY + HOUR, 60, "robot")
    };
    let history = history(&[ready(MONDAY + HOUR, 60, "person"), robot]);
    let reading = history.latest(MetricId::S5).unwrap();
    assert_eq!((reading.number(), reading.automation), (Some(1.0), Some(1)));
    assert_eq!(history.latest(MetricId::T1).unwrap().n, 1);
}

#[test]
fn a_rollback_blames_the_deployment_before_it_and_is_no_delivery() {
    let facts = [
        deployed(MONDAY + HOUR, "one", Reason::Planned),
        deployed(MONDAY + 2 * HOUR, "two", Reason::Planned),
        deployed(MONDAY + 3 * HOUR, "back", Reason::Rollback),
    ];
    let history = history(&facts);
    assert_eq!(value(&history, MetricId::S6), Some(2.0));
    assert_eq!(value(&history, MetricId::D4), Some(0.5));
    assert_eq!(
        history
            .latest(MetricId::D5)
            .unwrap()
            .proportion()
            .unwrap()
            .n(),
        3
    );
    assert_eq!(history.latest(MetricId::D3).unwrap().listed(), [3600.0]);
    let service = &history.services[0];
    assert_eq!(
        (service.deployments, service.rollbacks, service.failed_runs),
        (2, 1, 0)
    );
}

#[test]
fn a_named_cause_beats_the_guess() {
    let failed = Fact {
        kind: Kind::DeploymentFailed,
        ..deployed(MONDAY + 2 * HOUR, "two", Reason::Planned)
    };
    let undone = Fact {
        kind: Kind::DeploymentRolledBack,
        ..deployed(MONDAY + 3 * HOUR + MINUTE, "two", Reason::Planned)
    };
    let facts = [
        deployed(MONDAY + HOUR, "one", Reason::Planned),
        failed,
        deployed(MONDAY + 3 * HOUR, "back", Reason::Rollback),
        undone,
    ];
    let history = history(&facts);
    // "one" was good; the failed run had to be undone, so that it was a change that failed.
    assert_eq!(
        history
            .latest(MetricId::D4)
            .unwrap()
            .proportion()
            .unwrap()
            .successes(),
        1
    );
    assert_eq!(value(&history, MetricId::D4), Some(0.5));
}

#[test]
fn an_old_deployment_is_not_blamed_and_blame_is_provisional_for_a_day() {
    let facts = [
        deployed(MONDAY + HOUR, "one", Reason::Planned),
        deployed(MONDAY + HOUR + 25 * HOUR, "fix", Reason::Hotfix),
    ];
    let history = history(&facts);
    assert_eq!(value(&history, MetricId::D4), Some(0.0));
    assert!(!history.latest(MetricId::D4).unwrap().provisional);
    let at_once = history_of(question(MONDAY + WEEK + HOUR), &facts);
    assert!(at_once.latest(MetricId::D4).unwrap().provisional);
    assert!(!at_once.latest(MetricId::S6).unwrap().provisional);
}

#[test]
fn adoption_looks_at_eligible_teams_and_at_what_is_voluntary() {
    let of_team = |team: &str, fact: Fact| Fact {
        team: Some(team.to_owned()),
        ..fact
    };
    let mut question = question(MONDAY + 2 * WEEK);
    question.mandated_services.insert("player".to_owned());
    let facts = [
        connected(),
        of_team("playlists", ready(MONDAY - 10 * DAY, 60, "a")),
        of_team("player", deployed(MONDAY + HOUR, "d", Reason::Planned)),
        of_team("checkout", ready(MONDAY - 25 * DAY, 60, "c")),
        of_team("strangers", ready(MONDAY + HOUR, 60, "s")),
    ];
    let history = history_of(question, &facts);
    let proportion = |id| {
        let p = history.latest(id).unwrap().proportion().unwrap();
        (p.successes(), p.n())
    };
    assert_eq!(proportion(MetricId::A1), (2, 3));
    assert_eq!(proportion(MetricId::A3), (1, 3));
    assert_eq!(proportion(MetricId::A4), (1, 1));
}

#[test]
fn a_users_own_error_is_not_the_platforms() {
    let failed = |subject: &str, fault| Fact {
        fault,
        ..fact(Kind::EnvironmentFailed, MONDAY + HOUR, subject)
    };
    let facts = [
        ready(MONDAY + HOUR, 60, "a"),
        failed("b", Some(Fault::User)),
        failed("c", Some(Fault::Platform)),
        failed("d", None),
    ];
    let history = history(&facts);
    let p = history.latest(MetricId::T3).unwrap().proportion().unwrap();
    assert_eq!((p.successes(), p.n()), (2, 3));
    assert_eq!(
        history
            .latest(MetricId::T1)
            .unwrap()
            .proportion()
            .unwrap()
            .n(),
        4
    );
}

#[test]
fn a_unanimous_round_is_only_a_bound() {
    let round = SurveyRound {
        closed_at: Timestamp(MONDAY + DAY),
        asked: Some(10),
        answered: 6,
        satisfied: Some(6),
        unanimous: true,
        distribution: None,
    };
    let history = history_of(
        Question {
            rounds: vec![round],
            ..question(MONDAY + 2 * WEEK)
        },
        &[],
    );
    let reading = history.latest(MetricId::H1).unwrap();
    assert_eq!(
        (reading.value, reading.proportion(), reading.n),
        (None, None, 6)
    );
    assert_eq!(reading.bound, Some(Bound::AtLeast(0.83)));
    assert_eq!(value(&history, MetricId::H4), Some(0.6));
}

fn weekly_environments(counts: &[i64]) -> Vec<Fact> {
    let first = MONDAY - (counts.len() as i64 - 1) * WEEK;
    let mut facts = vec![fact(Kind::SourceConnected, first, "hearth")];
    for (week, count) in counts.iter().enumerate() {
        let at = first + week as i64 * WEEK + HOUR;
        facts.extend(
            (0..*count).map(|i| ready(at + i * MINUTE, 200 + 7 * i, &format!("{week}-{i}"))),
        );
    }
    facts
}

#[test]
fn a_count_beyond_the_limits_of_the_weeks_before_is_called() {
    let usual = [20, 22, 19, 21, 20, 23, 21, 19, 20];
    let called = history(&weekly_environments(&[&usual[..], &[40]].concat()));
    match call(&called, MetricId::S5) {
        Call::Outside {
            low,
            high,
            trend: Trend::Better,
            ..
        } => assert!(low > 10.0 && high < 40.0),
        other => panic!("{other:?}"),
    }
    let quiet = history(&weekly_environments(&[&usual[..], &[21]].concat()));
    assert!(matches!(call(&quiet, MetricId::S5), Call::Within { .. }));
}

#[test]
fn a_missing_week_is_a_zero_only_where_it_was_covered() {
    let history = history(&weekly_environments(&[5, 5, 5]));
    let series: Vec<Option<f64>> = history
        .series(MetricId::S5)
        .iter()
        .map(Reading::number)
        .collect();
    assert_eq!(series.len(), 13);
    assert_eq!(series[12], Some(5.0));
    assert_eq!(series[0], None);
    let mut facts = weekly_environments(&[5, 5, 5]);
    facts.push(connected());
    let covered = self::history(&facts);
    assert_eq!(value_at(&covered, MetricId::S5, 0), Some(0.0));
    assert_eq!(value_at(&covered, MetricId::S7, 0), None);
}

#[test]
fn few_weeks_are_compared_exactly_and_fourteen_to_twenty_one_is_chance() {
    let history = history(&weekly_environments(&[14, 21]));
    assert_eq!(
        call(&history, MetricId::S5),
        Call::Chance {
            before: 14.0,
            difference: None
        }
    );
}

#[test]
fn a_week_that_is_not_over_is_compared_by_its_hours() {
    let facts = weekly_environments(&[20, 22, 19, 21, 20, 23, 21, 19, 20, 3]);
    let history = history_of(question(MONDAY + DAY), &facts);
    assert!(history.latest(MetricId::S5).unwrap().provisional);
    assert!((history.window_hours() - 24.0).abs() < 1e-9);
    // Three in a day is what twenty in a week make.
    assert!(matches!(call(&history, MetricId::S5), Call::Chance { .. }));
}

#[test]
fn a_share_is_called_by_the_interval_of_the_difference() {
    let failed = |at: i64, i: i64| {
        fact(
            Kind::EnvironmentFailed,
            at + i * MINUTE,
            &format!("f{at}{i}"),
        )
    };
    let mut facts = weekly_environments(&[40, 20]);
    facts.extend((0..20).map(|i| failed(MONDAY, i)));
    match call(&history(&facts), MetricId::T1) {
        Call::Shifted {
            before,
            trend: Trend::Worse,
            difference: Some(d),
        } => {
            assert!(before == 1.0 && d.high < 0.0);
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn made_up_history_is_counted_as_such() {
    let mut facts = weekly_environments(&[3, 2]);
    facts[1].source = "sample".to_owned();
    let sample = history(&facts).sample;
    assert_eq!(
        (
            sample.window_sample,
            sample.window_all,
            sample.history_sample,
            sample.history_all
        ),
        (0, 2, 1, 3)
    );
    assert!(sample.any());
}

#[test]
fn the_order_of_facts_does_not_matter() {
    let mut facts = weekly_environments(&[5, 9, 7]);
    facts.push(deployed(MONDAY + HOUR, "one", Reason::Planned));
    facts.push(deployed(MONDAY + 3 * HOUR, "back", Reason::Rollback));
    let forwards = history(&facts);
    facts.reverse();
    assert_eq!(history(&facts), forwards);
}

#[test]
fn what_is_yet_to_come_is_left_out() {
    let history = history_of(
        question(MONDAY + HOUR),
        &[connected(), ready(MONDAY + 2 * HOUR, 60, "later")],
    );
    assert_eq!(value(&history, MetricId::S5), Some(0.0));
}
