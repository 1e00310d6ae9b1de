//! A plan of what an engine would change, agreed to before anything is changed.

use super::super::chat::UserId;
use super::super::effect::{Change, Occasion};
use super::super::limits;
use super::super::time::Timestamp;
use super::queue::cancel;
use super::{Capacity, Ending, Environment, Refusal, State};

/// A plan that the template asks for. It is made once and never changes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Plan {
    /// Who must agree to it.
    pub agrees: Agrees,
    /// The plan itself; `None` while the engine makes it.
    pub proposal: Option<Proposal>,
}

/// Who must agree to a plan.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Agrees {
    /// Whoever asked, or somebody of the team.
    Team,
    /// Somebody else with the right to approve, because the template asks for that as well.
    Approver,
}

/// What the engine would change, and nothing else is what it will change.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Proposal {
    /// By this the engine knows the plan that it keeps: only that one is carried out.
    pub fingerprint: String,
    /// How much would be added.
    pub n_add: u32,
    /// How much would be changed.
    pub n_change: u32,
    /// How much would be destroyed.
    pub n_destroy: u32,
    /// What, one each, at most [`limits::PLAN_LINES_MAX`]. Hostile text.
    pub resources: Vec<String>,
}

impl Plan {
    /// The stored form: who agrees, then the fingerprint and the numbers, then what would change, a line each.
    #[must_use]
    pub fn stored(&self) -> String {
        let agrees = match self.agrees {
            Agrees::Team => "team",
            Agrees::Approver => "approver",
        };
        let Some(proposal) = &self.proposal else {
            return agrees.to_owned();
        };
        let Proposal {
            fingerprint,
            n_add,
            n_change,
            n_destroy,
            resources,
        } = proposal;
        let mut lines = vec![
            agrees.to_owned(),
            format!("{fingerprint} {n_add} {n_change} {n_destroy}"),
        ];
        lines.extend(resources.iter().map(|line| line.replace(['\n', '\r'], " ")));
        lines.join("\n")
    }

    /// The plan with this stored form.
    #[must_use]
    pub fn of_stored(stored: &str) -> Option<Self> {
        let mut lines = stored.split('\n');
        let agrees = match lines.next()? {
            "team" => Agrees::Team,
            "approver" => Agrees::Approver,
            _ => return None,
        };
        let Some(first) = lines.next() else {
            return Some(Self {
                agrees,
                proposal: None,
            });
        };
        let words: Vec<&str> = first.split(' ').collect();
        let [fingerprint, n_add, n_change, n_destroy] = words[..] else {
            return None;
        };
        Some(Self {
            agrees,
            proposal: Some(Proposal {
                fingerprint: fingerprint.to_owned(),
                n_add: n_add.parse().ok()?,
                n_change: n_change.parse().ok()?,
                n_destroy: n_destroy.parse().ok()?,
                resources: lines.map(str::to_owned).collect(),
            }),
        })
    }
}

/// The engine has made the plan: from now on it waits for somebody who agrees to it. `None` if nobody waits for it.
#[must_use]
pub fn proposed(
    now: Timestamp,
    environment: &Environment,
    mut proposal: Proposal,
) -> Option<Change<Environment>> {
    if !environment.is_being_planned() {
        return None;
    }
    let mut next = environment.clone();
    let plan = next.plan.as_mut()?;
    proposal.resources.truncate(limits::PLAN_LINES_MAX);
    plan.proposal = Some(proposal);
    next.expires_at = environment.end_after_waiting(now);
    next.move_to(State::AwaitingApproval, now);
    let effects = vec![
        next.post(Occasion::Live, now),
        next.post(Occasion::Result, now),
        next.mind(now),
    ];
    Some(Change {
        next,
        effects,
        facts: Vec::new(),
    })
}

/// Whoever asked, or somebody of the team, agrees to the plan: exactly that is carried out.
///
/// # Errors
/// [`Refusal::WrongState`] or [`Refusal::PlanNotMade`] if there is no plan to agree to, [`Refusal::PlanToApprove`] if
/// that is up to an approver.
pub fn apply(
    now: Timestamp,
    environment: &Environment,
    by: UserId,
    capacity: Capacity,
) -> Result<Change<Environment>, Refusal> {
    let name = || environment.name.0.clone();
    if environment.state != State::AwaitingApproval {
        return Err(environment.refuse_state());
    }
    match &environment.plan {
        Some(Plan {
            agrees: Agrees::Team,
            proposal: Some(_),
        }) => Ok(environment.agreed(now, by, capacity)),
        Some(Plan { proposal: None, .. }) => Err(Refusal::PlanNotMade { name: name() }),
        Some(_) | None => Err(Refusal::PlanToApprove { name: name() }),
    }
}

/// Whoever asked, or somebody of the team, does not want it any more, before anything was changed.
///
/// # Errors
/// [`Refusal::WrongState`] if it is too late for that.
pub fn withdraw(now: Timestamp, environment: &Environment) -> Result<Change<Environment>, Refusal> {
    if environment.state != State::AwaitingApproval {
        return Err(environment.refuse_state());
    }
    Ok(cancel(now, environment.clone(), Ending::Asked))
}

impl Environment {
    /// Whether the engine makes its plan at this moment.
    #[must_use]
    pub fn is_being_planned(&self) -> bool {
        let unmade = self
            .plan
            .as_ref()
            .is_some_and(|plan| plan.proposal.is_none());
        self.state == State::AwaitingApproval && unmade
    }

    /// The plan that waits for somebody who agrees to it, and who that is.
    #[must_use]
    pub fn plan_to_agree_to(&self) -> Option<(&Proposal, Agrees)> {
        let plan = self
            .plan
            .as_ref()
            .filter(|_| self.state == State::AwaitingApproval)?;
        plan.proposal
            .as_ref()
            .map(|proposal| (proposal, plan.agrees))
    }
}
