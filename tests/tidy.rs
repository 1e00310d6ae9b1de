//! House rules as tests: who may know whom, what no file may lack, what no file may hold.

use std::fs;
use std::path::{Path, PathBuf};

/// A file of the house: its path from the root and its text.
struct File {
    path: String,
    text: String,
}

impl File {
    /// The text without comments and without test modules at the end, for rules about live code.
    fn code(&self) -> String {
        let live = self.text.split("#[cfg(test)]").next().unwrap_or_default();
        live.lines()
            .filter(|line| !line.trim_start().starts_with("//"))
            .collect::<Vec<_>>()
            .join("\n")
    }

    fn module(&self) -> Option<&str> {
        self.path
            .strip_prefix("src/")?
            .split('/')
            .next()
            .map(|first| first.trim_end_matches(".rs"))
    }

    fn is_test(&self) -> bool {
        self.path.starts_with("tests/")
            || self.path.ends_with("tests.rs")
            || self.path.contains("/tests/")
    }
}

fn files(root: &str, extension: &str) -> Vec<File> {
    let base = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    walk(&base.join(root), extension, &mut found);
    found.sort();
    found
        .into_iter()
        .map(|path| {
            let text = fs::read_to_string(&path).expect("a source file is UTF-8");
            let path = path
                .strip_prefix(base)
                .expect("below the root")
                .to_string_lossy()
                .into_owned();
            File { path, text }
        })
        .collect()
}

fn walk(folder: &Path, extension: &str, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            if path
                .file_name()
                .is_none_or(|name| name != "node_modules" && name != "target")
            {
                walk(&path, extension, found);
            }
        } else if path.extension().is_some_and(|found| found == extension) {
            found.push(path);
        }
    }
}

fn assert_none(faults: Vec<String>, rule: &str) {
    assert!(faults.is_empty(), "{rule}:\n  {}", faults.join("\n  "));
}

/// Whether `word` stands in `code` as a word of its own.
fn names(code: &str, word: &str) -> bool {
    code.match_indices(word).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        let after = code[at + word.len()..].chars().next();
        let inner = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
        !inner(before) && !inner(after)
    })
}

#[test]
fn every_file_says_in_its_first_line_what_it_is_for() {
    let mut faults = Vec::new();
    for file in ["src", "tests", "benches"]
        .iter()
        .flat_map(|root| files(root, "rs"))
    {
        if !file.text.starts_with("//! ") {
            faults.push(file.path);
        }
    }
    assert_none(faults, "a file opens with one `//!` line");
}

#[test]
fn each_outside_library_is_named_only_where_it_belongs() {
    let rules: &[(&str, &[&str])] = &[
        ("sqlx", &["store"]),
        ("serenity", &["discord"]),
        ("reqwest", &["providers", "discord"]),
        ("kube", &["providers"]),
        ("resvg", &["charts"]),
        ("axum", &["web", "playground"]),
        ("tokio::process", &["providers"]),
        ("process::Command", &["providers"]),
    ];
    let mut faults = Vec::new();
    for file in files("src", "rs").iter().filter(|file| !file.is_test()) {
        let code = file.code();
        for (library, rooms) in rules {
            let home = file.module().is_some_and(|module| rooms.contains(&module));
            if !home && names(&code, library) {
                faults.push(format!(
                    "{} names {library}, which belongs in {}",
                    file.path,
                    rooms.join(", ")
                ));
            }
        }
    }
    assert_none(faults, "an outside library is named only in its room");
}

#[test]
fn rooms_know_only_the_rooms_below_them() {
    let arrows: &[(&str, &[&str])] = &[
        ("domain", &[]),
        ("store", &["domain"]),
        ("providers", &["domain"]),
        ("discord", &["domain"]),
        ("charts", &["domain"]),
        ("config", &["domain"]),
        (
            "app",
            &["domain", "store", "providers", "discord", "charts"],
        ),
        ("web", &["domain", "app"]),
        ("playground", &[]),
    ];
    let rooms: Vec<&str> = arrows.iter().map(|(room, _)| *room).collect();
    let mut faults = Vec::new();
    for file in files("src", "rs").iter().filter(|file| !file.is_test()) {
        let Some((room, known)) = arrows.iter().find(|(room, _)| file.module() == Some(room))
        else {
            continue;
        };
        let code = file.code();
        for other in rooms
            .iter()
            .filter(|other| *other != room && !known.contains(other))
        {
            if code.contains(&format!("crate::{other}::"))
                || code.contains(&format!("crate::{other};"))
            {
                faults.push(format!("{} knows {other}", file.path));
            }
        }
    }
    assert_none(faults, "arrows point down, siblings do not know each other");
}

