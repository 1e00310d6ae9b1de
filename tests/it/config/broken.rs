//! The table of broken files, each with what is said about it.

use insta::assert_snapshot;

use super::{GOOD, instead, said_of, with};

#[test]
fn an_unknown_section_is_told_with_its_nearest_match() {
    let said = with(r#"[servce.checkout]
team = "player"
"#);
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
    let said = with(r#"[team.checkout]
name = "Checkout"
ownr = "Nadia"
owner = "Nadia"
"#);
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
    let said = with(r#"[team.checkout]
owner = "Nadia"
"#);
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
    let said = instead(r#"channel = "platform""#, r#"channel = "platform"
default_team = "quality""#);
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
    let said = with(r#"[stage.production]
approvals = 1
approvers = ["leads"]
"#);
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
    let said = instead(r#"recipe = "restart""#, r#"recipe = { stagging = "restart", staging = "reboot" }"#);
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
    let said = with(r#"[goal.speed]
value = "V"
problem = "P"
[[goal.speed.target]]
metric = "S99"
at_least = 1
"#);
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
fn a_target_points_one_way() {
    let said = with(r#"[goal.speed]
value = "V"
problem = "P"
[[goal.speed.target]]
metric = "S1"
at_least = 1
at_most = 2
[goal.more]
value = "V"
problem = "P"
[goal.more.target]
metric = "S1"
"#);
    assert_snapshot!(said, @r#"
      × a target has either `at_least` or `at_most`
        ╭─[hearth.toml:24:1]
     23 │ problem = "P"
     24 │ [[goal.speed.target]]
        · ─────────────────────
     25 │ metric = "S1"
        ╰────
      help: Give the one that says which way is better.

      × targets are a list of tables
        ╭─[hearth.toml:31:1]
     30 │ problem = "P"
     31 │ [goal.more.target]
        · ──────────────────
     32 │ metric = "S1"
        ╰────
      help: Write each as `[[goal.more.target]]`, with two brackets.

    2 faults, 1 warning
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
    let said = instead(r#"up = ["./up"]"#, r#"up = ["./up"]
dwon = ["./down"]"#);
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
    let said = with(r#"[team.Big_Team]
name = "Big"
owner = "Nadia"
[team.-]
name = "Dash"
owner = "Nadia"
"#);
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
    let said = with(r#"[team.abcdefghijklmnopqrstuvwxyzabcdefghi]
name = "Long"
owner = "Nadia"
"#);
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
fn a_life_of_zero_or_ten_years_is_refused() {
    let said = with(r#"[template.preview]
description = "D"
provider = "exec"
ttl = "0h"
ttl_max = "3650d"
build_max = "a while"
[template.preview.exec]
up = ["./up"]
"#);
    assert_snapshot!(said, @r#"
      × `ttl` is `0h`, and it goes from 1h to 90d
        ╭─[hearth.toml:24:7]
     23 │ provider = "exec"
     24 │ ttl = "0h"
        ·       ────
     25 │ ttl_max = "3650d"
        ╰────
      help: How long an environment lives unless asked otherwise.

      × `ttl_max` is `3650d`, and it goes from 1h to 90d
        ╭─[hearth.toml:25:11]
     24 │ ttl = "0h"
     25 │ ttl_max = "3650d"
        ·           ───────
     26 │ build_max = "a while"
        ╰────
      help: How long it may live at most, extensions included.

      × `build_max` is no length of time: `a while`
        ╭─[hearth.toml:26:13]
     25 │ ttl_max = "3650d"
     26 │ build_max = "a while"
        ·             ─────────
     27 │ [template.preview.exec]
        ╰────
      help: Write it like `90s`, `30m`, `8h` or `3d`.

    3 faults, 1 warning
    "#);
}

#[test]
fn a_life_counts_in_whole_hours() {
    let said = with(r#"[template.preview]
description = "D"
provider = "exec"
ttl = "90m"
[template.preview.exec]
up = ["./up"]
"#);
    assert_snapshot!(said, @r#"
      × `ttl` is `90m`, and it counts in whole hours
        ╭─[hearth.toml:24:7]
     23 │ provider = "exec"
     24 │ ttl = "90m"
        ·       ─────
     25 │ [template.preview.exec]
        ╰────
      help: Write it like `8h`.

    1 fault, 1 warning
    "#);
}

#[test]
fn a_life_is_not_longer_than_its_longest() {
    let said = with(r#"[template.preview]
description = "D"
provider = "exec"
ttl = "3d"
ttl_max = "2d"
[template.preview.exec]
up = ["./up"]
"#);
    assert_snapshot!(said, @r#"
      × `ttl` is 72h, longer than `ttl_max` with 48h
        ╭─[hearth.toml:24:7]
     23 │ provider = "exec"
     24 │ ttl = "3d"
        ·       ────
     25 │ ttl_max = "2d"
        ╰────
      help: An environment lives for `ttl` and with all its extensions for `ttl_max`; raise the one or
            lower the other.

    1 fault, 1 warning
    "#);
}

#[test]
fn an_unknown_usual_revision_is_a_warning() {
    let said = with(r#"[template.preview]
description = "D"
provider = "exec"
revision = "v1.2"
revisions = ["v1.2.0", "v1.3.0"]
[template.preview.exec]
up = ["./up"]
"#);
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
fn a_parameter_accepts_its_own_default() {
    let said = with(r#"[template.preview]
description = "D"
provider = "exec"
[template.preview.exec]
up = ["./up"]
[template.preview.parameter.size]
type = "choice"
description = "Size"
choices = ["small", "large"]
default = "medium"
[template.preview.parameter.count]
type = "integer"
description = "How many"
min = 5
max = 3
length_max = 9
[template.preview.parameter.ttl]
type = "text"
description = "Mine"
"#);
    assert_snapshot!(said, @r#"
      × the default `medium` is not what the parameter accepts
        ╭─[hearth.toml:30:11]
     29 │ choices = ["small", "large"]
     30 │ default = "medium"
        ·           ────────
     31 │ [template.preview.parameter.count]
        ╰────
      help: It accepts `small` and `large`.

      × `min` is 5, more than `max` with 3
        ╭─[hearth.toml:34:7]
     33 │ description = "How many"
     34 │ min = 5
        ·       ─
     35 │ max = 3
        ╰────
      help: No number would be accepted; exchange them.

      × `length_max` has no meaning with `type = "integer"`
        ╭─[hearth.toml:36:14]
     35 │ max = 3
     36 │ length_max = 9
        ·              ─
     37 │ [template.preview.parameter.ttl]
        ╰────
      help: Remove it, or use `type = "text"`.

      × `ttl` is an option that `/env create` has already
        ╭─[hearth.toml:37:29]
     36 │ length_max = 9
     37 │ [template.preview.parameter.ttl]
        ·                             ───
     38 │ type = "text"
        ╰────
      help: Choose another name.

    4 faults, 1 warning
    "#);
}

#[test]
fn fewer_than_five_answers_are_never_published() {
    let said = with(r#"[survey.pulse]
audience = "100000000000000001"
k = 3
"#);
    assert_snapshot!(said, @r#"
      × `k` is 3, and it goes from 5 to 1000
        ╭─[hearth.toml:23:5]
     22 │ audience = "100000000000000001"
     23 │ k = 3
        ·     ─
        ╰────
      help: With fewer answers than this nothing is published. It cannot be less than 5.

    1 fault, 1 warning
    "#);
}

#[test]
fn approval_without_approvers_is_refused() {
    let said = with("[stage.production]\napprovals = 1\n");
    assert_snapshot!(said, @r#"
      × nobody could approve a deployment to `production`
        ╭─[hearth.toml:22:13]
     21 │ [stage.production]
     22 │ approvals = 1
        ·             ─
        ╰────
      help: Add `approvers = ["…"]` with the groups that may, or set `approvals = 0`.

    1 fault, 1 warning
    "#);
}

#[test]
fn approval_without_the_right_is_refused() {
    let said = said_of(&format!("{}{}", GOOD.replacen(r#""deployment.approve""#, r#""deployment.see""#, 1), r#"[stage.production]
approvals = 1
approvers = ["lead"]
"#));
    assert_snapshot!(said, @r#"
      × nobody could approve a deployment to `production`: no group has the right `deployment.approve`
        ╭─[hearth.toml:23:13]
     22 │ approvals = 1
     23 │ approvers = ["lead"]
        ·             ────────
        ╰────
      help: Give the right to one of the approvers' groups.

    1 fault, 1 warning
    "#);
}

#[test]
fn an_approver_without_the_right_is_a_warning() {
    let said = with(r#"[stage.production]
approvals = 1
approvers = ["lead", "developer"]
"#);
    assert_snapshot!(said, @r#"
      ⚠ the group `developer` shall approve and has no right `deployment.approve`
        ╭─[hearth.toml:23:22]
     22 │ approvals = 1
     23 │ approvers = ["lead", "developer"]
        ·                      ───────────
        ╰────
      help: Only those of its members who have the right through another group can approve.

    2 warnings
    "#);
}

#[test]
fn a_deployer_without_the_right_is_a_warning() {
    let said = with(r#"[stage.production]
deployers = ["lead"]
"#);
    assert_snapshot!(said, @r#"
      ⚠ the group `lead` shall deploy and has no right `deployment.request`
        ╭─[hearth.toml:22:14]
     21 │ [stage.production]
     22 │ deployers = ["lead"]
        ·              ──────
        ╰────
      help: Only those of its members who have the right through another group can deploy.

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
    let said = with(r#"[stage.production]
aliases = ["prod", "staging"]
[stage.canary]
aliases = ["prod"]
"#);
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
fn a_service_needs_a_stage() {
    let said = instead("[stage.staging]\n", "");
    assert_snapshot!(said, @r#"
      × the service `player` can be deployed nowhere
        ╭─[hearth.toml:19:10]
     18 │ team = "player"
     19 │ recipe = "restart"
        ·          ─────────
        ╰────
      help: Declare a stage, such as `[stage.production]`.

    1 fault, 1 warning
    "#);
}

#[test]
fn a_zone_is_an_iana_name() {
    let said = instead(r#"channel = "platform""#, r#"channel = "platform"
zone = "Europe/Berln"
language = "fr""#);
    assert_snapshot!(said, @r#"
      × `zone` does not know the time zone `Europe/Berln`
       ╭─[hearth.toml:4:8]
     3 │ channel = "platform"
     4 │ zone = "Europe/Berln"
       ·        ──────────────
     5 │ language = "fr"
       ╰────
      help: Did you mean `Europe/Berlin`?

      × `language` does not take `fr`
       ╭─[hearth.toml:5:12]
     4 │ zone = "Europe/Berln"
     5 │ language = "fr"
       ·            ────
     6 │ [group.developer]
       ╰────
      help: It takes `en` and `de`.

    2 faults, 1 warning
    "#);
}

#[test]
fn a_schedule_has_five_fields() {
    let said = with(r#"[digest.weekly]
schedule = "0 9 * * * MON"
"#);
    assert_snapshot!(said, @r#"
      × `schedule` is no schedule: `0 9 * * * MON`
        ╭─[hearth.toml:22:12]
     21 │ [digest.weekly]
     22 │ schedule = "0 9 * * * MON"
        ·            ───────────────
        ╰────
      help: Write five fields: minute, hour, day of month, month, weekday, such as `0 9 * * MON`.

    1 fault, 1 warning
    "#);
}

#[test]
fn a_compare_address_has_both_revisions() {
    let said = instead(r#"recipe = "restart""#, r#"recipe = "restart"
compare_url = "https://git.example/compare/{from}""#);
    assert_snapshot!(said, @r#"
      × `compare_url` lacks `{from}` or `{to}`
        ╭─[hearth.toml:21:15]
     20 │ recipe = "restart"
     21 │ compare_url = "https://git.example/compare/{from}"
        ·               ────────────────────────────────────
        ╰────
      help: Hearth puts the two revisions in their place: `https://…/compare/{from}...{to}`.

    1 fault, 1 warning
    "#);
}

#[test]
fn a_compare_address_is_http() {
    let said = instead(r#"recipe = "restart""#, r#"recipe = "restart"
compare_url = "javascript:alert({from},{to})""#);
    assert_snapshot!(said, @r#"
      × `compare_url` takes an http or https address, not `javascript:alert({from},{to})`
        ╭─[hearth.toml:21:15]
     20 │ recipe = "restart"
     21 │ compare_url = "javascript:alert({from},{to})"
        ·               ───────────────────────────────
        ╰────
      help: Write it like `https://example.org/…`.

    1 fault, 1 warning
    "#);
}

#[test]
fn control_characters_and_direction_marks_are_refused() {
    let said = instead(r#"name = "Player""#, r#"name = "Pla\u001byer"
role = "\u202eDeveloper""#);
    assert_snapshot!(said, @r#"
      × `name` has a character that cannot be shown (U+001B)
        ╭─[hearth.toml:11:8]
     10 │ [team.player]
     11 │ name = "Pla\u001byer"
        ·        ──────────────
     12 │ role = "\u202eDeveloper"
        ╰────
      help: Take out line breaks, control characters and direction marks.

      × `role` has a character that cannot be shown (U+202E)
        ╭─[hearth.toml:12:8]
     11 │ name = "Pla\u001byer"
     12 │ role = "\u202eDeveloper"
        ·        ─────────────────
     13 │ owner = "Mira"
        ╰────
      help: Take out line breaks, control characters and direction marks.

    2 faults, 1 warning
    "#);
}

#[test]
fn a_text_has_a_bound() {
    let said = instead(r#"owner = "Mira""#, r#"owner = "MMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMM""#);
    assert_snapshot!(said, @r#"
      × `owner` has 80 characters, and 60 are allowed
        ╭─[hearth.toml:12:9]
     11 │ name = "Player"
     12 │ owner = "MMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMM"
        ·         ──────────────────────────────────────────────────────────────────────────────────
     13 │ [stage.staging]
        ╰────
      help: Make it shorter.

    1 fault, 1 warning
    "#);
}

#[test]
fn an_empty_text_is_refused() {
    let said = instead(r#"owner = "Mira""#, r#"owner = " ""#);
    assert_snapshot!(said, @r#"
      × `owner` is empty
        ╭─[hearth.toml:12:9]
     11 │ name = "Player"
     12 │ owner = " "
        ·         ───
     13 │ [stage.staging]
        ╰────
      help: Whom to ask: a plain name, shown and never mentioned.

    1 fault, 1 warning
    "#);
}

#[test]
fn a_wrong_type_is_told() {
    let said = instead(r#"owner = "Mira""#, r#"owner = ["Mira"]
environments_quota = "three"
counts_for_adoption = 1
role = 7"#);
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
    let said = instead(r#"up = ["./up"]"#, r#"up = ["./up"]
[stage.production]
approvers = "lead"
aliases = ["prod", 7, "prod"]"#);
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
    let said = said_of(&GOOD.replace("[stage.staging]\n", "").replacen('[', r#"stage = "production"
["#, 1));
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
fn a_number_has_a_range() {
    let said = instead(r#"owner = "Mira""#, r#"owner = "Mira"
environments_quota = -1"#);
    assert_snapshot!(said, @r#"
      × `environments_quota` is -1, and it goes from 0 to 1000
        ╭─[hearth.toml:13:22]
     12 │ owner = "Mira"
     13 │ environments_quota = -1
        ·                      ──
     14 │ [stage.staging]
        ╰────
      help: How many environments it may have at a time; failed ones count.

    1 fault, 1 warning
    "#);
}

#[test]
fn a_database_is_one_of_two() {
    let said = instead(r#"channel = "platform""#, r#"channel = "platform"
database = "mysql://db/hearth""#);
    assert_snapshot!(said, @r#"
      × `database` is neither a `sqlite:` nor a `postgres://` address
       ╭─[hearth.toml:4:12]
     3 │ channel = "platform"
     4 │ database = "mysql://db/hearth"
       ·            ───────────────────
     5 │ [group.developer]
       ╰────
      help: Write `sqlite:data/hearth.db`, or `postgres://user@host/name`.

    1 fault, 1 warning
    "#);
}

#[test]
fn listening_to_everybody_is_a_warning() {
    let said = with(r#"[web]
listen = "0.0.0.0:9464"
"#);
    assert_snapshot!(said, @r#"
      ⚠ health and metrics are served on 0.0.0.0:9464, where others may reach them
        ╭─[hearth.toml:22:10]
     21 │ [web]
     22 │ listen = "0.0.0.0:9464"
        ·          ──────────────
        ╰────
      help: Listen on `127.0.0.1` unless a firewall or a network policy decides who may ask.

    2 warnings
    "#);
}

#[test]
fn an_address_to_listen_on_has_a_port() {
    let said = with(r#"[web]
listen = "localhost"
[log]
format = "jsn"
"#);
    assert_snapshot!(said, @r#"
      × `listen` takes an address and a port, not `localhost`
        ╭─[hearth.toml:22:10]
     21 │ [web]
     22 │ listen = "localhost"
        ·          ───────────
     23 │ [log]
        ╰────
      help: Write it like `127.0.0.1:9464` or `[::1]:9464`.

      × `format` does not take `jsn`
        ╭─[hearth.toml:24:10]
     23 │ [log]
     24 │ format = "jsn"
        ·          ─────
        ╰────
      help: Did you mean `json`?

    2 faults, 1 warning
    "#);
}

#[test]
fn a_role_by_name_is_a_warning() {
    let said = instead(r#"roles = ["100000000000000001"]"#, r#"roles = ["Developer", "@Intern"]"#);
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

#[test]
fn a_token_in_the_file_is_told_where_it_belongs() {
    let said = with(r#"[discord]
guild = "100000000000000009"
token = "hunter2-hunter2"
"#);
    assert_snapshot!(said, @r#"
      × `token` is a secret, and a secret has no place in this file
        ╭─[hearth.toml:23:1]
     22 │ guild = "100000000000000009"
     23 │ token = *****************
        · ─────
        ╰────
      help: Remove it here and give it in `DISCORD_TOKEN` or `DISCORD_TOKEN_FILE`; treat it as known
            to whoever has seen the file.

    1 fault, 1 warning
    "#);
}

#[test]
fn a_password_in_the_file_is_told_where_it_belongs() {
    let said = instead(r#"channel = "platform""#, r#"channel = "platform"
database = "postgres://me:hunter2-hunter2@db/hearth""#);
    assert_snapshot!(said, @r#"
      × `database` has a password in it, and a secret has no place in this file
       ╭─[hearth.toml:4:12]
     3 │ channel = "platform"
     4 │ database = "postgres://me:***************@db/hearth"
       ·            ─────────────────────────────────────────
     5 │ [group.developer]
       ╰────
      help: Give the address in `HEARTH_DATABASE_URL`; treat the password as known to whoever has seen
            the file.

    1 fault, 1 warning
    "#);
}

#[test]
fn a_fault_of_syntax_stands_alone() {
    let said = with(r#"[discord]
token = "hunter2-hunter2
[servce.x]
"#);
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
    let said = with(r#"[team.player]
name = "Again"
"#);
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

#[test]
fn all_faults_are_told_at_once_in_the_order_of_the_file() {
    let said = said_of(r#"[platform]
name = "Test"
zone = "Nowhere/City"
[group.developer]
roles = []
rights = ["fly"]
[team.player]
nam = "Player"
[stage.production]
approvals = 1
[survey.pulse]
audience = "Developer"
k = 1
[digest.weekly]
schedule = "monday"
"#);
    assert_snapshot!(said, @r#"
      × `platform` lacks `channel`
       ╭─[hearth.toml:1:2]
     1 │ [platform]
       ·  ────────
     2 │ name = "Test"
       ╰────
      help: Where the platform speaks when no other channel is named. Type: channel, by name or id.

      × `zone` does not know the time zone `Nowhere/City`
       ╭─[hearth.toml:3:8]
     2 │ name = "Test"
     3 │ zone = "Nowhere/City"
       ·        ──────────────
     4 │ [group.developer]
       ╰────
      help: Use an IANA name such as `Europe/Berlin`.

      × `roles` needs at least one role
       ╭─[hearth.toml:5:9]
     4 │ [group.developer]
     5 │ roles = []
       ·         ──
     6 │ rights = ["fly"]
       ╰────
      help: A group without a role is a group of nobody; give a role, or remove the group.

      × `rights` names the right `fly`, which does not exist
       ╭─[hearth.toml:6:11]
     5 │ roles = []
     6 │ rights = ["fly"]
       ·           ─────
     7 │ [team.player]
       ╰────
      help: There is `environment.see`, `environment.create`, `environment.manage`,
            `environment.manage-any`, `deployment.see`, `deployment.request`, `deployment.approve`,
            `deployment.rollback`, `survey.manage`, `survey.results`, `digest.preview`, `digest.post`
            and `platform.keep`.

      × `team.player` lacks `name`
       ╭─[hearth.toml:7:7]
     6 │ rights = ["fly"]
     7 │ [team.player]
       ·       ──────
     8 │ nam = "Player"
       ╰────
      help: What people call the team. Type: text, at most 60 characters.

      × `team.player` lacks `owner`
       ╭─[hearth.toml:7:7]
     6 │ rights = ["fly"]
     7 │ [team.player]
       ·       ──────
     8 │ nam = "Player"
       ╰────
      help: Whom to ask: a plain name, shown and never mentioned. Type: text, at most 60 characters.

      × `team.player` has no key `nam`
       ╭─[hearth.toml:8:1]
     7 │ [team.player]
     8 │ nam = "Player"
       · ───
     9 │ [stage.production]
       ╰────
      help: Did you mean `name`?

      × nobody could approve a deployment to `production`
        ╭─[hearth.toml:10:13]
      9 │ [stage.production]
     10 │ approvals = 1
        ·             ─
     11 │ [survey.pulse]
        ╰────
      help: Add `approvers = ["…"]` with the groups that may, or set `approvals = 0`.

      × `k` is 1, and it goes from 5 to 1000
        ╭─[hearth.toml:13:5]
     12 │ audience = "Developer"
     13 │ k = 1
        ·     ─
     14 │ [digest.weekly]
        ╰────
      help: With fewer answers than this nothing is published. It cannot be less than 5.

      × `schedule` is no schedule: `monday`
        ╭─[hearth.toml:15:12]
     14 │ [digest.weekly]
     15 │ schedule = "monday"
        ·            ────────
        ╰────
      help: Write five fields: minute, hour, day of month, month, weekday, such as `0 9 * * MON`.

      ⚠ roles are given by name (`Developer`): whoever may manage roles on the server can then grant
      │ rights
        ╭─[hearth.toml:12:12]
     11 │ [survey.pulse]
     12 │ audience = "Developer"
        ·            ───────────
     13 │ k = 1
        ╰────
      help: Give them by id to rule that out; `hearth check` lists the ids.

    10 faults, 2 warnings
    "#);
}
