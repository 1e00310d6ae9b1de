//! The only place with SQL: one body of it for SQLite and PostgreSQL, and the transaction that
//! stores a decision whole.

mod audit;
mod ballots;
mod columns;
mod deployments;
mod drafts;
mod editions;
mod environments;
mod facts;
mod jobs;
mod messages;
mod migrate;
mod open;
mod prune;
mod pull_requests;
mod purge;
mod readers;
mod rounds;
mod schema;
mod settings;
mod strays;
mod trouble;

use std::ops::{Deref, DerefMut};
use std::sync::{Arc, PoisonError};

use sha2::{Digest, Sha256};
use sqlx::pool::PoolConnection;
use sqlx::{PgConnection, PgPool, Postgres, Sqlite, SqliteConnection, SqlitePool, Transaction};

use readers::{Readers, Reading};
use trouble::While;

pub use audit::Heard;
pub use ballots::Ballots;
pub use deployments::Place;
pub use editions::Edition;
pub use environments::Whose;
pub use jobs::{Buried, Job};
pub use messages::Posted;
pub use migrate::{FROZEN, MIGRATIONS, Migration, checksum};
pub use open::{INSTALLATION, Observer, OpenError, Options};
pub use pull_requests::Told;
pub use purge::Purged;
pub use schema::schema;
pub use trouble::{Error, Result, Trouble};

/// Runs one statement on whichever database this is. The SQL is the same; only the types differ.
macro_rules! on {
    ($link:expr, $connection:ident => $body:expr) => {
        match $link {
            crate::store::Connection::Sqlite($connection) => $body,
            crate::store::Connection::Postgres($connection) => $body,
        }
    };
}
use on;

/// Which database this is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Engine {
    /// Files beside Hearth.
    Sqlite,
    /// A server, maybe shared by several replicas.
    Postgres,
}

/// The open database. Clones share it.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    pools: Pools,
    observer: Observer,
    installation: String,
    /// One purge at a time: a second one would find the first one's snapshot in its way.
    purging: tokio::sync::Mutex<()>,
    /// Held as long as the store is open, so that no second Hearth uses these files.
    lock: std::sync::Mutex<Option<std::fs::File>>,
}

enum Pools {
    Sqlite {
        /// One connection: on SQLite there is one writer, and it waits here rather than in a lock.
        writer: SqlitePool,
        readers: Readers,
        /// One connection to the ballots' own file.
        ballots: SqlitePool,
    },
    Postgres(PgPool),
}

