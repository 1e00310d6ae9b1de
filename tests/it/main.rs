//! One integration binary: conversations, contracts and conformance.

mod adapter;
mod attack;
mod config;
mod conversations;
mod crash;
mod harness;
mod house;
mod openapi;
mod postgres;
mod providers;
mod store;
mod strict_discord;
