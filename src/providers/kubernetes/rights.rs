//! Which rights Hearth's account needs in a cluster, and which of them it lacks.

use futures::StreamExt as _;
use serde_json::json;

use super::cluster::Cluster;
use super::definition::Definition;
use super::kinds::{
    ACCESS_REVIEW, CRON_JOB, DEPLOYMENT, EVENT, JOB, LIMIT_RANGE, NAMESPACE, NETWORK_POLICY,
    ObjectKind, POD, QUOTA, SERVICE_ACCOUNT, STATEFUL_SET,
};
use super::manifests;
use crate::providers::Failure;

/// How many questions are asked at the same time.
const QUESTIONS_AT_ONCE: usize = 8;

/// One right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Right {
    verb: &'static str,
    kind: &'static ObjectKind,
    subresource: &'static str,
}

impl Right {
    /// As people write it: verb, object, group.
    fn sentence(self) -> String {
        let resource = match self.subresource {
            "" => self.kind.plural.to_owned(),
            part => format!("{}/{part}", self.kind.plural),
        };
        let group = match self.kind.group {
            "" => "the core group".to_owned(),
            group => format!("the group {group}"),
        };
        format!(
            "Hearth's account may not `{}` {resource} of {group}: add the right to its ClusterRole (examples/kubernetes/ has all that are needed)",
            self.verb
        )
    }
}

/// The rights that every template needs.
const ALWAYS: [(&ObjectKind, &str, &[&str]); 12] = [
    (
        &NAMESPACE,
        "",
        &["get", "list", "create", "patch", "delete"],
    ),
    (&QUOTA, "", &["get", "create", "patch"]),
    (&LIMIT_RANGE, "", &["get", "create", "patch"]),
    (&SERVICE_ACCOUNT, "", &["get", "create", "patch"]),
    (&NETWORK_POLICY, "", &["get", "create", "patch"]),
    (&DEPLOYMENT, "", &["list", "patch"]),
    (&STATEFUL_SET, "", &["list", "patch"]),
    (&CRON_JOB, "", &["list", "patch"]),
    (&JOB, "", &["list"]),
    (&POD, "", &["list"]),
    (&POD, "log", &["get"]),
    (&EVENT, "", &["list"]),
];

/// What keeps a definition from working in its cluster, each in a sentence with what to do.
pub(super) async fn missing(cluster: &Cluster, definition: &Definition) -> Vec<String> {
    let answers: Vec<Result<Option<String>, Failure>> =
        futures::stream::iter(needed(&manifests::kinds_of(&definition.manifests)))
            .map(|right| async move {
                let allowed = may(cluster, right).await?;
                Ok((!allowed).then(|| right.sentence()))
            })
            .buffered(QUESTIONS_AT_ONCE)
            .collect()
            .await;
    let mut sentences = Vec::new();
    for answer in answers {
        match answer {
            Ok(sentence) => sentences.extend(sentence),
            // Whoever cannot ask one question cannot ask the others either.
            Err(failure) => return vec![failure.to_string()],
        }
    }
    sentences
}

/// The rights that a template with these kinds of objects needs.
fn needed(kinds: &[&'static ObjectKind]) -> Vec<Right> {
    let mut rights: Vec<Right> = Vec::new();
    let of_template = kinds
        .iter()
        .map(|kind| (*kind, "", &["create", "patch"][..]));
    for (kind, subresource, verbs) in ALWAYS.into_iter().chain(of_template) {
        for verb in verbs {
            let right = Right {
                verb,
                kind,
                subresource,
            };
            if !rights.contains(&right) {
                rights.push(right);
            }
        }
    }
    rights
}

/// Asks the cluster whether the account has a right in every namespace.
async fn may(cluster: &Cluster, right: Right) -> Result<bool, Failure> {
    let question = json!({
        "apiVersion": ACCESS_REVIEW.api_version(),
        "kind": ACCESS_REVIEW.kind,
        "spec": { "resourceAttributes": {
            "verb": right.verb,
            "group": right.kind.group,
            "resource": right.kind.plural,
            "subresource": right.subresource,
        } },
    });
    let answer = cluster.ask(&ACCESS_REVIEW, &question).await?;
    Ok(answer["status"]["allowed"] == true)
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::super::kinds::ALLOWED;
    use super::*;

    /// What the shipped role allows.
    fn shipped() -> Vec<(String, String, String)> {
        let text = include_str!("../../../examples/kubernetes/service-account.yaml");
        let objects: Vec<Value> = serde_saphyr::from_multiple(text).expect("the example is YAML");
        let role = objects
            .iter()
            .find(|object| object["kind"] == "ClusterRole")
            .expect("the example has a role");
        let texts = |value: &Value| -> Vec<String> {
            let list = value.as_array().expect("a list");
            list.iter()
                .filter_map(|one| one.as_str().map(str::to_owned))
                .collect()
        };
        let mut rights = Vec::new();
        for rule in role["rules"].as_array().expect("rules") {
            for group in texts(&rule["apiGroups"]) {
                for resource in texts(&rule["resources"]) {
                    for verb in texts(&rule["verbs"]) {
                        rights.push((group.clone(), resource.clone(), verb));
                    }
                }
            }
        }
        rights.sort();
        rights
    }

    #[test]
    fn the_shipped_role_has_every_right_that_is_needed_and_no_other() {
        let mut wanted: Vec<_> = needed(&ALLOWED)
            .into_iter()
            .map(|right| {
                let resource = match right.subresource {
                    "" => right.kind.plural.to_owned(),
                    part => format!("{}/{part}", right.kind.plural),
                };
                (right.kind.group.to_owned(), resource, right.verb.to_owned())
            })
            .collect();
        wanted.sort();
        assert_eq!(shipped(), wanted);
    }
}
