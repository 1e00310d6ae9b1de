//! Reads the exec section of a template or stage, and finds all its faults at once.

use std::collections::BTreeMap;
use std::ops::Range;

use toml::Spanned;
use toml::de::DeValue;

use super::compose;
use super::definition::{Definition, Health, Task, placeholders};
use crate::providers::section::{ENTRIES_MAX, Reader};
use crate::providers::{Fault, Purpose, Section};

/// The most words of one argument list.
const WORDS_MAX: usize = 64;
const KEYS: [&str; 16] = [
    "up",
    "status",
    "logs",
    "down",
    "sleep",
    "wake",
    "list",
    "revisions",
    "up_seconds_max",
    "down_seconds_max",
    "call_seconds_max",
    "grace_seconds",
    "outputs",
    "environment",
    "secrets",
    "health",
];

/// Reads a section. A template of environments needs the programs `up`, `status`, `down` and `list`, a
/// service at a stage only `up`.
///
/// # Errors
/// Every fault that the section has, each with its place and a hint.
pub fn settings(section: &Section<'_>) -> Result<Definition, Vec<Fault>> {
    if section.table.contains_key(compose::KEY) {
        return compose::settings(section);
    }
    let (table, whole, purpose) = (section.table, section.span.clone(), section.purpose);
    let mut reader = Reader::new("exec", section, &KEYS);
    let tasks: &[Task] = match purpose {
        Purpose::Environments => &[
            Task::Up,
            Task::Status,
            Task::Logs,
            Task::Down,
            Task::Sleep,
            Task::Wake,
            Task::List,
        ],
        Purpose::Deployments => &[Task::Up, Task::Status, Task::Logs, Task::Revisions],
    };
    let mut programs = BTreeMap::new();
    for task in [
        Task::Up,
        Task::Status,
        Task::Logs,
        Task::Down,
        Task::Sleep,
        Task::Wake,
        Task::List,
        Task::Revisions,
    ] {
        match table.get(task.key()) {
            Some(value) if !tasks.contains(&task) => {
                reader.fault(
                    value.span(),
                    format!("`{}` has no meaning here", task.key()),
                    "remove it",
                );
            }
            Some(value) => {
                programs.insert(task, program(&mut reader, value, task, purpose));
            }
            None if needed(task, purpose) => reader.fault(
                whole.clone(),
                format!("the program `{}` is missing", task.key()),
                format!("add {} = [\"program\", \"argument\"]", task.key()),
            ),
            None => {}
        }
    }
    if programs.contains_key(&Task::Sleep) != programs.contains_key(&Task::Wake) {
        let one = table.get("sleep").or_else(|| table.get("wake"));
        reader.fault(
            one.map_or(whole.clone(), Spanned::span),
            "`sleep` and `wake` belong together, and one is missing".to_owned(),
            "name both, or none",
        );
    }
    let outputs = reader.outputs();
    let definition = Definition {
        base: section.base.to_owned(),
        programs,
        up_seconds_max: reader.number("up_seconds_max", 600, 1..=86_400),
        down_seconds_max: reader.number("down_seconds_max", 120, 1..=3_600),
        call_seconds_max: reader.number("call_seconds_max", 10, 1..=60),
        grace_seconds: reader.number("grace_seconds", 5, 0..=60),
        environment: environment(&mut reader, purpose),
        given: BTreeMap::new(),
        secrets: reader.secrets(),
        health: table
            .get("health")
            .and_then(|value| health(&mut reader, value, purpose, &outputs)),
        outputs,
    };
    if !section.base.is_absolute() {
        reader.fault(
            whole,
            "the configuration's folder is not absolute".to_owned(),
            "this is a fault of Hearth: please report it",
        );
    }
    reader.done(definition)
}

fn needed(task: Task, purpose: Purpose) -> bool {
    match purpose {
        Purpose::Environments => matches!(task, Task::Up | Task::Status | Task::Down | Task::List),
        Purpose::Deployments => task == Task::Up,
    }
}

/// Which placeholders a program may use.
fn is_allowed(name: &str, task: Task, purpose: Purpose) -> bool {
    match name {
        "hearth" | "installation" | "state" => true,
        "lines" => task == Task::Logs,
        "service" if task == Task::Revisions => true,
        _ if matches!(task, Task::List | Task::Revisions) => false,
        "name" | "op_key" | "revision" => true,
        "service" | "stage" => purpose == Purpose::Deployments,
        _ => name.starts_with("parameter."),
    }
}

fn program<'a>(
    reader: &mut Reader<'a>,
    value: &'a Spanned<DeValue<'a>>,
    task: Task,
    purpose: Purpose,
) -> Vec<String> {
    let words = words(
        reader,
        value,
        WORDS_MAX,
        "[\"program\", \"argument\"]; nothing goes through a shell",
    );
    if words.first().is_none_or(String::is_empty) {
        reader.fault(
            value.span(),
            format!("`{}` names no program", task.key()),
            "the first word is the program",
        );
    }
    for word in &words {
        only_known(reader, value.span(), word, |name| {
            is_allowed(name, task, purpose)
        });
    }
    words
}

/// The texts of a list.
fn words<'a>(
    reader: &mut Reader<'a>,
    value: &'a Spanned<DeValue<'a>>,
    words_max: usize,
    example: &str,
) -> Vec<String> {
    reader
        .list_of(value, words_max, &format!("a list of words: {example}"))
        .iter()
        .filter_map(|word| reader.text_of(word))
        .collect()
}

