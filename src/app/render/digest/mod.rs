//! An edition's message: headline, what waits for somebody, strategy, HEAT, delivery, and how far to
//! believe all this; rendered from the stored form and the words alone.

mod pack;
mod picture;
mod value;

use crate::app::digests::frozen::{
    Call, Frozen, Headline, HeatLine, Line, Part, Service, Standing, Value as Said,
};
use crate::domain::calendar::local;
use crate::domain::chat::{Embed, Message};
use crate::domain::effect::Subject;
use crate::domain::metric::MetricId;
use crate::domain::sentence::{Sentence, Value};
use crate::domain::time::Timestamp;

use super::{Voice, at, color, framed};
use crate::app::words::harmless;
use pack::Section;

pub use picture::{alt, charts};

/// Characters of a name that comes from the configuration or from facts.
const NAME_CHARS_MAX: usize = 60;
/// Weeks of the past from which on changes are called.
const WEEKS_UNTIL_CALLED: usize = 8;
/// Metrics that are named behind a headline, at most.
const ALSO_MAX: usize = 6;

/// The message of an edition, without its pictures. `subject` makes it findable; a preview has none.
#[must_use]
pub fn message(voice: Voice<'_>, edition: &Frozen, subject: Option<&Subject>) -> Message {
    let Told { headline, rest } = headline(voice, edition);
    let sections = [
        Section::new("digest-section-decide", decide(voice, edition), 300),
        Section::new("digest-section-strategy", strategy(voice, edition), 2_000),
        Section::new("digest-section-heat", heat(voice, edition), 1_600),
        Section::new("digest-section-delivery", delivery(voice, edition), 800),
    ];
    let title = Sentence::new("digest-title")
        .with("platform", name(&edition.platform))
        .with("week", edition.window.week.as_str());
    let embed = Embed {
        title: voice.say(&title),
        description: pack::bounded(
            [headline.as_str(), &rest].join(" ").trim_end(),
            pack::HEADLINE_CHARS_MAX,
        ),
        color: Some(match (&edition.headline, edition.standing) {
            (Headline::Conflict { .. }, _) => color::WAITING,
            (_, Standing::SoFar) => color::MOVING,
            _ => color::GOOD,
        }),
        fields: sections
            .iter()
            .flat_map(|section| section.fields(voice))
            .collect(),
        footer: footer(voice, edition, subject),
        ..Embed::default()
    };
    framed(content(voice, edition, &headline), embed, None)
}

/// A name from outside, short and harmless.
fn name(text: &str) -> Value {
    Value::Markup(harmless::markdown(text, NAME_CHARS_MAX))
}

fn metric(voice: Voice<'_>, id: MetricId) -> Value {
    Value::Markup(voice.line(id.metric().name_key))
}

/// The essence, for those who switch embeds off: the headline, what waits for somebody, where the
/// rest is, and what limits it.
fn content(voice: Voice<'_>, edition: &Frozen, headline: &str) -> String {
    let headline = pack::bounded(headline, pack::HEADLINE_CHARS_MAX);
    let first = Sentence::new("digest-content")
        .with("week", edition.window.week.as_str())
        .with("headline", Value::Markup(headline));
    let mut lines = vec![voice.say(&first)];
    let waiting = decide(voice, edition);
    if !waiting.is_empty() {
        let what = Value::Markup(waiting.join(" · "));
        lines.push(voice.say(&Sentence::new("digest-content-decide").with("what", what)));
    }
    let mut look = vec![voice.line("digest-content-look")];
    if edition.standing == Standing::SoFar {
        look.push(voice.line("digest-provisional-short"));
    }
    if edition.sample.any() {
        look.push(voice.line("digest-sample"));
    }
    lines.push(look.join(" "));
    lines.join("\n")
}

/// What the edition begins with.
struct Told {
    /// One sentence.
    headline: String,
    /// Why it is said, and what else changed; may be empty.
    rest: String,
}

