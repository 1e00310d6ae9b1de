//! The routes of the chat page: its files, its state, its events and what its people do.
use super::world::Shared;
use super::wire::Peer;
use axum::Router;
use axum::extract::{ConnectInfo, Request};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

/// REST and gateway are for processes on this machine only.
pub(super) async fn only_loopback(ConnectInfo(peer): ConnectInfo<Peer>, request: Request, next: Next) -> Response {
    if !peer.address.ip().is_loopback() {
        return StatusCode::FORBIDDEN.into_response();
    }
    next.run(request).await
}

pub(super) fn router(_shared: &Arc<Shared>) -> Router<Arc<Shared>> {
    Router::new()
}
