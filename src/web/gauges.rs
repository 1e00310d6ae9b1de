//! What `/metrics` shows beside the counters: figures that are read from the store when somebody asks.

use crate::app::App;
use crate::domain::{deployment, environment, limits};

/// Deployments that wait for approval are counted up to here.
const AWAITING_MAX: usize = 1_000;
/// Teams with held environments are counted up to here.
const HELD_TEAMS_MAX: usize = 1_000;

/// One series of `/metrics`.
#[derive(Clone, Copy, Debug)]
pub struct Series {
    /// Its name.
    pub name: &'static str,
    /// `counter` or `gauge`.
    pub kind: &'static str,
    /// Its labels, separated by blanks.
    pub labels: &'static str,
    /// What it counts.
    pub meaning: &'static str,
}

const fn series(
    name: &'static str,
    kind: &'static str,
    labels: &'static str,
    meaning: &'static str,
) -> Series {
    Series {
        name,
        kind,
        labels,
        meaning,
    }
}

/// Everything that `/metrics` can show.
pub const CATALOGUE: &[Series] = &[
    series(
        "hearth_build_info",
        "gauge",
        "version",
        "Always 1; the version is in its label.",
    ),
    series(
        "hearth_breakages_total",
        "counter",
        "",
        "Faults of Hearth's own that somebody was told the code of.",
    ),
    series(
        "hearth_jobs_buried_total",
        "counter",
        "",
        "Jobs that were given up since the start of the process.",
    ),
    series(
        "hearth_jobs_open",
        "gauge",
        "",
        "Jobs that are not done, due or not.",
    ),
    series(
        "hearth_jobs_due",
        "gauge",
        "",
        "Jobs that are due now. Growing for minutes: something hangs.",
    ),
    series(
        "hearth_jobs_buried",
        "gauge",
        "",
        "Jobs that were given up and wait for a keeper.",
    ),
    series(
        "hearth_environments_held",
        "gauge",
        "",
        "Environments past their end that are not removed, because so many at once need a keeper's word.",
    ),
    series(
        "hearth_in_hand",
        "gauge",
        "",
        "Interactions and jobs in hand at this moment.",
    ),
    series(
        "hearth_environments",
        "gauge",
        "state",
        "Environments that are not destroyed, by state.",
    ),
    series(
        "hearth_deployments",
        "gauge",
        "state",
        "Deployments that have not ended, by state.",
    ),
    series(
        "hearth_places",
        "gauge",
        "last",
        "Services at stages, by how the last deployment there ended.",
    ),
];

/// Gives every series its text.
pub(super) fn describe() {
    for series in CATALOGUE {
        if series.kind == "counter" {
            metrics::describe_counter!(series.name, series.meaning);
            metrics::counter!(series.name).absolute(0);
        } else {
            metrics::describe_gauge!(series.name, series.meaning);
        }
    }
}

/// Whether the store answers at all.
pub(super) async fn store_answers(app: &App) -> bool {
    match app.store().read().await {
        Ok(mut reader) => reader.next_due().await.is_ok(),
        Err(_) => false,
    }
}

/// Reads every gauge anew.
pub(super) async fn look(app: &App) -> anyhow::Result<()> {
    metrics::gauge!("hearth_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
    metrics::gauge!("hearth_in_hand")
        .set(u32::try_from(app.activity().in_hand()).unwrap_or(u32::MAX));
    let mut reader = app.store().read().await?;
    metrics::gauge!("hearth_jobs_open").set(reader.jobs_open().await?);
    metrics::gauge!("hearth_jobs_due").set(reader.jobs_due(app.now()).await?);
    metrics::gauge!("hearth_jobs_buried").set(reader.buried_count().await?);
    let held = reader
        .teams_held(app.now(), limits::EXPIRED_AT_ONCE_MAX, HELD_TEAMS_MAX)
        .await?;
    metrics::gauge!("hearth_environments_held").set(held.iter().map(|(_, n)| n).sum::<u32>());
    let environments = reader.environment_counts().await?;
    for state in LIVING {
        let n = environments
            .iter()
            .find(|(found, _)| found == state)
            .map_or(0, |(_, n)| *n);
        metrics::gauge!("hearth_environments", "state" => state.word()).set(n);
    }
    let awaiting = reader.deployments_awaiting(AWAITING_MAX).await?.len();
    let places = reader.places().await?;
    let unfinished = |state: deployment::State| {
        places
            .iter()
            .filter_map(|place| place.active.as_ref())
            .filter(|active| active.state == state)
            .count()
    };
    let gauge = |name: &'static str, label: &'static str, value: &'static str, n: usize| {
        metrics::gauge!(name, label => value).set(u32::try_from(n).unwrap_or(u32::MAX));
    };
    gauge(
        "hearth_deployments",
        "state",
        deployment::State::AwaitingApproval.word(),
        awaiting,
    );
    for state in [deployment::State::Starting, deployment::State::Running] {
        gauge(
            "hearth_deployments",
            "state",
            state.word(),
            unfinished(state),
        );
    }
    for state in ENDED {
        let last = places
            .iter()
            .filter_map(|place| place.last.as_ref())
            .filter(|last| last.state == *state);
        gauge("hearth_places", "last", state.word(), last.count());
    }
    Ok(())
}

const LIVING: &[environment::State] = &[
    environment::State::Requested,
    environment::State::Provisioning,
    environment::State::Ready,
    environment::State::Failed,
    environment::State::Destroying,
    environment::State::DestroyFailed,
];

const ENDED: &[deployment::State] = &[
    deployment::State::Succeeded,
    deployment::State::Failed,
    deployment::State::RolledBack,
];
