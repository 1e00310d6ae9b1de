//! What a test wants different from the example: the platform, further command files, the programs
//! that environments are made by, the store.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use hearth::app::Observer;
use hearth::domain::platform::Platform;
use hearth::playground::{Guild, Member};
use hearth::providers::terraform::Terraform;
use hearth::providers::{Provisioner, Purpose, Section, exec};
use hearth::store;
use toml::de::DeTable;

use super::{SECRET, START, Setting};
use crate::providers::Registry;

/// One conversation, on both databases, where something is different from the example: a [`Setup`]
/// stands before the bot's name.
#[macro_export]
macro_rules! changed_conversation {
    ($name:ident, $setup:expr, $bot:ident => $body:block) => {
        mod $name {
            use super::*;

            async fn talk($bot: &mut $crate::harness::Bot) $body

            #[tokio::test]
            async fn on_sqlite() {
                let database = $crate::harness::Database::Sqlite;
                let mut bot = $crate::harness::Bot::start_changed(database, $setup).await;
                talk(&mut bot).await;
                bot.end().await;
            }

            #[tokio::test]
            async fn on_postgres() {
                let database = $crate::harness::Database::Postgres;
                let mut bot = $crate::harness::Bot::start_changed(database, $setup).await;
                talk(&mut bot).await;
                bot.end().await;
            }
        }
    };
}

type Change = Box<dyn FnOnce(&mut Platform, &Path)>;

/// What a test wants different from the example.
pub struct Setup {
    guild: Guild,
    secret: Option<Vec<u8>>,
    changes: Vec<Change>,
    commands: Vec<(String, String)>,
    stop_bound: Option<Duration>,
    store: store::Options,
    with_terraform: bool,
    engines: BTreeMap<String, Arc<dyn Provisioner>>,
    observer: Option<Observer>,
}

/// What stays for the next lives of the same bot.
#[derive(Clone)]
pub struct Kept {
    pub commands: Option<PathBuf>,
    pub secret: Option<Vec<u8>>,
    pub store: store::Options,
    pub stop_bound: Option<Duration>,
    pub terraform: Option<Arc<Terraform>>,
    pub engines: BTreeMap<String, Arc<dyn Provisioner>>,
    pub observer: Option<Observer>,
}

impl Default for Kept {
    fn default() -> Self {
        Self {
            commands: None,
            secret: Some(SECRET.to_vec()),
            store: store::Options::default(),
            stop_bound: None,
            terraform: None,
            engines: BTreeMap::new(),
            observer: None,
        }
    }
}

impl From<Setting> for Setup {
    fn from(setting: Setting) -> Self {
        Self {
            guild: setting.guild,
            secret: setting.secret,
            changes: Vec::new(),
            commands: Vec::new(),
            stop_bound: None,
            store: store::Options::default(),
            with_terraform: false,
            engines: BTreeMap::new(),
            observer: None,
        }
        .platform(|platform, _| (setting.platform)(platform))
    }
}

impl Setup {
    /// The example as it is.
    pub fn new() -> Self {
        Setting::default().into()
    }

    /// Changes the platform; the path is the folder of the test.
    pub fn platform(mut self, change: impl FnOnce(&mut Platform, &Path) + 'static) -> Self {
        self.changes.push(Box::new(change));
        self
    }

    /// Hears every crossing of the app, the store and the connection.
    pub fn observer(mut self, observer: Observer) -> Self {
        self.observer = Some(observer);
        self
    }

    /// Adds a command file, or replaces a built-in one of the same name.
    pub fn command_file(mut self, name: &str, text: &str) -> Self {
        self.commands.push((name.to_owned(), text.to_owned()));
        self
    }

    /// Lets the first template's environments be made by other programs: a section `exec` in TOML.
    /// `FOLDER` in it stands for the folder of the test.
    pub fn programs(self, toml: &str) -> Self {
        let toml = toml.to_owned();
        self.platform(move |platform, folder| {
            let toml = toml.replace("FOLDER", &folder.display().to_string());
            platform.templates[0].definition = definition(&toml, folder);
        })
    }

    /// Lets the first template's environments be made by Terraform from a module with this text; `more` are
    /// further settings.
    pub fn module(mut self, text: &str, more: &str) -> Self {
        let (text, more) = (text.to_owned(), more.to_owned());
        self.with_terraform = true;
        self.platform(move |platform, folder| {
            let module = folder.join("module");
            fs::create_dir(&module).expect("a folder for the module");
            fs::write(module.join("main.tf"), text).expect("the module");
            let toml = format!("module = \"module\"\n{more}");
            let template = &mut platform.templates[0];
            template.provider = "terraform".to_owned();
            template.definition = crate::providers::terraform_definition(&toml, folder);
        })
    }

    /// Lets the first template's environments be made by Terraform from the module of a registry on this machine, whose
    /// folder is `registry`; `more` are further settings.
    pub fn registry(mut self, versions: &'static [(&str, &str)], more: &str) -> Self {
        let more = more.to_owned();
        self.with_terraform = true;
        self.platform(move |platform, folder| {
            let served = folder.join("registry");
            fs::create_dir(&served).expect("a folder for the registry");
            let section = Registry::new(&served, versions).section(&more);
            let template = &mut platform.templates[0];
            template.provider = "terraform".to_owned();
            template.revision = None;
            template.revisions.clear();
            template.definition = crate::providers::terraform_definition(&section, folder);
        })
    }

    /// Lets the first template's environments be made by this engine from this definition.
    pub fn engine(
        mut self,
        name: &'static str,
        engine: Arc<dyn Provisioner>,
        definition: String,
    ) -> Self {
        self.engines.insert(name.to_owned(), engine);
        self.platform(move |platform, _| {
            let template = &mut platform.templates[0];
            template.provider = name.to_owned();
            template.definition = definition;
        })
    }

