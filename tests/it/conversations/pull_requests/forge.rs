//! A GitHub and a GitLab as their published descriptions answer, with one repository whose pull requests a
//! test moves. It refuses what they would refuse, and remembers what was said there.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use hearth::domain::platform::{Forge as Kind, Platform, Repository};
use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::harness::Bot;
use crate::providers::served::{Answer, Asked, Served, json as answer};

pub const WEBHOOK_SECRET: &str = "a-secret-of-webhooks";
const TOKEN: &str = "a-token-of-the-forge";

/// The forges of this process, by their address.
static FORGES: LazyLock<Mutex<BTreeMap<String, Arc<Forge>>>> = LazyLock::new(Mutex::default);

pub struct Forge {
    pub kind: Kind,
    pub served: Served,
    world: Arc<Mutex<World>>,
    /// Something was said or changed there.
    news: Arc<Notify>,
}

#[derive(Default)]
pub struct World {
    pub pulls: BTreeMap<i64, Pull>,
    pub comments: Vec<Comment>,
    pub deployments: Vec<Deployment>,
    pub environments: BTreeSet<String>,
    /// The token may not show deployments.
    pub forbids_deployments: bool,
    last_id: u64,
}

#[derive(Clone)]
pub struct Pull {
    pub head: String,
    pub state: &'static str,
    pub author: String,
    pub association: &'static str,
    pub is_fork: bool,
    pub labels: Vec<String>,
    pub closed_at: Option<String>,
}

pub struct Comment {
    pub id: u64,
    pub number: i64,
    pub body: String,
    pub edits: u32,
}

pub struct Deployment {
    pub id: u64,
    pub environment: String,
    pub revision: String,
    pub payload: Value,
    pub statuses: Vec<String>,
    pub url: Option<String>,
}

/// Lets the forge begin and declares its repository. `more` changes the declaration.
pub fn declare(
    platform: &mut Platform,
    folder: &Path,
    kind: Kind,
    more: impl FnOnce(&mut Repository),
) {
    let world = Arc::new(Mutex::new(World::default()));
    let kept = Arc::clone(&world);
    let news = Arc::new(Notify::new());
    let told = Arc::clone(&news);
    let served = Served::begin(move |asked| {
        let answer = reply(&mut kept.lock().unwrap(), kind, asked);
        told.notify_waiters();
        answer
    });
    let secret = |name: &str, text: &str| {
        let path = folder.join(name);
        std::fs::write(&path, text).unwrap();
        format!("file:{}", path.display())
    };
    let mut repository = Repository {
        id: "player".into(),
        forge: kind,
        api: served.url.clone(),
        path: "sonsic/player".into(),
        template: platform.templates[0].id.clone(),
        team: "player".into(),
        token: secret("forge-token", TOKEN),
        webhook_secret: Some(secret("webhook-secret", WEBHOOK_SECRET)),
        label: None,
        trusted: None,
        grace: Duration::from_secs(3_600),
        look_every: Duration::from_secs(300),
    };
    more(&mut repository);
    let forge = Arc::new(Forge {
        kind,
        served,
        world,
        news,
    });
    FORGES.lock().unwrap().insert(repository.api.clone(), forge);
    platform.repositories.push(repository);
}

/// The forge of this bot.
pub fn of(bot: &Bot) -> Arc<Forge> {
    let definitions = bot.app.definitions();
    let api = &definitions.platform.repositories[0].api;
    Arc::clone(&FORGES.lock().unwrap()[api])
}

impl Forge {
    /// Changes the world, or looks at it.
    pub fn world<T>(&self, act: impl FnOnce(&mut World) -> T) -> T {
        act(&mut self.world.lock().unwrap())
    }

    /// Somebody opens a pull request.
    pub fn open(&self, number: i64, head: &str) {
        let pull = Pull {
            head: commit(head),
            state: "open",
            author: "mina".into(),
            association: "MEMBER",
            is_fork: false,
            labels: Vec::new(),
            closed_at: None,
        };
        self.world(|world| world.pulls.insert(number, pull));
    }

    /// Somebody changes one.
    pub fn change(&self, number: i64, act: impl FnOnce(&mut Pull)) {
        self.world(|world| act(world.pulls.get_mut(&number).unwrap()));
    }

