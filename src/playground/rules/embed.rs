//! Embeds: lengths of their parts and of all of them together.
use crate::playground::refusal::Form;
use serde_json::Value;

/// Embeds of one message.
const N_EMBEDS_MAX: usize = 10;
/// Characters over all embeds of a message.
const N_CHARACTERS_MAX: usize = 6_000;
/// Fields of one embed.
const N_FIELDS_MAX: usize = 25;
/// Characters of an address.
const N_URL_MAX: usize = 2_048;

/// Checks the list of embeds of a message.
pub(super) fn check_all(value: &Value, path: &str, form: &mut Form) {
    if value.is_null() {
        return;
    }
    let Some(embeds) = value.as_array() else {
        form.fault(
            path,
            "LIST_TYPE_CONVERT",
            "Only iterables may be used in a ListType",
        );
        return;
    };
    if embeds.len() > N_EMBEDS_MAX {
        form.fault(
            path,
            "BASE_TYPE_MAX_LENGTH",
            format!("Must be {N_EMBEDS_MAX} or fewer in length."),
        );
    }
    for (n, embed) in embeds.iter().enumerate() {
        check(embed, &format!("{path}.{n}"), form);
    }
    if embeds.iter().map(characters).sum::<usize>() > N_CHARACTERS_MAX {
        form.fault(
            path,
            "MAX_EMBED_SIZE_EXCEEDED",
            format!("Embed size exceeds maximum size of {N_CHARACTERS_MAX}"),
        );
    }
}

fn check(embed: &Value, path: &str, form: &mut Form) {
    let Some(map) = embed.as_object() else {
        form.fault(
            path,
            "DICT_TYPE_CONVERT",
            "Only dictionaries may be used in a DictType",
        );
        return;
    };
    const KEYS: [&str; 13] = [
        "title",
        "type",
        "description",
        "url",
        "timestamp",
        "color",
        "footer",
        "image",
        "thumbnail",
        "video",
        "provider",
        "author",
        "fields",
    ];
    for key in map.keys().filter(|key| !KEYS.contains(&key.as_str())) {
        form.fault(
            format!("{path}.{key}"),
            "UNKNOWN_FIELD",
            "Discord knows no such field here.",
        );
    }
    for (key, high) in [("title", 256), ("description", 4_096)] {
        if !embed[key].is_null() {
            form.text(&embed[key], &format!("{path}.{key}"), 0, high);
        }
    }
    for (outer, inner, high) in [("footer", "text", 2_048), ("author", "name", 256)] {
        if !embed[outer].is_null() {
            form.text(
                &embed[outer][inner],
                &format!("{path}.{outer}.{inner}"),
                1,
                high,
            );
        }
    }
    if !embed["url"].is_null() {
        check_url(
            &embed["url"],
            &format!("{path}.url"),
            &["http://", "https://"],
            form,
        );
    }
    for outer in ["image", "thumbnail"] {
        if !embed[outer].is_null() {
            check_url(
                &embed[outer]["url"],
                &format!("{path}.{outer}.url"),
                &["http://", "https://", "attachment://"],
                form,
            );
        }
    }
    if !embed["color"].is_null()
        && embed["color"]
            .as_u64()
            .is_none_or(|color| color > 0xFF_FFFF)
    {
        form.fault(
            format!("{path}.color"),
            "NUMBER_TYPE_MAX",
            "int value should be less than or equal to 16777215.",
        );
    }
    if !embed["timestamp"].is_null()
        && embed["timestamp"]
            .as_str()
            .is_none_or(|text| chrono::DateTime::parse_from_rfc3339(text).is_err())
    {
        form.fault(
            format!("{path}.timestamp"),
            "DATE_TIME_TYPE_PARSE",
            "Could not parse the timestamp. Should be ISO8601.",
        );
    }
    check_fields(&embed["fields"], &format!("{path}.fields"), form);
    if characters(embed) == 0 && embed["image"].is_null() && embed["thumbnail"].is_null() {
        form.fault(
            format!("{path}.description"),
            "BASE_TYPE_REQUIRED",
            "This field is required",
        );
    }
}

fn check_fields(value: &Value, path: &str, form: &mut Form) {
    if value.is_null() {
        return;
    }
    let Some(fields) = value.as_array() else {
        form.fault(
            path,
            "LIST_TYPE_CONVERT",
            "Only iterables may be used in a ListType",
        );
        return;
    };
    if fields.len() > N_FIELDS_MAX {
        form.fault(
            path,
            "BASE_TYPE_MAX_LENGTH",
            format!("Must be {N_FIELDS_MAX} or fewer in length."),
        );
    }
    for (n, field) in fields.iter().enumerate() {
        form.text(&field["name"], &format!("{path}.{n}.name"), 1, 256);
        form.text(&field["value"], &format!("{path}.{n}.value"), 1, 1_024);
        if !field["inline"].is_null() && !field["inline"].is_boolean() {
            form.fault(
                format!("{path}.{n}.inline"),
                "BOOLEAN_TYPE_CONVERT",
                "Must be either true or false.",
            );
        }
    }
}

fn check_url(value: &Value, path: &str, schemes: &[&str], form: &mut Form) {
    let Some(url) = form.text(value, path, 1, N_URL_MAX) else {
        return;
    };
    if !schemes
        .iter()
        .any(|scheme| url.starts_with(scheme) && url.len() > scheme.len())
        || url.contains(char::is_whitespace)
    {
        form.fault(path, "URL_TYPE_INVALID_URL", "Not a well formed URL.");
    }
}

/// The characters of an embed that count for the sum.
fn characters(embed: &Value) -> usize {
    let n = |value: &Value| value.as_str().map_or(0, |text| text.chars().count());
    let fields = embed["fields"].as_array().map_or(0, |fields| {
        fields
            .iter()
            .map(|field| n(&field["name"]) + n(&field["value"]))
            .sum()
    });
    n(&embed["title"])
        + n(&embed["description"])
        + n(&embed["footer"]["text"])
        + n(&embed["author"]["name"])
        + fields
}
