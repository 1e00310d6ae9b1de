//! Whatever keeps Hearth from starting is said in one place, with its own exit code, and without secrets.

use super::{Running, TOKEN, ended, hearth, hearth_at, server, sonsic, whoami, write};

#[tokio::test]
async fn a_wrong_token_is_said_and_never_shown() {
    let (server, folder) = (server().await, sonsic());
    let mut command = hearth_at(&server, folder.path(), &["run"]);
    command
        .env("DISCORD_TOKEN", "a-wrong-token-0815")
        .env("RUST_LOG", "trace");
    let ended = ended(command).await;
    assert_eq!(ended.code, Some(4), "{ended:?}");
    assert!(
        ended
            .err
            .contains("Discord does not accept the bot's token (DISCORD_TOKEN)"),
        "{}",
        ended.err
    );
    assert!(!ended.err.contains("a-wrong-token-0815"), "{}", ended.err);
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_said() {
    let folder = sonsic();
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let mut command = hearth(folder.path(), &["run"]);
    command
        .env("DISCORD_TOKEN", TOKEN)
        .env("DISCORD_GUILD_ID", "100000000000000001");
    command.env("DISCORD_API_URL", format!("http://127.0.0.1:{port}"));
    let ended = ended(command).await;
    assert_eq!(ended.code, Some(4), "{ended:?}");
    assert!(
        ended.err.contains("Discord could not be reached"),
        "{}",
        ended.err
    );
}

#[tokio::test]
async fn a_server_that_the_bot_is_not_in_is_said() {
    let (server, folder) = (server().await, sonsic());
    let mut command = hearth_at(&server, folder.path(), &["run"]);
    command.env("DISCORD_GUILD_ID", "100000000000000001");
    let ended = ended(command).await;
    assert_eq!(ended.code, Some(4), "{ended:?}");
    assert!(
        ended.err.contains("Is the bot in this server"),
        "{}",
        ended.err
    );
}

#[tokio::test]
async fn a_broken_file_is_told_whole_before_anything_is_opened() {
    let folder = sonsic();
    let good = std::fs::read_to_string(folder.path().join("hearth.toml")).unwrap();
    write(
        folder.path(),
        &good
            .replace("approvals = 1", "approvals = 7")
            .replace("k = 5", "k = 2"),
    );
    let ended = ended(hearth(folder.path(), &["run"])).await;
    assert_eq!(ended.code, Some(3), "{ended:?}");
    for wanted in [
        "approvals",
        "`k`",
        "DISCORD_TOKEN is not set",
        "DISCORD_GUILD_ID is not set",
        "4 faults",
    ] {
        assert!(ended.err.contains(wanted), "{wanted}: {}", ended.err);
    }
    assert!(!folder.path().join("data").exists());
}

#[tokio::test]
async fn a_missing_file_says_how_to_get_one() {
    let folder = tempfile::tempdir().unwrap();
    let ended = ended(hearth(folder.path(), &["run"])).await;
    assert_eq!(ended.code, Some(3), "{ended:?}");
    assert!(ended.err.contains("hearth init"), "{}", ended.err);
}

#[tokio::test]
async fn a_second_hearth_on_the_same_files_is_refused_and_the_first_goes_on() {
    let (server, folder) = (server().await, sonsic());
    let first = Running::up(&server, folder.path()).await;
    let second = ended(hearth_at(&server, folder.path(), &["run"])).await;
    assert_eq!(second.code, Some(5), "{second:?}");
    assert!(
        second.err.contains("another Hearth is using the database"),
        "{}",
        second.err
    );
    let said = whoami(&server).await;
    assert!(said.text.contains("mira"), "{}", said.text);
    assert_eq!(first.stop().await.code, Some(0));
}

#[tokio::test]
async fn a_data_folder_that_cannot_be_written_is_said() {
    let (server, folder) = (server().await, sonsic());
    let mut command = hearth_at(&server, folder.path(), &["run"]);
    // Not even root can make a folder there.
    command.env("HEARTH_DATABASE_URL", "sqlite:/proc/hearth/hearth.db");
    let ended = ended(command).await;
    assert_eq!(ended.code, Some(5), "{ended:?}");
    assert!(
        ended
            .err
            .contains("the folder /proc/hearth cannot be used for the database"),
        "{}",
        ended.err
    );
}

#[tokio::test]
async fn surveys_on_postgres_need_a_secret_that_every_replica_knows() {
    let (server, folder) = (server().await, sonsic());
    let mut command = hearth_at(&server, folder.path(), &["run"]);
    command.env(
        "HEARTH_DATABASE_URL",
        "postgres://me:hunter2@127.0.0.1:1/hearth",
    );
    let ended = ended(command).await;
    assert_eq!(ended.code, Some(3), "{ended:?}");
    assert!(
        ended.err.contains("HEARTH_SURVEY_SECRET is not set"),
        "{}",
        ended.err
    );
    assert!(!ended.err.contains("hunter2"), "{}", ended.err);
}

#[tokio::test]
async fn a_database_server_that_does_not_answer_is_said_without_the_password() {
    let (server, folder) = (server().await, sonsic());
    let mut command = hearth_at(&server, folder.path(), &["run"]);
    command
        .env(
            "HEARTH_DATABASE_URL",
            "postgres://me:hunter2@127.0.0.1:1/hearth",
        )
        .env("HEARTH_SURVEY_SECRET", super::SECRET);
    let ended = ended(command).await;
    assert_eq!(ended.code, Some(5), "{ended:?}");
    assert!(
        ended.err.contains("the database server cannot be reached"),
        "{}",
        ended.err
    );
    assert!(!ended.err.contains("hunter2"), "{}", ended.err);
}

#[tokio::test]
async fn an_address_for_health_that_is_taken_is_said() {
    let (server, folder) = (server().await, sonsic());
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let good = std::fs::read_to_string(folder.path().join("hearth.toml")).unwrap();
    write(folder.path(), &good.replace("127.0.0.1:0", &address));
    let ended = ended(hearth_at(&server, folder.path(), &["run"])).await;
    assert_eq!(ended.code, Some(3), "{ended:?}");
    assert!(
        ended
            .err
            .contains(&format!("cannot be served on {address}")),
        "{}",
        ended.err
    );
}

#[tokio::test]
async fn a_command_line_that_is_not_understood_has_its_own_code() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(ended(hearth(folder.path(), &["rnu"])).await.code, Some(2));
    let help = ended(hearth(folder.path(), &["--help"])).await;
    assert_eq!(help.code, Some(0));
    assert!(
        help.out.contains("Exit codes:") && help.out.contains("playground"),
        "{}",
        help.out
    );
    assert!(!help.out.contains("supervise"), "{}", help.out);
}
