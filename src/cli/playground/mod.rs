//! `hearth playground`: a Discord of one's own on this machine, with Hearth and the example platform in it.

mod controls;
mod folder;
mod guide;
mod opening;
mod residents;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use clap::Args;
use hearth::app::clock::{Clock as _, MovedClock};
use hearth::app::{App, sample_history};
use hearth::config::Settings;
use hearth::domain::platform::Platform;
use hearth::playground::{self, Guild, Handle, Options};

use super::live::Live;
use super::outcome::Failure;
use super::signals::Signals;
use super::{logs, open, reading, say};

use folder::Folder;

/// Where the page is found if the port is free.
const LISTEN_USUAL: ([u8; 4], u16) = ([127, 0, 0, 1], 8420);
/// How long Hearth may take to connect; usually it is at once.
const CONNECT_MAX: Duration = Duration::from_secs(20);
/// What the page says at its top.
const BANNER: &str = "This is not Discord: it is a playground on your own machine that looks like it. \
    Hearth itself is the real one, and what it starts are real processes. The people are made up.";

/// How the playground is started.
#[derive(Args, Clone, Debug)]
pub struct Asked {
    /// Where the page is served [default: 127.0.0.1:8420, or a free port if that is taken]
    ///
    /// On an address that is not loopback the page opens only with a one-time token, which is printed as
    /// part of the address; Discord's API itself stays on this machine.
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// Keep database and files in this folder [default: a temporary one, removed at the end]
    ///
    /// The folder must be new, empty, or one that a playground made; every start begins afresh.
    #[arg(long, value_name = "FOLDER")]
    data: Option<PathBuf>,
}

/// What the page's buttons work with, once everything is open.
struct Scene {
    handle: Handle,
    app: App,
    clock: MovedClock,
    guild: Guild,
}

/// Filled when everything is open.
type Stage = Arc<OnceLock<Scene>>;

/// What has to be ended at the end.
struct Playing {
    handle: Handle,
    page_token: Option<String>,
    live: Live,
    engines: open::Engines,
}

/// Runs until a signal.
pub fn run(asked: &Asked) -> Result<(), Failure> {
    super::block_on(Box::pin(play(asked)))
}

async fn play(asked: &Asked) -> Result<(), Failure> {
    let mut signals = Signals::catch()?;
    say(
        "Hearth's playground: a Discord of your own on this machine. No account, no token, nothing leaves it.",
    );
    let folder = Folder::fresh(asked.data.as_deref())?;
    say(&format!(
        "  Sonsic, the example platform, is in {}",
        folder.path().display()
    ));
    say("  starting Hearth (usually within two seconds) …");
    let opening = Box::pin(begin(&folder, asked));
    let Playing {
        handle,
        page_token,
        mut live,
        engines,
    } = tokio::select! {
        playing = opening => playing?,
        () = signals.stop() => return Ok(()),
    };
    // Not part of the opening: it starts processes, and whoever stops it must end them, too.
    let welcome = async {
        opening::deploy(&handle).await;
        announce(&handle, page_token.as_deref());
        std::future::pending().await
    };
    let ended = tokio::select! {
        () = signals.stop() => None,
        failure = live.ended() => Some(failure),
        never = welcome => never,
    };
    say("\nEnding: Hearth, and every process that it started (a few seconds).");
    tokio::select! {
        () = live.finish() => {}
        () = signals.stop() => {}
    }
    engines.stop_all().await;
    handle.stop();
    drop(folder);
    ended.map_or(Ok(()), Err)
}

async fn begin(folder: &Folder, asked: &Asked) -> Result<Playing, Failure> {
    let began = Instant::now();
    let platform = reading::declared(&folder.config())?.platform;
    let guild = residents::guild(&platform);
    let (clock, token, stage) = (MovedClock::running(), random()?, Stage::default());
    let page_token = asked
        .listen
        .filter(|address| !address.ip().is_loopback())
        .map(|_| random())
        .transpose()?;
    let mut options = options(&guild, &platform, &clock, &token, &stage);
    options.page_token.clone_from(&page_token);
    let handle = serve(options, asked.listen).await?;
    let settings = settings(folder, &handle, &token)?;
    logs::start(&settings.log)?;
    let opened = Box::pin(open::open(&settings, Arc::new(clock.clone()))).await?;
    // Made-up weeks, labelled as such, so that the first digest has something to compare with.
    sample_history::record(&opened.app)
        .await
        .context("the sample history cannot be recorded")?;
    let live = Box::pin(Live::begin(opened.app.clone(), None)).await?;
    let connected = tokio::time::timeout(CONNECT_MAX, handle.connected()).await;
    connected.context("Hearth did not connect to the playground")?;
    let scene = Scene {
        handle: handle.clone(),
        app: opened.app,
        clock,
        guild,
    };
    // Nobody else fills it.
    let _filled = stage.set(scene);
    say(&format!(
        "  Hearth is connected after {:.1} s",
        began.elapsed().as_secs_f64()
    ));
    Ok(Playing {
        handle,
        page_token,
        live,
        engines: opened.engines,
    })
}

