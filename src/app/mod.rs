//! Where the outer modules meet: what people may type, what it does, and what is said about it.

pub mod action;
pub mod commands;
pub mod words;
