//! Reads a section `exec` with `profile = "compose"`, and makes the programs of it.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::GIVEN;
use crate::providers::exec::definition::{Definition, Task, placeholders};
use crate::providers::exec::settings::health;
use crate::providers::section::Reader;
use crate::providers::{Fault, Purpose, Section};

/// The key that names a profile.
pub(in crate::providers::exec) const KEY: &str = "profile";
/// The most capabilities that a container may keep.
const CAPABILITIES_MAX: usize = 16;
/// What usual images need to take their files and drop to another user; everything else is taken away.
const CAPABILITIES: [&str; 5] = ["CHOWN", "DAC_OVERRIDE", "FOWNER", "SETGID", "SETUID"];
/// What leads out of a container, or disturbs its neighbours.
const NEVER: [&str; 8] = [
    "ALL",
    "SYS_ADMIN",
    "SYS_MODULE",
    "SYS_PTRACE",
    "SYS_RAWIO",
    "NET_ADMIN",
    "DAC_READ_SEARCH",
    "BPF",
];

const KEYS: [&str; 18] = [
    KEY,
    "file",
    "service",
    "port",
    "host",
    "url",
    "cpus",
    "memory",
    "pids",
    "capabilities",
    "program",
    "up_seconds_max",
    "down_seconds_max",
    "call_seconds_max",
    "grace_seconds",
    "environment",
    "secrets",
    "health",
];

/// What a section says of its compose file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Settings {
    /// The compose file, absolute.
    pub(super) file: PathBuf,
    /// The one service that is reached from outside.
    pub(super) service: String,
    /// Its port inside.
    pub(super) port: u16,
    /// The address of this machine on which a port is opened for it.
    pub(super) host: IpAddr,
    /// The address that people get; may hold `{host}`, `{port}` and `{name}`.
    pub(super) url: String,
    /// The processors of one container.
    pub(super) cpus: String,
    /// The memory of one container.
    pub(super) memory: String,
    /// The processes of one container.
    pub(super) pids: u64,
    /// The capabilities that a container keeps.
    pub(super) capabilities: Vec<String>,
    /// The docker program.
    pub(super) program: String,
    /// How long `up` waits until everything is healthy, in seconds.
    pub(super) healthy_seconds_max: u64,
}

impl Settings {
    /// The settings in a definition; `None` where it is no definition of this profile.
    pub(super) fn of(definition: &Definition) -> Option<Self> {
        serde_json::from_str(definition.given.get(GIVEN)?).ok()
    }
}

/// Reads a section.
///
/// # Errors
/// Every fault that the section has, each with its place and a hint.
pub(in crate::providers::exec) fn settings(
    section: &Section<'_>,
) -> Result<Definition, Vec<Fault>> {
    let mut reader = Reader::new("the profile compose", section, &KEYS);
    if reader.line(KEY).as_deref() != Some("compose") {
        reader.fault(
            reader.place(KEY),
            "there is no such profile".to_owned(),
            "the only one is \"compose\"; without `profile` a section names its own programs",
        );
    }
    if section.purpose == Purpose::Deployments {
        reader.fault(
            section.span.clone(),
            "the profile compose makes environments, and cannot deploy".to_owned(),
            "name programs of your own in recipes",
        );
    }
    let file = reader.needed("file", "compose/shop.yaml");
    let up_seconds_max = reader.number("up_seconds_max", 600, 1..=86_400);
    let settings = Settings {
        file: section.base.join(file.unwrap_or_default()),
        service: service(&mut reader),
        port: port(&mut reader),
        host: host(&mut reader),
        url: url(&mut reader),
        cpus: amount(&mut reader, "cpus", "1", is_cpus),
        memory: amount(&mut reader, "memory", "512m", is_memory),
        pids: reader.number("pids", 256, 16..=100_000),
        capabilities: capabilities(&mut reader),
        program: reader
            .line("program")
            .unwrap_or_else(|| "docker".to_owned()),
        healthy_seconds_max: up_seconds_max,
    };
    let outputs = vec!["url".to_owned()];
    let definition = Definition {
        base: section.base.to_owned(),
        programs: programs(),
        up_seconds_max,
        down_seconds_max: reader.number("down_seconds_max", 120, 1..=3_600),
        call_seconds_max: reader.number("call_seconds_max", 30, 1..=60),
        grace_seconds: reader.number("grace_seconds", 10, 0..=60),
        environment: reader
            .variables("environment")
            .into_iter()
            .map(|(name, text, _)| (name, text))
            .collect(),
        given: [(
            GIVEN.to_owned(),
            serde_json::to_string(&settings).expect("settings have only text keys"),
        )]
        .into(),
        secrets: reader.secrets(),
        health: reader
            .value("health")
            .and_then(|value| health(&mut reader, value, section.purpose, &outputs)),
        outputs,
    };
    reader.done(definition)
}

fn programs() -> BTreeMap<Task, Vec<String>> {
    let mut programs: BTreeMap<Task, Vec<String>> = [
        Task::Up,
        Task::Status,
        Task::Down,
        Task::Sleep,
        Task::Wake,
        Task::List,
        Task::Check,
    ]
    .map(|task| {
        let words = ["{hearth}", "compose", task.key()].map(str::to_owned);
        (task, words.to_vec())
    })
    .into();
    let words = ["{hearth}", "compose", "logs", "{lines}"].map(str::to_owned);
    programs.insert(Task::Logs, words.to_vec());
    programs
}

