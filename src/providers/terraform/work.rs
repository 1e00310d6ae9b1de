//! What the program `hearth terraform TASK` does: it speaks the exec protocol to whoever started it, and drives
//! Terraform. Every task may run again after a crash in its middle.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use rustix::fs::Mode;
use rustix::process::umask;
use serde_json::{Value, json};

use super::checks;
use super::messages::{Lock, Said};
use super::offered;
use super::place::{Owner, Place, Task, reason, words};
use super::proposal::{self, Agreed};
use super::runs::{Ended, OnStop, Record, Stop, say, say_log, say_progress};
use super::settings::{Module, Shown};
use super::unlock::{holder_here, is_ours};
use super::workspace;

/// How often plan and apply are begun in one `up`: once more after the program was killed.
const RUNS_MAX: u32 = 2;
/// The longest text of an output, in characters; a longer one is no address and nothing to show.
const OUTPUT_CHARS_MAX: usize = 4_000;

/// What is in a reason that lies in what was asked for: Terraform's words on a value that a variable does not take,
/// and ours on a version that is none or not allowed.
const OF_USER: [&str; 4] = [
    "Invalid value for variable",
    "Invalid value for input variable",
    "is not a version of a module",
    "is not one that the template allows",
];

/// Does one task. This is what `hearth terraform TASK` calls; nobody else should.
#[must_use]
pub fn work(task: &str) -> ExitCode {
    // What we and the program write is for nobody else; only what is applied gets the mask it would have anyway.
    let former_mask = umask(Mode::RWXG | Mode::RWXO);
    match begin(task, former_mask) {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            if OF_USER.iter().any(|words| reason.contains(words)) {
                say(&json!({ "fault": "user" }).to_string());
            }
            say(&json!({ "error": reason }).to_string());
            ExitCode::FAILURE
        }
    }
}

fn begin(name: &str, former_mask: Mode) -> Result<(), String> {
    let variable = |name: &str| {
        std::env::var(name).map_err(|_| format!("{name} is not set: only Hearth calls this"))
    };
    let task: Task = serde_json::from_str(&variable("HEARTH_TERRAFORM")?)
        .map_err(|fault| format!("HEARTH_TERRAFORM cannot be read: {fault}"))?;
    let state = PathBuf::from(variable("HEARTH_STATE_DIR")?);
    let installation = variable("HEARTH_INSTALLATION")?;
    let owner = |installation: String| {
        Ok::<_, String>(Owner {
            installation,
            op_key: variable("HEARTH_OP_KEY")?,
            name: variable("HEARTH_NAME")?,
            revision: variable("HEARTH_REVISION").ok(),
        })
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|fault| format!("no runtime: {fault}"))?;
    runtime.block_on(async {
        let mut stop = Stop::listen().map_err(|fault| format!("no signals: {fault}"))?;
        match name {
            "list" => return list(&state, &task, &installation, &mut stop).await,
            "check" => return checks::check(&state, &task, &mut stop).await,
            "inputs" => return offered::tell(&state, &task, &mut stop).await,
            _ => {}
        }
        let owner = owner(installation)?;
        match name {
            "up" => up(&state, &task, &owner, former_mask, &mut stop).await,
            "down" => down(&state, &task, &owner, &mut stop).await,
            "status" => status(&state, &task, &owner, &mut stop).await,
            "plan" => checks::plan(&state, &task, &owner, &mut stop).await,
            "propose" => proposal::propose(&state, &task, &owner, &mut stop).await,
            "drift" => checks::drift(&state, &task, &owner, &mut stop).await,
            _ => Err(format!("there is no task {name}")),
        }
    })
}

async fn up(
    state: &Path,
    task: &Task,
    owner: &Owner,
    former_mask: Mode,
    stop: &mut Stop,
) -> Result<(), String> {
    let mut place = Place::of(state, task, owner);
    place.make()?;
    let mut dead = settle_former(&place, owner, OnFormer::Wait, stop).await?;
    place.prepare(task, Some(owner), stop).await?;
    let agreed = task
        .plan
        .as_deref()
        .map(|fingerprint| Agreed::find(&place, fingerprint))
        .transpose()?;
    let variables = place.write_variables(task, owner)?;
    place.begin(owner)?;
    let work = Work {
        place: &place,
        task,
        workspace: owner.workspace(),
        variables: &variables,
        former_mask,
    };
    let done = work.make(agreed, &mut dead, stop).await;
    place.tidy();
    done?;
    proposal::forget(&place);
    let outputs = allowed(&place.state(&owner.workspace(), stop).await?, task);
    say(&json!({ "output": outputs }).to_string());
    Ok(())
}

