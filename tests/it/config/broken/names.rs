//! Names of things that are not there, or that mean two things.

use insta::assert_snapshot;

use super::super::{instead, with};

#[test]
fn an_unknown_team_is_told_with_its_nearest_match() {
    let said = instead(r#"team = "player""#, r#"team = "plaayer""#);
    assert_snapshot!(said, @r#"
      × `team` names the team `plaayer`, which does not exist
        ╭─[hearth.toml:19:8]
     18 │ [service.player]
     19 │ team = "plaayer"
        ·        ─────────
     20 │ recipe = "restart"
        ╰────
      help: Did you mean `player`?

    1 fault, 1 warning
    "#);
}

#[test]
fn an_unknown_default_team_is_told() {
    let said = instead(
        r#"channel = "platform""#,
        r#"channel = "platform"
default_team = "quality""#,
    );
    assert_snapshot!(said, @r#"
      × `default_team` names the team `quality`, which does not exist
       ╭─[hearth.toml:4:16]
     3 │ channel = "platform"
     4 │ default_team = "quality"
       ·                ─────────
     5 │ [group.developer]
       ╰────
      help: There is `player`.

    1 fault, 1 warning
    "#);
}

#[test]
fn an_unknown_group_is_told() {
    let said = with(
        r#"[stage.production]
approvals = 1
approvers = ["leads"]
"#,
    );
    assert_snapshot!(said, @r#"
      × `approvers` names the group `leads`, which does not exist
        ╭─[hearth.toml:23:14]
     22 │ approvals = 1
     23 │ approvers = ["leads"]
        ·              ───────
        ╰────
      help: Did you mean `lead`?

    1 fault, 1 warning
    "#);
}

#[test]
fn an_unknown_right_is_told_with_its_nearest_match() {
    let said = instead(r#""deployment.request""#, r#""deployment.requets""#);
    assert_snapshot!(said, @r#"
      × `rights` names the right `deployment.requets`, which does not exist
       ╭─[hearth.toml:6:11]
     5 │ roles = ["100000000000000001"]
     6 │ rights = ["deployment.requets"]
       ·           ────────────────────
     7 │ [group.lead]
       ╰────
      help: Did you mean `deployment.request`?

    1 fault, 1 warning
    "#);
}

#[test]
fn an_unknown_stage_and_recipe_are_told() {
    let said = instead(
        r#"recipe = "restart""#,
        r#"recipe = { stagging = "restart", staging = "reboot" }"#,
    );
    assert_snapshot!(said, @r#"
      × `recipe` names the stage `stagging`, which does not exist
        ╭─[hearth.toml:20:12]
     19 │ team = "player"
     20 │ recipe = { stagging = "restart", staging = "reboot" }
        ·            ────────
        ╰────
      help: Did you mean `staging`?

      × `recipe` names the recipe `reboot`, which does not exist
        ╭─[hearth.toml:20:44]
     19 │ team = "player"
     20 │ recipe = { stagging = "restart", staging = "reboot" }
        ·                                            ────────
        ╰────
      help: There is `restart`.

    2 faults, 1 warning
    "#);
}

#[test]
fn an_unknown_metric_is_told() {
    let said = with(
        r#"[goal.speed]
value = "V"
problem = "P"
[[goal.speed.target]]
metric = "S99"
at_least = 1
"#,
    );
    assert_snapshot!(said, @r#"
      × `metric` names the metric `S99`, which does not exist
        ╭─[hearth.toml:25:10]
     24 │ [[goal.speed.target]]
     25 │ metric = "S99"
        ·          ─────
     26 │ at_least = 1
        ╰────
      help: There is `S1`, `S2`, `S3`, `S4`, `S5`, `S6`, `S7`, `S8`, `D1`, `D3`, `D4`, `D5`, `H1`,
            `H2`, `H3` and 11 more.

    1 fault, 1 warning
    "#);
}

#[test]
fn an_unknown_provider_is_told_once() {
    let said = instead(r#"provider = "exec""#, r#"provider = "exce""#);
    assert_snapshot!(said, @r#"
      × `provider` names the provider `exce`, which does not exist
        ╭─[hearth.toml:15:12]
     14 │ [recipe.restart]
     15 │ provider = "exce"
        ·            ──────
     16 │ [recipe.restart.exec]
        ╰────
      help: Did you mean `exec`?

    1 fault, 1 warning
    "#);
}

#[test]
fn an_unknown_usual_revision_is_a_warning() {
    let said = with(
        r#"[template.preview]
description = "D"
provider = "exec"
revision = "v1.2"
revisions = ["v1.2.0", "v1.3.0"]
[template.preview.exec]
up = ["./up"]
"#,
    );
    assert_snapshot!(said, @r#"
      ⚠ `revision` `v1.2` is not among `revisions`
        ╭─[hearth.toml:24:12]
     23 │ provider = "exec"
     24 │ revision = "v1.2"
        ·            ──────
     25 │ revisions = ["v1.2.0", "v1.3.0"]
        ╰────
      help: Did you mean `v1.2.0`?

    2 warnings
    "#);
}

#[test]
fn a_group_without_a_role_is_refused() {
    let said = instead(r#"roles = ["100000000000000002"]"#, "roles = []");
    assert_snapshot!(said, @r#"
      × `roles` needs at least one role
       ╭─[hearth.toml:8:9]
     7 │ [group.lead]
     8 │ roles = []
       ·         ──
     9 │ rights = ["deployment.approve"]
       ╰────
      help: A group without a role is a group of nobody; give a role, or remove the group.

    1 fault, 1 warning
    "#);
}

#[test]
fn an_alias_means_one_stage() {
    let said = with(
        r#"[stage.production]
aliases = ["prod", "staging"]
[stage.canary]
aliases = ["prod"]
"#,
    );
    assert_snapshot!(said, @r#"
      × `staging` means both the stage `staging` and the stage `production`
        ╭─[hearth.toml:22:11]
     21 │ [stage.production]
     22 │ aliases = ["prod", "staging"]
        ·           ───────────────────
     23 │ [stage.canary]
        ╰────
      help: Remove the alias from one of them.

      × `prod` means both the stage `production` and the stage `canary`
        ╭─[hearth.toml:24:11]
     23 │ [stage.canary]
     24 │ aliases = ["prod"]
        ·           ────────
        ╰────
      help: Remove the alias from one of them.

    2 faults, 1 warning
    "#);
}

#[test]
fn a_role_by_name_is_a_warning() {
    let said = instead(
        r#"roles = ["100000000000000001"]"#,
        r#"roles = ["Developer", "@Intern"]"#,
    );
    assert_snapshot!(said, @r#"
      ⚠ roles are given by name (`Developer` and `Intern`): whoever may manage roles on the server can
      │ then grant rights
       ╭─[hearth.toml:5:10]
     4 │ [group.developer]
     5 │ roles = ["Developer", "@Intern"]
       ·          ───────────
     6 │ rights = ["deployment.request"]
       ╰────
      help: Give them by id to rule that out; `hearth check` lists the ids.

    2 warnings
    "#);
}