fn service(reader: &mut Reader<'_>) -> String {
    let service = reader.needed("service", "web").unwrap_or_default();
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    if service.starts_with('-') || !service.bytes().all(plain) {
        reader.fault(
            reader.place("service"),
            format!("`{service}` cannot be a service of a compose file"),
            "letters, digits, `-`, `_` and `.`",
        );
    }
    service
}

fn port(reader: &mut Reader<'_>) -> u16 {
    if reader.value("port").is_none() {
        reader.missing("port", "the port on which the service listens: port = 8080");
    }
    u16::try_from(reader.number("port", 1, 1..=65_535)).unwrap_or(1)
}

fn host(reader: &mut Reader<'_>) -> IpAddr {
    let usual = IpAddr::from([127, 0, 0, 1]);
    let Some(text) = reader.line("host") else {
        return usual;
    };
    text.parse().unwrap_or_else(|_| {
        reader.fault(
            reader.place("host"),
            format!("`{text}` is no address of a machine"),
            "127.0.0.1 (the default), or the address of this machine that people reach",
        );
        usual
    })
}

fn url(reader: &mut Reader<'_>) -> String {
    let Some(url) = reader.line("url") else {
        return "http://{host}:{port}/".to_owned();
    };
    let is_address = url.starts_with("http://") || url.starts_with("https://");
    let is_known = placeholders(&url).all(|name| matches!(name, "host" | "port" | "name"));
    if !is_address || !is_known {
        reader.fault(
            reader.place("url"),
            "`url` is not an address of the web".to_owned(),
            "http:// or https://, with {host}, {port} and {name} where they belong",
        );
    }
    url
}

fn amount(reader: &mut Reader<'_>, key: &str, usual: &str, fits: fn(&str) -> bool) -> String {
    let text = reader.line(key).unwrap_or_else(|| usual.to_owned());
    if !fits(&text) {
        reader.fault(
            reader.place(key),
            format!("`{key}` is not an amount"),
            format!("write it as Compose does: {key} = \"{usual}\""),
        );
    }
    text
}

fn is_cpus(text: &str) -> bool {
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str| {
        (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    digits(whole) && digits(part) && text.parse::<f64>().is_ok_and(|cpus| cpus > 0.0)
}

fn is_memory(text: &str) -> bool {
    let digits = text.trim_end_matches(['k', 'm', 'g', 'b']);
    let unit = &text[digits.len()..];
    matches!(unit, "k" | "m" | "g" | "kb" | "mb" | "gb")
        && digits.parse::<u32>().is_ok_and(|amount| amount > 0)
}

fn capabilities(reader: &mut Reader<'_>) -> Vec<String> {
    let Some(value) = reader.value("capabilities") else {
        return CAPABILITIES.map(str::to_owned).to_vec();
    };
    let mut kept = Vec::new();
    for entry in reader.list_of(value, CAPABILITIES_MAX, "capabilities = [\"CHOWN\"]") {
        let Some(name) = reader.line_of(entry) else {
            continue;
        };
        let is_name = name
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte == b'_');
        if !is_name || NEVER.contains(&name.as_str()) {
            reader.fault(
                entry.span(),
                format!("`{name}` is no capability that an environment can have"),
                "its name in capitals without CAP_, and none that leads out of the container",
            );
        }
        kept.push(name);
    }
    kept
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use toml::de::DeTable;

    use super::super::super::settings as of_exec;
    use super::*;

    fn read(text: &str) -> Result<Definition, Vec<Fault>> {
        let table = DeTable::parse(text).unwrap();
        of_exec(&Section {
            table: table.get_ref(),
            span: table.span(),
            base: Path::new("/srv/sonsic"),
            purpose: Purpose::Environments,
        })
    }

    #[test]
    fn a_good_section_becomes_programs_that_are_this_binary() {
        let text = "profile = \"compose\"\nfile = \"compose/shop.yaml\"\nservice = \"web\"\nport = 8080\n\
            memory = \"1g\"\ncpus = \"0.5\"\nhealth = { url = \"{output.url}healthz\" }";
        let definition = read(text).unwrap();
        assert_eq!(
            Definition::read(&definition.canonical()).unwrap(),
            definition
        );
        assert_eq!(
            definition.programs[&Task::Logs],
            ["{hearth}", "compose", "logs", "{lines}"]
        );
        let settings = Settings::of(&definition).unwrap();
        assert_eq!(settings.file, Path::new("/srv/sonsic/compose/shop.yaml"));
        assert_eq!(settings.url, "http://{host}:{port}/");
    }

    #[test]
    fn every_fault_is_found_at_once() {
        let text = "profile = \"swarm\"\nservice = \"--x\"\nhost = \"here\"\nurl = \"ftp://{x}\"\ncpus = \"0\"\n\
            memory = \"much\"\ncapabilities = [\"SYS_ADMIN\"]\nup = [\"x\"]";
        let faults = read(text).unwrap_err();
        let found: Vec<_> = faults.iter().map(|fault| fault.message.as_str()).collect();
        for part in [
            "`up` is not a setting of the profile compose",
            "there is no such profile",
            "`file` is missing",
            "`--x` cannot be a service",
            "`port` is missing",
            "`here` is no address",
            "`url` is not an address",
            "`cpus` is not an amount",
            "`memory` is not an amount",
            "`SYS_ADMIN` is no capability",
        ] {
            assert!(
                found.iter().any(|message| message.contains(part)),
                "{part} is not in {found:#?}"
            );
        }
    }
}
