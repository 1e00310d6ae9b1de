//! A changed hearth.toml is taken over whole or not at all.

use rustix::process::Signal;

use super::{Running, ended, hearth_at, server, sonsic, whoami, write};

#[tokio::test]
async fn a_broken_file_keeps_the_old_configuration() {
    let (server, folder) = (server().await, sonsic());
    let mut running = Running::up(&server, folder.path()).await;
    let good = std::fs::read_to_string(folder.path().join("hearth.toml")).unwrap();
    write(
        folder.path(),
        &good.replace("environments_quota = 3", "environments_quota = -3"),
    );

    running.signal(Signal::HUP);
    running.until("the old configuration stays").await;
    let asked = ended(hearth_at(&server, folder.path(), &["reload"])).await;
    assert_eq!(asked.code, Some(3), "{asked:?}");
    assert!(asked.err.contains("environments_quota"), "{}", asked.err);

    let said = whoami(&server).await;
    assert!(said.text.contains("it may have 3"), "{}", said.text);
    assert_eq!(running.stop().await.code, Some(0));
}

#[tokio::test]
async fn a_good_file_is_shown_as_a_difference_and_taken_over() {
    let (server, folder) = (server().await, sonsic());
    let running = Running::up(&server, folder.path()).await;
    let good = std::fs::read_to_string(folder.path().join("hearth.toml")).unwrap();
    write(
        folder.path(),
        &good
            .replace("environments_quota = 3", "environments_quota = 4")
            .replace("127.0.0.1:0", "127.0.0.1:1"),
    );

    let asked = ended(hearth_at(&server, folder.path(), &["reload"])).await;
    assert_eq!(asked.code, Some(0), "{asked:?}");
    insta::assert_snapshot!(asked.out, @r"
    ~ team.player.environments_quota: 3 → 4
    warning: roles are given by name (`Developer`, `Platform` and `Lead`): whoever may manage roles on the server can then grant rights
    warning: [web] changed and counts only after a restart
    ");
    let said = whoami(&server).await;
    assert!(said.text.contains("it may have 4"), "{}", said.text);
    assert_eq!(running.stop().await.code, Some(0));
}

#[tokio::test]
async fn nobody_to_ask_is_said() {
    let (server, folder) = (server().await, sonsic());
    let asked = ended(hearth_at(&server, folder.path(), &["reload"])).await;
    assert_eq!(asked.code, Some(1), "{asked:?}");
    assert!(
        asked.err.contains("no running Hearth answers"),
        "{}",
        asked.err
    );
}
