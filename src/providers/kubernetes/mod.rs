//! Engine `kubernetes`: one namespace per environment, filled from a folder of manifests. See docs/how-to/add-a-template-on-kubernetes.md.

mod cluster;
mod defaults;
mod definition;
mod identity;
mod kinds;
mod manifests;
mod provisioner;
mod quantity;
mod rights;
mod rollout;
mod settings;
mod sleeping;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use self::cluster::Cluster;
pub use self::definition::{Definition, PodSecurity, Size};
pub use self::settings::settings;
use super::exec::ClockNow;
use super::{Failure, Kind};

/// Namespaces of a cluster, as a kind of engine.
pub const KIND: Kind = Kind {
    name: "kubernetes",
    settings: |section| settings(section).map(|definition| definition.canonical()),
    lacks,
    sleeps: |_| true,
    plans: false,
};

/// How many connections are kept at most.
const CLUSTERS_MAX: usize = 16;

/// The provider. It keeps nothing but connections: everything that must survive is in the cluster.
pub struct Kubernetes {
    clusters: Mutex<HashMap<Reach, Cluster>>,
    clock_now: ClockNow,
}

/// How a cluster is reached; a file that has changed is another way.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Reach {
    kubeconfig: Option<PathBuf>,
    changed_at: Option<SystemTime>,
    context: Option<String>,
    call_seconds_max: u64,
}

impl Kubernetes {
    /// Calls nobody yet.
    #[must_use]
    pub fn new(clock_now: ClockNow) -> Self {
        Self {
            clusters: Mutex::default(),
            clock_now,
        }
    }

    /// The connection to a definition's cluster.
    async fn cluster(&self, definition: &Definition) -> Result<Cluster, Failure> {
        let file = definition.kubeconfig.clone();
        let changed_at = file
            .as_ref()
            .and_then(|path| std::fs::metadata(path).ok()?.modified().ok());
        let reach = Reach {
            kubeconfig: file,
            changed_at,
            context: definition.context.clone(),
            call_seconds_max: definition.call_seconds_max,
        };
        let lock = || self.clusters.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(cluster) = lock().get(&reach) {
            return Ok(cluster.clone());
        }
        let cluster = Cluster::open(definition).await?;
        let mut clusters = lock();
        if clusters.len() >= CLUSTERS_MAX {
            clusters.clear();
        }
        clusters.insert(reach, cluster.clone());
        Ok(cluster)
    }
}

/// What this machine lacks for a definition; calls nobody.
fn lacks(definition: &str) -> Vec<String> {
    let Ok(definition) = Definition::read(definition) else {
        return Vec::new();
    };
    let mut absent = manifests::faults(&definition.manifests);
    match &definition.kubeconfig {
        Some(path) => {
            if let Err(fault) = std::fs::File::open(path) {
                absent.push(format!("{} cannot be read: {fault}", path.display()));
            }
        }
        None => {
            if std::env::var_os("KUBERNETES_SERVICE_HOST").is_none() {
                absent.push("Hearth does not run inside of a cluster".to_owned());
            }
        }
    }
    absent
}