/// One making of an environment, and what goes with it.
struct Work<'a> {
    place: &'a Place,
    task: &'a Task,
    workspace: String,
    variables: &'a str,
    former_mask: Mode,
}

impl Work<'_> {
    /// Carries out what was agreed to, if there is such a plan; else plans and applies until nothing is left to change.
    async fn make(
        &self,
        agreed: Option<Agreed>,
        dead: &mut Option<Record>,
        stop: &mut Stop,
    ) -> Result<(), String> {
        let mut n_runs = 0;
        let mut untried = agreed.as_ref().and_then(Agreed::file);
        loop {
            n_runs += 1;
            let file = match untried.take() {
                Some(file) => file,
                None => match self.plan(n_runs, agreed.as_ref(), dead, stop).await? {
                    Planned::Done => return Ok(()),
                    Planned::Again => continue,
                    Planned::ToApply(file) => file,
                },
            };
            let apply = words(&["apply", "-json", "-input=false", &self.lock(), &file]);
            let mut said = Said::default();
            umask(self.former_mask);
            let more = [("TF_WORKSPACE", self.workspace.as_str())];
            let ended = self
                .place
                .program
                .work("apply", &apply, &more, OnStop::Interrupt, stop, &mut said)
                .await;
            umask(Mode::RWXG | Mode::RWXO);
            match ended? {
                Ended::Code(0) => return Ok(()),
                // What it was making at that moment is not in the state: whoever names things by the variables
                // hearth_op_key or hearth_name finds them again.
                Ended::Killed if n_runs < RUNS_MAX => say_progress(
                    "the program was killed while it worked; what is there is looked at, and the rest is made",
                ),
                ended => {
                    let before = agreed.as_ref().is_some_and(|agreed| agreed.begun_before);
                    if n_runs < RUNS_MAX && before && said.is_stale() {
                        say_progress("it was applied in part before; the rest is made");
                        continue;
                    }
                    let locked = said.lock.as_ref();
                    if n_runs < RUNS_MAX
                        && unlocked(self.place, &self.workspace, locked, dead, stop).await?
                    {
                        untried = agreed.as_ref().and_then(Agreed::file);
                        continue;
                    }
                    return Err(why("apply", &ended, &said));
                }
            }
        }
    }

    /// Plans what is left to change. Of what was agreed to, nothing else may be left.
    async fn plan(
        &self,
        n_runs: u32,
        agreed: Option<&Agreed>,
        dead: &mut Option<Record>,
        stop: &mut Stop,
    ) -> Result<Planned, String> {
        let file = self.place.path("plan").display().to_string();
        let (lock, out) = (self.lock(), format!("-out={file}"));
        let plan = words(&[
            "plan",
            "-json",
            "-input=false",
            "-detailed-exitcode",
            &lock,
            self.variables,
            &out,
        ]);
        let more = [("TF_WORKSPACE", self.workspace.as_str())];
        let mut said = Said::default();
        let ended = self
            .place
            .program
            .work("plan", &plan, &more, OnStop::Interrupt, stop, &mut said)
            .await?;
        match ended {
            Ended::Code(0) if said.error.is_none() => return Ok(Planned::Done),
            Ended::Code(2) if said.error.is_none() => {}
            Ended::Killed if n_runs < RUNS_MAX => {
                say_progress("the program was killed while it planned; it is started again");
                return Ok(Planned::Again);
            }
            ended => {
                let locked = said.lock.as_ref();
                if unlocked(self.place, &self.workspace, locked, dead, stop).await? {
                    return Ok(Planned::Again);
                }
                return Err(why("plan", &ended, &said));
            }
        }
        if let Some(agreed) = agreed {
            agreed.covers(&said)?;
        }
        if self.task.settings.plan == Shown::Show {
            said.plan().iter().for_each(|line| say_progress(line));
        }
        Ok(Planned::ToApply(file))
    }

    fn lock(&self) -> String {
        format!("-lock-timeout={}s", self.task.settings.lock_seconds_max)
    }
}

