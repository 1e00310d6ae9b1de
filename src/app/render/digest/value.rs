//! What is said of a metric: its value, its target, its trend. Nothing is claimed that the number of
//! observations does not carry, and no data is never 0.

use std::time::Duration;

use crate::app::digests::frozen::{Amount, Call, Line, Standing, Turn, Value as Said};
use crate::domain::digest::sparkline as blocks;
use crate::domain::metric::{MetricId, Unit};
use crate::domain::sentence::{Sentence, Value};
use crate::domain::statistics::Proportion;
use crate::domain::time::Timestamp;

use super::super::at;
use super::Voice;

/// Seconds that are shown; a longer time is shown as this one.
const SECONDS_MAX: f64 = 1.0e9;

/// Whether there is nothing to say but that.
pub(super) fn is_missing(said: &Said) -> bool {
    matches!(said, Said::NoSource | Said::NoData { .. })
}

/// A value with its n and its interval.
pub(super) fn value(voice: Voice<'_>, id: MetricId, said: &Said) -> String {
    match said {
        Said::NoSource => voice.line("value-no-source"),
        Said::NoData { .. } if is_of_survey(id) => voice.line("value-no-round"),
        Said::NoData { since: None } => voice.line("value-no-data"),
        Said::NoData { since: Some(since) } => voice
            .say(&Sentence::new("value-no-data-since").with("since", at(Timestamp(*since), 'f'))),
        Said::Few { values, failures } => few(voice, id, values, *failures),
        Said::Count {
            n,
            automation,
            open,
        } => count(voice, *n, *automation, *open),
        Said::Durations { .. } => durations(voice, id, said),
        Said::Share { successes, n, .. } if is_of_teams(id) => teams(voice, *successes, *n),
        Said::NoneIn { n, .. } if is_of_teams(id) => teams(voice, 0, *n),
        Said::Share { successes, n, .. } => share(voice, (*successes, *n)),
        Said::NoneIn { n, .. } => share(voice, (0, *n)),
        Said::AtLeast { share, n } => voice.say(
            &Sentence::new("value-at-least")
                .with("percent", percent(*share))
                .with("n", number(*n)),
        ),
        Said::AtMost { share, n } => voice.say(
            &Sentence::new("value-at-most")
                .with("percent", percent(*share))
                .with("n", number(*n)),
        ),
        Said::Withheld { n } => voice.say(&Sentence::new("value-withheld").with("n", number(*n))),
    }
}

/// A share with its interval.
pub(super) fn share(voice: Voice<'_>, (successes, n): (u64, u64)) -> String {
    let Some(share) = Proportion::new(successes, n) else {
        return voice.line("value-no-data");
    };
    let ends = share.wilson();
    voice.say(&match successes {
        0 => Sentence::new("value-share-none")
            .with("n", number(n))
            .with("high", percent(ends.high)),
        all if all == n => Sentence::new("value-share-all")
            .with("n", number(n))
            .with("low", percent(ends.low)),
        _ => Sentence::new("value-share")
            .with("numerator", number(successes))
            .with("denominator", number(n))
            .with("percent", percent(share.share()))
            .with("low", percent(ends.low))
            .with("high", percent(ends.high)),
    })
}

/// What is wanted, and whether it is so.
pub(super) fn aim(voice: Voice<'_>, line: &Line) -> Option<String> {
    let aim = line.aim?;
    let wanted = Value::Markup(wanted(voice, line.metric.0, aim.value));
    let target = if aim.at_least {
        Sentence::new("digest-target-at-least").with("value", wanted)
    } else {
        Sentence::new("digest-target-at-most").with("value", wanted)
    };
    let target = Value::Markup(voice.say(&target));
    Some(voice.say(&match aim.met {
        Some(true) => Sentence::new("digest-target-met").with("target", target),
        Some(false) => Sentence::new("digest-target-missed").with("target", target),
        None => Sentence::new("digest-target-unknown").with("target", target),
    }))
}

/// The last weeks as a row of blocks; `None` if all of them are gaps.
pub(super) fn sparkline(line: &Line) -> Option<String> {
    let weeks: Vec<Option<f64>> = line
        .trend
        .iter()
        .map(|week| week.map(Amount::number))
        .collect();
    weeks.iter().any(Option::is_some).then(|| blocks(&weeks))
}

