//! The real binary as a process: what it says, how it ends, and what it leaves behind.

mod adopting;
mod bad_starts;
mod files;
mod life;
mod playing;
mod taking_over;

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use hearth::playground::{self, Channel, Guild, Handle, Limits, Member, Message, Options, Role};
use rustix::process::{Pid, Signal, kill_process};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStderr, Command};

const TOKEN: &str = "the-token-of-the-tests";
/// Nothing here takes longer unless it hangs.
const PATIENCE: Duration = Duration::from_secs(60);
/// A survey secret of enough bytes.
const SECRET: &str = "0123456789abcdef0123456789abcdef";

/// Sonsic's server with one person of each role.
async fn server() -> Handle {
    let role = |name: &str| Role {
        name: name.into(),
        ..Role::default()
    };
    let member = |name: &str, role: &str| Member {
        name: name.into(),
        roles: vec![role.into()],
        locale: "en-US".into(),
        ..Member::default()
    };
    let guild = Guild {
        name: "Sonsic".into(),
        preferred_locale: "en-US".into(),
        roles: vec![role("Developer"), role("Platform"), role("Lead")],
        channels: ["platform", "player", "deployments"]
            .map(|name| Channel {
                name: name.into(),
                topic: String::new(),
            })
            .into(),
        members: vec![
            member("mira", "Developer"),
            member("jonas", "Platform"),
            member("nadia", "Lead"),
        ],
    };
    let options = Options {
        limits: Limits::lifted(),
        ..Options::new(TOKEN, "Hearth", guild)
    };
    playground::start(options).await.expect("a playground")
}

/// A folder with the example in it, its health and metrics on a free port.
fn sonsic() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let example = std::fs::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/sonsic/hearth.toml"),
    )
    .expect("the example");
    write(
        folder.path(),
        &format!("{example}\n[web]\nlisten = \"127.0.0.1:0\"\n"),
    );
    folder
}

fn write(folder: &Path, text: &str) {
    std::fs::write(folder.join("hearth.toml"), text).expect("a file");
}

/// How a process ended, and all that it said.
#[derive(Debug)]
struct Ended {
    code: Option<i32>,
    out: String,
    err: String,
}

/// The binary in a folder, with nothing in its environment but what is given.
fn hearth(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hearth"));
    command
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("TMPDIR", folder);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

/// The same, knowing the server.
fn hearth_at(server: &Handle, folder: &Path, arguments: &[&str]) -> Command {
    let mut command = hearth(folder, arguments);
    command
        .env("DISCORD_TOKEN", TOKEN)
        .env("DISCORD_API_URL", server.base_url());
    command.env("DISCORD_GUILD_ID", server.guild_id().to_string());
    command
}

impl Ended {
    fn of(output: std::process::Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
        Self {
            code: output.status.code(),
            out: text(output.stdout),
            err: text(output.stderr),
        }
    }
}

/// What Mira gets to see of herself.
async fn whoami(server: &Handle) -> Message {
    let asked = server.slash("mira", "player", "/whoami");
    asked.expect("it is offered").answer().await.message()
}

async fn ended(mut command: Command) -> Ended {
    let output = tokio::time::timeout(PATIENCE, command.output())
        .await
        .expect("it ends")
        .expect("it runs");
    Ended::of(output)
}

/// A process that goes on until it is told to end.
struct Running {
    child: Child,
    lines: Lines<BufReader<ChildStderr>>,
    said: String,
}

impl Running {
    /// Starts it.
    fn start(mut command: Command) -> Self {
        let mut child = command.spawn().expect("it starts");
        let lines = BufReader::new(child.stderr.take().expect("a pipe")).lines();
        Self {
            child,
            lines,
            said: String::new(),
        }
    }

    /// Starts `hearth run` and waits until it is up.
    async fn up(server: &Handle, folder: &Path) -> Self {
        let mut running = Self::start(hearth_at(server, folder, &["run"]));
        running.until("is up").await;
        server.connected().await;
        running
    }

    /// Waits for a line of the log that holds this; it may have come already.
    async fn until(&mut self, wanted: &str) -> String {
        if let Some(line) = self.said.lines().find(|line| line.contains(wanted)) {
            return line.to_owned();
        }
        let looking = async {
            while let Some(line) = self.lines.next_line().await.expect("UTF-8") {
                self.said.push_str(&line);
                self.said.push('\n');
                if line.contains(wanted) {
                    return line;
                }
            }
            panic!("it ended without saying {wanted:?}:\n{}", self.said)
        };
        tokio::time::timeout(PATIENCE, looking)
            .await
            .unwrap_or_else(|_| panic!("nobody said {wanted:?}"))
    }

    fn signal(&self, signal: Signal) {
        let pid = self
            .child
            .id()
            .and_then(|id| Pid::from_raw(i32::try_from(id).expect("a pid")))
            .expect("it runs");
        kill_process(pid, signal).expect("it runs");
    }

    /// Waits for its end.
    async fn end(mut self) -> Ended {
        let whole = async {
            while let Some(line) = self.lines.next_line().await.expect("UTF-8") {
                self.said.push_str(&line);
                self.said.push('\n');
            }
            let mut out = String::new();
            self.child
                .stdout
                .take()
                .expect("a pipe")
                .read_to_string(&mut out)
                .await
                .expect("UTF-8");
            let code = self.child.wait().await.expect("it ends").code();
            Ended {
                code,
                out,
                err: self.said,
            }
        };
        tokio::time::timeout(PATIENCE, whole)
            .await
            .expect("it ends")
    }

    /// Asks it to end, and waits.
    async fn stop(self) -> Ended {
        self.signal(Signal::TERM);
        self.end().await
    }
}

/// The status and body of an answer of the process's own HTTP.
async fn get(address: &str, path: &str) -> (u16, String) {
    let answer = reqwest::get(format!("http://{address}{path}"))
        .await
        .expect("an answer");
    (
        answer.status().as_u16(),
        answer.text().await.expect("a text"),
    )
}

/// Types into a process's standard input.
async fn ended_with_input(mut command: Command, input: &str) -> Ended {
    let mut child = command.stdin(Stdio::piped()).spawn().expect("it starts");
    child
        .stdin
        .take()
        .expect("a pipe")
        .write_all(input.as_bytes())
        .await
        .expect("it reads");
    let output = tokio::time::timeout(PATIENCE, child.wait_with_output())
        .await
        .expect("it ends")
        .expect("it runs");
    Ended::of(output)
}
