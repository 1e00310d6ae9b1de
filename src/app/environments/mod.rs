//! What people do with environments: ask, list, show, read logs, extend, destroy.

mod create;
pub(super) mod form;
pub(super) mod life;
mod why;

use std::collections::BTreeMap;

use anyhow::Context as _;

use crate::domain::access::Right;
use crate::domain::chat::{Answer, ButtonKind, Embed, Message, Row};
use crate::domain::effect::{Change, EnvironmentId};
use crate::domain::environment::{self, Environment};
use crate::domain::limits;
use crate::domain::sentence::{Sentence, Value};
use crate::store::{Scope, Tx, Whose};

pub(super) use create::{Create, create};
pub(super) use why::why;

use super::call::Call;
use super::engines;
use super::people;
use super::pull_requests;
use super::render;
use super::stop::Stop;
use super::words::harmless;

/// Rows that a list reads, so that what it does not show can be counted.
const LIST_ROWS_READ: usize = 200;

/// Lists living environments: one's own, the team's, or everybody's.
///
/// # Errors
/// Refused if the team is not clear.
pub async fn list(call: &Call<'_>, whose: Option<&str>) -> Result<Answer, Stop> {
    let voice = call.voice();
    let platform = call.platform();
    let (filter, none) = match whose.unwrap_or("team") {
        "mine" => (
            Whose::Owner(call.person().id),
            Sentence::new("environment-list-none-mine"),
        ),
        "all" => (Whose::All, Sentence::new("environment-list-none-all")),
        _ => {
            let team = people::team_for(platform, call.person(), call.channel(), None, false)?;
            let none = Sentence::new("environment-list-none-team").with("team", team.name.as_str());
            (Whose::Team(&team.id), none)
        }
    };
    let found = call
        .read()
        .await?
        .environments(filter, LIST_ROWS_READ)
        .await?;
    if found.is_empty() {
        return Ok(call.private(voice.note(&none)));
    }
    let rows: Vec<String> = found
        .iter()
        .take(limits::LIST_ROWS_MAX)
        .map(|environment| {
            let team = call.team_name(&environment.team);
            render::environment::list_line(voice, environment, team, call.now)
        })
        .collect();
    let title = voice.say(&Sentence::new("environment-list-title").with("n", found.len()));
    let content = render::listed(title, &rows, |shown| {
        let more = found.len() - shown;
        (more > 0).then(|| voice.say(&Sentence::new("environment-list-more").with("n", more)))
    });
    Ok(call.private(Message {
        content,
        embeds: costs(call, &found).into_iter().collect(),
        ..Message::default()
    }))
}

/// What the listed environments cost, by team; `None` without prices.
fn costs(call: &Call<'_>, found: &[Environment]) -> Option<Embed> {
    let mut by_team: BTreeMap<&str, render::environment::Cost> = BTreeMap::new();
    for environment in found {
        if let Some(cost) = render::environment::Cost::of(environment, call.now) {
            let team = call.team_name(&environment.team);
            let sum = by_team.entry(team).or_default();
            *sum = sum.plus(cost);
        }
    }
    let currency = &call.platform().currency;
    let lines: Vec<String> = by_team
        .into_iter()
        .take(limits::LIST_ROWS_MAX)
        .map(|(team, cost)| {
            let cost = cost.text(call.voice(), currency);
            let sentence = Sentence::new("environment-list-cost")
                .with("team", team)
                .with("cost", Value::Markup(cost));
            call.voice().say(&sentence)
        })
        .collect();
    (!lines.is_empty()).then(|| Embed {
        title: call.voice().line("environment-field-cost"),
        description: lines.join("\n"),
        color: Some(render::color::OVER),
        ..Embed::default()
    })
}

/// Shows one environment.
///
/// # Errors
/// Refused if there is none of that name.
pub async fn show(call: &Call<'_>, name: &str) -> Result<Answer, Stop> {
    let environment = by_name(call, name).await?;
    shown(call, &environment).await
}

/// Shows one environment, from a button.
///
/// # Errors
/// Refused if there is none any more.
pub async fn show_id(call: &Call<'_>, id: &str) -> Result<Answer, Stop> {
    let environment = by_id(call, id).await?;
    shown(call, &environment).await
}

/// Reads the last lines of its logs.
///
/// # Errors
/// Refused if there is none of that name, or the engine cannot say.
pub async fn logs(call: &Call<'_>, name: &str) -> Result<Answer, Stop> {
    let environment = by_name(call, name).await?;
    read_logs(call, &environment).await
}

