//! What is true of environments, in tables and sentences.

use proptest::prelude::*;

use super::super::platform::Template;
use super::super::time::hours;
use super::*;

const NOON: Timestamp = Timestamp(1_790_000_000_000);

fn template() -> Template {
    Template {
        id: "preview".into(),
        description: "A preview".into(),
        provider: "exec".into(),
        definition: "{}".into(),
        revision: Some("v1.2.0".into()),
        revisions: vec![],
        ttl_hours: 8,
        ttl_hours_max: 72,
        extensions_max: 3,
        build_seconds_max: 300,
        parameters: vec![],
        allow: None,
        approval: false,
        plan: false,
        terms: Terms::default(),
    }
}

fn ask<'a>(template: &'a Template, name: &'a str) -> Ask<'a> {
    Ask {
        id: EnvironmentId("e1".into()),
        op_key: "op1".into(),
        name,
        template,
        revision: None,
        pull_request: None,
        ttl_hours: None,
        parameters: BTreeMap::new(),
        team: "player",
        quota: 3,
        owner: UserId(7),
        owner_name: "Mina",
        channel: ChannelId(9),
    }
}

/// Nobody builds anything.
const EMPTY: Capacity = Capacity {
    building: 0,
    building_max: 8,
    queued: 0,
};
const FREE: InUse = InUse {
    by_team: 0,
    name_taken: false,
    capacity: EMPTY,
};

fn requested() -> Environment {
    request(NOON, FREE, ask(&template(), "demo")).unwrap().next
}

fn ready_one() -> Environment {
    ready(
        NOON.plus(hours(0)),
        &started(NOON, &requested(), "r").unwrap().next,
        Some("http://x/".into()),
    )
    .unwrap()
    .next
}

#[test]
fn a_request_is_stored_told_built_and_minded() {
    let change = request(NOON, FREE, ask(&template(), "demo")).unwrap();
    assert_eq!(change.next.state, State::Requested);
    assert_eq!(change.next.revision.as_deref(), Some("v1.2.0"));
    assert_eq!(change.next.expires_at, NOON.plus(hours(8)));
    let keys: Vec<_> = change
        .effects
        .iter()
        .map(|planned| planned.effect.key())
        .collect();
    assert_eq!(keys, ["post:live:e1", "build:e1", "mind-environment:e1"]);
    assert_eq!(change.effects[2].due_at, NOON.plus(hours(7)));
    assert_eq!(change.facts.len(), 1);
}

#[test]
fn names_are_dns_labels() {
    for good in ["a", "demo", "pr-42", "a1-b2", &"x".repeat(40)] {
        assert!(Name::parse(good).is_ok(), "{good}");
    }
    for bad in [
        "",
        "-a",
        "a-",
        "1a",
        "Demo",
        "de mo",
        "dé",
        "a_b",
        "a.b",
        "@everyone",
        &"x".repeat(41),
        "\u{202e}abc",
    ] {
        assert!(Name::parse(bad).is_err(), "{bad}");
    }
}

#[test]
fn a_life_is_at_least_an_hour_and_at_most_what_the_template_allows() {
    for (wanted, fine) in [
        (0, false),
        (-5, false),
        (1, true),
        (72, true),
        (73, false),
        (87_600, false),
        (i64::MAX, false),
    ] {
        let template = template();
        let answer = request(
            NOON,
            FREE,
            Ask {
                ttl_hours: Some(wanted),
                ..ask(&template, "demo")
            },
        );
        assert_eq!(answer.is_ok(), fine, "{wanted} hours");
    }
}

#[test]
fn revisions_cannot_be_read_as_options_or_paths_outside() {
    for bad in [
        "",
        "-rf",
        "--help",
        "a b",
        "v1;rm",
        "$(x)",
        "../etc",
        "a\nb",
        "@everyone",
        &"v".repeat(101),
    ] {
        assert!(revision(bad).is_err(), "{bad}");
    }
    for good in ["v1.2.0", "main", "feature/x-1", "0a1b2c3d"] {
        assert!(revision(good).is_ok(), "{good}");
    }
}

