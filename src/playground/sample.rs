//! The sample service: a tiny web app in several revisions, and the programs that start, look at and stop it.

mod control;
mod instance;
mod page;

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use clap::{Args, Subcommand};
use tokio::net::TcpListener;

use self::instance::{Instance, Slot};

/// The services of the example.
pub const SERVICES: [&str; 3] = ["player", "playlists", "checkout"];
/// Their revisions, newest first.
pub const REVISIONS: [&str; 4] = ["v1.3.0", "v1.2.0", "v1.1.0", "v1.0.0"];
/// What an environment gets when nobody asks for a revision: the newest that works everywhere.
pub const REVISION_USUAL: &str = "v1.2.0";

/// What a healthy service answers.
const HEALTHY: &str = "ok";
/// What a broken one answers.
const BROKEN: &str = "broken on purpose";
/// How large the request log gets before it begins anew, in bytes.
const LOG_BYTES_MAX: u64 = 256 * 1024;
/// How often a remembered port is tried before another one is taken, and how long to wait between, in milliseconds.
const BIND_ATTEMPTS_MAX: u32 = 40;
const BIND_PAUSE_MS: u64 = 50;

/// Whether this revision works: v1.3.0 of `player` is broken on purpose, so that a failed deployment can be seen.
#[must_use]
pub fn is_healthy(service: &str, revision: &str) -> bool {
    (service, revision) != ("player", "v1.3.0")
}

/// `hearth sample …`: what the example's argument lists call. Everything that the exec protocol tells a
/// program by its environment is read from there, so that the lists stay short.
#[derive(Debug, Subcommand)]
pub enum SampleCommand {
    /// Start a revision, or replace the one that runs at the same place
    Up(Up),
    /// Say whether it is there
    Status(Place),
    /// Print its last log lines
    Logs(LogsOf),
    /// Stop it and forget it
    Down(Place),
    /// Stop its process and remember it
    Sleep(Place),
    /// Start again what sleeps
    Wake(Place),
    /// Name every environment of this installation
    List(Owner),
    /// Name the revisions of a service, newest first
    Revisions(RevisionsOf),
    /// Be the service (this is what `up` starts)
    #[command(hide = true)]
    Serve(Serve),
}

/// Whose things are meant, and where their state is kept.
#[derive(Args, Clone, Debug)]
pub struct Owner {
    /// Where the sample keeps its state
    #[arg(long, env = "HEARTH_STATE_DIR")]
    pub state: PathBuf,
    /// The installation that owns what is started
    #[arg(long, env = "HEARTH_INSTALLATION", default_value = "")]
    pub installation: String,
}

/// One place where one process runs: an environment by its name, or a service at a stage.
#[derive(Args, Clone, Debug)]
pub struct Place {
    /// State and installation.
    #[command(flatten)]
    pub owner: Owner,
    /// The service
    #[arg(long, env = "HEARTH_SERVICE", default_value = "player")]
    pub service: String,
    /// The stage of a deployment
    #[arg(long, env = "HEARTH_STAGE")]
    pub stage: Option<String>,
    /// The name of an environment
    #[arg(long, env = "HEARTH_NAME", default_value = "sample")]
    pub name: String,
}

impl Place {
    /// The name of the place: stable for a service at a stage.
    fn id(&self) -> String {
        match &self.stage {
            Some(stage) => format!("{}@{stage}", self.service),
            None => self.name.clone(),
        }
    }
}

/// What to start.
#[derive(Args, Clone, Debug)]
pub struct Up {
    /// Where.
    #[command(flatten)]
    pub place: Place,
    /// The revision
    #[arg(long, env = "HEARTH_REVISION", default_value = REVISION_USUAL)]
    pub revision: String,
    /// The key of the operation: the same key starts nothing twice
    #[arg(long, env = "HEARTH_OP_KEY", default_value = "by-hand")]
    pub op_key: String,
    /// A pause between the steps, in milliseconds, so that they can be followed
    #[arg(long, default_value_t = 0)]
    pub pace_ms: u64,
}

/// Which logs.
#[derive(Args, Clone, Debug)]
pub struct LogsOf {
    /// Where.
    #[command(flatten)]
    pub place: Place,
    /// How many lines
    #[arg(long, default_value_t = 20)]
    pub lines: usize,
}

/// Which service.
#[derive(Args, Clone, Debug)]
pub struct RevisionsOf {
    /// The service
    #[arg(long, env = "HEARTH_SERVICE")]
    pub service: String,
}

