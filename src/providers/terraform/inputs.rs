//! The inputs of a module: reads the `variable` blocks of its files. Only as much of HCL is understood as it takes
//! to find them: strings with templates, heredocs, comments and brackets.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;

use serde_json::Value;

mod validation;

/// The longest file that is read, in bytes; the rest of a longer one is not looked at.
const FILE_BYTES_MAX: u64 = 1024 * 1024;
/// The most files of one module that are read.
const FILES_MAX: usize = 500;
/// How deep brackets may be nested.
const DEPTH_MAX: usize = 200;

/// One input of a module.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Input {
    /// Whether the module does without it.
    pub(super) has_default: bool,
    /// Its type as it stands there, on one line; empty if it takes anything.
    pub(super) kind: String,
    /// What it is for.
    pub(super) description: String,
    /// Its default, if that is a text, a number or a boolean, as text.
    pub(super) default: Option<String>,
    /// Whether its value is a secret.
    pub(super) sensitive: bool,
    /// What a simple validation takes: one of these.
    pub(super) choices: Vec<String>,
    /// What a simple validation takes: no less than this.
    pub(super) min: Option<i64>,
    /// What a simple validation takes: no more than this.
    pub(super) max: Option<i64>,
}

/// The inputs of the module in this folder, by name.
pub(super) fn inputs(folder: &Path) -> io::Result<BTreeMap<String, Input>> {
    let mut paths: Vec<_> = fs::read_dir(folder)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            !name.starts_with('.') && (is_hcl(&name) || is_json(&name))
        })
        .collect();
    // Files whose name ends in `override` are read last, as Terraform does.
    paths.sort_by_key(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let stem = name.split('.').next().unwrap_or_default();
        (stem.ends_with("override"), path.clone())
    });
    let mut found: BTreeMap<String, Input> = BTreeMap::new();
    for path in paths.iter().take(FILES_MAX) {
        let mut bytes = Vec::new();
        File::open(path)?
            .take(FILE_BYTES_MAX)
            .read_to_end(&mut bytes)?;
        let text = String::from_utf8_lossy(&bytes);
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let inputs = if is_json(&name) {
            of_json(&text)
        } else {
            of_hcl(&text)
        };
        for (name, input) in inputs {
            let known = found.entry(name).or_default();
            known.add(input);
        }
    }
    Ok(found)
}

impl Input {
    /// A later file adds to what an earlier one says, or says it anew.
    fn add(&mut self, later: Self) {
        self.has_default |= later.has_default;
        self.sensitive |= later.sensitive;
        self.default = later.default.or(self.default.take());
        (self.min, self.max) = (later.min.or(self.min), later.max.or(self.max));
        for (own, new) in [
            (&mut self.kind, later.kind),
            (&mut self.description, later.description),
        ] {
            if !new.is_empty() {
                *own = new;
            }
        }
        if !later.choices.is_empty() {
            self.choices = later.choices;
        }
    }
}

/// Whether a folder holds any file of Terraform's.
pub(super) fn is_module(folder: &Path) -> bool {
    fs::read_dir(folder).is_ok_and(|entries| {
        entries.flatten().any(|entry| {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            is_hcl(&name) || is_json(&name)
        })
    })
}

fn is_hcl(name: &str) -> bool {
    name.ends_with(".tf") || name.ends_with(".tofu")
}

fn is_json(name: &str) -> bool {
    name.ends_with(".tf.json") || name.ends_with(".tofu.json")
}

/// The inputs of a file in JSON: `{"variable": {"name": {…}}}`, each also in a list.
fn of_json(text: &str) -> Vec<(String, Input)> {
    let Ok(whole) = serde_json::from_str::<Value>(text) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for block in each(&whole["variable"]) {
        for (name, bodies) in block.as_object().into_iter().flatten() {
            for body in each(bodies) {
                let text = |key: &str| body[key].as_str().unwrap_or_default().to_owned();
                let input = Input {
                    has_default: body.get("default").is_some(),
                    kind: text("type"),
                    description: text("description"),
                    default: match &body["default"] {
                        Value::String(text) => Some(text.clone()),
                        scalar @ (Value::Number(_) | Value::Bool(_)) => Some(scalar.to_string()),
                        _ => None,
                    },
                    sensitive: body["sensitive"] == true,
                    ..Input::default()
                };
                found.push((name.clone(), input));
            }
        }
    }
    found
}

fn each(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(list) => list.iter().collect(),
        Value::Null => Vec::new(),
        other => vec![other],
    }
}

/// The inputs of a file in HCL.
fn of_hcl(text: &str) -> Vec<(String, Input)> {
    let tokens = tokens(text);
    let mut found = Vec::new();
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let block = match (depth, token, tokens.get(at + 1), tokens.get(at + 2)) {
            (0, Token::Word("variable"), Some(label), Some(Token::Open)) => label.name(),
            _ => None,
        };
        if let Some(name) = block {
            let (input, next) = body(&tokens, at + 3, name);
            found.push((name.to_owned(), input));
            at = next;
            continue;
        }
        depth = nested(depth, token);
        at += 1;
    }
    found
}

