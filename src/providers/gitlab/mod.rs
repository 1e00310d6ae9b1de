//! Engine `gitlab`: environments made by a team's own pipeline. See docs/how-to/add-a-template-on-gitlab.md.

mod calls;
mod check;
mod definition;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use async_trait::async_trait;
use serde_json::Value;
use tokio::time::Instant;

use self::calls::{Api, Pipeline};
use self::definition::Definition;
use super::exec::ClockNow;
use super::exec::lines::allow;
use super::redact::cut;
use super::wire::mark::Mark;
use super::wire::section::lacks_token;
use super::wire::starts::{Starts, key_of};
use super::wire::waiting::Waiting;
use super::wire::{Caller, Line};
use super::{
    Abilities, Failure, Found, Kept, Kind, Logs, Observation, Order, Owned, Phase, Progress,
    Provisioner, Started, Whose,
};
use crate::domain::limits::ENGINE_TEXT_CHARS_MAX;

/// GitLab CI, as a kind of engine.
pub const KIND: Kind = Kind {
    name: "gitlab",
    settings: |section| definition::settings(section).map(|definition| definition.canonical()),
    lacks: |definition| {
        Definition::read(definition)
            .map(|definition| lacks_token(Some(&definition.token)))
            .unwrap_or_default()
    },
    sleeps: |_| false,
    plans: false,
};

/// The one output: where it answers.
const URL: &str = "url";

/// The provider. What it remembers only saves calls: after a restart names and variables tell everything.
pub struct GitLab {
    caller: Caller,
    starts: Starts,
}

impl GitLab {
    /// `clock_now` dates what is observed, and tells when a pipeline that was begun is surely listed.
    #[must_use]
    pub fn new(clock_now: ClockNow) -> Self {
        let caller = Caller::new(clock_now);
        let starts = Starts::new(caller.now());
        Self { caller, starts }
    }

    async fn would_be_listed(&self, definition: &Definition, order: &Order) -> Result<(), Failure> {
        let (now, seconds) = (self.caller.now(), definition.visible_seconds);
        let key = key_of(order);
        self.starts.would_be_listed(&key, now, seconds).await
    }

    async fn search(&self, definition: &Definition, order: &Order) -> Result<Found, Failure> {
        let api = Api::new(&self.caller, definition)?;
        let pipelines = api.pipelines_of(order).await?;
        if pipelines.is_empty() {
            if let Some(reference) = self.starts.known().await.reference(&key_of(order)) {
                return Ok(Found::One { reference });
            }
            self.would_be_listed(definition, order).await?;
            return Ok(Found::None);
        }
        let place = api.place(&environment_of(definition, order)).await?;
        // What has come to its end and left nothing was removed; only a failure still has something to say.
        let is_there = |pipeline: &&Pipeline| {
            place.is_some() || !pipeline.is_over() || pipeline.status == "failed"
        };
        let mut references: Vec<String> = pipelines
            .iter()
            .filter(is_there)
            .map(|pipeline| pipeline.id.to_string())
            .collect();
        Ok(match references.len() {
            0 => Found::None,
            1 => Found::One {
                reference: references.remove(0),
            },
            _ => Found::Many { references },
        })
    }

    async fn look(
        &self,
        definition: &Definition,
        order: &Order,
        reference: &str,
    ) -> Result<Observation, Failure> {
        let mut seen = Observation {
            phase: Phase::Absent,
            progress: None,
            outputs: BTreeMap::new(),
            message: None,
            whose: Whose::Platform,
            observed_at: self.caller.now(),
        };
        let Ok(id) = reference.parse() else {
            return Ok(seen);
        };
        let api = Api::new(&self.caller, definition)?;
        let Some((pipeline, said)) = api.pipeline(id).await? else {
            return Ok(seen);
        };
        if !pipeline.is_over() {
            seen.phase = Phase::Running;
            seen.progress = progress(&api.line, &pipeline, &api.jobs(id).await?);
            return Ok(seen);
        }
        let environment = environment_of(definition, order);
        let place = api.place(&environment).await?;
        match (pipeline.status.as_str(), place) {
            ("success", Some(place)) => {
                seen.phase = Phase::Succeeded;
                let said = place.url.map(|url| (URL.to_owned(), url));
                let said = said.into_iter().collect();
                allow(said, &[URL.to_owned()], &mut seen.outputs);
            }
            ("success", None) => {
                seen.message = Some(format!("GitLab has no environment {environment}"));
            }
            ("canceled", None) => {}
            _ => {
                seen.phase = Phase::Failed;
                let jobs = api.jobs(id).await?;
                seen.message = Some(failure(&api.line, &pipeline, &said, &jobs));
                // GitLab's word for a job whose own script has failed; all others are about runners and limits.
                if jobs
                    .iter()
                    .any(|job| status(job) == "failed" && job["failure_reason"] == "script_failure")
                {
                    seen.whose = Whose::User;
                }
            }
        }
        Ok(seen)
    }

