//! Who may do what: every command and every click, asked by every role, of the real bot.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use hearth::app::clicks::CLICKS;
use hearth::app::commands::bound::BoundCommand;
use hearth::domain::chat::Language;
use hearth::domain::platform::ParameterKind;
use hearth::domain::sentence::Sentence;
use hearth::playground::{Answer, Message};
use serde_json::{Value, json};

use crate::harness::{Bot, Setup};
use crate::{changed_conversation, conversation, see};

/// One person for each role; whoever may least comes first, so that what is refused is refused first.
const PEOPLE: [(&str, &str); 4] = [
    ("nobody", "Nils"),
    ("lead", "Ada"),
    ("developer", "Mina"),
    ("platform", "Pia"),
];

/// How an answer counts: `yes`, or the reason of the no that is about who asks.
fn verdict(bot: &Bot, member: &str, answer: &Answer) -> &'static str {
    let message = match answer {
        Answer::Message(message) | Answer::Updated(message) => message,
        Answer::Modal(_) => return "yes",
        other => panic!("not an answer to {member}: {other:?}"),
    };
    let words = bot.app.words();
    let beginning = |id: &'static str, argument: &'static str| {
        let said = words.say(Language::English, &Sentence::new(id).with(argument, "¶"));
        said.split('¶').next().unwrap_or_default().to_owned()
    };
    assert!(
        !message.text.starts_with(&beginning("broken", "code")),
        "{member} broke it: {}",
        message.text
    );
    let no = if message
        .text
        .starts_with(&beginning("refused-right", "right"))
    {
        "–"
    } else if message
        .text
        .starts_with(&beginning("refused-not-audience", "role"))
    {
        "not asked"
    } else {
        return "yes";
    };
    assert_eq!(
        message.private_to.as_deref(),
        Some(member),
        "a refusal is private"
    );
    no
}

/// The values of a command's required options, as its own examples give them.
fn example(command: &BoundCommand) -> Vec<(String, Value)> {
    let required = command.options.iter().filter(|option| option.required);
    required
        .map(|option| {
            let value = match option.kind {
                ParameterKind::Integer { .. } => json!(option.example.parse::<i64>().unwrap()),
                ParameterKind::Boolean => json!(true),
                ParameterKind::Person => json!(option.example),
                ParameterKind::Text { .. } | ParameterKind::Choice(_) => json!(option.example),
            };
            (option.name.clone(), value)
        })
        .collect()
}

