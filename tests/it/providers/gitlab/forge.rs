//! A GitLab with one project whose pipeline makes environments, as its published description answers.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use hearth::domain::Timestamp;
use hearth::providers::Order;
use hearth::providers::gitlab::GitLab;
use serde_json::{Value, json};

use super::super::bench::{NOW, order, settled_section};
use super::super::served::{Answer, Asked, Served, json as answer};

const PROJECT: &str = "/api/v4/projects/sonsic%2Fplayer";

pub struct Forge {
    pub served: Served,
    pub world: Arc<Mutex<World>>,
    pub provider: GitLab,
    now: Arc<AtomicI64>,
    _token: tempfile::TempDir,
    token: String,
}

#[derive(Default)]
pub struct World {
    pub pipelines: Vec<Pipeline>,
    pub environments: Vec<Environment>,
    /// The project's file does not set `workflow:name`.
    pub is_nameless: bool,
    /// Pipelines are not listed yet.
    pub is_slow: bool,
    /// The token may not delete environments.
    pub may_not_delete: bool,
}

pub struct Pipeline {
    pub id: u64,
    pub variables: Vec<(String, String)>,
    pub status: &'static str,
    pub looks: u32,
}

pub struct Environment {
    pub id: u64,
    pub name: String,
    pub state: &'static str,
}

impl Pipeline {
    fn value(&self, key: &str) -> &str {
        let mut pairs = self.variables.iter();
        pairs
            .find(|(there, _)| there == key)
            .map_or("", |(_, value)| value)
    }
}

impl Forge {
    pub async fn new() -> Self {
        let world = Arc::new(Mutex::new(World::default()));
        let kept = Arc::clone(&world);
        let served = Served::new(move |asked| reply(&mut kept.lock().unwrap(), asked)).await;
        let folder = tempfile::TempDir::new().unwrap();
        let path = folder.path().join("token");
        std::fs::write(&path, "open-sesame-7").unwrap();
        let now = Arc::new(AtomicI64::new(NOW.0));
        Self {
            served,
            world,
            provider: provider(Arc::clone(&now)),
            now,
            token: path.display().to_string(),
            _token: folder,
        }
    }

    pub fn pass_seconds(&self, seconds: i64) {
        self.now.fetch_add(seconds * 1_000, Ordering::SeqCst);
    }

    /// What a restart of the bot is for the provider.
    pub fn restart(&mut self) {
        self.provider = provider(Arc::clone(&self.now));
    }

    pub fn order(&self, op_key: &str, visible_seconds: u32) -> Order {
        let (url, token) = (&self.served.url, &self.token);
        let section = format!(
            "project = \"sonsic/player\"\ntoken = \"file:{token}\"\nurl = \"{url}\"\nenvironment = \"review/{{name}}\"\n\
             inputs = {{ size = \"{{parameter.size}}\", replicas = \"2\" }}\ninput_types = {{ replicas = \"number\" }}\n\
             variables = {{ REVISION = \"{{revision}}\", SIZE = \"{{parameter.size}}\" }}\n\
             poll_ms = 10\nvisible_seconds = {visible_seconds}"
        );
        order(&settled_section("gitlab", &section), op_key)
    }

    /// A pipeline that somebody began for this key of this installation.
    pub fn begin(&self, installation: &str, op_key: &str) -> u64 {
        let pair = |key: &str, value: String| (key.to_owned(), value);
        self.world.lock().unwrap().begin(vec![
            pair("OP_KEY", op_key.to_owned()),
            pair("HEARTH_NAME", format!("name-{op_key}")),
            pair(
                "HEARTH_MARK",
                format!("create name-{op_key} [hearth:{installation}:{op_key}]"),
            ),
        ])
    }
}

fn provider(now: Arc<AtomicI64>) -> GitLab {
    GitLab::new(Arc::new(move || Timestamp(now.load(Ordering::SeqCst))))
}

