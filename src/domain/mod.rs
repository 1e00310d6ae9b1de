//! What the platform is: rules as pure functions. No async, no I/O, no clock, no randomness.

pub mod access;
pub mod chat;
pub mod effect;
pub mod fact;
pub mod platform;
pub mod schedule;
pub mod sentence;
pub mod time;

pub use time::Timestamp;
