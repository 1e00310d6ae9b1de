//! The chat page's routes: what a person sees, does and may not see, and who may come at all.
use super::gateway::identified;
use super::websocket::Socket;
use super::{Discord, TOKEN, read};
use hearth::playground::{Control, GuideStep, Options};
use serde_json::{Value, json};
use std::sync::Arc;

impl Discord {
    fn page(&self, path: &str) -> String {
        format!("{}{path}", self.handle.base_url())
    }

    async fn state(&self, who: &str) -> Value {
        let (status, state) = read(
            self.http
                .get(self.page(&format!("/page/state?as={who}")))
                .send()
                .await
                .unwrap(),
        )
        .await;
        assert_eq!(status, 200);
        state
    }

    async fn act(&self, deed: Value) -> Value {
        let (status, answer) = read(
            self.http
                .post(self.page("/page/act"))
                .json(&deed)
                .send()
                .await
                .unwrap(),
        )
        .await;
        assert_eq!(status, 200, "{answer}");
        answer
    }

    /// Does something on the page while the bot answers the interaction that comes of it.
    async fn act_answered(&self, bot: &mut Socket, deed: Value, answer: Value) -> Value {
        let answering = async {
            let event = bot.next().await;
            let (id, token) = (
                event["d"]["id"].as_str().unwrap(),
                event["d"]["token"].as_str().unwrap(),
            );
            let (status, body) = self
                .post(&format!("/interactions/{id}/{token}/callback"), answer)
                .await;
            assert_eq!(status, 204, "{body}");
        };
        tokio::join!(self.act(deed), answering).0
    }
}

/// The page's stream of events as one person gets it.
struct Stream(reqwest::Response, String);

impl Stream {
    async fn open(discord: &Discord, who: &str) -> Self {
        let response = discord
            .http
            .get(discord.page(&format!("/page/events?as={who}")))
            .send()
            .await
            .unwrap();
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self(response, String::new())
    }

    async fn next(&mut self) -> Value {
        loop {
            if let Some((event, rest)) = self.1.split_once("\n\n") {
                let told = serde_json::from_str(event.strip_prefix("data: ").unwrap()).unwrap();
                self.1 = rest.to_owned();
                return told;
            }
            let more = self.0.chunk().await.unwrap().expect("the stream goes on");
            self.1.push_str(std::str::from_utf8(&more).unwrap());
        }
    }

    async fn next_of(&mut self, kind: &str) -> Value {
        loop {
            let event = self.next().await;
            if event["type"] == kind {
                return event;
            }
        }
    }
}

fn furnished(options: &mut Options) {
    options.banner = "This is not Discord.".to_owned();
    options.guild.members[1].about = vec!["Team Player".to_owned()];
    options.guide = vec![GuideStep {
        title: "Try it".to_owned(),
        command: Some("/env create".to_owned()),
        ..GuideStep::default()
    }];
    options.helper = Some(Arc::new(|custom_id, member| match (custom_id, member) {
        ("approve", "ada") => vec!["mara".to_owned()],
        _ => Vec::new(),
    }));
    let control = |id: &str, outcome: Result<String, String>| Control {
        id: id.to_owned(),
        label: id.to_owned(),
        hint: "A hint".to_owned(),
        run: Arc::new(move || {
            let outcome = outcome.clone();
            Box::pin(async move { outcome })
        }),
    };
    options.controls = vec![
        control("hour", Ok("One hour later.".to_owned())),
        control("week", Err("Not now.".to_owned())),
    ];
}

