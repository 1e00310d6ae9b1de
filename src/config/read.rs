//! Reads one section by its declaration: every key checked, every fault kept, nothing guessed.

use std::collections::BTreeMap;
use std::ops::Range;

use chrono_tz::Tz;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::declare::{Key, Kind, Presence, Section, Set};
use super::reader::{Found, Reader, list, near, quoted};
use super::value::{Value, parse};
use crate::domain::chat::{ChannelId, Language, RoleId};
use crate::domain::hours::WeeklyHours;
use crate::domain::platform::Reference;
use crate::domain::schedule::Schedule;

/// Names of keys that would hold a secret, and where such a secret belongs.
const SECRET_KEYS: &[(&str, &str)] = &[
    ("token", "`DISCORD_TOKEN` or `DISCORD_TOKEN_FILE`"),
    (
        "secret",
        "`HEARTH_SURVEY_SECRET` or `HEARTH_SURVEY_SECRET_FILE`",
    ),
    ("password", "`HEARTH_DATABASE_URL`"),
];

/// One section of the file, ready to be asked for its keys.
pub(super) struct Fields<'a> {
    /// Who collects the faults.
    pub(super) reader: &'a Reader<'a>,
    /// Its id, for sections that have one.
    pub(super) id: &'a str,
    /// Where its header stands.
    pub(super) header: Range<usize>,
    section: &'static Section,
    table: Option<&'a DeTable<'a>>,
}

impl<'a> Fields<'a> {
    /// Opens a section and reports the keys that nobody knows. `None` for a section that is absent
    /// and has defaults for everything.
    pub(super) fn open(
        reader: &'a Reader<'a>,
        section: &'static Section,
        id: &'a str,
        header: Range<usize>,
        value: Option<&'a Spanned<DeValue<'a>>>,
    ) -> Option<Self> {
        let table = match value {
            None => None,
            Some(value) => match value.get_ref() {
                DeValue::Table(table) => Some(table),
                other => {
                    reader.fault(
                        Some(value.span()),
                        format!("`{}` is a section, not {}", section.header, kind_of(other)),
                        Some(format!(
                            "Write it as `[{}]` with keys below.",
                            section.header.replace("<id>", id)
                        )),
                    );
                    return None;
                }
            },
        };
        let fields = Self {
            reader,
            id,
            header,
            section,
            table,
        };
        fields.report_unknown_keys();
        Some(fields)
    }

    /// The section's header with its id filled in.
    pub(super) fn title(&self) -> String {
        self.section
            .header
            .replace("<id>", self.id)
            .replace("<name>", self.id)
    }

    /// A table inside this section that is declared on its own.
    pub(super) fn table(&self, name: &str) -> Option<(Range<usize>, &'a Spanned<DeValue<'a>>)> {
        let (key, value) = self.table?.get_key_value(name)?;
        Some((key.span(), value))
    }

    /// Where a key's value stands, or the header if it is absent.
    pub(super) fn place(&self, name: &str) -> Range<usize> {
        self.table(name)
            .map_or_else(|| self.header.clone(), |(_, value)| value.span())
    }

    /// A text of one line.
    pub(super) fn line(&self, name: &str) -> Option<String> {
        self.found_line(name).map(|found| found.value)
    }

    /// A text of one line and its place.
    pub(super) fn found_line(&self, name: &str) -> Option<Found<String>> {
        let found = self.value(name)?;
        match found.value {
            Value::Line(line) => Some(Found {
                value: line,
                span: found.span,
            }),
            other => mismatch(name, &other),
        }
    }

    /// Texts of one line each. Empty also if the value was faulty: then a fault is kept.
    pub(super) fn lines(&self, name: &str) -> Vec<Found<String>> {
        match self.value(name).map(|found| found.value) {
            None => Vec::new(),
            Some(Value::Lines(lines)) => lines,
            Some(other) => mismatch(name, &other),
        }
    }

