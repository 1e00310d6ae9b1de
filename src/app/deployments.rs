//! What people do with deployments: ask, approve, reject, roll back.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::access::{self, Right};
use crate::domain::chat::{Answer, ChannelId, Form, Input, Message};
use crate::domain::deployment::{self, Ask, Deployment, Standing};
use crate::domain::effect::{Change, DeploymentId};
use crate::domain::fact::Reason;
use crate::domain::limits;
use crate::domain::platform::{Service, Stage};
use crate::domain::sentence::{Sentence, Value};
use crate::store::{Scope, Tx};

use super::call::Call;
use super::stop::Stop;

/// Ended deployments that a rollback looks back over.
const DEPTH: usize = 50;

/// What `/deploy` is given.
#[derive(Debug)]
pub struct Request<'a> {
    /// The service's key.
    pub service: &'a str,
    /// The stage's key or alias.
    pub stage: &'a str,
    /// The wanted revision.
    pub revision: &'a str,
    /// Planned or hotfix.
    pub reason: Option<&'a str>,
    /// Only say what would happen.
    pub dry_run: bool,
}

/// Asks for a deployment.
///
/// # Errors
/// Refused for what the domain refuses, for an unknown service or stage, or by the stage's groups.
pub async fn request(call: &Call<'_>, ask: &Request<'_>) -> Result<Answer, Stop> {
    let (service, stage) = place(call, ask.service, ask.stage)?;
    may_deploy(call, stage)?;
    let reason = ask
        .reason
        .and_then(Reason::of_word)
        .unwrap_or(Reason::Planned);
    if ask.dry_run {
        return plan(call, service, stage, ask.revision, reason).await;
    }
    let scope = Scope::Place {
        service: &service.id,
        stage: &stage.id,
    };
    let mut tx = call.begin(scope).await?;
    let standing = tx.standing(&service.id, &stage.id, DEPTH).await?;
    let change = deployment::request(
        call.now,
        &standing,
        asked(call, service, stage, ask.revision, reason, None),
    )?;
    insert(call, tx, &change).await?;
    let id = match change.next.state {
        deployment::State::AwaitingApproval => "deployment-request-waiting",
        _ => "deployment-request-accepted",
    };
    let sentence = Sentence::new(id)
        .with("person", call.mention())
        .with("revision", change.next.revision.as_str())
        .with("service", service.id.as_str())
        .with("stage", stage.id.as_str())
        .with("channel", Value::Markup(change.next.channel.mention()));
    Ok(call.done(&sentence))
}

/// Brings an earlier revision back.
///
/// # Errors
/// Refused for what the domain refuses, for an unknown service or stage, or by the stage's groups.
pub async fn roll_back(
    call: &Call<'_>,
    service: &str,
    stage: &str,
    to: Option<&str>,
    why: Option<&str>,
) -> Result<Answer, Stop> {
    let (service, stage) = place(call, service, stage)?;
    bring_back(call, service, stage, why, Aim::To(to)).await
}

/// Rolls back what a button belongs to, if that is still the newest try.
///
/// # Errors
/// As [`roll_back`]; refused if the button belongs to an earlier state.
pub async fn roll_back_id(call: &Call<'_>, id: &str) -> Result<Answer, Stop> {
    let seen = by_id(call, id).await?;
    let (service, stage) = place(call, &seen.service, &seen.stage)?;
    if !stage.rollback_reason {
        return bring_back(call, service, stage, None, Aim::From(&seen)).await;
    }
    may_deploy(call, stage)?;
    let standing = call
        .read()
        .await?
        .standing(&service.id, &stage.id, DEPTH)
        .await?;
    still_newest(&standing, &seen)?;
    let custom_id = format!("dep:rolledback:{id}");
    Ok(Answer::Ask(why_form(call, &custom_id, true)))
}

/// Rolls back with the reason from a form, if what it belongs to is still the newest try.
///
/// # Errors
/// As [`roll_back_id`].
pub async fn roll_back_why(call: &Call<'_>, id: &str, why: &str) -> Result<Answer, Stop> {
    let seen = by_id(call, id).await?;
    let (service, stage) = place(call, &seen.service, &seen.stage)?;
    bring_back(call, service, stage, Some(why), Aim::From(&seen)).await
}

