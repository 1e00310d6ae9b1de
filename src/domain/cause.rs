//! Why something did not work out: our own reasons are said from `locales/`, an engine's and people's
//! words are kept as they came.

use super::fact::Fault;
use super::limits;

/// Why an environment or a deployment did not get there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// What the engine said, in one line. Hostile text.
    Engine(String),
    /// What the engine said of something that lies in what was asked for: a broken revision, a refused
    /// parameter. Hostile text.
    User(String),
    /// What a person said, in one line. Hostile text.
    Said(String),
    /// It took longer than it may.
    TookTooLong {
        /// How long it may take.
        seconds_max: u32,
    },
    /// The engine does not know it any more.
    Lost,
    /// This Hearth does not have the provider.
    NoProvider,
    /// Hearth gave up after trouble of its own.
    GivenUp {
        /// The code of the breakage.
        code: String,
    },
    /// Nobody said why.
    Unknown,
}

impl Cause {
    /// An engine's words; [`Cause::Unknown`] if nothing is left of them.
    #[must_use]
    pub fn engine(text: &str) -> Self {
        let text = one_line(text);
        if text.is_empty() {
            Self::Unknown
        } else {
            Self::Engine(text)
        }
    }

    /// An engine's words of a failure, and whose fault it is as far as the engine knows.
    #[must_use]
    pub fn of_engine(text: &str, whose: Fault) -> Self {
        match (Self::engine(text), whose) {
            (Self::Engine(text), Fault::User) => Self::User(text),
            (cause, _) => cause,
        }
    }

    /// Whose fault it is: the platform's, also whenever nobody knows better.
    #[must_use]
    pub fn fault(&self) -> Fault {
        match self {
            Self::User(_) => Fault::User,
            _ => Fault::Platform,
        }
    }

    /// A person's words, if there are any.
    #[must_use]
    pub fn said(text: &str) -> Option<Self> {
        Some(one_line(text))
            .filter(|text| !text.is_empty())
            .map(Self::Said)
    }

    /// The stored form.
    #[must_use]
    pub fn stored(&self) -> String {
        match self {
            Self::Engine(text) => format!("engine:{text}"),
            Self::User(text) => format!("user:{text}"),
            Self::Said(text) => format!("said:{text}"),
            Self::TookTooLong { seconds_max } => format!("time:{seconds_max}"),
            Self::Lost => "lost".to_owned(),
            Self::NoProvider => "provider".to_owned(),
            Self::GivenUp { code } => format!("given-up:{code}"),
            Self::Unknown => "unknown".to_owned(),
        }
    }

    /// The cause with this stored form.
    #[must_use]
    pub fn of_stored(stored: &str) -> Self {
        match stored.split_once(':') {
            Some(("engine", text)) => Self::Engine(text.to_owned()),
            Some(("user", text)) => Self::User(text.to_owned()),
            Some(("said", text)) => Self::Said(text.to_owned()),
            Some(("time", seconds)) => {
                seconds
                    .parse()
                    .map_or(Self::Unknown, |seconds_max| Self::TookTooLong {
                        seconds_max,
                    })
            }
            Some(("given-up", code)) => Self::GivenUp {
                code: code.to_owned(),
            },
            _ if stored == "lost" => Self::Lost,
            _ if stored == "provider" => Self::NoProvider,
            _ => Self::Unknown,
        }
    }
}

/// Cuts a text to what is kept, in whole characters and without control characters.
#[must_use]
pub fn one_line(text: &str) -> String {
    let kept: String = text
        .chars()
        .filter(|c| !c.is_control())
        .take(limits::ENGINE_TEXT_CHARS_MAX)
        .collect();
    kept.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_is_stored_and_read_back() {
        let causes = [
            Cause::Engine("no: such: image".into()),
            Cause::User("no: such: revision".into()),
            Cause::Said("lost".into()),
            Cause::TookTooLong { seconds_max: 300 },
            Cause::Lost,
            Cause::NoProvider,
            Cause::GivenUp {
                code: "0A1B2C3D".into(),
            },
            Cause::Unknown,
        ];
        for cause in causes {
            assert_eq!(Cause::of_stored(&cause.stored()), cause);
        }
        assert_eq!(Cause::of_stored("time:soon"), Cause::Unknown);
        assert_eq!(Cause::engine("\u{1b}\n "), Cause::Unknown);
        assert_eq!(Cause::said("  "), None);
    }

    #[test]
    fn what_nobody_knows_is_the_platforms_fault() {
        let user = Cause::of_engine("no such revision", Fault::User);
        assert_eq!(
            (user.fault(), &user),
            (Fault::User, &Cause::User("no such revision".into()))
        );
        for cause in [
            Cause::of_engine("quota", Fault::Platform),
            Cause::of_engine(" ", Fault::User),
            Cause::TookTooLong { seconds_max: 1 },
            Cause::Lost,
        ] {
            assert_eq!(cause.fault(), Fault::Platform, "{cause:?}");
        }
    }
}
