//! What the platform is: rules as pure functions. No async, no I/O, no clock, no randomness.

pub mod chat;
pub mod sentence;
pub mod time;

pub use time::Timestamp;
