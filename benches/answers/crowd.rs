//! Two hundred environments that are asked for at once, and how fast `/help` answers meanwhile.

use std::time::{Duration, Instant};

use hearth::playground::Handle;

use crate::load::{self, Line, Watch, percentile};
use crate::process::Bot;
use crate::table::Subject;
use crate::{CHANNEL, IDLE, MEMBER};

/// Environments; the engine builds eight at a time.
const ENVIRONMENTS: usize = 200;
/// Calls of `/help` a second.
const HELP_RATE: u32 = 20;
/// How long it may take at most.
const SECONDS_MAX: u32 = 600;

/// What was measured.
pub struct Crowd {
    /// From the first request until the last environment was ready.
    pub took: Duration,
    /// How long the answers to `/env create` took, sorted.
    pub creates: Vec<Duration>,
    /// How long the answers to `/help` took, sorted.
    pub helps: Vec<Duration>,
}

/// Asks, and keeps asking for help until all are ready.
///
/// # Panics
/// If an interaction stays without an answer.
pub fn measure(runtime: &tokio::runtime::Runtime) -> Crowd {
    let watch = Watch::default();
    let discord = runtime.block_on(load::strict_discord(&watch));
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder for the bot");
    let bot = Bot::start(Subject::Extend, &discord, folder.path());
    runtime.block_on(discord.connected());
    runtime.block_on(watch.registered(&discord));
    std::thread::sleep(IDLE);
    watch.take();
    let began = Instant::now();
    let creates: Vec<_> = (0..ENVIRONMENTS)
        .map(|n| {
            let name = format!("env-{n}");
            let options = [("template", "preview"), ("name", name.as_str())];
            send(&discord, &Line::new("env create", &options))
        })
        .collect();
    let mut helps = Vec::new();
    for nth in 0_u32.. {
        if nth % HELP_RATE == 0 && ready(&discord) >= ENVIRONMENTS {
            break;
        }
        assert!(
            nth < HELP_RATE * SECONDS_MAX,
            "{} are ready",
            ready(&discord)
        );
        let due = began + Duration::from_secs(u64::from(nth)) / HELP_RATE;
        std::thread::sleep(due.saturating_duration_since(Instant::now()));
        helps.push(send(&discord, &Line::new("help", &[])));
    }
    let ended = Instant::now();
    let n = creates.len() + helps.len();
    let what = "all interactions are answered";
    runtime.block_on(discord.until(what, |_| watch.answered() >= n));
    let answers = watch.take();
    drop(bot);
    let engine = crate::hearth_bot::executor(folder.path());
    runtime.block_on(engine.stop_all());
    discord.stop();
    let took = |sent: &[(u64, Instant)]| {
        let mut took: Vec<Duration> = sent
            .iter()
            .map(|(id, at)| {
                let answer = answers.iter().find(|(answered, _)| answered == id);
                *answer.map(|(_, came)| came).expect("each was answered") - *at
            })
            .collect();
        took.sort_unstable();
        took
    };
    Crowd {
        took: ended - began,
        creates: took(&creates),
        helps: took(&helps),
    }
}

/// How many environments people have been told to be ready.
fn ready(discord: &Handle) -> usize {
    let messages = discord.messages(CHANNEL);
    let told = messages
        .iter()
        .filter(|message| message.text.contains("is ready") && !message.pinged.is_empty());
    told.count()
}

fn send(discord: &Handle, line: &Line) -> (u64, Instant) {
    let at = Instant::now();
    let sent = discord.command(MEMBER, CHANNEL, &line.words, &line.options);
    (sent.expect("the command is there").id(), at)
}

/// Says how it came out.
pub fn print(crowd: &Crowd) {
    let ms = |sorted: &[Duration], percent| {
        format!("{:.1} ms", percentile(sorted, percent).as_secs_f64() * 1e3)
    };
    crate::progress(&format!(
        "{ENVIRONMENTS} environments asked for at once were ready after {:.0} s; their requests were answered after \
         {} (p50) and {} (the last); {} calls of `/help` meanwhile after {} (p50), {} (p99) and {} (the last)",
        crowd.took.as_secs_f64(),
        ms(&crowd.creates, 50),
        ms(&crowd.creates, 100),
        crowd.helps.len(),
        ms(&crowd.helps, 50),
        ms(&crowd.helps, 99),
        ms(&crowd.helps, 100),
    ));
}
