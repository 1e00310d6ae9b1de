//! Tells a forge how the environment of a pull request stands: one comment that is kept current, and a
//! deployment with its status. What is said already is not said again.

use sha2::{Digest as _, Sha256};

use crate::domain::effect::{Occasion, PullRequestId, Subject};
use crate::domain::environment::{Environment, State};
use crate::domain::platform::Repository;
use crate::domain::pull_request::PullRequest;
use crate::providers::Failure;
use crate::providers::forge::{Comment, Shown, Standing};
use crate::store::{Job, Scope, Told};

use super::super::super::App;
use super::super::super::render::{self, Voice};
use super::super::Outcome;
use super::not_asked;

/// Says what is new.
pub(in crate::app::perform) async fn tell(
    app: &App,
    _job: &Job,
    id: &PullRequestId,
) -> Result<Outcome, Outcome> {
    let definitions = app.definitions();
    let mut reader = app.store().read().await?;
    let Some(it) = reader.pull_request(id).await? else {
        return Ok(Outcome::Done);
    };
    let Some(rule) = definitions.platform.repository(&it.repository) else {
        return Ok(Outcome::Done);
    };
    let environment = match &it.environment {
        Some(id) => reader.environment(id).await?,
        None => None,
    };
    let mut told = reader.forge_told(id).await?;
    let link = match &environment {
        Some(environment) => {
            let subject = Subject::Environment(environment.id.clone());
            let posted = reader.message_of(&subject, Occasion::Live).await?;
            posted.map(|posted| app.discord().link_to(posted.channel, posted.message))
        }
        None => None,
    };
    drop(reader);
    let voice = Voice {
        words: app.words(),
        language: definitions.platform.language,
    };
    let about = render::pull_request::About {
        environment: environment.as_ref(),
        message: link.as_deref(),
    };
    if let Some(text) = render::pull_request::comment(voice, &it, &about) {
        comment(app, rule, &it, &text, &mut told).await?;
    }
    // A deployment at a forge starts whatever workflow its commit has for that, with the repository's own
    // secrets: whoever let a stranger's commit into an environment has not agreed to that.
    if let Some(environment) = environment.as_ref().filter(|_| it.trusted) {
        deployment(app, rule, &it, environment, link.as_deref(), &mut told).await?;
    }
    Ok(Outcome::Done)
}

async fn comment(
    app: &App,
    rule: &Repository,
    it: &PullRequest,
    text: &str,
    told: &mut Told,
) -> Result<(), Outcome> {
    let said = hex::encode(&Sha256::digest(text.as_bytes())[..8]);
    if told.comment_said.as_ref() == Some(&said) {
        return Ok(());
    }
    let mark = format!(
        "<!-- hearth {} {} {} -->",
        app.store().installation(),
        it.repository,
        it.number
    );
    let comment = Comment {
        number: it.number,
        mark: &mark,
        known: told.comment.as_deref(),
        text,
    };
    app.cross("forge.comment.before");
    let made = app.forges().comment(rule, &comment).await;
    app.cross("forge.comment.after");
    match made {
        Ok(made) => told.comment = Some(made),
        // Such as a conversation that is locked; the rest is said all the same.
        Err(Failure::Permanent(why)) => tracing::warn!("a forge takes no comment: {why}"),
        Err(failure) => return Err(not_asked(failure)),
    }
    told.comment_said = Some(said);
    store(app, &it.id, told).await
}

async fn deployment(
    app: &App,
    rule: &Repository,
    it: &PullRequest,
    environment: &Environment,
    link: Option<&str>,
    told: &mut Told,
) -> Result<(), Outcome> {
    let name = environment.name.as_str();
    if !environment.state.is_alive() {
        if told.deployment.is_none() && told.deployment_said.is_none() {
            return Ok(());
        }
        app.forges().retire(rule, name).await.map_err(not_asked)?;
        (told.deployment, told.deployment_said) = (None, None);
        return store(app, &it.id, told).await;
    }
    let Some(revision) = environment.revision.as_deref() else {
        return Ok(());
    };
    let standing = standing(environment.state);
    let url = environment
        .url
        .as_deref()
        .filter(|_| standing == Standing::Up)
        .and_then(render::link);
    // What is made anew is another deployment: the mark says of which build it is.
    let mark = format!("{} {}", environment.op_key, revision);
    let said = format!("{mark} {standing:?} {}", url.as_deref().unwrap_or_default());
    if told.deployment_said.as_ref() == Some(&said) {
        return Ok(());
    }
    let is_of_this = told
        .deployment_said
        .as_ref()
        .is_some_and(|before| before.starts_with(&mark));
    let shown = Shown {
        environment: name,
        branch: &it.branch,
        revision,
        standing,
        url: url.as_deref(),
        log_url: link,
        known: told.deployment.as_deref().filter(|_| is_of_this),
        former: told.deployment.as_deref().filter(|_| !is_of_this),
        mark: &mark,
    };
    app.cross("forge.show.before");
    let shown = app.forges().show(rule, &shown).await;
    app.cross("forge.show.after");
    match shown {
        Ok(id) => told.deployment = Some(id),
        // Said once: a token that may not show deployments is no reason to ask at every step.
        Err(Failure::Permanent(why)) => {
            tracing::warn!("the deployment of environment {name} is not shown at its forge: {why}");
        }
        Err(failure) => return Err(not_asked(failure)),
    }
    told.deployment_said = Some(said);
    store(app, &it.id, told).await
}

fn standing(state: State) -> Standing {
    match state {
        State::AwaitingApproval | State::Queued | State::Requested => Standing::Waiting,
        State::Provisioning | State::Waking => Standing::Building,
        State::Ready | State::Sleeping => Standing::Up,
        State::Failed => Standing::Failed,
        State::Updating
        | State::Lost
        | State::Destroying
        | State::DestroyFailed
        | State::Destroyed
        | State::Cancelled => Standing::Down,
    }
}

async fn store(app: &App, id: &PullRequestId, told: &Told) -> Result<(), Outcome> {
    let mut tx = app.store().begin(Scope::Jobs).await?;
    tx.told_forge(id, told).await?;
    tx.commit().await?;
    Ok(())
}
