//! A survey round's messages: the prompt, the private ballot, and what may be published.

use crate::domain::chat::{
    Button, ButtonKind, Embed, Form, Input, Message, Row, Select, SelectOption,
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
    if released.top2.is_some() {
        lines.push(voice.line("survey-results-meaning"));
        lines.push(String::new());
        lines.extend(distribution(voice, released));
        if round.comment {
            lines.push(String::new());
            lines.extend(comments(voice, released));
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
    framed(headline, embed, None)
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

fn comments(voice: Voice<'_>, released: &Released) -> Vec<String> {
    if released.n < limits::COMMENTS_MIN {
        let id = "survey-results-comments-withheld";
        return vec![voice.say(&Sentence::new(id).with("n", limits::COMMENTS_MIN))];
    }
    if released.comments.is_empty() {
        return vec![voice.line("survey-results-comments-none")];
    }
    let mut lines = vec![format!("**{}**", voice.line("survey-results-comments"))];
    let mut left = 2_500_usize;
    for (shown, comment) in released.comments.iter().enumerate() {
        // The whole comment: escapes may double its length.
        let whole = harmless::markdown(comment, 2 * limits::COMMENT_CHARS_MAX);
        let line = voice
            .say(&Sentence::new("survey-results-comment").with("comment", Value::Markup(whole)));
        if line.chars().count() > left || shown >= limits::LIST_ROWS_MAX {
            break;
        }
        left -= line.chars().count();
        lines.push(line);
    }
    lines
}
