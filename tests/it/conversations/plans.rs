//! A template that asks for its plan to be agreed to: shown before anything is made, and exactly that is made.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use hearth::playground::Message;

use crate::harness::{Bot, Setup, said};
use crate::{changed_conversation, see};

const MODULE: &str = r#"
variable "service" { type = string }
variable "hearth_name" { type = string }
resource "terraform_data" "service" { input = var.service }
resource "terraform_data" "database" { input = var.hearth_name }
output "url" { value = "https://${var.hearth_name}.example.test/${terraform_data.service.output}" }
"#;
const CREATE: &str = "/env create template:preview name:demo";

fn planned() -> Setup {
    planned_by(MODULE)
}

fn planned_by(module: &str) -> Setup {
    Setup::new()
        .module(module, "outputs = [\"url\"]")
        .platform(|platform, _| platform.templates[0].plan = true)
}

/// The newest message with this button.
fn with(bot: &Bot, label: &str) -> Message {
    let messages = bot.messages("player");
    let found = messages
        .into_iter()
        .rev()
        .find(|message| message.buttons.iter().any(|button| button.label == label));
    found.unwrap_or_else(|| panic!("no button {label}:\n{}", bot.transcript("player")))
}

fn entries(folder: PathBuf) -> usize {
    fs::read_dir(folder).map_or(0, Iterator::count)
}

/// Nothing is left of it: neither what it would have become nor what the plan needed.
fn assert_nothing_is_left(bot: &Bot) {
    let folder = &bot.folder;
    assert_eq!(
        entries(folder.join("module/terraform.tfstate.d")),
        0,
        "a workspace stayed"
    );
    let state = fs::read_dir(folder.join("terraform/state"))
        .unwrap()
        .flatten();
    let left: Vec<_> = state
        .map(|entry| entry.file_name())
        .filter(|name| name != ".scratch")
        .collect();
    assert!(left.is_empty(), "{left:?}");
    assert_eq!(entries(folder.join("terraform/operations")), 0);
}

