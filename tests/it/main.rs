//! One integration binary: conversations, contracts and conformance.

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
