//! Secrets: where they come from, and how they stay out of everything that is shown.

use std::fmt;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use regex::{Captures, Regex, RegexBuilder};

use super::reader::is_unprintable;
use super::report::Fault;

/// Largest secret file, in bytes.
const SECRET_BYTES_MAX: u64 = 64 * 1024;

/// The most memory that an expression keeps for its next use, in bytes. It is used at the start and at
/// reloads; what regex keeps unasked is two megabytes each.
const KEPT_BYTES_MAX: usize = 64 * 1024;

fn small(expression: &str) -> Regex {
    RegexBuilder::new(expression)
        .dfa_size_limit(KEPT_BYTES_MAX)
        .build()
        .expect("a constant expression")
}

/// `key = value` where the key's name says that the value is nobody's business. Values that begin a
/// string, a table or a list are covered to its end, or to the end of the line if it has none.
static SECRET_VALUE: LazyLock<Regex> = LazyLock::new(|| {
    small(concat!(
        r#"(?i)([0-9A-Za-z_-]*(?:token|secret|passw|credential|private[_-]?key|api[_-]?key)[0-9A-Za-z_-]*["']?\s*=[ \t]*)"#,
        r#"("""[\s\S]*?(?:"""|\z)|'''[\s\S]*?(?:'''|\z)|"(?:\\.|[^"\\\n])*"?|'[^'\n]*'?|\[[^\]]*(?:\]|\z)|\{[^}\n]*\}?|[^\s,}\]#]+)"#
    ))
});

/// The password in a URL: what stands between the user's colon and the last `@`.
static URL_PASSWORD: LazyLock<Regex> = LazyLock::new(|| small(r#"(://[^\s/:@"']*:)([^\s"']+)(@)"#));

/// What has the shape of a bot's token, wherever somebody pasted it.
static TOKEN: LazyLock<Regex> =
    LazyLock::new(|| small(r"[0-9A-Za-z_-]{20,}\.[0-9A-Za-z_-]{4,}\.[0-9A-Za-z_-]{20,}"));

/// The text with stars in place of everything that looks like a secret, and with nothing in it that a
/// terminal would obey. No byte moves, so that places in the text stay true.
pub(super) fn cover(text: &str) -> String {
    let covered = SECRET_VALUE.replace_all(text, |hit: &Captures<'_>| {
        format!("{}{}", &hit[1], stars(&hit[2]))
    });
    let covered = URL_PASSWORD.replace_all(&covered, |hit: &Captures<'_>| {
        format!("{}{}{}", &hit[1], stars(&hit[2]), &hit[3])
    });
    TOKEN
        .replace_all(&covered, |hit: &Captures<'_>| stars(&hit[0]))
        .chars()
        .map(printable)
        .collect()
}

fn stars(hidden: &str) -> String {
    hidden
        .bytes()
        .map(|byte| if byte == b'\n' { '\n' } else { '*' })
        .collect()
}

/// The character, or a harmless one of the same length.
fn printable(character: char) -> char {
    match character {
        '\n' | '\r' | '\t' => character,
        hidden if is_unprintable(hidden) => match hidden.len_utf8() {
            1 => '?',
            2 => '·',
            _ => char::REPLACEMENT_CHARACTER,
        },
        shown => shown,
    }
}

/// A database's address; its password never shows.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl(String);

/// Which database an address means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DatabaseKind {
    /// A file of ours.
    Sqlite,
    /// A server.
    Postgres,
}

impl DatabaseUrl {
    /// Reads an address; a relative SQLite path is made absolute, counted from `folder`.
    pub(super) fn read(text: &str, folder: &Path) -> Result<Self, &'static str> {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self(text.to_owned()));
        }
        let Some(rest) = text.strip_prefix("sqlite:") else {
            return Err("is neither a `sqlite:` nor a `postgres://` address");
        };
        let rest = rest.strip_prefix("//").unwrap_or(rest);
        let (path, question) = rest
            .split_once('?')
            .map_or((rest, None), |(path, question)| (path, Some(question)));
        if path.is_empty() || path.starts_with(':') {
            return Err("names no file, and Hearth has to remember");
        }
        let whole = absolute(folder, Path::new(path));
        let question = question
            .map(|question| format!("?{question}"))
            .unwrap_or_default();
        Ok(Self(format!("sqlite:{}{question}", whole.display())))
    }

    /// The address with everything in it, for the one who connects.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Which database it is.
    #[must_use]
    pub fn kind(&self) -> DatabaseKind {
        if self.0.starts_with("sqlite:") {
            DatabaseKind::Sqlite
        } else {
            DatabaseKind::Postgres
        }
    }

    /// Whether it carries a password.
    pub(super) fn has_password(&self) -> bool {
        URL_PASSWORD.is_match(&self.0) || SECRET_VALUE.is_match(&self.0)
    }

    /// The file of a SQLite database.
    #[must_use]
    pub fn file(&self) -> Option<PathBuf> {
        let rest = self.0.strip_prefix("sqlite:")?;
        Some(PathBuf::from(
            rest.split_once('?').map_or(rest, |(path, _)| path),
        ))
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&cover(&self.0))
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&cover(&self.0))
    }
}

