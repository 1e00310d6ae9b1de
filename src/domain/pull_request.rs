//! A pull request and the environment that follows it: who gets one, what a push, a closing and a
//! reopening mean for it. What the forge says is the truth; this compares and decides.

use super::chat::UserId;
use super::effect::{Change, Effect, EnvironmentId, Occasion, Planned, PullRequestId, Subject};
use super::environment::{self, Environment};
use super::fact::{self, Fact};
use super::limits;
use super::platform::Repository;
use super::sentence::Sentence;
use super::time::Timestamp;

/// Where a pull request stands at its forge.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum State {
    /// It is worked on.
    Open,
    /// It was closed without being merged.
    Closed,
    /// It was merged.
    Merged,
}

impl State {
    /// Every state.
    pub const ALL: &'static [Self] = &[Self::Open, Self::Closed, Self::Merged];

    /// The stored word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Closed => "closed",
            Self::Merged => "merged",
        }
    }

    /// The state with this stored word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|state| state.word() == word)
    }
}

/// How a forge says that a pull request stands. Every text in it is hostile and bounded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Its number at the forge.
    pub number: i64,
    /// Its title.
    pub title: String,
    /// Where it is read.
    pub url: String,
    /// Who opened it: the name at the forge.
    pub author: String,
    /// The branch that it wants to have merged.
    pub branch: String,
    /// The newest commit of that branch.
    pub head: String,
    /// Where it stands.
    pub state: State,
    /// When it was closed or merged.
    pub closed_at: Option<Timestamp>,
    /// Its labels.
    pub labels: Vec<String>,
    /// Where its branch lies.
    pub origin: Origin,
}

/// Where the branch of a pull request lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// In the repository itself: whoever pushed it may write there.
    Own,
    /// In the repository itself, by somebody whom the forge calls new to it.
    Newcomer,
    /// In a fork, or nobody knows any more.
    Fork,
}

/// A person's word that a pull request may have an environment: of this revision and of no other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LetIn {
    /// Who said so.
    pub by: UserId,
    /// For which revision.
    pub revision: String,
}

/// One pull request, as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PullRequest {
    /// Its id.
    pub id: PullRequestId,
    /// The repository's key in the configuration.
    pub repository: String,
    /// The team of the repository when it was first seen: its lock guards this row.
    pub team: String,
    /// Its number at the forge.
    pub number: i64,
    /// Its title. Hostile text.
    pub title: String,
    /// Where it is read. Hostile text.
    pub url: String,
    /// Who opened it. Hostile text.
    pub author: String,
    /// Its branch. Hostile text.
    pub branch: String,
    /// Its newest commit.
    pub head: String,
    /// Where it stands.
    pub state: State,
    /// Whether it carries what the repository's rule asks for.
    pub labelled: bool,
    /// Whether its author needs nobody who lets it in.
    pub trusted: bool,
    /// Who let it in, and for which revision.
    pub let_in: Option<LetIn>,
    /// For which revision somebody was asked to let it in.
    pub asked: Option<String>,
    /// Its newest environment.
    pub environment: Option<EnvironmentId>,
    /// The newest revision that an environment was asked for.
    pub built: Option<String>,
    /// Why it has no environment although it should: the code of a refusal.
    pub refusal: Option<String>,
    /// When its environment goes, after it was closed.
    pub ends_at: Option<Timestamp>,
    /// When it was closed or merged.
    pub closed_at: Option<Timestamp>,
    /// When it was first seen.
    pub seen_at: Timestamp,
}

/// What is to be done about the environment of a pull request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Nothing, or nothing before something else has happened.
    Wait,
    /// Somebody must let it in first.
    Ask,
    /// It gets an environment.
    Create,
    /// The environment that waits to be built is to be of the newest revision.
    Revise,
    /// The environment is to be built anew of the newest revision.
    Update,
    /// The environment goes.
    End,
    /// The environment goes then.
    EndAt(Timestamp),
}

