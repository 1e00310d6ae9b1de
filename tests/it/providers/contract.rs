//! What every provider promises, whatever its engine: run on each with a recipe of orders.

use hearth::providers::{Deployer, Found, Order, Phase, Provisioner, Started};

use super::bench::{BOUND, Bench, SAMPLE_DEPLOYMENTS, SAMPLE_ENVIRONMENTS, by_shell};

/// Orders that an engine can carry out.
pub struct Environments {
    /// Comes up.
    pub good: Order,
    /// Does not come up.
    pub bad: Order,
    /// Takes until it is destroyed.
    pub endless: Order,
}

/// The promises of a provider of environments.
pub async fn keeps_the_contract_of_environments(provider: &dyn Provisioner, recipe: &Environments) {
    let good = &recipe.good;
    let installation = &good.installation;

    // Nothing is there before it is started, and removing nothing works.
    assert_eq!(provider.find(good).await.unwrap(), Found::None);
    assert_eq!(
        provider.observe(good, &good.op_key).await.unwrap().phase,
        Phase::Absent
    );
    provider.destroy(good, BOUND).await.unwrap();

    // One start starts; every other one, at the same time or later, finds it.
    let (one, other) = tokio::join!(provider.start(good), provider.start(good));
    let reference = match (one.unwrap(), other.unwrap()) {
        (Started::Started { reference }, Started::AlreadyRunning { reference: same })
        | (Started::AlreadyRunning { reference: same }, Started::Started { reference })
            if same == reference =>
        {
            reference
        }
        starts => panic!("exactly one of two starts starts: {starts:?}"),
    };
    let again = Started::AlreadyRunning {
        reference: reference.clone(),
    };
    assert_eq!(
        provider.find(good).await.unwrap(),
        Found::One {
            reference: reference.clone()
        }
    );
    let settled = provider
        .settle(good, &reference, BOUND, &|_| {})
        .await
        .unwrap();
    assert_eq!(
        (settled.phase, settled.message.as_deref()),
        (Phase::Succeeded, None)
    );
    assert_eq!(provider.start(good).await.unwrap(), again);
    assert_eq!(
        provider
            .settle(good, &reference, BOUND, &|_| {})
            .await
            .unwrap(),
        settled
    );
    let seen = provider.observe(good, &reference).await.unwrap();
    assert_eq!(
        (seen.phase, &seen.outputs),
        (Phase::Succeeded, &settled.outputs)
    );

    // It is ours, and nobody else's.
    let mine = provider
        .list_owned(&good.definition, installation)
        .await
        .unwrap();
    assert!(mine.iter().any(|owned| owned.op_key == good.op_key
        && owned.name == good.name
        && owned.reference == reference));
    assert!(
        provider
            .list_owned(&good.definition, "elsewhere")
            .await
            .unwrap()
            .is_empty()
    );

    // Logs keep to their bound.
    let logs = provider.logs(good, 1).await.unwrap();
    assert!(logs.lines.len() <= 1);

    // Gone is gone, however often it is asked for.
    provider.destroy(good, BOUND).await.unwrap();
    provider.destroy(good, BOUND).await.unwrap();
    assert_eq!(
        provider.observe(good, &reference).await.unwrap().phase,
        Phase::Absent
    );
    assert_eq!(provider.find(good).await.unwrap(), Found::None);
    assert!(
        provider
            .list_owned(&good.definition, installation)
            .await
            .unwrap()
            .is_empty()
    );

    // A failure says why, in one line.
    let bad = &recipe.bad;
    let reference = started(provider, bad).await;
    let failed = provider
        .settle(bad, &reference, BOUND, &|_| {})
        .await
        .unwrap();
    assert_eq!(failed.phase, Phase::Failed);
    assert!(
        failed
            .message
            .is_some_and(|message| !message.is_empty() && !message.contains('\n'))
    );
    provider.destroy(bad, BOUND).await.unwrap();

    // What is still at work can be destroyed.
    let endless = &recipe.endless;
    let reference = started(provider, endless).await;
    assert_eq!(
        provider.observe(endless, &reference).await.unwrap().phase,
        Phase::Running
    );
    provider.destroy(endless, BOUND).await.unwrap();
    assert_eq!(provider.find(endless).await.unwrap(), Found::None);
}

async fn started(provider: &dyn Provisioner, order: &Order) -> String {
    match provider.start(order).await.unwrap() {
        Started::Started { reference } => reference,
        other => panic!("a new key starts: {other:?}"),
    }
}

/// The promises of a provider of deployments: `old` and `new` are two revisions of one service at one stage.
pub async fn keeps_the_contract_of_deployments(
    provider: &dyn Deployer,
    old: &Order,
    new: &Order,
    bad: &Order,
) {
    assert!(provider.describe().idempotent_start);
    assert_eq!(provider.find(old).await.unwrap(), Found::None);
    for order in [old, new] {
        let Started::Started { reference } = provider.start(order).await.unwrap() else {
            panic!("a new key starts")
        };
        assert_eq!(
            provider.start(order).await.unwrap(),
            Started::AlreadyRunning {
                reference: reference.clone()
            }
        );
        let settled = provider
            .settle(order, &reference, BOUND, &|_| {})
            .await
            .unwrap();
        assert_eq!(
            (settled.phase, settled.message.as_deref()),
            (Phase::Succeeded, None)
        );
    }
    // How a deployment ended does not change when another one takes its place.
    assert_eq!(
        provider.observe(old, &old.op_key).await.unwrap().phase,
        Phase::Succeeded
    );
    provider.start(bad).await.unwrap();
    let failed = provider
        .settle(bad, &bad.op_key, BOUND, &|_| {})
        .await
        .unwrap();
    assert_eq!(failed.phase, Phase::Failed);
    assert!(failed.message.is_some());
    assert!(provider.logs(new, 3).await.unwrap().lines.len() <= 3);
    let service = &new.target.as_ref().unwrap().service;
    let revisions = provider.revisions(&new.definition, service).await.unwrap();
    assert!(
        [old, new]
            .iter()
            .all(|order| revisions.contains(order.revision.as_ref().unwrap()))
    );
}

#[tokio::test]
async fn exec_keeps_the_contract_of_environments() {
    let bench = Bench::new();
    assert!(bench.provisioner().describe().idempotent_start);
    let recipe = Environments {
        good: bench.environment(SAMPLE_ENVIRONMENTS, "good"),
        bad: Order {
            revision: Some("v9.9.9".to_owned()),
            ..bench.environment(SAMPLE_ENVIRONMENTS, "bad")
        },
        endless: bench.environment(&by_shell("exec sleep 3600", ""), "endless"),
    };
    keeps_the_contract_of_environments(bench.provisioner(), &recipe).await;
}

#[tokio::test]
async fn exec_keeps_the_contract_of_deployments() {
    let bench = Bench::new();
    let order = |key, revision| bench.deployment(SAMPLE_DEPLOYMENTS, key, "player", revision);
    keeps_the_contract_of_deployments(
        bench.deployer(),
        &order("one", "v1.0.0"),
        &order("two", "v1.1.0"),
        &order("three", "v1.3.0"),
    )
    .await;
}
