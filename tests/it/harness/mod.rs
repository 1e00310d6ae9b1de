//! A whole bot for conversations: a real store, the strict Discord, real programs, a clock that the
//! test moves. It drives until idle; nothing sleeps, and whatever went wrong unseen fails the test.

mod acts;
mod deeds;
mod example;
pub mod gate;
mod logs;
mod look;
mod loss;
mod opening;
mod setup;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use hearth::app::clock::{Clock as _, MovedClock};
use hearth::app::{self, App};
use hearth::domain::platform::Platform;
use hearth::domain::{Timestamp, limits};
use hearth::playground::{Answer, Guild, Handle, Message};
use hearth::providers::exec::Exec;
use hearth::store;
use regex::Regex;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

pub use deeds::shown;
pub use example::{guild, sonsic};
use gate::Gate;
pub use gate::gated;
use logs::Logs;
use opening::open_as;
pub use opening::{Place, executor, open_at, server, server_of};
pub use setup::{Setup, Waiting, by_shell};

const TOKEN: &str = "a-token-for-tests";
/// A Tuesday, 14:00 in Berlin.
pub const START: Timestamp = Timestamp(1_795_525_200_000);
/// The master secret of surveys, unless a test has another one.
pub const SECRET: [u8; 32] = [7; 32];
/// How long stopping may take.
pub const STOP_BOUND: Duration = Duration::from_secs(20);

/// Which database a conversation is held on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Database {
    /// A file of its own.
    Sqlite,
    /// A database of its own on a real server.
    Postgres,
}

/// One conversation, on both databases. `$change` (a `fn(&mut Platform)` of this file) makes the
/// platform a little different.
#[macro_export]
macro_rules! conversation {
    ($name:ident, $bot:ident => $body:block) => {
        $crate::conversation!($name, $bot, |_| {}, $body);
    };
    ($name:ident, $bot:ident on $change:ident => $body:block) => {
        $crate::conversation!($name, $bot, super::$change, $body);
    };
    ($name:ident, $bot:ident, $change:expr, $body:block) => {
        async fn $name($bot: &mut $crate::harness::Bot) $body

        mod $name {
            use $crate::harness::{Bot, Database};

            #[tokio::test]
            async fn on_sqlite() {
                let mut bot = Bot::start_with(Database::Sqlite, $change).await;
                super::$name(&mut bot).await;
                bot.end().await;
            }

            #[tokio::test]
            async fn on_postgres() {
                let mut bot = Bot::start_with(Database::Postgres, $change).await;
                super::$name(&mut bot).await;
                bot.end().await;
            }
        }
    };
}

/// What is seen, as an inline snapshot that is the same on both databases.
#[macro_export]
macro_rules! see {
    ($seen:expr, $($snapshot:tt)+) => {{
        let seen = $crate::harness::plain(&$seen);
        insta::allow_duplicates! { insta::assert_snapshot!(seen, $($snapshot)+) }
    }};
}

/// How a bot begins, where that is not the example as it stands.
pub struct Setting {
    /// The server and its people.
    pub guild: Guild,
    /// What is different on the platform.
    pub platform: Box<dyn FnOnce(&mut Platform)>,
    /// The master secret of surveys.
    pub secret: Option<Vec<u8>>,
}

impl Default for Setting {
    fn default() -> Self {
        Self {
            guild: guild(),
            platform: Box::new(|_| {}),
            secret: Some(SECRET.to_vec()),
        }
    }
}

/// A running Hearth and the people around it.
pub struct Bot {
    /// The server and its people.
    pub discord: Handle,
    /// The bot.
    pub app: App,
    /// The clock of both.
    pub clock: MovedClock,
    /// Where the bot keeps its files.
    pub folder: PathBuf,
    /// The store's address.
    pub url: String,
    exec: Arc<Exec>,
    kept: setup::Kept,
    running: Option<Running>,
    logs: Logs,
    expected_errors: Vec<String>,
    _folder: tempfile::TempDir,
}

struct Running {
    stop: CancellationToken,
    tasks: Vec<JoinHandle<()>>,
}

impl Bot {
    /// Starts everything with the example platform.
    pub async fn start(database: Database) -> Self {
        Self::start_with(database, |_| {}).await
    }

    /// Starts everything, with a changed platform.
    pub async fn start_with(
        database: Database,
        change: impl FnOnce(&mut Platform) + 'static,
    ) -> Self {
        let setting = Setting {
            platform: Box::new(change),
            ..Setting::default()
        };
        Self::start_as(database, setting).await
    }

