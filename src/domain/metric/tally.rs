//! One pass over facts: what every reading of a window and the weeks before it needs.

use std::collections::{BTreeMap, BTreeSet};

use super::coverage::Connections;
use super::delivery::{Change, Delivered, Deliveries, ServiceWeek};
use super::session::{Attempt, sessions};
use super::week::{WeekView, round_readings};
use super::{HISTORY_WEEKS, LOOK_BACK_DAYS, MetricId, Reading, SampleShare, SurveyRound};
use crate::domain::Timestamp;
use crate::domain::calendar::{Calendar, Week};
use crate::domain::fact::{Fact, Fault, Kind};
use crate::domain::statistics::{Proportion, Samples};

pub(super) const DAY_MS: i64 = 86_400_000;
/// The source name of made-up history.
const SAMPLE: &str = "sample";

/// What is asked of the facts.
#[derive(Debug, Clone)]
pub struct Question {
    /// Weeks and zone.
    pub calendar: Calendar,
    /// The week that is read.
    pub window: Week,
    /// The time of asking; a window that is not over is read up to here.
    pub now: Timestamp,
    /// Teams that count for adoption.
    pub eligible_teams: BTreeSet<String>,
    /// Services that teams are obliged to use.
    pub mandated_services: BTreeSet<String>,
    /// Closed rounds of the survey that is reported.
    pub rounds: Vec<SurveyRound>,
}

impl Question {
    /// From when on facts are wanted. Facts about sources are wanted whatever their age.
    #[must_use]
    pub fn facts_from(&self) -> Timestamp {
        let weeks = self.calendar.weeks_before(&self.window, HISTORY_WEEKS);
        let first = weeks
            .first()
            .map_or(self.window.start_ms, |week| week.start_ms);
        Timestamp(first - LOOK_BACK_DAYS * DAY_MS)
    }
}

/// The readings of every metric over the window and the weeks before it.
#[derive(Debug, Clone, PartialEq)]
pub struct History {
    weeks: Vec<Week>,
    until: Timestamp,
    silent_since: Option<Timestamp>,
    readings: BTreeMap<MetricId, Vec<Reading>>,
    round_before: Option<[Reading; 2]>,
    /// The window's production deployments by service, busiest first.
    pub services: Vec<ServiceWeek>,
    /// By week: successful production deployments that were planned, hotfixes, rollbacks, without a reason.
    pub by_reason: Vec<[u64; 4]>,
    /// How much of all this is made up.
    pub sample: SampleShare,
}

impl History {
    /// All weeks, oldest first; the last one is the window.
    #[must_use]
    pub fn weeks(&self) -> &[Week] {
        &self.weeks
    }

    /// The readings of a metric, one per week, oldest first; empty if it has no source.
    #[must_use]
    pub fn series(&self, id: MetricId) -> &[Reading] {
        self.readings.get(&id).map_or(&[], Vec::as_slice)
    }

    /// The window's reading of a metric; `None` if it has no source.
    #[must_use]
    pub fn latest(&self, id: MetricId) -> Option<&Reading> {
        self.series(id).last()
    }

    /// Whether the window is not over yet.
    #[must_use]
    pub fn is_provisional(&self) -> bool {
        self.weeks
            .last()
            .is_some_and(|week| self.until.0 < week.end_ms)
    }

    /// Hours of the window that have passed.
    #[must_use]
    pub fn window_hours(&self) -> f64 {
        let start = self.weeks.last().map_or(self.until.0, |week| week.start_ms);
        (self.until.0 - start).max(0) as f64 / 3_600_000.0
    }

    /// The last reading before the window that says something; for surveys however old it is.
    #[must_use]
    pub fn earlier(&self, id: MetricId) -> Option<&Reading> {
        if let MetricId::H1 | MetricId::H4 = id {
            return self
                .round_before
                .iter()
                .flatten()
                .find(|reading| reading.metric == id);
        }
        let before = self
            .series(id)
            .split_last()
            .map_or(&[][..], |(_, before)| before);
        before.iter().rev().find(|reading| reading.value.is_some())
    }

    /// Since when no source is connected, if none is at the end of the window.
    #[must_use]
    pub fn silent_since(&self) -> Option<Timestamp> {
        self.silent_since
    }
}

/// Facts, counted as they come and in any order.
#[derive(Debug)]
pub struct Tally {
    pub(super) question: Question,
    pub(super) weeks: Vec<Week>,
    pub(super) environments: BTreeMap<String, Life>,
    pub(super) environments_failed: Vec<u64>,
    runs: Vec<Vec<f64>>,
    waits: Vec<Vec<f64>>,
    attempts: Vec<Attempt>,
    targets: BTreeMap<(String, String), u64>,
    /// Ended attempts by week: (all without user errors, failed by the platform).
    faults: Vec<(u64, u64)>,
    /// Times of successful tasks by team: all, and those that nobody is obliged to.
    pub(super) active: BTreeMap<String, [Vec<Timestamp>; 2]>,
    deliveries: Deliveries,
    pub(super) connections: Connections,
    sample: SampleShare,
}

