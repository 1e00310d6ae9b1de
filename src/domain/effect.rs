//! Effects: intended deeds. A decision returns them, the same transaction stores them as jobs, and
//! the runner performs them, maybe twice.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::time::Timestamp;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

id!(
    /// An environment's id: a sortable UUID as text.
    EnvironmentId
);
id!(
    /// The id of something that nobody owns: a sortable UUID as text.
    StrayId
);
id!(
    /// A deployment's id: a sortable UUID as text.
    DeploymentId
);
id!(
    /// A pull request's id: a sortable UUID as text.
    PullRequestId
);
id!(
    /// A survey round's id: a sortable UUID as text.
    RoundId
);
id!(
    /// A digest edition's id: a sortable UUID as text.
    EditionId
);

/// A decision's outcome: the new state, what shall be done, and what happened for the metrics.
#[derive(Clone, Debug, PartialEq)]
pub struct Change<T> {
    /// The state to be stored, guarded by the state it was read in.
    pub next: T,
    /// What shall be done once the state is stored.
    pub effects: Vec<Planned>,
    /// What happened.
    pub facts: Vec<super::fact::Fact>,
}

/// An effect and its time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    /// What.
    pub effect: Effect,
    /// Not before.
    pub due_at: Timestamp,
}

/// An intended deed. Stored as JSON: variants are added, never changed; a test holds the forms.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Effect {
    /// Say how things stand: the text is rendered from the rows when it is sent.
    Post {
        /// What it is about.
        subject: Subject,
        /// Which of its messages.
        occasion: Occasion,
    },
    /// Have the provider make an environment, and see it through.
    BuildEnvironment {
        /// Which.
        id: EnvironmentId,
    },
    /// Have the provider plan an environment, for somebody to agree to.
    PlanEnvironment {
        /// Which.
        id: EnvironmentId,
    },
    /// Have the provider remove an environment, and see that it is gone; of one that was only planned, what is left of that.
    DestroyEnvironment {
        /// Which.
        id: EnvironmentId,
    },
    /// Have the provider remove what an environment has, to make room for a newer revision.
    UpdateEnvironment {
        /// Which.
        id: EnvironmentId,
    },
    /// Look whether an environment is to be warned about or its time has come.
    MindEnvironment {
        /// Which.
        id: EnvironmentId,
    },
    /// Have the provider put an environment to sleep or wake it, whichever its row asks for.
    RestEnvironment {
        /// Which.
        id: EnvironmentId,
    },
    /// Let environments that wait for a place at an engine begin, as many as there are places.
    AdmitEnvironments {
        /// The provider's name.
        provider: String,
    },
    /// Ask an engine what somebody has changed of its environments outside.
    LookForDrift {
        /// The provider's name.
        provider: String,
    },
    /// Compare what an engine has with what it should have.
    Sweep {
        /// The provider's name.
        provider: String,
    },
    /// Look whether the grace of something that nobody owns is over.
    MindStray {
        /// Which.
        id: StrayId,
    },
    /// Have the provider remove something that nobody owns, and see that it is gone.
    DestroyStray {
        /// Which.
        id: StrayId,
    },
    /// Ask a forge how a pull request stands.
    LookAtPullRequest {
        /// The repository's key in the configuration.
        repository: String,
        /// The number at the forge.
        number: i64,
    },
    /// Compare a pull request with its environment, and take the next step.
    FollowPullRequest {
        /// Which.
        id: PullRequestId,
    },
    /// The same when the grace of a closed one is over.
    MindPullRequest {
        /// Which.
        id: PullRequestId,
    },
    /// Say at the forge how the environment of a pull request stands.
    TellForge {
        /// Which.
        id: PullRequestId,
    },
    /// Ask a forge for the open pull requests of a repository.
    SweepRepository {
        /// The repository's key in the configuration.
        repository: String,
    },
    /// Have the provider bring a revision to a stage, and see it through.
    RunDeployment {
        /// Which.
        id: DeploymentId,
    },
    /// Look whether an approval has waited too long.
    MindDeployment {
        /// Which.
        id: DeploymentId,
    },
    /// Count the audience, make the salt, open the round.
    OpenRound {
        /// Which.
        id: RoundId,
    },
    /// Look whether a round is to be reminded of or closed.
    MindRound {
        /// Which.
        id: RoundId,
    },
    /// Destroy the round's key, prove that it is gone, compute what may be published.
    CloseRound {
        /// Which.
        id: RoundId,
    },
    /// A schedule's next firing.
    Fire {
        /// `survey` or `digest`.
        kind: ScheduleKind,
        /// The key in the configuration.
        name: String,
    },
}

