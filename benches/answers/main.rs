//! The answer path, measured: bare serenity bots and Hearth, one after another, against the strict Discord.
//!
//! `cargo bench --bench answers` prints the tables of `docs/reference/performance.md`; `-- --quick` is a smoke
//! run of a few seconds, and `-- --rounds 5 --seconds 20` makes it calmer. `-- --crowd` measures something else:
//! how Hearth answers while two hundred environments are being made. Every bot is a process of its own
//! (the program `hearth`, or this binary once more), so that CPU and memory are the bot's alone.

mod bare;
mod crowd;
mod hearth_bot;
mod load;
mod process;
mod table;

use std::io::Read as _;
use std::process::ExitCode;
use std::time::Duration;

use hearth::playground::Handle;

use load::{Load, Watch};
use process::{Bot, Cost};
use table::{Round, Subject};

/// The token that the strict Discord wants.
pub const TOKEN: &str = "a-token-for-benches";
/// The server's member who asks.
pub const MEMBER: &str = "Mina";
/// Where she asks.
pub const CHANNEL: &str = "player";
/// Where the environment was asked for, apart from the answers, so that they do not push its message out.
const QUIET_CHANNEL: &str = "deployments";

/// Interactions a second that are measured.
const RATES: [u32; 3] = [20, 100, 400];
/// Rounds over all bots; the tables show the median of each figure.
const ROUNDS: usize = 3;
/// Seconds at each rate.
const SECONDS: u32 = 10;
/// Interactions before anything is measured, at 100 a second.
const WARM_UP_SECONDS: u32 = 2;
/// After the start, memory is read when nothing has happened for this long.
const IDLE: Duration = Duration::from_secs(2);
/// What follows an answer (a message that is edited) counts too: CPU is read after this.
const AFTER: Duration = Duration::from_secs(1);

