//! An environment's messages: the one that is edited as it moves, the warning, and how it ended.

use crate::domain::cause::Cause;
use crate::domain::chat::{Button, ButtonKind, Embed, Field, Message};
use crate::domain::effect::Subject;
use crate::domain::environment::{Ending, Environment, State};
use crate::domain::platform::Template;
use crate::domain::sentence::{Sentence, Value};
use crate::domain::time::Timestamp;

use super::{Voice, at, bound, button, buttons, color, framed, link, mark};

/// Hours that the extend button adds.
const EXTEND_HOURS: u32 = 4;

/// The one message that is edited as the environment moves.
#[must_use]
pub fn live(
    voice: Voice<'_>,
    environment: &Environment,
    team: &str,
    template: Option<&Template>,
    step: Option<&str>,
) -> Message {
    let content = voice.say(&headline(voice, environment, team));
    let embed = Embed {
        title: voice
            .say(&Sentence::new("environment-title").with("name", environment.name.as_str())),
        description: step
            .filter(|_| environment.state == State::Provisioning)
            .map(|step| voice.say(&Sentence::new("environment-step").with("step", step)))
            .unwrap_or_default(),
        url: environment
            .url
            .as_deref()
            .filter(|_| environment.state == State::Ready)
            .and_then(link),
        color: Some(match environment.state {
            State::Requested | State::Provisioning | State::Destroying => color::MOVING,
            State::Ready => color::GOOD,
            State::Failed | State::DestroyFailed => color::BAD,
            State::Destroyed => color::OVER,
        }),
        fields: fields(voice, environment, team, template),
        footer: voice.footer(&Subject::Environment(environment.id.clone())),
        image: None,
    };
    framed(content, embed, buttons(actions(voice, environment)))
}

/// How it ended or became ready, calling its owner. `occasion` makes the message's mark its own.
#[must_use]
pub fn result(voice: Voice<'_>, environment: &Environment, occasion: &str) -> Option<Message> {
    let person = Value::Markup(environment.owner.mention());
    let name = environment.name.as_str();
    let reason = || reason(voice, environment);
    let sentence = match (environment.state, environment.url.as_deref().and_then(link)) {
        (State::Ready, Some(url)) => Sentence::new("environment-result-ready")
            .with("person", person)
            .with("name", name)
            .with("took", Value::Markup(took(voice, environment)))
            .with("url", Value::Markup(url)),
        (State::Ready, None) => Sentence::new("environment-result-ready-without-link")
            .with("person", person)
            .with("name", name)
            .with("took", Value::Markup(took(voice, environment))),
        (State::Failed, _) => Sentence::new("environment-result-failed")
            .with("person", person)
            .with("name", name)
            .with("reason", Value::Markup(reason())),
        (State::DestroyFailed, _) => Sentence::new("environment-result-could-not-destroy")
            .with("person", person)
            .with("name", name)
            .with("reason", Value::Markup(reason())),
        (State::Destroyed, _) if environment.ending == Some(Ending::Expired) => {
            Sentence::new("environment-result-expired")
                .with("person", person)
                .with("name", name)
        }
        (State::Destroyed, _) => Sentence::new("environment-result-destroyed")
            .with("person", person)
            .with("name", name),
        // It moved on before this could be said: the next message says how.
        _ => return None,
    };
    let show = button(
        voice.line("button-show"),
        ButtonKind::Secondary(format!("env:show:{}#{occasion}", environment.id)),
    );
    let mut row = vec![show];
    if matches!(environment.state, State::Failed | State::Ready) {
        row.push(logs(voice, environment));
    }
    if environment.state == State::DestroyFailed {
        row.push(destroy(voice, environment));
    }
    Some(Message {
        content: voice.say(&sentence),
        rows: buttons(row).into_iter().collect(),
        mentions: vec![environment.owner],
        ..Message::default()
    })
}

