//! The runner under people's hands: a clock that jumps, and more to do than hands.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use hearth::domain::limits;
use tokio::sync::Semaphore;

use crate::changed_conversation;
use crate::harness::{Setup, Waiting, by_shell, gated};

/// How often one crossing was passed.
#[derive(Clone, Default)]
struct Count(Arc<AtomicUsize>);

impl Count {
    fn observer(&self, counted: &'static str) -> hearth::app::Observer {
        let count = Arc::clone(&self.0);
        Arc::new(move |name| {
            if name == counted {
                count.fetch_add(1, Ordering::SeqCst);
            }
        })
    }

    fn get(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

thread_local! {
    static SETTLES: Count = Count::default();
}

fn counted() -> Setup {
    let observer = SETTLES.with(|count| count.observer("provider.settle.before"));
    Setup::new()
        .platform(|platform, _| gated(platform))
        .observer(observer)
}

changed_conversation!(a_clock_that_jumps_over_a_lease_does_not_have_the_work_done_twice, counted(), bot => {
    let gate = bot.close_gate();
    bot.ask("Mina", "player", "/deploy service:player stage:staging revision:v1.1.0").await;
    bot.until_shown("deployments", "🚚").await;
    bot.clock.forward(2 * limits::JOB_LEASE);
    bot.discord.clock_moved();
    // A further job is only done after the runner has looked at what is due now.
    bot.say_at_once("Pia", "platform", "/digest now").await;
    bot.until_shown("platform", "Provisional").await;
    gate.open().await;
    bot.idle().await;
    assert_eq!(SETTLES.with(Count::get), 1);
    assert_eq!(bot.messages("deployments").len(), 2, "{}", bot.transcript("deployments"));
});

thread_local! {
    /// One permit for each job that waits for its engine.
    static WAITING: Arc<Semaphore> = Arc::new(Semaphore::new(0));
}

fn crowded() -> Setup {
    let waiting = WAITING.with(Arc::clone);
    Setup::new()
        .platform(|platform, folder| {
            Waiting::make(folder, "gate");
            // More than a configuration can ask for, so that it is the runner that is full.
            platform.building_max.insert("exec".into(), 100);
            for team in &mut platform.teams {
                team.environments_quota = 100;
            }
        })
        .programs(&by_shell(&Waiting::at("gate"), ""))
        .observer(Arc::new(move |name| {
            if name == "provider.settle.before" {
                waiting.add_permits(1);
            }
        }))
}

// It once looked for jobs as fast as it could while there was no place for one.
changed_conversation!(a_runner_with_all_hands_full_waits_instead_of_looking_in_circles, crowded(), bot => {
    let at_once = u32::try_from(limits::JOBS_AT_ONCE_MAX).unwrap();
    for number in 0..=at_once {
        let line = format!("/env create template:preview name:e{number}");
        bot.say_at_once("Mina", "player", &line).await;
    }
    let waiting = WAITING.with(Arc::clone);
    waiting.acquire_many(at_once).await.unwrap().forget();
    let looks = || bot.log().matches("looking for due jobs").count();
    let before = looks();
    assert!(before > 0);
    for _ in 0..20 {
        bot.ask("Mina", "player", "/whoami").await;
    }
    assert_eq!(looks(), before, "there is no place for whatever it would find");
    assert_eq!(bot.app.activity().in_hand(), limits::JOBS_AT_ONCE_MAX);
    // Open for reading as well, it waits for nobody; each program takes one line.
    let path = bot.folder.join("gate");
    let mut gate = std::fs::OpenOptions::new().read(true).write(true).open(path).unwrap();
    std::io::Write::write_all(&mut gate, &[b'\n'; limits::JOBS_AT_ONCE_MAX + 1]).unwrap();
    bot.idle().await;
    let list = bot.privately("Mina", "player", "/env list").await;
    assert_eq!(list.matches("ready").count(), limits::JOBS_AT_ONCE_MAX + 1, "{list}");
});
