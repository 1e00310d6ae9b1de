//! The outbox: says how things stand. The text is rendered from the rows at the moment of sending;
//! a message that is young is edited, an older one is replaced, and a survey's prompt keeps its place.

use sha2::{Digest as _, Sha256};

use crate::discord::Call as DiscordCall;
use crate::domain::chat::{ChannelId, Message, MessageId, UserId};
use crate::domain::deployment;
use crate::domain::effect::{
    DeploymentId, EditionId, EnvironmentId, Occasion, RoundId, StrayId, Subject,
};
use crate::domain::limits;
use crate::domain::platform::Platform;
use crate::store::{Job, Posted, Scope};

use super::super::App;
use super::super::digests;
use super::super::engines;
use super::super::pull_requests;
use super::super::render::{self, Voice};
use super::{Outcome, former, settle};

/// Messages that are looked through for one whose sending was unclear.
const LATEST: u8 = 50;
/// Deployments that are read to see whether there is a way back.
const DEPTH: usize = 50;

/// A message and its place.
struct Ready {
    channel: ChannelId,
    message: Message,
}

/// Sends or edits one message.
pub(super) async fn post(
    app: &App,
    job: &Job,
    subject: &Subject,
    occasion: Occasion,
) -> Result<Outcome, Outcome> {
    // Messages about one subject keep their order.
    let turn = app.turn(subject);
    let _mine = turn.lock().await;
    if occasion == Occasion::Former {
        return former::retire(app, subject).await;
    }
    let known = app
        .store()
        .read()
        .await?
        .message_of(subject, occasion)
        .await?;
    let nonce = nonce(job, occasion);
    let one_off = matches!(
        occasion,
        Occasion::Result
            | Occasion::Warning
            | Occasion::Review
            | Occasion::Stuck
            | Occasion::Reminder
    );
    let Some(ready) = render(app, subject, occasion, &nonce, None).await? else {
        return Ok(Outcome::Done);
    };
    let known = known.filter(|known| !one_off || known.nonce == nonce);
    if one_off && known.is_some() {
        return Ok(Outcome::Done);
    }
    // The mark of an event that may come again is its own. Other messages are known by their footer,
    // since the subject's id stands in the buttons of all its messages.
    let footer = ready.message.embeds.first().map(|embed| &embed.footer);
    let mark = match footer {
        _ if one_off => nonce.clone(),
        Some(footer) if !footer.is_empty() => footer.clone(),
        _ => subject.mark().to_owned(),
    };
    // A prompt is asked once: it is edited in its place whatever its age, and never said again.
    let keeps_place = occasion == Occasion::Prompt;
    let former = known.as_ref().filter(|known| {
        let young = app.now().since(known.posted_at) < limits::MESSAGE_EDIT_AGE_MAX;
        known.channel == ready.channel && (young || keeps_place)
    });
    let sent = match former {
        Some(known) => match edit(app, &ready, known.message).await? {
            Edited::Yes => return Ok(Outcome::Done),
            Edited::GoneOrOld if keeps_place => return Ok(Outcome::Done),
            Edited::GoneOrOld => send(app, job, subject, &ready, &nonce).await?,
        },
        // The round is over, and it is not known whether its prompt was ever posted.
        None if keeps_place && ready.message.rows.is_empty() => {
            edit_found(app, subject, &ready, &mark).await?;
            return Ok(Outcome::Done);
        }
        None => {
            let found = if job.attempt > 1 {
                edit_found(app, subject, &ready, &mark).await?
            } else {
                None
            };
            match found {
                Some(found) => found,
                None => send(app, job, subject, &ready, &nonce).await?,
            }
        }
    };
    let mut tx = app.store().begin(Scope::Jobs).await?;
    let posted = Posted {
        channel: ready.channel,
        message: sent,
        posted_at: app.now(),
        nonce,
    };
    tx.remember(subject, occasion, &posted).await?;
    if let (Subject::Environment(id), Occasion::Live) = (subject, occasion) {
        // The comment at the forge links to it.
        pull_requests::posted(&mut tx, id, app.now()).await?;
    }
    let replaced = known.filter(|known| known.message != sent && occasion == Occasion::Live);
    if let Some(replaced) = replaced {
        tx.remember(subject, Occasion::Former, &replaced).await?;
        tx.enqueue(&[former::retiring(app, subject)], app.now())
            .await?;
    }
    settle(app, job, tx).await
}

/// Edits the live message with a line of progress, if there is one to edit.
pub(super) async fn edit_live(
    app: &App,
    subject: &Subject,
    occasion: Occasion,
    step: &str,
) -> anyhow::Result<()> {
    let turn = app.turn(subject);
    let _mine = turn.lock().await;
    let Some(known) = app
        .store()
        .read()
        .await?
        .message_of(subject, occasion)
        .await?
    else {
        return Ok(());
    };
    if app.now().since(known.posted_at) >= limits::MESSAGE_EDIT_AGE_MAX {
        return Ok(());
    }
    if let Ok(Some(ready)) = render(app, subject, occasion, "", Some(step)).await {
        app.discord()
            .edit(known.channel, known.message, &ready.message)
            .await?;
    }
    Ok(())
}

