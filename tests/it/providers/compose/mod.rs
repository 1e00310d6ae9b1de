//! The profile for Docker Compose, on a strict stand-in for docker: there is no engine on every machine. What it says
//! and does is Docker's documentation; nothing here was run by a real engine.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use hearth::providers::{Kept, Order, Phase, Whose};
use serde_json::{Value, json};

use super::bench::{BOUND, Bench, order, settle, settle_and_listen};
use super::contract::{Environments, keeps_the_contract_of_environments};

mod page;

/// A bench with a docker beside it.
struct Ground {
    bench: Bench,
}

impl Ground {
    fn new() -> Self {
        let ground = Self {
            bench: Bench::new(),
        };
        fs::create_dir(ground.path("bin")).unwrap();
        fs::create_dir(ground.path("docker")).unwrap();
        fs::create_dir(ground.path("compose")).unwrap();
        let docker = ground.path("bin/docker");
        fs::write(&docker, include_str!("docker.py")).unwrap();
        fs::set_permissions(&docker, fs::Permissions::from_mode(0o755)).unwrap();
        ground.shop("shop/web:${HEARTH_REVISION:-1}");
        ground
    }

    fn path(&self, name: &str) -> PathBuf {
        self.bench.folder.path().join(name)
    }

    /// The compose file, whose first service has this image.
    fn shop(&self, image: &str) {
        let model = json!({
            "services": {
                "web": { "image": image, "ports": ["8080:80"], "depends_on": { "db": { "condition": "service_healthy" } },
                    "environment": { "SIZE": "${PARAMETER_SIZE}", "NAME": "${HEARTH_NAME}" }, "volumes": ["./site:/site"] },
                "db": { "image": "postgres:17", "ports": ["5432:5432"], "volumes": ["data:/data"] },
                "seed": { "image": "shop/job:1" }
            },
            "volumes": { "data": {} }
        });
        self.write(&model);
    }

    fn write(&self, model: &Value) {
        fs::write(self.path("compose/shop.yaml"), model.to_string()).unwrap();
    }

    fn section(&self, more: &str) -> String {
        let root = self.bench.folder.path().display();
        format!(
            "profile = \"compose\"\nfile = \"compose/shop.yaml\"\nservice = \"web\"\nport = 80\n\
             environment = {{ PATH = \"{root}/bin:/usr/bin:/bin\", STAND_IN = \"{root}/docker\" }}\ngrace_seconds = 1\n{more}"
        )
    }

    fn order(&self, key: &str) -> Order {
        self.bench.environment(&self.section(""), key)
    }

    /// What docker has.
    fn state(&self) -> Value {
        let text = fs::read(self.path("docker/state.json")).unwrap();
        serde_json::from_slice(&text).unwrap()
    }

    fn n_things(&self) -> usize {
        let state = self.state();
        ["containers", "volumes", "networks"]
            .iter()
            .map(|kind| state[kind].as_array().unwrap().len())
            .sum()
    }

    /// The file that was brought up.
    fn brought_up(&self, key: &str) -> Value {
        let file = format!("data/exec/state/compose/{key}/compose.json");
        serde_json::from_slice(&fs::read(self.path(&file)).unwrap()).unwrap()
    }

    fn calls(&self) -> Vec<String> {
        let text = fs::read_to_string(self.path("docker/calls")).unwrap();
        text.lines().map(str::to_owned).collect()
    }

    async fn up(&self, order: &Order) -> hearth::providers::Observation {
        self.bench.provisioner().start(order).await.unwrap();
        settle(self.bench.provisioner(), order).await.unwrap()
    }
}

#[tokio::test]
async fn the_profile_keeps_the_contract_of_environments() {
    let ground = Ground::new();
    let with_image = |key: &str, image: &str| {
        let file = ground.path(&format!("compose/{key}.yaml"));
        let model = json!({ "services": { "web": { "image": image } } });
        fs::write(file, model.to_string()).unwrap();
        let section = ground
            .section("")
            .replace("shop.yaml", &format!("{key}.yaml"));
        ground.bench.environment(&section, key)
    };
    let recipe = Environments {
        good: ground.order("good"),
        bad: with_image("bad", "shop/crash:1"),
        endless: with_image("endless", "shop/slow:1"),
    };
    keeps_the_contract_of_environments(ground.bench.provisioner(), &recipe).await;
    assert_eq!(ground.n_things(), 0, "{}", ground.state());
}

