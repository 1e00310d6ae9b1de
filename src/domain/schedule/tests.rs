//! Tests of schedules: wall-clock time, the two days on which clocks are set, and the croner crate as oracle.

use super::*;
use chrono::TimeZone;
use proptest::prelude::*;

fn ms(text: &str) -> i64 {
    DateTime::parse_from_rfc3339(text)
        .unwrap()
        .timestamp_millis()
}

fn berlin(text: &str) -> Schedule {
    Schedule::parse(text, chrono_tz::Europe::Berlin).unwrap()
}

fn show(firings: &[i64]) -> Vec<String> {
    let at = |ms: &i64| DateTime::from_timestamp_millis(*ms).unwrap();
    firings
        .iter()
        .map(|ms| at(ms).format("%m-%dT%H:%M").to_string())
        .collect()
}

#[test]
fn a_schedule_fires_by_the_wall_clock() {
    let weekly = berlin("0 9 * * mon");
    let firings = weekly.upcoming(ms("2026-10-18T00:00:00Z"), 3);
    // Nine o'clock in summer is 07:00 in UTC, and 08:00 in winter.
    assert_eq!(
        show(&firings),
        ["10-19T07:00", "10-26T08:00", "11-02T08:00"]
    );
}

#[test]
fn a_time_in_the_gap_fires_once_right_after_it() {
    let nightly = berlin("30 2 * * *");
    let firings = nightly.upcoming(ms("2026-03-27T12:00:00Z"), 4);
    assert_eq!(
        show(&firings),
        ["03-28T01:30", "03-29T01:00", "03-30T00:30", "03-31T00:30"]
    );
    let quarters = berlin("*/15 1-3 29 3 *");
    let firings = quarters.upcoming(ms("2026-03-28T12:00:00Z"), 6);
    assert_eq!(
        show(&firings),
        [
            "03-29T00:00",
            "03-29T00:15",
            "03-29T00:30",
            "03-29T00:45",
            "03-29T01:00",
            "03-29T01:15"
        ]
    );
}

#[test]
fn a_time_in_the_fold_fires_once_at_the_first() {
    let nightly = berlin("30 2 * * *");
    let firings = nightly.upcoming(ms("2026-10-23T12:00:00Z"), 3);
    assert_eq!(
        show(&firings),
        ["10-24T00:30", "10-25T00:30", "10-26T01:30"]
    );
    assert_eq!(
        nightly.next_after(ms("2026-10-25T01:29:00Z")),
        Some(ms("2026-10-26T01:30:00Z"))
    );
    // A schedule of every minute is silent while the hour is repeated.
    assert_eq!(
        berlin("* * * * *").next_after(ms("2026-10-25T00:59:30Z")),
        Some(ms("2026-10-25T02:00:00Z"))
    );
}

#[test]
fn missed_firings_are_bounded_and_the_newest() {
    let weekly = berlin("0 9 * * MON");
    let missed = weekly.missed_between(ms("2026-11-01T00:00:00Z"), ms("2026-11-16T08:00:00Z"));
    assert_eq!(
        show(&missed.firings_ms),
        ["11-02T08:00", "11-09T08:00", "11-16T08:00"]
    );
    assert!(!missed.older_left_out);
    let after_one = weekly.missed_between(ms("2026-11-09T08:00:00Z"), ms("2026-11-16T07:59:59Z"));
    assert_eq!(after_one, Missed::default());
    let minutes = berlin("* * * * *").missed_between(0, ms("2026-11-16T08:00:00Z"));
    assert_eq!(minutes.firings_ms.len(), MISSED_MAX);
    assert!(minutes.older_left_out);
    assert_eq!(minutes.firings_ms.last(), Some(&ms("2026-11-16T08:00:00Z")));
}

#[test]
fn missed_firings_in_the_repeated_hour_are_those_of_its_first_pass() {
    let quarters = berlin("0,30 2 * * *");
    let missed = quarters.missed_between(ms("2026-10-25T00:00:00Z"), ms("2026-10-25T01:10:00Z"));
    assert_eq!(show(&missed.firings_ms), ["10-25T00:30"]);
}

#[test]
fn either_day_counts_where_both_are_named() {
    let both = berlin("0 12 13 * FRI");
    let firings = both.upcoming(ms("2026-11-10T00:00:00Z"), 3);
    assert_eq!(
        show(&firings),
        ["11-13T11:00", "11-20T11:00", "11-27T11:00"]
    );
    let firings = both.upcoming(ms("2026-12-10T00:00:00Z"), 3);
    assert_eq!(
        show(&firings),
        ["12-11T11:00", "12-13T11:00", "12-18T11:00"]
    );
}

