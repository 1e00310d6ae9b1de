//! The strategy: goals and their targets, none of them without its counterweight.

use toml::de::{DeTable, DeValue};

use super::platform::many;
use super::read::Fields;
use super::reader::{Found, Reader, list};
use super::sections as declared;
use crate::domain::metric::{CATALOGUE, Counterweight, Direction, MetricId, Source, Unit};
use crate::domain::platform::{Goal, Target};

/// The metrics that a target may name.
pub(super) fn metrics() -> Vec<String> {
    CATALOGUE
        .iter()
        .map(|metric| metric.id.word().to_owned())
        .collect()
}

/// Reads all goals and weighs their targets against each other.
pub(super) fn read<'a>(reader: &'a Reader<'a>, document: &'a DeTable<'a>) -> Vec<Goal> {
    let read = many(reader, document, &declared::GOAL, goal);
    let targeted: Vec<&Found<MetricId>> = read.iter().flat_map(|(_, metrics)| metrics).collect();
    for found in &targeted {
        let Counterweight::By(first, others) = found.value.metric().counterweight else {
            continue;
        };
        let weighs = |metric: MetricId| metric == first || others.contains(&metric);
        if !targeted.iter().any(|other| weighs(other.value)) {
            let names: Vec<&str> = std::iter::once(&first)
                .chain(others)
                .map(|metric| metric.word())
                .collect();
            reader.fault(
                Some(found.span.clone()),
                format!("{} is targeted without its counterweight", found.value.word()),
                Some(format!(
                    "It could be reached at the expense of something else. Add a target for {} to any goal.",
                    list(&names).replace(" and ", " or ")
                )),
            );
        }
    }
    read.into_iter().filter_map(|(goal, _)| goal).collect()
}

/// One goal if it is whole, and the metrics that it targets in any case.
fn goal(fields: &Fields<'_>) -> Option<(Option<Goal>, Vec<Found<MetricId>>)> {
    let (value, problem, initiatives) = (
        fields.line("value"),
        fields.line("problem"),
        fields.texts("initiatives"),
    );
    let (mut targets, mut metrics) = (Vec::new(), Vec::new());
    match fields
        .table("target")
        .map(|(_, value)| (value.span(), value.get_ref()))
    {
        None => {}
        Some((_, DeValue::Array(array))) => {
            for item in array.iter() {
                let Some(fields) = Fields::open(
                    fields.reader,
                    &declared::TARGET,
                    fields.id,
                    item.span(),
                    Some(item),
                ) else {
                    continue;
                };
                targets.extend(target(&fields, &mut metrics));
            }
        }
        Some((span, _)) => fields.reader.fault(
            Some(span),
            "targets are a list of tables".to_owned(),
            Some(format!(
                "Write each as `[[goal.{}.target]]`, with two brackets.",
                fields.id
            )),
        ),
    }
    let goal = (|| {
        Some(Goal {
            id: fields.id.to_owned(),
            value: value?,
            problem: problem?,
            initiatives,
            targets,
        })
    })();
    Some((goal, metrics))
}

fn target(fields: &Fields<'_>, metrics: &mut Vec<Found<MetricId>>) -> Option<Target> {
    let metric = fields.found_line("metric");
    let (at_least, at_most) = (fields.number("at_least"), fields.number("at_most"));
    let given = |key: &str| fields.table(key).is_some();
    if given("at_least") == given("at_most") {
        fields.reader.fault(
            Some(fields.header.clone()),
            "a target has either `at_least` or `at_most`".to_owned(),
            Some("Give the one that says which way is better.".to_owned()),
        );
    }
    let metric = metric?;
    let id = MetricId::of_word(&metric.value)?;
    metrics.push(Found {
        value: id,
        span: metric.span,
    });
    let value = at_least.or(at_most)?;
    report_what_cannot_be(fields, id, at_least.is_some(), value);
    Some(Target {
        metric: metric.value,
        at_least: at_least.is_some(),
        value,
    })
}

/// Reports a target that points away from what is better, or that no value can reach.
fn report_what_cannot_be(fields: &Fields<'_>, id: MetricId, at_least: bool, value: f64) {
    let (reader, metric) = (fields.reader, id.metric());
    let (key, other) = if at_least {
        ("at_least", "at_most")
    } else {
        ("at_most", "at_least")
    };
    let place = Some(fields.place(key));
    if at_least != (metric.direction == Direction::Up) {
        reader.fault(
            place.clone(),
            format!(
                "`{key}` points the wrong way: of {} {} is better",
                id.word(),
                if at_least { "less" } else { "more" }
            ),
            Some(format!(
                "Write `{other}`. {}: {}.",
                id.word(),
                metric.formula
            )),
        );
    }
    if metric.unit == Unit::Share && !(0.0..=1.0).contains(&value) {
        reader.fault(
            place.clone(),
            format!("{} is a share, and {value} is none", id.word()),
            Some("A share goes from 0 to 1: write 90 % as `0.9`.".to_owned()),
        );
    } else if value < 0.0 && metric.unit != Unit::Points {
        reader.fault(
            place.clone(),
            format!("{} is never below 0", id.word()),
            Some(format!("It is {}.", metric.formula)),
        );
    }
    if let Source::Missing(needs) = metric.source {
        reader.warn(
            place,
            format!(
                "{} is not measured yet, so its target shows no value",
                id.word()
            ),
            Some(format!("It needs {needs}.")),
        );
    }
}
