//! Engine `http`: anything that answers a few HTTP calls. See docs/how-to/add-a-template-on-http.md.

mod callback;
mod check;
mod definition;

use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;
use reqwest::Method;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use tokio::time::Instant;

use self::callback::Bell;
use self::definition::Definition;
use super::exec::ClockNow;
use super::exec::lines::allow;
use super::exec::secrets::read_secret;
use super::wire::address::Values;
use super::wire::section::{lacks_secret, lacks_token};
use super::wire::waiting::Waiting;
use super::wire::{Caller, Line, Trouble, reference};
use super::{
    Abilities, Callback, Failure, Found, Kept, Kind, Logs, Observation, Order, Owned, Phase,
    Progress, Provisioner, Started, Whose,
};

/// Anything behind HTTP, as a kind of engine.
pub const KIND: Kind = Kind {
    name: "http",
    settings: |section| definition::settings(section).map(|definition| definition.canonical()),
    lacks: |definition| {
        Definition::read(definition)
            .map(|definition| {
                let mut lacking = lacks_token(definition.token.as_deref());
                lacking.extend(lacks_secret("callback", definition.callback.as_deref()));
                lacking
            })
            .unwrap_or_default()
    },
    sleeps: |_| false,
    plans: false,
};

/// The most owned things that are listed.
const OWNED_MAX: usize = 5_000;

/// The most labels or parameters of one listed thing.
const TEXTS_MAX: usize = 64;

/// The provider. It holds nothing that must survive.
pub struct Http {
    caller: Caller,
    bell: Bell,
}

impl Http {
    /// `clock_now` dates what is observed.
    #[must_use]
    pub fn new(clock_now: ClockNow) -> Self {
        Self {
            caller: Caller::new(clock_now),
            bell: Bell::default(),
        }
    }

    fn line(&self, definition: &Definition) -> Result<Line<'_>, Failure> {
        self.caller.line(
            definition.token.as_deref(),
            Duration::from_secs(definition.call_seconds_max),
            "application/json",
            None,
        )
    }

    /// What the engine has of an order, oldest first.
    async fn search(&self, definition: &Definition, order: &Order) -> Result<Found, Failure> {
        let Some(address) = definition.find.as_ref().or(definition.list.as_ref()) else {
            let seen = self.look(definition, order, &order.op_key).await?;
            return Ok(match seen.phase {
                Phase::Absent => Found::None,
                _ => Found::One {
                    reference: order.op_key.clone(),
                },
            });
        };
        let url = Values::of(order).address(address)?;
        let listed = self.line(definition)?.get_json(url).await?;
        let mut references: Vec<String> = entries(listed.as_ref())?
            .into_iter()
            .filter(|entry| entry.op_key == order.op_key)
            .map(|entry| entry.reference)
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
        let values = Values {
            reference: Some(reference),
            ..Values::of(order)
        };
        let line = self.line(definition)?;
        let mut seen = Observation {
            phase: Phase::Absent,
            progress: None,
            outputs: BTreeMap::new(),
            message: None,
            whose: Whose::Platform,
            observed_at: self.caller.now(),
        };
        let Some(said) = line.get_json(values.address(&definition.status)?).await? else {
            return Ok(seen);
        };
        seen.phase = match said.get("state").and_then(Value::as_str) {
            Some("working") => Phase::Running,
            Some("ready") => Phase::Succeeded,
            Some("failed") => Phase::Failed,
            Some("absent") => return Ok(seen),
            _ => {
                return Err(Failure::Retryable(
                    "it did not say a state: working, ready, failed or absent".to_owned(),
                ));
            }
        };
        seen.progress = line.text(&said, "progress");
        if seen.phase == Phase::Failed {
            let message = line.text(&said, "message");
            seen.message = message.or_else(|| Some("it did not say why it failed".to_owned()));
            let whose = said.get("fault").and_then(Value::as_str);
            seen.whose = whose.and_then(Whose::of_word).unwrap_or(Whose::Platform);
        }
        if let Some(outputs) = said.get("outputs").and_then(Value::as_object) {
            let outputs = outputs
                .iter()
                .filter_map(|(name, value)| Some((name.clone(), line.output(value)?)))
                .collect();
            allow(outputs, &definition.outputs, &mut seen.outputs);
        }
        Ok(seen)
    }

    async fn remove(
        &self,
        definition: &Definition,
        order: &Order,
        reference: &str,
        deadline: Instant,
    ) -> Result<(), Failure> {
        let values = Values {
            reference: Some(reference),
            ..Values::of(order)
        };
        let line = self.line(definition)?;
        let answer = line
            .ask(
                Method::DELETE,
                values.address(&definition.destroy)?,
                Some(("idempotency-key", &order.op_key)),
                None,
            )
            .await
            .map_err(Trouble::of_write)?;
        if !matches!(answer.status, 200..=299 | 404 | 410) {
            return Err(Failure::Retryable(line.complaint(&answer)));
        }
        // What counts is what is seen, not what was answered.
        let waiting = self.waiting(definition, Duration::ZERO);
        while self.look(definition, order, reference).await?.phase != Phase::Absent {
            waiting
                .pause(deadline)
                .await
                .map_err(|()| Failure::Retryable("it is still there".to_owned()))?;
        }
        Ok(())
    }

    fn waiting(&self, definition: &Definition, bound: Duration) -> Waiting<'_> {
        Waiting {
            caller: &self.caller,
            poll: Duration::from_millis(definition.poll_ms),
            bound,
            bell: None,
        }
    }
}

