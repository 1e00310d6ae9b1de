//! The platform as its keepers declare it: teams, groups, templates, services, stages, surveys,
//! digests and strategy. Checked by `config`, resolved against the server, swapped whole at a reload.

use std::collections::BTreeMap;
use std::ops::Range;
use std::time::Duration;

use chrono_tz::Tz;

use super::access::Group;
use super::chat::{ChannelId, Guild, Language, RoleId};
use super::environment::Terms;
use super::limits;
use super::schedule::Schedule;

/// A role or channel as the configuration names it: by id, or by a name that the server must resolve.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reference<Id> {
    /// Known for sure.
    Id(Id),
    /// Found by name in the server; whoever may manage roles there may thereby grant rights.
    Name(String),
}

impl<Id: Copy> Reference<Id> {
    /// The id, if it is known.
    #[must_use]
    pub fn id(&self) -> Option<Id> {
        match self {
            Self::Id(id) => Some(*id),
            Self::Name(_) => None,
        }
    }
}

/// What a provider's section is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Making environments.
    Environments,
    /// Bringing services to stages.
    Deployments,
}

/// What a provider finds wrong with its section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SectionFault {
    /// Which bytes of the file.
    pub span: Range<usize>,
    /// What is so. Never repeats what may be a secret.
    pub message: String,
    /// What to do about it; may be empty.
    pub hint: String,
}

/// Everything that one installation is about.
#[derive(Clone, Debug, PartialEq)]
pub struct Platform {
    /// What people call it.
    pub name: String,
    /// The zone of schedules, weeks and times of day.
    pub zone: Tz,
    /// The language of channels without a team of their own.
    pub language: Language,
    /// Where the platform speaks when no other channel is named.
    pub channel: Reference<ChannelId>,
    /// Where deployments are told; `None` = the channel of the service's team, else `channel`.
    pub deployments: Option<Reference<ChannelId>>,
    /// Who is asked for a team nowhere else.
    pub default_team: Option<String>,
    /// What prices are in, such as `EUR`.
    pub currency: String,
    /// How many environments an engine builds at the same time, by the provider's name, where the
    /// configuration says so.
    pub building_max: BTreeMap<String, u32>,
    /// Groups, in the configuration's order.
    pub groups: Vec<Group>,
    /// Teams, in the configuration's order.
    pub teams: Vec<Team>,
    /// Templates of environments.
    pub templates: Vec<Template>,
    /// Repositories whose pull requests get environments.
    pub repositories: Vec<Repository>,
    /// Stages, in the order of promotion.
    pub stages: Vec<Stage>,
    /// Services.
    pub services: Vec<Service>,
    /// Surveys.
    pub surveys: Vec<Survey>,
    /// Digests.
    pub digests: Vec<Digest>,
    /// Goals, in the order of their importance.
    pub goals: Vec<Goal>,
}

/// A group of the platform's customers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Team {
    /// Its key in the configuration.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Members hold this role.
    pub role: Option<Reference<RoleId>>,
    /// Where the team's news is told.
    pub channel: Option<Reference<ChannelId>>,
    /// Whom to ask: a plain name, shown, never mentioned.
    pub owner: String,
    /// The language of its channel.
    pub language: Language,
    /// Whether it belongs to the adoption metric's denominator.
    pub counts_for_adoption: bool,
    /// How many environments it may have at a time; failed ones count.
    pub environments_quota: u32,
}

/// A recipe for environments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// Its key in the configuration.
    pub id: String,
    /// What it is, in one line.
    pub description: String,
    /// The provider's name, such as `exec`.
    pub provider: String,
    /// The provider's section as canonical JSON; opaque here.
    pub definition: String,
    /// The revision used if none is given; `None` = a revision is not part of it.
    pub revision: Option<String>,
    /// Revisions offered while typing.
    pub revisions: Vec<String>,
    /// Hours an environment lives unless asked otherwise.
    pub ttl_hours: u32,
    /// Hours it may live at most, extensions included.
    pub ttl_hours_max: u32,
    /// How often one may be extended.
    pub extensions_max: u32,
    /// How long a build may take, in seconds.
    pub build_seconds_max: u32,
    /// What else may be asked.
    pub parameters: Vec<Parameter>,
    /// Groups whose people may use it; `None` = whoever holds the right.
    pub allow: Option<Vec<String>>,
    /// Whether somebody else must approve each of its environments.
    pub approval: bool,
    /// Whether the engine's plan of each of its environments must be agreed to before anything is made.
    pub plan: bool,
    /// What holds for the life of its environments.
    pub terms: Terms,
}

/// A typed parameter of a template or a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// What it is for, in one line.
    pub description: String,
    /// What may be given.
    pub kind: ParameterKind,
    /// Used if nothing is given; without it the parameter is required.
    pub default: Option<String>,
}

