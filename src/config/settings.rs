//! Puts the file, the environment and the secret files together; the environment overrides the file.

use std::io::Read as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use secrecy::{SecretSlice, SecretString};
use toml::de::DeTable;

use super::declare::{Section, Shape};
use super::environment::Environment;
use super::read::{Fields, home_of_secret, secret_message};
use super::reader::{Reader, list, near, quoted};
use super::report::{Fault, Faults, Severity, SourceFile};
use super::secret::{DatabaseUrl, absolute};
use super::{Providers, Sources, platform, sections};
use crate::domain::platform::Platform;

/// Largest `hearth.toml`, in bytes.
const FILE_BYTES_MAX: u64 = 1024 * 1024;
/// What stands in `web.listen` where nothing shall be served.
pub(super) const LISTEN_OFF: &str = "off";

/// What the file declares, without secrets and without the environment.
#[derive(Debug)]
pub struct Declared {
    /// The platform; roles and channels may still be names.
    pub platform: Platform,
    /// The folder of the file, absolute.
    pub folder: PathBuf,
    /// The folder of command files.
    pub commands_dir: Option<PathBuf>,
    /// The file as reports show it.
    pub file: SourceFile,
    /// What somebody should know.
    pub warnings: Vec<Fault>,
}

/// Everything that `hearth run` needs to know.
#[derive(Debug)]
pub struct Settings {
    /// The platform; roles and channels may still be names.
    pub platform: Platform,
    /// How Discord, or a server like it, is reached.
    pub discord: Discord,
    /// Where Hearth remembers.
    pub database: DatabaseUrl,
    /// The key under which survey answers are filed; `None` = the one that SQLite installations make themselves.
    pub survey_secret: Option<SecretSlice<u8>>,
    /// Where the survey key and the state of providers lie.
    pub data_dir: PathBuf,
    /// The folder of command files.
    pub commands_dir: Option<PathBuf>,
    /// Where health and metrics are served.
    pub listen: Listen,
    /// What is logged.
    pub log: Log,
    /// The folder of the file, absolute.
    pub folder: PathBuf,
    /// The file as reports show it.
    pub file: SourceFile,
    /// What somebody should know.
    pub warnings: Vec<Fault>,
}

/// Where health and metrics are served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listen {
    /// Nowhere.
    Off,
    /// On this address.
    On(SocketAddr),
}

/// How Discord is reached.
#[derive(Debug)]
pub struct Discord {
    /// The bot's token.
    pub token: SecretString,
    /// Another server that speaks Discord's API; `None` = Discord itself.
    pub api_url: Option<String>,
    /// The id of the server that is served.
    pub guild: u64,
}

/// What is logged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Log {
    /// In the words of `RUST_LOG`.
    pub filter: String,
    /// How lines look.
    pub format: LogFormat,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Pretty,
    /// One JSON object a line.
    Json,
}

/// Reads everything that a running Hearth needs.
///
/// # Errors
/// Every fault of the file, the environment and the secret files, at once.
pub fn load(sources: &Sources<'_>, providers: &Providers<'_>) -> Result<Settings, Faults> {
    let text = Text::read(sources.path)?;
    let (platform, own, mut faults) = text.check(providers)?;
    let mut outside = Environment::new(sources.env);
    let token = outside.token();
    let guild = outside.guild(own.guild.as_deref());
    let api_url = outside.api_url(own.api_url);
    let database = outside.database(own.database);
    let has_surveys = platform
        .as_ref()
        .is_some_and(|platform| !platform.surveys.is_empty());
    let survey_secret =
        outside.survey_secret(database.as_ref().map(DatabaseUrl::kind), has_surveys);
    let log = outside.log(own.log);
    faults.append(&mut outside.faults);
    let warnings = warnings_of(faults)?;
    let (Some(platform), Some(token), Some(guild), Some(database), Some(listen), Some(log)) =
        (platform, token, guild, database, own.listen, log)
    else {
        unreachable!("what could not be read has left a fault");
    };
    let beside_database = database
        .file()
        .and_then(|path| path.parent().map(Path::to_owned));
    Ok(Settings {
        platform,
        discord: Discord {
            token,
            api_url,
            guild,
        },
        survey_secret,
        data_dir: own
            .data_dir
            .or(beside_database)
            .unwrap_or_else(|| text.folder.join("data")),
        database,
        commands_dir: own.commands_dir,
        listen,
        log,
        folder: text.folder,
        file: text.file,
        warnings,
    })
}

