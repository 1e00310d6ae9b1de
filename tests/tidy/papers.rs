//! House rules about what is written for people: links lead somewhere, words are ours, and nothing
//! tells of the machine that it was written on.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::{File, assert_none, files, names, walk};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every page that a reader of the repository meets.
fn pages() -> Vec<File> {
    files("", "md")
}

/// A page without its code blocks.
fn prose(text: &str) -> String {
    let mut inside = false;
    let mut kept = Vec::new();
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            inside = !inside;
        } else if !inside {
            kept.push(line);
        }
    }
    kept.join("\n")
}

/// A line without what stands in backticks.
fn without_code(line: &str) -> String {
    line.split('`').step_by(2).collect::<Vec<_>>().join(" ")
}

/// Where the links of a page lead.
fn links(text: &str) -> Vec<String> {
    let prose = prose(text);
    let plain: Vec<String> = prose.lines().map(without_code).collect();
    plain
        .iter()
        .flat_map(|line| line.split("](").skip(1))
        .filter_map(|rest| rest.split_once(')'))
        .map(|(target, _)| target.to_owned())
        .collect()
}

/// The anchors of a page, as forges make them from its headings.
fn anchors(text: &str) -> BTreeSet<String> {
    prose(text)
        .lines()
        .filter(|line| line.starts_with('#'))
        .map(|line| {
            line.trim_start_matches('#')
                .trim()
                .to_lowercase()
                .chars()
                .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
                .map(|c| if c == ' ' { '-' } else { c })
                .collect()
        })
        .collect()
}

#[test]
fn every_link_leads_somewhere() {
    let mut faults = Vec::new();
    for page in pages() {
        let folder = root().join(&page.path);
        let folder = folder.parent().expect("a page lies in a folder");
        for link in links(&page.text) {
            if link.contains("://") || link.starts_with("mailto:") {
                continue;
            }
            let (file, anchor) = link.split_once('#').unwrap_or((&link, ""));
            let target = if file.is_empty() {
                root().join(&page.path)
            } else {
                folder.join(file)
            };
            if !target.exists() {
                faults.push(format!("{}: {link} is not there", page.path));
            } else if !anchor.is_empty() {
                let text = fs::read_to_string(&target).unwrap_or_default();
                if !anchors(&text).contains(anchor) {
                    faults.push(format!("{}: {link} has no such heading", page.path));
                }
            }
        }
    }
    assert_none(faults, "links resolve");
}

#[test]
fn a_page_that_says_that_it_is_made_is_compared_by_a_test() {
    let code: Vec<File> = ["src", "tests"]
        .iter()
        .flat_map(|root| files(root, "rs"))
        .filter(|file| !file.path.starts_with("tests/tidy"))
        .collect();
    let index = fs::read_to_string(root().join("docs/README.md")).unwrap_or_default();
    let mut faults = Vec::new();
    for page in files("docs/reference", "md") {
        let made = page
            .text
            .lines()
            .take(5)
            .any(|line| line.contains("Made from") || line.contains("Made by"));
        let name = page.path.rsplit('/').next().unwrap_or_default();
        let marked = index.lines().any(|line| {
            line.contains(&format!("(reference/{name})")) && line.contains("generated")
        });
        if made != marked {
            faults.push(format!("{}: docs/README.md says otherwise", page.path));
        }
        if made && !code.iter().any(|file| file.text.contains(name)) {
            faults.push(format!("{}: no code makes or compares it", page.path));
        }
    }
    assert_none(faults, "what says that it is generated is");
}

/// Words for which the glossary has another one. Words that are also plain English are left out.
const FOREIGN: [&str; 20] = [
    "sandbox",
    "sandboxes",
    "rollout",
    "rollouts",
    "postmortem",
    "postmortems",
    "outage",
    "outages",
    "KPI",
    "KPIs",
    "poll",
    "polls",
    "votes",
    "undo",
    "revert",
    "handler",
    "handlers",
    "plugin",
    "plugins",
    "backend",
];

#[test]
fn pages_keep_to_the_glossary() {
    let mut faults = Vec::new();
    for page in pages() {
        for line in prose(&page.text).lines() {
            // The glossary itself names them, as the last cell of a row.
            if page.path == "CONTRIBUTING.md" && line.starts_with('|') {
                continue;
            }
            let line = without_code(line);
            faults.extend(
                FOREIGN
                    .iter()
                    .filter(|word| names(&line, word))
                    .map(|word| format!("{}: {word}: {}", page.path, line.trim())),
            );
        }
    }
    assert_none(faults, "one word per thing, see CONTRIBUTING.md");
}

/// Every text file that is part of the repository, except lock files: those name where things come from.
fn everything() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for extension in [
        "rs", "md", "toml", "ftl", "sql", "js", "mjs", "css", "html", "json", "yml", "txt", "snap",
    ] {
        walk(root(), extension, &mut found);
    }
    for script in ["scripts", ".ci"] {
        let Ok(entries) = fs::read_dir(root().join(script)) else {
            continue;
        };
        found.extend(entries.flatten().map(|entry| entry.path()));
    }
    found.retain(|path| {
        path.file_name()
            .is_none_or(|name| name != "package-lock.json")
    });
    found
}

#[test]
fn no_file_tells_of_the_machine_that_it_was_written_on() {
    // Put together here, so that this file does not hold them.
    let foreign: Vec<String> = [
        ["/ho", "me/"],
        ["/Us", "ers/"],
        ["/ro", "ot/"],
        ["/wo", "rk/"],
        ["/tmp/", "hearth"],
        ["crates", ".io"],
        ["registry.npm", "js"],
        ["pypi", ".org"],
    ]
    .iter()
    .map(|pieces| pieces.concat())
    .collect();
    let mut faults = Vec::new();
    for path in everything() {
        // A picture or a font is no text.
        let Ok(text) = fs::read_to_string(&path) else {
            continue;
        };
        for (number, line) in text.lines().enumerate() {
            if foreign.iter().any(|word| line.contains(word.as_str())) {
                faults.push(format!("{}:{}: {line}", path.display(), number + 1));
            }
        }
    }
    assert_none(faults, "a stranger's clone has none of it");
}

#[test]
fn links_and_anchors_are_read_as_forges_read_them() {
    let page = "# A *b* `c`: d\n[x](y.md#z) `[no](no.md)`\n```\n[no](no.md)\n```\n";
    assert_eq!(links(page), ["y.md#z"]);
    assert_eq!(anchors(page), BTreeSet::from(["a-b-c-d".to_owned()]));
}
