//! Fitting an edition into one message: whole lines, as many as fit, and it says how many did not.

use crate::domain::chat::Field;
use crate::domain::sentence::Sentence;

use super::Voice;

/// Characters of a field at Discord.
const FIELD_CHARS_MAX: usize = 1_024;
/// Kept free in each section for the line that counts what did not fit.
const MORE_CHARS: usize = 40;
/// Characters of the headline.
pub(super) const HEADLINE_CHARS_MAX: usize = 700;

/// A part of the message with its share of the 6,000 characters that Discord allows.
pub(super) struct Section {
    name: &'static str,
    lines: Vec<String>,
    chars_max: usize,
}

impl Section {
    /// A section of these lines, of which as many are shown as fit into `chars_max` characters.
    pub(super) fn new(name: &'static str, lines: Vec<String>, chars_max: usize) -> Self {
        Self {
            name,
            lines,
            chars_max,
        }
    }

    /// As fields; none for a section without lines.
    pub(super) fn fields(&self, voice: Voice<'_>) -> Vec<Field> {
        let mut values: Vec<String> = Vec::new();
        let mut left = self.chars_max;
        let mut shown = 0;
        for line in &self.lines {
            let length = length(line) + 1;
            if length + MORE_CHARS > left.min(FIELD_CHARS_MAX) {
                break;
            }
            left -= length;
            shown += 1;
            match values.last_mut().filter(|value| fits(value, length)) {
                Some(value) => *value = format!("{value}\n{line}"),
                None => values.push(line.clone()),
            }
        }
        if shown < self.lines.len() {
            let more = Sentence::new("digest-lines-more").with("n", self.lines.len() - shown);
            let more = voice.say(&more);
            match values.last_mut() {
                Some(value) => *value = format!("{value}\n{more}"),
                None => values.push(more),
            }
        }
        let name = |index| {
            if index == 0 {
                self.name
            } else {
                "digest-section-goes-on"
            }
        };
        values
            .into_iter()
            .enumerate()
            .map(|(index, value)| Field {
                name: voice.line(name(index)),
                value,
                inline: false,
            })
            .collect()
    }
}

fn fits(value: &str, further: usize) -> bool {
    length(value) + further + MORE_CHARS <= FIELD_CHARS_MAX
}

/// A text of at most so many characters. Only for text whose end carries no markup.
pub(super) fn bounded(text: &str, chars_max: usize) -> String {
    if length(text) <= chars_max {
        return text.to_owned();
    }
    let mut left = chars_max - 1;
    let kept = text.chars().take_while(|c| {
        let fits = c.len_utf16() <= left;
        left = left.saturating_sub(c.len_utf16());
        fits
    });
    format!("{}…", kept.collect::<String>().trim_end())
}

/// Characters as Discord counts them at most.
pub(super) fn length(text: &str) -> usize {
    text.encode_utf16().count()
}
