//! How engines behind HTTP are asked: exactly the address that is written, no redirects, bounded bodies, patience.

pub(super) mod address;
pub(super) mod mark;
pub(super) mod section;
pub(super) mod starts;
pub(super) mod waiting;

use std::collections::BTreeMap;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

use reqwest::header::{ACCEPT, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use reqwest::{Method, Url};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use tokio::time::Instant;

use super::exec::ClockNow;
use super::exec::secrets::read_secret;
use super::redact::{Redactor, cut};
use super::{Failure, Logs};
use crate::domain::limits::ENGINE_TEXT_CHARS_MAX;

/// The longest body that is read, in bytes.
const BODY_BYTES_MAX: usize = 6 * 1024 * 1024;
/// The most that is read of logs, in bytes; only the end of it is kept.
const LOGS_BYTES_MAX: usize = 32 * 1024 * 1024;
/// The longest that a host can ask to be left alone, in seconds: an hour is what GitHub's limits need.
const PAUSE_SECONDS_MAX: i64 = 3_600;
/// How long a host is left alone that asked for it without saying how long, in seconds.
const PAUSE_SECONDS_DEFAULT: i64 = 60;
/// The most hosts that are remembered to want to be left alone.
const HOSTS_MAX: usize = 256;
/// The longest output, in characters: an address may be long.
const OUTPUT_CHARS_MAX: usize = 1_000;
/// The longest reference, in characters.
const REFERENCE_CHARS_MAX: usize = 200;

/// Everything that one provider sends goes through here, so that a limit met by one call holds for all.
pub(super) struct Caller {
    client: OnceLock<reqwest::Client>,
    clock_now: ClockNow,
    /// Hosts that want to be left alone, and until when.
    pauses: Mutex<BTreeMap<String, Instant>>,
}

/// What the calls of one definition have in common.
pub(super) struct Line<'a> {
    caller: &'a Caller,
    token: Option<SecretString>,
    accept: &'static str,
    /// A header that every call has beside the usual ones.
    version: Option<(&'static str, &'static str)>,
    within: Duration,
    /// Hides the token in whatever the engine says.
    pub(super) redactor: Redactor,
}

/// What came back, whatever it says: below 300, or a no from 400 to 499.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Vec<u8>,
    /// Whether its beginning was dropped.
    is_cut: bool,
}

/// What happens to a body that is too long.
#[derive(Clone, Copy, PartialEq)]
enum Long {
    /// It is refused.
    Refused,
    /// Its beginning is dropped.
    Cut,
}

/// Why no answer came back that can be read.
pub(super) enum Trouble {
    /// Nothing was done: not connected, or told to wait.
    NotDone(String),
    /// It may have been done.
    Unclear(String),
    /// It is never done so.
    Refused(String),
}

impl Trouble {
    /// What it means for a call that only reads.
    pub(super) fn of_read(self) -> Failure {
        match self {
            Self::NotDone(why) | Self::Unclear(why) => Failure::Retryable(why),
            Self::Refused(why) => Failure::Permanent(why),
        }
    }

    /// What it means for a call that changes something.
    pub(super) fn of_write(self) -> Failure {
        match self {
            Self::NotDone(why) => Failure::Retryable(why),
            Self::Unclear(why) => Failure::UnknownEffect(why),
            Self::Refused(why) => Failure::Permanent(why),
        }
    }
}

impl Caller {
    pub(super) fn new(clock_now: ClockNow) -> Self {
        Self {
            client: OnceLock::new(),
            clock_now,
            pauses: Mutex::default(),
        }
    }

    /// Made when it is first used: each has the machine's certificates in memory.
    fn client(&self) -> &reqwest::Client {
        self.client.get_or_init(|| {
            reqwest::Client::builder()
                // A redirect would carry the token, or the call, to a place that nobody wrote into the file.
                .redirect(reqwest::redirect::Policy::none())
                .no_proxy()
                .user_agent("hearth")
                .build()
                .expect("the settings of the client are fixed and valid")
        })
    }

    pub(super) fn now(&self) -> crate::domain::Timestamp {
        (self.clock_now)()
    }

