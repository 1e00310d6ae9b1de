//! Reads the kubernetes section of a template, and finds all its faults at once, also those in its manifests.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::PathBuf;

use super::definition::{Definition, PodSecurity, Size};
use super::manifests;
use super::quantity::thousandths;
use crate::providers::section::{ENTRIES_MAX, Reader};
use crate::providers::{Fault, Section};

/// The word for every address that is not private.
pub(super) const INTERNET: &str = "internet";

const KEYS: [&str; 17] = [
    "manifests",
    "kubeconfig",
    "context",
    "pod_security",
    "cpu",
    "memory",
    "storage",
    "pods",
    "volumes",
    "container_cpu",
    "container_memory",
    "ingress_namespace",
    "egress",
    "outputs",
    "restarts_max",
    "call_seconds_max",
    "in_cluster",
];

/// Reads a section.
///
/// # Errors
/// Every fault that the section or a file of its manifests has, each with its place and a hint.
pub fn settings(section: &Section<'_>) -> Result<Definition, Vec<Fault>> {
    let mut reader = Reader::of_environments("kubernetes", section, &KEYS);
    let folder = path(&mut reader, "manifests", section);
    if reader.value("manifests").is_none() {
        reader.missing(
            "manifests",
            "name the folder with its YAML files: manifests = \"kubernetes/preview\"",
        );
    }
    let kubeconfig = path(&mut reader, "kubeconfig", section);
    how_it_is_reached(&mut reader, section, kubeconfig.is_some());
    if let Some(folder) = &folder {
        let hint = "see docs/how-to/add-a-template-on-kubernetes.md for what a manifest may hold";
        for message in manifests::faults(folder) {
            reader.fault(reader.place("manifests"), message, hint);
        }
    }
    let definition = Definition {
        context: reader.line("context"),
        kubeconfig,
        pod_security: pod_security(&mut reader),
        size: size(&mut reader),
        ingress_namespace: namespace(&mut reader, "ingress_namespace"),
        egress: egress(&mut reader),
        outputs: outputs(&mut reader),
        restarts_max: reader.number("restarts_max", 5, 0..=100),
        call_seconds_max: reader.number("call_seconds_max", 10, 1..=60),
        manifests: folder.unwrap_or_default(),
    };
    reader.done(definition)
}

/// A path, counted from the configuration's folder.
fn path(reader: &mut Reader<'_>, key: &str, section: &Section<'_>) -> Option<PathBuf> {
    let path = section.base.join(reader.line(key)?);
    if path.to_str().is_none() || !path.is_absolute() {
        reader.fault(
            reader.place(key),
            format!("the path of `{key}` is not absolute or not UTF-8"),
            "choose another folder for the configuration",
        );
    }
    Some(path)
}

/// A cluster is named on purpose: a forgotten key must never lead to whichever one is near.
fn how_it_is_reached(reader: &mut Reader<'_>, section: &Section<'_>, has_file: bool) {
    if reader.flag("in_cluster") == has_file {
        let message = if has_file {
            "both `kubeconfig` and `in_cluster` say how the cluster is reached"
        } else {
            "nothing says how the cluster is reached"
        };
        let hint = "either kubeconfig = \"/path/to/file\", or in_cluster = true where Hearth itself runs in it";
        reader.fault(section.span.clone(), message.to_owned(), hint);
    }
}

fn pod_security(reader: &mut Reader<'_>) -> PodSecurity {
    match reader.line("pod_security").as_deref() {
        Some("baseline") => PodSecurity::Baseline,
        Some("restricted") | None => PodSecurity::Restricted,
        Some(other) => {
            reader.fault(
                reader.place("pod_security"),
                format!("`{other}` is no level that an environment can have"),
                "`restricted` (the default) or `baseline`",
            );
            PodSecurity::Restricted
        }
    }
}

fn size(reader: &mut Reader<'_>) -> Size {
    Size {
        cpu: amount(reader, "cpu", "2"),
        memory: amount(reader, "memory", "4Gi"),
        storage: amount(reader, "storage", "10Gi"),
        pods: reader.number("pods", 20, 1..=1_000),
        volumes: reader.number("volumes", 4, 0..=100),
        container_cpu: amount(reader, "container_cpu", "500m"),
        container_memory: amount(reader, "container_memory", "512Mi"),
    }
}

