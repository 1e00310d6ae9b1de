//! Environments' jobs: have the provider make one, remove one, and look at the clock.

use std::time::Duration;

use anyhow::Context as _;

use crate::domain::cause::Cause;
use crate::domain::effect::{Change, Effect, EnvironmentId, Subject};
use crate::domain::environment::{self, Environment, State};
use crate::domain::limits;
use crate::domain::time::Timestamp;
use crate::providers::{Failure, Found, Provisioner, Started};
use crate::store::{Job, Scope};

use super::super::{App, engines, keepers, pull_requests};
use super::progress::Progress;
use super::{BUSY_WAIT, Outcome, UNKNOWN_WAIT, outcome, provider_failed, settle, waited_in_vain};

/// How long removing may take.
pub(super) const DESTROY_BOUND: Duration = Duration::from_secs(120);

/// Has the provider make it, and sees it through to ready or failed.
pub(super) async fn build(app: &App, job: &Job, id: &EnvironmentId) -> Result<Outcome, Outcome> {
    let Some(environment) = load(app, id).await? else {
        return Ok(Outcome::Done);
    };
    if !matches!(environment.state, State::Requested | State::Provisioning) {
        // An earlier attempt may have made what was removed at the same time.
        return match app.provisioner(&environment.provider) {
            Some(provider) if job.attempt > 1 => Ok(removed_meanwhile(app, provider, id)
                .await?
                .unwrap_or(Outcome::Done)),
            _ => Ok(Outcome::Done),
        };
    }
    let Some(provider) = app.provisioner(&environment.provider) else {
        return end(app, job, id, Err(Cause::NoProvider)).await;
    };
    let order = app.order_of_environment(&environment);
    let reference = match &environment.reference {
        Some(reference) => reference.clone(),
        None => {
            app.cross("provider.start.before");
            let found = if job.attempt > 1 {
                provider.find(&order).await
            } else {
                Ok(Found::None)
            };
            let started = match found {
                Ok(Found::One { reference }) => Ok(Started::AlreadyRunning { reference }),
                Ok(Found::Many { references }) => {
                    tracing::error!(environment.id = %id, "the engine has {} of one order: the oldest is kept", references.len());
                    let reference = references
                        .into_iter()
                        .next()
                        .context("several are at least one")
                        .map_err(Outcome::from)?;
                    Ok(Started::AlreadyRunning { reference })
                }
                Ok(Found::None) => provider.start(&order).await,
                Err(failure) => Err(failure),
            };
            app.cross("provider.start.after");
            match started {
                Ok(Started::Started { reference } | Started::AlreadyRunning { reference }) => {
                    took_on(app, &environment, &reference).await?;
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
            }
        }
    };
    let bound = Duration::from_secs(u64::from(environment.build_seconds_max));
    let progress = Progress::new(app, Subject::Environment(id.clone()));
    let began = std::time::Instant::now();
    app.cross("provider.settle.before");
    let tell = |line: &str| progress.tell(line);
    let seen = progress
        .beside(provider.settle(&order, &reference, bound, &tell))
        .await;
    app.cross("provider.settle.after");
    if let Some(over) = removed_meanwhile(app, provider, id).await? {
        return Ok(over);
    }
    match seen {
        Ok(seen) => end(app, job, id, outcome(seen)).await,
        Err(failure) => {
            let why = waited_in_vain(failure, began.elapsed(), bound)?;
            end(app, job, id, Err(why)).await
        }
    }
}

/// Whoever removed it while it was being made or woken may have seen it gone before it came back: then it is
/// removed again. `None` if nobody removes it.
pub(super) async fn removed_meanwhile(
    app: &App,
    provider: &dyn Provisioner,
    id: &EnvironmentId,
) -> Result<Option<Outcome>, Outcome> {
    let Some(environment) = load(app, id).await? else {
        return Ok(Some(Outcome::Done));
    };
    match environment.state {
        State::Destroyed => {
            let order = app.order_of_environment(&environment);
            let gone = provider.destroy(&order, DESTROY_BOUND).await;
            gone.map_err(|failure| Outcome::Failed(failure.into()))?;
            Ok(Some(Outcome::Done))
        }
        State::Destroying | State::Lost => Ok(Some(Outcome::Later {
            after: UNKNOWN_WAIT,
            why: "it is being removed".to_owned(),
        })),
        _ => Ok(None),
    }
}

/// Has the provider remove it, and sees that it is gone.
pub(super) async fn destroy(app: &App, job: &Job, id: &EnvironmentId) -> Result<Outcome, Outcome> {
    let Some(environment) = load(app, id).await? else {
        return Ok(Outcome::Done);
    };
    let only_planned = environment.state == State::Cancelled && environment.plan.is_some();
    if !only_planned && !matches!(environment.state, State::Destroying | State::Lost) {
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
    let error = match gone {
        Ok(()) => None,
        Err(failure) if job.tries() < limits::DESTROY_TRIES_MAX => {
            return Err(Outcome::Failed(failure.into()));
        }
        Err(
            Failure::Retryable(message)
            | Failure::Permanent(message)
            | Failure::Refused(message)
            | Failure::UnknownEffect(message),
        ) => Some(Cause::engine(&message)),
    };
    apply(app, job, id, |environment| match &error {
        None => environment::destroyed(app.now(), environment),
        Some(cause) => environment::destroy_failed(app.now(), environment, cause.clone()),
    })
    .await
}

/// The job that was to make or plan it was given up: it has failed.
pub(super) async fn give_up_building(
    app: &App,
    job: &Job,
    id: &EnvironmentId,
    cause: Cause,
) -> Result<Outcome, Outcome> {
    end(app, job, id, Err(cause)).await
}

/// The job that was to remove it was given up: people are called, and can try again.
pub(super) async fn give_up_destroying(
    app: &App,
    job: &Job,
    id: &EnvironmentId,
    cause: Cause,
) -> Result<Outcome, Outcome> {
    apply(app, job, id, |environment| {
        environment::destroy_failed(app.now(), environment, cause.clone())
    })
    .await
}

/// Looks at the clock: warns of the end, or ends it.
pub(super) async fn mind(app: &App, job: &Job, id: &EnvironmentId) -> Result<Outcome, Outcome> {
    let Some(environment) = load(app, id).await? else {
        return Ok(Outcome::Done);
    };
    let now = app.now();
    if environment.expires(now) && is_held(app, &environment, now).await? {
        return look_again(app, job, &environment, now).await;
    }
    apply(app, job, id, |environment| {
        environment::mind(app.now(), environment)
    })
    .await
}

/// Whether too many of the team's environments are due at once, and no keeper has said that they may go.
async fn is_held(app: &App, environment: &Environment, now: Timestamp) -> Result<bool, Outcome> {
    let mut reader = app.store().read().await?;
    let due = reader.environments_expired(&environment.team, now).await?;
    if usize::try_from(due).unwrap_or(usize::MAX) <= limits::EXPIRED_AT_ONCE_MAX {
        return Ok(false);
    }
    let allowed = keepers::may_go_until(&mut reader, &environment.team).await?;
    if allowed.is_some_and(|until| environment.expires_at <= until) {
        return Ok(false);
    }
    // A clock that jumped or a backup that was restored would remove everything at once.
    tracing::warn!(
        environment.id = %environment.id,
        "{due} environments of team {} are due at once: nothing is removed unasked",
        environment.team
    );
    Ok(true)
}

/// Plans the next look instead of this one, which did not fail.
async fn look_again(
    app: &App,
    job: &Job,
    environment: &Environment,
    now: Timestamp,
) -> Result<Outcome, Outcome> {
    let next = Effect::MindEnvironment {
        id: environment.id.clone(),
    };
    let mut tx = app.store().begin(Scope::Team(&environment.team)).await?;
    tx.enqueue(&[next.at(now.plus(limits::HELD_LOOK_AGAIN))], now)
        .await?;
    settle(app, job, tx).await
}

pub(super) async fn load(app: &App, id: &EnvironmentId) -> Result<Option<Environment>, Outcome> {
    Ok(app.store().read().await?.environment(id).await?)
}

/// Stores that the engine has taken the work, so that a restart observes instead of starting again.
async fn took_on(app: &App, environment: &Environment, reference: &str) -> Result<(), Outcome> {
    let mut tx = app.store().begin(Scope::Team(&environment.team)).await?;
    let Some(now_there) = tx.environment(&environment.id).await? else {
        return Ok(());
    };
    let Some(change) = environment::started(app.now(), &now_there, reference) else {
        return Ok(());
    };
    tx.save_environment(&change.next, now_there.state).await?;
    tx.enqueue(&change.effects, app.now()).await?;
    tx.record(&change.facts).await?;
    pull_requests::moved(&mut tx, &change.next, app.now()).await?;
    tx.commit().await?;
    app.activity().wake();
    Ok(())
}

async fn end(
    app: &App,
    job: &Job,
    id: &EnvironmentId,
    result: Result<Option<String>, Cause>,
) -> Result<Outcome, Outcome> {
    apply(app, job, id, |environment| match &result {
        Ok(url) => environment::ready(app.now(), environment, url.clone()),
        Err(cause) => environment::failed(app.now(), environment, cause.clone()),
    })
    .await
}

/// Decides under the team's lock and finishes the job with it.
pub(super) async fn apply(
    app: &App,
    job: &Job,
    id: &EnvironmentId,
    decide: impl Fn(&Environment) -> Option<Change<Environment>>,
) -> Result<Outcome, Outcome> {
    let Some(seen) = load(app, id).await? else {
        return Ok(Outcome::Done);
    };
    let mut tx = app.store().begin(Scope::Team(&seen.team)).await?;
    let Some(environment) = tx.environment(id).await? else {
        return Ok(Outcome::Done);
    };
    if let Some(change) = decide(&environment) {
        tx.save_environment(&change.next, environment.state).await?;
        tx.enqueue(&change.effects, app.now()).await?;
        tx.record(&change.facts).await?;
        let definitions = app.definitions();
        let platform = &definitions.platform;
        engines::left(
            &mut tx,
            platform,
            environment.state,
            &change.next,
            app.now(),
        )
        .await?;
        pull_requests::moved(&mut tx, &change.next, app.now()).await?;
    }
    settle(app, job, tx).await
}
