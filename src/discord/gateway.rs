//! Listening: the gateway connection, and one answer to every interaction whatever happens.

use std::collections::{HashSet, VecDeque};
use std::convert::Infallible;
use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use futures::FutureExt as _;
use serde::Deserialize;
use serenity::client::{ClientBuilder, Context, RawEventHandler};
use serenity::gateway::{ConnectionStage, GatewayError, ShardManager};
use serenity::http::{HttpBuilder, LightMethod, Route};
use serenity::model::event::{Event, UnknownEvent};
use serenity::model::gateway::GatewayIntents;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::domain::chat::{Answer, Interaction, Language};

use super::Discord;
use super::call::Call;
use super::hear::{self, Heard, Kind, Reply};
use super::send::{Outgoing, named};

/// Interactions that are being answered at the same time; those beyond are told that Hearth is busy.
const IN_HAND_MAX: u32 = 256;
/// Answers of the kind "not now" that are being sent at the same time.
const TURNED_AWAY_MAX: u32 = 64;
/// Real time for the answer; Discord waits 3 s for it.
const HEARING_MS_MAX: u64 = 2_500;
/// Real time after which an answer that may be deferred is.
const DEFER_AFTER_MS: u64 = 1_000;
/// Real time for a deferred answer; Discord forgets the token after 15 minutes.
const DEFERRED_MS_MAX: u64 = 14 * 60_000;
/// Real time that what hears may go on after the person has been told that it is late, so that
/// it is not cut off in the middle.
const LATE_MS_MAX: u64 = 30_000;
/// Real time for finishing what is in hand when listening stops.
const STOPPING_MS_MAX: u64 = 10_000;
/// How often it is looked whether the connection still stands.
const WATCH_MS: u64 = 2_000;
/// Interactions that are remembered, so that one that is delivered twice is answered once.
const REMEMBERED_MAX: usize = 4_096;

/// What hears interactions and answers them.
#[async_trait]
pub trait Ears: Send + Sync {
    /// Hears an interaction and gives its only answer. It is called once for each interaction, in a
    /// task of its own; a panic here becomes a private answer.
    async fn hear(&self, interaction: Interaction) -> Answer;

    /// What is said privately where [`Ears::hear`] cannot or must not answer.
    fn instead(&self, language: Language, silence: Silence) -> String;

    /// How long the answer may take. Only what reads an engine may be deferred, and its answer is
    /// then always private.
    fn patience(&self, _interaction: &Interaction) -> Patience {
        Patience::AtOnce
    }

    /// The gateway is connected, for the first time or again.
    async fn connected(&self) {}

    /// The gateway connection is lost; it is being made anew. Noticed within a few seconds.
    async fn disconnected(&self) {}
}

/// Why there is no answer of the usual kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Silence {
    /// The answer took too long; what was asked for may still happen.
    Late,
    /// Hearing it failed, or the answer was none that Discord takes: our fault.
    Broken,
    /// Too many at once.
    Busy,
    /// It came from another server or from direct messages.
    Elsewhere,
    /// Hearth is stopping.
    Stopping,
}

/// How long an answer may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Patience {
    /// 2.5 s; then [`Silence::Late`].
    AtOnce,
    /// After 1 s the person privately sees that it takes a while, then the answer, up to 14 minutes later.
    MayDefer,
}

/// Why listening has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// It was asked to stop.
    Stopped,
    /// The gateway does not accept the token (4004).
    WrongToken,
    /// The gateway refuses the intents (4013, 4014).
    IntentsRefused,
    /// serenity gave the connection up.
    Lost,
}

