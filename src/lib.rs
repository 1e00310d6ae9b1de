//! Hearth: the front door, the ear and the mirror of an internal developer platform, on Discord.

pub mod config;
pub mod domain;
pub mod providers;
