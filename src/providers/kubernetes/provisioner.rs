//! What Kubernetes answers as a provider of environments.

use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use super::cluster::{Cluster, Made, plain};
use super::definition::Definition;
use super::identity::{self, APPLIED, FAULT, OP_KEY, annotation};
use super::kinds::{DEPLOYMENT, EVENT, JOB, NAMESPACE, POD, STATEFUL_SET};
use super::rollout::{Sight, Standing, name, why_it_hangs};
use super::{Kubernetes, defaults, manifests, rights};
use crate::providers::{
    Abilities, Failure, Found, Logs, Observation, Order, Owned, Phase, Progress, Provisioner,
    Started, Whose,
};

/// The first pause between two looks, in milliseconds; it grows by half each time.
const PAUSE_MS_MIN: u64 = 100;
/// The longest pause between two looks, in milliseconds.
const PAUSE_MS_MAX: u64 = 2_000;
/// How many looks in a row may fail before waiting is given back to the runner.
const FAILED_LOOKS_MAX: u32 = 5;
/// The most containers whose logs are read.
const CONTAINERS_MAX: usize = 10;

/// The pause between two looks.
pub(super) struct Pause(Duration);

impl Default for Pause {
    fn default() -> Self {
        Self(Duration::from_millis(PAUSE_MS_MIN))
    }
}

impl Pause {
    /// Waits, and says whether there is time for another look.
    pub(super) async fn until(&mut self, deadline: Instant) -> bool {
        let left = deadline.saturating_duration_since(Instant::now());
        sleep(self.0.min(left)).await;
        self.0 = (self.0 * 3 / 2).min(Duration::from_millis(PAUSE_MS_MAX));
        !left.is_zero()
    }
}

/// One order, with what is needed to work on it.
struct Work<'a> {
    definition: Definition,
    cluster: Cluster,
    namespace: String,
    order: &'a Order,
}

impl Work<'_> {
    /// The order's own namespace, if it is there.
    async fn seen(&self) -> Result<Option<Value>, Failure> {
        let found = self.cluster.get(&NAMESPACE, None, &self.namespace).await?;
        Ok(found.filter(|found| identity::is_of(found, self.order)))
    }

    /// Applies everything in its order; may run twice, also after it ended in the middle.
    async fn apply(&self, progress: Progress<'_>) -> Result<(), Failure> {
        progress("preparing the namespace");
        defaults::apply(&self.cluster, &self.definition, self.order, &self.namespace).await?;
        let folder = &self.definition.manifests;
        for manifest in manifests::render(folder, self.order, &self.namespace)? {
            progress(&plain(&format!("applying {}", manifest.title())));
            self.cluster
                .apply(manifest.kind, Some(&self.namespace), &manifest.object)
                .await?;
        }
        self.note(APPLIED, &self.order.op_key).await
    }

    async fn note(&self, key: &str, value: &str) -> Result<(), Failure> {
        let change = json!({ "metadata": { "annotations": { key: value } } });
        self.cluster
            .merge(&NAMESPACE, None, &self.namespace, &change)
            .await
    }

    async fn look(&self) -> Result<Standing, Failure> {
        let (cluster, within) = (&self.cluster, Some(self.namespace.as_str()));
        let (deployments, stateful_sets, jobs) = tokio::try_join!(
            cluster.list(&DEPLOYMENT, within, None),
            cluster.list(&STATEFUL_SET, within, None),
            cluster.list(&JOB, within, None),
        )?;
        let mut sight = Sight {
            deployments,
            stateful_sets,
            jobs,
            pods: Vec::new(),
            events: Vec::new(),
        };
        if !sight.is_ready() {
            (sight.pods, sight.events) = tokio::try_join!(
                cluster.list(&POD, within, None),
                cluster.list(&EVENT, within, None),
            )?;
        }
        Ok(sight.standing(self.definition.restarts_max))
    }

    /// The outputs of the definition; an address that nobody could follow stays out.
    fn outputs(&self) -> Result<BTreeMap<String, String>, Failure> {
        let mut outputs = BTreeMap::new();
        for (name, text) in &self.definition.outputs {
            let value = manifests::fill_text(text, self.order, &self.namespace)?;
            let is_address = name == "url" || name.ends_with("_url");
            if !is_address || reqwest::Url::parse(&value).is_ok_and(|address| address.has_host()) {
                outputs.insert(name.clone(), value);
            }
        }
        Ok(outputs)
    }
}

