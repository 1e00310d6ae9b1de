//! The one path by which every call leaves for Discord: paced, bounded, and sorted when it fails.

use std::sync::Arc;
use std::time::{Duration, Instant};

use reqwest::header::{CONTENT_LENGTH, HeaderMap};
use reqwest::multipart::{Form, Part};
use secrecy::{ExposeSecret, SecretString};
use serenity::http::{LightMethod, Request, Route};

use crate::domain::chat::File;

use super::body::Body;
use super::call::Call;
use super::pace::{Lane, Pace, Said};

/// Is told before and after each call; crash tests stop the process there.
pub type Observer = Arc<dyn Fn(&'static str) + Send + Sync>;

/// Time for connecting.
const CONNECT_MS_MAX: u64 = 3_000;
/// Time for one sending until its answer is read.
const ATTEMPT_MS_MAX: u64 = 10_000;
/// Time for a call in all, with waiting for its turn and sending it again after a 429.
const CALL_MS_MAX: u64 = 30_000;
/// How often one call is sent.
const ATTEMPTS_MAX: u32 = 4;
/// The pause before a free call is sent again after an answer that says nothing about waiting.
const AGAIN_MS: u64 = 50;
/// Bytes of one answer: a server with 500 channels stays far below this.
const ANSWER_BYTES_MAX: usize = 8 * 1024 * 1024;
/// Idle connections that are kept: as many answers may be on their way at once.
const CONNECTIONS_IDLE_MAX: usize = 256;

/// The names under which a call is observed.
#[derive(Clone, Copy)]
pub(super) struct Name {
    pub(super) call: &'static str,
    before: &'static str,
    after: &'static str,
}

impl Name {
    pub(super) const fn new(call: &'static str, before: &'static str, after: &'static str) -> Self {
        Self {
            call,
            before,
            after,
        }
    }
}

/// The names of a call: `named!("post")` is observed as `discord.post.before` and `discord.post.after`.
macro_rules! named {
    ($call:literal) => {
        $crate::discord::send::Name::new(
            $call,
            concat!("discord.", $call, ".before"),
            concat!("discord.", $call, ".after"),
        )
    };
}
pub(super) use named;

/// A call that is to be made.
pub(super) struct Outgoing<'a> {
    pub(super) name: Name,
    pub(super) method: LightMethod,
    pub(super) route: Route<'a>,
    pub(super) params: Option<Vec<(&'static str, String)>>,
    pub(super) body: Option<Body<'a>>,
    /// The channel, server or application in the path.
    pub(super) major: u64,
    /// The answer to an interaction: not paced, and sent again only until this moment.
    pub(super) until: Option<Instant>,
}

impl<'a> Outgoing<'a> {
    pub(super) fn new(name: Name, method: LightMethod, route: Route<'a>, major: u64) -> Self {
        Self {
            name,
            method,
            route,
            params: None,
            body: None,
            major,
            until: None,
        }
    }

    pub(super) fn body(mut self, body: Body<'a>) -> Self {
        self.body = Some(body);
        self
    }

    /// Whether making the call twice is the same as making it once.
    fn repeatable(&self) -> bool {
        matches!(self.method, LightMethod::Get)
    }
}

/// The connection to Discord's REST interface.
pub(super) struct Wire {
    client: reqwest::Client,
    token: SecretString,
    api_url: Option<String>,
    pace: Pace,
}

/// Why an attempt has no answer.
enum Lost {
    /// It never left.
    Unsent,
    /// It left, and nobody knows.
    Unanswered,
}

struct Answer {
    said: Said,
    body: Vec<u8>,
}

impl Wire {
    /// Does not connect yet. `token` is without prefix.
    pub(super) fn new(
        token: &SecretString,
        api_url: Option<String>,
    ) -> Result<Self, reqwest::Error> {
        let mut client = reqwest::Client::builder()
            .use_rustls_tls()
            .tcp_nodelay(true)
            .pool_max_idle_per_host(CONNECTIONS_IDLE_MAX)
            .connect_timeout(Duration::from_millis(CONNECT_MS_MAX))
            // The token must not follow a redirect.
            .redirect(reqwest::redirect::Policy::none());
        if api_url.is_some() {
            // A server named on purpose is reached directly, as the gateway is.
            client = client.no_proxy();
        }
        let token = SecretString::from(format!("Bot {}", token.expose_secret().trim()));
        Ok(Self {
            client: client.build()?,
            token,
            api_url,
            pace: Pace::default(),
        })
    }

    /// The token with its prefix.
    pub(super) fn token(&self) -> &str {
        self.token.expose_secret()
    }

    pub(super) fn client(&self) -> reqwest::Client {
        self.client.clone()
    }

    pub(super) fn api_url(&self) -> Option<&str> {
        self.api_url.as_deref()
    }

    /// Makes the call and returns the answer's body.
    pub(super) async fn call(
        &self,
        outgoing: &Outgoing<'_>,
        observer: &Observer,
    ) -> Result<Vec<u8>, Call> {
        let deadline = outgoing
            .until
            .unwrap_or_else(|| Instant::now() + Duration::from_millis(CALL_MS_MAX));
        let free = outgoing.until.is_some();
        let lane = Lane {
            route: outgoing.name.call,
            major: outgoing.major,
            free,
        };
        let mut last = Call::Retryable { after: None };
        for attempt in 1..=ATTEMPTS_MAX {
            let ticket = match self.pace.ticket(lane, deadline).await {
                Ok(ticket) => ticket,
                Err(after) => return Err(Call::Retryable { after: Some(after) }),
            };
            observer(outgoing.name.before);
            let attempted = self.attempt(outgoing).await;
            observer(outgoing.name.after);
            let wait = match attempted {
                Ok(answer) => {
                    ticket.answered(&answer.said);
                    match answer.said.status {
                        200..=299 => return Ok(answer.body),
                        429 => {
                            last = Call::of_refusal(429, &answer.body);
                            let Call::Retryable { .. } = last else {
                                return Err(last);
                            };
                            let after = answer.said.retry_after;
                            last = Call::Retryable { after };
                            tracing::info!(
                                call = outgoing.name.call,
                                retry_after_ms = after.map(in_ms),
                                "Discord asks to wait"
                            );
                            after.unwrap_or(Duration::from_secs(1))
                        }
                        status => {
                            last = Call::of_refusal(status, &answer.body);
                            // A person waits for this one; everything else is sent again by its job.
                            if !(free && matches!(last, Call::Retryable { .. })) {
                                return Err(last);
                            }
                            Duration::from_millis(AGAIN_MS)
                        }
                    }
                }
                Err(Lost::Unanswered) if !outgoing.repeatable() => return Err(Call::UnknownEffect),
                Err(_) => {
                    drop(ticket);
                    last = Call::Retryable { after: None };
                    if !free {
                        return Err(last);
                    }
                    Duration::from_millis(AGAIN_MS)
                }
            };
            if attempt == ATTEMPTS_MAX || Instant::now() + wait >= deadline {
                break;
            }
            tokio::time::sleep(wait).await;
        }
        Err(last)
    }

    /// Sends the call once and reads the answer.
    async fn attempt(&self, outgoing: &Outgoing<'_>) -> Result<Answer, Lost> {
        let json = outgoing.body.as_ref().filter(|body| body.files.is_empty());
        let request = Request::new(outgoing.route, outgoing.method)
            .params(outgoing.params.clone())
            .body(json.map(|body| body.json.clone()))
            .build(&self.client, self.token(), self.api_url());
        let request = match request {
            Ok(request) => request.timeout(Duration::from_millis(ATTEMPT_MS_MAX)),
            Err(_) => {
                tracing::error!(
                    call = outgoing.name.call,
                    "the address or token cannot be sent"
                );
                return Err(Lost::Unsent);
            }
        };
        let request = match &outgoing.body {
            Some(body) if !body.files.is_empty() => self.with_files(request, body)?,
            _ => request,
        };
        let mut response = request.send().await.map_err(|error| lost(&error))?;
        let mut said = read_headers(response.status().as_u16(), response.headers());
        let mut body = Vec::new();
        // The status is known by now, but not what happened to the rest.
        while let Some(chunk) = response.chunk().await.map_err(|_| Lost::Unanswered)? {
            if body.len() + chunk.len() > ANSWER_BYTES_MAX {
                tracing::error!(
                    call = outgoing.name.call,
                    "an answer was longer than {ANSWER_BYTES_MAX} bytes"
                );
                return Err(Lost::Unanswered);
            }
            body.extend_from_slice(&chunk);
        }
        if said.status == 429 {
            read_429(&mut said, &body);
        }
        Ok(Answer { said, body })
    }

    /// Puts JSON and files together into one form. serenity's own form gives every file the same
    /// number, so the form is made here, on the request that serenity has built.
    fn with_files(
        &self,
        request: reqwest::RequestBuilder,
        body: &Body<'_>,
    ) -> Result<reqwest::RequestBuilder, Lost> {
        let mut request = request.build().map_err(|_| Lost::Unsent)?;
        request.headers_mut().remove(CONTENT_LENGTH);
        let json = Part::bytes(body.json.clone())
            .mime_str("application/json")
            .map_err(|_| Lost::Unsent)?;
        let mut form = Form::new().part("payload_json", json);
        for (at, file) in body.files.iter().enumerate() {
            let part = Part::bytes(file.bytes.clone()).file_name(file.name.clone());
            let part = part.mime_str(mime(file)).map_err(|_| Lost::Unsent)?;
            form = form.part(format!("files[{at}]"), part);
        }
        Ok(reqwest::RequestBuilder::from_parts(self.client(), request).multipart(form))
    }
}

fn lost(error: &reqwest::Error) -> Lost {
    if error.is_connect() || error.is_builder() {
        Lost::Unsent
    } else {
        Lost::Unanswered
    }
}

fn in_ms(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

fn mime(file: &File) -> &'static str {
    match file.name.rsplit('.').next() {
        Some("png") => "image/png",
        Some("svg") => "image/svg+xml",
        Some("csv") => "text/csv",
        Some("json") => "application/json",
        Some("txt" | "log" | "md") => "text/plain",
        _ => "application/octet-stream",
    }
}

fn read_headers(status: u16, headers: &HeaderMap) -> Said {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    Said {
        status,
        bucket: text("x-ratelimit-bucket").map(str::to_owned),
        limit: text("x-ratelimit-limit").and_then(|value| value.parse().ok()),
        remaining: text("x-ratelimit-remaining").and_then(|value| value.parse().ok()),
        reset_after: text("x-ratelimit-reset-after").and_then(seconds),
        retry_after: text("retry-after").and_then(seconds),
        global: text("x-ratelimit-global").is_some() || text("x-ratelimit-scope") == Some("global"),
        shared: text("x-ratelimit-scope") == Some("shared"),
    }
}

/// The body is more exact than the header, which has whole seconds.
fn read_429(said: &mut Said, body: &[u8]) {
    let Ok(body) = serde_json::from_slice::<serde_json::Value>(body) else {
        // Not Discord's own answer but that of the wall before it, which means the whole address.
        said.global = true;
        return;
    };
    let exact = body["retry_after"]
        .as_f64()
        .and_then(|value| Duration::try_from_secs_f64(value).ok());
    said.retry_after = exact.or(said.retry_after);
    said.global |= body["global"].as_bool().unwrap_or(false);
}

fn seconds(text: &str) -> Option<Duration> {
    text.parse::<f64>()
        .ok()
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
}
