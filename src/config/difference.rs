//! What a reload would change, in lines that a person can read.

use std::collections::BTreeMap;

use crate::domain::access::Group;
use crate::domain::environment::{Count, Price, Terms};
use crate::domain::platform::{
    Deploy, Digest, Goal, Parameter, ParameterKind, Platform, Reference, Service, Stage, Survey,
    Target, Team, Template,
};

/// Longest value that a line shows, in characters.
const VALUE_CHARS_MAX: usize = 80;

/// The facts of one section: its keys and their values as text, in the order of the file.
type Facts = Vec<(String, String)>;

/// What is different, one line each: `+` new, `-` gone, `~` changed. Empty if nothing is.
#[must_use]
pub fn difference(old: &Platform, new: &Platform) -> Vec<String> {
    let mut lines = Vec::new();
    compare("platform", &main(old), &main(new), &mut lines);
    sections(
        "group",
        &old.groups,
        &new.groups,
        |group| (&group.name, facts_of_group(group)),
        &mut lines,
    );
    sections(
        "team",
        &old.teams,
        &new.teams,
        |team| (&team.id, facts_of_team(team)),
        &mut lines,
    );
    sections(
        "template",
        &old.templates,
        &new.templates,
        |template| (&template.id, facts_of_template(template)),
        &mut lines,
    );
    sections(
        "repository",
        &old.repositories,
        &new.repositories,
        |repository| (&repository.id, super::repository::facts(repository)),
        &mut lines,
    );
    sections(
        "stage",
        &old.stages,
        &new.stages,
        |stage| (&stage.id, facts_of_stage(stage)),
        &mut lines,
    );
    order(
        "stages are promoted in the order",
        old.stages.iter().map(|stage| &stage.id),
        new.stages.iter().map(|stage| &stage.id),
        &mut lines,
    );
    sections(
        "service",
        &old.services,
        &new.services,
        |service| (&service.id, facts_of_service(service)),
        &mut lines,
    );
    sections(
        "survey",
        &old.surveys,
        &new.surveys,
        |survey| (&survey.id, facts_of_survey(survey)),
        &mut lines,
    );
    sections(
        "digest",
        &old.digests,
        &new.digests,
        |digest| (&digest.id, facts_of_digest(digest)),
        &mut lines,
    );
    sections(
        "goal",
        &old.goals,
        &new.goals,
        |goal| (&goal.id, facts_of_goal(goal)),
        &mut lines,
    );
    order(
        "goals stand in the order",
        old.goals.iter().map(|goal| &goal.id),
        new.goals.iter().map(|goal| &goal.id),
        &mut lines,
    );
    lines
}

/// Compares sections of one kind by their ids.
fn sections<'a, T>(
    kind: &str,
    old: &'a [T],
    new: &'a [T],
    read: impl Fn(&'a T) -> (&'a String, Facts),
    lines: &mut Vec<String>,
) {
    let before: Vec<(&String, Facts)> = old.iter().map(&read).collect();
    let after: Vec<(&String, Facts)> = new.iter().map(&read).collect();
    for (id, facts) in &after {
        match before.iter().find(|(known, _)| known == id) {
            None => lines.push(format!("+ {kind}.{id}")),
            Some((_, known)) => compare(&format!("{kind}.{id}"), known, facts, lines),
        }
    }
    for (id, _) in before
        .iter()
        .filter(|(id, _)| !after.iter().any(|(known, _)| known == id))
    {
        lines.push(format!("- {kind}.{id}"));
    }
}

fn compare(title: &str, old: &Facts, new: &Facts, lines: &mut Vec<String>) {
    let before: BTreeMap<&str, &str> = old
        .iter()
        .map(|(key, value)| (key.as_str(), value.as_str()))
        .collect();
    for (key, value) in new {
        match before.get(key.as_str()) {
            None => lines.push(format!("+ {title}.{key} = {}", short(key, value))),
            Some(known) if known == value => {}
            // A definition is long and means little to people: that it is another one is the news.
            Some(_) if key.ends_with("settings") => {
                lines.push(format!("~ {title}.{key} are different"));
            }
            Some(known) => lines.push(format!(
                "~ {title}.{key}: {} → {}",
                short(key, known),
                short(key, value)
            )),
        }
    }
    for (key, _) in old
        .iter()
        .filter(|(key, _)| !new.iter().any(|(known, _)| known == key))
    {
        lines.push(format!("- {title}.{key}"));
    }
}

