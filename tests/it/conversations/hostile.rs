//! Hostile text and hostile structure, in every option, click and form: nobody is called, nothing
//! breaks, nothing is stored that should not be.

use std::collections::BTreeMap;

use hearth::domain::chat::Language;
use hearth::domain::platform::ParameterKind;
use hearth::domain::sentence::Sentence;
use hearth::playground::{Answer, Message};
use serde_json::{Value, json};

use crate::harness::{Bot, Setup, shown};
use crate::{changed_conversation, conversation, see};

/// Texts that people type into a chat to see what happens.
fn texts(bot: &Bot) -> Vec<String> {
    let role = bot.discord.role_id("Developer").unwrap();
    let person = bot.discord.member_id("Ben").unwrap();
    let mut texts = vec![
        "@everyone".to_owned(),
        "@here and @everyone".to_owned(),
        format!("<@&{role}>"),
        format!("<@{person}> <@!{person}>"),
        "\u{202e}everyone@ \u{2067}x\u{2066}".to_owned(),
        "مرحبا بالعالم".to_owned(),
        "**bold** __under__ ~~gone~~ ||spoiler|| `code` ```\nblock".to_owned(),
        "[click](https://evil.example) https://discord.gg/evil".to_owned(),
        "# heading\n> quote\n- list\n1. one".to_owned(),
        "a\u{0}b\u{7}c\u{1b}[31md\r\n\te".to_owned(),
        "\u{0}".to_owned(),
        "👩‍👩‍👧‍👦🇩🇪🏳️‍🌈".to_owned(),
        "\u{200b}\u{200d}\u{feff}\u{2060}".to_owned(),
        "e\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}".repeat(20),
        "'; DROP TABLE environment; --".to_owned(),
        "%' OR '1'='1' _%".to_owned(),
        "../../etc/passwd".to_owned(),
        "/env destroy".to_owned(),
        "--help".to_owned(),
        "-rf /".to_owned(),
        "$(reboot) `reboot` ; reboot | reboot & reboot".to_owned(),
        "{hearth} {state} {parameter.service} { $name }".to_owned(),
        "<t:0:R> <:a:1> <#1> </env create:1>".to_owned(),
        "   ".to_owned(),
    ];
    texts.push("x".repeat(2_000));
    texts.push("@everyone ".repeat(600));
    texts.push("🙂".repeat(3_000));
    texts
}

/// What must hold for every answer to hostile input.
fn check(bot: &Bot, what: &str, member: &str, answer: &Answer) {
    let message = match answer {
        Answer::Message(message) | Answer::Updated(message) => message,
        Answer::Choices(_) | Answer::Modal(_) | Answer::Acknowledged => return,
        other => panic!("{what}: {other:?}"),
    };
    let broken = bot.app.words().say(
        Language::English,
        &Sentence::new("broken").with("code", "¶"),
    );
    let broken = broken.split('¶').next().unwrap_or_default();
    assert!(
        !message.text.starts_with(broken),
        "{what} broke it: {}",
        message.text
    );
    calls_only(what, member, message);
    assert!(!message.text.is_empty(), "{what} is answered with nothing");
    let hidden = |c: char| c.is_control() && c != '\n';
    assert!(
        !shown(message).contains(hidden),
        "{what} shows control characters: {:?}",
        message.text
    );
    assert!(
        !shown(message).contains('\u{202e}'),
        "{what} turns the text: {:?}",
        message.text
    );
}

fn calls_only(what: &str, member: &str, message: &Message) {
    let others: Vec<&String> = message
        .pinged
        .iter()
        .filter(|name| *name != member)
        .collect();
    assert!(others.is_empty(), "{what} calls {others:?}");
}

/// Nobody but the one who asked was called by anything that was said.
fn nobody_else_was_called(bot: &Bot, member: &str) {
    for channel in ["player", "platform", "deployments"] {
        for message in bot.messages(channel) {
            calls_only(&message.text, member, &message);
        }
    }
}

