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
    see!(none.join("\n"), @"");
    bot.say("Mina", "player", "/env create template:preview name:demo").await;
    bot.say("Ben", "player", "/env create template:preview name:broken revision:v9.9.9").await;
    bot.say("Pia", "platform", "/env create template:preview name:tools ttl:2").await;
    see!(bot.privately("Mina", "player", "/env list whose:mine").await, @"");
    see!(bot.privately("Mina", "player", "/env list").await, @"");
    see!(bot.privately("Mina", "player", "/env list whose:all").await, @"");
    see!(bot.privately("Greta", "player", "/env list whose:all").await, @"");
    // Whoever leads is of no team here: the default team is theirs.
    see!(bot.privately("Ada", "player", "/env list").await, @"");
});

conversation!(one_is_shown_and_its_logs_are_read_in_private, bot => {
    bot.say("Mina", "player", "/env create template:preview name:demo").await;
    see!(bot.privately("Ben", "player", "/env show name:demo").await, @"");
    see!(bot.privately("Greta", "player", "/env show name:demo").await, @"");
    see!(bot.privately("Ben", "player", "/env logs name:demo").await, @"");
    let show = bot.click("Greta", "player", "Show").await.message();
    assert_eq!(show.private_to.as_deref(), Some("Greta"));
    let logs = bot.click("Ada", "player", "Logs").await.message();
    assert_eq!(logs.private_to.as_deref(), Some("Ada"));
});

conversation!(a_failed_build_tells_why_and_shows_its_logs, bot => {
    bot.say("Mina", "player", "/env create template:preview name:demo revision:v9.9.9").await;
    see!(bot.transcript("player"), @"");
    see!(crate::harness::shown(&bot.click("Mina", "player", "Logs").await.message()), @"");
    see!(bot.privately("Mina", "player", "/env show name:demo").await, @"");
});

changed_conversation!(a_german_channel_is_told_in_german_and_people_in_their_own_language, crate::harness::Setup::new().platform(|platform, _| {
    platform.teams[0].language = hearth::domain::chat::Language::German;
}), bot => {
    bot.say("Mina", "player", "/env create template:preview name:demo").await;
    bot.say("Mina", "player", "/env create template:preview name:broken revision:v9.9.9").await;
    bot.say("Mina", "player", "/env extend name:demo by:4").await;
    bot.say("Mina", "player", "/env destroy name:broken").await;
    see!(bot.transcript("player"), @"");
    see!(bot.privately("Mina", "player", "/env show name:demo").await, @"");
});

conversation!(another_team_may_look_and_not_touch, bot => {
    bot.say("Pia", "platform", "/env create template:preview name:tools").await;
    see!(bot.privately("Mina", "platform", "/env extend name:tools by:4").await, @"");
    see!(bot.privately("Mina", "platform", "/env destroy name:tools").await, @"");
    let newest = bot.click("Mina", "platform", "Destroy").await.message();
    assert_eq!(newest.private_to.as_deref(), Some("Mina"));
    see!(newest.text, @"");
    let extend = bot.click("Mina", "platform", "Extend by 4 hours").await.message();
    see!(extend.text, @"");
    // The platform's keepers may change everybody's.
    bot.say("Mina", "player", "/env create template:preview name:demo").await;
    see!(bot.say("Pia", "player", "/env extend name:demo by:4").await.message().text, @"");
});
