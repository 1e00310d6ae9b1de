//! A module registry on this machine that speaks the real protocol.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};

/// What the registry wants to see.
pub const TOKEN: &str = "a-registry-token-0815";

/// While a file of this name lies in its folder it takes requests and answers none.
pub const SILENT: &str = "silent";
/// The file in its folder that says how many requests there were.
pub const ASKED: &str = "asked";

/// One request: its path, and what it carried as authorization.
pub type Request = (String, Option<String>);

/// The registry, with any versions of one module.
pub struct Registry {
    address: String,
    folder: PathBuf,
    served: Arc<Served>,
}

#[derive(Default)]
struct Served {
    folder: PathBuf,
    versions: Vec<String>,
    requests: Mutex<Vec<Request>>,
}

impl Registry {
    /// Serves these versions with these texts; what it needs is written into the folder.
    pub fn new(folder: &Path, versions: &[(&str, &str)]) -> Self {
        for (version, text) in versions {
            let module = folder.join(format!("packed/env-{version}"));
            std::fs::create_dir_all(&module).unwrap();
            std::fs::write(module.join("main.tf"), text).unwrap();
            let packed = Command::new("tar")
                .arg("czf")
                .arg(folder.join(format!("env-{version}.tar.gz")))
                .arg("-C")
                .arg(&module)
                .arg("main.tf")
                .status()
                .unwrap();
            assert!(packed.success());
        }
        std::fs::write(folder.join("token"), format!("{TOKEN}\n")).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let served = Arc::new(Served {
            folder: folder.to_owned(),
            versions: versions
                .iter()
                .map(|(version, _)| (*version).to_owned())
                .collect(),
            ..Served::default()
        });
        let shared = Arc::clone(&served);
        // It ends with the test's process: it only waits for connections.
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = Arc::clone(&shared);
                std::thread::spawn(move || shared.answer(stream));
            }
        });
        Self {
            address,
            folder: folder.to_owned(),
            served,
        }
    }

    /// Everything that was asked so far.
    pub fn requests(&self) -> Vec<Request> {
        self.served.requests.lock().unwrap().clone()
    }

    /// The section of a template that is made from its module.
    pub fn section(&self, more: &str) -> String {
        format!(
            "module = \"tapir.internal.example/ns/env/any\"\n\
             registry = {{ services = \"{}/v1/modules/\", token = \"file:{}\" }}\n{more}",
            self.address,
            self.folder.join("token").display()
        )
    }
}

impl Served {
    fn answer(&self, mut stream: TcpStream) {
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
        let is_welcome = authorization.as_deref() == Some(&format!("Bearer {TOKEN}"));
        let mut requests = self.requests.lock().unwrap();
        requests.push((path.clone(), authorization));
        std::fs::write(self.folder.join(ASKED), requests.len().to_string()).unwrap();
        drop(requests);
        if self.folder.join(SILENT).exists() {
            // Until the other side gives up.
            let _until_then = std::io::Read::read(&mut stream, &mut [0]);
            return;
        }
        let (status, more, body) = self.found(&path, is_welcome);
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

    fn found(&self, path: &str, is_welcome: bool) -> (&'static str, String, Vec<u8>) {
        match path.strip_prefix("/v1/modules/ns/env/any/") {
            Some(_) if !is_welcome => ("401 Unauthorized", String::new(), Vec::new()),
            Some("versions") => {
                let versions = self.versions.iter();
                let versions: Vec<_> = versions
                    .map(|version| serde_json::json!({ "version": version }))
                    .collect();
                let body = serde_json::json!({ "modules": [{ "versions": versions }] });
                let kind = "Content-Type: application/json\r\n".to_owned();
                ("200 OK", kind, body.to_string().into_bytes())
            }
            Some(rest) if rest.ends_with("/download") => {
                let version = rest.trim_end_matches("/download");
                let place = format!("X-Terraform-Get: /files/env-{version}.tar.gz\r\n");
                ("204 No Content", place, Vec::new())
            }
            _ => {
                let file = path.strip_prefix("/files/");
                match file.map(|name| std::fs::read(self.folder.join(name))) {
                    Some(Ok(bytes)) => {
                        let kind = "Content-Type: application/gzip\r\n".to_owned();
                        ("200 OK", kind, bytes)
                    }
                    _ => ("404 Not Found", String::new(), Vec::new()),
                }
            }
        }
    }
}