/// One row of the table; fails if a no left a trace in the store.
async fn row<F: Future<Output = Answer>>(
    bot: &Bot,
    name: &str,
    ask: impl Fn(&'static str) -> F,
) -> String {
    let mut line = format!("{name:<18}");
    for (_, member) in PEOPLE {
        let before = bot.rows().await;
        let answer = ask(member).await;
        bot.idle().await;
        let verdict = verdict(bot, member, &answer);
        if verdict != "yes" {
            assert_eq!(bot.rows().await, before, "{name} by {member} left a trace");
        }
        let _ = write!(line, "{verdict:<11}");
    }
    line.trim_end().to_owned()
}

fn head() -> String {
    let mut head = " ".repeat(18);
    for (role, _) in PEOPLE {
        let _ = write!(head, "{role:<11}");
    }
    head.trim_end().to_owned()
}

conversation!(every_command_is_open_to_whom_a_group_gives_its_right_and_to_nobody_else, bot => {
    let bot = &*bot;
    let definitions = bot.app.definitions();
    let mut table = vec![head()];
    for command in definitions.commands.commands() {
        let values = example(command);
        let ask = |member: &'static str| {
            let sent = bot.discord.command(member, "player", &command.path, &values);
            let interaction = sent.unwrap_or_else(|why| panic!("{}: {why}", command.name()));
            async move { interaction.answer().await }
        };
        table.push(row(bot, &format!("/{}", command.name()), ask).await);
    }
    see!(table.join("\n"), @r"
                      nobody     lead       developer  platform
    /deploy           –          –          yes        yes
    /digest now       –          –          –          yes
    /digest preview   –          –          yes        yes
    /env create       –          –          yes        yes
    /env list         –          yes        yes        yes
    /env show         –          yes        yes        yes
    /env logs         –          yes        yes        yes
    /env extend       –          –          yes        yes
    /env destroy      –          –          yes        yes
    /env why          –          yes        yes        yes
    /env pin          –          –          –          yes
    /env unpin        –          –          yes        yes
    /env sleep        –          –          yes        yes
    /env wake         –          –          yes        yes
    /env give         –          –          yes        yes
    /help             yes        yes        yes        yes
    /history          –          yes        yes        yes
    /rollback         –          –          yes        yes
    /status           –          yes        yes        yes
    /survey open      –          –          –          yes
    /survey close     –          –          –          yes
    /survey results   –          yes        yes        yes
    /whoami           yes        yes        yes        yes
    ");
});

/// Things to click at: an environment, a deployment that waits for approval, one that failed, a round.
async fn things(bot: &Bot) -> BTreeMap<&'static str, String> {
    bot.say("Ben", "player", "/env create template:preview name:demo")
        .await;
    bot.say("Ben", "player", "/survey open").await;
    bot.say("Pia", "player", "/survey open").await;
    bot.say(
        "Ben",
        "player",
        "/deploy service:playlists stage:staging revision:v1.0.0",
    )
    .await;
    bot.say(
        "Ben",
        "player",
        "/deploy service:playlists stage:staging revision:v1.1.0",
    )
    .await;
    bot.say(
        "Ben",
        "player",
        "/deploy service:player stage:production revision:v1.0.0",
    )
    .await;
    let seen: Vec<Message> = ["player", "platform", "deployments"]
        .into_iter()
        .flat_map(|channel| bot.messages(channel))
        .collect();
    let ids = |beginning: &str| {
        let buttons = seen.iter().flat_map(|message| &message.buttons);
        let mut found = buttons.filter(|button| button.custom_id.starts_with(beginning));
        let id = found
            .next_back()
            .unwrap_or_else(|| panic!("nothing to click for {beginning}"));
        let unmarked = id.custom_id.split('#').next().unwrap_or_default();
        unmarked
            .strip_prefix(beginning)
            .unwrap_or_default()
            .to_owned()
    };
    let (waiting, done) = (ids("dep:approve:"), ids("dep:history:"));
    BTreeMap::from([
        ("env:show", ids("env:show:")),
        ("env:logs", ids("env:logs:")),
        ("env:extend", ids("env:extend:")),
        ("env:destroy", ids("env:destroy:")),
        ("env:destroyed", ids("env:destroy:")),
        ("env:kept", ids("env:destroy:")),
        ("env:keep", format!("{}:1", ids("env:destroy:"))),
        ("env:unpin", format!("{}:1", ids("env:destroy:"))),
        ("env:wake", ids("env:destroy:")),
        ("env:approve", ids("env:destroy:")),
        ("env:reject", ids("env:destroy:")),
        ("env:form", "none".to_owned()),
        ("env:asked", "none".to_owned()),
        ("env:apply", ids("env:destroy:")),
        ("env:withdraw", ids("env:destroy:")),
        ("env:again", ids("env:destroy:")),
        ("pr:let-in", "none:0123".to_owned()),
        ("stray:keep", "none".to_owned()),
        ("stray:destroy", "none".to_owned()),
        ("dep:approve", waiting.clone()),
        ("dep:reject", waiting.clone()),
        ("dep:rejected", waiting),
        ("dep:rollback", done.clone()),
        ("dep:rolledback", done.clone()),
        ("dep:logs", done.clone()),
        ("dep:history", done),
        ("keep:revive", "1.".to_owned()),
        ("keep:dismiss", "1.".to_owned()),
        ("keep:remove", "player".to_owned()),
        ("ballot:open", ids("ballot:open:")),
        ("ballot:answer", ids("ballot:open:")),
        ("ballot:comment", ids("ballot:open:")),
        ("ballot:commented", ids("ballot:open:")),
        ("ballot:withdraw", ids("ballot:open:")),
    ])
}

