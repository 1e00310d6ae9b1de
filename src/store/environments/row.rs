//! An environment's row: its columns, and how they become an environment again.

use std::time::Duration;

use super::super::Tx;
use super::super::columns::{millis, parameters_in, parameters_out, small, some_text, text, word};
use super::super::on;
use super::super::trouble::{Error, Result, While};
use crate::domain::Timestamp;
use crate::domain::cause::Cause;
use crate::domain::chat::{ChannelId, UserId};
use crate::domain::effect::EnvironmentId;
use crate::domain::environment::{
    Count, Ending, Environment, Name, Pin, Plan, Price, Rest, RestCause, State, Terms,
};
use crate::domain::hours::WeeklyHours;

const DOING: &str = "load an environment";

#[derive(sqlx::FromRow)]
pub(super) struct Row {
    id: String,
    name: String,
    template: String,
    provider: String,
    definition: String,
    build_seconds_max: i64,
    ttl_hours_max: i64,
    extensions_max: i64,
    team: String,
    owner: i64,
    owner_name: String,
    channel: i64,
    revision: Option<String>,
    pull_request: Option<i64>,
    parameters: String,
    op_key: String,
    sleep_hours: Option<String>,
    price: Option<i64>,
    price_asleep: Option<i64>,
    worked_hours: Option<String>,
    links: String,
    plan: Option<String>,
    approved_by: Option<i64>,
    state: String,
    moved_at: i64,
    started_at: Option<i64>,
    sleep_cause: Option<String>,
    asleep_at: Option<i64>,
    slept_ms: i64,
    sleeps: i64,
    pinned_by: Option<i64>,
    pinned_until: Option<i64>,
    pin_asked_at: Option<i64>,
    stuck_at: Option<i64>,
    requested_at: i64,
    ready_at: Option<i64>,
    expires_at: i64,
    warned_at: Option<i64>,
    extensions: i64,
    reference: Option<String>,
    url: Option<String>,
    drift: Option<String>,
    drift_looked_at: Option<i64>,
    failure: Option<String>,
    ending: Option<String>,
    destroyed_at: Option<i64>,
}

/// A SELECT of whole rows with this rest.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, name, template, provider, definition, build_seconds_max, ttl_hours_max, \
             extensions_max, team, owner, owner_name, channel, revision, pull_request, \
             parameters, op_key, sleep_hours, price, price_asleep, worked_hours, links, plan, \
             approved_by, state, moved_at, started_at, sleep_cause, asleep_at, slept_ms, \
             sleeps, pinned_by, pinned_until, pin_asked_at, stuck_at, requested_at, ready_at, \
             expires_at, warned_at, extensions, reference, url, drift, \
             drift_looked_at, failure, ending, destroyed_at \
             FROM environment ",
            $rest
        )
    };
}
pub(super) use select;

/// Binds the columns that may change, in the order in which both statements below name them.
macro_rules! bind_changing {
    ($query:expr, $e:expr) => {
        $query
            .bind($e.owner.0.cast_signed())
            .bind(text(&$e.owner_name))
            .bind($e.approved_by.map(|by| by.0.cast_signed()))
            .bind($e.state.word())
            .bind($e.moved_at.0)
            .bind(millis($e.started_at))
            .bind($e.rest.cause.map(RestCause::word))
            .bind(millis($e.rest.asleep_at))
            .bind(i64::try_from($e.rest.slept.as_millis()).unwrap_or(i64::MAX))
            .bind(i64::from($e.rest.times))
            .bind($e.pin.map(|pin| pin.by.0.cast_signed()))
            .bind($e.pin.map(|pin| pin.until.0))
            .bind($e.pin.and_then(|pin| pin.asked_at).map(|at| at.0))
            .bind(millis($e.stuck_at))
            .bind(millis($e.ready_at))
            .bind($e.expires_at.0)
            .bind(millis($e.warned_at))
            .bind(i64::from($e.extensions))
            .bind(some_text($e.reference.as_ref()))
            .bind(some_text($e.url.as_ref()))
            .bind(some_text($e.failure.as_ref().map(Cause::stored).as_ref()))
            .bind($e.ending.map(Ending::word))
            .bind(millis($e.destroyed_at))
            .bind(some_text($e.plan.as_ref().map(Plan::stored).as_ref()))
            .bind(some_text($e.drift.as_ref()))
            .bind(millis($e.drift_looked_at))
    };
}

