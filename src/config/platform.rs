//! From sections to the platform: each section read whole, so that one fault does not hide the next.

use std::collections::BTreeMap;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::declare::{Section, Set};
use super::read::Fields;
use super::reader::{Entry, Reader, entries, list, near, quoted};
use super::sections as declared;
use super::{ProviderSection, Purpose, delivery, repository, strategy, template};
use crate::domain::access::{Group, Right};
use crate::domain::chat::{ChannelId, Language};
use crate::domain::platform::{Deploy, Digest, Platform, Reference, Survey, Team};

/// Longest id, in characters: it becomes a part of DNS labels.
const ID_CHARS_MAX: usize = 32;
/// What holds for sections that leave it out.
struct Defaults {
    language: Language,
    channel: Reference<ChannelId>,
}

/// Reads everything that makes the platform. `None` only if the reader keeps a fault.
pub(super) fn read<'a>(
    reader: &'a Reader<'a>,
    document: &'a DeTable<'a>,
    main: &Fields<'a>,
) -> Option<Platform> {
    let name = main.line("name");
    if let Some(zone) = main.zone("zone") {
        reader.zone.set(zone);
    }
    let language = main.language("language");
    let channel = main.channel("channel");
    let deployments = main.channel("deployments");
    let default_team = main.line("default_team");
    let (currency, worked) = (main.line("currency"), main.weekly_hours("working_hours"));
    // Sections are read with whatever stands in for a faulty default: the fault keeps the result from being used.
    let defaults = Defaults {
        language: language.unwrap_or_default(),
        channel: channel.clone().unwrap_or(Reference::Id(ChannelId(0))),
    };
    let groups = many(reader, document, &declared::GROUP, group);
    let teams = many(reader, document, &declared::TEAM, |fields| {
        team(fields, &defaults)
    });
    let building_max = many(reader, document, &declared::ENGINE, engine);
    let templates = many(reader, document, &declared::TEMPLATE, |fields| {
        template::read(fields, worked.as_ref())
    });
    let repositories = many(reader, document, &declared::REPOSITORY, |fields| {
        repository::read(fields, &templates)
    });
    let stages = many(reader, document, &declared::STAGE, |fields| {
        delivery::stage(fields, &groups)
    });
    let recipes: BTreeMap<String, Deploy> =
        many(reader, document, &declared::RECIPE, delivery::recipe)
            .into_iter()
            .collect();
    let services = many(reader, document, &declared::SERVICE, |fields| {
        delivery::service(fields, &recipes)
    });
    let surveys = many(reader, document, &declared::SURVEY, |fields| {
        survey(fields, &defaults)
    });
    let digests = many(reader, document, &declared::DIGEST, |fields| {
        digest(fields, &defaults)
    });
    let goals = strategy::read(reader, document);
    report_right_of_nobody(reader, document, &groups);
    delivery::report_equal_aliases(reader, document, &stages);
    Some(Platform {
        name: name?,
        zone: reader.zone.get(),
        language: language?,
        channel: channel?,
        deployments,
        default_team,
        currency: currency?,
        building_max: building_max.into_iter().collect(),
        groups,
        teams,
        templates,
        repositories,
        stages,
        services,
        surveys,
        digests,
        goals,
    })
}

/// Reads every section of one kind, in the order of the file.
pub(super) fn many<'a, T>(
    reader: &'a Reader<'a>,
    document: &'a DeTable<'a>,
    section: &'static Section,
    read: impl Fn(&Fields<'a>) -> Option<T>,
) -> Vec<T> {
    let name = section.header.split('.').next().unwrap_or(section.header);
    named(reader, section, document.get(name), read)
}

pub(super) fn named<'a, T>(
    reader: &'a Reader<'a>,
    section: &'static Section,
    value: Option<&'a Spanned<DeValue<'a>>>,
    read: impl Fn(&Fields<'a>) -> Option<T>,
) -> Vec<T> {
    let Some(value) = value else {
        return Vec::new();
    };
    if value.get_ref().as_table().is_none() {
        let hint = format!("Write it as `[{}]` with keys below.", section.header);
        reader.fault(
            Some(value.span()),
            "this is a section, not a value".to_owned(),
            Some(hint),
        );
    }
    let mut things = Vec::new();
    for Entry { name, span, value } in entries(Some(value)) {
        // A module's variables are mostly written with underscores, and options may be.
        let is_parameter = section.header == declared::PARAMETER.header;
        let plain = if is_parameter {
            name.replace('_', "-")
        } else {
            name.to_owned()
        };
        if !is_label(&plain) {
            let dashes = if is_parameter {
                "inner dashes or underscores"
            } else {
                "inner dashes"
            };
            reader.fault(
                Some(span.clone()),
                format!("{} is no id", quoted(name)),
                Some(format!("Use at most {ID_CHARS_MAX} lower-case letters, digits and {dashes}, beginning with a letter.")),
            );
        }
        if let Some(fields) = Fields::open(reader, section, name, span, Some(value)) {
            things.extend(read(&fields));
        }
    }
    things
}

