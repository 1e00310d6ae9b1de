//! A plan that somebody agrees to before it is applied: made once, kept, known by its fingerprint, and applied only as
//! it is.

use std::fs::{self, File};
use std::path::Path;
use std::time::Duration;

use rustix::fs::{FlockOperation, flock};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use tokio::time::sleep;

use super::checks;
use super::messages::Said;
use super::place::{Owner, Place, Task, words};
use super::runs::{Stop, say, unwritable};
use crate::domain::limits::PLAN_LINES_MAX;
use crate::providers::Proposal;
use crate::providers::exec::LOOK_MS;
use crate::providers::exec::operation::{read as read_json, write};

/// The plan, as the program wrote it.
const PLAN: &str = "proposal.plan";
/// What it would change.
const NOTE: &str = "proposal.json";

/// What is noted beside the plan once it is whole.
#[derive(Debug, Serialize, Deserialize)]
struct Note {
    fingerprint: String,
    /// How much is added, changed, destroyed.
    changes: [u64; 3],
    /// What, in full.
    resources: Vec<String>,
}

/// Makes the plan and keeps it, or finds it kept, and tells it.
pub(super) async fn propose(
    state: &Path,
    task: &Task,
    owner: &Owner,
    stop: &mut Stop,
) -> Result<(), String> {
    let mut place = Place::of(state, task, owner);
    place.make()?;
    let _mine = alone(&place, stop).await?;
    let note = match note(&place)? {
        Some(note) => note,
        None => make(&mut place, task, owner, stop).await?,
    };
    let [add, change, destroy] = note.changes;
    say(&format!("{} {add} {change} {destroy}", note.fingerprint));
    let told = note.resources.iter().take(PLAN_LINES_MAX);
    told.for_each(|line| say(line));
    Ok(())
}

/// What [`propose`] has told.
pub(super) fn read(lines: &[String]) -> Option<Proposal> {
    let (first, resources) = lines.split_first()?;
    let words: Vec<&str> = first.split(' ').collect();
    let [fingerprint, n_add, n_change, n_destroy] = words[..] else {
        return None;
    };
    Some(Proposal {
        fingerprint: fingerprint.to_owned(),
        n_add: n_add.parse().ok()?,
        n_change: n_change.parse().ok()?,
        n_destroy: n_destroy.parse().ok()?,
        resources: resources.to_vec(),
    })
}

async fn make(
    place: &mut Place,
    task: &Task,
    owner: &Owner,
    stop: &mut Stop,
) -> Result<Note, String> {
    place.prepare(task, Some(owner), stop).await?;
    let variables = place.write_variables(task, owner)?;
    // A predecessor that was killed may still write: each writes into a file of its own.
    let file = place.path(&format!("proposal-{}.plan", std::process::id()));
    let arguments = words(&[
        "plan",
        "-json",
        "-input=false",
        &format!("-lock-timeout={}s", task.settings.lock_seconds_max),
        &variables,
        &format!("-out={}", file.display()),
    ]);
    let workspace = owner.workspace();
    let more = [("TF_WORKSPACE", workspace.as_str())];
    let answer = place.program.look(&arguments, &more, stop).await;
    place.tidy();
    // Planning has made the workspace. It is made again when the plan is applied, and one that holds something stays.
    let _stays_if_it_is_not_empty = place.remove_workspace(&workspace, stop).await;
    let mut said = checks::heard(&answer?)?;
    // The program names them in the order in which it came to them.
    let address = |line: &String| line.rsplit(' ').next().unwrap_or_default().to_owned();
    said.resources.sort_by_key(address);
    let keep = || {
        let note = Note {
            fingerprint: fingerprint(&file)?,
            changes: said.summary.unwrap_or_default(),
            resources: said.resources,
        };
        fs::rename(&file, place.path(PLAN))?;
        write(&place.path(NOTE), &note)?;
        Ok(note)
    };
    keep().map_err(|fault: std::io::Error| unwritable(&fault))
}

fn note(place: &Place) -> Result<Option<Note>, String> {
    read_json(&place.path(NOTE)).map_err(|fault| unwritable(&fault))
}

fn fingerprint(file: &Path) -> std::io::Result<String> {
    Ok(hex::encode(Sha256::digest(fs::read(file)?)))
}

/// Two that plan the same at the same time would disturb each other.
async fn alone(place: &Place, stop: &mut Stop) -> Result<File, String> {
    let file = File::create(place.path("proposal.lock")).map_err(|fault| unwritable(&fault))?;
    loop {
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => return Ok(file),
            Err(rustix::io::Errno::WOULDBLOCK | rustix::io::Errno::INTR) => {}
            Err(fault) => return Err(unwritable(&fault.into())),
        }
        tokio::select! {
            () = stop.wait() => return Err("it was stopped".to_owned()),
            () = sleep(Duration::from_millis(LOOK_MS)) => {}
        }
    }
}

/// A plan that somebody agreed to.
pub(super) struct Agreed {
    note: Note,
    file: Option<String>,
    /// Whether a former life of ours may have applied some of it.
    pub(super) begun_before: bool,
}

impl Agreed {
    /// The plan with this fingerprint, and no other.
    pub(super) fn find(place: &Place, wanted: &str) -> Result<Self, String> {
        const GONE: &str =
            "the plan that was agreed to is not there any more: ask for the environment again";
        let note = note(place)?.filter(|note| note.fingerprint == wanted);
        let note = note.ok_or(GONE)?;
        let path = place.path(PLAN);
        let begun_before = place.has_begun();
        let file = match fingerprint(&path) {
            Ok(found) if found == wanted => Some(path.to_string_lossy().into_owned()),
            // It goes once it was applied.
            Err(_) if begun_before => None,
            _ => return Err(GONE.to_owned()),
        };
        Ok(Self {
            note,
            file,
            begun_before,
        })
    }

    /// Where it is, if it was not carried out to its end before.
    pub(super) fn file(&self) -> Option<String> {
        self.file.clone()
    }

    /// Whether another plan holds nothing but what was agreed to. What was half made is made anew.
    pub(super) fn covers(&self, said: &Said) -> Result<(), String> {
        let agreed: Vec<(&str, &str)> = {
            let lines = self.note.resources.iter();
            lines.filter_map(|line| parts(line)).collect()
        };
        let strange = said.resources.iter().find(|line| {
            let covered = parts(line).is_some_and(|(mark, address)| {
                agreed.iter().any(|(agreed_mark, agreed_address)| {
                    let same = *agreed_mark == mark || (*agreed_mark == "+" && mark == "-/+");
                    *agreed_address == address && same
                })
            });
            !covered
        });
        match strange {
            None => Ok(()),
            Some(line) => Err(format!(
                "it was applied in part, and what is left holds more than was agreed to ({line}): destroy it and ask again"
            )),
        }
    }
}

fn parts(line: &str) -> Option<(&str, &str)> {
    line.split_once(' ')
}

/// Takes away the plan once it was carried out: it may hold values.
pub(super) fn forget(place: &Place) {
    let _was_not_there = fs::remove_file(place.path(PLAN));
}
