//! Near matches: what somebody may have meant who typed something that does not exist.

/// Suggestions at most: more is a list to search, not an answer.
const MATCHES_MAX: usize = 3;

/// Characters of the input that are compared: names are shorter, and hostile input is not.
const INPUT_CHARS_MAX: usize = 64;

/// The candidates that are near to the input, nearest first, at most three: the same but for
/// case, beginning with it, containing it, or within one slip for every three characters.
#[must_use]
pub fn nearest<'a>(input: &str, candidates: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let input: String = input.trim().to_lowercase().chars().take(INPUT_CHARS_MAX).collect();
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
    ranked.into_iter().take(MATCHES_MAX).map(|(_, candidate)| candidate).collect()
}

/// The near matches as the argument `near` of a refusal; empty if there are none.
#[must_use]
pub fn text<'a>(input: &str, candidates: impl IntoIterator<Item = &'a str>) -> String {
    nearest(input, candidates).join(", ")
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
}