/// What a schedule starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScheduleKind {
    /// A survey round.
    Survey,
    /// A digest edition.
    Digest,
}

/// What a message is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "of", content = "id", rename_all = "snake_case")]
pub enum Subject {
    /// An environment.
    Environment(EnvironmentId),
    /// A deployment.
    Deployment(DeploymentId),
    /// A survey round.
    Round(RoundId),
    /// A digest edition.
    Edition(EditionId),
    /// Something at an engine that nobody owns.
    Stray(StrayId),
    /// A pull request that waits for somebody who lets it in.
    PullRequest(PullRequestId),
}

impl Subject {
    /// The mark that a message about it carries in a footer or custom id: unique, short, harmless.
    #[must_use]
    pub fn mark(&self) -> &str {
        match self {
            Self::Environment(id) => &id.0,
            Self::Deployment(id) => &id.0,
            Self::Round(id) => &id.0,
            Self::Edition(id) => &id.0,
            Self::Stray(id) => &id.0,
            Self::PullRequest(id) => &id.0,
        }
    }

    /// The subject's kind, as stored.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Environment(_) => "environment",
            Self::Deployment(_) => "deployment",
            Self::Round(_) => "round",
            Self::Edition(_) => "edition",
            Self::Stray(_) => "stray",
            Self::PullRequest(_) => "pull_request",
        }
    }
}

/// Which of a subject's messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Occasion {
    /// The one message that is edited as the subject moves.
    Live,
    /// How it ended, calling the requester.
    Result,
    /// Its end is near, calling the owner.
    Warning,
    /// It is pinned, and its owner is asked whether it is still needed.
    Review,
    /// It does not move: said to the keepers.
    Stuck,
    /// The question of a survey round.
    Prompt,
    /// The one reminder of a survey round.
    Reminder,
    /// What may be published of a closed round.
    Results,
    /// A digest.
    Edition,
    /// The live message that was replaced by a newer one.
    Former,
}

impl Occasion {
    /// Every occasion.
    pub const ALL: &'static [Self] = &[
        Self::Live,
        Self::Result,
        Self::Warning,
        Self::Review,
        Self::Stuck,
        Self::Prompt,
        Self::Reminder,
        Self::Results,
        Self::Edition,
        Self::Former,
    ];

    /// The stored word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Result => "result",
            Self::Warning => "warning",
            Self::Review => "review",
            Self::Stuck => "stuck",
            Self::Prompt => "prompt",
            Self::Reminder => "reminder",
            Self::Results => "results",
            Self::Edition => "edition",
            Self::Former => "former",
        }
    }
}

