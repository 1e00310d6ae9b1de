//! Modules from a private registry, over the real protocol: the server is here, the client is Terraform.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::sync::{Arc, Mutex};

use hearth::providers::{Order, Phase, Provisioner};

use super::super::bench::{BOUND, is_on_disk, order, settle, settle_and_listen};
use super::ground::Ground;

const TOKEN: &str = "a-registry-token-0815";

/// One request: its path, and what it carried as authorization.
type Request = (String, Option<String>);

/// A module registry on this machine, with the versions 1.0.0 and 1.2.0 and 2.0.0 of one module.
struct Registry {
    address: String,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Registry {
    fn new(ground: &Ground) -> Self {
        for (version, extra) in [
            ("1.0.0", ""),
            ("1.2.0", "variable \"zone\" { default = \"z\" }\n"),
            ("2.0.0", "variable \"required\" {}\n"),
        ] {
            let text = format!(
                "variable \"size\" {{ type = string }}\n{extra}resource \"terraform_data\" \"x\" {{ input = var.size }}\n\
                 output \"version\" {{ value = \"{version} ${{var.size}}\" }}\n"
            );
            let folder = ground.module(&format!("env-{version}"), &text);
            let packed = Command::new("tar")
                .arg("czf")
                .arg(ground.path(&format!("env-{version}.tar.gz")))
                .arg("-C")
                .arg(&folder)
                .arg("main.tf")
                .status()
                .unwrap();
            assert!(packed.success());
        }
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (seen, folder) = (Arc::clone(&requests), ground.path(""));
        // It ends with the test's process: it only waits for connections.
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (seen, folder) = (Arc::clone(&seen), folder.clone());
                std::thread::spawn(move || answer(stream, &seen, &folder));
            }
        });
        Self { address, requests }
    }

    fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }
}

fn answer(mut stream: TcpStream, seen: &Mutex<Vec<Request>>, folder: &std::path::Path) {
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
    let Some(Ok(first)) = lines.next() else {
        return;
    };
    let path = first.split(' ').nth(1).unwrap().to_owned();
    let path = path.split('?').next().unwrap().to_owned();
    let mut authorization = None;
    for line in lines
        .map_while(Result::ok)
        .take_while(|line| !line.is_empty())
    {
        if let Some((name, value)) = line.split_once(": ")
            && name.eq_ignore_ascii_case("authorization")
        {
            authorization = Some(value.to_owned());
        }
    }
    seen.lock()
        .unwrap()
        .push((path.clone(), authorization.clone()));
    let is_welcome = authorization.as_deref() == Some(&format!("Bearer {TOKEN}"));
    let (status, more, body): (&str, String, Vec<u8>) = match path
        .strip_prefix("/v1/modules/ns/env/any/")
    {
        Some(_) if !is_welcome => ("401 Unauthorized", String::new(), Vec::new()),
        Some("versions") => {
            let body = br#"{"modules":[{"versions":[{"version":"1.0.0"},{"version":"2.0.0"},{"version":"1.2.0"}]}]}"#;
            (
                "200 OK",
                "Content-Type: application/json\r\n".to_owned(),
                body.to_vec(),
            )
        }
        Some(rest) if rest.ends_with("/download") => {
            let version = rest.trim_end_matches("/download");
            let place = format!("X-Terraform-Get: /files/env-{version}.tar.gz\r\n");
            ("204 No Content", place, Vec::new())
        }
        _ => match path
            .strip_prefix("/files/")
            .map(|name| std::fs::read(folder.join(name)))
        {
            Some(Ok(bytes)) => (
                "200 OK",
                "Content-Type: application/gzip\r\n".to_owned(),
                bytes,
            ),
            _ => ("404 Not Found", String::new(), Vec::new()),
        },
    };
    let length = if status.starts_with("204") {
        String::new()
    } else {
        format!("Content-Length: {}\r\n", body.len())
    };
    let head = format!("HTTP/1.1 {status}\r\n{more}{length}Connection: close\r\n\r\n");
    let _gone = stream.write_all(head.as_bytes());
    if !first.starts_with("HEAD") {
        let _gone = stream.write_all(&body);
    }
}

/// A definition of the registry's module.
fn definition(ground: &Ground, registry: &Registry, more: &str) -> String {
    let file = ground.path("token");
    std::fs::write(&file, format!("{TOKEN}\n")).unwrap();
    ground.definition(&format!(
        "module = \"tapir.internal.example/ns/env/any\"\noutputs = [\"version\"]\n\
         registry = {{ services = \"{}/v1/modules/\", token = \"file:{}\" }}\n{more}",
        registry.address,
        file.display()
    ))
}

#[tokio::test]
async fn a_constraint_picks_the_version_and_the_token_goes_nowhere_else() {
    let ground = Ground::new();
    let registry = Registry::new(&ground);
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
    let registry = Registry::new(&ground);
    let definition = definition(&ground, &registry, "version = \"~> 1.0\"");
    assert_eq!(
        ground.terraform.versions(&definition).await.unwrap(),
        ["1.2.0", "1.0.0"],
        "what completion offers"
    );
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
    let registry = Registry::new(&ground);
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
            "the module's input `required` has no default, and nothing gives it: add it to `variables`, or as a parameter of the template",
            "the module's input `size` has no default, and nothing gives it: add it to `variables`, or as a parameter of the template",
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
async fn a_registry_that_refuses_the_token_is_named_and_the_token_is_not() {
    let ground = Ground::new();
    let registry = Registry::new(&ground);
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
