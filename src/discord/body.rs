//! Turns chat's plain data into the JSON bodies that Discord takes, inside its limits.

use std::borrow::Cow;

use serde::Serialize;

use crate::domain::chat::{Choice, Embed, File, Form, Message, MessageId};

use super::components::{self, ComponentJson, RowJson};
use super::cut::{Cuts, INVISIBLE};

/// Discord's limits, in characters and numbers (`resources/message`, `components/reference`).
mod most {
    pub(super) const CONTENT: usize = 2000;
    pub(super) const EMBEDS: usize = 10;
    pub(super) const EMBED_TEXT: usize = 6000;
    pub(super) const TITLE: usize = 256;
    pub(super) const DESCRIPTION: usize = 4096;
    pub(super) const FIELDS: usize = 25;
    pub(super) const FIELD_NAME: usize = 256;
    pub(super) const FIELD_VALUE: usize = 1024;
    pub(super) const FOOTER: usize = 2048;
    pub(super) const FILES: usize = 10;
    pub(super) const ALT: usize = 1024;
    pub(super) const MENTIONS: usize = 100;
    pub(super) const CHOICES: usize = 25;
    pub(super) const CHOICE: usize = 100;
}

/// The flag of a message that only the asker sees.
const EPHEMERAL: u64 = 1 << 6;

/// A body that is ready to be sent.
#[derive(Debug)]
pub(super) struct Body<'a> {
    /// The JSON text.
    pub(super) json: Vec<u8>,
    /// The files that travel with it.
    pub(super) files: &'a [File],
}

/// What a message needs besides its own content.
#[derive(Default)]
pub(super) struct Extra<'a> {
    /// The key under which Discord drops a second sending.
    pub(super) nonce: Option<&'a str>,
    /// The message that this one answers.
    pub(super) reply_to: Option<MessageId>,
    /// Only the asker sees it.
    pub(super) private: bool,
}

/// The body of a message of its own, or of an edit.
pub(super) fn message<'a>(call: &'static str, message: &'a Message, extra: &Extra<'a>) -> Body<'a> {
    let mut cuts = Cuts::default();
    let body = message_json(message, extra, &mut cuts);
    cuts.log(call);
    Body {
        json: to_json(&body),
        files: files(message),
    }
}

/// The body of an interaction's callback of `kind` with a message in it.
pub(super) fn callback_message<'a>(kind: u8, message: &'a Message, extra: &Extra<'a>) -> Body<'a> {
    let mut cuts = Cuts::default();
    let data = message_json(message, extra, &mut cuts);
    cuts.log("answer");
    Body {
        json: to_json(&Callback {
            kind,
            data: Some(data),
        }),
        files: files(message),
    }
}

/// The body of a callback without data; a deferred one may be private.
pub(super) fn callback_bare(kind: u8, private: bool) -> Body<'static> {
    #[derive(Serialize)]
    struct Flags {
        flags: u64,
    }
    let data = private.then_some(Flags { flags: EPHEMERAL });
    Body {
        json: to_json(&Callback { kind, data }),
        files: &[],
    }
}

/// The body of the callback that opens a form.
pub(super) fn callback_form(kind: u8, form: &Form) -> Body<'static> {
    let mut cuts = Cuts::default();
    let data = Some(components::form(form, &mut cuts));
    cuts.log("answer");
    Body {
        json: to_json(&Callback { kind, data }),
        files: &[],
    }
}

/// The body of the callback that suggests values. A value that is too long cannot be cut without
/// changing what it means, so that its suggestion is left out.
pub(super) fn callback_choices(kind: u8, choices: &[Choice]) -> Body<'static> {
    #[derive(Serialize)]
    struct ChoiceJson<'a> {
        name: Cow<'a, str>,
        value: &'a str,
    }
    #[derive(Serialize)]
    struct ChoicesJson<'a> {
        choices: Vec<ChoiceJson<'a>>,
    }
    let mut cuts = Cuts::default();
    let mut list: Vec<ChoiceJson<'_>> = Vec::with_capacity(choices.len().min(most::CHOICES));
    for choice in choices {
        let fits = !choice.value.is_empty() && choice.value.chars().count() <= most::CHOICE;
        if list.len() == most::CHOICES || !fits {
            cuts.note("choices");
            continue;
        }
        let name = cuts.filled("choice.name", &choice.name, most::CHOICE);
        // Two names that differ only behind the cut would be refused, and all others with them.
        if list.iter().any(|earlier| earlier.name == name) {
            cuts.note("choice.same_name");
            continue;
        }
        list.push(ChoiceJson {
            name,
            value: &choice.value,
        });
    }
    cuts.log("answer");
    Body {
        json: to_json(&Callback {
            kind,
            data: Some(ChoicesJson { choices: list }),
        }),
        files: &[],
    }
}

#[derive(Serialize)]
struct Callback<D: Serialize> {
    #[serde(rename = "type")]
    kind: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<D>,
}

#[derive(Serialize)]
struct MessageJson<'a> {
    content: Cow<'a, str>,
    embeds: Vec<EmbedJson<'a>>,
    components: Vec<RowJson<ComponentJson<'a>>>,
    allowed_mentions: AllowedMentions,
    attachments: Vec<AttachmentJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    flags: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    enforce_nonce: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_reference: Option<Reference>,
}

#[derive(Serialize)]
struct Reference {
    message_id: String,
    fail_if_not_exists: bool,
}

