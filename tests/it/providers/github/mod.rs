//! The engine `github` against a server that answers as GitHub's description says, on good days and bad ones.

mod check;
mod forge;

use std::sync::Mutex;

use hearth::providers::{Failure, Found, Phase, Provisioner, Started, Whose};

use self::forge::{Age, Forge};
use super::bench::{BOUND, section_of_page, settled_section};
use super::contract::{Environments, keeps_the_contract_of_environments};
use super::served::Fault;

fn instead(status: u16, body: &[u8]) -> Fault {
    Fault::Instead(status, Vec::new(), body.to_vec())
}

const DISPATCH: &str = "POST /repos/sonsic/player/actions/workflows/preview.yml/dispatches";

#[tokio::test]
async fn github_keeps_the_contract_of_environments() {
    let forge = Forge::new().await;
    let recipe = Environments {
        good: forge.order("good", 0),
        bad: forge.order("bad", 0),
        endless: forge.order("endless", 0),
    };
    keeps_the_contract_of_environments(&forge.provider, &recipe).await;
    let world = forge.world.lock().unwrap();
    assert!(world.environments.is_empty(), "no environment is left");
    assert_eq!(world.inactive, 1);
}

#[tokio::test]
async fn jobs_are_told_and_the_deployment_says_where_it_answers() {
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
        [
            "waits for a runner",
            "deploy: Bring it up (1 of 2 jobs done)"
        ]
    );
    assert_eq!(
        seen.outputs["url"],
        "https://preview-name-good.sonsic.example/"
    );
    let logs = forge.provider.logs(&order, 3).await.unwrap();
    assert_eq!(
        logs.lines,
        [
            "  Set up job: success",
            "  Bring it up: success",
            "https://github.example/sonsic/player/actions/runs/30433642"
        ]
    );
    assert!(logs.truncated);
}

#[tokio::test]
async fn a_failure_names_job_and_step_and_the_way_to_them() {
    let forge = Forge::new().await;
    let order = forge.order("bad", 0);
    let Started::Started { reference } = forge.provider.start(&order).await.unwrap() else {
        panic!("it starts")
    };
    let seen = forge
        .provider
        .settle(&order, &reference, BOUND, &|_| {})
        .await
        .unwrap();
    assert_eq!(seen.whose, Whose::User);
    assert_eq!(
        seen.message.unwrap(),
        "the run ended as failure, in job deploy, step Bring it up: \
         https://github.example/sonsic/player/actions/runs/30433642"
    );
}

#[tokio::test]
async fn a_start_whose_reply_is_lost_is_found_by_its_title_and_never_sent_twice() {
    for is_restarted in [false, true] {
        let mut forge = Forge::new().await;
        let order = forge.order("good", 120);
        forge.served.fault(DISPATCH, Fault::LostReply);
        forge.world.lock().unwrap().is_slow = true;
        assert_eq!(
            forge.provider.start(&order).await.unwrap(),
            Started::Unknown
        );
        if is_restarted {
            forge.restart();
        }
        // Nothing is listed yet, and that is no reason to begin again.
        forge.pass_seconds(119);
        assert!(matches!(
            forge.provider.find(&order).await,
            Err(Failure::Retryable(_))
        ));
        if !is_restarted {
            assert!(forge.provider.start(&order).await.is_err());
        }
        forge.world.lock().unwrap().is_slow = false;
        let reference = "30433642".to_owned();
        assert_eq!(
            forge.provider.find(&order).await.unwrap(),
            Found::One { reference }
        );
        assert_eq!(forge.titles().len(), 1, "nothing is doubled");
    }
}

#[tokio::test]
async fn what_never_began_may_begin_when_it_would_have_been_listed() {
    let forge = Forge::new().await;
    let order = forge.order("good", 120);
    forge.served.fault(DISPATCH, instead(502, b""));
    assert_eq!(
        forge.provider.start(&order).await.unwrap(),
        Started::Unknown
    );
    forge.pass_seconds(121);
    assert_eq!(forge.provider.find(&order).await.unwrap(), Found::None);
    assert_eq!(
        forge.provider.start(&order).await.unwrap(),
        Started::Unknown,
        "what is unclear is looked for first"
    );
    assert!(matches!(
        forge.provider.start(&order).await.unwrap(),
        Started::Started { .. }
    ));
}

#[tokio::test]
async fn of_several_the_oldest_comes_first_and_all_are_stopped() {
    let forge = Forge::new().await;
    let order = forge.order("endless", 0);
    let title = "create name-endless [hearth:here:endless]";
    let references = vec![
        forge.begin(title).to_string(),
        forge.begin(title).to_string(),
    ];
    forge.begin("create name-endless [hearth:elsewhere:endless]");
    assert_eq!(
        forge.provider.find(&order).await.unwrap(),
        Found::Many { references }
    );
    forge.world.lock().unwrap().is_slow = false;
    forge.provider.destroy(&order, BOUND).await.unwrap();
    let world = forge.world.lock().unwrap();
    let ends: Vec<_> = world.runs.iter().map(|run| run.conclusion).collect();
    assert_eq!(
        ends,
        [Some("cancelled"), Some("cancelled"), None, Some("success")],
        "that of another Hearth is left alone"
    );
}

