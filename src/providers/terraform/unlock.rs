//! Whether a lock on a state is certainly the one that a dead run of ours has left.

use chrono::DateTime;

use super::messages::Lock;

/// How long after its start a run may have taken the lock at most, in milliseconds: it waits for another's
/// lock and fetches things first.
const TAKEN_MS_MAX: i64 = 3_600_000;
/// How much earlier than our note of it the lock may say that it was made, in milliseconds: clocks are rounded.
const EARLIER_MS_MAX: i64 = 1_000;

/// A lock is ours when the holder is who we would be, and it was taken after our dead run began. Nobody else
/// works in a workspace of Hearth's, and whoever does so by hand has another name or another time.
pub(super) fn is_ours(lock: &Lock, started_ms: i64, here: &str) -> bool {
    let Some(created_ms) = milliseconds(&lock.created) else {
        return false;
    };
    let after_ms = created_ms - started_ms;
    !here.is_empty() && lock.who == here && (-EARLIER_MS_MAX..=TAKEN_MS_MAX).contains(&after_ms)
}

/// `2026-11-24 17:40:25.052945864 +0000 UTC`, as Go prints a time.
fn milliseconds(text: &str) -> Option<i64> {
    let text = text.trim_end_matches(" UTC");
    let read = DateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f %z").ok()?;
    Some(read.timestamp_millis())
}

/// Who Terraform says it is on this machine: `user@host`; empty if that cannot be found out.
pub(super) fn holder_here() -> String {
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let uid = rustix::process::getuid().as_raw().to_string();
    let users = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    let name = users.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)? == uid).then_some(name)
    });
    match name {
        Some(name) if !host.trim().is_empty() => format!("{name}@{}", host.trim()),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_lock_of_our_name_and_our_time_is_ours() {
        let lock = |who: &str, created: &str| Lock {
            id: "x".to_owned(),
            who: who.to_owned(),
            operation: "OperationTypeApply".to_owned(),
            created: created.to_owned(),
        };
        let started_ms = milliseconds("2026-11-24 17:40:25 +0000 UTC").unwrap();
        let at = "2026-11-24 17:40:25.052945864 +0000 UTC";
        assert!(is_ours(&lock("root@vm", at), started_ms, "root@vm"));
        for (who, created, here) in [
            ("mira@vm", at, "root@vm"),
            ("root@other", at, "root@vm"),
            ("", at, ""),
            ("root@vm", "2026-11-24 17:39:25 +0000 UTC", "root@vm"),
            ("root@vm", "2026-11-24 19:40:25 +0000 UTC", "root@vm"),
            ("root@vm", "yesterday", "root@vm"),
        ] {
            assert!(
                !is_ours(&lock(who, created), started_ms, here),
                "{who} {created}"
            );
        }
    }
}
