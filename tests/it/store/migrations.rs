//! Migrations: one by one over real rows, the same shape on both databases, never backwards.

use std::collections::{BTreeMap, BTreeSet};

use hearth::domain::Timestamp;
use hearth::domain::effect::{DeploymentId, EnvironmentId, RoundId};
use hearth::store::{FROZEN, MIGRATIONS, Migration, OpenError, Options, Store, Whose, checksum};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};
use tempfile::TempDir;

/// Rows as they were when a migration was new, by its number.
const DATA: &[(i64, &str)] = &[
    (1, include_str!("../../data/0001_beginning.sql")),
    (2, include_str!("../../data/0002_ballots.sql")),
    (3, include_str!("../../data/0003_life.sql")),
    (4, include_str!("../../data/0004_pull_requests.sql")),
    (5, include_str!("../../data/0005_paths.sql")),
];

fn up_to(number: i64) -> &'static [Migration] {
    let n = MIGRATIONS
        .iter()
        .filter(|step| step.number <= number)
        .count();
    &MIGRATIONS[..n]
}

async fn open(url: &str, migrations: &'static [Migration]) -> Result<Store, OpenError> {
    let options = Options {
        migrations,
        ..Options::default()
    };
    Store::open(url, options).await
}

async fn sqlite(folder: &TempDir, file: &str) -> SqliteConnection {
    let options = SqliteConnectOptions::new()
        .filename(folder.path().join(file))
        .foreign_keys(true);
    SqliteConnection::connect_with(&options).await.unwrap()
}

/// What the rows of `tests/data` must still say after the newest migration.
async fn still_says_what_it_said(store: &Store) {
    let mut reader = store.read().await.unwrap();
    let living = reader.environments(Whose::All, 10).await.unwrap();
    assert_eq!(living.len(), 3);
    let (proposal, _) = living[2].plan_to_agree_to().unwrap();
    assert_eq!(proposal.resources, ["+ terraform_data.site"]);
    assert_eq!(living[0].parameters["size"], "small");
    assert_eq!(living[0].moved_at, Timestamp(1_700_000_260_000));
    let asleep = &living[1];
    assert!(asleep.terms.sleep.is_some() && asleep.pin.is_some());
    assert_eq!(asleep.rest.times, 1);
    assert_eq!(reader.strays_at("exec", 10).await.unwrap().len(), 1);
    let gone = EnvironmentId("e-old".to_owned());
    let gone = reader.environment(&gone).await.unwrap().unwrap();
    assert_eq!(gone.destroyed_at, Some(Timestamp(1_700_000_100_000)));
    let undone = DeploymentId("d-1".to_owned());
    let undone = reader.deployment(&undone).await.unwrap().unwrap();
    assert_eq!(undone.revision, "v1.0.0");
    assert_eq!(reader.places().await.unwrap().len(), 1);
    let closed = RoundId("r-1".to_owned());
    let closed = reader.round(&closed).await.unwrap().unwrap();
    assert_eq!(closed.released.unwrap().n, 12);
    assert_eq!(reader.fact_count().await.unwrap(), 1);
    assert_eq!(reader.audit(10).await.unwrap().len(), 1);
    assert_eq!(reader.jobs_open().await.unwrap(), 1);
    assert_eq!(reader.editions("weekly", 10).await.unwrap().len(), 1);
    let answers = store.answers(&RoundId("r-1".to_owned())).await.unwrap();
    assert_eq!(answers.unwrap().len(), 1);
    let job = store
        .claim(Timestamp(i64::MAX - 1), Timestamp(i64::MAX), "r", 5)
        .await
        .unwrap();
    assert_eq!(job.len(), 1);
}

#[tokio::test]
async fn on_sqlite_each_migration_keeps_the_rows_that_were_there() {
    let folder = TempDir::new().unwrap();
    let url = format!("sqlite:{}", folder.path().join("hearth.db").display());
    for step in MIGRATIONS {
        open(&url, up_to(step.number)).await.unwrap().close().await;
        let file = if step.ballots {
            "ballots.db"
        } else {
            "hearth.db"
        };
        let mut connection = sqlite(&folder, file).await;
        for (_, rows) in DATA.iter().filter(|(number, _)| *number == step.number) {
            sqlx::raw_sql(*rows).execute(&mut connection).await.unwrap();
        }
        connection.close().await.unwrap();
    }
    still_says_what_it_said(&open(&url, MIGRATIONS).await.unwrap()).await;
}

