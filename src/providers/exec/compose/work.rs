//! What the program `hearth compose TASK` does: it speaks the exec protocol to whoever started it, and drives Docker
//! Compose. Every task may run again after a crash in its middle.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use rustix::fs::Mode;
use rustix::process::umask;
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use super::GIVEN;
use super::docker::{Docker, Told};
use super::model::{self, Project};
use super::settings::Settings;
use crate::providers::exec::operation::write;

/// How much of the installation's digest stands in a project's name, in hexadecimal digits.
const INSTALLATION_DIGITS: usize = 10;
/// How long containers have to stop, in seconds.
const STOP_SECONDS: &str = "10";
/// What is in a reason that lies in what was asked for: docker's words on an image that is not there, and ours on a
/// service of it that does not run.
const OF_USER: [&str; 4] = [
    "manifest unknown",
    "pull access denied",
    "invalid reference format",
    "is not well: ",
];
/// The labels of an order that a list can say.
const LABELS: [&str; 8] = [
    "environment",
    "team",
    "owner",
    "template",
    "channel",
    "pull_request",
    "requested_at",
    "expires_at",
];

/// Does one task. This is what `hearth compose TASK` calls; nobody else should.
#[must_use]
pub fn work(task: &str, lines: Option<&str>) -> ExitCode {
    // The file that is brought up may hold secrets that were filled in.
    umask(Mode::RWXG | Mode::RWXO);
    let done = Work::begin().and_then(|work| match task {
        "up" => work.up(),
        "status" => work.status(),
        "logs" => work.logs(lines.unwrap_or("100")),
        "down" => work.down(),
        "sleep" => work.sleep(),
        "wake" => work.wake(),
        "list" => work.list(),
        "check" => work.check(),
        other => Err(format!("there is no task {other}")),
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            if OF_USER.iter().any(|words| reason.contains(words)) {
                say(&json!({ "fault": "user" }));
            }
            say(&json!({ "error": reason }));
            ExitCode::FAILURE
        }
    }
}

/// One line of the protocol. Whoever started us may have gone; then nobody listens, and that is no fault.
pub(super) fn say(message: &Value) {
    let _nobody_listens = writeln!(std::io::stdout().lock(), "{message}");
}

/// One line of the log.
pub(super) fn log(line: &str) {
    let _nobody_listens = writeln!(std::io::stderr().lock(), "{line}");
}

fn progress(text: &str) {
    say(&json!({ "progress": text }));
}

/// A container of ours.
struct Container {
    service: String,
    /// Docker's word, such as `running` or `exited`.
    state: String,
    /// Docker's words for people, such as `Up 3 minutes (healthy)`.
    status: String,
}

impl Container {
    fn runs(&self) -> bool {
        self.state == "running" && !self.status.contains("(unhealthy)")
    }

    /// A container that did its work and ended well is not missed.
    fn is_done(&self) -> bool {
        self.state == "exited" && self.status.starts_with("Exited (0)")
    }
}

pub(super) struct Work {
    settings: Settings,
    pub(super) docker: Docker,
    installation: String,
    op_key: String,
    pub(super) name: String,
    /// Where what must be remembered of this environment lies.
    place: PathBuf,
    labels: BTreeMap<String, String>,
}

impl Work {
    fn begin() -> Result<Self, String> {
        let mut environment: BTreeMap<String, String> = std::env::vars().collect();
        let settings = environment
            .remove(GIVEN)
            .ok_or_else(|| format!("{GIVEN} is not set: only Hearth calls this"))?;
        let settings: Settings = serde_json::from_str(&settings)
            .map_err(|fault| format!("{GIVEN} cannot be read: {fault}"))?;
        let given = |name: &str| environment.get(name).cloned().unwrap_or_default();
        let state = PathBuf::from(given("HEARTH_STATE_DIR")).join("compose");
        let (op_key, name) = (given("HEARTH_OP_KEY"), given("HEARTH_NAME"));
        let installation = given("HEARTH_INSTALLATION");
        let parameters = texts(environment.get("HEARTH_PARAMETERS"))?;
        let labels = texts(environment.get("HEARTH_LABELS"))?;
        for (name, value) in parameters {
            environment.insert(variable(&name), value);
        }
        // Docker looks for its settings below a home; ours is nobody's unless the section names another.
        let home = state.join("home").to_string_lossy().into_owned();
        environment.entry("HOME".to_owned()).or_insert(home);
        Ok(Self {
            docker: Docker {
                program: settings.program.clone(),
                environment,
            },
            place: state.join(if op_key.is_empty() { "none" } else { &op_key }),
            settings,
            installation,
            op_key,
            name,
            labels,
        })
    }

