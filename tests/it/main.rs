//! One integration binary: conversations, contracts and conformance.

mod adapter;
mod config;
mod conversations;
mod digest;
mod harness;
mod openapi;
mod postgres;
mod providers;
mod store;
mod strict_discord;
