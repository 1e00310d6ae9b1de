//! Reference pages that are made from the code, and the pages that name every part of it.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use hearth::app::action::ACTIONS;
use hearth::domain::metric::CATALOGUE;
use hearth::store::MIGRATIONS;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|fault| panic!("{}: {fault}", path.display()))
}

/// Every `refused-…` of one locale file with its texts, one per variant.
fn refusals(source: &str) -> Vec<(String, Vec<String>)> {
    let mut found: Vec<(String, Vec<String>)> = Vec::new();
    let mut inside = false;
    for line in source.lines().filter(|line| !line.starts_with('#')) {
        if let Some((id, text)) = line.split_once(" =").filter(|_| !line.starts_with(' ')) {
            inside = id.starts_with("refused-");
            if inside {
                let first = Some(text.trim().to_owned()).filter(|text| !text.is_empty());
                found.push((id.to_owned(), first.into_iter().collect()));
            }
        } else if inside
            && let Some((_, text)) = line.split_once("] ")
            && line.trim_start().trim_start_matches('*').starts_with('[')
        {
            let (_, texts) = found.last_mut().expect("a variant follows its sentence");
            texts.push(text.to_owned());
        }
    }
    found
}

fn reason_codes() -> String {
    let mut page = String::from(
        "# Reason codes\n\n\
         Made from `locales/en` by the test `the_page_of_reason_codes_is_true`; run it with `HEARTH_WRITE_PAGES=1` \
         to write this page anew.\n\n\
         Every refusal has a stable code, which is also the name of its sentence in `locales/`. A refusal is said in \
         private, changes nothing, and names what to do next. What stands in braces is filled in; a sentence with \
         several forms is listed with all of them.\n",
    );
    let mut files: Vec<PathBuf> = std::fs::read_dir(root().join("locales/en"))
        .expect("the English locale is there")
        .map(|entry| entry.expect("it can be listed").path())
        .collect();
    files.sort();
    for file in files {
        let refusals = refusals(&read(&file));
        if refusals.is_empty() {
            continue;
        }
        let subject = file
            .file_stem()
            .expect("a file has a name")
            .to_string_lossy();
        write!(
            page,
            "\n## {subject}\n\n| code | what the person reads |\n|---|---|\n"
        )
        .expect("a string takes every text");
        for (id, texts) in refusals {
            let texts = texts.join("<br>").replace('|', "\\|").replace("{ $", "{");
            let texts = texts.replace(" }", "}");
            writeln!(page, "| `{id}` | {texts} |").expect("a string takes every text");
        }
    }
    page
}

#[test]
fn the_page_of_reason_codes_is_true() {
    let path = root().join("docs/reference/reason-codes.md");
    let page = reason_codes();
    if std::env::var_os("HEARTH_WRITE_PAGES").is_some() {
        std::fs::write(&path, &page).expect("the page can be written");
    }
    assert!(
        read(&path) == page,
        "docs/reference/reason-codes.md is stale: run this test with HEARTH_WRITE_PAGES=1"
    );
}

/// The codes that the code itself says.
fn said(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).expect("a folder of the house") {
        let path = entry.expect("it can be listed").path();
        if path.is_dir() {
            said(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            for piece in read(&path).split("\"refused-").skip(1) {
                let (rest, _) = piece.split_once('"').expect("a string ends");
                found.insert(format!("refused-{rest}"));
            }
        }
    }
}

#[test]
fn every_reason_code_of_the_code_is_on_the_page() {
    let page = reason_codes();
    let mut codes = BTreeSet::new();
    said(&root().join("src"), &mut codes);
    let missing: Vec<&String> = codes
        .iter()
        .filter(|code| !page.contains(&format!("| `{code}` |")))
        .collect();
    assert!(missing.is_empty(), "without a sentence: {missing:?}");
}

#[test]
fn the_map_names_every_room() {
    let map = read(&root().join("ARCHITECTURE.md"));
    for entry in std::fs::read_dir(root().join("src")).expect("the sources") {
        let entry = entry.expect("it can be listed");
        if entry.path().is_dir() {
            let room = format!("`src/{}/`", entry.file_name().to_string_lossy());
            assert!(map.contains(&room), "ARCHITECTURE.md lacks {room}");
        }
    }
}

#[test]
fn every_page_of_the_documentation_is_in_its_index() {
    let index = read(&root().join("docs/README.md"));
    for corner in ["tutorials", "how-to", "reference", "explanation"] {
        for entry in std::fs::read_dir(root().join("docs").join(corner)).expect("a corner") {
            let name = entry.expect("it can be listed").file_name();
            let link = format!("({corner}/{})", name.to_string_lossy());
            assert!(index.contains(&link), "docs/README.md lacks {link}");
        }
    }
}

/// The how-to sections of CONTRIBUTING.md name files that exist and lists that are not empty.
#[test]
fn what_contributing_points_at_is_there() {
    assert!(!ACTIONS.is_empty() && !CATALOGUE.is_empty() && !MIGRATIONS.is_empty());
    let page = read(&root().join("CONTRIBUTING.md"));
    let missing: Vec<&str> = page
        .split('`')
        .skip(1)
        .step_by(2)
        .filter(|code| {
            [
                "src/",
                "tests/",
                "locales/",
                "migrations/",
                "commands/",
                "docs/",
                "scripts/",
            ]
            .iter()
            .any(|root| code.starts_with(root))
        })
        .filter(|code| !code.contains(['*', '<', '…', ' ', '{']))
        .filter(|path| !root().join(path).exists())
        .collect();
    assert!(missing.is_empty(), "CONTRIBUTING.md points at {missing:?}");
}
