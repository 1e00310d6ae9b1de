//! A survey round's messages: the prompt, the private ballot, and what may be published.

use crate::domain::chat::{
    Button, ButtonKind, Embed, File, Form, Input, Message, Row, Select, SelectOption,
};
use crate::domain::effect::Subject;
use crate::domain::limits;
use crate::domain::sentence::{Sentence, Value};
use crate::domain::statistics::Proportion;
use crate::domain::survey::{Given, Released, Round, State, agreed_percent};

use super::super::words::harmless;
use super::{Voice, at, button, buttons, color, framed};

/// The ids of the seven answers, negative first.
pub const ANSWERS: [&str; 7] = [
    "survey-answer-1",
    "survey-answer-2",
    "survey-answer-3",
    "survey-answer-4",
    "survey-answer-5",
    "survey-answer-6",
    "survey-answer-7",
];

/// Characters of comments in the message itself.
const COMMENTS_CHARS_MAX: usize = 2_500;
/// Bytes of the file that holds all comments: Discord takes ten times as much.
const COMMENTS_FILE_BYTES_MAX: usize = 1_000_000;

/// The question in a channel. Its button holds the round's id and nothing about a person.
#[must_use]
pub fn prompt(voice: Voice<'_>, round: &Round, platform: &str) -> Message {
    let open = round.state == State::Open;
    let question = question(voice, platform);
    let description = if open {
        let role = Value::Markup(format!("<@&{}>", round.audience));
        [
            voice.say(&Sentence::new("survey-prompt-how").with("until", at(round.closes_at, 'R'))),
            voice.say(&Sentence::new("survey-prompt-who").with("role", role)),
            voice.line("survey-promise"),
        ]
        .join("\n")
    } else {
        voice.line("survey-prompt-closed")
    };
    let embed = Embed {
        title: voice.say(&Sentence::new("survey-prompt-title").with("platform", platform)),
        description,
        color: Some(if open { color::WAITING } else { color::OVER }),
        footer: voice.footer(&Subject::Round(round.id.clone())),
        ..Embed::default()
    };
    let answer = open.then(|| {
        vec![button(
            voice.line("button-answer"),
            ButtonKind::Primary(opener(round)),
        )]
    });
    framed(question, embed, answer.and_then(buttons))
}

/// The one reminder, to everybody who was asked: nobody knows who has answered.
#[must_use]
pub fn reminder(voice: Voice<'_>, round: &Round, occasion: &str) -> Option<Message> {
    if round.state != State::Open {
        return None;
    }
    let content =
        voice.say(&Sentence::new("survey-reminder").with("relative", at(round.closes_at, 'R')));
    let answer = button(
        voice.line("button-answer"),
        ButtonKind::Primary(format!("{}#{occasion}", opener(round))),
    );
    Some(Message {
        content,
        rows: vec![Row::Buttons(vec![answer])],
        ..Message::default()
    })
}

/// The private ballot, with the answer so far if there is one.
#[must_use]
pub fn ballot(
    voice: Voice<'_>,
    round: &Round,
    platform: &str,
    given: Option<&Given>,
    note: Option<&Sentence>,
) -> Message {
    let mut lines: Vec<String> = note.map(|note| voice.say(note)).into_iter().collect();
    lines.push(format!("**{}**", question(voice, platform)));
    if let (Some(given), None) = (given, note) {
        let answer = Value::Markup(answer_text(voice, given.satisfaction));
        lines.push(voice.say(&Sentence::new("survey-ballot-current").with("answer", answer)));
    }
    lines.push(voice.line("survey-ballot-hint"));
    lines.push(voice.line("survey-promise"));
    let options = ANSWERS
        .iter()
        .zip(1_u8..)
        .map(|(id, point)| SelectOption {
            label: voice.line(id),
            value: point.to_string(),
            chosen: given.is_some_and(|given| given.satisfaction == point),
        })
        .collect();
    let select = Select {
        custom_id: format!("ballot:answer:{}", round.id),
        placeholder: voice.line("survey-ballot-placeholder"),
        options,
    };
    let mut rows = vec![Row::Select(select)];
    if given.is_some() {
        rows.extend(buttons(after(voice, round)));
    }
    Message {
        content: lines.join("\n"),
        rows,
        ..Message::default()
    }
}

/// The form for the free comment.
#[must_use]
pub fn comment_form(voice: Voice<'_>, round: &Round, so_far: Option<&str>) -> Form {
    Form {
        custom_id: format!("ballot:commented:{}", round.id),
        title: voice.line("survey-form-title"),
        inputs: vec![Input {
            custom_id: "comment".to_owned(),
            label: voice.line("survey-form-label"),
            value: so_far.unwrap_or_default().to_owned(),
            placeholder: voice.line("survey-form-placeholder"),
            long: true,
            required: false,
            length_max: u16::try_from(limits::COMMENT_CHARS_MAX).unwrap_or(u16::MAX),
        }],
    }
}

