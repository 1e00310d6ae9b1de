//! A real PostgreSQL for the tests: one cluster per test process, one database per test.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::{AssertSqlSafe, Connection, PgConnection};

/// A throwaway cluster of one's own, such as `scripts/test` starts once for everything.
const GIVEN: &str = "HEARTH_TEST_POSTGRES";

/// The address of a fresh, empty database.
///
/// # Panics
/// If there is no PostgreSQL; the text says what to install.
pub async fn database() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let server = server();
    let name = format!(
        "hearth_test_{}_{}",
        std::process::id(),
        NEXT.fetch_add(1, Ordering::Relaxed)
    );
    let mut admin = PgConnection::connect(server)
        .await
        .expect("the test's PostgreSQL answers");
    sqlx::query(AssertSqlSafe(format!("CREATE DATABASE {name}")))
        .execute(&mut admin)
        .await
        .expect("a database can be made");
    admin.close().await.expect("the connection closes");
    let (base, _) = server.rsplit_once('/').expect("the address has a database");
    format!("{base}/{name}")
}

/// The address of the cluster's own database.
fn server() -> &'static str {
    static SERVER: OnceLock<(String, Option<Cluster>)> = OnceLock::new();
    &SERVER
        .get_or_init(|| match std::env::var(GIVEN) {
            Ok(address) => (address, None),
            Err(_) => {
                let cluster = Cluster::start();
                (cluster.address.clone(), Some(cluster))
            }
        })
        .0
}

/// A server that nobody else uses: it ends when this is dropped.
pub fn quiet() -> Cluster {
    Cluster::start()
}

/// A throwaway server.
pub struct Cluster {
    /// The address of its own database.
    pub address: String,
    /// Waits until this process has ended, however it ends, and then stops the cluster: its
    /// standard input closes with us.
    _keeper: Child,
}

impl Cluster {
    fn start() -> Self {
        let programs = programs();
        let folder = tempfile::Builder::new()
            .prefix("hearth-postgres-")
            .tempdir()
            .expect("a temporary folder can be made")
            .keep();
        std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o755))
            .expect("the folder is ours");
        // PostgreSQL refuses to run as root, and its folder must belong to whom it runs as.
        let root = is_root();
        if root {
            run(Command::new("chown").arg("postgres").arg(&folder));
        }
        let password = random_password();
        std::fs::write(folder.join("password"), &password).expect("the password is written");
        let data = folder.join("data");
        let log = folder.join("log");
        run(as_postgres(root, &programs.join("initdb"))
            .arg("-D")
            .arg(&data)
            .args(["-U", "hearth", "-A", "scram-sha-256", "--encoding=UTF8"])
            .args(["--locale=C", "--no-sync"])
            .arg(format!("--pwfile={}", folder.join("password").display())));
        let port = free_port();
        let keeper = keeper(root, &programs, &folder);
        run(as_postgres(root, &programs.join("pg_ctl"))
            .args(["-s", "-w", "start", "-D"])
            .arg(&data)
            .arg("-l")
            .arg(&log)
            .arg("-o")
            .arg(format!(
                "-c listen_addresses=127.0.0.1 -p {port} -k {} -c fsync=off \
                 -c synchronous_commit=off -c full_page_writes=off -c max_connections=300 \
                 -c min_wal_size=32MB -c autovacuum=off",
                folder.display()
            )));
        Self {
            address: format!("postgres://hearth:{password}@127.0.0.1:{port}/postgres"),
            _keeper: keeper,
        }
    }
}

/// The folder of the newest installed PostgreSQL's programs.
fn programs() -> PathBuf {
    let mut found: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let version = entry.file_name().to_str()?.parse().ok()?;
            let programs = entry.path().join("bin");
            programs
                .join("initdb")
                .exists()
                .then_some((version, programs))
        })
        .collect();
    found.sort();
    let on_path = || {
        std::env::var_os("PATH").and_then(|path| {
            std::env::split_paths(&path).find(|folder| folder.join("initdb").exists())
        })
    };
    found.pop().map(|(_, programs)| programs).or_else(on_path).expect(
        "this test needs a real PostgreSQL: install it with `apt-get install postgresql`, or set \
         HEARTH_TEST_POSTGRES=postgres://user:password@host/database to a throwaway cluster",
    )
}

fn as_postgres(root: bool, program: &Path) -> Command {
    if !root {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command
        .args(["--reuid=postgres", "--regid=postgres", "--clear-groups"])
        .arg(program);
    command
}

fn keeper(root: bool, programs: &Path, folder: &Path) -> Child {
    let stop = if root {
        "setpriv --reuid=postgres --regid=postgres --clear-groups"
    } else {
        "env"
    };
    // A session of its own, so that an interrupt from the terminal does not end it before its work.
    Command::new("setsid")
        .args(["sh", "-c"])
        .arg(format!(
            "read never; {stop} '{pg_ctl}' -s -m immediate -w -D '{data}' stop; rm -rf '{folder}'",
            pg_ctl = programs.join("pg_ctl").display(),
            data = folder.join("data").display(),
            folder = folder.display(),
        ))
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("sh and setsid are there")
}

/// Runs a program to its end; its words only matter if it fails.
fn run(command: &mut Command) {
    // The server inherits the output: a pipe would keep us waiting for it.
    let status = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    match status {
        Ok(status) if status.success() => {}
        other => panic!("{command:?} failed: {other:?}"),
    }
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// A port that nobody uses at this moment.
fn free_port() -> u16 {
    std::net::TcpListener::bind(("127.0.0.1", 0))
        .and_then(|listener| listener.local_addr())
        .expect("a port of 127.0.0.1 is free")
        .port()
}

fn random_password() -> String {
    let mut random = [0_u8; 16];
    getrandom::fill(&mut random).expect("the system has randomness");
    hex::encode(random)
}
