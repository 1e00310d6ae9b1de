//! Environments by engine: how many are being built, who waits for a place, what a sweep compares.

use super::super::columns::{limit as rows, small, text};
use super::super::trouble::{Result, While};
use super::super::{Reader, Tx, on};
use super::row::{Row, select};
use crate::domain::environment::{Capacity, Environment};

impl Tx {
    /// How busy an engine is. Locks it until the transaction ends, after the transaction's own scope.
    ///
    /// # Errors
    /// What the database says.
    pub async fn capacity(&mut self, provider: &str, building_max: u32) -> Result<Capacity> {
        const DOING: &str = "count what an engine builds";
        self.lock_engine(provider).await?;
        let (building, queued): (i64, i64) = on!(self.connection(), c => sqlx::query_as(
            "SELECT
                 (SELECT COUNT(*) FROM environment
                  WHERE provider = $1 AND state IN ('requested', 'provisioning')
                    AND destroyed_at IS NULL),
                 (SELECT COUNT(*) FROM environment
                  WHERE provider = $1 AND state = 'queued' AND destroyed_at IS NULL)",
        )
        .bind(text(provider))
        .fetch_one(&mut *c)
        .await)
        .doing(DOING)?;
        Ok(Capacity {
            building: small(DOING, building)?,
            building_max,
            queued: small(DOING, queued)?,
        })
    }
}

impl Reader {
    /// Ready environments of an engine, those that were looked at for drift longest ago first.
    ///
    /// # Errors
    /// What the database says.
    pub async fn environments_to_look_at(
        &mut self,
        provider: &str,
        limit: usize,
    ) -> Result<Vec<Environment>> {
        let found: Vec<Row> = on!(self.connection(), c => sqlx::query_as(select!(
            "WHERE provider = $1 AND state = 'ready' AND destroyed_at IS NULL
             ORDER BY COALESCE(drift_looked_at, 0), id LIMIT CAST($2 AS BIGINT)"
        ))
        .bind(text(provider))
        .bind(rows(limit))
        .fetch_all(&mut *c)
        .await)
        .doing("read what may have drifted")?;
        found.into_iter().map(Row::environment).collect()
    }

    /// Environments that wait for a place at an engine, in their order.
    ///
    /// # Errors
    /// What the database says.
    pub async fn environments_queued(
        &mut self,
        provider: &str,
        limit: usize,
    ) -> Result<Vec<Environment>> {
        let found: Vec<Row> = on!(self.connection(), c => sqlx::query_as(select!(
            "WHERE provider = $1 AND state = 'queued' AND destroyed_at IS NULL
             ORDER BY moved_at, id LIMIT CAST($2 AS BIGINT)"
        ))
        .bind(text(provider))
        .bind(rows(limit))
        .fetch_all(&mut *c)
        .await)
        .doing("read an engine's queue")?;
        found.into_iter().map(Row::environment).collect()
    }

    /// Which place in its engine's queue an environment has, from 1.
    ///
    /// # Errors
    /// What the database says.
    pub async fn queue_place(&mut self, environment: &Environment) -> Result<u32> {
        const DOING: &str = "count an engine's queue";
        let before: i64 = on!(self.connection(), c => sqlx::query_scalar(
            "SELECT COUNT(*) FROM environment
             WHERE provider = $1 AND state = 'queued' AND destroyed_at IS NULL
               AND (moved_at < $2 OR (moved_at = $2 AND id < $3))",
        )
        .bind(text(&environment.provider))
        .bind(environment.moved_at.0)
        .bind(text(&environment.id.0))
        .fetch_one(&mut *c)
        .await)
        .doing(DOING)?;
        Ok(small(DOING, before)?.saturating_add(1))
    }

    /// The environment that was ordered under this key, also one that is gone.
    ///
    /// # Errors
    /// What the database says.
    pub async fn environment_ordered(&mut self, op_key: &str) -> Result<Option<Environment>> {
        let found: Option<Row> = on!(self.connection(), c => sqlx::query_as(
            select!("WHERE op_key = $1"),
        )
        .bind(text(op_key))
        .fetch_optional(&mut *c)
        .await)
        .doing("look for an order")?;
        found.map(Row::environment).transpose()
    }

    /// Living environments of one provider, oldest first.
    ///
    /// # Errors
    /// What the database says.
    pub async fn environments_at(
        &mut self,
        provider: &str,
        limit: usize,
    ) -> Result<Vec<Environment>> {
        let found: Vec<Row> = on!(self.connection(), c => sqlx::query_as(select!(
            "WHERE provider = $1 AND destroyed_at IS NULL ORDER BY requested_at, id LIMIT CAST($2 AS BIGINT)"
        ))
        .bind(text(provider))
        .bind(rows(limit))
        .fetch_all(&mut *c)
        .await)
        .doing("read an engine's environments")?;
        found.into_iter().map(Row::environment).collect()
    }
}
