//! The pace against a clock that the test holds.

use super::*;

const POST: Lane = Lane {
    route: "post",
    major: 1,
    free: false,
};
const ELSEWHERE: Lane = Lane {
    route: "post",
    major: 2,
    free: false,
};
const CALLBACK: Lane = Lane {
    route: "answer",
    major: 0,
    free: true,
};

fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

fn said(limit: u32, remaining: u32, reset_after_ms: u64) -> Said {
    Said {
        status: 200,
        bucket: Some("b".to_owned()),
        limit: Some(limit),
        remaining: Some(remaining),
        reset_after: Some(ms(reset_after_ms)),
        ..Said::default()
    }
}

fn go(state: &mut State, now: Instant, lane: Lane) -> Key {
    match state.turn(now, lane) {
        Turn::Go(key) => key,
        other => panic!("may not go: {other:?}"),
    }
}

#[test]
fn the_first_call_of_a_route_goes_alone_and_learns_the_bucket() {
    let (mut state, t) = (State::default(), Instant::now());
    let key = go(&mut state, t, POST);
    assert_eq!(state.turn(t, POST), Turn::AfterAnswer);
    go(&mut state, t, ELSEWHERE);
    state.answered(t, POST, key, &said(5, 4, 1_000));
    for _ in 0..4 {
        go(&mut state, t, POST);
    }
    assert_eq!(state.turn(t, POST), Turn::Wait(ms(1_000)));
    go(&mut state, t + ms(1_000), POST);
}

#[test]
fn an_overtaken_answer_does_not_raise_what_is_left() {
    let (mut state, t) = (State::default(), Instant::now());
    let first = go(&mut state, t, POST);
    state.answered(t, POST, first, &said(3, 2, 1_000));
    let second = go(&mut state, t, POST);
    let third = go(&mut state, t, POST);
    state.answered(t + ms(10), POST, third, &said(3, 0, 990));
    state.answered(t + ms(20), POST, second, &said(3, 1, 980));
    assert_eq!(state.turn(t + ms(20), POST), Turn::Wait(ms(980)));
}

#[test]
fn a_route_without_a_limit_is_not_slowed() {
    let (mut state, t) = (State::default(), Instant::now());
    let key = go(&mut state, t, POST);
    state.answered(
        t,
        POST,
        key,
        &Said {
            status: 200,
            ..Said::default()
        },
    );
    go(&mut state, t, POST);
    go(&mut state, t, POST);
}

#[test]
fn all_routes_together_stay_below_the_global_limit_and_answers_to_people_do_not_wait() {
    let (mut state, t) = (State::default(), Instant::now());
    for major in 0..50 {
        go(&mut state, t, Lane { major, ..POST });
    }
    assert_eq!(
        state.turn(t, Lane { major: 99, ..POST }),
        Turn::Wait(GLOBAL_WINDOW)
    );
    go(&mut state, t, CALLBACK);
    go(&mut state, t + GLOBAL_WINDOW, Lane { major: 99, ..POST });
}

#[test]
fn a_429_stops_its_own_bucket_and_a_global_one_stops_all() {
    let (mut state, t) = (State::default(), Instant::now());
    let key = go(&mut state, t, POST);
    let refused = Said {
        status: 429,
        retry_after: Some(ms(700)),
        ..Said::default()
    };
    state.answered(t, POST, key, &refused);
    assert_eq!(state.turn(t, POST), Turn::Wait(ms(700)));
    let key = go(&mut state, t, ELSEWHERE);
    state.answered(
        t,
        ELSEWHERE,
        key,
        &Said {
            global: true,
            ..refused
        },
    );
    assert_eq!(
        state.turn(
            t,
            Lane {
                route: "edit",
                ..POST
            }
        ),
        Turn::Wait(ms(700))
    );
    go(&mut state, t, CALLBACK);
}

#[test]
fn a_call_that_is_given_up_does_not_block_the_next() {
    let (mut state, t) = (State::default(), Instant::now());
    let key = go(&mut state, t, POST);
    state.abandoned(key);
    go(&mut state, t, POST);
}

#[test]
fn invalid_requests_slow_everything_down_long_before_the_ban() {
    let (mut state, t) = (State::default(), Instant::now());
    let refused = Said {
        status: 403,
        ..Said::default()
    };
    for _ in 0..INVALID_SLOW {
        state.answered(t, CALLBACK, (0, 0), &refused);
    }
    go(&mut state, t, POST);
    assert_eq!(state.turn(t, ELSEWHERE), Turn::Wait(SLOW_DISTANCE));
    go(&mut state, t, CALLBACK);
    for _ in INVALID_SLOW..INVALID_STOP {
        state.answered(t, CALLBACK, (0, 0), &refused);
    }
    assert_eq!(state.turn(t, CALLBACK), Turn::Wait(INVALID_SLOT));
    go(&mut state, t + INVALID_WINDOW + ms(1), ELSEWHERE);
}

#[test]
fn a_shared_429_is_not_counted_as_invalid() {
    let (mut state, t) = (State::default(), Instant::now());
    for _ in 0..INVALID_SLOW {
        state.answered(
            t,
            CALLBACK,
            (0, 0),
            &Said {
                status: 429,
                shared: true,
                ..Said::default()
            },
        );
    }
    assert_eq!(state.n_invalid(t), 0);
}

#[test]
fn the_memory_of_buckets_is_bounded() {
    let (mut state, t) = (State::default(), Instant::now());
    for major in 0..5_000 {
        let t = t + ms(major * 30);
        let lane = Lane { major, ..POST };
        let key = go(&mut state, t, lane);
        state.answered(t, lane, key, &said(5, 4, 10));
    }
    assert!(state.lanes.len() <= LANES_MAX);
}
