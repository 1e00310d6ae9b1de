//! The folder in which one environment's Terraform works: the module, initialised, and what goes with it.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::inputs;
use super::runs::{Answer, Program, Stop, say_progress, unwritable};
use super::settings::{Module, Settings};
use super::versions::{Constraint, Version};
use super::workspace;
use crate::providers::exec::operation::write;
use crate::providers::exec::processes::Identity;

/// The name under which the token of the registry reaches the program that we are.
pub(super) const TOKEN: &str = "HEARTH_REGISTRY_TOKEN";

/// What the bot hands to the program that does the work.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Task {
    pub(super) settings: Settings,
    pub(super) parameters: BTreeMap<String, String>,
    pub(super) labels: BTreeMap<String, String>,
    /// The parameters that the template declares, where it is asked whether they fit.
    pub(super) declared: Vec<String>,
    /// The fingerprint of the plan that is to be carried out, if somebody agreed to one.
    #[serde(default)]
    pub(super) plan: Option<String>,
}

/// Which environment it is; only what concerns a definition has none.
#[derive(Clone, Debug)]
pub(super) struct Owner {
    pub(super) installation: String,
    pub(super) op_key: String,
    pub(super) name: String,
    pub(super) revision: Option<String>,
}

impl Owner {
    pub(super) fn workspace(&self) -> String {
        workspace::name(&self.installation, &self.op_key, &self.name)
    }
}

/// A folder of ours and the program in it.
pub(super) struct Place {
    pub(super) program: Program,
    is_scratch: bool,
}

impl Drop for Place {
    fn drop(&mut self) {
        if self.is_scratch {
            let _left_for_the_next = fs::remove_dir_all(&self.program.place);
        }
    }
}

impl Place {
    /// The lasting folder of an environment; made by [`Place::make`].
    pub(super) fn of(state: &Path, task: &Task, owner: &Owner) -> Self {
        Self::at(state, state.join(&owner.op_key), task, false)
    }

