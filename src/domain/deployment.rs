//! A deployment: one attempt to bring one revision of a service to one stage.

mod approval;
mod rollback;

use std::collections::BTreeMap;
use std::time::Duration;

use super::cause::Cause;
use super::chat::{ChannelId, UserId};
use super::effect::{Change, DeploymentId, Effect, Occasion, Planned, Subject};
use super::environment;
use super::fact::{self, Fact, Fault, Reason};
use super::limits;
use super::platform::{Deploy, Service, Stage};
use super::sentence::Sentence;
use super::time::Timestamp;

pub use approval::{approve, mind, reject};
pub use rollback::{roll_back, rollback_target, undone};

/// Where a deployment stands. The chart is in ARCHITECTURE.md; the database guards every move, and
/// that at most one per service and stage is active.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum State {
    /// Another person has to agree.
    AwaitingApproval,
    /// Accepted; nobody has called the engine yet, as far as is known. Active.
    Starting,
    /// The engine is at work or its health is being checked. Active.
    Running,
    /// It runs and is healthy.
    Succeeded,
    /// It did not get there.
    Failed,
    /// Somebody said no.
    Rejected,
    /// Nobody answered in time.
    Expired,
    /// It had succeeded or failed, and a later deployment undid it.
    RolledBack,
}

impl State {
    /// Every state.
    pub const ALL: &'static [Self] = &[
        Self::AwaitingApproval,
        Self::Starting,
        Self::Running,
        Self::Succeeded,
        Self::Failed,
        Self::Rejected,
        Self::Expired,
        Self::RolledBack,
    ];

    /// The stored word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::AwaitingApproval => "awaiting_approval",
            Self::Starting => "starting",
            Self::Running => "running",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Rejected => "rejected",
            Self::Expired => "expired",
            Self::RolledBack => "rolled_back",
        }
    }

    /// The state with this stored word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|state| state.word() == word)
    }

    /// The state's word in sentences of `locales/`.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::AwaitingApproval => "waiting",
            Self::Starting => "starting",
            Self::Running => "running",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Rejected => "rejected",
            Self::Expired => "expired",
            Self::RolledBack => "rolled-back",
        }
    }

    /// Whether it holds the one place of its service and stage.
    #[must_use]
    pub fn is_active(self) -> bool {
        matches!(self, Self::Starting | Self::Running)
    }
}

/// One deployment, as stored. Service, stage, revision and parameters never change: an approval that
/// was given for them cannot come to mean anything else.
#[derive(Clone, Debug, PartialEq)]
pub struct Deployment {
    /// Its id.
    pub id: DeploymentId,
    /// The service's key.
    pub service: String,
    /// The stage's key.
    pub stage: String,
    /// Whether the stage is production.
    pub production: bool,
    /// The team that owns the service.
    pub team: String,
    /// What is brought there.
    pub revision: String,
    /// What ran there before, as far as is known.
    pub previous: Option<String>,
    /// Typed parameters as text.
    pub parameters: BTreeMap<String, String>,
    /// Why.
    pub reason: Reason,
    /// A person's words about it. Hostile text.
    pub why: Option<String>,
    /// For a rollback: the deployment that it undoes.
    pub undoes: Option<DeploymentId>,
    /// Who asked.
    pub requester: UserId,
    /// The requester's name at that time. Hostile text.
    pub requester_name: String,
    /// Where its news is told.
    pub channel: ChannelId,
    /// The provider's name.
    pub provider: String,
    /// The provider's definition as it was when this was asked for.
    pub definition: String,
    /// How long the run may take, in seconds.
    pub seconds_max: u32,
    /// The key under which the engine knows it.
    pub op_key: String,
    /// Where it stands.
    pub state: State,
    /// When it was asked for.
    pub requested_at: Timestamp,
    /// Who agreed or said no.
    pub decided_by: Option<UserId>,
    /// When.
    pub decided_at: Option<Timestamp>,
    /// When it took the place.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
    /// What the engine calls it.
    pub reference: Option<String>,
    /// Where it answers. From the engine.
    pub url: Option<String>,
    /// Why it failed or was rejected, in one line. Hostile text.
    pub failure: Option<Cause>,
}

/// What somebody asks for.
#[derive(Clone, Debug)]
pub struct Ask<'a> {
    /// The new deployment's id, made by the caller.
    pub id: DeploymentId,
    /// The key for the engine, made by the caller.
    pub op_key: String,
    /// Which service.
    pub service: &'a Service,
    /// To which stage.
    pub stage: &'a Stage,
    /// The wanted revision, unchecked.
    pub revision: &'a str,
    /// Parameters, checked.
    pub parameters: BTreeMap<String, String>,
    /// Why.
    pub reason: Reason,
    /// A person's words about it.
    pub why: Option<String>,
    /// Who asks.
    pub requester: UserId,
    /// The asker's name.
    pub requester_name: &'a str,
    /// Where its news is told.
    pub channel: ChannelId,
}

