//! What forges send: real payloads, signatures, and what is none.

use std::collections::BTreeMap;
use std::time::Duration;

use super::*;

/// Every payload that the community has collected of GitHub, and what GitLab documents.
const GITHUB: &str = include_str!("../../../../tests/data/webhooks/github.jsonl");
const GITLAB: &str = include_str!("../../../../tests/data/webhooks/gitlab.jsonl");
const NOW: Timestamp = Timestamp(1_700_000_000_000);
const SECRET: &str = "it-is-a-secret-of-tests";
/// 32 bytes.
const SIGNING: &str = "whsec_dGVzdHRlc3R0ZXN0dGVzdHRlc3R0ZXN0dGVzdHQ=";

struct Line {
    event: String,
    body: Value,
}

fn lines(text: &str) -> Vec<Line> {
    text.lines()
        .map(|line| {
            let mut line: Value = serde_json::from_str(line).unwrap();
            Line {
                event: line["event"].as_str().unwrap().to_owned(),
                body: line["body"].take(),
            }
        })
        .collect()
}

fn rule(forge: Forge, path: &str, folder: &std::path::Path, secret: &str) -> Repository {
    let file = folder.join("secret");
    std::fs::write(&file, format!("{secret}\n")).unwrap();
    Repository {
        id: "player".into(),
        forge,
        api: "https://forge.example".into(),
        path: path.into(),
        template: "preview".into(),
        team: "player".into(),
        token: "env:NOBODY".into(),
        webhook_secret: Some(format!("file:{}", file.display())),
        label: None,
        trusted: None,
        grace: Duration::ZERO,
        look_every: Duration::from_secs(300),
    }
}

fn mac(key: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    let mut mac = keyed(key);
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().to_vec()
}

fn heard(rule: &Repository, headers: &[(&str, &str)], body: &[u8]) -> Result<Delivery, Unheard> {
    let headers: BTreeMap<&str, &str> = headers.iter().copied().collect();
    let header = |name: &str| headers.get(name).map(|text| (*text).to_owned());
    hear(rule, &header, body, NOW)
}

fn signed_by_github(rule: &Repository, event: &str, body: &[u8]) -> Result<Delivery, Unheard> {
    let signature = format!("sha256={}", hex::encode(mac(SECRET.as_bytes(), &[body])));
    let headers = [
        ("x-github-event", event),
        ("x-github-delivery", "d-1"),
        ("x-hub-signature-256", signature.as_str()),
    ];
    heard(rule, &headers, body)
}

#[test]
fn every_collected_payload_of_github_is_read_as_what_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let (mut numbers, mut branches, mut others) = (0, 0, 0);
    let all = lines(GITHUB);
    for Line { event, body } in &all {
        let path = body["repository"]["full_name"].as_str().unwrap_or("a/b");
        let rule = rule(Forge::GitHub, path, folder.path(), SECRET);
        let text = serde_json::to_vec(body).unwrap();
        let about = signed_by_github(&rule, event, &text).unwrap().about;
        let full_ref = body["ref"].as_str().unwrap_or_default();
        let wanted = match event.as_str() {
            "pull_request" => About::Number(body["number"].as_i64().unwrap()),
            "push" if full_ref.starts_with("refs/heads/") => {
                About::Branch(full_ref["refs/heads/".len()..].to_owned())
            }
            "create" | "delete" if body["ref_type"] == "branch" => {
                About::Branch(full_ref.to_owned())
            }
            _ => About::Nothing,
        };
        assert_eq!(about, wanted, "{event}");
        match about {
            About::Number(_) => numbers += 1,
            About::Branch(_) => branches += 1,
            About::Nothing => others += 1,
        }
        // The same for a repository that it is not about.
        let mut other = rule.clone();
        other.path = "somebody/else".to_owned();
        let about = signed_by_github(&other, event, &text).unwrap().about;
        assert_eq!(about, About::Nothing, "{event}");
        // And under every name of an event: what is named wrongly is not believed more than it says.
        for (wrong, _) in [("pull_request", 0), ("push", 0), ("delete", 0), ("", 0)] {
            signed_by_github(&rule, wrong, &text).unwrap();
        }
    }
    assert_eq!((numbers, branches, others), (35, 2, 367));
    assert_eq!(all.len(), 404);
}

#[test]
fn what_gitlab_documents_is_read_as_what_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let rule = rule(Forge::GitLab, "sonsic/player", folder.path(), SECRET);
    let mut read = Vec::new();
    for Line { event, body } in lines(GITLAB) {
        let text = serde_json::to_vec(&body).unwrap();
        let headers = [
            ("x-gitlab-token", SECRET),
            ("x-gitlab-event", event.as_str()),
        ];
        let about = heard(&rule, &headers, &text).unwrap().about;
        read.push(format!("{event}: {about:?}"));
    }
    insta::assert_snapshot!(read.join("\n"), @r#"
    Merge Request Hook: Number(7)
    Merge Request Hook: Number(7)
    Merge Request Hook: Number(7)
    Merge Request Hook: Number(8)
    Push Hook: Branch("queue")
    Push Hook: Branch("queue")
    Tag Push Hook: Nothing
    Note Hook: Nothing
    Pipeline Hook: Nothing
    Push Hook: Nothing
    "#);
}