/// The path, counted from `folder` if it is relative.
pub(super) fn absolute(folder: &Path, path: &Path) -> PathBuf {
    let joined = folder.join(path);
    // Without a current directory the path stays as it is: whoever opens it will say so.
    std::path::absolute(&joined).unwrap_or(joined)
}

/// Reads a secret from the variable `name`, or from the file that `name_FILE` names.
pub(super) fn read(
    env: &dyn Fn(&str) -> Option<String>,
    name: &str,
) -> Result<Option<Vec<u8>>, Fault> {
    let file_name = format!("{name}_FILE");
    let fault = |message: String, hint: &str| {
        Fault::elsewhere("environment", message, Some(hint.to_owned()))
    };
    let set = |name: &str| env(name).filter(|value| !value.trim().is_empty());
    match (set(name), set(&file_name)) {
        (None, None) => Ok(None),
        (Some(value), None) => Ok(Some(value.trim().as_bytes().to_vec())),
        (Some(_), Some(_)) => Err(fault(
            format!("{name} and {file_name} are both set, and only one of them can count"),
            "Unset one of them.",
        )),
        (None, Some(path)) => {
            let mut content = Vec::new();
            std::fs::File::open(&path)
                .and_then(|file| file.take(SECRET_BYTES_MAX + 1).read_to_end(&mut content))
                .map_err(|error| {
                    fault(
                        format!("the file that {file_name} names cannot be read: {error}"),
                        "Check the path and whether Hearth's user may read it.",
                    )
                })?;
            if content.len() as u64 > SECRET_BYTES_MAX {
                return Err(fault(
                    format!(
                        "the file that {file_name} names is larger than {SECRET_BYTES_MAX} bytes"
                    ),
                    "It should hold the secret and nothing else.",
                ));
            }
            // Editors end files with a line break, which is no part of the secret; bytes that are no
            // text are taken as they are.
            if let Ok(text) = std::str::from_utf8(&content) {
                content = text.trim().as_bytes().to_vec();
            }
            if content.is_empty() {
                return Err(fault(
                    format!("the file that {file_name} names is empty"),
                    "It should hold the secret and nothing else.",
                ));
            }
            Ok(Some(content))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_looks_like_a_secret_is_covered_and_no_byte_moves() {
        let token = [
            "MTIzNDU2Nzg5MDEyMzQ1Njc4",
            "GabcdE",
            "abcdefghijklmnopqrstuvwxyz0123456789ab",
        ]
        .join(".");
        for (text, hidden) in [
            ("token = \"hunter2\" # mine", "hunter2"),
            ("bot_token='hunter2", "hunter2"),
            ("a = { password = \"hunter2\", b = 1 }", "hunter2"),
            ("secrets = { KEY = \"hunter2\" }", "hunter2"),
            ("api-key = [\"x\", \"hunter2\"]", "hunter2"),
            ("secret = \"\"\"one\nhunter2\nthree", "hunter2"),
            ("url = \"postgres://me:hunter2/x@y@db/hearth\"", "hunter2"),
            (
                "db = \"postgres://db/hearth?user=me&password=hunter2\"",
                "hunter2",
            ),
            ("guild = \"{token}\"", token.as_str()),
        ] {
            let text = text.replace("{token}", &token);
            let covered = cover(&text);
            assert!(!covered.contains(hidden), "{covered}");
            assert_eq!(covered.len(), text.len());
            assert_eq!(covered.lines().count(), text.lines().count());
        }
        assert_eq!(cover("a\u{1b}[2J\u{202e}\u{9b}b"), "a?[2J\u{fffd}·b");
        assert_eq!(cover("name = \"Sonsic\"\n"), "name = \"Sonsic\"\n");
    }

    #[test]
    fn a_database_address_never_shows_its_password() {
        let url = DatabaseUrl::read("postgres://me:hunter2@db:5432/hearth", Path::new("")).unwrap();
        assert_eq!(
            format!("{url} {url:?}"),
            "postgres://me:*******@db:5432/hearth postgres://me:*******@db:5432/hearth"
        );
        assert_eq!(url.expose(), "postgres://me:hunter2@db:5432/hearth");
        assert!(url.has_password());
        assert_eq!(url.kind(), DatabaseKind::Postgres);
    }

    #[test]
    fn a_relative_sqlite_file_counts_from_the_folder_and_memory_is_no_file() {
        for text in ["sqlite:data/h.db", "sqlite://data/h.db"] {
            let url = DatabaseUrl::read(text, Path::new("/srv")).unwrap();
            assert_eq!(url.file().as_deref(), Some(Path::new("/srv/data/h.db")));
        }
        let url = DatabaseUrl::read("sqlite:///var/h.db?mode=rwc", Path::new("/srv")).unwrap();
        assert_eq!(
            (url.expose(), url.file()),
            (
                "sqlite:/var/h.db?mode=rwc",
                Some(PathBuf::from("/var/h.db"))
            )
        );
        for text in ["sqlite::memory:", "sqlite:", "mysql://x", "hearth.db", ""] {
            DatabaseUrl::read(text, Path::new("/srv")).unwrap_err();
        }
    }
}
