//! The digest: what happened in a week, beside what was wanted and what is normal; data, and no words.

mod headline;
mod picture;
mod saying;

use chrono_tz::Tz;

use super::Timestamp;
use super::calendar::Week;
use super::fact::Fact;
use super::metric::{
    Bound, CATALOGUE_VERSION, Call, History, MetricId, Question, Reading, SampleShare, ServiceWeek,
    Tally, Unit, call,
};
use super::platform::{Goal, Target};
use super::statistics::Figure;

pub use headline::Headline;
pub use picture::{Layer, PanelSpec, Picture, Theme};
pub use saying::{Saying, percent_change, saying, sparkline};

/// Services that are listed.
pub const SERVICES_MAX: usize = 5;
/// Weeks of a trend, the window included.
pub const TREND_WEEKS: usize = 8;
/// Lines of the strategy section.
const STRATEGY_LINES_MAX: usize = 12;

/// The measures of strategy that every installation gets.
const STRATEGY: [MetricId; 4] = [MetricId::S5, MetricId::S7, MetricId::S6, MetricId::S8];

/// One edition.
#[derive(Debug, Clone, PartialEq)]
pub struct Digest {
    /// The one sentence on top.
    pub headline: Headline,
    /// What the platform is for, with targets.
    pub strategy: Vec<Line>,
    /// Happiness, efficiency, adoption and task success, in this order.
    pub heat: Vec<HeatLine>,
    /// The busiest services.
    pub delivery: Vec<ServiceWeek>,
    /// Further services with deployments that are not listed.
    pub services_left_out: usize,
    /// Window, zone and how far to believe all this.
    pub footer: Footer,
    /// What to draw; empty pictures are left out.
    pub pictures: Vec<Picture>,
}

/// One metric, with everything that may be said about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Which metric.
    pub metric: MetricId,
    /// The goal whose target this is, if any.
    pub goal: Option<String>,
    /// What the window says.
    pub saying: Saying,
    /// The window's reading; `None` = the metric has no source yet.
    pub reading: Option<Reading>,
    /// The last earlier reading that says something (the last survey round, for instance).
    pub earlier: Option<Reading>,
    /// Whether it changed.
    pub call: Call,
    /// What is wanted, and whether it is so.
    pub aim: Option<Aim>,
    /// The last weeks' values, the window's last; gaps are `None`, and infinity is "never".
    pub trend: Vec<Option<f64>>,
}

/// A part of HEAT.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heat {
    /// Are people content?
    Happiness,
    /// Is it quick?
    Efficiency,
    /// Is it used?
    Adoption,
    /// Does it work?
    TaskSuccess,
}

/// A part of HEAT with what keeps it honest.
#[derive(Debug, Clone, PartialEq)]
pub struct HeatLine {
    /// Which part.
    pub heat: Heat,
    /// Its metric.
    pub line: Line,
    /// Its counterweights.
    pub counterweights: Vec<Line>,
}

/// What is wanted of a metric.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Aim {
    /// At least the value, else at most.
    pub at_least: bool,
    /// In the metric's unit.
    pub value: f64,
    /// Whether it is so.
    pub standing: Standing,
}

/// Whether a target is met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It is.
    Met,
    /// It is not.
    NotMet,
    /// Too few data, or the week is not over.
    Unknown,
}

/// How far to believe an edition.
#[derive(Debug, Clone, PartialEq)]
pub struct Footer {
    /// The week.
    pub window: Week,
    /// The zone of its midnights.
    pub zone: Tz,
    /// Whether the week is not over yet.
    pub provisional: bool,
    /// When it was computed.
    pub computed_at: Timestamp,
    /// The share of the window in which the source was connected; `None` = never heard of it.
    pub coverage: Option<f64>,
    /// Since when the source is silent, if it is.
    pub silent_since: Option<Timestamp>,
    /// The version of the definitions.
    pub definitions: u16,
    /// How much of it is made-up history, which must be said.
    pub sample: SampleShare,
}

/// Reads the facts and composes an edition; the question says of which week.
#[must_use]
pub fn of_facts<'a>(
    question: &Question,
    goals: &[Goal],
    facts: impl IntoIterator<Item = &'a Fact>,
) -> Digest {
    let mut tally = Tally::new(question.clone());
    for fact in facts {
        tally.add(fact);
    }
    compose(question, goals, &tally.finish())
}

