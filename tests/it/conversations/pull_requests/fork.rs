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
    see!(bot.transcript("player"), @r"
    Hearth:
      ✋ Pull request **player #7** comes from a fork or from somebody who may not have environments unasked. Read what it changes before you let it in: an environment runs its code. A later push needs another word.
      ┌ Pull request player #7
      │ Add a \*queue\* @​everyone
      │ Author: octo\_cat
      │ Branch: queue
      │ Revision: a1000000
      └ Hearth · ID
      [Let it in] [Open the pull request ↗]
    ");
    see!(forge.comments(7), @"✋ Somebody of the team must let this pull request in before it gets an environment. They are asked in Discord.");
    let asked = bot.messages("player").remove(0);
    let refused = bot.press("Mina", &asked, "Let it in").await.message();
    see!(refused.text, @"You do not have the right **environment.approve** here. `/whoami` shows what you may do; the keepers of the platform give rights.");
    assert_eq!(built(bot), "");
    let done = bot.click_on("Pia", &asked, "Let it in").await.message();
    see!(done.text, @"<@1100000000000003007> let pull request **player #7** in, as it is at a1000000.");
    assert_eq!(built(bot), "a1");
    see!(crate::harness::shown(&bot.message(asked.id)), @r"
    ⬜ <@1100000000000003007> let pull request **player #7** in.
    ┌ Pull request player #7
    │ Add a \*queue\* @​everyone
    │ Author: octo\_cat
    │ Branch: queue
    │ Revision: a1000000
    └ Hearth · ID
    [Open the pull request]
    ");
    see!(bot.press("Paul", &asked, "Let it in").await.message().text, @"Somebody has let this commit in already. The message about its environment follows it.");
    forge.push(7, "b2");
    bot.forward(LOOK).await;
    assert_eq!(built(bot), "a1", "a word is for one revision");
    see!(forge.comments(7), @r"
    ✋ Environment **player-pr-7** is still at a1000000. Somebody of the team must let the newer commits in; they are asked in Discord.

    Follow it in Discord: https://discord.com/channels/MESSAGE
    ");
    see!(bot.press("Pia", &asked, "Let it in").await.message().text, @"The pull request is not as it was when this button was made: it has newer commits, or is closed. Use the newest message about it.");
    bot.click("Pia", "player", "Let it in").await;
    assert_eq!(built(bot), "a1 b2");
    // A deployment would start the fork's own workflow with the repository's secrets.
    assert_eq!(forge.deployments(), "environments: {}");
    see!(forge.comments(7), @r"
    ✅ Environment **player-pr-7** is ready with b2000000: http://127.0.0.1:PORT/

    Follow it in Discord: https://discord.com/channels/MESSAGE
    ");
});

changed_conversation!(only_those_who_are_trusted_get_one_unasked, with(Kind::GitHub, |rule| rule.trusted = Some(vec!["ben".into()])), bot => {
    let forge = forge::of(bot);
    forge.open(7, "a1");
    forge.open(8, "b2");
    forge.change(8, |pull| pull.author = "Ben".into());
    bot.forward(LOOK).await;
    assert_eq!(built(bot), "b2");
});
