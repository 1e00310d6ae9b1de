//! One pass over facts: what every reading of a window and the weeks before it needs.

use std::collections::{BTreeMap, BTreeSet};

use super::coverage::Connections;
use super::delivery::{Change, Deliveries, ServiceWeek};
use super::session::{Attempt, sessions};
use super::{
    ACTIVE_DAYS, ATTRIBUTION_HOURS, COVERAGE_WHOLE, HISTORY_WEEKS, LOOK_BACK_DAYS, MetricId,
    Reading, SampleShare, Scope, SurveyRound,
};
use crate::domain::Timestamp;
use crate::domain::calendar::{Calendar, Week};
use crate::domain::fact::{Fact, Fault, Kind};
use crate::domain::statistics::{Proportion, Samples};

const DAY_MS: i64 = 86_400_000;
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
    /// The window's production deployments by service, busiest first.
    pub services: Vec<ServiceWeek>,
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

    /// Hours of the window that have passed.
    #[must_use]
    pub fn window_hours(&self) -> f64 {
        let start = self.weeks.last().map_or(self.until.0, |week| week.start_ms);
        (self.until.0 - start).max(0) as f64 / 3_600_000.0
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
    question: Question,
    weeks: Vec<Week>,
    environments: BTreeMap<String, Life>,
    environments_failed: Vec<u64>,
    runs: Vec<Vec<f64>>,
    waits: Vec<Vec<f64>>,
    attempts: Vec<Attempt>,
    targets: BTreeMap<(String, String), u64>,
    /// Ended attempts by week: (all without user errors, failed by the platform).
    faults: Vec<(u64, u64)>,
    /// Times of successful tasks by team: all, and those that nobody is obliged to.
    active: BTreeMap<String, [Vec<Timestamp>; 2]>,
    deliveries: Deliveries,
    connections: Connections,
    sample: SampleShare,
}

#[derive(Debug, Default)]
struct Life {
    requested_at: Option<Timestamp>,
    ready: Option<(Timestamp, Option<Timestamp>)>,
    ended_at: Option<Timestamp>,
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
                self.add_attempt(fact, week, true)
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
        let until = Timestamp(self.question.window.end_ms.min(self.question.now.0));
        History {
            services: services(&changes, &self.question.window),
            weeks: self.weeks,
            until,
            silent_since: self.connections.silent_since(until),
            readings,
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

/// Deployment counts of one week.
#[derive(Debug, Clone, Default)]
struct Delivered {
    by_people: u64,
    by_automation: u64,
    all: u64,
    rework: u64,
    changes: u64,
    mended: u64,
    recovery_seconds: Vec<f64>,
}

impl Delivered {
    fn by_week(changes: &[Change<'_>], weeks: &[Week]) -> Vec<Self> {
        let mut delivered = vec![Self::default(); weeks.len()];
        for change in changes {
            if let Some(at) = change.mended_at.filter(|_| change.is_change())
                && let Some(week) = week_at(weeks, at)
            {
                delivered[week]
                    .recovery_seconds
                    .push((at.0 - change.at.0).max(0) as f64 / 1000.0);
            }
            let Some(week) = week_at(weeks, change.at) else {
                continue;
            };
            let week = &mut delivered[week];
            week.by_people += u64::from(change.is_delivery() && change.human);
            week.by_automation += u64::from(change.is_delivery() && !change.human);
            week.all += u64::from(change.succeeded);
            week.rework += u64::from(change.is_rework());
            week.changes += u64::from(change.is_change());
            week.mended += u64::from(change.is_change() && change.mended_at.is_some());
        }
        delivered
    }
}

/// One week of a finished tally.
struct WeekView<'a> {
    tally: &'a Tally,
    index: usize,
}

impl WeekView<'_> {
    fn week(&self) -> Week {
        self.tally.weeks[self.index]
    }

    /// The end of what can be known of this week.
    fn until(&self) -> Timestamp {
        Timestamp(self.week().end_ms.min(self.tally.question.now.0))
    }

    fn empty(&self, id: MetricId) -> Reading {
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

    fn environments(&self, ready: &(u64, Vec<f64>, u64)) -> Reading {
        let mut reading = self.count(MetricId::S5, ready.0, ready.2);
        reading.open_count = Some(self.open_environments());
        reading
    }

    fn time_until_ready(&self, ready: &(u64, Vec<f64>, u64)) -> Reading {
        let failures = self.tally.environments_failed[self.index] as usize;
        let mut reading = self
            .empty(MetricId::S7)
            .with_median(&Samples::new(ready.1.iter().copied(), failures));
        reading.open_count = Some(self.open_environments());
        reading
    }

    fn delivery(&self, week: &Delivered) -> [Reading; 4] {
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

    fn adoption(&self) -> [Reading; 3] {
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
    fn survey(&self) -> [Reading; 2] {
        let week = self.week();
        let rounds = self.tally.question.rounds.iter();
        let round = rounds
            .filter(|round| week.contains(round.closed_at.0))
            .max_by_key(|round| round.closed_at);
        let satisfied = round.and_then(SurveyRound::share);
        let answered = round.and_then(|round| Proportion::new(round.answered, round.asked?));
        let mut happiness = self.empty(MetricId::H1).with_proportion(satisfied);
        happiness.bound = round.and_then(SurveyRound::bound);
        if let Some(round) = round.filter(|_| happiness.value.is_none()) {
            happiness.n = round.answered;
        }
        let mut response = self.empty(MetricId::H4).with_proportion(answered);
        // A round is whole or not there at all; a source's silence does not touch it.
        happiness.coverage = round.map(|_| 1.0);
        response.coverage = round.map(|_| 1.0);
        // A closed round does not change any more, even if its week goes on.
        happiness.provisional = false;
        response.provisional = false;
        [happiness, response]
    }
}

fn week_at(weeks: &[Week], at: Timestamp) -> Option<usize> {
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
