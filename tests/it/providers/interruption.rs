//! The bot stops, the supervisor is killed, two start at once: every row of the crash table that is exec's.

use hearth::providers::{Failure, Found, Phase, Started};

use super::bench::{
    Bench, SAMPLE_ENVIRONMENTS, Witness, by_shell, first_line, kill_the_supervisor, pipe, release,
    settle,
};

#[tokio::test]
async fn a_restart_of_the_bot_does_not_disturb_an_up() {
    let mut bench = Bench::new();
    let (begun, go) = (pipe(&bench, "begun"), pipe(&bench, "go"));
    let script = format!(
        r#"echo $$ >{}; read line <{}; echo '{{"output":{{"size":"2"}}}}'"#,
        begun.display(),
        go.display()
    );
    let order = bench.environment(&by_shell(&script, "outputs = [\"size\"]"), "one");
    bench.provisioner().start(&order).await.unwrap();
    first_line(&begun).await;

    let failure = bench
        .provisioner()
        .settle(&order, "one", std::time::Duration::ZERO, &|_| {})
        .await
        .unwrap_err();
    assert!(
        matches!(failure, Failure::UnknownEffect(_)),
        "the bound is kept: {failure}"
    );

    bench.restart();
    let reference = "one".to_owned();
    assert_eq!(
        bench.provisioner().find(&order).await.unwrap(),
        Found::One {
            reference: reference.clone()
        }
    );
    assert_eq!(
        bench
            .provisioner()
            .observe(&order, "one")
            .await
            .unwrap()
            .phase,
        Phase::Running
    );
    assert_eq!(
        bench.provisioner().start(&order).await.unwrap(),
        Started::AlreadyRunning { reference }
    );
    let (seen, ()) = tokio::join!(settle(bench.provisioner(), &order), release(&go));
    let seen = seen.unwrap();
    assert_eq!(
        (seen.phase, seen.outputs),
        (
            Phase::Succeeded,
            [("size".to_owned(), "2".to_owned())].into()
        )
    );
}

#[tokio::test]
async fn an_interrupted_up_is_begun_again_and_its_leftovers_end_first() {
    let bench = Bench::new();
    let (witness, begun) = (Witness::new(&bench, "witness"), pipe(&bench, "begun"));
    let first = bench.folder.path().join("first");
    let script = format!(
        "if [ -e {first} ]; then exit 0; fi; touch {first}; exec 9>{}; echo $$ >{}; sleep 3600",
        witness.path.display(),
        begun.display(),
        first = first.display()
    );
    let order = bench.environment(&by_shell(&script, ""), "one");
    bench.provisioner().start(&order).await.unwrap();
    first_line(&begun).await;
    kill_the_supervisor(&bench.operation_folder("one")).await;

    // Looking changes nothing and knows that it is not over; starting again is safe.
    let seen = bench.provisioner().observe(&order, "one").await.unwrap();
    assert_eq!(
        (seen.phase, seen.progress.as_deref()),
        (
            Phase::Running,
            Some("it was interrupted and will be begun again")
        )
    );
    assert_eq!(bench.provisioner().find(&order).await.unwrap(), Found::None);
    assert_eq!(
        settle(bench.provisioner(), &order).await.unwrap().phase,
        Phase::Succeeded
    );
    witness.all_have_ended().await;
}

