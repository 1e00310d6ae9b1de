//! How far an environment's workloads are, and why one does not come up: read from what the cluster says, nothing else.

use serde_json::Value;

use super::cluster::plain;
use crate::providers::Whose;

/// What nodes say when the registry is at fault, or the way to it, or the password for it.
const OUT_OF_REACH: [&str; 7] = [
    "dial tcp",
    "timeout",
    "no such host",
    "x509",
    "toomanyrequests",
    "unauthorized",
    "server error",
];

/// How far a workload is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// As many as wanted are there, in the newest form.
    Ready,
    /// Not yet; what is missing, in a few words.
    Moving(String),
    /// It will not come by waiting; why, and whose fault it is.
    Failed(String, Whose),
}

/// Everything that is looked at once.
pub(super) struct Sight {
    pub(super) deployments: Vec<Value>,
    pub(super) stateful_sets: Vec<Value>,
    pub(super) jobs: Vec<Value>,
    /// Only looked at when something is not ready.
    pub(super) pods: Vec<Value>,
    /// Only looked at when something is not ready.
    pub(super) events: Vec<Value>,
}

impl Sight {
    /// Whether every workload is ready by its own word, so that pods need not be looked at.
    pub(super) fn is_ready(&self) -> bool {
        self.standings()
            .iter()
            .all(|(_, standing)| *standing == Standing::Ready)
    }

    /// Where all of it stands: a failure wins, then what still moves.
    pub(super) fn standing(&self, restarts_max: u64) -> Standing {
        let standings = self.standings();
        if let Some((title, why, whose)) =
            standings
                .iter()
                .find_map(|(title, standing)| match standing {
                    Standing::Failed(why, whose) => Some((title, why, *whose)),
                    _ => None,
                })
        {
            return Standing::Failed(plain(&format!("{title}: {why}")), whose);
        }
        let n_ready = standings
            .iter()
            .filter(|(_, standing)| *standing == Standing::Ready)
            .count();
        if n_ready == standings.len() {
            return Standing::Ready;
        }
        if let Some((why, whose)) = self.pods.iter().find_map(|pod| stuck(pod, restarts_max)) {
            return Standing::Failed(plain(&why), whose);
        }
        // A set of stateful pods says nothing when its pods are refused; its events do.
        if let Some(why) = self.events.iter().find_map(refused_creation) {
            return Standing::Failed(plain(&why), Whose::Platform);
        }
        let moving = standings
            .iter()
            .find_map(|(title, standing)| match standing {
                Standing::Moving(what) => Some(format!("{title} {what}")),
                _ => None,
            });
        let waiting = self.pods.iter().find_map(waiting);
        Standing::Moving(plain(&format!(
            "{n_ready} of {} are up; {}{}",
            standings.len(),
            moving.unwrap_or_default(),
            waiting.map(|why| format!(" ({why})")).unwrap_or_default(),
        )))
    }

    fn standings(&self) -> Vec<(String, Standing)> {
        let titled = |kind: &str, object: &Value, standing: Standing| {
            (format!("{kind} {}", name(object)), standing)
        };
        let deployments = self
            .deployments
            .iter()
            .map(|one| titled("Deployment", one, deployment(one)));
        let sets = self
            .stateful_sets
            .iter()
            .map(|one| titled("StatefulSet", one, stateful_set(one)));
        let jobs = self
            .jobs
            .iter()
            .filter(|job| !is_of_schedule(job))
            .map(|one| titled("Job", one, job(one)));
        deployments.chain(sets).chain(jobs).collect()
    }
}

fn deployment(object: &Value) -> Standing {
    let (wanted, status) = (wanted(object), &object["status"]);
    for (condition, value, reason) in [
        ("ReplicaFailure", "True", None),
        ("Progressing", "False", Some("ProgressDeadlineExceeded")),
    ] {
        if let Some(found) = self::condition(object, condition)
            && found["status"] == value
            && reason.is_none_or(|reason| found["reason"] == reason)
        {
            return Standing::Failed(text(&found["message"]).to_owned(), Whose::Platform);
        }
    }
    if !is_seen(object) {
        return Standing::Moving("is being taken up".to_owned());
    }
    let (updated, ready, all) = (
        count(&status["updatedReplicas"]),
        count(&status["availableReplicas"]),
        count(&status["replicas"]),
    );
    if updated >= wanted && ready >= wanted && all <= wanted {
        Standing::Ready
    } else {
        Standing::Moving(format!("has {ready} of {wanted} replicas"))
    }
}

fn stateful_set(object: &Value) -> Standing {
    let (wanted, status) = (wanted(object), &object["status"]);
    let (updated, ready, all) = (
        count(&status["updatedReplicas"]),
        count(&status["readyReplicas"]),
        count(&status["replicas"]),
    );
    let is_newest = wanted == 0
        || status["updateRevision"].is_null()
        || status["updateRevision"] == status["currentRevision"]
        || updated >= wanted;
    if is_seen(object) && ready >= wanted && all <= wanted && is_newest {
        Standing::Ready
    } else {
        Standing::Moving(format!("has {ready} of {wanted} replicas"))
    }
}

