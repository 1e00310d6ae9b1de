//! Rollouts: the recorded words of a real cluster, and what they mean for people.

use serde_json::json;

use super::*;

/// The answer of a recorded exchange.
macro_rules! recorded {
    ($name:literal) => {
        serde_json::from_str::<Value>(include_str!(concat!(
            "../../../tests/data/kubernetes/",
            $name,
            ".json"
        )))
        .expect("a recording is JSON")["response"]["body"]
            .take()
    };
}

fn sight(deployments: Vec<Value>) -> Sight {
    Sight {
        deployments,
        stateful_sets: Vec::new(),
        jobs: Vec::new(),
        pods: Vec::new(),
        events: Vec::new(),
    }
}

fn items(mut list: Value) -> Vec<Value> {
    match list["items"].take() {
        Value::Array(items) => items,
        _ => panic!("no list"),
    }
}

#[test]
fn a_deployment_that_is_rolled_out_is_ready() {
    assert_eq!(
        sight(vec![recorded!("deployment-ready-200")]).standing(5),
        Standing::Ready
    );
    assert_eq!(
        sight(Vec::new()).standing(5),
        Standing::Ready,
        "nothing to wait for"
    );
    let mut unseen = recorded!("deployment-ready-200");
    unseen["metadata"]["generation"] = 3.into();
    assert_eq!(
        sight(vec![unseen]).standing(5),
        Standing::Moving("0 of 1 are up; Deployment web is being taken up".to_owned())
    );
}

#[test]
fn pods_that_are_refused_say_why() {
    let Standing::Failed(why, _) = sight(vec![recorded!(
        "deployment-rootful-blocked-by-pod-security-200"
    )])
    .standing(5) else {
        panic!("it cannot come up")
    };
    assert!(why.starts_with("Deployment rootful: pods"), "{why}");
    assert!(why.contains("violates PodSecurity \"restricted:latest\"") && !why.contains('\n'));
    let mut refused = sight(Vec::new());
    refused.stateful_sets =
        vec![json!({ "metadata": { "name": "db" }, "spec": { "replicas": 1 } })];
    refused.events = items(recorded!("events-200"));
    assert_eq!(
        refused.standing(5),
        Standing::Moving("0 of 1 are up; StatefulSet db has 0 of 1 replicas".to_owned())
    );
    refused.events.push(json!({
        "type": "Warning", "reason": "FailedCreate", "message": "exceeded quota: hearth",
        "involvedObject": { "kind": "StatefulSet", "name": "db" },
    }));
    assert_eq!(
        refused.standing(5),
        Standing::Failed(
            "StatefulSet db: exceeded quota: hearth".to_owned(),
            Whose::Platform
        )
    );
}

#[test]
fn an_image_that_is_not_there_fails_and_a_crash_only_after_some_restarts() {
    let mut rolling = recorded!("deployment-ready-200");
    rolling["status"]["availableReplicas"] = 0.into();
    let mut now = sight(vec![rolling]);
    now.pods = items(recorded!("pods-with-imagepullbackoff-200"));
    assert_eq!(
        now.standing(5),
        Standing::Failed(
            "container web of pod broken-bc798f77-x9t8m: ImagePullBackOff: image shop/web:badimage: simulated"
                .to_owned(), Whose::User
        )
    );
    let crashing = |restarts: u64| {
        vec![json!({
            "metadata": { "name": "web-1" },
            "status": { "containerStatuses": [{
                "name": "web", "restartCount": restarts,
                "state": { "waiting": { "reason": "CrashLoopBackOff" } },
                "lastState": { "terminated": { "exitCode": 3 } },
            }] },
        })]
    };
    now.pods = crashing(4);
    assert_eq!(
        now.standing(5),
        Standing::Moving(
            "0 of 1 are up; Deployment web has 0 of 2 replicas (CrashLoopBackOff)".to_owned()
        )
    );
    now.pods = crashing(5);
    assert_eq!(
        now.standing(5),
        Standing::Failed(
            "container web of pod web-1: CrashLoopBackOff: started 6 times, ended last with exit code 3".to_owned(), Whose::User
        )
    );
}

#[test]
fn jobs_count_unless_a_schedule_made_them() {
    let job = |conditions: Value, owners: Value| json!({ "metadata": { "name": "seed", "ownerReferences": owners }, "status": { "conditions": conditions } });
    let standing = |job: Value| {
        let mut now = sight(Vec::new());
        now.jobs = vec![job];
        now.standing(5)
    };
    let failed =
        json!([{ "type": "Failed", "status": "True", "message": "it has reached its limit" }]);
    assert_eq!(
        standing(job(failed.clone(), json!([]))),
        Standing::Failed(
            "Job seed: it has reached its limit".to_owned(),
            Whose::Platform
        )
    );
    assert_eq!(
        standing(job(failed, json!([{ "kind": "CronJob" }]))),
        Standing::Ready
    );
    assert_eq!(
        standing(job(json!([]), json!([]))),
        Standing::Moving("0 of 1 are up; Job seed is running".to_owned())
    );
    let complete = json!([{ "type": "Complete", "status": "True" }]);
    assert_eq!(standing(job(complete, json!([]))), Standing::Ready);
}

#[test]
fn a_namespace_that_hangs_says_why() {
    let mut namespace = recorded!("namespace-terminating-200");
    assert_eq!(why_it_hangs(&namespace), None);
    namespace["status"]["conditions"] = json!([
        { "type": "NamespaceDeletionDiscoveryFailure", "status": "False", "message": "fine" },
        { "type": "NamespaceFinalizersRemaining", "status": "True", "message": "example.org/lock in 1 resource" },
    ]);
    assert_eq!(
        why_it_hangs(&namespace).as_deref(),
        Some("NamespaceFinalizersRemaining: example.org/lock in 1 resource")
    );
}

#[test]
fn an_image_is_the_users_unless_the_registry_is_out_of_reach() {
    for (reason, message, expected) in [
        (
            "ImagePullBackOff",
            "manifest for shop/web:9 not found",
            Whose::User,
        ),
        (
            "ImagePullBackOff",
            "dial tcp: lookup registry.example: no such host",
            Whose::Platform,
        ),
        (
            "ImagePullBackOff",
            "unauthorized: authentication required",
            Whose::Platform,
        ),
        ("InvalidImageName", "", Whose::User),
        ("CrashLoopBackOff", "", Whose::User),
        (
            "CreateContainerConfigError",
            "configmap not found",
            Whose::Platform,
        ),
    ] {
        assert_eq!(whose(reason, message), expected, "{reason}: {message}");
    }
}
