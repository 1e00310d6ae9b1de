//! Opens everything that a Hearth is made of, what is independent at the same time.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use hearth::app::clock::Clock;
use hearth::app::commands::Bound;
use hearth::app::{App, Definitions, Parts};
use hearth::config::{Faults, Settings};
use hearth::discord::{self, Discord};
use hearth::domain::chat::Guild;
use hearth::domain::platform::{Platform, Unresolved};
use hearth::providers::exec::{ClockNow, Exec};
use hearth::providers::github::GitHub;
use hearth::providers::gitlab::GitLab;
use hearth::providers::http::Http;
use hearth::providers::kubernetes::Kubernetes;
use hearth::providers::terraform::Terraform;
use hearth::providers::{Deployer, Provisioner};
use hearth::store::{self, Store};

use super::outcome::Failure;
use super::{reading, survey_key};

/// An open Hearth in which nothing runs yet.
pub struct Opened {
    /// It.
    pub app: App,
    /// The engines of this machine.
    pub engines: Engines,
}

/// Opens store and Discord, binds the commands, resolves names, registers.
pub async fn open(settings: &Settings, clock: Arc<dyn Clock>) -> Result<Opened, Failure> {
    super::choose_tls();
    let (store, met, commands) = tokio::join!(
        Box::pin(open_store(settings)),
        meet(settings),
        bind(settings)
    );
    // The store comes first: it tells best why a second Hearth must not start.
    let (store, (discord, guild), commands) = (store?, met?, commands?);
    let (platform, unresolved) = settings.platform.clone().resolve(&guild);
    warn_of(&unresolved);
    let registering = Box::pin(register(&discord, &commands));
    let (registered, local) = tokio::join!(registering, local_parts(settings, &clock));
    let changed = registered?;
    let (engines, survey_secret) = local?;
    tracing::info!(
        guild.id = settings.discord.guild,
        "serving {:?}: {} commands {}",
        guild.name,
        commands.commands().count(),
        if changed {
            "registered"
        } else {
            "as they were registered"
        },
    );
    let app = App::new(Parts {
        store,
        discord,
        provisioners: engines.provisioners(),
        deployers: BTreeMap::from([(
            "exec".to_owned(),
            Arc::clone(&engines.exec) as Arc<dyn Deployer>,
        )]),
        clock,
        definitions: Definitions { platform, commands },
        survey_secret,
        observer: Arc::new(observe),
    });
    Ok(Opened { app, engines })
}

/// The platform and the commands as files and server say now.
pub async fn define(
    settings: &Settings,
    discord: &Discord,
) -> Result<(Definitions, Vec<Unresolved>), Failure> {
    let commands = bind(settings).await?;
    let guild = discord
        .guild()
        .await
        .map_err(|call| Failure::of_call("the server cannot be read", &call))?;
    let (platform, unresolved) = settings.platform.clone().resolve(&guild);
    Ok((Definitions { platform, commands }, unresolved))
}

/// Says what the server lacks.
pub fn warn_of(unresolved: &[Unresolved]) {
    for one in unresolved {
        tracing::warn!("{}", reading::lacks(one));
    }
}

/// How Discord is reached, and who is there.
pub async fn meet(settings: &Settings) -> Result<(Discord, Guild), Failure> {
    let discord = discord::Settings {
        token: settings.discord.token.clone(),
        api_url: settings.discord.api_url.clone(),
        guild: settings.discord.guild,
    };
    let discord = Box::pin(Discord::open(discord))
        .await?
        .observed(Arc::new(observe));
    let guild = discord.guild().await.map_err(|call| {
        Failure::of_call(
            &format!("the server {} cannot be read", settings.discord.guild),
            &call,
        )
    })?;
    Ok((discord, guild))
}

async fn open_store(settings: &Settings) -> Result<Store, Failure> {
    let options = store::Options {
        observer: Arc::new(observe),
        ..store::Options::default()
    };
    Ok(Store::open(settings.database.expose(), options).await?)
}

async fn bind(settings: &Settings) -> Result<Bound, Failure> {
    let (folder, platform): (_, Platform) =
        (settings.commands_dir.clone(), settings.platform.clone());
    let bound: Result<Bound, Faults> =
        tokio::task::spawn_blocking(move || reading::bind(folder.as_deref(), &platform))
            .await
            .context("bind the commands")?;
    Ok(bound?)
}

async fn register(discord: &Discord, commands: &Bound) -> Result<bool, Failure> {
    let registered = discord.register(&commands.definitions).await;
    registered.map_err(|call| Failure::of_call("the commands cannot be registered", &call))
}

/// The engines: those of this machine, and the time for those that are elsewhere.
pub struct Engines {
    exec: Arc<Exec>,
    terraform: Arc<Terraform>,
    now: ClockNow,
}

impl Engines {
    /// Opens all that keep something below this folder.
    pub fn open(data_dir: &Path, now: ClockNow) -> Result<Self, Failure> {
        let hearth = std::env::current_exe().context("the running binary cannot be found")?;
        let cannot = || format!("the folder {} cannot be used", data_dir.display());
        let exec = Exec::new(data_dir, hearth.clone(), Arc::clone(&now)).with_context(cannot)?;
        let terraform = Terraform::new(data_dir, hearth, Arc::clone(&now)).with_context(cannot)?;
        Ok(Self {
            exec: Arc::new(exec),
            terraform: Arc::new(terraform),
            now,
        })
    }

    /// Stops every process that they have started.
    pub async fn stop_all(&self) {
        tokio::join!(self.exec.stop_all(), self.terraform.stop_all());
    }

    /// Those that make environments, by the name of their kind.
    pub fn provisioners(&self) -> BTreeMap<String, Arc<dyn Provisioner>> {
        let now = || Arc::clone(&self.now);
        let all: [(&str, Arc<dyn Provisioner>); 6] = [
            ("exec", Arc::clone(&self.exec) as Arc<dyn Provisioner>),
            (
                "terraform",
                Arc::clone(&self.terraform) as Arc<dyn Provisioner>,
            ),
            ("http", Arc::new(Http::new(now()))),
            ("github", Arc::new(GitHub::new(now()))),
            ("gitlab", Arc::new(GitLab::new(now()))),
            ("kubernetes", Arc::new(Kubernetes::new(now()))),
        ];
        all.map(|(name, engine)| (name.to_owned(), engine)).into()
    }
}

/// What lies in the data folder, which the open store has locked.
async fn local_parts(
    settings: &Settings,
    clock: &Arc<dyn Clock>,
) -> Result<(Engines, Option<hearth::app::ballots::SurveySecret>), Failure> {
    let data_dir = &settings.data_dir;
    std::fs::create_dir_all(data_dir)
        .with_context(|| format!("the folder {} cannot be made", data_dir.display()))?;
    let clock = Arc::clone(clock);
    let engines = Engines::open(data_dir, Arc::new(move || clock.now()))?;
    Ok((engines, survey_key::secret(settings)?))
}

fn observe(crossing: &'static str) {
    tracing::trace!(crossing, "{crossing}");
}
