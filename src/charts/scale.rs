//! Axes: where a value stands in its frame, which ticks are round, and how numbers are written.

use super::Words;
use super::canvas::{Anchor, Canvas, DASHES, GRID, INK, MUTED};
use crate::domain::chart::{Axis, Plot};

/// No value on an axis is larger; whatever is, stands at the top.
const VALUE_MAX: f64 = 1e12;
/// Ticks of one axis, besides 0.
const TICKS: f64 = 5.0;
const MINUTE: f64 = 60.0;
const HOUR: f64 = 3_600.0;
const DAY: f64 = 86_400.0;

/// The inner rectangle of a panel.
#[derive(Clone, Copy)]
pub(super) struct Frame {
    pub(super) left: f64,
    pub(super) top: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// A frame with a vertical axis from 0 to a round maximum.
pub(super) struct Scale {
    pub(super) frame: Frame,
    max: f64,
    step: f64,
    axis: Axis,
    slots: usize,
}

impl Scale {
    /// A scale on which all of these values and the target fit.
    pub(super) fn new(frame: Frame, plot: &Plot, values: impl Iterator<Item = f64>) -> Self {
        let largest = values
            .chain(plot.target)
            .filter(|value| value.is_finite())
            .fold(0.0_f64, |largest, value| largest.max(value.min(VALUE_MAX)));
        let step = match plot.axis {
            Axis::Share => 0.25,
            Axis::Count => round_step(largest / TICKS).max(1.0),
            Axis::Seconds => duration_step(largest / TICKS),
        };
        let max = match plot.axis {
            Axis::Share => 1.0,
            _ => ((largest / step).ceil() * step).max(step),
        };
        Self {
            frame,
            max,
            step,
            axis: plot.axis,
            slots: plot.labels.len().max(1),
        }
    }

    /// The height of a value; beyond the axis it stands at the edge.
    pub(super) fn y(&self, value: f64) -> f64 {
        let part = (value / self.max).clamp(0.0, 1.0);
        self.frame.top + self.frame.height * (1.0 - part)
    }

    pub(super) fn slot_width(&self) -> f64 {
        self.frame.width / self.slots as f64
    }

    /// The middle of a week.
    pub(super) fn x(&self, index: usize) -> f64 {
        self.frame.left + self.slot_width() * (index as f64 + 0.5)
    }

    /// Grid, ticks and week labels.
    pub(super) fn draw(&self, canvas: &mut Canvas, plot: &Plot, words: &Words) {
        let right = self.frame.left + self.frame.width;
        let mut value = 0.0;
        while value <= self.max * 1.0001 {
            let y = self.y(value);
            let colour = if value == 0.0 { MUTED } else { GRID };
            canvas.line([self.frame.left, y, right, y], colour, 1.0, "");
            canvas.tick(
                self.frame.left - 8.0,
                y + 4.0,
                &number(value, self.axis, words.decimal),
                Anchor::End,
            );
            value += self.step;
        }
        labels(canvas, self.frame, &plot.labels);
    }

