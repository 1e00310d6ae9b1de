//! Conversations: people talk to the whole bot, on both databases.

mod environments;
mod surveys;
