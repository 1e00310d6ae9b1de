//! Engine `terraform`: environments made by Terraform or OpenTofu, from a folder or a module registry. It stands on
//! `exec`: the program under the supervisor is this binary as `hearth terraform TASK`. See docs/reference/terraform.md.

mod checks;
mod inputs;
mod messages;
mod offered;
mod place;
mod proposal;
mod registry;
mod runs;
mod settings;
mod unlock;
mod versions;
mod work;
mod workspace;

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use async_trait::async_trait;

use self::place::TOKEN;
use self::registry::Catalogue;
pub use self::settings::{Module, Settings, Shown, settings};
use self::versions::{Constraint, Version};
pub use self::work::work;
use super::exec::programs::is_there;
use super::exec::{ClockNow, Definition, Exec, Task};
use super::{
    Abilities, Failure, Found, Kind, Logs, Observation, Offered, Order, Owned, Progress, Proposal,
    Provisioner, Started, Untaken,
};

/// Terraform and OpenTofu, as a kind of engine.
pub const KIND: Kind = Kind {
    name: "terraform",
    settings: |section| settings(section).map(|read| read.canonical()),
    lacks,
    sleeps: |_| false,
    plans: true,
};

/// How much longer than the program itself whoever drives it has to stop, in seconds.
const DRIVER_GRACE_SECONDS: u64 = 10;
/// How long one `down` may take, in seconds; whoever asks for it has a bound of its own.
const DOWN_SECONDS_MAX: u64 = 86_400;
/// The most lines of a plan, and of what has drifted.
const LINES_MAX: usize = 60;

/// The provider. What must survive lies in `data_dir`/terraform and at the module's backend.
pub struct Terraform {
    exec: Exec,
    catalogue: Catalogue,
}

impl Terraform {
    /// Keeps its state below `data_dir`/terraform; `hearth` is the running binary.
    ///
    /// # Errors
    /// When the folders cannot be made, or their path is not UTF-8.
    pub fn new(data_dir: &Path, hearth: PathBuf, clock_now: ClockNow) -> io::Result<Self> {
        Ok(Self {
            exec: Exec::below(data_dir, "terraform", hearth, clock_now)?,
            catalogue: Catalogue::new(),
        })
    }

    /// Stops every program that was started from this data folder.
    pub async fn stop_all(&self) {
        self.exec.stop_all().await;
    }

    async fn tell(&self, task: Task, order: &Order) -> Result<Option<String>, Failure> {
        let settings = Settings::read(&order.definition)?;
        let definition = carried(&settings, Some(order), &[]);
        let words = self
            .exec
            .answer(task, &definition, Some(order), LINES_MAX)
            .await?;
        match words.errors.into_iter().next() {
            Some(reason) => Err(Failure::Retryable(reason)),
            None => Ok(Some(words.lines.join("\n")).filter(|text| !text.is_empty())),
        }
    }
}

/// An order as `exec` carries it out.
fn on_exec(order: &Order) -> Result<Order, Failure> {
    let settings = Settings::read(&order.definition)?;
    Ok(Order {
        definition: carried(&settings, Some(order), &[]).canonical(),
        ..order.clone()
    })
}

/// The definition whose programs are this binary's own tasks.
fn carried(settings: &Settings, order: Option<&Order>, declared: &[String]) -> Definition {
    let task = place::Task {
        settings: settings.clone(),
        parameters: order
            .map(|order| order.parameters.clone())
            .unwrap_or_default(),
        labels: order.map(|order| order.labels.clone()).unwrap_or_default(),
        declared: declared.to_vec(),
        plan: order.and_then(|order| order.plan.clone()),
    };
    let task = serde_json::to_string(&task).expect("a task has only text keys");
    let programs = [
        Task::Up,
        Task::Status,
        Task::Down,
        Task::List,
        Task::Plan,
        Task::Propose,
        Task::Drift,
        Task::Inputs,
        Task::Check,
    ]
    .map(|task| {
        let words = ["{hearth}", "terraform", task.key()].map(str::to_owned);
        (task, words.to_vec())
    });
    let mut secrets = settings.secrets.clone();
    if let Module::Registry {
        token: Some(token), ..
    } = &settings.module
    {
        secrets.insert(TOKEN.to_owned(), token.clone());
    }
    Definition {
        base: settings.base.clone(),
        programs: programs.into(),
        up_seconds_max: settings.up_seconds_max,
        down_seconds_max: DOWN_SECONDS_MAX,
        call_seconds_max: settings.call_seconds_max,
        grace_seconds: settings.grace_seconds + DRIVER_GRACE_SECONDS,
        outputs: settings.outputs.clone(),
        environment: [].into(),
        given: [("HEARTH_TERRAFORM".to_owned(), task)].into(),
        secrets,
        health: settings.health.clone(),
    }
}

/// What this machine lacks for a definition.
fn lacks(definition: &str) -> Vec<String> {
    let Ok(settings) = Settings::read(definition) else {
        return Vec::new();
    };
    let mut lacking = Vec::new();
    if !is_there(&settings.base, settings.search_path(), &settings.program) {
        lacking.push(format!(
            "there is no program {} that can be run: install Terraform or OpenTofu, or say in `program` where it is",
            settings.program
        ));
    }
    if let Module::Folder { path } = &settings.module
        && !inputs::is_module(path)
    {
        lacking.push(place::no_module(path));
    }
    lacking
}

