//! Reads the github section of a template, and keeps it in the form that an order carries.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::providers::section::Reader;
use crate::providers::{Failure, Fault, Section};

/// The most inputs beside our own three: a dispatch takes 25.
const INPUTS_MAX: usize = 22;
/// The inputs that Hearth fills itself.
pub(super) const OWN_INPUTS: [&str; 3] = ["mark", "action", "name"];

const KEYS: [&str; 11] = [
    "repository",
    "workflow",
    "destroy_workflow",
    "ref",
    "inputs",
    "environment",
    "token",
    "api",
    "poll_ms",
    "call_seconds_max",
    "visible_seconds",
];

/// The checked settings of one template on GitHub Actions. Secrets are named, never held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Definition {
    /// `owner/name`.
    pub(super) repository: String,
    /// The file of the workflow that makes it.
    pub(super) workflow: String,
    /// The file of the workflow that removes it.
    pub(super) destroy_workflow: String,
    /// The branch or tag whose workflow runs; may hold placeholders.
    pub(super) branch: String,
    /// More inputs; may hold placeholders.
    pub(super) inputs: BTreeMap<String, String>,
    /// The GitHub environment of one of ours, whose deployment says the address.
    pub(super) environment: Option<String>,
    /// Where the token is read: `file:/path` or `env:NAME`.
    pub(super) token: String,
    /// The address of the API, without a slash at its end.
    pub(super) api: String,
    /// How long to wait between two looks, in milliseconds.
    pub(super) poll_ms: u64,
    /// How long one call may take, in seconds.
    pub(super) call_seconds_max: u64,
    /// After how many seconds a run that was begun is surely listed.
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
                "the stored definition is not one of github: {fault}"
            ))
        })
    }
}

/// Reads a section.
///
/// # Errors
/// Every fault that the section has, each with its place and a hint.
pub(super) fn settings(section: &Section<'_>) -> Result<Definition, Vec<Fault>> {
    let mut reader = Reader::of_environments("github", section, &KEYS);
    let repository = reader.needed("repository", "owner/name");
    if let Some(repository) = &repository
        && !is_repository(repository)
    {
        reader.fault(
            reader.place("repository"),
            format!("`{repository}` is not a repository"),
            "write owner/name",
        );
    }
    let workflow = reader.needed("workflow", "preview.yml");
    let destroy_workflow = reader.line("destroy_workflow");
    for (key, file) in [
        ("workflow", &workflow),
        ("destroy_workflow", &destroy_workflow),
    ] {
        if let Some(file) = file
            && !is_workflow(file)
        {
            reader.fault(
                reader.place(key),
                format!("`{file}` is not the file of a workflow"),
                "its name in .github/workflows, such as preview.yml",
            );
        }
    }
    let branch = reader.line("ref").unwrap_or_else(|| "main".to_owned());
    reader.only(&reader.place("ref"), &branch, &["revision", "parameter"]);
    let inputs = reader.templates(
        "inputs",
        INPUTS_MAX,
        &["name", "op_key", "installation", "revision", "parameter"],
    );
    for name in OWN_INPUTS.iter().filter(|name| inputs.contains_key(**name)) {
        reader.fault(
            reader.place("inputs"),
            format!("the input `{name}` is filled by Hearth"),
            "choose another name",
        );
    }
    let environment = reader.line("environment");
    if let Some(environment) = &environment {
        let span = reader.place("environment");
        reader.only(&span, environment, &["name", "op_key"]);
        if !environment.contains("{name}") && !environment.contains("{op_key}") {
            reader.fault(
                span,
                "`environment` would be the same for all, and is deleted with the first".to_owned(),
                "put {name} into it",
            );
        }
    }
    let token = reader.needed_token();
    let api = reader
        .line("api")
        .unwrap_or_else(|| "https://api.github.com".to_owned());
    reader.address("api", &api, true);
    reader.only(&reader.place("api"), &api, &[]);
    let workflow = workflow.unwrap_or_default();
    let definition = Definition {
        repository: repository.unwrap_or_default(),
        destroy_workflow: destroy_workflow.unwrap_or_else(|| workflow.clone()),
        workflow,
        branch,
        inputs,
        environment,
        token,
        api: api.trim_end_matches('/').to_owned(),
        poll_ms: reader.number("poll_ms", 15_000, 10..=60_000),
        call_seconds_max: reader.number("call_seconds_max", 10, 1..=60),
        visible_seconds: reader.number("visible_seconds", 120, 0..=3_600),
    };
    reader.done(definition)
}

fn is_repository(text: &str) -> bool {
    text.split_once('/')
        .is_some_and(|(owner, name)| is_part(owner) && is_part(name))
}

fn is_workflow(text: &str) -> bool {
    is_part(text) && (text.ends_with(".yml") || text.ends_with(".yaml"))
}

/// Whether it is one part of a path that means itself.
fn is_part(text: &str) -> bool {
    (1..=100).contains(&text.len())
        && !matches!(text, "." | "..")
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
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
    fn a_good_section_has_a_canonical_form_that_reads_back() {
        let text = "repository = \"sonsic/player\"\nworkflow = \"preview.yml\"\ntoken = \"env:GITHUB_TOKEN\"\n\
            api = \"https://github.sonsic.example/api/v3/\"";
        let definition = read(text).unwrap();
        assert_eq!(
            Definition::read(&definition.canonical()).unwrap(),
            definition
        );
        assert_eq!(definition.api, "https://github.sonsic.example/api/v3");
        assert_eq!(definition.destroy_workflow, "preview.yml");
    }

    #[test]
    fn every_fault_is_found_at_once() {
        let text = "repository = \"sonsic/../x\"\nworkflow = \"12345\"\nref = \"{name}\"\ninputs = { action = \"x\" }\n\
            environment = \"production\"\napi = \"http://github.example\"";
        let faults = read(text).unwrap_err();
        let found: Vec<_> = faults.iter().map(|fault| fault.message.as_str()).collect();
        for part in [
            "is not a repository",
            "is not the file of a workflow",
            "`{name}` cannot be used here",
            "the input `action` is filled by Hearth",
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
