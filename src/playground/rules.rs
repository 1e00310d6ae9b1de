//! What Discord accepts: the shapes and lengths of messages, components, forms and command definitions.
pub(super) mod command;
pub(super) mod component;
pub(super) mod embed;
pub(super) mod form;
pub(super) mod message;
