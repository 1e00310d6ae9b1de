//! Takes the next step for a pull request: compares it with its environment, as both stand in their rows,
//! and decides through the same decisions as people do.

use std::collections::BTreeMap;

use crate::domain::Timestamp;
use crate::domain::chat::{ChannelId, UserId};
use crate::domain::effect::{Change, Effect, EnvironmentId, PullRequestId};
use crate::domain::environment::{self, Environment};
use crate::domain::platform::{Platform, Repository};
use crate::domain::pull_request::{self, PullRequest, Step};
use crate::store::{Job, Scope, Tx};

use super::super::super::{App, engines};
use super::super::{Outcome, settle};

/// Why there is no environment, where it is not a refusal of the domain.
const TEMPLATE_GONE: &str = "refused-template-unknown";

/// Takes the next step, if there is one.
pub(in crate::app::perform) async fn follow(
    app: &App,
    job: &Job,
    id: &PullRequestId,
) -> Result<Outcome, Outcome> {
    let Some(seen) = app.store().read().await?.pull_request(id).await? else {
        return Ok(Outcome::Done);
    };
    let now = app.now();
    let definitions = app.definitions();
    let platform = &definitions.platform;
    let mut tx = app.store().begin(Scope::Team(&seen.team)).await?;
    let Some(was) = tx.pull_request(id).await? else {
        return Ok(Outcome::Done);
    };
    let environment = match &was.environment {
        Some(id) => tx.environment(id).await?,
        None => None,
    };
    let mut next = was.clone();
    let mut effects = Vec::new();
    let rule = platform.repository(&was.repository);
    let step = pull_request::step(now, &was, environment.as_ref());
    match (step, environment, rule) {
        (Step::Ask, _, _) => {
            if was.asked.as_ref() != Some(&was.head) {
                next.asked = Some(was.head.clone());
                effects.push(next.post(now));
            }
        }
        (Step::Create, _, Some(rule)) => {
            create(app, &mut tx, platform, rule, &mut next, now).await?;
        }
        (Step::Revise, Some(waiting), _) => {
            if let Some(change) = environment::revise(now, &waiting, &was.head) {
                keep(&mut tx, platform, &waiting, &change, now).await?;
                tx.renew_environment(&change.next).await?;
                next.built = Some(was.head.clone());
            }
        }
        (Step::Update, Some(old), _) => {
            if let Some(change) = environment::update(now, &old) {
                keep(&mut tx, platform, &old, &change, now).await?;
            }
        }
        (Step::End, Some(old), _) => {
            if let Some(change) = environment::close(now, &old) {
                keep(&mut tx, platform, &old, &change, now).await?;
            }
        }
        (Step::EndAt(at), _, _) => {
            effects.push(Effect::MindPullRequest { id: was.id.clone() }.at(at));
        }
        // A repository that the configuration does not name any more gets nothing new.
        (Step::Wait | Step::Create | Step::Revise | Step::Update | Step::End, _, _) => {}
    }
    if next.environment != was.environment {
        // What was found may be of another revision.
        effects.push(next.follow(now));
    }
    if next != was {
        tx.save_pull_request(&next, &was).await?;
    }
    effects.push(Effect::TellForge { id: was.id.clone() }.at(now));
    tx.enqueue(&effects, now).await?;
    settle(app, job, tx).await
}

/// Asks for an environment, as somebody with `/env create` would.
async fn create(
    app: &App,
    tx: &mut Tx,
    platform: &Platform,
    rule: &Repository,
    it: &mut PullRequest,
    now: Timestamp,
) -> Result<(), Outcome> {
    let (Some(template), Some(team)) = (platform.template(&rule.template), platform.team(&it.team))
    else {
        it.refusal = Some(TEMPLATE_GONE.to_owned());
        return Ok(());
    };
    let name = pull_request::environment_name(&it.repository, it.number);
    // One of this name for this pull request is there already, such as after its rows were rebuilt.
    let there = tx.environment_living(&name).await?;
    if let Some(there) = there.filter(|there| is_its_own(there, rule, it)) {
        it.built.clone_from(&there.revision);
        it.environment = Some(there.id);
        it.refusal = None;
        return Ok(());
    }
    let (by_team, name_taken) = tx.environments_in_use(&team.id, &name).await?;
    let in_use = environment::InUse {
        by_team,
        name_taken,
        capacity: engines::capacity(tx, platform, &template.provider).await?,
    };
    let owner = it.let_in.as_ref().filter(|_| !it.trusted);
    let ask = environment::Ask {
        id: EnvironmentId(app.new_id()),
        op_key: app.new_id(),
        name: &name,
        template,
        revision: Some(&it.head),
        pull_request: Some(it.number),
        ttl_hours: None,
        parameters: BTreeMap::new(),
        team: &team.id,
        quota: team.environments_quota,
        owner: owner.map_or(UserId::NOBODY, |let_in| let_in.by),
        owner_name: &it.author,
        channel: channel_of(platform, &it.team),
    };
    match environment::request(now, in_use, ask) {
        Ok(change) => {
            tx.insert_environment(&change.next).await?;
            tx.enqueue(&change.effects, now).await?;
            tx.record(&change.facts).await?;
            it.environment = Some(change.next.id);
            it.built = Some(it.head.clone());
            it.refusal = None;
        }
        Err(refusal) => it.refusal = Some(refusal.sentence().id.to_owned()),
    }
    Ok(())
}

/// Whether it was made for this pull request by itself: what a person has asked for is theirs.
fn is_its_own(there: &Environment, rule: &Repository, it: &PullRequest) -> bool {
    let let_in_by = it.let_in.as_ref().map(|let_in| let_in.by);
    there.team == it.team
        && there.pull_request == Some(it.number)
        && there.template == rule.template
        && there.plan.is_none()
        && (there.owner == UserId::NOBODY || Some(there.owner) == let_in_by)
}

/// Where a team's news is told.
pub(super) fn channel_of(platform: &Platform, team: &str) -> ChannelId {
    let own = platform
        .team(team)
        .and_then(|team| team.channel.as_ref())
        .and_then(|channel| channel.id());
    own.or_else(|| platform.channel.id())
        .unwrap_or(ChannelId(0))
}

async fn keep(
    tx: &mut Tx,
    platform: &Platform,
    was: &Environment,
    change: &Change<Environment>,
    now: Timestamp,
) -> Result<(), Outcome> {
    tx.save_environment(&change.next, was.state).await?;
    tx.enqueue(&change.effects, now).await?;
    tx.record(&change.facts).await?;
    engines::left(tx, platform, was.state, &change.next, now).await?;
    Ok(())
}
