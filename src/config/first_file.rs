//! The first `hearth.toml` of an installation, as `hearth init` writes it: by id, with comments to grow from.

use std::fmt::Write as _;

use super::reader::is_unprintable;
use crate::domain::access::Right;
use crate::domain::chat::{ChannelId, Guild, Language, RoleId};

/// Longest name that a comment repeats, in characters.
const COMMENT_CHARS_MAX: usize = 60;

/// What `hearth init` has asked for.
#[derive(Clone, Debug)]
pub struct Answers {
    /// What people call the platform.
    pub name: String,
    /// The IANA name of its zone.
    pub zone: String,
    /// The id of the Discord server.
    pub guild: u64,
    /// The role of those who use the platform.
    pub developers: RoleId,
    /// The role of those who build it.
    pub keepers: RoleId,
    /// The role of those who approve deployments to production; `None` = the keepers do.
    pub approvers: Option<RoleId>,
    /// The channel in which the platform speaks.
    pub channel: ChannelId,
    /// The channel of deployments; `None` = the same.
    pub deployments: Option<ChannelId>,
}

/// What developers may do.
const DEVELOPER_RIGHTS: &[Right] = &[
    Right::EnvironmentSee,
    Right::EnvironmentCreate,
    Right::EnvironmentManage,
    Right::DeploymentSee,
    Right::DeploymentRequest,
    Right::DeploymentRollback,
    Right::SurveyResults,
    Right::DigestPreview,
];

/// Writes a file that loads as it is.
#[must_use]
pub fn first_file(guild: &Guild, answers: &Answers) -> String {
    let mut file = String::new();
    write_head(&mut file, guild, answers);
    write_groups(&mut file, guild, answers);
    write_rest(&mut file, answers);
    file
}

fn write_head(file: &mut String, guild: &Guild, answers: &Answers) {
    let language = match guild.language {
        Language::English => "en",
        Language::German => "de",
    };
    let _ = write!(
        file,
        "# Hearth's configuration. `hearth check` says what is wrong with it, all at once.\n\
         # Every section and key: docs/reference/configuration.md\n\
         # Secrets do not belong here: the bot's token comes from DISCORD_TOKEN or DISCORD_TOKEN_FILE.\n\n\
         [platform]\nname = {}\nzone = {}\nlanguage = \"{language}\"\n",
        text(&answers.name),
        text(&answers.zone),
    );
    let _ = writeln!(
        file,
        "channel = \"{}\"  # {}",
        answers.channel,
        name_of(&guild.channels, answers.channel)
    );
    if let Some(channel) = answers.deployments {
        let _ = writeln!(
            file,
            "deployments = \"{channel}\"  # {}",
            name_of(&guild.channels, channel)
        );
    }
    file.push_str("# commands_dir = \"commands\"  # your own commands, one file each\n");
    let _ = write!(
        file,
        "\n[discord]\nguild = \"{}\"  # {}\n\n[web]\nlisten = \"127.0.0.1:9464\"  # health and metrics, for this machine only\n",
        answers.guild,
        comment(&guild.name)
    );
}

fn write_groups(file: &mut String, guild: &Guild, answers: &Answers) {
    let names = |rights: &[Right]| -> String {
        rights
            .iter()
            .map(|right| format!("  \"{}\",\n", right.name()))
            .collect()
    };
    let developers = name_of(&guild.roles, answers.developers);
    let keepers = name_of(&guild.roles, answers.keepers);
    let _ = write!(
        file,
        "\n# Who may do what. Nobody has a right that no group gives.\n\
         [group.developer]\nroles = [\"{}\"]  # {developers}\nrights = [\n{}]\n\n\
         [group.keeper]\nroles = [\"{}\"]  # {keepers}\nrights = [\n{}]\n",
        answers.developers,
        names(DEVELOPER_RIGHTS),
        answers.keepers,
        names(Right::ALL),
    );
    if let Some(approvers) = answers.approvers {
        let _ = write!(
            file,
            "\n[group.lead]\nroles = [\"{approvers}\"]  # {}\nrights = [\n{}]\n",
            name_of(&guild.roles, approvers),
            names(&[Right::DeploymentSee, Right::DeploymentApprove]),
        );
    }
    let _ = write!(
        file,
        "\n# The platform's customers. The team that builds it does not count for adoption.\n\
         [team.platform]\nname = \"Platform\"\nrole = \"{}\"  # {keepers}\nowner = \"Platform team\"\ncounts_for_adoption = false\n",
        answers.keepers
    );
}

fn write_rest(file: &mut String, answers: &Answers) {
    let approvers = if answers.approvers.is_some() {
        "lead"
    } else {
        "keeper"
    };
    let _ = write!(
        file,
        "\n# [team.checkout]\n# name = \"Checkout\"\n# role = \"…\"     # whoever has it is a member\n# channel = \"…\"  # where its news is told\n# owner = \"Nadia\"\n\
         \n# Places that services are deployed to, in the order of promotion.\n\
         [stage.staging]\n\n[stage.production]\naliases = [\"prod\"]\nproduction = true\napprovals = 1\napprovers = [\"{approvers}\"]\n\
         \n# A recipe says how services get there; the settings of exec: docs/reference/exec-protocol.md\n\
         # [recipe.script]\n# provider = \"exec\"\n# [recipe.script.exec]\n# up = [\"./deploy\", \"{{service}}\", \"{{stage}}\", \"{{revision}}\"]\n\
         \n# [service.checkout]\n# team = \"checkout\"\n# recipe = \"script\"\n\
         \n# A template is a recipe for environments: /env create template:preview\n\
         # [template.preview]\n# description = \"A running copy for your pull request\"\n# provider = \"exec\"\n# [template.preview.exec]\n# up = [\"./preview\", \"up\", \"{{name}}\"]\n\
         \n# How satisfied are people? Anonymous once closed; nothing is published below five answers.\n\
         [survey.pulse]\naudience = \"{}\"\n# schedule = \"0 10 1 */3 *\"  # a round each quarter; without it, /survey open\n\
         \n# Last week in numbers, every Monday morning.\n[digest.weekly]\nschedule = \"0 9 * * MON\"\n\
         \n# The strategy: value, what is in the way, what is done, and how it is measured.\n\
         # [goal.productivity]\n# value = \"…\"\n# problem = \"…\"\n# initiatives = [\"…\"]\n\
         # [[goal.productivity.target]]  # deployments to production a week\n# metric = \"S6\"\n# at_least = 10\n\
         # [[goal.productivity.target]]  # its counterweight: the share that had to be mended\n# metric = \"D4\"\n# at_most = 0.15\n",
        answers.developers
    );
}

/// Text as a TOML string.
fn text(value: &str) -> String {
    toml::Value::String(value.to_owned()).to_string()
}

fn name_of<Id: Copy + PartialEq>(known: &[(Id, String)], id: Id) -> String {
    known.iter().find(|(known, _)| *known == id).map_or_else(
        || "a name that occurs twice".to_owned(),
        |(_, name)| comment(name),
    )
}

/// A name from the server as a comment: it cannot break out of its line.
fn comment(name: &str) -> String {
    name.chars()
        .filter(|character| !is_unprintable(*character))
        .take(COMMENT_CHARS_MAX)
        .collect()
}