impl Discord {
    /// Connects to the gateway and lets `ears` answer what comes in, until `stop` or until the
    /// connection is given up. Interrupted connections are resumed or made anew meanwhile. When it
    /// returns, what was in hand has been answered, within 10 s. End it by `stop` only: dropping
    /// the future leaves serenity's tasks behind.
    ///
    /// # Errors
    /// Where the server does not name its gateway: there is no fallback to another one.
    pub async fn listen(
        &self,
        ears: Arc<dyn Ears>,
        stop: CancellationToken,
    ) -> Result<Ended, Call> {
        self.guild_id()?;
        let gateway = self.gateway_url().await?;
        let wire = &self.inner.wire;
        // With its limiter on, serenity would ignore the address and send the token to Discord.
        let mut http = HttpBuilder::new(wire.token())
            .client(wire.client())
            .ratelimiter_disabled(true)
            .application_id(self.inner.application);
        if let Some(url) = wire.api_url() {
            http = http.proxy(url);
        }
        let desk = Arc::new(Desk::new(self.clone(), ears));
        let client = ClientBuilder::new_with_http(http.build(), GatewayIntents::GUILDS)
            .raw_event_handler(Relay(Arc::clone(&desk)));
        let mut client = Box::pin(client.into_future())
            .await
            .map_err(|_| Call::Retryable { after: None })?;
        // serenity has asked once more and falls back to Discord's own host in silence.
        *client.ws_url.lock().await = gateway;
        let shards = Arc::clone(&client.shard_manager);
        let watched = watch(&shards, &desk);
        let ended = tokio::select! {
            () = stop.cancelled() => Ended::Stopped,
            never = watched => match never {},
            ended = Box::pin(client.start()) => match ended {
                Err(serenity::Error::Gateway(GatewayError::InvalidAuthentication)) => Ended::WrongToken,
                Err(serenity::Error::Gateway(
                    GatewayError::InvalidGatewayIntents | GatewayError::DisallowedGatewayIntents,
                )) => Ended::IntentsRefused,
                Ok(()) | Err(_) => Ended::Lost,
            },
        };
        desk.closing.store(true, Ordering::Relaxed);
        if ended == Ended::Stopped {
            tokio::join!(shards.shutdown_all(), desk.clear());
        } else {
            // The shard is gone; serenity would wait 5 s for it to say so.
            tokio::spawn(async move { shards.shutdown_all().await });
            desk.clear().await;
        }
        Ok(ended)
    }

    async fn gateway_url(&self) -> Result<String, Call> {
        #[derive(Deserialize)]
        struct Gateway {
            url: String,
        }
        let Gateway { url } = self
            .ask(&Outgoing::new(
                named!("gateway"),
                LightMethod::Get,
                Route::Gateway,
                0,
            ))
            .await?;
        if url.starts_with("ws://") || url.starts_with("wss://") {
            Ok(url)
        } else {
            Err(Call::unreadable(200))
        }
    }
}

/// Tells when the connection is lost. It looks now and then, since a raw handler is not told of it.
async fn watch(shards: &ShardManager, desk: &Desk) -> Infallible {
    loop {
        tokio::time::sleep(Duration::from_millis(WATCH_MS)).await;
        let runners = shards.runners.lock().await;
        let stands = runners
            .values()
            .any(|runner| runner.stage == ConnectionStage::Connected);
        drop(runners);
        if !stands && desk.connected.swap(false, Ordering::Relaxed) {
            desk.ears.disconnected().await;
            tracing::warn!("the connection to Discord's gateway is lost and is being made anew");
        }
    }
}

/// serenity's end of the desk. It is a raw handler, since only that one sees what could not be decoded.
struct Relay(Arc<Desk>);

#[async_trait]
impl RawEventHandler for Relay {
    async fn raw_event(&self, context: Context, event: Event) {
        match event {
            // A connection that was being made when listening stopped.
            Event::Ready(_) | Event::Resumed(_) if self.0.closing.load(Ordering::Relaxed) => {
                context.shard.shutdown_clean();
            }
            Event::Ready(_) | Event::Resumed(_) => {
                self.0.connected.store(true, Ordering::Relaxed);
                self.0.ears.connected().await;
            }
            Event::InteractionCreate(event) => {
                if let Some(heard) = hear::hear(event.interaction) {
                    self.0.take(heard).await;
                }
            }
            Event::Unknown(event) if event.kind == "INTERACTION_CREATE" => {
                self.0.take_undecodable(&event).await;
            }
            _ => {}
        }
    }
}

/// Where interactions are taken in and answered.
struct Desk {
    discord: Discord,
    ears: Arc<dyn Ears>,
    in_hand: Semaphore,
    turned_away: Semaphore,
    closing: AtomicBool,
    connected: AtomicBool,
    overrun: AtomicBool,
    seen: Mutex<Seen>,
}