/// Says when the things that both have stand in another order.
fn order<'a>(
    what: &str,
    old: impl Iterator<Item = &'a String>,
    new: impl Iterator<Item = &'a String>,
    lines: &mut Vec<String>,
) {
    let (old, new): (Vec<_>, Vec<_>) = (old.collect(), new.collect());
    let kept: Vec<&&String> = new.iter().filter(|id| old.contains(id)).collect();
    let were: Vec<&&String> = old.iter().filter(|id| new.contains(id)).collect();
    if kept != were {
        let new: Vec<&str> = new.iter().map(|id| id.as_str()).collect();
        lines.push(format!("~ {what} {}", new.join(", ")));
    }
}

fn short(key: &str, value: &str) -> String {
    if key.ends_with("settings") {
        return "…".to_owned();
    }
    let mut text: String = value.chars().take(VALUE_CHARS_MAX).collect();
    if text.len() < value.len() {
        text.push('…');
    }
    if text.is_empty() {
        "(empty)".to_owned()
    } else {
        text
    }
}

fn facts<const N: usize>(pairs: [(&str, String); N]) -> Facts {
    pairs
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value))
        .collect()
}

fn reference<Id: Copy + ToString>(reference: &Reference<Id>) -> String {
    match reference {
        Reference::Id(id) => id.to_string(),
        Reference::Name(name) => name.clone(),
    }
}

fn maybe<Id: Copy + ToString>(chosen: Option<&Reference<Id>>) -> String {
    chosen.map(reference).unwrap_or_default()
}

// Each of these takes its struct apart without `..`, so that a new field cannot be forgotten here.

fn main(platform: &Platform) -> Facts {
    let Platform {
        name,
        zone,
        language,
        channel,
        deployments,
        default_team,
        currency,
        building_max,
        groups: _,
        teams: _,
        templates: _,
        stages: _,
        services: _,
        surveys: _,
        digests: _,
        goals: _,
        repositories: _,
    } = platform;
    let mut found = facts([
        ("name", name.clone()),
        ("zone", zone.name().to_owned()),
        ("language", language.tag().to_owned()),
        ("channel", reference(channel)),
        ("deployments", maybe(deployments.as_ref())),
        ("default_team", default_team.clone().unwrap_or_default()),
        ("currency", currency.clone()),
    ]);
    found.extend(building_max.iter().map(|(engine, building_max)| {
        (
            format!("engine.{engine}.building_max"),
            building_max.to_string(),
        )
    }));
    found
}

fn facts_of_group(
    Group {
        name: _,
        roles,
        rights,
    }: &Group,
) -> Facts {
    let roles: Vec<String> = roles.iter().map(reference).collect();
    let rights: Vec<&str> = rights.iter().map(|right| right.name()).collect();
    facts([("roles", roles.join(", ")), ("rights", rights.join(", "))])
}

fn facts_of_team(team: &Team) -> Facts {
    let Team {
        id: _,
        name,
        role,
        channel,
        owner,
        language,
        counts_for_adoption,
        environments_quota,
    } = team;
    facts([
        ("name", name.clone()),
        ("role", maybe(role.as_ref())),
        ("channel", maybe(channel.as_ref())),
        ("owner", owner.clone()),
        ("language", language.tag().to_owned()),
        ("counts_for_adoption", counts_for_adoption.to_string()),
        ("environments_quota", environments_quota.to_string()),
    ])
}

fn facts_of_terms(terms: &Terms) -> Facts {
    let Terms {
        sleep,
        price,
        count,
        links,
    } = terms;
    let counts = match count {
        Count::Every => "hours".to_owned(),
        Count::Worked(worked) => format!("working-hours, {}", worked.text()),
    };
    let links: Vec<String> = links
        .iter()
        .map(|(label, address)| format!("{label} = {address}"))
        .collect();
    let price = |of: fn(&Price) -> i64| price.as_ref().map(of).map(in_units).unwrap_or_default();
    facts([
        (
            "sleep",
            sleep
                .as_ref()
                .map(|hours| hours.text().to_owned())
                .unwrap_or_default(),
        ),
        ("price_per_hour", price(|price| price.awake)),
        ("price_asleep_per_hour", price(|price| price.asleep)),
        ("ttl_counts", counts),
        ("links", links.join(", ")),
    ])
}

fn in_units(millionths: i64) -> String {
    format!("{}.{:06}", millionths / 1_000_000, millionths % 1_000_000)
}

