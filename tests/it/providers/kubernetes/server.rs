//! An API server for tests: it answers with recorded bodies and keeps just enough state for an environment's life.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};
use tempfile::TempDir;

/// The token that the server knows.
const TOKEN: &str = "a-token-of-the-test";

/// The answer of a recorded exchange.
macro_rules! recorded {
    ($name:literal) => {
        serde_json::from_str::<Value>(include_str!(concat!(
            "../../../data/kubernetes/",
            $name,
            ".json"
        )))
        .unwrap()["response"]
            .take()
    };
}

/// What a test orders.
#[derive(Default)]
pub struct Faults {
    /// Rights that the account lacks: `verb resource`.
    pub denied: BTreeSet<String>,
    /// Objects that vanish as soon as they are applied: plural and name.
    pub swallowed: BTreeSet<String>,
    /// The quota of ConfigMaps is used up.
    pub over_quota: bool,
    /// Namespaces that are being removed stay, and say this.
    pub hang: Option<String>,
    /// The next object is made, and nobody hears of it.
    pub lose_reply: bool,
}

/// Everything that the server remembers.
#[derive(Default)]
pub struct Cluster {
    /// By address.
    objects: BTreeMap<String, Value>,
    pub faults: Faults,
    /// What was asked, oldest first: method and address.
    pub asked: Vec<String>,
    n_made: u64,
}

pub struct Server {
    pub cluster: Arc<Mutex<Cluster>>,
    folder: TempDir,
    address: String,
}

impl Server {
    pub async fn start() -> Self {
        let cluster = Arc::new(Mutex::new(Cluster::default()));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new()
            .fallback(answer)
            .with_state(Arc::clone(&cluster));
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        let folder = TempDir::new().unwrap();
        Self {
            cluster,
            folder,
            address,
        }
    }

    /// A file that leads here, with the right token.
    pub fn kubeconfig(&self) -> PathBuf {
        self.kubeconfig_with("good", &json!({ "token": TOKEN }))
    }

    pub fn kubeconfig_with(&self, name: &str, user: &Value) -> PathBuf {
        let path = self.folder.path().join(name);
        let file = json!({
            "apiVersion": "v1", "kind": "Config", "current-context": "test",
            "clusters": [{ "name": "test", "cluster": { "server": self.address } }],
            "users": [{ "name": "test", "user": user }],
            "contexts": [{ "name": "test", "context": { "cluster": "test", "user": "test" } }],
        });
        std::fs::write(&path, file.to_string()).unwrap();
        path
    }

    pub fn order(&self, order: impl FnOnce(&mut Faults)) {
        order(&mut self.cluster.lock().unwrap().faults);
    }

    /// An object as it is now.
    pub fn object(&self, address: &str) -> Option<Value> {
        self.cluster.lock().unwrap().objects.get(address).cloned()
    }

    pub fn change(&self, address: &str, change: impl FnOnce(&mut Value)) {
        change(
            self.cluster
                .lock()
                .unwrap()
                .objects
                .get_mut(address)
                .unwrap(),
        );
    }

    /// What was asked since the last time.
    pub fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.cluster.lock().unwrap().asked)
    }
}

async fn answer(
    State(cluster): State<Arc<Mutex<Cluster>>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let token = headers
        .get("authorization")
        .and_then(|value| value.to_str().ok());
    if token != Some(&format!("Bearer {TOKEN}")) {
        return said(&recorded!("unauthorized-401"));
    }
    let answered = {
        let mut cluster = cluster.lock().unwrap();
        cluster.asked.push(format!("{method} {}", uri.path()));
        cluster.answer(&method, &uri, &headers, &body)
    };
    match answered {
        Some(answer) => answer,
        None => std::future::pending().await,
    }
}

/// A recorded response as it was.
fn said(response: &Value) -> Response {
    let status = u16::try_from(response["status"].as_u64().unwrap()).unwrap();
    (
        StatusCode::from_u16(status).unwrap(),
        [("content-type", "application/json")],
        response["body"].to_string(),
    )
        .into_response()
}