#[tokio::test]
async fn on_postgres_each_migration_keeps_the_rows_that_were_there() {
    let url = crate::postgres::database().await;
    for step in MIGRATIONS {
        open(&url, up_to(step.number)).await.unwrap().close().await;
        let mut connection = PgConnection::connect(&url).await.unwrap();
        for (_, rows) in DATA.iter().filter(|(number, _)| *number == step.number) {
            // Differs by necessity because each database writes bytes in its own way.
            let rows = rows.replace("X'", "'\\x");
            sqlx::raw_sql(AssertSqlSafe(rows))
                .execute(&mut connection)
                .await
                .unwrap();
        }
    }
    still_says_what_it_said(&open(&url, MIGRATIONS).await.unwrap()).await;
}

#[test]
fn every_migration_has_rows_for_the_next_ones_to_be_tried_on() {
    let with: Vec<i64> = DATA.iter().map(|(number, _)| *number).collect();
    let all: Vec<i64> = MIGRATIONS.iter().map(|step| step.number).collect();
    assert_eq!(with, all);
}

#[test]
fn both_folders_hold_the_migrations_that_are_built_in() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let expected: BTreeSet<String> = MIGRATIONS
        .iter()
        .map(|step| format!("{:04}_{}.sql", step.number, step.name))
        .collect();
    for engine in ["sqlite", "postgres"] {
        let found: BTreeSet<String> = std::fs::read_dir(root.join(engine))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        assert_eq!(found, expected, "{engine}");
    }
    let numbers: Vec<i64> = MIGRATIONS.iter().map(|step| step.number).collect();
    let counted: Vec<i64> = (1..).take(numbers.len()).collect();
    assert_eq!(numbers, counted);
}

#[test]
fn released_migrations_never_change() {
    for (number, on_sqlite, on_postgres) in FROZEN {
        let step = MIGRATIONS
            .iter()
            .find(|step| step.number == *number)
            .unwrap_or_else(|| panic!("migration {number} was released and must stay"));
        assert_eq!(checksum(step.sqlite), *on_sqlite, "{}", step.name);
        assert_eq!(checksum(step.postgres), *on_postgres, "{}", step.name);
    }
}

#[tokio::test]
async fn opening_again_changes_nothing() {
    let url = crate::postgres::database().await;
    for _ in 0..2 {
        open(&url, MIGRATIONS).await.unwrap().close().await;
    }
}

#[tokio::test]
async fn replicas_that_start_together_migrate_once() {
    let url = crate::postgres::database().await;
    let starts: Vec<_> = (0..5)
        .map(|_| {
            let url = url.clone();
            tokio::spawn(async move {
                let store = Store::open(&url, Options::default()).await.unwrap();
                store.installation().to_owned()
            })
        })
        .collect();
    let mut ids = BTreeSet::new();
    for start in starts {
        ids.insert(start.await.unwrap());
    }
    assert_eq!(ids.len(), 1);
}

#[tokio::test]
async fn a_newer_schema_is_refused() {
    let folder = TempDir::new().unwrap();
    let url = format!("sqlite:{}", folder.path().join("hearth.db").display());
    for url in [url, crate::postgres::database().await] {
        open(&url, MIGRATIONS).await.unwrap().close().await;
        let Err(error) = open(&url, up_to(1)).await else {
            panic!("an older Hearth opened a newer schema");
        };
        assert!(
            // On SQLite the ballots' step stands in a file of its own.
            matches!(
                error,
                OpenError::Newer {
                    found: 2 | 3,
                    known: 1
                }
            ),
            "{error:?}"
        );
        assert!(error.to_string().contains("newer Hearth"));
        open(&url, MIGRATIONS).await.unwrap();
    }
}

#[tokio::test]
async fn a_schema_step_that_is_not_ours_is_refused() {
    static OTHER: &[Migration] = &[Migration {
        number: 1,
        name: "beginning",
        ballots: false,
        sqlite: "CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT)",
        postgres: "CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT)",
    }];
    let folder = TempDir::new().unwrap();
    let url = format!("sqlite:{}", folder.path().join("hearth.db").display());
    for url in [url, crate::postgres::database().await] {
        open(&url, OTHER).await.unwrap().close().await;
        let Err(error) = open(&url, MIGRATIONS).await else {
            panic!("a changed schema was opened");
        };
        assert!(
            matches!(error, OpenError::Changed { number: 1 }),
            "{error:?}"
        );
    }
}

