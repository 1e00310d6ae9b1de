//! What every provider's reader of its section needs: typed keys, names, secret references, all faults at once.

use std::collections::BTreeMap;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::Fault;

/// The longest text value, in bytes.
pub(super) const TEXT_BYTES_MAX: usize = 4_096;
/// The most entries of a table or list of names.
pub(super) const ENTRIES_MAX: usize = 64;
/// Variables of the bot itself: no child may have them, not even when it is asked for by name.
const OWN_SECRETS: [&str; 4] = [
    "DISCORD_TOKEN",
    "HEARTH_DATABASE_URL",
    "HEARTH_SURVEY_SECRET",
    "DATABASE_URL",
];

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
pub(super) struct Reader {
    /// The engine whose section it is, for messages.
    engine: &'static str,
    pub(super) faults: Vec<Fault>,
}

impl Reader {
    pub(super) fn new(engine: &'static str) -> Self {
        Self {
            engine,
            faults: Vec::new(),
        }
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

    pub(super) fn text(&mut self, value: &Spanned<DeValue<'_>>) -> Option<String> {
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

    pub(super) fn texts(
        &mut self,
        value: &Spanned<DeValue<'_>>,
        entries_max: usize,
    ) -> Vec<String> {
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

    pub(super) fn number(
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
    pub(super) fn variables(
        &mut self,
        table: &DeTable<'_>,
        key: &str,
    ) -> Vec<(String, String, Range<usize>)> {
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

    pub(super) fn secrets(&mut self, table: &DeTable<'_>) -> BTreeMap<String, String> {
        let mut secrets = BTreeMap::new();
        for (name, source, span) in self.variables(table, "secrets") {
            self.secret_source(span, &name, &source);
            secrets.insert(name, source);
        }
        secrets
    }

    /// Whether this says where a secret is.
    pub(super) fn secret_source(&mut self, span: Range<usize>, name: &str, source: &str) {
        match source.split_once(':') {
            Some(("file", path)) if path.starts_with('/') => {}
            Some(("env", variable)) if OWN_SECRETS.contains(&variable) => self.fault(
                span,
                format!("`{variable}` belongs to the bot alone"),
                "give the program a secret of its own",
            ),
            Some(("env", variable)) if is_variable(variable) => {}
            // The text itself may be the secret that somebody put here by mistake: it is not repeated.
            _ => self.fault(
                span,
                format!("`{name}` does not say where its secret is"),
                "\"file:/absolute/path\" or \"env:NAME\"",
            ),
        }
    }

    /// The names of the outputs that may leave.
    pub(super) fn outputs(&mut self, table: &DeTable<'_>) -> Vec<String> {
        let Some(value) = table.get("outputs") else {
            return Vec::new();
        };
        let outputs = self.texts(value, ENTRIES_MAX);
        for output in outputs.iter().filter(|output| !is_name(output)) {
            self.fault(
                value.span(),
                format!("`{output}` is not a name of an output"),
                "use letters, digits, `_` and `-`, at most 40",
            );
        }
        outputs
    }
}
