//! Discord's own OpenAPI document as a judge of everything that is sent.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock};

use hearth::playground::{Check, Request};
use jsonschema::{Draft, Registry, Validator};
use serde_json::{Value, json};

/// The document's name inside the registry.
const NAME: &str = "json-schema:///discord";
/// Faults that are told of one body.
const FAULTS_MAX: usize = 5;

struct Judge {
    registry: Registry<'static>,
    /// The document's path for a route, whose parameters are only `{}` here.
    paths: HashMap<String, String>,
    document: Value,
    validators: Mutex<HashMap<(String, String), Option<Arc<Validator>>>>,
}

/// What looks at each request, where `HEARTH_DISCORD_OPENAPI` names the document.
pub fn check() -> Option<Check> {
    static JUDGE: OnceLock<Option<Judge>> = OnceLock::new();
    let judge = JUDGE
        .get_or_init(|| std::env::var_os("HEARTH_DISCORD_OPENAPI").map(|path| Judge::new(&path)))
        .as_ref()?;
    Some(Arc::new(move |request| judge.faults(request)))
}

impl Judge {
    fn new(path: &std::ffi::OsStr) -> Self {
        let text =
            std::fs::read(path).expect("HEARTH_DISCORD_OPENAPI names a file that can be read");
        let document: Value = serde_json::from_slice(&text).expect("Discord's document is JSON");
        let paths = document["paths"]
            .as_object()
            .expect("the document has paths");
        let paths = paths
            .keys()
            .map(|path| (nameless(path), path.clone()))
            .collect();
        let resource = Draft::Draft202012.create_resource(document.clone());
        let registry = Registry::new()
            .add(NAME, resource)
            .unwrap()
            .prepare()
            .unwrap();
        Self {
            registry,
            paths,
            document,
            validators: Mutex::default(),
        }
    }

    fn faults(&self, request: &Request) -> Vec<String> {
        if request.body.is_null() {
            return Vec::new();
        }
        let Some(validator) = self.validator(&request.method, &request.route) else {
            return Vec::new();
        };
        let errors = validator.iter_errors(&request.body).take(FAULTS_MAX);
        errors
            .map(|error| {
                format!(
                    "{} {}: {error} at {}",
                    request.method,
                    request.route,
                    error.instance_path()
                )
            })
            .collect()
    }

    /// Made once for each operation: that takes up to a tenth of a second.
    fn validator(&self, method: &str, route: &str) -> Option<Arc<Validator>> {
        let key = (method.to_owned(), route.to_owned());
        let mut validators = self.validators.lock().unwrap();
        validators
            .entry(key)
            .or_insert_with(|| self.make(method, route))
            .clone()
    }

    fn make(&self, method: &str, route: &str) -> Option<Arc<Validator>> {
        let path = self.paths.get(&nameless(route))?;
        let method = method.to_lowercase();
        self.document["paths"][path][&method]["requestBody"]["content"]["application/json"]
            .get("schema")?;
        let escaped = path
            .replace('/', "~1")
            .replace('{', "%7B")
            .replace('}', "%7D");
        let root = json!({
            "$ref": format!("{NAME}#/paths/{escaped}/{method}/requestBody/content/application~1json/schema"),
        });
        let options = jsonschema::options()
            .with_draft(Draft::Draft202012)
            .with_registry(&self.registry);
        Some(Arc::new(
            options
                .build(&root)
                .expect("the document's schemas can be compiled"),
        ))
    }
}

/// The route without the names of its parameters, which are not the same everywhere.
fn nameless(route: &str) -> String {
    let parts = route
        .split('/')
        .map(|part| if part.starts_with('{') { "{}" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

#[test]
fn the_document_judges_what_it_knows() {
    let Some(check) = check() else { return };
    let request = |body: Value| Request {
        method: "POST".to_owned(),
        route: "/channels/{channel}/messages".to_owned(),
        path: String::new(),
        body,
        files: Vec::new(),
        status: None,
        at: 0,
    };
    assert_eq!(
        check(&request(json!({"content": "hi"}))),
        Vec::<String>::new()
    );
    assert_ne!(check(&request(json!({"content": 5}))), Vec::<String>::new());
}
