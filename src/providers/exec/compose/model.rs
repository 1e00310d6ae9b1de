//! What becomes of a compose file before it is brought up: only what an environment may have stays, and what it
//! must have is put in. The file has been resolved by Compose itself, so nothing hides behind an include.

use std::path::{Component, Path};

use serde_json::{Map, Value, json};

use super::settings::Settings;

/// The keys of a service that stay as they are.
const KEPT: [&str; 39] = [
    "annotations",
    "attach",
    "build",
    "command",
    "configs",
    "depends_on",
    "dns",
    "dns_opt",
    "dns_search",
    "domainname",
    "entrypoint",
    "environment",
    "expose",
    "extra_hosts",
    "healthcheck",
    "hostname",
    "image",
    "init",
    "labels",
    "links",
    "mem_reservation",
    "networks",
    "platform",
    "profiles",
    "pull_policy",
    "pull_refresh_after",
    "read_only",
    "restart",
    "secrets",
    "shm_size",
    "stdin_open",
    "stop_grace_period",
    "stop_signal",
    "tmpfs",
    "tty",
    "ulimits",
    "user",
    "volumes",
    "working_dir",
];
/// The keys of a service that are taken out or written over: an environment has its own.
const REPLACED: [&str; 14] = [
    "cap_add",
    "cap_drop",
    "container_name",
    "cpus",
    "deploy",
    "develop",
    "env_file",
    "logging",
    "mem_limit",
    "memswap_limit",
    "pids_limit",
    "ports",
    "scale",
    "security_opt",
];
/// What everything of ours is labelled with.
pub(super) const INSTALLATION: &str = "internal.hearth.installation";
/// The key of the operation.
pub(super) const OP_KEY: &str = "internal.hearth.op-key";
/// The environment's name.
pub(super) const NAME: &str = "internal.hearth.name";
/// What every label of an order begins with.
pub(super) const LABEL: &str = "internal.hearth.label.";

/// What stands over a project.
pub(super) struct Project<'a> {
    /// Its name in Compose.
    pub(super) name: &'a str,
    /// Its labels.
    pub(super) labels: &'a Map<String, Value>,
    /// The folder of the compose file: the only part of this machine that a container may see.
    pub(super) folder: &'a Path,
    pub(super) settings: &'a Settings,
}

/// Makes the file that is brought up of what Compose has resolved.
///
/// # Errors
/// Everything in it that an environment cannot have, each in a sentence.
pub(super) fn secured(mut model: Value, project: &Project<'_>) -> Result<Value, Vec<String>> {
    let mut faults = Vec::new();
    for key in model.as_object().into_iter().flatten().map(|(key, _)| key) {
        let known = [
            "name", "services", "networks", "volumes", "configs", "secrets",
        ];
        if !known.contains(&key.as_str()) && !key.starts_with("x-") && key != "version" {
            faults.push(format!("`{key}` is not for environments"));
        }
    }
    model["name"] = project.name.into();
    outside(&mut model, project, &mut faults);
    files(&model, project, &mut faults);
    match model["services"].as_object_mut() {
        Some(services) if services.contains_key(&project.settings.service) => {
            for (name, service) in services {
                guard(name, service, project, &mut faults);
            }
        }
        _ => faults.push(format!(
            "the compose file has no service `{}`",
            project.settings.service
        )),
    }
    if faults.is_empty() {
        Ok(model)
    } else {
        Err(faults)
    }
}

/// Networks and volumes are the project's own, and carry its labels.
fn outside(model: &mut Value, project: &Project<'_>, faults: &mut Vec<String>) {
    for kind in ["networks", "volumes"] {
        let Some(all) = model[kind].as_object_mut() else {
            continue;
        };
        for (name, one) in all {
            if one.is_null() {
                *one = json!({});
            }
            let says = |key: &str| one.get(key).is_some_and(|value| !is_nothing(value));
            let driver = one.get("driver").and_then(Value::as_str);
            if says("external") || says("driver_opts") {
                faults.push(format!(
                    "{kind} {name}: `external` and `driver_opts` lead out of the environment"
                ));
            }
            if driver.is_some_and(|driver| !matches!(driver, "bridge" | "local" | "default")) {
                faults.push(format!("{kind} {name}: its driver is not for environments"));
            }
            // A fixed name would be shared with the next environment.
            one["name"] = format!("{}_{name}", project.name).into();
            label(one, project);
        }
    }
}

/// Files of this machine that Compose hands in.
fn files(model: &Value, project: &Project<'_>, faults: &mut Vec<String>) {
    for kind in ["configs", "secrets"] {
        for (name, one) in model[kind].as_object().into_iter().flatten() {
            if one.get("external").is_some_and(|value| !is_nothing(value)) {
                faults.push(format!(
                    "{kind} {name}: `external` leads out of the environment"
                ));
            }
            let file = one.get("file").and_then(Value::as_str);
            if file.is_some_and(|file| !is_within(file, project.folder)) {
                faults.push(format!(
                    "{kind} {name}: its file is not beside the compose file"
                ));
            }
        }
    }
}

