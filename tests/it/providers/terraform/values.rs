//! What goes in is data, and what may not come out does not.

use hearth::providers::{Order, Phase, Provisioner};

use super::super::bench::{is_on_disk, settle, settle_and_listen};
use super::ground::{Ground, MODULE, module_by};

const SECRET: &str = "open-sesame-0815";

#[tokio::test]
async fn hostile_parameters_are_data() {
    let ground = Ground::new();
    let module = ground.module("shop", MODULE);
    for (n, hostile) in [
        "${file(\"/etc/passwd\")}",
        "%{if true}x%{endif}",
        "\"; rm -rf / #",
        "a\nb\\n'`$(id)`",
        "-destroy",
        "@everyone é \u{202e}",
    ]
    .iter()
    .enumerate()
    {
        let key = format!("op-{n}");
        let order = Order {
            parameters: [("size".to_owned(), (*hostile).to_owned())].into(),
            ..ground.order(&module, "", &key)
        };
        ground.terraform.start(&order).await.unwrap();
        let seen = settle(&ground.terraform, &order).await.unwrap();
        assert_eq!((seen.phase, seen.message), (Phase::Succeeded, None));
        let workspace = ground
            .workspaces(&module)
            .into_iter()
            .find(|name| name.contains(&key))
            .unwrap();
        let state = module.join("terraform.tfstate.d").join(workspace);
        let state = std::fs::read(state.join("terraform.tfstate")).unwrap();
        let state: serde_json::Value = serde_json::from_slice(&state).unwrap();
        assert_eq!(state["outputs"]["size"]["value"], *hostile);
    }
}

#[tokio::test]
async fn a_module_gets_fixed_values_parameters_and_who_it_is_for() {
    let ground = Ground::new();
    let text = r#"
variable "size" { type = number }
variable "zones" { type = list(string) }
variable "hearth_op_key" {}
variable "hearth_labels" { type = map(string) }
output "all" { value = "${var.size + 1} ${join(",", var.zones)} ${var.hearth_op_key} ${var.hearth_labels.team}" }
output "list" { value = var.zones }
output "other" { value = "not asked for" }
"#;
    let module = ground.module("shop", text);
    let more = "variables = { zones = [\"a\", \"b\"] }\noutputs = [\"all\", \"list\", \"absent\"]";
    let order = Order {
        parameters: [("size".to_owned(), "2".to_owned())].into(),
        ..ground.order(&module, more, "one")
    };
    ground.terraform.start(&order).await.unwrap();
    let seen = settle(&ground.terraform, &order).await.unwrap();
    let outputs: Vec<_> = seen
        .outputs
        .iter()
        .map(|(name, value)| format!("{name}: {value}"))
        .collect();
    assert_eq!(outputs, ["all: 3 a,b one player", "list: [\"a\",\"b\"]"]);
}

#[tokio::test]
async fn a_sensitive_output_leaves_nowhere_even_if_it_is_allowed() {
    let ground = Ground::new();
    let text = r#"
variable "size" { default = "" }
variable "password" {
  type      = string
  sensitive = true
}
resource "terraform_data" "shop" {
  input = var.password
  provisioner "local-exec" {
    command     = "echo the password is $PASSWORD; test -n \"$TF_VAR_password\""
    environment = { PASSWORD = var.password }
  }
}
output "password" {
  value     = var.password
  sensitive = true
}
output "url" { value = "http://127.0.0.1/" }
"#;
    let module = ground.module("shop", text);
    let file = ground.path("key");
    std::fs::write(&file, SECRET).unwrap();
    let more = format!(
        "outputs = [\"url\", \"password\"]\nsecrets = {{ TF_VAR_password = \"file:{}\" }}",
        file.display()
    );
    let order = ground.order(&module, &more, "one");
    ground.terraform.start(&order).await.unwrap();
    let (settled, news) = settle_and_listen(&ground.terraform, &order).await;
    assert_eq!((settled.phase, &settled.message), (Phase::Succeeded, &None));
    let seen = ground.terraform.observe(&order, "one").await.unwrap();
    let logs = ground.terraform.logs(&order, 1_000).await.unwrap();
    assert!(!logs.lines.is_empty());
    for (what, text) in [
        ("settled", format!("{settled:?}")),
        ("seen", format!("{seen:?}")),
        ("news", format!("{news:?}")),
        ("logs", format!("{logs:?}")),
    ] {
        assert!(!text.contains(SECRET), "{what}: {text}");
    }
    assert_eq!(settled.outputs.keys().collect::<Vec<_>>(), ["url"]);
    // Terraform's own state, which the module's backend keeps, is the only place that has it.
    assert!(!is_on_disk(&ground.path("data"), SECRET));
    assert!(is_on_disk(&module, SECRET));
}

#[tokio::test]
async fn what_a_module_starts_sees_only_what_is_declared() {
    let ground = Ground::new();
    let names = ground.path("names");
    let module = ground.module(
        "shop",
        &module_by(
            &format!("env | cut -d= -f1 | sort >{}", names.display()),
            "true",
        ),
    );
    let order = ground.order(&module, "environment = { REGION = \"eu\" }", "one");
    ground.terraform.start(&order).await.unwrap();
    let seen = settle(&ground.terraform, &order).await.unwrap();
    assert_eq!(seen.phase, Phase::Succeeded);
    let names = std::fs::read_to_string(names).unwrap();
    // The shell and the module set the others themselves.
    let names: Vec<_> = names
        .lines()
        .filter(|name| !["PWD", "OLDPWD", "SHLVL", "_", "NAME"].contains(name))
        .collect();
    assert_eq!(
        names,
        [
            "CHECKPOINT_DISABLE",
            "HEARTH_STATE_DIR",
            "HEARTH_TERRAFORM_RUN",
            "HOME",
            "LANG",
            "PATH",
            "REGION",
            "TF_CLI_CONFIG_FILE",
            "TF_DATA_DIR",
            "TF_INPUT",
            "TF_IN_AUTOMATION",
            "TF_WORKSPACE"
        ]
    );
}

#[tokio::test]
async fn the_plan_is_nobodys_to_read_and_goes_after_it_was_applied() {
    use std::os::unix::fs::PermissionsExt as _;
    let ground = Ground::new();
    let modes = ground.path("modes");
    let script = format!(
        "stat -c '%a %n' \"$(dirname \"$TF_DATA_DIR\")\"/* >{}; umask >>{}",
        modes.display(),
        modes.display()
    );
    let module = ground.module("shop", &module_by(&script, "true"));
    let order = ground.order(&module, "", "one");
    ground.terraform.start(&order).await.unwrap();
    let seen = settle(&ground.terraform, &order).await.unwrap();
    assert_eq!(seen.phase, Phase::Succeeded);
    let modes = std::fs::read_to_string(modes).unwrap();
    for name in ["/plan", "/vars.tfvars.json", "/out"] {
        let line = modes.lines().find(|line| line.ends_with(name));
        assert!(
            line.is_some_and(|line| line.starts_with("600 ")),
            "{name} in {modes}"
        );
    }
    assert!(
        !modes.trim_end().ends_with("0077"),
        "what the module makes gets the mask that it would have anyway: {modes}"
    );
    let place = ground.state_of("one");
    assert_eq!(
        std::fs::metadata(&place).unwrap().permissions().mode() & 0o777,
        0o700
    );
    assert!(!place.join("plan").exists() && !place.join("vars.tfvars.json").exists());
}