/// Reads what the file alone says: for `hearth check --offline` and for a reload.
///
/// # Errors
/// Every fault of the file, at once.
pub fn load_platform_only(
    sources: &Sources<'_>,
    providers: &Providers<'_>,
) -> Result<Declared, Faults> {
    let text = Text::read(sources.path)?;
    let (platform, own, faults) = text.check(providers)?;
    let warnings = warnings_of(faults)?;
    let Some(platform) = platform else {
        unreachable!("what could not be read has left a fault")
    };
    Ok(Declared {
        platform,
        folder: text.folder,
        commands_dir: own.commands_dir,
        file: text.file,
        warnings,
    })
}

/// The warnings, if nothing is worse.
fn warnings_of(mut faults: Vec<Fault>) -> Result<Vec<Fault>, Faults> {
    if faults
        .iter()
        .all(|fault| fault.severity == Severity::Warning)
    {
        return Ok(faults);
    }
    faults.sort_by_key(|fault| fault.severity == Severity::Warning);
    Err(Faults(faults))
}

/// The keys of the file that are no part of the platform.
struct OwnKeys {
    commands_dir: Option<PathBuf>,
    data_dir: Option<PathBuf>,
    database: Option<DatabaseUrl>,
    guild: Option<String>,
    api_url: Option<String>,
    listen: Option<Listen>,
    log: Option<Log>,
}

/// The file as it was read.
struct Text {
    content: String,
    folder: PathBuf,
    file: SourceFile,
}

impl Text {
    fn read(path: &Path) -> Result<Self, Faults> {
        let name = path.display().to_string();
        let fault = |message: String, hint: &str| {
            Faults(vec![Fault::elsewhere(
                &name,
                message,
                Some(hint.to_owned()),
            )])
        };
        let mut bytes = Vec::new();
        std::fs::File::open(path)
            .and_then(|file| file.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes))
            .map_err(|error| {
                fault(
                    format!("the file cannot be read: {error}"),
                    "`hearth init` writes a first one; HEARTH_CONFIG names one that lies elsewhere.",
                )
            })?;
        if bytes.len() as u64 > FILE_BYTES_MAX {
            return Err(fault(
                format!("the file is larger than {FILE_BYTES_MAX} bytes"),
                "Is it the right file?",
            ));
        }
        let content = String::from_utf8(bytes).map_err(|error| {
            let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
            let line = valid.iter().filter(|byte| **byte == b'\n').count() + 1;
            fault(
                format!("the file is not UTF-8 in line {line}"),
                "Save it as UTF-8.",
            )
        })?;
        let folder = absolute(Path::new(""), path)
            .parent()
            .map(Path::to_owned)
            .unwrap_or_default();
        let file = SourceFile::new(&name, &content);
        Ok(Self {
            content,
            folder,
            file,
        })
    }

    /// Checks the whole file. A fault of syntax stands alone: nothing behind it can be trusted.
    fn check(
        &self,
        providers: &Providers<'_>,
    ) -> Result<(Option<Platform>, OwnKeys, Vec<Fault>), Faults> {
        let document = DeTable::parse(&self.content).map_err(|error| {
            let message = format!(
                "this is no TOML: {}",
                error.message().trim().replace('\n', ", ")
            );
            let hint =
                "Text stands in quotes, lists in brackets, and every key and section occurs once."
                    .to_owned();
            Faults(vec![Fault::in_file(
                &self.file,
                error.span(),
                message,
                Some(hint),
            )])
        })?;
        let document = document.get_ref();
        let reader = Reader::new(self.file.clone(), document, &self.folder, providers);
        report_unknown_sections(&reader, document);
        let main = single(&reader, document, &sections::PLATFORM);
        let own = self.own_keys(&reader, document, main.as_ref());
        let platform = main.and_then(|main| platform::read(&reader, document, &main));
        Ok((platform, own, reader.finish()))
    }

    fn own_keys<'a>(
        &self,
        reader: &'a Reader<'a>,
        document: &'a DeTable<'a>,
        main: Option<&Fields<'a>>,
    ) -> OwnKeys {
        let path = |name: &str| {
            main?
                .line(name)
                .map(|path| absolute(&self.folder, Path::new(&path)))
        };
        let discord = single(reader, document, &sections::DISCORD);
        let log = single(reader, document, &sections::LOG);
        OwnKeys {
            commands_dir: path("commands_dir"),
            data_dir: path("data_dir"),
            database: main.and_then(|main| self.database(main)),
            guild: discord.as_ref().and_then(|discord| discord.line("guild")),
            api_url: discord.as_ref().and_then(|discord| discord.line("api_url")),
            listen: single(reader, document, &sections::WEB).and_then(|web| listen(&web)),
            log: log.and_then(|log| {
                let (filter, format) = (log.line("filter"), log.line("format"));
                Some(Log {
                    filter: filter?,
                    format: log_format(&format?),
                })
            }),
        }
    }

    fn database(&self, main: &Fields<'_>) -> Option<DatabaseUrl> {
        let line = main.line("database")?;
        let place = || Some(main.place("database"));
        match DatabaseUrl::read(&line, &self.folder) {
            Ok(url) if url.has_password() => {
                main.reader.fault(
                    place(),
                    "`database` has a password in it, and a secret has no place in this file".to_owned(),
                    Some("Give the address in `HEARTH_DATABASE_URL`; treat the password as known to whoever has seen the file.".to_owned()),
                );
                None
            }
            Ok(url) => Some(url),
            Err(why) => {
                main.reader.fault(
                    place(),
                    format!("`database` {why}"),
                    Some(DATABASE_HINT.to_owned()),
                );
                None
            }
        }
    }
}

