//! What forges send.
