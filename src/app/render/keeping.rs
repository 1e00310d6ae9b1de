//! The keepers' message about something that nobody owns.

use crate::domain::cause::Cause;
use crate::domain::chat::{ButtonKind, Embed, Message};
use crate::domain::effect::Subject;
use crate::domain::environment::Environment;
use crate::domain::sentence::{Sentence, Value};
use crate::domain::stray::{State, Stray};

use super::environment::cause;
use super::{Voice, at, button, buttons, color, framed};

/// Something that an engine has and nobody owns, or the environment that has been made of it again.
#[must_use]
pub fn stray(voice: Voice<'_>, stray: &Stray, made: Option<&Environment>) -> Message {
    let about = |id| {
        Sentence::new(id)
            .with("name", stray.name.as_str())
            .with("provider", stray.provider.as_str())
    };
    let reason = || cause(voice, stray.failure.as_ref().unwrap_or(&Cause::Unknown));
    let by = stray.decided_by.map(|by| Value::Markup(by.mention()));
    let content = match (stray.state, by) {
        (State::Found, _) => about("stray-live-found").with("at", at(stray.destroy_at, 'R')),
        (State::Kept, Some(by)) => about("stray-live-kept").with("person", by),
        (State::Kept, None) => about("stray-live-kept").with("person", "?"),
        (State::Destroying, _) => about("stray-live-destroying"),
        (State::DestroyFailed, _) => {
            about("stray-live-could-not-destroy").with("reason", Value::Markup(reason()))
        }
        (State::Gone, _) if made.is_some() => about("stray-live-claimed"),
        (State::Gone, _) => about("stray-live-gone"),
    };
    let keep = button(
        voice.line("button-keep"),
        ButtonKind::Secondary(format!("stray:keep:{}", stray.id)),
    );
    let destroy = button(
        voice.line("button-destroy-now"),
        ButtonKind::Danger(format!("stray:destroy:{}", stray.id)),
    );
    let row = match stray.state {
        State::Found => vec![keep, destroy],
        State::Kept | State::DestroyFailed => vec![destroy],
        State::Destroying | State::Gone => Vec::new(),
    };
    let embed = Embed {
        title: voice.say(&Sentence::new("stray-title").with("name", stray.name.as_str())),
        description: String::new(),
        url: None,
        color: Some(match stray.state {
            State::Found => color::WAITING,
            State::Kept => color::GOOD,
            State::Destroying => color::MOVING,
            State::DestroyFailed => color::BAD,
            State::Gone => color::OVER,
        }),
        fields: [
            voice.field("stray-field-provider", voice.harmless(&stray.provider)),
            voice.field("stray-field-key", voice.harmless(&stray.op_key)),
        ]
        .into_iter()
        .flatten()
        .collect(),
        footer: voice.footer(&Subject::Stray(stray.id.clone())),
        image: None,
    };
    framed(voice.say(&content), embed, buttons(row))
}
