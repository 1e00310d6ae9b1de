//! How an environment is known in a cluster: its namespace's name, its labels, and what our table can be rebuilt from.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use super::definition::PodSecurity;
use crate::providers::{Kept, Order};

/// Who applies, in the words of server-side apply; also the value of the managed-by label.
pub(super) const FIELD_MANAGER: &str = "hearth";
pub(super) const MANAGED_BY: &str = "app.kubernetes.io/managed-by";
pub(super) const INSTALLATION: &str = "hearth.internal/installation";
/// Label and annotation: the label is for searching, the annotation is whole.
pub(super) const OP_KEY: &str = "hearth.internal/op-key";
pub(super) const NAME: &str = "hearth.internal/name";
/// Annotation: every object was applied and the defaults were read back.
pub(super) const APPLIED: &str = "hearth.internal/applied";
/// Annotation: why applying has failed for good.
pub(super) const FAULT: &str = "hearth.internal/fault";
/// Annotation of what sleeps: how many replicas it had.
pub(super) const REPLICAS: &str = "hearth.internal/replicas";
/// Annotation of what sleeps: whether its schedule was suspended before.
pub(super) const SUSPENDED: &str = "hearth.internal/suspended";
/// What every name of a label or annotation of ours begins with.
const PREFIX: &str = "hearth.internal/";

/// The annotations that hold labels of an order.
const OF_ORDERS: [&str; 8] = [
    "environment",
    "team",
    "owner",
    "template",
    "channel",
    "pull-request",
    "requested-at",
    "expires-at",
];

/// The Kubernetes version whose Pod Security rules are meant: a newer cluster keeps to them, so that an
/// upgrade of the cluster does not change what a template may do.
const POD_SECURITY_VERSION: &str = "v1.33";
/// The longest name of a namespace, in bytes.
const NAMESPACE_BYTES_MAX: usize = 63;
/// The longest value of a label, in bytes.
const LABEL_BYTES_MAX: usize = 63;
/// How much of the installation's id stands in a name; the label has all of it.
const INSTALLATION_SHORT_BYTES: usize = 8;

/// The name of an order's namespace.
pub(super) fn namespace(order: &Order) -> String {
    let short: String = order
        .installation
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(INSTALLATION_SHORT_BYTES)
        .collect();
    let name = format!("hearth-{short}-{}", order.name).to_ascii_lowercase();
    if name.len() <= NAMESPACE_BYTES_MAX {
        return name;
    }
    let kept: String = name.chars().take(NAMESPACE_BYTES_MAX - 9).collect();
    format!("{kept}-{}", &digest(&order.name)[..8])
}

/// What selects everything of an installation.
pub(super) fn selector(installation: &str) -> String {
    format!(
        "{MANAGED_BY}={FIELD_MANAGER},{INSTALLATION}={}",
        label_value(installation)
    )
}

/// What selects everything of all installations.
pub(super) fn everybody() -> String {
    format!("{MANAGED_BY}={FIELD_MANAGER},{INSTALLATION}")
}

/// What a namespace keeps of its order: what [`namespace_object`] has written.
pub(super) fn kept(namespace: &Value) -> Kept {
    let annotations = namespace["metadata"]["annotations"].as_object();
    let mut labels = BTreeMap::new();
    for (key, value) in annotations.into_iter().flatten() {
        let name = key.strip_prefix(PREFIX).unwrap_or_default();
        if OF_ORDERS.contains(&name)
            && let Some(value) = value.as_str()
        {
            labels.insert(name.replace('-', "_"), value.to_owned());
        }
    }
    let text = |name: &str| annotation(namespace, &format!("{PREFIX}{name}")).map(str::to_owned);
    let parameters = text("parameters").and_then(|text| serde_json::from_str(&text).ok());
    Kept {
        labels,
        parameters: parameters.unwrap_or_default(),
        revision: text("revision"),
        definition: text("definition"),
    }
}

/// The labels of everything that belongs to an order.
pub(super) fn labels(order: &Order) -> Map<String, Value> {
    let mut labels = Map::new();
    for (key, value) in [
        (MANAGED_BY, FIELD_MANAGER),
        (INSTALLATION, order.installation.as_str()),
        (OP_KEY, order.op_key.as_str()),
    ] {
        labels.insert(key.to_owned(), label_value(value).into());
    }
    for key in ["team", "environment"] {
        if let Some(value) = order.labels.get(key) {
            labels.insert(format!("{PREFIX}{key}"), label_value(value).into());
        }
    }
    labels
}

