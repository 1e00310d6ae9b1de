//! Answering a survey in private. The first of the two exceptions from the road: a click here leaves
//! no trace but the answer itself: no audit row, no job, no fact, no log line with a person in it.

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret as _, SecretBox};
use sha2::{Digest as _, Sha256};

use crate::domain::chat::{Answer, UserId};
use crate::domain::effect::RoundId;
use crate::domain::limits;
use crate::domain::sentence::{Sentence, Value};
use crate::domain::survey::{self, Given, Round};

use super::call::Call;
use super::render;
use super::stop::Stop;

/// The master secret of surveys: at least 32 bytes, kept apart from the database.
pub struct SurveySecret(SecretBox<Vec<u8>>);

/// Fewest bytes of the master secret.
pub const SECRET_BYTES_MIN: usize = 32;

impl SurveySecret {
    /// Takes the secret; `None` if it is too short to keep anything.
    #[must_use]
    pub fn new(bytes: Vec<u8>) -> Option<Self> {
        (bytes.len() >= SECRET_BYTES_MIN).then(|| Self(SecretBox::new(Box::new(bytes))))
    }

    /// A short mark by which a changed secret is noticed; it tells nothing about the secret.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let mut hash = Sha256::new();
        hash.update(b"hearth/survey/fingerprint/v1");
        hash.update(self.0.expose_secret());
        hex::encode(&hash.finalize()[..6])
    }

    /// The key of one person in one round: HMAC-SHA256 under a key that HKDF-SHA256 (RFC 5869) draws
    /// from the secret and the round's salt. Without the salt nobody can compute it again.
    fn ballot_key(&self, round: &RoundId, salt: &[u8; 32], who: UserId) -> [u8; 32] {
        let mut round_key = [0_u8; 32];
        let info = format!("hearth/survey/v1/{round}");
        Hkdf::<Sha256>::new(Some(salt), self.0.expose_secret())
            .expand(info.as_bytes(), &mut round_key)
            .expect("32 bytes are one block of SHA-256");
        let mut mac =
            Hmac::<Sha256>::new_from_slice(&round_key).expect("HMAC takes keys of every length");
        mac.update(who.to_string().as_bytes());
        mac.finalize().into_bytes().into()
    }
}

