//! Conversations: people talk to the whole bot, on both databases.

mod approvals;
mod deployments;
mod environments;
mod rollback;
mod survey_results;
mod surveys;
