//! Every interaction comes in here: its right is checked, its action runs, its only answer goes out.

use async_trait::async_trait;
use tracing::Instrument as _;

use crate::discord::{Ears, Patience, Silence};
use crate::domain::access;
use crate::domain::chat::{Answer, Deed, Interaction, Language, Message};
use crate::domain::sentence::Sentence;
use crate::store::Trouble;

use super::call::Call;
use super::clicks;
use super::commands::Arguments;
use super::commands::bound::BoundCommand;
use super::environments::Create;
use super::environments::form;
use super::environments::life::{self, Which};
use super::stop::Stop;
use super::{App, complete, deployments, digests, environments, overview, places, surveys};

/// How often an action is decided anew if the state moved under it.
const DECIDE_TRIES_MAX: u32 = 3;

#[async_trait]
impl Ears for App {
    async fn hear(&self, interaction: Interaction) -> Answer {
        let in_hand = self.activity().take();
        let answer = if interaction.deed.is_confidential() {
            // No span is opened here: a ballot leaves no trace of who or which interaction it was.
            answer(self, &interaction).await
        } else {
            let span = tracing::info_span!("call", interaction.id = %interaction.id, person.id = %interaction.person.id);
            answer(self, &interaction).instrument(span).await
        };
        drop(in_hand);
        answer
    }

    fn instead(&self, language: Language, silence: Silence) -> String {
        let words = self.words();
        match silence {
            Silence::Late => words.label(language, "late"),
            Silence::Broken => {
                let code = self.broken(
                    &anyhow::anyhow!("hearing an interaction failed"),
                    "an interaction",
                );
                words.say(language, &Sentence::new("broken").with("code", code))
            }
            Silence::Busy => words.label(language, "refused-busy"),
            Silence::Elsewhere => words.label(language, "refused-elsewhere"),
            Silence::Stopping => words.label(language, "refused-stopping"),
        }
    }

    fn patience(&self, interaction: &Interaction) -> Patience {
        if reads_an_engine(self, &interaction.deed) {
            Patience::MayDefer
        } else {
            Patience::AtOnce
        }
    }

    async fn connected(&self) {
        tracing::info!("connected to Discord");
    }
}

/// Whether the answer waits for an engine. It changes nothing and is always private, so that it may
/// be deferred.
fn reads_an_engine(app: &App, deed: &Deed) -> bool {
    match deed {
        Deed::Command { path, .. } => {
            let definitions = app.definitions();
            let command = definitions.commands.find(path);
            command.is_ok_and(|command| command.action.name == "environment.logs")
        }
        Deed::Click { custom_id, .. } => {
            clicks::find(custom_id).is_some_and(|(click, _)| click.name.ends_with(":logs"))
        }
        Deed::Form { .. } | Deed::Typing { .. } => false,
    }
}

async fn answer(app: &App, interaction: &Interaction) -> Answer {
    let mut tries = 0;
    loop {
        tries += 1;
        match run(app, interaction).await {
            Ok(answer) => return answer,
            Err(Stop::Moved) if tries < DECIDE_TRIES_MAX => {}
            Err(stop) => return refuse(app, interaction, stop),
        }
    }
}

fn refuse(app: &App, interaction: &Interaction, stop: Stop) -> Answer {
    let sentence = match stop {
        Stop::Refused(sentence) => sentence,
        // The first delivery has answered already; nobody sees this one.
        Stop::Again => Sentence::new("refused-stale-button"),
        Stop::Moved | Stop::Busy => Sentence::new("refused-busy"),
        Stop::Broken(error) => {
            let id = broken_id(&error);
            Sentence::new(id).with("code", app.broken(&error, "an interaction"))
        }
    };
    if matches!(interaction.deed, Deed::Typing { .. }) {
        return Answer::Suggest(Vec::new());
    }
    let content = app.words().say(interaction.person.language, &sentence);
    Answer::Say {
        private: true,
        message: Message {
            content,
            ..Message::default()
        },
    }
}

/// Trouble with the database passes, and people can only wait for it.
fn broken_id(error: &anyhow::Error) -> &'static str {
    let trouble = error
        .downcast_ref::<crate::store::Error>()
        .map(crate::store::Error::trouble);
    match trouble {
        Some(Trouble::Full | Trouble::ReadOnly | Trouble::Unreachable) => "broken-store",
        _ => "broken",
    }
}

