//! What is to be said, before it is said: a message id of `locales/` and its arguments.

/// One argument of a sentence.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Text from people or engines: the renderer makes it harmless (markdown, mentions, direction marks).
    Text(String),
    /// Text that is already safe to show as it is: our own markup such as `<t:…>` or `<@…>`.
    Markup(String),
    /// A number, so that the locale's plural rules can apply.
    Number(f64),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Self::Number(f64::from(number))
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<usize> for Value {
    fn from(number: usize) -> Self {
        Self::Number(u32::try_from(number).map_or(f64::from(u32::MAX), f64::from))
    }
}

/// A sentence to be said: the id of a Fluent message and its arguments.
#[derive(Clone, Debug, PartialEq)]
pub struct Sentence {
    /// The message's id in `locales/*/*.ftl`; a refusal's id is also its stable reason code.
    pub id: &'static str,
    /// Named arguments; every one of them is used by the message, a test checks that.
    pub arguments: Vec<(&'static str, Value)>,
}

impl Sentence {
    /// A sentence without arguments.
    #[must_use]
    pub fn new(id: &'static str) -> Self {
        Self {
            id,
            arguments: Vec::new(),
        }
    }

    /// The same sentence with one more argument.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.arguments.push((name, value.into()));
        self
    }
}
