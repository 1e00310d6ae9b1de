//! Messages in channels, threads and direct conversations: nonces, edits, lists, files and who is called.
use super::{Discord, TOKEN, assert_refused, read};
use serde_json::json;

const HOUR_MS: i64 = 60 * 60 * 1_000;

#[tokio::test]
async fn an_enforced_nonce_gives_the_earlier_message_for_a_few_minutes() {
    let discord = Discord::start().await;
    let once = || json!({"content": "once", "nonce": "abc", "enforce_nonce": true});
    let first = discord.message(once()).await;
    assert_eq!(discord.message(once()).await, first);
    let elsewhere = format!(
        "/channels/{}/messages",
        discord.handle.channel_id("player").unwrap()
    );
    let (_, other) = discord.post(&elsewhere, once()).await;
    assert_ne!(
        other["id"],
        first.to_string(),
        "a nonce belongs to its channel"
    );
    assert_ne!(
        discord
            .message(json!({"content": "x", "nonce": "abc"}))
            .await,
        first,
        "only when it is enforced"
    );
    discord.pass_ms(6 * 60 * 1_000);
    assert_ne!(
        discord.message(once()).await,
        first,
        "it is forgotten later"
    );
}

#[tokio::test]
async fn an_old_message_is_edited_three_times_an_hour() {
    let discord = Discord::start().await;
    let id = discord.message(json!({"content": "0"})).await;
    let path = format!("{}/{id}", discord.messages_path());
    let text = |n: i32| json!({"content": n.to_string()});
    for n in 1..=5 {
        assert_eq!(
            discord.send("PATCH", &path, Some(&text(n))).await.0,
            200,
            "young messages are edited freely"
        );
    }
    discord.pass_ms(HOUR_MS + 1);
    for n in 6..=8 {
        assert_eq!(discord.send("PATCH", &path, Some(&text(n))).await.0, 200);
    }
    assert_refused(
        &discord.send("PATCH", &path, Some(&text(9))).await,
        429,
        30046,
        "",
        "the fourth edit",
    );
    discord.pass_ms(HOUR_MS + 1);
    assert_eq!(discord.send("PATCH", &path, Some(&text(10))).await.0, 200);
    assert_eq!(discord.handle.message(id).unwrap().text, "10");
}

#[tokio::test]
async fn an_edit_changes_only_what_it_names() {
    let discord = Discord::start().await;
    let id = discord
        .message(json!({"content": "text", "embeds": [{"title": "t"}]}))
        .await;
    let path = format!("{}/{id}", discord.messages_path());
    discord
        .send("PATCH", &path, Some(&json!({"content": "new"})))
        .await;
    let message = discord.handle.message(id).unwrap();
    assert_eq!(
        (
            message.text.as_str(),
            message.embeds[0].title.as_str(),
            message.edited
        ),
        ("new", "t", true)
    );
    let answer = discord
        .send("PATCH", &path, Some(&json!({"content": "x".repeat(2_001)})))
        .await;
    assert_refused(&answer, 400, 50035, "content", "too long an edit");
    let answer = discord
        .send("PATCH", &path, Some(&json!({"nonce": "x"})))
        .await;
    assert_refused(&answer, 400, 50035, "nonce", "a nonce cannot be edited in");
    assert_eq!(discord.send("DELETE", &path, None).await.0, 204);
    assert_refused(
        &discord
            .send("PATCH", &path, Some(&json!({"content": "x"})))
            .await,
        404,
        10008,
        "",
        "a deleted message",
    );
}