impl Tx {
    /// Stores a new environment.
    ///
    /// # Errors
    /// [`Trouble::Moved`](super::super::Trouble::Moved) if a living environment has its name or it is
    /// stored already.
    pub async fn insert_environment(&mut self, new: &Environment) -> Result<()> {
        const DOING: &str = "store a new environment";
        let written = on!(self.connection(), c => bind_changing!(sqlx::query(
            "INSERT INTO environment (
                 owner, owner_name, approved_by, state, moved_at, started_at, sleep_cause,
                 asleep_at, slept_ms, sleeps, pinned_by, pinned_until, pin_asked_at, stuck_at,
                 ready_at, expires_at, warned_at, extensions, reference, url, failure, ending,
                 destroyed_at, plan, drift, drift_looked_at, id, name, template, provider, definition, build_seconds_max,
                 ttl_hours_max, extensions_max, team, channel, revision, pull_request,
                 parameters, op_key, sleep_hours, price, price_asleep, worked_hours, links,
                 requested_at
             ) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,
                       $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32,
                       $33, $34, $35, $36, $37, $38, $39, $40, $41, $42, $43, $44, $45, $46)
             ON CONFLICT DO NOTHING",
        ), new)
        .bind(text(&new.id.0))
        .bind(text(new.name.as_str()))
        .bind(text(&new.template))
        .bind(text(&new.provider))
        .bind(text(&new.definition))
        .bind(i64::from(new.build_seconds_max))
        .bind(i64::from(new.ttl_hours_max))
        .bind(i64::from(new.extensions_max))
        .bind(text(&new.team))
        .bind(new.channel.0.cast_signed())
        .bind(some_text(new.revision.as_ref()))
        .bind(new.pull_request)
        .bind(parameters_out(&new.parameters))
        .bind(text(&new.op_key))
        .bind(new.terms.sleep.as_ref().map(WeeklyHours::stored))
        .bind(new.terms.price.map(|price| price.awake))
        .bind(new.terms.price.map(|price| price.asleep))
        .bind(worked(&new.terms.count).map(WeeklyHours::stored))
        .bind(parameters_out(&new.terms.links))
        .bind(new.requested_at.0)
        .execute(&mut *c)
        .await
        .map(|done| done.rows_affected()))
        .doing(DOING)?;
        if written == 1 {
            Ok(())
        } else {
            Err(Error::moved(DOING))
        }
    }

    /// Stores what has changed of an environment that was read in the state `from`. What was asked
    /// for never changes.
    ///
    /// # Errors
    /// [`Trouble::Moved`](super::super::Trouble::Moved) if it is no longer in that state.
    pub async fn save_environment(&mut self, next: &Environment, from: State) -> Result<()> {
        const DOING: &str = "save an environment";
        let written = on!(self.connection(), c => bind_changing!(sqlx::query(
            "UPDATE environment
             SET owner = $1, owner_name = $2, approved_by = $3, state = $4, moved_at = $5,
                 started_at = $6, sleep_cause = $7, asleep_at = $8, slept_ms = $9, sleeps = $10,
                 pinned_by = $11, pinned_until = $12, pin_asked_at = $13, stuck_at = $14,
                 ready_at = $15, expires_at = $16, warned_at = $17, extensions = $18,
                 reference = $19, url = $20, failure = $21, ending = $22, destroyed_at = $23,
                 plan = $24, drift = $25, drift_looked_at = $26
             WHERE id = $27 AND state = $28 AND destroyed_at IS NULL",
        ), next)
        .bind(text(&next.id.0))
        .bind(from.word())
        .execute(&mut *c)
        .await
        .map(|done| done.rows_affected()))
        .doing(DOING)?;
        if written == 1 {
            Ok(())
        } else {
            Err(Error::moved(DOING))
        }
    }
}