impl Desk {
    fn new(discord: Discord, ears: Arc<dyn Ears>) -> Self {
        Self {
            discord,
            ears,
            in_hand: Semaphore::new(IN_HAND_MAX as usize),
            turned_away: Semaphore::new(TURNED_AWAY_MAX as usize),
            closing: AtomicBool::new(false),
            connected: AtomicBool::new(false),
            overrun: AtomicBool::new(false),
            seen: Mutex::default(),
        }
    }

    /// Waits until nothing is in hand.
    async fn clear(&self) {
        let all = async {
            let in_hand = self.in_hand.acquire_many(IN_HAND_MAX).await;
            let turned_away = self.turned_away.acquire_many(TURNED_AWAY_MAX).await;
            drop((in_hand, turned_away));
        };
        if timeout(Duration::from_millis(STOPPING_MS_MAX), all)
            .await
            .is_err()
        {
            tracing::warn!("stopped while interactions were still being answered");
        }
    }

    async fn take(&self, heard: Heard) {
        let Heard {
            reply,
            guild,
            interaction,
        } = heard;
        // In memory only and without who it was from, so that a ballot's click leaves no trace here.
        if !self
            .seen
            .lock()
            .expect("no panic while looking")
            .first_time(reply.id.get())
        {
            return;
        }
        let here = guild == Some(self.discord.inner.guild);
        let silence = match interaction {
            Some(interaction) if here && !self.closing.load(Ordering::Relaxed) => {
                match self.place() {
                    Some(_place) => return self.hear(&reply, interaction).await,
                    None => Silence::Busy,
                }
            }
            Some(_) if here => Silence::Stopping,
            _ => Silence::Elsewhere,
        };
        self.turn_away(&reply, silence).await;
    }

