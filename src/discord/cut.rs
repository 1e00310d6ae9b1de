//! The last line of defence: texts are cut at Discord's limits rather than refused by it.

use std::borrow::Cow;

/// What stands where something was cut away.
const ELLIPSIS: char = '…';
/// Stands where Discord demands a text and there is none.
pub(super) const INVISIBLE: &str = "\u{200b}";
/// Further characters that are given up to find a place between two visible signs.
const STEPS_BACK_MAX: usize = 32;

/// Counts what had to be cut in one body, so that it can be logged once and without the text.
#[derive(Debug, Default)]
pub(super) struct Cuts {
    n: u32,
    first: Option<&'static str>,
}

impl Cuts {
    /// Remembers that something was cut or left out at `place`.
    pub(super) fn note(&mut self, place: &'static str) {
        self.n += 1;
        self.first.get_or_insert(place);
    }

    /// Cuts `text` to `chars_max` characters at a place between two visible signs and removes
    /// control characters that Discord refuses.
    pub(super) fn text<'a>(
        &mut self,
        place: &'static str,
        text: &'a str,
        chars_max: usize,
    ) -> Cow<'a, str> {
        let clean = if text.chars().any(refused) {
            Cow::Owned(text.chars().filter(|c| !refused(*c)).collect::<String>())
        } else {
            Cow::Borrowed(text)
        };
        // A text has at most as many characters as bytes, so that most texts are not counted.
        if clean.len() <= chars_max || clean.chars().count() <= chars_max {
            return clean;
        }
        self.note(place);
        if chars_max == 0 {
            return Cow::Borrowed("");
        }
        let end = boundary(&clean, chars_max - 1);
        let mut short = String::with_capacity(end + ELLIPSIS.len_utf8());
        short.push_str(&clean[..end]);
        short.push(ELLIPSIS);
        Cow::Owned(short)
    }

    /// As [`Cuts::text`]; a text without a visible sign becomes an invisible one, since Discord
    /// refuses it here.
    pub(super) fn filled<'a>(
        &mut self,
        place: &'static str,
        text: &'a str,
        chars_max: usize,
    ) -> Cow<'a, str> {
        let text = self.text(place, text, chars_max);
        if text.trim().is_empty() {
            Cow::Borrowed(INVISIBLE)
        } else {
            text
        }
    }

    /// The first `n_max` of `items`.
    pub(super) fn list<'a, T>(
        &mut self,
        place: &'static str,
        items: &'a [T],
        n_max: usize,
    ) -> &'a [T] {
        if items.len() <= n_max {
            return items;
        }
        self.note(place);
        &items[..n_max]
    }

    /// Says once in the log that something was cut, and where first; never what.
    pub(super) fn log(&self, call: &'static str) {
        if let Some(first) = self.first {
            tracing::warn!(
                call,
                cuts = self.n,
                first,
                "a text was longer than Discord allows and was cut"
            );
        }
    }
}

/// Control characters other than tab and line ends.
fn refused(c: char) -> bool {
    c < ' ' && !matches!(c, '\n' | '\r' | '\t') || c == '\u{7f}'
}

/// The byte position of the last place at or before the `chars`th character that lies between two
/// visible signs: not before a combining mark, not inside a joined emoji, not inside a flag.
fn boundary(text: &str, chars: usize) -> usize {
    let hard = text
        .char_indices()
        .nth(chars)
        .map_or(text.len(), |(at, _)| at);
    let mut end = hard;
    for _ in 0..STEPS_BACK_MAX {
        let before = text[..end].chars().next_back();
        let after = text[end..].chars().next();
        let (Some(before), Some(after)) = (before, after) else {
            return end;
        };
        let flag = is_flag_half(after)
            && text[..end]
                .chars()
                .rev()
                .take_while(|c| is_flag_half(*c))
                .count()
                % 2
                == 1;
        if !(joins(after) || before == '\u{200d}' || flag || (before == '\r' && after == '\n')) {
            return end;
        }
        end -= before.len_utf8();
    }
    // So many marks on one sign are no writing but an attack: cut among them.
    hard
}

/// Whether `c` belongs to the sign before it.
fn joins(c: char) -> bool {
    matches!(c,
        '\u{0300}'..='\u{036f}' | '\u{0483}'..='\u{0489}' | '\u{0591}'..='\u{05bd}' | '\u{0610}'..='\u{061a}'
        | '\u{064b}'..='\u{065f}' | '\u{0670}' | '\u{06d6}'..='\u{06dc}' | '\u{0900}'..='\u{0903}'
        | '\u{093a}'..='\u{094f}' | '\u{0e31}' | '\u{0e34}'..='\u{0e3a}' | '\u{0e47}'..='\u{0e4e}'
        | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{200c}' | '\u{200d}' | '\u{20d0}'..='\u{20ff}'
        | '\u{3099}' | '\u{309a}' | '\u{fe00}'..='\u{fe0f}' | '\u{fe20}'..='\u{fe2f}'
        | '\u{1f3fb}'..='\u{1f3ff}' | '\u{e0020}'..='\u{e007f}' | '\u{e0100}'..='\u{e01ef}')
}

/// Two of these make a flag.
fn is_flag_half(c: char) -> bool {
    matches!(c, '\u{1f1e6}'..='\u{1f1ff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cut(text: &str, chars_max: usize) -> (String, u32) {
        let mut cuts = Cuts::default();
        let text = cuts.text("test", text, chars_max).into_owned();
        (text, cuts.n)
    }

    #[test]
    fn a_text_at_the_limit_stays_as_it_is() {
        assert_eq!(cut("äöü", 3), ("äöü".to_owned(), 0));
    }

    #[test]
    fn a_longer_text_ends_with_an_ellipsis_inside_the_limit() {
        assert_eq!(cut("abcdef", 4), ("abc…".to_owned(), 1));
    }

    #[test]
    fn a_sign_is_never_torn_from_its_marks() {
        assert_eq!(cut("abe\u{301}xyz", 4).0, "ab…");
        assert_eq!(cut("ab👩\u{200d}🚀xyz", 5).0, "ab…");
        assert_eq!(cut("🇩🇪🇫🇷", 2).0, "…");
        assert_eq!(cut("🇩🇪🇫🇷🇮🇹", 4).0, "🇩🇪…");
    }

    #[test]
    fn a_tower_of_marks_is_cut_all_the_same() {
        let tower = format!("a{}", "\u{301}".repeat(500));
        assert_eq!(cut(&tower, 100).0.chars().count(), 100);
    }

    #[test]
    fn control_characters_are_removed_and_line_ends_stay() {
        assert_eq!(cut("a\0b\u{1b}[31m\nc\t", 100).0, "ab[31m\nc\t");
    }

    #[test]
    fn a_text_without_a_sign_is_filled_where_one_is_demanded() {
        assert_eq!(Cuts::default().filled("test", " \n", 10), INVISIBLE);
    }

    proptest! {
        #[test]
        fn whatever_comes_fits(text in "\\PC{0,60}", chars_max in 0_usize..50) {
            prop_assert!(cut(&text, chars_max).0.chars().count() <= chars_max);
        }
    }
}
