//! What is remembered of a running sample service, and exactly which process it is.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde::{Deserialize, Serialize};

use super::{Place, Up};

/// How long a service has between being asked to end and being ended, in milliseconds.
const STOP_MS_MAX: u64 = 3_000;
/// How often it is looked at while waiting, in milliseconds.
pub(super) const LOOK_MS: u64 = 10;

/// One running service. Pid, start time and boot together name a process beyond doubt: a pid alone is used again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Instance {
    pub(super) service: String,
    pub(super) revision: String,
    pub(super) name: String,
    pub(super) stage: Option<String>,
    pub(super) installation: String,
    pub(super) op_key: String,
    pub(super) port: u16,
    /// When it came up, in Unix milliseconds.
    pub(super) since: i64,
    pub(super) pid: i32,
    /// It was stopped on purpose and is remembered.
    #[serde(default)]
    pub(super) asleep: bool,
    started_ticks: u64,
    boot: String,
}

impl Instance {
    /// What this very process is.
    pub(super) fn own(up: &Up, port: u16) -> io::Result<Self> {
        let pid = i32::try_from(std::process::id()).map_err(io::Error::other)?;
        Ok(Self {
            service: up.place.service.clone(),
            revision: up.revision.clone(),
            name: up.place.name.clone(),
            stage: up.place.stage.clone(),
            installation: up.place.owner.installation.clone(),
            op_key: up.op_key.clone(),
            port,
            since: chrono::Utc::now().timestamp_millis(),
            pid,
            asleep: false,
            started_ticks: started_ticks(pid)
                .ok_or_else(|| io::Error::other("/proc does not know this process"))?,
            boot: boot()?,
        })
    }

    pub(super) fn is_alive(&self) -> bool {
        boot().is_ok_and(|boot| boot == self.boot)
            && started_ticks(self.pid) == Some(self.started_ticks)
    }

    pub(super) fn url(&self) -> String {
        format!("http://127.0.0.1:{}/", self.port)
    }

    /// Ends exactly this process and waits until it is gone.
    pub(super) fn stop(&self) -> Result<(), String> {
        let Some(pid) = Pid::from_raw(self.pid) else {
            return Ok(());
        };
        for (signal, wait_ms) in [(Signal::TERM, STOP_MS_MAX), (Signal::KILL, STOP_MS_MAX)] {
            if !self.is_alive() {
                return Ok(());
            }
            // It may end between the look and the signal; then there is nothing left to do.
            let _gone = kill_process(pid, signal);
            let deadline = Instant::now() + Duration::from_millis(wait_ms);
            while self.is_alive() && Instant::now() < deadline {
                std::thread::sleep(Duration::from_millis(LOOK_MS));
            }
        }
        if self.is_alive() {
            Err(format!("process {} does not end", self.pid))
        } else {
            Ok(())
        }
    }
}

/// The folder of one place, and its lock (which stands beside it, because the folder goes).
pub(super) struct Slot {
    folder: PathBuf,
    lock: PathBuf,
}

impl Slot {
    pub(super) fn of(place: &Place) -> io::Result<Self> {
        let id = place.id();
        let fine = (1..=100).contains(&id.len())
            && !id.starts_with('.')
            && id.bytes().all(|byte| {
                byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-@.".contains(&byte)
            });
        if !fine {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                format!("`{id}` cannot be the name of a place"),
            ));
        }
        let root = root(&place.owner.state);
        let locks = root.join("locks");
        let slot = Self {
            folder: root.join("places").join(&id),
            lock: locks.join(id),
        };
        fs::create_dir_all(locks)?;
        Ok(slot)
    }

    /// Waits for its turn: of two programs at one place, one acts. Held until the file is dropped.
    pub(super) fn lock(&self) -> io::Result<File> {
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&self.lock)?;
        file.lock()?;
        Ok(file)
    }

    pub(super) fn make(&self) -> io::Result<()> {
        fs::create_dir_all(&self.folder)
    }

    pub(super) fn log(&self) -> PathBuf {
        self.folder.join("log")
    }

    pub(super) fn instance(&self) -> io::Result<Option<Instance>> {
        read(&self.folder)
    }

    pub(super) fn record(&self, instance: &Instance) -> io::Result<()> {
        let beside = self.folder.join("instance.new");
        let mut file = File::create(&beside)?;
        file.write_all(&serde_json::to_vec(instance)?)?;
        file.sync_all()?;
        fs::rename(beside, self.folder.join("instance.json"))
    }

    pub(super) fn remove(&self) -> io::Result<()> {
        match fs::remove_dir_all(&self.folder) {
            Err(fault) if fault.kind() != io::ErrorKind::NotFound => Err(fault),
            _ => Ok(()),
        }
    }
}

/// Every recorded instance, alive or not.
pub(super) fn all(state: &Path) -> io::Result<Vec<Instance>> {
    let folders = match fs::read_dir(root(state).join("places")) {
        Err(fault) if fault.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        other => other?,
    };
    let mut found = Vec::new();
    for folder in folders {
        found.extend(read(&folder?.path())?);
    }
    Ok(found)
}

fn root(state: &Path) -> PathBuf {
    state.join("sample")
}

fn read(folder: &Path) -> io::Result<Option<Instance>> {
    match fs::read(folder.join("instance.json")) {
        Ok(bytes) => Ok(Some(serde_json::from_slice(&bytes)?)),
        Err(fault) if fault.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(fault) => Err(fault),
    }
}

/// When a living process started, in ticks since the boot: field 22 of proc_pid_stat(5). A zombie does not live.
fn started_ticks(pid: i32) -> Option<u64> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let mut fields = text.rsplit_once(')')?.1.split_ascii_whitespace();
    let state = fields.next()?;
    if state == "Z" || state == "X" {
        return None;
    }
    fields.nth(18)?.parse().ok()
}

fn boot() -> io::Result<String> {
    fs::read_to_string("/proc/sys/kernel/random/boot_id")
}
