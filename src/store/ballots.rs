//! Salts and answers of survey rounds: no person, no time, nothing that a click leaves but the
//! answer itself. After closing, `purge` makes sure that the salt is gone from the files too.

use std::fmt;

use super::columns::{small, text};
use super::trouble::{Error, Result, While};
use super::{Connection, Reader, Store, Tx, hashed, on};
use crate::domain::effect::RoundId;
use crate::domain::limits;
use crate::domain::survey::Given;

/// What a round needs to know a returning person's answer.
#[derive(Clone, PartialEq, Eq)]
pub struct Ballots {
    /// The round's salt; gone once it is closed.
    pub salt: Option<[u8; 32]>,
    /// A short print of the survey secret that the round was opened with.
    pub fingerprint: String,
}

impl Ballots {
    /// Whether answers are taken.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.salt.is_some()
    }
}

impl fmt::Debug for Ballots {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ballots {{ open: {} }}", self.is_open())
    }
}

#[derive(sqlx::FromRow)]
struct RoundRow {
    salt: Option<Vec<u8>>,
    fingerprint: String,
}

#[derive(sqlx::FromRow)]
struct AnswerRow {
    satisfaction: i64,
    comment: Option<String>,
}

impl Store {
    /// Opens a round's ballots. A second call changes nothing and returns what the first stored.
    ///
    /// # Errors
    /// What the database says.
    pub async fn open_ballots(
        &self,
        round: &RoundId,
        salt: &[u8; 32],
        fingerprint: &str,
    ) -> Result<Ballots> {
        let mut tx = self.begin_ballots().await?;
        on!(tx.connection(), c => sqlx::query(
            "INSERT INTO ballot_round (id, state, salt, fingerprint) VALUES ($1, 'open', $2, $3)
             ON CONFLICT (id) DO NOTHING",
        )
        .bind(text(&round.0))
        .bind(&salt[..])
        .bind(text(fingerprint))
        .execute(&mut *c)
        .await
        .map(drop))
        .doing("open ballots")?;
        let stored = tx.ballots(round).await?;
        tx.commit().await?;
        stored.ok_or_else(|| Error::unreadable("open ballots", "the round is not there"))
    }

    /// A round's ballots, if they were ever opened.
    ///
    /// # Errors
    /// What the database says.
    pub async fn ballots(&self, round: &RoundId) -> Result<Option<Ballots>> {
        self.read_ballots().await?.ballots(round).await
    }

    /// Stores or replaces the answer under this key, if the round is open in that very moment and
    /// not full. `false`: it is not.
    ///
    /// # Errors
    /// What the database says.
    pub async fn answer(&self, round: &RoundId, key: &[u8; 32], given: &Given) -> Result<bool> {
        let mut tx = self.begin_ballots().await?;
        tx.hold_open(round).await?;
        let written = on!(tx.connection(), c => sqlx::query(
            "INSERT INTO ballot_answer (round, key, satisfaction, comment)
             SELECT $1, $2, $3, $4
             WHERE EXISTS (SELECT 1 FROM ballot_round WHERE id = $1 AND state = 'open')
               AND (EXISTS (SELECT 1 FROM ballot_answer WHERE round = $1 AND key = $2)
                    OR (SELECT COUNT(*) FROM ballot_answer WHERE round = $1) < $5)
             ON CONFLICT (round, key) DO UPDATE
             SET satisfaction = excluded.satisfaction, comment = excluded.comment",
        )
        .bind(text(&round.0))
        .bind(&key[..])
        .bind(i64::from(given.satisfaction))
        .bind(given.comment.as_deref().map(text))
        .bind(i64::from(limits::ANSWERS_MAX))
        .execute(&mut *c)
        .await
        .map(|done| done.rows_affected()))
        .doing("store an answer")?;
        tx.commit().await?;
        Ok(written == 1)
    }

    /// The answer under this key, while the round is open.
    ///
    /// # Errors
    /// What the database says.
    pub async fn answer_of(&self, round: &RoundId, key: &[u8; 32]) -> Result<Option<Given>> {
        let mut reader = self.read_ballots().await?;
        let found: Option<AnswerRow> = on!(reader.connection(), c => sqlx::query_as(
            "SELECT satisfaction, comment FROM ballot_answer
             WHERE round = $1 AND key = $2
               AND EXISTS (SELECT 1 FROM ballot_round WHERE id = $1 AND state = 'open')",
        )
        .bind(text(&round.0))
        .bind(&key[..])
        .fetch_optional(&mut *c)
        .await)
        .doing("look for an answer")?;
        found.map(AnswerRow::given).transpose()
    }

    /// Removes the answer under this key, if the round is open. `false`: there was none, or it is
    /// not open.
    ///
    /// # Errors
    /// What the database says.
    pub async fn withdraw(&self, round: &RoundId, key: &[u8; 32]) -> Result<bool> {
        let mut tx = self.begin_ballots().await?;
        tx.hold_open(round).await?;
        let removed = on!(tx.connection(), c => sqlx::query(
            "DELETE FROM ballot_answer
             WHERE round = $1 AND key = $2
               AND EXISTS (SELECT 1 FROM ballot_round WHERE id = $1 AND state = 'open')",
        )
        .bind(text(&round.0))
        .bind(&key[..])
        .execute(&mut *c)
        .await
        .map(|done| done.rows_affected()))
        .doing("withdraw an answer")?;
        tx.commit().await?;
        Ok(removed == 1)
    }

