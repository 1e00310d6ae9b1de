//! The sweep: compares what an engine has under our label with what our rows say it should have. Webhooks
//! and answers get lost; this finds what they left behind.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::effect::{Change, Effect, StrayId};
use crate::domain::environment::{self, Environment, State};
use crate::domain::limits;
use crate::domain::stray;
use crate::providers::{Phase, Provisioner};
use crate::store::{Job, Scope};

use super::super::{App, pull_requests};
use super::{Outcome, settle};

/// What an engine has, by key: the definition under which it was listed, and its name.
struct Listed {
    owned: BTreeMap<String, (String, String)>,
    /// Definitions whose list was answered.
    answered: BTreeSet<String>,
}

/// Plans the first sweep of every engine.
///
/// # Errors
/// If the store cannot be written.
pub(in crate::app) async fn plan_sweeps(app: &App) -> Result<(), crate::store::Error> {
    let first = app.now().plus(limits::SWEEP_FIRST);
    let sweeps: Vec<_> = app
        .provisioner_names()
        .map(|provider| sweep_of(provider).at(first))
        .collect();
    let mut tx = app.store().begin(Scope::Jobs).await?;
    tx.enqueue(&sweeps, app.now()).await?;
    tx.commit().await
}

/// Compares once, and plans the next comparison.
pub(super) async fn sweep(app: &App, job: &Job, provider_name: &str) -> Result<Outcome, Outcome> {
    let Some(provider) = app.provisioner(provider_name) else {
        return Ok(Outcome::Done);
    };
    let before = rows(app, provider_name).await?;
    let listed = list(app, provider, &definitions(app, provider_name, &before)).await;
    let n_missing = before.iter().filter(|it| is_missing(it, &listed)).count();
    let trusts = n_missing <= limits::LOST_AT_ONCE_MAX;
    if !trusts {
        // Such as another cluster under the same name: what is called lost is cleared away.
        tracing::error!(
            "engine {provider_name} no longer lists {n_missing} environments: none of them is called lost. See that it looks where they are"
        );
    }
    for environment in &before {
        if trusts && is_missing(environment, &listed) && is_absent(app, provider, environment).await
        {
            tracing::warn!(environment.id = %environment.id, "the engine has lost environment {}", environment.id);
            decide(app, environment, |it| environment::lost(app.now(), it)).await?;
        } else {
            decide(app, environment, |it| environment::stuck(app.now(), it)).await?;
        }
    }
    // Read after the list: whoever is in neither was never asked for, since a row comes before its start.
    let after = rows(app, provider_name).await?;
    if before.len() < limits::SWEEP_ROWS_MAX && after.len() < limits::SWEEP_ROWS_MAX {
        adopt(app, provider_name, &listed, before.iter().chain(&after)).await?;
    }
    let mut next = vec![sweep_of(provider_name).at(app.now().plus(limits::SWEEP_EVERY))];
    if after.iter().any(|it| it.state == State::Queued) {
        // Places may have become free by a change of the configuration.
        let provider = provider_name.to_owned();
        next.push(Effect::AdmitEnvironments { provider }.at(app.now()));
    }
    let mut tx = app.store().begin(Scope::Jobs).await?;
    tx.enqueue(&next, app.now()).await?;
    settle(app, job, tx).await
}

fn sweep_of(provider: &str) -> Effect {
    Effect::Sweep {
        provider: provider.to_owned(),
    }
}

async fn rows(app: &App, provider: &str) -> Result<Vec<Environment>, Outcome> {
    let mut reader = app.store().read().await?;
    Ok(reader
        .environments_at(provider, limits::SWEEP_ROWS_MAX)
        .await?)
}

