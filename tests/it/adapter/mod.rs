//! The adapter to Discord against the strict Discord, with serenity connecting for real.

mod answers;
mod calls;
mod connection;
mod logs;
mod raw;
mod silence;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::future::BoxFuture;
use hearth::discord::{Call, Discord, Ears, Ended, OpenError, Patience, Settings, Silence};
use hearth::domain::chat::{
    Answer, Button, ButtonKind, ChannelId, CommandDefinition, Deed, Interaction, Language, Message,
    OptionDefinition, OptionKind, Row,
};
use hearth::playground::{self, Handle, Limits, Options};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

const TOKEN: &str = "the-bots-own-token";
/// Nothing here takes longer unless it hangs.
const PATIENCE: Duration = Duration::from_secs(30);

type Hear = Box<dyn Fn(Interaction) -> BoxFuture<'static, Answer> + Send + Sync>;

/// Ears that do what the test says and remember what they heard.
struct Scripted {
    hear: Hear,
    heard: Mutex<Vec<Interaction>>,
    may_defer: bool,
    n_connected: watch::Sender<u32>,
    lost: tokio::sync::Notify,
}

#[async_trait::async_trait]
impl Ears for Scripted {
    async fn hear(&self, interaction: Interaction) -> Answer {
        self.heard.lock().unwrap().push(interaction.clone());
        (self.hear)(interaction).await
    }

    fn instead(&self, language: Language, silence: Silence) -> String {
        format!("{silence:?} {}", language.tag())
    }

    fn patience(&self, _interaction: &Interaction) -> Patience {
        if self.may_defer {
            Patience::MayDefer
        } else {
            Patience::AtOnce
        }
    }

    async fn connected(&self) {
        self.n_connected.send_modify(|n| *n += 1);
    }

    async fn disconnected(&self) {
        self.lost.notify_one();
    }
}

/// The strict Discord, and the adapter on its way to it.
struct Bench {
    server: Handle,
    discord: Discord,
    ears: Arc<Scripted>,
    stop: CancellationToken,
    listening: JoinHandle<Result<Ended, Call>>,
}

