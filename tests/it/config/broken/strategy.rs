//! Goals and targets that do not hold together.

use insta::assert_snapshot;

use super::super::with;

#[test]
fn a_target_points_one_way() {
    let said = with(
        r#"[goal.speed]
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
"#,
    );
    assert_snapshot!(said, @r#"
      × a target has either `at_least` or `at_most`
        ╭─[hearth.toml:24:1]
     23 │ problem = "P"
     24 │ [[goal.speed.target]]
        · ─────────────────────
     25 │ metric = "S1"
        ╰────
      help: Give the one that says which way is better.

      × S1 is targeted without its counterweight
        ╭─[hearth.toml:25:10]
     24 │ [[goal.speed.target]]
     25 │ metric = "S1"
        ·          ────
     26 │ at_least = 1
        ╰────
      help: It could be reached at the expense of something else. Add a target for `S6` to any goal.

      × targets are a list of tables
        ╭─[hearth.toml:31:1]
     30 │ problem = "P"
     31 │ [goal.more.target]
        · ──────────────────
     32 │ metric = "S1"
        ╰────
      help: Write each as `[[goal.more.target]]`, with two brackets.

      ⚠ S1 is not measured yet, so its target shows no value
        ╭─[hearth.toml:26:12]
     25 │ metric = "S1"
     26 │ at_least = 1
        ·            ─
     27 │ at_most = 2
        ╰────
      help: It needs probes of the services' health.

    3 faults, 2 warnings
    "#);
}

#[test]
fn a_target_needs_its_counterweight() {
    let said = with(
        r#"[goal.speed]
value = "V"
problem = "P"
[[goal.speed.target]]
metric = "S6"
at_least = 10
[[goal.speed.target]]
metric = "S5"
at_least = 20
"#,
    );
    assert_snapshot!(said, @r#"
      × S6 is targeted without its counterweight
        ╭─[hearth.toml:25:10]
     24 │ [[goal.speed.target]]
     25 │ metric = "S6"
        ·          ────
     26 │ at_least = 10
        ╰────
      help: It could be reached at the expense of something else. Add a target for `D4` or `D5` to any
            goal.

      × S5 is targeted without its counterweight
        ╭─[hearth.toml:28:10]
     27 │ [[goal.speed.target]]
     28 │ metric = "S5"
        ·          ────
     29 │ at_least = 20
        ╰────
      help: It could be reached at the expense of something else. Add a target for `T1` or `T3` to any
            goal.

    2 faults, 1 warning
    "#);
}

#[test]
fn a_counterweight_in_another_goal_counts() {
    let said = with(
        r#"[goal.speed]
value = "V"
problem = "P"
[[goal.speed.target]]
metric = "S6"
at_least = 10
[goal.calm]
value = "V"
problem = "P"
[[goal.calm.target]]
metric = "D4"
at_most = 0.15
"#,
    );
    assert_snapshot!(said, @r"1 warning");
}

#[test]
fn a_target_points_to_what_is_better() {
    let said = with(
        r#"[goal.speed]
value = "V"
problem = "P"
[[goal.speed.target]]
metric = "S6"
at_most = 10
[[goal.speed.target]]
metric = "D4"
at_most = 0.15
"#,
    );
    assert_snapshot!(said, @r#"
      × `at_most` points the wrong way: of S6 more is better
        ╭─[hearth.toml:26:11]
     25 │ metric = "S6"
     26 │ at_most = 10
        ·           ──
     27 │ [[goal.speed.target]]
        ╰────
      help: Write `at_least`. S6: successful deployments to production in the window without
            rollbacks, by people; those of automations are counted apart.

    1 fault, 1 warning
    "#);
}

#[test]
fn a_share_goes_from_zero_to_one() {
    let said = with(
        r#"[goal.speed]
value = "V"
problem = "P"
[[goal.speed.target]]
metric = "S6"
at_least = -1
[[goal.speed.target]]
metric = "D4"
at_most = 15
"#,
    );
    assert_snapshot!(said, @r#"
      × S6 is never below 0
        ╭─[hearth.toml:26:12]
     25 │ metric = "S6"
     26 │ at_least = -1
        ·            ──
     27 │ [[goal.speed.target]]
        ╰────
      help: It is successful deployments to production in the window without rollbacks, by people;
            those of automations are counted apart.

      × D4 is a share, and 15 is none
        ╭─[hearth.toml:29:11]
     28 │ metric = "D4"
     29 │ at_most = 15
        ·           ──
        ╰────
      help: A share goes from 0 to 1: write 90 % as `0.9`.

    2 faults, 1 warning
    "#);
}

#[test]
fn a_target_without_measurement_is_a_warning() {
    let said = with(
        r#"[goal.speed]
value = "V"
problem = "P"
[[goal.speed.target]]
metric = "S1"
at_least = 0.999
[[goal.speed.target]]
metric = "S6"
at_least = 1
[[goal.speed.target]]
metric = "D4"
at_most = 0.15
"#,
    );
    assert_snapshot!(said, @r#"
      ⚠ S1 is not measured yet, so its target shows no value
        ╭─[hearth.toml:26:12]
     25 │ metric = "S1"
     26 │ at_least = 0.999
        ·            ─────
     27 │ [[goal.speed.target]]
        ╰────
      help: It needs probes of the services' health.

    2 warnings
    "#);
}
