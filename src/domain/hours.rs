//! Hours of the week by the wall clock: when environments sleep, and which hours are worked.

use chrono::{Datelike as _, Days, NaiveDate, NaiveTime, Timelike as _, Weekday};
use chrono_tz::Tz;

use super::calendar::{instant, local};
use super::time::Timestamp;

/// Windows that one text may name.
const WINDOWS_MAX: usize = 14;
/// Minutes of a day.
const DAY_MINUTES: u32 = 24 * 60;
/// Days that are looked ahead for the next change; windows repeat every week.
const AHEAD_DAYS: u64 = 9;
/// Days over which hours are counted at most; what does not fit ends there.
const COUNT_DAYS_MAX: u64 = 800;

/// Windows of the week, such as `Mon-Fri 20:00-07:00, Sat-Sun 00:00-24:00`, in a zone. A window that
/// ends before it begins ends on the next day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WeeklyHours {
    zone: Tz,
    text: String,
    windows: Vec<Window>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Window {
    /// By `num_days_from_monday`.
    days: [bool; 7],
    from: u32,
    to: u32,
}

/// What is wrong with the text of weekly hours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HoursFault {
    /// There is no window in it, or there are more than fourteen.
    Number,
    /// This part is not like `Mon-Fri 20:00-07:00`.
    Window(String),
    /// The windows leave nothing out, so that nothing ever changes.
    Always,
}

impl WeeklyHours {
    /// Reads windows that are separated by commas.
    ///
    /// # Errors
    /// What is wrong with the text.
    pub fn parse(text: &str, zone: Tz) -> Result<Self, HoursFault> {
        let parts: Vec<&str> = text.split(',').map(str::trim).collect();
        if text.trim().is_empty() || parts.len() > WINDOWS_MAX {
            return Err(HoursFault::Number);
        }
        let windows = parts
            .iter()
            .map(|part| window(part).ok_or_else(|| HoursFault::Window((*part).to_owned())))
            .collect::<Result<Vec<_>, _>>()?;
        let hours = Self {
            zone,
            text: parts.join(", "),
            windows,
        };
        if hours.minutes_of_week() == 7 * DAY_MINUTES {
            return Err(HoursFault::Always);
        }
        Ok(hours)
    }

    /// As stored: the zone's name and the windows.
    #[must_use]
    pub fn stored(&self) -> String {
        format!("{} {}", self.zone.name(), self.text)
    }

    /// The hours with this stored form.
    #[must_use]
    pub fn of_stored(stored: &str) -> Option<Self> {
        let (zone, text) = stored.split_once(' ')?;
        Self::parse(text, zone.parse().ok()?).ok()
    }

    /// The windows as they were written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether this moment lies in a window.
    #[must_use]
    pub fn contain(&self, at: Timestamp) -> bool {
        self.spans_around(at)
            .iter()
            .any(|(from, to)| (*from..*to).contains(&at.0))
    }

    /// When the window began that this moment lies in.
    #[must_use]
    pub fn since(&self, at: Timestamp) -> Option<Timestamp> {
        let spans = self.spans_around(at);
        let mut start = at.0;
        // Windows that touch are one; each step goes back over one of them.
        for _ in 0..=spans.len() {
            let earlier = spans
                .iter()
                .filter(|(from, to)| *from < start && start <= *to)
                .map(|(from, _)| *from)
                .min();
            match earlier {
                Some(from) => start = from,
                None => break,
            }
        }
        self.contain(at).then_some(Timestamp(start))
    }

    /// When a window begins or ends next.
    #[must_use]
    pub fn next_change(&self, at: Timestamp) -> Option<Timestamp> {
        let now = self.contain(at);
        let mut edges: Vec<i64> = self
            .spans_around(at)
            .into_iter()
            .flat_map(|(from, to)| [from, to])
            .filter(|edge| *edge > at.0)
            .collect();
        edges.sort_unstable();
        edges
            .into_iter()
            .map(Timestamp)
            .find(|edge| self.contain(*edge) != now)
    }

