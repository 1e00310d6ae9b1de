//! What the keepers are told and decide: what engines lost, what nobody owns, what is stuck, and whether
//! much is removed at once.

use std::time::Duration;

use crate::harness::{Setup, Waiting, by_shell};
use crate::{changed_conversation, see};

const HOUR: Duration = Duration::from_secs(3_600);
const CREATE: &str = "/env create template:preview name:demo";

/// What is there stands in files, and `list` names them by the key in them.
fn listed() -> Setup {
    let list = r#"for f in FOLDER/*.is; do [ -e \"$f\" ] && n=$(basename $f .is) && printf '{\"owned\":{\"op_key\":\"%s\",\"name\":\"%s\"}}\n' \"$(cat $f)\" $n; done; true"#;
    Setup::new().programs(&by_shell(
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
    see!(bot.newest("player", 2), @"");
    see!(bot.privately("Mina", "player", "/env why name:demo").await, @"");
    let told = bot.messages("player").len();
    bot.forward(2 * HOUR).await;
    assert_eq!((told - before, bot.messages("player").len()), (2, told));
    see!(bot.click("Mina", "player", "Build it again").await.message().text, @"");
    see!(bot.privately("Mina", "player", "/env why name:demo").await, @"");
    assert!(bot.folder.join("demo.is").exists());
});

changed_conversation!(what_nobody_owns_is_announced_and_kept_or_destroyed, listed(), bot => {
    for name in ["one", "two", "three"] {
        std::fs::write(bot.folder.join(format!("{name}.is")), format!("key-{name}\n")).unwrap();
    }
    bot.forward(HOUR).await;
    see!(bot.transcript("platform"), @"");
    let messages = bot.messages("platform");
    let about = |name: &str| messages.iter().find(|message| message.text.contains(name)).unwrap();
    let refused = bot.press("Mina", about("one"), "Keep it").await.message();
    see!(refused.text, @"");
    bot.click_on("Pia", about("one"), "Keep it").await;
    bot.click_on("Pia", about("two"), "Destroy it now").await;
    let again = bot.press("Paul", about("one"), "Keep it").await.message();
    see!(again.text, @"");
    bot.forward(24 * HOUR).await;
    see!(bot.headlines("platform"), @"");
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
    see!(bot.transcript("platform"), @"");
});

fn many() -> Setup {
    Setup::new()
        .platform(|platform, _| platform.teams[0].environments_quota = 100)
        .programs(&by_shell("true", ""))
}

changed_conversation!(too_many_ends_at_once_wait_for_the_keepers, many(), bot => {
    for n in 0..26 {
        bot.say_at_once("Mina", "player", &format!("/env create template:preview name:demo-{n}")).await;
    }
    bot.idle().await;
    bot.forward(8 * HOUR).await;
    see!(bot.transcript("platform"), @"");
    see!(bot.click("Pia", "platform", "Hold for a day").await.message().text, @"");
    bot.forward(23 * HOUR).await;
    let all = async |bot: &crate::harness::Bot| {
        let found = bot.app.store().read().await.unwrap().environments(hearth::store::Whose::All, 100).await;
        found.unwrap().len()
    };
    assert_eq!(all(bot).await, 26);
    bot.forward(2 * HOUR).await;
    let refused = bot.press("Mina", &bot.messages("platform").pop().unwrap(), "Remove them").await.message();
    see!(refused.text, @"");
    bot.click("Pia", "platform", "Remove them").await;
    assert_eq!(all(bot).await, 0);
    see!(bot.headlines("platform"), @"");
    assert_eq!(bot.app.store().read().await.unwrap().buried_count().await.unwrap(), 0);
});
