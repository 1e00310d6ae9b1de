//! Jobs: claimed once, finished only by their holder, run again if wanted again.

use std::collections::BTreeSet;

use hearth::domain::Timestamp;
use hearth::domain::effect::{Effect, EnvironmentId, Occasion, Planned, ScheduleKind, Subject};
use hearth::store::{Engine, Job, Scope, Store};

use super::samples::{NOW, later};
use super::{Home, on_both};

on_both!(
    a_job_is_claimed_when_it_is_due_and_by_one_runner,
    a_finished_job_is_not_claimed_again,
    a_job_that_was_wanted_meanwhile_runs_again,
    a_job_that_was_not_started_yet_is_wanted_at_the_earlier_time,
    a_look_at_the_clock_moves_to_the_newest_time,
    a_look_at_the_clock_may_set_its_own_next_time,
    a_lease_that_is_over_is_claimed_by_another,
    a_stale_workers_word_counts_no_more,
    a_renewed_lease_is_not_claimed_by_another,
    a_crash_between_claim_and_finish_leaves_the_job_to_the_next_life,
    a_job_put_off_comes_again_with_its_count,
    what_was_put_off_does_not_count_as_a_try,
    a_buried_job_is_seen_and_can_be_revived_unless_wanted_anew,
    a_dismissed_job_is_done_and_nothing_else_can_be_dismissed,
    an_error_is_kept_within_bounds,
    eight_workers_share_five_hundred_jobs_without_a_duplicate,
    one_open_job_per_key_holds_under_racing_wishes,
    a_rolled_back_finish_leaves_the_job_claimed,
);

fn build(id: &str, at: Timestamp) -> Planned {
    Effect::BuildEnvironment {
        id: EnvironmentId(id.to_owned()),
    }
    .at(at)
}

fn mind(id: &str, at: Timestamp) -> Planned {
    Effect::MindEnvironment {
        id: EnvironmentId(id.to_owned()),
    }
    .at(at)
}

fn post(id: &str, at: Timestamp) -> Planned {
    Effect::Post {
        subject: Subject::Environment(EnvironmentId(id.to_owned())),
        occasion: Occasion::Live,
    }
    .at(at)
}

async fn enqueue(store: &Store, effects: &[Planned]) {
    let mut tx = store.begin(Scope::Jobs).await.unwrap();
    tx.enqueue(effects, NOW).await.unwrap();
    tx.commit().await.unwrap();
}

async fn claim(store: &Store, now: Timestamp, until: Timestamp) -> Vec<Job> {
    store.claim(now, until, "runner", 10).await.unwrap()
}

async fn finish(store: &Store, job: &Job, now: Timestamp) -> bool {
    let mut tx = store.begin(Scope::Jobs).await.unwrap();
    let finished = tx.finish(job, now).await.unwrap();
    tx.commit().await.unwrap();
    finished
}

async fn a_job_is_claimed_when_it_is_due_and_by_one_runner(home: &Home) {
    let digest = Effect::Fire {
        kind: ScheduleKind::Digest,
        name: "weekly".to_owned(),
    };
    enqueue(
        &home.store,
        &[digest.at(later(5)), build("e1", later(1)), post("e1", NOW)],
    )
    .await;
    let mut reader = home.read().await;
    assert_eq!(reader.next_due().await.unwrap(), Some(NOW));
    let jobs = claim(&home.store, later(1), later(3)).await;
    let keys: Vec<&str> = jobs.iter().map(|job| job.key.as_str()).collect();
    assert_eq!(keys, ["post:live:e1", "build:e1"]);
    assert_eq!(jobs[0].effect, post("e1", NOW).effect);
    assert_eq!((jobs[0].attempt, jobs[0].fence, jobs[0].wanted), (1, 1, 1));
    assert_eq!(jobs[0].first_claimed_at, later(1));
    assert!(claim(&home.store, later(2), later(9)).await.is_empty());
    assert_eq!(reader.next_due().await.unwrap(), Some(later(3)));
    assert_eq!(reader.jobs_due(later(2)).await.unwrap(), 2);
}

