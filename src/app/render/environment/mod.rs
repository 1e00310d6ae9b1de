//! An environment's messages: the one that is edited as it moves, and what is said beside it.

mod cost;
mod plan;
mod told;

use crate::domain::cause::Cause;
use crate::domain::chat::{Button, ButtonKind, Embed, Field, Message};
use crate::domain::effect::Subject;
use crate::domain::environment::{Ending, Environment, State};
use crate::domain::platform::Template;
use crate::domain::sentence::{Sentence, Value};
use crate::domain::time::Timestamp;

use super::{Voice, at, bound, button, buttons, color, framed, link, mark};

pub use cost::Cost;
pub use plan::is_up_to_the_team;
pub use told::{Whom, result, review, stuck, warning};

/// Hours that the extend button adds.
const EXTEND_HOURS: u32 = 4;

/// What is said about an environment and does not stand in its row.
pub struct About<'a> {
    /// What people call its team.
    pub team: &'a str,
    /// Its template as it is today, if there is one.
    pub template: Option<&'a Template>,
    /// The step of a build, if it is known.
    pub step: Option<&'a str>,
    /// Where its pull request is read.
    pub pull_request: Option<&'a str>,
    /// Its place in the queue.
    pub place: Option<u32>,
    /// What prices are in.
    pub currency: &'a str,
    /// Now.
    pub now: Timestamp,
}

/// The one message that is edited as the environment moves.
#[must_use]
pub fn live(voice: Voice<'_>, environment: &Environment, about: &About<'_>) -> Message {
    let content = voice.say(&headline(voice, environment, about));
    let embed = Embed {
        title: voice
            .say(&Sentence::new("environment-title").with("name", environment.name.as_str())),
        description: about
            .step
            .filter(|_| environment.state == State::Provisioning)
            .map(|step| voice.say(&Sentence::new("environment-step").with("step", step)))
            .or_else(|| plan::text(voice, environment))
            .unwrap_or_default(),
        url: environment
            .url
            .as_deref()
            .filter(|_| environment.state == State::Ready)
            .and_then(link),
        color: Some(match environment.state {
            State::AwaitingApproval | State::Queued => color::WAITING,
            State::Requested
            | State::Provisioning
            | State::Updating
            | State::Waking
            | State::Destroying => color::MOVING,
            State::Ready => color::GOOD,
            State::Failed | State::Lost | State::DestroyFailed => color::BAD,
            State::Sleeping | State::Destroyed | State::Cancelled => color::OVER,
        }),
        fields: fields(voice, environment, about),
        footer: voice.footer(&Subject::Environment(environment.id.clone())),
        image: None,
    };
    framed(content, embed, buttons(actions(voice, environment)))
}

/// One line of a list.
#[must_use]
pub fn list_line(
    voice: Voice<'_>,
    environment: &Environment,
    team: &str,
    now: Timestamp,
) -> String {
    let state = plan::word(environment).map_or_else(
        || state_word(voice, environment.state),
        |word| voice.line(word),
    );
    let ended =
        !has_an_end(environment.state) || environment.pin.is_some() || environment.expires_at < now;
    let sentence = if environment.pin.is_some() {
        Sentence::new("environment-list-line-pinned")
    } else if ended {
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
        State::AwaitingApproval => "environment-state-awaiting-approval",
        State::Queued => "environment-state-queued",
        State::Sleeping => "environment-state-sleeping",
        State::Waking => "environment-state-waking",
        State::Updating => "environment-state-updating",
        State::Lost => "environment-state-lost",
        State::Cancelled => "environment-state-cancelled",
        State::Requested => "environment-state-requested",
        State::Provisioning => "environment-state-building",
        State::Ready => "environment-state-ready",
        State::Failed => "environment-state-failed",
        State::Destroying => "environment-state-destroying",
        State::DestroyFailed => "environment-state-could-not-destroy",
        State::Destroyed => "environment-state-destroyed",
    })
}

fn headline(voice: Voice<'_>, environment: &Environment, about: &About<'_>) -> Sentence {
    let (name, team) = (environment.name.as_str(), about.team);
    let url = environment.url.as_deref().and_then(link);
    match environment.state {
        State::Requested => Sentence::new("environment-live-requested")
            .with("name", name)
            .with("template", environment.template.as_str())
            .with("team", team),
        State::AwaitingApproval => Sentence::new(plan::headline(environment))
            .with("name", name)
            .with("template", environment.template.as_str())
            .with("team", team)
            .with("at", at(environment.approval_ends_at(), 'R')),
        State::Queued => Sentence::new("environment-live-queued")
            .with("name", name)
            .with("place", about.place.unwrap_or(1)),
        State::Provisioning => Sentence::new("environment-live-building").with("name", name),
        State::Sleeping if environment.rest.asleep_at.is_none() => {
            Sentence::new("environment-live-falling-asleep").with("name", name)
        }
        State::Sleeping => Sentence::new("environment-live-sleeping").with("name", name),
        State::Waking => Sentence::new("environment-live-waking").with("name", name),
        State::Updating => Sentence::new("environment-live-updating").with("name", name),
        State::Lost => Sentence::new("environment-live-lost").with("name", name),
        State::Cancelled => Sentence::new(match environment.ending {
            Some(Ending::Unapproved) if is_up_to_the_team(environment) => {
                "environment-live-unapplied"
            }
            Some(Ending::Unapproved) => "environment-live-unapproved",
            Some(Ending::Rejected) => "environment-live-rejected",
            _ => "environment-live-cancelled",
        })
        .with("name", name),
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
        State::Destroyed if environment.ending == Some(Ending::Lost) => {
            Sentence::new("environment-live-was-lost").with("name", name)
        }
        State::Destroyed if environment.ending == Some(Ending::Closed) => {
            Sentence::new("environment-live-closed").with("name", name)
        }
        State::Destroyed => Sentence::new("environment-live-destroyed").with("name", name),
    }
}

