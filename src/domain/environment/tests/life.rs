//! What is true of pins, sleep, places, approvals, owners and costs.

use super::super::super::hours::WeeklyHours;
use super::super::super::time::minutes;
use super::*;

/// Nobody gets a place at once.
const FULL: Capacity = Capacity {
    building: 8,
    building_max: 8,
    queued: 0,
};

fn with(change: impl FnOnce(&mut Template)) -> Environment {
    let mut template = template();
    change(&mut template);
    request(NOON, FREE, ask(&template, "demo")).unwrap().next
}

fn keys(change: &Change<Environment>) -> Vec<String> {
    change
        .effects
        .iter()
        .map(|planned| planned.effect.key())
        .collect()
}

fn pinned() -> Environment {
    let until = review_at(NOON, chrono_tz::UTC, None).unwrap();
    pin(NOON, &ready_one(), UserId(8), until).unwrap().next
}

#[test]
fn a_review_date_is_a_date_or_a_time_and_not_too_far() {
    let berlin = chrono_tz::Europe::Berlin;
    let day = |n: u64| NOON.plus(hours(24 * n));
    for (text, expected) in [
        (None, Some(day(14))),
        (Some(" "), Some(day(14))),
        (Some("3d"), Some(day(3))),
        (Some("2w"), Some(day(14))),
        (Some("90d"), Some(day(90))),
        // Nine in the morning in Berlin.
        (Some("2026-09-24"), Some(Timestamp(1_790_233_200_000))),
        (Some("91d"), None),
        (Some("0d"), None),
        (Some("-3d"), None),
        (Some("2026-09-20"), None),
        (Some("2027-09-24"), None),
        (Some("99999999999999999999d"), None),
        (Some("soon"), None),
    ] {
        assert_eq!(review_at(NOON, berlin, text).ok(), expected, "{text:?}");
    }
}

#[test]
fn a_pinned_one_does_not_end_and_its_owner_is_asked_once_a_week_at_most() {
    let env = pinned();
    let review = env.pin.unwrap().until;
    assert!(review > env.expires_at);
    let late = mind(env.expires_at, &env).unwrap();
    assert_eq!(late.next.state, State::Ready);
    assert_eq!(keys(&late), ["mind-environment:e1"]);
    assert_eq!(late.effects[0].due_at, review);
    let asked = mind(review, &env).unwrap();
    assert_eq!(keys(&asked), ["post:review:e1", "mind-environment:e1"]);
    let week_later = review.plus(hours(7 * 24));
    assert_eq!(asked.effects[1].due_at, week_later);
    let early = mind(week_later.minus(hours(1)), &asked.next).unwrap();
    assert_eq!(keys(&early), ["mind-environment:e1"]);
    let again = mind(week_later, &asked.next).unwrap();
    assert_eq!(keys(&again)[0], "post:review:e1");
}

#[test]
fn a_pinned_one_cannot_be_extended_and_can_be_kept_or_let_go() {
    let env = pinned();
    assert_eq!(
        extend(NOON, &env, 1).unwrap_err(),
        Refusal::Pinned {
            name: "demo".into()
        }
    );
    let review = env.pin.unwrap().until;
    let kept = keep(review, &env, UserId(7)).unwrap().next;
    assert_eq!(kept.pin.unwrap().until, review.plus(hours(14 * 24)));
    let free = unpin(review, &env).unwrap().next;
    assert_eq!((free.pin, free.expires_at), (None, review.plus(hours(24))));
    assert_eq!(free.warn_at(), review.plus(hours(23)));
    assert!(matches!(
        unpin(review, &free),
        Err(Refusal::NotPinned { .. })
    ));
    // One that would have lived longer anyway keeps its end.
    let early = unpin(NOON, &extend(NOON, &ready_one(), 60).unwrap().next);
    assert!(early.is_err());
}

