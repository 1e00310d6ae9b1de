//! Deployments as rows: one active one per service and stage, and every move guarded by the state
//! it leaves.

use super::columns::{
    id, limit as rows, millis, parameters_in, parameters_out, small, some_text, text, word,
};
use super::trouble::{Error, Result, While};
use super::{Reader, Tx, on};
use crate::domain::Timestamp;
use crate::domain::cause::Cause;
use crate::domain::chat::{ChannelId, UserId};
use crate::domain::deployment::{Deployment, Standing, State};
use crate::domain::effect::DeploymentId;
use crate::domain::fact::Reason;

/// What is known of one service on one stage.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// The service's key.
    pub service: String,
    /// The stage's key.
    pub stage: String,
    /// The active deployment, if there is one.
    pub active: Option<Deployment>,
    /// What runs there: the newest that succeeded and was not undone.
    pub running: Option<Deployment>,
    /// The newest that ended, however it ended.
    pub last: Option<Deployment>,
}

const DOING: &str = "load a deployment";
/// Services times stages that one look at what runs where shows; the rest would not fit anyway.
const PLACES_MAX: i64 = 1000;

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    service: String,
    stage: String,
    production: bool,
    team: String,
    revision: String,
    previous: Option<String>,
    parameters: String,
    reason: String,
    why: Option<String>,
    undoes: Option<String>,
    requester: i64,
    requester_name: String,
    channel: i64,
    provider: String,
    definition: String,
    seconds_max: i64,
    op_key: String,
    state: String,
    requested_at: i64,
    decided_by: Option<i64>,
    decided_at: Option<i64>,
    started_at: Option<i64>,
    finished_at: Option<i64>,
    reference: Option<String>,
    url: Option<String>,
    failure: Option<String>,
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, service, stage, production, team, revision, previous, parameters, reason, \
             why, undoes, requester, requester_name, channel, provider, definition, seconds_max, \
             op_key, state, requested_at, decided_by, decided_at, started_at, finished_at, \
             reference, url, failure FROM deployment ",
            $rest
        )
    };
}

impl Tx {
    /// Stores a new deployment.
    ///
    /// # Errors
    /// [`Trouble::Moved`](super::Trouble::Moved) if it would be active and the place is taken, or it
    /// is stored already.
    pub async fn insert_deployment(&mut self, new: &Deployment) -> Result<()> {
        on!(self.connection(), c => sqlx::query(
            "INSERT INTO place (service, stage) VALUES ($1, $2)
             ON CONFLICT (service, stage) DO NOTHING",
        )
        .bind(text(&new.service))
        .bind(text(&new.stage))
        .execute(&mut *c)
        .await
        .map(drop))
        .doing("store a new deployment")?;
        let written = on!(self.connection(), c => sqlx::query(
            "INSERT INTO deployment (
                 id, service, stage, production, team, revision, previous, parameters, reason, why,
                 undoes, requester, requester_name, channel, provider, definition, seconds_max,
                 op_key, state, requested_at, decided_by, decided_at, started_at, finished_at,
                 reference, url, failure
             ) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,
                       $18, $19, $20, $21, $22, $23, $24, $25, $26, $27)
             ON CONFLICT DO NOTHING",
        )
        .bind(text(&new.id.0))
        .bind(text(&new.service))
        .bind(text(&new.stage))
        .bind(new.production)
        .bind(text(&new.team))
        .bind(text(&new.revision))
        .bind(some_text(new.previous.as_ref()))
        .bind(parameters_out(&new.parameters))
        .bind(new.reason.word())
        .bind(some_text(new.why.as_ref()))
        .bind(some_text(new.undoes.as_ref().map(|undoes| &undoes.0)))
        .bind(id(new.requester.0))
        .bind(text(&new.requester_name))
        .bind(id(new.channel.0))
        .bind(text(&new.provider))
        .bind(text(&new.definition))
        .bind(i64::from(new.seconds_max))
        .bind(text(&new.op_key))
        .bind(new.state.word())
        .bind(new.requested_at.0)
        .bind(new.decided_by.map(|by| id(by.0)))
        .bind(millis(new.decided_at))
        .bind(millis(new.started_at))
        .bind(millis(new.finished_at))
        .bind(some_text(new.reference.as_ref()))
        .bind(some_text(new.url.as_ref()))
        .bind(some_text(new.failure.as_ref().map(Cause::stored).as_ref()))
        .execute(&mut *c)
        .await
        .map(|done| done.rows_affected()))
        .doing("store a new deployment")?;
        if written == 1 {
            Ok(())
        } else {
            Err(Error::moved("store a new deployment"))
        }
    }

    /// Stores what has changed of a deployment that was read in the state `from`. What was asked
    /// for never changes.
    ///
    /// # Errors
    /// [`Trouble::Moved`](super::Trouble::Moved) if it is no longer in that state, or would become
    /// active where another one is.
    pub async fn save_deployment(&mut self, next: &Deployment, from: State) -> Result<()> {
        let written = on!(self.connection(), c => sqlx::query(
            "UPDATE deployment
             SET state = $3, previous = $4, decided_by = $5, decided_at = $6, started_at = $7,
                 finished_at = $8, reference = $9, url = $10, failure = $11
             WHERE id = $1 AND state = $2
               AND state IN ('awaiting_approval', 'starting', 'running', 'succeeded', 'failed')
               AND NOT ($12 AND EXISTS (
                   SELECT 1 FROM deployment AS other
                   WHERE other.service = deployment.service AND other.stage = deployment.stage
                     AND other.state IN ('starting', 'running') AND other.id <> deployment.id
               ))",
        )
        .bind(text(&next.id.0))
        .bind(from.word())
        .bind(next.state.word())
        .bind(some_text(next.previous.as_ref()))
        .bind(next.decided_by.map(|by| id(by.0)))
        .bind(millis(next.decided_at))
        .bind(millis(next.started_at))
        .bind(millis(next.finished_at))
        .bind(some_text(next.reference.as_ref()))
        .bind(some_text(next.url.as_ref()))
        .bind(some_text(next.failure.as_ref().map(Cause::stored).as_ref()))
        .bind(next.state.is_active())
        .execute(&mut *c)
        .await
        .map(|done| done.rows_affected()))
        .doing("save a deployment")?;
        if written == 1 {
            Ok(())
        } else {
            Err(Error::moved("save a deployment"))
        }
    }
}

