//! The self-attack on a survey round: everything that an operator can get hold of, and real attempts
//! to find out from it who answered what. It is the proof of `docs/explanation/how-surveys-stay-private.md`.

mod files;
mod guess;
mod keys;
mod play;
mod rows;
mod sent;

use std::collections::BTreeSet;

use hearth::domain::time::hours;

use crate::harness::Database;
use files::Searched;
use guess::Attackers;
use play::Play;
use rows::Rows;

#[tokio::test]
async fn nobody_can_tell_from_sqlite_who_answered_what() {
    attack(Database::Sqlite).await;
}

#[tokio::test]
async fn nobody_can_tell_from_postgres_who_answered_what() {
    attack(Database::Postgres).await;
}

async fn attack(database: Database) {
    let mut play = Play::begin(database).await;
    play.open().await;
    opening_a_ballot_leaves_no_trace(&mut play).await;

    play.first_half().await;
    look_while_open(&play).await;
    play.bot.restart().await;
    with_the_secret_everybody_is_linked_while_open(&play).await;
    brute_force_finds_the_salt_while_open(&play).await;
    play.second_half().await;
    play.bot.forward(hours(72)).await;
    play.last_changes().await;
    look_while_open(&play).await;
    with_the_secret_everybody_is_linked_while_open(&play).await;
    let salt = keys::salt(&play.rows().await).expect("an open round has a salt");

    closing_waits_for_a_readers_snapshot(&mut play).await;
    look_when_closed(&play, &salt).await;
    play.bot.restart().await;
    look_when_closed(&play, &salt).await;
    let rows = play.rows().await;
    play.what_was_sent_and_logged_ties_nobody(&rows);
    play.end().await;
}

/// F: a ballot that is opened, refused or looked at again changes nothing anywhere.
async fn opening_a_ballot_leaves_no_trace(play: &mut Play) {
    let rows = play.rows().await;
    let files = play.files_as_they_are();
    let who = play.people[3].name.clone();
    let ballot = play.open_ballot(&who).await;
    assert!(!ballot.selects.is_empty(), "{}", ballot.text);
    let refused = play.open_ballot("Nils").await;
    assert!(refused.selects.is_empty(), "{}", refused.text);
    let form = play.press(&who, &ballot, "ballot:comment").await;
    assert!(form.contains("Choose an answer first"), "{form}");
    assert_eq!(play.rows().await, rows, "no row of any table has changed");
    assert_eq!(
        play.files_as_they_are(),
        files,
        "no byte of any file has changed"
    );
}

/// A and B: the database and its logs, while the round is open.
async fn look_while_open(play: &Play) {
    let rows = play.rows().await;
    nothing_stands_next_to_an_answer(play, &rows);
    let searched = play.search(&rows, &[]).await;
    no_person_lies_near_the_answers(play, &searched);

    // B: without the secret no derivation gives anybody's key.
    assert_eq!(keys::linked_without_secret(&rows, &play.people), 0);
    // The attackers know the people, but not the keys; we do, to count their hits.
    let truth = keys::linked(&rows, &play.secret, &play.people);
    assert!(truth.len() >= play.n_answered_min());
    Attackers::new(play, &rows, &searched).all_guess_by_chance(&truth, "open");
    assert_eq!(play.public_counts(), 0, "no live count anywhere");
}

/// C: this is why the promise says "confidential" and not "anonymous" while a round is open.
async fn with_the_secret_everybody_is_linked_while_open(play: &Play) {
    let rows = play.rows().await;
    let linked = keys::linked(&rows, &play.secret, &play.people);
    assert_eq!(
        linked.len(),
        rows.answers().len(),
        "every row has its person"
    );
    let who: BTreeSet<u64> = linked.values().copied().collect();
    assert_eq!(who, play.answered(), "and exactly those who answered");
}

/// The brute force of D, while the round is open: it works then, so that its failure afterwards means
/// something.
async fn brute_force_finds_the_salt_while_open(play: &Play) {
    if let Some(file) = play.ballots_file() {
        let rows = play.rows().await;
        assert!(keys::salts_in(&file, &rows, &play.secret, play.known()) >= 1);
    }
}

