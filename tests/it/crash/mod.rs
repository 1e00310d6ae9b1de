//! Crash tests: a bot in a process of its own dies by SIGKILL at a chosen crossing (before or after a
//! commit, a call to a provider or to Discord), another life takes up what it left, and in the end
//! everything is there once.

mod everywhere;
mod life;
mod rows;

use std::collections::BTreeMap;
use std::time::Duration;

use hearth::app::clock::MovedClock;
use hearth::domain::deployment;
use hearth::domain::environment;
use hearth::playground::{Answer, Handle, Message};
use hearth::store::Whose;
use tempfile::TempDir;

use crate::harness::{self, Bot};
use life::Life;

/// What outlives a life: the people and their server, the clock, and the files.
struct World {
    discord: Handle,
    clock: MovedClock,
    folder: TempDir,
    url: String,
}

/// One command and what must be true of it in the end.
#[derive(Clone, Copy)]
struct Deed {
    /// What was done before, undisturbed.
    before: &'static [&'static str],
    /// The command.
    line: &'static str,
    /// Its name in the audit.
    action: &'static str,
    /// Where its news is told.
    channel: &'static str,
    /// Jobs that wait for their time in the end: the schedules' two, the sweep, and looks at the clock.
    jobs_open: u32,
    /// Messages in the channel that answer no command, as text, in the end.
    told: &'static [&'static str],
    /// The state of the environment or deployment in the end.
    state: State,
}

#[derive(Clone, Copy, PartialEq, Debug)]
enum State {
    Environment(environment::State),
    Deployment(deployment::State),
}

const CREATE: Deed = Deed {
    before: &[],
    line: "/env create template:preview name:demo",
    action: "environment.create",
    channel: "player",
    jobs_open: 4,
    told: &[
        "✅ Environment **demo** is ready",
        "Environment **demo** is ready",
    ],
    state: State::Environment(environment::State::Ready),
};

const DESTROY: Deed = Deed {
    before: &[CREATE.line],
    line: "/env destroy name:demo",
    action: "environment.destroy",
    channel: "player",
    jobs_open: 4,
    told: &[
        "Environment **demo** is destroyed",
        "Environment **demo** is ready",
    ],
    state: State::Environment(environment::State::Destroyed),
};

const SLEEP: Deed = Deed {
    before: &[CREATE.line],
    line: "/env sleep name:demo",
    action: "environment.sleep",
    channel: "player",
    jobs_open: 4,
    told: &[
        "🌙 Environment **demo** is asleep",
        "Environment **demo** is ready",
    ],
    state: State::Environment(environment::State::Sleeping),
};

const WAKE: Deed = Deed {
    before: &[CREATE.line, SLEEP.line],
    line: "/env wake name:demo",
    action: "environment.wake",
    channel: "player",
    jobs_open: 4,
    told: &[
        "✅ Environment **demo** is ready",
        "Environment **demo** is ready",
    ],
    state: State::Environment(environment::State::Ready),
};

const DEPLOY: Deed = Deed {
    before: &[],
    line: "/deploy service:player stage:staging revision:v1.1.0",
    action: "deployment.request",
    channel: "deployments",
    jobs_open: 3,
    told: &[
        "✅ **v1.1.0** of player has reached staging",
        "**v1.1.0** of player runs on staging. It took",
    ],
    state: State::Deployment(deployment::State::Succeeded),
};

/// What the person saw.
struct Seen {
    /// The answer to the command.
    answer: Answer,
    /// The answer to the same command, if they had to type it again.
    again: Option<Answer>,
    /// Whether the first life died.
    died: bool,
}

impl World {
    async fn new() -> Self {
        let clock = MovedClock::standing(harness::START);
        let folder = tempfile::tempdir().expect("a folder for the test");
        Self {
            discord: harness::server(&clock).await,
            url: format!("sqlite:{}", folder.path().join("hearth.db").display()),
            clock,
            folder,
        }
    }
}

/// Does the deed in a life of its own, undisturbed, and says what it came past.
async fn crossings(deed: Deed) -> Vec<String> {
    let world = World::new().await;
    let mut life = Life::begin(&world).await;
    before(&world, &mut life, deed).await;
    life.arm("nothing", 1).await;
    let command = world
        .discord
        .slash("Mina", "player", deed.line)
        .expect("it is offered");
    command.answer().await;
    assert!(life.is_idle().await, "nobody told it to die");
    let crossed = life.crossed().await;
    life.end().await;
    let bot = Bot::after(world.discord, world.clock, world.folder, world.url).await;
    all_is_once(&bot, deed).await;
    bot.end().await;
    crossed
}

