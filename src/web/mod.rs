//! Health, readiness, metrics and deliveries of forges over HTTP, on a loopback address unless the configuration says otherwise.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::app::App;

mod gauges;
mod webhooks;

pub use gauges::{CATALOGUE, Series};

/// How long the store may take to answer a probe.
const STORE_WAIT_MAX: Duration = Duration::from_secs(2);
/// Prometheus' own text format.
const METRICS_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Whether interactions can be answered, as far as the process itself knows. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Readiness {
    inner: Arc<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    connected: AtomicBool,
    stopping: AtomicBool,
}

impl Readiness {
    /// The gateway is connected.
    pub fn connected(&self) {
        self.inner.connected.store(true, Ordering::Relaxed);
    }

    /// The gateway's connection is lost: nothing is heard until it is connected again.
    pub fn disconnected(&self) {
        self.inner.connected.store(false, Ordering::Relaxed);
    }

    /// Nothing new is accepted any more.
    pub fn stopping(&self) {
        self.inner.stopping.store(true, Ordering::Relaxed);
    }

    /// Why not, if so.
    fn obstacle(&self) -> Option<&'static str> {
        if self.inner.stopping.load(Ordering::Relaxed) {
            Some("stopping")
        } else if self.inner.connected.load(Ordering::Relaxed) {
            None
        } else {
            Some("not connected to Discord")
        }
    }
}

struct Watched {
    app: App,
    readiness: Readiness,
    metrics: PrometheusHandle,
}

/// Answers `/healthz`, `/readyz`, `/metrics` and what forges send to `/webhooks/…` until `stop`.
pub async fn serve(listener: TcpListener, app: App, readiness: Readiness, stop: CancellationToken) {
    let deliveries = webhooks::routes(app.clone());
    let watched = Watched {
        app,
        readiness,
        metrics: recorder(),
    };
    let router = Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics_page))
        .with_state(Arc::new(watched))
        .merge(deliveries);
    tokio::select! {
        served = axum::serve(listener, router).into_future() => {
            if let Err(error) = served {
                tracing::error!("health and metrics are not served any more: {error}");
            }
        }
        () = stop.cancelled() => {}
    }
}

/// The process's one recorder; there can only be one, however often this is called.
fn recorder() -> PrometheusHandle {
    static RECORDER: OnceLock<PrometheusHandle> = OnceLock::new();
    let made = RECORDER.get_or_init(|| {
        let recorder = PrometheusBuilder::new().build_recorder();
        let handle = recorder.handle();
        if metrics::set_global_recorder(recorder).is_err() {
            tracing::warn!("another recorder of metrics is in use: /metrics will stay empty");
        }
        gauges::describe();
        handle
    });
    made.clone()
}

async fn ready(State(watched): State<Arc<Watched>>) -> Response {
    if let Some(obstacle) = watched.readiness.obstacle() {
        return (StatusCode::SERVICE_UNAVAILABLE, format!("{obstacle}\n")).into_response();
    }
    match tokio::time::timeout(STORE_WAIT_MAX, gauges::store_answers(&watched.app)).await {
        Ok(true) => "ready\n".into_response(),
        Ok(false) | Err(_) => (
            StatusCode::SERVICE_UNAVAILABLE,
            "the store does not answer\n",
        )
            .into_response(),
    }
}

async fn metrics_page(State(watched): State<Arc<Watched>>) -> Response {
    // Figures of a store that does not answer are left as they were: the probe of readiness tells.
    let _looked = tokio::time::timeout(STORE_WAIT_MAX, gauges::look(&watched.app)).await;
    watched.metrics.run_upkeep();
    (
        [(header::CONTENT_TYPE, METRICS_TYPE)],
        watched.metrics.render(),
    )
        .into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readiness_comes_and_goes_with_the_gateway_and_ends_with_stopping() {
        let readiness = Readiness::default();
        assert_eq!(readiness.obstacle(), Some("not connected to Discord"));
        readiness.clone().connected();
        assert_eq!(readiness.obstacle(), None);
        readiness.disconnected();
        assert_eq!(readiness.obstacle(), Some("not connected to Discord"));
        readiness.connected();
        assert_eq!(readiness.obstacle(), None);
        readiness.stopping();
        assert_eq!(readiness.obstacle(), Some("stopping"));
    }
}
