//! Bodies that make or change a message.
use super::{component, embed};
use crate::playground::refusal::{Form, Refusal};
use serde_json::Value;

/// Characters of a message's text.
const N_CONTENT_MAX: usize = 2_000;
/// Characters of a nonce.
const N_NONCE_MAX: usize = 25;
/// Files of one message.
const N_FILES_MAX: usize = 10;
/// Bytes of one file.
const N_FILE_BYTES_MAX: usize = 10 * 1024 * 1024;
/// Characters of a file's alternative text.
const N_ALT_MAX: usize = 1_024;
/// Only the asker sees it.
pub(in crate::playground) const EPHEMERAL: u64 = 1 << 6;
/// The message is still being thought about.
pub(in crate::playground) const LOADING: u64 = 1 << 7;
/// The message is made of components only.
pub(in crate::playground) const COMPONENTS_V2: u64 = 1 << 15;
const SUPPRESS_EMBEDS: u64 = 1 << 2;
const SUPPRESS_NOTIFICATIONS: u64 = 1 << 12;

/// Which request the body belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::playground) enum Shape {
    Create,
    Edit,
    Callback,
    FollowUp,
    EditReply,
}

/// A file that came with the body: `files[index]`.
#[derive(Clone, Debug)]
pub(in crate::playground) struct Upload {
    pub(in crate::playground) index: u64,
    pub(in crate::playground) name: String,
    pub(in crate::playground) content_type: Option<String>,
    pub(in crate::playground) bytes: Vec<u8>,
}

impl Shape {
    fn keys(self) -> &'static [&'static str] {
        match self {
            Self::Create => &[
                "content",
                "nonce",
                "tts",
                "embeds",
                "allowed_mentions",
                "message_reference",
                "components",
                "sticker_ids",
                "flags",
                "attachments",
                "enforce_nonce",
                "poll",
            ],
            Self::Edit => &[
                "content",
                "embeds",
                "flags",
                "allowed_mentions",
                "components",
                "attachments",
            ],
            Self::Callback => &[
                "content",
                "tts",
                "embeds",
                "allowed_mentions",
                "flags",
                "components",
                "attachments",
                "poll",
            ],
            Self::FollowUp => &[
                "content",
                "username",
                "avatar_url",
                "tts",
                "embeds",
                "allowed_mentions",
                "components",
                "flags",
                "attachments",
                "poll",
            ],
            Self::EditReply => &[
                "content",
                "embeds",
                "flags",
                "allowed_mentions",
                "components",
                "attachments",
                "poll",
            ],
        }
    }

    fn flags(self) -> u64 {
        match self {
            Self::Create => SUPPRESS_EMBEDS | SUPPRESS_NOTIFICATIONS | COMPONENTS_V2,
            Self::Edit => SUPPRESS_EMBEDS | COMPONENTS_V2,
            Self::Callback | Self::FollowUp => {
                EPHEMERAL | SUPPRESS_EMBEDS | SUPPRESS_NOTIFICATIONS | COMPONENTS_V2
            }
            // The visibility was fixed by the first answer: `revise` compares.
            Self::EditReply => EPHEMERAL | SUPPRESS_EMBEDS | COMPONENTS_V2,
        }
    }
}

/// Refuses a body that Discord would refuse, and unknown keys on top of that.
pub(in crate::playground) fn check(
    body: &Value,
    shape: Shape,
    files: &[Upload],
    at: &str,
) -> Result<(), Refusal> {
    let mut form = Form::default();
    let Some(map) = body.as_object() else {
        form.fault(
            at,
            "DICT_TYPE_CONVERT",
            "Only dictionaries may be used in a DictType",
        );
        return form.finish();
    };
    let path = |key: &str| {
        if at.is_empty() {
            key.to_owned()
        } else {
            format!("{at}.{key}")
        }
    };
    for key in map
        .keys()
        .filter(|key| !shape.keys().contains(&key.as_str()))
    {
        form.fault(
            path(key),
            "UNKNOWN_FIELD",
            "Discord knows no such field here.",
        );
    }
    if !body["content"].is_null() {
        form.text(&body["content"], &path("content"), 0, N_CONTENT_MAX);
    }
    check_flags(body, shape, &path("flags"), &mut form);
    check_nonce(body, &mut form);
    let version_2 = body["flags"].as_u64().unwrap_or(0) & COMPONENTS_V2 != 0;
    embed::check_all(&body["embeds"], &path("embeds"), &mut form);
    component::check_message(
        &body["components"],
        &path("components"),
        version_2,
        &mut form,
    );
    check_mentions(
        &body["allowed_mentions"],
        &path("allowed_mentions"),
        &mut form,
    );
    check_files(&body["attachments"], files, &path("attachments"), &mut form);
    if version_2 {
        for key in ["content", "poll"] {
            if !body[key].is_null() {
                form.fault(
                    path(key),
                    "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
                    "Not together with the IS_COMPONENTS_V2 flag",
                );
            }
        }
        if body["embeds"]
            .as_array()
            .is_some_and(|embeds| !embeds.is_empty())
        {
            form.fault(
                path("embeds"),
                "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
                "Not together with the IS_COMPONENTS_V2 flag",
            );
        }
    }
    if !body["tts"].is_null() && !body["tts"].is_boolean() {
        form.fault(
            path("tts"),
            "BOOLEAN_TYPE_CONVERT",
            "Must be either true or false.",
        );
    }
    if !body["poll"].is_null() {
        form.fault(
            path("poll"),
            "PLAYGROUND_UNSUPPORTED",
            "This server knows no polls.",
        );
    }
    form.finish()
}

