//! `hearth adopt`: makes the rows of environments again from what the engines still have.

use std::fmt::Write as _;
use std::sync::Arc;

use clap::Args;
use hearth::app::adoption::{self, Asking, Belonging, Find, Found, Verdict};
use hearth::app::clock::{Clock as _, SystemClock};
use hearth::config::Settings;
use hearth::domain::Timestamp;
use hearth::store::{Options, Store};

use super::outcome::Failure;
use super::{control, open, reading, say};

/// The longest id of an installation, in bytes.
const INSTALLATION_BYTES_MAX: usize = 64;

/// What is adopted, and whether it is done.
#[derive(Args, Clone, Debug)]
pub struct Asked {
    #[command(flatten)]
    config: super::Config,
    /// Only say what would be done [default]
    #[arg(long, conflicts_with = "yes")]
    dry_run: bool,
    /// Do it
    #[arg(long)]
    yes: bool,
    /// The former installation's id, where it was lost with the database
    ///
    /// It stands in everything that Hearth has made; without this option the command names the ids that it
    /// sees at the engines. By hand: on kubernetes `kubectl get namespaces -l
    /// app.kubernetes.io/managed-by=hearth -L hearth.internal/installation`, on exec and terraform
    /// HEARTH_INSTALLATION in <data_dir>/ENGINE/operations/*/plan.json, on github and gitlab the first part of
    /// [hearth:ID:KEY] in a run's title.
    #[arg(long, value_name = "ID")]
    installation: Option<String>,
}

/// Looks, says, and does it if asked to.
pub fn run(asked: &Asked) -> Result<(), Failure> {
    let settings = reading::settings_without_secrets(&reading::path(asked.config.config.clone()))?;
    if let Some(id) = &asked.installation {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        if !(1..=INSTALLATION_BYTES_MAX).contains(&id.len()) || !id.bytes().all(plain) {
            return Err(Failure::Usage(
                "--installation takes the id that stands in the labels, such as 3f2c1a9e-…"
                    .to_owned(),
            ));
        }
    }
    super::choose_tls();
    super::block_on(adopt(&settings, asked))
}

async fn adopt(settings: &Settings, asked: &Asked) -> Result<(), Failure> {
    // On SQLite the open store says so; on PostgreSQL only the door of the running one does.
    if control::is_open(&settings.data_dir).await {
        return Err(Failure::Store(
            "Hearth is running with this data folder: stop it first, because it would decide at the same time"
                .to_owned(),
        ));
    }
    let store = Box::pin(Store::open(settings.database.expose(), Options::default())).await?;
    let engines = open::Engines::open(&settings.data_dir, Arc::new(|| SystemClock.now()))?;
    let provisioners = engines.provisioners();
    let own = store.installation().to_owned();
    let installation = asked.installation.clone().unwrap_or_else(|| own.clone());
    let asking = Asking {
        store: &store,
        provisioners: &provisioners,
        platform: &settings.platform,
        installation: &installation,
        now: SystemClock.now(),
    };
    let found = adoption::look(&asking).await?;
    say(&described(settings, &installation, &found));
    let done = if asked.yes {
        take_all(&store, &installation, &found, asking.now).await
    } else {
        let adoptable = adoptable(&found).count();
        say(&match adoptable {
            0 => "Nothing to adopt, and nothing was changed.".to_owned(),
            n => format!("Nothing was changed: `hearth adopt --yes` would adopt {n}."),
        });
        Ok(())
    };
    store.close().await;
    done
}

async fn take_all(
    store: &Store,
    installation: &str,
    found: &Found,
    now: Timestamp,
) -> Result<(), Failure> {
    if found.finds.is_empty() {
        say("Nothing to adopt, and nothing was changed.");
        return Ok(());
    }
    match adoption::belong_to(store, installation).await? {
        Belonging::Taken => {}
        Belonging::HasItsOwn { living } => {
            return Err(Failure::Unfit(format!(
                "the database belongs to installation {}, which has {living} living environments: a database can have one installation only. Destroy them, or give the former one a database and a data folder of its own.",
                store.installation()
            )));
        }
    }
    let mut n_taken = 0;
    for change in adoptable(found) {
        if adoption::take(store, change, now).await? {
            n_taken += 1;
        } else {
            say(&format!(
                "{} was not adopted: another row was faster, or it was adopted before",
                change.next.name.as_str()
            ));
        }
    }
    say(&format!(
        "Adopted {n_taken}. `hearth run` tells their channels and goes on with them."
    ));
    Ok(())
}

fn adoptable(
    found: &Found,
) -> impl Iterator<Item = &hearth::domain::effect::Change<hearth::domain::environment::Environment>>
{
    found.finds.iter().filter_map(|find| match &find.verdict {
        Verdict::Adopt(change) => Some(change.as_ref()),
        Verdict::Known | Verdict::Left(_) => None,
    })
}

fn described(settings: &Settings, installation: &str, found: &Found) -> String {
    let mut text = format!("{}, installation {installation}", settings.database);
    let rows: Vec<Vec<String>> = found.finds.iter().map(row).collect();
    if rows.is_empty() {
        text.push_str("\nNo engine has anything under its label.");
    } else {
        let _into_memory = write!(text, "\n{}", super::rights::aligned(&rows).trim_end());
    }
    if !found.others.is_empty() {
        text.push_str("\nOther installations have something there:");
        for (id, n_things) in &found.others {
            let _into_memory = write!(text, "\n  {id}: {n_things}");
        }
        if rows.is_empty() {
            text.push_str("\nIf one of them is this Hearth before its database was lost: hearth adopt --installation ID");
        }
    }
    for trouble in &found.troubles {
        let _into_memory = write!(text, "\nNot asked: {trouble}");
    }
    text
}

fn row(find: &Find) -> Vec<String> {
    let (what, about) = match &find.verdict {
        Verdict::Adopt(change) => {
            let it = &change.next;
            let ends = chrono::DateTime::from_timestamp_millis(it.expires_at.0)
                .map_or_else(String::new, |end| {
                    end.format("%Y-%m-%d %H:%M UTC").to_string()
                });
            let about = format!(
                "template {}, team {}, owner {}, {}, ends {ends}",
                it.template,
                it.team,
                it.owner,
                it.state.word()
            );
            ("adopt", about)
        }
        Verdict::Known => ("known", "a living row has it".to_owned()),
        Verdict::Left(why) => ("leave", format!("{why}; the sweep tells the keepers of it")),
    };
    vec![
        format!("  {what}"),
        find.provider.clone(),
        find.name.clone(),
        about,
    ]
}
