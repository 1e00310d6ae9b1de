//! What is declared about environments: engines, templates and their parameters.

use super::super::declare::{Kind, Section, Set, Shape};
use super::Presence::{Default, Optional, Required};
use super::{DAY, HOUR, NAME, SENTENCE, key};

pub(in crate::config) const ENGINE: Section = Section {
    header: "engine.<id>",
    shape: Shape::Many,
    meaning: "What holds for everything that one provider makes; the id is the provider's name.",
    keys: &[key(
        "building_max",
        Kind::Whole(1, 12),
        Default("8"),
        "How many environments it builds at the same time. More are queued, in the order in which they were asked for.",
    )],
    tables: &[],
};

pub(in crate::config) const TEMPLATE: Section = Section {
    header: "template.<id>",
    shape: Shape::Many,
    meaning: "A recipe for environments: `/env create template:<id>`. Its provider's settings stand in a table with the provider's name, such as `[template.preview.exec]`.",
    keys: &[
        key(
            "description",
            SENTENCE,
            Required,
            "What one gets, in one line.",
        ),
        key(
            "provider",
            Kind::One(Set::Provider),
            Required,
            "Who makes the environments.",
        ),
        key(
            "revision",
            NAME,
            Optional("a revision is no part of it"),
            "The revision used if none is asked for.",
        ),
        key(
            "revisions",
            Kind::Lines(100, 60),
            Default("[]"),
            "Revisions offered while typing.",
        ),
        key(
            "ttl",
            Kind::Duration {
                min: HOUR,
                max: 90 * DAY,
                step: HOUR,
            },
            Default(r#""8h""#),
            "How long an environment lives unless asked otherwise.",
        ),
        key(
            "ttl_max",
            Kind::Duration {
                min: HOUR,
                max: 90 * DAY,
                step: HOUR,
            },
            Default(r#""72h""#),
            "How long it may live at most, extensions included.",
        ),
        key(
            "extensions_max",
            Kind::Whole(0, 100),
            Default("3"),
            "How often one environment may be extended.",
        ),
        key(
            "build_max",
            Kind::Duration {
                min: 1,
                max: 4 * HOUR,
                step: 1,
            },
            Default(r#""10m""#),
            "How long a build may take before it counts as failed.",
        ),
        key(
            "allow",
            Kind::Several(Set::Group),
            Optional("whoever may create environments"),
            "Only people of these groups may use it.",
        ),
        key(
            "approval",
            Kind::Boolean,
            Default("false"),
            "Whether somebody else with the right `environment.approve` must agree first, within 24 hours.",
        ),
        key(
            "plan",
            Kind::Boolean,
            Default("false"),
            "Whether the engine's plan must be agreed to before anything is made, within 24 hours: by the team, or with `approval` by somebody else. Only with `terraform`.",
        ),
        key(
            "ttl_counts",
            Kind::Word(&["hours", "working-hours"]),
            Default(r#""hours""#),
            "Which hours `ttl`, `ttl_max` and extensions count: all, or those of `platform.working_hours`.",
        ),
        key(
            "sleep",
            Kind::Hours,
            Optional("it sleeps only when somebody asks"),
            "When its environments sleep, in the platform's zone; they are woken when that ends.",
        ),
        key(
            "price_per_hour",
            Kind::Price,
            Optional("no cost is shown"),
            "What an hour costs, in quotes, in `platform.currency`.",
        ),
        key(
            "price_asleep_per_hour",
            Kind::Price,
            Optional("nothing"),
            "What an hour asleep costs.",
        ),
        key(
            "links",
            Kind::Links,
            Optional("only its own address is shown"),
            "Further links, by what they are called; `{name}` is the environment's name.",
        ),
    ],
    tables: &["parameter"],
};

pub(in crate::config) const PARAMETER: Section = Section {
    header: "template.<id>.parameter.<name>",
    shape: Shape::Many,
    meaning: "Something else that may be asked for. Without a default it must be: as an option of a command that fixes the template, else in the form that `/env create` opens, which holds five.",
    keys: &[
        key(
            "type",
            Kind::Word(&["text", "integer", "boolean", "choice"]),
            Required,
            "What may be given.",
        ),
        key(
            "description",
            SENTENCE,
            Required,
            "What it is for, in one line.",
        ),
        key(
            "choices",
            Kind::Lines(25, 100),
            Optional("only with `type = \"choice\"`"),
            "What can be chosen.",
        ),
        key(
            "min",
            Kind::AnyWhole,
            Optional("only with `type = \"integer\"`; 0"),
            "The smallest number.",
        ),
        key(
            "max",
            Kind::AnyWhole,
            Optional("only with `type = \"integer\"`; 1000000"),
            "The largest number.",
        ),
        key(
            "length_max",
            Kind::Whole(1, 1000),
            Optional("only with `type = \"text\"`; 100"),
            "Characters at most.",
        ),
        key(
            "default",
            Kind::Scalar,
            Optional("the parameter is required"),
            "What counts if nothing is given.",
        ),
    ],
    tables: &[],
};
