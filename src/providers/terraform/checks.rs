//! The tasks that only look and tell: what a plan would change, what has changed outside, whether a definition works.

use std::path::Path;

use serde_json::{Value, json};

use super::inputs::{self, Input};
use super::messages::Said;
use super::place::{Owner, Place, Task, no_module, reason, words};
use super::runs::{Answer, Stop, say};
use super::settings::Module;
use super::versions::Version;

/// The oldest version that does what is asked of it here.
const VERSION_MIN: &str = "1.1.0";

/// Tells what `up` would change. Nothing of it stays, also not a workspace.
pub(super) async fn plan(
    state: &Path,
    task: &Task,
    owner: &Owner,
    stop: &mut Stop,
) -> Result<(), String> {
    let mut place = Place::scratch(state, task)?;
    place.prepare(task, Some(owner), stop).await?;
    let variables = place.write_variables(task, owner)?;
    let own = owner.workspace();
    let is_there = place.workspaces(stop).await?.contains(&own);
    // Planning makes the workspace that it is told, so what is not there yet is planned in one that goes again.
    let workspace = if is_there {
        own
    } else {
        format!("hearth-plan-{}", owner.op_key)
    };
    let arguments = words(&["plan", "-json", "-input=false", "-lock=false", &variables]);
    let answer = place
        .program
        .look(&arguments, &[("TF_WORKSPACE", &workspace)], stop)
        .await;
    if !is_there {
        let _left_empty = place.remove_workspace(&workspace, stop).await;
    }
    let said = heard(&answer?)?;
    said.plan().iter().for_each(|line| say(line));
    Ok(())
}

/// Tells what somebody has changed outside; says nothing if nothing was.
pub(super) async fn drift(
    state: &Path,
    task: &Task,
    owner: &Owner,
    stop: &mut Stop,
) -> Result<(), String> {
    let mut place = Place::scratch(state, task)?;
    if matches!(task.settings.module, Module::Registry { .. }) {
        // A fetched module may keep its state where it was fetched to.
        place = Place::of(state, task, owner);
    }
    place.prepare(task, Some(owner), stop).await?;
    let workspace = owner.workspace();
    if !place.workspaces(stop).await?.contains(&workspace) {
        return Ok(());
    }
    let variables = place.write_variables(task, owner)?;
    let arguments = words(&[
        "plan",
        "-refresh-only",
        "-json",
        "-input=false",
        "-detailed-exitcode",
        "-lock=false",
        &variables,
    ]);
    let answer = place
        .program
        .look(&arguments, &[("TF_WORKSPACE", &workspace)], stop)
        .await?;
    let said = heard(&answer)?;
    if answer.status.code() == Some(2) {
        match said.n_drifted {
            0 => say("only outputs have changed"),
            1 => say("1 resource was changed outside"),
            n => say(&format!("{n} resources were changed outside")),
        }
        said.resources.iter().for_each(|line| say(line));
    }
    Ok(())
}

/// What a run in JSON has said; its error as one.
pub(super) fn heard(answer: &Answer) -> Result<Said, String> {
    let mut said = Said::default();
    for line in answer.out.lines() {
        let _only_kept = said.take(line.as_bytes());
    }
    let failed = !matches!(answer.status.code(), Some(0 | 2));
    match &said.error {
        Some(error) => Err(error.clone()),
        None if failed => Err(reason(answer)),
        None => Ok(said),
    }
}

/// Says everything that keeps a definition from working, each as an error of its own.
pub(super) async fn check(state: &Path, task: &Task, stop: &mut Stop) -> Result<(), String> {
    for fault in faults(state, task, stop).await {
        say(&json!({ "error": fault }).to_string());
    }
    Ok(())
}

async fn faults(state: &Path, task: &Task, stop: &mut Stop) -> Vec<String> {
    if let Module::Folder { path } = &task.settings.module
        && !inputs::is_module(path)
    {
        return vec![no_module(path)];
    }
    let looked = async {
        let mut place = Place::scratch(state, task)?;
        // The program is asked where it surely can run: the module may not be there yet.
        let root = std::mem::replace(&mut place.program.root, place.program.place.clone());
        let version = version(&place, stop).await?;
        place.program.root = root;
        let old = Version::read(&version).zip(Version::read(VERSION_MIN));
        if old.is_none_or(|(found, wanted)| found < wanted) {
            return Err(format!(
                "{} is version {version}: install {VERSION_MIN} or later",
                task.settings.program
            ));
        }
        place
            .prepare(task, None, stop)
            .await
            .map_err(|reason| format!("{} {version}: {reason}", task.settings.program))?;
        inputs::inputs(&place.program.root).map_err(|fault| fault.to_string())
    };
    match looked.await {
        Ok(inputs) => misfits(task, &inputs),
        Err(fault) => vec![fault],
    }
}

async fn version(place: &Place, stop: &mut Stop) -> Result<String, String> {
    let answer = place
        .program
        .look(&words(&["version", "-json"]), &[], stop)
        .await?;
    let read: Value = serde_json::from_str(&answer.out).unwrap_or_default();
    match read["terraform_version"].as_str() {
        Some(version) => Ok(version.to_owned()),
        None => Err(format!(
            "{} does not say its version: {}",
            place.program.path,
            reason(&answer)
        )),
    }
}

/// Where what the template offers and what the module asks for do not fit.
fn misfits(task: &Task, inputs: &std::collections::BTreeMap<String, Input>) -> Vec<String> {
    let settings = &task.settings;
    let by_variable = |name: &str| {
        let variable = format!("TF_VAR_{name}");
        settings.environment.contains_key(&variable) || settings.secrets.contains_key(&variable)
    };
    let mut faults = Vec::new();
    for (name, input) in inputs {
        let is_given = task.declared.contains(name)
            || settings.variables.contains_key(name)
            || by_variable(name)
            || name.starts_with("hearth_");
        if !input.has_default && !is_given {
            faults.push(format!(
                "the module's input `{name}` has no default, and nothing gives it: add it to `variables`, or as a \
                 parameter of the template (`hearth parameters` prints it)"
            ));
        }
    }
    let known: Vec<&str> = inputs.keys().map(String::as_str).collect();
    for name in &task.declared {
        let Some(input) = inputs.get(name) else {
            faults.push(format!(
                "the parameter `{name}` is no input of the module, which has: {}",
                if known.is_empty() {
                    "none".to_owned()
                } else {
                    known.join(", ")
                }
            ));
            continue;
        };
        if settings.variables.contains_key(name) {
            faults.push(format!(
                "the parameter `{name}` also stands in `variables`, which wins: remove one of them"
            ));
        }
        if !["", "any", "string", "number", "bool"].contains(&input.kind.as_str()) {
            faults.push(format!(
                "the module's input `{name}` is of type {}, which a parameter cannot give: put it into `variables`",
                input.kind
            ));
        }
    }
    for name in settings
        .variables
        .keys()
        .filter(|name| !inputs.contains_key(*name))
    {
        faults.push(format!(
            "`variables` gives `{name}`, which is no input of the module"
        ));
    }
    faults
}
