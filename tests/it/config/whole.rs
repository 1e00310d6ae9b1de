//! Files that load: the example, the first file of `hearth init`, and what a reload would change.

use std::path::Path;

use hearth::config::{
    Answers, Look, Severity, Sources, difference, first_file, load_platform_only, reference, render,
};
use hearth::domain::chat::{ChannelId, Guild, Language, RoleId};
use hearth::domain::platform::{Platform, Reference};

use super::{GOOD, PROVIDERS, declared, without_folder};
use hearth::config::{ProviderSection, Providers};

const SONSIC: &str = "examples/sonsic/hearth.toml";

/// Any section is right: the example's own are checked where its provider is.
fn trusting(_: &ProviderSection<'_>) -> Result<String, Vec<hearth::config::SectionFault>> {
    Ok("{}".to_owned())
}

fn sonsic() -> hearth::config::Declared {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(SONSIC);
    let providers = Providers {
        names: PROVIDERS.names,
        settings: &trusting,
        sleeps: &|_, _| true,
        plans: &|provider| provider == "terraform",
    };
    load_platform_only(
        &Sources {
            path: &path,
            env: &|_| None,
        },
        &providers,
    )
    .unwrap_or_else(|faults| panic!("{}", faults.render(Look::Plain)))
}

#[test]
fn the_example_loads_and_warns_only_of_roles_by_name() {
    let sonsic = sonsic();
    insta::assert_snapshot!(without_folder(&render(&sonsic.warnings, Look::Plain)), @r#"
      ⚠ roles are given by name (`Developer`, `Platform` and `Lead`): whoever may manage roles on the
      │ server can then grant rights
        ╭─[hearth.toml:25:10]
     24 │ [group.developer]
     25 │ roles = ["Developer"]
        ·          ───────────
     26 │ rights = [
        ╰────
      help: Give them by id to rule that out; `hearth check` lists the ids.

    1 warning
    "#);
    assert_eq!(sonsic.platform.services.len(), 3);
    let stages: Vec<&str> = sonsic
        .platform
        .stages
        .iter()
        .map(|stage| stage.id.as_str())
        .collect();
    assert_eq!(
        stages,
        ["staging", "production"],
        "the order of the file is the order of promotion"
    );
    assert_eq!(
        sonsic.platform.stage("prod").map(|stage| stage.approvals),
        Some(1)
    );
    assert_eq!(
        sonsic
            .platform
            .service("player")
            .map(|service| service.stages.len()),
        Some(2)
    );
}

#[test]
fn the_example_needs_no_more_than_its_three_roles_and_three_channels() {
    let guild = Guild {
        name: "Sonsic".to_owned(),
        language: Language::English,
        roles: [(1, "Developer"), (2, "Platform"), (3, "Lead")]
            .map(|(id, name)| (RoleId(id), name.to_owned()))
            .to_vec(),
        channels: [(4, "platform"), (5, "player"), (6, "deployments")]
            .map(|(id, name)| (ChannelId(id), name.to_owned()))
            .to_vec(),
    };
    let (platform, missing) = sonsic().platform.resolve(&guild);
    assert_eq!(missing, []);
    assert_eq!(platform.deployments, Some(Reference::Id(ChannelId(6))));
    assert_eq!(platform.channel, Reference::Id(ChannelId(4)));
}

#[test]
fn the_first_file_loads_as_it_is_whatever_the_server_is_called() {
    for (name, approvers, deployments) in [
        (
            "Sonsic",
            Some(RoleId(100_000_000_000_000_003)),
            Some(ChannelId(100_000_000_000_000_006)),
        ),
        ("x\"\n[group.evil]\nrights = []\u{202e}\\", None, None),
    ] {
        let guild = Guild {
            name: name.to_owned(),
            language: Language::German,
            roles: vec![
                (RoleId(100_000_000_000_000_001), name.to_owned()),
                (RoleId(100_000_000_000_000_002), "Platform".to_owned()),
            ],
            channels: vec![(ChannelId(100_000_000_000_000_004), name.to_owned())],
        };
        let answers = Answers {
            name: name
                .chars()
                .filter(|character| !character.is_control() && *character != '\u{202e}')
                .collect(),
            zone: "Europe/Berlin".to_owned(),
            guild: 100_000_000_000_000_009,
            developers: RoleId(100_000_000_000_000_001),
            keepers: RoleId(100_000_000_000_000_002),
            approvers,
            channel: ChannelId(100_000_000_000_000_004),
            deployments,
        };
        let text = first_file(&guild, &answers);
        let loaded = declared(&text)
            .unwrap_or_else(|faults| panic!("{text}\n{}", faults.render(Look::Plain)));
        assert!(
            loaded
                .warnings
                .iter()
                .all(|warning| warning.severity == Severity::Warning)
        );
        assert!(
            loaded.warnings.is_empty(),
            "{}",
            render(&loaded.warnings, Look::Plain)
        );
        assert_eq!(loaded.platform.name, answers.name);
        assert_eq!(loaded.platform.language, Language::German);
        assert_eq!(
            loaded.platform.groups.len(),
            if approvers.is_some() { 3 } else { 2 }
        );
        assert!(
            loaded.platform.resolve(&guild).1.is_empty(),
            "everything is given by id"
        );
    }
}

#[test]
fn sections_take_over_what_the_platform_says() {
    let more =
        "[digest.weekly]\nschedule = \"0 9 * * MON\"\n[survey.pulse]\naudience = \"Developer\"\n";
    let text = format!("{GOOD}{more}").replacen(
        "name = \"Test Platform\"",
        "name = \"Test\"\nlanguage = \"de\"",
        1,
    );
    let platform = declared(&text).unwrap().platform;
    assert_eq!(platform.teams[0].language, Language::German);
    assert_eq!(
        platform.digests[0].channel,
        Reference::Name("platform".to_owned())
    );
    assert_eq!(
        platform.surveys[0].channel,
        Reference::Name("platform".to_owned())
    );
    assert_eq!(
        (platform.surveys[0].k, platform.surveys[0].window_hours),
        (5, 168)
    );
    assert_eq!(
        platform.services[0].stages["staging"].definition,
        "{\"purpose\":\"Deployments\"}"
    );
}

fn platform(change: impl Fn(String) -> String) -> Platform {
    declared(&change(GOOD.to_owned()))
        .unwrap_or_else(|faults| panic!("{}", faults.render(Look::Plain)))
        .platform
}

#[test]
fn a_reload_says_what_would_change() {
    let old = platform(|text| text);
    assert_eq!(difference(&old, &old), Vec::<String>::new());
    let new = platform(|text| {
        text.replace(
            "owner = \"Mira\"",
            "owner = \"Jonas\"\nenvironments_quota = 5",
        )
        .replace(
            "[stage.staging]",
            "[stage.canary]\n[stage.staging]\naliases = [\"s\"]",
        )
        .replace("[group.lead]", "[group.chief]")
        .replace(
            "rights = [\"deployment.request\"]",
            "rights = [\"deployment.request\", \"deployment.see\"]",
        )
        .replace(
            "provider = \"exec\"",
            "provider = \"exec\"\ntime_max = \"5m\"",
        )
    });
    insta::assert_snapshot!(difference(&old, &new).join("\n"), @r"
    ~ group.developer.rights: deployment.request → deployment.see, deployment.request
    + group.chief
    - group.lead
    ~ team.player.owner: Mira → Jonas
    ~ team.player.environments_quota: 3 → 5
    + stage.canary
    ~ stage.staging.aliases: (empty) → s
    + service.player.canary.provider = exec
    + service.player.canary.settings = …
    + service.player.canary.time_max = 5m
    ~ service.player.staging.time_max: 10m → 5m
    ");
    let turned =
        platform(|text| text.replace("[stage.staging]", "[stage.staging]\n[stage.canary]"));
    let back = platform(|text| text.replace("[stage.staging]", "[stage.canary]\n[stage.staging]"));
    assert_eq!(
        difference(&turned, &back),
        ["~ stages are promoted in the order canary, staging"]
    );
}

#[test]
fn the_reference_page_is_what_the_declarations_say() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/reference/configuration.md");
    let page = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        page == reference(),
        "docs/reference/configuration.md is not what `hearth docs` writes:\n{}",
        reference()
    );
}
