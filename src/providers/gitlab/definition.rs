//! Reads the gitlab section of a template, and keeps it in the form that an order carries.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::providers::section::Reader;
use crate::providers::{Failure, Fault, Section};

/// The most inputs or variables: GitLab takes 20 inputs.
const INPUTS_MAX: usize = 20;

const KEYS: [&str; 11] = [
    "project",
    "ref",
    "inputs",
    "input_types",
    "variables",
    "environment",
    "token",
    "url",
    "poll_ms",
    "call_seconds_max",
    "visible_seconds",
];

/// The checked settings of one template on GitLab CI. Secrets are named, never held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Definition {
    /// Its path or number.
    pub(super) project: String,
    /// The branch or tag whose pipeline runs; may hold placeholders.
    pub(super) branch: String,
    /// Typed inputs of the pipeline; may hold placeholders.
    pub(super) inputs: BTreeMap<String, String>,
    /// The inputs that are no text: `number` or `boolean`.
    pub(super) input_types: BTreeMap<String, String>,
    /// Variables of the pipeline; may hold placeholders.
    pub(super) variables: BTreeMap<String, String>,
    /// The GitLab environment of one of ours.
    pub(super) environment: String,
    /// Where the token is read: `file:/path` or `env:NAME`.
    pub(super) token: String,
    /// The address of the API, without a slash at its end.
    pub(super) api: String,
    /// How long to wait between two looks, in milliseconds.
    pub(super) poll_ms: u64,
    /// How long one call may take, in seconds.
    pub(super) call_seconds_max: u64,
    /// After how many seconds a pipeline that was begun is surely listed.
    pub(super) visible_seconds: u64,
}

impl Definition {
    /// The form that is stored in an order: the same settings always give the same text.
    pub(super) fn canonical(&self) -> String {
        serde_json::to_string(self).expect("a definition has only text keys")
    }

    /// Reads the canonical form back.
    ///
    /// # Errors
    /// [`Failure::Permanent`] when it was not written by this provider.
    pub(super) fn read(text: &str) -> Result<Self, Failure> {
        serde_json::from_str(text).map_err(|fault| {
            Failure::Permanent(format!(
                "the stored definition is not one of gitlab: {fault}"
            ))
        })
    }

    /// The name of an environment at GitLab.
    pub(super) fn environment_of(&self, name: &str, op_key: &str) -> String {
        self.environment
            .replace("{name}", name)
            .replace("{op_key}", op_key)
    }

    /// The value of an input as GitLab wants it.
    ///
    /// # Errors
    /// [`Failure::Refused`] for a text that is not what the input is.
    pub(super) fn typed(&self, input: &str, text: &str) -> Result<Value, Failure> {
        let value = match self.input_types.get(input).map(String::as_str) {
            Some("number") => text.parse::<i64>().ok().map(Value::from),
            Some("boolean") => text.parse::<bool>().ok().map(Value::from),
            _ => Some(Value::from(text)),
        };
        value.ok_or_else(|| {
            Failure::Refused(format!("the input `{input}` is not what its type wants"))
        })
    }
}

