//! GitLab's own shapes: a merge request, a deployment, an environment.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Shown, Standing, There, commit, id_of, moment};
use crate::domain::pull_request::{Origin, Seen, State};
use crate::providers::Failure;
use crate::providers::wire::Line;
use crate::providers::wire::address::encoded;

/// A merge request of the API. `None` if something is missing without which it means nothing: a new one
/// has no commit for a moment.
pub(super) fn seen(line: &Line<'_>, row: &Value) -> Option<Seen> {
    let state = match row.get("state")?.as_str()? {
        "opened" | "locked" => State::Open,
        "merged" => State::Merged,
        "closed" => State::Closed,
        _ => return None,
    };
    let project = |name: &str| row.get(name).and_then(Value::as_u64);
    let origin = match (project("source_project_id"), project("target_project_id")) {
        (Some(from), Some(into)) if from == into => Origin::Own,
        _ => Origin::Fork,
    };
    let author = row.get("author");
    let labels = row.get("labels").and_then(Value::as_array);
    Some(Seen {
        number: row.get("iid")?.as_i64().filter(|number| *number > 0)?,
        title: line.text(row, "title").unwrap_or_default(),
        url: line.output(row.get("web_url")?)?,
        author: author
            .and_then(|author| line.text(author, "username"))
            .unwrap_or_default(),
        branch: line.text(row, "source_branch").unwrap_or_default(),
        head: commit(row.get("sha"))?,
        state,
        closed_at: moment(row.get("merged_at")).or_else(|| moment(row.get("closed_at"))),
        labels: labels
            .into_iter()
            .flatten()
            .filter_map(|label| Some(line.line_of(label.as_str()?)))
            .collect(),
        origin,
    })
}

pub(super) async fn show(there: &There<'_>, shown: &Shown<'_>) -> Result<String, Failure> {
    let status = match shown.standing {
        Standing::Waiting => "created",
        Standing::Building => "running",
        Standing::Up => "success",
        Standing::Failed => "failed",
        Standing::Down => "canceled",
    };
    let known = match shown.known {
        Some(known) => Some(known.to_owned()),
        None => find(there, shown).await?,
    };
    let id = match known {
        Some(known) => {
            let rest = format!("/deployments/{}", encoded(&known));
            let body = json!({"status": status});
            let answer = there.send(Method::PUT, &rest, Some(&body)).await?;
            match answer.status {
                // What has ended well or badly does not change its status again.
                200..=299 | 400 => known,
                _ => return Err(Failure::Permanent(there.line.complaint(&answer))),
            }
        }
        None => {
            let body = json!({
                "environment": shown.environment, "ref": shown.branch, "sha": shown.revision,
                "tag": false, "status": status,
            });
            let made = there.write(Method::POST, "/deployments", &body).await?;
            id_of(&made)
                .ok_or_else(|| Failure::Permanent("it did not make a deployment".to_owned()))?
        }
    };
    if let (Standing::Up, Some(url)) = (shown.standing, shown.url)
        && let Some(environment) = environment(there, shown.environment).await?
    {
        let rest = format!("/environments/{}", encoded(&environment));
        let body = json!({"external_url": url, "tier": "development"});
        there.write(Method::PUT, &rest, &body).await?;
    }
    Ok(id)
}

/// The deployment of this commit to this environment: nobody else deploys there.
async fn find(there: &There<'_>, shown: &Shown<'_>) -> Result<Option<String>, Failure> {
    let rest = format!(
        "/deployments?environment={}&order_by=id&sort=desc&per_page=10",
        encoded(shown.environment)
    );
    let rows = there.list(&rest).await?;
    let ours = rows
        .iter()
        .find(|row| row.get("sha").and_then(Value::as_str) == Some(shown.revision));
    Ok(ours.and_then(id_of))
}

async fn environment(there: &There<'_>, name: &str) -> Result<Option<String>, Failure> {
    let rest = format!("/environments?name={}&per_page=5", encoded(name));
    let rows = there.list(&rest).await?;
    let ours = rows
        .iter()
        .find(|row| row.get("name").and_then(Value::as_str) == Some(name));
    Ok(ours.and_then(id_of))
}

pub(super) async fn retire(there: &There<'_>, name: &str) -> Result<(), Failure> {
    let Some(id) = environment(there, name).await? else {
        return Ok(());
    };
    let id = encoded(&id);
    // Only a stopped environment can be removed; `force` starts no job of the project for it.
    let stop = format!("/environments/{id}/stop");
    let force = json!({"force": true});
    there.send(Method::POST, &stop, Some(&force)).await?;
    if !there.remove(&format!("/environments/{id}")).await? {
        tracing::warn!(
            "the token may not remove environment {name} of {}: it stays at the forge",
            there.repository.path
        );
    }
    Ok(())
}