#[tokio::test]
async fn a_person_sees_the_room_and_not_what_is_private_to_others() {
    let discord = Discord::with(furnished).await;
    discord.register().await;
    let approve = json!([{"type": 1, "components": [{"type": 2, "style": 3, "label": "Approve", "custom_id": "approve"}]}]);
    discord
        .message(json!({"content": "public", "components": approve}))
        .await;
    let interaction = discord
        .handle
        .slash("ada", "platform", "/env create name:x")
        .unwrap();
    let secret = json!({"type": 4, "data": {"content": "secret", "flags": 64}});
    discord
        .post(
            &format!(
                "/interactions/{}/{}/callback",
                interaction.id(),
                interaction.token()
            ),
            secret,
        )
        .await;
    let platform = discord.handle.channel_id("platform").unwrap().to_string();

    let ada = discord.state("ada").await;
    assert_eq!(
        (&ada["banner"], &ada["guild"]),
        (
            &json!("This is not Discord."),
            &json!({"name": "Sonsic", "locale": "en-US"})
        )
    );
    assert_eq!(
        (&ada["me"]["about"], &ada["me"]["roles"][0]["name"]),
        (&json!(["Team Player"]), &json!("Developer"))
    );
    assert_eq!(
        (
            &ada["controls"][0]["id"],
            &ada["guide"][0]["title"],
            &ada["connected"]
        ),
        (&json!("hour"), &json!("Try it"), &json!(false))
    );
    assert_eq!(
        (
            ada["commands"].as_array().unwrap().len(),
            ada["members"].as_array().unwrap().len()
        ),
        (1, 3)
    );
    let messages = &ada["messages"][&platform];
    assert_eq!(
        (&messages[0]["helpers"], &messages[0]["private_to"]),
        (&json!({"approve": ["mara"]}), &json!(null))
    );
    assert_eq!(
        (&messages[1]["private_to"], &messages[1]["interaction"]),
        (
            &json!("ada"),
            &json!({"command": "env create", "by": "ada"})
        )
    );

    let jonas = discord
        .state(&discord.handle.member_id("jonas").unwrap().to_string())
        .await;
    assert_eq!(
        (
            jonas["messages"][&platform].as_array().unwrap().len(),
            &jonas["messages"][&platform][0]["helpers"]
        ),
        (1, &json!({}))
    );
    assert!(!jonas.to_string().contains("secret"));
    assert_eq!(
        discord
            .http
            .get(discord.page("/page/state?as=nobody"))
            .send()
            .await
            .unwrap()
            .status(),
        404
    );
    let (_, first) = read(
        discord
            .http
            .get(discord.page("/page/state"))
            .send()
            .await
            .unwrap(),
    )
    .await;
    assert_eq!(first["me"]["name"], "mara");
}

#[tokio::test]
async fn news_reaches_those_who_may_see_it() {
    let discord = Discord::start().await;
    discord.register().await;
    let (mut ada, mut jonas) = (
        Stream::open(&discord, "ada").await,
        Stream::open(&discord, "jonas").await,
    );
    let interaction = discord
        .handle
        .slash("ada", "platform", "/env create name:x")
        .unwrap();
    let secret = json!({"type": 4, "data": {"content": "secret", "flags": 64}});
    discord
        .post(
            &format!(
                "/interactions/{}/{}/callback",
                interaction.id(),
                interaction.token()
            ),
            secret,
        )
        .await;
    let id = discord.message(json!({"content": "public"})).await;
    assert_eq!(ada.next_of("message").await["message"]["content"], "secret");
    assert_eq!(ada.next_of("message").await["message"]["content"], "public");
    assert_eq!(
        jonas.next_of("message").await["message"]["content"],
        "public",
        "and nothing before it"
    );
    discord
        .send(
            "PATCH",
            &format!("{}/{id}", discord.messages_path()),
            Some(&json!({"content": "changed"})),
        )
        .await;
    assert_eq!(
        jonas.next_of("message_update").await["message"]["content"],
        "changed"
    );
    discord
        .send("DELETE", &format!("{}/{id}", discord.messages_path()), None)
        .await;
    assert_eq!(jonas.next_of("message_delete").await["id"], id.to_string());
    discord.pass_ms(5);
    assert_eq!(jonas.next_of("clock").await["now"], super::START_MS + 5);
    let bot = identified(&discord).await;
    jonas.next_of("connected").await;
    drop(bot);
    jonas.next_of("disconnected").await;
}

