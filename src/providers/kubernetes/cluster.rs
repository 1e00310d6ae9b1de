//! The connection to a cluster: bounded calls with plain JSON, and errors as sentences that say what to do.

use std::path::Path;
use std::time::Duration;

use kube::api::GetParams;
use kube::api::{
    DeleteParams, ListParams, LogParams, Patch, PatchParams, PostParams, Preconditions,
};
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::core::{Request, Status};
use kube::{Client, Config};
use serde_json::Value;

use super::definition::Definition;
use super::identity::FIELD_MANAGER;
use super::kinds::ObjectKind;
use crate::domain::limits::ENGINE_TEXT_CHARS_MAX;
use crate::providers::Failure;
use crate::providers::redact::{Redactor, cut};

/// The most objects that one list is asked for.
const LISTED_MAX: u32 = 500;
/// The most pages of one list.
const PAGES_MAX: usize = 10;
/// The most bytes of one container's log.
const LOG_BYTES_MAX: i64 = 64 * 1_024;

/// A cluster that can be called.
#[derive(Clone)]
pub(super) struct Cluster {
    client: Client,
    /// How long one call may take.
    bound: Duration,
}

/// How making an object ended.
pub(super) enum Made {
    Fresh,
    /// There is one of this name already.
    Exists,
}

/// Whether a call changes something, and may therefore have had an effect that nobody heard of.
#[derive(Clone, Copy)]
enum Call {
    Reads,
    Changes,
}

impl Cluster {
    /// Reads how the cluster is reached; calls nobody yet.
    ///
    /// # Errors
    /// [`Failure::Permanent`] with what is wrong with the file.
    pub(super) async fn open(definition: &Definition) -> Result<Self, Failure> {
        let mut config = match &definition.kubeconfig {
            Some(path) => from_file(path, definition.context.clone()).await?,
            None => Config::incluster().map_err(|fault| {
                Failure::Permanent(format!(
                    "Hearth does not run inside of a cluster ({fault}): name a `kubeconfig`, or run it there with a service account"
                ))
            })?,
        };
        let bound = Duration::from_secs(definition.call_seconds_max);
        config.connect_timeout = Some(bound);
        // The runner tries again by itself, with bounds that people can see.
        config.default_retry = false;
        let client = Client::try_from(config).map_err(|fault| {
            Failure::Permanent(format!(
                "the cluster's address or certificates cannot be used: {}",
                plain(&fault.to_string())
            ))
        })?;
        Ok(Self { client, bound })
    }

    /// One object, if it is there.
    pub(super) async fn get(
        &self,
        kind: &ObjectKind,
        namespace: Option<&str>,
        name: &str,
    ) -> Result<Option<Value>, Failure> {
        let request = Request::new(kind.address(namespace)).get(name, &GetParams::default());
        let what = format!("reading {} {name}", kind.kind);
        match self.send(request, &what, Call::Reads).await {
            Ok(object) => Ok(Some(object)),
            Err(Refused::Said(status)) if status.code == 404 => Ok(None),
            Err(refused) => Err(refused.into_failure(&what)),
        }
    }

    /// Every object of a kind, up to a bound.
    pub(super) async fn list(
        &self,
        kind: &ObjectKind,
        namespace: Option<&str>,
        selector: Option<&str>,
    ) -> Result<Vec<Value>, Failure> {
        let what = format!("listing {}", kind.plural);
        let mut parameters = ListParams::default().limit(LISTED_MAX);
        parameters.label_selector = selector.map(str::to_owned);
        let mut objects = Vec::new();
        for _ in 0..PAGES_MAX {
            let request = Request::new(kind.address(namespace)).list(&parameters);
            let mut page = self
                .send(request, &what, Call::Reads)
                .await
                .map_err(|refused| refused.into_failure(&what))?;
            if let Value::Array(items) = page["items"].take() {
                objects.extend(items);
            }
            match page["metadata"]["continue"].as_str() {
                Some(next) if !next.is_empty() => parameters.continue_token = Some(next.to_owned()),
                _ => break,
            }
        }
        Ok(objects)
    }

    /// Makes an object, unless there is one of its name.
    pub(super) async fn create(
        &self,
        kind: &ObjectKind,
        namespace: Option<&str>,
        object: &Value,
    ) -> Result<Made, Failure> {
        match self.post(kind, namespace, object).await {
            Ok(_) => Ok(Made::Fresh),
            Err(Refused::Said(status)) if status.reason == "AlreadyExists" => Ok(Made::Exists),
            Err(refused) => Err(refused.into_failure(&format!("making {}", kind.kind))),
        }
    }

    /// Asks a question that is put as an object; the answer is the object that comes back.
    pub(super) async fn ask(&self, kind: &ObjectKind, question: &Value) -> Result<Value, Failure> {
        let answer = self.post(kind, None, question).await;
        answer.map_err(|refused| refused.into_failure(&format!("asking by {}", kind.kind)))
    }