    /// Begins to talk, with the token from where the definition says.
    ///
    /// # Errors
    /// [`Failure::Retryable`] when the token cannot be read: somebody may be exchanging it.
    pub(super) fn line(
        &self,
        token: Option<&str>,
        within: Duration,
        accept: &'static str,
        version: Option<(&'static str, &'static str)>,
    ) -> Result<Line<'_>, Failure> {
        let token = token
            .map(|source| read_secret("token", source))
            .transpose()
            .map_err(|failure| match failure {
                Failure::Permanent(why) => Failure::Retryable(why),
                other => other,
            })?;
        let redactor = Redactor::new(token.iter());
        Ok(Line {
            caller: self,
            token,
            accept,
            version,
            within,
            redactor,
        })
    }

    /// How long this host wants to be left alone.
    fn pause(&self, host: &str) -> Option<Duration> {
        let pauses = self.pauses.lock().unwrap_or_else(PoisonError::into_inner);
        let left = pauses.get(host)?.checked_duration_since(Instant::now())?;
        Some(left).filter(|left| !left.is_zero())
    }

    /// How long the longest pause still lasts.
    fn longest_pause(&self) -> Duration {
        let pauses = self.pauses.lock().unwrap_or_else(PoisonError::into_inner);
        let until = pauses.values().max().copied();
        until.map_or(Duration::ZERO, |until| {
            until.saturating_duration_since(Instant::now())
        })
    }

    fn remember(&self, host: &str, headers: &HeaderMap) {
        let seconds = self.seconds_to_wait(headers).clamp(0, PAUSE_SECONDS_MAX);
        let Ok(seconds @ 1..) = u64::try_from(seconds) else {
            return;
        };
        let mut pauses = self.pauses.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        pauses.retain(|_, until| *until > now);
        if pauses.len() < HOSTS_MAX {
            pauses.insert(host.to_owned(), now + Duration::from_secs(seconds));
        }
    }

    fn seconds_to_wait(&self, headers: &HeaderMap) -> i64 {
        let number = |name: &str| headers.get(name)?.to_str().ok()?.trim().parse::<i64>().ok();
        if let Some(seconds) = number(RETRY_AFTER.as_str()) {
            return seconds;
        }
        let now = self.now().0 / 1_000;
        let reset = number("x-ratelimit-reset").or_else(|| number("ratelimit-reset"));
        // A second more, because the times are cut to seconds.
        reset.map_or(PAUSE_SECONDS_DEFAULT, |reset| {
            reset.saturating_sub(now).saturating_add(1)
        })
    }
}

/// Whether the answer is one of a limit and not of a missing right: GitHub says both with 403.
fn is_limited(status: u16, headers: &HeaderMap) -> bool {
    let is_used_up = headers
        .get("x-ratelimit-remaining")
        .is_some_and(|left| left.as_bytes() == b"0");
    status == 429 || (status == 403 && (headers.contains_key(RETRY_AFTER) || is_used_up))
}

