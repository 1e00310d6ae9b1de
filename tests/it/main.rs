//! One integration binary: conversations, contracts and conformance.
mod adapter;
mod strict_discord;
