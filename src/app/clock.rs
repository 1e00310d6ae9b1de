//! The only clock: the bot, the playground and the tests each bring their own.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use tokio::sync::Notify;

use crate::domain::Timestamp;

/// Tells the time and waits for one.
#[async_trait]
pub trait Clock: Send + Sync {
    /// Now, truncated to milliseconds.
    fn now(&self) -> Timestamp;
    /// Returns once it is `at` or later.
    async fn sleep_until(&self, at: Timestamp);
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

/// The machine's clock is read again at least this often, so that a clock that was set, or a machine
/// that slept, is noticed.
const LOOK_AGAIN: Duration = Duration::from_secs(30);

#[async_trait]
impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let since_epoch = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Timestamp(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
    }

    async fn sleep_until(&self, at: Timestamp) {
        loop {
            let left = at.since(self.now());
            if left.is_zero() {
                return;
            }
            tokio::time::sleep(left.min(LOOK_AGAIN)).await;
        }
    }
}

/// A clock that is moved by hand: it stands still, or runs along with the machine's from an offset.
#[derive(Clone)]
pub struct MovedClock {
    shared: Arc<Shared>,
}

struct Shared {
    /// For a standing clock the time itself, for a running one the offset to the machine's clock.
    millis: AtomicI64,
    running: bool,
    moved: Notify,
}

impl MovedClock {
    /// A clock that stands at `at` until it is moved: for tests.
    #[must_use]
    pub fn standing(at: Timestamp) -> Self {
        Self::new(at.0, false)
    }

    /// A clock that runs with the machine's and can be moved forward: for the playground.
    #[must_use]
    pub fn running() -> Self {
        Self::new(0, true)
    }

    /// Moves the clock forward and wakes whoever waits for a time that has come.
    pub fn forward(&self, by: Duration) {
        let by = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        self.shared.millis.fetch_add(by, Ordering::SeqCst);
        self.shared.moved.notify_waiters();
    }

    fn new(millis: i64, running: bool) -> Self {
        let shared = Shared {
            millis: AtomicI64::new(millis),
            running,
            moved: Notify::new(),
        };
        Self {
            shared: Arc::new(shared),
        }
    }
}

#[async_trait]
impl Clock for MovedClock {
    fn now(&self) -> Timestamp {
        let millis = self.shared.millis.load(Ordering::SeqCst);
        if self.shared.running {
            Timestamp(SystemClock.now().0.saturating_add(millis))
        } else {
            Timestamp(millis)
        }
    }

    async fn sleep_until(&self, at: Timestamp) {
        loop {
            // Registering before looking: a move between the look and the wait is not missed.
            let moved = self.shared.moved.notified();
            tokio::pin!(moved);
            moved.as_mut().enable();
            let left = at.since(self.now());
            if left.is_zero() {
                return;
            }
            if self.shared.running {
                tokio::select! {
                    () = &mut moved => {}
                    () = tokio::time::sleep(left.min(LOOK_AGAIN)) => {}
                }
            } else {
                moved.await;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_standing_clock_wakes_sleepers_only_when_it_is_moved() {
        let clock = MovedClock::standing(Timestamp(1_000));
        clock.sleep_until(Timestamp(1_000)).await;
        let sleeper = {
            let clock = clock.clone();
            tokio::spawn(async move { clock.sleep_until(Timestamp(3_000)).await })
        };
        tokio::task::yield_now().await;
        clock.forward(Duration::from_secs(1));
        tokio::task::yield_now().await;
        assert!(!sleeper.is_finished());
        clock.forward(Duration::from_secs(1));
        sleeper.await.unwrap();
        assert_eq!(clock.now(), Timestamp(3_000));
    }
}
