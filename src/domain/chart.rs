//! What a chart shows, as numbers only: series over weeks with gaps, without words or colours.

use super::statistics::Interval;

/// A series of weeks drawn in one frame.
#[derive(Debug, Clone, PartialEq)]
pub struct Plot {
    /// A short label per week or round, oldest first.
    pub labels: Vec<String>,
    /// Whether the last one is not over yet.
    pub is_last_provisional: bool,
    /// What the numbers mean.
    pub axis: Axis,
    /// The wanted value, drawn as a dashed line.
    pub target: Option<f64>,
    /// The numbers.
    pub shape: Shape,
}

/// What the numbers of an axis mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Axis {
    /// Whole things.
    Count,
    /// Shares in `[0, 1]`.
    Share,
    /// Seconds.
    Seconds,
}

/// The numbers, one per label; `None` is a gap and never 0.
#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    /// Bars; several layers are stacked from the bottom.
    Bars {
        /// By layer, then by label.
        layers: Vec<Vec<Option<f64>>>,
        /// The range of normal variation.
        band: Option<Interval>,
    },
    /// A bold line of medians, with the band up to the p90 and a thin line of means.
    Line {
        /// The medians; positive infinity is "never".
        p50: Vec<Option<f64>>,
        /// The 90th percentiles; positive infinity is "never".
        p90: Vec<Option<f64>>,
        /// The means; empty = not drawn.
        mean: Vec<Option<f64>>,
    },
    /// Shares as points with the whisker of their interval.
    Points(Vec<Option<(f64, Interval)>>),
    /// Answers on seven steps from worst to best, one bar per round, around the middle of the neutral step.
    Answers(Vec<Option<[u64; 7]>>),
}

impl Plot {
    /// Whether there is anything to draw.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match &self.shape {
            Shape::Bars { layers, .. } => layers.iter().flatten().all(Option::is_none),
            Shape::Line { p50, p90, mean } => {
                p50.iter().chain(p90).chain(mean).all(Option::is_none)
            }
            Shape::Points(points) => points.iter().all(Option::is_none),
            Shape::Answers(rounds) => rounds.iter().flatten().flatten().all(|count| *count == 0),
        }
    }
}
