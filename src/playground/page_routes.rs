//! The routes of the chat page: who may reach them, its files, and what its buttons ask for.
use super::page_view;
use super::view::WAIT_S_MAX;
use super::wire::Peer;
use super::world::Shared;
use super::{Answer, Handle, Interaction, answer};
use axum::extract::{ConnectInfo, Path, Query, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use include_dir::{Dir, include_dir};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::convert::Infallible;
use std::sync::{Arc, Weak};
use std::time::Duration;
use subtle::ConstantTimeEq;

static FILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/src/playground/page");
/// Only this server's own scripts, styles, pictures and answers; nothing may frame the page.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const COOKIE: &str = "playground_token";

/// REST and gateway are for processes on this machine only.
pub(super) async fn only_loopback(ConnectInfo(peer): ConnectInfo<Peer>, request: Request, next: Next) -> Response {
    if !peer.address.ip().is_loopback() {
        return StatusCode::FORBIDDEN.into_response();
    }
    next.run(request).await
}

pub(super) fn router(shared: Arc<Shared>) -> Router<Arc<Shared>> {
    Router::new()
        .route("/", get(|| async { file("index.html") }))
        .route("/{file}", get(|Path(name): Path<String>| async move { file(&name) }))
        .route("/assets/{file}", get(|Path(name): Path<String>| async move { file(&name) }))
        .route("/attachments/{room}/{id}/{name}", get(attachment))
        .route("/page/state", get(state))
        .route("/page/events", get(events))
        .route("/page/act", post(act))
        .route("/page/control", post(control))
        .layer(from_fn_with_state(shared, guard))
}

#[derive(Debug, Default, Deserialize)]
struct Asked {
    #[serde(rename = "as")]
    who: Option<String>,
    token: Option<String>,
}

/// Lets in who sits at this machine and names it by a name of its own (so that no foreign site can
/// talk to it by way of a browser), and whoever has the page token.
async fn guard(State(shared): State<Arc<Shared>>, ConnectInfo(peer): ConnectInfo<Peer>, Query(asked): Query<Asked>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    let text = |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    let host = text(header::HOST);
    let at_home = peer.address.ip().is_loopback() && is_loopback_name(&host);
    let wanted = shared.options.page_token.as_deref().filter(|token| !token.is_empty());
    let fits = |given: &str| wanted.is_some_and(|wanted| bool::from(wanted.as_bytes().ct_eq(given.as_bytes())));
    let cookies = text(header::COOKIE);
    let cookie = cookies.split(';').filter_map(|pair| pair.trim().split_once('=')).find(|(name, _)| *name == COOKIE);
    if !at_home && !cookie.is_some_and(|(_, value)| fits(value)) {
        if asked.token.as_deref().is_some_and(fits) && request.method() == Method::GET {
            return welcome(wanted.unwrap_or_default());
        }
        return (StatusCode::FORBIDDEN, "This page is for this machine only, or needs its token.").into_response();
    }
    if request.method() != Method::GET {
        let origin = text(header::ORIGIN);
        let own = origin.is_empty() || origin == format!("http://{host}") || origin == format!("https://{host}");
        if !own || !text(header::CONTENT_TYPE).starts_with("application/json") {
            return (StatusCode::FORBIDDEN, "Only this page itself may do that.").into_response();
        }
    }
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in [
        ("content-security-policy", POLICY),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cache-control", "no-store"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Keeps the token in a cookie and leads to the page without it in the address.
fn welcome(token: &str) -> Response {
    let mut response = Redirect::to("/").into_response();
    if let Ok(cookie) = HeaderValue::from_str(&format!("{COOKIE}={token}; HttpOnly; SameSite=Strict; Path=/")) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

/// Whether a Host header names this machine; any port, because of tunnels.
fn is_loopback_name(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.rsplit_once(':').map_or(host, |(name, _)| name),
    };
    name == "localhost" || name.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

fn file(name: &str) -> Response {
    let Some(found) = FILES.get_file(name).filter(|_| !name.starts_with('.')) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let kind = match name.rsplit_once('.').map(|(_, extension)| extension) {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("woff2") => "font/woff2",
        Some("json") => "application/json",
        _ => "application/octet-stream",
    };
    ([(header::CONTENT_TYPE, kind)], found.contents()).into_response()
}

/// An uploaded file. Only pictures are shown; everything else is only ever saved.
async fn attachment(State(shared): State<Arc<Shared>>, Path((_, id, _)): Path<(u64, u64, String)>) -> Response {
    let Some(file) = shared.read(|world| world.files.get(&id).cloned()) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let shown = ["image/png", "image/jpeg", "image/gif", "image/webp"].iter().find(|kind| **kind == file.content_type);
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(shown.unwrap_or(&"application/octet-stream")));
    if shown.is_none()
        && let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{}\"", file.name))
    {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    (headers, file.bytes).into_response()
}

async fn state(State(shared): State<Arc<Shared>>, Query(asked): Query<Asked>) -> Response {
    match page_view::state(&shared, asked.who.as_deref()) {
        Some(state) => Json(state).into_response(),
        None => (StatusCode::NOT_FOUND, Json(json!({"error": "There is no such person."}))).into_response(),
    }
}

async fn events(State(shared): State<Arc<Shared>>, Query(asked): Query<Asked>) -> Response {
    let Some(viewer) = page_view::viewer(&shared, asked.who.as_deref()) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let news = shared.news.subscribe();
    // A page that stays open must not keep an ended server alive.
    let start = (news, Arc::downgrade(&shared), shared.stop.clone(), viewer);
    let stream = futures::stream::unfold(start, |(mut news, shared, stop, viewer): (_, Weak<Shared>, _, u64)| async move {
        loop {
            let item = tokio::select! {
                () = stop.cancelled() => return None,
                item = news.recv() => item,
            };
            // Whoever lagged behind is cut off; the page then connects again and fetches everything.
            let (Ok(item), Some(known)) = (item, shared.upgrade()) else { return None };
            if let Some(told) = page_view::told(&known, &item, viewer) {
                return Some((Ok::<_, Infallible>(Event::default().data(told.to_string())), (news, shared, stop, viewer)));
            }
        }
    });
    Sse::new(stream).keep_alive(KeepAlive::default()).into_response()
}

/// What the page's people do.
#[derive(Debug, Deserialize)]
struct Deed {
    #[serde(rename = "as")]
    who: String,
    #[serde(default)]
    channel: String,
    kind: String,
    #[serde(default)]
    command: String,
    #[serde(default)]
    options: Vec<Typed>,
    #[serde(default)]
    focused: String,
    #[serde(default)]
    message: String,
    #[serde(default)]
    custom_id: String,
    #[serde(default)]
    modal: String,
    #[serde(default)]
    values: Value,
}

#[derive(Debug, Deserialize)]
struct Typed {
    name: String,
    value: Value,
}

async fn act(State(shared): State<Arc<Shared>>, Json(deed): Json<Deed>) -> Json<Value> {
    let done = match begin(&Handle::without_life(&shared), &shared, &deed) {
        Ok(interaction) => interaction,
        Err(why) => return Json(json!({"error": why})),
    };
    let Ok(first) = tokio::time::timeout(Duration::from_secs(WAIT_S_MAX / 3), done.first()).await else {
        return Json(json!({"error": "The application did not respond"}));
    };
    Json(match first {
        Answer::Modal(modal) => {
            let mut shown = modal.raw;
            shown["id"] = json!(modal.interaction.to_string());
            json!({"modal": shown})
        }
        Answer::Choices(choices) => {
            json!({"choices": choices.iter().map(|choice| json!({"name": choice.name, "value": choice.value})).collect::<Vec<_>>()})
        }
        Answer::Unanswered => json!({"error": "The application did not respond"}),
        Answer::Message(_) | Answer::Updated(_) | Answer::Thinking(_) | Answer::Acknowledged | Answer::Deleted => json!({"ok": true}),
    })
}

fn begin(handle: &Handle, shared: &Shared, deed: &Deed) -> Result<Interaction, String> {
    let words: Vec<String> = deed.command.trim_start_matches('/').split_whitespace().map(str::to_owned).collect();
    let typed: Vec<(String, Value)> = deed.options.iter().map(|option| (option.name.clone(), option.value.clone())).collect();
    let message = || deed.message.parse::<u64>().map_err(|_| "there is no such message".to_owned());
    match deed.kind.as_str() {
        "command" => handle.command(&deed.who, &deed.channel, &words, &typed),
        "autocomplete" => handle.complete(&deed.who, &deed.channel, &words, &typed, &deed.focused),
        "click" => handle.click(&deed.who, message()?, &deed.custom_id),
        "select" => {
            let values: Vec<&str> = deed.values.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            handle.select(&deed.who, message()?, &deed.custom_id, &values)
        }
        "submit" => {
            let person = shared.read(|world| world.place.who(&deed.who).map(|person| person.id)).ok_or("there is no such person")?;
            let id = deed.modal.parse().map_err(|_| "the form is no longer known")?;
            let modal = shared.read(|world| answer::opened_modal(world, id, person)).ok_or("the form is no longer known")?;
            let empty = Map::new();
            let values = deed.values.as_object().unwrap_or(&empty);
            let texts: Vec<(&str, &str)> = values.iter().filter_map(|(id, text)| Some((id.as_str(), text.as_str()?))).collect();
            handle.submit(&deed.who, &modal, &texts)
        }
        other => Err(format!("nobody can do {other}")),
    }
}

#[derive(Debug, Deserialize)]
struct Pressed {
    id: String,
}

async fn control(State(shared): State<Arc<Shared>>, Json(pressed): Json<Pressed>) -> Json<Value> {
    let Some(control) = shared.options.controls.iter().find(|control| control.id == pressed.id) else {
        return Json(json!({"error": "There is no such button."}));
    };
    Json(match (control.run)().await {
        Ok(text) => json!({"text": text}),
        Err(why) => json!({"error": why}),
    })
}