/// What a look at what is left to change has led to.
enum Planned {
    /// Nothing is left.
    Done,
    /// It is to be looked at again.
    Again,
    /// The plan in this file is to be applied.
    ToApply(String),
}

async fn down(state: &Path, task: &Task, owner: &Owner, stop: &mut Stop) -> Result<(), String> {
    let mut place = Place::of(state, task, owner);
    if is_certainly_absent(&place) {
        return place.remove();
    }
    place.make()?;
    let mut dead = settle_former(&place, owner, OnFormer::Interrupt, stop).await?;
    place.prepare(task, Some(owner), stop).await?;
    let workspace = owner.workspace();
    if !place.workspaces(stop).await?.contains(&workspace) {
        return place.remove();
    }
    // From now on there is something, also if this folder was lost meanwhile.
    place.begin(owner)?;
    let variables = place.write_variables(task, owner)?;
    let lock = format!("-lock-timeout={}s", task.settings.lock_seconds_max);
    let destroy = words(&[
        "destroy",
        "-json",
        "-auto-approve",
        "-input=false",
        &lock,
        &variables,
    ]);
    loop {
        let mut said = Said::default();
        let more = [("TF_WORKSPACE", workspace.as_str())];
        // Whoever waits for us may give up earlier than a cloud removes things: the program works on, and the
        // next `down` finds it.
        let ended = place
            .program
            .work("destroy", &destroy, &more, OnStop::Leave, stop, &mut said)
            .await?;
        match ended {
            Ended::Code(0) => break,
            Ended::Stopped => return Err("it is still being destroyed".to_owned()),
            ended => {
                if !unlocked(&place, &workspace, said.lock.as_ref(), &mut dead, stop).await? {
                    return Err(why("destroy", &ended, &said));
                }
            }
        }
    }
    place.remove_workspace(&workspace, stop).await?;
    place.remove()
}

/// Whether nothing can be there, without asking anybody: the program never came to change something, or `down` has
/// ended. As long as the supervisor's folder of the operation is there, so would be ours.
fn is_certainly_absent(place: &Place) -> bool {
    let is_known =
        std::env::var_os("HEARTH_PARAMETERS").is_some_and(|path| Path::new(&path).exists());
    !place.has_begun() && (place.exists() || is_known)
}

async fn status(state: &Path, task: &Task, owner: &Owner, stop: &mut Stop) -> Result<(), String> {
    let answer = |state: &str| {
        say(&json!({ "state": state }).to_string());
        Ok(())
    };
    let mut place = Place::of(state, task, owner);
    if is_certainly_absent(&place) {
        return answer("absent");
    }
    if !place.has_begun() {
        // The data folder was lost, or nothing was ever begun: only the backend knows.
        place = Place::scratch(state, task)?;
        place.prepare(task, Some(owner), stop).await?;
    }
    let workspace = owner.workspace();
    if !place.workspaces(stop).await?.contains(&workspace) {
        return answer("absent");
    }
    let found = place.state(&workspace, stop).await?;
    let is_empty = |key: &str| match &found[key] {
        Value::Array(list) => list.is_empty(),
        Value::Object(map) => map.is_empty(),
        _ => true,
    };
    if is_empty("resources") && is_empty("outputs") {
        say(&json!({ "error": "its workspace is there, but nothing is left in it" }).to_string());
        return answer("failed");
    }
    say(&json!({ "output": allowed(&found, task) }).to_string());
    answer("present")
}

async fn list(
    state: &Path,
    task: &Task,
    installation: &str,
    stop: &mut Stop,
) -> Result<(), String> {
    let mut place = Place::scratch(state, task)?;
    place.prepare(task, None, stop).await?;
    let workspaces = place.workspaces(stop).await?;
    let mut owned: BTreeMap<String, String> = workspaces
        .iter()
        .filter_map(|found| workspace::owner(found, installation))
        .map(|(op_key, name)| (op_key.to_owned(), name.to_owned()))
        .collect();
    if matches!(task.settings.module, Module::Registry { .. }) {
        // Without a backend of its own a fetched module keeps its state where it was fetched to.
        owned.extend(kept_here(state, installation));
    }
    for (op_key, name) in owned {
        say(&json!({ "owned": { "op_key": op_key, "name": name } }).to_string());
    }
    Ok(())
}

