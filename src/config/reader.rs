//! What is shared while one file is read: the faults so far, and the names that other keys may refer to.

use std::cell::{Cell, RefCell};
use std::ops::Range;
use std::path::Path;

use chrono_tz::Tz;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::Providers;
use super::declare::Set;
use super::report::{Fault, SourceFile};
use crate::domain::access::Right;

/// Longest piece of the file that a message quotes, in characters.
const QUOTED_CHARS_MAX: usize = 60;
/// Most names that a hint lists.
const LISTED_MAX: usize = 15;
/// How much alike two words must be to be taken for each other, from 0 to 1.
const LIKENESS_MIN: f64 = 0.55;

/// A value and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Found<T> {
    pub(super) value: T,
    pub(super) span: Range<usize>,
}

/// The state of reading one file.
pub(super) struct Reader<'a> {
    /// The file as reports show it.
    pub(super) file: SourceFile,
    /// The folder that relative paths count from.
    pub(super) folder: &'a Path,
    /// Who reads the providers' sections.
    pub(super) providers: &'a Providers<'a>,
    /// The zone of schedules, once it is known.
    pub(super) zone: Cell<Tz>,
    names: Vec<(Set, Vec<String>)>,
    role_names: RefCell<Vec<Found<String>>>,
    faults: RefCell<Vec<Fault>>,
}

impl<'a> Reader<'a> {
    /// Begins with the names that the file declares, so that references can be checked in any order.
    pub(super) fn new(
        file: SourceFile,
        document: &DeTable<'_>,
        folder: &'a Path,
        providers: &'a Providers<'a>,
    ) -> Self {
        let owned = |names: &[&str]| {
            names
                .iter()
                .map(|name| (*name).to_owned())
                .collect::<Vec<_>>()
        };
        let rights: Vec<&str> = Right::ALL.iter().map(|right| right.name()).collect();
        let declared = |header: &str| {
            entries(document.get(header))
                .iter()
                .map(|entry| entry.name.to_owned())
                .collect()
        };
        let names = vec![
            (Set::Team, declared("team")),
            (Set::Group, declared("group")),
            (Set::Template, declared("template")),
            (Set::Stage, declared("stage")),
            (Set::Recipe, declared("recipe")),
            (Set::Provider, owned(providers.names)),
            (Set::Right, owned(&rights)),
            (Set::Metric, super::strategy::metrics()),
        ];
        Self {
            file,
            folder,
            providers,
            zone: Cell::new(Tz::UTC),
            names,
            role_names: RefCell::default(),
            faults: RefCell::default(),
        }
    }

    /// Keeps a fault.
    pub(super) fn fault(&self, span: Option<Range<usize>>, message: String, hint: Option<String>) {
        self.faults
            .borrow_mut()
            .push(Fault::in_file(&self.file, span, message, hint));
    }

    /// Keeps a warning.
    pub(super) fn warn(&self, span: Option<Range<usize>>, message: String, hint: Option<String>) {
        self.faults
            .borrow_mut()
            .push(Fault::in_file(&self.file, span, message, hint).warning());
    }

    /// The names of one kind that may be referred to.
    pub(super) fn known(&self, set: Set) -> &[String] {
        self.names
            .iter()
            .find(|(known, _)| *known == set)
            .map_or(&[], |(_, names)| names)
    }

    /// Remembers that a role was given by its name.
    pub(super) fn note_role_name(&self, name: Found<String>) {
        let mut names = self.role_names.borrow_mut();
        if !names.iter().any(|known| known.value == name.value) {
            names.push(name);
        }
    }

    /// Everything that was found, in the order of the file.
    pub(super) fn finish(&self) -> Vec<Fault> {
        let names = self.role_names.take();
        if let Some(first) = names.first() {
            let listed: Vec<&str> = names.iter().map(|name| name.value.as_str()).collect();
            self.warn(
                Some(first.span.clone()),
                format!(
                    "roles are given by name ({}): whoever may manage roles on the server can then grant rights",
                    list(&listed)
                ),
                Some("Give them by id to rule that out; `hearth check` lists the ids.".to_owned()),
            );
        }
        let mut faults = self.faults.take();
        faults.sort_by_key(|fault| fault.span.as_ref().map_or(0, |span| span.start));
        faults
    }
}

/// A named table inside a table.
pub(super) struct Entry<'a> {
    /// Its key.
    pub(super) name: &'a str,
    /// Where the key stands first.
    pub(super) span: Range<usize>,
    /// Its content.
    pub(super) value: &'a Spanned<DeValue<'a>>,
}

/// The entries of a table in the order of the file; none if it is no table.
pub(super) fn entries<'a>(value: Option<&'a Spanned<DeValue<'a>>>) -> Vec<Entry<'a>> {
    let Some(DeValue::Table(table)) = value.map(Spanned::get_ref) else {
        return Vec::new();
    };
    let mut entries: Vec<Entry<'a>> = table
        .iter()
        .map(|(key, value)| Entry {
            name: key.get_ref().as_ref(),
            span: key.span(),
            value,
        })
        .collect();
    entries.sort_by_key(|entry| entry.span.start);
    entries
}

/// "Did you mean …?", if one of the known words is much like this one.
pub(super) fn near<S: AsRef<str>>(word: &str, known: &[S]) -> Option<String> {
    let lower = word.to_lowercase();
    let likeness = |candidate: &str| {
        if candidate.len() >= 3 && lower.contains(candidate)
            || lower.len() >= 3 && candidate.contains(&lower)
        {
            0.9
        } else {
            strsim::normalized_damerau_levenshtein(&lower, &candidate.to_lowercase())
        }
    };
    known
        .iter()
        .map(|candidate| (likeness(candidate.as_ref()), candidate.as_ref()))
        .filter(|(likeness, _)| *likeness >= LIKENESS_MIN)
        .max_by(|(left, _), (right, _)| left.total_cmp(right))
        .map(|(_, candidate)| format!("Did you mean `{candidate}`?"))
}

/// Names as a list in words: `a`, `b` and `c`.
pub(super) fn list<S: AsRef<str>>(names: &[S]) -> String {
    let mut quoted: Vec<String> = names
        .iter()
        .take(LISTED_MAX)
        .map(|name| self::quoted(name.as_ref()))
        .collect();
    if names.len() > LISTED_MAX {
        quoted.push(format!("{} more", names.len() - LISTED_MAX));
    }
    match quoted.split_last() {
        None => "nothing".to_owned(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}

/// A piece of the file in a message: bounded, and harmless for a terminal.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::from("`");
    for (n, character) in text.chars().enumerate() {
        if n == QUOTED_CHARS_MAX {
            out.push('…');
            break;
        }
        if is_unprintable(character) {
            out.extend(character.escape_unicode());
        } else {
            out.push(character);
        }
    }
    out.push('`');
    out
}

/// Control characters, and those that turn the direction of the text around them.
pub(super) fn is_unprintable(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{061c}' | '\u{feff}')
}
