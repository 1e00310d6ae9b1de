//! The process environment and secret files: what overrides the file, and what only they may hold.

use std::path::Path;

use secrecy::{SecretSlice, SecretString};

use super::read::snowflake;
use super::reader::{near, quoted};
use super::report::Fault;
use super::secret::{self, DatabaseKind, DatabaseUrl};
use super::settings::{DATABASE_HINT, Log, log_format};

/// Shortest survey secret, in bytes.
const SURVEY_SECRET_BYTES_MIN: usize = 32;
/// Where the environment's faults are said to be.
const ENVIRONMENT: &str = "environment";

/// Reads the process environment, keeping every fault.
pub(super) struct Environment<'a> {
    env: &'a dyn Fn(&str) -> Option<String>,
    pub(super) faults: Vec<Fault>,
}

impl<'a> Environment<'a> {
    /// Begins without a fault.
    pub(super) fn new(env: &'a dyn Fn(&str) -> Option<String>) -> Self {
        Self {
            env,
            faults: Vec::new(),
        }
    }

    /// A variable that is set and not empty.
    fn get(&self, name: &str) -> Option<String> {
        (self.env)(name)
            .filter(|value| !value.trim().is_empty())
            .map(|value| value.trim().to_owned())
    }

    fn fault<T>(&mut self, message: String, hint: &str) -> Option<T> {
        self.faults.push(Fault::elsewhere(
            ENVIRONMENT,
            message,
            Some(hint.to_owned()),
        ));
        None
    }

    fn secret(&mut self, name: &str) -> Result<Option<Vec<u8>>, ()> {
        secret::read(self.env, name).map_err(|fault| self.faults.push(fault))
    }

    /// The bot's token.
    pub(super) fn token(&mut self) -> Option<SecretString> {
        let Some(bytes) = self.secret("DISCORD_TOKEN").ok()? else {
            return self.fault(
                "DISCORD_TOKEN is not set".to_owned(),
                "Copy the bot's token from Discord's developer portal into DISCORD_TOKEN, or into a file that DISCORD_TOKEN_FILE names.",
            );
        };
        let text = String::from_utf8(bytes).unwrap_or_default();
        let token = text.strip_prefix("Bot ").unwrap_or(&text);
        if token.is_empty() || token.chars().any(|character| !character.is_ascii_graphic()) {
            return self.fault(
                "the bot's token has blanks or characters in it that no token has".to_owned(),
                "Copy it again from Discord's developer portal, the token alone.",
            );
        }
        Some(SecretString::from(token.to_owned()))
    }

    /// The id of the server.
    pub(super) fn guild(&mut self, from_file: Option<&str>) -> Option<u64> {
        let given = self.get("DISCORD_GUILD_ID");
        match (given.as_deref(), from_file.and_then(snowflake)) {
            (None, Some(guild)) => Some(guild),
            (None, None) => self.fault(
                "DISCORD_GUILD_ID is not set, and the file has no `discord.guild`".to_owned(),
                "It is the id of the Discord server: click its name with the right button and copy the id.",
            ),
            (Some(text), _) => match snowflake(text) {
                Some(guild) => Some(guild),
                None => self.fault("DISCORD_GUILD_ID is no Discord id".to_owned(), "An id has 15 to 20 digits."),
            },
        }
    }

    /// The address of another server that speaks Discord's API.
    pub(super) fn api_url(&mut self, from_file: Option<String>) -> Option<String> {
        let Some(url) = self.get("DISCORD_API_URL") else {
            return from_file;
        };
        let host = url
            .strip_prefix("https://")
            .or_else(|| url.strip_prefix("http://"));
        if host.is_none_or(|host| host.is_empty() || host.starts_with('/') || host.contains('@')) {
            return self.fault(
                "DISCORD_API_URL is no http or https address of a server".to_owned(),
                "Write it like `http://127.0.0.1:8080`, without a user or password; leave it out for Discord itself.",
            );
        }
        Some(url.trim_end_matches('/').to_owned())
    }

    /// The database's address; a relative path in the environment counts from the current folder.
    pub(super) fn database(&mut self, from_file: Option<DatabaseUrl>) -> Option<DatabaseUrl> {
        let Some(url) = self.get("HEARTH_DATABASE_URL") else {
            return from_file;
        };
        match DatabaseUrl::read(&url, Path::new("")) {
            Ok(url) => Some(url),
            // The address may hold a password, so it is not repeated.
            Err(why) => self.fault(format!("HEARTH_DATABASE_URL {why}"), DATABASE_HINT),
        }
    }

    /// The key of survey answers.
    pub(super) fn survey_secret(
        &mut self,
        kind: Option<DatabaseKind>,
        has_surveys: bool,
    ) -> Option<SecretSlice<u8>> {
        let secret = self.secret("HEARTH_SURVEY_SECRET").ok()?;
        match secret {
            Some(bytes) if bytes.len() < SURVEY_SECRET_BYTES_MIN => self.fault(
                format!("HEARTH_SURVEY_SECRET has {} bytes, and {SURVEY_SECRET_BYTES_MIN} are the least", bytes.len()),
                "Make one with `openssl rand -hex 32`, and keep it apart from the database's backups.",
            ),
            None if has_surveys && kind == Some(DatabaseKind::Postgres) => self.fault(
                "HEARTH_SURVEY_SECRET is not set, and surveys on Postgres need it".to_owned(),
                "Make one with `openssl rand -hex 32`; all replicas share it, and it is kept apart from the database's backups.",
            ),
            other => other.map(SecretSlice::from),
        }
    }

    /// What is logged.
    pub(super) fn log(&mut self, from_file: Option<Log>) -> Option<Log> {
        let mut log = from_file?;
        if let Some(filter) = self.get("RUST_LOG") {
            log.filter = filter;
        }
        match self.get("HEARTH_LOG_FORMAT").as_deref() {
            None => {}
            Some(word @ ("pretty" | "json")) => log.format = log_format(word),
            Some(word) => {
                let hint = near(word, &["pretty", "json"])
                    .unwrap_or_else(|| "It takes `pretty` and `json`.".to_owned());
                return self.fault(
                    format!("HEARTH_LOG_FORMAT does not take {}", quoted(word)),
                    &hint,
                );
            }
        }
        Some(log)
    }
}
