//! What `exec` answers as a provider of environments and of deployments.

use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;
use tokio::time::{Instant, sleep};

use super::call::Answer;
use super::definition::{Definition, Task, Values};
use super::lines::{Said, allow};
use super::operation::{self, Operation};
use super::{Exec, LOOK_MS, compose, health, unreadable};
use crate::providers::{
    Abilities, Deployer, Failure, Found, Kept, Logs, Observation, Order, Owned, Phase, Progress,
    Provisioner, Started,
};

/// The most revisions that are offered.
const REVISIONS_MAX: usize = 200;
/// The most owned things that are listed.
const OWNED_MAX: usize = 5_000;

const ABILITIES: Abilities = Abilities {
    idempotent_start: true,
    logs: true,
    cancel: true,
    // What one definition lacks, `can_sleep` says.
    sleep: true,
};

/// What `status` says.
#[derive(PartialEq)]
enum State {
    Present,
    Failed,
    Asleep,
    Absent,
}

impl Exec {
    async fn status(
        &self,
        definition: &Definition,
        order: &Order,
    ) -> Result<(State, Answer), Failure> {
        let answer = self
            .ask(Task::Status, definition, &self.values(order))
            .await?;
        let said = answer.messages.iter().rev().find_map(|said| match said {
            Said::State(state) => Some(state.as_str()),
            _ => None,
        });
        let state = match said {
            Some("present") => State::Present,
            Some("failed") => State::Failed,
            Some("asleep") => State::Asleep,
            Some("absent") => State::Absent,
            Some(_) | None => {
                return Err(Failure::Permanent(
                    "`status` did not say a state: present, failed, asleep or absent".to_owned(),
                ));
            }
        };
        Ok((state, answer))
    }

    /// After a success the engine is asked, because only it knows whether the environment is still there.
    async fn observe_environment(
        &self,
        order: &Order,
        reference: &str,
    ) -> Result<Observation, Failure> {
        let mut seen = self.look(order, reference)?;
        if !matches!(seen.phase, Phase::Succeeded | Phase::Absent) {
            return Ok(seen);
        }
        let definition = Definition::read(&order.definition)?;
        let (state, answer) = self.status(&definition, order).await?;
        seen.phase = match state {
            State::Present | State::Asleep => Phase::Succeeded,
            State::Failed => Phase::Failed,
            State::Absent => Phase::Absent,
        };
        for said in answer.messages {
            match said {
                Said::Output(outputs) => allow(outputs, &definition.outputs, &mut seen.outputs),
                Said::Progress(text) => seen.progress = Some(text),
                Said::Error(text) if seen.phase == Phase::Failed => seen.message = Some(text),
                _ => {}
            }
        }
        if seen.phase == Phase::Absent {
            seen.outputs = BTreeMap::new();
        }
        Ok(seen)
    }

    /// Stops an `up` that still runs, and waits until its supervisor is gone.
    async fn stop(&self, operation: &Operation, deadline: Instant) -> Result<(), Failure> {
        operation
            .ask_to_stop()
            .map_err(|fault| unreadable(&fault))?;
        while operation.is_held().map_err(|fault| unreadable(&fault))? {
            if Instant::now() >= deadline {
                return Err(Failure::Retryable("`up` does not stop yet".to_owned()));
            }
            sleep(Duration::from_millis(LOOK_MS)).await;
        }
        operation
            .end_leftovers()
            .map_err(|fault| unreadable(&fault))
    }

    /// What counts is what `status` sees, not what the program says.
    async fn fall_asleep(&self, order: &Order, bound: Duration) -> Result<(), Failure> {
        let definition = Definition::read(&order.definition)?;
        let said = self
            .call(Task::Sleep, &definition, &self.values(order), bound)
            .await?;
        match (self.status(&definition, order).await?.0, said.fault) {
            (State::Asleep, _) => Ok(()),
            (State::Absent, _) => Err(Failure::Permanent("it is not there".to_owned())),
            (_, Some(reason)) => Err(Failure::Permanent(reason)),
            (_, None) => Err(Failure::Permanent(
                "`sleep` ended well, but `status` does not say asleep".to_owned(),
            )),
        }
    }

    async fn wake_up(&self, order: &Order, bound: Duration) -> Result<Observation, Failure> {
        let deadline = Instant::now() + bound;
        let definition = Definition::read(&order.definition)?;
        let said = self
            .call(Task::Wake, &definition, &self.values(order), bound)
            .await?;
        let (state, answer) = self.status(&definition, order).await?;
        let mut outputs = BTreeMap::new();
        let mut reason = said.fault;
        for message in said.messages.into_iter().chain(answer.messages) {
            match message {
                Said::Output(found) => allow(found, &definition.outputs, &mut outputs),
                Said::Error(text) if state != State::Present => reason = reason.or(Some(text)),
                _ => {}
            }
        }
        if state != State::Present {
            let phase = match state {
                State::Absent => Phase::Absent,
                _ => Phase::Failed,
            };
            return Ok(self.observed(phase, None, outputs, reason));
        }
        if let Some(health) = &definition.health {
            let url = Values {
                outputs: Some(&outputs),
                ..self.values(order)
            }
            .fill(&health.url)?;
            let verdict = health::probe(&self.client, health, &url, deadline).await?;
            if !verdict.healthy {
                return Ok(self.observed(Phase::Failed, None, outputs, verdict.message));
            }
        }
        Ok(self.observed(Phase::Succeeded, None, outputs, None))
    }

