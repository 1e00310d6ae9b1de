//! How a command can end badly: what is said, and the exit code that scripts see.

use std::fmt;
use std::io::IsTerminal as _;
use std::process::ExitCode;

use hearth::config::{Faults, Look};
use hearth::discord::{Call, OpenError};
use hearth::store;

/// The exit codes, as `--help` and the reference page show them.
pub const EXIT_CODES: &str = "\
Exit codes:
  0  done, or stopped as asked
  1  something broke that is none of the following
  2  the command line was not understood
  3  the configuration has faults; all of them are shown
  4  Discord cannot be reached, does not accept the token, or gave the connection up
  5  the database cannot be opened";

/// Why a command did not do what it should.
#[derive(Debug)]
pub enum Failure {
    /// Something broke.
    Broke(anyhow::Error),
    /// What was typed makes no sense.
    Usage(String),
    /// The configuration has faults.
    Configuration(Faults),
    /// The configuration does not fit the server or the machine.
    Unfit(String),
    /// Discord.
    Discord(String),
    /// The database.
    Store(String),
}

impl Failure {
    /// What scripts see.
    pub fn code(&self) -> ExitCode {
        ExitCode::from(match self {
            Self::Broke(_) => 1,
            Self::Usage(_) => 2,
            Self::Configuration(_) | Self::Unfit(_) => 3,
            Self::Discord(_) => 4,
            Self::Store(_) => 5,
        })
    }

    /// A call to Discord that had to succeed did not.
    pub fn of_call(what: &str, call: &Call) -> Self {
        let hint = match call {
            Call::Retryable { .. } | Call::UnknownEffect => {
                "Is the network up? Try again in a minute."
            }
            Call::Gone { .. } | Call::Forbidden { .. } => {
                "Is the bot in this server, and is DISCORD_GUILD_ID its id? `hearth init` prints the link that invites it."
            }
            Call::TooOldToEdit | Call::Invalid { .. } => {
                "This is a fault of Hearth: please report it."
            }
        };
        Self::Discord(format!("{what}: {call}. {hint}"))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Broke(error) => write!(f, "{error:#}"),
            Self::Configuration(faults) => f.write_str(&faults.render(look_of_errors())),
            Self::Usage(text) | Self::Unfit(text) | Self::Discord(text) | Self::Store(text) => {
                f.write_str(text)
            }
        }
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self::Broke(error)
    }
}

impl From<Faults> for Failure {
    fn from(faults: Faults) -> Self {
        Self::Configuration(faults)
    }
}

impl From<store::OpenError> for Failure {
    fn from(error: store::OpenError) -> Self {
        Self::Store(error.to_string())
    }
}

impl From<store::Error> for Failure {
    fn from(error: store::Error) -> Self {
        Self::Store(format!("the database does not answer: {error}"))
    }
}

impl From<OpenError> for Failure {
    fn from(error: OpenError) -> Self {
        Self::Discord(error.to_string())
    }
}

/// Colours are for terminals, and only if nobody asked for none (no-color.org).
pub fn look_of_errors() -> Look {
    look(std::io::stderr().is_terminal())
}

/// The same for standard output.
pub fn look_of_output() -> Look {
    look(std::io::stdout().is_terminal())
}

fn look(is_terminal: bool) -> Look {
    let unwanted = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    if is_terminal && !unwanted {
        Look::Coloured
    } else {
        Look::Plain
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_exit_code_is_documented() {
        for (failure, code) in [
            (Failure::Broke(anyhow::anyhow!("x")), 1_u8),
            (Failure::Usage(String::new()), 2),
            (Failure::Configuration(Faults(Vec::new())), 3),
            (Failure::Unfit(String::new()), 3),
            (Failure::Discord(String::new()), 4),
            (Failure::Store(String::new()), 5),
        ] {
            assert_eq!(failure.code(), ExitCode::from(code));
            assert!(EXIT_CODES.contains(&format!("\n  {code}  ")));
        }
    }
}
