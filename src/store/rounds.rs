//! Survey rounds as everybody may know them; salts and answers lie elsewhere, see `ballots`.

use serde_json::{Value, json};

use super::columns::{id, limit as rows, millis, small, text, word};
use super::trouble::{Error, Result, While};
use super::{Reader, Tx, on};
use crate::domain::Timestamp;
use crate::domain::chat::{ChannelId, RoleId};
use crate::domain::effect::RoundId;
use crate::domain::survey::{Released, Round, State};

const DOING: &str = "load a survey round";

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    survey: String,
    wording: i64,
    audience: i64,
    channel: i64,
    k: i64,
    comment: bool,
    state: String,
    eligible: Option<i64>,
    opened_at: i64,
    closes_at: i64,
    reminded_at: Option<i64>,
    closed_at: Option<i64>,
    released: Option<String>,
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, survey, wording, audience, channel, k, comment, state, eligible, \
             opened_at, closes_at, reminded_at, closed_at, released FROM survey_round ",
            $rest
        )
    };
}

impl Tx {
    /// Stores a new round.
    ///
    /// # Errors
    /// [`Trouble::Moved`](super::Trouble::Moved) if a round of this survey is not closed, or it is
    /// stored already.
    pub async fn insert_round(&mut self, new: &Round) -> Result<()> {
        let written = on!(self.connection(), c => sqlx::query(
            "INSERT INTO survey_round (
                 id, survey, wording, audience, channel, k, comment, state, eligible, opened_at,
                 closes_at, reminded_at, closed_at, released
             ) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
             ON CONFLICT DO NOTHING",
        )
        .bind(text(&new.id.0))
        .bind(text(&new.survey))
        .bind(i64::from(new.wording))
        .bind(id(new.audience.0))
        .bind(id(new.channel.0))
        .bind(i64::from(new.k))
        .bind(new.comment)
        .bind(new.state.word())
        .bind(new.eligible.map(i64::from))
        .bind(new.opened_at.0)
        .bind(new.closes_at.0)
        .bind(millis(new.reminded_at))
        .bind(millis(new.closed_at))
        .bind(new.released.as_ref().map(released_out))
        .execute(&mut *c)
        .await
        .map(|done| done.rows_affected()))
        .doing("store a new survey round")?;
        if written == 1 {
            Ok(())
        } else {
            Err(Error::moved("store a new survey round"))
        }
    }

    /// Stores what has changed of a round that was read in the state `from`. Its audience, wording
    /// and threshold never change.
    ///
    /// # Errors
    /// [`Trouble::Moved`](super::Trouble::Moved) if it is no longer in that state.
    pub async fn save_round(&mut self, next: &Round, from: State) -> Result<()> {
        let written = on!(self.connection(), c => sqlx::query(
            "UPDATE survey_round
             SET state = $3, eligible = $4, closes_at = $5, reminded_at = $6, closed_at = $7,
                 released = $8
             WHERE id = $1 AND state = $2 AND state IN ('opening', 'open', 'closing')",
        )
        .bind(text(&next.id.0))
        .bind(from.word())
        .bind(next.state.word())
        .bind(next.eligible.map(i64::from))
        .bind(next.closes_at.0)
        .bind(millis(next.reminded_at))
        .bind(millis(next.closed_at))
        .bind(next.released.as_ref().map(released_out))
        .execute(&mut *c)
        .await
        .map(|done| done.rows_affected()))
        .doing("save a survey round")?;
        if written == 1 {
            Ok(())
        } else {
            Err(Error::moved("save a survey round"))
        }
    }
}

impl Reader {
    /// The round with this id.
    ///
    /// # Errors
    /// What the database says.
    pub async fn round(&mut self, id: &RoundId) -> Result<Option<Round>> {
        let found: Option<Row> = on!(self.connection(), c => sqlx::query_as(
            select!("WHERE id = $1"),
        )
        .bind(text(&id.0))
        .fetch_optional(&mut *c)
        .await)
        .doing(DOING)?;
        found.map(Row::round).transpose()
    }

