//! A strict Discord on loopback: REST, gateway and a chat page, for trying things out and for tests.
//!
//! It knows nothing of the bot that connects to it. [`start`] opens it; the [`Handle`] acts as
//! people, reads what happened, and orders faults.
mod answer;
mod faults;
mod gateway;
mod guild;
mod mentions;
mod pace;
mod page_routes;
mod page_view;
mod people;
mod refusal;
mod rest;
mod rules;
pub mod sample;
mod transcript;
mod typed;
mod view;
mod wire;
mod world;

pub use answer::{Answer, Input, Interaction, Modal};
pub use faults::{Failure, Gate};
pub use guild::{Access, Channel, Guild, Member, Role};
pub use pace::Limits;
pub use view::{Attachment, Button, Choice, Embed, Message, Select, State};

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{any, get};
use futures::future::BoxFuture;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use world::Shared;

/// The current time in Unix ms, as the server is to see it.
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;
/// Looks at a request and says what is wrong with it.
pub type Check = Arc<dyn Fn(&Request) -> Vec<String> + Send + Sync>;
/// Says which members may use the component with this custom id, given who asks.
pub type Helper = Arc<dyn Fn(&str, &str) -> Vec<String> + Send + Sync>;
/// Something that a button of the page does; its text is shown.
pub type Run = Arc<dyn Fn() -> BoxFuture<'static, Result<String, String>> + Send + Sync>;

/// How to start the server.
#[derive(Clone)]
pub struct Options {
    /// Where to listen; port 0 takes a free one. Anything but loopback needs `page_token`.
    pub listen: SocketAddr,
    /// Lets the page, and only the page, be reached from elsewhere by whoever has this token.
    pub page_token: Option<String>,
    /// The token with which the bot must come.
    pub token: String,
    /// The name of the application and its bot.
    pub bot_name: String,
    /// The server that people meet in.
    pub guild: Guild,
    /// The time that all timestamps, ids and the rules of 3 s and 15 min go by.
    pub clock: Clock,
    /// How many requests are let through.
    pub limits: Limits,
    /// Looks at every request to a known route; what it says becomes complaints.
    pub check: Option<Check>,
    /// What the page says at its top.
    pub banner: String,
    /// What the page suggests to try, in order.
    pub guide: Vec<GuideStep>,
    /// Buttons of the page.
    pub controls: Vec<Control>,
    /// Who may act where the one who looks may not.
    pub helper: Option<Helper>,
}

/// One suggestion of the page.
#[derive(Clone, Debug, Default, serde::Serialize)]
pub struct GuideStep {
    /// A few words.
    pub title: String,
    /// What to do and what will be seen.
    pub text: String,
    /// As whom.
    pub member: Option<String>,
    /// Where.
    pub channel: Option<String>,
    /// The command to type.
    pub command: Option<String>,
}

/// One button of the page.
#[derive(Clone)]
pub struct Control {
    /// Its name in requests.
    pub id: String,
    /// What it says.
    pub label: String,
    /// What it does, in a sentence.
    pub hint: String,
    /// What it runs.
    pub run: Run,
}

/// One request of the bot, as it is kept.
#[derive(Clone, Debug)]
pub struct Request {
    /// `GET`, `POST`, …
    pub method: String,
    /// The route with its parameters named, such as `/channels/{channel}/messages`; the path if it is none.
    pub route: String,
    /// The path below `/api/v10`.
    pub path: String,
    /// The JSON body, or the `payload_json` of a multipart one; null if there was none.
    pub body: serde_json::Value,
    /// Names of uploaded files.
    pub files: Vec<String>,
    /// The answer's status; none before it is answered, or if the connection was cut on purpose.
    pub status: Option<u16>,
    /// When it came, in Unix ms of the server's clock.
    pub at: i64,
}

/// A running server. Clones are the same server; when the last one is dropped, it ends.
#[derive(Clone)]
pub struct Handle {
    shared: Arc<Shared>,
    /// The page's own handles have none, so that an open page does not keep the server alive.
    _life: Option<Arc<Life>>,
}

/// Ends the server when nobody holds it any more.
struct Life(tokio_util::sync::CancellationToken);

impl Drop for Life {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

impl fmt::Debug for Handle {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Handle")
            .field("address", &self.shared.address)
            .finish_non_exhaustive()
    }
}

impl Options {
    /// A server on a free loopback port with real time, Discord's limits and nothing for the page.
    #[must_use]
    pub fn new(token: &str, bot_name: &str, guild: Guild) -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            page_token: None,
            token: token.to_owned(),
            bot_name: bot_name.to_owned(),
            guild,
            clock: Arc::new(|| chrono::Utc::now().timestamp_millis()),
            limits: Limits::default(),
            check: None,
            banner: String::new(),
            guide: Vec::new(),
            controls: Vec::new(),
            helper: None,
        }
    }
}

/// Starts the server on the current tokio runtime.
///
/// # Errors
/// If the address is not loopback and no `page_token` is given, if it is taken, or if the guild's
/// description contradicts itself.
pub async fn start(options: Options) -> io::Result<Handle> {
    let invalid = |text: String| io::Error::new(io::ErrorKind::InvalidInput, text);
    if !options.listen.ip().is_loopback()
        && options.page_token.as_deref().unwrap_or_default().is_empty()
    {
        return Err(invalid(format!(
            "{} is not a loopback address: that needs a page token",
            options.listen
        )));
    }
    let place = guild::Place::new(&options.guild, &options.bot_name).map_err(invalid)?;
    let listener = tokio::net::TcpListener::bind(options.listen).await?;
    let address = listener.local_addr()?;
    let shared = Arc::new(Shared::new(options, address, place));
    let router = Router::new()
        .route("/gateway", get(gateway::connect))
        .route("/api/{*rest}", any(rest::answer))
        .layer(axum::middleware::from_fn(page_routes::only_loopback))
        .merge(page_routes::router(Arc::clone(&shared)))
        .layer(DefaultBodyLimit::disable())
        .with_state(Arc::clone(&shared));
    let service = router.into_make_service_with_connect_info::<wire::Peer>();
    let stop = shared.stop.clone();
    tokio::spawn(async move {
        let serving = axum::serve(wire::CuttableListener(listener), service);
        tokio::select! {
            _ = serving => {}
            () = stop.cancelled() => {}
        }
    });
    let life = Arc::new(Life(shared.stop.clone()));
    Ok(Handle { shared, _life: Some(life) })
}

/// Where a server with this address is reached from the same machine.
fn base_url(address: SocketAddr) -> String {
    let port = address.port();
    match address {
        SocketAddr::V4(four) if four.ip().is_unspecified() => format!("http://127.0.0.1:{port}"),
        SocketAddr::V6(six) if six.ip().is_unspecified() => format!("http://[::1]:{port}"),
        other => format!("http://{other}"),
    }
}

impl Handle {
    fn without_life(shared: &Arc<Shared>) -> Self {
        Self { shared: Arc::clone(shared), _life: None }
    }

    /// The address that it listens on.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.shared.address
    }

    /// What takes the place of `https://discord.com`, without a path.
    #[must_use]
    pub fn base_url(&self) -> String {
        base_url(self.shared.address)
    }

    /// Where the gateway is.
    #[must_use]
    pub fn gateway_url(&self) -> String {
        format!("{}/gateway", self.base_url().replacen("http", "ws", 1))
    }

    /// Ends the server at once, with all connections.
    pub fn stop(&self) {
        self.shared.stop.cancel();
    }
}