/// Which way a called change went.
pub(super) fn turn(call: &Call) -> Option<Turn> {
    match call {
        Call::Outside { turn, .. } | Call::Shifted { turn, .. } => Some(*turn),
        _ => None,
    }
}

/// Why the headline's change is called one.
pub(super) fn why(voice: Voice<'_>, id: MetricId, call: &Call) -> String {
    match call {
        Call::Outside {
            low, high, weeks, ..
        } => voice.say(
            &Sentence::new("digest-headline-outside")
                .with("weeks", *weeks)
                .with("low", Value::Markup(figure(voice, id, *low)))
                .with("high", Value::Markup(figure(voice, id, *high))),
        ),
        Call::Shifted { before, .. } => voice.say(
            &Sentence::new("digest-headline-shifted")
                .with("before", Value::Markup(figure(voice, id, *before))),
        ),
        _ => String::new(),
    }
}

/// Whether it changed, in words; `None` where the value itself says that there is nothing to compare.
pub(super) fn trend(voice: Voice<'_>, line: &Line, standing: Standing) -> Option<String> {
    let id = line.metric.0;
    let shown = |value: f64| Value::Markup(figure(voice, id, value));
    // A count of a week that is not over is compared by its pace, so that the bare numbers would mislead.
    let by_pace = standing == Standing::SoFar && id.metric().unit == Unit::Count;
    let sentence = match &line.call {
        Call::Outside {
            low,
            high,
            weeks,
            turn,
        } if turn.up => Sentence::new("trend-up")
            .with("weeks", *weeks)
            .with("low", shown(*low))
            .with("high", shown(*high)),
        Call::Outside {
            low, high, weeks, ..
        } => Sentence::new("trend-down")
            .with("weeks", *weeks)
            .with("low", shown(*low))
            .with("high", shown(*high)),
        Call::Within { .. } => Sentence::new("trend-normal"),
        Call::Shifted { before, turn, .. } => {
            let before = shown(*before);
            match (by_pace, turn.up) {
                (false, true) => Sentence::new("trend-shifted-up").with("before", before),
                (false, false) => Sentence::new("trend-shifted-down").with("before", before),
                (true, true) => Sentence::new("trend-shifted-pace-up").with("before", before),
                (true, false) => Sentence::new("trend-shifted-pace-down").with("before", before),
            }
        }
        Call::Chance { before, .. } if by_pace => {
            Sentence::new("trend-chance-pace").with("before", shown(*before))
        }
        // Teams are all counted, so that chance would pretend a sample.
        Call::Chance { .. } if is_of_teams(id) => return None,
        Call::Chance { before, difference } => chance(voice, line, *before, *difference)?,
        Call::TooFew if is_of_teams(id) || matches!(line.value, Said::Few { .. }) => return None,
        Call::TooFew => Sentence::new("trend-too-few"),
        Call::NoData => return None,
    };
    Some(voice.say(&sentence))
}

/// A difference that could be chance. Of surveys, where few answer, its interval is told as well.
fn chance(
    voice: Voice<'_>,
    line: &Line,
    before: f64,
    difference: Option<(f64, f64)>,
) -> Option<Sentence> {
    let id = line.metric.0;
    let (before, now) = (
        figure(voice, id, before),
        figure(voice, id, now(&line.value)?),
    );
    if before == now {
        return Some(Sentence::new("trend-same"));
    }
    let before = Value::Markup(before);
    Some(match difference {
        Some((low, high)) if is_of_survey(id) => Sentence::new("trend-chance-points")
            .with("before", before)
            .with("now", Value::Markup(now))
            .with("low", percent(low))
            .with("high", percent(high)),
        _ => Sentence::new("trend-chance").with("before", before),
    })
}

/// A whole number as an argument.
pub(super) fn number(n: u64) -> Value {
    Value::Number(n as f64)
}

fn percent(share: f64) -> Value {
    Value::Number((share * 100.0).round())
}

/// Adoption counts every team there is: nothing is sampled.
fn is_of_teams(id: MetricId) -> bool {
    matches!(id, MetricId::A1 | MetricId::A3 | MetricId::A4)
}

