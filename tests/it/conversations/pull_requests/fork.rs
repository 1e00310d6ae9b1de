//! A pull request from a fork runs nothing before somebody with the right has read it.

use std::time::Duration;

use hearth::domain::platform::Forge as Kind;

use super::forge;
use super::{built, github, with};
use crate::{changed_conversation, see};

const LOOK: Duration = Duration::from_secs(300);

changed_conversation!(a_fork_waits_for_a_word_and_each_push_for_another, github(), bot => {
    let forge = forge::of(bot);
    forge.open(7, "a1");
    forge.change(7, |pull| {
        pull.is_fork = true;
        pull.author = "octo_cat".into();
    });
    bot.forward(LOOK).await;
    assert_eq!(built(bot), "");
    see!(bot.transcript("player"), @"");
    see!(forge.comments(7), @"");
    let asked = bot.messages("player").remove(0);
    let refused = bot.press("Mina", &asked, "Let it in").await.message();
    see!(refused.text, @"");
    assert_eq!(built(bot), "");
    let done = bot.click_on("Pia", &asked, "Let it in").await.message();
    see!(done.text, @"");
    assert_eq!(built(bot), "a1");
    see!(crate::harness::shown(&bot.message(asked.id)), @"");
    see!(bot.press("Paul", &asked, "Let it in").await.message().text, @"");
    forge.push(7, "b2");
    bot.forward(LOOK).await;
    assert_eq!(built(bot), "a1", "a word is for one revision");
    see!(forge.comments(7), @"");
    see!(bot.press("Pia", &asked, "Let it in").await.message().text, @"");
    bot.click("Pia", "player", "Let it in").await;
    assert_eq!(built(bot), "a1 b2");
    see!(forge.comments(7), @"");
});

changed_conversation!(only_those_who_are_trusted_get_one_unasked, with(Kind::GitHub, |rule| rule.trusted = Some(vec!["ben".into()])), bot => {
    let forge = forge::of(bot);
    forge.open(7, "a1");
    forge.open(8, "b2");
    forge.change(8, |pull| pull.author = "Ben".into());
    bot.forward(LOOK).await;
    assert_eq!(built(bot), "b2");
});
