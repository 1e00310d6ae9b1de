//! What keepers do with surveys: open a round, close it, read what was published.

use crate::domain::chat::Answer;
use crate::domain::effect::{Change, RoundId};
use crate::domain::platform::Survey;
use crate::domain::sentence::{Sentence, Value};
use crate::domain::survey::{self, Round};
use crate::domain::time::hours;
use crate::store::{Scope, Tx};

use super::call::Call;
use super::render;
use super::stop::Stop;

/// Opens a round now.
///
/// # Errors
/// Refused while a round is open, for an unknown survey, or where surveys are off.
pub async fn open(call: &Call<'_>, survey: Option<&str>) -> Result<Answer, Stop> {
    let survey = known(call, survey)?;
    let ask =
        asked(call.app.new_id(), survey).ok_or_else(|| Sentence::new("refused-survey-off"))?;
    if call.app.survey_secret().is_none() {
        return Err(Sentence::new("refused-survey-off").into());
    }
    let mut tx = call.begin(Scope::Survey(&survey.id)).await?;
    let unclosed = tx.round_unclosed(&survey.id).await?;
    let change = survey::open(call.now, unclosed.as_ref(), &ask)?;
    tx.insert_round(&change.next).await?;
    tx.enqueue(&change.effects, call.now).await?;
    call.commit(tx).await?;
    Ok(told(call, "survey-open-accepted", &change.next))
}

/// Closes the open round now.
///
/// # Errors
/// Refused if no round is open, or for an unknown survey.
pub async fn close(call: &Call<'_>, survey: Option<&str>) -> Result<Answer, Stop> {
    let survey = known(call, survey)?;
    let mut tx = call.begin(Scope::Survey(&survey.id)).await?;
    let none = || survey::Refusal::RoundNone {
        survey: survey.id.clone(),
    };
    let round = tx.round_unclosed(&survey.id).await?.ok_or_else(none)?;
    let change = survey::close(call.now, &round)?;
    keep(call, &mut tx, &round, &change).await?;
    call.commit(tx).await?;
    Ok(told(call, "survey-close-accepted", &change.next))
}

/// Shows what was published of the last closed round.
///
/// # Errors
/// Refused if no round was closed yet, or for an unknown survey.
pub async fn results(call: &Call<'_>, survey: Option<&str>) -> Result<Answer, Stop> {
    let survey = known(call, survey)?;
    let rounds = call.read().await?.rounds_closed(&survey.id, 1).await?;
    let none = || Sentence::new("refused-results-none").with("survey", survey.id.as_str());
    let round = rounds.first().ok_or_else(none)?;
    let released = round.released.as_ref().ok_or_else(none)?;
    Ok(call.answer(render::survey::results(call.reply_voice(), round, released)))
}

/// A new round of this survey; `None` if its audience or channel is not known on the server.
#[must_use]
pub fn asked(id: String, survey: &Survey) -> Option<survey::Ask<'_>> {
    Some(survey::Ask {
        id: RoundId(id),
        survey: &survey.id,
        audience: survey.audience.id()?,
        channel: survey.channel.id()?,
        k: survey.k,
        comment: survey.comment,
        window: hours(u64::from(survey.window_hours)),
    })
}

async fn keep(
    call: &Call<'_>,
    tx: &mut Tx,
    was: &Round,
    change: &Change<Round>,
) -> Result<(), Stop> {
    tx.save_round(&change.next, was.state).await?;
    tx.enqueue(&change.effects, call.now).await?;
    tx.record(&change.facts).await?;
    Ok(())
}

fn known<'a>(call: &'a Call<'_>, wanted: Option<&str>) -> Result<&'a Survey, Stop> {
    let surveys = &call.platform().surveys;
    let names = || surveys.iter().map(|survey| survey.id.as_str());
    match (wanted, surveys.as_slice()) {
        (Some(wanted), _) => Ok(surveys
            .iter()
            .find(|survey| survey.id == wanted)
            .ok_or_else(|| call.unknown("refused-survey-unknown", wanted, names()))?),
        (None, [only]) => Ok(only),
        (None, _) => Err(call.unknown("refused-survey-unknown", "", names()).into()),
    }
}

fn told(call: &Call<'_>, id: &'static str, round: &Round) -> Answer {
    let sentence = Sentence::new(id)
        .with("person", call.mention())
        .with("survey", round.survey.as_str())
        .with("channel", Value::Markup(round.channel.mention()));
    call.done(&sentence)
}
