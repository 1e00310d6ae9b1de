//! Deliveries of forges: read within a bound, handed to the app, answered at once. Whoever cannot prove to
//! be the forge learns nothing, not even which repositories there are.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::routing::any;
use tokio::sync::Semaphore;

use crate::app::{App, Delivered};
use crate::domain::limits;

/// How long a delivery may take to come in.
const READ_WAIT_MAX: Duration = Duration::from_secs(10);

/// What is heard with.
struct Door {
    app: App,
    places: Semaphore,
}

/// The routes of deliveries.
pub(super) fn routes(app: App) -> Router {
    let door = Door {
        app,
        places: Semaphore::new(limits::DELIVERIES_AT_ONCE_MAX),
    };
    Router::new()
        .route("/webhooks/{repository}", any(hear))
        .with_state(Arc::new(door))
}

async fn hear(
    State(door): State<Arc<Door>>,
    Path(repository): Path<String>,
    request: Request,
) -> StatusCode {
    // Everything that is not a delivery of a declared repository is answered alike, and as late.
    if request.method() != Method::POST {
        return StatusCode::NOT_FOUND;
    }
    let Ok(_place) = door.places.try_acquire() else {
        return StatusCode::SERVICE_UNAVAILABLE;
    };
    let (parts, body) = request.into_parts();
    let Some(body) = read(body).await else {
        return StatusCode::NOT_FOUND;
    };
    let headers = texts(&parts.headers);
    let header = |name: &str| headers.get(name).cloned();
    match door.app.deliver(&repository, &header, &body).await {
        Delivered::Heard => StatusCode::ACCEPTED,
        Delivered::Unknown => StatusCode::NOT_FOUND,
        Delivered::Unreadable => StatusCode::BAD_REQUEST,
        Delivered::Later => StatusCode::SERVICE_UNAVAILABLE,
    }
}

/// The whole body, unless it is too long or too slow.
async fn read(body: Body) -> Option<Vec<u8>> {
    let whole = to_bytes(body, limits::DELIVERY_BYTES_MAX);
    let whole = tokio::time::timeout(READ_WAIT_MAX, whole).await.ok()?;
    whole.ok().map(Into::into)
}

/// Headers that are text, each once: one that is there twice could be read in two ways.
fn texts(headers: &HeaderMap) -> BTreeMap<String, String> {
    headers
        .keys()
        .filter_map(|name| {
            let mut values = headers.get_all(name).iter();
            let (value, more) = (values.next()?, values.next());
            let text = value.to_str().ok().filter(|_| more.is_none())?;
            Some((name.as_str().to_owned(), text.to_owned()))
        })
        .collect()
}
