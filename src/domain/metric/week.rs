//! The readings of one week out of a finished tally.

use std::collections::BTreeSet;

use super::delivery::Delivered;
use super::tally::{DAY_MS, Life, Tally};
use super::{
    ACTIVE_DAYS, ATTRIBUTION_HOURS, COVERAGE_WHOLE, MetricId, Reading, Scope, SurveyRound,
};
use crate::domain::Timestamp;
use crate::domain::calendar::Week;
use crate::domain::statistics::{Proportion, Samples};

/// One week of a finished tally.
pub(super) struct WeekView<'a> {
    pub(super) tally: &'a Tally,
    pub(super) index: usize,
}

impl WeekView<'_> {
    fn week(&self) -> Week {
        self.tally.weeks[self.index]
    }

    /// The end of what can be known of this week.
    fn until(&self) -> Timestamp {
        Timestamp(self.week().end_ms.min(self.tally.question.now.0))
    }

    pub(super) fn empty(&self, id: MetricId) -> Reading {
        let week = self.week();
        let mut reading = Reading::empty(id, Scope::Platform, week);
        reading.coverage = self
            .tally
            .connections
            .share(Timestamp(week.start_ms), self.until());
        reading.provisional = self.tally.question.now.0 < week.end_ms;
        reading
    }

    /// A count, which may be 0 only if its source was there to tell.
    fn count(&self, id: MetricId, count: u64, automation: u64) -> Reading {
        let mut reading = self.empty(id);
        reading.automation = Some(automation);
        let coverage = reading.coverage;
        reading.with_count(count, || {
            coverage.is_some_and(|share| share >= COVERAGE_WHOLE)
        })
    }

    fn open_environments(&self) -> u64 {
        let until = self.until();
        let open = |life: &&Life| {
            life.requested_at.is_some_and(|at| at < until)
                && life.ended_at.is_none_or(|at| at >= until)
        };
        self.tally.environments.values().filter(open).count() as u64
    }

    pub(super) fn environments(&self, ready: &(u64, Vec<f64>, u64)) -> Reading {
        let mut reading = self.count(MetricId::S5, ready.0, ready.2);
        reading.open_count = Some(self.open_environments());
        reading
    }

    pub(super) fn time_until_ready(&self, ready: &(u64, Vec<f64>, u64)) -> Reading {
        let failures = self.tally.environments_failed[self.index] as usize;
        let mut reading = self
            .empty(MetricId::S7)
            .with_median(&Samples::new(ready.1.iter().copied(), failures));
        reading.open_count = Some(self.open_environments());
        reading
    }

    pub(super) fn delivery(&self, week: &Delivered) -> [Reading; 4] {
        let recovery = Samples::new(week.recovery_seconds.iter().copied(), 0);
        let mut fail = self
            .empty(MetricId::D4)
            .with_proportion(Proportion::new(week.mended, week.changes));
        // A deployment can be blamed for a day, so that the number is not final before.
        fail.provisional |=
            self.tally.question.now.0 < self.week().end_ms + ATTRIBUTION_HOURS * 3_600_000;
        [
            self.count(MetricId::S6, week.by_people, week.by_automation),
            self.empty(MetricId::D3).with_median(&recovery),
            fail,
            self.empty(MetricId::D5)
                .with_proportion(Proportion::new(week.rework, week.all)),
        ]
    }

    pub(super) fn adoption(&self) -> [Reading; 3] {
        let until = self.until().0;
        let eligible = &self.tally.question.eligible_teams;
        let active = |kind: usize, spans_ago: i64| -> BTreeSet<&String> {
            let end = until - spans_ago * ACTIVE_DAYS * DAY_MS;
            let inside = |at: &Timestamp| at.0 < end && at.0 >= end - ACTIVE_DAYS * DAY_MS;
            let teams = self
                .tally
                .active
                .iter()
                .filter(|(_, times)| times[kind].iter().any(inside));
            teams
                .map(|(team, _)| team)
                .filter(|team| eligible.contains(*team))
                .collect()
        };
        let (now, before) = (active(0, 0), active(0, 1));
        let lost = before.difference(&now).count() as u64;
        let teams = eligible.len() as u64;
        // A team that did nothing is a fact only if somebody was there to see it.
        let seen = self
            .tally
            .connections
            .share(Timestamp(until - ACTIVE_DAYS * DAY_MS), Timestamp(until));
        let share = |id: MetricId, part: u64, of: u64| {
            let known = part > 0 || seen.is_some_and(|share| share >= COVERAGE_WHOLE);
            let mut reading = self
                .empty(id)
                .with_proportion(known.then(|| Proportion::new(part, of)).flatten());
            reading.coverage = seen;
            reading
        };
        [
            share(MetricId::A1, now.len() as u64, teams),
            share(MetricId::A3, active(1, 0).len() as u64, teams),
            share(MetricId::A4, lost, before.len() as u64),
        ]
    }

    /// The last round that closed in this week.
    pub(super) fn survey(&self) -> [Reading; 2] {
        let week = self.week();
        let rounds = self.tally.question.rounds.iter();
        let closed = rounds.filter(|round| week.contains(round.closed_at.0));
        round_readings(closed.max_by_key(|round| round.closed_at), week)
    }
}

/// Satisfaction and response of a round. Coverage and provision do not touch them: a closed round is
/// whole and does not change any more, even if its week goes on.
pub(super) fn round_readings(round: Option<&SurveyRound>, week: Week) -> [Reading; 2] {
    let satisfied = round.and_then(SurveyRound::share);
    let answered = round.and_then(|round| Proportion::new(round.answered, round.asked?));
    let reading = |id, share| {
        let mut reading = Reading::empty(id, Scope::Platform, week).with_proportion(share);
        reading.coverage = round.map(|_| 1.0);
        reading.n = round.map_or(0, |round| round.answered);
        reading
    };
    let mut happiness = reading(MetricId::H1, satisfied);
    happiness.bound = round.and_then(SurveyRound::bound);
    let mut response = reading(MetricId::H4, answered);
    response.n = answered.map_or(response.n, |answered| answered.n());
    [happiness, response]
}
