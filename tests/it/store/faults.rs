//! A database that is locked, read-only, full, foreign or missing: a clear sentence, nothing lost.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use hearth::domain::effect::RoundId;
use hearth::domain::limits;
use hearth::domain::survey::Given;
use hearth::store::{OpenError, Options, Scope, Store, Trouble};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection, PgConnection, SqliteConnection};
use tempfile::TempDir;

use super::Home;
use super::samples::{NOW, environment};

fn url(folder: &Path) -> String {
    format!("sqlite:{}", folder.join("hearth.db").display())
}

fn impatient() -> Options {
    Options {
        busy_wait: Duration::from_millis(50),
        ..Options::default()
    }
}

async fn refused(url: &str, options: Options) -> OpenError {
    match Store::open(url, options).await {
        Ok(_) => panic!("{url} opened"),
        Err(error) => error,
    }
}

async fn set(store: &Store, name: &str, value: &str) -> Result<(), Trouble> {
    let mut tx = store
        .begin(Scope::Jobs)
        .await
        .map_err(|error| error.trouble())?;
    tx.set(name, value).await.map_err(|error| error.trouble())?;
    tx.commit().await.map_err(|error| error.trouble())
}

#[tokio::test]
async fn two_hearths_never_share_a_sqlite_database() {
    let home = Home::sqlite().await;
    let error = refused(&home.url, Options::default()).await;
    assert!(matches!(error, OpenError::InUse { .. }));
    assert!(error.to_string().starts_with("another Hearth is using"));
    // Another file in the same folder would share the ballots.
    let other = format!("sqlite:{}", home.folder.path().join("b.db").display());
    let error = refused(&other, Options::default()).await;
    assert!(matches!(error, OpenError::InUse { .. }));
}

#[tokio::test]
async fn what_was_committed_and_the_installation_survive_a_restart() {
    let Home { store, url, folder } = Home::sqlite().await;
    let first = store.installation().to_owned();
    set(&store, "a", "1").await.unwrap();
    store.close().await;
    drop(store);
    let store = Store::open(&url, Options::default()).await.unwrap();
    assert_eq!(store.installation(), first);
    let kept = store.read().await.unwrap().setting("a").await.unwrap();
    assert_eq!(kept.as_deref(), Some("1"));
    drop(folder);
}

#[tokio::test]
async fn a_missing_database_is_made_or_missed_as_wanted() {
    let folder = TempDir::new().unwrap();
    let deep = folder.path().join("a/b");
    let never = Options {
        create: false,
        ..Options::default()
    };
    let error = refused(&url(&deep), never.clone()).await;
    assert!(matches!(error, OpenError::Missing { .. }), "{error}");
    assert!(!deep.exists());
    Store::open(&url(&deep), Options::default())
        .await
        .unwrap()
        .close()
        .await;
    Store::open(&url(&deep), never).await.unwrap();
}

#[tokio::test]
async fn an_address_that_is_none_is_not_understood() {
    for url in [
        "",
        "mysql://x",
        "hearth.db",
        "sqlite:",
        "sqlite::memory:",
        "postgres://[::",
    ] {
        let error = refused(url, Options::default()).await;
        assert!(matches!(error, OpenError::Address), "{url}: {error}");
    }
}

#[tokio::test]
async fn a_file_that_is_no_database_is_left_alone() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("hearth.db");
    let text = "These are somebody's notes, not a database. ".repeat(100);
    std::fs::write(&path, &text).unwrap();
    let error = refused(&url(folder.path()), Options::default()).await;
    assert!(matches!(error, OpenError::NotADatabase), "{error}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
}

#[tokio::test]
async fn a_file_where_a_folder_should_be_is_named() {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("data"), "x").unwrap();
    let error = refused(&url(&folder.path().join("data")), Options::default()).await;
    assert!(matches!(error, OpenError::Folder { .. }), "{error}");
}

