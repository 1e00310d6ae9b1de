//! Weeks in a time zone: where a metric's window begins and ends, and when a wall-clock time really is.

use chrono::{
    DateTime, Datelike, Days, MappedLocalTime, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc,
    Weekday,
};
use chrono_tz::Tz;

/// Milliseconds of an hour.
const HOUR_MS: i64 = 3_600_000;
/// No zone was ever further from UTC, or jumped further, than this.
const ZONE_SHIFT_HOURS_MAX: i64 = 26;
/// Times outside these years are moved to their edge, so that no arithmetic here can overflow.
const YEARS_MS: (i64, i64) = (-30_610_224_000_000, 253_370_764_800_000);

/// A zone, and the day on which its weeks start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Calendar {
    zone: Tz,
    week_starts_on: Weekday,
}

/// A half-open week `[start, end)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Week {
    /// The first instant, in Unix milliseconds.
    pub start_ms: i64,
    /// The first instant after it, in Unix milliseconds.
    pub end_ms: i64,
    /// The first day, by the wall clock.
    pub first_day: NaiveDate,
}

impl Week {
    /// The last day, by the wall clock.
    #[must_use]
    pub fn last_day(&self) -> NaiveDate {
        self.first_day
            .checked_add_days(Days::new(6))
            .unwrap_or(self.first_day)
    }

    /// Real hours: 167 or 169 in the weeks in which clocks change.
    #[must_use]
    pub fn hours(&self) -> f64 {
        (self.end_ms - self.start_ms) as f64 / HOUR_MS as f64
    }

    /// Whether an instant lies inside.
    #[must_use]
    pub fn contains(&self, at_ms: i64) -> bool {
        self.start_ms <= at_ms && at_ms < self.end_ms
    }

    /// The ISO year and number of the week to which most of these days belong.
    #[must_use]
    pub fn iso(&self) -> (i32, u32) {
        let middle = self
            .first_day
            .checked_add_days(Days::new(3))
            .unwrap_or(self.first_day);
        (middle.iso_week().year(), middle.iso_week().week())
    }

    /// The label, such as `2026-W47`.
    #[must_use]
    pub fn label(&self) -> String {
        let (year, week) = self.iso();
        format!("{year}-W{week:02}")
    }

    /// Both days in ISO form, such as `2026-11-16/2026-11-22`, for records that machines read.
    #[must_use]
    pub fn days(&self) -> String {
        format!("{}/{}", self.first_day, self.last_day())
    }
}

impl Calendar {
    /// ISO weeks, which start on Monday, in a zone.
    #[must_use]
    pub fn iso(zone: Tz) -> Self {
        Self {
            zone,
            week_starts_on: Weekday::Mon,
        }
    }

    /// Weeks that start on another day (some look at their numbers from Friday to Thursday).
    #[must_use]
    pub fn starting_on(zone: Tz, week_starts_on: Weekday) -> Self {
        Self {
            zone,
            week_starts_on,
        }
    }

    /// The zone.
    #[must_use]
    pub fn zone(&self) -> Tz {
        self.zone
    }

    /// The day on which weeks start.
    #[must_use]
    pub fn week_starts_on(&self) -> Weekday {
        self.week_starts_on
    }

    /// The wall clock at an instant.
    #[must_use]
    pub fn local(&self, at_ms: i64) -> NaiveDateTime {
        local(self.zone, at_ms)
    }

    /// The week in which an instant lies.
    #[must_use]
    pub fn week_of(&self, at_ms: i64) -> Week {
        let day = self.local(at_ms).date();
        let since_start = day.weekday().days_since(self.week_starts_on);
        let week = self.week_from(
            day.checked_sub_days(Days::new(since_start.into()))
                .unwrap_or(day),
        );
        // Where a clock goes back over midnight, the old day comes twice; its second pass is already the new week.
        if at_ms >= week.end_ms {
            return self.week_from(next_week(week.first_day));
        }
        week
    }

    /// The last week that is over at an instant.
    #[must_use]
    pub fn closed_week(&self, at_ms: i64) -> Week {
        self.week_before(&self.week_of(at_ms))
    }

