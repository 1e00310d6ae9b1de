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
pub(super) async fn probe(client: &reqwest::Client, health: &Health, url: &str, deadline: Instant) -> Result<Verdict, Failure> {
    let address = match address(health, url) {
        Ok(address) => address,
        Err(reason) => return Ok(Verdict { healthy: false, message: Some(reason) }),
    };
    let mut last = String::new();
    for attempt in 1..=health.attempts {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(Failure::UnknownEffect("its health address did not answer in time".to_owned()));
        }
        let timeout = Duration::from_secs(health.timeout_seconds).min(left);
        last = match client.get(address.clone()).timeout(timeout).send().await {
            Ok(answer) if answer.status().as_u16() == health.status => return Ok(Verdict { healthy: true, message: None }),
            Ok(answer) => format!("answers {} instead of {}", answer.status().as_u16(), health.status),
            Err(fault) if fault.is_timeout() => "does not answer in time".to_owned(),
            Err(_) => "does not answer".to_owned(),
        };
        if attempt < health.attempts {
            sleep(Duration::from_millis(health.pause_ms).min(left)).await;
        }
    }
    let message = format!("it came up, but its health address {last} ({} attempts)", health.attempts);
    Ok(Verdict { healthy: false, message: Some(message) })
}

/// The address, if it may be asked.
fn address(health: &Health, url: &str) -> Result<reqwest::Url, String> {
    let address = reqwest::Url::parse(url).map_err(|_| "its health address is not an address".to_owned())?;
    if !matches!(address.scheme(), "http" | "https") {
        return Err("its health address is neither http nor https".to_owned());
    }
    let host = address.host_str().unwrap_or_default();
    if !health.hosts.is_empty() && !health.hosts.iter().any(|allowed| allowed == host) {
        return Err(format!("its health address is on `{host}`, which the definition does not allow"));
    }
    Ok(address)
}

/// The client of all probes: no redirects and no proxy, so that exactly the named address is asked.
pub(super) fn client() -> reqwest::Client {
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .user_agent("hearth")
        .build()
        .expect("the settings of the health client are fixed and valid")
}
