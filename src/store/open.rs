//! Opening the database: the lock, the pools with their settings, and start-up errors in plain words.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use sqlx::ConnectOptions;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use super::migrate::{self, MIGRATIONS, Migration, Part};
use super::readers::Readers;
use super::trouble::{self, Error, Trouble};
use super::{Inner, Pools, Scope, Store};

/// Told before and after every commit; the crash tests die there.
pub type Observer = Arc<dyn Fn(&'static str) + Send + Sync>;

/// How a database is opened.
#[derive(Clone)]
pub struct Options {
    /// Whether a missing SQLite file, and its folder, are made.
    pub create: bool,
    /// Told `commit.before` and `commit.after`.
    pub observer: Observer,
    /// How long a statement waits for a lock that another program holds.
    pub busy_wait: Duration,
    /// Connections at most: readers on SQLite, all of them on PostgreSQL.
    pub connections: u32,
    /// The size, in pages of 4 KiB, that a SQLite file may grow to; then it is full.
    pub pages_max: Option<u32>,
    /// The steps of the schema: [`MIGRATIONS`], or fewer of them in their tests.
    pub migrations: &'static [Migration],
}

impl Default for Options {
    fn default() -> Self {
        Self {
            create: true,
            observer: Arc::new(|_| {}),
            busy_wait: BUSY_WAIT,
            connections: 8,
            pages_max: None,
            migrations: MIGRATIONS,
        }
    }
}

/// How long a statement waits for a lock: so short that two who wait one after the other still have
/// an answer in Discord's 3 s, and people hear that nothing was changed.
const BUSY_WAIT: Duration = Duration::from_secs(1);
/// How long a request waits for a free connection.
const ACQUIRE_WAIT: Duration = Duration::from_secs(10);
/// How long any statement on a server may take.
const STATEMENT_WAIT: Duration = Duration::from_secs(30);
/// How long a server keeps a transaction that says nothing.
const IDLE_WAIT: Duration = Duration::from_secs(60);
/// The file that says that a Hearth is using this folder's databases.
const LOCK_FILE: &str = "hearth.lock";
/// The file of the ballots, beside the database.
pub(super) const BALLOTS_FILE: &str = "ballots.db";

/// The name of the setting that holds the installation's id.
pub const INSTALLATION: &str = "installation";

/// The database cannot be opened; the text says what is so and what to do.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the texts are the documentation")]
pub enum OpenError {
    #[error("the database address is not understood: it begins with `sqlite:` or `postgres://`")]
    Address,
    #[error(
        "another Hearth is using the database in {folder}: stop it first, or give this one a folder of its own"
    )]
    InUse { folder: PathBuf },
    #[error("there is no database at {place}: check the address")]
    Missing { place: String },
    #[error("the folder {folder} cannot be used for the database: {source}")]
    Folder {
        folder: PathBuf,
        source: std::io::Error,
    },
    #[error("the database is read-only: Hearth must be able to write to it")]
    ReadOnly,
    #[error("there is no room left for the database: free some space and start again")]
    Full,
    #[error("the database is locked by another program: close it and start again")]
    Busy,
    #[error(
        "the database was last used by a newer Hearth (schema {found}, this one knows {known}): use that version, or restore a backup from before"
    )]
    Newer { found: i64, known: i64 },
    #[error(
        "the database's schema step {number} is not the one that this Hearth knows: it was made by an unreleased version, so start with a fresh one"
    )]
    Changed { number: i64 },
    #[error(
        "the file is not a SQLite database, or it is damaged: check the address, or restore a backup"
    )]
    NotADatabase,
    #[error("the database server cannot be reached: {reason}")]
    Unreachable { reason: String },
    #[error("the database server refuses the user or the password: check the address")]
    Denied,
    #[error("the database cannot be opened: {0}")]
    Other(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl From<sqlx::Error> for OpenError {
    fn from(error: sqlx::Error) -> Self {
        if let sqlx::Error::Database(refused) = &error {
            let code = refused.code().unwrap_or_default();
            let sqlite = refused
                .try_downcast_ref::<sqlx::sqlite::SqliteError>()
                .is_some();
            match (sqlite, code.as_ref()) {
                (true, code) if matches!(trouble::sqlite_code(code), 11 | 26) => {
                    return Self::NotADatabase;
                }
                (false, "28P01" | "28000" | "42501") => return Self::Denied,
                (false, "3D000") => {
                    return Self::Missing {
                        place: "this address on the server".to_owned(),
                    };
                }
                _ => {}
            }
        }
        match trouble::classify(&error) {
            Trouble::Busy => Self::Busy,
            Trouble::Full => Self::Full,
            Trouble::ReadOnly => Self::ReadOnly,
            Trouble::Unreachable => Self::Unreachable {
                reason: error.to_string(),
            },
            Trouble::Moved | Trouble::Other => Self::Other(Box::new(error)),
        }
    }
}

impl From<Error> for OpenError {
    fn from(error: Error) -> Self {
        match error.trouble() {
            Trouble::Busy => Self::Busy,
            Trouble::Full => Self::Full,
            Trouble::ReadOnly => Self::ReadOnly,
            Trouble::Unreachable => Self::Unreachable {
                reason: error.to_string(),
            },
            Trouble::Moved | Trouble::Other => Self::Other(Box::new(error)),
        }
    }
}

impl Store {
    /// Opens the database at `sqlite:PATH` or `postgres://…`, brings its schema up to date, and
    /// keeps other Hearths away from it where they may not share it.
    ///
    /// # Errors
    /// [`OpenError`].
    pub async fn open(url: &str, options: Options) -> Result<Self, OpenError> {
        let (pools, lock) = if let Some(path) = sqlite_path(url) {
            if path.as_os_str().is_empty() || path == Path::new(":memory:") {
                return Err(OpenError::Address);
            }
            let (pools, lock) = open_sqlite(&path, &options).await?;
            (pools, Some(lock))
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            (open_postgres(url, &options).await?, None)
        } else {
            return Err(OpenError::Address);
        };
        let mut store = Self {
            inner: Arc::new(Inner {
                pools,
                observer: options.observer,
                installation: String::new(),
                purging: tokio::sync::Mutex::new(()),
                lock: std::sync::Mutex::new(lock),
            }),
        };
        let installation = store.first_installation().await?;
        if let Some(inner) = Arc::get_mut(&mut store.inner) {
            inner.installation = installation;
        }
        Ok(store)
    }

    /// The installation's id, made now if it is the first time.
    async fn first_installation(&self) -> Result<String, OpenError> {
        if let Some(known) = self.read().await?.setting(INSTALLATION).await? {
            return Ok(known);
        }
        let mut random = [0_u8; 16];
        getrandom::fill(&mut random).map_err(|cause| OpenError::Other(Box::new(cause)))?;
        let fresh = uuid::Builder::from_random_bytes(random).into_uuid();
        let mut tx = self.begin(Scope::Jobs).await?;
        let kept = tx.set_once(INSTALLATION, &fresh.to_string()).await?;
        tx.commit().await?;
        Ok(kept)
    }
}

pub(super) fn sqlite_path(url: &str) -> Option<PathBuf> {
    let rest = url.strip_prefix("sqlite:")?;
    Some(PathBuf::from(rest.strip_prefix("//").unwrap_or(rest)))
}

async fn open_sqlite(path: &Path, options: &Options) -> Result<(Pools, File), OpenError> {
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    };
    if options.create {
        std::fs::create_dir_all(&folder).map_err(|source| OpenError::Folder {
            folder: folder.clone(),
            source,
        })?;
    } else if !path.exists() {
        return Err(OpenError::Missing {
            place: path.display().to_string(),
        });
    }
    let lock = lock_folder(&folder)?;
    let writer = writer_pool(path, options).await?;
    {
        let mut connection = writer.acquire().await?;
        migrate::sqlite(&mut connection, Part::Main, options.migrations).await?;
    }
    let ballots = writer_pool(&folder.join(BALLOTS_FILE), options).await?;
    {
        let mut connection = ballots.acquire().await?;
        migrate::sqlite(&mut connection, Part::Ballots, options.migrations).await?;
    }
    let reading = sqlite_options(path, options).read_only(true);
    let readers = Readers::open(reading, options.connections, ACQUIRE_WAIT).await?;
    Ok((
        Pools::Sqlite {
            writer,
            readers,
            ballots,
        },
        lock,
    ))
}

