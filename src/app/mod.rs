//! Where the outer modules meet: what people may type, what it does, and what is said about it.

pub mod action;
pub mod activity;
pub mod adoption;
pub mod ballots;
mod call;
mod callbacks;
mod catalogue;
pub mod clicks;
pub mod clock;
pub mod commands;
mod complete;
mod deployments;
mod digests;
mod dispatch;
mod engines;
mod environments;
mod keepers;
mod keeping;
mod life;
mod overview;
pub mod people;
mod perform;
mod places;
mod pull_requests;
mod reload;
pub mod render;
pub mod runner;
pub mod sample_history;
mod stop;
mod surveys;
pub mod words;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError, RwLock, Weak};

use crate::discord::Discord;
use crate::domain::chat::{ChannelId, Language};
use crate::domain::deployment::Deployment;
use crate::domain::effect::Subject;
use crate::domain::environment::Environment;
use crate::domain::platform::Platform;
use crate::domain::time::Timestamp;
use crate::providers::forge::Forges;
use crate::providers::{Deployer, Order, Provisioner, Target};
use crate::store::Store;

use activity::Activity;
use ballots::SurveySecret;
use catalogue::Catalogue;
use clock::Clock;
use commands::Bound;
use words::Words;

pub use crate::providers::Callback;
pub use pull_requests::Delivered;
pub use reload::Reloaded;