    /// The dashed line of what is wanted, over everything else.
    pub(super) fn draw_target(&self, canvas: &mut Canvas, plot: &Plot) {
        let Some(target) = plot.target.filter(|target| target.is_finite()) else {
            return;
        };
        let (y, right) = (self.y(target), self.frame.left + self.frame.width);
        canvas.line([self.frame.left, y, right, y], INK, 1.5, DASHES);
    }
}

/// Week labels below a frame, as many as fit, the newest always.
fn labels(canvas: &mut Canvas, frame: Frame, labels: &[String]) {
    let slot = frame.width / labels.len().max(1) as f64;
    let every = (34.0 / slot).ceil().max(1.0) as usize;
    for (index, label) in labels.iter().enumerate() {
        if (labels.len() - 1 - index).is_multiple_of(every) {
            let x = frame.left + slot * (index as f64 + 0.5);
            canvas.tick(x, frame.top + frame.height + 18.0, label, Anchor::Middle);
        }
    }
}

/// 1, 2 or 5 times a power of ten, not below `raw`.
fn round_step(raw: f64) -> f64 {
    if raw <= 0.0 {
        return 1.0;
    }
    let power = 10_f64.powf(raw.log10().floor());
    [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|factor| factor * power)
        .find(|step| *step >= raw * 0.9999)
        .unwrap_or(power * 10.0)
}

/// A round number of seconds, minutes, hours or days.
fn duration_step(raw: f64) -> f64 {
    const STEPS: [f64; 18] = [
        1.0,
        2.0,
        5.0,
        10.0,
        15.0,
        30.0,
        MINUTE,
        2.0 * MINUTE,
        5.0 * MINUTE,
        10.0 * MINUTE,
        15.0 * MINUTE,
        30.0 * MINUTE,
        HOUR,
        2.0 * HOUR,
        6.0 * HOUR,
        12.0 * HOUR,
        DAY,
        2.0 * DAY,
    ];
    STEPS
        .into_iter()
        .find(|step| *step >= raw * 0.9999)
        .unwrap_or_else(|| round_step(raw / DAY) * DAY)
}

/// A number as people write it: counts, per cent, or a duration with its unit.
pub(super) fn number(value: f64, axis: Axis, decimal: char) -> String {
    let value = if value.is_finite() {
        value.clamp(-VALUE_MAX, VALUE_MAX)
    } else {
        return "–".to_owned();
    };
    match axis {
        Axis::Count => decimals(value, decimal),
        Axis::Share => format!("{} %", (value * 100.0).round()),
        Axis::Seconds => duration(value, decimal),
    }
}

fn duration(seconds: f64, decimal: char) -> String {
    // What rounds to sixty of a unit is one of the next.
    let (value, unit) = match seconds {
        s if s <= 0.0 => return "0".to_owned(),
        s if s < 0.95 => return format!("{} ms", (s * 1000.0).round()),
        s if s < 59.5 => (s.round(), "s"),
        s if s < 59.95 * MINUTE => (s / MINUTE, "min"),
        s if s < 23.95 * HOUR => (s / HOUR, "h"),
        s => (s / DAY, "d"),
    };
    format!("{} {unit}", decimals(value, decimal))
}

/// One decimal below ten, none from there on, and none that is 0; thousands in short.
fn decimals(value: f64, decimal: char) -> String {
    let (value, suffix) = match value.abs() {
        v if v >= 9.995e8 => (value / 1e9, "G"),
        v if v >= 9.995e5 => (value / 1e6, "M"),
        v if v >= 9_999.5 => (value / 1e3, "k"),
        _ => (value, ""),
    };
    let text = if value.abs() < 9.95 {
        format!("{value:.1}")
    } else {
        format!("{value:.0}")
    };
    let text = text
        .strip_suffix(".0")
        .unwrap_or(&text)
        .replace('.', &decimal.to_string());
    format!("{text}{suffix}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_people_write_them() {
        let show = |value, axis| number(value, axis, ',');
        assert_eq!(show(47.0, Axis::Count), "47");
        assert_eq!(show(2.5, Axis::Count), "2,5");
        assert_eq!(show(12_345.0, Axis::Count), "12k");
        assert_eq!(show(f64::INFINITY, Axis::Count), "–");
        assert_eq!(show(0.714, Axis::Share), "71 %");
        assert_eq!(show(0.0, Axis::Seconds), "0");
        assert_eq!(show(0.25, Axis::Seconds), "250 ms");
        assert_eq!(show(59.7, Axis::Seconds), "1 min");
        assert_eq!(show(190.0, Axis::Seconds), "3,2 min");
        assert_eq!(show(7_200.0, Axis::Seconds), "2 h");
        assert_eq!(show(86_390.0, Axis::Seconds), "1 d");
    }

    #[test]
    fn steps_are_round_and_few() {
        assert_eq!(
            [0.0, 0.3, 1.0, 3.0, 7.0, 30.0].map(round_step),
            [1.0, 0.5, 1.0, 5.0, 10.0, 50.0]
        );
        assert_eq!(
            [0.5, 40.0, 200.0, 100_000.0].map(duration_step),
            [1.0, 60.0, 300.0, 172_800.0]
        );
        assert_eq!(duration_step(400_000.0), 5.0 * DAY);
    }
}