impl Kubernetes {
    async fn work<'a>(&self, order: &'a Order) -> Result<Work<'a>, Failure> {
        let definition = Definition::read(&order.definition)?;
        Ok(Work {
            cluster: self.cluster(&definition).await?,
            namespace: identity::namespace(order),
            definition,
            order,
        })
    }

    fn observation(&self, phase: Phase, said: Option<String>) -> Observation {
        let (progress, message) = match phase {
            Phase::Failed => (None, said),
            _ => (said, None),
        };
        Observation {
            phase,
            progress,
            outputs: BTreeMap::new(),
            message,
            whose: Whose::Platform,
            observed_at: (self.clock_now)(),
        }
    }

    /// One look that changes nothing.
    async fn observe_once(&self, work: &Work<'_>) -> Result<Observation, Failure> {
        let Some(seen) = work.seen().await? else {
            return Ok(self.observation(Phase::Absent, None));
        };
        if is_ending(&seen) {
            let why = why_it_hangs(&seen)
                .map(|why| format!(" ({why})"))
                .unwrap_or_default();
            let said = format!("its namespace {} is being removed{why}", work.namespace);
            return Ok(self.observation(Phase::Failed, Some(said)));
        }
        if annotation(&seen, APPLIED).is_none() {
            return Ok(match annotation(&seen, FAULT) {
                Some(fault) => self.observation(Phase::Failed, Some(plain(fault))),
                None => {
                    let said = "its objects are being applied".to_owned();
                    self.observation(Phase::Running, Some(said))
                }
            });
        }
        Ok(match work.look().await? {
            Standing::Ready => Observation {
                outputs: work.outputs()?,
                ..self.observation(Phase::Succeeded, None)
            },
            Standing::Moving(what) => self.observation(Phase::Running, Some(what)),
            Standing::Failed(why, whose) => Observation {
                whose,
                ..self.observation(Phase::Failed, Some(why))
            },
        })
    }

    /// A look that also does what is still to do: whoever settles after a crash carries on here.
    async fn advance(
        &self,
        work: &Work<'_>,
        progress: Progress<'_>,
    ) -> Result<Observation, Failure> {
        let seen = self.observe_once(work).await?;
        if seen.phase == Phase::Succeeded {
            defaults::verify(&work.cluster, &work.definition, work.order, &work.namespace).await?;
            return Ok(seen);
        }
        let is_to_apply = seen.phase == Phase::Running
            && work
                .seen()
                .await?
                .is_some_and(|seen| annotation(&seen, APPLIED).is_none());
        if !is_to_apply {
            return Ok(seen);
        }
        match work.apply(progress).await {
            Ok(()) => self.observe_once(work).await,
            Err(Failure::Permanent(why)) => {
                // So that every later look says the same. Where not even that can be noted, the answer is still true.
                let _noted = work.note(FAULT, &why).await;
                Ok(self.observation(Phase::Failed, Some(plain(&why))))
            }
            Err(failure) => Err(failure),
        }
    }

    /// Advances until it is up or has failed.
    async fn wait(
        &self,
        work: &Work<'_>,
        deadline: Instant,
        progress: Progress<'_>,
    ) -> Result<Observation, Failure> {
        let (mut pause, mut told, mut failed_looks) = (Pause::default(), None, 0);
        loop {
            match self.advance(work, progress).await {
                Ok(seen) if seen.phase != Phase::Running => return Ok(seen),
                Ok(seen) => {
                    failed_looks = 0;
                    if seen.progress != told {
                        progress(seen.progress.as_deref().unwrap_or_default());
                        told = seen.progress;
                    }
                }
                Err(Failure::Permanent(why)) => {
                    return Ok(self.observation(Phase::Failed, Some(plain(&why))));
                }
                Err(failure) => {
                    failed_looks += 1;
                    if failed_looks >= FAILED_LOOKS_MAX {
                        return Err(failure);
                    }
                }
            }
            if !pause.until(deadline).await {
                return Err(Failure::UnknownEffect(
                    told.unwrap_or_else(|| "it was not up in time".to_owned()),
                ));
            }
        }
    }

    async fn read_logs(&self, work: &Work<'_>, lines_max: usize) -> Result<Logs, Failure> {
        let within = Some(work.namespace.as_str());
        if lines_max == 0 || work.seen().await?.is_none() {
            return Ok(Logs {
                lines: Vec::new(),
                truncated: false,
            });
        }
        let pods = work.cluster.list(&POD, within, None).await?;
        let containers: Vec<(String, String)> = pods
            .iter()
            .flat_map(|pod| {
                let all = pod["spec"]["containers"]
                    .as_array()
                    .map_or(&[][..], Vec::as_slice);
                all.iter().filter_map(|one| {
                    Some((name(pod).to_owned(), one["name"].as_str()?.to_owned()))
                })
            })
            .take(CONTAINERS_MAX)
            .collect();
        let mut lines: Vec<(String, String)> = Vec::new();
        for (pod, container) in &containers {
            let text = work
                .cluster
                .log(&work.namespace, pod, container, lines_max)
                .await?;
            lines.extend(text.lines().map(|line| {
                let (at, said) = line.split_once(' ').unwrap_or((line, ""));
                let whose = if containers.len() > 1 {
                    format!("{pod}: ")
                } else {
                    String::new()
                };
                (at.to_owned(), plain(&format!("{whose}{said}")))
            }));
        }
        // Every line begins with its time, so that the last lines of all are the last ones that were said.
        lines.sort_by(|(one, _), (other, _)| one.cmp(other));
        let mut lines: Vec<String> = lines.into_iter().map(|(_, line)| line).collect();
        if lines.is_empty() {
            let events = work.cluster.list(&EVENT, within, None).await?;
            lines.extend(
                events
                    .iter()
                    .filter(|event| event["type"] == "Warning")
                    .map(|event| {
                        let text = |key: &str| event[key].as_str().unwrap_or_default();
                        plain(&format!("{}: {}", text("reason"), text("message")))
                    }),
            );
        }
        let surplus = lines.len().saturating_sub(lines_max);
        lines.drain(..surplus);
        Ok(Logs {
            lines,
            truncated: surplus > 0,
        })
    }

    async fn remove(&self, work: &Work<'_>, deadline: Instant) -> Result<(), Failure> {
        let mut pause = Pause::default();
        loop {
            let Some(seen) = work.seen().await? else {
                return Ok(());
            };
            if !is_ending(&seen) {
                let uid = seen["metadata"]["uid"].as_str().unwrap_or_default();
                work.cluster
                    .delete(&NAMESPACE, &work.namespace, uid)
                    .await?;
            }
            if !pause.until(deadline).await {
                let why = why_it_hangs(&seen)
                    .unwrap_or_else(|| "the cluster does not say why".to_owned());
                return Err(Failure::Retryable(format!(
                    "the namespace {} is still being removed: {why}",
                    work.namespace
                )));
            }
        }
    }
}

