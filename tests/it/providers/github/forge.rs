//! A GitHub with one repository whose workflow makes environments, as its published description answers.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use hearth::domain::Timestamp;
use hearth::providers::Order;
use hearth::providers::github::GitHub;
use serde_json::{Value, json};

use super::super::bench::{NOW, order, settled_section};
use super::super::served::{Answer, Asked, Served, json as answer};

const REPOSITORY: &str = "/repos/sonsic/player";

pub struct Forge {
    pub served: Served,
    pub world: Arc<Mutex<World>>,
    pub provider: GitHub,
    now: Arc<AtomicI64>,
    _token: tempfile::TempDir,
    token: String,
}

#[derive(Default)]
pub struct World {
    pub runs: Vec<Run>,
    /// Environments of GitHub.
    pub environments: Vec<String>,
    pub inactive: u32,
    /// How a dispatch is answered.
    pub age: Age,
    /// Runs are not listed yet.
    pub is_slow: bool,
}

/// How old the server is.
#[derive(Clone, Copy, Default, PartialEq)]
pub enum Age {
    #[default]
    Today,
    /// It passes over what it does not know.
    Ignores,
    /// It refuses what it does not know.
    Refuses,
}

pub struct Run {
    pub id: u64,
    pub title: String,
    pub action: String,
    pub name: String,
    pub conclusion: Option<&'static str>,
    pub looks: u32,
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
        let told = Arc::clone(&now);
        Self {
            served,
            world,
            provider: provider(told),
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
            "repository = \"sonsic/player\"\nworkflow = \"preview.yml\"\ntoken = \"file:{token}\"\napi = \"{url}\"\n\
             environment = \"preview-{{name}}\"\ninputs = {{ size = \"{{parameter.size}}\", revision = \"{{revision}}\" }}\n\
             poll_ms = 10\nvisible_seconds = {visible_seconds}"
        );
        order(&settled_section("github", &section), op_key)
    }

    /// A run that somebody began with this title.
    pub fn begin(&self, title: &str) -> u64 {
        let mut world = self.world.lock().unwrap();
        let (action, rest) = title.split_once(' ').unwrap();
        let name = rest.split(' ').next().unwrap();
        world.begin(title, action, name)
    }

    pub fn titles(&self) -> Vec<String> {
        let world = self.world.lock().unwrap();
        world.runs.iter().map(|run| run.title.clone()).collect()
    }
}

fn provider(now: Arc<AtomicI64>) -> GitHub {
    GitHub::new(Arc::new(move || Timestamp(now.load(Ordering::SeqCst))))
}

impl World {
    fn begin(&mut self, title: &str, action: &str, name: &str) -> u64 {
        let id = 30_433_642 + self.runs.len() as u64;
        self.runs.push(Run {
            id,
            title: title.to_owned(),
            action: action.to_owned(),
            name: name.to_owned(),
            conclusion: None,
            looks: 0,
        });
        id
    }

    /// A look at a run lets it go on.
    fn look(&mut self, id: u64) -> Option<&Run> {
        let run = self.runs.iter_mut().find(|run| run.id == id)?;
        run.looks += 1;
        if run.conclusion.is_some() {
            return self.runs.iter().find(|run| run.id == id);
        }
        let is_removal = run.action == "destroy";
        if is_removal || (run.looks >= 3 && !run.name.contains("endless")) {
            let is_bad = !is_removal && run.name.contains("bad");
            run.conclusion = Some(if is_bad { "failure" } else { "success" });
            if !is_bad && !is_removal {
                self.environments.push(format!("preview-{}", run.name));
            }
        }
        self.runs.iter().find(|run| run.id == id)
    }
}