    /// Lets every service be deployed to every stage by this shell text.
    pub fn deployed_by(self, shell: &str) -> Self {
        let shell = toml::Value::String(shell.to_owned());
        self.platform(move |platform, folder| {
            let toml = format!(
                "up = [\"/bin/sh\", \"-c\", {shell}]\nstatus = [\"/bin/true\"]\ngrace_seconds = 1\n"
            );
            let definition = defined(&toml, folder, Purpose::Deployments);
            let services = platform.services.iter_mut();
            for deploy in services.flat_map(|service| service.stages.values_mut()) {
                deploy.definition.clone_from(&definition);
            }
        })
    }

    /// One more member of the server, by this name and these roles.
    pub fn member(mut self, name: &str, display_name: &str, roles: &[&str]) -> Self {
        self.guild.members.push(Member {
            name: name.to_owned(),
            display_name: display_name.to_owned(),
            roles: roles.iter().map(|role| (*role).to_owned()).collect(),
            locale: "en-US".to_owned(),
            about: Vec::new(),
        });
        self
    }

    /// What is in hand when the bot stops is not waited for: it is interrupted.
    pub fn stops_at_once(mut self) -> Self {
        self.stop_bound = Some(Duration::ZERO);
        self
    }

    /// Opens the store with other options.
    pub fn store(mut self, change: impl FnOnce(&mut store::Options)) -> Self {
        change(&mut self.store);
        self
    }

    pub(super) fn guild(&self) -> Guild {
        self.guild.clone()
    }

    pub(super) fn apply(self, platform: &mut Platform, folder: &Path) -> Kept {
        for change in self.changes {
            change(platform, folder);
        }
        let commands = (!self.commands.is_empty()).then(|| {
            let place = folder.join("commands");
            fs::create_dir(&place).expect("a folder for command files");
            for (name, text) in &self.commands {
                fs::write(place.join(format!("{name}.toml")), text).expect("a command file");
            }
            place
        });
        Kept {
            commands,
            secret: self.secret,
            store: self.store,
            stop_bound: self.stop_bound,
            terraform: self.with_terraform.then(|| {
                let hearth = PathBuf::from(env!("CARGO_BIN_EXE_hearth"));
                let terraform = Terraform::new(folder, hearth, Arc::new(|| START));
                Arc::new(terraform.expect("the provider's folder"))
            }),
            engines: self.engines,
            observer: self.observer,
        }
    }
}

/// The stored form of a section `exec` for environments.
pub fn definition(toml: &str, folder: &Path) -> String {
    defined(toml, folder, Purpose::Environments)
}

fn defined(toml: &str, folder: &Path, purpose: Purpose) -> String {
    let table = DeTable::parse(toml).expect("a table");
    let section = Section {
        table: table.get_ref(),
        span: table.span(),
        base: folder,
        purpose,
    };
    match exec::settings(&section) {
        Ok(definition) => definition.canonical(),
        Err(faults) => panic!("{faults:#?}\n{toml}"),
    }
}

/// A section `exec` whose `up` is a shell text: it makes the file `FOLDER/NAME.is`, `down` removes it,
/// and `status` says present as long as it is there. Calls of `up` and `status` are written to
/// `FOLDER/calls`. `more` is TOML; a `down` in it takes the place of this one.
pub fn by_shell(up: &str, more: &str) -> String {
    let up = toml::Value::String(format!(
        "echo up >> FOLDER/calls; touch \"FOLDER/$HEARTH_NAME.is\"; {up}"
    ));
    let status = r#"echo status >> FOLDER/calls; if [ -e "FOLDER/$HEARTH_NAME.is" ]; then echo '{"state":"present"}'; else echo '{"state":"absent"}'; fi"#;
    let status = toml::Value::String(status.to_owned());
    let down = toml::Value::String(r#"rm -f "FOLDER/$HEARTH_NAME.is""#.to_owned());
    let down = if more.contains("down =") {
        String::new()
    } else {
        format!("down = [\"/bin/sh\", \"-c\", {down}]\n")
    };
    let list = if more.contains("list =") {
        ""
    } else {
        "list = [\"/bin/true\"]\n"
    };
    format!(
        "up = [\"/bin/sh\", \"-c\", {up}]\nstatus = [\"/bin/sh\", \"-c\", {status}]\n{down}{list}grace_seconds = 1\n{more}"
    )
}

/// A program that waits at a named pipe until the test lets it go on.
pub struct Waiting(PathBuf);

impl Waiting {
    /// Shell text that waits at the pipe of this name.
    pub fn at(name: &str) -> String {
        format!("read line < \"FOLDER/{name}\"")
    }

    /// Makes the pipe: to be called in a change of the platform, before anything waits at it.
    pub fn make(folder: &Path, name: &str) {
        let path = folder.join(name);
        let mode = rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR;
        rustix::fs::mkfifoat(rustix::fs::CWD, &path, mode).expect("a named pipe");
    }

    /// The pipe that was made earlier.
    pub fn of(folder: &Path, name: &str) -> Self {
        Self(folder.join(name))
    }

    /// Waits until the program waits, and lets it go on.
    pub async fn release(&self) {
        let path = self.0.clone();
        let written = tokio::task::spawn_blocking(move || fs::write(path, "go\n"));
        tokio::time::timeout(Duration::from_secs(30), written)
            .await
            .expect("nobody waits at the pipe")
            .expect("the writer does not panic")
            .expect("the pipe can be written");
    }
}