/// What may be published of a closed round.
#[must_use]
pub fn results(voice: Voice<'_>, round: &Round, released: &Released) -> Message {
    let headline = share(voice, round, released);
    let mut lines = vec![asked(voice, round, released.n)];
    let mut files = Vec::new();
    if released.top2.is_some() {
        lines.push(voice.line("survey-results-meaning"));
        lines.push(String::new());
        lines.extend(distribution(voice, released));
        if round.comment {
            lines.push(String::new());
            let (shown, file) = comments(voice, released);
            lines.extend(shown);
            files.extend(file);
        }
    }
    lines.push(String::new());
    lines.push(voice.line("survey-results-destroyed"));
    lines.push(voice.line("survey-results-next"));
    let opened = Sentence::new("survey-results-round")
        .with("opened", at(round.opened_at, 'D'))
        .with(
            "closed",
            at(round.closed_at.unwrap_or(round.closes_at), 'D'),
        );
    let embed = Embed {
        title: voice
            .say(&Sentence::new("survey-results-title").with("survey", round.survey.as_str())),
        description: format!("{}\n{}", voice.say(&opened), lines.join("\n")),
        color: Some(color::GOOD),
        footer: voice.footer(&Subject::Round(round.id.clone())),
        ..Embed::default()
    };
    Message {
        files,
        ..framed(headline, embed, None)
    }
}

/// One answer's words.
#[must_use]
pub fn answer_text(voice: Voice<'_>, point: u8) -> String {
    voice.line(ANSWERS[usize::from(point.clamp(1, 7) - 1)])
}

fn opener(round: &Round) -> String {
    format!("ballot:open:{}", round.id)
}

fn question(voice: Voice<'_>, platform: &str) -> String {
    voice.say(&Sentence::new("survey-question-overall").with("platform", platform))
}

fn after(voice: Voice<'_>, round: &Round) -> Vec<Button> {
    let id = |what: &str| format!("ballot:{what}:{}", round.id);
    let mut row = Vec::new();
    if round.comment {
        row.push(button(
            voice.line("button-comment"),
            ButtonKind::Secondary(id("comment")),
        ));
    }
    row.push(button(
        voice.line("button-withdraw"),
        ButtonKind::Danger(id("withdraw")),
    ));
    row
}

fn share(voice: Voice<'_>, round: &Round, released: &Released) -> String {
    let Some(top2) = released.top2 else {
        return voice.say(
            &Sentence::new("survey-results-withheld")
                .with("n", released.n)
                .with("k", round.k),
        );
    };
    let percent = |share: f64| (share * 100.0).round();
    let n = u64::from(released.n);
    let range = |satisfied: u64| {
        let interval = Proportion::new(satisfied, n).map(|share| share.wilson());
        interval.map_or((0.0, 100.0), |interval| {
            (percent(interval.low), percent(interval.high))
        })
    };
    let agreed = agreed_percent(n);
    let sentence = if !released.unanimous {
        let (low, high) = range(top2.into());
        Sentence::new("survey-results-share")
            .with("satisfied", top2)
            .with("n", released.n)
            .with("percent", percent(f64::from(top2) / f64::from(released.n)))
            .with("low", low)
            .with("high", high)
    } else if 2 * top2 > released.n {
        // The range, too, is the same for all and for all but one.
        Sentence::new("survey-results-share-high")
            .with("n", released.n)
            .with("percent", agreed)
            .with("low", range(n - 1).0)
    } else {
        Sentence::new("survey-results-share-low")
            .with("n", released.n)
            .with("percent", 100 - agreed)
            .with("high", range(1).1)
    };
    voice.say(&sentence)
}

fn asked(voice: Voice<'_>, round: &Round, n: u32) -> String {
    voice.say(&match round.eligible {
        Some(asked) => Sentence::new("survey-results-asked")
            .with("asked", asked)
            .with("n", n),
        None => Sentence::new("survey-results-asked-unknown").with("n", n),
    })
}

fn distribution(voice: Voice<'_>, released: &Released) -> Vec<String> {
    let Some(points) = released.distribution else {
        if released.n >= limits::DISTRIBUTION_MIN {
            return vec![voice.line("survey-results-distribution-agreed")];
        }
        let id = "survey-results-distribution-withheld";
        return vec![voice.say(&Sentence::new(id).with("n", limits::DISTRIBUTION_MIN))];
    };
    let mut lines = vec![format!("**{}**", voice.line("survey-results-distribution"))];
    lines.extend(points.iter().zip(ANSWERS).map(|(count, id)| {
        let answer = Value::Markup(voice.line(id));
        voice.say(
            &Sentence::new("survey-results-distribution-line")
                .with("answer", answer)
                .with("count", *count),
        )
    }));
    lines
}

