//! One integration binary: conversations, contracts and conformance.
mod config;
mod strict_discord;
