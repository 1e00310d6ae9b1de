//! What people do with an environment's life: pin it, put it to sleep, give it away, approve it.

use anyhow::Context as _;

use crate::domain::access::Right;
use crate::domain::chat::{Answer, UserId};
use crate::domain::environment::{self, Environment, RestCause, State};
use crate::domain::sentence::{Sentence, Value};

use super::super::call::Call;
use super::super::engines;
use super::super::render;
use super::super::stop::Stop;
use super::{by_id, by_name, keep, locked};

/// Which environment is meant: typed by name, or by a button.
#[derive(Clone, Copy)]
pub(in crate::app) enum Which<'a> {
    Named(&'a str),
    Id(&'a str),
}

impl Which<'_> {
    async fn find(self, call: &Call<'_>) -> Result<Environment, Stop> {
        match self {
            Self::Named(name) => by_name(call, name).await,
            Self::Id(id) => by_id(call, id).await,
        }
    }
}

/// Pins it until a review date.
///
/// # Errors
/// Refused for what the domain refuses, or if it belongs to another team.
pub(in crate::app) async fn pin(
    call: &Call<'_>,
    which: Which<'_>,
    until: Option<&str>,
) -> Result<Answer, Stop> {
    let seen = which.find(call).await?;
    let until = environment::review_at(call.now, call.platform().zone, until)?;
    let (tx, was) = locked(call, &seen).await?;
    let change = environment::pin(call.now, &was, call.person().id, until)?;
    keep(call, tx, &was, &change).await?;
    let done = about("environment-pin-done", call, &change.next).with("at", render::at(until, 'D'));
    Ok(call.done(&done))
}

/// Keeps a pinned one for another period, from a button that was made for this review date.
///
/// # Errors
/// As [`pin`]; refused if the button belongs to an earlier state.
pub(in crate::app) async fn keep_pinned(
    call: &Call<'_>,
    id: &str,
    review: i64,
) -> Result<Answer, Stop> {
    let seen = by_id(call, id).await?;
    let (tx, was) = locked(call, &seen).await?;
    current(&was, review)?;
    let change = environment::keep(call.now, &was, call.person().id)?;
    keep(call, tx, &was, &change).await?;
    let until = change.next.pin.map_or(call.now, |pin| pin.until);
    let done = about("environment-pin-done", call, &change.next).with("at", render::at(until, 'D'));
    Ok(call.done(&done))
}

/// Takes the pin out: it gets a normal end.
///
/// # Errors
/// As [`pin`].
pub(in crate::app) async fn unpin(
    call: &Call<'_>,
    which: Which<'_>,
    review: Option<i64>,
) -> Result<Answer, Stop> {
    let seen = which.find(call).await?;
    let (tx, was) = locked(call, &seen).await?;
    if let Some(review) = review {
        current(&was, review)?;
    }
    let change = environment::unpin(call.now, &was)?;
    keep(call, tx, &was, &change).await?;
    let done = about("environment-unpin-done", call, &change.next)
        .with("at", render::at(change.next.expires_at, 'f'));
    Ok(call.done(&done))
}

fn current(was: &Environment, review: i64) -> Result<(), Stop> {
    if was.pin.map(|pin| pin.until.seconds()) == Some(review) {
        return Ok(());
    }
    Err(Sentence::new("refused-stale-button").into())
}

/// Puts it to sleep.
///
/// # Errors
/// Refused for what the domain refuses, if the engine cannot, or if it belongs to another team.
pub(in crate::app) async fn sleep(call: &Call<'_>, which: Which<'_>) -> Result<Answer, Stop> {
    let seen = which.find(call).await?;
    let provider = call
        .app
        .provisioner(&seen.provider)
        .context("the environment's provider")?;
    if !provider.can_sleep(&seen.definition) {
        return Err(Sentence::new("refused-cannot-sleep")
            .with("name", seen.name.as_str())
            .with("template", seen.template.as_str())
            .into());
    }
    let (tx, was) = locked(call, &seen).await?;
    let change = environment::sleep(call.now, &was, RestCause::Asked)?;
    keep(call, tx, &was, &change).await?;
    Ok(call.done(&about("environment-sleep-accepted", call, &change.next)))
}

/// Wakes it.
///
/// # Errors
/// As [`sleep`].
pub(in crate::app) async fn wake(call: &Call<'_>, which: Which<'_>) -> Result<Answer, Stop> {
    let seen = which.find(call).await?;
    let (tx, was) = locked(call, &seen).await?;
    let change = environment::wake(call.now, &was)?;
    keep(call, tx, &was, &change).await?;
    Ok(call.done(&about("environment-wake-accepted", call, &change.next)))
}