fn job(object: &Value) -> Standing {
    let is = |name: &str| condition(object, name).is_some_and(|found| found["status"] == "True");
    if is("Complete") || object["spec"]["suspend"] == true {
        return Standing::Ready;
    }
    match condition(object, "Failed").filter(|found| found["status"] == "True") {
        Some(found) => Standing::Failed(text(&found["message"]).to_owned(), Whose::Platform),
        None => Standing::Moving("is running".to_owned()),
    }
}

/// A run of a CronJob is daily life, not part of coming up.
fn is_of_schedule(job: &Value) -> bool {
    job["metadata"]["ownerReferences"]
        .as_array()
        .is_some_and(|owners| owners.iter().any(|owner| owner["kind"] == "CronJob"))
}

/// Why a pod will not come up by waiting. A first failed pull may pass and a program may wait for its
/// database by crashing, so it takes a back-off, or several restarts.
fn stuck(pod: &Value, restarts_max: u64) -> Option<(String, Whose)> {
    statuses(pod).into_iter().find_map(|status| {
        let waiting = &status["state"]["waiting"];
        let reason = text(&waiting["reason"]);
        let restarts = status["restartCount"].as_u64().unwrap_or(0);
        let is_stuck = match reason {
            "ImagePullBackOff"
            | "InvalidImageName"
            | "ErrImageNeverPull"
            | "CreateContainerConfigError" => true,
            "CrashLoopBackOff" => restarts >= restarts_max,
            _ => false,
        };
        is_stuck.then(|| {
            let ended = &status["lastState"]["terminated"];
            let detail = match reason {
                "CrashLoopBackOff" => format!(
                    "started {} times, ended last with exit code {}",
                    restarts + 1,
                    ended["exitCode"]
                ),
                _ => format!(
                    "image {}: {}",
                    text(&status["image"]),
                    text(&waiting["message"])
                ),
            };
            let why = format!(
                "container {} of pod {}: {reason}: {detail}",
                text(&status["name"]),
                name(pod)
            );
            (why, whose(reason, text(&waiting["message"])))
        })
    })
}

/// Whose fault it is that a container does not come up: its image and its program are the user's. An image that
/// cannot be reached, or must not be, is not.
fn whose(reason: &str, message: &str) -> Whose {
    let is_out_of_reach = OUT_OF_REACH.iter().any(|words| message.contains(words));
    match reason {
        "ImagePullBackOff" if !is_out_of_reach => Whose::User,
        "InvalidImageName" | "CrashLoopBackOff" => Whose::User,
        _ => Whose::Platform,
    }
}

/// What a pod is waiting for, in one word.
fn waiting(pod: &Value) -> Option<String> {
    let unschedulable = condition(pod, "PodScheduled")
        .filter(|found| found["status"] == "False")
        .map(|found| text(&found["message"]).to_owned());
    unschedulable.or_else(|| {
        statuses(pod)
            .iter()
            .map(|status| text(&status["state"]["waiting"]["reason"]).to_owned())
            .find(|reason| !reason.is_empty())
    })
}

/// Why pods were refused when their owner made them: quota, Pod Security, bounds of a container.
fn refused_creation(event: &Value) -> Option<String> {
    let about = &event["involvedObject"];
    let is_owner = matches!(text(&about["kind"]), "StatefulSet" | "Job");
    (event["type"] == "Warning" && event["reason"] == "FailedCreate" && is_owner).then(|| {
        format!(
            "{} {}: {}",
            text(&about["kind"]),
            text(&about["name"]),
            text(&event["message"])
        )
    })
}

fn statuses(pod: &Value) -> Vec<&Value> {
    ["initContainerStatuses", "containerStatuses"]
        .iter()
        .filter_map(|key| pod["status"][key].as_array())
        .flatten()
        .collect()
}

/// Whether the controller has seen the newest form of the object.
fn is_seen(object: &Value) -> bool {
    object["status"]["observedGeneration"].as_u64().unwrap_or(0)
        >= object["metadata"]["generation"].as_u64().unwrap_or(0)
}

pub(super) fn wanted(object: &Value) -> u64 {
    object["spec"]["replicas"].as_u64().unwrap_or(1)
}

pub(super) fn name(object: &Value) -> &str {
    text(&object["metadata"]["name"])
}

fn condition<'a>(object: &'a Value, kind: &str) -> Option<&'a Value> {
    object["status"]["conditions"]
        .as_array()?
        .iter()
        .find(|condition| condition["type"] == kind)
}

fn count(value: &Value) -> u64 {
    value.as_u64().unwrap_or(0)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Why a namespace that is being removed is still there, in the words of its own conditions.
pub(super) fn why_it_hangs(namespace: &Value) -> Option<String> {
    let conditions = namespace["status"]["conditions"].as_array()?;
    conditions
        .iter()
        .find(|condition| condition["status"] == "True")
        .map(|condition| {
            plain(&format!(
                "{}: {}",
                text(&condition["type"]),
                text(&condition["message"])
            ))
        })
}

#[cfg(test)]
#[path = "rollout_tests.rs"]
mod tests;
