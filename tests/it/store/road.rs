//! The road of a decision: heard once, stored whole or not at all, with its facts.

use std::sync::{Arc, Mutex};

use hearth::domain::Timestamp;
use hearth::domain::chat::{ChannelId, MessageId, UserId};
use hearth::domain::effect::{EditionId, EnvironmentId, Occasion, ScheduleKind, Subject};
use hearth::domain::fact::{Fact, Fault, Kind, Reason};
use hearth::store::{Edition, Options, Posted, Scope, Store};

use super::samples::{NOW, environment, later};
use super::{Home, on_both};

on_both!(
    a_wake_up_is_heard_once,
    what_is_not_committed_never_was,
    a_decision_is_stored_whole,
    the_observer_sees_every_commit,
    a_fact_is_recorded_once_by_source_kind_and_subject,
    facts_come_by_time_from_a_half_open_window,
    every_kind_of_fact_can_be_stored,
    the_latest_word_of_each_source_is_found,
    a_message_is_remembered_until_a_newer_one,
    an_edition_exists_once_per_window,
    a_firing_is_taken_up_once,
    a_setting_is_replaced,
    the_installation_keeps_its_id,
    old_rows_are_removed_and_young_ones_stay,
);

async fn a_wake_up_is_heard_once(home: &Home) {
    for expected in [true, false] {
        let mut tx = home.begin(Scope::Jobs).await;
        let first = tx
            .heard("i:1", Some(UserId(7)), "environment.create", "done", NOW)
            .await
            .unwrap();
        assert_eq!(first, expected);
        tx.commit().await.unwrap();
    }
    let audit = home.read().await.audit(10).await.unwrap();
    assert_eq!(audit.len(), 1);
    assert_eq!(audit[0].who, Some(UserId(7)));
    assert_eq!(audit[0].action, "environment.create");
    assert_eq!(audit[0].happened_at, NOW);
}

async fn what_is_not_committed_never_was(home: &Home) {
    let change = environment("e1", "demo", "player");
    {
        let mut tx = home.begin(Scope::Team("player")).await;
        tx.heard("i:1", None, "environment.create", "done", NOW)
            .await
            .unwrap();
        tx.insert_environment(&change.next).await.unwrap();
        tx.enqueue(&change.effects, NOW).await.unwrap();
        tx.record(&change.facts).await.unwrap();
    }
    let mut reader = home.read().await;
    assert!(reader.audit(10).await.unwrap().is_empty());
    assert_eq!(reader.environment(&change.next.id).await.unwrap(), None);
    assert_eq!(reader.jobs_open().await.unwrap(), 0);
    assert_eq!(reader.fact_count().await.unwrap(), 0);
}

async fn a_decision_is_stored_whole(home: &Home) {
    let change = environment("e1", "demo", "player");
    let mut tx = home.begin(Scope::Team("player")).await;
    assert!(
        tx.heard("i:1", None, "environment.create", "done", NOW)
            .await
            .unwrap()
    );
    tx.insert_environment(&change.next).await.unwrap();
    tx.enqueue(&change.effects, NOW).await.unwrap();
    tx.record(&change.facts).await.unwrap();
    tx.commit().await.unwrap();
    let mut reader = home.read().await;
    assert!(reader.environment(&change.next.id).await.unwrap().is_some());
    assert_eq!(reader.jobs_open().await.unwrap(), 3);
    assert_eq!(reader.jobs_due(NOW).await.unwrap(), 2);
    assert_eq!(reader.fact_count().await.unwrap(), 1);
}

async fn the_observer_sees_every_commit(home: &Home) {
    home.store.close().await;
    let seen = Arc::new(Mutex::new(Vec::new()));
    let observed = Arc::clone(&seen);
    let url = if home.url.starts_with("sqlite:") {
        format!("sqlite:{}", home.folder.path().join("other/h.db").display())
    } else {
        home.url.clone()
    };
    let store = Store::open(
        &url,
        Options {
            observer: Arc::new(move |what| observed.lock().unwrap().push(what)),
            ..Options::default()
        },
    )
    .await
    .unwrap();
    seen.lock().unwrap().clear();
    let mut tx = store.begin(Scope::Jobs).await.unwrap();
    tx.set("a", "b").await.unwrap();
    tx.commit().await.unwrap();
    // Where nothing is due, nothing is written.
    store.claim(NOW, later(1), "runner", 1).await.unwrap();
    let mut tx = store.begin(Scope::Team("player")).await.unwrap();
    tx.set("c", "d").await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(
        *seen.lock().unwrap(),
        ["keep.before", "keep.after", "commit.before", "commit.after"]
    );
}