#[test]
fn a_taken_name_and_a_full_quota_refuse() {
    let template = template();
    let taken = request(
        NOON,
        InUse {
            by_team: 0,
            name_taken: true,
            capacity: EMPTY,
        },
        ask(&template, "demo"),
    );
    assert_eq!(
        taken.unwrap_err(),
        Refusal::NameTaken {
            name: "demo".into()
        }
    );
    let full = request(
        NOON,
        InUse {
            by_team: 3,
            name_taken: false,
            capacity: EMPTY,
        },
        ask(&template, "demo"),
    );
    assert_eq!(
        full.unwrap_err(),
        Refusal::QuotaReached {
            team: "player".into(),
            used: 3,
            quota: 3
        }
    );
}

#[test]
fn the_warning_comes_once_and_an_extension_allows_another() {
    let env = ready_one();
    let early = mind(env.warn_at().minus(hours(1)), &env).unwrap();
    assert_eq!(early.next.warned_at, None);
    let warned = mind(env.warn_at(), &env).unwrap();
    assert!(
        warned
            .effects
            .iter()
            .any(|planned| planned.effect.key() == "post:warning:e1")
    );
    assert_eq!(warned.effects.last().unwrap().due_at, env.expires_at);
    let again = mind(env.warn_at().plus(hours(0)), &warned.next).unwrap();
    assert!(
        !again
            .effects
            .iter()
            .any(|planned| planned.effect.key() == "post:warning:e1")
    );
    let longer = extend(env.warn_at(), &warned.next, 4).unwrap().next;
    assert_eq!(longer.warned_at, None);
    assert_eq!(longer.expires_at, env.expires_at.plus(hours(4)));
}

#[test]
fn a_short_life_is_warned_about_in_its_last_quarter() {
    let template = template();
    let env = request(
        NOON,
        FREE,
        Ask {
            ttl_hours: Some(1),
            ..ask(&template, "demo")
        },
    )
    .unwrap()
    .next;
    assert_eq!(env.warn_at(), NOON.plus(super::super::time::minutes(45)));
}

#[test]
fn extensions_have_a_number_and_a_horizon() {
    let mut env = ready_one();
    assert!(matches!(
        extend(NOON, &env, 0),
        Err(Refusal::TtlOutOfRange { .. })
    ));
    assert!(matches!(
        extend(NOON, &env, 72),
        Err(Refusal::ExtendedTooFar { .. })
    ));
    assert_eq!(env.hours_to_extend(), 64, "8 of 72 hours are its own");
    for _ in 0..3 {
        env = extend(NOON, &env, 1).unwrap().next;
    }
    assert_eq!(env.hours_to_extend(), 0);
    assert!(matches!(
        extend(NOON, &env, 1),
        Err(Refusal::ExtendedTooOften { count: 3, .. })
    ));
}

#[test]
fn extensions_do_not_let_it_outlive_its_template_however_late_they_are_asked_for() {
    let env = extend(NOON, &ready_one(), 60).unwrap().next;
    let late = NOON.plus(hours(60));
    assert!(matches!(
        extend(late, &env, 5),
        Err(Refusal::ExtendedTooFar { .. })
    ));
    let longest = extend(late, &env, 4).unwrap().next;
    assert_eq!(longest.expires_at, NOON.plus(hours(72)));
    assert_eq!(longest.hours_to_extend(), 0);
}

#[test]
fn its_time_having_come_it_is_removed_and_that_is_told() {
    let env = ready_one();
    let change = mind(env.expires_at, &env).unwrap();
    assert_eq!(
        (change.next.state, change.next.ending),
        (State::Destroying, Some(Ending::Expired))
    );
    let gone = destroyed(env.expires_at, &change.next).unwrap();
    assert_eq!(gone.facts[0].kind, fact::Kind::EnvironmentExpired);
    assert!(
        gone.effects
            .iter()
            .any(|planned| planned.effect.key() == "post:result:e1")
    );
}

#[test]
fn a_build_in_the_middle_can_be_destroyed_and_its_late_success_changes_nothing() {
    let building = started(NOON, &requested(), "r").unwrap().next;
    let going = destroy(NOON, &building).unwrap().next;
    assert!(ready(NOON, &going, None).is_none());
    assert!(failed(NOON, &going, Cause::engine("x")).is_none());
    assert!(matches!(
        destroy(NOON, &going),
        Err(Refusal::WrongState { .. })
    ));
}