/// Gives it to somebody else.
///
/// # Errors
/// Refused for what the domain refuses, or if it belongs to another team.
pub(in crate::app) async fn give(call: &Call<'_>, name: &str, to: UserId) -> Result<Answer, Stop> {
    let seen = by_name(call, name).await?;
    let (tx, was) = locked(call, &seen).await?;
    let change = environment::give(call.now, &was, to, &to.to_string())?;
    keep(call, tx, &was, &change).await?;
    let done =
        about("environment-give-done", call, &change.next).with("to", Value::Markup(to.mention()));
    Ok(call.done(&done))
}

/// Approves it: it is built, or waits for its place.
///
/// # Errors
/// Refused by whoever asked for it, or if nobody waits for it any more.
pub(in crate::app) async fn approve(call: &Call<'_>, id: &str) -> Result<Answer, Stop> {
    let seen = by_id(call, id).await?;
    let (mut tx, was) = waiting(call, &seen).await?;
    let capacity = engines::capacity(&mut tx, call.platform(), &was.provider).await?;
    let change = environment::approve(call.now, &was, call.person().id, capacity)?;
    keep(call, tx, &was, &change).await?;
    Ok(call.done(&about("environment-approve-done", call, &change.next)))
}

/// Rejects it.
///
/// # Errors
/// As [`approve`].
pub(in crate::app) async fn reject(call: &Call<'_>, id: &str) -> Result<Answer, Stop> {
    let seen = by_id(call, id).await?;
    let (tx, was) = waiting(call, &seen).await?;
    let change = environment::reject(call.now, &was, call.person().id)?;
    keep(call, tx, &was, &change).await?;
    Ok(call.done(&about("environment-reject-done", call, &change.next)))
}

/// Has the plan applied: exactly what was shown is made, at once or when there is a place.
///
/// # Errors
/// Refused if it belongs to another team, or if there is no plan that waits for that.
pub(in crate::app) async fn apply(call: &Call<'_>, id: &str) -> Result<Answer, Stop> {
    let seen = by_id(call, id).await?;
    let (mut tx, was) = locked(call, &seen).await?;
    let capacity = engines::capacity(&mut tx, call.platform(), &was.provider).await?;
    let change = environment::apply(call.now, &was, call.person().id, capacity)?;
    keep(call, tx, &was, &change).await?;
    Ok(call.done(&about("environment-apply-done", call, &change.next)))
}

/// Gives it up before anything was made.
///
/// # Errors
/// Refused if it belongs to another team, or if it is too late.
pub(in crate::app) async fn withdraw(call: &Call<'_>, id: &str) -> Result<Answer, Stop> {
    let seen = by_id(call, id).await?;
    let (tx, was) = locked(call, &seen).await?;
    let change = environment::withdraw(call.now, &was)?;
    keep(call, tx, &was, &change).await?;
    Ok(call.done(&about("environment-withdraw-done", call, &change.next)))
}

/// The environment under its team's lock. Approving is not a matter of the own team.
async fn waiting(
    call: &Call<'_>,
    seen: &Environment,
) -> Result<(crate::store::Tx, Environment), Stop> {
    let mut tx = call.begin(crate::store::Scope::Team(&seen.team)).await?;
    let found = tx.environment(&seen.id).await?;
    let environment = found.ok_or_else(|| Sentence::new("refused-stale-button"))?;
    Ok((tx, environment))
}

/// Asks for the same again, after the engine had lost it.
///
/// # Errors
/// As [`create`](super::create).
pub(in crate::app) async fn again(call: &Call<'_>, id: &str) -> Result<Answer, Stop> {
    let seen = by_id(call, id).await?;
    if seen.state != State::Destroyed {
        return Err(Sentence::new("refused-stale-button").into());
    }
    let any_team = call.holds(Right::EnvironmentManageAny);
    let own = super::people::teams_of(call.platform(), call.person());
    let team = (any_team || own.iter().any(|team| team.id == seen.team)).then_some(&seen.team);
    let ask = super::Create {
        template: &seen.template,
        name: seen.name.as_str(),
        revision: seen.revision.as_deref(),
        pull_request: seen.pull_request,
        ttl_hours: None,
        team: team.map(String::as_str),
        parameters: seen.parameters.clone(),
        ..super::Create::default()
    };
    super::create(call, ask).await
}

fn about(id: &'static str, call: &Call<'_>, environment: &Environment) -> Sentence {
    Sentence::new(id)
        .with("person", call.mention())
        .with("name", environment.name.as_str())
}
