//! Processes as the kernel knows them: exact identity (a pid alone is used again), groups, sessions, signals.

use std::fs;
use std::path::Path;

use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use serde::{Deserialize, Serialize};

/// Which process, beyond doubt: its pid, and when it started since which boot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::providers) struct Identity {
    pub(in crate::providers) pid: i32,
    started_ticks: u64,
    boot: String,
}

impl Identity {
    /// The identity of a process that lives now; a zombie does not live.
    pub(in crate::providers) fn of(pid: i32) -> Option<Self> {
        let stat = Stat::of(pid)?;
        Some(Self {
            pid,
            started_ticks: stat.started_ticks,
            boot: boot(),
        })
    }

    /// Whether exactly this process still lives.
    pub(in crate::providers) fn is_alive(&self) -> bool {
        Self::of(self.pid).as_ref() == Some(self)
    }

    /// The members of the session that this process leads or led. The kernel gives a session's number to
    /// nobody else while a member lives.
    pub(super) fn session_members(&self) -> Vec<i32> {
        if self.boot != boot() {
            return Vec::new();
        }
        all()
            .filter(|pid| Stat::of(*pid).is_some_and(|stat| stat.session == self.pid))
            .collect()
    }
}

/// Living processes whose environment holds exactly this `NAME=value`.
pub(super) fn with_variable(entry: &str) -> Vec<i32> {
    all()
        .filter(|pid| Stat::of(*pid).is_some() && has_variable(*pid, entry))
        .collect()
}

/// The first process that was started with exactly this `NAME=value` as the leader of a group of its own, and
/// that has stayed in the session it was started in.
pub(in crate::providers) fn runner_with(entry: &str) -> Option<Identity> {
    with_variable(entry)
        .into_iter()
        .filter_map(|pid| Some((pid, Stat::of(pid)?)))
        .filter(|(pid, stat)| stat.group == *pid && stat.session != *pid)
        .min_by_key(|(_, stat)| stat.started_ticks)
        .and_then(|(pid, _)| Identity::of(pid))
}

/// Ends a group if one of its members was started with exactly this `NAME=value`: else its number may have been
/// given to others since. All at once, so that none can start another one meanwhile.
pub(in crate::providers) fn kill_group_of(group: i32, entry: &str) {
    let is_member = |pid: i32| Stat::of(pid).is_some_and(|stat| stat.group == group);
    if with_variable(entry).into_iter().any(is_member) {
        kill_group(group);
    }
}

/// Whether a process was started with exactly this `NAME=value`.
pub(in crate::providers) fn has_variable(pid: i32, entry: &str) -> bool {
    fs::read(format!("/proc/{pid}/environ")).is_ok_and(|bytes| {
        bytes
            .split(|byte| *byte == 0)
            .any(|one| one == entry.as_bytes())
    })
}

/// Asks a process to end; one that is gone has ended.
pub(super) fn terminate(pid: i32) {
    send(pid, Signal::TERM);
}

/// Ends a process.
pub(in crate::providers) fn kill(pid: i32) {
    send(pid, Signal::KILL);
}

/// Sends one process what Ctrl-C sends.
pub(in crate::providers) fn interrupt(pid: i32) {
    send(pid, Signal::INT);
}

/// Asks a whole process group to end.
pub(super) fn terminate_group(group: i32) {
    send_group(group, Signal::TERM);
}

/// Ends a whole process group.
pub(in crate::providers) fn kill_group(group: i32) {
    send_group(group, Signal::KILL);
}

// A signal that reaches nobody is no fault: whoever it was meant for has ended.
fn send(pid: i32, signal: Signal) {
    if let Some(pid) = Pid::from_raw(pid) {
        let _gone = kill_process(pid, signal);
    }
}

fn send_group(group: i32, signal: Signal) {
    if let Some(group) = Pid::from_raw(group).filter(|group| group.as_raw_nonzero().get() > 1) {
        let _gone = kill_process_group(group, signal);
    }
}

fn all() -> impl Iterator<Item = i32> {
    fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
}

fn boot() -> String {
    fs::read_to_string(Path::new("/proc/sys/kernel/random/boot_id"))
        .map(|id| id.trim().to_owned())
        .unwrap_or_default()
}

struct Stat {
    group: i32,
    session: i32,
    started_ticks: u64,
}

impl Stat {
    /// Reads `/proc/PID/stat` (proc_pid_stat(5)): the name in parentheses may hold anything, so fields
    /// count from the last parenthesis.
    fn of(pid: i32) -> Option<Self> {
        let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        let fields: Vec<_> = text.rsplit_once(')')?.1.split_ascii_whitespace().collect();
        if matches!(*fields.first()?, "Z" | "X") {
            return None;
        }
        Some(Self {
            group: fields.get(2)?.parse().ok()?,
            session: fields.get(3)?.parse().ok()?,
            started_ticks: fields.get(19)?.parse().ok()?,
        })
    }
}
