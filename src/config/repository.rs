//! Repositories at forges: checked so far that nothing can be sent to a place that nobody meant.

use std::time::Duration;

use super::read::Fields;
use super::reader::{list, quoted};
use crate::domain::platform::{Forge, Repository, SecretFault, Template, judge_secret};

/// Reads one repository.
pub(super) fn read(fields: &Fields<'_>, templates: &[Template]) -> Option<Repository> {
    let forge = fields.line("forge").map(|word| match word.as_str() {
        "gitlab" => Forge::GitLab,
        _ => Forge::GitHub,
    });
    let api = api(fields, forge.unwrap_or(Forge::GitHub));
    let path = path(fields, forge.unwrap_or(Forge::GitHub));
    let (template, team) = (fields.line("template"), fields.line("team"));
    if let Some(template) = &template {
        report_template(fields, template, templates);
    }
    let token = secret(fields, "token");
    let webhook_secret = secret(fields, "webhook_secret");
    let label = fields.line("label");
    let trusted = fields.table("trusted").map(|_| fields.texts("trusted"));
    let (grace, look_every) = (seconds(fields, "grace"), seconds(fields, "look_every"));
    Some(Repository {
        id: fields.id.to_owned(),
        forge: forge?,
        api,
        path: path?,
        template: template?,
        team: team?,
        token: token?,
        webhook_secret,
        label,
        trusted,
        grace: grace?,
        look_every: look_every?,
    })
}

fn seconds(fields: &Fields<'_>, key: &str) -> Option<Duration> {
    fields.small(key).map(Duration::from_secs)
}

/// The API's address. The token goes with every call, so it stays in secret on the way.
fn api(fields: &Fields<'_>, forge: Forge) -> String {
    let Some(found) = fields.found_line("api") else {
        return match forge {
            Forge::GitHub => "https://api.github.com",
            Forge::GitLab => "https://gitlab.com/api/v4",
        }
        .to_owned();
    };
    let own = ["http://127.0.0.1", "http://[::1]", "http://localhost"];
    let host = found.value.strip_prefix("http://");
    let is_own = own.iter().any(|own| {
        let rest = found.value.strip_prefix(own);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/']))
    });
    if host.is_some() && !is_own {
        fields.reader.fault(
            Some(found.span),
            "the token would go to the host of `api` in the clear".to_owned(),
            Some("Use `https://`.".to_owned()),
        );
    }
    found.value.trim_end_matches('/').to_owned()
}

fn path(fields: &Fields<'_>, forge: Forge) -> Option<String> {
    let found = fields.found_line("path")?;
    let parts: Vec<&str> = found.value.split('/').collect();
    let is_part = |part: &&str| {
        !part.is_empty()
            && !matches!(*part, "." | "..")
            && part
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
    };
    let fits = match forge {
        Forge::GitHub => parts.len() == 2,
        Forge::GitLab => (2..=21).contains(&parts.len()),
    };
    if fits && parts.iter().all(is_part) {
        return Some(found.value);
    }
    fields.reader.fault(
        Some(found.span),
        format!("`path` {} is no path of a repository", quoted(&found.value)),
        Some("Write it as in the forge's addresses, without the host: `owner/name`.".to_owned()),
    );
    None
}

fn secret(fields: &Fields<'_>, key: &str) -> Option<String> {
    let found = fields.found_line(key)?;
    match judge_secret(&found.value) {
        Ok(()) => Some(found.value),
        Err(fault) => {
            let (what, hint) = match fault {
                SecretFault::BotsOwn => (
                    "names a variable that belongs to the bot alone",
                    "\"env:NAME\" of a secret of its own",
                ),
                SecretFault::Nowhere => (
                    "does not say where the secret is read",
                    "\"file:/absolute/path\" or \"env:NAME\"",
                ),
            };
            fields.reader.fault(
                Some(found.span),
                format!("`{key}` {what}"),
                Some(format!("Write {hint}.")),
            );
            None
        }
    }
}

/// Its keys and their values, to be compared with those of another reading.
pub(super) fn facts(repository: &Repository) -> Vec<(String, String)> {
    let Repository {
        id: _,
        forge,
        api,
        path,
        template,
        team,
        token,
        webhook_secret,
        label,
        trusted,
        grace,
        look_every,
    } = repository;
    [
        ("forge", forge.word().to_owned()),
        ("api", api.clone()),
        ("path", path.clone()),
        ("template", template.clone()),
        ("team", team.clone()),
        ("token", token.clone()),
        ("webhook_secret", webhook_secret.clone().unwrap_or_default()),
        ("label", label.clone().unwrap_or_default()),
        (
            "trusted",
            trusted
                .as_ref()
                .map(|names| names.join(", "))
                .unwrap_or_default(),
        ),
        ("grace", super::declare::duration(grace.as_secs())),
        ("look_every", super::declare::duration(look_every.as_secs())),
    ]
    .map(|(key, value)| (key.to_owned(), value))
    .into()
}

/// Nobody is there who could agree, or be asked for a parameter.
fn report_template(fields: &Fields<'_>, template: &str, templates: &[Template]) {
    let Some(declared) = templates.iter().find(|declared| declared.id == template) else {
        return;
    };
    let report = |what: &str, hint: &str| {
        fields.reader.fault(
            Some(fields.place("template")),
            format!("template {} {what}", quoted(template)),
            Some(hint.to_owned()),
        );
    };
    if declared.approval {
        report(
            "has each environment approved, and a push changes it without asking anybody",
            "Name a template without `approval = true`; what comes from a fork waits for somebody anyway.",
        );
    }
    if declared.plan {
        report(
            "has its plan agreed to first, and a push changes it without asking anybody",
            "Name a template without `plan = true`.",
        );
    }
    let open = declared
        .parameters
        .iter()
        .filter(|parameter| parameter.default.is_none());
    let missing: Vec<&str> = open.map(|parameter| parameter.name.as_str()).collect();
    if !missing.is_empty() {
        report(
            &format!(
                "asks for {}, and a pull request says nothing of it",
                list(&missing)
            ),
            "Give the parameters of the template a `default`.",
        );
    }
}
