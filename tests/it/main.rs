//! One integration binary: conversations, contracts and conformance.

mod adapter;
mod config;
mod providers;
mod strict_discord;
