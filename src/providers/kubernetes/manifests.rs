//! A folder of YAML manifests: read, judged, and filled with an order's values, which never touch the YAML text.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::LazyLock;

use regex::{Captures, Regex};
use serde_json::{Map, Value};

use super::identity::{self, FIELD_MANAGER};
use super::kinds::{self, ALLOWED, ObjectKind};
use crate::providers::{Failure, Order};

/// The most files of a folder.
const FILES_MAX: usize = 50;
/// The longest file, in bytes.
const FILE_BYTES_MAX: u64 = 256 * 1_024;
/// The most objects of one environment.
const OBJECTS_MAX: usize = 100;
/// The longest name of an object, in bytes.
const NAME_BYTES_MAX: usize = 253;

/// A known name in braces; any other brace is a plain character. With a type it stands alone and becomes
/// a number or a truth value, because `replicas: "3"` is not what the API wants.
static PLACEHOLDER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"\{(name|namespace|revision|op_key|installation|parameter\.[A-Za-z0-9_-]+)(?::(integer|boolean))?\}",
    )
    .expect("the placeholder pattern is fixed")
});

/// One object of a template as it stands in its file.
struct Document {
    /// The file and the place in it, for people.
    place: String,
    /// Where its kind stands among the allowed ones.
    rank: usize,
    object: Value,
}

/// One object as the cluster is to have it.
#[derive(Debug)]
pub(super) struct Manifest {
    pub(super) kind: &'static ObjectKind,
    pub(super) name: String,
    pub(super) object: Value,
}

impl Manifest {
    /// What it is called in a sentence.
    pub(super) fn title(&self) -> String {
        format!("{} {}", self.kind.kind, self.name)
    }
}

/// What is wrong with a folder, each in a sentence that names the file.
pub(super) fn faults(folder: &Path) -> Vec<String> {
    match load(folder) {
        Ok(_) => Vec::new(),
        Err(faults) => faults,
    }
}

/// The kinds of objects that a folder holds, each once; none where the folder has a fault.
pub(super) fn kinds_of(folder: &Path) -> Vec<&'static ObjectKind> {
    let mut ranks: Vec<usize> = load(folder)
        .unwrap_or_default()
        .iter()
        .map(|document| document.rank)
        .collect();
    ranks.dedup();
    ranks.into_iter().map(|rank| ALLOWED[rank]).collect()
}

/// The parameters that a folder's manifests use, each once; none where the folder has a fault.
pub(super) fn parameters_of(folder: &Path) -> BTreeSet<String> {
    let documents = load(folder).unwrap_or_default();
    let used = documents
        .iter()
        .flat_map(|document| texts(&document.object));
    used.flat_map(|text| PLACEHOLDER.captures_iter(text))
        .filter_map(|found| found[1].strip_prefix("parameter.").map(str::to_owned))
        .collect()
}

/// What is wrong with the placeholders of a text.
pub(super) fn placeholder_faults(text: &str) -> Vec<String> {
    PLACEHOLDER
        .captures_iter(text)
        .filter(|found| {
            found.get(2).is_some() && found.get(0).is_some_and(|all| all.as_str() != text)
        })
        .map(|found| format!("`{}` has a type and must stand alone", &found[0]))
        .collect()
}

