//! Facts: what happened, flat and append-only, in CDEvents' words; the metrics are computed from them.

use super::time::Timestamp;

/// One thing that happened. Facts are never changed; they hold no text of people.
#[derive(Clone, Debug, PartialEq)]
pub struct Fact {
    /// What happened.
    pub kind: Kind,
    /// When it ended; facts are counted by this time.
    pub occurred_at: Timestamp,
    /// When the thing that ended here had begun, if it had a length.
    pub started_at: Option<Timestamp>,
    /// The environment, deployment or round that it is about: with kind and source the key that
    /// makes a second report change nothing.
    pub subject: String,
    /// Where it comes from, such as `hearth`, or `sample` for made-up history.
    pub source: String,
    /// The team it belongs to.
    pub team: Option<String>,
    /// The service, for deployments.
    pub service: Option<String>,
    /// The stage, for deployments.
    pub stage: Option<String>,
    /// Whether the stage is production.
    pub production: bool,
    /// A person did it, not an automation.
    pub human: bool,
    /// Why it was deployed.
    pub reason: Option<Reason>,
    /// Whose fault a failure was, as far as it is known.
    pub fault: Option<Fault>,
}

impl Fact {
    /// Of a moment, with nothing that not every fact has.
    #[must_use]
    pub fn plain(kind: Kind, source: &str, subject: &str, occurred_at: Timestamp) -> Self {
        Self {
            kind,
            occurred_at,
            started_at: None,
            subject: subject.to_owned(),
            source: source.to_owned(),
            team: None,
            service: None,
            stage: None,
            production: false,
            human: false,
            reason: None,
            fault: None,
        }
    }
}

/// What can happen. The text form follows CDEvents where it has a word.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Kind {
    /// An environment was asked for.
    EnvironmentRequested,
    /// An environment got its place at a busy engine: `started_at` is when it began to wait.
    EnvironmentQueued,
    /// An engine took up the building of an environment: `started_at` is when it could have.
    EnvironmentStarted,
    /// An environment became usable.
    EnvironmentReady,
    /// An environment could not be made.
    EnvironmentFailed,
    /// An environment was removed by a person's wish.
    EnvironmentDestroyed,
    /// An environment was removed because its time had come.
    EnvironmentExpired,
    /// An environment slept from `started_at`; the subject has the number of its sleep behind `#`.
    EnvironmentSlept,
    /// An environment was removed late: `started_at` is when its time had come.
    EnvironmentOverdue,
    /// Something that was lost, or that nobody owned, was cleared away.
    EnvironmentReclaimed,
    /// A pull request was merged.
    PullRequestMerged,
    /// A pull request was merged that had had an environment which answered: the subject is that of
    /// the merge.
    PullRequestPreviewed,
    /// A deployment was asked for.
    DeploymentRequested,
    /// A deployment was approved or rejected by a person: `started_at` is the request.
    DeploymentDecided,
    /// A deployment's run ended well: `started_at` is the start of the run.
    DeploymentSucceeded,
    /// A deployment's run ended badly.
    DeploymentFailed,
    /// A deployment was undone by a later one.
    DeploymentRolledBack,
    /// A survey round was closed.
    SurveyClosed,
    /// A source of facts is connected: coverage is computed from these.
    SourceConnected,
    /// A source of facts fell silent.
    SourceLost,
}

impl Kind {
    /// Every kind.
    pub const ALL: &'static [Self] = &[
        Self::EnvironmentRequested,
        Self::EnvironmentQueued,
        Self::EnvironmentStarted,
        Self::EnvironmentReady,
        Self::EnvironmentFailed,
        Self::EnvironmentDestroyed,
        Self::EnvironmentExpired,
        Self::EnvironmentSlept,
        Self::EnvironmentOverdue,
        Self::EnvironmentReclaimed,
        Self::PullRequestMerged,
        Self::PullRequestPreviewed,
        Self::DeploymentRequested,
        Self::DeploymentDecided,
        Self::DeploymentSucceeded,
        Self::DeploymentFailed,
        Self::DeploymentRolledBack,
        Self::SurveyClosed,
        Self::SourceConnected,
        Self::SourceLost,
    ];

    /// The stored word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::EnvironmentRequested => "environment.requested",
            Self::EnvironmentQueued => "environment.queued",
            Self::EnvironmentStarted => "environment.started",
            Self::EnvironmentReady => "environment.created",
            Self::EnvironmentFailed => "environment.failed",
            Self::EnvironmentDestroyed => "environment.deleted",
            Self::EnvironmentExpired => "environment.expired",
            Self::EnvironmentSlept => "environment.slept",
            Self::EnvironmentOverdue => "environment.overdue",
            Self::EnvironmentReclaimed => "environment.reclaimed",
            Self::PullRequestMerged => "change.merged",
            Self::PullRequestPreviewed => "change.previewed",
            Self::DeploymentRequested => "pipelinerun.queued",
            Self::DeploymentDecided => "approval.decided",
            Self::DeploymentSucceeded => "service.deployed",
            Self::DeploymentFailed => "pipelinerun.failed",
            Self::DeploymentRolledBack => "service.rolledback",
            Self::SurveyClosed => "survey.closed",
            Self::SourceConnected => "source.connected",
            Self::SourceLost => "source.lost",
        }
    }

    /// The kind with this stored word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.word() == word)
    }
}

/// Why something is deployed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Reason {
    /// Planned work.
    Planned,
    /// To mend something in production.
    Hotfix,
    /// To undo an earlier deployment.
    Rollback,
}

impl Reason {
    /// The stored and typed word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Hotfix => "hotfix",
            Self::Rollback => "rollback",
        }
    }

    /// The reason with this word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        [Self::Planned, Self::Hotfix, Self::Rollback]
            .into_iter()
            .find(|reason| reason.word() == word)
    }
}

/// Whose fault a failure was.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Fault {
    /// The platform's, also whenever nobody knows better.
    Platform,
    /// The user's: a broken revision, wrong arguments.
    User,
}

impl Fault {
    /// The stored word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Platform => "platform",
            Self::User => "user",
        }
    }

    /// The fault with this word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        [Self::Platform, Self::User]
            .into_iter()
            .find(|fault| fault.word() == word)
    }
}
