//! Commands after binding: what may be typed, found by path, and the arguments checked again,
//! since clients can send anything.

use std::collections::BTreeMap;

use super::near;
use crate::app::action::{Action, Source};
use crate::domain::access::{self, Granted, Group, Refusal};
use crate::domain::chat::{CommandDefinition, Language, OptionValue, Person, UserId};
use crate::domain::platform::ParameterKind;
use crate::domain::sentence::Sentence;

/// A text in every language.
pub type Texts = BTreeMap<Language, String>;

/// All commands of this installation.
#[derive(Clone, Debug, PartialEq)]
pub struct Bound {
    /// What is registered at Discord.
    pub definitions: Vec<CommandDefinition>,
    /// Every command that can be typed, in order of the files and within them.
    pub(super) commands: Vec<BoundCommand>,
}

/// One command that can be typed.
#[derive(Clone, Debug, PartialEq)]
pub struct BoundCommand {
    /// Command and subcommand, such as `["env", "create"]`.
    pub path: Vec<String>,
    /// What it is for.
    pub description: Texts,
    /// What code does.
    pub action: &'static Action,
    /// Groups that may use it, as far as they hold the action's right; `None` = whoever holds it.
    pub allow: Option<Vec<String>>,
    /// A success is said to the person only. Refusals always are.
    pub private_reply: bool,
    /// Arguments that the file fixes.
    pub fixed: BTreeMap<String, Argument>,
    /// What people can fill in, in their order.
    pub options: Vec<BoundOption>,
}

/// One option of a command.
#[derive(Clone, Debug, PartialEq)]
pub struct BoundOption {
    /// Its name, also that of the parameter which it gives.
    pub name: String,
    /// What it is for.
    pub description: Texts,
    /// What may be given.
    pub kind: ParameterKind,
    /// Must be given.
    pub required: bool,
    /// Where suggestions come from.
    pub complete: Option<Source>,
    /// The parameter belongs to the template that the command fixes, not to the action.
    pub of_template: bool,
    /// A value for examples.
    pub example: String,
}

/// A checked value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Argument {
    /// Text, also for choices; trimmed and never empty.
    Text(String),
    /// A whole number within its range.
    Integer(i64),
    /// Yes or no.
    Boolean(bool),
    /// A person of the server.
    Person(UserId),
}

impl Argument {
    /// The value as text, as parameters of templates are stored.
    #[must_use]
    pub fn to_text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Integer(number) => number.to_string(),
            Self::Boolean(yes) => yes.to_string(),
            Self::Person(person) => person.to_string(),
        }
    }
}

/// The checked arguments of one call, fixed ones included.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Arguments {
    given: BTreeMap<String, Argument>,
    of_template: BTreeMap<String, Argument>,
}

impl Arguments {
    /// The text that was given; `None` if none was.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.given.get(name) {
            Some(Argument::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// The text that must be there.
    ///
    /// # Errors
    /// The refusal `refused-parameter-missing`.
    pub fn demand_text(&self, name: &str) -> Result<&str, Sentence> {
        self.text(name).ok_or_else(|| missing(name))
    }

    /// The whole number that was given.
    #[must_use]
    pub fn integer(&self, name: &str) -> Option<i64> {
        match self.given.get(name) {
            Some(Argument::Integer(number)) => Some(*number),
            _ => None,
        }
    }

    /// The whole number that must be there.
    ///
    /// # Errors
    /// The refusal `refused-parameter-missing`.
    pub fn demand_integer(&self, name: &str) -> Result<i64, Sentence> {
        self.integer(name).ok_or_else(|| missing(name))
    }

    /// The yes or no that was given.
    #[must_use]
    pub fn boolean(&self, name: &str) -> Option<bool> {
        match self.given.get(name) {
            Some(Argument::Boolean(yes)) => Some(*yes),
            _ => None,
        }
    }

    /// The person that must be there.
    ///
    /// # Errors
    /// The refusal `refused-parameter-missing`.
    pub fn demand_person(&self, name: &str) -> Result<UserId, Sentence> {
        match self.given.get(name) {
            Some(Argument::Person(person)) => Ok(*person),
            _ => Err(missing(name)),
        }
    }

    /// Arguments for the template's own parameters, by name.
    #[must_use]
    pub fn of_template(&self) -> &BTreeMap<String, Argument> {
        &self.of_template
    }
}

impl Bound {
    /// Every command that can be typed.
    pub fn commands(&self) -> impl Iterator<Item = &BoundCommand> {
        self.commands.iter()
    }

    /// The command that was typed.
    ///
    /// # Errors
    /// The refusal `refused-command-unknown`, with near matches.
    pub fn find(&self, path: &[String]) -> Result<&BoundCommand, Sentence> {
        self.commands
            .iter()
            .find(|command| command.path == path)
            .ok_or_else(|| self.unknown(&path.join(" ")))
    }

    /// The command with this name as people write it: `env create` or `/env create`.
    ///
    /// # Errors
    /// The refusal `refused-command-unknown`, with near matches.
    pub fn find_named(&self, name: &str) -> Result<&BoundCommand, Sentence> {
        let path: Vec<String> = name
            .trim_start_matches('/')
            .split_whitespace()
            .map(str::to_owned)
            .collect();
        self.find(&path)
    }

