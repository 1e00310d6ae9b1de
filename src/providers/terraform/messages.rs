//! What Terraform says while it works: one JSON object per line, made into news, log lines and the reason of a failure.

use serde_json::Value;

/// The most resources of a plan that are told by name.
const RESOURCES_TOLD_MAX: usize = 20;
/// The major version of the machine-readable UI that is understood. Unknown kinds of messages within it are log lines.
const UI_MAJOR: &str = "1.";

/// What a run has said so far.
#[derive(Debug, Default)]
pub(super) struct Said {
    /// The first error: its summary and the first line of its detail.
    pub(super) error: Option<String>,
    /// Who holds the state, if that is why it failed.
    pub(super) lock: Option<Lock>,
    /// How much a plan changes: added, changed, removed.
    pub(super) summary: Option<[u64; 3]>,
    /// What a plan changes, such as `+ terraform_data.shop`.
    pub(super) resources: Vec<String>,
    /// How many resources have changed outside.
    pub(super) n_drifted: usize,
}

/// A lock on a state, as Terraform describes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Lock {
    pub(super) id: String,
    pub(super) who: String,
    pub(super) operation: String,
    pub(super) created: String,
}

/// One line for people.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum News {
    Progress(String),
    Log(String),
}

impl Said {
    /// Takes one line of standard output.
    pub(super) fn take(&mut self, line: &[u8]) -> Option<News> {
        let Ok(message) = serde_json::from_slice::<Value>(line) else {
            let text = String::from_utf8_lossy(line);
            // A line that begins with a brace could be read as one of ours.
            return Some(News::Log(text.trim_start_matches('{').to_owned()));
        };
        let text = message["@message"].as_str().unwrap_or_default().to_owned();
        let log = Some(News::Log(text.trim_start_matches('{').to_owned()));
        match message["type"].as_str().unwrap_or_default() {
            "version" => {
                let ui = message["ui"].as_str().unwrap_or_default();
                if !ui.starts_with(UI_MAJOR) {
                    self.error.get_or_insert(format!(
                        "this version of the program speaks version {ui} of its JSON, and Hearth only {UI_MAJOR}x"
                    ));
                }
                log
            }
            "planned_change" => {
                self.planned(&message["change"]);
                log
            }
            "resource_drift" => {
                self.n_drifted += 1;
                self.planned(&message["change"]);
                log
            }
            "change_summary" => {
                let changes = &message["changes"];
                let n = |key: &str| changes[key].as_u64().unwrap_or_default();
                if changes["operation"] == "plan" {
                    self.summary = Some([n("add"), n("change"), n("remove")]);
                }
                log
            }
            "apply_start" | "apply_complete" | "apply_progress" => {
                happening(&message).map(News::Progress).or(log)
            }
            "diagnostic" => {
                self.diagnostic(&message["diagnostic"]);
                log
            }
            // Values that nobody has allowed out stand in these.
            "outputs" | "refresh_start" | "refresh_complete" => None,
            _ => log,
        }
    }

    fn planned(&mut self, change: &Value) {
        let address = change["resource"]["addr"].as_str().unwrap_or_default();
        let mark = match change["action"].as_str().unwrap_or_default() {
            "create" => "+",
            "update" => "~",
            "delete" | "remove" => "-",
            "replace" => "-/+",
            "noop" | "read" => return,
            _ => "·",
        };
        self.resources.push(format!("{mark} {address}"));
    }

    fn diagnostic(&mut self, diagnostic: &Value) {
        if diagnostic["severity"] != "error" {
            return;
        }
        let summary = diagnostic["summary"].as_str().unwrap_or_default();
        let detail = diagnostic["detail"].as_str().unwrap_or_default();
        if self.lock.is_none() {
            self.lock = lock(summary, detail);
        }
        let said = match &self.lock {
            Some(lock) => lock.words(),
            None => sentence(summary, detail),
        };
        self.error.get_or_insert(said);
    }

    /// Whether it was not applied because the state has changed since the plan was made.
    pub(super) fn is_stale(&self) -> bool {
        let error = self.error.as_deref().unwrap_or_default();
        error.starts_with("Saved plan is stale")
    }

