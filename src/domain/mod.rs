//! What the platform is: pure rules over plain data, without async, clock, I/O or randomness.

pub mod calendar;
pub mod fact;
pub mod metric;
pub mod schedule;
pub mod statistics;
pub mod time;

pub use time::Timestamp;