impl World {
    fn begin(&mut self, variables: Vec<(String, String)>) -> u64 {
        let id = 61 + self.pipelines.len() as u64;
        self.pipelines.push(Pipeline {
            id,
            variables,
            status: "created",
            looks: 0,
        });
        id
    }

    /// A look at a pipeline lets it go on.
    fn look(&mut self, id: u64) -> Option<&Pipeline> {
        let pipeline = self.pipelines.iter_mut().find(|there| there.id == id)?;
        pipeline.looks += 1;
        let name = pipeline.value("HEARTH_NAME").to_owned();
        match (pipeline.status, pipeline.looks) {
            ("created", 2..) => pipeline.status = "running",
            ("running", 3..) if name.contains("bad") => pipeline.status = "failed",
            ("running", 3..) if !name.contains("endless") => {
                pipeline.status = "success";
                self.environments.push(Environment {
                    id: 1 + self.environments.len() as u64,
                    name: format!("review/{name}"),
                    state: "available",
                });
            }
            _ => {}
        }
        self.pipelines.iter().find(|there| there.id == id)
    }
}

fn reply(world: &mut World, asked: &Asked) -> Answer {
    assert_eq!(asked.header("authorization"), Some("Bearer open-sesame-7"));
    let path = asked.path.strip_prefix(PROJECT).unwrap();
    let parts: Vec<&str> = path.split('/').skip(1).collect();
    let not_found = || answer(404, &json!({"message": "404 Not found"}));
    match (asked.method.as_str(), parts.as_slice()) {
        ("GET", []) => answer(
            200,
            &json!({"id": 1, "path_with_namespace": "sonsic/player"}),
        ),
        ("GET", ["repository", "commits", "main"]) => answer(200, &json!({"id": "ed899a2f4b50"})),
        ("POST", ["pipeline"]) => begin(world, asked),
        ("GET", ["pipelines"]) => pipelines(world, asked),
        ("GET", ["pipelines", id]) => match world.look(id.parse().unwrap()) {
            Some(pipeline) => answer(200, &shown(pipeline, false)),
            None => not_found(),
        },
        ("GET", ["pipelines", id, rest]) => {
            let id: u64 = id.parse().unwrap();
            let pipeline = world.pipelines.iter().find(|there| there.id == id).unwrap();
            match *rest {
                "variables" => {
                    let pairs = pipeline.variables.iter();
                    let list: Vec<Value> = pairs
                        .map(|(key, value)| {
                            json!({"key": key, "variable_type": "env_var", "value": value})
                        })
                        .collect();
                    answer(200, &list.into())
                }
                _ => answer(200, &jobs(pipeline)),
            }
        }
        ("GET", ["jobs", "2", "trace"]) => (
            200,
            "section_start:1560896352:prepare\r\u{1b}[0KPreparing\r\nBringing it up, token=abc\r\n"
                .to_owned(),
        ),
        ("POST", ["pipelines", id, "cancel"]) => {
            let id: u64 = id.parse().unwrap();
            let pipeline = world.pipelines.iter_mut().find(|there| there.id == id);
            let pipeline = pipeline.unwrap();
            if matches!(pipeline.status, "created" | "running") {
                pipeline.status = "canceled";
            }
            answer(200, &shown(pipeline, false))
        }
        (_, ["environments", ..]) => environments(world, asked, &parts),
        _ => panic!("nobody should ask {} {}", asked.method, asked.path),
    }
}

fn begin(world: &mut World, asked: &Asked) -> Answer {
    assert_eq!(asked.body["ref"], "main");
    assert_eq!(
        asked.body["inputs"],
        json!({"size": "small", "replicas": 2})
    );
    let variables: Vec<(String, String)> = asked.body["variables"]
        .as_array()
        .unwrap()
        .iter()
        .map(|pair| {
            let text = |name: &str| pair[name].as_str().unwrap().to_owned();
            (text("key"), text("value"))
        })
        .collect();
    assert!(variables.contains(&("SIZE".to_owned(), "small".to_owned())));
    assert!(variables.iter().all(|(key, _)| key != "REVISION"));
    let id = world.begin(variables);
    let pipeline = world.pipelines.iter().find(|there| there.id == id).unwrap();
    answer(201, &shown(pipeline, false))
}

