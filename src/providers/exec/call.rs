//! A program that answers at once: a direct child with bounded time and output, whose whole group ends with the call.

use std::collections::{BTreeMap, VecDeque};
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use tokio::io::AsyncReadExt;
use tokio::process::Command;
use tokio::time::{Instant, sleep_until};

use super::definition::Task;
use super::lines::{Said, Splitter, message};
use super::processes::{kill_group, terminate_group};
use super::supervisor::{exit_words, next, not_started};
use crate::providers::Failure;
use crate::providers::redact::Redactor;

/// The most bytes of an answer.
const ANSWER_BYTES_MAX: usize = 1024 * 1024;
/// The most bytes read of a `logs` program; what it prints beyond is not waited for.
const LOGS_BYTES_MAX: usize = 16 * 1024 * 1024;
/// The most messages of an answer.
const MESSAGES_MAX: usize = 10_000;
/// How long output is still read after the program has ended, in milliseconds.
const DRAIN_MS_MAX: u64 = 500;

/// What is to be called.
pub(super) struct Call<'a> {
    pub(super) task: Task,
    pub(super) arguments: Vec<String>,
    pub(super) base: &'a Path,
    pub(super) environment: &'a BTreeMap<String, String>,
    pub(super) secrets: &'a BTreeMap<String, SecretString>,
    pub(super) time_limit: Duration,
    pub(super) grace: Duration,
    /// How many log lines are kept, the last ones.
    pub(super) lines_max: usize,
}

/// What was answered.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) messages: Vec<Said>,
    /// Log lines, oldest first.
    pub(super) lines: VecDeque<String>,
    /// Whether there were more lines than are kept.
    pub(super) truncated: bool,
    /// Why it failed, if it did.
    pub(super) fault: Option<String>,
}

/// How a call ended.
enum Ended {
    ByItself(ExitStatus),
    TimedOut,
    TooMuch,
}

/// Ends the group when the call is over or dropped.
struct Group(i32);

impl Drop for Group {
    fn drop(&mut self) {
        kill_group(self.0);
    }
}

impl Call<'_> {
    /// Runs it. A program that says no (exit code, signal) is an answer with a `fault`.
    ///
    /// # Errors
    /// [`Failure::Permanent`] when it cannot be started or prints too much, [`Failure::UnknownEffect`] when it
    /// does not end in time.
    pub(super) async fn run(self) -> Result<Answer, Failure> {
        let mut child = self
            .command()
            .spawn()
            .map_err(|fault| Failure::Permanent(not_started(&self.arguments, &fault)))?;
        let group = Group(
            child
                .id()
                .and_then(|id| i32::try_from(id).ok())
                .unwrap_or_default(),
        );
        let (Some(mut out), Some(mut err)) = (child.stdout.take(), child.stderr.take()) else {
            return Err(Failure::Permanent(
                "the program has no output to read".to_owned(),
            ));
        };
        let mut kept = Kept::new(&self);
        let (mut out_bytes, mut err_bytes) = (vec![0; 16 * 1024], vec![0; 16 * 1024]);
        let (mut out_open, mut err_open) = (true, true);
        let deadline = Instant::now() + self.time_limit;
        let ended = loop {
            tokio::select! {
                n = out.read(&mut out_bytes), if out_open => out_open = kept.out(&out_bytes, n.unwrap_or(0)),
                n = err.read(&mut err_bytes), if err_open => err_open = kept.err(&err_bytes, n.unwrap_or(0)),
                status = child.wait() => match status {
                    Ok(status) => break Ended::ByItself(status),
                    Err(fault) => return Err(Failure::UnknownEffect(format!("`{}` cannot be waited for: {fault}", self.task.key()))),
                },
                () = sleep_until(deadline) => break Ended::TimedOut,
            }
            if kept.bytes > self.bytes_max() {
                break Ended::TooMuch;
            }
        };
        if !matches!(ended, Ended::ByItself(_)) {
            terminate_group(group.0);
            let _ended_or_killed_next = tokio::time::timeout(self.grace, child.wait()).await;
        }
        drop(group);
        if matches!(ended, Ended::ByItself(_)) {
            let until = Instant::now() + Duration::from_millis(DRAIN_MS_MAX);
            while out_open
                && kept.bytes <= self.bytes_max()
                && let Some(n) = next(&mut out, &mut out_bytes, until).await
            {
                out_open = kept.out(&out_bytes, n.unwrap_or(0));
            }
            while err_open
                && kept.bytes <= self.bytes_max()
                && let Some(n) = next(&mut err, &mut err_bytes, until).await
            {
                err_open = kept.err(&err_bytes, n.unwrap_or(0));
            }
        }
        self.answer(&ended, kept)
    }

    fn command(&self) -> Command {
        let (program, arguments) = self
            .arguments
            .split_first()
            .map_or(("", &[][..]), |(first, rest)| (first.as_str(), rest));
        let mut command = Command::new(program);
        command
            .args(arguments)
            .current_dir(self.base)
            .env_clear()
            .envs(self.environment)
            .envs(
                self.secrets
                    .iter()
                    .map(|(name, value)| (name, value.expose_secret())),
            )
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .kill_on_drop(true);
        command
    }

    fn bytes_max(&self) -> usize {
        if self.task == Task::Logs {
            LOGS_BYTES_MAX
        } else {
            ANSWER_BYTES_MAX
        }
    }

    fn answer(&self, ended: &Ended, mut kept: Kept) -> Result<Answer, Failure> {
        let key = self.task.key();
        kept.finish();
        let too_much = matches!(ended, Ended::TooMuch) || kept.bytes > self.bytes_max();
        let is_cut = too_much || matches!(ended, Ended::TimedOut);
        let lines: VecDeque<_> = kept
            .lines
            .iter()
            .map(|line| kept.redactor.line(line))
            .collect();
        let fault = match ended {
            // `logs` without an end are still logs: the last lines that were read, marked as not all.
            _ if is_cut && self.task == Task::Logs && !lines.is_empty() => None,
            _ if too_much => {
                return Err(Failure::Permanent(format!(
                    "`{key}` printed more than {} KiB",
                    self.bytes_max() / 1024
                )));
            }
            Ended::TimedOut => {
                return Err(Failure::UnknownEffect(format!(
                    "`{key}` took longer than {} s and was stopped",
                    self.time_limit.as_secs()
                )));
            }
            Ended::ByItself(status) if status.success() => None,
            Ended::ByItself(status) => {
                let complaint = Some(kept.redactor.line(&kept.complaint))
                    .filter(|complaint| !complaint.is_empty());
                let said = kept
                    .error
                    .take()
                    .or(complaint)
                    .or_else(|| lines.iter().rev().find(|line| !line.is_empty()).cloned());
                let words = exit_words(*status);
                Some(said.map_or_else(
                    || format!("`{key}`: {words}"),
                    |said| format!("{said} (`{key}`: {words})"),
                ))
            }
            Ended::TooMuch => None,
        };
        Ok(Answer {
            messages: kept.messages,
            lines,
            truncated: kept.truncated || is_cut,
            fault,
        })
    }
}

