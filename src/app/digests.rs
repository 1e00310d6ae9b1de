//! Digests: the week's numbers, frozen as they were posted.

use crate::domain::chat::{Answer, Message};
use crate::domain::platform::Platform;
use crate::domain::time::Timestamp;
use crate::store::{Edition, Tx};

use super::App;
use super::call::Call;
use super::perform::Outcome;
use super::stop::Stop;

/// Posts the week so far, provisional.
pub(super) async fn now(call: &Call<'_>, _digest: Option<&str>) -> Result<Answer, Stop> {
    let _ = call;
    Err(anyhow::anyhow!("not there yet").into())
}

/// Shows the digest before it is posted.
pub(super) async fn preview(call: &Call<'_>, _digest: Option<&str>) -> Result<Answer, Stop> {
    let _ = call;
    Err(anyhow::anyhow!("not there yet").into())
}

/// The edition of the last closed week at `at`.
pub(super) async fn closed_week(
    _app: &App,
    _platform: &Platform,
    _name: &str,
    _at: Timestamp,
) -> Result<Option<Edition>, Outcome> {
    Ok(None)
}

/// Stores an edition and has it posted.
pub(super) async fn insert(
    _tx: &mut Tx,
    _edition: &Edition,
    _now: Timestamp,
) -> Result<(), crate::store::Error> {
    Ok(())
}

/// The message of an edition.
pub(super) async fn edition_message(
    _app: &App,
    _platform: &Platform,
    _edition: &Edition,
) -> Result<Message, Outcome> {
    Ok(Message::default())
}
