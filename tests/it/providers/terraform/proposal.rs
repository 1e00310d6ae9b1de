//! Plans that somebody agrees to: kept, known by their fingerprint, carried out only as they are, whatever dies meanwhile.

use hearth::providers::{Failure, Order, Phase, Proposal, Provisioner};

use sha2::Digest as _;

use super::super::bench::{BOUND, kill, kill_the_supervisor, release, settle, settle_and_listen};
use super::ground::{Ground, MODULE};
use super::interruption::Slow;

async fn proposed(ground: &Ground, order: &Order) -> (Proposal, Order) {
    let proposal = ground.terraform.propose(order, BOUND).await.unwrap();
    let agreed = Order {
        plan: Some(proposal.fingerprint.clone()),
        ..order.clone()
    };
    (proposal, agreed)
}

#[tokio::test]
async fn a_proposal_is_made_once_and_carried_out_as_it_is() {
    let mut ground = Ground::new();
    let module = ground.module("shop", MODULE);
    let order = ground.order(&module, "outputs = [\"size\"]", "one");
    let (proposal, agreed) = proposed(&ground, &order).await;
    assert_eq!(
        (proposal.n_add, proposal.n_change, proposal.n_destroy),
        (1, 0, 0)
    );
    assert_eq!(proposal.resources, ["+ terraform_data.shop"]);
    assert_eq!(ground.workspaces(&module), Vec::<String>::new());
    let seen = ground.terraform.observe(&order, "one").await.unwrap();
    assert_eq!(seen.phase, Phase::Absent, "nothing is made by planning");

    ground.module("shop", &MODULE.replace("var.size", "\"changed\""));
    ground.restart();
    let (again, _) = proposed(&ground, &order).await;
    assert_eq!(again, proposal, "it is the one that is kept");
    ground.terraform.start(&agreed).await.unwrap();
    let (seen, news) = settle_and_listen(&ground.terraform, &agreed).await;
    assert_eq!(seen.outputs["size"], "small");
    assert_eq!(
        news[0], "creating terraform_data.shop",
        "nothing is planned again"
    );
    assert!(!ground.state_of("one").join("proposal.plan").exists());
    ground.terraform.destroy(&agreed, BOUND).await.unwrap();
    assert!(!ground.state_of("one").exists());
}

#[tokio::test]
async fn twenty_proposals_at_once_are_one() {
    let ground = Ground::new();
    let module = ground.module("shop", MODULE);
    let order = ground.order(&module, "", "one");
    let all = (0..20).map(|_| ground.terraform.propose(&order, BOUND));
    let all = futures::future::join_all(all).await;
    let first = all[0].as_ref().unwrap();
    assert!(all.iter().all(|one| one.as_ref().unwrap() == first));
    ground.terraform.destroy(&order, BOUND).await.unwrap();
    assert!(!ground.state_of("one").exists());
    assert_eq!(ground.workspaces(&module), Vec::<String>::new());
}

#[tokio::test]
async fn another_plan_than_the_one_that_was_agreed_to_is_not_carried_out() {
    let ground = Ground::new();
    let module = ground.module("shop", MODULE);
    let order = ground.order(&module, "", "one");
    let (_, agreed) = proposed(&ground, &order).await;
    let other = Order {
        plan: Some("f00d".to_owned()),
        ..agreed.clone()
    };
    ground.terraform.start(&other).await.unwrap();
    let seen = settle(&ground.terraform, &other).await.unwrap();
    let gone = "the plan that was agreed to is not there any more: ask for the environment again (`up`: exit code 1)";
    assert_eq!(
        (seen.phase, seen.message.as_deref()),
        (Phase::Failed, Some(gone))
    );
    ground.terraform.destroy(&other, BOUND).await.unwrap();
    assert_eq!(ground.workspaces(&module), Vec::<String>::new());
}

#[tokio::test]
async fn a_state_that_changed_since_is_not_touched() {
    let ground = Ground::new();
    let module = ground.module("shop", MODULE);
    let order = ground.order(&module, "", "one");
    let (_, agreed) = proposed(&ground, &order).await;
    let here = hex::encode(sha2::Sha256::digest("here"));
    let workspace = format!("hearth-{}-one.name-one", &here[..10]);
    let by_hand = [
        "apply",
        "-auto-approve",
        "-var",
        "size=big",
        "-var",
        "hearth_name=x",
    ];
    ground.by_hand(&module, &workspace, &by_hand);
    ground.terraform.start(&agreed).await.unwrap();
    let seen = settle(&ground.terraform, &agreed).await.unwrap();
    let message = seen.message.unwrap();
    assert!(message.starts_with("Saved plan is stale"), "{message}");
    ground.terraform.destroy(&agreed, BOUND).await.unwrap();
}

#[tokio::test]
async fn a_module_that_cannot_be_planned_says_why_and_goes() {
    let ground = Ground::new();
    let module = ground.module(
        "bad",
        "resource \"terraform_data\" \"x\" {\n  input = file(\"missing\")\n}\n",
    );
    let order = ground.order(&module, "", "one");
    let Err(Failure::Retryable(reason)) = ground.terraform.propose(&order, BOUND).await else {
        panic!("it was planned");
    };
    assert!(reason.contains("no file exists"), "{reason}");
    ground.terraform.destroy(&order, BOUND).await.unwrap();
    assert!(!ground.state_of("one").exists());
}

#[tokio::test]
async fn when_terraform_is_killed_in_the_middle_the_rest_of_what_was_agreed_to_is_made() {
    let ground = Ground::new();
    let slow = Slow::new(&ground);
    let order = ground.order(&slow.module, "", "one");
    let (_, agreed) = proposed(&ground, &order).await;
    ground.terraform.start(&agreed).await.unwrap();
    kill(slow.is_at_work().await);
    let (seen, ()) = tokio::join!(settle(&ground.terraform, &agreed), async {
        slow.is_at_work().await;
        release(&slow.go).await;
    });
    assert_eq!(seen.unwrap().phase, Phase::Succeeded);
    assert_eq!(slow.deeds(), "made made done ");
    ground.terraform.destroy(&agreed, BOUND).await.unwrap();
}

#[tokio::test]
async fn when_everybody_above_terraform_dies_the_plan_is_carried_out_once() {
    let mut ground = Ground::new();
    let slow = Slow::new(&ground);
    let order = ground.order(&slow.module, "", "one");
    let (_, agreed) = proposed(&ground, &order).await;
    ground.terraform.start(&agreed).await.unwrap();
    slow.is_at_work().await;
    kill_the_supervisor(&ground.operation_folder("one")).await;
    ground.restart();
    let (seen, ()) = tokio::join!(settle(&ground.terraform, &agreed), release(&slow.go));
    let seen = seen.unwrap();
    assert_eq!((seen.phase, seen.message), (Phase::Succeeded, None));
    assert_eq!(slow.deeds(), "made done ");
    ground.terraform.destroy(&agreed, BOUND).await.unwrap();
}
