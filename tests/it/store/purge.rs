//! The proof of a purge: the bytes of a destroyed salt are looked for in the files themselves.

use std::path::Path;

use hearth::domain::effect::RoundId;
use hearth::domain::survey::Given;
use hearth::store::{OpenError, Options, Purged, Store};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, Connection, PgConnection, Row, SqliteConnection};

use super::Home;

const SALT: [u8; 32] = *b"this-salt-must-not-be-found-0001";
const OTHER_SALT: [u8; 32] = *b"a-salt-of-a-round-that-stays-02!";
const WITHDRAWN: &str = "these words were taken back";

/// The salt of a test on PostgreSQL: its log is the whole server's, so that each test there looks
/// for bytes of its own.
const fn salt_of(mark: u8) -> [u8; 32] {
    let mut salt = SALT;
    salt[31] = mark;
    salt
}

/// The withdrawn words of such a test.
fn withdrawn_of(mark: u8) -> String {
    format!("{WITHDRAWN} {}", char::from(mark))
}

fn round(id: &str) -> RoundId {
    RoundId(id.to_owned())
}

fn key(n: u8) -> [u8; 32] {
    // Not in the order of arrival.
    [n.wrapping_mul(167); 32]
}

/// A round with thirty answers, a changed one and a withdrawn one, beside one that stays open.
async fn play(store: &Store) {
    play_as(store, SALT[31]).await;
}

async fn play_as(store: &Store, mark: u8) {
    for (id, salt) in [("r1", salt_of(mark)), ("r2", OTHER_SALT)] {
        store.open_ballots(&round(id), &salt, "f").await.unwrap();
        for n in 0..30 {
            let given = Given {
                satisfaction: n % 7 + 1,
                comment: (n == 9).then(|| withdrawn_of(mark)),
            };
            assert!(store.answer(&round(id), &key(n), &given).await.unwrap());
        }
    }
    let changed = Given {
        satisfaction: 7,
        comment: None,
    };
    assert!(store.answer(&round("r1"), &key(3), &changed).await.unwrap());
    for id in ["r1", "r2"] {
        assert!(store.withdraw(&round(id), &key(9)).await.unwrap());
    }
}

/// The files of this folder that hold these bytes.
fn files_with(folder: &Path, bytes: &[u8]) -> Vec<String> {
    let mut found: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .flatten()
        .filter(|entry| {
            let content = std::fs::read(entry.path()).unwrap();
            content.windows(bytes.len()).any(|window| window == bytes)
        })
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    found.sort();
    found
}

async fn impatient(home: Home) -> (Store, tempfile::TempDir) {
    let Home { store, url, folder } = home;
    store.close().await;
    drop(store);
    let options = Options {
        busy_wait: std::time::Duration::from_millis(50),
        ..Options::default()
    };
    (Store::open(&url, options).await.unwrap(), folder)
}

#[tokio::test]
async fn on_sqlite_a_purged_salt_is_in_no_file() {
    let home = Home::sqlite().await;
    play(&home.store).await;
    let folder = home.folder.path();
    assert_eq!(files_with(folder, &SALT), ["ballots.db-wal"]);
    home.store.close_ballots(&round("r1")).await.unwrap();
    assert_eq!(files_with(folder, &SALT), ["ballots.db-wal"]);
    assert_eq!(home.store.purge().await.unwrap(), Purged::Done);
    for bytes in [&SALT[..], WITHDRAWN.as_bytes()] {
        assert!(files_with(folder, bytes).is_empty());
    }
    assert!(!files_with(folder, &OTHER_SALT).is_empty());
    let answers = home.store.answers(&round("r1")).await.unwrap();
    assert_eq!(answers.unwrap().len(), 29);
}

#[tokio::test]
async fn on_sqlite_the_salt_is_gone_after_a_crash_between_closing_and_purging() {
    let home = Home::sqlite().await;
    play(&home.store).await;
    home.store.close_ballots(&round("r1")).await.unwrap();
    // The next life knows nothing but that the round is closed.
    let (store, folder) = impatient(home).await;
    assert_eq!(store.answers(&round("r1")).await.unwrap(), None);
    assert_eq!(store.purge().await.unwrap(), Purged::Done);
    assert!(files_with(folder.path(), &SALT).is_empty());
}

