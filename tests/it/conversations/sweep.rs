//! What a sweep finds: what engines lost, what nobody owns, what is stuck.

use std::path::Path;
use std::time::Duration;

use hearth::domain::limits;
use hearth::domain::platform::Platform;

use crate::harness::{Setup, Waiting, by_shell};
use crate::{changed_conversation, see};

const HOUR: Duration = Duration::from_secs(3_600);
const CREATE: &str = "/env create template:preview name:demo";

/// What is there stands in files, and `list` names them by the key in them.
fn listed() -> Setup {
    let list = r#"for f in FOLDER/*.is; do [ -e \"$f\" ] && n=$(basename $f .is) && printf '{\"owned\":{\"op_key\":\"%s\",\"name\":\"%s\"}}\n' \"$(cat $f)\" $n; done; true"#;
    let many = |platform: &mut Platform, _: &Path| platform.teams[0].environments_quota = 100;
    Setup::new().platform(many).programs(&by_shell(
        "echo $HEARTH_OP_KEY > FOLDER/$HEARTH_NAME.is",
        &format!("list = [\"/bin/sh\", \"-c\", \"{list}\"]"),
    ))
}

changed_conversation!(what_the_engine_lost_is_told_once_and_can_be_built_again, listed(), bot => {
    bot.say("Mina", "player", CREATE).await;
    bot.forward(HOUR).await;
    let before = bot.messages("player").len();
    std::fs::remove_file(bot.folder.join("demo.is")).unwrap();
    bot.forward(HOUR).await;
    see!(bot.newest("player", 2), @r"
    Hearth:
      ⬜ Environment **demo** was lost: the engine no longer knew it.
      ┌ Environment demo
      │ Template: preview
      │ Revision: v1.2.0
      │ Team: Player
      │ Owner: <@1100000000000003000>
      │ Build time: under 1 s
      └ Hearth · ID
      [Build it again]

    Hearth:
      <@1100000000000003000> Environment **demo** was lost: the engine no longer knew it, and nobody had asked for that. The button builds it again.
      [Build it again]
      (calls Mina)
    ");
    see!(bot.privately("Mina", "player", "/env why name:demo").await, @r"
    **Why is demo here?**
    It went <t:1795532400:R>: the engine had lost it.
    <@1100000000000003000> has it for team Player, from template preview, asked for <t:1795525200:f>.
    ");
    let told = bot.messages("player").len();
    bot.forward(2 * HOUR).await;
    assert_eq!((told - before, bot.messages("player").len()), (2, told));
    see!(bot.click("Mina", "player", "Build it again").await.message().text, @r"<@1100000000000003000> asked for environment **demo** from template preview for team Player. The message below follows it.");
    see!(bot.privately("Mina", "player", "/env why name:demo").await, @r"
    **Why is demo here?**
    It became ready <t:1795539600:R>.
    <@1100000000000003000> has it for team Player, from template preview, asked for <t:1795539600:f>.
    Next: its owner is warned <t:1795564800:R>, and it ends <t:1795568400:R>.
    ");
    assert!(bot.folder.join("demo.is").exists());
});

changed_conversation!(an_engine_that_knows_nothing_any_more_is_not_believed, listed(), bot => {
    bot.expect_error("no longer lists");
    for n in 0..=limits::LOST_AT_ONCE_MAX {
        bot.say(if n % 2 == 0 { "Mina" } else { "Ben" }, "player", &format!("/env create template:preview name:e{n} team:player")).await;
    }
    bot.forward(HOUR).await;
    for n in 0..=limits::LOST_AT_ONCE_MAX {
        std::fs::remove_file(bot.folder.join(format!("e{n}.is"))).unwrap();
    }
    bot.forward(HOUR).await;
    let list = bot.privately("Mina", "player", "/env list").await;
    assert_eq!(list.matches("ready").count(), limits::LOST_AT_ONCE_MAX + 1, "{list}");
});

changed_conversation!(what_nobody_owns_is_announced_and_kept_or_destroyed, listed(), bot => {
    for name in ["one", "two", "three"] {
        std::fs::write(bot.folder.join(format!("{name}.is")), format!("key-{name}\n")).unwrap();
    }
    bot.forward(HOUR).await;
    // They are taken up together, in no order.
    let mut told: Vec<String> = bot.messages("platform").iter().map(crate::harness::shown).collect();
    told.sort();
    see!(told.join("\n"), @r"
    ⚠ Engine exec has **one**, which belongs to this Hearth and to no environment. It is destroyed <t:1795615200:R> unless somebody keeps it.
    ┌ Nobody's: one
    │ Engine: exec
    │ Key: key-one
    └ Hearth · ID
    [Keep it] [Destroy it now]
    ⚠ Engine exec has **three**, which belongs to this Hearth and to no environment. It is destroyed <t:1795615200:R> unless somebody keeps it.
    ┌ Nobody's: three
    │ Engine: exec
    │ Key: key-three
    └ Hearth · ID
    [Keep it] [Destroy it now]
    ⚠ Engine exec has **two**, which belongs to this Hearth and to no environment. It is destroyed <t:1795615200:R> unless somebody keeps it.
    ┌ Nobody's: two
    │ Engine: exec
    │ Key: key-two
    └ Hearth · ID
    [Keep it] [Destroy it now]
    ");
    let messages = bot.messages("platform");
    let about = |name: &str| messages.iter().find(|message| message.text.contains(name)).unwrap();
    let refused = bot.press("Mina", about("one"), "Keep it").await.message();
    see!(refused.text, @r"You do not have the right **platform.keep** here. `/whoami` shows what you may do; the keepers of the platform give rights.");
    bot.click_on("Pia", about("one"), "Keep it").await;
    bot.click_on("Pia", about("two"), "Destroy it now").await;
    let again = bot.press("Paul", about("one"), "Keep it").await.message();
    see!(again.text, @r"This button belongs to an earlier state of things. Use the newest message about it.");
    bot.forward(24 * HOUR).await;
    let headlines = bot.headlines("platform");
    let mut told: Vec<&str> = headlines.lines().collect();
    told.sort_unstable();
    see!(told.join("\n"), @r"
    <@1100000000000003007> has **two** destroyed now.
    <@1100000000000003007> keeps **one**.
    ⚠ Engine exec has **three**, which belongs to this Hearth and to no environment. It is destroyed <t:1795615200:R> unless somebody keeps it.
    ⬜ **three** at engine exec, which nobody owned, is destroyed.
    ⬜ **two** at engine exec, which nobody owned, is destroyed.
    📌 **one** at engine exec belongs to no environment. <@1100000000000003007> keeps it.
    ");
    assert!(bot.folder.join("one.is").exists());
    assert!(!bot.folder.join("two.is").exists() && !bot.folder.join("three.is").exists());
    bot.forward(24 * HOUR).await;
    assert_eq!(bot.messages("platform").iter().filter(|message| message.text.contains("**one**")).count(), 2);
});

changed_conversation!(what_is_stuck_is_told_to_the_keepers_once, Setup::new()
    .platform(|_, folder| Waiting::make(folder, "go"))
    .programs(&by_shell(&Waiting::at("go"), "")), bot => {
    bot.say_at_once("Mina", "player", CREATE).await;
    bot.until_shown("player", "is building").await;
    bot.clock.forward(2 * HOUR);
    bot.discord.clock_moved();
    bot.until_shown("platform", "does not move").await;
    Waiting::of(&bot.folder, "go").release().await;
    bot.idle().await;
    see!(bot.transcript("platform"), @r"
    Hearth:
      ⚠ Environment **demo** of team Player does not move: building, last changed <t:1795525200:R>.
      [Show] [Logs]
    ");
});
