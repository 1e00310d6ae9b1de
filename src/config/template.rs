//! Templates of environments and their parameters.

use super::Purpose;
use super::platform::{named, provider};
use super::read::Fields;
use super::reader::{list, near, quoted};
use super::sections as declared;
use crate::domain::environment::{Count, Price, Terms};
use crate::domain::hours::WeeklyHours;
use crate::domain::platform::{Parameter, ParameterKind, Template};

/// Names that parameters cannot have, because `/env create` has them itself.
const TAKEN_PARAMETERS: &[&str] = &[
    "template",
    "name",
    "pull_request",
    "revision",
    "ttl",
    "team",
];
/// Characters of a text parameter unless said otherwise.
const TEXT_CHARS_DEFAULT: u16 = 100;
/// Range of a whole-number parameter unless said otherwise.
const INTEGER_DEFAULT: (i64, i64) = (0, 1_000_000);

/// Reads one template.
pub(super) fn read(fields: &Fields<'_>, worked: Option<&WeeklyHours>) -> Option<Template> {
    let description = fields.line("description");
    let (provider, definition) = provider(fields, Purpose::Environments);
    let terms = terms(
        fields,
        provider.as_deref().zip(definition.as_deref()),
        worked,
    );
    let allow = fields.table("allow").map(|_| fields.texts("allow"));
    let approval = fields.boolean("approval");
    let plan = plan(fields, provider.as_deref());
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
            format!(
                "`revision` {} is not among `revisions`",
                quoted(&revision.value)
            ),
            Some(
                near(&revision.value, &revisions)
                    .unwrap_or_else(|| format!("They are {}.", list(&revisions))),
            ),
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
        allow,
        approval: approval?,
        plan: plan?,
        terms: terms?,
    })
}

/// Whether its plan is to be agreed to, which not every engine can.
fn plan(fields: &Fields<'_>, provider: Option<&str>) -> Option<bool> {
    let plan = fields.boolean("plan");
    if plan == Some(true)
        && let Some(provider) = provider
        && !(fields.reader.providers.plans)(provider)
    {
        fields.reader.fault(
            Some(fields.place("plan")),
            format!("`{provider}` makes no plan that could be agreed to"),
            Some(
                "Remove `plan`; with `approval = true` somebody else agrees without one."
                    .to_owned(),
            ),
        );
    }
    plan
}

/// What holds for the life of its environments.
fn terms(
    fields: &Fields<'_>,
    provided: Option<(&str, &str)>,
    worked: Option<&WeeklyHours>,
) -> Option<Terms> {
    let sleep = fields.weekly_hours("sleep");
    let (awake, asleep) = (
        fields.price("price_per_hour"),
        fields.price("price_asleep_per_hour"),
    );
    let (links, counts) = (fields.links("links"), fields.line("ttl_counts"));
    if awake.is_none() && asleep.is_some() && fields.table("price_per_hour").is_none() {
        fields.reader.fault(
            Some(fields.place("price_asleep_per_hour")),
            "`price_asleep_per_hour` has no meaning without `price_per_hour`".to_owned(),
            Some("Say what an hour awake costs as well.".to_owned()),
        );
    }
    if let Some((provider, definition)) = provided
        && sleep.is_some()
        && !(fields.reader.providers.sleeps)(provider, definition)
    {
        fields.reader.fault(
            Some(fields.place("sleep")),
            format!("`{provider}` cannot put these environments to sleep"),
            Some("Remove `sleep`, or give the provider what it needs for that: `exec` needs the programs `sleep` and `wake`.".to_owned()),
        );
    }
    let count = match counts?.as_str() {
        "working-hours" => Count::Worked(worked?.clone()),
        _ => Count::Every,
    };
    Some(Terms {
        sleep,
        price: awake.map(|awake| Price {
            awake,
            asleep: asleep.unwrap_or(0),
        }),
        count,
        links,
    })
}

fn parameter(fields: &Fields<'_>) -> Option<Parameter> {
    let (kind, description) = (fields.line("type"), fields.line("description"));
    let (choices, min, max) = (
        fields.texts("choices"),
        fields.whole("min"),
        fields.whole("max"),
    );
    let (length_max, default) = (fields.small("length_max"), fields.found_line("default"));
    let reader = fields.reader;
    if TAKEN_PARAMETERS.contains(&fields.id) {
        reader.fault(
            Some(fields.header.clone()),
            format!(
                "`{}` is an option that `/env create` has already",
                fields.id
            ),
            Some("Choose another name.".to_owned()),
        );
    }
    let kind = kind?;
    for (key, wanted) in [
        ("choices", "choice"),
        ("min", "integer"),
        ("max", "integer"),
        ("length_max", "text"),
    ] {
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
        "integer" => ParameterKind::Integer {
            min: min.unwrap_or(INTEGER_DEFAULT.0),
            max: max.unwrap_or(INTEGER_DEFAULT.1),
        },
        "boolean" => ParameterKind::Boolean,
        _ => ParameterKind::Text {
            length_max: length_max.unwrap_or(TEXT_CHARS_DEFAULT),
        },
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
            format!(
                "the default {} is not what the parameter accepts",
                quoted(&default.value)
            ),
            match &kind {
                ParameterKind::Choice(choices) => Some(format!("It accepts {}.", list(choices))),
                ParameterKind::Integer { min, max } => {
                    Some(format!("It accepts whole numbers from {min} to {max}."))
                }
                ParameterKind::Boolean => Some("It accepts `true` and `false`.".to_owned()),
                ParameterKind::Person => None,
                ParameterKind::Text { length_max } => {
                    Some(format!("It accepts {length_max} characters."))
                }
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
        ParameterKind::Integer { min, max } => text
            .parse::<i64>()
            .is_ok_and(|number| (*min..=*max).contains(&number)),
        ParameterKind::Boolean => matches!(text, "true" | "false"),
        ParameterKind::Person => false,
        ParameterKind::Choice(choices) => choices.iter().any(|choice| choice == text),
    }
}
