//! Who may do what: a closed set of rights, given to groups of roles. What is not allowed is denied.

use std::collections::BTreeSet;

use super::chat::{Person, RoleId};
use super::platform::Reference;
use super::sentence::Sentence;

macro_rules! rights {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// A permission of Hearth. The set is closed: a configuration can give rights, never invent one.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum Right { $($(#[$doc])* $name,)* }

        impl Right {
            /// Every right, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The right's name in `hearth.toml`.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }
    };
}

rights! {
    /// See environments, their logs and why they are still here.
    EnvironmentSee = "environment.see",
    /// Ask for an environment for one's own team.
    EnvironmentCreate = "environment.create",
    /// Extend, give away, put to sleep, wake, unpin and destroy the environments of one's own team.
    EnvironmentManage = "environment.manage",
    /// The same for the environments of every team.
    EnvironmentManageAny = "environment.manage-any",
    /// Pin an environment, so that it does not end by itself until somebody was asked.
    EnvironmentPin = "environment.pin",
    /// Approve or reject the environment of somebody else, where the template asks for that, and let pull
    /// requests in that are not trusted.
    EnvironmentApprove = "environment.approve",
    /// See what runs where, and the history.
    DeploymentSee = "deployment.see",
    /// Ask for a deployment; the stage may narrow it to its own groups.
    DeploymentRequest = "deployment.request",
    /// Approve or reject the deployment of somebody else; the stage names its approvers.
    DeploymentApprove = "deployment.approve",
    /// Roll back.
    DeploymentRollback = "deployment.rollback",
    /// Open and close survey rounds.
    SurveyManage = "survey.manage",
    /// See the released results of surveys.
    SurveyResults = "survey.results",
    /// See a digest before it is posted.
    DigestPreview = "digest.preview",
    /// Post a digest now.
    DigestPost = "digest.post",
    /// See and decide what only the platform's keepers need: buried jobs, breakage codes, what nobody owns.
    PlatformKeep = "platform.keep",
}

impl Right {
    /// The right with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|right| right.name() == name)
    }
}

/// A group of `hearth.toml`: people with one of its roles have its rights.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Its key in the configuration.
    pub name: String,
    /// Discord roles; whoever has one of them belongs to the group.
    pub roles: Vec<Reference<RoleId>>,
    /// What the group may do.
    pub rights: BTreeSet<Right>,
}

impl Group {
    /// Whether the person belongs to the group at this moment. An unresolved role counts for nobody.
    #[must_use]
    pub fn has(&self, person: &Person) -> bool {
        self.roles
            .iter()
            .any(|role| role.id().is_some_and(|id| person.roles.contains(&id)))
    }
}

/// Proof that somebody holds a right; only [`demand`] makes one.
#[derive(Debug)]
pub struct Granted(Right);

impl Granted {
    /// Which right was proved.
    #[must_use]
    pub fn right(&self) -> Right {
        self.0
    }
}

/// Whether the person holds the right and, where `narrowed` names groups, belongs to one of those
/// which hold it.
///
/// # Errors
/// The refusal `refused-right`, or `refused-narrowed` for who holds the right outside of these groups.
pub fn demand(
    groups: &[Group],
    person: &Person,
    right: Right,
    narrowed: Option<&[String]>,
) -> Result<Granted, Refusal> {
    let holds = groups
        .iter()
        .any(|group| group.rights.contains(&right) && group.has(person));
    let inside = narrowed.is_none_or(|names| {
        groups
            .iter()
            .any(|group| names.contains(&group.name) && group.has(person))
    });
    match narrowed {
        _ if !holds => Err(Refusal::Right { right }),
        Some(names) if !inside => Err(Refusal::Narrowed {
            groups: names.to_vec(),
        }),
        _ => Ok(Granted(right)),
    }
}

/// The person may not do this.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// A right is missing.
    Right {
        /// Which.
        right: Right,
    },
    /// The right is there, but only these groups may use it here.
    Narrowed {
        /// Their names.
        groups: Vec<String>,
    },
}

impl Refusal {
    /// What is so, and what to do about it.
    #[must_use]
    pub fn sentence(&self) -> Sentence {
        match self {
            Self::Right { right } => Sentence::new("refused-right").with("right", right.name()),
            Self::Narrowed { groups } => {
                Sentence::new("refused-narrowed").with("groups", groups.join(", "))
            }
        }
    }
}
