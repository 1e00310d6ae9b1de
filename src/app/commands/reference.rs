//! The reference page of the commands, made from what is bound: `docs/reference/commands.md`.

use std::fmt::Write;

use super::bound::{Bound, BoundCommand, BoundOption};
use crate::domain::chat::Language;
use crate::domain::platform::ParameterKind;

/// The page as Markdown, in English.
#[must_use]
pub fn page(bound: &Bound) -> String {
    let mut page = String::from(
        "# Commands\n\n\
         Made from `commands/*.toml` by `hearth docs`; change those files, not this page. `[x]` is optional.\n\
         Refusals are always private. A right is given to groups of roles in `hearth.toml`.\n\n\
         | command | what it does | right | a success is said |\n|---|---|---|---|\n",
    );
    let mut row = |command: &BoundCommand| {
        let right = command
            .action
            .right
            .map_or("everybody".to_owned(), |right| {
                format!("`{}`", right.name())
            });
        let told = if command.private_reply {
            "in private"
        } else {
            "in the channel"
        };
        writeln!(
            page,
            "| `{}` | {} | {right} | {told} |",
            command.usage(),
            english(&command.description)
        )
    };
    bound
        .commands()
        .try_for_each(&mut row)
        .expect("writing to a String cannot fail");
    for command in bound.commands() {
        section(&mut page, command).expect("writing to a String cannot fail");
    }
    page
}

fn section(page: &mut String, command: &BoundCommand) -> std::fmt::Result {
    write!(
        page,
        "\n## /{}\n\n{}.\n\nAction: `{}`.",
        command.name(),
        english(&command.description),
        command.action.name
    )?;
    writeln!(page)?;
    if !command.options.is_empty() {
        writeln!(page, "\n| option | takes | |\n|---|---|---|")?;
    }
    for option in &command.options {
        let required = if option.required { "" } else { "optional; " };
        writeln!(
            page,
            "| `{}` | {required}{} | {} |",
            option.name,
            takes(option),
            english(&option.description)
        )?;
    }
    Ok(())
}

fn takes(option: &BoundOption) -> String {
    let what = match &option.kind {
        ParameterKind::Text { length_max } => format!("text of 1 to {length_max} characters"),
        ParameterKind::Integer { min, max } => format!("a whole number from {min} to {max}"),
        ParameterKind::Boolean => "yes or no".to_owned(),
        ParameterKind::Person => "a person of the server".to_owned(),
        ParameterKind::Choice(words) => words
            .iter()
            .map(|word| format!("`{word}`"))
            .collect::<Vec<_>>()
            .join(" or "),
    };
    option.complete.map_or(what.clone(), |source| {
        format!("{what}, completes from {}", source.name())
    })
}

fn english(texts: &super::bound::Texts) -> &str {
    texts.get(&Language::English).map_or("", String::as_str)
}
