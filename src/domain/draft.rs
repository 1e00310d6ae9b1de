//! What somebody has asked for so far, kept until the form that asks for the rest is sent.

use std::collections::BTreeMap;

use super::chat::UserId;
use super::time::Timestamp;

/// A command that waits for its form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// Its id: a sortable UUID as text.
    pub id: String,
    /// Whose it is; nobody else can finish it.
    pub person: UserId,
    /// What was given with the command, by name.
    pub given: BTreeMap<String, String>,
    /// What was typed into the form, by the name of the parameter. Hostile text.
    pub typed: BTreeMap<String, String>,
    /// Until when it is kept.
    pub kept_until: Timestamp,
}
