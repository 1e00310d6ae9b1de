//! A place to try Terraform in: its own data folder, modules to write, and nothing left running afterwards.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use hearth::providers::terraform::{Terraform, settings};
use hearth::providers::{Order, Purpose, Section};
use tempfile::TempDir;
use toml::de::DeTable;

use super::super::bench::{NOW, order};

/// A module that is made at once.
pub const MODULE: &str = r#"
variable "size" { type = string }
variable "hearth_name" { type = string }
resource "terraform_data" "shop" { input = var.hearth_name }
output "size" { value = var.size }
"#;

/// A module whose one resource is made by one shell text and unmade by another. `NAME` is the environment's name.
pub fn module_by(made: &str, unmade: &str) -> String {
    let quoted = |text: &str| {
        let text = text.replace('\\', "\\\\").replace('"', "\\\"");
        format!("\"{}\"", text.replace("${", "$${").replace("%{", "%%{"))
    };
    format!(
        r#"
variable "size" {{ default = "" }}
variable "hearth_name" {{ type = string }}
resource "terraform_data" "shop" {{
  input = var.hearth_name
  provisioner "local-exec" {{
    command     = {}
    environment = {{ NAME = self.input }}
  }}
  provisioner "local-exec" {{
    when        = destroy
    command     = {}
    environment = {{ NAME = self.input }}
  }}
}}
"#,
        quoted(made),
        quoted(unmade)
    )
}

/// The real program: it is never left out.
pub fn terraform() -> PathBuf {
    if let Some(path) = std::env::var_os("HEARTH_TEST_TERRAFORM") {
        return path.into();
    }
    let path = std::env::var("PATH").unwrap_or_default();
    path.split(':')
        .map(|folder| Path::new(folder).join("terraform"))
        .find(|program| program.is_file())
        .expect("these tests need Terraform: run scripts/test, which installs it, or set HEARTH_TEST_TERRAFORM")
}

pub struct Ground {
    folder: TempDir,
    pub terraform: Terraform,
}

impl Ground {
    pub fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let terraform = provider(folder.path());
        Self { folder, terraform }
    }

    /// What a restart of the bot is for the provider: nothing but the data folder stays.
    pub fn restart(&mut self) {
        self.terraform = provider(self.folder.path());
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The supervisor's folder of an operation.
    pub fn operation_folder(&self, op_key: &str) -> PathBuf {
        self.path("data/terraform/operations").join(op_key)
    }

    /// The folder in which Terraform works for an operation.
    pub fn state_of(&self, op_key: &str) -> PathBuf {
        self.path("data/terraform/state").join(op_key)
    }

    /// Writes a module.
    pub fn module(&self, name: &str, text: &str) -> PathBuf {
        let folder = self.path("modules").join(name);
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("main.tf"), text).unwrap();
        folder
    }

    /// An order of the module in this folder, with further settings.
    pub fn order(&self, module: &Path, more: &str, op_key: &str) -> Order {
        let module = module.display();
        order(
            &self.definition(&format!("module = \"{module}\"\n{more}")),
            op_key,
        )
    }

    /// A section, with the real program unless it names one.
    pub fn definition(&self, text: &str) -> String {
        canonical(text, self.folder.path())
    }

    /// The workspaces that a module's local backend has, beside the default one.
    pub fn workspaces(&self, module: &Path) -> Vec<String> {
        let entries = std::fs::read_dir(module.join("terraform.tfstate.d"));
        entries
            .into_iter()
            .flatten()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect()
    }

    /// What somebody does with Terraform beside Hearth.
    pub fn by_hand(&self, module: &Path, workspace: &str, arguments: &[&str]) {
        let run = |arguments: &[&str]| {
            let done = Command::new(terraform())
                .args(arguments)
                .current_dir(module)
                .env("TF_DATA_DIR", self.path("by-hand"))
                .env("TF_WORKSPACE", workspace)
                .output()
                .unwrap();
            assert!(
                done.status.success(),
                "{}",
                String::from_utf8_lossy(&done.stderr)
            );
        };
        run(&["init", "-input=false"]);
        run(arguments);
    }
}

impl AsRef<Path> for Ground {
    fn as_ref(&self) -> &Path {
        self.folder.path()
    }
}

impl Drop for Ground {
    fn drop(&mut self) {
        std::thread::scope(|scope| {
            scope.spawn(|| {
                tokio::runtime::Runtime::new()
                    .unwrap()
                    .block_on(self.terraform.stop_all());
            });
        });
    }
}

fn provider(folder: &Path) -> Terraform {
    Terraform::new(
        &folder.join("data"),
        PathBuf::from(env!("CARGO_BIN_EXE_hearth")),
        Arc::new(|| NOW),
    )
    .unwrap()
}

/// The stored form of a section, with the real program unless it names one.
pub fn canonical(text: &str, base: &Path) -> String {
    let program = if text.contains("program =") {
        String::new()
    } else {
        format!("program = \"{}\"\n", terraform().display())
    };
    let text = format!("{program}{text}");
    let table = DeTable::parse(&text).unwrap();
    let section = Section {
        table: table.get_ref(),
        span: table.span(),
        base,
        purpose: Purpose::Environments,
    };
    match settings(&section) {
        Ok(settings) => settings.canonical(),
        Err(faults) => panic!("{faults:#?}\n{text}"),
    }
}
