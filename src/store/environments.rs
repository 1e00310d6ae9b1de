//! Environments as rows: one living one per name, and every move guarded by the state it leaves.

use super::columns::{
    id, limit as rows, millis, parameters_in, parameters_out, small, some_text, text, word,
};
use super::trouble::{Error, Result, While};
use super::{Reader, Tx, on};
use crate::domain::Timestamp;
use crate::domain::cause::Cause;
use crate::domain::chat::{ChannelId, UserId};
use crate::domain::effect::EnvironmentId;
use crate::domain::environment::{Ending, Environment, InUse, Name, State};

/// Whose living environments are listed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Whose<'a> {
    /// One team's.
    Team(&'a str),
    /// One person's.
    Owner(UserId),
    /// Everybody's.
    All,
}

const DOING: &str = "load an environment";

#[derive(sqlx::FromRow)]
struct Row {
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
    state: String,
    requested_at: i64,
    ready_at: Option<i64>,
    expires_at: i64,
    warned_at: Option<i64>,
    extensions: i64,
    reference: Option<String>,
    url: Option<String>,
    failure: Option<String>,
    ending: Option<String>,
    destroyed_at: Option<i64>,
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, name, template, provider, definition, build_seconds_max, ttl_hours_max, \
             extensions_max, team, owner, owner_name, channel, revision, pull_request, parameters, \
             op_key, state, requested_at, ready_at, expires_at, warned_at, extensions, reference, \
             url, failure, ending, destroyed_at FROM environment ",
            $rest
        )
    };
}

impl Tx {
    /// Stores a new environment.
    ///
    /// # Errors
    /// [`Trouble::Moved`](super::Trouble::Moved) if a living environment has its name or it is
    /// stored already.
    pub async fn insert_environment(&mut self, new: &Environment) -> Result<()> {
        let written = on!(self.connection(), c => sqlx::query(
            "INSERT INTO environment (
                 id, name, template, provider, definition, build_seconds_max, ttl_hours_max,
                 extensions_max, team, owner, owner_name, channel, revision, pull_request,
                 parameters, op_key, state, requested_at, ready_at, expires_at, warned_at,
                 extensions, reference, url, failure, ending, destroyed_at
             ) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,
                       $18, $19, $20, $21, $22, $23, $24, $25, $26, $27)
             ON CONFLICT DO NOTHING",
        )
        .bind(text(&new.id.0))
        .bind(text(new.name.as_str()))
        .bind(text(&new.template))
        .bind(text(&new.provider))
        .bind(text(&new.definition))
        .bind(i64::from(new.build_seconds_max))
        .bind(i64::from(new.ttl_hours_max))
        .bind(i64::from(new.extensions_max))
        .bind(text(&new.team))
        .bind(id(new.owner.0))
        .bind(text(&new.owner_name))
        .bind(id(new.channel.0))
        .bind(some_text(new.revision.as_ref()))
        .bind(new.pull_request)
        .bind(parameters_out(&new.parameters))
        .bind(text(&new.op_key))
        .bind(new.state.word())
        .bind(new.requested_at.0)
        .bind(millis(new.ready_at))
        .bind(new.expires_at.0)
        .bind(millis(new.warned_at))
        .bind(i64::from(new.extensions))
        .bind(some_text(new.reference.as_ref()))
        .bind(some_text(new.url.as_ref()))
        .bind(some_text(new.failure.as_ref().map(Cause::stored).as_ref()))
        .bind(new.ending.map(Ending::word))
        .bind(millis(new.destroyed_at))
        .execute(&mut *c)
        .await
        .map(|done| done.rows_affected()))
        .doing("store a new environment")?;
        if written == 1 {
            Ok(())
        } else {
            Err(Error::moved("store a new environment"))
        }
    }

    /// Stores what has changed of an environment that was read in the state `from`. What was asked
    /// for never changes.
    ///
    /// # Errors
    /// [`Trouble::Moved`](super::Trouble::Moved) if it is no longer in that state.
    pub async fn save_environment(&mut self, next: &Environment, from: State) -> Result<()> {
        let written = on!(self.connection(), c => sqlx::query(
            "UPDATE environment
             SET state = $3, ready_at = $4, expires_at = $5, warned_at = $6, extensions = $7,
                 reference = $8, url = $9, failure = $10, ending = $11, destroyed_at = $12
             WHERE id = $1 AND state = $2 AND state <> 'destroyed'",
        )
        .bind(text(&next.id.0))
        .bind(from.word())
        .bind(next.state.word())
        .bind(millis(next.ready_at))
        .bind(next.expires_at.0)
        .bind(millis(next.warned_at))
        .bind(i64::from(next.extensions))
        .bind(some_text(next.reference.as_ref()))
        .bind(some_text(next.url.as_ref()))
        .bind(some_text(next.failure.as_ref().map(Cause::stored).as_ref()))
        .bind(next.ending.map(Ending::word))
        .bind(millis(next.destroyed_at))
        .execute(&mut *c)
        .await
        .map(|done| done.rows_affected()))
        .doing("save an environment")?;
        if written == 1 {
            Ok(())
        } else {
            Err(Error::moved("save an environment"))
        }
    }
}

