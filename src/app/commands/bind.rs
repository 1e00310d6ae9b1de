//! Binds command files to actions: every parameter that an action or a fixed template requires is
//! given exactly once, types match, Discord takes it, and a file only ever narrows.

mod description;
mod option;
mod slot;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use toml::Spanned;

use self::slot::Slot;
use super::bound::{Argument, Bound, BoundCommand, BoundOption, check};
use super::declaration::{Command, Declaration, Fault, File};
use super::{near, registration};
use crate::app::action::{Action, Source, Told};
use crate::app::words::Words;
use crate::domain::chat::OptionValue;
use crate::domain::platform::{ParameterKind, Platform};

/// Binds all files.
///
/// # Errors
/// Every fault of every file, one of syntax at most for each.
pub fn bind(
    files: &[File],
    actions: &'static [Action],
    platform: &Platform,
    words: &Words,
) -> Result<Bound, Vec<Fault>> {
    let mut faults = Vec::new();
    let mut bound = Bound {
        definitions: Vec::new(),
        commands: Vec::new(),
    };
    let mut names = BTreeSet::new();
    for file in files {
        let declaration = match file.parse() {
            Ok(declaration) if declaration.enabled => declaration,
            Ok(_) => continue,
            Err(fault) => {
                faults.push(fault);
                continue;
            }
        };
        if !names.insert(file.name.as_str()) {
            faults.push(file.fault(
                0..0,
                format!("there are two files for /{}", file.name),
                "remove or rename one of them",
            ));
        }
        let mut binder = Binder {
            file,
            actions,
            platform,
            words,
            faults: &mut faults,
        };
        let commands = binder.file(&declaration);
        let description = binder.description_of_file(&declaration);
        let definition = registration::definition(&file.name, description, &commands, words);
        let size = registration::size(&definition);
        if size > registration::COMMAND_CHARS_MAX {
            let message = format!(
                "/{} has {size} characters of names and descriptions; Discord takes 8000",
                file.name
            );
            faults.push(file.fault(
                0..0,
                message,
                "shorten descriptions, or make two commands of it",
            ));
        }
        bound.definitions.push(definition);
        bound.commands.extend(commands);
    }
    if let Some(file) = files
        .last()
        .filter(|_| bound.definitions.len() > registration::COMMANDS_MAX)
    {
        let message = format!(
            "there are {} commands; Discord takes 100",
            bound.definitions.len()
        );
        faults.push(file.fault(0..0, message, "make subcommands of some of them"));
    }
    faults.sort_by(|a, b| (&a.file, a.span.start).cmp(&(&b.file, b.span.start)));
    if faults.is_empty() {
        Ok(bound)
    } else {
        Err(faults)
    }
}

struct Binder<'a> {
    file: &'a File,
    actions: &'static [Action],
    platform: &'a Platform,
    words: &'a Words,
    faults: &'a mut Vec<Fault>,
}