/// One thing of a list.
struct Entry {
    reference: String,
    op_key: String,
    name: String,
    installation: Option<String>,
    kept: Kept,
}

/// A table of short texts.
fn texts(said: Option<&Value>) -> BTreeMap<String, String> {
    let said = said.and_then(Value::as_object).into_iter().flatten();
    said.filter_map(|(name, value)| Some((name.clone(), reference(Some(value))?)))
        .take(TEXTS_MAX)
        .collect()
}

/// The things of a list that are still there, in the engine's order; nothing where nothing was answered.
fn entries(said: Option<&Value>) -> Result<Vec<Entry>, Failure> {
    let Some(said) = said else {
        return Ok(Vec::new());
    };
    let list = said
        .get("environments")
        .unwrap_or(said)
        .as_array()
        .ok_or_else(|| {
            Failure::Retryable("it did not answer a list of `environments`".to_owned())
        })?;
    if list.len() > OWNED_MAX {
        // A part that looks like the whole would make the rest look lost.
        return Err(Failure::Permanent(format!(
            "it lists more than {OWNED_MAX} environments"
        )));
    }
    let entry = |value: &Value| {
        Some(Entry {
            reference: reference(value.get("reference"))?,
            op_key: reference(value.get("op_key"))?,
            name: reference(value.get("name"))?,
            installation: reference(value.get("installation")),
            kept: Kept {
                labels: texts(value.get("labels")),
                parameters: texts(value.get("parameters")),
                revision: reference(value.get("revision")),
                definition: None,
            },
        })
    };
    let is_there = |value: &&Value| value.get("state").and_then(Value::as_str) != Some("absent");
    list.iter()
        .filter(is_there)
        .map(|value| {
            entry(value).ok_or_else(|| {
                Failure::Retryable("it lists one without reference, op_key or name".to_owned())
            })
        })
        .collect()
}

#[async_trait]
impl Provisioner for Http {
    fn describe(&self) -> Abilities {
        Abilities {
            idempotent_start: true,
            logs: true,
            cancel: true,
            sleep: false,
        }
    }

