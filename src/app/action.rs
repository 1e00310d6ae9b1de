//! What code can do for people: the table of actions that command files bind to.

use crate::domain::access::Right;
use crate::domain::platform::ParameterKind;

/// One thing that code can do.
#[derive(Debug, PartialEq, Eq)]
pub struct Action {
    /// Its name in command files.
    pub name: &'static str,
    /// The right that a call needs; `None` = everybody may. A command file can only narrow it.
    pub right: Option<Right>,
    /// What it can be told.
    pub parameters: &'static [Parameter],
    /// Whether it changes something; then it commits before it answers and never defers.
    pub changes: bool,
    /// The widest place where its success may be said.
    pub told: Told,
}

/// Where a success may be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// Only to the person.
    Private,
    /// In the channel, unless the command file says private.
    Channel,
}

/// One thing that an action can be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Its name, also the name of the option that gives it.
    pub name: &'static str,
    /// What may be given.
    pub kind: Kind,
    /// The action cannot be called without it.
    pub required: bool,
    /// Where its values come from.
    pub complete: Option<Source>,
    /// Another parameter that stands in for it: where that one is always given, this one has a
    /// default and need not be (an environment is called *template-pr-N* then).
    pub stand_in: Option<&'static str>,
    /// A value for examples, where the platform has none of its own.
    pub example: &'static str,
}

/// What a parameter accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text of 1 to this many characters.
    Text {
        /// Characters at most.
        chars_max: u16,
    },
    /// A whole number, both ends included.
    Integer {
        /// Smallest.
        min: i64,
        /// Largest.
        max: i64,
    },
    /// Yes or no.
    Boolean,
    /// A person of the server.
    Person,
    /// One of these words.
    Choice(&'static [&'static str]),
}

impl Kind {
    /// The same in the words of declared parameters.
    #[must_use]
    pub fn declared(self) -> ParameterKind {
        match self {
            Self::Text { chars_max } => ParameterKind::Text {
                length_max: chars_max,
            },
            Self::Integer { min, max } => ParameterKind::Integer { min, max },
            Self::Boolean => ParameterKind::Boolean,
            Self::Person => ParameterKind::Person,
            Self::Choice(words) => {
                ParameterKind::Choice(words.iter().map(|word| (*word).to_owned()).collect())
            }
        }
    }
}

macro_rules! sources {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// Where the suggestions of an option come from, and what its values must be names of.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Source { $($(#[$doc])* $name,)* }

        impl Source {
            /// Every source.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// Its name in command files.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }
    };
}

sources! {
    /// Templates of the configuration.
    Templates = "templates",
    /// Environments that exist now.
    Environments = "environments",
    /// Services of the configuration.
    Services = "services",
    /// Stages of the configuration, with their aliases.
    Stages = "stages",
    /// Revisions that are known for what is chosen already.
    Revisions = "revisions",
    /// Teams of the configuration.
    Teams = "teams",
    /// Surveys of the configuration.
    Surveys = "surveys",
    /// Digests of the configuration.
    Digests = "digests",
    /// Commands of this installation.
    Commands = "commands",
}

/// Characters of a name or revision that are read at all; the rules of each are narrower.
const NAME_CHARS_READ_MAX: u16 = 100;
/// Characters of a reason given by a person.
const REASON_CHARS_READ_MAX: u16 = 300;
/// Hours that are read at all; each template's own range is narrower, and says so better.
const HOURS_READ_MAX: i64 = 1_000_000;
/// Pull request numbers that forges hand out.
const PULL_REQUEST_MAX: i64 = 2_147_483_647;

const fn name_of(name: &'static str, source: Source, example: &'static str) -> Parameter {
    Parameter {
        name,
        kind: Kind::Text {
            chars_max: NAME_CHARS_READ_MAX,
        },
        required: true,
        complete: Some(source),
        stand_in: None,
        example,
    }
}

const fn other(name: &'static str, kind: Kind, example: &'static str) -> Parameter {
    Parameter {
        name,
        kind,
        required: false,
        complete: None,
        stand_in: None,
        example,
    }
}

const fn optional(parameter: Parameter) -> Parameter {
    Parameter {
        required: false,
        ..parameter
    }
}

const TEMPLATE: Parameter = name_of("template", Source::Templates, "preview");
const ENVIRONMENT: Parameter = name_of("name", Source::Environments, "demo");
const SERVICE: Parameter = name_of("service", Source::Services, "checkout");
const STAGE: Parameter = name_of("stage", Source::Stages, "staging");
const REVISION: Parameter = name_of("revision", Source::Revisions, "v1.1.0");
const TEAM: Parameter = optional(name_of("team", Source::Teams, "player"));
const SURVEY: Parameter = optional(name_of("survey", Source::Surveys, "pulse"));
const DIGEST: Parameter = optional(name_of("digest", Source::Digests, "weekly"));
const NEW_NAME: Parameter = Parameter {
    name: "name",
    kind: Kind::Text {
        chars_max: NAME_CHARS_READ_MAX,
    },
    required: true,
    complete: None,
    stand_in: Some("pull_request"),
    example: "demo",
};
const PULL_REQUEST: Parameter = other(
    "pull_request",
    Kind::Integer {
        min: 1,
        max: PULL_REQUEST_MAX,
    },
    "17",
);
const TTL: Parameter = other(
    "ttl",
    Kind::Integer {
        min: 0,
        max: HOURS_READ_MAX,
    },
    "8",
);
const BY: Parameter = Parameter {
    required: true,
    ..other(
        "by",
        Kind::Integer {
            min: 0,
            max: HOURS_READ_MAX,
        },
        "4",
    )
};
const UNTIL: Parameter = other(
    "until",
    Kind::Text {
        chars_max: NAME_CHARS_READ_MAX,
    },
    "14d",
);
const PERSON: Parameter = Parameter {
    required: true,
    ..other("to", Kind::Person, "Ben")
};
const WHOSE: Parameter = other("whose", Kind::Choice(&["mine", "team", "all"]), "mine");
const REASON: Parameter = other("reason", Kind::Choice(&["planned", "hotfix"]), "hotfix");
const DRY_RUN: Parameter = other("dry_run", Kind::Boolean, "True");
const TO: Parameter = Parameter {
    name: "to",
    ..optional(REVISION)
};
const WHY: Parameter = other(
    "why",
    Kind::Text {
        chars_max: REASON_CHARS_READ_MAX,
    },
    "checkout is slow",
);
const COMMAND: Parameter = optional(name_of("command", Source::Commands, "env create"));

