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
    see!(bot.newest("player", 1), @"");
    bot.click("Ben", "player", "Extend by 4 hours").await;
    // The live message is older than an hour: it is replaced.
    see!(bot.newest("player", 2), @"");
    bot.forward(3 * HOUR).await;
    assert_eq!(bot.messages("player").len(), 6, "the warning was cleared");
    bot.forward(HOUR).await;
    see!(bot.newest("player", 1), @"");
    bot.forward(HOUR).await;
    see!(bot.newest("player", 2), @"");
    see!(bot.headlines("player"), @"");
    see!(bot.privately("Mina", "player", "/env show name:demo").await, @"");
    see!(bot.privately("Mina", "player", "/env extend name:demo by:1").await, @"");
    see!(bot.privately("Mina", "player", "/env destroy name:demo").await, @"");
    see!(bot.privately("Mina", "player", "/env list").await, @"");
    // Its name is free again.
    bot.say("Mina", "player", CREATE).await;
    see!(bot.newest("player", 1), @"");
});

conversation!(a_short_life_is_warned_at_three_quarters, bot => {
    bot.say("Mina", "player", "/env create template:preview name:demo ttl:1").await;
    bot.forward(Duration::from_secs(45 * 60)).await;
    see!(bot.newest("player", 1), @"");
    bot.forward(Duration::from_secs(15 * 60)).await;
    see!(bot.headlines("player"), @"");
});

conversation!(one_button_extends_once_however_often_it_is_clicked, bot => {
    bot.say("Mina", "player", CREATE).await;
    let live = bot.messages("player").into_iter().find(|message| !message.embeds.is_empty()).unwrap();
    let button = live.button("Extend by 4 hours").to_owned();
    see!(bot.click_raw("Mina", live.id, &button).await.message().text, @"");
    let second = bot.click_raw("Mina", live.id, &button).await.message();
    assert_eq!(second.private_to.as_deref(), Some("Mina"));
    see!(second.text, @"");
    see!(bot.newest("player", 4), @"");
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
    see!(told.join("\n"), @"");
    bot.forward(70 * HOUR).await;
    see!(bot.newest("player", 1), @"");
    bot.forward(HOUR).await;
    see!(bot.newest("player", 1), @"");
});

conversation!(it_is_destroyed_by_command, bot => {
    bot.say("Mina", "player", CREATE).await;
    bot.say("Ben", "player", "/env destroy name:demo").await;
    see!(bot.transcript("player"), @"");
    see!(bot.privately("Ben", "player", "/env destroy name:demo").await, @"");
    see!(bot.privately("Ben", "player", "/env list whose:all").await, @"");
});

conversation!(a_button_destroys_it_only_after_a_second_look, bot => {
    bot.say("Mina", "player", CREATE).await;
    let ask = bot.click("Mina", "player", "Destroy").await.message();
    see!(shown(&ask), @"");
    let Answer::Updated(kept) = bot.click("Mina", "player", "Keep it").await else { panic!("the question goes") };
    see!(shown(&kept), @"");
    let ask = bot.click("Mina", "player", "Destroy").await.message();
    let yes = ask.button("Yes, destroy it").to_owned();
    see!(shown(&bot.click_raw("Mina", ask.id, &yes).await.message()), @"");
    see!(shown(&bot.click_raw("Mina", ask.id, &yes).await.message()), @"");
    see!(bot.headlines("player"), @"");
    let german = bot.say("Greta", "player", "/env create template:preview name:zwei").await;
    drop(german);
    see!(shown(&bot.click("Greta", "player", "Destroy").await.message()), @"");
    see!(shown(&bot.click("Greta", "player", "Behalten").await.message()), @"");
});

fn a_build_that_waits() -> Setup {
    let up = format!("echo '{{\"progress\":\"waiting for the image\"}}'; {}", Waiting::at("gate"));
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
    see!(bot.transcript("player"), @"");
    let logs = bot.say_at_once("Mina", "player", "/env logs name:demo").await.message();
    see!(shown(&logs), @"");
    bot.say_at_once("Mina", "player", "/env extend name:demo by:1").await;
    Waiting::of(&bot.folder, "gate").release().await;
    bot.idle().await;
    see!(bot.headlines("player"), @"");
});

changed_conversation!(a_build_can_be_destroyed_in_the_middle, a_build_that_waits(), bot => {
    building(bot).await;
    bot.say_at_once("Mina", "player", "/env destroy name:demo").await;
    bot.idle().await;
    see!(bot.headlines("player"), @"");
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
    see!(bot.headlines("player"), @"");
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
    see!(bot.transcript("player"), @"");
    see!(bot.privately("Mina", "player", "/env list").await, @"");
    see!(bot.privately("Mina", "player", "/env extend name:demo by:1").await, @"");
    std::fs::write(bot.folder.join("mended"), "").unwrap();
    bot.say("Mina", "player", "/env destroy name:demo").await;
    see!(bot.newest("player", 3), @"");
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
    see!(bot.headlines("player"), @"");
});

conversation!(what_ended_while_nobody_was_there_is_warned_of_or_ended_at_the_next_start, bot => {
    bot.say("Mina", "player", CREATE).await;
    bot.say("Mina", "player", "/env create template:preview name:long ttl:20").await;
    bot.clock.forward(19 * HOUR + HOUR / 2);
    bot.restart().await;
    see!(bot.newest("player", 3), @"");
    bot.forward(HOUR / 2).await;
    see!(bot.headlines("player"), @"");
});
