//! Makes text of people and engines harmless: no mention, no link, no markdown, no hidden or
//! turning characters, no more than so many of them.

use std::sync::LazyLock;

use regex::Regex;

/// Marks that may stand on one character: enough for every script, too few to paint over lines.
const MARKS_MAX: usize = 4;

/// How many characters are read for each one that may be shown: the rest of a longer text is never
/// looked at.
const READ_FACTOR: usize = 8;

/// Invisible, but it breaks what Discord would read as a mention or a link.
const BREAK: char = '\u{200B}';

/// Keeps right-to-left text from turning what follows.
const ISOLATE: char = '\u{2068}';
const ISOLATE_END: char = '\u{2069}';

/// The text in one line for a place that reads markdown, at most `chars_max` UTF-16 units long.
/// Empty if nothing visible is left.
#[must_use]
pub fn markdown(text: &str, chars_max: usize) -> String {
    if is_tame(text, chars_max) {
        text.to_owned()
    } else {
        tamed(text, chars_max)
    }
}

fn tamed(text: &str, chars_max: usize) -> String {
    // An address with its scheme, and an invitation even without one, would become a link.
    static LINK: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)(:)(//)|(discord(?:app)?\.)(gg|com)").expect("tested pattern")
    });
    let visible = one_line(text, chars_max);
    let dead = LINK.replace_all(&visible, format!("${{1}}${{3}}{BREAK}${{2}}${{4}}"));
    let mut digits_only = true;
    let mut first = true;
    bounded(&dead, chars_max, |cluster| {
        let base = cluster.chars().next().unwrap_or(BREAK);
        // At the beginning of a line these would make a list.
        let lists = (first && matches!(base, '-' | '+')) || (digits_only && !first && base == '.');
        digits_only = digits_only && base.is_ascii_digit();
        first = false;
        let escape = if lists || is_special(base) { "\\" } else { "" };
        match base {
            '<' | '@' => format!("{escape}{base}{BREAK}{}", &cluster[base.len_utf8()..]),
            _ => format!("{escape}{cluster}"),
        }
    })
}

/// The text in one line for a place that shows it as it is, at most `chars_max` UTF-16 units long.
#[must_use]
pub fn plain(text: &str, chars_max: usize) -> String {
    if is_tame(text, chars_max) {
        return text.to_owned();
    }
    bounded(&one_line(text, chars_max), chars_max, str::to_owned)
}

/// The text as inline code, such as a revision that people shall copy; at most `chars_max` UTF-16
/// units long.
#[must_use]
pub fn code(text: &str, chars_max: usize) -> String {
    let inside = bounded(
        &one_line(text, chars_max),
        chars_max.saturating_sub(2),
        |cluster| {
            // A backtick would end the code, so that its double stands for it.
            in_code(cluster).replace('`', "\u{2CB}")
        },
    );
    if inside.is_empty() {
        String::new()
    } else {
        format!("`{inside}`")
    }
}

/// The end of a longer text, such as logs, as a block of code of at most `chars_max` UTF-16 units:
/// whole lines, the last ones. Empty if nothing visible is left.
#[must_use]
pub fn block(text: &str, chars_max: usize) -> String {
    static ANSI: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)")
            .expect("tested pattern")
    });
    const FRAME_CHARS: usize = 8;
    let room = chars_max.saturating_sub(FRAME_CHARS);
    let skipped = text.chars().count().saturating_sub(room * READ_FACTOR);
    let tail: String = text.chars().skip(skipped).collect();
    let mut lines = Vec::new();
    let mut used = 0;
    for line in ANSI.replace_all(&tail, "").lines().rev() {
        let line = bounded(&visible(&line.replace('\t', "    ")), room, in_code);
        let size = units(&line) + 1;
        if used + size > room {
            break;
        }
        used += size;
        lines.push(line);
    }
    while lines.last().is_some_and(|line| line.trim().is_empty()) {
        lines.pop();
    }
    if lines.is_empty() {
        return String::new();
    }
    lines.reverse();
    format!("```\n{}\n```", lines.join("\n"))
}

/// Whether nothing would change: most names and titles are of this kind, and are spared the rest.
fn is_tame(text: &str, chars_max: usize) -> bool {
    text.len() <= chars_max
        && text.starts_with(|first: char| first.is_ascii_alphanumeric())
        && text.ends_with(|last: char| last.is_ascii_alphanumeric())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'-'))
        && !text.contains("  ")
}

/// Whether Discord's markdown gives the character a meaning that a backslash takes away.
fn is_special(character: char) -> bool {
    matches!(
        character,
        '\\' | '*' | '_' | '~' | '`' | '|' | '[' | ']' | '<' | '>' | '#'
    )
}

