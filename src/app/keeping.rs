//! What the keepers decide about something that nobody owns: whether it stays.

use crate::domain::chat::Answer;
use crate::domain::effect::StrayId;
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
