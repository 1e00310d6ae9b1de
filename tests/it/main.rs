//! One integration binary: conversations, contracts and conformance.

#![expect(
    clippy::unwrap_used,
    reason = "what cannot be unwrapped fails the test, and says so"
)]
#![expect(
    clippy::invisible_characters,
    reason = "transcripts show how hostile text was made harmless"
)]
#![expect(
    clippy::type_complexity,
    reason = "an attacker's orders are pairs in lists, and are used once"
)]

mod adapter;
mod attack;
mod cli;
mod config;
mod conversations;
mod crash;
mod digest;
mod harness;
mod house;
mod openapi;
mod postgres;
mod providers;
mod store;
mod strict_discord;
