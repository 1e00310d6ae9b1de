//! Pull requests' jobs: ask the forge, follow what it says, tell it what became of that.

mod follow;
mod sweep;
mod tell;

use crate::domain::chat::{ChannelId, Message};
use crate::domain::effect::PullRequestId;
use crate::domain::platform::{Platform, Repository};
use crate::domain::pull_request::{self, PullRequest, Seen};
use crate::providers::Failure;
use crate::store::{Job, Scope};

use super::super::{App, render};
use super::post::voice;
use super::{Outcome, settle};

pub(super) use follow::follow;
pub(in crate::app) use sweep::plan_repositories;
pub(super) use sweep::sweep;
pub(super) use tell::tell;

/// Asks the forge how one pull request stands, and takes that over.
pub(super) async fn look(
    app: &App,
    job: &Job,
    repository: &str,
    number: i64,
) -> Result<Outcome, Outcome> {
    let definitions = app.definitions();
    let Some(rule) = definitions.platform.repository(repository) else {
        return Ok(Outcome::Done);
    };
    app.cross("forge.look.before");
    let seen = app.forges().look(rule, number).await;
    app.cross("forge.look.after");
    match seen {
        Ok(Some(seen)) => take_over(app, job, rule, &seen).await,
        // It may be there and not be shown: only the forge's word closes it.
        Ok(None) => {
            tracing::warn!(
                "the forge does not know pull request {number} of repository {repository}"
            );
            Ok(Outcome::Done)
        }
        Err(failure) => Err(not_asked(failure)),
    }
}

/// A forge's failure. What is refused for good is not asked again: the next sweep looks anyway.
fn not_asked(failure: Failure) -> Outcome {
    match failure {
        Failure::Permanent(why) => {
            tracing::warn!("a forge refuses: {why}");
            Outcome::Done
        }
        failure => Outcome::Failed(failure.into()),
    }
}

async fn take_over(
    app: &App,
    job: &Job,
    rule: &Repository,
    seen: &Seen,
) -> Result<Outcome, Outcome> {
    let now = app.now();
    let known = known(app, rule, seen.number).await?;
    let team = known.as_ref().map_or(&rule.team, |known| &known.team);
    let mut tx = app.store().begin(Scope::Team(team)).await?;
    match tx.pull_request_numbered(&rule.id, seen.number).await? {
        None => {
            let id = PullRequestId(app.new_id());
            if let Some(change) = pull_request::found(now, id, rule, seen)
                && tx.insert_pull_request(&change.next).await?
            {
                tx.enqueue(&change.effects, now).await?;
                tx.record(&change.facts).await?;
            }
        }
        Some(was) => {
            let was_ready = match &was.environment {
                Some(id) => tx
                    .environment(id)
                    .await?
                    .is_some_and(|environment| environment.ready_at.is_some()),
                None => false,
            };
            if let Some(change) = pull_request::seen(now, rule, &was, seen, was_ready) {
                tx.save_pull_request(&change.next, &was).await?;
                tx.enqueue(&change.effects, now).await?;
                tx.record(&change.facts).await?;
            }
        }
    }
    settle(app, job, tx).await
}

/// The question whether it may have an environment, and where it is asked.
pub(super) async fn question(
    app: &App,
    platform: &Platform,
    id: &PullRequestId,
) -> Result<Option<(ChannelId, Message)>, Outcome> {
    let found = app.store().read().await?.pull_request(id).await?;
    Ok(found.map(|it| {
        let channel = follow::channel_of(platform, &it.team);
        let voice = voice(app, platform, channel);
        (channel, render::pull_request::question(voice, &it))
    }))
}

async fn known(app: &App, rule: &Repository, number: i64) -> Result<Option<PullRequest>, Outcome> {
    let mut reader = app.store().read().await?;
    Ok(reader.pull_request_numbered(&rule.id, number).await?)
}