    /// The moment at which `hours` of these windows have passed.
    #[must_use]
    pub fn after(&self, at: Timestamp, hours: u64) -> Timestamp {
        let mut left = i64::try_from(hours.saturating_mul(3_600_000)).unwrap_or(i64::MAX);
        let mut now = at;
        let end =
            at.0.saturating_add(86_400_000 * COUNT_DAYS_MAX.cast_signed());
        while left > 0 && now.0 < end {
            let Some(change) = self.next_change(now) else {
                break;
            };
            if self.contain(now) {
                let span = change.0 - now.0;
                if span >= left {
                    return Timestamp(now.0 + left);
                }
                left -= span;
            }
            now = change;
        }
        now
    }

    /// Which part of a week lies in the windows, from 0 to 1.
    #[must_use]
    pub fn share(&self) -> f64 {
        f64::from(self.minutes_of_week()) / f64::from(7 * DAY_MINUTES)
    }

    fn minutes_of_week(&self) -> u32 {
        let mut covered = vec![false; (7 * DAY_MINUTES) as usize];
        for window in &self.windows {
            for day in (0_u32..7).filter(|day| window.days[*day as usize]) {
                for minute in window.from..window.end() {
                    covered[((day * DAY_MINUTES + minute) % (7 * DAY_MINUTES)) as usize] = true;
                }
            }
        }
        u32::try_from(covered.iter().filter(|minute| **minute).count()).unwrap_or(0)
    }

    /// The windows that begin between eight days before and nine days after a moment, as instants.
    fn spans_around(&self, at: Timestamp) -> Vec<(i64, i64)> {
        let today = local(self.zone, at.0).date();
        let first = today.checked_sub_days(Days::new(8)).unwrap_or(today);
        let mut spans = Vec::new();
        for offset in 0..(8 + AHEAD_DAYS) {
            let Some(day) = first.checked_add_days(Days::new(offset)) else {
                break;
            };
            let weekday = day.weekday().num_days_from_monday() as usize;
            for window in self.windows.iter().filter(|window| window.days[weekday]) {
                spans.push((
                    self.instant(day, window.from),
                    self.instant(day, window.end()),
                ));
            }
        }
        spans
    }

    fn instant(&self, day: NaiveDate, minutes: u32) -> i64 {
        let day = day
            .checked_add_days(Days::new((minutes / DAY_MINUTES).into()))
            .unwrap_or(day);
        let minutes = minutes % DAY_MINUTES;
        let time = NaiveTime::from_hms_opt(minutes / 60, minutes % 60, 0)
            .expect("a minute of a day is a time of day");
        instant(self.zone, day.and_time(time))
    }
}

impl Window {
    /// Minutes from the first day's midnight to the end.
    fn end(self) -> u32 {
        if self.to <= self.from {
            self.to + DAY_MINUTES
        } else {
            self.to
        }
    }
}

fn window(text: &str) -> Option<Window> {
    let (days, span) = text.split_once(' ')?;
    let (from, to) = span.trim().split_once('-')?;
    let (from, to) = (minutes(from)?, minutes(to)?);
    (from < DAY_MINUTES && from != to).then_some(Window {
        days: weekdays(days)?,
        from,
        to,
    })
}

fn weekdays(text: &str) -> Option<[bool; 7]> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let index = |name: &str| {
        let day: Weekday = name.parse().ok()?;
        Some(day.num_days_from_monday() as usize)
    };
    let (mut day, last) = (index(first)?, index(last)?);
    let mut days = [false; 7];
    days[day] = true;
    while day != last {
        day = (day + 1) % 7;
        days[day] = true;
    }
    Some(days)
}