impl Reader {
    /// The environment with this id.
    ///
    /// # Errors
    /// What the database says.
    pub async fn environment(&mut self, id: &EnvironmentId) -> Result<Option<Environment>> {
        let found: Option<Row> = on!(self.connection(), c => sqlx::query_as(
            select!("WHERE id = $1"),
        )
        .bind(text(&id.0))
        .fetch_optional(&mut *c)
        .await)
        .doing(DOING)?;
        found.map(Row::environment).transpose()
    }

    /// The living environment with this name.
    ///
    /// # Errors
    /// What the database says.
    pub async fn environment_living(&mut self, name: &str) -> Result<Option<Environment>> {
        let found: Option<Row> = on!(self.connection(), c => sqlx::query_as(
            select!("WHERE name = $1 AND state <> 'destroyed'"),
        )
        .bind(text(name))
        .fetch_optional(&mut *c)
        .await)
        .doing(DOING)?;
        found.map(Row::environment).transpose()
    }

    /// The living environment with this name, else the newest that had it.
    ///
    /// # Errors
    /// What the database says.
    pub async fn environment_named(&mut self, name: &str) -> Result<Option<Environment>> {
        if let Some(living) = self.environment_living(name).await? {
            return Ok(Some(living));
        }
        let found: Option<Row> = on!(self.connection(), c => sqlx::query_as(
            select!("WHERE name = $1 ORDER BY requested_at DESC, id DESC LIMIT 1"),
        )
        .bind(text(name))
        .fetch_optional(&mut *c)
        .await)
        .doing(DOING)?;
        found.map(Row::environment).transpose()
    }

    /// Living environments, those that end soonest first.
    ///
    /// # Errors
    /// What the database says.
    pub async fn environments(
        &mut self,
        whose: Whose<'_>,
        limit: usize,
    ) -> Result<Vec<Environment>> {
        let connection = self.connection();
        let found: Vec<Row> = match whose {
            Whose::Team(team) => on!(connection, c => sqlx::query_as(select!(
                "WHERE team = $1 AND state <> 'destroyed' ORDER BY expires_at, id LIMIT CAST($2 AS BIGINT)"
            ))
            .bind(text(team))
            .bind(rows(limit))
            .fetch_all(&mut *c)
            .await),
            Whose::Owner(owner) => on!(connection, c => sqlx::query_as(select!(
                "WHERE owner = $1 AND state <> 'destroyed' ORDER BY expires_at, id LIMIT CAST($2 AS BIGINT)"
            ))
            .bind(id(owner.0))
            .bind(rows(limit))
            .fetch_all(&mut *c)
            .await),
            Whose::All => on!(connection, c => sqlx::query_as(select!(
                "WHERE state <> 'destroyed' ORDER BY expires_at, id LIMIT CAST($1 AS BIGINT)"
            ))
            .bind(rows(limit))
            .fetch_all(&mut *c)
            .await),
        }
        .doing("list environments")?;
        found.into_iter().map(Row::environment).collect()
    }

    /// How many places of its quota the team uses, and whether the name is taken.
    ///
    /// # Errors
    /// What the database says.
    pub async fn environments_in_use(&mut self, team: &str, name: &str) -> Result<InUse> {
        let (by_team, name_taken): (i64, bool) = on!(self.connection(), c => sqlx::query_as(
            "SELECT
                 (SELECT COUNT(*) FROM environment WHERE team = $1 AND state <> 'destroyed'),
                 EXISTS (SELECT 1 FROM environment WHERE name = $2 AND state <> 'destroyed')",
        )
        .bind(text(team))
        .bind(text(name))
        .fetch_one(&mut *c)
        .await)
        .doing("count a team's environments")?;
        Ok(InUse {
            by_team: small("count a team's environments", by_team)?,
            name_taken,
        })
    }

