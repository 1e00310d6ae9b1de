//! The engine `gitlab` against a server that answers as GitLab's description says, on good days and bad ones.

mod check;
mod forge;

use std::sync::Mutex;

use hearth::providers::{Failure, Found, Phase, Provisioner, Started, Whose};

use self::forge::Forge;
use super::bench::{BOUND, section_of_page, settled_section};
use super::contract::{Environments, keeps_the_contract_of_environments};
use super::served::Fault;

const BEGIN: &str = "POST /api/v4/projects/sonsic%2Fplayer/pipeline";

fn instead(status: u16, body: &[u8]) -> Fault {
    Fault::Instead(status, Vec::new(), body.to_vec())
}

#[tokio::test]
async fn gitlab_keeps_the_contract_of_environments() {
    let forge = Forge::new().await;
    let recipe = Environments {
        good: forge.order("good", 0),
        bad: forge.order("bad", 0),
        endless: forge.order("endless", 0),
    };
    keeps_the_contract_of_environments(&forge.provider, &recipe).await;
    let world = forge.world.lock().unwrap();
    assert!(world.environments.is_empty(), "no environment is left");
}

#[tokio::test]
async fn jobs_are_told_and_the_environment_says_where_it_answers() {
    let forge = Forge::new().await;
    let order = forge.order("good", 0);
    let Started::Started { reference } = forge.provider.start(&order).await.unwrap() else {
        panic!("it starts")
    };
    let news = Mutex::new(Vec::new());
    let tell = |line: &str| news.lock().unwrap().push(line.to_owned());
    let seen = forge
        .provider
        .settle(&order, &reference, BOUND, &tell)
        .await
        .unwrap();
    assert_eq!(
        *news.lock().unwrap(),
        ["waits for a runner", "review (1 of 2 jobs done)"]
    );
    assert_eq!(seen.outputs["url"], "https://name-good.sonsic.example/");
    let logs = forge.provider.logs(&order, 5).await.unwrap();
    assert_eq!(
        logs.lines,
        ["Preparing", "Bringing it up, token=[redacted]"]
    );
}

#[tokio::test]
async fn a_long_trace_is_cut_at_its_beginning() {
    let forge = Forge::new().await;
    let order = forge.order("good", 0);
    forge.provider.start(&order).await.unwrap();
    let mut trace = b"x\n".repeat(1_500_000);
    trace.extend_from_slice(b"the end\n");
    forge.served.fault(
        "GET /api/v4/projects/sonsic%2Fplayer/jobs/",
        instead(200, &trace),
    );
    forge
        .provider
        .settle(&order, "61", BOUND, &|_| {})
        .await
        .unwrap();
    let logs = forge.provider.logs(&order, 2).await.unwrap();
    assert_eq!(logs.lines, ["x", "the end"]);
    assert!(logs.truncated);
}

#[tokio::test]
async fn a_failure_names_the_job_and_the_way_to_it() {
    let forge = Forge::new().await;
    let order = forge.order("bad", 0);
    forge.provider.start(&order).await.unwrap();
    let seen = forge
        .provider
        .settle(&order, "61", BOUND, &|_| {})
        .await
        .unwrap();
    assert_eq!(seen.whose, Whose::User);
    assert_eq!(
        seen.message.unwrap(),
        "the pipeline ended as failed, in job review (script_failure): \
         https://gitlab.example/sonsic/player/-/pipelines/61"
    );
}

#[tokio::test]
async fn a_start_whose_reply_is_lost_is_found_and_never_sent_twice() {
    for (is_restarted, is_nameless) in [(false, false), (true, false), (true, true)] {
        let mut forge = Forge::new().await;
        let order = forge.order("good", 60);
        forge.served.fault(BEGIN, Fault::LostReply);
        {
            let mut world = forge.world.lock().unwrap();
            (world.is_slow, world.is_nameless) = (true, is_nameless);
        }
        assert_eq!(
            forge.provider.start(&order).await.unwrap(),
            Started::Unknown
        );
        if is_restarted {
            forge.restart();
        }
        // Nothing is listed yet, and that is no reason to begin again.
        forge.pass_seconds(59);
        assert!(matches!(
            forge.provider.find(&order).await,
            Err(Failure::Retryable(_))
        ));
        forge.world.lock().unwrap().is_slow = false;
        let reference = "61".to_owned();
        assert_eq!(
            forge.provider.find(&order).await.unwrap(),
            Found::One { reference }
        );
        assert_eq!(forge.world.lock().unwrap().pipelines.len(), 1);
    }
}

