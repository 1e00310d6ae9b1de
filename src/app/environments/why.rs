//! `/env why`: why it is in this state, why it still exists, and what happens next and when. All of it
//! is read from the rows.

use crate::domain::chat::{Answer, Message};
use crate::domain::environment::{Agrees, Ending, Environment, RestCause, State};
use crate::domain::sentence::{Sentence, Value};

use super::super::call::Call;
use super::super::engines;
use super::super::render::{self, Voice};
use super::super::stop::Stop;
use super::by_name;

/// Says why.
///
/// # Errors
/// Refused if there is none of that name.
pub(in crate::app) async fn why(call: &Call<'_>, name: &str) -> Result<Answer, Stop> {
    let environment = by_name(call, name).await?;
    let voice = call.voice();
    let place = engines::place(&mut call.read().await?, &environment).await?;
    let building_max = call.platform().building_max(&environment.provider);
    let team = call.team_name(&environment.team);
    let mut lines = vec![format!(
        "**{}**",
        voice.say(&Sentence::new("environment-why-title").with("name", environment.name.as_str()))
    )];
    lines.push(state(voice, &environment, place, building_max));
    lines.extend(existence(voice, &environment, team));
    lines.extend(next(voice, &environment, call));
    Ok(call.private(Message {
        content: lines.join("\n"),
        ..Message::default()
    }))
}

fn about(id: &'static str, environment: &Environment) -> Sentence {
    Sentence::new(id).with("since", render::at(environment.moved_at, 'R'))
}

/// Why it is in this state.
fn state(
    voice: Voice<'_>,
    environment: &Environment,
    place: Option<u32>,
    building_max: u32,
) -> String {
    let reason = || Value::Markup(render::environment::reason(voice, environment));
    let sentence = match environment.state {
        State::AwaitingApproval => about(awaiting(environment), environment),
        State::Queued => about("environment-why-queued", environment)
            .with("place", place.unwrap_or(1))
            .with("count", building_max),
        State::Requested => about("environment-why-requested", environment),
        State::Provisioning => about("environment-why-building", environment),
        State::Ready => about("environment-why-ready", environment),
        State::Failed => about("environment-why-failed", environment).with("reason", reason()),
        State::Sleeping if environment.rest.cause == Some(RestCause::Hours) => {
            about("environment-why-sleeping-hours", environment)
        }
        State::Sleeping => about("environment-why-sleeping", environment),
        State::Waking => about("environment-why-waking", environment),
        State::Updating => about("environment-why-updating", environment),
        State::Lost => about("environment-why-lost", environment),
        State::Destroying => about("environment-why-destroying", environment),
        State::DestroyFailed => {
            about("environment-why-could-not-destroy", environment).with("reason", reason())
        }
        State::Destroyed | State::Cancelled => about(ended(environment), environment),
    };
    voice.say(&sentence)
}

fn awaiting(environment: &Environment) -> &'static str {
    match environment.plan_to_agree_to() {
        _ if environment.is_being_planned() => "environment-why-planning",
        Some((_, Agrees::Team)) => "environment-why-planned",
        _ => "environment-why-awaiting",
    }
}

fn ended(environment: &Environment) -> &'static str {
    match environment.ending {
        Some(Ending::Expired) => "environment-why-expired",
        Some(Ending::Lost) => "environment-why-was-lost",
        Some(Ending::Unapproved) if render::environment::is_up_to_the_team(environment) => {
            "environment-why-unapplied"
        }
        Some(Ending::Unapproved) => "environment-why-unapproved",
        Some(Ending::Rejected) => "environment-why-rejected",
        Some(Ending::Closed) => "environment-why-closed",
        Some(Ending::Asked) | None => "environment-why-destroyed",
    }
}

/// Why it exists: who asked, for what, who answers for it, how often it was extended.
fn existence(voice: Voice<'_>, environment: &Environment, team: &str) -> Vec<String> {
    let owner = Value::Markup(render::environment::owner(voice, environment));
    let asked = Sentence::new("environment-why-asked")
        .with("person", owner)
        .with("team", team)
        .with("template", environment.template.as_str())
        .with("at", render::at(environment.requested_at, 'f'));
    let mut sentences = vec![asked];
    if let Some(number) = environment.pull_request {
        sentences.push(
            Sentence::new("environment-why-pull-request")
                .with("number", Value::Markup(number.to_string())),
        );
    }
    if let Some(by) = environment.approved_by {
        sentences.push(
            Sentence::new("environment-why-approved").with("person", Value::Markup(by.mention())),
        );
    }
    if environment.extensions > 0 {
        sentences.push(
            Sentence::new("environment-why-extended")
                .with("used", environment.extensions)
                .with("count", environment.extensions_max),
        );
    }
    if let Some(pin) = environment.pin {
        sentences.push(
            Sentence::new("environment-why-pinned")
                .with("person", Value::Markup(pin.by.mention()))
                .with("at", render::at(pin.until, 'D')),
        );
    }
    sentences
        .iter()
        .map(|sentence| voice.say(sentence))
        .collect()
}

/// What happens next, and when.
fn next(voice: Voice<'_>, environment: &Environment, call: &Call<'_>) -> Vec<String> {
    let at = |id, time| Sentence::new(id).with("at", render::at(time, 'R'));
    let mut sentences = Vec::new();
    match environment.state {
        State::AwaitingApproval => sentences.push(at(
            match environment.plan_to_agree_to() {
                Some((_, Agrees::Team)) => "environment-why-next-apply",
                _ => "environment-why-next-approval",
            },
            environment.approval_ends_at(),
        )),
        State::Queued => sentences.push(Sentence::new("environment-why-next-queued")),
        State::DestroyFailed => sentences.push(Sentence::new("environment-why-next-again")),
        State::Lost | State::Destroying => {
            sentences.push(Sentence::new("environment-why-next-gone"));
        }
        State::Destroyed | State::Cancelled => {}
        _ => {
            let hours = environment.terms.sleep.as_ref();
            if let Some(change) = hours.and_then(|hours| hours.next_change(call.now)) {
                let asleep = hours.is_some_and(|hours| hours.contain(call.now));
                sentences.push(at(
                    match (asleep, environment.state) {
                        (true, State::Sleeping) => "environment-why-next-wakes",
                        (true, _) => "environment-why-next-hours-end",
                        (false, _) => "environment-why-next-sleeps",
                    },
                    change,
                ));
            }
            sentences.push(match (environment.pin, environment.warned_at) {
                (Some(pin), _) => at("environment-why-next-review", pin.look_at()),
                (None, None) => at("environment-why-next-warning", environment.warn_at())
                    .with("end", render::at(environment.expires_at, 'R')),
                (None, Some(_)) => at("environment-why-next-end", environment.expires_at),
            });
        }
    }
    sentences
        .iter()
        .map(|sentence| voice.say(sentence))
        .collect()
}