fn is_ending(object: &Value) -> bool {
    object["metadata"]["deletionTimestamp"].is_string()
}

#[async_trait]
impl Provisioner for Kubernetes {
    fn describe(&self) -> Abilities {
        Abilities {
            idempotent_start: true,
            logs: true,
            cancel: true,
            sleep: true,
        }
    }

    /// Makes the namespace, and nothing else: that is one call, so exactly one of two starts makes it.
    async fn start(&self, order: &Order) -> Result<Started, Failure> {
        let work = self.work(order).await?;
        // What cannot be rendered leaves no namespace behind.
        manifests::render(&work.definition.manifests, order, &work.namespace)?;
        let object = identity::namespace_object(order, work.definition.pod_security);
        let reference = work.namespace.clone();
        match work.cluster.create(&NAMESPACE, None, &object).await {
            Ok(Made::Fresh) => Ok(Started::Started { reference }),
            Ok(Made::Exists) => {
                let seen = work.cluster.get(&NAMESPACE, None, &reference).await?;
                match seen {
                    None => Err(Failure::Retryable(format!(
                        "the former namespace {reference} has just gone"
                    ))),
                    Some(seen) if is_ending(&seen) => Ok(Started::Busy {
                        by: format!("the former namespace {reference}, which is being removed"),
                    }),
                    Some(seen) if identity::is_of(&seen, order) => {
                        Ok(Started::AlreadyRunning { reference })
                    }
                    Some(_) => Err(Failure::Permanent(format!(
                        "there is a namespace {reference} already that is not this environment's"
                    ))),
                }
            }
            Err(Failure::UnknownEffect(_)) => Ok(Started::Unknown),
            Err(failure) => Err(failure),
        }
    }