fn is_of_survey(id: MetricId) -> bool {
    matches!(id, MetricId::H1 | MetricId::H4)
}

/// A wanted value: never rounded, since 99.95 % is not 100 %.
fn wanted(voice: Voice<'_>, id: MetricId, value: f64) -> String {
    let percent = value * 100.0;
    let is_whole = (percent - percent.round()).abs() < 1.0e-6;
    if id.metric().unit != Unit::Share || is_whole {
        return figure(voice, id, value);
    }
    let text = format!("{percent:.4}")
        .trim_end_matches('0')
        .replace('.', &voice.line("digest-chart-decimal"));
    voice.say(&Sentence::new("value-percent").with("percent", Value::Markup(text)))
}

/// A bare number in the metric's unit.
fn figure(voice: Voice<'_>, id: MetricId, value: f64) -> String {
    if !value.is_finite() {
        return voice.line("value-never");
    }
    match id.metric().unit {
        Unit::Share => voice.words.percent(voice.language, value),
        Unit::Seconds => {
            let seconds = value.clamp(0.0, SECONDS_MAX).round();
            voice
                .words
                .duration(voice.language, Duration::from_secs_f64(seconds))
        }
        // Limits of counts are no whole numbers, and more than one digit of them would boast.
        Unit::Count | Unit::Points => {
            crate::app::words::amount::number(voice.language, (value * 10.0).round() / 10.0)
        }
    }
}

fn now(said: &Said) -> Option<f64> {
    Some(match said {
        Said::Count { n, .. } => *n as f64,
        Said::Share { successes, n, .. } => *successes as f64 / *n as f64,
        Said::NoneIn { .. } => 0.0,
        _ => return None,
    })
}

fn teams(voice: Voice<'_>, part: u64, all: u64) -> String {
    voice.say(
        &Sentence::new("value-teams")
            .with("numerator", number(part))
            .with("denominator", number(all)),
    )
}

fn few(voice: Voice<'_>, id: MetricId, values: &[f64], failures: usize) -> String {
    let mut texts: Vec<String> = values
        .iter()
        .map(|value| figure(voice, id, *value))
        .collect();
    texts.extend(failed(voice, failures));
    voice.say(&Sentence::new("value-too-few").with("values", Value::Markup(texts.join(", "))))
}

fn failed(voice: Voice<'_>, failures: usize) -> Option<String> {
    (failures > 0).then(|| voice.say(&Sentence::new("value-failed").with("n", failures)))
}

fn count(voice: Voice<'_>, n: u64, automation: u64, open: Option<u64>) -> String {
    let mut text = crate::app::words::amount::number(voice.language, n as f64);
    if automation > 0 {
        let sentence = Sentence::new("value-automation")
            .with("value", Value::Markup(text))
            .with("n", number(automation));
        text = voice.say(&sentence);
    }
    if let Some(open) = open.filter(|open| *open > 0) {
        let sentence = Sentence::new("value-open")
            .with("value", Value::Markup(text))
            .with("n", number(open));
        text = voice.say(&sentence);
    }
    text
}

fn durations(voice: Voice<'_>, id: MetricId, said: &Said) -> String {
    let Said::Durations {
        p50,
        p90,
        mean,
        n,
        failures,
    } = said
    else {
        return String::new();
    };
    let shown = |amount: Amount| Value::Markup(figure(voice, id, amount.number()));
    let text = match (mean, p90) {
        // The strategy asks for the mean of pipelines; of everything else the median is the value.
        (Some(mean), _) if id == MetricId::S8 => Sentence::new("value-mean")
            .with("mean", Value::Markup(figure(voice, id, *mean)))
            .with("median", shown(*p50))
            .with("n", number(*n)),
        (_, Some(p90)) => Sentence::new("value-quantiles")
            .with("median", shown(*p50))
            .with("high", shown(*p90))
            .with("n", number(*n)),
        (_, None) => Sentence::new("value-median")
            .with("median", shown(*p50))
            .with("n", number(*n)),
    };
    let parts: Vec<String> = std::iter::once(voice.say(&text))
        .chain(failed(voice, *failures))
        .collect();
    parts.join(", ")
}
