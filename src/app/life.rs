//! When this Hearth lived: each life says when it began and ended, so that no digest takes the time in
//! which nobody listened for a quiet one.

use std::time::Duration;

use crate::domain::Timestamp;
use crate::domain::fact::{Fact, Kind};
use crate::domain::limits;
use crate::store::{Error, Scope};

use super::App;

/// The row that knows the life that has not ended: its id and its last sign, or nothing.
const ROW: &str = "life";
/// Where the facts of a life come from.
const SOURCE: &str = "hearth";

/// Begins a life. One before it that did not say that it ended was lost at its last sign.
pub(super) async fn begin(app: &App) -> Result<(), Error> {
    let now = app.now();
    let mut tx = app.store().begin(Scope::Jobs).await?;
    let mut facts = Vec::with_capacity(2);
    if let Some((id, seen)) = tx.setting(ROW).await?.as_deref().and_then(read) {
        // A clock that was set back does not make the former life end after this one began.
        facts.push(fact(Kind::SourceLost, id, seen.min(now)));
    }
    facts.push(fact(Kind::SourceConnected, app.runner_id(), now));
    tx.record(&facts).await?;
    tx.set(ROW, &row(app.runner_id(), now)).await?;
    tx.commit().await
}

/// The signs of a life: one row, written now and then, and never a fact.
pub(super) struct Signs {
    next_at: Timestamp,
}

impl Signs {
    pub(super) fn new(now: Timestamp) -> Self {
        Self {
            next_at: now.plus(limits::SIGN_OF_LIFE_EVERY),
        }
    }

    /// Stores a sign if it is time for one.
    pub(super) async fn give(&mut self, app: &App) {
        let now = app.now();
        if now < self.next_at {
            return;
        }
        self.next_at = now.plus(limits::SIGN_OF_LIFE_EVERY);
        if let Err(error) = store(app, now).await {
            // The time until the next one counts as lost only if no next one comes.
            tracing::warn!("the sign of life cannot be stored: {error:#}");
        }
    }

    /// Returns when the next sign is to be given.
    pub(super) async fn due(&self, app: &App) {
        app.clock().sleep_until(self.next_at).await;
    }
}

/// Ends this life in good order.
pub(super) async fn end(app: &App) {
    let ended = async {
        let mut tx = app.store().begin(Scope::Jobs).await?;
        let lost = fact(Kind::SourceLost, app.runner_id(), app.now());
        tx.record(&[lost]).await?;
        tx.set(ROW, "").await?;
        tx.commit().await
    };
    match tokio::time::timeout(END_WAIT_MAX, ended).await {
        Ok(Ok(())) => {}
        // The next life finds the last sign.
        Ok(Err(error)) => tracing::warn!("the end of this life cannot be stored: {error:#}"),
        Err(_) => {
            tracing::warn!("the end of this life cannot be stored: the store does not answer");
        }
    }
}

/// How long stopping waits for a store that does not answer.
const END_WAIT_MAX: Duration = Duration::from_secs(2);

async fn store(app: &App, now: Timestamp) -> Result<(), Error> {
    let mut tx = app.store().begin(Scope::Jobs).await?;
    tx.set(ROW, &row(app.runner_id(), now)).await?;
    tx.commit().await
}

fn row(id: &str, seen: Timestamp) -> String {
    format!("{id} {}", seen.0)
}

fn read(row: &str) -> Option<(&str, Timestamp)> {
    let (id, seen) = row.split_once(' ')?;
    Some((id, Timestamp(seen.parse().ok()?)))
}

fn fact(kind: Kind, life: &str, at: Timestamp) -> Fact {
    Fact::plain(kind, SOURCE, life, at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_row_of_a_life_is_read_back_and_an_ended_one_says_nothing() {
        assert_eq!(read(&row("a", Timestamp(7))), Some(("a", Timestamp(7))));
        assert_eq!(read(""), None);
        assert_eq!(read("a b"), None);
    }
}
