//! Makes the table of environments again from what engines have kept: their labels say whose it is, their
//! answers how it stands.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use crate::domain::cause::Cause;
use crate::domain::chat::{ChannelId, UserId};
use crate::domain::effect::{Change, EnvironmentId};
use crate::domain::environment::{self, Environment, Remains, Standing};
use crate::domain::limits;
use crate::domain::platform::{Platform, Reference, Template};
use crate::domain::stray;
use crate::domain::time::Timestamp;
use crate::providers::{Failure, Order, Owned, Phase, Provisioner};
use crate::store::{self, Scope, Store, Trouble};

/// What is done, in the audit.
const ACTION: &str = "environment.adopt";

/// What an order says about an environment, with the labels that its engine is to keep. They hold only what any
/// engine can take as a label: keys and ids, no names of people.
pub(super) fn order(environment: &Environment, installation: &str) -> Order {
    let mut labels = BTreeMap::from([
        ("environment".to_owned(), environment.id.0.clone()),
        ("team".to_owned(), environment.team.clone()),
        ("owner".to_owned(), environment.owner.to_string()),
        ("template".to_owned(), environment.template.clone()),
        ("channel".to_owned(), environment.channel.to_string()),
        (
            "requested_at".to_owned(),
            environment.requested_at.0.to_string(),
        ),
        (
            "expires_at".to_owned(),
            environment.expires_at.0.to_string(),
        ),
    ]);
    if let Some(number) = environment.pull_request {
        labels.insert("pull_request".to_owned(), number.to_string());
    }
    Order {
        op_key: environment.op_key.clone(),
        definition: environment.definition.clone(),
        installation: installation.to_owned(),
        name: environment.name.as_str().to_owned(),
        revision: environment.revision.clone(),
        target: None,
        parameters: environment.parameters.clone(),
        labels,
        plan: environment
            .plan
            .as_ref()
            .and_then(|plan| plan.proposal.as_ref())
            .map(|proposal| proposal.fingerprint.clone()),
    }
}

/// What is asked, and of whom.
pub struct Asking<'a> {
    /// The open store.
    pub store: &'a Store,
    /// The engines by name.
    pub provisioners: &'a BTreeMap<String, Arc<dyn Provisioner>>,
    /// The platform as it is declared.
    pub platform: &'a Platform,
    /// Whose things are looked for.
    pub installation: &'a str,
    /// The time of the look.
    pub now: Timestamp,
}

/// One thing that an engine has under the installation's label.
#[derive(Debug)]
pub struct Find {
    /// The engine's name.
    pub provider: String,
    /// What the engine calls it by name.
    pub name: String,
    /// What becomes of it.
    pub verdict: Verdict,
}

/// What becomes of something that was found.
#[derive(Debug)]
pub enum Verdict {
    /// A row is made of it.
    Adopt(Box<Change<Environment>>),
    /// A living row knows it already.
    Known,
    /// It is left to the sweep, which tells the keepers of it.
    Left(Left),
}

/// Why something is left alone.
#[derive(Debug, PartialEq, Eq)]
pub enum Left {
    /// The engine did not keep this label, or it cannot be read.
    NoLabel(&'static str),
    /// No template of today is called so, or it is on another engine.
    NoTemplate(String),
    /// No team of today is called so.
    NoTeam(String),
    /// A living environment has its name.
    NameTaken,
    /// Its name cannot be one of an environment.
    NoName,
    /// A row says that it is destroyed.
    Ended,
    /// The engine lists it, and says that it is not there.
    Absent,
    /// The engine could not be asked about it.
    Unclear(String),
}

impl fmt::Display for Left {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoLabel(label) => write!(f, "its engine has not kept the label `{label}`"),
            Self::NoTemplate(template) => {
                write!(f, "no template {template:?} of its engine is declared")
            }
            Self::NoTeam(team) => write!(f, "no team {team:?} is declared"),
            Self::NameTaken => f.write_str("a living environment has its name"),
            Self::NoName => f.write_str("its name cannot be one of an environment"),
            Self::Ended => f.write_str("its row says that it is destroyed"),
            Self::Absent => f.write_str("its engine lists it, and says that it is not there"),
            Self::Unclear(why) => write!(f, "its engine could not be asked about it: {why}"),
        }
    }
}

