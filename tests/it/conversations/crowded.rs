//! Answers that are as long as they can become: what does not fit is counted, and no line is torn.

use hearth::domain::limits;

use super::surveys::{answer, shown as results_of};
use crate::changed_conversation;
use crate::harness::{Setup, by_shell, guild, shown};

/// A revision as long as a commit's id.
fn commit(n: usize) -> String {
    format!("{n:040x}")
}

/// What every message must keep: Discord's room for a text, and nothing that was cut at its end.
fn is_whole(text: &str) {
    let units = text.encode_utf16().count();
    assert!(units <= 2_000, "{units} characters:\n{text}");
    assert!(!text.ends_with('…'), "torn:\n{text}");
}

changed_conversation!(a_long_history_of_commits_fits_and_no_line_is_torn, Setup::new().deployed_by("true"), bot => {
    for n in 0..limits::LIST_ROWS_MAX + 2 {
        bot.say("Mina", "player", &format!("/deploy service:player stage:staging revision:{}", commit(n))).await;
    }
    let history = bot.say("Mina", "player", "/history service:player").await.message().text;
    is_whole(&history);
    let rows = history.lines().filter(|line| line.contains("<@")).count();
    assert!(rows >= 10, "{history}");
    assert!(history.contains("Older ones are kept"), "{history}");
});

changed_conversation!(a_long_list_of_environments_fits_and_counts_the_rest, Setup::new()
    .programs(&by_shell("true", ""))
    .platform(|platform, _| platform.teams[0].environments_quota = 50), bot => {
    let name = |n: usize| format!("a-name-as-long-as-a-name-may-become-ab{n:02}");
    for n in 0..limits::LIST_ROWS_MAX + 2 {
        bot.say("Mina", "player", &format!("/env create template:preview name:{}", name(n))).await;
    }
    let list = bot.privately("Mina", "player", "/env list").await;
    is_whole(&list);
    let rows = list.lines().filter(|line| line.contains("a-name-as")).count();
    let left = limits::LIST_ROWS_MAX + 2 - rows;
    assert!(rows >= 10, "{list}");
    assert!(list.lines().last().unwrap().contains(&left.to_string()), "{list}");
});

changed_conversation!(an_address_that_is_none_does_not_keep_the_news_from_being_told, Setup::new()
    .programs(&by_shell(r#"echo '{"output":{"url":"http://:80/"}}'"#, r#"outputs = ["url"]"#)), bot => {
    bot.say("Mina", "player", "/env create template:preview name:demo").await;
    let messages: Vec<String> = bot.messages("player").iter().map(shown).collect();
    assert!(messages.iter().any(|text| text.contains("is ready")), "{messages:#?}");
    assert!(!messages.iter().any(|text| text.contains("http://:80/")), "{messages:#?}");
});

changed_conversation!(a_long_comment_is_published_whole, Setup::new().member("G2", "G2", &["Developer"]).member("G3", "G3", &["Developer"]).member("G4", "G4", &["Developer"]), bot => {
    bot.say("Pia", "platform", "/survey open").await;
    let people: Vec<String> = guild().members.into_iter().filter(|member| member.roles.iter().any(|role| role == "Developer")).map(|member| member.name).chain(["G2".to_owned(), "G3".to_owned(), "G4".to_owned()]).collect();
    for (who, point) in people.iter().zip(["7", "6", "6", "5", "4", "4", "3", "2", "7", "7"]) {
        answer(bot, who, point).await;
    }
    assert!(people.len() >= 10);
    let words = format!("{}the end of what I had to say", "_so much_ to say ".repeat(27));
    assert!(words.chars().count() <= limits::COMMENT_CHARS_MAX);
    let form = bot.click("Mina", "platform", "Add a comment").await.modal();
    bot.send("Mina", &form, &[("comment", &words)]).await;
    bot.say("Pia", "platform", "/survey close").await;
    let results = results_of(&bot.messages("platform").pop().unwrap());
    assert!(results.contains("the end of what I had to say"), "{results}");
});
