//! A Hearth's life between opened and closed: listens, performs, and stops without leaving anything half-said.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use hearth::app::{App, runner};
use hearth::config::Listen;
use hearth::discord::{Call, Ears, Ended, Patience, Silence};
use hearth::domain::chat::{Answer, Interaction, Language};
use hearth::web::{self, Readiness};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::outcome::Failure;

/// How long what is in hand may take when Hearth stops.
const FINISH_MAX: Duration = Duration::from_secs(10);
/// Where health and metrics are served if nobody says otherwise.
const LISTEN_USUAL: &str = "127.0.0.1:9464";

/// A running Hearth.
pub struct Live {
    app: App,
    stop: CancellationToken,
    stop_web: CancellationToken,
    readiness: Readiness,
    runner: JoinHandle<()>,
    listening: JoinHandle<Result<Ended, Call>>,
    web: Option<JoinHandle<()>>,
}

/// The socket for health and metrics. Taken by another program, the usual address is done without; an
/// address that somebody chose is not.
pub async fn listener(listen: Listen) -> Result<Option<TcpListener>, Failure> {
    let Listen::On(address) = listen else {
        return Ok(None);
    };
    match TcpListener::bind(address).await {
        Ok(listener) => {
            let address = listener.local_addr().map_or(address, |known| known);
            tracing::info!("health and metrics are served on http://{address}");
            Ok(Some(listener))
        }
        Err(error) if address.to_string() == LISTEN_USUAL => {
            tracing::warn!(
                "health and metrics are not served: {address} cannot be listened on ({error}). Another Hearth? Give this one its own `listen` in [web], or `off`."
            );
            Ok(None)
        }
        Err(error) => Err(Failure::Unfit(format!(
            "health and metrics cannot be served on {address}: {error}. Choose another `listen` in [web], or `off`."
        ))),
    }
}

impl Live {
    /// Starts everything that runs.
    pub async fn begin(app: App, listener: Option<TcpListener>) -> Result<Self, Failure> {
        app.start()
            .await
            .map_err(|error| Failure::Store(format!("the database cannot be written: {error}")))?;
        let (stop, stop_web, readiness) = (
            CancellationToken::new(),
            CancellationToken::new(),
            Readiness::default(),
        );
        let runner = tokio::spawn(runner::run(app.clone(), stop.clone(), FINISH_MAX));
        let ears = Arc::new(Door {
            app: app.clone(),
            readiness: readiness.clone(),
        });
        let listening = tokio::spawn({
            let (discord, stop) = (app.discord().clone(), stop.clone());
            async move { Box::pin(discord.listen(ears, stop)).await }
        });
        let web = listener.map(|listener| {
            tokio::spawn(web::serve(
                listener,
                app.clone(),
                readiness.clone(),
                stop_web.clone(),
            ))
        });
        Ok(Self {
            app,
            stop,
            stop_web,
            readiness,
            runner,
            listening,
            web,
        })
    }

    /// Returns when the connection to Discord has ended by itself, with what to say about it.
    pub async fn ended(&mut self) -> Failure {
        let ended = (&mut self.listening).await;
        Failure::Discord(match ended {
            Ok(Ok(Ended::WrongToken)) => {
                "Discord does not accept the bot's token any more: was it reset in the developer portal?".to_owned()
            }
            Ok(Ok(Ended::IntentsRefused)) => {
                "Discord refuses the bot's intents: Hearth asks for GUILDS only, so this is a fault of Hearth".to_owned()
            }
            Ok(Ok(Ended::Stopped | Ended::Lost)) => {
                "the connection to Discord was lost and could not be made again: start Hearth again (a service manager does that by itself)".to_owned()
            }
            Ok(Err(call)) => format!("the gateway of Discord cannot be found: {call}"),
            Err(error) => format!("listening to Discord broke: {error}"),
        })
    }

    /// Accepts nothing new, finishes what is in hand within 10 s, closes the store.
    pub async fn finish(self) {
        self.readiness.stopping();
        self.stop.cancel();
        // A connection that has ended already has nothing in hand any more.
        let listening = async {
            if !self.listening.is_finished() {
                let _ended = self.listening.await;
            }
        };
        let (_done, ()) = tokio::join!(self.runner, listening);
        self.stop_web.cancel();
        if let Some(web) = self.web {
            let _served = web.await;
        }
        if tokio::time::timeout(FINISH_MAX, self.app.store().close())
            .await
            .is_err()
        {
            tracing::warn!("the database was still in use when Hearth ended");
        }
    }
}

/// The app's ears, and the news whether the gateway is connected.
struct Door {
    app: App,
    readiness: Readiness,
}

#[async_trait]
impl Ears for Door {
    async fn hear(&self, interaction: Interaction) -> Answer {
        self.app.hear(interaction).await
    }

    fn instead(&self, language: Language, silence: Silence) -> String {
        self.app.instead(language, silence)
    }

    fn patience(&self, interaction: &Interaction) -> Patience {
        self.app.patience(interaction)
    }

    async fn connected(&self) {
        self.readiness.connected();
        self.app.connected().await;
    }

    async fn disconnected(&self) {
        self.readiness.disconnected();
    }
}
