//! `hearth migrate`: brings the database's schema up to date without starting the bot.

use std::path::PathBuf;

use hearth::store::{self, MIGRATIONS, Options, Store};

use super::outcome::Failure;
use super::{reading, say};

/// Opens the database once.
pub fn run(config: Option<PathBuf>) -> Result<(), Failure> {
    let settings = reading::settings_without_secrets(&reading::path(config))?;
    super::choose_tls();
    super::block_on(async {
        let url = settings.database.expose();
        let before = store::schema(url).await?;
        let store = Box::pin(Store::open(url, Options::default())).await?;
        store.close().await;
        let now = MIGRATIONS.last().map_or(0, |last| last.number);
        let database = &settings.database;
        say(&match before {
            None => format!("{database}: made, with schema {now}"),
            Some(before) if before == now => format!("{database}: the schema is {now} already"),
            Some(before) => format!("{database}: schema {before} → {now}"),
        });
        Ok(())
    })
}
