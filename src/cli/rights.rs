//! `hearth rights`: who may do what where, as a table.

use std::path::PathBuf;

use clap::Args;
use hearth::app::commands::BoundCommand;
use hearth::domain::access::{self, Right};
use hearth::domain::chat::{ChannelId, Guild, Language, Person, RoleId, UserId};
use hearth::domain::platform::{Platform, Reference, Stage};

use super::outcome::Failure;
use super::{open, reading, say};

/// Whose rights are shown.
#[derive(Args, Clone, Debug)]
pub struct Asked {
    #[command(flatten)]
    config: super::Config,
    /// A role's name or id, or a person's id (asks Discord for their roles) [default: every role]
    #[arg(value_name = "PERSON_OR_ROLE")]
    whom: Option<String>,
}

/// One column: what stands above it, and somebody who holds these roles.
struct Column {
    title: String,
    person: Person,
}

/// Prints the table.
pub fn run(asked: &Asked) -> Result<(), Failure> {
    let path = reading::path(asked.config.config.clone());
    let declared = reading::declared(&path)?;
    let bound = reading::bind(declared.commands_dir.as_deref(), &declared.platform)?;
    let (platform, roles) = with_made_up_ids(&declared.platform);
    let (platform, columns) = match asked.whom.as_deref() {
        None => (platform, every_role(&roles)),
        Some(whom) => match roles
            .iter()
            .find(|(id, name)| name == whom || id.to_string() == whom)
        {
            Some(role) => (platform, every_role(std::slice::from_ref(role))),
            None => of_person(path, whom)?,
        },
    };
    let commands: Vec<&BoundCommand> = bound.commands().collect();
    say(&table(&platform, &commands, &columns));
    Ok(())
}

/// The platform with an id for every role and channel that it names, and its roles by id. Names get
/// ids that nobody has: for what depends on who holds which role, and not on a server.
pub fn with_made_up_ids(platform: &Platform) -> (Platform, Vec<(RoleId, String)>) {
    let mut roles: Vec<(RoleId, String)> = Vec::new();
    let mentioned = platform.groups.iter().flat_map(|group| &group.roles);
    let mentioned = mentioned.chain(platform.teams.iter().filter_map(|team| team.role.as_ref()));
    for reference in mentioned.chain(platform.surveys.iter().map(|survey| &survey.audience)) {
        let (id, name) = match reference {
            Reference::Id(id) => (*id, id.to_string()),
            Reference::Name(name) => (RoleId(1 + roles.len() as u64), name.clone()),
        };
        if roles.iter().all(|(_, known)| *known != name) {
            roles.push((id, name));
        }
    }
    let channels: Vec<(ChannelId, String)> = Vec::new();
    let guild = Guild {
        name: String::new(),
        language: Language::English,
        roles: roles.clone(),
        channels,
    };
    (platform.clone().resolve(&guild).0, roles)
}

fn every_role(roles: &[(RoleId, String)]) -> Vec<Column> {
    let column = |(id, name): &(RoleId, String)| Column {
        title: name.clone(),
        person: holding(vec![*id]),
    };
    roles.iter().map(column).collect()
}

fn of_person(path: PathBuf, whom: &str) -> Result<(Platform, Vec<Column>), Failure> {
    let id: u64 = whom.parse().map_err(|_| {
        Failure::Usage(format!(
            "the configuration names no role {whom:?}, and it is no person's id (a number that Discord shows in developer mode)"
        ))
    })?;
    let settings = reading::settings(&path, &reading::process_environment)?;
    super::choose_tls();
    super::block_on(async {
        let (discord, guild) = Box::pin(open::meet(&settings)).await?;
        let held = discord.roles_of(UserId(id)).await;
        let held = held.map_err(|call| {
            Failure::of_call(&format!("the person {id} cannot be looked up"), &call)
        })?;
        let (platform, _) = settings.platform.clone().resolve(&guild);
        Ok((
            platform,
            vec![Column {
                title: whom.to_owned(),
                person: holding(held),
            }],
        ))
    })
}

fn holding(roles: Vec<RoleId>) -> Person {
    Person {
        id: UserId(1),
        name: String::new(),
        roles,
        language: Language::English,
    }
}

/// The table: a row for each command, and for each stage where that counts.
fn table(platform: &Platform, commands: &[&BoundCommand], columns: &[Column]) -> String {
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut head = vec![String::new(), "stage".to_owned()];
    head.extend(columns.iter().map(|column| column.title.clone()));
    rows.push(head);
    let mut row = |what: &str, stage: &str, may: &dyn Fn(&Person) -> bool| {
        let mut row = vec![what.to_owned(), stage.to_owned()];
        row.extend(
            columns
                .iter()
                .map(|column| if may(&column.person) { "yes" } else { "-" }.to_owned()),
        );
        rows.push(row);
    };
    for command in commands {
        let name = format!("/{}", command.name());
        let permitted = |person: &Person| command.permit(&platform.groups, person).is_ok();
        if !command
            .action
            .parameters
            .iter()
            .any(|parameter| parameter.name == "stage" && parameter.required)
        {
            row(&name, "", &permitted);
            continue;
        }
        for stage in &platform.stages {
            row(&name, &stage.id, &|person| {
                permitted(person) && may_change(platform, stage, command.action.right, person)
            });
        }
    }
    for stage in platform.stages.iter().filter(|stage| stage.approvals > 0) {
        row("Approve (button)", &stage.id, &|person| {
            access::demand(
                &platform.groups,
                person,
                Right::DeploymentApprove,
                Some(&stage.approvers),
            )
            .is_ok()
        });
    }
    aligned(&rows)
}

/// The stage's own groups narrow who may deploy to it.
fn may_change(platform: &Platform, stage: &Stage, right: Option<Right>, person: &Person) -> bool {
    match (right, &stage.deployers) {
        (Some(right), Some(groups)) => {
            access::demand(&platform.groups, person, right, Some(groups)).is_ok()
        }
        _ => true,
    }
}

/// Columns as wide as their widest text.
pub fn aligned(rows: &[Vec<String>]) -> String {
    let n_columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        rows.iter()
            .filter_map(|row| row.get(column))
            .map(|text| text.chars().count())
            .max()
            .unwrap_or(0)
    };
    let widths: Vec<usize> = (0..n_columns).map(width).collect();
    let line = |row: &Vec<String>| {
        let cells: Vec<String> = row
            .iter()
            .zip(&widths)
            .map(|(text, width)| format!("{text:width$}"))
            .collect();
        cells.join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}
