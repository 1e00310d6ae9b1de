//! Attackers who put the answers into every order they can find, do the same with the people, and
//! lay the one beside the other.

use std::collections::BTreeMap;

use super::files::{Searched, forms_of};
use super::keys::Truth;
use super::play::Play;
use super::rows::Rows;

/// More hits than this are no luck.
///
/// In the play, the order in which people answer is drawn at random and independently of every other
/// order, and keys are random. Whatever an attacker lays beside the answers, the chance to be right
/// about `m` given people at once is at most `(n-m)!/n!`, and there are `n!/(m!·(n-m)!)` ways to
/// choose them: so the chance of `m` or more hits is at most `1/m!`, for any number of people. At 12
/// that is 2.1 in a billion; with at most [`GUESSES_MAX`] guesses at each of four looks on two
/// databases, the tests fail by mere luck less than once in 50,000 runs. A real link gives some 30
/// hits.
const HITS_MAX: usize = 11;
/// Guesses at one look.
const GUESSES_MAX: usize = 1_000;

/// Things in an order that somebody found; the second number is the place on its scale.
type Order<T> = Vec<(T, u64)>;

/// All orders that one look gives.
pub struct Attackers {
    answers: BTreeMap<String, Order<Vec<u8>>>,
    people: BTreeMap<String, Order<u64>>,
}

impl Attackers {
    /// Finds every order of answers and of people.
    pub fn new(play: &Play, rows: &Rows, searched: &Searched) -> Self {
        let answered = play.answered();
        let mut answers = BTreeMap::new();
        let mut people = BTreeMap::new();
        for (name, order) in rows.orders_of_answers() {
            answers.insert(name, order);
        }
        for (name, order) in rows.orders_of_people() {
            people.insert(name, order);
        }
        let keys: Vec<Vec<u8>> = rows
            .answers()
            .into_iter()
            .map(|answer| answer.key)
            .collect();
        for scale in searched.scales() {
            let of_keys = keys.iter().map(|key| (key.clone(), vec![key.clone()]));
            let of_people = answered.iter().map(|id| (*id, forms_of(*id)));
            insert_both(&mut answers, &scale, order_in(searched, &scale, of_keys));
            insert_both(&mut people, &scale, order_in(searched, &scale, of_people));
        }
        people.insert(
            "by id".to_owned(),
            answered.iter().map(|id| (*id, *id)).collect(),
        );
        let log = play.bot.log();
        let named = answered.iter().filter_map(|id| {
            let at = log.find(&id.to_string())?;
            Some((*id, at as u64))
        });
        people.insert("by the log".to_owned(), named.collect());
        for order in people.values_mut() {
            // The attackers even know who has answered at all.
            order.retain(|(id, _)| answered.contains(id));
        }
        Self { answers, people }
    }

    /// Lets everyone guess, and fails if anyone is better than luck.
    pub fn all_guess_by_chance(&self, truth: &Truth, when: &str) {
        assert!(
            self.answers.len() >= 3 && self.people.len() >= 4,
            "there are attackers"
        );
        let full = |orders: usize, n: usize| orders == n;
        assert!(
            self.answers
                .values()
                .any(|order| full(order.len(), truth.len()))
                && self
                    .people
                    .values()
                    .any(|order| order.len() + 2 >= truth.len()),
            "the attackers have something to work with"
        );
        let mut n_guesses = 0;
        for (answers, order) in &self.answers {
            for (people, persons) in &self.people {
                for (how, guesses) in guesses(order, persons) {
                    n_guesses += 1;
                    let hits = guesses
                        .iter()
                        .filter(|(key, id)| truth.get(key.as_slice()) == Some(id))
                        .count();
                    assert!(
                        hits <= HITS_MAX,
                        "{when}: {answers}, laid beside people {people} ({how}), names {hits} of {}",
                        truth.len()
                    );
                }
            }
        }
        assert!(
            n_guesses <= GUESSES_MAX,
            "{n_guesses} guesses need another bound"
        );
    }
}

/// Every way to lay one order beside another.
fn guesses(
    answers: &Order<Vec<u8>>,
    people: &Order<u64>,
) -> Vec<(&'static str, Vec<(Vec<u8>, u64)>)> {
    let (mut answers, mut people) = (answers.clone(), people.clone());
    answers.sort_by_key(|(_, at)| *at);
    people.sort_by_key(|(_, at)| *at);
    let beside = |people: Vec<u64>| -> Vec<(Vec<u8>, u64)> {
        let keys = answers.iter().map(|(key, _)| key.clone());
        keys.zip(people).collect()
    };
    let ids: Vec<u64> = people.iter().map(|(id, _)| *id).collect();
    let backward: Vec<u64> = ids.iter().rev().copied().collect();
    // Where both are on one scale, such as transaction numbers: who was active just before or after?
    let nearest = |after: bool| -> Vec<(Vec<u8>, u64)> {
        let near = answers.iter().filter_map(|(key, at)| {
            let person = if after {
                people.iter().find(|(_, other)| other > at)
            } else {
                people.iter().rev().find(|(_, other)| other < at)
            };
            person.map(|(id, _)| (key.clone(), *id))
        });
        near.collect()
    };
    vec![
        ("forward", beside(ids)),
        ("backward", beside(backward)),
        ("whoever came just before", nearest(false)),
        ("whoever came just after", nearest(true)),
    ]
}

fn insert_both<T>(
    orders: &mut BTreeMap<String, Order<T>>,
    scale: &str,
    found: (Order<T>, Order<T>),
) {
    for (which, order) in [("first", found.0), ("last", found.1)] {
        if !order.is_empty() {
            orders.insert(format!("by the {which} place in {scale}"), order);
        }
    }
}

/// Where things first and last stand on a scale.
fn order_in<T: Clone>(
    searched: &Searched,
    scale: &str,
    things: impl Iterator<Item = (T, Vec<Vec<u8>>)>,
) -> (Order<T>, Order<T>) {
    let (mut first, mut last) = (Order::new(), Order::new());
    for (thing, needles) in things {
        let places: Vec<u64> = needles
            .iter()
            .flat_map(|needle| searched.places(needle))
            .filter(|place| place.scale == scale)
            .map(|place| place.at)
            .collect();
        if let (Some(low), Some(high)) = (places.iter().min(), places.iter().max()) {
            first.push((thing.clone(), *low));
            last.push((thing, *high));
        }
    }
    (first, last)
}
