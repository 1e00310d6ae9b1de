//! What is true of survey rounds, and what they never give away.

use proptest::prelude::*;

use super::*;

const NOON: Timestamp = Timestamp(1_790_000_000_000);

fn ask() -> Ask<'static> {
    Ask {
        id: RoundId("r1".into()),
        survey: "pulse",
        audience: RoleId(5),
        channel: ChannelId(9),
        k: 5,
        comment: true,
        window: super::super::time::hours(168),
    }
}

fn open_one() -> Round {
    opened(NOON, &open(NOON, None, &ask()).unwrap().next, 12)
        .unwrap()
        .next
}

fn given(points: &[u8]) -> Vec<Given> {
    points
        .iter()
        .map(|point| Given {
            satisfaction: *point,
            comment: Some(format!("c{point}")),
        })
        .collect()
}

#[test]
fn a_round_is_counted_first_then_open_reminded_once_and_closed() {
    let round = open_one();
    assert!(matches!(
        open(NOON, Some(&round), &ask()),
        Err(Refusal::RoundOpen { .. })
    ));
    let reminded = mind(NOON.plus(limits::REMIND_AFTER), &round).unwrap();
    assert!(
        reminded
            .effects
            .iter()
            .any(|planned| planned.effect.key() == "post:reminder:r1")
    );
    let again = mind(NOON.plus(limits::REMIND_AFTER), &reminded.next).unwrap();
    assert!(
        !again
            .effects
            .iter()
            .any(|planned| planned.effect.key() == "post:reminder:r1")
    );
    let closing = mind(round.closes_at, &reminded.next).unwrap().next;
    assert_eq!(closing.state, State::Closing);
    assert!(mind(round.closes_at, &closing).is_none());
    let closed = closed(NOON, &closing, release(5, given(&[7; 6]))).unwrap();
    assert_eq!(closed.next.state, State::Closed);
}

#[test]
fn k_is_never_below_five() {
    let change = open(NOON, None, &Ask { k: 1, ..ask() }).unwrap();
    assert_eq!(change.next.k, 5);
}

#[test]
fn only_the_audience_answers_and_only_while_it_is_open() {
    let round = open_one();
    assert!(may_answer(&round, &[RoleId(5)]).is_ok());
    assert!(matches!(
        may_answer(&round, &[RoleId(6)]),
        Err(Refusal::NotAudience { .. })
    ));
    let closing = close(NOON, &round).unwrap().next;
    assert!(matches!(
        may_answer(&closing, &[RoleId(5)]),
        Err(Refusal::RoundClosed)
    ));
}

#[test]
fn below_k_only_the_count_is_released() {
    let released = release(5, given(&[7, 6, 2, 1]));
    assert_eq!(
        released,
        Released {
            n: 4,
            top2: None,
            unanimous: false,
            distribution: None,
            comments: vec![]
        }
    );
}

#[test]
fn a_unanimous_round_is_only_a_bound() {
    let released = release(5, given(&[7; 12]));
    assert!(released.unanimous);
    assert_eq!(released.distribution, None);
}

#[test]
fn all_but_one_are_told_as_all_are() {
    let all = [7, 7, 7, 7, 7, 7, 7, 7, 7, 7];
    for (with, one) in [(7, 1), (1, 7)] {
        for n in 5..=10 {
            let mut points: Vec<u8> = all[..n].iter().map(|_| with).collect();
            let whole = release(5, given(&points));
            points[0] = one;
            let nearly = release(5, given(&points));
            assert!(whole.unanimous && nearly.unanimous);
            assert_eq!((whole.distribution, nearly.distribution), (None, None));
        }
    }
    assert!(!release(5, given(&[7, 7, 7, 1, 1])).unanimous);
    assert_eq!(
        [5, 6, 9, 10, 11, 400].map(agreed_percent),
        [80, 83, 88, 90, 90, 90]
    );
}

#[test]
fn distribution_and_comments_need_ten_answers() {
    let nine = release(5, given(&[7, 6, 5, 4, 3, 2, 1, 7, 6]));
    assert_eq!(
        (nine.top2, nine.distribution, nine.comments.len()),
        (Some(4), None, 0)
    );
    let ten = release(5, given(&[7, 6, 5, 4, 3, 2, 1, 7, 6, 5]));
    assert_eq!(ten.distribution, Some([1, 1, 1, 1, 2, 2, 2]));
    assert_eq!(ten.comments.len(), 10);
}

proptest! {
    #[test]
    fn what_is_released_never_tells_one_persons_answer(points in prop::collection::vec(1_u8..=7, 0..40), k in 0_u32..12) {
        let n = u32::try_from(points.len()).unwrap();
        let released = release(k, given(&points));
        prop_assert_eq!(released.n, n);
        if n < k.max(5) {
            prop_assert!(released.top2.is_none() && released.distribution.is_none() && released.comments.is_empty());
        }
        if let Some(distribution) = released.distribution {
            prop_assert!(n >= 10);
            prop_assert!(distribution.iter().all(|count| *count < n));
            prop_assert_eq!(distribution.iter().sum::<u32>(), n);
        }
    }
}
