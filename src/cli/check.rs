//! `hearth check`: everything that is wrong with a configuration, and what will happen when.

use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use clap::Args;
use hearth::app::commands::Bound;
use hearth::config::{self, Declared, Fault, Faults, Settings};
use hearth::discord::Permission;
use hearth::domain::Timestamp;
use hearth::domain::calendar;
use hearth::domain::chat::{ChannelId, Guild};
use hearth::domain::platform::{Platform, Reference};
use hearth::domain::schedule::Schedule;
use hearth::providers::{self, Provisioner, forge};
use hearth::store::{self, MIGRATIONS};

use super::outcome::{Failure, look_of_output};
use super::{open, reading, say};

/// Firings that are shown of each schedule.
const FIRINGS_SHOWN: usize = 3;

/// How much is checked.
#[derive(Args, Clone, Debug)]
pub struct Asked {
    #[command(flatten)]
    config: super::Config,
    /// Only the files: no token, no Discord, no database
    #[arg(long)]
    offline: bool,
}

/// Checks, and prints what was found.
pub fn run(asked: &Asked) -> Result<(), Failure> {
    let path = reading::path(asked.config.config.clone());
    let declared = reading::declared(&path);
    // Faults of the command files are told together with those of the configuration.
    let mut faults = Vec::new();
    let bound = match &declared {
        Ok(declared) => reading::bind(declared.commands_dir.as_deref(), &declared.platform)
            .map_err(|found| faults.extend(found.0))
            .ok(),
        Err(_) => None,
    };
    let settings = if asked.offline {
        None
    } else {
        Some(reading::settings(&path, &reading::process_environment))
    };
    let (declared, settings) = match (declared, settings.transpose()) {
        // The whole configuration's faults contain those of the file.
        (_, Err(found)) | (Err(found), Ok(_)) => return Err(all(found, faults).into()),
        (Ok(declared), Ok(settings)) => (declared, settings),
    };
    let Some(bound) = bound else {
        return Err(Faults(faults).into());
    };
    say(&described(&path, &declared, &bound));
    let mut warnings = declared.warnings;
    let mut wrong = Vec::new();
    if let Some(settings) = settings {
        warnings.clone_from(&settings.warnings);
        super::choose_tls();
        super::block_on(online(&settings, &mut warnings, &mut wrong))?;
    }
    if !warnings.is_empty() {
        say(&format!(
            "\n{}",
            config::render(&warnings, look_of_output()).trim_end()
        ));
    }
    if wrong.is_empty() {
        say("\nThe configuration is in order.");
        return Ok(());
    }
    Err(Failure::Unfit(format!(
        "Hearth would not work as declared:\n  {}",
        wrong.join("\n  ")
    )))
}

fn all(found: Faults, more: Vec<Fault>) -> Faults {
    Faults(found.0.into_iter().chain(more).collect())
}

/// What the files say.
fn described(path: &Path, declared: &Declared, bound: &Bound) -> String {
    let platform = &declared.platform;
    let names = |names: Vec<&str>| {
        if names.is_empty() {
            "none".to_owned()
        } else {
            names.join(", ")
        }
    };
    let row = |what: &str, text: String| vec![format!("  {what}"), text];
    let rows = vec![
        row(
            "groups",
            names(
                platform
                    .groups
                    .iter()
                    .map(|group| group.name.as_str())
                    .collect(),
            ),
        ),
        row(
            "teams",
            names(platform.teams.iter().map(|team| team.id.as_str()).collect()),
        ),
        row(
            "templates",
            names(
                platform
                    .templates
                    .iter()
                    .map(|template| template.id.as_str())
                    .collect(),
            ),
        ),
        row(
            "repositories",
            names(
                platform
                    .repositories
                    .iter()
                    .map(|repository| repository.id.as_str())
                    .collect(),
            ),
        ),
        row(
            "stages",
            names(
                platform
                    .stages
                    .iter()
                    .map(|stage| stage.id.as_str())
                    .collect(),
            ),
        ),
        row(
            "services",
            names(
                platform
                    .services
                    .iter()
                    .map(|service| service.id.as_str())
                    .collect(),
            ),
        ),
        row(
            "goals",
            names(platform.goals.iter().map(|goal| goal.id.as_str()).collect()),
        ),
        row(
            "commands",
            bound
                .commands()
                .map(|command| format!("/{}", command.name()))
                .collect::<Vec<_>>()
                .join(", "),
        ),
    ];
    let mut text = format!(
        "{}: {}\n{}",
        path.display(),
        platform.name,
        super::rights::aligned(&rows)
    );
    let schedules = schedules(platform);
    if !schedules.is_empty() {
        text.push_str(&format!(
            "\nSchedules, {}, and their next firings:\n{}",
            platform.zone,
            super::rights::aligned(&schedules)
        ));
    }
    text
}

