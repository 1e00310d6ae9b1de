//! What a pull request means for its environment.

use std::collections::BTreeMap;
use std::time::Duration;

use super::super::chat::ChannelId;
use super::super::environment::{Capacity, Environment, InUse, Pin, State as Its};
use super::super::platform::{Forge, Repository, Template};
use super::super::time::hours;
use super::*;

const NOON: Timestamp = Timestamp(1_790_000_000_000);
const A: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
const B: &str = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";

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

fn pull(head: &str) -> Seen {
    Seen {
        number: 7,
        title: "Add a queue".into(),
        url: "https://forge.example/7".into(),
        author: "mina".into(),
        branch: "queue".into(),
        head: head.into(),
        state: State::Open,
        closed_at: None,
        labels: vec![],
        origin: Origin::Own,
    }
}

fn known(rule: &Repository, seen: &Seen) -> PullRequest {
    found(NOON, PullRequestId("p".into()), rule, seen)
        .unwrap()
        .next
}

fn environment(revision: &str, state: Its) -> Environment {
    let template = Template {
        id: "preview".into(),
        description: String::new(),
        provider: "exec".into(),
        definition: "{}".into(),
        revision: None,
        revisions: vec![],
        ttl_hours: 8,
        ttl_hours_max: 72,
        extensions_max: 3,
        build_seconds_max: 300,
        parameters: vec![],
        allow: None,
        approval: false,
        plan: false,
        terms: environment::Terms::default(),
    };
    let ask = environment::Ask {
        id: EnvironmentId("e".into()),
        op_key: "op".into(),
        name: "player-pr-7",
        template: &template,
        revision: Some(revision),
        pull_request: Some(7),
        ttl_hours: None,
        parameters: BTreeMap::new(),
        team: "player",
        quota: 3,
        owner: UserId::NOBODY,
        owner_name: "mina",
        channel: ChannelId(1),
    };
    let in_use = InUse {
        by_team: 0,
        name_taken: false,
        capacity: Capacity {
            building: 0,
            building_max: 8,
            queued: 0,
        },
    };
    let mut next = environment::request(NOON, in_use, ask).unwrap().next;
    next.state = state;
    next
}

#[test]
fn who_may_push_gets_an_environment_and_others_wait_for_a_word() {
    let only = |names: &[&str]| Some(names.iter().map(|name| (*name).to_owned()).collect());
    for (origin, trusted, step_is) in [
        (Origin::Own, None, Step::Create),
        (Origin::Newcomer, None, Step::Ask),
        (Origin::Fork, None, Step::Ask),
        (Origin::Own, only(&["Mina"]), Step::Create),
        (Origin::Newcomer, only(&["mina"]), Step::Create),
        (Origin::Own, only(&["ben"]), Step::Ask),
        (Origin::Own, only(&[]), Step::Ask),
        // Whoever opened it from a fork, somebody else may push there.
        (Origin::Fork, only(&["mina"]), Step::Ask),
    ] {
        let rule = Repository { trusted, ..rule() };
        let it = known(&rule, &Seen { origin, ..pull(A) });
        assert_eq!(step(NOON, &it, None), step_is, "{origin:?} {rule:?}");
    }
}

#[test]
fn a_word_is_for_the_revision_that_was_seen() {
    let fork = |head| Seen {
        origin: Origin::Fork,
        ..pull(head)
    };
    let it = known(&rule(), &fork(A));
    assert_eq!(it.buildable(), None);
    let stale = let_in(NOON, &it, UserId(1), "bbbb").unwrap_err();
    assert_eq!(stale, Refusal::Moved);
    assert_eq!(
        let_in(NOON, &it, UserId(1), "").unwrap_err(),
        Refusal::Moved
    );
    let it = let_in(NOON, &it, UserId(1), "aaaa").unwrap().next;
    assert_eq!(step(NOON, &it, None), Step::Create);
    assert_eq!(
        let_in(NOON, &it, UserId(2), "aaaa").unwrap_err(),
        Refusal::LetInAlready
    );
    let pushed = seen(NOON, &rule(), &it, &fork(B), true).unwrap().next;
    let old = environment(A, Its::Ready);
    assert_eq!(step(NOON, &pushed, Some(&old)), Step::Ask);
    assert_eq!(
        pushed.buildable(),
        Some(A),
        "what was let in, not what came later"
    );
}

#[test]
fn a_push_is_followed_when_the_environment_stands_still() {
    let it = known(&rule(), &pull(B));
    for state in Its::ALL {
        let wanted = match state {
            Its::AwaitingApproval | Its::Queued => Step::Revise,
            Its::Ready | Its::Failed | Its::Sleeping => Step::Update,
            Its::Destroyed | Its::Cancelled => Step::Create,
            _ => Step::Wait,
        };
        let old = environment(A, *state);
        assert_eq!(step(NOON, &it, Some(&old)), wanted, "{state:?}");
        let newest = environment(B, *state);
        if state.is_alive() {
            assert_eq!(step(NOON, &it, Some(&newest)), Step::Wait, "{state:?}");
        }
    }
}

