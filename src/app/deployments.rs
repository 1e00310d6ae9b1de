//! What people do with deployments: ask, approve, reject, roll back, look.

use std::collections::BTreeMap;

use anyhow::Context as _;

use crate::domain::access::{self, Right};
use crate::domain::chat::{Answer, ChannelId, Embed, Field, Form, Input, Message};
use crate::domain::deployment::{self, Ask, Deployment, Standing};
use crate::domain::effect::{Change, DeploymentId};
use crate::domain::fact::Reason;
use crate::domain::limits;
use crate::domain::platform::{Service, Stage};
use crate::domain::sentence::{Sentence, Value};
use crate::store::{Scope, Tx};

use super::call::Call;
use super::environments::log_message;
use super::render::{self, color};
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
        .with("stage", stage.id.as_str());
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
    may_deploy(call, stage)?;
    let mut tx = call
        .begin(Scope::Place {
            service: &service.id,
            stage: &stage.id,
        })
        .await?;
    let standing = tx.standing(&service.id, &stage.id, DEPTH).await?;
    if let Some(wanted) = to {
        chosen(call, &standing, stage, wanted)?;
    }
    let ask = asked(call, service, stage, "", Reason::Rollback, why);
    let change = deployment::roll_back(call.now, &standing, to, ask)?;
    insert(call, tx, &change).await?;
    let sentence = Sentence::new("deployment-rollback-accepted")
        .with("person", call.mention())
        .with("service", service.id.as_str())
        .with("stage", stage.id.as_str())
        .with("revision", change.next.revision.as_str());
    Ok(call.done(&sentence))
}

/// Rolls back what a button belongs to, if that is still the newest try.
///
/// # Errors
/// As [`roll_back`]; refused if the button belongs to an earlier state.
pub async fn roll_back_id(call: &Call<'_>, id: &str) -> Result<Answer, Stop> {
    let seen = by_id(call, id).await?;
    let standing = call
        .read()
        .await?
        .standing(&seen.service, &seen.stage, DEPTH)
        .await?;
    if standing
        .past
        .first()
        .is_none_or(|newest| newest.id != seen.id)
    {
        return Err(Sentence::new("refused-stale-button").into());
    }
    let wants_reason = call
        .platform()
        .stage(&seen.stage)
        .is_some_and(|stage| stage.rollback_reason);
    if wants_reason {
        return Ok(Answer::Ask(why_form(
            call,
            &format!("dep:rolledback:{id}"),
            true,
        )));
    }
    roll_back(call, &seen.service, &seen.stage, None, None).await
}

