//! Runs of the program. What only looks is a child with a pipe. What changes something is started so that neither
//! our end nor the bot's can hurt it: in a process group of its own, with files for its output, and found again by
//! a mark in its process environment.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::process::{Child, Command};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::{Instant, sleep};

use super::messages::{News, Said};
use crate::providers::exec::LOOK_MS;
use crate::providers::exec::lines::Splitter;
use crate::providers::exec::operation::{read, write};
use crate::providers::exec::processes::{self, Identity};

/// The most bytes of an answer that are read.
const ANSWER_BYTES_MAX: u64 = 64 * 1024 * 1024;
/// The most bytes that one run may print before it is stopped.
const PRINTED_BYTES_MAX: u64 = 256 * 1024 * 1024;
/// The most lines of standard error that become log lines.
const COMPLAINTS_MAX: usize = 200;

/// What was started to change something; written before it starts.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Record {
    /// `plan`, `apply` or `destroy`.
    pub(super) command: String,
    /// The mark in its process environment.
    mark: String,
    /// Its process and the number of its group, once it is started.
    pid: Option<i32>,
    /// When it was started, in milliseconds since 1970.
    pub(super) started_ms: i64,
    /// Whether it was interrupted: a second signal would make it drop its state.
    interrupted: bool,
}

/// The signal that asks us to stop, which may have come already.
pub(super) struct Stop {
    signal: Signal,
    came: bool,
}

impl Stop {
    /// Listens from now on.
    pub(super) fn listen() -> std::io::Result<Self> {
        Ok(Self {
            signal: signal(SignalKind::terminate())?,
            came: false,
        })
    }

    pub(super) async fn wait(&mut self) {
        if !self.came {
            self.signal.recv().await;
            self.came = true;
        }
    }
}

/// What was answered by a run that only looks.
pub(super) struct Answer {
    pub(super) status: ExitStatus,
    pub(super) out: String,
    pub(super) err: String,
}

/// How a run ended.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// With this exit code.
    Code(i32),
    /// By a signal that was not ours.
    Killed,
    /// We had asked it to stop.
    Stopped,
    /// It printed more than is read.
    Flood,
    /// It had been started by a predecessor of ours: its exit code is known to nobody.
    Unknown,
}

/// What to do with a run when we are asked to stop.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum OnStop {
    /// Interrupt it, and wait for it.
    Interrupt,
    /// Let it work on: it is found again.
    Leave,
}

/// The program, where it runs, and what it finds around it.
pub(super) struct Program {
    pub(super) path: String,
    /// The folder of the module.
    pub(super) root: PathBuf,
    /// Our own folder for this environment.
    pub(super) place: PathBuf,
    pub(super) environment: BTreeMap<String, String>,
    pub(super) grace: Duration,
}

impl Program {
    fn command(&self, arguments: &[String], more: &[(&str, &str)]) -> Command {
        let mut command = Command::new(&self.path);
        command
            .args(arguments)
            .current_dir(&self.root)
            .env_clear()
            .envs(&self.environment)
            .envs(more.iter().copied())
            .stdin(Stdio::null());
        command
    }

    /// Runs what only looks; `None` when we were asked to stop meanwhile.
    pub(super) async fn look(
        &self,
        arguments: &[String],
        more: &[(&str, &str)],
        stop: &mut Stop,
    ) -> Result<Answer, String> {
        let child = self
            .command(arguments, more)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .map_err(|fault| self.not_started(&fault))?;
        let answered = tokio::select! {
            answered = bounded(child) => answered,
            () = stop.wait() => return Err("it was stopped".to_owned()),
        };
        answered.map_err(|fault| format!("the program cannot be read: {fault}"))
    }

    /// Starts what changes something, and follows it to its end.
    pub(super) async fn work(
        &self,
        command: &str,
        arguments: &[String],
        more: &[(&str, &str)],
        on_stop: OnStop,
        stop: &mut Stop,
        said: &mut Said,
    ) -> Result<Ended, String> {
        let started_ms = chrono::Utc::now().timestamp_millis();
        let mut record = Record {
            command: command.to_owned(),
            mark: format!("{started_ms}-{}", std::process::id()),
            pid: None,
            started_ms,
            interrupted: false,
        };
        let files = || Ok((File::create(self.out())?, File::create(self.err())?));
        let (out, err) = files().map_err(|fault: std::io::Error| unwritable(&fault))?;
        self.note(&record)?;
        let child = self
            .command(arguments, more)
            .env("HEARTH_TERRAFORM_RUN", &record.mark)
            .stdout(Stdio::from(out))
            .stderr(Stdio::from(err))
            .process_group(0)
            .spawn()
            .map_err(|fault| self.not_started(&fault))?;
        record.pid = child.id().and_then(|id| i32::try_from(id).ok());
        self.note(&record)?;
        let run = Run {
            pid: record.pid.unwrap_or_default(),
            record,
            child: Some(child),
        };
        let ended = self.follow(run, 0, on_stop, stop, said).await?;
        self.complain(said);
        Ok(ended)
    }

