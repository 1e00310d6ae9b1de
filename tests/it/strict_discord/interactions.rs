//! The rules of answering: three seconds, once, with what fits, and fifteen minutes for the rest.
use super::{Discord, assert_refused};
use hearth::playground::{Answer, Interaction};
use serde_json::{Value, json};

impl Discord {
    pub(super) async fn answer(&self, interaction: &Interaction, body: Value) -> super::Answer {
        self.post(
            &format!(
                "/interactions/{}/{}/callback",
                interaction.id(),
                interaction.token()
            ),
            body,
        )
        .await
    }

    pub(super) fn webhook(&self, interaction: &Interaction) -> String {
        format!(
            "/webhooks/{}/{}",
            self.handle.application_id(),
            interaction.token()
        )
    }

    pub(super) fn original(&self, interaction: &Interaction) -> String {
        format!("{}/messages/@original", self.webhook(interaction))
    }

    pub(super) fn create(&self) -> Interaction {
        self.handle
            .slash("ada", "platform", "/env create name:demo")
            .unwrap()
    }

    pub(super) async fn ready() -> Self {
        let discord = Self::start().await;
        discord.register().await;
        discord
    }

    /// A public message with a button that only a raw click needs.
    pub(super) async fn with_button(&self) -> u64 {
        self.message(json!({"content": "x", "components": [{"type": 1, "components": [{"type": 2, "style": 1, "label": "Go", "custom_id": "go"}]}]})).await
    }
}

fn says(text: &str) -> Value {
    json!({"type": 4, "data": {"content": text}})
}

#[tokio::test]
async fn a_second_answer_is_refused() {
    let discord = Discord::ready().await;
    let interaction = discord.create();
    assert_eq!(discord.answer(&interaction, says("one")).await.0, 204);
    for again in [says("two"), json!({"type": 5})] {
        assert_refused(
            &discord.answer(&interaction, again).await,
            400,
            40060,
            "",
            "a second answer",
        );
    }
    assert_eq!(interaction.answer().await.message().text, "one");
}

#[tokio::test]
async fn after_three_seconds_nobody_may_answer() {
    let discord = Discord::ready().await;
    let interaction = discord.create();
    discord.pass_ms(3_001);
    assert_refused(
        &discord.answer(&interaction, says("late")).await,
        404,
        10062,
        "",
        "too late",
    );
    assert_eq!(interaction.answer().await, Answer::Unanswered);
    assert!(discord.handle.messages("platform").is_empty());
    let just = discord.create();
    discord
        .clock
        .fetch_add(3_000, std::sync::atomic::Ordering::SeqCst);
    assert_eq!(discord.answer(&just, says("just in time")).await.0, 204);
}

#[tokio::test]
async fn a_wrong_token_is_an_unknown_interaction() {
    let discord = Discord::ready().await;
    let interaction = discord.create();
    let wrong = discord
        .post(
            &format!("/interactions/{}/wrong/callback", interaction.id()),
            says("x"),
        )
        .await;
    assert_refused(&wrong, 404, 10062, "", "a wrong token");
    let wrong = discord
        .post(
            &format!("/interactions/1/{}/callback", interaction.token()),
            says("x"),
        )
        .await;
    assert_refused(&wrong, 404, 10062, "", "a wrong id");
}

#[tokio::test]
async fn the_token_is_good_for_fifteen_minutes() {
    let discord = Discord::ready().await;
    let interaction = discord.create();
    assert_refused(
        &discord
            .send(
                "PATCH",
                &discord.original(&interaction),
                Some(&json!({"content": "x"})),
            )
            .await,
        404,
        10015,
        "",
        "before the answer",
    );
    discord.answer(&interaction, json!({"type": 5})).await;
    discord.pass_ms(15 * 60 * 1_000);
    let (status, _) = discord
        .send(
            "PATCH",
            &discord.original(&interaction),
            Some(&json!({"content": "done"})),
        )
        .await;
    assert_eq!(status, 200);
    discord.pass_ms(1);
    for (method, path) in [
        ("PATCH", discord.original(&interaction)),
        ("GET", discord.original(&interaction)),
        ("POST", discord.webhook(&interaction)),
    ] {
        let body = (method != "GET").then(|| json!({"content": "x"}));
        assert_refused(
            &discord.send(method, &path, body.as_ref()).await,
            401,
            50027,
            "",
            method,
        );
    }
}