#[tokio::test]
async fn a_database_that_another_program_locks_is_busy_and_loses_nothing() {
    let Home { store, url, folder } = Home::sqlite().await;
    set(&store, "a", "1").await.unwrap();
    store.close().await;
    drop(store);
    let store = Store::open(&url, impatient()).await.unwrap();
    let options = SqliteConnectOptions::new().filename(folder.path().join("hearth.db"));
    let mut other = SqliteConnection::connect_with(&options).await.unwrap();
    sqlx::raw_sql("BEGIN IMMEDIATE")
        .execute(&mut other)
        .await
        .unwrap();
    assert_eq!(set(&store, "a", "2").await, Err(Trouble::Busy));
    // Reading goes on.
    let kept = store.read().await.unwrap().setting("a").await.unwrap();
    assert_eq!(kept.as_deref(), Some("1"));
    // A start is refused with a sentence.
    store.close().await;
    drop(store);
    let error = refused(&url, impatient()).await;
    assert!(matches!(error, OpenError::Busy), "{error}");
    sqlx::raw_sql("ROLLBACK").execute(&mut other).await.unwrap();
    other.close().await.unwrap();
    let store = Store::open(&url, impatient()).await.unwrap();
    assert_eq!(set(&store, "a", "2").await, Ok(()));
}

#[tokio::test]
async fn a_full_disk_refuses_the_decision_whole_and_loses_nothing() {
    let Home { store, url, folder } = Home::sqlite().await;
    set(&store, "a", "1").await.unwrap();
    store.close().await;
    drop(store);
    let pages = std::fs::metadata(folder.path().join("hearth.db"))
        .unwrap()
        .len()
        / 4096;
    let full = Options {
        pages_max: Some(u32::try_from(pages).unwrap() + 2),
        ..Options::default()
    };
    let store = Store::open(&url, full).await.unwrap();
    let change = environment("e1", "demo", "player");
    let mut tx = store.begin(Scope::Team("player")).await.unwrap();
    tx.insert_environment(&change.next).await.unwrap();
    let error = tx.set("big", &"x".repeat(100_000)).await.unwrap_err();
    assert_eq!(error.trouble(), Trouble::Full);
    assert_eq!(
        error.to_string(),
        "write a setting: there is no room left for the database"
    );
    drop(tx);
    let mut reader = store.read().await.unwrap();
    assert_eq!(reader.environment(&change.next.id).await.unwrap(), None);
    let kept = reader.setting("a").await.unwrap();
    assert_eq!(kept.as_deref(), Some("1"));
    // What fits still goes in.
    let mut tx = store.begin(Scope::Jobs).await.unwrap();
    assert!(tx.heard("i", None, "a", "done", NOW).await.unwrap());
    tx.commit().await.unwrap();
    drop(folder);
}

/// Where the test that runs as an ordinary user finds its database.
const READ_ONLY: &str = "HEARTH_TEST_READ_ONLY";

#[tokio::test]
async fn a_read_only_database_is_refused_at_the_start() {
    if let Ok(folder) = std::env::var(READ_ONLY) {
        let error = refused(&url(Path::new(&folder)), Options::default()).await;
        assert!(matches!(error, OpenError::ReadOnly), "{error:?}");
        return;
    }
    let Home { store, folder, .. } = Home::sqlite().await;
    store.close().await;
    drop(store);
    let set_mode = |path: &Path, mode| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    for entry in std::fs::read_dir(folder.path()).unwrap().flatten() {
        set_mode(&entry.path(), 0o444);
    }
    // The lock is no part of the database: whoever owns it may take it.
    set_mode(&folder.path().join("hearth.lock"), 0o666);
    set_mode(folder.path(), 0o755);
    let mut again = as_ordinary_user(folder.path());
    let name = "store::faults::a_read_only_database_is_refused_at_the_start";
    let output = again
        .args(["--exact", name])
        .env(READ_ONLY, folder.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}");
    assert!(said.contains("1 passed"), "{said}");
}

/// This test program again, as somebody whom file modes bind: they do not bind root.
fn as_ordinary_user(folder: &Path) -> Command {
    let program = std::env::current_exe().unwrap();
    if !rustix::process::geteuid().is_root() {
        return Command::new(program);
    }
    let copy = folder.join("program");
    std::fs::copy(program, &copy).unwrap();
    let mut command = Command::new("setpriv");
    command
        .args(["--reuid=nobody", "--regid=nogroup", "--clear-groups"])
        .arg(copy)
        .current_dir("/");
    command
}

#[tokio::test]
async fn a_connection_that_may_not_write_says_so_and_loses_nothing() {
    let home = Home::postgres().await;
    set(&home.store, "a", "1").await.unwrap();
    let read_only = format!(
        "{}?options=-c%20default_transaction_read_only%3Don",
        home.url
    );
    let error = refused(&read_only, Options::default()).await;
    assert!(matches!(error, OpenError::ReadOnly), "{error:?}");
    let kept = home.read().await.setting("a").await.unwrap();
    assert_eq!(kept.as_deref(), Some("1"));
}

