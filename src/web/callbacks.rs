//! Callbacks of engines: read within a bound, handed to the app, answered at once. Whoever cannot prove to be the
//! engine learns nothing, not even which operations there are.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::to_bytes;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::routing::post;
use tokio::sync::Semaphore;

use crate::app::{App, Callback};

/// The longest body, in bytes: what it says is not even read.
const BODY_BYTES_MAX: usize = 64 * 1024;
/// How long a callback may take to come in.
const READ_WAIT_MAX: Duration = Duration::from_secs(10);
/// Callbacks that are heard at the same time; others are told to come later, and polling goes on.
const AT_ONCE_MAX: usize = 16;

struct Door {
    app: App,
    places: Semaphore,
}

/// The route of callbacks.
pub(super) fn routes(app: App) -> Router {
    let door = Door {
        app,
        places: Semaphore::new(AT_ONCE_MAX),
    };
    Router::new()
        .route("/callbacks/{op_key}", post(hear))
        .with_state(Arc::new(door))
}

async fn hear(
    State(door): State<Arc<Door>>,
    Path(op_key): Path<String>,
    request: Request,
) -> StatusCode {
    let Ok(_place) = door.places.try_acquire() else {
        return StatusCode::SERVICE_UNAVAILABLE;
    };
    let (parts, body) = request.into_parts();
    let whole = tokio::time::timeout(READ_WAIT_MAX, to_bytes(body, BODY_BYTES_MAX)).await;
    let Ok(Ok(body)) = whole else {
        return StatusCode::NOT_FOUND;
    };
    let header = |name: &str| {
        parts
            .headers
            .get(name)
            .and_then(|value| value.to_str().ok())
    };
    let callback = Callback {
        timestamp: header("x-hearth-timestamp").unwrap_or_default(),
        signature: header("x-hearth-signature").unwrap_or_default(),
        body: &body,
    };
    match door.app.called_back(&op_key, &callback).await {
        Ok(true) => StatusCode::ACCEPTED,
        Ok(false) => StatusCode::NOT_FOUND,
        Err(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}
