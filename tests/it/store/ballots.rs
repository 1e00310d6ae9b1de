//! Ballots: one answer per key while the round is open, nothing before the salt is gone.

use hearth::domain::effect::RoundId;
use hearth::domain::survey::Given;
use hearth::store::Purged;

use super::{Home, on_both};

on_both!(
    opening_twice_keeps_the_first_salt,
    an_answer_is_kept_replaced_and_withdrawn,
    nothing_is_answered_before_opening_or_after_closing,
    answers_are_not_read_before_the_salt_is_purged,
    rounds_do_not_mix,
    an_answer_that_is_no_answer_is_refused,
    no_answer_slips_in_behind_a_closing,
    a_purge_without_anything_to_purge_is_done,
    a_salt_is_not_shown_by_debug,
);

fn round(id: &str) -> RoundId {
    RoundId(id.to_owned())
}

fn given(satisfaction: u8) -> Given {
    Given {
        satisfaction,
        comment: Some(format!("\u{202e}words {satisfaction}")),
    }
}

const KEY: [u8; 32] = [7; 32];

async fn opening_twice_keeps_the_first_salt(home: &Home) {
    let store = &home.store;
    assert_eq!(store.ballots(&round("r1")).await.unwrap(), None);
    let first = store.open_ballots(&round("r1"), &[1; 32], "f1").await;
    let first = first.unwrap();
    assert_eq!(first.salt, Some([1; 32]));
    assert_eq!(first.fingerprint, "f1");
    let again = store.open_ballots(&round("r1"), &[2; 32], "f2").await;
    assert_eq!(again.unwrap(), first);
    let stored = store.ballots(&round("r1")).await.unwrap();
    assert_eq!(stored, Some(first));
}

async fn an_answer_is_kept_replaced_and_withdrawn(home: &Home) {
    let (store, round) = (&home.store, round("r1"));
    store.open_ballots(&round, &[1; 32], "f").await.unwrap();
    assert_eq!(store.answer_of(&round, &KEY).await.unwrap(), None);
    for satisfaction in [3, 7] {
        let given = given(satisfaction);
        assert!(store.answer(&round, &KEY, &given).await.unwrap());
        let stored = store.answer_of(&round, &KEY).await.unwrap();
        assert_eq!(stored, Some(given));
    }
    assert!(store.withdraw(&round, &KEY).await.unwrap());
    assert!(!store.withdraw(&round, &KEY).await.unwrap());
    assert_eq!(store.answer_of(&round, &KEY).await.unwrap(), None);
}

async fn nothing_is_answered_before_opening_or_after_closing(home: &Home) {
    let (store, round) = (&home.store, round("r1"));
    assert!(!store.answer(&round, &KEY, &given(4)).await.unwrap());
    store.open_ballots(&round, &[1; 32], "f").await.unwrap();
    assert!(store.answer(&round, &KEY, &given(4)).await.unwrap());
    for _ in 0..2 {
        store.close_ballots(&round).await.unwrap();
        assert!(!store.answer(&round, &KEY, &given(5)).await.unwrap());
        assert!(!store.answer(&round, &[8; 32], &given(5)).await.unwrap());
        assert!(!store.withdraw(&round, &KEY).await.unwrap());
        assert_eq!(store.answer_of(&round, &KEY).await.unwrap(), None);
    }
    // An opening that is repeated late opens nothing.
    let late = store.open_ballots(&round, &[1; 32], "f").await.unwrap();
    assert!(!late.is_open());
}

async fn answers_are_not_read_before_the_salt_is_purged(home: &Home) {
    let (store, round) = (&home.store, round("r1"));
    assert_eq!(store.answers(&round).await.unwrap(), None);
    store.open_ballots(&round, &[1; 32], "f").await.unwrap();
    for n in (1..=7).rev() {
        assert!(store.answer(&round, &[n; 32], &given(n)).await.unwrap());
    }
    assert_eq!(store.answers(&round).await.unwrap(), None);
    store.close_ballots(&round).await.unwrap();
    assert_eq!(store.answers(&round).await.unwrap(), None);
    assert_eq!(store.purge().await.unwrap(), Purged::Done);
    let answers = store.answers(&round).await.unwrap();
    assert_eq!(answers, Some((1..=7).map(given).collect()));
}

async fn rounds_do_not_mix(home: &Home) {
    let store = &home.store;
    for (id, satisfaction) in [("r1", 1), ("r2", 2)] {
        store.open_ballots(&round(id), &[1; 32], "f").await.unwrap();
        let stored = store.answer(&round(id), &KEY, &given(satisfaction)).await;
        assert!(stored.unwrap());
    }
    store.close_ballots(&round("r1")).await.unwrap();
    assert_eq!(store.purge().await.unwrap(), Purged::Done);
    let first = store.answers(&round("r1")).await.unwrap();
    assert_eq!(first, Some(vec![given(1)]));
    assert_eq!(store.answers(&round("r2")).await.unwrap(), None);
    let second = store.answer_of(&round("r2"), &KEY).await.unwrap();
    assert_eq!(second, Some(given(2)));
}

async fn an_answer_that_is_no_answer_is_refused(home: &Home) {
    let (store, round) = (&home.store, round("r1"));
    store.open_ballots(&round, &[1; 32], "f").await.unwrap();
    for satisfaction in [0, 8] {
        let refused = store.answer(&round, &KEY, &given(satisfaction)).await;
        refused.unwrap_err();
    }
    assert_eq!(store.answer_of(&round, &KEY).await.unwrap(), None);
    let words = Given {
        satisfaction: 4,
        comment: Some("a\0b".to_owned()),
    };
    assert!(store.answer(&round, &KEY, &words).await.unwrap());
    let stored = store.answer_of(&round, &KEY).await.unwrap().unwrap();
    assert_eq!(stored.comment.as_deref(), Some("ab"));
}

async fn no_answer_slips_in_behind_a_closing(home: &Home) {
    let replica = home.replica().await;
    let round = round("r1");
    home.store
        .open_ballots(&round, &[1; 32], "f")
        .await
        .unwrap();
    let mut answering = Vec::new();
    for n in 0..40_u8 {
        let store = if n % 2 == 0 {
            home.store.clone()
        } else {
            replica.clone()
        };
        let round = round.clone();
        answering.push(tokio::spawn(async move {
            store.answer(&round, &[n; 32], &given(4)).await.unwrap()
        }));
    }
    home.store.close_ballots(&round).await.unwrap();
    let mut stored = 0;
    for one in answering {
        stored += usize::from(one.await.unwrap());
    }
    assert_eq!(home.store.purge().await.unwrap(), Purged::Done);
    let answers = home.store.answers(&round).await.unwrap().unwrap();
    assert_eq!(answers.len(), stored);
}

async fn a_purge_without_anything_to_purge_is_done(home: &Home) {
    assert_eq!(home.store.purge().await.unwrap(), Purged::Done);
    let round = round("r1");
    let store = &home.store;
    store.open_ballots(&round, &[1; 32], "f").await.unwrap();
    assert_eq!(store.purge().await.unwrap(), Purged::Done);
    assert!(store.ballots(&round).await.unwrap().unwrap().is_open());
}

async fn a_salt_is_not_shown_by_debug(home: &Home) {
    let opened = home.store.open_ballots(&round("r1"), &[99; 32], "f").await;
    assert_eq!(format!("{:?}", opened.unwrap()), "Ballots { open: true }");
}
