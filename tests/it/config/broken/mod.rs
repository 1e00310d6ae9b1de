//! The table of broken files, each with what is said about it.

mod names;
mod repositories;
mod rules;
mod strategy;
mod structure;
mod values;