#[derive(Debug, Default)]
pub(super) struct Life {
    pub(super) requested_at: Option<Timestamp>,
    ready: Option<(Timestamp, Option<Timestamp>)>,
    pub(super) ended_at: Option<Timestamp>,
    automated: bool,
}

impl Tally {
    /// Nothing counted yet.
    #[must_use]
    pub fn new(question: Question) -> Self {
        let mut weeks = question
            .calendar
            .weeks_before(&question.window, HISTORY_WEEKS);
        weeks.push(question.window);
        let n = weeks.len();
        Self {
            question,
            weeks,
            environments: BTreeMap::new(),
            environments_failed: vec![0; n],
            runs: vec![Vec::new(); n],
            waits: vec![Vec::new(); n],
            attempts: Vec::new(),
            targets: BTreeMap::new(),
            faults: vec![(0, 0); n],
            active: BTreeMap::new(),
            deliveries: Deliveries::default(),
            connections: Connections::default(),
            sample: SampleShare::default(),
        }
    }

    /// Counts one fact; what lies in the future is left out.
    pub fn add(&mut self, fact: &Fact) {
        if fact.occurred_at > self.question.now {
            return;
        }
        self.connections.add(fact);
        let week = self.week_at(fact.occurred_at);
        if let Some(week) = week {
            self.count_sample(fact, week);
        }
        match fact.kind {
            Kind::EnvironmentRequested
            | Kind::EnvironmentReady
            | Kind::EnvironmentFailed
            | Kind::EnvironmentDestroyed
            | Kind::EnvironmentExpired => self.add_environment(fact, week),
            Kind::DeploymentDecided => {
                if let (Some(week), Some(seconds)) = (week, seconds_of(fact)) {
                    self.waits[week].push(seconds);
                }
            }
            Kind::DeploymentSucceeded => {
                if let (Some(week), Some(seconds)) = (week, seconds_of(fact)) {
                    self.runs[week].push(seconds);
                }
            }
            _ => {}
        }
        match fact.kind {
            Kind::EnvironmentReady | Kind::DeploymentSucceeded => {
                self.add_attempt(fact, week, true);
            }
            Kind::EnvironmentFailed | Kind::DeploymentFailed => self.add_attempt(fact, week, false),
            _ => {}
        }
        self.deliveries.add(fact);
    }

    fn add_environment(&mut self, fact: &Fact, week: Option<usize>) {
        let at = fact.occurred_at;
        let life = self.environments.entry(fact.subject.clone()).or_default();
        let earliest = |old: Option<Timestamp>| Some(old.map_or(at, |old| old.min(at)));
        match fact.kind {
            Kind::EnvironmentRequested => life.requested_at = earliest(life.requested_at),
            Kind::EnvironmentReady => {
                life.ended_at = earliest(life.ended_at);
                if life.ready.is_none_or(|(old, _)| at < old) {
                    life.ready = Some((at, fact.started_at));
                    life.automated = !fact.human;
                }
            }
            _ => life.ended_at = earliest(life.ended_at),
        }
        if let (Kind::EnvironmentFailed, Some(week)) = (fact.kind, week) {
            self.environments_failed[week] += 1;
        }
    }

    fn add_attempt(&mut self, fact: &Fact, week: Option<usize>, succeeded: bool) {
        let user_fault = !succeeded && fact.fault == Some(Fault::User);
        if let (Some(week), false) = (week, user_fault) {
            self.faults[week].0 += 1;
            self.faults[week].1 += u64::from(!succeeded);
        }
        if !fact.human {
            return;
        }
        let which = match (&fact.service, &fact.stage) {
            (Some(service), Some(stage)) => format!("{service}\0{stage}"),
            _ => fact.subject.clone(),
        };
        let next = self.targets.len() as u64;
        let target = *self
            .targets
            .entry((fact.team.clone().unwrap_or_default(), which))
            .or_insert(next);
        self.attempts.push(Attempt {
            target,
            ended_at: fact.occurred_at,
            started_at: fact.started_at.unwrap_or(fact.occurred_at),
            succeeded,
        });
        if let (true, Some(team)) = (succeeded, &fact.team) {
            let mandated = fact
                .service
                .as_ref()
                .is_some_and(|s| self.question.mandated_services.contains(s));
            let [all, voluntary] = self.active.entry(team.clone()).or_default();
            all.push(fact.occurred_at);
            if !mandated {
                voluntary.push(fact.occurred_at);
            }
        }
    }

