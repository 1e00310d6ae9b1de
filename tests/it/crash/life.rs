//! One life of a bot in a process of its own, which can be told where to die.

use std::process::Stdio;
use std::sync::{Arc, Mutex};

use hearth::app::clock::MovedClock;
use hearth::app::{Observer, runner};
use hearth::domain::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio_util::sync::CancellationToken;

use super::World;
use crate::harness;

/// The variable that makes a test process a life; its value says of what.
const BORN: &str = "HEARTH_TEST_LIFE";
/// What a life prints before each of its answers, beside what the test runner prints.
const SAYS: &str = "life: ";

/// What a life is to know.
#[derive(Serialize, Deserialize)]
struct Born {
    api_url: String,
    guild: u64,
    folder: std::path::PathBuf,
    url: String,
    now: i64,
}

/// A life, seen from the test that began it.
pub struct Life {
    child: Child,
    orders: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
}

impl Life {
    /// Begins a life on what is there, and waits until it is connected and idle.
    pub async fn begin(world: &World) -> Self {
        let born = Born {
            api_url: world.discord.base_url(),
            guild: world.discord.guild_id(),
            folder: world.folder.path().to_owned(),
            url: world.url.clone(),
            now: hearth::app::clock::Clock::now(&world.clock).0,
        };
        let born = serde_json::to_string(&born).expect("plain values");
        let mut child = Command::new(std::env::current_exe().expect("this program"))
            .args(["crash::life::a_life", "--exact", "--nocapture"])
            .env(BORN, born)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("another process of this program");
        let orders = child.stdin.take().expect("piped");
        let answers = BufReader::new(child.stdout.take().expect("piped")).lines();
        let mut life = Self {
            child,
            orders,
            answers,
        };
        assert!(life.is_idle().await, "a life begins");
        world.discord.connected().await;
        life
    }

    /// It shall die when it comes to the `n`th crossing of this name; `*` is any crossing.
    pub async fn arm(&mut self, name: &str, n: usize) {
        let armed = self.order(&format!("arm {name} {n}")).await;
        assert_eq!(armed.as_deref(), Some("armed"));
    }

    /// Every crossing since it was armed.
    pub async fn crossed(&mut self) -> Vec<String> {
        let crossed = self.order("crossed").await.expect("it lives");
        crossed.split_whitespace().map(str::to_owned).collect()
    }

    /// Waits until it has nothing to do. `false`: it is dead.
    pub async fn is_idle(&mut self) -> bool {
        self.order("idle").await.as_deref() == Some("idle")
    }

    /// Returns when it is dead.
    pub async fn dead(&mut self) {
        while let Ok(Some(_)) = self.answers.next_line().await {}
        let status = self.child.wait().await.expect("it was ours");
        let signal = std::os::unix::process::ExitStatusExt::signal(&status);
        assert_eq!(signal, Some(9), "it died as it was told: {status}");
    }

    /// Lets it stop as on SIGTERM. What it was told to die at no longer counts: stopping commits too.
    pub async fn end(mut self) {
        self.arm("never", 1).await;
        drop(self.orders);
        while let Ok(Some(_)) = self.answers.next_line().await {}
        let status = self.child.wait().await.expect("it was ours");
        assert!(status.success(), "{status}");
    }

    /// `None`: it died before it could answer.
    async fn order(&mut self, order: &str) -> Option<String> {
        let line = format!("{order}\n");
        self.orders.write_all(line.as_bytes()).await.ok()?;
        while let Ok(Some(line)) = self.answers.next_line().await {
            if let Some((_, answer)) = line.split_once(SAYS) {
                return Some(answer.to_owned());
            }
        }
        None
    }
}

/// Where a life dies, and what it has come past.
#[derive(Default)]
struct Path {
    aim: Option<(String, usize)>,
    crossed: Vec<&'static str>,
}

impl Path {
    fn cross(&mut self, name: &'static str) {
        let Some((aim, left)) = &mut self.aim else {
            return;
        };
        self.crossed.push(name);
        if aim == "*" || aim == name {
            *left = left.saturating_sub(1);
            if *left == 0 {
                die();
            }
        }
    }
}

/// At once, without a word, as in a power cut.
fn die() -> ! {
    let own = rustix::process::getpid();
    let _dying = rustix::process::kill_process(own, rustix::process::Signal::KILL);
    loop {
        std::thread::park();
    }
}

#[tokio::test]
async fn a_life() {
    let Ok(born) = std::env::var(BORN) else {
        return;
    };
    let born: Born = serde_json::from_str(&born).unwrap();
    let clock = MovedClock::standing(Timestamp(born.now));
    let path = Arc::new(Mutex::new(Path::default()));
    let observer: Observer = {
        let path = Arc::clone(&path);
        Arc::new(move |name| path.lock().unwrap().cross(name))
    };
    let place = harness::Place {
        api_url: &born.api_url,
        guild: born.guild,
        url: &born.url,
    };
    let exec = harness::executor(&born.folder, &clock);
    let platform = harness::sonsic();
    let secret = Some(harness::SECRET.as_slice());
    let app = harness::open_at(place, &clock, &exec, platform, observer, secret).await;
    app.start().await.unwrap();
    let stop = CancellationToken::new();
    let running = tokio::spawn(runner::run(app.clone(), stop.clone(), harness::STOP_BOUND));
    let listening = tokio::spawn({
        let (app, stop) = (app.clone(), stop.clone());
        async move {
            app.discord()
                .clone()
                .listen(Arc::new(app.clone()), stop)
                .await
        }
    });
    let (heard, mut orders) = tokio::sync::mpsc::channel(1);
    std::thread::spawn(move || {
        let lines = std::io::stdin().lines().map_while(Result::ok);
        lines
            .take_while(|line| heard.blocking_send(line.clone()).is_ok())
            .for_each(drop);
    });
    while let Some(order) = orders.recv().await {
        let words: Vec<&str> = order.split(' ').collect();
        match words.as_slice() {
            ["idle"] => {
                app.activity().idle().await;
                println!("\n{SAYS}idle");
            }
            ["arm", name, n] => {
                path.lock().unwrap().aim = Some(((*name).to_owned(), n.parse().unwrap()));
                println!("\n{SAYS}armed");
            }
            ["crossed"] => println!("\n{SAYS}{}", path.lock().unwrap().crossed.join(" ")),
            other => panic!("{other:?}"),
        }
    }
    stop.cancel();
    running.await.unwrap();
    listening.await.unwrap().unwrap();
}
