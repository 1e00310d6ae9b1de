//! Amounts as Kubernetes writes them (`500m`, `4Gi`), so that equal amounts in other words are equal.

/// The suffixes and what they multiply by, in thousandths.
const SUFFIXES: [(&str, i128); 12] = [
    ("Ki", 1_000 << 10),
    ("Mi", 1_000 << 20),
    ("Gi", 1_000 << 30),
    ("Ti", 1_000 << 40),
    ("m", 1),
    ("k", 1_000_000),
    ("M", 1_000_000_000),
    ("G", 1_000_000_000_000),
    ("T", 1_000_000_000_000_000),
    ("P", 1_000_000_000_000_000_000),
    ("Pi", 1_000 << 50),
    ("", 1_000),
];
/// The most digits that are read.
const DIGITS_MAX: usize = 15;

/// The amount in thousandths, if it is one: digits, at most three decimals, a suffix.
pub(super) fn thousandths(text: &str) -> Option<i128> {
    let end = text
        .find(|character: char| !character.is_ascii_digit() && character != '.')
        .unwrap_or(text.len());
    let (number, suffix) = text.split_at(end);
    let (_, factor) = SUFFIXES.iter().find(|(known, _)| *known == suffix)?;
    let (whole, decimals) = number.split_once('.').unwrap_or((number, ""));
    if whole.is_empty() || whole.len() > DIGITS_MAX || decimals.len() > 3 {
        return None;
    }
    let whole: i128 = whole.parse().ok()?;
    let padded = format!("{decimals:0<3}");
    let decimals: i128 = padded.parse().ok()?;
    Some(whole * factor + decimals * factor / 1_000)
}

#[cfg(test)]
mod tests {
    use super::thousandths;

    #[test]
    fn equal_amounts_in_other_words_are_equal() {
        for (one, other) in [
            ("1000m", "1"),
            ("0.5", "500m"),
            ("1Gi", "1024Mi"),
            ("1.5Gi", "1536Mi"),
            ("2k", "2000"),
        ] {
            assert_eq!(thousandths(one), thousandths(other), "{one} and {other}");
            assert!(thousandths(one).is_some());
        }
        for nonsense in ["", "x", "1 Gi", "-1", "1.2.3", "1Zi", ".5", "1e3"] {
            assert_eq!(thousandths(nonsense), None, "{nonsense:?}");
        }
    }
}