impl Line<'_> {
    /// Asks for something and changes nothing.
    ///
    /// # Errors
    /// [`Failure::Retryable`], or [`Failure::Permanent`] for a redirect.
    pub(super) async fn get(&self, url: Url) -> Result<Answer, Failure> {
        self.ask(Method::GET, url, None, None)
            .await
            .map_err(Trouble::of_read)
    }

    /// Asks for something that must be there, as JSON; `None` if it is not there.
    ///
    /// # Errors
    /// [`Failure::Retryable`] also for an answer that is no JSON.
    pub(super) async fn get_json(&self, url: Url) -> Result<Option<Value>, Failure> {
        let answer = self.get(url).await?;
        match answer.status {
            404 | 410 => Ok(None),
            200..=299 => answer.json().map(Some).ok_or_else(|| {
                Failure::Retryable("it answered something that is not JSON".to_owned())
            }),
            _ => Err(Failure::Retryable(self.complaint(&answer))),
        }
    }

    /// The last lines of a plain text; none where there is nothing.
    ///
    /// # Errors
    /// [`Failure::Retryable`], or [`Failure::Permanent`] for a redirect.
    pub(super) async fn last_lines(&self, url: Url, lines_max: usize) -> Result<Logs, Failure> {
        let answer = self
            .send(Method::GET, url, None, None, Long::Cut)
            .await
            .map_err(Trouble::of_read)?;
        let mut logs = Logs {
            lines: Vec::new(),
            truncated: answer.is_cut,
        };
        match answer.status {
            404 | 410 => return Ok(logs),
            200..=299 => {}
            _ => return Err(Failure::Retryable(self.complaint(&answer))),
        }
        let text = String::from_utf8_lossy(&answer.body);
        let all: Vec<&str> = text.lines().collect();
        let over = all.len().saturating_sub(lines_max);
        logs.truncated |= over > 0;
        for text in &all[over..] {
            // What was written over on a terminal is not shown; GitLab hides its own marks so.
            let last = text.rsplit('\r').next().unwrap_or_default();
            logs.lines.push(self.redactor.line(last.as_bytes()));
        }
        Ok(logs)
    }

    /// Sends one call and reads what comes back.
    pub(super) async fn ask(
        &self,
        method: Method,
        url: Url,
        header: Option<(&'static str, &str)>,
        body: Option<&Value>,
    ) -> Result<Answer, Trouble> {
        self.send(method, url, header, body, Long::Refused).await
    }

    async fn send(
        &self,
        method: Method,
        url: Url,
        header: Option<(&'static str, &str)>,
        body: Option<&Value>,
        long: Long,
    ) -> Result<Answer, Trouble> {
        let host = url.host_str().unwrap_or_default().to_owned();
        if let Some(left) = self.caller.pause(&host) {
            return Err(Trouble::NotDone(format!(
                "`{host}` asked to be left alone for another {} s",
                left.as_secs() + 1
            )));
        }
        let mut call = self
            .caller
            .client()
            .request(method, url)
            .timeout(self.within)
            .headers(self.headers(header)?);
        if let Some(body) = body {
            call = call.json(body);
        }
        let answer = call.send().await.map_err(|fault| {
            if fault.is_connect() || fault.is_builder() {
                Trouble::NotDone(format!("`{host}` cannot be reached"))
            } else if fault.is_timeout() {
                Trouble::Unclear(format!(
                    "`{host}` did not answer within {} s",
                    self.within.as_secs()
                ))
            } else {
                Trouble::Unclear(format!("the connection to `{host}` broke"))
            }
        })?;
        self.read(&host, answer, long).await
    }

    async fn read(
        &self,
        host: &str,
        mut answer: reqwest::Response,
        long: Long,
    ) -> Result<Answer, Trouble> {
        let status = answer.status().as_u16();
        if is_limited(status, answer.headers()) {
            self.caller.remember(host, answer.headers());
            return Err(Trouble::NotDone(format!(
                "`{host}` says that it is asked too often ({status})"
            )));
        }
        match status {
            500.. | 408 => {
                if answer.headers().contains_key(RETRY_AFTER) {
                    self.caller.remember(host, answer.headers());
                }
                return Err(Trouble::Unclear(format!("`{host}` answers {status}")));
            }
            300..=399 => {
                return Err(Trouble::Refused(format!(
                    "`{host}` answers {status}, a redirect, which is not followed: write the final address"
                )));
            }
            _ => {}
        }
        let (mut body, mut n_read) = (Vec::new(), 0);
        loop {
            let piece = answer
                .chunk()
                .await
                .map_err(|_| Trouble::Unclear(format!("the answer of `{host}` broke off")))?;
            let piece = piece.filter(|_| n_read <= LOGS_BYTES_MAX);
            let Some(piece) = piece else {
                let is_cut = n_read > body.len();
                return Ok(Answer {
                    status,
                    body,
                    is_cut,
                });
            };
            n_read += piece.len();
            body.extend_from_slice(&piece);
            if body.len() <= BODY_BYTES_MAX {
                continue;
            }
            if long == Long::Refused {
                return Err(Trouble::Unclear(format!(
                    "`{host}` answers more than {} KiB",
                    BODY_BYTES_MAX / 1024
                )));
            }
            body.drain(..body.len() - BODY_BYTES_MAX / 2);
        }
    }

    fn headers(&self, more: Option<(&'static str, &str)>) -> Result<HeaderMap, Trouble> {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static(self.accept));
        let mut insert = |name: &'static str, text: &str, secret: bool| {
            let mut value = HeaderValue::from_str(text).map_err(|_| {
                Trouble::Refused(format!("the value of the header `{name}` cannot be sent"))
            })?;
            value.set_sensitive(secret);
            headers.insert(HeaderName::from_static(name), value);
            Ok(())
        };
        if let Some((name, text)) = self.version {
            insert(name, text, false)?;
        }
        if let Some((name, text)) = more {
            insert(name, text, false)?;
        }
        if let Some(token) = &self.token {
            let text = format!("Bearer {}", token.expose_secret());
            insert("authorization", &text, true)?;
        }
        Ok(headers)
    }

    /// What the engine said against it, in one line.
    pub(super) fn complaint(&self, answer: &Answer) -> String {
        let body = answer.json();
        let said = body.as_ref().and_then(|body| {
            ["message", "error", "detail"]
                .iter()
                .find_map(|name| body.get(name))
        });
        // GitLab says some of its complaints as lists and tables.
        let said = said.map(|said| {
            said.as_str()
                .map_or_else(|| said.to_string(), str::to_owned)
        });
        let status = answer.status;
        match said.map(|said| self.line_of(&said)) {
            Some(said) if !said.is_empty() => format!("{said} ({status})"),
            _ => format!("it answers {status}"),
        }
    }

    /// An engine's text as one line that can be kept.
    pub(super) fn line_of(&self, text: &str) -> String {
        cut(self.redactor.line(text.as_bytes()), ENGINE_TEXT_CHARS_MAX)
    }

    /// A text of an object as one line, unless it is empty.
    pub(super) fn text(&self, object: &Value, name: &str) -> Option<String> {
        let text = self.line_of(object.get(name)?.as_str()?);
        Some(text).filter(|text| !text.is_empty())
    }

    /// A value of an output as text that may leave.
    pub(super) fn output(&self, value: &Value) -> Option<String> {
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Number(_) | Value::Bool(_) => value.to_string(),
            Value::Null | Value::Array(_) | Value::Object(_) => return None,
        };
        Some(cut(self.redactor.line(text.as_bytes()), OUTPUT_CHARS_MAX))
    }
}

