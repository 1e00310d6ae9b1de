//! Survey rounds' jobs: count the audience and open, look at the clock, close and destroy the key.

use std::time::Duration;

use crate::discord::Call as DiscordCall;
use crate::domain::effect::{Change, RoundId};
use crate::domain::survey::{self, Round, State};
use crate::store::{Job, Purged, Scope};

use super::super::App;
use super::{Outcome, settle};

/// How long to wait before the key's traces are looked for again.
const PURGE_WAIT: Duration = Duration::from_secs(5);

/// Counts the audience, makes the salt, opens the round.
pub(super) async fn open(app: &App, job: &Job, id: &RoundId) -> Result<Outcome, Outcome> {
    let Some(round) = load(app, id).await? else {
        return Ok(Outcome::Done);
    };
    if round.state != State::Opening {
        return Ok(Outcome::Done);
    }
    let Some(secret) = app.survey_secret() else {
        return Err(Outcome::Failed(anyhow::anyhow!(
            "surveys are off: there is no survey secret"
        )));
    };
    let eligible = match app.discord().role_member_count(round.audience).await {
        Ok(count) => count,
        Err(DiscordCall::Retryable { after }) => {
            let after = after.unwrap_or(PURGE_WAIT);
            return Ok(Outcome::Later {
                after,
                why: "Discord cannot count the audience now".to_owned(),
            });
        }
        Err(error) => return Err(Outcome::Failed(error.into())),
    };
    let mut salt = [0_u8; 32];
    getrandom::fill(&mut salt)
        .map_err(|error| Outcome::Failed(anyhow::anyhow!("no randomness: {error}")))?;
    app.store()
        .open_ballots(id, &salt, &secret.fingerprint())
        .await?;
    apply(app, job, id, |round| {
        survey::opened(app.now(), round, eligible)
    })
    .await
}

/// Looks at the clock: one reminder, then closing.
pub(super) async fn mind(app: &App, job: &Job, id: &RoundId) -> Result<Outcome, Outcome> {
    apply(app, job, id, |round| survey::mind(app.now(), round)).await
}

/// Destroys the key, proves that it is gone, and only then counts.
pub(super) async fn close(app: &App, job: &Job, id: &RoundId) -> Result<Outcome, Outcome> {
    let Some(round) = load(app, id).await? else {
        return Ok(Outcome::Done);
    };
    if round.state != State::Closing {
        return Ok(Outcome::Done);
    }
    app.store().close_ballots(id).await?;
    match app.store().purge().await? {
        Purged::Done => {}
        Purged::NotYet => {
            return Ok(Outcome::Later {
                after: PURGE_WAIT,
                why: "a reader still holds the old pages".to_owned(),
            });
        }
        Purged::LogKeeps => {
            tracing::warn!(
                "the salt of round {id} leaves with the normal recycling of the database's log"
            );
        }
    }
    let Some(answers) = app.store().answers(id).await? else {
        // Nothing is counted before the key is known to be gone.
        return Ok(Outcome::Later {
            after: PURGE_WAIT,
            why: "the key's traces are not known to be gone".to_owned(),
        });
    };
    let released = survey::release(round.k, answers);
    apply(app, job, id, |round| {
        survey::closed(app.now(), round, released.clone())
    })
    .await
}

async fn load(app: &App, id: &RoundId) -> Result<Option<Round>, Outcome> {
    Ok(app.store().read().await?.round(id).await?)
}

async fn apply(
    app: &App,
    job: &Job,
    id: &RoundId,
    decide: impl Fn(&Round) -> Option<Change<Round>>,
) -> Result<Outcome, Outcome> {
    let Some(seen) = load(app, id).await? else {
        return Ok(Outcome::Done);
    };
    let mut tx = app.store().begin(Scope::Survey(&seen.survey)).await?;
    let Some(round) = tx.round(id).await? else {
        return Ok(Outcome::Done);
    };
    if let Some(change) = decide(&round) {
        tx.save_round(&change.next, round.state).await?;
        tx.enqueue(&change.effects, app.now()).await?;
        tx.record(&change.facts).await?;
    }
    settle(app, job, tx).await
}