    fn waiting(&self, definition: &Definition, bound: Duration) -> Waiting<'_> {
        Waiting {
            caller: &self.caller,
            poll: Duration::from_millis(definition.poll_ms),
            bound,
            bell: None,
        }
    }

    async fn remove(
        &self,
        definition: &Definition,
        order: &Order,
        deadline: Instant,
    ) -> Result<(), Failure> {
        let api = Api::new(&self.caller, definition)?;
        let waiting = self.waiting(definition, Duration::ZERO);
        let late = |what: &str| Failure::Retryable(what.to_owned());
        let pipelines = api.pipelines_of(order).await?;
        if pipelines.is_empty() {
            self.would_be_listed(definition, order).await?;
            if self
                .starts
                .known()
                .await
                .reference(&key_of(order))
                .is_some()
            {
                return Err(late("the pipeline that makes it is not listed yet"));
            }
        }
        for pipeline in pipelines.iter().filter(|pipeline| !pipeline.is_over()) {
            api.cancel(pipeline.id).await?;
            while let Some((now, _)) = api.pipeline(pipeline.id).await?
                && !now.is_over()
            {
                waiting
                    .pause(deadline)
                    .await
                    .map_err(|()| late("its pipeline does not come to its end yet"))?;
            }
        }
        let environment = environment_of(definition, order);
        let mut is_asked = false;
        while let Some(place) = api.place(&environment).await? {
            if !is_asked && !place.is_stopping {
                api.stop(place.id).await?;
                is_asked = true;
            } else {
                waiting
                    .pause(deadline)
                    .await
                    .map_err(|()| late("GitLab has not stopped its environment yet"))?;
            }
        }
        if let Some(place) = api.place_id(&environment).await? {
            api.delete(place).await?;
        }
        self.starts.known().await.forget(&key_of(order));
        Ok(())
    }
}

fn environment_of(definition: &Definition, order: &Order) -> String {
    definition.environment_of(&order.name, &order.op_key)
}

fn status(job: &Value) -> &str {
    job.get("status")
        .and_then(Value::as_str)
        .unwrap_or_default()
}

/// One line about where a pipeline stands that is not over.
fn progress(line: &Line<'_>, pipeline: &Pipeline, jobs: &[Value]) -> Option<String> {
    if pipeline.status == "manual" {
        return Some("waits for somebody at GitLab".to_owned());
    }
    let Some(job) = jobs.iter().find(|job| status(job) == "running") else {
        return Some("waits for a runner".to_owned());
    };
    let done = jobs
        .iter()
        .filter(|job| matches!(status(job), "success" | "failed" | "skipped" | "canceled"))
        .count();
    let name = line.text(job, "name")?;
    let text = format!("{name} ({done} of {} jobs done)", jobs.len());
    Some(cut(text, ENGINE_TEXT_CHARS_MAX))
}

/// Why a pipeline failed, in one line, with the way to it.
fn failure(line: &Line<'_>, pipeline: &Pipeline, said: &Value, jobs: &[Value]) -> String {
    let mut text = format!("the pipeline ended as {}", line.line_of(&pipeline.status));
    if let Some(job) = jobs.iter().find(|job| status(job) == "failed") {
        if let Some(name) = line.text(job, "name") {
            text = format!("{text}, in job {name}");
        }
        if let Some(reason) = line.text(job, "failure_reason") {
            text = format!("{text} ({reason})");
        }
    }
    if let Some(link) = line.text(said, "web_url") {
        text = format!("{text}: {link}");
    }
    cut(text, ENGINE_TEXT_CHARS_MAX)
}

#[async_trait]
impl Provisioner for GitLab {
    fn describe(&self) -> Abilities {
        Abilities {
            // Within one process it is; after a restart only looking tells.
            idempotent_start: false,
            logs: true,
            cancel: true,
            sleep: false,
        }
    }

