//! What is said beside an environment's own message: how it ended, that its end is near, whether it is
//! still needed, and that it does not move.

use crate::app::render::{Voice, at, button, buttons, link};
use crate::domain::chat::{Button, ButtonKind, Message, UserId};
use crate::domain::environment::{Agrees, Ending, Environment, Pin, State};
use crate::domain::limits;
use crate::domain::sentence::{Sentence, Value};

use super::plan::{self, is_up_to_the_team};
use super::{again, destroy, extend, logs, owner, reason, took};

/// Who is asked about an environment.
#[derive(Clone, Copy)]
pub enum Whom<'a> {
    /// Its owner, who is called.
    Owner,
    /// Its team, because the owner has left the server.
    Team {
        /// What people call the team.
        name: &'a str,
        /// Whom to ask there: a plain name.
        owner: &'a str,
    },
}

/// How it ended or became ready, calling its owner. `occasion` makes the message's mark its own.
#[must_use]
pub fn result(voice: Voice<'_>, environment: &Environment, occasion: &str) -> Option<Message> {
    // Where nobody waits for it, its own message and the comment at the forge say enough.
    let is_quiet = !environment.owner.is_somebody() && environment.state == State::Ready;
    let sentence = outcome(voice, environment).filter(|_| !is_quiet)?;
    let lost = environment.state == State::Destroyed && environment.ending == Some(Ending::Lost);
    let mut row = if lost {
        vec![again(voice, environment)]
    } else {
        vec![show(voice, environment, occasion)]
    };
    if matches!(environment.state, State::Failed | State::Ready) {
        row.push(logs(voice, environment));
    }
    if environment.state == State::DestroyFailed {
        row.push(destroy(voice, environment));
    }
    Some(Message {
        content: voice.say(&sentence),
        rows: buttons(row).into_iter().collect(),
        mentions: called(environment),
        ..Message::default()
    })
}

fn outcome(voice: Voice<'_>, environment: &Environment) -> Option<Sentence> {
    let about = |id| {
        Sentence::new(id)
            .with("person", Value::Markup(owner(voice, environment)))
            .with("name", environment.name.as_str())
    };
    let reason = || Value::Markup(reason(voice, environment));
    let url = environment.url.as_deref().and_then(link);
    if let Some((proposal, agrees)) = environment.plan_to_agree_to() {
        let id = match agrees {
            Agrees::Team => "environment-result-planned",
            Agrees::Approver => "environment-result-planned-to-approve",
        };
        let plan = plan::summary(voice, proposal);
        return Some(about(id).with("plan", Value::Markup(plan)));
    }
    Some(match (environment.state, url) {
        // It should have fallen asleep.
        (State::Ready, _) if environment.failure.is_some() => {
            about("environment-result-could-not-sleep").with("reason", reason())
        }
        (State::Ready, Some(url)) => about("environment-result-ready")
            .with("took", Value::Markup(took(voice, environment)))
            .with("url", Value::Markup(url)),
        (State::Ready, None) => about("environment-result-ready-without-link")
            .with("took", Value::Markup(took(voice, environment))),
        (State::Failed, _) => about("environment-result-failed").with("reason", reason()),
        (State::DestroyFailed, _) => {
            about("environment-result-could-not-destroy").with("reason", reason())
        }
        (State::Destroyed | State::Cancelled, _) => about(match environment.ending {
            Some(Ending::Expired) => "environment-result-expired",
            Some(Ending::Lost) => "environment-result-lost",
            Some(Ending::Unapproved) if is_up_to_the_team(environment) => {
                "environment-result-unapplied"
            }
            Some(Ending::Unapproved) => "environment-result-unapproved",
            Some(Ending::Rejected) => "environment-result-rejected",
            Some(Ending::Asked | Ending::Closed) | None => "environment-result-destroyed",
        }),
        // It moved on before this could be said: the next message says how.
        _ => return None,
    })
}

