//! The folder of one `up`: what is to run, whether it runs, and how it ended. Files and one lock, so that it
//! outlives the bot and every crash between two steps can be told from what is there.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::processes::{self, Identity};
use crate::providers::Kept;

/// How often one `up` is begun at most: once, and again after each interruption.
pub(super) const ATTEMPTS_MAX: u32 = 3;

/// What a supervisor is to run. Holds no secret: those reach the supervisor by its environment.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Plan {
    pub(super) op_key: String,
    pub(super) arguments: Vec<String>,
    pub(super) base: PathBuf,
    pub(super) environment: BTreeMap<String, String>,
    pub(super) secrets: Vec<String>,
    pub(super) seconds_max: u64,
    pub(super) grace_seconds: u64,
    pub(super) outputs: Vec<String>,
    pub(super) is_deployment: bool,
}

/// How an `up` ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct End {
    pub(super) succeeded: bool,
    pub(super) outputs: BTreeMap<String, String>,
    /// Why it failed, in one line.
    pub(super) message: Option<String>,
    /// Whether the program has said that the failure lies in what was asked for.
    #[serde(default)]
    pub(super) by_user: bool,
}

impl End {
    /// A failure with its reason.
    pub(super) fn failed(message: impl Into<String>) -> Self {
        Self {
            succeeded: false,
            outputs: BTreeMap::new(),
            message: Some(message.into()),
            by_user: false,
        }
    }
}

/// What the probe of the health address found.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Verdict {
    pub(super) healthy: bool,
    pub(super) message: Option<String>,
}

/// Where an `up` stands, as its folder tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// It was never begun.
    Nothing,
    /// Its supervisor lives.
    Running,
    /// It ended.
    Ended(End),
    /// Its supervisor is gone and did not say how it ended: a power cut, or a kill.
    Interrupted {
        /// How often it was begun.
        attempts: u32,
    },
}

/// A look at a lock takes it for a moment: within this process looks and starts wait for each other, so that
/// no look is mistaken for a supervisor.
static LOOKING: Mutex<()> = Mutex::new(());

fn looking() -> MutexGuard<'static, ()> {
    // The guard protects no data, so a panic elsewhere leaves nothing broken behind.
    LOOKING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How an attempt to begin went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Begun {
    /// A supervisor was started, and holds the lock as long as it lives.
    Now,
    /// It runs, or has ended.
    Already,
}

/// The folder of one `up`.
#[derive(Clone, Debug)]
pub(super) struct Operation {
    pub(super) folder: PathBuf,
}

