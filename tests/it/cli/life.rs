//! `hearth run` from start to end: connected, watched, and stopped without leaving anything half-said.

use rustix::process::Signal;

use hearth::playground::Answer;

use super::{Running, TOKEN, get, hearth_at, server, sonsic, whoami};
use crate::harness::Waiting;

/// The route of the one answer to an interaction.
const CALLBACK: &str = "POST /interactions/{interaction}/{token}/callback";

#[tokio::test]
async fn it_serves_is_watched_and_stops_when_asked() {
    let (server, folder) = (server().await, sonsic());
    let mut running = Running::start(hearth_at(&server, folder.path(), &["run"]));
    let line = running.until("health and metrics are served on").await;
    let address = line.rsplit("http://").next().unwrap().trim().to_owned();
    running.until("is up").await;
    running.until("connected to Discord").await;

    assert_eq!(get(&address, "/healthz").await, (200, "ok\n".to_owned()));
    assert_eq!(get(&address, "/readyz").await, (200, "ready\n".to_owned()));
    let (status, metrics) = get(&address, "/metrics").await;
    assert_eq!(status, 200);
    for wanted in [
        "hearth_build_info{version=",
        "hearth_jobs_due 0",
        "hearth_environments{state=\"ready\"} 0",
        "hearth_breakages_total 0",
    ] {
        assert!(metrics.contains(wanted), "{wanted}: {metrics}");
    }
    let called = reqwest::Client::new()
        .post(format!("http://{address}/callbacks/0198"))
        .send()
        .await
        .unwrap();
    assert_eq!(called.status(), 404, "nobody learns what there is");
    let said = whoami(&server).await;
    assert_eq!(said.private_to.as_deref(), Some("mira"));

    let ended = running.stop().await;
    assert_eq!(ended.code, Some(0), "{}", ended.err);
    assert!(!ended.err.contains(TOKEN), "{}", ended.err);
    assert_eq!(server.take_complaints(), Vec::<String>::new());
    let data = folder.path().join("data");
    assert!(data.join("survey.key").is_file() && !data.join("hearth.sock").exists());
}

#[tokio::test]
async fn what_is_in_hand_when_it_is_asked_to_stop_is_still_answered() {
    let (server, folder) = (server().await, sonsic());
    let mut running = Running::up(&server, folder.path()).await;
    let gate = server.hold_next(CALLBACK, 1);
    let asked = server.slash("mira", "player", "/whoami").unwrap();
    gate.arrived(1).await;
    running.signal(Signal::TERM);
    running.until("stopping").await;
    gate.open();
    assert!(matches!(asked.answer().await, Answer::Message(_)));
    let ended = running.end().await;
    assert_eq!(ended.code, Some(0), "{}", ended.err);
}

#[tokio::test]
async fn a_second_signal_ends_it_at_once() {
    let (server, folder) = (server().await, sonsic());
    let mut running = Running::up(&server, folder.path()).await;
    let gate = server.hold_next(CALLBACK, 1);
    let _asked = server.slash("mira", "player", "/whoami").unwrap();
    gate.arrived(1).await;
    running.signal(Signal::INT);
    running.until("stopping").await;
    running.signal(Signal::INT);
    let ended = running.end().await;
    assert_eq!(ended.code, Some(1), "{}", ended.err);
    assert!(ended.err.contains("second signal"), "{}", ended.err);
    gate.open();
}

#[tokio::test]
async fn it_is_not_ready_while_discord_is_gone() {
    let (server, folder) = (server().await, sonsic());
    let mut running = Running::start(hearth_at(&server, folder.path(), &["run"]));
    let line = running.until("health and metrics are served on").await;
    let address = line.rsplit("http://").next().unwrap().trim().to_owned();
    running.until("is up").await;
    running.until("connected to Discord").await;
    assert_eq!(get(&address, "/readyz").await.0, 200);
    server.stop();
    server.drop_gateway();
    running.until("gateway is lost").await;
    let (status, why) = get(&address, "/readyz").await;
    assert_eq!((status, why.as_str()), (503, "not connected to Discord\n"));
    running.stop().await;
}

/// The example, whose deployments are programs that wait at a pipe and leave nothing running.
fn waiting(folder: &std::path::Path) {
    let file = folder.join("hearth.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    let (before, rest) = text.split_once("[recipe.restart.exec]\n").unwrap();
    let (_, after) = rest.split_once("[service.player]").unwrap();
    let up = format!("read -r line < '{}/gate'", folder.display());
    let recipe = format!("[recipe.restart.exec]\nup = [\"/bin/sh\", \"-c\", \"{up}\"]\n\n");
    std::fs::write(&file, format!("{before}{recipe}[service.player]{after}")).unwrap();
    Waiting::make(folder, "gate");
}

#[tokio::test]
async fn a_deployment_goes_on_while_hearth_is_stopped_and_the_next_life_tells_how_it_ended() {
    let (server, folder) = (server().await, sonsic());
    waiting(folder.path());
    let running = Running::up(&server, folder.path()).await;
    let line = "/deploy service:player stage:staging revision:v1.1.0";
    let asked = server.slash("mira", "player", line).unwrap();
    assert!(matches!(asked.answer().await, Answer::Message(_)));
    let shows = |text: &'static str| {
        move |state: &hearth::playground::State<'_>| {
            let messages = state.messages("deployments");
            messages.iter().any(|message| message.text.contains(text))
        }
    };
    server.until("it runs", shows("🚚")).await;
    let began = std::time::Instant::now();
    let ended = running.stop().await;
    assert_eq!(ended.code, Some(0), "{}", ended.err);
    assert!(ended.err.contains("still in hand"), "{}", ended.err);
    // Ten seconds for what is in hand, and a little for everything else.
    assert!(began.elapsed().as_secs() < 20, "{:?}", began.elapsed());

    // The program still waits: nobody could write to the pipe otherwise.
    Waiting::of(folder.path(), "gate").release().await;
    let running = Running::up(&server, folder.path()).await;
    server.until("it is told", shows("✅")).await;
    let ended = running.stop().await;
    assert_eq!(ended.code, Some(0), "{}", ended.err);
    let told = server.messages("deployments");
    assert_eq!(told.len(), 2, "{told:?}");
}

#[tokio::test]
async fn commands_are_registered_once_and_not_again() {
    let (server, folder) = (server().await, sonsic());
    let registered = |server: &hearth::playground::Handle| {
        server
            .requests()
            .iter()
            .filter(|request| request.method == "PUT" && request.route.ends_with("/commands"))
            .count()
    };
    Running::up(&server, folder.path()).await.stop().await;
    assert_eq!(registered(&server), 1);
    Running::up(&server, folder.path()).await.stop().await;
    assert_eq!(registered(&server), 1);
}
