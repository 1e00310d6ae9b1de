//! `/help`: what this person can do in this installation, grouped, with usage and a true example.

use super::bind::names_of;
use super::bound::{Bound, BoundCommand, BoundOption};
use crate::app::action::Source;
use crate::app::words::{Words, harmless};
use crate::domain::chat::{Embed, Language, Message, Person};
use crate::domain::platform::{ParameterKind, Platform};
use crate::domain::sentence::Value;

/// Characters of a message's content and of an embed's description at Discord.
const CONTENT_CHARS_MAX: usize = 2000;
const DESCRIPTION_CHARS_MAX: usize = 4000;

/// Names that one line of the installation's lists shows.
const NAMES_MAX: usize = 20;

/// Templates that are shown with their descriptions.
const TEMPLATES_MAX: usize = 10;

/// Groups of commands in their order, by the first part of an action's name.
const SECTIONS: &[(&str, &str)] = &[
    ("environment", "help-environment"),
    ("deployment", "help-deployment"),
    ("survey", "help-survey"),
    ("digest", "help-digest"),
    ("", "help-general"),
];

impl Bound {
    /// The commands that the person may use at this moment, in order of the files.
    pub fn usable<'a>(
        &'a self,
        platform: &'a Platform,
        person: &'a Person,
    ) -> impl Iterator<Item = &'a BoundCommand> {
        self.commands()
            .filter(|command| command.permit(&platform.groups, person).is_ok())
    }

    /// The answer to `/help`: the usable commands by subject, each with an example, and what this
    /// installation has.
    #[must_use]
    pub fn help(
        &self,
        words: &Words,
        language: Language,
        platform: &Platform,
        person: &Person,
    ) -> Message {
        let usable: Vec<&BoundCommand> = self.usable(platform, person).collect();
        let mut lines = Vec::new();
        for (subject, title) in SECTIONS {
            let commands: Vec<&&BoundCommand> = usable
                .iter()
                .filter(|command| section_of(command) == *subject)
                .collect();
            if commands.is_empty() {
                continue;
            }
            lines.push(format!("**{}**", words.label(language, title)));
            for command in commands {
                lines.push(line(words, language, command));
                if !command.options.is_empty() {
                    lines.push(example(words, language, command, platform));
                }
            }
        }
        lines.extend(installation(words, language, platform));
        let hidden = self.commands().count() - usable.len();
        if hidden > 0 {
            lines.push(words.line(language, "help-hidden", &[("n", Value::from(hidden))]));
        }
        let names: Vec<String> = usable
            .iter()
            .map(|command| format!("`/{}`", command.name()))
            .collect();
        let intro = words.label(language, "help-intro");
        Message {
            content: fitting(&[intro, names.join(" · ")], CONTENT_CHARS_MAX),
            embeds: vec![Embed {
                title: words.line(
                    language,
                    "help-title",
                    &[("platform", Value::from(platform.name.as_str()))],
                ),
                description: fitting(&lines, DESCRIPTION_CHARS_MAX),
                ..Embed::default()
            }],
            ..Message::default()
        }
    }
}

impl BoundCommand {
    /// The answer to `/help command:…`: usage, options, an example, and which right it needs.
    #[must_use]
    pub fn help(&self, words: &Words, language: Language, platform: &Platform) -> Message {
        let code = |text: &str| Value::Markup(format!("`{text}`"));
        let mut lines = vec![
            words.line(
                language,
                "help-about",
                &[("description", described(self, language))],
            ),
            words.line(language, "usage", &[("usage", code(&self.usage()))]),
        ];
        for option in &self.options {
            let text = option
                .description
                .get(&language)
                .cloned()
                .unwrap_or_default();
            let arguments = [
                ("name", Value::from(option.name.as_str())),
                ("description", Value::from(text)),
            ];
            lines.push(if option.required {
                words.line(language, "help-option-required", &arguments)
            } else {
                words.line(language, "help-option-optional", &arguments)
            });
        }
        lines.push(example(words, language, self, platform));
        if let Some(right) = self.action.right {
            lines.push(words.line(
                language,
                "help-command-allowed",
                &[("right", Value::from(right.name()))],
            ));
        }
        let title = words.line(
            language,
            "help-command",
            &[("command", code(&format!("/{}", self.name())))],
        );
        lines.insert(0, format!("**{title}**"));
        Message {
            content: fitting(&lines, CONTENT_CHARS_MAX),
            ..Message::default()
        }
    }

