//! Pull requests as rows, one per number of a repository; what was said about them at their forge; and
//! which deliveries of a forge were heard.

use super::columns::{limit as rows, millis, some_text, text, word};
use super::trouble::{Error, Result, While};
use super::{Reader, Tx, on};
use crate::domain::Timestamp;
use crate::domain::chat::UserId;
use crate::domain::effect::{EnvironmentId, PullRequestId};
use crate::domain::pull_request::{LetIn, PullRequest, State};

const DOING: &str = "load a pull request";

/// What was said about a pull request at its forge.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// The id of our comment.
    pub comment: Option<String>,
    /// A digest of what it says.
    pub comment_said: Option<String>,
    /// The id of our deployment.
    pub deployment: Option<String>,
    /// Which revision it is of, and what was said of it last.
    pub deployment_said: Option<String>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    repository: String,
    team: String,
    number: i64,
    title: String,
    url: String,
    author: String,
    branch: String,
    head: String,
    state: String,
    labelled: bool,
    trusted: bool,
    let_in: Option<String>,
    let_in_by: Option<i64>,
    asked: Option<String>,
    environment: Option<String>,
    built: Option<String>,
    refusal: Option<String>,
    ends_at: Option<i64>,
    closed_at: Option<i64>,
    seen_at: i64,
}

#[derive(sqlx::FromRow)]
struct ToldRow {
    comment: Option<String>,
    comment_said: Option<String>,
    deployment: Option<String>,
    deployment_said: Option<String>,
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, repository, team, number, title, url, author, branch, head, state, labelled, \
             trusted, let_in, let_in_by, asked, environment, built, refusal, ends_at, closed_at, \
             seen_at FROM pull_request ",
            $rest
        )
    };
}

/// Binds the columns that may change, in the order in which both statements below name them.
macro_rules! bind_changing {
    ($query:expr, $it:expr) => {
        $query
            .bind(text(&$it.title))
            .bind(text(&$it.url))
            .bind(text(&$it.author))
            .bind(text(&$it.branch))
            .bind(text(&$it.head))
            .bind($it.state.word())
            .bind($it.labelled)
            .bind($it.trusted)
            .bind(some_text(
                $it.let_in.as_ref().map(|let_in| &let_in.revision),
            ))
            .bind($it.let_in.as_ref().map(|let_in| let_in.by.0.cast_signed()))
            .bind(some_text($it.asked.as_ref()))
            .bind(some_text($it.environment.as_ref().map(|id| &id.0)))
            .bind(some_text($it.built.as_ref()))
            .bind(some_text($it.refusal.as_ref()))
            .bind(millis($it.ends_at))
            .bind(millis($it.closed_at))
    };
}