/// What people wrote: as much as the message holds, and all of it in a file where that is not all.
fn comments(voice: Voice<'_>, released: &Released) -> (Vec<String>, Option<File>) {
    if released.n < limits::COMMENTS_MIN {
        let id = "survey-results-comments-withheld";
        let withheld = voice.say(&Sentence::new(id).with("n", limits::COMMENTS_MIN));
        return (vec![withheld], None);
    }
    if released.comments.is_empty() {
        return (vec![voice.line("survey-results-comments-none")], None);
    }
    let mut lines = vec![format!("**{}**", voice.line("survey-results-comments"))];
    let mut left = COMMENTS_CHARS_MAX;
    for comment in released.comments.iter().take(limits::LIST_ROWS_MAX) {
        // A comment is said whole; what makes it harmless at most doubles it.
        let text = harmless::markdown(comment, 2 * limits::COMMENT_CHARS_MAX);
        let comment = Sentence::new("survey-results-comment").with("comment", Value::Markup(text));
        let line = voice.say(&comment);
        if line.chars().count() > left {
            break;
        }
        left -= line.chars().count();
        lines.push(line);
    }
    let more = released.comments.len() - (lines.len() - 1);
    if more == 0 {
        return (lines, None);
    }
    lines.push(voice.say(&Sentence::new("survey-results-more").with("n", more)));
    (lines, Some(comments_file(voice, &released.comments)))
}

/// All comments, in the same order as in the message: that of keys which nobody has any more.
fn comments_file(voice: Voice<'_>, comments: &[String]) -> File {
    let plain = |sentence: &Sentence| voice.words.plain(voice.language, sentence);
    let mut text = String::new();
    for (shown, comment) in comments.iter().enumerate() {
        let whole = Value::Markup(harmless::plain(comment, limits::COMMENT_CHARS_MAX));
        let line = plain(&Sentence::new("survey-results-comment").with("comment", whole));
        if text.len() + line.len() > COMMENTS_FILE_BYTES_MAX {
            let more = comments.len() - shown;
            text.push_str(&plain(
                &Sentence::new("survey-results-left-out").with("n", more),
            ));
            break;
        }
        text.push_str(&line);
        text.push('\n');
    }
    File {
        name: "comments.txt".to_owned(),
        alt: voice.line("survey-results-comments"),
        bytes: text.into_bytes(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::words::Words;
    use crate::domain::chat::{ChannelId, Language, RoleId};
    use crate::domain::effect::RoundId;
    use crate::domain::time::Timestamp;

    fn published(n_comments: usize, comment: impl Fn(usize) -> String) -> Message {
        let round = Round {
            id: RoundId("r".to_owned()),
            survey: "pulse".to_owned(),
            wording: 1,
            audience: RoleId(1),
            channel: ChannelId(1),
            k: 5,
            comment: true,
            state: State::Closed,
            eligible: Some(200),
            opened_at: Timestamp(0),
            closes_at: Timestamp(1),
            reminded_at: None,
            closed_at: Some(Timestamp(1)),
            released: None,
        };
        let released = Released {
            n: 100,
            top2: Some(50),
            unanimous: false,
            distribution: None,
            comments: (0..n_comments).map(comment).collect(),
        };
        let words = Words::load();
        let voice = Voice {
            words: &words,
            language: Language::English,
        };
        results(voice, &round, &released)
    }

    #[test]
    fn comments_that_do_not_fit_into_the_message_are_counted_and_in_the_file() {
        let twenty = published(20, |at| format!("words {at}"));
        assert!(twenty.files.is_empty(), "all of them are in the message");
        let more = published(23, |at| format!("words {at}\u{202E}@everyone"));
        let shown = &more.embeds[0].description;
        assert!(
            shown.contains("… and 3 more comments in the file."),
            "{shown}"
        );
        let file = String::from_utf8(more.files[0].bytes.clone()).unwrap();
        assert_eq!(file.lines().count(), 23);
        assert!(file.contains("words 22") && !file.contains('\u{202E}'));
        let long = published(10, |_| "long ".repeat(100));
        let shown = &long.embeds[0].description;
        assert!(
            shown.contains("… and 6 more comments in the file."),
            "{shown}"
        );
    }

    #[test]
    fn a_file_of_comments_is_bounded_and_says_how_many_are_left_out() {
        let many = published(3_000, |_| "x".repeat(limits::COMMENT_CHARS_MAX));
        let file = String::from_utf8(many.files[0].bytes.clone()).unwrap();
        assert!(file.len() <= COMMENTS_FILE_BYTES_MAX + 100);
        let last = file.lines().last().unwrap();
        assert!(
            last.starts_with("… and ") && last.ends_with(" do not fit here."),
            "{last}"
        );
    }
}
