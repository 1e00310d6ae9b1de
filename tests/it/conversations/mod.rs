//! Conversations: people talk to the whole bot, on both databases.

mod access;
mod discord_trouble;
mod engine_trouble;
mod environment_life;
mod environment_requests;
mod environments;
mod hostile;
mod overview;
mod store_trouble;
mod surveys;
