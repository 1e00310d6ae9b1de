//! `/env`: ask, see, read, extend, destroy, and what is refused.

use crate::{conversation, see};

conversation!(an_environment_is_created_and_becomes_ready, bot => {
    bot.say("Mina", "player", "/env create template:preview name:demo").await;
    see!(bot.transcript("player"), @"");
});
