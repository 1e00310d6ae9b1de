//! The example platform and the people of its server.

use std::path::Path;

use hearth::config::{self, Providers};
use hearth::domain::platform::Platform;
use hearth::playground::{Channel, Guild, Member, Role};
use hearth::providers::{Section, exec};

/// The example platform as its file declares it.
pub fn sonsic() -> Platform {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/sonsic/hearth.toml");
    let sources = config::Sources {
        path: &path,
        env: &|_| None,
    };
    let settings = |section: &config::ProviderSection<'_>| {
        exec::settings(&Section {
            table: section.table,
            span: section.span.clone(),
            base: section.folder,
            purpose: section.purpose,
        })
        .map(|definition| {
            definition
                .canonical()
                .replace("\"700\"", "\"0\"")
                .replace("\"500\"", "\"0\"")
        })
    };
    let providers = Providers {
        names: &["exec"],
        settings: &settings,
        sleeps: &|_, definition| (hearth::providers::exec::KIND.sleeps)(definition),
        plans: &|provider| provider == "terraform",
    };
    let declared = config::load_platform_only(&sources, &providers);
    declared
        .unwrap_or_else(|faults| panic!("{}", faults.render(config::Look::Plain)))
        .platform
}

/// The server of the example and its people.
pub fn guild() -> Guild {
    let role = |name: &str, color| Role {
        name: name.into(),
        color,
        permissions: 0,
    };
    let channel = |name: &str| Channel {
        name: name.into(),
        topic: String::new(),
    };
    let member = |name: &str, roles: &[&str], locale: &str| Member {
        name: name.into(),
        display_name: name.into(),
        roles: roles.iter().map(|role| (*role).to_owned()).collect(),
        locale: locale.into(),
        about: Vec::new(),
    };
    Guild {
        name: "Sonsic".into(),
        preferred_locale: "en-US".into(),
        roles: vec![
            role("Developer", 0x3b82f6),
            role("Platform", 0xd97706),
            role("Lead", 0x9333ea),
        ],
        channels: vec![
            channel("platform"),
            channel("player"),
            channel("deployments"),
        ],
        members: vec![
            member("Mina", &["Developer"], "en-US"),
            member("Ben", &["Developer"], "en-GB"),
            member("Cleo", &["Developer"], "en-US"),
            member("Dora", &["Developer"], "en-US"),
            member("Emil", &["Developer"], "en-US"),
            member("Finn", &["Developer"], "en-US"),
            member("Greta", &["Developer"], "de"),
            member("Pia", &["Platform"], "en-US"),
            member("Paul", &["Platform"], "en-US"),
            member("Ada", &["Lead"], "en-US"),
            member("Lars", &["Lead", "Developer"], "de"),
            member("Nils", &[], "en-US"),
        ],
    }
}
