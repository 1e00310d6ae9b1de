//! The door for `hearth reload`: a socket in the data folder that only its owner can open.

use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{UnixListener, UnixStream};
use tokio::task::JoinHandle;

use super::outcome::Failure;
use super::reload::Reloader;

/// The socket's name in `data_dir`.
const SOCKET: &str = "hearth.sock";
/// The only thing that can be asked.
const REQUEST: &[u8] = b"reload\n";
/// How long one reload may take, calls to Discord included.
const RELOAD_MAX: Duration = Duration::from_secs(120);
/// How long whoever connects may take to say what they want.
const REQUEST_MAX: Duration = Duration::from_secs(5);
/// The longest answer.
const ANSWER_BYTES_MAX: u64 = 1024 * 1024;
/// What an answer begins with.
const DONE: &str = "done\n";
const KEPT: &str = "kept\n";

/// Serves the door until it is dropped.
pub struct Door {
    serving: JoinHandle<()>,
    path: PathBuf,
}

impl Drop for Door {
    fn drop(&mut self) {
        self.serving.abort();
        let _gone_already = std::fs::remove_file(&self.path);
    }
}

/// Opens the door; without it Hearth still reloads on SIGHUP.
pub async fn serve(data_dir: &Path, reloader: Reloader) -> Option<Door> {
    let path = data_dir.join(SOCKET);
    match bind(&path).await {
        Ok(listener) => {
            let serving = tokio::spawn(answer_all(listener, reloader));
            Some(Door { serving, path })
        }
        Err(error) => {
            tracing::warn!(
                "`hearth reload` will not find this Hearth ({}: {error}); SIGHUP works",
                path.display()
            );
            None
        }
    }
}

/// Whether a running Hearth has this data folder.
pub async fn is_open(data_dir: &Path) -> bool {
    UnixStream::connect(data_dir.join(SOCKET)).await.is_ok()
}

async fn bind(path: &Path) -> std::io::Result<UnixListener> {
    if UnixStream::connect(path).await.is_ok() {
        return Err(std::io::Error::new(
            ErrorKind::AddrInUse,
            "another Hearth has this data folder",
        ));
    }
    // Nobody answers there: what is left is of a Hearth that died.
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let listener = UnixListener::bind(path)?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))?;
    Ok(listener)
}

/// One after another: a reload is a whole.
async fn answer_all(listener: UnixListener, reloader: Reloader) {
    while let Ok((stream, _)) = listener.accept().await {
        if let Err(error) = answer(stream, &reloader).await {
            tracing::warn!("somebody asked for a reload and did not wait for the answer: {error}");
        }
    }
}

async fn answer(mut stream: UnixStream, reloader: &Reloader) -> std::io::Result<()> {
    let mut asked = [0_u8; REQUEST.len()];
    tokio::time::timeout(REQUEST_MAX, stream.read_exact(&mut asked)).await??;
    if asked != REQUEST {
        return Ok(());
    }
    let text = match reloader.reload().await {
        Ok(lines) => format!("{DONE}{}\n", lines.join("\n")),
        Err(why) => format!("{KEPT}{why}\n"),
    };
    stream.write_all(text.as_bytes()).await?;
    stream.shutdown().await
}

/// Asks the running Hearth of this data folder to reload: what changed, or why nothing did.
pub async fn ask(data_dir: &Path) -> Result<Result<String, String>, Failure> {
    let path = data_dir.join(SOCKET);
    let mut stream = UnixStream::connect(&path).await.map_err(|error| {
        let who = "is it running, as this user, with the same data_dir and HEARTH_DATABASE_URL?";
        Failure::Broke(anyhow::anyhow!(
            "no running Hearth answers at {} ({error}): {who}",
            path.display()
        ))
    })?;
    let asking = async {
        stream.write_all(REQUEST).await?;
        let mut text = String::new();
        stream
            .take(ANSWER_BYTES_MAX)
            .read_to_string(&mut text)
            .await?;
        Ok::<_, std::io::Error>(text)
    };
    let text = tokio::time::timeout(RELOAD_MAX, asking)
        .await
        .context("the running Hearth does not answer")?
        .context("the running Hearth hung up")?;
    match (text.strip_prefix(DONE), text.strip_prefix(KEPT)) {
        (Some(said), _) => Ok(Ok(said.to_owned())),
        (None, Some(why)) => Ok(Err(why.to_owned())),
        (None, None) => Err(Failure::Broke(anyhow::anyhow!(
            "the running Hearth hung up in the middle of the reload"
        ))),
    }
}