#[tokio::test]
async fn an_older_server_does_not_say_which_run_it_made() {
    for age in [Age::Ignores, Age::Refuses] {
        let forge = Forge::new().await;
        forge.world.lock().unwrap().age = age;
        let order = forge.order("good", 120);
        assert_eq!(
            forge.provider.start(&order).await.unwrap(),
            Started::Unknown
        );
        let reference = "30433642".to_owned();
        assert_eq!(
            forge.provider.find(&order).await.unwrap(),
            Found::One { reference }
        );
        assert_eq!(
            forge.titles(),
            ["Preview: create name-good [hearth:here:good]"]
        );
    }
}

#[tokio::test]
async fn a_run_on_a_later_page_is_found() {
    let forge = Forge::new().await;
    let order = forge.order("endless", 0);
    let reference = forge
        .begin("create name-endless [hearth:here:endless]")
        .to_string();
    for n in 0..120 {
        forge.begin(&format!("create other-{n} [hearth:here:other-{n}]"));
    }
    assert_eq!(
        forge.provider.find(&order).await.unwrap(),
        Found::One { reference }
    );
    let owned = forge.provider.list_owned(&order.definition, "here").await;
    assert_eq!(owned.unwrap().len(), 121);
}

#[tokio::test]
async fn a_limit_is_a_reason_to_wait_and_a_missing_right_is_not() {
    let forge = Forge::new().await;
    let order = forge.order("good", 0);
    forge.served.fault(
        DISPATCH,
        instead(
            403,
            br#"{"message":"Resource not accessible by personal access token"}"#,
        ),
    );
    match forge.provider.start(&order).await {
        Err(Failure::Permanent(why)) => assert_eq!(
            why,
            "Resource not accessible by personal access token (403)"
        ),
        other => panic!("{other:?}"),
    }
    let reset = (forge_seconds() + 600).to_string();
    let used_up = vec![
        ("x-ratelimit-remaining", "0".to_owned()),
        ("x-ratelimit-reset", reset),
    ];
    forge.served.fault(
        DISPATCH,
        Fault::Instead(
            403,
            used_up,
            br#"{"message":"API rate limit exceeded"}"#.to_vec(),
        ),
    );
    for _ in 0..2 {
        assert!(matches!(
            forge.provider.start(&order).await,
            Err(Failure::Retryable(_))
        ));
    }
    assert_eq!(forge.served.asked(DISPATCH).len(), 2, "it is left alone");
    assert!(forge.titles().is_empty());
}

fn forge_seconds() -> i64 {
    super::bench::NOW.0 / 1_000
}

#[tokio::test]
async fn a_wrong_input_is_told_in_githubs_words() {
    let forge = Forge::new().await;
    let order = forge.order("good", 0);
    let said = br#"{"message":"Unexpected inputs provided: [\"size\"]","status":"422"}"#;
    forge.served.fault(DISPATCH, instead(422, said));
    forge.served.fault(DISPATCH, instead(422, said));
    match forge.provider.start(&order).await {
        Err(Failure::Permanent(why)) => {
            assert_eq!(why, "Unexpected inputs provided: [\"size\"] (422)");
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_repository_that_cannot_be_seen_is_not_an_environment_that_is_gone() {
    let forge = Forge::new().await;
    let order = forge.order("good", 0);
    let gone = || instead(404, br#"{"message":"Not Found"}"#);
    forge
        .served
        .fault("GET /repos/sonsic/player/actions/runs/7", gone());
    forge.served.fault("GET /repos/sonsic/player", gone());
    assert!(matches!(
        forge.provider.observe(&order, "7").await,
        Err(Failure::Retryable(_))
    ));
    let seen = forge.provider.observe(&order, "7").await.unwrap();
    assert_eq!(seen.phase, Phase::Absent);
}

#[tokio::test]
async fn a_removal_whose_reply_is_lost_is_adopted() {
    let forge = Forge::new().await;
    let order = forge.order("good", 0);
    forge.provider.start(&order).await.unwrap();
    forge.served.fault(DISPATCH, Fault::LostReply);
    assert!(matches!(
        forge.provider.destroy(&order, BOUND).await,
        Err(Failure::UnknownEffect(_))
    ));
    forge.provider.destroy(&order, BOUND).await.unwrap();
    let removals = forge.titles();
    let removals = removals.iter().filter(|title| title.contains("destroy"));
    assert_eq!(removals.count(), 1);
}

#[test]
fn the_section_of_the_how_to_page_is_right() {
    let page = include_str!("../../../../docs/how-to/add-a-template-on-github.md");
    settled_section("github", section_of_page(page, "github"));
}
