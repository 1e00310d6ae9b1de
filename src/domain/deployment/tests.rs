//! What is true of deployments, in tables and sentences.

use super::super::access::{Granted, Group, Right, demand};
use super::super::chat::{Language, Person, RoleId};
use super::super::platform::Reference;
use super::*;

const NOON: Timestamp = Timestamp(1_790_000_000_000);

fn service() -> Service {
    let deploy = || Deploy {
        provider: "exec".into(),
        definition: "{}".into(),
        seconds_max: 60,
    };
    Service {
        id: "player".into(),
        team: "player".into(),
        revisions: vec![],
        compare_url: None,
        stages: [
            ("staging".to_owned(), deploy()),
            ("production".to_owned(), deploy()),
        ]
        .into(),
        mandated: false,
    }
}

fn stage(approvals: u8) -> Stage {
    Stage {
        id: if approvals == 0 {
            "staging"
        } else {
            "production"
        }
        .into(),
        aliases: vec![],
        approvals,
        deployers: None,
        approvers: vec!["lead".into()],
        production: approvals > 0,
        rollback_reason: false,
    }
}

fn ask<'a>(n: u32, service: &'a Service, stage: &'a Stage, revision: &'a str) -> Ask<'a> {
    Ask {
        id: DeploymentId(format!("d{n}")),
        op_key: format!("op{n}"),
        service,
        stage,
        revision,
        parameters: BTreeMap::new(),
        reason: Reason::Planned,
        why: None,
        requester: UserId(1),
        requester_name: "Mina",
        channel: ChannelId(9),
    }
}

fn proof() -> Granted {
    let role = RoleId(5);
    let group = Group {
        name: "lead".into(),
        roles: vec![Reference::Id(role)],
        rights: [Right::DeploymentApprove].into(),
    };
    let person = Person {
        id: UserId(2),
        name: "Ada".into(),
        roles: vec![role],
        language: Language::English,
    };
    demand(&[group], &person, Right::DeploymentApprove, None).unwrap()
}

fn done(n: u32, revision: &str, state: State) -> Deployment {
    let (service, stage) = (service(), stage(0));
    let mut done = request(
        NOON,
        &Standing::default(),
        ask(n, &service, &stage, revision),
    )
    .unwrap()
    .next;
    done.state = state;
    done
}

fn past(rows: &[(u32, &str, State)]) -> Standing {
    Standing {
        active: None,
        past: rows
            .iter()
            .map(|(n, revision, state)| done(*n, revision, *state))
            .collect(),
    }
}

#[test]
fn without_approval_it_starts_and_with_approval_it_waits() {
    let service = service();
    let free = stage(0);
    let change = request(
        NOON,
        &Standing::default(),
        ask(1, &service, &free, "v1.1.0"),
    )
    .unwrap();
    assert_eq!(change.next.state, State::Starting);
    assert!(
        change
            .effects
            .iter()
            .any(|planned| planned.effect.key() == "run:d1")
    );
    let asked = stage(1);
    let change = request(
        NOON,
        &Standing::default(),
        ask(1, &service, &asked, "v1.1.0"),
    )
    .unwrap();
    assert_eq!(change.next.state, State::AwaitingApproval);
    assert!(
        !change
            .effects
            .iter()
            .any(|planned| planned.effect.key() == "run:d1")
    );
}

#[test]
fn an_approval_comes_from_another_person_for_exactly_this_and_once() {
    let (service, stage) = (service(), stage(1));
    let waiting = request(
        NOON,
        &Standing::default(),
        ask(1, &service, &stage, "v1.1.0"),
    )
    .unwrap()
    .next;
    let print = waiting.fingerprint();
    let nothing = Standing::default();
    let by = |who, print: &str| approve(NOON, &waiting, &nothing, UserId(who), print, &proof());
    assert_eq!(by(1, &print).unwrap_err(), Refusal::ApproverSelf);
    assert_eq!(by(2, "000000").unwrap_err(), Refusal::ApprovalVoid);
    let approved = by(2, &print).unwrap().next;
    assert_eq!(approved.state, State::Starting);
    let twice = approve(NOON, &approved, &nothing, UserId(3), &print, &proof());
    assert_eq!(
        twice.unwrap_err(),
        Refusal::WrongState {
            state: State::Starting
        }
    );
}

#[test]
fn the_fingerprint_covers_everything_that_is_brought() {
    let one = done(1, "v1.1.0", State::AwaitingApproval);
    let mut other = one.clone();
    assert_eq!(one.fingerprint(), other.fingerprint());
    other.parameters.insert("size".into(), "large".into());
    assert_ne!(one.fingerprint(), other.fingerprint());
    let moved = Deployment {
        revision: "v1.1.1".into(),
        ..one.clone()
    };
    assert_ne!(one.fingerprint(), moved.fingerprint());
    let redefined = Deployment {
        definition: "{\"up\":[]}".into(),
        ..one.clone()
    };
    assert_ne!(one.fingerprint(), redefined.fingerprint());
}

#[test]
fn an_approval_that_nobody_could_give_is_refused_at_once() {
    let service = service();
    let stage = Stage {
        approvers: vec![],
        ..stage(1)
    };
    let answer = request(
        NOON,
        &Standing::default(),
        ask(1, &service, &stage, "v1.1.0"),
    );
    assert_eq!(
        answer.unwrap_err(),
        Refusal::ApproverNobody {
            stage: "production".into()
        }
    );
}