conversation!(every_click_is_checked_again_by_whoever_can_see_the_button, bot => {
    let bot = &*bot;
    let things = things(bot).await;
    let message = bot.messages("player")[0].id;
    let mut opened = BTreeMap::new();
    for (_, member) in PEOPLE {
        let typed = bot.discord.slash(member, "player", "/help").unwrap();
        typed.answer().await;
        opened.insert(member, typed.id());
    }
    let mut table = vec![head()];
    for click in CLICKS {
        let thing = things.get(click.name).unwrap_or_else(|| panic!("{} is not tried here", click.name));
        let custom_id = format!("{}:{thing}", click.name);
        let is_form = ["env:asked", "dep:rejected", "dep:rolledback", "ballot:answer", "ballot:commented"].contains(&click.name);
        // The one text of a form stands where the one value of a select does.
        let text = if click.name == "ballot:answer" { "5" } else { "because" };
        let (custom_id, opened) = (&custom_id, &opened);
        let ask = |member: &'static str| async move {
            if is_form {
                bot.send_raw(member, opened[member], custom_id, &[("why", text)]).await
            } else {
                bot.click_raw(member, message, custom_id).await
            }
        };
        table.push(row(bot, click.name, ask).await);
    }
    see!(table.join("\n"), @r"
                      nobody     lead       developer  platform
    env:show          –          yes        yes        yes
    env:logs          –          yes        yes        yes
    env:extend        –          –          yes        yes
    env:destroy       –          –          yes        yes
    env:destroyed     –          –          yes        yes
    env:kept          –          –          yes        yes
    env:keep          –          –          –          yes
    env:unpin         –          –          yes        yes
    env:wake          –          –          yes        yes
    env:approve       –          –          –          yes
    env:reject        –          –          –          yes
    env:form          –          –          yes        yes
    env:asked         –          –          yes        yes
    env:apply         –          –          yes        yes
    env:withdraw      –          –          yes        yes
    env:again         –          –          yes        yes
    pr:let-in         –          –          –          yes
    stray:keep        –          –          –          yes
    stray:destroy     –          –          –          yes
    dep:approve       –          yes        –          –
    dep:reject        –          yes        –          –
    dep:rejected      –          yes        –          –
    dep:rollback      –          –          yes        yes
    dep:rolledback    –          –          yes        yes
    dep:logs          –          yes        yes        yes
    dep:history       –          yes        yes        yes
    keep:revive       –          –          –          yes
    keep:dismiss      –          –          –          yes
    keep:remove       –          –          –          yes
    ballot:open       not asked  not asked  yes        not asked
    ballot:answer     not asked  not asked  yes        not asked
    ballot:comment    not asked  not asked  yes        not asked
    ballot:commented  not asked  not asked  yes        not asked
    ballot:withdraw   not asked  not asked  yes        not asked
    ");
});

