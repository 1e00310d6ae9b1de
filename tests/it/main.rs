//! One integration binary: conversations, contracts and conformance.

mod postgres;
mod store;
