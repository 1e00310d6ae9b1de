//! Proof that destroyed salts are gone from the database's files, and not only from its tables.

use std::time::Duration;

use sqlx::{AssertSqlSafe, PgConnection, SqliteConnection};

use super::trouble::{Result, While};
use super::{Pools, Store};

/// How a purge ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Purged {
    /// No destroyed salt is left in the database's files.
    Done,
    /// Somebody still reads an old snapshot that holds a salt, such as a backup program, or on
    /// PostgreSQL a long transaction of another database on the server would make a new one that
    /// holds it: purge again later. Until then nothing is released.
    NotYet,
    /// The tables are clean as far as we may see, but the server does not let us hurry its
    /// write-ahead log, or something keeps old segments: there the salt leaves with the log's normal
    /// recycling. It must be said.
    LogKeeps,
}

/// The longest that a purge waits for a lock.
const WAIT: Duration = Duration::from_secs(10);
/// Segments that the server may make while it is hurried.
const SEGMENTS_SPARE: i64 = 8;
/// How often a purge looks whether an old snapshot is gone.
const SNAPSHOT_LOOKS_MAX: u32 = 200;
/// How long it waits between two looks.
const SNAPSHOT_WAIT: Duration = Duration::from_millis(50);
/// Write-ahead segments of 16 MiB that a purge is willing to fill; more is left to the server.
const SEGMENTS_MAX: i64 = 128;
const DOING: &str = "purge destroyed salts";

impl Store {
    /// Removes the last traces of the salts of closed rounds, and only then lets their answers be
    /// read. To be called after `close_ballots` until it does not say `NotYet`, and again after a
    /// crash.
    ///
    /// # Errors
    /// What the database says.
    pub async fn purge(&self) -> Result<Purged> {
        let _only = self.inner.purging.lock().await;
        match &self.inner.pools {
            Pools::Sqlite { ballots, .. } => {
                let mut connection = ballots.acquire().await.doing(DOING)?;
                purge_sqlite(&mut connection).await
            }
            Pools::Postgres(pool) => {
                // A connection of its own, closed afterwards: its settings are not for the pool.
                let mut connection = pool.acquire().await.doing(DOING)?.detach();
                let purged = purge_postgres(&mut connection).await;
                sqlx::Connection::close(connection).await.doing(DOING)?;
                purged
            }
        }
    }
}

async fn purge_sqlite(connection: &mut SqliteConnection) -> Result<Purged> {
    let closed: Vec<String> =
        sqlx::query_scalar("SELECT id FROM ballot_round WHERE state = 'closed'")
            .fetch_all(&mut *connection)
            .await
            .doing(DOING)?;
    if closed.is_empty() {
        return Ok(Purged::Done);
    }
    // The log may hold the salt, the file's free space may, and the vacuum itself goes through the
    // log: so the log is emptied before and after.
    if !empty_log(connection).await? {
        return Ok(Purged::NotYet);
    }
    sqlx::query("VACUUM")
        .execute(&mut *connection)
        .await
        .doing(DOING)?;
    if !empty_log(connection).await? {
        return Ok(Purged::NotYet);
    }
    for id in closed {
        sqlx::query("UPDATE ballot_round SET state = 'purged' WHERE id = $1 AND state = 'closed'")
            .bind(id)
            .execute(&mut *connection)
            .await
            .doing(DOING)?;
    }
    Ok(Purged::Done)
}

/// Whether the write-ahead log could be emptied: its first column says whether a reader's snapshot
/// was in the way.
async fn empty_log(connection: &mut SqliteConnection) -> Result<bool> {
    let (busy, _, _): (i64, i64, i64) = sqlx::query_as("PRAGMA wal_checkpoint(TRUNCATE)")
        .fetch_one(&mut *connection)
        .await
        .doing(DOING)?;
    Ok(busy == 0)
}

async fn purge_postgres(connection: &mut PgConnection) -> Result<Purged> {
    // The vacuum may take longer than an ordinary statement may; waiting for others may not.
    for (name, value) in [
        ("statement_timeout", "0".to_owned()),
        ("lock_timeout", format!("{}ms", WAIT.as_millis())),
    ] {
        sqlx::query("SELECT set_config($1, $2, FALSE)")
            .bind(name)
            .bind(value)
            .execute(&mut *connection)
            .await
            .doing(DOING)?;
    }
    let closed: Vec<String> =
        sqlx::query_scalar("SELECT id FROM ballot_round WHERE state = 'closed'")
            .fetch_all(&mut *connection)
            .await
            .doing(DOING)?;
    if closed.is_empty() {
        return Ok(Purged::Done);
    }
    // Ordinary transactions are short: they are waited for here rather than by another job.
    let mut looks = 1;
    while old_snapshot(connection).await? {
        if looks == SNAPSHOT_LOOKS_MAX {
            return Ok(Purged::NotYet);
        }
        looks += 1;
        tokio::time::sleep(SNAPSHOT_WAIT).await;
    }
    // A plain vacuum leaves the bytes of removed rows in the pages' free space; a full one writes
    // the tables anew.
    for table in ["VACUUM (FULL) ballot_round", "VACUUM (FULL) ballot_answer"] {
        sqlx::query(table)
            .execute(&mut *connection)
            .await
            .doing(DOING)?;
    }
    let purged = if empty_server_log(connection).await? {
        Purged::Done
    } else {
        Purged::LogKeeps
    };
    sqlx::query("UPDATE ballot_round SET state = 'purged' WHERE id = ANY($1) AND state = 'closed'")
        .bind(closed)
        .execute(&mut *connection)
        .await
        .doing(DOING)?;
    Ok(purged)
}

