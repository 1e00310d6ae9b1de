//! `hearth adopt`: a lost database, and what the command line says about it.

use super::{Running, ended, hearth_at, server, sonsic};

#[tokio::test]
async fn a_lost_database_is_made_again_from_what_runs() {
    let (server, folder) = (server().await, sonsic());
    let path = folder.path();
    let running = Running::up(&server, path).await;
    let asked = server
        .slash("mira", "player", "/env create template:preview name:demo")
        .unwrap();
    asked.answer().await;
    let shows = |text: &'static str| {
        move |state: &hearth::playground::State<'_>| {
            let messages = state.messages("player");
            messages.iter().any(|message| message.text.contains(text))
        }
    };
    server.until("it is ready", shows("✅")).await;
    let refused = ended(hearth_at(&server, path, &["adopt"])).await;
    assert_eq!(refused.code, Some(5), "{refused:?}");
    assert!(refused.err.contains("stop it first"), "{}", refused.err);
    running.stop().await;
    for end in ["", "-wal", "-shm"] {
        let _never_made = std::fs::remove_file(path.join(format!("data/hearth.db{end}")));
    }

    let lost = ended(hearth_at(&server, path, &["adopt"])).await;
    assert_eq!(lost.code, Some(0), "{lost:?}");
    assert!(
        lost.out.contains("No engine has anything under its label."),
        "{}",
        lost.out
    );
    let id = lost
        .out
        .lines()
        .find_map(|line| line.trim().strip_suffix(": 1"))
        .unwrap_or_else(|| panic!("{}", lost.out))
        .to_owned();
    let found = ended(hearth_at(&server, path, &["adopt", "--installation", &id])).await;
    assert!(
        found.out.contains("adopt") && found.out.contains("demo"),
        "{}",
        found.out
    );
    assert!(found.out.contains("would adopt 1"), "{}", found.out);
    let wrong = ended(hearth_at(
        &server,
        path,
        &["adopt", "--installation", "no such id"],
    ))
    .await;
    assert_eq!(wrong.code, Some(2), "{wrong:?}");
    let done = ended(hearth_at(
        &server,
        path,
        &["adopt", "--installation", &id, "--yes"],
    ))
    .await;
    assert!(done.out.contains("Adopted 1."), "{done:?}");
    // The database belongs to the former installation now, and nothing is doubled.
    let again = ended(hearth_at(&server, path, &["adopt", "--yes"])).await;
    assert!(
        again.out.contains(&id) && again.out.contains("Adopted 0."),
        "{again:?}"
    );

    let running = Running::up(&server, path).await;
    let asked = server.slash("mira", "player", "/env list").unwrap();
    let list = asked.answer().await.message();
    assert!(list.text.contains("demo"), "{}", list.text);
    let asked = server
        .slash("mira", "player", "/env destroy name:demo")
        .unwrap();
    asked.answer().await;
    server.until("it is destroyed", shows("⬜")).await;
    assert_eq!(running.stop().await.code, Some(0));
}
