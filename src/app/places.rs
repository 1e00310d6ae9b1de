//! Looking at deployments: what runs where, what was deployed, what it wrote.

use anyhow::Context as _;

use crate::domain::access::Right;
use crate::domain::chat::{Answer, Embed, Field, Message};
use crate::domain::deployment::{self, Deployment};
use crate::domain::limits;
use crate::domain::sentence::{Sentence, Value};
use crate::store::Place;

use super::call::Call;
use super::deployments::{by_id, known_service, known_stage};
use super::environments::log_message;
use super::keepers;
use super::render::{self, Voice, color};
use super::stop::Stop;

/// Waiting deployments that a status reads.
const WAITING_MAX: usize = 100;
/// Waiting deployments of one service and stage that a status shows, the oldest.
const WAITING_SHOWN_MAX: usize = 3;

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
    let waiting = reader.deployments_awaiting(WAITING_MAX).await?;
    let shown = platform
        .services
        .iter()
        .filter(|candidate| service.is_none_or(|wanted| candidate.id == wanted));
    let (lines, fields): (Vec<String>, Vec<Field>) = shown
        .map(|service| {
            let standing: Vec<Standing<'_>> = platform
                .stages
                .iter()
                .filter(|stage| service.stages.contains_key(&stage.id))
                .map(|stage| Standing::of(&service.id, &stage.id, &places, &waiting))
                .collect();
            let name = Sentence::new("status-service")
                .with("service", service.id.as_str())
                .with("team", call.team_name(&service.team));
            let told: Vec<String> = standing.iter().map(|here| here.told(voice)).collect();
            let field = Field {
                name: voice.words.plain(voice.language, &name).replace("**", ""),
                value: told.join("\n"),
                inline: false,
            };
            (short_line(voice, &service.id, &standing), field)
        })
        .filter(|(_, field)| !field.value.is_empty())
        .unzip();
    if fields.is_empty() {
        return Ok(call.answer(voice.note(&Sentence::new("status-none"))));
    }
    let more = fields.len().saturating_sub(limits::LIST_ROWS_MAX);
    let content = content(voice, &lines);
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
    if call.holds(Right::PlatformKeep) && keepers::add(call, &mut reader, &mut answer).await? {
        // Names and codes of jobs are for the keepers: their status is private.
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
    let found = call
        .read()
        .await?
        .history(&service.id, stage_id, limits::LIST_ROWS_MAX + 1)
        .await?;
    if found.is_empty() {
        let none = match stage_id {
            Some(stage) => Sentence::new("history-none-stage")
                .with("service", service.id.as_str())
                .with("stage", stage),
            None => Sentence::new("history-none").with("service", service.id.as_str()),
        };
        return Ok(call.answer(voice.note(&none)));
    }
    let title = match stage_id {
        Some(stage) => Sentence::new("history-title-stage")
            .with("service", service.id.as_str())
            .with("stage", stage),
        None => Sentence::new("history-title").with("service", service.id.as_str()),
    };
    let rows: Vec<String> = found
        .iter()
        .take(limits::LIST_ROWS_MAX)
        .map(|deployment| render::deployment::history_line(voice, deployment))
        .collect();
    let title = format!("**{}**", voice.say(&title));
    let content = render::listed(title, &rows, |shown| {
        (shown < found.len()).then(|| voice.line("history-more"))
    });
    Ok(call.answer(Message {
        content,
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

/// How one service stands on one stage.
struct Standing<'a> {
    stage: &'a str,
    running: Option<&'a Deployment>,
    failed: Option<&'a Deployment>,
    /// What is on its way, then what waits for an approval.
    moving: Vec<&'a Deployment>,
}

impl<'a> Standing<'a> {
    fn of(service: &str, stage: &'a str, places: &'a [Place], waiting: &'a [Deployment]) -> Self {
        let place = places
            .iter()
            .find(|place| place.service == service && place.stage == stage);
        let waiting = waiting
            .iter()
            .filter(|waiting| waiting.service == service && waiting.stage == stage)
            .take(WAITING_SHOWN_MAX);
        Self {
            stage,
            running: place.and_then(|place| place.running.as_ref()),
            failed: place
                .and_then(|place| place.last.as_ref())
                .filter(|last| last.state == deployment::State::Failed),
            moving: place
                .and_then(|place| place.active.as_ref())
                .into_iter()
                .chain(waiting)
                .collect(),
        }
    }

    fn row(&self, id: &'static str, of: &Deployment) -> Sentence {
        Sentence::new(id)
            .with("stage", self.stage)
            .with("revision", of.revision.as_str())
    }

    /// The whole of it, a line for each deployment that matters.
    fn told(&self, voice: Voice<'_>) -> String {
        let ended = |of: &Deployment| render::at(of.finished_at.unwrap_or(of.requested_at), 'R');
        let mut lines = vec![match (self.failed, self.running) {
            // What stands there after a failure only the engine knows: nobody is told that it runs.
            (Some(failed), Some(before)) => self
                .row("status-line-failed", failed)
                .with("at", ended(failed))
                .with("previous", before.revision.as_str()),
            (Some(failed), None) => self
                .row("status-line-failed-first", failed)
                .with("at", ended(failed)),
            (None, Some(running)) => self.row("status-line", running).with("at", ended(running)),
            (None, None) => Sentence::new("status-line-none").with("stage", self.stage),
        }];
        lines.extend(self.moving.iter().map(|moving| {
            let state = render::deployment::state_word(voice, moving.state);
            self.row("status-line-active", moving)
                .with("state", Value::Markup(state))
                .with("at", render::at(moving.requested_at, 'R'))
        }));
        let said: Vec<String> = lines.iter().map(|line| voice.say(line)).collect();
        said.join("\n")
    }

    /// The essence of it, as a part of a line.
    fn in_short(&self, voice: Voice<'_>) -> String {
        let stands = match (self.failed, self.running) {
            (Some(failed), _) => self.row("status-short-failed", failed),
            (None, Some(running)) => self.row("status-short", running),
            (None, None) => Sentence::new("status-short-none").with("stage", self.stage),
        };
        let stands = voice.say(&stands);
        let Some(next) = self.moving.first() else {
            return stands;
        };
        let state = render::deployment::state_word(voice, next.state);
        voice.say(
            &Sentence::new("status-short-moving")
                .with("place", Value::Markup(stands))
                .with("revision", next.revision.as_str())
                .with("state", Value::Markup(state)),
        )
    }
}

/// One service in one line, for people who switch embeds off.
fn short_line(voice: Voice<'_>, service: &str, standing: &[Standing<'_>]) -> String {
    let places: Vec<String> = standing.iter().map(|here| here.in_short(voice)).collect();
    voice.say(
        &Sentence::new("status-short-service")
            .with("service", service)
            .with("places", Value::Markup(places.join(" · "))),
    )
}

/// As many of the lines as a message holds, and how many are left out.
fn content(voice: Voice<'_>, lines: &[String]) -> String {
    const CONTENT_CHARS_MAX: usize = 1_800;
    let mut left = CONTENT_CHARS_MAX;
    let mut shown: Vec<String> = Vec::new();
    for line in lines.iter().take(limits::LIST_ROWS_MAX) {
        let length = line.encode_utf16().count() + 1;
        if length > left {
            break;
        }
        left -= length;
        shown.push(line.clone());
    }
    let more = lines.len() - shown.len();
    if more > 0 {
        shown.push(voice.say(&Sentence::new("status-more").with("n", more)));
    }
    shown.join("\n")
}