/// The definitions to ask about: those of living environments, and those of the templates of today.
fn definitions(app: &App, provider: &str, rows: &[Environment]) -> Vec<String> {
    let definitions = app.definitions();
    let templates = definitions.platform.templates.iter();
    let declared = templates
        .filter(|template| template.provider == provider)
        .map(|template| &template.definition);
    let asked = rows.iter().map(|environment| &environment.definition);
    let all: BTreeSet<&String> = asked.chain(declared).collect();
    all.into_iter()
        .take(limits::SWEEP_DEFINITIONS_MAX)
        .cloned()
        .collect()
}

async fn list(app: &App, provider: &dyn Provisioner, definitions: &[String]) -> Listed {
    let mut listed = Listed {
        owned: BTreeMap::new(),
        answered: BTreeSet::new(),
    };
    for definition in definitions {
        match provider
            .list_owned(definition, app.store().installation())
            .await
        {
            Ok(owned) => {
                listed.answered.insert(definition.clone());
                for one in owned {
                    listed
                        .owned
                        .entry(one.op_key)
                        .or_insert_with(|| (definition.clone(), one.name));
                }
            }
            Err(failure) => tracing::warn!("an engine does not list what it has: {failure}"),
        }
    }
    listed
}

/// Whether it should be in the list and is not. What is being built, woken or removed may or may not be.
fn is_missing(environment: &Environment, listed: &Listed) -> bool {
    matches!(environment.state, State::Ready | State::Sleeping)
        && listed.answered.contains(&environment.definition)
        && !listed.owned.contains_key(&environment.op_key)
}

/// Asked about it alone, the engine says that it is not there: a list alone is not believed.
async fn is_absent(app: &App, provider: &dyn Provisioner, environment: &Environment) -> bool {
    let order = app.order_of_environment(environment);
    let reference = environment.reference.as_deref().unwrap_or_default();
    match provider.observe(&order, reference).await {
        Ok(seen) => seen.phase == Phase::Absent,
        Err(_) => false,
    }
}

/// Adopts as unowned what the engine has and no row asked for.
async fn adopt(
    app: &App,
    provider: &str,
    listed: &Listed,
    rows: impl Iterator<Item = &Environment>,
) -> Result<(), Outcome> {
    let known: BTreeSet<&str> = rows
        .map(|environment| environment.op_key.as_str())
        .collect();
    let strays = app
        .store()
        .read()
        .await?
        .strays_at(provider, limits::SWEEP_ROWS_MAX)
        .await?;
    let unknown = listed.owned.iter().filter(|(op_key, _)| {
        !known.contains(op_key.as_str()) && !strays.iter().any(|stray| stray.op_key == **op_key)
    });
    for (op_key, (definition, name)) in unknown.take(limits::STRAYS_AT_ONCE_MAX) {
        let seen = stray::Seen {
            op_key,
            provider,
            definition,
            name,
        };
        let change = stray::found(app.now(), StrayId(app.new_id()), seen);
        let mut tx = app.store().begin(Scope::Engine(provider)).await?;
        if tx.insert_stray(&change.next).await? {
            tx.enqueue(&change.effects, app.now()).await?;
            tx.commit().await?;
            app.activity().wake();
        }
    }
    Ok(())
}

/// Decides about one environment under its team's lock; one that has moved meanwhile is left alone.
async fn decide(
    app: &App,
    seen: &Environment,
    decide: impl Fn(&Environment) -> Option<Change<Environment>>,
) -> Result<(), Outcome> {
    if decide(seen).is_none() {
        return Ok(());
    }
    let mut tx = app.store().begin(Scope::Team(&seen.team)).await?;
    let Some(now_there) = tx.environment(&seen.id).await? else {
        return Ok(());
    };
    if now_there.state != seen.state || now_there.moved_at != seen.moved_at {
        return Ok(());
    }
    if let Some(change) = decide(&now_there) {
        tx.save_environment(&change.next, now_there.state).await?;
        tx.enqueue(&change.effects, app.now()).await?;
        tx.record(&change.facts).await?;
        pull_requests::moved(&mut tx, &change.next, app.now()).await?;
        tx.commit().await?;
        app.activity().wake();
    }
    Ok(())
}
