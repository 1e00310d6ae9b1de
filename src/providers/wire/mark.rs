//! The words by which a run of a forge is known as ours: they stand in its title.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use regex::Regex;

use crate::providers::Order;

/// How much earlier than its key a run may have been made, in milliseconds: clocks differ.
const CLOCKS_DIFFER_MS: i64 = 120_000;

/// Anywhere in a title, so that people can write around it.
static MARK: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\b(create|destroy) (\S+) \[hearth:([^:\]\s]+):([^:\]\s]+)\]")
        .expect("the pattern of marks is fixed")
});

/// What a run is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::providers) enum Action {
    /// Makes it.
    Create,
    /// Removes it.
    Destroy,
}

impl Action {
    /// Its word in inputs and marks.
    pub(in crate::providers) fn word(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Destroy => "destroy",
        }
    }
}

/// What a title says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::providers) struct Mark {
    pub(in crate::providers) action: Action,
    pub(in crate::providers) name: String,
    pub(in crate::providers) installation: String,
    pub(in crate::providers) op_key: String,
}

impl Mark {
    /// The mark of work on an order.
    pub(in crate::providers) fn of(order: &Order, action: Action) -> Self {
        Self {
            action,
            name: order.name.clone(),
            installation: order.installation.clone(),
            op_key: order.op_key.clone(),
        }
    }

    /// The mark in a title, if it has one.
    pub(in crate::providers) fn read(title: &str) -> Option<Self> {
        let found = MARK.captures(title)?;
        Some(Self {
            action: match &found[1] {
                "create" => Action::Create,
                _ => Action::Destroy,
            },
            name: found[2].to_owned(),
            installation: found[3].to_owned(),
            op_key: found[4].to_owned(),
        })
    }

    /// The words that a title must hold.
    pub(in crate::providers) fn words(&self) -> String {
        format!(
            "{} {} [hearth:{}:{}]",
            self.action.word(),
            self.name,
            self.installation,
            self.op_key
        )
    }

    /// How many things each installation has had made here, as far as marks are still shown.
    pub(in crate::providers) fn count_installations(
        marks: impl Iterator<Item = Self>,
    ) -> BTreeMap<String, usize> {
        let mut keys: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for mark in marks {
            let of = keys.entry(mark.installation).or_default();
            of.insert(mark.op_key);
        }
        let counted = keys.into_iter().map(|(id, keys)| (id, keys.len()));
        counted.collect()
    }

    /// Whether it belongs to this order.
    pub(in crate::providers) fn is_of(&self, order: &Order) -> bool {
        self.installation == order.installation && self.op_key == order.op_key
    }
}

/// Everything of this key was made after this, as forges write times; `None` if the key does not say when it was made.
pub(in crate::providers) fn made_after(op_key: &str) -> Option<String> {
    let made_at = uuid::Uuid::parse_str(op_key).ok()?.get_timestamp()?;
    let (seconds, nanos) = made_at.to_unix();
    let ms = i64::try_from(seconds).ok()?.checked_mul(1_000)? + i64::from(nanos / 1_000_000);
    let after = chrono::DateTime::from_timestamp_millis(ms.checked_sub(CLOCKS_DIFFER_MS)?)?;
    Some(after.format("%Y-%m-%dT%H:%M:%SZ").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_read_back_wherever_it_stands() {
        let mark = Mark {
            action: Action::Destroy,
            name: "shop-1".to_owned(),
            installation: "here".to_owned(),
            op_key: "k-1".to_owned(),
        };
        assert_eq!(mark.words(), "destroy shop-1 [hearth:here:k-1]");
        assert_eq!(
            Mark::read(&format!("Preview: {} by bot", mark.words())),
            Some(mark)
        );
        for other in [
            "",
            "create shop-1",
            "create shop-1 [hearth:k-1]",
            "recreate shop [hearth:a:b]",
        ] {
            assert_eq!(Mark::read(other), None, "{other}");
        }
    }

    #[test]
    fn a_key_says_when_it_was_made_and_clocks_may_differ() {
        assert_eq!(
            made_after("019b76da-a800-7000-8000-000000000000").as_deref(),
            Some("2025-12-31T23:58:00Z")
        );
        assert_eq!(made_after("good"), None);
    }
}
