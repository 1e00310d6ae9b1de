//! What is old enough to be forgotten, in small bites.

use super::trouble::{Result, While};
use super::{Scope, Store, on};
use crate::domain::Timestamp;
use crate::domain::limits;
use crate::domain::time::hours;

/// Rows that one pruning removes, so that it never holds the database for long.
const PRUNE_ROWS_MAX: i64 = 1000;

impl Store {
    /// Removes some of the done jobs, audit rows, firings, deliveries and closed pull requests that are older than they need to be.
    /// Returns how many; while it is not 0 there may be more.
    ///
    /// # Errors
    /// What the database says.
    pub async fn prune(&self, now: Timestamp) -> Result<u64> {
        let days = |days: u32| now.minus(hours(24 * u64::from(days))).0;
        let (audited, heard) = (
            days(limits::AUDIT_DAYS_MAX),
            days(limits::DELIVERY_DAYS_MAX),
        );
        let mut tx = self.begin(Scope::Jobs).await?;
        let mut removed = 0;
        for (before, sql) in [
            (audited, "DELETE FROM job WHERE id IN (
                 SELECT id FROM job WHERE state = 'done' AND ended_at < $1
                 ORDER BY ended_at LIMIT CAST($2 AS BIGINT))"),
            (audited, "DELETE FROM audit WHERE key IN (
                 SELECT key FROM audit WHERE happened_at < $1 ORDER BY happened_at LIMIT CAST($2 AS BIGINT))"),
            (audited, "DELETE FROM firing WHERE (kind, name, fired_at) IN (
                 SELECT kind, name, fired_at FROM firing WHERE fired_at < $1
                 ORDER BY fired_at LIMIT CAST($2 AS BIGINT))"),
            (heard, "DELETE FROM delivery WHERE (repository, key) IN (
                 SELECT repository, key FROM delivery WHERE heard_at < $1
                 ORDER BY heard_at LIMIT CAST($2 AS BIGINT))"),
            (audited, "DELETE FROM pull_request WHERE id IN (
                 SELECT id FROM pull_request WHERE closed_at < $1
                 ORDER BY closed_at LIMIT CAST($2 AS BIGINT))"),
        ] {
            removed += on!(tx.connection(), c => sqlx::query(sql)
                .bind(before)
                .bind(PRUNE_ROWS_MAX)
                .execute(&mut *c)
                .await
                .map(|done| done.rows_affected()))
            .doing("remove old rows")?;
        }
        tx.commit().await?;
        Ok(removed)
    }
}
