//! Reads the http section of a template, and keeps it in the form that an order carries.

use serde::{Deserialize, Serialize};

use crate::providers::section::Reader;
use crate::providers::{Failure, Fault, Section};

const KEYS: [&str; 10] = [
    "start",
    "status",
    "destroy",
    "find",
    "list",
    "logs",
    "token",
    "outputs",
    "poll_ms",
    "call_seconds_max",
];

/// The checked settings of one template on `http`. Secrets are named, never held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Definition {
    /// Where an order is posted.
    pub(super) start: String,
    /// Where the state is read.
    pub(super) status: String,
    /// What is deleted.
    pub(super) destroy: String,
    /// Where what belongs to one key is listed.
    pub(super) find: Option<String>,
    /// Where what belongs to one installation is listed.
    pub(super) list: Option<String>,
    /// Where the last lines are read, as plain text.
    pub(super) logs: Option<String>,
    /// Where the bearer token is read: `file:/path` or `env:NAME`.
    pub(super) token: Option<String>,
    /// The outputs that may leave, by name.
    pub(super) outputs: Vec<String>,
    /// How long to wait between two looks, in milliseconds.
    pub(super) poll_ms: u64,
    /// How long one call may take, in seconds.
    pub(super) call_seconds_max: u64,
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
            Failure::Permanent(format!("the stored definition is not one of http: {fault}"))
        })
    }

    /// Whether the engine takes our key as the name of what it makes: nothing else could be found again.
    pub(super) fn is_named_by_key(&self) -> bool {
        self.find.is_none() && self.list.is_none()
    }
}

/// Reads a section.
///
/// # Errors
/// Every fault that the section has, each with its place and a hint.
pub(super) fn settings(section: &Section<'_>) -> Result<Definition, Vec<Fault>> {
    let mut reader = Reader::of_environments("http", section, &KEYS);
    let example = "https://engine.example/environments/{reference}";
    let start = reader.needed("start", "https://engine.example/environments");
    let status = reader.needed("status", example);
    let destroy = reader.needed("destroy", example);
    let (find, list, logs) = (
        reader.line("find"),
        reader.line("list"),
        reader.line("logs"),
    );
    let token = reader.token();
    let order = ["installation", "name", "op_key", "revision", "parameter"];
    let made = ["installation", "name", "op_key", "reference"];
    let read = ["installation", "name", "op_key", "reference", "lines"];
    for (key, address, known) in [
        ("start", &start, &order[..]),
        ("status", &status, &made),
        ("destroy", &destroy, &made),
        ("find", &find, &["installation", "name", "op_key"]),
        ("list", &list, &["installation"]),
        ("logs", &logs, &read),
    ] {
        if let Some(address) = address {
            reader.address(key, address, token.is_some());
            reader.only(&reader.place(key), address, known);
        }
    }
    for (key, address, wanted) in [
        (
            "status",
            &status,
            &["{reference}", "{op_key}", "{name}"][..],
        ),
        ("destroy", &destroy, &["{reference}", "{op_key}", "{name}"]),
        ("list", &list, &["{installation}"]),
    ] {
        if let Some(address) = address
            && !wanted.iter().any(|wanted| address.contains(wanted))
        {
            reader.fault(
                reader.place(key),
                format!("`{key}` does not say which one is meant"),
                format!("put {} into the address", wanted.join(" or ")),
            );
        }
    }
    let definition = Definition {
        start: start.unwrap_or_default(),
        status: status.unwrap_or_default(),
        destroy: destroy.unwrap_or_default(),
        find,
        list,
        logs,
        token,
        outputs: reader.outputs(),
        poll_ms: reader.number("poll_ms", 5_000, 10..=60_000),
        call_seconds_max: reader.number("call_seconds_max", 10, 1..=60),
    };
    reader.done(definition)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use toml::de::DeTable;

    use super::*;
    use crate::providers::Purpose;

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
        let text = "start = \"https://e.example/environments\"\nstatus = \"https://e.example/environments/{reference}\"\n\
            destroy = \"https://e.example/environments/{reference}\"\nlist = \"https://e.example/environments?of={installation}\"\n\
            token = \"env:ENGINE_TOKEN\"\noutputs = [\"url\"]";
        let definition = read(text, Purpose::Environments).unwrap();
        assert_eq!(
            Definition::read(&definition.canonical()).unwrap(),
            definition
        );
        assert!(!definition.is_named_by_key());
        assert!(read(text, Purpose::Deployments).is_err());
    }

    #[test]
    fn every_fault_is_found_at_once_and_never_repeats_a_secret() {
        let text = "start = \"ftp://e.example/\"\nstatsu = \"x\"\nstatus = \"http://e.example/{reference}\"\n\
            destroy = \"https://e.example/environments\"\nfind = \"https://{name}.example/\"\nlist = \"https://e.example/all\"\n\
            logs = \"https://e.example/{secret}\"\ntoken = \"hunter2\"\noutputs = [\"a b\"]\npoll_ms = 1";
        let faults = read(text, Purpose::Environments).unwrap_err();
        let found: Vec<_> = faults.iter().map(|fault| fault.message.as_str()).collect();
        for part in [
            "`statsu` is not a setting",
            "`start` is not an address",
            "the token would go to the host of `status` in the clear",
            "`destroy` does not say which",
            "the host of `find` is not written out",
            "`list` does not say which",
            "`{secret}` cannot",
            "`token` does not say",
            "`a b` is not a name",
            "`poll_ms`",
        ] {
            assert!(
                found.iter().any(|message| message.contains(part)),
                "{part} is not in {found:#?}"
            );
        }
        assert!(!format!("{faults:?}").contains("hunter2"));
        assert_eq!(&text[faults[0].span.clone()], "statsu");
    }
}
