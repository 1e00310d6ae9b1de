//! What a message may contain: each limit is kept, and one step beyond it is refused.
use super::{Discord, assert_refused};
use serde_json::{Value, json};

fn long(n: usize) -> String {
    "ä".repeat(n)
}

fn embed(part: Value) -> Value {
    json!({"embeds": [part]})
}

fn row(children: Value) -> Value {
    json!({"content": "x", "components": [{"type": 1, "components": children}]})
}

fn button(id: &str) -> Value {
    json!({"type": 2, "style": 1, "label": "Go", "custom_id": id})
}

fn options(n: usize) -> Vec<Value> {
    (0..n)
        .map(|n| json!({"label": format!("Option {n}"), "value": format!("v{n}")}))
        .collect()
}

fn select(change: Value) -> Value {
    let mut select = json!({"type": 3, "custom_id": "s", "options": options(3)});
    for (key, value) in change.as_object().unwrap() {
        select[key] = value.clone();
    }
    row(json!([select]))
}

async fn all_refused(cases: Vec<(&str, Value, &str)>) {
    let discord = Discord::start().await;
    for (what, body, place) in cases {
        let answer = discord.post(&discord.messages_path(), body).await;
        assert_refused(&answer, 400, 50035, place, what);
        assert!(
            !discord.handle.take_complaints().is_empty(),
            "{what} is a complaint"
        );
    }
    assert!(
        discord.handle.messages("platform").is_empty(),
        "nothing refused is posted"
    );
}

#[tokio::test]
async fn what_is_just_within_the_limits_is_accepted() {
    let fields: Vec<Value> = (0..25)
        .map(|_| json!({"name": "n", "value": "v"}))
        .collect();
    let discord = Discord::start().await;
    for body in [
        json!({"content": long(2_000)}),
        embed(
            json!({"title": long(256), "description": long(4_096), "footer": {"text": long(1_000)}}),
        ),
        embed(json!({"description": "x", "fields": fields})),
        embed(
            json!({"fields": [{"name": long(256), "value": long(1_024), "inline": true}], "author": {"name": long(256)}, "footer": {"text": long(2_048)}}),
        ),
        row(json!(
            (0..5).map(|n| button(&n.to_string())).collect::<Vec<_>>()
        )),
        row(json!([{"type": 2, "style": 5, "label": long(80), "url": "https://example.org/x"}])),
        select(
            json!({"options": options(25), "max_values": 25, "min_values": 0, "placeholder": long(150)}),
        ),
        row(json!([{"type": 5, "custom_id": "who"}])),
        json!({"content": "x", "allowed_mentions": {"parse": []}, "nonce": "n".repeat(25), "enforce_nonce": true}),
        json!({"flags": 1 << 15, "components": [{"type": 17, "components": [{"type": 10, "content": "text"}, {"type": 14}]}]}),
    ] {
        let (status, answer) = discord.post(&discord.messages_path(), body.clone()).await;
        assert_eq!(status, 200, "{body}: {answer}");
    }
    assert_eq!(discord.handle.complaints(), Vec::<String>::new());
}

