//! Digests: the week's numbers, counted, frozen as they are posted, and shown again from the row.

mod freeze;
pub mod frozen;

use crate::charts::{self, Chart};
use crate::domain::calendar::{Calendar, Week};
use crate::domain::chat::{Answer, ChannelId, File, Message};
use crate::domain::digest::compose;
use crate::domain::effect::{EditionId, Effect, Occasion, Subject};
use crate::domain::environment::State;
use crate::domain::metric::{ATTRIBUTION_HOURS, Question, SurveyRound, Tally};
use crate::domain::platform::{Digest, Platform};
use crate::domain::sentence::{Sentence, Value};
use crate::domain::time::{Timestamp, hours};
use crate::store::{Edition, Error, Scope, Tx};

use super::App;
use super::call::Call;
use super::perform::Outcome;
use super::render::{self, Voice};
use super::stop::Stop;

use frozen::{Decide, Frozen, Standing};

/// Closed rounds that are looked at: more than a picture shows.
const ROUNDS_READ_MAX: usize = 26;
/// Waiting deployments that are counted; more is said as this many.
const AWAITING_READ_MAX: usize = 1_000;

/// Posts the week so far, provisional.
///
/// # Errors
/// Refused for an unknown digest, or one whose channel the server does not have.
pub(super) async fn now(call: &Call<'_>, digest: Option<&str>) -> Result<Answer, Stop> {
    let digest = known(call, digest)?;
    let channel = digest.channel.id().ok_or_else(|| {
        Sentence::new("refused-digest-channel").with("digest", digest.id.as_str())
    })?;
    let platform = call.platform();
    let week = Calendar::iso(platform.zone).week_of(call.now.0);
    let numbers = count(call.app, platform, digest, week, Standing::SoFar, call.now).await?;
    // What is covered ends now: the whole week gets an edition of its own when it is over.
    let edition = edition(call.app, digest, channel, week, call.now, &numbers);
    let edition = Edition {
        window_end: call.now,
        ..edition
    };
    let mut tx = call.begin(Scope::Digest(&digest.id)).await?;
    insert(&mut tx, &edition, call.now).await?;
    call.commit(tx).await?;
    let sentence = Sentence::new("digest-now-accepted")
        .with("person", call.mention())
        .with("digest", digest.id.as_str())
        .with("channel", Value::Markup(channel.mention()));
    Ok(call.done(&sentence))
}

/// Shows the last closed week as it would be posted now; keeps nothing.
///
/// # Errors
/// Refused for an unknown digest.
pub(super) async fn preview(call: &Call<'_>, digest: Option<&str>) -> Result<Answer, Stop> {
    let digest = known(call, digest)?;
    let platform = call.platform();
    let week = Calendar::iso(platform.zone).closed_week(call.now.0);
    let numbers = count(
        call.app,
        platform,
        digest,
        week,
        Standing::Preview,
        call.now,
    )
    .await?;
    let mut message = shown(call.app, &numbers, None).await;
    let hint = Sentence::new("digest-preview-hint").with("digest", digest.id.as_str());
    message.content = format!("{}\n{}", call.voice().say(&hint), message.content);
    Ok(call.private(message))
}

/// The edition of the last week that was over at `at`; `None` if the digest is no longer declared or
/// its channel is not known.
///
/// # Errors
/// If the store cannot be read.
pub(super) async fn closed_week(
    app: &App,
    platform: &Platform,
    name: &str,
    at: Timestamp,
) -> Result<Option<Edition>, Outcome> {
    let Some(digest) = platform.digests.iter().find(|digest| digest.id == name) else {
        return Ok(None);
    };
    let Some(channel) = digest.channel.id() else {
        tracing::warn!("digest {name} is due, but its channel is not known on the server");
        return Ok(None);
    };
    let week = Calendar::iso(platform.zone).closed_week(at.0);
    let now = app.now();
    let numbers = count(app, platform, digest, week, Standing::Frozen, now).await?;
    Ok(Some(edition(app, digest, channel, week, now, &numbers)))
}

/// Stores an edition and has it posted; one that this digest already has for its window stays alone.
///
/// # Errors
/// If the store cannot be written.
pub(super) async fn insert(tx: &mut Tx, edition: &Edition, now: Timestamp) -> Result<(), Error> {
    if !tx.insert_edition(edition).await? {
        return Ok(());
    }
    let post = Effect::Post {
        subject: Subject::Edition(edition.id.clone()),
        occasion: Occasion::Edition,
    };
    tx.enqueue(&[post.at(now)], now).await
}

/// The message of an edition, from its row and the words alone.
///
/// # Errors
/// If the row was written by a newer Hearth, or not by Hearth.
pub(super) async fn edition_message(app: &App, edition: &Edition) -> Result<Message, Outcome> {
    let numbers = Frozen::read(&edition.numbers).map_err(anyhow::Error::from)?;
    let subject = Subject::Edition(edition.id.clone());
    Ok(shown(app, &numbers, Some(&subject)).await)
}

