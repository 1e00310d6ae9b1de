//! Kubernetes keeps the contract, and says what is wrong: on recorded answers, and on a real cluster where one is named.

mod adoption;
mod bench;
mod server;

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use hearth::providers::kubernetes::Kubernetes;
use hearth::providers::{Failure, Found, Order, Phase, Started};
use serde_json::json;
use tempfile::TempDir;

use self::bench::{Bench, NO_TIME, canonical, good_image, namespace, read};
use self::server::Server;
use super::bench::{BOUND, NOW};
use super::contract::{Environments, keeps_the_contract_of_environments};

async fn keeps_the_contract(kubeconfig: PathBuf) {
    let bench = Bench::new(kubeconfig);
    let recipe = Environments {
        good: bench.order("good", &good_image()),
        bad: bench.order("bad", "shop/web:badimage"),
        endless: bench.order("endless", "shop/web:slow600"),
    };
    keeps_the_contract_of_environments(bench.provider(), &recipe).await;
}

async fn sleeps_and_wakes(kubeconfig: PathBuf) {
    let bench = Bench::new(kubeconfig);
    let order = bench.order("sleeper", &good_image());
    let up = bench.up(&order).await;
    assert_eq!((up.phase, up.message), (Phase::Succeeded, None));
    for _ in 0..2 {
        bench.provider().sleep(&order, BOUND).await.unwrap();
    }
    let asleep = bench.provider().observe(&order, "").await.unwrap();
    assert_eq!(asleep.phase, Phase::Succeeded);
    for _ in 0..2 {
        let awake = bench.provider().wake(&order, BOUND).await.unwrap();
        assert_eq!(
            (awake.phase, awake.outputs),
            (Phase::Succeeded, up.outputs.clone())
        );
    }
    bench.provider().destroy(&order, BOUND).await.unwrap();
}

#[tokio::test]
async fn kubernetes_keeps_the_contract_of_environments() {
    let server = Server::start().await;
    keeps_the_contract(server.kubeconfig()).await;
}

#[tokio::test]
async fn what_sleeps_has_no_replicas_and_wakes_with_as_many_as_before() {
    let server = Server::start().await;
    sleeps_and_wakes(server.kubeconfig()).await;
    // A crash in the middle of falling asleep: the count is still there, and the rest falls asleep later.
    let bench = Bench::new(server.kubeconfig());
    let order = bench.order("half", &good_image());
    bench.up(&order).await;
    let web = format!("{}/deployments/web", namespace("apis/apps/v1", &order));
    bench.provider().sleep(&order, BOUND).await.unwrap();
    let object = server.object(&web).unwrap();
    assert_eq!(object["spec"]["replicas"], 0);
    assert_eq!(
        object["metadata"]["annotations"]["hearth.internal/replicas"],
        "2"
    );
    bench.provider().sleep(&order, BOUND).await.unwrap();
    bench.provider().wake(&order, BOUND).await.unwrap();
    let object = server.object(&web).unwrap();
    assert_eq!(object["spec"]["replicas"], 2);
    assert!(
        object["metadata"]["annotations"]
            .get("hearth.internal/replicas")
            .is_none()
    );
}

/// The same on a real API server: set HEARTH_TEST_KUBECONFIG to an absolute path. Without it the recorded
/// answers above have to do, and the test says so.
#[tokio::test]
async fn a_real_cluster_keeps_the_contract_where_one_is_named() {
    let Ok(kubeconfig) = std::env::var("HEARTH_TEST_KUBECONFIG") else {
        eprintln!("no HEARTH_TEST_KUBECONFIG: only recorded answers were tried");
        return;
    };
    // The binary chooses this at its start.
    let _chosen_before = rustls::crypto::ring::default_provider().install_default();
    keeps_the_contract(PathBuf::from(&kubeconfig)).await;
    sleeps_and_wakes(PathBuf::from(kubeconfig)).await;
}

