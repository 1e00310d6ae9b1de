//! Buttons, selects and forms: what each custom id means, and which right a click on it needs.

use crate::domain::access::Right;
use crate::domain::chat::Answer;
use crate::domain::sentence::Sentence;

use super::call::Call;
use super::environments::form;
use super::environments::life::{self, Which};
use super::stop::Stop;
use super::{ballots, deployments, environments, keepers, keeping, places, pull_requests};

/// What can be clicked or sent.
#[derive(Debug, PartialEq, Eq)]
pub struct Click {
    /// The custom id's first two parts, such as `env:extend`.
    pub name: &'static str,
    /// The right that a click needs; `None` = the action itself decides who may (ballots ask for the
    /// audience's role).
    pub right: Option<Right>,
    /// Whether a success is said only to the person.
    pub private: bool,
}

const fn click(name: &'static str, right: Right, private: bool) -> Click {
    Click {
        name,
        right: Some(right),
        private,
    }
}

const fn ballot(name: &'static str) -> Click {
    Click {
        name,
        right: None,
        private: true,
    }
}

/// Everything that can be clicked or sent. The matrix of roles and clicks is tested whole.
pub const CLICKS: &[Click] = &[
    click("env:show", Right::EnvironmentSee, true),
    click("env:logs", Right::EnvironmentSee, true),
    click("env:extend", Right::EnvironmentManage, false),
    click("env:destroy", Right::EnvironmentManage, true),
    click("env:destroyed", Right::EnvironmentManage, false),
    click("env:kept", Right::EnvironmentManage, true),
    click("env:keep", Right::EnvironmentPin, false),
    click("env:unpin", Right::EnvironmentManage, false),
    click("env:wake", Right::EnvironmentManage, false),
    click("env:approve", Right::EnvironmentApprove, false),
    click("env:reject", Right::EnvironmentApprove, false),
    click("env:form", Right::EnvironmentCreate, true),
    click("env:asked", Right::EnvironmentCreate, false),
    click("env:apply", Right::EnvironmentCreate, false),
    click("env:withdraw", Right::EnvironmentManage, false),
    click("env:again", Right::EnvironmentCreate, false),
    click("pr:let-in", Right::EnvironmentApprove, false),
    click("stray:keep", Right::PlatformKeep, false),
    click("stray:destroy", Right::PlatformKeep, false),
    click("dep:approve", Right::DeploymentApprove, true),
    click("dep:reject", Right::DeploymentApprove, true),
    click("dep:rejected", Right::DeploymentApprove, true),
    click("dep:rollback", Right::DeploymentRollback, false),
    click("dep:rolledback", Right::DeploymentRollback, false),
    click("dep:logs", Right::DeploymentSee, true),
    click("dep:history", Right::DeploymentSee, true),
    click("keep:revive", Right::PlatformKeep, true),
    click("keep:dismiss", Right::PlatformKeep, true),
    click("keep:remove", Right::PlatformKeep, true),
    ballot("ballot:open"),
    ballot("ballot:answer"),
    ballot("ballot:comment"),
    ballot("ballot:commented"),
    ballot("ballot:withdraw"),
];

/// The click that a custom id means, and the parts that follow its name. What stands behind `#` is
/// the message's own mark and means nothing.
#[must_use]
pub fn find(custom_id: &str) -> Option<(&'static Click, Vec<&str>)> {
    let meant = custom_id.split('#').next()?;
    let mut parts = meant.split(':');
    let (room, verb) = (parts.next()?, parts.next()?);
    let click = CLICKS
        .iter()
        .find(|click| click.name.split_once(':') == Some((room, verb)))?;
    Some((click, parts.collect()))
}

