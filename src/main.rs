//! The command line: reads it, opens everything, runs, and turns the outcome into an exit code.
fn main() {}