    fn unknown(&self, typed: &str) -> Sentence {
        let names: Vec<String> = self.commands.iter().map(BoundCommand::name).collect();
        let near = near::text(typed, names.iter().map(String::as_str));
        let near = if near.is_empty() {
            near
        } else {
            format!("/{}", near.replace(", ", ", /"))
        };
        Sentence::new("refused-command-unknown").with("near", near)
    }
}

impl BoundCommand {
    /// The command as people call it, without the slash: `env create`.
    #[must_use]
    pub fn name(&self) -> String {
        self.path.join(" ")
    }

    /// Proof that the person may use the command at this moment; `Ok(None)` where everybody may.
    ///
    /// # Errors
    /// The refusal `refused-right` or `refused-narrowed`.
    pub fn permit(&self, groups: &[Group], person: &Person) -> Result<Option<Granted>, Refusal> {
        self.action
            .right
            .map(|right| access::demand(groups, person, right, self.allow.as_deref()))
            .transpose()
    }

    /// How it is written: `/env create template name [pull_request]`.
    #[must_use]
    pub fn usage(&self) -> String {
        let mut usage = format!("/{}", self.name());
        for option in &self.options {
            let (open, close) = if option.required {
                ("", "")
            } else {
                ("[", "]")
            };
            usage.push_str(&format!(" {open}{}{close}", option.name));
        }
        usage
    }

    /// The option with this name.
    #[must_use]
    pub fn option(&self, name: &str) -> Option<&BoundOption> {
        self.options.iter().find(|option| option.name == name)
    }

    /// Checks what was given and adds what the file fixes.
    ///
    /// # Errors
    /// A refusal: an unknown option, a wrong type, a value out of bounds, a missing option.
    pub fn arguments(&self, given: &BTreeMap<String, OptionValue>) -> Result<Arguments, Sentence> {
        let mut arguments = Arguments::default();
        for (name, value) in given {
            let Some(option) = self.option(name) else {
                let near = near::text(name, self.options.iter().map(|option| option.name.as_str()));
                return Err(Sentence::new("refused-option-unknown")
                    .with("name", name.clone())
                    .with("near", near));
            };
            let checked = check(name, &option.kind, value)?;
            let place = if option.of_template {
                &mut arguments.of_template
            } else {
                &mut arguments.given
            };
            place.insert(name.clone(), checked);
        }
        if let Some(option) = self
            .options
            .iter()
            .find(|option| option.required && !given.contains_key(&option.name))
        {
            return Err(missing(&option.name));
        }
        for (name, value) in &self.fixed {
            let own = self
                .action
                .parameters
                .iter()
                .any(|parameter| parameter.name == name);
            let place = if own {
                &mut arguments.given
            } else {
                &mut arguments.of_template
            };
            place.insert(name.clone(), value.clone());
        }
        Ok(arguments)
    }
}

fn missing(name: &str) -> Sentence {
    Sentence::new("refused-parameter-missing").with("name", name)
}

/// Checks one value against what the parameter accepts. Also used for values that come from forms,
/// drafts and configurations as text.
///
/// # Errors
/// A refusal that says what is accepted.
pub fn check(name: &str, kind: &ParameterKind, value: &OptionValue) -> Result<Argument, Sentence> {
    match (kind, value) {
        (ParameterKind::Text { length_max }, OptionValue::Text(text)) => {
            let text = text.trim();
            if (1..=usize::from(*length_max)).contains(&text.chars().count()) {
                return Ok(Argument::Text(text.to_owned()));
            }
        }
        (ParameterKind::Choice(words), OptionValue::Text(text)) => {
            if let Some(word) = words.iter().find(|word| word.as_str() == text.trim()) {
                return Ok(Argument::Text(word.clone()));
            }
        }
        (ParameterKind::Integer { min, max }, OptionValue::Integer(number))
            if (min..=max).contains(&number) =>
        {
            return Ok(Argument::Integer(*number));
        }
        (ParameterKind::Person, OptionValue::User(person)) => {
            return Ok(Argument::Person(*person));
        }
        (ParameterKind::Boolean, OptionValue::Boolean(yes)) => return Ok(Argument::Boolean(*yes)),
        _ => {}
    }
    Err(match kind {
        ParameterKind::Text { length_max } => Sentence::new("refused-parameter-text")
            .with("name", name)
            .with("length-max", u32::from(*length_max)),
        #[expect(
            clippy::cast_precision_loss,
            reason = "only shown; ranges stay far below 2^53, a test of bind holds that"
        )]
        ParameterKind::Integer { min, max } => Sentence::new("refused-parameter-integer")
            .with("name", name)
            .with("min", *min as f64)
            .with("max", *max as f64),
        ParameterKind::Boolean => Sentence::new("refused-parameter-boolean").with("name", name),
        ParameterKind::Person => Sentence::new("refused-parameter-person").with("name", name),
        ParameterKind::Choice(words) => Sentence::new("refused-parameter-choice")
            .with("name", name)
            .with("choices", words.join(", ")),
    })
}