/// Whether somebody may still see a row from before a closing, so that a vacuum would have to keep
/// it.
///
/// A snapshot reaches back to the oldest transaction with an id that ran when it was taken, in
/// whatever database of the server. So first those transactions must be over: from then on no new
/// snapshot reaches back to the closing. Only the ones of this database that exist by then are left
/// to look for. Hence two statements, in this order.
async fn old_snapshot(connection: &mut PgConnection) -> Result<bool> {
    for older in [
        "SELECT age(backend_xid) AS age FROM pg_stat_activity
         WHERE pid <> pg_backend_pid()
         UNION ALL
         SELECT age(transaction) FROM pg_prepared_xacts",
        "SELECT age(backend_xmin) AS age FROM pg_stat_activity
         WHERE pid <> pg_backend_pid()
           AND (datname = current_database() OR datname IS NULL)
         UNION ALL
         SELECT age(xmin) FROM pg_replication_slots",
    ] {
        let older: bool = sqlx::query_scalar(AssertSqlSafe(format!(
            "WITH closing AS (
                 SELECT MAX(age(xmin)) AS age FROM ballot_round WHERE state = 'closed'
             )
             SELECT EXISTS (
                 SELECT 1 FROM closing, ({older}) AS others WHERE others.age >= closing.age
             )"
        )))
        .fetch_one(&mut *connection)
        .await
        .doing(DOING)?;
        if older {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether the write-ahead log could be written over: every segment that exists now is filled and
/// either removed or used again. Needs rights that an ordinary user lacks.
async fn empty_server_log(connection: &mut PgConnection) -> Result<bool> {
    let may: bool = sqlx::query_scalar(
        "SELECT has_function_privilege('pg_switch_wal()', 'EXECUTE')
            AND has_function_privilege('pg_ls_waldir()', 'EXECUTE')
            AND (SELECT rolsuper FROM pg_roles WHERE rolname = current_user
                 UNION ALL
                 SELECT pg_has_role(oid, 'MEMBER') FROM pg_roles WHERE rolname = 'pg_checkpoint'
                 ORDER BY 1 DESC LIMIT 1)
            AND pg_has_role('pg_read_all_stats', 'USAGE')
            AND NOT pg_is_in_recovery()",
    )
    .fetch_one(&mut *connection)
    .await
    .doing(DOING)?;
    if !may {
        return Ok(false);
    }
    let (current, segments): (String, i64) = sqlx::query_as(
        "SELECT pg_walfile_name(pg_current_wal_lsn()),
                (SELECT COUNT(*) FROM pg_ls_waldir() WHERE name ~ '^[0-9A-F]{24}$')",
    )
    .fetch_one(&mut *connection)
    .await
    .doing(DOING)?;
    if segments > SEGMENTS_MAX {
        return Ok(false);
    }
    // The server renames old segments to use them again, with their old bytes in them; a switch
    // fills what is left of one with zeros. So first every segment that may hold a salt must lose its
    // name, and then every segment that exists by then must be written over.
    let mut last = None;
    for _ in 0..2 * segments + SEGMENTS_SPARE {
        for step in ["CHECKPOINT", "SELECT pg_switch_wal()"] {
            sqlx::query(step)
                .execute(&mut *connection)
                .await
                .doing(DOING)?;
        }
        let (kept, newest, writing): (bool, String, String) = sqlx::query_as(
            "SELECT COALESCE(BOOL_OR(SUBSTR(name, 9) <= SUBSTR($1, 9)), FALSE),
                    MAX(SUBSTR(name, 9)),
                    SUBSTR(pg_walfile_name(pg_current_wal_lsn()), 9)
             FROM pg_ls_waldir()
             WHERE name ~ '^[0-9A-F]{24}$'",
        )
        .bind(&current)
        .fetch_one(&mut *connection)
        .await
        .doing(DOING)?;
        match &last {
            None if !kept => last = Some(newest),
            Some(last) if writing > *last => return Ok(true),
            _ => {}
        }
    }
    Ok(false)
}