impl Binder<'_> {
    fn fault(&mut self, span: Range<usize>, message: impl Into<String>, hint: impl Into<String>) {
        let fault = self.file.fault(span, message, hint);
        self.faults.push(fault);
    }

    fn file(&mut self, declaration: &Declaration) -> Vec<BoundCommand> {
        if !registration::is_name(&self.file.name) {
            let message = format!("{:?} cannot be the name of a command", self.file.name);
            self.fault(
                0..0,
                message,
                "name the file with 1 to 32 lower-case letters, digits, - and _",
            );
        }
        let commands = &declaration.command;
        if commands.is_empty() || commands.len() > registration::LIST_MAX {
            let message = format!("the file declares {} commands", commands.len());
            self.fault(
                0..0,
                message,
                "write one [[command]], or up to 25 with names; enabled = false removes a command",
            );
        }
        let mut names = BTreeSet::new();
        for command in commands {
            match &command.get_ref().name {
                None if commands.len() == 1 => {}
                None => self.fault(
                    command.span(),
                    "this command has no name",
                    "with several commands in a file each needs a name",
                ),
                Some(name) if !registration::is_name(name.get_ref()) => {
                    let message = format!("{:?} cannot be the name of a command", name.get_ref());
                    self.fault(
                        name.span(),
                        message,
                        "use 1 to 32 lower-case letters, digits, - and _",
                    );
                }
                Some(name) if !names.insert(name.get_ref().clone()) => {
                    let message = format!("there are two commands {:?}", name.get_ref());
                    self.fault(name.span(), message, "rename or remove one of them");
                }
                Some(_) => {}
            }
        }
        commands
            .iter()
            .filter_map(|command| self.command(command))
            .collect()
    }

    fn command(&mut self, spanned: &Spanned<Command>) -> Option<BoundCommand> {
        let command = spanned.get_ref();
        let typed = command.action.get_ref();
        let Some(action) = self.actions.iter().find(|action| action.name == typed) else {
            let hint = did_you_mean(
                typed,
                self.actions.iter().map(|action| action.name),
                "actions",
            );
            self.fault(
                command.action.span(),
                format!("there is no action {typed:?}"),
                hint,
            );
            return None;
        };
        let mut path = vec![self.file.name.clone()];
        path.extend(command.name.iter().map(|name| name.get_ref().clone()));
        let slots = self.slots(action, command);
        let fixed = self.fixed(&slots, command);
        let options = self.options(&path, &slots, &fixed, command);
        self.complete(spanned.span(), &slots, &fixed, &options);
        Some(BoundCommand {
            description: self.description(
                &path,
                command.description.as_ref(),
                command.description_de.as_ref(),
                spanned.span(),
            ),
            allow: self.allow(command),
            private_reply: self.private_reply(action, command),
            action,
            path,
            fixed,
            options,
        })
    }

    fn fixed(&mut self, slots: &[Slot], command: &Command) -> BTreeMap<String, Argument> {
        let mut fixed = BTreeMap::new();
        for (name, value) in &command.with {
            let Some(slot) = self.slot(slots, name, value.span()) else {
                continue;
            };
            let given = match value.get_ref() {
                toml::Value::String(text) => Some(OptionValue::Text(text.clone())),
                toml::Value::Integer(number) => Some(OptionValue::Integer(*number)),
                toml::Value::Boolean(yes) => Some(OptionValue::Boolean(*yes)),
                _ => None,
            };
            match given.and_then(|given| check(name, &slot.kind, &given).ok()) {
                Some(argument) => {
                    if let (Some(source), Argument::Text(text)) = (slot.complete, &argument) {
                        self.exists(source, text, value.span());
                    }
                    fixed.insert(name.clone(), argument);
                }
                None => self.fault(
                    value.span(),
                    format!("{name} cannot be this"),
                    format!("it takes {}", accepted(&slot.kind)),
                ),
            }
        }
        fixed
    }

    fn options(
        &mut self,
        path: &[String],
        slots: &[Slot],
        fixed: &BTreeMap<String, Argument>,
        command: &Command,
    ) -> Vec<BoundOption> {
        if let Some(over) = command.option.get(registration::LIST_MAX) {
            self.fault(
                over.span(),
                "this is the 26th option",
                "Discord takes 25; fix some with `with`",
            );
        }
        let mut options: Vec<BoundOption> = Vec::new();
        for spanned in &command.option {
            let entry = spanned.get_ref();
            let name = entry.name.get_ref();
            let Some(slot) = self.slot(slots, name, entry.name.span()) else {
                continue;
            };
            if options.iter().any(|option| option.name == *name) {
                self.fault(
                    entry.name.span(),
                    format!("there are two options {name:?}"),
                    "remove one of them",
                );
            }
            if fixed.contains_key(name) {
                self.fault(
                    entry.name.span(),
                    format!("{name:?} is fixed by `with` and asked for"),
                    "remove one of the two",
                );
            }
            if entry.required && options.last().is_some_and(|before| !before.required) {
                let hint = "Discord wants required options first; the order of the file is kept";
                self.fault(
                    entry.name.span(),
                    format!("{name:?} is required and comes after one that is not"),
                    hint,
                );
            }
            let kind = self.narrowed(slot, entry);
            options.push(BoundOption {
                name: name.clone(),
                description: self.description_of_option(path, slot, entry, spanned.span()),
                complete: self.completes(slot, entry, &kind),
                kind,
                required: entry.required,
                of_template: slot.of_template,
                example: slot.example.clone(),
            });
        }
        options
    }

    /// A fixed name must be one of the platform's; what comes and goes is checked at each call.
    fn exists(&mut self, source: Source, name: &str, span: Range<usize>) {
        let known = names_of(source, self.platform);
        if known.as_ref().is_some_and(|known| !known.contains(&name)) {
            let hint = did_you_mean(name, known.unwrap_or_default(), source.name());
            self.fault(
                span,
                format!(
                    "{name:?} is not among the {} of this platform",
                    source.name()
                ),
                hint,
            );
        }
    }

    /// Every required parameter is given, or another that is always given stands in for it.
    fn complete(
        &mut self,
        span: Range<usize>,
        slots: &[Slot],
        fixed: &BTreeMap<String, Argument>,
        options: &[BoundOption],
    ) {
        let always = |name: &str| {
            fixed.contains_key(name)
                || options
                    .iter()
                    .any(|option| option.name == name && option.required)
        };
        for slot in slots {
            if !slot.required || always(&slot.name) || slot.stand_in.is_some_and(always) {
                continue;
            }
            let whose = if slot.of_template {
                "the template"
            } else {
                "the action"
            };
            let hint = if options.iter().any(|option| option.name == slot.name) {
                format!("write required = true at the option {:?}", slot.name)
            } else {
                format!(
                    "add an option {:?} with required = true, or with = {{ {} = … }}",
                    slot.name, slot.name
                )
            };
            self.fault(
                span.clone(),
                format!("{whose} needs {:?}, and nothing gives it", slot.name),
                hint,
            );
        }
    }

    fn allow(&mut self, command: &Command) -> Option<Vec<String>> {
        let allow = command.allow.as_ref()?;
        if allow.get_ref().is_empty() {
            self.fault(
                allow.span(),
                "allow names no group",
                "name groups of hearth.toml, or remove it",
            );
        }
        for name in allow.get_ref() {
            if !self
                .platform
                .groups
                .iter()
                .any(|group| group.name == *name.get_ref())
            {
                let groups = self.platform.groups.iter().map(|group| group.name.as_str());
                let hint = did_you_mean(name.get_ref(), groups, "groups of hearth.toml");
                self.fault(
                    name.span(),
                    format!("there is no group {:?}", name.get_ref()),
                    hint,
                );
            }
        }
        Some(
            allow
                .get_ref()
                .iter()
                .map(|name| name.get_ref().clone())
                .collect(),
        )
    }

    fn private_reply(&mut self, action: &Action, command: &Command) -> bool {
        match command
            .reply
            .as_ref()
            .map(|reply| (reply.get_ref().as_str(), reply.span()))
        {
            None | Some(("private", _)) => true,
            Some(("channel", span)) => {
                if action.told == Told::Private {
                    let message = format!("{:?} answers in private only", action.name);
                    self.fault(
                        span,
                        message,
                        "write reply = \"private\"; a file can only narrow",
                    );
                }
                false
            }
            Some((other, span)) => {
                self.fault(
                    span,
                    format!("a reply cannot be {other:?}"),
                    "write \"private\" or \"channel\"",
                );
                true
            }
        }
    }
}

