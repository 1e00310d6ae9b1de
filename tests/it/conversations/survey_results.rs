//! What is published of a closed round, by how many answered and how far they agree.

use hearth::playground::{Guild, Member};

use super::surveys::{answer, shown};
use crate::harness::{Bot, Database, Setting, guild, plain};
use crate::see;

/// A conversation among more people than the example has.
macro_rules! among_fourteen {
    ($name:ident, $bot:ident => $body:block) => {
        mod $name {
            use super::*;

            async fn talk($bot: &mut Bot) $body

            async fn hold(database: Database) {
                let setting = Setting { guild: fourteen(), ..Setting::default() };
                let mut bot = Bot::start_as(database, setting).await;
                talk(&mut bot).await;
                bot.end().await;
            }

            #[tokio::test]
            async fn on_sqlite() {
                hold(Database::Sqlite).await;
            }

            #[tokio::test]
            async fn on_postgres() {
                hold(Database::Postgres).await;
            }
        }
    };
}

among_fourteen!(from_ten_answers_on_their_spread_and_the_comments_are_published, bot => {
    bot.say("Pia", "platform", "/survey open").await;
    for (who, point) in PEOPLE.iter().zip(["7", "6", "6", "5", "4", "4", "3", "2", "7", "7"]) {
        answer(bot, who, point).await;
    }
    for (who, words) in [("P03", "Faster *logs*, <@1> @everyone"), ("P04", "Docs")] {
        let form = bot.click(who, "platform", "Add a comment").await.modal();
        bot.send(who, &form, &[("comment", words)]).await;
    }
    bot.say("Pia", "platform", "/survey close").await;
    // In which order comments are shown depends on keys that nobody has any more.
    let results = shown(&bot.messages("platform").pop().unwrap());
    let (comments, rest): (Vec<&str>, Vec<&str>) = results.lines().partition(|line| line.contains('“') && !line.contains("Moderately"));
    assert_eq!(comments.len(), 2);
    see!(rest.join("\n"), @r"
    **5 of 10 are satisfied** (50 %, could be 24 – 76 %)
    ┌ Results: pulse
    │ Round of <t:1795525200:D> to <t:1795525200:D>
    │ 10 of 14 people asked answered.
    │ Satisfied means “Moderately satisfied” or “Extremely satisfied”; the range is a 95 % Wilson interval.
    │ 
    │ **How the answers are spread**
    │ Extremely dissatisfied: 0
    │ Moderately dissatisfied: 1
    │ Slightly dissatisfied: 1
    │ Neither satisfied nor dissatisfied: 2
    │ Slightly satisfied: 1
    │ Moderately satisfied: 2
    │ Extremely satisfied: 3
    │ 
    │ **What people wrote, in no order**
    │ 
    │ The key of this round was destroyed before anything was counted.
    │ Next: what we make of it. You will read it here before the next round.
    └ Hearth · ID
    ");
    let mut comments = comments;
    comments.sort_unstable();
    see!(comments.join("\n"), @r"
    │ “Docs”
    │ “Faster \*logs\*, \<​@​1\> @​everyone”
    ");
});

among_fourteen!(a_unanimous_round_is_published_as_a_bound, bot => {
    bot.say("Pia", "platform", "/survey open").await;
    for who in PEOPLE {
        answer(bot, who, "7").await;
    }
    bot.say("Pia", "platform", "/survey close").await;
    see!(shown(&bot.messages("platform").pop().unwrap()), @r"
    **At least 90 % of 14 are satisfied** (could be 69 – 100 %)
    ┌ Results: pulse
    │ Round of <t:1795525200:D> to <t:1795525200:D>
    │ 14 of 14 people asked answered.
    │ Satisfied means “Moderately satisfied” or “Extremely satisfied”; the range is a 95 % Wilson interval.
    │ 
    │ How the answers are spread is not shown where all but at most one say the same, so that nobody can be recognised.
    │ 
    │ Nobody left a comment.
    │ 
    │ The key of this round was destroyed before anything was counted.
    │ Next: what we make of it. You will read it here before the next round.
    └ Hearth · ID
    ");
});

among_fourteen!(one_who_disagrees_is_not_shown_as_one, bot => {
    bot.say("Pia", "platform", "/survey open").await;
    for who in PEOPLE {
        answer(bot, who, if who == "P07" { "1" } else { "7" }).await;
    }
    bot.say("Pia", "platform", "/survey close").await;
    let nearly = plain(&shown(&bot.messages("platform").pop().unwrap()));
    assert!(nearly.contains("**At least 90 % of 14 are satisfied** (could be 69 – 100 %)"), "{nearly}");
    assert!(!nearly.contains("13") && !nearly.contains(": 1"), "{nearly}");
});

among_fourteen!(below_five_answers_nothing_but_their_number_is_published, bot => {
    bot.say("Pia", "platform", "/survey open").await;
    for who in &PEOPLE[..4] {
        answer(bot, who, "1").await;
    }
    bot.say("Pia", "platform", "/survey close").await;
    see!(shown(&bot.messages("platform").pop().unwrap()), @r"
    4 people answered. Results are published from 5 answers on, so that nobody can be recognised.
    ┌ Results: pulse
    │ Round of <t:1795525200:D> to <t:1795525200:D>
    │ 4 of 14 people asked answered.
    │ 
    │ The key of this round was destroyed before anything was counted.
    │ Next: what we make of it. You will read it here before the next round.
    └ Hearth · ID
    ");
});

const PEOPLE: [&str; 14] = [
    "P01", "P02", "P03", "P04", "P05", "P06", "P07", "P08", "P09", "P10", "P11", "P12", "P13",
    "P14",
];

fn fourteen() -> Guild {
    let mut guild = guild();
    guild
        .members
        .retain(|member| !member.roles.iter().any(|role| role == "Developer"));
    guild.members.extend(PEOPLE.map(|name| Member {
        name: name.to_owned(),
        display_name: name.to_owned(),
        roles: vec!["Developer".to_owned()],
        locale: "en-US".to_owned(),
        about: Vec::new(),
    }));
    guild
}
