//! Deployments' jobs: have the provider bring a revision to a stage, and look at the clock.

use std::time::Duration;

use anyhow::Context as _;

use crate::domain::cause::Cause;
use crate::domain::deployment::{self, Deployment, State};
use crate::domain::effect::{Change, DeploymentId, Subject};
use crate::providers::{Deployer, Failure, Found, Order, Started};
use crate::store::{Job, Scope, Tx};

use super::super::App;
use super::progress::Progress;
use super::{BUSY_WAIT, Outcome, UNKNOWN_WAIT, outcome, provider_failed, settle, waited_in_vain};

/// Has the provider do it, and sees it through to succeeded or failed.
pub(super) async fn run(app: &App, job: &Job, id: &DeploymentId) -> Result<Outcome, Outcome> {
    let Some(deployment) = load(app, id).await? else {
        return Ok(Outcome::Done);
    };
    if !deployment.state.is_active() {
        return Ok(Outcome::Done);
    }
    let Some(provider) = app.deployer(&deployment.provider) else {
        return end(app, job, id, Err(Cause::NoProvider)).await;
    };
    let order = app.order_of_deployment(&deployment);
    let reference = match &deployment.reference {
        Some(reference) => reference.clone(),
        None => match start(app, job, provider, &order).await {
            Ok(Started::Started { reference } | Started::AlreadyRunning { reference }) => {
                took_on(app, &deployment, &reference).await?;
                reference
            }
            Ok(Started::Busy { by }) => {
                return Ok(Outcome::Later {
                    after: BUSY_WAIT,
                    why: format!("busy: {by}"),
                });
            }
            Ok(Started::Unknown) => {
                return Ok(Outcome::Later {
                    after: UNKNOWN_WAIT,
                    why: "the start is unclear".to_owned(),
                });
            }
            Err(failure) => return end(app, job, id, Err(provider_failed(failure)?)).await,
        },
    };
    let bound = Duration::from_secs(u64::from(deployment.seconds_max));
    let progress = Progress::new(app, Subject::Deployment(id.clone()));
    let tell = |line: &str| progress.tell(line);
    let began = std::time::Instant::now();
    app.cross("provider.settle.before");
    let seen = progress
        .beside(provider.settle(&order, &reference, bound, &tell))
        .await;
    app.cross("provider.settle.after");
    match seen {
        Ok(seen) => end(app, job, id, outcome(seen)).await,
        Err(failure) => {
            let why = waited_in_vain(failure, began.elapsed(), bound)?;
            end(app, job, id, Err(why)).await
        }
    }
}

/// Its job was given up: the deployment has failed, and its place is free again.
pub(super) async fn give_up(
    app: &App,
    job: &Job,
    id: &DeploymentId,
    cause: Cause,
) -> Result<Outcome, Outcome> {
    end(app, job, id, Err(cause)).await
}

/// Looks at the clock: an approval that nobody gave.
pub(super) async fn mind(app: &App, job: &Job, id: &DeploymentId) -> Result<Outcome, Outcome> {
    apply(app, job, id, |deployment| {
        deployment::mind(app.now(), deployment)
    })
    .await
}

async fn start(
    app: &App,
    job: &Job,
    provider: &dyn Deployer,
    order: &Order,
) -> Result<Started, Failure> {
    app.cross("provider.start.before");
    // After a crash the start may have happened: the engine is asked before it is told again.
    let found = if job.attempt > 1 {
        provider.find(order).await?
    } else {
        Found::None
    };
    let started = match found {
        Found::One { reference } => Ok(Started::AlreadyRunning { reference }),
        Found::Many { references } => {
            tracing::error!(op_key = %order.op_key, "the engine has {} of one order: the oldest is kept", references.len());
            let reference = references.into_iter().next().unwrap_or_default();
            Ok(Started::AlreadyRunning { reference })
        }
        Found::None => provider.start(order).await,
    };
    app.cross("provider.start.after");
    started
}

async fn load(app: &App, id: &DeploymentId) -> Result<Option<Deployment>, Outcome> {
    Ok(app.store().read().await?.deployment(id).await?)
}

/// Stores that the engine has taken the work, so that a restart observes instead of starting again.
async fn took_on(app: &App, seen: &Deployment, reference: &str) -> Result<(), Outcome> {
    let mut tx = app
        .store()
        .begin(Scope::Place {
            service: &seen.service,
            stage: &seen.stage,
        })
        .await?;
    let Some(now_there) = tx.deployment(&seen.id).await? else {
        return Ok(());
    };
    let Some(change) = deployment::started(app.now(), &now_there, reference) else {
        return Ok(());
    };
    tx.save_deployment(&change.next, now_there.state).await?;
    tx.enqueue(&change.effects, app.now()).await?;
    tx.commit().await?;
    app.activity().wake();
    Ok(())
}

async fn end(
    app: &App,
    job: &Job,
    id: &DeploymentId,
    result: Result<Option<String>, Cause>,
) -> Result<Outcome, Outcome> {
    apply(app, job, id, |deployment| match &result {
        Ok(url) => deployment::succeeded(app.now(), deployment, url.clone()),
        Err(cause) => deployment::failed(app.now(), deployment, cause.clone()),
    })
    .await
}

/// Decides under the place's lock and finishes the job with it. A rollback that succeeded undoes
/// what it was made for in the same transaction.
async fn apply(
    app: &App,
    job: &Job,
    id: &DeploymentId,
    decide: impl Fn(&Deployment) -> Option<Change<Deployment>>,
) -> Result<Outcome, Outcome> {
    let Some(seen) = load(app, id).await? else {
        return Ok(Outcome::Done);
    };
    let mut tx = app
        .store()
        .begin(Scope::Place {
            service: &seen.service,
            stage: &seen.stage,
        })
        .await?;
    let Some(deployment) = tx.deployment(id).await? else {
        return Ok(Outcome::Done);
    };
    if let Some(change) = decide(&deployment) {
        keep(app, &mut tx, &deployment, &change).await?;
        if let (State::Succeeded, Some(undoes)) = (change.next.state, &change.next.undoes) {
            let undone = tx
                .deployment(undoes)
                .await?
                .context("what a rollback undoes")
                .map_err(Outcome::from)?;
            if let Some(change) = deployment::undone(app.now(), &undone) {
                keep(app, &mut tx, &undone, &change).await?;
            }
        }
    }
    settle(app, job, tx).await
}

async fn keep(
    app: &App,
    tx: &mut Tx,
    was: &Deployment,
    change: &Change<Deployment>,
) -> Result<(), Outcome> {
    tx.save_deployment(&change.next, was.state).await?;
    tx.enqueue(&change.effects, app.now()).await?;
    tx.record(&change.facts).await?;
    Ok(())
}
