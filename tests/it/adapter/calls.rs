//! Calls to Discord: what they do, and what a caller learns when they do not.

use std::time::Instant;

use hearth::discord::Permission;
use hearth::domain::chat::{Embed, Field, File, MessageId, RoleId, UserId};
use hearth::playground::{Access, Failure};

use super::*;

const POST: &str = "POST /channels/{channel}/messages";

#[tokio::test]
async fn commands_are_registered_only_when_they_have_changed() {
    let server = server(Limits::lifted()).await;
    let discord = open(&server).await;
    assert!(discord.register(&commands()).await.unwrap());
    assert!(!discord.register(&commands()).await.unwrap());
    let mut changed = commands();
    changed[1].description = texts("Who am I?", "Wer bin ich denn?");
    assert!(discord.register(&changed).await.unwrap());
    assert!(!discord.register(&changed).await.unwrap());
    assert_eq!(server.commands().len(), 2);
    assert_eq!(
        server
            .requests()
            .iter()
            .filter(|request| request.method == "PUT")
            .count(),
        2
    );
    assert_eq!(server.complaints(), Vec::<String>::new());
}

#[tokio::test]
async fn a_definition_that_discord_refuses_is_named_by_its_place() {
    let server = server(Limits::lifted()).await;
    let mut faulty = commands();
    faulty[1].name = "Who Am I".to_owned();
    let refused = open(&server).await.register(&faulty).await.unwrap_err();
    let Call::Invalid {
        status: 400,
        places,
        ..
    } = &refused
    else {
        panic!("{refused:?}")
    };
    assert!(places.contains("name"), "{places}");
}

#[tokio::test]
async fn the_server_is_read_with_its_roles_and_channels_and_what_is_ambiguous_stays_out() {
    let server = server(Limits::lifted()).await;
    let discord = open(&server).await;
    let guild = discord.guild().await.unwrap();
    assert_eq!(
        (guild.name.as_str(), guild.language),
        ("Sonsic", Language::German)
    );
    let developer = RoleId(server.role_id("Developer").unwrap());
    assert!(guild.roles.contains(&(developer, "Developer".to_owned())));
    assert!(
        guild
            .roles
            .iter()
            .all(|(_, name)| name != "Twin" && name != "@everyone")
    );
    let platform = channel(&server, "platform");
    assert_eq!(
        guild.channels,
        [
            (platform, "platform".to_owned()),
            (channel(&server, "player"), "player".to_owned())
        ]
    );
    assert_eq!(discord.role_member_count(developer).await, Ok(2));
    assert_eq!(
        discord.role_member_count(RoleId(1)).await,
        Err(Call::Gone { code: 10_011 })
    );
}

#[tokio::test]
async fn missing_permissions_are_named_for_each_channel() {
    let server = server(Limits::lifted()).await;
    let discord = open(&server).await;
    let (platform, player) = (channel(&server, "platform"), channel(&server, "player"));
    assert_eq!(
        discord.missing_permissions(&[platform]).await.unwrap(),
        [(platform, vec![])]
    );
    server.set_access("platform", Access::ReadOnly);
    server.set_access("player", Access::None);
    let missing = discord
        .missing_permissions(&[platform, player, ChannelId(5)])
        .await
        .unwrap();
    let all = Permission::ALL.to_vec();
    assert_eq!(
        missing,
        [
            (platform, vec![Permission::SendMessages]),
            (player, all.clone()),
            (ChannelId(5), all)
        ]
    );
}

#[tokio::test]
async fn what_the_bot_may_not_do_is_forbidden_with_its_code() {
    let server = server(Limits::lifted()).await;
    let discord = open(&server).await;
    let platform = channel(&server, "platform");
    server.set_access("platform", Access::ReadOnly);
    assert_eq!(
        discord.post(platform, &text("x"), "n", None).await,
        Err(Call::Forbidden { code: 50_013 })
    );
    server.refuse_direct_messages("ada");
    let direct = discord
        .direct_channel(UserId(server.member_id("ada").unwrap()))
        .await
        .unwrap();
    assert_eq!(
        discord.post(direct, &text("x"), "n", None).await,
        Err(Call::Forbidden { code: 50_007 })
    );
    assert_eq!(
        discord.post(ChannelId(0), &text("x"), "n", None).await,
        Err(Call::Gone { code: 10_003 })
    );
    assert_eq!(
        discord.post(ChannelId(7), &text("x"), "n", None).await,
        Err(Call::Gone { code: 10_003 })
    );
}