#[test]
fn an_approval_waits_a_day() {
    let (service, stage) = (service(), stage(1));
    let waiting = request(
        NOON,
        &Standing::default(),
        ask(1, &service, &stage, "v1.1.0"),
    )
    .unwrap()
    .next;
    assert!(mind(NOON.plus(super::super::time::hours(23)), &waiting).is_none());
    let late = mind(NOON.plus(super::super::time::hours(24)), &waiting)
        .unwrap()
        .next;
    assert_eq!(late.state, State::Expired);
}

#[test]
fn one_place_holds_one_active_deployment() {
    let (service, stage) = (service(), stage(0));
    let active = Standing {
        active: Some(done(1, "v1.0.0", State::Running)),
        past: vec![],
    };
    assert!(matches!(
        request(NOON, &active, ask(2, &service, &stage, "v1.1.0")),
        Err(Refusal::Active { .. })
    ));
    assert!(matches!(
        roll_back(NOON, &active, None, ask(2, &service, &stage, "")),
        Err(Refusal::Active { .. })
    ));
}

#[test]
fn a_rollback_goes_to_the_newest_success_other_than_the_one_last_tried() {
    use State::{Failed, RolledBack, Succeeded};
    let none: &[(u32, &str, State)] = &[];
    for (rows, goal) in [
        (none, None),
        (&[(1, "v1.0.0", Succeeded)], None),
        (
            &[(2, "v1.1.0", Succeeded), (1, "v1.0.0", Succeeded)],
            Some("v1.0.0"),
        ),
        (
            &[
                (3, "v1.3.0", Failed),
                (2, "v1.1.0", Succeeded),
                (1, "v1.0.0", Succeeded),
            ],
            Some("v1.1.0"),
        ),
        // A failed one is never a target, nor one that was undone.
        (
            &[
                (3, "v1.1.0", Succeeded),
                (2, "v1.2.0", RolledBack),
                (1, "v1.0.0", Succeeded),
            ],
            Some("v1.0.0"),
        ),
        (&[(2, "v1.1.0", Succeeded), (1, "v1.0.0", Failed)], None),
        // The same revision again is no way back.
        (
            &[
                (3, "v1.1.0", Succeeded),
                (2, "v1.1.0", Succeeded),
                (1, "v1.0.0", Succeeded),
            ],
            Some("v1.0.0"),
        ),
    ] {
        let standing = past(rows);
        assert_eq!(
            rollback_target(&standing, None).map(|past| past.revision.as_str()),
            goal,
            "{rows:?}"
        );
    }
}

#[test]
fn a_chosen_rollback_target_must_have_run_here() {
    use State::{Failed, RolledBack, Succeeded};
    let standing = past(&[
        (3, "v1.2.0", Succeeded),
        (2, "v1.1.0", RolledBack),
        (1, "v1.0.0", Failed),
    ]);
    assert!(rollback_target(&standing, Some("v1.1.0")).is_some());
    assert!(rollback_target(&standing, Some("v1.0.0")).is_none());
    assert!(rollback_target(&standing, Some("v9")).is_none());
}

#[test]
fn a_rollback_pins_revision_and_parameters_and_needs_no_approval() {
    let (service, production) = (service(), stage(1));
    let mut standing = past(&[
        (2, "v1.1.0", State::Succeeded),
        (1, "v1.0.0", State::Succeeded),
    ]);
    standing.past[1]
        .parameters
        .insert("size".into(), "large".into());
    let change = roll_back(NOON, &standing, None, ask(3, &service, &production, "")).unwrap();
    assert_eq!(change.next.revision, "v1.0.0");
    assert_eq!(change.next.parameters["size"], "large");
    assert_eq!(change.next.reason, Reason::Rollback);
    assert_eq!(change.next.undoes, Some(DeploymentId("d2".into())));
    assert_eq!(change.next.state, State::Starting);
}

#[test]
fn a_rollback_says_why_only_where_that_is_wanted() {
    let service = service();
    let strict = Stage {
        rollback_reason: true,
        ..stage(0)
    };
    let standing = past(&[
        (2, "v1.1.0", State::Succeeded),
        (1, "v1.0.0", State::Succeeded),
    ]);
    let silent = roll_back(NOON, &standing, None, ask(3, &service, &strict, ""));
    assert_eq!(
        silent.unwrap_err(),
        Refusal::RollbackReason {
            stage: "staging".into()
        }
    );
    let spoken = Ask {
        why: Some("it stutters".into()),
        ..ask(3, &service, &strict, "")
    };
    assert!(roll_back(NOON, &standing, None, spoken).is_ok());
}

#[test]
fn late_news_of_an_ended_deployment_changes_nothing() {
    for state in [
        State::Succeeded,
        State::Failed,
        State::Rejected,
        State::Expired,
        State::RolledBack,
    ] {
        let ended = done(1, "v1.1.0", state);
        assert!(started(NOON, &ended, "r").is_none());
        assert!(succeeded(NOON, &ended, None).is_none());
        assert!(failed(NOON, &ended, Cause::engine("x")).is_none());
    }
}
