//! Pull requests: one row per number, guarded by head and state; deliveries that are heard once.

use std::time::Duration;

use hearth::domain::chat::UserId;
use hearth::domain::effect::{EnvironmentId, PullRequestId};
use hearth::domain::environment::{self, State as Its};
use hearth::domain::platform::{Forge, Repository};
use hearth::domain::pull_request::{self, Origin, PullRequest, Seen, State};
use hearth::domain::time::hours;
use hearth::store::{Scope, Told, Trouble};

use super::samples::{NOW, later};
use super::{Home, on_both, samples};

on_both!(
    a_pull_request_is_stored_once_and_read_back_whole,
    what_was_said_at_the_forge_is_kept_beside_it,
    a_delivery_is_heard_once_until_it_is_forgotten,
    a_renewed_environment_has_another_revision_and_key,
);

fn rule() -> Repository {
    Repository {
        id: "player".into(),
        forge: Forge::GitHub,
        api: "https://forge.example".into(),
        path: "sonsic/player".into(),
        template: "preview".into(),
        team: "player".into(),
        token: "env:TOKEN".into(),
        webhook_secret: None,
        label: None,
        trusted: None,
        grace: hours(1),
        look_every: Duration::from_secs(300),
    }
}

fn seen(number: i64) -> Seen {
    Seen {
        number,
        title: "Add \u{202e}a queue\0".into(),
        url: "https://forge.example/7".into(),
        author: "octocat".into(),
        branch: "queue".into(),
        head: "a".repeat(40),
        state: State::Open,
        closed_at: None,
        labels: vec![],
        origin: Origin::Fork,
    }
}

fn found(number: i64) -> PullRequest {
    let id = PullRequestId(format!("p-{number}"));
    let change = pull_request::found(NOW, id, &rule(), &seen(number)).unwrap();
    let mut it = change.next;
    // Neither database holds it.
    it.title = it.title.replace('\0', "");
    it
}

async fn a_pull_request_is_stored_once_and_read_back_whole(home: &Home) {
    let it = found(7);
    let again = PullRequest {
        id: PullRequestId("p-again".into()),
        ..it.clone()
    };
    let mut tx = home.begin(Scope::Team("player")).await;
    assert!(tx.insert_pull_request(&it).await.unwrap());
    assert!(!tx.insert_pull_request(&again).await.unwrap());
    assert!(tx.insert_pull_request(&found(8)).await.unwrap());
    tx.commit().await.unwrap();

    let mut next = pull_request::let_in(NOW, &it, UserId(u64::MAX), "aaaa")
        .unwrap()
        .next;
    next.asked = Some(it.head.clone());
    next.environment = Some(EnvironmentId("e-1".into()));
    next.built = Some(it.head.clone());
    next.refusal = Some("refused-quota".into());
    let mut tx = home.begin(Scope::Team("player")).await;
    tx.save_pull_request(&next, &it).await.unwrap();
    assert_eq!(tx.pull_request(&it.id).await.unwrap(), Some(next.clone()));
    let environment = EnvironmentId("e-1".into());
    assert_eq!(
        tx.pull_request_of(&environment).await.unwrap(),
        Some(next.clone())
    );
    let numbered = tx.pull_request_numbered("player", 7).await.unwrap();
    assert_eq!(numbered, Some(next.clone()));
    let open = tx.pull_requests_open("player", 10).await.unwrap();
    assert_eq!(open.len(), 2);
    let refused = tx.pull_requests_refused("player", 10).await.unwrap();
    assert_eq!(refused, [next.clone()]);
    assert_eq!(tx.pull_requests_open("player", 1).await.unwrap().len(), 1);

    let mut closed = next.clone();
    closed.state = State::Merged;
    closed.closed_at = Some(later(1));
    closed.ends_at = Some(later(61));
    tx.save_pull_request(&closed, &next).await.unwrap();
    let moved = tx.save_pull_request(&next, &next).await.unwrap_err();
    assert_eq!(moved.trouble(), Trouble::Moved);
    tx.commit().await.unwrap();
    let mut reader = home.read().await;
    assert_eq!(reader.pull_request(&it.id).await.unwrap(), Some(closed));
    let open = reader.pull_requests_open("player", 10).await.unwrap();
    assert_eq!(open.len(), 1);
    let elsewhere = reader.pull_request_numbered("catalogue", 7).await.unwrap();
    assert_eq!(elsewhere, None);
    drop(reader);
    // Long after it was closed nobody asks for it any more.
    home.store.prune(later(60 * 24 * 500)).await.unwrap();
    let gone = home.read().await.pull_request(&it.id).await.unwrap();
    assert_eq!(gone, None);
}

async fn what_was_said_at_the_forge_is_kept_beside_it(home: &Home) {
    let it = found(7);
    let told = Told {
        comment: Some("11".into()),
        comment_said: Some("ab".into()),
        deployment: None,
        deployment_said: Some("key revision Up".into()),
    };
    let mut tx = home.begin(Scope::Team("player")).await;
    tx.insert_pull_request(&it).await.unwrap();
    assert_eq!(tx.forge_told(&it.id).await.unwrap(), Told::default());
    tx.told_forge(&it.id, &told).await.unwrap();
    let mut next = it.clone();
    next.title = "Another".into();
    tx.save_pull_request(&next, &it).await.unwrap();
    assert_eq!(tx.forge_told(&it.id).await.unwrap(), told);
    tx.commit().await.unwrap();
}

async fn a_delivery_is_heard_once_until_it_is_forgotten(home: &Home) {
    let mut tx = home.begin(Scope::Jobs).await;
    assert!(tx.delivered("player", "id:1", NOW).await.unwrap());
    assert!(!tx.delivered("player", "id:1", later(1)).await.unwrap());
    assert!(tx.delivered("catalogue", "id:1", NOW).await.unwrap());
    tx.commit().await.unwrap();
    home.store.prune(later(60 * 24 * 13)).await.unwrap();
    let mut tx = home.begin(Scope::Jobs).await;
    assert!(!tx.delivered("player", "id:1", later(1)).await.unwrap());
    drop(tx);
    assert_eq!(home.store.prune(later(60 * 24 * 15)).await.unwrap(), 2);
    let mut tx = home.begin(Scope::Jobs).await;
    assert!(tx.delivered("player", "id:1", later(1)).await.unwrap());
}

async fn a_renewed_environment_has_another_revision_and_key(home: &Home) {
    let mut old = samples::environment("e-1", "player-pr-7", "player").next;
    old.state = Its::Ready;
    let mut tx = home.begin(Scope::Team("player")).await;
    tx.insert_environment(&old).await.unwrap();
    let updating = environment::update(NOW, &old).unwrap().next;
    tx.save_environment(&updating, Its::Ready).await.unwrap();
    let renewal = environment::Renewal {
        revision: "b2",
        op_key: "op-new",
        ttl_hours: 8,
    };
    let room = environment::Capacity {
        building: 0,
        building_max: 8,
        queued: 0,
    };
    let next = environment::cleared(later(1), &updating, renewal, room)
        .unwrap()
        .next;
    tx.save_environment(&next, Its::Updating).await.unwrap();
    tx.renew_environment(&next).await.unwrap();
    let stored = tx.environment(&old.id).await.unwrap().unwrap();
    assert_eq!(
        (stored.revision.as_deref(), stored.op_key.as_str()),
        (Some("b2"), "op-new")
    );
    assert_eq!((stored.state, stored.reference), (Its::Requested, None));
    tx.commit().await.unwrap();
}