    pub fn push(&self, number: i64, head: &str) {
        self.change(number, |pull| pull.head = commit(head));
    }

    pub fn close(&self, number: i64, state: &'static str) {
        self.change(number, |pull| {
            pull.state = state;
            pull.closed_at = Some("2026-11-24T13:00:00Z".into());
        });
    }

    pub fn reopen(&self, number: i64) {
        self.change(number, |pull| {
            pull.state = "open";
            pull.closed_at = None;
        });
    }

    /// What everybody reads about a pull request, without the mark.
    pub fn comments(&self, number: i64) -> String {
        self.world(|world| {
            let ours = world.comments.iter().filter(|it| it.number == number);
            let said = ours.map(|it| match it.body.split_once("-->\n") {
                Some((_, text)) => text.to_owned(),
                None => it.body.clone(),
            });
            said.collect::<Vec<_>>().join("\n---\n")
        })
    }

    /// Returns when our comment says this.
    pub async fn until_said(&self, number: i64, text: &str) {
        loop {
            let news = self.news.notified();
            if self.comments(number).contains(text) {
                return;
            }
            let waited = tokio::time::timeout(Duration::from_secs(30), news).await;
            assert!(
                waited.is_ok(),
                "not said: {text}\n{}",
                self.comments(number)
            );
        }
    }

    /// Returns when it was asked this.
    pub async fn until_asked(&self, beginning: &str) {
        loop {
            let news = self.news.notified();
            if !self.served.asked(beginning).is_empty() {
                return;
            }
            let waited = tokio::time::timeout(Duration::from_secs(30), news).await;
            assert!(waited.is_ok(), "not asked: {beginning}");
        }
    }

    /// Deployments and environments in lines: how each stands now.
    pub fn deployments(&self) -> String {
        self.world(|world| {
            let mut lines: Vec<String> = world
                .deployments
                .iter()
                .map(|it| {
                    format!(
                        "{} {}: {} {}",
                        it.environment,
                        &it.revision[..8],
                        it.statuses.last().map_or("-", String::as_str),
                        it.url.as_deref().unwrap_or("-")
                    )
                })
                .collect();
            lines.push(format!("environments: {:?}", world.environments));
            lines.join("\n")
        })
    }
}

/// A commit that begins so.
pub fn commit(beginning: &str) -> String {
    format!("{beginning:0<40}")
}

impl World {
    fn new_id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }
}

fn not_found() -> Answer {
    answer(404, &json!({"message": "Not Found"}))
}

fn reply(world: &mut World, kind: Kind, asked: &Asked) -> Answer {
    assert_eq!(
        asked.header("authorization"),
        Some(format!("Bearer {TOKEN}").as_str())
    );
    match kind {
        Kind::GitHub => {
            let rest = asked.path.strip_prefix("/repos/sonsic/player").unwrap();
            github(world, asked, &parts(rest))
        }
        Kind::GitLab => {
            let rest = asked
                .path
                .strip_prefix("/projects/sonsic%2Fplayer")
                .unwrap();
            gitlab(world, asked, &parts(rest))
        }
    }
}

fn parts(rest: &str) -> Vec<&str> {
    rest.split('/').skip(1).collect()
}

fn page(asked: &Asked, rows: Vec<Value>) -> Answer {
    let number = |name: &str| -> usize { asked.query(name).unwrap_or("1").parse().unwrap() };
    let (page, size) = (number("page"), number("per_page"));
    let rows: Vec<Value> = rows
        .into_iter()
        .skip((page - 1) * size)
        .take(size)
        .collect();
    answer(200, &rows.into())
}