    async fn start(&self, order: &Order) -> Result<Started, Failure> {
        let definition = Definition::read(&order.definition)?;
        let line = self.line(&definition)?;
        let body = json!({
            "op_key": order.op_key,
            "installation": order.installation,
            "name": order.name,
            "revision": order.revision,
            "parameters": order.parameters,
            "labels": order.labels,
        });
        let key = Some(("idempotency-key", order.op_key.as_str()));
        let url = Values::of(order).address(&definition.start)?;
        let answer = match line.ask(Method::POST, url, key, Some(&body)).await {
            Ok(answer) => answer,
            // Sending it again with the same key is safe, and so is looking for it.
            Err(Trouble::Unclear(_)) => return Ok(Started::Unknown),
            Err(trouble) => return Err(trouble.of_write()),
        };
        let reference = || {
            if definition.is_named_by_key() {
                return Ok(order.op_key.clone());
            }
            let said = answer.json().unwrap_or_default();
            reference(said.get("reference")).ok_or_else(|| {
                Failure::UnknownEffect("it took the order, but gave no reference".to_owned())
            })
        };
        match answer.status {
            200 => Ok(Started::AlreadyRunning {
                reference: reference()?,
            }),
            201..=299 => Ok(Started::Started {
                reference: reference()?,
            }),
            409 | 423 => Ok(Started::Busy {
                by: line.complaint(&answer),
            }),
            // The engine has understood the order, and does not like what is in it.
            422 => Err(Failure::Refused(line.complaint(&answer))),
            _ => Err(Failure::Permanent(line.complaint(&answer))),
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
        let listening = self.bell.listen(&order.op_key);
        let waiting = Waiting {
            bell: Some(&listening.notify),
            ..self.waiting(&definition, bound)
        };
        waiting.settle(self, order, reference, progress).await
    }

    async fn logs(&self, order: &Order, lines_max: usize) -> Result<Logs, Failure> {
        let definition = Definition::read(&order.definition)?;
        let none = Logs {
            lines: Vec::new(),
            truncated: false,
        };
        let Some(address) = &definition.logs else {
            return Ok(none);
        };
        let reference = match self.search(&definition, order).await? {
            Found::None => return Ok(none),
            Found::One { reference } => reference,
            Found::Many { mut references } => references.remove(0),
        };
        let values = Values {
            reference: Some(&reference),
            lines: Some(lines_max),
            ..Values::of(order)
        };
        let url = values.address(address)?;
        self.line(&definition)?.last_lines(url, lines_max).await
    }

    fn called_back(&self, order: &Order, callback: &Callback<'_>) -> bool {
        let source = Definition::read(&order.definition)
            .ok()
            .and_then(|definition| definition.callback);
        let Some(Ok(key)) = source.map(|source| read_secret("callback", &source)) else {
            return false;
        };
        let (now, key) = (self.caller.now(), key.expose_secret().as_bytes());
        self.bell.ring(now, key, &order.op_key, callback)
    }

    async fn check(&self, definition: &str, _parameters: &[String]) -> Vec<String> {
        match Definition::read(definition) {
            Ok(definition) => self.missing(&definition).await,
            Err(failure) => vec![failure.to_string()],
        }
    }

    async fn destroy(&self, order: &Order, bound: Duration) -> Result<(), Failure> {
        let deadline = Instant::now() + bound;
        let definition = Definition::read(&order.definition)?;
        let references = match self.search(&definition, order).await? {
            Found::None => return Ok(()),
            Found::One { reference } => vec![reference],
            Found::Many { references } => references,
        };
        for reference in &references {
            self.remove(&definition, order, reference, deadline).await?;
        }
        Ok(())
    }

    async fn list_owned(
        &self,
        definition: &str,
        installation: &str,
    ) -> Result<Vec<Owned>, Failure> {
        let definition = Definition::read(definition)?;
        let Some(address) = &definition.list else {
            return Err(Failure::Permanent(
                "this definition names no `list` address".to_owned(),
            ));
        };
        let values = Values {
            installation,
            order: None,
            reference: None,
            lines: None,
        };
        let listed = self
            .line(&definition)?
            .get_json(values.address(address)?)
            .await?;
        let is_ours = |entry: &Entry| {
            let whose = entry.installation.as_deref();
            whose.is_none_or(|whose| whose == installation)
        };
        Ok(entries(listed.as_ref())?
            .into_iter()
            .filter(is_ours)
            .map(|entry| Owned {
                op_key: entry.op_key,
                reference: entry.reference,
                name: entry.name,
                kept: entry.kept,
            })
            .collect())
    }
}
