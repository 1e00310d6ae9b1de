//! The digest over 100,000 facts, measured: counting alone, and reading them from SQLite as well.
//!
//! `cargo bench --bench digest` prints the table of `docs/reference/performance.md`; `-- --quick` takes
//! 2,000 facts and one round.

mod story;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use hearth::domain::digest::{self, Digest};
use hearth::domain::fact::Fact;
use hearth::domain::metric::{Question, Tally};
use hearth::domain::time::Timestamp;
use hearth::store::{self, Scope, Store};

/// Facts that the issue names.
const FACTS: usize = 100_000;
/// Facts of a smoke run.
const FACTS_QUICK: usize = 2_000;
/// Rounds; the table shows the median.
const ROUNDS: usize = 9;
/// Facts recorded in one transaction.
const FACTS_AT_ONCE: usize = 1_000;

fn main() -> ExitCode {
    let (mut n_facts, mut rounds) = (FACTS, ROUNDS);
    for argument in std::env::args().skip(1) {
        match argument.as_str() {
            // cargo says it to every bench.
            "--bench" => {}
            "--quick" => (n_facts, rounds) = (FACTS_QUICK, 1),
            other => {
                say(&format!("{other} is not known: there is --quick"));
                return ExitCode::FAILURE;
            }
        }
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let facts = story::facts(n_facts);
    let question = story::question();
    say(&format!(
        "{n_facts} facts in {} weeks, median of {rounds} rounds\n\n| what | time |\n|---|---|",
        story::WEEKS
    ));
    let counted = median(rounds, || count(&question, &facts));
    row("count the facts and compose the digest", counted);
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
    let url = format!("sqlite:{}", folder.path().join("hearth.db").display());
    let options = store::Options::default();
    let store = runtime.block_on(Store::open(&url, options));
    let store = store.expect("a store");
    let began = Instant::now();
    runtime.block_on(record(&store, &facts));
    row(
        "record them in SQLite, 1,000 in a transaction",
        began.elapsed(),
    );
    let read = median(rounds, || {
        runtime.block_on(read(&store, &question, n_facts))
    });
    row("read them from SQLite, count, and compose", read);
    runtime.block_on(store.close());
    ExitCode::SUCCESS
}

fn count(question: &Question, facts: &[Fact]) -> Digest {
    digest::of_facts(question, &[], facts)
}

async fn record(store: &Store, facts: &[Fact]) {
    for some in facts.chunks(FACTS_AT_ONCE) {
        let mut tx = store.begin(Scope::Jobs).await.expect("a transaction");
        tx.record(some).await.expect("facts are stored");
        tx.commit().await.expect("a commit");
    }
}

async fn read(store: &Store, question: &Question, n_facts: usize) -> Digest {
    let mut tally = Tally::new(question.clone());
    let mut reader = store.read().await.expect("a reader");
    let mut seen = 0;
    for fact in reader
        .sources_before(question.facts_from())
        .await
        .expect("facts")
    {
        tally.add(&fact);
        seen += 1;
    }
    let each = reader.each_fact(
        question.facts_from(),
        Timestamp(question.window.end_ms),
        |fact| {
            tally.add(&fact);
            seen += 1;
            true
        },
    );
    each.await.expect("facts");
    assert_eq!(seen, n_facts, "the digest looks at every one of them");
    digest::compose(question, &[], &tally.finish())
}

fn median<T>(rounds: usize, mut work: impl FnMut() -> T) -> Duration {
    let mut times: Vec<Duration> = (0..rounds)
        .map(|_| {
            let began = Instant::now();
            std::hint::black_box(work());
            began.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[times.len() / 2]
}

fn row(what: &str, time: Duration) {
    say(&format!("| {what} | {:.1} ms |", time.as_secs_f64() * 1e3));
}

#[expect(
    clippy::print_stdout,
    reason = "a bench is a program of the command line"
)]
fn say(text: &str) {
    println!("{text}");
}