async fn writer_pool(path: &Path, options: &Options) -> Result<sqlx::SqlitePool, OpenError> {
    let mut connect = sqlite_options(path, options)
        .create_if_missing(options.create)
        .journal_mode(SqliteJournalMode::Wal)
        // A decision must survive a power cut before anything is done about it.
        .synchronous(SqliteSynchronous::Full)
        // What is deleted is overwritten: some builds do this by default, ballots need it for sure.
        .pragma("secure_delete", "ON");
    if let Some(pages) = options.pages_max {
        connect = connect.pragma("max_page_count", pages.to_string());
    }
    Ok(SqlitePoolOptions::new()
        .max_connections(1)
        .acquire_timeout(ACQUIRE_WAIT)
        .test_before_acquire(false)
        .idle_timeout(None)
        .max_lifetime(None)
        // When the disk is full SQLite itself undoes the whole transaction; sqlx does not see that
        // and would take the next one for a nested one. Such a connection is replaced.
        .before_acquire(|connection, _| {
            let clean = !sqlx::Connection::is_in_transaction(connection);
            Box::pin(async move { Ok(clean) })
        })
        .connect_with(connect)
        .await?)
}

pub(super) fn sqlite_options(path: &Path, options: &Options) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .foreign_keys(true)
        .busy_timeout(options.busy_wait)
        // Temporary copies of ballots must not reach the disk.
        .pragma("temp_store", "MEMORY")
        .disable_statement_logging()
}

