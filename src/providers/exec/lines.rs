//! The protocol on a program's output: bytes into bounded lines, lines into what they say.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::domain::limits::ENGINE_TEXT_CHARS_MAX;
use crate::providers::Whose;
use crate::providers::redact::{Redactor, cut};

/// The longest line that is read whole, in bytes: longer than a kept line, so that a secret is not cut in two before it is hidden.
const LINE_BYTES_MAX: usize = 16 * 1024;
/// The longest output, in characters: an address may be long.
const OUTPUT_CHARACTERS_MAX: usize = 1_000;

/// The most labels of one owned thing.
const LABELS_MAX: usize = 64;

/// Cuts a stream of bytes into lines; of a line that is too long the end is dropped.
#[derive(Default)]
pub(in crate::providers) struct Splitter {
    line: Vec<u8>,
}

impl Splitter {
    /// Takes the next bytes and hands out every line that is whole.
    pub(in crate::providers) fn feed(&mut self, bytes: &[u8], mut each: impl FnMut(&[u8])) {
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            let (text, ends) = match piece.split_last() {
                Some((b'\n', text)) => (text, true),
                _ => (piece, false),
            };
            let room = LINE_BYTES_MAX.saturating_sub(self.line.len());
            self.line.extend_from_slice(&text[..text.len().min(room)]);
            if ends {
                each(&self.line);
                self.line.clear();
            }
        }
    }

    /// Hands out what stood after the last line end.
    pub(in crate::providers) fn finish(&mut self, mut each: impl FnMut(&[u8])) {
        if !self.line.is_empty() {
            each(&self.line);
            self.line.clear();
        }
    }
}

/// What one line of standard output says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// News for people.
    Progress(String),
    /// Outputs by name; not yet checked against the allowed ones.
    Output(BTreeMap<String, String>),
    /// Why it fails.
    Error(String),
    /// Whose fault it is that it fails.
    Whose(Whose),
    /// The answer of `status`.
    State(String),
    /// One line of the answer of `list`.
    Owned {
        op_key: String,
        name: String,
        labels: BTreeMap<String, String>,
    },
    /// One line of the answer of `revisions`.
    Revision(String),
    /// Anything else is a log line.
    Log(String),
}

/// Reads one line of standard output.
pub(super) fn read(bytes: &[u8], redactor: &Redactor) -> Said {
    message(bytes, redactor).unwrap_or_else(|| Said::Log(redactor.line(bytes)))
}

/// A message is a JSON object with exactly one key that the protocol knows.
pub(super) fn message(bytes: &[u8], redactor: &Redactor) -> Option<Said> {
    if !bytes.starts_with(b"{") {
        return None;
    }
    let Value::Object(object) = serde_json::from_slice(bytes).ok()? else {
        return None;
    };
    let mut entries = object.into_iter();
    let (Some((key, value)), None) = (entries.next(), entries.next()) else {
        return None;
    };
    let text = |value: &Value, characters_max| {
        let text = redactor.line(value.as_str()?.as_bytes());
        Some(cut(text, characters_max))
    };
    let saying = |value: &Value| text(value, ENGINE_TEXT_CHARS_MAX);
    match key.as_str() {
        "progress" => Some(Said::Progress(saying(&value)?)),
        "error" => Some(Said::Error(saying(&value)?)),
        "fault" => Some(Said::Whose(Whose::of_word(value.as_str()?)?)),
        "state" => Some(Said::State(saying(&value)?)),
        "revision" => Some(Said::Revision(saying(&value)?)),
        "output" => {
            let outputs = value
                .as_object()?
                .iter()
                .map(|(name, value)| Some((name.clone(), text(value, OUTPUT_CHARACTERS_MAX)?)));
            Some(Said::Output(outputs.collect::<Option<_>>()?))
        }
        "owned" => Some(Said::Owned {
            op_key: saying(value.get("op_key")?)?,
            name: saying(value.get("name")?)?,
            labels: value
                .get("labels")
                .and_then(Value::as_object)
                .into_iter()
                .flatten()
                .take(LABELS_MAX)
                .filter_map(|(name, value)| Some((name.clone(), saying(value)?)))
                .collect(),
        }),
        _ => None,
    }
}

/// Keeps of some outputs those that may leave. What is called an address must be one that a person can follow.
pub(in crate::providers) fn allow(
    said: BTreeMap<String, String>,
    allowed: &[String],
    outputs: &mut BTreeMap<String, String>,
) {
    for (name, value) in said {
        let is_address = name == "url" || name.ends_with("_url");
        if allowed.contains(&name) && (!is_address || is_followable(&value)) {
            outputs.insert(name, value);
        }
    }
}

/// Whether it is an address of the web with a host and a port that can be: Discord refuses a whole
/// message because of one that cannot.
fn is_followable(address: &str) -> bool {
    let web = address.starts_with("http://") || address.starts_with("https://");
    web && reqwest::Url::parse(address).is_ok_and(|address| address.has_host())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_out_whole_however_the_bytes_arrive() {
        let mut splitter = Splitter::default();
        let mut lines = Vec::new();
        for bytes in [b"one\ntw".as_slice(), b"o\n\nth", b"ree"] {
            splitter.feed(bytes, |line| lines.push(line.to_vec()));
        }
        splitter.finish(|line| lines.push(line.to_vec()));
        assert_eq!(
            lines,
            [
                b"one".to_vec(),
                b"two".to_vec(),
                b"".to_vec(),
                b"three".to_vec()
            ]
        );
    }

    #[test]
    fn a_line_without_end_takes_bounded_memory() {
        let mut splitter = Splitter::default();
        for _ in 0..100 {
            splitter.feed(&[b'x'; 4_096], |_| panic!("no line has ended"));
        }
        splitter.finish(|line| assert_eq!(line.len(), LINE_BYTES_MAX));
    }

    #[test]
    fn only_exact_messages_are_messages() {
        let read = |text: &str| read(text.as_bytes(), &Redactor::default());
        assert_eq!(
            read(r#"{"progress":"half\u0007 way"}"#),
            Said::Progress("half way".to_owned())
        );
        assert_eq!(
            read(r#"{"output":{"url":"x"}}"#),
            Said::Output([("url".to_owned(), "x".to_owned())].into())
        );
        for log in [
            "{",
            r#"{"progress":1}"#,
            r#"{"progress":"a","error":"b"}"#,
            r#"{"other":"a"}"#,
            r#"["progress"]"#,
            "plain",
        ] {
            assert_eq!(read(log), Said::Log(log.to_owned()));
        }
    }

    #[test]
    fn only_allowed_outputs_and_followable_addresses_leave() {
        let said = |pairs: &[(&str, &str)]| {
            pairs
                .iter()
                .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
                .collect()
        };
        let mut outputs = BTreeMap::new();
        let allowed = [
            "url",
            "admin_url",
            "empty_url",
            "hostless_url",
            "portless_url",
            "size",
        ]
        .map(str::to_owned);
        allow(
            said(&[
                ("url", "http://a/"),
                ("admin_url", "javascript:x"),
                ("empty_url", "http://"),
                ("hostless_url", "http://:80/"),
                ("portless_url", "http://a:99999/"),
                ("password", "p"),
                ("size", "2"),
            ]),
            &allowed,
            &mut outputs,
        );
        assert_eq!(outputs, said(&[("url", "http://a/"), ("size", "2")]));
    }
}