/// The objects of an order, in the order in which they are applied.
///
/// # Errors
/// [`Failure::Permanent`] with what is wrong with the folder, [`Failure::Refused`] with a value.
pub(super) fn render(
    folder: &Path,
    order: &Order,
    namespace: &str,
) -> Result<Vec<Manifest>, Failure> {
    let documents = load(folder).map_err(|mut faults| Failure::Permanent(faults.swap_remove(0)))?;
    let values = Values { order, namespace };
    let mut manifests: Vec<Manifest> = Vec::with_capacity(documents.len());
    for document in documents {
        let mut object = document.object;
        values
            .fill(&mut object)
            .map_err(|fault| Failure::Refused(format!("{}: {fault}", document.place)))?;
        let kind = ALLOWED[document.rank];
        let name = object["metadata"]["name"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        if !is_object_name(&name) {
            return Err(Failure::Refused(format!(
                "{}: a value makes `{name}` of the name, which no object can have",
                document.place
            )));
        }
        if manifests
            .iter()
            .any(|other| other.kind == kind && other.name == name)
        {
            return Err(Failure::Permanent(format!(
                "{}: there are two of {} {name}",
                document.place, kind.kind
            )));
        }
        mark(&mut object, order);
        if let Some(pod) = pod_spec(kind, &mut object) {
            pod.insert(
                "automountServiceAccountToken".to_owned(),
                Value::Bool(false),
            );
        }
        manifests.push(Manifest { kind, name, object });
    }
    Ok(manifests)
}

/// A text with an order's values in it.
///
/// # Errors
/// [`Failure::Refused`] when a value is missing or does not fit.
pub(super) fn fill_text(text: &str, order: &Order, namespace: &str) -> Result<String, Failure> {
    Values { order, namespace }
        .text(text)
        .map_err(Failure::Refused)
}

fn load(folder: &Path) -> Result<Vec<Document>, Vec<String>> {
    let entries = std::fs::read_dir(folder).map_err(|fault| {
        vec![format!(
            "the folder of manifests {} cannot be read: {fault}",
            folder.display()
        )]
    })?;
    let mut paths: Vec<_> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "yaml" || extension == "yml")
        })
        .collect();
    paths.sort();
    let mut faults = Vec::new();
    if paths.len() > FILES_MAX {
        faults.push(format!(
            "there are more than {FILES_MAX} files of manifests"
        ));
        paths.truncate(FILES_MAX);
    }
    let mut documents = Vec::new();
    for path in &paths {
        match read(path) {
            Ok(objects) => {
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                for (at, object) in objects.into_iter().enumerate() {
                    let place = format!("{name}, object {}", at + 1);
                    match judge(&object) {
                        Ok(rank) => documents.push(Document {
                            place,
                            rank,
                            object,
                        }),
                        Err(fault) => faults.push(format!("{place}: {fault}")),
                    }
                }
            }
            Err(fault) => faults.push(fault),
        }
    }
    if documents.is_empty() && faults.is_empty() {
        faults.push(format!("there is no manifest in {}", folder.display()));
    }
    if documents.len() > OBJECTS_MAX {
        faults.push(format!("there are more than {OBJECTS_MAX} objects"));
    }
    if faults.is_empty() {
        documents.sort_by_key(|document| document.rank);
        Ok(documents)
    } else {
        Err(faults)
    }
}

fn read(path: &Path) -> Result<Vec<Value>, String> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let length = std::fs::metadata(path).map_or(0, |metadata| metadata.len());
    if length > FILE_BYTES_MAX {
        return Err(format!("{name} is longer than {FILE_BYTES_MAX} bytes"));
    }
    let text =
        std::fs::read_to_string(path).map_err(|fault| format!("{name} cannot be read: {fault}"))?;
    let objects: Vec<Value> = serde_saphyr::from_multiple(&text).map_err(|fault| {
        // The parser draws a picture of the place over several lines; the first says what is wrong.
        let fault = fault.to_string();
        format!(
            "{name} is no YAML: {}",
            fault.lines().next().unwrap_or_default()
        )
    })?;
    Ok(objects
        .into_iter()
        .filter(|object| !object.is_null())
        .collect())
}

/// The rank of an object that a template may hold.
fn judge(object: &Value) -> Result<usize, String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let (api_version, kind) = (text(&object["apiVersion"]), text(&object["kind"]));
    let rank = kinds::allowed(&api_version, &kind).ok_or_else(|| {
        let known: Vec<_> = ALLOWED.iter().map(|allowed| allowed.kind).collect();
        format!(
            "`{api_version}` `{kind}` is not a kind that an environment may hold; they are {}",
            known.join(", ")
        )
    })?;
    let metadata = &object["metadata"];
    let name = metadata["name"].as_str().unwrap_or_default();
    if name.is_empty() {
        return Err("it has no `metadata.name`".to_owned());
    }
    if name.starts_with(FIELD_MANAGER) {
        return Err(format!(
            "names that begin with `{FIELD_MANAGER}` are Hearth's own"
        ));
    }
    if metadata.get("namespace").is_some() {
        return Err("it names a namespace; Hearth puts it into the environment's own".to_owned());
    }
    let mut copy = object.clone();
    if let Some(pod) = pod_spec(ALLOWED[rank], &mut copy) {
        if pod.get("automountServiceAccountToken") == Some(&Value::Bool(true)) {
            return Err(
                "its pods ask for a token of the cluster, which no environment gets".to_owned(),
            );
        }
        if pod.contains_key("serviceAccountName") || pod.contains_key("serviceAccount") {
            return Err("its pods name a service account; an environment has only `default`, without a token".to_owned());
        }
    }
    match texts(object)
        .iter()
        .flat_map(|text| placeholder_faults(text))
        .next()
    {
        Some(fault) => Err(fault),
        None => Ok(rank),
    }
}

