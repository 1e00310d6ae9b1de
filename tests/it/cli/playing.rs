//! `hearth playground`: one command, one address, nothing left behind.

use std::path::Path;

use rustix::process::Signal;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

use super::{PATIENCE, hearth};

/// A playground whose lines are read as they come.
struct Playground {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Playground {
    fn start(mut command: Command) -> Self {
        let mut child = command.spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    async fn line_with(&mut self, wanted: &str) -> String {
        let looking = async {
            while let Some(line) = self.lines.next_line().await.unwrap() {
                if line.contains(wanted) {
                    return line;
                }
            }
            panic!("it ended without saying {wanted:?}")
        };
        tokio::time::timeout(PATIENCE, looking).await.unwrap()
    }

    /// The address that it prints.
    async fn address(&mut self) -> String {
        let line = self.line_with("Open  ").await;
        line.split_whitespace().nth(1).unwrap().to_owned()
    }

    async fn interrupt(mut self) -> Option<i32> {
        let id = i32::try_from(self.child.id().unwrap()).unwrap();
        rustix::process::kill_process(rustix::process::Pid::from_raw(id).unwrap(), Signal::INT).unwrap();
        // Read on, so that it never waits for us.
        while self.lines.next_line().await.unwrap().is_some() {}
        tokio::time::timeout(PATIENCE, self.child.wait()).await.unwrap().unwrap().code()
    }
}

async fn post(address: &str, path: &str, body: &Value) -> Value {
    let sent = reqwest::Client::new().post(format!("{address}{path}")).json(body).send().await.unwrap();
    sent.json().await.unwrap()
}

fn playground_folders(folder: &Path) -> usize {
    std::fs::read_dir(folder).unwrap().filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().starts_with("hearth-playground-")).count()
}

#[tokio::test]
async fn it_opens_a_chat_with_hearth_in_it_and_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let mut playground = Playground::start(hearth(folder.path(), &["playground", "--listen", "127.0.0.1:0"]));
    let address = playground.address().await.trim_end_matches('/').to_owned();
    assert_eq!(playground_folders(folder.path()), 1);

    let state: Value = reqwest::get(format!("{address}/page/state?as=mira")).await.unwrap().json().await.unwrap();
    assert_eq!(state["connected"], true);
    assert!(state["commands"].as_array().unwrap().len() > 5);
    let developers = state["members"].as_array().unwrap().iter().filter(|member| member["roles"][0]["name"] == "Developer");
    assert!(developers.count() >= 7, "k = 5 can be reached without whoever looks");

    let channel = state["channels"].as_array().unwrap().iter().find(|channel| channel["name"] == "platform").unwrap()["id"].clone();
    let opened = json!({"as": "jonas", "channel": channel, "kind": "command", "command": "survey open", "options": []});
    assert_eq!(post(&address, "/page/act", &opened).await, json!({"ok": true}));
    let others = post(&address, "/page/control", &json!({"id": "others"})).await;
    assert!(others["text"].as_str().unwrap().starts_with("Simulated: Tom, Aisha"), "{others}");
    let week = post(&address, "/page/control", &json!({"id": "week"})).await;
    assert!(week["text"].as_str().unwrap().starts_with("It is now "), "{week}");

    assert_eq!(playground.interrupt().await, Some(0));
    assert_eq!(playground_folders(folder.path()), 0);
}

#[tokio::test]
async fn elsewhere_than_on_this_machine_it_opens_only_with_a_token() {
    let folder = tempfile::tempdir().unwrap();
    let mut playground = Playground::start(hearth(folder.path(), &["playground", "--listen", "0.0.0.0:0"]));
    let address = playground.address().await;
    let (_, token) = address.split_once("/?token=").unwrap();
    assert_eq!(token.len(), 48);
    assert_eq!(playground.interrupt().await, Some(0));
}

#[tokio::test]
async fn who_came_by_ssh_is_told_how_to_get_there() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = hearth(folder.path(), &["playground", "--listen", "127.0.0.1:0"]);
    command.env("SSH_CONNECTION", "203.0.113.7 50000 198.51.100.2 22");
    let mut playground = Playground::start(command);
    let line = playground.line_with("ssh -N -L").await;
    assert!(line.contains(":127.0.0.1:") && line.contains("198.51.100.2"), "{line}");
    assert_eq!(playground.interrupt().await, Some(0));
}
