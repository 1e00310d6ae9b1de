//! The words by which a run of a forge is known as ours: they stand in its title.

use std::sync::LazyLock;

use regex::Regex;

use crate::providers::Order;

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

    /// Whether it belongs to this order.
    pub(in crate::providers) fn is_of(&self, order: &Order) -> bool {
        self.installation == order.installation && self.op_key == order.op_key
    }
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
}
