//! What was done, by whom, and whether a wake-up was heard before.

use super::columns::{id, limit as rows, text};
use super::trouble::{Result, While};
use super::{Reader, Tx, on};
use crate::domain::Timestamp;
use crate::domain::chat::UserId;

/// One wake-up that changed something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heard {
    /// The wake-up's id, such as an interaction's.
    pub key: String,
    /// The person, if it was one.
    pub who: Option<UserId>,
    /// Such as `environment.create`.
    pub action: String,
    /// Such as `done`, or a refusal's code.
    pub outcome: String,
    /// When it was heard.
    pub happened_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct Row {
    key: String,
    who: Option<i64>,
    action: String,
    outcome: String,
    happened_at: i64,
}

impl Tx {
    /// Writes the audit row of a wake-up. `false`: it was delivered before, and nothing more may
    /// be done for it.
    ///
    /// # Errors
    /// What the database says.
    pub async fn heard(
        &mut self,
        key: &str,
        who: Option<UserId>,
        action: &str,
        outcome: &str,
        now: Timestamp,
    ) -> Result<bool> {
        let written = on!(self.connection(), c => sqlx::query(
            "INSERT INTO audit (key, who, action, outcome, happened_at)
             VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (key) DO NOTHING",
        )
        .bind(text(key))
        .bind(who.map(|who| id(who.0)))
        .bind(text(action))
        .bind(text(outcome))
        .bind(now.0)
        .execute(&mut *c)
        .await
        .map(|done| done.rows_affected()))
        .doing("write the audit row")?;
        Ok(written == 1)
    }
}

impl Reader {
    /// The newest audit rows.
    ///
    /// # Errors
    /// What the database says.
    pub async fn audit(&mut self, limit: usize) -> Result<Vec<Heard>> {
        let found: Vec<Row> = on!(self.connection(), c => sqlx::query_as(
            "SELECT key, who, action, outcome, happened_at
             FROM audit
             ORDER BY happened_at DESC, key DESC
             LIMIT CAST($1 AS BIGINT)",
        )
        .bind(rows(limit))
        .fetch_all(&mut *c)
        .await)
        .doing("read the audit")?;
        Ok(found
            .into_iter()
            .map(|row| Heard {
                key: row.key,
                who: row.who.map(|who| UserId(who.cast_unsigned())),
                action: row.action,
                outcome: row.outcome,
                happened_at: Timestamp(row.happened_at),
            })
            .collect())
    }
}
