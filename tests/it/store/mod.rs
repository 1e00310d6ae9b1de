//! Conformance: every function of the store, by one body, on SQLite and on a real PostgreSQL.
#![expect(
    clippy::unwrap_used,
    reason = "the bodies of tests: a panic there is the failure message"
)]

mod ballots;
mod deployments;
mod environments;
mod faults;
mod jobs;
mod keeping;
mod migrations;
mod pull_requests;
mod purge;
mod road;
mod rounds;
mod samples;

use hearth::store::{Options, Reader, Scope, Store, Tx};
use tempfile::TempDir;

/// Makes each of these bodies a test on both databases.
macro_rules! on_both {
    ($($name:ident),* $(,)?) => {
        mod on_sqlite {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                super::$name(&crate::store::Home::sqlite().await).await;
            })*
        }
        mod on_postgres {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                super::$name(&crate::store::Home::postgres().await).await;
            })*
        }
    };
}
use on_both;

/// A fresh, empty database and a store on it.
struct Home {
    store: Store,
    url: String,
    folder: TempDir,
}

impl Home {
    async fn sqlite() -> Self {
        let folder = TempDir::new().expect("a temporary folder can be made");
        let url = format!("sqlite:{}", folder.path().join("hearth.db").display());
        Self::open(url, folder).await
    }

    async fn postgres() -> Self {
        let folder = TempDir::new().expect("a temporary folder can be made");
        Self::open(crate::postgres::database().await, folder).await
    }

    async fn open(url: String, folder: TempDir) -> Self {
        let store = Store::open(&url, Options::default())
            .await
            .expect("the database opens");
        Self { store, url, folder }
    }

    async fn begin(&self, scope: Scope<'_>) -> Tx {
        self.store.begin(scope).await.expect("a transaction begins")
    }

    async fn read(&self) -> Reader {
        self.store.read().await.expect("a reader is free")
    }

    /// A second Hearth on the same server; on SQLite, where there is none, the same store again.
    async fn replica(&self) -> Store {
        if self.url.starts_with("sqlite:") {
            self.store.clone()
        } else {
            Store::open(&self.url, Options::default())
                .await
                .expect("a replica opens the same database")
        }
    }
}