    /// What a predecessor of ours has started, if it is still at work.
    pub(super) fn former(&self) -> Result<Option<(Record, Option<Identity>)>, String> {
        let record: Option<Record> = read(&self.record()).map_err(|fault| unwritable(&fault))?;
        Ok(record.map(|record| {
            let alive = processes::runner_with(&record.entry());
            (record, alive)
        }))
    }

    /// Follows what a predecessor has started to its end.
    pub(super) async fn adopt(
        &self,
        record: &Record,
        identity: &Identity,
        on_stop: OnStop,
        stop: &mut Stop,
    ) -> Result<Ended, String> {
        // What it printed so far was told by whoever started it.
        let from = fs::metadata(self.out()).map_or(0, |found| found.len());
        let run = Run {
            pid: identity.pid,
            record: record.clone(),
            child: None,
        };
        self.follow(run, from, on_stop, stop, &mut Said::default())
            .await
    }

    /// Interrupts what a predecessor has started, and waits for its end.
    pub(super) async fn interrupt(
        &self,
        record: &Record,
        identity: &Identity,
        stop: &mut Stop,
    ) -> Result<(), String> {
        stop.came = true;
        self.adopt(record, identity, OnStop::Interrupt, stop)
            .await?;
        stop.came = false;
        Ok(())
    }

    /// Forgets a run that has ended, and ends what it may have left in its group.
    pub(super) fn forget(&self, record: &Record) {
        if let Some(pid) = record.pid {
            processes::kill_group_of(pid, &record.entry());
        }
        let _was_not_there = fs::remove_file(self.record());
    }

    async fn follow(
        &self,
        mut run: Run,
        from: u64,
        on_stop: OnStop,
        stop: &mut Stop,
        said: &mut Said,
    ) -> Result<Ended, String> {
        let mut reader = Reader::open(&self.out(), from)?;
        let (mut asked, mut killed, mut flooded) = (None, false, false);
        let ended = loop {
            let ended = run.ended()?;
            // After the look, so that nothing is missed of one that has ended.
            reader.read(said)?;
            if let Some(ended) = ended {
                break ended;
            }
            flooded |= reader.at > PRINTED_BYTES_MAX;
            if (stop.came || flooded) && asked.is_none() {
                if on_stop == OnStop::Leave && !flooded {
                    return Ok(Ended::Stopped);
                }
                // Only the program itself, and only once: its plugins and what it provisions are its own to end,
                // and a second signal would make it drop the state.
                if !run.record.interrupted {
                    run.record.interrupted = true;
                    self.note(&run.record)?;
                    processes::interrupt(run.pid);
                }
                asked = Some(Instant::now());
            }
            if asked.is_some_and(|asked: Instant| asked.elapsed() > self.grace) && !killed {
                processes::kill(run.pid);
                killed = true;
            }
            tokio::select! {
                () = stop.wait(), if !stop.came => {}
                () = run.wait() => {}
                () = sleep(Duration::from_millis(LOOK_MS)) => {}
            }
        };
        reader.finish(said);
        // Whoever shall stay has left the group; the rest ends with the run.
        processes::kill_group_of(run.pid, &run.record.entry());
        let _was_not_there = fs::remove_file(self.record());
        Ok(match ended {
            _ if flooded => Ended::Flood,
            _ if asked.is_some() => Ended::Stopped,
            ended => ended,
        })
    }

    /// What stands on standard error are log lines, and the reason if nothing else is.
    fn complain(&self, said: &mut Said) {
        let mut bytes = Vec::new();
        let _unreadable =
            File::open(self.err()).and_then(|file| file.take(1024 * 1024).read_to_end(&mut bytes));
        for line in String::from_utf8_lossy(&bytes).lines().take(COMPLAINTS_MAX) {
            if !line.trim().is_empty() {
                say_log(line);
                said.error.get_or_insert_with(|| line.trim().to_owned());
            }
        }
    }

    fn note(&self, record: &Record) -> Result<(), String> {
        write(&self.record(), record).map_err(|fault| unwritable(&fault))
    }