/// What was found, and which engines did not answer.
#[derive(Debug, Default)]
pub struct Found {
    /// Everything that is listed.
    pub finds: Vec<Find>,
    /// How much other installations have, by their ids.
    pub others: BTreeMap<String, usize>,
    /// What could not be asked, each in a sentence.
    pub troubles: Vec<String>,
}

/// Asks every engine of a template what it has of this installation, and decides about each. Changes nothing.
///
/// # Errors
/// If the store cannot be read.
pub async fn look(asking: &Asking<'_>) -> Result<Found, store::Error> {
    let mut found = Found::default();
    let mut asked = BTreeSet::new();
    let mut names = BTreeSet::new();
    for template in &asking.platform.templates {
        let Some(provider) = asking.provisioners.get(&template.provider) else {
            continue;
        };
        if !asked.insert((&template.provider, &template.definition)) {
            continue;
        }
        let trouble = |failure: Failure| format!("template {}: {failure}", template.id);
        match provider.installations(&template.definition).await {
            Ok(all) => {
                for (id, n_things) in all.into_iter().filter(|(id, _)| id != asking.installation) {
                    let most = found.others.entry(id).or_default();
                    *most = n_things.max(*most);
                }
            }
            Err(failure) => found.troubles.push(trouble(failure)),
        }
        let listed = provider.list_owned(&template.definition, asking.installation);
        match listed.await {
            Ok(owned) => {
                for one in owned {
                    // Several templates of one engine may list the same.
                    if names.insert((template.provider.clone(), one.op_key.clone())) {
                        let find = judge(asking, provider.as_ref(), template, &one).await?;
                        found.finds.push(find);
                    }
                }
            }
            Err(failure) => found.troubles.push(trouble(failure)),
        }
    }
    Ok(found)
}

async fn judge(
    asking: &Asking<'_>,
    provider: &dyn Provisioner,
    lister: &Template,
    owned: &Owned,
) -> Result<Find, store::Error> {
    let verdict = match known(asking, owned).await? {
        Some(verdict) => verdict,
        None => match remains(asking, lister, owned) {
            Ok(remains) => made(asking, provider, remains).await?,
            Err(left) => Verdict::Left(left),
        },
    };
    Ok(Find {
        provider: lister.provider.clone(),
        name: owned.name.clone(),
        verdict,
    })
}

/// What our own rows say about it, if they do.
async fn known(asking: &Asking<'_>, owned: &Owned) -> Result<Option<Verdict>, store::Error> {
    let mut reader = asking.store.read().await?;
    let row = reader.environment_ordered(&owned.op_key).await?;
    Ok(row.map(|row| {
        if row.state.is_alive() {
            Verdict::Known
        } else {
            Verdict::Left(Left::Ended)
        }
    }))
}

/// What its labels say.
fn remains<'a>(
    asking: &Asking<'a>,
    lister: &'a Template,
    owned: &'a Owned,
) -> Result<Remains<'a>, Left> {
    let label = |name: &'static str| owned.kept.labels.get(name).ok_or(Left::NoLabel(name));
    let number = |name: &'static str| label(name).ok()?.parse::<i64>().ok();
    let id = |name: &'static str| label(name).ok()?.parse::<u64>().ok();
    let team = label("team")?;
    let owner = id("owner").ok_or(Left::NoLabel("owner"))?;
    let template = template(asking.platform, lister, owned)?;
    let Some(declared) = asking.platform.teams.iter().find(|one| one.id == *team) else {
        return Err(Left::NoTeam(team.clone()));
    };
    let usual = || {
        let of_team = declared.channel.as_ref().and_then(Reference::id);
        of_team.or_else(|| asking.platform.channel.id())
    };
    let channel = id("channel").map(ChannelId).or_else(usual);
    Ok(Remains {
        id: EnvironmentId(label("environment").map_or_else(|_| super::new_id(), Clone::clone)),
        op_key: owned.op_key.clone(),
        name: &owned.name,
        template,
        definition: owned.kept.definition.clone(),
        team: &declared.id,
        owner: UserId(owner),
        channel: channel.ok_or(Left::NoLabel("channel"))?,
        revision: owned.kept.revision.clone(),
        pull_request: number("pull_request"),
        parameters: owned.kept.parameters.clone(),
        requested_at: number("requested_at").map(Timestamp),
        expires_at: number("expires_at").map(Timestamp),
        reference: owned.reference.clone(),
        standing: Standing::Building,
    })
}