/// What a parameter accepts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ParameterKind {
    /// Text of at most this many characters.
    Text {
        /// Characters at most.
        length_max: u16,
    },
    /// A whole number in a range, both ends included.
    Integer {
        /// Smallest.
        min: i64,
        /// Largest.
        max: i64,
    },
    /// Yes or no.
    Boolean,
    /// A person of the server; only actions have such a parameter.
    Person,
    /// One of these.
    Choice(Vec<String>),
}

/// A repository at a forge whose pull requests get environments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repository {
    /// Its key in the configuration.
    pub id: String,
    /// What kind of forge it is at.
    pub forge: Forge,
    /// The address of the forge's API, without a slash at its end.
    pub api: String,
    /// Its path at the forge, such as `sonsic/player`.
    pub path: String,
    /// The template of its environments.
    pub template: String,
    /// The team that they belong to.
    pub team: String,
    /// Where the token for the API is read: `file:/path` or `env:NAME`.
    pub token: String,
    /// Where the secret of its webhooks is read; `None` = webhooks are not heard.
    pub webhook_secret: Option<String>,
    /// Only pull requests with this label; `None` = all of them.
    pub label: Option<String>,
    /// Only these authors need nobody who lets them in; `None` = whoever may push to the repository.
    pub trusted: Option<Vec<String>>,
    /// How long an environment stays after its pull request was closed.
    pub grace: Duration,
    /// How often the forge is asked for the open pull requests.
    pub look_every: Duration,
}

/// Variables of the bot itself: nobody else may have them, not even when they are asked for by name.
pub const OWN_SECRETS: [&str; 4] = [
    "DISCORD_TOKEN",
    "HEARTH_DATABASE_URL",
    "HEARTH_SURVEY_SECRET",
    "DATABASE_URL",
];
/// Characters of a variable's name.
const VARIABLE_CHARS_MAX: usize = 40;

/// What is wrong with a text that should say where a secret is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretFault {
    /// It names a variable of the bot itself.
    BotsOwn,
    /// It names no place.
    Nowhere,
}

/// Whether a text says where a secret is read: `file:/path` or `env:NAME`.
///
/// # Errors
/// What is wrong with it. The text itself may be the secret that somebody put there by mistake: it is
/// not to be repeated.
pub fn judge_secret(source: &str) -> Result<(), SecretFault> {
    let is_variable = |text: &str| {
        (1..=VARIABLE_CHARS_MAX).contains(&text.len())
            && !text.starts_with(|first: char| first.is_ascii_digit())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    match source.split_once(':') {
        Some(("file", path)) if path.starts_with('/') => Ok(()),
        Some(("env", variable)) if OWN_SECRETS.contains(&variable) => Err(SecretFault::BotsOwn),
        Some(("env", variable)) if is_variable(variable) => Ok(()),
        _ => Err(SecretFault::Nowhere),
    }
}

/// What kind of forge it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forge {
    /// GitHub, or a GitHub Enterprise Server.
    GitHub,
    /// GitLab.
    GitLab,
}

impl Forge {
    /// Its word in the configuration.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::GitHub => "github",
            Self::GitLab => "gitlab",
        }
    }
}

/// A lasting place that software is deployed to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    /// Its key, such as `production`.
    pub id: String,
    /// Other names people type, such as `prod`.
    pub aliases: Vec<String>,
    /// How many people other than the requester must agree; 0 or 1.
    pub approvals: u8,
    /// Groups that may deploy here; `None` = whoever holds the right.
    pub deployers: Option<Vec<String>>,
    /// Groups that may approve here; empty = nobody.
    pub approvers: Vec<String>,
    /// Whether deployments here are production deployments for the metrics.
    pub production: bool,
    /// Whether a rollback here needs a reason.
    pub rollback_reason: bool,
}

/// One thing that is deployed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    /// Its key, such as `player`.
    pub id: String,
    /// The team that owns it.
    pub team: String,
    /// Revisions offered while typing, newest first, beside those that were deployed before.
    pub revisions: Vec<String>,
    /// Where to compare revisions: `{from}` and `{to}` are filled in.
    pub compare_url: Option<String>,
    /// The provider's name and section, by stage; a stage that is missing here cannot be deployed to.
    pub stages: BTreeMap<String, Deploy>,
    /// Whether teams must use it (such capabilities do not count as voluntary adoption).
    pub mandated: bool,
}

/// How a service is brought to one stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deploy {
    /// The provider's name, such as `exec`.
    pub provider: String,
    /// The provider's section as canonical JSON; opaque here.
    pub definition: String,
    /// How long a deployment may take, in seconds.
    pub seconds_max: u32,
}

/// A survey as declared.
#[derive(Clone, Debug, PartialEq)]
pub struct Survey {
    /// Its key, such as `pulse`.
    pub id: String,
    /// When rounds open by themselves; `None` = only by hand.
    pub schedule: Option<Schedule>,
    /// Who is asked: whoever holds this role.
    pub audience: Reference<RoleId>,
    /// Where it is asked and answered.
    pub channel: Reference<ChannelId>,
    /// How long a round is open, in hours.
    pub window_hours: u32,
    /// Fewest answers for a published number; at least 5, never lowered for a round that is open.
    pub k: u32,
    /// Whether a free comment is asked for.
    pub comment: bool,
}

