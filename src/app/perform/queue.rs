//! The queue's job: as many of those that wait for a place begin as there are places, in their order.

use crate::domain::effect::{Effect, Occasion, Subject};
use crate::domain::environment;
use crate::domain::limits;
use crate::store::{Job, Scope};

use super::super::App;
use super::super::{engines, pull_requests};
use super::{Outcome, settle};

/// Those that wait and are told their place.
const TOLD_ROWS_MAX: usize = 200;

/// Lets those begin that have a place.
pub(super) async fn admit(app: &App, job: &Job, provider: &str) -> Result<Outcome, Outcome> {
    let definitions = app.definitions();
    let platform = &definitions.platform;
    // One at a time, each under its own team's lock; more places than this there are not.
    for _ in 0..=platform.building_max(provider) {
        let next = app
            .store()
            .read()
            .await?
            .environments_queued(provider, 1)
            .await?;
        let Some(next) = next.first() else {
            break;
        };
        let mut tx = app.store().begin(Scope::Team(&next.team)).await?;
        let capacity = engines::capacity(&mut tx, platform, provider).await?;
        if capacity.places() == 0 {
            break;
        }
        let Some(waiting) = tx.environment(&next.id).await? else {
            continue;
        };
        if let Some(change) = environment::admitted(app.now(), &waiting) {
            tx.save_environment(&change.next, waiting.state).await?;
            tx.enqueue(&change.effects, app.now()).await?;
            tx.record(&change.facts).await?;
            pull_requests::moved(&mut tx, &change.next, app.now()).await?;
            tx.commit().await?;
            app.activity().wake();
        }
    }
    let mut tx = app.store().begin(Scope::Jobs).await?;
    let waiting = tx.environments_queued(provider, TOLD_ROWS_MAX).await?;
    let told: Vec<_> = (1_u32..)
        .zip(waiting)
        .filter(|(place, _)| {
            *place <= limits::QUEUE_TOLD_MAX || place.is_multiple_of(limits::QUEUE_TOLD_EVERY)
        })
        .map(|(_, environment)| {
            Effect::Post {
                subject: Subject::Environment(environment.id),
                occasion: Occasion::Live,
            }
            .at(app.now())
        })
        .collect();
    tx.enqueue(&told, app.now()).await?;
    settle(app, job, tx).await
}
