//! The docker program as the profile calls it: explicit words, bounded answers, reasons in one line.

use std::collections::{BTreeMap, VecDeque};
use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Command, Stdio};

/// The most that is read of one answer, in bytes.
const ANSWER_BYTES_MAX: u64 = 4 * 1024 * 1024;
/// The most of what goes with it, in bytes; what is printed beyond is not kept.
const TOLD_BYTES_MAX: u64 = 16 * 1024 * 1024;
/// The last lines that are kept of what goes with it.
const LINES_KEPT_MAX: usize = 20;

/// What becomes of what docker says beside its answer.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    /// It goes on to our own standard error, which is the log.
    Passed,
    /// Only its end is kept.
    Kept,
}

/// A docker program with its explicit environment.
pub(super) struct Docker {
    pub(super) program: String,
    pub(super) environment: BTreeMap<String, String>,
}

/// How a call ended.
pub(super) struct Ended {
    pub(super) succeeded: bool,
    pub(super) answer: String,
    /// The last lines of standard error.
    pub(super) told: VecDeque<String>,
}

impl Ended {
    /// Why it failed, in one line.
    pub(super) fn reason(&self) -> String {
        let line = self.told.iter().rev().find(|line| !line.trim().is_empty());
        line.map_or_else(
            || "docker did not say why it failed".to_owned(),
            |line| line.trim().to_owned(),
        )
    }
}

impl Docker {
    /// The answer of a call that must succeed.
    pub(super) fn ask(&self, words: &[&str]) -> Result<String, String> {
        let ended = self.run(words, Told::Kept)?;
        if ended.succeeded {
            Ok(ended.answer)
        } else {
            Err(ended.reason())
        }
    }

    /// Runs it to its end. How long that may take, whoever has started us sees to: it ends the whole group.
    pub(super) fn run(&self, words: &[&str], told: Told) -> Result<Ended, String> {
        let mut child = Command::new(&self.program)
            .args(words)
            .env_clear()
            .envs(&self.environment)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|fault| format!("{} cannot be started: {fault}", self.program))?;
        let beside = child.stderr.take();
        let reading = std::thread::spawn(move || {
            let mut kept = VecDeque::new();
            let Some(beside) = beside else {
                return kept;
            };
            for line in BufReader::new(beside.take(TOLD_BYTES_MAX)).split(b'\n') {
                let Ok(line) = line else { break };
                let line = String::from_utf8_lossy(&line).into_owned();
                if told == Told::Passed {
                    super::work::log(&line);
                }
                if kept.len() == LINES_KEPT_MAX {
                    kept.pop_front();
                }
                kept.push_back(line);
            }
            kept
        });
        let mut bytes = Vec::new();
        if let Some(answer) = child.stdout.take() {
            answer
                .take(ANSWER_BYTES_MAX)
                .read_to_end(&mut bytes)
                .map_err(|fault| format!("docker's answer cannot be read: {fault}"))?;
        }
        let status = child
            .wait()
            .map_err(|fault| format!("docker cannot be waited for: {fault}"))?;
        Ok(Ended {
            succeeded: status.success(),
            answer: String::from_utf8_lossy(&bytes).into_owned(),
            told: reading.join().unwrap_or_default(),
        })
    }
}
