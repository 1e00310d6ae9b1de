//! The job that makes room for a newer revision: what the environment has is removed, and when it is
//! seen to be gone, it is built of whatever is newest then.

use anyhow::Context as _;

use crate::domain::cause::Cause;
use crate::domain::effect::EnvironmentId;
use crate::domain::environment::{self, Environment, State};
use crate::domain::limits;
use crate::providers::Failure;
use crate::store::{Job, Scope, Tx};

use super::super::App;
use super::super::{engines, pull_requests};
use super::environment::{DESTROY_BOUND, apply, load};
use super::{Outcome, settle};

/// Has the provider remove what is there, and lets the next build begin.
pub(super) async fn update(app: &App, job: &Job, id: &EnvironmentId) -> Result<Outcome, Outcome> {
    let Some(environment) = load(app, id).await? else {
        return Ok(Outcome::Done);
    };
    if environment.state != State::Updating {
        return Ok(Outcome::Done);
    }
    let provider = app
        .provisioner(&environment.provider)
        .context("the environment's provider")
        .map_err(Outcome::from)?;
    app.cross("provider.destroy.before");
    let gone = provider
        .destroy(&app.order_of_environment(&environment), DESTROY_BOUND)
        .await;
    app.cross("provider.destroy.after");
    match gone {
        Ok(()) => cleared(app, job, &environment).await,
        Err(failure) if job.tries() < limits::DESTROY_TRIES_MAX => {
            Err(Outcome::Failed(failure.into()))
        }
        Err(
            Failure::Refused(message)
            | Failure::Retryable(message)
            | Failure::Permanent(message)
            | Failure::UnknownEffect(message),
        ) => give_up(app, job, id, &Cause::engine(&message)).await,
    }
}

/// Tried in vain: people are called, and what is there is not forgotten.
pub(super) async fn give_up(
    app: &App,
    job: &Job,
    id: &EnvironmentId,
    cause: &Cause,
) -> Result<Outcome, Outcome> {
    apply(app, job, id, |environment| {
        environment::destroy_failed(app.now(), environment, cause.clone())
    })
    .await
}

async fn cleared(app: &App, job: &Job, seen: &Environment) -> Result<Outcome, Outcome> {
    let now = app.now();
    let definitions = app.definitions();
    let platform = &definitions.platform;
    let mut tx = app.store().begin(Scope::Team(&seen.team)).await?;
    let Some(environment) = tx.environment(&seen.id).await? else {
        return Ok(Outcome::Done);
    };
    let revision = newest(&mut tx, &environment).await?;
    let ttl_hours = platform
        .template(&environment.template)
        .map_or(0, |template| template.ttl_hours);
    let capacity = engines::capacity(&mut tx, platform, &environment.provider).await?;
    let op_key = app.new_id();
    let renewal = environment::Renewal {
        revision: &revision,
        op_key: &op_key,
        ttl_hours,
    };
    if let Some(change) = environment::cleared(now, &environment, renewal, capacity) {
        tx.save_environment(&change.next, environment.state).await?;
        tx.renew_environment(&change.next).await?;
        tx.enqueue(&change.effects, now).await?;
        tx.record(&change.facts).await?;
        pull_requests::moved(&mut tx, &change.next, now).await?;
    }
    settle(app, job, tx).await
}

/// What is to be built: what came while the old one was removed counts.
async fn newest(tx: &mut Tx, environment: &Environment) -> Result<String, Outcome> {
    let mut revision = environment.revision.clone().unwrap_or_default();
    if let Some(it) = tx.pull_request_of(&environment.id).await?
        && let Some(buildable) = it.buildable()
    {
        buildable.clone_into(&mut revision);
        let mut next = it.clone();
        next.built = Some(revision.clone());
        tx.save_pull_request(&next, &it).await?;
    }
    Ok(revision)
}
