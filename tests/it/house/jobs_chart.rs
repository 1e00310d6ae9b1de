//! The chart of a job in ARCHITECTURE.md is what the store does, seen through its own questions.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use hearth::domain::Timestamp;
use hearth::domain::effect::{Effect, EnvironmentId, Planned};
use hearth::store::{Job, Options, Scope, Store};

use super::charts::{Arrow, chart};

const NOW: Timestamp = Timestamp(1_790_000_000_000);
const LEASE: Duration = Duration::from_secs(60);

/// One store with one job in it.
struct Bench {
    store: Store,
    /// The claim that was made last.
    job: Option<Job>,
    now: Timestamp,
    _folder: tempfile::TempDir,
}

impl Bench {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self {
            store: open(folder.path()).await,
            job: None,
            now: NOW,
            _folder: folder,
        }
    }

    /// A bench whose job is in this state.
    async fn at(state: &str) -> Self {
        let mut bench = Self::new().await;
        let road: &[&str] = match state {
            "[*]" => &[],
            "open" => &["enqueue"],
            "leased" => &["enqueue", "claim"],
            "done" => &["enqueue", "claim", "finish"],
            "buried" => &["enqueue", "claim", "bury"],
            other => panic!("{other} is no state of a job"),
        };
        for event in road {
            bench.meets(event).await;
        }
        bench
    }

    async fn meets(&mut self, event: &str) {
        match event {
            "enqueue" => self.enqueue().await,
            "claim" => {
                let until = self.now.plus(LEASE);
                let claimed = self.store.claim(self.now, until, "one", 1).await.unwrap();
                self.job = claimed.into_iter().next().or(self.job.take());
            }
            "lease over" => {
                if self.state().await == "leased" {
                    self.now = self.now.plus(LEASE);
                }
            }
            "revive" | "dismiss" => {
                let mut reader = self.store.read().await.unwrap();
                let buried = reader.buried(1).await.unwrap();
                drop(reader);
                if let Some(buried) = buried.first() {
                    let mut tx = self.store.begin(Scope::Jobs).await.unwrap();
                    let changed = match event {
                        "revive" => tx.revive(buried.id, self.now).await,
                        _ => tx.dismiss(buried.id, self.now).await,
                    };
                    assert!(changed.unwrap());
                    tx.commit().await.unwrap();
                }
            }
            "release_leases" => {
                self.store.release_leases().await.unwrap();
            }
            held => {
                if let Some(job) = self.job.clone() {
                    self.held(held, &job).await;
                }
            }
        }
    }

    /// What only the holder of a claim may say.
    async fn held(&self, event: &str, job: &Job) {
        let mut tx = self.store.begin(Scope::Jobs).await.unwrap();
        let counts = match event {
            "finish" => tx.finish(job, self.now).await.unwrap(),
            "retry_later" => tx.retry_later(job, self.now, "later").await.unwrap(),
            "bury" => tx.bury(job, "no", self.now).await.unwrap(),
            other => panic!("{other} is nothing that happens to a job"),
        };
        if counts {
            tx.commit().await.unwrap();
        }
    }

    async fn enqueue(&self) {
        let effect = Effect::BuildEnvironment {
            id: EnvironmentId("e1".into()),
        };
        let planned: Planned = effect.at(self.now);
        let mut tx = self.store.begin(Scope::Jobs).await.unwrap();
        tx.enqueue(&[planned], self.now).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn state(&self) -> &'static str {
        let mut reader = self.store.read().await.unwrap();
        let open = reader.jobs_open().await.unwrap() > 0;
        let free = reader.next_due().await.unwrap();
        if open && free.is_some_and(|at| at > self.now) {
            "leased"
        } else if open {
            "open"
        } else if reader.buried_count().await.unwrap() > 0 {
            "buried"
        } else if self.job.is_some() {
            "done"
        } else {
            "[*]"
        }
    }
}

async fn open(folder: &Path) -> Store {
    let url = format!("sqlite:{}", folder.join("hearth.db").display());
    Store::open(&url, Options::default()).await.unwrap()
}

#[tokio::test]
async fn the_chart_of_a_job_is_what_the_store_does() {
    let events = [
        "enqueue",
        "claim",
        "lease over",
        "finish",
        "retry_later",
        "bury",
        "revive",
        "dismiss",
        "release_leases",
    ];
    let mut seen: BTreeSet<Arrow> = BTreeSet::new();
    for from in ["[*]", "open", "leased", "done", "buried"] {
        for event in events {
            let mut bench = Bench::at(from).await;
            assert_eq!(bench.state().await, from);
            bench.meets(event).await;
            let to = bench.state().await;
            // The same effect wanted again after its job has ended is a new row, not a move.
            let ended = matches!(from, "done" | "buried") && event == "enqueue";
            if to != from && !ended {
                seen.insert((from.to_owned(), event.to_owned(), to.to_owned()));
            }
        }
    }
    assert_eq!(seen, chart("Job").arrows);
}

#[tokio::test]
async fn a_job_that_was_wanted_again_while_in_hand_stays_open() {
    let mut bench = Bench::at("leased").await;
    bench.enqueue().await;
    assert_eq!(bench.state().await, "leased");
    bench.meets("finish").await;
    assert_eq!(bench.state().await, "open");
}

#[tokio::test]
async fn whoever_lost_the_lease_has_no_say_any_more() {
    let mut bench = Bench::at("leased").await;
    let first = bench.job.clone().unwrap();
    bench.meets("lease over").await;
    bench.meets("claim").await;
    let second = bench.job.clone().unwrap();
    assert!(second.fence > first.fence);
    let mut tx = bench.store.begin(Scope::Jobs).await.unwrap();
    assert!(!tx.finish(&first, bench.now).await.unwrap());
}