    fn record(&self) -> PathBuf {
        self.place.join("running.json")
    }

    fn out(&self) -> PathBuf {
        self.place.join("out")
    }

    fn err(&self) -> PathBuf {
        self.place.join("err")
    }

    fn not_started(&self, fault: &std::io::Error) -> String {
        if fault.kind() == std::io::ErrorKind::NotFound {
            format!(
                "the program `{}` is not there, or the folder {} is not",
                self.path,
                self.root.display()
            )
        } else {
            format!("the program `{}` cannot be started: {fault}", self.path)
        }
    }
}

impl Record {
    fn entry(&self) -> String {
        format!("HEARTH_TERRAFORM_RUN={}", self.mark)
    }
}

struct Run {
    pid: i32,
    record: Record,
    /// Our own child; `None` for what a predecessor has started.
    child: Option<Child>,
}

impl Run {
    fn ended(&mut self) -> Result<Option<Ended>, String> {
        let Some(child) = &mut self.child else {
            let alive = processes::has_variable(self.pid, &self.record.entry())
                && Identity::of(self.pid).is_some();
            return Ok((!alive).then_some(Ended::Unknown));
        };
        let status = child
            .try_wait()
            .map_err(|fault| format!("the program cannot be waited for: {fault}"))?;
        Ok(status.map(|status| status.code().map_or(Ended::Killed, Ended::Code)))
    }

    /// Returns when our own child has ended; never for another's.
    async fn wait(&mut self) {
        match &mut self.child {
            Some(child) => drop(child.wait().await),
            None => std::future::pending().await,
        }
    }
}

/// Reads a file that grows.
struct Reader {
    file: File,
    at: u64,
    lines: Splitter,
}

impl Reader {
    fn open(path: &Path, from: u64) -> Result<Self, String> {
        let open = || {
            let mut file = File::open(path)?;
            file.seek(SeekFrom::Start(from))?;
            Ok(file)
        };
        Ok(Self {
            file: open().map_err(|fault: std::io::Error| unwritable(&fault))?,
            at: from,
            lines: Splitter::default(),
        })
    }

    fn read(&mut self, said: &mut Said) -> Result<(), String> {
        let mut bytes = vec![0; 64 * 1024];
        loop {
            let n = self
                .file
                .read(&mut bytes)
                .map_err(|fault| unwritable(&fault))?;
            if n == 0 || self.at > PRINTED_BYTES_MAX {
                return Ok(());
            }
            self.at += n as u64;
            self.lines.feed(&bytes[..n], |line| tell(said.take(line)));
        }
    }

    fn finish(&mut self, said: &mut Said) {
        self.lines.finish(|line| tell(said.take(line)));
    }
}

async fn bounded(mut child: Child) -> std::io::Result<Answer> {
    use tokio::io::AsyncReadExt as _;
    let (out, err) = (child.stdout.take(), child.stderr.take());
    let whole = async |pipe: Option<tokio::process::ChildStdout>| {
        let mut bytes = Vec::new();
        if let Some(pipe) = pipe {
            pipe.take(ANSWER_BYTES_MAX).read_to_end(&mut bytes).await?;
        }
        std::io::Result::Ok(bytes)
    };
    let complaint = async |pipe: Option<tokio::process::ChildStderr>| {
        let mut bytes = Vec::new();
        if let Some(pipe) = pipe {
            pipe.take(ANSWER_BYTES_MAX).read_to_end(&mut bytes).await?;
        }
        std::io::Result::Ok(bytes)
    };
    let (out, err) = tokio::join!(whole(out), complaint(err));
    Ok(Answer {
        out: String::from_utf8_lossy(&out?).into_owned(),
        err: String::from_utf8_lossy(&err?).into_owned(),
        status: child.wait().await?,
    })
}

fn tell(news: Option<News>) {
    match news {
        Some(News::Progress(text)) => say_progress(&text),
        Some(News::Log(text)) => say_log(&text),
        None => {}
    }
}

/// News for people, in the exec protocol.
pub(super) fn say_progress(text: &str) {
    say(&serde_json::json!({ "progress": text }).to_string());
}

/// A line of the log.
pub(super) fn say_log(text: &str) {
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        say(line);
    }
}

/// One line of standard output. Whoever started us may have gone; then nobody listens, and that is no fault.
pub(super) fn say(line: &str) {
    let _nobody_listens = writeln!(std::io::stdout().lock(), "{line}");
}

/// Our folder fails us.
pub(super) fn unwritable(fault: &std::io::Error) -> String {
    format!("the data folder cannot be used: {fault}")
}