impl Bench {
    /// Connected, with the commands registered, answering as `hear` says.
    async fn new<F>(hear: impl Fn(Interaction) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Answer> + Send + 'static,
    {
        Self::with_patience(false, hear).await
    }

    async fn with_patience<F>(
        may_defer: bool,
        hear: impl Fn(Interaction) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Answer> + Send + 'static,
    {
        let server = server(Limits::lifted()).await;
        let discord = open(&server).await;
        assert!(discord.register(&commands()).await.unwrap());
        let ears = Arc::new(Scripted {
            hear: Box::new(move |interaction| Box::pin(hear(interaction))),
            heard: Mutex::default(),
            may_defer,
            n_connected: watch::Sender::new(0),
            lost: tokio::sync::Notify::new(),
        });
        let stop = CancellationToken::new();
        let listening = tokio::spawn({
            let (discord, ears, stop) = (discord.clone(), Arc::clone(&ears), stop.clone());
            async move { discord.listen(ears, stop).await }
        });
        let bench = Self {
            server,
            discord,
            ears,
            stop,
            listening,
        };
        bench.server.connected().await;
        bench.connected(1).await;
        bench
    }

    /// Waits until the gateway has been connected, or connected again, `n` times.
    async fn connected(&self, n: u32) {
        let mut seen = self.ears.n_connected.subscribe();
        tokio::time::timeout(PATIENCE, seen.wait_for(|seen| *seen >= n))
            .await
            .unwrap()
            .unwrap();
    }

    fn heard(&self) -> Vec<Interaction> {
        self.ears.heard.lock().unwrap().clone()
    }

    /// Stops as the process would, and looks whether Discord had to refuse anything.
    async fn end(self) {
        self.stop.cancel();
        assert_eq!(
            tokio::time::timeout(PATIENCE, self.listening)
                .await
                .unwrap()
                .unwrap(),
            Ok(Ended::Stopped)
        );
        assert_eq!(self.server.complaints(), Vec::<String>::new());
    }
}

async fn server(limits: Limits) -> Handle {
    let role = |name: &str| playground::Role {
        name: name.to_owned(),
        ..Default::default()
    };
    let member = |name: &str, locale: &str, roles: &[&str]| playground::Member {
        name: name.to_owned(),
        display_name: format!("{name} the Great"),
        roles: roles.iter().map(ToString::to_string).collect(),
        locale: locale.to_owned(),
        about: Vec::new(),
    };
    let guild = playground::Guild {
        name: "Sonsic".to_owned(),
        preferred_locale: "de".to_owned(),
        roles: vec![role("Developer"), role("Twin"), role("Twin")],
        channels: ["platform", "player"]
            .map(|name| playground::Channel {
                name: name.to_owned(),
                ..Default::default()
            })
            .into(),
        members: vec![
            member("ada", "en-GB", &[]),
            member("bert", "de", &["Developer"]),
            member("cleo", "fr", &["Developer"]),
        ],
    };
    playground::start(Options {
        limits,
        check: crate::openapi::check(),
        ..Options::new(TOKEN, "Hearth", guild)
    })
    .await
    .unwrap()
}

fn settings(server: &Handle, token: &str) -> Settings {
    Settings {
        token: token.to_owned().into(),
        api_url: Some(server.base_url()),
        guild: server.guild_id(),
    }
}

async fn open(server: &Handle) -> Discord {
    Discord::open(settings(server, TOKEN)).await.unwrap()
}

fn channel(server: &Handle, name: &str) -> ChannelId {
    ChannelId(server.channel_id(name).unwrap())
}

fn texts(english: &str, german: &str) -> std::collections::BTreeMap<Language, String> {
    [
        (Language::English, english.to_owned()),
        (Language::German, german.to_owned()),
    ]
    .into()
}

fn option(name: &str, kind: OptionKind, completes: bool) -> OptionDefinition {
    OptionDefinition {
        name: name.to_owned(),
        description: texts("An option", "Eine Option"),
        kind,
        required: false,
        choices: Vec::new(),
        completes,
        range: None,
    }
}

fn commands() -> Vec<CommandDefinition> {
    let create = CommandDefinition {
        name: "create".to_owned(),
        description: texts("Create one", "Legt eine an"),
        options: vec![
            option("template", OptionKind::Text, true),
            option("pull_request", OptionKind::Integer, false),
            option("pinned", OptionKind::Boolean, false),
            option("who", OptionKind::User, false),
            option("role", OptionKind::Role, false),
            option("where", OptionKind::Channel, false),
        ],
        subcommands: Vec::new(),
    };
    let env = CommandDefinition {
        name: "env".to_owned(),
        description: texts("Environments", "Umgebungen"),
        options: Vec::new(),
        subcommands: vec![create],
    };
    let whoami = CommandDefinition {
        name: "whoami".to_owned(),
        description: texts("Who am I?", "Wer bin ich?"),
        options: Vec::new(),
        subcommands: Vec::new(),
    };
    vec![env, whoami]
}

fn text(content: &str) -> Message {
    Message {
        content: content.to_owned(),
        ..Message::default()
    }
}

fn say(private: bool, content: &str) -> Answer {
    Answer::Say {
        private,
        message: text(content),
    }
}

/// A message with one button.
fn with_button(content: &str, custom_id: &str) -> Message {
    let button = Button {
        label: "Press".to_owned(),
        kind: ButtonKind::Primary(custom_id.to_owned()),
        disabled: false,
    };
    Message {
        rows: vec![Row::Buttons(vec![button])],
        ..text(content)
    }
}

/// What a click was on; nothing for other deeds.
fn clicked(deed: &Deed) -> &str {
    match deed {
        Deed::Click { custom_id, .. } => custom_id,
        _ => "",
    }
}

/// How many callbacks were sent for an interaction.
fn n_callbacks(bench: &Bench, id: u64) -> usize {
    let path = format!("/interactions/{id}/");
    bench
        .server
        .requests()
        .iter()
        .filter(|request| request.path.starts_with(&path))
        .count()
}

#[tokio::test]
async fn a_wrong_token_is_said_at_once() {
    let server = server(Limits::default()).await;
    let refused = Discord::open(settings(&server, "another-token")).await;
    assert!(matches!(refused, Err(OpenError::WrongToken)), "{refused:?}");
    let said = format!("{refused:?} {}", refused.as_ref().unwrap_err());
    assert!(!said.contains("another-token"), "{said}");
}

#[tokio::test]
async fn a_faulty_address_is_said_before_anything_is_sent() {
    let server = server(Limits::default()).await;
    for url in [
        "127.0.0.1:3000",
        "ftp://127.0.0.1",
        "http://",
        "http://a/?b=c",
    ] {
        let settings = Settings {
            api_url: Some(url.to_owned()),
            ..settings(&server, TOKEN)
        };
        assert!(
            matches!(Discord::open(settings).await, Err(OpenError::Address)),
            "{url}"
        );
    }
    assert!(server.requests().is_empty());
}