    /// A folder for a look that must change nothing; it goes when it is dropped.
    pub(super) fn scratch(state: &Path, task: &Task) -> Result<Self, String> {
        let root = state.join(".scratch");
        // What a killed one has left.
        for entry in fs::read_dir(&root).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.parse().is_ok_and(|pid| Identity::of(pid).is_none()) {
                let _gone_already = fs::remove_dir_all(entry.path());
            }
        }
        let place = Self::at(state, root.join(std::process::id().to_string()), task, true);
        place.make()?;
        Ok(place)
    }

    fn at(state: &Path, place: PathBuf, task: &Task, is_scratch: bool) -> Self {
        let settings = &task.settings;
        let root = match &settings.module {
            Module::Folder { path } => path.clone(),
            Module::Registry { .. } => {
                fetched(&place).map_or_else(|| place.join("module"), |(folder, _)| folder)
            }
        };
        let program = Program {
            path: settings.program(),
            root,
            environment: environment(state, &place, settings),
            place,
            grace: Duration::from_secs(settings.grace_seconds),
        };
        Self {
            program,
            is_scratch,
        }
    }

    /// Makes the folder, for nobody but us.
    pub(super) fn make(&self) -> Result<(), String> {
        let make = || {
            let mut builder = fs::DirBuilder::new();
            builder.recursive(true).mode(0o700);
            builder.create(&self.program.place)?;
            fs::write(self.path("cli.tfrc"), "")
        };
        make().map_err(|fault| unwritable(&fault))
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.program.place.join(name)
    }

    pub(super) fn exists(&self) -> bool {
        self.program.place.exists()
    }

    /// Whether the program was ever started here to change something: before that nothing can be there.
    pub(super) fn has_begun(&self) -> bool {
        self.path("begun.json").exists()
    }

    /// Notes, before the first change, whose place it is.
    pub(super) fn begin(&self, owner: &Owner) -> Result<(), String> {
        let begun = json!({
            "installation": workspace::short(&owner.installation),
            "op_key": owner.op_key,
            "name": owner.name,
        });
        write(&self.path("begun.json"), &begun).map_err(|fault| unwritable(&fault))
    }

    /// Removes the folder and everything in it.
    pub(super) fn remove(&self) -> Result<(), String> {
        match fs::remove_dir_all(&self.program.place) {
            Err(fault) if fault.kind() != io::ErrorKind::NotFound => Err(unwritable(&fault)),
            _ => Ok(()),
        }
    }

    /// Removes what is of no use after a run, and may hold values.
    pub(super) fn tidy(&self) {
        for name in ["plan", "vars.tfvars.json", "out", "err"] {
            let _was_not_there = fs::remove_file(self.path(name));
        }
    }

    /// Has the module there and initialised.
    pub(super) async fn prepare(
        &mut self,
        task: &Task,
        owner: Option<&Owner>,
        stop: &mut Stop,
    ) -> Result<(), String> {
        match &task.settings.module {
            Module::Folder { path } => {
                if !inputs::is_module(path) {
                    return Err(no_module(path));
                }
            }
            registry @ Module::Registry { .. } => {
                let revision = owner.and_then(|owner| owner.revision.as_deref());
                self.fetch(registry, revision, stop).await?;
            }
        }
        let mut arguments = words(&["init", "-input=false", "-no-color", "-reconfigure"]);
        let backend = task.settings.backend.iter();
        arguments.extend(backend.map(|(name, value)| format!("-backend-config={name}={value}")));
        let answer = self.look_with_token(task, &arguments, stop).await?;
        if answer.status.success() {
            Ok(())
        } else {
            Err(format!("init: {}", reason(&answer)))
        }
    }

    /// Fetches the module of a registry, once: the environment keeps its version as long as it lives.
    async fn fetch(
        &mut self,
        module: &Module,
        revision: Option<&str>,
        stop: &mut Stop,
    ) -> Result<(), String> {
        let Module::Registry {
            host,
            path,
            constraint,
            services,
            ..
        } = module
        else {
            return Ok(());
        };
        let configuration = services.as_ref().map(|services| {
            format!("host \"{host}\" {{\n  services = {{ \"modules.v1\" = \"{services}\" }}\n}}\n")
        });
        if let Some(configuration) = configuration {
            fs::write(self.path("cli.tfrc"), configuration).map_err(|fault| unwritable(&fault))?;
        }
        if fetched(&self.program.place).is_some() {
            return Ok(());
        }
        let version = version(constraint, revision)?;
        let mut call = json!({ "source": format!("{host}/{path}") });
        if !version.is_empty() {
            call["version"] = Value::from(version);
        }
        let mut answer = self.get(host, &call, stop).await?;
        if fetched(&self.program.place).is_none() {
            // Terraform 1.15 refuses a call that lacks arguments even where it only fetches; older ones do not. Which
            // ones there are can be read from what it has fetched before it refused.
            let folder = self.path("module/.terraform/modules/environment");
            let inputs = inputs::inputs(&folder).unwrap_or_default();
            for (name, _) in inputs.iter().filter(|(_, input)| !input.has_default) {
                call[name] = Value::Null;
            }
            if !inputs.is_empty() {
                answer = self.get(host, &call, stop).await?;
            }
        }
        let Some((root, version)) = fetched(&self.program.place) else {
            return Err(format!("the module cannot be fetched: {}", reason(&answer)));
        };
        say_progress(&format!("fetched {path} {version}"));
        self.program.root = root;
        Ok(())
    }

    /// Has the program fetch what this call of a module names.
    async fn get(&mut self, host: &str, call: &Value, stop: &mut Stop) -> Result<Answer, String> {
        let folder = self.path("module");
        let make = || {
            fs::create_dir_all(&folder)?;
            write(
                &folder.join("main.tf.json"),
                &json!({ "module": { "environment": call } }),
            )
        };
        make().map_err(|fault| unwritable(&fault))?;
        self.program.root.clone_from(&folder);
        let data = folder.join(".terraform").to_string_lossy().into_owned();
        let token = token(host);
        let mut more = vec![("TF_DATA_DIR", data.as_str())];
        more.extend(
            token
                .as_ref()
                .map(|(name, value)| (name.as_str(), value.as_str())),
        );
        self.program
            .look(&words(&["get", "-no-color"]), &more, stop)
            .await
    }

    /// Only fetching and initialising get the token: what the module itself starts must not have it.
    async fn look_with_token(
        &self,
        task: &Task,
        arguments: &[String],
        stop: &mut Stop,
    ) -> Result<Answer, String> {
        let token = match &task.settings.module {
            Module::Registry { host, .. } => token(host),
            Module::Folder { .. } => None,
        };
        let more: Vec<(&str, &str)> = token
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        self.program.look(arguments, &more, stop).await
    }

    /// The workspaces that the backend knows.
    pub(super) async fn workspaces(&self, stop: &mut Stop) -> Result<Vec<String>, String> {
        let arguments = words(&["workspace", "list"]);
        let answer = self.program.look(&arguments, &[], stop).await?;
        if !answer.status.success() {
            return Err(format!("workspace list: {}", reason(&answer)));
        }
        let lines = answer.out.lines().map(|line| line.trim_start_matches('*'));
        Ok(lines
            .map(|line| line.trim().to_owned())
            .filter(|line| !line.is_empty())
            .collect())
    }

    /// The state of a workspace; `Null` if there is none. It holds secrets: nothing of it goes on unasked.
    pub(super) async fn state(&self, workspace: &str, stop: &mut Stop) -> Result<Value, String> {
        let arguments = words(&["state", "pull"]);
        let more = [("TF_WORKSPACE", workspace)];
        let answer = self.program.look(&arguments, &more, stop).await?;
        if !answer.status.success() {
            return Err(format!("state pull: {}", reason(&answer)));
        }
        if answer.out.trim().is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_str(&answer.out).map_err(|_| "the state cannot be read".to_owned())
    }

    /// Removes an empty workspace.
    pub(super) async fn remove_workspace(
        &self,
        workspace: &str,
        stop: &mut Stop,
    ) -> Result<(), String> {
        let arguments = words(&["workspace", "delete", "-no-color", workspace]);
        let answer = self.program.look(&arguments, &[], stop).await?;
        if answer.status.success() {
            Ok(())
        } else {
            Err(format!("workspace delete: {}", reason(&answer)))
        }
    }

    /// Writes the values of the module's variables: as data, for nobody but us to read.
    pub(super) fn write_variables(&self, task: &Task, owner: &Owner) -> Result<String, String> {
        let declared = inputs::inputs(&self.program.root).map_err(|fault| unwritable(&fault))?;
        let mut values: BTreeMap<String, Value> = task
            .parameters
            .iter()
            .map(|(name, value)| (name.clone(), Value::from(value.as_str())))
            .collect();
        values.extend(task.settings.variables.clone());
        let own = [
            ("hearth_op_key", json!(owner.op_key)),
            ("hearth_name", json!(owner.name)),
            ("hearth_workspace", json!(owner.workspace())),
            ("hearth_revision", json!(owner.revision)),
            ("hearth_labels", json!(task.labels)),
        ];
        for (name, value) in own {
            // A variable that the module does not declare would only be warned of.
            if declared.contains_key(name) {
                values.entry(name.to_owned()).or_insert(value);
            }
        }
        let path = self.path("vars.tfvars.json");
        write(&path, &values).map_err(|fault| unwritable(&fault))?;
        Ok(format!("-var-file={}", path.display()))
    }
}