#[test]
fn only_what_the_secret_has_signed_is_heard() {
    let folder = tempfile::tempdir().unwrap();
    let rule = rule(Forge::GitHub, "a/b", folder.path(), SECRET);
    let body = br#"{"repository":{"full_name":"A/B"},"pull_request":{"number":7}}"#;
    let right = signed_by_github(&rule, "pull_request", body).unwrap();
    assert_eq!(right.about, About::Number(7));
    assert_eq!(right.keys.len(), 2);
    let signature = hex::encode(mac(SECRET.as_bytes(), &[body]));
    let others = hex::encode(mac(b"another", &[body]));
    let empty = hex::encode(mac(b"", &[body]));
    for wrong in [
        String::new(),
        "sha256=".to_owned(),
        signature.clone(),
        format!("sha1={signature}"),
        format!("sha256={others}"),
        format!("sha256={empty}"),
        format!("sha256={}", &signature[..62]),
        format!("sha256={signature}00"),
        format!("sha256=z{}", &signature[1..]),
    ] {
        let headers = [
            ("x-github-event", "pull_request"),
            ("x-hub-signature-256", wrong.as_str()),
        ];
        let heard = heard(&rule, &headers, body);
        assert_eq!(heard, Err(Unheard::Unauthentic), "{wrong}");
    }
    assert_eq!(heard(&rule, &[], body), Err(Unheard::Unauthentic));
    let changed = br#"{"repository":{"full_name":"A/B"},"pull_request":{"number":8}}"#;
    let signature = format!("sha256={signature}");
    let headers = [("x-hub-signature-256", signature.as_str())];
    assert_eq!(heard(&rule, &headers, changed), Err(Unheard::Unauthentic));
    assert_eq!(
        signed_by_github(&rule, "push", b"payload=%7B%7D"),
        Err(Unheard::Unreadable)
    );
    let mut closed = rule;
    closed.webhook_secret = None;
    assert_eq!(
        signed_by_github(&closed, "pull_request", body),
        Err(Unheard::Unauthentic)
    );
    closed.webhook_secret = Some("file:/nowhere/at/all".to_owned());
    assert_eq!(
        signed_by_github(&closed, "pull_request", body),
        Err(Unheard::Unauthentic)
    );
}

#[test]
fn gitlabs_token_is_compared_whole() {
    let folder = tempfile::tempdir().unwrap();
    let rule = rule(Forge::GitLab, "a/b", folder.path(), SECRET);
    let body =
        br#"{"object_kind":"push","ref":"refs/heads/x","project":{"path_with_namespace":"a/b"}}"#;
    let with = |token: &str| heard(&rule, &[("x-gitlab-token", token)], body).is_ok();
    assert!(with(SECRET));
    for wrong in [
        "",
        "it",
        &SECRET[1..],
        &format!("{SECRET} "),
        &SECRET.to_uppercase(),
    ] {
        assert!(!with(wrong), "{wrong}");
    }
}

#[test]
fn gitlabs_signature_covers_id_time_and_body_and_grows_old() {
    let folder = tempfile::tempdir().unwrap();
    let rule = rule(Forge::GitLab, "a/b", folder.path(), SIGNING);
    let body =
        br#"{"object_kind":"push","ref":"refs/heads/x","project":{"path_with_namespace":"a/b"}}"#;
    let key = STANDARD.decode(&SIGNING["whsec_".len()..]).unwrap();
    let sent = |id: &str, seconds: i64, more: &str| {
        let time = seconds.to_string();
        let parts: [&[u8]; 5] = [id.as_bytes(), b".", time.as_bytes(), b".", body];
        let signature = format!("{more}v1,{}", STANDARD.encode(mac(&key, &parts)));
        (time, signature)
    };
    let with = |id: &str, (time, signature): &(String, String)| {
        let headers = [
            ("webhook-id", id),
            ("webhook-timestamp", time.as_str()),
            ("webhook-signature", signature.as_str()),
        ];
        heard(&rule, &headers, body).is_ok()
    };
    let now = NOW.0 / 1_000;
    assert!(with("a", &sent("a", now, "")));
    assert!(with("a", &sent("a", now, "v1,AAAA ")), "a key in exchange");
    assert!(with("a", &sent("a", now - 299, "")));
    assert!(!with("b", &sent("a", now, "")), "another id");
    assert!(!with("a", &sent("a", now - 301, "")), "too old");
    assert!(!with("a", &sent("a", now + 301, "")), "from the future");
    assert!(!with(
        "a",
        &(i64::MAX.to_string(), sent("a", i64::MAX, "").1)
    ));
    // The key itself is never sent.
    let token = heard(&rule, &[("x-gitlab-token", SIGNING)], body);
    assert_eq!(token, Err(Unheard::Unauthentic));
}

proptest::proptest! {
    #[test]
    fn nothing_that_is_signed_can_break_the_reading(text in ".{0,200}", event in "[a-z_]{0,20}") {
        let folder = tempfile::tempdir().unwrap();
        let rule = rule(Forge::GitHub, "a/b", folder.path(), SECRET);
        let body = serde_json::json!({
            "repository": {"full_name": "a/b"}, "pull_request": {"number": text},
            "ref": text, "ref_type": text, "number": text,
        });
        let body = serde_json::to_vec(&body).unwrap();
        let _about = signed_by_github(&rule, &event, &body).unwrap();
    }
}