/// What is kept of the output.
struct Kept {
    redactor: Redactor,
    /// Whether standard output speaks the protocol; the lines of `logs` are what they are.
    speaks: bool,
    out: Splitter,
    err: Splitter,
    bytes: usize,
    messages: Vec<Said>,
    error: Option<String>,
    /// The last line of standard error: two pipes have no common order.
    complaint: Vec<u8>,
    /// The last lines as they came: only what is handed out is made presentable.
    lines: VecDeque<Vec<u8>>,
    lines_max: usize,
    truncated: bool,
}

impl Kept {
    fn new(call: &Call<'_>) -> Self {
        Self {
            redactor: Redactor::new(call.secrets.values()),
            speaks: call.task != Task::Logs,
            out: Splitter::default(),
            err: Splitter::default(),
            bytes: 0,
            messages: Vec::new(),
            error: None,
            complaint: Vec::new(),
            lines: VecDeque::new(),
            lines_max: call.lines_max,
            truncated: false,
        }
    }

    fn out(&mut self, bytes: &[u8], n: usize) -> bool {
        self.bytes += n;
        let mut splitter = std::mem::take(&mut self.out);
        splitter.feed(&bytes[..n], |line| self.out_line(line));
        self.out = splitter;
        n > 0
    }

    fn err(&mut self, bytes: &[u8], n: usize) -> bool {
        self.bytes += n;
        let mut splitter = std::mem::take(&mut self.err);
        splitter.feed(&bytes[..n], |line| self.err_line(line));
        self.err = splitter;
        n > 0
    }

    fn finish(&mut self) {
        std::mem::take(&mut self.out).finish(|line| self.out_line(line));
        std::mem::take(&mut self.err).finish(|line| self.err_line(line));
    }

    fn err_line(&mut self, line: &[u8]) {
        if !line.is_empty() {
            self.complaint = line.to_vec();
        }
        self.log(line);
    }

    fn out_line(&mut self, line: &[u8]) {
        match message(line, &self.redactor).filter(|_| self.speaks) {
            None => self.log(line),
            Some(Said::Error(text)) => {
                self.error = Some(text.clone());
                self.messages.push(Said::Error(text));
                self.messages.truncate(MESSAGES_MAX);
            }
            Some(said) if self.messages.len() < MESSAGES_MAX => self.messages.push(said),
            Some(_) => self.truncated = true,
        }
    }

    fn log(&mut self, line: &[u8]) {
        if self.lines.len() >= self.lines_max {
            self.truncated = true;
            self.lines.pop_front();
        }
        if self.lines_max > 0 {
            self.lines.push_back(line.to_vec());
        }
    }
}
