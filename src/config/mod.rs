//! `hearth.toml`, the environment and secret files become checked settings; all faults are told at once.

mod declare;
mod delivery;
mod difference;
mod environment;
mod first_file;
mod platform;
mod read;
mod reader;
mod reference;
mod report;
mod repository;
mod secret;
mod sections;
mod settings;
mod strategy;
mod template;
mod value;

use std::ops::Range;
use std::path::{Path, PathBuf};

use toml::de::DeTable;

pub use crate::domain::platform::{Purpose, SectionFault};
pub use difference::difference;
pub use first_file::{Answers, first_file};
pub use reference::reference;
pub use report::{Fault, Faults, Look, Severity, SourceFile, render};
pub use secret::{DatabaseKind, DatabaseUrl};
pub use settings::{Declared, Discord, Listen, Log, LogFormat, Settings, load, load_platform_only};

/// Where settings come from. The process environment is asked through `env`, so that tests bring their own.
pub struct Sources<'a> {
    /// The file; usually [`Sources::path`].
    pub path: &'a Path,
    /// The value of an environment variable.
    pub env: &'a dyn Fn(&str) -> Option<String>,
}

impl Sources<'_> {
    /// The file to read: the one that was asked for, else `HEARTH_CONFIG`, else `hearth.toml`.
    #[must_use]
    pub fn path(asked: Option<PathBuf>, env: &dyn Fn(&str) -> Option<String>) -> PathBuf {
        asked
            .or_else(|| {
                env("HEARTH_CONFIG")
                    .filter(|path| !path.is_empty())
                    .map(PathBuf::from)
            })
            .unwrap_or_else(|| PathBuf::from("hearth.toml"))
    }
}

/// The providers that sections can name, and who reads their sections.
pub struct Providers<'a> {
    /// Their names.
    pub names: &'a [&'a str],
    /// Checks a provider's section and gives its canonical JSON, or all its faults.
    pub settings: &'a dyn Fn(&ProviderSection<'_>) -> Result<String, Vec<SectionFault>>,
    /// Whether a provider can put to sleep what it makes by such settings.
    pub sleeps: &'a dyn Fn(&str, &str) -> bool,
    /// Whether a provider can plan what it makes before it makes it, and carry out exactly that plan.
    pub plans: &'a dyn Fn(&str) -> bool,
}

/// A provider's section, as it stands in the file.
pub struct ProviderSection<'a> {
    /// The provider's name.
    pub provider: &'a str,
    /// What it is for.
    pub purpose: Purpose,
    /// Its keys, with their places.
    pub table: &'a DeTable<'a>,
    /// Where it stands.
    pub span: Range<usize>,
    /// The absolute folder that relative paths count from.
    pub folder: &'a Path,
}
