//! `hearth docs`: writes the pages of docs/reference that can be made from the code.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Args, CommandFactory as _};
use hearth::app::action::ACTIONS;
use hearth::app::clicks::CLICKS;
use hearth::app::commands;
use hearth::app::words::Words;
use hearth::config;
use hearth::domain::access::Right;
use hearth::domain::chat::Language;
use hearth::domain::metric::{CATALOGUE, Counterweight, Direction, Source, Unit};
use hearth::domain::platform::{Platform, Reference};
use hearth::domain::sentence::Sentence;
use hearth::web;

use super::outcome::Failure;
use super::{reading, say};

/// Where the pages are, and whether they are only compared.
#[derive(Args, Clone, Debug)]
pub struct Asked {
    /// Write nothing; fail if a page is not what it should be
    #[arg(long)]
    check: bool,
    /// The folder of the pages
    #[arg(long, value_name = "FOLDER", default_value = "docs/reference")]
    folder: PathBuf,
}

/// Writes or compares every page.
pub fn run(asked: &Asked) -> Result<(), Failure> {
    let mut stale = Vec::new();
    for (name, page) in pages()? {
        let path = asked.folder.join(name);
        let found = std::fs::read_to_string(&path).unwrap_or_default();
        if found == page {
            continue;
        }
        if asked.check {
            stale.push(path.display().to_string());
        } else {
            std::fs::create_dir_all(&asked.folder)
                .context("the folder of the pages cannot be made")?;
            std::fs::write(&path, page)
                .with_context(|| format!("{} cannot be written", path.display()))?;
            say(&format!("wrote {}", path.display()));
        }
    }
    if stale.is_empty() {
        say("the generated pages are up to date");
        return Ok(());
    }
    Err(Failure::Broke(anyhow::anyhow!(
        "not what the code says: {}. Run `hearth docs`.",
        stale.join(", ")
    )))
}

fn pages() -> Result<Vec<(&'static str, String)>, Failure> {
    let bound = reading::bind(None, &bare_platform())?;
    Ok(vec![
        ("command-line.md", command_line()),
        ("commands.md", commands::reference::page(&bound)),
        ("configuration.md", config::reference()),
        ("metrics.md", metrics()),
        ("rights.md", rights()),
    ])
}

/// The built-in commands depend on nothing that a platform declares, but a group may not be unknown.
fn bare_platform() -> Platform {
    Platform {
        name: String::new(),
        zone: chrono_tz::UTC,
        language: Language::English,
        channel: Reference::Name(String::new()),
        deployments: None,
        default_team: None,
        currency: String::new(),
        building_max: std::collections::BTreeMap::new(),
        groups: Vec::new(),
        teams: Vec::new(),
        templates: Vec::new(),
        repositories: Vec::new(),
        stages: Vec::new(),
        services: Vec::new(),
        surveys: Vec::new(),
        digests: Vec::new(),
        goals: Vec::new(),
    }
}

fn command_line() -> String {
    let mut page =
        String::from("# Command line\n\nMade by `hearth docs` from what `hearth --help` shows.\n");
    let mut whole = super::Cli::command();
    whole.build();
    let mut section = |title: &str, help: String| {
        let lines: Vec<&str> = help.lines().map(str::trim_end).collect();
        write!(
            page,
            "\n## {title}\n\n```text\n{}\n```\n",
            lines.join("\n").trim_end()
        )
        .expect("a string takes every text");
    };
    section("hearth", whole.render_long_help().to_string());
    for command in whole
        .get_subcommands_mut()
        .filter(|command| !command.is_hide_set() && command.get_name() != "help")
    {
        section(
            &format!("hearth {}", command.get_name()),
            command.render_long_help().to_string(),
        );
    }
    page
}

fn rights() -> String {
    let mut page = String::from(
        "# Rights\n\n\
         Made by `hearth docs`. The set is closed: `hearth.toml` gives rights to groups of Discord roles, and nobody \
         has a right that no group gives. `hearth rights` shows who may do what in an installation.\n\n\
         A right is checked on every command and on every click; what Discord itself hides or shows counts for nothing.\n\n\
         | right | actions | buttons and forms |\n|---|---|---|\n",
    );
    for right in Right::ALL {
        let actions: BTreeSet<&str> = ACTIONS
            .iter()
            .filter(|action| action.right == Some(*right))
            .map(|action| action.name)
            .collect();
        let clicks: BTreeSet<&str> = CLICKS
            .iter()
            .filter(|click| click.right == Some(*right))
            .map(|click| click.name)
            .collect();
        writeln!(
            page,
            "| `{}` | {} | {} |",
            right.name(),
            coded(&actions),
            coded(&clicks)
        )
        .expect("a string takes every text");
    }
    page.push_str(
        "\nThese need no right: `help`, `whoami`, and a survey's ballot, which asks for the role of the survey's audience instead.\n\
         `environment.manage-any` widens `environment.manage` to every team; `platform.keep` shows buried jobs in `/status`.\n",
    );
    page
}

fn coded(names: &BTreeSet<&str>) -> String {
    names
        .iter()
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(" ")
}

fn metrics() -> String {
    let words = Words::load();
    let mut page = String::from(
        "# Metrics\n\nMade by `hearth docs`.\n\n## What digests show\n\n\
         No metric is shown or targeted without its counterweight, or a reason for having none.\n\n\
         | metric | name | better | unit | formula | counterweight |\n|---|---|---|---|---|---|\n",
    );
    for metric in CATALOGUE {
        let name = words.plain(Language::English, &Sentence::new(metric.name_key));
        let better = match metric.direction {
            Direction::Up => "more",
            Direction::Down => "less",
        };
        let unit = match metric.unit {
            Unit::Count => "count",
            Unit::Share => "share",
            Unit::Seconds => "seconds",
            Unit::Points => "points",
        };
        let against = match metric.counterweight {
            Counterweight::By(first, more) => {
                let all = std::iter::once(first).chain(more.iter().copied());
                all.map(|id| id.word()).collect::<Vec<_>>().join(", ")
            }
            Counterweight::None(reason) => format!("none: {reason}"),
        };
        let formula = match metric.source {
            Source::Missing(what) => format!("{} (not computed yet: {what})", metric.formula),
            Source::Facts | Source::Surveys => metric.formula.to_owned(),
        };
        let cells = [metric.id.word(), &name, better, unit, &formula, &against]
            .map(|cell| cell.replace('|', "\\|"));
        writeln!(page, "| {} |", cells.join(" | ")).expect("a string takes every text");
    }
    page.push_str(
        "\n## What `/metrics` shows\n\n\
         Prometheus' text format, on the address of `[web]`. Beside it, `/healthz` answers 200 while the process lives, and \
         `/readyz` answers 200 while the database answers, the gateway is connected and Hearth is not stopping, else 503.\n\n\
         | series | kind | labels | meaning |\n|---|---|---|---|\n",
    );
    for series in web::CATALOGUE {
        let web::Series {
            name,
            kind,
            labels,
            meaning,
        } = series;
        writeln!(page, "| `{name}` | {kind} | {labels} | {meaning} |")
            .expect("a string takes every text");
    }
    page
}
