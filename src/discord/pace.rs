//! When a call may go out: Discord's buckets, its global limit, and the ban that must never come.

use std::collections::{HashMap, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use tokio::sync::Notify;

/// Calls in any [`GLOBAL_WINDOW`], over all routes.
const GLOBAL_CALLS_MAX: usize = 50;
/// A little more than Discord's second, since calls overtake each other on the way.
const GLOBAL_WINDOW: Duration = Duration::from_millis(1_050);
/// Buckets that are remembered; beyond that the idle ones are forgotten.
const LANES_MAX: usize = 1_024;
/// Discord bans an address for 10,000 invalid requests (401, 403, 429) in this time.
const INVALID_WINDOW: Duration = Duration::from_secs(600);
/// Invalid requests are counted in slots of this length.
const INVALID_SLOT: Duration = Duration::from_secs(10);
/// From here on there is one call a second at most.
const INVALID_SLOW: u32 = 500;
/// From here on there is none, until the old ones are out of the window.
const INVALID_STOP: u32 = 5_000;
/// The distance of two calls while there are too many invalid ones.
const SLOW_DISTANCE: Duration = Duration::from_secs(1);

/// Which bucket a call falls into, before Discord has told its name.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lane {
    /// The route's name.
    pub(super) route: &'static str,
    /// The channel, server or application in its path.
    pub(super) major: u64,
    /// Answers to interactions are bound neither to the global limit nor to a bucket of ours:
    /// each has its own token, and a person waits.
    pub(super) free: bool,
}

/// What an answer says about its bucket.
#[derive(Clone, Debug, Default)]
pub(super) struct Said {
    pub(super) status: u16,
    pub(super) bucket: Option<String>,
    pub(super) limit: Option<u32>,
    pub(super) remaining: Option<u32>,
    pub(super) reset_after: Option<Duration>,
    /// Only with a 429.
    pub(super) retry_after: Option<Duration>,
    /// A 429 of the bot as a whole.
    pub(super) global: bool,
    /// A 429 of a resource that others use too: not counted as invalid.
    pub(super) shared: bool,
}

/// The one pace of all calls.
#[derive(Default)]
pub(super) struct Pace {
    state: Mutex<State>,
    answered: Notify,
}

/// The right to make one call; what the answer says goes back through it.
pub(super) struct Ticket<'a> {
    pace: &'a Pace,
    lane: Lane,
    key: Key,
    open: bool,
}

impl Pace {
    /// Waits until the call may go out, at most until `deadline`.
    ///
    /// # Errors
    /// The time that is left to wait where it would be longer than that.
    pub(super) async fn ticket(
        &self,
        lane: Lane,
        deadline: Instant,
    ) -> Result<Ticket<'_>, Duration> {
        loop {
            // Made before looking, so that an answer in between is not missed.
            let answered = self.answered.notified();
            let now = Instant::now();
            let turn = self
                .state
                .lock()
                .expect("no panic while pacing")
                .turn(now, lane);
            match turn {
                Turn::Go(key) => {
                    return Ok(Ticket {
                        pace: self,
                        lane,
                        key,
                        open: true,
                    });
                }
                Turn::Wait(wait) if now + wait > deadline => return Err(wait),
                Turn::Wait(wait) => tokio::time::sleep(wait).await,
                Turn::AfterAnswer => {
                    if tokio::time::timeout_at(deadline.into(), answered)
                        .await
                        .is_err()
                    {
                        return Err(SLOW_DISTANCE);
                    }
                }
            }
        }
    }
}

impl Ticket<'_> {
    /// Takes in what the answer says about the pace.
    pub(super) fn answered(mut self, said: &Said) {
        self.open = false;
        self.pace
            .state
            .lock()
            .expect("no panic while pacing")
            .answered(Instant::now(), self.lane, self.key, said);
        self.pace.answered.notify_waiters();
    }
}

impl Drop for Ticket<'_> {
    fn drop(&mut self) {
        if self.open {
            self.pace
                .state
                .lock()
                .expect("no panic while pacing")
                .abandoned(self.key);
            self.pace.answered.notify_waiters();
        }
    }
}

type Key = (u64, u64);

#[derive(Debug, PartialEq)]
enum Turn {
    Go(Key),
    Wait(Duration),
    /// The bucket is unknown, and a first call is on its way to learn it.
    AfterAnswer,
}

#[derive(Default)]
struct State {
    /// The bucket of each route, as Discord named it.
    buckets: HashMap<&'static str, u64>,
    lanes: HashMap<Key, Bucket>,
    /// The last calls that count for the global limit.
    sent: VecDeque<Instant>,
    blocked_until: Option<Instant>,
    /// Invalid requests by the beginning of their slot.
    invalid: VecDeque<(Instant, u32)>,
}

#[derive(Default)]
struct Bucket {
    known: Known,
    in_flight: u32,
    blocked_until: Option<Instant>,
}

#[derive(Default)]
enum Known {
    #[default]
    Nothing,
    /// Discord sends no limit here.
    Unlimited,
    Window {
        limit: u32,
        remaining: u32,
        resets_at: Instant,
        period: Duration,
    },
}

