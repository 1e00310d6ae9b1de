//! The calls to GitHub's REST interface.

use std::time::Duration;

use reqwest::{Method, Url};
use serde_json::{Map, Value, json};

use super::definition::Definition;
use super::runs::{Run, Runs};
use crate::providers::wire::address::{Values, encoded, parsed};
use crate::providers::wire::mark::{Action, Mark, made_after};
use crate::providers::wire::{Caller, Line, Trouble};
use crate::providers::{Failure, Order};

/// How many runs one page has: with more, a page is larger than what is read.
const PAGE_RUNS: usize = 50;
/// The most pages: GitHub lists 1,000 runs at most.
const PAGES_MAX: usize = 20;
/// What came of a dispatch.
pub(super) enum Dispatched {
    /// It made this run.
    Run(u64),
    /// It made a run, or not; or did not say which.
    Unknown,
}

/// GitHub, as one definition reaches it.
pub(super) struct Api<'a> {
    pub(super) line: Line<'a>,
    pub(super) definition: &'a Definition,
}

impl<'a> Api<'a> {
    pub(super) fn new(caller: &'a Caller, definition: &'a Definition) -> Result<Self, Failure> {
        let line = caller.line(
            Some(&definition.token),
            Duration::from_secs(definition.call_seconds_max),
            "application/vnd.github+json",
            Some(("x-github-api-version", "2022-11-28")),
        )?;
        Ok(Self { line, definition })
    }