    /// The week before another one.
    #[must_use]
    pub fn week_before(&self, week: &Week) -> Week {
        self.week_from(
            week.first_day
                .checked_sub_days(Days::new(7))
                .unwrap_or(week.first_day),
        )
    }

    /// The `n` weeks before another one, oldest first.
    #[must_use]
    pub fn weeks_before(&self, week: &Week, n: usize) -> Vec<Week> {
        let mut weeks = Vec::with_capacity(n);
        let mut last = *week;
        for _ in 0..n {
            last = self.week_before(&last);
            weeks.push(last);
        }
        weeks.reverse();
        weeks
    }

    fn week_from(&self, first_day: NaiveDate) -> Week {
        let next = next_week(first_day);
        let midnight = |day: NaiveDate| instant(self.zone, day.and_time(NaiveTime::MIN));
        Week {
            start_ms: midnight(first_day),
            end_ms: midnight(next),
            first_day,
        }
    }
}

fn next_week(first_day: NaiveDate) -> NaiveDate {
    first_day
        .checked_add_days(Days::new(7))
        .unwrap_or(first_day)
}

/// The wall clock of a zone at an instant.
#[must_use]
pub fn local(zone: Tz, at_ms: i64) -> NaiveDateTime {
    utc(at_ms).with_timezone(&zone).naive_local()
}

/// The instant at which the wall clock of a zone shows a time, in Unix milliseconds.
///
/// A time that the clock skips is the first instant after the gap; a time that it shows twice is the
/// first of the two. The result never decreases as the wall-clock time increases.
#[must_use]
pub fn instant(zone: Tz, wall: NaiveDateTime) -> i64 {
    match zone.from_local_datetime(&wall) {
        MappedLocalTime::Single(at) | MappedLocalTime::Ambiguous(at, _) => at.timestamp_millis(),
        MappedLocalTime::None => end_of_gap(zone, wall),
    }
}

/// The first instant at which the clock shows more than the skipped time.
fn end_of_gap(zone: Tz, wall: NaiveDateTime) -> i64 {
    let guess_ms = wall.and_utc().timestamp_millis();
    let (mut before, mut after) = (
        guess_ms - ZONE_SHIFT_HOURS_MAX * HOUR_MS,
        guess_ms + ZONE_SHIFT_HOURS_MAX * HOUR_MS,
    );
    while after - before > 1 {
        let middle = before + (after - before) / 2;
        if local(zone, middle) < wall {
            before = middle;
        } else {
            after = middle;
        }
    }
    after
}

