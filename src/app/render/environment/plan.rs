//! What is shown of an environment that waits for somebody who agrees: the plan, and the buttons.

use crate::app::render::Voice;
use crate::app::words::harmless;
use crate::domain::chat::{Button, ButtonKind};
use crate::domain::environment::{Agrees, Environment, Proposal, State};
use crate::domain::sentence::Sentence;

use super::verb;

/// Characters of what a plan would change that are shown.
const CHANGES_CHARS_MAX: usize = 1_500;

/// Whether its plan is agreed to by the team, not by an approver.
#[must_use]
pub fn is_up_to_the_team(environment: &Environment) -> bool {
    let agrees = environment.plan.as_ref().map(|plan| plan.agrees);
    agrees == Some(Agrees::Team)
}

/// What it waits for, in a word; `None` where the state says it.
pub(super) fn word(environment: &Environment) -> Option<&'static str> {
    match environment.plan_to_agree_to() {
        _ if environment.is_being_planned() => Some("environment-state-being-planned"),
        Some((_, Agrees::Team)) => Some("environment-state-planned"),
        _ => None,
    }
}

/// What it waits for, in a sentence.
pub(super) fn headline(environment: &Environment) -> &'static str {
    match environment.plan_to_agree_to() {
        _ if environment.is_being_planned() => "environment-live-being-planned",
        Some((_, Agrees::Team)) => "environment-live-planned",
        _ => "environment-live-awaiting",
    }
}

/// How much the plan would change, in a sentence.
pub(super) fn summary(voice: Voice<'_>, proposal: &Proposal) -> String {
    voice.say(
        &Sentence::new("environment-plan")
            .with("add", proposal.n_add)
            .with("change", proposal.n_change)
            .with("destroy", proposal.n_destroy),
    )
}

/// The plan, while it waits: how much would change, and what.
pub(super) fn text(voice: Voice<'_>, environment: &Environment) -> Option<String> {
    let (proposal, _) = environment.plan_to_agree_to()?;
    let summary = summary(voice, proposal);
    if proposal.resources.is_empty() {
        return Some(summary);
    }
    let changes = harmless::block(&proposal.resources.join("\n"), CHANGES_CHARS_MAX);
    let all =
        u64::from(proposal.n_add) + u64::from(proposal.n_change) + u64::from(proposal.n_destroy);
    let more = usize::try_from(all)
        .unwrap_or(usize::MAX)
        .saturating_sub(proposal.resources.len());
    let more =
        (more > 0).then(|| voice.say(&Sentence::new("environment-plan-more").with("n", more)));
    Some(format!(
        "{summary}\n{changes}{}",
        more.map(|more| format!("\n{more}")).unwrap_or_default()
    ))
}

/// What can be done while it waits.
pub(super) fn actions(voice: Voice<'_>, environment: &Environment) -> Vec<Button> {
    debug_assert_eq!(environment.state, State::AwaitingApproval);
    let one = |label, kind, does| verb(voice, environment, label, kind, does);
    let withdraw = || one("button-withdraw-plan", ButtonKind::Secondary, "withdraw");
    let decide = || {
        vec![
            one("button-approve", ButtonKind::Success, "approve"),
            one("button-reject", ButtonKind::Danger, "reject"),
        ]
    };
    match environment.plan_to_agree_to() {
        _ if environment.is_being_planned() => vec![withdraw()],
        Some((_, Agrees::Team)) => vec![
            one("button-apply", ButtonKind::Success, "apply"),
            withdraw(),
        ],
        Some((_, Agrees::Approver)) => decide().into_iter().chain([withdraw()]).collect(),
        None => decide(),
    }
}