    /// Starts everything, with whatever is different.
    pub async fn start_as(database: Database, setting: Setting) -> Self {
        Self::start_changed(database, setting.into()).await
    }

    /// Starts everything, changed as a test needs it.
    pub async fn start_changed(database: Database, setup: Setup) -> Self {
        let logs = Logs::capture();
        let folder = tempfile::tempdir().expect("a folder for the test");
        let clock = MovedClock::standing(START);
        let discord = server_of(&clock, setup.guild()).await;
        let url = match database {
            Database::Sqlite => format!("sqlite:{}", folder.path().join("hearth.db").display()),
            Database::Postgres => crate::postgres::database().await,
        };
        let mut platform = sonsic();
        let kept = setup.apply(&mut platform, folder.path());
        Self::live(logs, discord, clock, folder, url, platform, kept).await
    }

    /// Another life with the example platform on what an earlier one, in a process of its own, has
    /// left behind on SQLite.
    pub async fn after(
        discord: Handle,
        clock: MovedClock,
        folder: tempfile::TempDir,
        url: String,
    ) -> Self {
        let logs = Logs::capture();
        let platform = sonsic();
        let kept = setup::Kept::default();
        Self::live(logs, discord, clock, folder, url, platform, kept).await
    }

    async fn live(
        logs: Logs,
        discord: Handle,
        clock: MovedClock,
        folder: tempfile::TempDir,
        url: String,
        platform: Platform,
        kept: setup::Kept,
    ) -> Self {
        let exec = executor(folder.path(), &clock);
        let app = open_as(
            &discord,
            &url,
            &clock,
            &exec,
            platform,
            Arc::new(|_| {}),
            &kept,
        )
        .await;
        let mut bot = Self {
            discord,
            app,
            clock,
            folder: folder.path().to_owned(),
            url,
            exec,
            kept,
            running: None,
            logs,
            expected_errors: Vec::new(),
            _folder: folder,
        };
        bot.run().await;
        bot.idle().await;
        bot
    }

    /// Stops the bot and starts another life of it on the same store, for the same people.
    pub async fn restart(&mut self) {
        self.restart_busy().await;
        self.idle().await;
    }

    /// The same, and returns while work that waits for something is still in hand.
    pub async fn restart_busy(&mut self) {
        self.stop().await;
        let platform = self.app.definitions().platform.clone();
        self.app.store().close().await;
        self.begin(platform).await;
    }

    /// Another life on a store that was closed.
    async fn restart_from(&mut self, platform: Platform) {
        self.begin(platform).await;
        self.idle().await;
    }

    async fn begin(&mut self, platform: Platform) {
        self.app = open_as(
            &self.discord,
            &self.url,
            &self.clock,
            &self.exec,
            platform,
            Arc::new(|_| {}),
            &self.kept,
        )
        .await;
        self.run().await;
    }

    /// From now on this life hears what is sent over HTTP, and does nothing more.
    pub async fn hears_only(&mut self) {
        self.stop().await;
    }

    /// The next life opens the store with other options.
    pub fn change_store(&mut self, change: impl FnOnce(&mut store::Options)) {
        change(&mut self.kept.store);
    }

    /// The same, after somebody has changed or lost the master secret of surveys.
    pub async fn restart_with_secret(&mut self, secret: Option<Vec<u8>>) {
        self.kept.secret = secret;
        self.restart().await;
    }

    /// Ends this life in the middle of whatever it does, as a crash would, starts another one on the
    /// same store, and opens the gate. The leases of the first run out where nobody else can know that
    /// it is gone.
    pub async fn crash_while(&mut self, gate: Gate) {
        self.die().await;
        if self.app.store().engine() == store::Engine::Postgres {
            self.clock.forward(limits::JOB_LEASE);
        }
        tokio::join!(self.restart(), gate.open());
    }

    /// Stops in good order, is down for a while, and starts again.
    pub async fn down_for(&mut self, while_down: Duration) {
        self.stop().await;
        self.clock.forward(while_down);
        self.restart().await;
    }

    /// Dies without a word, is down for a while, and starts again.
    pub async fn dead_for(&mut self, while_down: Duration) {
        self.die().await;
        self.clock.forward(while_down);
        self.restart().await;
    }

    /// Ends this life as a crash would: what it does ends in the middle.
    async fn die(&mut self) {
        let running = self.running.take().expect("the bot runs");
        let mut tasks = running.tasks.into_iter();
        let runner = tasks.next().expect("the runner comes first");
        runner.abort();
        assert!(
            runner.await.is_err_and(|end| end.is_cancelled()),
            "it was in the middle of something"
        );
        // The connection of a process that is gone is gone as well.
        running.stop.cancel();
        for listening in tasks {
            listening.await.expect("the connection ends");
        }
    }

