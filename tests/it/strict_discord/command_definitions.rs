//! What a command definition may be, and what registering it costs.
use super::{Discord, assert_refused, commands};
use serde_json::{Value, json};

fn command(change: Value) -> Value {
    let mut command = json!({"name": "env", "description": "Environments"});
    for (key, value) in change.as_object().unwrap() {
        command[key] = value.clone();
    }
    json!([command])
}

fn option(change: Value) -> Value {
    let mut option = json!({"type": 3, "name": "name", "description": "A name"});
    for (key, value) in change.as_object().unwrap() {
        option[key] = value.clone();
    }
    command(json!({"options": [option]}))
}

fn named(n: usize, more: Value) -> Vec<Value> {
    (0..n)
        .map(|n| {
            let mut item = more.clone();
            item["name"] = json!(format!("n{n}"));
            item
        })
        .collect()
}

#[tokio::test]
async fn definitions_that_discord_would_refuse_are_refused() {
    let long = |n: usize| "x".repeat(n);
    let plain = json!({"type": 3, "description": "d"});
    let choice = json!({"value": "v"});
    let sub =
        |options: Value| json!({"type": 1, "name": "sub", "description": "d", "options": options});
    let heavy: Vec<Value> = named(
        25,
        json!({"type": 3, "description": long(100), "choices": named(3, json!({"value": long(80)}))}),
    );
    let cases = [
        (
            "an upper case name",
            command(json!({"name": "Env"})),
            "0.name",
        ),
        (
            "a name with a space",
            command(json!({"name": "two words"})),
            "0.name",
        ),
        ("a name of 33", command(json!({"name": long(33)})), "0.name"),
        ("an empty name", command(json!({"name": ""})), "0.name"),
        ("no description", json!([{"name": "env"}]), "0.description"),
        (
            "a description of 101",
            command(json!({"description": long(101)})),
            "0.description",
        ),
        (
            "an unknown key",
            command(json!({"action": "x"})),
            "0.action",
        ),
        ("an unknown type", command(json!({"type": 9})), "0.type"),
        (
            "an unknown locale",
            command(json!({"name_localizations": {"xx": "y"}})),
            "0.name_localizations.xx",
        ),
        (
            "a translated name in upper case",
            command(json!({"name_localizations": {"de": "Umgebung"}})),
            "0.name_localizations.de",
        ),
        (
            "a translated description of 101",
            command(json!({"description_localizations": {"de": long(101)}})),
            "0.description_localizations.de",
        ),
        (
            "26 options",
            command(json!({"options": named(26, plain.clone())})),
            "0.options",
        ),
        (
            "two equal options",
            command(
                json!({"options": [{"type": 3, "name": "a", "description": "d"}, {"type": 3, "name": "a", "description": "d"}]}),
            ),
            "0.options.1",
        ),
        (
            "required after optional",
            command(
                json!({"options": [{"type": 3, "name": "a", "description": "d"}, {"type": 3, "name": "b", "description": "d", "required": true}]}),
            ),
            "0.options.1",
        ),
        (
            "an option in upper case",
            option(json!({"name": "Name"})),
            "0.options.0.name",
        ),
        (
            "an option of no type",
            option(json!({"type": 12})),
            "0.options.0.type",
        ),
        (
            "26 choices",
            option(json!({"choices": named(26, choice.clone())})),
            "0.options.0.choices",
        ),
        (
            "a choice name of 101",
            option(json!({"choices": [{"name": long(101), "value": "v"}]})),
            "0.options.0.choices.0.name",
        ),
        (
            "a choice value of 101",
            option(json!({"choices": [{"name": "n", "value": long(101)}]})),
            "0.options.0.choices.0.value",
        ),
        (
            "two equal choices",
            option(json!({"choices": [{"name": "n", "value": "v"}, {"name": "n", "value": "w"}]})),
            "0.options.0.choices.1",
        ),
        (
            "a text as a number's choice",
            option(json!({"type": 4, "choices": [{"name": "n", "value": "v"}]})),
            "0.options.0.choices.0.value",
        ),
        (
            "autocomplete with choices",
            option(json!({"autocomplete": true, "choices": [{"name": "n", "value": "v"}]})),
            "0.options.0.autocomplete",
        ),
        (
            "autocomplete of a person",
            option(json!({"type": 6, "autocomplete": true})),
            "0.options.0.type",
        ),
        (
            "a length of 6001",
            option(json!({"max_length": 6_001})),
            "0.options.0.max_length",
        ),
        (
            "a length of a number",
            option(json!({"type": 4, "max_length": 5})),
            "0.options.0.max_length",
        ),
        (
            "a bound of a text",
            option(json!({"min_value": 5})),
            "0.options.0.min_value",
        ),
        (
            "a bound beyond 2^53",
            option(json!({"type": 4, "max_value": 9_007_199_254_740_993_i64})),
            "0.options.0.max_value",
        ),
        (
            "bounds the wrong way round",
            option(json!({"type": 4, "min_value": 5, "max_value": 4})),
            "0.options.0.max_value",
        ),
        (
            "subcommands beside options",
            command(
                json!({"options": [sub(json!([])), {"type": 3, "name": "a", "description": "d"}]}),
            ),
            "0.options",
        ),
        (
            "a subcommand in a subcommand",
            command(json!({"options": [sub(json!([sub(json!([]))]))]})),
            "0.options.0.options",
        ),
        (
            "options below an option",
            option(json!({"options": [{"type": 3, "name": "a", "description": "d"}]})),
            "0.options.0.options",
        ),
        (
            "an option in a group",
            command(
                json!({"options": [{"type": 2, "name": "g", "description": "d", "options": [{"type": 3, "name": "a", "description": "d"}]}]}),
            ),
            "0.options.0.options",
        ),
        (
            "a required subcommand",
            command(
                json!({"options": [{"type": 1, "name": "s", "description": "d", "required": true}]}),
            ),
            "0.options.0.required",
        ),
        (
            "more than 8000 characters",
            command(json!({"options": heavy})),
            "0",
        ),
        (
            "contexts of a guild's command",
            command(json!({"contexts": [0]})),
            "0.contexts",
        ),
        (
            "permissions as a word",
            command(json!({"default_member_permissions": "all"})),
            "0.default_member_permissions",
        ),
        (
            "two equal names",
            json!([{"name": "a", "description": "d"}, {"name": "a", "description": "d"}]),
            "1",
        ),
        (
            "a menu command with a description",
            json!([{"name": "Ask", "type": 2, "description": "d"}]),
            "0.description",
        ),
    ];
    let discord = Discord::start().await;
    for (what, body, place) in cases {
        let answer = discord
            .send("PUT", &discord.commands_path(), Some(&body))
            .await;
        assert_refused(&answer, 400, 50035, place, what);
    }
    assert!(discord.handle.commands().is_empty());
}

