//! What a template or stage says about its programs, in the canonical form that an order keeps.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use regex::Regex;
use serde::{Deserialize, Serialize};

use super::PATH;
use crate::providers::{Failure, Order};

/// One thing that a program can be asked to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Task {
    /// Bring it up; runs under a supervisor and survives the bot.
    Up,
    /// Say whether it is there.
    Status,
    /// Print its last log lines.
    Logs,
    /// Remove it.
    Down,
    /// Put it to sleep: it keeps its data and its name.
    Sleep,
    /// Wake it.
    Wake,
    /// Name everything that carries the installation's label.
    List,
    /// Name the revisions of a service, newest first.
    Revisions,
    /// Say what `up` would change; only of built-in engines.
    Plan,
    /// Make a plan of what `up` would change and keep it; only of built-in engines.
    Propose,
    /// Say what has changed behind the engine's back; only of built-in engines.
    Drift,
    /// Say what the definition's module takes; only of built-in engines.
    Inputs,
    /// Say what keeps the definition from working; only of built-in engines.
    Check,
}

impl Task {
    /// Its key in the configuration, also used in messages.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Status => "status",
            Self::Logs => "logs",
            Self::Down => "down",
            Self::Sleep => "sleep",
            Self::Wake => "wake",
            Self::List => "list",
            Self::Revisions => "revisions",
            Self::Plan => "plan",
            Self::Propose => "propose",
            Self::Drift => "drift",
            Self::Inputs => "inputs",
            Self::Check => "check",
        }
    }
}

/// The address that must answer before a success is believed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Health {
    /// The address; may hold placeholders, also `{output.x}`.
    pub url: String,
    /// The HTTP status that means healthy.
    pub status: u16,
    /// How often it is asked at most.
    pub attempts: u32,
    /// How long one answer may take, in seconds.
    pub timeout_seconds: u64,
    /// How long to wait between two attempts, in milliseconds.
    pub pause_ms: u64,
    /// The hosts that may be asked; empty means the one that the address names.
    pub hosts: Vec<String>,
}

/// The checked settings of one template or stage on `exec`. Everything in it is plain and may be stored:
/// secrets are named, never held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// The folder of the configuration, absolute: programs run in it and relative program paths count from it.
    pub base: PathBuf,
    /// The argument lists, by task.
    pub programs: BTreeMap<Task, Vec<String>>,
    /// How long `up` may take, in seconds.
    pub up_seconds_max: u64,
    /// How long `down` may take, in seconds.
    pub down_seconds_max: u64,
    /// How long any other program may take, in seconds.
    pub call_seconds_max: u64,
    /// How long a program has between SIGTERM and SIGKILL, in seconds.
    pub grace_seconds: u64,
    /// The outputs that may leave, by name.
    pub outputs: Vec<String>,
    /// Plain process environment; values may hold placeholders.
    pub environment: BTreeMap<String, String>,
    /// Process environment that a built-in engine on top of this one needs: taken as it is, without placeholders.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(in crate::providers) given: BTreeMap<String, String>,
    /// Where secret variables are read at call time: `file:/path` or `env:NAME`.
    pub secrets: BTreeMap<String, String>,
    /// The health address, if there is one.
    pub health: Option<Health>,
}

impl Definition {
    /// The form that is stored in an order: the same settings always give the same text.
    ///
    /// # Panics
    /// Never: a definition has only text keys.
    #[must_use]
    pub fn canonical(&self) -> String {
        serde_json::to_string(self).expect("a definition has only text keys")
    }

    /// Where programs are looked for.
    pub(super) fn search_path(&self) -> &str {
        self.environment.get("PATH").map_or(PATH, String::as_str)
    }

    /// Reads the canonical form back.
    ///
    /// # Errors
    /// [`Failure::Permanent`] when it was not written by this provider.
    pub(super) fn read(text: &str) -> Result<Self, Failure> {
        serde_json::from_str(text).map_err(|fault| {
            Failure::Permanent(format!("the stored definition is not one of exec: {fault}"))
        })
    }