/// Reads the last lines of its logs, from a button.
///
/// # Errors
/// Refused if there is none any more, or the engine cannot say.
pub async fn logs_id(call: &Call<'_>, id: &str) -> Result<Answer, Stop> {
    let environment = by_id(call, id).await?;
    read_logs(call, &environment).await
}

/// Lets it live longer.
///
/// # Errors
/// Refused for what the domain refuses, or if it belongs to another team.
pub async fn extend(call: &Call<'_>, name: &str, by_hours: i64) -> Result<Answer, Stop> {
    let seen = by_name(call, name).await?;
    extend_seen(call, &seen, by_hours, None).await
}

/// Lets it live longer, from a button that was made when it had been extended `so_far` times.
///
/// # Errors
/// As [`extend`]; refused if the button belongs to an earlier state.
pub async fn extend_by(
    call: &Call<'_>,
    id: &str,
    by_hours: i64,
    so_far: Option<u32>,
) -> Result<Answer, Stop> {
    let seen = by_id(call, id).await?;
    extend_seen(call, &seen, by_hours, so_far).await
}

async fn extend_seen(
    call: &Call<'_>,
    seen: &Environment,
    by_hours: i64,
    so_far: Option<u32>,
) -> Result<Answer, Stop> {
    let (tx, environment) = locked(call, seen).await?;
    if so_far.is_some_and(|so_far| so_far != environment.extensions) {
        return Err(Sentence::new("refused-stale-button").into());
    }
    let change = environment::extend(call.now, &environment, by_hours)?;
    keep(call, tx, &environment, &change).await?;
    let next = &change.next;
    let sentence = Sentence::new("environment-extend-done")
        .with("left", next.extensions_max.saturating_sub(next.extensions))
        .with("person", call.mention())
        .with("name", next.name.as_str())
        .with("at", render::at(next.expires_at, 'f'));
    Ok(call.done(&sentence))
}

/// Removes it.
///
/// # Errors
/// Refused for what the domain refuses, or if it belongs to another team.
pub async fn destroy(call: &Call<'_>, name: &str) -> Result<Answer, Stop> {
    let seen = by_name(call, name).await?;
    destroy_seen(call, &seen).await
}

/// Asks once more before a button removes it.
///
/// # Errors
/// Refused if there is none any more.
pub async fn destroy_ask(call: &Call<'_>, id: &str) -> Result<Answer, Stop> {
    let environment = by_id(call, id).await?;
    may_touch(call, &environment)?;
    // What cannot be destroyed is not asked about.
    environment::destroy(call.now, &environment)?;
    let voice = call.voice();
    let row = Row::Buttons(vec![
        render::button(
            voice.line("button-destroy-confirm"),
            ButtonKind::Danger(format!("env:destroyed:{}", environment.id)),
        ),
        render::button(
            voice.line("button-keep"),
            ButtonKind::Secondary(format!("env:kept:{}", environment.id)),
        ),
    ]);
    let ask = Sentence::new("environment-destroy-ask").with("name", environment.name.as_str());
    Ok(call.private(Message {
        rows: vec![row],
        ..voice.note(&ask)
    }))
}

/// It stays after all.
///
/// # Errors
/// Refused if there is none any more.
pub async fn destroy_kept(call: &Call<'_>, id: &str) -> Result<Answer, Stop> {
    let environment = by_id(call, id).await?;
    let kept = Sentence::new("environment-destroy-kept").with("name", environment.name.as_str());
    Ok(Answer::Update(call.voice().note(&kept)))
}

/// Removes it, from a button.
///
/// # Errors
/// As [`destroy`].
pub async fn destroy_id(call: &Call<'_>, id: &str) -> Result<Answer, Stop> {
    let seen = by_id(call, id).await?;
    destroy_seen(call, &seen).await
}

async fn destroy_seen(call: &Call<'_>, seen: &Environment) -> Result<Answer, Stop> {
    let (tx, environment) = locked(call, seen).await?;
    let change = environment::destroy(call.now, &environment)?;
    keep(call, tx, &environment, &change).await?;
    let id = match (environment.state, change.next.state) {
        (environment::State::DestroyFailed, _) => "environment-destroy-again",
        (_, environment::State::Cancelled) => "environment-cancelled",
        _ => "environment-destroy-accepted",
    };
    let sentence = Sentence::new(id)
        .with("person", call.mention())
        .with("name", change.next.name.as_str());
    Ok(call.done(&sentence))
}

