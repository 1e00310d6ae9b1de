//! Giving an environment to somebody else, who answers for it from then on.

use super::super::chat::UserId;
use super::super::effect::{Change, Occasion};
use super::super::time::Timestamp;
use super::{Environment, Refusal, State};

/// It belongs to somebody else from now on, whatever happens to it is told to them.
///
/// # Errors
/// [`Refusal::WrongState`] if it has begun to end or waits for an approval, [`Refusal::OwnAlready`] if it is theirs.
pub fn give(
    now: Timestamp,
    environment: &Environment,
    to: UserId,
    name: &str,
) -> Result<Change<Environment>, Refusal> {
    environment.lives()?;
    // Whoever asked must not approve: neither by giving it away.
    if environment.state == State::AwaitingApproval {
        return Err(environment.refuse_state());
    }
    if to == environment.owner {
        return Err(Refusal::OwnAlready {
            name: environment.name.0.clone(),
        });
    }
    let mut next = environment.clone();
    next.owner = to;
    name.clone_into(&mut next.owner_name);
    let effects = vec![next.post(Occasion::Live, now)];
    Ok(Change {
        next,
        effects,
        facts: Vec::new(),
    })
}
