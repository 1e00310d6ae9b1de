//! Commands about files: check, rights, migrate, docs, init.

use std::path::Path;

use hearth::playground::Access;
use regex::Regex;

use super::{ended, ended_with_input, hearth, hearth_at, server, sonsic, write};

/// The same on every day and in every folder.
fn plain(text: &str) -> String {
    let day = Regex::new(r"(Mon|Tue) \d{4}-\d\d-\d\d").expect("a pattern");
    let file = Regex::new(r"sqlite:\S+/data/").expect("a pattern");
    let version = Regex::new(r"schema \d+").expect("a pattern");
    let text = day.replace_all(text, "$1 DATE");
    let text = file.replace_all(&text, "sqlite:…/data/");
    version.replace_all(&text, "schema N").into_owned()
}

#[tokio::test]
async fn check_says_what_the_example_declares_and_when_it_happens() {
    let folder = sonsic();
    let ended = ended(hearth(folder.path(), &["check", "--offline"])).await;
    assert_eq!(ended.code, Some(0), "{ended:?}");
    insta::assert_snapshot!(plain(&ended.out), @r#"
    hearth.toml: Sonsic Platform
      groups        developer, platform, lead
      teams         player, platform
      templates     preview
      repositories  none
      stages        staging, production
      services      player, playlists, checkout
      goals         availability, innovation, productivity
      commands      /deploy, /digest now, /digest preview, /env create, /env list, /env show, /env logs, /env extend, /env destroy, /env why, /env pin, /env unpin, /env sleep, /env wake, /env give, /help, /history, /rollback, /status, /survey open, /survey close, /survey results, /whoami
    Schedules, Europe/Berlin, and their next firings:
      survey pulse   0 10 * * TUE  Tue DATE 10:00, Tue DATE 10:00, Tue DATE 10:00
      digest weekly  0 9 * * MON   Mon DATE 09:00, Mon DATE 09:00, Mon DATE 09:00

      ⚠ roles are given by name (`Developer`, `Platform` and `Lead`): whoever may manage roles on the
      │ server can then grant rights
        ╭─[hearth.toml:25:10]
     24 │ [group.developer]
     25 │ roles = ["Developer"]
        ·          ───────────
     26 │ rights = [
        ╰────
      help: Give them by id to rule that out; `hearth check` lists the ids.

    1 warning

    The configuration is in order.
    "#);
}

#[tokio::test]
async fn check_asks_discord_the_database_and_the_machine() {
    let (server, folder) = (server().await, sonsic());
    let good = ended(hearth_at(&server, folder.path(), &["check"])).await;
    assert_eq!(good.code, Some(0), "{good:?}");
    let asked = good
        .out
        .split_once("\nDiscord")
        .unwrap()
        .1
        .split("\n\n")
        .next()
        .unwrap()
        .to_owned();
    insta::assert_snapshot!(plain(&asked), @r#"
    : the token is accepted, and the bot is in "Sonsic"
    roles by name: Developer is 1100000000000001000, Platform is 1100000000000001001, Lead is 1100000000000001002
    permissions: complete in 3 channels
    database: sqlite:…/data/hearth.db will be made at the first start
    programs: all there
    "#);
    assert!(
        !folder.path().join("data").exists(),
        "a check leaves nothing behind"
    );

    server.set_access("deployments", Access::ReadOnly);
    let text = std::fs::read_to_string(folder.path().join("hearth.toml")).unwrap();
    write(
        folder.path(),
        &text
            .replace("roles = [\"Lead\"]", "roles = [\"Boss\"]")
            .replace("down = [\"{hearth}\"", "down = [\"./down\""),
    );
    let bad = ended(hearth_at(&server, folder.path(), &["check"])).await;
    assert_eq!(bad.code, Some(3), "{bad:?}");
    assert!(
        bad.out.contains("the server has no role \"Boss\""),
        "{}",
        bad.out
    );
    assert!(
        bad.err
            .contains("in #deployments the bot lacks: Send Messages"),
        "{}",
        bad.err
    );
    assert!(
        bad.err.contains("there is no program ./down"),
        "{}",
        bad.err
    );
}

#[tokio::test]
async fn check_tells_all_faults_of_all_files_at_once() {
    let folder = sonsic();
    let commands = folder.path().join("commands");
    std::fs::create_dir(&commands).unwrap();
    std::fs::write(
        commands.join("hello.toml"),
        "[[command]]\naction = \"environment.craete\"\n",
    )
    .unwrap();
    let text = std::fs::read_to_string(folder.path().join("hearth.toml")).unwrap();
    write(
        folder.path(),
        &text.replace(
            "name = \"Sonsic Platform\"",
            "name = \"Sonsic Platform\"\ncommands_dir = \"commands\"",
        ),
    );
    let ended = ended(hearth(folder.path(), &["check", "--offline"])).await;
    assert_eq!(ended.code, Some(3), "{ended:?}");
    assert!(
        ended.err.contains("environment.craete") && ended.err.contains("environment.create"),
        "{}",
        ended.err
    );
}

#[tokio::test]
async fn rights_are_a_table_of_role_command_and_stage() {
    let folder = sonsic();
    let ended = ended(hearth(folder.path(), &["rights"])).await;
    assert_eq!(ended.code, Some(0), "{ended:?}");
    insta::assert_snapshot!(ended.out, @r"
                      stage       Developer  Platform  Lead
    /deploy           staging     yes        yes       -
    /deploy           production  yes        yes       -
    /digest now                   -          yes       -
    /digest preview               yes        yes       -
    /env create                   yes        yes       -
    /env list                     yes        yes       yes
    /env show                     yes        yes       yes
    /env logs                     yes        yes       yes
    /env extend                   yes        yes       -
    /env destroy                  yes        yes       -
    /env why                      yes        yes       yes
    /env pin                      -          yes       -
    /env unpin                    yes        yes       -
    /env sleep                    yes        yes       -
    /env wake                     yes        yes       -
    /env give                     yes        yes       -
    /help                         yes        yes       yes
    /history                      yes        yes       yes
    /rollback         staging     yes        yes       -
    /rollback         production  yes        yes       -
    /status                       yes        yes       yes
    /survey open                  -          yes       -
    /survey close                 -          yes       -
    /survey results               yes        yes       yes
    /whoami                       yes        yes       yes
    Approve (button)  production  -          -         yes
    ");
}

#[tokio::test]
async fn the_rights_of_a_person_come_from_the_roles_that_they_hold_now() {
    let (server, folder) = (server().await, sonsic());
    let nadia = server.member_id("nadia").unwrap().to_string();
    let found = ended(hearth_at(&server, folder.path(), &["rights", &nadia])).await;
    assert_eq!(found.code, Some(0), "{found:?}");
    let approve = found
        .out
        .lines()
        .find(|line| line.starts_with("Approve"))
        .unwrap();
    assert!(
        approve.contains("production") && approve.ends_with("yes"),
        "{approve}"
    );
    let unknown = ended(hearth_at(&server, folder.path(), &["rights", "Nobody"])).await;
    assert_eq!(unknown.code, Some(2), "{unknown:?}");
}

#[tokio::test]
async fn migrate_says_from_what_to_what() {
    let folder = sonsic();
    let first = ended(hearth(folder.path(), &["migrate"])).await;
    assert_eq!(first.code, Some(0), "{first:?}");
    assert!(first.out.contains("made, with schema"), "{}", first.out);
    let second = ended(hearth(folder.path(), &["migrate"])).await;
    assert!(second.out.contains("already"), "{}", second.out);
}

#[tokio::test]
async fn the_generated_pages_are_what_the_code_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let ended = ended(hearth(root, &["docs", "--check"])).await;
    assert_eq!(ended.code, Some(0), "{}", ended.err);
}

#[tokio::test]
async fn init_writes_a_file_that_runs_and_never_over_another() {
    let (server, folder) = (server().await, tempfile::tempdir().unwrap());
    let answers = "Developer\n2\nLead\n#platform\n\nOur Platform\nEurope/Berlin\n";
    let first = ended_with_input(hearth_at(&server, folder.path(), &["init"]), answers).await;
    assert_eq!(first.code, Some(0), "{first:?}");
    assert!(
        first
            .out
            .contains("scope=bot%20applications.commands&permissions="),
        "{}",
        first.out
    );
    let checked = ended(hearth_at(&server, folder.path(), &["check"])).await;
    assert_eq!(checked.code, Some(0), "{checked:?}");

    let written = std::fs::read(folder.path().join("hearth.toml")).unwrap();
    let again = ended_with_input(hearth_at(&server, folder.path(), &["init"]), answers).await;
    assert_eq!(again.code, Some(2), "{again:?}");
    assert_eq!(
        std::fs::read(folder.path().join("hearth.toml")).unwrap(),
        written
    );
}

#[tokio::test]
async fn init_writes_nothing_if_the_questions_are_not_answered() {
    let (server, folder) = (server().await, tempfile::tempdir().unwrap());
    let ended = ended_with_input(hearth_at(&server, folder.path(), &["init"]), "Developer\n").await;
    assert_eq!(ended.code, Some(2), "{ended:?}");
    assert!(!folder.path().join("hearth.toml").exists());
}

#[tokio::test]
async fn a_templates_parameters_are_printed_ready_to_paste() {
    let folder = sonsic();
    let module = folder.path().join("module");
    std::fs::create_dir(&module).unwrap();
    let variables = r#"
variable "instance_size" {
  description = "How big it is"
  validation {
    condition     = contains(["small", "large"], var.instance_size)
    error_message = "small or large"
  }
}
variable "replicas" {
  type    = number
  default = 2
  validation {
    condition     = var.replicas >= 1 && var.replicas <= 9
    error_message = "1 to 9"
  }
}
variable "debug" {
  type    = bool
  default = false
}
variable "motto" { default = "it's \"us\"" }
variable "zones" { type = list(string) }
variable "password" { sensitive = true }
variable "Region" { default = "x" }
variable "given" {}
variable "hearth_name" {}
"#;
    std::fs::write(module.join("main.tf"), variables).unwrap();
    let path = folder.path().join("hearth.toml");
    let mut text = std::fs::read_to_string(&path).unwrap();
    text.push_str(&format!(
        "\n[template.site]\ndescription = \"A site\"\nprovider = \"terraform\"\n[template.site.terraform]\n\
         module = \"module\"\nprogram = \"{}\"\nvariables = {{ given = 1, zones = [] }}\n\
         secrets = {{ TF_VAR_password = \"env:NOTHING\" }}\n",
        crate::providers::terraform_program().display()
    ));
    std::fs::write(&path, &text).unwrap();
    let printed = ended(hearth(folder.path(), &["parameters", "site"])).await;
    assert_eq!(
        printed.code,
        Some(3),
        "the secret is not there: {printed:?}"
    );
    let text = text.replace("secrets = { TF_VAR_password = \"env:NOTHING\" }\n", "");
    std::fs::write(&path, &text).unwrap();
    let printed = ended(hearth(folder.path(), &["parameters", "site"])).await;
    assert_eq!(printed.code, Some(0), "{printed:?}");
    insta::assert_snapshot!(printed.out, @r#"
    # Region: its name cannot be an option's: put it into `variables`

    [template.site.parameter.debug]
    type = "boolean"
    description = "debug"
    default = false

    [template.site.parameter.instance_size]
    type = "choice"
    description = "How big it is"
    choices = ["small", "large"]

    [template.site.parameter.motto]
    type = "text"
    description = "motto"
    default = """it's "us""""

    # password: it is a secret: give it by secrets = { TF_VAR_password = "file:/path" }

    [template.site.parameter.replicas]
    type = "integer"
    description = "replicas"
    min = 1
    max = 9
    default = 2
    "#);
    std::fs::write(&path, format!("{text}\n{}", printed.out)).unwrap();
    let checked = ended(hearth(folder.path(), &["check", "--offline"])).await;
    assert_eq!(
        checked.code,
        Some(0),
        "what is printed can be pasted: {checked:?}"
    );
    let unknown = ended(hearth(folder.path(), &["parameters", "sight"])).await;
    insta::assert_snapshot!(unknown.err, @"there is no template sight; there are: preview, site");
}
