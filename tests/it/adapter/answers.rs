//! What is heard, and every kind of answer to it.

use hearth::domain::chat::{
    Choice, Form, Input, InteractionId, MessageId, OptionValue, RoleId, Select, SelectOption,
    UserId,
};
use hearth::playground::Answer as Seen;

use super::*;

#[tokio::test]
async fn a_command_is_answered_in_public_or_in_private_by_one_call() {
    let bench =
        Bench::new(|it| async move { say(it.person.language == Language::German, "hello") }).await;
    let in_public = bench.server.slash("ada", "platform", "/whoami").unwrap();
    let message = in_public.answer().await.message();
    assert_eq!(
        (
            message.text.as_str(),
            message.private_to,
            message.channel.as_str()
        ),
        ("hello", None, "#platform")
    );
    let in_private = bench.server.slash("bert", "platform", "/whoami").unwrap();
    assert_eq!(
        in_private.answer().await.message().private_to.as_deref(),
        Some("bert")
    );
    assert_eq!(
        (
            n_callbacks(&bench, in_public.id()),
            n_callbacks(&bench, in_private.id())
        ),
        (1, 1)
    );
    bench.end().await;
}

#[tokio::test]
async fn what_is_heard_says_who_where_when_and_every_option() {
    let bench = Bench::new(|_| async { say(true, "ok") }).await;
    let line = "/env create template:preview pull_request:7 pinned:true who:cleo role:Developer where:player";
    let before = chrono::Utc::now().timestamp_millis();
    let sent = bench.server.slash("bert", "platform", line).unwrap();
    sent.answer().await;
    let heard = bench.heard().remove(0);
    assert_eq!(heard.id, InteractionId(sent.id()));
    assert!(
        (before - 1..=before + 5_000).contains(&heard.at.0),
        "{} is not about {before}",
        heard.at.0
    );
    assert_eq!(heard.channel, channel(&bench.server, "platform"));
    assert_eq!(
        heard.person.id,
        UserId(bench.server.member_id("bert").unwrap())
    );
    assert_eq!(heard.person.name, "bert the Great");
    let developer = RoleId(bench.server.role_id("Developer").unwrap());
    assert_eq!(
        (heard.person.roles, heard.person.language),
        (vec![developer], Language::German)
    );
    let Deed::Command { path, options } = heard.deed else {
        panic!("no command")
    };
    assert_eq!(path, ["env", "create"]);
    let expected = [
        ("template", OptionValue::Text("preview".to_owned())),
        ("pull_request", OptionValue::Integer(7)),
        ("pinned", OptionValue::Boolean(true)),
        (
            "who",
            OptionValue::User(UserId(bench.server.member_id("cleo").unwrap())),
        ),
        ("role", OptionValue::Role(developer)),
        (
            "where",
            OptionValue::Channel(channel(&bench.server, "player")),
        ),
    ];
    assert_eq!(
        options,
        expected
            .map(|(name, value)| (name.to_owned(), value))
            .into()
    );
    bench.end().await;
}

#[tokio::test]
async fn typing_gets_suggestions() {
    let bench = Bench::new(|it| async move {
        let Deed::Typing {
            path,
            options,
            focused,
            text,
        } = it.deed
        else {
            return say(true, "not typing");
        };
        let name = format!(
            "{} {focused}={text} pr={:?}",
            path.join(" "),
            options.get("pull_request")
        );
        let mut choices = vec![Choice {
            name,
            value: "first".to_owned(),
        }];
        choices.extend((0..40).map(|n| Choice {
            name: format!("{n}{}", "n".repeat(200)),
            value: n.to_string(),
        }));
        Answer::Suggest(choices)
    })
    .await;
    let typed = bench.server.autocomplete(
        "ada",
        "platform",
        "/env create pull_request:3 template:pre",
        "template",
    );
    let choices = typed.unwrap().answer().await.choices();
    assert_eq!(choices.len(), 25);
    assert_eq!(
        choices[0].name,
        "env create template=pre pr=Some(Integer(3))"
    );
    bench.end().await;
}

