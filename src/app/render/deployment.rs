//! A deployment's messages: the one that is edited as it moves, how it ended, and rows of lists.

use crate::domain::cause::Cause;
use crate::domain::chat::{Button, ButtonKind, Embed, Field, Message};
use crate::domain::deployment::{Deployment, State};
use crate::domain::effect::Subject;
use crate::domain::fact::Reason;
use crate::domain::limits;
use crate::domain::sentence::{Sentence, Value};

use super::{Voice, at, bound, button, buttons, color, framed, link, mark};

/// The one message that is edited as the deployment moves. `approvers` names the groups that may
/// approve; `compare` is a link to what changes.
#[must_use]
pub fn live(
    voice: Voice<'_>,
    deployment: &Deployment,
    approvers: &[String],
    compare: Option<&str>,
    step: Option<&str>,
) -> Message {
    let title = if deployment.reason == Reason::Rollback {
        "deployment-title-rollback"
    } else {
        "deployment-title"
    };
    let embed = Embed {
        title: voice.say(
            &Sentence::new(title)
                .with("service", deployment.service.as_str())
                .with("stage", deployment.stage.as_str()),
        ),
        description: match (deployment.state, step, &deployment.failure) {
            (State::Starting | State::Running, Some(step), _) => {
                voice.say(&Sentence::new("deployment-step").with("step", step))
            }
            (State::Rejected, _, Some(Cause::Said(why))) => voice.harmless(why),
            _ => String::new(),
        },
        url: None,
        color: Some(match deployment.state {
            State::AwaitingApproval => color::WAITING,
            State::Starting | State::Running => color::MOVING,
            State::Succeeded => color::GOOD,
            State::Failed | State::Rejected => color::BAD,
            State::Expired | State::RolledBack => color::OVER,
        }),
        fields: fields(voice, deployment, approvers),
        footer: voice.footer(&Subject::Deployment(deployment.id.clone())),
        image: None,
    };
    let content = voice.say(&headline(voice, deployment));
    framed(content, embed, buttons(actions(voice, deployment, compare)))
}

/// How it ended, calling the requester. `occasion` makes the message's mark its own.
#[must_use]
pub fn result(
    voice: Voice<'_>,
    deployment: &Deployment,
    can_roll_back: bool,
    occasion: &str,
) -> Option<Message> {
    let base = |id: &'static str| {
        Sentence::new(id)
            .with("person", Value::Markup(deployment.requester.mention()))
            .with("revision", deployment.revision.as_str())
            .with("service", deployment.service.as_str())
            .with("stage", deployment.stage.as_str())
    };
    let took = || {
        Value::Markup(
            voice
                .words
                .duration(voice.language, deployment.run_time().unwrap_or_default()),
        )
    };
    let sentence = match deployment.state {
        State::Succeeded if deployment.reason == Reason::Rollback => {
            base("deployment-result-rolled-back").with("took", took())
        }
        State::Succeeded => base("deployment-result-succeeded").with("took", took()),
        State::Failed if can_roll_back => base("deployment-result-failed")
            .with("reason", Value::Markup(reason(voice, deployment))),
        State::Failed => base("deployment-result-failed-first")
            .with("reason", Value::Markup(reason(voice, deployment))),
        State::Rejected => {
            let rejecter = deployment
                .decided_by
                .map(|by| by.mention())
                .unwrap_or_default();
            let rejecter = Value::Markup(rejecter);
            match &deployment.failure {
                Some(Cause::Said(why)) => {
                    base("deployment-result-rejected-why").with("why", why.as_str())
                }
                _ => base("deployment-result-rejected"),
            }
            .with("rejecter", rejecter)
        }
        State::Expired => base("deployment-result-expired"),
        // It moved on before this could be said: the next message says how.
        _ => return None,
    };
    let mut row = Vec::new();
    if deployment.state == State::Failed && can_roll_back {
        row.push(roll_back(voice, deployment));
    }
    let show = format!("dep:history:{}#{occasion}", deployment.id);
    row.push(button(
        voice.line("button-history"),
        ButtonKind::Secondary(show),
    ));
    Some(Message {
        content: voice.say(&sentence),
        rows: buttons(row).into_iter().collect(),
        mentions: vec![deployment.requester],
        ..Message::default()
    })
}

/// The state in words.
#[must_use]
pub fn state_word(voice: Voice<'_>, state: State) -> String {
    voice.line(match state {
        State::AwaitingApproval => "deployment-state-waiting",
        State::Starting => "deployment-state-starting",
        State::Running => "deployment-state-running",
        State::Succeeded => "deployment-state-succeeded",
        State::Failed => "deployment-state-failed",
        State::Rejected => "deployment-state-rejected",
        State::Expired => "deployment-state-expired",
        State::RolledBack => "deployment-state-rolled-back",
    })
}

/// One line of the history.
#[must_use]
pub fn history_line(voice: Voice<'_>, deployment: &Deployment) -> String {
    voice.say(
        &Sentence::new("history-line")
            .with(
                "at",
                at(
                    deployment.finished_at.unwrap_or(deployment.requested_at),
                    'R',
                ),
            )
            .with("stage", deployment.stage.as_str())
            .with("revision", deployment.revision.as_str())
            .with("state", Value::Markup(state_word(voice, deployment.state)))
            .with("person", Value::Markup(deployment.requester.mention())),
    )
}

