//! `/env`: ask, see, read, and who may change what.

use crate::{changed_conversation, conversation, see};

conversation!(an_environment_is_created_and_becomes_ready, bot => {
    bot.say("Mina", "player", "/env create template:preview name:demo").await;
    see!(bot.transcript("player"), @r"
    Hearth to Mina's /env create:
      <@1100000000000003000> asked for environment **demo** from template preview for team Player. The message below follows it.

    Hearth:
      ✅ Environment **demo** is ready: http://127.0.0.1:PORT/
      ┌ Environment demo
      │ Template: preview
      │ Revision: v1.2.0
      │ Team: Player
      │ Owner: <@1100000000000003000>
      │ Lives until: <t:1795554000:f> (<t:1795554000:R>)
      │ Build time: under 1 s
      └ Hearth · ID
      [Open ↗] [Logs] [Extend by 4 hours] [Destroy]

    Hearth:
      <@1100000000000003000> Environment **demo** is ready after under 1 s: http://127.0.0.1:PORT/
      [Show] [Logs]
      (calls Mina)
    ");
});

conversation!(its_address_really_answers_with_the_wanted_revision, bot => {
    bot.say("Mina", "player", "/env create template:preview name:demo revision:v1.1.0").await;
    let live = bot.messages("player").into_iter().find(|message| !message.embeds.is_empty()).unwrap();
    let url = live.buttons.iter().find_map(|button| button.url.clone()).unwrap();
    let page = reqwest::get(url).await.unwrap().text().await.unwrap();
    assert!(page.contains("v1.1.0"), "{page}");
});

conversation!(lists_show_ones_own_the_teams_or_everybodys, bot => {
    let mut none = Vec::new();
    for whose in ["", " whose:mine", " whose:team", " whose:all"] {
        none.push(bot.privately("Mina", "player", &format!("/env list{whose}")).await);
    }
    see!(none.join("\n"), @r"
    Team Player has no environment now. `/env create` makes one.
    You have no environment now. `/env create` makes one.
    Team Player has no environment now. `/env create` makes one.
    There is no environment now. `/env create` makes one.
    ");
    bot.say("Mina", "player", "/env create template:preview name:demo").await;
    bot.say("Ben", "player", "/env create template:preview name:broken revision:v9.9.9").await;
    bot.say("Pia", "platform", "/env create template:preview name:tools ttl:2").await;
    see!(bot.privately("Mina", "player", "/env list whose:mine").await, @r"
    1 environment
    • **demo** · preview · ready · until <t:1795554000:R> · Player
    ");
    see!(bot.privately("Mina", "player", "/env list").await, @r"
    2 environments
    • **demo** · preview · ready · until <t:1795554000:R> · Player
    • **broken** · preview · failed · until <t:1795554000:R> · Player
    ");
    see!(bot.privately("Mina", "player", "/env list whose:all").await, @r"
    3 environments
    • **tools** · preview · ready · until <t:1795532400:R> · Platform
    • **demo** · preview · ready · until <t:1795554000:R> · Player
    • **broken** · preview · failed · until <t:1795554000:R> · Player
    ");
    see!(bot.privately("Greta", "player", "/env list whose:all").await, @r"
    3 Umgebungen
    • **tools** · preview · bereit · bis <t:1795532400:R> · Platform
    • **demo** · preview · bereit · bis <t:1795554000:R> · Player
    • **broken** · preview · fehlgeschlagen · bis <t:1795554000:R> · Player
    ");
    // Whoever leads is of no team here: the default team is theirs.
    see!(bot.privately("Ada", "player", "/env list").await, @r"
    2 environments
    • **demo** · preview · ready · until <t:1795554000:R> · Player
    • **broken** · preview · failed · until <t:1795554000:R> · Player
    ");
});

conversation!(one_is_shown_and_its_logs_are_read_in_private, bot => {
    bot.say("Mina", "player", "/env create template:preview name:demo").await;
    see!(bot.privately("Ben", "player", "/env show name:demo").await, @r"
    ✅ Environment **demo** is ready: http://127.0.0.1:PORT/
    ┌ Environment demo
    │ Template: preview
    │ Revision: v1.2.0
    │ Team: Player
    │ Owner: <@1100000000000003000>
    │ Lives until: <t:1795554000:f> (<t:1795554000:R>)
    │ Build time: under 1 s
    └ Hearth · ID
    [Open] [Logs] [Extend by 4 hours] [Destroy]
    ");
    see!(bot.privately("Greta", "player", "/env show name:demo").await, @r"
    ✅ Umgebung **demo** ist bereit: http://127.0.0.1:PORT/
    ┌ Umgebung demo
    │ Vorlage: preview
    │ Revision: v1.2.0
    │ Team: Player
    │ Verantwortlich: <@1100000000000003000>
    │ Lebt bis: <t:1795554000:f> (<t:1795554000:R>)
    │ Bauzeit: unter 1 s
    └ Hearth · ID
    [Öffnen] [Logs] [Um 4 Stunden verlängern] [Abbauen]
    ");
    see!(bot.privately("Ben", "player", "/env logs name:demo").await, @r"
    The last 3 lines of **demo**
    ```
    HH:MM:SS player v1.2.0 listens on 127.0.0.1:PORT
    HH:MM:SS GET /healthz 200
    HH:MM:SS GET /healthz 200
    ```
    ");
    let show = bot.click("Greta", "player", "Show").await.message();
    assert_eq!(show.private_to.as_deref(), Some("Greta"));
    let logs = bot.click("Ada", "player", "Logs").await.message();
    assert_eq!(logs.private_to.as_deref(), Some("Ada"));
});

conversation!(a_failed_build_tells_why_and_shows_its_logs, bot => {
    bot.say("Mina", "player", "/env create template:preview name:demo revision:v9.9.9").await;
    see!(bot.transcript("player"), @r"
    Hearth to Mina's /env create:
      <@1100000000000003000> asked for environment **demo** from template preview for team Player. The message below follows it.

    Hearth:
      ❌ Environment **demo** failed: it lies in what was asked for, not in the platform: player has no revision v9.9.9: there are v1.3.0, v1.2.0, v1.1.0, v1.0.0 (\`up\`: exit code 1)
      ┌ Environment demo
      │ Template: preview
      │ Revision: v9.9.9
      │ Team: Player
      │ Owner: <@1100000000000003000>
      │ Lives until: <t:1795554000:f> (<t:1795554000:R>)
      └ Hearth · ID
      [Logs] [Destroy]

    Hearth:
      <@1100000000000003000> Environment **demo** failed (it lies in what was asked for, not in the platform: player has no revision v9.9.9: there are v1.3.0, v1.2.0, v1.1.0, v1.0.0 (\`up\`: exit code 1)). It counts against the quota until it is destroyed; the button Logs shows what it has written.
      [Show] [Logs]
      (calls Mina)
    ");
    see!(crate::harness::shown(&bot.click("Mina", "player", "Logs").await.message()), @r"
    The last line of **demo**
    ```
    player has no revision v9.9.9: there are v1.3.0, v1.2.0, v1.1.0, v1.0.0
    ```
    ");
    see!(bot.privately("Mina", "player", "/env show name:demo").await, @r"
    ❌ Environment **demo** failed: it lies in what was asked for, not in the platform: player has no revision v9.9.9: there are v1.3.0, v1.2.0, v1.1.0, v1.0.0 (\`up\`: exit code 1)
    ┌ Environment demo
    │ Template: preview
    │ Revision: v9.9.9
    │ Team: Player
    │ Owner: <@1100000000000003000>
    │ Lives until: <t:1795554000:f> (<t:1795554000:R>)
    └ Hearth · ID
    [Logs] [Destroy]
    ");
});

changed_conversation!(a_german_channel_is_told_in_german_and_people_in_their_own_language, crate::harness::Setup::new().platform(|platform, _| {
    platform.teams[0].language = hearth::domain::chat::Language::German;
}), bot => {
    bot.say("Mina", "player", "/env create template:preview name:demo").await;
    bot.say("Mina", "player", "/env create template:preview name:broken revision:v9.9.9").await;
    bot.say("Mina", "player", "/env extend name:demo by:4").await;
    bot.say("Mina", "player", "/env destroy name:broken").await;
    see!(bot.transcript("player"), @r"
    Hearth to Mina's /env create:
      <@1100000000000003000> hat Umgebung **demo** aus Vorlage preview für Team Player angefordert. Die Nachricht darunter zeigt, wie es steht.

    Hearth:
      ✅ Umgebung **demo** ist bereit: http://127.0.0.1:PORT/
      ┌ Umgebung demo
      │ Vorlage: preview
      │ Revision: v1.2.0
      │ Team: Player
      │ Verantwortlich: <@1100000000000003000>
      │ Lebt bis: <t:1795568400:f> (<t:1795568400:R>)
      │ Bauzeit: unter 1 s
      │ Verlängert: 1 von 3 Malen
      └ Hearth · ID
      [Öffnen ↗] [Logs] [Um 4 Stunden verlängern] [Abbauen]

    Hearth:
      <@1100000000000003000> Umgebung **demo** ist nach unter 1 s bereit: http://127.0.0.1:PORT/
      [Zeigen] [Logs]
      (calls Mina)

    Hearth to Mina's /env create:
      <@1100000000000003000> hat Umgebung **broken** aus Vorlage preview für Team Player angefordert. Die Nachricht darunter zeigt, wie es steht.

    Hearth:
      ⬜ Umgebung **broken** ist abgebaut.
      ┌ Umgebung broken
      │ Vorlage: preview
      │ Revision: v9.9.9
      │ Team: Player
      │ Verantwortlich: <@1100000000000003000>
      └ Hearth · ID

    Hearth:
      <@1100000000000003000> Umgebung **broken** ist fehlgeschlagen (es liegt an dem, was gewünscht war, nicht an der Plattform: player has no revision v9.9.9: there are v1.3.0, v1.2.0, v1.1.0, v1.0.0 (\`up\`: exit code 1)). Sie zählt zur Quote, bis sie abgebaut ist; der Knopf Logs zeigt, was sie geschrieben hat.
      [Zeigen] [Logs]
      (calls Mina)

    Hearth to Mina's /env extend:
      <@1100000000000003000> hat **demo** verlängert: Sie lebt bis <t:1795568400:f>. Sie lässt sich noch 2-mal verlängern.

    Hearth to Mina's /env destroy:
      <@1100000000000003000> beendet Umgebung **broken**.
    ");
    see!(bot.privately("Mina", "player", "/env show name:demo").await, @r"
    ✅ Environment **demo** is ready: http://127.0.0.1:PORT/
    ┌ Environment demo
    │ Template: preview
    │ Revision: v1.2.0
    │ Team: Player
    │ Owner: <@1100000000000003000>
    │ Lives until: <t:1795568400:f> (<t:1795568400:R>)
    │ Build time: under 1 s
    │ Extended: 1 of 3 times
    └ Hearth · ID
    [Open] [Logs] [Extend by 4 hours] [Destroy]
    ");
});

conversation!(another_team_may_look_and_not_touch, bot => {
    bot.say("Pia", "platform", "/env create template:preview name:tools").await;
    see!(bot.privately("Mina", "platform", "/env extend name:tools by:4").await, @"**tools** belongs to team Platform. Ask somebody of that team, or the keepers of the platform.");
    see!(bot.privately("Mina", "platform", "/env destroy name:tools").await, @"**tools** belongs to team Platform. Ask somebody of that team, or the keepers of the platform.");
    let newest = bot.click("Mina", "platform", "Destroy").await.message();
    assert_eq!(newest.private_to.as_deref(), Some("Mina"));
    see!(newest.text, @"**tools** belongs to team Platform. Ask somebody of that team, or the keepers of the platform.");
    let extend = bot.click("Mina", "platform", "Extend by 4 hours").await.message();
    see!(extend.text, @"**tools** belongs to team Platform. Ask somebody of that team, or the keepers of the platform.");
    // The platform's keepers may change everybody's.
    bot.say("Mina", "player", "/env create template:preview name:demo").await;
    see!(bot.say("Pia", "player", "/env extend name:demo by:4").await.message().text, @"<@1100000000000003007> extended **demo**: it lives until <t:1795568400:f>. It can be extended 2 more times.");
});
