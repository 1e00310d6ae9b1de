//! Holds the locales: complete, in the glossary's words, within Discord's bounds, and in step with the code.

use std::path::{Path, PathBuf};

use super::*;

const BOTH: [Language; 2] = [Language::English, Language::German];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn shapes(language: Language) -> BTreeMap<String, Shape> {
    sources(language)
        .iter()
        .flat_map(|(_, source)| shapes_of(source))
        .collect()
}

/// Every Rust file of the crate.
fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn the_binary_holds_every_file_of_the_locales() {
    for language in BOTH {
        let folder = root().join("locales").join(language.tag());
        let on_disk = std::fs::read_dir(folder).unwrap().count();
        assert_eq!(
            sources(language).len(),
            on_disk,
            "touch src/app/words/mod.rs: a locale file was added"
        );
    }
}

#[test]
fn every_sentence_exists_in_both_languages_with_the_same_arguments() {
    let (english, german) = (shapes(Language::English), shapes(Language::German));
    let mut faults = Vec::new();
    for id in english.keys().chain(german.keys()).collect::<BTreeSet<_>>() {
        match (english.get(id), german.get(id)) {
            (Some(en), Some(de)) if en.arguments == de.arguments => {}
            (en, de) => faults.push(format!("{id}: en {en:?}, de {de:?}")),
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn no_sentence_is_written_twice_and_none_is_more_than_a_message() {
    let head = Regex::new(r"(?m)^([a-z][a-zA-Z0-9_-]*) *=").unwrap();
    for language in BOTH {
        let mut seen = BTreeSet::new();
        for (file, source) in sources(language) {
            let resource = FluentResource::try_new(source.to_owned());
            assert!(
                resource.is_ok(),
                "{file}: {:?}",
                resource.err().map(|(_, faults)| faults)
            );
            for id in head.captures_iter(source) {
                assert!(
                    seen.insert(id[1].to_owned()),
                    "{file}: {} is written twice",
                    &id[1]
                );
            }
            for line in source.lines().filter(|line| !line.starts_with('#')) {
                assert!(
                    !line.starts_with('-') && !line.trim_start().starts_with('.'),
                    "{file}: term or attribute: {line}"
                );
                assert!(
                    !line.contains("{ \"") && !line.contains("()"),
                    "{file}: literal or function: {line}"
                );
                assert!(
                    !line.contains("@{") && !line.contains("<{"),
                    "{file}: an argument would become a mention: {line}"
                );
            }
        }
    }
}

#[test]
fn no_argument_stands_in_code_where_it_could_not_be_escaped() {
    let inside = Regex::new(r"`[^`]*\{[^`]*`").unwrap();
    for language in BOTH {
        for (file, source) in sources(language) {
            for line in source.lines().filter(|line| !line.starts_with('#')) {
                assert!(!inside.is_match(line), "{file}: {line}");
                assert_eq!(line.matches('`').count() % 2, 0, "{file}: {line}");
                assert_eq!(line.matches("**").count() % 2, 0, "{file}: {line}");
            }
        }
    }
}

#[test]
fn english_keeps_to_the_glossary() {
    let foreign = Regex::new(
        r"(?i)\b(sandbox|namespace|apps?|project|rollout|undo|revert|polls?|votes?|kpi|postmortem|outage|workflow|handler|exception|worker|plugin|backend|server error|please try)\b",
    )
    .unwrap();
    for (file, source) in sources(Language::English) {
        for line in source.lines().filter(|line| !line.starts_with('#')) {
            assert!(
                !foreign.is_match(line),
                "{file}: not a word of the glossary: {line}"
            );
        }
    }
}

#[test]
fn labels_fit_where_discord_shows_them() {
    let words = Words::load();
    let bound = |id: &str| match id {
        _ if id.starts_with("button-") => Some(80),
        _ if id.starts_with("command-")
            || id.starts_with("option-")
            || id.starts_with("choice-") =>
        {
            Some(100)
        }
        _ if id.starts_with("survey-answer-") => Some(100),
        _ if id.contains("-field-") => Some(256),
        "survey-form-title" | "survey-form-label" => Some(45),
        "survey-form-placeholder" | "survey-ballot-placeholder" => Some(100),
        _ => None,
    };
    for language in BOTH {
        for (id, shape) in shapes(language) {
            let Some(chars_max) = bound(&id) else {
                continue;
            };
            let arguments: Vec<(&'static str, Value)> = shape
                .arguments
                .iter()
                .map(|name| (leaked(name), Value::Number(8760.0)))
                .collect();
            let text = words.tongue(language).form(&id, &arguments, Place::Plain);
            let length = text.encode_utf16().count();
            assert!(
                (1..=chars_max).contains(&length),
                "{id} in {}: {length} characters: {text}",
                language.tag()
            );
        }
    }
}

/// Argument names are `&'static str` in sentences; the tests read them from files.
fn leaked(name: &str) -> &'static str {
    Box::leak(name.to_owned().into_boxed_str())
}

#[test]
fn every_sentence_stays_sane_whatever_texts_are_in_it() {
    const CONTENT_CHARS_MAX: usize = 2000;
    let words = Words::load();
    let attacks = [
        "@everyone".to_owned(),
        "everyone".to_owned(),
        "```\n# <@&1> ||\\".to_owned(),
        "\\".repeat(3000),
        "שלום \u{202E}abc".to_owned(),
        "[a](https://evil.example)".to_owned(),
        String::new(),
    ];
    let alive = Regex::new(r"(?i)@everyone|@here|<@|<#|://|[^\\]\]\(").unwrap();
    for language in BOTH {
        for (id, shape) in shapes(language) {
            for attack in &attacks {
                let arguments: Vec<(&'static str, Value)> = shape
                    .arguments
                    .iter()
                    .map(|name| (leaked(name), Value::from(attack.clone())))
                    .collect();
                let text = words
                    .tongue(language)
                    .form(&id, &arguments, Place::Markdown);
                let fences = text
                    .replace("\\\\", "")
                    .replace("\\`", "")
                    .matches('`')
                    .count();
                assert!(
                    text.encode_utf16().count() <= CONTENT_CHARS_MAX,
                    "{id} is too long"
                );
                assert!(!alive.is_match(&text), "{id}: {text}");
                assert_eq!(fences % 2, 0, "{id}: {text}");
                assert!(!text.contains("{$"), "{id}: {text}");
            }
        }
    }
}

#[test]
fn plurals_and_empty_texts_choose_their_variant() {
    let words = Words::load();
    let say = |sentence: &Sentence| words.say(Language::English, sentence);
    let count = |n: u32| {
        say(&Sentence::new("refused-extend-count")
            .with("name", "demo")
            .with("count", n))
    };
    assert!(count(1).contains("once"));
    assert!(count(3).contains("3 times"));
    assert!(count(0).contains("cannot be extended"));
    let near = |near: &str| {
        say(&Sentence::new("refused-template-unknown")
            .with("name", "previw")
            .with("near", near))
    };
    assert!(near("preview").ends_with("Did you mean preview?"));
    assert!(near("").ends_with("lists the templates of this platform."));
    let quota = Sentence::new("refused-quota")
        .with("team", "")
        .with("used", 3_u32)
        .with("quota", 3_u32);
    assert!(
        words
            .say(Language::German, &quota)
            .starts_with("Team – nutzt 3 von 3")
    );
}

#[test]
fn words_are_shared_between_threads() {
    fn shared<T: Send + Sync>(_: &T) {}
    shared(&Words::load());
}

#[test]
fn the_locked_wordings_stay_as_they_are() {
    let words = Words::load();
    let ids = [
        "survey-answer-1",
        "survey-answer-2",
        "survey-answer-3",
        "survey-answer-4",
        "survey-answer-5",
        "survey-answer-6",
        "survey-answer-7",
        "survey-promise",
    ];
    let mut lines = Vec::new();
    for language in BOTH {
        lines.push(words.line(
            language,
            "survey-question-overall",
            &[("platform", Value::from("Sonsic"))],
        ));
        lines.extend(ids.map(|id| words.label(language, id)));
    }
    insta::assert_snapshot!(lines.join("\n"), @"
    Overall, how satisfied or dissatisfied are you with Sonsic?
    Extremely dissatisfied
    Moderately dissatisfied
    Slightly dissatisfied
    Neither satisfied nor dissatisfied
    Slightly satisfied
    Moderately satisfied
    Extremely satisfied
    Confidential while open, anonymous once closed.
    Wie zufrieden oder unzufrieden bist du insgesamt mit Sonsic?
    Äußerst unzufrieden
    Ziemlich unzufrieden
    Etwas unzufrieden
    Weder zufrieden noch unzufrieden
    Etwas zufrieden
    Ziemlich zufrieden
    Äußerst zufrieden
    Vertraulich, solange die Runde offen ist; anonym, sobald sie geschlossen ist.
    ");
}

/// The code that follows a call up to the bracket that closes it.
fn closed(code: &str) -> &str {
    let mut depth = 0_i32;
    for (at, c) in code.char_indices() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            _ => {}
        }
        if depth < 0 {
            return &code[..at];
        }
    }
    code
}

/// The names given by `.with("name", …)` in an unbroken chain.
fn chained(mut code: &str) -> BTreeSet<String> {
    let link = Regex::new(r#"^\s*\.with\(\s*"([a-z0-9-]+)","#).unwrap();
    let mut names = BTreeSet::new();
    while let Some(found) = link.captures(code) {
        names.insert(found[1].to_owned());
        let inside = &code[found[0].len()..];
        code = &inside[closed(inside).len() + 1..];
    }
    names
}

#[test]
fn the_code_says_only_sentences_that_exist_and_gives_what_they_ask_for() {
    let known = shapes(Language::English);
    let new = Regex::new(r#"Sentence::new\(\s*"([a-z0-9_-]+)",?\s*\)"#).unwrap();
    let line = Regex::new(r#"\.line\(\s*[^",()]+(?:\(\))?,\s*"([a-z0-9_-]+)",\s*&\["#).unwrap();
    let label = Regex::new(r#"\.label\(\s*[^",()]+(?:\(\))?,\s*"([a-z0-9_-]+)",?\s*\)"#).unwrap();
    let tuple = Regex::new(r#"\(\s*"([a-z0-9-]+)",\s"#).unwrap();
    let mut files = Vec::new();
    rust_files(&root().join("src"), &mut files);
    let mut faults = Vec::new();
    for file in files {
        let source = std::fs::read_to_string(&file).unwrap();
        let mut check = |id: &str, given: BTreeSet<String>| match known.get(id) {
            None => faults.push(format!("{}: there is no sentence {id}", file.display())),
            Some(shape) if shape.arguments != given => {
                faults.push(format!(
                    "{}: {id} asks for {:?}, given {given:?}",
                    file.display(),
                    shape.arguments
                ));
            }
            Some(_) => {}
        };
        for found in new.captures_iter(&source) {
            // The value of a block is completed after the block; only saying it can tell.
            if source[found.get(0).unwrap().end()..]
                .trim_start()
                .starts_with('}')
            {
                continue;
            }
            check(&found[1], chained(&source[found.get(0).unwrap().end()..]));
        }
        for found in line.captures_iter(&source) {
            let inside = closed(&source[found.get(0).unwrap().end()..]);
            check(
                &found[1],
                tuple
                    .captures_iter(inside)
                    .map(|name| name[1].to_owned())
                    .collect(),
            );
        }
        for found in label.captures_iter(&source) {
            check(&found[1], BTreeSet::new());
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Beginnings of names that the code puts together.
const PUT_TOGETHER: [&str; 5] = ["command-", "option-", "choice-", "right-", "metric-"];

#[test]
fn every_sentence_is_said_somewhere() {
    let mut files = Vec::new();
    rust_files(&root().join("src"), &mut files);
    let named: BTreeSet<String> = files
        .iter()
        .filter(|file| !file.ends_with("words/tests.rs"))
        .flat_map(|file| quoted(&std::fs::read_to_string(file).unwrap()))
        .collect();
    let idle: Vec<String> = shapes(Language::English)
        .into_keys()
        .filter(|id| !PUT_TOGETHER.iter().any(|start| id.starts_with(start)))
        .filter(|id| !named.contains(id))
        .collect();
    assert!(idle.is_empty(), "nobody says: {}", idle.join(", "));
}

/// The names that stand between quotation marks.
fn quoted(code: &str) -> Vec<String> {
    let name = Regex::new(r#""([a-z][a-z0-9_-]*)""#).unwrap();
    let found = name.captures_iter(code);
    found.map(|found| found[1].to_owned()).collect()
}
