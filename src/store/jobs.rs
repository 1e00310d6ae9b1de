//! Effects as durable rows: claimed under a lease, finished only by whoever holds the fence.
//!
//! ```text
//!  enqueue ──► open ──claim──► open, leased ──finish──► done
//!                ▲                │  │  └─────bury────► buried ──revive──► open
//!                │                │  │                    └────dismiss──► done
//!                └──retry_later───┘  └─ lease over: claimed again with a higher fence
//! ```

use super::columns::{limit as rows, small, text};
use super::trouble::{Error, Result, While};
use super::{Connection, Reader, Scope, Store, Tx, on};
use crate::domain::Timestamp;
use crate::domain::effect::{Effect, Planned};

/// Characters of an error that are kept with a job.
const ERROR_CHARS_MAX: usize = 500;

/// A claimed job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// Its row.
    pub id: i64,
    /// The effect's key.
    pub key: String,
    /// What is to be done.
    pub effect: Effect,
    /// Which attempt this is, from 1; a crash counts as one.
    pub attempt: u32,
    /// How many of the attempts before it were put off because the outside world was busy or unclear.
    pub put_off: u32,
    /// Grows with every claim: an earlier holder's word counts no more.
    pub fence: i64,
    /// How often it had been wanted when it was claimed.
    pub wanted: i64,
    /// When it was to be done.
    pub due_at: Timestamp,
    /// When it was claimed for the first time since it was last finished: what is older than an
    /// engine's or Discord's memory must be asked for before it is done again.
    pub first_claimed_at: Timestamp,
}

impl Job {
    /// How many attempts, this one included, count towards giving up: those that were not put off.
    #[must_use]
    pub fn tries(&self) -> u32 {
        self.attempt.saturating_sub(self.put_off)
    }
}

/// A job that was given up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Buried {
    /// Its row.
    pub id: i64,
    /// The effect's key.
    pub key: String,
    /// How often it was tried.
    pub attempts: u32,
    /// The last error. Hostile text.
    pub error: String,
    /// When it was given up.
    pub buried_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    key: String,
    effect: String,
    attempt: i64,
    put_off: i64,
    fence: i64,
    wanted: i64,
    due_at: i64,
    first_claimed_at: i64,
}

#[derive(sqlx::FromRow)]
struct BuriedRow {
    id: i64,
    key: String,
    attempt: i64,
    error: Option<String>,
    ended_at: i64,
}

macro_rules! claim {
    ($skip:literal) => {
        concat!(
            "WITH picked AS (
                 SELECT id FROM job
                 WHERE state = 'open' AND free_at <= $1
                 ORDER BY free_at, id
                 LIMIT CAST($2 AS BIGINT) ",
            $skip,
            ")
             UPDATE job
             SET runner = $3, free_at = $4, fence = fence + 1, attempt = attempt + 1,
                 put_off = CASE WHEN attempt = 0 THEN 0 ELSE put_off END,
                 first_claimed_at = COALESCE(first_claimed_at, $1)
             WHERE id IN (SELECT id FROM picked) AND state = 'open'
             RETURNING id, key, effect, attempt, put_off, fence, wanted, due_at, first_claimed_at"
        )
    };
}