/// What to be.
#[derive(Args, Clone, Debug)]
pub struct Serve {
    /// What was ordered.
    #[command(flatten)]
    pub up: Up,
    /// The port, 0 for a free one
    #[arg(long, default_value_t = 0)]
    pub port: u16,
}

/// Runs one command of the sample. The answer is the program's exit code; what it says stands on standard
/// output in the lines of the exec protocol.
#[must_use]
pub fn sample_command(command: SampleCommand) -> ExitCode {
    let outcome = match command {
        SampleCommand::Up(up) => control::up(&up),
        SampleCommand::Status(place) => control::status(&place),
        SampleCommand::Logs(logs) => control::logs(&logs),
        SampleCommand::Down(place) => control::down(&place),
        SampleCommand::Sleep(place) => control::sleep(&place),
        SampleCommand::Wake(place) => control::wake(&place),
        SampleCommand::List(owner) => control::list(&owner),
        SampleCommand::Revisions(revisions) => control::revisions(&revisions.service),
        SampleCommand::Serve(order) => serve(&order),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            control::say(&serde_json::json!({ "error": reason }));
            ExitCode::FAILURE
        }
    }
}

/// Is the service until it is stopped.
fn serve(order: &Serve) -> Result<(), String> {
    // Leaving the session of whoever started us is what lets a service outlive its `up`; only a leader of a
    // group may not, and then it has a group of its own already.
    let _own_session = rustix::process::setsid();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|fault| fault.to_string())?;
    runtime
        .block_on(serve_until_stopped(order))
        .map_err(|fault| fault.to_string())
}

async fn serve_until_stopped(order: &Serve) -> io::Result<()> {
    let slot = Slot::of(&order.up.place)?;
    let listener = bind(order.port).await?;
    let port = listener.local_addr()?.port();
    let instance = Instance::own(&order.up, port)?;
    let log = OpenOptions::new()
        .create(true)
        .append(true)
        .open(slot.log())?;
    let service = Arc::new(Service {
        instance,
        log: Mutex::new(log),
    });
    service.note(&format!(
        "{} {} listens on 127.0.0.1:{port}",
        order.up.place.service, order.up.revision
    ));
    let app = Router::new()
        .route("/healthz", get(health))
        .route("/", get(show))
        .fallback(nothing)
        .with_state(Arc::clone(&service));
    // Written last: whoever sees it may ask.
    slot.record(&service.instance)?;
    axum::serve(listener, app).await
}

/// A remembered port may be held for a moment by the one that was just stopped.
async fn bind(port: u16) -> io::Result<TcpListener> {
    for _ in 0..BIND_ATTEMPTS_MAX {
        match TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await {
            Err(fault) if fault.kind() == io::ErrorKind::AddrInUse => {
                tokio::time::sleep(Duration::from_millis(BIND_PAUSE_MS)).await;
            }
            other => return other,
        }
    }
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await
}

struct Service {
    instance: Instance,
    log: Mutex<File>,
}

impl Service {
    /// One line in the log; a full disk costs the line, not the service.
    fn note(&self, text: &str) {
        let mut log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        if log.metadata().is_ok_and(|data| data.len() > LOG_BYTES_MAX) {
            let _kept_long = log.set_len(0);
        }
        let _lost = writeln!(log, "{} {text}", chrono::Utc::now().format("%H:%M:%S"));
    }

    fn answer(&self, path: &str, status: StatusCode, body: impl IntoResponse) -> Response {
        // The path comes from anyone: short, and without what could forge a line.
        let path: String = path
            .chars()
            .filter(|character| !character.is_control())
            .take(200)
            .collect();
        self.note(&format!("GET {path} {}", status.as_u16()));
        (status, body).into_response()
    }
}

async fn health(State(service): State<Arc<Service>>) -> Response {
    if is_healthy(&service.instance.service, &service.instance.revision) {
        service.answer("/healthz", StatusCode::OK, HEALTHY)
    } else {
        service.answer("/healthz", StatusCode::INTERNAL_SERVER_ERROR, BROKEN)
    }
}

async fn show(State(service): State<Arc<Service>>) -> Response {
    service.answer("/", StatusCode::OK, Html(page::render(&service.instance)))
}

async fn nothing(State(service): State<Arc<Service>>, uri: Uri) -> Response {
    service.answer(uri.path(), StatusCode::NOT_FOUND, "nothing here")
}