async fn a_finished_job_is_not_claimed_again(home: &Home) {
    enqueue(&home.store, &[build("e1", NOW)]).await;
    let job = claim(&home.store, NOW, later(1)).await.remove(0);
    assert!(finish(&home.store, &job, NOW).await);
    assert!(!finish(&home.store, &job, NOW).await);
    assert!(claim(&home.store, later(9), later(10)).await.is_empty());
    let mut reader = home.read().await;
    assert_eq!(reader.jobs_open().await.unwrap(), 0);
    assert_eq!(reader.next_due().await.unwrap(), None);
    // The same may be wanted anew: that is a new job.
    enqueue(&home.store, &[build("e1", later(9))]).await;
    assert_ne!(claim(&home.store, later(9), later(10)).await[0].id, job.id);
}

async fn a_job_that_was_wanted_meanwhile_runs_again(home: &Home) {
    enqueue(&home.store, &[post("e1", NOW)]).await;
    let job = claim(&home.store, later(1), later(2)).await.remove(0);
    enqueue(&home.store, &[post("e1", later(1))]).await;
    // Never two at once, although it is wanted again.
    assert!(claim(&home.store, later(1), later(2)).await.is_empty());
    assert!(finish(&home.store, &job, later(1)).await);
    let again = claim(&home.store, later(1), later(2)).await.remove(0);
    assert_eq!((again.id, again.attempt, again.wanted), (job.id, 1, 2));
    assert_eq!(again.first_claimed_at, later(1));
    assert!(finish(&home.store, &again, later(1)).await);
    assert!(claim(&home.store, later(9), later(10)).await.is_empty());
}

async fn a_job_that_was_not_started_yet_is_wanted_at_the_earlier_time(home: &Home) {
    enqueue(&home.store, &[post("e1", later(5))]).await;
    enqueue(&home.store, &[post("e1", later(9))]).await;
    let mut reader = home.read().await;
    assert_eq!(reader.next_due().await.unwrap(), Some(later(5)));
    enqueue(&home.store, &[post("e1", later(2))]).await;
    assert_eq!(reader.next_due().await.unwrap(), Some(later(2)));
    assert_eq!(reader.jobs_open().await.unwrap(), 1);
}

async fn a_look_at_the_clock_moves_to_the_newest_time(home: &Home) {
    let mut reader = home.read().await;
    for at in [later(5), later(9), later(2)] {
        enqueue(&home.store, &[mind("e1", at)]).await;
        assert_eq!(reader.next_due().await.unwrap(), Some(at));
    }
}

async fn a_look_at_the_clock_may_set_its_own_next_time(home: &Home) {
    enqueue(&home.store, &[mind("e1", NOW)]).await;
    let job = claim(&home.store, NOW, later(1)).await.remove(0);
    let mut tx = home.begin(Scope::Team("player")).await;
    tx.enqueue(&[mind("e1", later(60))], NOW).await.unwrap();
    assert!(tx.finish(&job, NOW).await.unwrap());
    tx.commit().await.unwrap();
    assert!(claim(&home.store, later(59), later(60)).await.is_empty());
    assert_eq!(claim(&home.store, later(60), later(61)).await.len(), 1);
}

async fn a_lease_that_is_over_is_claimed_by_another(home: &Home) {
    enqueue(&home.store, &[build("e1", NOW)]).await;
    let first = claim(&home.store, NOW, later(1)).await.remove(0);
    let second = claim(&home.store, later(1), later(2)).await.remove(0);
    assert_eq!(second.id, first.id);
    assert!(second.fence > first.fence);
    assert_eq!(second.attempt, 2);
    assert_eq!(second.first_claimed_at, NOW);
}

async fn a_stale_workers_word_counts_no_more(home: &Home) {
    enqueue(&home.store, &[build("e1", NOW)]).await;
    let stale = claim(&home.store, NOW, later(1)).await.remove(0);
    let holder = claim(&home.store, later(1), later(5)).await.remove(0);
    let mut tx = home.begin(Scope::Jobs).await;
    assert!(!tx.finish(&stale, later(2)).await.unwrap());
    assert!(!tx.retry_later(&stale, later(3), "late").await.unwrap());
    assert!(!tx.bury(&stale, "late", later(2)).await.unwrap());
    tx.commit().await.unwrap();
    assert!(!home.store.renew(&stale, later(9)).await.unwrap());
    assert!(finish(&home.store, &holder, later(2)).await);
}

