//! One integration binary: conversations, contracts and conformance.

mod config;
mod providers;
mod strict_discord;