    /// The same without places.
    pub(super) fn texts(&self, name: &str) -> Vec<String> {
        self.lines(name)
            .into_iter()
            .map(|found| found.value)
            .collect()
    }

    /// A whole number, or a length of time in seconds.
    pub(super) fn whole(&self, name: &str) -> Option<i64> {
        match self.value(name)?.value {
            Value::Whole(number) => Some(number),
            other => mismatch(name, &other),
        }
    }

    /// A whole number in the range of `T`, which the declaration's range lies in.
    pub(super) fn small<T: TryFrom<i64>>(&self, name: &str) -> Option<T> {
        self.whole(name).and_then(|number| T::try_from(number).ok())
    }

    /// A length of time in whole hours.
    pub(super) fn hours(&self, name: &str) -> Option<u32> {
        self.whole(name)
            .and_then(|seconds| u32::try_from(seconds / 3600).ok())
    }

    /// A number.
    pub(super) fn number(&self, name: &str) -> Option<f64> {
        match self.value(name)?.value {
            Value::Number(number) => Some(number),
            other => mismatch(name, &other),
        }
    }

    /// Yes or no.
    pub(super) fn boolean(&self, name: &str) -> Option<bool> {
        match self.value(name)?.value {
            Value::Boolean(yes) => Some(yes),
            other => mismatch(name, &other),
        }
    }

    /// A time zone.
    pub(super) fn zone(&self, name: &str) -> Option<Tz> {
        match self.value(name)?.value {
            Value::Zone(zone) => Some(zone),
            other => mismatch(name, &other),
        }
    }

    /// A language.
    pub(super) fn language(&self, name: &str) -> Option<Language> {
        match self.value(name)?.value {
            Value::Language(language) => Some(language),
            other => mismatch(name, &other),
        }
    }

    /// A schedule.
    pub(super) fn schedule(&self, name: &str) -> Option<Schedule> {
        match self.value(name)?.value {
            Value::Schedule(schedule) => Some(schedule),
            other => mismatch(name, &other),
        }
    }

    /// Windows of the week.
    pub(super) fn weekly_hours(&self, name: &str) -> Option<WeeklyHours> {
        match self.value(name)?.value {
            Value::Hours(hours) => Some(hours),
            other => mismatch(name, &other),
        }
    }

    /// An amount of money, in millionths.
    pub(super) fn price(&self, name: &str) -> Option<i64> {
        match self.value(name)?.value {
            Value::Price(millionths) => Some(millionths),
            other => mismatch(name, &other),
        }
    }

    /// Addresses by name.
    pub(super) fn links(&self, name: &str) -> BTreeMap<String, String> {
        match self.value(name).map(|found| found.value) {
            None => BTreeMap::new(),
            Some(Value::Links(links)) => links,
            Some(other) => mismatch(name, &other),
        }
    }

    /// Recipes by stage.
    pub(super) fn by_stage(&self, name: &str) -> Option<Vec<(String, String)>> {
        match self.value(name)?.value {
            Value::ByStage(pairs) => Some(pairs),
            other => mismatch(name, &other),
        }
    }

    /// A channel.
    pub(super) fn channel(&self, name: &str) -> Option<Reference<ChannelId>> {
        let line = self.line(name)?;
        let plain = line.strip_prefix('#').unwrap_or(&line);
        Some(snowflake(plain).map_or_else(
            || Reference::Name(plain.to_owned()),
            |id| Reference::Id(ChannelId(id)),
        ))
    }

    /// A role.
    pub(super) fn role(&self, name: &str) -> Option<Reference<RoleId>> {
        self.found_line(name).map(|found| self.role_of(found))
    }

    /// Several roles.
    pub(super) fn roles(&self, name: &str) -> Vec<Reference<RoleId>> {
        self.lines(name)
            .into_iter()
            .map(|found| self.role_of(found))
            .collect()
    }

    fn role_of(&self, found: Found<String>) -> Reference<RoleId> {
        let plain = found.value.strip_prefix('@').unwrap_or(&found.value);
        if let Some(id) = snowflake(plain) {
            return Reference::Id(RoleId(id));
        }
        let name = plain.to_owned();
        self.reader.note_role_name(Found {
            value: name.clone(),
            span: found.span,
        });
        Reference::Name(name)
    }

