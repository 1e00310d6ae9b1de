//! Rules over several keys, secrets in the file, and all faults at once.

use insta::assert_snapshot;

use super::super::{GOOD, instead, said_of, with};

#[test]
fn a_plan_is_asked_only_of_an_engine_that_makes_one() {
    let said = with(
        r#"[template.preview]
description = "D"
provider = "exec"
plan = true
[template.preview.exec]
up = ["./up"]
"#,
    );
    assert_snapshot!(said, @r#"
      × `exec` makes no plan that could be agreed to
        ╭─[hearth.toml:24:8]
     23 │ provider = "exec"
     24 │ plan = true
        ·        ────
     25 │ [template.preview.exec]
        ╰────
      help: Remove `plan`; with `approval = true` somebody else agrees without one.

    1 fault, 1 warning
    "#);
}

#[test]
fn a_parameter_accepts_its_own_default() {
    let said = with(
        r#"[template.preview]
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
"#,
    );
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
fn approval_by_an_empty_list_of_approvers_is_refused() {
    let said = with("[stage.production]\napprovals = 1\napprovers = []\n");
    assert!(
        said.contains("nobody could approve a deployment to `production`"),
        "{said}"
    );
}

#[test]
fn approval_without_the_right_is_refused() {
    let said = said_of(&format!(
        "{}{}",
        GOOD.replacen(r#""deployment.approve""#, r#""deployment.see""#, 1),
        r#"[stage.production]
approvals = 1
approvers = ["lead"]
"#
    ));
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
    let said = with(
        r#"[stage.production]
approvals = 1
approvers = ["lead", "developer"]
"#,
    );
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
    let said = with(
        r#"[stage.production]
deployers = ["lead"]
"#,
    );
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
fn a_database_is_one_of_two() {
    let said = instead(
        r#"channel = "platform""#,
        r#"channel = "platform"
database = "mysql://db/hearth""#,
    );
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
fn a_token_in_the_file_is_told_where_it_belongs() {
    let said = with(
        r#"[discord]
guild = "100000000000000009"
token = "hunter2-hunter2"
"#,
    );
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
    let said = instead(
        r#"channel = "platform""#,
        r#"channel = "platform"
database = "postgres://me:hunter2-hunter2@db/hearth""#,
    );
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
fn all_faults_are_told_at_once_in_the_order_of_the_file() {
    let said = said_of(
        r#"[platform]
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
"#,
    );
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
            `environment.manage-any`, `environment.pin`, `environment.approve`, `deployment.see`,
            `deployment.request`, `deployment.approve`, `deployment.rollback`, `survey.manage`,
            `survey.results`, `digest.preview`, `digest.post` and `platform.keep`.

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
      help: 1 fields instead of 5 (minute, hour, day of month, month, day of week); write it like `0 9
            * * MON`, without seconds and years.

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
