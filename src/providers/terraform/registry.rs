//! The catalogue of a module registry, over the module registry protocol: which versions of a module there are.

use std::time::Duration;

use reqwest::header::AUTHORIZATION;
use reqwest::{Client, Response, StatusCode, Url};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use super::settings::Module;
use super::versions::Constraint;
use crate::providers::Failure;
use crate::providers::exec::health;
use crate::providers::exec::secrets::read_secret;

/// How long one answer of a registry may take, in seconds.
const ANSWER_SECONDS_MAX: u64 = 10;
/// The longest answer of a registry, in bytes.
const ANSWER_BYTES_MAX: usize = 2 * 1024 * 1024;
/// The most versions of a module that are looked at.
const VERSIONS_MAX: usize = 5_000;
/// The longest text of a version, in bytes.
const VERSION_BYTES_MAX: usize = 100;

/// Asks registries. Its client follows no redirects, so a token goes only where the configuration sends it.
pub(super) struct Catalogue {
    client: Client,
}

impl Catalogue {
    pub(super) fn new() -> Self {
        Self {
            client: health::client(),
        }
    }

    /// The versions of a module that its constraint takes, newest first; of a folder there are none.
    ///
    /// # Errors
    /// [`Failure::Retryable`] when the registry does not answer, [`Failure::Permanent`] when it refuses.
    pub(super) async fn versions(&self, module: &Module) -> Result<Vec<String>, Failure> {
        let Module::Registry {
            host,
            path,
            constraint,
            services,
            token,
        } = module
        else {
            return Ok(Vec::new());
        };
        let constraint = Constraint::read(constraint).map_err(Failure::Permanent)?;
        let token = token
            .as_deref()
            .map(|source| read_secret("registry.token", source))
            .transpose()?;
        let base = match services {
            Some(services) => address(services)?,
            None => self.discover(host, token.as_ref()).await?,
        };
        let place = base
            .join(&format!("{path}/versions"))
            .map_err(|_| Failure::Permanent("its address cannot be made".to_owned()))?;
        let answer = self.ask(host, place, token.as_ref()).await?;
        let known: Vec<String> = answer["modules"][0]["versions"]
            .as_array()
            .into_iter()
            .flatten()
            .take(VERSIONS_MAX)
            .filter_map(|entry| entry["version"].as_str())
            .filter(|version| version.len() <= VERSION_BYTES_MAX)
            .map(str::to_owned)
            .collect();
        Ok(constraint.pick(&known))
    }

    /// Where a host says that its module service is.
    async fn discover(&self, host: &str, token: Option<&SecretString>) -> Result<Url, Failure> {
        let place = address(&format!("https://{host}/.well-known/terraform.json"))?;
        let answer = self.ask(host, place.clone(), token).await?;
        let service = answer["modules.v1"].as_str().ok_or_else(|| {
            Failure::Permanent(format!(
                "{host} is no module registry: it names no modules.v1"
            ))
        })?;
        let found = place.join(service).ok().filter(|found| {
            // The token goes there: what the host says must not take it off TLS.
            found.scheme() == "https" && found.path().ends_with('/')
        });
        found.ok_or_else(|| {
            Failure::Permanent(format!(
                "{host} names an address for its module service that cannot be used"
            ))
        })
    }

    async fn ask(
        &self,
        host: &str,
        place: Url,
        token: Option<&SecretString>,
    ) -> Result<Value, Failure> {
        let mut request = self
            .client
            .get(place)
            .timeout(Duration::from_secs(ANSWER_SECONDS_MAX));
        if let Some(token) = token {
            let value = format!("Bearer {}", token.expose_secret());
            let mut value = reqwest::header::HeaderValue::from_str(&value).map_err(|_| {
                Failure::Permanent("the registry's token cannot be sent in a header".to_owned())
            })?;
            value.set_sensitive(true);
            request = request.header(AUTHORIZATION, value);
        }
        let answer = request.send().await.map_err(|fault| {
            Failure::Retryable(if fault.is_timeout() {
                format!("the registry {host} does not answer in time")
            } else {
                format!("the registry {host} cannot be reached")
            })
        })?;
        match answer.status() {
            StatusCode::OK => {}
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                return Err(Failure::Permanent(format!(
                    "the registry {host} does not accept the token"
                )));
            }
            StatusCode::NOT_FOUND => {
                return Err(Failure::Permanent(format!(
                    "the registry {host} has no such module"
                )));
            }
            other => {
                return Err(Failure::Retryable(format!(
                    "the registry {host} answers {}",
                    other.as_u16()
                )));
            }
        }
        let bytes = bounded(host, answer).await?;
        serde_json::from_slice(&bytes)
            .map_err(|_| Failure::Permanent(format!("the registry {host} does not speak JSON")))
    }
}

fn address(text: &str) -> Result<Url, Failure> {
    Url::parse(text)
        .map_err(|_| Failure::Permanent("the registry's address is not an address".to_owned()))
}

async fn bounded(host: &str, mut answer: Response) -> Result<Vec<u8>, Failure> {
    let broken = |_| Failure::Retryable(format!("the registry {host} broke off"));
    let mut bytes = Vec::new();
    while let Some(piece) = answer.chunk().await.map_err(broken)? {
        bytes.extend_from_slice(&piece);
        if bytes.len() > ANSWER_BYTES_MAX {
            return Err(Failure::Permanent(format!(
                "the registry {host} answers more than {} KiB",
                ANSWER_BYTES_MAX / 1024
            )));
        }
    }
    Ok(bytes)
}