#[tokio::test]
async fn texts_and_keys_beyond_the_limits_are_refused() {
    all_refused(vec![
        (
            "content of 2001 characters",
            json!({"content": long(2_001)}),
            "content",
        ),
        ("content that is a number", json!({"content": 5}), "content"),
        (
            "an unknown key",
            json!({"content": "x", "embed": {}}),
            "embed",
        ),
        ("a body that is a list", json!([]), ""),
        (
            "private in a channel",
            json!({"content": "x", "flags": 64}),
            "flags",
        ),
        (
            "a flag that does not exist",
            json!({"content": "x", "flags": 1 << 20}),
            "flags",
        ),
        (
            "a nonce of 26 characters",
            json!({"content": "x", "nonce": "n".repeat(26)}),
            "nonce",
        ),
        (
            "an enforced nonce that is not there",
            json!({"content": "x", "enforce_nonce": true}),
            "nonce",
        ),
        ("tts as text", json!({"content": "x", "tts": "yes"}), "tts"),
        ("a poll", json!({"content": "x", "poll": {}}), "poll"),
        (
            "mentions parsed wrongly",
            json!({"content": "x", "allowed_mentions": {"parse": ["all"]}}),
            "allowed_mentions.parse",
        ),
        (
            "mentions as a list",
            json!({"content": "x", "allowed_mentions": []}),
            "allowed_mentions",
        ),
        (
            "mentions with an unknown key",
            json!({"content": "x", "allowed_mentions": {"people": []}}),
            "allowed_mentions.people",
        ),
        (
            "mentioned users that are no ids",
            json!({"content": "x", "allowed_mentions": {"users": ["ada"]}}),
            "allowed_mentions.users",
        ),
        (
            "users parsed and named",
            json!({"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}}),
            "allowed_mentions",
        ),
        (
            "a reply to nothing",
            json!({"content": "x", "message_reference": {"message_id": "1"}}),
            "message_reference",
        ),
        (
            "an alternative text of 1025 characters",
            json!({"content": "x", "attachments": [{"id": 0, "description": long(1_025)}]}),
            "attachments.0.description",
        ),
        (
            "an attachment without id",
            json!({"content": "x", "attachments": [{}]}),
            "attachments.0.id",
        ),
    ])
    .await;
}

#[tokio::test]
async fn embeds_beyond_the_limits_are_refused() {
    let fields: Vec<Value> = (0..26)
        .map(|_| json!({"name": "n", "value": "v"}))
        .collect();
    let many: Vec<Value> = (0..11).map(|_| json!({"title": "t"})).collect();
    all_refused(vec![
        (
            "a title of 257",
            embed(json!({"title": long(257)})),
            "embeds.0.title",
        ),
        (
            "a description of 4097",
            embed(json!({"description": long(4_097)})),
            "embeds.0.description",
        ),
        (
            "26 fields",
            embed(json!({"title": "t", "fields": fields})),
            "embeds.0.fields",
        ),
        (
            "a field name of 257",
            embed(json!({"fields": [{"name": long(257), "value": "v"}]})),
            "embeds.0.fields.0.name",
        ),
        (
            "a field value of 1025",
            embed(json!({"fields": [{"name": "n", "value": long(1_025)}]})),
            "embeds.0.fields.0.value",
        ),
        (
            "an empty field value",
            embed(json!({"fields": [{"name": "n", "value": ""}]})),
            "embeds.0.fields.0.value",
        ),
        (
            "a field without a name",
            embed(json!({"fields": [{"value": "v"}]})),
            "embeds.0.fields.0.name",
        ),
        (
            "a footer of 2049",
            embed(json!({"title": "t", "footer": {"text": long(2_049)}})),
            "embeds.0.footer.text",
        ),
        (
            "an author of 257",
            embed(json!({"title": "t", "author": {"name": long(257)}})),
            "embeds.0.author.name",
        ),
        ("11 embeds", json!({"embeds": many}), "embeds"),
        (
            "6001 characters in all",
            json!({"embeds": [{"description": long(4_000)}, {"description": long(2_001)}]}),
            "embeds",
        ),
        ("an empty embed", embed(json!({})), "embeds.0.description"),
        (
            "a colour beyond white",
            embed(json!({"title": "t", "color": 0x100_0000})),
            "embeds.0.color",
        ),
        (
            "a link that is none",
            embed(json!({"title": "t", "url": "example"})),
            "embeds.0.url",
        ),
        (
            "a script as a picture",
            embed(json!({"title": "t", "image": {"url": "javascript:x"}})),
            "embeds.0.image.url",
        ),
        (
            "a time that is none",
            embed(json!({"title": "t", "timestamp": "noon"})),
            "embeds.0.timestamp",
        ),
        (
            "an unknown key",
            embed(json!({"title": "t", "colour": 1})),
            "embeds.0.colour",
        ),
    ])
    .await;
}

#[tokio::test]
async fn buttons_and_rows_beyond_the_limits_are_refused() {
    let rows: Vec<Value> = (0..6)
        .map(|n| json!({"type": 1, "components": [button(&n.to_string())]}))
        .collect();
    let at = "components.0.components.0";
    all_refused(vec![
        ("six rows", json!({"content": "x", "components": rows}), "components"),
        ("six buttons", row(json!((0..6).map(|n| button(&n.to_string())).collect::<Vec<_>>())), "components.0.components"),
        ("an empty row", row(json!([])), "components.0.components"),
        ("a button without a row", json!({"content": "x", "components": [button("a")]}), "components.0.type"),
        ("a select beside a button", row(json!([button("a"), {"type": 5, "custom_id": "b"}])), "components.0"),
        ("an unknown type", row(json!([{"type": 99}])), "components.0.components.0.type"),
        ("a text input in a message", row(json!([{"type": 4, "custom_id": "a", "label": "l", "style": 1}])), "components.0.components.0.type"),
        ("two equal ids", row(json!([button("a"), button("a")])), "components.0.components.1.custom_id"),
        ("no id", row(json!([{"type": 2, "style": 1, "label": "Go"}])), &format!("{at}.custom_id")),
        ("an empty id", row(json!([button("")])), &format!("{at}.custom_id")),
        ("an id of 101", row(json!([button(&long(101))])), &format!("{at}.custom_id")),
        ("a label of 81", row(json!([{"type": 2, "style": 1, "label": long(81), "custom_id": "a"}])), &format!("{at}.label")),
        ("no label", row(json!([{"type": 2, "style": 1, "custom_id": "a"}])), at),
        ("an unknown style", row(json!([{"type": 2, "style": 7, "label": "Go", "custom_id": "a"}])), &format!("{at}.style")),
        ("a link with an id", row(json!([{"type": 2, "style": 5, "label": "Go", "custom_id": "a", "url": "https://example.org"}])), at),
        ("a link without an address", row(json!([{"type": 2, "style": 5, "label": "Go"}])), &format!("{at}.url")),
        ("a link to a file", row(json!([{"type": 2, "style": 5, "label": "Go", "url": "file:///etc"}])), &format!("{at}.url")),
        ("a button with an address", row(json!([{"type": 2, "style": 1, "label": "Go", "custom_id": "a", "url": "https://example.org"}])), at),
        ("a thing to buy", row(json!([{"type": 2, "style": 6, "sku_id": "1"}])), at),
    ])
    .await;
}

#[tokio::test]
async fn selects_beyond_the_limits_are_refused() {
    let at = |rest: &str| format!("components.0.components.0.{rest}");
    let option =
        |label: String, value: String| json!({"options": [{"label": label, "value": value}]});
    let twice = json!([{"label": "a", "value": "v"}, {"label": "b", "value": "v"}]);
    let chosen = json!([{"label": "a", "value": "a", "default": true}, {"label": "b", "value": "b", "default": true}]);
    all_refused(vec![
        ("no options", select(json!({"options": []})), &at("options")),
        (
            "26 options",
            select(json!({"options": options(26)})),
            &at("options"),
        ),
        (
            "an option label of 101",
            select(option(long(101), "v".into())),
            &at("options.0.label"),
        ),
        (
            "an option value of 101",
            select(option("l".into(), long(101))),
            &at("options.0.value"),
        ),
        (
            "an option without a value",
            select(json!({"options": [{"label": "l"}]})),
            &at("options.0.value"),
        ),
        (
            "two equal values",
            select(json!({"options": twice})),
            &at("options.1.value"),
        ),
        (
            "an option description of 101",
            select(json!({"options": [{"label": "l", "value": "v", "description": long(101)}]})),
            &at("options.0.description"),
        ),
        (
            "a placeholder of 151",
            select(json!({"placeholder": long(151)})),
            &at("placeholder"),
        ),
        (
            "more values than options",
            select(json!({"max_values": 4})),
            &at("max_values"),
        ),
        (
            "26 values",
            select(json!({"max_values": 26})),
            &at("max_values"),
        ),
        (
            "fewer at most than at least",
            select(json!({"min_values": 2, "max_values": 1})),
            &at("min_values"),
        ),
        (
            "more defaults than allowed",
            select(json!({"options": chosen})),
            &at("options"),
        ),
        (
            "options on a select of people",
            row(json!([{"type": 5, "custom_id": "a", "options": options(1)}])),
            &at("options"),
        ),
        (
            "a select without an id",
            row(json!([{"type": 5}])),
            &at("custom_id"),
        ),
    ])
    .await;
}

#[tokio::test]
async fn version_2_components_keep_their_own_rules() {
    let texts: Vec<Value> = (0..41)
        .map(|_| json!({"type": 10, "content": "t"}))
        .collect();
    let flag = 1 << 15;
    all_refused(vec![
        ("text beside them", json!({"flags": flag, "content": "x", "components": [{"type": 10, "content": "t"}]}), "content"),
        ("an embed beside them", json!({"flags": flag, "embeds": [{"title": "t"}], "components": [{"type": 10, "content": "t"}]}), "embeds"),
        ("without the flag", json!({"content": "x", "components": [{"type": 10, "content": "t"}]}), "components.0.type"),
        ("41 of them", json!({"flags": flag, "components": texts}), "components"),
        ("a container in a container", json!({"flags": flag, "components": [{"type": 17, "components": [{"type": 17, "components": []}]}]}), "components.0.components.0.type"),
        ("a section without an accessory", json!({"flags": flag, "components": [{"type": 9, "components": [{"type": 10, "content": "t"}]}]}), "components.0.accessory"),
        ("an empty text", json!({"flags": flag, "components": [{"type": 10, "content": ""}]}), "components.0.content"),
    ])
    .await;
}

#[tokio::test]
async fn a_message_with_nothing_to_see_is_refused() {
    let discord = Discord::start().await;
    for body in [
        json!({}),
        json!({"content": ""}),
        json!({"content": " \n "}),
        json!({"embeds": [], "components": []}),
    ] {
        assert_refused(
            &discord.post(&discord.messages_path(), body).await,
            400,
            50006,
            "",
            "empty",
        );
    }
    let id = discord.message(json!({"content": "something"})).await;
    let answer = discord
        .send(
            "PATCH",
            &format!("{}/{id}", discord.messages_path()),
            Some(&json!({"content": ""})),
        )
        .await;
    assert_refused(&answer, 400, 50006, "", "emptied by an edit");
    assert_eq!(discord.handle.message(id).unwrap().text, "something");
}
