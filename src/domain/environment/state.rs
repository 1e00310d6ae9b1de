//! Where an environment stands. The chart is in ARCHITECTURE.md; the database guards every move.

/// Where an environment stands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum State {
    /// Somebody must agree first: somebody else to all of it, or somebody to its plan, once that is made.
    AwaitingApproval,
    /// The engine builds as many as it may; this one waits for a place.
    Queued,
    /// Accepted and stored; nobody has called the engine yet, as far as is known.
    Requested,
    /// The engine is at work.
    Provisioning,
    /// What is there is being removed, to make room for a newer revision.
    Updating,
    /// It answers.
    Ready,
    /// It could not be made; it still counts for the quota and still ends.
    Failed,
    /// Put to sleep, or about to fall asleep: it keeps its data and costs less.
    Sleeping,
    /// The engine wakes it.
    Waking,
    /// The engine does not know it any more, and it was not us. What is left of it is cleared away.
    Lost,
    /// Being removed.
    Destroying,
    /// Removing failed for good; people were called, and it is tried again when asked.
    DestroyFailed,
    /// Gone, and seen to be gone.
    Destroyed,
    /// Given up before the engine was called.
    Cancelled,
}

macro_rules! words {
    ($($state:ident = $word:literal, $tag:literal;)*) => {
        impl State {
            /// Every state.
            pub const ALL: &'static [Self] = &[$(Self::$state,)*];

            /// The stored word.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self { $(Self::$state => $word,)* }
            }

            /// The state's word in sentences of `locales/`.
            #[must_use]
            pub fn tag(self) -> &'static str {
                match self { $(Self::$state => $tag,)* }
            }
        }
    };
}

words! {
    AwaitingApproval = "awaiting_approval", "awaiting-approval";
    Queued = "queued", "queued";
    Requested = "requested", "requested";
    Provisioning = "provisioning", "building";
    Updating = "updating", "updating";
    Ready = "ready", "ready";
    Failed = "failed", "failed";
    Sleeping = "sleeping", "sleeping";
    Waking = "waking", "waking";
    Lost = "lost", "lost";
    Destroying = "destroying", "destroying";
    DestroyFailed = "destroy_failed", "could-not-destroy";
    Destroyed = "destroyed", "destroyed";
    Cancelled = "cancelled", "cancelled";
}

impl State {
    /// The state with this stored word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|state| state.word() == word)
    }

    /// Whether it still takes a place in the team's quota and keeps its name.
    #[must_use]
    pub fn is_alive(self) -> bool {
        !matches!(self, Self::Destroyed | Self::Cancelled)
    }

    /// Whether it takes one of the engine's places for building.
    #[must_use]
    pub fn builds(self) -> bool {
        matches!(self, Self::Requested | Self::Provisioning)
    }

    /// Whether it lives until its end; what is being removed, or should be, does not.
    #[must_use]
    pub fn has_an_end(self) -> bool {
        !matches!(
            self,
            Self::Lost | Self::Destroying | Self::DestroyFailed | Self::Destroyed | Self::Cancelled
        )
    }
}
