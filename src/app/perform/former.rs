//! A live message that was replaced by a newer one: it keeps no buttons and points to the newer one.

use crate::discord::Call;
use crate::domain::chat::{ChannelId, Message};
use crate::domain::effect::{Effect, Occasion, Planned, Subject};
use crate::domain::sentence::{Sentence, Value};
use crate::store::Posted;

use super::super::App;
use super::Outcome;
use super::post::{not_sent, voice};

/// The effect that retires the message that was replaced.
pub(super) fn retiring(app: &App, subject: &Subject) -> Planned {
    let subject = subject.clone();
    let occasion = Occasion::Former;
    Effect::Post { subject, occasion }.at(app.now())
}

/// Makes of the former live message one line with the way to the newer one. A message that is gone,
/// or that may not be edited any more, is left as it is.
pub(super) async fn retire(app: &App, subject: &Subject) -> Result<Outcome, Outcome> {
    let mut reader = app.store().read().await?;
    let former = reader.message_of(subject, Occasion::Former).await?;
    let live = reader.message_of(subject, Occasion::Live).await?;
    let (Some(former), Some(live)) = (former, live) else {
        return Ok(Outcome::Done);
    };
    if former.message == live.message {
        return Ok(Outcome::Done);
    }
    let (channel, title) = match subject {
        Subject::Environment(id) => match reader.environment(id).await? {
            Some(of) => (
                of.channel,
                Sentence::new("environment-title").with("name", of.name.as_str()),
            ),
            None => return Ok(Outcome::Done),
        },
        Subject::Deployment(id) => match reader.deployment(id).await? {
            Some(of) => (
                of.channel,
                Sentence::new("deployment-title")
                    .with("service", of.service)
                    .with("stage", of.stage),
            ),
            None => return Ok(Outcome::Done),
        },
        // Of these nothing is replaced, or a click on the former one is refused.
        Subject::Round(_) | Subject::Edition(_) | Subject::Stray(_) | Subject::PullRequest(_) => {
            return Ok(Outcome::Done);
        }
    };
    drop(reader);
    let message = pointer(app, channel, &title, &live);
    match app
        .discord()
        .edit(former.channel, former.message, &message)
        .await
    {
        Ok(()) | Err(Call::Gone { .. } | Call::Forbidden { .. } | Call::TooOldToEdit) => {
            Ok(Outcome::Done)
        }
        // An edit may be made twice.
        Err(error) => Err(not_sent(error)),
    }
}

fn pointer(app: &App, channel: ChannelId, title: &Sentence, live: &Posted) -> Message {
    let definitions = app.definitions();
    let voice = voice(app, &definitions.platform, channel);
    let link = app.discord().link_to(live.channel, live.message);
    voice.note(
        &Sentence::new("message-replaced")
            .with("title", Value::Markup(voice.say(title)))
            .with("link", Value::Markup(link)),
    )
}
