//! The headline: a conflict of a pair first, else the most important called change, else that there is none.

use super::{Call, History, MetricId};
use crate::domain::metric::{CATALOGUE, Counterweight, Trend, call};
use crate::domain::statistics::Figure;

/// In this order a called change comes to the headline; the rest follows in the catalogue's order.
const IMPORTANCE: [MetricId; 8] = [
    MetricId::S7,
    MetricId::T1,
    MetricId::H1,
    MetricId::D4,
    MetricId::S5,
    MetricId::S6,
    MetricId::S8,
    MetricId::A1,
];

/// The one sentence on top.
#[derive(Debug, Clone, PartialEq)]
pub enum Headline {
    /// One got better while its counterweight got worse.
    Conflict {
        /// What got better.
        better: MetricId,
        /// At the expense of what.
        worse: MetricId,
    },
    /// One change beyond chance or normal variation.
    Changed {
        /// Of what.
        metric: MetricId,
        /// Its value now.
        value: Option<Figure>,
        /// Why it is called a change.
        call: Call,
        /// What else changed; empty = nothing.
        also: Vec<MetricId>,
    },
    /// Nothing changed beyond normal variation.
    Nothing,
    /// There is not enough to compare with yet.
    TooEarly,
}

pub(super) fn headline(history: &History) -> Headline {
    let calls: Vec<(MetricId, Call)> = CATALOGUE
        .iter()
        .map(|metric| (metric.id, call(history, metric.id)))
        .collect();
    let trend = |id: MetricId| {
        calls
            .iter()
            .find(|(other, _)| *other == id)
            .and_then(|(_, call)| call.trend())
    };
    for metric in CATALOGUE {
        let Counterweight::By(first, more) = metric.counterweight else {
            continue;
        };
        let worse = std::iter::once(&first)
            .chain(more)
            .find(|id| trend(**id) == Some(Trend::Worse));
        if let (Some(Trend::Better), Some(worse)) = (trend(metric.id), worse) {
            return Headline::Conflict {
                better: metric.id,
                worse: *worse,
            };
        }
    }
    let mut changed: Vec<MetricId> = calls
        .iter()
        .filter(|(_, call)| call.trend().is_some())
        .map(|(id, _)| *id)
        .collect();
    changed.sort_by_key(|id| {
        IMPORTANCE
            .iter()
            .position(|other| other == id)
            .unwrap_or(IMPORTANCE.len())
    });
    let judged = |call: &Call| matches!(call, Call::Within { .. } | Call::Chance { .. });
    match changed.split_first() {
        Some((first, also)) => Headline::Changed {
            metric: *first,
            value: history.latest(*first).and_then(|reading| reading.value),
            call: call(history, *first),
            also: also.to_vec(),
        },
        None if calls.iter().any(|(_, call)| judged(call)) => Headline::Nothing,
        None => Headline::TooEarly,
    }
}
