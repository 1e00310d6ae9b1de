//! Deployments: one active one per service and stage, and what runs where without reading history.

use hearth::domain::Timestamp;
use hearth::domain::access::{Granted, Group, Right, demand};
use hearth::domain::cause::Cause;
use hearth::domain::chat::{Language, Person, RoleId, UserId};
use hearth::domain::deployment::{self, Deployment, Standing, State};
use hearth::domain::effect::DeploymentId;
use hearth::domain::fact::Reason;
use hearth::domain::platform::Reference;
use hearth::store::{Scope, Store, Trouble};

use super::samples::{NOW, deployment, deployment_ask, later, service, stage};
use super::{Home, on_both};

on_both!(
    a_deployment_comes_back_as_it_was_stored,
    every_state_and_reason_can_be_stored,
    a_move_from_another_state_is_refused,
    one_deployment_is_active_per_service_and_stage,
    an_approval_does_not_take_a_taken_place,
    of_twenty_racing_deployments_one_gets_the_place,
    the_standing_holds_what_reached_the_engine_newest_first,
    what_runs_where_is_known_in_one_look,
    the_history_is_by_service_and_stage,
    those_that_wait_for_approval_are_listed_oldest_first,
);

const PLACE: Scope<'static> = Scope::Place {
    service: "player",
    stage: "staging",
};

async fn insert(store: &Store, new: &Deployment) {
    let mut tx = store.begin(PLACE).await.unwrap();
    tx.insert_deployment(new).await.unwrap();
    tx.commit().await.unwrap();
}

async fn save(store: &Store, next: &Deployment, from: State) -> Result<(), Trouble> {
    let mut tx = store.begin(PLACE).await.unwrap();
    tx.save_deployment(next, from)
        .await
        .map_err(|error| error.trouble())?;
    tx.commit().await.unwrap();
    Ok(())
}

/// Stores a deployment that was asked for at `now` and ended a minute later.
async fn run(store: &Store, now: Timestamp, id: &str, revision: &str, well: bool) -> Deployment {
    let standing = standing(store).await;
    let first = deployment(now, &standing, id, &stage("staging", 0), revision).next;
    insert(store, &first).await;
    let end = now.plus(std::time::Duration::from_secs(60));
    let ended = if well {
        deployment::succeeded(end, &first, None)
    } else {
        deployment::failed(end, &first, Cause::User("no".into()))
    };
    let ended = ended.expect("it was active").next;
    save(store, &ended, State::Starting).await.unwrap();
    ended
}

async fn standing(store: &Store) -> Standing {
    let mut reader = store.read().await.unwrap();
    reader.standing("player", "staging", 50).await.unwrap()
}

fn lead() -> (UserId, Granted) {
    let person = Person {
        id: UserId(2),
        name: "Lin".to_owned(),
        roles: vec![RoleId(3)],
        language: Language::English,
    };
    let group = Group {
        name: "lead".to_owned(),
        roles: vec![Reference::Id(RoleId(3))],
        rights: [Right::DeploymentApprove].into(),
    };
    let granted = demand(&[group], &person, Right::DeploymentApprove, None).unwrap();
    (person.id, granted)
}

async fn a_deployment_comes_back_as_it_was_stored(home: &Home) {
    let first = deployment(NOW, &Standing::default(), "d1", &stage("staging", 1), "v1").next;
    insert(&home.store, &first).await;
    let mut reader = home.read().await;
    let stored = reader.deployment(&first.id).await.unwrap();
    assert_eq!(stored, Some(first.clone()));

    let (by, granted) = lead();
    let standing = standing(&home.store).await;
    let print = first.fingerprint();
    let approved = deployment::approve(later(1), &first, &standing, by, &print, &granted);
    let approved = approved.unwrap().next;
    save(&home.store, &approved, State::AwaitingApproval)
        .await
        .unwrap();
    let running = deployment::started(later(2), &approved, "run 7")
        .unwrap()
        .next;
    save(&home.store, &running, State::Starting).await.unwrap();
    let url = Some("http://127.0.0.1:1".to_owned());
    let done = deployment::succeeded(later(3), &running, url).unwrap().next;
    save(&home.store, &done, State::Running).await.unwrap();
    assert_eq!(reader.deployment(&first.id).await.unwrap(), Some(done));
}

