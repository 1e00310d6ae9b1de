//! What the platform is: pure rules over plain data, without async, clock, I/O or randomness.

pub mod calendar;
pub mod schedule;
pub mod statistics;
