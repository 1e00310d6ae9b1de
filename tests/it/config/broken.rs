//! The table of broken files, each with what is said about it.

use insta::assert_snapshot;

use super::{GOOD, instead, said_of, with};

#[test]
fn an_unknown_section_is_told_with_its_nearest_match() {
    let said = with(r#"[servce.checkout]
team = "player"
"#);
    assert_snapshot!(said, @"");
}

#[test]
fn an_unknown_key_is_told_with_its_nearest_match() {
    let said = with(r#"[team.checkout]
name = "Checkout"
ownr = "Nadia"
owner = "Nadia"
"#);
    assert_snapshot!(said, @"");
}

#[test]
fn a_missing_section_is_told() {
    let said = said_of("# nothing yet\n");
    assert_snapshot!(said, @"");
}

#[test]
fn a_missing_key_is_told_with_its_meaning() {
    let said = with(r#"[team.checkout]
owner = "Nadia"
"#);
    assert_snapshot!(said, @"");
}

#[test]
fn an_unknown_team_is_told_with_its_nearest_match() {
    let said = instead(r#"team = "player""#, r#"team = "plaayer""#);
    assert_snapshot!(said, @"");
}

#[test]
fn an_unknown_default_team_is_told() {
    let said = instead(r#"channel = "platform""#, r#"channel = "platform"
default_team = "quality""#);
    assert_snapshot!(said, @"");
}

#[test]
fn an_unknown_group_is_told() {
    let said = with(r#"[stage.production]
approvals = 1
approvers = ["leads"]
"#);
    assert_snapshot!(said, @"");
}

#[test]
fn an_unknown_right_is_told_with_its_nearest_match() {
    let said = instead(r#""deployment.request""#, r#""deployment.requets""#);
    assert_snapshot!(said, @"");
}

#[test]
fn an_unknown_stage_and_recipe_are_told() {
    let said = instead(r#"recipe = "restart""#, r#"recipe = { stagging = "restart", staging = "reboot" }"#);
    assert_snapshot!(said, @"");
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
    assert_snapshot!(said, @"");
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
    assert_snapshot!(said, @"");
}

#[test]
fn an_unknown_provider_is_told_once() {
    let said = instead(r#"provider = "exec""#, r#"provider = "exce""#);
    assert_snapshot!(said, @"");
}

#[test]
fn settings_of_another_provider_are_told() {
    let said = instead("[recipe.restart.exec]", "[recipe.restart.http]");
    assert_snapshot!(said, @"");
}

#[test]
fn a_fault_that_the_provider_finds_stands_in_its_place() {
    let said = instead(r#"up = ["./up"]"#, r#"up = ["./up"]
dwon = ["./down"]"#);
    assert_snapshot!(said, @"");
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
    assert_snapshot!(said, @"");
}

#[test]
fn an_id_has_a_bound() {
    let said = with(r#"[team.abcdefghijklmnopqrstuvwxyzabcdefghi]
name = "Long"
owner = "Nadia"
"#);
    assert_snapshot!(said, @"");
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
    assert_snapshot!(said, @"");
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
    assert_snapshot!(said, @"");
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
    assert_snapshot!(said, @"");
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
    assert_snapshot!(said, @"");
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
    assert_snapshot!(said, @"");
}

#[test]
fn fewer_than_five_answers_are_never_published() {
    let said = with(r#"[survey.pulse]
audience = "100000000000000001"
k = 3
"#);
    assert_snapshot!(said, @"");
}

#[test]
fn approval_without_approvers_is_refused() {
    let said = with("[stage.production]\napprovals = 1\n");
    assert_snapshot!(said, @"");
}

#[test]
fn approval_without_the_right_is_refused() {
    let said = said_of(&format!("{}{}", GOOD.replacen(r#""deployment.approve""#, r#""deployment.see""#, 1), r#"[stage.production]
approvals = 1
approvers = ["lead"]
"#));
    assert_snapshot!(said, @"");
}

#[test]
fn an_approver_without_the_right_is_a_warning() {
    let said = with(r#"[stage.production]
approvals = 1
approvers = ["lead", "developer"]
"#);
    assert_snapshot!(said, @"");
}

#[test]
fn a_deployer_without_the_right_is_a_warning() {
    let said = with(r#"[stage.production]
deployers = ["lead"]
"#);
    assert_snapshot!(said, @"");
}

#[test]
fn a_group_without_a_role_is_refused() {
    let said = instead(r#"roles = ["100000000000000002"]"#, "roles = []");
    assert_snapshot!(said, @"");
}

#[test]
fn an_alias_means_one_stage() {
    let said = with(r#"[stage.production]
aliases = ["prod", "staging"]
[stage.canary]
aliases = ["prod"]
"#);
    assert_snapshot!(said, @"");
}

#[test]
fn a_service_needs_a_stage() {
    let said = instead("[stage.staging]\n", "");
    assert_snapshot!(said, @"");
}

#[test]
fn a_zone_is_an_iana_name() {
    let said = instead(r#"channel = "platform""#, r#"channel = "platform"
zone = "Europe/Berln"
language = "fr""#);
    assert_snapshot!(said, @"");
}

#[test]
fn a_schedule_has_five_fields() {
    let said = with(r#"[digest.weekly]
schedule = "0 9 * * * MON"
"#);
    assert_snapshot!(said, @"");
}

#[test]
fn a_compare_address_has_both_revisions() {
    let said = instead(r#"recipe = "restart""#, r#"recipe = "restart"
compare_url = "https://git.example/compare/{from}""#);
    assert_snapshot!(said, @"");
}

#[test]
fn a_compare_address_is_http() {
    let said = instead(r#"recipe = "restart""#, r#"recipe = "restart"
compare_url = "javascript:alert({from},{to})""#);
    assert_snapshot!(said, @"");
}

#[test]
fn control_characters_and_direction_marks_are_refused() {
    let said = instead(r#"name = "Player""#, r#"name = "Pla\u001byer"
role = "\u202eDeveloper""#);
    assert_snapshot!(said, @"");
}

#[test]
fn a_text_has_a_bound() {
    let said = instead(r#"owner = "Mira""#, r#"owner = "MMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMM""#);
    assert_snapshot!(said, @"");
}

#[test]
fn an_empty_text_is_refused() {
    let said = instead(r#"owner = "Mira""#, r#"owner = " ""#);
    assert_snapshot!(said, @"");
}

#[test]
fn a_wrong_type_is_told() {
    let said = instead(r#"owner = "Mira""#, r#"owner = ["Mira"]
environments_quota = "three"
counts_for_adoption = 1
role = 7"#);
    assert_snapshot!(said, @"");
}

#[test]
fn text_where_a_list_belongs_is_told() {
    let said = instead(r#"up = ["./up"]"#, r#"up = ["./up"]
[stage.production]
approvers = "lead"
aliases = ["prod", 7, "prod"]"#);
    assert_snapshot!(said, @"");
}

#[test]
fn a_section_that_is_a_value_is_told() {
    let said = said_of(&GOOD.replace("[stage.staging]\n", "").replacen('[', r#"stage = "production"
["#, 1));
    assert_snapshot!(said, @"");
}

#[test]
fn a_number_has_a_range() {
    let said = instead(r#"owner = "Mira""#, r#"owner = "Mira"
environments_quota = -1"#);
    assert_snapshot!(said, @"");
}

#[test]
fn a_database_is_one_of_two() {
    let said = instead(r#"channel = "platform""#, r#"channel = "platform"
database = "mysql://db/hearth""#);
    assert_snapshot!(said, @"");
}

#[test]
fn listening_to_everybody_is_a_warning() {
    let said = with(r#"[web]
listen = "0.0.0.0:9464"
"#);
    assert_snapshot!(said, @"");
}

#[test]
fn an_address_to_listen_on_has_a_port() {
    let said = with(r#"[web]
listen = "localhost"
[log]
format = "jsn"
"#);
    assert_snapshot!(said, @"");
}

#[test]
fn a_role_by_name_is_a_warning() {
    let said = instead(r#"roles = ["100000000000000001"]"#, r#"roles = ["Developer", "@Intern"]"#);
    assert_snapshot!(said, @"");
}

#[test]
fn a_token_in_the_file_is_told_where_it_belongs() {
    let said = with(r#"[discord]
guild = "100000000000000009"
token = "hunter2-hunter2"
"#);
    assert_snapshot!(said, @"");
}

#[test]
fn a_password_in_the_file_is_told_where_it_belongs() {
    let said = instead(r#"channel = "platform""#, r#"channel = "platform"
database = "postgres://me:hunter2-hunter2@db/hearth""#);
    assert_snapshot!(said, @"");
}

#[test]
fn a_fault_of_syntax_stands_alone() {
    let said = with(r#"[discord]
token = "hunter2-hunter2
[servce.x]
"#);
    assert_snapshot!(said, @"");
}

#[test]
fn a_key_that_occurs_twice_is_a_fault_of_syntax() {
    let said = with(r#"[team.player]
name = "Again"
"#);
    assert_snapshot!(said, @"");
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
    assert_snapshot!(said, @"");
}
