//! `hearth reload` and SIGHUP: a changed configuration is taken over whole or not at all.

use std::path::PathBuf;
use std::sync::Arc;

use hearth::app::App;
use hearth::config::{self, Look, Settings};
use hearth::domain::platform::Platform;
use tokio::sync::Mutex;

use super::outcome::Failure;
use super::{control, open, reading};

/// Takes changed files over, one after another. Clones share the turn.
#[derive(Clone)]
pub struct Reloader {
    inner: Arc<Inner>,
}

struct Inner {
    app: App,
    path: PathBuf,
    started: Settings,
    /// The platform as the file last taken over declares it, with its names as written.
    turn: Mutex<Platform>,
}

impl Reloader {
    /// For the running app that was started with these settings.
    pub fn new(app: App, path: PathBuf, started: Settings) -> Self {
        let turn = Mutex::new(started.platform.clone());
        Self {
            inner: Arc::new(Inner {
                app,
                path,
                started,
                turn,
            }),
        }
    }

    /// Reads everything anew and takes it over, or keeps everything as it is.
    ///
    /// # Errors
    /// What is wrong, as text for the log and for whoever asked.
    pub async fn reload(&self) -> Result<Vec<String>, String> {
        let done = Box::pin(self.take_over()).await;
        match &done {
            Ok(lines) => lines
                .iter()
                .for_each(|line| tracing::info!("reload: {line}")),
            Err(why) => tracing::error!("reload: the old configuration stays: {why}"),
        }
        done
    }

    async fn take_over(&self) -> Result<Vec<String>, String> {
        let Inner {
            app,
            path,
            started,
            turn,
        } = &*self.inner;
        let mut before = turn.lock().await;
        let settings =
            reading::settings(path, &reading::process_environment).map_err(|faults| {
                format!(
                    "{} has faults\n{}",
                    path.display(),
                    faults.render(Look::Plain)
                )
            })?;
        let (definitions, unresolved) = Box::pin(open::define(&settings, app.discord()))
            .await
            .map_err(|failure| match failure {
                Failure::Configuration(faults) => faults.render(Look::Plain),
                other => other.to_string(),
            })?;
        let mut lines = config::difference(&before, &settings.platform);
        let reloaded = Box::pin(app.reload(definitions))
            .await
            .map_err(|error| format!("{error:#}"))?;
        if reloaded.commands_changed {
            lines.push("~ the commands were registered anew".to_owned());
        }
        if lines.is_empty() {
            lines.push("nothing has changed".to_owned());
        }
        lines.extend(
            settings
                .warnings
                .iter()
                .map(|warning| format!("warning: {warning}")),
        );
        lines.extend(
            unresolved
                .iter()
                .map(|one| format!("warning: {}", reading::lacks(one))),
        );
        lines.extend(
            needs_restart(started, &settings)
                .map(|what| format!("warning: {what} changed and counts only after a restart")),
        );
        *before = settings.platform;
        Ok(lines)
    }
}

/// What cannot change under a running Hearth.
fn needs_restart<'a>(
    old: &'a Settings,
    new: &'a Settings,
) -> impl Iterator<Item = &'static str> + 'a {
    let checks = [
        ("the server's id", old.discord.guild != new.discord.guild),
        (
            "the address of Discord's API",
            old.discord.api_url != new.discord.api_url,
        ),
        ("the database", old.database != new.database),
        ("data_dir", old.data_dir != new.data_dir),
        ("[web]", old.listen != new.listen),
        ("[log]", old.log != new.log),
    ];
    checks
        .into_iter()
        .filter_map(|(what, changed)| changed.then_some(what))
}

/// Asks the running Hearth to reload and shows what it says.
pub fn run(config: Option<PathBuf>) -> Result<(), Failure> {
    let path = reading::path(config);
    // A broken file is shown here, with its picture; the running Hearth is not even asked.
    let settings = reading::settings_without_secrets(&path)?;
    reading::bind(settings.commands_dir.as_deref(), &settings.platform)?;
    match super::block_on(control::ask(&settings.data_dir))? {
        Ok(said) => super::say(said.trim_end()),
        Err(why) => {
            return Err(Failure::Unfit(format!(
                "the running Hearth keeps its old configuration: {why}"
            )));
        }
    }
    Ok(())
}