/// Does what was clicked. `values` are the chosen values of a select or the texts of a form.
pub(super) async fn run(
    call: &Call<'_>,
    click: &Click,
    rest: &[&str],
    values: &[String],
) -> Result<Answer, Stop> {
    let stale = || Stop::from(Sentence::new("refused-stale-button"));
    let first = values.first().map(String::as_str);
    let text = first.unwrap_or_default();
    match (click.name, rest) {
        ("env:show", [id]) => environments::show_id(call, id).await,
        ("env:logs", [id]) => environments::logs_id(call, id).await,
        ("env:extend", [id, by, so_far]) => {
            let by = by.parse().map_err(|_| stale())?;
            let so_far = so_far.parse().map_err(|_| stale())?;
            environments::extend_by(call, id, by, Some(so_far)).await
        }
        ("env:destroy", [id]) => environments::destroy_ask(call, id).await,
        ("env:destroyed", [id]) => environments::destroy_id(call, id).await,
        ("env:keep", [id, review]) => {
            let review = review.parse().map_err(|_| stale())?;
            life::keep_pinned(call, id, review).await
        }
        ("env:unpin", [id, review]) => {
            let review = review.parse().map_err(|_| stale())?;
            life::unpin(call, Which::Id(id), Some(review)).await
        }
        ("env:wake", [id]) => life::wake(call, Which::Id(id)).await,
        ("env:approve", [id]) => life::approve(call, id).await,
        ("env:reject", [id]) => life::reject(call, id).await,
        ("env:form", [id]) => form::open_again(call, id).await,
        ("env:asked", [id]) => form::sent(call, id).await,
        ("env:apply", [id]) => life::apply(call, id).await,
        ("env:withdraw", [id]) => life::withdraw(call, id).await,
        ("env:again", [id]) => life::again(call, id).await,
        ("pr:let-in", [id, revision]) => pull_requests::let_in(call, id, revision).await,
        ("stray:keep", [id]) => keeping::keep_stray(call, id).await,
        ("stray:destroy", [id]) => keeping::destroy_stray(call, id).await,
        ("env:kept", [id]) => environments::destroy_kept(call, id).await,
        ("dep:approve", [id, fingerprint]) => deployments::approve(call, id, fingerprint).await,
        ("dep:reject", [id, fingerprint]) => deployments::reject_ask(call, id, fingerprint).await,
        ("dep:rejected", [id, fingerprint]) => {
            deployments::reject(call, id, fingerprint, text).await
        }
        ("dep:rollback", [id]) => deployments::roll_back_id(call, id).await,
        ("dep:rolledback", [id]) => deployments::roll_back_why(call, id, text).await,
        ("dep:logs", [id]) => places::logs_id(call, id).await,
        ("dep:history", [id]) => places::history_id(call, id).await,
        ("keep:revive", [ids]) => keepers::revive(call, ids).await,
        ("keep:dismiss", [ids]) => keepers::dismiss(call, ids).await,
        ("keep:remove", [team]) => keepers::remove(call, team).await,
        ("ballot:open", [round]) => ballots::hear(call, round, ballots::Click::Open).await,
        ("ballot:answer", [round]) => {
            ballots::hear(
                call,
                round,
                ballots::Click::Answer(first.ok_or_else(stale)?),
            )
            .await
        }
        ("ballot:comment", [round]) => ballots::hear(call, round, ballots::Click::Comment).await,
        ("ballot:commented", [round]) => {
            ballots::hear(call, round, ballots::Click::Commented(text)).await
        }
        ("ballot:withdraw", [round]) => ballots::hear(call, round, ballots::Click::Withdraw).await,
        _ => Err(stale()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_opens_a_ballot_leaves_no_trace_and_nothing_else_hides() {
        for click in CLICKS {
            let deed = crate::domain::chat::Deed::Form {
                custom_id: format!("{}:1", click.name),
                texts: std::collections::BTreeMap::new(),
            };
            assert_eq!(
                deed.is_confidential(),
                click.right.is_none(),
                "{}",
                click.name
            );
        }
    }

    #[test]
    fn a_custom_id_names_a_click_and_its_parts_and_nothing_behind_the_mark() {
        let (click, rest) = find("env:extend:0190-a:4:0").unwrap();
        assert_eq!((click.name, rest), ("env:extend", vec!["0190-a", "4", "0"]));
        let (click, rest) = find("ballot:open:r1#abcd").unwrap();
        assert_eq!((click.name, rest), ("ballot:open", vec!["r1"]));
        for strange in ["", "env", "env:", "env:explode:1", ":::", "#env:show:1"] {
            assert!(find(strange).is_none(), "{strange}");
        }
    }
}