/// Its end is near.
#[must_use]
pub fn warning(
    voice: Voice<'_>,
    environment: &Environment,
    whom: Whom<'_>,
    occasion: &str,
) -> Option<Message> {
    if environment.pin.is_some()
        || !matches!(
            environment.state,
            State::Ready | State::Failed | State::Sleeping | State::Waking
        )
    {
        return None;
    }
    let last = environment.hours_to_extend() == 0;
    let id = match (whom, last) {
        (Whom::Owner, true) => "environment-warning-last",
        (Whom::Owner, false) => "environment-warning",
        (Whom::Team { .. }, _) => "environment-warning-team",
    };
    let sentence = Sentence::new(id).with("relative", at(environment.expires_at, 'R'));
    let mut row = vec![show(voice, environment, occasion)];
    row.extend(extend(voice, environment));
    row.push(destroy(voice, environment));
    Some(asked(voice, environment, whom, sentence, row))
}

/// It is pinned, and its review date has come.
#[must_use]
pub fn review(
    voice: Voice<'_>,
    environment: &Environment,
    whom: Whom<'_>,
    occasion: &str,
) -> Option<Message> {
    let Pin { by, until, .. } = environment.pin?;
    let id = match whom {
        Whom::Owner => "environment-review",
        Whom::Team { .. } => "environment-review-team",
    };
    let sentence = Sentence::new(id)
        .with("by", Value::Markup(by.mention()))
        .with("since", at(environment.requested_at, 'R'));
    let review = until.seconds();
    let row = vec![
        button(
            voice.say(&Sentence::new("button-keep-pinned").with("days", limits::PIN_DAYS)),
            ButtonKind::Primary(format!("env:keep:{}:{review}#{occasion}", environment.id)),
        ),
        button(
            voice.line("button-let-end"),
            ButtonKind::Secondary(format!("env:unpin:{}:{review}", environment.id)),
        ),
        destroy(voice, environment),
    ];
    let mut message = asked(voice, environment, whom, sentence, row);
    if matches!(whom, Whom::Owner) && by != environment.owner {
        message.mentions.push(by);
    }
    Some(message)
}

/// It does not move: said to the keepers, who are not called one by one.
#[must_use]
pub fn stuck(
    voice: Voice<'_>,
    environment: &Environment,
    team: &str,
    occasion: &str,
) -> Option<Message> {
    environment.stuck_at?;
    let state = super::state_word(voice, environment.state);
    let sentence = Sentence::new("environment-stuck")
        .with("name", environment.name.as_str())
        .with("team", team)
        .with("state", Value::Markup(state))
        .with("since", at(environment.moved_at, 'R'));
    let row = vec![show(voice, environment, occasion), logs(voice, environment)];
    Some(Message {
        content: voice.say(&sentence),
        rows: buttons(row).into_iter().collect(),
        ..Message::default()
    })
}

fn asked(
    voice: Voice<'_>,
    environment: &Environment,
    whom: Whom<'_>,
    sentence: Sentence,
    row: Vec<Button>,
) -> Message {
    let sentence = sentence.with("name", environment.name.as_str());
    let (sentence, mentions) = match whom {
        Whom::Owner => (
            sentence.with("person", Value::Markup(owner(voice, environment))),
            called(environment),
        ),
        Whom::Team { name, owner } => (sentence.with("team", name).with("owner", owner), vec![]),
    };
    Message {
        content: voice.say(&sentence),
        rows: buttons(row).into_iter().collect(),
        mentions,
        ..Message::default()
    }
}

/// Whoever is called: its owner, if it has one.
fn called(environment: &Environment) -> Vec<UserId> {
    let owner = Some(environment.owner).filter(|owner| owner.is_somebody());
    owner.into_iter().collect()
}

fn show(voice: Voice<'_>, environment: &Environment, occasion: &str) -> Button {
    button(
        voice.line("button-show"),
        ButtonKind::Secondary(format!("env:show:{}#{occasion}", environment.id)),
    )
}
