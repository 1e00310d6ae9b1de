//! What is going on: counts what is in hand, wakes the runner, and says when there is nothing left
//! to do, without anybody polling.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

/// Shared by everything that works for one bot.
#[derive(Clone, Default)]
pub struct Activity {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    /// The runner waits here.
    work: Notify,
    /// Whoever waits for idleness waits here.
    quiet: Notify,
}

#[derive(Default)]
struct State {
    /// Interactions and jobs in hand.
    in_hand: usize,
    /// Moves with everything that may have made work.
    generation: u64,
    /// The generation at which the runner last looked and found nothing due.
    looked: Option<u64>,
}

/// Something is in hand for as long as this lives.
pub struct InHand {
    activity: Activity,
}

impl Activity {
    /// Takes something in hand.
    #[must_use]
    pub fn take(&self) -> InHand {
        self.state().in_hand += 1;
        InHand {
            activity: self.clone(),
        }
    }

    /// There may be work: the runner shall look.
    pub fn wake(&self) {
        self.state().generation += 1;
        self.shared.work.notify_one();
    }

    /// The generation before a look at the store; give it to [`Self::nothing_due`] afterwards.
    #[must_use]
    pub fn generation(&self) -> u64 {
        self.state().generation
    }

    /// The runner looked at this generation and found nothing due.
    pub fn nothing_due(&self, generation: u64) {
        self.state().looked = Some(generation);
        self.shared.quiet.notify_waiters();
    }

    /// Returns when somebody woke the runner.
    pub async fn work(&self) {
        self.shared.work.notified().await;
    }

    /// How much is in hand.
    #[must_use]
    pub fn in_hand(&self) -> usize {
        self.state().in_hand
    }

    /// Returns when nothing is in hand and, after a fresh look, no job is due.
    pub async fn idle(&self) {
        self.wake();
        self.until(|state| state.in_hand == 0 && state.looked == Some(state.generation))
            .await;
    }

    /// Returns when nothing is in hand.
    pub async fn empty_handed(&self) {
        self.until(|state| state.in_hand == 0).await;
    }

    async fn until(&self, quiet: impl Fn(&State) -> bool) {
        loop {
            let changed = self.shared.quiet.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            if quiet(&self.state()) {
                return;
            }
            changed.await;
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // The state is a few counters: a panic elsewhere cannot leave it half-changed.
        self.shared
            .state
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for InHand {
    fn drop(&mut self) {
        self.activity.state().in_hand -= 1;
        self.activity.shared.quiet.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn idle_means_nothing_in_hand_and_nothing_due_after_a_fresh_look() {
        let activity = Activity::default();
        let in_hand = activity.take();
        let waiting = tokio::spawn({
            let activity = activity.clone();
            async move { activity.idle().await }
        });
        activity.work().await;
        activity.nothing_due(activity.generation());
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished(), "something is in hand");
        drop(in_hand);
        waiting.await.unwrap();
    }
}
