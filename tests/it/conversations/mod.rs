//! Conversations: people talk to the whole bot, on both databases.

mod access;
mod approvals;
mod coverage;
mod crowded;
mod deployments;
mod discord_trouble;
mod engine_trouble;
mod environment_life;
mod environment_requests;
mod environments;
mod forms;
mod hostile;
mod overview;
mod pins;
mod plans;
mod queue;
mod rollback;
mod runner;
mod sleep;
mod store_trouble;
mod survey_results;
mod surveys;
mod sweep;
mod terms;
mod terraform;
mod versions;
