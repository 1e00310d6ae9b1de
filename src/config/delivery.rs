//! Stages, recipes and services: where software goes, how, and who may agree.

use std::collections::BTreeMap;

use toml::Spanned;
use toml::de::DeTable;

use super::Purpose;
use super::platform::provider;
use super::read::Fields;
use super::reader::{Found, Reader, entries, quoted};
use crate::domain::access::{Group, Right};
use crate::domain::platform::{Deploy, Service, Stage};

/// Reads one stage.
pub(super) fn stage(fields: &Fields<'_>, groups: &[Group]) -> Option<Stage> {
    let aliases = fields.texts("aliases");
    let approvals = fields.small("approvals");
    let approvers = fields.lines("approvers");
    let deployers = fields.table("deployers").map(|_| fields.lines("deployers"));
    let (production, rollback_reason) = (
        fields.boolean("production"),
        fields.boolean("rollback_reason"),
    );
    if approvals > Some(0) {
        report_approvers(fields, &approvers, groups);
    }
    for deployer in deployers.iter().flatten() {
        if !has(groups, &deployer.value, Right::DeploymentRequest) {
            fields.reader.warn(
                Some(deployer.span.clone()),
                format!("the group `{}` shall deploy and has no right `deployment.request`", deployer.value),
                Some("Only those of its members who have the right through another group can deploy.".to_owned()),
            );
        }
    }
    let plain = |found: Vec<Found<String>>| found.into_iter().map(|found| found.value).collect();
    Some(Stage {
        id: fields.id.to_owned(),
        aliases,
        approvals: approvals?,
        deployers: deployers.map(plain),
        approvers: plain(approvers),
        production: production?,
        rollback_reason: rollback_reason?,
    })
}

/// Reads one recipe and gives it with its id.
pub(super) fn recipe(fields: &Fields<'_>) -> Option<(String, Deploy)> {
    let (provider, definition) = provider(fields, Purpose::Deployments);
    let seconds_max = fields.small("time_max");
    let deploy = Deploy {
        provider: provider?,
        definition: definition?,
        seconds_max: seconds_max?,
    };
    Some((fields.id.to_owned(), deploy))
}

/// Reads one service; it brings its recipes with it.
pub(super) fn service(fields: &Fields<'_>, recipes: &BTreeMap<String, Deploy>) -> Option<Service> {
    let team = fields.line("team");
    let by_stage = fields.by_stage("recipe");
    let (compare_url, mandated) = (fields.line("compare_url"), fields.boolean("mandated"));
    let stages: BTreeMap<String, Deploy> = by_stage?
        .into_iter()
        .filter_map(|(stage, recipe)| Some((stage, recipes.get(&recipe)?.clone())))
        .collect();
    if stages.is_empty() && !recipes.is_empty() {
        fields.reader.fault(
            Some(fields.place("recipe")),
            format!("the service `{}` can be deployed nowhere", fields.id),
            Some("Declare a stage, such as `[stage.production]`.".to_owned()),
        );
    }
    Some(Service {
        id: fields.id.to_owned(),
        team: team?,
        revisions: fields.texts("revisions"),
        compare_url,
        stages,
        mandated: mandated?,
    })
}

fn has(groups: &[Group], name: &str, right: Right) -> bool {
    groups
        .iter()
        .any(|group| group.name == name && group.rights.contains(&right))
}

/// Reports when nobody, or fewer people than it seems, could approve a deployment.
fn report_approvers(fields: &Fields<'_>, approvers: &[Found<String>], groups: &[Group]) {
    let reader = fields.reader;
    // A list that could not be read has faults of its own.
    let names_nobody = fields.table("approvers").is_none_or(|(_, value)| {
        value
            .get_ref()
            .as_array()
            .is_some_and(|list| list.is_empty())
    });
    if approvers.is_empty() && names_nobody {
        reader.fault(
            Some(fields.place("approvals")),
            format!("nobody could approve a deployment to `{}`", fields.id),
            Some(
                "Add `approvers = [\"…\"]` with the groups that may, or set `approvals = 0`."
                    .to_owned(),
            ),
        );
    } else if !groups
        .iter()
        .any(|group| group.rights.contains(&Right::DeploymentApprove))
    {
        reader.fault(
            Some(fields.place("approvers")),
            format!("nobody could approve a deployment to `{}`: no group has the right `deployment.approve`", fields.id),
            Some("Give the right to one of the approvers' groups.".to_owned()),
        );
    } else {
        for approver in approvers
            .iter()
            .filter(|approver| !has(groups, &approver.value, Right::DeploymentApprove))
        {
            reader.warn(
                Some(approver.span.clone()),
                format!("the group `{}` shall approve and has no right `deployment.approve`", approver.value),
                Some("Only those of its members who have the right through another group can approve.".to_owned()),
            );
        }
    }
}

/// Reports a name that means two stages.
pub(super) fn report_equal_aliases(reader: &Reader<'_>, document: &DeTable<'_>, stages: &[Stage]) {
    let mut seen: BTreeMap<&str, &str> = stages
        .iter()
        .map(|stage| (stage.id.as_str(), stage.id.as_str()))
        .collect();
    for stage in stages {
        for alias in &stage.aliases {
            if let Some(other) = seen.insert(alias, &stage.id) {
                let place = entries(document.get("stage"))
                    .into_iter()
                    .find(|entry| entry.name == stage.id)
                    .and_then(|entry| entry.value.get_ref().get("aliases").map(Spanned::span));
                reader.fault(
                    place,
                    format!(
                        "{} means both the stage `{other}` and the stage `{}`",
                        quoted(alias),
                        stage.id
                    ),
                    Some("Remove the alias from one of them.".to_owned()),
                );
            }
        }
    }
}