/// The template that its label names. What was made before templates were kept is of the only one that can be.
fn template<'a>(
    platform: &'a Platform,
    lister: &'a Template,
    owned: &Owned,
) -> Result<&'a Template, Left> {
    let mut of_engine = platform
        .templates
        .iter()
        .filter(|template| template.provider == lister.provider);
    match owned.kept.labels.get("template") {
        Some(wanted) => of_engine
            .find(|template| template.id == *wanted)
            .ok_or_else(|| Left::NoTemplate(wanted.clone())),
        None if of_engine.count() == 1 => Ok(lister),
        None => Err(Left::NoLabel("template")),
    }
}

/// Asks the engine how it stands, and decides.
async fn made(
    asking: &Asking<'_>,
    provider: &dyn Provisioner,
    mut remains: Remains<'_>,
) -> Result<Verdict, store::Error> {
    let mut reader = asking.store.read().await?;
    if reader.environment_living(remains.name).await?.is_some() {
        return Ok(Verdict::Left(Left::NameTaken));
    }
    drop(reader);
    let Ok(draft) = environment::adopted(asking.now, remains.clone()) else {
        return Ok(Verdict::Left(Left::NoName));
    };
    let order = order(&draft.next, asking.installation);
    let seen = match provider.observe(&order, &remains.reference).await {
        Ok(seen) => seen,
        Err(failure) => return Ok(Verdict::Left(Left::Unclear(failure.to_string()))),
    };
    remains.standing = match seen.phase {
        Phase::Running => Standing::Building,
        Phase::Succeeded => Standing::Ready {
            url: seen.outputs.get("url").cloned(),
        },
        Phase::Failed => Standing::Failed(seen.message.map_or(Cause::Unknown, |message| {
            Cause::of_engine(&message, seen.whose)
        })),
        Phase::Absent => return Ok(Verdict::Left(Left::Absent)),
    };
    Ok(match environment::adopted(asking.now, remains) {
        Ok(change) => Verdict::Adopt(Box::new(change)),
        Err(_) => Verdict::Left(Left::NoName),
    })
}

/// Makes the row. `false`: somebody was faster, and nothing was done.
///
/// # Errors
/// If the store cannot be written.
pub async fn take(
    store: &Store,
    change: &Change<Environment>,
    now: Timestamp,
) -> Result<bool, store::Error> {
    let next = &change.next;
    let mut tx = store.begin(Scope::Team(&next.team)).await?;
    let key = format!("adopt:{}", next.op_key);
    if !tx.heard(&key, None, ACTION, "done", now).await? {
        return Ok(false);
    }
    match tx.insert_environment(next).await {
        Err(error) if error.trouble() == Trouble::Moved => return Ok(false),
        inserted => inserted?,
    }
    tx.enqueue(&change.effects, now).await?;
    tx.record(&change.facts).await?;
    // Somebody's again: what the sweep has taken up is not to be destroyed after its grace.
    for one in tx
        .strays_at(&next.provider, limits::SWEEP_ROWS_MAX)
        .await?
        .iter()
        .filter(|one| one.op_key == next.op_key)
    {
        if let Some(claimed) = stray::claimed(now, one) {
            tx.save_stray(&claimed.next, one.state).await?;
            tx.enqueue(&claimed.effects, now).await?;
        }
    }
    tx.commit().await?;
    Ok(true)
}

/// Lets a database that knows of nothing yet belong to a former installation.
///
/// # Errors
/// If the store cannot be read or written.
pub async fn belong_to(store: &Store, installation: &str) -> Result<Belonging, store::Error> {
    if store.installation() == installation {
        return Ok(Belonging::Taken);
    }
    let mut tx = store.begin(Scope::Everything).await?;
    let living: u32 = tx
        .environment_counts()
        .await?
        .iter()
        .map(|(_, count)| count)
        .sum();
    if living > 0 {
        return Ok(Belonging::HasItsOwn { living });
    }
    tx.set(store::INSTALLATION, installation).await?;
    tx.commit().await?;
    Ok(Belonging::Taken)
}

/// Whose a database is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Belonging {
    /// The wanted installation's.
    Taken,
    /// Another one's, which has environments.
    HasItsOwn {
        /// How many.
        living: u32,
    },
}