#[test]
fn sleep_is_counted_and_the_time_to_live_goes_on() {
    let env = ready_one();
    let falling = sleep(NOON, &env, RestCause::Asked).unwrap();
    assert_eq!(
        keys(&falling),
        ["post:live:e1", "mind-environment:e1", "rest:e1"]
    );
    assert_eq!(falling.next.expires_at, env.expires_at);
    let asleep = slept(NOON.plus(minutes(1)), &falling.next).unwrap().next;
    assert!(slept(NOON, &asleep).is_none());
    assert!(sleep(NOON, &asleep, RestCause::Asked).is_err());
    let woke_at = NOON.plus(minutes(61));
    let waking = wake(woke_at, &asleep).unwrap();
    let fact = &waking.facts[0];
    assert_eq!(
        (fact.kind, fact.subject.as_str(), fact.started_at),
        (
            fact::Kind::EnvironmentSlept,
            "e1#1",
            Some(NOON.plus(minutes(1)))
        )
    );
    assert_eq!(waking.next.slept_so_far(woke_at), hours(1));
    let awake = woken(woke_at, &waking.next, None).unwrap().next;
    assert_eq!((awake.state, awake.url), (State::Ready, env.url));
    let gone = mind(env.expires_at, &asleep).unwrap();
    assert_eq!(gone.next.state, State::Destroying);
    assert_eq!(gone.facts.len(), 1, "the sleep that death ends counts too");
}

#[test]
fn what_cannot_sleep_is_ready_and_what_cannot_wake_has_failed() {
    let falling = sleep(NOON, &ready_one(), RestCause::Asked).unwrap().next;
    let no = || Cause::engine("no");
    let back = rest_failed(NOON, &falling, no()).unwrap();
    assert_eq!(back.next.state, State::Ready);
    assert!(keys(&back).contains(&"post:result:e1".to_owned()));
    let asleep = slept(NOON, &falling).unwrap().next;
    assert!(rest_failed(NOON, &asleep, no()).is_none());
    let waking = wake(NOON, &asleep).unwrap().next;
    assert_eq!(
        rest_failed(NOON, &waking, no()).unwrap().next.state,
        State::Failed
    );
}

#[test]
fn sleep_hours_put_to_sleep_and_wake_only_what_was_there_before_them() {
    // The hours begin at 19:00 and end at 21:00; noon here is 14:13.
    let hours_of_sleep = WeeklyHours::parse("Mon-Sun 19:00-21:00", chrono_tz::UTC).unwrap();
    let at =
        |hour: u64, minute: u64| Timestamp(1_789_948_800_000).plus(minutes(hour * 60 + minute));
    let mut env = with(|template| template.terms.sleep = Some(hours_of_sleep));
    env = ready(NOON, &env, None).unwrap().next;
    let before = mind(at(18, 59), &env).unwrap();
    assert_eq!(before.effects.last().unwrap().due_at, at(19, 0));
    let falling = mind(at(19, 0), &env).unwrap().next;
    assert_eq!(
        (falling.state, falling.rest.cause),
        (State::Sleeping, Some(RestCause::Hours))
    );
    let asleep = slept(at(19, 1), &falling).unwrap().next;
    assert_eq!(
        mind(at(20, 0), &asleep).unwrap().next.state,
        State::Sleeping
    );
    assert_eq!(mind(at(21, 0), &asleep).unwrap().next.state, State::Waking);
    // Whoever wakes it in the middle keeps it awake.
    let night_owl = wake(at(19, 30), &asleep).unwrap().next;
    let night_owl = woken(at(19, 31), &night_owl, None).unwrap().next;
    assert_eq!(
        mind(at(20, 0), &night_owl).unwrap().next.state,
        State::Ready
    );
    // Whoever put it to sleep by hand finds it asleep in the morning.
    let by_hand = sleep(at(15, 0), &env, RestCause::Asked).unwrap().next;
    let by_hand = slept(at(15, 1), &by_hand).unwrap().next;
    assert_eq!(
        mind(at(21, 0), &by_hand).unwrap().next.state,
        State::Sleeping
    );
}