/// Its end is near.
#[must_use]
pub fn warning(voice: Voice<'_>, environment: &Environment, occasion: &str) -> Option<Message> {
    if !matches!(environment.state, State::Ready | State::Failed) {
        return None;
    }
    let last = environment.hours_to_extend() == 0;
    let id = if last {
        "environment-warning-last"
    } else {
        "environment-warning"
    };
    let sentence = Sentence::new(id)
        .with("person", Value::Markup(environment.owner.mention()))
        .with("name", environment.name.as_str())
        .with("relative", at(environment.expires_at, 'R'));
    let mut row = vec![button(
        voice.line("button-show"),
        ButtonKind::Secondary(format!("env:show:{}#{occasion}", environment.id)),
    )];
    row.extend(extend(voice, environment));
    row.push(destroy(voice, environment));
    Some(Message {
        content: voice.say(&sentence),
        rows: buttons(row).into_iter().collect(),
        mentions: vec![environment.owner],
        ..Message::default()
    })
}

/// One line of a list.
#[must_use]
pub fn list_line(
    voice: Voice<'_>,
    environment: &Environment,
    team: &str,
    now: Timestamp,
) -> String {
    let state = state_word(voice, environment.state);
    let ended = !has_an_end(environment.state) || environment.expires_at < now;
    let sentence = if ended {
        Sentence::new("environment-list-line-ended")
    } else {
        Sentence::new("environment-list-line")
    };
    let sentence = sentence
        .with("name", environment.name.as_str())
        .with("template", environment.template.as_str())
        .with("state", Value::Markup(state))
        .with("team", team);
    let sentence = if ended {
        sentence
    } else {
        sentence.with("until", at(environment.expires_at, 'R'))
    };
    voice.say(&sentence)
}

/// The state in words.
#[must_use]
pub fn state_word(voice: Voice<'_>, state: State) -> String {
    voice.line(match state {
        State::Requested => "environment-state-requested",
        State::Provisioning => "environment-state-building",
        State::Ready => "environment-state-ready",
        State::Failed => "environment-state-failed",
        State::Destroying => "environment-state-destroying",
        State::DestroyFailed => "environment-state-could-not-destroy",
        State::Destroyed => "environment-state-destroyed",
    })
}

fn headline(voice: Voice<'_>, environment: &Environment, team: &str) -> Sentence {
    let name = environment.name.as_str();
    let url = environment.url.as_deref().and_then(link);
    match environment.state {
        State::Requested => Sentence::new("environment-live-requested")
            .with("name", name)
            .with("template", environment.template.as_str())
            .with("team", team),
        State::Provisioning => Sentence::new("environment-live-building").with("name", name),
        State::Ready => match url {
            Some(url) => Sentence::new("environment-live-ready")
                .with("name", name)
                .with("url", Value::Markup(url)),
            None => Sentence::new("environment-live-ready-without-link").with("name", name),
        },
        State::Failed => Sentence::new("environment-live-failed")
            .with("name", name)
            .with("reason", Value::Markup(reason(voice, environment))),
        State::Destroying => Sentence::new("environment-live-destroying").with("name", name),
        State::DestroyFailed => Sentence::new("environment-live-could-not-destroy")
            .with("name", name)
            .with("reason", Value::Markup(reason(voice, environment))),
        State::Destroyed if environment.ending == Some(Ending::Expired) => {
            Sentence::new("environment-live-expired").with("name", name)
        }
        State::Destroyed => Sentence::new("environment-live-destroyed").with("name", name),
    }
}

/// Whether it lives until its end; what is being removed, or should be, does not.
fn has_an_end(state: State) -> bool {
    !matches!(
        state,
        State::Destroying | State::DestroyFailed | State::Destroyed
    )
}