/// Called before and after every commit, provider call and Discord call: tracing in production, a
/// place to die in crash tests.
pub type Observer = Arc<dyn Fn(&'static str) + Send + Sync>;

/// What the platform is and what may be typed; swapped whole by a reload.
#[derive(Clone, Debug, PartialEq)]
pub struct Definitions {
    /// The platform, with every role and channel known by id.
    pub platform: Platform,
    /// The commands.
    pub commands: Bound,
}

/// What a bot is made of.
pub struct Parts {
    /// The open store.
    pub store: Store,
    /// The open connection to Discord.
    pub discord: Discord,
    /// Providers of environments by name.
    pub provisioners: BTreeMap<String, Arc<dyn Provisioner>>,
    /// Providers of deployments by name.
    pub deployers: BTreeMap<String, Arc<dyn Deployer>>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The platform and the commands.
    pub definitions: Definitions,
    /// The master secret of surveys; without it surveys are off and say so.
    pub survey_secret: Option<SurveySecret>,
    /// Who watches the crossings.
    pub observer: Observer,
}

/// One running Hearth. Cheap to clone.
#[derive(Clone)]
pub struct App {
    inner: Arc<Inner>,
}

struct Inner {
    parts: Parts,
    words: Words,
    definitions: RwLock<Arc<Definitions>>,
    activity: Activity,
    catalogue: Catalogue,
    forges: Forges,
    runner_id: String,
    /// Whose turn it is to send or edit a message about a subject.
    turns: Mutex<HashMap<Subject, Weak<tokio::sync::Mutex<()>>>>,
}

impl App {
    /// Puts the parts together. Nothing runs yet: see [`App::start`] and [`runner::run`].
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        let definitions = RwLock::new(Arc::new(parts.definitions.clone()));
        let clock = Arc::clone(&parts.clock);
        let forges = Forges::new(Arc::new(move || clock.now()));
        let inner = Inner {
            parts,
            words: Words::load(),
            definitions,
            activity: Activity::default(),
            catalogue: Catalogue::default(),
            forges,
            runner_id: new_id(),
            turns: Mutex::default(),
        };
        Self {
            inner: Arc::new(inner),
        }
    }

    /// Takes up where the last life ended: frees its leases on a store of one's own, says when the last
    /// life was lost if it could not say so itself, and plans every schedule's next firing. The end of
    /// this life is told by [`runner::run`].
    ///
    /// # Errors
    /// If the store cannot be written.
    pub async fn start(&self) -> Result<(), crate::store::Error> {
        if self.store().engine() == crate::store::Engine::Sqlite {
            self.store().release_leases().await?;
        }
        life::begin(self).await?;
        perform::plan_sweeps(self).await?;
        perform::plan_looks(self).await?;
        perform::plan_all(self, &self.definitions().platform).await?;
        perform::plan_repositories(self, &self.definitions().platform).await?;
        self.activity().wake();
        Ok(())
    }

    /// The store.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.inner.parts.store
    }

    /// Discord.
    #[must_use]
    pub fn discord(&self) -> &Discord {
        &self.inner.parts.discord
    }

    /// The clock.
    #[must_use]
    pub fn clock(&self) -> &dyn Clock {
        &*self.inner.parts.clock
    }

    /// Now.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.inner.parts.clock.now()
    }

    /// All words.
    #[must_use]
    pub fn words(&self) -> &Words {
        &self.inner.words
    }

    /// What is going on.
    #[must_use]
    pub fn activity(&self) -> &Activity {
        &self.inner.activity
    }

    /// The platform and the commands as they are now.
    #[must_use]
    pub fn definitions(&self) -> Arc<Definitions> {
        Arc::clone(
            &self
                .inner
                .definitions
                .read()
                .unwrap_or_else(PoisonError::into_inner),
        )
    }

    /// A new sortable id.
    #[must_use]
    pub fn new_id(&self) -> String {
        new_id()
    }

    fn catalogue(&self) -> &Catalogue {
        &self.inner.catalogue
    }

    fn survey_secret(&self) -> Option<&SurveySecret> {
        self.inner.parts.survey_secret.as_ref()
    }

    fn runner_id(&self) -> &str {
        &self.inner.runner_id
    }

    fn provisioner(&self, name: &str) -> Option<&dyn Provisioner> {
        self.inner
            .parts
            .provisioners
            .get(name)
            .map(|provider| &**provider)
    }

    fn provisioner_names(&self) -> impl Iterator<Item = &str> {
        self.inner.parts.provisioners.keys().map(String::as_str)
    }

    fn deployer(&self, name: &str) -> Option<&dyn Deployer> {
        self.inner
            .parts
            .deployers
            .get(name)
            .map(|provider| &**provider)
    }

    fn cross(&self, name: &'static str) {
        (self.inner.parts.observer)(name);
    }

    fn forges(&self) -> &Forges {
        &self.inner.forges
    }

    /// The language of a channel: its team's, else the platform's.
    fn language_of(&self, platform: &Platform, channel: ChannelId) -> Language {
        let team = platform
            .teams
            .iter()
            .find(|team| team.channel.as_ref().and_then(|own| own.id()) == Some(channel));
        team.map_or(platform.language, |team| team.language)
    }

    /// Logs a breakage once and gives the code that people see.
    fn broken(&self, error: &anyhow::Error, what: &str) -> String {
        let code = short_code();
        tracing::error!(code, "{what} broke ({code}): {error:#}");
        metrics::counter!("hearth_breakages_total").increment(1);
        code
    }

    fn turn(&self, subject: &Subject) -> Arc<tokio::sync::Mutex<()>> {
        let mut turns = self
            .inner
            .turns
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        turns.retain(|_, turn| turn.strong_count() > 0);
        if let Some(turn) = turns.get(subject).and_then(Weak::upgrade) {
            return turn;
        }
        let turn = Arc::default();
        turns.insert(subject.clone(), Arc::downgrade(&turn));
        turn
    }

    fn order_of_environment(&self, environment: &Environment) -> Order {
        adoption::order(environment, self.store().installation())
    }

    fn order_of_deployment(&self, deployment: &Deployment) -> Order {
        Order {
            op_key: deployment.op_key.clone(),
            definition: deployment.definition.clone(),
            installation: self.store().installation().to_owned(),
            name: deployment.service.clone(),
            revision: Some(deployment.revision.clone()),
            target: Some(Target {
                service: deployment.service.clone(),
                stage: deployment.stage.clone(),
            }),
            parameters: deployment.parameters.clone(),
            labels: [
                ("deployment".to_owned(), deployment.id.0.clone()),
                ("team".to_owned(), deployment.team.clone()),
            ]
            .into(),
            plan: None,
        }
    }
}

fn new_id() -> String {
    uuid::Uuid::now_v7().to_string()
}

/// Eight characters that are easy to read out.
fn short_code() -> String {
    // The last bytes of a version 7 id are random.
    let bytes = uuid::Uuid::now_v7().into_bytes();
    hex::encode(&bytes[12..]).to_uppercase()
}
