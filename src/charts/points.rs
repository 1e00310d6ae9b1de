//! Shares per week: a point with the whisker of its interval, so that small numbers look as unsure as they are.

use super::canvas::{Anchor, Canvas, Hollow, INK, MUTED, PALETTE};
use super::scale::{Frame, Scale, number};
use super::{Panel, Words};
use crate::domain::statistics::Interval;

const COLOUR: &str = PALETTE[0];

pub(super) fn draw(
    canvas: &mut Canvas,
    frame: Frame,
    panel: &Panel,
    words: &Words,
    points: &[Option<(f64, Interval)>],
) {
    let plot = &panel.plot;
    let scale = Scale::new(
        frame,
        plot,
        points.iter().flatten().map(|(_, interval)| interval.high),
    );
    scale.draw(canvas, plot, words);
    scale.draw_target(canvas, plot);
    for index in 0..plot.labels.len() {
        let x = scale.x(index);
        let last = index + 1 == plot.labels.len();
        let Some((share, interval)) = points
            .get(index)
            .copied()
            .flatten()
            .filter(|(share, _)| share.is_finite())
        else {
            canvas.label(
                x,
                frame.top + frame.height - 6.0,
                "–",
                MUTED,
                Anchor::Middle,
            );
            continue;
        };
        let (low, high) = (scale.y(interval.low), scale.y(interval.high));
        canvas.line([x, low, x, high], COLOUR, 2.0, " stroke-opacity=\"0.55\"");
        for end in [low, high] {
            canvas.line(
                [x - 5.0, end, x + 5.0, end],
                COLOUR,
                2.0,
                " stroke-opacity=\"0.55\"",
            );
        }
        let hollow = if last && plot.is_last_provisional {
            Hollow::Yes
        } else {
            Hollow::No
        };
        canvas.dot(x, scale.y(share), 5.0, COLOUR, hollow);
        if last {
            let text = number(share, plot.axis, words.decimal);
            canvas.label(x - 10.0, scale.y(share) + 4.0, &text, INK, Anchor::End);
        }
    }
    let entries = super::line::provisional_entry(panel, words)
        .into_iter()
        .chain(super::line::target_entry(panel, words));
    canvas.legend(frame.left, frame.top - 16.0, &Vec::from_iter(entries));
}