async fn a_renewed_lease_is_not_claimed_by_another(home: &Home) {
    enqueue(&home.store, &[build("e1", NOW)]).await;
    let job = claim(&home.store, NOW, later(1)).await.remove(0);
    assert!(home.store.renew(&job, later(5)).await.unwrap());
    assert!(claim(&home.store, later(2), later(3)).await.is_empty());
    assert!(finish(&home.store, &job, later(4)).await);
}

async fn a_crash_between_claim_and_finish_leaves_the_job_to_the_next_life(home: &Home) {
    enqueue(&home.store, &[build("e1", NOW), post("e1", later(7))]).await;
    let former = claim(&home.store, NOW, later(60)).await.remove(0);
    assert_eq!(home.store.release_leases().await.unwrap(), 1);
    assert!(!finish(&home.store, &former, NOW).await);
    let next = claim(&home.store, NOW, later(60)).await;
    assert_eq!(next.len(), 1);
    assert_eq!(next[0].attempt, 2);
    assert_eq!(next[0].first_claimed_at, NOW);
}

async fn a_job_put_off_comes_again_with_its_count(home: &Home) {
    enqueue(&home.store, &[build("e1", NOW)]).await;
    for attempt in 1..=3 {
        let job = claim(&home.store, later(attempt), later(99))
            .await
            .remove(0);
        assert_eq!(u64::from(job.attempt), attempt);
        assert_eq!(job.first_claimed_at, later(1));
        let mut tx = home.begin(Scope::Jobs).await;
        assert!(
            tx.retry_later(&job, later(attempt + 1), "busy")
                .await
                .unwrap()
        );
        tx.commit().await.unwrap();
        assert!(
            claim(&home.store, later(attempt), later(99))
                .await
                .is_empty()
        );
    }
}

async fn what_was_put_off_does_not_count_as_a_try(home: &Home) {
    enqueue(&home.store, &[build("e1", NOW)]).await;
    for n in 1..=20 {
        let job = claim(&home.store, later(n), later(99)).await.remove(0);
        assert_eq!((job.tries(), u64::from(job.put_off)), (1, n - 1));
        let mut tx = home.begin(Scope::Jobs).await;
        assert!(tx.put_off(&job, later(n + 1), "busy").await.unwrap());
        tx.commit().await.unwrap();
    }
    let job = claim(&home.store, later(21), later(99)).await.remove(0);
    let mut tx = home.begin(Scope::Jobs).await;
    assert!(tx.retry_later(&job, later(22), "broken").await.unwrap());
    tx.commit().await.unwrap();
    let job = claim(&home.store, later(22), later(99)).await.remove(0);
    assert_eq!((job.attempt, job.put_off, job.tries()), (22, 20, 2));
    // A new wish begins to count anew.
    enqueue(&home.store, &[build("e1", later(23))]).await;
    let mut tx = home.begin(Scope::Jobs).await;
    assert!(tx.finish(&job, later(23)).await.unwrap());
    tx.commit().await.unwrap();
    let job = claim(&home.store, later(24), later(99)).await.remove(0);
    assert_eq!((job.attempt, job.put_off, job.tries()), (1, 0, 1));
}

async fn revive(home: &Home, id: i64) -> bool {
    let mut tx = home.begin(Scope::Jobs).await;
    let revived = tx.revive(id, later(3)).await.unwrap();
    tx.commit().await.unwrap();
    revived
}

async fn a_dismissed_job_is_done_and_nothing_else_can_be_dismissed(home: &Home) {
    enqueue(&home.store, &[build("e1", NOW)]).await;
    let job = claim(&home.store, NOW, later(1)).await.remove(0);
    let mut tx = home.begin(Scope::Jobs).await;
    assert!(
        !tx.dismiss(job.id, later(1)).await.unwrap(),
        "it is in hand"
    );
    assert!(tx.bury(&job, "no", later(1)).await.unwrap());
    assert!(tx.dismiss(job.id, later(1)).await.unwrap());
    assert!(!tx.dismiss(job.id, later(1)).await.unwrap());
    tx.commit().await.unwrap();
    let mut reader = home.read().await;
    assert_eq!(reader.buried_count().await.unwrap(), 0);
    assert_eq!(reader.jobs_open().await.unwrap(), 0);
    drop(reader);
    assert!(!revive(home, job.id).await);
}

