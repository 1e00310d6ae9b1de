//! What a template says about its environments: who may use it, whether somebody must approve, what it
//! costs, which links it has.

use std::time::Duration;

use hearth::domain::environment::Price;

use crate::harness::{Setup, by_shell};
use crate::{changed_conversation, see};

const HOUR: Duration = Duration::from_secs(3_600);
const CREATE: &str = "/env create template:preview name:demo";

fn approved() -> Setup {
    Setup::new()
        .platform(|platform, _| platform.templates[0].approval = true)
        .programs(&by_shell("true", ""))
}

changed_conversation!(somebody_else_approves_an_environment, approved(), bot => {
    see!(bot.hear("Pia", "player", "/env create template:preview name:demo team:player").await, @r"<@1100000000000003007> asked for environment **demo** from template preview for team Player. Somebody else must approve it; the message below has the buttons.");
    see!(bot.newest("player", 1), @r"
    Hearth:
      ✋ Environment **demo** from template preview for team Player waits for somebody else to approve it. Without that it is cancelled <t:1795611600:R>.
      ┌ Environment demo
      │ Template: preview
      │ Revision: v1.2.0
      │ Team: Player
      │ Owner: <@1100000000000003007>
      └ Hearth · ID
      [Approve] [Reject]
    ");
    let live = bot.messages("player").pop().unwrap();
    see!(bot.press("Mina", &live, "Approve").await.message().text, @r"You do not have the right **environment.approve** here. `/whoami` shows what you may do; the keepers of the platform give rights.");
    see!(bot.press("Pia", &live, "Approve").await.message().text, @r"You asked for **demo** yourself, so somebody else must decide.");
    see!(bot.privately("Mina", "player", "/env why name:demo").await, @r"
    **Why is demo here?**
    It was asked for <t:1795525200:R> and waits for somebody else who approves it.
    <@1100000000000003007> has it for team Player, from template preview, asked for <t:1795525200:f>.
    Next: without an approval it is cancelled <t:1795611600:R>.
    ");
    see!(bot.click("Paul", "player", "Approve").await.message().text, @r"<@1100000000000003008> approved environment **demo**.");
    see!(bot.privately("Mina", "player", "/env why name:demo").await, @r"
    **Why is demo here?**
    It became ready <t:1795525200:R>.
    <@1100000000000003007> has it for team Player, from template preview, asked for <t:1795525200:f>.
    <@1100000000000003008> approved it.
    Next: its owner is warned <t:1795550400:R>, and it ends <t:1795554000:R>.
    ");
    see!(bot.press("Paul", &live, "Reject").await.message().text, @r"**demo** is ready; there is nothing to do.");
});

changed_conversation!(an_approval_is_refused_or_runs_out, approved(), bot => {
    bot.say("Mina", "player", CREATE).await;
    bot.click("Paul", "player", "Reject").await;
    see!(bot.newest("player", 2), @r"
    Hearth to Paul:
      <@1100000000000003008> rejected environment **demo**.

    Hearth:
      <@1100000000000003000> Environment **demo** was rejected. `/env create` asks for another one.
      [Show]
      (calls Mina)
    ");
    bot.say("Mina", "player", "/env create template:preview name:other").await;
    bot.forward(24 * HOUR).await;
    see!(bot.newest("player", 1), @r"
    Hearth:
      <@1100000000000003000> Nobody approved environment **other** in time, so it was cancelled. `/env create` asks again.
      [Show]
      (calls Mina)
    ");
    see!(bot.privately("Mina", "player", "/env why name:other").await, @r"
    **Why is other here?**
    It was cancelled <t:1795611600:R>: nobody approved it in time.
    <@1100000000000003000> has it for team Player, from template preview, asked for <t:1795525200:f>.
    ");
});

changed_conversation!(a_template_may_be_for_some_groups_only, Setup::new()
    .platform(|platform, _| platform.templates[0].allow = Some(vec!["platform".into()])), bot => {
    see!(bot.privately("Mina", "player", CREATE).await, @r"Template preview is only for platform. Choose another template, or ask the keepers of the platform.");
});

changed_conversation!(what_it_costs_and_where_else_to_look_is_shown, Setup::new()
    .platform(|platform, _| {
        let terms = &mut platform.templates[0].terms;
        terms.price = Some(Price { awake: 350_000, asleep: 0 });
        terms.links = [("Grafana".to_owned(), "https://grafana.example/d/{name}".to_owned())].into();
    }), bot => {
    bot.say("Mina", "player", CREATE).await;
    bot.forward(2 * HOUR).await;
    see!(bot.privately("Greta", "player", "/env show name:demo").await, @r"
    ✅ Umgebung **demo** ist bereit: http://127.0.0.1:PORT/
    ┌ Umgebung demo
    │ Vorlage: preview
    │ Revision: v1.2.0
    │ Team: Player
    │ Verantwortlich: <@1100000000000003000>
    │ Lebt bis: <t:1795554000:f> (<t:1795554000:R>)
    │ Bauzeit: unter 1 s
    │ Kosten: 0,70 EUR bisher, 255,50 EUR im Monat bei diesem Verlauf
    │ Links: [Grafana](<https://grafana.example/d/demo>)
    └ Hearth · ID
    [Öffnen] [Logs] [Um 4 Stunden verlängern] [Abbauen]
    ");
    bot.say("Mina", "player", "/env sleep name:demo").await;
    bot.forward(3 * HOUR).await;
    see!(bot.privately("Mina", "player", "/env list").await, @r"
    1 environment
    • **demo** · preview · asleep · until <t:1795554000:R> · Player
    ┌ Cost
    │ Team Player: 0.70 EUR so far, 0.00 EUR a month at this pace
    └
    ");
});
