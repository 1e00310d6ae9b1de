//! Approving a deployment: by another person, for exactly what was shown, and not for ever.

use sha2::{Digest, Sha256};

use super::super::access::Granted;
use super::super::cause::Cause;
use super::super::chat::UserId;
use super::super::effect::{Change, Occasion};
use super::super::fact::{self, Fact};
use super::super::limits;
use super::super::time::Timestamp;
use super::{Deployment, Refusal, Standing, State, free, start};

/// Another person agrees.
///
/// # Errors
/// A [`Refusal`] if the approver is the requester, the approval was shown for something else, it is
/// not waiting any more, or the place has been taken meanwhile.
pub fn approve(
    now: Timestamp,
    deployment: &Deployment,
    standing: &Standing,
    by: UserId,
    fingerprint: &str,
    _proof: &Granted,
) -> Result<Change<Deployment>, Refusal> {
    undecided(deployment, by, fingerprint)?;
    free(standing)?;
    let mut next = deployment.clone();
    next.decided_by = Some(by);
    next.decided_at = Some(now);
    next.previous = standing.running().map(|running| running.revision.clone());
    let facts = vec![next.decision(now)];
    let effects = start(now, &mut next);
    Ok(Change {
        next,
        effects,
        facts,
    })
}

/// Another person says no.
///
/// # Errors
/// A [`Refusal`] as for [`approve`], except that the place does not matter.
pub fn reject(
    now: Timestamp,
    deployment: &Deployment,
    by: UserId,
    fingerprint: &str,
    why: &str,
    _proof: &Granted,
) -> Result<Change<Deployment>, Refusal> {
    undecided(deployment, by, fingerprint)?;
    let mut next = deployment.clone();
    next.state = State::Rejected;
    next.decided_by = Some(by);
    next.decided_at = Some(now);
    next.finished_at = Some(now);
    next.failure = Cause::said(why);
    let facts = vec![next.decision(now)];
    let effects = vec![
        next.post(Occasion::Live, now),
        next.post(Occasion::Result, now),
    ];
    Ok(Change {
        next,
        effects,
        facts,
    })
}

/// What a look at the clock finds: an approval that waited too long.
#[must_use]
pub fn mind(now: Timestamp, deployment: &Deployment) -> Option<Change<Deployment>> {
    if deployment.state != State::AwaitingApproval
        || now < deployment.requested_at.plus(limits::APPROVAL_WAIT_MAX)
    {
        return None;
    }
    let mut next = deployment.clone();
    next.state = State::Expired;
    next.finished_at = Some(now);
    let effects = vec![
        next.post(Occasion::Live, now),
        next.post(Occasion::Result, now),
    ];
    Some(Change {
        next,
        effects,
        facts: Vec::new(),
    })
}

impl Deployment {
    /// What an approval covers, in short: it stands in the buttons, so that a click on anything else
    /// approves nothing.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let mut hash = Sha256::new();
        for part in [&self.service, &self.stage, &self.revision, &self.definition] {
            hash.update(part.len().to_le_bytes());
            hash.update(part);
        }
        for (name, value) in &self.parameters {
            hash.update(name.len().to_le_bytes());
            hash.update(name);
            hash.update(value.len().to_le_bytes());
            hash.update(value);
        }
        hex::encode(&hash.finalize()[..6])
    }

    fn decision(&self, now: Timestamp) -> Fact {
        Fact {
            started_at: Some(self.requested_at),
            ..self.fact(fact::Kind::DeploymentDecided, now)
        }
    }
}

fn undecided(deployment: &Deployment, by: UserId, fingerprint: &str) -> Result<(), Refusal> {
    if deployment.state != State::AwaitingApproval {
        return Err(Refusal::WrongState {
            state: deployment.state,
        });
    }
    if by == deployment.requester {
        return Err(Refusal::ApproverSelf);
    }
    if fingerprint != deployment.fingerprint() {
        return Err(Refusal::ApprovalVoid);
    }
    Ok(())
}