impl Operation {
    /// The folder of this key below `root`; `None` if the key cannot be the name of a folder.
    pub(super) fn of(root: &Path, op_key: &str) -> Option<Self> {
        let fine = (1..=100).contains(&op_key.len())
            && !op_key.starts_with('.')
            && op_key
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte));
        fine.then(|| Self {
            folder: root.join(op_key),
        })
    }

    pub(super) fn at(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    pub(super) fn parameters(&self) -> PathBuf {
        self.path("parameters.json")
    }

    pub(super) fn labels(&self) -> PathBuf {
        self.path("labels.json")
    }

    /// The log files, oldest first.
    pub(super) fn log_files(&self) -> [PathBuf; 2] {
        [self.path("log.1"), self.path("log")]
    }

    pub(super) fn events(&self) -> PathBuf {
        self.path("events")
    }

    pub(super) fn plan(&self) -> io::Result<Option<Plan>> {
        read(&self.path("plan.json"))
    }

    pub(super) fn end(&self) -> io::Result<Option<End>> {
        read(&self.path("exit.json"))
    }

    pub(super) fn finish(&self, end: &End) -> io::Result<()> {
        write(&self.path("exit.json"), end)
    }

    pub(super) fn verdict(&self) -> io::Result<Option<Verdict>> {
        read(&self.path("health.json"))
    }

    pub(super) fn judge(&self, verdict: &Verdict) -> io::Result<()> {
        write(&self.path("health.json"), verdict)
    }

    pub(super) fn supervisor(&self) -> io::Result<Option<Identity>> {
        read(&self.path("supervisor.json"))
    }

    pub(super) fn set_supervisor(&self, identity: &Identity) -> io::Result<()> {
        write(&self.path("supervisor.json"), identity)
    }

    /// Whether somebody asked for the end.
    pub(super) fn is_to_stop(&self) -> bool {
        self.path("stop").exists()
    }

    /// Where it stands now. Changes nothing.
    pub(super) fn standing(&self) -> io::Result<Standing> {
        if !self.path("plan.json").exists() {
            return Ok(Standing::Nothing);
        }
        if let Some(end) = self.end()? {
            return Ok(Standing::Ended(end));
        }
        if self.is_held()? {
            return Ok(Standing::Running);
        }
        // It may have ended between the two looks.
        match self.end()? {
            Some(end) => Ok(Standing::Ended(end)),
            None => Ok(Standing::Interrupted {
                attempts: self.attempts()?,
            }),
        }
    }

    /// Whether a supervisor holds the lock.
    pub(super) fn is_held(&self) -> io::Result<bool> {
        let _turn = looking();
        let file = match File::open(self.path("lock")) {
            Ok(file) => file,
            Err(fault) if fault.kind() == io::ErrorKind::NotFound => return Ok(false),
            Err(fault) => return Err(fault),
        };
        match file.try_lock_shared() {
            // Unlocked by hand, because a child between fork and exec may hold a copy of the file for a moment.
            Ok(()) => file.unlock().map(|()| false),
            Err(TryLockError::WouldBlock) => Ok(true),
            Err(TryLockError::Error(fault)) => Err(fault),
        }
    }

    fn attempts(&self) -> io::Result<u32> {
        Ok(read(&self.path("attempts.json"))?.unwrap_or(0))
    }

    /// Takes the lock for a new attempt and hands it to `spawn`, unless it runs, has ended, or was interrupted
    /// too often (that is then its end). `spawn` runs while nobody else looks.
    pub(super) fn begin(
        &self,
        plan: &Plan,
        spawn: impl FnOnce(File) -> io::Result<()>,
    ) -> io::Result<Begun> {
        let _turn = looking();
        fs::create_dir_all(&self.folder)?;
        let lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(self.path("lock"))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(Begun::Already),
            Err(TryLockError::Error(fault)) => return Err(fault),
        }
        if self.end()?.is_some() {
            lock.unlock()?;
            return Ok(Begun::Already);
        }
        let attempts = self.attempts()?;
        if attempts >= ATTEMPTS_MAX {
            self.finish(&End::failed(format!(
                "`up` was interrupted {attempts} times and is not begun again"
            )))?;
            lock.unlock()?;
            return Ok(Begun::Already);
        }
        write(&self.path("plan.json"), plan)?;
        write(&self.path("attempts.json"), &(attempts + 1))?;
        let kept = lock.try_clone()?;
        match spawn(lock) {
            Ok(()) => Ok(Begun::Now),
            Err(fault) => {
                kept.unlock()?;
                Err(fault)
            }
        }
    }

    /// Asks a running `up` to stop; one that was interrupted or not begun ends here. The marker goes first: a
    /// supervisor that starts at this moment looks for it after it can hear the signal.
    pub(super) fn ask_to_stop(&self) -> io::Result<()> {
        if !self.folder.exists() {
            return Ok(());
        }
        write(&self.path("stop"), &true)?;
        if self.is_held()?
            && let Some(supervisor) = self.supervisor()?.filter(Identity::is_alive)
        {
            processes::terminate(supervisor.pid);
        }
        Ok(())
    }

    /// Ends what an earlier, killed supervisor left running: the members of its session that were started for
    /// this key.
    pub(super) fn end_leftovers(&self) -> io::Result<()> {
        let Some(former) = self.supervisor()? else {
            return Ok(());
        };
        let entry = self
            .folder
            .file_name()
            .map(|key| format!("HEARTH_OP_KEY={}", key.to_string_lossy()))
            .unwrap_or_default();
        for pid in former.session_members() {
            if processes::has_variable(pid, &entry) {
                processes::kill(pid);
            }
        }
        Ok(())
    }

    /// What is kept of its order.
    pub(super) fn kept(&self) -> io::Result<Kept> {
        let plan = self.plan()?;
        let variable = |name| plan.as_ref()?.environment.get(name).cloned();
        Ok(Kept {
            labels: read(&self.labels())?.unwrap_or_default(),
            parameters: read(&self.parameters())?.unwrap_or_default(),
            revision: variable("HEARTH_REVISION"),
            definition: None,
        })
    }

    /// Removes the folder.
    pub(super) fn remove(&self) -> io::Result<()> {
        match fs::remove_dir_all(&self.folder) {
            Err(fault) if fault.kind() != io::ErrorKind::NotFound => Err(fault),
            _ => Ok(()),
        }
    }
}

/// How many environments below `root` each installation has.
pub(super) fn installations(root: &Path) -> io::Result<BTreeMap<String, usize>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(root)? {
        // A plan that cannot be read names nobody.
        let plan = Operation::at(&entry?.path()).plan().ok().flatten();
        let plan = plan.filter(|plan| !plan.is_deployment);
        if let Some(id) = plan.and_then(|mut plan| plan.environment.remove("HEARTH_INSTALLATION")) {
            *found.entry(id).or_default() += 1;
        }
    }
    Ok(found)
}

/// Removes the oldest ended deployments below `root` but the newest `n_kept`: nobody destroys a deployment, so
/// nobody else would.
pub(super) fn forget_old_deployments(root: &Path, n_kept: usize) -> io::Result<()> {
    let mut ended = Vec::new();
    for entry in fs::read_dir(root)? {
        let operation = Operation::at(&entry?.path());
        // A plan that cannot be read is left alone: it must not keep others from starting.
        let is_deployment = matches!(operation.plan(), Ok(Some(plan)) if plan.is_deployment);
        let finished = fs::metadata(operation.path("exit.json")).and_then(|data| data.modified());
        if let (true, Ok(finished)) = (is_deployment, finished) {
            ended.push((finished, operation));
        }
    }
    ended.sort_by_key(|(finished, _)| std::cmp::Reverse(*finished));
    ended
        .iter()
        .skip(n_kept)
        .try_for_each(|(_, operation)| operation.remove())
}

/// Writes whole or not at all, and so that a power cut does not take it back.
pub(in crate::providers) fn write(path: &Path, content: &impl Serialize) -> io::Result<()> {
    let beside = path.with_extension("new");
    let mut file = File::create(&beside)?;
    file.write_all(&serde_json::to_vec(content)?)?;
    file.sync_all()?;
    fs::rename(&beside, path)?;
    match path.parent() {
        Some(folder) => File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}

/// Reads what was written; `None` if there is nothing.
pub(in crate::providers) fn read<T: DeserializeOwned>(path: &Path) -> io::Result<Option<T>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(serde_json::from_slice(&bytes)?)),
        Err(fault) if fault.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(fault) => Err(fault),
    }
}
