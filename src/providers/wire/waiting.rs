//! Looks again and again, as often as the engine may be asked.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::Caller;
use crate::providers::{Failure, Observation, Order, Phase, Progress, Provisioner};

/// What a definition says about waiting.
pub(in crate::providers) struct Waiting<'a> {
    pub(in crate::providers) caller: &'a Caller,
    pub(in crate::providers) poll: Duration,
    pub(in crate::providers) bound: Duration,
}

impl Waiting<'_> {
    /// Looks again and again until it is no longer at work. A look that fails is no end: the next may succeed.
    ///
    /// # Errors
    /// [`Failure::UnknownEffect`] at the bound, [`Failure::Permanent`] at once.
    pub(in crate::providers) async fn settle(
        &self,
        provider: &dyn Provisioner,
        order: &Order,
        reference: &str,
        progress: Progress<'_>,
    ) -> Result<Observation, Failure> {
        let deadline = Instant::now() + self.bound;
        let mut told = None;
        loop {
            let last = match provider.observe(order, reference).await {
                Ok(seen) if seen.phase != Phase::Running => return Ok(seen),
                Ok(seen) => {
                    if let Some(line) = seen.progress.filter(|line| told.as_ref() != Some(line)) {
                        progress(&line);
                        told = Some(line);
                    }
                    "it is still at work".to_owned()
                }
                Err(failure @ (Failure::Permanent(_) | Failure::Refused(_))) => {
                    return Err(failure);
                }
                Err(Failure::Retryable(why) | Failure::UnknownEffect(why)) => why,
            };
            self.pause(deadline)
                .await
                .map_err(|()| Failure::UnknownEffect(last))?;
        }
    }

    /// Waits until the next look, which the engine may have put off; an error at the deadline.
    pub(in crate::providers) async fn pause(&self, deadline: Instant) -> Result<(), ()> {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(());
        }
        sleep(self.poll.max(self.caller.longest_pause()).min(left)).await;
        Ok(())
    }
}
