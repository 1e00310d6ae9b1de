//! The small process that stands between the bot and an `up`: it outlives the bot, keeps what is printed within
//! bounds, enforces the time limit on the whole process group, and writes down how it ended.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{ExitCode, ExitStatus, Stdio};
use std::time::Duration;

use secrecy::SecretString;
use serde_json::json;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::{Child, Command};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::{Instant, sleep_until, timeout_at};

use super::lines::{Said, Splitter, allow, read};
use super::operation::{End, Operation, Plan};
use super::processes::{Identity, kill_group, terminate_group};
use crate::providers::Whose;
use crate::providers::redact::Redactor;

/// Half of what is kept of the output, in bytes: a full log file becomes the older one of two.
const LOG_FILE_BYTES_MAX: u64 = 512 * 1024;
/// The most progress lines of one `up`; later ones are log lines.
const PROGRESS_LINES_MAX: usize = 400;
/// How long output is still read after the program has ended, in milliseconds: a process that left the
/// group may hold the pipe open for ever.
const DRAIN_MS_MAX: u64 = 1_000;

/// Runs the `up` whose folder is `dir`. This is what `hearth supervise DIR` calls; nobody else should.
#[must_use]
pub fn supervise(dir: &Path) -> ExitCode {
    // Fails only for the leader of a group, which a process that was just started is not; even then the work goes on.
    let _own_session = rustix::process::setsid();
    match run(&Operation::at(dir)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            tracing::error!(%fault, "the supervisor cannot work in its folder");
            ExitCode::FAILURE
        }
    }
}

fn run(operation: &Operation) -> io::Result<()> {
    // Held by our standard input when the bot started us; by hand, we take it ourselves.
    let own = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(operation.folder.join("lock"))?;
    let _held_by_parent_or_us = own.try_lock();
    let plan = operation
        .plan()?
        .ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "there is no plan"))?;
    if operation.end()?.is_some() {
        return Ok(());
    }
    operation.end_leftovers()?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let end = runtime.block_on(async {
        let stop = signal(SignalKind::terminate())?;
        let own_pid = i32::try_from(std::process::id()).map_err(io::Error::other)?;
        if let Some(identity) = Identity::of(own_pid) {
            operation.set_supervisor(&identity)?;
        }
        if operation.is_to_stop() {
            return Ok(End::failed("it was stopped before it began"));
        }
        perform(operation, &plan, stop).await
    })?;
    operation.finish(&end)
}

async fn perform(operation: &Operation, plan: &Plan, stop: Signal) -> io::Result<End> {
    let secrets: BTreeMap<_, _> = plan
        .secrets
        .iter()
        .filter_map(|name| Some((name.clone(), SecretString::from(std::env::var(name).ok()?))))
        .collect();
    let mut record = Record::open(operation, plan, Redactor::new(secrets.values()))?;
    let mut child = match command(plan).spawn() {
        Ok(child) => child,
        Err(fault) => return Ok(End::failed(not_started(&plan.arguments, &fault))),
    };
    let group = child
        .id()
        .and_then(|id| i32::try_from(id).ok())
        .unwrap_or_default();
    let ended = watch(&mut child, group, plan, &mut record, stop).await?;
    // Whoever wants to stay has left the group (setsid); the rest ends with the program.
    kill_group(group);
    record.finish();
    Ok(record.end(&ended, plan))
}

fn command(plan: &Plan) -> Command {
    let (program, arguments) = plan
        .arguments
        .split_first()
        .map_or(("", &[][..]), |(first, rest)| (first.as_str(), rest));
    let mut command = Command::new(program);
    command
        .args(arguments)
        .current_dir(&plan.base)
        .env_clear()
        .envs(&plan.environment)
        .envs(
            plan.secrets
                .iter()
                .filter_map(|name| Some((name, std::env::var_os(name)?))),
        )
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0);
    command
}

/// Why a program could not be started, for people.
pub(super) fn not_started(arguments: &[String], fault: &io::Error) -> String {
    let program = arguments.first().map_or("", String::as_str);
    match fault.kind() {
        io::ErrorKind::NotFound => {
            format!("the program `{program}` is not there, or its folder or interpreter is not")
        }
        io::ErrorKind::PermissionDenied => format!("the program `{program}` may not be executed"),
        _ => format!("the program `{program}` cannot be started: {fault}"),
    }
}