#[tokio::test]
async fn privacy_is_decided_when_answering_or_deferring() {
    let discord = Discord::ready().await;
    let interaction = discord.create();
    discord
        .answer(&interaction, json!({"type": 5, "data": {"flags": 64}}))
        .await;
    assert!(
        matches!(interaction.first().await, Answer::Thinking(message) if message.private_to.as_deref() == Some("ada") && message.thinking)
    );
    let (_, edited) = discord
        .send(
            "PATCH",
            &discord.original(&interaction),
            Some(&json!({"content": "done", "flags": 64})),
        )
        .await;
    assert_eq!(edited["flags"], 64);
    let done = interaction.answer().await.message();
    assert_eq!(
        (
            done.text.as_str(),
            done.private_to.as_deref(),
            done.thinking
        ),
        ("done", Some("ada"), false)
    );
    assert!(discord.handle.messages("platform").is_empty());

    let public = discord.create();
    discord.answer(&public, json!({"type": 5})).await;
    let answer = discord
        .send(
            "PATCH",
            &discord.original(&public),
            Some(&json!({"content": "x", "flags": 64})),
        )
        .await;
    assert_refused(&answer, 400, 50035, "flags", "made private later");
}

#[tokio::test]
async fn deferring_may_only_say_whether_it_is_private() {
    let discord = Discord::ready().await;
    for (what, body, place) in [
        (
            "another flag",
            json!({"type": 5, "data": {"flags": 4}}),
            "data.flags",
        ),
        (
            "two flags",
            json!({"type": 5, "data": {"flags": 68}}),
            "data.flags",
        ),
        (
            "a text",
            json!({"type": 5, "data": {"content": "x"}}),
            "data.content",
        ),
    ] {
        assert_refused(
            &discord.answer(&discord.create(), body).await,
            400,
            50035,
            place,
            what,
        );
    }
}

#[tokio::test]
async fn each_kind_of_interaction_has_its_own_answers() {
    let discord = Discord::ready().await;
    let form = json!({"type": 9, "data": {"title": "t", "custom_id": "f", "components": [
        {"type": 1, "components": [{"type": 4, "custom_id": "i", "label": "l", "style": 1}]}]}});
    let go = discord.with_button().await;
    let command = || discord.create();
    let click = || discord.handle.click("ada", go, "go").unwrap();
    let typing = || {
        discord
            .handle
            .autocomplete("ada", "platform", "/env show name:d", "name")
            .unwrap()
    };
    for (what, interaction, kind) in [
        ("an update of a command", command(), 7),
        ("a silent command", command(), 6),
        ("suggestions for a command", command(), 8),
        ("a pong", command(), 1),
        ("an unknown type", command(), 99),
        ("suggestions for a button", click(), 8),
        ("a message while typing", typing(), 4),
        ("a form while typing", typing(), 9),
    ] {
        assert_refused(
            &discord
                .answer(&interaction, json!({"type": kind, "data": {}}))
                .await,
            400,
            50035,
            "type",
            what,
        );
    }
    let opened = command();
    assert_eq!(discord.answer(&opened, form.clone()).await.0, 204);
    let sent = discord
        .handle
        .submit("ada", &opened.answer().await.modal(), &[("i", "text")])
        .unwrap();
    for kind in [6, 7, 9] {
        let answer = discord
            .answer(&sent, json!({"type": kind, "data": form["data"]}))
            .await;
        assert_refused(
            &answer,
            400,
            50035,
            "type",
            "a form from a command has no message to change, and opens no other form",
        );
    }
    let opened = click();
    discord.answer(&opened, form).await;
    let sent = discord
        .handle
        .submit("ada", &opened.answer().await.modal(), &[("i", "text")])
        .unwrap();
    assert_eq!(
        discord
            .answer(&sent, json!({"type": 7, "data": {"content": "changed"}}))
            .await
            .0,
        204
    );
    assert_eq!(discord.handle.message(go).unwrap().text, "changed");
}

#[tokio::test]
async fn answers_obey_the_rules_of_messages() {
    let discord = Discord::ready().await;
    let go = discord.with_button().await;
    for (what, body, place) in [
        (
            "a long text",
            json!({"type": 4, "data": {"content": "x".repeat(2_001)}}),
            "data.content",
        ),
        (
            "an unknown key",
            json!({"type": 4, "data": {"content": "x", "ephemeral": true}}),
            "data.ephemeral",
        ),
        (
            "a nonce",
            json!({"type": 4, "data": {"content": "x", "nonce": "n"}}),
            "data.nonce",
        ),
        (
            "an unknown outer key",
            json!({"type": 4, "data": {"content": "x"}, "flags": 64}),
            "flags",
        ),
        ("no data", json!({"type": 4}), "data"),
    ] {
        assert_refused(
            &discord.answer(&discord.create(), body).await,
            400,
            50035,
            place,
            what,
        );
    }
    assert_refused(
        &discord
            .answer(&discord.create(), json!({"type": 4, "data": {}}))
            .await,
        400,
        50006,
        "",
        "nothing said",
    );
    let update = json!({"type": 7, "data": {"content": "x", "flags": 64}});
    assert_refused(
        &discord
            .answer(&discord.handle.click("ada", go, "Go").unwrap(), update)
            .await,
        400,
        50035,
        "flags",
        "a public message made private",
    );
}