    /// How much a plan changes, in a line, and then what, each in a line.
    pub(super) fn plan(&self) -> Vec<String> {
        let Some([add, change, remove]) = self.summary else {
            return Vec::new();
        };
        let mut lines = vec![format!(
            "plan: {add} to add, {change} to change, {remove} to destroy"
        )];
        lines.extend(self.resources.iter().take(RESOURCES_TOLD_MAX).cloned());
        let n_more = self.resources.len().saturating_sub(RESOURCES_TOLD_MAX);
        if n_more > 0 {
            lines.push(format!("… and {n_more} more"));
        }
        lines
    }
}

impl Lock {
    /// Who holds it, for people.
    pub(super) fn words(&self) -> String {
        let Self {
            id,
            who,
            operation,
            created,
        } = self;
        format!(
            "the state is locked by {who} since {created} ({operation}, lock {id}): wait for its end, or have it \
             unlocked if it is dead"
        )
    }
}

/// The first paragraph of a diagnostic in one line.
fn sentence(summary: &str, detail: &str) -> String {
    let first: Vec<&str> = detail
        .lines()
        .map(str::trim)
        .take_while(|line| !line.is_empty())
        .collect();
    if first.is_empty() {
        summary.to_owned()
    } else {
        format!("{summary}: {}", first.join(" "))
    }
}

/// The holder of a state lock, from the text that Terraform gives for people: there is no other.
fn lock(summary: &str, detail: &str) -> Option<Lock> {
    if !summary.contains("state lock") {
        return None;
    }
    let field = |name: &str| {
        let line = detail
            .lines()
            .find_map(|line| line.trim().strip_prefix(name));
        line.map(|value| value.trim().to_owned())
            .unwrap_or_default()
    };
    let lock = Lock {
        id: field("ID:"),
        who: field("Who:"),
        operation: field("Operation:"),
        created: field("Created:"),
    };
    (!lock.id.is_empty()).then_some(lock)
}

/// What happens to a resource.
fn happening(message: &Value) -> Option<String> {
    let hook = &message["hook"];
    let address = hook["resource"]["addr"].as_str()?;
    let (doing, done) = match hook["action"].as_str()? {
        "create" => ("creating", "created"),
        "update" => ("changing", "changed"),
        "delete" => ("destroying", "destroyed"),
        "read" => return None,
        _ => ("working on", "finished"),
    };
    let seconds = hook["elapsed_seconds"].as_f64().unwrap_or_default();
    Some(match message["type"].as_str()? {
        "apply_start" => format!("{doing} {address}"),
        "apply_complete" => format!("{done} {address} after {seconds:.0} s"),
        _ => format!("still {doing} {address}, {seconds:.0} s"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_holder_of_a_lock_is_told() {
        // As Terraform 1.11.4 prints it.
        let detail = "Error message: resource temporarily unavailable\nLock Info:\n  ID:        bcad524c\n  Path:      x\n  \
            Operation: OperationTypeApply\n  Who:       root@vm\n  Version:   1.11.4\n  Created:   2026-11-24 17:40:25.052945864 +0000 UTC\n  Info:      \n\n\nTerraform acquires";
        let line = serde_json::json!({"@message": "Error", "type": "diagnostic", "diagnostic": {
            "severity": "error", "summary": "Error acquiring the state lock", "detail": detail}});
        let mut said = Said::default();
        said.take(line.to_string().as_bytes());
        assert_eq!(
            said.error.unwrap(),
            "the state is locked by root@vm since 2026-11-24 17:40:25.052945864 +0000 UTC (OperationTypeApply, lock bcad524c): \
             wait for its end, or have it unlocked if it is dead"
        );
        assert_eq!(said.lock.unwrap().who, "root@vm");
    }

    #[test]
    fn an_unknown_major_version_is_refused_and_unknown_messages_are_not() {
        let mut said = Said::default();
        said.take(br#"{"@message":"x","type":"version","ui":"1.9"}"#);
        said.take(br#"{"@message":"x","type":"of_tomorrow"}"#);
        assert_eq!(said.error, None);
        said.take(br#"{"@message":"x","type":"version","ui":"2.0"}"#);
        assert!(said.error.unwrap().contains("version 2.0 of its JSON"));
    }

    #[test]
    fn a_line_that_is_no_json_is_a_log_line_and_no_message_of_ours() {
        let mut said = Said::default();
        assert_eq!(
            said.take(br#"{"error":"x"#),
            Some(News::Log("\"error\":\"x".to_owned()))
        );
    }
}
