//! Engine `github`: environments made by a team's own workflow. See docs/how-to/add-a-template-on-github.md.

mod calls;
mod check;
mod definition;
mod runs;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use async_trait::async_trait;
use serde_json::Value;
use tokio::time::Instant;

use self::calls::{Api, Dispatched};
use self::definition::Definition;
use self::runs::{Runs, account, conclusion, failure, progress, whose};
use super::exec::ClockNow;
use super::exec::lines::allow;
use super::wire::Caller;
use super::wire::address::Values;
use super::wire::mark::{Action, Mark};
use super::wire::section::lacks_token;
use super::wire::starts::{Starts, key_of};
use super::wire::waiting::Waiting;
use super::{
    Abilities, Failure, Found, Kept, Kind, Logs, Observation, Order, Owned, Phase, Progress,
    Provisioner, Started, Whose,
};

/// GitHub Actions, as a kind of engine.
pub const KIND: Kind = Kind {
    name: "github",
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

/// The provider. What it remembers only saves calls: after a restart the runs' titles tell everything.
pub struct GitHub {
    caller: Caller,
    starts: Starts,
}

impl GitHub {
    /// `clock_now` dates what is observed, and tells when a run that was begun is surely listed.
    #[must_use]
    pub fn new(clock_now: ClockNow) -> Self {
        let caller = Caller::new(clock_now);
        let starts = Starts::new(caller.now());
        Self { caller, starts }
    }

    async fn search(&self, definition: &Definition, order: &Order) -> Result<Found, Failure> {
        let runs = Api::new(&self.caller, definition)?.runs_of(order).await?;
        let made: Vec<String> = runs
            .of(Action::Create)
            .map(|run| run.id.to_string())
            .collect();
        match made.as_slice() {
            [] => {
                if let Some(reference) = self.starts.known().await.reference(&key_of(order)) {
                    return Ok(Found::One { reference });
                }
                self.would_be_listed(definition, &key_of(order)).await?;
                Ok(Found::None)
            }
            _ if runs.are_gone() => Ok(Found::None),
            [reference] => Ok(Found::One {
                reference: reference.clone(),
            }),
            _ => Ok(Found::Many { references: made }),
        }
    }

    async fn would_be_listed(&self, definition: &Definition, key: &str) -> Result<(), Failure> {
        let (now, seconds) = (self.caller.now(), definition.visible_seconds);
        self.starts.would_be_listed(key, now, seconds).await
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
        let Some(run) = api.run(id).await? else {
            return Ok(seen);
        };
        match conclusion(&run).as_deref() {
            None => {
                seen.phase = Phase::Running;
                let is_at_work = run.get("status").and_then(Value::as_str) == Some("in_progress");
                let jobs = if is_at_work {
                    api.jobs(id).await?
                } else {
                    Vec::new()
                };
                seen.progress = progress(&api.line, &run, &jobs);
            }
            Some(_) if api.runs_of(order).await?.are_gone() => {}
            Some("success") => {
                seen.phase = Phase::Succeeded;
                if let Some(environment) = environment_of(definition, order)
                    && let Some(url) = api.address_of(&environment).await?
                {
                    let said = [(URL.to_owned(), url)].into();
                    allow(said, &[URL.to_owned()], &mut seen.outputs);
                }
            }
            Some(_) => {
                seen.phase = Phase::Failed;
                let jobs = api.jobs(id).await?;
                seen.message = Some(failure(&api.line, &run, &jobs));
                seen.whose = whose(&run, &jobs);
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

    /// Waits until a run is over, and gives it; `None` if it is gone.
    async fn over(
        &self,
        definition: &Definition,
        id: u64,
        deadline: Instant,
    ) -> Result<Option<Value>, Failure> {
        let api = Api::new(&self.caller, definition)?;
        let waiting = self.waiting(definition, Duration::ZERO);
        loop {
            match api.run(id).await? {
                Some(run) if conclusion(&run).is_none() => {}
                over => return Ok(over),
            }
            waiting.pause(deadline).await.map_err(|()| {
                Failure::Retryable("a run at GitHub does not come to its end yet".to_owned())
            })?;
        }
    }

    /// The run that removes it: one that is at work, or a new one.
    async fn begin_to_remove(
        &self,
        definition: &Definition,
        order: &Order,
        runs: &Runs,
    ) -> Result<u64, Failure> {
        if let Some(run) = runs.of(Action::Destroy).rfind(|run| !run.is_over()) {
            return Ok(run.id);
        }
        let key = format!("destroy:{}", key_of(order));
        if self.starts.known().await.is_unclear(&key) {
            self.would_be_listed(definition, &key).await?;
        }
        let api = Api::new(&self.caller, definition)?;
        let mut known = self.starts.known().await;
        match api.dispatch(order, Action::Destroy).await? {
            Dispatched::Run(id) => {
                known.forget(&key);
                Ok(id)
            }
            Dispatched::Unknown => {
                known.is_now_unclear(&key, self.caller.now());
                Err(Failure::UnknownEffect(
                    "GitHub did not say which run removes it".to_owned(),
                ))
            }
        }
    }

    async fn remove(
        &self,
        definition: &Definition,
        order: &Order,
        deadline: Instant,
    ) -> Result<(), Failure> {
        let api = Api::new(&self.caller, definition)?;
        let runs = api.runs_of(order).await?;
        if runs.of(Action::Create).next().is_none() {
            self.would_be_listed(definition, &key_of(order)).await?;
            if self
                .starts
                .known()
                .await
                .reference(&key_of(order))
                .is_some()
            {
                return Err(Failure::Retryable(
                    "the run that makes it is not listed yet".to_owned(),
                ));
            }
        }
        for run in runs.of(Action::Create).filter(|run| !run.is_over()) {
            api.cancel(run.id).await?;
            self.over(definition, run.id, deadline).await?;
        }
        if !runs.0.is_empty() && !runs.are_gone() {
            let id = self.begin_to_remove(definition, order, &runs).await?;
            let Some(run) = self.over(definition, id, deadline).await? else {
                return Err(Failure::Retryable(
                    "the run that removes it is gone".to_owned(),
                ));
            };
            if conclusion(&run).as_deref() != Some("success") {
                let jobs = api.jobs(id).await?;
                let why = failure(&api.line, &run, &jobs);
                return Err(Failure::Retryable(format!("it is not removed: {why}")));
            }
        }
        if let Some(environment) = environment_of(definition, order) {
            api.retire(&environment).await?;
        }
        self.starts.known().await.forget(&key_of(order));
        Ok(())
    }
}

/// The name of its environment at GitHub, if it has one.
fn environment_of(definition: &Definition, order: &Order) -> Option<String> {
    Values::of(order).text(definition.environment.as_ref()?)
}

#[async_trait]
impl Provisioner for GitHub {
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
        match api.dispatch(order, Action::Create).await? {
            Dispatched::Run(id) => {
                let reference = id.to_string();
                known.began(&key, &reference);
                Ok(Started::Started { reference })
            }
            Dispatched::Unknown => {
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
        let runs = api.runs_of(order).await?;
        let mut lines = Vec::new();
        if let Some(newest) = runs.0.last()
            && let Some(run) = api.run(newest.id).await?
        {
            lines = account(&api.line, &run, &api.jobs(newest.id).await?);
        }
        let over = lines.len().saturating_sub(lines_max);
        Ok(Logs {
            lines: lines.split_off(over),
            truncated: over > 0,
        })
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
        let runs = Api::new(&self.caller, &definition)?.runs(None).await?;
        let ours: Vec<_> = runs
            .into_iter()
            .filter(|run| run.mark.installation == installation)
            .collect();
        let keys: BTreeSet<String> = ours.iter().map(|run| run.mark.op_key.clone()).collect();
        let of_key = |key: String| {
            let runs = ours.iter().filter(|run| run.mark.op_key == key);
            let runs = Runs(runs.cloned().collect());
            let first = runs.of(Action::Create).next()?;
            let owned = Owned {
                op_key: key,
                reference: first.id.to_string(),
                name: first.mark.name.clone(),
                kept: Kept::default(),
            };
            (!runs.are_gone()).then_some(owned)
        };
        Ok(keys.into_iter().filter_map(of_key).collect())
    }

    async fn installations(&self, definition: &str) -> Result<BTreeMap<String, usize>, Failure> {
        let definition = Definition::read(definition)?;
        let runs = Api::new(&self.caller, &definition)?.runs(None).await?;
        let marks = runs.into_iter().map(|run| run.mark);
        Ok(Mark::count_installations(marks))
    }
}