fn facts_of_template(template: &Template) -> Facts {
    let Template {
        id: _,
        description,
        provider,
        definition,
        revision,
        revisions,
        ttl_hours,
        ttl_hours_max,
        extensions_max,
        build_seconds_max,
        parameters,
        allow,
        approval,
        plan,
        terms,
    } = template;
    let mut found = facts([
        ("description", description.clone()),
        ("provider", provider.clone()),
        ("settings", definition.clone()),
        ("revision", revision.clone().unwrap_or_default()),
        ("revisions", revisions.join(", ")),
        ("ttl", format!("{ttl_hours}h")),
        ("ttl_max", format!("{ttl_hours_max}h")),
        ("extensions_max", extensions_max.to_string()),
        (
            "build_max",
            super::declare::duration(u64::from(*build_seconds_max)),
        ),
        (
            "allow",
            allow
                .as_ref()
                .map(|names| names.join(", "))
                .unwrap_or_default(),
        ),
        ("approval", approval.to_string()),
        ("plan", plan.to_string()),
    ]);
    found.extend(facts_of_terms(terms));
    for Parameter {
        name,
        description,
        kind,
        default,
    } in parameters
    {
        let kind = match kind {
            ParameterKind::Text { length_max } => format!("text up to {length_max}"),
            ParameterKind::Integer { min, max } => format!("integer {min} to {max}"),
            ParameterKind::Boolean => "boolean".to_owned(),
            ParameterKind::Person => "person".to_owned(),
            ParameterKind::Choice(choices) => format!("one of {}", choices.join(", ")),
        };
        let default = default.as_ref().map_or_else(
            || "required".to_owned(),
            |default| format!("default {default}"),
        );
        found.push((
            format!("parameter.{name}"),
            format!("{kind}; {default}; {description}"),
        ));
    }
    found
}

fn facts_of_stage(stage: &Stage) -> Facts {
    let Stage {
        id: _,
        aliases,
        approvals,
        deployers,
        approvers,
        production,
        rollback_reason,
    } = stage;
    facts([
        ("aliases", aliases.join(", ")),
        ("approvals", approvals.to_string()),
        (
            "deployers",
            deployers.as_ref().map_or_else(
                || "whoever may deploy".to_owned(),
                |groups| groups.join(", "),
            ),
        ),
        ("approvers", approvers.join(", ")),
        ("production", production.to_string()),
        ("rollback_reason", rollback_reason.to_string()),
    ])
}

fn facts_of_service(service: &Service) -> Facts {
    let Service {
        id: _,
        team,
        revisions,
        compare_url,
        stages,
        mandated,
    } = service;
    let mut found = facts([
        ("team", team.clone()),
        ("revisions", revisions.join(", ")),
        ("compare_url", compare_url.clone().unwrap_or_default()),
        ("mandated", mandated.to_string()),
    ]);
    for (
        stage,
        Deploy {
            provider,
            definition,
            seconds_max,
        },
    ) in stages
    {
        found.push((format!("{stage}.provider"), provider.clone()));
        found.push((format!("{stage}.settings"), definition.clone()));
        found.push((
            format!("{stage}.time_max"),
            super::declare::duration(u64::from(*seconds_max)),
        ));
    }
    found
}

fn facts_of_survey(survey: &Survey) -> Facts {
    let Survey {
        id: _,
        schedule,
        audience,
        channel,
        window_hours,
        k,
        comment,
    } = survey;
    facts([
        (
            "schedule",
            schedule
                .as_ref()
                .map(|schedule| schedule.text().to_owned())
                .unwrap_or_default(),
        ),
        ("audience", reference(audience)),
        ("channel", reference(channel)),
        ("window", format!("{window_hours}h")),
        ("k", k.to_string()),
        ("comment", comment.to_string()),
    ])
}

fn facts_of_digest(
    Digest {
        id: _,
        schedule,
        channel,
        language,
    }: &Digest,
) -> Facts {
    facts([
        ("schedule", schedule.text().to_owned()),
        ("channel", reference(channel)),
        ("language", language.tag().to_owned()),
    ])
}

fn facts_of_goal(
    Goal {
        id: _,
        value,
        problem,
        initiatives,
        targets,
    }: &Goal,
) -> Facts {
    let targets: Vec<String> = targets
        .iter()
        .map(
            |Target {
                 metric,
                 at_least,
                 value,
             }| {
                format!(
                    "{metric} {} {value}",
                    if *at_least { "at least" } else { "at most" }
                )
            },
        )
        .collect();
    facts([
        ("value", value.clone()),
        ("problem", problem.clone()),
        ("initiatives", initiatives.join("; ")),
        ("targets", targets.join("; ")),
    ])
}
