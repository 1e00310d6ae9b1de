//! From sections to the platform: each section read whole, so that one fault does not hide the next.

use std::collections::BTreeMap;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::declare::Section;
use super::read::Fields;
use super::reader::{Entry, Reader, entries, list, quoted};
use super::sections as declared;
use super::{ProviderSection, Purpose};
use crate::domain::access::{Group, Right};
use crate::domain::chat::{ChannelId, Language};
use crate::domain::platform::{
    Deploy, Digest, Goal, Parameter, ParameterKind, Platform, Reference, Service, Stage, Survey, Target, Team, Template,
};

/// Metrics that a target may name.
pub(super) const METRICS: &[&str] = &[
    "S1", "S2", "S3", "S4", "S5", "S6", "S7", "S8", "D1", "D3", "D4", "D5", "H1", "H2", "H3", "H4", "E3", "E4", "A1", "A2",
    "A3", "A4", "T1", "T2", "T3", "T4",
];
/// Names that parameters cannot have, because `/env create` has them itself.
const TAKEN_PARAMETERS: &[&str] = &["template", "name", "pull_request", "revision", "ttl", "team"];
/// Longest id, in characters: it becomes a part of DNS labels.
const ID_CHARS_MAX: usize = 32;
/// Characters of a text parameter unless said otherwise.
const TEXT_CHARS_DEFAULT: u16 = 100;
/// Range of a whole-number parameter unless said otherwise.
const INTEGER_DEFAULT: (i64, i64) = (0, 1_000_000);

/// What holds for sections that leave it out.
struct Defaults {
    language: Language,
    channel: Reference<ChannelId>,
}

/// Reads everything that makes the platform. `None` only if the reader keeps a fault.
pub(super) fn read<'a>(reader: &'a Reader<'a>, document: &'a DeTable<'a>, main: &Fields<'a>) -> Option<Platform> {
    let name = main.line("name");
    if let Some(zone) = main.zone("zone") {
        reader.zone.set(zone);
    }
    let language = main.language("language");
    let channel = main.channel("channel");
    let deployments = main.channel("deployments");
    let default_team = main.line("default_team");
    // Sections are read with whatever stands in for a faulty default: the fault keeps the result from being used.
    let defaults = Defaults {
        language: language.unwrap_or_default(),
        channel: channel.clone().unwrap_or(Reference::Id(ChannelId(0))),
    };
    let groups = many(reader, document, &declared::GROUP, group);
    let teams = many(reader, document, &declared::TEAM, |fields| team(fields, &defaults));
    let templates = many(reader, document, &declared::TEMPLATE, template);
    let stages = many(reader, document, &declared::STAGE, |fields| stage(fields, &groups));
    let recipes: BTreeMap<String, Deploy> = many(reader, document, &declared::RECIPE, recipe).into_iter().collect();
    let services = many(reader, document, &declared::SERVICE, |fields| service(fields, &recipes));
    let surveys = many(reader, document, &declared::SURVEY, |fields| survey(fields, &defaults));
    let digests = many(reader, document, &declared::DIGEST, |fields| digest(fields, &defaults));
    let goals = many(reader, document, &declared::GOAL, goal);
    report_right_of_nobody(reader, document, &groups);
    report_equal_aliases(reader, document, &stages);
    Some(Platform {
        name: name?,
        zone: reader.zone.get(),
        language: language?,
        channel: channel?,
        deployments,
        default_team,
        groups,
        teams,
        templates,
        stages,
        services,
        surveys,
        digests,
        goals,
    })
}

/// Reads every section of one kind, in the order of the file.
fn many<'a, T>(
    reader: &'a Reader<'a>,
    document: &'a DeTable<'a>,
    section: &'static Section,
    read: impl Fn(&Fields<'a>) -> Option<T>,
) -> Vec<T> {
    let name = section.header.split('.').next().unwrap_or(section.header);
    named(reader, section, document.get(name), read)
}

fn named<'a, T>(
    reader: &'a Reader<'a>,
    section: &'static Section,
    value: Option<&'a Spanned<DeValue<'a>>>,
    read: impl Fn(&Fields<'a>) -> Option<T>,
) -> Vec<T> {
    let Some(value) = value else { return Vec::new() };
    if value.get_ref().as_table().is_none() {
        let hint = format!("Write it as `[{}]` with keys below.", section.header);
        reader.fault(Some(value.span()), "this is a section, not a value".to_owned(), Some(hint));
    }
    let mut things = Vec::new();
    for Entry { name, span, value } in entries(Some(value)) {
        if !is_label(name) {
            reader.fault(
                Some(span.clone()),
                format!("{} is no id", quoted(name)),
                Some(format!("Use at most {ID_CHARS_MAX} lower-case letters, digits and inner dashes, beginning with a letter.")),
            );
        }
        if let Some(fields) = Fields::open(reader, section, name, span, Some(value)) {
            things.extend(read(&fields));
        }
    }
    things
}