#[tokio::test]
async fn the_page_does_what_a_client_does() {
    let discord = Discord::start().await;
    discord.register().await;
    let (mut bot, _) = identified(&discord).await;
    let platform = discord.handle.channel_id("platform").unwrap().to_string();
    let create = json!({"as": "ada", "channel": platform, "kind": "command", "command": "env create", "options": [{"name": "name", "type": 3, "value": "x"}]});

    let says = json!({"type": 4, "data": {"content": "made", "components": [
        {"type": 1, "components": [{"type": 2, "style": 1, "label": "Go", "custom_id": "go"}]},
        {"type": 1, "components": [{"type": 3, "custom_id": "size", "options": [{"label": "Small", "value": "s"}]}]}]}});
    assert_eq!(
        discord.act_answered(&mut bot, create.clone(), says).await,
        json!({"ok": true})
    );
    let message = discord.handle.messages("platform")[0].id.to_string();
    let click = json!({"as": "jonas", "channel": platform, "kind": "click", "message": message, "custom_id": "go"});
    assert_eq!(
        discord
            .act_answered(&mut bot, click, json!({"type": 6}))
            .await,
        json!({"ok": true})
    );
    let select = json!({"as": "jonas", "channel": platform, "kind": "select", "message": message, "custom_id": "size", "values": ["s"]});
    assert_eq!(
        discord
            .act_answered(&mut bot, select, json!({"type": 6}))
            .await,
        json!({"ok": true})
    );

    let typing = json!({"as": "ada", "channel": "platform", "kind": "autocomplete", "command": "env show", "options": [], "focused": "name"});
    let choices = json!([{"name": "Demo", "value": "demo"}]);
    let offered = discord
        .act_answered(
            &mut bot,
            typing,
            json!({"type": 8, "data": {"choices": choices}}),
        )
        .await;
    assert_eq!(offered, json!({"choices": choices}));

    let form = json!({"type": 9, "data": {"title": "Why", "custom_id": "why", "components": [
        {"type": 1, "components": [{"type": 4, "custom_id": "text", "label": "Text", "style": 2}]}]}});
    let opened = discord.act_answered(&mut bot, create.clone(), form).await;
    assert_eq!(opened["modal"]["title"], "Why");
    let mut submit = json!({"as": "ada", "channel": platform, "kind": "submit", "custom_id": "why", "modal": opened["modal"]["id"], "values": {"text": "so"}});
    assert_eq!(
        discord
            .act_answered(
                &mut bot,
                submit.clone(),
                json!({"type": 4, "data": {"content": "thanks"}})
            )
            .await,
        json!({"ok": true})
    );
    submit["as"] = json!("jonas");
    assert!(
        discord.act(submit).await["error"].is_string(),
        "the form was opened for somebody else"
    );

    let late = async {
        bot.next().await;
        discord.pass_ms(3_001);
    };
    let (answer, ()) = tokio::join!(discord.act(create), late);
    assert_eq!(answer, json!({"error": "The application did not respond"}));
    for wrong in [
        json!({"as": "ada", "channel": platform, "kind": "command", "command": "env create", "options": []}),
        json!({"as": "nobody", "channel": platform, "kind": "command", "command": "env create", "options": []}),
        json!({"as": "ada", "channel": platform, "kind": "click", "message": "none", "custom_id": "go"}),
        json!({"as": "ada", "channel": platform, "kind": "dance"}),
    ] {
        assert!(
            discord.act(wrong.clone()).await["error"].is_string(),
            "{wrong}"
        );
    }
}

#[tokio::test]
async fn the_pages_buttons_say_how_it_went() {
    let discord = Discord::with(furnished).await;
    let press = async |id: &str| {
        read(
            discord
                .http
                .post(discord.page("/page/control"))
                .json(&json!({"id": id}))
                .send()
                .await
                .unwrap(),
        )
        .await
        .1
    };
    assert_eq!(press("hour").await, json!({"text": "One hour later."}));
    assert_eq!(press("week").await, json!({"error": "Not now."}));
    assert!(press("year").await["error"].is_string());
}

