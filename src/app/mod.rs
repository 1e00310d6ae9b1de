//! Where the outer modules meet: what people may type, what it does, and what is said about it.

pub mod action;
pub mod activity;
pub mod clock;
pub mod commands;
pub mod people;
pub mod render;
pub mod words;
