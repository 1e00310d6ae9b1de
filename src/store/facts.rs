//! What happened, append-only: the metrics are computed from it.

use futures::TryStreamExt;

use super::columns::{millis, small, some_text, text, word};
use super::trouble::{Error, Result, While};
use super::{Reader, Tx, on};
use crate::domain::Timestamp;
use crate::domain::fact::{Fact, Fault, Kind, Reason};

/// Facts that are read into memory at once; more is an error rather than a wrong number.
const FACTS_AT_ONCE_MAX: usize = 1_000_000;
/// Sources of facts that are told apart.
const SOURCES_MAX: i64 = 1000;

const DOING: &str = "read facts";

#[derive(sqlx::FromRow)]
struct Row {
    source: String,
    kind: String,
    subject: String,
    occurred_at: i64,
    started_at: Option<i64>,
    team: Option<String>,
    service: Option<String>,
    stage: Option<String>,
    production: bool,
    human: bool,
    reason: Option<String>,
    fault: Option<String>,
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT source, kind, subject, occurred_at, started_at, team, service, stage, \
             production, human, reason, fault ",
            $rest
        )
    };
}

impl Tx {
    /// Stores facts; one that is known by source, kind and subject stays as it is.
    ///
    /// # Errors
    /// What the database says.
    pub async fn record(&mut self, facts: &[Fact]) -> Result<()> {
        for fact in facts {
            on!(self.connection(), c => sqlx::query(
                "INSERT INTO fact (source, kind, subject, occurred_at, started_at, team, service,
                                   stage, production, human, reason, fault)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
                 ON CONFLICT (source, kind, subject) DO NOTHING",
            )
            .bind(text(&fact.source))
            .bind(fact.kind.word())
            .bind(text(&fact.subject))
            .bind(fact.occurred_at.0)
            .bind(millis(fact.started_at))
            .bind(some_text(fact.team.as_ref()))
            .bind(some_text(fact.service.as_ref()))
            .bind(some_text(fact.stage.as_ref()))
            .bind(fact.production)
            .bind(fact.human)
            .bind(fact.reason.map(Reason::word))
            .bind(fact.fault.map(Fault::word))
            .execute(&mut *c)
            .await
            .map(drop))
            .doing("record a fact")?;
        }
        Ok(())
    }
}

impl Reader {
    /// Every fact with `from <= occurred_at < to`, by time.
    ///
    /// # Errors
    /// What the database says; also if there are more than a million.
    pub async fn facts_between(&mut self, from: Timestamp, to: Timestamp) -> Result<Vec<Fact>> {
        let mut facts = Vec::new();
        self.each_fact(from, to, |fact| {
            facts.push(fact);
            facts.len() <= FACTS_AT_ONCE_MAX
        })
        .await?;
        if facts.len() > FACTS_AT_ONCE_MAX {
            return Err(Error::unreadable(DOING, "more facts than fit at once"));
        }
        Ok(facts)
    }

    /// Hands over every fact with `from <= occurred_at < to`, by time, until `see` says `false`.
    /// Holds one at a time.
    ///
    /// # Errors
    /// What the database says.
    pub async fn each_fact(
        &mut self,
        from: Timestamp,
        to: Timestamp,
        mut see: impl FnMut(Fact) -> bool + Send,
    ) -> Result<()> {
        on!(self.connection(), c => {
            let mut rows = sqlx::query_as::<_, Row>(select!(
                "FROM fact
                 WHERE occurred_at >= $1 AND occurred_at < $2
                 ORDER BY occurred_at, source, kind, subject"
            ))
            .bind(from.0)
            .bind(to.0)
            .fetch(&mut *c);
            while let Some(row) = rows.try_next().await.doing(DOING)? {
                if !see(row.fact()?) {
                    break;
                }
            }
        });
        Ok(())
    }

    /// How many facts there are.
    ///
    /// # Errors
    /// What the database says.
    pub async fn fact_count(&mut self) -> Result<u32> {
        let count: i64 =
            on!(self.connection(), c => sqlx::query_scalar("SELECT COUNT(*) FROM fact")
            .fetch_one(&mut *c)
            .await)
            .doing("count facts")?;
        small("count facts", count)
    }

    /// For each source the last time before `at` that it was connected or lost: how things stood
    /// when a window began. Of two at the same time that of the later life counts, whose id sorts last.
    ///
    /// # Errors
    /// What the database says.
    pub async fn sources_before(&mut self, at: Timestamp) -> Result<Vec<Fact>> {
        let found: Vec<Row> = on!(self.connection(), c => sqlx::query_as(select!(
            "FROM (
                 SELECT source, kind, subject, occurred_at, started_at, team, service, stage,
                        production, human, reason, fault,
                        ROW_NUMBER() OVER (
                            PARTITION BY source ORDER BY occurred_at DESC, subject DESC, kind DESC
                        ) AS place
                 FROM fact
                 WHERE kind IN ('source.connected', 'source.lost') AND occurred_at < $1
             ) AS latest
             WHERE place = 1
             ORDER BY source
             LIMIT CAST($2 AS BIGINT)"
        ))
        .bind(at.0)
        .bind(SOURCES_MAX)
        .fetch_all(&mut *c)
        .await)
        .doing(DOING)?;
        found.into_iter().map(Row::fact).collect()
    }
}

impl Row {
    fn fact(self) -> Result<Fact> {
        Ok(Fact {
            kind: word(DOING, &self.kind, Kind::of_word)?,
            occurred_at: Timestamp(self.occurred_at),
            started_at: self.started_at.map(Timestamp),
            subject: self.subject,
            source: self.source,
            team: self.team,
            service: self.service,
            stage: self.stage,
            production: self.production,
            human: self.human,
            reason: self
                .reason
                .map(|reason| word(DOING, &reason, Reason::of_word))
                .transpose()?,
            fault: self
                .fault
                .map(|fault| word(DOING, &fault, Fault::of_word))
                .transpose()?,
        })
    }
}