conversation!(hostile_text_in_every_option_of_every_command_harms_nobody, bot => {
    let bot = &*bot;
    let definitions = bot.app.definitions();
    let before = bot.rows().await;
    for command in definitions.commands.commands() {
        // What people without hostile intent would fill in; what would succeed is left out of it.
        let filled = |under_test: &str, text: &str| -> Value {
            let required = command.options.iter().filter(|option| option.required || option.name == under_test);
            let given = required.map(|option| match option.kind {
                _ if option.name == under_test => json!({"name": option.name, "type": 3, "value": text}),
                ParameterKind::Integer { .. } => json!({"name": option.name, "type": 4, "value": 1}),
                ParameterKind::Boolean => json!({"name": option.name, "type": 5, "value": true}),
                _ => json!({"name": option.name, "type": 3, "value": option.example}),
            });
            given.collect()
        };
        let text_options = command.options.iter().filter(|option| matches!(option.kind, ParameterKind::Text { .. } | ParameterKind::Choice(_)));
        for option in text_options {
            // A reason may be any text: what becomes of it has a test of its own.
            if option.name == "why" {
                continue;
            }
            for text in texts(bot) {
                let what = format!("/{} {}:{text:?}", command.name(), option.name);
                let answer = bot.say_raw("Pia", "player", &command.name(), &filled(&option.name, &text)).await;
                check(bot, &what, "Pia", &answer);
            }
        }
    }
    nobody_else_was_called(bot, "Pia");
    assert_eq!(bot.rows().await, before, "nothing of it was stored");
});

conversation!(hostile_text_while_typing_suggests_nothing_strange, bot => {
    bot.say("Mina", "player", "/env create template:preview name:demo").await;
    for (line, focused) in [("/env show", "name"), ("/env create", "template"), ("/env create", "revision"), ("/env create", "team"), ("/help", "command"), ("/deploy", "service")] {
        let words: Vec<String> = line.trim_start_matches('/').split(' ').map(str::to_owned).collect();
        for text in texts(bot) {
            let typing = bot.discord.complete("Mina", "player", &words, &[(focused.to_owned(), json!(text))], focused).unwrap();
            let suggested = typing.answer().await.choices();
            assert!(suggested.len() <= 25, "{line} {text:?}");
        }
    }
    // A percent sign is a percent sign, not a wildcard.
    let wild = bot.suggested("Mina", "player", "/env show name:%", "name").await;
    assert!(wild.is_empty(), "{wild:?}");
    let wild = bot.suggested("Mina", "player", "/env show name:_", "name").await;
    assert!(wild.is_empty(), "{wild:?}");
});