fn fact(kind: Kind, subject: &str, occurred_at: Timestamp) -> Fact {
    Fact {
        kind,
        occurred_at,
        started_at: Some(NOW),
        subject: subject.to_owned(),
        source: "hearth".to_owned(),
        team: Some("player".to_owned()),
        service: Some("player".to_owned()),
        stage: Some("production".to_owned()),
        production: true,
        human: false,
        reason: Some(Reason::Hotfix),
        fault: Some(Fault::User),
    }
}

async fn record(home: &Home, facts: &[Fact]) {
    let mut tx = home.begin(Scope::Jobs).await;
    tx.record(facts).await.unwrap();
    tx.commit().await.unwrap();
}

async fn a_fact_is_recorded_once_by_source_kind_and_subject(home: &Home) {
    let first = fact(Kind::DeploymentSucceeded, "d1", NOW);
    let again = fact(Kind::DeploymentSucceeded, "d1", later(5));
    let other = Fact {
        source: "sample".to_owned(),
        ..again.clone()
    };
    record(home, &[first.clone(), again, other.clone()]).await;
    let stored = home
        .read()
        .await
        .facts_between(NOW, later(10))
        .await
        .unwrap();
    assert_eq!(stored, [first, other]);
}

async fn facts_come_by_time_from_a_half_open_window(home: &Home) {
    let facts: Vec<Fact> = (0..5)
        .map(|n| fact(Kind::DeploymentSucceeded, &format!("d{n}"), later(4 - n)))
        .collect();
    record(home, &facts).await;
    let mut reader = home.read().await;
    let window = reader.facts_between(later(1), later(4)).await.unwrap();
    let subjects: Vec<&str> = window.iter().map(|fact| fact.subject.as_str()).collect();
    assert_eq!(subjects, ["d3", "d2", "d1"]);
    let mut seen = 0;
    reader
        .each_fact(NOW, later(10), |_| {
            seen += 1;
            seen < 2
        })
        .await
        .unwrap();
    assert_eq!(seen, 2);
    // The connection is as good as before, although the rest was not read.
    assert_eq!(reader.fact_count().await.unwrap(), 5);
}

async fn every_kind_of_fact_can_be_stored(home: &Home) {
    let facts: Vec<Fact> = Kind::ALL
        .iter()
        .map(|kind| Fact {
            started_at: None,
            team: None,
            service: None,
            stage: None,
            production: false,
            human: true,
            reason: None,
            fault: None,
            ..fact(*kind, "s", NOW)
        })
        .collect();
    record(home, &facts).await;
    let mut stored = home
        .read()
        .await
        .facts_between(NOW, later(1))
        .await
        .unwrap();
    stored.sort_by_key(|fact| fact.kind);
    let mut expected = facts;
    expected.sort_by_key(|fact| fact.kind);
    assert_eq!(stored, expected);
}

async fn the_latest_word_of_each_source_is_found(home: &Home) {
    let from = |source: &str, kind, subject: &str, at| Fact {
        source: source.to_owned(),
        ..fact(kind, subject, at)
    };
    record(
        home,
        &[
            from("a", Kind::SourceConnected, "1", later(1)),
            from("a", Kind::SourceLost, "2", later(2)),
            from("b", Kind::SourceConnected, "1", later(1)),
            from("b", Kind::SourceLost, "2", later(9)),
            from("c", Kind::DeploymentFailed, "3", later(1)),
            // One life ended in the same millisecond in which the next began, and that one began and
            // ended in one.
            from("d", Kind::SourceConnected, "1", later(1)),
            from("d", Kind::SourceLost, "1", later(3)),
            from("d", Kind::SourceConnected, "2", later(3)),
            from("e", Kind::SourceConnected, "1", later(3)),
            from("e", Kind::SourceLost, "1", later(3)),
        ],
    )
    .await;
    let latest = home.read().await.sources_before(later(5)).await.unwrap();
    let words: Vec<(&str, Kind)> = latest
        .iter()
        .map(|fact| (fact.source.as_str(), fact.kind))
        .collect();
    assert_eq!(
        words,
        [
            ("a", Kind::SourceLost),
            ("b", Kind::SourceConnected),
            ("d", Kind::SourceConnected),
            ("e", Kind::SourceLost),
        ]
    );
}

async fn a_message_is_remembered_until_a_newer_one(home: &Home) {
    let subject = Subject::Environment(EnvironmentId("e1".to_owned()));
    let mut posted = Posted {
        channel: ChannelId(1),
        message: MessageId(u64::MAX),
        posted_at: NOW,
        nonce: "n1".to_owned(),
    };
    for message in [MessageId(u64::MAX), MessageId(3)] {
        posted.message = message;
        let mut tx = home.begin(Scope::Jobs).await;
        tx.remember(&subject, Occasion::Live, &posted)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let mut reader = home.read().await;
        let found = reader.message_of(&subject, Occasion::Live).await.unwrap();
        assert_eq!(found.as_ref(), Some(&posted));
        let other = reader.message_of(&subject, Occasion::Result).await.unwrap();
        assert_eq!(other, None);
    }
}