#[test]
fn a_range_of_weekdays_may_go_over_the_weekend() {
    let firings = berlin("0 12 * * fri-Monday").upcoming(ms("2026-11-18T00:00:00Z"), 5);
    assert_eq!(
        show(&firings),
        [
            "11-20T11:00",
            "11-21T11:00",
            "11-22T11:00",
            "11-23T11:00",
            "11-27T11:00"
        ]
    );
}

#[test]
fn what_is_no_schedule_says_what_to_write() {
    let fault = |text: &str| Schedule::parse(text, chrono_tz::UTC).unwrap_err();
    assert_eq!(fault("0 0 9 * * MON"), ScheduleFault::Fields { found: 6 });
    assert_eq!(fault("0 0 9 * * MON *"), ScheduleFault::Fields { found: 7 });
    assert_eq!(fault(""), ScheduleFault::Fields { found: 0 });
    assert_eq!(fault("@daily"), ScheduleFault::Fields { found: 1 });
    assert_eq!(
        fault("0 9 * * 1-5"),
        ScheduleFault::WeekdayNumber {
            text: "1-5".into(),
            suggestion: "MON-FRI".into()
        }
    );
    for (text, field) in [
        ("60 9 * * *", "minute"),
        ("*/0 9 * * *", "minute"),
        ("0 24 * * *", "hour"),
        ("0 9 L * *", "day of month"),
        ("0 9 ? * *", "day of month"),
        ("0 9 * FOO *", "month"),
        ("0 9 * * FOO", "day of week"),
        ("0 9 * * */2", "day of week"),
        ("99999999999 9 * * *", "minute"),
        ("5-1 9 * * *", "minute"),
        ("@here 9 * * *", "minute"),
    ] {
        match fault(text) {
            ScheduleFault::Field { field: found, .. } => assert_eq!(found, field, "{text}"),
            other => panic!("{text}: {other:?}"),
        }
    }
    assert!(matches!(fault("0 9 31 2 *"), ScheduleFault::Never { .. }));
    assert_eq!(fault(&"*".repeat(5_000)), ScheduleFault::TooLong);
}

/// The independent oracle, over the years and zones with unusual clocks.
#[test]
fn croner_agrees_about_fixed_times() {
    let zones = [
        chrono_tz::Europe::Berlin,
        chrono_tz::America::New_York,
        chrono_tz::Australia::Lord_Howe,
        chrono_tz::Asia::Kolkata,
        chrono_tz::America::Santiago,
        chrono_tz::Africa::Casablanca,
        chrono_tz::UTC,
    ];
    let lines = [
        "30 2 * * *",
        "0 0 * * *",
        "15 1 * * SUN",
        "0 9 1 * *",
        "45 23 31 * *",
        "0 9 29 2 *",
        "0 12 13 * FRI",
        "30 2 * MAR,OCT SUN",
    ];
    for zone in zones {
        for line in lines {
            let ours = Schedule::parse(line, zone).unwrap();
            let oracle = croner::parser::CronParser::new().parse(line).unwrap();
            let start = zone.with_ymd_and_hms(2024, 1, 1, 0, 0, 1).unwrap();
            let expected: Vec<i64> = oracle
                .iter_after(start)
                .take_while(|at| at.timestamp_millis() < ms("2028-12-31T00:00:00Z"))
                .map(|at| at.timestamp_millis())
                .collect();
            let got = ours.upcoming(start.timestamp_millis(), expected.len());
            assert!(!expected.is_empty());
            assert_eq!(show(&got), show(&expected), "{line} in {zone}");
        }
    }
}

proptest! {
    #[test]
    fn the_next_firing_is_later_and_nothing_lies_between(at in 0_i64..3_000_000_000_000) {
        for text in ["30 2 * * *", "*/20 * * * *", "0 9 1 * MON"] {
            let schedule = berlin(text);
            let next = schedule.next_after(at).unwrap();
            prop_assert!(next > at);
            prop_assert_eq!(schedule.missed_between(at, next).firings_ms, vec![next]);
            prop_assert_eq!(schedule.missed_between(at, next - 1), Missed::default());
        }
    }

    #[test]
    fn no_text_breaks_the_reader(text in ".{0,60}") {
        let _ = Schedule::parse(&text, chrono_tz::UTC);
    }
}