/// Whether it can be a part of a DNS label and the name of a Discord option.
fn is_label(name: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=ID_CHARS_MAX).contains(&name.len())
        && name.bytes().all(inner)
        && name.starts_with(|first: char| first.is_ascii_lowercase())
        && !name.ends_with('-')
}

fn group(fields: &Fields<'_>) -> Option<Group> {
    let roles = fields.roles("roles");
    let rights = fields.texts("rights").iter().filter_map(|right| Right::named(right)).collect();
    Some(Group { name: fields.id.to_owned(), roles, rights })
}

fn team(fields: &Fields<'_>, defaults: &Defaults) -> Option<Team> {
    let (name, owner) = (fields.line("name"), fields.line("owner"));
    let (role, channel, language) = (fields.role("role"), fields.channel("channel"), fields.language("language"));
    let (counts, quota) = (fields.boolean("counts_for_adoption"), fields.small("environments_quota"));
    Some(Team {
        id: fields.id.to_owned(),
        name: name?,
        role,
        channel,
        owner: owner?,
        language: language.unwrap_or(defaults.language),
        counts_for_adoption: counts?,
        environments_quota: quota?,
    })
}

fn template(fields: &Fields<'_>) -> Option<Template> {
    let description = fields.line("description");
    let (provider, definition) = provider(fields, Purpose::Environments);
    let revision = fields.found_line("revision");
    let revisions = fields.texts("revisions");
    let (ttl, ttl_max) = (fields.hours("ttl"), fields.hours("ttl_max"));
    let (extensions, build) = (fields.small("extensions_max"), fields.small("build_max"));
    let parameters = named(
        fields.reader,
        &declared::PARAMETER,
        fields.table("parameter").map(|(_, value)| value),
        parameter,
    );
    if let (Some(ttl), Some(ttl_max)) = (ttl, ttl_max)
        && ttl > ttl_max
    {
        fields.reader.fault(
            Some(fields.place("ttl")),
            format!("`ttl` is {ttl}h, longer than `ttl_max` with {ttl_max}h"),
            Some("An environment lives for `ttl` and with all its extensions for `ttl_max`; raise the one or lower the other.".to_owned()),
        );
    }
    if let Some(revision) = &revision
        && !revisions.is_empty()
        && !revisions.contains(&revision.value)
    {
        fields.reader.warn(
            Some(revision.span.clone()),
            format!("`revision` {} is not among `revisions`", quoted(&revision.value)),
            Some(super::reader::near(&revision.value, &revisions).unwrap_or_else(|| format!("They are {}.", list(&revisions)))),
        );
    }
    Some(Template {
        id: fields.id.to_owned(),
        description: description?,
        provider: provider?,
        definition: definition?,
        revision: revision.map(|found| found.value),
        revisions,
        ttl_hours: ttl?,
        ttl_hours_max: ttl_max?,
        extensions_max: extensions?,
        build_seconds_max: build?,
        parameters,
    })
}

fn parameter(fields: &Fields<'_>) -> Option<Parameter> {
    let (kind, description) = (fields.line("type"), fields.line("description"));
    let (choices, min, max) = (fields.texts("choices"), fields.whole("min"), fields.whole("max"));
    let (length_max, default) = (fields.small("length_max"), fields.found_line("default"));
    let reader = fields.reader;
    if TAKEN_PARAMETERS.contains(&fields.id) {
        reader.fault(
            Some(fields.header.clone()),
            format!("`{}` is an option that `/env create` has already", fields.id),
            Some("Choose another name.".to_owned()),
        );
    }
    let kind = kind?;
    for (key, wanted) in [("choices", "choice"), ("min", "integer"), ("max", "integer"), ("length_max", "text")] {
        if fields.table(key).is_some() && kind != wanted {
            reader.fault(
                Some(fields.place(key)),
                format!("`{key}` has no meaning with `type = \"{kind}\"`"),
                Some(format!("Remove it, or use `type = \"{wanted}\"`.")),
            );
        }
    }
    let kind = match kind.as_str() {
        "choice" => ParameterKind::Choice(choices),
        "integer" => ParameterKind::Integer { min: min.unwrap_or(INTEGER_DEFAULT.0), max: max.unwrap_or(INTEGER_DEFAULT.1) },
        "boolean" => ParameterKind::Boolean,
        _ => ParameterKind::Text { length_max: length_max.unwrap_or(TEXT_CHARS_DEFAULT) },
    };
    match &kind {
        ParameterKind::Choice(choices) if choices.is_empty() => reader.fault(
            Some(fields.place("choices")),
            format!("the choice `{}` offers nothing", fields.id),
            Some("Give it `choices = [\"…\", \"…\"]`.".to_owned()),
        ),
        ParameterKind::Integer { min, max } if min > max => reader.fault(
            Some(fields.place("min")),
            format!("`min` is {min}, more than `max` with {max}"),
            Some("No number would be accepted; exchange them.".to_owned()),
        ),
        _ => {}
    }
    if let Some(default) = &default
        && !accepts(&kind, &default.value)
    {
        reader.fault(
            Some(default.span.clone()),
            format!("the default {} is not what the parameter accepts", quoted(&default.value)),
            match &kind {
                ParameterKind::Choice(choices) => Some(format!("It accepts {}.", list(choices))),
                ParameterKind::Integer { min, max } => Some(format!("It accepts whole numbers from {min} to {max}.")),
                ParameterKind::Boolean => Some("It accepts `true` and `false`.".to_owned()),
                ParameterKind::Text { length_max } => Some(format!("It accepts {length_max} characters.")),
            },
        );
    }
    Some(Parameter {
        name: fields.id.to_owned(),
        description: description?,
        kind,
        default: default.map(|found| found.value),
    })
}

