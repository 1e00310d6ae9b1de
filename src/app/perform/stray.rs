//! The jobs of what nobody owns: look whether its grace is over, and remove it.

use anyhow::Context as _;

use crate::domain::cause::Cause;
use crate::domain::effect::{Change, StrayId};
use crate::domain::limits;
use crate::domain::stray::{self, State, Stray};
use crate::providers::{Failure, Order};
use crate::store::{Job, Scope};

use super::super::App;
use super::environment::DESTROY_BOUND;
use super::{Outcome, settle};

/// Looks whether its grace is over.
pub(super) async fn mind(app: &App, job: &Job, id: &StrayId) -> Result<Outcome, Outcome> {
    apply(app, job, id, |stray| stray::mind(app.now(), stray)).await
}

/// Has the provider remove it, and sees that it is gone.
pub(super) async fn destroy(app: &App, job: &Job, id: &StrayId) -> Result<Outcome, Outcome> {
    let Some(stray) = app.store().read().await?.stray(id).await? else {
        return Ok(Outcome::Done);
    };
    if stray.state != State::Destroying {
        return Ok(Outcome::Done);
    }
    let provider = app
        .provisioner(&stray.provider)
        .context("the provider of what nobody owns")
        .map_err(Outcome::from)?;
    let order = order(app, &stray).await?;
    let error = match provider.destroy(&order, DESTROY_BOUND).await {
        Ok(()) => None,
        Err(failure) if job.attempt < limits::DESTROY_TRIES_MAX => {
            return Err(Outcome::Failed(failure.into()));
        }
        Err(
            Failure::Retryable(message)
            | Failure::Permanent(message)
            | Failure::Refused(message)
            | Failure::UnknownEffect(message),
        ) => Some(Cause::engine(&message)),
    };
    apply(app, job, id, |stray| match &error {
        None => stray::gone(app.now(), stray),
        Some(cause) => stray::destroy_failed(app.now(), stray, cause.clone()),
    })
    .await
}

/// Tried in vain: it is said that it could not be removed.
pub(super) async fn give_up(
    app: &App,
    job: &Job,
    id: &StrayId,
    cause: &Cause,
) -> Result<Outcome, Outcome> {
    apply(app, job, id, |stray| {
        stray::destroy_failed(app.now(), stray, cause.clone())
    })
    .await
}

/// What was ordered once, if a row of ours still says so; else as much as is known.
async fn order(app: &App, stray: &Stray) -> Result<Order, Outcome> {
    let mut reader = app.store().read().await?;
    if let Some(once) = reader.environment_ordered(&stray.op_key).await? {
        return Ok(app.order_of_environment(&once));
    }
    Ok(Order {
        op_key: stray.op_key.clone(),
        definition: stray.definition.clone(),
        installation: app.store().installation().to_owned(),
        name: stray.name.clone(),
        revision: None,
        target: None,
        parameters: std::collections::BTreeMap::new(),
        labels: std::collections::BTreeMap::new(),
        plan: None,
    })
}

async fn apply(
    app: &App,
    job: &Job,
    id: &StrayId,
    decide: impl Fn(&Stray) -> Option<Change<Stray>>,
) -> Result<Outcome, Outcome> {
    let Some(seen) = app.store().read().await?.stray(id).await? else {
        return Ok(Outcome::Done);
    };
    let mut tx = app.store().begin(Scope::Engine(&seen.provider)).await?;
    let Some(stray) = tx.stray(id).await? else {
        return Ok(Outcome::Done);
    };
    if let Some(change) = decide(&stray) {
        tx.save_stray(&change.next, stray.state).await?;
        tx.enqueue(&change.effects, app.now()).await?;
        tx.record(&change.facts).await?;
    }
    settle(app, job, tx).await
}
