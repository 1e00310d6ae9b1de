//! Rate limits: one bucket per route and place, one for the whole bot, in real time as Discord counts.
use std::collections::HashMap;
use std::time::{Duration, Instant};

/// Buckets kept; beyond it all are forgotten, which only ever lets more through.
const N_BUCKETS_MAX: usize = 10_000;

/// How many requests are let through. Time is real time here, because a client waits in real time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Requests per second of the whole bot, interactions and webhooks excepted.
    pub global_per_second: u32,
    /// Requests per window on one route of one channel, guild or webhook.
    pub per_bucket: u32,
    /// The window of a bucket, in ms.
    pub window_ms: u64,
}

impl Default for Limits {
    /// Discord's stated 50 requests a second, and 5 in 5 seconds per bucket, as it is for messages.
    fn default() -> Self {
        Self {
            global_per_second: 50,
            per_bucket: 5,
            window_ms: 5_000,
        }
    }
}

impl Limits {
    /// No limits, for benchmarks and for conversations that are not about pace.
    #[must_use]
    pub fn lifted() -> Self {
        Self {
            global_per_second: u32::MAX,
            per_bucket: u32::MAX,
            window_ms: 1_000,
        }
    }
}

/// A window that is being counted.
#[derive(Clone, Copy, Debug)]
struct Window {
    since: Instant,
    used: u32,
}

/// All windows.
#[derive(Debug)]
pub(super) struct Pace {
    limits: Limits,
    global: Option<Window>,
    buckets: HashMap<String, Window>,
}

/// What the headers of an answer say about pace.
#[derive(Clone, Debug)]
pub(super) struct Told {
    pub(super) limit: u32,
    pub(super) remaining: u32,
    pub(super) reset_after_s: f64,
    pub(super) bucket: String,
}

/// A request came too early.
#[derive(Clone, Copy, Debug)]
pub(super) struct TooEarly {
    pub(super) retry_after_s: f64,
    pub(super) global: bool,
}

impl Pace {
    pub(super) fn new(limits: Limits) -> Self {
        Self {
            limits,
            global: None,
            buckets: HashMap::new(),
        }
    }

    pub(super) fn set(&mut self, limits: Limits) {
        *self = Self::new(limits);
    }

    /// Counts one request. `bucket` names the route and place; `counts_globally` is false for webhooks.
    pub(super) fn count(
        &mut self,
        now: Instant,
        route: &str,
        bucket: String,
        counts_globally: bool,
    ) -> (Told, Option<TooEarly>) {
        let window = Duration::from_millis(self.limits.window_ms);
        if self.buckets.len() >= N_BUCKETS_MAX {
            self.buckets.clear();
        }
        let entry = self.buckets.entry(bucket).or_insert(Window {
            since: now,
            used: 0,
        });
        let (left, over) = step(entry, now, window, self.limits.per_bucket);
        let told = Told {
            limit: self.limits.per_bucket,
            remaining: self.limits.per_bucket.saturating_sub(entry.used),
            reset_after_s: left.as_secs_f64(),
            bucket: format!(
                "{:032x}",
                route.bytes().fold(0_u128, |hash, byte| hash
                    .wrapping_mul(131)
                    .wrapping_add(u128::from(byte)))
            ),
        };
        if over {
            return (
                told,
                Some(TooEarly {
                    retry_after_s: left.as_secs_f64(),
                    global: false,
                }),
            );
        }
        if counts_globally {
            let entry = self.global.get_or_insert(Window {
                since: now,
                used: 0,
            });
            let (left, over) = step(
                entry,
                now,
                Duration::from_secs(1),
                self.limits.global_per_second,
            );
            if over {
                return (
                    told,
                    Some(TooEarly {
                        retry_after_s: left.as_secs_f64(),
                        global: true,
                    }),
                );
            }
        }
        (told, None)
    }
}

/// Counts one use of a window; says how long it still lasts and whether it was full.
fn step(entry: &mut Window, now: Instant, window: Duration, limit: u32) -> (Duration, bool) {
    if now.duration_since(entry.since) >= window {
        *entry = Window {
            since: now,
            used: 0,
        };
    }
    let over = entry.used >= limit;
    if !over {
        entry.used += 1;
    }
    (window.saturating_sub(now.duration_since(entry.since)), over)
}
