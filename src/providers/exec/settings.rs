//! Reads the exec section of a template or stage, and finds all its faults at once.

use std::collections::BTreeMap;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::definition::{Definition, Health, Task, placeholders};
use crate::providers::{Fault, Purpose, Section};

/// The most words of one argument list.
const WORDS_MAX: usize = 64;
/// The longest text value, in bytes.
const TEXT_BYTES_MAX: usize = 4_096;
/// The most entries of a table or list of names.
const ENTRIES_MAX: usize = 64;
/// Variables of the bot itself: no child may have them, not even when it is asked for by name.
const OWN_SECRETS: [&str; 4] = [
    "DISCORD_TOKEN",
    "HEARTH_DATABASE_URL",
    "HEARTH_SURVEY_SECRET",
    "DATABASE_URL",
];

const KEYS: [&str; 14] = [
    "up",
    "status",
    "logs",
    "down",
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
    let (table, whole, purpose) = (section.table, section.span.clone(), section.purpose);
    let mut reader = Reader { faults: Vec::new() };
    reader.unknown_keys(table, &KEYS);
    let tasks: &[Task] = match purpose {
        Purpose::Environments => &[Task::Up, Task::Status, Task::Logs, Task::Down, Task::List],
        Purpose::Deployments => &[Task::Up, Task::Status, Task::Logs, Task::Revisions],
    };
    let mut programs = BTreeMap::new();
    for task in [
        Task::Up,
        Task::Status,
        Task::Logs,
        Task::Down,
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
                programs.insert(task, reader.program(value, task, purpose));
            }
            None if needed(task, purpose) => reader.fault(
                whole.clone(),
                format!("the program `{}` is missing", task.key()),
                format!("add {} = [\"program\", \"argument\"]", task.key()),
            ),
            None => {}
        }
    }
    let outputs = table
        .get("outputs")
        .map(|value| reader.texts(value, ENTRIES_MAX))
        .unwrap_or_default();
    for output in &outputs {
        if !is_name(output) {
            let span = table.get("outputs").map_or(whole.clone(), Spanned::span);
            reader.fault(
                span,
                format!("`{output}` is not a name of an output"),
                "use letters, digits, `_` and `-`, at most 40",
            );
        }
    }
    let definition = Definition {
        base: section.base.to_owned(),
        programs,
        up_seconds_max: reader.number(table, "up_seconds_max", 600, 1..=86_400),
        down_seconds_max: reader.number(table, "down_seconds_max", 120, 1..=3_600),
        call_seconds_max: reader.number(table, "call_seconds_max", 10, 1..=60),
        grace_seconds: reader.number(table, "grace_seconds", 5, 0..=60),
        environment: reader.environment(table, purpose),
        secrets: reader.secrets(table),
        health: table
            .get("health")
            .and_then(|value| reader.health(value, purpose, &outputs)),
        outputs,
    };
    if !section.base.is_absolute() {
        reader.fault(
            whole,
            "the configuration's folder is not absolute".to_owned(),
            "this is a fault of Hearth: please report it",
        );
    }
    if reader.faults.is_empty() {
        Ok(definition)
    } else {
        Err(reader.faults)
    }
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

fn is_name(text: &str) -> bool {
    (1..=40).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
}

fn is_variable(text: &str) -> bool {
    is_name(text) && !text.contains('-') && !text.starts_with(|first: char| first.is_ascii_digit())
}

struct Reader {
    faults: Vec<Fault>,
}

impl Reader {
    fn fault(&mut self, span: Range<usize>, message: String, hint: impl Into<String>) {
        self.faults.push(Fault {
            span,
            message,
            hint: hint.into(),
        });
    }

    fn unknown_keys(&mut self, table: &DeTable<'_>, known: &[&str]) {
        for key in table.keys() {
            if !known.contains(&key.get_ref().as_ref()) {
                let near = known.iter().max_by(|a, b| {
                    strsim::jaro(a, key.get_ref()).total_cmp(&strsim::jaro(b, key.get_ref()))
                });
                let hint = near.map_or_else(String::new, |near| format!("did you mean `{near}`?"));
                self.fault(
                    key.span(),
                    format!("`{}` is not a setting of exec", key.get_ref()),
                    hint,
                );
            }
        }
    }

    fn text(&mut self, value: &Spanned<DeValue<'_>>) -> Option<String> {
        match value.get_ref().as_str() {
            Some(text) if text.len() <= TEXT_BYTES_MAX && !text.contains('\0') => {
                Some(text.to_owned())
            }
            Some(_) => {
                self.fault(
                    value.span(),
                    format!("this text is longer than {TEXT_BYTES_MAX} bytes or holds a NUL"),
                    "shorten it",
                );
                None
            }
            None => {
                self.fault(
                    value.span(),
                    format!("a text is wanted, this is a {}", value.get_ref().type_str()),
                    "put it in quotes",
                );
                None
            }
        }
    }

    fn texts(&mut self, value: &Spanned<DeValue<'_>>, entries_max: usize) -> Vec<String> {
        let Some(list) = value.get_ref().as_array() else {
            let hint = "a list of words: [\"program\", \"argument\"]; nothing goes through a shell";
            self.fault(
                value.span(),
                format!("a list is wanted, this is a {}", value.get_ref().type_str()),
                hint,
            );
            return Vec::new();
        };
        if list.len() > entries_max {
            self.fault(
                value.span(),
                format!("more than {entries_max} entries"),
                "shorten the list",
            );
        }
        list.iter().filter_map(|word| self.text(word)).collect()
    }

