//! The versions of a registry's module: offered while typing, whatever the registry does, and refused where they do not fit.

use std::fs;
use std::time::{Duration, Instant};

use crate::harness::{Bot, Setup};
use crate::{changed_conversation, see};

const MODULE: &str = r#"
variable "service" { type = string }
output "url" { value = "https://demo.example.test/${var.service}" }
"#;
const VERSIONS: &[(&str, &str)] = &[
    ("1.0.0", MODULE),
    ("1.10.0", MODULE),
    ("2.0.0", MODULE),
    ("1.2.0", MODULE),
];
const TYPED: &str = "/env create template:preview name:demo revision:";

fn registry() -> Setup {
    Setup::new().registry(VERSIONS, "version = \"~> 1.0\"\noutputs = [\"url\"]")
}

async fn offered(bot: &Bot, typed: &str) -> String {
    let line = format!("{TYPED}{typed}");
    bot.suggested("Mina", "player", &line, "revision")
        .await
        .join(" ")
}

fn requests(bot: &Bot) -> usize {
    let asked = fs::read_to_string(bot.folder.join("registry/asked"));
    asked.map_or(0, |asked| asked.parse().unwrap())
}

changed_conversation!(versions_are_offered_while_typing_and_the_registry_is_asked_once_a_minute, registry(), bot => {
    see!(offered(bot, "").await, @"1.10.0 1.2.0 1.0.0");
    see!(offered(bot, "1.2").await, @"1.2.0");
    see!(offered(bot, "2").await, @"1.2.0");
    see!(offered(bot, "").await, @"1.10.0 1.2.0 1.0.0");
    assert_eq!(requests(bot), 1);
    bot.forward(Duration::from_secs(61)).await;
    see!(offered(bot, "").await, @"1.10.0 1.2.0 1.0.0");
    assert_eq!(requests(bot), 2);
    see!(bot.hear("Mina", "player", "/env create template:preview name:demo revision:1.2.0").await, @"<@1100000000000003000> asked for environment **demo** from template preview for team Player. The message below follows it.");
    bot.idle().await;
    see!(bot.newest("player", 2), @r"
    Hearth:
      ✅ Environment **demo** is ready: https://demo.example.test/player
      ┌ Environment demo
      │ Template: preview
      │ Revision: 1\.2.0
      │ Team: Player
      │ Owner: <@1100000000000003000>
      │ Lives until: <t:1795554061:f> (<t:1795554061:R>)
      │ Build time: under 1 s
      └ Hearth · ID
      [Open ↗] [Logs] [Extend by 4 hours] [Destroy]

    Hearth:
      <@1100000000000003000> Environment **demo** is ready after under 1 s: https://demo.example.test/player
      [Show] [Logs]
      (calls Mina)
    ");
});

changed_conversation!(a_version_that_the_template_does_not_take_is_refused_at_once, registry(), bot => {
    see!(bot.privately("Mina", "player", "/env create template:preview name:demo revision:2.0.0").await, @r"Template preview takes versions that fit \~\> 1.0, and **2\.0.0** does not. Choose one of those that complete while you type.");
    see!(bot.privately("Mina", "player", "/env create template:preview name:demo revision:main").await, @"Template preview takes a version such as 1.2.0, and **main** is none. Choose one of those that complete while you type.");
    assert_eq!(requests(bot), 0, "the registry was asked");
    offered(bot, "").await;
    see!(bot.privately("Mina", "player", "/env create template:preview name:demo revision:2.0.0").await, @r"Template preview takes versions that fit \~\> 1.0, and **2\.0.0** does not. Choose one, such as 1\.10.0, 1.2.0, 1.0.0.");
    see!(bot.privately("Lars", "player", "/env create template:preview name:demo revision:main").await, @r"Die Vorlage preview nimmt eine Version, und **main** ist keine. Wähle eine, etwa 1\.10.0, 1.2.0, 1.0.0.");
    assert!(bot.messages("player").is_empty(), "nothing was made");
});

changed_conversation!(a_registry_that_is_silent_or_gone_keeps_nobody_from_typing, registry(), bot => {
    fs::write(bot.folder.join("registry/silent"), "").unwrap();
    let began = Instant::now();
    assert_eq!(offered(bot, "").await, "");
    assert!(began.elapsed() < Duration::from_millis(2_500), "Discord waits 3 s");
    fs::remove_file(bot.folder.join("registry/silent")).unwrap();
    bot.idle().await;
    // It is left alone for a moment.
    assert_eq!(offered(bot, "").await, "");
    assert_eq!(requests(bot), 1);
    bot.forward(Duration::from_secs(11)).await;
    see!(offered(bot, "").await, @"1.10.0 1.2.0 1.0.0");
    // What it said before is better than nothing.
    fs::write(bot.folder.join("registry/token"), "wrong").unwrap();
    bot.forward(Duration::from_secs(61)).await;
    see!(offered(bot, "1.1").await, @"1.10.0");
    assert_eq!(requests(bot), 3);
});