    async fn start(&self, order: &Order) -> Result<Started, Failure> {
        let definition = Definition::read(&order.definition)?;
        let key = key_of(order);
        let mut known = self.starts.known().await;
        if let Some(reference) = known.reference(&key) {
            return Ok(Started::AlreadyRunning { reference });
        }
        if known.is_unclear(&key) {
            // It was sent: whoever searches has the time that listing takes on its side.
            drop(known);
            return match self.search(&definition, order).await? {
                Found::One { reference } => Ok(Started::AlreadyRunning { reference }),
                Found::Many { mut references } => Ok(Started::AlreadyRunning {
                    reference: references.remove(0),
                }),
                Found::None => {
                    self.starts.known().await.forget(&key);
                    Ok(Started::Unknown)
                }
            };
        }
        let api = Api::new(&self.caller, &definition)?;
        match api.begin(order).await? {
            Some(id) => {
                let reference = id.to_string();
                known.began(&key, &reference);
                Ok(Started::Started { reference })
            }
            None => {
                known.is_now_unclear(&key, self.caller.now());
                Ok(Started::Unknown)
            }
        }
    }

    async fn find(&self, order: &Order) -> Result<Found, Failure> {
        let definition = Definition::read(&order.definition)?;
        self.search(&definition, order).await
    }

    async fn observe(&self, order: &Order, reference: &str) -> Result<Observation, Failure> {
        let definition = Definition::read(&order.definition)?;
        self.look(&definition, order, reference).await
    }

    async fn settle(
        &self,
        order: &Order,
        reference: &str,
        bound: Duration,
        progress: Progress<'_>,
    ) -> Result<Observation, Failure> {
        let definition = Definition::read(&order.definition)?;
        let waiting = self.waiting(&definition, bound);
        waiting.settle(self, order, reference, progress).await
    }

    async fn logs(&self, order: &Order, lines_max: usize) -> Result<Logs, Failure> {
        let definition = Definition::read(&order.definition)?;
        let api = Api::new(&self.caller, &definition)?;
        let none = Logs {
            lines: Vec::new(),
            truncated: false,
        };
        let pipelines = api.pipelines_of(order).await?;
        let Some(newest) = pipelines.last() else {
            return Ok(none);
        };
        let jobs = api.jobs(newest.id).await?;
        let number = |job: &Value| job.get("id").and_then(Value::as_u64);
        // The words of what failed, else of what is at work, else of what came last.
        let told = ["failed", "running", "success"].iter().find_map(|wanted| {
            let told = jobs.iter().filter(|job| status(job) == *wanted);
            told.filter_map(number).max()
        });
        match told {
            Some(id) => api.trace(id, lines_max).await,
            None => Ok(none),
        }
    }

    async fn check(&self, definition: &str, _parameters: &[String]) -> Vec<String> {
        let definition = match Definition::read(definition) {
            Ok(definition) => definition,
            Err(failure) => return vec![failure.to_string()],
        };
        match Api::new(&self.caller, &definition) {
            Ok(api) => api.missing().await,
            Err(failure) => vec![failure.to_string()],
        }
    }

    async fn destroy(&self, order: &Order, bound: Duration) -> Result<(), Failure> {
        let definition = Definition::read(&order.definition)?;
        self.remove(&definition, order, Instant::now() + bound)
            .await
    }

    async fn list_owned(
        &self,
        definition: &str,
        installation: &str,
    ) -> Result<Vec<Owned>, Failure> {
        let definition = Definition::read(definition)?;
        let api = Api::new(&self.caller, &definition)?;
        let marked = api.marked().await?;
        let places: BTreeSet<String> = api.places().await?.into_iter().collect();
        let mut owned = BTreeMap::new();
        for (pipeline, mark) in marked {
            let environment = definition.environment_of(&mark.name, &mark.op_key);
            let is_there = !pipeline.is_over() || places.contains(&environment);
            if mark.installation == installation && is_there {
                // The oldest is the one that is kept.
                owned.entry(mark.op_key.clone()).or_insert(Owned {
                    op_key: mark.op_key,
                    reference: pipeline.id.to_string(),
                    name: mark.name,
                    kept: Kept::default(),
                });
            }
        }
        Ok(owned.into_values().collect())
    }

    async fn installations(&self, definition: &str) -> Result<BTreeMap<String, usize>, Failure> {
        let definition = Definition::read(definition)?;
        let marked = Api::new(&self.caller, &definition)?.marked().await?;
        let marks = marked.into_iter().map(|(_, mark)| mark);
        Ok(Mark::count_installations(marks))
    }
}
