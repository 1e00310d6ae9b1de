//! The how-to guide is true: its module and its settings, word for word, keep the contract of environments.

use hearth::providers::{Order, Provisioner};

use super::super::bench::{BOUND, order, settle};
use super::super::contract::{Environments, keeps_the_contract_of_environments};
use super::by;
use super::ground::Ground;

const GUIDE: &str = include_str!("../../../../docs/how-to/first-template-on-terraform.md");

/// The first code block of this language.
fn block(language: &str) -> &'static str {
    let (_, rest) = GUIDE.split_once(&format!("```{language}\n")).unwrap();
    rest.split_once("```").unwrap().0
}

/// The section of the template's settings, without its header.
fn section() -> &'static str {
    block("toml")
        .split_once("[template.site.terraform]\n")
        .unwrap()
        .1
}

fn at_the_guides_place(ground: &Ground) {
    let folder = ground.path("modules/site");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("main.tf"), block("hcl")).unwrap();
}

fn greeted(order: Order) -> Order {
    Order {
        parameters: [("greeting".to_owned(), "it's \"us\" $HOME".to_owned())].into(),
        ..order
    }
}

#[tokio::test]
async fn the_guides_template_keeps_the_contract_of_environments() {
    let ground = Ground::new();
    at_the_guides_place(&ground);
    let broken = section().replace("{output.url}", "{output.url}missing");
    let broken = broken.replace("attempts = 20", "attempts = 1");
    let recipe = Environments {
        good: greeted(order(&ground.definition(section()), "good")),
        bad: greeted(order(&ground.definition(&broken), "bad")),
        endless: ground.order(
            &ground.module("endless", &by("exec sleep 3600")),
            "",
            "endless",
        ),
    };
    keeps_the_contract_of_environments(&ground.terraform, &recipe).await;
}

#[tokio::test]
async fn the_guides_site_says_what_was_asked_for() {
    let ground = Ground::new();
    at_the_guides_place(&ground);
    let definition = ground.definition(section());
    let parameters = ["greeting".to_owned()];
    let faults = ground.terraform.check(&definition, &parameters).await;
    assert_eq!(faults, Vec::<String>::new());
    let order = greeted(order(&definition, "one"));
    ground.terraform.start(&order).await.unwrap();
    let seen = settle(&ground.terraform, &order).await.unwrap();
    let page = reqwest::get(&seen.outputs["url"]).await.unwrap();
    assert_eq!(page.text().await.unwrap(), "it's \"us\" $HOME\n");
    ground.terraform.destroy(&order, BOUND).await.unwrap();
    assert!(reqwest::get(&seen.outputs["url"]).await.is_err());
}
