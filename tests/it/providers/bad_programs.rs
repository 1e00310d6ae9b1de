//! Programs that hang, flood, die or lie: each gives a clear answer, and nothing of them stays.

use std::os::unix::fs::PermissionsExt;

use hearth::providers::{Failure, Phase};

use super::bench::{Bench, Witness, by_shell, first_line, pipe, settle, settle_and_listen};

async fn failed(script: &str, more: &str) -> String {
    let seen = Bench::new().up("one", script, more).await;
    assert_eq!(seen.phase, Phase::Failed);
    seen.message.unwrap()
}

#[tokio::test]
async fn an_up_that_hangs_is_stopped_at_its_time_limit() {
    let message = failed(
        "echo waiting for the database; sleep 3600",
        "up_seconds_max = 2",
    )
    .await;
    assert_eq!(
        message,
        "waiting for the database (`up`: it took longer than 2 s and was stopped)"
    );
}

#[tokio::test]
async fn an_up_that_ignores_the_request_to_end_is_killed_with_its_whole_group() {
    let bench = Bench::new();
    let witness = Witness::new(&bench, "witness");
    let script = format!(
        "exec 9>{}; trap '' TERM; sh -c 'while :; do sleep 3600; done'; sleep 3600",
        witness.path.display()
    );
    let seen = bench.up("one", &script, "up_seconds_max = 2").await;
    assert_eq!(
        seen.message.unwrap(),
        "`up`: it took longer than 2 s and was stopped"
    );
    witness.all_have_ended().await;
}

#[tokio::test]
async fn a_grandchild_that_stays_behind_is_ended_with_its_group() {
    let bench = Bench::new();
    let witness = Witness::new(&bench, "witness");
    let script = format!(
        "(exec 9>{}; exec sleep 3600) & cat /dev/null; echo begun",
        witness.path.display()
    );
    let seen = bench
        .up(
            "one",
            &format!("{script}; read line <{}", pipe_that_opens(&bench)),
            "",
        )
        .await;
    assert_eq!(seen.phase, Phase::Succeeded);
    witness.all_have_ended().await;
}

/// A pipe that somebody writes to at once.
fn pipe_that_opens(bench: &Bench) -> String {
    let path = pipe(bench, "go");
    let text = path.display().to_string();
    tokio::task::spawn_blocking(move || std::fs::write(path, "go\n").unwrap());
    text
}

#[tokio::test]
async fn an_up_that_dies_by_a_signal_says_so() {
    assert_eq!(failed("kill -9 $$", "").await, "`up`: ended by signal 9");
}

