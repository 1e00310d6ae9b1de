//! What was started at a forge that neither takes our key nor shows at once what was started.

use std::collections::BTreeMap;

use tokio::sync::{Mutex, MutexGuard};

use crate::domain::Timestamp;
use crate::providers::{Failure, Order};

/// The most starts that are remembered; the oldest keys go first.
const STARTS_MAX: usize = 1_000;

/// The starts of this process. Held while one start is sent: two of one key at the same time are one.
pub(in crate::providers) struct Starts {
    /// Whatever an earlier process began, it began before this.
    born: Timestamp,
    known: Mutex<Known>,
}

#[derive(Default)]
pub(in crate::providers) struct Known {
    references: BTreeMap<String, String>,
    /// When starts were sent of which nobody knows what came.
    unclear: BTreeMap<String, Timestamp>,
}

impl Starts {
    pub(in crate::providers) fn new(born: Timestamp) -> Self {
        Self {
            born,
            known: Mutex::default(),
        }
    }

    pub(in crate::providers) async fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().await
    }

    /// Whether everything that was ever started under this key would be listed by now.
    ///
    /// # Errors
    /// [`Failure::Retryable`] while it may not be: starting again now could double it.
    pub(in crate::providers) async fn would_be_listed(
        &self,
        key: &str,
        now: Timestamp,
        seconds: u64,
    ) -> Result<(), Failure> {
        let unclear = self.known().await.unclear.get(key).copied();
        let last = unclear.map_or(self.born, |at| at.max(self.born));
        let wait_ms = i64::try_from(seconds.saturating_mul(1_000)).unwrap_or(i64::MAX);
        if now.0.saturating_sub(last.0) >= wait_ms {
            return Ok(());
        }
        Err(Failure::Retryable(
            "what was begun may not be listed yet".to_owned(),
        ))
    }
}

impl Known {
    pub(in crate::providers) fn reference(&self, key: &str) -> Option<String> {
        self.references.get(key).cloned()
    }

    pub(in crate::providers) fn is_unclear(&self, key: &str) -> bool {
        self.unclear.contains_key(key)
    }

    pub(in crate::providers) fn began(&mut self, key: &str, reference: &str) {
        self.unclear.remove(key);
        self.references.insert(key.to_owned(), reference.to_owned());
        if self.references.len() > STARTS_MAX {
            self.references.pop_first();
        }
    }

    pub(in crate::providers) fn is_now_unclear(&mut self, key: &str, now: Timestamp) {
        self.unclear.insert(key.to_owned(), now);
        if self.unclear.len() > STARTS_MAX {
            self.unclear.pop_first();
        }
    }

    pub(in crate::providers) fn forget(&mut self, key: &str) {
        self.references.remove(key);
        self.unclear.remove(key);
    }
}

/// The key of an order among all installations.
pub(in crate::providers) fn key_of(order: &Order) -> String {
    format!("{}:{}", order.op_key, order.installation)
}
