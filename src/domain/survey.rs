//! Surveys: rounds, and what may be published of their answers.

use std::time::Duration;

use super::chat::{ChannelId, RoleId};
use super::effect::{Change, Effect, Occasion, Planned, RoundId, Subject};
use super::fact::{self, Fact};
use super::limits;
use super::sentence::Sentence;
use super::time::Timestamp;

/// Where a round stands. The chart is in ARCHITECTURE.md.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum State {
    /// The audience is being counted and the salt made.
    Opening,
    /// People answer.
    Open,
    /// No more answers; the key is being destroyed.
    Closing,
    /// The key is gone, what may be published is published.
    Closed,
}

impl State {
    /// Every state.
    pub const ALL: &'static [Self] = &[Self::Opening, Self::Open, Self::Closing, Self::Closed];

    /// The stored word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Opening => "opening",
            Self::Open => "open",
            Self::Closing => "closing",
            Self::Closed => "closed",
        }
    }

    /// The state with this stored word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|state| state.word() == word)
    }
}

/// The wording of the overall-satisfaction item: a change of it is a new number and a new series.
pub const SATISFACTION_VERSION: u32 = 1;

/// One round, as stored beside the rest. Salt and answers lie elsewhere and are never joined with it
/// by person.
#[derive(Clone, Debug, PartialEq)]
pub struct Round {
    /// Its id.
    pub id: RoundId,
    /// The survey's key.
    pub survey: String,
    /// The wording's version.
    pub wording: u32,
    /// Who is asked: whoever holds this role when they click.
    pub audience: RoleId,
    /// Where it is asked.
    pub channel: ChannelId,
    /// Fewest answers for a published number.
    pub k: u32,
    /// Whether a comment is asked for.
    pub comment: bool,
    /// Where it stands.
    pub state: State,
    /// How many people were asked: a count at opening.
    pub eligible: Option<u32>,
    /// When it was asked for.
    pub opened_at: Timestamp,
    /// When it closes by itself.
    pub closes_at: Timestamp,
    /// When the one reminder was sent.
    pub reminded_at: Option<Timestamp>,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
    /// What may be published; there once it is closed.
    pub released: Option<Released>,
}

/// One person's answer, as far as it is kept: a number from 1 (very dissatisfied) to 7, and words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// 1 to 7.
    pub satisfaction: u8,
    /// Free words, if any.
    pub comment: Option<String>,
}

/// What may be published of a closed round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Released {
    /// How many answered. Published even below `k`: the count names nobody.
    pub n: u32,
    /// How many chose 6 or 7; `None` below `k`.
    pub top2: Option<u32>,
    /// Whether all answers, or all but one, say the same of the top two: told only as the bound that
    /// [`agreed_percent`] gives.
    pub unanimous: bool,
    /// Answers per point, negative first; only from ten answers on and never for a unanimous round.
    pub distribution: Option<[u32; 7]>,
    /// Comments, shuffled; only from ten answers on.
    pub comments: Vec<String>,
}

/// No, and why.
#[derive(Clone, Debug, PartialEq)]
#[expect(
    missing_docs,
    reason = "the names are the documentation; each is a sentence in locales/"
)]
pub enum Refusal {
    RoundOpen { survey: String },
    RoundNone { survey: String },
    RoundClosed,
    NotAudience { role: RoleId },
}

impl Refusal {
    /// What is so, and what to do about it.
    #[must_use]
    pub fn sentence(&self) -> Sentence {
        match self {
            Self::RoundOpen { survey } => {
                Sentence::new("refused-round-open").with("survey", survey.as_str())
            }
            Self::RoundNone { survey } => {
                Sentence::new("refused-round-none").with("survey", survey.as_str())
            }
            Self::RoundClosed => Sentence::new("refused-round-closed"),
            Self::NotAudience { role } => Sentence::new("refused-not-audience").with(
                "role",
                super::sentence::Value::Markup(format!("<@&{role}>")),
            ),
        }
    }
}

/// What a new round is made of.
#[derive(Clone, Debug)]
pub struct Ask<'a> {
    /// The new round's id, made by the caller.
    pub id: RoundId,
    /// The survey's key.
    pub survey: &'a str,
    /// Who is asked.
    pub audience: RoleId,
    /// Where.
    pub channel: ChannelId,
    /// Fewest answers for a published number; never below [`limits::K_MIN`].
    pub k: u32,
    /// Whether a comment is asked for.
    pub comment: bool,
    /// How long it is open.
    pub window: Duration,
}

/// A round is asked for, by a person or by its schedule.
///
/// # Errors
/// [`Refusal::RoundOpen`] while another round of the survey is not closed.
pub fn open(
    now: Timestamp,
    unclosed: Option<&Round>,
    ask: &Ask<'_>,
) -> Result<Change<Round>, Refusal> {
    if unclosed.is_some() {
        return Err(Refusal::RoundOpen {
            survey: ask.survey.to_owned(),
        });
    }
    let next = Round {
        id: ask.id.clone(),
        survey: ask.survey.to_owned(),
        wording: SATISFACTION_VERSION,
        audience: ask.audience,
        channel: ask.channel,
        k: ask.k.max(limits::K_MIN),
        comment: ask.comment,
        state: State::Opening,
        eligible: None,
        opened_at: now,
        closes_at: now.plus(ask.window),
        reminded_at: None,
        closed_at: None,
        released: None,
    };
    let effects = vec![
        Effect::OpenRound {
            id: next.id.clone(),
        }
        .at(now),
    ];
    Ok(Change {
        next,
        effects,
        facts: Vec::new(),
    })
}