changed_conversation!(a_plan_is_shown_and_exactly_that_is_applied_also_after_a_restart, planned(), bot => {
    see!(bot.hear("Mina", "player", CREATE).await, @"<@1100000000000003000> asked for environment **demo** from template preview for team Player. It is planned first, and made only once somebody agrees; the message below follows it.");
    bot.idle().await;
    see!(bot.newest("player", 2), @r"
    Hearth:
      ✋ Environment **demo** from template preview for team Player is planned, and nothing is made yet. Apply exactly this plan or withdraw it; without that it is cancelled <t:1795611600:R>.
      ┌ Environment demo
      │ Plan: 2 to add, 0 to change, 0 to destroy.
      │ ```
      │ + terraform_data.database
      │ + terraform_data.service
      │ ```
      │ Template: preview
      │ Revision: v1.2.0
      │ Team: Player
      │ Owner: <@1100000000000003000>
      └ Hearth · ID
      [Apply] [Withdraw]

    Hearth:
      <@1100000000000003000> Environment **demo** is planned. Plan: 2 to add, 0 to change, 0 to destroy. Apply it or withdraw it with the buttons of its message.
      [Show]
      (calls Mina)
    ");
    assert_eq!(entries(bot.folder.join("module/terraform.tfstate.d")), 0, "something was made");
    see!(bot.privately("Mina", "player", "/env why name:demo").await, @r"
    **Why is demo here?**
    Its plan was made <t:1795525200:R> and waits for somebody of the team who has it applied.
    <@1100000000000003000> has it for team Player, from template preview, asked for <t:1795525200:f>.
    Next: unless its plan is applied it is cancelled <t:1795611600:R>.
    ");
    see!(bot.privately("Mina", "player", "/env list").await, @r"
    1 environment
    • **demo** · preview · waits for its plan to be applied · Player
    ");
    // Meanwhile somebody changes the module: what was agreed to is what was shown.
    fs::write(bot.folder.join("module/main.tf"), MODULE.replace("example.test", "changed.test")).unwrap();
    bot.restart().await;
    let shown = with(bot, "Apply");
    let forged = shown.button("Apply").replace("apply", "approve");
    see!(said(bot.press_id("Pia", &shown, &forged).await), @"**demo** waits until its plan is applied or withdrawn; that works once it is ready. The buttons are on its message.");
    see!(said(bot.click("Ben", "player", "Apply").await), @"<@1100000000000003001> has the plan of environment **demo** applied.");
    see!(bot.newest("player", 2), @r"
    Hearth to Ben:
      <@1100000000000003001> has the plan of environment **demo** applied.

    Hearth:
      <@1100000000000003000> Environment **demo** is ready after under 1 s: https://demo.example.test/player
      [Show] [Logs]
      (calls Mina)
    ");
    see!(said(bot.press("Mina", &shown, "Apply").await), @"**demo** is ready; there is nothing to do.");
    see!(said(bot.press("Mina", &shown, "Withdraw").await), @"**demo** is ready; there is nothing to do.");
    let log = bot.privately("Mina", "player", "/env logs name:demo").await;
    assert!(log.contains("Apply complete! Resources: 2 added, 0 changed, 0 destroyed."), "{log}");
    bot.say("Mina", "player", "/env destroy name:demo").await;
    assert_nothing_is_left(bot);
    let heard = bot.app.store().read().await.unwrap().audit(50).await.unwrap();
    let applied: Vec<_> = heard.iter().filter(|row| row.action == "env:apply").collect();
    assert_eq!(applied.len(), 1, "{heard:?}");
    assert_eq!(applied[0].who.map(|who| who.0), bot.discord.member_id("Ben"));
});

changed_conversation!(strangers_cannot_decide_about_a_plan, planned(), bot => {
    bot.say("Pia", "platform", "/env create template:preview name:tools").await;
    let shown = bot.messages("platform").into_iter().find(|message| !message.buttons.is_empty()).unwrap();
    for label in ["Apply", "Withdraw"] {
        see!(said(bot.press("Mina", &shown, label).await), @"**tools** belongs to team Platform. Ask somebody of that team, or the keepers of the platform.");
        see!(said(bot.press("Greta", &shown, label).await), @"**tools** gehört dem Team Platform. Frag jemanden aus diesem Team oder die Betreuer der Plattform.");
    }
    see!(said(bot.press("Ada", &shown, "Apply").await), @"You do not have the right **environment.create** here. `/whoami` shows what you may do; the keepers of the platform give rights.");
    see!(said(bot.press("Nils", &shown, "Withdraw").await), @"You do not have the right **environment.manage** here. `/whoami` shows what you may do; the keepers of the platform give rights.");
    see!(said(bot.press("Paul", &shown, "Apply").await), @"<@1100000000000003008> has the plan of environment **tools** applied.");
    see!(said(bot.press("Mina", &shown, "Apply").await), @"**tools** belongs to team Platform. Ask somebody of that team, or the keepers of the platform.");
});

changed_conversation!(a_plan_that_is_withdrawn_leaves_nothing, planned(), bot => {
    bot.say("Mina", "player", CREATE).await;
    let shown = with(bot, "Apply");
    see!(said(bot.click("Mina", "player", "Withdraw").await), @"<@1100000000000003000> withdrew environment **demo**; nothing was made.");
    see!(bot.headlines("player"), @r"
    <@1100000000000003000> asked for environment **demo** from template preview for team Player. It is planned first, and made only once somebody agrees; the message below follows it.
    ⬜ Environment **demo** was cancelled before it was built.
    <@1100000000000003000> Environment **demo** is planned. Plan: 2 to add, 0 to change, 0 to destroy. Apply it or withdraw it with the buttons of its message.
    <@1100000000000003000> withdrew environment **demo**; nothing was made.
    ");
    see!(said(bot.press("Mina", &shown, "Apply").await), @"**demo** was cancelled. Make a new one with `/env create`.");
    see!(said(bot.press("Mina", &shown, "Withdraw").await), @"**demo** was cancelled. Make a new one with `/env create`.");
    assert_nothing_is_left(bot);
    // Its name is free again.
    bot.say("Mina", "player", CREATE).await;
    bot.click("Mina", "player", "Apply").await;
    see!(bot.newest("player", 1), @r"
    Hearth:
      <@1100000000000003000> Environment **demo** is ready after under 1 s: https://demo.example.test/player
      [Show] [Logs]
      (calls Mina)
    ");
});

changed_conversation!(a_plan_waits_for_a_day, planned(), bot => {
    bot.say("Mina", "player", CREATE).await;
    bot.forward(Duration::from_secs(24 * 3_600 - 1)).await;
    assert_eq!(bot.messages("player").len(), 3);
    bot.forward(Duration::from_secs(1)).await;
    see!(bot.newest("player", 2), @r"
    Hearth:
      ⬜ Environment **demo** was cancelled: nobody had its plan applied in time.
      ┌ Environment demo
      │ Template: preview
      │ Revision: v1.2.0
      │ Team: Player
      │ Owner: <@1100000000000003000>
      └ Hearth · ID

    Hearth:
      <@1100000000000003000> Nobody had the plan of environment **demo** applied in time, so it was cancelled. `/env create` asks again.
      [Show]
      (calls Mina)
    ");
    see!(bot.privately("Mina", "player", "/env why name:demo").await, @r"
    **Why is demo here?**
    It was cancelled <t:1795611600:R>: nobody had its plan applied in time.
    <@1100000000000003000> has it for team Player, from template preview, asked for <t:1795525200:f>.
    ");
    assert_nothing_is_left(bot);
});

changed_conversation!(what_needs_an_approval_as_well_shows_its_plan_to_the_approver, planned().platform(|platform, _| platform.templates[0].approval = true), bot => {
    see!(bot.hear("Mina", "player", CREATE).await, @"<@1100000000000003000> asked for environment **demo** from template preview for team Player. It is planned first, and made only once somebody agrees; the message below follows it.");
    bot.idle().await;
    see!(bot.newest("player", 2), @r"
    Hearth:
      ✋ Environment **demo** from template preview for team Player waits for somebody else to approve it. Without that it is cancelled <t:1795611600:R>.
      ┌ Environment demo
      │ Plan: 2 to add, 0 to change, 0 to destroy.
      │ ```
      │ + terraform_data.database
      │ + terraform_data.service
      │ ```
      │ Template: preview
      │ Revision: v1.2.0
      │ Team: Player
      │ Owner: <@1100000000000003000>
      └ Hearth · ID
      [Approve] [Reject] [Withdraw]

    Hearth:
      <@1100000000000003000> Environment **demo** is planned. Plan: 2 to add, 0 to change, 0 to destroy. Somebody else must approve it now.
      [Show]
      (calls Mina)
    ");
    see!(said(bot.click("Mina", "player", "Approve").await), @"You do not have the right **environment.approve** here. `/whoami` shows what you may do; the keepers of the platform give rights.");
    let shown = with(bot, "Approve");
    let forged = shown.button("Approve").replace("approve", "apply");
    see!(said(bot.press_id("Ben", &shown, &forged).await), @"Somebody else must approve **demo** and its plan.");
    see!(said(bot.click("Pia", "player", "Approve").await), @"<@1100000000000003007> approved environment **demo**.");
    see!(bot.newest("player", 2), @r"
    Hearth to Pia:
      <@1100000000000003007> approved environment **demo**.

    Hearth:
      <@1100000000000003000> Environment **demo** is ready after under 1 s: https://demo.example.test/player
      [Show] [Logs]
      (calls Mina)
    ");
});

changed_conversation!(a_plan_that_cannot_be_made_says_why, planned_by("variable \"service\" {}\nresource \"terraform_data\" \"x\" {\n  input = file(\"missing\")\n}"), bot => {
    bot.say("Mina", "player", CREATE).await;
    for _ in 0..3 {
        bot.forward(Duration::from_secs(60)).await;
    }
    see!(bot.newest("player", 2), @r#"
    Hearth:
      ❌ Environment **demo** failed: the engine said: Invalid function argument: Invalid value for "path" parameter: no file exists at "missing"; this function works only with files that are distributed as part of the configuration source code, so if this file will be created by a resource in this configuration you must instead obtain this result from…
      ┌ Environment demo
      │ Template: preview
      │ Revision: v1.2.0
      │ Team: Player
      │ Owner: <@1100000000000003000>
      │ Lives until: <t:1795554000:f> (<t:1795554000:R>)
      └ Hearth · ID
      [Logs] [Destroy]

    Hearth:
      <@1100000000000003000> Environment **demo** failed (the engine said: Invalid function argument: Invalid value for "path" parameter: no file exists at "missing"; this function works only with files that are distributed as part of the configuration source code, so if this file will be created by a resource in this configuration you must instead obtain this result from…). It counts against the quota until it is destroyed; the button Logs shows what it has written.
      [Show] [Logs]
      (calls Mina)
    "#);
    bot.say("Mina", "player", "/env destroy name:demo").await;
    assert_nothing_is_left(bot);
});

changed_conversation!(a_plan_that_is_gone_makes_nothing_else, planned(), bot => {
    bot.say("Mina", "player", CREATE).await;
    let state = fs::read_dir(bot.folder.join("terraform/state")).unwrap().flatten();
    let place = state.map(|entry| entry.path()).find(|path| path.join("proposal.plan").exists()).unwrap();
    fs::write(place.join("proposal.plan"), "something else").unwrap();
    bot.click("Mina", "player", "Apply").await;
    see!(bot.newest("player", 1), @r"
    Hearth:
      <@1100000000000003000> Environment **demo** failed (the engine said: the plan that was agreed to is not there any more: ask for the environment again (\`up\`: exit code 1)). It counts against the quota until it is destroyed; the button Logs shows what it has written.
      [Show] [Logs]
      (calls Mina)
    ");
    assert_eq!(entries(bot.folder.join("module/terraform.tfstate.d")), 0, "something was made");
});

changed_conversation!(a_team_that_speaks_german_agrees_in_german, planned().platform(|platform, _| {
    let team = platform.teams.iter_mut().find(|team| team.id == "player").unwrap();
    team.language = hearth::domain::chat::Language::German;
}), bot => {
    bot.say("Mina", "player", CREATE).await;
    see!(bot.transcript("player"), @r"
    Hearth to Mina's /env create:
      <@1100000000000003000> bittet um Umgebung **demo** aus Vorlage preview für Team Player. Sie wird erst geplant und nur gemacht, wenn jemand zustimmt; die Nachricht darunter hält sie fest.

    Hearth:
      ✋ Umgebung **demo** aus Vorlage preview für Team Player ist geplant, gemacht ist noch nichts. Wende genau diesen Plan an oder zieh ihn zurück; ohne das wird sie <t:1795611600:R> abgesagt.
      ┌ Umgebung demo
      │ Plan: 2 kommen dazu, 0 werden geändert, 0 werden zerstört.
      │ ```
      │ + terraform_data.database
      │ + terraform_data.service
      │ ```
      │ Vorlage: preview
      │ Revision: v1.2.0
      │ Team: Player
      │ Verantwortlich: <@1100000000000003000>
      └ Hearth · ID
      [Anwenden] [Zurückziehen]

    Hearth:
      <@1100000000000003000> Umgebung **demo** ist geplant. Plan: 2 kommen dazu, 0 werden geändert, 0 werden zerstört. Wende ihn mit den Knöpfen ihrer Nachricht an oder zieh ihn zurück.
      [Zeigen]
      (calls Mina)
    ");
    see!(said(bot.click("Mina", "player", "Anwenden").await), @"<@1100000000000003000> lässt den Plan von Umgebung **demo** anwenden.");
});