impl Tx {
    /// Stores effects. An open job with the same key is wanted once more: a look at the clock then
    /// moves to the new time, anything else to the earlier one. If it is being performed at this
    /// moment it is performed again afterwards.
    ///
    /// # Errors
    /// What the database says.
    pub async fn enqueue(&mut self, effects: &[Planned], now: Timestamp) -> Result<()> {
        for planned in effects {
            let effect = serde_json::to_string(&planned.effect)
                .map_err(|cause| Error::unreadable("write an effect", cause))?;
            on!(self.connection(), c => sqlx::query(
                "INSERT INTO job (key, effect, state, due_at, free_at, wanted, attempt, fence,
                                  enqueued_at)
                 VALUES ($1, $2, 'open', $3, $3, 1, 0, 0, $4)
                 ON CONFLICT (key) WHERE state = 'open' DO UPDATE
                 SET wanted = job.wanted + 1,
                     due_at = CASE WHEN $5 OR excluded.due_at < job.due_at
                                   THEN excluded.due_at ELSE job.due_at END,
                     free_at = CASE WHEN job.runner IS NOT NULL THEN job.free_at
                                    WHEN $5 OR excluded.due_at < job.free_at
                                    THEN excluded.due_at ELSE job.free_at END",
            )
            .bind(text(&planned.effect.key()))
            .bind(&effect)
            .bind(planned.due_at.0)
            .bind(now.0)
            .bind(moves_its_time(&planned.effect))
            .execute(&mut *c)
            .await
            .map(drop))
            .doing("enqueue an effect")?;
        }
        Ok(())
    }

    /// The job is done. If it was wanted again since the claim, it stays open and is due as that
    /// wish said. `false`: the lease is lost, another runner has it, and everything in this
    /// transaction must be rolled back.
    ///
    /// # Errors
    /// What the database says.
    pub async fn finish(&mut self, job: &Job, now: Timestamp) -> Result<bool> {
        let changed = on!(self.connection(), c => sqlx::query(
            "UPDATE job
             SET state = CASE WHEN wanted > $3 THEN 'open' ELSE 'done' END,
                 ended_at = CASE WHEN wanted > $3 THEN NULL ELSE $4 END,
                 attempt = CASE WHEN wanted > $3 THEN 0 ELSE attempt END,
                 first_claimed_at = CASE WHEN wanted > $3 THEN NULL ELSE first_claimed_at END,
                 free_at = due_at, runner = NULL, error = NULL
             WHERE id = $1 AND fence = $2 AND state = 'open' AND runner IS NOT NULL",
        )
        .bind(job.id)
        .bind(job.fence)
        .bind(job.wanted)
        .bind(now.0)
        .execute(&mut *c)
        .await
        .map(|done| done.rows_affected()))
        .doing("finish a job")?;
        Ok(changed == 1)
    }

    /// The job is tried again later. `false` as for [`Tx::finish`].
    ///
    /// # Errors
    /// What the database says.
    pub async fn retry_later(&mut self, job: &Job, due_at: Timestamp, error: &str) -> Result<bool> {
        let changed = on!(self.connection(), c => sqlx::query(
            "UPDATE job
             SET due_at = $3, free_at = $3, runner = NULL, error = $4
             WHERE id = $1 AND fence = $2 AND state = 'open' AND runner IS NOT NULL",
        )
        .bind(job.id)
        .bind(job.fence)
        .bind(due_at.0)
        .bind(bounded(error))
        .execute(&mut *c)
        .await
        .map(|done| done.rows_affected()))
        .doing("have a job tried again")?;
        Ok(changed == 1)
    }

    /// The outside world is busy or unclear: the job comes again later, and this attempt counts as none.
    /// `false` as for [`Tx::finish`].
    ///
    /// # Errors
    /// What the database says.
    pub async fn put_off(&mut self, job: &Job, due_at: Timestamp, why: &str) -> Result<bool> {
        on!(self.connection(), c => sqlx::query(
            "UPDATE job SET put_off = put_off + 1
             WHERE id = $1 AND fence = $2 AND state = 'open' AND runner IS NOT NULL",
        )
        .bind(job.id)
        .bind(job.fence)
        .execute(&mut *c)
        .await
        .map(drop))
        .doing("put a job off")?;
        self.retry_later(job, due_at, why).await
    }

    /// The job is given up, visibly. `false` as for [`Tx::finish`].
    ///
    /// # Errors
    /// What the database says.
    pub async fn bury(&mut self, job: &Job, error: &str, now: Timestamp) -> Result<bool> {
        self.give_up(job.id, job.fence, error, now).await
    }

    async fn give_up(&mut self, id: i64, fence: i64, error: &str, now: Timestamp) -> Result<bool> {
        let changed = on!(self.connection(), c => sqlx::query(
            "UPDATE job
             SET state = 'buried', ended_at = $3, runner = NULL, error = $4
             WHERE id = $1 AND fence = $2 AND state = 'open' AND runner IS NOT NULL",
        )
        .bind(id)
        .bind(fence)
        .bind(now.0)
        .bind(bounded(error))
        .execute(&mut *c)
        .await
        .map(|done| done.rows_affected()))
        .doing("bury a job")?;
        Ok(changed == 1)
    }

    /// An effect that this version does not know is buried rather than tried for ever.
    async fn known(&mut self, row: Row, now: Timestamp) -> Result<Option<Job>> {
        match serde_json::from_str(&row.effect) {
            Ok(effect) => row.job(effect).map(Some),
            Err(cause) => {
                let Row { id, fence, .. } = row;
                let error = format!("this version does not know it: {cause}");
                self.give_up(id, fence, &error, now).await?;
                tracing::error!(
                    job.id = id,
                    "job {id} holds an unknown effect and is buried"
                );
                Ok(None)
            }
        }
    }
}

