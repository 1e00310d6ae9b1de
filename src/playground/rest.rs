//! REST under `/api/v10`: reads a request, keeps a record of it, lets faults and pace act, and answers.
mod commands;
mod guilds;
pub(super) mod interactions;
mod messages;
mod routes;

use super::Request;
use super::faults::{Failure, Trouble};
use super::pace::Told;
use super::refusal::{Blame, Refusal};
use super::rules::message::Upload;
use super::wire::Peer;
use super::world::{Shared, World};
use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, FromRequest, Multipart, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;

/// Bytes of one request.
pub(super) const N_BODY_BYTES_MAX: usize = 25 * 1024 * 1024;

/// One request, read and split.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) method: String,
    pub(super) query: HashMap<String, String>,
    pub(super) params: Vec<String>,
    pub(super) body: Value,
    pub(super) files: Vec<Upload>,
}

/// A success.
#[derive(Clone, Debug)]
pub(super) enum Reply {
    Json(u16, Value),
    Empty,
}

type Outcome = Result<Reply, Refusal>;

impl Call {
    /// What is kept of it, before it is answered.
    fn record(&self, route: &str, path: &str, at: i64) -> Request {
        Request {
            method: self.method.clone(),
            route: route.to_owned(),
            path: path.to_owned(),
            body: self.body.clone(),
            files: self.files.iter().map(|file| file.name.clone()).collect(),
            status: None,
            at,
        }
    }

    /// The id at a place of the path.
    fn id(&self, n: usize) -> u64 {
        self.params
            .get(n)
            .and_then(|text| text.parse().ok())
            .unwrap_or(0)
    }

    fn param(&self, n: usize) -> &str {
        self.params.get(n).map_or("", String::as_str)
    }
}

/// Answers every request below `/api`.
pub(super) async fn answer(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    request: axum::extract::Request,
) -> Response {
    if shared.stop.is_cancelled() {
        peer.cut();
    }
    let (parts, body) = request.into_parts();
    let path = parts.uri.path().to_owned();
    let Some(below) = path.strip_prefix("/api/v10") else {
        return refuse(&Refusal::new(400, 50041, "Invalid API version"), None);
    };
    let mut call = Call {
        method: parts.method.to_string(),
        query: split_query(parts.uri.query().unwrap_or_default()),
        params: Vec::new(),
        body: Value::Null,
        files: Vec::new(),
    };
    let whole = axum::extract::Request::from_parts(parts.clone(), body);
    let read = read_body(&parts.headers, whole, &mut call).await;
    let found = routes::find(&call.method, below);
    let route = match &found {
        Ok((route, params)) => {
            call.params.clone_from(params);
            route.template.to_owned()
        }
        Err((_, template)) => template.clone(),
    };
    let record = call.record(&route, below, shared.now());
    let trouble = shared.change(|world| world.faults.take(&call.method, &route));
    let mut cut = false;
    match trouble {
        Some(Trouble::Held(held)) => held.pass().await,
        Some(Trouble::Failure(Failure::CutAfter)) => cut = true,
        Some(Trouble::Failure(failure)) => return ordered(&shared, record, &failure, &peer),
        None => {}
    }
    if let (true, Some(check)) = (found.is_ok(), &shared.options.check) {
        let lines = check(&record);
        shared.change(|world| {
            for line in lines {
                world.complain(format!("{} {route}: {line}", record.method));
            }
        });
    }
    let (outcome, told) = shared.change(|world| {
        let (outcome, told) = match (found, read) {
            (Err((refusal, _)), _) | (Ok(_), Err(refusal)) => (Err(refusal), None),
            (Ok((route, _)), Ok(())) => {
                perform(world, route, &call, &parts.headers, &shared.options.token)
            }
        };
        settle(world, record, &outcome);
        (outcome, told)
    });
    if cut {
        peer.cut();
    }
    match outcome {
        Ok(reply) => accept(reply, told.as_ref()),
        Err(refusal) => refuse(&refusal, told.as_ref()),
    }
}

/// Checks authorization and pace, then acts.
fn perform(
    world: &mut World,
    route: &routes::Route,
    call: &Call,
    headers: &HeaderMap,
    token: &str,
) -> (Outcome, Option<Told>) {
    if route.entry == routes::Entry::Bot {
        let given = headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        if given.strip_prefix("Bot ") != Some(token) {
            return (Err(Refusal::unauthorized()), None);
        }
    }
    let place = format!("{} {} {}", call.method, route.template, call.param(0));
    let bucket = if route.entry == routes::Entry::Token {
        format!("{place} {}", call.param(1))
    } else {
        place
    };
    let name = format!("{} {}", call.method, route.template);
    let (told, early) = world.pace.count(
        Instant::now(),
        &name,
        bucket,
        route.entry == routes::Entry::Bot,
    );
    if let Some(early) = early {
        let refusal = Refusal::too_many(
            "You are being rate limited.",
            0,
            early.retry_after_s,
            early.global,
        );
        return (Err(refusal), Some(told));
    }
    ((route.run)(world, call), Some(told))
}

/// Keeps the request and, if the bot could have known better, a complaint.
fn settle(world: &mut World, mut record: Request, outcome: &Outcome) {
    record.status = Some(match outcome {
        Ok(Reply::Json(status, _)) => *status,
        Ok(Reply::Empty) => 204,
        Err(refusal) => refusal.status,
    });
    if let Err(refusal) = outcome
        && refusal.blame == Blame::Bot
    {
        world.complain(format!(
            "{} {}: {}",
            record.method,
            record.route,
            refusal.line()
        ));
    }
    world.record(record);
}

