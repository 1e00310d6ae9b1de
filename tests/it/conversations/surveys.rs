//! `/survey`: a round from its opening to its results, the private ballot, and what is refused.

use std::time::Duration;

use hearth::domain::time::{hours, minutes};
use hearth::playground::{Answer, Failure, Guild, Member, Message};

use crate::harness::{Bot, Database, Setting, guild};
use crate::{conversation, see};

const ANSWER: &str = "Answer in private";
const DAYS: fn(u64) -> Duration = |days| hours(24 * days);

conversation!(a_round_is_opened_answered_in_private_and_published_once, bot => {
    bot.say("Pia", "platform", "/survey open survey:pulse").await;
    see!(bot.transcript("platform"), @"");
    let prompt = bot.messages("platform").pop().unwrap();

    // Five people answer; one changes the answer, one takes it back, one adds a comment.
    let ballot = bot.click("Mina", "platform", ANSWER).await.message();
    see!(shown(&ballot), @"");
    let thanks = bot.choose("Mina", &ballot, "6").await;
    see!(told(&thanks), @"");
    for (who, point) in [("Ben", "7"), ("Cleo", "2"), ("Dora", "6"), ("Emil", "7"), ("Finn", "1")] {
        answer(bot, who, point).await;
    }
    let again = bot.click("Cleo", "platform", ANSWER).await.message();
    see!(shown(&again), @"");
    see!(told(&bot.choose("Cleo", &again, "5").await), @"");
    let back = bot.click("Finn", "platform", ANSWER).await.message();
    see!(told(&bot.click_on("Finn", &back, "Withdraw my answer").await), @"");
    let form = bot.click("Dora", "platform", "Add a comment").await.modal();
    see!(format!("{}\n{:?}", form.title, form.inputs), @"");
    let kept = bot.send("Dora", &form, &[("comment", "Logs! @everyone")]).await;
    see!(told(&kept), @"");

    // Nobody learns anything before the round is closed.
    see!(told(&bot.say("Pia", "platform", "/survey results survey:pulse").await), @"");
    assert_eq!(bot.message(prompt.id), prompt, "no count is shown while the round is open");

    bot.forward(hours(30)).await;
    let n_before = bot.messages("platform").len();
    bot.say("Pia", "platform", "/survey close survey:pulse").await;
    let messages = bot.messages("platform");
    assert_eq!(messages.len(), n_before + 2, "the command's reply and the results, no second prompt");
    see!(shown(&bot.message(prompt.id)), @"");
    see!(shown(&messages[n_before]), @"");
    see!(shown(&messages[n_before + 1]), @"");
    see!(told(&bot.say("Ada", "deployments", "/survey results survey:pulse").await), @"");

    // Old views do nothing any more.
    let late = bot.press("Mina", &prompt, ANSWER).await;
    see!(told(&late), @"");
    see!(told(&bot.choose("Mina", &ballot, "1").await), @"");
    assert_eq!(bot.messages("platform").len(), n_before + 2);
});

conversation!(the_schedule_opens_a_round_reminds_everybody_once_and_closes_it, bot => {
    // From Tuesday, 14:00, to the next Tuesday, 10:00.
    bot.forward(DAYS(7) - hours(4) - minutes(1)).await;
    assert!(survey_messages(bot).is_empty());
    bot.forward(minutes(1)).await;
    assert_eq!(survey_messages(bot).len(), 1);
    see!(shown(&survey_messages(bot)[0]), @"");
    for who in ["Mina", "Ben", "Cleo", "Dora"] {
        answer(bot, who, "6").await;
    }

    bot.forward(hours(71)).await;
    assert_eq!(survey_messages(bot).len(), 1);
    bot.forward(hours(1)).await;
    assert_eq!(survey_messages(bot).len(), 2);
    see!(shown(&survey_messages(bot)[1]), @"");
    bot.forward(hours(24)).await;
    assert_eq!(survey_messages(bot).len(), 2, "one reminder");
    let ballot = bot.click_on("Emil", &survey_messages(bot)[1], ANSWER).await.message();
    bot.choose("Emil", &ballot, "7").await;

    bot.forward(DAYS(3)).await;
    let messages = survey_messages(bot);
    assert!(messages[0].text.contains("Overall") && messages[0].buttons.is_empty());
    see!(shown(&messages[2]), @"");
    assert_eq!(messages.len(), 3);
    // It is Tuesday, 10:00, again: the next round waits for the end of this one and then opens.
    bot.forward(Duration::from_secs(5)).await;
    assert_eq!(survey_messages(bot).len(), 4);
    assert_eq!(survey_messages(bot)[3].buttons.len(), 1);
});

