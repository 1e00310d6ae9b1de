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
    see!(bot.hear("Mina", "player", "/env sleep name:demo").await, @r"<@1100000000000003000> puts environment **demo** to sleep.");
    assert!(reqwest::get(&page).await.is_err(), "its process is gone");
    see!(bot.newest("player", 3), @r"
    Hearth:
      🌙 Environment **demo** is asleep. It keeps its data, and its end comes all the same.
      ┌ Environment demo
      │ Template: preview
      │ Revision: v1.2.0
      │ Team: Player
      │ Owner: <@1100000000000003000>
      │ Lives until: <t:1795554000:f> (<t:1795554000:R>)
      │ Build time: under 1 s
      └ Hearth · ID
      [Wake it] [Extend by 4 hours] [Destroy]

    Hearth:
      <@1100000000000003000> Environment **demo** is ready after under 1 s: http://127.0.0.1:PORT/
      [Show] [Logs]
      (calls Mina)

    Hearth to Mina's /env sleep:
      <@1100000000000003000> puts environment **demo** to sleep.
    ");
    see!(bot.privately("Mina", "player", "/env why name:demo").await, @r"
    **Why is demo here?**
    It fell asleep <t:1795525200:R>, because somebody asked.
    <@1100000000000003000> has it for team Player, from template preview, asked for <t:1795525200:f>.
    Next: its owner is warned <t:1795550400:R>, and it ends <t:1795554000:R>.
    ");
    see!(bot.privately("Mina", "player", "/env sleep name:demo").await, @r"**demo** is asleep. Wake it with `/env wake` first.");
    see!(bot.click("Ben", "player", "Wake it").await.message().text, @r"<@1100000000000003001> wakes environment **demo**.");
    assert!(bot.page("player").await.contains("v1.2.0"));
    see!(bot.privately("Mina", "player", "/env wake name:demo").await, @r"**demo** is ready; there is nothing to do.");
    // Asleep it ends like any other.
    bot.say("Mina", "player", "/env sleep name:demo").await;
    bot.forward(7 * HOUR).await;
    see!(bot.newest("player", 1), @r"
    Hearth:
      <@1100000000000003000> Environment **demo** ends <t:1795554000:R>. Do you still need it?
      [Show] [Extend by 4 hours] [Destroy]
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

conversation!(a_sleeping_environment_survives_a_restart_and_is_destroyed, bot => {
    bot.say("Mina", "player", CREATE).await;
    bot.say("Mina", "player", "/env sleep name:demo").await;
    bot.restart().await;
    see!(bot.hear("Mina", "player", "/env destroy name:demo").await, @r"<@1100000000000003000> ends environment **demo**.");
    see!(bot.privately("Mina", "player", "/env why name:demo").await, @r"
    **Why is demo here?**
    It was removed <t:1795525200:R>, because somebody asked.
    <@1100000000000003000> has it for team Player, from template preview, asked for <t:1795525200:f>.
    ");
});

conversation!(sleep_hours_put_it_to_sleep_in_the_evening_and_wake_it_in_the_morning, bot on nights => {
    bot.say("Mina", "player", CREATE).await;
    see!(bot.privately("Mina", "player", "/env why name:demo").await, @r"
    **Why is demo here?**
    It became ready <t:1795525200:R>.
    <@1100000000000003000> has it for team Player, from template preview, asked for <t:1795525200:f>.
    Next: its sleep hours begin <t:1795539600:R>.
    Next: its owner is warned <t:1795780800:R>, and it ends <t:1795784400:R>.
    ");
    bot.forward(4 * HOUR).await;
    see!(bot.privately("Mina", "player", "/env why name:demo").await, @r"
    **Why is demo here?**
    It fell asleep <t:1795539600:R>, because its template has sleep hours.
    <@1100000000000003000> has it for team Player, from template preview, asked for <t:1795525200:f>.
    Next: its sleep hours end <t:1795586400:R>; if they put it to sleep, it is woken then.
    Next: its owner is warned <t:1795780800:R>, and it ends <t:1795784400:R>.
    ");
    bot.forward(13 * HOUR).await;
    see!(bot.privately("Mina", "player", "/env why name:demo").await, @r"
    **Why is demo here?**
    It became ready <t:1795586400:R>.
    <@1100000000000003000> has it for team Player, from template preview, asked for <t:1795525200:f>.
    Next: its sleep hours begin <t:1795626000:R>.
    Next: its owner is warned <t:1795780800:R>, and it ends <t:1795784400:R>.
    ");
    // Whoever wakes it at night keeps it awake.
    bot.forward(12 * HOUR).await;
    bot.say("Mina", "player", "/env wake name:demo").await;
    bot.forward(HOUR).await;
    see!(bot.privately("Mina", "player", "/env why name:demo").await, @r"
    **Why is demo here?**
    It became ready <t:1795629600:R>.
    <@1100000000000003000> has it for team Player, from template preview, asked for <t:1795525200:f>.
    Its sleep hours end <t:1795672800:R>; it was woken, or built, in the middle of them and stays awake.
    Next: its owner is warned <t:1795780800:R>, and it ends <t:1795784400:R>.
    ");
});

changed_conversation!(what_cannot_sleep_says_so, Setup::new().programs(&by_shell("true", "")), bot => {
    bot.say("Mina", "player", CREATE).await;
    see!(bot.privately("Mina", "player", "/env sleep name:demo").await, @r"**demo** cannot sleep: template preview does not say how. The keepers of the platform can add that.");
});

changed_conversation!(a_sleep_that_does_not_come_leaves_it_ready, Setup::new().programs(&by_shell("true", "sleep = [\"/bin/sh\", \"-c\", \"echo the disk is full >&2; exit 1\"]\nwake = [\"/bin/true\"]")), bot => {
    bot.say("Mina", "player", CREATE).await;
    bot.say("Mina", "player", "/env sleep name:demo").await;
    see!(bot.newest("player", 1), @r"
    Hearth:
      <@1100000000000003000> Environment **demo** could not be put to sleep (the engine said: the disk is full (\`sleep\`: exit code 1)). It is ready as before.
      [Show] [Logs]
      (calls Mina)
    ");
    see!(bot.privately("Mina", "player", "/env why name:demo").await, @r"
    **Why is demo here?**
    It became ready <t:1795525200:R>.
    <@1100000000000003000> has it for team Player, from template preview, asked for <t:1795525200:f>.
    Next: its owner is warned <t:1795550400:R>, and it ends <t:1795554000:R>.
    ");
});
