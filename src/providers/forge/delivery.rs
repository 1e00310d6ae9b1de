//! What a forge sends by itself: whether it is from there, and what it is about. A delivery is believed
//! only as a hint to look: what it says may be old by now, or come in another order.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use crate::domain::Timestamp;
use crate::domain::limits;
use crate::domain::platform::{Forge, Repository};
use crate::providers::exec::secrets::read_secret;

/// The longest id of a delivery, in characters.
const ID_CHARS_MAX: usize = 100;
/// What a key of GitLab begins with that signs instead of being sent.
const SIGNING_KEY: &str = "whsec_";
/// Signatures of one delivery that are tried: several are there while keys are exchanged.
const SIGNATURES_MAX: usize = 5;

/// A delivery that came from the forge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// What it is remembered by: its id, which anybody could change, and what it says, which nobody can.
    pub keys: Vec<String>,
    /// What to look at.
    pub about: About,
}

/// What a delivery is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum About {
    /// Nothing that environments follow, or another repository.
    Nothing,
    /// The pull request with this number.
    Number(i64),
    /// The pull requests of this branch.
    Branch(String),
}

/// Why a delivery is not heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unheard {
    /// It is not from the forge, or too old: nothing is said about it.
    Unauthentic,
    /// It is from the forge and is not JSON.
    Unreadable,
}

pub(super) fn hear(
    repository: &Repository,
    header: &dyn Fn(&str) -> Option<String>,
    body: &[u8],
    now: Timestamp,
) -> Result<Delivery, Unheard> {
    let source = repository.webhook_secret.as_deref();
    let source = source.ok_or(Unheard::Unauthentic)?;
    let secret = read_secret("webhook_secret", source).map_err(|failure| {
        tracing::error!(
            "deliveries for repository {} cannot be checked: {failure}",
            repository.id
        );
        Unheard::Unauthentic
    })?;
    let is_authentic = match repository.forge {
        Forge::GitHub => is_signed_by_github(&secret, header, body),
        Forge::GitLab if secret.expose_secret().starts_with(SIGNING_KEY) => {
            is_signed_by_gitlab(&secret, header, body, now)
        }
        Forge::GitLab => is_token(&secret, header),
    };
    if !is_authentic {
        return Err(Unheard::Unauthentic);
    }
    let said: Value = serde_json::from_slice(body).map_err(|_| Unheard::Unreadable)?;
    let about = match repository.forge {
        Forge::GitHub => {
            let event = header("x-github-event").unwrap_or_default();
            of_github(&repository.path, &event, &said)
        }
        Forge::GitLab => of_gitlab(&repository.path, &said),
    };
    let ids: &[&str] = match repository.forge {
        Forge::GitHub => &["x-github-delivery"],
        Forge::GitLab => &["webhook-id", "idempotency-key", "x-gitlab-event-uuid"],
    };
    let mut keys = vec![format!("body:{}", hex::encode(Sha256::digest(body)))];
    let id = ids.iter().find_map(|name| header(name));
    keys.extend(id.filter(|id| is_id(id)).map(|id| format!("id:{id}")));
    Ok(Delivery { keys, about })
}

fn is_id(id: &str) -> bool {
    (1..=ID_CHARS_MAX).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic())
}

fn is_signed_by_github(
    secret: &SecretString,
    header: &dyn Fn(&str) -> Option<String>,
    body: &[u8],
) -> bool {
    let signature = header("x-hub-signature-256");
    let signature = signature
        .as_deref()
        .and_then(|text| text.strip_prefix("sha256="))
        .and_then(|text| hex::decode(text).ok());
    let Some(signature) = signature else {
        return false;
    };
    let mut mac = keyed(secret.expose_secret().as_bytes());
    mac.update(body);
    mac.verify_slice(&signature).is_ok()
}

/// The form of the Standard Webhooks: id, time and body are signed together.
fn is_signed_by_gitlab(
    secret: &SecretString,
    header: &dyn Fn(&str) -> Option<String>,
    body: &[u8],
    now: Timestamp,
) -> bool {
    let key = secret.expose_secret().strip_prefix(SIGNING_KEY);
    let key = key.and_then(|key| STANDARD.decode(key).ok());
    let (Some(key), Some(id), Some(time), Some(signatures)) = (
        key,
        header("webhook-id"),
        header("webhook-timestamp"),
        header("webhook-signature"),
    ) else {
        return false;
    };
    let Some(at) = time
        .parse::<i64>()
        .ok()
        .and_then(|at| at.checked_mul(1_000))
    else {
        return false;
    };
    let at = Timestamp(at);
    if now.since(at).max(at.since(now)) > limits::DELIVERY_AGE_MAX {
        return false;
    }
    signatures
        .split(' ')
        .take(SIGNATURES_MAX)
        .filter_map(|signature| signature.strip_prefix("v1,"))
        .filter_map(|signature| STANDARD.decode(signature).ok())
        .any(|signature| {
            let mut mac = keyed(&key);
            mac.update(id.as_bytes());
            mac.update(b".");
            mac.update(time.as_bytes());
            mac.update(b".");
            mac.update(body);
            mac.verify_slice(&signature).is_ok()
        })
}

fn is_token(secret: &SecretString, header: &dyn Fn(&str) -> Option<String>) -> bool {
    let Some(token) = header("x-gitlab-token") else {
        return false;
    };
    // Digests are compared, so that the time tells nothing about the length either.
    let digest = |text: &str| Sha256::digest(text.as_bytes());
    digest(&token)
        .as_slice()
        .ct_eq(digest(secret.expose_secret()).as_slice())
        .into()
}

fn keyed(key: &[u8]) -> Hmac<Sha256> {
    Hmac::new_from_slice(key).expect("a key of HMAC may have any length")
}

/// What GitHub's event is about.
fn of_github(path: &str, event: &str, said: &Value) -> About {
    if !is_path(said.pointer("/repository/full_name"), path) {
        return About::Nothing;
    }
    match event {
        "pull_request" | "pull_request_target" => number(said.pointer("/pull_request/number")),
        "push" => branch(said.get("ref")),
        "create" | "delete" if said.get("ref_type") == Some(&Value::from("branch")) => {
            text(said.get("ref")).map_or(About::Nothing, About::Branch)
        }
        _ => About::Nothing,
    }
}

/// What GitLab's event is about.
fn of_gitlab(path: &str, said: &Value) -> About {
    if !is_path(said.pointer("/project/path_with_namespace"), path) {
        return About::Nothing;
    }
    match said.get("object_kind").and_then(Value::as_str) {
        Some("merge_request") => number(said.pointer("/object_attributes/iid")),
        Some("push") => branch(said.get("ref")),
        _ => About::Nothing,
    }
}

fn is_path(value: Option<&Value>, path: &str) -> bool {
    value
        .and_then(Value::as_str)
        .is_some_and(|full| full.eq_ignore_ascii_case(path))
}

fn number(value: Option<&Value>) -> About {
    let number = value.and_then(Value::as_i64).filter(|number| *number > 0);
    number.map_or(About::Nothing, About::Number)
}

/// A branch of a push; a tag is none.
fn branch(value: Option<&Value>) -> About {
    let full = value.and_then(Value::as_str);
    let branch = full.and_then(|full| full.strip_prefix("refs/heads/"));
    branch.map_or(About::Nothing, |branch| About::Branch(branch.to_owned()))
}

fn text(value: Option<&Value>) -> Option<String> {
    value?.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests;
