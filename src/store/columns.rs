//! How values of the domain stand in columns, and how they are read back.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::trouble::{Error, Result};
use crate::domain::Timestamp;

/// Text as both databases can hold it: PostgreSQL refuses the NUL character, so nobody keeps it.
pub(super) fn text(text: &str) -> Cow<'_, str> {
    if text.contains('\0') {
        Cow::Owned(text.replace('\0', ""))
    } else {
        Cow::Borrowed(text)
    }
}

/// The same for a text that may be absent.
pub(super) fn some_text(value: Option<&String>) -> Option<Cow<'_, str>> {
    value.map(|value| text(value))
}

/// A Discord id as a signed column; the same 64 bits.
pub(super) fn id(id: u64) -> i64 {
    id.cast_signed()
}

pub(super) fn millis(at: Option<Timestamp>) -> Option<i64> {
    at.map(|at| at.0)
}

/// A word that the domain must know.
pub(super) fn word<T>(
    doing: &'static str,
    word: &str,
    of_word: impl Fn(&str) -> Option<T>,
) -> Result<T> {
    of_word(word).ok_or_else(|| Error::unreadable(doing, format!("unknown word {word:?}")))
}

/// A count that must fit the domain's type.
pub(super) fn small(doing: &'static str, count: i64) -> Result<u32> {
    u32::try_from(count).map_err(|cause| Error::unreadable(doing, cause))
}

/// A count for a statement's LIMIT.
pub(super) fn limit(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

/// Parameters as a JSON object.
pub(super) fn parameters_out(parameters: &BTreeMap<String, String>) -> String {
    let object: Map<String, Value> = parameters
        .iter()
        .map(|(name, value)| (name.clone(), Value::from(value.as_str())))
        .collect();
    Value::Object(object).to_string()
}

/// Parameters from a JSON object of texts.
pub(super) fn parameters_in(doing: &'static str, json: &str) -> Result<BTreeMap<String, String>> {
    serde_json::from_str(json).map_err(|cause| Error::unreadable(doing, cause))
}