#[test]
fn without_a_place_it_waits_and_nobody_overtakes() {
    for (building, queued, state) in [
        (0, 0, State::Requested),
        (7, 0, State::Requested),
        (8, 0, State::Queued),
        (9, 0, State::Queued),
        (0, 1, State::Queued),
    ] {
        let template = template();
        let in_use = InUse {
            capacity: Capacity {
                building,
                building_max: 8,
                queued,
            },
            ..FREE
        };
        let env = request(NOON, in_use, ask(&template, "demo")).unwrap().next;
        assert_eq!(env.state, state, "{building} are built, {queued} wait");
    }
}

#[test]
fn waiting_is_not_living() {
    let template = template();
    let in_use = InUse {
        capacity: FULL,
        ..FREE
    };
    let waiting = request(NOON, in_use, ask(&template, "demo")).unwrap();
    assert_eq!(keys(&waiting), ["post:live:e1"]);
    let much_later = NOON.plus(hours(100));
    assert_eq!(mind(much_later, &waiting.next), None);
    let change = admitted(much_later, &waiting.next).unwrap();
    assert_eq!(
        keys(&change),
        ["post:live:e1", "build:e1", "mind-environment:e1"]
    );
    assert_eq!(change.next.expires_at, much_later.plus(hours(8)));
    assert_eq!(change.facts[0].started_at, Some(NOON));
    assert!(admitted(much_later, &change.next).is_none());
    let cancelled = destroy(NOON, &waiting.next).unwrap();
    assert_eq!(
        (cancelled.next.state, keys(&cancelled)),
        (State::Cancelled, vec!["post:live:e1".to_owned()])
    );
}

#[test]
fn an_approval_is_somebody_elses_and_does_not_wait_for_ever() {
    let waiting = with(|template| template.approval = true);
    assert_eq!(waiting.state, State::AwaitingApproval);
    let own = approve(NOON, &waiting, waiting.owner, EMPTY).unwrap_err();
    assert!(matches!(own, Refusal::OwnApproval { .. }));
    let later = NOON.plus(hours(2));
    let approved = approve(later, &waiting, UserId(8), EMPTY).unwrap().next;
    assert_eq!(
        (approved.state, approved.approved_by),
        (State::Requested, Some(UserId(8)))
    );
    assert_eq!(approved.expires_at, later.plus(hours(8)));
    let queued = approve(later, &waiting, UserId(8), FULL).unwrap().next;
    assert_eq!(queued.state, State::Queued);
    let rejected = reject(later, &waiting, UserId(8)).unwrap().next;
    assert_eq!(
        (rejected.state, rejected.ending),
        (State::Cancelled, Some(Ending::Rejected))
    );
    assert_eq!(mind(later, &waiting).unwrap().next.state, waiting.state);
    let day = mind(NOON.plus(hours(23)), &waiting).unwrap();
    assert_eq!(day.next.state, waiting.state, "waiting is not living");
    let over = mind(NOON.plus(hours(24)), &waiting).unwrap();
    assert_eq!(
        (over.next.state, over.next.ending),
        (State::Cancelled, Some(Ending::Unapproved))
    );
    assert!(keys(&over).contains(&"post:result:e1".to_owned()));
}

#[test]
fn what_the_engine_lost_is_cleared_away_and_told_in_the_end() {
    let env = lost(NOON, &ready_one()).unwrap();
    assert_eq!(keys(&env), ["post:live:e1", "destroy:e1"]);
    let gone = destroyed(NOON, &env.next).unwrap();
    assert_eq!(gone.facts[0].kind, fact::Kind::EnvironmentReclaimed);
    assert!(keys(&gone).contains(&"post:result:e1".to_owned()));
    assert!(
        lost(NOON, &requested()).is_none(),
        "it may not be there yet"
    );
}

#[test]
fn what_does_not_move_is_told_once() {
    let env = requested();
    let bound = NOON.plus(limits::STUCK_AFTER).plus(minutes(5));
    assert!(stuck(bound.minus(minutes(1)), &env).is_none());
    let told = stuck(bound, &env).unwrap();
    assert_eq!(keys(&told), ["post:stuck:e1"]);
    assert!(stuck(bound.plus(hours(9)), &told.next).is_none());
    let moved = started(bound, &told.next, "r").unwrap().next;
    assert_eq!(moved.stuck_at, None, "another state may be stuck anew");
    assert!(stuck(NOON.plus(hours(99)), &ready_one()).is_none());
}