async fn every_state_and_reason_can_be_stored(home: &Home) {
    for (n, state) in State::ALL.iter().enumerate() {
        let id = format!("d{n}");
        let mut next = deployment(NOW, &Standing::default(), &id, &stage("staging", 1), "v1").next;
        next.state = *state;
        next.reason = [Reason::Planned, Reason::Hotfix, Reason::Rollback][n % 3];
        let reached = !matches!(
            state,
            State::AwaitingApproval | State::Rejected | State::Expired
        );
        next.started_at = reached.then_some(NOW);
        let ended = !state.is_active() && *state != State::AwaitingApproval;
        next.finished_at = ended.then_some(later(1));
        // One place each: two of the states are active.
        next.service = id.clone();
        insert(&home.store, &next).await;
        let stored = home.read().await.deployment(&next.id).await.unwrap();
        assert_eq!(stored, Some(next));
    }
}

async fn a_move_from_another_state_is_refused(home: &Home) {
    let ended = run(&home.store, NOW, "d1", "v1", true).await;
    let mut late = ended.clone();
    late.state = State::Failed;
    let refused = save(&home.store, &late, State::Running).await;
    assert_eq!(refused, Err(Trouble::Moved));
    let undone = deployment::undone(later(2), &ended).unwrap().next;
    save(&home.store, &undone, State::Succeeded).await.unwrap();
    // What was undone stays undone.
    let refused = save(&home.store, &ended, State::RolledBack).await;
    assert_eq!(refused, Err(Trouble::Moved));
}

async fn one_deployment_is_active_per_service_and_stage(home: &Home) {
    let first = deployment(NOW, &Standing::default(), "d1", &stage("staging", 0), "v1").next;
    insert(&home.store, &first).await;
    // Whoever decided without looking is stopped by the database.
    let blind = deployment(NOW, &Standing::default(), "d2", &stage("staging", 0), "v2").next;
    let mut tx = home.begin(PLACE).await;
    let refused = tx.insert_deployment(&blind).await.unwrap_err();
    assert_eq!(refused.trouble(), Trouble::Moved);
    drop(tx);
    // Another stage is another place, and waiting takes none.
    let other = deployment(
        NOW,
        &Standing::default(),
        "d3",
        &stage("production", 0),
        "v2",
    )
    .next;
    insert(&home.store, &other).await;
    let waiting = deployment(NOW, &Standing::default(), "d4", &stage("staging", 1), "v2").next;
    insert(&home.store, &waiting).await;
    assert_eq!(standing(&home.store).await.active, Some(first));
}

async fn an_approval_does_not_take_a_taken_place(home: &Home) {
    let empty = Standing::default();
    let waiting = deployment(NOW, &empty, "d1", &stage("staging", 1), "v1").next;
    insert(&home.store, &waiting).await;
    let active = deployment(NOW, &empty, "d2", &stage("staging", 0), "v2").next;
    insert(&home.store, &active).await;
    let (by, granted) = lead();
    let print = waiting.fingerprint();
    let blind = deployment::approve(later(1), &waiting, &empty, by, &print, &granted)
        .unwrap()
        .next;
    let refused = save(&home.store, &blind, State::AwaitingApproval).await;
    assert_eq!(refused, Err(Trouble::Moved));
}

async fn of_twenty_racing_deployments_one_gets_the_place(home: &Home) {
    let replica = home.replica().await;
    let mut racing = Vec::new();
    for n in 0..20 {
        let store = if n % 2 == 0 {
            home.store.clone()
        } else {
            replica.clone()
        };
        racing.push(tokio::spawn(async move {
            let mut tx = store.begin(PLACE).await.unwrap();
            let standing = tx.standing("player", "staging", 5).await.unwrap();
            let (service, stage) = (service(), stage("staging", 0));
            let id = format!("d{n}");
            let ask = deployment_ask(&id, &service, &stage, "v1");
            match deployment::request(NOW, &standing, ask) {
                Ok(change) => {
                    tx.insert_deployment(&change.next).await.unwrap();
                    tx.commit().await.unwrap();
                    true
                }
                Err(_) => false,
            }
        }));
    }
    let mut won = 0;
    for one in racing {
        won += usize::from(one.await.unwrap());
    }
    assert_eq!(won, 1);
}