fn schedules(platform: &Platform) -> Vec<Vec<String>> {
    let now_ms = chrono::Utc::now().timestamp_millis();
    let row = |what: String, schedule: &Schedule| {
        let firing = |at_ms: &i64| {
            calendar::local(schedule.zone(), *at_ms)
                .format("%a %Y-%m-%d %H:%M")
                .to_string()
        };
        let firings: Vec<String> = schedule
            .upcoming(now_ms, FIRINGS_SHOWN)
            .iter()
            .map(firing)
            .collect();
        vec![
            format!("  {what}"),
            schedule.text().to_owned(),
            firings.join(", "),
        ]
    };
    let surveys = platform
        .surveys
        .iter()
        .map(|survey| match &survey.schedule {
            Some(schedule) => row(format!("survey {}", survey.id), schedule),
            None => vec![format!("  survey {}", survey.id), "by hand".to_owned()],
        });
    let digests = platform
        .digests
        .iter()
        .map(|digest| row(format!("digest {}", digest.id), &digest.schedule));
    surveys.chain(digests).collect()
}

/// What the world says: Discord, the database, the programs.
async fn online(
    settings: &Settings,
    warnings: &mut Vec<Fault>,
    wrong: &mut Vec<String>,
) -> Result<(), Failure> {
    let warn = |place: &str, message: String| Fault::elsewhere(place, message, None).warning();
    let (met, schema) = tokio::join!(
        Box::pin(open::meet(settings)),
        store::schema(settings.database.expose())
    );
    let (discord, guild) = met?;
    say(&format!(
        "\nDiscord: the token is accepted, and the bot is in {:?}",
        guild.name
    ));
    let (platform, unresolved) = settings.platform.clone().resolve(&guild);
    warnings.extend(
        unresolved
            .iter()
            .map(|one| warn("Discord", reading::lacks(one))),
    );
    let by_name = roles_by_name(&settings.platform, &guild);
    if !by_name.is_empty() {
        say(&format!("roles by name: {}", by_name.join(", ")));
    }
    let channels: Vec<ChannelId> = spoken_in(&platform).into_iter().collect();
    let missing = discord.missing_permissions(&channels).await;
    let missing =
        missing.map_err(|call| Failure::of_call("the bot's permissions cannot be read", &call))?;
    for (channel, permissions) in missing
        .iter()
        .filter(|(_, permissions)| !permissions.is_empty())
    {
        let names: Vec<&str> = permissions.iter().copied().map(Permission::name).collect();
        wrong.push(format!(
            "in #{} the bot lacks: {}",
            name_of(&guild, *channel),
            names.join(", ")
        ));
    }
    if missing
        .iter()
        .all(|(_, permissions)| permissions.is_empty())
    {
        say(&format!(
            "permissions: complete in {} channels",
            channels.len()
        ));
    } else {
        wrong.push(format!(
            "invite the bot again to give it the permissions: {}",
            discord.invitation()
        ));
    }
    let known = MIGRATIONS.last().map_or(0, |last| last.number);
    match schema? {
        None => say(&format!(
            "database: {} will be made at the first start",
            settings.database
        )),
        Some(found) if found > known => {
            wrong.push(store::OpenError::Newer { found, known }.to_string());
        }
        Some(found) if found < known => say(&format!(
            "database: reachable, schema {found}; the next start brings it to {known}"
        )),
        Some(found) => say(&format!("database: reachable, schema {found}")),
    }
    let absent = lacking(&platform);
    if absent.is_empty() {
        say("programs: all there");
        wrong.extend(unfit(&platform).await?);
    }
    wrong.extend(absent);
    Ok(())
}