#[tokio::test]
async fn a_migration_that_fails_leaves_nothing_of_it() {
    static BROKEN: &[Migration] = &[
        MIGRATIONS[0],
        MIGRATIONS[1],
        MIGRATIONS[2],
        Migration {
            number: 4,
            name: "broken",
            ballots: false,
            sqlite: "CREATE TABLE half (a INTEGER); CREATE TABLE half (a INTEGER)",
            postgres: "CREATE TABLE half (a INTEGER); CREATE TABLE half (a INTEGER)",
        },
    ];
    let folder = TempDir::new().unwrap();
    let url = format!("sqlite:{}", folder.path().join("hearth.db").display());
    for url in [url, crate::postgres::database().await] {
        open(&url, MIGRATIONS).await.unwrap().close().await;
        assert!(open(&url, BROKEN).await.is_err());
        open(&url, MIGRATIONS).await.unwrap().close().await;
    }
    let mut connection = sqlite(&folder, "hearth.db").await;
    let left: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM sqlite_schema WHERE name = 'half'")
        .fetch_one(&mut connection)
        .await
        .unwrap();
    assert_eq!(left, 0);
}

/// Table → column → (type, may be null).
type Shape = BTreeMap<String, BTreeMap<String, (String, bool)>>;

#[tokio::test]
async fn both_databases_have_the_same_shape() {
    let folder = TempDir::new().unwrap();
    let url = format!("sqlite:{}", folder.path().join("hearth.db").display());
    open(&url, MIGRATIONS).await.unwrap().close().await;
    let mut on_sqlite = Shape::new();
    let mut indexes_on_sqlite = BTreeSet::new();
    for file in ["hearth.db", "ballots.db"] {
        let mut connection = sqlite(&folder, file).await;
        sqlite_shape(&mut connection, &mut on_sqlite).await;
        let names: Vec<String> = sqlx::query_scalar(
            "SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL",
        )
        .fetch_all(&mut connection)
        .await
        .unwrap();
        indexes_on_sqlite.extend(names);
    }

    let url = crate::postgres::database().await;
    open(&url, MIGRATIONS).await.unwrap().close().await;
    let mut connection = PgConnection::connect(&url).await.unwrap();
    let on_postgres = postgres_shape(&mut connection).await;
    assert_eq!(on_sqlite, on_postgres);
    let indexes_on_postgres: Vec<String> = sqlx::query_scalar(
        "SELECT indexname::text FROM pg_indexes
         WHERE schemaname = 'public' AND indexname !~ '_(key|pkey)[0-9]*$'",
    )
    .fetch_all(&mut connection)
    .await
    .unwrap();
    assert_eq!(
        indexes_on_sqlite,
        indexes_on_postgres.into_iter().collect::<BTreeSet<_>>()
    );
}

async fn sqlite_shape(connection: &mut SqliteConnection, shape: &mut Shape) {
    let columns: Vec<(String, String, String, bool)> = sqlx::query_as(
        "SELECT t.name, c.name, c.type, c.\"notnull\"
         FROM sqlite_schema AS t, pragma_table_info(t.name) AS c
         WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%'",
    )
    .fetch_all(connection)
    .await
    .unwrap();
    for (table, column, kind, not_null) in columns {
        let kind = match kind.as_str() {
            "INTEGER" | "BIGINT" => "number",
            "BLOB" => "bytes",
            "TEXT" => "text",
            other => panic!("{table}.{column} is {other}"),
        };
        let columns = shape.entry(table).or_default();
        columns.insert(column, (kind.to_owned(), !not_null));
    }
}

async fn postgres_shape(connection: &mut PgConnection) -> Shape {
    let mut shape = Shape::new();
    let columns: Vec<(String, String, String, String)> = sqlx::query_as(
        "SELECT table_name::text, column_name::text, data_type::text, is_nullable::text
         FROM information_schema.columns
         WHERE table_schema = 'public'",
    )
    .fetch_all(connection)
    .await
    .unwrap();
    for (table, column, kind, nullable) in columns {
        let kind = match kind.as_str() {
            // SQLite has no booleans of its own.
            "bigint" | "boolean" => "number",
            "bytea" => "bytes",
            "text" => "text",
            other => panic!("{table}.{column} is {other}"),
        };
        let columns = shape.entry(table).or_default();
        columns.insert(column, (kind.to_owned(), nullable == "YES"));
    }
    shape
}