/// What a click on a survey's components asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Click<'a> {
    /// The private ballot.
    Open,
    /// One of the seven points.
    Answer(&'a str),
    /// The form for a comment.
    Comment,
    /// The comment that was written.
    Commented(&'a str),
    /// Taking the answer back.
    Withdraw,
}

/// Hears a click on a survey's components. Nothing is written except the answer itself.
///
/// # Errors
/// Refused if the round is over, the person is not asked, or surveys are off.
pub async fn hear(call: &Call<'_>, round: &str, click: Click<'_>) -> Result<Answer, Stop> {
    let id = RoundId(round.to_owned());
    let round = call
        .read()
        .await?
        .round(&id)
        .await?
        .ok_or(survey::Refusal::RoundClosed)?;
    survey::may_answer(&round, &call.person().roles)?;
    let key = key(call, &round).await?;
    let store = call.app.store();
    let before = store.answer_of(&id, &key).await?;
    match click {
        Click::Open => {
            let ballot = ballot(call, &round, before.as_ref(), None);
            Ok(Answer::Say {
                private: true,
                message: ballot,
            })
        }
        Click::Answer(point) => answer(call, &round, &key, before, point).await,
        Click::Comment if before.is_none() => Err(Sentence::new("survey-comment-first").into()),
        Click::Comment => {
            let so_far = before.as_ref().and_then(|given| given.comment.as_deref());
            Ok(Answer::Ask(render::survey::comment_form(
                call.voice(),
                &round,
                so_far,
            )))
        }
        Click::Commented(text) => comment(call, &round, &key, before, text).await,
        Click::Withdraw => {
            let gone = store.withdraw(&id, &key).await?;
            let note = Sentence::new(if gone {
                "survey-withdrawn"
            } else {
                "survey-withdraw-none"
            });
            Ok(Answer::Update(ballot(call, &round, None, Some(&note))))
        }
    }
}

async fn answer(
    call: &Call<'_>,
    round: &Round,
    key: &[u8; 32],
    before: Option<Given>,
    point: &str,
) -> Result<Answer, Stop> {
    let satisfaction: u8 = point
        .parse()
        .ok()
        .filter(|point| (1..=7).contains(point))
        .ok_or_else(|| Sentence::new("refused-stale-button"))?;
    let changed = before.is_some();
    let given = Given {
        satisfaction,
        comment: before.and_then(|before| before.comment),
    };
    put(call, round, key, &given).await?;
    let words = Value::Markup(render::survey::answer_text(call.voice(), satisfaction));
    let note = Sentence::new(if changed {
        "survey-changed"
    } else {
        "survey-thanks"
    })
    .with("answer", words);
    Ok(Answer::Update(ballot(
        call,
        round,
        Some(&given),
        Some(&note),
    )))
}

async fn comment(
    call: &Call<'_>,
    round: &Round,
    key: &[u8; 32],
    before: Option<Given>,
    text: &str,
) -> Result<Answer, Stop> {
    let Some(before) = before else {
        return Err(Sentence::new("survey-comment-first").into());
    };
    let kept: String = text
        .trim()
        .chars()
        .take(limits::COMMENT_CHARS_MAX)
        .collect();
    let given = Given {
        comment: Some(kept).filter(|kept| round.comment && !kept.is_empty()),
        ..before
    };
    put(call, round, key, &given).await?;
    let note = Sentence::new("survey-comment-saved");
    Ok(Answer::Update(ballot(
        call,
        round,
        Some(&given),
        Some(&note),
    )))
}

async fn put(call: &Call<'_>, round: &Round, key: &[u8; 32], given: &Given) -> Result<(), Stop> {
    if call.app.store().answer(&round.id, key, given).await? {
        Ok(())
    } else {
        Err(survey::Refusal::RoundClosed.into())
    }
}

async fn key(call: &Call<'_>, round: &Round) -> Result<[u8; 32], Stop> {
    let secret = call
        .app
        .survey_secret()
        .ok_or_else(|| Sentence::new("refused-survey-off"))?;
    let ballots = call
        .app
        .store()
        .ballots(&round.id)
        .await?
        .ok_or(survey::Refusal::RoundClosed)?;
    let salt = ballots.salt.ok_or(survey::Refusal::RoundClosed)?;
    if ballots.fingerprint != secret.fingerprint() {
        // Another secret gives other keys: people could answer twice.
        return Err(Sentence::new("refused-survey-off").into());
    }
    Ok(secret.ballot_key(&round.id, &salt, call.person().id))
}

fn ballot(
    call: &Call<'_>,
    round: &Round,
    given: Option<&Given>,
    note: Option<&Sentence>,
) -> crate::domain::chat::Message {
    render::survey::ballot(call.voice(), round, &call.platform().name, given, note)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_depends_on_secret_salt_round_and_person_and_on_nothing_else() {
        let secret = SurveySecret::new(vec![7; 32]).unwrap();
        let other = SurveySecret::new(vec![8; 32]).unwrap();
        let round = RoundId("r1".into());
        let base = secret.ballot_key(&round, &[1; 32], UserId(5));
        assert_eq!(base, secret.ballot_key(&round, &[1; 32], UserId(5)));
        assert_ne!(base, secret.ballot_key(&round, &[1; 32], UserId(6)));
        assert_ne!(base, secret.ballot_key(&round, &[2; 32], UserId(5)));
        assert_ne!(
            base,
            secret.ballot_key(&RoundId("r2".into()), &[1; 32], UserId(5))
        );
        assert_ne!(base, other.ballot_key(&round, &[1; 32], UserId(5)));
        assert!(SurveySecret::new(vec![7; 31]).is_none());
    }

    #[test]
    fn the_key_is_hkdf_and_hmac_as_written_down() {
        // prk = HMAC(salt, secret); round key = HMAC(prk, info ‖ 0x01); key = HMAC(round key, user id).
        let mac = |key: &[u8], text: &[u8]| -> [u8; 32] {
            let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
            mac.update(text);
            mac.finalize().into_bytes().into()
        };
        let prk = mac(&[1; 32], &[7; 32]);
        let round_key = mac(&prk, b"hearth/survey/v1/r1\x01");
        let secret = SurveySecret::new(vec![7; 32]).unwrap();
        assert_eq!(
            secret.ballot_key(&RoundId("r1".into()), &[1; 32], UserId(5)),
            mac(&round_key, b"5")
        );
    }
}