fn good(status: u16, body: &Value) -> Response {
    said(&json!({ "status": status, "body": body }))
}

/// A recorded refusal about another object.
fn about(response: &Value, from: &str, to: &str) -> Response {
    said(&serde_json::from_str(&response.to_string().replace(from, to)).unwrap())
}

impl Cluster {
    /// `None` when the reply gets lost.
    fn answer(
        &mut self,
        method: &Method,
        uri: &Uri,
        headers: &HeaderMap,
        body: &Bytes,
    ) -> Option<Response> {
        let path = uri.path();
        let body: Value = serde_json::from_slice(body).unwrap_or_default();
        if path.ends_with("/selfsubjectaccessreviews") {
            let asked = &body["spec"]["resourceAttributes"];
            let text = |key: &str| asked[key].as_str().unwrap_or_default().to_owned();
            let right = format!("{} {}", text("verb"), text("resource"));
            let mut review = body;
            review["status"] = json!({ "allowed": !self.faults.denied.contains(&right) });
            return Some(good(201, &review));
        }
        let plural = resource_of(path);
        let verb = match *method {
            Method::POST => "create",
            Method::PATCH => "patch",
            Method::DELETE => "delete",
            _ => "get",
        };
        if self.faults.denied.contains(&format!("{verb} {plural}")) {
            let refusal = recorded!("forbidden-403").to_string();
            let refusal = refusal.replace("cannot list", &format!("cannot {verb}"));
            return Some(about(
                &serde_json::from_str(&refusal).unwrap(),
                "secrets",
                plural,
            ));
        }
        if self.faults.over_quota && plural == "configmaps" {
            return Some(said(&recorded!("quota-exceeded-403")));
        }
        if let Some(refusal) = self.refusal_of_namespace(method, path) {
            return Some(refusal);
        }
        match *method {
            Method::GET if path.ends_with("/log") => Some(log(path)),
            Method::GET => Some(self.get(path, uri.query().unwrap_or_default())),
            Method::POST => self.post(path, body),
            Method::PATCH => {
                let kind = headers["content-type"].to_str().unwrap();
                Some(self.patch(path, &body, kind.contains("apply")))
            }
            Method::DELETE => Some(self.delete(path, &body)),
            _ => panic!("{method} is not spoken here"),
        }
    }

    /// Nothing new comes into a namespace that is not there or on its way out.
    fn refusal_of_namespace(&self, method: &Method, path: &str) -> Option<Response> {
        let rest = path.split_once("/namespaces/")?.1;
        let (namespace, _) = rest.split_once('/')?;
        if !matches!(*method, Method::POST | Method::PATCH) {
            return None;
        }
        match self.objects.get(&format!("/api/v1/namespaces/{namespace}")) {
            None => Some(about(&recorded!("namespace-gone-404"), "pr-42", namespace)),
            Some(found) if found["metadata"]["deletionTimestamp"].is_string() => Some(about(
                &recorded!("create-in-terminating-403"),
                "pr-42",
                namespace,
            )),
            Some(_) => None,
        }
    }