/// What a rollback is aimed at.
enum Aim<'a> {
    /// This revision, or the newest good one.
    To(Option<&'a str>),
    /// Away from what somebody saw, and from nothing newer.
    From(&'a Deployment),
}

async fn bring_back(
    call: &Call<'_>,
    service: &Service,
    stage: &Stage,
    why: Option<&str>,
    aim: Aim<'_>,
) -> Result<Answer, Stop> {
    may_deploy(call, stage)?;
    let mut tx = call
        .begin(Scope::Place {
            service: &service.id,
            stage: &stage.id,
        })
        .await?;
    let standing = tx.standing(&service.id, &stage.id, DEPTH).await?;
    let to = match aim {
        Aim::To(None) => None,
        Aim::To(Some(wanted)) => {
            chosen(call, &standing, stage, wanted)?;
            Some(wanted)
        }
        Aim::From(seen) => {
            still_newest(&standing, seen)?;
            None
        }
    };
    let ask = asked(call, service, stage, "", Reason::Rollback, why);
    let change = deployment::roll_back(call.now, &standing, to, ask)?;
    insert(call, tx, &change).await?;
    let sentence = Sentence::new("deployment-rollback-accepted")
        .with("person", call.mention())
        .with("service", service.id.as_str())
        .with("stage", stage.id.as_str())
        .with("revision", change.next.revision.as_str())
        .with("channel", Value::Markup(change.next.channel.mention()));
    Ok(call.done(&sentence))
}

/// A button or form rolls back only what it was shown for: a newer try is somebody's work.
fn still_newest(standing: &Standing, seen: &Deployment) -> Result<(), Stop> {
    match standing.past.first() {
        Some(newest) if newest.id == seen.id => Ok(()),
        _ => Err(Sentence::new("refused-stale-button").into()),
    }
}

/// Agrees to the deployment of somebody else.
///
/// # Errors
/// Refused for what the domain refuses, or to whom the stage does not name as an approver.
pub async fn approve(call: &Call<'_>, id: &str, fingerprint: &str) -> Result<Answer, Stop> {
    let seen = by_id(call, id).await?;
    let proof = may_approve(call, &seen)?;
    let mut tx = call
        .begin(Scope::Place {
            service: &seen.service,
            stage: &seen.stage,
        })
        .await?;
    let waiting = under_lock(&mut tx, &seen).await?;
    let standing = tx.standing(&seen.service, &seen.stage, DEPTH).await?;
    let change = deployment::approve(
        call.now,
        &waiting,
        &standing,
        call.person().id,
        fingerprint,
        &proof,
    )?;
    keep(call, tx, &waiting, &change).await?;
    Ok(decided(call, "deployment-approved", &change.next))
}

/// Opens the form in which a no gets its reason.
///
/// # Errors
/// As [`approve`].
pub async fn reject_ask(call: &Call<'_>, id: &str, fingerprint: &str) -> Result<Answer, Stop> {
    let seen = by_id(call, id).await?;
    may_approve(call, &seen)?;
    if seen.state != deployment::State::AwaitingApproval {
        return Err(deployment::Refusal::WrongState { state: seen.state }.into());
    }
    if seen.requester == call.person().id {
        return Err(deployment::Refusal::ApproverSelf.into());
    }
    Ok(Answer::Ask(why_form(
        call,
        &format!("dep:rejected:{id}:{fingerprint}"),
        false,
    )))
}

/// Says no to the deployment of somebody else.
///
/// # Errors
/// As [`approve`].
pub async fn reject(
    call: &Call<'_>,
    id: &str,
    fingerprint: &str,
    why: &str,
) -> Result<Answer, Stop> {
    let seen = by_id(call, id).await?;
    let proof = may_approve(call, &seen)?;
    let mut tx = call
        .begin(Scope::Place {
            service: &seen.service,
            stage: &seen.stage,
        })
        .await?;
    let waiting = under_lock(&mut tx, &seen).await?;
    let change = deployment::reject(
        call.now,
        &waiting,
        call.person().id,
        fingerprint,
        why,
        &proof,
    )?;
    keep(call, tx, &waiting, &change).await?;
    Ok(decided(call, "deployment-rejected", &change.next))
}

fn asked<'a>(
    call: &'a Call<'_>,
    service: &'a Service,
    stage: &'a Stage,
    revision: &'a str,
    reason: Reason,
    why: Option<&str>,
) -> Ask<'a> {
    Ask {
        id: DeploymentId(call.app.new_id()),
        op_key: call.app.new_id(),
        service,
        stage,
        revision,
        parameters: BTreeMap::new(),
        reason,
        why: why
            .map(|why| {
                why.chars()
                    .take(limits::REASON_CHARS_MAX)
                    .collect::<String>()
            })
            .filter(|why| !why.trim().is_empty()),
        requester: call.person().id,
        requester_name: &call.person().name,
        channel: news_channel(call, service),
    }
}

