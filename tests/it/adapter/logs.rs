//! What may be logged: no token, no body, and for ballots no id of anybody.

use std::io::Write;

use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt as _;

use super::*;

#[derive(Clone, Default)]
struct Paper(Arc<Mutex<Vec<u8>>>);

impl Write for Paper {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Paper {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn not_even_the_finest_log_holds_a_token_a_body_or_who_clicked_on_a_ballot() {
    let paper = Paper::default();
    let format = tracing_subscriber::fmt::layer()
        .with_writer(paper.clone())
        .with_ansi(false)
        .with_span_events(tracing_subscriber::fmt::format::FmtSpan::FULL);
    // Everything at its finest, as if RUST_LOG said `trace`; the server's own lines are not ours.
    let ours = tracing_subscriber::filter::filter_fn(|metadata| {
        !metadata.target().starts_with("hearth::playground")
    });
    let subscriber = tracing_subscriber::registry()
        .with(ours)
        .with(hearth::discord::quiet("trace,serenity=trace"))
        .with(format);
    // The test's runtime has one thread, on which the adapter's tasks run too.
    let guard = tracing::subscriber::set_default(subscriber);
    tracing::trace!("the paper takes everything");

    let bench = Bench::new(|it| async move {
        match clicked(&it.deed) {
            "" => Answer::Say {
                private: true,
                message: with_button("secret-text", "ballot:r1:5"),
            },
            "ballot:r1:5" => panic!("this panic is meant"),
            _ => Answer::Suggest(Vec::new()),
        }
    })
    .await;
    let message = bench
        .server
        .slash("ada", "platform", "/whoami")
        .unwrap()
        .answer()
        .await
        .message();
    let click = bench
        .server
        .click("ada", message.id, "ballot:r1:5")
        .unwrap();
    assert_eq!(click.answer().await.message().text, "Broken en");
    let misfit = bench
        .server
        .click_raw("ada", message.id, "ballot:other")
        .unwrap();
    assert_eq!(misfit.answer().await.message().text, "Broken en");
    bench.server.fail_next(
        "POST /interactions/{interaction}/{token}/callback",
        4,
        playground::Failure::Status(500),
    );
    let lost = bench
        .server
        .click_raw("ada", message.id, "ballot:lost")
        .unwrap();
    bench
        .server
        .until("it has been tried to the end", |state| {
            let path = format!("/interactions/{}/", lost.id());
            state
                .requests()
                .iter()
                .filter(|request| request.path.starts_with(&path))
                .count()
                >= 4
        })
        .await;
    let clicks = [click.id(), misfit.id(), lost.id()];
    let requests = bench.server.requests();
    let ada = bench.server.member_id("ada").unwrap();
    bench.end().await;
    drop(guard);

    let log = String::from_utf8(paper.0.lock().unwrap().clone()).unwrap();
    assert!(
        log.contains("the paper takes everything") && log.contains("panicked"),
        "{log}"
    );
    let mut never = vec![
        TOKEN.to_owned(),
        "secret-text".to_owned(),
        "ballot:".to_owned(),
        ada.to_string(),
    ];
    never.extend(clicks.map(|id| id.to_string()));
    let callbacks = requests
        .iter()
        .filter_map(|request| request.path.strip_prefix("/interactions/"));
    never.extend(
        callbacks
            .filter_map(|path| path.split('/').nth(1))
            .map(str::to_owned),
    );
    assert!(never.len() > 8);
    for word in never {
        assert!(!log.contains(&word), "{word} is in the log:\n{log}");
    }
}
