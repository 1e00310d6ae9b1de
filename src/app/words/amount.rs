//! Numbers, lengths of time, points in time and lists, as the language writes them.

use std::time::Duration;

use super::Words;
use crate::domain::Timestamp;
use crate::domain::chat::Language;
use crate::domain::sentence::Value;

/// From here on thousands are grouped: four digits read well without, and may be a year.
const GROUPED_FROM: f64 = 10_000.0;

/// A number with at most two decimals, without trailing zeros: `1234.5`, `12,345` or `12.345`.
#[must_use]
pub fn number(language: Language, number: f64) -> String {
    let (point, group) = match language {
        Language::English => (".", ','),
        Language::German => (",", '.'),
    };
    if !number.is_finite() {
        return "–".to_owned();
    }
    let fixed = format!("{:.2}", number.abs());
    let (whole, decimals) = fixed.split_once('.').unwrap_or((&fixed, ""));
    let decimals = decimals.trim_end_matches('0');
    let zero = decimals.is_empty() && whole == "0";
    let sign = if number < 0.0 && !zero { "−" } else { "" };
    let whole = if number.abs() >= GROUPED_FROM {
        grouped(whole, group)
    } else {
        whole.to_owned()
    };
    if decimals.is_empty() {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}{point}{decimals}")
    }
}

fn grouped(digits: &str, group: char) -> String {
    let mut out = String::new();
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) {
            out.push(group);
        }
        out.push(digit);
    }
    out
}

/// The point in time as Discord shows it to each reader in their own zone: date and time of day.
#[must_use]
pub fn moment(at: Timestamp) -> Value {
    Value::Markup(format!("<t:{}:f>", at.seconds()))
}

/// The point in time as Discord counts it down for each reader: "in 3 hours".
#[must_use]
pub fn relative(at: Timestamp) -> Value {
    Value::Markup(format!("<t:{}:R>", at.seconds()))
}

/// A share between 0 and 1 as the number of whole percent that the sentences expect.
#[must_use]
pub fn percent(share: f64) -> Value {
    Value::Number((share * 100.0).round())
}

impl Words {
    /// A length of time in its two largest units: "3 m 10 s", "2 days 4 h".
    #[must_use]
    pub fn duration(&self, language: Language, duration: Duration) -> String {
        let seconds = duration.as_secs();
        if seconds == 0 {
            return self.label(language, "amount-less");
        }
        let parts = [
            ("amount-days", seconds / 86_400),
            ("amount-hours", seconds / 3600 % 24),
            ("amount-minutes", seconds / 60 % 60),
            ("amount-seconds", seconds % 60),
        ];
        let first = parts
            .iter()
            .position(|(_, n)| *n > 0)
            .unwrap_or(parts.len() - 1);
        let shown: Vec<String> = parts[first..]
            .iter()
            .take(2)
            .filter(|(_, n)| *n > 0)
            .map(|(id, n)| {
                self.line(
                    language,
                    id,
                    &[("n", Value::from(u32::try_from(*n).unwrap_or(u32::MAX)))],
                )
            })
            .collect();
        shown.join(" ")
    }

    /// A share between 0 and 1 in whole percent: "67 %".
    #[must_use]
    pub fn percent(&self, language: Language, share: f64) -> String {
        self.line(language, "value-percent", &[("percent", percent(share))])
    }

    /// "a, b and c", each made harmless, as text for a place that reads markdown.
    #[must_use]
    pub fn all_of<T: AsRef<str>>(&self, language: Language, texts: &[T]) -> String {
        self.joined(language, "list-last", texts)
    }

    /// "a, b or c", each made harmless, as text for a place that reads markdown.
    #[must_use]
    pub fn one_of<T: AsRef<str>>(&self, language: Language, texts: &[T]) -> String {
        self.joined(language, "list-either", texts)
    }

    fn joined<T: AsRef<str>>(&self, language: Language, id: &'static str, texts: &[T]) -> String {
        let texts: Vec<String> = texts
            .iter()
            .map(|text| super::harmless::markdown(text.as_ref(), super::TEXT_CHARS_MAX))
            .collect();
        match texts.as_slice() {
            [] => String::new(),
            [only] => only.clone(),
            [before @ .., last] => self.line(
                language,
                id,
                &[
                    ("list", Value::Markup(before.join(", "))),
                    ("last", Value::Markup(last.clone())),
                ],
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_the_language_writes_them() {
        let both = |n| (number(Language::English, n), number(Language::German, n));
        assert_eq!(both(0.0), ("0".into(), "0".into()));
        assert_eq!(both(-0.001), ("0".into(), "0".into()));
        assert_eq!(both(2026.0), ("2026".into(), "2026".into()));
        assert_eq!(both(1.5), ("1.5".into(), "1,5".into()));
        assert_eq!(both(-20.0), ("−20".into(), "−20".into()));
        assert_eq!(
            both(1_234_567.891),
            ("1,234,567.89".into(), "1.234.567,89".into())
        );
        assert_eq!(both(f64::NAN), ("–".into(), "–".into()));
    }

    #[test]
    fn a_duration_shows_its_two_largest_units() {
        let words = Words::load();
        let say = |seconds| words.duration(Language::English, Duration::from_secs(seconds));
        assert_eq!(say(0), "under 1 s");
        assert_eq!(say(190), "3 m 10 s");
        assert_eq!(say(3600), "1 h");
        assert_eq!(say(3605), "1 h");
        assert_eq!(say(86_400 * 2 + 3600 * 4 + 59), "2 days 4 h");
        assert_eq!(
            words.duration(Language::German, Duration::from_secs(86_400 + 60)),
            "1 Tag"
        );
        assert_eq!(
            words.duration(Language::German, Duration::from_secs(190)),
            "3 min 10 s"
        );
    }

    #[test]
    fn shares_and_lists_are_sentences_too() {
        let words = Words::load();
        assert_eq!(words.percent(Language::English, 0.666), "67 %");
        assert_eq!(
            words.all_of(Language::German, &["a", "b_c", "d"]),
            "a, b\\_c und d"
        );
        assert_eq!(words.one_of(Language::English, &["a"]), "a");
        assert_eq!(moment(Timestamp(1_500)), Value::Markup("<t:1:f>".into()));
    }
}
