//! Charts: plain series and labels in, SVG and PNG out. The only place that knows resvg.
//!
//! Words come in already translated. All text is escaped and bounded, and every number is bounded too,
//! so that no label and no value can break the picture or the memory.

mod answers;
mod bars;
mod canvas;
mod line;
mod picture;
mod points;
mod scale;

use crate::domain::chart::{Plot, Shape};
use canvas::{Canvas, plain};
use scale::Frame;

pub use picture::{PictureFault, png};

/// Panels of one picture.
const PANELS_MAX: usize = 4;
/// Weeks or rounds of one panel; the newest are kept.
const LABELS_MAX: usize = 26;
/// Characters of an alternative text; Discord takes 1,024.
const ALT_CHARS_MAX: usize = 1_000;

/// A picture with one panel or with several small ones.
#[derive(Debug, Clone, PartialEq)]
pub struct Chart {
    /// Above everything.
    pub title: String,
    /// Below everything: window, zone, n.
    pub caption: String,
    /// One to four frames.
    pub panels: Vec<Panel>,
    /// The words and signs that every panel uses.
    pub words: Words,
}

/// One frame with its own axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Panel {
    /// What is shown.
    pub title: String,
    /// What is counted, beside the title.
    pub unit: String,
    /// Below the frame: n and the like.
    pub caption: String,
    /// The names of layers, lines or steps, in the order of the shape.
    pub legend: Vec<String>,
    /// The numbers.
    pub plot: Plot,
}

/// Words that charts need, in the reader's language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// Beside the dashed line.
    pub target: String,
    /// In place of a duration without an end.
    pub never: String,
    /// In place of a missing value.
    pub no_data: String,
    /// Said of a week that is not over.
    pub provisional: String,
    /// The decimal sign.
    pub decimal: char,
}

/// The picture as SVG text.
#[must_use]
pub fn svg(chart: &Chart) -> String {
    let panels = &chart.panels[..chart.panels.len().min(PANELS_MAX)];
    let layout = Layout::of(panels.len());
    let mut canvas = Canvas::new(layout.width, layout.height);
    canvas.title(24.0, 38.0, &chart.title);
    for (index, panel) in panels.iter().enumerate() {
        let (x, y) = layout.place(index);
        draw_panel(
            &mut canvas,
            panel,
            &chart.words,
            [x, y, layout.panel_width, layout.panel_height],
        );
    }
    canvas.caption(24.0, layout.height - 16.0, &chart.caption, 140);
    canvas.finish()
}

/// What the picture shows, in plain numbers, for those who do not see it.
#[must_use]
pub fn alt(chart: &Chart) -> String {
    let mut text = plain(&chart.title, 120);
    for panel in chart.panels.iter().take(PANELS_MAX) {
        let panel = newest(panel);
        text.push_str(&format!(
            ". {} ({}): ",
            plain(&panel.title, 60),
            plain(&panel.unit, 30)
        ));
        let values = panel.plot.labels.iter().enumerate().map(|(index, label)| {
            let value = value_in_words(&panel, index, &chart.words);
            let provisional =
                panel.plot.is_last_provisional && index + 1 == panel.plot.labels.len();
            let mark = if provisional {
                format!(" ({})", plain(&chart.words.provisional, 30))
            } else {
                String::new()
            };
            format!("{} {value}{mark}", plain(label, 12))
        });
        text.push_str(&values.collect::<Vec<_>>().join(", "));
        if let Some(target) = panel.plot.target {
            let target = scale::number(target, panel.plot.axis, chart.words.decimal);
            text.push_str(&format!("; {} {target}", plain(&chart.words.target, 30)));
        }
    }
    text.push_str(". ");
    text.push_str(&plain(&chart.caption, 140));
    plain(&text, ALT_CHARS_MAX)
}

