//! The conversation as plain text, the same for the same conversation, for inline snapshots.
use super::view::{self, Message};
use super::world::World;
use super::{Handle, State};
use std::fmt::Write as _;

impl Handle {
    /// What is to be seen in one channel (`platform`, `@ada` for the direct conversation) in the
    /// order of posting, private messages included. Ids and times are not shown; edits are shown in place.
    #[must_use]
    pub fn transcript(&self, channel: &str) -> String {
        let title = if channel.starts_with('@') {
            channel.to_owned()
        } else {
            format!("#{}", channel.trim_start_matches('#'))
        };
        self.look(|state| render(state, Some(&title)))
    }

    /// The same for every channel, each message with its channel.
    #[must_use]
    pub fn transcript_of_all(&self) -> String {
        self.look(|state| render(state, None))
    }
}

impl State<'_> {
    fn all(&self) -> Vec<Message> {
        let world: &World = self.0;
        world
            .messages
            .values()
            .map(|stored| view::seen(world, stored))
            .collect()
    }
}

fn render(state: &State<'_>, title: Option<&str>) -> String {
    let mut text = String::new();
    for message in state
        .all()
        .iter()
        .filter(|message| title.is_none_or(|title| message.channel == title))
    {
        if !text.is_empty() {
            text.push('\n');
        }
        render_one(message, title.is_none(), &mut text);
    }
    text
}

fn render_one(message: &Message, with_channel: bool, text: &mut String) {
    let place = if with_channel {
        format!(" in {}", message.channel)
    } else {
        String::new()
    };
    let seen_by = message
        .private_to
        .as_ref()
        .map(|name| format!(" (only {name} sees this)"))
        .unwrap_or_default();
    let asked = &message.raw["interaction_metadata"];
    let command = match (asked["user"]["username"].as_str(), asked["name"].as_str()) {
        (Some(by), Some(name)) => format!(" to {by}'s /{name}"),
        (Some(by), None) => format!(" to {by}"),
        _ => String::new(),
    };
    line(
        text,
        0,
        &format!("{}{place}{command}{seen_by}:", message.author),
    );
    if message.thinking {
        line(text, 1, "(thinking)");
    }
    block(text, 1, &message.text);
    for embed in &message.embeds {
        line(text, 1, &format!("┌ {}", embed.title));
        prefixed(text, "  │ ", &embed.description);
        for (name, value) in &embed.fields {
            let mut lines = value.lines();
            line(
                text,
                1,
                &format!("│ {name}: {}", lines.next().unwrap_or_default()),
            );
            for more in lines {
                line(text, 1, &format!("│   {more}"));
            }
        }
        if !embed.image.is_empty() {
            line(
                text,
                1,
                &format!(
                    "│ (picture {})",
                    embed.image.rsplit('/').next().unwrap_or_default()
                ),
            );
        }
        line(
            text,
            1,
            &if embed.footer.is_empty() {
                "└".to_owned()
            } else {
                format!("└ {}", embed.footer)
            },
        );
    }
    let buttons: Vec<String> = message
        .buttons
        .iter()
        .map(|button| {
            let disabled = if button.disabled { " [disabled]" } else { "" };
            let link = if button.url.is_some() { " ↗" } else { "" };
            format!("[{}{link}]{disabled}", button.label)
        })
        .collect();
    if !buttons.is_empty() {
        line(text, 1, &buttons.join(" "));
    }
    for select in &message.selects {
        let labels: Vec<&str> = select
            .options
            .iter()
            .map(|(label, _)| label.as_str())
            .collect();
        let disabled = if select.disabled { " [disabled]" } else { "" };
        line(
            text,
            1,
            &format!("<{}: {}>{disabled}", select.placeholder, labels.join(" | ")),
        );
    }
    for file in &message.attachments {
        let alt = if file.alt.is_empty() {
            String::new()
        } else {
            format!(": {}", file.alt)
        };
        line(text, 1, &format!("(file {}{alt})", file.name));
    }
    if !message.pinged.is_empty() {
        line(text, 1, &format!("(calls {})", message.pinged.join(", ")));
    }
}

fn line(text: &mut String, depth: usize, what: &str) {
    let _ = writeln!(text, "{}{}", "  ".repeat(depth), what.trim_end());
}

fn block(text: &mut String, depth: usize, what: &str) {
    for part in what.lines() {
        line(text, depth, part);
    }
}

fn prefixed(text: &mut String, prefix: &str, what: &str) {
    for part in what.lines() {
        let _ = writeln!(text, "{}", format!("{prefix}{part}").trim_end());
    }
}
