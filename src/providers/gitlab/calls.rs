//! The calls to GitLab's REST interface.

use std::time::Duration;

use reqwest::{Method, Url};
use serde_json::{Map, Value, json};

use super::definition::Definition;
use crate::providers::wire::address::{Values, encoded, parsed};
use crate::providers::wire::mark::{Action, Mark, made_after};
use crate::providers::wire::{Caller, Line, Trouble};
use crate::providers::{Failure, Logs, Order};

/// How many things one page has.
const PAGE_ROWS: usize = 100;
/// The most pages.
const PAGES_MAX: usize = 20;
/// The most pipelines without a name whose variables are read in one search.
const NAMELESS_MAX: usize = 50;

/// One pipeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pipeline {
    pub(super) id: u64,
    pub(super) status: String,
}

impl Pipeline {
    fn read(pipeline: &Value) -> Option<Self> {
        Some(Self {
            id: pipeline.get("id")?.as_u64()?,
            status: pipeline.get("status")?.as_str()?.to_owned(),
        })
    }

    pub(super) fn is_over(&self) -> bool {
        matches!(
            self.status.as_str(),
            "success" | "failed" | "canceled" | "skipped"
        )
    }
}

/// An environment of GitLab that is not stopped.
pub(super) struct Place {
    pub(super) id: u64,
    pub(super) is_stopping: bool,
    pub(super) url: Option<String>,
}

/// GitLab, as one definition reaches it.
pub(super) struct Api<'a> {
    pub(super) line: Line<'a>,
    pub(super) definition: &'a Definition,
}

impl<'a> Api<'a> {
    pub(super) fn new(caller: &'a Caller, definition: &'a Definition) -> Result<Self, Failure> {
        let line = caller.line(
            Some(&definition.token),
            Duration::from_secs(definition.call_seconds_max),
            "application/json, text/plain",
            None,
        )?;
        Ok(Self { line, definition })
    }

    fn url(&self, rest: &str) -> Result<Url, Failure> {
        let project = encoded(&self.definition.project);
        parsed(&format!("{}/projects/{project}{rest}", self.definition.api))
    }

    /// What is answered to a look, as a status alone.
    pub(super) async fn status_of(&self, rest: &str) -> Result<u16, Failure> {
        self.line
            .get(self.url(rest)?)
            .await
            .map(|answer| answer.status)
    }

    /// Something that may be there.
    pub(super) async fn get(&self, rest: &str) -> Result<Option<Value>, Failure> {
        self.line.get_json(self.url(rest)?).await
    }

    /// A list that must be there.
    async fn list(&self, rest: &str) -> Result<Vec<Value>, Failure> {
        match self.get(rest).await? {
            Some(Value::Array(list)) => Ok(list),
            Some(_) => Err(Failure::Retryable("it did not answer a list".to_owned())),
            None => Err(self.unseen()),
        }
    }

    /// Every page of a list.
    async fn whole_list(&self, rest: &str) -> Result<Vec<Value>, Failure> {
        let mut all = Vec::new();
        for page in 1..=PAGES_MAX {
            let rows = self
                .list(&format!("{rest}&per_page={PAGE_ROWS}&page={page}"))
                .await?;
            let n_rows = rows.len();
            all.extend(rows);
            if n_rows < PAGE_ROWS {
                return Ok(all);
            }
        }
        // A part that looks like the whole would make the rest look lost.
        Err(Failure::Permanent(format!(
            "{} has more than {} pipelines or environments: delete old ones",
            self.definition.project,
            PAGES_MAX * PAGE_ROWS
        )))
    }

    fn unseen(&self) -> Failure {
        Failure::Retryable(format!(
            "the project {} cannot be seen with this token",
            self.definition.project
        ))
    }

