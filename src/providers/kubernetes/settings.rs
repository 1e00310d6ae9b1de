//! Reads the kubernetes section of a template, and finds all its faults at once, also those in its manifests.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::ops::Range;
use std::path::PathBuf;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::definition::{Definition, PodSecurity, Size};
use super::manifests;
use super::quantity::thousandths;
use crate::providers::{Fault, Purpose, Section};

/// The longest text value, in bytes.
const TEXT_BYTES_MAX: usize = 1_024;
/// The most entries of a table or list.
const ENTRIES_MAX: usize = 32;
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
    let (table, whole) = (section.table, section.span.clone());
    let mut reader = Reader {
        table,
        faults: Vec::new(),
    };
    if section.purpose == Purpose::Deployments {
        reader.fault(
            whole.clone(),
            "kubernetes makes environments, it does not deploy to stages".to_owned(),
            "use `exec` for the recipe, for example with kubectl",
        );
    }
    reader.unknown_keys();
    let folder = reader.path("manifests", section);
    if folder.is_none() {
        reader.fault(
            whole.clone(),
            "`manifests` is missing".to_owned(),
            "name the folder with its YAML files: manifests = \"kubernetes/preview\"",
        );
    }
    let kubeconfig = reader.path("kubeconfig", section);
    reader.how_it_is_reached(&whole, kubeconfig.is_some());
    let definition = Definition {
        context: reader.text("context"),
        kubeconfig,
        pod_security: reader.pod_security(),
        size: reader.size(),
        ingress_namespace: reader.namespace("ingress_namespace"),
        egress: reader.egress(),
        outputs: reader.outputs(),
        restarts_max: reader.number("restarts_max", 5, 0..=100),
        call_seconds_max: reader.number("call_seconds_max", 10, 1..=60),
        manifests: folder.clone().unwrap_or_default(),
    };
    if let (Some(folder), Some(value)) = (folder, table.get("manifests")) {
        let hint = "see docs/how-to/add-a-template-on-kubernetes.md for what a manifest may hold";
        for message in manifests::faults(&folder) {
            reader.fault(value.span(), message, hint);
        }
    }
    if reader.faults.is_empty() {
        Ok(definition)
    } else {
        Err(reader.faults)
    }
}

struct Reader<'a> {
    table: &'a DeTable<'a>,
    faults: Vec<Fault>,
}