impl Tx {
    /// Stores a new pull request. `false`: it is known already.
    ///
    /// # Errors
    /// What the database says.
    pub async fn insert_pull_request(&mut self, new: &PullRequest) -> Result<bool> {
        let written = on!(self.connection(), c => bind_changing!(sqlx::query(
            "INSERT INTO pull_request (
                 title, url, author, branch, head, state, labelled, trusted, let_in, let_in_by,
                 asked, environment, built, refusal, ends_at, closed_at, id, repository, team,
                 number, seen_at
             ) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,
                       $18, $19, $20, $21)
             ON CONFLICT DO NOTHING",
        ), new)
        .bind(text(&new.id.0))
        .bind(text(&new.repository))
        .bind(text(&new.team))
        .bind(new.number)
        .bind(new.seen_at.0)
        .execute(&mut *c)
        .await
        .map(|done| done.rows_affected()))
        .doing("store a new pull request")?;
        Ok(written == 1)
    }

    /// Stores what has changed of a pull request that was read as `was`.
    ///
    /// # Errors
    /// [`Trouble::Moved`](super::Trouble::Moved) if it stands elsewhere or has another head by now.
    pub async fn save_pull_request(&mut self, next: &PullRequest, was: &PullRequest) -> Result<()> {
        const DOING: &str = "save a pull request";
        let written = on!(self.connection(), c => bind_changing!(sqlx::query(
            "UPDATE pull_request
             SET title = $1, url = $2, author = $3, branch = $4, head = $5, state = $6,
                 labelled = $7, trusted = $8, let_in = $9, let_in_by = $10, asked = $11,
                 environment = $12, built = $13, refusal = $14, ends_at = $15, closed_at = $16
             WHERE id = $17 AND state = $18 AND head = $19",
        ), next)
        .bind(text(&next.id.0))
        .bind(was.state.word())
        .bind(text(&was.head))
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

    /// Stores what was said about a pull request at its forge.
    ///
    /// # Errors
    /// What the database says.
    pub async fn told_forge(&mut self, id: &PullRequestId, told: &Told) -> Result<()> {
        on!(self.connection(), c => sqlx::query(
            "UPDATE pull_request
             SET comment = $2, comment_said = $3, deployment = $4, deployment_said = $5
             WHERE id = $1",
        )
        .bind(text(&id.0))
        .bind(some_text(told.comment.as_ref()))
        .bind(some_text(told.comment_said.as_ref()))
        .bind(some_text(told.deployment.as_ref()))
        .bind(some_text(told.deployment_said.as_ref()))
        .execute(&mut *c)
        .await
        .map(drop))
        .doing("store what a forge was told")
    }

    /// Remembers that a delivery was heard. `false`: it was heard before, and nothing more may be done
    /// for it.
    ///
    /// # Errors
    /// What the database says.
    pub async fn delivered(&mut self, repository: &str, key: &str, now: Timestamp) -> Result<bool> {
        let written = on!(self.connection(), c => sqlx::query(
            "INSERT INTO delivery (repository, key, heard_at) VALUES ($1, $2, $3)
             ON CONFLICT (repository, key) DO NOTHING",
        )
        .bind(text(repository))
        .bind(text(key))
        .bind(now.0)
        .execute(&mut *c)
        .await
        .map(|done| done.rows_affected()))
        .doing("remember a delivery")?;
        Ok(written == 1)
    }
}

impl Reader {
    /// The pull request with this id.
    ///
    /// # Errors
    /// What the database says.
    pub async fn pull_request(&mut self, id: &PullRequestId) -> Result<Option<PullRequest>> {
        let found: Option<Row> = on!(self.connection(), c => sqlx::query_as(
            select!("WHERE id = $1"),
        )
        .bind(text(&id.0))
        .fetch_optional(&mut *c)
        .await)
        .doing(DOING)?;
        found.map(Row::pull_request).transpose()
    }

    /// The pull request with this number.
    ///
    /// # Errors
    /// What the database says.
    pub async fn pull_request_numbered(
        &mut self,
        repository: &str,
        number: i64,
    ) -> Result<Option<PullRequest>> {
        let found: Option<Row> = on!(self.connection(), c => sqlx::query_as(
            select!("WHERE repository = $1 AND number = $2"),
        )
        .bind(text(repository))
        .bind(number)
        .fetch_optional(&mut *c)
        .await)
        .doing(DOING)?;
        found.map(Row::pull_request).transpose()
    }

    /// The pull request that has this environment.
    ///
    /// # Errors
    /// What the database says.
    pub async fn pull_request_of(&mut self, id: &EnvironmentId) -> Result<Option<PullRequest>> {
        let found: Option<Row> = on!(self.connection(), c => sqlx::query_as(
            select!("WHERE environment = $1"),
        )
        .bind(text(&id.0))
        .fetch_optional(&mut *c)
        .await)
        .doing(DOING)?;
        found.map(Row::pull_request).transpose()
    }

    /// The open pull requests of a repository, by number.
    ///
    /// # Errors
    /// What the database says.
    pub async fn pull_requests_open(
        &mut self,
        repository: &str,
        limit: usize,
    ) -> Result<Vec<PullRequest>> {
        let found: Vec<Row> = on!(self.connection(), c => sqlx::query_as(
            select!("WHERE repository = $1 AND state = 'open' ORDER BY number DESC LIMIT CAST($2 AS BIGINT)"),
        )
        .bind(text(repository))
        .bind(rows(limit))
        .fetch_all(&mut *c)
        .await)
        .doing(DOING)?;
        found.into_iter().map(Row::pull_request).collect()
    }

    /// The open pull requests of a team that have no environment because one was refused, oldest first.
    ///
    /// # Errors
    /// What the database says.
    pub async fn pull_requests_refused(
        &mut self,
        team: &str,
        limit: usize,
    ) -> Result<Vec<PullRequest>> {
        let found: Vec<Row> = on!(self.connection(), c => sqlx::query_as(
            select!("WHERE team = $1 AND state = 'open' AND refusal IS NOT NULL ORDER BY seen_at, id LIMIT CAST($2 AS BIGINT)"),
        )
        .bind(text(team))
        .bind(rows(limit))
        .fetch_all(&mut *c)
        .await)
        .doing(DOING)?;
        found.into_iter().map(Row::pull_request).collect()
    }

    /// What was said about a pull request at its forge.
    ///
    /// # Errors
    /// What the database says.
    pub async fn forge_told(&mut self, id: &PullRequestId) -> Result<Told> {
        let found: Option<ToldRow> = on!(self.connection(), c => sqlx::query_as(
            "SELECT comment, comment_said, deployment, deployment_said
             FROM pull_request
             WHERE id = $1",
        )
        .bind(text(&id.0))
        .fetch_optional(&mut *c)
        .await)
        .doing("look for what a forge was told")?;
        Ok(found.map_or_else(Told::default, |row| Told {
            comment: row.comment,
            comment_said: row.comment_said,
            deployment: row.deployment,
            deployment_said: row.deployment_said,
        }))
    }
}

impl Row {
    fn pull_request(self) -> Result<PullRequest> {
        let let_in = self.let_in.zip(self.let_in_by);
        Ok(PullRequest {
            id: PullRequestId(self.id),
            repository: self.repository,
            team: self.team,
            number: self.number,
            title: self.title,
            url: self.url,
            author: self.author,
            branch: self.branch,
            head: self.head,
            state: word(DOING, &self.state, State::of_word)?,
            labelled: self.labelled,
            trusted: self.trusted,
            let_in: let_in.map(|(revision, by)| LetIn {
                by: UserId(by.cast_unsigned()),
                revision,
            }),
            asked: self.asked,
            environment: self.environment.map(EnvironmentId),
            built: self.built,
            refusal: self.refusal,
            ends_at: self.ends_at.map(Timestamp),
            closed_at: self.closed_at.map(Timestamp),
            seen_at: Timestamp(self.seen_at),
        })
    }
}