fn minutes(text: &str) -> Option<u32> {
    let text = text.trim();
    if text == "24:00" {
        return Some(DAY_MINUTES);
    }
    let time = NaiveTime::parse_from_str(text, "%H:%M").ok()?;
    Some(time.hour() * 60 + time.minute())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::hours;

    const BERLIN: Tz = chrono_tz::Europe::Berlin;

    /// A moment by Berlin's wall clock.
    fn at(text: &str) -> Timestamp {
        let wall = chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap();
        Timestamp(instant(BERLIN, wall))
    }

    fn of(text: &str) -> WeeklyHours {
        WeeklyHours::parse(text, BERLIN).unwrap()
    }

    #[test]
    fn windows_are_read_and_nonsense_is_not() {
        for good in [
            "Mon-Fri 20:00-07:00",
            "Sat 00:00-24:00",
            "Fri-Mon 18:00-06:00",
            "mon-fri 20:00-07:00, Sat-Sun 00:00-24:00",
        ] {
            let hours = of(good);
            assert_eq!(WeeklyHours::of_stored(&hours.stored()), Some(hours));
        }
        for bad in [
            "",
            "20:00-07:00",
            "Mon-Fri",
            "Mon-Fri 20-07",
            "Mon-Fri 20:00-20:00",
            "Mon-Fri 24:00-07:00",
            "Mon-Foo 20:00-07:00",
            "Mon 25:00-26:00",
            "Mon-Sun 00:00-24:00",
            &"Mon 20:00-21:00,".repeat(20),
        ] {
            assert!(WeeklyHours::parse(bad, BERLIN).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_night_belongs_to_the_day_on_which_it_begins() {
        let nights = of("Mon-Fri 20:00-07:00");
        for (moment, inside) in [
            ("2026-11-23 06:59", false), // Monday: nobody put it to sleep on Sunday evening.
            ("2026-11-23 19:59", false),
            ("2026-11-23 20:00", true),
            ("2026-11-24 06:59", true),
            ("2026-11-24 07:00", false),
            ("2026-11-28 06:59", true), // Saturday morning still belongs to Friday.
            ("2026-11-28 22:00", false),
        ] {
            assert_eq!(nights.contain(at(moment)), inside, "{moment}");
        }
        assert_eq!(
            nights.next_change(at("2026-11-24 12:00")),
            Some(at("2026-11-24 20:00"))
        );
        assert_eq!(
            nights.next_change(at("2026-11-28 12:00")),
            Some(at("2026-11-30 20:00"))
        );
        assert_eq!(
            nights.since(at("2026-11-25 03:00")),
            Some(at("2026-11-24 20:00"))
        );
        assert_eq!(nights.since(at("2026-11-25 12:00")), None);
    }

    #[test]
    fn windows_that_touch_are_one() {
        let quiet = of("Fri 20:00-24:00, Sat-Sun 00:00-24:00, Mon 00:00-07:00");
        assert_eq!(
            quiet.next_change(at("2026-11-28 12:00")),
            Some(at("2026-11-30 07:00"))
        );
        assert_eq!(
            quiet.since(at("2026-11-29 12:00")),
            Some(at("2026-11-27 20:00"))
        );
    }

    #[test]
    fn clocks_that_change_keep_the_wall_clock_time() {
        let nights = of("Mon-Sun 20:00-07:00");
        // The night to 25 October 2026 is an hour longer, that to 29 March an hour shorter.
        let long = nights.since(at("2026-10-25 06:00")).unwrap();
        assert_eq!(at("2026-10-25 07:00").since(long), hours(12));
        let short = nights.since(at("2026-03-29 06:00")).unwrap();
        assert_eq!(at("2026-03-29 07:00").since(short), hours(10));
    }

    #[test]
    fn worked_hours_pass_only_while_somebody_works() {
        let work = of("Mon-Fri 09:00-17:00");
        for (from, n, until) in [
            ("2026-11-24 09:00", 4, "2026-11-24 13:00"),
            ("2026-11-24 16:00", 2, "2026-11-25 10:00"),
            ("2026-11-27 16:00", 8, "2026-11-30 16:00"),
            ("2026-11-28 12:00", 1, "2026-11-30 10:00"),
        ] {
            assert_eq!(work.after(at(from), n), at(until), "{from} + {n}");
        }
    }

    #[test]
    fn the_share_of_a_week_is_counted_once_where_windows_overlap() {
        assert!((of("Sat-Sun 00:00-24:00").share() - 2.0 / 7.0).abs() < 1e-9);
        assert!((of("Sat 00:00-24:00, Sat 12:00-24:00").share() - 1.0 / 7.0).abs() < 1e-9);
    }
}
