//! What the keepers decide: whether something that nobody owns stays, and whether much is removed at once.

use crate::domain::chat::Answer;
use crate::domain::effect::{Effect, HaltId, StrayId};
use crate::domain::halt::{self, Word};
use crate::domain::limits;
use crate::domain::sentence::Sentence;
use crate::domain::stray;
use crate::store::Scope;

use super::call::Call;
use super::stop::Stop;

/// Something that nobody owns stays.
///
/// # Errors
/// Refused if it is being removed or gone, or was kept already.
pub(super) async fn keep_stray(call: &Call<'_>, id: &str) -> Result<Answer, Stop> {
    decide_stray(call, id, stray::keep, "stray-keep-done").await
}

/// Something that nobody owns is removed now.
///
/// # Errors
/// Refused if it is being removed or gone.
pub(super) async fn destroy_stray(call: &Call<'_>, id: &str) -> Result<Answer, Stop> {
    decide_stray(call, id, stray::destroy, "stray-destroy-done").await
}

type Decide = fn(
    crate::domain::Timestamp,
    &stray::Stray,
    crate::domain::chat::UserId,
) -> Result<crate::domain::effect::Change<stray::Stray>, stray::Refusal>;

async fn decide_stray(
    call: &Call<'_>,
    id: &str,
    decide: Decide,
    done: &'static str,
) -> Result<Answer, Stop> {
    let id = StrayId(id.to_owned());
    let stale = || Sentence::new("refused-stale-button");
    let seen = call.read().await?.stray(&id).await?.ok_or_else(stale)?;
    let mut tx = call.begin(Scope::Engine(&seen.provider)).await?;
    let was = tx.stray(&id).await?.ok_or_else(stale)?;
    let change = decide(call.now, &was, call.person().id).map_err(stray::Refusal::sentence)?;
    tx.save_stray(&change.next, was.state).await?;
    tx.enqueue(&change.effects, call.now).await?;
    tx.record(&change.facts).await?;
    call.commit(tx).await?;
    let sentence = Sentence::new(done)
        .with("person", call.mention())
        .with("name", change.next.name.as_str());
    Ok(call.done(&sentence))
}

/// The keepers say whether much is removed at once.
///
/// # Errors
/// Refused if somebody has answered already.
pub(super) async fn answer_halt(call: &Call<'_>, id: &str, word: Word) -> Result<Answer, Stop> {
    let mut tx = call.begin(Scope::Halt).await?;
    let found = tx.halt(&HaltId(id.to_owned())).await?;
    let was = found.ok_or_else(|| Sentence::new("refused-stale-button"))?;
    let change = halt::answer(call.now, &was, word, call.person().id)
        .map_err(halt::Refusal::sentence)?;
    tx.answer_halt(&change.next).await?;
    let mut effects = change.effects;
    if word == Word::Go {
        // Those that wait would look again within the hour; now is better.
        let due = tx
            .environments_expired(call.now, limits::SWEEP_ROWS_MAX)
            .await?;
        effects.extend(
            due.into_iter()
                .map(|id| Effect::MindEnvironment { id }.at(call.now)),
        );
    }
    tx.enqueue(&effects, call.now).await?;
    call.commit(tx).await?;
    let id = match word {
        Word::Go => "halt-go-done",
        Word::Hold | Word::Asked => "halt-hold-done",
    };
    Ok(call.done(&Sentence::new(id).with("person", call.mention())))
}