/// A pull request that was not known. `None` if it is no matter any more: closed for long.
#[must_use]
pub fn found(
    now: Timestamp,
    id: PullRequestId,
    rule: &Repository,
    seen: &Seen,
) -> Option<Change<PullRequest>> {
    let closed_at = (seen.state != State::Open).then(|| seen.closed_at.unwrap_or(now).min(now));
    if closed_at.is_some_and(|at| now.since(at) > limits::CATCH_UP_MAX) {
        return None;
    }
    let next = PullRequest {
        id,
        repository: rule.id.clone(),
        team: rule.team.clone(),
        number: seen.number,
        title: seen.title.clone(),
        url: seen.url.clone(),
        author: seen.author.clone(),
        branch: seen.branch.clone(),
        head: seen.head.clone(),
        state: seen.state,
        labelled: is_labelled(rule, seen),
        trusted: is_trusted(rule, seen),
        let_in: None,
        asked: None,
        environment: None,
        built: None,
        refusal: None,
        ends_at: None,
        closed_at,
        seen_at: now,
    };
    let facts = merged(&next, now, false);
    let effects = if next.wants() {
        vec![next.follow(now)]
    } else {
        Vec::new()
    };
    Some(Change {
        next,
        effects,
        facts,
    })
}

/// How a known pull request stands now. `was_ready` says whether its environment ever answered. `None`
/// if nothing is new.
#[must_use]
pub fn seen(
    now: Timestamp,
    rule: &Repository,
    known: &PullRequest,
    seen: &Seen,
    was_ready: bool,
) -> Option<Change<PullRequest>> {
    let mut next = known.clone();
    next.title.clone_from(&seen.title);
    next.url.clone_from(&seen.url);
    next.author.clone_from(&seen.author);
    next.branch.clone_from(&seen.branch);
    next.head.clone_from(&seen.head);
    next.state = seen.state;
    next.labelled = is_labelled(rule, seen);
    next.trusted = is_trusted(rule, seen);
    if next == *known {
        return None;
    }
    if next.state == State::Open {
        next.closed_at = None;
    } else if known.state != next.state {
        next.closed_at = Some(seen.closed_at.unwrap_or(now).min(now));
    }
    let facts = if known.state == State::Merged {
        Vec::new()
    } else {
        merged(&next, now, was_ready)
    };
    match (known.wants(), next.wants()) {
        (true, false) => {
            next.ends_at = Some(now.plus(rule.grace));
            next.refusal = None;
        }
        (false, true) => {
            next.ends_at = None;
            // Whoever reopens it wants an environment, even of a revision that had one.
            next.built = None;
        }
        _ => {}
    }
    let mut effects = vec![next.follow(now)];
    effects.extend(next.ask_again(known, now));
    Some(Change {
        next,
        effects,
        facts,
    })
}

/// Somebody lets it in, for the revision that they saw.
///
/// # Errors
/// [`Refusal::Moved`] if there is a newer revision or it is closed, [`Refusal::LetInAlready`].
pub fn let_in(
    now: Timestamp,
    known: &PullRequest,
    by: UserId,
    revision_begins: &str,
) -> Result<Change<PullRequest>, Refusal> {
    if !known.wants() || revision_begins.is_empty() || !known.head.starts_with(revision_begins) {
        return Err(Refusal::Moved);
    }
    if known.is_let_in() {
        return Err(Refusal::LetInAlready);
    }
    let mut next = known.clone();
    next.let_in = Some(LetIn {
        by,
        revision: known.head.clone(),
    });
    let effects = vec![next.follow(now), next.post(now)];
    Ok(Change {
        next,
        effects,
        facts: Vec::new(),
    })
}

/// The next step for its environment, as both stand now.
#[must_use]
pub fn step(now: Timestamp, it: &PullRequest, environment: Option<&Environment>) -> Step {
    use environment::State as Its;
    let living = environment.filter(|environment| environment.state.is_alive());
    if !it.wants() {
        let Some(living) = living.filter(|living| living.state.has_an_end()) else {
            return Step::Wait;
        };
        return match it.ends_at {
            // Somebody answers for it until its review, whatever becomes of the pull request.
            _ if living.pin.is_some() => Step::Wait,
            Some(at) if at > now => Step::EndAt(at),
            _ => Step::End,
        };
    }
    let is_newest =
        |environment: &Environment| environment.revision.as_deref() == Some(it.head.as_str());
    if living.is_some_and(is_newest) || (living.is_none() && it.built.as_ref() == Some(&it.head)) {
        return Step::Wait;
    }
    if !it.is_let_in() {
        return Step::Ask;
    }
    match living.map(|living| living.state) {
        None => Step::Create,
        Some(Its::AwaitingApproval | Its::Queued) => Step::Revise,
        Some(Its::Ready | Its::Failed | Its::Sleeping) => Step::Update,
        // It moves: whatever it becomes is followed again, and then the newest revision counts.
        Some(_) => Step::Wait,
    }
}