/// Inside code nothing can be escaped; what could end it or call somebody is broken instead.
fn in_code(cluster: &str) -> String {
    match cluster.chars().next() {
        Some(base @ ('`' | '@' | '<')) => format!("{base}{BREAK}"),
        _ => cluster.to_owned(),
    }
}

/// The visible part of the text's beginning in one line, runs of space as one.
fn one_line(text: &str, chars_max: usize) -> String {
    let read: String = text
        .chars()
        .take(chars_max.saturating_mul(READ_FACTOR))
        .collect();
    let spaced: String = read
        .chars()
        .map(|c| {
            if c.is_whitespace() || c.is_control() {
                ' '
            } else {
                c
            }
        })
        .collect();
    visible(&spaced)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

/// The text without control characters, format characters (direction, zero width, tags) and
/// fillers that look like nothing.
fn visible(text: &str) -> String {
    static HIDDEN: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u{115F}\u{1160}\u{3164}\u{FFA0}\u{2800}\u{034F}\u{17B4}\u{17B5}]")
            .expect("tested pattern")
    });
    HIDDEN.replace_all(text, "").into_owned()
}

/// Puts the clusters (a character with its marks) together, each by `shape`, until the room is
/// used up; then an ellipsis stands for the rest. Text that runs from right to left is isolated.
fn bounded(text: &str, chars_max: usize, mut shape: impl FnMut(&str) -> String) -> String {
    // A pair of regional indicators is a flag; jamo join into one syllable; skin tones join their sign.
    static CLUSTER: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"(?:[\u{1F1E6}-\u{1F1FF}]{2}|[^\p{M}])[\p{M}\u{1F3FB}-\u{1F3FF}\u{1160}-\u{11FF}]*",
        )
        .expect("tested pattern")
    });
    let turns = text.chars().any(runs_right_to_left);
    let room = chars_max.saturating_sub(if turns { 2 } else { 0 });
    let mut out = String::new();
    let mut used = 0;
    // The length of `out` up to which an ellipsis still fits behind it.
    let mut safe = 0;
    let mut cut = false;
    for cluster in CLUSTER.find_iter(text) {
        let kept: String = cluster.as_str().chars().take(MARKS_MAX + 1).collect();
        let shaped = shape(&kept);
        used += units(&shaped);
        if used > room {
            cut = true;
            break;
        }
        out.push_str(&shaped);
        if used < room {
            safe = out.len();
        }
    }
    if cut {
        out.truncate(safe);
        if room > 0 {
            out.push('…');
        }
    }
    if turns && !out.is_empty() {
        format!("{ISOLATE}{out}{ISOLATE_END}")
    } else {
        out
    }
}