#[test]
fn what_could_not_be_removed_can_be_tried_again() {
    let going = destroy(NOON, &ready_one()).unwrap().next;
    let stuck = destroy_failed(NOON, &going, Cause::engine("the engine hangs"))
        .unwrap()
        .next;
    assert!(stuck.state.is_alive());
    let again = destroy(NOON, &stuck).unwrap().next;
    assert_eq!(
        destroyed(NOON, &again).unwrap().next.state,
        State::Destroyed
    );
}

mod life;

#[derive(Clone, Debug)]
enum Happens {
    Started,
    Ready,
    Failed,
    Extend(i64),
    Destroy,
    Destroyed,
    DestroyFailed,
    Sleep,
    Slept,
    Wake,
    Woken,
    RestFailed,
    Lost,
    Pin,
    Unpin,
    Hours(u8),
}

fn happens() -> impl Strategy<Value = Happens> {
    prop_oneof![
        Just(Happens::Started),
        Just(Happens::Ready),
        Just(Happens::Failed),
        (-2_i64..80).prop_map(Happens::Extend),
        Just(Happens::Destroy),
        Just(Happens::Destroyed),
        Just(Happens::DestroyFailed),
        Just(Happens::Sleep),
        Just(Happens::Slept),
        Just(Happens::Wake),
        Just(Happens::Woken),
        Just(Happens::RestFailed),
        Just(Happens::Lost),
        Just(Happens::Pin),
        Just(Happens::Unpin),
        (1_u8..20).prop_map(Happens::Hours),
    ]
}

proptest! {
    #[test]
    fn whatever_happens_the_life_is_bounded_and_gone_means_gone(story in prop::collection::vec(happens(), 0..60)) {
        let mut now = NOON;
        let mut env = requested();
        for event in story {
            let was = env.state;
            let change = match event {
                Happens::Started => started(now, &env, "r"),
                Happens::Ready => ready(now, &env, None),
                Happens::Failed => failed(now, &env, Cause::engine("x")),
                Happens::Extend(by) => extend(now, &env, by).ok(),
                Happens::Destroy => destroy(now, &env).ok(),
                Happens::Destroyed => destroyed(now, &env),
                Happens::DestroyFailed => destroy_failed(now, &env, Cause::engine("x")),
                Happens::Sleep => sleep(now, &env, RestCause::Asked).ok(),
                Happens::Slept => slept(now, &env),
                Happens::Wake => wake(now, &env).ok(),
                Happens::Woken => woken(now, &env, None),
                Happens::RestFailed => rest_failed(now, &env, Cause::engine("x")),
                Happens::Lost => lost(now, &env),
                Happens::Pin => pin(now, &env, UserId(1), now.plus(hours(48))).ok(),
                Happens::Unpin => unpin(now, &env).ok(),
                Happens::Hours(n) => {
                    now = now.plus(hours(u64::from(n)));
                    mind(now, &env)
                }
            };
            if let Some(change) = change {
                prop_assert_ne!(was, State::Destroyed, "nothing leaves the end");
                env = change.next;
            }
            prop_assert!(env.expires_at <= now.plus(hours(72)));
            prop_assert!(env.extensions <= 3);
            // Nothing that may still act is left without somebody who looks at it again.
            if now >= env.expires_at && env.pin.is_none() {
                prop_assert!(mind(now, &env).is_none_or(|change| change.next.state == State::Destroying));
            }
            // Whoever is pinned has somebody who is asked.
            if let Some(pin) = env.pin {
                prop_assert!(env.state.has_an_end());
                let looks = mind(now, &env).expect("it lives");
                let minds = looks.effects.iter().any(|planned| planned.effect.key() == "mind-environment:e1" && planned.due_at > now);
                prop_assert!(minds || now < pin.until);
            }
            // No sleep is counted twice, and none by halves.
            prop_assert!(env.rest.asleep_at.is_none() || env.state == State::Sleeping);
        }
    }
}
