//! Brings a database's schema up to this version, one numbered file at a time, and never back.

use sha2::{Digest, Sha256};
use sqlx::{AssertSqlSafe, PgConnection, SqliteConnection};

use super::open::OpenError;

/// One step of the schema, the same for both databases.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// Its number; they are applied in this order.
    pub number: i64,
    /// What it brings.
    pub name: &'static str,
    /// Whether it belongs to the ballots, which lie in a file of their own on SQLite.
    pub ballots: bool,
    /// For SQLite.
    pub sqlite: &'static str,
    /// For PostgreSQL.
    pub postgres: &'static str,
}

macro_rules! migration {
    ($number:literal, $name:literal, ballots: $ballots:literal, $file:literal) => {
        Migration {
            number: $number,
            name: $name,
            ballots: $ballots,
            sqlite: include_str!(concat!("../../migrations/sqlite/", $file, ".sql")),
            postgres: include_str!(concat!("../../migrations/postgres/", $file, ".sql")),
        }
    };
}

/// Every migration, in order. They are only added.
pub const MIGRATIONS: &[Migration] = &[
    migration!(1, "beginning", ballots: false, "0001_beginning"),
    migration!(2, "ballots", ballots: true, "0002_ballots"),
    migration!(3, "life", ballots: false, "0003_life"),
    migration!(4, "pull_requests", ballots: false, "0004_pull_requests"),
    migration!(5, "paths", ballots: false, "0005_paths"),
];

/// Checksums of released migrations, as (number, for SQLite, for PostgreSQL): those may never
/// change again, and a test holds them. Filled with the first release.
pub const FROZEN: &[(i64, &str, &str)] = &[];

/// The checksum that is stored with an applied migration.
#[must_use]
pub fn checksum(sql: &str) -> String {
    hex::encode(Sha256::digest(sql.as_bytes()))
}

const TABLE: &str = "CREATE TABLE IF NOT EXISTS schema_migration (
    number BIGINT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    checksum TEXT NOT NULL
)";
const APPLIED: &str = "SELECT number, checksum FROM schema_migration ORDER BY number";
const APPLY: &str = "INSERT INTO schema_migration (number, name, checksum) VALUES ($1, $2, $3)";

/// Which part of the schema a database holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Part {
    Main,
    Ballots,
    Whole,
}

impl Part {
    fn holds(self, migration: &Migration) -> bool {
        match self {
            Self::Main => !migration.ballots,
            Self::Ballots => migration.ballots,
            Self::Whole => true,
        }
    }
}

/// Migrates a SQLite file, all or nothing.
pub(super) async fn sqlite(
    connection: &mut SqliteConnection,
    part: Part,
    migrations: &[Migration],
) -> Result<(), OpenError> {
    let mut tx = sqlx::Connection::begin_with(connection, "BEGIN IMMEDIATE").await?;
    sqlx::query(TABLE).execute(&mut *tx).await?;
    let applied: Vec<(i64, String)> = sqlx::query_as(APPLIED).fetch_all(&mut *tx).await?;
    for step in missing(&applied, part, migrations, |step| step.sqlite)? {
        sqlx::raw_sql(AssertSqlSafe(step.sqlite))
            .execute(&mut *tx)
            .await?;
        sqlx::query(APPLY)
            .bind(step.number)
            .bind(step.name)
            .bind(checksum(step.sqlite))
            .execute(&mut *tx)
            .await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Migrates a PostgreSQL database, all or nothing; replicas that start at the same time wait.
pub(super) async fn postgres(
    connection: &mut PgConnection,
    migrations: &[Migration],
) -> Result<(), OpenError> {
    const MIGRATING: i64 = 0x6865_6172_7468_0001;
    let mut tx = sqlx::Connection::begin(connection).await?;
    sqlx::query("SELECT pg_advisory_xact_lock($1)")
        .bind(MIGRATING)
        .execute(&mut *tx)
        .await?;
    sqlx::query(TABLE).execute(&mut *tx).await?;
    let applied: Vec<(i64, String)> = sqlx::query_as(APPLIED).fetch_all(&mut *tx).await?;
    for step in missing(&applied, Part::Whole, migrations, |step| step.postgres)? {
        sqlx::raw_sql(AssertSqlSafe(step.postgres))
            .execute(&mut *tx)
            .await?;
        sqlx::query(APPLY)
            .bind(step.number)
            .bind(step.name)
            .bind(checksum(step.postgres))
            .execute(&mut *tx)
            .await?;
    }
    tx.commit().await?;
    Ok(())
}

/// The steps that are still to be taken; refuses a schema that is newer or other than ours.
fn missing<'a>(
    applied: &[(i64, String)],
    part: Part,
    migrations: &'a [Migration],
    sql: impl Fn(&Migration) -> &'static str,
) -> Result<Vec<&'a Migration>, OpenError> {
    for (number, stored) in applied {
        let Some(known) = migrations.iter().find(|step| step.number == *number) else {
            return Err(OpenError::Newer {
                found: *number,
                known: migrations.last().map_or(0, |step| step.number),
            });
        };
        if checksum(sql(known)) != *stored {
            return Err(OpenError::Changed { number: *number });
        }
    }
    Ok(migrations
        .iter()
        .filter(|step| part.holds(step))
        .filter(|step| !applied.iter().any(|(number, _)| *number == step.number))
        .collect())
}