/// Words as an argument list.
pub(super) fn words(list: &[&str]) -> Vec<String> {
    list.iter().map(|&word| word.to_owned()).collect()
}

/// What is said of a folder without a module.
pub(super) fn no_module(path: &Path) -> String {
    format!(
        "the folder {} holds no Terraform module (no .tf file)",
        path.display()
    )
}

/// Folder and version of the module that was fetched into a place.
fn fetched(place: &Path) -> Option<(PathBuf, String)> {
    let folder = place.join("module");
    let text = fs::read(folder.join(".terraform/modules/modules.json")).ok()?;
    let manifest: Value = serde_json::from_slice(&text).ok()?;
    let entry = manifest["Modules"]
        .as_array()?
        .iter()
        .find(|entry| entry["Key"] == "environment")?;
    Some((
        folder.join(entry["Dir"].as_str()?),
        entry["Version"].as_str().unwrap_or_default().to_owned(),
    ))
}

/// What is asked of the registry: the revision that somebody chose, if the template allows it, else what the
/// template says.
fn version(constraint: &str, revision: Option<&str>) -> Result<String, String> {
    let Some(revision) = revision else {
        return Ok(constraint.to_owned());
    };
    let wanted = Version::read(revision)
        .ok_or_else(|| format!("`{revision}` is not a version of a module"))?;
    if Constraint::read(constraint)?.takes(&wanted) {
        Ok(format!("= {}", revision.trim_start_matches('v')))
    } else {
        Err(format!(
            "version {revision} is not one that the template allows ({constraint})"
        ))
    }
}