#[tokio::test]
async fn a_message_of_unknown_outcome_is_found_by_its_mark_and_not_doubled() {
    let server = server(Limits::lifted()).await;
    let discord = open(&server).await;
    let platform = channel(&server, "platform");
    let embed = Embed {
        title: "demo".to_owned(),
        footer: "environment e7".to_owned(),
        ..Embed::default()
    };
    let message = Message {
        embeds: vec![embed],
        ..text("building")
    };
    assert_eq!(discord.find_own(platform, "e7", 50).await, Ok(None));
    server.fail_next(POST, 1, Failure::CutAfter);
    assert_eq!(
        discord.post(platform, &message, "nonce-7", None).await,
        Err(Call::UnknownEffect)
    );
    let found = discord.find_own(platform, "e7", 50).await.unwrap().unwrap();
    assert_eq!(discord.find_own(platform, "e", 50).await, Ok(None));
    assert_eq!(
        discord.post(platform, &message, "nonce-7", None).await,
        Ok(found)
    );
    assert_eq!(server.messages("platform").len(), 1);
    let other = discord
        .post(
            platform,
            &with_button("x", "env:extend:e8"),
            "nonce-8",
            Some(found),
        )
        .await
        .unwrap();
    assert_eq!(discord.find_own(platform, "e8", 50).await, Ok(Some(other)));
    assert_eq!(server.complaints(), Vec::<String>::new());
}

#[tokio::test]
async fn a_connection_that_is_cut_before_anything_happens_is_of_unknown_effect_too() {
    let server = server(Limits::lifted()).await;
    let discord = open(&server).await;
    server.fail_next(POST, 1, Failure::CutBefore);
    let platform = channel(&server, "platform");
    assert_eq!(
        discord.post(platform, &text("x"), "n1", None).await,
        Err(Call::UnknownEffect)
    );
    assert!(discord.post(platform, &text("x"), "n1", None).await.is_ok());
    assert_eq!(server.messages("platform").len(), 1);
}