fn accepts(kind: &ParameterKind, text: &str) -> bool {
    match kind {
        ParameterKind::Text { length_max } => text.chars().count() <= usize::from(*length_max),
        ParameterKind::Integer { min, max } => text.parse::<i64>().is_ok_and(|number| (*min..=*max).contains(&number)),
        ParameterKind::Boolean => matches!(text, "true" | "false"),
        ParameterKind::Choice(choices) => choices.iter().any(|choice| choice == text),
    }
}

/// The provider of a section, and its own section in canonical form.
fn provider(fields: &Fields<'_>, purpose: Purpose) -> (Option<String>, Option<String>) {
    let Some(name) = fields.line("provider") else { return (None, None) };
    let reader = fields.reader;
    let Some((_, value)) = fields.table(&name) else {
        reader.fault(
            Some(fields.header.clone()),
            format!("`{}` has no settings for its provider `{name}`", fields.title()),
            Some(format!("Add a section `[{}.{name}]`.", fields.title())),
        );
        return (Some(name), None);
    };
    let Some(table) = value.get_ref().as_table() else { return (Some(name), None) };
    let section = ProviderSection { provider: &name, purpose, table, span: value.span(), folder: reader.folder };
    match (reader.providers.settings)(&section) {
        Ok(definition) => (Some(name), Some(definition)),
        Err(faults) => {
            for fault in faults {
                reader.fault(Some(fault.span), fault.message, Some(fault.hint).filter(|hint| !hint.is_empty()));
            }
            (Some(name), None)
        }
    }
}

