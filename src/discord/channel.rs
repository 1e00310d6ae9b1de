//! Messages in channels: posting, editing, and finding our own again.

use serde::Deserialize;
use serde_json::Value;
use serenity::http::{LightMethod, Route};
use serenity::model::id as ids;

use crate::domain::chat::{ChannelId, Message, MessageId, UserId};

use super::body::{self, Body, Extra};
use super::call::Call;
use super::send::{Outgoing, named};
use super::{Discord, Id};

/// The longest nonce that Discord takes, in characters.
const NONCE_CHARS_MAX: usize = 25;
/// As many messages Discord lists in one answer.
const LISTED_MAX: u8 = 100;
/// How deep components are nested at most: rows, containers, sections.
const COMPONENT_DEPTH_MAX: u8 = 4;

impl Discord {
    /// Posts a message. A second post with the same `nonce` within a few minutes makes no second
    /// message and returns the first one's id. `reply_to` shows what it answers, without calling
    /// its author.
    ///
    /// # Errors
    /// [`Call::UnknownEffect`] where it may stand there: look for it with [`Discord::find_own`].
    pub async fn post(
        &self,
        channel: ChannelId,
        message: &Message,
        nonce: &str,
        reply_to: Option<MessageId>,
    ) -> Result<MessageId, Call> {
        debug_assert!(
            nonce.len() <= NONCE_CHARS_MAX,
            "a longer nonce is refused by Discord"
        );
        let extra = Extra {
            nonce: Some(nonce),
            reply_to,
            private: false,
        };
        let channel_id = channel_id(channel)?;
        let outgoing = Outgoing::new(
            named!("post"),
            LightMethod::Post,
            Route::ChannelMessages { channel_id },
            channel.0,
        )
        .body(body::message("post", message, &extra));
        let posted: Id = self.ask(&outgoing).await?;
        Ok(MessageId(posted.id.get()))
    }

    /// Makes `message` of the message `id` of ours, whole: what is not in it any more disappears.
    ///
    /// # Errors
    /// [`Call::Gone`] where a person has deleted it, [`Call::TooOldToEdit`] after an hour of edits.
    pub async fn edit(
        &self,
        channel: ChannelId,
        id: MessageId,
        message: &Message,
    ) -> Result<(), Call> {
        let route = Route::ChannelMessage {
            channel_id: channel_id(channel)?,
            message_id: message_id(id)?,
        };
        let outgoing = Outgoing::new(named!("edit"), LightMethod::Patch, route, channel.0)
            .body(body::message("edit", message, &Extra::default()));
        self.call(&outgoing).await.map(drop)
    }

    /// The newest of the bot's own messages among the channel's `latest` (1 to 100) that carries
    /// `mark` in an embed's footer or in a component's custom id, as a word of its own.
    ///
    /// # Errors
    /// As every call; reading a channel needs "Read Message History".
    pub async fn find_own(
        &self,
        channel: ChannelId,
        mark: &str,
        latest: u8,
    ) -> Result<Option<MessageId>, Call> {
        let route = Route::ChannelMessages {
            channel_id: channel_id(channel)?,
        };
        let mut outgoing = Outgoing::new(named!("find"), LightMethod::Get, route, channel.0);
        outgoing.params = Some(vec![("limit", latest.clamp(1, LISTED_MAX).to_string())]);
        let listed: Vec<Listed> = self.ask(&outgoing).await?;
        let own = listed
            .iter()
            .filter(|message| message.author.id.get() == self.inner.bot.get());
        Ok(own
            .filter(|message| message.carries(mark))
            .map(|message| MessageId(message.id.get()))
            .max())
    }

    /// The channel for direct messages with a person.
    ///
    /// # Errors
    /// As every call. Whether the person takes messages is seen only when one is posted
    /// ([`Call::Forbidden`] with code 50007).
    pub async fn direct_channel(&self, user: UserId) -> Result<ChannelId, Call> {
        let json = format!(r#"{{"recipient_id":"{user}"}}"#).into_bytes();
        let outgoing = Outgoing::new(
            named!("direct"),
            LightMethod::Post,
            Route::UserMeDmChannels,
            0,
        )
        .body(Body { json, files: &[] });
        let opened: Id = self.ask(&outgoing).await?;
        Ok(ChannelId(opened.id.get()))
    }
}

/// An id of 0 names nothing, and serenity's ids cannot hold it.
pub(super) fn channel_id(id: ChannelId) -> Result<ids::ChannelId, Call> {
    if id.0 == 0 {
        Err(Call::Gone { code: 10_003 })
    } else {
        Ok(ids::ChannelId::new(id.0))
    }
}

fn message_id(id: MessageId) -> Result<ids::MessageId, Call> {
    if id.0 == 0 {
        Err(Call::Gone { code: 10_008 })
    } else {
        Ok(ids::MessageId::new(id.0))
    }
}

#[derive(Deserialize)]
struct Listed {
    id: ids::GenericId,
    author: Id,
    #[serde(default)]
    embeds: Vec<Value>,
    #[serde(default)]
    components: Vec<Value>,
}

impl Listed {
    fn carries(&self, mark: &str) -> bool {
        let footers = self
            .embeds
            .iter()
            .filter_map(|embed| embed["footer"]["text"].as_str());
        footers.into_iter().any(|text| has_word(text, mark))
            || in_components(&self.components, mark, COMPONENT_DEPTH_MAX)
    }
}

fn in_components(components: &[Value], mark: &str, depth: u8) -> bool {
    depth > 0
        && components.iter().any(|component| {
            component["custom_id"]
                .as_str()
                .is_some_and(|id| has_word(id, mark))
                || component["components"]
                    .as_array()
                    .is_some_and(|inner| in_components(inner, mark, depth - 1))
        })
}

/// Whether `word` stands in `text` and is not a part of a longer word: `e1` is not in `e12`. What
/// stands behind `#` is the mark of a message of its own: `#a` is in `e1#a`, and `e1` is not, because
/// that message is not the one about `e1` as such.
fn has_word(text: &str, word: &str) -> bool {
    !word.is_empty()
        && text.match_indices(word).any(|(at, _)| {
            let before = text[..at].chars().next_back();
            let after = text[at + word.len()..].chars().next();
            let begins = word.starts_with('#') || !before.is_some_and(char::is_alphanumeric);
            begins && !after.is_some_and(|sign| sign.is_alphanumeric() || sign == '#')
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_mark_is_found_in_footers_and_custom_ids_but_not_inside_another() {
        let listed: Listed = serde_json::from_value(json!({
            "id": "5", "author": {"id": "1"}, "content": "e4",
            "embeds": [{"footer": {"text": "environment e12 · ends soon"}}, {"title": "e5"}],
            "components": [{"type": 1, "components": [{"type": 2, "custom_id": "env:extend:e7"}]}],
        }))
        .unwrap();
        assert!(listed.carries("e12"));
        assert!(listed.carries("e7"));
        assert!(has_word("env:show:e9#ab12", "#ab12"));
        assert!(!has_word("env:show:e9#ab12", "e9"));
        for absent in ["e1", "e4", "e5", "", "env:ext"] {
            assert!(!listed.carries(absent), "{absent}");
        }
    }
}
