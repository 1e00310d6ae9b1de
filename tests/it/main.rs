//! One integration binary: conversations, contracts and conformance.
mod adapter;
mod openapi;
mod strict_discord;
