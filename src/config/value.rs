//! What each kind of key accepts, and what is said when it does not.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::ops::Range;

use chrono_tz::Tz;
use toml::Spanned;
use toml::de::DeValue;

use super::declare::{Key, Kind, Set, duration};
use super::read::{kind_of, snowflake};
use super::reader::{Found, Reader, entries, is_unprintable, list, near, quoted};
use super::settings::LISTEN_OFF;
use crate::domain::chat::Language;
use crate::domain::hours::{HoursFault, WeeklyHours};
use crate::domain::schedule::Schedule;

/// Longest name of a role or channel at Discord, in characters.
const DISCORD_NAME_CHARS_MAX: usize = 100;
/// Longest path or address, in characters.
const ADDRESS_CHARS_MAX: usize = 1000;
/// Longest name of a link, in characters.
const LINK_LABEL_CHARS_MAX: usize = 30;
/// Most links of a template.
const LINKS_MAX: usize = 3;
/// Most entries of a list that has no bound of its own.
const ENTRIES_MAX: usize = 100;

/// A checked value.
#[derive(Clone, Debug)]
pub(super) enum Value {
    Line(String),
    Lines(Vec<Found<String>>),
    Whole(i64),
    Number(f64),
    Boolean(bool),
    Language(Language),
    Zone(Tz),
    Schedule(Schedule),
    ByStage(Vec<(String, String)>),
    Hours(WeeklyHours),
    /// In millionths.
    Price(i64),
    Links(BTreeMap<String, String>),
}

/// Reads a value as its key declares it; what is wrong with it is kept by the reader.
pub(super) fn parse(reader: &Reader<'_>, key: &Key, value: &Spanned<DeValue<'_>>) -> Option<Value> {
    let check = Check {
        reader,
        key,
        span: value.span(),
    };
    match (key.kind, value.get_ref()) {
        (Kind::Lines(count, max), DeValue::Array(_)) => {
            check.lines(value, count, |check, text| check.line(text, max))
        }
        (Kind::Roles, DeValue::Array(_)) => {
            let roles = check.lines(value, ENTRIES_MAX, |check, text| {
                check.line(text, DISCORD_NAME_CHARS_MAX)
            });
            if matches!(&roles, Some(Value::Lines(roles)) if roles.is_empty()) {
                return check.wrong("needs at least one role", "A group without a role is a group of nobody; give a role, or remove the group.");
            }
            roles
        }
        (Kind::Several(set), DeValue::Array(_)) => {
            check.lines(value, ENTRIES_MAX, |check, text| check.name_of(set, text))
        }
        (Kind::RecipeByStage, DeValue::Table(_)) => {
            check.recipes_by_stage(value).map(Value::ByStage)
        }
        (Kind::Links, DeValue::Table(_)) => check.links(value).map(Value::Links),
        (Kind::RecipeByStage, DeValue::String(text)) => {
            let recipe = check.name_of(Set::Recipe, text)?;
            Some(Value::ByStage(
                reader
                    .known(Set::Stage)
                    .iter()
                    .map(|stage| (stage.clone(), recipe.clone()))
                    .collect(),
            ))
        }
        (Kind::Boolean, DeValue::Boolean(yes)) => Some(Value::Boolean(*yes)),
        (Kind::Scalar, DeValue::Boolean(yes)) => Some(Value::Line(yes.to_string())),
        (
            Kind::Whole(..) | Kind::AnyWhole | Kind::Number | Kind::Snowflake | Kind::Scalar,
            DeValue::Integer(number),
        ) => {
            let Ok(number) = i64::from_str_radix(number.as_str(), number.radix()) else {
                return check.wrong(
                    "is too large a number",
                    &format!("It takes: {}.", key.kind.describe()),
                );
            };
            check.whole(number)
        }
        (Kind::Number, DeValue::Float(number)) => match number.as_str().parse::<f64>() {
            Ok(number) if number.is_finite() => Some(Value::Number(number)),
            _ => check.wrong("is no finite number", "Write it like `99.5`."),
        },
        (Kind::Lines(..) | Kind::Roles | Kind::Several(_), DeValue::String(_)) => {
            check.wrong("takes a list, not text", "Put it in brackets: `[\"…\"]`.")
        }
        (_, DeValue::String(text)) => check.text(text),
        (_, other) => check.wrong(
            &format!("is {}; wanted: {}", kind_of(other), key.kind.describe()),
            key.meaning,
        ),
    }
}

