//! Reads the terraform section of a template, and keeps it in the form that an order carries.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use toml::Spanned;
use toml::de::DeValue;

use super::versions::Constraint;
use crate::providers::exec::settings::health;
use crate::providers::exec::{Health, PATH};
use crate::providers::section::{ENTRIES_MAX, Reader, is_variable};
use crate::providers::{Failure, Fault, Section};

/// The longest canonical form, in bytes: it travels in a process environment, where one variable may have 128 KiB.
const CANONICAL_BYTES_MAX: usize = 64 * 1024;
/// How deep a fixed value may be nested.
const DEPTH_MAX: usize = 16;

const KEYS: [&str; 15] = [
    "program",
    "module",
    "version",
    "registry",
    "variables",
    "outputs",
    "plan",
    "backend",
    "environment",
    "secrets",
    "health",
    "up_seconds_max",
    "call_seconds_max",
    "grace_seconds",
    "lock_seconds_max",
];

/// Where the module comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub enum Module {
    /// A folder of this machine.
    Folder {
        /// It, absolute.
        path: PathBuf,
    },
    /// A module registry.
    Registry {
        /// The host that the module is named by.
        host: String,
        /// `namespace/name/system`.
        path: String,
        /// Which versions will do; any, if it is empty.
        constraint: String,
        /// The address of the registry's module service; found out at the host if it is not given.
        services: Option<String>,
        /// Where its token is read: `file:/path` or `env:NAME`.
        token: Option<String>,
    },
}

/// What is told of a plan before it is applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Shown {
    /// How much, and which resources.
    Show,
    /// Nothing.
    None,
}

/// The checked settings of one template on Terraform or OpenTofu. Secrets are named, never held.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The folder of the configuration, absolute.
    pub base: PathBuf,
    /// What is run: a name looked up in `PATH`, or a path.
    pub program: String,
    /// Where the module comes from.
    pub module: Module,
    /// Variables of the module with fixed values.
    pub variables: BTreeMap<String, Value>,
    /// The outputs that may leave; never one that the module calls sensitive.
    pub outputs: Vec<String>,
    /// What is told of a plan.
    pub plan: Shown,
    /// What completes the module's `backend` block.
    pub backend: BTreeMap<String, String>,
    /// Plain process environment of the program.
    pub environment: BTreeMap<String, String>,
    /// Where secret variables of its process environment are read.
    pub secrets: BTreeMap<String, String>,
    /// The health address, if there is one.
    pub health: Option<Health>,
    /// How long making an environment may take, in seconds.
    pub up_seconds_max: u64,
    /// How long anything that only looks may take, in seconds.
    pub call_seconds_max: u64,
    /// How long the program has to stop when it was asked to, in seconds, before it is killed.
    pub grace_seconds: u64,
    /// How long somebody else's lock of the state is waited for, in seconds.
    pub lock_seconds_max: u64,
}

impl Settings {
    /// The form that is stored in an order: the same settings always give the same text.
    ///
    /// # Panics
    /// Never: settings have only text keys.
    #[must_use]
    pub fn canonical(&self) -> String {
        serde_json::to_string(self).expect("settings have only text keys")
    }

    /// Reads the canonical form back.
    pub(super) fn read(text: &str) -> Result<Self, Failure> {
        serde_json::from_str(text).map_err(|fault| {
            Failure::Permanent(format!(
                "the stored definition is not one of terraform: {fault}"
            ))
        })
    }

    /// Where the program and what it calls are looked for.
    pub(super) fn search_path(&self) -> &str {
        self.environment.get("PATH").map_or(PATH, String::as_str)
    }

    /// The program as it is started: a path with a slash counts from the configuration.
    pub(super) fn program(&self) -> String {
        if self.program.contains('/') {
            self.base.join(&self.program).to_string_lossy().into_owned()
        } else {
            self.program.clone()
        }
    }
}

