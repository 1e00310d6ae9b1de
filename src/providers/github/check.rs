//! What keeps GitHub from working with a definition: asks, changes nothing, and says what to do.

use serde_json::Value;

use super::calls::Api;
use super::definition::Definition;
use crate::providers::Failure;

/// Where the rights of a token are set.
const WHERE: &str = "in the settings of the fine-grained token, or of the GitHub App";

impl Api<'_> {
    /// Everything that is missing, each in a sentence.
    pub(super) async fn missing(&self) -> Vec<String> {
        let definition = self.definition;
        let Definition {
            repository, api, ..
        } = definition;
        match self.status_of("").await {
            Ok(200..=299) => {}
            Ok(401) => {
                return vec![format!(
                    "GitHub at {api} does not accept the token: make a new one, and put it where `token` says"
                )];
            }
            Ok(_) => {
                return vec![format!(
                    "the token does not see the repository {repository}: write `repository` as owner/name, and give the token access to it ({WHERE})"
                )];
            }
            Err(failure) => return vec![format!("GitHub at {api} cannot be asked: {failure}")],
        }
        let mut missing = Vec::new();
        if let Ok(Some(said)) = self.get("").await
            && said["permissions"]["push"] == false
        {
            missing.push(format!(
                "whoever the token belongs to may only read {repository}: give them the role Write, which starting workflows needs"
            ));
        }
        let mut files = vec![&definition.workflow];
        if definition.destroy_workflow != definition.workflow {
            files.push(&definition.destroy_workflow);
        }
        for file in files {
            missing.extend(self.workflow_lacks(file).await);
        }
        if definition.environment.is_some() {
            missing.extend(self.lacks("/deployments?per_page=1", "Deployments").await);
            missing.extend(self.lacks("/environments?per_page=1", "Environments").await);
        }
        missing
    }

    async fn workflow_lacks(&self, file: &str) -> Option<String> {
        let repository = &self.definition.repository;
        let found = self.get(&format!("/actions/workflows/{file}")).await;
        match found {
            Ok(Some(workflow)) => match workflow.get("state").and_then(Value::as_str) {
                Some("active") | None => None,
                Some(state) => Some(format!(
                    "the workflow {file} of {repository} is {}: enable it on its page below Actions",
                    self.line.line_of(state)
                )),
            },
            Ok(None) => Some(format!(
                "there is no workflow {file} in {repository} that the token sees: it must lie in .github/workflows of the default branch, and the token needs the right Actions: read and write ({WHERE})"
            )),
            Err(Failure::Retryable(why)) if why.contains("403") => Some(format!(
                "the token may not see workflows of {repository}: give it the right Actions: read and write ({WHERE})"
            )),
            Err(failure) => Some(format!(
                "the workflow {file} cannot be asked for: {failure}"
            )),
        }
    }

    async fn lacks(&self, rest: &str, right: &str) -> Option<String> {
        match self.status_of(rest).await {
            Ok(403 | 404) => Some(format!(
                "the token lacks the right {right}: read and write, which `environment` needs ({WHERE})"
            )),
            Ok(_) | Err(_) => None,
        }
    }
}
