//! Suggestions while somebody types: from the store and the configuration, never from an engine.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::chat::{Answer, Choice, OptionValue};
use crate::domain::limits;

use super::action::Source;
use super::call::Call;
use super::commands::bound::BoundCommand;
use super::stop::Stop;

/// Ended deployments whose revisions are offered.
const HISTORY: usize = 50;
/// Characters of a suggestion at Discord.
const CHOICE_CHARS_MAX: usize = 100;

/// Suggests values for the option being typed in.
pub(super) async fn suggest(
    call: &Call<'_>,
    command: &BoundCommand,
    given: &BTreeMap<String, OptionValue>,
    focused: &str,
    typed: &str,
) -> Result<Answer, Stop> {
    let Some(source) = command.option(focused).and_then(|option| option.complete) else {
        return Ok(Answer::Suggest(Vec::new()));
    };
    let platform = call.platform();
    let names: Vec<String> = match source {
        Source::Templates => platform
            .templates
            .iter()
            .map(|template| template.id.clone())
            .collect(),
        Source::Services => platform
            .services
            .iter()
            .map(|service| service.id.clone())
            .collect(),
        Source::Stages => platform
            .stages
            .iter()
            .map(|stage| stage.id.clone())
            .collect(),
        Source::Teams => platform.teams.iter().map(|team| team.id.clone()).collect(),
        Source::Surveys => platform
            .surveys
            .iter()
            .map(|survey| survey.id.clone())
            .collect(),
        Source::Digests => platform
            .digests
            .iter()
            .map(|digest| digest.id.clone())
            .collect(),
        Source::Commands => {
            let usable = call.definitions.commands.usable(platform, call.person());
            usable.map(BoundCommand::name).collect()
        }
        Source::Environments => {
            call.read()
                .await?
                .environment_names(typed, limits::SUGGESTIONS_MAX)
                .await?
        }
        Source::Revisions => revisions(call, command, given).await?,
    };
    Ok(Answer::Suggest(matching(names, typed)))
}

async fn revisions(
    call: &Call<'_>,
    command: &BoundCommand,
    given: &BTreeMap<String, OptionValue>,
) -> Result<Vec<String>, Stop> {
    let platform = call.platform();
    let text = |name: &str| match given.get(name) {
        Some(OptionValue::Text(text)) => Some(text.as_str()),
        _ => None,
    };
    let fixed = command
        .fixed
        .get("template")
        .map(super::commands::Argument::to_text);
    if let Some(template) = text("template")
        .or(fixed.as_deref())
        .and_then(|id| platform.template(id))
    {
        let offered = call
            .app
            .catalogue()
            .revisions(call.app, template, call.now)
            .await;
        return Ok(distinct(template.revisions.iter().cloned().chain(offered)));
    }
    let Some(service) = text("service").and_then(|id| platform.service(id)) else {
        return Ok(Vec::new());
    };
    let history = call
        .read()
        .await?
        .history(&service.id, None, HISTORY)
        .await?;
    let declared = service.revisions.iter().cloned();
    let deployed = history.into_iter().map(|deployment| deployment.revision);
    Ok(distinct(declared.chain(deployed)))
}

fn distinct(names: impl Iterator<Item = String>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    names.filter(|name| seen.insert(name.clone())).collect()
}

/// Those that begin with what was typed, then those that contain it.
fn matching(names: Vec<String>, typed: &str) -> Vec<Choice> {
    let typed = typed.trim().to_lowercase();
    let (first, rest): (Vec<String>, Vec<String>) = names
        .into_iter()
        .partition(|name| name.to_lowercase().starts_with(&typed));
    let within = rest
        .into_iter()
        .filter(|name| !typed.is_empty() && name.to_lowercase().contains(&typed));
    first
        .into_iter()
        .chain(within)
        .filter(|name| name.chars().count() <= CHOICE_CHARS_MAX)
        .take(limits::SUGGESTIONS_MAX)
        .map(|name| Choice {
            name: name.clone(),
            value: name,
        })
        .collect()
}
