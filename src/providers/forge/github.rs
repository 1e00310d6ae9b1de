//! GitHub's own shapes: a pull request, a deployment and its statuses.

use reqwest::Method;
use serde_json::{Value, json};

use super::{RETIRE_ROUNDS_MAX, Shown, Standing, There, commit, id_of, moment};
use crate::domain::pull_request::{Origin, Seen, State};
use crate::providers::Failure;
use crate::providers::wire::Line;
use crate::providers::wire::address::encoded;

/// What GitHub calls somebody who has not contributed yet.
const NEWCOMERS: [&str; 4] = ["NONE", "FIRST_TIMER", "FIRST_TIME_CONTRIBUTOR", "MANNEQUIN"];
/// How many deployments are removed in one round.
const ROUND_ROWS: usize = 50;

/// A pull request of the API. `None` if something is missing without which it means nothing.
pub(super) fn seen(line: &Line<'_>, row: &Value) -> Option<Seen> {
    let state = match row.get("state")?.as_str()? {
        "open" => State::Open,
        "closed" if row.get("merged_at").is_some_and(|at| !at.is_null()) => State::Merged,
        "closed" => State::Closed,
        _ => return None,
    };
    let text = |value: Option<&Value>, name: &str| line.text(value?, name);
    let (head, base) = (row.get("head"), row.get("base"));
    let repository = |branch: Option<&Value>| branch?.get("repo")?.get("id")?.as_u64();
    let association = row.get("author_association").and_then(Value::as_str);
    let origin = match (repository(head), repository(base)) {
        // A deleted fork is none: nobody knows who pushed there.
        (Some(from), Some(into)) if from == into => match association {
            Some(known) if !NEWCOMERS.contains(&known) => Origin::Own,
            _ => Origin::Newcomer,
        },
        _ => Origin::Fork,
    };
    let labels = row.get("labels").and_then(Value::as_array);
    Some(Seen {
        number: row.get("number")?.as_i64().filter(|number| *number > 0)?,
        title: line.text(row, "title").unwrap_or_default(),
        url: line.output(row.get("html_url")?)?,
        author: text(row.get("user"), "login").unwrap_or_default(),
        branch: text(head, "ref").unwrap_or_default(),
        head: commit(head?.get("sha"))?,
        state,
        closed_at: moment(row.get("merged_at")).or_else(|| moment(row.get("closed_at"))),
        labels: labels
            .into_iter()
            .flatten()
            .filter_map(|label| line.text(label, "name"))
            .collect(),
        origin,
    })
}

pub(super) async fn show(there: &There<'_>, shown: &Shown<'_>) -> Result<String, Failure> {
    let id = match shown.known {
        Some(known) => known.to_owned(),
        None => match find(there, shown).await? {
            Some(found) => found,
            None => create(there, shown).await?,
        },
    };
    if let Some(former) = shown.former {
        let inactive = json!({"state": "inactive"});
        let rest = format!("/deployments/{}/statuses", encoded(former));
        there.send(Method::POST, &rest, Some(&inactive)).await?;
    }
    let (state, description) = match shown.standing {
        Standing::Waiting => ("queued", "It waits to be built"),
        Standing::Building => ("in_progress", "It is being built"),
        Standing::Up => ("success", "It is ready"),
        Standing::Failed => ("failure", "It could not be built"),
        Standing::Down => ("inactive", "It is being removed"),
    };
    let mut body = json!({"state": state, "description": description, "auto_inactive": false});
    for (name, url) in [("environment_url", shown.url), ("log_url", shown.log_url)] {
        if let Some(url) = url {
            body[name] = url.into();
        }
    }
    let rest = format!("/deployments/{}/statuses", encoded(&id));
    there.write(Method::POST, &rest, &body).await?;
    Ok(id)
}

async fn find(there: &There<'_>, shown: &Shown<'_>) -> Result<Option<String>, Failure> {
    let rest = format!(
        "/deployments?environment={}&sha={}&per_page=10",
        encoded(shown.environment),
        encoded(shown.revision)
    );
    let rows = there.list(&rest).await?;
    let ours = rows.iter().find(|row| {
        let mark = row.get("payload").and_then(|payload| payload.get("hearth"));
        mark.and_then(Value::as_str) == Some(shown.mark)
    });
    Ok(ours.and_then(id_of))
}

async fn create(there: &There<'_>, shown: &Shown<'_>) -> Result<String, Failure> {
    // Without these two GitHub would merge branches and wait for checks by itself.
    let body = json!({
        "ref": shown.revision, "environment": shown.environment, "auto_merge": false,
        "required_contexts": [], "payload": {"hearth": shown.mark},
        "transient_environment": true, "production_environment": false,
        "description": "An environment of Hearth",
    });
    let made = there.write(Method::POST, "/deployments", &body).await?;
    id_of(&made).ok_or_else(|| Failure::Permanent("it did not make a deployment".to_owned()))
}

pub(super) async fn retire(there: &There<'_>, environment: &str) -> Result<(), Failure> {
    let name = encoded(environment);
    let list = format!("/deployments?environment={name}&per_page={ROUND_ROWS}");
    for _ in 0..RETIRE_ROUNDS_MAX {
        let rows = there.list(&list).await?;
        let mut removed = 0_usize;
        for id in rows.iter().filter_map(id_of) {
            let id = encoded(&id);
            // Only an inactive deployment can be removed.
            let inactive = json!({"state": "inactive"});
            let statuses = format!("/deployments/{id}/statuses");
            there.send(Method::POST, &statuses, Some(&inactive)).await?;
            removed += usize::from(there.remove(&format!("/deployments/{id}")).await?);
        }
        if rows.len() < ROUND_ROWS || removed == 0 {
            break;
        }
    }
    if !there.remove(&format!("/environments/{name}")).await? {
        tracing::warn!(
            "the token may not remove environment {environment} of {}: it stays at the forge",
            there.repository.path
        );
    }
    Ok(())
}