    fn get(&mut self, path: &str, query: &str) -> Response {
        if path.ends_with("/pods") {
            return self.pods(path);
        }
        if path.ends_with("/events") {
            return good(200, &json!({ "kind": "EventList", "items": [] }));
        }
        if !is_collection(path) {
            let name = path.rsplit('/').next().unwrap();
            let found = self.objects.get(path).cloned();
            if found
                .as_ref()
                .is_some_and(|found| found["metadata"]["deletionTimestamp"].is_string())
                && self.faults.hang.is_none()
            {
                // Whoever has seen it on its way out does not see it again.
                self.remove_namespace(path);
            }
            return match found {
                Some(found) => good(200, &found),
                None => about(&recorded!("namespace-gone-404"), "pr-42", name),
            };
        }
        let selector = query
            .split('&')
            .find_map(|pair| pair.strip_prefix("labelSelector="))
            .map(|selector| {
                selector
                    .replace("%2F", "/")
                    .replace("%3D", "=")
                    .replace("%2C", ",")
            });
        let fits = |object: &Value| {
            selector
                .iter()
                .flat_map(|selector| selector.split(','))
                .all(|pair| match pair.split_once('=') {
                    Some((key, value)) => object["metadata"]["labels"][key] == value,
                    None => object["metadata"]["labels"][pair].is_string(),
                })
        };
        let items: Vec<_> = self
            .objects
            .iter()
            .filter(|(address, object)| {
                address
                    .rsplit_once('/')
                    .is_some_and(|(parent, _)| parent == path)
                    && fits(object)
            })
            .map(|(_, object)| object.clone())
            .collect();
        good(
            200,
            &json!({ "kind": "List", "metadata": {}, "items": items }),
        )
    }

    fn post(&mut self, path: &str, object: Value) -> Option<Response> {
        let name = object["metadata"]["name"].as_str().unwrap().to_owned();
        let address = format!("{path}/{name}");
        if self.objects.contains_key(&address) {
            return Some(about(
                &recorded!("namespace-create-again-409"),
                "pr-42",
                &name,
            ));
        }
        let made = self.store(&address, object);
        if std::mem::take(&mut self.faults.lose_reply) {
            return None;
        }
        Some(good(201, &made))
    }

    fn patch(&mut self, path: &str, change: &Value, is_apply: bool) -> Response {
        let known = self.objects.get(path).cloned();
        if known.is_none() && !is_apply {
            let name = path.rsplit('/').next().unwrap();
            return about(&recorded!("namespace-gone-404"), "pr-42", name);
        }
        if change["spec"]["replicas"]
            .as_i64()
            .is_some_and(|replicas| replicas < 0)
        {
            return said(&recorded!("deployment-invalid-422"));
        }
        if change.get("spek").is_some() {
            return said(&recorded!("unknown-field-strict-400"));
        }
        let status = if known.is_some() { 200 } else { 201 };
        let mut object = known.unwrap_or_else(|| json!({}));
        merge(&mut object, change);
        let stored = self.store(path, object);
        let mut parts = path.rsplit('/');
        let (name, plural) = (parts.next().unwrap(), parts.next().unwrap());
        if self.faults.swallowed.contains(&format!("{plural} {name}")) {
            self.objects.remove(path);
        }
        good(status, &stored)
    }

    fn delete(&mut self, path: &str, options: &Value) -> Response {
        let Some(found) = self.objects.get_mut(path) else {
            return said(&recorded!("namespace-gone-404"));
        };
        let wanted = &options["preconditions"]["uid"];
        assert!(
            wanted.is_string(),
            "a namespace is never removed without its uid"
        );
        if *wanted != found["metadata"]["uid"] {
            return said(&recorded!("namespace-create-again-409"));
        }
        let ending = recorded!("namespace-terminating-200");
        found["metadata"]["deletionTimestamp"] =
            ending["body"]["metadata"]["deletionTimestamp"].clone();
        found["status"] = ending["body"]["status"].clone();
        if let Some(why) = &self.faults.hang {
            found["status"]["conditions"] = json!([{
                "type": "NamespaceFinalizersRemaining", "status": "True", "message": why,
            }]);
        }
        good(200, found)
    }

    fn remove_namespace(&mut self, path: &str) {
        let name = path.rsplit('/').next().unwrap();
        let within = format!("/namespaces/{name}/");
        self.objects
            .retain(|address, _| address != path && !address.contains(&within));
    }

