//! Looks into the store from outside, as another program would: how many rows each table holds.

use std::collections::BTreeMap;

use sqlx::{AssertSqlSafe, Connection as _, PgConnection, Row as _, SqliteConnection};

use super::Bot;

impl Bot {
    /// How many rows each table of the store holds.
    pub async fn rows(&self) -> BTreeMap<String, i64> {
        // sqlx has a type of its own for each of the two, so what is done is said once, and not typed.
        macro_rules! counted {
            ($store:expr, $tables:expr) => {{
                let mut store = $store.await.expect("a look");
                let names = sqlx::query($tables).fetch_all(&mut store).await;
                let mut rows = BTreeMap::new();
                for name in names.expect("the tables") {
                    let name: String = name.get(0);
                    let count = AssertSqlSafe(format!("SELECT count(*) FROM {name}"));
                    let count = sqlx::query_scalar(count).fetch_one(&mut store).await;
                    rows.insert(name, count.expect("a count"));
                }
                store.close().await.expect("the look ends");
                rows
            }};
        }
        if self.url.starts_with("sqlite:") {
            counted!(
                SqliteConnection::connect(&self.url),
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
            )
        } else {
            counted!(
                PgConnection::connect(&self.url),
                "SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public'"
            )
        }
    }

    /// The rows that this statement removes are not in the backup that somebody restores.
    pub async fn forget_rows(&self, sql: &'static str) {
        if self.url.starts_with("sqlite:") {
            let mut store = SqliteConnection::connect(&self.url).await.expect("a look");
            sqlx::query(sql).execute(&mut store).await.expect("rows");
            store.close().await.expect("the look ends");
        } else {
            let mut store = PgConnection::connect(&self.url).await.expect("a look");
            sqlx::query(sql).execute(&mut store).await.expect("rows");
            store.close().await.expect("the look ends");
        }
    }

    /// Another program holds the database for writing until this is dropped. SQLite only.
    pub async fn lock_store(&self) -> StoreLock {
        let mut store = SqliteConnection::connect(&self.url)
            .await
            .expect("a second program");
        sqlx::query("BEGIN IMMEDIATE")
            .execute(&mut store)
            .await
            .expect("the lock is free");
        StoreLock(store)
    }

    /// Fills the database with rows of its own kind. SQLite only.
    pub async fn fill_store(&self) {
        let mut store = SqliteConnection::connect(&self.url)
            .await
            .expect("a second program");
        let sql = "INSERT INTO audit (key, action, outcome, happened_at)
                   VALUES (hex(randomblob(500000)), 'filled', 'accepted', $1)";
        sqlx::query(sql)
            .bind(super::START.0)
            .execute(&mut store)
            .await
            .expect("there is room for this program");
        store.close().await.expect("the second program ends");
    }

    /// The server refuses to write, as a standby does after a switch-over, or takes it up again.
    /// PostgreSQL only.
    pub async fn server_read_only(&self, read_only: bool) {
        let database = self.url.rsplit('/').next().expect("a name");
        let word = if read_only { "on" } else { "off" };
        let mut store = PgConnection::connect(&self.url).await.expect("a look");
        let sql = format!("ALTER DATABASE {database} SET default_transaction_read_only = {word}");
        sqlx::query("SET default_transaction_read_only = off")
            .execute(&mut store)
            .await
            .expect("the session may write");
        sqlx::query(AssertSqlSafe(sql))
            .execute(&mut store)
            .await
            .expect("the database is ours");
        store.close().await.expect("the look ends");
        self.server_hangs_up().await;
    }

    /// The server ends every connection of the bot. PostgreSQL only.
    pub async fn server_hangs_up(&self) {
        let mut store = PgConnection::connect(&self.url).await.expect("a look");
        let sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                   WHERE datname = current_database() AND pid <> pg_backend_pid()";
        sqlx::query(sql).execute(&mut store).await.expect("we may");
        store.close().await.expect("the look ends");
    }
}

/// Another program's lock on the database.
pub struct StoreLock(SqliteConnection);

impl StoreLock {
    /// Lets go.
    pub async fn release(mut self) {
        sqlx::query("ROLLBACK")
            .execute(&mut self.0)
            .await
            .expect("the lock was held");
        self.0.close().await.expect("the second program ends");
    }
}
