//! The stored form of an edition: everything that is said in it, as JSON of our own, so that what was
//! posted can be shown and exported again, whatever becomes of the facts and the configuration.

use serde::{Deserialize, Serialize};

use crate::domain::chat::Language;
use crate::domain::metric::MetricId;

/// The version of this form. A change that old editions could not be read with raises it.
pub const FORM: u16 = 1;

/// One edition, whole.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Frozen {
    /// The version of the form, see [`FORM`].
    pub form: u16,
    /// The digest's key.
    pub digest: String,
    /// What people called the platform then.
    pub platform: String,
    /// The tag of the digest's language.
    pub language: String,
    /// Whether it is final.
    pub standing: Standing,
    /// The week.
    pub window: Window,
    /// When it was computed, in Unix milliseconds.
    pub made_at: i64,
    /// The version of the metrics' definitions.
    pub definitions: u16,
    /// The share of the window in which a source was connected; `None` = none was ever heard of.
    pub coverage: Option<f64>,
    /// Since when no source is connected, in Unix milliseconds.
    pub silent_since: Option<i64>,
    /// How much of it is made up.
    pub sample: Sample,
    /// The one sentence on top.
    pub headline: Headline,
    /// What waits for somebody.
    pub decide: Decide,
    /// The strategy's measures, by goal.
    pub strategy: Vec<Line>,
    /// Happiness, efficiency, adoption, task success.
    pub heat: Vec<HeatLine>,
    /// The busiest services.
    pub delivery: Vec<Service>,
    /// Further services with deployments.
    pub services_left_out: usize,
    /// What is drawn.
    pub pictures: Vec<Picture>,
    /// The window's readings of every metric that has a source, for exports.
    pub readings: Vec<Reading>,
}

/// Why a stored edition cannot be shown.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// It was written by a newer Hearth.
    #[error("the edition is stored in form {0}, which is newer than this Hearth")]
    Newer(u16),
    /// It is not what was written.
    #[error("the edition's numbers cannot be read")]
    Broken(#[from] serde_json::Error),
}

impl Frozen {
    /// The stored text.
    ///
    /// # Panics
    /// Never: every part of the form has a JSON form.
    #[must_use]
    pub fn write(&self) -> String {
        serde_json::to_string(self).expect("names and finite numbers are JSON")
    }

    /// Reads it back.
    ///
    /// # Errors
    /// [`Unreadable`] if the text is not of a form that is known here.
    pub fn read(text: &str) -> Result<Self, Unreadable> {
        #[derive(Deserialize)]
        struct Version {
            form: u16,
        }
        match serde_json::from_str::<Version>(text)?.form {
            form if form > FORM => Err(Unreadable::Newer(form)),
            _ => Ok(serde_json::from_str(text)?),
        }
    }

    /// The digest's language.
    #[must_use]
    pub fn language(&self) -> Language {
        Language::of_locale(&self.language)
    }
}

/// Whether an edition is final.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Of a closed week; it does not change any more.
    Frozen,
    /// Of a week that is not over.
    SoFar,
    /// Of a closed week, but only shown and not kept.
    Preview,
}

/// A week in a zone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// The first instant, in Unix milliseconds.
    pub start_ms: i64,
    /// The first instant after it.
    pub end_ms: i64,
    /// The first day by the wall clock.
    pub first_day: chrono::NaiveDate,
    /// The last day by the wall clock.
    pub last_day: chrono::NaiveDate,
    /// Such as `2026-W47`.
    pub week: String,
    /// The zone's name.
    pub zone: String,
}

/// How many facts are made up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sample {
    /// In the window: made up, all.
    pub window: (u64, u64),
    /// In the weeks before: made up, all.
    pub history: (u64, u64),
}

impl Sample {
    /// Whether anything shown is made up.
    #[must_use]
    pub fn any(self) -> bool {
        self.window.0 + self.history.0 > 0
    }
}

/// What waits for somebody, as it was when the edition was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decide {
    /// Environments that could not be destroyed.
    pub environments: u32,
    /// Deployments that wait for an approval.
    pub approvals: u32,
}

/// A metric by its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Id(pub MetricId);

impl TryFrom<String> for Id {
    type Error = String;

    fn try_from(word: String) -> Result<Self, String> {
        MetricId::of_word(&word)
            .map(Self)
            .ok_or_else(|| format!("there is no metric {word}"))
    }
}

impl From<Id> for String {
    fn from(id: Id) -> Self {
        id.0.word().to_owned()
    }
}

/// A number, or the lack of an end; JSON has no infinity.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Amount {
    /// A number in the metric's unit.
    Value(f64),
    /// So many failed that there is no end.
    Endless(Endless),
}

/// The word for the lack of an end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Endless {
    /// It never comes to an end.
    Never,
}

impl Amount {
    /// From a number in which infinity is "never".
    #[must_use]
    pub fn of(value: f64) -> Self {
        if value.is_finite() {
            Self::Value(value)
        } else {
            Self::Endless(Endless::Never)
        }
    }

    /// As a number in which infinity is "never".
    #[must_use]
    pub fn number(self) -> f64 {
        match self {
            Self::Value(value) => value,
            Self::Endless(Endless::Never) => f64::INFINITY,
        }
    }
}

/// The headline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Headline {
    /// One got better while its counterweight got worse.
    Conflict {
        /// What got better.
        better: Id,
        /// At the expense of what.
        worse: Id,
    },
    /// One called change.
    Changed {
        /// Of what.
        metric: Id,
        /// Its value.
        value: Value,
        /// Why it is called one.
        call: Call,
        /// What else changed.
        also: Vec<Id>,
    },
    /// Nothing changed beyond normal variation.
    Nothing,
    /// Too early to compare.
    TooEarly,
}