conversation!(only_its_keepers_open_and_close_a_round_and_one_at_a_time, bot => {
    see!(told(&bot.say("Mina", "platform", "/survey open survey:pulse").await), @"");
    see!(told(&bot.say("Ada", "platform", "/survey close survey:pulse").await), @"");
    see!(told(&bot.say("Pia", "platform", "/survey close survey:pulse").await), @"");
    see!(told(&bot.say("Pia", "platform", "/survey open survey:puls").await), @"");
    see!(told(&bot.say("Pia", "platform", "/survey results survey:pulse").await), @"");
    bot.say("Pia", "platform", "/survey open").await;
    see!(told(&bot.say("Paul", "platform", "/survey open").await), @"");
    bot.say("Paul", "platform", "/survey close").await;
    see!(shown(&bot.messages("platform").pop().unwrap()), @"");
});

conversation!(whoever_is_not_asked_or_not_asked_any_more_is_refused, bot => {
    bot.say("Pia", "platform", "/survey open").await;
    see!(told(&bot.click("Nils", "platform", ANSWER).await), @"");
    let ballot = bot.click("Mina", "platform", ANSWER).await.message();
    let other = bot.click("Ben", "platform", ANSWER).await.message();
    bot.choose("Ben", &other, "3").await;
    let other = bot.click("Ben", "platform", ANSWER).await.message();
    bot.discord.set_roles("Mina", &[]);
    bot.discord.set_roles("Ben", &["Lead"]);
    see!(told(&bot.choose("Mina", &ballot, "6").await), @"");
    assert_eq!(told(&bot.click_on("Ben", &other, "Withdraw my answer").await), told(&bot.choose("Mina", &ballot, "7").await));
    bot.discord.set_roles("Mina", &["Developer"]);
    see!(told(&bot.choose("Mina", &ballot, "7").await), @"");
});

conversation!(a_comment_needs_an_answer_and_an_answer_may_be_withdrawn_only_once, bot => {
    bot.say("Pia", "platform", "/survey open").await;
    answer(bot, "Mina", "4").await;
    let one = bot.click("Mina", "platform", ANSWER).await.message();
    let two = bot.click("Mina", "platform", ANSWER).await.message();
    let form = bot.click_on("Mina", &two, "Add a comment").await.modal();
    bot.click_on("Mina", &one, "Withdraw my answer").await;
    see!(told(&bot.click_on("Mina", &two, "Add a comment").await), @"");
    see!(told(&bot.send("Mina", &form, &[("comment", "too late")]).await), @"");
    see!(told(&bot.click_on("Mina", &two, "Withdraw my answer").await), @"");
    // A comment stays with the answer when the answer is changed, and an empty one takes it away.
    answer(bot, "Mina", "4").await;
    let form = bot.click("Mina", "platform", "Add a comment").await.modal();
    bot.send("Mina", &form, &[("comment", "  Logs!  ")]).await;
    answer(bot, "Mina", "5").await;
    let form = bot.click("Mina", "platform", "Add a comment").await.modal();
    assert_eq!(form.inputs[0].value, "Logs!");
    bot.send("Mina", &form, &[("comment", " ")]).await;
    let form = bot.click("Mina", "platform", "Add a comment").await.modal();
    assert_eq!(form.inputs[0].value, "");
});

