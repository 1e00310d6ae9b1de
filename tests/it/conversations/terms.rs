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
    see!(bot.hear("Pia", "player", "/env create template:preview name:demo team:player").await, @"");
    see!(bot.newest("player", 1), @"");
    let live = bot.messages("player").pop().unwrap();
    see!(bot.press("Mina", &live, "Approve").await.message().text, @"");
    see!(bot.press("Pia", &live, "Approve").await.message().text, @"");
    see!(bot.privately("Mina", "player", "/env why name:demo").await, @"");
    see!(bot.click("Paul", "player", "Approve").await.message().text, @"");
    see!(bot.privately("Mina", "player", "/env why name:demo").await, @"");
    see!(bot.press("Paul", &live, "Reject").await.message().text, @"");
});

changed_conversation!(an_approval_is_refused_or_runs_out, approved(), bot => {
    bot.say("Mina", "player", CREATE).await;
    bot.click("Paul", "player", "Reject").await;
    see!(bot.newest("player", 2), @"");
    bot.say("Mina", "player", "/env create template:preview name:other").await;
    bot.forward(24 * HOUR).await;
    see!(bot.newest("player", 1), @"");
    see!(bot.privately("Mina", "player", "/env why name:other").await, @"");
});

changed_conversation!(a_template_may_be_for_some_groups_only, Setup::new()
    .platform(|platform, _| platform.templates[0].allow = Some(vec!["platform".into()])), bot => {
    see!(bot.privately("Mina", "player", CREATE).await, @"");
});

changed_conversation!(what_it_costs_and_where_else_to_look_is_shown, Setup::new()
    .platform(|platform, _| {
        let terms = &mut platform.templates[0].terms;
        terms.price = Some(Price { awake: 350_000, asleep: 0 });
        terms.links = [("Grafana".to_owned(), "https://grafana.example/d/{name}".to_owned())].into();
    }), bot => {
    bot.say("Mina", "player", CREATE).await;
    bot.forward(2 * HOUR).await;
    see!(bot.privately("Greta", "player", "/env show name:demo").await, @"");
    bot.say("Mina", "player", "/env sleep name:demo").await;
    bot.forward(3 * HOUR).await;
    see!(bot.privately("Mina", "player", "/env list").await, @"");
});
