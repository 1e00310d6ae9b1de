//! The runner: claims due jobs under a lease, performs them, and never blocks a transaction on the
//! outside world.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures::FutureExt as _;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::domain::limits;
use crate::domain::time::Timestamp;
use crate::store::{Job, Scope};

use super::App;
use super::life::{self, Signs};
use super::perform::{self, Outcome};

/// How long the runner waits before it looks again after the store failed.
const STORE_TROUBLE_WAIT: Duration = Duration::from_secs(5);
/// A lease is renewed this often while its job is in hand.
const RENEW_EVERY: Duration = Duration::from_secs(20);
/// Old rows are removed this often.
const PRUNE_EVERY: Duration = Duration::from_secs(3600);

/// Performs jobs and gives signs of life until `stop`; then finishes what is in hand within `bound`, says
/// that this life has ended, and returns.
pub async fn run(app: App, stop: CancellationToken, bound: Duration) {
    let mut in_hand = JoinSet::new();
    let leases = Leases::default();
    let mut pruned_at = None;
    let mut signs = Signs::new(app.now());
    while !stop.is_cancelled() {
        signs.give(&app).await;
        let generation = app.activity().generation();
        let free = limits::JOBS_AT_ONCE_MAX.saturating_sub(in_hand.len());
        if free == 0 {
            // What is due cannot be taken in hand before something else is done.
            tokio::select! {
                () = stop.cancelled() => {}
                Some(_) = in_hand.join_next() => {}
                () = signs.due(&app) => {}
            }
            continue;
        }
        let found = match look(&app, free, &leases).await {
            Ok(found) => found,
            Err(error) => {
                tracing::error!("jobs cannot be claimed: {error:#}");
                tokio::select! {
                    () = stop.cancelled() => break,
                    () = tokio::time::sleep(STORE_TROUBLE_WAIT) => continue,
                }
            }
        };
        let next_due = match found {
            Found::Jobs(claimed) => {
                for job in claimed {
                    let taken = app.activity().take();
                    let (app, leases) = (app.clone(), leases.clone());
                    in_hand.spawn(async move {
                        perform_one(&app, &job, &leases).await;
                        // What came of it may be new work: the runner looks before this counts as done.
                        app.activity().wake();
                        drop(taken);
                    });
                }
                continue;
            }
            Found::NothingUntil(next_due) => next_due,
        };
        prune(&app, &mut pruned_at).await;
        app.activity().nothing_due(generation);
        tokio::select! {
            () = stop.cancelled() => {}
            () = app.activity().work() => {}
            Some(_) = in_hand.join_next() => {}
            () = wait_until(&app, next_due) => {}
            () = signs.due(&app) => {}
        }
        while in_hand.try_join_next().is_some() {}
    }
    finish(in_hand, bound).await;
    life::end(&app).await;
}

/// What a look at the store finds.
enum Found {
    Jobs(Vec<Job>),
    /// The next job's time, if there is one.
    NothingUntil(Option<Timestamp>),
}

/// Until when the jobs in hand are leased. The clock of a lease is the app's, which can jump: when the
/// playground moves it, when somebody sets the machine's, when the machine has slept. Then leases end
/// before their renewal, and the runner would claim what it has in hand itself.
#[derive(Clone, Default)]
struct Leases {
    held: Arc<Mutex<HashMap<i64, (Job, Timestamp)>>>,
}

impl Leases {
    fn hold(&self, job: &Job, until: Timestamp) {
        self.held().insert(job.id, (job.clone(), until));
    }

    /// Forgets the lease unless a later claim of the same job holds it.
    fn let_go(&self, job: &Job) {
        let mut held = self.held();
        if held
            .get(&job.id)
            .is_some_and(|(own, _)| own.fence == job.fence)
        {
            held.remove(&job.id);
        }
    }

    /// Those which have ended by now.
    fn ended(&self, now: Timestamp) -> Vec<Job> {
        let held = self.held();
        let ended = held.values().filter(|(_, until)| *until <= now);
        ended.map(|(job, _)| job.clone()).collect()
    }