conversation!(a_group_that_is_removed_loses_everything_at_once, bot => {
    bot.say("Mina", "player", "/env create template:preview name:demo").await;
    let live = bot.messages("player").into_iter().find(|message| !message.embeds.is_empty()).unwrap();
    let mut definitions = (*bot.app.definitions()).clone();
    definitions.platform.groups.retain(|group| group.name != "developer");
    bot.app.reload(definitions).await.unwrap();
    let mut told = vec![bot.privately("Mina", "player", "/env create template:preview name:other").await];
    told.push(bot.click_on("Mina", &live, "Destroy").await.message().text);
    told.push(bot.click_on("Mina", &live, "Extend by 4 hours").await.message().text);
    told.push(bot.privately("Mina", "player", "/env list").await);
    told.push(bot.privately("Mina", "player", "/whoami").await);
    see!(told.join("\n"), @r"
    You do not have the right **environment.create** here. `/whoami` shows what you may do; the keepers of the platform give rights.
    You do not have the right **environment.manage** here. `/whoami` shows what you may do; the keepers of the platform give rights.
    You do not have the right **environment.manage** here. `/whoami` shows what you may do; the keepers of the platform give rights.
    You do not have the right **environment.see** here. `/whoami` shows what you may do; the keepers of the platform give rights.
    **You are Mina**
    Your team: **Player** (owner: Mira)
    Your team uses 1 of 3 environments.
    You belong to no group of this platform, so only `/help` and `/whoami` are open to you. Ask the keepers of the platform.
    Private answers come in English, as your Discord is set.
    What next? `/help` lists the commands that are open to you.
    ");
    assert!(bot.suggested("Mina", "player", "/env show name:", "name").await.is_empty());
});

const NARROWED: &str = r#"
[[command]]
action = "deployment.status"
allow  = ["platform"]

[[command.option]]
name = "service"
type = "string"
complete = "services"
"#;

changed_conversation!(a_command_file_narrows_and_never_widens, Setup::new().command_file("status", NARROWED), bot => {
    // Who holds the right and is not in the group, who is, and who holds nothing.
    see!(bot.privately("Mina", "player", "/status").await, @r"You hold the right for this, but this command is kept for platform. Ask somebody of them, or the keepers of the platform.");
    see!(bot.say("Pia", "player", "/status").await.message().private_to.unwrap_or_default(), @"Pia");
    let mut definitions = (*bot.app.definitions()).clone();
    for group in &mut definitions.platform.groups {
        group.rights.clear();
    }
    bot.app.reload(definitions).await.unwrap();
    see!(bot.privately("Pia", "player", "/status").await, @"You do not have the right **deployment.see** here. `/whoami` shows what you may do; the keepers of the platform give rights.");
});

conversation!(a_click_on_a_button_of_long_ago_is_answered_with_what_to_do, bot => {
    bot.say("Mina", "player", "/env create template:preview name:demo").await;
    let old = bot.messages("player");
    bot.forward(Duration::from_secs(9 * 3_600)).await;
    let mut told = Vec::new();
    for (message, label) in [(1, "Logs"), (1, "Extend by 4 hours"), (1, "Destroy"), (2, "Show")] {
        let id = old[message].button(label).to_owned();
        let answer = bot.click_raw("Mina", old[message].id, &id).await.message();
        assert_eq!(answer.private_to.as_deref(), Some("Mina"));
        told.push(format!("{label}: {}", answer.text));
    }
    see!(told.join("\n"), @r"
    Logs: **demo** is gone. Make a new one with `/env create`.
    Extend by 4 hours: **demo** is gone. Make a new one with `/env create`.
    Destroy: **demo** is gone. Make a new one with `/env create`.
    Show: ⬜ Environment **demo** has reached its end and is destroyed.
    ");
});

conversation!(one_interaction_that_is_delivered_twice_makes_one_thing, bot => {
    bot.discord.deliver_twice(1);
    bot.say("Mina", "player", "/env create template:preview name:demo").await;
    assert_eq!(bot.rows().await["environment"], 1);
    let live = bot.messages("player").into_iter().find(|message| !message.embeds.is_empty()).unwrap();
    bot.discord.deliver_twice(1);
    bot.click_on("Mina", &live, "Extend by 4 hours").await;
    bot.discord.deliver_twice(1);
    bot.say("Mina", "player", "/env destroy name:demo").await;
    see!(bot.headlines("player"), @r"
    <@1100000000000003000> asked for environment **demo** from template preview for team Player. The message below follows it.
    ⬜ Environment **demo** is destroyed.
    <@1100000000000003000> Environment **demo** is ready after under 1 s: http://127.0.0.1:PORT/
    <@1100000000000003000> extended **demo**: it lives until <t:1795568400:f>. It can be extended 2 more times.
    <@1100000000000003000> ends environment **demo**.
    ");
});
