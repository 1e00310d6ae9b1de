//! An environment from a Terraform module, from asking to its end.

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
