//! House rules as tests: who may know whom, what no file may lack, what no file may hold.

#[path = "tidy/papers.rs"]
mod papers;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// A file of the house: its path from the root and its text.
struct File {
    path: String,
    text: String,
}

impl File {
    /// The text without comments and without test modules, for rules about live code.
    fn code(&self) -> String {
        let mut live = Vec::new();
        let mut lines = self.text.lines();
        while let Some(line) = lines.next() {
            if line == "#[cfg(test)]" {
                // What is only for tests ends on its first line, or where its brace closes.
                let open = lines.next().is_some_and(|first| first.ends_with('{'));
                while open && lines.next().is_some_and(|inner| inner != "}") {}
            } else if !line.trim_start().starts_with("//") {
                live.push(line);
            }
        }
        live.join("\n")
    }

    /// What the code takes from `root` (`crate` or `std::process`): the names right behind it, in a
    /// path or in the braces of a `use`.
    fn taken_from(&self, root: &str) -> BTreeSet<String> {
        let code = self.code();
        let mut taken = BTreeSet::new();
        for (at, _) in code.match_indices(&format!("{root}::")) {
            if code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_') {
                continue;
            }
            let rest = &code[at + root.len() + 2..];
            match rest.strip_prefix('{') {
                Some(group) => taken.extend(first_names(group)),
                None => taken.extend(first_name(rest)),
            }
        }
        taken
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

fn first_name(text: &str) -> Option<String> {
    let name: String = text
        .trim_start()
        .chars()
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .collect();
    Some(name).filter(|name| !name.is_empty())
}

/// The first names of the members of a group, up to the brace that closes it.
fn first_names(group: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut depth = 0_usize;
    let mut member = String::new();
    for c in group.chars() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                names.extend(first_name(&member));
                member.clear();
                continue;
            }
            _ => {}
        }
        member.push(c);
    }
    names.extend(first_name(&member));
    names
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

fn assert_none(faults: &[String], rule: &str) {
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
    assert_none(&faults, "a file opens with one `//!` line");
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
    assert_none(&faults, "an outside library is named only in its room");
}

/// Who else starts processes, and why.
const STARTS_PROCESSES: &[(&str, &str)] = &[(
    "src/playground/sample/control.rs",
    "the sample service is no part of the bot: it is the program that `exec` calls, and its `up` \
     leaves a web server behind",
)];

#[test]
fn processes_are_started_only_by_providers() {
    let mut faults = Vec::new();
    let mut used = BTreeSet::new();
    for file in files("src", "rs").iter().filter(|file| !file.is_test()) {
        let named = file.taken_from("process").contains("Command");
        let whole = names(&file.code(), "process::*");
        if (!named && !whole) || file.module() == Some("providers") {
            continue;
        }
        if STARTS_PROCESSES.iter().any(|(path, _)| *path == file.path) {
            used.insert(file.path.clone());
        } else {
            faults.push(file.path.clone());
        }
    }
    assert_none(&faults, "processes are started only in providers");
    assert_eq!(used.len(), STARTS_PROCESSES.len(), "an exception is gone");
}

/// SQLite's planner looks at the value of a bare `LIMIT $1`, and therefore prepares the whole
/// statement anew at every binding: as much work as the query itself.
#[test]
fn no_query_is_prepared_anew_for_its_limit() {
    let faults: Vec<_> = files("src/store", "rs")
        .iter()
        .filter(|file| file.text.contains("LIMIT $"))
        .map(|file| file.path.clone())
        .collect();
    assert_none(&faults, "write LIMIT CAST($1 AS BIGINT)");
}

#[test]
fn what_is_taken_is_seen_however_it_is_imported() {
    let taken = |code: &str, root: &str| {
        let file = File {
            path: "src/app/x.rs".to_owned(),
            text: code.to_owned(),
        };
        file.taken_from(root).into_iter().collect::<Vec<_>>()
    };
    assert_eq!(taken("use crate::{a::{b, c}, d};", "crate"), ["a", "d"]);
    assert_eq!(
        taken("use crate::{\n    a,\n    d::e,\n};", "crate"),
        ["a", "d"]
    );
    assert_eq!(taken("let x = crate::a::b();", "crate"), ["a"]);
    assert_eq!(
        taken("use std::process::{Child, Command};", "process"),
        ["Child", "Command"]
    );
    assert_eq!(
        taken(
            "#[cfg(test)]\nmod t {\n    use crate::a;\n}\nuse crate::b;",
            "crate"
        ),
        ["b"]
    );
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
        let taken = file.taken_from("crate");
        let climbed = file.taken_from("super");
        for other in rooms
            .iter()
            .filter(|other| *other != room && !known.contains(other))
        {
            if taken.contains(*other) || climbed.contains(*other) {
                faults.push(format!("{} knows {other}", file.path));
            }
        }
    }
    assert_none(
        &faults,
        "arrows point down, siblings do not know each other",
    );
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
    assert_none(&faults, "the domain cannot fail, only refuse");
}

#[test]
fn the_domain_is_not_serializable_except_effects() {
    let faults: Vec<String> = files("src/domain", "rs")
        .iter()
        .filter(|file| file.path != "src/domain/effect.rs" && names(&file.code(), "serde"))
        .map(|file| file.path.clone())
        .collect();
    assert_none(&faults, "only `Effect` is stored as JSON");
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
        &faults,
        "nothing is unfinished, switched off or allowed without a reason",
    );
}

/// A file aims at 500 lines; beyond this it is cut.
const FILE_LINES_MAX: usize = 600;
/// A function aims at 70 lines; beyond this it is cut. Tables of tests may be longer.
const FUNCTION_LINES_MAX: usize = 100;

#[test]
fn functions_stay_readable() {
    let mut faults = Vec::new();
    for file in files("src", "rs").iter().filter(|file| !file.is_test()) {
        let code = file.code();
        let lines: Vec<&str> = code.lines().collect();
        for (at, line) in lines.iter().enumerate() {
            let indent = line.len() - line.trim_start().len();
            let head = line.trim_start().split('(').next().unwrap_or_default();
            let is_type = head.ends_with("fn");
            if !names(head, "fn") || is_type || line.ends_with(';') {
                continue;
            }
            let end = format!("{}}}", " ".repeat(indent));
            let length = lines[at..].iter().position(|line| *line == end);
            if length.is_some_and(|length| length >= FUNCTION_LINES_MAX) {
                faults.push(format!("{}: {}", file.path, head));
            }
        }
    }
    assert_none(&faults, "a function stays under about 70 lines");
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
    let rust = ["src", "tests", "benches"]
        .iter()
        .flat_map(|root| files(root, "rs"));
    let page = ["js", "css"]
        .iter()
        .flat_map(|kind| files("src/playground/page", kind));
    for file in rust.chain(page) {
        let lines = file.text.lines().count();
        if lines > FILE_LINES_MAX {
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
        &faults,
        "a file stays under about 500 lines and is cut by subject",
    );
}

#[test]
fn no_test_sleeps() {
    let faults: Vec<String> = files("tests", "rs")
        .iter()
        .filter(|file| file.path != "tests/tidy.rs")
        .filter(|file| {
            ["time::sleep(", "thread::sleep(", "tokio::time::pause"]
                .iter()
                .any(|word| file.text.contains(word))
        })
        .map(|file| file.path.clone())
        .collect();
    assert_none(&faults, "a test waits for what it waits for");
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
