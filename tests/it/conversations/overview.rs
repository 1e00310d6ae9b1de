//! `/help` and `/whoami`: what one can do here, and who one is.

use crate::harness::{Setup, shown};
use crate::{changed_conversation, conversation, see};

conversation!(everybody_learns_who_they_are, bot => {
    bot.say("Mina", "player", "/env create template:preview name:demo").await;
    see!(bot.privately("Mina", "player", "/whoami").await, @"");
    see!(bot.privately("Pia", "player", "/whoami").await, @"");
    see!(bot.privately("Ada", "player", "/whoami").await, @"");
    see!(bot.privately("Nils", "player", "/whoami").await, @"");
    see!(bot.privately("Greta", "player", "/whoami").await, @"");
    see!(bot.privately("Lars", "player", "/whoami").await, @"");
});

conversation!(help_shows_a_developer_what_developers_can_do, bot => {
    see!(bot.privately("Mina", "player", "/help").await, @"");
});

conversation!(help_shows_the_keepers_of_the_platform_what_they_can_do, bot => {
    see!(bot.privately("Pia", "player", "/help").await, @"");
});

conversation!(help_shows_a_lead_what_leads_can_do, bot => {
    see!(bot.privately("Ada", "player", "/help").await, @"");
});

conversation!(help_shows_somebody_without_a_role_where_to_ask, bot => {
    see!(bot.privately("Nils", "player", "/help").await, @"");
});

conversation!(help_is_in_german_for_whoever_speaks_german, bot => {
    see!(bot.privately("Greta", "player", "/help").await, @"");
    see!(bot.privately("Greta", "player", "/help command:\"env create\"").await, @"");
});

conversation!(help_explains_one_command_and_knows_what_is_near, bot => {
    let mut told = Vec::new();
    for command in ["env create", "/env list", "env extend", "deploy", "rollback", "survey open", "whoami", "env", "env crate", "nonsense"] {
        let line = format!("/help command:\"{command}\"");
        told.push(format!("{line}\n{}", bot.privately("Mina", "player", &line).await));
    }
    see!(told.join("\n\n"), @"");
    see!(bot.privately("Nils", "player", "/help command:deploy").await, @"");
});

const GONE: &str = "enabled = false\n";

changed_conversation!(a_command_that_is_switched_off_is_gone, Setup::new().command_file("rollback", GONE), bot => {
    assert!(bot.discord.slash("Mina", "player", "/rollback service:player stage:staging").is_err());
    see!(bot.privately("Mina", "player", "/help command:rollback").await, @"");
    let help = bot.say("Mina", "player", "/help").await.message();
    assert!(!shown(&help).contains("rollback"));
});
