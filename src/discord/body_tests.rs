//! What the bodies look like, and that hostile texts stay inside Discord's limits.

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::domain::chat::{Button, ButtonKind, Field, Input, Row, Select, SelectOption, UserId};

use super::*;

fn posted(message: &Message, extra: &Extra<'_>) -> Value {
    serde_json::from_slice(&super::message("test", message, extra).json).unwrap()
}

#[test]
fn a_message_calls_nobody_unless_it_is_told_to() {
    let mut message = Message {
        content: "@everyone <@&1> hello".to_owned(),
        ..Message::default()
    };
    assert_eq!(
        posted(&message, &Extra::default())["allowed_mentions"],
        json!({"parse": [], "replied_user": false})
    );
    message.mentions.push(UserId(7));
    assert_eq!(
        posted(&message, &Extra::default())["allowed_mentions"],
        json!({"parse": [], "users": ["7"], "replied_user": false})
    );
}

#[test]
fn an_edit_takes_away_what_is_no_longer_there() {
    let body = posted(
        &Message {
            content: "x".to_owned(),
            ..Message::default()
        },
        &Extra::default(),
    );
    assert_eq!(
        body,
        json!({
            "content": "x", "embeds": [], "components": [], "attachments": [],
            "allowed_mentions": {"parse": [], "replied_user": false},
        })
    );
}

#[test]
fn a_post_carries_its_nonce_and_survives_the_loss_of_what_it_answers() {
    let extra = Extra {
        nonce: Some("n1"),
        reply_to: Some(MessageId(5)),
        private: false,
    };
    let body = posted(
        &Message {
            content: "x".to_owned(),
            ..Message::default()
        },
        &extra,
    );
    assert_eq!(body["nonce"], "n1");
    assert_eq!(body["enforce_nonce"], true);
    assert_eq!(
        body["message_reference"],
        json!({"message_id": "5", "fail_if_not_exists": false})
    );
}

#[test]
fn an_empty_message_says_at_least_something() {
    assert_eq!(
        posted(&Message::default(), &Extra::default())["content"],
        "…"
    );
}

#[test]
fn a_form_is_cut_at_its_own_limits() {
    let input = Input {
        custom_id: "i".to_owned(),
        label: "l".repeat(60),
        value: "v".repeat(20),
        placeholder: String::new(),
        long: true,
        required: true,
        length_max: 10,
    };
    let form = Form {
        custom_id: "f".to_owned(),
        title: "t".repeat(60),
        inputs: vec![input; 7],
    };
    let body: Value = serde_json::from_slice(&callback_form(9, &form).json).unwrap();
    let rows = body["data"]["components"].as_array().unwrap();
    assert_eq!(rows.len(), 5);
    assert_eq!(body["data"]["title"].as_str().unwrap().chars().count(), 45);
    let text = &rows[0]["components"][0];
    assert_eq!(text["label"].as_str().unwrap().chars().count(), 45);
    assert_eq!(text["value"], "vvvvvvvvv…");
    assert_eq!(text.get("placeholder"), None);
}

#[test]
fn a_suggestion_whose_value_is_too_long_or_whose_name_is_there_already_is_left_out() {
    let choice = |value: String| Choice {
        name: format!("{value}{}", "n".repeat(150)),
        value,
    };
    let mut choices = vec![choice("v".repeat(101)), choice(String::new())];
    choices.extend((0..30).flat_map(|n| [choice(n.to_string()), choice(n.to_string())]));
    let body: Value = serde_json::from_slice(&callback_choices(8, &choices).json).unwrap();
    let list = body["data"]["choices"].as_array().unwrap();
    assert_eq!(list.len(), 25);
    assert_eq!(list[0]["value"], "0");
    assert_eq!(list[0]["name"].as_str().unwrap().chars().count(), 100);
}

#[test]
fn the_mark_in_a_footer_outlives_the_longest_text() {
    let embed = Embed {
        description: "d".repeat(5000),
        footer: "mark e1".to_owned(),
        ..Embed::default()
    };
    let message = Message {
        content: "c".to_owned(),
        embeds: vec![embed.clone(), embed],
        ..Message::default()
    };
    let body = posted(&message, &Extra::default());
    assert_eq!(body["embeds"][0]["footer"]["text"], "mark e1");
    assert_eq!(body["embeds"][1]["footer"]["text"], "mark e1");
}

fn chars(value: &Value) -> usize {
    value.as_str().map_or(0, |text| text.chars().count())
}

prop_compose! {
    fn hostile()(kind in 0..5_u8, n in 0..5000_usize) -> String {
        match kind {
            0 => "@everyone ".repeat(n / 10),
            1 => "\u{202e}\u{5d0}".repeat(n),
            2 => "👩\u{200d}🚀".repeat(n),
            3 => "\0".repeat(n),
            _ => " ".repeat(n),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn hostile_texts_stay_inside_the_limits(texts in proptest::collection::vec(hostile(), 8), n in 0..30_usize) {
        let t = |at: usize| texts[at].clone();
        let message = Message {
            content: t(0),
            embeds: (0..n).map(|_| Embed {
                title: t(1), description: t(2), footer: t(3),
                fields: (0..n).map(|_| Field { name: t(4), value: t(5), inline: false }).collect(),
                ..Embed::default()
            }).collect(),
            rows: (0..n).map(|_| Row::Buttons((0..n).map(|at| Button {
                label: t(6), kind: ButtonKind::Primary(at.to_string()), disabled: false,
            }).collect())).chain([Row::Select(Select {
                custom_id: "s".to_owned(), placeholder: t(7),
                options: (0..2 * n).map(|at| at / 2).map(|at| SelectOption { label: t(7), value: at.to_string(), chosen: false }).collect(),
            })]).collect(),
            ..Message::default()
        };
        let body = posted(&message, &Extra::default());
        prop_assert!(chars(&body["content"]) <= 2000);
        let embeds = body["embeds"].as_array().unwrap();
        prop_assert!(embeds.len() <= 10);
        let mut sum = 0;
        for embed in embeds {
            let fields = embed["fields"].as_array().cloned().unwrap_or_default();
            prop_assert!(chars(&embed["title"]) <= 256 && chars(&embed["description"]) <= 4096 && fields.len() <= 25);
            sum += chars(&embed["title"]) + chars(&embed["description"]) + chars(&embed["footer"]["text"]);
            for field in fields {
                prop_assert!((1..=256).contains(&chars(&field["name"])) && (1..=1024).contains(&chars(&field["value"])));
                sum += chars(&field["name"]) + chars(&field["value"]);
            }
        }
        prop_assert!(sum <= 6000, "{sum}");
        let rows = body["components"].as_array().unwrap();
        prop_assert!(rows.len() <= 5);
        for row in rows {
            let components = row["components"].as_array().unwrap();
            prop_assert!((1..=5).contains(&components.len()));
            for component in components {
                prop_assert!(component["type"] == 3 || (1..=80).contains(&chars(&component["label"])));
            }
        }
    }
}
