//! Cron schedules by the wall clock: every written time fires once, also in the nights in which clocks change.
//!
//! The `cron` crate enumerates wall-clock times; [`super::calendar::instant`] says when they really are.
//! A time that the clock skips fires right after the gap (several of them: once), a time that the clock
//! shows twice fires at the first. Raw, the crate would skip the one and double the other.

use std::str::FromStr;

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use chrono_tz::Tz;

use super::calendar::{instant, local};

/// Longest accepted text, in characters.
const TEXT_LENGTH_MAX: usize = 120;
/// Most missed firings that are listed.
pub const MISSED_MAX: usize = 64;
/// Candidates looked at for one firing: a schedule of every minute, through the longest doubled stretch.
const CANDIDATES_MAX: usize = 3_000;
/// How far the wall clock can be ahead of the firing it stands for: the longest stretch ever doubled.
const FOLD_HOURS_MAX: i64 = 25;

const FIELDS: [&str; 5] = ["minute", "hour", "day of month", "month", "day of week"];
const DAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/// When something happens again and again, by the wall clock of a zone.
#[derive(Debug, Clone)]
pub struct Schedule {
    text: String,
    zone: Tz,
    /// One rule, or two where both a day of month and a day of week are named: unix then takes either.
    rules: Vec<cron::Schedule>,
}

impl Eq for Schedule {}

impl PartialEq for Schedule {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text && self.zone == other.zone
    }
}

/// Why a text is no schedule. The text of each says what to write instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleFault {
    /// Too long to be one.
    #[error("a schedule has at most {TEXT_LENGTH_MAX} characters; write it like `0 9 * * MON`")]
    TooLong,
    /// Not five fields.
    #[error(
        "{found} fields instead of 5 (minute, hour, day of month, month, day of week); write it like `0 9 * * MON`, without seconds and years"
    )]
    Fields {
        /// How many there are.
        found: usize,
    },
    /// A weekday as a number: programs disagree whether 1 is Sunday or Monday.
    #[error(
        "weekdays are written by name, because programs disagree about their numbers: in the fifth field write `{suggestion}` instead of `{text}`"
    )]
    WeekdayNumber {
        /// What stands there.
        text: String,
        /// The same by name, as unix counts (0 and 7 are Sunday).
        suggestion: String,
    },
    /// One field is not understood.
    #[error(
        "the field {field} does not understand `{text}`; it takes numbers, names, lists (`1,15`), ranges (`MON-FRI`, `9-17`), steps (`*/15`) and `*`"
    )]
    Field {
        /// Which of the five.
        field: &'static str,
        /// What stands there.
        text: String,
    },
    /// A date that no calendar has, such as 31 February.
    #[error("`{text}` never happens: no month has that day")]
    Never {
        /// The schedule.
        text: String,
    },
}

/// Firings that lie in the past.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Missed {
    /// In Unix milliseconds, oldest first; the newest [`MISSED_MAX`] if there are more.
    pub firings_ms: Vec<i64>,
    /// Whether older ones were left out.
    pub older_left_out: bool,
}

impl Schedule {
    /// Reads the five unix fields, with weekdays by name.
    ///
    /// # Errors
    /// Whatever is not understood, with what to write instead.
    pub fn parse(text: &str, zone: Tz) -> Result<Self, ScheduleFault> {
        if text.chars().count() > TEXT_LENGTH_MAX {
            return Err(ScheduleFault::TooLong);
        }
        let fields: Vec<&str> = text.split_whitespace().collect();
        let Ok([minute, hour, day, month, weekday]) = <[&str; 5]>::try_from(fields.as_slice())
        else {
            return Err(ScheduleFault::Fields {
                found: fields.len(),
            });
        };
        let weekdays = weekdays(weekday)?;
        for (index, field) in [minute, hour, day, month].into_iter().enumerate() {
            check_field(index, field)?;
        }
        // Unix takes either day where both are named; a field that begins with a star names none.
        let either = !day.starts_with('*') && !weekday.starts_with('*');
        let lines = if either {
            vec![
                format!("0 {minute} {hour} {day} {month} *"),
                format!("0 {minute} {hour} * {month} {weekdays}"),
            ]
        } else {
            vec![format!("0 {minute} {hour} {day} {month} {weekdays}")]
        };
        let rules = lines
            .iter()
            .map(|line| cron::Schedule::from_str(line))
            .collect::<Result<Vec<_>, _>>()
            .map_err(|_| ScheduleFault::Field {
                field: FIELDS[4],
                text: weekday.to_owned(),
            })?;
        let schedule = Self {
            text: fields.join(" "),
            zone,
            rules,
        };
        // The year 1970 is only a fixed point to search from, not a clock.
        if schedule
            .next_wall(DateTime::UNIX_EPOCH.naive_utc())
            .is_none()
        {
            return Err(ScheduleFault::Never {
                text: schedule.text,
            });
        }
        Ok(schedule)
    }

    /// The text as it was written, with single spaces.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The zone whose wall clock it follows.
    #[must_use]
    pub fn zone(&self) -> Tz {
        self.zone
    }

