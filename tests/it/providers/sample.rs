//! The sample service as the example uses it: what a newcomer sees when something is brought up, breaks, and is rolled back.

use std::path::Path;

use hearth::providers::exec::settings;
use hearth::providers::{Observation, Order, Phase, Purpose, Section};
use toml::de::DeTable;

use super::bench::{
    BOUND, Bench, SAMPLE_DEPLOYMENTS, SAMPLE_ENVIRONMENTS, settle, settle_and_listen,
};

/// The exec section at this path of the example's configuration, as the provider reads it.
fn is_good_in_the_example(path: &[&str], purpose: Purpose) {
    let text = include_str!("../../../examples/sonsic/hearth.toml");
    let document = DeTable::parse(text).unwrap();
    let mut table = document.get_ref();
    for key in path {
        table = table.get(*key).unwrap().get_ref().as_table().unwrap();
    }
    let section = Section {
        table,
        span: 0..text.len(),
        base: Path::new("/srv/sonsic"),
        purpose,
    };
    if let Err(faults) = settings(&section) {
        panic!("{faults:#?}");
    }
}

#[test]
fn the_sections_of_the_example_have_no_fault() {
    is_good_in_the_example(&["template", "preview", "exec"], Purpose::Environments);
    is_good_in_the_example(&["recipe", "restart", "exec"], Purpose::Deployments);
}