fn github(world: &mut World, asked: &Asked, parts: &[&str]) -> Answer {
    match (asked.method.as_str(), parts) {
        ("GET", ["pulls"]) => {
            assert_eq!(asked.query("state"), Some("open"));
            let open = world
                .pulls
                .iter()
                .rev()
                .filter(|(_, it)| it.state == "open");
            page(asked, open.map(|(n, it)| pull_of_github(*n, it)).collect())
        }
        ("GET", ["pulls", number]) => {
            let number: i64 = number.parse().unwrap();
            match world.pulls.get(&number) {
                Some(it) => answer(200, &pull_of_github(number, it)),
                None => not_found(),
            }
        }
        ("GET", ["issues", number, "comments"]) => comments(world, asked, number),
        ("POST", ["issues", number, "comments"]) => say(world, asked, number),
        ("PATCH", ["issues", "comments", id]) => edit(world, asked, id),
        ("GET", ["deployments"]) => {
            let sha = asked.query("sha");
            let name = asked.query("environment").unwrap();
            let rows = world
                .deployments
                .iter()
                .filter(|it| it.environment == name && sha.is_none_or(|sha| it.revision == sha));
            page(
                asked,
                rows.map(|it| json!({"id": it.id, "payload": it.payload}))
                    .collect(),
            )
        }
        ("POST", ["deployments"]) => {
            if world.forbids_deployments {
                return answer(
                    403,
                    &json!({"message": "Resource not accessible by personal access token"}),
                );
            }
            assert_eq!(asked.body["auto_merge"], false);
            assert_eq!(asked.body["required_contexts"], json!([]));
            deploy(world, asked, asked.body["ref"].as_str().unwrap())
        }
        ("POST", ["deployments", id, "statuses"]) => {
            let id: u64 = id.parse().unwrap();
            let Some(it) = world.deployments.iter_mut().find(|it| it.id == id) else {
                return not_found();
            };
            let description = asked.body["description"].as_str().unwrap_or_default();
            assert!(description.len() <= 140);
            if let Some(url) = asked.body["environment_url"].as_str() {
                it.url = Some(url.to_owned());
            }
            it.statuses
                .push(asked.body["state"].as_str().unwrap().to_owned());
            answer(201, &json!({"id": 1}))
        }
        ("DELETE", ["deployments", id]) => {
            let id: u64 = id.parse().unwrap();
            let found = world.deployments.iter().position(|it| it.id == id);
            let Some(at) = found else {
                return not_found();
            };
            let last = world.deployments[at].statuses.last();
            if last.is_none_or(|state| state != "inactive") {
                return answer(
                    422,
                    &json!({"message": "We cannot delete an active deployment unless it is the only deployment in a given environment."}),
                );
            }
            world.deployments.remove(at);
            (204, String::new())
        }
        ("DELETE", ["environments", name]) => match world.environments.remove(*name) {
            true => (204, String::new()),
            false => not_found(),
        },
        _ => panic!("nobody should ask {} {}", asked.method, asked.path),
    }
}

fn gitlab(world: &mut World, asked: &Asked, parts: &[&str]) -> Answer {
    match (asked.method.as_str(), parts) {
        ("GET", ["merge_requests"]) => {
            assert_eq!(asked.query("state"), Some("opened"));
            let open = world
                .pulls
                .iter()
                .rev()
                .filter(|(_, it)| it.state == "open");
            page(asked, open.map(|(n, it)| pull_of_gitlab(*n, it)).collect())
        }
        ("GET", ["merge_requests", number]) => {
            let number: i64 = number.parse().unwrap();
            match world.pulls.get(&number) {
                Some(it) => answer(200, &pull_of_gitlab(number, it)),
                None => not_found(),
            }
        }
        ("GET", ["merge_requests", number, "notes"]) => comments(world, asked, number),
        ("POST", ["merge_requests", number, "notes"]) => say(world, asked, number),
        ("PUT", ["merge_requests", _, "notes", id]) => edit(world, asked, id),
        ("GET", ["deployments"]) => {
            let name = asked.query("environment").unwrap();
            let rows = world.deployments.iter().rev();
            let rows = rows.filter(|it| it.environment == name);
            page(
                asked,
                rows.map(|it| json!({"id": it.id, "sha": it.revision}))
                    .collect(),
            )
        }
        ("POST", ["deployments"]) => {
            assert_eq!(asked.body["tag"], false);
            let made = deploy(world, asked, asked.body["sha"].as_str().unwrap());
            let it = world.deployments.last_mut().unwrap();
            let status = asked.body["status"].as_str().unwrap();
            it.statuses.push(status.to_owned());
            made
        }
        ("PUT", ["deployments", id]) => {
            let id: u64 = id.parse().unwrap();
            let it = world.deployments.iter_mut().find(|it| it.id == id).unwrap();
            let status = asked.body["status"].as_str().unwrap();
            let is_over = it
                .statuses
                .last()
                .is_some_and(|last| matches!(last.as_str(), "success" | "failed" | "canceled"));
            if is_over {
                return answer(400, &json!({"message": {"status": ["cannot transition"]}}));
            }
            it.statuses.push(status.to_owned());
            answer(200, &json!({"id": id}))
        }
        ("GET", ["environments"]) => {
            let name = asked.query("name").unwrap();
            let rows = world.environments.iter().filter(|there| *there == name);
            page(
                asked,
                rows.map(|there| json!({"id": 5, "name": there})).collect(),
            )
        }
        ("PUT", ["environments", "5"]) => {
            let url = asked.body["external_url"].as_str().unwrap().to_owned();
            let it = world.deployments.last_mut().unwrap();
            it.url = Some(url);
            answer(200, &json!({"id": 5}))
        }
        ("POST", ["environments", "5", "stop"]) => answer(200, &json!({"id": 5})),
        ("DELETE", ["environments", "5"]) => {
            world.environments.clear();
            world.deployments.clear();
            (204, String::new())
        }
        _ => panic!("nobody should ask {} {}", asked.method, asked.path),
    }
}