/// Where a service's deployments are told: one place for all if there is one, else the team's.
fn news_channel(call: &Call<'_>, service: &Service) -> ChannelId {
    let platform = call.platform();
    let team = platform
        .team(&service.team)
        .and_then(|team| team.channel.as_ref());
    let told = platform
        .deployments
        .as_ref()
        .or(team)
        .unwrap_or(&platform.channel);
    told.id().unwrap_or(call.channel())
}

fn place<'a>(
    call: &'a Call<'_>,
    service: &str,
    stage: &str,
) -> Result<(&'a Service, &'a Stage), Stop> {
    Ok((known_service(call, service)?, known_stage(call, stage)?))
}

pub(super) fn known_service<'a>(call: &'a Call<'_>, name: &str) -> Result<&'a Service, Stop> {
    let platform = call.platform();
    let known = || platform.services.iter().map(|service| service.id.as_str());
    Ok(platform
        .service(name)
        .ok_or_else(|| call.unknown("refused-service-unknown", name, known()))?)
}

pub(super) fn known_stage<'a>(call: &'a Call<'_>, name: &str) -> Result<&'a Stage, Stop> {
    let platform = call.platform();
    let known = || platform.stages.iter().map(|stage| stage.id.as_str());
    Ok(platform
        .stage(name)
        .ok_or_else(|| call.unknown("refused-stage-unknown", name, known()))?)
}

fn may_deploy(call: &Call<'_>, stage: &Stage) -> Result<(), Stop> {
    let Some(deployers) = &stage.deployers else {
        return Ok(());
    };
    let platform = call.platform();
    if platform
        .groups
        .iter()
        .any(|group| deployers.contains(&group.name) && group.has(call.person()))
    {
        return Ok(());
    }
    let groups = deployers.join(", ");
    Err(Sentence::new("refused-stage-deployers")
        .with("groups", groups)
        .with("stage", stage.id.as_str())
        .into())
}

fn may_approve(call: &Call<'_>, deployment: &Deployment) -> Result<access::Granted, Stop> {
    let platform = call.platform();
    let stage = platform
        .stage(&deployment.stage)
        .ok_or_else(|| Sentence::new("refused-approval-void"))?;
    access::demand(
        &platform.groups,
        call.person(),
        Right::DeploymentApprove,
        Some(&stage.approvers),
    )
    .map_err(|_| {
        let groups = stage.approvers.join(", ");
        Sentence::new("refused-approver-not")
            .with("stage", stage.id.as_str())
            .with("groups", groups)
            .into()
    })
}

fn chosen(call: &Call<'_>, standing: &Standing, stage: &Stage, wanted: &str) -> Result<(), Stop> {
    if standing
        .running()
        .is_some_and(|running| running.revision == wanted)
        && standing
            .past
            .first()
            .is_some_and(|newest| newest.revision == wanted)
    {
        let refused = Sentence::new("refused-rollback-running")
            .with("revision", wanted)
            .with("stage", stage.id.as_str());
        return Err(refused.into());
    }
    if deployment::rollback_target(standing, Some(wanted)).is_some() {
        return Ok(());
    }
    let newest = standing.past.first().map(|past| past.revision.as_str());
    let good: BTreeSet<&str> = standing
        .past
        .iter()
        .filter(|past| past.state == deployment::State::Succeeded)
        .map(|past| past.revision.as_str())
        .filter(|revision| Some(*revision) != newest)
        .collect();
    let near = call.near(wanted, good.into_iter());
    Err(Sentence::new("refused-rollback-target")
        .with("near", near)
        .with("revision", wanted)
        .with("stage", stage.id.as_str())
        .into())
}

