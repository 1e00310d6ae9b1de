//! What the platform is: rules as pure functions. No async, no I/O, no clock, no randomness.

pub mod access;
pub mod calendar;
pub mod cause;
pub mod chart;
pub mod chat;
pub mod deployment;
pub mod digest;
pub mod draft;
pub mod effect;
pub mod environment;
pub mod fact;
pub mod hours;
pub mod limits;
pub mod metric;
pub mod platform;
pub mod pull_request;
pub mod schedule;
pub mod sentence;
pub mod statistics;
pub mod stray;
pub mod survey;
pub mod time;

pub use time::Timestamp;