fn deploy(world: &mut World, asked: &Asked, revision: &str) -> Answer {
    let id = world.new_id();
    let environment = asked.body["environment"].as_str().unwrap().to_owned();
    world.environments.insert(environment.clone());
    world.deployments.push(Deployment {
        id,
        environment,
        revision: revision.to_owned(),
        payload: asked.body["payload"].clone(),
        statuses: Vec::new(),
        url: None,
    });
    answer(201, &json!({"id": id, "environment": {"id": 5}}))
}

fn comments(world: &World, asked: &Asked, number: &str) -> Answer {
    let number: i64 = number.parse().unwrap();
    let rows = world.comments.iter().filter(|it| it.number == number);
    page(
        asked,
        rows.map(|it| json!({"id": it.id, "body": it.body}))
            .collect(),
    )
}

fn say(world: &mut World, asked: &Asked, number: &str) -> Answer {
    let id = world.new_id();
    world.comments.push(Comment {
        id,
        number: number.parse().unwrap(),
        body: asked.body["body"].as_str().unwrap().to_owned(),
        edits: 0,
    });
    answer(201, &json!({"id": id}))
}

fn edit(world: &mut World, asked: &Asked, id: &str) -> Answer {
    let id: u64 = id.parse().unwrap();
    let Some(it) = world.comments.iter_mut().find(|it| it.id == id) else {
        return not_found();
    };
    asked.body["body"]
        .as_str()
        .unwrap()
        .clone_into(&mut it.body);
    it.edits += 1;
    answer(200, &json!({"id": id}))
}

fn pull_of_github(number: i64, it: &Pull) -> Value {
    let (state, merged_at) = match it.state {
        "merged" => ("closed", json!(it.closed_at)),
        state => (state, Value::Null),
    };
    let from = if it.is_fork { 2 } else { 1 };
    let labels = it.labels.iter().map(|name| json!({"id": 1, "name": name}));
    json!({
        "id": number * 1_000, "number": number, "state": state, "title": "Add a *queue* @everyone",
        "html_url": format!("https://github.example/sonsic/player/pull/{number}"),
        "user": {"login": it.author, "id": 1}, "author_association": it.association,
        "labels": labels.collect::<Vec<_>>(), "draft": false,
        "closed_at": it.closed_at, "merged_at": merged_at,
        "head": {"ref": "queue", "sha": it.head, "repo": {"id": from, "full_name": "x/player"}},
        "base": {"ref": "main", "sha": commit("0"), "repo": {"id": 1, "full_name": "sonsic/player"}},
    })
}

fn pull_of_gitlab(number: i64, it: &Pull) -> Value {
    let state = match it.state {
        "open" => "opened",
        state => state,
    };
    let merged_at = it.closed_at.as_ref().filter(|_| state == "merged");
    json!({
        "id": number * 1_000, "iid": number, "state": state, "title": "Add a queue",
        "web_url": format!("https://gitlab.example/sonsic/player/-/merge_requests/{number}"),
        "author": {"id": 1, "username": it.author}, "labels": it.labels, "draft": false,
        "source_branch": "queue", "target_branch": "main", "sha": it.head,
        "source_project_id": if it.is_fork { 16 } else { 15 }, "target_project_id": 15,
        "closed_at": it.closed_at, "merged_at": merged_at,
    })
}
