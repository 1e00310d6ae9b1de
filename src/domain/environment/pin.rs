//! Pinning: an environment that does not end by itself, as long as somebody answers for it.

use chrono::{NaiveDate, NaiveTime};
use chrono_tz::Tz;

use super::super::calendar::instant;
use super::super::chat::UserId;
use super::super::effect::{Change, Occasion};
use super::super::limits;
use super::super::time::{Timestamp, hours};
use super::{Environment, Refusal};

/// Why an environment has no end for now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pin {
    /// Who answers for it.
    pub by: UserId,
    /// When its owner is asked whether it is still needed.
    pub until: Timestamp,
    /// When its owner was asked last.
    pub asked_at: Option<Timestamp>,
}

impl Pin {
    /// When its owner is to be asked next: at the review date, then every week.
    #[must_use]
    pub fn look_at(&self) -> Timestamp {
        self.asked_at
            .map_or(self.until, |asked_at| asked_at.plus(limits::PIN_ASK_EVERY))
    }
}

/// The review date that was asked for: a date such as `2026-12-24`, or a number of days or weeks such
/// as `14d` or `2w`. Nothing means [`limits::PIN_DAYS`].
///
/// # Errors
/// [`Refusal::UntilInvalid`] if it is neither, has passed, or lies too far away.
pub fn review_at(now: Timestamp, zone: Tz, text: Option<&str>) -> Result<Timestamp, Refusal> {
    let days = |n: u32| now.plus(hours(24 * u64::from(n)));
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else {
        return Ok(days(limits::PIN_DAYS));
    };
    let number = |digits: &str| digits.trim().parse::<u32>().ok().filter(|n| *n <= 1_000);
    let at = if let Some(n) = text.strip_suffix('d').and_then(number) {
        Some(days(n))
    } else if let Some(n) = text.strip_suffix('w').and_then(number) {
        Some(days(7 * n))
    } else {
        // People answer in the morning.
        NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().map(|day| {
            let nine = NaiveTime::from_hms_opt(9, 0, 0).expect("nine is a time of day");
            Timestamp(instant(zone, day.and_time(nine)))
        })
    };
    at.filter(|at| now < *at && *at <= days(limits::PIN_DAYS_MAX))
        .ok_or_else(|| Refusal::UntilInvalid {
            until: text.to_owned(),
            days_max: limits::PIN_DAYS_MAX,
        })
}

/// It does not end by itself until further notice; its owner is asked at the review date.
///
/// # Errors
/// [`Refusal::WrongState`] if it has begun to end.
pub fn pin(
    now: Timestamp,
    environment: &Environment,
    by: UserId,
    until: Timestamp,
) -> Result<Change<Environment>, Refusal> {
    environment.lives()?;
    let mut next = environment.clone();
    next.pin = Some(Pin {
        by,
        until,
        asked_at: None,
    });
    next.warned_at = None;
    Ok(told(now, next))
}

/// It is kept for another [`limits::PIN_DAYS`].
///
/// # Errors
/// [`Refusal::NotPinned`], or [`Refusal::WrongState`] if it has begun to end.
pub fn keep(
    now: Timestamp,
    environment: &Environment,
    by: UserId,
) -> Result<Change<Environment>, Refusal> {
    pinned(environment)?;
    let until = now.plus(hours(24 * u64::from(limits::PIN_DAYS)));
    pin(now, environment, by, until)
}

/// It gets a normal end: the one that it had, but not before [`limits::UNPINNED_HOURS`], and it is
/// warned about.
///
/// # Errors
/// [`Refusal::NotPinned`], or [`Refusal::WrongState`] if it has begun to end.
pub fn unpin(now: Timestamp, environment: &Environment) -> Result<Change<Environment>, Refusal> {
    environment.lives()?;
    pinned(environment)?;
    let mut next = environment.clone();
    next.pin = None;
    next.warned_at = None;
    let left = limits::UNPINNED_HOURS.min(next.ttl_hours_max);
    next.expires_at = next.expires_at.max(now.plus(hours(u64::from(left))));
    Ok(told(now, next))
}

fn pinned(environment: &Environment) -> Result<(), Refusal> {
    match environment.pin {
        Some(_) => Ok(()),
        None => Err(Refusal::NotPinned {
            name: environment.name.0.clone(),
        }),
    }
}

fn told(now: Timestamp, next: Environment) -> Change<Environment> {
    let effects = vec![next.post(Occasion::Live, now), next.mind(now)];
    Change {
        next,
        effects,
        facts: Vec::new(),
    }
}
