//! What a template says about its namespace, in the canonical form that an order keeps.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::providers::Failure;

/// The level of the Pod Security Standards that a namespace enforces. There is no `privileged`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PodSecurity {
    /// Pods as they should be today.
    Restricted,
    /// Nothing that is known to lead out of the container.
    Baseline,
}

impl PodSecurity {
    /// The value of the label.
    #[must_use]
    pub fn level(self) -> &'static str {
        match self {
            Self::Restricted => "restricted",
            Self::Baseline => "baseline",
        }
    }
}

/// The most that one environment may use, as Kubernetes writes amounts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Size {
    /// Processor time of all pods together, in cores.
    pub cpu: String,
    /// Memory of all pods together, in bytes.
    pub memory: String,
    /// All volumes together, in bytes.
    pub storage: String,
    /// How many pods.
    pub pods: u64,
    /// How many volumes.
    pub volumes: u64,
    /// What a container gets that does not say what it needs, in cores.
    pub container_cpu: String,
    /// What a container gets that does not say what it needs, in bytes.
    pub container_memory: String,
}

/// The checked settings of one template on Kubernetes. Everything in it is plain and may be stored:
/// what is secret is in the file that `kubeconfig` names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// The folder of manifests, absolute.
    pub manifests: PathBuf,
    /// The file that says how the cluster is reached, absolute; `None` inside of a cluster.
    pub kubeconfig: Option<PathBuf>,
    /// Which of the file's contexts; `None` for its current one.
    pub context: Option<String>,
    /// What pods may do.
    pub pod_security: PodSecurity,
    /// The most that it may use.
    pub size: Size,
    /// The namespace whose pods may reach it from outside, such as the ingress controller's.
    pub ingress_namespace: Option<String>,
    /// Where its pods may go outside: `internet`, or networks such as `192.0.2.0/24`.
    pub egress: Vec<String>,
    /// What leaves as outputs, by name; values hold placeholders.
    pub outputs: BTreeMap<String, String>,
    /// How often a container may start anew before its environment has failed.
    pub restarts_max: u64,
    /// How long one call to the API server may take, in seconds.
    pub call_seconds_max: u64,
}

impl Definition {
    /// The form that is stored in an order: the same settings always give the same text.
    ///
    /// # Panics
    /// Never: the paths were checked to be text when the section was read.
    #[must_use]
    pub fn canonical(&self) -> String {
        serde_json::to_string(self).expect("a definition has only text paths")
    }

    /// Reads the canonical form back.
    ///
    /// # Errors
    /// [`Failure::Permanent`] when it was not written by this provider.
    pub(super) fn read(text: &str) -> Result<Self, Failure> {
        serde_json::from_str(text).map_err(|fault| {
            Failure::Permanent(format!(
                "the stored definition is not one of kubernetes: {fault}"
            ))
        })
    }
}