/// Answers with a fault that a test ordered.
fn ordered(shared: &Shared, mut record: Request, failure: &Failure, peer: &Peer) -> Response {
    let refusal = match failure {
        Failure::Status(status) => {
            let mut refusal = Refusal::new(*status, 0, &format!("{status}: ordered by the test"));
            refusal.blame = Blame::World;
            refusal
        }
        Failure::TooMany {
            retry_after,
            global,
        } => Refusal::too_many("You are being rate limited.", 0, *retry_after, *global),
        Failure::CutBefore | Failure::CutAfter => {
            peer.cut();
            Refusal::new(500, 0, "cut")
        }
    };
    record.status = match failure {
        Failure::CutBefore | Failure::CutAfter => None,
        Failure::Status(_) | Failure::TooMany { .. } => Some(refusal.status),
    };
    shared.change(|world| world.record(record));
    refuse(&refusal, None)
}

fn accept(reply: Reply, told: Option<&Told>) -> Response {
    let mut response = match reply {
        Reply::Json(status, body) => (
            StatusCode::from_u16(status).unwrap_or_default(),
            axum::Json(body),
        )
            .into_response(),
        Reply::Empty => StatusCode::NO_CONTENT.into_response(),
    };
    tell_pace(response.headers_mut(), told);
    response
}

fn refuse(refusal: &Refusal, told: Option<&Told>) -> Response {
    let status = StatusCode::from_u16(refusal.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, axum::Json(refusal.body.clone())).into_response();
    let headers = response.headers_mut();
    tell_pace(headers, told);
    if let Some(seconds) = refusal.retry_after {
        set(
            headers,
            "retry-after",
            &format!("{}", seconds.ceil().max(1.0)),
        );
        let global = refusal.body["global"] == true;
        set(
            headers,
            "x-ratelimit-scope",
            if global { "global" } else { "user" },
        );
        if global {
            set(headers, "x-ratelimit-global", "true");
        }
    }
    response
}

fn tell_pace(headers: &mut HeaderMap, told: Option<&Told>) {
    let Some(told) = told else { return };
    set(headers, "x-ratelimit-limit", &told.limit.to_string());
    set(
        headers,
        "x-ratelimit-remaining",
        &told.remaining.to_string(),
    );
    set(
        headers,
        "x-ratelimit-reset-after",
        &format!("{:.3}", told.reset_after_s),
    );
    let reset = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0.0, |since| since.as_secs_f64());
    set(
        headers,
        "x-ratelimit-reset",
        &format!("{:.3}", reset + told.reset_after_s),
    );
    set(headers, "x-ratelimit-bucket", &told.bucket);
}

fn set(headers: &mut HeaderMap, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

/// Reads JSON, or a multipart body with `payload_json` and `files[n]` in any order.
async fn read_body(
    headers: &HeaderMap,
    request: axum::extract::Request,
    call: &mut Call,
) -> Result<(), Refusal> {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
        .to_owned();
    let too_large = || Refusal::new(413, 40005, "Request entity too large");
    if kind.starts_with("multipart/form-data") {
        return read_multipart(request, call).await;
    }
    let bytes = axum::body::to_bytes(request.into_body(), N_BODY_BYTES_MAX)
        .await
        .map_err(|_| too_large())?;
    if bytes.is_empty() {
        return Ok(());
    }
    if !kind.starts_with("application/json") {
        return Err(Refusal::new(
            400,
            50035,
            "Invalid Form Body: expected application/json or multipart/form-data",
        ));
    }
    call.body = parse(&bytes)?;
    Ok(())
}

async fn read_multipart(request: axum::extract::Request, call: &mut Call) -> Result<(), Refusal> {
    let broken = || Refusal::new(400, 50035, "Invalid Form Body: broken multipart");
    let (parts, body) = request.into_parts();
    let bytes = axum::body::to_bytes(body, N_BODY_BYTES_MAX)
        .await
        .map_err(|_| Refusal::new(413, 40005, "Request entity too large"))?;
    let again = axum::extract::Request::from_parts(parts, Body::from(bytes));
    let mut form = Multipart::from_request(again, &())
        .await
        .map_err(|_| broken())?;
    while let Some(field) = form.next_field().await.map_err(|_| broken())? {
        let name = field.name().unwrap_or_default().to_owned();
        let index = name
            .strip_prefix("files[")
            .and_then(|rest| rest.strip_suffix(']'))
            .and_then(|n| n.parse().ok());
        if name == "payload_json" {
            call.body = parse(&field.bytes().await.map_err(|_| broken())?)?;
        } else if let Some(index) = index {
            call.files.push(Upload {
                index,
                name: safe_file_name(field.file_name().unwrap_or("unknown")),
                content_type: field.content_type().map(str::to_owned),
                bytes: field.bytes().await.map_err(|_| broken())?.to_vec(),
            });
        } else {
            return Err(broken());
        }
    }
    if call.body.is_null() {
        call.body = serde_json::json!({});
    }
    Ok(())
}

/// The name of a file without anything that could be a path or break an address.
fn safe_file_name(name: &str) -> String {
    let fits = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-' | '_');
    let safe: String = name
        .chars()
        .map(|letter| if fits(letter) { letter } else { '_' })
        .take(100)
        .collect();
    if safe.chars().all(|letter| letter == '.') {
        "unknown".to_owned()
    } else {
        safe
    }
}

fn parse(bytes: &Bytes) -> Result<Value, Refusal> {
    serde_json::from_slice(bytes)
        .map_err(|_| Refusal::new(400, 50109, "The request body contains invalid JSON."))
}

fn split_query(query: &str) -> HashMap<String, String> {
    // The bot's own query values are ids, numbers and booleans, which need no decoding.
    query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect()
}