/// Does the deed in a life that dies at the `n`th crossing of this name, lets another life go on, and
/// looks at everything.
async fn dies_at(deed: Deed, name: &str, n: usize) -> Seen {
    let world = World::new().await;
    let mut life = Life::begin(&world).await;
    before(&world, &mut life, deed).await;
    life.arm(name, n).await;
    let command = world
        .discord
        .slash("Mina", "player", deed.line)
        .expect("it is offered");
    let died = tokio::select! {
        _ = command.answer() => !life.is_idle().await,
        () = life.dead() => true,
    };
    if died {
        life.dead().await;
        world
            .discord
            .until("the dead one is gone", |state| !state.connected())
            .await;
    } else {
        life.end().await;
    }
    // Whoever has no answer by now sees that the application did not respond.
    world.clock.forward(Duration::from_secs(3));
    world.discord.clock_moved();
    let answer = command.answer().await;
    let bot = Bot::after(world.discord, world.clock, world.folder, world.url).await;
    settle(&bot).await;
    let mut again = None;
    // They look at the channel before they deploy once more; the name of an environment is taken.
    let wants_more = deed.channel == "player" || bot.messages(deed.channel).is_empty();
    if answer == Answer::Unanswered && wants_more {
        again = Some(bot.say("Mina", "player", deed.line).await);
        settle(&bot).await;
    }
    all_is_once(&bot, deed).await;
    bot.end().await;
    Seen {
        answer,
        again,
        died,
    }
}

async fn before(world: &World, life: &mut Life, deed: Deed) {
    for line in deed.before {
        let command = world
            .discord
            .slash("Mina", "player", line)
            .expect("it is offered");
        command.answer().await;
        assert!(life.is_idle().await, "nobody told it to die");
    }
}

/// What failed is tried again after a while.
async fn settle(bot: &Bot) {
    for _ in 0..3 {
        bot.forward(Duration::from_secs(10)).await;
    }
}

async fn all_is_once(bot: &Bot, deed: Deed) {
    let mut reader = bot.app.store().read().await.expect("a look");
    let heard = reader.audit(100).await.expect("the audit");
    let heard = heard.iter().filter(|row| row.action == deed.action).count();
    assert_eq!(heard, 1, "{} is heard once", deed.action);
    let states = match deed.state {
        State::Environment(_) => {
            let found = reader.environments(Whose::All, 100).await.expect("a look");
            found
                .iter()
                .map(|row| State::Environment(row.state))
                .collect::<Vec<_>>()
        }
        State::Deployment(_) => {
            let found = reader.history("player", None, 100).await.expect("a look");
            found
                .iter()
                .map(|row| State::Deployment(row.state))
                .collect()
        }
    };
    let gone = State::Environment(environment::State::Destroyed);
    let (expected, n_engine) = if deed.state == gone {
        (vec![], 0)
    } else {
        (vec![deed.state], 1)
    };
    assert_eq!(states, expected);
    assert_eq!(
        operations(bot).len(),
        n_engine,
        "the engine knows it as often"
    );
    assert!(
        operations(bot).values().all(|attempts| *attempts == 1),
        "and was told once"
    );
    // What sleeps is known and does not run.
    let asleep = deed.state == State::Environment(environment::State::Sleeping);
    let n_services = if asleep { 0 } else { n_engine };
    assert_eq!(services(bot), n_services, "one program serves");
    assert_eq!(reader.jobs_open().await.expect("jobs"), deed.jobs_open);
    let told = told(bot, deed.channel);
    assert_eq!(
        told.len(),
        deed.told.len(),
        "{}",
        bot.transcript(deed.channel)
    );
    for (message, expected) in told.iter().zip(deed.told) {
        assert!(
            message.text.contains(expected),
            "{expected}: {}",
            bot.transcript(deed.channel)
        );
    }
}

/// Messages of a channel that answer no command.
fn told(bot: &Bot, channel: &str) -> Vec<Message> {
    let mut messages = bot.messages(channel);
    messages.retain(|message| message.raw["interaction_metadata"].is_null());
    messages
}

/// What the engine knows by its keys, and how often each was begun.
fn operations(bot: &Bot) -> BTreeMap<String, u32> {
    let folder = bot.folder.join("exec/operations");
    let entries = std::fs::read_dir(folder).expect("the engine's folder");
    entries
        .map(|entry| {
            let entry = entry.expect("an operation");
            let attempts = std::fs::read(entry.path().join("attempts.json")).unwrap_or_default();
            let attempts = serde_json::from_slice(&attempts).unwrap_or(0);
            (entry.file_name().to_string_lossy().into_owned(), attempts)
        })
        .collect()
}

/// How many sample services run that this bot has started.
fn services(bot: &Bot) -> usize {
    let state = bot.folder.join("exec/state");
    let state = state.to_string_lossy();
    let processes = std::fs::read_dir("/proc").expect("processes").flatten();
    processes
        .filter(|process| {
            let line = std::fs::read(process.path().join("cmdline")).unwrap_or_default();
            let words: Vec<_> = line.split(|byte| *byte == 0).collect();
            words.contains(&&b"serve"[..]) && words.contains(&state.as_bytes())
        })
        .count()
}