#[test]
fn what_ended_by_itself_comes_back_with_a_push_only() {
    let mut it = known(&rule(), &pull(A));
    it.built = Some(A.to_owned());
    let gone = environment(A, Its::Destroyed);
    assert_eq!(step(NOON, &it, Some(&gone)), Step::Wait);
    let pushed = seen(NOON, &rule(), &it, &pull(B), true).unwrap().next;
    assert_eq!(step(NOON, &pushed, Some(&gone)), Step::Create);
}

#[test]
fn a_closed_one_loses_its_environment_after_the_grace_and_a_reopened_one_goes_on() {
    let mut it = known(&rule(), &pull(A));
    it.built = Some(A.to_owned());
    let living = environment(A, Its::Ready);
    let closed = |state| Seen {
        state,
        closed_at: Some(NOON),
        ..pull(A)
    };
    let change = seen(NOON, &rule(), &it, &closed(State::Closed), true).unwrap();
    assert!(change.facts.is_empty());
    let it = change.next;
    let end = NOON.plus(hours(1));
    assert_eq!(step(NOON, &it, Some(&living)), Step::EndAt(end));
    assert_eq!(step(end, &it, Some(&living)), Step::End);
    let mut pinned = living.clone();
    pinned.pin = Some(Pin {
        by: UserId(1),
        until: end,
        asked_at: None,
    });
    assert_eq!(step(end, &it, Some(&pinned)), Step::Wait);
    let going = environment(A, Its::Destroying);
    assert_eq!(step(end, &it, Some(&going)), Step::Wait);
    let open = seen(NOON, &rule(), &it, &pull(A), true).unwrap().next;
    assert_eq!(open.ends_at, None);
    assert_eq!(
        step(end, &open, Some(&living)),
        Step::Wait,
        "within the grace"
    );
    assert_eq!(
        step(end, &open, Some(&going)),
        Step::Wait,
        "it goes, and then"
    );
    let gone = environment(A, Its::Destroyed);
    assert_eq!(step(end, &open, Some(&gone)), Step::Create, "a new one");
}

#[test]
fn a_label_decides_where_one_is_asked_for() {
    let rule = Repository {
        label: Some("preview".into()),
        ..rule()
    };
    let it = known(&rule, &pull(A));
    assert_eq!(step(NOON, &it, None), Step::Wait);
    let labelled = Seen {
        labels: vec!["bug".into(), "preview".into()],
        ..pull(A)
    };
    let it = seen(NOON, &rule, &it, &labelled, false).unwrap().next;
    assert_eq!(step(NOON, &it, None), Step::Create);
    let living = environment(A, Its::Ready);
    let it = seen(NOON, &rule, &it, &pull(A), true).unwrap().next;
    assert_eq!(
        step(NOON, &it, Some(&living)),
        Step::EndAt(NOON.plus(hours(1)))
    );
}

#[test]
fn a_merge_is_a_fact_with_and_without_an_environment() {
    let it = known(&rule(), &pull(A));
    let merged = Seen {
        state: State::Merged,
        closed_at: Some(NOON.plus(hours(9))),
        ..pull(A)
    };
    let kinds = |was_ready| {
        let change = seen(NOON, &rule(), &it, &merged, was_ready).unwrap();
        assert_eq!(change.next.closed_at, Some(NOON), "never in the future");
        let facts = change.facts.iter();
        facts
            .map(|fact| (fact.kind.word(), fact.subject.clone()))
            .collect::<Vec<_>>()
    };
    let subject = || "player#7".to_owned();
    assert_eq!(kinds(false), [("change.merged", subject())]);
    assert_eq!(
        kinds(true),
        [
            ("change.merged", subject()),
            ("change.previewed", subject())
        ]
    );
    let late = found(NOON, PullRequestId("q".into()), &rule(), &merged).unwrap();
    assert_eq!((late.facts.len(), late.effects.len()), (1, 0));
    let old = Seen {
        closed_at: Some(NOON.minus(hours(25))),
        ..merged
    };
    assert!(found(NOON, PullRequestId("q".into()), &rule(), &old).is_none());
    assert!(
        seen(NOON, &rule(), &it, &pull(A), false).is_none(),
        "nothing new"
    );
}

#[test]
fn a_name_keeps_the_number_and_is_a_dns_label() {
    assert_eq!(environment_name("player", 7), "player-pr-7");
    let long = environment_name("a-very-long-repository-key-of-32", i64::MAX);
    assert!(environment::Name::parse(&long).is_ok(), "{long}");
    assert!(long.ends_with("-pr-9223372036854775807"));
}