/// One value of one key while it is checked.
struct Check<'a> {
    reader: &'a Reader<'a>,
    key: &'a Key,
    span: Range<usize>,
}

impl Check<'_> {
    fn wrong<T>(&self, what: &str, hint: &str) -> Option<T> {
        self.reader.fault(
            Some(self.span.clone()),
            format!("`{}` {what}", self.key.name),
            Some(hint.to_owned()),
        );
        None
    }

    fn lines(
        &self,
        value: &Spanned<DeValue<'_>>,
        count_max: usize,
        read: impl Fn(&Self, &str) -> Option<String>,
    ) -> Option<Value> {
        let array = value.get_ref().as_array()?;
        if array.len() > count_max {
            return self.wrong(
                &format!("has {} entries, and {count_max} are allowed", array.len()),
                "Leave some out.",
            );
        }
        let mut lines: Vec<Found<String>> = Vec::new();
        for item in array.iter() {
            let check = Check {
                span: item.span(),
                ..*self
            };
            let Some(text) = item.get_ref().as_str() else {
                check.wrong::<()>(
                    &format!(
                        "is a list of texts, and this is {}",
                        kind_of(item.get_ref())
                    ),
                    "Put it in quotes.",
                );
                continue;
            };
            let Some(line) = read(&check, text) else {
                continue;
            };
            if lines.iter().any(|known| known.value == line) {
                check.wrong::<()>(
                    &format!("has {} twice", quoted(&line)),
                    "Remove one of them.",
                );
                continue;
            }
            lines.push(Found {
                value: line,
                span: item.span(),
            });
        }
        Some(Value::Lines(lines))
    }

    fn recipes_by_stage(&self, value: &Spanned<DeValue<'_>>) -> Option<Vec<(String, String)>> {
        let mut pairs = Some(Vec::new());
        for entry in entries(Some(value)) {
            let stage = Check {
                span: entry.span.clone(),
                ..*self
            }
            .name_of(Set::Stage, entry.name);
            let check = Check {
                span: entry.value.span(),
                ..*self
            };
            let Some(recipe) = entry.value.get_ref().as_str() else {
                pairs = check.wrong(
                    "takes the name of a recipe for each stage",
                    "Write it like `{ staging = \"restart\" }`.",
                );
                continue;
            };
            // One wrong pair spoils the table, so that nothing is said about what is left of it.
            match (stage, check.name_of(Set::Recipe, recipe)) {
                (Some(stage), Some(recipe)) => pairs
                    .iter_mut()
                    .for_each(|pairs| pairs.push((stage.clone(), recipe.clone()))),
                _ => pairs = None,
            }
        }
        pairs
    }

    fn whole(&self, number: i64) -> Option<Value> {
        match self.key.kind {
            Kind::Whole(min, max) if !(min..=max).contains(&number) => self.wrong(
                &format!("is {number}, and it goes from {min} to {max}"),
                self.key.meaning,
            ),
            #[expect(clippy::cast_precision_loss, reason = "targets are small numbers")]
            Kind::Number => Some(Value::Number(number as f64)),
            Kind::Scalar => Some(Value::Line(number.to_string())),
            Kind::Snowflake => self.text(&number.to_string()),
            _ => Some(Value::Whole(number)),
        }
    }

    /// A value that stands in quotes.
    fn text(&self, text: &str) -> Option<Value> {
        match self.key.kind {
            Kind::Line(max) => self.line(text, max).map(Value::Line),
            Kind::Role | Kind::Channel => self.line(text, DISCORD_NAME_CHARS_MAX).map(Value::Line),
            Kind::Path | Kind::Database => self.line(text, ADDRESS_CHARS_MAX).map(Value::Line),
            Kind::Scalar => self.line(text, ADDRESS_CHARS_MAX).map(Value::Line),
            Kind::One(set) => self.name_of(set, text).map(Value::Line),
            Kind::Word(words) => self.word(words, text).map(Value::Line),
            Kind::Duration { min, max, step } => self.duration(text, min, max, step),
            Kind::Language => Some(Value::Language(
                match self.word(&["en", "de"], text)?.as_str() {
                    "de" => Language::German,
                    _ => Language::English,
                },
            )),
            Kind::Zone => match text.parse::<Tz>() {
                Ok(zone) => Some(Value::Zone(zone)),
                Err(_) => {
                    let names: Vec<&str> = chrono_tz::TZ_VARIANTS
                        .iter()
                        .map(|zone| zone.name())
                        .collect();
                    let hint = near(text, &names)
                        .unwrap_or_else(|| "Use an IANA name such as `Europe/Berlin`.".to_owned());
                    self.wrong(
                        &format!("does not know the time zone {}", quoted(text)),
                        &hint,
                    )
                }
            },
            Kind::Schedule => match Schedule::parse(text, self.reader.zone.get()) {
                Ok(schedule) => Some(Value::Schedule(schedule)),
                Err(why) => self.wrong(
                    &format!("is no schedule: {}", quoted(text)),
                    &format!("{why}."),
                ),
            },
            Kind::Hours => self.hours(text).map(Value::Hours),
            Kind::Price => self.price(text).map(Value::Price),
            Kind::Snowflake => {
                if snowflake(text).is_none() {
                    return self.wrong(
                        "takes a Discord id, and this is none",
                        "An id has 15 to 20 digits: switch on Discord's developer mode, click the thing with the right button, and copy its id.",
                    );
                }
                Some(Value::Line(text.to_owned()))
            }
            Kind::Url => self.url(text).map(Value::Line),
            Kind::CompareUrl => {
                let url = self.url(text)?;
                if url.contains("{from}") && url.contains("{to}") {
                    return Some(Value::Line(url));
                }
                self.wrong("lacks `{from}` or `{to}`", "Hearth puts the two revisions in their place: `https://…/compare/{from}...{to}`.")
            }
            Kind::Listen if text == LISTEN_OFF => Some(Value::Line(text.to_owned())),
            Kind::Listen => match text.parse::<SocketAddr>() {
                Ok(_) => Some(Value::Line(text.to_owned())),
                Err(_) => self.wrong(
                    &format!("takes an address and a port, not {}", quoted(text)),
                    "Write it like `127.0.0.1:9464` or `[::1]:9464`, or `off`.",
                ),
            },
            _ => self.wrong(
                &format!("is text; wanted: {}", self.key.kind.describe()),
                "Write it without quotes.",
            ),
        }
    }

    fn hours(&self, text: &str) -> Option<WeeklyHours> {
        let fault = match WeeklyHours::parse(text, self.reader.zone.get()) {
            Ok(hours) => return Some(hours),
            Err(fault) => fault,
        };
        let what = match fault {
            HoursFault::Number => "names no window, or more than fourteen".to_owned(),
            HoursFault::Window(part) => format!("has no window of the week in {}", quoted(&part)),
            HoursFault::Always => "leaves no hour of the week out".to_owned(),
        };
        self.wrong(
            &what,
            "Write it like `Mon-Fri 20:00-07:00, Sat-Sun 00:00-24:00`.",
        )
    }

    /// A price in millionths: no more digits than can be counted with.
    fn price(&self, text: &str) -> Option<i64> {
        let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let fits = (1..=6).contains(&whole.len()) && decimals.len() <= 6;
        if !fits || !digits(whole) || !digits(decimals) {
            return self.wrong(
                &format!("is no amount of money: {}", quoted(text)),
                "Write it like `0.35`, with at most six digits before and after the point.",
            );
        }
        format!("{whole}{decimals:0<6}").parse().ok()
    }

    fn links(&self, value: &Spanned<DeValue<'_>>) -> Option<BTreeMap<String, String>> {
        let mut links = BTreeMap::new();
        for entry in entries(Some(value)) {
            let check = Check {
                span: entry.value.span(),
                ..*self
            };
            let Some(address) = entry.value.get_ref().as_str() else {
                return check.wrong("takes an address for each name", "Put it in quotes.");
            };
            let label = check.line(entry.name, LINK_LABEL_CHARS_MAX)?;
            links.insert(label, check.url(address)?);
        }
        if links.len() > LINKS_MAX {
            return self.wrong(
                &format!("has {} entries, and {LINKS_MAX} are allowed", links.len()),
                "Keep those that people need.",
            );
        }
        Some(links)
    }

    fn line(&self, text: &str, chars_max: usize) -> Option<String> {
        if text.trim().is_empty() {
            return self.wrong("is empty", self.key.meaning);
        }
        if let Some(character) = text.chars().find(|character| is_unprintable(*character)) {
            return self.wrong(
                &format!(
                    "has a character that cannot be shown (U+{:04X})",
                    u32::from(character)
                ),
                "Take out line breaks, control characters and direction marks.",
            );
        }
        let count = text.chars().count();
        if count > chars_max {
            return self.wrong(
                &format!("has {count} characters, and {chars_max} are allowed"),
                "Make it shorter.",
            );
        }
        Some(text.to_owned())
    }

    fn word(&self, words: &[&str], text: &str) -> Option<String> {
        if words.contains(&text) {
            return Some(text.to_owned());
        }
        let hint = near(text, words).unwrap_or_else(|| format!("It takes {}.", list(words)));
        self.wrong(&format!("does not take {}", quoted(text)), &hint)
    }

    fn name_of(&self, set: Set, text: &str) -> Option<String> {
        let known = self.reader.known(set);
        if known.iter().any(|name| name == text) {
            return Some(text.to_owned());
        }
        let hint = near(text, known).unwrap_or_else(|| match known {
            [] => format!("No {} is declared in this file.", set.word()),
            known => format!("There is {}.", list(known)),
        });
        self.wrong(
            &format!(
                "names the {} {}, which does not exist",
                set.word(),
                quoted(text)
            ),
            &hint,
        )
    }

    fn duration(&self, text: &str, min: u64, max: u64, step: u64) -> Option<Value> {
        let written = "Write it like `90s`, `30m`, `8h` or `3d`.";
        let digits = text.trim_end_matches(|character: char| character.is_ascii_alphabetic());
        let unit = match &text[digits.len()..] {
            "s" => 1,
            "m" => 60,
            "h" => 3600,
            "d" => 86_400,
            _ => return self.wrong(&format!("is no length of time: {}", quoted(text)), written),
        };
        let Some(seconds) = digits
            .parse::<u64>()
            .ok()
            .and_then(|number| number.checked_mul(unit))
        else {
            return self.wrong(&format!("is no length of time: {}", quoted(text)), written);
        };
        if !(min..=max).contains(&seconds) {
            return self.wrong(
                &format!(
                    "is {}, and it goes from {} to {}",
                    quoted(text),
                    duration(min),
                    duration(max)
                ),
                self.key.meaning,
            );
        }
        if !seconds.is_multiple_of(step) {
            return self.wrong(
                &format!("is {}, and it counts in whole hours", quoted(text)),
                "Write it like `8h`.",
            );
        }
        Some(Value::Whole(
            i64::try_from(seconds).expect("the largest length of time is far smaller"),
        ))
    }

    fn url(&self, text: &str) -> Option<String> {
        let text = self.line(text, ADDRESS_CHARS_MAX)?;
        let host = text
            .strip_prefix("https://")
            .or_else(|| text.strip_prefix("http://"));
        match host {
            Some(host)
                if !host.is_empty()
                    && !host.starts_with('/')
                    && !text.contains(char::is_whitespace) =>
            {
                Some(text)
            }
            _ => self.wrong(
                &format!("takes an http or https address, not {}", quoted(&text)),
                "Write it like `https://example.org/…`.",
            ),
        }
    }
}
