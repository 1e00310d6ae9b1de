//! Engines and forges: what every provider can be asked, and the words of their answers.

pub mod exec;
pub mod forge;
pub mod github;
pub mod gitlab;
pub mod http;
pub mod kubernetes;
pub(crate) mod redact;
mod section;
pub mod terraform;
mod wire;

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;
use std::time::Duration;

use async_trait::async_trait;
use toml::de::DeTable;

use crate::domain::Timestamp;
pub use crate::domain::environment::Proposal;
pub use crate::domain::fact::Fault as Whose;
pub use crate::domain::platform::{Parameter, ParameterKind, Purpose, SectionFault as Fault};

/// A kind of engine that a template or a recipe can name, as far as it can be judged without opening it.
pub struct Kind {
    /// Its name in the configuration: the value of `provider` and the name of its section.
    pub name: &'static str,
    /// Reads a section: its canonical JSON, or every fault with its place and a hint.
    pub settings: fn(&Section<'_>) -> Result<String, Vec<Fault>>,
    /// What this machine lacks for a definition, each in a few words; calls nobody.
    pub lacks: fn(&str) -> Vec<String>,
    /// Whether what is made by a definition can be put to sleep and woken.
    pub sleeps: fn(&str) -> bool,
    /// Whether it can plan before it makes, and make exactly what it planned.
    pub plans: bool,
}

/// Every kind of engine.
pub const KINDS: &[Kind] = &[
    exec::KIND,
    terraform::KIND,
    http::KIND,
    github::KIND,
    gitlab::KIND,
    kubernetes::KIND,
];

/// The kind with this name.
#[must_use]
pub fn kind(name: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.name == name)
}

/// A provider's section as it stands in the file.
pub struct Section<'a> {
    /// Its keys, with their places.
    pub table: &'a DeTable<'a>,
    /// Where it stands in the file, for what is missing.
    pub span: Range<usize>,
    /// The absolute folder that relative paths count from.
    pub base: &'a Path,
    /// What it is for.
    pub purpose: Purpose,
}

/// What a provider is to bring up: one environment, or one revision of a service at a stage.
/// It was committed before anything is called, so it is the same after every restart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// Made with our row, before the first call out; the engine is searched by it after a crash.
    pub op_key: String,
    /// The provider's section of the template or stage as canonical JSON, as it was when the work began.
    pub definition: String,
    /// The random id of this Hearth: two of them on one engine never touch each other's things.
    pub installation: String,
    /// What it is, in the engine's labels: a DNS label, unique among living things of its kind.
    pub name: String,
    /// The revision wanted, if the template or service has revisions.
    pub revision: Option<String>,
    /// The service and stage of a deployment; `None` for an environment.
    pub target: Option<Target>,
    /// Typed parameters, already checked, as text.
    pub parameters: BTreeMap<String, String>,
    /// Team, owner and the like, for labels.
    pub labels: BTreeMap<String, String>,
    /// The fingerprint of the plan that was agreed to: exactly that one is carried out.
    pub plan: Option<String>,
}

/// Where a deployment goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The service's id in the configuration.
    pub service: String,
    /// The stage's id in the configuration.
    pub stage: String,
}

/// How a start ended, as far as can be known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Started {
    /// It runs under this reference.
    Started {
        /// What the engine calls it.
        reference: String,
    },
    /// It ran already, under the same `op_key`.
    AlreadyRunning {
        /// What the engine calls it.
        reference: String,
    },
    /// Something else holds the place.
    Busy {
        /// Who or what.
        by: String,
    },
    /// No answer in time: it may run or not. A value, not an error: `find` settles it.
    Unknown,
}

/// What a search by `op_key` saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// Nothing, and starting again is safe.
    None,
    /// Exactly one.
    One {
        /// What the engine calls it.
        reference: String,
    },
    /// Several: keep the oldest, stop the rest, say so.
    Many {
        /// Oldest first.
        references: Vec<String>,
    },
}

/// Where the engine's work stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// At work.
    Running,
    /// Done, and there.
    Succeeded,
    /// Done, and failed.
    Failed,
    /// The engine does not know it (any more).
    Absent,
}

/// What the engine says now. Every text in it is hostile and bounded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observation {
    /// Where it stands.
    pub phase: Phase,
    /// One short line about the current step, if there is one.
    pub progress: Option<String>,
    /// The outputs that the definition allows out, by name; never a secret.
    pub outputs: BTreeMap<String, String>,
    /// Why it failed, in one line for people.
    pub message: Option<String>,
    /// Whose fault a failure is: the platform's unless the engine knows that it lies in what was asked for.
    pub whose: Whose,
    /// When this was seen.
    pub observed_at: Timestamp,
}

/// The last lines that the engine kept, redacted and bounded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logs {
    /// Oldest first.
    pub lines: Vec<String>,
    /// Whether there were more.
    pub truncated: bool,
}

