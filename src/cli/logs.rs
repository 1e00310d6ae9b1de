//! The process's log: lines for people or JSON, on standard error, and never what serenity would print.

use std::io::IsTerminal as _;

use hearth::config::{Log, LogFormat};
use hearth::discord;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use super::outcome::Failure;

/// Starts logging; call it once.
pub fn start(log: &Log) -> Result<(), Failure> {
    let filter = EnvFilter::try_new(&log.filter).map_err(|error| {
        Failure::Unfit(format!(
            "the log's filter (`filter` in [log], or RUST_LOG) is not understood: {error}. Write it like `info` or `info,hearth=debug`."
        ))
    })?;
    // Whatever the filter asks for, tokens and bodies that serenity would log stay out.
    let registry = tracing_subscriber::registry()
        .with(filter)
        .with(discord::quiet(&log.filter));
    let to_stderr = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let started = match log.format {
        LogFormat::Json => registry
            .with(to_stderr.json().flatten_event(true))
            .try_init(),
        LogFormat::Pretty => {
            let coloured =
                std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
            registry.with(to_stderr.with_ansi(coloured)).try_init()
        }
    };
    started.map_err(|error| Failure::Broke(error.into()))
}
