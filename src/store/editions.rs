//! Digests as they were posted, and firings of schedules: each exists once.

use super::columns::{id, limit as rows, text};
use super::trouble::{Result, While};
use super::{Reader, Tx, on};
use crate::domain::Timestamp;
use crate::domain::chat::ChannelId;
use crate::domain::effect::{EditionId, ScheduleKind};

/// One posting of a digest, with its numbers as they were then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edition {
    /// Its id.
    pub id: EditionId,
    /// The digest's key.
    pub digest: String,
    /// Where it is posted.
    pub channel: ChannelId,
    /// The first moment that it covers.
    pub window_start: Timestamp,
    /// The first moment that it no longer covers.
    pub window_end: Timestamp,
    /// When it was made.
    pub made_at: Timestamp,
    /// The frozen numbers, as JSON.
    pub numbers: String,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    digest: String,
    channel: i64,
    window_start: i64,
    window_end: i64,
    made_at: i64,
    numbers: String,
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, digest, channel, window_start, window_end, made_at, numbers FROM edition ",
            $rest
        )
    };
}

impl Tx {
    /// Stores an edition. `false`: this digest has one for this window, and it stays as it is. A week
    /// that is not over ends, for its edition, at the moment of making it: so the whole week still
    /// gets an edition of its own later.
    ///
    /// # Errors
    /// What the database says.
    pub async fn insert_edition(&mut self, edition: &Edition) -> Result<bool> {
        let written = on!(self.connection(), c => sqlx::query(
            "INSERT INTO edition (id, digest, channel, window_start, window_end, made_at, numbers)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT DO NOTHING",
        )
        .bind(text(&edition.id.0))
        .bind(text(&edition.digest))
        .bind(id(edition.channel.0))
        .bind(edition.window_start.0)
        .bind(edition.window_end.0)
        .bind(edition.made_at.0)
        .bind(text(&edition.numbers))
        .execute(&mut *c)
        .await
        .map(|done| done.rows_affected()))
        .doing("store an edition")?;
        Ok(written == 1)
    }

    /// Takes up a firing of a schedule. `false`: it was taken up before.
    ///
    /// # Errors
    /// What the database says.
    pub async fn fired(&mut self, kind: ScheduleKind, name: &str, at: Timestamp) -> Result<bool> {
        let written = on!(self.connection(), c => sqlx::query(
            "INSERT INTO firing (kind, name, fired_at) VALUES ($1, $2, $3)
             ON CONFLICT (kind, name, fired_at) DO NOTHING",
        )
        .bind(word(kind))
        .bind(text(name))
        .bind(at.0)
        .execute(&mut *c)
        .await
        .map(|done| done.rows_affected()))
        .doing("take up a firing")?;
        Ok(written == 1)
    }
}

impl Reader {
    /// The edition with this id.
    ///
    /// # Errors
    /// What the database says.
    pub async fn edition(&mut self, id: &EditionId) -> Result<Option<Edition>> {
        let found: Option<Row> = on!(self.connection(), c => sqlx::query_as(
            select!("WHERE id = $1"),
        )
        .bind(text(&id.0))
        .fetch_optional(&mut *c)
        .await)
        .doing("load an edition")?;
        Ok(found.map(Row::edition))
    }

    /// The edition of this digest for the window that starts then; of several the one that covers most.
    ///
    /// # Errors
    /// What the database says.
    pub async fn edition_of(
        &mut self,
        digest: &str,
        window_start: Timestamp,
    ) -> Result<Option<Edition>> {
        let found: Option<Row> = on!(self.connection(), c => sqlx::query_as(
            select!("WHERE digest = $1 AND window_start = $2 ORDER BY window_end DESC LIMIT 1"),
        )
        .bind(text(digest))
        .bind(window_start.0)
        .fetch_optional(&mut *c)
        .await)
        .doing("load an edition")?;
        Ok(found.map(Row::edition))
    }

    /// The newest editions of a digest.
    ///
    /// # Errors
    /// What the database says.
    pub async fn editions(&mut self, digest: &str, limit: usize) -> Result<Vec<Edition>> {
        let found: Vec<Row> = on!(self.connection(), c => sqlx::query_as(
            select!("WHERE digest = $1 ORDER BY window_start DESC, window_end DESC LIMIT CAST($2 AS BIGINT)"),
        )
        .bind(text(digest))
        .bind(rows(limit))
        .fetch_all(&mut *c)
        .await)
        .doing("list editions")?;
        Ok(found.into_iter().map(Row::edition).collect())
    }

    /// When this schedule was last taken up.
    ///
    /// # Errors
    /// What the database says.
    pub async fn last_fired(
        &mut self,
        kind: ScheduleKind,
        name: &str,
    ) -> Result<Option<Timestamp>> {
        let at: Option<i64> = on!(self.connection(), c => sqlx::query_scalar(
            "SELECT MAX(fired_at) FROM firing WHERE kind = $1 AND name = $2",
        )
        .bind(word(kind))
        .bind(text(name))
        .fetch_one(&mut *c)
        .await)
        .doing("look for the last firing")?;
        Ok(at.map(Timestamp))
    }
}

impl Row {
    fn edition(self) -> Edition {
        Edition {
            id: EditionId(self.id),
            digest: self.digest,
            channel: ChannelId(self.channel.cast_unsigned()),
            window_start: Timestamp(self.window_start),
            window_end: Timestamp(self.window_end),
            made_at: Timestamp(self.made_at),
            numbers: self.numbers,
        }
    }
}

fn word(kind: ScheduleKind) -> &'static str {
    match kind {
        ScheduleKind::Survey => "survey",
        ScheduleKind::Digest => "digest",
    }
}
