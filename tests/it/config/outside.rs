//! The environment and secret files: what overrides what, and what never shows.

use std::path::Path;

use hearth::config::{Faults, LogFormat, Look, Settings};
use insta::assert_snapshot;
use secrecy::ExposeSecret as _;

use super::{GOOD, settings, settings_at, without_folder};

const TOKEN: &str = "hunter2.hunter2.hunter2";
const GUILD: &str = "100000000000000009";
const SECRET: &str = "0123456789abcdef0123456789abcdef";
const SURVEY: &str = "[survey.pulse]\naudience = \"100000000000000001\"\n";

fn said(outcome: Result<Settings, Faults>) -> String {
    let faults = outcome.expect_err("it has a fault");
    let shown = format!("{faults} {faults:?} {}", faults.render(Look::Coloured));
    for secret in ["hunter2", SECRET] {
        assert!(!shown.contains(secret), "{shown}");
    }
    without_folder(&faults.render(Look::Plain))
}

#[test]
fn what_is_missing_outside_is_told_together_with_what_is_wrong_inside() {
    let report = said(settings(&GOOD.replace("owner = \"Mira\"\n", ""), &[]));
    assert_snapshot!(report, @r#"
      × `team.player` lacks `owner`
        ╭─[hearth.toml:10:7]
      9 │ rights = ["deployment.approve"]
     10 │ [team.player]
        ·       ──────
     11 │ name = "Player"
        ╰────
      help: Whom to ask: a plain name, shown and never mentioned. Type: text, at most 60 characters.

      × environment: DISCORD_TOKEN is not set
      help: Copy the bot's token from Discord's developer portal into DISCORD_TOKEN, or into a file
            that DISCORD_TOKEN_FILE names.

      × environment: DISCORD_GUILD_ID is not set, and the file has no `discord.guild`
      help: It is the id of the Discord server: click its name with the right button and copy the id.

    3 faults, 1 warning
    "#);
}

#[test]
fn the_environment_overrides_the_file() {
    let more = "[discord]\nguild = \"100000000000000001\"\napi_url = \"http://127.0.0.1:1\"\n[log]\nfilter = \"warn\"\n";
    let file = format!("{GOOD}{more}");
    let base = [("DISCORD_TOKEN", TOKEN)];
    let inside = settings(&file, &base).unwrap();
    assert_eq!(inside.discord.guild, 100_000_000_000_000_001);
    assert_eq!(
        inside.discord.api_url.as_deref(),
        Some("http://127.0.0.1:1")
    );
    assert_eq!(
        (inside.log.filter.as_str(), inside.log.format),
        ("warn", LogFormat::Pretty)
    );
    assert_eq!(
        inside.database.file(),
        Some(inside.folder.join("data/hearth.db"))
    );
    assert_eq!(inside.data_dir, inside.folder.join("data"));
    let outside = settings(
        &file,
        &[
            base[0],
            ("DISCORD_GUILD_ID", GUILD),
            ("DISCORD_API_URL", "http://127.0.0.1:2/"),
            ("HEARTH_DATABASE_URL", "sqlite:/somewhere/h.db"),
            ("RUST_LOG", "hearth=debug"),
            ("HEARTH_LOG_FORMAT", "json"),
        ],
    )
    .unwrap();
    assert_eq!(outside.discord.guild.to_string(), GUILD);
    assert_eq!(
        outside.discord.api_url.as_deref(),
        Some("http://127.0.0.1:2")
    );
    assert_eq!(
        (outside.log.filter.as_str(), outside.log.format),
        ("hearth=debug", LogFormat::Json)
    );
    assert_eq!(outside.database.expose(), "sqlite:/somewhere/h.db");
    assert_eq!(
        outside.data_dir,
        Path::new("/somewhere"),
        "by default it is the database's folder"
    );
}

#[test]
fn secrets_come_from_files_too_and_never_show() {
    let folder = tempfile::tempdir().unwrap();
    let (token, secret) = (folder.path().join("token"), folder.path().join("secret"));
    std::fs::write(&token, format!("{TOKEN}\n")).unwrap();
    std::fs::write(&secret, format!("{SECRET}\n")).unwrap();
    let settings = settings(
        &format!("{GOOD}{SURVEY}"),
        &[
            ("DISCORD_TOKEN_FILE", token.to_str().unwrap()),
            ("DISCORD_GUILD_ID", GUILD),
            ("HEARTH_SURVEY_SECRET_FILE", secret.to_str().unwrap()),
            ("HEARTH_DATABASE_URL", "postgres://me:hunter2@db/hearth"),
        ],
    )
    .unwrap();
    assert_eq!(settings.discord.token.expose_secret(), TOKEN);
    assert_eq!(
        settings.survey_secret.as_ref().unwrap().expose_secret(),
        SECRET.as_bytes()
    );
    assert_eq!(settings.data_dir, settings.folder.join("data"));
    let shown = format!("{settings:?} {settings:#?}");
    assert!(
        !shown.contains("hunter2") && !shown.contains(SECRET),
        "{shown}"
    );
    assert!(shown.contains("postgres://me:*******@db/hearth"));
}

#[test]
fn a_fault_in_a_secret_does_not_show_the_secret() {
    let report = said(settings(
        &format!("{GOOD}{SURVEY}[discord]\ntoken = \"hunter2\"\n"),
        &[
            ("DISCORD_TOKEN", "hunter2 hunter2"),
            ("DISCORD_GUILD_ID", "hunter2"),
            ("DISCORD_API_URL", "http://me:hunter2@host"),
            ("HEARTH_DATABASE_URL", "mysql://me:hunter2@db/hearth"),
            ("HEARTH_SURVEY_SECRET", "hunter2"),
        ],
    ));
    assert_snapshot!(report, @r"
      × `token` is a secret, and a secret has no place in this file
        ╭─[hearth.toml:24:1]
     23 │ [discord]
     24 │ token = *********
        · ─────
        ╰────
      help: Remove it here and give it in `DISCORD_TOKEN` or `DISCORD_TOKEN_FILE`; treat it as known
            to whoever has seen the file.

      × environment: the bot's token has blanks or characters in it that no token has
      help: Copy it again from Discord's developer portal, the token alone.

      × environment: DISCORD_GUILD_ID is no Discord id
      help: An id has 15 to 20 digits.

      × environment: DISCORD_API_URL is no http or https address of a server
      help: Write it like `http://127.0.0.1:8080`, without a user or password; leave it out for
            Discord itself.

      × environment: HEARTH_DATABASE_URL is neither a `sqlite:` nor a `postgres://` address
      help: Write `sqlite:data/hearth.db`, or `postgres://user@host/name`.

      × environment: HEARTH_SURVEY_SECRET has 7 bytes, and 32 are the least
      help: Make one with `openssl rand -hex 32`, and keep it apart from the database's backups.

    6 faults, 1 warning
    ");
}

#[test]
fn a_secret_has_one_source() {
    let report = said(settings(
        GOOD,
        &[
            ("DISCORD_TOKEN", "hunter2"),
            ("DISCORD_TOKEN_FILE", "/nowhere"),
            ("DISCORD_GUILD_ID", GUILD),
        ],
    ));
    assert_snapshot!(report, @r"
      × environment: DISCORD_TOKEN and DISCORD_TOKEN_FILE are both set, and only one of them can count
      help: Unset one of them.

    1 fault, 1 warning
    ");
}

#[test]
fn a_secret_file_that_is_absent_empty_or_huge_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let said_of_file = |content: Option<&[u8]>| {
        let path = folder.path().join("token");
        match content {
            Some(content) => std::fs::write(&path, content).unwrap(),
            None => drop(std::fs::remove_file(&path)),
        }
        said(settings(
            GOOD,
            &[
                ("DISCORD_TOKEN_FILE", path.to_str().unwrap()),
                ("DISCORD_GUILD_ID", GUILD),
            ],
        ))
    };
    assert!(said_of_file(None).contains("DISCORD_TOKEN_FILE names cannot be read"));
    assert!(said_of_file(Some(b" \n")).contains("DISCORD_TOKEN_FILE names is empty"));
    assert!(
        said_of_file(Some(&[b'x'; 70_000]))
            .contains("DISCORD_TOKEN_FILE names is larger than 65536 bytes")
    );
    assert!(said_of_file(Some(&[0xff; 64])).contains("characters in it that no token has"));
}

#[test]
fn surveys_on_postgres_need_their_secret() {
    let env = [
        ("DISCORD_TOKEN", TOKEN),
        ("DISCORD_GUILD_ID", GUILD),
        ("HEARTH_DATABASE_URL", "postgres://me@db/hearth"),
    ];
    assert_snapshot!(said(settings(&format!("{GOOD}{SURVEY}"), &env)), @r"
      × environment: HEARTH_SURVEY_SECRET is not set, and surveys on Postgres need it
      help: Make one with `openssl rand -hex 32`; all replicas share it, and it is kept apart from the
            database's backups.

    1 fault, 1 warning
    ");
    settings(GOOD, &env).unwrap();
}

#[test]
fn a_file_that_is_absent_huge_or_no_text_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hearth.toml");
    assert!(said(settings_at(&path, &[])).contains("the file cannot be read"));
    assert!(said(settings_at(folder.path(), &[])).contains("the file cannot be read"));
    std::fs::write(&path, vec![b'#'; 2_000_000]).unwrap();
    assert!(said(settings_at(&path, &[])).contains("larger than 1048576 bytes"));
    std::fs::write(&path, b"[platform]\nname = \"\xff\"\n").unwrap();
    assert!(said(settings_at(&path, &[])).contains("not UTF-8 in line 2"));
}
