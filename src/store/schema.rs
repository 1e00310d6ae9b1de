//! Looks at the schema of a database without changing anything in it.

use sqlx::{ConnectOptions as _, Connection as _};

use super::open::{self, OpenError};

const LAST: &str = "SELECT MAX(number) FROM schema_migration";

/// The number of the last schema step that the database at this address has: 0 if it is empty, `None`
/// if there is no database file yet. Nothing is made, migrated or locked.
///
/// # Errors
/// As [`Store::open`](super::Store::open).
pub async fn schema(url: &str) -> Result<Option<i64>, OpenError> {
    let Some(path) = open::sqlite_path(url) else {
        return postgres(url).await.map(Some);
    };
    if !path.exists() {
        return Ok(None);
    }
    let mut last = 0;
    for file in [path.clone(), path.with_file_name(open::BALLOTS_FILE)] {
        if file.exists() {
            last = last.max(sqlite(&file).await?);
        }
    }
    Ok(Some(last))
}

async fn sqlite(file: &std::path::Path) -> Result<i64, OpenError> {
    let options = open::sqlite_options(file, &open::Options::default()).read_only(true);
    let mut connection = options.connect().await?;
    let known: i64 =
        sqlx::query_scalar("SELECT COUNT(*) FROM sqlite_master WHERE name = 'schema_migration'")
            .fetch_one(&mut connection)
            .await?;
    let last: Option<i64> = match known {
        0 => None,
        _ => sqlx::query_scalar(LAST).fetch_one(&mut connection).await?,
    };
    connection.close().await?;
    Ok(last.unwrap_or(0))
}

async fn postgres(url: &str) -> Result<i64, OpenError> {
    let mut connection = open::postgres_options(url, &open::Options::default())?
        .connect()
        .await?;
    let known: bool = sqlx::query_scalar("SELECT to_regclass('schema_migration') IS NOT NULL")
        .fetch_one(&mut connection)
        .await?;
    let last: Option<i64> = if known {
        sqlx::query_scalar(LAST).fetch_one(&mut connection).await?
    } else {
        None
    };
    connection.close().await?;
    Ok(last.unwrap_or(0))
}