/// How the program ended.
enum Ended {
    ByItself(ExitStatus),
    TimedOut,
    Stopped,
}

/// What was already done to make it end.
#[derive(PartialEq)]
enum Urge {
    None,
    Asked,
    Killed,
}

async fn watch(
    child: &mut Child,
    group: i32,
    plan: &Plan,
    record: &mut Record,
    mut stop: Signal,
) -> io::Result<Ended> {
    let mut out = child
        .stdout
        .take()
        .ok_or_else(|| io::Error::other("no standard output"))?;
    let mut err = child
        .stderr
        .take()
        .ok_or_else(|| io::Error::other("no standard error"))?;
    let (mut out_bytes, mut err_bytes) = (vec![0; 32 * 1024], vec![0; 32 * 1024]);
    let (mut out_open, mut err_open) = (true, true);
    let grace = Duration::from_secs(plan.grace_seconds);
    let mut deadline = Instant::now() + Duration::from_secs(plan.seconds_max);
    let (mut urge, mut was_stopped) = (Urge::None, false);
    let status = loop {
        tokio::select! {
            n = out.read(&mut out_bytes), if out_open => out_open = record.out(&out_bytes, n),
            n = err.read(&mut err_bytes), if err_open => err_open = record.err(&err_bytes, n),
            status = child.wait() => break status?,
            Some(()) = stop.recv(), if urge == Urge::None => {
                was_stopped = true;
                deadline = Instant::now();
            }
            () = sleep_until(deadline), if urge != Urge::Killed => {
                if urge == Urge::None {
                    terminate_group(group);
                    (urge, deadline) = (Urge::Asked, Instant::now() + grace);
                } else {
                    kill_group(group);
                    urge = Urge::Killed;
                }
            }
        }
        if was_stopped && urge == Urge::None {
            terminate_group(group);
            (urge, deadline) = (Urge::Asked, Instant::now() + grace);
        }
    };
    kill_group(group);
    let until = Instant::now() + Duration::from_millis(DRAIN_MS_MAX);
    while out_open && let Some(n) = next(&mut out, &mut out_bytes, until).await {
        out_open = record.out(&out_bytes, n);
    }
    while err_open && let Some(n) = next(&mut err, &mut err_bytes, until).await {
        err_open = record.err(&err_bytes, n);
    }
    Ok(match urge {
        Urge::None => Ended::ByItself(status),
        _ if was_stopped => Ended::Stopped,
        _ => Ended::TimedOut,
    })
}

/// The next read, unless the time is over.
pub(super) async fn next(
    pipe: &mut (impl AsyncRead + Unpin),
    bytes: &mut [u8],
    until: Instant,
) -> Option<io::Result<usize>> {
    timeout_at(until, pipe.read(bytes)).await.ok()
}

/// What is kept of the output.
struct Record {
    redactor: Redactor,
    out: Splitter,
    err: Splitter,
    kept: Kept,
}

/// The sinks of the lines; apart from the splitters, so that both can be borrowed at once.
struct Kept {
    log: BufWriter<File>,
    log_paths: [PathBuf; 2],
    log_bytes: u64,
    events: File,
    n_progress: usize,
    allowed: Vec<String>,
    outputs: BTreeMap<String, String>,
    error: Option<String>,
    whose: Whose,
    /// The last line of standard error: a better reason than that of standard output, and two pipes have no common order.
    last_complaint: Option<String>,
    last_line: Option<String>,
}

