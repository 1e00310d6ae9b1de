//! Every provider keeps the same contract; each also has its own bad days.

#![expect(
    clippy::unwrap_used,
    reason = "a panic in a test is its failure message"
)]

mod bad_programs;
mod bench;
mod compose;
mod contract;
mod github;
mod gitlab;
mod how_to;
mod http;
mod interruption;
mod kubernetes;
mod sample;
mod secrets;
pub mod served;
mod terraform;

pub use terraform::{Registry, canonical as terraform_definition, program as terraform_program};