impl Reader {
    /// The deployment with this id.
    ///
    /// # Errors
    /// What the database says.
    pub async fn deployment(&mut self, id: &DeploymentId) -> Result<Option<Deployment>> {
        let found: Option<Row> = on!(self.connection(), c => sqlx::query_as(
            select!("WHERE id = $1"),
        )
        .bind(text(&id.0))
        .fetch_optional(&mut *c)
        .await)
        .doing(DOING)?;
        found.map(Row::deployment).transpose()
    }

    /// The active deployment of a service on a stage, and up to `depth` ended ones that reached the
    /// engine, newest first.
    ///
    /// # Errors
    /// What the database says.
    pub async fn standing(&mut self, service: &str, stage: &str, depth: usize) -> Result<Standing> {
        let active: Option<Row> = on!(self.connection(), c => sqlx::query_as(select!(
            "WHERE service = $1 AND stage = $2 AND state IN ('starting', 'running')"
        ))
        .bind(text(service))
        .bind(text(stage))
        .fetch_optional(&mut *c)
        .await)
        .doing(DOING)?;
        let past: Vec<Row> = on!(self.connection(), c => sqlx::query_as(select!(
            "WHERE service = $1 AND stage = $2 AND started_at IS NOT NULL
               AND state IN ('succeeded', 'failed', 'rolled_back')
             ORDER BY started_at DESC, id DESC
             LIMIT CAST($3 AS BIGINT)"
        ))
        .bind(text(service))
        .bind(text(stage))
        .bind(rows(depth))
        .fetch_all(&mut *c)
        .await)
        .doing(DOING)?;
        Ok(Standing {
            active: active.map(Row::deployment).transpose()?,
            past: past
                .into_iter()
                .map(Row::deployment)
                .collect::<Result<_>>()?,
        })
    }

    /// The newest deployments of a service, on one stage or on all.
    ///
    /// # Errors
    /// What the database says.
    pub async fn history(
        &mut self,
        service: &str,
        stage: Option<&str>,
        limit: usize,
    ) -> Result<Vec<Deployment>> {
        let found: Vec<Row> = on!(self.connection(), c => sqlx::query_as(select!(
            "WHERE service = $1 AND (CAST($2 AS TEXT) IS NULL OR stage = $2)
             ORDER BY requested_at DESC, id DESC
             LIMIT CAST($3 AS BIGINT)"
        ))
        .bind(text(service))
        .bind(stage.map(text))
        .bind(rows(limit))
        .fetch_all(&mut *c)
        .await)
        .doing("list deployments")?;
        found.into_iter().map(Row::deployment).collect()
    }

