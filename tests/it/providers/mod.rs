//! Every provider keeps the same contract; each also has its own bad days.

mod bad_programs;
mod bench;
mod contract;
mod interruption;
mod sample;
mod secrets;