#[tokio::test]
async fn on_sqlite_a_reader_with_a_snapshot_makes_a_purge_not_yet() {
    let (store, folder) = impatient(Home::sqlite().await).await;
    play(&store).await;
    let options = SqliteConnectOptions::new().filename(folder.path().join("ballots.db"));
    let mut reader = SqliteConnection::connect_with(&options).await.unwrap();
    sqlx::raw_sql("BEGIN; SELECT id FROM ballot_round")
        .execute(&mut reader)
        .await
        .unwrap();
    store.close_ballots(&round("r1")).await.unwrap();
    assert_eq!(store.purge().await.unwrap(), Purged::NotYet);
    assert_eq!(store.answers(&round("r1")).await.unwrap(), None);
    assert!(!files_with(folder.path(), &SALT).is_empty());
    // The other round goes on meanwhile.
    let given = Given {
        satisfaction: 1,
        comment: None,
    };
    assert!(store.answer(&round("r2"), &key(1), &given).await.unwrap());
    reader.close().await.unwrap();
    assert_eq!(store.purge().await.unwrap(), Purged::Done);
    assert!(files_with(folder.path(), &SALT).is_empty());
    assert!(store.answers(&round("r1")).await.unwrap().is_some());
}

async fn connect(url: &str) -> PgConnection {
    PgConnection::connect(url).await.unwrap()
}

/// How many files of this database, and of the write-ahead log, hold these bytes.
async fn server_files_with(connection: &mut PgConnection, bytes: &[u8]) -> (i64, i64) {
    sqlx::raw_sql("CHECKPOINT")
        .execute(&mut *connection)
        .await
        .unwrap();
    let sql = "
        WITH tables AS (
            SELECT folder || '/' || file AS path
            FROM (SELECT 'base/' || oid AS folder FROM pg_database
                  WHERE datname = current_database()) AS here, pg_ls_dir(folder) AS file
        ), log AS (
            SELECT 'pg_wal/' || name AS path FROM pg_ls_waldir()
        )
        SELECT (SELECT COUNT(*) FROM tables
                WHERE position($1 IN pg_read_binary_file(path, 0, 1000000000, TRUE)) > 0),
               (SELECT COUNT(*) FROM log
                WHERE position($1 IN pg_read_binary_file(path, 0, 1000000000, TRUE)) > 0)";
    sqlx::query_as(sql)
        .bind(bytes)
        .fetch_one(connection)
        .await
        .unwrap()
}

#[tokio::test]
async fn on_postgres_a_purged_salt_is_in_no_file() {
    let home = Home::postgres().await;
    let mut admin = connect(&home.url).await;
    play_as(&home.store, b'a').await;
    // The log is the whole server's: other tests may have recycled the segment already.
    let (tables, _) = server_files_with(&mut admin, &salt_of(b'a')).await;
    assert!(tables > 0, "the search finds what is there");
    home.store.close_ballots(&round("r1")).await.unwrap();
    let (tables, _) = server_files_with(&mut admin, &salt_of(b'a')).await;
    assert!(tables > 0, "an update alone leaves the old row in the file");
    assert_eq!(home.store.purge().await.unwrap(), Purged::Done);
    for bytes in [&salt_of(b'a')[..], withdrawn_of(b'a').as_bytes()] {
        assert_eq!(server_files_with(&mut admin, bytes).await, (0, 0));
    }
    let (tables, _) = server_files_with(&mut admin, &OTHER_SALT).await;
    assert!(tables > 0);
}

/// On a busy server others write over old pieces of the log soon; on a quiet one a piece that gets the
/// name of a coming one keeps its bytes for weeks.
#[tokio::test]
async fn on_a_quiet_server_a_renamed_piece_of_the_log_keeps_no_salt() {
    let cluster = crate::postgres::quiet();
    let store = Store::open(&cluster.address, Options::default())
        .await
        .unwrap();
    let mut admin = connect(&cluster.address).await;
    play_as(&store, b'e').await;
    let before: String = sqlx::query_scalar("SELECT pg_walfile_name(pg_current_wal_lsn())")
        .fetch_one(&mut admin)
        .await
        .unwrap();
    for step in ["SELECT pg_switch_wal()", "CHECKPOINT"].repeat(2) {
        sqlx::query(step).execute(&mut admin).await.unwrap();
    }
    let (_, log) = server_files_with(&mut admin, &salt_of(b'e')).await;
    let still_named: bool =
        sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM pg_ls_waldir() WHERE name = $1)")
            .bind(&before)
            .fetch_one(&mut admin)
            .await
            .unwrap();
    assert!(
        log > 0 && !still_named,
        "a renamed piece holds it: {log}, {still_named}"
    );
    store.close_ballots(&round("r1")).await.unwrap();
    assert_eq!(store.purge().await.unwrap(), Purged::Done);
    for bytes in [&salt_of(b'e')[..], withdrawn_of(b'e').as_bytes()] {
        assert_eq!(server_files_with(&mut admin, bytes).await, (0, 0));
    }
    store.close().await;
}

