//! Secrets: where they come from, and how they stay out of everything that is shown.

use std::fmt;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::report::Fault;

/// Largest secret file, in bytes.
const SECRET_BYTES_MAX: u64 = 64 * 1024;

/// `key = value` where the key's name says that the value is nobody's business. Values that begin a
/// string, a table or a list are covered to its end, or to the end of the line if it has none.
static SECRET_VALUE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r#"(?i)([\w-]*(?:token|secret|passw|credential|private[_-]?key|api[_-]?key)[\w-]*["']?\s*=[ \t]*)"#,
        r#"("""[\s\S]*?(?:"""|\z)|'''[\s\S]*?(?:'''|\z)|"(?:\\.|[^"\\\n])*"?|'[^'\n]*'?|\[[^\]]*(?:\]|\z)|\{[^}\n]*\}?|[^\s,}\]#]+)"#
    ))
    .expect("a constant expression")
});

/// The password in a URL: what stands between the user's colon and the last `@` before the path.
static URL_PASSWORD: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r#"(://[^\s/:@"']*:)([^\s/"']+)(@)"#).expect("a constant expression"));

/// The text with stars in place of everything that looks like a secret; no byte moves.
pub(super) fn cover(text: &str) -> String {
    let stars = |hidden: &str| -> String {
        hidden.bytes().map(|byte| if byte == b'\n' { '\n' } else { '*' }).collect()
    };
    let covered = SECRET_VALUE.replace_all(text, |hit: &Captures<'_>| format!("{}{}", &hit[1], stars(&hit[2])));
    URL_PASSWORD
        .replace_all(&covered, |hit: &Captures<'_>| format!("{}{}{}", &hit[1], stars(&hit[2]), &hit[3]))
        .into_owned()
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
        let (path, question) = rest.split_once('?').map_or((rest, None), |(path, question)| (path, Some(question)));
        if path.is_empty() || path.starts_with(':') {
            return Err("names no file, and Hearth has to remember");
        }
        let whole = absolute(folder, Path::new(path));
        let question = question.map(|question| format!("?{question}")).unwrap_or_default();
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
        if self.0.starts_with("sqlite:") { DatabaseKind::Sqlite } else { DatabaseKind::Postgres }
    }

    /// Whether it carries a password.
    pub(super) fn has_password(&self) -> bool {
        URL_PASSWORD.is_match(&self.0) || SECRET_VALUE.is_match(&self.0)
    }

    /// The file of a SQLite database.
    #[must_use]
    pub fn file(&self) -> Option<PathBuf> {
        let rest = self.0.strip_prefix("sqlite:")?;
        Some(PathBuf::from(rest.split_once('?').map_or(rest, |(path, _)| path)))
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
pub(super) fn read(env: &dyn Fn(&str) -> Option<String>, name: &str) -> Result<Option<Vec<u8>>, Fault> {
    let file_name = format!("{name}_FILE");
    let fault = |message: String, hint: &str| Fault::elsewhere("environment", message, Some(hint.to_owned()));
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
                    format!("the file that {file_name} names is larger than {SECRET_BYTES_MAX} bytes"),
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
