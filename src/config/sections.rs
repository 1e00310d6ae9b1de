//! Every section and key of `hearth.toml`, declared once.

mod environments;
mod repositories;

use super::declare::{Key, Kind, Presence, Section, Set, Shape};
use Presence::{Default, Optional, Required};
pub(super) use environments::{ENGINE, PARAMETER, TEMPLATE};
pub(super) use repositories::REPOSITORY;

/// Longest name of a thing, in characters.
const NAME: Kind = Kind::Line(60);
/// Longest description in one line, in characters; Discord shows 100 in lists.
const SENTENCE: Kind = Kind::Line(100);
/// Longest explanation, in characters.
const EXPLANATION: Kind = Kind::Line(300);
const HOUR: u64 = 3600;
const DAY: u64 = 24 * HOUR;

const fn key(name: &'static str, kind: Kind, presence: Presence, meaning: &'static str) -> Key {
    Key {
        name,
        kind,
        presence,
        meaning,
    }
}

/// All sections, in the order of the reference page.
pub(super) const ALL: &[&Section] = &[
    &PLATFORM,
    &DISCORD,
    &WEB,
    &LOG,
    &GROUP,
    &TEAM,
    &ENGINE,
    &TEMPLATE,
    &PARAMETER,
    &REPOSITORY,
    &STAGE,
    &RECIPE,
    &SERVICE,
    &SURVEY,
    &DIGEST,
    &GOAL,
    &TARGET,
];

