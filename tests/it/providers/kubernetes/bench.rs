//! A provider on Kubernetes with a template of its own, to be tried on whichever cluster a file leads to.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use hearth::providers::kubernetes::{Kubernetes, settings};
use hearth::providers::{Observation, Order, Provisioner, Purpose, Section};
use tempfile::TempDir;
use toml::de::DeTable;

use super::super::bench::{BOUND, NOW};

/// A time in which nothing is waited for.
pub const NO_TIME: Duration = Duration::ZERO;

/// The image that comes up; the stand-in for a kubelet needs no registry.
pub fn good_image() -> String {
    std::env::var("HEARTH_TEST_KUBERNETES_IMAGE").unwrap_or_else(|_| "shop/web:1.0".to_owned())
}

/// A provider with a template, and the cluster behind it.
pub struct Bench {
    pub provider: Kubernetes,
    pub folder: TempDir,
    kubeconfig: PathBuf,
}

impl Bench {
    pub fn new(kubeconfig: PathBuf) -> Self {
        let folder = TempDir::new().unwrap();
        std::fs::create_dir(folder.path().join("manifests")).unwrap();
        let bench = Self {
            provider: Kubernetes::new(Arc::new(|| NOW)),
            folder,
            kubeconfig,
        };
        bench.write("web.yaml", include_str!("web.yaml"));
        bench
    }

    pub fn write(&self, name: &str, text: &str) {
        std::fs::write(self.folder.path().join("manifests").join(name), text).unwrap();
    }

    pub fn section(&self, more: &str) -> String {
        format!(
            "manifests = \"manifests\"\nkubeconfig = {}\ncall_seconds_max = 5\noutputs = {{ url = \"https://{{name}}.example.org/\" }}\n{more}",
            toml::Value::String(self.kubeconfig.display().to_string())
        )
    }

    /// An order whose one deployment has this image.
    pub fn order(&self, key: &str, image: &str) -> Order {
        Order {
            op_key: key.to_owned(),
            definition: canonical(&self.section(""), self.folder.path()),
            installation: installation(),
            name: format!("name-{key}"),
            revision: None,
            target: None,
            parameters: BTreeMap::from([
                ("image".to_owned(), image.to_owned()),
                ("replicas".to_owned(), "2".to_owned()),
            ]),
            labels: BTreeMap::from([
                ("team".to_owned(), "player".to_owned()),
                ("owner".to_owned(), "123456789".to_owned()),
            ]),
            plan: None,
        }
    }

    pub fn provider(&self) -> &dyn Provisioner {
        &self.provider
    }

    /// Starts and settles.
    pub async fn up(&self, order: &Order) -> Observation {
        self.provider().start(order).await.unwrap();
        self.settle(order).await
    }

    pub async fn settle(&self, order: &Order) -> Observation {
        self.provider()
            .settle(order, "", BOUND, &|_| {})
            .await
            .unwrap()
    }
}

/// Each run is an installation of its own, so that two runs on one real cluster do not meet.
pub fn installation() -> String {
    format!("test-{}", std::process::id())
}

pub fn canonical(text: &str, base: &Path) -> String {
    read(text, base).unwrap_or_else(|faults| panic!("{faults:#?}\n{text}"))
}

pub fn read(text: &str, base: &Path) -> Result<String, Vec<String>> {
    let table = DeTable::parse(text).unwrap();
    let section = Section {
        table: table.get_ref(),
        span: table.span(),
        base,
        purpose: Purpose::Environments,
    };
    match settings(&section) {
        Ok(definition) => Ok(definition.canonical()),
        Err(faults) => Err(faults.into_iter().map(|fault| fault.message).collect()),
    }
}

/// Where an order's objects lie.
pub fn namespace(root: &str, order: &Order) -> String {
    let short: String = installation()
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(8)
        .collect();
    format!("/{root}/namespaces/hearth-{short}-{}", order.name)
}