/// Reads a section.
///
/// # Errors
/// Every fault that the section has, each with its place and a hint.
pub(super) fn settings(section: &Section<'_>) -> Result<Definition, Vec<Fault>> {
    let mut reader = Reader::of_environments("gitlab", section, &KEYS);
    let project = reader.needed("project", "group/name");
    let branch = reader.line("ref").unwrap_or_else(|| "main".to_owned());
    reader.only(&reader.place("ref"), &branch, &["revision", "parameter"]);
    let known = ["name", "op_key", "installation", "revision", "parameter"];
    let inputs = reader.templates("inputs", INPUTS_MAX, &known);
    let variables = reader.templates("variables", INPUTS_MAX, &known);
    for name in variables
        .keys()
        .filter(|name| *name == "OP_KEY" || name.starts_with("HEARTH_"))
    {
        reader.fault(
            reader.place("variables"),
            format!("the variable `{name}` is filled by Hearth"),
            "choose another name",
        );
    }
    let input_types = reader.templates("input_types", INPUTS_MAX, &[]);
    for (name, kind) in &input_types {
        if !inputs.contains_key(name) || !matches!(kind.as_str(), "number" | "boolean") {
            reader.fault(
                reader.place("input_types"),
                format!("`{name}` is no input, or `{kind}` is no type of one"),
                "number or boolean; all others are text",
            );
        }
    }
    let environment = reader.needed("environment", "review/{name}");
    if let Some(environment) = &environment {
        let span = reader.place("environment");
        reader.only(&span, environment, &["name", "op_key"]);
        if !environment.contains("{name}") && !environment.contains("{op_key}") {
            reader.fault(
                span,
                "`environment` would be the same for all, and is stopped with the first".to_owned(),
                "put {name} into it",
            );
        }
    }
    let token = reader.needed_token();
    let url = reader
        .line("url")
        .unwrap_or_else(|| "https://gitlab.com".to_owned());
    reader.address("url", &url, true);
    reader.only(&reader.place("url"), &url, &[]);
    let definition = Definition {
        project: project.unwrap_or_default(),
        branch,
        inputs,
        input_types,
        variables,
        environment: environment.unwrap_or_default(),
        token,
        api: format!("{}/api/v4", url.trim_end_matches('/')),
        poll_ms: reader.number("poll_ms", 10_000, 10..=60_000),
        call_seconds_max: reader.number("call_seconds_max", 10, 1..=60),
        visible_seconds: reader.number("visible_seconds", 60, 0..=3_600),
    };
    reader.done(definition)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use toml::de::DeTable;

    use super::*;
    use crate::providers::Purpose;

    fn read(text: &str) -> Result<Definition, Vec<Fault>> {
        let table = DeTable::parse(text).unwrap();
        settings(&Section {
            table: table.get_ref(),
            span: table.span(),
            base: Path::new("/srv/sonsic"),
            purpose: Purpose::Environments,
        })
    }

    #[test]
    fn a_good_section_has_a_canonical_form_that_reads_back_and_types_its_inputs() {
        let text = "project = \"sonsic/player\"\nenvironment = \"review/{name}\"\ntoken = \"env:GITLAB_TOKEN\"\n\
            inputs = { replicas = \"{parameter.replicas}\", debug = \"false\" }\n\
            input_types = { replicas = \"number\", debug = \"boolean\" }";
        let definition = read(text).unwrap();
        assert_eq!(
            Definition::read(&definition.canonical()).unwrap(),
            definition
        );
        assert_eq!(definition.api, "https://gitlab.com/api/v4");
        assert_eq!(definition.environment_of("shop", "k"), "review/shop");
        assert_eq!(definition.typed("replicas", "3").unwrap(), 3);
        assert_eq!(definition.typed("debug", "false").unwrap(), false);
        assert_eq!(definition.typed("size", "3").unwrap(), "3");
        assert!(definition.typed("replicas", "many").is_err());
    }

    #[test]
    fn every_fault_is_found_at_once() {
        let text = "ref = \"{name}\"\nvariables = { OP_KEY = \"x\" }\ninput_types = { size = \"list\" }\n\
            environment = \"production\"\nurl = \"http://gitlab.example\"";
        let faults = read(text).unwrap_err();
        let found: Vec<_> = faults.iter().map(|fault| fault.message.as_str()).collect();
        for part in [
            "`project` is missing",
            "`{name}` cannot be used here",
            "the variable `OP_KEY` is filled by Hearth",
            "`size` is no input",
            "would be the same for all",
            "`token` is missing",
            "in the clear",
        ] {
            assert!(
                found.iter().any(|message| message.contains(part)),
                "{part} is not in {found:#?}"
            );
        }
    }
}