/// The platform's names for a source; `None` for what comes and goes.
pub(super) fn names_of(source: Source, platform: &Platform) -> Option<Vec<&str>> {
    Some(match source {
        Source::Templates => platform
            .templates
            .iter()
            .map(|template| template.id.as_str())
            .collect(),
        Source::Services => platform
            .services
            .iter()
            .map(|service| service.id.as_str())
            .collect(),
        Source::Stages => platform
            .stages
            .iter()
            .flat_map(|stage| std::iter::once(&stage.id).chain(&stage.aliases))
            .map(String::as_str)
            .collect(),
        Source::Teams => platform.teams.iter().map(|team| team.id.as_str()).collect(),
        Source::Surveys => platform
            .surveys
            .iter()
            .map(|survey| survey.id.as_str())
            .collect(),
        Source::Digests => platform
            .digests
            .iter()
            .map(|digest| digest.id.as_str())
            .collect(),
        Source::Environments | Source::Revisions | Source::Commands => return None,
    })
}

fn did_you_mean<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>, what: &str) -> String {
    /// Names that a hint lists at most.
    const LISTED_MAX: usize = 20;
    let known: Vec<&str> = known.into_iter().collect();
    match near::nearest(typed, known.iter().copied()).as_slice() {
        [] if known.is_empty() => format!("there are no {what}"),
        [] => format!(
            "the {what} are: {}",
            known[..known.len().min(LISTED_MAX)].join(", ")
        ),
        near => format!("did you mean {}?", near.join(" or ")),
    }
}

fn accepted(kind: &ParameterKind) -> String {
    match kind {
        ParameterKind::Text { length_max } => format!("text of 1 to {length_max} characters"),
        ParameterKind::Integer { min, max } => format!("a whole number from {min} to {max}"),
        ParameterKind::Boolean => "true or false".to_owned(),
        ParameterKind::Person => "a person of the server".to_owned(),
        ParameterKind::Choice(words) => format!("one of {}", words.join(", ")),
    }
}

#[cfg(test)]
mod tests;