/// What must not race: deciding transactions with the same scope come one after another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scope<'a> {
    /// The environments of one team: quota, names, and every change of one of them.
    Team(&'a str),
    /// The deployments of one service on one stage.
    Place {
        /// The service's key.
        service: &'a str,
        /// The stage's key.
        stage: &'a str,
    },
    /// The rounds of one survey.
    Survey(&'a str),
    /// The editions of one digest.
    Digest(&'a str),
    /// What one engine has and nobody owns.
    Engine(&'a str),
    /// Nothing but jobs, messages and settings: their rows guard themselves.
    Jobs,
    /// Everything at once.
    Everything,
}

impl Store {
    /// Which database this is.
    #[must_use]
    pub fn engine(&self) -> Engine {
        match &self.inner.pools {
            Pools::Sqlite { .. } => Engine::Sqlite,
            Pools::Postgres(_) => Engine::Postgres,
        }
    }

    /// The random id that was made when this database was first opened. It marks what belongs to
    /// this Hearth on an engine that others use as well.
    #[must_use]
    pub fn installation(&self) -> &str {
        &self.inner.installation
    }

    /// Begins a deciding transaction and locks its scope first.
    ///
    /// # Errors
    /// [`Trouble::Busy`], [`Trouble::Full`], [`Trouble::ReadOnly`] or [`Trouble::Unreachable`].
    pub async fn begin(&self, scope: Scope<'_>) -> Result<Tx> {
        let link = match &self.inner.pools {
            Pools::Sqlite { writer, .. } => Link::SqliteTx(
                writer
                    .begin_with("BEGIN IMMEDIATE")
                    .await
                    .doing("begin a transaction")?,
            ),
            Pools::Postgres(pool) => {
                let mut tx = pool.begin().await.doing("begin a transaction")?;
                lock(&mut tx, scope).await?;
                Link::PostgresTx(tx)
            }
        };
        let crossings = match scope {
            Scope::Jobs => KEEPING,
            _ => DECIDING,
        };
        Ok(Tx {
            reader: Reader { link },
            observer: Arc::clone(&self.inner.observer),
            crossings,
        })
    }

    /// A transaction on the ballots, which lie in a file of their own on SQLite.
    async fn begin_ballots(&self) -> Result<Tx> {
        let link = match &self.inner.pools {
            Pools::Sqlite { ballots, .. } => Link::SqliteTx(
                ballots
                    .begin_with("BEGIN IMMEDIATE")
                    .await
                    .doing("begin a transaction on the ballots")?,
            ),
            Pools::Postgres(pool) => Link::PostgresTx(
                pool.begin()
                    .await
                    .doing("begin a transaction on the ballots")?,
            ),
        };
        Ok(Tx {
            reader: Reader { link },
            observer: Arc::clone(&self.inner.observer),
            crossings: DECIDING,
        })
    }

    async fn read_ballots(&self) -> Result<Reader> {
        let link = match &self.inner.pools {
            Pools::Sqlite { ballots, .. } => {
                Link::Sqlite(ballots.acquire().await.doing("read the ballots")?)
            }
            Pools::Postgres(pool) => {
                Link::Postgres(pool.acquire().await.doing("read the ballots")?)
            }
        };
        Ok(Reader { link })
    }

    /// A connection for reading; every statement sees what was committed before it.
    ///
    /// # Errors
    /// [`Trouble::Unreachable`].
    pub async fn read(&self) -> Result<Reader> {
        let link = match &self.inner.pools {
            Pools::Sqlite { readers, .. } => {
                Link::SqliteReading(readers.acquire().await.doing("read the database")?)
            }
            Pools::Postgres(pool) => {
                Link::Postgres(pool.acquire().await.doing("read the database")?)
            }
        };
        Ok(Reader { link })
    }

    /// Closes every connection, waiting for those in use, and lets another Hearth use the files.
    pub async fn close(&self) {
        match &self.inner.pools {
            Pools::Sqlite {
                writer,
                readers,
                ballots,
            } => {
                readers.close().await;
                writer.close().await;
                ballots.close().await;
            }
            Pools::Postgres(pool) => pool.close().await,
        }
        let mut lock = self
            .inner
            .lock
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(file) = lock.take() {
            // Said, and not left to the closing: a child that is just being started holds a copy of the
            // file for a moment, and with it the lock.
            let _freed = file.unlock();
        }
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Store({:?})", self.engine())
    }
}

/// Reads rows.
pub struct Reader {
    link: Link,
}

/// A deciding transaction: reads and writes. Dropping it undoes everything.
pub struct Tx {
    reader: Reader,
    observer: Observer,
    crossings: [&'static str; 2],
}

/// What the observer hears before and after a commit that decides something.
const DECIDING: [&str; 2] = ["commit.before", "commit.after"];
/// The same where only jobs and messages are kept: how often depends on what comes when.
const KEEPING: [&str; 2] = ["keep.before", "keep.after"];

impl Tx {
    /// Makes everything in it true at once.
    ///
    /// # Errors
    /// What stands in the way, such as [`Trouble::Full`]; then nothing of it is stored.
    pub async fn commit(self) -> Result<()> {
        let [before, after] = self.crossings;
        (self.observer)(before);
        match self.reader.link {
            Link::SqliteTx(tx) => tx.commit().await,
            Link::PostgresTx(tx) => tx.commit().await,
            Link::SqliteReading(_) | Link::Sqlite(_) | Link::Postgres(_) => Ok(()),
        }
        .doing("commit")?;
        (self.observer)(after);
        Ok(())
    }
}

impl Deref for Tx {
    type Target = Reader;

    fn deref(&self) -> &Reader {
        &self.reader
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut Reader {
        &mut self.reader
    }
}

enum Link {
    SqliteReading(Reading),
    Sqlite(PoolConnection<Sqlite>),
    Postgres(PoolConnection<Postgres>),
    SqliteTx(Transaction<'static, Sqlite>),
    PostgresTx(Transaction<'static, Postgres>),
}

/// A borrowed connection, as the `on!` macro takes it.
enum Connection<'a> {
    Sqlite(&'a mut SqliteConnection),
    Postgres(&'a mut PgConnection),
}

impl Reader {
    fn connection(&mut self) -> Connection<'_> {
        match &mut self.link {
            Link::SqliteReading(reading) => Connection::Sqlite(reading.connection()),
            Link::Sqlite(connection) => Connection::Sqlite(connection),
            Link::Postgres(connection) => Connection::Postgres(connection),
            Link::SqliteTx(tx) => Connection::Sqlite(tx),
            Link::PostgresTx(tx) => Connection::Postgres(tx),
        }
    }
}

/// Locks the scope until the transaction ends. Whoever locks everything waits for all others, and
/// they for it.
async fn lock(tx: &mut Transaction<'static, Postgres>, scope: Scope<'_>) -> Result<()> {
    const EVERYTHING: i64 = 0x4865_6172_7468;
    let statement = match scope {
        Scope::Jobs => return Ok(()),
        Scope::Everything => sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(EVERYTHING),
        _ => sqlx::query("SELECT pg_advisory_xact_lock_shared($1), pg_advisory_xact_lock($2)")
            .bind(EVERYTHING)
            .bind(scope_key(scope)),
    };
    statement.execute(&mut **tx).await.doing("lock the scope")?;
    Ok(())
}

impl Tx {
    /// Locks an engine until the transaction ends. Whoever takes a scope and an engine takes the scope
    /// first, so that nobody waits in a circle. On SQLite there is one writer anyway.
    async fn lock_engine(&mut self, provider: &str) -> Result<()> {
        if let Connection::Postgres(c) = self.connection() {
            sqlx::query("SELECT pg_advisory_xact_lock($1)")
                .bind(scope_key(Scope::Engine(provider)))
                .execute(&mut *c)
                .await
                .doing("lock an engine")?;
        }
        Ok(())
    }
}

/// A number for the scope; two scopes with the same number merely wait for each other.
fn scope_key(scope: Scope<'_>) -> i64 {
    let (kind, name, further) = match scope {
        Scope::Team(team) => ("team", team, ""),
        Scope::Place { service, stage } => ("place", service, stage),
        Scope::Survey(survey) => ("survey", survey, ""),
        Scope::Digest(digest) => ("digest", digest, ""),
        Scope::Engine(provider) => ("engine", provider, ""),
        Scope::Jobs => ("jobs", "", ""),
        Scope::Everything => ("everything", "", ""),
    };
    hashed(&[kind, name, further])
}

fn hashed(parts: &[&str]) -> i64 {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.len().to_le_bytes());
        hash.update(part);
    }
    let digest = hash.finalize();
    let mut first = [0_u8; 8];
    first.copy_from_slice(&digest[..8]);
    i64::from_le_bytes(first)
}