/// The name of its environments: the repository's key, cut so that the number stays whole.
#[must_use]
pub fn environment_name(repository: &str, number: i64) -> String {
    let number = format!("-pr-{number}");
    let room = limits::NAME_CHARS_MAX.saturating_sub(number.len());
    let begin: String = repository.chars().take(room).collect();
    format!("{}{number}", begin.trim_end_matches('-'))
}

fn is_labelled(rule: &Repository, seen: &Seen) -> bool {
    let wanted = rule.label.as_ref();
    wanted.is_none_or(|wanted| seen.labels.iter().any(|label| label == wanted))
}

fn is_trusted(rule: &Repository, seen: &Seen) -> bool {
    let named = |names: &Vec<String>| {
        names
            .iter()
            .any(|name| name.eq_ignore_ascii_case(&seen.author))
    };
    match seen.origin {
        // Who opens it says nothing about who pushes to a fork.
        Origin::Fork => false,
        Origin::Newcomer => rule.trusted.as_ref().is_some_and(named),
        Origin::Own => rule.trusted.as_ref().is_none_or(named),
    }
}

fn merged(it: &PullRequest, now: Timestamp, was_ready: bool) -> Vec<Fact> {
    if it.state != State::Merged {
        return Vec::new();
    }
    let subject = format!("{}#{}", it.repository, it.number);
    let at = it.closed_at.unwrap_or(now);
    let fact = |kind| Fact {
        team: Some(it.team.clone()),
        ..Fact::plain(kind, "hearth", &subject, at)
    };
    let mut facts = vec![fact(fact::Kind::PullRequestMerged)];
    if was_ready {
        facts.push(fact(fact::Kind::PullRequestPreviewed));
    }
    facts
}

impl PullRequest {
    /// Whether it should have an environment.
    #[must_use]
    pub fn wants(&self) -> bool {
        self.state == State::Open && self.labelled
    }

    /// Whether its newest revision may be built without asking anybody.
    #[must_use]
    pub fn is_let_in(&self) -> bool {
        let by_word = self.let_in.as_ref();
        self.trusted || by_word.is_some_and(|let_in| let_in.revision == self.head)
    }

    /// The newest revision that may be built: the newest of all, or that which somebody has let in.
    #[must_use]
    pub fn buildable(&self) -> Option<&str> {
        if self.is_let_in() {
            return Some(&self.head);
        }
        self.let_in.as_ref().map(|let_in| let_in.revision.as_str())
    }

    /// Whether somebody is asked at this moment.
    #[must_use]
    pub fn waits_for_a_word(&self) -> bool {
        self.wants() && !self.is_let_in()
    }

    /// The job that takes the next step.
    #[must_use]
    pub fn follow(&self, now: Timestamp) -> Planned {
        Effect::FollowPullRequest {
            id: self.id.clone(),
        }
        .at(now)
    }

    /// The message that asks somebody to let it in, as it stands now.
    #[must_use]
    pub fn post(&self, now: Timestamp) -> Planned {
        Effect::Post {
            subject: Subject::PullRequest(self.id.clone()),
            occasion: Occasion::Live,
        }
        .at(now)
    }

    /// A message that was posted is kept true.
    fn ask_again(&self, known: &Self, now: Timestamp) -> Option<Planned> {
        let moved = known.waits_for_a_word() != self.waits_for_a_word() || known.head != self.head;
        (self.asked.is_some() && moved).then(|| self.post(now))
    }
}

/// No, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It is not as it was when the button was made.
    Moved,
    /// Somebody has said so already, or nobody needs to.
    LetInAlready,
}

impl Refusal {
    /// What is so, and what to do about it.
    #[must_use]
    pub fn sentence(self) -> Sentence {
        Sentence::new(match self {
            Self::Moved => "refused-pull-request-moved",
            Self::LetInAlready => "refused-pull-request-let-in",
        })
    }
}

#[cfg(test)]
mod tests;
