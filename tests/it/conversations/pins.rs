//! Pins, and why an environment is there: somebody always answers for it.

use std::time::Duration;

use crate::{conversation, see};

const DAY: Duration = Duration::from_secs(24 * 3_600);
const CREATE: &str = "/env create template:preview name:demo";

conversation!(a_pinned_environment_stays_its_owner_is_asked_and_lets_it_end, bot => {
    bot.say("Mina", "player", CREATE).await;
    see!(bot.privately("Mina", "player", "/env pin name:demo").await, @r"You do not have the right **environment.pin** here. `/whoami` shows what you may do; the keepers of the platform give rights.");
    see!(bot.privately("Pia", "player", "/env pin name:demo until:soon").await, @r"soon is no review date. Give a date such as `2026-12-24`, or a time such as `14d` or `2w`; the latest is in 90 days.");
    see!(bot.hear("Pia", "player", "/env pin name:demo until:10d").await, @r"<@1100000000000003007> pinned **demo**: it does not end by itself. Its owner is asked <t:1796389200:D> whether it is still needed.");
    see!(bot.privately("Mina", "player", "/env extend name:demo by:4").await, @r"**demo** is pinned and has no end that could be moved. `/env unpin` gives it one.");
    see!(bot.privately("Mina", "player", "/env list").await, @r"
    1 environment
    • **demo** · preview · ready · pinned · Player
    ");
    for _ in 0..9 {
        bot.forward(DAY).await;
    }
    see!(bot.privately("Mina", "player", "/env why name:demo").await, @r"
    **Why is demo here?**
    It became ready <t:1795525200:R>.
    <@1100000000000003000> has it for team Player, from template preview, asked for <t:1795525200:f>.
    <@1100000000000003007> pinned it, to be reviewed <t:1796389200:D>.
    Next: its owner is asked <t:1796389200:R> whether it is still needed.
    ");
    bot.forward(DAY).await;
    see!(bot.newest("player", 1), @r"
    Hearth:
      <@1100000000000003000> Environment **demo** was made <t:1795525200:R> and is pinned by <@1100000000000003007>. Is it still needed?
      [Keep it 14 more days] [Let it end] [Destroy]
      (calls Mina, Pia)
    ");
    // Nobody answers: a week later it is asked again, and not before.
    for _ in 0..6 {
        bot.forward(DAY).await;
    }
    let asked = |bot: &crate::harness::Bot| bot.headlines("player").matches("Is it still needed").count();
    assert_eq!(asked(bot), 1);
    bot.forward(DAY).await;
    assert_eq!(asked(bot), 2);
    see!(bot.click("Pia", "player", "Keep it 14 more days").await.message().text, @r"<@1100000000000003007> pinned **demo**: it does not end by itself. Its owner is asked <t:1798203600:D> whether it is still needed.");
    for _ in 0..14 {
        bot.forward(DAY).await;
    }
    assert_eq!(asked(bot), 3);
    see!(bot.click("Mina", "player", "Let it end").await.message().text, @r"<@1100000000000003000> took the pin out of **demo**: it lives until <t:1798290000:f>.");
    see!(bot.privately("Mina", "player", "/env why name:demo").await, @r"
    **Why is demo here?**
    It became ready <t:1795525200:R>.
    <@1100000000000003000> has it for team Player, from template preview, asked for <t:1795525200:f>.
    Next: its owner is warned <t:1798286400:R>, and it ends <t:1798290000:R>.
    ");
    see!(bot.privately("Mina", "player", "/env unpin name:demo").await, @r"**demo** is not pinned. `/env why` says until when it lives.");
    bot.forward(DAY - Duration::from_secs(3_600)).await;
    see!(bot.newest("player", 1), @r"
    Hearth:
      <@1100000000000003000> Environment **demo** ends <t:1798290000:R> and cannot be extended further. Save what you need.
      [Show] [Destroy]
      (calls Mina)
    ");
    bot.forward(Duration::from_secs(3_600)).await;
    see!(bot.newest("player", 1), @r"
    Hearth:
      <@1100000000000003000> Environment **demo** has reached its end and is destroyed. `/env create` makes a new one.
      [Show]
      (calls Mina)
    ");
    see!(bot.privately("Mina", "player", "/env why name:demo").await, @r"
    **Why is demo here?**
    It was removed <t:1798290000:R>, because its time had come.
    <@1100000000000003000> has it for team Player, from template preview, asked for <t:1795525200:f>.
    ");
});

conversation!(a_button_of_an_earlier_review_changes_nothing, bot => {
    bot.say("Mina", "player", CREATE).await;
    bot.say("Pia", "player", "/env pin name:demo until:1d").await;
    bot.forward(DAY).await;
    let review = bot.messages("player").pop().unwrap();
    bot.click_on("Pia", &review, "Keep it 14 more days").await;
    for label in ["Keep it 14 more days", "Let it end"] {
        let said = bot.press("Pia", &review, label).await.message();
        see!(said.text, @r"This button belongs to an earlier state of things. Use the newest message about it.");
    }
});

conversation!(an_environment_is_given_away_and_its_news_goes_with_it, bot => {
    bot.say("Mina", "player", CREATE).await;
    see!(bot.hear("Mina", "player", "/env give name:demo to:Ben").await, @r"<@1100000000000003000> gave environment **demo** to <@1100000000000003001>.");
    see!(bot.privately("Mina", "player", "/env give name:demo to:Ben").await, @r"**demo** belongs to them already.");
    see!(bot.privately("Nils", "player", "/env give name:demo to:Nils").await, @r"You do not have the right **environment.manage** here. `/whoami` shows what you may do; the keepers of the platform give rights.");
    bot.forward(Duration::from_secs(7 * 3_600)).await;
    see!(bot.newest("player", 1), @r"
    Hearth:
      <@1100000000000003001> Environment **demo** ends <t:1795554000:R>. Do you still need it?
      [Show] [Extend by 4 hours] [Destroy]
      (calls Ben)
    ");
});

conversation!(when_the_owner_has_left_the_team_is_asked, bot => {
    bot.say("Mina", "player", CREATE).await;
    bot.discord.leave("Mina");
    bot.forward(Duration::from_secs(7 * 3_600)).await;
    see!(bot.newest("player", 1), @r"
    Hearth:
      Environment **demo** of team Player ends <t:1795554000:R>. Its owner has left the server: does the team (Mira) still need it?
      [Show] [Extend by 4 hours] [Destroy]
    ");
});