    fn url(&self, rest: &str) -> Result<Url, Failure> {
        let Definition {
            api, repository, ..
        } = self.definition;
        parsed(&format!("{api}/repos/{repository}{rest}"))
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

    async fn send(&self, method: Method, rest: &str, body: Option<&Value>) -> Result<u16, Failure> {
        let answer = self
            .line
            .ask(method, self.url(rest)?, None, body)
            .await
            .map_err(Trouble::of_write)?;
        match answer.status {
            // These say that it is so already, that it is not there, and that the token may not.
            status @ (200..=299 | 403 | 404 | 409) => Ok(status),
            _ => Err(Failure::Retryable(self.line.complaint(&answer))),
        }
    }

    /// Begins a run.
    pub(super) async fn dispatch(
        &self,
        order: &Order,
        action: Action,
    ) -> Result<Dispatched, Failure> {
        let workflow = match action {
            Action::Create => &self.definition.workflow,
            Action::Destroy => &self.definition.destroy_workflow,
        };
        let url = self.url(&format!("/actions/workflows/{workflow}/dispatches"))?;
        let mut body = json!({
            "ref": self.branch(order)?,
            "inputs": self.inputs(order, action),
            "return_run_details": true,
        });
        let mut is_asked_plainly = false;
        loop {
            let sent = self
                .line
                .ask(Method::POST, url.clone(), None, Some(&body))
                .await;
            let answer = match sent {
                Ok(answer) => answer,
                Err(Trouble::Unclear(_)) => return Ok(Dispatched::Unknown),
                Err(trouble) => return Err(trouble.of_write()),
            };
            match answer.status {
                200..=299 => {
                    let said = answer.json().unwrap_or_default();
                    let id = said.get("workflow_run_id").and_then(Value::as_u64);
                    return Ok(id.map_or(Dispatched::Unknown, Dispatched::Run));
                }
                // An older server does not know the question which run it makes.
                422 if !is_asked_plainly => {
                    is_asked_plainly = true;
                    if let Some(body) = body.as_object_mut() {
                        body.remove("return_run_details");
                    }
                }
                404 => {
                    return Err(Failure::Permanent(format!(
                        "there is no workflow {workflow} in {}, or the token may not start it",
                        self.definition.repository
                    )));
                }
                _ => return Err(self.refusal(self.line.complaint(&answer))),
            }
        }
    }

    /// A branch that is not there is the user's where they named it, and so is a value that an input does not take;
    /// everything else lies in the template or the repository.
    fn refusal(&self, why: String) -> Failure {
        let is_named = self.definition.branch.contains('{') && why.starts_with("No ref found");
        if is_named || why.starts_with("Provided value") {
            Failure::Refused(why)
        } else {
            Failure::Permanent(why)
        }
    }

    fn branch(&self, order: &Order) -> Result<String, Failure> {
        Values::of(order)
            .text(&self.definition.branch)
            .ok_or_else(|| {
                Failure::Permanent("there is no value for a placeholder of `ref`".to_owned())
            })
    }

    /// Our own inputs and those of the definition; one whose value is not there is left to its default.
    fn inputs(&self, order: &Order, action: Action) -> Value {
        let values = Values::of(order);
        let mut inputs: Map<String, Value> = self
            .definition
            .inputs
            .iter()
            .filter_map(|(name, text)| Some((name.clone(), values.text(text)?.into())))
            .collect();
        inputs.insert("mark".to_owned(), Mark::of(order, action).words().into());
        inputs.insert("action".to_owned(), action.word().into());
        inputs.insert("name".to_owned(), order.name.clone().into());
        Value::Object(inputs)
    }

    /// A run by its number; `None` if it is gone.
    pub(super) async fn run(&self, id: u64) -> Result<Option<Value>, Failure> {
        let run = self.get(&format!("/actions/runs/{id}")).await?;
        // A token that lost its right is told the same as about a run that was deleted.
        if run.is_none() && self.get("").await?.is_none() {
            return Err(Failure::Retryable(format!(
                "the repository {} cannot be seen with this token",
                self.definition.repository
            )));
        }
        Ok(run)
    }

    pub(super) async fn jobs(&self, id: u64) -> Result<Vec<Value>, Failure> {
        let said = self
            .get(&format!("/actions/runs/{id}/jobs?per_page=50"))
            .await?;
        let jobs = said.and_then(|mut said| said.get_mut("jobs").map(Value::take));
        Ok(match jobs {
            Some(Value::Array(jobs)) => jobs,
            _ => Vec::new(),
        })
    }

    /// The runs of one order, oldest first.
    pub(super) async fn runs_of(&self, order: &Order) -> Result<Runs, Failure> {
        let mut runs = self.runs(made_after(&order.op_key).as_deref()).await?;
        runs.retain(|run| run.mark.is_of(order));
        Ok(Runs(runs))
    }

    /// All our runs since then, oldest first.
    pub(super) async fn runs(&self, since: Option<&str>) -> Result<Vec<Run>, Failure> {
        let Definition {
            workflow,
            destroy_workflow,
            ..
        } = self.definition;
        let mut runs = self.runs_of_workflow(workflow, since).await?;
        if destroy_workflow != workflow {
            runs.extend(self.runs_of_workflow(destroy_workflow, since).await?);
        }
        runs.sort_by_key(|run| run.id);
        // A run that was begun while the pages were read stands on two of them.
        runs.dedup_by_key(|run| run.id);
        Ok(runs)
    }

    async fn runs_of_workflow(
        &self,
        workflow: &str,
        since: Option<&str>,
    ) -> Result<Vec<Run>, Failure> {
        let created = since.map_or_else(String::new, |since| {
            format!("&created={}", encoded(&format!(">={since}")))
        });
        let mut runs = Vec::new();
        for page in 1..=PAGES_MAX {
            let said = self
                .get(&format!(
                    "/actions/workflows/{workflow}/runs?event=workflow_dispatch&per_page={PAGE_RUNS}&page={page}{created}"
                ))
                .await?
                .ok_or_else(|| {
                    Failure::Retryable(format!(
                        "there is no workflow {workflow} in {}, or the token may not see it",
                        self.definition.repository
                    ))
                })?;
            let listed = said.get("workflow_runs").and_then(Value::as_array);
            let listed = listed
                .ok_or_else(|| Failure::Retryable("it did not answer a list of runs".to_owned()))?;
            runs.extend(listed.iter().filter_map(Run::read));
            if listed.len() < PAGE_RUNS {
                return Ok(runs);
            }
        }
        // A part that looks like the whole would make the rest look lost, or be begun twice.
        Err(Failure::Permanent(format!(
            "{workflow} has more runs than GitHub lists: delete old ones"
        )))
    }

    /// Asks a run to stop; one that is over already is no fault.
    pub(super) async fn cancel(&self, id: u64) -> Result<(), Failure> {
        match self
            .send(Method::POST, &format!("/actions/runs/{id}/cancel"), None)
            .await?
        {
            403 => Err(Failure::Retryable(
                "the token may not cancel runs".to_owned(),
            )),
            _ => Ok(()),
        }
    }

    /// Where the newest deployment to this environment of GitHub says that it answers.
    pub(super) async fn address_of(&self, environment: &str) -> Result<Option<String>, Failure> {
        let environment = encoded(environment);
        let deployments = self
            .get(&format!(
                "/deployments?environment={environment}&per_page=1"
            ))
            .await?;
        let Some(id) = deployments.as_ref().and_then(|list| list[0]["id"].as_u64()) else {
            return Ok(None);
        };
        let statuses = self
            .get(&format!("/deployments/{id}/statuses?per_page=1"))
            .await?;
        let url = statuses.as_ref().map(|list| &list[0]["environment_url"]);
        Ok(url.and_then(|url| self.line.output(url)))
    }

    /// Removes an environment of GitHub with its deployments; what the token may not stays, and is said in the log.
    pub(super) async fn retire(&self, environment: &str) -> Result<(), Failure> {
        let name = encoded(environment);
        let deployments = self
            .get(&format!("/deployments?environment={name}&per_page=50"))
            .await?;
        let deployments = deployments.as_ref().and_then(Value::as_array);
        for id in deployments
            .into_iter()
            .flatten()
            .filter_map(|deployment| deployment["id"].as_u64())
        {
            let inactive = json!({"state": "inactive"});
            self.send(
                Method::POST,
                &format!("/deployments/{id}/statuses"),
                Some(&inactive),
            )
            .await?;
        }
        let status = self
            .send(Method::DELETE, &format!("/environments/{name}"), None)
            .await?;
        if status == 403 {
            tracing::warn!(
                "the token may not delete the environment {environment} of {}: it stays at GitHub",
                self.definition.repository
            );
        }
        Ok(())
    }
}
