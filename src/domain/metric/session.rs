//! Sessions: attempts at one thing, one after another, until it works or is given up.

use super::SESSION_IDLE_MINUTES;
use crate::domain::Timestamp;

/// One attempt that ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Attempt {
    /// Team × what × which, as a number.
    pub(super) target: u64,
    /// When it ended.
    pub(super) ended_at: Timestamp,
    /// When it began.
    pub(super) started_at: Timestamp,
    /// Whether it worked.
    pub(super) succeeded: bool,
}

/// A session that ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Session {
    pub(super) ended_at: Timestamp,
    pub(super) succeeded: bool,
    pub(super) attempts: u32,
}

/// The sessions that have ended by `now`; attempts come in any order.
pub(super) fn sessions(mut attempts: Vec<Attempt>, now: Timestamp) -> Vec<Session> {
    const IDLE_MS: i64 = SESSION_IDLE_MINUTES * 60_000;
    attempts.sort_unstable();
    let mut ended = Vec::new();
    let mut tries = 0;
    for (index, attempt) in attempts.iter().enumerate() {
        tries += 1;
        if attempt.succeeded {
            ended.push(Session {
                ended_at: attempt.ended_at,
                succeeded: true,
                attempts: tries,
            });
            tries = 0;
            continue;
        }
        let idle_until = attempt.ended_at.0.saturating_add(IDLE_MS);
        let goes_on = attempts
            .get(index + 1)
            .is_some_and(|next| next.target == attempt.target && next.started_at.0 <= idle_until);
        if goes_on {
            continue;
        }
        // Given up after idle minutes; those that still run are open and counted nowhere.
        if idle_until <= now.0 {
            ended.push(Session {
                ended_at: Timestamp(idle_until),
                succeeded: false,
                attempts: tries,
            });
        }
        tries = 0;
    }
    ended
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: i64 = 60_000;

    fn attempt(target: u64, minute: i64, succeeded: bool) -> Attempt {
        Attempt {
            target,
            started_at: Timestamp((minute - 1) * MINUTE),
            ended_at: Timestamp(minute * MINUTE),
            succeeded,
        }
    }

    fn check(attempts: Vec<Attempt>, now: i64, expected: &[(i64, bool, u32)]) {
        let got: Vec<_> = sessions(attempts, Timestamp(now * MINUTE))
            .into_iter()
            .map(|s| (s.ended_at.0 / MINUTE, s.succeeded, s.attempts))
            .collect();
        assert_eq!(got, expected);
    }

    #[test]
    fn a_retry_within_the_idle_time_belongs_to_the_same_session() {
        check(
            vec![attempt(1, 10, false), attempt(1, 35, true)],
            100,
            &[(35, true, 2)],
        );
    }

    #[test]
    fn a_late_retry_is_a_new_session_and_the_first_was_given_up() {
        check(
            vec![attempt(1, 50, true), attempt(1, 10, false)],
            100,
            &[(40, false, 1), (50, true, 1)],
        );
    }

    #[test]
    fn other_targets_do_not_mix_and_open_sessions_do_not_count() {
        check(
            vec![
                attempt(2, 20, true),
                attempt(1, 10, false),
                attempt(3, 90, false),
            ],
            100,
            &[(40, false, 1), (20, true, 1)],
        );
    }
}