/// The variable that carries the token to the program (Terraform CLI, "Environment Variable Credentials").
fn token(host: &str) -> Option<(String, String)> {
    let value = std::env::var(TOKEN).ok()?;
    let host = host.replace('-', "__").replace('.', "_");
    Some((format!("TF_TOKEN_{host}"), value))
}

/// The explicit process environment: what the program needs, and what the section lists.
fn environment(state: &Path, place: &Path, settings: &Settings) -> BTreeMap<String, String> {
    let text = |path: PathBuf| path.to_string_lossy().into_owned();
    let mut all: BTreeMap<String, String> = [
        ("PATH", settings.search_path().to_owned()),
        ("LANG", "C.UTF-8".to_owned()),
        ("HOME", text(state.to_owned())),
        ("CHECKPOINT_DISABLE", "1".to_owned()),
        ("TF_IN_AUTOMATION", "1".to_owned()),
        ("TF_INPUT", "0".to_owned()),
        ("TF_CLI_CONFIG_FILE", text(place.join("cli.tfrc"))),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into();
    all.extend(settings.environment.clone());
    for name in settings.secrets.keys() {
        if let Ok(value) = std::env::var(name) {
            all.insert(name.clone(), value);
        }
    }
    all.insert("TF_DATA_DIR".to_owned(), text(place.join("data")));
    // By this what is still at work is found when the playground ends.
    all.insert("HEARTH_STATE_DIR".to_owned(), text(state.to_owned()));
    all
}

/// Why a run that only looks has failed: its first error in one line.
pub(super) fn reason(answer: &Answer) -> String {
    let text = format!("{}\n{}", answer.err, answer.out);
    let lines: Vec<&str> = text
        .lines()
        .map(|line| line.trim_matches(|mark: char| mark.is_whitespace() || "│╷╵".contains(mark)))
        .collect();
    let Some(at) = lines.iter().position(|line| line.starts_with("Error: ")) else {
        let last = lines.iter().rev().find(|line| !line.is_empty());
        return last.map_or_else(|| "it says nothing".to_owned(), |&line| line.to_owned());
    };
    let summary = lines[at].trim_start_matches("Error: ");
    let detail: Vec<&str> = lines[at + 1..]
        .iter()
        .take_while(|line| !line.starts_with("Error: "))
        .copied()
        .collect();
    // The place in the file comes first, what is wrong with it in the last paragraph.
    let paragraph = detail
        .split(|line| line.is_empty())
        .rfind(|paragraph| !paragraph.is_empty())
        .unwrap_or_default();
    if paragraph.is_empty() {
        summary.to_owned()
    } else {
        format!("{summary}: {}", paragraph.join(" "))
    }
}