enum Edited {
    Yes,
    GoneOrOld,
}

async fn edit(app: &App, ready: &Ready, message: MessageId) -> Result<Edited, Outcome> {
    match app
        .discord()
        .edit(ready.channel, message, &ready.message)
        .await
    {
        Ok(()) => Ok(Edited::Yes),
        Err(DiscordCall::Gone { .. } | DiscordCall::TooOldToEdit) => Ok(Edited::GoneOrOld),
        // An edit may be made twice.
        Err(error) => Err(not_sent(error)),
    }
}

/// Looks for a message of ours with this mark, left by an attempt whose outcome is unknown, and edits
/// it. `None`: there is none.
async fn edit_found(
    app: &App,
    subject: &Subject,
    ready: &Ready,
    mark: &str,
) -> Result<Option<MessageId>, Outcome> {
    let found = app
        .discord()
        .find_own(ready.channel, mark, LATEST)
        .await
        .map_err(not_sent)?;
    let Some(found) = found else {
        return Ok(None);
    };
    // A round's results have the same footer as its prompt, a new message the same as the one that it
    // replaces.
    let mut reader = app.store().read().await?;
    for occasion in Occasion::ALL {
        let known = reader.message_of(subject, *occasion).await?;
        if known.is_some_and(|known| known.message == found) {
            return Ok(None);
        }
    }
    drop(reader);
    app.discord()
        .edit(ready.channel, found, &ready.message)
        .await
        .map_err(not_sent)?;
    Ok(Some(found))
}

/// Posts it.
async fn send(
    app: &App,
    job: &Job,
    subject: &Subject,
    ready: &Ready,
    nonce: &str,
) -> Result<MessageId, Outcome> {
    let live = app
        .store()
        .read()
        .await?
        .message_of(subject, Occasion::Live)
        .await?;
    let reply_to =
        live.filter(|live| live.channel == ready.channel && !ready.message.mentions.is_empty());
    match app
        .discord()
        .post(
            ready.channel,
            &ready.message,
            nonce,
            reply_to.map(|live| live.message),
        )
        .await
    {
        Ok(message) => Ok(message),
        Err(error @ (DiscordCall::Gone { .. } | DiscordCall::Forbidden { .. })) => {
            tracing::error!(
                channel.id = %ready.channel, job.key = %job.key,
                "message {} cannot be sent to channel {}: {error}", job.key, ready.channel
            );
            Err(Outcome::Failed(error.into()))
        }
        Err(error) => Err(not_sent(error)),
    }
}

pub(super) fn not_sent(error: DiscordCall) -> Outcome {
    match error {
        DiscordCall::Retryable { after: Some(after) } => Outcome::Later {
            after,
            why: "Discord asks to wait".to_owned(),
        },
        error => Outcome::Failed(error.into()),
    }
}

/// At most 25 characters that a repetition of this job has again and no other job has: Discord
/// answers a second message with the same nonce with the first.
fn nonce(job: &Job, occasion: Occasion) -> String {
    let mut hash = Sha256::new();
    hash.update(job.id.to_le_bytes());
    hash.update(job.wanted.to_le_bytes());
    hash.update(job.key.as_bytes());
    hash.update(occasion.word().as_bytes());
    hex::encode(&hash.finalize()[..8])
}

async fn render(
    app: &App,
    subject: &Subject,
    occasion: Occasion,
    nonce: &str,
    step: Option<&str>,
) -> Result<Option<Ready>, Outcome> {
    let definitions = app.definitions();
    let platform = &definitions.platform;
    match subject {
        Subject::Environment(id) => environment(app, platform, id, occasion, nonce, step).await,
        Subject::Deployment(id) => deployment(app, platform, id, occasion, nonce, step).await,
        Subject::Round(id) => round(app, platform, id, occasion, nonce).await,
        Subject::Edition(id) => edition(app, id).await,
        Subject::Stray(id) => stray(app, platform, id).await,
        Subject::PullRequest(id) => super::pull_request::question(app, platform, id)
            .await
            .map(|found| found.map(|(channel, message)| Ready { channel, message })),
    }
}

