//! The keys of answers, worked out anew from their definition, and every wrong way to work them out.

use std::collections::{BTreeMap, BTreeSet};

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

use super::play::Person;
use super::rows::Rows;

/// Which key is whose.
pub type Truth = BTreeMap<Vec<u8>, u64>;

fn mac(key: &[u8], text: &[u8]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("every length");
    mac.update(text);
    mac.finalize().into_bytes().into()
}

/// HKDF-SHA256 of the secret and the salt for one round (RFC 5869, one block).
pub fn round_key(secret: &[u8], salt: &[u8], round: &str) -> [u8; 32] {
    let prk = mac(salt, secret);
    mac(&prk, format!("hearth/survey/v1/{round}\u{1}").as_bytes())
}

/// The salt as the table holds it.
pub fn salt(rows: &Rows) -> Option<[u8; 32]> {
    rows.salt().map(|salt| salt.try_into().expect("32 bytes"))
}

/// Whom database and secret link while the round is open.
pub fn linked(rows: &Rows, secret: &[u8], people: &[Person]) -> Truth {
    let salt = salt(rows).expect("the round is open");
    linked_with(rows, &round_key(secret, &salt, &rows.round()), people)
}

/// Whom the round's key links.
pub fn linked_with(rows: &Rows, round_key: &[u8], people: &[Person]) -> Truth {
    let keys = keys_of(rows);
    let mut truth = Truth::new();
    for person in people {
        let key = mac(round_key, person.id.to_string().as_bytes()).to_vec();
        if keys.contains(&key) {
            truth.insert(key, person.id);
        }
    }
    truth
}

/// B: whatever can be made of what the database holds, without the secret.
pub fn linked_without_secret(rows: &Rows, people: &[Person]) -> usize {
    let salt = rows.salt().unwrap_or_default();
    let fingerprint = hex::decode(rows.fingerprint()).expect("hexadecimal");
    let mut guesses: Vec<Vec<u8>> =
        vec![Vec::new(), vec![0; 32], salt.clone(), fingerprint.clone()];
    guesses.push(Sha256::digest(&salt).to_vec());
    guesses.push([salt, fingerprint].concat());
    hits(rows, &guesses, people)
}

/// D: whatever can be made of secret and database, without the salt.
pub fn linked_without_salt(rows: &Rows, secret: &[u8], people: &[Person]) -> usize {
    let fingerprint = hex::decode(rows.fingerprint()).expect("hexadecimal");
    let round = rows.round();
    let mut guesses = vec![secret.to_vec(), Sha256::digest(secret).to_vec()];
    for salt in [
        Vec::new(),
        vec![0; 32],
        fingerprint,
        round.as_bytes().to_vec(),
    ] {
        guesses.push(salt);
    }
    hits(rows, &guesses, people)
}

/// D, by brute force: every 32 bytes that stand in a row anywhere in the file are taken for the salt.
/// How many of them link somebody.
pub fn salts_in(file: &[u8], rows: &Rows, secret: &[u8], known: u64) -> usize {
    let keys = keys_of(rows);
    let round = rows.round();
    // One person who surely answered is enough to know the salt when one sees it; an attacker
    // knows one, such as themself.
    let known = known.to_string();
    let opens = |salt: &&[u8]| {
        // A file is mostly empty pages.
        salt.iter().filter(|byte| **byte != 0).count() > 8
            && keys.contains(mac(&round_key(secret, salt, &round), known.as_bytes()).as_slice())
    };
    file.windows(32).filter(opens).count()
}

fn keys_of(rows: &Rows) -> BTreeSet<Vec<u8>> {
    rows.answers()
        .into_iter()
        .map(|answer| answer.key)
        .collect()
}

/// How many people's keys come out of any of these guesses, used as a salt, a secret or a key.
fn hits(rows: &Rows, guesses: &[Vec<u8>], people: &[Person]) -> usize {
    let keys = keys_of(rows);
    let round = rows.round();
    let mut round_keys = Vec::new();
    for one in guesses {
        round_keys.push(one.clone());
        for other in guesses {
            round_keys.push(round_key(one, other, &round).to_vec());
            round_keys.push(mac(one, other).to_vec());
        }
    }
    let mut n = 0;
    for person in people {
        let decimal = person.id.to_string().into_bytes();
        let forms = [
            decimal,
            person.id.to_be_bytes().to_vec(),
            person.id.to_le_bytes().to_vec(),
        ];
        for form in &forms {
            n += usize::from(keys.contains(Sha256::digest(form).as_slice()));
            let found = |key: &&Vec<u8>| keys.contains(mac(key, form).as_slice());
            n += round_keys.iter().filter(found).count();
        }
    }
    n
}
