//! The database is lost, and the namespaces' annotations are enough to go on.

use std::sync::Arc;
use std::time::Duration;

use hearth::providers::kubernetes::Kubernetes;

use super::super::bench::NOW;
use super::bench::{Bench, canonical};
use super::server::Server;
use crate::harness::{Bot, Database, Setup};

async fn namespaces_are_taken_back(database: Database) {
    let server = Server::start().await;
    let bench = Bench::new(server.kubeconfig());
    let definition = canonical(&bench.section(""), bench.folder.path());
    let engine = Arc::new(Kubernetes::new(Arc::new(|| NOW)));
    let parameters = |name: &str, default: &str| hearth::domain::platform::Parameter {
        name: name.to_owned(),
        description: name.to_owned(),
        kind: hearth::domain::platform::ParameterKind::Text { length_max: 40 },
        default: Some(default.to_owned()),
    };
    let given = vec![
        parameters("image", "shop/web:1.0"),
        parameters("replicas", "2"),
    ];
    let setup = Setup::new()
        .engine("kubernetes", engine, definition)
        .platform(move |platform, _| platform.templates[0].parameters = given);
    let mut bot = Bot::start_changed(database, setup).await;
    bot.say("Mina", "player", "/env create template:preview name:demo")
        .await;
    let found = bot.lose_database(Duration::from_secs(3_600)).await;
    assert_eq!(found, ["kubernetes demo: adopt as ready"]);
    let list = bot.privately("Mina", "player", "/env list").await;
    assert!(list.contains("demo") && list.contains("ready"), "{list}");
    bot.say("Mina", "player", "/env extend name:demo by:2")
        .await;
    bot.say("Mina", "player", "/env destroy name:demo").await;
    let told = bot.headlines("player");
    assert!(
        told.contains("⬜ Environment **demo** is destroyed."),
        "{told}"
    );
    bot.end().await;
}

#[tokio::test]
async fn namespaces_are_taken_back_on_sqlite() {
    namespaces_are_taken_back(Database::Sqlite).await;
}

#[tokio::test]
async fn namespaces_are_taken_back_on_postgres() {
    namespaces_are_taken_back(Database::Postgres).await;
}
