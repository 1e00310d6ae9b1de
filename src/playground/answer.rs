//! What comes back when a person used a command, a button, a select or a form.
use super::view::{self, Choice, Message};
use super::world::{Progress, Shared, World};
use serde_json::Value;
use std::sync::Arc;

/// Something that a person did and that the bot is to answer.
#[derive(Clone)]
pub struct Interaction {
    pub(super) shared: Arc<Shared>,
    pub(super) id: u64,
}

impl std::fmt::Debug for Interaction {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Interaction")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// How an interaction was answered.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// With a message, private or not.
    Message(Box<Message>),
    /// By changing the message whose component was used.
    Updated(Box<Message>),
    /// With a form to fill in.
    Modal(Modal),
    /// With suggestions.
    Choices(Vec<Choice>),
    /// The bot said that it is thinking; only [`Interaction::first`] gives this.
    Thinking(Box<Message>),
    /// A component was acknowledged, and nothing is to be seen.
    Acknowledged,
    /// The answer was a message that is deleted by now.
    Deleted,
    /// Nobody answered within 3 s of the clock: the client says that the application did not respond.
    Unanswered,
}

/// A form that the bot opened.
#[derive(Clone, Debug, PartialEq)]
pub struct Modal {
    /// The interaction that it answers.
    pub interaction: u64,
    /// Its custom id.
    pub custom_id: String,
    /// Its title.
    pub title: String,
    /// Its inputs in order.
    pub inputs: Vec<Input>,
    /// Discord's object.
    pub raw: Value,
}

/// A text input of a form.
#[derive(Clone, Debug, PartialEq)]
pub struct Input {
    /// Its custom id.
    pub custom_id: String,
    /// What it asks.
    pub label: String,
    /// What it shows while it is empty.
    pub placeholder: String,
    /// What it holds at first.
    pub value: String,
    /// Whether it must be filled in.
    pub required: bool,
    /// The fewest characters.
    pub n_min: u64,
    /// The most characters.
    pub n_max: u64,
}

impl Interaction {
    /// Its id.
    #[must_use]
    pub fn id(&self) -> u64 {
        self.id
    }

    /// Waits for the first answer, even if it only says that the bot is thinking.
    ///
    /// # Panics
    /// After 30 s of real time.
    pub async fn first(&self) -> Answer {
        view::wait(&self.shared, "an interaction is acknowledged", |world| {
            answer(world, self.id)
        })
        .await
    }

    /// Waits for the answer; one that was deferred is waited for until it is there.
    ///
    /// # Panics
    /// After 30 s of real time.
    pub async fn answer(&self) -> Answer {
        let whole = |world: &World| {
            answer(world, self.id).filter(|answer| !matches!(answer, Answer::Thinking(_)))
        };
        view::wait(&self.shared, "an interaction is answered", whole).await
    }

    /// Every message that belongs to it so far: the answer and follow-ups.
    #[must_use]
    pub fn messages(&self) -> Vec<Message> {
        self.shared.read(|world| {
            let own = world
                .messages
                .values()
                .filter(|stored| stored.exchange == Some(self.id));
            own.map(|stored| view::seen(world, stored)).collect()
        })
    }
}

impl Answer {
    /// The message of an answer that is one.
    ///
    /// # Panics
    /// If it is something else.
    #[must_use]
    pub fn message(self) -> Message {
        match self {
            Self::Message(message) | Self::Updated(message) | Self::Thinking(message) => *message,
            other => panic!("expected a message, got {other:?}"),
        }
    }

    /// The form of an answer that is one.
    ///
    /// # Panics
    /// If it is something else.
    #[must_use]
    pub fn modal(self) -> Modal {
        match self {
            Self::Modal(modal) => modal,
            other => panic!("expected a form, got {other:?}"),
        }
    }

    /// The suggestions of an answer that has some.
    ///
    /// # Panics
    /// If it is something else.
    #[must_use]
    pub fn choices(self) -> Vec<Choice> {
        match self {
            Self::Choices(choices) => choices,
            other => panic!("expected suggestions, got {other:?}"),
        }
    }
}

/// The answer so far, if there is any.
fn answer(world: &World, id: u64) -> Option<Answer> {
    let Some(exchange) = world.exchanges.get(&id) else {
        return Some(Answer::Unanswered);
    };
    let message = |id: Option<u64>| {
        id.and_then(|id| world.messages.get(&id))
            .map(|stored| Box::new(view::seen(world, stored)))
    };
    match &exchange.progress {
        Progress::Waiting => None,
        Progress::Late => Some(Answer::Unanswered),
        Progress::Deferred => {
            Some(message(exchange.original).map_or(Answer::Deleted, Answer::Thinking))
        }
        Progress::DeferredUpdate => Some(Answer::Acknowledged),
        Progress::Replied => {
            Some(message(exchange.original).map_or(Answer::Deleted, Answer::Message))
        }
        Progress::Updated => {
            Some(message(exchange.source).map_or(Answer::Deleted, Answer::Updated))
        }
        Progress::Form(form) => Some(Answer::Modal(modal(id, form))),
        Progress::Choices(choices) => {
            let choice = |choice: &Value| Choice {
                name: choice["name"].as_str().unwrap_or_default().to_owned(),
                value: choice["value"].clone(),
            };
            Some(Answer::Choices(choices.iter().map(choice).collect()))
        }
    }
}

/// The form that an interaction of this person opened.
pub(super) fn opened_modal(world: &World, interaction: u64, person: u64) -> Option<Modal> {
    let exchange = world.exchanges.get(&interaction).filter(|exchange| exchange.person == person)?;
    match &exchange.progress {
        Progress::Form(form) => Some(modal(interaction, form)),
        _ => None,
    }
}

fn modal(interaction: u64, form: &Value) -> Modal {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let input = |row: &Value| {
        let input = &row["components"][0];
        Input {
            custom_id: text(&input["custom_id"]),
            label: text(&input["label"]),
            placeholder: text(&input["placeholder"]),
            value: text(&input["value"]),
            required: input["required"].as_bool().unwrap_or(true),
            n_min: input["min_length"].as_u64().unwrap_or(0),
            n_max: input["max_length"].as_u64().unwrap_or(4_000),
        }
    };
    Modal {
        interaction,
        custom_id: text(&form["custom_id"]),
        title: text(&form["title"]),
        inputs: form["components"]
            .as_array()
            .into_iter()
            .flatten()
            .map(input)
            .collect(),
        raw: form.clone(),
    }
}
