//! Near matches: what somebody may have meant who typed something that does not exist, or
//! is still typing.

use crate::app::words::harmless;
use crate::domain::chat::Choice;
use crate::domain::limits::SUGGESTIONS_MAX;

/// Near matches at most: more is a list to search, not an answer.
const MATCHES_MAX: usize = 3;

/// Characters of a suggestion at Discord.
const CHOICE_CHARS_MAX: usize = 100;

/// Characters of the input that are compared: names are shorter, and hostile input is not.
const INPUT_CHARS_MAX: usize = 64;

/// The candidates that are near to the input, nearest first, at most three: the same but for
/// case, beginning with it, containing it, or within one slip for every three characters.
#[must_use]
pub fn nearest<'a>(input: &str, candidates: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let input: String = input
        .trim()
        .to_lowercase()
        .chars()
        .take(INPUT_CHARS_MAX)
        .collect();
    let length = input.chars().count();
    if length == 0 {
        return Vec::new();
    }
    let mut ranked: Vec<(usize, &'a str)> = candidates
        .into_iter()
        .filter_map(|candidate| {
            let lower = candidate.to_lowercase();
            let slips = strsim::damerau_levenshtein(&input, &lower);
            let rank = if slips <= (length / 3).max(1) {
                slips
            } else if length > 1 && lower.starts_with(&input) {
                INPUT_CHARS_MAX
            } else if length > 2 && (lower.contains(&input) || input.contains(&lower)) {
                INPUT_CHARS_MAX + 1
            } else {
                return None;
            };
            Some((rank, candidate))
        })
        .collect();
    ranked.sort_unstable();
    ranked.dedup();
    // Beside a good match a much worse one is noise.
    let best = ranked.first().map_or(0, |(rank, _)| *rank);
    ranked.retain(|(rank, _)| *rank <= best + 1 || *rank >= INPUT_CHARS_MAX);
    ranked
        .into_iter()
        .take(MATCHES_MAX)
        .map(|(_, candidate)| candidate)
        .collect()
}

/// The near matches as the argument `near` of a refusal; empty if there are none.
#[must_use]
pub fn text<'a>(input: &str, candidates: impl IntoIterator<Item = &'a str>) -> String {
    nearest(input, candidates).join(", ")
}

/// Suggestions while somebody types: what begins with the text, then what contains it, each in the
/// given order; everything while nothing is typed. At most as many as Discord shows.
#[must_use]
pub fn suggestions<'a>(typed: &str, candidates: impl IntoIterator<Item = &'a str>) -> Vec<Choice> {
    let typed: String = typed
        .trim()
        .to_lowercase()
        .chars()
        .take(INPUT_CHARS_MAX)
        .collect();
    let mut begin = Vec::new();
    let mut contain = Vec::new();
    for candidate in candidates {
        let lower = candidate.to_lowercase();
        if lower.starts_with(&typed) {
            begin.push(candidate);
        } else if lower.contains(&typed) {
            contain.push(candidate);
        }
        if begin.len() == SUGGESTIONS_MAX {
            break;
        }
    }
    // A longer value could not be sent back whole, so that it is not offered.
    let fits = |value: &&str| (1..=CHOICE_CHARS_MAX).contains(&value.encode_utf16().count());
    let choice = |value: &str| Choice {
        name: harmless::plain(value, CHOICE_CHARS_MAX),
        value: value.to_owned(),
    };
    begin
        .into_iter()
        .chain(contain)
        .filter(fits)
        .map(choice)
        .filter(|choice| !choice.name.is_empty())
        .take(SUGGESTIONS_MAX)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 5] = ["player", "playlists", "checkout", "staging", "production"];

    #[test]
    fn a_slip_a_beginning_and_a_part_are_near() {
        assert_eq!(nearest("plyaer", NAMES), ["player"]);
        assert_eq!(nearest("play", NAMES), ["player", "playlists"]);
        assert_eq!(nearest("PROD", NAMES), ["production"]);
        assert_eq!(nearest("stagin", NAMES), ["staging"]);
        assert_eq!(text("lay", NAMES), "player, playlists");
    }

    #[test]
    fn nothing_is_near_to_something_else() {
        assert_eq!(nearest("xyz", NAMES), [""; 0]);
        assert_eq!(nearest("", NAMES), [""; 0]);
        assert_eq!(nearest(&"p".repeat(2000), NAMES), [""; 0]);
        assert_eq!(nearest("@everyone", NAMES), [""; 0]);
    }

    #[test]
    fn typing_offers_beginnings_first_and_never_too_many() {
        let names = |typed: &str| {
            suggestions(typed, NAMES)
                .into_iter()
                .map(|choice| choice.value)
                .collect::<Vec<_>>()
        };
        assert_eq!(names("P"), ["player", "playlists", "production"]);
        assert_eq!(names("li"), ["playlists"]);
        assert_eq!(names(""), NAMES);
        assert_eq!(names("\u{202E}@everyone"), [""; 0]);
        let many: Vec<String> = (0..100).map(|n| format!("v{n}")).collect();
        assert_eq!(
            suggestions("v", many.iter().map(String::as_str)).len(),
            SUGGESTIONS_MAX
        );
        assert_eq!(suggestions("x", ["x".repeat(101).as_str()]).len(), 0);
    }
}
