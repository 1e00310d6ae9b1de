//! Engine `exec`: any program on this machine, given as argument lists. See docs/reference/exec-protocol.md.

mod built_in;
mod call;
mod compose;
mod definition;
pub(super) mod health;
pub(super) mod lines;
pub(super) mod operation;
pub(super) mod processes;
pub(super) mod programs;
mod provisioner;
pub(super) mod secrets;
pub(super) mod settings;
mod supervisor;
mod told;

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use tokio::process::Command;
use tokio::time::{Instant, sleep};

use self::call::{Answer, Call};
pub use self::compose::work as compose;
use self::definition::Values;
pub use self::definition::{Definition, Health, Task};
use self::operation::{Begun, End, Operation, Plan, Standing, Verdict};
use self::secrets::read_secrets;
pub use self::settings::settings;
pub use self::supervisor::supervise;
use self::told::{tail, told};
use super::redact::cut;
use super::{Failure, Found, Kind, Logs, Observation, Order, Phase, Progress, Started, Whose};
use crate::domain::Timestamp;
use crate::domain::limits::ENGINE_TEXT_CHARS_MAX;

/// Programs on this machine, as a kind of engine.
pub const KIND: Kind = Kind {
    name: "exec",
    settings: |section| settings(section).map(|definition| definition.canonical()),
    lacks: programs::lacks,
    sleeps,
    plans: false,
};

/// Whether a stored definition names what sleep takes.
fn sleeps(definition: &str) -> bool {
    Definition::read(definition).is_ok_and(|definition| {
        [Task::Sleep, Task::Wake]
            .iter()
            .all(|task| definition.programs.contains_key(task))
    })
}

/// What programs find in `PATH` unless the definition says otherwise.
pub(super) const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
/// How often a waiting look is taken, in milliseconds.
pub(super) const LOOK_MS: u64 = 50;
/// How long `stop_all` waits between asking and killing, in milliseconds.
const STOP_MS_MAX: u64 = 3_000;
/// How many deployments that have ended are remembered, with their logs.
const DEPLOYMENTS_KEPT_MAX: usize = 200;

/// Tells the time; `observed_at` is taken from it.
pub type ClockNow = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// The provider. It holds nothing but paths: everything that must survive is in the data folder.
pub struct Exec {
    /// One folder per `up`, named by its key.
    operations: PathBuf,
    /// Where programs may keep what they must remember.
    state: PathBuf,
    hearth: PathBuf,
    clock_now: ClockNow,
    client: reqwest::Client,
}

impl Exec {
    /// Keeps its state below `data_dir`/exec; `hearth` is the running binary, which is also the supervisor.
    ///
    /// # Errors
    /// When the folders cannot be made, or their path is not UTF-8.
    pub fn new(data_dir: &Path, hearth: PathBuf, clock_now: ClockNow) -> io::Result<Self> {
        Self::below(data_dir, "exec", hearth, clock_now)
    }