/// The link to what changes between two revisions, if the service names one.
#[must_use]
pub fn compare(template: Option<&str>, deployment: &Deployment) -> Option<String> {
    let from = deployment
        .previous
        .as_deref()
        .filter(|from| *from != deployment.revision)?;
    link(
        &template?
            .replace("{from}", from)
            .replace("{to}", &deployment.revision),
    )
}

fn headline(voice: Voice<'_>, deployment: &Deployment) -> Sentence {
    let sentence = Sentence::new(match deployment.state {
        State::AwaitingApproval => "deployment-live-waiting",
        State::Starting => "deployment-live-starting",
        State::Running => "deployment-live-running",
        State::Succeeded => "deployment-live-succeeded",
        State::Failed => "deployment-live-failed",
        State::Rejected => "deployment-live-rejected",
        State::Expired => "deployment-live-expired",
        State::RolledBack => "deployment-live-rolled-back",
    })
    .with("revision", deployment.revision.as_str())
    .with("service", deployment.service.as_str())
    .with("stage", deployment.stage.as_str());
    if deployment.state == State::Failed {
        return sentence.with("reason", Value::Markup(reason(voice, deployment)));
    }
    sentence
}

fn fields(voice: Voice<'_>, deployment: &Deployment, approvers: &[String]) -> Vec<Field> {
    let previous = match &deployment.previous {
        Some(previous) => voice.harmless(previous),
        None => voice.line("deployment-previous-none"),
    };
    let kind = voice.line(match deployment.reason {
        Reason::Planned => "deployment-reason-planned",
        Reason::Hotfix => "deployment-reason-hotfix",
        Reason::Rollback => "deployment-reason-rollback",
    });
    let reason = match &deployment.why {
        Some(why) => format!("{kind}: {}", voice.harmless(why)),
        None => kind,
    };
    let waiting = deployment.state == State::AwaitingApproval;
    let until = mark(deployment.requested_at.plus(limits::APPROVAL_WAIT_MAX), 'f');
    let decided = deployment
        .decided_by
        .map(|by| by.mention())
        .unwrap_or_default();
    let decision = if deployment.state == State::Rejected {
        "deployment-field-rejecter"
    } else {
        "deployment-field-approver"
    };
    let took = deployment
        .run_time()
        .map(|span| voice.words.duration(voice.language, span))
        .unwrap_or_default();
    let when = |yes: bool, text: String| if yes { text } else { String::new() };
    [
        voice.field(
            "deployment-field-revision",
            voice.harmless(&deployment.revision),
        ),
        voice.field("deployment-field-previous", previous),
        voice.field("deployment-field-requester", deployment.requester.mention()),
        voice.field("deployment-field-reason", reason),
        voice.field(decision, decided),
        voice.field(
            "deployment-field-approvers",
            when(waiting, voice.harmless(&approvers.join(", "))),
        ),
        voice.field("deployment-field-until", when(waiting, until)),
        voice.field("deployment-field-took", took),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn actions(voice: Voice<'_>, deployment: &Deployment, compare: Option<&str>) -> Vec<Button> {
    let mut row = Vec::new();
    let decide = |what: &str| format!("dep:{what}:{}:{}", deployment.id, deployment.fingerprint());
    if deployment.state == State::AwaitingApproval {
        row.push(button(
            voice.line("button-approve"),
            ButtonKind::Success(decide("approve")),
        ));
        row.push(button(
            voice.line("button-reject"),
            ButtonKind::Danger(decide("reject")),
        ));
    }
    if let Some(url) = deployment
        .url
        .as_deref()
        .filter(|_| deployment.state == State::Succeeded)
        .and_then(link)
    {
        row.push(button(voice.line("button-open"), ButtonKind::Link(url)));
    }
    if !matches!(
        deployment.state,
        State::AwaitingApproval | State::Rejected | State::Expired
    ) {
        let logs = format!("dep:logs:{}", deployment.id);
        row.push(button(
            voice.line("button-logs"),
            ButtonKind::Secondary(logs),
        ));
    }
    if let Some(url) = compare {
        row.push(button(
            voice.line("button-changes"),
            ButtonKind::Link(url.to_owned()),
        ));
    }
    if matches!(deployment.state, State::Succeeded | State::Failed) && deployment.previous.is_some()
    {
        row.push(roll_back(voice, deployment));
    }
    row
}

fn roll_back(voice: Voice<'_>, deployment: &Deployment) -> Button {
    button(
        voice.line("button-roll-back"),
        ButtonKind::Danger(format!("dep:rollback:{}", deployment.id)),
    )
}

fn reason(voice: Voice<'_>, deployment: &Deployment) -> String {
    match deployment.failure.as_ref().unwrap_or(&Cause::Unknown) {
        Cause::Engine(text) | Cause::Said(text) => {
            voice.say(&Sentence::new("deployment-fault-engine").with("detail", text.as_str()))
        }
        Cause::User(text) => {
            voice.say(&Sentence::new("deployment-fault-user").with("detail", text.as_str()))
        }
        Cause::TookTooLong { seconds_max } => voice.say(
            &Sentence::new("deployment-fault-timeout").with("bound", bound(voice, *seconds_max)),
        ),
        Cause::Lost => voice.line("deployment-fault-lost"),
        Cause::NoProvider => voice.line("deployment-fault-gone"),
        Cause::GivenUp { code } => {
            voice.say(&Sentence::new("deployment-fault-given-up").with("code", code.as_str()))
        }
        Cause::Unknown => voice.line("deployment-fault-unknown"),
    }
}