impl Reader<'_> {
    fn fault(&mut self, span: Range<usize>, message: String, hint: impl Into<String>) {
        self.faults.push(Fault {
            span,
            message,
            hint: hint.into(),
        });
    }

    fn unknown_keys(&mut self) {
        for key in self.table.keys() {
            let name = key.get_ref().as_ref();
            if !KEYS.contains(&name) {
                let near = KEYS
                    .iter()
                    .max_by(|a, b| strsim::jaro(a, name).total_cmp(&strsim::jaro(b, name)));
                let hint = near.map_or_else(String::new, |near| format!("did you mean `{near}`?"));
                let message = format!("`{name}` is not a setting of kubernetes");
                self.fault(key.span(), message, hint);
            }
        }
    }

    fn text(&mut self, key: &str) -> Option<String> {
        let value = self.table.get(key)?;
        self.text_of(value, key)
    }

    fn text_of(&mut self, value: &Spanned<DeValue<'_>>, what: &str) -> Option<String> {
        match value.get_ref().as_str() {
            Some(text)
                if (1..=TEXT_BYTES_MAX).contains(&text.len())
                    && !text.contains(|character: char| character.is_control()) =>
            {
                Some(text.to_owned())
            }
            _ => {
                let message = format!("`{what}` is not a text of 1 to {TEXT_BYTES_MAX} bytes");
                self.fault(value.span(), message, "put a plain text in quotes");
                None
            }
        }
    }

    /// A path, counted from the configuration's folder.
    fn path(&mut self, key: &str, section: &Section<'_>) -> Option<PathBuf> {
        let text = self.text(key)?;
        let path = section.base.join(text);
        if path.to_str().is_none() || !path.is_absolute() {
            let span = self
                .table
                .get(key)
                .map_or(section.span.clone(), Spanned::span);
            let message = format!("the path of `{key}` is not absolute or not UTF-8");
            self.fault(span, message, "choose another folder for the configuration");
        }
        Some(path)
    }

    /// A cluster is named on purpose: a forgotten key must never lead to whichever one is near.
    fn how_it_is_reached(&mut self, whole: &Range<usize>, has_file: bool) {
        let inside = match self.table.get("in_cluster") {
            None => false,
            Some(value) => match value.get_ref().as_bool() {
                Some(inside) => inside,
                None => {
                    self.fault(
                        value.span(),
                        "`in_cluster` is not true or false".to_owned(),
                        "",
                    );
                    false
                }
            },
        };
        if inside == has_file {
            self.fault(
                whole.clone(),
                if inside {
                    "both `kubeconfig` and `in_cluster` say how the cluster is reached".to_owned()
                } else {
                    "nothing says how the cluster is reached".to_owned()
                },
                "either kubeconfig = \"/path/to/file\", or in_cluster = true where Hearth itself runs in it",
            );
        }
    }

    fn pod_security(&mut self) -> PodSecurity {
        let level = self.text("pod_security");
        match (level.as_deref(), self.table.get("pod_security")) {
            (Some("baseline"), _) => PodSecurity::Baseline,
            (Some("restricted") | None, _) | (_, None) => PodSecurity::Restricted,
            (Some(other), Some(value)) => {
                let message = format!("`{other}` is no level that an environment can have");
                self.fault(
                    value.span(),
                    message,
                    "`restricted` (the default) or `baseline`",
                );
                PodSecurity::Restricted
            }
        }
    }

    fn size(&mut self) -> Size {
        Size {
            cpu: self.amount("cpu", "2"),
            memory: self.amount("memory", "4Gi"),
            storage: self.amount("storage", "10Gi"),
            pods: self.number("pods", 20, 1..=1_000),
            volumes: self.number("volumes", 4, 0..=100),
            container_cpu: self.amount("container_cpu", "500m"),
            container_memory: self.amount("container_memory", "512Mi"),
        }
    }

    fn amount(&mut self, key: &str, default: &str) -> String {
        let Some(text) = self.text(key) else {
            return default.to_owned();
        };
        if thousandths(&text).is_none() {
            let span = self.table.get(key).map_or(0..0, Spanned::span);
            let message = format!("`{key}` is not an amount");
            self.fault(
                span,
                message,
                format!("write it as Kubernetes does: \"{default}\""),
            );
        }
        text
    }

    fn number(&mut self, key: &str, default: u64, range: std::ops::RangeInclusive<u64>) -> u64 {
        let Some(value) = self.table.get(key) else {
            return default;
        };
        let number = value
            .get_ref()
            .as_integer()
            .and_then(|number| u64::from_str_radix(number.as_str(), number.radix()).ok());
        match number {
            Some(number) if range.contains(&number) => number,
            _ => {
                let hint = format!("a whole number from {} to {}", range.start(), range.end());
                let message = format!("`{key}` is out of range or no number");
                self.fault(value.span(), message, hint);
                default
            }
        }
    }

    fn namespace(&mut self, key: &str) -> Option<String> {
        let name = self.text(key)?;
        if !is_label(&name) {
            let span = self.table.get(key).map_or(0..0, Spanned::span);
            let message = format!("`{name}` is not the name of a namespace");
            self.fault(span, message, "small letters, digits and `-`, at most 63");
        }
        Some(name)
    }

    fn egress(&mut self) -> Vec<String> {
        let Some(value) = self.table.get("egress") else {
            return Vec::new();
        };
        let Some(list) = value
            .get_ref()
            .as_array()
            .filter(|list| list.len() <= ENTRIES_MAX)
        else {
            let message = format!("`egress` is not a list of at most {ENTRIES_MAX} networks");
            self.fault(value.span(), message, "egress = [\"internet\"]");
            return Vec::new();
        };
        let mut networks = Vec::new();
        for entry in list.iter() {
            let Some(network) = self.text_of(entry, "egress") else {
                continue;
            };
            if network != INTERNET && !is_network(&network) {
                let message = format!("`{network}` is not a network that can be opened");
                let hint = "`internet` (all but private and link-local addresses), or a network such as 192.0.2.0/24 without link-local addresses, where clouds hand out credentials";
                self.fault(entry.span(), message, hint);
            }
            networks.push(network);
        }
        networks
    }

    fn outputs(&mut self) -> BTreeMap<String, String> {
        let Some(value) = self.table.get("outputs") else {
            return BTreeMap::new();
        };
        let Some(table) = value
            .get_ref()
            .as_table()
            .filter(|table| table.len() <= ENTRIES_MAX)
        else {
            let message = format!("`outputs` is not a table of at most {ENTRIES_MAX} texts");
            self.fault(
                value.span(),
                message,
                "outputs = { url = \"https://{name}.example.org/\" }",
            );
            return BTreeMap::new();
        };
        let mut outputs = BTreeMap::new();
        for (name, value) in table {
            let name = name.get_ref().as_ref();
            let Some(text) = self.text_of(value, name) else {
                continue;
            };
            let is_address = name == "url" || name.ends_with("_url");
            if is_address && !text.starts_with("https://") && !text.starts_with("http://") {
                let message = format!("`{name}` is not an address");
                self.fault(value.span(), message, "begin with https:// or http://");
            }
            for fault in manifests::placeholder_faults(&text) {
                self.fault(
                    value.span(),
                    fault,
                    "{name}, {namespace}, {revision}, {parameter.x}",
                );
            }
            outputs.insert(name.to_owned(), text);
        }
        outputs
    }
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