/// A digest as declared.
#[derive(Clone, Debug, PartialEq)]
pub struct Digest {
    /// Its key, such as `weekly`.
    pub id: String,
    /// When it is posted.
    pub schedule: Schedule,
    /// Where.
    pub channel: Reference<ChannelId>,
    /// Its language.
    pub language: Language,
}

/// A goal of the platform's strategy.
#[derive(Clone, Debug, PartialEq)]
pub struct Goal {
    /// Its key, such as `innovation`.
    pub id: String,
    /// The business value it serves, in one line.
    pub value: String,
    /// What is in the way, in one line.
    pub problem: String,
    /// What is done about it.
    pub initiatives: Vec<String>,
    /// How it is measured.
    pub targets: Vec<Target>,
}

/// A wanted value of a metric.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// The metric's id in the catalogue, such as `S5`.
    pub metric: String,
    /// Whether reality shall be at least or at most the value.
    pub at_least: bool,
    /// In the metric's unit.
    pub value: f64,
}

impl Platform {
    /// The team with this key.
    #[must_use]
    pub fn team(&self, id: &str) -> Option<&Team> {
        self.teams.iter().find(|team| team.id == id)
    }

    /// The template with this key.
    #[must_use]
    pub fn template(&self, id: &str) -> Option<&Template> {
        self.templates.iter().find(|template| template.id == id)
    }

    /// The repository with this key.
    #[must_use]
    pub fn repository(&self, id: &str) -> Option<&Repository> {
        self.repositories
            .iter()
            .find(|repository| repository.id == id)
    }

    /// How many environments this provider's engine builds at the same time.
    #[must_use]
    pub fn building_max(&self, provider: &str) -> u32 {
        let declared = self.building_max.get(provider).copied();
        declared.unwrap_or(limits::BUILDING_MAX)
    }

    /// The stage with this key or alias.
    #[must_use]
    pub fn stage(&self, name: &str) -> Option<&Stage> {
        self.stages
            .iter()
            .find(|stage| stage.id == name || stage.aliases.iter().any(|alias| alias == name))
    }

    /// The service with this key.
    #[must_use]
    pub fn service(&self, id: &str) -> Option<&Service> {
        self.services.iter().find(|service| service.id == id)
    }

    /// The same platform with every role and channel known by id, and what the server lacks.
    #[must_use]
    pub fn resolve(mut self, guild: &Guild) -> (Self, Vec<Unresolved>) {
        let mut missing = Vec::new();
        {
            let mut role = |reference: &mut Reference<RoleId>, used_by: String| {
                resolve_one(reference, &guild.roles, "role", used_by, &mut missing);
            };
            for group in &mut self.groups {
                for reference in &mut group.roles {
                    role(reference, format!("group.{}", group.name));
                }
            }
            for team in &mut self.teams {
                if let Some(reference) = &mut team.role {
                    role(reference, format!("team.{}", team.id));
                }
            }
            for survey in &mut self.surveys {
                role(&mut survey.audience, format!("survey.{}", survey.id));
            }
        }
        let mut channel = |reference: &mut Reference<ChannelId>, used_by: String| {
            resolve_one(reference, &guild.channels, "channel", used_by, &mut missing);
        };
        channel(&mut self.channel, "platform".to_owned());
        if let Some(reference) = &mut self.deployments {
            channel(reference, "platform".to_owned());
        }
        for team in &mut self.teams {
            if let Some(reference) = &mut team.channel {
                channel(reference, format!("team.{}", team.id));
            }
        }
        for survey in &mut self.surveys {
            channel(&mut survey.channel, format!("survey.{}", survey.id));
        }
        for digest in &mut self.digests {
            channel(&mut digest.channel, format!("digest.{}", digest.id));
        }
        (self, missing)
    }
}

/// A role or channel that the configuration names and the server does not have (or has twice).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unresolved {
    /// `role` or `channel`.
    pub kind: &'static str,
    /// The name that was not found.
    pub name: String,
    /// The section of the configuration that names it.
    pub used_by: String,
}

fn resolve_one<Id: Copy>(
    reference: &mut Reference<Id>,
    known: &[(Id, String)],
    kind: &'static str,
    used_by: String,
    missing: &mut Vec<Unresolved>,
) {
    let Reference::Name(name) = reference else {
        return;
    };
    let mut hits = known.iter().filter(|(_, known_name)| known_name == name);
    match (hits.next(), hits.next()) {
        (Some((id, _)), None) => *reference = Reference::Id(*id),
        _ => missing.push(Unresolved {
            kind,
            name: name.clone(),
            used_by,
        }),
    }
}
