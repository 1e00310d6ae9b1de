//! An environment for each pull request: opened, pushed to, closed, reopened, from a fork; heard by
//! webhooks, found by the sweep, and told at the forge.

mod crash;
mod forge;
mod fork;
mod gitlab;
mod life;
mod sent;
mod webhooks;

use hearth::domain::platform::{Forge as Kind, Repository};

use crate::harness::{Setup, by_shell};

/// Builds that write down of which revision they are, and answer at an address of their own.
fn programs() -> String {
    let up = r#"echo "$HEARTH_REVISION" >> FOLDER/built; echo '{"output":{"url":"http://127.0.0.1:7/"}}'"#;
    by_shell(up, r#"outputs = ["url"]"#)
}

/// The example with a repository at this kind of forge.
fn with(kind: Kind, more: impl FnOnce(&mut Repository) + 'static) -> Setup {
    Setup::new()
        .programs(&programs())
        .platform(move |platform, folder| forge::declare(platform, folder, kind, more))
}

fn github() -> Setup {
    with(Kind::GitHub, |_| {})
}

/// What was built, in order: the beginnings of the revisions.
fn built(bot: &crate::harness::Bot) -> String {
    let built = std::fs::read_to_string(bot.folder.join("built")).unwrap_or_default();
    let short: Vec<&str> = built
        .lines()
        .map(|line| line.trim_end_matches('0'))
        .collect();
    short.join(" ")
}