/// What is there for this service and stage, read in the same transaction; newest first.
#[derive(Clone, Debug, Default)]
pub struct Standing {
    /// The active one, if there is one.
    pub active: Option<Deployment>,
    /// The ended ones that reached the engine, newest first, as many as a rollback may look back.
    pub past: Vec<Deployment>,
}

impl Standing {
    /// What runs there, as far as is known: the newest that succeeded and was not undone, or that a
    /// rollback brought back.
    #[must_use]
    pub fn running(&self) -> Option<&Deployment> {
        self.past.iter().find(|past| past.state == State::Succeeded)
    }
}

/// No, and why.
#[derive(Clone, Debug, PartialEq)]
#[expect(
    missing_docs,
    reason = "the names are the documentation; each is a sentence in locales/"
)]
pub enum Refusal {
    RevisionInvalid {
        revision: String,
    },
    StageNotDeployed {
        service: String,
        stage: String,
    },
    Active {
        service: String,
        stage: String,
        revision: String,
    },
    ApproverSelf,
    ApproverNobody {
        stage: String,
    },
    ApprovalVoid,
    WrongState {
        state: State,
    },
    RollbackNone {
        service: String,
        stage: String,
    },
    RollbackReason {
        stage: String,
    },
}

impl Refusal {
    /// What is so, and what to do about it.
    #[must_use]
    pub fn sentence(&self) -> Sentence {
        match self {
            Self::RevisionInvalid { revision } => {
                Sentence::new("refused-revision-invalid").with("revision", revision.as_str())
            }
            Self::StageNotDeployed { service, stage } => {
                Sentence::new("refused-stage-not-deployed")
                    .with("service", service.as_str())
                    .with("stage", stage.as_str())
            }
            Self::Active {
                service,
                stage,
                revision,
            } => Sentence::new("refused-deployment-active")
                .with("service", service.as_str())
                .with("stage", stage.as_str())
                .with("revision", revision.as_str()),
            Self::ApproverSelf => Sentence::new("refused-approver-self"),
            Self::ApproverNobody { stage } => {
                Sentence::new("refused-approver-nobody").with("stage", stage.as_str())
            }
            Self::ApprovalVoid => Sentence::new("refused-approval-void"),
            Self::WrongState { state } => {
                Sentence::new("refused-deployment-state").with("state", state.tag())
            }
            Self::RollbackNone { service, stage } => Sentence::new("refused-rollback-none")
                .with("service", service.as_str())
                .with("stage", stage.as_str()),
            Self::RollbackReason { stage } => {
                Sentence::new("refused-rollback-reason").with("stage", stage.as_str())
            }
        }
    }
}

/// Somebody asks for a deployment.
///
/// # Errors
/// A [`Refusal`] if the revision is not one, the service does not go to this stage, the place is
/// taken, or nobody could ever approve.
pub fn request(
    now: Timestamp,
    standing: &Standing,
    ask: Ask<'_>,
) -> Result<Change<Deployment>, Refusal> {
    let revision = environment::revision(ask.revision).map_err(|_| Refusal::RevisionInvalid {
        revision: ask.revision.to_owned(),
    })?;
    let deploy = target(ask.service, ask.stage)?;
    free(standing)?;
    let waits = ask.stage.approvals > 0;
    if waits && ask.stage.approvers.is_empty() {
        return Err(Refusal::ApproverNobody {
            stage: ask.stage.id.clone(),
        });
    }
    let mut next = proposed(now, standing, ask, revision, deploy);
    let facts = vec![next.fact(fact::Kind::DeploymentRequested, now)];
    if waits {
        let effects = vec![
            next.post(Occasion::Live, now),
            Effect::MindDeployment {
                id: next.id.clone(),
            }
            .at(now.plus(limits::APPROVAL_WAIT_MAX)),
        ];
        return Ok(Change {
            next,
            effects,
            facts,
        });
    }
    let effects = start(now, &mut next);
    Ok(Change {
        next,
        effects,
        facts,
    })
}

/// The engine has taken the work.
#[must_use]
pub fn started(
    now: Timestamp,
    deployment: &Deployment,
    reference: &str,
) -> Option<Change<Deployment>> {
    if deployment.state != State::Starting {
        return None;
    }
    let mut next = deployment.clone();
    next.state = State::Running;
    next.reference = Some(reference.to_owned());
    let effects = vec![next.post(Occasion::Live, now)];
    Some(Change {
        next,
        effects,
        facts: Vec::new(),
    })
}