#[tokio::test]
async fn a_namespace_holds_what_our_table_says_and_is_closed_before_anything_runs_in_it() {
    let server = Server::start().await;
    let bench = Bench::new(server.kubeconfig());
    let order = bench.order("good", &good_image());
    assert_eq!(bench.up(&order).await.phase, Phase::Succeeded);
    let object = server.object(&namespace("api/v1", &order)).unwrap();
    let (labels, annotations) = (
        &object["metadata"]["labels"],
        &object["metadata"]["annotations"],
    );
    assert_eq!(labels["app.kubernetes.io/managed-by"], "hearth");
    assert_eq!(labels["hearth.internal/team"], "player");
    assert_eq!(labels["pod-security.kubernetes.io/enforce"], "restricted");
    assert_eq!(annotations["hearth.internal/owner"], "123456789");
    assert_eq!(
        annotations["hearth.internal/definition"],
        order.definition.as_str()
    );
    assert_eq!(
        annotations["hearth.internal/parameters"],
        json!(order.parameters).to_string()
    );
    let asked = server.asked();
    let first = |what: &str| {
        asked
            .iter()
            .position(|asked| asked.starts_with("PATCH") && asked.contains(what))
            .unwrap()
    };
    for guard in [
        "resourcequotas",
        "limitranges",
        "hearth-default-deny",
        "serviceaccounts/default",
    ] {
        assert!(
            first(guard) < first("deployments/web"),
            "{guard} comes first"
        );
        assert!(
            asked
                .iter()
                .any(|asked| asked.starts_with("GET") && asked.contains(guard)),
            "{guard} is read back"
        );
    }
    let account = server
        .object(&format!(
            "{}/serviceaccounts/default",
            namespace("api/v1", &order)
        ))
        .unwrap();
    assert_eq!(account["automountServiceAccountToken"], false);
}

#[tokio::test]
async fn an_environment_without_its_guards_is_never_called_ready() {
    let server = Server::start().await;
    let bench = Bench::new(server.kubeconfig());
    for (key, guard, reason) in [
        (
            "one",
            "networkpolicies hearth-default-deny",
            "its NetworkPolicy hearth-default-deny is missing",
        ),
        (
            "two",
            "resourcequotas hearth",
            "its ResourceQuota hearth is missing",
        ),
    ] {
        server.order(|faults| faults.swallowed = [guard.to_owned()].into());
        let order = bench.order(key, &good_image());
        let seen = bench.up(&order).await;
        assert_eq!(seen.phase, Phase::Failed);
        assert_eq!(
            seen.message.as_deref(),
            Some(format!("the environment is not safe: {reason}").as_str())
        );
        // Every later look says the same, and nothing of the template was applied.
        assert_eq!(bench.provider().observe(&order, "").await.unwrap(), seen);
        assert!(
            !server
                .asked()
                .iter()
                .any(|asked| asked.contains("deployments/web"))
        );
    }
}

#[tokio::test]
async fn a_lost_reply_is_settled_by_looking_and_a_crash_in_the_middle_goes_on() {
    let server = Server::start().await;
    let mut bench = Bench::new(server.kubeconfig());
    let order = Order {
        definition: canonical(
            &bench.section("").replace("max = 5", "max = 1"),
            bench.folder.path(),
        ),
        ..bench.order("lost", &good_image())
    };
    server.order(|faults| faults.lose_reply = true);
    assert_eq!(
        bench.provider().start(&order).await.unwrap(),
        Started::Unknown
    );
    bench.provider = Kubernetes::new(Arc::new(|| NOW));
    assert!(matches!(
        bench.provider().find(&order).await.unwrap(),
        Found::One { .. }
    ));
    let seen = bench.provider().observe(&order, "").await.unwrap();
    assert_eq!(
        (seen.phase, seen.progress.as_deref()),
        (Phase::Running, Some("its objects are being applied"))
    );
    assert_eq!(bench.settle(&order).await.phase, Phase::Succeeded);
}

#[tokio::test]
async fn why_it_does_not_come_up_is_said_in_the_clusters_own_words() {
    let server = Server::start().await;
    let bench = Bench::new(server.kubeconfig());
    for (key, image, reason) in [
        (
            "image",
            "shop/web:badimage",
            "container web of pod broken-bc798f77-x9t8m: ImagePullBackOff",
        ),
        (
            "root",
            "shop/web:rootful",
            "violates PodSecurity \"restricted:latest\"",
        ),
    ] {
        let seen = bench.up(&bench.order(key, image)).await;
        let message = seen.message.unwrap();
        assert!(
            seen.phase == Phase::Failed && message.contains(reason),
            "{message}"
        );
    }
    let mut invalid = bench.order("invalid", &good_image());
    invalid
        .parameters
        .insert("replicas".to_owned(), "-1".to_owned());
    let message = bench.up(&invalid).await.message.unwrap();
    assert!(
        message.contains("spec.replicas: Invalid value: -1"),
        "{message}"
    );
    bench.write(
        "one-more.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: onemore }\n",
    );
    server.order(|faults| faults.over_quota = true);
    let message = bench
        .up(&bench.order("quota", &good_image()))
        .await
        .message
        .unwrap();
    assert!(
        message.contains("more than the environment may use")
            && message.contains("limited: count/configmaps=5"),
        "{message}"
    );
    server.order(|faults| faults.over_quota = false);
    bench.write(
        "typo.yaml",
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: typo }\nspek: 1\n",
    );
    let message = bench
        .up(&bench.order("typo", &good_image()))
        .await
        .message
        .unwrap();
    assert!(
        message.contains("applying Deployment typo") && message.contains("unknown field"),
        "{message}"
    );
}

