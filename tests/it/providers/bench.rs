//! A place to try `exec` with real processes: its own data folder, and nothing left running afterwards.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use hearth::domain::Timestamp;
use hearth::providers::exec::{Exec, settings};
use hearth::providers::{
    Deployer, Failure, Observation, Order, Provisioner, Purpose, Section, Target,
};
use tempfile::TempDir;
use toml::de::DeTable;

/// Long enough for a slow machine; no test waits for it.
pub const BOUND: Duration = Duration::from_secs(60);

/// The time that every observation of a bench carries.
pub const NOW: Timestamp = Timestamp(1_767_225_600_000);

/// The environments of the sample service, as the example has them.
pub const SAMPLE_ENVIRONMENTS: &str = r#"
up      = ["{hearth}", "sample", "up", "--service", "player"]
status  = ["{hearth}", "sample", "status"]
logs    = ["{hearth}", "sample", "logs", "--lines", "{lines}"]
down    = ["{hearth}", "sample", "down"]
list    = ["{hearth}", "sample", "list"]
outputs = ["url", "revision"]
health  = { url = "{output.url}healthz", hosts = ["127.0.0.1"], pause_ms = 50 }
"#;

/// The deployments of the sample service, as the example has them.
pub const SAMPLE_DEPLOYMENTS: &str = r#"
up        = ["{hearth}", "sample", "up"]
status    = ["{hearth}", "sample", "status"]
logs      = ["{hearth}", "sample", "logs", "--lines", "{lines}"]
revisions = ["{hearth}", "sample", "revisions"]
outputs   = ["url", "revision"]
health    = { url = "{output.url}healthz", hosts = ["127.0.0.1"], pause_ms = 50 }
"#;

pub struct Bench {
    pub folder: TempDir,
    pub exec: Exec,
}

impl Bench {
    pub fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let exec = exec(&folder.path().join("data"));
        Self { folder, exec }
    }

    /// What a restart of the bot is for the provider: nothing but the data folder stays.
    pub fn restart(&mut self) {
        self.exec = exec(&self.folder.path().join("data"));
    }

    pub fn operation_folder(&self, op_key: &str) -> PathBuf {
        self.folder.path().join("data/exec/operations").join(op_key)
    }

    pub fn provisioner(&self) -> &dyn Provisioner {
        &self.exec
    }

    pub fn deployer(&self) -> &dyn Deployer {
        &self.exec
    }

    pub fn environment(&self, settings: &str, op_key: &str) -> Order {
        order(
            &canonical(settings, self.folder.path(), Purpose::Environments),
            op_key,
        )
    }

    pub fn deployment(&self, settings: &str, op_key: &str, service: &str, revision: &str) -> Order {
        Order {
            revision: Some(revision.to_owned()),
            target: Some(Target {
                service: service.to_owned(),
                stage: "staging".to_owned(),
            }),
            ..order(
                &canonical(settings, self.folder.path(), Purpose::Deployments),
                op_key,
            )
        }
    }

    /// Runs this shell text as an `up`, and waits for its end.
    pub async fn up(&self, op_key: &str, script: &str, more: &str) -> Observation {
        let order = self.environment(&by_shell(script, more), op_key);
        self.provisioner().start(&order).await.unwrap();
        settle(self.provisioner(), &order).await.unwrap()
    }
}

impl AsRef<Path> for Bench {
    fn as_ref(&self) -> &Path {
        self.folder.path()
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        // Also when the test has failed: no process may outlive it. A runtime cannot be entered from within another.
        std::thread::scope(|scope| {
            scope.spawn(|| {
                tokio::runtime::Runtime::new()
                    .unwrap()
                    .block_on(self.exec.stop_all());
            });
        });
    }
}

pub fn exec(data_dir: &Path) -> Exec {
    Exec::new(
        data_dir,
        PathBuf::from(env!("CARGO_BIN_EXE_hearth")),
        Arc::new(|| NOW),
    )
    .unwrap()
}

/// A definition whose `up` is a shell text; the rest says that nothing is there.
pub fn by_shell(script: &str, more: &str) -> String {
    let script = toml::Value::String(script.to_owned());
    let absent = r#"["/bin/echo", '{"state":"absent"}']"#;
    format!(
        "up = [\"/bin/sh\", \"-c\", {script}]\nstatus = {absent}\ndown = [\"/bin/true\"]\nlist = [\"/bin/true\"]\ngrace_seconds = 1\n{more}"
    )
}

pub fn canonical(text: &str, base: &Path, purpose: Purpose) -> String {
    let table = DeTable::parse(text).unwrap();
    let section = Section {
        table: table.get_ref(),
        span: table.span(),
        base,
        purpose,
    };
    match settings(&section) {
        Ok(definition) => definition.canonical(),
        Err(faults) => panic!("{faults:#?}\n{text}"),
    }
}

/// The canonical form of a section of a template on this engine.
pub fn settled_section(engine: &str, text: &str) -> String {
    let table = DeTable::parse(text).unwrap();
    let section = Section {
        table: table.get_ref(),
        span: table.span(),
        base: Path::new("/"),
        purpose: Purpose::Environments,
    };
    let kind = hearth::providers::kind(engine).unwrap();
    match (kind.settings)(&section) {
        Ok(definition) => definition,
        Err(faults) => panic!("{faults:#?}\n{text}"),
    }
}

