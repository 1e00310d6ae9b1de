//! The how-to guide is true: its script and its settings, word for word, keep the contract of environments.

use std::os::unix::fs::PermissionsExt;

use super::bench::{Bench, by_shell};
use super::contract::{Environments, keeps_the_contract_of_environments};

const GUIDE: &str = include_str!("../../../docs/how-to/add-a-template-on-exec.md");

/// The first code block of this language.
fn block(language: &str) -> &'static str {
    let (_, rest) = GUIDE.split_once(&format!("```{language}\n")).unwrap();
    rest.split_once("```").unwrap().0
}

#[tokio::test]
async fn the_guides_template_keeps_the_contract_of_environments() {
    let bench = Bench::new();
    let script = bench.folder.path().join("scripts/site");
    std::fs::create_dir(script.parent().unwrap()).unwrap();
    std::fs::write(&script, block("sh")).unwrap();
    std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755)).unwrap();
    // An address that nothing answers is one way in which it cannot come up.
    let broken = block("toml")
        .replace("{output.url}", "{output.url}missing")
        .replace("attempts = 20", "attempts = 1");
    let recipe = Environments {
        good: bench.environment(block("toml"), "good"),
        bad: bench.environment(&broken, "bad"),
        endless: bench.environment(&by_shell("exec sleep 3600", ""), "endless"),
    };
    keeps_the_contract_of_environments(bench.provisioner(), &recipe).await;
}