    /// Names of living environments that contain what was typed, for completion.
    ///
    /// # Errors
    /// What the database says.
    pub async fn environment_names(&mut self, typed: &str, limit: usize) -> Result<Vec<String>> {
        let typed = typed.trim().to_ascii_lowercase();
        // Nothing else can be in a name; it also keeps LIKE's own marks out of the pattern.
        if !typed
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        {
            return Ok(Vec::new());
        }
        on!(self.connection(), c => sqlx::query_scalar(
            "SELECT name FROM environment
             WHERE state <> 'destroyed' AND name LIKE '%' || $1 || '%'
             ORDER BY CASE WHEN name LIKE $1 || '%' THEN 0 ELSE 1 END, name
             LIMIT CAST($2 AS BIGINT)",
        )
        .bind(typed.as_str())
        .bind(rows(limit))
        .fetch_all(&mut *c)
        .await)
        .doing("complete an environment's name")
    }

    /// How many of the team's environments are past their end and not being removed yet.
    ///
    /// # Errors
    /// What the database says.
    pub async fn environments_expired(&mut self, team: &str, now: Timestamp) -> Result<u32> {
        let count: i64 = on!(self.connection(), c => sqlx::query_scalar(
            "SELECT COUNT(*) FROM environment
             WHERE team = $1 AND expires_at <= $2 AND state <> 'destroyed'
               AND state IN ('requested', 'provisioning', 'ready', 'failed')",
        )
        .bind(text(team))
        .bind(now.0)
        .fetch_one(&mut *c)
        .await)
        .doing("count expired environments")?;
        small("count expired environments", count)
    }

    /// The teams of which more than `n_max` environments are past their end and not being removed yet,
    /// the most first.
    ///
    /// # Errors
    /// What the database says.
    pub async fn teams_held(
        &mut self,
        now: Timestamp,
        n_max: usize,
        limit: usize,
    ) -> Result<Vec<(String, u32)>> {
        const DOING: &str = "look for teams with many expired environments";
        let found: Vec<(String, i64)> = on!(self.connection(), c => sqlx::query_as(
            "SELECT team, COUNT(*) AS n FROM environment
             WHERE expires_at <= $1 AND state <> 'destroyed'
               AND state IN ('requested', 'provisioning', 'ready', 'failed')
             GROUP BY team
             HAVING COUNT(*) > $2
             ORDER BY n DESC, team
             LIMIT CAST($3 AS BIGINT)",
        )
        .bind(now.0)
        .bind(rows(n_max))
        .bind(rows(limit))
        .fetch_all(&mut *c)
        .await)
        .doing(DOING)?;
        found
            .into_iter()
            .map(|(team, n)| Ok((team, small(DOING, n)?)))
            .collect()
    }

    /// The team's environments that are past their end and not being removed yet, the oldest end first.
    ///
    /// # Errors
    /// What the database says.
    pub async fn expired_of(
        &mut self,
        team: &str,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<EnvironmentId>> {
        let found: Vec<String> = on!(self.connection(), c => sqlx::query_scalar(
            "SELECT id FROM environment
             WHERE team = $1 AND expires_at <= $2 AND state <> 'destroyed'
               AND state IN ('requested', 'provisioning', 'ready', 'failed')
             ORDER BY expires_at, id
             LIMIT CAST($3 AS BIGINT)",
        )
        .bind(text(team))
        .bind(now.0)
        .bind(rows(limit))
        .fetch_all(&mut *c)
        .await)
        .doing("look for expired environments")?;
        Ok(found.into_iter().map(EnvironmentId).collect())
    }

    /// How many living environments are in each state; states without any are left out.
    ///
    /// # Errors
    /// What the database says.
    pub async fn environment_counts(&mut self) -> Result<Vec<(State, u32)>> {
        const DOING: &str = "count environments";
        let found: Vec<(String, i64)> = on!(self.connection(), c => sqlx::query_as(
            "SELECT state, COUNT(*) FROM environment
             WHERE state <> 'destroyed'
             GROUP BY state
             ORDER BY state",
        )
        .fetch_all(&mut *c)
        .await)
        .doing(DOING)?;
        found
            .into_iter()
            .map(|(state, count)| Ok((word(DOING, &state, State::of_word)?, small(DOING, count)?)))
            .collect()
    }
}

impl Row {
    fn environment(self) -> Result<Environment> {
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
            state: word(DOING, &self.state, State::of_word)?,
            requested_at: Timestamp(self.requested_at),
            ready_at: self.ready_at.map(Timestamp),
            expires_at: Timestamp(self.expires_at),
            warned_at: self.warned_at.map(Timestamp),
            extensions: small(DOING, self.extensions)?,
            reference: self.reference,
            url: self.url,
            failure: self.failure.as_deref().map(Cause::of_stored),
            ending,
            destroyed_at: self.destroyed_at.map(Timestamp),
        })
    }
}
