//! Hearth as `hearth run` puts it together, with a platform whose environments can be extended without end.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use hearth::app::ballots::SurveySecret;
use hearth::app::clock::{Clock as _, SystemClock};
use hearth::app::words::Words;
use hearth::app::{self, App, Definitions, Parts, commands};
use hearth::config::{self, Providers};
use hearth::discord::{self, Discord, Settings};
use hearth::domain::platform::Platform;
use hearth::providers::Section;
use hearth::providers::exec::{self, Exec};
use hearth::store::{self, Store};
use tokio_util::sync::CancellationToken;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::{Seat, TOKEN};

/// Far more than a bench extends: the write that is measured is a success each time.
const EXTENSIONS: u32 = 1_000_000;
/// More than a bench asks for at once.
const QUOTA: u32 = 1_000;
/// How long stopping may take.
const STOP_BOUND: Duration = Duration::from_secs(10);

/// Runs until the process ends.
pub async fn run(seat: &Seat) {
    start_logs();
    let app = Box::pin(open(seat)).await;
    let stop = CancellationToken::new();
    app.start().await.expect("the bot starts");
    let runner = tokio::spawn(app::runner::run(app.clone(), stop.clone(), STOP_BOUND));
    let discord = app.discord().clone();
    let ended = Box::pin(discord.listen(Arc::new(app), stop.clone())).await;
    ended.expect("the gateway is named");
    stop.cancel();
    runner.await.expect("the runner does not panic");
}

fn start_logs() {
    let filter = "info";
    tracing_subscriber::registry()
        .with(EnvFilter::new(filter))
        .with(discord::quiet(filter))
        .with(tracing_subscriber::fmt::layer().with_writer(std::io::stderr))
        .init();
}

async fn open(seat: &Seat) -> App {
    let settings = Settings {
        token: TOKEN.to_owned().into(),
        api_url: Some(seat.api_url.clone()),
        guild: seat.guild,
    };
    let meet = async {
        let discord = Box::pin(Discord::open(settings)).await.expect("Discord");
        let guild = discord.guild().await.expect("the server");
        (discord, guild)
    };
    let url = format!("sqlite:{}", seat.folder.join("hearth.db").display());
    let bind = tokio::task::spawn_blocking(|| {
        let platform = sonsic();
        let files = commands::gather(None).expect("the built-in commands");
        let bound = commands::bind(&files, app::action::ACTIONS, &platform, &Words::load());
        (platform, bound.expect("the commands bind"))
    });
    let opening = Box::pin(Store::open(&url, store::Options::default()));
    let (store, (discord, guild), bound) = tokio::join!(opening, meet, bind);
    let (platform, bound) = bound.expect("binding does not panic");
    let (platform, missing) = platform.resolve(&guild);
    assert_eq!(missing, [], "the example needs no more than its server has");
    let registered = discord.register(&bound.definitions).await;
    registered.expect("the commands are registered");
    let exec = executor(&seat.folder);
    App::new(Parts {
        store: store.expect("the store"),
        discord,
        provisioners: BTreeMap::from([("exec".to_owned(), Arc::clone(&exec) as _)]),
        deployers: BTreeMap::from([("exec".to_owned(), exec as _)]),
        clock: Arc::new(SystemClock),
        definitions: Definitions {
            platform,
            commands: bound,
        },
        survey_secret: SurveySecret::new(vec![7; 32]),
        observer: Arc::new(|crossing| tracing::trace!(crossing, "{crossing}")),
    })
}

/// The provider that keeps its state in this folder.
pub fn executor(folder: &Path) -> Arc<Exec> {
    let hearth = PathBuf::from(env!("CARGO_BIN_EXE_hearth"));
    let exec = Exec::new(folder, hearth, Arc::new(|| SystemClock.now()));
    Arc::new(exec.expect("the provider's folder"))
}

/// The example platform, in which one environment can be extended without end.
fn sonsic() -> Platform {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/sonsic/hearth.toml");
    let sources = config::Sources {
        path: &path,
        env: &|_| None,
    };
    let settings = |section: &config::ProviderSection<'_>| {
        exec::settings(&Section {
            table: section.table,
            span: section.span.clone(),
            base: section.folder,
            purpose: section.purpose,
        })
        .map(|definition| definition.canonical())
    };
    let providers = Providers {
        names: &["exec"],
        settings: &settings,
        sleeps: &|_, _| false,
        plans: &|_| false,
    };
    let declared = config::load_platform_only(&sources, &providers);
    let mut platform = declared
        .unwrap_or_else(|faults| panic!("{}", faults.render(config::Look::Plain)))
        .platform;
    for team in &mut platform.teams {
        team.environments_quota = QUOTA;
    }
    for template in &mut platform.templates {
        template.extensions_max = EXTENSIONS;
        template.ttl_hours_max = EXTENSIONS;
    }
    platform
}