async fn environment(
    app: &App,
    platform: &Platform,
    id: &EnvironmentId,
    occasion: Occasion,
    nonce: &str,
    step: Option<&str>,
) -> Result<Option<Ready>, Outcome> {
    let Some(environment) = app.store().read().await?.environment(id).await? else {
        return Ok(None);
    };
    let team = platform.team(&environment.team);
    let to_keepers = platform.channel.id().unwrap_or(environment.channel);
    let asks = matches!(occasion, Occasion::Warning | Occasion::Review);
    // Discord tells only when asked that somebody has left.
    let has_owner = environment.owner.is_somebody();
    let left = asks && has_owner && has_left(app, environment.owner).await;
    let channel = match occasion {
        Occasion::Stuck => to_keepers,
        _ if left => {
            let own = team.and_then(|team| team.channel.as_ref());
            own.and_then(|own| own.id()).unwrap_or(to_keepers)
        }
        _ => environment.channel,
    };
    let voice = voice(app, platform, channel);
    let team_name = team.map_or(environment.team.as_str(), |team| &team.name);
    let whom = match team.filter(|_| left) {
        Some(team) => render::environment::Whom::Team {
            name: &team.name,
            owner: &team.owner,
        },
        None if left => render::environment::Whom::Team {
            name: team_name,
            owner: team_name,
        },
        None => render::environment::Whom::Owner,
    };
    let message = match occasion {
        Occasion::Live => {
            let mut reader = app.store().read().await?;
            let place = engines::place(&mut reader, &environment).await?;
            let pull_request = pull_requests::url_of(&mut reader, &environment).await?;
            drop(reader);
            let about = render::environment::About {
                team: team_name,
                template: platform.template(&environment.template),
                step,
                pull_request: pull_request.as_deref(),
                place,
                currency: &platform.currency,
                now: app.now(),
            };
            Some(render::environment::live(voice, &environment, &about))
        }
        Occasion::Result => render::environment::result(voice, &environment, nonce),
        Occasion::Warning => render::environment::warning(voice, &environment, whom, nonce),
        Occasion::Review => render::environment::review(voice, &environment, whom, nonce),
        Occasion::Stuck => render::environment::stuck(voice, &environment, team_name, nonce),
        _ => None,
    };
    Ok(message.map(|message| Ready { channel, message }))
}

/// Whether somebody is no longer in the server; whoever cannot be asked about is taken to be there.
async fn has_left(app: &App, person: UserId) -> bool {
    matches!(
        app.discord().roles_of(person).await,
        Err(DiscordCall::Gone { .. })
    )
}

async fn stray(app: &App, platform: &Platform, id: &StrayId) -> Result<Option<Ready>, Outcome> {
    let mut reader = app.store().read().await?;
    let found = reader.stray(id).await?;
    let Some((stray, channel)) = found.zip(platform.channel.id()) else {
        return Ok(None);
    };
    let made = reader.environment_ordered(&stray.op_key).await?;
    let made = made.filter(|environment| environment.state.is_alive());
    let voice = voice(app, platform, channel);
    Ok(Some(Ready {
        channel,
        message: render::keeping::stray(voice, &stray, made.as_ref()),
    }))
}

async fn deployment(
    app: &App,
    platform: &Platform,
    id: &DeploymentId,
    occasion: Occasion,
    nonce: &str,
    step: Option<&str>,
) -> Result<Option<Ready>, Outcome> {
    let mut reader = app.store().read().await?;
    let Some(deployment) = reader.deployment(id).await? else {
        return Ok(None);
    };
    let voice = voice(app, platform, deployment.channel);
    let message = match occasion {
        Occasion::Live => {
            let approvers = platform
                .stage(&deployment.stage)
                .map(|stage| stage.approvers.clone())
                .unwrap_or_default();
            let service = platform.service(&deployment.service);
            let compare = service.and_then(|service| service.compare_url.as_deref());
            let compare = render::deployment::compare(compare, &deployment);
            Some(render::deployment::live(
                voice,
                &deployment,
                &approvers,
                compare.as_deref(),
                step,
            ))
        }
        Occasion::Result => {
            let standing = reader
                .standing(&deployment.service, &deployment.stage, DEPTH)
                .await?;
            let back = deployment::rollback_target(&standing, None).is_some();
            render::deployment::result(voice, &deployment, back, nonce)
        }
        _ => None,
    };
    Ok(message.map(|message| Ready {
        channel: deployment.channel,
        message,
    }))
}

async fn round(
    app: &App,
    platform: &Platform,
    id: &RoundId,
    occasion: Occasion,
    nonce: &str,
) -> Result<Option<Ready>, Outcome> {
    let Some(round) = app.store().read().await?.round(id).await? else {
        return Ok(None);
    };
    let voice = voice(app, platform, round.channel);
    let message = match occasion {
        Occasion::Prompt => Some(render::survey::prompt(voice, &round, &platform.name)),
        Occasion::Reminder => render::survey::reminder(voice, &round, nonce),
        Occasion::Results => round
            .released
            .as_ref()
            .map(|released| render::survey::results(voice, &round, released)),
        _ => None,
    };
    Ok(message.map(|message| Ready {
        channel: round.channel,
        message,
    }))
}

async fn edition(app: &App, id: &EditionId) -> Result<Option<Ready>, Outcome> {
    let Some(edition) = app.store().read().await?.edition(id).await? else {
        return Ok(None);
    };
    let message = digests::edition_message(app, &edition).await?;
    Ok(Some(Ready {
        channel: edition.channel,
        message,
    }))
}

pub(super) fn voice<'a>(app: &'a App, platform: &Platform, channel: ChannelId) -> Voice<'a> {
    Voice {
        words: app.words(),
        language: app.language_of(platform, channel),
    }
}