#[test]
fn it_is_given_to_somebody_else_and_not_to_oneself() {
    let env = ready_one();
    let given = give(NOON, &env, UserId(8), "Ben").unwrap().next;
    assert_eq!((given.owner, given.owner_name.as_str()), (UserId(8), "Ben"));
    assert!(matches!(
        give(NOON, &env, env.owner, "Mina"),
        Err(Refusal::OwnAlready { .. })
    ));
    // Or whoever asked could approve it, as soon as it is somebody else's.
    let waiting = with(|template| template.approval = true);
    assert!(give(NOON, &waiting, UserId(8), "Ben").is_err());
}

#[test]
fn a_removal_that_comes_late_is_counted() {
    let env = ready_one();
    for (late, facts) in [(minutes(1), 1), (hours(2), 2)] {
        let now = env.expires_at.plus(late);
        let going = mind(now, &env).unwrap().next;
        assert_eq!(destroyed(now, &going).unwrap().facts.len(), facts);
    }
}

#[test]
fn hours_that_are_worked_are_the_only_ones_that_count() {
    // A Monday; worked until 17:00, and noon here is 14:13.
    let worked = WeeklyHours::parse("Mon-Fri 09:00-17:00", chrono_tz::UTC).unwrap();
    let env = with(|template| template.terms.count = Count::Worked(worked));
    let next_day_at = |hour: u64, minute: u64| {
        Timestamp(1_789_948_800_000).plus(minutes((24 + hour) * 60 + minute))
    };
    assert_eq!(
        env.expires_at,
        next_day_at(14, 13).plus(Duration::from_secs(20))
    );
    assert_eq!(env.hours_to_extend(), 64);
    let longer = extend(NOON, &env, 8).unwrap().next;
    assert_eq!(longer.expires_at, env.expires_at.plus(hours(24)));
}

#[test]
fn waiting_leaves_as_many_worked_hours_as_there_were() {
    let worked = WeeklyHours::parse("Mon-Fri 09:00-17:00", chrono_tz::UTC).unwrap();
    let waiting = with(|template| {
        template.approval = true;
        template.terms.count = Count::Worked(worked);
    });
    // A night and a day later at the same time: the eight hours are worked from then on.
    let later = NOON.plus(hours(24));
    let approved = approve(later, &waiting, UserId(8), EMPTY).unwrap().next;
    assert_eq!(approved.expires_at, later.plus(hours(24)));
}

#[test]
fn sleep_costs_less_and_a_month_is_what_it_is_now() {
    let price = Price {
        awake: 400_000,
        asleep: 10_000,
    };
    let env = ready_one();
    assert_eq!(
        env.cost_so_far(NOON),
        None,
        "without a price nothing is said"
    );
    let env = Environment {
        terms: Terms {
            price: Some(price),
            ..Terms::default()
        },
        ..env
    };
    assert_eq!(env.cost_so_far(NOON.plus(hours(3))), Some(Money(1_200_000)));
    assert_eq!(env.cost_per_month(), Some(Money(292_000_000)));
    let asleep = sleep(NOON.plus(hours(3)), &env, RestCause::Asked).unwrap();
    let asleep = slept(NOON.plus(hours(3)), &asleep.next).unwrap().next;
    assert_eq!(
        asleep.cost_so_far(NOON.plus(hours(13))),
        Some(Money(1_300_000))
    );
    assert_eq!(asleep.cost_per_month(), Some(Money(7_300_000)));
    let nights = WeeklyHours::parse("Mon-Sun 00:00-12:00", chrono_tz::UTC).unwrap();
    let mut half = env;
    half.terms.sleep = Some(nights);
    assert_eq!(half.cost_per_month(), Some(Money(149_650_000)));
}
