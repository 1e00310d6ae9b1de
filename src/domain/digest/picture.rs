//! What an edition draws: numbers and the keys of their names; the words come from `locales/`.

use super::{MetricId, STRATEGY, finite, target_of};
use crate::domain::chart::{Axis, Plot, Shape};
use crate::domain::metric::{History, Question, Reading, Summary, SurveyRound, Unit};
use crate::domain::platform::Goal;
use crate::domain::statistics::{Interval, XmrLimits};

/// Fewest earlier weeks for a band of normal variation.
const BAND_WEEKS_MIN: usize = 8;

/// What a picture is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    /// The strategy's measures.
    Strategy,
    /// Task success and adoption.
    Heat,
    /// The survey's rounds.
    Survey,
}

/// One picture of one or several panels.
#[derive(Debug, Clone, PartialEq)]
pub struct Picture {
    /// What it is about.
    pub theme: Theme,
    /// Its panels, none of them empty.
    pub panels: Vec<PanelSpec>,
}

/// One panel.
#[derive(Debug, Clone, PartialEq)]
pub struct PanelSpec {
    /// The metric.
    pub metric: MetricId,
    /// On how many observations the window stands, for the caption.
    pub n: u64,
    /// The names of what is drawn, in the order that the shape draws it.
    pub layers: Vec<Layer>,
    /// The numbers.
    pub plot: Plot,
}

/// The name of something drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layer {
    /// Environments that became ready.
    Ready,
    /// The range of normal variation.
    Variation,
    /// Planned deployments.
    Planned,
    /// Hotfixes.
    Hotfix,
    /// Rollbacks.
    Rollback,
    /// Deployments without a stated reason.
    Unclassified,
    /// Medians.
    Median,
    /// Up to the 90th percentile.
    P90,
    /// Means.
    Mean,
    /// A step of the satisfaction scale, 1 to 7.
    Step(u8),
}

pub(super) fn pictures(question: &Question, goals: &[Goal], history: &History) -> Vec<Picture> {
    let strategy = STRATEGY
        .iter()
        .map(|id| panel(history, goals, *id))
        .collect();
    let heat = vec![
        panel(history, goals, MetricId::T1),
        panel(history, goals, MetricId::A1),
    ];
    let all = [
        (Theme::Strategy, strategy),
        (Theme::Heat, heat),
        (Theme::Survey, Vec::from_iter(survey(question))),
    ];
    all.into_iter()
        .map(|(theme, panels): (Theme, Vec<PanelSpec>)| Picture {
            theme,
            panels: panels
                .into_iter()
                .filter(|panel| !panel.plot.is_empty())
                .collect(),
        })
        .filter(|picture| !picture.panels.is_empty())
        .collect()
}

fn panel(history: &History, goals: &[Goal], id: MetricId) -> PanelSpec {
    let series = history.series(id);
    let (shape, layers) = match id.metric().unit {
        Unit::Share => (points(series), Vec::new()),
        Unit::Seconds | Unit::Points => line(series, id),
        Unit::Count if id == MetricId::S6 => stacked(history, series),
        Unit::Count => bars(series),
    };
    let axis = match id.metric().unit {
        Unit::Share => Axis::Share,
        Unit::Seconds => Axis::Seconds,
        Unit::Count | Unit::Points => Axis::Count,
    };
    PanelSpec {
        metric: id,
        n: history.latest(id).map_or(0, |reading| reading.n),
        layers,
        plot: Plot {
            labels: history
                .weeks()
                .iter()
                .map(|week| format!("W{:02}", week.iso().1))
                .collect(),
            is_last_provisional: history.is_provisional(),
            axis,
            target: target_of(goals, id).map(|(_, target)| target.value),
            shape,
        },
    }
}

fn bars(series: &[Reading]) -> (Shape, Vec<Layer>) {
    let values: Vec<Option<f64>> = series.iter().map(|reading| finite(reading.value)).collect();
    let before = values
        .split_last()
        .map_or(&values[..], |(_, before)| before);
    let limits =
        XmrLimits::of(before).filter(|limits| limits.weeks >= BAND_WEEKS_MIN && !limits.is_flat());
    let band = limits.map(|limits| Interval {
        low: limits.low.max(0.0),
        high: limits.high,
    });
    let mut layers = vec![Layer::Ready];
    layers.extend(band.map(|_| Layer::Variation));
    (
        Shape::Bars {
            layers: vec![values],
            band,
        },
        layers,
    )
}

/// Deployments by reason; a week is a gap where the frequency is not known.
fn stacked(history: &History, series: &[Reading]) -> (Shape, Vec<Layer>) {
    let names = [
        Layer::Planned,
        Layer::Hotfix,
        Layer::Rollback,
        Layer::Unclassified,
    ];
    let any = |layer: usize| history.by_reason.iter().any(|week| week[layer] > 0);
    // The usual three always keep their colours; the fourth only appears if it must be said.
    let shown: Vec<usize> = (0..names.len())
        .filter(|layer| *layer < 3 || any(*layer))
        .collect();
    let known = |(reading, week): (&Reading, &[u64; 4])| {
        (reading.value.is_some() || week.iter().any(|n| *n > 0)).then_some(*week)
    };
    let weeks: Vec<Option<[u64; 4]>> = series.iter().zip(&history.by_reason).map(known).collect();
    let layers = shown
        .iter()
        .map(|layer| {
            weeks
                .iter()
                .map(|week| week.map(|week| week[*layer] as f64))
                .collect()
        })
        .collect();
    (
        Shape::Bars { layers, band: None },
        shown.into_iter().map(|layer| names[layer]).collect(),
    )
}

fn line(series: &[Reading], id: MetricId) -> (Shape, Vec<Layer>) {
    let of = |pick: fn(&Summary) -> Option<f64>| -> Vec<Option<f64>> {
        series
            .iter()
            .map(|reading| reading.summary.as_ref().and_then(pick))
            .collect()
    };
    let mut layers = vec![Layer::Median, Layer::P90];
    let mut mean = Vec::new();
    if id == MetricId::S8 {
        layers.push(Layer::Mean);
        mean = series.iter().map(|reading| finite(reading.value)).collect();
    }
    let p50 = of(|summary| summary.p50.map(|figure| figure.as_f64()));
    let p90 = of(|summary| summary.p90.map(|figure| figure.as_f64()));
    (Shape::Line { p50, p90, mean }, layers)
}

fn points(series: &[Reading]) -> Shape {
    Shape::Points(
        series
            .iter()
            .map(|reading| reading.proportion().map(|p| (p.share(), p.wilson())))
            .collect(),
    )
}

/// The rounds so far, but only in a week in which one was closed whose answers may be shown.
fn survey(question: &Question) -> Option<PanelSpec> {
    let window = question.window;
    let mut rounds: Vec<_> = question
        .rounds
        .iter()
        .filter(|round| round.closed_at.0 < window.end_ms)
        .collect();
    rounds.sort_by_key(|round| round.closed_at);
    let last = rounds
        .last()
        .filter(|round| window.contains(round.closed_at.0))?;
    last.distribution?;
    let label = |round: &&SurveyRound| question.calendar.week_of(round.closed_at.0).label();
    Some(PanelSpec {
        metric: MetricId::H1,
        n: last.answered,
        layers: (1..=7).map(Layer::Step).collect(),
        plot: Plot {
            labels: rounds.iter().map(label).collect(),
            is_last_provisional: false,
            axis: Axis::Count,
            target: None,
            shape: Shape::Answers(rounds.iter().map(|round| round.distribution).collect()),
        },
    })
}