    /// The same for an engine that is built on this one, with a folder of its own.
    pub(super) fn below(
        data_dir: &Path,
        engine: &str,
        hearth: PathBuf,
        clock_now: ClockNow,
    ) -> io::Result<Self> {
        let root = std::path::absolute(data_dir)?.join(engine);
        let (operations, state) = (root.join("operations"), root.join("state"));
        if state.to_str().is_none() {
            // It goes into variables and argument lists, which are text.
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "the data folder's path is not UTF-8",
            ));
        }
        std::fs::create_dir_all(&operations)?;
        std::fs::create_dir_all(&state)?;
        Ok(Self {
            operations,
            state,
            hearth,
            clock_now,
            client: health::client(),
        })
    }

    /// Stops every process that was started from this data folder, also those that stayed after their `up`:
    /// what `hearth playground` does when it ends. `hearth run` does not call it and leaves them running.
    pub async fn stop_all(&self) {
        for entry in std::fs::read_dir(&self.operations)
            .into_iter()
            .flatten()
            .flatten()
        {
            // One that cannot be asked is still ended by its mark below.
            let _asked = Operation::at(&entry.path()).ask_to_stop();
        }
        let mark = format!("HEARTH_STATE_DIR={}", self.state.display());
        let deadline = Instant::now() + Duration::from_millis(STOP_MS_MAX);
        loop {
            let alive = processes::with_variable(&mark);
            let own = i32::try_from(std::process::id()).unwrap_or_default();
            let is_late = Instant::now() >= deadline;
            for pid in alive.iter().filter(|pid| **pid != own) {
                if is_late {
                    processes::kill(*pid);
                } else {
                    processes::terminate(*pid);
                }
            }
            if is_late || alive.iter().all(|pid| *pid == own) {
                return;
            }
            sleep(Duration::from_millis(LOOK_MS)).await;
        }
    }

    fn operation(&self, op_key: &str) -> Result<Operation, Failure> {
        Operation::of(&self.operations, op_key).ok_or_else(|| {
            Failure::Permanent("the operation's key cannot be the name of a folder".to_owned())
        })
    }

    fn values<'a>(&'a self, order: &'a Order) -> Values<'a> {
        Values {
            order: Some(order),
            ..self.values_of(&order.installation, None)
        }
    }

    fn values_of<'a>(&'a self, installation: &'a str, service: Option<&'a str>) -> Values<'a> {
        Values {
            hearth: &self.hearth,
            state: &self.state,
            installation,
            order: None,
            service,
            lines: None,
            outputs: None,
        }
    }

    /// The explicit process environment of every program: what this page lists and what the definition lists.
    fn environment(
        &self,
        definition: &Definition,
        values: &Values<'_>,
    ) -> Result<BTreeMap<String, String>, Failure> {
        let mut all = BTreeMap::from([
            ("PATH".to_owned(), PATH.to_owned()),
            ("LANG".to_owned(), "C.UTF-8".to_owned()),
        ]);
        for (name, value) in &definition.environment {
            all.insert(name.clone(), values.fill(value)?);
        }
        all.extend(definition.given.clone());
        let mut set = |name: &str, value: Option<&str>| {
            if let Some(value) = value {
                all.insert(name.to_owned(), value.to_owned());
            }
        };
        set("HEARTH_STATE_DIR", self.state.to_str());
        set("HEARTH_INSTALLATION", Some(values.installation));
        set("HEARTH_SERVICE", values.service);
        if let Some(order) = values.order {
            set("HEARTH_OP_KEY", Some(&order.op_key));
            set("HEARTH_NAME", Some(&order.name));
            set("HEARTH_REVISION", order.revision.as_deref());
            set(
                "HEARTH_SERVICE",
                order.target.as_ref().map(|target| target.service.as_str()),
            );
            set(
                "HEARTH_STAGE",
                order.target.as_ref().map(|target| target.stage.as_str()),
            );
            let operation = self.operation(&order.op_key)?;
            set("HEARTH_PARAMETERS", operation.parameters().to_str());
            set("HEARTH_LABELS", operation.labels().to_str());
        }
        Ok(all)
    }

    fn begin(&self, order: &Order) -> Result<Started, Failure> {
        let definition = Definition::read(&order.definition)?;
        let operation = self.operation(&order.op_key)?;
        let values = self.values(order);
        let secrets = read_secrets(&definition)?;
        let plan = Plan {
            op_key: order.op_key.clone(),
            arguments: definition.argument_list(Task::Up, &values)?,
            base: definition.base.clone(),
            environment: self.environment(&definition, &values)?,
            secrets: secrets.keys().cloned().collect(),
            seconds_max: definition.up_seconds_max,
            grace_seconds: definition.grace_seconds,
            outputs: definition.outputs.clone(),
            is_deployment: order.target.is_some(),
        };
        if order.target.is_some() {
            operation::forget_old_deployments(&self.operations, DEPLOYMENTS_KEPT_MAX)
                .map_err(|fault| unreadable(&fault))?;
        }
        self.write_files(&operation, order)?;
        let begun = operation
            .begin(&plan, |lock| {
                self.spawn_supervisor(&operation, lock, &secrets)
            })
            .map_err(|fault| Failure::Retryable(format!("`up` cannot be started: {fault}")))?;
        let reference = order.op_key.clone();
        Ok(match begun {
            Begun::Now => Started::Started { reference },
            Begun::Already => Started::AlreadyRunning { reference },
        })
    }

    /// The files that programs read: parameters and labels, never in an argument or a shell.
    fn write_files(&self, operation: &Operation, order: &Order) -> Result<(), Failure> {
        let files = || {
            std::fs::create_dir_all(&operation.folder)?;
            operation::write(&operation.parameters(), &order.parameters)?;
            operation::write(&operation.labels(), &order.labels)
        };
        files().map_err(|fault: io::Error| {
            Failure::Retryable(format!("the data folder cannot be written: {fault}"))
        })
    }

    /// The lock becomes the supervisor's standard input: it is held without a gap, and exactly as long as the
    /// supervisor lives. Secrets go by its environment and never to the disk.
    fn spawn_supervisor(
        &self,
        operation: &Operation,
        lock: File,
        secrets: &BTreeMap<String, SecretString>,
    ) -> io::Result<()> {
        Command::new(&self.hearth)
            .arg("supervise")
            .arg(&operation.folder)
            .current_dir("/")
            .env_clear()
            .env("HEARTH_STATE_DIR", &self.state)
            .envs(
                secrets
                    .iter()
                    .map(|(name, value)| (name, value.expose_secret())),
            )
            .stdin(Stdio::from(lock))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            // Dropped without a kill: the runtime reaps it when it ends while we live.
            .map(drop)
    }

    fn search(&self, order: &Order) -> Result<Found, Failure> {
        let standing = self
            .operation(&order.op_key)?
            .standing()
            .map_err(|fault| unreadable(&fault))?;
        Ok(match standing {
            // An interrupted `up` is idempotent by its key, so starting it again is safe.
            Standing::Nothing | Standing::Interrupted { .. } => Found::None,
            Standing::Running | Standing::Ended(_) => Found::One {
                reference: order.op_key.clone(),
            },
        })
    }

    /// One look at the folder of an `up`; changes nothing.
    fn look(&self, order: &Order, reference: &str) -> Result<Observation, Failure> {
        let definition = Definition::read(&order.definition)?;
        let operation = self.operation(reference)?;
        let standing = operation.standing().map_err(|fault| unreadable(&fault))?;
        let latest = || told(&operation).pop();
        Ok(match standing {
            Standing::Nothing => self.observed(Phase::Absent, None, BTreeMap::new(), None),
            Standing::Running => self.observed(Phase::Running, latest(), BTreeMap::new(), None),
            Standing::Interrupted { attempts } if attempts < operation::ATTEMPTS_MAX => self
                .observed(
                    Phase::Running,
                    Some("it was interrupted and will be begun again".to_owned()),
                    BTreeMap::new(),
                    None,
                ),
            Standing::Interrupted { .. } => self.observed(
                Phase::Failed,
                None,
                BTreeMap::new(),
                Some("it was interrupted too often".to_owned()),
            ),
            Standing::Ended(end) if end.succeeded && definition.health.is_some() => {
                match operation.verdict().map_err(|fault| unreadable(&fault))? {
                    Some(verdict) => self.ended(end, Some(verdict)),
                    None => self.observed(
                        Phase::Running,
                        Some("its health is checked".to_owned()),
                        end.outputs,
                        None,
                    ),
                }
            }
            Standing::Ended(end) => self.ended(end, None),
        })
    }

    fn observed(
        &self,
        phase: Phase,
        progress: Option<String>,
        outputs: BTreeMap<String, String>,
        message: Option<String>,
    ) -> Observation {
        let message = message.map(|text| cut(text, ENGINE_TEXT_CHARS_MAX));
        Observation {
            phase,
            progress,
            outputs,
            message,
            whose: Whose::Platform,
            observed_at: (self.clock_now)(),
        }
    }

    fn ended(&self, end: End, verdict: Option<Verdict>) -> Observation {
        let is_healthy = verdict.as_ref().is_none_or(|verdict| verdict.healthy);
        let phase = if end.succeeded && is_healthy {
            Phase::Succeeded
        } else {
            Phase::Failed
        };
        let whose = if end.by_user {
            Whose::User
        } else {
            Whose::Platform
        };
        let message = end.message.or(verdict.and_then(|verdict| verdict.message));
        Observation {
            whose,
            ..self.observed(phase, None, end.outputs, message)
        }
    }

    async fn wait(
        &self,
        order: &Order,
        reference: &str,
        bound: Duration,
        progress: Progress<'_>,
    ) -> Result<Observation, Failure> {
        let operation = self.operation(reference)?;
        let deadline = Instant::now() + bound;
        let mut n_told = 0;
        loop {
            let standing = operation.standing().map_err(|fault| unreadable(&fault))?;
            // After the standing, so that nothing is missed of one that has ended.
            let news = told(&operation);
            news.iter().skip(n_told).for_each(|line| progress(line));
            n_told = n_told.max(news.len());
            match standing {
                Standing::Nothing => return self.look(order, reference),
                Standing::Running if Instant::now() >= deadline => {
                    return Err(Failure::UnknownEffect("`up` still runs".to_owned()));
                }
                Standing::Running => {}
                // Partial effect of a power cut or a kill: the protocol makes `up` idempotent by its key, so it is begun again.
                Standing::Interrupted { .. } => drop(self.begin(order)?),
                Standing::Ended(end) => return self.judge(order, &operation, end, deadline).await,
            }
            sleep(Duration::from_millis(LOOK_MS)).await;
        }
    }

    /// Believes a success only when the health address says so too. The verdict is kept, so that it is asked once.
    async fn judge(
        &self,
        order: &Order,
        operation: &Operation,
        end: End,
        deadline: Instant,
    ) -> Result<Observation, Failure> {
        let definition = Definition::read(&order.definition)?;
        let Some(health) = definition.health.as_ref().filter(|_| end.succeeded) else {
            return Ok(self.ended(end, None));
        };
        if let Some(verdict) = operation.verdict().map_err(|fault| unreadable(&fault))? {
            return Ok(self.ended(end, Some(verdict)));
        }
        let filled = Values {
            outputs: Some(&end.outputs),
            ..self.values(order)
        }
        .fill(&health.url);
        let verdict = match filled {
            Ok(url) => health::probe(&self.client, health, &url, deadline).await?,
            Err(_) => Verdict {
                healthy: false,
                message: Some("it came up, but did not say its health address".to_owned()),
            },
        };
        operation.judge(&verdict).map_err(|fault| {
            Failure::Retryable(format!("the data folder cannot be written: {fault}"))
        })?;
        Ok(self.ended(end, Some(verdict)))
    }

    /// Calls a program that answers at once.
    async fn call(
        &self,
        task: Task,
        definition: &Definition,
        values: &Values<'_>,
        bound: Duration,
    ) -> Result<Answer, Failure> {
        let environment = self.environment(definition, values)?;
        let secrets = read_secrets(definition)?;
        let seconds_max = match task {
            Task::Down | Task::Sleep => definition.down_seconds_max,
            Task::Wake | Task::Propose => definition.up_seconds_max,
            _ => definition.call_seconds_max,
        };
        Call {
            task,
            arguments: definition.argument_list(task, values)?,
            base: &definition.base,
            environment: &environment,
            secrets: &secrets,
            time_limit: Duration::from_secs(seconds_max).min(bound),
            grace: Duration::from_secs(definition.grace_seconds),
            lines_max: values.lines.unwrap_or(20),
        }
        .run()
        .await
    }

    /// A call that only reads: whatever goes wrong, nothing has happened.
    async fn ask(
        &self,
        task: Task,
        definition: &Definition,
        values: &Values<'_>,
    ) -> Result<Answer, Failure> {
        match self.call(task, definition, values, Duration::MAX).await {
            Err(Failure::UnknownEffect(reason)) => Err(Failure::Retryable(reason)),
            Ok(Answer {
                fault: Some(reason),
                ..
            }) => Err(Failure::Retryable(reason)),
            other => other,
        }
    }

    /// The last lines: those that `up` printed while it runs; once it has come up those of the `logs`
    /// program, if there is one. After a failure both, since it may have left something that did print;
    /// the words of `up` come last.
    async fn read_logs(&self, order: &Order, lines_max: usize) -> Result<Logs, Failure> {
        let definition = Definition::read(&order.definition)?;
        let operation = self.operation(&order.op_key)?;
        let standing = operation.standing().map_err(|fault| unreadable(&fault))?;
        let printed = tail(&operation, lines_max).map_err(|fault| unreadable(&fault))?;
        let (asks_program, has_failed) = match &standing {
            Standing::Ended(end) => (true, !end.succeeded),
            Standing::Nothing => (true, false),
            Standing::Running | Standing::Interrupted { .. } => (false, false),
        };
        if !asks_program || !definition.programs.contains_key(&Task::Logs) {
            return Ok(printed);
        }
        let values = Values {
            lines: Some(lines_max),
            ..self.values(order)
        };
        let answer = match self.ask(Task::Logs, &definition, &values).await {
            Ok(answer) => answer,
            Err(_) if has_failed && !printed.lines.is_empty() => return Ok(printed),
            Err(failure) => return Err(failure),
        };
        let mut logs = Logs {
            lines: answer.lines.into(),
            truncated: answer.truncated,
        };
        if has_failed {
            logs.lines.extend(printed.lines);
            let over = logs.lines.len().saturating_sub(lines_max);
            logs.lines.drain(..over);
            logs.truncated |= printed.truncated || over > 0;
        }
        Ok(logs)
    }
}

fn unreadable(fault: &io::Error) -> Failure {
    Failure::Retryable(format!("the data folder cannot be read: {fault}"))
}
