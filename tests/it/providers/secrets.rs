//! What a program gets to know, and what nobody gets to see.

use hearth::providers::{Failure, Order, Phase};

use super::bench::{Bench, by_shell, is_on_disk, settle, settle_and_listen};

const SECRET: &str = "open-sesame-0815";

#[tokio::test]
async fn a_program_sees_only_what_is_documented_and_declared() {
    let bench = Bench::new();
    let more = r#"environment = { REGION = "eu", WHERE = "{state}/x" }"#;
    assert_eq!(
        bench.up("one", "/usr/bin/env", more).await.phase,
        Phase::Succeeded
    );
    let order = bench.environment(&by_shell("/usr/bin/env", more), "one");
    let mut names: Vec<_> = bench
        .provisioner()
        .logs(&order, 100)
        .await
        .unwrap()
        .lines
        .iter()
        .filter_map(|line| Some(line.split_once('=')?.0.to_owned()))
        .collect();
    // The shell sets these itself.
    names.retain(|name| !["PWD", "OLDPWD", "SHLVL", "_"].contains(&name.as_str()));
    names.sort();
    assert_eq!(
        names,
        [
            "HEARTH_INSTALLATION",
            "HEARTH_LABELS",
            "HEARTH_NAME",
            "HEARTH_OP_KEY",
            "HEARTH_PARAMETERS",
            "HEARTH_STATE_DIR",
            "LANG",
            "PATH",
            "REGION",
            "WHERE"
        ]
    );
}

/// Variables of a process cannot be set safely from within, so the test runs itself again with them.
#[tokio::test]
async fn the_bots_own_variables_never_reach_a_program() {
    const INNER: &str = "HEARTH_TEST_INNER";
    const TOKEN: &str = "a-bot-token-that-looks-like-nothing";
    if std::env::var_os(INNER).is_none() {
        let inner = tokio::process::Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "providers::secrets::the_bots_own_variables_never_reach_a_program",
            ])
            .env(INNER, "1")
            .env("DISCORD_TOKEN", TOKEN)
            .env("DEPLOY_KEY", SECRET)
            .output()
            .await
            .unwrap();
        let said = String::from_utf8_lossy(&inner.stdout);
        assert!(
            inner.status.success() && said.contains("1 passed"),
            "{said}"
        );
        return;
    }
    let bench = Bench::new();
    // What `up` and `status` see, and what their parent (the supervisor) sees, goes to files that only this test reads.
    let (up, parent, status) = (
        bench.folder.path().join("up"),
        bench.folder.path().join("parent"),
        bench.folder.path().join("status"),
    );
    let script = format!(
        "env >{}; cat /proc/$PPID/environ >{}",
        up.display(),
        parent.display()
    );
    let ask = toml::Value::String(format!(
        "env >{}; echo '{{\"state\":\"present\"}}'",
        status.display()
    ));
    let settings = by_shell(&script, "secrets = { KEY = \"env:DEPLOY_KEY\" }").replace(
        r#"status = ["/bin/echo", '{"state":"absent"}']"#,
        &format!("status = [\"/bin/sh\", \"-c\", {ask}]"),
    );
    let order = bench.environment(&settings, "one");
    bench.provisioner().start(&order).await.unwrap();
    settle(bench.provisioner(), &order).await.unwrap();
    assert_eq!(
        bench
            .provisioner()
            .observe(&order, "one")
            .await
            .unwrap()
            .phase,
        Phase::Succeeded
    );
    for path in [up, parent, status] {
        let seen = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
        assert!(
            !seen.contains(TOKEN)
                && !seen.contains("DISCORD_TOKEN")
                && !seen.contains("DEPLOY_KEY"),
            "{}",
            path.display()
        );
        assert!(
            seen.contains(&format!("KEY={SECRET}")),
            "the secret that was declared is there: {}",
            path.display()
        );
    }
}

#[tokio::test]
async fn a_secret_is_used_but_neither_shown_nor_stored() {
    let bench = Bench::new();
    let file = bench.folder.path().join("key");
    std::fs::write(&file, format!("{SECRET}\n")).unwrap();
    let script = concat!(
        r#"test "$KEY" = "open-sesame-""0815" || exit 7; echo "key is $KEY"; echo "key is $KEY" >&2; echo "{\"progress\":\"with $KEY\"}"; "#,
        r#"echo "{\"output\":{\"size\":\"$KEY\"}}"; echo "{\"error\":\"because of $KEY\"}"; exit 1"#
    );
    let order = bench.environment(
        &by_shell(
            script,
            &format!(
                "outputs = [\"size\"]\nsecrets = {{ KEY = \"file:{}\" }}",
                file.display()
            ),
        ),
        "one",
    );
    bench.provisioner().start(&order).await.unwrap();
    let (seen, news) = settle_and_listen(bench.provisioner(), &order).await;
    assert_eq!(
        seen.message.as_deref(),
        Some("because of [redacted] (`up`: exit code 1)")
    );
    assert_eq!(news, ["with [redacted]"]);
    assert_eq!(seen.outputs["size"], "[redacted]");
    // Two pipes have no common order.
    let mut lines = bench.provisioner().logs(&order, 10).await.unwrap().lines;
    lines.sort();
    assert_eq!(
        lines,
        [
            "because of [redacted]",
            "key is [redacted]",
            "key is [redacted]"
        ]
    );
    assert!(!is_on_disk(&bench.folder.path().join("data"), SECRET));
    assert!(!order.definition.contains(SECRET));
}

#[tokio::test]
async fn a_secret_that_cannot_be_read_is_named_and_nothing_starts() {
    let bench = Bench::new();
    let order = bench.environment(
        &by_shell("exit 0", "secrets = { KEY = \"file:/no/such/file\" }"),
        "one",
    );
    let Err(Failure::Permanent(reason)) = bench.provisioner().start(&order).await else {
        panic!("it started")
    };
    assert!(reason.contains("`KEY`"), "{reason}");
    assert!(!bench.operation_folder("one").exists());
}

#[tokio::test]
async fn hostile_parameters_are_data() {
    let bench = Bench::new();
    let settings = by_shell("", "").replace(
        "\"/bin/sh\", \"-c\", \"\"",
        r#""/bin/echo", "size={parameter.size}""#,
    );
    let with = |key: &str, value: &str| {
        let order = bench.environment(&settings, key);
        Order {
            parameters: [("size".to_owned(), value.to_owned())].into(),
            ..order
        }
    };
    let order = with("one", "$(id) ; {hearth} `x` \"' @everyone");
    bench.provisioner().start(&order).await.unwrap();
    settle(bench.provisioner(), &order).await.unwrap();
    assert_eq!(
        bench.provisioner().logs(&order, 5).await.unwrap().lines,
        ["size=$(id) ; {hearth} `x` \"' @everyone"]
    );
    let as_option = by_shell("", "").replace(
        "\"/bin/sh\", \"-c\", \"\"",
        r#""/bin/echo", "{parameter.size}""#,
    );
    let order = Order {
        definition: bench.environment(&as_option, "x").definition,
        ..with("two", "--help")
    };
    assert!(
        matches!(
            bench.provisioner().start(&order).await,
            Err(Failure::Refused(_))
        ),
        "a value cannot become an option"
    );
    assert!(matches!(
        bench.provisioner().start(&with("three", "a\nb")).await,
        Err(Failure::Refused(_))
    ));
}
