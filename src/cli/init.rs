//! `hearth init`: from a bot's token to a first hearth.toml, by questions.

use std::fs::OpenOptions;
use std::io::{BufRead as _, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use hearth::config::{Answers, first_file};
use hearth::discord::{self, Discord};
use hearth::domain::chat::{ChannelId, Guild, RoleId};
use rustix::termios::{self, LocalModes, OptionalActions, Termios};
use secrecy::SecretString;

use super::outcome::Failure;
use super::{reading, say};

/// How often a question is asked again before it is given up.
const TRIES_MAX: u32 = 5;
/// The longest answer that is read, in bytes.
const LINE_BYTES_MAX: u64 = 4_096;
/// The zone that is offered where the system does not name one.
const ZONE_USUAL: &str = "UTC";

/// Asks, and writes.
pub fn run(config: Option<PathBuf>) -> Result<(), Failure> {
    let path = reading::path(config);
    if path.exists() {
        return Err(Failure::Usage(format!(
            "{} is there already, and a file is never overwritten: name another one with --config, or move it away",
            path.display()
        )));
    }
    super::choose_tls();
    let (discord, guild, id) = super::block_on(Box::pin(meet()))?;
    drop(discord);
    let answers = answers(&guild, id)?;
    write(&path, &first_file(&guild, &answers))?;
    say(&format!(
        "\nWrote {0}. Next:\n  hearth check   says whether everything is there\n  hearth run     serves {1} (keep DISCORD_TOKEN in the environment, never in the file)",
        path.display(),
        guild.name
    ));
    Ok(())
}

/// Opens Discord, shows the invitation, and waits until the bot is in the server.
async fn meet() -> Result<(Discord, Guild, u64), Failure> {
    let env =
        |name: &str| reading::process_environment(name).filter(|value| !value.trim().is_empty());
    let token = match (env("DISCORD_TOKEN"), env("DISCORD_TOKEN_FILE")) {
        (Some(token), _) => token,
        (None, Some(file)) => {
            std::fs::read_to_string(&file).with_context(|| format!("{file} cannot be read"))?
        }
        (None, None) => {
            let unseen = Unseen::begin();
            let token = ask(
                "The bot's token (from https://discord.com/developers/applications; neither shown nor stored)",
                None,
            );
            drop(unseen);
            token?
        }
    };
    let id = match env("DISCORD_GUILD_ID") {
        Some(id) => id,
        None => ask(
            "The id of your Discord server (right click on its name, Copy Server ID)",
            None,
        )?,
    };
    let id: u64 = id
        .trim()
        .parse()
        .map_err(|_| Failure::Usage("a server's id is a number of 15 to 20 digits".to_owned()))?;
    let settings = discord::Settings {
        token: SecretString::from(token.trim().trim_start_matches("Bot ").to_owned()),
        api_url: env("DISCORD_API_URL"),
        guild: id,
    };
    let discord = Box::pin(Discord::open(settings)).await?;
    say(
        "\nThe token is accepted. This link invites the bot with exactly the permissions that it needs:",
    );
    say(&format!("  {}", discord.invitation()));
    for _ in 0..TRIES_MAX {
        match discord.guild().await {
            Ok(guild) => return Ok((discord, guild, id)),
            Err(discord::Call::Gone { .. } | discord::Call::Forbidden { .. }) => {
                ask(
                    "The bot is not in that server yet. Open the link, then press Enter",
                    Some(""),
                )?;
            }
            Err(call) => return Err(Failure::of_call("the server cannot be read", &call)),
        }
    }
    Err(Failure::Discord(format!(
        "the bot is not in the server {id}"
    )))
}

fn answers(guild: &Guild, id: u64) -> Result<Answers, Failure> {
    say(&format!("\n{} has these roles:", guild.name));
    show(&guild.roles);
    let developers = choose("Who uses the platform?", &guild.roles, None)?.unwrap_or(RoleId(0));
    let keepers = choose("Who builds it?", &guild.roles, None)?.unwrap_or(RoleId(0));
    let approvers = choose(
        "Who approves deployments to production?",
        &guild.roles,
        Some("those who build it"),
    )?;
    say("\nand these channels:");
    show(&guild.channels);
    let channel =
        choose("Where does the platform speak?", &guild.channels, None)?.unwrap_or(ChannelId(0));
    let deployments = choose(
        "Where are deployments told?",
        &guild.channels,
        Some("in the same channel"),
    )?;
    let name = ask("\nWhat do people call the platform?", Some(&guild.name))?;
    let zone = zone()?;
    Ok(Answers {
        name,
        zone,
        guild: id,
        developers,
        keepers,
        approvers,
        channel,
        deployments,
    })
}

fn show<Id>(things: &[(Id, String)]) {
    for (n, (_, name)) in things.iter().enumerate() {
        let name: String = name
            .chars()
            .map(|letter| if letter.is_control() { ' ' } else { letter })
            .collect();
        say(&format!("  {:>3}  {name}", n + 1));
    }
}

/// A thing by its number or name; `None` where leaving it out means something.
fn choose<Id: Copy>(
    question: &str,
    things: &[(Id, String)],
    left_out: Option<&str>,
) -> Result<Option<Id>, Failure> {
    let whole = match left_out {
        Some(meaning) => format!("{question} (number or name; empty: {meaning})"),
        None => format!("{question} (number or name)"),
    };
    for _ in 0..TRIES_MAX {
        let answer = ask(&whole, left_out.map(|_| ""))?;
        if answer.is_empty() {
            return Ok(None);
        }
        let by_number = answer
            .parse::<usize>()
            .ok()
            .and_then(|n| things.get(n.wrapping_sub(1)));
        let name = answer.trim_start_matches(['#', '@']);
        match by_number.or_else(|| things.iter().find(|(_, known)| known == name)) {
            Some((id, _)) => return Ok(Some(*id)),
            None => say("There is none of that number or name."),
        }
    }
    Err(Failure::Usage(format!("{question} was not answered")))
}

fn zone() -> Result<String, Failure> {
    let usual = system_zone();
    for _ in 0..TRIES_MAX {
        let zone = ask(
            "Which time zone do its schedules follow? (such as Europe/Berlin)",
            Some(&usual),
        )?;
        if zone.parse::<chrono_tz::Tz>().is_ok() {
            return Ok(zone);
        }
        say("There is no zone of that name.");
    }
    Err(Failure::Usage("the zone was not answered".to_owned()))
}

fn system_zone() -> String {
    let link = std::fs::read_link("/etc/localtime").unwrap_or_default();
    let named = link
        .to_str()
        .and_then(|link| link.split_once("zoneinfo/"))
        .map(|(_, zone)| zone.to_owned());
    named
        .filter(|zone| zone.parse::<chrono_tz::Tz>().is_ok())
        .unwrap_or_else(|| ZONE_USUAL.to_owned())
}

/// While this lives, the terminal does not show what is typed, except the end of the line.
struct Unseen {
    before: Option<Termios>,
}

impl Unseen {
    /// Where there is no terminal, nothing is shown anyway.
    fn begin() -> Self {
        let before = termios::tcgetattr(std::io::stdin()).ok();
        if let Some(before) = &before {
            let mut quiet = before.clone();
            quiet.local_modes.remove(LocalModes::ECHO);
            quiet.local_modes.insert(LocalModes::ECHONL);
            // A terminal that refuses shows what is typed, as any terminal does.
            let _refused = termios::tcsetattr(std::io::stdin(), OptionalActions::Now, &quiet);
        }
        Self { before }
    }
}

impl Drop for Unseen {
    fn drop(&mut self) {
        if let Some(before) = &self.before {
            let _refused = termios::tcsetattr(std::io::stdin(), OptionalActions::Now, before);
        }
    }
}

/// Asks one question; an empty answer means `usual` where there is one.
fn ask(question: &str, usual: Option<&str>) -> Result<String, Failure> {
    let shown = usual
        .filter(|usual| !usual.is_empty())
        .map(|usual| format!(" [{usual}]"))
        .unwrap_or_default();
    for _ in 0..TRIES_MAX {
        let mut out = std::io::stdout().lock();
        let _nobody_reads = write!(out, "{question}{shown}: ").and_then(|()| out.flush());
        drop(out);
        let mut line = String::new();
        let mut input = std::io::Read::take(std::io::stdin().lock(), LINE_BYTES_MAX);
        if input
            .read_line(&mut line)
            .context("the answer cannot be read")?
            == 0
        {
            return Err(Failure::Usage(
                "the questions were not answered to the end; nothing was written".to_owned(),
            ));
        }
        match (line.trim(), usual) {
            ("", Some(usual)) => return Ok(usual.to_owned()),
            ("", None) => {}
            (answer, _) => return Ok(answer.to_owned()),
        }
    }
    Err(Failure::Usage(
        "the questions were not answered; nothing was written".to_owned(),
    ))
}

/// Never over something that is there, even if it came this moment.
fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let unwritten = || format!("{} cannot be written", path.display());
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(path)
        .with_context(unwritten)?;
    file.write_all(text.as_bytes())
        .and_then(|()| file.sync_all())
        .with_context(unwritten)?;
    Ok(())
}