/// Whether it can be a part of a DNS label and the name of a Discord option.
fn is_label(name: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=ID_CHARS_MAX).contains(&name.len())
        && name.bytes().all(inner)
        && name.starts_with(|first: char| first.is_ascii_lowercase())
        && !name.ends_with('-')
}

fn group(fields: &Fields<'_>) -> Option<Group> {
    let roles = fields.roles("roles");
    let rights = fields
        .texts("rights")
        .iter()
        .filter_map(|right| Right::named(right))
        .collect();
    Some(Group {
        name: fields.id.to_owned(),
        roles,
        rights,
    })
}

fn engine(fields: &Fields<'_>) -> Option<(String, u32)> {
    let names = fields.reader.known(Set::Provider);
    if !names.iter().any(|name| name == fields.id) {
        fields.reader.fault(
            Some(fields.header.clone()),
            format!("there is no provider {}", quoted(fields.id)),
            Some(near(fields.id, names).unwrap_or_else(|| format!("There is {}.", list(names)))),
        );
    }
    Some((fields.id.to_owned(), fields.small("building_max")?))
}

fn team(fields: &Fields<'_>, defaults: &Defaults) -> Option<Team> {
    let (name, owner) = (fields.line("name"), fields.line("owner"));
    let (role, channel, language) = (
        fields.role("role"),
        fields.channel("channel"),
        fields.language("language"),
    );
    let (counts, quota) = (
        fields.boolean("counts_for_adoption"),
        fields.small("environments_quota"),
    );
    Some(Team {
        id: fields.id.to_owned(),
        name: name?,
        role,
        channel,
        owner: owner?,
        language: language.unwrap_or(defaults.language),
        counts_for_adoption: counts?,
        environments_quota: quota?,
    })
}

fn survey(fields: &Fields<'_>, defaults: &Defaults) -> Option<Survey> {
    let (schedule, audience, channel) = (
        fields.schedule("schedule"),
        fields.role("audience"),
        fields.channel("channel"),
    );
    let (window, k, comment) = (
        fields.hours("window"),
        fields.small("k"),
        fields.boolean("comment"),
    );
    Some(Survey {
        id: fields.id.to_owned(),
        schedule,
        audience: audience?,
        channel: channel.unwrap_or_else(|| defaults.channel.clone()),
        window_hours: window?,
        k: k?,
        comment: comment?,
    })
}

fn digest(fields: &Fields<'_>, defaults: &Defaults) -> Option<Digest> {
    let (schedule, channel, language) = (
        fields.schedule("schedule"),
        fields.channel("channel"),
        fields.language("language"),
    );
    Some(Digest {
        id: fields.id.to_owned(),
        schedule: schedule?,
        channel: channel.unwrap_or_else(|| defaults.channel.clone()),
        language: language.unwrap_or(defaults.language),
    })
}

fn first_key(document: &DeTable<'_>, section: &str) -> Option<Range<usize>> {
    entries(document.get(section))
        .first()
        .map(|entry| entry.span.clone())
}

fn report_right_of_nobody(reader: &Reader<'_>, document: &DeTable<'_>, groups: &[Group]) {
    let given = |right: &Right| groups.iter().any(|group| group.rights.contains(right));
    let missing: Vec<&str> = Right::ALL
        .iter()
        .filter(|right| !given(right))
        .map(|right| right.name())
        .collect();
    if !missing.is_empty() {
        reader.warn(
            first_key(document, "group"),
            format!("nobody has the right {}", list(&missing)),
            Some("What no group may do, nobody can do. Add it to the `rights` of a group, if somebody should.".to_owned()),
        );
    }
}

/// The provider of a section, and its own section in canonical form.
pub(super) fn provider(fields: &Fields<'_>, purpose: Purpose) -> (Option<String>, Option<String>) {
    let Some(name) = fields.line("provider") else {
        return (None, None);
    };
    let reader = fields.reader;
    let Some((_, value)) = fields.table(&name) else {
        reader.fault(
            Some(fields.header.clone()),
            format!(
                "`{}` has no settings for its provider `{name}`",
                fields.title()
            ),
            Some(format!("Add a section `[{}.{name}]`.", fields.title())),
        );
        return (Some(name), None);
    };
    let Some(table) = value.get_ref().as_table() else {
        return (Some(name), None);
    };
    let section = ProviderSection {
        provider: &name,
        purpose,
        table,
        span: value.span(),
        folder: reader.folder,
    };
    match (reader.providers.settings)(&section) {
        Ok(definition) => (Some(name), Some(definition)),
        Err(faults) => {
            for fault in faults {
                reader.fault(
                    Some(fault.span),
                    fault.message,
                    Some(fault.hint).filter(|hint| !hint.is_empty()),
                );
            }
            (Some(name), None)
        }
    }
}
