//! Forges as places of pull requests: what they send, what is asked there, and what is said there.

mod delivery;
mod github;
mod gitlab;

use std::time::Duration;

use reqwest::{Method, Url};
use serde_json::Value;

use super::Failure;
use super::exec::ClockNow;
use super::wire::{Answer, Caller, Line, Trouble};
use crate::domain::Timestamp;
use crate::domain::limits;
use crate::domain::platform::{Forge, Repository};
use crate::domain::pull_request::Seen;

pub use delivery::{About, Delivery, Unheard};

/// How long one call may take.
const CALL_MAX: Duration = Duration::from_secs(15);
/// How many pull requests one page has: each can be tens of kilobytes.
const PAGE_ROWS: usize = 20;
/// How many comments one page has.
const COMMENT_ROWS: usize = 30;
/// Pages of comments that are looked through for ours.
const COMMENT_PAGES_MAX: usize = 20;
/// Rounds in which what belongs to an environment at a forge is removed.
const RETIRE_ROUNDS_MAX: usize = 20;

/// What is to be said about a pull request in our one comment.
pub struct Comment<'a> {
    /// The pull request's number.
    pub number: i64,
    /// What only our comment about it begins with: invisible to people.
    pub mark: &'a str,
    /// The comment's id, where it is known.
    pub known: Option<&'a str>,
    /// What it says, below the mark.
    pub text: &'a str,
}

/// How an environment stands, as a forge shows deployments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It waits: for a place, for somebody.
    Waiting,
    /// It is being built.
    Building,
    /// It answers, or sleeps.
    Up,
    /// It could not be built.
    Failed,
    /// It is being removed.
    Down,
}

/// A deployment as a forge is to show it.
pub struct Shown<'a> {
    /// The environment's name.
    pub environment: &'a str,
    /// The branch.
    pub branch: &'a str,
    /// The commit.
    pub revision: &'a str,
    /// How it stands.
    pub standing: Standing,
    /// Where it answers.
    pub url: Option<&'a str>,
    /// Where its news is told.
    pub log_url: Option<&'a str>,
    /// The deployment's id, where it is known.
    pub known: Option<&'a str>,
    /// The deployment that it takes the place of.
    pub former: Option<&'a str>,
    /// What only our deployments of it carry.
    pub mark: &'a str,
}

/// The forges, through one client.
pub struct Forges {
    caller: Caller,
}

impl Forges {
    /// Opens no connection yet.
    #[must_use]
    pub fn new(clock_now: ClockNow) -> Self {
        Self {
            caller: Caller::new(clock_now),
        }
    }

    /// What a delivery is about, if it is one of the repository's forge. `header` finds a header by its
    /// lower-case name.
    ///
    /// # Errors
    /// [`Unheard`] says why it is not heard.
    pub fn hear(
        &self,
        repository: &Repository,
        header: &dyn Fn(&str) -> Option<String>,
        body: &[u8],
    ) -> Result<Delivery, Unheard> {
        delivery::hear(repository, header, body, self.caller.now())
    }

    /// The open pull requests of a repository, at most [`limits::PULL_REQUESTS_MAX`].
    ///
    /// # Errors
    /// [`Failure`] says whether asking again is safe.
    pub async fn open(&self, repository: &Repository) -> Result<Vec<Seen>, Failure> {
        let there = self.there(repository)?;
        let mut all = Vec::new();
        for page in 1..=limits::PULL_REQUESTS_MAX.div_ceil(PAGE_ROWS) {
            let rest = match repository.forge {
                Forge::GitHub => format!(
                    "/pulls?state=open&sort=created&direction=desc&per_page={PAGE_ROWS}&page={page}"
                ),
                Forge::GitLab => {
                    format!("/merge_requests?state=opened&per_page={PAGE_ROWS}&page={page}")
                }
            };
            let rows = there.list(&rest).await?;
            all.extend(rows.iter().filter_map(|row| there.seen(row)));
            if rows.len() < PAGE_ROWS {
                break;
            }
        }
        Ok(all)
    }