fn guard(name: &str, service: &mut Value, project: &Project<'_>, faults: &mut Vec<String>) {
    let Some(service_map) = service.as_object_mut() else {
        faults.push(format!("service {name} is not a table"));
        return;
    };
    service_map.retain(|key, value| {
        let is_kept = KEPT.contains(&key.as_str()) || key.starts_with("x-");
        if !is_kept && !REPLACED.contains(&key.as_str()) && !is_nothing(value) {
            faults.push(format!("service {name}: `{key}` is not for environments"));
        }
        is_kept
    });
    for mount in service_map
        .get("volumes")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        let source = mount["source"].as_str().unwrap_or_default();
        match mount["type"].as_str() {
            Some("volume" | "tmpfs") => {}
            Some("bind") if is_within(source, project.folder) => {}
            _ => faults.push(format!(
                "service {name}: it would see `{source}` of this machine; only what lies beside the compose file, and volumes, can be mounted"
            )),
        }
    }
    if service_map.contains_key("build") {
        // One name for the images of several environments would give one what another has built.
        service_map.remove("image");
    }
    if let Some(build) = service_map.get("build").and_then(Value::as_object) {
        let refused = [
            "privileged",
            "entitlements",
            "ssh",
            "network",
            "extra_hosts",
        ];
        let read = build
            .get("additional_contexts")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
            .map(|(_, context)| context)
            .chain(build.get("context"))
            .filter_map(Value::as_str)
            .filter(|context| !context.contains("://"));
        for context in read.filter(|context| !is_of(context, project.folder)) {
            faults.push(format!(
                "service {name}: it would be built of `{context}` of this machine; only what lies beside the compose file can be"
            ));
        }
        for key in refused
            .iter()
            .filter(|key| build.get(**key).is_some_and(|value| !is_nothing(value)))
        {
            faults.push(format!(
                "service {name}: `build.{key}` is not for environments"
            ));
        }
    }
    for mount in service_map
        .get_mut("volumes")
        .and_then(Value::as_array_mut)
        .into_iter()
        .flatten()
        .filter(|mount| mount["type"] == "bind")
    {
        mount["read_only"] = true.into();
    }
    let settings = project.settings;
    service["cpus"] = settings.cpus.parse::<f64>().map_or(json!(1), Value::from);
    service["mem_limit"] = settings.memory.as_str().into();
    service["memswap_limit"] = settings.memory.as_str().into();
    service["pids_limit"] = settings.pids.into();
    service["cap_drop"] = json!(["ALL"]);
    service["cap_add"] = json!(settings.capabilities);
    service["security_opt"] = json!(["no-new-privileges:true"]);
    // Docker's own default never throws a line away.
    service["logging"] = json!({
        "driver": "json-file",
        "options": { "max-size": "10m", "max-file": "3" },
    });
    if name == settings.service {
        // No port is asked for: the engine takes a free one, and tells it.
        service["ports"] = json!([{
            "target": settings.port,
            "host_ip": settings.host.to_string(),
            "protocol": "tcp",
        }]);
    }
    label(service, project);
}

/// Labels may be there as a table; Compose has made one of a list.
fn label(object: &mut Value, project: &Project<'_>) {
    if !object["labels"].is_object() {
        object["labels"] = json!({});
    }
    if let Some(labels) = object["labels"].as_object_mut() {
        labels.extend(project.labels.clone());
    }
}

/// What says nothing: Compose writes out some keys that nobody has set.
fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Array(list) => list.is_empty(),
        Value::Object(map) => map.is_empty(),
        Value::String(text) => text.is_empty(),
        _ => false,
    }
}

/// Whether a path is a folder or lies in it.
fn is_of(path: &str, folder: &Path) -> bool {
    Path::new(path) == folder || is_within(path, folder)
}