#[tokio::test]
async fn more_than_a_hundred_commands_are_refused() {
    let discord = Discord::start().await;
    let many = json!(named(101, json!({"description": "d"})));
    assert_refused(
        &discord
            .send("PUT", &discord.commands_path(), Some(&many))
            .await,
        400,
        30032,
        "",
        "101 commands",
    );
}

#[tokio::test]
async fn overwriting_keeps_ids_and_counts_only_what_is_new() {
    let discord = Discord::start().await;
    discord.register().await;
    let before = discord.handle.commands();
    discord.register().await;
    assert_eq!(
        discord.handle.commands(),
        before,
        "nothing changed, so that id and version stay"
    );
    let mut changed = commands();
    changed[0]["description"] = json!("Other words");
    discord
        .send("PUT", &discord.commands_path(), Some(&changed))
        .await;
    let after = discord.handle.commands();
    assert_eq!(after[0]["id"], before[0]["id"]);
    assert_ne!(after[0]["version"], before[0]["version"]);
}

#[tokio::test]
async fn only_two_hundred_commands_are_created_in_a_day() {
    let discord = Discord::start().await;
    for n in 0..200 {
        let path = discord.commands_path();
        let (status, body) = discord
            .post(
                &path,
                json!({"name": format!("c{}", n % 2), "description": "d"}),
            )
            .await;
        assert_eq!(status, 201, "{body}");
        let id = body["id"].as_str().unwrap();
        assert_eq!(
            discord
                .send("DELETE", &format!("{path}/{id}"), None)
                .await
                .0,
            204
        );
    }
    let one_more = async || {
        discord
            .post(
                &discord.commands_path(),
                json!({"name": "more", "description": "d"}),
            )
            .await
    };
    let answer = one_more().await;
    assert_refused(&answer, 429, 30034, "", "the 201st");
    assert!(answer.1["retry_after"].as_f64().unwrap() > 0.0);
    discord.pass_ms(24 * 60 * 60 * 1_000);
    assert_eq!(one_more().await.0, 201);
}

#[tokio::test]
async fn single_commands_are_created_changed_and_removed() {
    let discord = Discord::start().await;
    for path in [
        discord.commands_path(),
        format!("/applications/{}/commands", discord.handle.application_id()),
    ] {
        let (status, made) = discord
            .post(&path, json!({"name": "one", "description": "d"}))
            .await;
        assert_eq!(status, 201, "{made}");
        assert_eq!(
            discord
                .post(&path, json!({"name": "one", "description": "e"}))
                .await
                .0,
            200,
            "the same name overwrites"
        );
        let one = format!("{path}/{}", made["id"].as_str().unwrap());
        assert_eq!(discord.send("GET", &one, None).await.1["description"], "e");
        assert_eq!(
            discord
                .send("PATCH", &one, Some(&json!({"description": "f"})))
                .await
                .1["description"],
            "f"
        );
        assert_refused(
            &discord
                .send("PATCH", &one, Some(&json!({"name": "X"})))
                .await,
            400,
            50035,
            "name",
            "a bad name",
        );
        assert_eq!(
            discord
                .send("GET", &path, None)
                .await
                .1
                .as_array()
                .unwrap()
                .len(),
            1
        );
        assert_eq!(discord.send("DELETE", &one, None).await.0, 204);
        assert_refused(
            &discord.send("GET", &one, None).await,
            404,
            10063,
            "",
            "a removed command",
        );
    }
    let strange = format!(
        "/applications/1/guilds/{}/commands",
        discord.handle.guild_id()
    );
    assert_refused(
        &discord.send("GET", &strange, None).await,
        403,
        20012,
        "",
        "somebody else's application",
    );
    let strange = format!(
        "/applications/{}/guilds/1/commands",
        discord.handle.application_id()
    );
    assert_refused(
        &discord.send("GET", &strange, None).await,
        404,
        10004,
        "",
        "an unknown guild",
    );
}
