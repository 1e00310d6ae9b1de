//! What can be typed into a shell, and what each exit code means.

mod adopt;
mod check;
mod control;
mod docs;
mod init;
mod live;
mod logs;
mod migrate;
mod open;
mod outcome;
mod parameters;
mod playground;
mod reading;
mod reload;
mod rights;
mod run;
mod signals;
mod survey_key;

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use hearth::playground::sample::{SampleCommand, sample_command};

use outcome::Failure;

/// The front door, the ear and the mirror of an internal developer platform, on Discord.
///
/// People ask for environments, deploy and roll back with slash commands; surveys ask them how satisfied
/// they are; digests show what the platform does. Hearth connects out to Discord: it needs no public
/// address and no privileged intent.
///
/// Try it without any account: `hearth playground`. For your own server: `hearth init`, then `hearth run`.
#[derive(Parser)]
#[command(name = "hearth", version, after_long_help = outcome::EXIT_CODES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve one Discord server until SIGTERM or Ctrl-C
    ///
    /// Reads hearth.toml and the environment: DISCORD_TOKEN, DISCORD_GUILD_ID, DISCORD_API_URL,
    /// HEARTH_DATABASE_URL, HEARTH_SURVEY_SECRET (each secret also as NAME_FILE) and RUST_LOG. On SIGTERM
    /// or Ctrl-C it accepts nothing new, finishes what is in hand within 10 seconds and ends with 0; a
    /// second signal ends it at once. SIGHUP takes a changed hearth.toml over, as `hearth reload` does.
    Run(Config),
    /// Try everything on this machine: no account, no token, nothing to install
    ///
    /// Starts a Discord-compatible server on 127.0.0.1, a page that looks and works like a chat, and
    /// Hearth connected to it with the example platform Sonsic. Ctrl-C ends all of it.
    Playground(playground::Asked),
    /// Take Hearth to your own server: asks, and writes a first hearth.toml
    ///
    /// Asks for the bot's token (or takes DISCORD_TOKEN), prints the link that invites the bot with
    /// exactly the permissions it needs, shows the server's roles and channels, and writes a file that
    /// names them by id. A file that exists is never overwritten.
    Init(Config),
    /// Say everything that is wrong with the configuration, and what will happen when
    ///
    /// Checks hearth.toml, the command files, templates and schedules (with their next three firings).
    /// Unless --offline is given: also the token, roles, channels, missing permissions in each channel,
    /// the database, and whether the providers' programs exist.
    Check(check::Asked),
    /// Print a template's parameters as its module declares them, ready to paste into hearth.toml
    ///
    /// For templates on the engine terraform: names, types, defaults and simple validations are read from the
    /// module's variables. What cannot be a parameter is told in a comment.
    Parameters(parameters::Asked),
    /// Show who may do what where: role or person × command × stage
    Rights(rights::Asked),
    /// Let the running Hearth take over a changed hearth.toml
    ///
    /// The file is checked whole, shown as a difference, and applied all or nothing. Running work keeps
    /// the definitions it started with. Database, token, server and addresses need a restart.
    Reload(Config),
    /// Bring the database's schema up to date and say from what to what
    Migrate(Config),
    /// Make lost rows of environments again from what the engines still have
    ///
    /// For a database that was lost, or restored from an old backup. Lists what every template's engine has
    /// under this installation's label, and says what it would do with each; with --yes it makes the rows. A
    /// living row is never doubled. What is past its end, or nobody knows the end of, lives 24 hours more; pins
    /// and extensions are forgotten. Stop the bot first.
    Adopt(adopt::Asked),
    /// Write the generated pages of docs/reference
    Docs(docs::Asked),
    /// Stand between the bot and one program that must outlive it
    #[command(hide = true)]
    Supervise {
        /// The folder of the operation
        folder: PathBuf,
    },
    /// One task of the engine terraform, for the bot
    #[command(hide = true)]
    Terraform {
        /// up, down, status, list, plan, propose, drift, inputs or check
        task: String,
    },
    /// One task of the profile compose, for the bot
    #[command(hide = true)]
    Compose {
        /// up, down, status, logs, sleep, wake, list or check
        task: String,
        /// How many lines of logs
        lines: Option<String>,
    },
    /// The sample service of the example
    #[command(hide = true, subcommand)]
    Sample(SampleCommand),
}

/// Which configuration.
#[derive(Args, Clone, Debug)]
struct Config {
    /// The file [default: HEARTH_CONFIG, else hearth.toml]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

/// Runs what was typed.
pub fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Run(config) => run::run(&config.config),
        Command::Playground(asked) => playground::run(&asked),
        Command::Init(config) => init::run(config.config),
        Command::Check(asked) => check::run(&asked),
        Command::Parameters(asked) => parameters::run(&asked),
        Command::Rights(asked) => rights::run(&asked),
        Command::Reload(config) => reload::run(config.config),
        Command::Migrate(config) => migrate::run(config.config),
        Command::Adopt(asked) => adopt::run(&asked),
        Command::Docs(asked) => docs::run(&asked),
        Command::Supervise { folder } => return hearth::providers::exec::supervise(&folder),
        Command::Terraform { task } => return hearth::providers::terraform::work(&task),
        Command::Compose { task, lines } => {
            return hearth::providers::exec::compose(&task, lines.as_deref());
        }
        Command::Sample(command) => return sample_command(command),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            complain(&failure);
            failure.code()
        }
    }
}

/// One line for whoever reads standard output; nobody reading is no fault.
fn say(text: &str) {
    let _nobody_listens = writeln!(std::io::stdout().lock(), "{text}");
}

fn complain(failure: &Failure) {
    let _nobody_listens = writeln!(
        std::io::stderr().lock(),
        "{}",
        failure.to_string().trim_end()
    );
}

/// Runs a whole command on a runtime of its own, which does not wait for what the command left behind.
/// One worker is enough for a server's chat, and saves the hand-over between two: measured, a quarter of
/// the time of a command that reads. The command itself runs on this thread, drawing on threads of its own.
fn block_on<T>(command: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .map_err(anyhow::Error::from)?;
    let done = runtime.block_on(command);
    runtime.shutdown_background();
    done
}

/// TLS by ring, for every library in the process; chosen once, before the first connection.
fn choose_tls() {
    // A second choice is refused, and the first one is the same.
    let _chosen_already = rustls::crypto::ring::default_provider().install_default();
}
