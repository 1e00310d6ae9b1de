//! Single values by name, such as the installation's id.

use super::columns::text;
use super::trouble::{Result, While};
use super::{Reader, Tx, on};

impl Reader {
    /// The value with this name.
    ///
    /// # Errors
    /// What the database says.
    pub async fn setting(&mut self, name: &str) -> Result<Option<String>> {
        on!(self.connection(), c => sqlx::query_scalar("SELECT value FROM setting WHERE name = $1")
            .bind(text(name))
            .fetch_optional(&mut *c)
            .await)
        .doing("read a setting")
    }
}

impl Tx {
    /// Sets the value with this name.
    ///
    /// # Errors
    /// What the database says.
    pub async fn set(&mut self, name: &str, value: &str) -> Result<()> {
        on!(self.connection(), c => sqlx::query(
            "INSERT INTO setting (name, value) VALUES ($1, $2)
             ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        )
        .bind(text(name))
        .bind(text(value))
        .execute(&mut *c)
        .await
        .map(drop))
        .doing("write a setting")
    }

    /// Sets the value unless there is one, and returns the one that is there then.
    pub(super) async fn set_once(&mut self, name: &str, value: &str) -> Result<String> {
        on!(self.connection(), c => sqlx::query(
            "INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING",
        )
        .bind(text(name))
        .bind(text(value))
        .execute(&mut *c)
        .await
        .map(drop))
        .doing("write a setting")?;
        Ok(self
            .setting(name)
            .await?
            .unwrap_or_else(|| value.to_owned()))
    }
}
