//! The database is locked, full or read-only while people talk: they hear it in private, nothing is
//! lost, and after it is healed the work goes on.

use std::time::Duration;

use hearth::playground::Message;

use crate::harness::{Bot, Database, Setup};
use crate::see;

const CREATE: &str = "/env create template:preview name:demo";

async fn in_private(bot: &Bot, line: &str) -> String {
    let Message { private_to, text, .. } = bot.say_at_once("Mina", "player", line).await.message();
    assert_eq!(private_to.as_deref(), Some("Mina"), "{text}");
    text
}

#[tokio::test]
async fn a_locked_database_is_told_in_time_and_nothing_is_done_later() {
    let mut bot = Bot::start(Database::Sqlite).await;
    let lock = bot.lock_store().await;
    see!(in_private(&bot, CREATE).await, @"Too much is going on at this moment. Nothing was changed; try again in a minute.");
    // Reading goes on all the while.
    see!(in_private(&bot, "/env list").await, @"Team Player has no environment now. `/env create` makes one.");
    lock.release().await;
    bot.expect_error("jobs cannot be claimed");
    bot.idle().await;
    assert_eq!(bot.rows().await["environment"], 0, "what was refused is not done later");
    bot.say("Mina", "player", CREATE).await;
    see!(bot.headlines("player"), @r"
    <@1100000000000003000> asked for environment **demo** from template preview for team Player. The message below follows it.
    ✅ Environment **demo** is ready: http://127.0.0.1:PORT/
    <@1100000000000003000> Environment **demo** is ready after under 1 s: http://127.0.0.1:PORT/
    ");
    bot.end().await;
}

#[tokio::test]
async fn work_that_meets_a_locked_database_goes_on_afterwards() {
    let mut bot = Bot::start(Database::Sqlite).await;
    bot.say("Mina", "player", CREATE).await;
    let lock = bot.lock_store().await;
    bot.expect_error("jobs cannot be claimed");
    bot.clock.forward(Duration::from_secs(8 * 3_600));
    bot.discord.clock_moved();
    see!(in_private(&bot, "/env destroy name:demo").await, @"This took longer than Discord waits for an answer. It may have been done all the same: look how things stand before you ask again.");
    lock.release().await;
    bot.idle().await;
    see!(bot.headlines("player"), @r"
    <@1100000000000003000> asked for environment **demo** from template preview for team Player. The message below follows it.
    ✅ Environment **demo** is ready: http://127.0.0.1:PORT/
    <@1100000000000003000> Environment **demo** is ready after under 1 s: http://127.0.0.1:PORT/
    ⬜ Environment **demo** is destroyed.
    ");
    bot.end().await;
}

#[tokio::test]
async fn a_full_database_is_told_in_private_and_the_work_goes_on_when_there_is_room() {
    let setup = Setup::new().store(|options| options.pages_max = Some(120));
    let mut bot = Bot::start_changed(Database::Sqlite, setup).await;
    bot.expect_error("there is no room left");
    let mut told = String::new();
    bot.fill_store().await;
    for n in 0..20 {
        let said = bot.say_at_once("Mina", "player", &format!("/env create template:preview name:n{n}")).await.message();
        if !said.text.contains("asked for environment") && !said.text.contains("uses 3 of 3") {
            assert_eq!(said.private_to.as_deref(), Some("Mina"));
            told = said.text;
            break;
        }
    }
    see!(told, @"");
    let list = in_private(&bot, "/env list").await;
    assert!(!list.contains("broke"), "reading goes on: {list}");
    bot.change_store(|options| options.pages_max = None);
    bot.restart().await;
    bot.forward(Duration::from_secs(120)).await;
    see!(bot.headlines("player"), @r"
    <@1100000000000003000> asked for environment **n0** from template preview for team Player. The message below follows it.
    ✅ Environment **n0** is ready: http://127.0.0.1:PORT/
    <@1100000000000003000> asked for environment **n1** from template preview for team Player. The message below follows it.
    ✅ Environment **n1** is ready: http://127.0.0.1:PORT/
    <@1100000000000003000> asked for environment **n2** from template preview for team Player. The message below follows it.
    ✅ Environment **n2** is ready: http://127.0.0.1:PORT/
    <@1100000000000003000> Environment **n0** is ready after under 1 s: http://127.0.0.1:PORT/
    <@1100000000000003000> Environment **n1** is ready after under 1 s: http://127.0.0.1:PORT/
    <@1100000000000003000> Environment **n2** is ready after under 1 s: http://127.0.0.1:PORT/
    ");
    bot.say("Pia", "platform", "/env create template:preview name:room").await;
    see!(bot.headlines("platform"), @r"
    <@1100000000000003007> asked for environment **room** from template preview for team Platform. The message below follows it.
    ✅ Environment **room** is ready: http://127.0.0.1:PORT/
    <@1100000000000003007> Environment **room** is ready after under 1 s: http://127.0.0.1:PORT/
    ");
    bot.end().await;
}

#[tokio::test]
async fn a_server_that_became_read_only_is_told_in_private_and_the_work_goes_on_when_it_may_write() {
    let mut bot = Bot::start(Database::Postgres).await;
    bot.say("Mina", "player", CREATE).await;
    bot.expect_error("read-only");
    bot.server_read_only(true).await;
    see!(in_private(&bot, "/env extend name:demo by:1").await, @"Hearth cannot use its database at the moment; it is not your fault. Try again in some minutes. The keepers of the platform find it under the code **CODE**.");
    see!(in_private(&bot, "/env list").await, @r"
    1 environment
    • **demo** · preview · ready · until <t:1795554000:R> · Player
    ");
    bot.server_read_only(false).await;
    bot.say("Mina", "player", "/env extend name:demo by:1").await;
    bot.say("Mina", "player", "/env destroy name:demo").await;
    see!(bot.headlines("player"), @r"
    <@1100000000000003000> asked for environment **demo** from template preview for team Player. The message below follows it.
    ⬜ Environment **demo** is destroyed.
    <@1100000000000003000> Environment **demo** is ready after under 1 s: http://127.0.0.1:PORT/
    <@1100000000000003000> extended **demo**: it lives until <t:1795557600:f>. It can be extended 2 more times.
    <@1100000000000003000> ends environment **demo**.
    ");
    bot.end().await;
}

#[tokio::test]
async fn a_server_that_hangs_up_is_called_again() {
    let mut bot = Bot::start(Database::Postgres).await;
    bot.say("Mina", "player", CREATE).await;
    bot.expect_error("jobs cannot be claimed");
    bot.server_hangs_up().await;
    see!(in_private(&bot, "/env list").await, @r"
    1 environment
    • **demo** · preview · ready · until <t:1795554000:R> · Player
    ");
    bot.say("Mina", "player", "/env destroy name:demo").await;
    see!(bot.headlines("player"), @r"
    <@1100000000000003000> asked for environment **demo** from template preview for team Player. The message below follows it.
    ⬜ Environment **demo** is destroyed.
    <@1100000000000003000> Environment **demo** is ready after under 1 s: http://127.0.0.1:PORT/
    <@1100000000000003000> ends environment **demo**.
    ");
    bot.end().await;
}
