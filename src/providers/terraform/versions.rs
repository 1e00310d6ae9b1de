//! Versions of modules and the constraints that pick one, as Terraform writes them.

use std::cmp::Ordering;

/// The most conditions of one constraint.
const CONDITIONS_MAX: usize = 16;

/// One version: `1.2.3`, or `1.2.3-beta.1` before it.
#[derive(Clone, Debug)]
pub(super) struct Version {
    numbers: [u64; 3],
    /// How many of the numbers were written out.
    n_written: usize,
    /// What stands after `-`; empty for a release.
    before: String,
}

impl Version {
    /// Reads one; what stands after `+` says nothing about the order and is dropped.
    pub(super) fn read(text: &str) -> Option<Self> {
        let text = text.trim().split('+').next()?;
        let text = text.strip_prefix('v').unwrap_or(text);
        let (numbers, before) = text.split_once('-').unwrap_or((text, ""));
        let mut read = [0; 3];
        let parts: Vec<&str> = numbers.split('.').collect();
        if parts.len() > 3 || (before.is_empty() && text.contains('-')) {
            return None;
        }
        for (at, part) in parts.iter().enumerate() {
            if !part.bytes().all(|byte| byte.is_ascii_digit()) {
                return None;
            }
            read[at] = part.parse().ok()?;
        }
        let fine = before
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte));
        fine.then(|| Self {
            numbers: read,
            n_written: parts.len(),
            before: before.to_owned(),
        })
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        let numbers = self.numbers.cmp(&other.numbers);
        numbers.then_with(|| match (self.before.is_empty(), other.before.is_empty()) {
            (true, true) => Ordering::Equal,
            (true, false) => Ordering::Greater,
            (false, true) => Ordering::Less,
            (false, false) => by_parts(&self.before, &other.before),
        })
    }
}

impl PartialEq for Version {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Version {}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The order of what stands after `-` (Semantic Versioning 2.0.0, item 11): numbers before words, by part.
fn by_parts(one: &str, other: &str) -> Ordering {
    let (mut ours, mut theirs) = (one.split('.'), other.split('.'));
    loop {
        let order = match (ours.next(), theirs.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => Ordering::Less,
            (Some(_), None) => Ordering::Greater,
            (Some(one), Some(other)) => match (one.parse::<u64>(), other.parse::<u64>()) {
                (Ok(one), Ok(other)) => one.cmp(&other),
                (Ok(_), Err(_)) => Ordering::Less,
                (Err(_), Ok(_)) => Ordering::Greater,
                (Err(_), Err(_)) => one.cmp(other),
            },
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}

/// What a template asks of a version: conditions that must all hold.
#[derive(Debug)]
pub(super) struct Constraint(Vec<(&'static str, Version)>);

impl Constraint {
    /// Reads one such as `~> 1.2` or `>= 1.2, < 2.0`; an empty text takes any release.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let pieces = text
            .split(',')
            .map(str::trim)
            .filter(|piece| !piece.is_empty());
        let mut conditions = Vec::new();
        for piece in pieces {
            let operator = ["~>", ">=", "<=", "!=", ">", "<", "="]
                .into_iter()
                .find(|operator| piece.starts_with(operator));
            let rest = piece
                .strip_prefix(operator.unwrap_or_default())
                .unwrap_or(piece);
            let version = Version::read(rest)
                .ok_or_else(|| format!("`{piece}` is not a condition on a version"))?;
            conditions.push((operator.unwrap_or("="), version));
        }
        if conditions.len() > CONDITIONS_MAX {
            return Err(format!("more than {CONDITIONS_MAX} conditions"));
        }
        Ok(Self(conditions))
    }

    /// Whether this version will do. One that comes before a release does only when it is asked for by name.
    pub(super) fn takes(&self, version: &Version) -> bool {
        let by_name = |(operator, wanted): &(&str, Version)| *operator == "=" && wanted == version;
        (version.before.is_empty() || self.0.iter().any(by_name))
            && self.0.iter().all(|(operator, wanted)| match *operator {
                "=" => version == wanted,
                "!=" => version != wanted,
                ">" => version > wanted,
                ">=" => version >= wanted,
                "<" => version < wanted,
                "<=" => version <= wanted,
                _ => is_near(version, wanted),
            })
    }

    /// Those that will do, newest first.
    pub(super) fn pick(&self, versions: &[String]) -> Vec<String> {
        let mut fitting: Vec<(Version, &String)> = versions
            .iter()
            .filter_map(|text| Some((Version::read(text)?, text)))
            .filter(|(version, _)| self.takes(version))
            .collect();
        fitting.sort_by(|(one, _), (other, _)| other.cmp(one));
        fitting.into_iter().map(|(_, text)| text.clone()).collect()
    }
}

/// `~> 1.2` takes 1.2 and later below 2, `~> 1.2.3` takes 1.2.3 and later below 1.3: only the last
/// number that is written out may grow.
fn is_near(version: &Version, wanted: &Version) -> bool {
    let n_fixed = wanted.n_written.saturating_sub(1).max(1);
    version >= wanted && version.numbers[..n_fixed] == wanted.numbers[..n_fixed]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_constraint_picks_the_newest_version_that_fits() {
        let known: Vec<String> = [
            "1.0.0",
            "1.10.0",
            "1.2.0",
            "1.2.9",
            "2.0.0",
            "2.1.0-beta.2",
            "2.1.0-beta.11",
            "rubbish",
        ]
        .iter()
        .map(|&text| text.to_owned())
        .collect();
        for (constraint, picked) in [
            ("", "2.0.0"),
            ("~> 1.0", "1.10.0"),
            ("~> 1.2.0", "1.2.9"),
            (">= 1.0, < 1.10", "1.2.9"),
            ("!= 2.0.0", "1.10.0"),
            ("1.2.0", "1.2.0"),
            ("= 2.1.0-beta.2", "2.1.0-beta.2"),
            ("<= 1.0", "1.0.0"),
            ("~> 1", "1.10.0"),
        ] {
            let constraint_read = Constraint::read(constraint).unwrap();
            assert_eq!(
                constraint_read.pick(&known).first().map(String::as_str),
                Some(picked),
                "{constraint}"
            );
        }
        assert!(Constraint::read("> 9").unwrap().pick(&known).is_empty());
        for wrong in ["newest", "~> x", "1.2.3.4", ">= 1.0 < 2.0", "1.0-"] {
            assert!(Constraint::read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn versions_before_a_release_are_in_the_order_of_their_parts() {
        let order = ["1.0.0-alpha", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0"];
        let read: Vec<_> = order
            .iter()
            .map(|text| Version::read(text).unwrap())
            .collect();
        assert!(read.is_sorted());
    }
}
