//! A plan's job: have the provider say what it would change, and keep that until somebody agrees.

use std::time::Duration;

use crate::domain::cause::Cause;
use crate::domain::effect::EnvironmentId;
use crate::domain::environment::{self, State};
use crate::domain::limits;
use crate::providers::Failure;
use crate::store::Job;

use super::super::App;
use super::Outcome;
use super::environment::{DESTROY_BOUND, apply, give_up_building, load};

/// Has the provider make the plan. Made again after a crash, it is the one that is kept.
pub(super) async fn propose(app: &App, job: &Job, id: &EnvironmentId) -> Result<Outcome, Outcome> {
    let Some(environment) = load(app, id).await? else {
        return Ok(Outcome::Done);
    };
    if !environment.is_being_planned() {
        return Ok(Outcome::Done);
    }
    let Some(provider) = app.provisioner(&environment.provider) else {
        return give_up_building(app, job, id, Cause::NoProvider).await;
    };
    let order = app.order_of_environment(&environment);
    let bound = Duration::from_secs(u64::from(environment.build_seconds_max));
    app.cross("provider.propose.before");
    let made = provider.propose(&order, bound).await;
    app.cross("provider.propose.after");
    let withdrawn = load(app, id)
        .await?
        .is_none_or(|environment| environment.state == State::Cancelled);
    if withdrawn {
        // What was left of the plan may have been removed before it was made.
        let gone = provider.destroy(&order, DESTROY_BOUND).await;
        gone.map_err(|failure| Outcome::Failed(failure.into()))?;
        return Ok(Outcome::Done);
    }
    match made {
        Ok(proposal) => {
            apply(app, job, id, |environment| {
                environment::proposed(app.now(), environment, proposal.clone())
            })
            .await
        }
        Err(failure) => give_up_building(app, job, id, cause(job, failure)?).await,
    }
}

/// What is said of a failure that will not be tried again.
fn cause(job: &Job, failure: Failure) -> Result<Cause, Outcome> {
    match failure {
        Failure::Permanent(message) => Ok(Cause::engine(&message)),
        Failure::Retryable(message) | Failure::UnknownEffect(message)
            if job.attempt >= limits::PLAN_TRIES_MAX =>
        {
            Ok(Cause::engine(&message))
        }
        failure => Err(Outcome::Failed(failure.into())),
    }
}