#[async_trait]
impl Provisioner for Terraform {
    fn describe(&self) -> Abilities {
        self.exec_as_provisioner().describe()
    }

    async fn start(&self, order: &Order) -> Result<Started, Failure> {
        self.exec_as_provisioner().start(&on_exec(order)?).await
    }

    async fn find(&self, order: &Order) -> Result<Found, Failure> {
        self.exec_as_provisioner().find(&on_exec(order)?).await
    }

    async fn observe(&self, order: &Order, reference: &str) -> Result<Observation, Failure> {
        self.exec_as_provisioner()
            .observe(&on_exec(order)?, reference)
            .await
    }

    async fn settle(
        &self,
        order: &Order,
        reference: &str,
        bound: Duration,
        progress: Progress<'_>,
    ) -> Result<Observation, Failure> {
        self.exec_as_provisioner()
            .settle(&on_exec(order)?, reference, bound, progress)
            .await
    }

    async fn logs(&self, order: &Order, lines_max: usize) -> Result<Logs, Failure> {
        self.exec_as_provisioner()
            .logs(&on_exec(order)?, lines_max)
            .await
    }

    async fn plan(&self, order: &Order) -> Result<Option<String>, Failure> {
        self.tell(Task::Plan, order).await
    }

    fn sees_drift(&self) -> bool {
        true
    }

    async fn drift(&self, order: &Order) -> Result<Option<String>, Failure> {
        self.tell(Task::Drift, order).await
    }

    async fn propose(&self, order: &Order, bound: Duration) -> Result<Proposal, Failure> {
        let settings = Settings::read(&order.definition)?;
        let definition = carried(&settings, Some(order), &[]);
        let asked = self
            .exec
            .answer(Task::Propose, &definition, Some(order), LINES_MAX);
        // Whoever gives up waiting ends the program with it, which only plans.
        let words = tokio::time::timeout(bound, asked)
            .await
            .map_err(|_| Failure::UnknownEffect("it is still being planned".to_owned()))??;
        proposal::read(&words.lines)
            .ok_or_else(|| Failure::Permanent("its plan cannot be read".to_owned()))
    }

    async fn check(&self, definition: &str, parameters: &[String]) -> Vec<String> {
        let settings = match Settings::read(definition) {
            Ok(settings) => settings,
            Err(failure) => return vec![failure.to_string()],
        };
        if let Module::Registry { .. } = &settings.module {
            match self.catalogue.versions(&settings.module).await {
                Ok(versions) if versions.is_empty() => {
                    return vec!["the registry has no version that `version` allows".to_owned()];
                }
                Ok(_) => {}
                Err(failure) => return vec![failure.to_string()],
            }
        }
        let definition = carried(&settings, None, parameters);
        match self.exec.answer(Task::Check, &definition, None, 0).await {
            Ok(words) => words.errors,
            Err(failure) => vec![failure.to_string()],
        }
    }

    async fn parameters(&self, definition: &str) -> Result<Vec<Offered>, Failure> {
        let settings = Settings::read(definition)?;
        let definition = carried(&settings, None, &[]);
        let words = self
            .exec
            .answer(Task::Inputs, &definition, None, offered::INPUTS_MAX)
            .await?;
        match words.errors.into_iter().next() {
            Some(reason) => Err(Failure::Permanent(reason)),
            None => Ok(words
                .lines
                .iter()
                .filter_map(|line| offered::read(line))
                .collect()),
        }
    }

    async fn versions(&self, definition: &str) -> Result<Vec<String>, Failure> {
        let settings = Settings::read(definition)?;
        self.catalogue.versions(&settings.module).await
    }

    fn takes(&self, definition: &str, revision: &str) -> Result<(), Untaken> {
        let Ok(Settings {
            module: Module::Registry { constraint, .. },
            ..
        }) = Settings::read(definition)
        else {
            return Ok(());
        };
        let version = Version::read(revision).ok_or(Untaken::NoVersion)?;
        match Constraint::read(&constraint) {
            Ok(read) if !read.takes(&version) => Err(Untaken::Outside { taken: constraint }),
            _ => Ok(()),
        }
    }

    async fn destroy(&self, order: &Order, bound: Duration) -> Result<(), Failure> {
        self.exec_as_provisioner()
            .destroy(&on_exec(order)?, bound)
            .await
    }

    async fn list_owned(
        &self,
        definition: &str,
        installation: &str,
    ) -> Result<Vec<Owned>, Failure> {
        let definition = carried(&Settings::read(definition)?, None, &[]).canonical();
        self.exec_as_provisioner()
            .list_owned(&definition, installation)
            .await
    }

    async fn installations(&self, definition: &str) -> Result<BTreeMap<String, usize>, Failure> {
        self.exec_as_provisioner().installations(definition).await
    }
}

impl Terraform {
    /// `exec` is a provider of deployments too; here only of environments.
    fn exec_as_provisioner(&self) -> &dyn Provisioner {
        &self.exec
    }
}