/// The audience is counted and the salt is made. `None` if it is not waited for.
#[must_use]
pub fn opened(now: Timestamp, round: &Round, eligible: u32) -> Option<Change<Round>> {
    if round.state != State::Opening {
        return None;
    }
    let mut next = round.clone();
    next.state = State::Open;
    next.eligible = Some(eligible);
    let effects = vec![next.post(Occasion::Prompt, now), next.mind()];
    Some(Change {
        next,
        effects,
        facts: Vec::new(),
    })
}

/// What a look at the clock finds: time for the one reminder, or for closing.
#[must_use]
pub fn mind(now: Timestamp, round: &Round) -> Option<Change<Round>> {
    if round.state != State::Open {
        return None;
    }
    if now >= round.closes_at {
        return Some(ending(now, round));
    }
    let mut next = round.clone();
    let mut effects = Vec::new();
    if round.reminded_at.is_none() && now >= round.remind_at() {
        next.reminded_at = Some(now);
        effects.push(next.post(Occasion::Reminder, now));
    }
    effects.push(next.mind());
    Some(Change {
        next,
        effects,
        facts: Vec::new(),
    })
}

/// Somebody closes the round now.
///
/// # Errors
/// [`Refusal::RoundNone`] if it is not open.
pub fn close(now: Timestamp, round: &Round) -> Result<Change<Round>, Refusal> {
    match round.state {
        State::Open | State::Opening => Ok(ending(now, round)),
        State::Closing | State::Closed => Err(Refusal::RoundNone {
            survey: round.survey.clone(),
        }),
    }
}

/// The key is gone for good, and what may be published is known. `None` if it is not waited for.
#[must_use]
pub fn closed(now: Timestamp, round: &Round, released: Released) -> Option<Change<Round>> {
    if round.state != State::Closing {
        return None;
    }
    let mut next = round.clone();
    next.state = State::Closed;
    next.closed_at = Some(now);
    next.released = Some(released);
    let facts = vec![Fact {
        started_at: Some(round.opened_at),
        human: true,
        ..Fact::plain(fact::Kind::SurveyClosed, "hearth", &round.id.0, now)
    }];
    let effects = vec![
        next.post(Occasion::Prompt, now),
        next.post(Occasion::Results, now),
    ];
    Some(Change {
        next,
        effects,
        facts,
    })
}

/// What is told of a round in which everybody, or everybody but one, agrees: at least so many percent
/// do. The bound is true of both cases and the same in both; if it were told of full agreement alone,
/// it would tell everybody's answer all the same.
#[must_use]
pub fn agreed_percent(n: u64) -> u32 {
    let all_but_one = 100 * n.saturating_sub(1) / n.max(1);
    u32::try_from(all_but_one)
        .unwrap_or(u32::MAX)
        .min(AGREED_PERCENT_MAX)
}

/// The most that is ever told of agreement.
const AGREED_PERCENT_MAX: u32 = 90;

/// What may be published: nothing but the count below `k`, no distribution and no comments below
/// ten answers, and (nearly) full agreement only as a bound, since it would name everybody's answer.
#[must_use]
pub fn release(k: u32, answers: Vec<Given>) -> Released {
    let n = u32::try_from(answers.len()).unwrap_or(u32::MAX);
    if n < k.max(limits::K_MIN) {
        return Released {
            n,
            top2: None,
            unanimous: false,
            distribution: None,
            comments: Vec::new(),
        };
    }
    let mut points = [0_u32; 7];
    for answer in &answers {
        points[usize::from(answer.satisfaction.clamp(1, 7) - 1)] += 1;
    }
    let top2 = points[5] + points[6];
    let unanimous = top2 <= 1 || top2 + 1 >= n;
    let full = n >= limits::DISTRIBUTION_MIN && !unanimous && points.iter().all(|count| *count < n);
    let comments = if n >= limits::COMMENTS_MIN {
        answers
            .into_iter()
            .filter_map(|answer| answer.comment)
            .collect()
    } else {
        Vec::new()
    };
    Released {
        n,
        top2: Some(top2),
        unanimous,
        distribution: full.then_some(points),
        comments,
    }
}

/// Whether this person may answer now.
///
/// # Errors
/// A [`Refusal`] if the round is over or the person does not hold the role at this moment.
pub fn may_answer(round: &Round, roles: &[RoleId]) -> Result<(), Refusal> {
    if round.state != State::Open {
        return Err(Refusal::RoundClosed);
    }
    if !roles.contains(&round.audience) {
        return Err(Refusal::NotAudience {
            role: round.audience,
        });
    }
    Ok(())
}

impl Round {
    /// When the one reminder is due; a window that is not longer than this has none.
    #[must_use]
    pub fn remind_at(&self) -> Timestamp {
        self.opened_at.plus(limits::REMIND_AFTER)
    }

    fn mind(&self) -> Planned {
        let due_at = if self.reminded_at.is_none() {
            self.remind_at().min(self.closes_at)
        } else {
            self.closes_at
        };
        Effect::MindRound {
            id: self.id.clone(),
        }
        .at(due_at)
    }

    fn post(&self, occasion: Occasion, now: Timestamp) -> Planned {
        Effect::Post {
            subject: Subject::Round(self.id.clone()),
            occasion,
        }
        .at(now)
    }
}

fn ending(now: Timestamp, round: &Round) -> Change<Round> {
    let mut next = round.clone();
    next.state = State::Closing;
    let effects = vec![
        Effect::CloseRound {
            id: next.id.clone(),
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
mod tests;