#[tokio::test]
async fn on_postgres_neither_place_nor_transaction_tells_the_order_of_answers() {
    let home = Home::postgres().await;
    let mut admin = connect(&home.url).await;
    play_as(&home.store, b'b').await;
    home.store.close_ballots(&round("r1")).await.unwrap();
    let sql = "SELECT key, xmin::text FROM ballot_answer WHERE round = 'r1' ORDER BY ctid";
    for purged in [false, true] {
        if purged {
            assert_eq!(home.store.purge().await.unwrap(), Purged::Done);
        }
        let rows = sqlx::query(sql).fetch_all(&mut admin).await.unwrap();
        let keys: Vec<Vec<u8>> = rows.iter().map(|row| row.get(0)).collect();
        let transactions: Vec<String> = rows.iter().map(|row| row.get(1)).collect();
        assert_eq!(keys.len(), 29);
        assert!(keys.is_sorted());
        assert!(transactions.iter().all(|one| *one == transactions[0]));
    }
}

#[tokio::test]
async fn on_postgres_a_reader_with_a_snapshot_makes_a_purge_not_yet() {
    let home = Home::postgres().await;
    play_as(&home.store, b'c').await;
    let mut reader = connect(&home.url).await;
    sqlx::raw_sql("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT name FROM setting")
        .execute(&mut reader)
        .await
        .unwrap();
    home.store.close_ballots(&round("r1")).await.unwrap();
    assert_eq!(home.store.purge().await.unwrap(), Purged::NotYet);
    assert_eq!(home.store.answers(&round("r1")).await.unwrap(), None);
    sqlx::raw_sql("ROLLBACK")
        .execute(&mut reader)
        .await
        .unwrap();
    // Whoever begins to read after the closing is not in the way.
    sqlx::raw_sql("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT name FROM setting")
        .execute(&mut reader)
        .await
        .unwrap();
    assert_eq!(home.store.purge().await.unwrap(), Purged::Done);
    let mut admin = connect(&home.url).await;
    assert_eq!(server_files_with(&mut admin, &salt_of(b'c')).await, (0, 0));
}

/// A snapshot reaches back to the oldest transaction of the whole server that has changed something:
/// while one of another database runs, a vacuum keeps the rows from before the closing.
#[tokio::test]
async fn on_postgres_a_transaction_in_another_database_makes_a_purge_not_yet() {
    let cluster = crate::postgres::quiet();
    let store = Store::open(&cluster.address, Options::default())
        .await
        .unwrap();
    let mut admin = connect(&cluster.address).await;
    sqlx::raw_sql("CREATE DATABASE neighbour")
        .execute(&mut admin)
        .await
        .unwrap();
    let (server, _) = cluster.address.rsplit_once('/').unwrap();
    let mut neighbour = connect(&format!("{server}/neighbour")).await;
    sqlx::raw_sql("BEGIN; SELECT pg_current_xact_id()")
        .execute(&mut neighbour)
        .await
        .unwrap();
    play_as(&store, b'f').await;
    store.close_ballots(&round("r1")).await.unwrap();
    assert_eq!(store.purge().await.unwrap(), Purged::NotYet);
    assert_eq!(store.answers(&round("r1")).await.unwrap(), None);
    sqlx::raw_sql("ROLLBACK")
        .execute(&mut neighbour)
        .await
        .unwrap();
    // What the neighbour only reads is not in the way.
    sqlx::raw_sql("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1")
        .execute(&mut neighbour)
        .await
        .unwrap();
    assert_eq!(store.purge().await.unwrap(), Purged::Done);
    for bytes in [&salt_of(b'f')[..], withdrawn_of(b'f').as_bytes()] {
        assert_eq!(server_files_with(&mut admin, bytes).await, (0, 0));
    }
    store.close().await;
}

#[tokio::test]
async fn on_postgres_an_ordinary_user_is_told_that_the_log_keeps_the_salt() {
    let home = Home::postgres().await;
    let mut admin = connect(&home.url).await;
    let database = home.url.rsplit('/').next().unwrap().to_owned();
    let user = format!("plain_{database}");
    for sql in [
        format!("CREATE ROLE {user} LOGIN PASSWORD 'plain'"),
        format!("CREATE DATABASE {database}_plain OWNER {user}"),
    ] {
        sqlx::raw_sql(AssertSqlSafe(sql))
            .execute(&mut admin)
            .await
            .unwrap();
    }
    let (_, host) = home.url.split_once('@').unwrap();
    let url = format!("postgres://{user}:plain@{host}_plain");
    let store = Store::open(&url, Options::default()).await.unwrap();
    play_as(&store, b'd').await;
    store.close_ballots(&round("r1")).await.unwrap();
    assert_eq!(store.purge().await.unwrap(), Purged::LogKeeps);
    assert!(store.answers(&round("r1")).await.unwrap().is_some());
    let mut admin = connect(&format!("{}_plain", home.url)).await;
    let (tables, _) = server_files_with(&mut admin, &salt_of(b'd')).await;
    assert_eq!(tables, 0);

    let wrong = url.replace(":plain@", ":wrong@");
    let refused = Store::open(&wrong, Options::default()).await.unwrap_err();
    assert!(matches!(refused, OpenError::Denied), "{refused}");
}