async fn a_buried_job_is_seen_and_can_be_revived_unless_wanted_anew(home: &Home) {
    enqueue(&home.store, &[build("e1", NOW)]).await;
    let job = claim(&home.store, NOW, later(1)).await.remove(0);
    let mut tx = home.begin(Scope::Jobs).await;
    assert!(tx.bury(&job, "the engine said no", later(1)).await.unwrap());
    tx.commit().await.unwrap();
    let mut reader = home.read().await;
    let buried = reader.buried(5).await.unwrap();
    assert_eq!(buried[0].key, "build:e1");
    assert_eq!(buried[0].error, "the engine said no");
    assert_eq!((buried[0].attempts, buried[0].buried_at), (1, later(1)));
    assert_eq!(reader.buried_count().await.unwrap(), 1);
    assert_eq!(reader.jobs_open().await.unwrap(), 0);

    enqueue(&home.store, &[build("e1", later(2))]).await;
    assert!(!revive(home, job.id).await);
    let anew = claim(&home.store, later(2), later(3)).await.remove(0);
    assert!(finish(&home.store, &anew, later(2)).await);
    assert!(revive(home, job.id).await);
    assert!(!revive(home, job.id).await);
    let revived = claim(&home.store, later(3), later(4)).await.remove(0);
    assert_eq!((revived.id, revived.attempt), (job.id, 1));
    assert!(!finish(&home.store, &job, later(3)).await);
    assert!(finish(&home.store, &revived, later(3)).await);
}

async fn an_error_is_kept_within_bounds(home: &Home) {
    enqueue(&home.store, &[build("e1", NOW)]).await;
    let job = claim(&home.store, NOW, later(1)).await.remove(0);
    let mut tx = home.begin(Scope::Jobs).await;
    let endless = "\0ä".repeat(100_000);
    assert!(tx.bury(&job, &endless, NOW).await.unwrap());
    tx.commit().await.unwrap();
    let kept = home.read().await.buried(1).await.unwrap().remove(0).error;
    assert_eq!(kept, "ä".repeat(500));
}

async fn eight_workers_share_five_hundred_jobs_without_a_duplicate(home: &Home) {
    let all: Vec<Planned> = (0..500).map(|n| build(&format!("e{n}"), NOW)).collect();
    enqueue(&home.store, &all).await;
    let replica = home.replica().await;
    let mut workers = Vec::new();
    for n in 0..8 {
        let store = if n % 2 == 0 {
            home.store.clone()
        } else {
            replica.clone()
        };
        workers.push(tokio::spawn(async move {
            let mut mine = Vec::new();
            loop {
                let jobs = store
                    .claim(NOW, later(1), &format!("worker {n}"), 7)
                    .await
                    .unwrap();
                if jobs.is_empty() {
                    return mine;
                }
                for job in jobs {
                    assert!(finish(&store, &job, NOW).await);
                    mine.push(job.id);
                }
            }
        }));
    }
    let mut done = Vec::new();
    for worker in workers {
        done.extend(worker.await.unwrap());
    }
    assert_eq!(done.len(), 500);
    assert_eq!(done.iter().collect::<BTreeSet<_>>().len(), 500);
    assert_eq!(home.read().await.jobs_open().await.unwrap(), 0);
}

async fn one_open_job_per_key_holds_under_racing_wishes(home: &Home) {
    let replica = home.replica().await;
    let mut wishes = Vec::new();
    for n in 0..20 {
        let store = if n % 2 == 0 {
            home.store.clone()
        } else {
            replica.clone()
        };
        wishes.push(tokio::spawn(async move {
            enqueue(&store, &[post("e1", NOW)]).await;
        }));
    }
    for wish in wishes {
        wish.await.unwrap();
    }
    assert_eq!(home.read().await.jobs_open().await.unwrap(), 1);
    let jobs = claim(&home.store, NOW, later(1)).await;
    assert_eq!(jobs.len(), 1);
    assert_eq!(jobs[0].wanted, 20);
    if home.store.engine() == Engine::Postgres {
        replica.close().await;
    }
}

async fn a_rolled_back_finish_leaves_the_job_claimed(home: &Home) {
    enqueue(&home.store, &[build("e1", NOW)]).await;
    let job = claim(&home.store, NOW, later(5)).await.remove(0);
    {
        let mut tx = home.begin(Scope::Jobs).await;
        assert!(tx.finish(&job, NOW).await.unwrap());
    }
    assert!(claim(&home.store, later(1), later(5)).await.is_empty());
    assert!(finish(&home.store, &job, later(1)).await);
}
