//! Reads the configuration and binds the commands: the one place where files, providers and actions meet.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use hearth::app::action::ACTIONS;
use hearth::app::commands::{self, Bound};
use hearth::app::words::Words;
use hearth::config::{
    self, Declared, Fault, Faults, ProviderSection, Providers, SectionFault, Settings, SourceFile,
    Sources,
};
use hearth::domain::platform::{Platform, Unresolved};
use hearth::providers;

/// The providers that sections can name.
const PROVIDERS: Providers<'static> = Providers {
    names: &NAMES,
    settings: &section,
    sleeps: &sleeps,
    plans: &plans,
};
const NAMES: [&str; providers::KINDS.len()] = {
    let mut names = [""; providers::KINDS.len()];
    let mut at = 0;
    while at < names.len() {
        names[at] = providers::KINDS[at].name;
        at += 1;
    }
    names
};

/// The process environment.
pub fn process_environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// The file that is meant.
pub fn path(asked: Option<PathBuf>) -> PathBuf {
    Sources::path(asked, &process_environment)
}

/// Everything that a running Hearth needs.
pub fn settings(path: &Path, env: &dyn Fn(&str) -> Option<String>) -> Result<Settings, Faults> {
    config::load(&Sources { path, env }, &PROVIDERS)
}

/// The same for commands that need neither secrets nor a server: what is not set is made up, so that
/// only the file and the addresses count.
pub fn settings_without_secrets(path: &Path) -> Result<Settings, Faults> {
    let env = |name: &str| {
        let real = process_environment(name).filter(|value| !value.trim().is_empty());
        match name {
            "DISCORD_TOKEN" | "HEARTH_SURVEY_SECRET" => Some("x".repeat(64)),
            "DISCORD_TOKEN_FILE" | "HEARTH_SURVEY_SECRET_FILE" => None,
            "DISCORD_GUILD_ID" => Some(real.unwrap_or_else(|| "100000000000000000".to_owned())),
            _ => real,
        }
    };
    settings(path, &env)
}

/// What the file alone says.
pub fn declared(path: &Path) -> Result<Declared, Faults> {
    config::load_platform_only(
        &Sources {
            path,
            env: &process_environment,
        },
        &PROVIDERS,
    )
}

/// The commands of this installation, bound.
pub fn bind(commands_dir: Option<&Path>, platform: &Platform) -> Result<Bound, Faults> {
    let files = commands::gather(commands_dir).map_err(|faults| shown(faults, &[]))?;
    commands::bind(&files, ACTIONS, platform, &Words::load())
        .map_err(|faults| shown(faults, &files))
}

/// Faults of command files as the configuration shows its own.
fn shown(faults: Vec<commands::Fault>, files: &[commands::File]) -> Faults {
    let sources: HashMap<&str, SourceFile> = files
        .iter()
        .map(|file| (file.path.as_str(), SourceFile::new(&file.path, &file.text)))
        .collect();
    let shown = |fault: commands::Fault| {
        let hint = Some(fault.hint).filter(|hint| !hint.is_empty());
        match sources.get(fault.file.as_str()) {
            Some(source) => Fault::in_file(source, Some(fault.span), fault.message, hint),
            None => Fault::elsewhere(&fault.file, fault.message, hint),
        }
    };
    Faults(faults.into_iter().map(shown).collect())
}

fn sleeps(provider: &str, definition: &str) -> bool {
    providers::kind(provider).is_some_and(|kind| (kind.sleeps)(definition))
}

fn plans(provider: &str) -> bool {
    providers::kind(provider).is_some_and(|kind| kind.plans)
}

fn section(section: &ProviderSection<'_>) -> Result<String, Vec<SectionFault>> {
    let kind = providers::kind(section.provider).expect("only names of the list above are read");
    let read = providers::Section {
        table: section.table,
        span: section.span.clone(),
        base: section.folder,
        purpose: section.purpose,
    };
    (kind.settings)(&read)
}

/// What the server lacks, and what does not work because of it.
pub fn lacks(unresolved: &Unresolved) -> String {
    let Unresolved {
        kind,
        name,
        used_by,
    } = unresolved;
    let so = match (*kind, used_by.split('.').next().unwrap_or_default()) {
        ("role", "group") => "nobody belongs to the group by it",
        ("role", "team") => "nobody belongs to the team by it",
        (_, "survey") => "the survey cannot be opened",
        (_, "digest") => "the digest is not posted",
        (_, "team") => "the team's news is told elsewhere",
        _ => "what belongs there is not posted",
    };
    format!("the server has no {kind} {name:?} (or several), which [{used_by}] names: {so}")
}
