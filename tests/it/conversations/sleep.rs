//! Sleep and waking: by command, by the template's hours, and where an engine cannot.

use std::time::Duration;

use hearth::domain::hours::WeeklyHours;
use hearth::domain::platform::Platform;

use crate::harness::{Setup, by_shell};
use crate::{changed_conversation, conversation, see};

const HOUR: Duration = Duration::from_secs(3_600);
const CREATE: &str = "/env create template:preview name:demo";

fn nights(platform: &mut Platform) {
    // It is 14:00 in Berlin when conversations begin, on a Tuesday.
    let hours = WeeklyHours::parse("Mon-Fri 18:00-07:00", platform.zone).unwrap();
    platform.templates[0].terms.sleep = Some(hours);
    platform.templates[0].ttl_hours = 72;
}

conversation!(an_environment_is_put_to_sleep_and_woken, bot => {
    bot.say("Mina", "player", CREATE).await;
    assert!(bot.page("player").await.contains("v1.2.0"));
    let page = bot.messages("player").into_iter().flat_map(|message| message.buttons).find_map(|button| button.url).unwrap();
    see!(bot.hear("Mina", "player", "/env sleep name:demo").await, @"");
    assert!(reqwest::get(&page).await.is_err(), "its process is gone");
    see!(bot.newest("player", 3), @"");
    see!(bot.privately("Mina", "player", "/env why name:demo").await, @"");
    see!(bot.privately("Mina", "player", "/env sleep name:demo").await, @"");
    see!(bot.click("Ben", "player", "Wake it").await.message().text, @"");
    assert!(bot.page("player").await.contains("v1.2.0"));
    see!(bot.privately("Mina", "player", "/env wake name:demo").await, @"");
    // Asleep it ends like any other.
    bot.say("Mina", "player", "/env sleep name:demo").await;
    bot.forward(7 * HOUR).await;
    see!(bot.newest("player", 1), @"");
    bot.forward(HOUR).await;
    see!(bot.newest("player", 1), @"");
});

conversation!(a_sleeping_environment_survives_a_restart_and_is_destroyed, bot => {
    bot.say("Mina", "player", CREATE).await;
    bot.say("Mina", "player", "/env sleep name:demo").await;
    bot.restart().await;
    see!(bot.hear("Mina", "player", "/env destroy name:demo").await, @"");
    see!(bot.privately("Mina", "player", "/env why name:demo").await, @"");
});

conversation!(sleep_hours_put_it_to_sleep_in_the_evening_and_wake_it_in_the_morning, bot on nights => {
    bot.say("Mina", "player", CREATE).await;
    see!(bot.privately("Mina", "player", "/env why name:demo").await, @"");
    bot.forward(4 * HOUR).await;
    see!(bot.privately("Mina", "player", "/env why name:demo").await, @"");
    bot.forward(13 * HOUR).await;
    see!(bot.privately("Mina", "player", "/env why name:demo").await, @"");
    // Whoever wakes it at night keeps it awake.
    bot.forward(12 * HOUR).await;
    bot.say("Mina", "player", "/env wake name:demo").await;
    bot.forward(HOUR).await;
    see!(bot.privately("Mina", "player", "/env why name:demo").await, @"");
});

changed_conversation!(what_cannot_sleep_says_so, Setup::new().programs(&by_shell("true", "")), bot => {
    bot.say("Mina", "player", CREATE).await;
    see!(bot.privately("Mina", "player", "/env sleep name:demo").await, @"");
});

changed_conversation!(a_sleep_that_does_not_come_leaves_it_ready, Setup::new().programs(&by_shell("true", "sleep = [\"/bin/sh\", \"-c\", \"echo the disk is full >&2; exit 1\"]\nwake = [\"/bin/true\"]")), bot => {
    bot.say("Mina", "player", CREATE).await;
    bot.say("Mina", "player", "/env sleep name:demo").await;
    see!(bot.newest("player", 1), @"");
    see!(bot.privately("Mina", "player", "/env why name:demo").await, @"");
});
