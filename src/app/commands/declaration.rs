//! What a command file says: its format, read with the place of every word, and where files come from.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use include_dir::{Dir, include_dir};
use serde::Deserialize;
use toml::Spanned;

/// The command files as they were when the binary was built.
static BUILT_IN: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/commands");

/// Bytes of one command file: Discord allows 8000 characters for what is in it.
const FILE_BYTES_MAX: u64 = 64 * 1024;

/// Files of one folder: Discord allows 100 commands.
const FILES_MAX: usize = 100;

/// A command file: one top-level slash command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Where it is, as people will look for it.
    pub path: String,
    /// The command's name: the file's name without `.toml`.
    pub name: String,
    /// What it says.
    pub text: String,
}

/// Something in a command file that cannot be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The file, as people will look for it.
    pub file: String,
    /// The bytes of the file that are at fault.
    pub span: Range<usize>,
    /// The line of the span's beginning, from 1.
    pub line: usize,
    /// What is so.
    pub message: String,
    /// What to do about it.
    pub hint: String,
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{}:{}: {} ({})",
            self.file, self.line, self.message, self.hint
        )
    }
}

impl File {
    /// A fault at these bytes of the file.
    pub(super) fn fault(
        &self,
        span: Range<usize>,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Fault {
        let before = self
            .text
            .as_bytes()
            .get(..span.start)
            .unwrap_or(self.text.as_bytes());
        let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
        Fault {
            file: self.path.clone(),
            span,
            line,
            message: message.into(),
            hint: hint.into(),
        }
    }

    /// Reads the file.
    pub(super) fn parse(&self) -> Result<Declaration, Fault> {
        toml::from_str(&self.text).map_err(|error| {
            let span = error.span().unwrap_or(0..0);
            self.fault(
                span,
                error.message().replace('\n', " "),
                "commands/README.md describes the format",
            )
        })
    }
}

/// A whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Declaration {
    /// `false` removes a built-in command of the same name.
    #[serde(default = "yes")]
    pub enabled: bool,
    /// What the command is for, where it has subcommands; built-in ones have it in `locales/`.
    #[serde(default)]
    pub description: Option<Spanned<String>>,
    /// The same in German.
    #[serde(default)]
    pub description_de: Option<Spanned<String>>,
    /// One without a name, or up to 25 with one.
    #[serde(default)]
    pub command: Vec<Spanned<Command>>,
}

fn yes() -> bool {
    true
}

/// One command that people can type.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Command {
    /// The subcommand; none for a plain command.
    pub name: Option<Spanned<String>>,
    /// What it is for; built-in ones have it in `locales/`.
    pub description: Option<Spanned<String>>,
    /// The same in German.
    pub description_de: Option<Spanned<String>>,
    /// What code does.
    pub action: Spanned<String>,
    /// Groups that may use it, as far as they hold the action's right; none = whoever holds it.
    pub allow: Option<Spanned<Vec<Spanned<String>>>>,
    /// Where a success is said: `private` (the default) or `channel`.
    pub reply: Option<Spanned<String>>,
    /// Fixed arguments.
    #[serde(default)]
    pub with: BTreeMap<String, Spanned<toml::Value>>,
    /// What people can fill in, in their order.
    #[serde(default)]
    pub option: Vec<Spanned<Entry>>,
}

/// One option of a command.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    /// The parameter that it gives.
    pub name: Spanned<String>,
    /// `string`, `integer`, `boolean` or `person`.
    #[serde(rename = "type")]
    pub kind: Spanned<String>,
    /// What it is for; common ones have it in `locales/`.
    pub description: Option<Spanned<String>>,
    /// The same in German.
    pub description_de: Option<Spanned<String>>,
    /// Must be given.
    #[serde(default)]
    pub required: bool,
    /// Where suggestions come from.
    pub complete: Option<Spanned<String>>,
    /// The only values that may be given.
    pub choices: Option<Spanned<Vec<String>>>,
    /// Smallest whole number.
    pub min: Option<Spanned<i64>>,
    /// Largest whole number.
    pub max: Option<Spanned<i64>>,
    /// Characters of a text at most.
    pub length_max: Option<Spanned<i64>>,
}

/// The files that come with Hearth, in order of their names.
#[must_use]
pub fn built_in() -> Vec<File> {
    let mut files: Vec<File> = BUILT_IN
        .files()
        .filter_map(|file| {
            let path = file.path();
            let name = path
                .file_name()?
                .to_str()?
                .strip_suffix(".toml")?
                .to_owned();
            Some(File {
                path: format!("commands/{name}.toml"),
                name,
                text: file.contents_utf8()?.to_owned(),
            })
        })
        .collect();
    files.sort_by(|a, b| a.name.cmp(&b.name));
    files
}

/// The built-in files and those of the folder; a file of the folder takes the place of a built-in
/// one with the same name.
///
/// # Errors
/// Everything in the folder that cannot be read.
pub fn gather(folder: Option<&Path>) -> Result<Vec<File>, Vec<Fault>> {
    let mut files: BTreeMap<String, File> = built_in()
        .into_iter()
        .map(|file| (file.name.clone(), file))
        .collect();
    let mut faults = Vec::new();
    if let Some(folder) = folder {
        match paths(folder) {
            Ok(paths) if paths.len() > FILES_MAX => {
                faults.push(unread(
                    folder,
                    format!("has {} command files", paths.len()),
                    "Discord allows 100 commands",
                ));
            }
            Ok(paths) => {
                for path in paths {
                    match read(&path) {
                        Ok(file) => drop(files.insert(file.name.clone(), file)),
                        Err(fault) => faults.push(fault),
                    }
                }
            }
            Err(error) => faults.push(unread(
                folder,
                format!("cannot be read: {error}"),
                "check commands_dir in hearth.toml",
            )),
        }
    }
    if faults.is_empty() {
        Ok(files.into_values().collect())
    } else {
        Err(faults)
    }
}

/// The command files of a folder, in order of their names.
fn paths(folder: &Path) -> std::io::Result<Vec<std::path::PathBuf>> {
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "toml")
        {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

fn read(path: &Path) -> Result<File, Fault> {
    let Some(name) = path.file_stem().and_then(|stem| stem.to_str()) else {
        return Err(unread(
            path,
            "has a name that is not UTF-8".to_owned(),
            "the file's name is the command's name",
        ));
    };
    let size = std::fs::metadata(path).map_or(0, |metadata| metadata.len());
    if size > FILE_BYTES_MAX {
        return Err(unread(
            path,
            format!("has {size} bytes"),
            "a command file has at most 65536",
        ));
    }
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(File {
            path: path.display().to_string(),
            name: name.to_owned(),
            text,
        }),
        Err(error) => Err(unread(
            path,
            format!("cannot be read: {error}"),
            "it must be a UTF-8 text that Hearth may read",
        )),
    }
}

fn unread(path: &Path, message: String, hint: &str) -> Fault {
    Fault {
        file: path.display().to_string(),
        span: 0..0,
        line: 1,
        message,
        hint: hint.to_owned(),
    }
}