    /// What the folder of an operation says of its order, else what the program said.
    fn kept(&self, op_key: &str, said: BTreeMap<String, String>) -> Kept {
        let folder = self.operation(op_key).ok();
        let mut kept = folder
            .and_then(|operation| operation.kept().ok())
            .unwrap_or_default();
        if kept.labels.is_empty() {
            kept.labels = said;
        }
        kept
    }

    async fn remove(&self, order: &Order, bound: Duration) -> Result<(), Failure> {
        let deadline = Instant::now() + bound;
        let definition = Definition::read(&order.definition)?;
        let operation = self.operation(&order.op_key)?;
        self.stop(&operation, deadline).await?;
        let left = deadline.saturating_duration_since(Instant::now());
        let down = self
            .call(Task::Down, &definition, &self.values(order), left)
            .await?;
        // What counts is what `status` sees, not what `down` says.
        let (state, _) = self.status(&definition, order).await?;
        match (state, down.fault) {
            (State::Absent, _) => operation.remove().map_err(|fault| {
                Failure::Retryable(format!("its folder cannot be removed: {fault}"))
            }),
            (_, Some(reason)) => Err(Failure::Retryable(reason)),
            (_, None) => Err(Failure::Retryable(
                "`down` ended well, but `status` still sees it".to_owned(),
            )),
        }
    }
}

#[async_trait]
impl Provisioner for Exec {
    fn describe(&self) -> Abilities {
        ABILITIES
    }

    async fn start(&self, order: &Order) -> Result<Started, Failure> {
        self.begin(order)
    }

    async fn find(&self, order: &Order) -> Result<Found, Failure> {
        self.search(order)
    }

    async fn observe(&self, order: &Order, reference: &str) -> Result<Observation, Failure> {
        self.observe_environment(order, reference).await
    }

    async fn settle(
        &self,
        order: &Order,
        reference: &str,
        bound: Duration,
        progress: Progress<'_>,
    ) -> Result<Observation, Failure> {
        self.wait(order, reference, bound, progress).await
    }

    async fn logs(&self, order: &Order, lines_max: usize) -> Result<Logs, Failure> {
        self.read_logs(order, lines_max).await
    }

    fn can_sleep(&self, definition: &str) -> bool {
        super::sleeps(definition)
    }

    async fn sleep(&self, order: &Order, bound: Duration) -> Result<(), Failure> {
        self.fall_asleep(order, bound).await
    }

    async fn wake(&self, order: &Order, bound: Duration) -> Result<Observation, Failure> {
        self.wake_up(order, bound).await
    }

    async fn check(&self, definition: &str, parameters: &[String]) -> Vec<String> {
        // Programs of one's own are not asked: they promise nothing for it.
        let asked = Definition::read(definition).ok();
        let Some(asked) = asked.and_then(|read| compose::to_check(&read, parameters)) else {
            return Vec::new();
        };
        match self.answer(Task::Check, &asked, None, 0).await {
            Ok(words) => words.errors,
            Err(failure) => vec![failure.to_string()],
        }
    }

    async fn destroy(&self, order: &Order, bound: Duration) -> Result<(), Failure> {
        self.remove(order, bound).await
    }

    async fn list_owned(
        &self,
        definition: &str,
        installation: &str,
    ) -> Result<Vec<Owned>, Failure> {
        let definition = Definition::read(definition)?;
        let values = self.values_of(installation, None);
        let answer = self.ask(Task::List, &definition, &values).await?;
        let owned = answer.messages.into_iter().filter_map(|said| match said {
            Said::Owned {
                op_key,
                name,
                labels,
            } => Some(Owned {
                kept: self.kept(&op_key, labels),
                reference: op_key.clone(),
                op_key,
                name,
            }),
            _ => None,
        });
        Ok(owned.take(OWNED_MAX).collect())
    }

    async fn installations(&self, _definition: &str) -> Result<BTreeMap<String, usize>, Failure> {
        operation::installations(&self.operations).map_err(|fault| unreadable(&fault))
    }
}

#[async_trait]
impl Deployer for Exec {
    fn describe(&self) -> Abilities {
        ABILITIES
    }

    async fn start(&self, order: &Order) -> Result<Started, Failure> {
        self.begin(order)
    }

    async fn find(&self, order: &Order) -> Result<Found, Failure> {
        self.search(order)
    }

    // How a deployment ended is history: what happened to its stage later does not change it.
    async fn observe(&self, order: &Order, reference: &str) -> Result<Observation, Failure> {
        self.look(order, reference)
    }

    async fn settle(
        &self,
        order: &Order,
        reference: &str,
        bound: Duration,
        progress: Progress<'_>,
    ) -> Result<Observation, Failure> {
        self.wait(order, reference, bound, progress).await
    }

    async fn revisions(&self, definition: &str, service: &str) -> Result<Vec<String>, Failure> {
        let definition = Definition::read(definition)?;
        let values: Values<'_> = self.values_of("", Some(service));
        let answer = self.ask(Task::Revisions, &definition, &values).await?;
        let revisions = answer.messages.into_iter().filter_map(|said| match said {
            Said::Revision(revision) => Some(revision),
            _ => None,
        });
        Ok(revisions.take(REVISIONS_MAX).collect())
    }

    async fn logs(&self, order: &Order, lines_max: usize) -> Result<Logs, Failure> {
        self.read_logs(order, lines_max).await
    }
}