fn check_flags(body: &Value, shape: Shape, path: &str, form: &mut Form) {
    if body["flags"].is_null() {
        return;
    }
    match body["flags"].as_u64() {
        None => form.fault(path, "NUMBER_TYPE_COERCE", "Value is not int."),
        Some(flags) if flags & !shape.flags() != 0 => {
            form.fault(
                path,
                "MESSAGE_FLAGS_INVALID",
                format!("Flags {} may not be set here.", flags & !shape.flags()),
            );
        }
        Some(_) => {}
    }
}

fn check_nonce(body: &Value, form: &mut Form) {
    match &body["nonce"] {
        Value::Null => {
            if body["enforce_nonce"].as_bool() == Some(true) {
                form.fault(
                    "nonce",
                    "BASE_TYPE_REQUIRED",
                    "enforce_nonce needs a nonce.",
                );
            }
        }
        Value::Number(number) if number.is_i64() || number.is_u64() => {}
        nonce => {
            form.text(nonce, "nonce", 0, N_NONCE_MAX);
        }
    }
    if !body["enforce_nonce"].is_null() && !body["enforce_nonce"].is_boolean() {
        form.fault(
            "enforce_nonce",
            "BOOLEAN_TYPE_CONVERT",
            "Must be either true or false.",
        );
    }
}

/// The shape of `allowed_mentions`: what may be parsed, and at most 100 users and roles named.
fn check_mentions(value: &Value, path: &str, form: &mut Form) {
    if value.is_null() {
        return;
    }
    let Some(map) = value.as_object() else {
        form.fault(
            path,
            "DICT_TYPE_CONVERT",
            "Only dictionaries may be used in a DictType",
        );
        return;
    };
    for key in map
        .keys()
        .filter(|key| !["parse", "users", "roles", "replied_user"].contains(&key.as_str()))
    {
        form.fault(
            format!("{path}.{key}"),
            "UNKNOWN_FIELD",
            "Discord knows no such field here.",
        );
    }
    let parsed: Vec<&str> = value["parse"]
        .as_array()
        .map(|all| all.iter().filter_map(Value::as_str).collect())
        .unwrap_or_default();
    let n_parsed = value["parse"].as_array().map_or(0, Vec::len);
    if !value["parse"].is_null()
        && (!value["parse"].is_array()
            || parsed.len() != n_parsed
            || parsed
                .iter()
                .any(|kind| !["users", "roles", "everyone"].contains(kind)))
    {
        form.fault(
            format!("{path}.parse"),
            "BASE_TYPE_CHOICES",
            "Value must be one of ('users', 'roles', 'everyone').",
        );
    }
    for kind in ["users", "roles"] {
        let list = &value[kind];
        if list.is_null() {
            continue;
        }
        let ids = list.as_array().map_or(&[][..], Vec::as_slice);
        if !list.is_array()
            || ids
                .iter()
                .any(|id| id.as_str().is_none_or(|id| id.parse::<u64>().is_err()))
        {
            form.fault(
                format!("{path}.{kind}"),
                "NUMBER_TYPE_COERCE",
                "Value is not a list of snowflakes.",
            );
        }
        if ids.len() > 100 {
            form.fault(
                format!("{path}.{kind}"),
                "BASE_TYPE_MAX_LENGTH",
                "Must be 100 or fewer in length.",
            );
        }
        if !ids.is_empty() && parsed.contains(&kind) {
            form.fault(
                path,
                "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
                format!("parse:[\"{kind}\"] and {kind}: [ids...] are mutually exclusive."),
            );
        }
    }
}

fn check_files(value: &Value, files: &[Upload], path: &str, form: &mut Form) {
    if files.len() > N_FILES_MAX {
        form.fault(
            path,
            "BASE_TYPE_MAX_LENGTH",
            format!("Must be {N_FILES_MAX} or fewer in length."),
        );
    }
    for file in files
        .iter()
        .filter(|file| file.bytes.len() > N_FILE_BYTES_MAX)
    {
        form.fault(
            format!("{path}.{}", file.index),
            "ATTACHMENT_TOO_LARGE",
            "Request entity too large: a file may have 10 MiB.",
        );
    }
    if value.is_null() {
        return;
    }
    let Some(list) = value.as_array() else {
        form.fault(
            path,
            "LIST_TYPE_CONVERT",
            "Only iterables may be used in a ListType",
        );
        return;
    };
    for (n, item) in list.iter().enumerate() {
        let at = format!("{path}.{n}");
        if snowflake(&item["id"]).is_none() {
            form.fault(
                format!("{at}.id"),
                "BASE_TYPE_REQUIRED",
                "This field is required",
            );
        }
        if !item["description"].is_null() {
            form.text(
                &item["description"],
                &format!("{at}.description"),
                0,
                N_ALT_MAX,
            );
        }
    }
}

/// An id written as text or as a number.
pub(in crate::playground) fn snowflake(value: &Value) -> Option<u64> {
    value
        .as_u64()
        .or_else(|| value.as_str().and_then(|text| text.parse().ok()))
}

/// Refuses a message in which there is nothing to see.
pub(in crate::playground) fn check_not_empty(
    message: &Value,
    n_files: usize,
) -> Result<(), Refusal> {
    let filled = |key: &str| message[key].as_array().is_some_and(|list| !list.is_empty());
    let said = message["content"]
        .as_str()
        .is_some_and(|text| !text.trim().is_empty());
    if said
        || filled("embeds")
        || filled("components")
        || filled("sticker_ids")
        || filled("attachments")
        || n_files > 0
    {
        return Ok(());
    }
    Err(Refusal::new(400, 50006, "Cannot send an empty message"))
}