#[tokio::test]
async fn waiting_ends_at_its_bound_and_tells_news_on_the_way() {
    let server = Server::start().await;
    let bench = Bench::new(server.kubeconfig());
    let order = bench.order("slow", "shop/web:slow600");
    bench.provider().start(&order).await.unwrap();
    let news = Mutex::new(Vec::new());
    let tell = |line: &str| news.lock().unwrap().push(line.to_owned());
    let failure = bench
        .provider()
        .settle(&order, "", NO_TIME, &tell)
        .await
        .unwrap_err();
    assert!(matches!(failure, Failure::UnknownEffect(_)));
    assert_eq!(
        *news.lock().unwrap(),
        [
            "preparing the namespace",
            "applying Service web",
            "applying Deployment web",
            "0 of 1 are up; Deployment web has 0 of 2 replicas"
        ]
    );
}

#[tokio::test]
async fn logs_are_the_last_lines_of_all_containers_without_secrets() {
    let server = Server::start().await;
    let bench = Bench::new(server.kubeconfig());
    let order = bench.order("good", &good_image());
    bench.up(&order).await;
    let logs = bench.provider().logs(&order, 3).await.unwrap();
    assert!(logs.truncated);
    assert_eq!(
        logs.lines,
        [
            "web-56d47984fd-9jhxm: web-56d47984fd-9jhxm listens, password=[redacted]",
            "web-56d47984fd-lxfvq: ready",
            "web-56d47984fd-9jhxm: ready",
        ]
    );
}

#[tokio::test]
async fn a_namespace_of_somebody_else_is_neither_taken_nor_removed() {
    let server = Server::start().await;
    let bench = Bench::new(server.kubeconfig());
    let mine = bench.order("mine", &good_image());
    bench.up(&mine).await;
    let address = namespace("api/v1", &mine);
    let other = Order {
        op_key: "other".to_owned(),
        ..mine.clone()
    };
    let refused = bench.provider().start(&other).await.unwrap_err();
    assert!(
        refused
            .to_string()
            .contains("that is not this environment's"),
        "{refused}"
    );
    bench.provider().destroy(&other, BOUND).await.unwrap();
    assert_eq!(bench.provider().find(&other).await.unwrap(), Found::None);
    // Without our labels it is not ours any more, whatever its name is.
    server.change(&address, |object| object["metadata"]["labels"] = json!({}));
    bench.provider().destroy(&mine, BOUND).await.unwrap();
    assert!(server.object(&address).is_some());
}

#[tokio::test]
async fn a_namespace_that_hangs_says_why_and_keeps_its_place() {
    let server = Server::start().await;
    let bench = Bench::new(server.kubeconfig());
    let order = bench.order("stuck", &good_image());
    bench.up(&order).await;
    server.order(|faults| faults.hang = Some("example.org/lock in 1 resource".to_owned()));
    let failure = bench.provider().destroy(&order, NO_TIME).await.unwrap_err();
    let second = bench.provider().destroy(&order, NO_TIME).await.unwrap_err();
    assert!(matches!(failure, Failure::Retryable(_)) && matches!(second, Failure::Retryable(_)));
    assert!(
        second
            .to_string()
            .contains("NamespaceFinalizersRemaining: example.org/lock"),
        "{second}"
    );
    assert!(matches!(
        bench.provider().start(&order).await.unwrap(),
        Started::Busy { .. }
    ));
    let seen = bench.provider().observe(&order, "").await.unwrap();
    assert_eq!(seen.phase, Phase::Failed);
    server.order(|faults| faults.hang = None);
    bench.provider().destroy(&order, BOUND).await.unwrap();
}

