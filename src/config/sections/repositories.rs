//! What is declared about repositories at forges.

use super::super::declare::{Kind, Section, Set, Shape};
use super::Presence::{Default, Optional, Required};
use super::{DAY, HOUR, NAME, key};

/// Longest path of a repository at its forge, in characters.
const PATH_CHARS_MAX: usize = 300;
/// Longest reference to a secret, in characters.
const REFERENCE_CHARS_MAX: usize = 500;

pub(in crate::config) const REPOSITORY: Section = Section {
    header: "repository.<id>",
    shape: Shape::Many,
    meaning: "A repository at a forge whose pull requests get environments, called `<id>-pr-<number>`.",
    keys: &[
        key(
            "forge",
            Kind::Word(&["github", "gitlab"]),
            Required,
            "What kind of forge it is at.",
        ),
        key(
            "api",
            Kind::Url,
            Optional("`https://api.github.com` or `https://gitlab.com/api/v4`"),
            "The forge's API, for a forge of one's own: `https://HOST/api/v3` of a GitHub Enterprise Server, `https://HOST/api/v4` of a GitLab.",
        ),
        key(
            "path",
            Kind::Line(PATH_CHARS_MAX),
            Required,
            "Its path at the forge, such as `sonsic/player`.",
        ),
        key(
            "template",
            Kind::One(Set::Template),
            Required,
            "The template of its environments. The newest commit of the pull request is the revision; its parameters need defaults.",
        ),
        key(
            "team",
            Kind::One(Set::Team),
            Required,
            "The team that they belong to: its quota counts, its channel tells.",
        ),
        key(
            "token",
            Kind::Line(REFERENCE_CHARS_MAX),
            Required,
            "Where the token for the API is read: `file:/absolute/path` or `env:NAME`.",
        ),
        key(
            "webhook_secret",
            Kind::Line(REFERENCE_CHARS_MAX),
            Optional("webhooks are not heard, and the forge is asked in turns only"),
            "Where the secret of its webhooks is read, as for `token`. They are sent to `/webhooks/<id>`.",
        ),
        key(
            "label",
            NAME,
            Optional("every pull request"),
            "Only pull requests with this label get an environment.",
        ),
        key(
            "trusted",
            Kind::Lines(200, 60),
            Optional("whoever may push to the repository"),
            "Only pull requests of these authors, by their names at the forge, get one unasked. Those from forks never do.",
        ),
        key(
            "grace",
            Kind::Duration {
                min: 0,
                max: 14 * DAY,
                step: 1,
            },
            Default(r#""1h""#),
            "How long an environment stays after its pull request was closed or merged.",
        ),
        key(
            "look_every",
            Kind::Duration {
                min: 60,
                max: 24 * HOUR,
                step: 1,
            },
            Default(r#""5m""#),
            "How often the forge is asked for the open pull requests. With webhooks it can be rare.",
        ),
    ],
    tables: &[],
};
