//! `hearth run`: serves one Discord server until it is asked to stop.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use hearth::app::clock::SystemClock;
use hearth::config::Settings;

use super::live::{self, Live};
use super::outcome::Failure;
use super::reload::Reloader;
use super::signals::{Signals, Wish};
use super::{control, logs, open, reading};

/// Runs until a signal, or until Discord is lost.
pub fn run(config: &Option<PathBuf>) -> Result<(), Failure> {
    let began = Instant::now();
    let path = reading::path(config.clone());
    let settings = reading::settings(&path, &reading::process_environment)?;
    logs::start(&settings.log)?;
    super::block_on(serve(path, settings, began))
}

async fn serve(path: PathBuf, settings: Settings, began: Instant) -> Result<(), Failure> {
    let mut signals = Signals::catch()?;
    for warning in &settings.warnings {
        tracing::warn!("{warning}");
    }
    let opening = async {
        let listener = live::listener(settings.listen).await?;
        let opened = Box::pin(open::open(&settings, Arc::new(SystemClock))).await?;
        let live = Box::pin(Live::begin(opened.app.clone(), listener)).await?;
        Ok::<_, Failure>((opened, live))
    };
    let (opened, mut live) = tokio::select! {
        opened = opening => opened?,
        // Nothing is in hand yet.
        () = signals.stop() => return Ok(()),
    };
    tracing::info!(
        start_ms = began.elapsed().as_millis(),
        "Hearth {} is up",
        env!("CARGO_PKG_VERSION")
    );
    let data_dir = settings.data_dir.clone();
    let reloader = Reloader::new(opened.app, path, settings);
    let control = control::serve(&data_dir, reloader.clone()).await;
    let ended = loop {
        tokio::select! {
            wish = signals.next() => match wish {
                Wish::Stop => break None,
                Wish::Reload => {
                    let reloader = reloader.clone();
                    tokio::spawn(async move { reloader.reload().await });
                }
            },
            failure = live.ended() => break Some(failure),
        }
    };
    drop(control);
    match &ended {
        None => tracing::info!(
            "stopping: finishing what is in hand, at most 10 s; a second signal ends at once"
        ),
        Some(failure) => tracing::error!("stopping: {failure}"),
    }
    tokio::select! {
        () = live.finish() => ended.map_or(Ok(()), Err),
        () = signals.stop() => Err(Failure::Broke(anyhow::anyhow!("ended at once by a second signal"))),
    }
}