fn edition(
    app: &App,
    digest: &Digest,
    channel: ChannelId,
    week: Week,
    now: Timestamp,
    numbers: &Frozen,
) -> Edition {
    Edition {
        id: EditionId(app.new_id()),
        digest: digest.id.clone(),
        channel,
        window_start: Timestamp(week.start_ms),
        window_end: Timestamp(week.end_ms),
        made_at: now,
        numbers: numbers.write(),
    }
}

/// Reads the facts once and composes what is said of a week.
async fn count(
    app: &App,
    platform: &Platform,
    declared: &Digest,
    window: Week,
    standing: Standing,
    now: Timestamp,
) -> Result<Frozen, Error> {
    let mut reader = app.store().read().await?;
    // One survey is reported: the first that is declared.
    let rounds = match platform.surveys.first() {
        Some(survey) => reader.rounds_closed(&survey.id, ROUNDS_READ_MAX).await?,
        None => Vec::new(),
    };
    let rounds = rounds.iter().filter_map(SurveyRound::of).collect();
    let question = question(platform, window, now, rounds);
    let from = question.facts_from();
    let mut tally = Tally::new(question.clone());
    for fact in reader.sources_before(from).await? {
        tally.add(&fact);
    }
    // Blame is found for a day after the week; nothing later than that changes it.
    let until = now
        .min(Timestamp(window.end_ms).plus(hours(ATTRIBUTION_HOURS.unsigned_abs())))
        .plus(std::time::Duration::from_millis(1));
    let add = |fact| {
        tally.add(&fact);
        true
    };
    reader.each_fact(from, until, add).await?;
    let decide = Decide {
        environments: reader
            .environment_counts()
            .await?
            .into_iter()
            .find(|(state, _)| *state == State::DestroyFailed)
            .map_or(0, |(_, n)| n),
        approvals: u32::try_from(reader.deployments_awaiting(AWAITING_READ_MAX).await?.len())
            .unwrap_or(u32::MAX),
    };
    drop(reader);
    let history = tally.finish();
    let digest = compose(&question, &platform.goals, &history);
    Ok(freeze::freeze(
        platform, declared, standing, decide, &history, &digest,
    ))
}

fn question(
    platform: &Platform,
    window: Week,
    now: Timestamp,
    rounds: Vec<SurveyRound>,
) -> Question {
    let eligible = platform
        .teams
        .iter()
        .filter(|team| team.counts_for_adoption);
    let mandated = platform.services.iter().filter(|service| service.mandated);
    Question {
        calendar: Calendar::iso(platform.zone),
        window,
        now,
        eligible_teams: eligible.map(|team| team.id.clone()).collect(),
        mandated_services: mandated.map(|service| service.id.clone()).collect(),
        rounds,
    }
}

/// Renders an edition with its pictures. A picture that cannot be drawn is left out and logged: the
/// numbers stand in the text as well.
async fn shown(app: &App, numbers: &Frozen, subject: Option<&Subject>) -> Message {
    let voice = Voice {
        words: app.words(),
        language: numbers.language(),
    };
    let mut message = render::digest::message(voice, numbers, subject);
    let charts = render::digest::charts(voice, numbers);
    // Drawing is computing, for which the threads that answer people are too good.
    let drawn = tokio::task::spawn_blocking(move || charts.iter().filter_map(file).collect()).await;
    message.files = drawn.unwrap_or_else(|fault| {
        tracing::error!("the digest's pictures could not be drawn: {fault}");
        Vec::new()
    });
    if let (Some(embed), Some(file)) = (message.embeds.first_mut(), message.files.first()) {
        embed.image = Some(file.name.clone());
    }
    message
}

fn file((name, chart): &(&'static str, Chart)) -> Option<File> {
    match charts::png(chart) {
        Ok(bytes) => Some(File {
            name: (*name).to_owned(),
            alt: render::digest::alt(chart),
            bytes,
        }),
        Err(fault) => {
            tracing::error!("the digest's picture {name} could not be drawn: {fault}");
            None
        }
    }
}

fn known<'a>(call: &'a Call<'_>, wanted: Option<&str>) -> Result<&'a Digest, Stop> {
    let digests = &call.platform().digests;
    let names = || digests.iter().map(|digest| digest.id.as_str());
    match (wanted, digests.as_slice()) {
        (Some(wanted), _) => Ok(digests
            .iter()
            .find(|digest| digest.id == wanted)
            .ok_or_else(|| call.unknown("refused-digest-unknown", wanted, names()))?),
        (None, [only]) => Ok(only),
        (None, _) => Err(call.unknown("refused-digest-unknown", "", names()).into()),
    }
}

#[cfg(test)]
mod tests;