/// Something that carries our label at the engine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owned {
    /// The key under which it was started.
    pub op_key: String,
    /// What the engine calls it.
    pub reference: String,
    /// Its name.
    pub name: String,
    /// What else the engine has kept of the order.
    pub kept: Kept,
}

/// What an engine keeps of an order beside its key and name, so that a lost table can be made again from
/// it. Nothing where the engine has no room for it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// The labels of [`Order::labels`].
    pub labels: BTreeMap<String, String>,
    /// Its parameters.
    pub parameters: BTreeMap<String, String>,
    /// Its revision.
    pub revision: Option<String>,
    /// The definition that it was made by.
    pub definition: Option<String>,
}

/// Why a call did not do what it should.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// Nothing happened; asking again later may help.
    #[error("the engine cannot be reached now: {0}")]
    Retryable(String),
    /// It will not work however often it is asked.
    #[error("the engine refuses: {0}")]
    Permanent(String),
    /// The same, because of what a person asked for: a revision that is not there, a parameter that does not fit.
    #[error("the engine refuses what was asked for: {0}")]
    Refused(String),
    /// It may have happened: only looking tells.
    #[error("the engine did not answer: {0}")]
    UnknownEffect(String),
}

/// What somebody who may be the engine has called back. Everything in it is hostile.
#[derive(Clone, Copy, Debug)]
pub struct Callback<'a> {
    /// When it was made, in seconds of Unix, as it was said.
    pub timestamp: &'a str,
    /// `sha256=` and the signature in hexadecimal digits.
    pub signature: &'a str,
    /// The raw body.
    pub body: &'a [u8],
}

/// Something that a definition's module takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Offered {
    /// It can be a parameter of the template as it is here.
    Parameter(Parameter),
    /// It cannot be one.
    Not {
        /// Its name.
        name: String,
        /// Why not and what to do, in a few words for keepers.
        why: String,
    },
}

/// Why a definition does not take a revision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Untaken {
    /// It takes versions, and this is none.
    NoVersion,
    /// It takes other versions.
    Outside {
        /// Which, as the definition says it, such as `~> 1.2`.
        taken: String,
    },
}

/// What a provider can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Abilities {
    /// A second start with the same key starts nothing.
    pub idempotent_start: bool,
    /// It keeps logs that can be read.
    pub logs: bool,
    /// Work can be stopped in the middle.
    pub cancel: bool,
    /// An environment can be put to sleep and woken.
    pub sleep: bool,
}

/// News while waiting: one short line for people.
pub type Progress<'a> = &'a (dyn Fn(&str) + Send + Sync);

