//! Where the messages about a subject are, so that they can be edited and never doubled.

use super::columns::{id, text};
use super::trouble::{Result, While};
use super::{Reader, Tx, on};
use crate::domain::Timestamp;
use crate::domain::chat::{ChannelId, MessageId};
use crate::domain::effect::{Occasion, Subject};

/// A message that was posted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posted {
    /// Where it is.
    pub channel: ChannelId,
    /// Its id.
    pub message: MessageId,
    /// When it was posted.
    pub posted_at: Timestamp,
    /// The nonce it was posted with; never one of a ballot.
    pub nonce: String,
}

#[derive(sqlx::FromRow)]
struct Row {
    channel: i64,
    message: i64,
    posted_at: i64,
    nonce: String,
}

impl Tx {
    /// Stores where the newest message of this subject and occasion is.
    ///
    /// # Errors
    /// What the database says.
    pub async fn remember(
        &mut self,
        subject: &Subject,
        occasion: Occasion,
        posted: &Posted,
    ) -> Result<()> {
        on!(self.connection(), c => sqlx::query(
            "INSERT INTO message (subject_kind, subject, occasion, channel, message, posted_at,
                                  nonce)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (subject_kind, subject, occasion) DO UPDATE
             SET channel = excluded.channel, message = excluded.message,
                 posted_at = excluded.posted_at, nonce = excluded.nonce",
        )
        .bind(subject.kind())
        .bind(text(subject.mark()))
        .bind(occasion.word())
        .bind(id(posted.channel.0))
        .bind(id(posted.message.0))
        .bind(posted.posted_at.0)
        .bind(text(&posted.nonce))
        .execute(&mut *c)
        .await
        .map(drop))
        .doing("remember a message")
    }
}

impl Reader {
    /// The newest message of this subject and occasion.
    ///
    /// # Errors
    /// What the database says.
    pub async fn message_of(
        &mut self,
        subject: &Subject,
        occasion: Occasion,
    ) -> Result<Option<Posted>> {
        let found: Option<Row> = on!(self.connection(), c => sqlx::query_as(
            "SELECT channel, message, posted_at, nonce
             FROM message
             WHERE subject_kind = $1 AND subject = $2 AND occasion = $3",
        )
        .bind(subject.kind())
        .bind(text(subject.mark()))
        .bind(occasion.word())
        .fetch_optional(&mut *c)
        .await)
        .doing("look for a message")?;
        Ok(found.map(|row| Posted {
            channel: ChannelId(row.channel.cast_unsigned()),
            message: MessageId(row.message.cast_unsigned()),
            posted_at: Timestamp(row.posted_at),
            nonce: row.nonce,
        }))
    }
}
