//! What a client lets people do, and who sees what.
use super::Discord;
use serde_json::json;

#[tokio::test]
async fn a_client_does_not_send_what_the_definition_forbids() {
    let discord = Discord::start().await;
    discord.register().await;
    let slash = |line: &str| {
        discord
            .handle
            .slash("ada", "platform", line)
            .map(|_| ())
            .unwrap_err()
    };
    insta::assert_snapshot!(
        [
            slash("env create name:x"), slash("/other"), slash("/env"), slash("/env other"), slash("/env create"),
            slash("/env create name:x hours:many"), slash("/env create name:x hours:49"), slash("/env create name:x size:huge"),
            slash("/env create name:x keep:perhaps"), slash("/env create name:x owner:@nobody"), slash("/env create name:x other:y"),
            slash("/env create name:\"x"), slash("/env create name:x y"),
        ]
        .join("\n"),
        @r"
    a command begins with a slash
    there is no command /other
    /env needs a subcommand
    /env has no other
    name is required
    hours: many is not a whole number
    hours: 49 is too small or too large
    size: huge is none of the choices
    keep: perhaps is neither true nor false
    owner: @nobody is not here
    /env create has no option other
    the quote of name is not closed
    y has no value
    "
    );
    assert!(
        discord
            .handle
            .slash("nobody", "platform", "/env create name:x")
            .is_err()
    );
    assert!(
        discord
            .handle
            .slash("ada", "nowhere", "/env create name:x")
            .is_err()
    );
    assert!(
        discord
            .handle
            .slash("ada", "@", "/env create name:x")
            .is_err(),
        "commands of a guild are not in direct conversations"
    );
    assert!(
        discord
            .handle
            .autocomplete("ada", "platform", "/env create name:x", "name")
            .is_err(),
        "no autocomplete there"
    );
    assert!(
        discord
            .handle
            .slash(
                "ada",
                "platform",
                "/env create name:\"two words\" hours:5 size:Small keep:true owner:@jonas"
            )
            .is_ok()
    );
    assert!(
        discord
            .handle
            .slash_raw(
                "ada",
                "platform",
                "env create",
                &json!([{"name": "name", "type": 3, "value": ""}])
            )
            .is_ok()
    );
}

#[tokio::test]
async fn commands_for_some_are_not_offered_to_others() {
    let discord = Discord::with(|options| options.guild.roles[0].permissions = 1 << 5).await;
    let restricted = json!([
        {"name": "manage", "description": "d", "default_member_permissions": "32"},
        {"name": "rule", "description": "d", "default_member_permissions": "0"},
    ]);
    discord
        .send("PUT", &discord.commands_path(), Some(&restricted))
        .await;
    let may = |member: &str, line: &str| discord.handle.slash(member, "platform", line).is_ok();
    assert!(
        may("mara", "/rule") && may("mara", "/manage"),
        "the owner may everything"
    );
    assert!(may("ada", "/manage") && !may("ada", "/rule"));
}

#[tokio::test]
async fn buttons_and_selects_are_used_as_they_are() {
    let discord = Discord::start().await;
    let id = discord
        .message(json!({"content": "x", "components": [
            {"type": 1, "components": [
                {"type": 2, "style": 1, "label": "Go", "custom_id": "go"},
                {"type": 2, "style": 1, "label": "Stop", "custom_id": "stop", "disabled": true},
                {"type": 2, "style": 5, "label": "Read", "url": "https://example.org"},
            ]},
            {"type": 1, "components": [{"type": 3, "custom_id": "size", "max_values": 2, "options": [
                {"label": "Small", "value": "s"}, {"label": "Large", "value": "l"}, {"label": "Huge", "value": "h"}]}]},
            {"type": 1, "components": [{"type": 5, "custom_id": "who"}]},
        ]}))
        .await;
    let handle = &discord.handle;
    assert!(
        handle.click("ada", id, "Go").is_ok()
            && handle.click("ada", id, "go").is_ok()
            && handle.click_raw("ada", id, "old").is_ok()
    );
    for wrong in ["Stop", "Read", "Other"] {
        assert!(handle.click("ada", id, wrong).is_err(), "{wrong}");
    }
    assert!(handle.select("ada", id, "size", &["Small", "l"]).is_ok());
    for wrong in [&[][..], &["s", "l", "h"], &["x"]] {
        assert!(
            handle.select("ada", id, "size", wrong).is_err(),
            "{wrong:?}"
        );
    }
    assert!(
        handle.select("ada", id, "who", &["jonas"]).is_ok()
            && handle.select("ada", id, "who", &["nobody"]).is_err()
    );
    assert!(handle.click("ada", 1, "Go").is_err());
    insta::assert_snapshot!(handle.transcript("platform"), @r"
    Hearth:
      x
      [Go] [Stop] (disabled) [Read ↗]
      <choose: Small | Large | Huge>
      <choose: >
    ");
    let message = handle.message(id).unwrap();
    assert_eq!(message.button("Go"), "go");
}

#[tokio::test]
async fn a_private_answer_is_seen_and_used_by_its_member_only() {
    let discord = Discord::start().await;
    discord.register().await;
    let interaction = discord
        .handle
        .slash("ada", "platform", "/env create name:x")
        .unwrap();
    let body = json!({"type": 4, "data": {"content": "secret", "flags": 64, "components": [
        {"type": 1, "components": [{"type": 2, "style": 1, "label": "Go", "custom_id": "go"}]}]}});
    discord
        .post(
            &format!(
                "/interactions/{}/{}/callback",
                interaction.id(),
                interaction.token()
            ),
            body,
        )
        .await;
    let message = interaction.answer().await.message();
    let handle = &discord.handle;
    assert_eq!(handle.private_messages("ada").len(), 1);
    assert!(handle.private_messages("jonas").is_empty() && handle.messages("platform").is_empty());
    assert!(handle.click("jonas", message.id, "Go").is_err());
    assert!(handle.click("ada", message.id, "Go").is_ok());
    let (status, _) = discord
        .send(
            "GET",
            &format!("{}/{}", discord.messages_path(), message.id),
            None,
        )
        .await;
    assert_eq!(status, 404, "not even the bot finds it in the channel");
    assert_eq!(
        discord.send("GET", &discord.messages_path(), None).await.1,
        json!([])
    );
}

#[tokio::test]
async fn a_form_demands_what_its_inputs_demand() {
    let discord = Discord::start().await;
    discord.register().await;
    let interaction = discord
        .handle
        .slash("ada", "platform", "/env create name:x")
        .unwrap();
    let input = |id: &str, required: bool| {
        json!({"type": 1, "components": [
        {"type": 4, "custom_id": id, "label": id, "style": 1, "required": required, "min_length": 2, "max_length": 4}]})
    };
    let body = json!({"type": 9, "data": {"title": "t", "custom_id": "f", "components": [input("must", true), input("may", false)]}});
    discord
        .post(
            &format!(
                "/interactions/{}/{}/callback",
                interaction.id(),
                interaction.token()
            ),
            body,
        )
        .await;
    let modal = interaction.answer().await.modal();
    let submit = |texts: &[(&str, &str)]| discord.handle.submit("ada", &modal, texts);
    assert!(
        submit(&[]).is_err()
            && submit(&[("must", "x")]).is_err()
            && submit(&[("must", "12345")]).is_err()
    );
    assert!(submit(&[("must", "123"), ("other", "x")]).is_err());
    assert!(submit(&[("must", "123"), ("may", "x")]).is_err());
    assert!(submit(&[("must", "123")]).is_ok());
}
