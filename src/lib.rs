//! Hearth: the front door, the ear and the mirror of an internal developer platform, on Discord.

pub mod app;
pub mod charts;
pub mod config;
pub mod discord;
pub mod domain;
pub mod playground;
pub mod providers;
pub mod store;
pub mod web;
