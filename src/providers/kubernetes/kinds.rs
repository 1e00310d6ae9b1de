//! The kinds of objects that Hearth touches in a cluster, in the order in which a template's are applied.

/// A kind of object: where the API serves it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ObjectKind {
    /// The value of `kind`.
    pub(super) kind: &'static str,
    /// The API group; empty for the core group.
    pub(super) group: &'static str,
    /// The version of the group.
    pub(super) version: &'static str,
    /// The name in addresses and in rights.
    pub(super) plural: &'static str,
}

const fn of(
    kind: &'static str,
    group: &'static str,
    version: &'static str,
    plural: &'static str,
) -> ObjectKind {
    ObjectKind {
        kind,
        group,
        version,
        plural,
    }
}

pub(super) static NAMESPACE: ObjectKind = of("Namespace", "", "v1", "namespaces");
pub(super) static QUOTA: ObjectKind = of("ResourceQuota", "", "v1", "resourcequotas");
pub(super) static LIMIT_RANGE: ObjectKind = of("LimitRange", "", "v1", "limitranges");
pub(super) static SERVICE_ACCOUNT: ObjectKind = of("ServiceAccount", "", "v1", "serviceaccounts");
pub(super) static POD: ObjectKind = of("Pod", "", "v1", "pods");
pub(super) static EVENT: ObjectKind = of("Event", "", "v1", "events");
pub(super) static ACCESS_REVIEW: ObjectKind = of(
    "SelfSubjectAccessReview",
    "authorization.k8s.io",
    "v1",
    "selfsubjectaccessreviews",
);
pub(super) static NETWORK_POLICY: ObjectKind = of(
    "NetworkPolicy",
    "networking.k8s.io",
    "v1",
    "networkpolicies",
);
pub(super) static DEPLOYMENT: ObjectKind = of("Deployment", "apps", "v1", "deployments");
pub(super) static STATEFUL_SET: ObjectKind = of("StatefulSet", "apps", "v1", "statefulsets");
pub(super) static JOB: ObjectKind = of("Job", "batch", "v1", "jobs");
pub(super) static CRON_JOB: ObjectKind = of("CronJob", "batch", "v1", "cronjobs");

/// What a template may hold, in the order of dependency: what is read by others comes first, what
/// sends people there comes last. Everything here lives in a namespace and goes with it.
pub(super) static ALLOWED: [&ObjectKind; 13] = [
    &of("ConfigMap", "", "v1", "configmaps"),
    &of("Secret", "", "v1", "secrets"),
    &of("PersistentVolumeClaim", "", "v1", "persistentvolumeclaims"),
    &NETWORK_POLICY,
    &of("Service", "", "v1", "services"),
    &STATEFUL_SET,
    &DEPLOYMENT,
    &JOB,
    &CRON_JOB,
    &of(
        "HorizontalPodAutoscaler",
        "autoscaling",
        "v2",
        "horizontalpodautoscalers",
    ),
    &of(
        "PodDisruptionBudget",
        "policy",
        "v1",
        "poddisruptionbudgets",
    ),
    &of("Ingress", "networking.k8s.io", "v1", "ingresses"),
    &of("HTTPRoute", "gateway.networking.k8s.io", "v1", "httproutes"),
];

impl ObjectKind {
    /// The value of `apiVersion`.
    pub(super) fn api_version(&self) -> String {
        if self.group.is_empty() {
            self.version.to_owned()
        } else {
            format!("{}/{}", self.group, self.version)
        }
    }

    /// Where objects of this kind are served, in a namespace or for the whole cluster.
    pub(super) fn address(&self, namespace: Option<&str>) -> String {
        let root = if self.group.is_empty() {
            format!("/api/{}", self.version)
        } else {
            format!("/apis/{}/{}", self.group, self.version)
        };
        match namespace {
            Some(namespace) => format!("{root}/namespaces/{namespace}/{}", self.plural),
            None => format!("{root}/{}", self.plural),
        }
    }
}

/// The place in [`ALLOWED`] of a kind that a manifest names.
pub(super) fn allowed(api_version: &str, kind: &str) -> Option<usize> {
    ALLOWED
        .iter()
        .position(|allowed| allowed.kind == kind && allowed.api_version() == api_version)
}