async fn page(url: &str) -> (u16, String) {
    let answer = reqwest::get(url).await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

async fn deploy(bench: &Bench, op_key: &str, service: &str, revision: &str) -> Observation {
    let order = bench.deployment(SAMPLE_DEPLOYMENTS, op_key, service, revision);
    bench.deployer().start(&order).await.unwrap();
    bench
        .deployer()
        .settle(&order, op_key, BOUND, &|_| {})
        .await
        .unwrap()
}

#[tokio::test]
async fn a_preview_comes_up_on_an_address_that_answers() {
    let bench = Bench::new();
    let order = Order {
        revision: Some("v1.1.0".to_owned()),
        ..bench.environment(SAMPLE_ENVIRONMENTS, "one")
    };
    bench.provisioner().start(&order).await.unwrap();
    let (seen, news) = settle_and_listen(bench.provisioner(), &order).await;
    assert_eq!(seen.phase, Phase::Succeeded);
    assert_eq!(
        news,
        [
            "fetching player v1.1.0",
            "starting player v1.1.0",
            "asking for its health"
        ]
    );
    let url = &seen.outputs["url"];
    let (status, text) = page(url).await;
    assert_eq!(status, 200);
    assert!(
        text.contains("v1.1.0") && text.contains("environment name-one") && !text.contains("{{"),
        "{text}"
    );
    assert_eq!(page(&format!("{url}healthz")).await, (200, "ok".to_owned()));
    assert_eq!(page(&format!("{url}elsewhere")).await.0, 404);
    let lines = bench.provisioner().logs(&order, 2).await.unwrap().lines;
    assert!(
        lines[0].ends_with("GET /healthz 200") && lines[1].ends_with("GET /elsewhere 404"),
        "{lines:?}"
    );
}

#[tokio::test]
async fn a_broken_revision_stays_visible_until_it_is_rolled_back() {
    let bench = Bench::new();
    let good = deploy(&bench, "one", "player", "v1.2.0").await;
    let url = good.outputs["url"].clone();
    let broken = deploy(&bench, "two", "player", "v1.3.0").await;
    assert_eq!(broken.phase, Phase::Failed);
    assert_eq!(
        broken.message.as_deref(),
        Some(
            "player v1.3.0 is up but not healthy: /healthz answers 500, broken on purpose (`up`: exit code 1)"
        )
    );
    let (status, text) = page(&url).await;
    assert!(
        status == 200 && text.contains("v1.3.0") && text.contains("broken on purpose"),
        "the broken one is what runs: {text}"
    );
    let back = deploy(&bench, "three", "player", "v1.2.0").await;
    assert_eq!((back.phase, &back.outputs["url"]), (Phase::Succeeded, &url));
    assert!(page(&url).await.1.contains("v1.2.0"));
    // Another service has a place of its own, and its v1.3.0 works.
    let other = deploy(&bench, "four", "checkout", "v1.3.0").await;
    assert_eq!(other.phase, Phase::Succeeded);
    assert_ne!(other.outputs["url"], url);
}

#[tokio::test]
async fn an_unknown_revision_changes_nothing() {
    let bench = Bench::new();
    let url = deploy(&bench, "one", "playlists", "v1.0.0").await.outputs["url"].clone();
    let refused = deploy(&bench, "two", "playlists", "v7.0.0").await;
    assert_eq!(
        refused.message.as_deref(),
        Some(
            "playlists has no revision v7.0.0: there are v1.3.0, v1.2.0, v1.1.0, v1.0.0 (`up`: exit code 1)"
        )
    );
    assert!(page(&url).await.1.contains("v1.0.0"));
    let definition = bench
        .deployment(SAMPLE_DEPLOYMENTS, "x", "playlists", "v1.0.0")
        .definition;
    assert_eq!(
        bench
            .deployer()
            .revisions(&definition, "playlists")
            .await
            .unwrap(),
        ["v1.3.0", "v1.2.0", "v1.1.0", "v1.0.0"]
    );
    assert!(
        bench
            .deployer()
            .revisions(&definition, "nobody")
            .await
            .is_err()
    );
}

/// Calls the sample by hand, as a program would.
async fn sample(bench: &Bench, arguments: &[&str]) -> String {
    let output = tokio::process::Command::new(env!("CARGO_BIN_EXE_hearth"))
        .arg("sample")
        .args(arguments)
        .env_clear()
        .env(
            "HEARTH_STATE_DIR",
            bench.folder.path().join("data/exec/state"),
        )
        .output()
        .await
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[tokio::test]
async fn two_ups_at_once_start_one_service() {
    let bench = Bench::new();
    let up = ["up", "--name", "demo", "--op-key", "one"];
    let (first, second) = tokio::join!(sample(&bench, &up), sample(&bench, &up));
    let address = |text: &str| {
        text.lines()
            .find(|line| line.contains("127.0.0.1"))
            .map(str::to_owned)
    };
    assert!(address(&first).is_some());
    assert_eq!(address(&first), address(&second));
    assert_eq!(
        first.matches("starting").count() + second.matches("starting").count(),
        1
    );
}

#[tokio::test]
async fn down_never_ends_a_process_that_only_has_the_same_number() {
    let bench = Bench::new();
    sample(&bench, &["up", "--name", "demo"]).await;
    let path = bench
        .folder
        .path()
        .join("data/exec/state/sample/places/demo/instance.json");
    let mut record: serde_json::Value =
        serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    let url = format!("http://127.0.0.1:{}/", record["port"]);
    record["started_ticks"] = serde_json::json!(1);
    std::fs::write(&path, record.to_string()).unwrap();
    sample(&bench, &["down", "--name", "demo"]).await;
    assert_eq!(page(&url).await.0, 200);
    assert_eq!(
        sample(&bench, &["status", "--name", "demo"]).await,
        "{\"state\":\"absent\"}\n"
    );
}

#[tokio::test]
async fn an_environment_whose_process_has_died_is_seen_as_failed() {
    let bench = Bench::new();
    let order = bench.environment(SAMPLE_ENVIRONMENTS, "one");
    bench.provisioner().start(&order).await.unwrap();
    settle(bench.provisioner(), &order).await.unwrap();
    bench.exec.stop_all().await;
    let seen = bench.provisioner().observe(&order, "one").await.unwrap();
    assert_eq!(
        (seen.phase, seen.message.as_deref()),
        (Phase::Failed, Some("its process has ended"))
    );
    bench.provisioner().destroy(&order, BOUND).await.unwrap();
}
