//! Deeds beyond a person's usual ones: without waiting for the work that follows, and as no client
//! would send them.

use hearth::playground::{Answer, Input, Interaction, Message, Modal};
use serde_json::{Value, json};

use super::Bot;

impl Bot {
    /// Somebody types a command; returns its answer while the work that follows is still going on.
    pub async fn say_at_once(&self, member: &str, channel: &str, line: &str) -> Answer {
        let typed = self.discord.slash(member, channel, line);
        let interaction = typed.unwrap_or_else(|why| panic!("{line}: {why}"));
        interaction.answer().await
    }

    /// The private text of a command's answer.
    pub async fn privately(&self, member: &str, channel: &str, line: &str) -> String {
        let message = self.say(member, channel, line).await.message();
        let privately = message.private_to.as_deref() == Some(member);
        assert!(privately, "{line} was answered in public: {}", message.text);
        shown(&message)
    }

    /// Somebody clicks; returns the answer while the work that follows is still going on.
    pub async fn click_at_once(&self, member: &str, message: &Message, label: &str) -> Answer {
        let clicked = self.discord.click(member, message.id, label);
        let interaction = clicked.unwrap_or_else(|why| panic!("{label}: {why}"));
        interaction.answer().await
    }

    /// Options that no client would send, at the place where the command leads.
    pub async fn say_raw(
        &self,
        member: &str,
        channel: &str,
        command: &str,
        options: &Value,
    ) -> Answer {
        let sent = self.discord.slash_raw(member, channel, command, options);
        let interaction = sent.unwrap_or_else(|why| panic!("{command}: {why}"));
        self.whole(interaction).await
    }

    /// A click with any custom id on a message that the member sees.
    pub async fn click_raw(&self, member: &str, message: u64, custom_id: &str) -> Answer {
        let sent = self.discord.click_raw(member, message, custom_id);
        let interaction = sent.unwrap_or_else(|why| panic!("{custom_id}: {why}"));
        self.whole(interaction).await
    }

    /// A form that nobody opened. `opened_by` is any earlier interaction of the member.
    pub async fn send_raw(
        &self,
        member: &str,
        opened_by: u64,
        custom_id: &str,
        texts: &[(&str, &str)],
    ) -> Answer {
        let input = |(id, _): &(&str, &str)| Input {
            custom_id: (*id).to_owned(),
            label: (*id).to_owned(),
            placeholder: String::new(),
            value: String::new(),
            required: false,
            n_min: 0,
            n_max: u64::MAX,
        };
        let form = Modal {
            interaction: opened_by,
            custom_id: custom_id.to_owned(),
            title: String::new(),
            inputs: texts.iter().map(input).collect(),
            raw: json!({}),
        };
        let sent = self.discord.submit(member, &form, texts);
        let interaction = sent.unwrap_or_else(|why| panic!("{custom_id}: {why}"));
        self.whole(interaction).await
    }

    /// What is suggested for an option while the line is being typed.
    pub async fn suggested(
        &self,
        member: &str,
        channel: &str,
        line: &str,
        focused: &str,
    ) -> Vec<String> {
        let typing = self.discord.autocomplete(member, channel, line, focused);
        let interaction = typing.unwrap_or_else(|why| panic!("{line}: {why}"));
        let choices = interaction.answer().await.choices();
        choices.into_iter().map(|choice| choice.name).collect()
    }

    /// The last `n` messages of a channel, private ones included, as a transcript.
    pub fn newest(&self, channel: &str, n: usize) -> String {
        let transcript = self.transcript(channel);
        let messages: Vec<&str> = transcript.trim_end().split("\n\n").collect();
        messages[messages.len().saturating_sub(n)..].join("\n\n")
    }

    /// The first line of each message that everybody sees in a channel.
    pub fn headlines(&self, channel: &str) -> String {
        let seen = self.messages(channel);
        let lines = seen.iter().map(|message| message.text.lines().next());
        lines
            .map(Option::unwrap_or_default)
            .collect::<Vec<_>>()
            .join("\n")
    }

    /// Returns when some message of the channel shows this text, in its text or its embeds.
    pub async fn until_shown(&self, channel: &str, text: &str) {
        let shows = |state: &hearth::playground::State<'_>| {
            state
                .messages(channel)
                .iter()
                .any(|message| shown(message).contains(text))
        };
        self.discord
            .until(&format!("{channel} shows {text}"), shows)
            .await;
    }

    async fn whole(&self, interaction: Interaction) -> Answer {
        let answer = interaction.answer().await;
        self.idle().await;
        answer
    }
}

/// A message's text, embeds' titles and buttons, as it is read.
pub fn shown(message: &Message) -> String {
    let mut lines = vec![message.text.clone()];
    for embed in &message.embeds {
        lines.push(format!("┌ {}", embed.title));
        lines.extend(embed.description.lines().map(|line| format!("│ {line}")));
        for (name, value) in &embed.fields {
            lines.push(format!("│ {name}: {}", value.replace('\n', "\n│   ")));
        }
        lines.push(format!("└ {}", embed.footer));
    }
    let buttons: Vec<String> = message
        .buttons
        .iter()
        .map(|button| format!("[{}]", button.label))
        .collect();
    if !buttons.is_empty() {
        lines.push(buttons.join(" "));
    }
    lines.retain(|line| !line.is_empty());
    lines.join("\n")
}