/// Composes an edition from readings.
#[must_use]
pub fn compose(question: &Question, goals: &[Goal], history: &History) -> Digest {
    let heat = |heat, metric, counterweights: &[MetricId]| HeatLine {
        heat,
        line: line(history, metric, None),
        counterweights: counterweights
            .iter()
            .map(|id| line(history, *id, None))
            .collect(),
    };
    Digest {
        headline: headline::headline(history),
        strategy: strategy(goals, history),
        heat: vec![
            heat(Heat::Happiness, MetricId::H1, &[MetricId::H4]),
            heat(Heat::Efficiency, MetricId::S7, &[MetricId::T1]),
            heat(Heat::Adoption, MetricId::A1, &[MetricId::A3, MetricId::A4]),
            heat(Heat::TaskSuccess, MetricId::T2, &[MetricId::T3]),
        ],
        delivery: history
            .services
            .iter()
            .take(SERVICES_MAX)
            .cloned()
            .collect(),
        services_left_out: history.services.len().saturating_sub(SERVICES_MAX),
        footer: Footer {
            window: question.window,
            zone: question.calendar.zone(),
            provisional: history.is_provisional(),
            computed_at: question.now,
            coverage: history
                .latest(MetricId::S5)
                .and_then(|reading| reading.coverage),
            silent_since: history.silent_since(),
            definitions: CATALOGUE_VERSION,
            sample: history.sample,
        },
        pictures: picture::pictures(question, goals, history),
    }
}

/// The four measures of every installation, then whatever else has a target.
fn strategy(goals: &[Goal], history: &History) -> Vec<Line> {
    let mut metrics = STRATEGY.to_vec();
    for target in goals.iter().flat_map(|goal| &goal.targets) {
        if let Some(id) = MetricId::of_word(&target.metric).filter(|id| !metrics.contains(id)) {
            metrics.push(id);
        }
    }
    metrics.truncate(STRATEGY_LINES_MAX);
    metrics
        .into_iter()
        .map(|id| line(history, id, target_of(goals, id)))
        .collect()
}

/// The first target of a metric, with its goal.
fn target_of(goals: &[Goal], id: MetricId) -> Option<(&Goal, &Target)> {
    let all = goals
        .iter()
        .flat_map(|goal| goal.targets.iter().map(move |target| (goal, target)));
    all.into_iter()
        .find(|(_, target)| MetricId::of_word(&target.metric) == Some(id))
}

fn line(history: &History, id: MetricId, target: Option<(&Goal, &Target)>) -> Line {
    let reading = history.latest(id).cloned();
    let series = history.series(id);
    Line {
        metric: id,
        goal: target.map(|(goal, _)| goal.id.clone()),
        saying: saying(id, reading.as_ref(), history.silent_since()),
        earlier: history.earlier(id).cloned(),
        call: call(history, id),
        aim: target.map(|(_, target)| aim(target, reading.as_ref())),
        trend: series[series.len().saturating_sub(TREND_WEEKS)..]
            .iter()
            .map(Reading::number)
            .collect(),
        reading,
    }
}

fn aim(target: &Target, reading: Option<&Reading>) -> Aim {
    Aim {
        at_least: target.at_least,
        value: target.value,
        standing: reading.map_or(Standing::Unknown, |r| standing(target, r)),
    }
}

fn standing(target: &Target, reading: &Reading) -> Standing {
    let reached = match (reading.value, reading.bound) {
        (Some(value), _) => {
            let value = value.as_f64();
            if target.at_least {
                value >= target.value
            } else {
                value <= target.value
            }
        }
        // A bound settles a target only on its own side.
        (None, Some(Bound::AtLeast(low))) if low >= target.value => target.at_least,
        (None, Some(Bound::AtMost(high))) if high <= target.value => !target.at_least,
        _ => return Standing::Unknown,
    };
    // A count still grows while its week goes on: enough stays enough and too much stays too much.
    let grows = reading.provisional && reading.metric.metric().unit == Unit::Count;
    match reached {
        _ if grows && reached != target.at_least => Standing::Unknown,
        true => Standing::Met,
        false => Standing::NotMet,
    }
}

/// The value of a figure that has one.
fn finite(figure: Option<Figure>) -> Option<f64> {
    figure.and_then(Figure::finite)
}

#[cfg(test)]
mod tests;
