//! What is no section or no key, and what is missing.

use insta::assert_snapshot;

use super::super::{GOOD, instead, said_of, with};

#[test]
fn an_unknown_section_is_told_with_its_nearest_match() {
    let said = with(
        r#"[servce.checkout]
team = "player"
"#,
    );
    assert_snapshot!(said, @r#"
      × there is no section `servce`
        ╭─[hearth.toml:21:2]
     20 │ recipe = "restart"
     21 │ [servce.checkout]
        ·  ──────
     22 │ team = "player"
        ╰────
      help: Did you mean `service`?

    1 fault, 1 warning
    "#);
}

#[test]
fn an_unknown_key_is_told_with_its_nearest_match() {
    let said = with(
        r#"[team.checkout]
name = "Checkout"
ownr = "Nadia"
owner = "Nadia"
"#,
    );
    assert_snapshot!(said, @r#"
      × `team.checkout` has no key `ownr`
        ╭─[hearth.toml:23:1]
     22 │ name = "Checkout"
     23 │ ownr = "Nadia"
        · ────
     24 │ owner = "Nadia"
        ╰────
      help: Did you mean `owner`?

    1 fault, 1 warning
    "#);
}

#[test]
fn a_missing_section_is_told() {
    let said = said_of("# nothing yet\n");
    assert_snapshot!(said, @r"
      × hearth.toml: the section `[platform]` is missing
      help: `hearth init` writes a first file to start from.

    1 fault
    ");
}

#[test]
fn a_missing_key_is_told_with_its_meaning() {
    let said = with(
        r#"[team.checkout]
owner = "Nadia"
"#,
    );
    assert_snapshot!(said, @r#"
      × `team.checkout` lacks `name`
        ╭─[hearth.toml:21:7]
     20 │ recipe = "restart"
     21 │ [team.checkout]
        ·       ────────
     22 │ owner = "Nadia"
        ╰────
      help: What people call the team. Type: text, at most 60 characters.

    1 fault, 1 warning
    "#);
}

#[test]
fn settings_of_another_provider_are_told() {
    let said = instead("[recipe.restart.exec]", "[recipe.restart.http]");
    assert_snapshot!(said, @r#"
      × `recipe.restart` has no settings for its provider `exec`
        ╭─[hearth.toml:14:9]
     13 │ [stage.staging]
     14 │ [recipe.restart]
        ·         ───────
     15 │ provider = "exec"
        ╰────
      help: Add a section `[recipe.restart.exec]`.

      × `recipe.restart` has no key `http`
        ╭─[hearth.toml:16:17]
     15 │ provider = "exec"
     16 │ [recipe.restart.http]
        ·                 ────
     17 │ up = ["./up"]
        ╰────
      help: It has `provider` and `time_max`.

    2 faults, 1 warning
    "#);
}

#[test]
fn a_fault_that_the_provider_finds_stands_in_its_place() {
    let said = instead(
        r#"up = ["./up"]"#,
        r#"up = ["./up"]
dwon = ["./down"]"#,
    );
    assert_snapshot!(said, @r#"
      × `dwon` is not a setting of exec
        ╭─[hearth.toml:18:1]
     17 │ up = ["./up"]
     18 │ dwon = ["./down"]
        · ────
     19 │ [service.player]
        ╰────
      help: did you mean `up`?

    1 fault, 1 warning
    "#);
}

#[test]
fn an_id_is_a_dns_label() {
    let said = with(
        r#"[team.Big_Team]
name = "Big"
owner = "Nadia"
[team.-]
name = "Dash"
owner = "Nadia"
"#,
    );
    assert_snapshot!(said, @r#"
      × `Big_Team` is no id
        ╭─[hearth.toml:21:7]
     20 │ recipe = "restart"
     21 │ [team.Big_Team]
        ·       ────────
     22 │ name = "Big"
        ╰────
      help: Use at most 32 lower-case letters, digits and inner dashes, beginning with a letter.

      × `-` is no id
        ╭─[hearth.toml:24:7]
     23 │ owner = "Nadia"
     24 │ [team.-]
        ·       ─
     25 │ name = "Dash"
        ╰────
      help: Use at most 32 lower-case letters, digits and inner dashes, beginning with a letter.

    2 faults, 1 warning
    "#);
}

#[test]
fn an_id_has_a_bound() {
    let said = with(
        r#"[team.abcdefghijklmnopqrstuvwxyzabcdefghi]
name = "Long"
owner = "Nadia"
"#,
    );
    assert_snapshot!(said, @r#"
      × `abcdefghijklmnopqrstuvwxyzabcdefghi` is no id
        ╭─[hearth.toml:21:7]
     20 │ recipe = "restart"
     21 │ [team.abcdefghijklmnopqrstuvwxyzabcdefghi]
        ·       ───────────────────────────────────
     22 │ name = "Long"
        ╰────
      help: Use at most 32 lower-case letters, digits and inner dashes, beginning with a letter.

    1 fault, 1 warning
    "#);
}

#[test]
fn a_wrong_type_is_told() {
    let said = instead(
        r#"owner = "Mira""#,
        r#"owner = ["Mira"]
environments_quota = "three"
counts_for_adoption = 1
role = 7"#,
    );
    assert_snapshot!(said, @r#"
      × `owner` is a list; wanted: text, at most 60 characters
        ╭─[hearth.toml:12:9]
     11 │ name = "Player"
     12 │ owner = ["Mira"]
        ·         ────────
     13 │ environments_quota = "three"
        ╰────
      help: Whom to ask: a plain name, shown and never mentioned.

      × `environments_quota` is text; wanted: whole number from 0 to 1000
        ╭─[hearth.toml:13:22]
     12 │ owner = ["Mira"]
     13 │ environments_quota = "three"
        ·                      ───────
     14 │ counts_for_adoption = 1
        ╰────
      help: Write it without quotes.

      × `counts_for_adoption` is a whole number; wanted: `true` or `false`
        ╭─[hearth.toml:14:23]
     13 │ environments_quota = "three"
     14 │ counts_for_adoption = 1
        ·                       ─
     15 │ role = 7
        ╰────
      help: Whether the adoption metric counts it. The team that builds the platform should not count
            itself.

      × `role` is a whole number; wanted: role, by name or id
        ╭─[hearth.toml:15:8]
     14 │ counts_for_adoption = 1
     15 │ role = 7
        ·        ─
     16 │ [stage.staging]
        ╰────
      help: Whoever has it is a member.

    4 faults, 1 warning
    "#);
}

#[test]
fn text_where_a_list_belongs_is_told() {
    let said = instead(
        r#"up = ["./up"]"#,
        r#"up = ["./up"]
[stage.production]
approvers = "lead"
aliases = ["prod", 7, "prod"]"#,
    );
    assert_snapshot!(said, @r#"
      × `approvers` takes a list, not text
        ╭─[hearth.toml:19:13]
     18 │ [stage.production]
     19 │ approvers = "lead"
        ·             ──────
     20 │ aliases = ["prod", 7, "prod"]
        ╰────
      help: Put it in brackets: `["…"]`.

      × `aliases` is a list of texts, and this is a whole number
        ╭─[hearth.toml:20:20]
     19 │ approvers = "lead"
     20 │ aliases = ["prod", 7, "prod"]
        ·                    ─
     21 │ [service.player]
        ╰────
      help: Put it in quotes.

      × `aliases` has `prod` twice
        ╭─[hearth.toml:20:23]
     19 │ approvers = "lead"
     20 │ aliases = ["prod", 7, "prod"]
        ·                       ──────
     21 │ [service.player]
        ╰────
      help: Remove one of them.

    3 faults, 1 warning
    "#);
}

#[test]
fn a_section_that_is_a_value_is_told() {
    let said = said_of(&GOOD.replace("[stage.staging]\n", "").replacen(
        '[',
        r#"stage = "production"
["#,
        1,
    ));
    assert_snapshot!(said, @r#"
      × this is a section, not a value
       ╭─[hearth.toml:1:9]
     1 │ stage = "production"
       ·         ────────────
     2 │ [platform]
       ╰────
      help: Write it as `[stage.<id>]` with keys below.

      × the service `player` can be deployed nowhere
        ╭─[hearth.toml:20:10]
     19 │ team = "player"
     20 │ recipe = "restart"
        ·          ─────────
        ╰────
      help: Declare a stage, such as `[stage.production]`.

    2 faults, 1 warning
    "#);
}

#[test]
fn a_fault_of_syntax_stands_alone() {
    let said = with(
        r#"[discord]
token = "hunter2-hunter2
[servce.x]
"#,
    );
    assert_snapshot!(said, @r#"
      × this is no TOML: invalid basic string, expected `"`
        ╭─[hearth.toml:22:25]
     21 │ [discord]
     22 │ token = ****************
        ·                         ▲
     23 │ [servce.x]
        ╰────
      help: Text stands in quotes, lists in brackets, and every key and section occurs once.

    1 fault
    "#);
}

#[test]
fn a_key_that_occurs_twice_is_a_fault_of_syntax() {
    let said = with(
        r#"[team.player]
name = "Again"
"#,
    );
    assert_snapshot!(said, @r#"
      × this is no TOML: duplicate key
        ╭─[hearth.toml:21:7]
     20 │ recipe = "restart"
     21 │ [team.player]
        ·       ──────
     22 │ name = "Again"
        ╰────
      help: Text stands in quotes, lists in brackets, and every key and section occurs once.

    1 fault
    "#);
}
