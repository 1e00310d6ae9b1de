//! One integration binary: conversations, contracts and conformance.
mod providers;
mod strict_discord;
