//! Survey rounds: one unclosed one per survey, and results that come back as they were released.

use hearth::domain::effect::RoundId;
use hearth::domain::survey::{self, Given, Released, Round, State};
use hearth::store::{Scope, Store, Trouble};

use super::samples::{NOW, later, round};
use super::{Home, on_both};

on_both!(
    a_round_comes_back_as_it_was_stored_through_its_whole_life,
    released_results_of_every_form_come_back,
    one_round_per_survey_is_unclosed,
    a_round_does_not_move_from_another_state,
    of_twenty_racing_openings_one_opens,
    rounds_are_listed_newest_first,
);

async fn insert(store: &Store, new: &Round) {
    let mut tx = store.begin(Scope::Survey(&new.survey)).await.unwrap();
    tx.insert_round(new).await.unwrap();
    tx.commit().await.unwrap();
}

async fn save(store: &Store, next: &Round, from: State) -> Result<(), Trouble> {
    let mut tx = store.begin(Scope::Survey(&next.survey)).await.unwrap();
    tx.save_round(next, from)
        .await
        .map_err(|error| error.trouble())?;
    tx.commit().await.unwrap();
    Ok(())
}

async fn close(store: &Store, id: &str, survey: &str, at: u64, released: Released) -> Round {
    let mut next = round(id, survey).next;
    insert(store, &next).await;
    next.state = State::Closed;
    next.closed_at = Some(later(at));
    next.released = Some(released);
    save(store, &next, State::Opening).await.unwrap();
    next
}

fn nothing() -> Released {
    survey::release(5, Vec::new())
}

async fn a_round_comes_back_as_it_was_stored_through_its_whole_life(home: &Home) {
    let opening = round("r1", "pulse").next;
    insert(&home.store, &opening).await;
    let mut reader = home.read().await;
    let stored = reader.round(&opening.id).await.unwrap();
    assert_eq!(stored, Some(opening.clone()));
    let open = survey::opened(later(1), &opening, 20).unwrap().next;
    save(&home.store, &open, State::Opening).await.unwrap();
    let unclosed = reader.round_unclosed("pulse").await.unwrap();
    assert_eq!(unclosed, Some(open.clone()));
    let reminded = survey::mind(open.remind_at(), &open).unwrap().next;
    assert!(reminded.reminded_at.is_some());
    save(&home.store, &reminded, State::Open).await.unwrap();
    let closing = survey::close(later(9), &reminded).unwrap().next;
    save(&home.store, &closing, State::Open).await.unwrap();
    let closed = survey::closed(later(10), &closing, nothing()).unwrap().next;
    save(&home.store, &closed, State::Closing).await.unwrap();
    assert_eq!(reader.round(&opening.id).await.unwrap(), Some(closed));
    assert_eq!(reader.round_unclosed("pulse").await.unwrap(), None);
}

async fn released_results_of_every_form_come_back(home: &Home) {
    let answers = |points: &[u8]| {
        points
            .iter()
            .map(|point| Given {
                satisfaction: *point,
                comment: Some(format!("\u{202e}\"{point}\" \\ 💥")),
            })
            .collect::<Vec<_>>()
    };
    for (n, given) in [
        answers(&[]),
        answers(&[7, 7, 7, 7, 7]),
        answers(&[1, 2, 3, 4, 5, 6, 7, 1, 2, 3, 4]),
    ]
    .into_iter()
    .enumerate()
    {
        let released = survey::release(5, given);
        let id = format!("r{n}");
        let closed = close(&home.store, &id, "pulse", 1, released).await;
        let stored = home.read().await.round(&closed.id).await.unwrap();
        assert_eq!(stored, Some(closed));
    }
}

async fn one_round_per_survey_is_unclosed(home: &Home) {
    insert(&home.store, &round("r1", "pulse").next).await;
    let mut tx = home.begin(Scope::Survey("pulse")).await;
    let refused = tx.insert_round(&round("r2", "pulse").next).await;
    assert_eq!(refused.unwrap_err().trouble(), Trouble::Moved);
    tx.insert_round(&round("r3", "other").next).await.unwrap();
    tx.commit().await.unwrap();
    let other = home.read().await.round_unclosed("other").await.unwrap();
    assert_eq!(other.unwrap().id, RoundId("r3".to_owned()));
}

async fn a_round_does_not_move_from_another_state(home: &Home) {
    let closed = close(&home.store, "r1", "pulse", 1, nothing()).await;
    for from in [State::Open, State::Closed] {
        let refused = save(&home.store, &closed, from).await;
        assert_eq!(refused, Err(Trouble::Moved), "{from:?}");
    }
}

async fn of_twenty_racing_openings_one_opens(home: &Home) {
    let replica = home.replica().await;
    let mut racing = Vec::new();
    for n in 0..20 {
        let store = if n % 2 == 0 {
            home.store.clone()
        } else {
            replica.clone()
        };
        racing.push(tokio::spawn(async move {
            let mut tx = store.begin(Scope::Survey("pulse")).await.unwrap();
            if tx.round_unclosed("pulse").await.unwrap().is_some() {
                return false;
            }
            let new = round(&format!("r{n}"), "pulse").next;
            tx.insert_round(&new).await.unwrap();
            tx.commit().await.unwrap();
            true
        }));
    }
    let mut won = 0;
    for one in racing {
        won += usize::from(one.await.unwrap());
    }
    assert_eq!(won, 1);
}

async fn rounds_are_listed_newest_first(home: &Home) {
    for n in 0..3 {
        close(&home.store, &format!("r{n}"), "pulse", n, nothing()).await;
    }
    let mut newest = round("r9", "other").next;
    newest.opened_at = NOW.plus(std::time::Duration::from_secs(1));
    insert(&home.store, &newest).await;
    let ids = |rounds: Vec<Round>| rounds.into_iter().map(|r| r.id.0).collect::<Vec<_>>();
    let mut reader = home.read().await;
    let closed = reader.rounds_closed("pulse", 2).await.unwrap();
    assert_eq!(ids(closed), ["r2", "r1"]);
    assert!(reader.rounds_closed("other", 2).await.unwrap().is_empty());
    let all = reader.rounds(2).await.unwrap();
    assert_eq!(ids(all), ["r9", "r2"]);
}