#[tokio::test]
async fn lists_are_newest_first_and_bounded() {
    let discord = Discord::start().await;
    let mut ids = Vec::new();
    for n in 0..4 {
        ids.push(discord.message(json!({"content": n.to_string()})).await);
    }
    let path = discord.messages_path();
    let list = async |query: String| {
        let (status, list) = discord.send("GET", &format!("{path}{query}"), None).await;
        assert_eq!(status, 200);
        list.as_array()
            .unwrap()
            .iter()
            .map(|message| message["content"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(list(String::new()).await, ["3", "2", "1", "0"]);
    assert_eq!(list("?limit=2".to_owned()).await, ["3", "2"]);
    assert_eq!(list(format!("?before={}", ids[2])).await, ["1", "0"]);
    assert_eq!(list(format!("?limit=1&after={}", ids[1])).await, ["2"]);
    for limit in ["0", "101", "many"] {
        assert_refused(
            &discord
                .send("GET", &format!("{path}?limit={limit}"), None)
                .await,
            400,
            50035,
            "limit",
            limit,
        );
    }
}

#[tokio::test]
async fn only_what_is_allowed_calls_people() {
    let discord = Discord::start().await;
    let ada = discord.handle.member_id("ada").unwrap();
    let developer = discord.handle.role_id("Developer").unwrap();
    let hostile = format!("@everyone @here <@{ada}> <@!{ada}> <@&{developer}>");
    let called = async |allowed: serde_json::Value| {
        let mut body = json!({"content": hostile});
        if !allowed.is_null() {
            body["allowed_mentions"] = allowed;
        }
        let id = discord.message(body).await;
        discord.handle.message(id).unwrap().pinged
    };
    assert_eq!(
        called(json!(null)).await,
        ["mara", "ada", "jonas"],
        "unsaid, everything calls"
    );
    assert!(called(json!({"parse": []})).await.is_empty());
    assert!(called(json!({})).await.is_empty());
    assert_eq!(called(json!({"parse": ["users"]})).await, ["ada"]);
    assert_eq!(called(json!({"parse": ["roles"]})).await, ["ada", "jonas"]);
    assert_eq!(
        called(json!({"parse": [], "users": [ada.to_string()]})).await,
        ["ada"]
    );
    let embed = json!({"embeds": [{"title": hostile}]});
    let id = discord.message(embed).await;
    assert!(
        discord.handle.message(id).unwrap().pinged.is_empty(),
        "an embed calls nobody"
    );
}

#[tokio::test]
async fn a_member_may_refuse_direct_messages() {
    let discord = Discord::start().await;
    let open = || {
        discord.post(
            "/users/@me/channels",
            json!({"recipient_id": discord.handle.member_id("ada").unwrap().to_string()}),
        )
    };
    let (status, room) = open().await;
    assert_eq!((status, &room["type"]), (200, &json!(1)));
    assert_eq!(
        open().await.1["id"],
        room["id"],
        "one conversation per person"
    );
    let path = format!("/channels/{}/messages", room["id"].as_str().unwrap());
    assert_eq!(
        discord.post(&path, json!({"content": "hello"})).await.0,
        200
    );
    discord.handle.refuse_direct_messages("ada");
    assert_refused(
        &discord.post(&path, json!({"content": "again"})).await,
        403,
        50007,
        "",
        "refused",
    );
    assert_eq!(discord.handle.direct_messages("ada").len(), 1);
    assert_eq!(discord.handle.transcript("@ada"), "Hearth:\n  hello\n");
    assert!(discord.handle.direct_messages("jonas").is_empty());
    assert_eq!(discord.handle.complaints(), Vec::<String>::new());
}

#[tokio::test]
async fn a_message_has_one_thread() {
    let discord = Discord::start().await;
    let id = discord.message(json!({"content": "deployment"})).await;
    let path = format!("{}/{id}/threads", discord.messages_path());
    assert_refused(
        &discord.post(&path, json!({"name": "x".repeat(101)})).await,
        400,
        50035,
        "name",
        "a long name",
    );
    let odd = json!({"name": "x", "auto_archive_duration": 7});
    assert_refused(
        &discord.post(&path, odd).await,
        400,
        50035,
        "auto_archive_duration",
        "an odd duration",
    );
    let (status, thread) = discord.post(&path, json!({"name": "details"})).await;
    assert_eq!(
        (status, thread["id"].as_str()),
        (201, Some(id.to_string().as_str()))
    );
    assert_refused(
        &discord.post(&path, json!({"name": "again"})).await,
        400,
        160_004,
        "",
        "a second one",
    );
    assert_eq!(
        discord
            .post(
                &format!("/channels/{id}/messages"),
                json!({"content": "inside"})
            )
            .await
            .0,
        200
    );
    assert_eq!(discord.handle.messages("details")[0].text, "inside");
    assert_eq!(
        discord
            .send("POST", &format!("/channels/{id}/typing"), None)
            .await
            .0,
        204
    );
}

#[tokio::test]
async fn files_are_kept_and_served() {
    let discord = Discord::start().await;
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x08\0\0\0\x04".to_vec();
    let part = |bytes: Vec<u8>| {
        reqwest::multipart::Part::bytes(bytes)
            .file_name("../chart 1.png")
            .mime_str("image/png")
            .unwrap()
    };
    let post = async |payload: serde_json::Value, bytes: Vec<u8>| {
        // The description comes after the file, as serenity sends it.
        let form = reqwest::multipart::Form::new()
            .part("files[0]", part(bytes))
            .text("payload_json", payload.to_string());
        let request = discord
            .http
            .post(discord.url(&discord.messages_path()))
            .header("authorization", format!("Bot {TOKEN}"));
        read(request.multipart(form).send().await.unwrap()).await
    };
    let payload = json!({"attachments": [{"id": 0, "description": "Rising"}], "embeds": [{"title": "t", "image": {"url": "attachment://.._chart_1.png"}}]});
    let (status, message) = post(payload, png.clone()).await;
    assert_eq!(status, 200, "{message}");
    let file = &message["attachments"][0];
    assert_eq!(
        (file["filename"].as_str(), file["description"].as_str()),
        (Some(".._chart_1.png"), Some("Rising"))
    );
    assert_eq!((&file["width"], &file["height"]), (&json!(8), &json!(4)));
    assert_eq!(message["embeds"][0]["image"]["url"], file["url"]);
    let served = discord
        .http
        .get(file["url"].as_str().unwrap())
        .send()
        .await
        .unwrap();
    assert_eq!(served.headers()["content-type"], "image/png");
    assert_eq!(served.bytes().await.unwrap(), png);
    assert_eq!(discord.handle.complaints(), Vec::<String>::new());

    let (_, lost) = post(
        json!({"embeds": [{"title": "t", "image": {"url": "attachment://other.png"}}]}),
        png.clone(),
    )
    .await;
    assert!(lost["id"].is_string());
    assert_eq!(
        discord.handle.take_complaints(),
        ["an embed shows attachment://other.png, which is not among the message's files"]
    );

    let large = post(json!({}), vec![0; 10 * 1024 * 1024 + 1]).await;
    assert_refused(&large, 400, 50035, "attachments.0", "a file beyond 10 MiB");
    let path = format!(
        "{}/{}",
        discord.messages_path(),
        message["id"].as_str().unwrap()
    );
    let (_, edited) = discord
        .send("PATCH", &path, Some(&json!({"attachments": []})))
        .await;
    assert_eq!(edited["attachments"], json!([]));
}

#[tokio::test]
async fn a_request_beyond_25_mib_is_refused() {
    let discord = Discord::start().await;
    let answer = discord
        .post(
            &discord.messages_path(),
            json!({"content": "x".repeat(25 * 1024 * 1024)}),
        )
        .await;
    assert_refused(&answer, 413, 40005, "", "26 MiB");
}

#[tokio::test]
async fn a_channel_forgets_its_oldest_messages() {
    let discord = Discord::start().await;
    let first = discord.message(json!({"content": "first"})).await;
    for _ in 0..2_000 {
        discord.message(json!({"content": "more"})).await;
    }
    assert_eq!(discord.handle.messages("platform").len(), 2_000);
    assert!(discord.handle.message(first).is_none());
}