    async fn post(
        &self,
        kind: &ObjectKind,
        namespace: Option<&str>,
        object: &Value,
    ) -> Result<Value, Refused> {
        let request = Request::new(kind.address(namespace))
            .create(&PostParams::default(), object.to_string().into_bytes());
        self.send(request, &format!("making {}", kind.kind), Call::Changes)
            .await
    }

    /// Makes an object as it is wanted, whatever was there: the same twice changes nothing.
    pub(super) async fn apply(
        &self,
        kind: &ObjectKind,
        namespace: Option<&str>,
        object: &Value,
    ) -> Result<(), Failure> {
        let name = object["metadata"]["name"].as_str().unwrap_or_default();
        let parameters = PatchParams::apply(FIELD_MANAGER)
            .force()
            .validation_strict();
        self.patch(kind, namespace, name, &parameters, &Patch::Apply(object))
            .await
    }

    /// Changes some fields of an object.
    pub(super) async fn merge(
        &self,
        kind: &ObjectKind,
        namespace: Option<&str>,
        name: &str,
        change: &Value,
    ) -> Result<(), Failure> {
        let parameters = PatchParams {
            field_manager: Some(FIELD_MANAGER.to_owned()),
            ..PatchParams::default()
        };
        self.patch(kind, namespace, name, &parameters, &Patch::Merge(change))
            .await
    }

    async fn patch(
        &self,
        kind: &ObjectKind,
        namespace: Option<&str>,
        name: &str,
        parameters: &PatchParams,
        patch: &Patch<&Value>,
    ) -> Result<(), Failure> {
        let what = format!("applying {} {name}", kind.kind);
        let request = Request::new(kind.address(namespace)).patch(name, parameters, patch);
        let sent = self.send(request, &what, Call::Changes).await;
        sent.map(drop)
            .map_err(|refused| refused.into_failure(&what))
    }

    /// Asks for the removal of exactly this object: one that came after it under its name stays.
    pub(super) async fn delete(
        &self,
        kind: &ObjectKind,
        name: &str,
        uid: &str,
    ) -> Result<(), Failure> {
        let what = format!("removing {} {name}", kind.kind);
        let parameters = DeleteParams::background().preconditions(Preconditions {
            uid: Some(uid.to_owned()),
            resource_version: None,
        });
        let request = Request::new(kind.address(None)).delete(name, &parameters);
        match self.send(request, &what, Call::Changes).await {
            Ok(_) => Ok(()),
            // Gone, another one by now, or on its way: looking tells which.
            Err(Refused::Said(status)) if matches!(status.code, 404 | 409) => Ok(()),
            Err(refused) => Err(refused.into_failure(&what)),
        }
    }

    /// The last lines of a container, each with its time; nothing where it has not printed yet.
    pub(super) async fn log(
        &self,
        namespace: &str,
        pod: &str,
        container: &str,
        lines_max: usize,
    ) -> Result<String, Failure> {
        let parameters = LogParams {
            container: Some(container.to_owned()),
            tail_lines: Some(i64::try_from(lines_max).unwrap_or(i64::MAX)),
            limit_bytes: Some(LOG_BYTES_MAX),
            timestamps: true,
            ..LogParams::default()
        };
        let address = super::kinds::POD.address(Some(namespace));
        let request = Request::new(address).logs(pod, &parameters);
        let what = format!("reading the log of {pod}");
        match self.text(request, &what, Call::Reads).await {
            Ok(text) => Ok(text),
            // A container that waits to start has no log, and a pod may go between two looks.
            Err(Refused::Said(status)) if matches!(status.code, 400 | 404) => Ok(String::new()),
            Err(refused) => Err(refused.into_failure(&what)),
        }
    }

    async fn send(&self, request: Asked, what: &str, call: Call) -> Result<Value, Refused> {
        let text = self.text(request, what, call).await?;
        serde_json::from_str(&text).map_err(|_| {
            Refused::Failed(Failure::Permanent(format!(
                "{what}: what answers there is not an API server"
            )))
        })
    }

    async fn text(&self, request: Asked, what: &str, call: Call) -> Result<String, Refused> {
        let request = request
            .map_err(|fault| Refused::Failed(Failure::Permanent(format!("{what}: {fault}"))))?;
        match tokio::time::timeout(self.bound, self.client.request_text(request)).await {
            Ok(Ok(text)) => Ok(text),
            Ok(Err(kube::Error::Api(status))) => Err(Refused::Said(status)),
            Ok(Err(fault @ kube::Error::Auth(_))) => {
                Err(Refused::Failed(Failure::Permanent(format!(
                    "{what}: the credentials cannot be used: {}",
                    plain(&fault.to_string())
                ))))
            }
            Ok(Err(fault)) => {
                let reason = root_cause(&fault);
                let message = format!("{what}: the cluster cannot be reached ({reason})");
                // Without a connection nothing was sent.
                Err(Refused::Failed(if is_connect(&fault) {
                    Failure::Retryable(message)
                } else {
                    call.unclear(message)
                }))
            }
            Err(_) => Err(Refused::Failed(call.unclear(format!(
                "{what}: no answer within {} s",
                self.bound.as_secs()
            )))),
        }
    }
}