/// The provider's section of a how-to page: what stands below `[template.preview.ENGINE]`.
pub fn section_of_page<'a>(page: &'a str, engine: &str) -> &'a str {
    let (_, rest) = page
        .split_once(&format!("[template.preview.{engine}]\n"))
        .unwrap();
    rest.split("```")
        .next()
        .unwrap()
        .split("\n\n")
        .next()
        .unwrap()
}

/// An order of an environment with this definition and key.
pub fn order(definition: &str, op_key: &str) -> Order {
    Order {
        op_key: op_key.to_owned(),
        definition: definition.to_owned(),
        installation: "here".to_owned(),
        name: format!("name-{op_key}"),
        revision: None,
        target: None,
        parameters: BTreeMap::from([("size".to_owned(), "small".to_owned())]),
        labels: BTreeMap::from([("team".to_owned(), "player".to_owned())]),
        plan: None,
    }
}

pub async fn settle(provider: &dyn Provisioner, order: &Order) -> Result<Observation, Failure> {
    provider.settle(order, &order.op_key, BOUND, &|_| {}).await
}

/// Settles and keeps the news.
pub async fn settle_and_listen(
    provider: &dyn Provisioner,
    order: &Order,
) -> (Observation, Vec<String>) {
    let news = Mutex::new(Vec::new());
    let seen = provider
        .settle(order, &order.op_key, BOUND, &|line| {
            news.lock().unwrap().push(line.to_owned());
        })
        .await
        .unwrap();
    (seen, news.into_inner().unwrap())
}

/// Tells when the last process that holds the write end of a named pipe has ended. Waiting for it is waiting for them.
pub struct Witness {
    pub path: PathBuf,
    end: tokio::task::JoinHandle<String>,
}

impl Witness {
    pub fn new(place: &impl AsRef<Path>, name: &str) -> Self {
        let path = place.as_ref().join(name);
        rustix::fs::mkfifoat(
            rustix::fs::CWD,
            &path,
            rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR,
        )
        .unwrap();
        let opened = path.clone();
        let end = tokio::task::spawn_blocking(move || std::fs::read_to_string(opened).unwrap());
        Self { path, end }
    }

    /// Waits until all have ended, and tells what they wrote.
    pub async fn all_have_ended(self) -> String {
        tokio::time::timeout(BOUND, self.end)
            .await
            .expect("somebody still holds the pipe")
            .unwrap()
    }
}

/// A named pipe whose first line a test waits for, or that a program waits for.
pub fn pipe(place: &impl AsRef<Path>, name: &str) -> PathBuf {
    let path = place.as_ref().join(name);
    rustix::fs::mkfifoat(
        rustix::fs::CWD,
        &path,
        rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR,
    )
    .unwrap();
    path
}

/// Waits for the first line that a program writes to a named pipe.
pub async fn first_line(path: &Path) -> String {
    let path = path.to_owned();
    let read = move || {
        use std::io::BufRead;
        let mut line = String::new();
        // A writer of an earlier line may not have closed its end yet: then there is an end without a line, and
        // the next opening waits for the next writer.
        while line.is_empty() {
            std::io::BufReader::new(std::fs::File::open(&path).unwrap())
                .read_line(&mut line)
                .unwrap();
        }
        line
    };
    tokio::time::timeout(BOUND, tokio::task::spawn_blocking(read))
        .await
        .expect("nobody writes")
        .unwrap()
}

/// Lets a program go on that waits for a line of a named pipe.
pub async fn release(path: &Path) {
    let path = path.to_owned();
    tokio::task::spawn_blocking(move || std::fs::write(path, "go\n").unwrap())
        .await
        .unwrap();
}

/// Kills the supervisor as a power cut would, and waits until it is gone: the lock is free then.
pub async fn kill_the_supervisor(folder: &Path) {
    let text = std::fs::read(folder.join("supervisor.json")).unwrap();
    let pid = serde_json::from_slice::<serde_json::Value>(&text).unwrap()["pid"]
        .as_i64()
        .unwrap();
    kill(i32::try_from(pid).unwrap());
    let lock = std::fs::File::open(folder.join("lock")).unwrap();
    tokio::task::spawn_blocking(move || lock.lock_shared().and_then(|()| lock.unlock()).unwrap())
        .await
        .unwrap();
}

/// Kills a process as a power cut would.
pub fn kill(pid: i32) {
    use rustix::process::{Pid, Signal, kill_process};
    kill_process(Pid::from_raw(pid).unwrap(), Signal::KILL).unwrap();
}

/// Whether any file below a folder holds this text.
pub fn is_on_disk(folder: &Path, text: &str) -> bool {
    std::fs::read_dir(folder).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() {
            is_on_disk(&path, text)
        } else {
            let bytes = std::fs::read(&path).unwrap();
            bytes
                .windows(text.len())
                .any(|window| window == text.as_bytes())
        }
    })
}