    fn held(&self) -> MutexGuard<'_, HashMap<i64, (Job, Timestamp)>> {
        // Each change is one call on the map: a panic elsewhere cannot leave it half-changed.
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Claims up to `free` due jobs. It reads first: most looks follow a decision whose jobs are in hand
/// already, and a claim would take the one writer for nothing.
async fn look(app: &App, free: usize, leases: &Leases) -> anyhow::Result<Found> {
    tracing::debug!("looking for due jobs");
    let next_due = app.store().read().await?.next_due().await?;
    let now = app.now();
    if next_due.is_none_or(|at| at > now) {
        return Ok(Found::NothingUntil(next_due));
    }
    let lease_until = now.plus(limits::JOB_LEASE);
    for job in leases.ended(now) {
        renew(app, &job, leases).await?;
    }
    let claimed = app
        .store()
        .claim(now, lease_until, app.runner_id(), free)
        .await?;
    if claimed.is_empty() {
        // Another replica was quicker, or what seemed due is in hand here.
        let next_due = app.store().read().await?.next_due().await?;
        return Ok(Found::NothingUntil(next_due));
    }
    for job in &claimed {
        leases.hold(job, lease_until);
    }
    Ok(Found::Jobs(claimed))
}

async fn wait_until(app: &App, due: Option<Timestamp>) {
    match due {
        Some(at) => app.clock().sleep_until(at).await,
        None => std::future::pending().await,
    }
}

async fn finish(mut in_hand: JoinSet<()>, bound: Duration) {
    let all = async { while in_hand.join_next().await.is_some() {} };
    if tokio::time::timeout(bound, all).await.is_err() {
        // Their leases run out and the next start takes them up again.
        tracing::warn!("stopping although {} jobs are still in hand", in_hand.len());
    }
}

/// Performs one job, keeps its lease alive, and stores what came of it.
async fn perform_one(app: &App, job: &Job, leases: &Leases) {
    perform_leased(app, job, leases).await;
    leases.let_go(job);
}

async fn perform_leased(app: &App, job: &Job, leases: &Leases) {
    let performing = std::panic::AssertUnwindSafe(perform::perform(app, job)).catch_unwind();
    let outcome = tokio::select! {
        outcome = performing => outcome.unwrap_or_else(|_| Outcome::Failed(anyhow::anyhow!("the job panicked"))),
        () = keep_lease(app, job, leases) => return,
    };
    let stored = match outcome {
        Outcome::Settled => Ok(()),
        Outcome::Done => close(app, job).await,
        Outcome::Later { after, why } if job.put_off < limits::JOB_PUT_OFF_MAX => {
            put_off(app, job, after, &why).await
        }
        Outcome::Later { why, .. } => {
            failed(app, job, &anyhow::anyhow!("put off too often: {why}")).await
        }
        Outcome::Failed(error) => failed(app, job, &error).await,
    };
    if let Err(error) = stored {
        // The lease runs out and the job is taken up again.
        tracing::error!(job.key = %job.key, "the outcome of job {} cannot be stored: {error:#}", job.key);
    }
}

/// Returns when the lease is lost: somebody else has the job then.
async fn keep_lease(app: &App, job: &Job, leases: &Leases) {
    loop {
        tokio::time::sleep(RENEW_EVERY).await;
        match renew(app, job, leases).await {
            Ok(true) => {}
            Ok(false) => {
                tracing::warn!(job.key = %job.key, "the lease of job {} was lost", job.key);
                return;
            }
            Err(error) => {
                tracing::warn!(job.key = %job.key, "the lease of job {} cannot be renewed: {error:#}", job.key);
            }
        }
    }
}

/// `false`: the lease is lost, and not held any more.
async fn renew(app: &App, job: &Job, leases: &Leases) -> Result<bool, crate::store::Error> {
    let until = app.now().plus(limits::JOB_LEASE);
    let renewed = app.store().renew(job, until).await?;
    if renewed {
        leases.hold(job, until);
    } else {
        leases.let_go(job);
    }
    Ok(renewed)
}

async fn close(app: &App, job: &Job) -> anyhow::Result<()> {
    let mut tx = app.store().begin(Scope::Jobs).await?;
    if tx.finish(job, app.now()).await? {
        tx.commit().await?;
    }
    Ok(())
}

async fn put_off(app: &App, job: &Job, after: Duration, why: &str) -> anyhow::Result<()> {
    let mut tx = app.store().begin(Scope::Jobs).await?;
    if tx.put_off(job, app.now().plus(after), why).await? {
        tx.commit().await?;
    }
    Ok(())
}

async fn later(app: &App, job: &Job, after: Duration, why: &str) -> anyhow::Result<()> {
    let mut tx = app.store().begin(Scope::Jobs).await?;
    if tx.retry_later(job, app.now().plus(after), why).await? {
        tx.commit().await?;
    }
    Ok(())
}

async fn failed(app: &App, job: &Job, error: &anyhow::Error) -> anyhow::Result<()> {
    if job.tries() < limits::JOB_ATTEMPTS_MAX {
        tracing::warn!(job.key = %job.key, job.attempt = job.attempt, "job {} failed and is tried again: {error:#}", job.key);
        return later(app, job, retry_wait(job.tries()), &format!("{error:#}")).await;
    }
    let code = app.broken(error, &job.key);
    match perform::give_up(app, job, &code).await {
        Outcome::Settled => Ok(()),
        Outcome::Done => bury(app, job, &code).await,
        Outcome::Later { after, why } => later(app, job, after, &why).await,
        // Not even its failure can be told: it waits for a keeper.
        Outcome::Failed(error) => {
            tracing::warn!(job.key = %job.key, "what waits for job {} cannot fail: {error:#}", job.key);
            bury(app, job, &code).await
        }
    }
}

async fn bury(app: &App, job: &Job, code: &str) -> anyhow::Result<()> {
    let mut tx = app.store().begin(Scope::Jobs).await?;
    if tx.bury(job, code, app.now()).await? {
        tx.commit().await?;
        metrics::counter!("hearth_jobs_buried_total").increment(1);
    }
    Ok(())
}

/// How long to wait after the `attempt`th failed try: it doubles.
#[must_use]
pub fn retry_wait(attempt: u32) -> Duration {
    let doubled =
        limits::JOB_RETRY_WAIT_MIN.saturating_mul(1_u32 << attempt.saturating_sub(1).min(16));
    doubled.min(limits::JOB_RETRY_WAIT_MAX)
}

async fn prune(app: &App, pruned_at: &mut Option<Timestamp>) {
    let now = app.now();
    if pruned_at.is_some_and(|at| now < at.plus(PRUNE_EVERY)) {
        return;
    }
    *pruned_at = Some(now);
    if let Err(error) = app.store().prune(now).await {
        tracing::warn!("old rows cannot be removed: {error:#}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_up_to_its_bound() {
        assert_eq!(retry_wait(1), Duration::from_secs(2));
        assert_eq!(retry_wait(2), Duration::from_secs(4));
        assert_eq!(retry_wait(12), limits::JOB_RETRY_WAIT_MAX);
        assert_eq!(retry_wait(u32::MAX), limits::JOB_RETRY_WAIT_MAX);
    }
}