    /// The first firing after an instant, in Unix milliseconds; `None` only at the end of the calendar (2100).
    #[must_use]
    pub fn next_after(&self, at_ms: i64) -> Option<i64> {
        let mut wall = local(self.zone, at_ms);
        // Times of a doubled stretch that already fired are passed over, which the bound allows for.
        for _ in 0..CANDIDATES_MAX {
            wall = self.next_wall(wall)?;
            let firing = instant(self.zone, wall);
            if firing > at_ms {
                return Some(firing);
            }
        }
        None
    }

    /// The next `n` firings after an instant, in Unix milliseconds.
    #[must_use]
    pub fn upcoming(&self, at_ms: i64, n: usize) -> Vec<i64> {
        std::iter::successors(self.next_after(at_ms), |last| self.next_after(*last))
            .take(n)
            .collect()
    }

    /// The firings in `(after, until]`, the newest [`MISSED_MAX`] of them.
    #[must_use]
    pub fn missed_between(&self, after_ms: i64, until_ms: i64) -> Missed {
        let mut missed = Missed::default();
        let mut wall = local(self.zone, until_ms) + TimeDelta::hours(FOLD_HOURS_MAX);
        for _ in 0..CANDIDATES_MAX + MISSED_MAX {
            let Some(earlier) = self.wall_before(wall) else {
                break;
            };
            wall = earlier;
            let firing = instant(self.zone, wall);
            if firing <= after_ms {
                break;
            }
            if firing > until_ms || missed.firings_ms.last() == Some(&firing) {
                continue;
            }
            if missed.firings_ms.len() == MISSED_MAX {
                missed.older_left_out = true;
                break;
            }
            missed.firings_ms.push(firing);
        }
        missed.firings_ms.reverse();
        missed
    }

    /// The next written time on a clock face that never changes; UTC only carries the digits.
    fn next_wall(&self, wall: NaiveDateTime) -> Option<NaiveDateTime> {
        let after: DateTime<Utc> = wall.and_utc();
        self.rules
            .iter()
            .filter_map(|rule| rule.after(&after).next())
            .min()
            .map(|at| at.naive_utc())
    }

    fn wall_before(&self, wall: NaiveDateTime) -> Option<NaiveDateTime> {
        let before: DateTime<Utc> = wall.and_utc();
        self.rules
            .iter()
            .filter_map(|rule| rule.after(&before).next_back())
            .max()
            .map(|at| at.naive_utc())
    }
}

/// Whether the crate understands a field, and nothing that could surprise (steps of 0, `L`, `?`).
fn check_field(index: usize, field: &str) -> Result<(), ScheduleFault> {
    let fault = || ScheduleFault::Field {
        field: FIELDS[index],
        text: field.to_owned(),
    };
    let plain = field
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || "*,-/".contains(c));
    let step_of_zero = field.split(',').any(|item| {
        item.split_once('/')
            .is_some_and(|(_, step)| step.parse::<u32>().is_ok_and(|step| step == 0))
    });
    if !plain || step_of_zero {
        return Err(fault());
    }
    let mut fields = ["*"; 5];
    fields[index] = field;
    cron::Schedule::from_str(&format!("0 {}", fields.join(" "))).map_err(|_| fault())?;
    Ok(())
}

/// The fifth field as a plain list of names, so that `FRI-MON` goes over the weekend.
fn weekdays(field: &str) -> Result<String, ScheduleFault> {
    if field == "*" {
        return Ok(field.to_owned());
    }
    if field.chars().any(|c| c.is_ascii_digit()) && !field.starts_with('*') {
        return Err(ScheduleFault::WeekdayNumber {
            text: field.to_owned(),
            suggestion: by_name(field),
        });
    }
    let fault = || ScheduleFault::Field {
        field: FIELDS[4],
        text: field.to_owned(),
    };
    let mut listed = [false; 7];
    for item in field.split(',') {
        let (from, to) = item.split_once('-').unwrap_or((item, item));
        let (from, to) = (
            day_named(from).ok_or_else(fault)?,
            day_named(to).ok_or_else(fault)?,
        );
        let length = (to + 7 - from) % 7;
        (0..=length).for_each(|step| listed[(from + step) % 7] = true);
    }
    let names: Vec<&str> = DAYS
        .into_iter()
        .zip(listed)
        .filter_map(|(day, on)| on.then_some(day))
        .collect();
    Ok(names.join(","))
}

fn day_named(name: &str) -> Option<usize> {
    let long = [
        "SUNDAY",
        "MONDAY",
        "TUESDAY",
        "WEDNESDAY",
        "THURSDAY",
        "FRIDAY",
        "SATURDAY",
    ];
    let name = name.to_ascii_uppercase();
    (0..7).find(|day| name == DAYS[*day] || name == long[*day])
}

/// A suggestion: the digits 0 to 7 become the names that unix means by them.
fn by_name(field: &str) -> String {
    let name = |c: char| match c.to_digit(10) {
        Some(day @ 0..=7) => DAYS[day as usize % 7].to_owned(),
        _ => c.to_string(),
    };
    field.chars().map(name).collect()
}

#[cfg(test)]
mod tests;