#[tokio::test]
async fn an_up_that_is_interrupted_again_and_again_fails() {
    let bench = Bench::new();
    let begun = pipe(&bench, "begun");
    let order = bench.environment(
        &by_shell(&format!("echo $$ >{}; sleep 3600", begun.display()), ""),
        "one",
    );
    for _ in 0..3 {
        assert_eq!(
            bench.provisioner().start(&order).await.unwrap(),
            Started::Started {
                reference: "one".to_owned()
            }
        );
        first_line(&begun).await;
        kill_the_supervisor(&bench.operation_folder("one")).await;
    }
    let seen = settle(bench.provisioner(), &order).await.unwrap();
    assert_eq!(seen.phase, Phase::Failed);
    assert_eq!(
        seen.message.unwrap(),
        "`up` was interrupted 3 times and is not begun again"
    );
    bench
        .provisioner()
        .destroy(&order, super::bench::BOUND)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_crash_before_the_program_began_is_settled_by_starting() {
    let bench = Bench::new();
    let order = bench.environment(&by_shell("exit 0", ""), "one");
    std::fs::create_dir_all(bench.operation_folder("one")).unwrap();
    assert_eq!(bench.provisioner().find(&order).await.unwrap(), Found::None);
    std::fs::write(bench.operation_folder("one").join("lock"), "").unwrap();
    std::fs::write(bench.operation_folder("one").join("plan.new"), "{\"half\":").unwrap();
    assert_eq!(bench.provisioner().find(&order).await.unwrap(), Found::None);
    assert_eq!(
        bench.provisioner().start(&order).await.unwrap(),
        Started::Started {
            reference: "one".to_owned()
        }
    );
    assert_eq!(
        settle(bench.provisioner(), &order).await.unwrap().phase,
        Phase::Succeeded
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_twenty_starts_at_once_one_starts() {
    let bench = Bench::new();
    let count = bench.folder.path().join("count");
    let order = bench.environment(
        &by_shell(&format!("echo once >>{}", count.display()), ""),
        "one",
    );
    let starts =
        futures::future::join_all((0..20).map(|_| bench.provisioner().start(&order))).await;
    let started = starts
        .into_iter()
        .filter(|start| matches!(start, Ok(Started::Started { .. })))
        .count();
    assert_eq!(started, 1);
    settle(bench.provisioner(), &order).await.unwrap();
    assert_eq!(std::fs::read_to_string(count).unwrap(), "once\n");
}

#[tokio::test]
async fn destroying_stops_an_up_that_is_at_work() {
    let bench = Bench::new();
    let (witness, begun) = (Witness::new(&bench, "witness"), pipe(&bench, "begun"));
    let script = format!(
        "exec 9>{}; echo $$ >{}; sleep 3600",
        witness.path.display(),
        begun.display()
    );
    let order = bench.environment(&by_shell(&script, ""), "one");
    bench.provisioner().start(&order).await.unwrap();
    first_line(&begun).await;
    bench
        .provisioner()
        .destroy(&order, super::bench::BOUND)
        .await
        .unwrap();
    witness.all_have_ended().await;
    assert!(!bench.operation_folder("one").exists());
}

#[tokio::test]
async fn stopping_all_ends_what_stayed_after_its_up_and_only_that_of_this_data_folder() {
    let (mine, other) = (Bench::new(), Bench::new());
    let mut urls = Vec::new();
    for bench in [&mine, &other] {
        let order = bench.environment(SAMPLE_ENVIRONMENTS, "one");
        bench.provisioner().start(&order).await.unwrap();
        urls.push(settle(bench.provisioner(), &order).await.unwrap().outputs["url"].clone());
    }
    mine.exec.stop_all().await;
    assert!(reqwest::get(&urls[0]).await.is_err());
    assert!(reqwest::get(&urls[1]).await.is_ok());
}

#[tokio::test]
async fn a_key_that_is_no_name_of_a_folder_is_refused() {
    let bench = Bench::new();
    for op_key in ["../x", "", ".hidden", "a/b", "a\0b"] {
        let order = bench.environment(&by_shell("exit 0", ""), op_key);
        assert!(bench.provisioner().start(&order).await.is_err());
    }
}

#[tokio::test]
async fn old_deployments_are_forgotten_and_environments_are_not() {
    let bench = Bench::new();
    let root = bench.operation_folder("x").parent().unwrap().to_owned();
    for (n, is_deployment) in (0..210).map(|n| (n, true)).chain([(1000, false)]) {
        let folder = root.join(format!("op-{n}"));
        std::fs::create_dir_all(&folder).unwrap();
        let plan = serde_json::json!({
            "op_key": "k", "arguments": [], "base": "/", "environment": {}, "secrets": [], "seconds_max": 1,
            "grace_seconds": 1, "outputs": [], "is_deployment": is_deployment,
        });
        std::fs::write(folder.join("plan.json"), plan.to_string()).unwrap();
        std::fs::write(folder.join("exit.json"), "{}").unwrap();
        let finished = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(n);
        std::fs::File::open(folder.join("exit.json"))
            .unwrap()
            .set_modified(finished)
            .unwrap();
    }
    let order = bench.deployment("up = [\"/bin/true\"]", "new", "player", "v1.0.0");
    bench.deployer().start(&order).await.unwrap();
    let left = std::fs::read_dir(&root).unwrap().count();
    assert_eq!(left, 202, "200 old ones, the environment and the new one");
    assert!(
        !root.join("op-9").exists() && root.join("op-10").exists() && root.join("op-1000").exists()
    );
}
