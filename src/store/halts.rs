//! Questions to the keepers whether much shall be removed at once, as rows.

use super::columns::{millis, small, text, word};
use super::trouble::{Error, Result, While};
use super::{Reader, Tx, on};
use crate::domain::Timestamp;
use crate::domain::chat::UserId;
use crate::domain::effect::HaltId;
use crate::domain::halt::{Halt, Word};

const DOING: &str = "load a halt";

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    n: i64,
    asked_at: i64,
    word: String,
    decided_by: Option<i64>,
    decided_at: Option<i64>,
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, n, asked_at, word, decided_by, decided_at FROM halt ",
            $rest
        )
    };
}

impl Tx {
    /// Stores a new question.
    ///
    /// # Errors
    /// What the database says.
    pub async fn insert_halt(&mut self, new: &Halt) -> Result<()> {
        on!(self.connection(), c => sqlx::query(
            "INSERT INTO halt (id, n, asked_at, word, decided_by, decided_at)
             VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT DO NOTHING",
        )
        .bind(text(&new.id.0))
        .bind(i64::from(new.n))
        .bind(new.asked_at.0)
        .bind(new.word.word())
        .bind(new.decided_by.map(|by| by.0.cast_signed()))
        .bind(millis(new.decided_at))
        .execute(&mut *c)
        .await
        .map(drop))
        .doing("store a halt")
    }

    /// Stores the answer to a question that nobody has answered yet.
    ///
    /// # Errors
    /// [`Trouble::Moved`](super::Trouble::Moved) if somebody has.
    pub async fn answer_halt(&mut self, next: &Halt) -> Result<()> {
        const DOING: &str = "answer a halt";
        let written = on!(self.connection(), c => sqlx::query(
            "UPDATE halt SET word = $2, decided_by = $3, decided_at = $4
             WHERE id = $1 AND word = 'asked'",
        )
        .bind(text(&next.id.0))
        .bind(next.word.word())
        .bind(next.decided_by.map(|by| by.0.cast_signed()))
        .bind(millis(next.decided_at))
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
    pub async fn halt(&mut self, id: &HaltId) -> Result<Option<Halt>> {
        let found: Option<Row> = on!(self.connection(), c => sqlx::query_as(
            select!("WHERE id = $1"),
        )
        .bind(text(&id.0))
        .fetch_optional(&mut *c)
        .await)
        .doing(DOING)?;
        found.map(Row::halt).transpose()
    }

    /// The newest one.
    ///
    /// # Errors
    /// What the database says.
    pub async fn newest_halt(&mut self) -> Result<Option<Halt>> {
        let found: Option<Row> = on!(self.connection(), c => sqlx::query_as(
            select!("ORDER BY asked_at DESC, id DESC LIMIT 1"),
        )
        .fetch_optional(&mut *c)
        .await)
        .doing(DOING)?;
        found.map(Row::halt).transpose()
    }
}

impl Row {
    fn halt(self) -> Result<Halt> {
        Ok(Halt {
            id: HaltId(self.id),
            n: small(DOING, self.n)?,
            asked_at: Timestamp(self.asked_at),
            word: word(DOING, &self.word, Word::of_word)?,
            decided_by: self.decided_by.map(|by| UserId(by.cast_unsigned())),
            decided_at: self.decided_at.map(Timestamp),
        })
    }
}
