//! The gateway, with a raw websocket: hello, identify, events, resume, and all its refusals.
use super::websocket::{Frame, Socket};
use super::{Discord, TOKEN};
use serde_json::{Value, json};

fn identify() -> Value {
    json!({"op": 2, "d": {"token": TOKEN, "intents": 1, "properties": {"os": "linux", "browser": "test", "device": "test"}}})
}

/// A connection that has its READY and GUILD_CREATE, and its session's id.
pub(super) async fn identified(discord: &Discord) -> (Socket, String) {
    let mut socket = Socket::connect(discord.handle.address()).await;
    assert_eq!(socket.next().await["op"], 10);
    socket.send(&identify().to_string()).await;
    let ready = socket.next().await;
    assert_eq!(
        (&ready["t"], &ready["s"], &ready["d"]["v"]),
        (&json!("READY"), &json!(1), &json!(10))
    );
    let guild = socket.next().await;
    assert_eq!(
        (&guild["t"], &guild["d"]["name"]),
        (&json!("GUILD_CREATE"), &json!("Sonsic"))
    );
    (
        socket,
        ready["d"]["session_id"].as_str().unwrap().to_owned(),
    )
}

/// Comes back to a session, having seen `seen` events.
async fn resumed(discord: &Discord, session: &str, seen: u64) -> Socket {
    let mut socket = Socket::connect(discord.handle.address()).await;
    assert_eq!(socket.next().await["op"], 10);
    socket
        .send(
            &json!({"op": 6, "d": {"token": TOKEN, "session_id": session, "seq": seen}})
                .to_string(),
        )
        .await;
    socket
}

#[tokio::test]
async fn bad_payloads_close_with_discords_codes() {
    let discord = Discord::start().await;
    let mut wrong_token = identify();
    wrong_token["d"]["token"] = json!("wrong");
    let mut odd_intents = identify();
    odd_intents["d"]["intents"] = json!(1_u64 << 40);
    let long = json!({"op": 1, "d": "x".repeat(4_096)}).to_string();
    for (what, payload, code) in [
        ("a wrong token", wrong_token.to_string(), 4004),
        (
            "a wrong token at resuming",
            json!({"op": 6, "d": {"token": "wrong"}}).to_string(),
            4004,
        ),
        ("unknown intents", odd_intents.to_string(), 4013),
        ("an unknown opcode", json!({"op": 77}).to_string(), 4001),
        ("no JSON", "{".to_owned(), 4002),
        ("more than 4096 bytes", long, 4002),
        (
            "a presence before identifying",
            json!({"op": 3, "d": {}}).to_string(),
            4003,
        ),
    ] {
        let mut socket = Socket::connect(discord.handle.address()).await;
        socket.next().await;
        socket.send(&payload).await;
        assert_eq!(socket.receive().await, Frame::Closed(code), "{what}");
        assert_eq!(
            discord.handle.take_complaints().len(),
            1,
            "{what} is a complaint"
        );
    }
    let (mut socket, _) = identified(&discord).await;
    socket.send(&identify().to_string()).await;
    assert_eq!(
        socket.receive().await,
        Frame::Closed(4005),
        "identifying twice"
    );
}

#[tokio::test]
async fn heartbeats_are_answered_until_a_test_forbids_it() {
    let discord = Discord::start().await;
    let (mut socket, _) = identified(&discord).await;
    let beat = json!({"op": 1, "d": 2}).to_string();
    socket.send(&beat).await;
    assert_eq!(socket.next().await["op"], 11);
    discord.handle.stop_acknowledging_heartbeats();
    socket.send(&beat).await;
    // Payloads are handled in order: what comes next is not the answer to the second heartbeat.
    socket.send("{").await;
    assert_eq!(socket.receive().await, Frame::Closed(4002));
}

