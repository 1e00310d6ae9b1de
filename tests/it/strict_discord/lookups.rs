//! Who may ask what, and what is not there.
use super::{Discord, TOKEN, assert_refused, read};
use hearth::playground::Access;
use serde_json::json;

#[tokio::test]
async fn a_wrong_token_is_refused_everywhere_but_where_none_is_needed() {
    let discord = Discord::start().await;
    for token in [
        "Bot wrong".to_owned(),
        TOKEN.to_owned(),
        format!("Bearer {TOKEN}"),
    ] {
        let request = discord
            .http
            .get(discord.url("/users/@me"))
            .header("authorization", token);
        assert_refused(
            &read(request.send().await.unwrap()).await,
            401,
            0,
            "",
            "a wrong token",
        );
    }
    assert_refused(
        &read(
            discord
                .http
                .get(discord.url("/gateway/bot"))
                .send()
                .await
                .unwrap(),
        )
        .await,
        401,
        0,
        "",
        "no token",
    );
    let (status, gateway) = read(
        discord
            .http
            .get(discord.url("/gateway"))
            .send()
            .await
            .unwrap(),
    )
    .await;
    assert_eq!(
        (status, gateway["url"].as_str()),
        (200, Some(discord.handle.gateway_url().as_str()))
    );
}

#[tokio::test]
async fn unknown_routes_methods_and_versions_are_refused() {
    let discord = Discord::start().await;
    assert_refused(
        &discord.send("GET", "/nothing/here", None).await,
        404,
        0,
        "",
        "an unknown route",
    );
    assert_refused(
        &discord
            .send("PUT", &discord.messages_path(), Some(&json!({})))
            .await,
        405,
        0,
        "",
        "a wrong method",
    );
    let old = discord
        .http
        .get(format!("{}/api/v6/gateway", discord.handle.base_url()))
        .send()
        .await
        .unwrap();
    assert_eq!(read(old).await.0, 400);
}

#[tokio::test]
async fn bodies_that_are_not_json_are_refused() {
    let discord = Discord::start().await;
    let post = |kind: &'static str, body: &'static str| {
        let request = discord
            .http
            .post(discord.url(&discord.messages_path()))
            .header("authorization", format!("Bot {TOKEN}"));
        request.header("content-type", kind).body(body).send()
    };
    assert_refused(
        &read(post("application/json", "{").await.unwrap()).await,
        400,
        50109,
        "",
        "broken JSON",
    );
    assert_refused(
        &read(post("text/plain", "{}").await.unwrap()).await,
        400,
        50035,
        "",
        "another type",
    );
    assert_refused(
        &read(post("multipart/form-data; boundary=x", "no").await.unwrap()).await,
        400,
        50035,
        "",
        "broken multipart",
    );
}

#[tokio::test]
async fn unknown_things_have_their_own_codes() {
    let discord = Discord::start().await;
    let guild = discord.handle.guild_id();
    for (path, code) in [
        ("/channels/1".to_owned(), 10003),
        ("/channels/1/messages".to_owned(), 10003),
        (format!("{}/1", discord.messages_path()), 10008),
        ("/guilds/1".to_owned(), 10004),
        ("/guilds/1/channels".to_owned(), 10004),
        ("/guilds/1/roles/member-counts".to_owned(), 10004),
        (format!("/guilds/{guild}/members/1"), 10007),
        ("/users/1".to_owned(), 10013),
        (
            format!(
                "/webhooks/{}/nothing/messages/@original",
                discord.handle.application_id()
            ),
            10015,
        ),
    ] {
        assert_refused(
            &discord.send("GET", &path, None).await,
            404,
            code,
            "",
            &path,
        );
    }
    let direct = discord
        .post("/users/@me/channels", json!({"recipient_id": "1"}))
        .await;
    assert_refused(&direct, 400, 50033, "", "a direct conversation with nobody");
}

#[tokio::test]
async fn closed_channels_refuse_and_are_no_complaint() {
    let discord = Discord::start().await;
    let id = discord.message(json!({"content": "before"})).await;
    let path = discord.messages_path();
    discord.handle.set_access("platform", Access::ReadOnly);
    assert_refused(
        &discord.post(&path, json!({"content": "x"})).await,
        403,
        50013,
        "",
        "no writing",
    );
    assert_eq!(discord.send("GET", &path, None).await.0, 200);
    discord.handle.set_access("platform", Access::None);
    for (method, path) in [
        ("GET", path.clone()),
        ("POST", path.clone()),
        ("GET", format!("{path}/{id}")),
        ("DELETE", format!("{path}/{id}")),
    ] {
        let body = (method == "POST").then(|| json!({"content": "x"}));
        assert_refused(
            &discord.send(method, &path, body.as_ref()).await,
            403,
            50001,
            "",
            "no access",
        );
    }
    assert_eq!(discord.handle.complaints(), Vec::<String>::new());
    discord.handle.set_access("platform", Access::Full);
    assert_eq!(discord.post(&path, json!({"content": "x"})).await.0, 200);
}

#[tokio::test]
async fn every_request_is_recorded_and_checked_by_the_tests_own_check() {
    let discord = Discord::with(|options| {
        options.check = Some(std::sync::Arc::new(
            |request| match request.body["content"].as_str() {
                Some("bad") => vec!["says bad".to_owned()],
                _ => Vec::new(),
            },
        ));
    })
    .await;
    discord.message(json!({"content": "good"})).await;
    discord.message(json!({"content": "bad"})).await;
    assert_eq!(
        discord.handle.complaints(),
        ["POST /channels/{channel}/messages: says bad"]
    );
    let requests = discord.handle.requests();
    let last = requests.last().unwrap();
    assert_eq!(
        (last.method.as_str(), last.route.as_str(), last.status),
        ("POST", "/channels/{channel}/messages", Some(200))
    );
    assert_eq!(
        (&last.body, last.at),
        (&json!({"content": "bad"}), super::START_MS)
    );
}