fn headline(voice: Voice<'_>, edition: &Frozen) -> Told {
    let silent = || edition.silent_since.map(|since| at(Timestamp(since), 'f'));
    let headline = match &edition.headline {
        Headline::Conflict { better, worse } => voice.say(
            &Sentence::new("digest-headline-conflict")
                .with("metric", metric(voice, better.0))
                .with("counter", metric(voice, worse.0)),
        ),
        Headline::Changed {
            metric: id,
            value: said,
            call,
            also,
        } => {
            let id = id.0;
            let better = value::turn(call).is_none_or(|turn| turn.better);
            let sentence = if better {
                Sentence::new("digest-headline-better")
            } else {
                Sentence::new("digest-headline-worse")
            };
            let sentence = sentence
                .with("metric", metric(voice, id))
                .with("value", Value::Markup(value::value(voice, id, said)));
            let why = value::why(voice, id, call);
            return Told {
                headline: voice.say(&sentence),
                rest: format!("{why} {}", rest(voice, also.iter().map(|id| id.0)))
                    .trim_start()
                    .to_owned(),
            };
        }
        _ if edition
            .strategy
            .iter()
            .all(|line| value::is_missing(&line.value)) =>
        {
            match silent() {
                Some(since) => {
                    voice.say(&Sentence::new("digest-headline-silent").with("since", since))
                }
                None => voice.line("digest-headline-no-data"),
            }
        }
        // Its pace so far calls no change, however long the past was.
        Headline::Nothing | Headline::TooEarly if matches!(edition.standing, Standing::SoFar) => {
            voice.line("digest-headline-running")
        }
        // What is normal is known only where the past was long enough for limits.
        Headline::Nothing
            if everything(edition).any(|line| matches!(line.call, Call::Within { .. })) =>
        {
            voice.line("digest-headline-nothing")
        }
        Headline::Nothing | Headline::TooEarly => {
            voice.say(&Sentence::new("digest-headline-young").with("weeks", WEEKS_UNTIL_CALLED))
        }
    };
    Told {
        headline,
        rest: String::new(),
    }
}

fn everything(edition: &Frozen) -> impl Iterator<Item = &Line> {
    edition
        .strategy
        .iter()
        .chain(edition.heat.iter().map(|heat| &heat.line))
}

/// What else changed, or that nothing did.
fn rest(voice: Voice<'_>, also: impl Iterator<Item = MetricId>) -> String {
    let names: Vec<String> = also
        .take(ALSO_MAX)
        .map(|id| voice.line(id.metric().name_key))
        .collect();
    if names.is_empty() {
        return voice.line("digest-headline-alone");
    }
    let names = Value::Markup(names.join("; "));
    voice.say(&Sentence::new("digest-headline-also").with("metrics", names))
}

fn decide(voice: Voice<'_>, edition: &Frozen) -> Vec<String> {
    let counts = [
        (edition.decide.environments, "digest-decide-environments"),
        (edition.decide.approvals, "digest-decide-approvals"),
    ];
    counts
        .into_iter()
        .filter(|(n, _)| *n > 0)
        .map(|(n, id)| {
            voice.say(&Sentence {
                id,
                arguments: vec![("n", Value::from(n))],
            })
        })
        .collect()
}

/// By goal: what is measured, what is wanted, how it went.
fn strategy(voice: Voice<'_>, edition: &Frozen) -> Vec<String> {
    let mut lines = Vec::new();
    let mut goal = None;
    for line in &edition.strategy {
        if line.goal != goal {
            goal.clone_from(&line.goal);
            lines.extend(
                goal.as_ref()
                    .map(|goal| voice.say(&Sentence::new("digest-goal").with("goal", name(goal)))),
            );
        }
        let mut parts = vec![voice.say(&numbered("digest-line", voice, line))];
        parts.extend(value::aim(voice, line));
        parts.extend(value::sparkline(line));
        parts.extend(value::trend(voice, line, edition.standing));
        lines.push(parts.join(" · "));
    }
    lines
}

fn heat(voice: Voice<'_>, edition: &Frozen) -> Vec<String> {
    edition
        .heat
        .iter()
        .flat_map(|heat| heat_lines(voice, heat, edition))
        .collect()
}

/// A part of HEAT and its counterweights, side by side. What the strategy has told already is not
/// told twice, but for the number of a counterweight.
fn heat_lines(voice: Voice<'_>, heat: &HeatLine, edition: &Frozen) -> Vec<String> {
    let part = Value::Markup(voice.line(match heat.part {
        Part::Happiness => "digest-heat-happiness",
        Part::Efficiency => "digest-heat-efficiency",
        Part::Adoption => "digest-heat-adoption",
        Part::TaskSuccess => "digest-heat-task-success",
    }));
    let told = |line: &Line| {
        edition
            .strategy
            .iter()
            .any(|other| other.metric == line.metric)
    };
    let named = metric(voice, heat.line.metric.0);
    let first = if told(&heat.line) {
        voice.say(
            &Sentence::new("digest-heat-above")
                .with("part", part)
                .with("metric", named),
        )
    } else {
        let first = Sentence::new("digest-heat-line")
            .with("part", part)
            .with("metric", named)
            .with("value", said(voice, &heat.line));
        judged(voice, voice.say(&first), &heat.line, edition.standing)
    };
    let counterweights = heat.counterweights.iter().map(|line| {
        let text = voice.say(&numbered("digest-counterweight", voice, line));
        if told(line) {
            text
        } else {
            judged(voice, text, line, edition.standing)
        }
    });
    std::iter::once(first).chain(counterweights).collect()
}