/// The description of an object's pods, where it has some.
fn pod_spec<'a>(kind: &ObjectKind, object: &'a mut Value) -> Option<&'a mut Map<String, Value>> {
    let path = match kind.kind {
        "Deployment" | "StatefulSet" | "Job" => "/spec/template/spec",
        "CronJob" => "/spec/jobTemplate/spec/template/spec",
        _ => return None,
    };
    object.pointer_mut(path)?.as_object_mut()
}

/// Every text value of an object; keys are no values.
fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(list) => list.iter().flat_map(texts).collect(),
        Value::Object(map) => map.values().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}

fn mark(object: &mut Value, order: &Order) {
    let labels = &mut object["metadata"]["labels"];
    if !labels.is_object() {
        *labels = Value::Object(Map::new());
    }
    if let Some(labels) = labels.as_object_mut() {
        labels.extend(identity::labels(order));
    }
}

fn is_object_name(name: &str) -> bool {
    (1..=NAME_BYTES_MAX).contains(&name.len())
        && name.bytes().all(|byte| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'.'
        })
        && name.starts_with(|first: char| first.is_ascii_alphanumeric())
        && name.ends_with(|last: char| last.is_ascii_alphanumeric())
        && !name.starts_with(FIELD_MANAGER)
}

struct Values<'a> {
    order: &'a Order,
    namespace: &'a str,
}

impl Values<'_> {
    /// Fills every text value, however deep; keys stay as they are.
    fn fill(&self, value: &mut Value) -> Result<(), String> {
        match value {
            Value::String(text) => {
                let typed = PLACEHOLDER
                    .captures(text)
                    .filter(|found| found[0].len() == text.len())
                    .and_then(|found| {
                        Some((found[1].to_owned(), found.get(2)?.as_str().to_owned()))
                    });
                *value = match typed {
                    Some((name, kind)) => self.typed(&name, &kind)?,
                    None => Value::String(self.text(text)?),
                };
                Ok(())
            }
            Value::Array(list) => list.iter_mut().try_for_each(|value| self.fill(value)),
            Value::Object(map) => map.values_mut().try_for_each(|value| self.fill(value)),
            _ => Ok(()),
        }
    }

    fn typed(&self, name: &str, kind: &str) -> Result<Value, String> {
        let text = self.value(name)?;
        let value = match kind {
            "integer" => text.parse::<i64>().ok().map(Value::from),
            _ => text.parse::<bool>().ok().map(Value::from),
        };
        value.ok_or_else(|| format!("the value of `{{{name}}}` is no {kind}"))
    }

    /// Every placeholder replaced, once: what is filled in is never looked at again.
    fn text(&self, text: &str) -> Result<String, String> {
        let mut fault = None;
        let filled = PLACEHOLDER.replace_all(text, |found: &Captures<'_>| {
            self.value(&found[1]).unwrap_or_else(|reason| {
                fault.get_or_insert(reason);
                String::new()
            })
        });
        match fault {
            None => Ok(filled.into_owned()),
            Some(fault) => Err(fault),
        }
    }

    fn value(&self, name: &str) -> Result<String, String> {
        let order = self.order;
        let value = match (name, name.strip_prefix("parameter.")) {
            (_, Some(parameter)) => order.parameters.get(parameter).cloned(),
            ("name", _) => Some(order.name.clone()),
            ("namespace", _) => Some(self.namespace.to_owned()),
            ("op_key", _) => Some(order.op_key.clone()),
            ("installation", _) => Some(order.installation.clone()),
            _ => order.revision.clone(),
        };
        let value = value.ok_or_else(|| format!("there is no value for `{{{name}}}`"))?;
        if value.contains(|character: char| character.is_control()) {
            return Err(format!(
                "the value of `{{{name}}}` holds control characters"
            ));
        }
        Ok(value)
    }
}

#[cfg(test)]
#[path = "manifests_tests.rs"]
mod tests;