#[tokio::test]
async fn a_missing_right_is_named_exactly() {
    let server = Server::start().await;
    let bench = Bench::new(server.kubeconfig());
    let order = bench.order("rights", &good_image());
    let declared = ["image".to_owned(), "replicas".to_owned()];
    assert_eq!(
        bench
            .provider()
            .check(&order.definition, &declared[..1])
            .await,
        ["the manifests use `{parameter.replicas}`, which the template does not declare"]
    );
    assert_eq!(
        bench.provider().check(&order.definition, &declared).await,
        [""; 0]
    );
    server.order(|faults| {
        faults.denied = ["create namespaces".to_owned(), "patch services".to_owned()].into();
    });
    assert_eq!(
        bench.provider().check(&order.definition, &declared).await,
        [
            "Hearth's account may not `create` namespaces of the core group: add the right to its ClusterRole (examples/kubernetes/ has all that are needed)",
            "Hearth's account may not `patch` services of the core group: add the right to its ClusterRole (examples/kubernetes/ has all that are needed)",
        ]
    );
    let refused = bench
        .provider()
        .start(&order)
        .await
        .unwrap_err()
        .to_string();
    assert!(
        refused.contains("lacks a right")
            && refused.contains("cannot create resource \"namespaces\""),
        "{refused}"
    );
}

#[tokio::test]
async fn credentials_that_do_not_work_are_said_as_such() {
    let server = Server::start().await;
    let bench = Bench::new(server.kubeconfig_with("stale", &json!({ "token": "stale" })));
    let order = bench.order("stale", &good_image());
    let refused = bench.provider().find(&order).await.unwrap_err();
    assert!(
        refused
            .to_string()
            .contains("does not know who Hearth is (401)"),
        "{refused}"
    );
    let declared = ["image".to_owned(), "replicas".to_owned()];
    let said = bench.provider().check(&order.definition, &declared).await;
    assert!(said.len() == 1 && said[0].contains("401"), "{said:?}");
    let by_program =
        json!({ "exec": { "apiVersion": "client.authentication.k8s.io/v1", "command": "touch" } });
    let bench = Bench::new(server.kubeconfig_with("program", &by_program));
    let refused = bench
        .provider()
        .find(&bench.order("program", "x"))
        .await
        .unwrap_err();
    assert!(
        refused.to_string().contains("which Hearth does not start"),
        "{refused}"
    );
    let absent = Bench::new(PathBuf::from("/nowhere/kubeconfig"));
    let refused = absent
        .provider()
        .find(&absent.order("absent", "x"))
        .await
        .unwrap_err();
    assert!(
        refused
            .to_string()
            .contains("/nowhere/kubeconfig: cannot be read"),
        "{refused}"
    );
}

#[tokio::test]
async fn a_cluster_that_is_away_is_asked_again_later() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let server = Server::start().await;
    let file = server.kubeconfig();
    let text = std::fs::read_to_string(&file).unwrap();
    let here = text
        .split("\"server\":\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    std::fs::write(&file, text.replace(here, &address)).unwrap();
    let bench = Bench::new(file);
    let order = bench.order("away", &good_image());
    let failure = bench.provider().start(&order).await.unwrap_err();
    assert!(matches!(failure, Failure::Retryable(_)), "{failure}");
}

#[test]
fn every_fault_of_a_section_is_found_at_once() {
    let folder = TempDir::new().unwrap();
    let faults = |text: &str| read(text, folder.path()).unwrap_err();
    assert_eq!(
        faults(
            "pod_securty = \"restricted\"\ncpu = \"lots\"\npods = 0\negress = [\"0.0.0.0/0\"]\ningress_namespace = \"A\"\npod_security = \"privileged\"\noutputs = { url = \"ftp://x\" }"
        ),
        [
            "`pod_securty` is not a setting of kubernetes",
            "`manifests` is missing",
            "nothing says how the cluster is reached",
            "`privileged` is no level that an environment can have",
            "`cpu` is not an amount",
            "`pods` is out of range or no number",
            "`A` is not the name of a namespace",
            "`0.0.0.0/0` is not a network that can be opened",
            "`url` is not an address",
        ]
    );
    assert_eq!(
        faults("manifests = \"absent\"\nkubeconfig = \"x\"\nin_cluster = true")[0],
        "both `kubeconfig` and `in_cluster` say how the cluster is reached"
    );
}