/// The instant as a date and time of UTC.
#[must_use]
pub fn utc(at_ms: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(at_ms.clamp(YEARS_MS.0, YEARS_MS.1))
        .expect("the years 1000 to 9999 are all representable")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ms(text: &str) -> i64 {
        DateTime::parse_from_rfc3339(text)
            .unwrap()
            .timestamp_millis()
    }

    fn berlin() -> Calendar {
        Calendar::iso(chrono_tz::Europe::Berlin)
    }

    #[test]
    fn g14_weeks_in_which_clocks_change_have_167_and_169_hours() {
        let spring = berlin().week_of(ms("2026-03-25T12:00:00Z"));
        assert_eq!(spring.hours(), 167.0);
        assert_eq!(
            (spring.start_ms, spring.end_ms),
            (ms("2026-03-22T23:00:00Z"), ms("2026-03-29T22:00:00Z"))
        );
        let autumn = berlin().week_of(ms("2026-10-19T12:00:00Z"));
        assert_eq!(autumn.hours(), 169.0);
        assert_eq!(
            (autumn.start_ms, autumn.end_ms),
            (ms("2026-10-18T22:00:00Z"), ms("2026-10-25T23:00:00Z"))
        );
    }

    #[test]
    fn g14_weeks_are_numbered_as_iso_says() {
        let label = |day: &str| berlin().week_of(ms(&format!("{day}T12:00:00Z"))).label();
        assert_eq!(label("2024-12-30"), "2025-W01");
        assert_eq!(label("2021-01-03"), "2020-W53");
        assert_eq!(label("2027-01-03"), "2026-W53");
        assert_eq!(label("2026-11-18"), "2026-W47");
    }

    #[test]
    fn g14_the_day_depends_on_the_zone() {
        let at = ms("2023-12-23T05:38:39+08:00");
        assert_eq!(local(chrono_tz::UTC, at).day(), 22);
        assert_eq!(local(chrono_tz::Asia::Hong_Kong, at).day(), 23);
    }

    #[test]
    fn a_week_is_half_open() {
        let week = berlin().week_of(ms("2026-11-18T12:00:00Z"));
        assert_eq!(week.days(), "2026-11-16/2026-11-22");
        assert!(week.contains(week.start_ms) && !week.contains(week.end_ms));
        assert_eq!(berlin().closed_week(week.end_ms), week);
        assert_eq!(berlin().week_of(week.end_ms - 1), week);
    }

    #[test]
    fn a_week_from_friday_carries_the_label_of_most_of_its_days() {
        let calendar = Calendar::starting_on(chrono_tz::UTC, Weekday::Fri);
        let week = calendar.week_of(ms("2026-11-18T12:00:00Z"));
        assert_eq!(
            (week.days().as_str(), week.label().as_str()),
            ("2026-11-13/2026-11-19", "2026-W47")
        );
    }

    #[test]
    fn a_day_that_comes_twice_after_midnight_belongs_to_the_new_week() {
        // Newfoundland used to set its clocks back at one minute past midnight.
        let calendar = Calendar::starting_on(chrono_tz::America::St_Johns, Weekday::Sun);
        let week = calendar.week_of(ms("2010-11-07T02:45:00Z"));
        assert_eq!(week.first_day.to_string(), "2010-11-07");
        assert!(week.contains(ms("2010-11-07T02:45:00Z")));
    }

    #[test]
    fn earlier_weeks_come_oldest_first_and_touch_each_other() {
        let week = berlin().week_of(ms("2026-11-18T12:00:00Z"));
        let weeks = berlin().weeks_before(&week, 12);
        assert_eq!(weeks.len(), 12);
        assert_eq!(weeks[0].label(), "2026-W35");
        assert!(
            weeks
                .windows(2)
                .all(|pair| pair[0].end_ms == pair[1].start_ms)
        );
        assert_eq!(weeks[11].end_ms, week.start_ms);
    }

    #[test]
    fn a_skipped_time_is_the_end_of_the_gap_and_a_doubled_one_its_first() {
        let zone = chrono_tz::Europe::Berlin;
        let wall = |text: &str| NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap();
        assert_eq!(
            instant(zone, wall("2026-03-29 02:30")),
            ms("2026-03-29T01:00:00Z")
        );
        assert_eq!(
            instant(zone, wall("2026-10-25 02:30")),
            ms("2026-10-25T00:30:00Z")
        );
        // Samoa skipped the whole of 30 December 2011.
        let apia = chrono_tz::Pacific::Apia;
        assert_eq!(
            instant(apia, wall("2011-12-30 12:00")),
            ms("2011-12-30T10:00:00Z")
        );
        // In Beirut the clock jumps at midnight, so that the day starts at one.
        let beirut = chrono_tz::Asia::Beirut;
        assert_eq!(
            instant(beirut, wall("2026-03-29 00:00")),
            ms("2026-03-28T22:00:00Z")
        );
    }

    #[test]
    fn absurd_instants_are_moved_to_the_edge() {
        assert!(berlin().week_of(i64::MAX).hours() > 100.0);
        assert!(berlin().week_of(i64::MIN).hours() > 100.0);
    }

    proptest! {
        #[test]
        fn every_instant_lies_in_its_week(at in -2_000_000_000_000_i64..4_000_000_000_000, zone in 0..chrono_tz::TZ_VARIANTS.len()) {
            let calendar = Calendar::iso(chrono_tz::TZ_VARIANTS[zone]);
            let week = calendar.week_of(at);
            prop_assert!(week.contains(at), "{week:?} {at}");
            prop_assert_eq!(calendar.week_before(&week).end_ms, week.start_ms);
        }
    }
}