conversation!(a_hostile_reason_is_shown_as_text_and_calls_nobody, bot => {
    bot.say("Mina", "player", "/deploy service:player stage:staging revision:v1.0.0").await;
    bot.say("Mina", "player", "/deploy service:player stage:staging revision:v1.1.0").await;
    let (long, longer) = ("x".repeat(2_000), "@everyone ".repeat(600));
    let reasons = [long.as_str(), longer.as_str(), "@everyone <@&1100000000000001000> **now** https://evil.example", "\u{202e}gnp.exe \u{0} \u{200b}", "`", "{ $why }"];
    for (n, why) in reasons.into_iter().enumerate() {
        let options = json!([
            {"name": "service", "type": 3, "value": "player"},
            {"name": "stage", "type": 3, "value": "staging"},
            {"name": "why", "type": 3, "value": why},
        ]);
        let answer = bot.say_raw("Mina", "player", "rollback", &options).await;
        check(bot, &format!("reason {n}"), "Mina", &answer);
    }
    nobody_else_was_called(bot, "Mina");
    see!(bot.newest("deployments", 2), @r"
    Hearth:
      ✅ **v1.0.0** of player has reached staging.
      ┌ player → staging (roll back)
      │ Revision: v1.0.0
      │ Before: v1.1.0
      │ Asked for by: <@1100000000000003000>
      │ Reason: roll back: @​everyone \<​@​&1100000000000001000\> \*\*now\*\* https:​//evil.example
      │ Took: under 1 s
      └ Hearth · ID
      [Open ↗] [Logs] [Roll back]

    Hearth:
      <@1100000000000003000> player on staging is back at **v1.0.0**. It took under 1 s.
      [History]
      (calls Mina)
    ");
});

changed_conversation!(a_hostile_name_of_a_person_calls_nobody, Setup::new().member("Eve", "\u{202e}@everyone **Eve** <@&1>", &["Developer"]), bot => {
    bot.say("Eve", "player", "/env create template:preview name:demo").await;
    bot.say("Eve", "player", "/deploy service:player stage:production revision:v1.0.0").await;
    see!(bot.privately("Eve", "player", "/whoami").await, @r"
    **You are @​everyone \*\*Eve\*\* \<​@​&1\>**
    Your team: **Player** (owner: Mira)
    Your team uses 1 of 3 environments.
    Your groups: developer
    You may:
    • see environments and their logs
    • ask for environments of your own team
    • extend and destroy environments of your own team
    • see what runs where, and the history
    • ask for deployments
    • roll back
    • see published survey results
    • see a digest before it is posted
    Private answers come in English, as your Discord is set.
    What next? `/help` lists the commands that are open to you.
    ");
    bot.say("Mina", "player", "/history service:player").await;
    nobody_else_was_called(bot, "Eve");
    assert!(!bot.discord.transcript_of_all().contains('\u{202e}'));
});

/// What no client sends: wrong types, unknown options, missing ones, numbers as text.
fn structures() -> Vec<(&'static str, Value)> {
    let text = |name: &str, value: &str| json!({"name": name, "type": 3, "value": value});
    vec![
        ("env create", json!([])),
        ("env create", json!([text("template", "preview")])),
        ("env create", json!([text("name", "demo")])),
        (
            "env create",
            json!([
                text("template", "preview"),
                text("name", "demo"),
                text("color", "red")
            ]),
        ),
        (
            "env create",
            json!([
                text("template", "preview"),
                text("name", "demo"),
                text("ttl", "8")
            ]),
        ),
        (
            "env create",
            json!([text("template", "preview"), {"name": "name", "type": 4, "value": 5}]),
        ),
        (
            "env create",
            json!([text("template", "preview"), {"name": "name", "type": 5, "value": true}]),
        ),
        (
            "env create",
            json!([text("template", "preview"), text("name", "demo"), {"name": "ttl", "type": 10, "value": 1.5}]),
        ),
        (
            "env create",
            json!([text("template", "preview"), text("name", "demo"), {"name": "ttl", "type": 4, "value": -5}]),
        ),
        (
            "env create",
            json!([text("template", "preview"), text("name", "demo"), {"name": "pull_request", "type": 4, "value": 9_007_199_254_740_991_i64}]),
        ),
        (
            "env create",
            json!([text("template", "preview"), text("name", "demo"), {"name": "pull_request", "type": 4, "value": 0}]),
        ),
        (
            "env create",
            json!([{"name": "explode", "type": 1, "options": []}]),
        ),
        ("env list", json!([text("whose", "theirs")])),
        ("env extend", json!([text("name", "demo"), text("by", "4")])),
        (
            "env extend",
            json!([text("name", "demo"), {"name": "by", "type": 4, "value": i64::MAX}]),
        ),
        (
            "deploy",
            json!([
                text("service", "player"),
                text("stage", "staging"),
                text("revision", "v1.0.0"),
                text("dry_run", "yes")
            ]),
        ),
        (
            "deploy",
            json!([
                text("service", "player"),
                text("stage", "staging"),
                text("revision", "v1.0.0"),
                text("reason", "because")
            ]),
        ),
    ]
}

conversation!(options_that_no_client_would_send_are_refused_in_words, bot => {
    let bot = &*bot;
    let before = bot.rows().await;
    let mut told = Vec::new();
    for (command, options) in structures() {
        let answer = bot.say_raw("Mina", "player", command, &options).await;
        check(bot, &format!("/{command} {options}"), "Mina", &answer);
        let short: Vec<String> = options.as_array().unwrap().iter().map(|option| format!("{}={}", option["name"].as_str().unwrap(), option["value"])).collect();
        told.push(format!("/{command} {}\n  {}", short.join(" "), answer.message().text));
    }
    see!(told.join("\n"), @r#"
    /env create 
      The option **template** is missing. Add it and try again.
    /env create template="preview"
      The option **name** is missing. Add it and try again.
    /env create name="demo"
      The option **template** is missing. Add it and try again.
    /env create template="preview" name="demo" color="red"
      This command has no option **color**. `/help` shows how it is used.
    /env create template="preview" name="demo" ttl="8"
      The option **ttl** takes a whole number from 0 to 1,000,000. Try again with one.
    /env create template="preview" name=5
      The option **name** takes text of 1 to 100 characters. Try again with that.
    /env create template="preview" name=true
      The option **name** takes text of 1 to 100 characters. Try again with that.
    /env create template="preview" name="demo" ttl=1.5
      The option **ttl** takes a whole number from 0 to 1,000,000. Try again with one.
    /env create template="preview" name="demo" ttl=-5
      The option **ttl** takes a whole number from 0 to 1,000,000. Try again with one.
    /env create template="preview" name="demo" pull_request=9007199254740991
      The option **pull\_request** takes a whole number from 1 to 2,147,483,647. Try again with one.
    /env create template="preview" name="demo" pull_request=0
      The option **pull\_request** takes a whole number from 1 to 2,147,483,647. Try again with one.
    /env create explode=null
      This command does not exist here, or no longer. Did you mean /env create?
    /env list whose="theirs"
      The option **whose** takes one of mine, team, all.
    /env extend name="demo" by="4"
      The option **by** takes a whole number from 0 to 1,000,000. Try again with one.
    /env extend name="demo" by=9223372036854775807
      The option **by** takes a whole number from 0 to 1,000,000. Try again with one.
    /deploy service="player" stage="staging" revision="v1.0.0" dry_run="yes"
      The option **dry\_run** takes yes or no.
    /deploy service="player" stage="staging" revision="v1.0.0" reason="because"
      The option **reason** takes one of planned, hotfix.
    "#);
    assert_eq!(bot.rows().await, before, "nothing of it was stored");
});

conversation!(custom_ids_that_nobody_made_are_refused_in_words, bot => {
    bot.say("Mina", "player", "/env create template:preview name:demo").await;
    bot.say("Pia", "platform", "/env create template:preview name:tools").await;
    let live = |channel: &str| bot.messages(channel).into_iter().find(|message| !message.embeds.is_empty()).unwrap();
    let (mine, theirs) = (live("player"), live("platform"));
    let id_of = |message: &Message| message.button("Logs").trim_start_matches("env:logs:").to_owned();
    let (own, other) = (id_of(&mine), id_of(&theirs));
    let before = bot.rows().await;
    let mut answers: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let long = format!("env:show:{}", "x".repeat(90));
    for custom_id in [
        "", ":", "env", "env:", "env:explode:1", "env:show", "env:show:", "env:show:nothing", "env:show:1:2:3",
        "env:extend:nothing:4:0", "env:destroyed:' OR 1=1 --", "dep:approve:1", "dep:approve:nothing:f", "dep:reject:nothing:f",
        "dep:rollback:\u{0}", "dep:history:@everyone", "ballot:open:nothing", "ballot:answer:nothing", "draft:x", long.as_str(),
    ] {
        let answer = bot.click_raw("Mina", mine.id, custom_id).await;
        check(bot, custom_id, "Mina", &answer);
        answers.entry(answer.message().text).or_default().push(custom_id.escape_debug().to_string());
    }
    for custom_id in [
        format!("env:extend:{own}:x:0"), format!("env:extend:{own}:4:-1"), format!("env:extend:{own}:4:7"),
        format!("env:extend:{own}:-4:0"), format!("env:extend:{own}:99999999999999999999:0"),
        format!("env:extend:{own}:9223372036854775807:0"), format!("env:extend:{own}:1000000:0"),
        format!("env:extend:{other}:4:0"), format!("env:destroyed:{other}"), format!("dep:approve:{own}:f"),
    ] {
        let answer = bot.click_raw("Mina", mine.id, &custom_id).await;
        check(bot, &custom_id, "Mina", &answer);
        let shown = custom_id.replace(&own, "OWN").replace(&other, "OTHER");
        answers.entry(answer.message().text).or_default().push(shown);
    }
    let told: Vec<String> = answers.into_iter().map(|(text, ids)| format!("{text}\n  {}", ids.join(" "))).collect();
    see!(told.join("\n"), @r"
    **tools** belongs to team Platform. Ask somebody of that team, or the keepers of the platform.
      env:extend:OTHER:4:0 env:destroyed:OTHER
    An environment of this template lives 1 to 72 hours; you asked for 1,000,000. Choose a time in that range.
      env:extend:OWN:1000000:0
    An environment of this template lives 1 to 72 hours; you asked for 9,223,372,036,854,775,808. Choose a time in that range.
      env:extend:OWN:9223372036854775807:0
    An environment of this template lives 1 to 72 hours; you asked for −4. Choose a time in that range.
      env:extend:OWN:-4:0
    This button belongs to an earlier state of things. Use the newest message about it.
       : env env: env:explode:1 env:show env:show: env:show:nothing env:show:1:2:3 env:extend:nothing:4:0 env:destroyed:\' OR 1=1 -- dep:rollback:\0 dep:history:@everyone ballot:answer:nothing draft:x env:show:xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx env:extend:OWN:x:0 env:extend:OWN:4:-1 env:extend:OWN:4:7 env:extend:OWN:99999999999999999999:0
    This round is closed; nothing can be answered or changed in it any more. The next round will ask again.
      ballot:open:nothing
    You do not have the right **deployment.approve** here. `/whoami` shows what you may do; the keepers of the platform give rights.
      dep:approve:1 dep:approve:nothing:f dep:reject:nothing:f dep:approve:OWN:f
    ");
    assert_eq!(bot.rows().await, before, "nothing of it was stored");
});

conversation!(forms_that_nobody_opened_are_refused_in_words, bot => {
    let typed = bot.discord.slash("Mina", "player", "/help").unwrap();
    typed.answer().await;
    let before = bot.rows().await;
    let mut told = Vec::new();
    for custom_id in ["", "dep:rejected:nothing:f", "dep:rolledback:nothing", "ballot:commented:nothing", "env:extend:x:1:0", "feedback:x"] {
        for texts in [vec![], vec![("why", "@everyone")], vec![("a", "1"), ("b", "2")]] {
            let answer = bot.send_raw("Mina", typed.id(), custom_id, &texts).await;
            check(bot, custom_id, "Mina", &answer);
            told.push(format!("{custom_id}: {}", answer.message().text));
        }
    }
    told.dedup();
    see!(told.join("\n"), @r"
    : This button belongs to an earlier state of things. Use the newest message about it.
    dep:rejected:nothing:f: You do not have the right **deployment.approve** here. `/whoami` shows what you may do; the keepers of the platform give rights.
    dep:rolledback:nothing: This button belongs to an earlier state of things. Use the newest message about it.
    ballot:commented:nothing: This round is closed; nothing can be answered or changed in it any more. The next round will ask again.
    env:extend:x:1:0: This button belongs to an earlier state of things. Use the newest message about it.
    feedback:x: This button belongs to an earlier state of things. Use the newest message about it.
    ");
    assert_eq!(bot.rows().await, before, "nothing of it was stored");
});
