//! Opens what a conversation stands on: the strict Discord, the store, the programs, the bot.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use hearth::app::ballots::SurveySecret;
use hearth::app::clock::{Clock as _, MovedClock};
use hearth::app::words::Words;
use hearth::app::{self, App, Definitions, Parts, commands};
use hearth::discord::{Discord, Settings};
use hearth::domain::platform::Platform;
use hearth::playground::{self, Guild, Handle, Limits, Options};
use hearth::providers::Provisioner;
use hearth::providers::exec::Exec;
use hearth::store::{self, Store};

use super::{TOKEN, guild, setup};

/// The strict Discord with the people of the example.
pub async fn server(clock: &MovedClock) -> Handle {
    server_of(clock, guild()).await
}

/// The strict Discord with these people.
pub async fn server_of(clock: &MovedClock, guild: Guild) -> Handle {
    let mut options = Options::new(TOKEN, "Hearth", guild);
    let now = clock.clone();
    options.clock = Arc::new(move || now.now().0);
    options.limits = Limits::lifted();
    options.check = crate::openapi::check();
    playground::start(options)
        .await
        .expect("the strict Discord starts")
}

/// Opens the store, reads the server and puts a bot together.
pub(super) async fn open_as(
    discord: &Handle,
    url: &str,
    clock: &MovedClock,
    exec: &Arc<Exec>,
    platform: Platform,
    observer: app::Observer,
    kept: &setup::Kept,
) -> App {
    let place = Place {
        api_url: &discord.base_url(),
        guild: discord.guild_id(),
        url,
    };
    open_kept(place, clock, exec, platform, observer, kept).await
}

/// Where a bot lives.
pub struct Place<'a> {
    /// Its Discord.
    pub api_url: &'a str,
    /// Its server there.
    pub guild: u64,
    /// Its store.
    pub url: &'a str,
}

/// The same for a Discord that belongs to another process.
pub async fn open_at(
    place: Place<'_>,
    clock: &MovedClock,
    exec: &Arc<Exec>,
    platform: Platform,
    observer: app::Observer,
    secret: Option<&[u8]>,
) -> App {
    let kept = setup::Kept {
        secret: secret.map(<[u8]>::to_vec),
        ..setup::Kept::default()
    };
    open_kept(place, clock, exec, platform, observer, &kept).await
}

async fn open_kept(
    place: Place<'_>,
    clock: &MovedClock,
    exec: &Arc<Exec>,
    platform: Platform,
    observer: app::Observer,
    kept: &setup::Kept,
) -> App {
    let observer = kept.observer.clone().unwrap_or(observer);
    let options = store::Options {
        observer: Arc::clone(&observer),
        ..kept.store.clone()
    };
    let store = Store::open(place.url, options)
        .await
        .unwrap_or_else(|error| panic!("{error}"));
    let settings = Settings {
        token: TOKEN.to_owned().into(),
        api_url: Some(place.api_url.to_owned()),
        guild: place.guild,
    };
    let discord = Discord::open(settings)
        .await
        .expect("Discord opens")
        .observed(Arc::clone(&observer));
    let guild = discord.guild().await.expect("the server");
    let (platform, missing) = platform.resolve(&guild);
    assert_eq!(missing, [], "the example needs no more than its server has");
    let files = commands::gather(kept.commands.as_deref()).expect("the command files");
    let bound = commands::bind(&files, app::action::ACTIONS, &platform, &Words::load())
        .unwrap_or_else(|faults| panic!("the commands do not bind: {faults:#?}"));
    discord
        .register(&bound.definitions)
        .await
        .expect("the commands are registered");
    App::new(Parts {
        store,
        discord,
        provisioners: provisioners(exec, kept),
        deployers: BTreeMap::from([("exec".to_owned(), Arc::clone(exec) as _)]),
        clock: Arc::new(clock.clone()),
        definitions: Definitions {
            platform,
            commands: bound,
        },
        survey_secret: kept.secret.clone().and_then(SurveySecret::new),
        observer,
    })
}

pub(super) fn provisioners(
    exec: &Arc<Exec>,
    kept: &setup::Kept,
) -> BTreeMap<String, Arc<dyn Provisioner>> {
    let exec = Arc::clone(exec) as Arc<dyn Provisioner>;
    let mut all = BTreeMap::from([("exec".to_owned(), exec)]);
    if let Some(terraform) = &kept.terraform {
        let terraform = Arc::clone(terraform) as Arc<dyn Provisioner>;
        all.insert("terraform".to_owned(), terraform);
    }
    all.extend(kept.engines.clone());
    all
}

/// The provider that runs programs, with the binary under test.
pub fn executor(folder: &Path, clock: &MovedClock) -> Arc<Exec> {
    let clock = clock.clone();
    let hearth = PathBuf::from(env!("CARGO_BIN_EXE_hearth"));
    Arc::new(
        Exec::new(folder, hearth, Arc::new(move || clock.now())).expect("the provider's folder"),
    )
}
