//! Durations per week: the median as a bold line, the band up to the p90, the mean as a thin line.

use super::canvas::{Anchor, Canvas, DASHES, Hollow, INK, MUTED, Mark, PALETTE};
use super::scale::{Frame, Scale, number};
use super::{Panel, Words};

const BOLD: &str = PALETTE[0];
const THIN: &str = PALETTE[2];

/// A week's value in the picture.
#[derive(Clone, Copy, PartialEq)]
enum Spot {
    Gap,
    /// Without an end: at the top of the frame.
    Never,
    At(f64),
}

pub(super) fn draw(
    canvas: &mut Canvas,
    frame: Frame,
    panel: &Panel,
    words: &Words,
    [p50, p90, mean]: [&[Option<f64>]; 3],
) {
    let plot = &panel.plot;
    let finite = |series: &[Option<f64>]| {
        series
            .iter()
            .flatten()
            .copied()
            .filter(|v| v.is_finite())
            .collect::<Vec<_>>()
    };
    let scale = Scale::new(
        frame,
        plot,
        [finite(p50), finite(p90), finite(mean)]
            .concat()
            .into_iter(),
    );
    scale.draw(canvas, plot, words);
    let n = plot.labels.len();
    for run in runs(n, |index| {
        spot(p50, index) != Spot::Gap && spot(p90, index) != Spot::Gap
    }) {
        let upper = run
            .clone()
            .map(|index| (scale.x(index), height(&scale, spot(p90, index))));
        let lower = run
            .rev()
            .map(|index| (scale.x(index), height(&scale, spot(p50, index))));
        canvas.area(&upper.chain(lower).collect::<Vec<_>>(), BOLD);
    }
    let provisional = plot.is_last_provisional.then(|| n.saturating_sub(1));
    draw_series(canvas, &scale, mean, n, THIN, 1.5, provisional);
    scale.draw_target(canvas, plot);
    draw_series(canvas, &scale, p50, n, BOLD, 3.0, provisional);
    for index in 0..n {
        draw_spot(
            canvas,
            &scale,
            panel,
            words,
            index,
            [spot(p50, index), spot(p90, index), spot(mean, index)],
        );
    }
    canvas.legend(frame.left, frame.top - 16.0, &legend(panel, words, mean));
}

/// The dot of one week, and its number where it is the newest.
fn draw_spot(
    canvas: &mut Canvas,
    scale: &Scale,
    panel: &Panel,
    words: &Words,
    index: usize,
    [p50, p90, mean]: [Spot; 3],
) {
    let plot = &panel.plot;
    let (x, last) = (scale.x(index), index + 1 == plot.labels.len());
    let hollow = if last && plot.is_last_provisional {
        Hollow::Yes
    } else {
        Hollow::No
    };
    match p50 {
        Spot::Gap if mean == Spot::Gap => {
            canvas.label(
                x,
                scale.frame.top + scale.frame.height - 6.0,
                "–",
                MUTED,
                Anchor::Middle,
            );
        }
        Spot::Gap => {}
        Spot::Never | Spot::At(_) => canvas.dot(x, height(scale, p50), 4.0, BOLD, hollow),
    }
    if p90 == Spot::Never || p50 == Spot::Never {
        canvas.label(
            x,
            scale.frame.top + 4.0,
            &words.never,
            MUTED,
            Anchor::Middle,
        );
    }
    if let (true, Spot::At(value)) = (last, p50) {
        let text = number(value, plot.axis, words.decimal);
        canvas.label(x + 14.0, height(scale, p50) + 19.0, &text, INK, Anchor::End);
    }
}

fn draw_series(
    canvas: &mut Canvas,
    scale: &Scale,
    series: &[Option<f64>],
    n: usize,
    colour: &str,
    width: f64,
    provisional: Option<usize>,
) {
    for index in 1..n {
        let (from, to) = (spot(series, index - 1), spot(series, index));
        if from == Spot::Gap || to == Spot::Gap {
            continue;
        }
        let more = if provisional == Some(index) {
            DASHES
        } else {
            " stroke-linecap=\"round\""
        };
        canvas.line(
            [
                scale.x(index - 1),
                height(scale, from),
                scale.x(index),
                height(scale, to),
            ],
            colour,
            width,
            more,
        );
    }
}

fn spot(series: &[Option<f64>], index: usize) -> Spot {
    match series.get(index).copied().flatten() {
        Some(value) if value.is_finite() => Spot::At(value),
        Some(value) if value == f64::INFINITY => Spot::Never,
        _ => Spot::Gap,
    }
}

fn height(scale: &Scale, spot: Spot) -> f64 {
    match spot {
        Spot::At(value) => scale.y(value),
        Spot::Never | Spot::Gap => scale.frame.top,
    }
}

/// Stretches of neighbouring weeks that hold, as ranges.
fn runs(n: usize, holds: impl Fn(usize) -> bool) -> Vec<std::ops::Range<usize>> {
    let mut runs: Vec<std::ops::Range<usize>> = Vec::new();
    for index in (0..n).filter(|index| holds(*index)) {
        match runs.last_mut() {
            Some(run) if run.end == index => run.end = index + 1,
            _ => runs.push(index..index + 1),
        }
    }
    runs
}

fn legend(panel: &Panel, words: &Words, mean: &[Option<f64>]) -> Vec<(String, Mark)> {
    let mut marks = vec![Mark::Line(BOLD, 3.0), Mark::Band(BOLD)];
    if !mean.is_empty() {
        marks.push(Mark::Line(THIN, 1.5));
    }
    let named = panel.legend.iter().cloned().zip(marks);
    named
        .chain(provisional_entry(panel, words))
        .chain(target_entry(panel, words))
        .collect()
}

/// The legend's entry of a dot whose week is not over.
pub(super) fn provisional_entry(panel: &Panel, words: &Words) -> Option<(String, Mark)> {
    panel
        .plot
        .is_last_provisional
        .then(|| (words.provisional.clone(), Mark::Hollow))
}

/// The legend's entry of the dashed line, with the number.
pub(super) fn target_entry(panel: &Panel, words: &Words) -> Option<(String, Mark)> {
    let target = panel.plot.target.filter(|target| target.is_finite())?;
    Some((
        format!(
            "{} {}",
            words.target,
            number(target, panel.plot.axis, words.decimal)
        ),
        Mark::Dashes,
    ))
}
