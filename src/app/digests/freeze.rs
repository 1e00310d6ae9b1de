//! Freezing: an edition's numbers, as the domain composed them, become the stored form.

use crate::domain::chart;
use crate::domain::digest::{self, Digest, saying};
use crate::domain::metric::{
    self, Bound, CATALOGUE, Direction, History, MetricId, SampleShare, Scope, Trend,
};
use crate::domain::platform::{self, Platform};
use crate::domain::statistics::{Figure, Interval, Proportion};
use crate::domain::time::Timestamp;

use super::frozen::{
    Aim, Amount, Axis, Call, Decide, FORM, Frozen, Headline, HeatLine, Id, Layer, Line, Panel,
    Part, Picture, Reading, Sample, Service, Shape, Standing, Theme, Turn, Value, Window,
};

/// Everything that is said in an edition, and all readings behind it.
pub(super) fn freeze(
    platform: &Platform,
    declared: &platform::Digest,
    standing: Standing,
    decide: Decide,
    history: &History,
    digest: &Digest,
) -> Frozen {
    let footer = &digest.footer;
    let mut strategy: Vec<Line> = digest.strategy.iter().map(line).collect();
    let place = |line: &Line| {
        let goal = line.goal.as_ref()?;
        platform.goals.iter().position(|other| other.id == *goal)
    };
    // By goal, in the order of their importance; what serves no goal comes last.
    strategy.sort_by_key(|line| place(line).unwrap_or(usize::MAX));
    Frozen {
        form: FORM,
        digest: declared.id.clone(),
        platform: platform.name.clone(),
        language: declared.language.tag().to_owned(),
        standing,
        window: Window {
            start_ms: footer.window.start_ms,
            end_ms: footer.window.end_ms,
            first_day: footer.window.first_day,
            last_day: footer.window.last_day(),
            week: footer.window.label(),
            zone: footer.zone.name().to_owned(),
        },
        made_at: footer.computed_at.0,
        definitions: footer.definitions,
        coverage: footer.coverage,
        silent_since: footer.silent_since.map(|at| at.0),
        sample: sample(footer.sample),
        headline: headline(&digest.headline, history),
        decide,
        strategy,
        heat: digest.heat.iter().map(heat).collect(),
        delivery: digest.delivery.iter().map(service).collect(),
        services_left_out: digest.services_left_out,
        pictures: digest.pictures.iter().map(picture).collect(),
        readings: CATALOGUE
            .iter()
            .filter_map(|metric| history.latest(metric.id))
            .map(reading)
            .collect(),
    }
}

fn sample(share: SampleShare) -> Sample {
    Sample {
        window: (share.window_sample, share.window_all),
        history: (share.history_sample, share.history_all),
    }
}

fn headline(headline: &digest::Headline, history: &History) -> Headline {
    match headline {
        digest::Headline::Conflict { better, worse } => Headline::Conflict {
            better: Id(*better),
            worse: Id(*worse),
        },
        digest::Headline::Changed {
            metric,
            call: called,
            also,
            ..
        } => {
            let reading = history.latest(*metric);
            Headline::Changed {
                metric: Id(*metric),
                value: value(saying(*metric, reading, history.silent_since())),
                call: call(*metric, called, reading.and_then(metric::Reading::number)),
                also: also.iter().copied().map(Id).collect(),
            }
        }
        digest::Headline::Nothing => Headline::Nothing,
        digest::Headline::TooEarly => Headline::TooEarly,
    }
}

fn line(line: &digest::Line) -> Line {
    let number = line.reading.as_ref().and_then(metric::Reading::number);
    // Only a survey says something about a week without a reading of its own.
    let is_survey = matches!(line.metric, MetricId::H1 | MetricId::H4);
    let earlier = line.earlier.as_ref().filter(|_| is_survey);
    Line {
        metric: Id(line.metric),
        goal: line.goal.clone(),
        value: value(line.saying.clone()),
        earlier: earlier.map(|earlier| value(saying(line.metric, Some(earlier), None))),
        call: call(line.metric, &line.call, number),
        aim: line.aim.map(|aim| Aim {
            at_least: aim.at_least,
            value: aim.value,
            met: match aim.standing {
                digest::Standing::Met => Some(true),
                digest::Standing::NotMet => Some(false),
                digest::Standing::Unknown => None,
            },
        }),
        trend: amounts(&line.trend),
    }
}

fn heat(heat: &digest::HeatLine) -> HeatLine {
    HeatLine {
        part: match heat.heat {
            digest::Heat::Happiness => Part::Happiness,
            digest::Heat::Efficiency => Part::Efficiency,
            digest::Heat::Adoption => Part::Adoption,
            digest::Heat::TaskSuccess => Part::TaskSuccess,
        },
        line: line(&heat.line),
        counterweights: heat.counterweights.iter().map(line).collect(),
    }
}

