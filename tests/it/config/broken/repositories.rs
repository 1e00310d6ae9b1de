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
    assert_snapshot!(said, @r#"
      × `forge` does not take `svn`
        ╭─[hearth.toml:30:9]
     29 │ [repository.player]
     30 │ forge = "svn"
        ·         ─────
     31 │ api = "http://forge.example"
        ╰────
      help: It takes `github` and `gitlab`.

      × the token would go to the host of `api` in the clear
        ╭─[hearth.toml:31:7]
     30 │ forge = "svn"
     31 │ api = "http://forge.example"
        ·       ──────────────────────
     32 │ path = "https://github.com/sonsic/player"
        ╰────
      help: Use `https://`.

      × `path` `https://github.com/sonsic/player` is no path of a repository
        ╭─[hearth.toml:32:8]
     31 │ api = "http://forge.example"
     32 │ path = "https://github.com/sonsic/player"
        ·        ──────────────────────────────────
     33 │ template = "preview"
        ╰────
      help: Write it as in the forge's addresses, without the host: `owner/name`.

      × template `preview` asks for `size`, and a pull request says nothing of it
        ╭─[hearth.toml:33:12]
     32 │ path = "https://github.com/sonsic/player"
     33 │ template = "preview"
        ·            ─────────
     34 │ team = "plaier"
        ╰────
      help: Give the parameters of the template a `default`.

      × `team` names the team `plaier`, which does not exist
        ╭─[hearth.toml:34:8]
     33 │ template = "preview"
     34 │ team = "plaier"
        ·        ────────
     35 │ token = **************************
        ╰────
      help: Did you mean `player`?

      × `token` does not say where the secret is read
        ╭─[hearth.toml:35:9]
     34 │ team = "plaier"
     35 │ token = **************************
        ·         ──────────────────────────
     36 │ webhook_secret = *******************
        ╰────
      help: Write "file:/absolute/path" or "env:NAME".

      × `webhook_secret` names a variable that belongs to the bot alone
        ╭─[hearth.toml:36:18]
     35 │ token = **************************
     36 │ webhook_secret = *******************
        ·                  ───────────────────
     37 │ look_every = "1s"
        ╰────
      help: Write "env:NAME" of a secret of its own.

      × `look_every` is `1s`, and it goes from 1m to 1d
        ╭─[hearth.toml:37:14]
     36 │ webhook_secret = *******************
     37 │ look_every = "1s"
        ·              ────
     38 │ secret = ***
        ╰────
      help: How often the forge is asked for the open pull requests. With webhooks it can be rare.

      × `secret` is a secret, and a secret has no place in this file
        ╭─[hearth.toml:38:1]
     37 │ look_every = "1s"
     38 │ secret = ***
        · ──────
        ╰────
      help: Remove it here and give it in `HEARTH_SURVEY_SECRET` or `HEARTH_SURVEY_SECRET_FILE`; treat
            it as known to whoever has seen the file.

    9 faults, 1 warning
    "#);
}

#[test]
fn nobody_is_there_who_could_agree_to_a_push() {
    let said = with(
        r#"[template.preview]
description = "D"
provider = "http"
plan = true
approval = true
[template.preview.http]
up = ["./up"]
[repository.player]
forge = "github"
path = "sonsic/player"
template = "preview"
team = "player"
token = "env:FORGE_TOKEN"
"#,
    );
    assert_snapshot!(said, @r#"
      × template `preview` has each environment approved, and a push changes it without asking anybody
        ╭─[hearth.toml:31:12]
     30 │ path = "sonsic/player"
     31 │ template = "preview"
        ·            ─────────
     32 │ team = "player"
        ╰────
      help: Name a template without `approval = true`; what comes from a fork waits for somebody
            anyway.

      × template `preview` has its plan agreed to first, and a push changes it without asking anybody
        ╭─[hearth.toml:31:12]
     30 │ path = "sonsic/player"
     31 │ template = "preview"
        ·            ─────────
     32 │ team = "player"
        ╰────
      help: Name a template without `plan = true`.

    2 faults, 1 warning
    "#);
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