/// SQLite's own locks would let a second Hearth write between our transactions, so the whole folder
/// is ours for as long as we run. The operating system frees the lock however we end.
fn lock_folder(folder: &Path) -> Result<File, OpenError> {
    let failed = |source: std::io::Error| match source.kind() {
        std::io::ErrorKind::ReadOnlyFilesystem => OpenError::ReadOnly,
        std::io::ErrorKind::StorageFull => OpenError::Full,
        _ => OpenError::Folder {
            folder: folder.to_owned(),
            source,
        },
    };
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(folder.join(LOCK_FILE))
        .map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse {
            folder: folder.to_owned(),
        }),
        Err(TryLockError::Error(source)) => Err(failed(source)),
    }
}

pub(super) fn postgres_options(
    url: &str,
    options: &Options,
) -> Result<PgConnectOptions, OpenError> {
    // The parser's own error could quote the password.
    let connect = PgConnectOptions::from_str(url).map_err(|_| OpenError::Address)?;
    let wait = |span: Duration| format!("{}ms", span.as_millis());
    Ok(connect
        .application_name("hearth")
        .options([
            ("lock_timeout", wait(options.busy_wait)),
            ("statement_timeout", wait(STATEMENT_WAIT)),
            ("idle_in_transaction_session_timeout", wait(IDLE_WAIT)),
        ])
        .disable_statement_logging())
}

async fn open_postgres(url: &str, options: &Options) -> Result<Pools, OpenError> {
    let connect = postgres_options(url, options)?;
    let pool = PgPoolOptions::new()
        .max_connections(options.connections)
        .acquire_timeout(ACQUIRE_WAIT)
        .connect_with(connect)
        .await?;
    let mut connection = pool.acquire().await?;
    migrate::postgres(&mut connection, options.migrations).await?;
    drop(connection);
    Ok(Pools::Postgres(pool))
}