fn reply(world: &mut World, asked: &Asked) -> Answer {
    assert_eq!(asked.header("authorization"), Some("Bearer open-sesame-7"));
    assert_eq!(asked.header("x-github-api-version"), Some("2022-11-28"));
    let path = asked.path.strip_prefix(REPOSITORY).unwrap();
    let parts: Vec<&str> = path.split('/').skip(1).collect();
    let not_found = || answer(404, &json!({"message": "Not Found", "status": "404"}));
    match (asked.method.as_str(), parts.as_slice()) {
        ("GET", []) => answer(200, &json!({"id": 1_296_269, "full_name": "sonsic/player"})),
        ("GET", ["actions", "workflows", "preview.yml"]) => {
            answer(200, &json!({"id": 1, "state": "active"}))
        }
        ("GET", ["environments"]) => answer(200, &json!({"total_count": 0, "environments": []})),
        ("GET", ["deployments"]) if asked.query("environment").is_none() => answer(200, &json!([])),
        ("POST", ["actions", "workflows", "preview.yml", "dispatches"]) => dispatch(world, asked),
        ("GET", ["actions", "workflows", "preview.yml", "runs"]) => {
            assert_eq!(asked.query("event"), Some("workflow_dispatch"));
            let page: usize = asked.query("page").unwrap().parse().unwrap();
            let runs = world.runs.iter().rev().filter(|_| !world.is_slow);
            let runs: Vec<Value> = runs.skip((page - 1) * 50).take(50).map(shown).collect();
            answer(
                200,
                &json!({"total_count": world.runs.len(), "workflow_runs": runs}),
            )
        }
        ("GET", ["actions", "runs", id]) => match world.look(id.parse().unwrap()) {
            Some(run) => answer(200, &shown(run)),
            None => not_found(),
        },
        ("GET", ["actions", "runs", id, "jobs"]) => {
            let id: u64 = id.parse().unwrap();
            let run = world.runs.iter().find(|run| run.id == id).unwrap();
            answer(200, &json!({"total_count": 2, "jobs": jobs(run)}))
        }
        ("POST", ["actions", "runs", id, "cancel"]) => {
            let id: u64 = id.parse().unwrap();
            let run = world.runs.iter_mut().find(|run| run.id == id).unwrap();
            if run.conclusion.is_some() {
                return answer(
                    409,
                    &json!({"message": "Cannot cancel a workflow run that is completed."}),
                );
            }
            run.conclusion = Some("cancelled");
            answer(202, &json!({}))
        }
        ("GET", ["deployments"]) => {
            let name = asked.query("environment").unwrap();
            let at = world.environments.iter().position(|there| there == name);
            let list: Vec<Value> = at.map(|at| json!({"id": at + 1})).into_iter().collect();
            answer(200, &list.into())
        }
        ("GET", ["deployments", id, "statuses"]) => {
            let name = &world.environments[id.parse::<usize>().unwrap() - 1];
            let url = format!("https://{name}.sonsic.example/");
            answer(
                200,
                &json!([{"id": 1, "state": "success", "environment_url": url}]),
            )
        }
        ("POST", ["deployments", _, "statuses"]) => {
            assert_eq!(asked.body["state"], "inactive");
            world.inactive += 1;
            answer(201, &json!({"id": 1, "state": "inactive"}))
        }
        ("DELETE", ["environments", name]) => {
            let before = world.environments.len();
            world.environments.retain(|there| there != name);
            if world.environments.len() == before {
                return not_found();
            }
            (204, String::new())
        }
        _ => panic!("nobody should ask {} {}", asked.method, asked.path),
    }
}

fn dispatch(world: &mut World, asked: &Asked) -> Answer {
    let wants_run = asked.body.get("return_run_details") == Some(&json!(true));
    if wants_run && world.age == Age::Refuses {
        return answer(
            422,
            &json!({"message": "Invalid request.\n\n\"return_run_details\" is not a permitted key."}),
        );
    }
    assert_eq!(asked.body["ref"], "main");
    let inputs = &asked.body["inputs"];
    assert_eq!(inputs["size"], "small");
    assert!(inputs.get("revision").is_none(), "it has no value");
    let text = |name: &str| inputs[name].as_str().unwrap();
    let title = format!("Preview: {}", text("mark"));
    let id = world.begin(&title, text("action"), text("name"));
    if !wants_run || world.age == Age::Ignores {
        return (204, String::new());
    }
    let url = format!("https://github.example/sonsic/player/actions/runs/{id}");
    answer(
        200,
        &json!({"workflow_run_id": id, "run_url": url, "html_url": url}),
    )
}

fn shown(run: &Run) -> Value {
    let status = match run.conclusion {
        Some(_) => "completed",
        None if run.looks < 2 => "queued",
        None => "in_progress",
    };
    json!({
        "id": run.id, "name": "Preview", "event": "workflow_dispatch", "display_title": run.title,
        "status": status, "conclusion": run.conclusion, "run_attempt": 1,
        "html_url": format!("https://github.example/sonsic/player/actions/runs/{}", run.id),
        "created_at": "2026-01-01T00:00:00Z",
    })
}

fn jobs(run: &Run) -> Value {
    let (status, conclusion) = match run.conclusion {
        Some(conclusion) => ("completed", Some(conclusion)),
        None => ("in_progress", None),
    };
    json!([
        {"id": 1, "name": "build", "status": "completed", "conclusion": "success", "steps": []},
        {"id": 2, "name": "deploy", "status": status, "conclusion": conclusion, "steps": [
            {"name": "Set up job", "status": "completed", "conclusion": "success", "number": 1},
            {"name": "Bring it up\u{1b}[31m", "status": status, "conclusion": conclusion, "number": 2},
        ]},
    ])
}
