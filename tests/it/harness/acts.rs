//! What people do in a conversation: type, click, choose, send, and read.

use hearth::playground::{self, Answer, Message};

use super::gate::Gate;
use super::{Bot, said};

impl Bot {
    /// Somebody types a command; returns its only answer at once, whatever goes on.
    pub async fn ask(&self, member: &str, channel: &str, line: &str) -> Answer {
        let interaction = self
            .discord
            .slash(member, channel, line)
            .unwrap_or_else(|why| panic!("{line}: {why}"));
        interaction.answer().await
    }

    /// Somebody types a command; returns what its only answer says.
    pub async fn hear(&self, member: &str, channel: &str, line: &str) -> String {
        said(self.say(member, channel, line).await)
    }

    /// What the page behind the newest link of a channel shows.
    pub async fn page(&self, channel: &str) -> String {
        let url = self
            .messages(channel)
            .into_iter()
            .rev()
            .flat_map(|message| message.buttons)
            .find_map(|button| button.url)
            .unwrap_or_else(|| panic!("no link in {channel}:\n{}", self.transcript(channel)));
        let response = reqwest::get(&url).await.expect("the page answers");
        response.text().await.expect("the page is text")
    }

    /// From now on programs behind [`gated`] wait until the returned gate is opened.
    pub fn close_gate(&self) -> Gate {
        Gate::close(&self.folder)
    }

    /// Somebody types a command; returns its only answer once the bot is idle again.
    pub async fn say(&self, member: &str, channel: &str, line: &str) -> Answer {
        let interaction = self
            .discord
            .slash(member, channel, line)
            .unwrap_or_else(|why| panic!("{line}: {why}"));
        let answer = interaction.answer().await;
        self.idle().await;
        answer
    }

    /// Somebody clicks the newest button of this label that they can see.
    pub async fn click(&self, member: &str, channel: &str, label: &str) -> Answer {
        let message = self.newest_with(member, channel, label);
        self.click_on(member, &message, label).await
    }

    /// Somebody clicks a button of a message that they saw earlier.
    pub async fn click_on(&self, member: &str, message: &Message, label: &str) -> Answer {
        let interaction = self
            .discord
            .click(member, message.id, label)
            .unwrap_or_else(|why| panic!("{label}: {why}"));
        let answer = interaction.answer().await;
        self.idle().await;
        answer
    }

    /// Somebody clicks a button of a message as they saw it once, although it may be gone from it.
    pub async fn press(&self, member: &str, seen: &Message, label: &str) -> Answer {
        self.press_id(member, seen, seen.button(label)).await
    }

    /// Somebody sends a click with any custom id, as a hostile client can.
    pub async fn press_id(&self, member: &str, seen: &Message, custom_id: &str) -> Answer {
        let interaction = self
            .discord
            .click_raw(member, seen.id, custom_id)
            .unwrap_or_else(|why| panic!("{custom_id}: {why}"));
        let answer = interaction.answer().await;
        self.idle().await;
        answer
    }

    /// Somebody chooses in the select menu of a private message of theirs.
    pub async fn choose(&self, member: &str, message: &Message, value: &str) -> Answer {
        let select = message
            .selects
            .first()
            .expect("the message has a select menu");
        let interaction = self
            .discord
            .select(member, message.id, &select.custom_id, &[value])
            .unwrap_or_else(|why| panic!("{value}: {why}"));
        let answer = interaction.answer().await;
        self.idle().await;
        answer
    }

    /// Somebody sends a form.
    pub async fn send(
        &self,
        member: &str,
        form: &playground::Modal,
        texts: &[(&str, &str)],
    ) -> Answer {
        let interaction = self
            .discord
            .submit(member, form, texts)
            .unwrap_or_else(|why| panic!("{why}"));
        let answer = interaction.answer().await;
        self.idle().await;
        answer
    }

    fn newest_with(&self, member: &str, channel: &str, label: &str) -> Message {
        let mut seen = self.discord.messages(channel);
        seen.extend(self.discord.private_messages(member));
        seen.retain(|message| {
            message
                .private_to
                .as_deref()
                .is_none_or(|own| own == member)
        });
        seen.sort_by_key(|message| message.id);
        seen.into_iter()
            .rev()
            .find(|message| {
                message
                    .buttons
                    .iter()
                    .any(|button| button.label == label && !button.disabled)
            })
            .unwrap_or_else(|| {
                panic!(
                    "nobody sees a button {label} in {channel}:\n{}",
                    self.transcript(channel)
                )
            })
    }
}
