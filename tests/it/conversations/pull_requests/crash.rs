//! The bot dies in the middle of a call to the forge that was done and never answered: after the restart
//! everything is there once.

use std::time::Duration;

use super::{built, forge, github};
use crate::changed_conversation;
use crate::harness::Bot;
use crate::providers::served::Fault;

const LOOK: Duration = Duration::from_secs(300);

/// Dies when the forge has done what begins so, and lives on.
async fn dies_at(bot: &mut Bot, beginning: &str) {
    let forge = forge::of(bot);
    forge.open(7, "a1");
    forge.served.fault(beginning, Fault::Silence);
    bot.clock.forward(LOOK);
    bot.discord.clock_moved();
    forge.until_asked(beginning).await;
    bot.dead_for(Duration::from_secs(120)).await;
    bot.forward(LOOK).await;
    assert_eq!(built(bot), "a1");
    let once = forge.world(|world| (world.comments.len(), world.deployments.len()));
    assert_eq!(once, (1, 1));
    assert!(forge.comments(7).contains("is ready"));
    assert!(forge.deployments().contains("success"));
    assert_eq!(bot.rows().await["environment"], 1);
}

changed_conversation!(while_it_looks, github(), bot => {
    dies_at(bot, "GET /repos/sonsic/player/pulls/7").await;
});

changed_conversation!(while_it_comments, github(), bot => {
    dies_at(bot, "POST /repos/sonsic/player/issues/7/comments").await;
});

changed_conversation!(while_it_shows_a_deployment, github(), bot => {
    dies_at(bot, "POST /repos/sonsic/player/deployments").await;
});
