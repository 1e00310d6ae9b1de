//! An edition's pictures: the stored numbers with their names, ready to be drawn.

use crate::app::digests::frozen::{Amount, Axis, Frozen, Layer, Panel, Picture, Shape, Theme};
use crate::app::render::survey::ANSWERS;
use crate::charts::{Chart, Panel as Frame, Words};
use crate::domain::chart;
use crate::domain::sentence::{Sentence, Value};
use crate::domain::statistics::Interval;

use super::Voice;
use super::value::number;

/// Pictures of one message: more would push the numbers off the screen.
const PICTURES_MAX: usize = 2;

/// Weeks of an alternative text; Discord takes 1,024 characters for four frames.
const ALT_WEEKS_MAX: usize = 6;

/// The pictures and the names of their files: strategy, then the survey in the week of a round, else
/// task success and adoption.
#[must_use]
pub fn charts(voice: Voice<'_>, edition: &Frozen) -> Vec<(&'static str, Chart)> {
    let of = |theme| {
        edition
            .pictures
            .iter()
            .find(move |picture| picture.theme == theme)
    };
    [Theme::Strategy, Theme::Survey, Theme::Heat]
        .into_iter()
        .filter_map(of)
        .take(PICTURES_MAX)
        .map(|picture| (file(picture.theme), chart(voice, edition, picture)))
        .collect()
}

/// What a picture shows, in numbers: of the newest weeks only, so that none of its frames is cut off.
#[must_use]
pub fn alt(chart: &Chart) -> String {
    let mut chart = chart.clone();
    for panel in &mut chart.panels {
        let surplus = panel.plot.labels.len().saturating_sub(ALT_WEEKS_MAX);
        panel.plot.labels.drain(..surplus);
        match &mut panel.plot.shape {
            chart::Shape::Bars { layers, .. } => {
                layers.iter_mut().for_each(|layer| forget(layer, surplus));
            }
            chart::Shape::Line { p50, p90, mean } => {
                [p50, p90, mean]
                    .into_iter()
                    .for_each(|line| forget(line, surplus));
            }
            chart::Shape::Points(points) => forget(points, surplus),
            chart::Shape::Answers(rounds) => forget(rounds, surplus),
        }
    }
    crate::charts::alt(&chart)
}

fn forget<T>(series: &mut Vec<T>, oldest: usize) {
    series.drain(..oldest.min(series.len()));
}

fn file(theme: Theme) -> &'static str {
    match theme {
        Theme::Strategy => "strategy.png",
        Theme::Heat => "heat.png",
        Theme::Survey => "survey.png",
    }
}

fn chart(voice: Voice<'_>, edition: &Frozen, picture: &Picture) -> Chart {
    let title = match picture.theme {
        Theme::Strategy => "digest-chart-strategy",
        Theme::Heat => "digest-chart-heat",
        Theme::Survey => "digest-chart-survey",
    };
    let title = voice.line(title);
    // A picture travels without its message, so that it says itself what is made up.
    let title = if edition.sample.any() {
        let sample = Value::Markup(voice.line("digest-sample-short"));
        let title = Value::Markup(title);
        let named = Sentence::new("digest-chart-title-sample")
            .with("title", title)
            .with("sample", sample);
        voice.words.plain(voice.language, &named)
    } else {
        title
    };
    let caption = Sentence::new("digest-chart-caption")
        .with("window", Value::Markup(edition.window.week.clone()))
        .with("zone", edition.window.zone.as_str());
    Chart {
        title,
        caption: voice.words.plain(voice.language, &caption),
        panels: picture
            .panels
            .iter()
            .map(|panel| frame(voice, panel))
            .collect(),
        words: Words {
            target: voice.line("digest-chart-target"),
            never: voice.line("value-never"),
            no_data: voice.line("value-no-data"),
            provisional: voice.line("digest-chart-provisional"),
            decimal: voice
                .line("digest-chart-decimal")
                .chars()
                .next()
                .unwrap_or('.'),
        },
    }
}

fn frame(voice: Voice<'_>, panel: &Panel) -> Frame {
    let unit = match (&panel.shape, panel.axis) {
        (Shape::Answers(_), _) => "digest-chart-unit-answers",
        (_, Axis::Count) => "digest-chart-unit-count",
        (_, Axis::Share) => "digest-chart-unit-share",
        (_, Axis::Seconds) => "digest-chart-unit-seconds",
    };
    let caption = if matches!(panel.shape, Shape::Answers(_)) {
        Sentence::new("digest-chart-n-round").with("n", number(panel.n))
    } else {
        Sentence::new("digest-chart-n").with("n", number(panel.n))
    };
    Frame {
        title: voice.line(panel.metric.0.metric().name_key),
        unit: voice.line(unit),
        caption: voice.words.plain(voice.language, &caption),
        legend: panel
            .layers
            .iter()
            .map(|layer| voice.line(layer_name(*layer)))
            .collect(),
        plot: chart::Plot {
            labels: panel.labels.clone(),
            is_last_provisional: panel.provisional,
            axis: match panel.axis {
                Axis::Count => chart::Axis::Count,
                Axis::Share => chart::Axis::Share,
                Axis::Seconds => chart::Axis::Seconds,
            },
            target: panel.target,
            shape: shape(&panel.shape),
        },
    }
}

fn layer_name(layer: Layer) -> &'static str {
    match layer {
        Layer::Ready => "digest-layer-ready",
        Layer::Variation => "digest-layer-variation",
        Layer::Planned => "digest-layer-planned",
        Layer::Hotfix => "digest-layer-hotfix",
        Layer::Rollback => "digest-layer-rollback",
        Layer::Unclassified => "digest-layer-unclassified",
        Layer::Median => "digest-layer-median",
        Layer::P90 => "digest-layer-p90",
        Layer::Mean => "digest-layer-mean",
        Layer::Step(step) => ANSWERS[usize::from(step.clamp(1, 7) - 1)],
    }
}

fn shape(shape: &Shape) -> chart::Shape {
    match shape {
        Shape::Bars { layers, band } => chart::Shape::Bars {
            layers: layers.iter().map(|layer| series(layer)).collect(),
            band: band.map(|(low, high)| Interval { low, high }),
        },
        Shape::Line { p50, p90, mean } => chart::Shape::Line {
            p50: series(p50),
            p90: series(p90),
            mean: series(mean),
        },
        Shape::Points(points) => chart::Shape::Points(
            points
                .iter()
                .map(|point| point.map(|(share, low, high)| (share, Interval { low, high })))
                .collect(),
        ),
        Shape::Answers(rounds) => chart::Shape::Answers(rounds.clone()),
    }
}

fn series(amounts: &[Option<Amount>]) -> Vec<Option<f64>> {
    amounts
        .iter()
        .map(|amount| amount.map(Amount::number))
        .collect()
}