#[tokio::test]
async fn a_server_in_trouble_and_a_server_that_is_gone_may_be_tried_again() {
    let server = server(Limits::lifted()).await;
    let discord = open(&server).await;
    let platform = channel(&server, "platform");
    server.fail_next(POST, 1, Failure::Status(500));
    assert_eq!(
        discord.post(platform, &text("x"), "n", None).await,
        Err(Call::Retryable { after: None })
    );
    assert!(discord.post(platform, &text("x"), "n", None).await.is_ok());
    server.stop();
    let refused = Settings {
        api_url: Some("http://127.0.0.1:9".to_owned()),
        ..settings(&server, TOKEN)
    };
    let error = Discord::open(refused).await.unwrap_err();
    assert!(
        matches!(
            error,
            OpenError::Unreachable(Call::Retryable { after: None })
        ),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_short_wait_is_waited_out_and_a_long_one_is_handed_back() {
    let server = server(Limits::lifted()).await;
    let discord = open(&server).await;
    let platform = channel(&server, "platform");
    server.fail_next(
        POST,
        1,
        Failure::TooMany {
            retry_after: 0.3,
            global: true,
        },
    );
    let before = Instant::now();
    assert!(discord.post(platform, &text("x"), "n1", None).await.is_ok());
    assert!(before.elapsed() >= Duration::from_millis(300));
    server.fail_next(
        POST,
        1,
        Failure::TooMany {
            retry_after: 120.5,
            global: false,
        },
    );
    let asked = discord.post(platform, &text("x"), "n2", None).await;
    assert_eq!(
        asked,
        Err(Call::Retryable {
            after: Some(Duration::from_millis(120_500))
        })
    );
    // The bucket is known to be closed, so that nothing is sent into it.
    let n = server.requests().len();
    assert!(matches!(
        discord.post(platform, &text("x"), "n3", None).await,
        Err(Call::Retryable { after: Some(_) })
    ));
    assert_eq!(server.requests().len(), n);
    assert!(
        discord
            .post(channel(&server, "player"), &text("x"), "n4", None)
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn many_posts_at_once_are_paced_without_a_single_429() {
    let server = server(Limits {
        global_per_second: 50,
        per_bucket: 5,
        window_ms: 300,
    })
    .await;
    let discord = open(&server).await;
    let platform = channel(&server, "platform");
    let posts = (0..18).map(|n| {
        let discord = discord.clone();
        async move {
            discord
                .post(platform, &text(&n.to_string()), &format!("n{n}"), None)
                .await
        }
    });
    for posted in futures::future::join_all(posts).await {
        posted.unwrap();
    }
    assert_eq!(server.messages("platform").len(), 18);
    assert!(
        server
            .requests()
            .iter()
            .all(|request| request.status != Some(429))
    );
}

#[tokio::test]
async fn an_edit_replaces_the_message_whole_and_knows_when_it_is_gone() {
    let server = server(Limits::lifted()).await;
    let discord = open(&server).await;
    let platform = channel(&server, "platform");
    let id = discord
        .post(platform, &with_button("before", "b"), "n", None)
        .await
        .unwrap();
    discord.edit(platform, id, &text("after")).await.unwrap();
    let message = server.message(id.0).unwrap();
    assert_eq!(
        (message.text.as_str(), message.buttons.len(), message.edited),
        ("after", 0, true)
    );
    server.delete_message(id.0);
    assert_eq!(
        discord.edit(platform, id, &text("x")).await,
        Err(Call::Gone { code: 10_008 })
    );
    assert_eq!(
        discord.edit(platform, MessageId(0), &text("x")).await,
        Err(Call::Gone { code: 10_008 })
    );
}

#[tokio::test]
async fn a_message_that_is_too_old_to_be_edited_is_told_apart() {
    let now = Arc::new(std::sync::atomic::AtomicI64::new(1_800_000_000_000));
    let clock = Arc::clone(&now);
    let guild = playground::Guild {
        name: "g".to_owned(),
        channels: vec![playground::Channel {
            name: "platform".to_owned(),
            ..Default::default()
        }],
        members: vec![playground::Member {
            name: "ada".to_owned(),
            ..Default::default()
        }],
        ..Default::default()
    };
    let options = Options {
        clock: Arc::new(move || clock.load(std::sync::atomic::Ordering::Relaxed)),
        limits: Limits::lifted(),
        ..Options::new(TOKEN, "Hearth", guild)
    };
    let server = playground::start(options).await.unwrap();
    let discord = open(&server).await;
    let platform = channel(&server, "platform");
    let id = discord.post(platform, &text("x"), "n", None).await.unwrap();
    now.fetch_add(2 * 60 * 60 * 1_000, std::sync::atomic::Ordering::Relaxed);
    let mut last = Ok(());
    for n in 0..20 {
        last = discord.edit(platform, id, &text(&n.to_string())).await;
        if last.is_err() {
            break;
        }
    }
    assert_eq!(last, Err(Call::TooOldToEdit));
}

#[tokio::test]
async fn hostile_text_calls_nobody_and_stays_inside_the_limits() {
    let server = server(Limits::lifted()).await;
    let discord = open(&server).await;
    let platform = channel(&server, "platform");
    let bert = UserId(server.member_id("bert").unwrap());
    let cleo = server.member_id("cleo").unwrap();
    let hostile = format!(
        "@everyone @here <@{cleo}> <@&{}> \0\u{202e}",
        server.role_id("Developer").unwrap()
    );
    let long = hostile.repeat(100);
    let embed = Embed {
        title: long.clone(),
        description: long.clone(),
        footer: long.clone(),
        fields: vec![
            Field {
                name: String::new(),
                value: long.clone(),
                inline: true
            };
            40
        ],
        ..Embed::default()
    };
    let row = Row::Buttons(
        (0..9)
            .map(|n| Button {
                label: long.clone(),
                kind: ButtonKind::Success(n.to_string()),
                disabled: false,
            })
            .collect(),
    );
    let content = format!(
        "{} {}",
        bert.mention(),
        "4,000 characters \u{202e}\u{5d0}".repeat(200)
    );
    let message = Message {
        content,
        embeds: vec![embed; 12],
        rows: vec![row],
        mentions: vec![bert],
        ..Message::default()
    };
    let id = discord.post(platform, &message, "n1", None).await.unwrap();
    let seen = server.message(id.0).unwrap();
    assert_eq!(seen.pinged, ["bert"]);
    assert_eq!(seen.text.chars().count(), 2_000);
    let plain = discord
        .post(platform, &text(&hostile), "n2", None)
        .await
        .unwrap();
    assert_eq!(
        server.message(plain.0).unwrap().pinged,
        Vec::<String>::new()
    );
    assert_eq!(server.complaints(), Vec::<String>::new());
}

#[tokio::test]
async fn files_travel_with_their_alternative_texts_and_an_edit_takes_them_away() {
    let server = server(Limits::lifted()).await;
    let discord = open(&server).await;
    let platform = channel(&server, "platform");
    let file = |name: &str, alt: &str, byte: u8| File {
        name: name.to_owned(),
        alt: alt.to_owned(),
        bytes: vec![byte; 3_000],
    };
    let embed = Embed {
        title: "The week".to_owned(),
        image: Some("chart.png".to_owned()),
        ..Embed::default()
    };
    let message = Message {
        embeds: vec![embed],
        files: vec![
            file("chart.png", "Deployments rose from 3 to 5.", 1),
            file("week.csv", "", 2),
        ],
        ..text("The week")
    };
    let id = discord.post(platform, &message, "n", None).await.unwrap();
    let seen = server.message(id.0).unwrap();
    assert_eq!(seen.attachments.len(), 2);
    assert_eq!(
        (
            seen.attachments[0].name.as_str(),
            seen.attachments[0].alt.as_str()
        ),
        ("chart.png", "Deployments rose from 3 to 5.")
    );
    assert_eq!(server.file(&seen.attachments[0]).unwrap(), vec![1; 3_000]);
    assert_eq!(server.file(&seen.attachments[1]).unwrap(), vec![2; 3_000]);
    assert_eq!(seen.embeds[0].image, seen.attachments[0].url);
    let newer = Message {
        files: vec![file("newer.png", "Newer", 3)],
        ..text("The week, again")
    };
    discord.edit(platform, id, &newer).await.unwrap();
    let seen = server.message(id.0).unwrap();
    assert_eq!(
        seen.attachments
            .iter()
            .map(|file| file.name.as_str())
            .collect::<Vec<_>>(),
        ["newer.png"]
    );
    discord
        .edit(platform, id, &text("no picture"))
        .await
        .unwrap();
    assert_eq!(server.message(id.0).unwrap().attachments.len(), 0);
    assert_eq!(server.complaints(), Vec::<String>::new());
}

#[tokio::test]
async fn each_call_is_observed_before_and_after() {
    let server = server(Limits::lifted()).await;
    let crossings = Arc::new(Mutex::new(Vec::new()));
    let discord = open(&server).await.observed({
        let crossings = Arc::clone(&crossings);
        Arc::new(move |name| crossings.lock().unwrap().push(name))
    });
    let platform = channel(&server, "platform");
    let id = discord.post(platform, &text("x"), "n", None).await.unwrap();
    discord.edit(platform, id, &text("y")).await.unwrap();
    let seen = crossings.lock().unwrap().clone();
    assert_eq!(
        seen,
        [
            "discord.post.before",
            "discord.post.after",
            "discord.edit.before",
            "discord.edit.after"
        ]
    );
}

#[tokio::test]
async fn before_the_server_is_known_there_are_a_list_of_servers_and_an_invitation() {
    let server = server(Limits::lifted()).await;
    let settings = Settings {
        guild: 0,
        ..settings(&server, TOKEN)
    };
    let discord = Discord::open(settings).await.unwrap();
    let known = (server.guild_id(), "Sonsic".to_owned());
    assert_eq!(discord.servers().await.unwrap(), [known]);
    assert_eq!(discord.guild().await, Err(Call::Gone { code: 10_004 }));
    let link = discord.invitation();
    assert!(
        link.contains(&format!("client_id={}", server.application_id())),
        "{link}"
    );
    // View, send, embed, attach, history: what is needed and no more.
    assert!(link.ends_with("permissions=117760"), "{link}");
}