#[tokio::test]
async fn of_several_the_oldest_comes_first_and_all_are_stopped() {
    let forge = Forge::new().await;
    let order = forge.order("endless", 0);
    let references = vec![
        forge.begin("here", "endless").to_string(),
        forge.begin("here", "endless").to_string(),
    ];
    forge.begin("elsewhere", "endless");
    assert_eq!(
        forge.provider.find(&order).await.unwrap(),
        Found::Many { references }
    );
    forge.provider.destroy(&order, BOUND).await.unwrap();
    let world = forge.world.lock().unwrap();
    let ends: Vec<_> = world.pipelines.iter().map(|there| there.status).collect();
    assert_eq!(
        ends,
        ["canceled", "canceled", "created"],
        "that of another Hearth is left alone"
    );
}

#[tokio::test]
async fn too_many_pipelines_without_a_name_are_no_proof_that_there_is_none() {
    let forge = Forge::new().await;
    let order = forge.order("good", 0);
    forge.world.lock().unwrap().is_nameless = true;
    for n in 0..50 {
        forge.begin("here", &format!("other-{n}"));
    }
    match forge.provider.find(&order).await {
        Err(Failure::Permanent(why)) => assert!(why.contains("workflow:name"), "{why}"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn gitlab_says_no_in_its_own_words() {
    let forge = Forge::new().await;
    let order = forge.order("good", 0);
    for (status, said, why) in [
        (
            400,
            r#"{"message":{"base":["Reference not found"]}}"#,
            r#"{"base":["Reference not found"]} (400)"#,
        ),
        (403, r#"{"message":"403 Forbidden"}"#, "403 Forbidden (403)"),
        (
            401,
            r#"{"error":"invalid_token","error_description":"Token was revoked."}"#,
            "invalid_token (401)",
        ),
    ] {
        forge.served.fault(BEGIN, instead(status, said.as_bytes()));
        match forge.provider.start(&order).await {
            Err(Failure::Permanent(told)) => assert_eq!(told, why),
            other => panic!("{other:?}"),
        }
    }
    let wait = vec![("retry-after", "60".to_owned())];
    forge
        .served
        .fault(BEGIN, Fault::Instead(429, wait, b"Retry later".to_vec()));
    for _ in 0..2 {
        assert!(matches!(
            forge.provider.start(&order).await,
            Err(Failure::Retryable(_))
        ));
    }
    assert_eq!(forge.served.asked(BEGIN).len(), 4, "it is left alone");
}

#[tokio::test]
async fn a_project_that_cannot_be_seen_is_not_an_environment_that_is_gone() {
    let forge = Forge::new().await;
    let order = forge.order("good", 0);
    let gone = || instead(404, br#"{"message":"404 Project Not Found"}"#);
    let project = "GET /api/v4/projects/sonsic%2Fplayer";
    forge
        .served
        .fault(&format!("{project}/pipelines/7"), gone());
    forge.served.fault(project, gone());
    assert!(matches!(
        forge.provider.observe(&order, "7").await,
        Err(Failure::Retryable(_))
    ));
    let seen = forge.provider.observe(&order, "7").await.unwrap();
    assert_eq!(seen.phase, Phase::Absent);
}

#[tokio::test]
async fn an_environment_that_may_not_be_deleted_is_stopped_and_that_is_enough() {
    let forge = Forge::new().await;
    let order = forge.order("good", 0);
    forge.provider.start(&order).await.unwrap();
    forge
        .provider
        .settle(&order, "61", BOUND, &|_| {})
        .await
        .unwrap();
    forge.world.lock().unwrap().may_not_delete = true;
    forge.provider.destroy(&order, BOUND).await.unwrap();
    assert_eq!(forge.world.lock().unwrap().environments[0].state, "stopped");
    let seen = forge.provider.observe(&order, "61").await.unwrap();
    assert_eq!(seen.phase, Phase::Absent);
    assert_eq!(
        seen.message.as_deref(),
        Some("GitLab has no environment review/name-good")
    );
}

#[test]
fn the_section_of_the_how_to_page_is_right() {
    let page = include_str!("../../../../docs/how-to/add-a-template-on-gitlab.md");
    settled_section("gitlab", section_of_page(page, "gitlab"));
}
