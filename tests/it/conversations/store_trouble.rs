//! The database is locked, full or read-only while people talk: they hear it in private, nothing is
//! lost, and after it is healed the work goes on.

use std::time::Duration;

use hearth::playground::Message;

use crate::harness::{Bot, Database, Setup};
use crate::see;

const CREATE: &str = "/env create template:preview name:demo";

async fn in_private(bot: &Bot, line: &str) -> String {
    let Message {
        private_to, text, ..
    } = bot.say_at_once("Mina", "player", line).await.message();
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
    bot.expect_error("the database is locked by another program");
    bot.idle().await;
    assert_eq!(
        bot.rows().await["environment"],
        0,
        "what was refused is not done later"
    );
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
    bot.expect_error("the database is locked by another program");
    bot.clock.forward(Duration::from_secs(8 * 3_600));
    bot.discord.clock_moved();
    see!(in_private(&bot, "/env destroy name:demo").await, @"Too much is going on at this moment. Nothing was changed; try again in a minute.");
    lock.release().await;
    bot.idle().await;
    see!(bot.headlines("player"), @r"
    <@1100000000000003000> asked for environment **demo** from template preview for team Player. The message below follows it.
    **Environment demo**: how it stands now is in the newer message, https://discord.com/channels/MESSAGE
    <@1100000000000003000> Environment **demo** is ready after under 1 s: http://127.0.0.1:PORT/
    ⬜ Environment **demo** has reached its end and is destroyed.
    <@1100000000000003000> Environment **demo** has reached its end and is destroyed. `/env create` makes a new one.
    ");
    bot.end().await;
}

#[tokio::test]
async fn a_full_database_is_told_in_private_and_the_work_goes_on_when_there_is_room() {
    let setup = Setup::new().store(|options| options.pages_max = Some(120));
    let mut bot = Bot::start_changed(Database::Sqlite, setup).await;
    bot.expect_error("there is no room left");
    bot.fill_store().await;
    let (mut accepted, mut told) = (0, None);
    for line in until_it_is_full() {
        let said = bot.say_at_once("Pia", "platform", &line).await.message();
        if said.text.contains("Hearth cannot use its database") {
            told = Some(said);
            break;
        }
        assert!(said.private_to.is_none(), "{line}: {}", said.text);
        accepted += usize::from(said.text.contains("asked for"));
    }
    let told = told.expect("it becomes full at last");
    assert_eq!(told.private_to.as_deref(), Some("Pia"));
    see!(told.text, @"Hearth cannot use its database at the moment; it is not your fault. Try again in some minutes. The keepers of the platform find it under the code **CODE**.");
    let list = in_private(&bot, "/env list whose:all").await;
    assert_eq!(
        list.lines().count(),
        1 + accepted,
        "reading goes on: {list}"
    );
    bot.change_store(|options| options.pages_max = None);
    bot.restart().await;
    bot.forward(Duration::from_secs(120)).await;
    let list = bot.privately("Mina", "player", "/env list whose:all").await;
    assert_eq!(
        list.matches("· ready ·").count(),
        accepted,
        "the work went on: {list}"
    );
    for n in 0..accepted {
        let ready = format!("Environment **n{n}** is ready after");
        let seen = bot.messages("platform");
        let told = seen.iter().filter(|message| message.text.contains(&ready));
        assert_eq!(told.count(), 1, "n{n} is told once");
    }
    bot.end().await;
}

/// As many commands as change something, one after the other.
fn until_it_is_full() -> impl Iterator<Item = String> {
    let create = (0..5).map(|n| format!("/env create template:preview name:n{n}"));
    let extend = (0..3).flat_map(|_| (0..5).map(|n| format!("/env extend name:n{n} by:1")));
    create.chain(extend)
}

#[tokio::test]
async fn a_server_that_became_read_only_is_told_in_private_and_the_work_goes_on_when_it_may_write()
{
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
    bot.say("Mina", "player", "/env extend name:demo by:1")
        .await;
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

#[tokio::test]
async fn a_reload_that_cannot_be_stored_changes_nothing() {
    let mut bot = Bot::start(Database::Sqlite).await;
    let before = bot.app.definitions();
    let mut changed = (*before).clone();
    changed.platform.teams[0].environments_quota = 0;
    changed
        .commands
        .definitions
        .retain(|command| command.name != "whoami");
    let lock = bot.lock_store().await;
    let refused = bot.app.reload(changed.clone()).await;
    assert!(refused.is_err(), "{refused:?}");
    lock.release().await;
    bot.expect_error("the database is locked by another program");
    assert_eq!(bot.app.definitions(), before, "the old definitions stay");
    let whoami = bot.privately("Mina", "player", "/whoami").await;
    assert!(whoami.contains("Player"), "{whoami}");
    bot.app
        .reload(changed.clone())
        .await
        .expect("the lock is gone");
    assert_eq!(*bot.app.definitions(), changed);
    bot.end().await;
}