fn only_known(
    reader: &mut Reader<'_>,
    span: Range<usize>,
    word: &str,
    allowed: impl Fn(&str) -> bool,
) {
    for name in placeholders(word) {
        if !allowed(name) {
            let hint = "see docs/reference/exec-protocol.md for the placeholders of each program";
            reader.fault(
                span.clone(),
                format!("`{{{name}}}` cannot be used here"),
                hint,
            );
        }
    }
}

fn environment(reader: &mut Reader<'_>, purpose: Purpose) -> BTreeMap<String, String> {
    let mut environment = BTreeMap::new();
    for (name, content, span) in reader.variables("environment") {
        // Every program gets it, so only what every program knows may stand in it.
        only_known(reader, span, &content, |name| {
            is_allowed(name, Task::List, purpose)
        });
        environment.insert(name, content);
    }
    environment
}

/// Reads the health address, which may hold the names of outputs.
pub(in crate::providers) fn health<'a>(
    reader: &mut Reader<'a>,
    value: &'a Spanned<DeValue<'a>>,
    purpose: Purpose,
    outputs: &[String],
) -> Option<Health> {
    let Some(table) = value.get_ref().as_table() else {
        reader.fault(
            value.span(),
            "`health` must be a table".to_owned(),
            "health = { url = \"{output.url}healthz\" }",
        );
        return None;
    };
    reader.unknown_keys(
        table,
        &[
            "url",
            "status",
            "attempts",
            "timeout_seconds",
            "pause_ms",
            "hosts",
        ],
    );
    let Some(address) = table.get("url") else {
        reader.fault(
            value.span(),
            "`health` has no `url`".to_owned(),
            "health = { url = \"{output.url}healthz\" }",
        );
        return None;
    };
    let url = reader.text_of(address)?;
    if !["http://", "https://", "{output."]
        .iter()
        .any(|start| url.starts_with(start))
    {
        reader.fault(
            address.span(),
            "a health address is http or https".to_owned(),
            "begin with http://, https:// or {output.url}",
        );
    }
    only_known(reader, address.span(), &url, |name| {
        match name.strip_prefix("output.") {
            Some(output) => outputs.iter().any(|known| known == output),
            None => is_allowed(name, Task::Up, purpose),
        }
    });
    let status = u16::try_from(reader.number_in(table, "status", 200, 100..=599)).unwrap_or(200);
    let attempts = u32::try_from(reader.number_in(table, "attempts", 20, 1..=1_000)).unwrap_or(20);
    Some(Health {
        url,
        status,
        attempts,
        timeout_seconds: reader.number_in(table, "timeout_seconds", 3, 1..=60),
        pause_ms: reader.number_in(table, "pause_ms", 500, 10..=60_000),
        hosts: table
            .get("hosts")
            .map(|hosts| words(reader, hosts, ENTRIES_MAX, "[\"shop.example\"]"))
            .unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use toml::de::DeTable;

    use super::*;

    fn read(text: &str, purpose: Purpose) -> Result<Definition, Vec<Fault>> {
        let table = DeTable::parse(text).unwrap();
        settings(&Section {
            table: table.get_ref(),
            span: table.span(),
            base: Path::new("/srv/sonsic"),
            purpose,
        })
    }

    #[test]
    fn a_good_section_has_a_canonical_form_that_reads_back() {
        let text = "up = [\"./up\", \"{name}\"]\nstatus = [\"s\"]\ndown = [\"d\"]\nlist = [\"l\"]\noutputs = [\"url\"]\n\
            health = { url = \"{output.url}healthz\" }\nsecrets = { KEY = \"file:/run/key\" }";
        let definition = read(text, Purpose::Environments).unwrap();
        assert_eq!(
            Definition::read(&definition.canonical()).unwrap(),
            definition
        );
    }

    #[test]
    fn every_fault_is_found_at_once_and_in_its_place() {
        let text = "up = \"rm -rf /\"\nstatsu = [\"s\"]\ndown = [\"d\", \"{stage}\"]\nlist = [\"l\", \"{name}\"]\n\
            up_seconds_max = 0\nenvironment = { HEARTH_X = \"1\" }\nsecrets = { A = \"hunter2\", B = \"env:DISCORD_TOKEN\" }\n\
            health = { url = \"file:///etc/passwd\", port = 1 }";
        let faults = read(text, Purpose::Environments).unwrap_err();
        let found: Vec<_> = faults.iter().map(|fault| fault.message.as_str()).collect();
        for part in [
            "`statsu` is not a setting",
            "a list is wanted",
            "`status` is missing",
            "`{stage}` cannot",
            "`{name}` cannot",
            "`up_seconds_max`",
            "`HEARTH_X`",
            "`A` does not say",
            "`DISCORD_TOKEN` belongs",
            "http or https",
            "`port` is not",
        ] {
            assert!(
                found.iter().any(|message| message.contains(part)),
                "{part} is not in {found:#?}"
            );
        }
        assert!(
            !format!("{faults:?}").contains("hunter2"),
            "a fault never repeats what may be a secret"
        );
        assert_eq!(&text[faults[0].span.clone()], "statsu");
    }
}
