//! One integration binary: conversations, contracts and conformance.
