//! Places at an engine: more than it may build at a time wait, in their order, and can be cancelled.

use crate::harness::{Setup, Waiting, by_shell};
use crate::{changed_conversation, see};

/// One place, and builds that wait at a pipe of their own.
fn one_place() -> Setup {
    let program = by_shell(
        &format!(
            "{}; echo \"$HEARTH_NAME\" >> FOLDER/order",
            Waiting::at("$HEARTH_NAME.go")
        ),
        "",
    );
    Setup::new()
        .platform(|platform, folder| {
            platform.building_max.insert("exec".into(), 1);
            for name in ["one", "two", "three"] {
                Waiting::make(folder, &format!("{name}.go"));
            }
        })
        .programs(&program)
        .stops_at_once()
}

fn create(name: &str) -> String {
    format!("/env create template:preview name:{name}")
}

changed_conversation!(more_than_there_are_places_wait_visibly_and_can_be_cancelled, one_place(), bot => {
    for name in ["one", "two", "three"] {
        let said = bot.say_at_once("Mina", "player", &create(name)).await;
        assert!(said.message().text.contains("asked for environment"));
    }
    bot.until_shown("player", "**one** is building").await;
    bot.until_shown("player", "**two** is queued and next").await;
    bot.until_shown("player", "**three** is queued at place 2").await;
    let why = bot.say_at_once("Mina", "player", "/env why name:three").await.message();
    see!(crate::harness::shown(&why), @r"
    **Why is three here?**
    It came into the queue <t:1795525200:R> and has place 2: the engine builds one environment at a time.
    <@1100000000000003000> has it for team Player, from template preview, asked for <t:1795525200:f>.
    Next: it is built when those before it are through.
    ");
    let gone = bot.say_at_once("Mina", "player", "/env destroy name:two").await.message();
    see!(gone.text, @r"<@1100000000000003000> cancelled environment **two**.");
    bot.until_shown("player", "**three** is queued and next").await;
    bot.restart_busy().await;
    // On a server the lease of the interrupted job runs out first.
    bot.clock.forward(std::time::Duration::from_secs(61));
    Waiting::of(&bot.folder, "one.go").release().await;
    Waiting::of(&bot.folder, "three.go").release().await;
    bot.idle().await;
    bot.forward(std::time::Duration::from_secs(61)).await;
    see!(std::fs::read_to_string(bot.folder.join("order")).unwrap(), @r"
    one
    three
    ");
    see!(bot.privately("Mina", "player", "/env list").await, @r"
    2 environments
    • **one** · preview · ready · until <t:1795554000:R> · Player
    • **three** · preview · ready · until <t:1795554061:R> · Player
    ");
    see!(bot.privately("Mina", "player", "/env why name:two").await, @r"
    **Why is two here?**
    It was removed <t:1795525200:R>, because somebody asked.
    <@1100000000000003000> has it for team Player, from template preview, asked for <t:1795525200:f>.
    ");
});

fn many() -> Setup {
    Setup::new()
        .platform(|platform, _| {
            platform.building_max.insert("exec".into(), 8);
            platform.teams[0].environments_quota = 1_000;
        })
        .programs(&by_shell("echo \"$HEARTH_NAME\" >> FOLDER/order", ""))
}

/// Requested at the same time; the clock stands, so their ids say in which order.
const MANY: usize = 200;

changed_conversation!(two_hundred_at_once_are_all_built_in_their_order, many(), bot => {
    bot.expect_error("an answer took longer");
    // Whoever is told that it took too long asks again; a name that is taken already is refused.
    for _ in 0..3 {
        let there = bot.app.store().read().await.unwrap().environment_names("", 1_000).await.unwrap();
        let names = (0..MANY).map(|n| format!("env-{n}")).filter(|name| !there.contains(name));
        let lines: Vec<String> = names.map(|name| create(&name)).collect();
        futures::future::join_all(lines.iter().map(|line| bot.say_at_once("Mina", "player", line))).await;
        bot.idle().await;
    }
    bot.idle().await;
    let all = bot.app.store().read().await.unwrap().environments(hearth::store::Whose::All, 1_000).await.unwrap();
    assert_eq!(all.len(), MANY);
    let ready = all.iter().filter(|it| it.state == hearth::domain::environment::State::Ready);
    assert_eq!(ready.count(), MANY);
    // Eight are built at a time, so that somebody may finish at most so much earlier than their turn.
    let order = std::fs::read_to_string(bot.folder.join("order")).unwrap();
    assert_eq!(order.lines().count(), MANY);
    let mut by_request: Vec<_> = all.iter().collect();
    by_request.sort_by_key(|it| (it.requested_at, it.id.clone()));
    for (turn, name) in order.lines().enumerate() {
        let place = by_request.iter().position(|it| it.name.as_str() == name).unwrap();
        assert!(place <= turn + 2 * 8, "{name} was asked for as number {place} and built as number {turn}");
    }
});