conversation!(a_strange_answer_changes_nothing, bot => {
    bot.say("Pia", "platform", "/survey open").await;
    let ballot = bot.click("Mina", "platform", ANSWER).await.message();
    let id = ballot.selects[0].custom_id.clone();
    // A click that names the select but chooses nothing, one that names no round, one for another round.
    for strange in [id.as_str(), "ballot:answer", "ballot:open:0", "ballot:vote:1", "ballot::"] {
        let refused = told(&bot.press_id("Mina", &ballot, strange).await);
        assert!(refused.contains("only Mina sees this"), "{strange}: {refused}");
    }
    let ballot = bot.click("Mina", "platform", ANSWER).await.message();
    assert!(!ballot.text.contains("so far"));
});

conversation!(a_person_answers_in_their_own_language_whatever_the_channels_is, bot => {
    bot.say("Pia", "platform", "/survey open").await;
    let ballot = bot.click("Greta", "platform", ANSWER).await.message();
    see!(shown(&ballot), @"");
    see!(told(&bot.choose("Greta", &ballot, "2").await), @"");
    let form = bot.click("Greta", "platform", "Kommentar dazuschreiben").await.modal();
    see!(format!("{}\n{:?}", form.title, form.inputs), @"");
    see!(told(&bot.send("Greta", &form, &[("comment", "Mehr Protokolle")]).await), @"");
    bot.discord.set_roles("Lars", &["Lead"]);
    see!(told(&bot.click("Lars", "platform", ANSWER).await), @"");
});

conversation!(a_restart_in_the_middle_keeps_answers_and_lets_them_be_changed, bot => {
    bot.say("Pia", "platform", "/survey open").await;
    for (who, point) in [("Mina", "7"), ("Ben", "1"), ("Cleo", "1"), ("Dora", "1"), ("Emil", "1")] {
        answer(bot, who, point).await;
    }
    bot.restart().await;
    let ballot = bot.click("Mina", "platform", ANSWER).await.message();
    assert!(ballot.text.contains("Your answer so far: **Extremely satisfied**"), "{}", ballot.text);
    bot.choose("Mina", &ballot, "6").await;
    bot.say("Pia", "platform", "/survey close").await;
    let results = bot.messages("platform").pop().unwrap();
    assert!(shown(&results).contains("1 of 5 are satisfied"), "{}", shown(&results));
});

conversation!(a_changed_secret_takes_no_answers_and_none_turns_surveys_off, bot => {
    bot.say("Pia", "platform", "/survey open").await;
    let ballot = bot.click("Mina", "platform", ANSWER).await.message();
    bot.restart_with_secret(Some(vec![8; 32])).await;
    see!(told(&bot.choose("Mina", &ballot, "6").await), @"");
    assert!(told(&bot.click("Ben", "platform", ANSWER).await).contains("Surveys are off"));
    // With the old secret it goes on as if nothing had been.
    bot.restart_with_secret(Some(crate::harness::SECRET.to_vec())).await;
    bot.choose("Mina", &ballot, "6").await;
    bot.restart_with_secret(None).await;
    see!(told(&bot.click("Mina", "platform", ANSWER).await), @"");
    bot.say("Pia", "platform", "/survey close").await;
    see!(told(&bot.say("Pia", "platform", "/survey open").await), @"");
    bot.forward(DAYS(7)).await;
    assert!(bot.log().contains("survey pulse is due, but there is no survey secret"));
});

conversation!(a_round_waits_until_discord_has_counted_whom_it_asks, bot => {
    let count = "GET /guilds/{guild}/roles/member-counts";
    bot.discord.fail_next(count, 2, Failure::Status(503));
    bot.say("Pia", "platform", "/survey open").await;
    assert_eq!(survey_messages(bot).len(), 0);
    see!(told(&bot.say("Pia", "platform", "/survey open").await), @"");
    bot.forward(Duration::from_secs(5)).await;
    assert_eq!(survey_messages(bot).len(), 0);
    bot.forward(Duration::from_secs(5)).await;
    assert_eq!(survey_messages(bot).len(), 1);
});

