//! The command line: reads it, opens everything, runs, and turns the outcome into an exit code.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use hearth::playground::sample::{SampleCommand, sample_command};

#[derive(Parser)]
#[command(name = "hearth", version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Stand between the bot and one program that must outlive it
    #[command(hide = true)]
    Supervise {
        /// The folder of the operation
        folder: PathBuf,
    },
    /// The sample service of the example
    #[command(hide = true, subcommand)]
    Sample(SampleCommand),
}

fn main() -> ExitCode {
    match Cli::parse().command {
        Command::Supervise { folder } => hearth::providers::exec::supervise(&folder),
        Command::Sample(command) => sample_command(command),
    }
}
