//! Configuration: what loads, what is refused and how that is said, and what never shows.

mod broken;
mod outside;
mod whole;

use std::collections::BTreeMap;
use std::path::Path;

use hearth::config::{
    Declared, Faults, Look, ProviderSection, Providers, SectionFault, Settings, Sources, load,
    load_platform_only, render,
};

/// The smallest file that says something about everything that the tests break.
const GOOD: &str = r#"[platform]
name = "Test Platform"
channel = "platform"
[group.developer]
roles = ["100000000000000001"]
rights = ["deployment.request"]
[group.lead]
roles = ["100000000000000002"]
rights = ["deployment.approve"]
[team.player]
name = "Player"
owner = "Mira"
[stage.staging]
[recipe.restart]
provider = "exec"
[recipe.restart.exec]
up = ["./up"]
[service.player]
team = "player"
recipe = "restart"
"#;

/// Reads a provider's section as a provider would: it knows one key.
fn read_section(section: &ProviderSection<'_>) -> Result<String, Vec<SectionFault>> {
    assert!(section.folder.is_absolute());
    let unknown = section
        .table
        .iter()
        .filter(|(key, _)| key.get_ref() != "up");
    let faults: Vec<SectionFault> = unknown
        .map(|(key, _)| SectionFault {
            span: key.span(),
            message: format!("`{}` is not a setting of exec", key.get_ref()),
            hint: "did you mean `up`?".to_owned(),
        })
        .collect();
    if faults.is_empty() {
        Ok(format!("{{\"purpose\":\"{:?}\"}}", section.purpose))
    } else {
        Err(faults)
    }
}

const PROVIDERS: Providers<'static> = Providers {
    names: &["exec", "http"],
    settings: &read_section,
    sleeps: &|_, _| true,
    plans: &|provider| provider == "http",
};

/// Loads a text as `hearth.toml`, without the environment.
fn declared(text: &str) -> Result<Declared, Faults> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("hearth.toml");
    std::fs::write(&path, text).expect("a file");
    load_platform_only(
        &Sources {
            path: &path,
            env: &|_| None,
        },
        &PROVIDERS,
    )
}

/// Loads a text with an environment.
fn settings(text: &str, env: &[(&str, &str)]) -> Result<Settings, Faults> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("hearth.toml");
    std::fs::write(&path, text).expect("a file");
    settings_at(&path, env)
}

fn settings_at(path: &Path, env: &[(&str, &str)]) -> Result<Settings, Faults> {
    let env: BTreeMap<String, String> = env
        .iter()
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
        .collect();
    load(
        &Sources {
            path,
            env: &|name| env.get(name).cloned(),
        },
        &PROVIDERS,
    )
}

/// What is said about a text: faults or warnings, without the folder of this run.
fn said_of(text: &str) -> String {
    let report = match declared(text) {
        Ok(declared) => render(&declared.warnings, Look::Plain),
        Err(faults) => faults.render(Look::Plain),
    };
    without_folder(&report)
}

/// The good file with more behind it.
fn with(more: &str) -> String {
    said_of(&format!("{GOOD}{more}"))
}

/// The good file with one piece exchanged.
fn instead(old: &str, new: &str) -> String {
    assert!(GOOD.contains(old));
    said_of(&GOOD.replacen(old, new, 1))
}

/// The report without the folder of this run, without the warning that every short file gets, and
/// without trailing blanks.
fn without_folder(report: &str) -> String {
    let path = regex::Regex::new(r"[^\s\[]*/hearth\.toml").expect("a constant expression");
    let blocks: Vec<&str> = report
        .split("\n\n")
        .filter(|block| !block.contains("nobody has the right"))
        .collect();
    let lines: Vec<String> = blocks
        .join("\n\n")
        .lines()
        .map(|line| path.replace(line, "hearth.toml").trim_end().to_owned())
        .collect();
    lines.join("\n")
}
