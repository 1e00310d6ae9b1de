//! An engine that speaks the protocol of `http`, as the how-to page describes it.

use std::sync::{Arc, Mutex};

use hearth::providers::Order;
use hearth::providers::http::Http;
use serde_json::{Value, json};

use super::super::bench::{NOW, order, settled_section};
use super::super::served::{Answer, Asked, Served, json as answer};

pub struct Engine {
    pub served: Served,
    pub things: Arc<Mutex<Vec<Thing>>>,
    pub provider: Http,
}

#[derive(Clone)]
pub struct Thing {
    pub reference: String,
    pub op_key: String,
    pub name: String,
    pub installation: String,
    pub looks: u32,
}

impl Engine {
    pub async fn new() -> Self {
        let things = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&things);
        let served = Served::new(move |asked| reply(&mut kept.lock().unwrap(), asked)).await;
        Self {
            served,
            things,
            provider: Http::new(Arc::new(|| NOW)),
        }
    }

    /// An order whose definition has these lines more.
    pub fn order(&self, op_key: &str, more: &str) -> Order {
        let url = &self.served.url;
        let section = format!(
            "start = \"{url}/environments\"\nstatus = \"{url}/environments/{{reference}}\"\n\
             destroy = \"{url}/environments/{{reference}}\"\nlogs = \"{url}/environments/{{reference}}/logs?lines={{lines}}\"\n\
             list = \"{url}/environments?installation={{installation}}\"\noutputs = [\"url\"]\npoll_ms = 10\n{more}"
        );
        order(&settled_section("http", &section), op_key)
    }

    pub fn add(&self, op_key: &str) -> String {
        let mut things = self.things.lock().unwrap();
        let reference = format!("env-{}", things.len() + 1);
        things.push(Thing {
            reference: reference.clone(),
            op_key: op_key.to_owned(),
            name: format!("name-{op_key}"),
            installation: "here".to_owned(),
            looks: 0,
        });
        reference
    }
}

fn reply(things: &mut Vec<Thing>, asked: &Asked) -> Answer {
    match (asked.method.as_str(), asked.parts().as_slice()) {
        ("POST", ["environments"]) => start(things, asked),
        ("GET", ["environments"]) => {
            let ours = things
                .iter()
                .filter(|thing| asked.query("installation") == Some(&thing.installation));
            let list: Vec<Value> = ours
                .map(|thing| {
                    json!({"reference": thing.reference, "op_key": thing.op_key, "name": thing.name,
                        "installation": thing.installation})
                })
                .collect();
            answer(200, &json!({"environments": list}))
        }
        ("GET", ["environments", reference]) => {
            match things
                .iter_mut()
                .find(|thing| thing.reference == *reference)
            {
                None => answer(404, &json!({"message": "no such environment"})),
                Some(thing) => {
                    thing.looks += 1;
                    answer(200, &state(thing))
                }
            }
        }
        ("GET", ["environments", _, "logs"]) => (200, "first\nsecond token=abc\n".to_owned()),
        ("DELETE", ["environments", reference]) => {
            let before = things.len();
            things.retain(|thing| thing.reference != *reference);
            (if things.len() < before { 204 } else { 404 }, String::new())
        }
        _ => answer(404, &json!({"message": "no such address"})),
    }
}

fn start(things: &mut Vec<Thing>, asked: &Asked) -> Answer {
    let text = |name: &str| asked.body[name].as_str().unwrap().to_owned();
    assert_eq!(
        asked.header("idempotency-key"),
        Some(text("op_key").as_str())
    );
    if let Some(there) = things.iter().find(|thing| thing.op_key == text("op_key")) {
        return answer(200, &json!({"reference": there.reference}));
    }
    let reference = format!("env-{}", things.len() + 1);
    things.push(Thing {
        reference: reference.clone(),
        op_key: text("op_key"),
        name: text("name"),
        installation: text("installation"),
        looks: 0,
    });
    answer(202, &json!({"reference": reference}))
}

fn state(thing: &Thing) -> Value {
    match thing.op_key.as_str() {
        "bad" => json!({"state": "failed", "message": "no room\nleft"}),
        "endless" => json!({"state": "working", "progress": "building for ever"}),
        _ if thing.looks < 3 => {
            json!({"state": "working", "progress": format!("step {}", thing.looks)})
        }
        _ => json!({"state": "ready", "outputs": {
            "url": format!("https://{}.example/", thing.name), "password": "hunter2"}}),
    }
}
