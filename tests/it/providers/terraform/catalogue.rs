//! Modules from a private registry, over the real protocol: the server is here, the client is Terraform.

use hearth::providers::{Offered, Order, Parameter, ParameterKind, Phase, Provisioner, Untaken};

use super::super::bench::{BOUND, is_on_disk, order, settle, settle_and_listen};
use super::ground::Ground;
use super::registry::{Registry, TOKEN};

/// A registry with the versions 1.0.0 and 1.2.0 and 2.0.0 of one module.
fn registry(ground: &Ground) -> Registry {
    let texts = [
        ("1.0.0", ""),
        ("2.0.0", "variable \"required\" {}\n"),
        ("1.2.0", "variable \"zone\" { default = \"z\" }\n"),
    ]
    .map(|(version, extra)| {
        let text = format!(
            "variable \"size\" {{ type = string }}\n{extra}resource \"terraform_data\" \"x\" {{ input = var.size }}\n\
             output \"version\" {{ value = \"{version} ${{var.size}}\" }}\n"
        );
        (version, text)
    });
    let texts: Vec<_> = texts
        .iter()
        .map(|(version, text)| (*version, text.as_str()))
        .collect();
    Registry::new(&ground.path(""), &texts)
}

/// A definition of the registry's module.
fn definition(ground: &Ground, registry: &Registry, more: &str) -> String {
    ground.definition(&registry.section(&format!("outputs = [\"version\"]\n{more}")))
}

#[tokio::test]
async fn a_constraint_picks_the_version_and_the_token_goes_nowhere_else() {
    let ground = Ground::new();
    let registry = registry(&ground);
    let definition = definition(&ground, &registry, "version = \"~> 1.0\"");
    let order = order(&definition, "one");
    ground.terraform.start(&order).await.unwrap();
    let (seen, news) = settle_and_listen(&ground.terraform, &order).await;
    assert_eq!((seen.phase, &seen.message), (Phase::Succeeded, &None));
    assert_eq!(seen.outputs["version"], "1.2.0 small");
    assert_eq!(news[0], "fetched ns/env/any 1.2.0");

    let requests = registry.requests();
    let archive: Vec<_> = requests
        .iter()
        .filter(|(path, _)| path.starts_with("/files/"))
        .collect();
    assert!(
        !archive.is_empty() && archive.iter().all(|(_, token)| token.is_none()),
        "{archive:?}"
    );
    let expected = Some(format!("Bearer {TOKEN}"));
    assert!(
        requests
            .iter()
            .any(|(path, token)| path.ends_with("/download") && *token == expected)
    );
    let logs = ground.terraform.logs(&order, 1_000).await.unwrap();
    assert!(!format!("{logs:?} {seen:?} {news:?} {definition}").contains(TOKEN));
    assert!(!is_on_disk(&ground.path("data"), TOKEN));

    let owned = ground
        .terraform
        .list_owned(&definition, "here")
        .await
        .unwrap();
    assert_eq!((owned.len(), owned[0].name.as_str()), (1, "name-one"));
    assert!(
        ground
            .terraform
            .list_owned(&definition, "elsewhere")
            .await
            .unwrap()
            .is_empty()
    );
    let there = ground.terraform.observe(&order, "one").await.unwrap();
    assert_eq!(
        (there.phase, there.outputs),
        (Phase::Succeeded, seen.outputs)
    );
    ground.terraform.destroy(&order, BOUND).await.unwrap();
    assert!(
        ground
            .terraform
            .list_owned(&definition, "here")
            .await
            .unwrap()
            .is_empty()
    );
    assert!(!ground.state_of("one").exists());
}

