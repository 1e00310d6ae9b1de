//! An environment's life: warned of its end, extended, expired, destroyed; also with restarts between.

use std::time::Duration;

use hearth::playground::Answer;

use crate::harness::{Bot, Setup, Waiting, by_shell, shown};
use crate::{changed_conversation, conversation, see};

const HOUR: Duration = Duration::from_secs(3_600);
const CREATE: &str = "/env create template:preview name:demo";

conversation!(an_environment_is_warned_of_its_end_extended_and_ends_in_the_end, bot => {
    bot.say("Mina", "player", CREATE).await;
    bot.forward(7 * HOUR - Duration::from_secs(1)).await;
    assert_eq!(bot.messages("player").len(), 3, "nobody is warned too early");
    bot.forward(Duration::from_secs(1)).await;
    see!(bot.newest("player", 1), @r"
    Hearth:
      <@1100000000000003000> Environment **demo** ends <t:1795554000:R>. Do you still need it?
      [Show] [Extend by 4 hours] [Destroy]
      (calls Mina)
    ");
    bot.click("Ben", "player", "Extend by 4 hours").await;
    // The live message is older than an hour: it is replaced.
    see!(bot.newest("player", 2), @r"
    Hearth to Ben:
      <@1100000000000003001> extended **demo**: it lives until <t:1795568400:f>. It can be extended 2 more times.

    Hearth:
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
      [Open ↗] [Logs] [Extend by 4 hours] [Destroy]
    ");
    bot.forward(3 * HOUR).await;
    assert_eq!(bot.messages("player").len(), 6, "the warning was cleared");
    bot.forward(HOUR).await;
    see!(bot.newest("player", 1), @r"
    Hearth:
      <@1100000000000003000> Environment **demo** ends <t:1795568400:R>. Do you still need it?
      [Show] [Extend by 4 hours] [Destroy]
      (calls Mina)
    ");
    bot.forward(HOUR).await;
    see!(bot.newest("player", 2), @r"
    Hearth:
      ⬜ Environment **demo** has reached its end and is destroyed.
      ┌ Environment demo
      │ Template: preview
      │ Revision: v1.2.0
      │ Team: Player
      │ Owner: <@1100000000000003000>
      │ Build time: under 1 s
      │ Extended: 1 of 3 times
      └ Hearth · ID

    Hearth:
      <@1100000000000003000> Environment **demo** has reached its end and is destroyed. `/env create` makes a new one.
      [Show]
      (calls Mina)
    ");
    see!(bot.headlines("player"), @r"
    <@1100000000000003000> asked for environment **demo** from template preview for team Player. The message below follows it.
    **Environment demo**: how it stands now is in the newer message, https://discord.com/channels/MESSAGE
    <@1100000000000003000> Environment **demo** is ready after under 1 s: http://127.0.0.1:PORT/
    <@1100000000000003000> Environment **demo** ends <t:1795554000:R>. Do you still need it?
    <@1100000000000003001> extended **demo**: it lives until <t:1795568400:f>. It can be extended 2 more times.
    **Environment demo**: how it stands now is in the newer message, https://discord.com/channels/MESSAGE
    <@1100000000000003000> Environment **demo** ends <t:1795568400:R>. Do you still need it?
    ⬜ Environment **demo** has reached its end and is destroyed.
    <@1100000000000003000> Environment **demo** has reached its end and is destroyed. `/env create` makes a new one.
    ");
    see!(bot.privately("Mina", "player", "/env show name:demo").await, @r"
    ⬜ Environment **demo** has reached its end and is destroyed.
    ┌ Environment demo
    │ Template: preview
    │ Revision: v1.2.0
    │ Team: Player
    │ Owner: <@1100000000000003000>
    │ Build time: under 1 s
    │ Extended: 1 of 3 times
    └ Hearth · ID
    ");
    see!(bot.privately("Mina", "player", "/env extend name:demo by:1").await, @"**demo** is gone. Make a new one with `/env create`.");
    see!(bot.privately("Mina", "player", "/env destroy name:demo").await, @"**demo** is gone. Make a new one with `/env create`.");
    see!(bot.privately("Mina", "player", "/env list").await, @"Team Player has no environment now. `/env create` makes one.");
    // Its name is free again.
    bot.say("Mina", "player", CREATE).await;
    see!(bot.newest("player", 1), @r"
    Hearth:
      <@1100000000000003000> Environment **demo** is ready after under 1 s: http://127.0.0.1:PORT/
      [Show] [Logs]
      (calls Mina)
    ");
});

conversation!(a_short_life_is_warned_at_three_quarters, bot => {
    bot.say("Mina", "player", "/env create template:preview name:demo ttl:1").await;
    bot.forward(Duration::from_secs(45 * 60)).await;
    see!(bot.newest("player", 1), @r"
    Hearth:
      <@1100000000000003000> Environment **demo** ends <t:1795528800:R>. Do you still need it?
      [Show] [Extend by 4 hours] [Destroy]
      (calls Mina)
    ");
    bot.forward(Duration::from_secs(15 * 60)).await;
    see!(bot.headlines("player"), @r"
    <@1100000000000003000> asked for environment **demo** from template preview for team Player. The message below follows it.
    **Environment demo**: how it stands now is in the newer message, https://discord.com/channels/MESSAGE
    <@1100000000000003000> Environment **demo** is ready after under 1 s: http://127.0.0.1:PORT/
    <@1100000000000003000> Environment **demo** ends <t:1795528800:R>. Do you still need it?
    ⬜ Environment **demo** has reached its end and is destroyed.
    <@1100000000000003000> Environment **demo** has reached its end and is destroyed. `/env create` makes a new one.
    ");
});

conversation!(one_button_extends_once_however_often_it_is_clicked, bot => {
    bot.say("Mina", "player", CREATE).await;
    let live = bot.messages("player").into_iter().find(|message| !message.embeds.is_empty()).unwrap();
    let button = live.button("Extend by 4 hours").to_owned();
    see!(bot.click_raw("Mina", live.id, &button).await.message().text, @"<@1100000000000003000> extended **demo**: it lives until <t:1795568400:f>. It can be extended 2 more times.");
    let second = bot.click_raw("Mina", live.id, &button).await.message();
    assert_eq!(second.private_to.as_deref(), Some("Mina"));
    see!(second.text, @"This button belongs to an earlier state of things. Use the newest message about it.");
    see!(bot.newest("player", 4), @r"
    Hearth:
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
      [Open ↗] [Logs] [Extend by 4 hours] [Destroy]

    Hearth:
      <@1100000000000003000> Environment **demo** is ready after under 1 s: http://127.0.0.1:PORT/
      [Show] [Logs]
      (calls Mina)

    Hearth to Mina:
      <@1100000000000003000> extended **demo**: it lives until <t:1795568400:f>. It can be extended 2 more times.

    Hearth to Mina (only Mina sees this):
      This button belongs to an earlier state of things. Use the newest message about it.
    ");
});

conversation!(two_people_who_click_at_the_same_time_extend_once, bot => {
    bot.say("Mina", "player", CREATE).await;
    let live = bot.messages("player").into_iter().find(|message| !message.embeds.is_empty()).unwrap();
    let (mina, ben) = tokio::join!(
        bot.click_at_once("Mina", &live, "Extend by 4 hours"),
        bot.click_at_once("Ben", &live, "Extend by 4 hours"),
    );
    bot.idle().await;
    let public = [mina, ben].into_iter().filter(|answer| {
        matches!(answer, Answer::Message(message) if message.private_to.is_none())
    });
    assert_eq!(public.count(), 1);
    let show = bot.privately("Mina", "player", "/env show name:demo").await;
    assert!(show.contains("1 of 3 times"), "{show}");
});

conversation!(it_is_extended_so_far_and_so_often_and_no_more, bot => {
    bot.say("Mina", "player", CREATE).await;
    let mut told = Vec::new();
    for by in [0, 73, 72, 60, 1, 1, 1] {
        let said = bot.say("Mina", "player", &format!("/env extend name:demo by:{by}")).await.message();
        told.push(format!("{by}: {}", said.text));
    }
    told.push(bot.privately("Greta", "player", "/env extend name:demo by:1").await);
    see!(told.join("\n"), @r"
    0: An environment of this template lives 1 to 72 hours; you asked for 0. Choose a time in that range.
    73: An environment of this template lives 1 to 72 hours; you asked for 73. Choose a time in that range.
    72: **demo** may live 72 hours in all, and that would be more. Extend it by less, or make a new one with `/env create`.
    60: <@1100000000000003000> extended **demo**: it lives until <t:1795770000:f>. It can be extended 2 more times.
    1: <@1100000000000003000> extended **demo**: it lives until <t:1795773600:f>. It can be extended once more.
    1: <@1100000000000003000> extended **demo**: it lives until <t:1795777200:f>. It cannot be extended again.
    1: **demo** was extended 3 times already, as often as its template allows. Make a new one with `/env create`.
    **demo** wurde schon 3-mal verlängert, mehr erlaubt die Vorlage nicht. Erstelle mit `/env create` eine neue.
    ");
    bot.forward(70 * HOUR).await;
    see!(bot.newest("player", 1), @r"
    Hearth:
      <@1100000000000003000> Environment **demo** has reached its end and is destroyed. `/env create` makes a new one.
      [Show]
      (calls Mina)
    ");
    bot.forward(HOUR).await;
    see!(bot.newest("player", 1), @r"
    Hearth:
      <@1100000000000003000> Environment **demo** has reached its end and is destroyed. `/env create` makes a new one.
      [Show]
      (calls Mina)
    ");
});

conversation!(it_is_destroyed_by_command, bot => {
    bot.say("Mina", "player", CREATE).await;
    bot.say("Ben", "player", "/env destroy name:demo").await;
    see!(bot.transcript("player"), @r"
    Hearth to Mina's /env create:
      <@1100000000000003000> asked for environment **demo** from template preview for team Player. The message below follows it.

    Hearth:
      ⬜ Environment **demo** is destroyed.
      ┌ Environment demo
      │ Template: preview
      │ Revision: v1.2.0
      │ Team: Player
      │ Owner: <@1100000000000003000>
      │ Build time: under 1 s
      └ Hearth · ID

    Hearth:
      <@1100000000000003000> Environment **demo** is ready after under 1 s: http://127.0.0.1:PORT/
      [Show] [Logs]
      (calls Mina)

    Hearth to Ben's /env destroy:
      <@1100000000000003001> ends environment **demo**.
    ");
    see!(bot.privately("Ben", "player", "/env destroy name:demo").await, @"**demo** is gone. Make a new one with `/env create`.");
    see!(bot.privately("Ben", "player", "/env list whose:all").await, @"There is no environment now. `/env create` makes one.");
});

conversation!(a_button_destroys_it_only_after_a_second_look, bot => {
    bot.say("Mina", "player", CREATE).await;
    let ask = bot.click("Mina", "player", "Destroy").await.message();
    see!(shown(&ask), @r"
    Destroy **demo** and everything in it? This is final.
    [Yes, destroy it] [Keep it]
    ");
    let Answer::Updated(kept) = bot.click("Mina", "player", "Keep it").await else { panic!("the question goes") };
    see!(shown(&kept), @"**demo** stays.");
    let ask = bot.click("Mina", "player", "Destroy").await.message();
    let yes = ask.button("Yes, destroy it").to_owned();
    see!(shown(&bot.click_raw("Mina", ask.id, &yes).await.message()), @"<@1100000000000003000> ends environment **demo**.");
    see!(shown(&bot.click_raw("Mina", ask.id, &yes).await.message()), @"**demo** is gone. Make a new one with `/env create`.");
    see!(bot.headlines("player"), @r"
    <@1100000000000003000> asked for environment **demo** from template preview for team Player. The message below follows it.
    ⬜ Environment **demo** is destroyed.
    <@1100000000000003000> Environment **demo** is ready after under 1 s: http://127.0.0.1:PORT/
    <@1100000000000003000> ends environment **demo**.
    ");
    let german = bot.say("Greta", "player", "/env create template:preview name:zwei").await;
    drop(german);
    see!(shown(&bot.click("Greta", "player", "Destroy").await.message()), @r"
    **zwei** und alles darin abbauen? Das ist endgültig.
    [Ja, abbauen] [Behalten]
    ");
    see!(shown(&bot.click("Greta", "player", "Behalten").await.message()), @"**zwei** bleibt.");
});

fn a_build_that_waits() -> Setup {
    let up = format!(
        "echo '{{\"progress\":\"waiting for the image\"}}'; {}",
        Waiting::at("gate")
    );
    Setup::new()
        .platform(|_, folder| Waiting::make(folder, "gate"))
        .programs(&by_shell(&up, ""))
}

async fn building(bot: &Bot) {
    bot.say_at_once("Mina", "player", CREATE).await;
    bot.until_shown("player", "waiting for the image").await;
}

changed_conversation!(a_build_is_followed_and_can_be_extended_meanwhile, a_build_that_waits(), bot => {
    building(bot).await;
    see!(bot.transcript("player"), @r"
    Hearth to Mina's /env create:
      <@1100000000000003000> asked for environment **demo** from template preview for team Player. The message below follows it.

    Hearth:
      🔨 Environment **demo** is building.
      ┌ Environment demo
      │ Now: waiting for the image
      │ Template: preview
      │ Revision: v1.2.0
      │ Team: Player
      │ Owner: <@1100000000000003000>
      │ Lives until: <t:1795554000:f> (<t:1795554000:R>)
      └ Hearth · ID
      [Logs] [Destroy]
    ");
    let logs = bot.say_at_once("Mina", "player", "/env logs name:demo").await.message();
    see!(shown(&logs), @"**demo** has written nothing so far.");
    bot.say_at_once("Mina", "player", "/env extend name:demo by:1").await;
    Waiting::of(&bot.folder, "gate").release().await;
    bot.idle().await;
    see!(bot.headlines("player"), @r"
    <@1100000000000003000> asked for environment **demo** from template preview for team Player. The message below follows it.
    ✅ Environment **demo** is ready.
    <@1100000000000003000> extended **demo**: it lives until <t:1795557600:f>. It can be extended 2 more times.
    <@1100000000000003000> Environment **demo** is ready after under 1 s.
    ");
});

changed_conversation!(a_build_can_be_destroyed_in_the_middle, a_build_that_waits(), bot => {
    building(bot).await;
    bot.say_at_once("Mina", "player", "/env destroy name:demo").await;
    bot.idle().await;
    see!(bot.headlines("player"), @r"
    <@1100000000000003000> asked for environment **demo** from template preview for team Player. The message below follows it.
    ⬜ Environment **demo** is destroyed.
    <@1100000000000003000> ends environment **demo**.
    ");
    assert!(!bot.folder.join("demo.is").exists(), "nothing of it is left");
});

changed_conversation!(a_restart_in_the_middle_of_a_build_changes_nothing, a_build_that_waits().stops_at_once(), bot => {
    building(bot).await;
    bot.restart_busy().await;
    // On a server the lease of the interrupted job runs out first.
    bot.clock.forward(Duration::from_secs(61));
    Waiting::of(&bot.folder, "gate").release().await;
    bot.idle().await;
    bot.forward(Duration::from_secs(61)).await;
    see!(bot.headlines("player"), @r"
    <@1100000000000003000> asked for environment **demo** from template preview for team Player. The message below follows it.
    ✅ Environment **demo** is ready.
    <@1100000000000003000> Environment **demo** is ready after 1 m 1 s.
    ");
});

/// `down` succeeds only when the keepers have mended what is in its way.
const DOWN: &str = r#"down = ["/bin/sh", "-c", 'if [ -e "FOLDER/mended" ]; then rm -f "FOLDER/$HEARTH_NAME.is"; else echo "{\"error\":\"the volume is *busy*\"}"; exit 1; fi']"#;

async fn could_not_be_destroyed(bot: &Bot) {
    bot.say("Mina", "player", CREATE).await;
    bot.say("Mina", "player", "/env destroy name:demo").await;
    for _ in 0..8 {
        bot.forward(Duration::from_secs(600)).await;
    }
}

changed_conversation!(what_could_not_be_destroyed_calls_people_and_is_destroyed_when_asked_again, Setup::new().programs(&by_shell("true", DOWN)), bot => {
    could_not_be_destroyed(bot).await;
    see!(bot.transcript("player"), @r"
    Hearth to Mina's /env create:
      <@1100000000000003000> asked for environment **demo** from template preview for team Player. The message below follows it.

    Hearth:
      **Environment demo**: how it stands now is in the newer message, https://discord.com/channels/MESSAGE

    Hearth:
      <@1100000000000003000> Environment **demo** is ready after under 1 s.
      [Show] [Logs]
      (calls Mina)

    Hearth to Mina's /env destroy:
      <@1100000000000003000> ends environment **demo**.

    Hearth:
      ⚠ Environment **demo** could not be destroyed: the engine said: the volume is \*busy\* (\`down\`: exit code 1)
      ┌ Environment demo
      │ Template: preview
      │ Revision: v1.2.0
      │ Team: Player
      │ Owner: <@1100000000000003000>
      │ Build time: under 1 s
      └ Hearth · ID
      [Logs] [Destroy]

    Hearth:
      <@1100000000000003000> Environment **demo** could not be destroyed (the engine said: the volume is \*busy\* (\`down\`: exit code 1)). It still counts against the quota. When the cause is mended, destroy it again; the keepers of the platform can help.
      [Show] [Destroy]
      (calls Mina)
    ");
    see!(bot.privately("Mina", "player", "/env list").await, @r"
    1 environment
    • **demo** · preview · could not be destroyed · Player
    ");
    see!(bot.privately("Mina", "player", "/env extend name:demo by:1").await, @"**demo** could not be destroyed yet. Try `/env destroy` again, or ask the keepers of the platform.");
    std::fs::write(bot.folder.join("mended"), "").unwrap();
    bot.say("Mina", "player", "/env destroy name:demo").await;
    see!(bot.newest("player", 3), @r"
    Hearth to Mina's /env list (only Mina sees this):
      1 environment
      • **demo** · preview · could not be destroyed · Player

    Hearth to Mina's /env extend (only Mina sees this):
      **demo** could not be destroyed yet. Try `/env destroy` again, or ask the keepers of the platform.

    Hearth to Mina's /env destroy:
      <@1100000000000003000> asks again to destroy environment **demo**.
    ");
    assert!(!bot.folder.join("demo.is").exists());
});

changed_conversation!(restarts_between_all_steps_change_nothing, Setup::new().programs(&by_shell("true", DOWN)), bot => {
    bot.restart().await;
    bot.say("Mina", "player", CREATE).await;
    bot.restart().await;
    bot.forward(7 * HOUR).await;
    bot.restart().await;
    bot.click("Mina", "player", "Extend by 4 hours").await;
    bot.restart().await;
    bot.say("Ben", "player", "/env destroy name:demo").await;
    for _ in 0..8 {
        bot.restart().await;
        bot.forward(Duration::from_secs(600)).await;
    }
    std::fs::write(bot.folder.join("mended"), "").unwrap();
    bot.restart().await;
    bot.click("Ben", "player", "Destroy").await;
    bot.restart().await;
    bot.click("Ben", "player", "Yes, destroy it").await;
    bot.restart().await;
    see!(bot.headlines("player"), @r"
    <@1100000000000003000> asked for environment **demo** from template preview for team Player. The message below follows it.
    **Environment demo**: how it stands now is in the newer message, https://discord.com/channels/MESSAGE
    <@1100000000000003000> Environment **demo** is ready after under 1 s.
    <@1100000000000003000> Environment **demo** ends <t:1795554000:R>. Do you still need it?
    <@1100000000000003000> extended **demo**: it lives until <t:1795568400:f>. It can be extended 2 more times.
    **Environment demo**: how it stands now is in the newer message, https://discord.com/channels/MESSAGE
    <@1100000000000003001> ends environment **demo**.
    ⬜ Environment **demo** is destroyed.
    <@1100000000000003000> Environment **demo** could not be destroyed (the engine said: the volume is \*busy\* (\`down\`: exit code 1)). It still counts against the quota. When the cause is mended, destroy it again; the keepers of the platform can help.
    <@1100000000000003001> asks again to destroy environment **demo**.
    ");
});

conversation!(what_ended_while_nobody_was_there_is_warned_of_or_ended_at_the_next_start, bot => {
    bot.say("Mina", "player", CREATE).await;
    bot.say("Mina", "player", "/env create template:preview name:long ttl:20").await;
    bot.clock.forward(19 * HOUR + HOUR / 2);
    bot.restart().await;
    assert!(bot.transcript("player").contains("**long** ends <t:1795597200:R>. Do you still need it?"));
    bot.forward(HOUR / 2).await;
    // Two environments that are looked after at once may be told of in any order.
    let headlines = bot.headlines("player");
    let mut told: Vec<&str> = headlines.lines().collect();
    told.sort_unstable();
    see!(told.join("\n"), @r"
    **Environment demo**: how it stands now is in the newer message, https://discord.com/channels/MESSAGE
    **Environment long**: how it stands now is in the newer message, https://discord.com/channels/MESSAGE
    <@1100000000000003000> Environment **demo** has reached its end and is destroyed. `/env create` makes a new one.
    <@1100000000000003000> Environment **demo** is ready after under 1 s: http://127.0.0.1:PORT/
    <@1100000000000003000> Environment **long** ends <t:1795597200:R>. Do you still need it?
    <@1100000000000003000> Environment **long** has reached its end and is destroyed. `/env create` makes a new one.
    <@1100000000000003000> Environment **long** is ready after under 1 s: http://127.0.0.1:PORT/
    <@1100000000000003000> asked for environment **demo** from template preview for team Player. The message below follows it.
    <@1100000000000003000> asked for environment **long** from template preview for team Player. The message below follows it.
    ⬜ Environment **demo** has reached its end and is destroyed.
    ⬜ Environment **long** has reached its end and is destroyed.
    ");
});
