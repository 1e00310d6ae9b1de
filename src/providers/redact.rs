//! Makes outside text fit to be kept and shown: plain, one line, bounded, and without secrets.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;
use secrecy::{ExposeSecret, SecretString};

/// What stands where a secret stood.
pub(crate) const REDACTED: &str = "[redacted]";

/// The longest line that is kept, in characters; the rest is cut with an ellipsis.
pub(crate) const LINE_CHARACTERS_MAX: usize = 2_000;

/// Shapes that are secrets wherever they stand. Known prefixes first, then what people call a secret.
static TOKEN_SHAPES: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"[A-Za-z0-9_-]{23,30}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,}", // Discord bot tokens
        r"|\bgh[pousr]_[A-Za-z0-9]{20,}|\bgithub_pat_[A-Za-z0-9_]{20,}|\bglpat-[A-Za-z0-9_.-]{16,}",
        r"|\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|\bxox[abprs]-[A-Za-z0-9-]{10,}|\bhv[sb]\.[A-Za-z0-9_-]{20,}",
        r"|\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*", // JSON web tokens
        r"|discord(?:app)?\.com/api/webhooks/[0-9]+/[A-Za-z0-9_-]+",
    ))
    .expect("the token pattern is fixed")
});

/// A word that announces a secret, and what follows it.
static ANNOUNCED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r#"(?i)((?:[a-z0-9_-]*(?:password|passwd|secret|token|api[_-]?key|private[_-]?key)[a-z0-9_-]*)["']?\s*[=:]\s*|bearer\s+|basic\s+)"#,
        r#"("[^"]*"|'[^']*'|[^\s,;"']+)"#,
    ))
    .expect("the announcement pattern is fixed")
});

/// Who and with which password, inside an address.
static ADDRESS_PASSWORD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(://[^/\s:@]*:)([^/\s@]+)@").expect("the address pattern is fixed")
});

/// Escape sequences of terminals, which would leave their tail behind when only control characters go.
static TERMINAL_SEQUENCE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\x1b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|.)")
        .expect("the escape pattern is fixed")
});

/// Knows the secret values of one call, and hides them.
#[derive(Clone, Default)]
pub(crate) struct Redactor {
    /// Longest first, so that a secret that contains another goes whole.
    values: Vec<SecretString>,
}

impl Redactor {
    /// Hides these values and, of values with several lines, each line.
    pub(crate) fn new<'a>(secrets: impl Iterator<Item = &'a SecretString>) -> Self {
        let mut values = BTreeSet::new();
        for secret in secrets {
            let secret = secret.expose_secret();
            values.insert(secret.trim().to_owned());
            // Short lines of a longer secret, such as a brace, are no secret.
            values.extend(
                secret
                    .lines()
                    .map(str::trim)
                    .filter(|line| line.len() >= 6)
                    .map(str::to_owned),
            );
        }
        let mut values: Vec<_> = values
            .into_iter()
            .filter(|value| !value.is_empty())
            .collect();
        values.sort_by_key(|value| std::cmp::Reverse(value.len()));
        Self {
            values: values.into_iter().map(SecretString::from).collect(),
        }
    }

    /// One line of outside bytes as text that may be kept: valid UTF-8, no control characters, no secrets, bounded.
    pub(crate) fn line(&self, bytes: &[u8]) -> String {
        if bytes.is_empty() {
            return String::new();
        }
        let text = String::from_utf8_lossy(bytes);
        let text = if text.contains('\x1b') {
            TERMINAL_SEQUENCE.replace_all(&text, "")
        } else {
            text
        };
        let text: String = text.chars().filter_map(plain).collect();
        cut(self.hide(text.trim_end().to_owned()), LINE_CHARACTERS_MAX)
    }

    fn hide(&self, mut text: String) -> String {
        for value in &self.values {
            if text.contains(value.expose_secret()) {
                text = text.replace(value.expose_secret(), REDACTED);
            }
        }
        for (pattern, replacement) in [
            (&TOKEN_SHAPES, "[redacted]"),
            (&ANNOUNCED, "${1}[redacted]"),
            (&ADDRESS_PASSWORD, "${1}[redacted]@"),
        ] {
            if let std::borrow::Cow::Owned(changed) = pattern.replace_all(&text, replacement) {
                text = changed;
            }
        }
        text
    }
}

/// A character of one plain line: tabs become spaces; control characters and marks that turn the
/// direction of the text go.
fn plain(character: char) -> Option<char> {
    match character {
        '\t' => Some(' '),
        '\u{200e}'
        | '\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}'
        | '\u{feff}' => None,
        _ if character.is_control() => None,
        _ => Some(character),
    }
}

/// At most `characters_max` characters; what was longer ends with an ellipsis.
pub(crate) fn cut(text: String, characters_max: usize) -> String {
    match text.char_indices().nth(characters_max) {
        None => text,
        Some(_) => text
            .chars()
            .take(characters_max.saturating_sub(1))
            .chain(['…'])
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> String {
        Redactor::new([SecretString::from("open-sesame-7")].iter()).line(text.as_bytes())
    }

    #[test]
    fn secrets_and_what_looks_like_one_are_hidden() {
        for (said, kept) in [
            ("key open-sesame-7.", "key [redacted]."),
            ("password: hunter2 done", "password: [redacted] done"),
            ("DB_PASSWORD=\"a b\" x", "DB_PASSWORD=[redacted] x"),
            (
                "Authorization: Bearer abcdef",
                "Authorization: Bearer [redacted]",
            ),
            ("postgres://u:pw@db/x", "postgres://u:[redacted]@db/x"),
            ("ghp_0123456789abcdefghij0123", "[redacted]"),
            (
                "plain words stay, http://127.0.0.1:80/?a=b too",
                "plain words stay, http://127.0.0.1:80/?a=b too",
            ),
        ] {
            assert_eq!(line(said), kept);
        }
        let token = format!("{}.{}.{}", "M".repeat(24), "abcdef", "x".repeat(38));
        assert_eq!(line(&format!("bot {token}!")), "bot [redacted]!");
    }

    #[test]
    fn binary_becomes_plain_bounded_text() {
        assert_eq!(
            Redactor::default().line(b"\x1b[31mred\x1b[0m\x00\xff\x07\tend\r\n"),
            "red\u{fffd} end"
        );
        assert_eq!(
            Redactor::default().line(&[b'x'; 9_000]).chars().count(),
            LINE_CHARACTERS_MAX
        );
        assert_eq!(line("abc\u{202e}def"), "abcdef");
    }
}
