//! Asks the health address that a definition names, and nothing else.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::definition::Health;
use super::operation::Verdict;
use crate::providers::Failure;

/// Asks `url` (the filled address of `health`) until it answers as it should or the attempts are used up.
///
/// # Errors
/// [`Failure::UnknownEffect`] when `deadline` comes first: nothing is decided then.
pub(super) async fn probe(
    client: &reqwest::Client,
    health: &Health,
    url: &str,
    deadline: Instant,
) -> Result<Verdict, Failure> {
    let address = match address(health, url) {
        Ok(address) => address,
        Err(reason) => {
            return Ok(Verdict {
                healthy: false,
                message: Some(reason),
            });
        }
    };
    let mut last = String::new();
    for attempt in 1..=health.attempts {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(Failure::UnknownEffect(
                "its health address did not answer in time".to_owned(),
            ));
        }
        let timeout = Duration::from_secs(health.timeout_seconds).min(left);
        last = match client.get(address.clone()).timeout(timeout).send().await {
            Ok(answer) if answer.status().as_u16() == health.status => {
                return Ok(Verdict {
                    healthy: true,
                    message: None,
                });
            }
            Ok(answer) => format!(
                "answers {} instead of {}",
                answer.status().as_u16(),
                health.status
            ),
            Err(fault) if fault.is_timeout() => "does not answer in time".to_owned(),
            Err(_) => "does not answer".to_owned(),
        };
        if attempt < health.attempts {
            sleep(Duration::from_millis(health.pause_ms).min(left)).await;
        }
    }
    let message = format!(
        "it came up, but its health address {last} ({} attempts)",
        health.attempts
    );
    Ok(Verdict {
        healthy: false,
        message: Some(message),
    })
}

/// The address, if it may be asked.
fn address(health: &Health, url: &str) -> Result<reqwest::Url, String> {
    let address =
        reqwest::Url::parse(url).map_err(|_| "its health address is not an address".to_owned())?;
    if !matches!(address.scheme(), "http" | "https") {
        return Err("its health address is neither http nor https".to_owned());
    }
    let host = address.host_str().unwrap_or_default();
    if is_allowed(health, host) {
        return Ok(address);
    }
    Err(format!(
        "its health address is on `{host}`, which is not in the definition's `hosts`"
    ))
}

/// A host that the definition writes out, in `hosts` or in the address itself, may be asked; one that a
/// program made up only if it is this machine.
fn is_allowed(health: &Health, host: &str) -> bool {
    if !health.hosts.is_empty() {
        return health.hosts.iter().any(|allowed| allowed == host);
    }
    let written = health
        .url
        .split_once("://")
        .and_then(|(_, rest)| rest.split('/').next());
    let is_written = written.is_some_and(|written| !written.contains('{'));
    is_written || matches!(host, "127.0.0.1" | "[::1]" | "localhost")
}

/// The client of all probes: no redirects and no proxy, so that exactly the named address is asked.
pub(in crate::providers) fn client() -> reqwest::Client {
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .user_agent("hearth")
        .build()
        .expect("the settings of the health client are fixed and valid")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_asked_when_the_definition_names_it_or_it_is_this_machine() {
        let health = |url: &str, hosts: &[&str]| Health {
            url: url.to_owned(),
            status: 200,
            attempts: 1,
            timeout_seconds: 1,
            pause_ms: 10,
            hosts: hosts.iter().map(|&host| host.to_owned()).collect(),
        };
        for (url, hosts, host, allowed) in [
            ("{output.url}healthz", &[][..], "127.0.0.1", true),
            ("{output.url}healthz", &[], "10.0.0.1", false),
            ("{output.url}healthz", &["10.0.0.1"], "10.0.0.1", true),
            ("https://{output.host}/healthz", &[], "10.0.0.1", false),
            ("https://shop.example/{name}", &[], "shop.example", true),
            (
                "https://shop.example/",
                &["other.example"],
                "shop.example",
                false,
            ),
        ] {
            assert_eq!(
                is_allowed(&health(url, hosts), host),
                allowed,
                "{url} {hosts:?} {host}"
            );
        }
    }
}