/// Reads the attributes of a block whose brace has opened, up to behind the one that closes it.
fn body(tokens: &[Token<'_>], mut at: usize, name: &str) -> (Input, usize) {
    let mut input = Input::default();
    let mut depth = 0_usize;
    while let Some(token) = tokens.get(at) {
        if depth == 0 && *token == Token::Close {
            return (input, at + 1);
        }
        if depth == 0 && tokens.get(at + 1) == Some(&Token::Is) {
            match token {
                Token::Word("default") => {
                    input.has_default = true;
                    input.default = scalar(&tokens[at + 2..]);
                }
                Token::Word("type") => input.kind = value(&tokens[at + 2..]),
                Token::Word("description") => {
                    input.description = scalar(&tokens[at + 2..]).unwrap_or_default();
                }
                Token::Word("sensitive") => {
                    input.sensitive = tokens.get(at + 2) == Some(&Token::Word("true"));
                }
                _ => {}
            }
        }
        let in_validation = depth == 1 && *token == Token::Word("condition");
        if in_validation && tokens.get(at + 1) == Some(&Token::Is) {
            validation::read(&tokens[at + 2..], name, &mut input);
        }
        depth = nested(depth, token);
        at += 1;
    }
    (input, at)
}

/// What stands from here to the end of the line, or to where its brackets close.
fn value(tokens: &[Token<'_>]) -> String {
    let mut text = String::new();
    let mut depth = 0_usize;
    for token in tokens {
        match token {
            Token::LineEnd if depth == 0 => break,
            Token::Close if depth == 0 => break,
            Token::LineEnd => {}
            Token::Word(word) | Token::Text(word) => text.push_str(word),
            Token::Open => text.push('('),
            Token::Close => text.push(')'),
            Token::Is => text.push('='),
            Token::Other(_) => text.push(','),
        }
        depth = nested(depth, token);
    }
    text
}

/// A text, a number or a boolean that stands alone on its line; `None` for anything else, `null` included.
fn scalar(tokens: &[Token<'_>]) -> Option<String> {
    let ends = matches!(tokens.get(1), None | Some(Token::LineEnd | Token::Close));
    match tokens.first() {
        Some(Token::Text(raw)) if ends && !raw.contains("${") && !raw.contains("%{") => {
            Some(unescaped(raw))
        }
        Some(Token::Word(word)) if ends && *word != "null" && !word.contains("var.") => {
            Some((*word).to_owned())
        }
        _ => None,
    }
}

fn unescaped(raw: &str) -> String {
    let mut text = String::with_capacity(raw.len());
    let mut characters = raw.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => match characters.next() {
                Some('n' | 'r' | 't') => text.push(' '),
                Some(other) => text.push(other),
                None => {}
            },
            character => text.push(character),
        }
    }
    text.replace("$${", "${").replace("%%{", "%{")
}

fn nested(depth: usize, token: &Token<'_>) -> usize {
    match token {
        Token::Open => (depth + 1).min(DEPTH_MAX),
        Token::Close => depth.saturating_sub(1),
        _ => depth,
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token<'a> {
    Word(&'a str),
    /// What stands between quotes.
    Text(&'a str),
    /// Any bracket that opens, and any that closes.
    Open,
    Close,
    /// One equals sign.
    Is,
    LineEnd,
    /// Any other sign, by its first byte.
    Other(u8),
}

impl<'a> Token<'a> {
    fn name(&self) -> Option<&'a str> {
        match self {
            Self::Word(text) | Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut found = Vec::new();
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let rest = &text[at..];
        let (token, length) = match byte {
            b'\n' => (Some(Token::LineEnd), 1),
            b'#' => (None, rest.find('\n').unwrap_or(rest.len())),
            b'/' if rest.starts_with("//") => (None, rest.find('\n').unwrap_or(rest.len())),
            b'/' if rest.starts_with("/*") => {
                (None, rest.find("*/").map_or(rest.len(), |end| end + 2))
            }
            b'"' => {
                let length = quoted(rest.as_bytes());
                let inner = rest.get(1..length.saturating_sub(1)).unwrap_or_default();
                (Some(Token::Text(inner)), length)
            }
            b'<' if rest.starts_with("<<") => heredoc(rest)
                .map_or((Some(Token::Other(b'<')), 1), |length| {
                    (Some(Token::Text("")), length)
                }),
            b'{' | b'[' | b'(' => (Some(Token::Open), 1),
            b'}' | b']' | b')' => (Some(Token::Close), 1),
            b'=' if !rest.starts_with("==") && !rest.starts_with("=>") => (Some(Token::Is), 1),
            b'=' => (Some(Token::Other(b'=')), 2),
            _ if is_word(byte) => {
                let length = bytes[at..]
                    .iter()
                    .take_while(|byte| is_word(**byte))
                    .count();
                (Some(Token::Word(&rest[..length])), length)
            }
            b' ' | b'\t' | b'\r' => (None, 1),
            _ => (
                Some(Token::Other(byte)),
                rest.chars().next().map_or(1, char::len_utf8),
            ),
        };
        found.extend(token);
        at += length.max(1);
    }
    found
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_-.".contains(&byte)
}

/// How long the string is that begins here: a quote within a template does not end it.
fn quoted(bytes: &[u8]) -> usize {
    let mut at = 1;
    // Brackets of templates that are open, each with whether a string is open within.
    let mut open: Vec<bool> = Vec::new();
    while let Some(&byte) = bytes.get(at) {
        let in_template = open.last() == Some(&false);
        match byte {
            b'\\' if !in_template => at += 1,
            b'"' => match open.last_mut() {
                None => return at + 1,
                Some(in_string) => *in_string = !*in_string,
            },
            b'$' | b'%' if !in_template && bytes.get(at + 1) == Some(&b'{') => {
                // A doubled sign is a plain one.
                if bytes.get(at - 1) != Some(&byte) {
                    open.push(false);
                }
                at += 1;
            }
            b'{' if in_template => open.push(false),
            b'}' if in_template => drop(open.pop()),
            // A string ends on its line, unless a template goes on.
            b'\n' if open.is_empty() => return at,
            _ => {}
        }
        if open.len() > DEPTH_MAX {
            break;
        }
        at += 1;
    }
    bytes.len()
}

/// How long the heredoc is that begins here: up to the line that holds nothing but its word.
fn heredoc(text: &str) -> Option<usize> {
    let (first, _) = text.split_once('\n')?;
    let word = first.strip_prefix("<<")?;
    let word = word.strip_prefix('-').unwrap_or(word).trim();
    if word.is_empty() || !word.bytes().all(is_word) {
        return None;
    }
    let mut at = first.len() + 1;
    for line in text[at..].split_inclusive('\n') {
        if line.trim() == word {
            return Some(at + line.trim_end().len());
        }
        at += line.len();
    }
    Some(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> BTreeMap<String, Input> {
        of_hcl(text).into_iter().collect()
    }

    #[test]
    fn variables_are_found_among_everything_else() {
        let text = r##"
# variable "commented" {}
/* variable "out" { } */
variable "name" { type = string } // required
variable "zones" {
  description = "a } brace, a \" quote, a ${join(",", ["x", "{y}"])} template and $${none"
  type        = list(object({
    name = string
    size = optional(number, 2)
  }))
}
variable "size" {
  default = <<-EOT
    variable "inner" {
    EOT
  validation {
    condition     = var.size == "x" || length(var.size) >= 1
    error_message = "default = 1"
  }
}
variable plain { default = null }
resource "x" "y" {
  variable "not_this" {}
  text = "%{ if true }variable{%{ endif }"
}
output "variable" { value = 1 }
"##;
        let read = read(text);
        let names: Vec<_> = read
            .iter()
            .map(|(name, input)| format!("{name} {} {}", input.has_default, input.kind))
            .collect();
        assert_eq!(
            names,
            [
                "name false string",
                "plain true ",
                "size true ",
                "zones false list(object((name=stringsize=optional(number,2))))"
            ]
        );
    }

    #[test]
    fn what_people_need_to_know_of_a_variable_is_read() {
        let text = r#"
variable "size" {
  description = "How \"big\" it is"
  default     = "small"
  validation {
    condition = contains([
      "small",
      "large",
    ], var.size)
    error_message = "No."
  }
}
variable "replicas" {
  type    = number
  default = 2
  validation {
    condition     = var.replicas >= 1 && var.replicas < 10
    error_message = "1 to 9"
  }
}
variable "other" {
  validation { condition = contains(["a"], var.size) || var.other > 1 }
}
variable "secret" {
  sensitive = true
  default   = null
}
variable "zones" { default = ["a"] }
"#;
        let read = read(text);
        let size = &read["size"];
        assert_eq!(size.description, "How \"big\" it is");
        assert_eq!(size.default.as_deref(), Some("small"));
        assert_eq!(size.choices, ["small", "large"]);
        let replicas = &read["replicas"];
        assert_eq!((replicas.min, replicas.max), (Some(1), Some(9)));
        assert_eq!(replicas.default.as_deref(), Some("2"));
        let other = &read["other"];
        assert!(other.choices.is_empty() && other.min.is_none());
        let secret = &read["secret"];
        assert!(secret.sensitive && secret.has_default && secret.default.is_none());
        assert_eq!(
            (read["zones"].has_default, &read["zones"].default),
            (true, &None)
        );
    }

    #[test]
    fn json_files_count_and_rubbish_ends() {
        let json = r#"{"variable":[{"a":{"type":"string"}},{"b":[{"default":1}]}]}"#;
        let read_json: BTreeMap<_, _> = of_json(json).into_iter().collect();
        assert!(!read_json["a"].has_default && read_json["b"].has_default);
        for rubbish in [
            "variable \"x\" {",
            "\"${\"${",
            "<<EOT\n",
            "variable",
            "é{\"",
            "<<",
            "\"\\",
        ] {
            let _ends = read(rubbish);
        }
    }
}
