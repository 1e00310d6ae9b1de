//! Sleep and wake: workloads go to zero replicas, and each remembers by itself how many it had.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::Instant;

use super::Kubernetes;
use super::cluster::Cluster;
use super::identity::{REPLICAS, SUSPENDED, annotation};
use super::kinds::{CRON_JOB, DEPLOYMENT, ObjectKind, STATEFUL_SET};
use super::provisioner::Pause;
use super::rollout::{name, wanted};
use crate::providers::Failure;

/// The kinds that have replicas.
static SCALED: [&ObjectKind; 2] = [&DEPLOYMENT, &STATEFUL_SET];

impl Kubernetes {
    /// Scales everything to zero and waits until no replica is left. Count and zero are written in one
    /// change, so that no crash between them can lose the count.
    pub(super) async fn put_to_sleep(
        &self,
        cluster: &Cluster,
        namespace: &str,
        bound: Duration,
    ) -> Result<(), Failure> {
        let deadline = Instant::now() + bound;
        for kind in SCALED {
            for object in cluster.list(kind, Some(namespace), None).await? {
                if wanted(&object) > 0 {
                    let change = json!({
                        "metadata": { "annotations": { REPLICAS: wanted(&object).to_string() } },
                        "spec": { "replicas": 0 },
                    });
                    cluster
                        .merge(kind, Some(namespace), name(&object), &change)
                        .await?;
                }
            }
        }
        for schedule in cluster.list(&CRON_JOB, Some(namespace), None).await? {
            if schedule["spec"]["suspend"] != true {
                let change = json!({
                    "metadata": { "annotations": { SUSPENDED: "false" } },
                    "spec": { "suspend": true },
                });
                cluster
                    .merge(&CRON_JOB, Some(namespace), name(&schedule), &change)
                    .await?;
            }
        }
        let mut pause = Pause::default();
        loop {
            let left = replicas_left(cluster, namespace).await?;
            if left == 0 {
                return Ok(());
            }
            if !pause.until(deadline).await {
                return Err(Failure::Retryable(format!(
                    "{left} replicas have not stopped yet"
                )));
            }
        }
    }

    /// Gives everything that sleeps its replicas back. What somebody woke by hand keeps what it has.
    pub(super) async fn rouse(&self, cluster: &Cluster, namespace: &str) -> Result<(), Failure> {
        for kind in SCALED {
            for object in cluster.list(kind, Some(namespace), None).await? {
                let Some(former) = annotation(&object, REPLICAS) else {
                    continue;
                };
                let mut change = forget(REPLICAS);
                if wanted(&object) == 0 {
                    change["spec"] = json!({ "replicas": former.parse::<u32>().unwrap_or(1) });
                }
                cluster
                    .merge(kind, Some(namespace), name(&object), &change)
                    .await?;
            }
        }
        for schedule in cluster.list(&CRON_JOB, Some(namespace), None).await? {
            if annotation(&schedule, SUSPENDED).is_some() {
                let mut change = forget(SUSPENDED);
                change["spec"] = json!({ "suspend": false });
                cluster
                    .merge(&CRON_JOB, Some(namespace), name(&schedule), &change)
                    .await?;
            }
        }
        Ok(())
    }
}

fn forget(annotation: &str) -> Value {
    json!({ "metadata": { "annotations": { annotation: null } } })
}

async fn replicas_left(cluster: &Cluster, namespace: &str) -> Result<u64, Failure> {
    let mut left = 0;
    for kind in SCALED {
        for object in cluster.list(kind, Some(namespace), None).await? {
            left += object["status"]["replicas"].as_u64().unwrap_or(0);
        }
    }
    Ok(left)
}
