//! Terraform itself, with modules that need nothing but its built-in provider.

mod catalogue;
mod ground;
mod how_to;
mod interruption;
mod proposal;
mod registry;
mod values;

use hearth::providers::{Failure, Order, Phase, Provisioner};

use super::bench::{BOUND, first_line, pipe, release, settle, settle_and_listen};
use super::contract::{Environments, keeps_the_contract_of_environments};
use ground::{Ground, MODULE};
pub use ground::{canonical, terraform as program};
pub use registry::Registry;

#[tokio::test]
async fn terraform_keeps_the_contract_of_environments() {
    let ground = Ground::new();
    let recipe = Environments {
        good: ground.order(
            &ground.module("good", MODULE),
            "outputs = [\"size\"]",
            "good",
        ),
        bad: ground.order(&ground.module("bad", &by("exit 3")), "", "bad"),
        endless: ground.order(
            &ground.module("endless", &by("exec sleep 3600")),
            "",
            "endless",
        ),
    };
    keeps_the_contract_of_environments(&ground.terraform, &recipe).await;
}

/// A module whose one resource is made by this shell text.
fn by(script: &str) -> String {
    ground::module_by(script, "true")
}

#[tokio::test]
async fn its_progress_names_the_plan_and_each_resource() {
    let ground = Ground::new();
    let module = ground.module("shop", MODULE);
    let order = ground.order(&module, "outputs = [\"size\"]", "one");
    ground.terraform.start(&order).await.unwrap();
    let (seen, news) = settle_and_listen(&ground.terraform, &order).await;
    assert_eq!(seen.outputs["size"], "small");
    assert_eq!(
        news,
        [
            "plan: 1 to add, 0 to change, 0 to destroy",
            "+ terraform_data.shop",
            "creating terraform_data.shop",
            "created terraform_data.shop after 0 s"
        ]
    );

    // The same without the plan.
    let order = ground.order(&module, "plan = \"none\"", "two");
    ground.terraform.start(&order).await.unwrap();
    let (_, news) = settle_and_listen(&ground.terraform, &order).await;
    assert_eq!(news[0], "creating terraform_data.shop");
}

#[tokio::test]
async fn two_environments_of_one_folder_are_made_at_the_same_time() {
    let ground = Ground::new();
    let begun = pipe(&ground, "begun");
    let go = ["one", "two"].map(|key| pipe(&ground, &format!("go-name-{key}")));
    let script = format!(
        "echo \"$NAME\" >{}; read line <{}/go-$NAME",
        begun.display(),
        ground.path("").display()
    );
    let module = ground.module("shop", &by(&script));
    let orders = ["one", "two"].map(|key| ground.order(&module, "", key));
    ground.terraform.start(&orders[0]).await.unwrap();
    assert_eq!(first_line(&begun).await, "name-one\n");
    ground.terraform.start(&orders[1]).await.unwrap();
    assert_eq!(first_line(&begun).await, "name-two\n");
    // Both are in the middle of their work now.
    let waiting = orders.iter().map(|order| settle(&ground.terraform, order));
    let both = futures::future::join_all(waiting);
    let released = async {
        release(&go[1]).await;
        release(&go[0]).await;
    };
    let (seen, ()) = tokio::join!(both, released);
    for seen in seen {
        assert_eq!(seen.unwrap().phase, Phase::Succeeded);
    }
    let owned = ground
        .terraform
        .list_owned(&orders[0].definition, "here")
        .await
        .unwrap();
    assert_eq!(owned.len(), 2);
    ground.terraform.destroy(&orders[0], BOUND).await.unwrap();
    let still = ground.terraform.observe(&orders[1], "two").await.unwrap();
    assert_eq!(still.phase, Phase::Succeeded);
}

#[tokio::test]
async fn of_twenty_starts_at_once_one_starts() {
    let ground = Ground::new();
    let count = ground.path("count");
    let module = ground.module("shop", &by(&format!("echo once >>{}", count.display())));
    let order = ground.order(&module, "", "one");
    let starts = (0..20).map(|_| ground.terraform.start(&order));
    for started in futures::future::join_all(starts).await {
        started.unwrap();
    }
    settle(&ground.terraform, &order).await.unwrap();
    assert_eq!(std::fs::read_to_string(count).unwrap(), "once\n");
}

#[tokio::test]
async fn a_plan_is_told_and_nothing_of_it_stays() {
    let ground = Ground::new();
    let module = ground.module("shop", MODULE);
    let order = ground.order(&module, "", "one");
    let plan = || ground.terraform.plan(&order);
    let told = "plan: 1 to add, 0 to change, 0 to destroy\n+ terraform_data.shop";
    assert_eq!(plan().await.unwrap().as_deref(), Some(told));
    assert_eq!(ground.workspaces(&module), Vec::<String>::new());
    assert!(!ground.state_of("one").exists());

    ground.terraform.start(&order).await.unwrap();
    settle(&ground.terraform, &order).await.unwrap();
    let told = "plan: 0 to add, 0 to change, 0 to destroy";
    assert_eq!(plan().await.unwrap().as_deref(), Some(told));
    assert_eq!(ground.terraform.drift(&order).await.unwrap(), None);
}