    /// The checked value of a key, or its default.
    fn value(&self, name: &str) -> Option<Found<Value>> {
        let key = self.key(name);
        match (self.table(name), key.presence) {
            (Some((_, value)), _) => Some(Found {
                value: parse(self.reader, key, value)?,
                span: value.span(),
            }),
            (None, Presence::Optional(_)) => None,
            (None, Presence::Default(text)) => {
                let value = DeValue::parse(text).expect("defaults are written as TOML");
                Some(Found {
                    value: parse(self.reader, key, &value)?,
                    span: self.header.clone(),
                })
            }
            (None, Presence::Required) => {
                self.reader.fault(
                    Some(self.header.clone()),
                    format!("`{}` lacks `{name}`", self.title()),
                    Some(format!("{} Type: {}.", key.meaning, key.kind.describe())),
                );
                None
            }
        }
    }

    fn key(&self, name: &str) -> &'static Key {
        self.section
            .keys
            .iter()
            .find(|key| key.name == name)
            .expect("only declared keys are asked for")
    }

    /// Whether a table with this name belongs to the section's provider.
    fn is_provider_table(&self, name: &str) -> bool {
        let Some(key) = self
            .section
            .keys
            .iter()
            .find(|key| matches!(key.kind, Kind::One(Set::Provider)))
        else {
            return false;
        };
        let chosen = self
            .table(key.name)
            .and_then(|(_, value)| value.get_ref().as_str());
        let providers = self.reader.known(Set::Provider);
        let is_known = |provider: &str| providers.iter().any(|known| known == provider);
        // With a provider that nobody knows, one fault is enough: its table is judged when it is known.
        chosen.is_none_or(|chosen| chosen == name || (!is_known(chosen) && is_known(name)))
    }

    fn report_unknown_keys(&self) {
        for (key, value) in self.table.into_iter().flatten() {
            let name = key.get_ref().as_ref();
            let declared = self.section.keys.iter().any(|key| key.name == name)
                || self.section.tables.contains(&name)
                || (matches!(value.get_ref(), DeValue::Table(_)) && self.is_provider_table(name));
            if declared {
                continue;
            }
            if let Some(home) = home_of_secret(name) {
                self.reader
                    .fault(Some(key.span()), secret_message(name), Some(home));
                continue;
            }
            let mut names: Vec<&str> = self.section.keys.iter().map(|key| key.name).collect();
            names.extend(self.section.tables);
            self.reader.fault(
                Some(key.span()),
                format!("`{}` has no key {}", self.title(), quoted(name)),
                Some(near(name, &names).unwrap_or_else(|| format!("It has {}.", list(&names)))),
            );
        }
    }
}

/// The accessor and the declaration of a key disagree: a mistake in this program, found by any test that reads the key.
fn mismatch<T>(name: &str, value: &Value) -> T {
    unreachable!("the key `{name}` is declared as {value:?}")
}

/// What to do with a key whose name says that it holds a secret.
pub(super) fn home_of_secret(name: &str) -> Option<String> {
    let lower = name.to_lowercase();
    let (_, home) = SECRET_KEYS.iter().find(|(word, _)| lower.contains(word))?;
    Some(format!(
        "Remove it here and give it in {home}; treat it as known to whoever has seen the file."
    ))
}

/// What is wrong with a key whose name says that it holds a secret.
pub(super) fn secret_message(name: &str) -> String {
    format!(
        "{} is a secret, and a secret has no place in this file",
        quoted(name)
    )
}

/// A Discord id: 15 to 20 digits, so that a role called `2024` is still a name.
pub(super) fn snowflake(text: &str) -> Option<u64> {
    let digits = (15..=20).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits { text.parse().ok() } else { None }
}

/// What a value is, in words.
pub(super) fn kind_of(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "`true` or `false`",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