/// It runs and is healthy. `None` if nobody waits for it any more.
#[must_use]
pub fn succeeded(
    now: Timestamp,
    deployment: &Deployment,
    url: Option<String>,
) -> Option<Change<Deployment>> {
    let mut next = finished(now, deployment, State::Succeeded)?;
    next.url = url;
    let facts = vec![next.run(fact::Kind::DeploymentSucceeded, now, None)];
    let effects = vec![
        next.post(Occasion::Live, now),
        next.post(Occasion::Result, now),
    ];
    Some(Change {
        next,
        effects,
        facts,
    })
}

/// It did not get there. `None` if nobody waits for it any more.
#[must_use]
pub fn failed(now: Timestamp, deployment: &Deployment, cause: Cause) -> Option<Change<Deployment>> {
    let mut next = finished(now, deployment, State::Failed)?;
    let fault = cause.fault();
    next.failure = Some(cause);
    let facts = vec![next.run(fact::Kind::DeploymentFailed, now, Some(fault))];
    let effects = vec![
        next.post(Occasion::Live, now),
        next.post(Occasion::Result, now),
    ];
    Some(Change {
        next,
        effects,
        facts,
    })
}

impl Deployment {
    /// How long the run took.
    #[must_use]
    pub fn run_time(&self) -> Option<Duration> {
        Some(self.finished_at?.since(self.started_at?))
    }

    fn post(&self, occasion: Occasion, now: Timestamp) -> Planned {
        Effect::Post {
            subject: Subject::Deployment(self.id.clone()),
            occasion,
        }
        .at(now)
    }

    fn run(&self, kind: fact::Kind, now: Timestamp, fault: Option<Fault>) -> Fact {
        Fact {
            started_at: self.started_at,
            fault,
            ..self.fact(kind, now)
        }
    }

    fn fact(&self, kind: fact::Kind, now: Timestamp) -> Fact {
        Fact {
            kind,
            occurred_at: now,
            started_at: None,
            subject: self.id.0.clone(),
            source: "hearth".to_owned(),
            team: Some(self.team.clone()),
            service: Some(self.service.clone()),
            stage: Some(self.stage.clone()),
            production: self.production,
            human: true,
            reason: Some(self.reason),
            fault: None,
        }
    }
}

fn target<'a>(service: &'a Service, stage: &Stage) -> Result<&'a Deploy, Refusal> {
    service
        .stages
        .get(&stage.id)
        .ok_or_else(|| Refusal::StageNotDeployed {
            service: service.id.clone(),
            stage: stage.id.clone(),
        })
}

fn free(standing: &Standing) -> Result<(), Refusal> {
    match &standing.active {
        None => Ok(()),
        Some(active) => Err(Refusal::Active {
            service: active.service.clone(),
            stage: active.stage.clone(),
            revision: active.revision.clone(),
        }),
    }
}

fn proposed(
    now: Timestamp,
    standing: &Standing,
    ask: Ask<'_>,
    revision: String,
    deploy: &Deploy,
) -> Deployment {
    Deployment {
        id: ask.id,
        service: ask.service.id.clone(),
        stage: ask.stage.id.clone(),
        production: ask.stage.production,
        team: ask.service.team.clone(),
        revision,
        previous: standing.running().map(|running| running.revision.clone()),
        parameters: ask.parameters,
        reason: ask.reason,
        why: ask.why,
        undoes: None,
        requester: ask.requester,
        requester_name: ask.requester_name.to_owned(),
        channel: ask.channel,
        provider: deploy.provider.clone(),
        definition: deploy.definition.clone(),
        seconds_max: deploy.seconds_max,
        op_key: ask.op_key,
        state: State::AwaitingApproval,
        requested_at: now,
        decided_by: None,
        decided_at: None,
        started_at: None,
        finished_at: None,
        reference: None,
        url: None,
        failure: None,
    }
}

fn start(now: Timestamp, next: &mut Deployment) -> Vec<Planned> {
    next.state = State::Starting;
    next.started_at = Some(now);
    vec![
        next.post(Occasion::Live, now),
        Effect::RunDeployment {
            id: next.id.clone(),
        }
        .at(now),
    ]
}

fn finished(now: Timestamp, deployment: &Deployment, state: State) -> Option<Deployment> {
    if !deployment.state.is_active() {
        return None;
    }
    let mut next = deployment.clone();
    next.state = state;
    next.finished_at = Some(now);
    Some(next)
}

#[cfg(test)]
mod tests;