impl Store {
    /// Takes up to `limit` jobs that are due and that nobody holds, until `lease_until`. No job is
    /// handed out twice.
    ///
    /// # Errors
    /// What the database says.
    pub async fn claim(
        &self,
        now: Timestamp,
        lease_until: Timestamp,
        runner: &str,
        limit: usize,
    ) -> Result<Vec<Job>> {
        let mut tx = self.begin(Scope::Jobs).await?;
        let limit = rows(limit);
        // Differs by necessity because SQLite has no row locks and needs none: it has one writer.
        let sql = match tx.connection() {
            Connection::Sqlite(_) => claim!(""),
            Connection::Postgres(_) => claim!("FOR UPDATE SKIP LOCKED"),
        };
        let mut found: Vec<Row> = on!(tx.connection(), c => sqlx::query_as(sql)
            .bind(now.0)
            .bind(limit)
            .bind(runner)
            .bind(lease_until.0)
            .fetch_all(&mut *c)
            .await)
        .doing("claim jobs")?;
        if found.is_empty() {
            return Ok(Vec::new());
        }
        found.sort_by_key(|row| (row.due_at, row.id));
        let mut jobs = Vec::with_capacity(found.len());
        for row in found {
            jobs.extend(tx.known(row, now).await?);
        }
        tx.commit().await?;
        Ok(jobs)
    }

    /// Extends the lease of a claimed job. `false`: it is lost.
    ///
    /// # Errors
    /// What the database says.
    pub async fn renew(&self, job: &Job, lease_until: Timestamp) -> Result<bool> {
        let mut tx = self.begin(Scope::Jobs).await?;
        let changed = on!(tx.connection(), c => sqlx::query(
            "UPDATE job SET free_at = $3
             WHERE id = $1 AND fence = $2 AND state = 'open' AND runner IS NOT NULL",
        )
        .bind(job.id)
        .bind(job.fence)
        .bind(lease_until.0)
        .execute(&mut *c)
        .await
        .map(|done| done.rows_affected()))
        .doing("renew a lease")?;
        tx.commit().await?;
        Ok(changed == 1)
    }

    /// Frees every lease: at the start of the only instance, those of its former life.
    ///
    /// # Errors
    /// What the database says.
    pub async fn release_leases(&self) -> Result<u64> {
        let mut tx = self.begin(Scope::Jobs).await?;
        let changed = on!(tx.connection(), c => sqlx::query(
            "UPDATE job SET runner = NULL, free_at = due_at
             WHERE state = 'open' AND runner IS NOT NULL",
        )
        .execute(&mut *c)
        .await
        .map(|done| done.rows_affected()))
        .doing("free the leases")?;
        tx.commit().await?;
        Ok(changed)
    }
}

impl Tx {
    /// Digs a buried job up again. `false`: it is not buried, or the same is wanted anew already.
    ///
    /// # Errors
    /// What the database says.
    pub async fn revive(&mut self, id: i64, now: Timestamp) -> Result<bool> {
        // The open job with this key, if there is one, would collide: PostgreSQL holds concurrent
        // enqueuers off by the key's lock.
        self.lock_keys().await?;
        let changed = on!(self.connection(), c => sqlx::query(
            "UPDATE job
             SET state = 'open', due_at = $2, free_at = $2, attempt = 0, ended_at = NULL,
                 first_claimed_at = NULL
             WHERE id = $1 AND state = 'buried'
               AND NOT EXISTS (
                   SELECT 1 FROM job AS other WHERE other.key = job.key AND other.state = 'open'
               )",
        )
        .bind(id)
        .bind(now.0)
        .execute(&mut *c)
        .await
        .map(|done| done.rows_affected()))
        .doing("revive a job")?;
        Ok(changed == 1)
    }

    /// Nobody shall be bothered with a buried job any more: it counts as done. `false`: it is not buried.
    ///
    /// # Errors
    /// What the database says.
    pub async fn dismiss(&mut self, id: i64, now: Timestamp) -> Result<bool> {
        let changed = on!(self.connection(), c => sqlx::query(
            "UPDATE job SET state = 'done', ended_at = $2 WHERE id = $1 AND state = 'buried'",
        )
        .bind(id)
        .bind(now.0)
        .execute(&mut *c)
        .await
        .map(|done| done.rows_affected()))
        .doing("dismiss a job")?;
        Ok(changed == 1)
    }

    async fn lock_keys(&mut self) -> Result<()> {
        if let Connection::Postgres(c) = self.connection() {
            sqlx::query("LOCK TABLE job IN SHARE ROW EXCLUSIVE MODE")
                .execute(&mut *c)
                .await
                .doing("lock the jobs")?;
        }
        Ok(())
    }
}

