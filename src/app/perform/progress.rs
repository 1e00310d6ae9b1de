//! Progress stays in memory and becomes at most one edit of the live message every two seconds.

use std::sync::{Mutex, PoisonError};

use tokio::sync::Notify;

use crate::domain::effect::{Occasion, Subject};
use crate::domain::limits;

use super::super::App;
use super::post;

/// The newest line about one subject's work.
pub(super) struct Progress<'a> {
    app: &'a App,
    subject: Subject,
    line: Mutex<Option<String>>,
    news: Notify,
}

impl<'a> Progress<'a> {
    pub(super) fn new(app: &'a App, subject: Subject) -> Self {
        Self {
            app,
            subject,
            line: Mutex::new(None),
            news: Notify::new(),
        }
    }

    /// Takes a line; never waits.
    pub(super) fn tell(&self, line: &str) {
        let line = crate::domain::cause::one_line(line);
        *self.line.lock().unwrap_or_else(PoisonError::into_inner) = Some(line);
        self.news.notify_one();
    }

    /// Runs `work` and edits the live message meanwhile. Edits that fail are forgotten: the next one,
    /// or the end, says more.
    pub(super) async fn beside<T>(&self, work: impl Future<Output = T>) -> T {
        tokio::select! {
            done = work => done,
            never = self.edit_forever() => match never {},
        }
    }

    async fn edit_forever(&self) -> std::convert::Infallible {
        loop {
            self.news.notified().await;
            let line = self
                .line
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .clone();
            if let Some(line) = line
                && let Err(error) =
                    post::edit_live(self.app, &self.subject, Occasion::Live, &line).await
            {
                tracing::debug!("progress cannot be shown: {error:#}");
            }
            tokio::time::sleep(limits::PROGRESS_EDIT_EVERY).await;
        }
    }
}