#[tokio::test]
async fn follow_ups_belong_to_their_interaction() {
    let discord = Discord::ready().await;
    let interaction = discord.create();
    discord.answer(&interaction, says("first")).await;
    let (status, more) = discord
        .post(
            &discord.webhook(&interaction),
            json!({"content": "more", "flags": 64}),
        )
        .await;
    assert_eq!(status, 200);
    let one = format!(
        "{}/messages/{}",
        discord.webhook(&interaction),
        more["id"].as_str().unwrap()
    );
    assert_eq!(
        discord
            .send("PATCH", &one, Some(&json!({"content": "changed"})))
            .await
            .0,
        200
    );
    assert_eq!(discord.handle.private_messages("ada")[0].text, "changed");
    let stranger = discord.message(json!({"content": "stranger"})).await;
    let other = format!("{}/messages/{stranger}", discord.webhook(&interaction));
    assert_refused(
        &discord
            .send("PATCH", &other, Some(&json!({"content": "x"})))
            .await,
        404,
        10008,
        "",
        "another message",
    );
    assert_refused(
        &discord
            .post(&discord.webhook(&interaction), json!({}))
            .await,
        400,
        50006,
        "",
        "an empty one",
    );
    assert_eq!(discord.send("DELETE", &one, None).await.0, 204);
    assert_eq!(
        discord
            .send("DELETE", &discord.original(&interaction), None)
            .await
            .0,
        204
    );
    assert_eq!(interaction.answer().await, Answer::Deleted);
    let app = format!("/webhooks/1/{}/messages/@original", interaction.token());
    assert_refused(
        &discord.send("GET", &app, None).await,
        404,
        10015,
        "",
        "another application",
    );
}

#[tokio::test]
async fn a_follow_up_to_a_deferred_answer_edits_it_and_is_a_complaint() {
    let discord = Discord::ready().await;
    let interaction = discord.create();
    discord.answer(&interaction, json!({"type": 5})).await;
    discord
        .post(&discord.webhook(&interaction), json!({"content": "done"}))
        .await;
    assert_eq!(interaction.answer().await.message().text, "done");
    assert_eq!(discord.handle.messages("platform").len(), 1);
    assert_eq!(discord.handle.complaints().len(), 1);
}

#[tokio::test]
async fn the_answer_can_be_asked_for_at_once() {
    let discord = Discord::ready().await;
    let interaction = discord.create();
    let path = format!(
        "/interactions/{}/{}/callback?with_response=true",
        interaction.id(),
        interaction.token()
    );
    let (status, answer) = discord.post(&path, says("hello")).await;
    assert_eq!(
        (status, &answer["resource"]["message"]["content"]),
        (200, &json!("hello"))
    );
}

#[tokio::test]
async fn a_click_on_a_deleted_message_arrives_and_cannot_update_it() {
    let discord = Discord::ready().await;
    let go = discord.with_button().await;
    discord.handle.delete_message(go);
    let click = discord.handle.click("ada", go, "go").unwrap();
    let update = json!({"type": 7, "data": {"content": "x"}});
    assert_refused(
        &discord.answer(&click, update).await,
        404,
        10008,
        "",
        "an update of nothing",
    );
    assert_eq!(
        discord
            .answer(
                &click,
                json!({"type": 4, "data": {"content": "It is gone.", "flags": 64}})
            )
            .await
            .0,
        204
    );
    assert_eq!(
        discord.handle.private_messages("ada")[0].text,
        "It is gone."
    );
}

#[tokio::test]
async fn answers_call_only_the_people_they_may() {
    let discord = Discord::ready().await;
    let jonas = discord.handle.member_id("jonas").unwrap();
    let text = format!("@everyone <@{jonas}>");
    let public = discord.create();
    discord.answer(&public, says(&text)).await;
    assert_eq!(
        public.answer().await.message().pinged,
        ["jonas"],
        "unsaid, an answer calls users only"
    );
    let private = discord.create();
    discord
        .answer(
            &private,
            json!({"type": 4, "data": {"content": text, "flags": 64}}),
        )
        .await;
    assert!(
        private.answer().await.message().pinged.is_empty(),
        "nobody else sees it"
    );
}
