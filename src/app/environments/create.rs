//! Asking for an environment: which template, for which team, and what is said to it.

use std::collections::BTreeMap;

use crate::domain::access::Right;
use crate::domain::chat::{Answer, Message};
use crate::domain::effect::EnvironmentId;
use crate::domain::environment::{self, Environment};
use crate::domain::platform::Template;
use crate::domain::sentence::{Sentence, Value};
use crate::providers::Untaken;
use crate::store::Scope;

use super::super::call::Call;
use super::super::engines;
use super::super::people;
use super::super::stop::Stop;

/// Versions that a refusal offers instead.
const NEWEST_TOLD_MAX: usize = 3;

/// What `/env create` is given.
#[derive(Debug, Default)]
pub struct Create<'a> {
    /// The template's key.
    pub template: &'a str,
    /// The wanted name.
    pub name: &'a str,
    /// The revision, or the template's own.
    pub revision: Option<&'a str>,
    /// The pull request it is for.
    pub pull_request: Option<i64>,
    /// Hours to live.
    pub ttl_hours: Option<i64>,
    /// The team, where there is a choice.
    pub team: Option<&'a str>,
    /// Typed parameters of the template.
    pub parameters: BTreeMap<String, String>,
    /// The draft that this finishes.
    pub draft: Option<&'a str>,
    /// Parameters for which there was no room in the form.
    pub unasked: Vec<String>,
}

/// Asks for an environment.
///
/// # Errors
/// Refused for what the domain refuses, or for an unknown template or team.
pub async fn create(call: &Call<'_>, ask: Create<'_>) -> Result<Answer, Stop> {
    let platform = call.platform();
    let template = platform.template(ask.template).ok_or_else(|| {
        let known = platform
            .templates
            .iter()
            .map(|template| template.id.as_str());
        call.unknown("refused-template-unknown", ask.template, known)
    })?;
    may_use(call, template)?;
    takes(call, template, ask.revision)?;
    let any_team = call.holds(Right::EnvironmentManageAny);
    let team = people::team_for(platform, call.person(), call.channel(), ask.team, any_team)?;
    let mut tx = call.begin(Scope::Team(&team.id)).await?;
    let (by_team, name_taken) = tx.environments_in_use(&team.id, ask.name).await?;
    let in_use = environment::InUse {
        by_team,
        name_taken,
        capacity: engines::capacity(&mut tx, platform, &template.provider).await?,
    };
    let change = environment::request(
        call.now,
        in_use,
        environment::Ask {
            id: EnvironmentId(call.app.new_id()),
            op_key: call.app.new_id(),
            name: ask.name,
            template,
            revision: ask.revision,
            pull_request: ask.pull_request,
            ttl_hours: ask.ttl_hours,
            parameters: ask.parameters.clone(),
            team: &team.id,
            quota: team.environments_quota,
            owner: call.person().id,
            owner_name: &call.person().name,
            channel: call.channel(),
        },
    )
    .map_err(|refusal| named(refusal, &team.name))?;
    tx.insert_environment(&change.next).await?;
    tx.enqueue(&change.effects, call.now).await?;
    tx.record(&change.facts).await?;
    if let Some(draft) = ask.draft {
        tx.remove_draft(draft).await?;
    }
    call.commit(tx).await?;
    let sentence = Sentence::new(match change.next.state {
        _ if change.next.plan.is_some() => "environment-create-planned",
        environment::State::AwaitingApproval => "environment-create-awaits",
        environment::State::Queued => "environment-create-queued",
        _ => "environment-create-accepted",
    });
    let sentence = sentence
        .with("person", call.mention())
        .with("name", change.next.name.as_str())
        .with("template", template.id.as_str())
        .with("team", team.name.as_str());
    Ok(call.answer(with_unasked(call, &sentence, &change.next, &ask.unasked)))
}

/// What was not asked is said, with what counts for it.
fn with_unasked(
    call: &Call<'_>,
    sentence: &Sentence,
    environment: &Environment,
    unasked: &[String],
) -> Message {
    let voice = call.reply_voice();
    let mut message = voice.note(sentence);
    let usual: Vec<String> = unasked
        .iter()
        .filter_map(|name| Some((name, environment.parameters.get(name)?)))
        .map(|(name, value)| format!("{} = {}", voice.harmless(name), voice.harmless(value)))
        .collect();
    if !usual.is_empty() {
        let unasked = Sentence::new("environment-create-unasked")
            .with("usual", Value::Markup(usual.join(", ")));
        message.content.push('\n');
        message.content.push_str(&voice.say(&unasked));
    }
    message
}

/// A template may be for some groups only.
pub(super) fn may_use(call: &Call<'_>, template: &Template) -> Result<(), Stop> {
    let Some(allow) = &template.allow else {
        return Ok(());
    };
    let groups = &call.platform().groups;
    let belongs = groups
        .iter()
        .any(|group| allow.contains(&group.name) && group.has(call.person()));
    if belongs {
        return Ok(());
    }
    Err(Sentence::new("refused-template-group")
        .with("template", template.id.as_str())
        .with("groups", allow.join(", "))
        .into())
}

/// An engine that knows at once that it does not take a revision is believed, and says what it takes.
pub(super) fn takes(
    call: &Call<'_>,
    template: &Template,
    revision: Option<&str>,
) -> Result<(), Stop> {
    let Some((provider, revision)) = call.app.provisioner(&template.provider).zip(revision) else {
        return Ok(());
    };
    let Err(untaken) = provider.takes(&template.definition, revision) else {
        return Ok(());
    };
    let known = call.app.catalogue().known(template);
    let newest: Vec<&str> = known
        .iter()
        .take(NEWEST_TOLD_MAX)
        .map(String::as_str)
        .collect();
    let (id, newest) = (template.id.as_str(), newest.join(", "));
    let refused = match untaken {
        Untaken::NoVersion => Sentence::new("refused-revision-no-version")
            .with("revision", revision)
            .with("template", id)
            .with("newest", newest),
        Untaken::Outside { taken } => Sentence::new("refused-revision-outside")
            .with("revision", revision)
            .with("template", id)
            .with("taken", taken)
            .with("newest", newest),
    };
    Err(refused.into())
}

/// People know their team by its name, not by its key.
fn named(refusal: environment::Refusal, team: &str) -> environment::Refusal {
    match refusal {
        environment::Refusal::QuotaReached { used, quota, .. } => {
            environment::Refusal::QuotaReached {
                team: team.to_owned(),
                used,
                quota,
            }
        }
        other => other,
    }
}
