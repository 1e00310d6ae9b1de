//! What every environment contains whatever its template says: bounds, closed doors, no token. Applied, and read back.

use serde_json::{Value, json};

use super::cluster::Cluster;
use super::definition::{Definition, Size};
use super::identity;
use super::kinds::{LIMIT_RANGE, NAMESPACE, NETWORK_POLICY, ObjectKind, QUOTA, SERVICE_ACCOUNT};
use super::quantity::thousandths;
use super::settings::INTERNET;
use crate::providers::{Failure, Order};

/// Networks that are not the internet: private, shared, local, and where clouds hand out credentials.
const PRIVATE: [&str; 6] = [
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.168.0.0/16",
];
/// What a container is reserved that does not say what it needs, unless its limit is lower.
const CPU_REQUEST: &str = "50m";
/// What a container is reserved that does not say what it needs, unless its limit is lower.
const MEMORY_REQUEST: &str = "64Mi";
/// The most Secrets of an environment.
const SECRETS_MAX: u64 = 30;
/// The most Jobs of an environment.
const JOBS_MAX: u64 = 30;

/// One object that an environment must have.
struct Guard {
    kind: &'static ObjectKind,
    object: Value,
}

/// Applies them all, then reads them all back.
///
/// # Errors
/// As of the calls, and as of [`verify`].
pub(super) async fn apply(
    cluster: &Cluster,
    definition: &Definition,
    order: &Order,
    namespace: &str,
) -> Result<(), Failure> {
    let whole = identity::namespace_object(order, definition.pod_security);
    cluster.apply(&NAMESPACE, None, &whole).await?;
    for guard in guards(definition, order) {
        cluster
            .apply(guard.kind, Some(namespace), &guard.object)
            .await?;
    }
    verify(cluster, definition, order, namespace).await
}

/// Reads them all back: an environment is not called ready without them.
///
/// # Errors
/// [`Failure::Permanent`] that names what is missing or different.
pub(super) async fn verify(
    cluster: &Cluster,
    definition: &Definition,
    order: &Order,
    namespace: &str,
) -> Result<(), Failure> {
    let missing = |kind: &ObjectKind, name: &str, what: &str| {
        Failure::Permanent(format!(
            "the environment is not safe: its {} {name} {what}",
            kind.kind
        ))
    };
    let wanted = identity::namespace_object(order, definition.pod_security);
    let seen = cluster.get(&NAMESPACE, None, namespace).await?;
    let labels = |object: &Value| object["metadata"]["labels"].clone();
    if !seen.is_some_and(|seen| holds(&labels(&wanted), &labels(&seen))) {
        return Err(missing(&NAMESPACE, namespace, "has lost a label"));
    }
    for guard in guards(definition, order) {
        let name = guard.object["metadata"]["name"]
            .as_str()
            .unwrap_or_default();
        let Some(seen) = cluster.get(guard.kind, Some(namespace), name).await? else {
            return Err(missing(guard.kind, name, "is missing"));
        };
        let keeps = ["spec", "automountServiceAccountToken"].iter().all(|part| {
            guard
                .object
                .get(part)
                .is_none_or(|wanted| holds(wanted, &seen[part]))
        });
        if !keeps {
            return Err(missing(guard.kind, name, "is not as it was applied"));
        }
    }
    Ok(())
}

fn guards(definition: &Definition, order: &Order) -> Vec<Guard> {
    let mut guards = vec![
        guard(
            &QUOTA,
            "hearth",
            order,
            json!({ "spec": { "hard": hard(&definition.size) } }),
        ),
        guard(
            &LIMIT_RANGE,
            "hearth",
            order,
            json!({ "spec": limits(&definition.size) }),
        ),
        // Every pod gets this one unless it names another, and another there is not.
        guard(
            &SERVICE_ACCOUNT,
            "default",
            order,
            json!({ "automountServiceAccountToken": false }),
        ),
    ];
    for (name, spec) in policies(definition) {
        guards.push(guard(&NETWORK_POLICY, name, order, json!({ "spec": spec })));
    }
    guards
}

fn guard(kind: &'static ObjectKind, name: &str, order: &Order, mut object: Value) -> Guard {
    object["apiVersion"] = kind.api_version().into();
    object["kind"] = kind.kind.into();
    object["metadata"] = json!({ "name": name, "labels": identity::labels(order) });
    Guard { kind, object }
}

fn hard(size: &Size) -> Value {
    json!({
        "requests.cpu": size.cpu,
        "limits.cpu": size.cpu,
        "requests.memory": size.memory,
        "limits.memory": size.memory,
        "requests.storage": size.storage,
        "persistentvolumeclaims": size.volumes.to_string(),
        "pods": size.pods.to_string(),
        "secrets": SECRETS_MAX.to_string(),
        "count/jobs.batch": JOBS_MAX.to_string(),
        "services.loadbalancers": "0",
        "services.nodeports": "0",
    })
}