#[tokio::test]
async fn every_file_of_the_page_is_served_with_its_type_and_policy() {
    let discord = Discord::start().await;
    for entry in
        std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/src/playground/page")).unwrap()
    {
        let name = entry.unwrap().file_name().into_string().unwrap();
        for path in [format!("/{name}"), format!("/assets/{name}")] {
            let response = discord.http.get(discord.page(&path)).send().await.unwrap();
            if name.starts_with('.') {
                assert_eq!(response.status(), 404, "{path}");
                continue;
            }
            assert_eq!(response.status(), 200, "{path}");
            assert_ne!(
                response.headers()["content-type"],
                "application/octet-stream",
                "{path}"
            );
            let policy = response.headers()["content-security-policy"]
                .to_str()
                .unwrap();
            assert!(
                policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'")
            );
        }
    }
    for path in [
        "/nothing.js",
        "/assets/..%2fmod.rs",
        "/attachments/1/2/x.png",
    ] {
        assert_eq!(
            discord
                .http
                .get(discord.page(path))
                .send()
                .await
                .unwrap()
                .status(),
            404,
            "{path}"
        );
    }
}

#[tokio::test]
async fn other_sites_and_other_names_are_turned_away() {
    let discord = Discord::with(furnished).await;
    let get = async |host: &str| {
        discord
            .http
            .get(discord.page("/page/state"))
            .header("host", host)
            .send()
            .await
            .unwrap()
            .status()
            .as_u16()
    };
    for own in ["localhost:9000", "127.0.0.1", "[::1]:80"] {
        assert_eq!(get(own).await, 200, "{own}: tunnels change the port");
    }
    for foreign in ["evil.example", "127.0.0.1.evil.example:80", "10.0.0.1"] {
        assert_eq!(get(foreign).await, 403, "{foreign}");
    }
    let post = async |name: &str, value: &str| {
        let request = discord
            .http
            .post(discord.page("/page/control"))
            .header(name, value)
            .body(r#"{"id":"hour"}"#);
        let request = if name == "content-type" {
            request
        } else {
            request.header("content-type", "application/json")
        };
        request.send().await.unwrap().status().as_u16()
    };
    assert_eq!(post("origin", &discord.handle.base_url()).await, 200);
    for (name, value) in [
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("content-type", "text/plain"),
        ("content-type", "application/x-www-form-urlencoded"),
    ] {
        assert_eq!(post(name, value).await, 403, "{name}: {value}");
    }
}

#[tokio::test]
async fn whoever_comes_by_another_name_needs_the_token_once() {
    let discord = Discord::with(|options| options.page_token = Some("secret".to_owned())).await;
    let careful = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap();
    let get = |path: &str, cookie: &str| {
        careful
            .get(discord.page(path))
            .header("host", "platform.example")
            .header("cookie", cookie)
            .send()
    };
    assert_eq!(get("/page/state", "").await.unwrap().status(), 403);
    assert_eq!(get("/?token=wrong", "").await.unwrap().status(), 403);
    let welcome = get("/?token=secret", "").await.unwrap();
    assert_eq!(
        (welcome.status().as_u16(), &welcome.headers()["location"]),
        (303, &"/".parse().unwrap())
    );
    let cookie = welcome.headers()["set-cookie"].to_str().unwrap().to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"));
    let cookie = cookie.split(';').next().unwrap();
    assert_eq!(get("/page/state", cookie).await.unwrap().status(), 200);
    assert_eq!(
        get("/page/state", "playground_token=wrong")
            .await
            .unwrap()
            .status(),
        403
    );
    let request = discord
        .http
        .get(discord.url("/users/@me"))
        .header("authorization", format!("Bot {TOKEN}"));
    assert_eq!(
        request.send().await.unwrap().status(),
        200,
        "the bot needs only its own token"
    );
}
