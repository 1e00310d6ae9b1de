//! `/env create`: what can be asked for, in which words it is refused, and what a command file adds.

use crate::harness::Setup;
use crate::{changed_conversation, conversation, see};

conversation!(a_revision_a_life_and_another_team_can_be_asked_for, bot => {
    bot.say("Pia", "platform", "/env create template:preview name:old pull_request:17 revision:v1.0.0 ttl:2 team:player").await;
    see!(bot.transcript("platform"), @"");
});

/// A golden path as a typed command, as a platform team would write it.
const PREVIEW: &str = r#"
[[command]]
description    = "A preview of your pull request"
description_de = "Eine Vorschau deines Pull Requests"
action = "environment.create"
reply  = "channel"
with   = { template = "preview" }

[[command.option]]
name = "pull_request"
type = "integer"
required = true

[[command.option]]
name = "service"
type = "string"
choices = ["player", "playlists"]

[[command.option]]
name = "revision"
type = "string"
complete = "revisions"
"#;

changed_conversation!(a_command_file_fixes_the_template_and_types_its_parameters, Setup::new().command_file("preview", PREVIEW), bot => {
    let typed = bot.discord.slash("Mina", "player", "/preview pull_request:17 service:checkout");
    assert!(typed.is_err(), "the client refuses what is no choice");
    bot.say("Mina", "player", "/preview pull_request:17 service:playlists").await;
    see!(bot.transcript("player"), @"");
    see!(bot.privately("Mina", "player", "/env logs name:preview-pr-17").await, @"");
    let suggested = bot.suggested("Mina", "player", "/preview pull_request:1 revision:v1.1", "revision").await;
    see!(suggested.join(" "), @"");
    see!(bot.privately("Mina", "player", "/help command:preview").await, @"");
    see!(bot.privately("Greta", "player", "/help command:preview").await, @"");
    see!(bot.privately("Mina", "player", "/preview pull_request:17").await, @"");
    see!(bot.privately("Nils", "player", "/preview pull_request:18").await, @"");
});

conversation!(names_that_cannot_stand_in_an_address_are_refused, bot => {
    let long = "a".repeat(41);
    let mut told = Vec::new();
    for name in ["Demo", "-x", "x-", "1st", "\"two words\"", "ümlaut", "a..b", "a_b", "--help", &long] {
        told.push(bot.privately("Mina", "player", &format!("/env create template:preview name:{name}")).await);
    }
    see!(told.join("\n"), @"");
});

conversation!(a_life_of_nothing_or_of_ten_years_is_refused, bot => {
    let mut told = Vec::new();
    for ttl in ["0", "73", "87600"] {
        told.push(bot.privately("Mina", "player", &format!("/env create template:preview name:demo ttl:{ttl}")).await);
    }
    told.push(bot.privately("Greta", "player", "/env create template:preview name:demo ttl:87600").await);
    see!(told.join("\n"), @"");
});

conversation!(what_is_not_known_is_answered_with_what_is_near, bot => {
    bot.say("Mina", "player", "/env create template:preview name:demo").await;
    let mut told = Vec::new();
    for line in [
        "/env create template:previw name:other",
        "/env create template:production name:other",
        "/env create template:preview name:other team:nobody",
        "/env create template:preview name:other team:platform",
        "/env create template:preview name:other \"revision:v1 2\"",
        "/env show name:demp",
        "/env logs name:somewhere",
        "/env extend name:dem by:4",
        "/env destroy name:Demo",
    ] {
        told.push(format!("{line}\n  {}", bot.privately("Mina", "player", line).await));
        told.push(format!("  {}", bot.privately("Greta", "player", line).await));
    }
    see!(told.join("\n"), @"");
});

conversation!(a_team_has_so_many_places_and_a_name_is_free_only_once, bot => {
    bot.say("Mina", "player", "/env create template:preview name:one").await;
    see!(bot.privately("Pia", "player", "/env create template:preview name:one").await, @"");
    bot.say("Ben", "player", "/env create template:preview name:two revision:v9.9.9").await;
    bot.say("Mina", "player", "/env create template:preview name:three").await;
    see!(bot.privately("Cleo", "player", "/env create template:preview name:four").await, @"");
    see!(bot.privately("Greta", "player", "/env create template:preview name:four").await, @"");
    // A failed one takes a place until it is destroyed; then the place is free, and its name too.
    bot.say("Ben", "player", "/env destroy name:two").await;
    bot.say("Cleo", "player", "/env create template:preview name:two").await;
    see!(bot.headlines("player"), @"");
});

changed_conversation!(names_are_suggested_while_typing_and_no_engine_is_asked, Setup::new().programs(&crate::harness::by_shell("true", "")), bot => {
    for name in ["demo", "demo-two", "other"] {
        bot.say("Mina", "player", &format!("/env create template:preview name:{name}")).await;
    }
    let calls = || std::fs::read_to_string(bot.folder.join("calls")).unwrap();
    let before = calls();
    let requests = bot.discord.requests().len();
    let mut told = Vec::new();
    for (line, focused) in [
        ("/env create template:", "template"),
        ("/env create template:prev", "template"),
        ("/env create template:preview name:x revision:", "revision"),
        ("/env create template:preview name:x revision:1.1", "revision"),
        ("/env create template:nothing name:x revision:", "revision"),
        ("/env create template:preview name:x team:PL", "team"),
        ("/env show name:", "name"),
        ("/env logs name:demo", "name"),
        ("/env extend by:4 name:two", "name"),
        ("/env destroy name:nothing", "name"),
        ("/help command:env", "command"),
    ] {
        told.push(format!("{line} → {}", bot.suggested("Mina", "player", line, focused).await.join(" | ")));
    }
    see!(told.join("\n"), @"");
    let nobody = bot.suggested("Nils", "player", "/env show name:", "name").await;
    assert!(nobody.is_empty(), "who may not see environments sees no names: {nobody:?}");
    assert_eq!(calls(), before, "no program was called");
    assert_eq!(bot.discord.requests().len(), requests + 12, "and nothing but the suggestions was sent");
});