    fn program(
        &mut self,
        value: &Spanned<DeValue<'_>>,
        task: Task,
        purpose: Purpose,
    ) -> Vec<String> {
        let words = self.texts(value, WORDS_MAX);
        if words.first().is_none_or(String::is_empty) {
            self.fault(
                value.span(),
                format!("`{}` names no program", task.key()),
                "the first word is the program",
            );
        }
        for word in &words {
            self.placeholders(value.span(), word, |name| is_allowed(name, task, purpose));
        }
        words
    }

    fn placeholders(&mut self, span: Range<usize>, word: &str, allowed: impl Fn(&str) -> bool) {
        for name in placeholders(word) {
            if !allowed(name) {
                let hint =
                    "see docs/reference/exec-protocol.md for the placeholders of each program";
                self.fault(
                    span.clone(),
                    format!("`{{{name}}}` cannot be used here"),
                    hint,
                );
            }
        }
    }

    fn number(
        &mut self,
        table: &DeTable<'_>,
        key: &str,
        default: u64,
        range: std::ops::RangeInclusive<u64>,
    ) -> u64 {
        let Some(value) = table.get(key) else {
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
                self.fault(
                    value.span(),
                    format!("`{key}` is out of range or no number"),
                    hint,
                );
                default
            }
        }
    }

    /// A table of texts whose keys are names of variables.
    fn variables(&mut self, table: &DeTable<'_>, key: &str) -> Vec<(String, String, Range<usize>)> {
        let Some(value) = table.get(key) else {
            return Vec::new();
        };
        let Some(entries) = value.get_ref().as_table() else {
            self.fault(
                value.span(),
                format!("`{key}` must be a table"),
                format!("{key} = {{ NAME = \"value\" }}"),
            );
            return Vec::new();
        };
        if entries.len() > ENTRIES_MAX {
            self.fault(
                value.span(),
                format!("more than {ENTRIES_MAX} entries"),
                "shorten the table",
            );
        }
        let mut found = Vec::new();
        for (name, value) in entries {
            let text = name.get_ref().as_ref();
            if !is_variable(text)
                || text.starts_with("HEARTH_")
                || text.starts_with("LD_")
                || OWN_SECRETS.contains(&text)
            {
                let hint = "letters, digits and `_`, at most 40; names that begin with HEARTH_ or LD_ and the bot's own are not given away";
                self.fault(
                    name.span(),
                    format!("`{text}` cannot be a variable of a program"),
                    hint,
                );
            } else if let Some(content) = self.text(value) {
                found.push((text.to_owned(), content, value.span()));
            }
        }
        found
    }

    fn environment(&mut self, table: &DeTable<'_>, purpose: Purpose) -> BTreeMap<String, String> {
        let mut environment = BTreeMap::new();
        for (name, content, span) in self.variables(table, "environment") {
            // Every program gets it, so only what every program knows may stand in it.
            self.placeholders(span, &content, |name| is_allowed(name, Task::List, purpose));
            environment.insert(name, content);
        }
        environment
    }

    fn secrets(&mut self, table: &DeTable<'_>) -> BTreeMap<String, String> {
        let mut secrets = BTreeMap::new();
        for (name, source, span) in self.variables(table, "secrets") {
            let hint = "\"file:/absolute/path\" or \"env:NAME\"";
            match source.split_once(':') {
                Some(("file", path)) if path.starts_with('/') => {}
                Some(("env", variable)) if OWN_SECRETS.contains(&variable) => {
                    self.fault(
                        span,
                        format!("`{variable}` belongs to the bot alone"),
                        "give the program a secret of its own",
                    );
                }
                Some(("env", variable)) if is_variable(variable) => {}
                // The text itself may be the secret that somebody put here by mistake: it is not repeated.
                _ => self.fault(
                    span,
                    format!("`{name}` does not say where its secret is"),
                    hint,
                ),
            }
            secrets.insert(name, source);
        }
        secrets
    }

    fn health(
        &mut self,
        value: &Spanned<DeValue<'_>>,
        purpose: Purpose,
        outputs: &[String],
    ) -> Option<Health> {
        let Some(table) = value.get_ref().as_table() else {
            self.fault(
                value.span(),
                "`health` must be a table".to_owned(),
                "health = { url = \"{output.url}healthz\" }",
            );
            return None;
        };
        self.unknown_keys(
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
            self.fault(
                value.span(),
                "`health` has no `url`".to_owned(),
                "health = { url = \"{output.url}healthz\" }",
            );
            return None;
        };
        let url = self.text(address)?;
        if !["http://", "https://", "{output."]
            .iter()
            .any(|start| url.starts_with(start))
        {
            self.fault(
                address.span(),
                "a health address is http or https".to_owned(),
                "begin with http://, https:// or {output.url}",
            );
        }
        self.placeholders(address.span(), &url, |name| {
            match name.strip_prefix("output.") {
                Some(output) => outputs.iter().any(|known| known == output),
                None => is_allowed(name, Task::Up, purpose),
            }
        });
        let status = u16::try_from(self.number(table, "status", 200, 100..=599)).unwrap_or(200);
        let attempts = u32::try_from(self.number(table, "attempts", 20, 1..=1_000)).unwrap_or(20);
        Some(Health {
            url,
            status,
            attempts,
            timeout_seconds: self.number(table, "timeout_seconds", 3, 1..=60),
            pause_ms: self.number(table, "pause_ms", 500, 10..=60_000),
            hosts: table
                .get("hosts")
                .map(|hosts| self.texts(hosts, ENTRIES_MAX))
                .unwrap_or_default(),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

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