conversation!(a_round_that_is_closed_before_it_was_opened_asks_nobody, bot => {
    let count = "GET /guilds/{guild}/roles/member-counts";
    let gate = bot.discord.hold_next(count, 1);
    let opening = bot.discord.slash("Pia", "platform", "/survey open").unwrap();
    opening.answer().await;
    gate.arrived(1).await;
    let closing = bot.discord.slash("Pia", "platform", "/survey close").unwrap();
    closing.answer().await;
    bot.discord.until("the results are out", |state| {
        state.messages("platform").iter().any(|message| message.embeds.iter().any(|embed| embed.title.contains("Results")))
    }).await;
    gate.open();
    bot.idle().await;
    assert_eq!(survey_messages(bot).len(), 1);
    see!(shown(&survey_messages(bot)[0]), @"");
    // Its key was not made after all.
    bot.say("Pia", "platform", "/survey open").await;
    assert_eq!(survey_messages(bot).len(), 2);
});

conversation!(a_prompt_that_somebody_has_deleted_is_not_said_again, bot => {
    bot.say("Pia", "platform", "/survey open").await;
    bot.discord.delete_message(survey_messages(bot)[0].id);
    bot.say("Pia", "platform", "/survey close").await;
    assert_eq!(survey_messages(bot).len(), 1, "only the results");
});

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
    see!(rest.join("\n"), @"");
    let mut comments = comments;
    comments.sort_unstable();
    see!(comments.join("\n"), @"");
});

among_fourteen!(a_unanimous_round_is_published_as_a_bound, bot => {
    bot.say("Pia", "platform", "/survey open").await;
    for who in PEOPLE {
        answer(bot, who, "7").await;
    }
    bot.say("Pia", "platform", "/survey close").await;
    see!(shown(&bot.messages("platform").pop().unwrap()), @"");
});

among_fourteen!(below_five_answers_nothing_but_their_number_is_published, bot => {
    bot.say("Pia", "platform", "/survey open").await;
    for who in &PEOPLE[..4] {
        answer(bot, who, "1").await;
    }
    bot.say("Pia", "platform", "/survey close").await;
    see!(shown(&bot.messages("platform").pop().unwrap()), @"");
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

/// Somebody answers in the usual way.
async fn answer(bot: &Bot, who: &str, point: &str) {
    let ballot = bot.click(who, "platform", ANSWER).await.message();
    assert_eq!(ballot.private_to.as_deref(), Some(who));
    bot.choose(who, &ballot, point).await;
}

/// The round's messages that everybody sees: prompts, reminders, results.
fn survey_messages(bot: &Bot) -> Vec<Message> {
    let of_rounds = |message: &Message| {
        let embed = message.embeds.first();
        embed.is_some_and(|embed| {
            embed.title.starts_with("How is") || embed.title.contains("Results")
        }) || message.text.starts_with("A reminder")
    };
    let mut messages = bot.messages("platform");
    messages.retain(of_rounds);
    messages
}

/// A message as a person sees it.
fn shown(message: &Message) -> String {
    let mut lines = Vec::new();
    if let Some(only) = &message.private_to {
        lines.push(format!("(only {only} sees this)"));
    }
    lines.extend(message.text.lines().map(str::to_owned));
    for embed in &message.embeds {
        lines.push(format!("┌ {}", embed.title));
        lines.extend(embed.description.lines().map(|line| format!("│ {line}")));
        lines.extend(
            embed
                .fields
                .iter()
                .map(|(name, value)| format!("│ {name}: {value}")),
        );
        lines.push(format!("└ {}", embed.footer));
    }
    for select in &message.selects {
        let options: Vec<&str> = select
            .options
            .iter()
            .map(|(label, _)| label.as_str())
            .collect();
        lines.push(format!("<{}: {}>", select.placeholder, options.join(" | ")));
    }
    let buttons = message.buttons.iter();
    let buttons: Vec<String> = buttons
        .map(|button| format!("[{}]", button.label))
        .collect();
    lines.extend((!buttons.is_empty()).then(|| buttons.join(" ")));
    lines.join("\n")
}

/// An answer as a person sees it.
fn told(answer: &Answer) -> String {
    match answer {
        Answer::Message(message) => shown(message),
        Answer::Updated(message) => format!("(in place of what was there)\n{}", shown(message)),
        other => format!("{other:?}"),
    }
}
