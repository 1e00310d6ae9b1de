//! Coverage: for how much of a window a source of facts was connected at all.

use std::collections::BTreeMap;

use crate::domain::Timestamp;
use crate::domain::fact::{Fact, Kind};

/// One word of a source. In this order they are taken: of two at the same time that of the earlier life
/// comes first (its id sorts first), and within one life the beginning.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Switch {
    at: Timestamp,
    life: String,
    word: Word,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Word {
    Connected,
    Lost,
}

/// When each source connected and fell silent.
#[derive(Debug, Default)]
pub(super) struct Connections {
    switches: BTreeMap<String, Vec<Switch>>,
}

impl Connections {
    pub(super) fn add(&mut self, fact: &Fact) {
        let word = match fact.kind {
            Kind::SourceConnected => Word::Connected,
            Kind::SourceLost => Word::Lost,
            _ => return,
        };
        self.switches
            .entry(fact.source.clone())
            .or_default()
            .push(Switch {
                at: fact.occurred_at,
                life: fact.subject.clone(),
                word,
            });
    }

    /// The share of `[from, until)` in which at least one source was connected; `None` if none ever was known.
    pub(super) fn share(&self, from: Timestamp, until: Timestamp) -> Option<f64> {
        let length = until.0 - from.0;
        if self.switches.is_empty() || length <= 0 {
            return None;
        }
        let mut spans: Vec<(i64, i64)> = self
            .switches
            .values()
            .flat_map(|switches| connected_spans(switches))
            .map(|(start, end)| (start.max(from.0), end.min(until.0)))
            .filter(|(start, end)| start < end)
            .collect();
        spans.sort_unstable();
        let mut covered = 0;
        let mut reached = i64::MIN;
        for (start, end) in spans {
            covered += (end - start.max(reached)).max(0);
            reached = reached.max(end);
        }
        Some(covered as f64 / length as f64)
    }

    /// Since when no source is connected, if that is so at `until`.
    pub(super) fn silent_since(&self, until: Timestamp) -> Option<Timestamp> {
        let last_ends = self
            .switches
            .values()
            .flat_map(|switches| connected_spans(switches))
            .map(|(_, end)| end);
        last_ends.max().filter(|end| *end < until.0).map(Timestamp)
    }
}

fn connected_spans(switches: &[Switch]) -> Vec<(i64, i64)> {
    let mut sorted = switches.to_vec();
    sorted.sort_unstable();
    let mut spans = Vec::new();
    let mut since: Option<i64> = None;
    for Switch { at, word, .. } in sorted {
        match (since, word) {
            (None, Word::Connected) => since = Some(at.0),
            (Some(start), Word::Lost) => {
                spans.push((start, at.0));
                since = None;
            }
            _ => {}
        }
    }
    spans.extend(since.map(|start| (start, i64::MAX)));
    spans
}