/// The ids of roles that the configuration gives by name, for whoever wants to write them instead.
fn roles_by_name(platform: &Platform, guild: &Guild) -> Vec<String> {
    let mut names: Vec<&String> = Vec::new();
    for reference in platform.groups.iter().flat_map(|group| &group.roles) {
        match reference {
            Reference::Name(name) if !names.contains(&name) => names.push(name),
            Reference::Name(_) | Reference::Id(_) => {}
        }
    }
    let id_of = |name: &String| {
        guild
            .roles
            .iter()
            .find(|(_, known)| known == name)
            .map(|(id, _)| *id)
    };
    names
        .into_iter()
        .filter_map(|name| Some(format!("{name} is {}", id_of(name)?)))
        .collect()
}

/// Every channel in which Hearth may have to speak.
fn spoken_in(platform: &Platform) -> BTreeSet<ChannelId> {
    let own = [Some(&platform.channel), platform.deployments.as_ref()]
        .into_iter()
        .flatten();
    let teams = platform
        .teams
        .iter()
        .filter_map(|team| team.channel.as_ref());
    let surveys = platform.surveys.iter().map(|survey| &survey.channel);
    let digests = platform.digests.iter().map(|digest| &digest.channel);
    own.chain(teams)
        .chain(surveys)
        .chain(digests)
        .filter_map(Reference::id)
        .collect()
}

fn name_of(guild: &Guild, channel: ChannelId) -> String {
    let found = guild.channels.iter().find(|(id, _)| *id == channel);
    found.map_or_else(|| channel.to_string(), |(_, name)| name.clone())
}

/// What the engines say about the templates.
async fn unfit(platform: &Platform) -> Result<Vec<String>, Failure> {
    with_engines(async |engines| {
        let mut faults = Vec::new();
        for template in &platform.templates {
            let Some(engine) = engines.get(&template.provider) else {
                continue;
            };
            let names = template.parameters.iter();
            let names: Vec<String> = names.map(|parameter| parameter.name.clone()).collect();
            let found = engine.check(&template.definition, &names).await;
            let whose = |fault| format!("template {}: {fault}", template.id);
            faults.extend(found.into_iter().map(whose));
        }
        let now = || Timestamp(chrono::Utc::now().timestamp_millis());
        let forges = forge::Forges::new(Arc::new(now));
        for repository in &platform.repositories {
            let found = forges.check(repository).await;
            let whose = |fault| format!("repository {}: {fault}", repository.id);
            faults.extend(found.into_iter().map(whose));
        }
        faults
    })
    .await
}

/// Asks the engines in a folder of its own that nobody else uses.
pub async fn with_engines<T>(
    ask: impl AsyncFnOnce(&BTreeMap<String, Arc<dyn Provisioner>>) -> T,
) -> Result<T, Failure> {
    let folder = std::env::temp_dir().join(format!("hearth-check-{}", std::process::id()));
    let mut builder = std::fs::DirBuilder::new();
    builder.mode(0o700);
    builder
        .create(&folder)
        .with_context(|| format!("the folder {} cannot be made", folder.display()))?;
    let now = || Timestamp(chrono::Utc::now().timestamp_millis());
    let engines = open::Engines::open(&folder, Arc::new(now))?.provisioners();
    let answer = ask(&engines).await;
    let _left_in_a_temporary_folder = std::fs::remove_dir_all(&folder);
    Ok(answer)
}

/// What this machine lacks for the engines that are named.
fn lacking(platform: &Platform) -> Vec<String> {
    let templates = platform.templates.iter().map(|template| {
        let whose = format!("template {}", template.id);
        (whose, &template.provider, &template.definition)
    });
    let services = platform.services.iter().flat_map(|service| {
        service.stages.iter().map(|(stage, deploy)| {
            let whose = format!("service {} at {stage}", service.id);
            (whose, &deploy.provider, &deploy.definition)
        })
    });
    let secrets = platform.repositories.iter().flat_map(|repository| {
        let sources = [Some(&repository.token), repository.webhook_secret.as_ref()];
        let lacking = sources
            .into_iter()
            .flatten()
            .filter_map(|source| forge::lacks_secret(source));
        lacking.map(|what| format!("repository {}: {what}", repository.id))
    });
    let mut absent: Vec<String> = secrets.collect();
    for (whose, provider, definition) in templates.chain(services) {
        let lacking = providers::kind(provider).map(|kind| (kind.lacks)(definition));
        absent.extend(
            lacking
                .into_iter()
                .flatten()
                .map(|what| format!("{whose}: {what}")),
        );
    }
    absent
}