/// A request, or why there cannot be one.
type Asked = Result<http::Request<Vec<u8>>, kube::core::request::Error>;

impl Call {
    fn unclear(self, message: String) -> Failure {
        match self {
            Self::Reads => Failure::Retryable(message),
            Self::Changes => Failure::UnknownEffect(message),
        }
    }
}

/// Why a call did not do what it should.
enum Refused {
    /// The API server said so.
    Said(Box<Status>),
    /// Nobody said anything that could be understood.
    Failed(Failure),
}

impl Refused {
    fn into_failure(self, what: &str) -> Failure {
        match self {
            Self::Failed(failure) => failure,
            Self::Said(status) => said(&status, what),
        }
    }
}

/// What the API server says, with what to do about it.
fn said(status: &Status, what: &str) -> Failure {
    let message = plain(&status.message);
    let is_ending = status
        .details
        .iter()
        .flat_map(|details| &details.causes)
        .any(|cause| cause.reason == "NamespaceTerminating");
    match status.code {
        401 => Failure::Permanent(format!(
            "{what}: the cluster does not know who Hearth is (401). Give it a kubeconfig with a token or certificate that is still valid"
        )),
        403 if is_ending => Failure::Retryable(format!("{what}: the namespace is being removed")),
        // The quota is new, and nobody has counted yet.
        403 if message.contains("status unknown for quota") => {
            Failure::Retryable(format!("{what}: the quota is not counted yet"))
        }
        403 if message.contains("exceeded quota") => Failure::Permanent(format!(
            "{what}: more than the environment may use: {message}"
        )),
        403 if message.contains("PodSecurity") => Failure::Permanent(format!(
            "{what}: against the namespace's Pod Security level: {message}"
        )),
        403 => Failure::Permanent(format!(
            "{what}: Hearth's account lacks a right: {message}. examples/kubernetes/ has the rights that it needs"
        )),
        404 => Failure::Permanent(format!(
            "{what}: it is not there, or this cluster does not have that kind of object: {message}"
        )),
        409 => Failure::Retryable(format!(
            "{what}: somebody else changed it meanwhile: {message}"
        )),
        400 | 422 => Failure::Permanent(format!(
            "{what}: the cluster finds a fault in it: {message}"
        )),
        429 | 503 => {
            Failure::Retryable(format!("{what}: the cluster has too much to do: {message}"))
        }
        500..=599 => Failure::UnknownEffect(format!("{what}: the cluster has a fault: {message}")),
        code => Failure::Permanent(format!("{what}: {code} {message}")),
    }
}

/// A file of credentials. One that starts a program is refused: the program would inherit this process's
/// environment, and with it the bot's own secrets.
async fn from_file(path: &Path, context: Option<String>) -> Result<Config, Failure> {
    let refuse = |what: &str| Failure::Permanent(format!("{}: {what}", path.display()));
    let file = Kubeconfig::read_from(path)
        .map_err(|fault| refuse(&format!("cannot be read: {}", root_cause(&fault))))?;
    let starts_programs = file.auth_infos.iter().any(|named| {
        named
            .auth_info
            .as_ref()
            .is_some_and(|auth| auth.exec.is_some() || auth.auth_provider.is_some())
    });
    if starts_programs {
        return Err(refuse(
            "it gets its credentials from a program, which Hearth does not start; use a token of a service account (examples/kubernetes/)",
        ));
    }
    let options = KubeConfigOptions {
        context,
        ..KubeConfigOptions::default()
    };
    Config::from_custom_kubeconfig(file, &options)
        .await
        .map_err(|fault| refuse(&format!("cannot be used: {}", root_cause(&fault))))
}

/// Whether it failed before anything was sent.
fn is_connect(fault: &kube::Error) -> bool {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(fault);
    while let Some(error) = cause {
        if let Some(io) = error.downcast_ref::<std::io::Error>() {
            return matches!(
                io.kind(),
                std::io::ErrorKind::ConnectionRefused | std::io::ErrorKind::NotFound
            );
        }
        cause = error.source();
    }
    false
}

/// The innermost reason, in one plain line: the outer ones repeat it.
fn root_cause(fault: &(dyn std::error::Error + 'static)) -> String {
    let mut inner = fault;
    while let Some(cause) = inner.source() {
        inner = cause;
    }
    plain(&inner.to_string())
}

/// Outside text as one plain, bounded line without secrets.
pub(super) fn plain(text: &str) -> String {
    let joined = text.split_whitespace().collect::<Vec<_>>().join(" ");
    cut(
        Redactor::default().line(joined.as_bytes()),
        ENGINE_TEXT_CHARS_MAX,
    )
}