impl Tx {
    /// Stores of which revision and under which key an environment is built next: the only two things
    /// of what was asked for that change. The rest is saved with [`Tx::save_environment`] before.
    ///
    /// # Errors
    /// [`Trouble::Moved`](super::super::Trouble::Moved) if it is gone.
    pub async fn renew_environment(&mut self, next: &Environment) -> Result<()> {
        const DOING: &str = "renew an environment";
        let written = on!(self.connection(), c => sqlx::query(
            "UPDATE environment SET revision = $2, op_key = $3
             WHERE id = $1 AND destroyed_at IS NULL",
        )
        .bind(text(&next.id.0))
        .bind(some_text(next.revision.as_ref()))
        .bind(text(&next.op_key))
        .execute(&mut *c)
        .await
        .map(|done| done.rows_affected()))
        .doing(DOING)?;
        if written == 1 {
            Ok(())
        } else {
            Err(Error::moved(DOING))
        }
    }
}

fn worked(count: &Count) -> Option<&WeeklyHours> {
    match count {
        Count::Every => None,
        Count::Worked(worked) => Some(worked),
    }
}

impl Row {
    pub(super) fn environment(self) -> Result<Environment> {
        let terms = self.terms()?;
        let rest = self.rest()?;
        let pin = self
            .pinned_by
            .zip(self.pinned_until)
            .map(|(by, until)| Pin {
                by: UserId(by.cast_unsigned()),
                until: Timestamp(until),
                asked_at: self.pin_asked_at.map(Timestamp),
            });
        let ending = self
            .ending
            .map(|ending| word(DOING, &ending, Ending::of_word))
            .transpose()?;
        Ok(Environment {
            name: word(DOING, &self.name, |name| Name::parse(name).ok())?,
            id: EnvironmentId(self.id),
            template: self.template,
            provider: self.provider,
            definition: self.definition,
            build_seconds_max: small(DOING, self.build_seconds_max)?,
            ttl_hours_max: small(DOING, self.ttl_hours_max)?,
            extensions_max: small(DOING, self.extensions_max)?,
            team: self.team,
            owner: UserId(self.owner.cast_unsigned()),
            owner_name: self.owner_name,
            channel: ChannelId(self.channel.cast_unsigned()),
            revision: self.revision,
            pull_request: self.pull_request,
            parameters: parameters_in(DOING, &self.parameters)?,
            op_key: self.op_key,
            terms,
            plan: self
                .plan
                .map(|plan| word(DOING, &plan, Plan::of_stored))
                .transpose()?,
            approved_by: self.approved_by.map(|by| UserId(by.cast_unsigned())),
            state: word(DOING, &self.state, State::of_word)?,
            moved_at: Timestamp(self.moved_at),
            started_at: self.started_at.map(Timestamp),
            rest,
            pin,
            stuck_at: self.stuck_at.map(Timestamp),
            requested_at: Timestamp(self.requested_at),
            ready_at: self.ready_at.map(Timestamp),
            expires_at: Timestamp(self.expires_at),
            warned_at: self.warned_at.map(Timestamp),
            extensions: small(DOING, self.extensions)?,
            reference: self.reference,
            url: self.url,
            drift: self.drift,
            drift_looked_at: self.drift_looked_at.map(Timestamp),
            failure: self.failure.as_deref().map(Cause::of_stored),
            ending,
            destroyed_at: self.destroyed_at.map(Timestamp),
        })
    }

    fn terms(&self) -> Result<Terms> {
        let hours = |stored: &Option<String>| {
            stored
                .as_ref()
                .map(|stored| word(DOING, stored, WeeklyHours::of_stored))
                .transpose()
        };
        Ok(Terms {
            sleep: hours(&self.sleep_hours)?,
            price: self
                .price
                .zip(self.price_asleep)
                .map(|(awake, asleep)| Price { awake, asleep }),
            count: hours(&self.worked_hours)?.map_or(Count::Every, Count::Worked),
            links: parameters_in(DOING, &self.links)?,
        })
    }

    fn rest(&self) -> Result<Rest> {
        Ok(Rest {
            cause: self
                .sleep_cause
                .as_ref()
                .map(|cause| word(DOING, cause, RestCause::of_word))
                .transpose()?,
            asleep_at: self.asleep_at.map(Timestamp),
            slept: Duration::from_millis(u64::try_from(self.slept_ms).unwrap_or(0)),
            times: small(DOING, self.sleeps)?,
        })
    }
}