    /// Takes no more answers and destroys the salt. A second call changes nothing, and ballots that
    /// were never opened cannot be opened any more. The salt's bytes may be found in the files until [`Store::purge`] has said [`Purged::Done`](super::Purged).
    ///
    /// # Errors
    /// What the database says.
    pub async fn close_ballots(&self, round: &RoundId) -> Result<()> {
        let mut tx = self.begin_ballots().await?;
        tx.hold_closing(round).await?;
        let closed = on!(tx.connection(), c => sqlx::query(
            "INSERT INTO ballot_round (id, state, salt, fingerprint) VALUES ($1, 'closed', NULL, '')
             ON CONFLICT (id) DO UPDATE SET state = 'closed', salt = NULL
             WHERE ballot_round.state = 'open'",
        )
        .bind(text(&round.0))
        .execute(&mut *c)
        .await
        .map(|done| done.rows_affected()))
        .doing("close ballots")?;
        if closed == 1 {
            tx.forget_order(round).await?;
        }
        tx.commit().await
    }

    /// All answers of a round, in the order of their keys, which is no order to anybody. `None`
    /// until the round is closed and its salt is known to be gone.
    ///
    /// # Errors
    /// What the database says.
    pub async fn answers(&self, round: &RoundId) -> Result<Option<Vec<Given>>> {
        let mut reader = self.read_ballots().await?;
        let purged: Option<i64> = on!(reader.connection(), c => sqlx::query_scalar(
            "SELECT CAST(1 AS BIGINT) FROM ballot_round WHERE id = $1 AND state = 'purged'",
        )
        .bind(text(&round.0))
        .fetch_optional(&mut *c)
        .await)
        .doing("count the answers")?;
        if purged.is_none() {
            return Ok(None);
        }
        let found: Vec<AnswerRow> = on!(reader.connection(), c => sqlx::query_as(
            "SELECT satisfaction, comment FROM ballot_answer
             WHERE round = $1
             ORDER BY key
             LIMIT CAST($2 AS BIGINT)",
        )
        .bind(text(&round.0))
        .bind(i64::from(limits::ANSWERS_MAX))
        .fetch_all(&mut *c)
        .await)
        .doing("count the answers")?;
        found
            .into_iter()
            .map(AnswerRow::given)
            .collect::<Result<_>>()
            .map(Some)
    }
}

impl Reader {
    async fn ballots(&mut self, round: &RoundId) -> Result<Option<Ballots>> {
        let found: Option<RoundRow> = on!(self.connection(), c => sqlx::query_as(
            "SELECT salt, fingerprint FROM ballot_round WHERE id = $1",
        )
        .bind(text(&round.0))
        .fetch_optional(&mut *c)
        .await)
        .doing("look for ballots")?;
        let Some(row) = found else {
            return Ok(None);
        };
        let salt = row
            .salt
            .map(|salt| {
                <[u8; 32]>::try_from(salt)
                    .map_err(|_| Error::unreadable("look for ballots", "the salt is damaged"))
            })
            .transpose()?;
        Ok(Some(Ballots {
            salt,
            fingerprint: row.fingerprint,
        }))
    }
}

impl Tx {
    /// Keeps the round from being closed until this transaction ends. A lock on the round's row
    /// would leave the transaction's number in it; this lock leaves nothing.
    ///
    /// Differs by necessity because SQLite has one writer, who needs no lock.
    async fn hold_open(&mut self, round: &RoundId) -> Result<()> {
        if let Connection::Postgres(c) = self.connection() {
            sqlx::query("SELECT pg_advisory_xact_lock_shared($1)")
                .bind(hashed(&["ballots", &round.0]))
                .execute(&mut *c)
                .await
                .doing("lock the ballots")?;
        }
        Ok(())
    }

    /// Waits for every answer that is being stored, and lets no other begin.
    async fn hold_closing(&mut self, round: &RoundId) -> Result<()> {
        if let Connection::Postgres(c) = self.connection() {
            sqlx::query("SELECT pg_advisory_xact_lock($1)")
                .bind(hashed(&["ballots", &round.0]))
                .execute(&mut *c)
                .await
                .doing("lock the ballots")?;
        }
        Ok(())
    }

    /// Writes the round's answers anew in the order of their keys, in one transaction, so that
    /// neither their place nor their transaction's number tells when they came.
    ///
    /// Differs by necessity because SQLite keeps the rows in the order of their keys already.
    async fn forget_order(&mut self, round: &RoundId) -> Result<()> {
        if let Connection::Postgres(c) = self.connection() {
            sqlx::query(
                "WITH former AS (
                     DELETE FROM ballot_answer WHERE round = $1
                     RETURNING round, key, satisfaction, comment
                 )
                 INSERT INTO ballot_answer (round, key, satisfaction, comment)
                 SELECT round, key, satisfaction, comment FROM former ORDER BY key",
            )
            .bind(text(&round.0))
            .execute(&mut *c)
            .await
            .doing("forget the order of the answers")?;
        }
        Ok(())
    }
}

impl AnswerRow {
    fn given(self) -> Result<Given> {
        let satisfaction = small("read an answer", self.satisfaction)?;
        Ok(Given {
            satisfaction: u8::try_from(satisfaction)
                .map_err(|cause| Error::unreadable("read an answer", cause))?,
            comment: self.comment,
        })
    }
}