impl Answer {
    pub(super) fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }
}

/// What an engine calls a thing, if it can be kept and be asked for again.
pub(super) fn reference(value: Option<&Value>) -> Option<String> {
    let text = match value? {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    let is_fit = !text.is_empty()
        && text.chars().count() <= REFERENCE_CHARS_MAX
        && !text.chars().any(char::is_control)
        && !matches!(text.as_str(), "." | "..");
    is_fit.then_some(text)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::domain::Timestamp;

    #[test]
    fn a_host_is_left_alone_as_long_as_it_says_and_an_hour_at_most() {
        let caller = Caller::new(Arc::new(|| Timestamp(1_000_000)));
        let wait = |headers: &[(&'static str, &'static str)]| {
            let headers = headers
                .iter()
                .map(|(name, value)| {
                    (
                        HeaderName::from_static(name),
                        HeaderValue::from_static(value),
                    )
                })
                .collect();
            caller.remember("a", &headers);
            let left = caller.pause("a");
            caller.pauses.lock().unwrap().clear();
            left.map(|left| left.as_secs() + 1)
        };
        assert_eq!(wait(&[("retry-after", "7")]), Some(7));
        assert_eq!(wait(&[("retry-after", "0")]), None);
        assert_eq!(wait(&[("retry-after", "-5")]), None);
        assert_eq!(wait(&[("retry-after", "99999999999")]), Some(3_600));
        assert_eq!(wait(&[("x-ratelimit-reset", "1010")]), Some(11));
        assert_eq!(wait(&[("ratelimit-reset", "1")]), None);
        assert_eq!(wait(&[("retry-after", "soon")]), Some(60));
        assert_eq!(wait(&[]), Some(60));
    }

    #[test]
    fn only_what_can_be_asked_for_again_is_a_reference() {
        let read = |text: &str| reference(serde_json::from_str::<Value>(text).ok().as_ref());
        assert_eq!(read("\"shop-1\"").as_deref(), Some("shop-1"));
        assert_eq!(read("30433642").as_deref(), Some("30433642"));
        for unfit in ["\"\"", "\"..\"", "\"a\\n\"", "null", "[]", "true"] {
            assert_eq!(read(unfit), None, "{unfit}");
        }
        assert_eq!(reference(Some(&Value::from("x".repeat(201)))), None);
    }
}
