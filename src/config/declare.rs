//! The language in which `hearth.toml` is declared: sections, keys and what each key accepts.
//! One declaration parses a key and writes its line of the reference page.

/// A section of the file.
#[derive(Debug)]
pub(super) struct Section {
    /// Its header, such as `team.<id>`.
    pub(super) header: &'static str,
    /// How often it may occur.
    pub(super) shape: Shape,
    /// What it is for, in one or two sentences.
    pub(super) meaning: &'static str,
    /// Its keys, in the order of the reference page.
    pub(super) keys: &'static [Key],
    /// Tables inside it that are declared on their own.
    pub(super) tables: &'static [&'static str],
}

/// How often a section may occur.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Once, and it must be there.
    Required,
    /// Once at most.
    Optional,
    /// Once for every id.
    Many,
    /// A list of tables.
    List,
}

/// A key of a section.
#[derive(Debug)]
pub(super) struct Key {
    /// Its name.
    pub(super) name: &'static str,
    /// What it accepts.
    pub(super) kind: Kind,
    /// What counts if it is absent.
    pub(super) presence: Presence,
    /// What it means.
    pub(super) meaning: &'static str,
}

/// What counts if a key is absent.
#[derive(Clone, Copy, Debug)]
pub(super) enum Presence {
    /// Its absence is a fault.
    Required,
    /// Nothing; the words say what that means.
    Optional(&'static str),
    /// This value, written as in the file.
    Default(&'static str),
}

/// Things that have names which other keys refer to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Set {
    Team,
    Group,
    Template,
    Stage,
    Recipe,
    Provider,
    Right,
    Metric,
}

impl Set {
    /// One of them, in words.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Team => "team",
            Self::Group => "group",
            Self::Template => "template",
            Self::Stage => "stage",
            Self::Recipe => "recipe",
            Self::Provider => "provider",
            Self::Right => "right",
            Self::Metric => "metric",
        }
    }
}

/// What a key accepts.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    /// One line of text of at most so many characters.
    Line(usize),
    /// Lines of text: at most so many, each of at most so many characters.
    Lines(usize, usize),
    /// A whole number in a range.
    Whole(i64, i64),
    /// Any whole number.
    AnyWhole,
    /// A number.
    Number,
    /// Yes or no.
    Boolean,
    /// A length of time in a range of seconds, in steps of so many seconds.
    Duration { min: u64, max: u64, step: u64 },
    /// A language that Hearth speaks.
    Language,
    /// A time zone by its IANA name.
    Zone,
    /// A cron line.
    Schedule,
    /// A Discord role by name or id.
    Role,
    /// Several roles, at least one.
    Roles,
    /// A Discord channel by name or id.
    Channel,
    /// A Discord id.
    Snowflake,
    /// One of these words.
    Word(&'static [&'static str]),
    /// The name of one of these.
    One(Set),
    /// The names of several of these.
    Several(Set),
    /// A recipe's name, or a table of them by stage.
    RecipeByStage,
    /// A file or folder.
    Path,
    /// An http or https address.
    Url,
    /// An http or https address with `{from}` and `{to}` in it.
    CompareUrl,
    /// An address to listen on.
    Listen,
    /// A database's address.
    Database,
    /// Windows of the week.
    Hours,
    /// An amount of money as decimal text.
    Price,
    /// Names and addresses.
    Links,
    /// Text, a whole number or yes or no.
    Scalar,
}

impl Kind {
    /// The type for the reference page.
    pub(super) fn describe(self) -> String {
        match self {
            Self::Line(max) => format!("text, at most {max} characters"),
            Self::Lines(count, max) => {
                format!("list of at most {count} texts, each at most {max} characters")
            }
            Self::Whole(min, max) => format!("whole number from {min} to {max}"),
            Self::AnyWhole => "whole number".to_owned(),
            Self::Number => "number".to_owned(),
            Self::Boolean => "`true` or `false`".to_owned(),
            Self::Duration { min, max, step } => {
                let whole = if step >= 3600 { " in whole hours" } else { "" };
                format!(
                    "length of time{whole}, from {} to {}",
                    duration(min),
                    duration(max)
                )
            }
            Self::Language => "`\"en\"` or `\"de\"`".to_owned(),
            Self::Zone => "time zone, such as `\"Europe/Berlin\"`".to_owned(),
            Self::Schedule => "schedule in five fields, such as `\"0 9 * * MON\"`".to_owned(),
            Self::Role => "role, by name or id".to_owned(),
            Self::Roles => "list of roles, by name or id, at least one".to_owned(),
            Self::Channel => "channel, by name or id".to_owned(),
            Self::Snowflake => "Discord id".to_owned(),
            Self::Word(words) => {
                let words: Vec<String> = words.iter().map(|word| format!("`\"{word}\"`")).collect();
                format!("one of {}", words.join(", "))
            }
            Self::One(set) => format!("name of a {}", set.word()),
            Self::Several(set) => format!("list of names of {}s", set.word()),
            Self::RecipeByStage => "name of a recipe, or a table of them by stage".to_owned(),
            Self::Path => "path, counted from the file's folder".to_owned(),
            Self::Url => "http or https address".to_owned(),
            Self::CompareUrl => "http or https address with `{from}` and `{to}`".to_owned(),
            Self::Listen => "address and port, or `off`".to_owned(),
            Self::Database => "`sqlite:` or `postgres://` address".to_owned(),
            Self::Hours => {
                "windows of the week, such as `\"Mon-Fri 20:00-07:00, Sat-Sun 00:00-24:00\"`"
                    .to_owned()
            }
            Self::Price => "decimal text, such as `\"0.35\"`".to_owned(),
            Self::Links => "table of http or https addresses by name, at most three".to_owned(),
            Self::Scalar => "text, whole number, `true` or `false`".to_owned(),
        }
    }
}

/// A length of time in the largest unit that fits, as the file would write it.
pub(super) fn duration(seconds: u64) -> String {
    [(86_400, "d"), (3_600, "h"), (60, "m")]
        .iter()
        .find(|(unit, _)| seconds >= *unit && seconds.is_multiple_of(*unit))
        .map_or_else(
            || format!("{seconds}s"),
            |(unit, letter)| format!("{}{letter}", seconds / unit),
        )
}
