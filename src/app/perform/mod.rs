//! Jobs are performed here: outside of any transaction, maybe twice, and what came of them is
//! applied in one transaction that also finishes the job.

mod deployment;
mod drift;
mod environment;
pub(super) mod fire;
mod former;
mod plan;
mod post;
mod progress;
mod pull_request;
mod queue;
mod rest;
mod round;
mod stray;
mod sweep;
mod update;

use std::time::Duration;

use crate::domain::cause::Cause;
use crate::domain::effect::Effect;
use crate::providers::{Failure, Observation, Phase, Whose};
use crate::store::{Job, Trouble, Tx};

use super::App;
pub(super) use drift::plan_looks;
pub(super) use fire::plan_all;
pub(super) use pull_request::plan_repositories;
pub(super) use sweep::plan_sweeps;

/// How long to wait before an engine that holds the place is asked again.
const BUSY_WAIT: Duration = Duration::from_secs(10);
/// How long to wait before an unclear start is looked at again.
const UNKNOWN_WAIT: Duration = Duration::from_secs(5);

/// What came of a job.
#[derive(Debug)]
pub enum Outcome {
    /// The job was finished in the same transaction as what came of it.
    Settled,
    /// There was nothing to do, or nothing to store: the job is only to be finished.
    Done,
    /// Not now: the outside world is busy or unclear. Does not count towards giving up.
    Later {
        /// How long to wait.
        after: Duration,
        /// Why, for the keepers.
        why: String,
    },
    /// It went wrong: tried again with growing waits, given up in the end.
    Failed(anyhow::Error),
}

impl From<crate::store::Error> for Outcome {
    fn from(error: crate::store::Error) -> Self {
        match error.trouble() {
            // What it was decided on has moved: look again at once.
            Trouble::Moved => Self::Later {
                after: Duration::ZERO,
                why: "the state moved".to_owned(),
            },
            _ => Self::Failed(error.into()),
        }
    }
}

impl From<anyhow::Error> for Outcome {
    fn from(error: anyhow::Error) -> Self {
        Self::Failed(error)
    }
}

/// Performs one job.
pub async fn perform(app: &App, job: &Job) -> Outcome {
    let performed = match &job.effect {
        Effect::Post { subject, occasion } => {
            Box::pin(post::post(app, job, subject, *occasion)).await
        }
        Effect::BuildEnvironment { id } => Box::pin(environment::build(app, job, id)).await,
        Effect::PlanEnvironment { id } => Box::pin(plan::propose(app, job, id)).await,
        Effect::DestroyEnvironment { id } => Box::pin(environment::destroy(app, job, id)).await,
        Effect::UpdateEnvironment { id } => Box::pin(update::update(app, job, id)).await,
        Effect::MindEnvironment { id } => environment::mind(app, job, id).await,
        Effect::RestEnvironment { id } => Box::pin(rest::rest(app, job, id)).await,
        Effect::AdmitEnvironments { provider } => queue::admit(app, job, provider).await,
        Effect::LookForDrift { provider } => Box::pin(drift::look(app, job, provider)).await,
        Effect::Sweep { provider } => Box::pin(sweep::sweep(app, job, provider)).await,
        Effect::MindStray { id } => stray::mind(app, job, id).await,
        Effect::DestroyStray { id } => Box::pin(stray::destroy(app, job, id)).await,
        Effect::LookAtPullRequest { repository, number } => {
            Box::pin(pull_request::look(app, job, repository, *number)).await
        }
        Effect::FollowPullRequest { id } | Effect::MindPullRequest { id } => {
            pull_request::follow(app, job, id).await
        }
        Effect::TellForge { id } => Box::pin(pull_request::tell(app, job, id)).await,
        Effect::SweepRepository { repository } => {
            Box::pin(pull_request::sweep(app, job, repository)).await
        }
        Effect::RunDeployment { id } => Box::pin(deployment::run(app, job, id)).await,
        Effect::MindDeployment { id } => deployment::mind(app, job, id).await,
        Effect::OpenRound { id } => round::open(app, job, id).await,
        Effect::MindRound { id } => round::mind(app, job, id).await,
        Effect::CloseRound { id } => round::close(app, job, id).await,
        Effect::Fire { kind, name } => fire::fire(app, job, *kind, name).await,
    };
    performed.unwrap_or_else(|outcome| outcome)
}