impl State {
    fn turn(&mut self, now: Instant, lane: Lane) -> Turn {
        let invalid = self.n_invalid(now);
        if invalid >= INVALID_STOP {
            return Turn::Wait(INVALID_SLOT);
        }
        if lane.free {
            return Turn::Go((0, 0));
        }
        if let Some(wait) = left(self.blocked_until, now) {
            return Turn::Wait(wait);
        }
        let slow = if invalid >= INVALID_SLOW {
            self.sent.back().map(|last| *last + SLOW_DISTANCE)
        } else {
            None
        };
        if let Some(wait) = left(slow, now) {
            return Turn::Wait(wait);
        }
        let full = if self.sent.len() >= GLOBAL_CALLS_MAX {
            self.sent.front().map(|at| *at + GLOBAL_WINDOW)
        } else {
            None
        };
        if let Some(wait) = left(full, now) {
            return Turn::Wait(wait);
        }
        let key = self.key(lane);
        self.forget_idle(now);
        match self.lanes.entry(key).or_default().turn(now) {
            Some(wait) => wait,
            None => {
                if self.sent.len() >= GLOBAL_CALLS_MAX {
                    self.sent.pop_front();
                }
                self.sent.push_back(now);
                Turn::Go(key)
            }
        }
    }

    fn answered(&mut self, now: Instant, lane: Lane, key: Key, said: &Said) {
        if matches!(said.status, 401 | 403) || (said.status == 429 && !said.shared) {
            self.count_invalid(now);
        }
        if said.status == 429 && said.global {
            self.blocked_until = Some(now + said.retry_after.unwrap_or(SLOW_DISTANCE));
        }
        if lane.free {
            return;
        }
        self.abandoned(key);
        let mut key = key;
        if let Some(bucket) = &said.bucket {
            self.buckets.insert(lane.route, hash(bucket));
            key = self.key(lane);
        }
        self.lanes.entry(key).or_default().answered(now, said);
    }

    fn abandoned(&mut self, key: Key) {
        if let Some(bucket) = self.lanes.get_mut(&key) {
            bucket.in_flight = bucket.in_flight.saturating_sub(1);
        }
    }

    fn key(&self, lane: Lane) -> Key {
        (
            self.buckets
                .get(lane.route)
                .copied()
                .unwrap_or_else(|| hash(lane.route)),
            lane.major,
        )
    }

    fn forget_idle(&mut self, now: Instant) {
        if self.lanes.len() >= LANES_MAX {
            self.lanes.retain(|_, bucket| bucket.busy(now));
        }
        if self.lanes.len() >= LANES_MAX {
            self.lanes.retain(|_, bucket| bucket.in_flight > 0);
        }
    }

    fn n_invalid(&mut self, now: Instant) -> u32 {
        while self
            .invalid
            .front()
            .is_some_and(|(since, _)| now.duration_since(*since) > INVALID_WINDOW)
        {
            self.invalid.pop_front();
        }
        self.invalid.iter().map(|(_, n)| n).sum()
    }

    fn count_invalid(&mut self, now: Instant) {
        match self.invalid.back_mut() {
            Some((since, n)) if now.duration_since(*since) < INVALID_SLOT => *n += 1,
            _ => self.invalid.push_back((now, 1)),
        }
        let n = self.n_invalid(now);
        if n == INVALID_SLOW || n == INVALID_STOP {
            tracing::error!(
                n_invalid = n,
                "Discord refuses too many calls: slowing down before it bans this address"
            );
        }
    }
}

impl Bucket {
    /// `None`: go.
    fn turn(&mut self, now: Instant) -> Option<Turn> {
        if let Some(wait) = left(self.blocked_until, now) {
            return Some(Turn::Wait(wait));
        }
        match &mut self.known {
            Known::Nothing if self.in_flight > 0 => return Some(Turn::AfterAnswer),
            Known::Nothing | Known::Unlimited => {}
            Known::Window {
                limit,
                remaining,
                resets_at,
                period,
            } => {
                if now >= *resets_at {
                    *remaining = limit
                        .saturating_sub(self.in_flight)
                        .max(u32::from(self.in_flight == 0));
                    *resets_at = now + *period;
                }
                if *remaining == 0 {
                    return Some(Turn::Wait(*resets_at - now));
                }
                *remaining -= 1;
            }
        }
        self.in_flight += 1;
        None
    }

    fn answered(&mut self, now: Instant, said: &Said) {
        if said.status == 429 && !said.global {
            self.blocked_until = Some(now + said.retry_after.unwrap_or(SLOW_DISTANCE));
        }
        let (Some(limit), Some(left), Some(after)) = (said.limit, said.remaining, said.reset_after)
        else {
            if matches!(self.known, Known::Nothing) && said.status < 400 {
                self.known = Known::Unlimited;
            }
            return;
        };
        // What is on its way will be taken from what is left.
        let free = left.saturating_sub(self.in_flight);
        let resets_at = now + after;
        self.known = match self.known {
            // An answer of the same window that was overtaken by a later one must not raise the rest.
            Known::Window {
                remaining,
                resets_at: known_reset,
                period,
                ..
            } if resets_at <= known_reset + Duration::from_millis(50) => Known::Window {
                limit,
                remaining: remaining.min(free),
                resets_at: known_reset.max(resets_at),
                period: period.max(after),
            },
            Known::Window { period, .. } => Known::Window {
                limit,
                remaining: free,
                resets_at,
                period: period.max(after),
            },
            Known::Nothing | Known::Unlimited => Known::Window {
                limit,
                remaining: free,
                resets_at,
                period: after,
            },
        };
    }

    fn busy(&self, now: Instant) -> bool {
        let window = matches!(self.known, Known::Window { resets_at, .. } if resets_at > now);
        window || self.in_flight > 0 || left(self.blocked_until, now).is_some()
    }
}

/// How long it is until then; `None` once it has passed.
fn left(until: Option<Instant>, now: Instant) -> Option<Duration> {
    until
        .and_then(|until| until.checked_duration_since(now))
        .filter(|wait| !wait.is_zero())
}

fn hash(name: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    name.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
#[path = "pace_tests.rs"]
mod tests;
