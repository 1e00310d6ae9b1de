//! How Discord says no: an HTTP status, an error code, and for forms the place of each fault.
use serde_json::{Map, Value, json};

/// One answer that is not a success.
#[derive(Clone, Debug)]
pub(super) struct Refusal {
    pub(super) status: u16,
    pub(super) body: Value,
    /// Seconds after which a 429 may be tried again.
    pub(super) retry_after: Option<f64>,
    /// Whether the one who asked could have known better, so that it is a complaint.
    pub(super) blame: Blame,
}

/// Who made a refusal necessary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Blame {
    /// The bot: the refusal is kept as a complaint.
    Bot,
    /// The state of the world that a test ordered, or the pace.
    World,
}

impl Refusal {
    pub(super) fn new(status: u16, code: u32, message: &str) -> Self {
        let blame = match code {
            // Whether somebody is still there is only learnt by asking.
            10007 | 50001 | 50007 | 50013 => Blame::World,
            _ => Blame::Bot,
        };
        Self {
            status,
            body: json!({"message": message, "code": code}),
            retry_after: None,
            blame,
        }
    }

    pub(super) fn not_found() -> Self {
        Self::new(404, 0, "404: Not Found")
    }

    pub(super) fn wrong_method() -> Self {
        Self::new(405, 0, "405: Method Not Allowed")
    }

    pub(super) fn unauthorized() -> Self {
        Self::new(401, 0, "401: Unauthorized")
    }

    pub(super) fn unknown_channel() -> Self {
        Self::new(404, 10003, "Unknown Channel")
    }

    pub(super) fn unknown_guild() -> Self {
        Self::new(404, 10004, "Unknown Guild")
    }

    pub(super) fn unknown_message() -> Self {
        Self::new(404, 10008, "Unknown Message")
    }

    pub(super) fn unknown_webhook() -> Self {
        Self::new(404, 10015, "Unknown Webhook")
    }

    pub(super) fn unknown_interaction() -> Self {
        Self::new(404, 10062, "Unknown interaction")
    }

    pub(super) fn acknowledged() -> Self {
        Self::new(400, 40060, "Interaction has already been acknowledged.")
    }

    pub(super) fn too_many(message: &str, code: u32, retry_after: f64, global: bool) -> Self {
        let mut body = json!({"message": message, "retry_after": retry_after, "global": global});
        if code != 0 {
            body["code"] = json!(code);
        }
        Self {
            status: 429,
            body,
            retry_after: Some(retry_after),
            blame: if code == 0 { Blame::World } else { Blame::Bot },
        }
    }

    /// One line for the list of complaints.
    pub(super) fn line(&self) -> String {
        format!("{} {}", self.status, self.body)
    }
}

/// Collects the faults of one body and turns them into Discord's "Invalid Form Body".
#[derive(Debug, Default)]
pub(super) struct Form {
    faults: Vec<(String, String, String)>,
}

/// At most this many faults of one body are told, so that a hostile body cannot make a huge answer.
const N_FAULTS_MAX: usize = 50;

impl Form {
    /// Notes a fault at a dotted path such as `embeds.0.title`.
    pub(super) fn fault(
        &mut self,
        path: impl Into<String>,
        code: &str,
        message: impl Into<String>,
    ) {
        if self.faults.len() < N_FAULTS_MAX {
            self.faults
                .push((path.into(), code.to_owned(), message.into()));
        }
    }

    pub(super) fn finish(self) -> Result<(), Refusal> {
        if self.faults.is_empty() {
            return Ok(());
        }
        let mut errors = Value::Object(Map::new());
        for (path, code, message) in self.faults {
            let mut at = &mut errors;
            for step in path.split('.').filter(|step| !step.is_empty()) {
                at = &mut at[step];
            }
            let list = &mut at["_errors"];
            if !list.is_array() {
                *list = json!([]);
            }
            if let Value::Array(list) = list {
                list.push(json!({"code": code, "message": message}));
            }
        }
        let mut refusal = Refusal::new(400, 50035, "Invalid Form Body");
        refusal.body["errors"] = errors;
        Err(refusal)
    }

    /// The keys of an object; those that Discord does not know here are faults.
    pub(super) fn keys<'a>(
        &mut self,
        value: &'a Value,
        path: &str,
        known: &[&str],
    ) -> Option<&'a Map<String, Value>> {
        let Some(map) = value.as_object() else {
            let message = "Only dictionaries may be used in a DictType";
            self.fault(path, "DICT_TYPE_CONVERT", message);
            return None;
        };
        for key in map.keys().filter(|key| !known.contains(&key.as_str())) {
            let message = "Discord knows no such field here.";
            self.fault(below(path, key), "UNKNOWN_FIELD", message);
        }
        Some(map)
    }

    /// A truth value, if it is there at all.
    pub(super) fn truth(&mut self, value: &Value, path: &str) {
        if !value.is_null() && !value.is_boolean() {
            let message = "Must be either true or false.";
            self.fault(path, "BOOLEAN_TYPE_CONVERT", message);
        }
    }

    /// A text of `low..=high` characters; returns it when it is one.
    pub(super) fn text<'a>(
        &mut self,
        value: &'a Value,
        path: &str,
        low: usize,
        high: usize,
    ) -> Option<&'a str> {
        let Some(text) = value.as_str() else {
            self.fault(
                path,
                "STRING_TYPE_CONVERT",
                "Could not interpret the value as string.",
            );
            return None;
        };
        let n = text.chars().count();
        if n < low && low == 1 {
            self.fault(path, "BASE_TYPE_REQUIRED", "This field is required");
        } else if n > high {
            let message = if low > 0 {
                format!("Must be between {low} and {high} in length.")
            } else {
                format!("Must be {high} or fewer in length.")
            };
            self.fault(path, "BASE_TYPE_MAX_LENGTH", message);
        } else if n < low {
            self.fault(
                path,
                "BASE_TYPE_BAD_LENGTH",
                format!("Must be between {low} and {high} in length."),
            );
        }
        Some(text)
    }
}

/// The dotted path of a key below another path, which may be empty.
pub(super) fn below(path: &str, key: &str) -> String {
    if path.is_empty() {
        key.to_owned()
    } else {
        format!("{path}.{key}")
    }
}