    /// Keeps an object, and does at once what the controllers of a cluster would do.
    fn store(&mut self, address: &str, mut object: Value) -> Value {
        self.n_made += 1;
        let metadata = &mut object["metadata"];
        if metadata["uid"].is_null() {
            metadata["uid"] = format!("uid-{}", self.n_made).into();
        }
        metadata["generation"] = self.n_made.into();
        metadata["resourceVersion"] = self.n_made.to_string().into();
        if address.contains("/deployments/") {
            object["status"] = rolled_out(&object);
        }
        self.objects.insert(address.to_owned(), object.clone());
        object
    }

    /// Pods of the deployments that are there.
    fn pods(&self, path: &str) -> Response {
        let namespace = path.split('/').nth(4).unwrap();
        let within = format!("/namespaces/{namespace}/deployments/");
        let mut recorded = recorded!("pods-with-imagepullbackoff-200");
        let all = recorded["body"]["items"].as_array().unwrap().clone();
        let wanted: BTreeSet<_> = self
            .objects
            .iter()
            .filter(|(address, _)| address.contains(&within))
            .map(|(_, deployment)| image(deployment))
            .collect();
        let mut items = Vec::new();
        for pod in all {
            let is_broken = pod["metadata"]["name"]
                .as_str()
                .unwrap()
                .starts_with("broken");
            let runs = wanted
                .iter()
                .any(|image| image.contains("badimage") == is_broken && !image.contains("slow"));
            if runs {
                items.push(pod);
            }
        }
        recorded["body"]["items"] = items.into();
        said(&recorded)
    }
}

/// The status of a deployment by its image's tag, as the stand-in for a kubelet in the recordings did it.
fn rolled_out(deployment: &Value) -> Value {
    let image = image(deployment);
    let mut status = if image.contains("rootful") {
        recorded!("deployment-rootful-blocked-by-pod-security-200")["body"]["status"].take()
    } else {
        recorded!("deployment-ready-200")["body"]["status"].take()
    };
    status["observedGeneration"] = deployment["metadata"]["generation"].clone();
    let replicas = deployment["spec"]["replicas"].as_u64().unwrap_or(1);
    let is_up =
        !image.contains("badimage") && !image.contains("slow") && !image.contains("rootful");
    for (key, value) in [
        ("replicas", replicas),
        ("updatedReplicas", replicas),
        ("readyReplicas", if is_up { replicas } else { 0 }),
        ("availableReplicas", if is_up { replicas } else { 0 }),
    ] {
        status[key] = value.into();
    }
    status
}

fn image(deployment: &Value) -> String {
    deployment["spec"]["template"]["spec"]["containers"][0]["image"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

fn log(path: &str) -> Response {
    let pod = path.split('/').nth(6).unwrap();
    if pod.starts_with("broken") {
        return about(&recorded!("pod-log-absent-404"), "absent", pod);
    }
    // The later half of one pod's lines comes after the other pod's.
    let second = if pod.ends_with("9jhxm") { 2 } else { 1 };
    format!(
        "2026-11-22T00:27:3{second}.5Z {pod} listens, password=hunter2\n2026-11-22T00:28:0{second}Z \u{1b}[31mready\n"
    )
    .into_response()
}

/// Whether an address names a kind, not an object.
fn is_collection(path: &str) -> bool {
    let parts = path.split('/').count();
    let root = if path.starts_with("/api/") { 4 } else { 5 };
    parts == root || (path.contains("/namespaces/") && parts == root + 2)
}

fn resource_of(path: &str) -> &str {
    if is_collection(path) {
        path.rsplit('/').next().unwrap()
    } else {
        path.rsplit('/').nth(1).unwrap()
    }
}

/// A JSON merge patch: what is null goes.
fn merge(object: &mut Value, change: &Value) {
    let Value::Object(change) = change else {
        *object = change.clone();
        return;
    };
    if !object.is_object() {
        *object = json!({});
    }
    let object = object.as_object_mut().unwrap();
    for (key, value) in change {
        if value.is_null() {
            object.remove(key);
        } else {
            merge(object.entry(key.clone()).or_insert(Value::Null), value);
        }
    }
}
