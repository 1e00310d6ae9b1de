//! What keeps an engine behind HTTP from working with a definition: asks, changes nothing, and says what to do.

use super::Http;
use super::definition::Definition;
use crate::providers::Order;
use crate::providers::wire::Line;
use crate::providers::wire::address::Values;

/// A key that nothing was ever made under.
const NOBODY: &str = "hearth-check";

impl Http {
    /// Everything that is missing, each in a sentence.
    pub(super) async fn missing(&self, definition: &Definition) -> Vec<String> {
        let line = match self.line(definition) {
            Ok(line) => line,
            Err(failure) => return vec![failure.to_string()],
        };
        let order = Order {
            op_key: NOBODY.to_owned(),
            definition: String::new(),
            installation: NOBODY.to_owned(),
            name: NOBODY.to_owned(),
            revision: None,
            target: None,
            parameters: [].into(),
            labels: [].into(),
            plan: None,
        };
        let values = Values {
            reference: Some(NOBODY),
            ..Values::of(&order)
        };
        let mut missing = Vec::new();
        missing.extend(asked(&line, &values, "status", &definition.status).await);
        if let Some(list) = &definition.list {
            missing.extend(asked(&line, &values, "list", list).await);
        }
        missing
    }
}

/// What is wrong with an address that is asked about something that is not there.
async fn asked(line: &Line<'_>, values: &Values<'_>, key: &str, address: &str) -> Option<String> {
    let answer = match values.address(address) {
        Ok(url) => line.get(url).await,
        Err(failure) => Err(failure),
    };
    let answer = match answer {
        Ok(answer) => answer,
        Err(failure) => return Some(format!("`{key}` cannot be asked: {failure}")),
    };
    let json = answer.json();
    match (answer.status, key) {
        (401, _) => Some(format!(
            "`{key}` does not accept the token (401): exchange it where `token` says, or add `token`"
        )),
        (403, _) => Some(format!(
            "`{key}` says that the token may not (403): give its account the right to read, make and remove environments"
        )),
        (404 | 410, "status") => None,
        (200..=299, "status") if json.as_ref().is_some_and(|said| said["state"] == "absent") => None,
        (200..=299, "status") => Some(
            "`status` knows something that was never made: for an unknown one it must answer 404, or the state absent".to_owned(),
        ),
        (200..=299, _) if super::entries(json.as_ref()).is_ok() && json.is_some() => None,
        (200..=299, _) => Some(format!(
            "`{key}` does not answer a list of `environments` with reference, op_key and name each"
        )),
        (404 | 410, _) => Some(format!(
            "`{key}` is not there (404): an installation without environments has an empty list"
        )),
        _ => Some(format!("`{key}`: {}", line.complaint(&answer))),
    }
}
