//! Production deployments: which of them failed their purpose, and what mended them.

use std::collections::{BTreeMap, BTreeSet};

use super::ATTRIBUTION_HOURS;
use super::tally::week_at;
use crate::domain::Timestamp;
use crate::domain::calendar::Week;
use crate::domain::fact::{Fact, Kind, Reason};
use crate::domain::statistics::Proportion;

/// An explicit cause and its cure are written down this close to each other.
const EXPLAINED_WITHIN_MS: i64 = 5 * 60_000;

/// Production deployments that ended, and explicit news that one was undone.
#[derive(Debug, Default)]
pub(super) struct Deliveries {
    by_service: BTreeMap<String, Vec<Ended>>,
    undone: BTreeMap<String, Timestamp>,
    /// Where the cause was named, nothing is guessed.
    explained: BTreeSet<(String, Timestamp)>,
}

#[derive(Debug)]
struct Ended {
    at: Timestamp,
    subject: String,
    succeeded: bool,
    human: bool,
    reason: Option<Reason>,
}

/// A production deployment with its fate.
#[derive(Debug, Clone, Copy)]
pub(super) struct Change<'a> {
    pub(super) service: &'a str,
    pub(super) at: Timestamp,
    pub(super) succeeded: bool,
    pub(super) human: bool,
    pub(super) reason: Option<Reason>,
    /// When a rollback or hotfix mended it, if one had to.
    pub(super) mended_at: Option<Timestamp>,
}

impl Change<'_> {
    fn is_rollback(&self) -> bool {
        self.reason == Some(Reason::Rollback)
    }

    /// Whether it belongs to the denominator of the change fail rate.
    pub(super) fn is_change(&self) -> bool {
        !self.is_rollback() && (self.succeeded || self.mended_at.is_some())
    }

    /// Whether it counts for the deployment frequency.
    pub(super) fn is_delivery(&self) -> bool {
        self.succeeded && !self.is_rollback()
    }

    /// Whether it was work that nobody planned.
    pub(super) fn is_rework(&self) -> bool {
        self.succeeded && matches!(self.reason, Some(Reason::Hotfix | Reason::Rollback))
    }
}

impl Deliveries {
    pub(super) fn add(&mut self, fact: &Fact) {
        if !fact.production {
            return;
        }
        let service = fact.service.clone().unwrap_or_default();
        match fact.kind {
            Kind::DeploymentSucceeded | Kind::DeploymentFailed => {
                self.by_service.entry(service).or_default().push(Ended {
                    at: fact.occurred_at,
                    subject: fact.subject.clone(),
                    succeeded: fact.kind == Kind::DeploymentSucceeded,
                    human: fact.human,
                    reason: fact.reason,
                });
            }
            Kind::DeploymentRolledBack => {
                self.undone.insert(fact.subject.clone(), fact.occurred_at);
                self.explained.insert((service, fact.occurred_at));
            }
            _ => {}
        }
    }

    /// Every production deployment with its fate, by service and then by time.
    pub(super) fn changes(&mut self) -> Vec<Change<'_>> {
        let mut changes = Vec::new();
        for (service, ended) in &mut self.by_service {
            ended.sort_by(|a, b| (a.at, &a.subject).cmp(&(b.at, &b.subject)));
            let first = changes.len();
            for (index, one) in ended.iter().enumerate() {
                changes.push(Change {
                    service,
                    at: one.at,
                    succeeded: one.succeeded,
                    human: one.human,
                    reason: one.reason,
                    mended_at: self.undone.get(&one.subject).copied(),
                });
                let mends =
                    one.succeeded && matches!(one.reason, Some(Reason::Hotfix | Reason::Rollback));
                let around = |ms: i64| (service.clone(), Timestamp(one.at.0.saturating_add(ms)));
                let explained = self
                    .explained
                    .range(around(-EXPLAINED_WITHIN_MS)..=around(EXPLAINED_WITHIN_MS))
                    .next()
                    .is_some();
                if !mends || explained || index == 0 {
                    continue;
                }
                let blamed: &mut Change<'_> = &mut changes[first + index - 1];
                let in_time = one.at.0 - blamed.at.0 <= ATTRIBUTION_HOURS * 3_600_000;
                if in_time && !blamed.is_rollback() && blamed.mended_at.is_none() {
                    blamed.mended_at = Some(one.at);
                }
            }
        }
        changes
    }
}

/// Deployment counts of one week.
#[derive(Debug, Clone, Default)]
pub(super) struct Delivered {
    pub(super) by_people: u64,
    pub(super) by_automation: u64,
    pub(super) all: u64,
    pub(super) rework: u64,
    pub(super) changes: u64,
    pub(super) mended: u64,
    /// Successful ones: planned, hotfix, rollback, and those without a reason.
    pub(super) by_reason: [u64; 4],
    pub(super) recovery_seconds: Vec<f64>,
}

impl Delivered {
    pub(super) fn by_week(changes: &[Change<'_>], weeks: &[Week]) -> Vec<Self> {
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
            if change.succeeded {
                let reason = match change.reason {
                    Some(Reason::Planned) => 0,
                    Some(Reason::Hotfix) => 1,
                    Some(Reason::Rollback) => 2,
                    None => 3,
                };
                week.by_reason[reason] += 1;
            }
            week.changes += u64::from(change.is_change());
            week.mended += u64::from(change.is_change() && change.mended_at.is_some());
        }
        delivered
    }
}

/// One service's production deployments in a window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceWeek {
    /// The service.
    pub service: String,
    /// Successful deployments without rollbacks.
    pub deployments: u64,
    /// Rollbacks among the successful ones.
    pub rollbacks: u64,
    /// Runs that failed.
    pub failed_runs: u64,
    /// Mended later ÷ all changes.
    pub change_fail: Option<Proportion>,
    /// Hotfixes and rollbacks ÷ all successful ones.
    pub rework: Option<Proportion>,
}

impl ServiceWeek {
    /// Counts a service's changes of one window.
    pub(super) fn of<'a>(service: &str, changes: impl Iterator<Item = &'a Change<'a>>) -> Self {
        let (mut deployments, mut rollbacks, mut failed_runs) = (0, 0, 0);
        let (mut all, mut mended, mut rework) = (0, 0, 0);
        for change in changes {
            deployments += u64::from(change.is_delivery());
            rollbacks += u64::from(change.succeeded && change.is_rollback());
            failed_runs += u64::from(!change.succeeded);
            all += u64::from(change.is_change());
            mended += u64::from(change.is_change() && change.mended_at.is_some());
            rework += u64::from(change.is_rework());
        }
        Self {
            service: service.to_owned(),
            deployments,
            rollbacks,
            failed_runs,
            change_fail: Proportion::new(mended, all),
            rework: Proportion::new(rework, deployments + rollbacks),
        }
    }
}
