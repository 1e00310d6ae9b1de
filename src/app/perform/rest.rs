//! Sleep's job: has the provider do what the row asks for at this moment, sleep or wake.

use std::time::Duration;

use crate::domain::cause::Cause;
use crate::domain::effect::EnvironmentId;
use crate::domain::environment::{self, Environment, State};
use crate::providers::Failure;
use crate::store::Job;

use super::super::App;
use super::environment::{apply, load, removed_meanwhile};
use super::{Outcome, outcome};

/// How long falling asleep may take.
const SLEEP_BOUND: Duration = Duration::from_secs(120);
/// How often putting to sleep or waking is tried before it has failed: an engine may be away for a
/// quarter of an hour.
const TRIES_MAX: u32 = 10;

/// Has the provider put it to sleep or wake it. Both may be done again, so a crash in the middle is
/// settled by doing it again.
pub(super) async fn rest(app: &App, job: &Job, id: &EnvironmentId) -> Result<Outcome, Outcome> {
    let Some(environment) = load(app, id).await? else {
        return Ok(Outcome::Done);
    };
    let Some(provider) = app.provisioner(&environment.provider) else {
        return give_up(app, job, id, &Cause::NoProvider).await;
    };
    let order = app.order_of_environment(&environment);
    match environment.state {
        State::Sleeping if environment.rest.asleep_at.is_none() => {
            app.cross("provider.sleep.before");
            let asleep = provider.sleep(&order, SLEEP_BOUND).await;
            app.cross("provider.sleep.after");
            if let Some(over) = removed_meanwhile(app, provider, id).await? {
                return Ok(over);
            }
            match asleep {
                Ok(()) => {
                    apply(app, job, id, |environment| {
                        environment::slept(app.now(), environment)
                    })
                    .await
                }
                Err(failure) => give_up(app, job, id, &cause(job, failure)?).await,
            }
        }
        State::Waking => {
            let bound = Duration::from_secs(u64::from(environment.build_seconds_max));
            app.cross("provider.wake.before");
            let awake = provider.wake(&order, bound).await;
            app.cross("provider.wake.after");
            if let Some(over) = removed_meanwhile(app, provider, id).await? {
                return Ok(over);
            }
            match awake.map(outcome) {
                Ok(Ok(url)) => {
                    apply(app, job, id, |environment| {
                        environment::woken(app.now(), environment, url.clone())
                    })
                    .await
                }
                Ok(Err(cause)) => give_up(app, job, id, &cause).await,
                Err(failure) => give_up(app, job, id, &cause(job, failure)?).await,
            }
        }
        // An earlier attempt may have woken what was removed at the same time.
        _ if job.attempt > 1 => Ok(removed_meanwhile(app, provider, id)
            .await?
            .unwrap_or(Outcome::Done)),
        _ => Ok(Outcome::Done),
    }
}

/// What is said of a failure that will not be tried again.
fn cause(job: &Job, failure: Failure) -> Result<Cause, Outcome> {
    match failure {
        Failure::Permanent(message) | Failure::Refused(message) => Ok(Cause::engine(&message)),
        Failure::Retryable(message) | Failure::UnknownEffect(message)
            if job.attempt >= TRIES_MAX =>
        {
            Ok(Cause::engine(&message))
        }
        failure => Err(Outcome::Failed(failure.into())),
    }
}

/// Tried in vain: it is said to have failed, and nobody waits any longer.
pub(super) async fn give_up(
    app: &App,
    job: &Job,
    id: &EnvironmentId,
    cause: &Cause,
) -> Result<Outcome, Outcome> {
    apply(app, job, id, |environment: &Environment| {
        environment::rest_failed(app.now(), environment, cause.clone())
    })
    .await
}