fn fields(
    voice: Voice<'_>,
    environment: &Environment,
    team: &str,
    template: Option<&Template>,
) -> Vec<Field> {
    let until = format!(
        "{} ({})",
        mark(environment.expires_at, 'f'),
        mark(environment.expires_at, 'R')
    );
    let alive = has_an_end(environment.state);
    let extended = voice.say(
        &Sentence::new("environment-extensions")
            .with("used", environment.extensions)
            .with("count", environment.extensions_max),
    );
    let build = environment
        .build_time()
        .map(|span| voice.words.duration(voice.language, span))
        .unwrap_or_default();
    let pull_request = environment
        .pull_request
        .map(|number| format!("#{number}"))
        .unwrap_or_default();
    [
        voice.field(
            "environment-field-template",
            voice.harmless(&environment.template),
        ),
        voice.field(
            "environment-field-revision",
            voice.harmless(environment.revision.as_deref().unwrap_or("")),
        ),
        voice.field("environment-field-pull-request", pull_request),
        voice.field(
            "environment-field-parameters",
            given(voice, environment, template),
        ),
        voice.field("environment-field-team", voice.harmless(team)),
        voice.field("environment-field-owner", environment.owner.mention()),
        voice.field(
            "environment-field-until",
            if alive { until } else { String::new() },
        ),
        voice.field("environment-field-build-time", build),
        voice.field(
            "environment-field-extensions",
            if environment.extensions > 0 {
                extended
            } else {
                String::new()
            },
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The parameters that somebody gave: those that are not as the template has them by itself.
fn given(voice: Voice<'_>, environment: &Environment, template: Option<&Template>) -> String {
    let usual = |name: &str, value: &str| {
        template.is_some_and(|template| {
            template.parameters.iter().any(|parameter| {
                parameter.name == name && parameter.default.as_deref() == Some(value)
            })
        })
    };
    let given: Vec<String> = environment
        .parameters
        .iter()
        .filter(|(name, value)| !usual(name, value))
        .map(|(name, value)| format!("{}: {}", voice.harmless(name), voice.harmless(value)))
        .collect();
    given.join("\n")
}

fn actions(voice: Voice<'_>, environment: &Environment) -> Vec<Button> {
    let open = environment
        .url
        .as_deref()
        .and_then(link)
        .map(|url| button(voice.line("button-open"), ButtonKind::Link(url)));
    match environment.state {
        State::Ready => open
            .into_iter()
            .chain([logs(voice, environment)])
            .chain(extend(voice, environment))
            .chain([destroy(voice, environment)])
            .collect(),
        State::Requested | State::Provisioning | State::Failed => {
            vec![logs(voice, environment), destroy(voice, environment)]
        }
        State::DestroyFailed => vec![logs(voice, environment), destroy(voice, environment)],
        State::Destroying | State::Destroyed => Vec::new(),
    }
}

fn logs(voice: Voice<'_>, environment: &Environment) -> Button {
    button(
        voice.line("button-logs"),
        ButtonKind::Secondary(format!("env:logs:{}", environment.id)),
    )
}

fn extend(voice: Voice<'_>, environment: &Environment) -> Option<Button> {
    let hours = EXTEND_HOURS.min(environment.hours_to_extend());
    (hours > 0).then(|| {
        let label = voice.say(&Sentence::new("button-extend").with("hours", hours));
        // The number of extensions so far makes a second click on the same button harmless.
        let id = format!(
            "env:extend:{}:{hours}:{}",
            environment.id, environment.extensions
        );
        button(label, ButtonKind::Primary(id))
    })
}

fn destroy(voice: Voice<'_>, environment: &Environment) -> Button {
    button(
        voice.line("button-destroy"),
        ButtonKind::Danger(format!("env:destroy:{}", environment.id)),
    )
}

fn took(voice: Voice<'_>, environment: &Environment) -> String {
    voice
        .words
        .duration(voice.language, environment.build_time().unwrap_or_default())
}

fn reason(voice: Voice<'_>, environment: &Environment) -> String {
    match environment.failure.as_ref().unwrap_or(&Cause::Unknown) {
        Cause::Engine(text) | Cause::Said(text) => {
            voice.say(&Sentence::new("environment-reason-engine").with("detail", text.as_str()))
        }
        Cause::TookTooLong { seconds_max } => voice.say(
            &Sentence::new("environment-reason-timeout").with("bound", bound(voice, *seconds_max)),
        ),
        Cause::Lost => voice.line("environment-reason-lost"),
        Cause::NoProvider => voice.line("environment-reason-template-gone"),
        Cause::GivenUp { code } => {
            voice.say(&Sentence::new("environment-reason-given-up").with("code", code.as_str()))
        }
        Cause::Unknown => voice.line("environment-reason-unknown"),
    }
}