#[tokio::test]
async fn a_revision_is_the_modules_version_if_the_template_allows_it() {
    let ground = Ground::new();
    let registry = registry(&ground);
    let definition = definition(&ground, &registry, "version = \"~> 1.0\"");
    assert_eq!(
        ground.terraform.versions(&definition).await.unwrap(),
        ["1.2.0", "1.0.0"],
        "what completion offers"
    );
    for (revision, taken) in [
        ("1.0.0", Ok(())),
        ("v1.2.0", Ok(())),
        ("main", Err(Untaken::NoVersion)),
        (
            "2.0.0",
            Err(Untaken::Outside {
                taken: "~> 1.0".to_owned(),
            }),
        ),
    ] {
        assert_eq!(ground.terraform.takes(&definition, revision), taken);
    }
    let at = |key: &str, revision: &str| Order {
        revision: Some(revision.to_owned()),
        ..order(&definition, key)
    };
    let older = at("older", "1.0.0");
    ground.terraform.start(&older).await.unwrap();
    let seen = settle(&ground.terraform, &older).await.unwrap();
    assert_eq!(seen.outputs["version"], "1.0.0 small");
    let newer = at("newer", "2.0.0");
    ground.terraform.start(&newer).await.unwrap();
    let seen = settle(&ground.terraform, &newer).await.unwrap();
    assert_eq!(
        seen.message.as_deref(),
        Some("version 2.0.0 is not one that the template allows (~> 1.0) (`up`: exit code 1)")
    );
    ground.terraform.destroy(&newer, BOUND).await.unwrap();
}

#[tokio::test]
async fn a_template_that_does_not_fit_its_module_is_told_so() {
    let ground = Ground::new();
    let registry = registry(&ground);
    let faults = async |more: &str, parameters: &[&str]| {
        let parameters: Vec<_> = parameters.iter().map(|&name| name.to_owned()).collect();
        let definition = definition(&ground, &registry, more);
        ground.terraform.check(&definition, &parameters).await
    };
    assert_eq!(
        faults("version = \"~> 1.0\"", &["size"]).await,
        Vec::<String>::new()
    );
    assert_eq!(
        faults("variables = { zones = 1 }", &["syze"]).await,
        [
            "the module's input `required` has no default, and nothing gives it: add it to `variables`, or as a parameter of the template (`hearth parameters` prints it)",
            "the module's input `size` has no default, and nothing gives it: add it to `variables`, or as a parameter of the template (`hearth parameters` prints it)",
            "the parameter `syze` is no input of the module, which has: required, size",
            "`variables` gives `zones`, which is no input of the module",
        ]
    );
    assert_eq!(
        faults("version = \"> 9\"", &[]).await,
        ["the registry has no version that `version` allows"]
    );
}

#[tokio::test]
async fn the_inputs_of_a_registrys_module_are_offered_as_parameters() {
    let ground = Ground::new();
    let registry = registry(&ground);
    let definition = definition(&ground, &registry, "version = \"~> 1.0\"");
    let offered = ground.terraform.parameters(&definition).await.unwrap();
    let text = |name: &str, default: Option<&str>| {
        Offered::Parameter(Parameter {
            name: name.to_owned(),
            description: name.to_owned(),
            kind: ParameterKind::Text { length_max: 100 },
            default: default.map(str::to_owned),
        })
    };
    assert_eq!(offered, [text("size", None), text("zone", Some("z"))]);
    let left = std::fs::read_dir(ground.path("data/terraform/state/.scratch")).unwrap();
    assert_eq!(left.count(), 0, "asking leaves nothing behind");
}

#[tokio::test]
async fn a_registry_that_refuses_the_token_is_named_and_the_token_is_not() {
    let ground = Ground::new();
    let registry = registry(&ground);
    let definition = definition(&ground, &registry, "");
    std::fs::write(ground.path("token"), "wrong-token-4711").unwrap();
    let refused = ground
        .terraform
        .versions(&definition)
        .await
        .unwrap_err()
        .to_string();
    assert_eq!(
        refused,
        "the engine refuses: the registry tapir.internal.example does not accept the token"
    );
    let order = order(&definition, "one");
    ground.terraform.start(&order).await.unwrap();
    let message = settle(&ground.terraform, &order)
        .await
        .unwrap()
        .message
        .unwrap();
    assert!(
        message.contains("cannot be fetched")
            && message.contains("401")
            && !message.contains("4711"),
        "{message}"
    );
}