fn options(
    guild: &Guild,
    platform: &Platform,
    clock: &MovedClock,
    token: &str,
    stage: &Stage,
) -> Options {
    let clock = clock.clone();
    Options {
        banner: BANNER.to_owned(),
        guide: guide::steps(),
        controls: controls::controls(stage),
        helper: Some(residents::helper(platform, guild.clone())),
        clock: Arc::new(move || clock.now().0),
        ..Options::new(token, "Hearth", guild.clone())
    }
}

/// Starts the server where it was asked for, else at the usual address or a free port beside it.
async fn serve(options: Options, listen: Option<SocketAddr>) -> Result<Handle, Failure> {
    let on = |address: SocketAddr| {
        playground::start(Options {
            listen: address,
            ..options.clone()
        })
    };
    if let Some(address) = listen {
        let started = on(address).await;
        return started.map_err(|error| {
            Failure::Usage(format!("the page cannot be served on {address}: {error}"))
        });
    }
    match on(SocketAddr::from(LISTEN_USUAL)).await {
        Ok(handle) => Ok(handle),
        Err(_) => Ok(on(SocketAddr::from((LISTEN_USUAL.0, 0)))
            .await
            .context("the page cannot be served")?),
    }
}

/// The example's settings with this server, a database of its own, and few log lines.
fn settings(folder: &Folder, handle: &Handle, token: &str) -> Result<Settings, Failure> {
    let (url, guild) = (handle.base_url(), handle.guild_id().to_string());
    let database = format!("sqlite:{}", folder.path().join("data/hearth.db").display());
    let env = move |name: &str| match name {
        "DISCORD_TOKEN" => Some(token.to_owned()),
        "DISCORD_API_URL" => Some(url.clone()),
        "DISCORD_GUILD_ID" => Some(guild.clone()),
        "HEARTH_DATABASE_URL" => Some(database.clone()),
        // serenity warns of every close, also of the one at the end.
        "RUST_LOG" => Some(
            reading::process_environment(name)
                .unwrap_or_else(|| hearth::discord::WARNINGS_ONLY.to_owned()),
        ),
        "HEARTH_LOG_FORMAT" => reading::process_environment(name),
        _ => None,
    };
    Ok(reading::settings(&folder.config(), &env)?)
}

/// The one address, and how to reach it from elsewhere.
fn announce(handle: &Handle, page_token: Option<&str>) {
    let address = handle.address();
    let port = address.port();
    match page_token {
        None => say(&format!(
            "\nOpen  {}/  in a browser. Ctrl-C ends everything.",
            handle.base_url()
        )),
        Some(token) => {
            let host = if address.ip().is_unspecified() {
                "THIS-MACHINE".to_owned()
            } else {
                address.ip().to_string()
            };
            let host = if address.is_ipv6() && host.contains(':') {
                format!("[{host}]")
            } else {
                host
            };
            say(&format!(
                "\nOpen  http://{host}:{port}/?token={token}  in a browser. Ctrl-C ends everything."
            ));
            say(
                "Whoever has this address can use the playground. The connection is not encrypted.",
            );
        }
    }
    let remote = reading::process_environment("SSH_CONNECTION")
        .filter(|connection| !connection.trim().is_empty());
    if let Some(connection) = remote.filter(|_| page_token.is_none()) {
        // The third word is the address by which this machine was reached.
        let host = connection
            .split_whitespace()
            .nth(2)
            .unwrap_or("THIS-MACHINE")
            .to_owned();
        say(&format!(
            "You came by SSH: run  ssh -N -L {port}:127.0.0.1:{port} {host}  on your own machine first."
        ));
    }
}

/// A token that nobody guesses.
fn random() -> Result<String, Failure> {
    let mut bytes = [0_u8; 24];
    getrandom::fill(&mut bytes).context("the system has no randomness")?;
    Ok(hex::encode(bytes))
}
