//! Repositories at forges: what is wrong with their declaration, and what a good one says.

use hearth::domain::platform::Forge;
use insta::assert_snapshot;

use super::super::{GOOD, declared, with};

const TEMPLATE: &str = r#"[template.preview]
description = "D"
provider = "exec"
[template.preview.exec]
up = ["./up"]
"#;

#[test]
fn a_repository_says_where_it_is_and_where_its_secrets_are_read() {
    let text = format!(
        r#"{GOOD}{TEMPLATE}[repository.player]
forge = "gitlab"
api = "https://gitlab.sonsic.example/api/v4/"
path = "sonsic/shop/player"
template = "preview"
team = "player"
token = "env:FORGE_TOKEN"
webhook_secret = "file:/run/secrets/webhook"
label = "preview"
trusted = ["mina"]
grace = "0s"
look_every = "1h"
"#
    );
    let platform = declared(&text).unwrap().platform;
    let rule = platform.repository("player").unwrap();
    assert_eq!(
        (rule.forge, rule.api.as_str(), rule.path.as_str()),
        (
            Forge::GitLab,
            "https://gitlab.sonsic.example/api/v4",
            "sonsic/shop/player"
        )
    );
    assert_eq!(
        (rule.grace.as_secs(), rule.look_every.as_secs()),
        (0, 3_600)
    );
    assert_eq!(rule.trusted.as_deref(), Some(&["mina".to_owned()][..]));
}

#[test]
fn every_fault_of_a_repository_is_found_at_once() {
    let said = with(&format!(
        r#"{TEMPLATE}[template.preview.parameter.size]
type = "text"
description = "Size"
[repository.player]
forge = "svn"
api = "http://forge.example"
path = "https://github.com/sonsic/player"
template = "preview"
team = "plaier"
token = "ghp_thisIsTheTokenItself"
webhook_secret = "env:DISCORD_TOKEN"
look_every = "1s"
secret = "x"
"#
    ));
    assert!(!said.contains("ghp_"), "{said}");
    assert_snapshot!(said, @"");
}

#[test]
fn the_guides_repository_is_right() {
    const GUIDE: &str = include_str!("../../../../docs/how-to/an-environment-per-pull-request.md");
    let blocks: Vec<&str> = GUIDE
        .split("```toml\n")
        .skip(1)
        .filter_map(|rest| rest.split_once("```").map(|(block, _)| block))
        .collect();
    let platform = declared(&format!("{GOOD}{TEMPLATE}{}", blocks.concat()))
        .unwrap()
        .platform;
    let rule = platform.repository("player").unwrap();
    assert_eq!(rule.trusted.as_ref().map(Vec::len), Some(2));
    assert!(rule.webhook_secret.is_some());
}
