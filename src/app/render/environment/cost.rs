//! What environments cost, in words.

use crate::app::render::Voice;
use crate::app::words::harmless;
use crate::domain::chat::Language;
use crate::domain::environment::{Environment, Money};
use crate::domain::sentence::{Sentence, Value};
use crate::domain::time::Timestamp;

/// Characters of a currency that are shown.
const CURRENCY_CHARS_MAX: usize = 8;

/// What one or several environments cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    so_far: Money,
    per_month: Option<Money>,
}

impl Cost {
    /// What one costs at this moment; `None` without a price.
    #[must_use]
    pub fn of(environment: &Environment, now: Timestamp) -> Option<Self> {
        Some(Self {
            so_far: environment.cost_so_far(now)?,
            per_month: environment.cost_per_month(),
        })
    }

    /// Both together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            so_far: self.so_far.plus(other.so_far),
            per_month: match (self.per_month, other.per_month) {
                (Some(one), Some(two)) => Some(one.plus(two)),
                (one, two) => one.or(two),
            },
        }
    }

    /// As people read it.
    #[must_use]
    pub fn text(&self, voice: Voice<'_>, currency: &str) -> String {
        let amount = |money| Value::Markup(amount(voice.language, money, currency));
        let so_far = amount(self.so_far);
        voice.say(&match self.per_month {
            Some(per_month) => Sentence::new("environment-cost")
                .with("month", amount(per_month))
                .with("so-far", so_far),
            None => Sentence::new("environment-cost-over").with("so-far", so_far),
        })
    }
}

/// An amount in whole cents.
fn amount(language: Language, money: Money, currency: &str) -> String {
    let amount = format!("{:.2}", money.units());
    let amount = match language {
        Language::English => amount,
        Language::German => amount.replace('.', ","),
    };
    format!(
        "{amount} {}",
        harmless::markdown(currency, CURRENCY_CHARS_MAX)
    )
}
