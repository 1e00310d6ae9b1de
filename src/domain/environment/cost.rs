//! What an environment has cost so far, and what it would cost in a month.

use std::time::Duration;

use super::super::hours::WeeklyHours;
use super::super::time::Timestamp;
use super::{Environment, Price, RestCause, State};

/// Hours of a month, as clouds bill: 365 days in twelve parts.
const MONTH_HOURS: i128 = 730;
/// Milliseconds of an hour.
const HOUR_MS: i128 = 3_600_000;

/// An amount of money in millionths of the platform's currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Money(pub i64);

impl Money {
    /// In units of the currency.
    #[must_use]
    #[expect(
        clippy::cast_precision_loss,
        reason = "shown to a person, rounded to cents"
    )]
    pub fn units(self) -> f64 {
        self.0 as f64 / 1e6
    }

    /// Both together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Environment {
    /// What it has cost so far: from the moment when the engine took the work until it was gone.
    /// `None` without a price.
    #[must_use]
    pub fn cost_so_far(&self, now: Timestamp) -> Option<Money> {
        let price = self.terms.price?;
        let Some(started_at) = self.started_at else {
            return Some(Money(0));
        };
        let until = self.destroyed_at.unwrap_or(now);
        let asleep = self.slept_so_far(until);
        let awake = until.since(started_at).saturating_sub(asleep);
        Some(money(
            of(price.awake, awake).saturating_add(of(price.asleep, asleep)),
        ))
    }

    /// What it would cost in a month of 730 hours as it is now; with sleep hours, as much of it asleep
    /// as they ask for. `None` without a price, or when there is nothing that costs.
    #[must_use]
    pub fn cost_per_month(&self) -> Option<Money> {
        let Price { awake, asleep } = self.terms.price?;
        let share = self.terms.sleep.as_ref().map(WeeklyHours::share);
        let hourly = match (self.state, share) {
            (State::Ready | State::Sleeping | State::Waking, Some(share))
                if self.rest.cause != Some(RestCause::Asked) || self.state != State::Sleeping =>
            {
                mixed(awake, asleep, share)
            }
            (State::Sleeping, _) => asleep,
            (State::Provisioning | State::Ready | State::Failed | State::Waking, _) => awake,
            _ => return None,
        };
        Some(money(i128::from(hourly) * MONTH_HOURS))
    }

    /// How long it has slept in all until a moment.
    #[must_use]
    pub fn slept_so_far(&self, now: Timestamp) -> Duration {
        let this_time = self.rest.asleep_at.map(|asleep_at| now.since(asleep_at));
        self.rest.slept + this_time.unwrap_or_default()
    }
}

fn of(hourly: i64, span: Duration) -> i128 {
    let ms = i128::try_from(span.as_millis()).unwrap_or(i128::MAX / i128::from(i64::MAX));
    i128::from(hourly).saturating_mul(ms) / HOUR_MS
}

fn money(micros: i128) -> Money {
    Money(i64::try_from(micros).unwrap_or(i64::MAX))
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "a price of an hour has few digits, and the outcome is shown rounded"
)]
fn mixed(awake: i64, asleep: i64, share: f64) -> i64 {
    (awake as f64 * (1.0 - share) + asleep as f64 * share).round() as i64
}