/// Who answers for it: a person, or the author of the pull request that asked for it.
#[must_use]
pub fn owner(voice: Voice<'_>, environment: &Environment) -> String {
    if environment.owner.is_somebody() {
        environment.owner.mention()
    } else {
        voice.harmless(&environment.owner_name)
    }
}

/// Whether it is said until when it lives; waiting is not living.
fn has_an_end(state: State) -> bool {
    state.has_an_end() && !matches!(state, State::AwaitingApproval | State::Queued)
}

fn fields(voice: Voice<'_>, environment: &Environment, about: &About<'_>) -> Vec<Field> {
    let until = format!(
        "{} ({})",
        mark(environment.expires_at, 'f'),
        mark(environment.expires_at, 'R')
    );
    let alive = has_an_end(environment.state);
    let pinned = environment.pin.map(|pin| {
        voice.say(
            &Sentence::new("environment-pinned")
                .with("person", Value::Markup(pin.by.mention()))
                .with("at", at(pin.until, 'D')),
        )
    });
    let cost = Cost::of(environment, about.now)
        .map(|cost| cost.text(voice, about.currency))
        .unwrap_or_default();
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
        .map(|number| match about.pull_request.and_then(link) {
            Some(url) => format!("[#{number}](<{url}>)"),
            None => format!("#{number}"),
        })
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
            given(voice, environment, about.template),
        ),
        voice.field("environment-field-team", voice.harmless(about.team)),
        voice.field("environment-field-owner", owner(voice, environment)),
        voice.field(
            "environment-field-until",
            if alive && pinned.is_none() {
                until
            } else {
                String::new()
            },
        ),
        voice.field("environment-field-pinned", pinned.unwrap_or_default()),
        voice.field("environment-field-build-time", build),
        voice.field(
            "environment-field-extensions",
            if environment.extensions > 0 {
                extended
            } else {
                String::new()
            },
        ),
        voice.field("environment-field-cost", cost),
        voice.field("environment-field-drift", drift(voice, environment)),
        voice.field("environment-field-links", links(voice, environment)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// What somebody has changed outside, while that is of interest.
fn drift(voice: Voice<'_>, environment: &Environment) -> String {
    let drift = environment.drift.as_deref();
    drift
        .filter(|_| environment.state == State::Ready)
        .map(|drift| voice.harmless(drift))
        .unwrap_or_default()
}

/// The template's further links, while there is something behind them.
fn links(voice: Voice<'_>, environment: &Environment) -> String {
    if !matches!(
        environment.state,
        State::Ready | State::Sleeping | State::Failed
    ) {
        return String::new();
    }
    let links = environment
        .terms
        .links
        .iter()
        .filter_map(|(label, address)| {
            let address = link(&address.replace("{name}", environment.name.as_str()))?;
            Some(format!("[{}](<{address}>)", voice.harmless(label)))
        });
    links.collect::<Vec<_>>().join(" · ")
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
        State::AwaitingApproval => plan::actions(voice, environment),
        State::Queued => vec![destroy(voice, environment)],
        State::Ready => open
            .into_iter()
            .chain([logs(voice, environment)])
            .chain(extend(voice, environment))
            .chain([destroy(voice, environment)])
            .collect(),
        State::Sleeping => [verb(
            voice,
            environment,
            "button-wake",
            ButtonKind::Primary,
            "wake",
        )]
        .into_iter()
        .chain(extend(voice, environment))
        .chain([destroy(voice, environment)])
        .collect(),
        State::Requested
        | State::Provisioning
        | State::Updating
        | State::Waking
        | State::Failed
        | State::DestroyFailed => {
            vec![logs(voice, environment), destroy(voice, environment)]
        }
        State::Destroyed if environment.ending == Some(Ending::Lost) => {
            vec![again(voice, environment)]
        }
        State::Lost | State::Destroying | State::Destroyed | State::Cancelled => Vec::new(),
    }
}

/// A button that does this to the environment.
fn verb(
    voice: Voice<'_>,
    environment: &Environment,
    label: &'static str,
    kind: fn(String) -> ButtonKind,
    verb: &str,
) -> Button {
    button(
        voice.line(label),
        kind(format!("env:{verb}:{}", environment.id)),
    )
}

fn again(voice: Voice<'_>, environment: &Environment) -> Button {
    button(
        voice.line("button-again"),
        ButtonKind::Primary(format!("env:again:{}", environment.id)),
    )
}

fn logs(voice: Voice<'_>, environment: &Environment) -> Button {
    button(
        voice.line("button-logs"),
        ButtonKind::Secondary(format!("env:logs:{}", environment.id)),
    )
}

fn extend(voice: Voice<'_>, environment: &Environment) -> Option<Button> {
    let hours = EXTEND_HOURS.min(environment.hours_to_extend());
    (hours > 0 && environment.pin.is_none()).then(|| {
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

/// Why it failed, in words.
#[must_use]
pub fn reason(voice: Voice<'_>, environment: &Environment) -> String {
    cause(
        voice,
        environment.failure.as_ref().unwrap_or(&Cause::Unknown),
    )
}

/// A cause, in words.
#[must_use]
pub fn cause(voice: Voice<'_>, cause: &Cause) -> String {
    match cause {
        Cause::Engine(text) | Cause::Said(text) => {
            voice.say(&Sentence::new("environment-reason-engine").with("detail", text.as_str()))
        }
        Cause::User(text) => {
            voice.say(&Sentence::new("environment-reason-user").with("detail", text.as_str()))
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
