//! What can come of a call to Discord, sorted by what the caller can do about it.

use std::fmt::Write as _;
use std::time::Duration;

use serde_json::Value;

/// Discord's codes that mean "there is no such thing any more".
const GONE: [u64; 6] = [10_003, 10_004, 10_008, 10_013, 10_015, 10_062];
/// Too many edits of messages older than an hour. Discord sends it as a 429.
const TOO_OLD_TO_EDIT: u64 = 30_046;
/// How many faulty places of a refused body are named in the log.
const PLACES_MAX: usize = 5;
/// How deep a refusal's list of faults is followed.
const DEPTH_MAX: u32 = 12;

/// Why a call to Discord did not do what it should.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Call {
    /// Nothing happened; the same call may be made again (429, 5xx, no connection).
    #[error("Discord could not take the call now")]
    Retryable {
        /// How long Discord asks to wait; `None` where it does not say.
        after: Option<Duration>,
    },
    /// The call was sent and no answer came: it may or may not have happened.
    #[error("Discord did not answer in time, or the answer was cut off")]
    UnknownEffect,
    /// The channel, message, member or interaction does not exist, or not any more.
    #[error("what was meant does not exist at Discord (code {code})")]
    Gone {
        /// Discord's code, 0 where it gave none.
        code: u64,
    },
    /// The bot may not do this: a permission is missing, a person takes no direct messages
    /// (code 50007), or the token is not valid any more (code 0).
    #[error("Discord does not permit this (code {code})")]
    Forbidden {
        /// Discord's code, 0 where it gave none.
        code: u64,
    },
    /// The message is older than an hour and has been edited too often: post a new one.
    #[error("the message is too old to be edited again")]
    TooOldToEdit,
    /// Discord refused the call as faulty, or its answer could not be read: our fault.
    #[error("Discord refused the call as faulty (status {status}, code {code}, at {places})")]
    Invalid {
        /// The HTTP status.
        status: u16,
        /// Discord's code, 0 where it gave none.
        code: u64,
        /// Where in the body the faults are, with their codes; never what stood there.
        places: String,
    },
}

impl Call {
    /// What an answer of `status` with `body` means where it is not a success and no 429.
    pub(super) fn of_refusal(status: u16, body: &[u8]) -> Self {
        let body: Value = serde_json::from_slice(body).unwrap_or(Value::Null);
        let code = body["code"].as_u64().unwrap_or(0);
        if code == TOO_OLD_TO_EDIT {
            return Self::TooOldToEdit;
        }
        if status == 404 || GONE.contains(&code) {
            return Self::Gone { code };
        }
        match status {
            401 | 403 => Self::Forbidden { code },
            408 | 429 | 500..=599 => Self::Retryable { after: None },
            _ => Self::Invalid {
                status,
                code,
                places: places(&body["errors"]),
            },
        }
    }

    /// An answer that was a success and could not be read.
    pub(super) fn unreadable(status: u16) -> Self {
        Self::Invalid {
            status,
            code: 0,
            places: "the answer".to_owned(),
        }
    }
}

/// The paths and codes in Discord's nested list of faults. Its messages stay out, since they quote
/// what was sent.
fn places(errors: &Value) -> String {
    let mut out = String::new();
    collect_places(errors, "", DEPTH_MAX, &mut 0, &mut out);
    if out.is_empty() {
        "an unnamed place".to_owned()
    } else {
        out
    }
}

fn collect_places(errors: &Value, path: &str, depth: u32, n: &mut usize, out: &mut String) {
    let Some(map) = errors.as_object() else {
        return;
    };
    for (key, value) in map {
        if *n == PLACES_MAX || depth == 0 {
            return;
        }
        if key == "_errors" {
            *n += 1;
            let code = value[0]["code"].as_str().unwrap_or("?");
            let separator = if out.is_empty() { "" } else { ", " };
            write!(out, "{separator}{path}: {code}").expect("a string takes every text");
        } else {
            let deeper = if path.is_empty() {
                key.clone()
            } else {
                format!("{path}.{key}")
            };
            collect_places(value, &deeper, depth - 1, n, out);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn of(status: u16, body: &Value) -> Call {
        Call::of_refusal(status, body.to_string().as_bytes())
    }

    #[test]
    fn a_refusal_is_sorted_by_what_can_be_done_about_it() {
        assert_eq!(of(429, &json!({"code": 30_046})), Call::TooOldToEdit);
        assert_eq!(of(400, &json!({"code": 30_046})), Call::TooOldToEdit);
        assert_eq!(
            of(404, &json!({"code": 10_008})),
            Call::Gone { code: 10_008 }
        );
        assert_eq!(
            of(403, &json!({"code": 50_007})),
            Call::Forbidden { code: 50_007 }
        );
        assert_eq!(of(401, &json!({"code": 0})), Call::Forbidden { code: 0 });
        assert_eq!(of(502, &Value::Null), Call::Retryable { after: None });
    }

    #[test]
    fn a_faulty_body_is_named_by_place_and_never_quoted() {
        let refused = of(
            400,
            &json!({"code": 50_035, "message": "Invalid Form Body", "errors": {"embeds": {"0": {"title": {"_errors": [
                {"code": "BASE_TYPE_BAD_LENGTH", "message": "the secret text is too long"}]}}}}}),
        );
        let said = refused.to_string();
        assert!(
            said.contains("embeds.0.title: BASE_TYPE_BAD_LENGTH"),
            "{said}"
        );
        assert!(!said.contains("secret"), "{said}");
    }

    #[test]
    fn an_answer_that_is_no_json_is_still_sorted() {
        assert_eq!(
            Call::of_refusal(503, b"<html>"),
            Call::Retryable { after: None }
        );
    }
}