    fn place(&self) -> Option<SemaphorePermit<'_>> {
        let place = self.in_hand.try_acquire().ok();
        let overrun = place.is_none();
        if overrun != self.overrun.swap(overrun, Ordering::Relaxed) && overrun {
            tracing::warn!(
                "{IN_HAND_MAX} interactions are in hand: further ones are told that Hearth is busy"
            );
        }
        place
    }

    async fn turn_away(&self, reply: &Reply, silence: Silence) {
        // Whoever does not get a turn within Discord's 3 s cannot be answered any more.
        let turn = timeout(
            Duration::from_millis(HEARING_MS_MAX),
            self.turned_away.acquire(),
        )
        .await;
        match turn {
            Ok(Ok(_turn)) => self.say_instead(reply, silence).await,
            _ => tracing::warn!("an interaction was left without an answer: too many at once"),
        }
    }

    async fn hear(&self, reply: &Reply, interaction: Interaction) {
        let may_defer =
            reply.kind != Kind::Typing && self.ears.patience(&interaction) == Patience::MayDefer;
        let mut hearing = AssertUnwindSafe(self.ears.hear(interaction))
            .catch_unwind()
            .boxed();
        let patience = Duration::from_millis(if may_defer {
            DEFER_AFTER_MS
        } else {
            HEARING_MS_MAX
        });
        match timeout(patience, &mut hearing).await {
            Ok(Ok(answer)) => self.answer(reply, &answer).await,
            Ok(Err(_panic)) => {
                tracing::error!(
                    interaction = shown(reply),
                    "hearing an interaction panicked"
                );
                self.say_instead(reply, Silence::Broken).await;
            }
            Err(_) if may_defer => {
                let patience = Duration::from_millis(DEFERRED_MS_MAX);
                let (deferred, answer) =
                    tokio::join!(self.discord.defer(reply), timeout(patience, hearing));
                if let Err(error) = deferred {
                    return log_failure(reply, &error);
                }
                let message = match answer {
                    Ok(Ok(Answer::Say { message, .. })) => message,
                    Ok(_) => {
                        tracing::error!(
                            interaction = shown(reply),
                            "a deferred answer was no message, or hearing panicked"
                        );
                        self.instead(reply, Silence::Broken)
                    }
                    Err(_) => self.instead(reply, Silence::Late),
                };
                if let Err(error) = self.discord.finish_deferred(reply, &message).await {
                    log_failure(reply, &error);
                }
            }
            Err(_) => {
                tracing::error!(
                    interaction = shown(reply),
                    "an answer took longer than {HEARING_MS_MAX} ms"
                );
                let rest = timeout(Duration::from_millis(LATE_MS_MAX), hearing);
                let ((), _) = tokio::join!(self.say_instead(reply, Silence::Late), rest);
            }
        }
    }

    async fn answer(&self, reply: &Reply, answer: &Answer) {
        let Some(body) = super::answer::body(reply.kind, answer) else {
            tracing::error!(interaction = shown(reply), kind = ?reply.kind, "the answer does not fit the interaction");
            return self.say_instead(reply, Silence::Broken).await;
        };
        let Err(error) = self.discord.call_back(reply, body).await else {
            return;
        };
        log_failure(reply, &error);
        // A refused callback has not been used up: the person still gets to know that something is wrong.
        if matches!(error, Call::Invalid { code, .. } if code != super::answer::ANSWERED_ALREADY) {
            self.say_instead(reply, Silence::Broken).await;
        }
    }

    async fn say_instead(&self, reply: &Reply, silence: Silence) {
        let answer = if reply.kind == Kind::Typing {
            Answer::Suggest(Vec::new())
        } else {
            Answer::Say {
                private: true,
                message: self.instead(reply, silence),
            }
        };
        let body =
            super::answer::body(reply.kind, &answer).expect("a private text fits every kind");
        if let Err(error) = self.discord.call_back(reply, body).await {
            log_failure(reply, &error);
        }
    }

    fn instead(&self, reply: &Reply, silence: Silence) -> crate::domain::chat::Message {
        let content = self.ears.instead(reply.language, silence);
        crate::domain::chat::Message {
            content,
            ..Default::default()
        }
    }

    /// Answers what serenity could not decode, which would otherwise be lost without a word.
    async fn take_undecodable(&self, event: &UnknownEvent) {
        tracing::error!("an interaction could not be decoded");
        let value = &event.value;
        let id = value["id"]
            .as_str()
            .and_then(|id| id.parse::<u64>().ok())
            .filter(|id| *id != 0);
        let (Some(id), Some(token)) = (id, value["token"].as_str()) else {
            return;
        };
        let kind = match value["type"].as_u64() {
            Some(2) => Kind::Command,
            Some(3) => Kind::Click,
            Some(4) => Kind::Typing,
            Some(5) => Kind::Form { on_message: false },
            _ => return,
        };
        let reply = Reply {
            id: id.into(),
            token: token.to_owned(),
            kind,
            language: Language::of_locale(value["locale"].as_str().unwrap_or_default()),
            heard_at: Instant::now(),
            // Whose it was and what for is unknown.
            confidential: true,
        };
        self.turn_away(&reply, Silence::Broken).await;
    }
}

/// The id of the interaction for the log; nothing where it must stay confidential.
fn shown(reply: &Reply) -> Option<u64> {
    (!reply.confidential).then(|| reply.id.get())
}

fn log_failure(reply: &Reply, error: &Call) {
    tracing::warn!(interaction = shown(reply), kind = ?reply.kind, %error, "an interaction could not be answered");
}

/// The last interactions' ids.
#[derive(Default)]
struct Seen {
    ids: HashSet<u64>,
    order: VecDeque<u64>,
}

impl Seen {
    fn first_time(&mut self, id: u64) -> bool {
        if !self.ids.insert(id) {
            return false;
        }
        if self.order.len() == REMEMBERED_MAX
            && let Some(oldest) = self.order.pop_front()
        {
            self.ids.remove(&oldest);
        }
        self.order.push_back(id);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interaction_is_new_once_and_the_memory_is_bounded() {
        let mut seen = Seen::default();
        assert!(seen.first_time(1));
        assert!(!seen.first_time(1));
        for id in 2..10_000 {
            assert!(seen.first_time(id));
        }
        assert_eq!(seen.ids.len(), REMEMBERED_MAX);
        assert_eq!(seen.order.len(), REMEMBERED_MAX);
    }
}