impl Record {
    fn open(operation: &Operation, plan: &Plan, redactor: Redactor) -> io::Result<Self> {
        let log_paths = operation.log_files();
        let log = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&log_paths[1])?;
        let log_bytes = log.metadata()?.len();
        let kept = Kept {
            log: BufWriter::new(log),
            log_paths,
            log_bytes,
            events: OpenOptions::new()
                .create(true)
                .append(true)
                .open(operation.events())?,
            n_progress: 0,
            allowed: plan.outputs.clone(),
            outputs: BTreeMap::new(),
            error: None,
            whose: Whose::Platform,
            last_complaint: None,
            last_line: None,
        };
        Ok(Self {
            redactor,
            out: Splitter::default(),
            err: Splitter::default(),
            kept,
        })
    }

    /// Takes what was read of standard output; says whether there may be more.
    fn out(&mut self, bytes: &[u8], n: io::Result<usize>) -> bool {
        let n = n.unwrap_or(0);
        let (redactor, kept) = (&self.redactor, &mut self.kept);
        self.out
            .feed(&bytes[..n], |line| kept.take(read(line, redactor)));
        kept.flush();
        n > 0
    }

    /// Takes what was read of standard error, where every line is a log line.
    fn err(&mut self, bytes: &[u8], n: io::Result<usize>) -> bool {
        let n = n.unwrap_or(0);
        let (redactor, kept) = (&self.redactor, &mut self.kept);
        self.err
            .feed(&bytes[..n], |line| kept.complain(redactor.line(line)));
        kept.flush();
        n > 0
    }

    fn finish(&mut self) {
        let (redactor, kept) = (&self.redactor, &mut self.kept);
        self.out.finish(|line| kept.take(read(line, redactor)));
        self.err.finish(|line| kept.complain(redactor.line(line)));
        kept.flush();
    }

    fn end(&mut self, ended: &Ended, plan: &Plan) -> End {
        let kept = &mut self.kept;
        let reason = match ended {
            Ended::ByItself(status) if status.success() => None,
            Ended::ByItself(status) => Some(exit_words(*status)),
            Ended::TimedOut => Some(format!(
                "it took longer than {} s and was stopped",
                plan.seconds_max
            )),
            Ended::Stopped => Some("it was stopped on request".to_owned()),
        };
        let message = reason.map(|reason| {
            match kept
                .error
                .take()
                .or(kept.last_complaint.take())
                .or(kept.last_line.take())
            {
                Some(saying) => format!("{saying} (`up`: {reason})"),
                None => format!("`up`: {reason}"),
            }
        });
        End {
            succeeded: message.is_none(),
            outputs: std::mem::take(&mut kept.outputs),
            // What was ended from outside did not fail by what was asked for, whatever it has said.
            by_user: matches!(ended, Ended::ByItself(_)) && kept.whose == Whose::User,
            message,
        }
    }
}

/// How an exit status is said.
pub(super) fn exit_words(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("exit code {code}"),
        (None, Some(signal)) => format!("ended by signal {signal}"),
        (None, None) => "ended".to_owned(),
    }
}

impl Kept {
    fn take(&mut self, said: Said) {
        match said {
            Said::Progress(text) if self.n_progress < PROGRESS_LINES_MAX => {
                self.n_progress += 1;
                // A full disk costs news, not the work.
                let _lost = writeln!(self.events, "{}", json!({ "progress": text }));
            }
            Said::Progress(text)
            | Said::Log(text)
            | Said::State(text)
            | Said::Revision(text)
            | Said::Owned { name: text, .. } => {
                self.log(&text);
                if !text.is_empty() {
                    self.last_line = Some(text);
                }
            }
            Said::Output(outputs) => allow(outputs, &self.allowed, &mut self.outputs),
            Said::Whose(whose) => self.whose = whose,
            // Whoever reads the logs of a failure looks for its last words first.
            Said::Error(text) => {
                self.log(&text);
                self.error = Some(text);
            }
        }
    }

    /// Takes a line of standard error.
    fn complain(&mut self, line: String) {
        self.log(&line);
        if !line.is_empty() {
            self.last_complaint = Some(line);
        }
    }

    fn log(&mut self, line: &str) {
        self.log_bytes += line.len() as u64 + 1;
        if self.log_bytes > LOG_FILE_BYTES_MAX {
            self.turn_over();
            self.log_bytes = line.len() as u64 + 1;
        }
        let _lost = writeln!(self.log, "{line}");
    }

    fn turn_over(&mut self) {
        self.flush();
        let _older = fs::rename(&self.log_paths[1], &self.log_paths[0]);
        if let Ok(file) = OpenOptions::new()
            .create(true)
            .write(true)
            .truncate(true)
            .open(&self.log_paths[1])
        {
            self.log = BufWriter::new(file);
        }
    }

    fn flush(&mut self) {
        let _lost = self.log.flush();
    }
}