async fn the_standing_holds_what_reached_the_engine_newest_first(home: &Home) {
    run(&home.store, later(0), "d1", "v1", true).await;
    run(&home.store, later(10), "d2", "v2", true).await;
    run(&home.store, later(20), "d3", "v3", false).await;
    let mut never = deployment(
        later(30),
        &Standing::default(),
        "d4",
        &stage("staging", 1),
        "v4",
    )
    .next;
    never.state = State::Expired;
    never.finished_at = Some(later(40));
    insert(&home.store, &never).await;
    let standing = standing(&home.store).await;
    let past: Vec<&str> = standing.past.iter().map(|d| d.id.0.as_str()).collect();
    assert_eq!(past, ["d3", "d2", "d1"]);
    assert_eq!(standing.active, None);
    assert_eq!(standing.running().unwrap().revision, "v2");
    let mut reader = home.read().await;
    let short = reader.standing("player", "staging", 1).await.unwrap();
    assert_eq!(short.past.len(), 1);
    let none = reader.standing("player", "production", 5).await.unwrap();
    assert!(none.past.is_empty());
}

async fn what_runs_where_is_known_in_one_look(home: &Home) {
    assert!(home.read().await.places().await.unwrap().is_empty());
    run(&home.store, later(0), "d1", "v1", true).await;
    run(&home.store, later(10), "d2", "v2", true).await;
    run(&home.store, later(20), "d3", "v3", false).await;
    let active = deployment(
        later(30),
        &standing(&home.store).await,
        "d4",
        &stage("staging", 0),
        "v4",
    );
    insert(&home.store, &active.next).await;
    let other = deployment(
        later(40),
        &Standing::default(),
        "d5",
        &stage("production", 0),
        "v1",
    );
    insert(&home.store, &other.next).await;
    let waiting = deployment(
        later(50),
        &Standing::default(),
        "d6",
        &stage("production", 1),
        "v2",
    );
    insert(&home.store, &waiting.next).await;

    let places = home.read().await.places().await.unwrap();
    let told: Vec<_> = places
        .iter()
        .map(|place| {
            let revision = |d: &Option<Deployment>| d.as_ref().map(|d| d.revision.clone());
            format!(
                "{} {}: active {:?}, running {:?}, last {:?}",
                place.service,
                place.stage,
                revision(&place.active),
                revision(&place.running),
                revision(&place.last),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            r#"player production: active Some("v1"), running None, last None"#,
            r#"player staging: active Some("v4"), running Some("v2"), last Some("v3")"#,
        ]
    );
}

async fn the_history_is_by_service_and_stage(home: &Home) {
    run(&home.store, later(0), "d1", "v1", true).await;
    run(&home.store, later(10), "d2", "v2", false).await;
    let other = deployment(
        later(20),
        &Standing::default(),
        "d3",
        &stage("production", 0),
        "v1",
    );
    insert(&home.store, &other.next).await;
    let mut reader = home.read().await;
    for (service, stage, limit, expected) in [
        ("player", None, 10, vec!["d3", "d2", "d1"]),
        ("player", None, 1, vec!["d3"]),
        ("player", Some("staging"), 10, vec!["d2", "d1"]),
        ("player", Some("' OR '1'='1"), 10, vec![]),
        ("checkout", None, 10, vec![]),
    ] {
        let found = reader.history(service, stage, limit).await.unwrap();
        let ids: Vec<&str> = found.iter().map(|d| d.id.0.as_str()).collect();
        assert_eq!(ids, expected, "{service} {stage:?}");
    }
}

async fn those_that_wait_for_approval_are_listed_oldest_first(home: &Home) {
    for n in [2, 0, 1] {
        let next = deployment(
            later(n),
            &Standing::default(),
            &format!("d{n}"),
            &stage("staging", 1),
            "v1",
        );
        insert(&home.store, &next.next).await;
    }
    run(&home.store, later(9), "d9", "v1", true).await;
    let waiting = home.read().await.deployments_awaiting(10).await.unwrap();
    let ids: Vec<DeploymentId> = waiting.into_iter().map(|d| d.id).collect();
    assert_eq!(
        ids,
        ["d0", "d1", "d2"].map(|id| DeploymentId(id.to_owned()))
    );
}