    /// Begins a pipeline; `None` if it may have begun, or not.
    pub(super) async fn begin(&self, order: &Order) -> Result<Option<u64>, Failure> {
        let values = Values::of(order);
        let branch = values.text(&self.definition.branch).ok_or_else(|| {
            Failure::Permanent("there is no value for a placeholder of `ref`".to_owned())
        })?;
        let mut variables = vec![
            json!({"key": "OP_KEY", "value": order.op_key}),
            json!({"key": "HEARTH_MARK", "value": Mark::of(order, Action::Create).words()}),
            json!({"key": "HEARTH_NAME", "value": order.name}),
        ];
        // One whose value is not there is left to its default.
        variables.extend(
            self.definition
                .variables
                .iter()
                .filter_map(|(key, text)| Some(json!({"key": key, "value": values.text(text)?}))),
        );
        let mut inputs = Map::new();
        for (name, text) in &self.definition.inputs {
            if let Some(text) = values.text(text) {
                inputs.insert(name.clone(), self.definition.typed(name, &text)?);
            }
        }
        let mut body = json!({"ref": branch, "variables": variables});
        if !inputs.is_empty() {
            body["inputs"] = Value::Object(inputs);
        }
        let url = self.url("/pipeline")?;
        let answer = match self.line.ask(Method::POST, url, None, Some(&body)).await {
            Ok(answer) => answer,
            Err(Trouble::Unclear(_)) => return Ok(None),
            Err(trouble) => return Err(trouble.of_write()),
        };
        match answer.status {
            200..=299 => {
                let said = answer.json().unwrap_or_default();
                Ok(said.get("id").and_then(Value::as_u64))
            }
            _ => {
                let why = self.line.complaint(&answer);
                // A branch that is not there is the user's where they named it.
                if self.definition.branch.contains('{') && why.contains("Reference not found") {
                    Err(Failure::Refused(why))
                } else {
                    Err(Failure::Permanent(why))
                }
            }
        }
    }

    /// A pipeline by its number; `None` if it is gone.
    pub(super) async fn pipeline(&self, id: u64) -> Result<Option<(Pipeline, Value)>, Failure> {
        let Some(said) = self.get(&format!("/pipelines/{id}")).await? else {
            // A token that lost its right is told the same as about a pipeline that was deleted.
            return match self.get("").await? {
                Some(_) => Ok(None),
                None => Err(self.unseen()),
            };
        };
        let pipeline = Pipeline::read(&said)
            .ok_or_else(|| Failure::Retryable("it did not answer a pipeline".to_owned()))?;
        Ok(Some((pipeline, said)))
    }

    /// The pipelines of one order, oldest first: by their name, or by their variables where they have none.
    pub(super) async fn pipelines_of(&self, order: &Order) -> Result<Vec<Pipeline>, Failure> {
        let name = encoded(&Mark::of(order, Action::Create).words());
        let named = self
            .list(&format!(
                "/pipelines?source=api&name={name}&order_by=id&sort=asc&per_page={PAGE_ROWS}"
            ))
            .await?;
        let is_ours = |pipeline: &&Value| {
            // A server that does not know the filter lists everything.
            mark_of(pipeline).is_some_and(|mark| mark.is_of(order))
        };
        let found: Vec<_> = named.iter().filter(is_ours).collect();
        let found: Vec<_> = found.into_iter().filter_map(Pipeline::read).collect();
        if !found.is_empty() {
            return Ok(found);
        }
        let since = made_after(&order.op_key).map_or_else(String::new, |since| {
            format!("&updated_after={}", encoded(&since))
        });
        let recent = self
            .list(&format!(
                "/pipelines?source=api&order_by=id&sort=desc&per_page={NAMELESS_MAX}{since}"
            ))
            .await?;
        let mut found = Vec::new();
        for pipeline in &recent {
            let ours = match mark_of(pipeline) {
                Some(mark) => mark.is_of(order),
                None => self.has_variables_of(pipeline, order).await?,
            };
            if ours {
                found.extend(Pipeline::read(pipeline));
            }
        }
        let is_cut =
            recent.len() == NAMELESS_MAX && recent.iter().any(|row| mark_of(row).is_none());
        if found.is_empty() && is_cut {
            return Err(Failure::Permanent(
                "there are too many pipelines without a name: set workflow:name to $HEARTH_MARK"
                    .to_owned(),
            ));
        }
        found.sort_by_key(|pipeline: &Pipeline| pipeline.id);
        Ok(found)
    }