/// A job failed for good. What waits for it fails with it and holds no place any longer; then the job is
/// settled. `Done`: nothing waits for it, and the job is to be buried.
pub async fn give_up(app: &App, job: &Job, code: &str) -> Outcome {
    let cause = Cause::GivenUp {
        code: code.to_owned(),
    };
    let told = match &job.effect {
        Effect::RunDeployment { id } => deployment::give_up(app, job, id, cause).await,
        Effect::BuildEnvironment { id } | Effect::PlanEnvironment { id } => {
            environment::give_up_building(app, job, id, cause).await
        }
        Effect::DestroyEnvironment { id } => {
            environment::give_up_destroying(app, job, id, cause).await
        }
        Effect::UpdateEnvironment { id } => update::give_up(app, job, id, &cause).await,
        Effect::RestEnvironment { id } => rest::give_up(app, job, id, &cause).await,
        Effect::DestroyStray { id } => stray::give_up(app, job, id, &cause).await,
        Effect::Post { .. }
        | Effect::MindEnvironment { .. }
        | Effect::AdmitEnvironments { .. }
        | Effect::LookForDrift { .. }
        | Effect::Sweep { .. }
        | Effect::MindStray { .. }
        | Effect::LookAtPullRequest { .. }
        | Effect::FollowPullRequest { .. }
        | Effect::MindPullRequest { .. }
        | Effect::TellForge { .. }
        | Effect::SweepRepository { .. }
        | Effect::MindDeployment { .. }
        | Effect::OpenRound { .. }
        | Effect::MindRound { .. }
        | Effect::CloseRound { .. }
        | Effect::Fire { .. } => Ok(Outcome::Done),
    };
    told.unwrap_or_else(|outcome| outcome)
}

/// Finishes the job in this transaction and commits it with what came of it. A job whose lease was
/// lost changes nothing.
async fn settle(app: &App, job: &Job, mut tx: Tx) -> Result<Outcome, Outcome> {
    if tx.finish(job, app.now()).await? {
        tx.commit().await?;
        app.activity().wake();
    }
    Ok(Outcome::Settled)
}

/// What an engine's last word means: where it answers, or why it does not.
fn outcome(seen: Observation) -> Result<Option<String>, Cause> {
    match seen.phase {
        Phase::Succeeded => Ok(seen.outputs.get("url").cloned()),
        Phase::Absent => Err(seen
            .message
            .map_or(Cause::Lost, |message| Cause::engine(&message))),
        Phase::Running | Phase::Failed => Err(seen.message.map_or(Cause::Unknown, |message| {
            Cause::of_engine(&message, seen.whose)
        })),
    }
}

/// How a wait for an engine ended that did not end with an observation: one that reached its bound is
/// a failure that people can read, anything else is looked at again.
fn waited_in_vain(failure: Failure, waited: Duration, bound: Duration) -> Result<Cause, Outcome> {
    match failure {
        Failure::UnknownEffect(_) if waited >= bound => Ok(Cause::TookTooLong {
            seconds_max: u32::try_from(bound.as_secs()).unwrap_or(u32::MAX),
        }),
        failure => provider_failed(failure),
    }
}

/// How a provider's failure is taken: only what surely did not happen is retried blindly.
fn provider_failed(failure: Failure) -> Result<Cause, Outcome> {
    match failure {
        Failure::Permanent(message) => Ok(Cause::engine(&message)),
        Failure::Refused(message) => Ok(Cause::of_engine(&message, Whose::User)),
        failure @ (Failure::Retryable(_) | Failure::UnknownEffect(_)) => {
            Err(Outcome::Failed(failure.into()))
        }
    }
}
