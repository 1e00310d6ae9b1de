//! The conversation as plain text, the same for the same conversation, for inline snapshots.
use super::view::{self, Button, Embed, Message};
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
    let head = format!("{}{place}{command}{seen_by}:", message.author);
    line(text, 0, &head);
    if message.thinking {
        line(text, 1, "(thinking)");
    }
    for part in message.text.lines() {
        line(text, 1, part);
    }
    for embed in &message.embeds {
        render_embed(embed, text);
    }
    render_components(message, text);
    for file in &message.attachments {
        let alt = if file.alt.is_empty() { "" } else { ": " };
        line(text, 1, &format!("(file {}{alt}{})", file.name, file.alt));
    }
    if !message.pinged.is_empty() {
        line(text, 1, &format!("(calls {})", message.pinged.join(", ")));
    }
}

fn render_embed(embed: &Embed, text: &mut String) {
    line(text, 1, &format!("┌ {}", embed.title));
    for part in embed.description.lines() {
        line(text, 1, &format!("│ {part}"));
    }
    for (name, value) in &embed.fields {
        let mut lines = value.lines();
        let first = lines.next().unwrap_or_default();
        line(text, 1, &format!("│ {name}: {first}"));
        for more in lines {
            line(text, 1, &format!("│   {more}"));
        }
    }
    if let Some(picture) = embed
        .image
        .rsplit('/')
        .next()
        .filter(|name| !name.is_empty())
    {
        line(text, 1, &format!("│ (picture {picture})"));
    }
    line(text, 1, &format!("└ {}", embed.footer));
}

fn render_components(message: &Message, text: &mut String) {
    let off = |disabled: bool| if disabled { " (disabled)" } else { "" };
    let button = |button: &Button| {
        let link = if button.url.is_some() { " ↗" } else { "" };
        format!("[{}{link}]{}", button.label, off(button.disabled))
    };
    let buttons: Vec<String> = message.buttons.iter().map(button).collect();
    if !buttons.is_empty() {
        line(text, 1, &buttons.join(" "));
    }
    for select in &message.selects {
        let labels: Vec<&str> = select
            .options
            .iter()
            .map(|(label, _)| label.as_str())
            .collect();
        let asks = if select.placeholder.is_empty() {
            "choose"
        } else {
            &select.placeholder
        };
        let shown = format!("<{asks}: {}>{}", labels.join(" | "), off(select.disabled));
        line(text, 1, &shown);
    }
}

fn line(text: &mut String, depth: usize, what: &str) {
    let _ = writeln!(text, "{}{}", "  ".repeat(depth), what.trim_end());
}