fn stage(fields: &Fields<'_>, groups: &[Group]) -> Option<Stage> {
    let aliases = fields.texts("aliases");
    let approvals = fields.small("approvals");
    let approvers = fields.lines("approvers");
    let deployers = fields.table("deployers").map(|_| fields.lines("deployers"));
    let (production, rollback_reason) = (fields.boolean("production"), fields.boolean("rollback_reason"));
    let reader = fields.reader;
    let has = |name: &str, right: Right| {
        groups.iter().any(|group| group.name == name && group.rights.contains(&right))
    };
    if approvals > Some(0) {
        if approvers.is_empty() && fields.place("approvers") == fields.header {
            reader.fault(
                Some(fields.place("approvals")),
                format!("nobody could approve a deployment to `{}`", fields.id),
                Some("Add `approvers = [\"…\"]` with the groups that may, or set `approvals = 0`.".to_owned()),
            );
        } else if !groups.iter().any(|group| group.rights.contains(&Right::DeploymentApprove)) {
            reader.fault(
                Some(fields.place("approvers")),
                format!("nobody could approve a deployment to `{}`: no group has the right `deployment.approve`", fields.id),
                Some("Give the right to one of the approvers' groups.".to_owned()),
            );
        } else {
            for approver in approvers.iter().filter(|approver| !has(&approver.value, Right::DeploymentApprove)) {
                reader.warn(
                    Some(approver.span.clone()),
                    format!("the group `{}` shall approve and has no right `deployment.approve`", approver.value),
                    Some("Only those of its members who have the right through another group can approve.".to_owned()),
                );
            }
        }
    }
    if let Some(deployers) = &deployers {
        for deployer in deployers.iter().filter(|deployer| !has(&deployer.value, Right::DeploymentRequest)) {
            reader.warn(
                Some(deployer.span.clone()),
                format!("the group `{}` shall deploy and has no right `deployment.request`", deployer.value),
                Some("Only those of its members who have the right through another group can deploy.".to_owned()),
            );
        }
    }
    let plain = |found: Vec<super::reader::Found<String>>| found.into_iter().map(|found| found.value).collect();
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

fn recipe(fields: &Fields<'_>) -> Option<(String, Deploy)> {
    let (provider, definition) = provider(fields, Purpose::Deployments);
    let seconds_max = fields.small("time_max");
    let deploy = Deploy { provider: provider?, definition: definition?, seconds_max: seconds_max? };
    Some((fields.id.to_owned(), deploy))
}

fn service(fields: &Fields<'_>, recipes: &BTreeMap<String, Deploy>) -> Option<Service> {
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
    Some(Service { id: fields.id.to_owned(), team: team?, compare_url, stages, mandated: mandated? })
}

fn survey(fields: &Fields<'_>, defaults: &Defaults) -> Option<Survey> {
    let (schedule, audience, channel) = (fields.schedule("schedule"), fields.role("audience"), fields.channel("channel"));
    let (window, k, comment) = (fields.hours("window"), fields.small("k"), fields.boolean("comment"));
    Some(Survey {
        id: fields.id.to_owned(),
        schedule,
        audience: audience?,
        channel: channel.unwrap_or_else(|| defaults.channel.clone()),
        window_hours: window?,
        k: k?,
        comment: comment?,
    })
}

fn digest(fields: &Fields<'_>, defaults: &Defaults) -> Option<Digest> {
    let (schedule, channel, language) = (fields.schedule("schedule"), fields.channel("channel"), fields.language("language"));
    Some(Digest {
        id: fields.id.to_owned(),
        schedule: schedule?,
        channel: channel.unwrap_or_else(|| defaults.channel.clone()),
        language: language.unwrap_or(defaults.language),
    })
}

fn goal(fields: &Fields<'_>) -> Option<Goal> {
    let (value, problem, initiatives) = (fields.line("value"), fields.line("problem"), fields.texts("initiatives"));
    let mut targets = Vec::new();
    match fields.table("target").map(|(_, value)| (value.span(), value.get_ref())) {
        None => {}
        Some((_, DeValue::Array(array))) => {
            for item in array.iter() {
                let opened = Fields::open(fields.reader, &declared::TARGET, fields.id, item.span(), Some(item));
                targets.extend(opened.and_then(|fields| target(&fields)));
            }
        }
        Some((span, _)) => fields.reader.fault(
            Some(span),
            "targets are a list of tables".to_owned(),
            Some(format!("Write each as `[[goal.{}.target]]`, with two brackets.", fields.id)),
        ),
    }
    Some(Goal { id: fields.id.to_owned(), value: value?, problem: problem?, initiatives, targets })
}

fn target(fields: &Fields<'_>) -> Option<Target> {
    let metric = fields.line("metric");
    let (at_least, at_most) = (fields.number("at_least"), fields.number("at_most"));
    let given = |key: &str| fields.table(key).is_some();
    if given("at_least") == given("at_most") {
        fields.reader.fault(
            Some(fields.header.clone()),
            "a target has either `at_least` or `at_most`".to_owned(),
            Some("Give the one that says which way is better.".to_owned()),
        );
    }
    Some(Target { metric: metric?, at_least: at_least.is_some(), value: at_least.or(at_most)? })
}

fn first_key(document: &DeTable<'_>, section: &str) -> Option<Range<usize>> {
    entries(document.get(section)).first().map(|entry| entry.span.clone())
}

fn report_right_of_nobody(reader: &Reader<'_>, document: &DeTable<'_>, groups: &[Group]) {
    let given = |right: &Right| groups.iter().any(|group| group.rights.contains(right));
    let missing: Vec<&str> = Right::ALL.iter().filter(|right| !given(right)).map(|right| right.name()).collect();
    if !missing.is_empty() {
        reader.warn(
            first_key(document, "group"),
            format!("nobody has the right {}", list(&missing)),
            Some("What no group may do, nobody can do. Add it to the `rights` of a group, if somebody should.".to_owned()),
        );
    }
}

fn report_equal_aliases(reader: &Reader<'_>, document: &DeTable<'_>, stages: &[Stage]) {
    let mut seen: BTreeMap<&str, &str> = stages.iter().map(|stage| (stage.id.as_str(), stage.id.as_str())).collect();
    for stage in stages {
        for alias in &stage.aliases {
            if let Some(other) = seen.insert(alias, &stage.id) {
                let place = entries(document.get("stage"))
                    .into_iter()
                    .find(|entry| entry.name == stage.id)
                    .and_then(|entry| entry.value.get_ref().get("aliases").map(Spanned::span));
                reader.fault(
                    place,
                    format!("{} means both the stage `{other}` and the stage `{}`", quoted(alias), stage.id),
                    Some("Remove the alias from one of them.".to_owned()),
                );
            }
        }
    }
}
