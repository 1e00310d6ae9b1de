//! Addresses and texts with placeholders: what is filled in can never change where a call goes.

use std::sync::LazyLock;

use regex::{Captures, Regex};
use reqwest::Url;

use crate::providers::{Failure, Order};

/// A placeholder is a known-looking name in braces; any other brace is a plain character.
static PLACEHOLDER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\{([a-z][a-z_]*(?:\.[A-Za-z0-9_-]+)?)\}")
        .expect("the placeholder pattern is fixed")
});

/// The names of the placeholders in a text, in order.
pub(in crate::providers) fn placeholders(text: &str) -> impl Iterator<Item = &str> {
    PLACEHOLDER
        .captures_iter(text)
        .filter_map(|found| found.get(1).map(|name| name.as_str()))
}

/// What placeholders stand for in one call.
#[derive(Clone, Copy)]
pub(in crate::providers) struct Values<'a> {
    pub(in crate::providers) installation: &'a str,
    pub(in crate::providers) order: Option<&'a Order>,
    pub(in crate::providers) reference: Option<&'a str>,
    pub(in crate::providers) lines: Option<usize>,
}

impl<'a> Values<'a> {
    /// What is known of an order alone.
    pub(in crate::providers) fn of(order: &'a Order) -> Self {
        Self {
            installation: &order.installation,
            order: Some(order),
            reference: None,
            lines: None,
        }
    }

    fn value(&self, name: &str) -> Option<String> {
        if let Some(parameter) = name.strip_prefix("parameter.") {
            return self.order?.parameters.get(parameter).cloned();
        }
        match name {
            "installation" => Some(self.installation.to_owned()),
            "name" => Some(self.order?.name.clone()),
            "op_key" => Some(self.order?.op_key.clone()),
            "revision" => self.order?.revision.clone(),
            "reference" => self.reference.map(str::to_owned),
            "lines" => self.lines.map(|lines| lines.to_string()),
            _ => None,
        }
    }

    /// The address with every placeholder replaced, once, and percent-encoded.
    ///
    /// # Errors
    /// [`Failure::Refused`] for a value that is not there, is empty, or would be taken as a step in a path.
    pub(in crate::providers) fn address(&self, template: &str) -> Result<Url, Failure> {
        let mut fault = None;
        let filled = PLACEHOLDER.replace_all(template, |found: &Captures<'_>| {
            let name = &found[1];
            match self.value(name) {
                None => fault = Some(format!("there is no value for `{{{name}}}` here")),
                // A part that is empty would make the address of one thing that of all of them.
                Some(value) if matches!(value.as_str(), "" | "." | "..") => {
                    fault = Some(format!(
                        "the value of `{{{name}}}` cannot be part of an address"
                    ));
                }
                Some(value) => return encoded(&value),
            }
            String::new()
        });
        if let Some(fault) = fault {
            return Err(Failure::Refused(fault));
        }
        parsed(&filled)
    }

    /// A text with every placeholder replaced, once. `None` if a value is not there, as an order may have no revision.
    pub(in crate::providers) fn text(&self, template: &str) -> Option<String> {
        let mut is_whole = true;
        let filled = PLACEHOLDER.replace_all(template, |found: &Captures<'_>| {
            self.value(&found[1]).unwrap_or_else(|| {
                is_whole = false;
                String::new()
            })
        });
        is_whole.then(|| filled.into_owned())
    }
}

/// An address that was made from checked parts.
///
/// # Errors
/// [`Failure::Permanent`] when it is none.
pub(in crate::providers) fn parsed(address: &str) -> Result<Url, Failure> {
    Url::parse(address)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
        .ok_or_else(|| Failure::Permanent("the address is not one of the web".to_owned()))
}

/// Percent-encoded whatever has a meaning in an address.
pub(in crate::providers) fn encoded(value: &str) -> String {
    let mut encoded = String::with_capacity(value.len());
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_filled_in_never_changes_where_a_call_goes() {
        let order = Order {
            op_key: "k".to_owned(),
            definition: String::new(),
            installation: "here".to_owned(),
            name: "shop".to_owned(),
            revision: Some("feature/a?b#c@d".to_owned()),
            target: None,
            parameters: [("up".to_owned(), "..".to_owned())].into(),
            labels: [].into(),
            plan: None,
        };
        let values = Values::of(&order);
        assert_eq!(
            values
                .address("https://a.example/{name}/{revision}?q={revision}")
                .unwrap()
                .as_str(),
            "https://a.example/shop/feature%2Fa%3Fb%23c%40d?q=feature%2Fa%3Fb%23c%40d"
        );
        for refused in [
            "https://a.example/{parameter.up}/x",
            "https://a.example/{parameter.none}",
            "https://a.example/{reference}",
            "file:///{name}",
        ] {
            assert!(values.address(refused).is_err(), "{refused}");
        }
        let empty = Values {
            reference: Some(""),
            ..values
        };
        assert!(empty.address("https://a.example/{reference}").is_err());
        assert_eq!(
            values.text("{name} at {revision}").unwrap(),
            "shop at feature/a?b#c@d"
        );
        assert_eq!(values.text("{lines}"), None);
        assert_eq!(values.text("{} {{.Name}}").unwrap(), "{} {{.Name}}");
    }
}