/// Nobody is called by what a text says; only those who are named here.
#[derive(Serialize)]
struct AllowedMentions {
    parse: [&'static str; 0],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    users: Vec<String>,
    replied_user: bool,
}

#[derive(Serialize)]
struct AttachmentJson<'a> {
    id: String,
    filename: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    description: Cow<'a, str>,
}

#[derive(Serialize)]
struct EmbedJson<'a> {
    #[serde(skip_serializing_if = "str::is_empty")]
    title: Cow<'a, str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    description: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    color: Option<u32>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fields: Vec<FieldJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    footer: Option<FooterJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<ImageJson>,
}

#[derive(Serialize)]
struct FieldJson<'a> {
    name: Cow<'a, str>,
    value: Cow<'a, str>,
    inline: bool,
}

#[derive(Serialize)]
struct FooterJson<'a> {
    text: Cow<'a, str>,
}

#[derive(Serialize)]
struct ImageJson {
    url: String,
}

fn to_json(body: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(body).expect("these bodies hold only strings, numbers and lists")
}

fn files(message: &Message) -> &[File] {
    &message.files[..message.files.len().min(most::FILES)]
}

fn message_json<'a>(message: &'a Message, extra: &Extra<'a>, cuts: &mut Cuts) -> MessageJson<'a> {
    let embeds = embeds(&message.embeds, cuts);
    let files = cuts.list("files", &message.files, most::FILES);
    let mut content = cuts.text("content", &message.content, most::CONTENT);
    if content.trim().is_empty() && embeds.is_empty() && files.is_empty() {
        cuts.note("content.empty");
        content = Cow::Borrowed("…");
    }
    let attachments = files
        .iter()
        .enumerate()
        .map(|(at, file)| AttachmentJson {
            id: at.to_string(),
            filename: &file.name,
            description: cuts.text("file.alt", &file.alt, most::ALT),
        })
        .collect();
    let mentions = cuts.list("mentions", &message.mentions, most::MENTIONS);
    MessageJson {
        content,
        embeds,
        components: components::rows(&message.rows, cuts),
        allowed_mentions: AllowedMentions {
            parse: [],
            users: mentions.iter().map(ToString::to_string).collect(),
            replied_user: false,
        },
        attachments,
        flags: extra.private.then_some(EPHEMERAL),
        nonce: extra.nonce,
        enforce_nonce: extra.nonce.map(|_| true),
        // A message that has been deleted meanwhile must not keep the news from being said.
        message_reference: extra.reply_to.map(|id| Reference {
            message_id: id.to_string(),
            fail_if_not_exists: false,
        }),
    }
}

/// The embeds, each text at its own limit and all texts together at theirs. The footers carry the
/// marks by which messages are found again, so they get their share first.
fn embeds<'a>(embeds: &'a [Embed], cuts: &mut Cuts) -> Vec<EmbedJson<'a>> {
    let embeds = cuts.list("embeds", embeds, most::EMBEDS);
    let mut left = most::EMBED_TEXT;
    let mut spend = |cuts: &mut Cuts, place: &'static str, text: &'a str, chars_max: usize| {
        let text = cuts.text(place, text, chars_max.min(left));
        left -= text.chars().count();
        text
    };
    let footers: Vec<_> = embeds
        .iter()
        .map(|embed| spend(cuts, "embed.footer", &embed.footer, most::FOOTER))
        .collect();
    let mut out = Vec::with_capacity(embeds.len());
    for (embed, footer) in embeds.iter().zip(footers) {
        let title = visible(spend(cuts, "embed.title", &embed.title, most::TITLE));
        let description = visible(spend(
            cuts,
            "embed.description",
            &embed.description,
            most::DESCRIPTION,
        ));
        let mut fields = Vec::with_capacity(embed.fields.len().min(most::FIELDS));
        for field in cuts.list("embed.fields", &embed.fields, most::FIELDS) {
            let name = spend(
                cuts,
                "embed.field.name",
                or_invisible(&field.name),
                most::FIELD_NAME,
            );
            let value = spend(
                cuts,
                "embed.field.value",
                or_invisible(&field.value),
                most::FIELD_VALUE,
            );
            if name.is_empty() || value.is_empty() {
                continue;
            }
            fields.push(FieldJson {
                name: demanded(name),
                value: demanded(value),
                inline: field.inline,
            });
        }
        let footer = visible(footer);
        let footer = (!footer.is_empty()).then_some(FooterJson { text: footer });
        let image = embed.image.as_ref().map(|name| ImageJson {
            url: format!("attachment://{name}"),
        });
        if title.is_empty()
            && description.is_empty()
            && fields.is_empty()
            && footer.is_none()
            && image.is_none()
        {
            continue;
        }
        out.push(EmbedJson {
            title,
            description,
            url: embed.url.as_deref(),
            color: embed.color,
            fields,
            footer,
            image,
        });
    }
    out
}

/// A text without a visible sign is no text for Discord.
fn visible(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.trim().is_empty() {
        Cow::Borrowed("")
    } else {
        text
    }
}

/// Discord refuses a field without a name or a value.
fn or_invisible(text: &str) -> &str {
    if text.is_empty() { INVISIBLE } else { text }
}

/// As [`or_invisible`], for what is left after cutting; never longer than `text`, which is not empty.
fn demanded(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.trim().is_empty() {
        Cow::Borrowed(INVISIBLE)
    } else {
        text
    }
}

#[cfg(test)]
#[path = "body_tests.rs"]
mod tests;