impl Effect {
    /// At most one open job has this key; enqueueing it again makes that job run once more.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Self::Post { subject, occasion } => {
                format!("post:{}:{}", occasion.word(), subject.mark())
            }
            Self::BuildEnvironment { id } => format!("build:{id}"),
            Self::PlanEnvironment { id } => format!("plan:{id}"),
            Self::DestroyEnvironment { id } => format!("destroy:{id}"),
            Self::UpdateEnvironment { id } => format!("update:{id}"),
            Self::MindEnvironment { id } => format!("mind-environment:{id}"),
            Self::RestEnvironment { id } => format!("rest:{id}"),
            Self::AdmitEnvironments { provider } => format!("admit:{provider}"),
            Self::LookForDrift { provider } => format!("drift:{provider}"),
            Self::Sweep { provider } => format!("sweep:{provider}"),
            Self::MindStray { id } => format!("mind-stray:{id}"),
            Self::DestroyStray { id } => format!("destroy-stray:{id}"),
            Self::LookAtPullRequest { repository, number } => {
                format!("look-pull-request:{repository}:{number}")
            }
            Self::FollowPullRequest { id } => format!("follow-pull-request:{id}"),
            Self::MindPullRequest { id } => format!("mind-pull-request:{id}"),
            Self::TellForge { id } => format!("tell-forge:{id}"),
            Self::SweepRepository { repository } => format!("sweep-repository:{repository}"),
            Self::RunDeployment { id } => format!("run:{id}"),
            Self::MindDeployment { id } => format!("mind-deployment:{id}"),
            Self::OpenRound { id } => format!("open-round:{id}"),
            Self::MindRound { id } => format!("mind-round:{id}"),
            Self::CloseRound { id } => format!("close-round:{id}"),
            Self::Fire {
                kind: ScheduleKind::Survey,
                name,
            } => format!("fire:survey:{name}"),
            Self::Fire {
                kind: ScheduleKind::Digest,
                name,
            } => format!("fire:digest:{name}"),
        }
    }

    /// The effect at this time.
    #[must_use]
    pub fn at(self, due_at: Timestamp) -> Planned {
        Planned {
            effect: self,
            due_at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stored_form_of_every_effect_stays_as_it_is() {
        let id = || EnvironmentId("e".into());
        let forms: Vec<String> = [
            Effect::Post {
                subject: Subject::Environment(id()),
                occasion: Occasion::Live,
            },
            Effect::Post {
                subject: Subject::Environment(id()),
                occasion: Occasion::Former,
            },
            Effect::BuildEnvironment { id: id() },
            Effect::PlanEnvironment { id: id() },
            Effect::DestroyEnvironment { id: id() },
            Effect::MindEnvironment { id: id() },
            Effect::RestEnvironment { id: id() },
            Effect::AdmitEnvironments {
                provider: "exec".into(),
            },
            Effect::LookForDrift {
                provider: "exec".into(),
            },
            Effect::Sweep {
                provider: "exec".into(),
            },
            Effect::MindStray {
                id: StrayId("s".into()),
            },
            Effect::DestroyStray {
                id: StrayId("s".into()),
            },
            Effect::Post {
                subject: Subject::Stray(StrayId("s".into())),
                occasion: Occasion::Live,
            },
            Effect::Post {
                subject: Subject::Environment(id()),
                occasion: Occasion::Review,
            },
            Effect::Post {
                subject: Subject::Environment(id()),
                occasion: Occasion::Stuck,
            },
            Effect::UpdateEnvironment { id: id() },
            Effect::LookAtPullRequest {
                repository: "player".into(),
                number: 7,
            },
            Effect::FollowPullRequest {
                id: PullRequestId("p".into()),
            },
            Effect::MindPullRequest {
                id: PullRequestId("p".into()),
            },
            Effect::TellForge {
                id: PullRequestId("p".into()),
            },
            Effect::SweepRepository {
                repository: "player".into(),
            },
            Effect::Post {
                subject: Subject::PullRequest(PullRequestId("p".into())),
                occasion: Occasion::Live,
            },
            Effect::RunDeployment {
                id: DeploymentId("d".into()),
            },
            Effect::MindDeployment {
                id: DeploymentId("d".into()),
            },
            Effect::OpenRound {
                id: RoundId("r".into()),
            },
            Effect::MindRound {
                id: RoundId("r".into()),
            },
            Effect::CloseRound {
                id: RoundId("r".into()),
            },
            Effect::Fire {
                kind: ScheduleKind::Digest,
                name: "weekly".into(),
            },
        ]
        .iter()
        .map(|effect| serde_json::to_string(effect).unwrap())
        .collect();
        insta::assert_snapshot!(forms.join("\n"), @r#"
        {"do":"post","subject":{"of":"environment","id":"e"},"occasion":"live"}
        {"do":"post","subject":{"of":"environment","id":"e"},"occasion":"former"}
        {"do":"build_environment","id":"e"}
        {"do":"plan_environment","id":"e"}
        {"do":"destroy_environment","id":"e"}
        {"do":"mind_environment","id":"e"}
        {"do":"rest_environment","id":"e"}
        {"do":"admit_environments","provider":"exec"}
        {"do":"look_for_drift","provider":"exec"}
        {"do":"sweep","provider":"exec"}
        {"do":"mind_stray","id":"s"}
        {"do":"destroy_stray","id":"s"}
        {"do":"post","subject":{"of":"stray","id":"s"},"occasion":"live"}
        {"do":"post","subject":{"of":"environment","id":"e"},"occasion":"review"}
        {"do":"post","subject":{"of":"environment","id":"e"},"occasion":"stuck"}
        {"do":"update_environment","id":"e"}
        {"do":"look_at_pull_request","repository":"player","number":7}
        {"do":"follow_pull_request","id":"p"}
        {"do":"mind_pull_request","id":"p"}
        {"do":"tell_forge","id":"p"}
        {"do":"sweep_repository","repository":"player"}
        {"do":"post","subject":{"of":"pull_request","id":"p"},"occasion":"live"}
        {"do":"run_deployment","id":"d"}
        {"do":"mind_deployment","id":"d"}
        {"do":"open_round","id":"r"}
        {"do":"mind_round","id":"r"}
        {"do":"close_round","id":"r"}
        {"do":"fire","kind":"digest","name":"weekly"}
        "#);
    }
}
