//! What somebody has changed of an environment outside of Hearth.

use super::super::effect::{Change, Occasion};
use super::super::limits;
use super::super::time::Timestamp;
use super::{Environment, State};

/// The engine was asked what has been changed outside: `what` in a few lines, or nothing. It is said where it stands,
/// once it is something else than before. `None` if it is not there to be changed.
#[must_use]
pub fn drifted(
    now: Timestamp,
    environment: &Environment,
    what: Option<&str>,
) -> Option<Change<Environment>> {
    if environment.state != State::Ready {
        return None;
    }
    let mut next = environment.clone();
    next.drift = what.map(in_one_line).filter(|line| !line.is_empty());
    next.drift_looked_at = Some(now);
    let effects = if next.drift == environment.drift {
        Vec::new()
    } else {
        vec![next.post(Occasion::Live, now)]
    };
    Some(Change {
        next,
        effects,
        facts: Vec::new(),
    })
}

/// What was changed, without how much of it, which the first line says.
fn in_one_line(what: &str) -> String {
    let lines: Vec<&str> = what.lines().map(str::trim).collect();
    let told = match &lines[..] {
        [_, rest @ ..] if !rest.is_empty() => rest.join(", "),
        other => other.join(""),
    };
    told.chars().take(limits::ENGINE_TEXT_CHARS_MAX).collect()
}