    async fn find(&self, order: &Order) -> Result<Found, Failure> {
        let work = self.work(order).await?;
        Ok(match work.seen().await? {
            Some(_) => Found::One {
                reference: work.namespace,
            },
            None => Found::None,
        })
    }

    async fn observe(&self, order: &Order, _reference: &str) -> Result<Observation, Failure> {
        let work = self.work(order).await?;
        self.observe_once(&work).await
    }

    async fn settle(
        &self,
        order: &Order,
        _reference: &str,
        bound: Duration,
        progress: Progress<'_>,
    ) -> Result<Observation, Failure> {
        let deadline = Instant::now() + bound;
        let work = self.work(order).await?;
        self.wait(&work, deadline, progress).await
    }

    async fn logs(&self, order: &Order, lines_max: usize) -> Result<Logs, Failure> {
        let work = self.work(order).await?;
        self.read_logs(&work, lines_max).await
    }

    async fn sleep(&self, order: &Order, bound: Duration) -> Result<(), Failure> {
        let work = self.work(order).await?;
        if work.seen().await?.is_none() {
            return Err(Failure::Permanent("its namespace is not there".to_owned()));
        }
        self.put_to_sleep(&work.cluster, &work.namespace, bound)
            .await
    }

    async fn wake(&self, order: &Order, bound: Duration) -> Result<Observation, Failure> {
        let deadline = Instant::now() + bound;
        let work = self.work(order).await?;
        if work.seen().await?.is_some() {
            self.rouse(&work.cluster, &work.namespace).await?;
        }
        self.wait(&work, deadline, &|_| {}).await
    }

    async fn check(&self, definition: &str, parameters: &[String]) -> Vec<String> {
        let opened = match Definition::read(definition) {
            Ok(definition) => self
                .cluster(&definition)
                .await
                .map(|cluster| (cluster, definition)),
            Err(failure) => Err(failure),
        };
        match opened {
            Ok((cluster, definition)) => {
                let used = manifests::parameters_of(&definition.manifests);
                let undeclared = used.iter().filter(|used| !parameters.contains(used));
                let mut faults: Vec<String> = undeclared
                    .map(|name| {
                        format!("the manifests use `{{parameter.{name}}}`, which the template does not declare")
                    })
                    .collect();
                faults.extend(rights::missing(&cluster, &definition).await);
                faults
            }
            Err(failure) => vec![failure.to_string()],
        }
    }

    async fn destroy(&self, order: &Order, bound: Duration) -> Result<(), Failure> {
        let deadline = Instant::now() + bound;
        let work = self.work(order).await?;
        self.remove(&work, deadline).await
    }

    async fn list_owned(
        &self,
        definition: &str,
        installation: &str,
    ) -> Result<Vec<Owned>, Failure> {
        let definition = Definition::read(definition)?;
        let cluster = self.cluster(&definition).await?;
        let selector = identity::selector(installation);
        let namespaces = cluster.list(&NAMESPACE, None, Some(&selector)).await?;
        let owned = namespaces.iter().filter_map(|namespace| {
            Some(Owned {
                op_key: annotation(namespace, OP_KEY)?.to_owned(),
                reference: name(namespace).to_owned(),
                name: annotation(namespace, identity::NAME)?.to_owned(),
                kept: identity::kept(namespace),
            })
        });
        Ok(owned.collect())
    }

    async fn installations(&self, definition: &str) -> Result<BTreeMap<String, usize>, Failure> {
        let cluster = self.cluster(&Definition::read(definition)?).await?;
        let all = cluster
            .list(&NAMESPACE, None, Some(&identity::everybody()))
            .await?;
        let mut found = BTreeMap::new();
        for namespace in &all {
            let label = &namespace["metadata"]["labels"][identity::INSTALLATION];
            if let Some(id) = label.as_str() {
                *found.entry(id.to_owned()).or_default() += 1;
            }
        }
        Ok(found)
    }
}
