//! What sections of engines behind HTTP have beyond the usual: addresses, and texts with placeholders.

use std::collections::BTreeMap;
use std::ops::Range;

use reqwest::Url;

use super::address::placeholders;
use crate::providers::Failure;
use crate::providers::exec::secrets::read_secret;
use crate::providers::section::Reader;

impl Reader<'_> {
    /// A text whose placeholders are among these, or parameters.
    pub(in crate::providers) fn only(&mut self, span: &Range<usize>, text: &str, known: &[&str]) {
        for name in placeholders(text) {
            let is_parameter = name.starts_with("parameter.") && known.contains(&"parameter");
            if !is_parameter && !known.contains(&name) {
                let known: Vec<_> = known
                    .iter()
                    .map(|name| match *name {
                        "parameter" => "`{parameter.…}`".to_owned(),
                        name => format!("`{{{name}}}`"),
                    })
                    .collect();
                self.fault(
                    span.clone(),
                    format!("`{{{name}}}` cannot be used here"),
                    format!("known here: {}", known.join(", ")),
                );
            }
        }
    }

    /// Judges an address: of the web, with its host written out, and in secret where a token goes with it.
    pub(in crate::providers) fn address(&mut self, key: &str, text: &str, has_token: bool) {
        let span = self.place(key);
        let host = text
            .split_once("://")
            .map(|(_, rest)| rest.split(['/', '?', '#']).next().unwrap_or_default());
        if host.is_some_and(|host| host.contains(['{', '}', '@', '\\'])) {
            self.fault(
                span,
                format!("the host of `{key}` is not written out"),
                "placeholders belong behind the host, and a password belongs nowhere in it: use `token`",
            );
            return;
        }
        match Url::parse(text) {
            Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => {
                if has_token && url.scheme() == "http" && !is_own(&url) {
                    self.fault(
                        span,
                        format!("the token would go to the host of `{key}` in the clear"),
                        "use https://",
                    );
                }
            }
            _ => self.fault(
                span,
                format!("`{key}` is not an address of the web"),
                "begin with https:// or http://",
            ),
        }
    }

    /// A table of texts with placeholders by names that may be left out.
    pub(in crate::providers) fn templates(
        &mut self,
        key: &str,
        entries_max: usize,
        known: &[&str],
    ) -> BTreeMap<String, String> {
        let hint = format!("{key} = {{ size = \"{{parameter.size}}\" }}");
        let lines = self.lines(key, entries_max, &hint);
        for (_, text, span) in &lines {
            self.only(span, text, known);
        }
        lines
            .into_iter()
            .map(|(name, text, _)| (name, text))
            .collect()
    }
}

/// Whether an address is on this machine.
fn is_own(url: &Url) -> bool {
    matches!(url.host_str(), Some("127.0.0.1" | "[::1]" | "localhost"))
}

/// What this machine lacks for a token's reference.
pub(in crate::providers) fn lacks_token(source: Option<&str>) -> Vec<String> {
    let read = source.map(|source| read_secret("token", source));
    match read {
        Some(Err(
            Failure::Permanent(why)
            | Failure::Refused(why)
            | Failure::Retryable(why)
            | Failure::UnknownEffect(why),
        )) => vec![why],
        Some(Ok(_)) | None => Vec::new(),
    }
}