fn value(saying: digest::Saying) -> Value {
    use digest::Saying as S;
    match saying {
        S::NoSource { .. } => Value::NoSource,
        S::NoData { since } => Value::NoData {
            since: since.map(|at: Timestamp| at.0),
        },
        S::Few { values, failures } => Value::Few { values, failures },
        S::Count {
            n,
            automation,
            open,
        } => Value::Count {
            n,
            automation,
            open,
        },
        S::Durations {
            p50,
            p90,
            mean,
            n,
            failures,
        } => Value::Durations {
            p50: amount(p50),
            p90: p90.map(amount),
            mean,
            n,
            failures,
        },
        S::Share {
            successes,
            n,
            low,
            high,
            ..
        } => Value::Share {
            successes,
            n,
            low,
            high,
        },
        S::NoneIn { n, high } => Value::NoneIn { n, high },
        S::Bounded {
            bound: Bound::AtLeast(share),
            n,
        } => Value::AtLeast { share, n },
        S::Bounded {
            bound: Bound::AtMost(share),
            n,
        } => Value::AtMost { share, n },
        S::Withheld { n } => Value::Withheld { n },
    }
}

fn call(id: MetricId, call: &metric::Call, number: Option<f64>) -> Call {
    use metric::Call as C;
    let turn = |trend: Trend| {
        let better = trend == Trend::Better;
        Turn {
            up: better == (id.metric().direction == Direction::Up),
            better,
        }
    };
    match call {
        C::Outside {
            low,
            high,
            weeks,
            trend,
        } => Call::Outside {
            low: *low,
            high: *high,
            weeks: *weeks,
            turn: Turn {
                up: number.is_none_or(|number| number > *high),
                ..turn(*trend)
            },
        },
        C::Within { low, high, weeks } => Call::Within {
            low: *low,
            high: *high,
            weeks: *weeks,
        },
        C::Shifted {
            before,
            difference,
            trend,
        } => Call::Shifted {
            before: *before,
            difference: difference.map(ends),
            turn: turn(*trend),
        },
        C::Chance { before, difference } => Call::Chance {
            before: *before,
            difference: difference.map(ends),
        },
        C::TooFew { .. } => Call::TooFew,
        C::NoData { .. } => Call::NoData,
    }
}

fn service(week: &metric::ServiceWeek) -> Service {
    let of = |share: Proportion| (share.successes(), share.n());
    Service {
        service: week.service.clone(),
        deployments: week.deployments,
        rollbacks: week.rollbacks,
        failed_runs: week.failed_runs,
        mended: week.change_fail.map(of),
        unplanned: week.rework.map(of),
    }
}

fn reading(reading: &metric::Reading) -> Reading {
    Reading {
        metric: Id(reading.metric),
        def_version: reading.def_version,
        scope: match &reading.scope {
            Scope::Platform => "platform".to_owned(),
            Scope::Service(service) => service.clone(),
        },
        window: (reading.window.start_ms, reading.window.end_ms),
        value: reading.value.map(amount),
        n: reading.n,
        numerator: reading.numerator,
        denominator: reading.denominator,
        interval: reading.interval.map(ends),
        coverage: reading.coverage,
        open_count: reading.open_count,
        provisional: reading.provisional,
        automation: reading.automation,
    }
}

fn picture(picture: &digest::Picture) -> Picture {
    Picture {
        theme: match picture.theme {
            digest::Theme::Strategy => Theme::Strategy,
            digest::Theme::Heat => Theme::Heat,
            digest::Theme::Survey => Theme::Survey,
        },
        panels: picture.panels.iter().map(panel).collect(),
    }
}

fn panel(panel: &digest::PanelSpec) -> Panel {
    use digest::Layer as L;
    let layer = |layer: &L| match layer {
        L::Ready => Layer::Ready,
        L::Variation => Layer::Variation,
        L::Planned => Layer::Planned,
        L::Hotfix => Layer::Hotfix,
        L::Rollback => Layer::Rollback,
        L::Unclassified => Layer::Unclassified,
        L::Median => Layer::Median,
        L::P90 => Layer::P90,
        L::Mean => Layer::Mean,
        L::Step(step) => Layer::Step(*step),
    };
    Panel {
        metric: Id(panel.metric),
        n: panel.n,
        layers: panel.layers.iter().map(layer).collect(),
        labels: panel.plot.labels.clone(),
        provisional: panel.plot.is_last_provisional,
        axis: match panel.plot.axis {
            chart::Axis::Count => Axis::Count,
            chart::Axis::Share => Axis::Share,
            chart::Axis::Seconds => Axis::Seconds,
        },
        target: panel.plot.target,
        shape: shape(&panel.plot.shape),
    }
}

fn shape(shape: &chart::Shape) -> Shape {
    match shape {
        chart::Shape::Bars { layers, band } => Shape::Bars {
            layers: layers.iter().map(|layer| amounts(layer)).collect(),
            band: band.map(ends),
        },
        chart::Shape::Line { p50, p90, mean } => Shape::Line {
            p50: amounts(p50),
            p90: amounts(p90),
            mean: amounts(mean),
        },
        chart::Shape::Points(points) => Shape::Points(
            points
                .iter()
                .map(|point| point.map(|(share, ends)| (share, ends.low, ends.high)))
                .collect(),
        ),
        chart::Shape::Answers(rounds) => Shape::Answers(rounds.clone()),
    }
}

fn amounts(series: &[Option<f64>]) -> Vec<Option<Amount>> {
    series.iter().map(|value| value.map(Amount::of)).collect()
}

fn amount(figure: Figure) -> Amount {
    Amount::of(figure.as_f64())
}

fn ends(interval: Interval) -> (f64, f64) {
    (interval.low, interval.high)
}
