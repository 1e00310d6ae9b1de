//! Reads the keys that sections of engines behind HTTP have in common, all faults at once.

use std::collections::BTreeMap;
use std::ops::Range;

use reqwest::Url;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::address::placeholders;
use crate::domain::platform::judge_secret;
use crate::providers::exec::secrets::read_secret;
use crate::providers::{Failure, Fault, Purpose, Section};

/// The longest text value, in bytes.
const TEXT_BYTES_MAX: usize = 2_048;
/// Reads the keys of one section and keeps every fault that it finds.
pub(in crate::providers) struct Reader<'a> {
    engine: &'static str,
    table: &'a DeTable<'a>,
    whole: Range<usize>,
    pub(in crate::providers) faults: Vec<Fault>,
}

impl<'a> Reader<'a> {
    /// Begins to read a section of templates.
    pub(in crate::providers) fn new(
        engine: &'static str,
        section: &Section<'a>,
        known: &[&str],
    ) -> Self {
        let mut reader = Self {
            engine,
            table: section.table,
            whole: section.span.clone(),
            faults: Vec::new(),
        };
        if section.purpose == Purpose::Deployments {
            reader.fault(
                section.span.clone(),
                format!("`{engine}` makes environments, and cannot deploy"),
                "use `exec` in recipes",
            );
        }
        reader.unknown_keys(section.table, known);
        reader
    }

    /// What was read, unless there were faults.
    pub(in crate::providers) fn done<T>(self, read: Option<T>) -> Result<T, Vec<Fault>> {
        match read {
            Some(read) if self.faults.is_empty() => Ok(read),
            _ => Err(self.faults),
        }
    }

