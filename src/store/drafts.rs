//! Drafts as rows: few per person, and none for long.

use super::columns::{id as id_column, limit as rows, parameters_in, parameters_out, text};
use super::trouble::{Result, While};
use super::{Reader, Tx, on};
use crate::domain::Timestamp;
use crate::domain::chat::UserId;
use crate::domain::draft::Draft;
use crate::domain::limits;

const DOING: &str = "load a draft";

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    person: i64,
    given: String,
    typed: String,
    kept_until: i64,
}

impl Tx {
    /// Stores a draft, or what was typed into it since. Drafts whose time is over go, and of this person all but the
    /// newest.
    ///
    /// # Errors
    /// What the database says.
    pub async fn keep_draft(&mut self, draft: &Draft, now: Timestamp) -> Result<()> {
        const DOING: &str = "keep a draft";
        on!(self.connection(), c => sqlx::query(
            "INSERT INTO draft (id, person, given, typed, kept_until) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (id) DO UPDATE SET typed = excluded.typed",
        )
        .bind(text(&draft.id))
        .bind(id_column(draft.person.0))
        .bind(parameters_out(&draft.given))
        .bind(parameters_out(&draft.typed))
        .bind(draft.kept_until.0)
        .execute(&mut *c)
        .await
        .map(drop))
        .doing(DOING)?;
        on!(self.connection(), c => sqlx::query(
            "DELETE FROM draft
             WHERE kept_until <= $1
                OR (person = $2 AND id NOT IN (
                        SELECT id FROM draft WHERE person = $2
                        ORDER BY kept_until DESC, id DESC LIMIT CAST($3 AS BIGINT)))",
        )
        .bind(now.0)
        .bind(id_column(draft.person.0))
        .bind(rows(limits::DRAFTS_MAX))
        .execute(&mut *c)
        .await
        .map(drop))
        .doing(DOING)
    }

    /// Removes a draft that was finished.
    ///
    /// # Errors
    /// What the database says.
    pub async fn remove_draft(&mut self, id: &str) -> Result<()> {
        on!(self.connection(), c => sqlx::query("DELETE FROM draft WHERE id = $1")
            .bind(text(id))
            .execute(&mut *c)
            .await
            .map(drop))
        .doing("remove a draft")
    }
}

impl Reader {
    /// The draft with this id, if it is this person's and its time is not over.
    ///
    /// # Errors
    /// What the database says.
    pub async fn draft(
        &mut self,
        id: &str,
        person: UserId,
        now: Timestamp,
    ) -> Result<Option<Draft>> {
        let found: Option<Row> = on!(self.connection(), c => sqlx::query_as(
            "SELECT id, person, given, typed, kept_until FROM draft
             WHERE id = $1 AND person = $2 AND kept_until > $3",
        )
        .bind(text(id))
        .bind(id_column(person.0))
        .bind(now.0)
        .fetch_optional(&mut *c)
        .await)
        .doing(DOING)?;
        found
            .map(|row| {
                Ok(Draft {
                    id: row.id,
                    person: UserId(row.person.cast_unsigned()),
                    given: parameters_in(DOING, &row.given)?,
                    typed: parameters_in(DOING, &row.typed)?,
                    kept_until: Timestamp(row.kept_until),
                })
            })
            .transpose()
    }
}