/// Length as Discord counts it.
fn units(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

/// Hebrew, Arabic and the other scripts that run from right to left, with their presentation forms.
fn runs_right_to_left(character: char) -> bool {
    matches!(u32::from(character),
        0x0590..=0x08FF | 0xFB1D..=0xFDFF | 0xFE70..=0xFEFF | 0x10800..=0x10FFF | 0x1E800..=0x1EFFF)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Whether an unescaped character of this kind is in the text.
    fn bare(text: &str, wanted: char) -> usize {
        let mut escaped = false;
        let mut n = 0;
        for c in text.chars() {
            if escaped {
                escaped = false;
            } else if c == '\\' {
                escaped = true;
            } else if c == wanted {
                n += 1;
            }
        }
        n
    }

    fn calls_nobody(text: &str) {
        let lower = text.to_lowercase();
        for mark in [
            "@everyone",
            "@here",
            "<@",
            "<#",
            "<:",
            "<a:",
            "<t:",
            "</",
            "<id:",
            "://",
            "discord.gg",
        ] {
            assert!(!lower.contains(mark), "{mark} is alive in {text:?}");
        }
    }

    #[test]
    fn mentions_links_and_markdown_are_shown_and_do_nothing() {
        assert_eq!(markdown("@everyone", 100), "@\u{200B}everyone");
        assert_eq!(markdown("<@&5>", 100), "\\<\u{200B}@\u{200B}&5\\>");
        assert_eq!(markdown("https://a.b", 100), "https:\u{200B}//a.b");
        assert_eq!(markdown("discord.gg/x", 100), "discord.\u{200B}gg/x");
        assert_eq!(
            markdown("**a** `b` _c_ ||d||", 100),
            "\\*\\*a\\*\\* \\`b\\` \\_c\\_ \\|\\|d\\|\\|"
        );
        assert_eq!(markdown("# big", 100), "\\# big");
        assert_eq!(markdown("- item", 100), "\\- item");
        assert_eq!(markdown("12. item 3.4", 100), "12\\. item 3.4");
        assert_eq!(markdown("a-b v1.2", 100), "a-b v1.2");
    }

    proptest! {
        #[test]
        fn a_tame_text_would_not_be_changed(text in "[a-zA-Z0-9 -]{0,12}", chars_max in 0usize..16) {
            if is_tame(&text, chars_max) {
                prop_assert_eq!(&tamed(&text, chars_max), &text);
                prop_assert_eq!(bounded(&one_line(&text, chars_max), chars_max, str::to_owned), text);
            }
        }
    }

    #[test]
    fn text_is_one_line_without_hidden_characters() {
        assert_eq!(markdown("a\r\n\n b\t\u{0}c", 100), "a b c");
        assert_eq!(
            plain("a\u{202E}b\u{200B}\u{FEFF}\u{2066}c\u{3164}", 100),
            "abc"
        );
        assert_eq!(markdown("\u{200B}\u{202E}", 100), "");
    }

    #[test]
    fn right_to_left_text_is_isolated() {
        assert_eq!(markdown("שלום", 100), "\u{2068}שלום\u{2069}");
        assert_eq!(plain("abc", 100), "abc");
    }

    #[test]
    fn a_long_text_ends_with_an_ellipsis_between_characters() {
        assert_eq!(markdown("abcdef", 6), "abcdef");
        assert_eq!(markdown("abcdefg", 6), "abcde…");
        assert_eq!(markdown("****", 6), "\\*\\*…");
        assert_eq!(plain("🔥🔥🔥", 5), "🔥🔥…");
        assert_eq!(plain("e\u{301}e\u{301}e\u{301}", 5), "e\u{301}e\u{301}…");
        let zalgo = format!("a{}", "\u{301}".repeat(500));
        assert_eq!(
            plain(&zalgo, 100),
            format!("a{}", "\u{301}".repeat(MARKS_MAX))
        );
    }

    #[test]
    fn code_cannot_be_left() {
        assert_eq!(code("v1.0", 50), "`v1.0`");
        assert_eq!(code("a`b", 50), "`a\u{2CB}\u{200B}b`");
        assert_eq!(
            block("a\n```\n@everyone", 100),
            "```\na\n`\u{200B}`\u{200B}`\u{200B}\n@\u{200B}everyone\n```"
        );
        assert_eq!(block("\u{1b}[31mred\u{1b}[0m", 100), "```\nred\n```");
        assert_eq!(block("", 100), "");
    }

    #[test]
    fn a_block_keeps_the_last_whole_lines() {
        let text: Vec<String> = (0..1000).map(|n| format!("line {n}")).collect();
        let shown = block(&text.join("\n"), 60);
        assert_eq!(
            shown,
            "```\nline 995\nline 996\nline 997\nline 998\nline 999\n```"
        );
    }

    fn hostile() -> impl Strategy<Value = String> {
        let pieces = prop_oneof![
            Just("@everyone"),
            Just("@"),
            Just("here"),
            Just("<"),
            Just("<@1>"),
            Just("<#2>"),
            Just("`"),
            Just("```"),
            Just("\\"),
            Just("||"),
            Just("\u{202E}"),
            Just("\u{200B}"),
            Just("\n"),
            Just("# "),
            Just("https://"),
            Just("discord.gg/"),
            Just("שלום"),
            Just("🔥"),
            Just("\u{301}"),
            Just("[a](b)"),
            Just("everyone"),
            Just(":"),
            Just("//"),
        ];
        prop_oneof![
            prop::collection::vec(pieces, 0..60).prop_map(|pieces| pieces.concat()),
            any::<String>(),
        ]
    }

    proptest! {
        #[test]
        fn whatever_is_given_calls_nobody_and_stays_in_bounds(text in hostile(), chars_max in 0_usize..120) {
            let hidden = Regex::new(r"[\p{Cc}\p{Cf}]").unwrap();
            let ours = [BREAK, ISOLATE, ISOLATE_END];
            let said = markdown(&text, chars_max);
            prop_assert!(units(&said) <= chars_max, "{said:?} is longer than {chars_max}");
            calls_nobody(&said);
            prop_assert_eq!(bare(&said, '`'), 0);
            prop_assert_eq!(bare(&said, '*'), 0);
            let left: String = said.chars().filter(|c| !ours.contains(c)).collect();
            prop_assert!(!hidden.is_match(&left));
            prop_assert_eq!(said.matches(ISOLATE).count(), said.matches(ISOLATE_END).count());
            prop_assert!(!said.ends_with('\\') || said.ends_with("\\\\"));

            let shown = plain(&text, chars_max);
            prop_assert!(units(&shown) <= chars_max);
            prop_assert!(!shown.contains('\n'));

            let framed = block(&text, chars_max);
            prop_assert!(units(&framed) <= chars_max);
            prop_assert!(framed.is_empty() || framed.matches("```").count() == 2, "{framed:?}");

            let inline = code(&text, chars_max);
            prop_assert!(units(&inline) <= chars_max.max(2));
            prop_assert!(inline.is_empty() || inline.matches('`').count() == 2, "{inline:?}");
        }
    }
}
