//! What is registered at Discord, and Discord's limits on it.

use std::collections::BTreeMap;

use super::bound::{BoundCommand, BoundOption, Texts};
use crate::app::words::Words;
use crate::domain::chat::{CommandDefinition, Language, OptionDefinition, OptionKind};
use crate::domain::platform::ParameterKind;

/// Options of one command, choices of one option, subcommands of one command.
pub(super) const LIST_MAX: usize = 25;
/// Characters of a description, and of a choice.
pub(super) const DESCRIPTION_CHARS_MAX: usize = 100;
/// Characters of names, descriptions and values of one whole command; of every text only the
/// longest language counts.
pub(super) const COMMAND_CHARS_MAX: usize = 8000;
/// Commands of one server.
pub(super) const COMMANDS_MAX: usize = 100;
/// Characters of a name.
const NAME_CHARS_MAX: usize = 32;
/// Whole numbers that Discord carries without loss: 2^53 - 1.
pub(super) const INTEGER_MAX: i64 = 9_007_199_254_740_991;
/// Characters of a text option.
const TEXT_OPTION_CHARS_MAX: u16 = 6000;

/// Whether Discord, and our own stricter rule, take this as a name of a command or option. Discord
/// takes letters of every script; plain ones can be typed on every keyboard.
pub(super) fn is_name(name: &str) -> bool {
    (1..=NAME_CHARS_MAX).contains(&name.len())
        && name
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_'))
}

/// The definition of a top-level command with what can be typed below it.
pub(super) fn definition(
    name: &str,
    description: Texts,
    commands: &[BoundCommand],
    words: &Words,
) -> CommandDefinition {
    match commands {
        [plain] if plain.path.len() == 1 => one(name, plain, words),
        subcommands => CommandDefinition {
            name: name.to_owned(),
            description,
            options: Vec::new(),
            subcommands: subcommands
                .iter()
                .map(|command| one(&command.path[command.path.len() - 1], command, words))
                .collect(),
        },
    }
}

fn one(name: &str, command: &BoundCommand, words: &Words) -> CommandDefinition {
    CommandDefinition {
        name: name.to_owned(),
        description: command.description.clone(),
        options: command
            .options
            .iter()
            .map(|bound| option(bound, words))
            .collect(),
        subcommands: Vec::new(),
    }
}

fn option(bound: &BoundOption, words: &Words) -> OptionDefinition {
    let (kind, range, choices) = match &bound.kind {
        ParameterKind::Text { length_max } => (
            OptionKind::Text,
            Some((1, i64::from((*length_max).min(TEXT_OPTION_CHARS_MAX)))),
            Vec::new(),
        ),
        ParameterKind::Integer { min, max } => {
            (OptionKind::Integer, Some((*min, *max)), Vec::new())
        }
        ParameterKind::Boolean => (OptionKind::Boolean, None, Vec::new()),
        ParameterKind::Person => (OptionKind::User, None, Vec::new()),
        ParameterKind::Choice(values) => (
            OptionKind::Text,
            None,
            values
                .iter()
                .map(|value| (choice(&bound.name, value, words), value.clone()))
                .collect(),
        ),
    };
    OptionDefinition {
        name: bound.name.clone(),
        description: bound.description.clone(),
        kind,
        required: bound.required,
        completes: bound.complete.is_some() && choices.is_empty(),
        choices,
        range,
    }
}

/// The name of a choice in every language: the sentence for it if there is one, else its value.
fn choice(option: &str, value: &str, words: &Words) -> Texts {
    [Language::English, Language::German]
        .into_iter()
        .map(|language| {
            let name = words.find(language, &format!("choice-{option}-{value}"));
            (language, name.unwrap_or_else(|| value.to_owned()))
        })
        .collect()
}

/// Characters that Discord counts for a whole command.
pub(super) fn size(definition: &CommandDefinition) -> usize {
    let options = definition.options.iter().map(|option| {
        let choices = option
            .choices
            .iter()
            .map(|(names, value)| longest(names) + chars(value));
        chars(&option.name) + longest(&option.description) + choices.sum::<usize>()
    });
    chars(&definition.name)
        + longest(&definition.description)
        + options.sum::<usize>()
        + definition.subcommands.iter().map(size).sum::<usize>()
}

fn longest(texts: &BTreeMap<Language, String>) -> usize {
    texts.values().map(|text| chars(text)).max().unwrap_or(0)
}

fn chars(text: &str) -> usize {
    text.encode_utf16().count()
}