#[tokio::test]
async fn an_error_line_is_the_reason_and_else_the_last_line_is() {
    assert_eq!(
        failed(r#"echo '{"error":"no room left"}'; echo bye; exit 3"#, "").await,
        "no room left (`up`: exit code 3)"
    );
    assert_eq!(
        failed("echo first; echo 'last one' >&2; exit 4", "").await,
        "last one (`up`: exit code 4)"
    );
}

#[tokio::test]
async fn a_program_that_cannot_run_is_named() {
    let bench = Bench::new();
    let plain = bench.folder.path().join("plain");
    std::fs::write(&plain, "#!/bin/sh\n").unwrap();
    std::fs::set_permissions(&plain, std::fs::Permissions::from_mode(0o644)).unwrap();
    for (program, reason) in [
        ("./missing", "is not there"),
        ("no-such-program", "is not there"),
        ("./plain", "may not be executed"),
    ] {
        let settings =
            by_shell("", "").replace("\"/bin/sh\", \"-c\", \"\"", &format!("{program:?}"));
        let order = bench.environment(
            &settings,
            &format!("up-{}", program.trim_start_matches("./")),
        );
        bench.provisioner().start(&order).await.unwrap();
        let message = settle(bench.provisioner(), &order)
            .await
            .unwrap()
            .message
            .unwrap();
        assert!(
            message.contains(reason) && message.contains(program.trim_start_matches("./")),
            "{message}"
        );
    }
}

#[tokio::test]
async fn megabytes_are_read_and_only_the_end_is_kept() {
    let bench = Bench::new();
    let flood = "i=0; while [ $i -lt 60 ]; do head -c 100000 /dev/zero | tr '\\0' 'x'; echo; i=$((i+1)); done";
    let script = format!(
        "{flood}; head -c 9000000 /dev/zero | tr '\\0' '\\n'; yes line | head -c 4000000; echo; echo the end"
    );
    assert_eq!(bench.up("one", &script, "").await.phase, Phase::Succeeded);
    let logs = bench
        .provisioner()
        .logs(&bench.environment(&by_shell(&script, ""), "one"), 3)
        .await
        .unwrap();
    assert_eq!(
        (
            logs.lines.last().map(String::as_str),
            logs.lines.len(),
            logs.truncated
        ),
        (Some("the end"), 3, true)
    );
    let kept: u64 = std::fs::read_dir(bench.operation_folder("one"))
        .unwrap()
        .map(|entry| entry.unwrap().metadata().unwrap().len())
        .sum();
    assert!(kept < 1_100_000, "{kept} bytes are kept");
}

#[tokio::test]
async fn binary_output_becomes_plain_text() {
    let bench = Bench::new();
    let script =
        r"head -c 300000 /dev/urandom; echo; printf '\033[31mred\033[0m \000\007 \377 end\n'";
    assert_eq!(bench.up("one", script, "").await.phase, Phase::Succeeded);
    let logs = bench
        .provisioner()
        .logs(&bench.environment(&by_shell(script, ""), "one"), 10_000)
        .await
        .unwrap();
    assert!(
        logs.lines
            .iter()
            .all(|line| !line.contains(char::is_control) && line.chars().count() <= 2_000)
    );
    assert_eq!(logs.lines.last().unwrap(), "red  \u{fffd} end");
}

#[tokio::test]
async fn a_flood_of_news_is_cut_and_nothing_else_is_lost() {
    let bench = Bench::new();
    let script = r#"i=0; while [ $i -lt 3000 ]; do echo '{"progress":"step '$i'"}'; i=$((i+1)); done; echo '{"output":{"size":"2","other":"x"}}'"#;
    let order = bench.environment(&by_shell(script, "outputs = [\"size\"]"), "one");
    bench.provisioner().start(&order).await.unwrap();
    let (seen, news) = settle_and_listen(bench.provisioner(), &order).await;
    assert_eq!((news.len(), news[0].as_str()), (400, "step 0"));
    assert_eq!(seen.outputs, [("size".to_owned(), "2".to_owned())].into());
}

/// What `status` says when it is this shell text.
async fn ask_status(bench: &Bench, script: &str, more: &str) -> Result<Phase, Failure> {
    let script = toml::Value::String(script.to_owned());
    let settings = by_shell("", more).replace(
        r#"status = ["/bin/echo", '{"state":"absent"}']"#,
        &format!("status = [\"/bin/sh\", \"-c\", {script}]"),
    );
    let order = bench.environment(&settings, "asked");
    bench
        .provisioner()
        .observe(&order, &order.op_key)
        .await
        .map(|seen| seen.phase)
}

#[tokio::test]
async fn a_bad_answer_of_a_direct_program_is_told_as_what_it_is() {
    let bench = Bench::new();
    assert_eq!(
        ask_status(&bench, r#"echo noise; echo '{"state":"present"}'"#, "")
            .await
            .unwrap(),
        Phase::Succeeded
    );
    for (script, kind, words) in [
        ("sleep 3600", "reached", "`status` took longer than 1 s"),
        (
            "trap '' TERM; while :; do :; done",
            "reached",
            "`status` took longer than 1 s",
        ),
        ("yes", "refuses", "`status` printed more than 1024 KiB"),
        (
            "head -c 100000 /dev/urandom",
            "refuses",
            "did not say a state",
        ),
        (
            r#"echo '{"state":"fine"}'"#,
            "refuses",
            "did not say a state",
        ),
        ("echo no; exit 2", "reached", "no (`status`: exit code 2)"),
        ("kill -11 $$", "reached", "`status`: ended by signal 11"),
    ] {
        let hangs = words.contains("took longer");
        let failure = ask_status(
            &bench,
            script,
            if hangs { "call_seconds_max = 1" } else { "" },
        )
        .await
        .unwrap_err()
        .to_string();
        assert!(
            failure.contains(words) && failure.contains(kind),
            "{script}: {failure}"
        );
    }
}

#[tokio::test]
async fn logs_that_are_too_long_give_their_end() {
    let bench = Bench::new();
    let settings = by_shell(
        "",
        "logs = [\"/bin/sh\", \"-c\", \"yes | head -c 5000000; echo last\"]",
    );
    let logs = bench
        .provisioner()
        .logs(&bench.environment(&settings, "one"), 2)
        .await
        .unwrap();
    assert_eq!(
        (logs.lines.as_slice(), logs.truncated),
        (["y".to_owned(), "last".to_owned()].as_slice(), true)
    );
    let endless = by_shell("", "logs = [\"yes\"]");
    let logs = bench
        .provisioner()
        .logs(&bench.environment(&endless, "two"), 2)
        .await
        .unwrap();
    assert_eq!((logs.lines.len(), logs.truncated), (2, true));
}

#[tokio::test]
async fn a_call_that_is_given_up_leaves_no_process() {
    let bench = Bench::new();
    let (witness, begun) = (Witness::new(&bench, "witness"), pipe(&bench, "begun"));
    let script = format!(
        "exec 9>{}; echo yes >{}; sleep 3600",
        witness.path.display(),
        begun.display()
    );
    tokio::select! {
        answer = ask_status(&bench, &script, "call_seconds_max = 60") => panic!("{answer:?}"),
        line = first_line(&begun) => assert_eq!(line, "yes\n"),
    }
    witness.all_have_ended().await;
}

#[tokio::test]
async fn a_success_is_believed_only_when_the_health_address_answers() {
    // A port that was free a moment ago and that nobody listens on.
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let health = r#"health = { url = "{output.url}healthz", hosts = ["127.0.0.1"], attempts = 2, pause_ms = 10 }"#;
    for (url, words) in [
        (
            format!("http://127.0.0.1:{port}/"),
            "its health address does not answer (2 attempts)",
        ),
        (
            "http://169.254.169.254/".to_owned(),
            "on `169.254.169.254`, which is not in the definition's `hosts`",
        ),
        (
            "file:///etc/passwd".to_owned(),
            "did not say its health address",
        ),
    ] {
        let script = format!(r#"echo '{{"output":{{"url":"{url}"}}}}'; echo started"#);
        let bench = Bench::new();
        let more = format!("outputs = [\"url\"]\n{health}");
        let seen = bench.up("one", &script, &more).await;
        assert_eq!(seen.phase, Phase::Failed);
        let message = seen.message.unwrap();
        assert!(message.contains(words), "{message}");
        let order = bench.environment(&by_shell(&script, &more), "one");
        assert_eq!(
            bench.provisioner().logs(&order, 5).await.unwrap().lines,
            ["started"]
        );
        assert_eq!(
            bench
                .provisioner()
                .observe(&order, "one")
                .await
                .unwrap()
                .phase,
            Phase::Failed,
            "the verdict is kept"
        );
    }
}

#[tokio::test]
async fn the_logs_of_a_failure_end_with_its_own_last_words() {
    let script = r#"echo '{"error":"no space left"}'; exit 1"#;
    for (more, lines) in [
        ("", &["no space left"][..]),
        (
            r#"logs = ["/bin/echo", "what it left"]"#,
            &["what it left", "no space left"],
        ),
        (r#"logs = ["/bin/false"]"#, &["no space left"]),
    ] {
        let bench = Bench::new();
        assert_eq!(bench.up("one", script, more).await.phase, Phase::Failed);
        let order = bench.environment(&by_shell(script, more), "one");
        let logs = bench.provisioner().logs(&order, 5).await.unwrap();
        assert_eq!(logs.lines, lines);
        let logs = bench.provisioner().logs(&order, 1).await.unwrap();
        assert_eq!(logs.lines, ["no space left"], "they are the last to go");
    }
}
