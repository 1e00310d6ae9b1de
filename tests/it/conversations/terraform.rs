//! An environment from a Terraform module, from asking to its end.

use std::time::Duration;

use crate::harness::Setup;
use crate::{changed_conversation, see};

const MODULE: &str = r#"
variable "service" { type = string }
variable "hearth_name" { type = string }
variable "hearth_revision" { type = string }
resource "terraform_data" "service" { input = "${var.service} ${var.hearth_revision}" }
output "url" { value = "https://${var.hearth_name}.example.test/${var.service}" }
"#;

changed_conversation!(an_environment_is_made_by_terraform_and_destroyed, Setup::new().module(MODULE, "outputs = [\"url\"]"), bot => {
    bot.say("Mina", "player", "/env create template:preview name:demo").await;
    see!(bot.transcript("player"), @r"
    Hearth to Mina's /env create:
      <@1100000000000003000> asked for environment **demo** from template preview for team Player. The message below follows it.

    Hearth:
      ✅ Environment **demo** is ready: https://demo.example.test/player
      ┌ Environment demo
      │ Template: preview
      │ Revision: v1.2.0
      │ Team: Player
      │ Owner: <@1100000000000003000>
      │ Lives until: <t:1795554000:f> (<t:1795554000:R>)
      │ Build time: under 1 s
      └ Hearth · ID
      [Open ↗] [Logs] [Extend by 4 hours] [Destroy]

    Hearth:
      <@1100000000000003000> Environment **demo** is ready after under 1 s: https://demo.example.test/player
      [Show] [Logs]
      (calls Mina)
    ");
    let made = bot.privately("Mina", "player", "/env logs name:demo").await;
    assert!(made.contains("Apply complete! Resources: 1 added, 0 changed, 0 destroyed."), "{made}");
    bot.say("Mina", "player", "/env destroy name:demo").await;
    see!(bot.headlines("player"), @r"
    <@1100000000000003000> asked for environment **demo** from template preview for team Player. The message below follows it.
    ⬜ Environment **demo** is destroyed.
    <@1100000000000003000> Environment **demo** is ready after under 1 s: https://demo.example.test/player
    <@1100000000000003000> ends environment **demo**.
    ");
    let left = std::fs::read_dir(bot.folder.join("module/terraform.tfstate.d")).unwrap().count();
    assert_eq!(left, 0, "no workspace stays");
});

const DRIFTING: &str = r#"
variable "service" { type = string }
output "url" { value = "https://demo.example.test/${file("${path.module}/motd")}" }
"#;

changed_conversation!(what_somebody_changes_outside_is_said_on_the_message, Setup::new().module(DRIFTING, "outputs = [\"url\"]").platform(|_, folder| {
    std::fs::write(folder.join("module/motd"), "hello").unwrap();
}), bot => {
    bot.say("Mina", "player", "/env create template:preview name:demo").await;
    bot.forward(Duration::from_secs(3_600)).await;
    assert_eq!(bot.messages("player").len(), 3, "nothing was changed, and nothing is said");
    std::fs::write(bot.folder.join("module/motd"), "bye").unwrap();
    bot.forward(Duration::from_secs(3_600)).await;
    see!(bot.newest("player", 1), @r"
    Hearth:
      ✅ Environment **demo** is ready: https://demo.example.test/hello
      ┌ Environment demo
      │ Template: preview
      │ Revision: v1.2.0
      │ Team: Player
      │ Owner: <@1100000000000003000>
      │ Lives until: <t:1795554000:f> (<t:1795554000:R>)
      │ Build time: under 1 s
      │ Changed outside: only outputs have changed
      └ Hearth · ID
      [Open ↗] [Logs] [Extend by 4 hours] [Destroy]
    ");
    let said = bot.messages("player").len();
    bot.forward(Duration::from_secs(1_800)).await;
    bot.restart().await;
    bot.forward(Duration::from_secs(1_800)).await;
    assert_eq!(bot.messages("player").len(), said, "it is said once");
    see!(bot.privately("Greta", "player", "/env show name:demo").await, @r"
    ✅ Umgebung **demo** ist bereit: https://demo.example.test/hello
    ┌ Umgebung demo
    │ Vorlage: preview
    │ Revision: v1.2.0
    │ Team: Player
    │ Verantwortlich: <@1100000000000003000>
    │ Lebt bis: <t:1795554000:f> (<t:1795554000:R>)
    │ Bauzeit: unter 1 s
    │ Außerhalb geändert: only outputs have changed
    └ Hearth · ID
    [Öffnen] [Logs] [Um 4 Stunden verlängern] [Abbauen]
    ");
    std::fs::write(bot.folder.join("module/motd"), "hello").unwrap();
    bot.forward(Duration::from_secs(3_600)).await;
    assert!(!bot.privately("Mina", "player", "/env show name:demo").await.contains("Changed outside"));
});
