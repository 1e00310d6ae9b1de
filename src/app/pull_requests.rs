//! Pull requests: what a forge sends is heard, and people let in what waits for their word.

use crate::domain::Timestamp;
use crate::domain::chat::Answer;
use crate::domain::effect::{Effect, EnvironmentId, Planned, PullRequestId};
use crate::domain::environment::Environment;
use crate::domain::limits;
use crate::domain::pull_request::{self, PullRequest};
use crate::domain::sentence::{Sentence, Value};
use crate::providers::forge::{About, Unheard};
use crate::store::{Error, Reader, Scope, Tx};

use super::App;
use super::call::Call;
use super::stop::Stop;

/// What became of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivered {
    /// It is stored what to look at, or it was heard before.
    Heard,
    /// It is not from the repository's forge, or there is no such repository: nothing is said about it.
    Unknown,
    /// It is from the forge and cannot be read.
    Unreadable,
    /// Not now: the forge may send it again.
    Later,
}

impl App {
    /// Hears a delivery: stores in one transaction that it was heard and what to look at, and looks later.
    /// `header` finds a header by its lower-case name.
    pub async fn deliver(
        &self,
        repository: &str,
        header: &(dyn Fn(&str) -> Option<String> + Sync),
        body: &[u8],
    ) -> Delivered {
        let definitions = self.definitions();
        let Some(repository) = definitions.platform.repository(repository) else {
            return Delivered::Unknown;
        };
        let delivery = match self.forges().hear(repository, header, body) {
            Ok(delivery) => delivery,
            Err(Unheard::Unauthentic) => return Delivered::Unknown,
            Err(Unheard::Unreadable) => return Delivered::Unreadable,
        };
        match self
            .store_delivery(&repository.id, &delivery.keys, &delivery.about)
            .await
        {
            Ok(()) => Delivered::Heard,
            Err(error) => {
                tracing::warn!(
                    "a delivery for repository {} cannot be stored: {error:#}",
                    repository.id
                );
                Delivered::Later
            }
        }
    }

    async fn store_delivery(
        &self,
        repository: &str,
        keys: &[String],
        about: &About,
    ) -> Result<(), Error> {
        let now = self.now();
        let mut tx = self.store().begin(Scope::Jobs).await?;
        for key in keys {
            if !tx.delivered(repository, key, now).await? {
                return Ok(());
            }
        }
        let numbers = match about {
            About::Nothing => Vec::new(),
            About::Number(number) => vec![*number],
            About::Branch(branch) => {
                let open = tx
                    .pull_requests_open(repository, limits::PULL_REQUESTS_MAX)
                    .await?;
                open.into_iter()
                    .filter(|it| it.branch == *branch)
                    .map(|it| it.number)
                    .take(limits::PULL_REQUESTS_A_DELIVERY_MAX)
                    .collect()
            }
        };
        let looks: Vec<Planned> = numbers
            .into_iter()
            .map(|number| look_at(repository, number).at(now))
            .collect();
        tx.enqueue(&looks, now).await?;
        tx.commit().await?;
        self.activity().wake();
        Ok(())
    }
}

/// The job that asks the forge how a pull request stands.
pub(super) fn look_at(repository: &str, number: i64) -> Effect {
    Effect::LookAtPullRequest {
        repository: repository.to_owned(),
        number,
    }
}

/// An environment has moved: its pull request, if it has one, is followed.
pub(super) async fn moved(
    tx: &mut Tx,
    environment: &Environment,
    now: Timestamp,
) -> Result<(), Error> {
    let mut follow = Vec::new();
    if !environment.state.is_alive() {
        // There is room in the quota now.
        let refused = tx
            .pull_requests_refused(&environment.team, limits::PULL_REQUESTS_A_DELIVERY_MAX)
            .await?;
        follow.extend(refused.iter().map(|it| it.follow(now)));
    }
    if environment.pull_request.is_some() {
        let own = tx.pull_request_of(&environment.id).await?;
        follow.extend(own.map(|it| it.follow(now)));
    }
    tx.enqueue(&follow, now).await
}

/// The message that follows an environment has another place: the forge is told.
pub(super) async fn posted(tx: &mut Tx, id: &EnvironmentId, now: Timestamp) -> Result<(), Error> {
    if let Some(it) = tx.pull_request_of(id).await? {
        tx.enqueue(&[Effect::TellForge { id: it.id }.at(now)], now)
            .await?;
    }
    Ok(())
}

/// Where the pull request of an environment is read, if Hearth knows it.
pub(super) async fn url_of(
    reader: &mut Reader,
    environment: &Environment,
) -> Result<Option<String>, Error> {
    if environment.pull_request.is_none() {
        return Ok(None);
    }
    let it = reader.pull_request_of(&environment.id).await?;
    Ok(it.map(|it| it.url))
}

/// Somebody lets a pull request in, for the revision that the button was made for.
///
/// # Errors
/// Refused if there is a newer revision, or nobody is asked any more.
pub(super) async fn let_in(call: &Call<'_>, id: &str, revision: &str) -> Result<Answer, Stop> {
    let id = PullRequestId(id.to_owned());
    let stale = || Sentence::new("refused-stale-button");
    let seen = call
        .read()
        .await?
        .pull_request(&id)
        .await?
        .ok_or_else(stale)?;
    let mut tx = call.begin(Scope::Team(&seen.team)).await?;
    let was = tx.pull_request(&id).await?.ok_or_else(stale)?;
    let change = pull_request::let_in(call.now, &was, call.person().id, revision)
        .map_err(pull_request::Refusal::sentence)?;
    tx.save_pull_request(&change.next, &was).await?;
    tx.enqueue(&change.effects, call.now).await?;
    call.commit(tx).await?;
    let done = Sentence::new("pull-request-let-in-done")
        .with("name", name(&change.next))
        .with("person", call.mention())
        .with("revision", short(&change.next.head));
    Ok(call.done(&done))
}

/// What people call a pull request: the repository's key, which is harmless, and the number.
pub(super) fn name(it: &PullRequest) -> Value {
    Value::Markup(format!("{} #{}", it.repository, it.number))
}

/// As much of a commit as people read.
pub(super) fn short(revision: &str) -> &str {
    const SHORT_CHARS: usize = 8;
    revision.get(..SHORT_CHARS).unwrap_or(revision)
}