#[tokio::test]
async fn an_interaction_carries_all_that_a_client_library_needs() {
    let discord = Discord::start().await;
    discord.register().await;
    let (mut socket, _) = identified(&discord).await;
    let interaction = discord
        .handle
        .slash(
            "jonas",
            "platform",
            "/env create name:demo owner:@ada hours:3",
        )
        .unwrap();
    let event = socket.next().await;
    let data = &event["d"];
    assert_eq!(
        (&event["t"], data["id"].as_str()),
        (
            &json!("INTERACTION_CREATE"),
            Some(interaction.id().to_string().as_str())
        )
    );
    assert_eq!(
        (&data["type"], &data["locale"], &data["guild_locale"]),
        (&json!(2), &json!("de"), &json!("en-US"))
    );
    assert_eq!(
        data["member"]["roles"],
        json!([discord.handle.role_id("Developer").unwrap().to_string()])
    );
    assert_eq!(
        (&data["entitlements"], &data["attachment_size_limit"]),
        (&json!([]), &json!(10_485_760))
    );
    let ada = discord.handle.member_id("ada").unwrap().to_string();
    assert_eq!(
        data["data"]["options"],
        json!([{"name": "create", "type": 1, "options": [
            {"name": "name", "type": 3, "value": "demo"}, {"name": "owner", "type": 6, "value": ada}, {"name": "hours", "type": 4, "value": 3}]}])
    );
    assert_eq!(data["data"]["resolved"]["users"][&ada]["username"], "ada");
    assert!(data["data"]["resolved"]["members"][&ada]["permissions"].is_string());
}

#[tokio::test]
async fn what_was_missed_is_repeated_when_resuming() {
    let discord = Discord::start().await;
    discord.register().await;
    let (mut socket, session) = identified(&discord).await;
    discord.handle.drop_gateway();
    assert_eq!(socket.receive().await, Frame::Gone);
    discord
        .handle
        .until("nobody is connected", |state| !state.connected())
        .await;
    let missed = discord
        .handle
        .slash("ada", "platform", "/env create name:demo")
        .unwrap();
    let mut again = resumed(&discord, &session, 2).await;
    let event = again.next().await;
    assert_eq!(
        (&event["s"], event["d"]["id"].as_str()),
        (&json!(3), Some(missed.id().to_string().as_str()))
    );
    assert_eq!(again.next().await["t"], "RESUMED");
    assert_eq!(discord.handle.look(|state| state.n_sessions()), 1);
}

#[tokio::test]
async fn sessions_that_cannot_be_resumed_are_invalid() {
    let discord = Discord::start().await;
    let (socket, session) = identified(&discord).await;
    let invalid = json!({"op": 9, "d": false, "s": null, "t": null});
    assert_eq!(resumed(&discord, "unheard", 1).await.next().await, invalid);
    assert_eq!(
        resumed(&discord, &session, 99).await.next().await,
        invalid,
        "from the future"
    );
    discord.handle.refuse_resumes(1);
    assert_eq!(
        resumed(&discord, &session, 2).await.next().await,
        invalid,
        "ordered"
    );
    assert_eq!(
        resumed(&discord, &session, 2).await.next().await["t"],
        "RESUMED",
        "only once"
    );
    drop(socket);
    let (left, session) = identified(&discord).await;
    left.close(1000).await;
    discord
        .handle
        .until("the session is given up", |state| state.n_sessions() == 2)
        .await;
    assert_eq!(
        resumed(&discord, &session, 2).await.next().await,
        invalid,
        "it was left for good"
    );
}

#[tokio::test]
async fn a_client_is_asked_to_reconnect_or_told_that_its_session_is_invalid() {
    let discord = Discord::start().await;
    let (mut socket, session) = identified(&discord).await;
    discord.handle.ask_to_reconnect();
    assert_eq!(socket.next().await["op"], 7);
    discord.handle.invalidate_sessions();
    assert_eq!(socket.next().await["op"], 9);
    assert_eq!(resumed(&discord, &session, 2).await.next().await["op"], 9);
}

#[tokio::test]
async fn an_interaction_may_be_delivered_twice() {
    let discord = Discord::start().await;
    discord.register().await;
    let (mut socket, _) = identified(&discord).await;
    discord.handle.deliver_twice(1);
    discord
        .handle
        .slash("ada", "platform", "/env create name:a")
        .unwrap();
    let (first, second) = (socket.next().await, socket.next().await);
    assert_eq!(
        (&first["d"], first["s"] == second["s"]),
        (&second["d"], false)
    );
    let after = discord
        .handle
        .slash("ada", "platform", "/env create name:b")
        .unwrap();
    assert_eq!(
        socket.next().await["d"]["id"],
        after.id().to_string(),
        "only once"
    );
}
