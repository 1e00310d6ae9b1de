//! The only place that knows serenity: chat's plain data in, Discord's REST and gateway out.

mod answer;
mod body;
mod call;
mod channel;
mod commands;
mod components;
mod cut;
mod gateway;
mod hear;
mod pace;
mod quiet;
mod send;
mod server;

use std::sync::Arc;

use secrecy::SecretString;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serenity::http::{LightMethod, Route};

use crate::domain::chat::{ChannelId, MessageId};

use send::{Outgoing, Wire, named};

pub use call::Call;
pub use gateway::{Ears, Ended, Patience, Silence};
pub use quiet::{WARNINGS_ONLY, quiet};
pub use send::Observer;
pub use server::Permission;

/// Discord's code for a server that does not exist.
const UNKNOWN_SERVER: u64 = 10_004;

/// What must be known to reach Discord.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The bot's token, without prefix.
    pub token: SecretString,
    /// The base address of another Discord-compatible server, such as `http://127.0.0.1:3000`;
    /// `None` is Discord itself.
    pub api_url: Option<String>,
    /// The one server that this instance serves; 0 while it is not known yet: then only
    /// [`Discord::servers`] and [`Discord::invitation`] are of use.
    pub guild: u64,
}

/// Why Discord could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Discord does not know the token.
    #[error(
        "Discord does not accept the bot's token (DISCORD_TOKEN): copy it again from the developer portal"
    )]
    WrongToken,
    /// The address is no address.
    #[error("the address of Discord's API must begin with http:// or https:// and name a server")]
    Address,
    /// Discord, or the server named instead, did not answer as it should.
    #[error("Discord could not be reached: {0}")]
    Unreachable(#[source] Call),
    /// The HTTP client could not be made.
    #[error("the HTTP client could not be made")]
    Client(#[source] reqwest::Error),
}

/// The connection to Discord. Cheap to clone; all clones share one pace.
#[derive(Clone)]
pub struct Discord {
    inner: Arc<Inner>,
    observer: Observer,
}

struct Inner {
    wire: Wire,
    guild: u64,
    application: serenity::model::id::ApplicationId,
    bot: serenity::model::id::UserId,
}

impl std::fmt::Debug for Discord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "Discord(guild {}, application {})",
            self.inner.guild, self.inner.application
        )
    }
}

#[derive(Deserialize)]
struct Id {
    id: serenity::model::id::GenericId,
}

impl Discord {
    /// Checks the token and learns who the bot is. Does not connect to the gateway.
    ///
    /// # Errors
    /// A wrong token, a faulty address, or Discord not answering within 30 s.
    pub async fn open(settings: Settings) -> Result<Self, OpenError> {
        let api_url = settings
            .api_url
            .map(|url| checked_address(&url))
            .transpose()?;
        let wire = Wire::new(&settings.token, api_url).map_err(OpenError::Client)?;
        let observer: Observer = Arc::new(|_| {});
        let me = Outgoing::new(named!("me"), LightMethod::Get, Route::UserMe, 0);
        let application = Outgoing::new(
            named!("application"),
            LightMethod::Get,
            Route::Oauth2ApplicationCurrent,
            0,
        );
        let bot: Id = read(&wire.call(&me, &observer).await.map_err(opening)?)
            .map_err(OpenError::Unreachable)?;
        let application = match wire.call(&application, &observer).await {
            Ok(body) => read::<Id>(&body).map_err(OpenError::Unreachable)?.id,
            // A smaller server may lack this; the two ids are equal for every bot made since 2016.
            Err(Call::Gone { .. }) => bot.id,
            Err(error) => return Err(opening(error)),
        };
        let inner = Inner {
            wire,
            guild: settings.guild,
            application: application.get().into(),
            bot: bot.id.get().into(),
        };
        Ok(Self {
            inner: Arc::new(inner),
            observer,
        })
    }

    /// The same connection, observed: `observer` is called before and after each call to Discord
    /// with names such as `discord.post.before`.
    #[must_use]
    pub fn observed(mut self, observer: Observer) -> Self {
        self.observer = observer;
        self
    }

    /// The link by which an administrator adds the bot, with exactly the permissions it needs.
    #[must_use]
    pub fn invitation(&self) -> String {
        let mut link = format!(
            "https://discord.com/oauth2/authorize?client_id={}&scope=bot%20applications.commands&permissions={}",
            self.inner.application,
            Permission::all_bits(),
        );
        if self.inner.guild != 0 {
            link.push_str(&format!("&guild_id={}", self.inner.guild));
        }
        link
    }

    /// The link by which people get to a message.
    #[must_use]
    pub fn link_to(&self, channel: ChannelId, message: MessageId) -> String {
        let guild = self.inner.guild;
        format!("https://discord.com/channels/{guild}/{channel}/{message}")
    }

    /// The server's id as serenity has it.
    fn guild_id(&self) -> Result<serenity::model::id::GuildId, Call> {
        match self.inner.guild {
            0 => Err(Call::Gone {
                code: UNKNOWN_SERVER,
            }),
            id => Ok(id.into()),
        }
    }

    async fn call(&self, outgoing: &Outgoing<'_>) -> Result<Vec<u8>, Call> {
        self.inner.wire.call(outgoing, &self.observer).await
    }

    async fn ask<T: DeserializeOwned>(&self, outgoing: &Outgoing<'_>) -> Result<T, Call> {
        read(&self.call(outgoing).await?)
    }
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Call> {
    serde_json::from_slice(body).map_err(|_| Call::unreadable(200))
}

fn opening(error: Call) -> OpenError {
    // Nothing else can be forbidden here than the bot as such.
    if matches!(error, Call::Forbidden { .. }) {
        OpenError::WrongToken
    } else {
        OpenError::Unreachable(error)
    }
}

/// The address without its last slash. Its own path is kept, Discord's follows it.
fn checked_address(url: &str) -> Result<String, OpenError> {
    let url = url.trim().trim_end_matches('/');
    let parsed = reqwest::Url::parse(url).map_err(|_| OpenError::Address)?;
    if !matches!(parsed.scheme(), "http" | "https")
        || parsed.host_str().is_none()
        || parsed.query().is_some()
    {
        return Err(OpenError::Address);
    }
    Ok(url.to_owned())
}
