//! Runs and jobs of GitHub Actions, as far as they matter here.

use serde_json::Value;

use crate::domain::limits::ENGINE_TEXT_CHARS_MAX;
use crate::providers::Whose;
use crate::providers::redact::cut;
use crate::providers::wire::Line;
use crate::providers::wire::mark::{Action, Mark};

/// One run of a workflow that is ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) id: u64,
    pub(super) mark: Mark,
    /// What came of it; `None` while it is not over.
    pub(super) conclusion: Option<String>,
}

impl Run {
    /// Reads one, if its title has a mark.
    pub(super) fn read(run: &Value) -> Option<Self> {
        Some(Self {
            id: run.get("id")?.as_u64()?,
            mark: Mark::read(run.get("display_title")?.as_str()?)?,
            conclusion: conclusion(run),
        })
    }

    pub(super) fn is_over(&self) -> bool {
        self.conclusion.is_some()
    }
}

/// What came of a run; `None` while it is not over.
pub(super) fn conclusion(run: &Value) -> Option<String> {
    if run.get("status")?.as_str()? != "completed" {
        return None;
    }
    let said = run.get("conclusion").and_then(Value::as_str);
    Some(said.unwrap_or("unknown").to_owned())
}

/// The runs of one order, oldest first.
pub(super) struct Runs(pub(super) Vec<Run>);

impl Runs {
    pub(super) fn of(&self, action: Action) -> impl DoubleEndedIterator<Item = &Run> {
        self.0.iter().filter(move |run| run.mark.action == action)
    }

    /// Whether the newest thing that happened is that it was removed.
    pub(super) fn are_gone(&self) -> bool {
        let made = self.of(Action::Create).map(|run| run.id).max();
        self.of(Action::Destroy).any(|run| {
            run.conclusion.as_deref() == Some("success") && made.is_none_or(|made| made < run.id)
        })
    }
}

/// One line about where a run stands that is not over.
pub(super) fn progress(line: &Line<'_>, run: &Value, jobs: &[Value]) -> Option<String> {
    let status = |value: &Value| {
        value
            .get("status")
            .and_then(Value::as_str)
            .map(str::to_owned)
    };
    match status(run)?.as_str() {
        "waiting" => return Some("waits for an approval at GitHub".to_owned()),
        "in_progress" => {}
        _ => return Some("waits for a runner".to_owned()),
    }
    let done = jobs
        .iter()
        .filter(|job| status(job).as_deref() == Some("completed"))
        .count();
    let at_work = |value: &&Value| status(value).as_deref() == Some("in_progress");
    let job = jobs.iter().find(at_work)?;
    let mut text = line.text(job, "name")?;
    let steps = job.get("steps").and_then(Value::as_array);
    if let Some(step) = steps
        .and_then(|steps| steps.iter().find(at_work))
        .and_then(|step| line.text(step, "name"))
    {
        text = format!("{text}: {step}");
    }
    let text = format!("{text} ({done} of {} jobs done)", jobs.len());
    Some(cut(text, ENGINE_TEXT_CHARS_MAX))
}

/// Why a run failed, in one line, with the way to it.
pub(super) fn failure(line: &Line<'_>, run: &Value, jobs: &[Value]) -> String {
    let has_failed = |value: &&Value| {
        let said = value.get("conclusion").and_then(Value::as_str);
        matches!(said, Some("failure" | "timed_out"))
    };
    let said = conclusion(run).unwrap_or_default();
    let mut text = format!("the run ended as {}", line.line_of(&said));
    if let Some(job) = jobs.iter().find(has_failed) {
        if let Some(name) = line.text(job, "name") {
            text = format!("{text}, in job {name}");
        }
        let steps = job.get("steps").and_then(Value::as_array);
        if let Some(step) = steps
            .and_then(|steps| steps.iter().find(has_failed))
            .and_then(|step| line.text(step, "name"))
        {
            text = format!("{text}, step {step}");
        }
    }
    if let Some(link) = line.text(run, "html_url") {
        text = format!("{text}: {link}");
    }
    cut(text, ENGINE_TEXT_CHARS_MAX)
}

/// Whose fault a failed run is: a step of the team's own workflow that failed is the team's. What was cancelled,
/// timed out or did not even start may have any reason.
pub(super) fn whose(run: &Value, jobs: &[Value]) -> Whose {
    let failed = |value: &Value| value.get("conclusion").and_then(Value::as_str) == Some("failure");
    let has_failed_step = |job: &Value| {
        let steps = job.get("steps").and_then(Value::as_array);
        failed(job) && steps.is_some_and(|steps| steps.iter().any(failed))
    };
    if failed(run) && jobs.iter().any(has_failed_step) {
        Whose::User
    } else {
        Whose::Platform
    }
}

/// What a run did, line by line: GitHub keeps the words of its steps behind a link that needs a login.
pub(super) fn account(line: &Line<'_>, run: &Value, jobs: &[Value]) -> Vec<String> {
    let mut lines = Vec::new();
    let standing = |value: &Value| {
        line.text(value, "conclusion")
            .or_else(|| line.text(value, "status"))
            .unwrap_or_default()
    };
    for job in jobs {
        let name = line.text(job, "name").unwrap_or_default();
        lines.push(format!("{name}: {}", standing(job)));
        for step in job
            .get("steps")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            let name = line.text(step, "name").unwrap_or_default();
            lines.push(format!("  {name}: {}", standing(step)));
        }
    }
    lines.extend(line.text(run, "html_url"));
    lines
}