async fn keep(
    call: &Call<'_>,
    mut tx: Tx,
    was: &Environment,
    change: &Change<Environment>,
) -> Result<(), Stop> {
    tx.save_environment(&change.next, was.state).await?;
    tx.enqueue(&change.effects, call.now).await?;
    tx.record(&change.facts).await?;
    engines::left(&mut tx, call.platform(), was.state, &change.next, call.now).await?;
    pull_requests::moved(&mut tx, &change.next, call.now).await?;
    call.commit(tx).await
}

/// The environment as it is under its team's lock, if this person may change it.
async fn locked(call: &Call<'_>, seen: &Environment) -> Result<(Tx, Environment), Stop> {
    may_touch(call, seen)?;
    let mut tx = call.begin(Scope::Team(&seen.team)).await?;
    let found = tx.environment(&seen.id).await?;
    let environment = found.ok_or_else(|| Sentence::new("refused-stale-button"))?;
    Ok((tx, environment))
}

/// Its owner's team may change it, and whoever may change every team's.
fn may_touch(call: &Call<'_>, environment: &Environment) -> Result<(), Stop> {
    let own = people::teams_of(call.platform(), call.person())
        .iter()
        .any(|team| team.id == environment.team);
    let mine = environment.owner == call.person().id;
    if own || mine || call.holds(Right::EnvironmentManageAny) {
        return Ok(());
    }
    let team = call.team_name(&environment.team);
    let refused = Sentence::new("refused-not-your-team")
        .with("name", environment.name.as_str())
        .with("team", team);
    Err(refused.into())
}

async fn by_name(call: &Call<'_>, name: &str) -> Result<Environment, Stop> {
    match call.read().await?.environment_named(name).await? {
        Some(environment) => Ok(environment),
        None => {
            let names = call.read().await?.environment_names("", 200).await?;
            Err(call
                .unknown(
                    "refused-environment-unknown",
                    name,
                    names.iter().map(String::as_str),
                )
                .into())
        }
    }
}

async fn by_id(call: &Call<'_>, id: &str) -> Result<Environment, Stop> {
    let found = call
        .read()
        .await?
        .environment(&EnvironmentId(id.to_owned()))
        .await?;
    Ok(found.ok_or_else(|| Sentence::new("refused-stale-button"))?)
}

async fn shown(call: &Call<'_>, environment: &Environment) -> Result<Answer, Stop> {
    let mut reader = call.read().await?;
    let pull_request = pull_requests::url_of(&mut reader, environment).await?;
    let about = render::environment::About {
        team: call.team_name(&environment.team),
        template: call.platform().template(&environment.template),
        step: None,
        pull_request: pull_request.as_deref(),
        place: engines::place(&mut reader, environment).await?,
        currency: &call.platform().currency,
        now: call.now,
    };
    Ok(call.private(render::environment::live(call.voice(), environment, &about)))
}

async fn read_logs(call: &Call<'_>, environment: &Environment) -> Result<Answer, Stop> {
    let voice = call.voice();
    let name = environment.name.as_str();
    if !environment.state.is_alive() {
        return Err(environment::Refusal::WrongState {
            name: name.to_owned(),
            state: environment.state,
        }
        .into());
    }
    let provider = call
        .app
        .provisioner(&environment.provider)
        .context("the environment's provider")?;
    let order = call.app.order_of_environment(environment);
    let logs = match provider.logs(&order, limits::LOG_LINES_MAX).await {
        Ok(logs) => logs,
        Err(error) => {
            tracing::warn!(environment.id = %environment.id, "the logs cannot be read: {error}");
            return Err(Sentence::new("environment-logs-unavailable")
                .with("name", name)
                .into());
        }
    };
    if logs.lines.is_empty() {
        return Ok(
            call.private(voice.note(&Sentence::new("environment-logs-none").with("name", name)))
        );
    }
    let title = Sentence::new("environment-logs-title")
        .with("n", logs.lines.len())
        .with("name", name);
    Ok(call.private(log_message(&voice.say(&title), &logs.lines)))
}

/// The newest lines that fit into one message, as a code block.
pub(super) fn log_message(title: &str, lines: &[String]) -> Message {
    const BLOCK_CHARS_MAX: usize = 1_600;
    let mut kept: Vec<&str> = Vec::new();
    let mut left = BLOCK_CHARS_MAX;
    for line in lines.iter().rev() {
        let length = line.chars().count() + 1;
        if length > left && !kept.is_empty() {
            break;
        }
        left = left.saturating_sub(length);
        kept.push(line);
    }
    kept.reverse();
    let block = harmless::block(&kept.join("\n"), BLOCK_CHARS_MAX);
    Message {
        content: format!("{title}\n{block}"),
        ..Message::default()
    }
}