async fn an_edition_exists_once_per_window(home: &Home) {
    let edition = Edition {
        id: EditionId("n1".to_owned()),
        digest: "weekly".to_owned(),
        channel: ChannelId(4),
        window_start: NOW,
        window_end: later(60),
        made_at: later(61),
        numbers: r#"{"S5":null}"#.to_owned(),
    };
    let second = Edition {
        id: EditionId("n2".to_owned()),
        numbers: "{}".to_owned(),
        ..edition.clone()
    };
    let mut tx = home.begin(Scope::Digest("weekly")).await;
    assert!(tx.insert_edition(&edition).await.unwrap());
    assert!(!tx.insert_edition(&second).await.unwrap());
    tx.commit().await.unwrap();
    let mut reader = home.read().await;
    assert_eq!(
        reader.edition(&edition.id).await.unwrap(),
        Some(edition.clone())
    );
    assert_eq!(reader.edition(&second.id).await.unwrap(), None);
    let found = reader.edition_of("weekly", NOW).await.unwrap();
    assert_eq!(found, Some(edition.clone()));
    assert_eq!(reader.editions("weekly", 5).await.unwrap(), [edition]);
    assert!(reader.editions("monthly", 5).await.unwrap().is_empty());
}

async fn a_firing_is_taken_up_once(home: &Home) {
    let mut tx = home.begin(Scope::Jobs).await;
    for (kind, at, first) in [
        (ScheduleKind::Digest, NOW, true),
        (ScheduleKind::Digest, NOW, false),
        (ScheduleKind::Survey, NOW, true),
        (ScheduleKind::Digest, later(1), true),
    ] {
        assert_eq!(tx.fired(kind, "weekly", at).await.unwrap(), first);
    }
    tx.commit().await.unwrap();
    let mut reader = home.read().await;
    let last = reader
        .last_fired(ScheduleKind::Digest, "weekly")
        .await
        .unwrap();
    assert_eq!(last, Some(later(1)));
    let never = reader.last_fired(ScheduleKind::Survey, "pulse").await;
    assert_eq!(never.unwrap(), None);
}

async fn a_setting_is_replaced(home: &Home) {
    assert_eq!(home.read().await.setting("a").await.unwrap(), None);
    for value in ["1", "2"] {
        let mut tx = home.begin(Scope::Jobs).await;
        tx.set("a", value).await.unwrap();
        tx.commit().await.unwrap();
        let stored = home.read().await.setting("a").await.unwrap();
        assert_eq!(stored.as_deref(), Some(value));
    }
}

async fn the_installation_keeps_its_id(home: &Home) {
    let first = home.store.installation().to_owned();
    assert_eq!(first.len(), 36);
    home.store.close().await;
    let url = home.url.clone();
    if url.starts_with("postgres") {
        let again = Store::open(&url, Options::default()).await.unwrap();
        assert_eq!(again.installation(), first);
    }
}

async fn old_rows_are_removed_and_young_ones_stay(home: &Home) {
    let day = 24 * 60;
    let mut tx = home.begin(Scope::Jobs).await;
    tx.heard("old", None, "a", "done", NOW).await.unwrap();
    tx.heard("young", None, "a", "done", later(300 * day))
        .await
        .unwrap();
    tx.fired(ScheduleKind::Digest, "weekly", NOW).await.unwrap();
    let change = environment("e1", "demo", "player");
    tx.enqueue(&change.effects, NOW).await.unwrap();
    tx.commit().await.unwrap();
    for job in home.store.claim(NOW, later(1), "r", 10).await.unwrap() {
        let mut tx = home.begin(Scope::Jobs).await;
        assert!(tx.finish(&job, NOW).await.unwrap());
        tx.commit().await.unwrap();
    }
    assert_eq!(home.store.prune(later(399 * day)).await.unwrap(), 0);
    // The audit row, the firing and the two jobs that were due and done; what is open stays.
    assert_eq!(home.store.prune(later(401 * day)).await.unwrap(), 4);
    assert_eq!(home.store.prune(later(401 * day)).await.unwrap(), 0);
    let mut reader = home.read().await;
    assert_eq!(reader.audit(10).await.unwrap()[0].key, "young");
    assert_eq!(reader.jobs_open().await.unwrap(), 1);
}
