//! SQLite's connections for reading. They are kept here and not in sqlx's pool, which asks each connection on
//! its way back whether it is alive, in a task of its own: for a file that costs as much as the reading.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection as _, SqliteConnection};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Read-only connections to one file, made when they are needed and kept until the end.
pub(super) struct Readers {
    shared: Arc<Shared>,
}

struct Shared {
    connect: SqliteConnectOptions,
    places: Arc<Semaphore>,
    n_places: u32,
    wait_max: Duration,
    /// The one that was used last is used next: its cache is warm.
    free: Mutex<Vec<SqliteConnection>>,
}

/// A connection in use; it goes back when this is dropped.
pub(super) struct Reading {
    connection: Option<SqliteConnection>,
    shared: Arc<Shared>,
    _place: OwnedSemaphorePermit,
}

impl Readers {
    /// At most `n_places` connections, for each of which one waits at most `wait_max`. The first one is
    /// made now.
    pub(super) async fn open(
        connect: SqliteConnectOptions,
        n_places: u32,
        wait_max: Duration,
    ) -> Result<Self, sqlx::Error> {
        let first = SqliteConnection::connect_with(&connect).await?;
        let shared = Shared {
            connect,
            places: Arc::new(Semaphore::new(n_places as usize)),
            n_places,
            wait_max,
            free: Mutex::new(vec![first]),
        };
        Ok(Self {
            shared: Arc::new(shared),
        })
    }

    /// A connection that nobody else uses.
    pub(super) async fn acquire(&self) -> Result<Reading, sqlx::Error> {
        let shared = &self.shared;
        let place = Arc::clone(&shared.places).acquire_owned();
        let place = tokio::time::timeout(shared.wait_max, place)
            .await
            .map_err(|_| sqlx::Error::PoolTimedOut)?
            .map_err(|_| sqlx::Error::PoolClosed)?;
        let free = shared.free().pop();
        let connection = match free {
            Some(connection) => connection,
            None => SqliteConnection::connect_with(&shared.connect).await?,
        };
        Ok(Reading {
            connection: Some(connection),
            shared: Arc::clone(shared),
            _place: place,
        })
    }

    /// Waits until none is in use, and closes them.
    pub(super) async fn close(&self) {
        // Closed before, then all places are closed already.
        let all = self.shared.places.acquire_many(self.shared.n_places).await;
        self.shared.places.close();
        drop(all);
        let left = std::mem::take(&mut *self.shared.free());
        for connection in left {
            // What cannot be closed well is closed by its end.
            let _closed = connection.close().await;
        }
    }
}

impl Shared {
    fn free(&self) -> MutexGuard<'_, Vec<SqliteConnection>> {
        // Pushing and popping leaves nothing half-done.
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Reading {
    pub(super) fn connection(&mut self) -> &mut SqliteConnection {
        self.connection.as_mut().expect("it is here until the drop")
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            self.shared.free().push(connection);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn readers(n: u32, wait_max: Duration) -> Readers {
        let connect = SqliteConnectOptions::new().in_memory(true);
        Readers::open(connect, n, wait_max).await.unwrap()
    }

    #[tokio::test]
    async fn a_connection_is_used_again_and_there_are_never_too_many() {
        let readers = readers(2, Duration::ZERO).await;
        let first = readers.acquire().await.unwrap();
        let second = readers.acquire().await.unwrap();
        assert!(matches!(
            readers.acquire().await,
            Err(sqlx::Error::PoolTimedOut)
        ));
        drop(first);
        drop(second);
        assert_eq!(readers.shared.free().len(), 2);
        let _third = readers.acquire().await.unwrap();
        assert_eq!(readers.shared.free().len(), 1);
    }

    #[tokio::test]
    async fn a_reading_that_was_given_up_halfway_leaves_a_good_connection() {
        let readers = readers(1, Duration::from_secs(10)).await;
        let mut reading = readers.acquire().await.unwrap();
        {
            let many = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT 100000) SELECT x FROM n";
            let mut rows = sqlx::query_scalar::<_, i64>(many).fetch(reading.connection());
            let first = futures::TryStreamExt::try_next(&mut rows).await.unwrap();
            assert_eq!(first, Some(1));
        }
        drop(reading);
        let mut again = readers.acquire().await.unwrap();
        let two = sqlx::query_scalar::<_, i64>("SELECT 2").fetch_one(again.connection());
        assert_eq!(two.await.unwrap(), 2);
    }

    #[tokio::test]
    async fn after_closing_there_are_none() {
        let readers = readers(2, Duration::from_secs(10)).await;
        drop(readers.acquire().await.unwrap());
        readers.close().await;
        readers.close().await;
        assert!(matches!(
            readers.acquire().await,
            Err(sqlx::Error::PoolClosed)
        ));
    }
}
