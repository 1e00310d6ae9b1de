//! Rows become Discord messages: what a subject's messages look like, in the language of their place.

pub mod deployment;
pub mod digest;
pub mod environment;
pub mod keeping;
pub mod pull_request;
pub mod survey;

use crate::domain::chat::{Button, ButtonKind, Embed, Field, Language, Message, Row};
use crate::domain::effect::Subject;
use crate::domain::limits;
use crate::domain::sentence::{Sentence, Value};
use crate::domain::time::Timestamp;

use super::words::{TEXT_CHARS_MAX, Words, harmless};

/// Words in one language.
#[derive(Clone, Copy)]
pub struct Voice<'a> {
    /// All words.
    pub words: &'a Words,
    /// The language spoken here.
    pub language: Language,
}

/// Colours of embeds, always beside a word that says the same.
pub mod color {
    /// Something is at work.
    pub const MOVING: u32 = 0x3b_82_f6;
    /// It is as it should be.
    pub const GOOD: u32 = 0x1f_9d_55;
    /// Somebody has to act.
    pub const WAITING: u32 = 0xd9_77_06;
    /// It failed.
    pub const BAD: u32 = 0xd6_3b_3b;
    /// It is over.
    pub const OVER: u32 = 0x8a_8f_98;
}

impl Voice<'_> {
    /// The sentence in this language.
    #[must_use]
    pub fn say(&self, sentence: &Sentence) -> String {
        self.words.say(self.language, sentence)
    }

    /// A sentence without arguments.
    #[must_use]
    pub fn line(&self, id: &'static str) -> String {
        self.words.label(self.language, id)
    }

    /// A field with a name from the locale; `None` where there is no value.
    #[must_use]
    pub fn field(&self, id: &'static str, value: impl Into<String>) -> Option<Field> {
        let value = value.into();
        (!value.is_empty()).then(|| Field {
            name: self.line(id),
            value,
            inline: true,
        })
    }

    /// A text of people or engines, made harmless.
    #[must_use]
    pub fn harmless(&self, text: &str) -> String {
        harmless::markdown(text, TEXT_CHARS_MAX)
    }

    /// A message of one sentence that only the asker sees.
    #[must_use]
    pub fn note(&self, sentence: &Sentence) -> Message {
        Message {
            content: self.say(sentence),
            ..Message::default()
        }
    }

    /// The footer by which a message is found again.
    #[must_use]
    pub fn footer(&self, subject: &Subject) -> String {
        self.words.plain(
            self.language,
            &Sentence::new("footer-mark").with("mark", Value::Markup(subject.mark().to_owned())),
        )
    }
}

/// A list as a message's content: a title, as many whole rows as fit, and what `more` says of the rest
/// when it hears how many rows are shown.
#[must_use]
pub fn listed(title: String, rows: &[String], more: impl Fn(usize) -> Option<String>) -> String {
    const CONTENT_CHARS_MAX: usize = 2_000;
    // Kept free for the line that says that there are more.
    const MORE_CHARS: usize = 200;
    let length = |line: &str| line.encode_utf16().count() + 1;
    let mut left = CONTENT_CHARS_MAX.saturating_sub(MORE_CHARS + length(&title));
    let mut lines = vec![title];
    for row in rows.iter().take(limits::LIST_ROWS_MAX) {
        let Some(room) = left.checked_sub(length(row)) else {
            break;
        };
        left = room;
        lines.push(row.clone());
    }
    lines.extend(more(lines.len() - 1));
    lines.join("\n")
}

/// A point in time as Discord shows it to each reader in their own zone: `t`, `f`, `R` …
#[must_use]
pub fn at(time: Timestamp, style: char) -> Value {
    Value::Markup(mark(time, style))
}

/// The same as plain markup.
#[must_use]
pub fn mark(time: Timestamp, style: char) -> String {
    format!("<t:{}:{style}>", time.seconds())
}

/// An engine's address as a link, if it is one that can stand in a message without doing harm.
#[must_use]
pub fn link(url: &str) -> Option<String> {
    let rest = ["http://", "https://"]
        .iter()
        .find_map(|scheme| url.strip_prefix(scheme));
    // Without a host it leads nowhere, and Discord refuses the whole message for it.
    let web =
        rest.is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_alphanumeric()));
    let plain = url.len() <= 300
        && url
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && !b"<>()[]|`*\"'\\".contains(&byte));
    (web && plain).then(|| url.to_owned())
}

/// How long was waited at most: in seconds below two minutes, in begun minutes from there on.
#[must_use]
pub fn bound(voice: Voice<'_>, seconds: u32) -> Value {
    let sentence = if seconds < 120 {
        Sentence::new("bound-seconds").with("n", seconds)
    } else {
        Sentence::new("bound-minutes").with("n", seconds.div_ceil(60))
    };
    Value::Markup(voice.say(&sentence))
}

/// A row of buttons; `None` where there are none.
#[must_use]
pub fn buttons(buttons: Vec<Button>) -> Option<Row> {
    (!buttons.is_empty()).then_some(Row::Buttons(buttons))
}

/// A button that can be clicked.
#[must_use]
pub fn button(label: String, kind: ButtonKind) -> Button {
    Button {
        label,
        kind,
        disabled: false,
    }
}

/// A message of a content line, an embed, and perhaps a row of buttons.
#[must_use]
pub fn framed(content: String, embed: Embed, row: Option<Row>) -> Message {
    Message {
        content,
        embeds: vec![embed],
        rows: row.into_iter().collect(),
        ..Message::default()
    }
}