    fn count_sample(&mut self, fact: &Fact, week: usize) {
        if matches!(fact.kind, Kind::SourceConnected | Kind::SourceLost) {
            return;
        }
        let is_sample = u64::from(fact.source == SAMPLE);
        if week + 1 == self.weeks.len() {
            self.sample.window_all += 1;
            self.sample.window_sample += is_sample;
        } else {
            self.sample.history_all += 1;
            self.sample.history_sample += is_sample;
        }
    }

    fn week_at(&self, at: Timestamp) -> Option<usize> {
        week_at(&self.weeks, at)
    }

    /// Computes every reading.
    #[must_use]
    pub fn finish(mut self) -> History {
        let attempts = std::mem::take(&mut self.attempts);
        let mut deliveries = std::mem::take(&mut self.deliveries);
        let ended = sessions(attempts, self.question.now);
        let changes = deliveries.changes();
        let mut tries = vec![(0_u64, 0_u64, 0_u64); self.weeks.len()];
        for session in &ended {
            if let Some(week) = self.week_at(session.ended_at) {
                tries[week].0 += 1;
                tries[week].1 += u64::from(session.succeeded);
                tries[week].2 += u64::from(session.succeeded && session.attempts == 1);
            }
        }
        let mut readings: BTreeMap<MetricId, Vec<Reading>> = BTreeMap::new();
        let ready = self.ready_by_week();
        let delivered = Delivered::by_week(&changes, &self.weeks);
        for (index, tries) in tries.iter().enumerate() {
            let week = WeekView {
                tally: &self,
                index,
            };
            let row = [
                week.environments(&ready[index]),
                week.time_until_ready(&ready[index]),
                week.empty(MetricId::S8)
                    .with_mean(&Samples::new(self.runs[index].iter().copied(), 0)),
                week.empty(MetricId::E3)
                    .with_median(&Samples::new(self.waits[index].iter().copied(), 0)),
                week.empty(MetricId::T1)
                    .with_proportion(Proportion::new(tries.1, tries.0)),
                week.empty(MetricId::T2)
                    .with_proportion(Proportion::new(tries.2, tries.0)),
                week.empty(MetricId::T3)
                    .with_proportion(Proportion::new(self.faults[index].1, self.faults[index].0)),
            ];
            let rows = row
                .into_iter()
                .chain(week.delivery(&delivered[index]))
                .chain(week.adoption())
                .chain(week.survey());
            for reading in rows {
                readings.entry(reading.metric).or_default().push(reading);
            }
        }
        let window = &self.question.window;
        let older = self
            .question
            .rounds
            .iter()
            .filter(|round| round.closed_at.0 < window.start_ms);
        let round_before = older.max_by_key(|round| round.closed_at).map(|round| {
            round_readings(
                Some(round),
                self.question.calendar.week_of(round.closed_at.0),
            )
        });
        let until = Timestamp(self.question.window.end_ms.min(self.question.now.0));
        History {
            services: services(&changes, &self.question.window),
            by_reason: delivered.iter().map(|week| week.by_reason).collect(),
            weeks: self.weeks,
            until,
            silent_since: self.connections.silent_since(until),
            readings,
            round_before,
            sample: self.sample,
        }
    }

    /// By week: seconds until ready of people's environments, and how many automations had.
    fn ready_by_week(&self) -> Vec<(u64, Vec<f64>, u64)> {
        let mut ready = vec![(0, Vec::new(), 0); self.weeks.len()];
        for life in self.environments.values() {
            let Some((at, started_at)) = life.ready else {
                continue;
            };
            let Some(week) = self.week_at(at) else {
                continue;
            };
            if life.automated {
                ready[week].2 += 1;
                continue;
            }
            ready[week].0 += 1;
            if let Some(from) = started_at.or(life.requested_at).filter(|from| *from <= at) {
                ready[week].1.push((at.0 - from.0) as f64 / 1000.0);
            }
        }
        ready
    }
}

pub(super) fn week_at(weeks: &[Week], at: Timestamp) -> Option<usize> {
    let index = weeks
        .partition_point(|week| week.start_ms <= at.0)
        .checked_sub(1)?;
    weeks[index].contains(at.0).then_some(index)
}

fn seconds_of(fact: &Fact) -> Option<f64> {
    let from = fact.started_at.filter(|from| *from <= fact.occurred_at)?;
    Some((fact.occurred_at.0 - from.0) as f64 / 1000.0)
}

fn services(changes: &[Change<'_>], window: &Week) -> Vec<ServiceWeek> {
    let inside: Vec<&Change<'_>> = changes
        .iter()
        .filter(|change| window.contains(change.at.0))
        .collect();
    let names: BTreeSet<&str> = inside.iter().map(|change| change.service).collect();
    let mut services: Vec<ServiceWeek> = names
        .into_iter()
        .map(|name| {
            ServiceWeek::of(
                name,
                inside
                    .iter()
                    .copied()
                    .filter(|change| change.service == name),
            )
        })
        .collect();
    services.sort_by(|a, b| (b.deployments, &a.service).cmp(&(a.deployments, &b.service)));
    services
}