#[tokio::test]
async fn a_click_changes_its_message_or_is_taken_quietly() {
    let bench = Bench::new(|it| async move {
        match clicked(&it.deed) {
            "count:1" => Answer::Update(with_button("pressed once", "count:2")),
            "count:2" => Answer::Quiet,
            _ => Answer::Say {
                private: false,
                message: with_button("press me", "count:1"),
            },
        }
    })
    .await;
    let message = bench
        .server
        .slash("ada", "platform", "/whoami")
        .unwrap()
        .answer()
        .await
        .message();
    let answer = bench
        .server
        .click("bert", message.id, "Press")
        .unwrap()
        .answer()
        .await;
    let Seen::Updated(updated) = answer else {
        panic!("no update: {answer:?}")
    };
    assert_eq!(
        (
            updated.id,
            updated.text.as_str(),
            updated.buttons[0].custom_id.as_str()
        ),
        (message.id, "pressed once", "count:2")
    );
    assert_eq!(
        bench
            .server
            .click("bert", message.id, "count:2")
            .unwrap()
            .answer()
            .await,
        Seen::Acknowledged
    );
    let Deed::Click {
        message: clicked_on,
        ..
    } = bench.heard()[1].deed.clone()
    else {
        panic!("no click")
    };
    assert_eq!(clicked_on, MessageId(message.id));
    bench.end().await;
}

#[tokio::test]
async fn a_choice_in_a_select_arrives_with_its_value() {
    let bench = Bench::new(|it| async move {
        if let Deed::Click { values, .. } = it.deed {
            return say(true, &values.join(","));
        }
        let option = |value: &str| SelectOption {
            label: format!("label {value}"),
            value: value.to_owned(),
            chosen: false,
        };
        let select = Select {
            custom_id: "pick".to_owned(),
            placeholder: "Pick".to_owned(),
            options: vec![option("a"), option("b")],
        };
        Answer::Say {
            private: true,
            message: Message {
                rows: vec![Row::Select(select)],
                ..text("pick one")
            },
        }
    })
    .await;
    let message = bench
        .server
        .slash("ada", "platform", "/whoami")
        .unwrap()
        .answer()
        .await
        .message();
    let answer = bench
        .server
        .select("ada", message.id, "pick", &["b"])
        .unwrap()
        .answer()
        .await;
    assert_eq!(answer.message().text, "b");
    bench.end().await;
}

#[tokio::test]
async fn a_form_goes_out_and_comes_back() {
    let bench = Bench::new(|it| async move {
        match it.deed {
            Deed::Form { custom_id, texts } => say(true, &format!("{custom_id}: {texts:?}")),
            _ => Answer::Ask(Form {
                custom_id: "feedback:1".to_owned(),
                title: "Feedback".to_owned(),
                inputs: ["good", "bad"]
                    .map(|id| Input {
                        custom_id: id.to_owned(),
                        label: format!("What was {id}?"),
                        value: String::new(),
                        placeholder: "…".to_owned(),
                        long: true,
                        required: false,
                        length_max: 200,
                    })
                    .into(),
            }),
        }
    })
    .await;
    let form = bench
        .server
        .slash("ada", "platform", "/whoami")
        .unwrap()
        .answer()
        .await
        .modal();
    assert_eq!(
        (form.title.as_str(), form.inputs.len(), form.inputs[0].n_max),
        ("Feedback", 2, 200)
    );
    let answer = bench
        .server
        .submit("ada", &form, &[("good", "@everyone \u{202e}x")])
        .unwrap()
        .answer()
        .await;
    assert_eq!(
        answer.message().text,
        r#"feedback:1: {"bad": "", "good": "@everyone \u{202e}x"}"#
    );
    bench.end().await;
}

#[tokio::test]
async fn what_is_delivered_twice_is_heard_once_and_answered_once() {
    let bench = Bench::new(|_| async { say(false, "once") }).await;
    bench.server.deliver_twice(1);
    let sent = bench.server.slash("ada", "platform", "/whoami").unwrap();
    sent.answer().await;
    // A later interaction comes after the second delivery, so that it has been seen by then.
    bench
        .server
        .slash("ada", "platform", "/whoami")
        .unwrap()
        .answer()
        .await;
    assert_eq!(
        (bench.heard().len(), n_callbacks(&bench, sent.id())),
        (2, 1)
    );
    bench.end().await;
}
