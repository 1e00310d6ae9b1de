//! What can go wrong with the database, told apart by what a person can do about it.

use std::error::Error as StdError;
use std::fmt;

/// The result of everything that reads or writes.
pub type Result<T> = std::result::Result<T, Error>;

/// What went wrong, as far as it decides what happens next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Trouble {
    /// The row is not, or the place no longer free, as it was when this was decided: roll back and
    /// decide again.
    Moved,
    /// Somebody else held the database for too long.
    Busy,
    /// There is no room left.
    Full,
    /// The database may be read only.
    ReadOnly,
    /// The server does not answer, or sent us away.
    Unreachable,
    /// Anything else.
    Other,
}

impl Trouble {
    /// The trouble in one clause, for logs and start-up errors.
    #[must_use]
    pub fn clause(self) -> &'static str {
        match self {
            Self::Moved => "the state has changed meanwhile",
            Self::Busy => "the database is locked by another program",
            Self::Full => "there is no room left for the database",
            Self::ReadOnly => "the database is read-only",
            Self::Unreachable => "the database server cannot be reached",
            Self::Other => "the database failed",
        }
    }
}

/// A failed read or write: what was being done, what the trouble is, and the cause.
#[derive(Debug)]
pub struct Error {
    doing: &'static str,
    trouble: Trouble,
    cause: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    pub(super) fn moved(doing: &'static str) -> Self {
        Self {
            doing,
            trouble: Trouble::Moved,
            cause: None,
        }
    }

    pub(super) fn unreadable(
        doing: &'static str,
        cause: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        Self {
            doing,
            trouble: Trouble::Other,
            cause: Some(cause.into()),
        }
    }

    /// What the trouble is.
    #[must_use]
    pub fn trouble(&self) -> Trouble {
        self.trouble
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.doing, self.trouble.clause())
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.cause
            .as_deref()
            .map(|cause| cause as &(dyn StdError + 'static))
    }
}

/// Says what was being done when the database failed.
pub(super) trait While<T> {
    /// Such as `save environment`.
    fn doing(self, what: &'static str) -> Result<T>;
}

impl<T> While<T> for std::result::Result<T, sqlx::Error> {
    fn doing(self, what: &'static str) -> Result<T> {
        self.map_err(|cause| Error {
            doing: what,
            trouble: classify(&cause),
            cause: Some(Box::new(cause)),
        })
    }
}

/// Which trouble an error of sqlx means, by SQLite's primary result code or PostgreSQL's SQLSTATE.
pub(super) fn classify(error: &sqlx::Error) -> Trouble {
    match error {
        sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::PoolTimedOut => {
            Trouble::Unreachable
        }
        sqlx::Error::Database(refused) => {
            let code = refused.code().unwrap_or_default();
            if refused
                .try_downcast_ref::<sqlx::sqlite::SqliteError>()
                .is_some()
            {
                classify_sqlite(&code)
            } else {
                classify_postgres(&code)
            }
        }
        _ => Trouble::Other,
    }
}

/// SQLite's primary result code: the extended one's lowest byte.
pub(super) fn sqlite_code(extended: &str) -> i32 {
    extended.parse::<i32>().unwrap_or(1) & 0xff
}

fn classify_sqlite(code: &str) -> Trouble {
    match sqlite_code(code) {
        5 | 6 => Trouble::Busy,
        8 => Trouble::ReadOnly,
        13 => Trouble::Full,
        _ => Trouble::Other,
    }
}

fn classify_postgres(state: &str) -> Trouble {
    match state {
        // Lock not available, serialization failure, deadlock, statement timeout.
        "55P03" | "40001" | "40P01" | "57014" => Trouble::Busy,
        "53100" => Trouble::Full,
        "25006" => Trouble::ReadOnly,
        // Shutting down, starting up, too many connections, connection exceptions.
        "57P01" | "57P02" | "57P03" | "53300" => Trouble::Unreachable,
        state if state.starts_with("08") => Trouble::Unreachable,
        _ => Trouble::Other,
    }
}