impl Reader {
    /// The newest buried jobs.
    ///
    /// # Errors
    /// What the database says.
    pub async fn buried(&mut self, limit: usize) -> Result<Vec<Buried>> {
        let found: Vec<BuriedRow> = on!(self.connection(), c => sqlx::query_as(
            "SELECT id, key, attempt, error, ended_at
             FROM job
             WHERE state = 'buried'
             ORDER BY ended_at DESC, id DESC
             LIMIT CAST($1 AS BIGINT)",
        )
        .bind(rows(limit))
        .fetch_all(&mut *c)
        .await)
        .doing("read the buried jobs")?;
        found
            .into_iter()
            .map(|row| {
                Ok(Buried {
                    id: row.id,
                    key: row.key,
                    attempts: small("read the buried jobs", row.attempt)?,
                    error: row.error.unwrap_or_default(),
                    buried_at: Timestamp(row.ended_at),
                })
            })
            .collect()
    }

    /// The effect's key of a job, if it is buried.
    ///
    /// # Errors
    /// What the database says.
    pub async fn buried_key(&mut self, id: i64) -> Result<Option<String>> {
        on!(self.connection(), c => sqlx::query_scalar(
            "SELECT key FROM job WHERE id = $1 AND state = 'buried'",
        )
        .bind(id)
        .fetch_optional(&mut *c)
        .await)
        .doing("read a buried job")
    }

    /// How many jobs are buried.
    ///
    /// # Errors
    /// What the database says.
    pub async fn buried_count(&mut self) -> Result<u32> {
        let count: i64 = on!(self.connection(), c => sqlx::query_scalar(
            "SELECT COUNT(*) FROM job WHERE state = 'buried'",
        )
        .fetch_one(&mut *c)
        .await)
        .doing("count the buried jobs")?;
        small("count the buried jobs", count)
    }

    /// How many jobs are not finished, whenever they are due.
    ///
    /// # Errors
    /// What the database says.
    pub async fn jobs_open(&mut self) -> Result<u32> {
        let count: i64 = on!(self.connection(), c => sqlx::query_scalar(
            "SELECT COUNT(*) FROM job WHERE state = 'open'",
        )
        .fetch_one(&mut *c)
        .await)
        .doing("count the open jobs")?;
        small("count the open jobs", count)
    }

    /// How many unfinished jobs were to be done by now, those in hand included.
    ///
    /// # Errors
    /// What the database says.
    pub async fn jobs_due(&mut self, now: Timestamp) -> Result<u32> {
        let count: i64 = on!(self.connection(), c => sqlx::query_scalar(
            "SELECT COUNT(*) FROM job WHERE state = 'open' AND due_at <= $1",
        )
        .bind(now.0)
        .fetch_one(&mut *c)
        .await)
        .doing("count the due jobs")?;
        small("count the due jobs", count)
    }

    /// When the next job can be claimed: when one is due, or a lease ends.
    ///
    /// # Errors
    /// What the database says.
    pub async fn next_due(&mut self) -> Result<Option<Timestamp>> {
        let at: Option<i64> = on!(self.connection(), c => sqlx::query_scalar(
            "SELECT MIN(free_at) FROM job WHERE state = 'open'",
        )
        .fetch_one(&mut *c)
        .await)
        .doing("look for the next job")?;
        Ok(at.map(Timestamp))
    }
}

impl Row {
    fn job(self, effect: Effect) -> Result<Job> {
        Ok(Job {
            id: self.id,
            key: self.key,
            effect,
            attempt: small("claim jobs", self.attempt)?,
            put_off: small("claim jobs", self.put_off)?,
            fence: self.fence,
            wanted: self.wanted,
            due_at: Timestamp(self.due_at),
            first_claimed_at: Timestamp(self.first_claimed_at),
        })
    }
}

/// A look at the clock has one time, the newest; anything else is wanted as early as anyone said.
fn moves_its_time(effect: &Effect) -> bool {
    match effect {
        Effect::MindEnvironment { .. }
        | Effect::MindDeployment { .. }
        | Effect::MindRound { .. }
        | Effect::MindStray { .. }
        | Effect::LookForDrift { .. }
        | Effect::MindPullRequest { .. }
        | Effect::SweepRepository { .. }
        | Effect::Sweep { .. }
        | Effect::Fire { .. } => true,
        Effect::Post { .. }
        | Effect::BuildEnvironment { .. }
        | Effect::DestroyEnvironment { .. }
        | Effect::PlanEnvironment { .. }
        | Effect::UpdateEnvironment { .. }
        | Effect::LookAtPullRequest { .. }
        | Effect::FollowPullRequest { .. }
        | Effect::TellForge { .. }
        | Effect::RestEnvironment { .. }
        | Effect::AdmitEnvironments { .. }
        | Effect::DestroyStray { .. }
        | Effect::RunDeployment { .. }
        | Effect::OpenRound { .. }
        | Effect::CloseRound { .. } => false,
    }
}

fn bounded(error: &str) -> String {
    error
        .chars()
        .filter(|c| *c != '\0')
        .take(ERROR_CHARS_MAX)
        .collect()
}
