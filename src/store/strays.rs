//! What engines have and nobody owns, as rows: one that is there per key.

use super::columns::{limit as rows, millis, some_text, text, word};
use super::trouble::{Error, Result, While};
use super::{Reader, Tx, on};
use crate::domain::Timestamp;
use crate::domain::cause::Cause;
use crate::domain::chat::UserId;
use crate::domain::effect::StrayId;
use crate::domain::stray::{State, Stray};

const DOING: &str = "load what nobody owns";

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    op_key: String,
    provider: String,
    definition: String,
    name: String,
    state: String,
    found_at: i64,
    destroy_at: i64,
    decided_by: Option<i64>,
    failure: Option<String>,
    gone_at: Option<i64>,
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, op_key, provider, definition, name, state, found_at, destroy_at, \
             decided_by, failure, gone_at FROM stray ",
            $rest
        )
    };
}

impl Tx {
    /// Stores what was found. `false`: it is known already.
    ///
    /// # Errors
    /// What the database says.
    pub async fn insert_stray(&mut self, new: &Stray) -> Result<bool> {
        let written = on!(self.connection(), c => sqlx::query(
            "INSERT INTO stray (id, op_key, provider, definition, name, state, found_at,
                                destroy_at, decided_by, failure, gone_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
             ON CONFLICT DO NOTHING",
        )
        .bind(text(&new.id.0))
        .bind(text(&new.op_key))
        .bind(text(&new.provider))
        .bind(text(&new.definition))
        .bind(text(&new.name))
        .bind(new.state.word())
        .bind(new.found_at.0)
        .bind(new.destroy_at.0)
        .bind(new.decided_by.map(|by| by.0.cast_signed()))
        .bind(some_text(new.failure.as_ref().map(Cause::stored).as_ref()))
        .bind(millis(new.gone_at))
        .execute(&mut *c)
        .await
        .map(|done| done.rows_affected()))
        .doing("store what nobody owns")?;
        Ok(written == 1)
    }

    /// Stores what has changed of one that was read in the state `from`.
    ///
    /// # Errors
    /// [`Trouble::Moved`](super::Trouble::Moved) if it is no longer in that state.
    pub async fn save_stray(&mut self, next: &Stray, from: State) -> Result<()> {
        const DOING: &str = "save what nobody owns";
        let written = on!(self.connection(), c => sqlx::query(
            "UPDATE stray SET state = $3, decided_by = $4, failure = $5, gone_at = $6
             WHERE id = $1 AND state = $2 AND gone_at IS NULL",
        )
        .bind(text(&next.id.0))
        .bind(from.word())
        .bind(next.state.word())
        .bind(next.decided_by.map(|by| by.0.cast_signed()))
        .bind(some_text(next.failure.as_ref().map(Cause::stored).as_ref()))
        .bind(millis(next.gone_at))
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

impl Reader {
    /// The one with this id.
    ///
    /// # Errors
    /// What the database says.
    pub async fn stray(&mut self, id: &StrayId) -> Result<Option<Stray>> {
        let found: Option<Row> = on!(self.connection(), c => sqlx::query_as(
            select!("WHERE id = $1"),
        )
        .bind(text(&id.0))
        .fetch_optional(&mut *c)
        .await)
        .doing(DOING)?;
        found.map(Row::stray).transpose()
    }

    /// Those of one provider that are there, oldest first.
    ///
    /// # Errors
    /// What the database says.
    pub async fn strays_at(&mut self, provider: &str, limit: usize) -> Result<Vec<Stray>> {
        let found: Vec<Row> = on!(self.connection(), c => sqlx::query_as(
            select!("WHERE provider = $1 AND gone_at IS NULL ORDER BY found_at, id LIMIT CAST($2 AS BIGINT)"),
        )
        .bind(text(provider))
        .bind(rows(limit))
        .fetch_all(&mut *c)
        .await)
        .doing(DOING)?;
        found.into_iter().map(Row::stray).collect()
    }
}

impl Row {
    fn stray(self) -> Result<Stray> {
        Ok(Stray {
            id: StrayId(self.id),
            op_key: self.op_key,
            provider: self.provider,
            definition: self.definition,
            name: self.name,
            state: word(DOING, &self.state, State::of_word)?,
            found_at: Timestamp(self.found_at),
            destroy_at: Timestamp(self.destroy_at),
            decided_by: self.decided_by.map(|by| UserId(by.cast_unsigned())),
            failure: self.failure.as_deref().map(Cause::of_stored),
            gone_at: self.gone_at.map(Timestamp),
        })
    }
}
