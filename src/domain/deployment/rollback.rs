//! Rolling back: a new deployment of a revision that really succeeded, and what it undoes.

use super::super::effect::{Change, Occasion};
use super::super::fact::{self, Reason};
use super::super::time::Timestamp;
use super::{Ask, Deployment, Refusal, Standing, State, free, proposed, start, target};

/// Somebody wants an earlier revision back: to `to`, or to the newest that really succeeded, other
/// than the one last tried. It skips approval, never the place.
///
/// # Errors
/// A [`Refusal`] if the place is taken, there is nothing to go back to, or the reason is missing
/// where one is wanted.
pub fn roll_back(
    now: Timestamp,
    standing: &Standing,
    to: Option<&str>,
    ask: Ask<'_>,
) -> Result<Change<Deployment>, Refusal> {
    let deploy = target(ask.service, ask.stage)?;
    free(standing)?;
    if ask.stage.rollback_reason && ask.why.as_deref().is_none_or(|why| why.trim().is_empty()) {
        return Err(Refusal::RollbackReason {
            stage: ask.stage.id.clone(),
        });
    }
    let none = || Refusal::RollbackNone {
        service: ask.service.id.clone(),
        stage: ask.stage.id.clone(),
    };
    let tried = standing.past.first().ok_or_else(none)?;
    let goal = rollback_target(standing, to).ok_or_else(none)?;
    let revision = goal.revision.clone();
    let parameters = goal.parameters.clone();
    let undoes = tried.id.clone();
    let mut next = proposed(now, standing, ask, revision, deploy);
    next.parameters = parameters;
    next.reason = Reason::Rollback;
    next.undoes = Some(undoes);
    let facts = vec![next.fact(fact::Kind::DeploymentRequested, now)];
    let effects = start(now, &mut next);
    Ok(Change {
        next,
        effects,
        facts,
    })
}

/// Where a rollback would go: only deployments that really succeeded count.
#[must_use]
pub fn rollback_target<'a>(standing: &'a Standing, to: Option<&str>) -> Option<&'a Deployment> {
    let tried = standing.past.first()?;
    let good = |past: &&Deployment| past.state == State::Succeeded;
    match to {
        // A chosen revision must have run here once, even if it was undone since.
        Some(revision) => standing.past.iter().find(|past| {
            past.revision == revision && matches!(past.state, State::Succeeded | State::RolledBack)
        }),
        None => standing
            .past
            .iter()
            .filter(good)
            .find(|past| past.id != tried.id && past.revision != tried.revision),
    }
}

/// A rollback that undoes it has succeeded. `None` if it is not one that can be undone.
#[must_use]
pub fn undone(now: Timestamp, deployment: &Deployment) -> Option<Change<Deployment>> {
    if !matches!(deployment.state, State::Succeeded | State::Failed) {
        return None;
    }
    let mut next = deployment.clone();
    next.state = State::RolledBack;
    let facts = vec![next.fact(fact::Kind::DeploymentRolledBack, now)];
    let effects = vec![next.post(Occasion::Live, now)];
    Some(Change {
        next,
        effects,
        facts,
    })
}