    /// What runs where, ordered by service and stage: one query whose cost does not grow with the
    /// history.
    ///
    /// # Errors
    /// What the database says.
    pub async fn places(&mut self) -> Result<Vec<Place>> {
        let found: Vec<Row> = on!(self.connection(), c => sqlx::query_as(select!(
            "WHERE id IN (
                 SELECT id FROM deployment WHERE state IN ('starting', 'running')
                 UNION
                 SELECT (SELECT d.id FROM deployment AS d
                         WHERE d.service = place.service AND d.stage = place.stage
                           AND d.state = 'succeeded'
                         ORDER BY d.started_at DESC, d.id DESC LIMIT 1)
                 FROM place
                 UNION
                 SELECT (SELECT d.id FROM deployment AS d
                         WHERE d.service = place.service AND d.stage = place.stage
                           AND d.started_at IS NOT NULL
                           AND d.state IN ('succeeded', 'failed', 'rolled_back')
                         ORDER BY d.started_at DESC, d.id DESC LIMIT 1)
                 FROM place
             )
             ORDER BY service, stage, started_at DESC, id DESC
             LIMIT CAST($1 AS BIGINT)"
        ))
        .bind(PLACES_MAX * 3)
        .fetch_all(&mut *c)
        .await)
        .doing("look at what runs where")?;
        let mut places: Vec<Place> = Vec::new();
        for row in found {
            let deployment = row.deployment()?;
            let known = places
                .last()
                .is_some_and(|p| p.service == deployment.service && p.stage == deployment.stage);
            if !known {
                places.push(Place {
                    service: deployment.service.clone(),
                    stage: deployment.stage.clone(),
                    active: None,
                    running: None,
                    last: None,
                });
            }
            if let Some(place) = places.last_mut() {
                place.see(deployment);
            }
        }
        Ok(places)
    }

    /// Deployments that wait for another person, oldest first.
    ///
    /// # Errors
    /// What the database says.
    pub async fn deployments_awaiting(&mut self, limit: usize) -> Result<Vec<Deployment>> {
        let found: Vec<Row> = on!(self.connection(), c => sqlx::query_as(select!(
            "WHERE state = 'awaiting_approval' ORDER BY requested_at, id LIMIT CAST($1 AS BIGINT)"
        ))
        .bind(rows(limit))
        .fetch_all(&mut *c)
        .await)
        .doing("list deployments that wait")?;
        found.into_iter().map(Row::deployment).collect()
    }
}

impl Place {
    /// Takes in the next deployment of this place, newest first.
    fn see(&mut self, deployment: Deployment) {
        if deployment.state.is_active() {
            self.active = Some(deployment);
            return;
        }
        if self.running.is_none() && deployment.state == State::Succeeded {
            self.running = Some(deployment.clone());
        }
        if self.last.is_none() {
            self.last = Some(deployment);
        }
    }
}

impl Row {
    fn deployment(self) -> Result<Deployment> {
        Ok(Deployment {
            id: DeploymentId(self.id),
            service: self.service,
            stage: self.stage,
            production: self.production,
            team: self.team,
            revision: self.revision,
            previous: self.previous,
            parameters: parameters_in(DOING, &self.parameters)?,
            reason: word(DOING, &self.reason, Reason::of_word)?,
            why: self.why,
            undoes: self.undoes.map(DeploymentId),
            requester: UserId(self.requester.cast_unsigned()),
            requester_name: self.requester_name,
            channel: ChannelId(self.channel.cast_unsigned()),
            provider: self.provider,
            definition: self.definition,
            seconds_max: small(DOING, self.seconds_max)?,
            op_key: self.op_key,
            state: word(DOING, &self.state, State::of_word)?,
            requested_at: Timestamp(self.requested_at),
            decided_by: self.decided_by.map(|by| UserId(by.cast_unsigned())),
            decided_at: self.decided_at.map(Timestamp),
            started_at: self.started_at.map(Timestamp),
            finished_at: self.finished_at.map(Timestamp),
            reference: self.reference,
            url: self.url,
            failure: self.failure.as_deref().map(Cause::of_stored),
        })
    }
}
