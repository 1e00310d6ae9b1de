//! What engines offer as revisions while somebody types: asked in the background, never waited for long, kept for a while.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

use super::App;
use crate::domain::platform::Template;
use crate::domain::time::{Timestamp, minutes};

/// How long somebody who types waits for an engine. Discord waits 3 s for the whole answer.
const WAIT_MS_MAX: u64 = 1_500;
/// How long what an engine said counts as new.
const FRESH: Duration = minutes(1);
/// How long an engine that did not answer is left alone.
const PAUSE: Duration = Duration::from_secs(10);
/// Definitions that are remembered; the one that was asked about longest ago is forgotten first.
const DEFINITIONS_MAX: usize = 64;
/// Revisions of one definition that are remembered, the newest ones.
const REVISIONS_MAX: usize = 500;

/// The memory of what engines offer, by definition. It is lost at a restart, and nothing is lost by that.
#[derive(Default)]
pub(super) struct Catalogue {
    shelves: Mutex<HashMap<(String, String), Arc<Shelf>>>,
}

/// What one definition's engine offers.
#[derive(Default)]
struct Shelf {
    state: Mutex<State>,
    /// Whoever waits for the engine waits here.
    looked: Notify,
}

#[derive(Default)]
struct State {
    revisions: Vec<String>,
    /// When it is to be asked again.
    ask_at: Option<Timestamp>,
    /// When somebody last wanted to know.
    wanted_at: Option<Timestamp>,
    being_asked: bool,
}

/// The engine is being asked for as long as this lives, however that ends.
struct Asking(Arc<Shelf>);

impl Drop for Asking {
    fn drop(&mut self) {
        self.0.state().being_asked = false;
        self.0.looked.notify_waiters();
    }
}

impl Catalogue {
    /// What the template's engine offers, newest first: its answer if that comes in time, else what it said before,
    /// else nothing. Never an error: the engine's trouble is not the trouble of somebody who types.
    pub(super) async fn revisions(
        &self,
        app: &App,
        template: &Template,
        now: Timestamp,
    ) -> Vec<String> {
        let shelf = self.shelf(template, now);
        let looked = shelf.looked.notified();
        tokio::pin!(looked);
        // From here on no end of asking is missed.
        looked.as_mut().enable();
        {
            let mut state = shelf.state();
            state.wanted_at = Some(now);
            let is_fresh = state
                .ask_at
                .is_some_and(|ask_at| now < ask_at && ask_at <= now.plus(FRESH));
            if is_fresh {
                return state.revisions.clone();
            }
            if !state.being_asked {
                state.being_asked = true;
                ask(app, template, Asking(Arc::clone(&shelf)), now);
            }
        }
        let _in_time = tokio::time::timeout(Duration::from_millis(WAIT_MS_MAX), looked).await;
        shelf.state().revisions.clone()
    }

    /// What the template's engine said before, without asking it.
    pub(super) fn known(&self, template: &Template) -> Vec<String> {
        let known = self.shelves().get(&key(template)).map(Arc::clone);
        known.map_or_else(Vec::new, |shelf| shelf.state().revisions.clone())
    }

    fn shelf(&self, template: &Template, now: Timestamp) -> Arc<Shelf> {
        let mut shelves = self.shelves();
        if !shelves.contains_key(&key(template)) && shelves.len() >= DEFINITIONS_MAX {
            let oldest = shelves
                .iter()
                .min_by_key(|(_, shelf)| shelf.state().wanted_at)
                .map(|(key, _)| key.clone());
            oldest.and_then(|oldest| shelves.remove(&oldest));
        }
        let shelf = shelves.entry(key(template)).or_default();
        // So that one which is new is not the oldest.
        shelf.state().wanted_at.get_or_insert(now);
        Arc::clone(shelf)
    }

    fn shelves(&self) -> MutexGuard<'_, HashMap<(String, String), Arc<Shelf>>> {
        self.shelves.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shelf {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn key(template: &Template) -> (String, String) {
    (template.provider.clone(), template.definition.clone())
}

/// Asks the engine beside whoever waits, so that a late answer still serves the next letter that is typed. The
/// provider bounds how long that takes.
fn ask(app: &App, template: &Template, asking: Asking, now: Timestamp) {
    let (app, template) = (app.clone(), template.clone());
    let in_hand = app.activity().take();
    tokio::spawn(async move {
        let Some(provider) = app.provisioner(&template.provider) else {
            return;
        };
        let answer = provider.versions(&template.definition).await;
        {
            let mut state = asking.0.state();
            match answer {
                Ok(mut revisions) => {
                    revisions.truncate(REVISIONS_MAX);
                    state.revisions = revisions;
                    state.ask_at = Some(now.plus(FRESH));
                }
                Err(failure) => {
                    tracing::warn!(
                        template.id = template.id,
                        "the revisions of template {} are not known now: {failure}",
                        template.id
                    );
                    state.ask_at = Some(now.plus(PAUSE));
                }
            }
        }
        drop(asking);
        drop(in_hand);
    });
}