    /// How one pull request stands; `None` if the forge does not know it.
    ///
    /// # Errors
    /// [`Failure`] says whether asking again is safe.
    pub async fn look(
        &self,
        repository: &Repository,
        number: i64,
    ) -> Result<Option<Seen>, Failure> {
        let there = self.there(repository)?;
        let kind = match repository.forge {
            Forge::GitHub => "pulls",
            Forge::GitLab => "merge_requests",
        };
        match there.get(&format!("/{kind}/{number}")).await? {
            Some(row) => match there.seen(&row) {
                Some(seen) => Ok(Some(seen)),
                None => Err(Failure::Retryable(format!(
                    "the forge does not say how {number} stands"
                ))),
            },
            None => Ok(None),
        }
    }

    /// Keeps our one comment current: edits it where it is, finds it again by its mark, or writes it.
    /// Returns its id.
    ///
    /// # Errors
    /// [`Failure`] says whether asking again is safe.
    pub async fn comment(
        &self,
        repository: &Repository,
        comment: &Comment<'_>,
    ) -> Result<String, Failure> {
        let there = self.there(repository)?;
        let body = serde_json::json!({"body": format!("{}\n{}", comment.mark, comment.text)});
        let (list, new) = there.comments_of(comment.number);
        if let Some(known) = comment.known
            && there.edit_comment(comment.number, known, &body).await?
        {
            return Ok(known.to_owned());
        }
        for page in 1..=COMMENT_PAGES_MAX {
            let rows = there
                .list(&format!("{list}per_page={COMMENT_ROWS}&page={page}"))
                .await?;
            let ours = rows.iter().find(|row| {
                let said = row.get("body").and_then(Value::as_str);
                said.is_some_and(|said| said.starts_with(comment.mark))
            });
            if let Some(id) = ours.and_then(id_of)
                && there.edit_comment(comment.number, &id, &body).await?
            {
                return Ok(id);
            }
            if rows.len() < COMMENT_ROWS {
                break;
            }
        }
        let made = there.write(Method::POST, &new, &body).await?;
        id_of(&made).ok_or_else(|| Failure::UnknownEffect("it did not say which comment".into()))
    }

    /// Shows how the environment stands as a deployment; returns the deployment's id.
    ///
    /// # Errors
    /// [`Failure`] says whether asking again is safe.
    pub async fn show(
        &self,
        repository: &Repository,
        shown: &Shown<'_>,
    ) -> Result<String, Failure> {
        let there = self.there(repository)?;
        match repository.forge {
            Forge::GitHub => github::show(&there, shown).await,
            Forge::GitLab => gitlab::show(&there, shown).await,
        }
    }

    /// Removes the environment at the forge with its deployments; what is not there is gone already.
    ///
    /// # Errors
    /// [`Failure`] says whether asking again is safe.
    pub async fn retire(&self, repository: &Repository, environment: &str) -> Result<(), Failure> {
        let there = self.there(repository)?;
        match repository.forge {
            Forge::GitHub => github::retire(&there, environment).await,
            Forge::GitLab => gitlab::retire(&there, environment).await,
        }
    }

    /// What keeps the repository from being used, each in a sentence with what to do; asks the forge.
    pub async fn check(&self, repository: &Repository) -> Vec<String> {
        let asked = async {
            let there = self.there(repository)?;
            there.get("").await
        };
        match asked.await {
            Ok(Some(_)) => Vec::new(),
            Ok(None) => vec![format!(
                "{} is not there, or the token may not see it",
                repository.path
            )],
            Err(failure) => vec![failure.to_string()],
        }
    }

    fn there<'a>(&'a self, repository: &'a Repository) -> Result<There<'a>, Failure> {
        let (accept, version) = match repository.forge {
            Forge::GitHub => (
                "application/vnd.github+json",
                Some(("x-github-api-version", "2022-11-28")),
            ),
            Forge::GitLab => ("application/json", None),
        };
        let line = self
            .caller
            .line(Some(&repository.token), CALL_MAX, accept, version)?;
        Ok(There { line, repository })
    }
}

/// One repository at its forge.
struct There<'a> {
    line: Line<'a>,
    repository: &'a Repository,
}

