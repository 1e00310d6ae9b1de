//! The database is lost, and what the engines have kept is enough to go on.

use std::time::Duration;

use hearth::domain::Timestamp;
use hearth::domain::fact::Kind;

use crate::harness::{Bot, Setup, by_shell};
use crate::{changed_conversation, see};

const HOUR: Duration = Duration::from_secs(3_600);
const MODULE: &str = r#"
variable "service" { type = string }
variable "hearth_name" { type = string }
resource "terraform_data" "service" { input = var.service }
output "url" { value = "https://${var.hearth_name}.example.test/" }
"#;

/// What is there stands in files, and `list` names them by the key in them.
fn listed() -> Setup {
    let list = r#"for f in FOLDER/*.is; do [ -e \"$f\" ] && n=$(basename $f .is) && printf '{\"owned\":{\"op_key\":\"%s\",\"name\":\"%s\"}}\n' \"$(cat $f)\" $n; done; true"#;
    Setup::new().programs(&by_shell(
        "echo $HEARTH_OP_KEY > FOLDER/$HEARTH_NAME.is",
        &format!("list = [\"/bin/sh\", \"-c\", \"{list}\"]"),
    ))
}

/// Extends and destroys what was adopted as `demo`.
async fn goes_on(bot: &mut Bot) {
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
}

changed_conversation!(programs_are_taken_back_with_owner_team_and_end, Setup::new(), bot => {
    bot.say("Mina", "player", "/env create template:preview name:demo pull_request:7 ttl:6").await;
    let found = bot.lose_database(HOUR).await;
    assert_eq!(found, ["exec demo: adopt as ready"]);
    see!(bot.newest("player", 1), @r"
    Hearth:
      ✅ Environment **demo** is ready: http://127.0.0.1:PORT/
      ┌ Environment demo
      │ Template: preview
      │ Revision: v1.2.0
      │ Pull request: #7
      │ Team: Player
      │ Owner: <@1100000000000003000>
      │ Lives until: <t:1795546800:f> (<t:1795546800:R>)
      └ Hearth · ID
      [Open ↗] [Logs] [Extend by 4 hours] [Destroy]
    ");
    see!(bot.privately("Mina", "player", "/env why name:demo").await, @r"
    **Why is demo here?**
    It is ready since <t:1795528800:R>.
    <@1100000000000003000> has it for team Player, from template preview, asked for <t:1795525200:f>.
    It is for pull request #7.
    Next: its owner is warned <t:1795543200:R>, and it ends <t:1795546800:R>.
    ");
    let mut reader = bot.app.store().read().await.unwrap();
    let facts = reader.facts_between(Timestamp(0), Timestamp(i64::MAX)).await.unwrap();
    assert!(!facts.iter().any(|fact| fact.kind == Kind::EnvironmentRequested), "{facts:?}");
    let audit = reader.audit(10).await.unwrap();
    drop(reader);
    let adopted = audit.iter().find(|heard| heard.action == "environment.adopt").unwrap();
    assert_eq!((adopted.who, adopted.outcome.as_str()), (None, "done"));
    // What is known is not doubled.
    assert_eq!(bot.adopt_again().await, ["exec demo: known"]);
    goes_on(bot).await;
});

changed_conversation!(what_is_past_its_end_is_not_destroyed_at_once, listed(), bot => {
    bot.say("Mina", "player", "/env create template:preview name:demo").await;
    assert_eq!(bot.lose_database(100 * HOUR).await, ["exec demo: adopt as ready"]);
    bot.forward(22 * HOUR).await;
    assert!(bot.folder.join("demo.is").exists());
    bot.forward(HOUR).await;
    see!(bot.newest("player", 1), @r"
    Hearth:
      <@1100000000000003000> Environment **demo** ends <t:1795971600:R> and cannot be extended further. Save what you need.
      [Show] [Destroy]
      (calls Mina)
    ");
    bot.forward(2 * HOUR).await;
    assert!(!bot.folder.join("demo.is").exists());
});

changed_conversation!(what_engines_did_not_keep_is_left_to_the_sweep, listed(), bot => {
    std::fs::write(bot.folder.join("stranger.is"), "key-stranger\n").unwrap();
    let found = bot.lose_database(HOUR).await;
    assert_eq!(found, ["exec stranger: leave: its engine has not kept the label `team`"]);
    bot.forward(HOUR).await;
    assert!(bot.headlines("platform").contains("**stranger**"));
});

changed_conversation!(what_the_sweep_took_up_as_nobodys_is_somebodys_again, listed(), bot => {
    bot.say("Mina", "player", "/env create template:preview name:demo").await;
    bot.forget_rows("DELETE FROM environment").await;
    bot.forward(HOUR).await;
    assert!(bot.headlines("platform").contains("belongs to this Hearth and to no environment"));
    assert_eq!(bot.adopt_again().await, ["exec demo: adopt as ready"]);
    see!(bot.headlines("platform"), @r"✅ **demo** at engine exec is an environment of this Hearth again.");
    bot.forward(30 * HOUR).await;
    see!(bot.newest("player", 1), @r"
    Hearth:
      <@1100000000000003000> Environment **demo** has reached its end and is destroyed. `/env create` makes a new one.
      [Show]
      (calls Mina)
    ");
});

changed_conversation!(workspaces_are_taken_back, Setup::new().module(MODULE, "outputs = [\"url\"]"), bot => {
    bot.say("Mina", "player", "/env create template:preview name:demo").await;
    assert_eq!(bot.lose_database(HOUR).await, ["terraform demo: adopt as ready"]);
    goes_on(bot).await;
    let left = std::fs::read_dir(bot.folder.join("module/terraform.tfstate.d")).unwrap().count();
    assert_eq!(left, 0, "no workspace stays");
});
