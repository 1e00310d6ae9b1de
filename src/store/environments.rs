//! Environments as rows: one living one per name, and every move guarded by the state it leaves.

mod engine;
mod row;

use self::row::{Row, select};
use super::columns::{id, limit as rows, small, text, word};
use super::trouble::{Result, While};
use super::{Reader, on};
use crate::domain::Timestamp;
use crate::domain::chat::UserId;
use crate::domain::effect::EnvironmentId;
use crate::domain::environment::{Environment, State};

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

/// A query of what is past its end at `$1` and not being removed yet: what waits does not age, and what is
/// pinned does not end.
macro_rules! expired {
    ($before:literal, $after:literal) => {
        concat!(
            $before,
            "expires_at <= $1 AND destroyed_at IS NULL AND pinned_until IS NULL
             AND state IN ('requested', 'provisioning', 'ready', 'failed', 'sleeping', 'waking', 'updating') ",
            $after
        )
    };
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
            select!("WHERE name = $1 AND destroyed_at IS NULL"),
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
                "WHERE team = $1 AND destroyed_at IS NULL ORDER BY expires_at, id LIMIT CAST($2 AS BIGINT)"
            ))
            .bind(text(team))
            .bind(rows(limit))
            .fetch_all(&mut *c)
            .await),
            Whose::Owner(owner) => on!(connection, c => sqlx::query_as(select!(
                "WHERE owner = $1 AND destroyed_at IS NULL ORDER BY expires_at, id LIMIT CAST($2 AS BIGINT)"
            ))
            .bind(id(owner.0))
            .bind(rows(limit))
            .fetch_all(&mut *c)
            .await),
            Whose::All => on!(connection, c => sqlx::query_as(select!(
                "WHERE destroyed_at IS NULL ORDER BY expires_at, id LIMIT CAST($1 AS BIGINT)"
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
    pub async fn environments_in_use(&mut self, team: &str, name: &str) -> Result<(u32, bool)> {
        let (by_team, name_taken): (i64, bool) = on!(self.connection(), c => sqlx::query_as(
            "SELECT
                 (SELECT COUNT(*) FROM environment WHERE team = $1 AND destroyed_at IS NULL),
                 EXISTS (SELECT 1 FROM environment WHERE name = $2 AND destroyed_at IS NULL)",
        )
        .bind(text(team))
        .bind(text(name))
        .fetch_one(&mut *c)
        .await)
        .doing("count a team's environments")?;
        Ok((small("count a team's environments", by_team)?, name_taken))
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
             WHERE destroyed_at IS NULL AND name LIKE '%' || $1 || '%'
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
        let count: i64 = on!(self.connection(), c => sqlx::query_scalar(expired!(
            "SELECT COUNT(*) FROM environment WHERE team = $2 AND ", ""
        ))
        .bind(now.0)
        .bind(text(team))
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
            expired!(
                "SELECT team, COUNT(*) AS n FROM environment WHERE ",
                "GROUP BY team HAVING COUNT(*) > $2 ORDER BY n DESC, team
                 LIMIT CAST($3 AS BIGINT)"
            ),
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
            expired!(
                "SELECT id FROM environment WHERE team = $2 AND ",
                "ORDER BY expires_at, id LIMIT CAST($3 AS BIGINT)"
            ),
        )
        .bind(now.0)
        .bind(text(team))
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
             WHERE destroyed_at IS NULL
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