async fn run(app: &App, interaction: &Interaction) -> Result<Answer, Stop> {
    let definitions = app.definitions();
    let call = |action: &'static str, private_reply: bool| Call {
        app,
        now: app.now(),
        interaction,
        definitions: definitions.clone(),
        action,
        private_reply,
    };
    match &interaction.deed {
        Deed::Command { path, options } => {
            let command = definitions.commands.find(path)?;
            command.permit(&definitions.platform.groups, &interaction.person)?;
            let arguments = command.arguments(options)?;
            let call = call(command.action.name, command.private_reply);
            act(&call, command, &arguments).await
        }
        Deed::Typing {
            path,
            options,
            focused,
            text,
        } => {
            let command = definitions.commands.find(path)?;
            command.permit(&definitions.platform.groups, &interaction.person)?;
            complete::suggest(
                &call(command.action.name, true),
                command,
                options,
                focused,
                text,
            )
            .await
        }
        Deed::Click {
            custom_id, values, ..
        } => {
            let (click, rest) =
                clicks::find(custom_id).ok_or_else(|| Sentence::new("refused-stale-button"))?;
            if let Some(right) = click.right {
                access::demand(
                    &definitions.platform.groups,
                    &interaction.person,
                    right,
                    None,
                )?;
            }
            clicks::run(&call(click.name, click.private), click, &rest, values).await
        }
        Deed::Form { custom_id, texts } => {
            let (click, rest) =
                clicks::find(custom_id).ok_or_else(|| Sentence::new("refused-stale-button"))?;
            if let Some(right) = click.right {
                access::demand(
                    &definitions.platform.groups,
                    &interaction.person,
                    right,
                    None,
                )?;
            }
            let values: Vec<String> = texts.values().cloned().collect();
            clicks::run(&call(click.name, click.private), click, &rest, &values).await
        }
    }
}

async fn act(call: &Call<'_>, command: &BoundCommand, given: &Arguments) -> Result<Answer, Stop> {
    match command.action.name {
        "environment.create" => create(call, command, given).await,
        "environment.list" => environments::list(call, given.text("whose")).await,
        "environment.show" => environments::show(call, given.demand_text("name")?).await,
        "environment.logs" => environments::logs(call, given.demand_text("name")?).await,
        "environment.extend" => {
            environments::extend(
                call,
                given.demand_text("name")?,
                given.demand_integer("by")?,
            )
            .await
        }
        "environment.destroy" => environments::destroy(call, given.demand_text("name")?).await,
        "environment.why" => environments::why(call, given.demand_text("name")?).await,
        "environment.pin" => {
            let which = Which::Named(given.demand_text("name")?);
            life::pin(call, which, given.text("until")).await
        }
        "environment.unpin" => {
            life::unpin(call, Which::Named(given.demand_text("name")?), None).await
        }
        "environment.sleep" => life::sleep(call, Which::Named(given.demand_text("name")?)).await,
        "environment.wake" => life::wake(call, Which::Named(given.demand_text("name")?)).await,
        "environment.give" => {
            life::give(call, given.demand_text("name")?, given.demand_person("to")?).await
        }
        "deployment.request" => {
            let request = deployments::Request {
                service: given.demand_text("service")?,
                stage: given.demand_text("stage")?,
                revision: given.demand_text("revision")?,
                reason: given.text("reason"),
                dry_run: given.boolean("dry_run").unwrap_or(false),
            };
            deployments::request(call, &request).await
        }
        "deployment.rollback" => {
            let (service, stage) = (given.demand_text("service")?, given.demand_text("stage")?);
            deployments::roll_back(call, service, stage, given.text("to"), given.text("why")).await
        }
        "deployment.status" => places::status(call, given.text("service")).await,
        "deployment.history" => {
            places::history(call, given.demand_text("service")?, given.text("stage")).await
        }
        "survey.open" => surveys::open(call, given.text("survey")).await,
        "survey.close" => surveys::close(call, given.text("survey")).await,
        "survey.results" => surveys::results(call, given.text("survey")).await,
        "digest.now" => digests::now(call, given.text("digest")).await,
        "digest.preview" => digests::preview(call, given.text("digest")).await,
        "help" => overview::help(call, given.text("command")),
        "whoami" => overview::whoami(call).await,
        other => Err(anyhow::anyhow!("action {other} is declared and not written").into()),
    }
}

async fn create(
    call: &Call<'_>,
    command: &BoundCommand,
    given: &Arguments,
) -> Result<Answer, Stop> {
    let template = given.demand_text("template")?;
    let pull_request = given.integer("pull_request");
    // A stated default: an environment for a pull request is called after it.
    let default = pull_request.map(|number| format!("{template}-pr-{number}"));
    let name = match (given.text("name"), &default) {
        (Some(name), _) => name,
        (None, Some(default)) => default,
        (None, None) => given.demand_text("name")?,
    };
    let parameters = given
        .of_template()
        .iter()
        .map(|(name, value)| (name.clone(), value.to_text()))
        .collect();
    let create = Create {
        template,
        name,
        revision: given.text("revision"),
        pull_request,
        ttl_hours: given.integer("ttl"),
        team: given.text("team"),
        parameters,
        ..Create::default()
    };
    form::create_or_ask(call, command, create).await
}