/// How to write a database's address.
pub(super) const DATABASE_HINT: &str =
    "Write `sqlite:data/hearth.db`, or `postgres://user@host/name`.";

fn listen(web: &Fields<'_>) -> Option<Listen> {
    let found = web.found_line("listen")?;
    if found.value == LISTEN_OFF {
        return Some(Listen::Off);
    }
    let address: SocketAddr = found.value.parse().ok()?;
    if !address.ip().is_loopback() {
        web.reader.warn(
            Some(found.span),
            format!("health and metrics are served on {address}, where others may reach them"),
            Some(
                "Listen on `127.0.0.1` unless a firewall or a network policy decides who may ask."
                    .to_owned(),
            ),
        );
    }
    Some(Listen::On(address))
}

pub(super) fn log_format(word: &str) -> LogFormat {
    if word == "json" {
        LogFormat::Json
    } else {
        LogFormat::Pretty
    }
}

/// A section that occurs once at most.
fn single<'a>(
    reader: &'a Reader<'a>,
    document: &'a DeTable<'a>,
    section: &'static Section,
) -> Option<Fields<'a>> {
    let (span, value) = match document.get_key_value(section.header) {
        Some((key, value)) => (key.span(), Some(value)),
        None => (0..0, None),
    };
    if value.is_none() && section.shape == Shape::Required {
        reader.fault(
            None,
            format!("the section `[{}]` is missing", section.header),
            Some("`hearth init` writes a first file to start from.".to_owned()),
        );
        return None;
    }
    Fields::open(reader, section, "", span, value)
}

fn report_unknown_sections(reader: &Reader<'_>, document: &DeTable<'_>) {
    let known: Vec<&str> = sections::ALL
        .iter()
        .filter(|section| {
            !section.header.contains('.')
                || section.header.matches('.').count() == 1 && section.shape == Shape::Many
        })
        .map(|section| section.header.split('.').next().unwrap_or(section.header))
        .collect();
    for (key, _) in document {
        let name = key.get_ref().as_ref();
        if known.contains(&name) {
            continue;
        }
        let hint = near(name, &known).unwrap_or_else(|| format!("There is {}.", list(&known)));
        if let Some(home) = home_of_secret(name) {
            reader.fault(Some(key.span()), secret_message(name), Some(home));
        } else {
            reader.fault(
                Some(key.span()),
                format!("there is no section {}", quoted(name)),
                Some(hint),
            );
        }
    }
}