/// Reads a section.
///
/// # Errors
/// Every fault that the section has, each with its place and a hint.
pub fn settings(section: &Section<'_>) -> Result<Settings, Vec<Fault>> {
    let (table, whole) = (section.table, section.span.clone());
    let mut reader = Reader::of_environments("terraform", section, &KEYS);
    let module = match table.get("module") {
        Some(value) => module(&mut reader, section, value),
        None => {
            reader.missing(
                "module",
                "a folder with .tf files, or host/namespace/name/system of a registry",
            );
            None
        }
    };
    let outputs = reader.outputs();
    let settings = Settings {
        base: section.base.to_owned(),
        program: text(&mut reader, "program").unwrap_or_else(|| "terraform".to_owned()),
        module: module.unwrap_or(Module::Folder {
            path: section.base.to_owned(),
        }),
        variables: variables(&mut reader),
        plan: plan(&mut reader),
        backend: backend(&mut reader),
        environment: environment(&mut reader),
        secrets: reader.secrets(),
        health: table
            .get("health")
            .and_then(|value| health(&mut reader, value, section.purpose, &outputs)),
        outputs,
        up_seconds_max: reader.number("up_seconds_max", 1_800, 1..=86_400),
        call_seconds_max: reader.number("call_seconds_max", 60, 1..=600),
        grace_seconds: reader.number("grace_seconds", 120, 1..=3_600),
        lock_seconds_max: reader.number("lock_seconds_max", 60, 0..=3_600),
    };
    if settings.program.is_empty() {
        reader.fault(
            whole.clone(),
            "`program` names no program".to_owned(),
            "\"terraform\", \"tofu\" or a path",
        );
    }
    if settings.canonical().len() > CANONICAL_BYTES_MAX {
        reader.fault(
            whole,
            format!("the section is longer than {CANONICAL_BYTES_MAX} bytes"),
            "shorten its values",
        );
    }
    reader.done(settings)
}

fn text(reader: &mut Reader<'_>, key: &str) -> Option<String> {
    reader.value(key).and_then(|value| reader.text_of(value))
}

fn module(
    reader: &mut Reader<'_>,
    section: &Section<'_>,
    value: &Spanned<DeValue<'_>>,
) -> Option<Module> {
    let table = section.table;
    let source = reader.text_of(value)?;
    let Some((host, path)) = registry_source(&source) else {
        for key in ["version", "registry"] {
            if let Some(value) = table.get(key) {
                reader.fault(
                    value.span(),
                    format!("`{key}` has no meaning for a module in a folder"),
                    "remove it, or name a module as host/namespace/name/system",
                );
            }
        }
        return Some(Module::Folder {
            path: std::path::absolute(section.base.join(&source)).ok()?,
        });
    };
    let constraint = text(reader, "version").unwrap_or_default();
    if let Err(reason) = Constraint::read(&constraint) {
        let span = table
            .get("version")
            .map_or(section.span.clone(), Spanned::span);
        reader.fault(span, reason, "such as \"~> 1.2\" or \">= 1.2, < 2.0\"");
    }
    let (services, token) = table
        .get("registry")
        .map(|value| registry(reader, value))
        .unwrap_or_default();
    Some(Module::Registry {
        host,
        path,
        constraint,
        services,
        token,
    })
}

/// Host and path of a module in a registry; anything else is a folder.
fn registry_source(source: &str) -> Option<(String, String)> {
    let parts: Vec<&str> = source.split('/').collect();
    let [host, path @ ..] = parts.as_slice() else {
        return None;
    };
    let is_host = host.contains('.')
        && host.starts_with(|first: char| first.is_ascii_alphanumeric())
        && host
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b".-:".contains(&byte));
    let is_path = path.len() == 3
        && path.iter().all(|part| {
            !part.is_empty()
                && part
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte))
        });
    (is_host && is_path).then(|| ((*host).to_owned(), path.join("/")))
}

