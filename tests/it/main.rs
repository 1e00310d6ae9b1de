//! One integration binary: conversations, contracts and conformance.
mod strict_discord;
