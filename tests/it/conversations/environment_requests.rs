//! `/env create`: what can be asked for, in which words it is refused, and what a command file adds.

use crate::harness::Setup;
use crate::{changed_conversation, conversation, see};

conversation!(a_revision_a_life_and_another_team_can_be_asked_for, bot => {
    bot.say("Pia", "platform", "/env create template:preview name:old pull_request:17 revision:v1.0.0 ttl:2 team:player").await;
    see!(bot.transcript("platform"), @r"
    Hearth to Pia's /env create:
      <@1100000000000003007> asked for environment **old** from template preview for team Player. The message below follows it.

    Hearth:
      ✅ Environment **old** is ready: http://127.0.0.1:PORT/
      ┌ Environment old
      │ Template: preview
      │ Revision: v1.0.0
      │ Pull request: #17
      │ Team: Player
      │ Owner: <@1100000000000003007>
      │ Lives until: <t:1795532400:f> (<t:1795532400:R>)
      │ Build time: under 1 s
      └ Hearth · ID
      [Open ↗] [Logs] [Extend by 4 hours] [Destroy]

    Hearth:
      <@1100000000000003007> Environment **old** is ready after under 1 s: http://127.0.0.1:PORT/
      [Show] [Logs]
      (calls Pia)
    ");
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
    see!(bot.transcript("player"), @r"
    Hearth to Mina's /preview:
      <@1100000000000003000> asked for environment **preview-pr-17** from template preview for team Player. The message below follows it.

    Hearth:
      ✅ Environment **preview-pr-17** is ready: http://127.0.0.1:PORT/
      ┌ Environment preview-pr-17
      │ Template: preview
      │ Revision: v1.2.0
      │ Pull request: #17
      │ Parameters: service: playlists
      │ Team: Player
      │ Owner: <@1100000000000003000>
      │ Lives until: <t:1795554000:f> (<t:1795554000:R>)
      │ Build time: under 1 s
      └ Hearth · ID
      [Open ↗] [Logs] [Extend by 4 hours] [Destroy]

    Hearth:
      <@1100000000000003000> Environment **preview-pr-17** is ready after under 1 s: http://127.0.0.1:PORT/
      [Show] [Logs]
      (calls Mina)
    ");
    see!(bot.privately("Mina", "player", "/env logs name:preview-pr-17").await, @r"
    The last 3 lines of **preview-pr-17**
    ```
    HH:MM:SS playlists v1.2.0 listens on 127.0.0.1:PORT
    HH:MM:SS GET /healthz 200
    HH:MM:SS GET /healthz 200
    ```
    ");
    let suggested = bot.suggested("Mina", "player", "/preview pull_request:1 revision:v1.1", "revision").await;
    see!(suggested.join(" "), @"v1.1.0");
    see!(bot.privately("Mina", "player", "/help command:preview").await, @r"
    **How to use `/preview`**
    A preview of your pull request
    Usage: `/preview pull_request [service] [revision]`
    • **pull\_request**: Number of the pull request it is for
    • [**service**]: Which service
    • [**revision**]: Branch, tag or commit
    Example: `/preview pull_request:17`
    Needs the right **environment.create**.
    ");
    see!(bot.privately("Greta", "player", "/help command:preview").await, @r"
    **So benutzt man `/preview`**
    Eine Vorschau deines Pull Requests
    So geht es: `/preview pull_request [service] [revision]`
    • **pull\_request**: Nummer des Pull Requests, für den sie ist
    • [**service**]: Which service
    • [**revision**]: Branch, Tag oder Commit
    Beispiel: `/preview pull_request:17`
    Braucht das Recht **environment.create**.
    ");
    see!(bot.privately("Mina", "player", "/preview pull_request:17").await, @"There is already an environment called **preview-pr-17**. Choose another name, or look at it with `/env show`.");
    see!(bot.privately("Nils", "player", "/preview pull_request:18").await, @"You do not have the right **environment.create** here. `/whoami` shows what you may do; the keepers of the platform give rights.");
});

conversation!(names_that_cannot_stand_in_an_address_are_refused, bot => {
    let long = "a".repeat(41);
    let mut told = Vec::new();
    for name in ["Demo", "-x", "x-", "1st", "\"two words\"", "ümlaut", "a..b", "a_b", "--help", &long] {
        told.push(bot.privately("Mina", "player", &format!("/env create template:preview name:{name}")).await);
    }
    see!(told.join("\n"), @r"
    **Demo** cannot be a name here. Use 1 to 40 lower-case letters, digits and hyphens, beginning with a letter and not ending with a hyphen: it becomes part of an address.
    **\-x** cannot be a name here. Use 1 to 40 lower-case letters, digits and hyphens, beginning with a letter and not ending with a hyphen: it becomes part of an address.
    **x-** cannot be a name here. Use 1 to 40 lower-case letters, digits and hyphens, beginning with a letter and not ending with a hyphen: it becomes part of an address.
    **1st** cannot be a name here. Use 1 to 40 lower-case letters, digits and hyphens, beginning with a letter and not ending with a hyphen: it becomes part of an address.
    **two words** cannot be a name here. Use 1 to 40 lower-case letters, digits and hyphens, beginning with a letter and not ending with a hyphen: it becomes part of an address.
    **ümlaut** cannot be a name here. Use 1 to 40 lower-case letters, digits and hyphens, beginning with a letter and not ending with a hyphen: it becomes part of an address.
    **a..b** cannot be a name here. Use 1 to 40 lower-case letters, digits and hyphens, beginning with a letter and not ending with a hyphen: it becomes part of an address.
    **a\_b** cannot be a name here. Use 1 to 40 lower-case letters, digits and hyphens, beginning with a letter and not ending with a hyphen: it becomes part of an address.
    **\--help** cannot be a name here. Use 1 to 40 lower-case letters, digits and hyphens, beginning with a letter and not ending with a hyphen: it becomes part of an address.
    **aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa** cannot be a name here. Use 1 to 40 lower-case letters, digits and hyphens, beginning with a letter and not ending with a hyphen: it becomes part of an address.
    ");
});

conversation!(a_life_of_nothing_or_of_ten_years_is_refused, bot => {
    let mut told = Vec::new();
    for ttl in ["0", "73", "87600"] {
        told.push(bot.privately("Mina", "player", &format!("/env create template:preview name:demo ttl:{ttl}")).await);
    }
    told.push(bot.privately("Greta", "player", "/env create template:preview name:demo ttl:87600").await);
    see!(told.join("\n"), @r"
    An environment of this template lives 1 to 72 hours; you asked for 0. Choose a time in that range.
    An environment of this template lives 1 to 72 hours; you asked for 73. Choose a time in that range.
    An environment of this template lives 1 to 72 hours; you asked for 87,600. Choose a time in that range.
    Eine Umgebung dieser Vorlage lebt 1 bis 72 Stunden; du wolltest 87.600. Wähle eine Zeit in diesem Bereich.
    ");
});

conversation!(what_is_not_known_is_answered_with_what_is_near, bot => {
    bot.say("Mina", "player", "/env create template:preview name:demo").await;
    let mut told = Vec::new();
    for line in [
        "/env create template:previw name:other",
        "/env create template:production name:other",
        "/env create template:preview name:other team:nobody",
        "/env create template:preview name:other team:platform",
        "/env create template:preview name:other revision:\"v1 2\"",
        "/env show name:demp",
        "/env logs name:somewhere",
        "/env extend name:dem by:4",
        "/env destroy name:Demo",
    ] {
        told.push(format!("{line}\n  {}", bot.privately("Mina", "player", line).await));
        told.push(format!("  {}", bot.privately("Greta", "player", line).await));
    }
    see!(told.join("\n"), @r#"
    /env create template:previw name:other
      There is no template called **previw**. Did you mean preview?
      Es gibt keine Vorlage **previw**. Meinst du preview?
    /env create template:production name:other
      There is no template called **production**. `/help` lists the templates of this platform.
      Es gibt keine Vorlage **production**. `/help` zählt die Vorlagen dieser Plattform auf.
    /env create template:preview name:other team:nobody
      This team is not known here. Leave the option out, or pick one of the teams that are offered while you type.
      Dieses Team gibt es hier nicht. Lass die Option weg, oder nimm eines der Teams, die beim Tippen angeboten werden.
    /env create template:preview name:other team:platform
      You do not belong to team **Platform**. Leave the option out, or ask somebody of that team.
      Du gehörst nicht zum Team **Platform**. Lass die Option weg, oder bitte jemanden aus diesem Team.
    /env create template:preview name:other revision:"v1 2"
      **v1 2** cannot be a revision. Use up to 100 letters, digits and the signs `. _ - / +`, beginning with a letter or digit.
      **v1 2** kann keine Revision sein. Nimm bis zu 100 Buchstaben, Ziffern und die Zeichen `. _ - / +`, mit einem Buchstaben oder einer Ziffer vorn.
    /env show name:demp
      There is no environment called **demp** now. Did you mean demo?
      Es gibt gerade keine Umgebung **demp**. Meinst du demo?
    /env logs name:somewhere
      There is no environment called **somewhere** now. `/env list whose:all` shows all of them.
      Es gibt gerade keine Umgebung **somewhere**. `/env list whose:all` zeigt alle.
    /env extend name:dem by:4
      There is no environment called **dem** now. Did you mean demo?
      Es gibt gerade keine Umgebung **dem**. Meinst du demo?
    /env destroy name:Demo
      There is no environment called **Demo** now. Did you mean demo?
      Es gibt gerade keine Umgebung **Demo**. Meinst du demo?
    "#);
});

conversation!(a_team_has_so_many_places_and_a_name_is_free_only_once, bot => {
    bot.say("Mina", "player", "/env create template:preview name:one").await;
    see!(bot.privately("Pia", "player", "/env create template:preview name:one").await, @"There is already an environment called **one**. Choose another name, or look at it with `/env show`.");
    bot.say("Ben", "player", "/env create template:preview name:two revision:v9.9.9").await;
    bot.say("Mina", "player", "/env create template:preview name:three").await;
    see!(bot.privately("Cleo", "player", "/env create template:preview name:four").await, @"Team Player uses 3 of 3 environments. End one with `/env destroy`, then ask again; `/env list` shows them all.");
    see!(bot.privately("Greta", "player", "/env create template:preview name:four").await, @"Team Player nutzt 3 von 3 Umgebungen. Beende eine mit `/env destroy` und frag dann noch einmal; `/env list` zeigt alle.");
    // A failed one takes a place until it is destroyed; then the place is free, and its name too.
    bot.say("Ben", "player", "/env destroy name:two").await;
    bot.say("Cleo", "player", "/env create template:preview name:two").await;
    see!(bot.headlines("player"), @r"
    <@1100000000000003000> asked for environment **one** from template preview for team Player. The message below follows it.
    ✅ Environment **one** is ready: http://127.0.0.1:PORT/
    <@1100000000000003000> Environment **one** is ready after under 1 s: http://127.0.0.1:PORT/
    <@1100000000000003001> asked for environment **two** from template preview for team Player. The message below follows it.
    ⬜ Environment **two** is destroyed.
    <@1100000000000003001> Environment **two** failed (it lies in what was asked for, not in the platform: player has no revision v9.9.9: there are v1.3.0, v1.2.0, v1.1.0, v1.0.0 (\`up\`: exit code 1)). It counts against the quota until it is destroyed; the button Logs shows what it has written.
    <@1100000000000003000> asked for environment **three** from template preview for team Player. The message below follows it.
    ✅ Environment **three** is ready: http://127.0.0.1:PORT/
    <@1100000000000003000> Environment **three** is ready after under 1 s: http://127.0.0.1:PORT/
    <@1100000000000003001> ends environment **two**.
    <@1100000000000003002> asked for environment **two** from template preview for team Player. The message below follows it.
    ✅ Environment **two** is ready: http://127.0.0.1:PORT/
    <@1100000000000003002> Environment **two** is ready after under 1 s: http://127.0.0.1:PORT/
    ");
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
    see!(told.join("\n"), @r"
    /env create template: → preview
    /env create template:prev → preview
    /env create template:preview name:x revision: → v1.3.0 | v1.2.0 | v1.1.0 | v1.0.0
    /env create template:preview name:x revision:1.1 → v1.1.0
    /env create template:nothing name:x revision: → 
    /env create template:preview name:x team:PL → player | platform
    /env show name: → demo | demo-two | other
    /env logs name:demo → demo | demo-two
    /env extend by:4 name:two → demo-two
    /env destroy name:nothing → 
    /help command:env → env create | env list | env show | env logs | env extend | env destroy | env why | env unpin | env sleep | env wake | env give
    ");
    let nobody = bot.suggested("Nils", "player", "/env show name:", "name").await;
    assert!(nobody.is_empty(), "who may not see environments sees no names: {nobody:?}");
    assert_eq!(calls(), before, "no program was called");
    assert_eq!(bot.discord.requests().len(), requests + 12, "and nothing but the suggestions was sent");
});