fn registry(
    reader: &mut Reader<'_>,
    value: &Spanned<DeValue<'_>>,
) -> (Option<String>, Option<String>) {
    let Some(table) = value.get_ref().as_table() else {
        reader.fault(
            value.span(),
            "`registry` must be a table".to_owned(),
            "registry = { token = \"env:REGISTRY_TOKEN\" }",
        );
        return (None, None);
    };
    reader.unknown_keys(table, &["services", "token"]);
    let services = table.get("services").and_then(|address| {
        let text = reader.text_of(address)?;
        let is_address = (text.starts_with("https://") || text.starts_with("http://"))
            && text.ends_with('/')
            && !text.contains(['"', '\\', '$', '%', '@'])
            && !text.contains(char::is_control);
        if !is_address {
            reader.fault(
                address.span(),
                "`services` is not the address of a registry's module service".to_owned(),
                "such as https://registry.example/v1/modules/ (with the slash at its end)",
            );
        }
        Some(text)
    });
    let token = table.get("token").and_then(|source| {
        let text = reader.text_of(source)?;
        reader.secret_source(source.span(), "token", &text);
        Some(text)
    });
    (services, token)
}

fn variables(reader: &mut Reader<'_>) -> BTreeMap<String, Value> {
    let mut variables = BTreeMap::new();
    for (name, value) in entries(reader, "variables") {
        match json(value.get_ref(), 0) {
            Some(json) => {
                variables.insert(name, json);
            }
            None => reader.fault(
                value.span(),
                format!("`{name}` holds what a variable cannot hold"),
                "texts, numbers, true, false, and lists and tables of them",
            ),
        }
    }
    variables
}

/// A table of which each key is a name of Terraform's.
fn entries<'a>(reader: &mut Reader<'a>, key: &str) -> Vec<(String, &'a Spanned<DeValue<'a>>)> {
    let hint = format!("{key} = {{ name = \"value\" }}");
    let mut found = Vec::new();
    for (name, value) in reader.entries(key, ENTRIES_MAX, &hint) {
        if is_variable(&name.get_ref().replace('-', "_")) {
            found.push((name.get_ref().clone().into_owned(), value));
        } else {
            reader.fault(
                name.span(),
                format!("`{}` is no name for Terraform", name.get_ref()),
                "letters, digits, `_` and `-`, at most 40",
            );
        }
    }
    found
}

fn json(value: &DeValue<'_>, depth: usize) -> Option<Value> {
    if depth > DEPTH_MAX {
        return None;
    }
    Some(match value {
        DeValue::String(text) => Value::from(text.as_ref()),
        DeValue::Integer(number) => {
            Value::from(i64::from_str_radix(number.as_str(), number.radix()).ok()?)
        }
        DeValue::Float(number) => Value::from(number.as_str().parse::<f64>().ok()?),
        DeValue::Boolean(yes) => Value::from(*yes),
        DeValue::Array(list) => list
            .iter()
            .map(|entry| json(entry.get_ref(), depth + 1))
            .collect::<Option<Vec<_>>>()?
            .into(),
        DeValue::Table(table) => {
            let entries = table.iter().map(|(name, entry)| {
                Some((
                    name.get_ref().clone().into_owned(),
                    json(entry.get_ref(), depth + 1)?,
                ))
            });
            Value::Object(entries.collect::<Option<_>>()?)
        }
        DeValue::Datetime(_) => return None,
    })
}

fn plan(reader: &mut Reader<'_>) -> Shown {
    match reader.value("plan") {
        None => Shown::Show,
        Some(value) => match value.get_ref().as_str() {
            Some("show") => Shown::Show,
            Some("none") => Shown::None,
            _ => {
                reader.fault(
                    value.span(),
                    "`plan` says whether a plan is shown before it is applied".to_owned(),
                    "\"show\" or \"none\"",
                );
                Shown::Show
            }
        },
    }
}

