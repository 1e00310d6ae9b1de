//! What every provider's reader of its section needs: typed keys, names, secret references, all faults at once.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::{Range, RangeInclusive};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Fault, Purpose, Section};
use crate::domain::platform::{OWN_SECRETS, SecretFault, judge_secret};

/// The longest text value, in bytes.
pub(super) const TEXT_BYTES_MAX: usize = 4_096;
/// The most entries of a table or list of names.
pub(super) const ENTRIES_MAX: usize = 64;
/// What a name may be.
const NAME_HINT: &str = "use letters, digits, `_` and `-`, at most 40";

/// Whether a text can be the name of an output or a parameter.
pub(super) fn is_name(text: &str) -> bool {
    (1..=40).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
}

/// Whether a text can be the name of a variable of a process.
pub(super) fn is_variable(text: &str) -> bool {
    is_name(text) && !text.contains('-') && !text.starts_with(|first: char| first.is_ascii_digit())
}

/// Reads the keys of one section and keeps every fault that it finds.
pub(super) struct Reader<'a> {
    /// The engine whose section it is, for messages.
    engine: &'static str,
    table: &'a DeTable<'a>,
    whole: Range<usize>,
    faults: Vec<Fault>,
}

impl<'a> Reader<'a> {
    /// Begins to read a section that knows these keys.
    pub(super) fn new(engine: &'static str, section: &Section<'a>, known: &[&str]) -> Self {
        let mut reader = Self {
            engine,
            table: section.table,
            whole: section.span.clone(),
            faults: Vec::new(),
        };
        reader.unknown_keys(section.table, known);
        reader
    }

    /// The same, for an engine that cannot deploy.
    pub(super) fn of_environments(
        engine: &'static str,
        section: &Section<'a>,
        known: &[&str],
    ) -> Self {
        let mut reader = Self::new(engine, section, known);
        if section.purpose == Purpose::Deployments {
            reader.fault(
                section.span.clone(),
                format!("`{engine}` makes environments, and cannot deploy"),
                "use `exec` in recipes",
            );
        }
        reader
    }

    /// What was read, unless there were faults.
    pub(super) fn done<T>(self, read: T) -> Result<T, Vec<Fault>> {
        if self.faults.is_empty() {
            Ok(read)
        } else {
            Err(self.faults)
        }
    }

    pub(super) fn fault(&mut self, span: Range<usize>, message: String, hint: impl Into<String>) {
        self.faults.push(Fault {
            span,
            message,
            hint: hint.into(),
        });
    }

    /// A key that must be there and is not.
    pub(super) fn missing(&mut self, key: &str, hint: impl Into<String>) {
        self.fault(self.whole.clone(), format!("`{key}` is missing"), hint);
    }

    pub(super) fn unknown_keys(&mut self, table: &DeTable<'_>, known: &[&str]) {
        for key in table.keys() {
            if !known.contains(&key.get_ref().as_ref()) {
                let near = known.iter().max_by(|a, b| {
                    strsim::jaro(a, key.get_ref()).total_cmp(&strsim::jaro(b, key.get_ref()))
                });
                let hint = near.map_or_else(String::new, |near| format!("did you mean `{near}`?"));
                self.fault(
                    key.span(),
                    format!("`{}` is not a setting of {}", key.get_ref(), self.engine),
                    hint,
                );
            }
        }
    }

    /// What stands under a key.
    pub(super) fn value(&self, key: &str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.table.get(key)
    }

    /// Where a key stands, or the section without it.
    pub(super) fn place(&self, key: &str) -> Range<usize> {
        self.value(key)
            .map_or_else(|| self.whole.clone(), Spanned::span)
    }

    /// A value as any text, also an empty one or one of several lines.
    pub(super) fn text_of(&mut self, value: &Spanned<DeValue<'_>>) -> Option<String> {
        let text = self.string(value)?;
        if text.len() <= TEXT_BYTES_MAX && !text.contains('\0') {
            return Some(text.to_owned());
        }
        self.fault(
            value.span(),
            format!("this text is longer than {TEXT_BYTES_MAX} bytes or holds a NUL"),
            "shorten it",
        );
        None
    }

    /// A value as one line that is not empty.
    pub(super) fn line_of(&mut self, value: &Spanned<DeValue<'_>>) -> Option<String> {
        let text = self.string(value)?;
        if (1..=TEXT_BYTES_MAX).contains(&text.len()) && !text.contains(char::is_control) {
            return Some(text.to_owned());
        }
        let message = format!(
            "this text is empty, longer than {TEXT_BYTES_MAX} bytes, or holds control characters"
        );
        self.fault(value.span(), message, "write one line");
        None
    }

    fn string<'v>(&mut self, value: &'v Spanned<DeValue<'_>>) -> Option<&'v str> {
        let text = value.get_ref().as_str();
        if text.is_none() {
            self.fault(
                value.span(),
                format!("a text is wanted, this is a {}", value.get_ref().type_str()),
                "put it in quotes",
            );
        }
        text
    }

    /// One line that may be left out.
    pub(super) fn line(&mut self, key: &str) -> Option<String> {
        self.line_of(self.value(key)?)
    }

    /// One line that must be there.
    pub(super) fn needed(&mut self, key: &str, example: &str) -> Option<String> {
        if self.value(key).is_none() {
            self.missing(key, format!("add {key} = \"{example}\""));
        }
        self.line(key)
    }

