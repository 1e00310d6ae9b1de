//! Interactions at a steady rate, and when each one's callback came: an open loop, which does not slow down
//! because answers do.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use hearth::playground::{self, Channel, Guild, Handle, Limits, Member, Options, Request, Role};
use serde_json::{Value, json};

use crate::{CHANNEL, MEMBER, TOKEN};

const CALLBACK: &str = "/interactions/{interaction}/{token}/callback";
const REGISTRATION: &str = "/applications/{application}/guilds/{guild}/commands";

/// Notes when requests of the bot come in.
#[derive(Clone, Default)]
pub struct Watch(Arc<Mutex<Seen>>);

#[derive(Default)]
struct Seen {
    registered_at: Option<Instant>,
    callbacks: Vec<(u64, Instant)>,
}

/// A command, again and again.
pub struct Load<'a> {
    /// Where the strict Discord's tasks run.
    pub runtime: &'a tokio::runtime::Runtime,
    /// The strict Discord.
    pub discord: &'a Handle,
    /// Its record.
    pub watch: &'a Watch,
    /// What is typed, in words and options.
    pub line: Line,
}

/// A command in parts, as a client has it before it sends it.
#[derive(Clone)]
pub struct Line {
    /// The command's words.
    pub words: Vec<String>,
    /// Its options.
    pub options: Vec<(String, Value)>,
}

/// How long the answers to one run took.
#[derive(Clone, Debug)]
pub struct Latencies {
    /// From the interaction's sending to the arrival of its callback, sorted.
    pub answers: Vec<Duration>,
    /// How late interactions were sent, sorted: what the machine was too slow for.
    pub lateness: Vec<Duration>,
    /// How long the strict Discord took to send one, sorted.
    pub sending: Vec<Duration>,
}

impl Line {
    /// Such as `env extend` with `name` and `by`.
    pub fn new(words: &str, options: &[(&str, &str)]) -> Self {
        Self {
            words: words.split(' ').map(str::to_owned).collect(),
            options: options
                .iter()
                .map(|(name, value)| ((*name).to_owned(), json!(value)))
                .collect(),
        }
    }
}

impl Watch {
    fn note(&self, request: &Request) {
        let now = Instant::now();
        let mut seen = self.seen();
        match (request.method.as_str(), request.route.as_str()) {
            ("POST", CALLBACK) => {
                let id = request
                    .path
                    .split('/')
                    .nth(2)
                    .and_then(|id| id.parse().ok());
                seen.callbacks.push((id.unwrap_or(0), now));
            }
            ("PUT", REGISTRATION) => {
                seen.registered_at.get_or_insert(now);
            }
            _ => {}
        }
    }

    /// When the commands were registered.
    pub async fn registered(&self, discord: &Handle) -> Instant {
        let what = "the commands are registered";
        discord
            .until(what, |state| !state.commands().is_empty())
            .await;
        self.seen()
            .registered_at
            .expect("the record of what was just seen")
    }

    /// How many callbacks came.
    pub fn answered(&self) -> usize {
        self.seen().callbacks.len()
    }

    /// The callbacks that came since this was last called: which interaction, and when.
    pub fn take(&self) -> Vec<(u64, Instant)> {
        std::mem::take(&mut self.seen().callbacks)
    }

    fn seen(&self) -> std::sync::MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The strict Discord in real time, with nothing that slows it down.
pub async fn strict_discord(watch: &Watch) -> Handle {
    let mut options = Options::new(TOKEN, "Hearth", guild());
    options.limits = Limits::lifted();
    let watch = watch.clone();
    options.check = Some(Arc::new(move |request| {
        watch.note(request);
        Vec::new()
    }));
    playground::start(options)
        .await
        .expect("the strict Discord starts")
}

impl Load<'_> {
    /// Sends `rate` interactions a second and waits until all are answered.
    ///
    /// # Panics
    /// If one stays unanswered.
    pub fn run(&self, rate: u32, seconds: u32) -> Latencies {
        self.watch.take();
        let n = rate * seconds;
        let mut sent = Vec::with_capacity(n as usize);
        let mut latencies = Latencies {
            answers: Vec::with_capacity(n as usize),
            lateness: Vec::with_capacity(n as usize),
            sending: Vec::with_capacity(n as usize),
        };
        let began = Instant::now();
        for nth in 0..n {
            let due = began + Duration::from_secs(u64::from(nth)) / rate;
            std::thread::sleep(due.saturating_duration_since(Instant::now()));
            let at = Instant::now();
            let Line { words, options } = &self.line;
            let interaction = self.discord.command(MEMBER, CHANNEL, words, options);
            sent.push((interaction.expect("the command is there").id(), at));
            latencies.lateness.push(at - due);
            latencies.sending.push(at.elapsed());
        }
        let what = "all interactions are answered";
        let answered = || self.watch.answered() >= n as usize;
        self.runtime
            .block_on(self.discord.until(what, |_| answered()));
        // Both are in the order of their ids after this: each was answered exactly once.
        let mut callbacks = self.watch.take();
        callbacks.sort_unstable();
        sent.sort_unstable();
        assert_eq!(
            callbacks.len(),
            sent.len(),
            "one callback for each interaction"
        );
        for ((id, at), (answered, came)) in sent.into_iter().zip(callbacks) {
            assert_eq!(id, answered, "one callback for each interaction");
            latencies.answers.push(came - at);
        }
        latencies.answers.sort_unstable();
        latencies.lateness.sort_unstable();
        latencies.sending.sort_unstable();
        latencies
    }
}

/// The value that a share of all is not above; `sorted` is not empty.
pub fn percentile(sorted: &[Duration], percent: usize) -> Duration {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted[rank.clamp(1, sorted.len()) - 1]
}

fn guild() -> Guild {
    let role = |name: &str| Role {
        name: name.into(),
        color: 0,
        permissions: 0,
    };
    let channel = |name: &str| Channel {
        name: name.into(),
        topic: String::new(),
    };
    Guild {
        name: "Sonsic".into(),
        preferred_locale: "en-US".into(),
        roles: ["Developer", "Platform", "Lead"].map(role).into(),
        channels: ["platform", CHANNEL, "deployments"].map(channel).into(),
        members: vec![Member {
            name: MEMBER.into(),
            display_name: MEMBER.into(),
            roles: vec!["Developer".into()],
            locale: "en-US".into(),
            about: Vec::new(),
        }],
    }
}
