//! The look for drift: asks an engine what somebody has changed outside, a few environments at a time.

use crate::domain::effect::Effect;
use crate::domain::environment::{self, Environment};
use crate::domain::limits;
use crate::providers::Provisioner;
use crate::store::{Job, Scope};

use super::super::App;
use super::{Outcome, settle};

/// Plans the first look at every engine that can tell.
///
/// # Errors
/// If the store cannot be written.
pub(in crate::app) async fn plan_looks(app: &App) -> Result<(), crate::store::Error> {
    let first = app.now().plus(limits::DRIFT_FIRST);
    let tells = |name: &&str| app.provisioner(name).is_some_and(Provisioner::sees_drift);
    let looks: Vec<_> = app
        .provisioner_names()
        .filter(tells)
        .map(|name| look_at(name).at(first))
        .collect();
    if looks.is_empty() {
        return Ok(());
    }
    let mut tx = app.store().begin(Scope::Jobs).await?;
    tx.enqueue(&looks, app.now()).await?;
    tx.commit().await
}

/// Looks once, and plans the next look. An engine that cannot say is asked again then.
pub(super) async fn look(app: &App, job: &Job, name: &str) -> Result<Outcome, Outcome> {
    let Some(provider) = app.provisioner(name) else {
        return Ok(Outcome::Done);
    };
    let rows = {
        let mut reader = app.store().read().await?;
        reader
            .environments_to_look_at(name, limits::DRIFT_ROWS_MAX)
            .await?
    };
    for environment in &rows {
        match provider.drift(&app.order_of_environment(environment)).await {
            Ok(what) => note(app, environment, what.as_deref()).await?,
            Err(failure) => {
                tracing::warn!(
                    environment.id = %environment.id,
                    "whether environment {} was changed outside is not known now: {failure}",
                    environment.id
                );
                // Looked at all the same: the others have their turn.
                note(app, environment, environment.drift.as_deref()).await?;
            }
        }
    }
    let mut tx = app.store().begin(Scope::Jobs).await?;
    let next = look_at(name).at(app.now().plus(limits::DRIFT_LOOK_EVERY));
    tx.enqueue(&[next], app.now()).await?;
    settle(app, job, tx).await
}

fn look_at(provider: &str) -> Effect {
    Effect::LookForDrift {
        provider: provider.to_owned(),
    }
}

async fn note(app: &App, seen: &Environment, what: Option<&str>) -> Result<(), Outcome> {
    let mut tx = app.store().begin(Scope::Team(&seen.team)).await?;
    let Some(environment) = tx.environment(&seen.id).await? else {
        return Ok(());
    };
    if let Some(change) = environment::drifted(app.now(), &environment, what) {
        tx.save_environment(&change.next, environment.state).await?;
        tx.enqueue(&change.effects, app.now()).await?;
        tx.commit().await?;
        app.activity().wake();
    }
    Ok(())
}