    /// A call that this installation would understand: `/env create template:preview name:demo`.
    /// Only what is required is in it, or else the first option.
    #[must_use]
    pub fn example(&self, platform: &Platform) -> String {
        let mut call = format!("/{}", self.name());
        let required = self.options.iter().any(|option| option.required);
        let shown = self
            .options
            .iter()
            .filter(|option| option.required)
            .chain(self.options.first().filter(|_| !required));
        for option in shown {
            call.push_str(&format!(
                " {}:{}",
                option.name,
                example_of(option, platform)
            ));
        }
        call
    }
}

fn example_of(option: &BoundOption, platform: &Platform) -> String {
    if let ParameterKind::Choice(words) = &option.kind {
        return words.first().cloned().unwrap_or_default();
    }
    let own = match option.complete {
        Some(Source::Revisions) => platform
            .templates
            .iter()
            .find_map(|template| template.revisions.first())
            .cloned(),
        Some(source) => names_of(source, platform)
            .and_then(|names| names.first().map(|name| (*name).to_owned())),
        None => None,
    };
    own.unwrap_or_else(|| option.example.clone())
}

fn section_of(command: &BoundCommand) -> &'static str {
    command
        .action
        .name
        .split_once('.')
        .map_or("", |(subject, _)| subject)
}

fn described(command: &BoundCommand, language: Language) -> Value {
    Value::from(
        command
            .description
            .get(&language)
            .cloned()
            .unwrap_or_default(),
    )
}

fn line(words: &Words, language: Language, command: &BoundCommand) -> String {
    let usage = Value::Markup(format!("`{}`", command.usage()));
    words.line(
        language,
        "help-line",
        &[
            ("usage", usage),
            ("description", described(command, language)),
        ],
    )
}

fn example(
    words: &Words,
    language: Language,
    command: &BoundCommand,
    platform: &Platform,
) -> String {
    const EXAMPLE_CHARS_MAX: usize = 200;
    let call = harmless::code(&command.example(platform), EXAMPLE_CHARS_MAX);
    words.line(
        language,
        "help-example",
        &[("example", Value::Markup(call))],
    )
}

/// What this installation has: templates with their descriptions, the rest by name.
fn installation(words: &Words, language: Language, platform: &Platform) -> Vec<String> {
    let mut lines = vec![format!("**{}**", words.label(language, "help-templates"))];
    for template in platform.templates.iter().take(TEMPLATES_MAX) {
        let name = Value::from(template.id.as_str());
        let description = Value::from(template.description.as_str());
        lines.push(words.line(
            language,
            "help-template",
            &[("name", name), ("description", description)],
        ));
    }
    match platform.templates.len() {
        0 => lines.push(words.label(language, "help-none")),
        n if n > TEMPLATES_MAX => {
            lines.push(words.line(
                language,
                "help-more",
                &[("n", Value::from(n - TEMPLATES_MAX))],
            ));
        }
        _ => {}
    }
    let services: Vec<&str> = platform
        .services
        .iter()
        .map(|service| service.id.as_str())
        .collect();
    let stages: Vec<&str> = platform
        .stages
        .iter()
        .map(|stage| stage.id.as_str())
        .collect();
    let surveys: Vec<&str> = platform
        .surveys
        .iter()
        .map(|survey| survey.id.as_str())
        .collect();
    let digests: Vec<&str> = platform
        .digests
        .iter()
        .map(|digest| digest.id.as_str())
        .collect();
    lines.push(names(words, language, "help-services", &services));
    lines.push(names(words, language, "help-stages", &stages));
    lines.push(names(words, language, "help-surveys", &surveys));
    lines.push(names(words, language, "help-digests", &digests));
    lines
}

/// One line of names under a title.
fn names(words: &Words, language: Language, title: &'static str, names: &[&str]) -> String {
    let title = words.label(language, title);
    if names.is_empty() {
        return format!("**{title}**: {}", words.label(language, "help-none"));
    }
    let shown = words.all_of(language, &names[..names.len().min(NAMES_MAX)]);
    let hidden = names.len().saturating_sub(NAMES_MAX);
    if hidden == 0 {
        return format!("**{title}**: {shown}");
    }
    format!(
        "**{title}**: {shown} {}",
        words.line(language, "help-more", &[("n", Value::from(hidden))])
    )
}

/// The lines that fit, whole ones only; the last one then says that there are more.
pub(super) fn fitting(lines: &[String], chars_max: usize) -> String {
    const MORE: &str = "…";
    let mut text = String::new();
    let mut used = 0;
    for line in lines {
        let size = line.encode_utf16().count() + 1;
        if used + size + MORE.len() > chars_max {
            text.push_str(MORE);
            return text;
        }
        used += size;
        text.push_str(line);
        text.push('\n');
    }
    text.truncate(text.trim_end().len());
    text
}