const fn query(
    name: &'static str,
    right: Right,
    told: Told,
    parameters: &'static [Parameter],
) -> Action {
    Action {
        name,
        right: Some(right),
        parameters,
        changes: false,
        told,
    }
}

const fn change(name: &'static str, right: Right, parameters: &'static [Parameter]) -> Action {
    Action {
        name,
        right: Some(right),
        parameters,
        changes: true,
        told: Told::Channel,
    }
}

/// Everything that commands can be bound to, in the order of the documentation.
pub const ACTIONS: &[Action] = &[
    change(
        "environment.create",
        Right::EnvironmentCreate,
        &[
            TEMPLATE,
            NEW_NAME,
            PULL_REQUEST,
            optional(REVISION),
            TTL,
            TEAM,
        ],
    ),
    query(
        "environment.list",
        Right::EnvironmentSee,
        Told::Private,
        &[WHOSE],
    ),
    query(
        "environment.show",
        Right::EnvironmentSee,
        Told::Private,
        &[ENVIRONMENT],
    ),
    query(
        "environment.logs",
        Right::EnvironmentSee,
        Told::Private,
        &[ENVIRONMENT],
    ),
    change(
        "environment.extend",
        Right::EnvironmentManage,
        &[ENVIRONMENT, BY],
    ),
    change(
        "environment.destroy",
        Right::EnvironmentManage,
        &[ENVIRONMENT],
    ),
    query(
        "environment.why",
        Right::EnvironmentSee,
        Told::Private,
        &[ENVIRONMENT],
    ),
    change(
        "environment.pin",
        Right::EnvironmentPin,
        &[ENVIRONMENT, UNTIL],
    ),
    change(
        "environment.unpin",
        Right::EnvironmentManage,
        &[ENVIRONMENT],
    ),
    change(
        "environment.sleep",
        Right::EnvironmentManage,
        &[ENVIRONMENT],
    ),
    change("environment.wake", Right::EnvironmentManage, &[ENVIRONMENT]),
    change(
        "environment.give",
        Right::EnvironmentManage,
        &[ENVIRONMENT, PERSON],
    ),
    change(
        "deployment.request",
        Right::DeploymentRequest,
        &[SERVICE, STAGE, REVISION, REASON, DRY_RUN],
    ),
    change(
        "deployment.rollback",
        Right::DeploymentRollback,
        &[SERVICE, STAGE, TO, WHY],
    ),
    query(
        "deployment.status",
        Right::DeploymentSee,
        Told::Channel,
        &[optional(SERVICE)],
    ),
    query(
        "deployment.history",
        Right::DeploymentSee,
        Told::Channel,
        &[SERVICE, optional(STAGE)],
    ),
    change("survey.open", Right::SurveyManage, &[SURVEY]),
    change("survey.close", Right::SurveyManage, &[SURVEY]),
    query(
        "survey.results",
        Right::SurveyResults,
        Told::Private,
        &[SURVEY],
    ),
    change("digest.now", Right::DigestPost, &[DIGEST]),
    query(
        "digest.preview",
        Right::DigestPreview,
        Told::Private,
        &[DIGEST],
    ),
    Action {
        name: "help",
        right: None,
        parameters: &[COMMAND],
        changes: false,
        told: Told::Private,
    },
    Action {
        name: "whoami",
        right: None,
        parameters: &[],
        changes: false,
        told: Told::Private,
    },
];

/// The action with this name.
#[must_use]
pub fn named(name: &str) -> Option<&'static Action> {
    ACTIONS.iter().find(|action| action.name == name)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_occur_once_and_stand_ins_exist() {
        let names: BTreeSet<&str> = ACTIONS.iter().map(|action| action.name).collect();
        assert_eq!(names.len(), ACTIONS.len());
        for action in ACTIONS {
            let names: BTreeSet<&str> = action
                .parameters
                .iter()
                .map(|parameter| parameter.name)
                .collect();
            assert_eq!(names.len(), action.parameters.len(), "{}", action.name);
            for parameter in action.parameters {
                assert!(
                    parameter.stand_in.is_none_or(|name| names.contains(name)),
                    "{}",
                    action.name
                );
            }
        }
    }

    #[test]
    fn whatever_changes_something_needs_a_right() {
        for action in ACTIONS {
            assert!(
                !action.changes || action.right.is_some(),
                "{} changes something",
                action.name
            );
        }
    }
}