fn backend(reader: &mut Reader<'_>) -> BTreeMap<String, String> {
    let mut backend = BTreeMap::new();
    for (name, value) in entries(reader, "backend") {
        let content = match value.get_ref() {
            DeValue::Boolean(yes) => Some(yes.to_string()),
            DeValue::Integer(number) => Some(number.to_string()),
            _ => reader.text_of(value),
        };
        backend.extend(content.map(|content| (name, content)));
    }
    backend
}

fn environment(reader: &mut Reader<'_>) -> BTreeMap<String, String> {
    let mut environment = BTreeMap::new();
    for (name, content, span) in reader.variables("environment") {
        let is_ours = [
            "TF_WORKSPACE",
            "TF_DATA_DIR",
            "TF_INPUT",
            "TF_IN_AUTOMATION",
        ];
        if is_ours.contains(&name.as_str()) || name.starts_with("TF_CLI_ARGS") {
            reader.fault(
                span,
                format!("`{name}` is set by Hearth"),
                "remove it: each environment has a workspace and a data folder of its own",
            );
        }
        environment.insert(name, content);
    }
    environment
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use toml::de::DeTable;

    use super::*;
    use crate::providers::Purpose;

    fn read(text: &str) -> Result<Settings, Vec<Fault>> {
        let table = DeTable::parse(text).unwrap();
        settings(&Section {
            table: table.get_ref(),
            span: table.span(),
            base: Path::new("/srv/sonsic"),
            purpose: Purpose::Environments,
        })
    }

    #[test]
    fn a_good_section_has_a_canonical_form_that_reads_back() {
        let text = "module = \"tapir.internal.example/sonsic/env/any\"\nversion = \"~> 1.2\"\n\
            registry = { token = \"env:TAPIR\" }\nvariables = { size = 2, zones = [\"a\", \"b\"], on = true }\n\
            outputs = [\"url\"]\nbackend = { bucket = \"b\", encrypt = true }";
        let read = read(text).unwrap();
        assert_eq!(Settings::read(&read.canonical()).unwrap(), read);
        assert_eq!(read.variables["zones"], serde_json::json!(["a", "b"]));
        assert_eq!(read.backend["encrypt"], "true");
    }

    #[test]
    fn a_source_is_a_registrys_only_when_it_begins_with_a_host() {
        assert!(registry_source("tapir.internal.example/ns/env/any").is_some());
        assert!(registry_source("127.0.0.1:8080/ns/env/any").is_some());
        for folder in [
            "./a/b/c/d",
            "modules/shop",
            "../a.b/c/d/e",
            "a.b/c/d",
            "/a/b/c/d",
        ] {
            assert!(registry_source(folder).is_none(), "{folder}");
        }
    }

    #[test]
    fn every_fault_is_found_at_once() {
        let text = "modul = \"x\"\nversion = 1\nplan = \"maybe\"\nvariables = { \"a b\" = 1, when = 1979-05-27 }\n\
            environment = { TF_WORKSPACE = \"x\", DISCORD_TOKEN = \"y\" }\nsecrets = { A = \"hunter2\" }";
        let faults = read(text).unwrap_err();
        let found: Vec<_> = faults.iter().map(|fault| fault.message.as_str()).collect();
        for part in [
            "`modul` is not a setting of terraform",
            "`module` is missing",
            "`plan` says",
            "`a b` is no name",
            "`when` holds",
            "`TF_WORKSPACE` is set by Hearth",
            "`DISCORD_TOKEN` cannot",
            "`A` does not say",
        ] {
            assert!(
                found.iter().any(|message| message.contains(part)),
                "{part} is not in {found:#?}"
            );
        }
        assert!(!format!("{faults:?}").contains("hunter2"));
        let registry = "module = \"a.b/c/d/e\"\nversion = \"newest\"\nregistry = { services = \"ftp://x\", token = \"tok123\" }";
        let faults = read(registry).unwrap_err();
        assert_eq!(faults.len(), 3, "{faults:#?}");
        assert!(!format!("{faults:?}").contains("tok123"));
    }
}