#[tokio::test]
async fn what_is_brought_up_is_closed_limited_labelled_and_has_one_port() {
    let ground = Ground::new();
    let order = Order {
        revision: Some("v2".to_owned()),
        ..ground.order("one")
    };
    ground.bench.provisioner().start(&order).await.unwrap();
    let (seen, news) = settle_and_listen(ground.bench.provisioner(), &order).await;
    assert_eq!((seen.phase, seen.message), (Phase::Succeeded, None));
    let url = &seen.outputs["url"];
    assert!(url.starts_with("http://127.0.0.1:40"), "{url}");
    assert_eq!(
        news,
        [
            "reading the compose file",
            "starting 3 services and waiting until they are healthy"
        ]
    );
    let model = ground.brought_up("one");
    for service in ["web", "db", "seed"] {
        let it = &model["services"][service];
        assert_eq!(it["mem_limit"], "512m");
        assert_eq!(it["cpus"], 1.0);
        assert_eq!(it["pids_limit"], 256);
        assert_eq!(it["cap_drop"], json!(["ALL"]));
        assert_eq!(it["security_opt"], json!(["no-new-privileges:true"]));
        assert_eq!(it["labels"]["internal.hearth.op-key"], "one");
        assert_eq!(it["labels"]["internal.hearth.label.team"], "player");
    }
    let web = &model["services"]["web"];
    assert_eq!(web["image"], "shop/web:v2");
    assert_eq!(web["environment"]["SIZE"], "small");
    assert_eq!(
        web["ports"],
        json!([{ "target": 80, "host_ip": "127.0.0.1", "protocol": "tcp" }])
    );
    assert_eq!(web["volumes"][0]["read_only"], true);
    assert_eq!(model["services"]["db"]["ports"], Value::Null);
    let data = model["volumes"]["data"]["name"].as_str().unwrap();
    assert!(data.ends_with("-name-one_data"), "{data}");
    let file = ground.path("data/exec/state/compose/one/compose.json");
    assert_eq!(fs::metadata(file).unwrap().permissions().mode() & 0o077, 0);
    let logs = ground.bench.provisioner().logs(&order, 2).await.unwrap();
    assert_eq!(logs.lines, ["web-1  | line 2", "web-1  | line 3"]);
}

#[tokio::test]
async fn it_sleeps_keeps_its_data_and_wakes_at_its_new_port() {
    let ground = Ground::new();
    let (order, provider) = (ground.order("one"), ground.bench.provisioner());
    let up = ground.up(&order).await;
    for _ in 0..2 {
        provider.sleep(&order, BOUND).await.unwrap();
    }
    assert_eq!(ground.state()["volumes"].as_array().unwrap().len(), 1);
    assert!(provider.can_sleep(&order.definition));
    let awake = provider.wake(&order, BOUND).await.unwrap();
    assert_eq!(awake.phase, Phase::Succeeded);
    assert_ne!(awake.outputs["url"], up.outputs["url"]);
    provider.destroy(&order, BOUND).await.unwrap();
    assert_eq!(ground.n_things(), 0);
}

#[tokio::test]
async fn a_failure_names_the_service_and_what_is_not_there() {
    let ground = Ground::new();
    for (image, reason) in [
        (
            "shop/crash:1",
            "service web is not well: Exited (1) 1 second ago",
        ),
        (
            "shop/sick:1",
            "service web is not well: Up 1 second (unhealthy)",
        ),
        (
            "shop/missing:1",
            "Error response from daemon: manifest for shop/missing:1 not found: manifest unknown",
        ),
    ] {
        ground.shop(image);
        let order = ground.order("bad");
        let seen = ground.up(&order).await;
        assert_eq!((seen.phase, seen.whose), (Phase::Failed, Whose::User));
        let message = seen.message.unwrap();
        assert!(message.starts_with(reason), "{message}");
        ground
            .bench
            .provisioner()
            .destroy(&order, BOUND)
            .await
            .unwrap();
        assert_eq!(ground.n_things(), 0);
    }
}

