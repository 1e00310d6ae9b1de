//! What keeps GitLab from working with a definition: asks, changes nothing, and says what to do.

use serde_json::Value;

use super::calls::Api;

/// The least that lets a token begin pipelines: Developer.
const DEVELOPER: u64 = 30;

impl Api<'_> {
    /// Everything that is missing, each in a sentence.
    pub(super) async fn missing(&self) -> Vec<String> {
        let definition = self.definition;
        let (project, api) = (&definition.project, &definition.api);
        let found = match self.status_of("").await {
            Ok(200..=299) => self.get("").await,
            Ok(401) => {
                return vec![format!(
                    "GitLab at {api} does not accept the token: make a new project access token with the scope `api`, and put it where `token` says"
                )];
            }
            Ok(403) => {
                return vec![
                    "the token lacks the scope `api`: make a new project access token with it"
                        .to_owned(),
                ];
            }
            Ok(_) => {
                return vec![format!(
                    "the token does not see the project {project}: write `project` with its whole path, and use a token of that project or of its group"
                )];
            }
            Err(failure) => return vec![format!("GitLab at {api} cannot be asked: {failure}")],
        };
        let Ok(Some(said)) = found else {
            return Vec::new();
        };
        let mut missing = Vec::new();
        let access = ["project_access", "group_access"]
            .iter()
            .filter_map(|kind| said["permissions"][kind]["access_level"].as_u64())
            .max();
        if access.is_some_and(|access| access < DEVELOPER) {
            missing.push(format!(
                "the token's role in {project} is too low to begin pipelines: make one with the role Developer"
            ));
        }
        let is_off = |key: &str| said.get(key).and_then(Value::as_str) == Some("disabled");
        if is_off("builds_access_level") {
            missing.push(format!(
                "pipelines are switched off in {project}: switch CI/CD on in its settings, General, Visibility"
            ));
        }
        if is_off("environments_access_level") {
            missing.push(format!(
                "environments are switched off in {project}: switch them on in its settings, General, Visibility"
            ));
        }
        // With a placeholder in it, only an order says which branch is meant.
        if !definition.branch.contains('{') {
            let branch = crate::providers::wire::address::encoded(&definition.branch);
            let commit = self
                .status_of(&format!("/repository/commits/{branch}"))
                .await;
            if let Ok(404) = commit {
                missing.push(format!(
                    "{project} has no branch or tag {}: name one in `ref`",
                    definition.branch
                ));
            }
        }
        missing
    }
}
