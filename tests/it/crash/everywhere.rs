//! Death at every crossing of `/env create`, `/env sleep`, `/env wake`, `/env destroy` and `/deploy`.

use std::collections::BTreeMap;

use super::{CREATE, DEPLOY, DESTROY, Deed, SLEEP, WAKE, crossings, dies_at};

/// How often a command comes past crossings whose number does not depend on what comes when. Jobs and
/// messages are kept (`keep`), a live message is edited, and a message is looked for as often as it
/// happens: those are left out here, and died at all the same.
fn fixed(crossed: &[String]) -> Vec<(&str, usize)> {
    let mut counted = BTreeMap::new();
    for name in crossed {
        let varies = ["keep.", "discord.edit.", "discord.find."];
        if !varies.iter().any(|prefix| name.starts_with(prefix)) {
            *counted.entry(name.as_str()).or_insert(0) += 1;
        }
    }
    counted.into_iter().collect()
}

/// Dies at every second crossing: two tests of one command share the work.
async fn dies_at_every_second(deed: Deed, from: usize, expected: &[(&str, usize)]) {
    let crossed = crossings(deed).await;
    assert_eq!(fixed(&crossed), expected, "{crossed:?}");
    let mut lived = Vec::new();
    for n in (from..=crossed.len()).step_by(2) {
        let seen = dies_at(deed, "*", n).await;
        if !seen.died {
            lived.push(n);
        }
    }
    // Edits that came together save a few crossings, never most of them.
    assert!(
        lived.len() <= 6,
        "{lived:?} of {} were not reached",
        crossed.len()
    );
}

macro_rules! everywhere {
    ($name:ident, $deed:expr, $expected:expr) => {
        mod $name {
            use super::*;

            #[tokio::test]
            async fn at_odd_crossings() {
                dies_at_every_second($deed, 1, $expected).await;
            }

            #[tokio::test]
            async fn at_even_crossings() {
                dies_at_every_second($deed, 2, $expected).await;
            }
        }
    };
}

everywhere!(
    env_create_survives_death,
    CREATE,
    &[
        ("commit.after", 3),
        ("commit.before", 3),
        ("discord.answer.after", 1),
        ("discord.answer.before", 1),
        ("discord.post.after", 2),
        ("discord.post.before", 2),
        ("provider.settle.after", 1),
        ("provider.settle.before", 1),
        ("provider.start.after", 1),
        ("provider.start.before", 1),
    ]
);

everywhere!(
    env_destroy_survives_death,
    DESTROY,
    &[
        ("commit.after", 2),
        ("commit.before", 2),
        ("discord.answer.after", 1),
        ("discord.answer.before", 1),
        ("provider.destroy.after", 1),
        ("provider.destroy.before", 1),
    ]
);

everywhere!(
    env_sleep_survives_death,
    SLEEP,
    &[
        ("commit.after", 2),
        ("commit.before", 2),
        ("discord.answer.after", 1),
        ("discord.answer.before", 1),
        ("provider.sleep.after", 1),
        ("provider.sleep.before", 1),
    ]
);

everywhere!(
    env_wake_survives_death,
    WAKE,
    &[
        ("commit.after", 2),
        ("commit.before", 2),
        ("discord.answer.after", 1),
        ("discord.answer.before", 1),
        ("provider.wake.after", 1),
        ("provider.wake.before", 1),
    ]
);

everywhere!(
    deploy_survives_death,
    DEPLOY,
    &[
        ("commit.after", 3),
        ("commit.before", 3),
        ("discord.answer.after", 1),
        ("discord.answer.before", 1),
        ("discord.post.after", 2),
        ("discord.post.before", 2),
        ("provider.settle.after", 1),
        ("provider.settle.before", 1),
        ("provider.start.after", 1),
        ("provider.start.before", 1),
    ]
);