/// A metric with everything that is said of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// Which.
    pub metric: Id,
    /// The goal whose target this is.
    pub goal: Option<String>,
    /// What the window says.
    pub value: Value,
    /// What the last round before said, for surveys.
    pub earlier: Option<Value>,
    /// Whether it changed.
    pub call: Call,
    /// What is wanted.
    pub aim: Option<Aim>,
    /// The last weeks, the window's last; `None` is a gap.
    pub trend: Vec<Option<Amount>>,
}

/// A part of HEAT with its counterweights.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HeatLine {
    /// Which part.
    pub part: Part,
    /// Its metric.
    pub line: Line,
    /// What keeps it honest.
    pub counterweights: Vec<Line>,
}

/// A part of HEAT.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    Happiness,
    Efficiency,
    Adoption,
    TaskSuccess,
}

/// A target.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Aim {
    /// At least the value, else at most.
    pub at_least: bool,
    /// In the metric's unit.
    pub value: f64,
    /// Whether it is so; `None` = not known.
    pub met: Option<bool>,
}

/// What may be said of a reading; the cases are those of the domain's `Saying`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Value {
    NoSource,
    NoData {
        since: Option<i64>,
    },
    Few {
        values: Vec<f64>,
        failures: usize,
    },
    Count {
        n: u64,
        automation: u64,
        open: Option<u64>,
    },
    Durations {
        p50: Amount,
        p90: Option<Amount>,
        mean: Option<f64>,
        n: u64,
        failures: usize,
    },
    Share {
        successes: u64,
        n: u64,
        low: f64,
        high: f64,
    },
    NoneIn {
        n: u64,
        high: f64,
    },
    AtLeast {
        share: f64,
        n: u64,
    },
    AtMost {
        share: f64,
        n: u64,
    },
    Withheld {
        n: u64,
    },
}

/// What may be said beside the past; the cases are those of the domain's `Call`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Call {
    Outside {
        low: f64,
        high: f64,
        weeks: usize,
        turn: Turn,
    },
    Within {
        low: f64,
        high: f64,
        weeks: usize,
    },
    Shifted {
        before: f64,
        difference: Option<(f64, f64)>,
        turn: Turn,
    },
    Chance {
        before: f64,
        difference: Option<(f64, f64)>,
    },
    TooFew,
    NoData,
}

/// Which way a called change goes, and whether that is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turn {
    /// More than before, else less.
    pub up: bool,
    /// Towards what is wanted, else away from it.
    pub better: bool,
}

/// A service's production deployments.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Service {
    /// Its key.
    pub service: String,
    /// Successful ones without rollbacks.
    pub deployments: u64,
    /// Rollbacks.
    pub rollbacks: u64,
    /// Runs that failed.
    pub failed_runs: u64,
    /// Mended later, out of all changes.
    pub mended: Option<(u64, u64)>,
    /// Unplanned, out of all successful ones.
    pub unplanned: Option<(u64, u64)>,
}

/// One picture.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Picture {
    /// What it is about.
    pub theme: Theme,
    /// Its frames.
    pub panels: Vec<Panel>,
}

/// What a picture is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    Strategy,
    Heat,
    Survey,
}

/// One frame.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Panel {
    /// Which metric.
    pub metric: Id,
    /// On how many observations the window stands.
    pub n: u64,
    /// The names of what is drawn.
    pub layers: Vec<Layer>,
    /// A label per week or round.
    pub labels: Vec<String>,
    /// Whether the last one is not over.
    pub provisional: bool,
    /// What the numbers mean.
    pub axis: Axis,
    /// The wanted value.
    pub target: Option<f64>,
    /// The numbers.
    pub shape: Shape,
}

/// The name of something drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Layer {
    Ready,
    Variation,
    Planned,
    Hotfix,
    Rollback,
    Unclassified,
    Median,
    P90,
    Mean,
    Step(u8),
}

/// What the numbers of a frame mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Axis {
    Count,
    Share,
    Seconds,
}

/// The numbers of a frame, one per label; `None` is a gap.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    Bars {
        layers: Vec<Vec<Option<Amount>>>,
        band: Option<(f64, f64)>,
    },
    Line {
        p50: Vec<Option<Amount>>,
        p90: Vec<Option<Amount>>,
        mean: Vec<Option<Amount>>,
    },
    /// Share, and both ends of its interval.
    Points(Vec<Option<(f64, f64, f64)>>),
    Answers(Vec<Option<[u64; 7]>>),
}

/// A reading, as the conventions of the catalogue want it recorded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    /// Which metric.
    pub metric: Id,
    /// Under which definition.
    pub def_version: u16,
    /// About what: `platform`, or a service.
    pub scope: String,
    /// Both ends of its window, in Unix milliseconds.
    pub window: (i64, i64),
    /// The value in the metric's unit.
    pub value: Option<Amount>,
    /// On how many observations it stands.
    pub n: u64,
    /// What was counted.
    pub numerator: Option<u64>,
    /// Out of how many.
    pub denominator: Option<u64>,
    /// Both ends of the 95 % interval.
    pub interval: Option<(f64, f64)>,
    /// The share of the window in which its source was connected.
    pub coverage: Option<f64>,
    /// Begun and not ended.
    pub open_count: Option<u64>,
    /// Whether it may still change.
    pub provisional: bool,
    /// The same done by automations, left out of the value.
    pub automation: Option<u64>,
}