/// The environments of this installation that have a folder here.
fn kept_here(state: &Path, installation: &str) -> Vec<(String, String)> {
    let short = workspace::short(installation);
    let read = |path: &Path| {
        let text = std::fs::read(path.join("begun.json")).ok()?;
        let begun: Value = serde_json::from_slice(&text).ok()?;
        let text = |key: &str| begun[key].as_str().map(str::to_owned);
        (text("installation")? == short).then_some((text("op_key")?, text("name")?))
    };
    std::fs::read_dir(state)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| read(&entry.path()))
        .collect()
}

/// What is done with a run that a killed predecessor of ours has left behind.
#[derive(Clone, Copy, PartialEq, Eq)]
enum OnFormer {
    /// It does what we want, so its end is waited for.
    Wait,
    /// Only a `destroy` does what we want; anything else is interrupted.
    Interrupt,
}

/// Sees to what a predecessor has left at work: two of them would make everything twice. Answers with the run
/// that died, if one did.
async fn settle_former(
    place: &Place,
    owner: &Owner,
    on_former: OnFormer,
    stop: &mut Stop,
) -> Result<Option<Record>, String> {
    let Some((record, alive)) = place.program.former()? else {
        return Ok(None);
    };
    let Some(identity) = alive else {
        place.program.forget(&record);
        return Ok(Some(record));
    };
    say_log(&format!(
        "`{}` of {} is still at work from before",
        record.command, owner.name
    ));
    let is_destroy = record.command == "destroy";
    if on_former == OnFormer::Interrupt && !is_destroy {
        place.program.interrupt(&record, &identity, stop).await?;
        return Ok(None);
    }
    say_progress("its program is still at work from before; its end is waited for");
    let on_stop = if is_destroy {
        OnStop::Leave
    } else {
        OnStop::Interrupt
    };
    match place
        .program
        .adopt(&record, &identity, on_stop, stop)
        .await?
    {
        Ended::Stopped if is_destroy => Err("it is still being destroyed".to_owned()),
        Ended::Stopped => Err("it was stopped".to_owned()),
        _ => Ok(None),
    }
}

/// Takes away a lock that is certainly our own dead run's; anybody else's stays.
async fn unlocked(
    place: &Place,
    workspace: &str,
    lock: Option<&Lock>,
    dead: &mut Option<Record>,
    stop: &mut Stop,
) -> Result<bool, String> {
    let (Some(lock), Some(record)) = (lock, dead.take()) else {
        return Ok(false);
    };
    if !is_ours(lock, record.started_ms, &holder_here()) {
        return Ok(false);
    }
    say_progress("taking away the lock of a run of ours that was killed");
    let arguments = words(&["force-unlock", "-force", "-no-color", &lock.id]);
    let more = [("TF_WORKSPACE", workspace)];
    let answer = place.program.look(&arguments, &more, stop).await?;
    if answer.status.success() {
        Ok(true)
    } else {
        Err(format!("force-unlock: {}", reason(&answer)))
    }
}

/// Why a run did not do what it should.
fn why(command: &str, ended: &Ended, said: &Said) -> String {
    let how = match ended {
        Ended::Code(code) => format!("{command}: exit code {code}"),
        Ended::Killed => format!("{command} was killed"),
        Ended::Stopped => return "it was stopped".to_owned(),
        Ended::Flood => format!("{command} printed too much and was stopped"),
        Ended::Unknown => format!("{command} ended, and nobody knows how"),
    };
    said.error.clone().unwrap_or(how)
}

/// The outputs of a state that may leave: allowed by the section and not called sensitive by the module.
fn allowed(state: &Value, task: &Task) -> BTreeMap<String, String> {
    let outputs = task.settings.outputs.iter().filter_map(|name| {
        let output = state["outputs"].get(name)?;
        let text = match &output["value"] {
            _ if output["sensitive"] == true => return None,
            Value::Null => return None,
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        (text.chars().count() <= OUTPUT_CHARS_MAX).then(|| (name.clone(), text))
    });
    outputs.collect()
}
