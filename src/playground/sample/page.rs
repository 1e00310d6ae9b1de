//! The page of the sample service: what a person sees behind the link of an environment.

use chrono::DateTime;

use super::instance::Instance;
use super::is_healthy;

const TEMPLATE: &str = include_str!("page.html");

/// The page of this instance.
pub(super) fn render(instance: &Instance) -> String {
    let is_healthy = is_healthy(&instance.service, &instance.revision);
    let since = DateTime::from_timestamp_millis(instance.since)
        .map(|at| at.format("%Y-%m-%d %H:%M:%S UTC").to_string());
    let place = match &instance.stage {
        Some(stage) => format!("stage {stage}"),
        None => format!("environment {}", instance.name),
    };
    let (title, pitch) = words(&instance.service);
    let state = if is_healthy {
        "healthy"
    } else {
        "broken on purpose: /healthz answers 500"
    };
    TEMPLATE
        .replace("{{colour}}", colour(&instance.revision))
        .replace("{{class}}", if is_healthy { "healthy" } else { "broken" })
        .replace("{{state}}", state)
        .replace("{{title}}", title)
        .replace("{{pitch}}", pitch)
        .replace("{{since}}", &since.unwrap_or_default())
        .replace("{{service}}", &escape(&instance.service))
        .replace("{{revision}}", &escape(&instance.revision))
        .replace("{{place}}", &escape(&place))
}

/// One colour per revision, so that a change is seen from across the room.
fn colour(revision: &str) -> &'static str {
    match revision {
        "v1.0.0" => "#52667a",
        "v1.1.0" => "#1a7f64",
        "v1.2.0" => "#5b4bc4",
        _ => "#b3382c",
    }
}

fn words(service: &str) -> (&'static str, &'static str) {
    match service {
        "player" => ("Player", "Now playing: “Embers”, by The Hearthside Four."),
        "playlists" => (
            "Playlists",
            "Monday Focus, Late Trains, Songs for Deploying.",
        ),
        _ => (
            "Checkout",
            "One year of Sonsic Premium, ad-free and lossless.",
        ),
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    #[test]
    fn text_cannot_become_markup() {
        assert_eq!(
            super::escape("<b a=\"&\">"),
            "&lt;b a=&quot;&amp;&quot;&gt;"
        );
    }
}
