//! Pins, and why an environment is there: somebody always answers for it.

use std::time::Duration;

use crate::{conversation, see};

const DAY: Duration = Duration::from_secs(24 * 3_600);
const CREATE: &str = "/env create template:preview name:demo";

conversation!(a_pinned_environment_stays_its_owner_is_asked_and_lets_it_end, bot => {
    bot.say("Mina", "player", CREATE).await;
    see!(bot.privately("Mina", "player", "/env pin name:demo").await, @"");
    see!(bot.privately("Pia", "player", "/env pin name:demo until:soon").await, @"");
    see!(bot.hear("Pia", "player", "/env pin name:demo until:10d").await, @"");
    see!(bot.privately("Mina", "player", "/env extend name:demo by:4").await, @"");
    see!(bot.privately("Mina", "player", "/env list").await, @"");
    for _ in 0..9 {
        bot.forward(DAY).await;
    }
    see!(bot.privately("Mina", "player", "/env why name:demo").await, @"");
    bot.forward(DAY).await;
    see!(bot.newest("player", 1), @"");
    // Nobody answers: a week later it is asked again, and not before.
    for _ in 0..6 {
        bot.forward(DAY).await;
    }
    let asked = |bot: &crate::harness::Bot| bot.headlines("player").matches("Is it still needed").count();
    assert_eq!(asked(bot), 1);
    bot.forward(DAY).await;
    assert_eq!(asked(bot), 2);
    see!(bot.click("Pia", "player", "Keep it 14 more days").await.message().text, @"");
    for _ in 0..14 {
        bot.forward(DAY).await;
    }
    assert_eq!(asked(bot), 3);
    see!(bot.click("Mina", "player", "Let it end").await.message().text, @"");
    see!(bot.privately("Mina", "player", "/env why name:demo").await, @"");
    see!(bot.privately("Mina", "player", "/env unpin name:demo").await, @"");
    bot.forward(DAY - Duration::from_secs(3_600)).await;
    see!(bot.newest("player", 1), @"");
    bot.forward(Duration::from_secs(3_600)).await;
    see!(bot.newest("player", 1), @"");
    see!(bot.privately("Mina", "player", "/env why name:demo").await, @"");
});

conversation!(a_button_of_an_earlier_review_changes_nothing, bot => {
    bot.say("Mina", "player", CREATE).await;
    bot.say("Pia", "player", "/env pin name:demo until:1d").await;
    bot.forward(DAY).await;
    let review = bot.messages("player").pop().unwrap();
    bot.click_on("Pia", &review, "Keep it 14 more days").await;
    for label in ["Keep it 14 more days", "Let it end"] {
        let said = bot.press("Pia", &review, label).await.message();
        see!(said.text, @"");
    }
});

conversation!(an_environment_is_given_away_and_its_news_goes_with_it, bot => {
    bot.say("Mina", "player", CREATE).await;
    see!(bot.hear("Mina", "player", "/env give name:demo to:Ben").await, @"");
    see!(bot.privately("Mina", "player", "/env give name:demo to:Ben").await, @"");
    see!(bot.privately("Nils", "player", "/env give name:demo to:Nils").await, @"");
    bot.forward(Duration::from_secs(7 * 3_600)).await;
    see!(bot.newest("player", 1), @"");
});

conversation!(when_the_owner_has_left_the_team_is_asked, bot => {
    bot.say("Mina", "player", CREATE).await;
    bot.discord.leave("Mina");
    bot.forward(Duration::from_secs(7 * 3_600)).await;
    see!(bot.newest("player", 1), @"");
});
