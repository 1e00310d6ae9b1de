//! Bars per week, stacked in layers; a missing week is a dash and no bar.

use super::canvas::{Anchor, Canvas, INK, MUTED, Mark, PALETTE, hatched};
use super::scale::{Frame, Scale, number};
use super::{Panel, Words};
use crate::domain::statistics::Interval;

/// The sum of the layers of one week; a gap if none of them has a value.
pub(super) fn total(layers: &[Vec<Option<f64>>], index: usize) -> Option<f64> {
    let values = layers
        .iter()
        .filter_map(|layer| layer.get(index).copied().flatten())
        .filter(|v| v.is_finite());
    values.fold(None, |sum, value| Some(sum.unwrap_or(0.0) + value.max(0.0)))
}

pub(super) fn draw(
    canvas: &mut Canvas,
    frame: Frame,
    panel: &Panel,
    words: &Words,
    layers: &[Vec<Option<f64>>],
    band: Option<Interval>,
) {
    let plot = &panel.plot;
    let totals: Vec<Option<f64>> = (0..plot.labels.len())
        .map(|index| total(layers, index))
        .collect();
    // A little air, so that the number above the highest bar stays in the frame.
    let values = totals
        .iter()
        .flatten()
        .map(|v| v * 1.08)
        .chain(band.map(|band| band.high));
    let scale = Scale::new(frame, plot, values);
    scale.draw(canvas, plot, words);
    if let Some(band) = band {
        let (top, bottom) = (scale.y(band.high), scale.y(band.low));
        canvas.rect(
            [frame.left, top, frame.width, bottom - top],
            PALETTE[6],
            " fill-opacity=\"0.16\"",
        );
    }
    let width = (scale.slot_width() * 0.62).min(46.0);
    for (index, sum) in totals.iter().enumerate() {
        let x = scale.x(index);
        if sum.is_none() {
            canvas.label(
                x,
                frame.top + frame.height - 6.0,
                "–",
                MUTED,
                Anchor::Middle,
            );
            continue;
        };
        let provisional = plot.is_last_provisional && index + 1 == totals.len();
        let mut below = 0.0;
        for (layer, series) in layers.iter().enumerate() {
            let value = series
                .get(index)
                .copied()
                .flatten()
                .filter(|v| v.is_finite())
                .unwrap_or(0.0)
                .max(0.0);
            let (top, bottom) = (scale.y(below + value), scale.y(below));
            let fill = if provisional {
                hatched(layer)
            } else {
                PALETTE[layer % PALETTE.len()].to_owned()
            };
            canvas.rect([x - width / 2.0, top, width, bottom - top], &fill, "");
            below += value;
        }
    }
    scale.draw_target(canvas, plot);
    for (index, sum) in totals.iter().enumerate() {
        if let Some(sum) = sum {
            let text = number(*sum, plot.axis, words.decimal);
            canvas.label(
                scale.x(index),
                scale.y(*sum) - 5.0,
                &text,
                INK,
                Anchor::Middle,
            );
        }
    }
    canvas.legend(
        frame.left,
        frame.top - 16.0,
        &legend(panel, words, layers.len()),
    );
}

fn legend(panel: &Panel, words: &Words, layers: usize) -> Vec<(String, Mark)> {
    let named = panel.legend.iter().take(layers).zip(PALETTE);
    let mut entries: Vec<(String, Mark)> = named
        .map(|(name, colour)| (name.clone(), Mark::Box(colour)))
        .collect();
    // The name behind the layers is that of the band.
    if let Some(name) = panel.legend.get(layers) {
        entries.push((name.clone(), Mark::Band(PALETTE[6])));
    }
    if panel.plot.is_last_provisional {
        entries.push((words.provisional.clone(), Mark::Hatched));
    }
    entries.extend(super::line::target_entry(panel, words));
    entries
}