    /// The entries of a list; none, and a fault, where it is no list.
    pub(super) fn list_of(
        &mut self,
        value: &'a Spanned<DeValue<'a>>,
        entries_max: usize,
        hint: &str,
    ) -> &'a [Spanned<DeValue<'a>>] {
        let Some(list) = value.get_ref().as_array() else {
            self.fault(
                value.span(),
                format!("a list is wanted, this is a {}", value.get_ref().type_str()),
                hint,
            );
            return &[];
        };
        if list.len() > entries_max {
            self.fault(
                value.span(),
                format!("more than {entries_max} entries"),
                "shorten the list",
            );
        }
        list
    }

    /// The entries of a table that may be left out; none, and a fault, where it is no table.
    pub(super) fn entries(
        &mut self,
        key: &str,
        entries_max: usize,
        hint: &str,
    ) -> Vec<(&'a Spanned<Cow<'a, str>>, &'a Spanned<DeValue<'a>>)> {
        let Some(value) = self.value(key) else {
            return Vec::new();
        };
        let Some(entries) = value.get_ref().as_table() else {
            self.fault(value.span(), format!("`{key}` must be a table"), hint);
            return Vec::new();
        };
        if entries.len() > entries_max {
            self.fault(
                value.span(),
                format!("more than {entries_max} entries"),
                "shorten the table",
            );
        }
        entries.iter().collect()
    }

    /// A table of lines by names, each with its place, that may be left out.
    pub(super) fn lines(
        &mut self,
        key: &str,
        entries_max: usize,
        hint: &str,
    ) -> Vec<(String, String, Range<usize>)> {
        let mut lines = Vec::new();
        for (name, value) in self.entries(key, entries_max, hint) {
            if !is_name(name.get_ref()) {
                self.fault(
                    name.span(),
                    format!("`{}` is not a name", name.get_ref()),
                    NAME_HINT,
                );
            }
            if let Some(line) = self.line_of(value) {
                lines.push((name.get_ref().clone().into_owned(), line, value.span()));
            }
        }
        lines
    }

    pub(super) fn number(&mut self, key: &str, default: u64, range: RangeInclusive<u64>) -> u64 {
        self.number_in(self.table, key, default, range)
    }

    /// A number of a table inside the section.
    pub(super) fn number_in(
        &mut self,
        table: &DeTable<'_>,
        key: &str,
        default: u64,
        range: RangeInclusive<u64>,
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

    /// A yes or no; no where it is left out.
    pub(super) fn flag(&mut self, key: &str) -> bool {
        let Some(value) = self.value(key) else {
            return false;
        };
        value.get_ref().as_bool().unwrap_or_else(|| {
            self.fault(
                value.span(),
                format!("`{key}` is not true or false"),
                format!("{key} = true"),
            );
            false
        })
    }

    /// A table of texts whose keys are names of variables.
    pub(super) fn variables(&mut self, key: &str) -> Vec<(String, String, Range<usize>)> {
        let hint = format!("{key} = {{ NAME = \"value\" }}");
        let mut found = Vec::new();
        for (name, value) in self.entries(key, ENTRIES_MAX, &hint) {
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
            } else if let Some(content) = self.text_of(value) {
                found.push((text.to_owned(), content, value.span()));
            }
        }
        found
    }

    pub(super) fn secrets(&mut self) -> BTreeMap<String, String> {
        let mut secrets = BTreeMap::new();
        for (name, source, span) in self.variables("secrets") {
            self.secret_source(span, &name, &source);
            secrets.insert(name, source);
        }
        secrets
    }

    /// A reference to the engine's token that may be left out.
    pub(super) fn token(&mut self) -> Option<String> {
        self.secret("token")
    }

    /// A reference to a secret that may be left out.
    pub(super) fn secret(&mut self, key: &str) -> Option<String> {
        let source = self.line(key)?;
        self.secret_source(self.place(key), key, &source);
        Some(source)
    }

    /// A reference to the engine's token that must be there.
    pub(super) fn needed_token(&mut self) -> String {
        if self.value("token").is_none() {
            let hint = format!("add token = \"file:/run/secrets/{}\"", self.engine);
            self.missing("token", hint);
        }
        self.token().unwrap_or_default()
    }

    /// Whether this says where a secret is.
    pub(super) fn secret_source(&mut self, span: Range<usize>, name: &str, source: &str) {
        let (what, hint) = match judge_secret(source) {
            Ok(()) => return,
            Err(SecretFault::BotsOwn) => (
                format!(
                    "`{}` belongs to the bot alone",
                    source.trim_start_matches("env:")
                ),
                "give the engine a secret of its own",
            ),
            Err(SecretFault::Nowhere) => (
                format!("`{name}` does not say where its secret is"),
                "\"file:/absolute/path\" or \"env:NAME\"",
            ),
        };
        self.fault(span, what, hint);
    }

    /// The names of the outputs that may leave.
    pub(super) fn outputs(&mut self) -> Vec<String> {
        let Some(value) = self.value("outputs") else {
            return Vec::new();
        };
        let mut outputs = Vec::new();
        for entry in self.list_of(value, ENTRIES_MAX, "outputs = [\"url\"]") {
            let Some(output) = self.text_of(entry) else {
                continue;
            };
            if !is_name(&output) {
                self.fault(
                    entry.span(),
                    format!("`{output}` is not a name of an output"),
                    NAME_HINT,
                );
            }
            outputs.push(output);
        }
        outputs
    }
}
