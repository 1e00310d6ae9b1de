//! What a test's bot logs: kept whole, so that errors nobody expected and events that serenity could
//! not read fail the test, and privacy can be looked for.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex};

use tracing::field::{Field, Visit};
use tracing::span::Attributes;
use tracing::subscriber::DefaultGuard;
use tracing::{Event, Id, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt as _};
use tracing_subscriber::registry::LookupSpan;

#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Lines>>);

#[derive(Default)]
struct Lines {
    all: String,
    errors: Vec<String>,
}

/// The log of everything on this test's thread.
pub struct Logs {
    kept: Kept,
    _guard: DefaultGuard,
}

impl Logs {
    /// Begins to keep what this thread logs.
    pub fn capture() -> Self {
        let kept = Kept::default();
        let subscriber = tracing_subscriber::registry().with(kept.clone().with_filter(
            hearth::discord::quiet("debug,serenity::client::dispatch=debug"),
        ));
        Self {
            kept,
            _guard: tracing::subscriber::set_default(subscriber),
        }
    }

    /// Everything, with the fields of events and spans.
    pub fn text(&self) -> String {
        self.kept.0.lock().unwrap().all.clone()
    }

    /// What was logged as an error, and what serenity could not read.
    pub fn errors(&self) -> Vec<String> {
        self.kept.0.lock().unwrap().errors.clone()
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Kept {
    fn on_new_span(&self, attributes: &Attributes<'_>, _id: &Id, _context: Context<'_, S>) {
        let mut line = format!("SPAN {}", attributes.metadata().name());
        attributes.record(&mut Written(&mut line));
        let mut lines = self.0.lock().unwrap();
        let _ = writeln!(lines.all, "{line}");
    }

    fn on_event(&self, event: &Event<'_>, _context: Context<'_, S>) {
        let metadata = event.metadata();
        let mut line = format!("{} {}", metadata.level(), metadata.target());
        event.record(&mut Written(&mut line));
        let unread = metadata.target() == "serenity::client::dispatch" && line.contains("Unknown");
        let mut lines = self.0.lock().unwrap();
        if *metadata.level() == Level::ERROR || unread {
            lines.errors.push(line.clone());
        }
        let _ = writeln!(lines.all, "{line}");
    }
}

struct Written<'a>(&'a mut String);

impl Visit for Written<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        let _ = write!(self.0, " {}={value:?}", field.name());
    }
}