fn value_in_words(panel: &Panel, index: usize, words: &Words) -> String {
    let show = |value: Option<f64>| match value {
        Some(value) if value == f64::INFINITY => plain(&words.never, 20),
        Some(value) if value.is_finite() => scale::number(value, panel.plot.axis, words.decimal),
        _ => plain(&words.no_data, 20),
    };
    let at = |series: &[Option<f64>]| series.get(index).copied().flatten();
    match &panel.plot.shape {
        Shape::Bars { layers, .. } => show(bars::total(layers, index)),
        Shape::Line { p50, p90, .. } => match at(p90) {
            Some(p90) => format!("{} / p90 {}", show(at(p50)), show(Some(p90))),
            None => show(at(p50)),
        },
        Shape::Points(points) => match points.get(index).copied().flatten() {
            Some((share, i)) => format!(
                "{} ({}–{})",
                show(Some(share)),
                show(Some(i.low)),
                show(Some(i.high))
            ),
            None => show(None),
        },
        Shape::Answers(rounds) => match rounds.get(index).copied().flatten() {
            Some(steps) => steps.map(|count| count.to_string()).join("/"),
            None => show(None),
        },
    }
}

fn draw_panel(canvas: &mut Canvas, panel: &Panel, words: &Words, [x, y, width, height]: [f64; 4]) {
    let panel = newest(panel);
    canvas.heading(x, y + 14.0, &panel.title, &panel.unit);
    let frame = Frame {
        left: x + 52.0,
        top: y + 52.0,
        width: width - 60.0,
        height: height - 106.0,
    };
    match &panel.plot.shape {
        Shape::Bars { layers, band } => bars::draw(canvas, frame, &panel, words, layers, *band),
        Shape::Line { p50, p90, mean } => {
            line::draw(canvas, frame, &panel, words, [p50, p90, mean]);
        }
        Shape::Points(points) => points::draw(canvas, frame, &panel, words, points),
        Shape::Answers(rounds) => answers::draw(canvas, frame, &panel, words, rounds),
    }
    canvas.caption(x, y + height - 14.0, &panel.caption, (width / 6.2) as usize);
}

/// The same panel with at most the newest labels.
fn newest(panel: &Panel) -> Panel {
    let mut panel = panel.clone();
    let surplus = panel.plot.labels.len().saturating_sub(LABELS_MAX);
    panel.plot.labels.drain(..surplus);
    fn cut<T>(series: &mut Vec<T>, surplus: usize) {
        series.drain(..surplus.min(series.len()));
        series.truncate(LABELS_MAX);
    }
    match &mut panel.plot.shape {
        Shape::Bars { layers, .. } => {
            layers.truncate(canvas::LAYERS_MAX);
            layers.iter_mut().for_each(|layer| cut(layer, surplus));
        }
        Shape::Line { p50, p90, mean } => [p50, p90, mean]
            .into_iter()
            .for_each(|series| cut(series, surplus)),
        Shape::Points(points) => cut(points, surplus),
        Shape::Answers(rounds) => cut(rounds, surplus),
    }
    panel
}

/// Where panels go.
struct Layout {
    width: f64,
    height: f64,
    panel_width: f64,
    panel_height: f64,
}

impl Layout {
    fn of(panels: usize) -> Self {
        let (width, panel_width, panel_height) = if panels > 1 {
            (1040.0, 484.0, 286.0)
        } else {
            (880.0, 832.0, 340.0)
        };
        let rows = panels.div_ceil(2).max(1) as f64;
        Self {
            width,
            height: 60.0 + rows * (panel_height + 12.0) + 30.0,
            panel_width,
            panel_height,
        }
    }

    fn place(&self, index: usize) -> (f64, f64) {
        let (column, row) = ((index % 2) as f64, (index / 2) as f64);
        (
            24.0 + column * (self.panel_width + 24.0),
            64.0 + row * (self.panel_height + 12.0),
        )
    }
}

#[cfg(test)]
mod tests;
