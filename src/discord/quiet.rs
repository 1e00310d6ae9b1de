//! What serenity and the HTTP stack may say in our logs, whatever `RUST_LOG` asks for.

use tracing::{Level, Metadata};
use tracing_subscriber::filter::FilterFn;

/// Their debug output holds addresses with interaction tokens, headers and bodies.
const HTTP_STACK: [&str; 8] = [
    "reqwest",
    "hyper",
    "hyper_util",
    "h2",
    "tungstenite",
    "tokio_tungstenite",
    "rustls",
    "kube_client",
];
/// Tells of events that serenity could not decode, with their whole content.
const UNDECODABLE: &str = "serenity::client::dispatch";
/// Prints whole gateway payloads, even as warnings.
const PAYLOADS: &str = "serenity::gateway::ws";

/// Log directives for a quiet terminal: warnings, without serenity's warning of every close.
pub const WARNINGS_ONLY: &str = "warn,serenity=error";

/// The filter that the process's subscriber must always apply, beside the one made of `RUST_LOG`:
/// `registry().with(env_filter).with(discord::quiet(&rust_log)).with(format)`.
///
/// It drops all of serenity's spans (they carry tokens and bodies), keeps serenity, reqwest, hyper
/// and the WebSocket crates to warnings, and lets [`UNDECODABLE`] pass only where `rust_log` names it.
pub fn quiet(
    rust_log: &str,
) -> FilterFn<impl Fn(&Metadata<'_>) -> bool + Clone + Send + Sync + 'static> {
    let undecodable_named = rust_log
        .split(',')
        .any(|directive| directive.trim().starts_with(UNDECODABLE));
    FilterFn::new(move |metadata: &Metadata<'_>| {
        passes(
            metadata.target(),
            *metadata.level(),
            metadata.is_span(),
            undecodable_named,
        )
    })
}

fn passes(target: &str, level: Level, is_span: bool, undecodable_named: bool) -> bool {
    if within(target, "serenity") {
        if is_span || within(target, PAYLOADS) {
            return false;
        }
        return level <= Level::WARN || (undecodable_named && within(target, UNDECODABLE));
    }
    level <= Level::WARN || !HTTP_STACK.iter().any(|module| within(target, module))
}

/// Whether `target` is `module` or lies inside it.
fn within(target: &str, module: &str) -> bool {
    target
        .strip_prefix(module)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serenitys_spans_never_pass() {
        assert!(!passes("serenity::http::request", Level::INFO, true, true));
        assert!(!passes(
            "serenity::gateway::shard",
            Level::ERROR,
            true,
            true
        ));
    }

    #[test]
    fn payloads_do_not_pass_even_as_warnings() {
        assert!(!passes("serenity::gateway::ws", Level::WARN, false, true));
    }

    #[test]
    fn undecodable_events_pass_only_where_they_are_named() {
        assert!(!passes(UNDECODABLE, Level::DEBUG, false, false));
        assert!(passes(UNDECODABLE, Level::DEBUG, false, true));
    }

    #[test]
    fn the_http_stack_says_warnings_only() {
        assert!(!passes(
            "hyper_util::client::legacy::pool",
            Level::DEBUG,
            false,
            false
        ));
        assert!(!passes("reqwest::connect", Level::INFO, false, false));
        assert!(passes("reqwest", Level::WARN, false, false));
        assert!(passes("hyperspace", Level::TRACE, false, false));
        assert!(passes("hearth::app", Level::TRACE, true, false));
    }
}