    fn project(&self) -> String {
        let digest = hex::encode(Sha256::digest(&self.installation));
        format!("hearth-{}-{}", &digest[..INSTALLATION_DIGITS], self.name)
    }

    fn folder(&self) -> &Path {
        self.settings.file.parent().unwrap_or(Path::new("/"))
    }

    fn secured_file(&self) -> PathBuf {
        self.place.join("compose.json")
    }

    /// The words before those of a task of Compose.
    fn compose<'a>(&'a self, file: &'a str, project: &'a str) -> Result<Vec<&'a str>, String> {
        let folder = self.folder().to_str().ok_or("the folder is not UTF-8")?;
        Ok(vec![
            "compose",
            "--ansi",
            "never",
            "--progress",
            "plain",
            "--project-name",
            project,
            "--project-directory",
            folder,
            // A file `.env` that lies around is not part of the template.
            "--env-file",
            "/dev/null",
            "--file",
            file,
        ])
    }

    fn call(&self, file: &Path, task: &[&str], told: Told) -> Result<String, String> {
        let (file, project) = (
            file.to_str().ok_or("the file is not UTF-8")?,
            self.project(),
        );
        let mut words = self.compose(file, &project)?;
        words.extend(task);
        let ended = self.docker.run(&words, told)?;
        if ended.succeeded {
            Ok(ended.answer)
        } else {
            Err(ended.reason())
        }
    }

    /// The compose file as Compose understands it, with what an environment must have.
    pub(super) fn secured(&self) -> Result<Value, Vec<String>> {
        let read = self
            .call(
                &self.settings.file,
                &["config", "--format", "json"],
                Told::Kept,
            )
            .map_err(|reason| vec![format!("the compose file cannot be read: {reason}")])?;
        let model = serde_json::from_str(&read)
            .map_err(|fault| vec![format!("`docker compose config` answers no JSON: {fault}")])?;
        let labels = self.all_labels();
        let project = self.project();
        model::secured(
            model,
            &Project {
                name: &project,
                labels: &labels,
                folder: self.folder(),
                settings: &self.settings,
            },
        )
    }

    fn all_labels(&self) -> Map<String, Value> {
        let own = [
            (model::INSTALLATION, &self.installation),
            (model::OP_KEY, &self.op_key),
            (model::NAME, &self.name),
        ];
        let own = own.map(|(key, value)| (key.to_owned(), Value::from(value.as_str())));
        let kept = self.labels.iter();
        let kept = kept.map(|(key, value)| {
            let key = format!("{}{key}", model::LABEL);
            (key, Value::from(value.as_str()))
        });
        own.into_iter().chain(kept).collect()
    }

    fn up(&self) -> Result<(), String> {
        self.is_free()?;
        progress("reading the compose file");
        let model = self.secured().map_err(|mut faults| faults.swap_remove(0))?;
        let mut builder = fs::DirBuilder::new();
        let made = builder.recursive(true).mode(0o700).create(&self.place);
        made.and_then(|()| write(&self.secured_file(), &model))
            .map_err(|fault| format!("the data folder cannot be written: {fault}"))?;
        let services = model["services"].as_object().map_or(0, Map::len);
        progress(&format!(
            "starting {services} services and waiting until they are healthy"
        ));
        // An image of this name may be another revision's.
        self.start(&["--build"])?;
        self.say_url()
    }

    /// Starts what is not running, and waits until everything is healthy.
    fn start(&self, more: &[&str]) -> Result<(), String> {
        let seconds = self.settings.healthy_seconds_max.to_string();
        let mut task = vec![
            "up",
            "--detach",
            "--wait",
            "--wait-timeout",
            &seconds,
            "--remove-orphans",
        ];
        task.extend(more);
        self.call(&self.secured_file(), &task, Told::Passed)
            .map(drop)
            .map_err(|reason| self.why(reason))
    }

    /// Why it is not up: the service that does not run says more than docker's last line.
    fn why(&self, reason: String) -> String {
        let containers = self.containers().unwrap_or_default();
        let bad = containers
            .iter()
            .find(|one| !one.runs() && !one.is_done() && one.state != "created");
        match bad {
            Some(bad) => format!("service {} is not well: {}", bad.service, bad.status),
            None => reason,
        }
    }

    /// A project of this name that is not ours is left alone.
    fn is_free(&self) -> Result<(), String> {
        let filter = format!("label=com.docker.compose.project={}", self.project());
        let format = format!("{{{{.Label \"{}\"}}}}", model::OP_KEY);
        let owners = self
            .docker
            .ask(&["ps", "--all", "--filter", &filter, "--format", &format])?;
        if owners.lines().all(|owner| owner == self.op_key) {
            Ok(())
        } else {
            Err(format!(
                "the project {} is there already and belongs to something else",
                self.project()
            ))
        }
    }

    fn filters(&self) -> [String; 2] {
        [
            format!("label={}={}", model::INSTALLATION, self.installation),
            format!("label={}={}", model::OP_KEY, self.op_key),
        ]
    }

    fn containers(&self) -> Result<Vec<Container>, String> {
        let [installation, op_key] = self.filters();
        let format = "{{.Label \"com.docker.compose.service\"}}\t{{.State}}\t{{.Status}}";
        let listed = self.docker.ask(&[
            "ps",
            "--all",
            "--filter",
            &installation,
            "--filter",
            &op_key,
            "--format",
            format,
        ])?;
        let container = |line: &str| {
            let mut parts = line.splitn(3, '\t').map(str::to_owned);
            Some(Container {
                service: parts.next()?,
                state: parts.next()?,
                status: parts.next()?,
            })
        };
        Ok(listed.lines().filter_map(container).collect())
    }

    /// The names of its volumes or networks.
    fn left(&self, kind: &str) -> Result<Vec<String>, String> {
        let [installation, op_key] = self.filters();
        let listed = self.docker.ask(&[
            kind,
            "ls",
            "--filter",
            &installation,
            "--filter",
            &op_key,
            "--format",
            "{{.Name}}",
        ])?;
        Ok(listed.lines().map(str::to_owned).collect())
    }

    fn say_url(&self) -> Result<(), String> {
        let port = self.settings.port.to_string();
        let task = ["port", self.settings.service.as_str(), port.as_str()];
        let answer = self.call(&self.secured_file(), &task, Told::Kept)?;
        let opened = answer
            .trim()
            .rsplit_once(':')
            .and_then(|(_, port)| port.parse::<u16>().ok())
            .ok_or_else(|| format!("docker did not say which port was opened: {answer:?}"))?;
        let host = match self.settings.host {
            std::net::IpAddr::V4(host) => host.to_string(),
            std::net::IpAddr::V6(host) => format!("[{host}]"),
        };
        let url = self
            .settings
            .url
            .replace("{host}", &host)
            .replace("{port}", &opened.to_string())
            .replace("{name}", &self.name);
        say(&json!({ "output": { "url": url } }));
        Ok(())
    }

    fn is_asleep(&self) -> bool {
        self.place.join("asleep").exists()
    }

    fn status(&self) -> Result<(), String> {
        let containers = self.containers()?;
        let state = |word: &str| say(&json!({ "state": word }));
        if containers.is_empty() {
            let left = self.left("volume")?.len() + self.left("network")?.len();
            if left == 0 {
                state("absent");
            } else {
                say(&json!({ "error": "its containers are gone, volumes or networks are left" }));
                state("failed");
            }
            return Ok(());
        }
        let n_running = containers
            .iter()
            .filter(|one| one.state == "running")
            .count();
        if n_running == 0 && self.is_asleep() {
            state("asleep");
            return Ok(());
        }
        match containers.iter().find(|one| !one.runs() && !one.is_done()) {
            Some(bad) => {
                let reason = format!("service {} is not well: {}", bad.service, bad.status);
                say(&json!({ "error": reason }));
                state("failed");
            }
            None if n_running == 0 => {
                say(&json!({ "error": "nothing of it runs any more" }));
                state("failed");
            }
            None => {
                if self.secured_file().exists() {
                    self.say_url()?;
                }
                state("present");
            }
        }
        Ok(())
    }

    fn logs(&self, lines: &str) -> Result<(), String> {
        if !self.secured_file().exists() {
            return Ok(());
        }
        let task = ["logs", "--no-color", "--tail", lines];
        let said = self.call(&self.secured_file(), &task, Told::Kept)?;
        let _nobody_listens = std::io::stdout().lock().write_all(said.as_bytes());
        Ok(())
    }

    /// Has Compose remove it, and then whatever still carries its labels: the file may be lost, and volumes of a
    /// service that is no longer in it would stay.
    fn down(&self) -> Result<(), String> {
        if self.secured_file().exists() {
            let task = [
                "down",
                "--volumes",
                "--remove-orphans",
                "--rmi",
                "local",
                "--timeout",
                STOP_SECONDS,
            ];
            self.call(&self.secured_file(), &task, Told::Passed)?;
        }
        let [installation, op_key] = self.filters();
        let left = self.docker.ask(&[
            "ps",
            "--all",
            "--quiet",
            "--no-trunc",
            "--filter",
            &installation,
            "--filter",
            &op_key,
        ])?;
        for id in left.lines() {
            self.docker.ask(&["rm", "--force", "--volumes", id])?;
        }
        for kind in ["network", "volume"] {
            for name in self.left(kind)? {
                self.docker.ask(&[kind, "rm", &name])?;
            }
        }
        match fs::remove_dir_all(&self.place) {
            Err(fault) if fault.kind() != std::io::ErrorKind::NotFound => {
                Err(format!("the data folder cannot be written: {fault}"))
            }
            _ => Ok(()),
        }
    }

    fn sleep(&self) -> Result<(), String> {
        // Noted first: what has stopped on purpose must never look as if it had died.
        write(&self.place.join("asleep"), &true)
            .map_err(|fault| format!("the data folder cannot be written: {fault}"))?;
        let task = ["stop", "--timeout", STOP_SECONDS];
        self.call(&self.secured_file(), &task, Told::Passed)
            .map(drop)
    }

    fn wake(&self) -> Result<(), String> {
        self.start(&["--no-recreate", "--no-build"])?;
        let _was_awake = fs::remove_file(self.place.join("asleep"));
        self.say_url()
    }

    fn list(&self) -> Result<(), String> {
        let filter = format!("label={}={}", model::INSTALLATION, self.installation);
        let named = LABELS.map(|label| format!("{}{label}", model::LABEL));
        let keys = [model::OP_KEY, model::NAME].into_iter();
        let keys = keys.chain(named.iter().map(String::as_str));
        let format: Vec<String> = keys
            .map(|key| format!("{{{{.Label \"{key}\"}}}}"))
            .collect();
        let format = format.join("\t");
        let mut found = BTreeSet::new();
        for kind in [&["ps", "--all"][..], &["volume", "ls"], &["network", "ls"]] {
            let mut words = kind.to_vec();
            words.extend(["--filter", &filter, "--format", &format]);
            found.extend(self.docker.ask(&words)?.lines().map(str::to_owned));
        }
        let mut told = BTreeSet::new();
        for line in found {
            let mut parts = line.split('\t');
            let (Some(op_key), Some(name)) = (parts.next(), parts.next()) else {
                continue;
            };
            if op_key.is_empty() || !told.insert(op_key.to_owned()) {
                continue;
            }
            let labels: Map<String, Value> = LABELS
                .into_iter()
                .zip(parts)
                .filter(|(_, value)| !value.is_empty())
                .map(|(label, value)| (label.to_owned(), value.into()))
                .collect();
            say(&json!({ "owned": { "op_key": op_key, "name": name, "labels": labels } }));
        }
        Ok(())
    }
}

/// The variable in which a compose file finds a parameter.
pub(super) fn variable(parameter: &str) -> String {
    let name = parameter.to_ascii_uppercase().replace('-', "_");
    format!("PARAMETER_{name}")
}

/// A file of texts, if there is one.
fn texts(path: Option<&String>) -> Result<BTreeMap<String, String>, String> {
    let Some(path) = path else {
        return Ok(BTreeMap::new());
    };
    match fs::read(path) {
        Ok(bytes) => serde_json::from_slice(&bytes).map_err(|fault| format!("{path}: {fault}")),
        // What is removed for the second time has no files any more.
        Err(fault) if fault.kind() == std::io::ErrorKind::NotFound => Ok(BTreeMap::new()),
        Err(fault) => Err(format!("{path}: {fault}")),
    }
}
