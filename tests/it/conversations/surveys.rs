//! `/survey`: a round from its opening to its results, the private ballot, and what is refused.

use std::time::Duration;

use hearth::domain::time::{hours, minutes};
use hearth::playground::{Answer, Failure, Message};

use crate::harness::Bot;
use crate::{conversation, see};

/// The prompt's button.
pub const ANSWER: &str = "Answer in private";
const DAYS: fn(u64) -> Duration = |days| hours(24 * days);

conversation!(a_round_is_opened_answered_in_private_and_published_once, bot => {
    bot.say("Pia", "platform", "/survey open survey:pulse").await;
    see!(bot.transcript("platform"), @r"
    Hearth to Pia's /survey open:
      <@1100000000000003007> opens a round of **pulse**. The question is posted in <#1100000000000002000>.

    Hearth:
      Overall, how satisfied or dissatisfied are you with Sonsic Platform?
      ┌ How is Sonsic Platform for you?
      │ One question, less than a minute, answered in private. The round closes <t:1796130000:R>.
      │ Asked: everybody with the role <@&1100000000000001000>.
      │ Confidential while open, anonymous once closed.
      └ Hearth · ID
      [Answer in private]
    ");
    let prompt = bot.messages("platform").pop().unwrap();

    // Five people answer; one changes the answer, one takes it back, one adds a comment.
    let ballot = bot.click("Mina", "platform", ANSWER).await.message();
    see!(shown(&ballot), @r"
    (only Mina sees this)
    **Overall, how satisfied or dissatisfied are you with Sonsic Platform?**
    Only you see this. You can change or withdraw your answer until the round closes.
    Confidential while open, anonymous once closed.
    <Choose your answer: Extremely dissatisfied | Moderately dissatisfied | Slightly dissatisfied | Neither satisfied nor dissatisfied | Slightly satisfied | Moderately satisfied | Extremely satisfied>
    ");
    let thanks = bot.choose("Mina", &ballot, "6").await;
    see!(told(&thanks), @r"
    (in place of what was there)
    (only Mina sees this)
    Thank you! Your answer: **Moderately satisfied**.
    **Overall, how satisfied or dissatisfied are you with Sonsic Platform?**
    Only you see this. You can change or withdraw your answer until the round closes.
    Confidential while open, anonymous once closed.
    <Choose your answer: Extremely dissatisfied | Moderately dissatisfied | Slightly dissatisfied | Neither satisfied nor dissatisfied | Slightly satisfied | Moderately satisfied | Extremely satisfied>
    [Add a comment] [Withdraw my answer]
    ");
    for (who, point) in [("Ben", "7"), ("Cleo", "2"), ("Dora", "3"), ("Emil", "7"), ("Finn", "1")] {
        answer(bot, who, point).await;
    }
    let again = bot.click("Cleo", "platform", ANSWER).await.message();
    see!(shown(&again), @r"
    (only Cleo sees this)
    **Overall, how satisfied or dissatisfied are you with Sonsic Platform?**
    Your answer so far: **Moderately dissatisfied**
    Only you see this. You can change or withdraw your answer until the round closes.
    Confidential while open, anonymous once closed.
    <Choose your answer: Extremely dissatisfied | Moderately dissatisfied | Slightly dissatisfied | Neither satisfied nor dissatisfied | Slightly satisfied | Moderately satisfied | Extremely satisfied>
    [Add a comment] [Withdraw my answer]
    ");
    see!(told(&bot.choose("Cleo", &again, "5").await), @r"
    (in place of what was there)
    (only Cleo sees this)
    Changed. Your answer is now: **Slightly satisfied**.
    **Overall, how satisfied or dissatisfied are you with Sonsic Platform?**
    Only you see this. You can change or withdraw your answer until the round closes.
    Confidential while open, anonymous once closed.
    <Choose your answer: Extremely dissatisfied | Moderately dissatisfied | Slightly dissatisfied | Neither satisfied nor dissatisfied | Slightly satisfied | Moderately satisfied | Extremely satisfied>
    [Add a comment] [Withdraw my answer]
    ");
    let back = bot.click("Finn", "platform", ANSWER).await.message();
    see!(told(&bot.click_on("Finn", &back, "Withdraw my answer").await), @r"
    (in place of what was there)
    (only Finn sees this)
    Your answer is withdrawn; nothing of it is kept. You can answer again.
    **Overall, how satisfied or dissatisfied are you with Sonsic Platform?**
    Only you see this. You can change or withdraw your answer until the round closes.
    Confidential while open, anonymous once closed.
    <Choose your answer: Extremely dissatisfied | Moderately dissatisfied | Slightly dissatisfied | Neither satisfied nor dissatisfied | Slightly satisfied | Moderately satisfied | Extremely satisfied>
    ");
    let form = bot.click("Dora", "platform", "Add a comment").await.modal();
    see!(format!("{}\n{:?}", form.title, form.inputs), @r#"
    One thing to fix first
    [Input { custom_id: "comment", label: "What one thing should we fix first?", placeholder: "Please name neither yourself nor anybody else.", value: "", required: false, n_min: 0, n_max: 500 }]
    "#);
    let kept = bot.send("Dora", &form, &[("comment", "Logs! @everyone")]).await;
    see!(told(&kept), @r"
    (in place of what was there)
    (only Dora sees this)
    Thank you, your comment is kept with your answer.
    **Overall, how satisfied or dissatisfied are you with Sonsic Platform?**
    Only you see this. You can change or withdraw your answer until the round closes.
    Confidential while open, anonymous once closed.
    <Choose your answer: Extremely dissatisfied | Moderately dissatisfied | Slightly dissatisfied | Neither satisfied nor dissatisfied | Slightly satisfied | Moderately satisfied | Extremely satisfied>
    [Add a comment] [Withdraw my answer]
    ");

    // Nobody learns anything before the round is closed.
    see!(told(&bot.say("Pia", "platform", "/survey results survey:pulse").await), @r"
    (only Pia sees this)
    No round of **pulse** has been closed yet, so there are no results. They come once, when a round is closed.
    ");
    assert_eq!(bot.message(prompt.id), prompt, "no count is shown while the round is open");

    bot.forward(hours(30)).await;
    let n_before = bot.messages("platform").len();
    bot.say("Pia", "platform", "/survey close survey:pulse").await;
    let messages = bot.messages("platform");
    assert_eq!(messages.len(), n_before + 2, "the command's reply and the results, no second prompt");
    see!(shown(&bot.message(prompt.id)), @r"
    Overall, how satisfied or dissatisfied are you with Sonsic Platform?
    ┌ How is Sonsic Platform for you?
    │ This round is closed. Thank you to everybody who answered!
    └ Hearth · ID
    ");
    see!(shown(&messages[n_before]), @r"<@1100000000000003007> closes the round of **pulse**. The key is destroyed first; then what may be published is posted in <#1100000000000002000>.");
    see!(shown(&messages[n_before + 1]), @r"
    **3 of 5 are satisfied** (60 %, could be 23 – 88 %)
    ┌ Results: pulse
    │ Round of <t:1795525200:D> to <t:1795633200:D>
    │ 5 of 8 people asked answered.
    │ Satisfied means “Moderately satisfied” or “Extremely satisfied”; the range is a 95 % Wilson interval.
    │ 
    │ How the answers are spread is shown from 10 answers on.
    │ 
    │ Comments are shown from 10 answers on.
    │ 
    │ The key of this round was destroyed before anything was counted.
    │ Next: what we make of it. You will read it here before the next round.
    └ Hearth · ID
    ");
    see!(told(&bot.say("Ada", "deployments", "/survey results survey:pulse").await), @r"
    (only Ada sees this)
    **3 of 5 are satisfied** (60 %, could be 23 – 88 %)
    ┌ Results: pulse
    │ Round of <t:1795525200:D> to <t:1795633200:D>
    │ 5 of 8 people asked answered.
    │ Satisfied means “Moderately satisfied” or “Extremely satisfied”; the range is a 95 % Wilson interval.
    │ 
    │ How the answers are spread is shown from 10 answers on.
    │ 
    │ Comments are shown from 10 answers on.
    │ 
    │ The key of this round was destroyed before anything was counted.
    │ Next: what we make of it. You will read it here before the next round.
    └ Hearth · ID
    ");

    // Old views do nothing any more.
    let late = bot.press("Mina", &prompt, ANSWER).await;
    see!(told(&late), @r"
    (only Mina sees this)
    This round is closed; nothing can be answered or changed in it any more. The next round will ask again.
    ");
    see!(told(&bot.choose("Mina", &ballot, "1").await), @r"
    (only Mina sees this)
    This round is closed; nothing can be answered or changed in it any more. The next round will ask again.
    ");
    assert_eq!(bot.messages("platform").len(), n_before + 2);
});

conversation!(the_schedule_opens_a_round_reminds_everybody_once_and_closes_it, bot => {
    // From Tuesday, 14:00, to the next Tuesday, 10:00.
    bot.forward(DAYS(7) - hours(4) - minutes(1)).await;
    assert!(survey_messages(bot).is_empty());
    bot.forward(minutes(1)).await;
    assert_eq!(survey_messages(bot).len(), 1);
    see!(shown(&survey_messages(bot)[0]), @r"
    Overall, how satisfied or dissatisfied are you with Sonsic Platform?
    ┌ How is Sonsic Platform for you?
    │ One question, less than a minute, answered in private. The round closes <t:1796720400:R>.
    │ Asked: everybody with the role <@&1100000000000001000>.
    │ Confidential while open, anonymous once closed.
    └ Hearth · ID
    [Answer in private]
    ");
    for who in ["Mina", "Ben", "Cleo", "Dora"] {
        answer(bot, who, "6").await;
    }

    bot.forward(hours(71)).await;
    assert_eq!(survey_messages(bot).len(), 1);
    bot.forward(hours(1)).await;
    assert_eq!(survey_messages(bot).len(), 2);
    see!(shown(&survey_messages(bot)[1]), @r"
    A reminder for everybody who was asked: the round closes <t:1796720400:R>. If you have answered already, there is nothing to do.
    [Answer in private]
    ");
    bot.forward(hours(24)).await;
    assert_eq!(survey_messages(bot).len(), 2, "one reminder");
    let ballot = bot.click_on("Emil", &survey_messages(bot)[1], ANSWER).await.message();
    bot.choose("Emil", &ballot, "7").await;

    // It is Tuesday, 10:00, again: the next round waits for the end of this one and then opens.
    bot.forward(DAYS(3)).await;
    bot.forward(Duration::from_secs(5)).await;
    let messages = survey_messages(bot);
    assert!(messages[0].text.contains("Overall") && messages[0].buttons.is_empty());
    see!(shown(&messages[2]), @r"
    **At least 80 % of 5 are satisfied** (could be 38 – 100 %)
    ┌ Results: pulse
    │ Round of <t:1796115600:D> to <t:1796720400:D>
    │ 5 of 8 people asked answered.
    │ Satisfied means “Moderately satisfied” or “Extremely satisfied”; the range is a 95 % Wilson interval.
    │ 
    │ How the answers are spread is shown from 10 answers on.
    │ 
    │ Comments are shown from 10 answers on.
    │ 
    │ The key of this round was destroyed before anything was counted.
    │ Next: what we make of it. You will read it here before the next round.
    └ Hearth · ID
    ");
    assert_eq!(messages.len(), 4);
    assert_eq!(messages[3].buttons.len(), 1);
});

conversation!(only_its_keepers_open_and_close_a_round_and_one_at_a_time, bot => {
    see!(told(&bot.say("Mina", "platform", "/survey open survey:pulse").await), @r"
    (only Mina sees this)
    You do not have the right **survey.manage** here. `/whoami` shows what you may do; the keepers of the platform give rights.
    ");
    see!(told(&bot.say("Ada", "platform", "/survey close survey:pulse").await), @r"
    (only Ada sees this)
    You do not have the right **survey.manage** here. `/whoami` shows what you may do; the keepers of the platform give rights.
    ");
    see!(told(&bot.say("Pia", "platform", "/survey close survey:pulse").await), @r"
    (only Pia sees this)
    There is no open round of **pulse**. `/survey open` opens one.
    ");
    see!(told(&bot.say("Pia", "platform", "/survey open survey:puls").await), @r"
    (only Pia sees this)
    There is no survey called **puls**. Did you mean pulse?
    ");
    see!(told(&bot.say("Pia", "platform", "/survey results survey:pulse").await), @r"
    (only Pia sees this)
    No round of **pulse** has been closed yet, so there are no results. They come once, when a round is closed.
    ");
    bot.say("Pia", "platform", "/survey open").await;
    see!(told(&bot.say("Paul", "platform", "/survey open").await), @r"
    (only Paul sees this)
    A round of **pulse** is open already. `/survey close` ends it.
    ");
    bot.say("Paul", "platform", "/survey close").await;
    see!(shown(&bot.messages("platform").pop().unwrap()), @r"
    Nobody answered in this round, so there is nothing to publish.
    ┌ Results: pulse
    │ Round of <t:1795525200:D> to <t:1795525200:D>
    │ 0 of 8 people asked answered.
    │ 
    │ The key of this round was destroyed before anything was counted.
    │ Next: what we make of it. You will read it here before the next round.
    └ Hearth · ID
    ");
});

conversation!(whoever_is_not_asked_or_not_asked_any_more_is_refused, bot => {
    bot.say("Pia", "platform", "/survey open").await;
    see!(told(&bot.click("Nils", "platform", ANSWER).await), @r"
    (only Nils sees this)
    This survey asks the people with the role **<@&1100000000000001000>**. Thank you for wanting to answer!
    ");
    let ballot = bot.click("Mina", "platform", ANSWER).await.message();
    let other = bot.click("Ben", "platform", ANSWER).await.message();
    bot.choose("Ben", &other, "3").await;
    let other = bot.click("Ben", "platform", ANSWER).await.message();
    bot.discord.set_roles("Mina", &[]);
    bot.discord.set_roles("Ben", &["Lead"]);
    see!(told(&bot.choose("Mina", &ballot, "6").await), @r"
    (only Mina sees this)
    This survey asks the people with the role **<@&1100000000000001000>**. Thank you for wanting to answer!
    ");
    let refused = told(&bot.click_on("Ben", &other, "Withdraw my answer").await);
    assert!(refused.contains("This survey asks"), "{refused}");
    bot.discord.set_roles("Mina", &["Developer"]);
    see!(told(&bot.choose("Mina", &ballot, "7").await), @r"
    (in place of what was there)
    (only Mina sees this)
    Thank you! Your answer: **Extremely satisfied**.
    **Overall, how satisfied or dissatisfied are you with Sonsic Platform?**
    Only you see this. You can change or withdraw your answer until the round closes.
    Confidential while open, anonymous once closed.
    <Choose your answer: Extremely dissatisfied | Moderately dissatisfied | Slightly dissatisfied | Neither satisfied nor dissatisfied | Slightly satisfied | Moderately satisfied | Extremely satisfied>
    [Add a comment] [Withdraw my answer]
    ");
});

conversation!(a_comment_needs_an_answer_and_an_answer_may_be_withdrawn_only_once, bot => {
    bot.say("Pia", "platform", "/survey open").await;
    answer(bot, "Mina", "4").await;
    let one = bot.click("Mina", "platform", ANSWER).await.message();
    let two = bot.click("Mina", "platform", ANSWER).await.message();
    let form = bot.click_on("Mina", &two, "Add a comment").await.modal();
    bot.click_on("Mina", &one, "Withdraw my answer").await;
    see!(told(&bot.click_on("Mina", &two, "Add a comment").await), @r"
    (only Mina sees this)
    Choose an answer first; then you can add a comment.
    ");
    see!(told(&bot.send("Mina", &form, &[("comment", "too late")]).await), @r"
    (only Mina sees this)
    Choose an answer first; then you can add a comment.
    ");
    see!(told(&bot.click_on("Mina", &two, "Withdraw my answer").await), @r"
    (in place of what was there)
    (only Mina sees this)
    There is no answer of yours in this round, so there is nothing to withdraw.
    **Overall, how satisfied or dissatisfied are you with Sonsic Platform?**
    Only you see this. You can change or withdraw your answer until the round closes.
    Confidential while open, anonymous once closed.
    <Choose your answer: Extremely dissatisfied | Moderately dissatisfied | Slightly dissatisfied | Neither satisfied nor dissatisfied | Slightly satisfied | Moderately satisfied | Extremely satisfied>
    ");
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
    see!(shown(&ballot), @r"
    (only Greta sees this)
    **Wie zufrieden oder unzufrieden bist du insgesamt mit Sonsic Platform?**
    Nur du siehst das. Bis die Runde schließt, kannst du deine Antwort ändern oder zurückziehen.
    Vertraulich, solange die Runde offen ist; anonym, sobald sie geschlossen ist.
    <Wähle deine Antwort: Äußerst unzufrieden | Ziemlich unzufrieden | Etwas unzufrieden | Weder zufrieden noch unzufrieden | Etwas zufrieden | Ziemlich zufrieden | Äußerst zufrieden>
    ");
    see!(told(&bot.choose("Greta", &ballot, "2").await), @r"
    (in place of what was there)
    (only Greta sees this)
    Danke! Deine Antwort: **Ziemlich unzufrieden**.
    **Wie zufrieden oder unzufrieden bist du insgesamt mit Sonsic Platform?**
    Nur du siehst das. Bis die Runde schließt, kannst du deine Antwort ändern oder zurückziehen.
    Vertraulich, solange die Runde offen ist; anonym, sobald sie geschlossen ist.
    <Wähle deine Antwort: Äußerst unzufrieden | Ziemlich unzufrieden | Etwas unzufrieden | Weder zufrieden noch unzufrieden | Etwas zufrieden | Ziemlich zufrieden | Äußerst zufrieden>
    [Kommentar dazu] [Meine Antwort zurückziehen]
    ");
    let form = bot.click("Greta", "platform", "Kommentar dazu").await.modal();
    see!(format!("{}\n{:?}", form.title, form.inputs), @r#"
    Was zuerst in Ordnung bringen?
    [Input { custom_id: "comment", label: "Welche eine Sache sollten wir zuerst richten?", placeholder: "Bitte nenne weder dich noch sonst jemanden beim Namen.", value: "", required: false, n_min: 0, n_max: 500 }]
    "#);
    see!(told(&bot.send("Greta", &form, &[("comment", "Mehr Protokolle")]).await), @r"
    (in place of what was there)
    (only Greta sees this)
    Danke, dein Kommentar ist bei deiner Antwort aufbewahrt.
    **Wie zufrieden oder unzufrieden bist du insgesamt mit Sonsic Platform?**
    Nur du siehst das. Bis die Runde schließt, kannst du deine Antwort ändern oder zurückziehen.
    Vertraulich, solange die Runde offen ist; anonym, sobald sie geschlossen ist.
    <Wähle deine Antwort: Äußerst unzufrieden | Ziemlich unzufrieden | Etwas unzufrieden | Weder zufrieden noch unzufrieden | Etwas zufrieden | Ziemlich zufrieden | Äußerst zufrieden>
    [Kommentar dazu] [Meine Antwort zurückziehen]
    ");
    bot.discord.set_roles("Lars", &["Lead"]);
    see!(told(&bot.click("Lars", "platform", ANSWER).await), @r"
    (only Lars sees this)
    Diese Umfrage fragt die Leute mit der Rolle **<@&1100000000000001000>**. Danke, dass du antworten wolltest!
    ");
});

conversation!(a_restart_in_the_middle_keeps_answers_and_lets_them_be_changed, bot => {
    bot.say("Pia", "platform", "/survey open").await;
    for (who, point) in [("Mina", "7"), ("Ben", "1"), ("Cleo", "6"), ("Dora", "1"), ("Emil", "1")] {
        answer(bot, who, point).await;
    }
    bot.restart().await;
    let ballot = bot.click("Mina", "platform", ANSWER).await.message();
    assert!(ballot.text.contains("Your answer so far: **Extremely satisfied**"), "{}", ballot.text);
    bot.choose("Mina", &ballot, "6").await;
    bot.say("Pia", "platform", "/survey close").await;
    let results = bot.messages("platform").pop().unwrap();
    assert!(shown(&results).contains("2 of 5 are satisfied"), "{}", shown(&results));
});

conversation!(a_changed_secret_takes_no_answers_and_none_turns_surveys_off, bot => {
    bot.say("Pia", "platform", "/survey open").await;
    let ballot = bot.click("Mina", "platform", ANSWER).await.message();
    bot.restart_with_secret(Some(vec![8; 32])).await;
    see!(told(&bot.choose("Mina", &ballot, "6").await), @r"
    (only Mina sees this)
    Surveys are off, because the secret that keeps answers confidential is missing or is no longer the one that this round was opened with. The keepers of the platform can mend that.
    ");
    assert!(told(&bot.click("Ben", "platform", ANSWER).await).contains("Surveys are off"));
    // With the old secret it goes on as if nothing had been.
    bot.restart_with_secret(Some(crate::harness::SECRET.to_vec())).await;
    bot.choose("Mina", &ballot, "6").await;
    bot.restart_with_secret(None).await;
    see!(told(&bot.click("Mina", "platform", ANSWER).await), @r"
    (only Mina sees this)
    Surveys are off, because the secret that keeps answers confidential is missing or is no longer the one that this round was opened with. The keepers of the platform can mend that.
    ");
    bot.say("Pia", "platform", "/survey close").await;
    see!(told(&bot.say("Pia", "platform", "/survey open").await), @r"
    (only Pia sees this)
    Surveys are off, because the secret that keeps answers confidential is missing or is no longer the one that this round was opened with. The keepers of the platform can mend that.
    ");
    bot.forward(DAYS(7)).await;
    assert!(bot.log().contains("survey pulse is due, but there is no survey secret"));
});

conversation!(a_round_waits_until_discord_has_counted_whom_it_asks, bot => {
    let count = "GET /guilds/{guild}/roles/member-counts";
    bot.discord.fail_next(count, 2, Failure::Status(503));
    bot.say("Pia", "platform", "/survey open").await;
    assert_eq!(survey_messages(bot).len(), 0);
    see!(told(&bot.say("Pia", "platform", "/survey open").await), @r"
    (only Pia sees this)
    A round of **pulse** is open already. `/survey close` ends it.
    ");
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
    see!(shown(&survey_messages(bot)[0]), @r"
    Nobody answered in this round, so there is nothing to publish.
    ┌ Results: pulse
    │ Round of <t:1795525200:D> to <t:1795525200:D>
    │ 0 people answered; how many were asked is not known.
    │ 
    │ The key of this round was destroyed before anything was counted.
    │ Next: what we make of it. You will read it here before the next round.
    └ Hearth · ID
    ");
    // Its key was not made after all.
    bot.say("Pia", "platform", "/survey open").await;
    assert_eq!(survey_messages(bot).len(), 2);
});

conversation!(a_prompt_that_somebody_has_deleted_is_not_said_again, bot => {
    bot.say("Pia", "platform", "/survey open").await;
    bot.discord.delete_message(survey_messages(bot)[0].id);
    bot.say("Pia", "platform", "/survey close").await;
    assert_eq!(survey_messages(bot).len(), 1, "only the results");
    let complaints = bot.discord.take_complaints();
    assert!(complaints.len() == 1 && complaints[0].starts_with("PATCH "), "{complaints:?}");
});

/// Somebody answers in the usual way.
pub async fn answer(bot: &Bot, who: &str, point: &str) {
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
pub fn shown(message: &Message) -> String {
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
pub fn told(answer: &Answer) -> String {
    match answer {
        Answer::Message(message) => shown(message),
        Answer::Updated(message) => format!("(in place of what was there)\n{}", shown(message)),
        other => format!("{other:?}"),
    }
}