/// E: while a reader holds an old snapshot, the round is not done and nothing is published; then it is.
async fn closing_waits_for_a_readers_snapshot(play: &mut Play) {
    let reader = play.hold_snapshot().await;
    let before = play.bot.messages("platform").len();
    play.bot.say("Pia", "platform", "/survey close").await;
    assert_eq!(
        play.bot.messages("platform").len(),
        before + 1,
        "only the command's reply"
    );
    play.bot.forward(std::time::Duration::from_secs(6)).await;
    assert_eq!(play.bot.messages("platform").len(), before + 1);
    assert_eq!(play.public_counts(), 0);
    let results = play
        .bot
        .say("Pia", "platform", "/survey results")
        .await
        .message();
    assert!(results.text.contains("No round of"), "{}", results.text);
    let late = play.open_ballot(&play.people[0].name.clone()).await;
    assert!(late.text.contains("closed"), "{}", late.text);
    reader.end().await;
    play.bot.forward(std::time::Duration::from_secs(6)).await;
    assert_eq!(
        play.bot.messages("platform").len(),
        before + 2,
        "the results"
    );
    assert_eq!(play.public_counts(), 1);
}

/// A and D: database, logs and the master secret, after closing.
async fn look_when_closed(play: &Play, salt: &[u8; 32]) {
    let rows = play.rows().await;
    assert_eq!(keys::salt(&rows), None);
    assert_eq!(
        rows.answers().len(),
        play.answered().len(),
        "the answers are still there"
    );
    nothing_stands_next_to_an_answer(play, &rows);
    let round_key = keys::round_key(&play.secret, salt, &rows.round());
    let gone: Vec<Vec<u8>> = [salt.to_vec(), round_key.to_vec()]
        .into_iter()
        .chain(play.unsaid.iter().map(|words| words.as_bytes().to_vec()))
        .collect();
    let searched = play.search(&rows, &gone).await;
    no_person_lies_near_the_answers(play, &searched);
    for needle in &gone {
        let places = searched.places(needle);
        assert!(
            places.is_empty(),
            "{} is found in {places:?}",
            hex::encode(needle)
        );
    }

    // D: with the secret, and whatever 32 bytes of the files are taken for the salt.
    assert_eq!(
        keys::linked_without_salt(&rows, &play.secret, &play.people),
        0
    );
    if let Some(file) = play.ballots_file() {
        assert_eq!(keys::salts_in(&file, &rows, &play.secret, play.known()), 0);
    }
    let truth = keys::linked_with(&rows, &round_key, &play.people);
    assert_eq!(
        truth.len(),
        rows.answers().len(),
        "what the attackers cannot know"
    );
    Attackers::new(play, &rows, &searched).all_guess_by_chance(&truth, "closed");
}

/// A: no row holds a person or an interaction together with an answer or a key, and no transaction
/// wrote both.
fn nothing_stands_next_to_an_answer(play: &Play, rows: &Rows) {
    let answers = rows.answers();
    let keys: Vec<String> = answers
        .iter()
        .map(|answer| hex::encode(&answer.key))
        .collect();
    for row in rows.all() {
        let text = row.text.to_lowercase();
        for trace in &play.traces {
            assert!(
                !row.text.contains(trace.as_str()),
                "a click's trace in {}: {text}",
                row.table
            );
        }
        if row.table.starts_with("ballot_") {
            for person in &play.people {
                assert!(
                    !text.contains(&person.id.to_string()),
                    "a person in {}",
                    row.table
                );
            }
        } else {
            for key in &keys {
                assert!(!text.contains(key), "a key in {}: {text}", row.table);
            }
        }
    }
    let of = |ballots: bool| -> BTreeSet<u64> {
        rows.all()
            .filter(|row| row.table.starts_with("ballot_") == ballots)
            .filter_map(|row| row.transaction)
            .collect()
    };
    assert!(
        of(true).is_disjoint(&of(false)),
        "a transaction wrote a ballot and something else"
    );
    rows.columns_are_those_that_are_allowed();
}

/// A: the files that hold answers hold no person, and nothing holds a click's ids.
fn no_person_lies_near_the_answers(play: &Play, searched: &Searched) {
    for person in &play.people {
        for needle in files::forms_of(person.id) {
            let places = searched.places(&needle);
            assert!(
                places.iter().all(|place| !place.of_ballots),
                "{} is found beside the answers: {places:?}",
                person.name
            );
        }
    }
    for trace in &play.traces {
        let forms = trace
            .parse()
            .map_or_else(|_| vec![trace.as_bytes().to_vec()], files::forms_of);
        for needle in forms {
            let places = searched.places(&needle);
            assert!(
                places.is_empty(),
                "a click's {trace} is found in {places:?}"
            );
        }
    }
}