/// Makes, shows and removes environments.
#[async_trait]
pub trait Provisioner: Send + Sync {
    /// What it can do.
    fn describe(&self) -> Abilities;
    /// Whether what is made by this definition can be put to sleep and woken; calls nobody.
    fn can_sleep(&self, _definition: &str) -> bool {
        self.describe().sleep
    }
    /// Starts the work, or finds it already started.
    ///
    /// # Errors
    /// [`Failure`] says whether asking again is safe.
    async fn start(&self, order: &Order) -> Result<Started, Failure>;
    /// Searches for work by its key.
    ///
    /// # Errors
    /// [`Failure`] says whether asking again is safe.
    async fn find(&self, order: &Order) -> Result<Found, Failure>;
    /// Looks once; changes nothing.
    ///
    /// # Errors
    /// [`Failure`] says whether asking again is safe.
    async fn observe(&self, order: &Order, reference: &str) -> Result<Observation, Failure>;
    /// Waits until the phase is no longer running, at most `bound` of real time, and tells news on the way.
    ///
    /// # Errors
    /// [`Failure::UnknownEffect`] when the bound is reached.
    async fn settle(
        &self,
        order: &Order,
        reference: &str,
        bound: Duration,
        progress: Progress<'_>,
    ) -> Result<Observation, Failure>;
    /// The last lines of its logs.
    ///
    /// # Errors
    /// [`Failure`] says whether asking again is safe.
    async fn logs(&self, order: &Order, lines_max: usize) -> Result<Logs, Failure>;
    /// What the work would change, in a few lines for people. `None` where the engine cannot say it.
    ///
    /// # Errors
    /// [`Failure`] says whether asking again is safe.
    async fn plan(&self, _order: &Order) -> Result<Option<String>, Failure> {
        Ok(None)
    }
    /// Whether [`Provisioner::drift`] can find anything.
    fn sees_drift(&self) -> bool {
        false
    }
    /// What has been changed outside since the environment was made, in a few lines for people; `None` if nothing
    /// was, or nobody can say. Changes nothing.
    ///
    /// # Errors
    /// [`Failure::Retryable`] with the reason when it cannot be found out.
    async fn drift(&self, _order: &Order) -> Result<Option<String>, Failure> {
        Ok(None)
    }
    /// Makes a plan of the work and keeps it: [`Provisioner::start`] carries it out when the order names its
    /// fingerprint. Asked again, the plan that is kept is told again. What it leaves goes by
    /// [`Provisioner::destroy`].
    ///
    /// # Errors
    /// [`Failure::Permanent`] where the engine makes no plans, else whether asking again is safe.
    async fn propose(&self, _order: &Order, _bound: Duration) -> Result<Proposal, Failure> {
        Err(Failure::Permanent("this engine makes no plans".to_owned()))
    }
    /// Puts it to sleep and waits until it sleeps: it keeps its data and stops costing. What sleeps stays so.
    ///
    /// # Errors
    /// [`Failure::Permanent`] where [`Abilities::sleep`] is false, else whether asking again is safe.
    async fn sleep(&self, _order: &Order, _bound: Duration) -> Result<(), Failure> {
        Err(Failure::Permanent("this engine cannot sleep".to_owned()))
    }
    /// Wakes it and waits until it answers again, with its outputs, which may have changed.
    ///
    /// # Errors
    /// [`Failure::Permanent`] where [`Abilities::sleep`] is false, else whether asking again is safe.
    async fn wake(&self, _order: &Order, _bound: Duration) -> Result<Observation, Failure> {
        Err(Failure::Permanent("this engine cannot sleep".to_owned()))
    }
    /// What keeps the engine from working with this definition, each in a sentence with what to do; calls it.
    /// `parameters` are the names of those that the template declares.
    async fn check(&self, _definition: &str, _parameters: &[String]) -> Vec<String> {
        Vec::new()
    }
    /// What the definition's module takes, as parameters of a template. Empty where nothing can be said.
    ///
    /// # Errors
    /// [`Failure`] says whether asking again is safe.
    async fn parameters(&self, _definition: &str) -> Result<Vec<Offered>, Failure> {
        Ok(Vec::new())
    }
    /// The revisions that the engine's own catalogue offers for this definition, newest first, for completion.
    ///
    /// # Errors
    /// [`Failure`] says whether asking again is safe.
    async fn versions(&self, _definition: &str) -> Result<Vec<String>, Failure> {
        Ok(Vec::new())
    }
    /// Whether this definition takes a revision, as far as that is known without asking anybody.
    ///
    /// # Errors
    /// [`Untaken`] says what it takes instead.
    fn takes(&self, _definition: &str, _revision: &str) -> Result<(), Untaken> {
        Ok(())
    }
    /// Removes it and waits until it is gone; what is not there is gone already.
    ///
    /// # Errors
    /// [`Failure`] says whether asking again is safe.
    async fn destroy(&self, order: &Order, bound: Duration) -> Result<(), Failure>;
    /// Everything at the engine that carries this installation's label.
    ///
    /// # Errors
    /// [`Failure`] says whether asking again is safe.
    async fn list_owned(&self, definition: &str, installation: &str)
    -> Result<Vec<Owned>, Failure>;
    /// Hears the engine's own word that something has happened to an order. It only ends a wait early: what counts is
    /// what is seen then. `false` for whoever cannot prove to be the engine.
    fn called_back(&self, _order: &Order, _callback: &Callback<'_>) -> bool {
        false
    }
    /// The ids of all installations that have something at the engine, and how much each has, as far as labels
    /// say so: a Hearth that has lost its table finds its former id here.
    ///
    /// # Errors
    /// [`Failure`] says whether asking again is safe.
    async fn installations(&self, _definition: &str) -> Result<BTreeMap<String, usize>, Failure> {
        Ok(BTreeMap::new())
    }
}

/// Brings revisions of services to stages.
#[async_trait]
pub trait Deployer: Send + Sync {
    /// What it can do.
    fn describe(&self) -> Abilities;
    /// Starts the work, or finds it already started.
    ///
    /// # Errors
    /// [`Failure`] says whether asking again is safe.
    async fn start(&self, order: &Order) -> Result<Started, Failure>;
    /// Searches for work by its key.
    ///
    /// # Errors
    /// [`Failure`] says whether asking again is safe.
    async fn find(&self, order: &Order) -> Result<Found, Failure>;
    /// Looks once; changes nothing.
    ///
    /// # Errors
    /// [`Failure`] says whether asking again is safe.
    async fn observe(&self, order: &Order, reference: &str) -> Result<Observation, Failure>;
    /// Waits until the phase is no longer running, at most `bound` of real time, and tells news on the way.
    ///
    /// # Errors
    /// [`Failure::UnknownEffect`] when the bound is reached.
    async fn settle(
        &self,
        order: &Order,
        reference: &str,
        bound: Duration,
        progress: Progress<'_>,
    ) -> Result<Observation, Failure>;
    /// The revisions that the service is known to have, newest first, for completion and checks.
    ///
    /// # Errors
    /// [`Failure`] says whether asking again is safe.
    async fn revisions(&self, definition: &str, service: &str) -> Result<Vec<String>, Failure>;
    /// The last lines of the deployment's logs.
    ///
    /// # Errors
    /// [`Failure`] says whether asking again is safe.
    async fn logs(&self, order: &Order, lines_max: usize) -> Result<Logs, Failure>;
}