#[tokio::test]
async fn a_server_that_is_not_there_is_named_without_the_password() {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let url = format!("postgres://hearth:geheim@127.0.0.1:{port}/hearth");
    let error = refused(&url, Options::default()).await;
    assert!(matches!(error, OpenError::Unreachable { .. }), "{error:?}");
    assert!(!format!("{error:?} {error}").contains("geheim"));
}

#[tokio::test]
async fn a_database_that_the_server_does_not_have_is_missing() {
    let home = Home::postgres().await;
    let url = format!("{}_none", home.url);
    let error = refused(&url, Options::default()).await;
    assert!(matches!(error, OpenError::Missing { .. }), "{error:?}");
}

#[tokio::test]
async fn a_lock_that_another_program_holds_on_the_server_is_busy() {
    let home = Home::postgres().await;
    let store = Store::open(&home.url, impatient()).await.unwrap();
    let mut other = PgConnection::connect(&home.url).await.unwrap();
    sqlx::raw_sql("BEGIN; LOCK TABLE setting IN ACCESS EXCLUSIVE MODE")
        .execute(&mut other)
        .await
        .unwrap();
    assert_eq!(set(&store, "a", "2").await, Err(Trouble::Busy));
    sqlx::raw_sql("ROLLBACK").execute(&mut other).await.unwrap();
    assert_eq!(set(&store, "a", "2").await, Ok(()));
}

#[tokio::test]
async fn scopes_hold_each_other_off_only_where_they_meet() {
    let home = Home::postgres().await;
    let store = Store::open(&home.url, impatient()).await.unwrap();
    let held = store.begin(Scope::Team("player")).await.unwrap();
    for (scope, free) in [
        (Scope::Team("player"), false),
        (Scope::Everything, false),
        (Scope::Team("checkout"), true),
        (Scope::Survey("player"), true),
        (Scope::Jobs, true),
    ] {
        let begun = store.begin(scope).await;
        match begun {
            Ok(_) => assert!(free, "{scope:?}"),
            Err(error) => {
                assert_eq!(error.trouble(), Trouble::Busy);
                assert!(!free, "{scope:?}");
            }
        }
    }
    drop(held);
}

#[tokio::test]
async fn an_effect_of_a_newer_version_is_buried_and_the_rest_goes_on() {
    let home = Home::postgres().await;
    let mut other = PgConnection::connect(&home.url).await.unwrap();
    sqlx::raw_sql(
        "INSERT INTO job (key, effect, state, due_at, free_at, wanted, attempt, fence, enqueued_at)
         VALUES ('new', '{\"do\":\"make_coffee\"}', 'open', 0, 0, 1, 0, 0, 0),
                ('old', '{\"do\":\"build_environment\",\"id\":\"e\"}', 'open', 0, 0, 1, 0, 0, 0)",
    )
    .execute(&mut other)
    .await
    .unwrap();
    let jobs = home.store.claim(NOW, NOW, "r", 10).await.unwrap();
    assert_eq!(jobs.len(), 1);
    assert_eq!(jobs[0].key, "old");
    let buried = home.read().await.buried(10).await.unwrap();
    assert_eq!(buried[0].key, "new");
    assert!(buried[0].error.starts_with("this version does not know it"));
}

#[tokio::test]
async fn a_full_round_takes_no_new_answer_but_lets_an_old_one_change() {
    let home = Home::postgres().await;
    let round = RoundId("r1".to_owned());
    home.store
        .open_ballots(&round, &[1; 32], "f")
        .await
        .unwrap();
    let given = Given {
        satisfaction: 4,
        comment: None,
    };
    assert!(home.store.answer(&round, &[1; 32], &given).await.unwrap());
    let mut other = PgConnection::connect(&home.url).await.unwrap();
    sqlx::query(
        "INSERT INTO ballot_answer (round, key, satisfaction, comment)
         SELECT 'r1', sha256(CAST(CAST(n AS TEXT) AS BYTEA)), 4, NULL
         FROM generate_series(2, $1) AS n",
    )
    .bind(i64::from(limits::ANSWERS_MAX))
    .execute(&mut other)
    .await
    .unwrap();
    assert!(!home.store.answer(&round, &[2; 32], &given).await.unwrap());
    assert!(home.store.answer(&round, &[1; 32], &given).await.unwrap());
}