/// A quota refuses pods that do not say what they need, so something must say it for them.
fn limits(size: &Size) -> Value {
    let lower = |one: &str, other: &str| {
        if thousandths(one) <= thousandths(other) {
            one.to_owned()
        } else {
            other.to_owned()
        }
    };
    let (cpu, memory) = (
        lower(&size.container_cpu, &size.cpu),
        lower(&size.container_memory, &size.memory),
    );
    json!({ "limits": [
        {
            "type": "Container",
            "defaultRequest": {
                "cpu": lower(CPU_REQUEST, &cpu),
                "memory": lower(MEMORY_REQUEST, &memory),
            },
            "default": { "cpu": cpu, "memory": memory },
            "max": { "cpu": size.cpu, "memory": size.memory },
        },
        { "type": "PersistentVolumeClaim", "max": { "storage": size.storage } },
    ] })
}

/// Nothing in, nothing out; then name lookups, the environment itself, and what the template opens.
fn policies(definition: &Definition) -> Vec<(&'static str, Value)> {
    let everyone = json!({});
    let of_namespace = |name: &str| json!({ "namespaceSelector": { "matchLabels": { "kubernetes.io/metadata.name": name } } });
    let mut policies = vec![
        (
            "hearth-default-deny",
            json!({ "podSelector": everyone, "policyTypes": ["Ingress", "Egress"] }),
        ),
        (
            "hearth-allow-dns",
            json!({
                "podSelector": everyone,
                "policyTypes": ["Egress"],
                "egress": [{
                    "to": [of_namespace("kube-system")],
                    "ports": [{ "protocol": "UDP", "port": 53 }, { "protocol": "TCP", "port": 53 }],
                }],
            }),
        ),
        (
            "hearth-allow-same-namespace",
            json!({
                "podSelector": everyone,
                "policyTypes": ["Ingress", "Egress"],
                "ingress": [{ "from": [{ "podSelector": everyone }] }],
                "egress": [{ "to": [{ "podSelector": everyone }] }],
            }),
        ),
    ];
    if let Some(from) = &definition.ingress_namespace {
        policies.push((
            "hearth-allow-ingress",
            json!({
                "podSelector": everyone,
                "policyTypes": ["Ingress"],
                "ingress": [{ "from": [of_namespace(from)] }],
            }),
        ));
    }
    if !definition.egress.is_empty() {
        let to: Vec<Value> = definition
            .egress
            .iter()
            .map(|network| match network.as_str() {
                INTERNET => json!({ "ipBlock": { "cidr": "0.0.0.0/0", "except": PRIVATE } }),
                network => json!({ "ipBlock": { "cidr": network } }),
            })
            .collect();
        policies.push((
            "hearth-allow-egress",
            json!({ "podSelector": everyone, "policyTypes": ["Egress"], "egress": [{ "to": to }] }),
        ));
    }
    policies
}

/// Whether everything that is wanted is there; amounts may be written in other words, and the API adds
/// fields of its own.
fn holds(wanted: &Value, seen: &Value) -> bool {
    match (wanted, seen) {
        (Value::Object(wanted), Value::Object(seen)) => wanted
            .iter()
            .all(|(key, wanted)| seen.get(key).is_some_and(|seen| holds(wanted, seen))),
        (Value::Array(wanted), Value::Array(seen)) => {
            wanted.len() == seen.len()
                && wanted
                    .iter()
                    .zip(seen)
                    .all(|(one, other)| holds(one, other))
        }
        (Value::String(wanted), Value::String(seen)) => {
            wanted == seen
                || thousandths(wanted).is_some_and(|amount| thousandths(seen) == Some(amount))
        }
        _ => wanted == seen,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::holds;

    #[test]
    fn amounts_in_other_words_and_fields_of_the_api_are_no_difference() {
        let wanted = json!({ "hard": { "cpu": "1000m", "pods": "4" }, "types": ["a"], "all": {} });
        let seen =
            json!({ "hard": { "cpu": "1", "pods": "4", "x": "1" }, "types": ["a"], "all": {} });
        assert!(holds(&wanted, &seen));
        for different in [
            json!({ "hard": { "cpu": "2", "pods": "4" }, "types": ["a"], "all": {} }),
            json!({ "hard": { "cpu": "1" }, "types": ["a"], "all": {} }),
            json!({ "hard": { "cpu": "1", "pods": "4" }, "types": ["a", "b"], "all": {} }),
            json!({ "hard": { "cpu": "1", "pods": "4" }, "types": ["a"] }),
        ] {
            assert!(!holds(&wanted, &different), "{different}");
        }
    }
}