    async fn has_variables_of(&self, pipeline: &Value, order: &Order) -> Result<bool, Failure> {
        let Some(id) = pipeline.get("id").and_then(Value::as_u64) else {
            return Ok(false);
        };
        let variables = self.get(&format!("/pipelines/{id}/variables")).await?;
        let variables = variables.as_ref().and_then(Value::as_array);
        let value = |key: &str| {
            let mut all = variables.into_iter().flatten();
            all.find(|variable| variable["key"] == key)
                .and_then(|variable| variable["value"].as_str())
        };
        let mark = value("HEARTH_MARK").and_then(Mark::read);
        Ok(value("OP_KEY") == Some(&order.op_key) && mark.is_some_and(|mark| mark.is_of(order)))
    }

    /// All marked pipelines, oldest first.
    pub(super) async fn marked(&self) -> Result<Vec<(Pipeline, Mark)>, Failure> {
        let all = self
            .whole_list("/pipelines?source=api&order_by=id&sort=asc")
            .await?;
        let marked = all
            .iter()
            .filter_map(|pipeline| Some((Pipeline::read(pipeline)?, mark_of(pipeline)?)));
        Ok(marked.collect())
    }

    pub(super) async fn jobs(&self, id: u64) -> Result<Vec<Value>, Failure> {
        self.list(&format!("/pipelines/{id}/jobs?per_page={PAGE_ROWS}"))
            .await
    }

    /// The last lines of a job.
    pub(super) async fn trace(&self, id: u64, lines_max: usize) -> Result<Logs, Failure> {
        let url = self.url(&format!("/jobs/{id}/trace"))?;
        self.line.last_lines(url, lines_max).await
    }

    /// Asks a pipeline to stop: GitLab answers 200 whatever its state is.
    pub(super) async fn cancel(&self, id: u64) -> Result<(), Failure> {
        self.change(Method::POST, &format!("/pipelines/{id}/cancel"))
            .await
    }

    /// Its environment, if it is there and not stopped.
    pub(super) async fn place(&self, environment: &str) -> Result<Option<Place>, Failure> {
        let environment = encoded(environment);
        let list = self
            .list(&format!("/environments?name={environment}"))
            .await?;
        let Some(found) = list.first() else {
            return Ok(None);
        };
        let state = found.get("state").and_then(Value::as_str);
        let id = found.get("id").and_then(Value::as_u64);
        let (Some(id), Some(state)) = (id, state) else {
            return Err(Failure::Retryable(
                "it did not answer an environment".to_owned(),
            ));
        };
        let place = Place {
            id,
            is_stopping: state == "stopping",
            url: found
                .get("external_url")
                .and_then(|url| self.line.output(url)),
        };
        Ok(Some(place).filter(|_| state != "stopped"))
    }

    /// The number of an environment in any state.
    pub(super) async fn place_id(&self, environment: &str) -> Result<Option<u64>, Failure> {
        let environment = encoded(environment);
        let list = self
            .list(&format!("/environments?name={environment}"))
            .await?;
        Ok(list.first().and_then(|found| found["id"].as_u64()))
    }

    /// The names of all environments that are not stopped.
    pub(super) async fn places(&self) -> Result<Vec<String>, Failure> {
        let all = self.whole_list("/environments?states=available").await?;
        let names = all.iter().filter_map(|found| found["name"].as_str());
        Ok(names.map(str::to_owned).collect())
    }

    pub(super) async fn stop(&self, place: u64) -> Result<(), Failure> {
        self.change(Method::POST, &format!("/environments/{place}/stop"))
            .await
    }

    /// Removes a stopped environment; what the token may not stays, and is said in the log.
    pub(super) async fn delete(&self, place: u64) -> Result<(), Failure> {
        let status = self
            .change(Method::DELETE, &format!("/environments/{place}"))
            .await;
        match status {
            Ok(()) => Ok(()),
            Err(Failure::Permanent(why)) => {
                tracing::warn!("a stopped environment stays at GitLab: {why}");
                Ok(())
            }
            Err(failure) => Err(failure),
        }
    }

    async fn change(&self, method: Method, rest: &str) -> Result<(), Failure> {
        let answer = self
            .line
            .ask(method, self.url(rest)?, None, None)
            .await
            .map_err(Trouble::of_write)?;
        match answer.status {
            200..=299 | 404 => Ok(()),
            401 | 403 => Err(Failure::Permanent(self.line.complaint(&answer))),
            _ => Err(Failure::Retryable(self.line.complaint(&answer))),
        }
    }
}

fn mark_of(pipeline: &Value) -> Option<Mark> {
    Mark::read(pipeline.get("name")?.as_str()?)
}