#[tokio::test]
async fn a_file_that_leads_out_of_the_environment_is_never_brought_up() {
    let ground = Ground::new();
    ground.write(&json!({ "services": { "web": { "image": "shop/web:1",
        "volumes": ["/var/run/docker.sock:/var/run/docker.sock"] } } }));
    let seen = ground.up(&ground.order("one")).await;
    let message = seen.message.unwrap();
    assert!(
        message.starts_with("service web: it would see `/var/run/docker.sock` of this machine"),
        "{message}"
    );
    assert!(!ground.calls().iter().any(|call| call.contains("\"up\"")));
}

#[tokio::test]
async fn what_is_left_without_its_folder_is_listed_with_its_labels_and_removed() {
    let ground = Ground::new();
    let (order, provider) = (ground.order("one"), ground.bench.provisioner());
    ground.up(&order).await;
    fs::remove_dir_all(ground.path("data/exec/state/compose")).unwrap();
    fs::remove_dir_all(ground.bench.operation_folder("one")).unwrap();
    let listed = provider
        .list_owned(&order.definition, "here")
        .await
        .unwrap();
    assert_eq!(listed.len(), 1);
    let kept = Kept {
        labels: BTreeMap::from([("team".to_owned(), "player".to_owned())]),
        ..Kept::default()
    };
    assert_eq!((listed[0].op_key.as_str(), &listed[0].kept), ("one", &kept));
    provider.destroy(&order, BOUND).await.unwrap();
    assert_eq!(ground.n_things(), 0);
}

#[tokio::test]
async fn somebody_elses_project_is_left_alone() {
    let ground = Ground::new();
    ground.up(&ground.order("one")).await;
    let other = Order {
        name: "name-one".to_owned(),
        ..ground.order("two")
    };
    let seen = ground.up(&other).await;
    let message = seen.message.unwrap();
    assert!(message.contains("belongs to something else"), "{message}");
    ground
        .bench
        .provisioner()
        .destroy(&other, BOUND)
        .await
        .unwrap();
    assert_eq!(ground.state()["containers"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn check_says_what_is_missing_and_what_to_do() {
    let ground = Ground::new();
    let provider = ground.bench.provisioner();
    let definition = ground.order("one").definition;
    let check = async || provider.check(&definition, &["size".to_owned()]).await;
    assert_eq!(check().await, Vec::<String>::new());
    fs::write(ground.path("docker/no-engine"), "").unwrap();
    let said = check().await;
    assert_eq!(said.len(), 1);
    assert!(
        said[0].starts_with("no Docker engine answers (Cannot connect to the Docker daemon"),
        "{said:?}"
    );
    fs::remove_file(ground.path("docker/no-engine")).unwrap();
    fs::write(ground.path("docker/version"), "2.20.3").unwrap();
    assert!(check().await[0].starts_with("Compose 2.20.3 is too old: 2.21 or newer"));
    fs::write(ground.path("docker/no-plugin"), "").unwrap();
    assert!(check().await[0].starts_with("docker has no Compose plugin"));
    for gone in ["version", "no-plugin"] {
        fs::remove_file(ground.path(&format!("docker/{gone}"))).unwrap();
    }
    ground.write(&json!({ "services": { "shop": { "image": "x", "privileged": true } } }));
    assert_eq!(check().await, ["the compose file has no service `web`"]);
    // What this machine lacks is told without calling anybody.
    let kind = hearth::providers::kind("exec").unwrap();
    assert_eq!((kind.lacks)(&definition), Vec::<String>::new());
    fs::remove_file(ground.path("bin/docker")).unwrap();
    fs::remove_file(ground.path("compose/shop.yaml")).unwrap();
    let bare = definition.replace(":/usr/bin:/bin", "");
    let lacking = (kind.lacks)(&bare);
    assert!(
        lacking[0].contains("install Docker Engine with its Compose plugin"),
        "{lacking:?}"
    );
    assert!(
        lacking[1].starts_with("there is no compose file"),
        "{lacking:?}"
    );
    // Programs of one's own are not asked.
    let own = order(
        &ground
            .bench
            .environment(super::bench::SAMPLE_ENVIRONMENTS, "x")
            .definition,
        "x",
    );
    assert_eq!(
        provider.check(&own.definition, &[]).await,
        Vec::<String>::new()
    );
}
