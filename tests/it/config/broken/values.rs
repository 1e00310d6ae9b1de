//! Values that are out of range or no values.

use insta::assert_snapshot;

use super::super::{instead, with};

#[test]
fn a_life_of_zero_or_ten_years_is_refused() {
    let said = with(
        r#"[template.preview]
description = "D"
provider = "exec"
ttl = "0h"
ttl_max = "3650d"
build_max = "a while"
[template.preview.exec]
up = ["./up"]
"#,
    );
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
    let said = with(
        r#"[template.preview]
description = "D"
provider = "exec"
ttl = "90m"
[template.preview.exec]
up = ["./up"]
"#,
    );
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
    let said = with(
        r#"[template.preview]
description = "D"
provider = "exec"
ttl = "3d"
ttl_max = "2d"
[template.preview.exec]
up = ["./up"]
"#,
    );
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
fn fewer_than_five_answers_are_never_published() {
    let said = with(
        r#"[survey.pulse]
audience = "100000000000000001"
k = 3
"#,
    );
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
fn a_zone_is_an_iana_name() {
    let said = instead(
        r#"channel = "platform""#,
        r#"channel = "platform"
zone = "Europe/Berln"
language = "fr""#,
    );
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
    let said = with(
        r#"[digest.weekly]
schedule = "0 9 * * * MON"
"#,
    );
    assert_snapshot!(said, @r#"
      × `schedule` is no schedule: `0 9 * * * MON`
        ╭─[hearth.toml:22:12]
     21 │ [digest.weekly]
     22 │ schedule = "0 9 * * * MON"
        ·            ───────────────
        ╰────
      help: 6 fields instead of 5 (minute, hour, day of month, month, day of week); write it like `0 9
            * * MON`, without seconds and years.

    1 fault, 1 warning
    "#);
}

#[test]
fn a_compare_address_has_both_revisions() {
    let said = instead(
        r#"recipe = "restart""#,
        r#"recipe = "restart"
compare_url = "https://git.example/compare/{from}""#,
    );
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
    let said = instead(
        r#"recipe = "restart""#,
        r#"recipe = "restart"
compare_url = "javascript:alert({from},{to})""#,
    );
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
    let said = instead(
        r#"name = "Player""#,
        r#"name = "Pla\u001byer"
role = "\u202eDeveloper""#,
    );
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
    let said = instead(
        r#"owner = "Mira""#,
        r#"owner = "MMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMM""#,
    );
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
fn a_number_has_a_range() {
    let said = instead(
        r#"owner = "Mira""#,
        r#"owner = "Mira"
environments_quota = -1"#,
    );
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
fn listening_to_everybody_is_a_warning() {
    let said = with(
        r#"[web]
listen = "0.0.0.0:9464"
"#,
    );
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
    let said = with(
        r#"[web]
listen = "localhost"
[log]
format = "jsn"
"#,
    );
    assert_snapshot!(said, @r#"
      × `listen` takes an address and a port, not `localhost`
        ╭─[hearth.toml:22:10]
     21 │ [web]
     22 │ listen = "localhost"
        ·          ───────────
     23 │ [log]
        ╰────
      help: Write it like `127.0.0.1:9464` or `[::1]:9464`, or `off`.

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
fn weekdays_are_written_by_name() {
    let said = with(
        r#"[digest.weekly]
schedule = "0 9 * * 1"
"#,
    );
    assert_snapshot!(said, @r#"
      × `schedule` is no schedule: `0 9 * * 1`
        ╭─[hearth.toml:22:12]
     21 │ [digest.weekly]
     22 │ schedule = "0 9 * * 1"
        ·            ───────────
        ╰────
      help: weekdays are written by name, because programs disagree about their numbers: in the fifth
            field write `MON` instead of `1`.

    1 fault, 1 warning
    "#);
}
