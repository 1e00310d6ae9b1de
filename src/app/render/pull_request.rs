//! What is said about a pull request: the question whether it may have an environment, in its team's
//! channel, and the one comment at the forge.

use crate::app::pull_requests::{name, short};
use crate::domain::chat::{ButtonKind, Embed, Message};
use crate::domain::effect::Subject;
use crate::domain::environment::{Environment, State};
use crate::domain::pull_request::PullRequest;
use crate::domain::sentence::{Sentence, Value};

use super::{Voice, button, buttons, color, framed, link};

/// Characters of a commit that a button carries: enough that nobody makes another one with the same.
const COMMIT_CHARS: usize = 32;

/// What is said at the forge and does not stand in the pull request's row.
pub struct About<'a> {
    /// Its environment.
    pub environment: Option<&'a Environment>,
    /// The link to the message that follows the environment.
    pub message: Option<&'a str>,
}

/// The question whether it may have an environment, and what became of it.
#[must_use]
pub fn question(voice: Voice<'_>, it: &PullRequest) -> Message {
    let let_in = it
        .let_in
        .as_ref()
        .filter(|let_in| let_in.revision == it.head);
    let sentence = match let_in {
        _ if it.waits_for_a_word() => Sentence::new("pull-request-asks").with("name", name(it)),
        Some(let_in) => Sentence::new("pull-request-was-let-in")
            .with("name", name(it))
            .with("person", Value::Markup(let_in.by.mention())),
        None => Sentence::new("pull-request-needs-no-word").with("name", name(it)),
    };
    let url = link(&it.url);
    let mut row = Vec::new();
    if it.waits_for_a_word() {
        let commit = it.head.get(..COMMIT_CHARS).unwrap_or(&it.head);
        row.push(button(
            voice.line("button-let-in"),
            ButtonKind::Success(format!("pr:let-in:{}:{commit}", it.id)),
        ));
    }
    if let Some(url) = &url {
        row.push(button(
            voice.line("button-open-pull-request"),
            ButtonKind::Link(url.clone()),
        ));
    }
    let title = Sentence::new("pull-request-title").with("name", name(it));
    let embed = Embed {
        title: voice.say(&title),
        description: voice.harmless(&it.title),
        url,
        color: Some(if it.waits_for_a_word() {
            color::WAITING
        } else {
            color::OVER
        }),
        fields: [
            voice.field("pull-request-field-author", voice.harmless(&it.author)),
            voice.field("pull-request-field-branch", voice.harmless(&it.branch)),
            voice.field(
                "environment-field-revision",
                voice.harmless(short(&it.head)),
            ),
        ]
        .into_iter()
        .flatten()
        .collect(),
        footer: voice.footer(&Subject::PullRequest(it.id.clone())),
        image: None,
    };
    framed(voice.say(&sentence), embed, buttons(row))
}

/// The comment at the forge, where everybody may read it: it holds no engine's words, only ours. `None`
/// if there is nothing to say.
#[must_use]
pub fn comment(voice: Voice<'_>, it: &PullRequest, about: &About<'_>) -> Option<String> {
    let mut lines = vec![voice.say(&headline(it, about)?)];
    if let Some(message) = about.message {
        lines.push(voice.say(
            &Sentence::new("forge-comment-follow").with("url", Value::Markup(message.to_owned())),
        ));
    }
    Some(lines.join("\n\n"))
}

fn headline(it: &PullRequest, about: &About<'_>) -> Option<Sentence> {
    let named = |id, environment: &Environment| {
        Sentence::new(id)
            .with("name", environment.name.as_str())
            .with(
                "revision",
                short(environment.revision.as_deref().unwrap_or_default()),
            )
    };
    let of_name =
        |id, environment: &Environment| Sentence::new(id).with("name", environment.name.as_str());
    let living = about
        .environment
        .filter(|environment| environment.state.is_alive());
    let Some(environment) = living else {
        let ended = about.environment;
        return match (&it.refusal, ended) {
            (Some(code), _) if it.wants() => Some(Sentence::new(match code.as_str() {
                "refused-quota" => "forge-comment-quota",
                _ => "forge-comment-refused",
            })),
            _ if it.waits_for_a_word() => Some(Sentence::new("forge-comment-asks")),
            (_, Some(ended)) if it.wants() => Some(of_name("forge-comment-gone", ended)),
            (_, Some(ended)) => Some(of_name("forge-comment-closed", ended)),
            _ => None,
        };
    };
    if !it.wants() && environment.state.has_an_end() && environment.pin.is_none() {
        return Some(of_name("forge-comment-closing", environment));
    }
    let url = environment.url.as_deref().and_then(link);
    Some(match (environment.state, url) {
        // A newer revision waits for somebody, whatever the older one does.
        (State::Ready, _) if it.waits_for_a_word() => {
            named("forge-comment-asks-again", environment)
        }
        (State::AwaitingApproval, _) => named("forge-comment-awaits", environment),
        (State::Queued, _) => named("forge-comment-queued", environment),
        (State::Requested | State::Provisioning, _)
            if it.is_let_in() && environment.revision.as_ref() != Some(&it.head) =>
        {
            named("forge-comment-building-older", environment).with("newest", short(&it.head))
        }
        (State::Requested | State::Provisioning, _) => named("forge-comment-building", environment),
        (State::Updating, _) => of_name("forge-comment-updating", environment),
        (State::Ready, Some(url)) => {
            named("forge-comment-ready", environment).with("url", Value::Markup(url))
        }
        (State::Ready, None) => named("forge-comment-ready-without-link", environment),
        (State::Failed, _) => named("forge-comment-failed", environment),
        (State::Sleeping | State::Waking, _) => of_name("forge-comment-asleep", environment),
        (
            State::Lost
            | State::Destroying
            | State::DestroyFailed
            | State::Destroyed
            | State::Cancelled,
            _,
        ) => of_name("forge-comment-going", environment),
    })
}