/// Whether a path lies in a folder, told from its parts alone and then from what is there.
fn is_within(path: &str, folder: &Path) -> bool {
    let path = Path::new(path);
    let is_plain = path.is_absolute()
        && !path.components().any(|part| part == Component::ParentDir)
        && path.starts_with(folder)
        && path != folder;
    // A link may lead anywhere; what is not there yet is made by the engine, inside.
    let leads_within = path
        .canonicalize()
        .ok()
        .zip(folder.canonicalize().ok())
        .is_none_or(|(path, folder)| path.starts_with(folder));
    is_plain && leads_within
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> Settings {
        Settings {
            file: "/srv/compose/shop.yaml".into(),
            service: "web".into(),
            port: 80,
            host: [127, 0, 0, 1].into(),
            url: "http://{host}:{port}/".into(),
            cpus: "0.5".into(),
            memory: "256m".into(),
            pids: 64,
            capabilities: vec!["CHOWN".into()],
            program: "docker".into(),
            healthy_seconds_max: 60,
        }
    }

    fn secure(model: Value) -> Result<Value, Vec<String>> {
        let labels = json!({ OP_KEY: "0198" });
        secured(
            model,
            &Project {
                name: "hearth-x-demo",
                labels: labels.as_object().unwrap(),
                folder: Path::new("/srv/compose"),
                settings: &settings(),
            },
        )
    }

    #[test]
    fn limits_labels_and_the_one_port_are_put_in_and_others_taken_out() {
        let model = json!({
            "name": "shop",
            "services": {
                "web": { "image": "web:1", "ports": [{ "target": 22, "published": "22" }], "privileged": false,
                    "networks": { "default": null }, "deploy": { "replicas": 9 },
                    "volumes": [{ "type": "bind", "source": "/srv/compose/site", "target": "/site" }] },
                "db": { "image": "db:1", "ports": [{ "target": 5432, "published": "5432" }],
                    "volumes": [{ "type": "volume", "source": "data", "target": "/data" }] }
            },
            "networks": { "default": { "name": "shop_default" } },
            "volumes": { "data": null }
        });
        let made = secure(model).unwrap();
        insta::assert_snapshot!(serde_json::to_string_pretty(&made).unwrap(), @r#"
        {
          "name": "hearth-x-demo",
          "networks": {
            "default": {
              "labels": {
                "internal.hearth.op-key": "0198"
              },
              "name": "hearth-x-demo_default"
            }
          },
          "services": {
            "db": {
              "cap_add": [
                "CHOWN"
              ],
              "cap_drop": [
                "ALL"
              ],
              "cpus": 0.5,
              "image": "db:1",
              "labels": {
                "internal.hearth.op-key": "0198"
              },
              "logging": {
                "driver": "json-file",
                "options": {
                  "max-file": "3",
                  "max-size": "10m"
                }
              },
              "mem_limit": "256m",
              "memswap_limit": "256m",
              "pids_limit": 64,
              "security_opt": [
                "no-new-privileges:true"
              ],
              "volumes": [
                {
                  "source": "data",
                  "target": "/data",
                  "type": "volume"
                }
              ]
            },
            "web": {
              "cap_add": [
                "CHOWN"
              ],
              "cap_drop": [
                "ALL"
              ],
              "cpus": 0.5,
              "image": "web:1",
              "labels": {
                "internal.hearth.op-key": "0198"
              },
              "logging": {
                "driver": "json-file",
                "options": {
                  "max-file": "3",
                  "max-size": "10m"
                }
              },
              "mem_limit": "256m",
              "memswap_limit": "256m",
              "networks": {
                "default": null
              },
              "pids_limit": 64,
              "ports": [
                {
                  "host_ip": "127.0.0.1",
                  "protocol": "tcp",
                  "target": 80
                }
              ],
              "security_opt": [
                "no-new-privileges:true"
              ],
              "volumes": [
                {
                  "read_only": true,
                  "source": "/srv/compose/site",
                  "target": "/site",
                  "type": "bind"
                }
              ]
            }
          },
          "volumes": {
            "data": {
              "labels": {
                "internal.hearth.op-key": "0198"
              },
              "name": "hearth-x-demo_data"
            }
          }
        }
        "#);
    }

    #[test]
    fn what_leads_out_of_the_environment_is_refused_all_at_once() {
        let model = json!({
            "include": ["x"],
            "services": {
                "web": { "image": "web:1", "privileged": true, "network_mode": "host", "use_api_socket": true,
                    "volumes": [
                        { "type": "bind", "source": "/var/run/docker.sock", "target": "/s" },
                        { "type": "bind", "source": "/srv/compose/../other", "target": "/o" },
                        { "type": "bind", "source": "/srv/compose", "target": "/all" }
                    ],
                    "build": { "context": "/srv/other", "additional_contexts": { "base": "docker-image://alpine" }, "privileged": true } }
            },
            "networks": { "out": { "external": true }, "flat": { "driver": "host" } },
            "volumes": { "disk": { "driver_opts": { "device": "/" } } },
            "secrets": { "key": { "file": "/etc/shadow" } }
        });
        insta::assert_snapshot!(secure(model).unwrap_err().join("\n"), @r"
        `include` is not for environments
        networks flat: its driver is not for environments
        networks out: `external` and `driver_opts` lead out of the environment
        volumes disk: `external` and `driver_opts` lead out of the environment
        secrets key: its file is not beside the compose file
        service web: `network_mode` is not for environments
        service web: `privileged` is not for environments
        service web: `use_api_socket` is not for environments
        service web: it would see `/var/run/docker.sock` of this machine; only what lies beside the compose file, and volumes, can be mounted
        service web: it would see `/srv/compose/../other` of this machine; only what lies beside the compose file, and volumes, can be mounted
        service web: it would see `/srv/compose` of this machine; only what lies beside the compose file, and volumes, can be mounted
        service web: it would be built of `/srv/other` of this machine; only what lies beside the compose file can be
        service web: `build.privileged` is not for environments
        ");
        assert_eq!(
            secure(json!({ "services": {} })).unwrap_err(),
            ["the compose file has no service `web`"]
        );
    }
}