/// What is run: how often and how long.
struct Plan {
    rounds: usize,
    seconds: u32,
    warm_up_seconds: u32,
    idle: Duration,
    rates: Vec<u32>,
    crowd: bool,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // A second choice is refused, and the first one is the same.
    let _chosen = rustls::crypto::ring::default_provider().install_default();
    if let [role, name, api_url, guild, folder] = arguments.as_slice()
        && role == process::ROLE
    {
        let seat = Seat {
            api_url: api_url.clone(),
            guild: guild.parse().expect("the server's id"),
            folder: folder.into(),
        };
        return run_bot(Subject::of_name(name).expect("a bot's name"), seat);
    }
    let plan = match Plan::read(&arguments) {
        Ok(plan) => plan,
        Err(fault) => return fail(&fault),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("a runtime for the strict Discord");
    let _entered = runtime.enter();
    if plan.crowd {
        crowd::print(&crowd::measure(&runtime));
        return ExitCode::SUCCESS;
    }
    let mut rounds = Vec::new();
    for n in 1..=plan.rounds {
        for subject in Subject::ALL {
            progress(&format!(
                "round {n} of {}: {}",
                plan.rounds,
                subject.title()
            ));
            rounds.push(measure(&runtime, &plan, subject));
        }
    }
    table::print(&rounds, &plan.rates);
    ExitCode::SUCCESS
}

/// What a bot's process needs to know.
pub struct Seat {
    /// The strict Discord's address.
    pub api_url: String,
    /// Its server.
    pub guild: u64,
    /// An empty folder for the bot alone.
    pub folder: std::path::PathBuf,
}

impl Plan {
    fn read(arguments: &[String]) -> Result<Self, String> {
        let mut plan = Self {
            rounds: ROUNDS,
            seconds: SECONDS,
            warm_up_seconds: WARM_UP_SECONDS,
            idle: IDLE,
            rates: RATES.to_vec(),
            crowd: false,
        };
        let mut left = arguments.iter();
        while let Some(argument) = left.next() {
            let mut number = || -> Result<u32, String> {
                let given = left.next().and_then(|text| text.parse().ok());
                given
                    .filter(|n| (1..=600).contains(n))
                    .ok_or_else(|| format!("{argument} takes a number from 1 to 600"))
            };
            match argument.as_str() {
                // cargo says it to every bench.
                "--bench" => {}
                "--quick" => {
                    plan = Self {
                        rounds: 1,
                        seconds: 1,
                        warm_up_seconds: 1,
                        idle: Duration::from_millis(300),
                        rates: vec![100],
                        crowd: false,
                    };
                }
                "--crowd" => plan.crowd = true,
                "--rounds" => plan.rounds = number()? as usize,
                "--seconds" => plan.seconds = number()?,
                other => {
                    return Err(format!(
                        "{other} is not known: there are --quick, --crowd, --rounds N, --seconds N"
                    ));
                }
            }
        }
        Ok(plan)
    }
}

/// Starts one bot, measures it, ends it.
fn measure(runtime: &tokio::runtime::Runtime, plan: &Plan, subject: Subject) -> Round {
    let watch = Watch::default();
    let discord = runtime.block_on(load::strict_discord(&watch));
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder for the bot");
    let bot = Bot::start(subject, &discord, folder.path());
    runtime.block_on(discord.connected());
    let registered_after = runtime.block_on(watch.registered(&discord)) - bot.started_at();
    let connected_after = bot.started_at().elapsed();
    std::thread::sleep(plan.idle);
    let idle = bot.memory();
    if subject.is_hearth() {
        runtime.block_on(environment(&discord));
    }
    let load = Load {
        runtime,
        discord: &discord,
        watch: &watch,
        line: subject.line(),
    };
    load.run(100, plan.warm_up_seconds);
    let mut costs = Vec::new();
    for rate in &plan.rates {
        let (bot_before, own_before) = (bot.cpu(), process::own_cpu());
        let latencies = load.run(*rate, plan.seconds);
        std::thread::sleep(AFTER);
        costs.push(Cost {
            rate: *rate,
            bot_cpu: bot.cpu() - bot_before,
            own_cpu: process::own_cpu() - own_before,
            latencies,
        });
    }
    let after = bot.memory();
    drop(bot);
    if subject.is_hearth() {
        // The environment outlives its bot, and would outlive the bench.
        runtime.block_on(hearth_bot::executor(folder.path()).stop_all());
    }
    let complaints = discord.complaints();
    assert!(
        complaints.is_empty(),
        "Discord would have refused: {complaints:#?}"
    );
    discord.stop();
    Round {
        subject,
        registered_after,
        connected_after,
        idle,
        after,
        costs,
    }
}

/// One environment that stands ready, so that there is something to list and to extend.
async fn environment(discord: &Handle) {
    let line = "/env create template:preview name:bench";
    let asked = discord.slash(MEMBER, QUIET_CHANNEL, line);
    asked.expect("the command is there").answer().await;
    let ready = "the environment is ready";
    discord
        .until(ready, |state| {
            let messages = state.messages(QUIET_CHANNEL);
            messages.iter().any(|message| {
                message.text.contains("**bench** is ready") && !message.pinged.is_empty()
            })
        })
        .await;
}

/// Is a bot until the bench that started it ends, however it ends.
fn run_bot(subject: Subject, seat: Seat) -> ExitCode {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    if subject.is_hearth() {
        // As `hearth run` has it.
        builder.worker_threads(1);
    }
    let runtime = builder.enable_all().build().expect("a runtime for the bot");
    let (ended, parent) = tokio::sync::oneshot::channel::<()>();
    std::thread::spawn(move || {
        let mut nothing = [0_u8; 1];
        // The bench writes nothing: this returns when it is gone.
        let _read = std::io::stdin().read(&mut nothing);
        drop(ended);
    });
    runtime.block_on(async move {
        let running = async {
            match subject {
                Subject::Bare => bare::run(&seat, bare::Work::Nothing).await,
                Subject::BareInsert => bare::run(&seat, bare::Work::Insert).await,
                Subject::Extend => hearth_bot::run(&seat).await,
                Subject::Whoami | Subject::List => unreachable!("they are the program itself"),
            }
        };
        tokio::select! {
            () = running => {}
            _ = parent => {}
        }
    });
    runtime.shutdown_background();
    ExitCode::SUCCESS
}

#[expect(
    clippy::print_stderr,
    reason = "a bench is a program of the command line"
)]
fn progress(text: &str) {
    eprintln!("{text}");
}

fn fail(fault: &str) -> ExitCode {
    progress(fault);
    ExitCode::FAILURE
}