    pub(in crate::providers) fn fault(
        &mut self,
        span: Range<usize>,
        message: String,
        hint: impl Into<String>,
    ) {
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
                self.fault(
                    key.span(),
                    format!("`{}` is not a setting of {}", key.get_ref(), self.engine),
                    near.map_or_else(String::new, |near| format!("did you mean `{near}`?")),
                );
            }
        }
    }

    /// Where a key stands, or the section without it.
    pub(in crate::providers) fn place(&self, key: &str) -> Range<usize> {
        self.table
            .get(key)
            .map_or_else(|| self.whole.clone(), Spanned::span)
    }

    fn checked(&mut self, value: &Spanned<DeValue<'_>>) -> Option<String> {
        match value.get_ref().as_str() {
            Some(text)
                if (1..=TEXT_BYTES_MAX).contains(&text.len())
                    && !text.contains(char::is_control) =>
            {
                Some(text.to_owned())
            }
            Some(_) => {
                self.fault(
                    value.span(),
                    format!("this text is empty, longer than {TEXT_BYTES_MAX} bytes, or holds control characters"),
                    "write one line",
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

    /// A text that may be left out.
    pub(in crate::providers) fn text(&mut self, key: &str) -> Option<String> {
        let table = self.table;
        self.checked(table.get(key)?)
    }

    /// A text that must be there.
    pub(in crate::providers) fn needed(&mut self, key: &str, example: &str) -> Option<String> {
        if self.table.get(key).is_none() {
            self.fault(
                self.whole.clone(),
                format!("`{key}` is missing"),
                format!("add {key} = \"{example}\""),
            );
        }
        self.text(key)
    }

    /// A text whose placeholders are among these, or parameters.
    pub(in crate::providers) fn only(&mut self, span: &Range<usize>, text: &str, known: &[&str]) {
        for name in placeholders(text) {
            let is_parameter = name.starts_with("parameter.") && known.contains(&"parameter");
            if !is_parameter && !known.contains(&name) {
                let known: Vec<_> = known
                    .iter()
                    .map(|name| match *name {
                        "parameter" => "`{parameter.…}`".to_owned(),
                        name => format!("`{{{name}}}`"),
                    })
                    .collect();
                self.fault(
                    span.clone(),
                    format!("`{{{name}}}` cannot be used here"),
                    format!("known here: {}", known.join(", ")),
                );
            }
        }
    }

    /// Judges an address: of the web, with its host written out, and in secret where a token goes with it.
    pub(in crate::providers) fn address(&mut self, key: &str, text: &str, has_token: bool) {
        let span = self.place(key);
        let host = text
            .split_once("://")
            .map(|(_, rest)| rest.split(['/', '?', '#']).next().unwrap_or_default());
        if host.is_some_and(|host| host.contains(['{', '}', '@', '\\'])) {
            self.fault(
                span,
                format!("the host of `{key}` is not written out"),
                "placeholders belong behind the host, and a password belongs nowhere in it: use `token`",
            );
            return;
        }
        match Url::parse(text) {
            Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => {
                if has_token && url.scheme() == "http" && !is_own(&url) {
                    self.fault(
                        span,
                        format!("the token would go to the host of `{key}` in the clear"),
                        "use https://",
                    );
                }
            }
            _ => self.fault(
                span,
                format!("`{key}` is not an address of the web"),
                "begin with https:// or http://",
            ),
        }
    }

    /// A reference to a secret that may be left out.
    pub(in crate::providers) fn token(&mut self) -> Option<String> {
        let source = self.text("token")?;
        if let Err((what, hint)) = judge_secret(&source) {
            let span = self.place("token");
            self.fault(span, format!("`token` {what}"), hint);
        }
        Some(source)
    }

    pub(in crate::providers) fn number(
        &mut self,
        key: &str,
        default: u64,
        range: std::ops::RangeInclusive<u64>,
    ) -> u64 {
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
                self.fault(
                    value.span(),
                    format!("`{key}` is out of range or no number"),
                    format!("a whole number from {} to {}", range.start(), range.end()),
                );
                default
            }
        }
    }

    /// A list of names that may be left out.
    pub(in crate::providers) fn names(&mut self, key: &str, entries_max: usize) -> Vec<String> {
        let table = self.table;
        let Some(value) = table.get(key) else {
            return Vec::new();
        };
        let list = value.get_ref().as_array();
        let Some(list) = list.filter(|list| list.len() <= entries_max) else {
            self.fault(
                value.span(),
                format!("`{key}` is no list of at most {entries_max} names"),
                format!("{key} = [\"url\"]"),
            );
            return Vec::new();
        };
        let mut names = Vec::new();
        for value in list.iter() {
            let name = self.checked(value);
            if let Some(name) = &name
                && !is_name(name)
            {
                self.fault(
                    value.span(),
                    format!("`{name}` is not a name"),
                    "use letters, digits, `_` and `-`, at most 40",
                );
            }
            names.extend(name);
        }
        names
    }

    /// A table of texts by names that may be left out.
    pub(in crate::providers) fn texts(
        &mut self,
        key: &str,
        entries_max: usize,
        known: &[&str],
    ) -> BTreeMap<String, String> {
        let table = self.table;
        let Some(value) = table.get(key) else {
            return BTreeMap::new();
        };
        let entries = value.get_ref().as_table();
        let Some(entries) = entries.filter(|entries| entries.len() <= entries_max) else {
            self.fault(
                value.span(),
                format!("`{key}` is no table of at most {entries_max} texts"),
                format!("{key} = {{ size = \"{{parameter.size}}\" }}"),
            );
            return BTreeMap::new();
        };
        let mut texts = BTreeMap::new();
        for (name, value) in entries {
            if !is_name(name.get_ref()) {
                self.fault(
                    name.span(),
                    format!("`{}` is not a name", name.get_ref()),
                    "use letters, digits, `_` and `-`, at most 40",
                );
            }
            if let Some(text) = self.checked(value) {
                self.only(&value.span(), &text, known);
                texts.insert(name.get_ref().clone().into_owned(), text);
            }
        }
        texts
    }
}

/// Whether an address is on this machine.
fn is_own(url: &Url) -> bool {
    matches!(url.host_str(), Some("127.0.0.1" | "[::1]" | "localhost"))
}

fn is_name(text: &str) -> bool {
    (1..=40).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
}

/// What this machine lacks for a token's reference.
pub(in crate::providers) fn lacks_token(source: Option<&str>) -> Vec<String> {
    let read = source.map(|source| read_secret("token", source));
    match read {
        Some(Err(
            Failure::Permanent(why) | Failure::Retryable(why) | Failure::UnknownEffect(why),
        )) => vec![why],
        Some(Ok(_)) | None => Vec::new(),
    }
}