impl There<'_> {
    fn url(&self, rest: &str) -> Result<Url, Failure> {
        let Repository {
            api, path, forge, ..
        } = self.repository;
        super::wire::address::parsed(&match forge {
            Forge::GitHub => format!("{api}/repos/{path}{rest}"),
            Forge::GitLab => {
                let path = super::wire::address::encoded(path);
                format!("{api}/projects/{path}{rest}")
            }
        })
    }

    async fn get(&self, rest: &str) -> Result<Option<Value>, Failure> {
        self.line.get_json(self.url(rest)?).await
    }

    /// A list that must be there.
    async fn list(&self, rest: &str) -> Result<Vec<Value>, Failure> {
        match self.get(rest).await? {
            Some(Value::Array(list)) => Ok(list),
            Some(_) => Err(Failure::Retryable("it did not answer a list".to_owned())),
            None => Err(Failure::Retryable(format!(
                "{} cannot be seen with this token",
                self.repository.path
            ))),
        }
    }

    async fn send(
        &self,
        method: Method,
        rest: &str,
        body: Option<&Value>,
    ) -> Result<Answer, Failure> {
        self.line
            .ask(method, self.url(rest)?, None, body)
            .await
            .map_err(Trouble::of_write)
    }

    /// A call that makes or changes something, and its JSON. A no is for good: rights or rules are missing.
    async fn write(&self, method: Method, rest: &str, body: &Value) -> Result<Value, Failure> {
        let answer = self.send(method, rest, Some(body)).await?;
        match answer.status {
            200..=299 => Ok(answer.json().unwrap_or_default()),
            _ => Err(Failure::Permanent(self.line.complaint(&answer))),
        }
    }

    /// Whether something was removed or was not there.
    async fn remove(&self, rest: &str) -> Result<bool, Failure> {
        let answer = self.send(Method::DELETE, rest, None).await?;
        Ok(matches!(answer.status, 200..=299 | 404 | 410))
    }

    fn seen(&self, row: &Value) -> Option<Seen> {
        match self.repository.forge {
            Forge::GitHub => github::seen(&self.line, row),
            Forge::GitLab => gitlab::seen(&self.line, row),
        }
    }

    /// Where the comments of a pull request are listed, up to the paging, and where one is written.
    fn comments_of(&self, number: i64) -> (String, String) {
        match self.repository.forge {
            Forge::GitHub => {
                let all = format!("/issues/{number}/comments");
                (format!("{all}?"), all)
            }
            Forge::GitLab => {
                let all = format!("/merge_requests/{number}/notes");
                (format!("{all}?sort=asc&order_by=created_at&"), all)
            }
        }
    }

    /// Edits a comment; `false` if it is gone or not ours to edit.
    async fn edit_comment(&self, number: i64, id: &str, body: &Value) -> Result<bool, Failure> {
        let id = super::wire::address::encoded(id);
        let (method, rest) = match self.repository.forge {
            Forge::GitHub => (Method::PATCH, format!("/issues/comments/{id}")),
            Forge::GitLab => (Method::PUT, format!("/merge_requests/{number}/notes/{id}")),
        };
        let answer = self.send(method, &rest, Some(body)).await?;
        match answer.status {
            200..=299 => Ok(true),
            403 | 404 | 410 => Ok(false),
            _ => Err(Failure::Permanent(self.line.complaint(&answer))),
        }
    }
}

fn id_of(row: &Value) -> Option<String> {
    super::wire::reference(row.get("id"))
}

/// A commit as forges name it.
fn commit(value: Option<&Value>) -> Option<String> {
    let text = value?.as_str()?;
    let fits = (7..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    fits.then(|| text.to_owned())
}

/// A moment as forges write it.
fn moment(value: Option<&Value>) -> Option<Timestamp> {
    let at = chrono::DateTime::parse_from_rfc3339(value?.as_str()?).ok()?;
    Some(Timestamp(at.timestamp_millis()))
}

/// What this machine lacks for a reference to a secret, in a few words.
#[must_use]
pub fn lacks_secret(source: &str) -> Option<String> {
    super::wire::section::lacks_token(Some(source))
        .into_iter()
        .next()
}