/// Rolls back with the reason from a form.
///
/// # Errors
/// As [`roll_back_id`].
pub async fn roll_back_why(call: &Call<'_>, id: &str, why: &str) -> Result<Answer, Stop> {
    let seen = by_id(call, id).await?;
    roll_back(call, &seen.service, &seen.stage, None, Some(why)).await
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

/// What runs where.
///
/// # Errors
/// Refused for an unknown service.
pub async fn status(call: &Call<'_>, service: Option<&str>) -> Result<Answer, Stop> {
    let platform = call.platform();
    let voice = call.reply_voice();
    if let Some(wanted) = service
        && platform.service(wanted).is_none()
    {
        let known = platform.services.iter().map(|service| service.id.as_str());
        return Err(call
            .unknown("refused-service-unknown", wanted, known)
            .into());
    }
    let mut reader = call.read().await?;
    let places = reader.places().await?;
    let shown: Vec<&Service> = platform
        .services
        .iter()
        .filter(|candidate| service.is_none_or(|wanted| candidate.id == wanted))
        .collect();
    let fields: Vec<Field> = shown
        .iter()
        .map(|service| {
            let lines: Vec<String> = platform
                .stages
                .iter()
                .filter(|stage| service.stages.contains_key(&stage.id))
                .map(|stage| {
                    let place = places
                        .iter()
                        .find(|place| place.service == service.id && place.stage == stage.id);
                    status_line(voice, &stage.id, place)
                })
                .collect();
            let name = Sentence::new("status-service")
                .with("service", service.id.as_str())
                .with("team", call.team_name(&service.team));
            Field {
                name: voice.words.plain(voice.language, &name).replace("**", ""),
                value: lines.join("\n"),
                inline: false,
            }
        })
        .filter(|field| !field.value.is_empty())
        .collect();
    if fields.is_empty() {
        return Ok(call.answer(voice.note(&Sentence::new("status-none"))));
    }
    let more = fields.len().saturating_sub(limits::LIST_ROWS_MAX);
    let content = content_lines(voice, &shown, &platform.stages, &places);
    let mut embed = Embed {
        title: voice.line("status-title"),
        color: Some(color::MOVING),
        fields,
        ..Embed::default()
    };
    embed.fields.truncate(limits::LIST_ROWS_MAX);
    if more > 0 {
        embed.footer = voice.words.plain(
            voice.language,
            &Sentence::new("status-more").with("n", more),
        );
    }
    let mut answer = Message {
        content,
        embeds: vec![embed],
        ..Message::default()
    };
    if call.holds(Right::PlatformKeep) && reader.buried_count().await? > 0 {
        // Names and codes of jobs are for the keepers: their status is private.
        answer.embeds.push(keepers(call, &mut reader).await?);
        return Ok(call.private(answer));
    }
    Ok(call.answer(answer))
}

/// What was deployed, newest first.
///
/// # Errors
/// Refused for an unknown service or stage.
pub async fn history(call: &Call<'_>, service: &str, stage: Option<&str>) -> Result<Answer, Stop> {
    let service = known_service(call, service)?;
    let stage = stage.map(|stage| known_stage(call, stage)).transpose()?;
    let voice = call.reply_voice();
    let stage_id = stage.map(|stage| stage.id.as_str());
    let mut found = call
        .read()
        .await?
        .history(&service.id, stage_id, limits::LIST_ROWS_MAX + 1)
        .await?;
    if found.is_empty() {
        return Ok(call.answer(
            voice.note(&Sentence::new("history-none").with("service", service.id.as_str())),
        ));
    }
    let title = match stage_id {
        Some(stage) => Sentence::new("history-title-stage")
            .with("service", service.id.as_str())
            .with("stage", stage),
        None => Sentence::new("history-title").with("service", service.id.as_str()),
    };
    let more = found.len() > limits::LIST_ROWS_MAX;
    found.truncate(limits::LIST_ROWS_MAX);
    let mut lines = vec![format!("**{}**", voice.say(&title))];
    lines.extend(
        found
            .iter()
            .map(|deployment| render::deployment::history_line(voice, deployment)),
    );
    if more {
        lines.push(voice.line("history-more"));
    }
    Ok(call.answer(Message {
        content: lines.join("\n"),
        ..Message::default()
    }))
}

/// The history of what a button belongs to, privately.
///
/// # Errors
/// Refused if there is none any more.
pub async fn history_id(call: &Call<'_>, id: &str) -> Result<Answer, Stop> {
    let seen = by_id(call, id).await?;
    match history(call, &seen.service, Some(&seen.stage)).await? {
        Answer::Say { message, .. } => Ok(call.private(message)),
        other => Ok(other),
    }
}

/// Reads the last lines of a deployment's logs, from a button.
///
/// # Errors
/// Refused if there is none any more, or the engine cannot say.
pub async fn logs_id(call: &Call<'_>, id: &str) -> Result<Answer, Stop> {
    let voice = call.voice();
    let seen = by_id(call, id).await?;
    let provider = call
        .app
        .deployer(&seen.provider)
        .context("the deployment's provider")?;
    let order = call.app.order_of_deployment(&seen);
    let name = format!("{} {}", seen.service, seen.revision);
    let logs = provider
        .logs(&order, limits::LOG_LINES_MAX)
        .await
        .map_err(|error| {
            tracing::warn!(deployment.id = %seen.id, "the logs cannot be read: {error}");
            Sentence::new("environment-logs-unavailable").with("name", name.as_str())
        })?;
    if logs.lines.is_empty() {
        return Ok(call.private(
            voice.note(&Sentence::new("environment-logs-none").with("name", name.as_str())),
        ));
    }
    let title = Sentence::new("environment-logs-title")
        .with("n", logs.lines.len())
        .with("name", name.as_str());
    Ok(call.private(log_message(&voice.say(&title), &logs.lines)))
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

fn known_service<'a>(call: &'a Call<'_>, name: &str) -> Result<&'a Service, Stop> {
    let platform = call.platform();
    let known = || platform.services.iter().map(|service| service.id.as_str());
    Ok(platform
        .service(name)
        .ok_or_else(|| call.unknown("refused-service-unknown", name, known()))?)
}

fn known_stage<'a>(call: &'a Call<'_>, name: &str) -> Result<&'a Stage, Stop> {
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
    let good = standing
        .past
        .iter()
        .filter(|past| past.state == deployment::State::Succeeded);
    let near = call.near(wanted, good.map(|past| past.revision.as_str()));
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

async fn by_id(call: &Call<'_>, id: &str) -> Result<Deployment, Stop> {
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

fn status_line(
    voice: render::Voice<'_>,
    stage: &str,
    place: Option<&crate::store::Place>,
) -> String {
    let mut lines = Vec::new();
    match place.and_then(|place| place.running.as_ref()) {
        Some(running) => lines.push(
            Sentence::new("status-line")
                .with("stage", stage)
                .with("revision", running.revision.as_str())
                .with(
                    "at",
                    render::at(running.finished_at.unwrap_or(running.requested_at), 'R'),
                ),
        ),
        None => lines.push(Sentence::new("status-line-none").with("stage", stage)),
    }
    if let Some(active) = place.and_then(|place| place.active.as_ref()) {
        lines.push(
            Sentence::new("status-line-active")
                .with("stage", stage)
                .with("revision", active.revision.as_str())
                .with(
                    "state",
                    Value::Markup(render::deployment::state_word(voice, active.state)),
                )
                .with("at", render::at(active.requested_at, 'R')),
        );
    }
    let failed = place
        .and_then(|place| place.last.as_ref())
        .filter(|last| last.state == deployment::State::Failed);
    if let Some(last) = failed {
        lines.push(
            Sentence::new("status-line-failed")
                .with("stage", stage)
                .with("revision", last.revision.as_str())
                .with(
                    "at",
                    render::at(last.finished_at.unwrap_or(last.requested_at), 'R'),
                ),
        );
    }
    lines
        .iter()
        .map(|line| voice.say(line))
        .collect::<Vec<_>>()
        .join("\n")
}

/// The same in short, for people who switch embeds off: one line a service.
fn content_lines(
    voice: render::Voice<'_>,
    services: &[&Service],
    stages: &[Stage],
    places: &[crate::store::Place],
) -> String {
    const CONTENT_CHARS_MAX: usize = 1_800;
    let mut content = format!("**{}**", voice.line("status-title"));
    for service in services {
        let running: Vec<String> = stages
            .iter()
            .filter(|stage| service.stages.contains_key(&stage.id))
            .map(|stage| {
                let place = places
                    .iter()
                    .find(|place| place.service == service.id && place.stage == stage.id);
                let running = place.and_then(|place| place.running.as_ref());
                let revision = running.map_or_else(
                    || "–".to_owned(),
                    |running| voice.harmless(&running.revision),
                );
                format!("{} {revision}", voice.harmless(&stage.id))
            })
            .collect();
        let line = format!("\n{}: {}", voice.harmless(&service.id), running.join(" · "));
        if content.chars().count() + line.chars().count() > CONTENT_CHARS_MAX {
            break;
        }
        content.push_str(&line);
    }
    content
}

async fn keepers(call: &Call<'_>, reader: &mut crate::store::Reader) -> Result<Embed, Stop> {
    let voice = call.voice();
    let buried = reader.buried(10).await?;
    let n = reader.buried_count().await?;
    let mut lines = vec![voice.say(&Sentence::new("keepers-buried").with("n", n))];
    lines.extend(buried.iter().map(|job| {
        voice.say(
            &Sentence::new("keepers-buried-line")
                .with("job", job.key.split(':').next().unwrap_or_default())
                .with("subject", job.key.as_str())
                .with("attempts", job.attempts)
                .with("at", render::at(job.buried_at, 'R'))
                .with("code", job.error.as_str()),
        )
    }));
    Ok(Embed {
        title: voice.line("keepers-title"),
        description: lines.join("\n"),
        color: Some(color::BAD),
        ..Embed::default()
    })
}