    /// Time passes.
    pub async fn forward(&self, by: Duration) {
        self.clock.forward(by);
        self.discord.clock_moved();
        self.idle().await;
    }

    /// Returns when everything is answered and no job is due.
    pub async fn idle(&self) {
        self.app.activity().idle().await;
    }

    /// What everybody sees in a channel, without ports, ids and addresses of this run.
    pub fn transcript(&self, channel: &str) -> String {
        plain(&self.discord.transcript(channel))
    }

    /// The messages of a channel that everybody sees, oldest first.
    pub fn messages(&self, channel: &str) -> Vec<Message> {
        self.discord
            .messages(channel)
            .into_iter()
            .filter(|message| message.private_to.is_none())
            .collect()
    }

    /// A message as it is now.
    pub fn message(&self, id: u64) -> Message {
        self.discord.message(id).expect("the message is there")
    }

    /// An error that this test provokes, by a part of its text.
    pub fn expect_error(&mut self, part: &str) {
        self.expected_errors.push(part.to_owned());
    }

    /// Everything that was logged so far.
    pub fn log(&self) -> String {
        self.logs.text()
    }

    /// Ends the conversation and fails on everything that went wrong unseen.
    pub async fn end(mut self) {
        self.idle().await;
        let now = self.clock.now();
        let due = self
            .app
            .store()
            .read()
            .await
            .expect("a look")
            .jobs_due(now)
            .await
            .expect("jobs");
        assert_eq!(due, 0, "no job is left behind");
        self.stop().await;
        let complaints = self.discord.complaints();
        assert!(
            complaints.is_empty(),
            "Discord would have refused:\n{}",
            complaints.join("\n")
        );
        let errors: Vec<String> = self
            .logs
            .errors()
            .into_iter()
            .filter(|error| !self.expected_errors.iter().any(|part| error.contains(part)))
            .collect();
        assert!(
            errors.is_empty(),
            "nobody expected these errors:\n{}",
            errors.join("\n")
        );
        self.exec.stop_all().await;
        if let Some(terraform) = &self.kept.terraform {
            terraform.stop_all().await;
        }
    }

    async fn run(&mut self) {
        let stop = CancellationToken::new();
        self.app.start().await.expect("the bot starts");
        let bound = self.kept.stop_bound.unwrap_or(STOP_BOUND);
        let runner = tokio::spawn(app::runner::run(self.app.clone(), stop.clone(), bound));
        let listening = tokio::spawn({
            let (app, stop) = (self.app.clone(), stop.clone());
            async move {
                let ended = app
                    .discord()
                    .clone()
                    .listen(Arc::new(app.clone()), stop)
                    .await;
                ended.expect("the gateway is named");
            }
        });
        self.discord.connected().await;
        self.running = Some(Running {
            stop,
            tasks: vec![runner, listening],
        });
    }

    async fn stop(&mut self) {
        let Some(running) = self.running.take() else {
            return;
        };
        running.stop.cancel();
        for task in running.tasks {
            task.await.expect("nothing panics in the background");
        }
    }
}

/// What an answer says: its text, or `(no answer)`.
pub fn said(answer: Answer) -> String {
    match answer {
        Answer::Message(message) | Answer::Updated(message) => message.text,
        Answer::Unanswered => "(no answer)".to_owned(),
        other => panic!("expected a message, got {other:?}"),
    }
}

/// A text without ports, ids and addresses of this run.
pub fn plain(text: &str) -> String {
    let rules = [
        (r"\b\d\d:\d\d:\d\d\b", "HH:MM:SS"),
        (r"127\.0\.0\.1:\d+", "127.0.0.1:PORT"),
        (
            r"discord\.com/channels/\d+/\d+/\d+",
            "discord.com/channels/MESSAGE",
        ),
        (
            r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}",
            "ID",
        ),
        (r"\b\d\d:\d\d:\d\d\b", "HH:MM:SS"),
        (r"/[\w./-]*/\.tmp\w{6}\b", "FOLDER"),
        (r"\*\*[0-9A-F]{8}\*\*", "**CODE**"),
        (r"\bcode [0-9A-F]{8}\b", "code CODE"),
    ];
    rules
        .iter()
        .fold(text.to_owned(), |text, (pattern, instead)| {
            Regex::new(pattern)
                .expect("a pattern")
                .replace_all(&text, *instead)
                .into_owned()
        })
}