/// The line with what was said the last time, and whether it changed.
fn judged(voice: Voice<'_>, text: String, line: &Line, standing: Standing) -> String {
    let mut parts = vec![text];
    if let (true, Some(earlier)) = (value::is_missing(&line.value), &line.earlier) {
        let earlier = Value::Markup(value::value(voice, line.metric.0, earlier));
        parts.push(voice.say(&Sentence::new("digest-earlier").with("value", earlier)));
    }
    parts.extend(value::trend(voice, line, standing));
    parts.join(" · ")
}

fn delivery(voice: Voice<'_>, edition: &Frozen) -> Vec<String> {
    let deployments = edition
        .strategy
        .iter()
        .find(|line| line.metric.0 == MetricId::S6);
    // Without a source that would have told, "none" would be a guess.
    let none = deployments.is_some_and(|line| matches!(line.value, Said::Count { .. }));
    if edition.delivery.is_empty() {
        return none
            .then(|| voice.line("digest-delivery-none"))
            .into_iter()
            .collect();
    }
    let mut lines: Vec<String> = edition
        .delivery
        .iter()
        .map(|service| service_line(voice, service))
        .collect();
    if edition.services_left_out > 0 {
        lines.push(
            voice.say(&Sentence::new("digest-delivery-more").with("n", edition.services_left_out)),
        );
    }
    lines
}

fn service_line(voice: Voice<'_>, service: &Service) -> String {
    let first = Sentence::new("digest-delivery-line")
        .with("n", value::number(service.deployments))
        .with("service", name(&service.service))
        .with("failed", value::number(service.failed_runs))
        .with("rolled-back", value::number(service.rollbacks));
    let mut parts = vec![voice.say(&first)];
    if let Some(share) = service.mended {
        let share = Value::Markup(value::share(voice, share));
        parts.push(voice.say(&Sentence::new("digest-delivery-mended").with("value", share)));
    }
    if let Some(share) = service.unplanned.filter(|(unplanned, _)| *unplanned > 0) {
        let share = Value::Markup(value::share(voice, share));
        parts.push(voice.say(&Sentence::new("digest-delivery-unplanned").with("value", share)));
    }
    parts.join(" · ")
}

fn numbered(id: &'static str, voice: Voice<'_>, line: &Line) -> Sentence {
    Sentence {
        id,
        arguments: vec![
            ("metric", metric(voice, line.metric.0)),
            ("value", said(voice, line)),
        ],
    }
}

fn said(voice: Voice<'_>, line: &Line) -> Value {
    Value::Markup(value::value(voice, line.metric.0, &line.value))
}

fn footer(voice: Voice<'_>, edition: &Frozen, subject: Option<&Subject>) -> String {
    let plain = |sentence: &Sentence| voice.words.plain(voice.language, sentence);
    let coverage = match edition.coverage {
        // Rounded down: only a whole week may say 100 %.
        Some(share) => plain(
            &Sentence::new("digest-coverage").with("percent", (share * 1_000.0).floor() / 10.0),
        ),
        None => voice.line("digest-coverage-none"),
    };
    let about = Sentence::new("digest-footer")
        .with("window", Value::Markup(window(voice, edition)))
        .with("coverage", Value::Markup(coverage))
        .with("definition", u32::from(edition.definitions));
    let made = Value::Markup(moment(voice, edition));
    let standing = match edition.standing {
        Standing::Frozen => Sentence::new("digest-frozen").with("at", made),
        Standing::SoFar => Sentence::new("digest-provisional").with("at", made),
        Standing::Preview => Sentence::new("digest-preview").with("at", made),
    };
    let mut lines = vec![plain(&about), plain(&standing)];
    if edition.sample.any() {
        lines.push(voice.line("digest-sample"));
    }
    lines.extend(subject.map(|subject| voice.footer(subject)));
    lines.join("\n")
}

fn window(voice: Voice<'_>, edition: &Frozen) -> String {
    let window = Sentence::new("digest-window")
        .with("from", Value::Markup(date(voice, edition.window.first_day)))
        .with("to", Value::Markup(date(voice, edition.window.last_day)))
        .with("zone", edition.window.zone.as_str());
    voice.words.plain(voice.language, &window)
}

/// A day as the language writes it.
fn date(voice: Voice<'_>, day: chrono::NaiveDate) -> String {
    use chrono::Datelike;
    let sentence = Sentence::new("digest-date")
        .with("day", day.day())
        .with("month", day.month())
        .with("year", f64::from(day.year()));
    voice.words.plain(voice.language, &sentence)
}

/// When the edition was made, by the wall clock of its zone: footers show no marks of time.
fn moment(voice: Voice<'_>, edition: &Frozen) -> String {
    let zone = edition.window.zone.parse().unwrap_or(chrono_tz::UTC);
    let made = local(zone, edition.made_at);
    format!("{}, {}", date(voice, made.date()), made.format("%H:%M"))
}
