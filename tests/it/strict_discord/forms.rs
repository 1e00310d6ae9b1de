//! What a form may ask, and what may be suggested while somebody types.
use super::{Discord, assert_refused};
use serde_json::{Value, json};

#[tokio::test]
async fn at_most_25_suggestions_are_offered() {
    let discord = Discord::ready().await;
    let typing = || {
        discord
            .handle
            .autocomplete("ada", "platform", "/env show name:d", "name")
            .unwrap()
    };
    let offered = |n: usize| json!({"type": 8, "data": {"choices": (0..n).map(|n| json!({"name": n.to_string(), "value": "v"})).collect::<Vec<_>>()}});
    assert_refused(
        &discord.answer(&typing(), offered(26)).await,
        400,
        50035,
        "data.choices",
        "26",
    );
    let long = json!({"type": 8, "data": {"choices": [{"name": "x".repeat(101), "value": "v"}]}});
    assert_refused(
        &discord.answer(&typing(), long).await,
        400,
        50035,
        "data.choices.0.name",
        "a long name",
    );
    let wrong = json!({"type": 8, "data": {"choices": [{"name": "x", "value": 5}]}});
    assert_refused(
        &discord.answer(&typing(), wrong).await,
        400,
        50035,
        "data.choices.0.value",
        "a number for a text",
    );
    let interaction = typing();
    assert_eq!(discord.answer(&interaction, offered(25)).await.0, 204);
    assert_eq!(interaction.answer().await.choices().len(), 25);
}

#[tokio::test]
async fn forms_beyond_the_limits_are_refused() {
    let discord = Discord::ready().await;
    let input = |change: Value| {
        let mut input = json!({"type": 4, "custom_id": "i", "label": "l", "style": 1});
        for (key, value) in change.as_object().unwrap() {
            input[key] = value.clone();
        }
        json!({"type": 1, "components": [input]})
    };
    let form = |change: Value| {
        let mut data = json!({"title": "t", "custom_id": "f", "components": [input(json!({}))]});
        for (key, value) in change.as_object().unwrap() {
            data[key] = value.clone();
        }
        json!({"type": 9, "data": data})
    };
    let with = |change: Value| form(json!({"components": [input(change)]}));
    let six: Vec<Value> = (0..6)
        .map(|n| input(json!({"custom_id": n.to_string()})))
        .collect();
    let at = "data.components.0.components.0";
    for (what, body, place) in [
        (
            "no title",
            form(json!({"title": ""})),
            "data.title".to_owned(),
        ),
        (
            "a title of 46",
            form(json!({"title": "x".repeat(46)})),
            "data.title".to_owned(),
        ),
        (
            "an id of 101",
            form(json!({"custom_id": "x".repeat(101)})),
            "data.custom_id".to_owned(),
        ),
        (
            "no inputs",
            form(json!({"components": []})),
            "data.components".to_owned(),
        ),
        (
            "six inputs",
            form(json!({"components": six})),
            "data.components".to_owned(),
        ),
        (
            "two inputs in a row",
            form(
                json!({"components": [{"type": 1, "components": [input(json!({}))["components"][0], {"type": 4}]}]}),
            ),
            "data.components.0.components".to_owned(),
        ),
        (
            "two equal ids",
            form(json!({"components": [input(json!({})), input(json!({}))]})),
            "data.components.1.components.0.custom_id".to_owned(),
        ),
        ("a button", with(json!({"type": 2})), format!("{at}.type")),
        (
            "a label of 46",
            with(json!({"label": "x".repeat(46)})),
            format!("{at}.label"),
        ),
        (
            "no label",
            with(json!({"label": null})),
            format!("{at}.label"),
        ),
        (
            "an unknown style",
            with(json!({"style": 3})),
            format!("{at}.style"),
        ),
        (
            "a placeholder of 101",
            with(json!({"placeholder": "x".repeat(101)})),
            format!("{at}.placeholder"),
        ),
        (
            "a value of 4001",
            with(json!({"value": "x".repeat(4_001)})),
            format!("{at}.value"),
        ),
        (
            "at least 4001",
            with(json!({"min_length": 4_001})),
            format!("{at}.min_length"),
        ),
        (
            "at most 4001",
            with(json!({"max_length": 4_001})),
            format!("{at}.max_length"),
        ),
        (
            "at most less than at least",
            with(json!({"min_length": 5, "max_length": 4})),
            format!("{at}.min_length"),
        ),
        (
            "an unknown component",
            form(json!({"components": [{"type": 17}]})),
            "data.components.0.type".to_owned(),
        ),
        (
            "a label component",
            form(json!({"components": [{"type": 18}]})),
            "data.components.0.type".to_owned(),
        ),
    ] {
        assert_refused(
            &discord.answer(&discord.create(), body).await,
            400,
            50035,
            &place,
            what,
        );
    }
}
