//! The polling sweep: asks a forge for the open pull requests of a repository, and has everything looked
//! at that is not as our rows say. It needs no public address, and finds what webhooks lost.

use std::collections::BTreeSet;

use crate::domain::effect::{Effect, Planned};
use crate::domain::limits;
use crate::domain::platform::{Platform, Repository};
use crate::domain::pull_request::{self, PullRequest, Seen};
use crate::store::{Job, Scope};

use super::super::super::App;
use super::super::super::pull_requests::look_at;
use super::super::{Outcome, settle};

/// Plans a sweep of every repository for now.
///
/// # Errors
/// If the store cannot be written.
pub(in crate::app) async fn plan_repositories(
    app: &App,
    platform: &Platform,
) -> Result<(), crate::store::Error> {
    if platform.repositories.is_empty() {
        return Ok(());
    }
    let now = app.now();
    let sweeps: Vec<Planned> = platform
        .repositories
        .iter()
        .map(|rule| sweep_of(rule).at(now))
        .collect();
    let mut tx = app.store().begin(Scope::Jobs).await?;
    tx.enqueue(&sweeps, now).await?;
    tx.commit().await
}

/// Looks once, and plans the next look.
pub(in crate::app::perform) async fn sweep(
    app: &App,
    job: &Job,
    repository: &str,
) -> Result<Outcome, Outcome> {
    let definitions = app.definitions();
    let Some(rule) = definitions.platform.repository(repository) else {
        return Ok(Outcome::Done);
    };
    let now = app.now();
    let known = app
        .store()
        .read()
        .await?
        .pull_requests_open(repository, limits::PULL_REQUESTS_MAX)
        .await?;
    let mut next = vec![sweep_of(rule).at(now.plus(rule.look_every))];
    match app.forges().open(rule).await {
        Ok(open) => next.extend(differences(app, rule, &known, &open)),
        // The next look comes anyway: this job is never given up.
        Err(failure) => tracing::warn!(
            "the forge of repository {repository} does not say what is open: {failure}"
        ),
    }
    let mut tx = app.store().begin(Scope::Jobs).await?;
    tx.enqueue(&next, now).await?;
    settle(app, job, tx).await
}

fn sweep_of(rule: &Repository) -> Effect {
    Effect::SweepRepository {
        repository: rule.id.clone(),
    }
}

fn differences(app: &App, rule: &Repository, known: &[PullRequest], open: &[Seen]) -> Vec<Planned> {
    let now = app.now();
    let is_news = |seen: &Seen| {
        let was = known.iter().find(|known| known.number == seen.number);
        was.is_none_or(|was| pull_request::seen(now, rule, was, seen, false).is_some())
    };
    let listed: BTreeSet<i64> = open.iter().map(|seen| seen.number).collect();
    let news = open.iter().filter(|seen| is_news(seen));
    // A list that was cut says nothing about what is older than its oldest row.
    let oldest = if open.len() < limits::PULL_REQUESTS_MAX {
        0
    } else {
        listed.first().copied().unwrap_or_default()
    };
    let gone = known
        .iter()
        .filter(|was| was.number > oldest && !listed.contains(&was.number));
    let looks = news
        .map(|seen| seen.number)
        .chain(gone.map(|was| was.number))
        .map(|number| look_at(&rule.id, number).at(now));
    // What was refused, such as by a full quota, is asked for again: there may be room now.
    let refused = known.iter().filter(|was| was.refusal.is_some());
    looks.chain(refused.map(|was| was.follow(now))).collect()
}