fn pipelines(world: &World, asked: &Asked) -> Answer {
    assert_eq!(asked.query("source"), Some("api"));
    let wanted = asked.query("name").map(|name| {
        name.replace("%20", " ")
            .replace("%5B", "[")
            .replace("%5D", "]")
            .replace("%3A", ":")
    });
    let is_wanted = |pipeline: &&Pipeline| {
        let name = pipeline.value("HEARTH_MARK");
        !world.is_slow
            && wanted
                .as_ref()
                .is_none_or(|wanted| !world.is_nameless && wanted == name)
    };
    let mut list: Vec<Value> = world
        .pipelines
        .iter()
        .filter(is_wanted)
        .map(|pipeline| shown(pipeline, world.is_nameless))
        .collect();
    if asked.query("sort") == Some("desc") {
        list.reverse();
    }
    let per_page: usize = asked.query("per_page").unwrap().parse().unwrap();
    let page: usize = asked.query("page").map_or(1, |page| page.parse().unwrap());
    let list: Vec<Value> = list
        .into_iter()
        .skip((page - 1) * per_page)
        .take(per_page)
        .collect();
    answer(200, &list.into())
}

fn environments(world: &mut World, asked: &Asked, parts: &[&str]) -> Answer {
    let shown = |one: &Environment| {
        json!({"id": one.id, "name": one.name, "slug": "review", "state": one.state,
            "external_url": format!("https://{}.sonsic.example/", one.name.replace("review/", ""))})
    };
    let at = parts.get(1).map(|id| {
        let id: u64 = id.parse().unwrap();
        let mut all = world.environments.iter();
        all.position(|there| there.id == id).unwrap()
    });
    match (asked.method.as_str(), at, parts.get(2)) {
        ("GET", None, None) => {
            let wanted = asked.query("name").map(|name| name.replace("%2F", "/"));
            // A stopping environment has stopped at the next look.
            let list: Vec<Value> = world
                .environments
                .iter_mut()
                .filter(|one| wanted.as_ref().is_none_or(|wanted| *wanted == one.name))
                .filter(|one| asked.query("states").is_none_or(|state| state == one.state))
                .map(|one| {
                    let now = shown(one);
                    if one.state == "stopping" {
                        one.state = "stopped";
                    }
                    now
                })
                .collect();
            answer(200, &list.into())
        }
        ("POST", Some(at), Some(&"stop")) => {
            world.environments[at].state = "stopping";
            answer(200, &shown(&world.environments[at]))
        }
        ("DELETE", Some(at), None) => {
            assert_eq!(world.environments[at].state, "stopped");
            if world.may_not_delete {
                return answer(403, &json!({"message": "403 Forbidden"}));
            }
            world.environments.remove(at);
            (204, String::new())
        }
        _ => panic!("nobody should ask {} {}", asked.method, asked.path),
    }
}

fn shown(pipeline: &Pipeline, is_nameless: bool) -> Value {
    let name = Some(pipeline.value("HEARTH_MARK")).filter(|_| !is_nameless);
    json!({
        "id": pipeline.id, "iid": pipeline.id - 60, "project_id": 1, "name": name,
        "sha": "a91957a858320c0e17f3a0eca7cfacbff50ea29a", "ref": "main", "source": "api",
        "status": pipeline.status,
        "web_url": format!("https://gitlab.example/sonsic/player/-/pipelines/{}", pipeline.id),
        "created_at": "2026-01-01T00:00:00.000Z", "updated_at": "2026-01-01T00:00:00.000Z",
    })
}

fn jobs(pipeline: &Pipeline) -> Value {
    let reason = Some("script_failure").filter(|_| pipeline.status == "failed");
    json!([
        {"id": 1, "name": "build", "stage": "build", "status": "success"},
        {"id": 2, "name": "review", "stage": "deploy", "status": pipeline.status, "failure_reason": reason},
    ])
}