    /// The argument list of a task with its placeholders filled; the program's path made absolute where it has one.
    pub(super) fn argument_list(
        &self,
        task: Task,
        values: &Values<'_>,
    ) -> Result<Vec<String>, Failure> {
        let words = self.programs.get(&task).ok_or_else(|| {
            Failure::Permanent(format!("this definition names no `{}` program", task.key()))
        })?;
        let mut list = words
            .iter()
            .map(|word| values.fill(word))
            .collect::<Result<Vec<_>, _>>()?;
        let program = list.first_mut().ok_or_else(|| {
            Failure::Permanent(format!("`{}` has an empty argument list", task.key()))
        })?;
        if program.contains('/') && !program.starts_with('/') {
            *program = self.base.join(&*program).to_string_lossy().into_owned();
        }
        Ok(list)
    }
}

/// A placeholder is a known-looking name in braces; any other brace is a plain character, so that
/// words such as `--format={{.Name}}` need no escape.
static PLACEHOLDER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\{([a-z][a-z_]*(?:\.[A-Za-z0-9_-]+)?)\}")
        .expect("the placeholder pattern is fixed")
});

/// The names of the placeholders in a word, in order.
pub(super) fn placeholders(word: &str) -> impl Iterator<Item = &str> {
    PLACEHOLDER
        .captures_iter(word)
        .filter_map(|found| found.get(1).map(|name| name.as_str()))
}

/// What placeholders stand for in one call.
pub(super) struct Values<'a> {
    pub(super) hearth: &'a Path,
    pub(super) state: &'a Path,
    pub(super) installation: &'a str,
    pub(super) order: Option<&'a Order>,
    pub(super) service: Option<&'a str>,
    pub(super) lines: Option<usize>,
    pub(super) outputs: Option<&'a BTreeMap<String, String>>,
}

impl Values<'_> {
    /// The word with every placeholder replaced, once: what is filled in is never looked at again.
    pub(super) fn fill(&self, word: &str) -> Result<String, Failure> {
        let mut filled = String::with_capacity(word.len());
        let mut end = 0;
        for found in PLACEHOLDER.captures_iter(word) {
            let (whole, name) = (
                found.get(0).expect("a match has a whole"),
                found.get(1).expect("the pattern has one group"),
            );
            let value = self.value(name.as_str()).ok_or_else(|| {
                Failure::Permanent(format!(
                    "there is no value for `{{{}}}` here",
                    name.as_str()
                ))
            })?;
            if value.contains(|character: char| character.is_control()) {
                return Err(Failure::Refused(format!(
                    "the value of `{{{}}}` holds control characters",
                    name.as_str()
                )));
            }
            // A value that begins a word could be read as an option by the program.
            if whole.start() == 0 && value.starts_with('-') {
                return Err(Failure::Refused(format!(
                    "the value of `{{{}}}` begins with `-`",
                    name.as_str()
                )));
            }
            filled.push_str(&word[end..whole.start()]);
            filled.push_str(&value);
            end = whole.end();
        }
        filled.push_str(&word[end..]);
        Ok(filled)
    }

    fn value(&self, name: &str) -> Option<String> {
        if let Some(parameter) = name.strip_prefix("parameter.") {
            return self.order?.parameters.get(parameter).cloned();
        }
        if let Some(output) = name.strip_prefix("output.") {
            return self.outputs?.get(output).cloned();
        }
        match name {
            "hearth" => Some(self.hearth.to_string_lossy().into_owned()),
            "state" => Some(self.state.to_string_lossy().into_owned()),
            "installation" => Some(self.installation.to_owned()),
            "name" => Some(self.order?.name.clone()),
            "op_key" => Some(self.order?.op_key.clone()),
            "revision" => self.order?.revision.clone(),
            "service" => self
                .service
                .map(str::to_owned)
                .or_else(|| Some(self.order?.target.as_ref()?.service.clone())),
            "stage" => Some(self.order?.target.as_ref()?.stage.clone()),
            "lines" => self.lines.map(|lines| lines.to_string()),
            _ => None,
        }
    }
}