fn amount(reader: &mut Reader<'_>, key: &str, default: &str) -> String {
    let Some(text) = reader.line(key) else {
        return default.to_owned();
    };
    if thousandths(&text).is_none() {
        reader.fault(
            reader.place(key),
            format!("`{key}` is not an amount"),
            format!("write it as Kubernetes does: \"{default}\""),
        );
    }
    text
}

fn namespace(reader: &mut Reader<'_>, key: &str) -> Option<String> {
    let name = reader.line(key)?;
    if !is_label(&name) {
        reader.fault(
            reader.place(key),
            format!("`{name}` is not the name of a namespace"),
            "small letters, digits and `-`, at most 63",
        );
    }
    Some(name)
}

fn egress(reader: &mut Reader<'_>) -> Vec<String> {
    let Some(value) = reader.value("egress") else {
        return Vec::new();
    };
    let mut networks = Vec::new();
    for entry in reader.list_of(value, ENTRIES_MAX, "egress = [\"internet\"]") {
        let Some(network) = reader.line_of(entry) else {
            continue;
        };
        if network != INTERNET && !is_network(&network) {
            let message = format!("`{network}` is not a network that can be opened");
            let hint = "`internet` (all but private and link-local addresses), or a network such as 192.0.2.0/24 without link-local addresses, where clouds hand out credentials";
            reader.fault(entry.span(), message, hint);
        }
        networks.push(network);
    }
    networks
}

fn outputs(reader: &mut Reader<'_>) -> BTreeMap<String, String> {
    let hint = "outputs = { url = \"https://{name}.example.org/\" }";
    let mut outputs = BTreeMap::new();
    for (name, text, span) in reader.lines("outputs", ENTRIES_MAX, hint) {
        let is_address = name == "url" || name.ends_with("_url");
        if is_address && !text.starts_with("https://") && !text.starts_with("http://") {
            let message = format!("`{name}` is not an address");
            reader.fault(span.clone(), message, "begin with https:// or http://");
        }
        for fault in manifests::placeholder_faults(&text) {
            let hint = "{name}, {namespace}, {revision}, {parameter.x}";
            reader.fault(span.clone(), fault, hint);
        }
        outputs.insert(name, text);
    }
    outputs
}

/// Whether it can be the name of a namespace.
fn is_label(text: &str) -> bool {
    (1..=63).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        && !text.starts_with('-')
        && !text.ends_with('-')
}

/// Whether it is a network that holds no link-local address.
fn is_network(text: &str) -> bool {
    let Some((address, length)) = text.split_once('/') else {
        return false;
    };
    let Ok(length) = length.parse::<u32>() else {
        return false;
    };
    match address.parse::<IpAddr>() {
        Ok(IpAddr::V4(address)) if length <= 32 => {
            let mask = u32::MAX.checked_shl(32 - length).unwrap_or(0);
            let link_local = u32::from(std::net::Ipv4Addr::new(169, 254, 0, 0));
            // Two networks meet when they agree on the shorter prefix.
            let shorter = mask & (u32::MAX << 16);
            u32::from(address) & shorter != link_local & shorter
        }
        Ok(IpAddr::V6(address)) if length <= 128 => {
            let mask = u128::MAX.checked_shl(128 - length).unwrap_or(0);
            // fe80::/10 is link-local, fd00:ec2::/32 holds a cloud's credentials.
            [(0xfe80_u128 << 112, 10_u32), (0xfd00_0ec2_u128 << 96, 32)]
                .iter()
                .all(|(network, bits)| {
                    let shorter = mask & (u128::MAX << (128 - bits));
                    u128::from(address) & shorter != network & shorter
                })
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::is_network;

    #[test]
    fn no_network_reaches_the_addresses_where_credentials_are_handed_out() {
        for (network, opens) in [
            ("192.0.2.0/24", true),
            ("10.0.0.0/8", true),
            ("2001:db8::/32", true),
            ("0.0.0.0/0", false),
            ("169.254.169.254/32", false),
            ("168.0.0.0/7", false),
            ("::/0", false),
            ("fe80::/64", false),
            ("192.0.2.1", false),
            ("192.0.2.0/33", false),
            ("everywhere", false),
        ] {
            assert_eq!(is_network(network), opens, "{network}");
        }
    }
}
