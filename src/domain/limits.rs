//! Every bound in one table. What happens at a bound is decided where it is used, and tested.

use std::time::Duration;

use super::time::{hours, minutes};

/// Characters of an environment's name: it becomes a DNS label.
pub const NAME_CHARS_MAX: usize = 40;
/// Characters of a revision: a tag, branch or commit.
pub const REVISION_CHARS_MAX: usize = 100;
/// Characters of a reason or comment given by a person.
pub const REASON_CHARS_MAX: usize = 300;
/// Characters of a survey's free comment.
pub const COMMENT_CHARS_MAX: usize = 500;
/// Characters of an engine's message that are kept.
pub const ENGINE_TEXT_CHARS_MAX: usize = 300;
/// Lines of logs that are shown.
pub const LOG_LINES_MAX: usize = 40;
/// How long before its end an environment's owner is warned; shorter lives are warned at a quarter.
pub const WARN_BEFORE: Duration = hours(1);
/// How long an approval waits, or a plan that is made.
pub const APPROVAL_WAIT_MAX: Duration = hours(24);
/// How long a command waits for its form.
pub const DRAFT_KEPT: Duration = hours(24);
/// Commands of one person that wait for their forms.
pub const DRAFTS_MAX: usize = 5;
/// Inputs of one form (Discord's limit).
pub const FORM_INPUTS_MAX: usize = 5;
/// What a plan would change that is told by name.
pub const PLAN_LINES_MAX: usize = 20;
/// How often a plan is tried before it has failed.
pub const PLAN_TRIES_MAX: u32 = 3;
/// How often the removal of an environment is tried before people are called.
pub const DESTROY_TRIES_MAX: u32 = 8;
/// Days until a pinned environment's owner is asked, unless another date is given.
pub const PIN_DAYS: u32 = 14;
/// Days until the latest review date of a pin.
pub const PIN_DAYS_MAX: u32 = 90;
/// How often the owner of a pinned environment is asked again without an answer.
pub const PIN_ASK_EVERY: Duration = hours(7 * 24);
/// Hours that an environment lives at least after its pin was taken out.
pub const UNPINNED_HOURS: u32 = 24;
/// Environments that one engine builds at the same time, unless its section says otherwise.
pub const BUILDING_MAX: u32 = 8;
/// Places at the head of an engine's queue that are told as they change; those behind are told at
/// every [`QUEUE_TOLD_EVERY`]th place.
pub const QUEUE_TOLD_MAX: u32 = 3;
/// See [`QUEUE_TOLD_MAX`].
pub const QUEUE_TOLD_EVERY: u32 = 25;
/// How long after its bound something that does not move is called stuck.
pub const STUCK_AFTER: Duration = hours(1);
/// How late the removal of an environment is before it counts as one past its time to live.
pub const OVERDUE_AFTER: Duration = minutes(15);
/// How often one engine is asked what was changed outside.
pub const DRIFT_LOOK_EVERY: Duration = hours(1);
/// How long after the start the first such look is taken.
pub const DRIFT_FIRST: Duration = minutes(10);
/// Environments that one such look asks about, those that were looked at longest ago.
pub const DRIFT_ROWS_MAX: usize = 8;
/// How often what an engine has is compared with what it should have.
pub const SWEEP_EVERY: Duration = minutes(30);
/// How long after the start the first comparison is made.
pub const SWEEP_FIRST: Duration = minutes(5);
/// Environments that one comparison may call lost: more at once is an engine that looks elsewhere.
pub const LOST_AT_ONCE_MAX: usize = 10;
/// Definitions of one engine that one comparison asks about.
pub const SWEEP_DEFINITIONS_MAX: usize = 50;
/// Environments that one comparison looks at.
pub const SWEEP_ROWS_MAX: usize = 5_000;
/// Objects without an owner that one comparison takes up; the next one takes up more.
pub const STRAYS_AT_ONCE_MAX: usize = 20;
/// How long an object without an owner stays before it is removed.
pub const STRAY_GRACE: Duration = hours(24);
/// How long an environment lives at least after it was taken back into a new table.
pub const ADOPTED_GRACE: Duration = hours(24);
/// Environments that are due to be removed at one look: more is a clock that jumped or a backup that
/// was restored, and the keepers are asked first.
pub const EXPIRED_AT_ONCE_MAX: usize = 25;
/// Environments of one team that a keeper has removed by one click; more need another one.
pub const EXPIRED_BY_CLICK_MAX: usize = 1_000;
/// How long a look at the clock that found too many due at once waits before the next one.
pub const HELD_LOOK_AGAIN: Duration = hours(1);
/// Attempts of one job before it is given up.
pub const JOB_ATTEMPTS_MAX: u32 = 12;
/// How often one job is put off because the outside world is busy or unclear, before that counts as
/// failing.
pub const JOB_PUT_OFF_MAX: u32 = 1_000;
/// The first wait after a failed attempt; it doubles up to [`JOB_RETRY_WAIT_MAX`].
pub const JOB_RETRY_WAIT_MIN: Duration = Duration::from_secs(2);
/// The longest wait between two attempts.
pub const JOB_RETRY_WAIT_MAX: Duration = minutes(10);
/// How long a claimed job belongs to its runner without a sign of life.
pub const JOB_LEASE: Duration = Duration::from_secs(60);
/// How often a running Hearth leaves a sign of life. A crash costs the coverage at most this much.
pub const SIGN_OF_LIFE_EVERY: Duration = minutes(1);
/// Jobs performed at the same time.
pub const JOBS_AT_ONCE_MAX: usize = 16;
/// Messages younger than this are edited, older ones are replaced (Discord's error 30046).
pub const MESSAGE_EDIT_AGE_MAX: Duration = minutes(55);
/// Edits of a live message by progress come at least this far apart.
pub const PROGRESS_EDIT_EVERY: Duration = Duration::from_secs(2);
/// Buried jobs and held teams that the keepers' part of a status shows.
pub const KEEPERS_ROWS_MAX: usize = 10;
/// Rows that a list in chat shows.
pub const LIST_ROWS_MAX: usize = 20;
/// Suggestions that Discord shows.
pub const SUGGESTIONS_MAX: usize = 25;
/// Days that audit rows and done jobs are kept.
pub const AUDIT_DAYS_MAX: u32 = 400;
/// How late a schedule's firing is still made up for after a downtime.
pub const CATCH_UP_MAX: Duration = hours(24);
/// Hours until the one reminder of a survey round.
pub const REMIND_AFTER: Duration = hours(72);
/// Fewest answers for a published number.
pub const K_MIN: u32 = 5;
/// Fewest answers for published comments.
pub const COMMENTS_MIN: u32 = 10;
/// Fewest answers for a published distribution.
pub const DISTRIBUTION_MIN: u32 = 10;
/// Answers that one round may hold.
pub const ANSWERS_MAX: u32 = 100_000;
/// Characters of a pull request's title that are kept.
pub const PULL_REQUEST_TITLE_CHARS_MAX: usize = 200;
/// Open pull requests of one repository that one sweep looks through.
pub const PULL_REQUESTS_MAX: usize = 500;
/// Pull requests that one delivery of a forge can make Hearth look at, such as all of one branch.
pub const PULL_REQUESTS_A_DELIVERY_MAX: usize = 20;
/// The longest body of a delivery, in bytes. Forges send more only for what Hearth does not read.
pub const DELIVERY_BYTES_MAX: usize = 1024 * 1024;
/// How far the time in a signed delivery may be from ours.
pub const DELIVERY_AGE_MAX: Duration = minutes(5);
/// Days that a delivery is remembered, so that it is heard once; forges send again for three at most.
pub const DELIVERY_DAYS_MAX: u32 = 14;
/// Deliveries that are read at the same time; more are asked to come again.
pub const DELIVERIES_AT_ONCE_MAX: usize = 16;