async fn plan(
    call: &Call<'_>,
    service: &Service,
    stage: &Stage,
    revision: &str,
    reason: Reason,
) -> Result<Answer, Stop> {
    let voice = call.voice();
    let standing = call
        .read()
        .await?
        .standing(&service.id, &stage.id, DEPTH)
        .await?;
    let would = deployment::request(
        call.now,
        &standing,
        asked(call, service, stage, revision, reason, None),
    )?
    .next;
    let base = |id: &'static str| {
        Sentence::new(id)
            .with("service", service.id.as_str())
            .with("stage", stage.id.as_str())
            .with("revision", would.revision.as_str())
    };
    let change = match &would.previous {
        None => base("deployment-plan-first"),
        Some(previous) if *previous == would.revision => base("deployment-plan-same"),
        Some(previous) => base("deployment-plan-change").with("previous", previous.as_str()),
    };
    let approval = match would.state {
        deployment::State::AwaitingApproval => {
            Sentence::new("deployment-plan-approval").with("groups", stage.approvers.join(", "))
        }
        _ => Sentence::new("deployment-plan-direct"),
    };
    let lines = [
        format!("**{}**", voice.line("deployment-plan-title")),
        voice.say(&change),
        voice.say(&approval),
        voice.line("deployment-plan-nothing"),
    ];
    Ok(call.private(Message {
        content: lines.join("\n"),
        ..Message::default()
    }))
}

async fn insert(call: &Call<'_>, mut tx: Tx, change: &Change<Deployment>) -> Result<(), Stop> {
    tx.insert_deployment(&change.next).await?;
    tx.enqueue(&change.effects, call.now).await?;
    tx.record(&change.facts).await?;
    call.commit(tx).await
}

async fn keep(
    call: &Call<'_>,
    mut tx: Tx,
    was: &Deployment,
    change: &Change<Deployment>,
) -> Result<(), Stop> {
    tx.save_deployment(&change.next, was.state).await?;
    tx.enqueue(&change.effects, call.now).await?;
    tx.record(&change.facts).await?;
    call.commit(tx).await
}

pub(super) async fn by_id(call: &Call<'_>, id: &str) -> Result<Deployment, Stop> {
    let found = call
        .read()
        .await?
        .deployment(&DeploymentId(id.to_owned()))
        .await?;
    Ok(found.ok_or_else(|| Sentence::new("refused-stale-button"))?)
}

async fn under_lock(tx: &mut Tx, seen: &Deployment) -> Result<Deployment, Stop> {
    let found = tx.deployment(&seen.id).await?;
    Ok(found.ok_or_else(|| Sentence::new("refused-stale-button"))?)
}

fn decided(call: &Call<'_>, id: &'static str, deployment: &Deployment) -> Answer {
    let sentence = Sentence::new(id)
        .with("revision", deployment.revision.as_str())
        .with("service", deployment.service.as_str())
        .with("stage", deployment.stage.as_str());
    call.private(call.voice().note(&sentence))
}

fn why_form(call: &Call<'_>, custom_id: &str, required: bool) -> Form {
    let voice = call.voice();
    Form {
        custom_id: custom_id.to_owned(),
        title: voice.line(if required {
            "button-roll-back"
        } else {
            "button-reject"
        }),
        inputs: vec![Input {
            custom_id: "why".to_owned(),
            label: voice.line("deployment-field-reason"),
            value: String::new(),
            placeholder: String::new(),
            long: true,
            required,
            length_max: u16::try_from(limits::REASON_CHARS_MAX).unwrap_or(u16::MAX),
        }],
    }
}