/// The namespace of an order, with everything that our table says about it.
pub(super) fn namespace_object(order: &Order, level: PodSecurity) -> Value {
    let mut all = labels(order);
    for mode in ["enforce", "warn", "audit"] {
        let key = format!("pod-security.kubernetes.io/{mode}");
        all.insert(format!("{key}-version"), POD_SECURITY_VERSION.into());
        all.insert(key, level.level().into());
    }
    let mut annotations = Map::new();
    let parameters = json!(order.parameters).to_string();
    for (key, value) in [
        (OP_KEY, Some(&order.op_key)),
        (NAME, Some(&order.name)),
        ("hearth.internal/definition", Some(&order.definition)),
        ("hearth.internal/parameters", Some(&parameters)),
        ("hearth.internal/revision", order.revision.as_ref()),
    ] {
        if let Some(value) = value {
            annotations.insert(key.to_owned(), value.as_str().into());
        }
    }
    // Owner, end and whatever else is known: whole, where a label would be cut.
    for (key, value) in &order.labels {
        annotations.insert(
            format!("{PREFIX}{}", key.replace('_', "-")),
            value.as_str().into(),
        );
    }
    json!({
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": { "name": namespace(order), "labels": all, "annotations": annotations },
    })
}

/// Whether a namespace is this order's own: one of the same name may be somebody else's.
pub(super) fn is_of(namespace: &Value, order: &Order) -> bool {
    let metadata = &namespace["metadata"];
    metadata["labels"][MANAGED_BY] == FIELD_MANAGER
        && metadata["labels"][INSTALLATION] == label_value(&order.installation).as_str()
        && metadata["annotations"][OP_KEY] == order.op_key.as_str()
}

/// An annotation of an object.
pub(super) fn annotation<'a>(object: &'a Value, key: &str) -> Option<&'a str> {
    object["metadata"]["annotations"][key].as_str()
}

/// A text as the value of a label: itself where it can be, else its digest.
fn label_value(text: &str) -> String {
    let is_plain = |character: char| character.is_ascii_alphanumeric();
    let fits = text.len() <= LABEL_BYTES_MAX
        && text.starts_with(is_plain)
        && text.ends_with(is_plain)
        && text
            .chars()
            .all(|character| is_plain(character) || "-_.".contains(character));
    if fits {
        text.to_owned()
    } else {
        digest(text)[..32].to_owned()
    }
}

fn digest(text: &str) -> String {
    hex::encode(Sha256::digest(text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(name: &str) -> Order {
        Order {
            op_key: "0198".to_owned(),
            definition: "{}".to_owned(),
            installation: "0d9f3a51-7c0e-4e0e-9d0e-0123456789ab".to_owned(),
            name: name.to_owned(),
            revision: None,
            target: None,
            parameters: [].into(),
            labels: [("team".to_owned(), "Größe".to_owned())].into(),
            plan: None,
        }
    }

    #[test]
    fn a_namespace_is_named_by_installation_and_environment() {
        assert_eq!(namespace(&order("pr-42")), "hearth-0d9f3a51-pr-42");
        let long = |end: &str| namespace(&order(&format!("{}{end}", "a".repeat(60))));
        assert_eq!(long("b").len(), NAMESPACE_BYTES_MAX);
        assert_ne!(long("b"), long("c"));
    }

    #[test]
    fn what_cannot_be_a_label_is_labelled_by_its_digest_and_annotated_whole() {
        let object = namespace_object(&order("x"), PodSecurity::Restricted);
        let team = object["metadata"]["labels"]["hearth.internal/team"]
            .as_str()
            .expect("a label");
        assert!(team.len() == 32 && team.is_ascii());
        assert_eq!(annotation(&object, "hearth.internal/team"), Some("Größe"));
        assert!(is_of(&object, &order("x")));
        let other = Order {
            op_key: "0199".to_owned(),
            ..order("x")
        };
        assert!(!is_of(&object, &other));
    }
}
