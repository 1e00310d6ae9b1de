//! The bots' processes: starting and ending them, and reading from `/proc` what they cost.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use hearth::playground::Handle;

use crate::TOKEN;
use crate::load::Latencies;
use crate::table::Subject;

/// The first argument that makes this binary a bot.
pub const ROLE: &str = "--as-bot";
/// The kernel's unit of CPU time in `/proc/PID/stat`: 100 a second on every Linux for user space.
const TICK: Duration = Duration::from_millis(10);

/// A running bot; dropping it ends it.
pub struct Bot {
    child: Child,
    started_at: Instant,
}

/// What a run at one rate cost.
pub struct Cost {
    /// Interactions a second.
    pub rate: u32,
    /// The bot's user and system time.
    pub bot_cpu: Duration,
    /// The strict Discord's and the load's.
    pub own_cpu: Duration,
    /// How long answers took.
    pub latencies: Latencies,
}

/// Resident memory in KiB.
#[derive(Clone, Copy)]
pub struct Memory {
    /// Now.
    pub now: u64,
    /// At most so far.
    pub peak: u64,
}

impl Bot {
    /// Starts `hearth run`, or this binary again as a bot.
    pub fn start(subject: Subject, discord: &Handle, folder: &Path) -> Self {
        let mut command = if subject.is_binary() {
            hearth_run(discord, folder)
        } else {
            own_bot(subject, discord, folder)
        };
        let started_at = Instant::now();
        let child = command.stdin(Stdio::piped()).spawn();
        Self {
            child: child.expect("the bot starts"),
            started_at,
        }
    }

    /// When it was started.
    pub fn started_at(&self) -> Instant {
        self.started_at
    }

    /// User and system time so far, over all threads.
    pub fn cpu(&self) -> Duration {
        cpu(&self.child.id().to_string())
    }

    /// Its resident memory.
    pub fn memory(&self) -> Memory {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()));
        let status = status.expect("the bot is alive");
        let value = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            let number = line.and_then(|rest| rest.split_whitespace().next());
            number
                .and_then(|number| number.parse().ok())
                .expect("a number of KiB")
        };
        Memory {
            now: value("VmRSS:"),
            peak: value("VmHWM:"),
        }
    }
}

impl Drop for Bot {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _killed = self.child.kill();
        let _waited = self.child.wait();
    }
}

/// The program as people start it, with the example platform.
fn hearth_run(discord: &Handle, folder: &Path) -> Command {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/sonsic/hearth.toml");
    let database = format!("sqlite:{}", folder.join("hearth.db").display());
    let mut command = Command::new(env!("CARGO_BIN_EXE_hearth"));
    command
        .arg("run")
        .env_clear()
        .envs(std::env::vars().filter(|(name, _)| matches!(name.as_str(), "PATH" | "HOME")))
        .env("HEARTH_CONFIG", example)
        .env("DISCORD_TOKEN", TOKEN)
        .env("DISCORD_API_URL", discord.base_url())
        .env("DISCORD_GUILD_ID", discord.guild_id().to_string())
        .env("HEARTH_DATABASE_URL", database);
    command
}

fn own_bot(subject: Subject, discord: &Handle, folder: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("the running binary"));
    command
        .args([ROLE, subject.name(), &discord.base_url()])
        .arg(discord.guild_id().to_string())
        .arg(folder);
    command
}

/// This process's user and system time so far.
pub fn own_cpu() -> Duration {
    cpu("self")
}

fn cpu(process: &str) -> Duration {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).expect("the bot is alive");
    // The name in parentheses may hold spaces; the fields after it are counted from the third.
    let (_, fields) = stat.rsplit_once(')').expect("a line of /proc/PID/stat");
    let ticks = fields.split_whitespace().skip(11).take(2);
    let ticks = ticks.map(|field| field.parse::<u32>().expect("a number of ticks"));
    TICK * ticks.sum::<u32>()
}
