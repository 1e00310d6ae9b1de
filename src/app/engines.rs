//! Places at engines: how many are free, who leaves one, and which place somebody has in the queue.

use crate::domain::effect::Effect;
use crate::domain::environment::{Capacity, Environment, State};
use crate::domain::platform::Platform;
use crate::domain::time::Timestamp;
use crate::store::{Error, Reader, Tx};

/// How busy an engine is, read under its lock.
pub(super) async fn capacity(
    tx: &mut Tx,
    platform: &Platform,
    provider: &str,
) -> Result<Capacity, Error> {
    tx.capacity(provider, platform.building_max(provider)).await
}

/// Whoever leaves a place, or the queue, lets those behind move up.
pub(super) async fn left(
    tx: &mut Tx,
    platform: &Platform,
    was: State,
    next: &Environment,
    now: Timestamp,
) -> Result<(), Error> {
    let waits_or_builds = |state: State| state.builds() || state == State::Queued;
    if !waits_or_builds(was) || waits_or_builds(next.state) {
        return Ok(());
    }
    if capacity(tx, platform, &next.provider).await?.queued > 0 {
        let admit = Effect::AdmitEnvironments {
            provider: next.provider.clone(),
        };
        tx.enqueue(&[admit.at(now)], now).await?;
    }
    Ok(())
}

/// The place in the queue, for one that waits in it.
pub(super) async fn place(
    reader: &mut Reader,
    environment: &Environment,
) -> Result<Option<u32>, Error> {
    match environment.state {
        State::Queued => reader.queue_place(environment).await.map(Some),
        _ => Ok(None),
    }
}