pub(super) const PLATFORM: Section = Section {
    header: "platform",
    shape: Shape::Required,
    meaning: "The platform as a whole.",
    keys: &[
        key("name", NAME, Required, "What people call the platform."),
        key(
            "zone",
            Kind::Zone,
            Default(r#""UTC""#),
            "The zone of schedules, weeks and times of day.",
        ),
        key(
            "language",
            Kind::Language,
            Default(r#""en""#),
            "The language of channels that belong to no team.",
        ),
        key(
            "channel",
            Kind::Channel,
            Required,
            "Where the platform speaks when no other channel is named.",
        ),
        key(
            "deployments",
            Kind::Channel,
            Optional("the channel of the service's team, else `channel`"),
            "Where deployments are told.",
        ),
        key(
            "default_team",
            Kind::One(Set::Team),
            Optional("nobody's"),
            "The team of people whom no role and no channel gives one.",
        ),
        key(
            "currency",
            Kind::Line(8),
            Default(r#""EUR""#),
            "What prices are in.",
        ),
        key(
            "working_hours",
            Kind::Hours,
            Default(r#""Mon-Fri 08:00-18:00""#),
            "The hours that a time to live counts where a template says `ttl_counts = \"working-hours\"`.",
        ),
        key(
            "database",
            Kind::Database,
            Default(r#""sqlite:data/hearth.db""#),
            "Where Hearth remembers. `HEARTH_DATABASE_URL` overrides it, and is the only place for a password.",
        ),
        key(
            "data_dir",
            Kind::Path,
            Optional("the SQLite database's folder, else `data`"),
            "Where the survey key and the state of providers lie. Back it up.",
        ),
        key(
            "commands_dir",
            Kind::Path,
            Optional("only the built-in commands"),
            "A folder of command files that add, replace or remove commands.",
        ),
    ],
    tables: &[],
};

pub(super) const DISCORD: Section = Section {
    header: "discord",
    shape: Shape::Optional,
    meaning: "Which server Hearth serves. The token is a secret: it comes from `DISCORD_TOKEN` or `DISCORD_TOKEN_FILE`.",
    keys: &[
        key(
            "guild",
            Kind::Snowflake,
            Optional("`DISCORD_GUILD_ID` must be set"),
            "The server's id. `DISCORD_GUILD_ID` overrides it.",
        ),
        key(
            "api_url",
            Kind::Url,
            Optional("Discord itself"),
            "Another server that speaks Discord's API. `DISCORD_API_URL` overrides it.",
        ),
    ],
    tables: &[],
};

pub(super) const WEB: Section = Section {
    header: "web",
    shape: Shape::Optional,
    meaning: "Health, readiness and metrics over HTTP.",
    keys: &[key(
        "listen",
        Kind::Listen,
        Default(r#""127.0.0.1:9464""#),
        "Where to listen. Anything but loopback can be reached by others and gives a warning.",
    )],
    tables: &[],
};

pub(super) const LOG: Section = Section {
    header: "log",
    shape: Shape::Optional,
    meaning: "What Hearth writes about itself to standard error.",
    keys: &[
        key(
            "filter",
            Kind::Line(500),
            Default(r#""info""#),
            "Which lines, in the words of `RUST_LOG`, which overrides it.",
        ),
        key(
            "format",
            Kind::Word(&["pretty", "json"]),
            Default(r#""pretty""#),
            "For people or for machines. `HEARTH_LOG_FORMAT` overrides it.",
        ),
    ],
    tables: &[],
};

pub(super) const GROUP: Section = Section {
    header: "group.<id>",
    shape: Shape::Many,
    meaning: "Who may do what. Nobody has a right that no group gives.",
    keys: &[
        key(
            "roles",
            Kind::Roles,
            Required,
            "Whoever has one of these roles belongs to the group.",
        ),
        key(
            "rights",
            Kind::Several(Set::Right),
            Required,
            "What the group may do.",
        ),
    ],
    tables: &[],
};

pub(super) const TEAM: Section = Section {
    header: "team.<id>",
    shape: Shape::Many,
    meaning: "A group of the platform's customers.",
    keys: &[
        key("name", NAME, Required, "What people call the team."),
        key(
            "role",
            Kind::Role,
            Optional("nobody is a member by role"),
            "Whoever has it is a member.",
        ),
        key(
            "channel",
            Kind::Channel,
            Optional("`platform.channel`"),
            "Where the team's news is told.",
        ),
        key(
            "owner",
            NAME,
            Required,
            "Whom to ask: a plain name, shown and never mentioned.",
        ),
        key(
            "language",
            Kind::Language,
            Optional("`platform.language`"),
            "The language of its channel.",
        ),
        key(
            "counts_for_adoption",
            Kind::Boolean,
            Default("true"),
            "Whether the adoption metric counts it. The team that builds the platform should not count itself.",
        ),
        key(
            "environments_quota",
            Kind::Whole(0, 1000),
            Default("3"),
            "How many environments it may have at a time; failed ones count.",
        ),
    ],
    tables: &[],
};

pub(super) const STAGE: Section = Section {
    header: "stage.<id>",
    shape: Shape::Many,
    meaning: "A lasting place that software is deployed to. The order in the file is the order of promotion.",
    keys: &[
        key(
            "aliases",
            Kind::Lines(10, 32),
            Default("[]"),
            "Other names people may type.",
        ),
        key(
            "approvals",
            Kind::Whole(0, 1),
            Default("0"),
            "How many people other than the requester must agree.",
        ),
        key(
            "approvers",
            Kind::Several(Set::Group),
            Default("[]"),
            "Groups that may agree; their members also need the right `deployment.approve`.",
        ),
        key(
            "deployers",
            Kind::Several(Set::Group),
            Optional("whoever has the right `deployment.request`"),
            "Groups that may deploy here.",
        ),
        key(
            "production",
            Kind::Boolean,
            Default("false"),
            "Whether the metrics count deployments here as production deployments.",
        ),
        key(
            "rollback_reason",
            Kind::Boolean,
            Default("false"),
            "Whether a rollback here needs a reason.",
        ),
    ],
    tables: &[],
};

pub(super) const RECIPE: Section = Section {
    header: "recipe.<id>",
    shape: Shape::Many,
    meaning: "How services are brought to stages; services share it. Its provider's settings stand in a table with the provider's name, such as `[recipe.restart.exec]`.",
    keys: &[
        key(
            "provider",
            Kind::One(Set::Provider),
            Required,
            "Who does it.",
        ),
        key(
            "time_max",
            Kind::Duration {
                min: 1,
                max: 4 * HOUR,
                step: 1,
            },
            Default(r#""10m""#),
            "How long a deployment may take before it counts as failed.",
        ),
    ],
    tables: &[],
};

pub(super) const SERVICE: Section = Section {
    header: "service.<id>",
    shape: Shape::Many,
    meaning: "One thing that is deployed.",
    keys: &[
        key(
            "team",
            Kind::One(Set::Team),
            Required,
            "The team that owns it.",
        ),
        key(
            "recipe",
            Kind::RecipeByStage,
            Required,
            "One recipe for every stage, or `{ staging = \"a\", production = \"b\" }`; a stage that is missing there cannot be deployed to.",
        ),
        key(
            "revisions",
            Kind::Lines(100, 60),
            Default("[]"),
            "Revisions offered while typing, newest first, beside those deployed before.",
        ),
        key(
            "compare_url",
            Kind::CompareUrl,
            Optional("no link"),
            "Where to compare two revisions.",
        ),
        key(
            "mandated",
            Kind::Boolean,
            Default("false"),
            "Whether teams must use it; then it does not count as voluntary adoption.",
        ),
    ],
    tables: &[],
};

pub(super) const SURVEY: Section = Section {
    header: "survey.<id>",
    shape: Shape::Many,
    meaning: "A survey of overall satisfaction. Its wording is fixed, so that rounds can be compared.",
    keys: &[
        key(
            "schedule",
            Kind::Schedule,
            Optional("rounds are opened by hand"),
            "When a round opens by itself.",
        ),
        key(
            "audience",
            Kind::Role,
            Required,
            "Who is asked: whoever has this role.",
        ),
        key(
            "channel",
            Kind::Channel,
            Optional("`platform.channel`"),
            "Where it is asked and where the results are posted.",
        ),
        key(
            "window",
            Kind::Duration {
                min: HOUR,
                max: 30 * DAY,
                step: HOUR,
            },
            Default(r#""168h""#),
            "How long a round is open.",
        ),
        key(
            "k",
            Kind::Whole(5, 1000),
            Default("5"),
            "With fewer answers than this nothing is published. It cannot be less than 5.",
        ),
        key(
            "comment",
            Kind::Boolean,
            Default("true"),
            "Whether a free comment may be added.",
        ),
    ],
    tables: &[],
};

pub(super) const DIGEST: Section = Section {
    header: "digest.<id>",
    shape: Shape::Many,
    meaning: "The numbers of the last closed week, posted regularly.",
    keys: &[
        key("schedule", Kind::Schedule, Required, "When it is posted."),
        key(
            "channel",
            Kind::Channel,
            Optional("`platform.channel`"),
            "Where.",
        ),
        key(
            "language",
            Kind::Language,
            Optional("`platform.language`"),
            "In which language.",
        ),
    ],
    tables: &[],
};

pub(super) const GOAL: Section = Section {
    header: "goal.<id>",
    shape: Shape::Many,
    meaning: "A goal of the platform's strategy: value, what is in the way, what is done, and how it is measured. The most important one first.",
    keys: &[
        key(
            "value",
            EXPLANATION,
            Required,
            "The business value it serves.",
        ),
        key("problem", EXPLANATION, Required, "What is in the way."),
        key(
            "initiatives",
            Kind::Lines(10, 300),
            Default("[]"),
            "What is done about it.",
        ),
    ],
    tables: &["target"],
};

pub(super) const TARGET: Section = Section {
    header: "goal.<id>.target",
    shape: Shape::List,
    meaning: "A wanted value of a metric, with either `at_least` or `at_most`. No metric is targeted without its counterweight.",
    keys: &[
        key(
            "metric",
            Kind::One(Set::Metric),
            Required,
            "The metric's id.",
        ),
        key(
            "at_least",
            Kind::Number,
            Optional("`at_most` stands instead"),
            "The least that is wanted, in the metric's unit.",
        ),
        key(
            "at_most",
            Kind::Number,
            Optional("`at_least` stands instead"),
            "The most that is wanted, in the metric's unit.",
        ),
    ],
    tables: &[],
};
