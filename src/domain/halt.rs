//! A halt: so much is due to be removed at once that the keepers are asked first. A clock that jumped
//! or a backup that was restored looks like that.

use super::chat::UserId;
use super::effect::{Change, Effect, HaltId, Occasion, Planned, Subject};
use super::sentence::Sentence;
use super::time::{Timestamp, hours};

/// How long going on counts.
const GO_HOURS: u64 = 1;
/// How long holding counts, before the keepers are asked again.
const HOLD_HOURS: u64 = 24;
/// How often those that are held look again.
pub const LOOK_EVERY: std::time::Duration = hours(1);

/// What the keepers have said.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Word {
    /// Nothing yet.
    Asked,
    /// Remove them.
    Go,
    /// Leave them for now.
    Hold,
}

impl Word {
    /// Every word.
    pub const ALL: &'static [Self] = &[Self::Asked, Self::Go, Self::Hold];

    /// The stored word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Go => "go",
            Self::Hold => "hold",
        }
    }

    /// The one with this stored word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|one| one.word() == word)
    }
}

/// One question to the keepers, as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Halt {
    /// Its id.
    pub id: HaltId,
    /// How many were due when it was asked.
    pub n: u32,
    /// When it was asked.
    pub asked_at: Timestamp,
    /// What was said.
    pub word: Word,
    /// Who said it.
    pub decided_by: Option<UserId>,
    /// When it was said.
    pub decided_at: Option<Timestamp>,
}

/// What holds for those that are due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// They may be removed.
    Go,
    /// They wait.
    Wait,
    /// The keepers are to be asked.
    Ask,
}

/// What the newest question means at this moment.
#[must_use]
pub fn standing(now: Timestamp, newest: Option<&Halt>) -> Standing {
    let Some(halt) = newest else {
        return Standing::Ask;
    };
    let for_hours = |n| {
        halt.decided_at
            .is_some_and(|decided_at| now < decided_at.plus(hours(n)))
    };
    match halt.word {
        Word::Asked => Standing::Wait,
        Word::Go if for_hours(GO_HOURS) => Standing::Go,
        Word::Hold if for_hours(HOLD_HOURS) => Standing::Wait,
        Word::Go | Word::Hold => Standing::Ask,
    }
}

/// The keepers are asked.
#[must_use]
pub fn ask(now: Timestamp, id: HaltId, n: u32) -> Change<Halt> {
    told(
        now,
        Halt {
            id,
            n,
            asked_at: now,
            word: Word::Asked,
            decided_by: None,
            decided_at: None,
        },
    )
}

/// A keeper answers.
///
/// # Errors
/// [`Refusal`] if somebody has answered already.
pub fn answer(
    now: Timestamp,
    halt: &Halt,
    word: Word,
    by: UserId,
) -> Result<Change<Halt>, Refusal> {
    if halt.word != Word::Asked {
        return Err(Refusal);
    }
    let mut next = halt.clone();
    next.word = word;
    next.decided_by = Some(by);
    next.decided_at = Some(now);
    Ok(told(now, next))
}

/// It was answered already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal;

impl Refusal {
    /// What is so, and what to do about it.
    #[must_use]
    pub fn sentence(self) -> Sentence {
        Sentence::new("refused-stale-button")
    }
}

fn told(now: Timestamp, next: Halt) -> Change<Halt> {
    let effects: Vec<Planned> = vec![
        Effect::Post {
            subject: Subject::Halt(next.id.clone()),
            occasion: Occasion::Live,
        }
        .at(now),
    ];
    Change {
        next,
        effects,
        facts: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_790_000_000_000);

    #[test]
    fn an_answer_counts_for_a_while_and_then_the_keepers_are_asked_again() {
        assert_eq!(standing(NOW, None), Standing::Ask);
        let asked = ask(NOW, HaltId("h".into()), 30).next;
        assert_eq!(standing(NOW.plus(hours(1_000)), Some(&asked)), Standing::Wait);
        let later = NOW.plus(hours(2));
        for (word, at_once, hours_until) in [
            (Word::Go, Standing::Go, GO_HOURS),
            (Word::Hold, Standing::Wait, HOLD_HOURS),
        ] {
            let said = answer(later, &asked, word, UserId(1)).unwrap().next;
            assert_eq!(standing(later, Some(&said)), at_once);
            assert_eq!(
                standing(later.plus(hours(hours_until)), Some(&said)),
                Standing::Ask
            );
            assert_eq!(
                answer(later, &said, Word::Go, UserId(2)),
                Err(Refusal),
                "one answer counts"
            );
        }
    }
}
