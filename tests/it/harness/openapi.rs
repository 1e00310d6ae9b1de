//! Every request body of every conversation is held against Discord's own API document, where it is
//! at hand (`HEARTH_DISCORD_OPENAPI`).

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex};

use hearth::playground::{Check, Request};
use jsonschema::{Draft, Registry, Validator};
use serde_json::{Value, json};

const ROOT: &str = "json-schema:///discord";

static DOCUMENT: LazyLock<Option<Arc<Document>>> = LazyLock::new(|| {
    let path = std::env::var("HEARTH_DISCORD_OPENAPI").ok()?;
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let spec: Value = serde_json::from_str(&text).expect("Discord's document is JSON");
    Some(Arc::new(Document { spec, validators: Mutex::default() }))
});

struct Document {
    spec: Value,
    validators: Mutex<HashMap<String, Option<Arc<Validator>>>>,
}

/// The check, or none where the document is not at hand.
pub fn check() -> Option<Check> {
    let document = DOCUMENT.clone()?;
    Some(Arc::new(move |request: &Request| document.complaints(request)))
}

impl Document {
    fn complaints(&self, request: &Request) -> Vec<String> {
        if request.body.is_null() {
            return Vec::new();
        }
        let Some(validator) = self.validator(request) else { return Vec::new() };
        let body = relaxed(request.body.clone());
        validator
            .iter_errors(&body)
            .take(5)
            .map(|error| format!("{} {}: {error} at {}", request.method, request.route, error.instance_path()))
            .collect()
    }

    fn validator(&self, request: &Request) -> Option<Arc<Validator>> {
        let key = format!("{} {}", request.method, request.route);
        let mut validators = self.validators.lock().unwrap();
        validators.entry(key).or_insert_with(|| self.compile(request).map(Arc::new)).clone()
    }

    fn compile(&self, request: &Request) -> Option<Validator> {
        let path = self.path(&request.route)?;
        let method = request.method.to_lowercase();
        let content = &self.spec["paths"][&path][&method]["requestBody"]["content"]["application/json"]["schema"];
        if content.is_null() {
            return None;
        }
        let escaped = path.replace('~', "~0").replace('/', "~1").replace('{', "%7B").replace('}', "%7D");
        let pointer = format!("{ROOT}#/paths/{escaped}/{method}/requestBody/content/application~1json/schema");
        let resource = Draft::Draft202012.create_resource(self.spec.clone());
        let registry = Registry::new().add(ROOT, resource).ok()?.prepare().ok()?;
        let root = json!({ "$ref": pointer });
        let built = jsonschema::options().with_draft(Draft::Draft202012).with_registry(&registry).build(&root);
        Some(built.unwrap_or_else(|error| panic!("{pointer}: {error}")))
    }

    /// The document's own spelling of a route, whose parameters may be called otherwise.
    fn path(&self, route: &str) -> Option<String> {
        let shape = |path: &str| -> String {
            let parts = path.split('/').map(|part| if part.starts_with('{') { "{}" } else { part });
            parts.collect::<Vec<_>>().join("/")
        };
        let wanted = shape(route.trim_start_matches("/api/v10"));
        let paths = self.spec["paths"].as_object()?;
        paths.keys().find(|path| shape(path) == wanted).cloned()
    }
}

/// Two false alarms of the document: it wants permissions as an integer and attachment ids as text.
fn relaxed(mut body: Value) -> Value {
    relax(&mut body);
    body
}

fn relax(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(relax),
        Value::Object(map) => {
            map.remove("default_member_permissions");
            if let Some(Value::Array(attachments)) = map.get_mut("attachments") {
                for attachment in attachments {
                    if let Some(id) = attachment.get("id").and_then(Value::as_i64) {
                        attachment["id"] = json!(id.to_string());
                    }
                }
            }
            map.values_mut().for_each(relax);
        }
        _ => {}
    }
}