#[test]
fn the_domain_has_no_async_no_clock_no_io_no_randomness() {
    let banned = [
        "async",
        "await",
        "tokio",
        "std::fs",
        "std::net",
        "std::env",
        "std::io",
        "SystemTime",
        "Instant::now",
        "Utc::now",
        "Local::now",
        "getrandom",
        "rand",
        "now_v7",
        "new_v4",
        "tracing",
        "println",
        "Mutex",
        "thread",
    ];
    let mut faults = Vec::new();
    for file in files("src/domain", "rs")
        .iter()
        .filter(|file| !file.is_test())
    {
        let code = file.code();
        faults.extend(
            banned
                .iter()
                .filter(|word| names(&code, word))
                .map(|word| format!("{}: {word}", file.path)),
        );
    }
    assert_none(faults, "the domain cannot fail, only refuse");
}

#[test]
fn the_domain_is_not_serializable_except_effects() {
    let faults = files("src/domain", "rs")
        .iter()
        .filter(|file| file.path != "src/domain/effect.rs" && names(&file.code(), "serde"))
        .map(|file| file.path.clone())
        .collect();
    assert_none(faults, "only `Effect` is stored as JSON");
}

#[test]
fn nothing_unfinished_is_left_in_live_code() {
    let banned = [
        "todo!(",
        "unimplemented!(",
        "dbg!(",
        "FIXME",
        "XXX",
        "#[ignore",
        "#[allow(",
        "cfg(not(test))",
    ];
    let mut faults = Vec::new();
    for file in ["src", "tests", "benches"]
        .iter()
        .flat_map(|root| files(root, "rs"))
    {
        if file.path == "tests/tidy.rs" {
            continue;
        }
        faults.extend(
            banned
                .iter()
                .filter(|word| file.text.contains(*word))
                .map(|word| format!("{}: {word}", file.path)),
        );
    }
    assert_none(
        faults,
        "nothing is unfinished, switched off or allowed without a reason",
    );
}

#[test]
fn files_are_cut_by_subject_and_stay_readable() {
    let by_kind = [
        "utils.rs",
        "helpers.rs",
        "types.rs",
        "errors.rs",
        "common.rs",
        "misc.rs",
    ];
    let mut faults = Vec::new();
    for file in ["src", "tests"].iter().flat_map(|root| files(root, "rs")) {
        let lines = file.text.lines().count();
        if lines > 600 {
            faults.push(format!("{} has {lines} lines", file.path));
        }
        if by_kind
            .iter()
            .any(|name| file.path.ends_with(&format!("/{name}")))
        {
            faults.push(format!("{} is cut by kind", file.path));
        }
    }
    assert_none(
        faults,
        "a file stays under about 500 lines and is cut by subject",
    );
}

#[test]
fn no_test_sleeps() {
    let faults = files("tests", "rs")
        .iter()
        .filter(|file| file.path != "tests/tidy.rs")
        .filter(|file| {
            ["time::sleep(", "thread::sleep(", "tokio::time::pause"]
                .iter()
                .any(|word| file.text.contains(word))
        })
        .map(|file| file.path.clone())
        .collect();
    assert_none(faults, "a test waits for what it waits for");
}

#[test]
fn both_databases_have_the_same_migrations() {
    let numbered = |folder: &str| -> Vec<String> {
        files(folder, "sql")
            .iter()
            .filter_map(|file| file.path.rsplit('/').next().map(str::to_owned))
            .collect()
    };
    let sqlite = numbered("migrations/sqlite");
    assert!(!sqlite.is_empty());
    assert_eq!(sqlite, numbered("migrations/postgres"));
}
