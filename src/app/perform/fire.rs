//! Schedules: a firing is a row with a unique key, so that restarts and replicas never double it.
//! One that was missed is made up for within a day, and dropped after that.

use std::time::Duration;

use crate::domain::effect::{Effect, ScheduleKind};
use crate::domain::limits;
use crate::domain::platform::Platform;
use crate::domain::schedule::Schedule;
use crate::domain::survey;
use crate::domain::time::{Timestamp, hours};
use crate::store::{Job, Scope, Tx};

use super::super::{App, digests, surveys};
use super::{Outcome, settle};

/// A firing waits for a round that ends within this time, so that rounds may follow each other.
const ROUND_ENDS_SOON: Duration = hours(1);
/// How long it waits at least before it looks again.
const ROUND_WAIT: Duration = Duration::from_secs(5);

/// Takes up one firing, and plans the next.
pub(super) async fn fire(
    app: &App,
    job: &Job,
    kind: ScheduleKind,
    name: &str,
) -> Result<Outcome, Outcome> {
    let definitions = app.definitions();
    let platform = &definitions.platform;
    let Some(schedule) = schedule_of(platform, kind, name) else {
        return Ok(Outcome::Done);
    };
    let now = app.now();
    // The job's due time is the firing's; after a downtime of several firings only the last one counts.
    let at = latest(schedule, job.due_at, now);
    if kind == ScheduleKind::Survey
        && fresh(at, now)
        && let Some(after) = former_round_ends(app, name, now).await?
    {
        return Ok(Outcome::Later {
            after,
            why: "the round before it is about to end".to_owned(),
        });
    }
    let scope = match kind {
        ScheduleKind::Survey => Scope::Survey(name),
        ScheduleKind::Digest => Scope::Digest(name),
    };
    let numbers = match kind {
        ScheduleKind::Digest if fresh(at, now) => {
            Some(digests::closed_week(app, platform, name, at).await?)
        }
        _ => None,
    };
    let mut tx = app.store().begin(scope).await?;
    let first = tx.fired(kind, name, at).await?;
    if first && fresh(at, now) {
        match kind {
            ScheduleKind::Survey => open_round(app, &mut tx, platform, name, now).await?,
            ScheduleKind::Digest => {
                if let Some(edition) = numbers.flatten() {
                    digests::insert(&mut tx, &edition, now).await?;
                }
            }
        }
    } else if first {
        tracing::warn!("the firing of {name} was missed by more than a day and is dropped");
    }
    plan_next(&mut tx, schedule, kind, name, now).await?;
    settle(app, job, tx).await
}

/// Plans the next firing of every schedule: at start, and after a reload.
///
/// # Errors
/// If the store cannot be written.
pub(crate) async fn plan_all(app: &App, platform: &Platform) -> Result<(), crate::store::Error> {
    let surveys = platform.surveys.iter().filter_map(|survey| {
        survey
            .schedule
            .as_ref()
            .map(|schedule| (ScheduleKind::Survey, survey.id.as_str(), schedule))
    });
    let digests = platform
        .digests
        .iter()
        .map(|digest| (ScheduleKind::Digest, digest.id.as_str(), &digest.schedule));
    let now = app.now();
    // All of them in one transaction: a reload that fails in the middle changes no schedule.
    let mut tx = app.store().begin(Scope::Jobs).await?;
    for (kind, name, schedule) in surveys.chain(digests) {
        // What was missed while the bot was down stays due: the last firing is where counting goes on.
        let since = tx.last_fired(kind, name).await?.unwrap_or(now);
        let horizon = now.minus(limits::CATCH_UP_MAX).max(since);
        plan_from(&mut tx, schedule, kind, name, horizon, now).await?;
    }
    tx.commit().await?;
    Ok(())
}

async fn plan_next(
    tx: &mut Tx,
    schedule: &Schedule,
    kind: ScheduleKind,
    name: &str,
    now: Timestamp,
) -> Result<(), crate::store::Error> {
    plan_from(tx, schedule, kind, name, now, now).await
}

async fn plan_from(
    tx: &mut Tx,
    schedule: &Schedule,
    kind: ScheduleKind,
    name: &str,
    after: Timestamp,
    now: Timestamp,
) -> Result<(), crate::store::Error> {
    let Some(next) = schedule.next_after(after.0) else {
        return Ok(());
    };
    let effect = Effect::Fire {
        kind,
        name: name.to_owned(),
    };
    tx.enqueue(&[effect.at(Timestamp(next))], now).await
}

fn fresh(at: Timestamp, now: Timestamp) -> bool {
    now.since(at) <= limits::CATCH_UP_MAX
}

fn latest(schedule: &Schedule, due_at: Timestamp, now: Timestamp) -> Timestamp {
    let missed = schedule.missed_between(due_at.0, now.0);
    missed.firings_ms.last().copied().map_or(due_at, Timestamp)
}

fn schedule_of<'a>(platform: &'a Platform, kind: ScheduleKind, name: &str) -> Option<&'a Schedule> {
    match kind {
        ScheduleKind::Survey => platform
            .surveys
            .iter()
            .find(|survey| survey.id == name)?
            .schedule
            .as_ref(),
        ScheduleKind::Digest => platform
            .digests
            .iter()
            .find(|digest| digest.id == name)
            .map(|digest| &digest.schedule),
    }
}

/// How long to wait for the round before, if it ends soon: rounds of a week that open every week
/// would else take turns with nothing.
async fn former_round_ends(
    app: &App,
    survey: &str,
    now: Timestamp,
) -> Result<Option<Duration>, Outcome> {
    let former = app.store().read().await?.round_unclosed(survey).await?;
    let left = former.map(|round| round.closes_at.since(now));
    Ok(left
        .filter(|left| *left <= ROUND_ENDS_SOON)
        .map(|left| left.max(ROUND_WAIT)))
}

async fn open_round(
    app: &App,
    tx: &mut Tx,
    platform: &Platform,
    name: &str,
    now: Timestamp,
) -> Result<(), Outcome> {
    let Some(survey) = platform.surveys.iter().find(|survey| survey.id == name) else {
        return Ok(());
    };
    if app.survey_secret().is_none() {
        tracing::warn!("survey {name} is due, but there is no survey secret");
        return Ok(());
    }
    let Some(ask) = surveys::asked(app.new_id(), survey) else {
        tracing::warn!("survey {name} is due, but its role or channel is not known on the server");
        return Ok(());
    };
    let unclosed = tx.round_unclosed(name).await?;
    match survey::open(now, unclosed.as_ref(), &ask) {
        Ok(change) => {
            tx.insert_round(&change.next).await?;
            tx.enqueue(&change.effects, now).await?;
        }
        Err(_) => tracing::warn!("survey {name} is due while a round of it is still open"),
    }
    Ok(())
}