#[tokio::test]
async fn what_has_changed_outside_is_told() {
    let ground = Ground::new();
    let text = "output \"motd\" {\n  value = file(\"${path.module}/motd\")\n}\n";
    let module = ground.module("shop", text);
    std::fs::write(module.join("motd"), "hello").unwrap();
    let order = ground.order(&module, "outputs = [\"motd\"]", "one");
    ground.terraform.start(&order).await.unwrap();
    let seen = settle(&ground.terraform, &order).await.unwrap();
    assert_eq!(seen.outputs["motd"], "hello");
    std::fs::write(module.join("motd"), "bye").unwrap();
    let drift = ground.terraform.drift(&order).await.unwrap();
    assert_eq!(drift.as_deref(), Some("only outputs have changed"));
}

#[tokio::test]
async fn an_environment_that_somebody_emptied_says_so_and_can_be_destroyed() {
    let ground = Ground::new();
    let module = ground.module("shop", MODULE);
    let order = ground.order(&module, "", "one");
    ground.terraform.start(&order).await.unwrap();
    settle(&ground.terraform, &order).await.unwrap();
    let workspace = ground.workspaces(&module).pop().unwrap();
    ground.by_hand(
        &module,
        &workspace,
        &[
            "destroy",
            "-auto-approve",
            "-var",
            "size=small",
            "-var",
            "hearth_name=x",
        ],
    );
    let seen = ground.terraform.observe(&order, "one").await.unwrap();
    assert_eq!(seen.phase, Phase::Failed);
    assert_eq!(
        seen.message.as_deref(),
        Some("its workspace is there, but nothing is left in it")
    );
    ground.terraform.destroy(&order, BOUND).await.unwrap();
    assert_eq!(ground.workspaces(&module), Vec::<String>::new());
}

#[tokio::test]
async fn a_lost_data_folder_hides_nothing_that_the_backend_knows() {
    let mut ground = Ground::new();
    let module = ground.module("shop", MODULE);
    let order = ground.order(&module, "", "one");
    ground.terraform.start(&order).await.unwrap();
    settle(&ground.terraform, &order).await.unwrap();
    std::fs::remove_dir_all(ground.path("data")).unwrap();
    ground.restart();
    let owned = ground
        .terraform
        .list_owned(&order.definition, "here")
        .await
        .unwrap();
    assert_eq!((owned.len(), owned[0].op_key.as_str()), (1, "one"));
    let seen = ground.terraform.observe(&order, "one").await.unwrap();
    assert_eq!(seen.phase, Phase::Succeeded);
    ground.terraform.destroy(&order, BOUND).await.unwrap();
    assert_eq!(ground.workspaces(&module), Vec::<String>::new());
}

#[tokio::test]
async fn what_cannot_work_is_said_with_its_reason() {
    let ground = Ground::new();
    let module = ground.module("shop", "resource \"nope\" {\n");
    for (module, more, part) in [
        (ground.path("nothing"), "", "holds no Terraform module"),
        (module, "", "init: "),
        (
            ground.module("fine", MODULE),
            "program = \"./no-terraform\"",
            "no-terraform` is not there",
        ),
    ] {
        let order = ground.order(&module, more, "one");
        ground.terraform.start(&order).await.unwrap();
        let seen = settle(&ground.terraform, &order).await.unwrap();
        let message = seen.message.unwrap();
        assert!(message.contains(part), "{message}");
        // Nothing can be there, so removing it needs neither program nor module.
        ground.terraform.destroy(&order, BOUND).await.unwrap();
        let parameters = ["size".to_owned()];
        let faults = ground.terraform.check(&order.definition, &parameters).await;
        assert!(
            faults.len() == 1 && faults[0].contains(part.trim_start_matches("init: ")),
            "{faults:?}"
        );
    }
}

#[tokio::test]
async fn the_holder_of_a_locked_state_is_named_and_nobodys_lock_is_taken_away() {
    let ground = Ground::new();
    let (begun, go) = (pipe(&ground, "begun"), pipe(&ground, "go"));
    let script = format!("echo x >{}; read line <{}", begun.display(), go.display());
    let module = ground.module("shop", &by(&script));
    let order = ground.order(&module, "lock_seconds_max = 0", "one");
    ground.terraform.start(&order).await.unwrap();
    first_line(&begun).await;
    // Somebody else's Hearth with the same workspace: a second data folder, as after a restored backup.
    let other = Ground::new();
    let twin = Order {
        definition: order.definition.clone(),
        ..order.clone()
    };
    other.terraform.start(&twin).await.unwrap();
    let seen = settle(&other.terraform, &twin).await.unwrap();
    let message = seen.message.unwrap();
    assert!(
        message.starts_with("the state is locked by ")
            && message.contains("(OperationTypeApply, lock "),
        "{message}"
    );
    let Err(Failure::Retryable(reason)) = other.terraform.destroy(&twin, BOUND).await else {
        panic!("it destroyed what another one works on")
    };
    assert!(reason.contains("the state is locked by"), "{reason}");
    let (seen, ()) = tokio::join!(settle(&ground.terraform, &order), release(&go));
    assert_eq!(seen.unwrap().phase, Phase::Succeeded);
}