    /// The survey's round that is not closed.
    ///
    /// # Errors
    /// What the database says.
    pub async fn round_unclosed(&mut self, survey: &str) -> Result<Option<Round>> {
        let found: Option<Row> = on!(self.connection(), c => sqlx::query_as(
            select!("WHERE survey = $1 AND state <> 'closed'"),
        )
        .bind(text(survey))
        .fetch_optional(&mut *c)
        .await)
        .doing(DOING)?;
        found.map(Row::round).transpose()
    }

    /// The survey's closed rounds, newest first.
    ///
    /// # Errors
    /// What the database says.
    pub async fn rounds_closed(&mut self, survey: &str, limit: usize) -> Result<Vec<Round>> {
        let found: Vec<Row> = on!(self.connection(), c => sqlx::query_as(select!(
            "WHERE survey = $1 AND state = 'closed' ORDER BY closed_at DESC, id DESC LIMIT CAST($2 AS BIGINT)"
        ))
        .bind(text(survey))
        .bind(rows(limit))
        .fetch_all(&mut *c)
        .await)
        .doing("list survey rounds")?;
        found.into_iter().map(Row::round).collect()
    }

    /// The newest rounds of all surveys.
    ///
    /// # Errors
    /// What the database says.
    pub async fn rounds(&mut self, limit: usize) -> Result<Vec<Round>> {
        let found: Vec<Row> = on!(self.connection(), c => sqlx::query_as(
            select!("ORDER BY opened_at DESC, id DESC LIMIT CAST($1 AS BIGINT)"),
        )
        .bind(rows(limit))
        .fetch_all(&mut *c)
        .await)
        .doing("list survey rounds")?;
        found.into_iter().map(Row::round).collect()
    }
}

impl Row {
    fn round(self) -> Result<Round> {
        Ok(Round {
            id: RoundId(self.id),
            survey: self.survey,
            wording: small(DOING, self.wording)?,
            audience: RoleId(self.audience.cast_unsigned()),
            channel: ChannelId(self.channel.cast_unsigned()),
            k: small(DOING, self.k)?,
            comment: self.comment,
            state: word(DOING, &self.state, State::of_word)?,
            eligible: self
                .eligible
                .map(|eligible| small(DOING, eligible))
                .transpose()?,
            opened_at: Timestamp(self.opened_at),
            closes_at: Timestamp(self.closes_at),
            reminded_at: self.reminded_at.map(Timestamp),
            closed_at: self.closed_at.map(Timestamp),
            released: self.released.as_deref().map(released_in).transpose()?,
        })
    }
}

fn released_out(released: &Released) -> String {
    json!({
        "n": released.n,
        "top2": released.top2,
        "unanimous": released.unanimous,
        "distribution": released.distribution,
        "comments": released.comments,
    })
    .to_string()
}

fn released_in(stored: &str) -> Result<Released> {
    let value: Value =
        serde_json::from_str(stored).map_err(|cause| Error::unreadable(DOING, cause))?;
    read_released(&value).ok_or_else(|| Error::unreadable(DOING, "released results are damaged"))
}

fn read_released(value: &Value) -> Option<Released> {
    let number = |value: &Value| value.as_u64().and_then(|n| u32::try_from(n).ok());
    let distribution = match &value["distribution"] {
        Value::Null => None,
        points => {
            let points: Option<Vec<u32>> = points.as_array()?.iter().map(number).collect();
            Some(points?.try_into().ok()?)
        }
    };
    let comments: Option<Vec<String>> = value["comments"]
        .as_array()?
        .iter()
        .map(|comment| comment.as_str().map(str::to_owned))
        .collect();
    Some(Released {
        n: number(&value["n"])?,
        top2: match &value["top2"] {
            Value::Null => None,
            top2 => Some(number(top2)?),
        },
        unanimous: value["unanimous"].as_bool()?,
        distribution,
        comments: comments?,
    })
}
